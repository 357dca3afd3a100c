//! Values on the command line: codes, members, addresses. What is wrong is said in both languages, with
//! what would be right.

use std::net::SocketAddr;

use faelled_model::codes::members::UnknownMember;
use faelled_model::codes::resolve_member;
use faelled_model::terms::{MemberKind, every_term};
use faelled_proto::MemberId;
use faelled_proto::limits::{MAX_NAME_BYTES, MAX_TICKET_ADDRESSES};

use crate::clock::moment_ms;
use crate::failure::{Failure, Said};
use crate::node::NewMember;
use crate::request::drafting::Counts;
use crate::text::{DOCUMENT_KINDS, steers};

/// Checks what `--lang` says.
pub(super) fn check_language(given: &str) -> Result<(), Failure> {
    if matches!(given, "da" | "en") {
        return Ok(());
    }
    Err(Failure::user(
        "language",
        Said::new(
            format!("there is no language {given:?} here"),
            format!("sproget {given:?} findes ikke her"),
        ),
    )
    .hint(Said::new("choose da or en", "vælg da eller en")))
}

/// A code of one of the model's lists, by code or by name in either language.
pub(super) fn code(
    list: &'static str,
    option: &str,
    given: Option<String>,
) -> Result<Option<String>, Failure> {
    let Some(given) = given else {
        return Ok(None);
    };
    let rows = every_term()
        .into_iter()
        .filter(|(name, ..)| *name == list)
        .map(|(_, code, english, danish)| (code, english, danish))
        .collect();
    among(option, &given, rows)
}

/// A kind of document, by code or by name in either language, one or many.
pub(super) fn document_kind(
    option: &str,
    given: Option<String>,
) -> Result<Option<String>, Failure> {
    let Some(given) = given else {
        return Ok(None);
    };
    let wanted = given.trim().to_lowercase();
    let is_many = |name: &str| {
        let ending = wanted.strip_prefix(name).unwrap_or_default();
        matches!(ending, "s" | "r" | "er")
    };
    if let Some((code, ..)) = DOCUMENT_KINDS
        .iter()
        .find(|(_, english, danish)| is_many(english) || is_many(danish))
    {
        return Ok(Some((*code).to_owned()));
    }
    let rows = DOCUMENT_KINDS
        .iter()
        .map(|(code, english, danish)| {
            let [code, english, danish] = [code, english, danish].map(|text| (*text).to_owned());
            (code, english, danish)
        })
        .collect();
    among(option, &given, rows)
}

/// The code of one of the rows, each a code with its English and Danish name.
fn among(
    option: &str,
    given: &str,
    rows: Vec<(String, String, String)>,
) -> Result<Option<String>, Failure> {
    let wanted = given.trim().to_lowercase();
    let fits = |name: &str| name.to_lowercase().split('/').any(|part| part == wanted);
    for (code, english, danish) in &rows {
        if *code == wanted || fits(english) || fits(danish) {
            return Ok(Some(code.clone()));
        }
    }
    let details = rows
        .into_iter()
        .map(|(code, english, danish)| {
            Said::new(with_name(&code, &english), with_name(&code, &danish))
        })
        .collect();
    Err(Failure::user(
        "unknown-code",
        Said::new(
            format!("{option} does not know {given:?}; it knows:"),
            format!("{option} kender ikke {given:?}; den kender:"),
        ),
    )
    .details(details))
}

/// A pack or requirement, and the version that follows it after an `@`.
pub(super) fn with_version(given: String) -> (String, Option<String>) {
    match given.rsplit_once('@') {
        Some((key, version)) => (key.to_owned(), Some(version.to_owned())),
        None => (given, None),
    }
}

/// A CPV code or the beginning of one.
pub(super) fn cpv(given: &str) -> Result<String, Failure> {
    let given = given.trim();
    let (digits, check) = given
        .split_once('-')
        .map_or((given, None), |(digits, check)| (digits, Some(check)));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let good_check =
        check.is_none_or(|check| digits.len() == 8 && check.len() == 1 && numeric(check));
    if (2..=8).contains(&digits.len()) && numeric(digits) && good_check {
        return Ok(digits.to_owned());
    }
    Err(Failure::user(
        "cpv",
        Said::new(
            format!("{given:?} is no CPV code"),
            format!("{given:?} er ikke en CPV-kode"),
        ),
    )
    .hint(Said::new(
        "write eight digits such as 44617100, or the first two or more of a branch",
        "skriv otte cifre som 44617100, eller de første to eller flere af en gren",
    )))
}

