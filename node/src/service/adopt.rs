//! `pack adopt`: this member says what it does with a release, and pins it.

use std::collections::BTreeSet;

use faelled_mirror::Mirror;
use faelled_model::adoption::{ChosenLevel, Deviation, ReleaseRef};
use faelled_model::terms::Stance;
use faelled_model::{Adoption, validate};
use faelled_proto::{DocId, Space};

use super::releases::{HeldRelease, parse_version};
use super::releasing::{PackStanding, release_at, withdrawn};
use super::{Service, document_id, sort_findings};
use crate::data::releasing::Standing;
use crate::data::{Adopted, Data};
use crate::failure::{Failure, Said};
use crate::request::AdoptionOf;

impl Service {
    pub(super) async fn adopt(&self, asked: AdoptionOf) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, &asked.pack).await?;
        let earlier = self.own_adoption(&mirror, pack.document).await?;
        let held: Option<Adoption> = match earlier {
            Some(document) => Some(self.value(document).await?),
            None => None,
        };
        let release = chosen(&pack, asked.version.as_deref(), held.as_ref())?.clone();
        let mut warnings = cautions(&release);
        let numbers = numbers_of(&pack, &release);
        check_numbers(&release, &numbers, &asked)?;
        let mut adoption = held.unwrap_or_default();
        warnings.extend(left_behind(&release, &numbers, &adoption));
        fill(&mut adoption, asked, &release);
        check(&adoption)?;
        let editor = self.editor.lock().await;
        let mut edits = editor.edit(Space::Commons).await?;
        let document = match earlier {
            Some(document) => {
                edits.update(document, &adoption).await?;
                document
            }
            None => edits.create(&adoption)?,
        };
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Adopted(Adopted {
            document: document.to_string(),
            code: release.code,
            version: release.version,
            release: release.hash,
            stance: adoption.stance.code().to_owned(),
            levels: adoption.levels,
            deviations: adoption.deviations,
            warnings,
        }))
    }

    /// This member's adoption of a pack.
    async fn own_adoption(&self, mirror: &Mirror, pack: DocId) -> Result<Option<DocId>, Failure> {
        let adoptions = mirror.adoptions(Some(&pack.to_string())).await?;
        Ok(adoptions
            .into_iter()
            .find(|adoption| adoption.member == self.own.as_str())
            .and_then(|adoption| document_id(&adoption.document)))
    }
}

fn fill(adoption: &mut Adoption, asked: AdoptionOf, release: &Standing) {
    adoption.release = ReleaseRef {
        pack: release.pack.clone(),
        version: release.version.clone(),
        hash: release.hash.clone(),
    };
    if let Some(stance) = asked.stance {
        adoption.stance = Stance::from(stance);
    } else if adoption.stance.is_unsaid() {
        adoption.stance = Stance::Following;
    }
    if let Some(quarter) = asked.quarter {
        adoption.planned_quarter = quarter;
    }
    if !asked.reason.0.is_empty() {
        adoption.reason = asked.reason;
    }
    for level in asked.levels {
        adoption.levels.retain(|held| held.number != level.number);
        adoption.levels.push(level);
    }
    for Deviation { number, text } in asked.deviations {
        match adoption
            .deviations
            .iter_mut()
            .find(|held| held.number == number)
        {
            // Another language's text stays.
            Some(held) => held.text.0.extend(text.0),
            None => adoption.deviations.push(Deviation { number, text }),
        }
    }
}

fn check(adoption: &Adoption) -> Result<(), Failure> {
    let findings = validate::adoption(adoption)
        .into_iter()
        .map(|finding| (String::new(), finding))
        .collect();
    let (errors, _) = sort_findings(findings);
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::user(
        "adoption",
        Said::new(
            "the adoption is not complete",
            "ibrugtagningen er ikke fuldstændig",
        ),
    )
    .details(errors))
}

