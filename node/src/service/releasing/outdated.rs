//! `pack outdated`: adoptions from which something has moved on.

use std::collections::BTreeMap;

use faelled_mirror::read::AdoptionSummary;

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
        Ok(Data::Outdated(Outdated {
            adoptions: count,
            all,
            outdated,
        }))
    }
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
