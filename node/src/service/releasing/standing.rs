//! How the releases of a pack stand: what counts, what waits for co-signatures, what was withdrawn.

use std::collections::BTreeMap;

use faelled_mirror::Mirror;
use faelled_mirror::read::CosignatureSummary;
use faelled_model::schema::Record;
use faelled_model::{Localized, Pack};
use faelled_proto::DocId;

use super::super::releases::{HeldRelease, parse_version};
use super::super::{Service, document_id, only};
use crate::clock::{date, has_passed, today};
use crate::data::releasing::{Cosigner, Standing};
use crate::failure::{Failure, Said};
use faelled_model::release::citation;

/// A pack that members share, with its releases.
pub(in crate::service) struct PackStanding {
    pub(in crate::service) document: DocId,
    /// The member that leads it.
    pub(in crate::service) lead: String,
    pub(in crate::service) code: String,
    /// It is only an own draft: nobody else has it.
    pub(in crate::service) is_draft: bool,
    pub(in crate::service) pack: Pack,
    pub(in crate::service) held: Vec<HeldRelease>,
    /// One for each that is held, the highest version first.
    pub(in crate::service) releases: Vec<Standing>,
}

impl PackStanding {
    /// The release to use now.
    pub(in crate::service) fn newest(&self) -> Option<&Standing> {
        self.releases.iter().find(|release| release.counts)
    }

    /// The release itself.
    pub(in crate::service) fn held(&self, standing: &Standing) -> Option<&HeldRelease> {
        self.held
            .iter()
            .find(|held| held.hash.to_string() == standing.hash)
    }
}

impl Service {
    /// Reads a document as a typed value. Not to be asked while the editor is held.
    pub(in crate::service) async fn value<T: Record>(&self, id: DocId) -> Result<T, Failure> {
        self.editor.lock().await.read(id).await
    }

    /// A pack as people name it, with how its releases stand. Not to be asked while the editor is held.
    pub(in crate::service) async fn pack_standing(
        &self,
        mirror: &Mirror,
        key: &str,
    ) -> Result<PackStanding, Failure> {
        let found = only(mirror.pack(key).await?, key, &Said::new("pack", "pakken"))?;
        let is_draft = found.summary.space == "private";
        let document = document_id(&found.summary.document).ok_or_else(Failure::stopping)?;
        let pack: Pack = self.value(document).await?;
        let held = self.held_releases(document).await?;
        let lead = found.summary.owner;
        let releases = standings(document, &lead, &pack, &held, &found.cosignatures);
        Ok(PackStanding {
            document,
            code: pack.code.clone(),
            lead,
            is_draft,
            pack,
            held,
            releases,
        })
    }
}

fn standings(
    pack: DocId,
    lead: &str,
    value: &Pack,
    held: &[HeldRelease],
    cosignatures: &[CosignatureSummary],
) -> Vec<Standing> {
    let mut contents: BTreeMap<(u32, u32, u32), usize> = BTreeMap::new();
    for release in held {
        *contents.entry(release.release.version).or_default() += 1;
    }
    let mut highest: Option<String> = None;
    let mut standings = Vec::with_capacity(held.len());
    for release in held {
        let is_equivocated = contents
            .get(&release.release.version)
            .is_some_and(|count| *count > 1);
        let mut standing = standing(pack, value, release, is_equivocated);
        standing.cosigners = cosigners(lead, &standing.hash, cosignatures);
        standing.counts = standing.is_readable
            && !is_equivocated
            && standing.withdrawn.is_none()
            && standing.cosigners_missing() == 0;
        standing.higher.clone_from(&highest);
        if standing.counts && highest.is_none() {
            highest = Some(standing.version.clone());
        }
        standings.push(standing);
    }
    standings
}

fn standing(pack: DocId, value: &Pack, held: &HeldRelease, is_equivocated: bool) -> Standing {
    let release = &held.release;
    let version = release.version_text();
    let content = held.content();
    let review_by = date(release.review_by_day);
    let valid_from = release.valid_from_day;
    Standing {
        pack: pack.to_string(),
        code: content
            .as_ref()
            .map_or_else(|| value.code.clone(), |content| content.pack.code.clone()),
        citation: citation(pack, &version, &held.hash),
        hash: held.hash.to_string(),
        counts: false,
        higher: None,
        cosigners_needed: usize::from(release.cosigners_needed),
        cosigners: Vec::new(),
        withdrawn: value
            .withdrawals
            .iter()
            .find(|withdrawal| withdrawal.version == version)
            .cloned(),
        is_equivocated,
        is_readable: content.is_some(),
        notes: Localized(release.notes.clone()),
        valid_from: date(valid_from),
        valid_later: valid_from > today(),
        review_passed: has_passed(&review_by),
        review_by,
        version,
    }
}

/// Distinct members other than the lead that co-signed exactly this release.
fn cosigners(lead: &str, hash: &str, cosignatures: &[CosignatureSummary]) -> Vec<Cosigner> {
    let mut cosigners: BTreeMap<&str, Cosigner> = BTreeMap::new();
    for signed in cosignatures
        .iter()
        .filter(|signed| signed.release.as_deref() == Some(hash) && signed.member != lead)
    {
        cosigners.entry(&signed.member).or_insert_with(|| Cosigner {
            document: signed.document.clone(),
            member: signed.member.clone(),
            name: signed.member_name.clone(),
        });
    }
    cosigners.into_values().collect()
}

/// The release with this version; where none is given the one to use now.
pub(in crate::service) fn release_at<'a>(
    pack: &'a PackStanding,
    version: Option<&str>,
) -> Result<&'a Standing, Failure> {
    let found = match version {
        // Written as 1.2.0, whatever zeros somebody typed before the digits.
        Some(version) => {
            let wanted = parse_version(version).map(|(a, b, c)| format!("{a}.{b}.{c}"));
            let wanted = wanted.as_deref().unwrap_or(version);
            pack.releases
                .iter()
                .find(|release| release.version == wanted)
        }
        None => pack.newest(),
    };
    found.ok_or_else(|| no_release(pack, version))
}