/// The numbers of the requirements that a release holds.
fn numbers_of(pack: &PackStanding, release: &Standing) -> BTreeSet<String> {
    let content = pack.held(release).and_then(HeldRelease::content);
    content
        .into_iter()
        .flat_map(|content| content.requirements)
        .map(|released| released.requirement.number)
        .collect()
}

/// Levels and deviations are said of requirements that the release holds.
fn check_numbers(
    release: &Standing,
    numbers: &BTreeSet<String>,
    asked: &AdoptionOf,
) -> Result<(), Failure> {
    let unknown =
        said_of(&asked.levels, &asked.deviations).find(|number| !numbers.contains(*number));
    let Some(number) = unknown else {
        return Ok(());
    };
    let Standing { code, version, .. } = release;
    Err(Failure::user(
        "not-in-release",
        Said::new(
            format!("{code} {version} holds no requirement {number}"),
            format!("{code} {version} har intet krav {number}"),
        ),
    )
    .hint(Said::new(
        format!("faelled pack show {code} lists its requirements"),
        format!("faelled pack show {code} viser kravene"),
    )))
}

/// What was said of requirements in an earlier adoption that the release does not hold. It stays: the tender
/// that it was said for may still run.
fn left_behind(release: &Standing, numbers: &BTreeSet<String>, earlier: &Adoption) -> Vec<Said> {
    let name = format!("{} {}", release.code, release.version);
    said_of(&earlier.levels, &earlier.deviations)
        .filter(|number| !numbers.contains(*number))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|number| {
            Said::new(
                format!("you said a level or deviation of {number}, which {name} does not hold"),
                format!(
                    "I har angivet niveau eller afvigelse for {number}, som ikke er med i {name}"
                ),
            )
        })
        .collect()
}

fn said_of<'a>(
    levels: &'a [ChosenLevel],
    deviations: &'a [Deviation],
) -> impl Iterator<Item = &'a String> {
    let levels = levels.iter().map(|level| &level.number);
    levels.chain(deviations.iter().map(|deviation| &deviation.number))
}

/// The release with this version, or the one to use now.
fn chosen<'a>(
    pack: &'a PackStanding,
    version: Option<&str>,
    held: Option<&Adoption>,
) -> Result<&'a Standing, Failure> {
    if version.is_none() {
        check_waiting(pack)?;
    }
    let release = release_at(pack, version)?;
    let name = format!("{} {}", release.code, release.version);
    if release.is_equivocated {
        return Err(Failure::user(
            "disputed",
            Said::new(
                format!("there are two different releases {name}: neither can be adopted"),
                format!("der er to forskellige udgivelser {name}: ingen af dem kan tages i brug"),
            ),
        )
        .hint(Said::new(
            "its lead settles it with a higher version",
            "tovholderen afgør det med en højere version",
        )));
    }
    if let Some(withdrawal) = &release.withdrawn {
        return Err(withdrawn(&name, withdrawal));
    }
    if release.cosigners_missing() > 0 {
        return Err(waiting(release));
    }
    if !release.is_readable {
        return Err(Failure::user(
            "not-in-force",
            Said::new(
                format!("the release {name} is not in force here"),
                format!("udgivelsen {name} gælder ikke her"),
            ),
        )
        .hint(Said::new(
            "a newer version of faelled may be needed",
            "måske kræves en nyere version af faelled",
        )));
    }
    if version.is_none() {
        check_highest_seen(pack, release, held)?;
    }
    Ok(release)
}

/// Where nothing counts yet, one is told what it waits for.
fn check_waiting(pack: &PackStanding) -> Result<(), Failure> {
    if pack.newest().is_some() {
        return Ok(());
    }
    let waits = pack
        .releases
        .iter()
        .find(|release| release.cosigners_missing() > 0 && !release.is_equivocated);
    match waits {
        Some(release) if release.withdrawn.is_none() => Err(waiting(release)),
        _ => Ok(()),
    }
}