/// A quarter: `2027-Q1`.
pub(super) fn quarter(given: &str) -> Result<String, Failure> {
    let wanted = given.trim().to_uppercase();
    let good = wanted.split_once("-Q").is_some_and(|(year, quarter)| {
        year.len() == 4
            && year.bytes().all(|byte| byte.is_ascii_digit())
            && matches!(quarter, "1" | "2" | "3" | "4")
    });
    if good {
        return Ok(wanted);
    }
    Err(Failure::user(
        "quarter",
        Said::new(
            format!("{given:?} is no quarter"),
            format!("{given:?} er ikke et kvartal"),
        ),
    )
    .hint(Said::new("write it as 2027-Q1", "skriv det som 2027-Q1")))
}

/// An address to listen on.
pub(super) fn listen_address(given: &str) -> Result<SocketAddr, Failure> {
    given.trim().parse().map_err(|_| {
        Failure::user(
            "address",
            Said::new(
                format!("{given:?} is no address with a port"),
                format!("{given:?} er ikke en adresse med port"),
            ),
        )
        .hint(Said::new(
            "write an IP address and a port, such as 192.0.2.7:4747 or [2001:db8::7]:4747",
            "skriv en IP-adresse og en port, f.eks. 192.0.2.7:4747 eller [2001:db8::7]:4747",
        ))
    })
}

/// Addresses under which others reach a node.
pub(super) fn public_addresses(given: &[String]) -> Result<Vec<SocketAddr>, Failure> {
    if given.len() > MAX_TICKET_ADDRESSES {
        return Err(Failure::user(
            "too-many-addresses",
            Said::new(
                format!(
                    "a node may have {MAX_TICKET_ADDRESSES} addresses, not {}",
                    given.len()
                ),
                format!(
                    "en node må have {MAX_TICKET_ADDRESSES} adresser, ikke {}",
                    given.len()
                ),
            ),
        ));
    }
    given.iter().map(|text| public_address(text)).collect()
}

/// How much counts of what somebody wrote who goes.
pub(super) fn counts(received_before: Option<&str>, all: bool) -> Result<Option<Counts>, Failure> {
    match received_before {
        Some(time) => Ok(Some(Counts::ReceivedBefore(moment_of(time)?))),
        None => Ok(all.then_some(Counts::All)),
    }
}

/// A moment in UTC, in milliseconds since 1970.
pub(super) fn moment_of(text: &str) -> Result<u64, Failure> {
    moment_ms(text).ok_or_else(|| {
        Failure::user(
            "time",
            Said::new(
                format!("{text:?} is not a time"),
                format!("{text:?} er ikke et tidspunkt"),
            ),
        )
        .hint(Said::new(
            "write it like 2026-03-01 or \"2026-03-01 14:30\", in UTC",
            "skriv det som 2026-03-01 eller \"2026-03-01 14:30\", i UTC",
        ))
    })
}

/// A member's id, from what people write: code, name or id.
pub(super) fn member_id(given: &str) -> Result<MemberId, Failure> {
    match resolve_member(given) {
        Ok(known) => Ok(known.id.clone()),
        Err(unknown) => other_body(given).ok_or_else(|| unknown_member(&unknown)),
    }
}

/// A name and a value: `level=advanced`.
pub(super) fn assignment(given: &str) -> Result<(String, String), Failure> {
    match given.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err(Failure::user(
            "assignment",
            Said::new(
                format!("{given:?} has no = between a name and a value"),
                format!("{given:?} har intet = mellem et navn og en værdi"),
            ),
        )
        .hint(Said::new(
            "write it as level=advanced",
            "skriv det som level=advanced",
        ))),
    }
}

/// Who a new node acts for.
pub(super) fn new_member(
    given: &str,
    name: Option<String>,
    kind: Option<String>,
) -> Result<NewMember, Failure> {
    let kind = code("MemberKind", "--kind", kind)?;
    let name = name.map(checked_name).transpose()?;
    match resolve_member(given) {
        Ok(known) => Ok(NewMember {
            id: known.id.clone(),
            kind: kind.unwrap_or_else(|| known.kind.code().to_owned()),
            name: name.unwrap_or_else(|| known.official_name.clone()),
        }),
        Err(unknown) => {
            let id = other_body(given).ok_or_else(|| unknown_member(&unknown))?;
            match (name, kind) {
                (Some(name), Some(kind)) => Ok(NewMember { id, kind, name }),
                _ => Err(who_is_it(&id)),
            }
        }
    }
}