fn no_release(pack: &PackStanding, version: Option<&str>) -> Failure {
    let code = &pack.code;
    if pack.is_draft {
        return Failure::user(
            "no-release",
            Said::new(
                format!("{code} is your own draft: it has no release yet"),
                format!("{code} er jeres egen kladde: den er ikke udgivet endnu"),
            ),
        )
        .hint(Said::new(
            format!("release it first: faelled pack publish {code}"),
            format!("udgiv den først: faelled pack publish {code}"),
        ));
    }
    let mut versions: Vec<&str> = pack
        .releases
        .iter()
        .map(|release| release.version.as_str())
        .collect();
    versions.dedup();
    let there = if versions.is_empty() {
        "-".to_owned()
    } else {
        versions.join(", ")
    };
    let message = match version {
        Some(version) => Said::new(
            format!("{code} has no release {version} here (there are: {there})"),
            format!("{code} har ingen udgivelse {version} her (der er: {there})"),
        ),
        None => Said::new(
            format!("{code} has no release here that counts (there are: {there})"),
            format!("{code} har ingen udgivelse her, der gælder (der er: {there})"),
        ),
    };
    Failure::user("no-release", message).hint(Said::new(
        format!(
            "faelled pack show {code} lists its releases; others come while faelled serve runs"
        ),
        format!(
            "faelled pack show {code} viser udgivelserne; flere kommer, mens faelled serve kører"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use faelled_model::ReleaseContent;
    use faelled_model::pack::Withdrawal;
    use faelled_proto::id::ContentHash;
    use faelled_proto::release::Release;

    use super::*;

    const LEAD: &str = "dk-0159";

    fn held(version: (u32, u32, u32), cosigners_needed: u16, title: &str) -> HeldRelease {
        let mut content = ReleaseContent::default();
        content.pack.code = "GLX-EMB".to_owned();
        content
            .pack
            .title
            .0
            .insert("en".to_owned(), title.to_owned());
        let content = content.to_bytes().unwrap();
        let release = Release {
            version,
            previous: None,
            notes: BTreeMap::new(),
            valid_from_day: 20_000,
            review_by_day: 20_365,
            approval: None,
            cosigners_needed,
            content_hash: ContentHash::of(&[&content]),
            content,
        };
        HeldRelease {
            hash: Release::hash_of_body(&release.encode()),
            release,
        }
    }

    fn signed(member: &str, release: &HeldRelease) -> CosignatureSummary {
        CosignatureSummary {
            document: format!("document of {member}"),
            member: member.to_owned(),
            member_name: None,
            version: None,
            release: Some(release.hash.to_string()),
            date: None,
            capacity_da: None,
            capacity_en: None,
        }
    }

    fn of(pack: &Pack, held: &[HeldRelease], signed: &[CosignatureSummary]) -> Vec<Standing> {
        standings(DocId::from_bytes([1; 32]), LEAD, pack, held, signed)
    }

    #[test]
    fn a_release_counts_once_enough_members_other_than_the_lead_co_signed_exactly_it() {
        let held = [held((1, 1, 0), 2, "new"), held((1, 0, 0), 0, "old")];
        let mut signatures = vec![
            signed(LEAD, &held[0]),
            signed("dk-0151", &held[0]),
            signed("dk-0151", &held[0]),
            signed("dk-0165", &held[1]),
        ];
        let waiting = of(&Pack::default(), &held, &signatures);
        assert_eq!(waiting[0].cosigners_missing(), 1);
        assert!(!waiting[0].counts && waiting[1].counts);
        assert_eq!(waiting[1].higher, None);

        signatures.push(signed("dk-0165", &held[0]));
        let there = of(&Pack::default(), &held, &signatures);
        assert!(there[0].counts);
        assert_eq!(there[1].higher.as_deref(), Some("1.1.0"));
    }

    #[test]
    fn a_withdrawn_or_equivocated_release_never_counts() {
        let held = [
            held((2, 0, 0), 0, "one"),
            held((2, 0, 0), 0, "other"),
            held((1, 1, 0), 0, "withdrawn"),
            held((1, 0, 0), 0, "good"),
        ];
        let mut pack = Pack::default();
        pack.withdrawals.push(Withdrawal {
            version: "1.1.0".to_owned(),
            ..Withdrawal::default()
        });
        let all = of(&pack, &held, &[]);
        let counting: Vec<bool> = all.iter().map(|release| release.counts).collect();
        assert_eq!(counting, [false, false, false, true]);
        assert!(all[0].is_equivocated && all[2].withdrawn.is_some());
    }

    #[test]
    fn a_version_is_found_as_people_type_it_and_else_the_ones_there_are_named() {
        let held = vec![held((1, 2, 0), 0, "x")];
        let releases = of(&Pack::default(), &held, &[]);
        let pack = PackStanding {
            document: DocId::from_bytes([1; 32]),
            lead: LEAD.to_owned(),
            code: "GLX-EMB".to_owned(),
            is_draft: false,
            pack: Pack::default(),
            held,
            releases,
        };
        for version in [Some("1.2.0"), Some("01.2.0"), None] {
            assert_eq!(release_at(&pack, version).unwrap().version, "1.2.0");
        }
        let failure = release_at(&pack, Some("9.0.0")).unwrap_err();
        assert_eq!(failure.code, "no-release");
        assert!(
            failure.message.en.contains("there are: 1.2.0"),
            "{failure:?}"
        );
    }
}