fn waiting(release: &Standing) -> Failure {
    let Standing { code, version, .. } = release;
    let (there, needed) = (release.cosigners.len(), release.cosigners_needed);
    Failure::user(
        "not-co-signed",
        Said::new(
            format!("{code} {version} does not count yet: {there} of {needed} co-signatures are there, {} missing", release.cosigners_missing()),
            format!("{code} {version} gælder ikke endnu: {there} af {needed} medunderskrifter er der, {} mangler", release.cosigners_missing()),
        ),
    )
    .hint(Said::new(
        format!("members other than the lead co-sign it with faelled pack cosign {code}@{version}"),
        format!("andre deltagere end tovholderen medunderskriver den med faelled pack cosign {code}@{version}"),
    ))
}

/// An older release never replaces a newer one by itself: whoever goes back says so.
fn check_highest_seen(
    pack: &PackStanding,
    release: &Standing,
    held: Option<&Adoption>,
) -> Result<(), Failure> {
    // What counted once, though it was withdrawn since, and what this member uses.
    let seen = pack
        .releases
        .iter()
        .filter(|seen| seen.is_readable && !seen.is_equivocated && seen.cosigners_missing() == 0)
        .map(|seen| seen.version.as_str())
        .chain(held.map(|held| held.release.version.as_str()));
    let highest = seen.max_by_key(|version| parse_version(version));
    let Some(highest) = highest else {
        return Ok(());
    };
    if parse_version(highest) <= parse_version(&release.version) {
        return Ok(());
    }
    let Standing { code, version, .. } = release;
    Err(Failure::user(
        "lower-version",
        Said::new(
            format!("{highest} of {code} was seen here and does not count now; {version}, the highest that does, is lower"),
            format!("version {highest} af {code} er set her og gælder ikke nu; {version}, den højeste gældende, er lavere"),
        ),
    )
    .hint(Said::new(
        format!("to go back, name it: faelled pack adopt {code}@{version}"),
        format!("angiv den for at gå tilbage: faelled pack adopt {code}@{version}"),
    )))
}

