//! `pack outdated`: adoptions, and own adaptations, from which something has moved on.

use std::collections::{BTreeMap, HashSet};

use faelled_mirror::read::{AdoptionSummary, OutdatedAdaptation};

use super::super::Service;
use super::super::releases::parse_version;
use super::standing::PackStanding;
use crate::data::releasing::{Data, NewerVersion, Outdated, OutdatedAdoption, Standing};
use crate::failure::Failure;

impl Service {
    pub(super) async fn outdated(&self, all: bool) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let adoptions: Vec<AdoptionSummary> = mirror
            .adoptions(None)
            .await?
            .into_iter()
            .filter(|adoption| all || adoption.member == self.own.as_str())
            .filter(|adoption| adoption.stance.as_deref() != Some("declined"))
            .collect();
        let mut packs: BTreeMap<String, Option<PackStanding>> = BTreeMap::new();
        let mut outdated = Vec::new();
        let count = adoptions.len();
        for adoption in adoptions {
            let document = adoption.pack.clone().unwrap_or_default();
            if !packs.contains_key(&document) {
                let pack = match self.pack_standing(&mirror, &document).await {
                    Ok(pack) => Some(pack),
                    // Its pack has not come yet, or nobody opened it.
                    Err(failure) if failure.code == "not-found" => None,
                    Err(failure) => return Err(failure),
                };
                packs.insert(document.clone(), pack);
            }
            let pack = packs.get(&document).and_then(Option::as_ref);
            outdated.extend(judge(adoption, pack));
        }
        // One's own come first.
        outdated.sort_by_key(|one| one.member != self.own.as_str());
        let adaptations = mirror.outdated_adaptations(Some(self.own.as_str())).await?;
        Ok(Data::Outdated(Outdated {
            adoptions: count,
            all,
            outdated,
            adaptations: each_once(adaptations),
        }))
    }
}

/// Adaptations whose source says something else now, each number once: what is shared stands before its draft.
fn each_once(adaptations: Vec<OutdatedAdaptation>) -> Vec<OutdatedAdaptation> {
    let mut numbers = HashSet::new();
    adaptations
        .into_iter()
        .filter(|one| {
            one.is_withdrawn
                || one.is_gone
                || one.is_changed == Some(true)
                || one.newest_version.is_none()
        })
        .filter(|one| {
            let number = one.number.as_ref().unwrap_or(&one.document);
            numbers.insert(number.to_lowercase())
        })
        .collect()
}

/// What has moved on from an adoption; nothing where all is as it was.
fn judge(adoption: AdoptionSummary, pack: Option<&PackStanding>) -> Option<OutdatedAdoption> {
    let hash = adoption.release.as_deref().unwrap_or_default();
    let releases = pack.map_or(&[][..], |pack| &pack.releases);
    let standing = releases.iter().find(|release| release.hash == hash);
    let version = match (standing, &adoption.version) {
        (Some(standing), _) => standing.version.clone(),
        (None, version) => version.clone().unwrap_or_default(),
    };
    let at = parse_version(&version);
    let mut newer: Vec<NewerVersion> = releases
        .iter()
        .filter(|release| release.counts && parse_version(&release.version) > at)
        .map(|release| NewerVersion {
            version: release.version.clone(),
            notes: release.notes.clone(),
        })
        .collect();
    newer.reverse();
    if newer.is_empty() && standing.is_some_and(holds) {
        return None;
    }
    let code = match (pack, &adoption.pack_code) {
        (Some(pack), _) => pack.code.clone(),
        (None, Some(code)) => code.clone(),
        (None, None) => adoption.pack.clone().unwrap_or_default(),
    };
    Some(OutdatedAdoption {
        member: adoption.member,
        name: adoption.member_name,
        stance: adoption.stance.unwrap_or_default(),
        code,
        version,
        standing: standing.cloned(),
        newer,
    })
}

/// The release still counts and is not to be reviewed.
fn holds(standing: &Standing) -> bool {
    standing.counts && !standing.review_passed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adaptation(number: &str, space: &str, is_changed: Option<bool>) -> OutdatedAdaptation {
        OutdatedAdaptation {
            document: format!("{number} in {space}"),
            number: Some(number.to_owned()),
            owner: "dk-0151".to_owned(),
            space: space.to_owned(),
            title_da: None,
            title_en: None,
            source: None,
            source_number: None,
            source_owner: None,
            pack: "pack".to_owned(),
            pack_code: None,
            version: "1.0.0".to_owned(),
            release: "hash".to_owned(),
            newest_version: Some("1.1.0".to_owned()),
            newest_release: None,
            is_withdrawn: false,
            is_gone: is_changed.is_none(),
            is_changed,
        }
    }

    #[test]
    fn an_adaptation_is_told_once_and_only_where_its_source_says_something_else() {
        let told = each_once(vec![
            adaptation("BAL-001", "commons", Some(true)),
            adaptation("BAL-001", "private", Some(true)),
            adaptation("BAL-002", "private", Some(false)),
            adaptation("BAL-003", "private", None),
        ]);
        let told: Vec<&str> = told.iter().map(|one| one.document.as_str()).collect();
        assert_eq!(told, ["BAL-001 in commons", "BAL-003 in private"]);
    }
}