/// A name that all members will see.
pub(super) fn checked_name(given: String) -> Result<String, Failure> {
    let name = given.trim();
    if !name.is_empty() && name.len() <= MAX_NAME_BYTES && !name.chars().any(steers) {
        return Ok(name.to_owned());
    }
    Err(Failure::user(
        "name",
        Said::new(
            format!("a name is one line of text of up to {MAX_NAME_BYTES} bytes"),
            format!("et navn er én linje tekst på højst {MAX_NAME_BYTES} byte"),
        ),
    ))
}

fn public_address(given: &str) -> Result<SocketAddr, Failure> {
    let address = listen_address(given)?;
    if !address.ip().is_unspecified() && address.port() != 0 {
        return Ok(address);
    }
    Err(Failure::user(
        "address",
        Said::new(
            format!("nobody can reach a node at {address}"),
            format!("ingen kan nå en node på {address}"),
        ),
    )
    .hint(Said::new(
        "name the address and port that others see",
        "angiv den adresse og port, som andre ser",
    )))
}

/// The id of a body that is on no list.
fn other_body(given: &str) -> Option<MemberId> {
    let wanted = given.trim().to_lowercase();
    let listed = wanted
        .strip_prefix("dk-")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let cvr = wanted.strip_prefix("dk-cvr-");
    let bad_cvr = cvr.is_some_and(|digits| {
        digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    if listed || bad_cvr {
        None
    } else {
        wanted.parse().ok()
    }
}

fn who_is_it(id: &MemberId) -> Failure {
    let kinds: Vec<String> = MemberKind::all()
        .iter()
        .map(|kind| kind.code().to_owned())
        .collect();
    let kinds = kinds.join(", ");
    Failure::user(
        "unlisted-member",
        Said::new(
            format!("{id} is on no list: say who it is"),
            format!("{id} står ikke på nogen liste: sig, hvem det er"),
        ),
    )
    .hint(Said::new(
        format!("add --name \"...\" and --kind with one of {kinds}"),
        format!("tilføj --name \"...\" og --kind med en af {kinds}"),
    ))
}

fn unknown_member(unknown: &UnknownMember) -> Failure {
    let near = unknown.near.iter().map(|member| {
        let said = format!("{} {}", member.code, member.official_name);
        Said::new(said.clone(), said)
    });
    let given = &unknown.given;
    let (mut en, mut da) = (
        format!("no Danish municipality or region has the code or name {given:?}"),
        format!("ingen dansk kommune eller region har koden eller navnet {given:?}"),
    );
    if !unknown.near.is_empty() {
        en.push_str("; near it are:");
        da.push_str("; tæt på er:");
    }
    Failure::user("unknown-member", Said::new(en, da)).details(near.collect()).hint(Said::new(
        "write a four-digit code such as 0159, a name, or for another body dk-cvr- and its eight digits",
        "skriv en firecifret kode som 0159, et navn, eller for en anden myndighed dk-cvr- og dens otte cifre",
    ))
}

fn with_name(code: &str, name: &str) -> String {
    if code == name {
        code.to_owned()
    } else {
        format!("{code} ({name})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn codes_are_taken_by_code_or_name_and_else_the_allowed_ones_are_named() {
        assert_eq!(code("Level", "--level", None).unwrap(), None);
        for given in ["basic", "Basis", "BASIC"] {
            assert_eq!(
                code("Level", "--level", some(given)).unwrap(),
                some("basic")
            );
        }
        assert_eq!(
            code("RequirementType", "--type", some("mindstekrav")).unwrap(),
            some("technical-specification")
        );
        let failure = code("Level", "--level", some("høj")).unwrap_err();
        assert_eq!(failure.details.len(), 3);
        assert_eq!(
            failure.details[2],
            Said::new("spearhead", "spearhead (spydspids)")
        );
    }

    #[test]
    fn kinds_of_documents_are_taken_in_both_languages_one_or_many() {
        for (given, kind) in [
            ("requirement", "requirement"),
            ("Krav", "requirement"),
            ("kravpakker", "pack"),
            ("afprøvninger", "pilot"),
            ("questions", "question"),
            ("indsatser", "project"),
            ("participation", "participation"),
        ] {
            assert_eq!(document_kind("--kind", some(given)).unwrap(), some(kind));
        }
        let failure = document_kind("--kind", some("projectile")).unwrap_err();
        assert_eq!(failure.details.len(), DOCUMENT_KINDS.len());
        assert_eq!(failure.details[1], Said::new("pack", "pack (kravpakke)"));
    }

    #[test]
    fn a_version_is_taken_off_at_its_sign() {
        let split = |given: &str| with_version(given.to_owned());
        assert_eq!(
            split("dk-0159/GLX-EMB"),
            ("dk-0159/GLX-EMB".to_owned(), None)
        );
        assert_eq!(
            split("GLX-EMB@1.0.0"),
            ("GLX-EMB".to_owned(), some("1.0.0"))
        );
    }

    #[test]
    fn every_list_that_is_asked_for_is_there() {
        for list in [
            "Category",
            "Strategy",
            "RequirementType",
            "Level",
            "Verdict",
            "Stance",
            "MemberKind",
        ] {
            assert!(
                !code(list, "--x", some("?")).unwrap_err().details.is_empty(),
                "{list}"
            );
        }
    }

    #[test]
    fn cpv_codes_and_branches_are_read() {
        for (given, read) in [("44617100-9", "44617100"), ("446", "446"), (" 44 ", "44")] {
            assert_eq!(cpv(given).unwrap(), read);
        }
        for wrong in [
            "",
            "4",
            "446171000",
            "4461-9",
            "4461x",
            "44617100-",
            "44617100-12",
            "４４",
        ] {
            assert_eq!(cpv(wrong).unwrap_err().code, "cpv", "{wrong}");
        }
    }

    #[test]
    fn quarters_are_read() {
        assert_eq!(quarter("2027-q1").unwrap(), "2027-Q1");
        for wrong in ["2027", "2027-Q5", "27-Q1", "2027-Q", "2027Q1"] {
            assert!(quarter(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn members_are_found_by_code_name_or_id() {
        assert_eq!(member_id("0159").unwrap().as_str(), "dk-0159");
        assert_eq!(member_id("Gladsaxe").unwrap().as_str(), "dk-0159");
        assert_eq!(
            member_id("DK-CVR-12345678").unwrap().as_str(),
            "dk-cvr-12345678"
        );
        for wrong in [
            "0158",
            "dk-0158",
            "dk-cvr-1234567",
            "dk-cvr-1234567x",
            "atlantis",
            "",
        ] {
            assert_eq!(
                member_id(wrong).unwrap_err().code,
                "unknown-member",
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_body_on_no_list_says_who_it_is() {
        assert_eq!(
            new_member("dk-cvr-12345678", None, None).unwrap_err().code,
            "unlisted-member"
        );
        let ski = new_member(
            "dk-cvr-12345678",
            some(" Indkøb "),
            some("central-purchasing-body"),
        )
        .unwrap();
        assert_eq!(
            (ski.name.as_str(), ski.kind.as_str()),
            ("Indkøb", "central-purchasing-body")
        );
        let known = new_member("159", None, None).unwrap();
        assert_eq!(
            (known.name.as_str(), known.kind.as_str()),
            ("Gladsaxe Kommune", "municipality")
        );
    }

    #[test]
    fn names_that_could_mislead_others_are_refused() {
        for wrong in [
            "",
            "  ",
            "a\u{202e}b",
            "a\nb",
            "a\u{1b}[2J",
            &"x".repeat(MAX_NAME_BYTES + 1),
        ] {
            assert_eq!(
                checked_name(wrong.to_owned()).unwrap_err().code,
                "name",
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn addresses_that_nobody_can_reach_are_refused() {
        assert!(
            public_addresses(&["192.0.2.7:4747".to_owned(), "[2001:db8::7]:4747".to_owned()])
                .is_ok()
        );
        for wrong in [
            "0.0.0.0:4747",
            "[::]:4747",
            "192.0.2.7:0",
            "192.0.2.7",
            "example.org:4747",
            "",
        ] {
            assert_eq!(
                public_addresses(&[wrong.to_owned()]).unwrap_err().code,
                "address",
                "{wrong}"
            );
        }
        assert!(public_addresses(&vec!["192.0.2.7:1".to_owned(); 9]).is_err());
    }
}