/// What a person should look at before using a release.
fn cautions(release: &Standing) -> Vec<Said> {
    let mut cautions = Vec::new();
    let Standing { code, version, .. } = release;
    if release.valid_later {
        let day = &release.valid_from;
        cautions.push(Said::new(
            format!("{code} {version} is valid from {day} only"),
            format!("{code} {version} gælder først fra {day}"),
        ));
    }
    if release.review_passed {
        let day = &release.review_by;
        cautions.push(Said::new(
            format!("{code} {version} was to be reviewed by {day}: ask its lead whether it still holds"),
            format!("{code} {version} skulle gennemgås senest {day}: spørg tovholderen, om den stadig holder"),
        ));
    }
    if let Some(higher) = &release.higher {
        cautions.push(Said::new(
            format!(
                "{higher} is there, which is higher: faelled pack diff {code} {version} {higher}"
            ),
            format!(
                "{higher} er der, og den er højere: faelled pack diff {code} {version} {higher}"
            ),
        ));
    }
    cautions
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn standing(version: &str) -> Standing {
        Standing {
            pack: "pack".to_owned(),
            code: "GLX-EMB".to_owned(),
            version: version.to_owned(),
            hash: version.to_owned(),
            citation: String::new(),
            counts: true,
            higher: None,
            cosigners_needed: 0,
            cosigners: Vec::new(),
            withdrawn: None,
            is_equivocated: false,
            is_readable: true,
            notes: faelled_model::Localized(BTreeMap::new()),
            valid_from: "2026-01-01".to_owned(),
            valid_later: false,
            review_by: "2099-01-01".to_owned(),
            review_passed: false,
        }
    }

    fn pack(releases: Vec<Standing>) -> PackStanding {
        PackStanding {
            document: DocId::from_bytes([1; 32]),
            lead: "dk-0159".to_owned(),
            code: "GLX-EMB".to_owned(),
            is_draft: false,
            pack: faelled_model::Pack::default(),
            held: Vec::new(),
            releases,
        }
    }

    fn refused(pack: &PackStanding, version: Option<&str>, held: Option<&Adoption>) -> Failure {
        chosen(pack, version, held).unwrap_err()
    }

    #[test]
    fn what_was_withdrawn_disputed_or_waits_for_co_signatures_is_not_adopted() {
        let withdrawal = faelled_model::pack::Withdrawal {
            replaced_by: "1.2.0".to_owned(),
            ..Default::default()
        };
        let gone = Standing {
            counts: false,
            withdrawn: Some(withdrawal),
            ..standing("1.0.0")
        };
        let disputed = Standing {
            counts: false,
            is_equivocated: true,
            ..standing("1.1.0")
        };
        let waits = Standing {
            counts: false,
            cosigners_needed: 2,
            ..standing("1.3.0")
        };
        let pack = pack(vec![waits, standing("1.2.0"), disputed, gone]);
        for (version, code) in [
            ("1.0.0", "withdrawn"),
            ("1.1.0", "disputed"),
            ("1.3.0", "not-co-signed"),
        ] {
            assert_eq!(refused(&pack, Some(version), None).code, code);
        }
        let failure = refused(&pack, Some("1.3.0"), None);
        assert!(
            failure.message.en.contains("0 of 2 co-signatures"),
            "{failure:?}"
        );
        assert_eq!(chosen(&pack, None, None).unwrap().version, "1.2.0");
    }

    #[test]
    fn a_newer_release_is_adopted_with_the_stance_and_quarter_that_were_said_before() {
        let newer = standing("1.1.0");
        let mut adoption = Adoption {
            stance: Stance::Using,
            planned_quarter: "2027-Q1".to_owned(),
            ..Adoption::default()
        };
        fill(&mut adoption, AdoptionOf::default(), &newer);
        assert_eq!(adoption.stance, Stance::Using);
        assert_eq!(adoption.planned_quarter, "2027-Q1");
        assert_eq!(adoption.release.version, "1.1.0");
        let said = AdoptionOf {
            stance: Some("trying".to_owned()),
            ..AdoptionOf::default()
        };
        fill(&mut adoption, said, &newer);
        assert_eq!(adoption.stance, Stance::Trying);

        let mut first = Adoption::default();
        fill(&mut first, AdoptionOf::default(), &newer);
        assert_eq!(first.stance, Stance::Following);
    }

    #[test]
    fn a_release_that_is_valid_later_is_adopted_with_a_warning() {
        assert_eq!(cautions(&standing("1.0.0")), []);
        let later = Standing {
            valid_from: "2099-02-01".to_owned(),
            valid_later: true,
            ..standing("1.0.0")
        };
        let told = cautions(&later);
        assert_eq!(told.len(), 1);
        assert!(told[0].en.contains("valid from 2099-02-01") && told[0].da.contains("2099-02-01"));
    }

    #[test]
    fn a_pack_that_only_waits_for_co_signatures_says_so() {
        let waits = Standing {
            counts: false,
            cosigners_needed: 1,
            ..standing("1.0.0")
        };
        assert_eq!(
            refused(&pack(vec![waits]), None, None).code,
            "not-co-signed"
        );
    }

    #[test]
    fn a_lower_version_than_the_highest_seen_is_adopted_only_by_its_name() {
        let gone = Standing {
            counts: false,
            withdrawn: Some(faelled_model::pack::Withdrawal::default()),
            ..standing("1.1.0")
        };
        let seen = pack(vec![gone, standing("1.0.0")]);
        assert_eq!(refused(&seen, None, None).code, "lower-version");
        assert_eq!(chosen(&seen, Some("1.0.0"), None).unwrap().version, "1.0.0");

        let mut held = Adoption::default();
        held.release.version = "1.10.0".to_owned();
        let known = pack(vec![standing("1.9.0")]);
        assert_eq!(refused(&known, None, Some(&held)).code, "lower-version");
        assert!(chosen(&known, None, None).is_ok());
    }
}
