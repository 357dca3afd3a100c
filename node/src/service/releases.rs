//! Releases as their own bytes say: read from the entries in `node.db`, never from the mirror.

use std::collections::BTreeMap;

use faelled_model::ReleaseContent;
use faelled_model::schema::Record;
use faelled_proto::release::Release;
use faelled_proto::{DocId, Kind, ReleaseHash};

use super::Service;
use crate::failure::Failure;
use crate::reading;
use crate::view::judge;

/// A release that is held.
pub(super) struct HeldRelease {
    pub(super) hash: ReleaseHash,
    pub(super) release: Release,
}

impl HeldRelease {
    /// What it renders, in the newest shape; nothing where this version cannot read it.
    pub(super) fn content(&self) -> Option<ReleaseContent> {
        let mut content = ReleaseContent::from_bytes(&self.release.content).ok()?;
        content.pack.settle();
        for released in &mut content.requirements {
            released.requirement.settle();
        }
        Some(content)
    }
}

impl Service {
    /// Every release of a pack whose entry counts, the highest version first. Two contents under one version
    /// are two releases.
    pub(super) async fn held_releases(&self, pack: DocId) -> Result<Vec<HeldRelease>, Failure> {
        let ceilings = &self.core.trust().ceilings;
        let entries = reading::entries(&self.store, pack, ceilings).await?;
        let bodies = judge(pack, &entries, ceilings)
            .counting
            .into_iter()
            .filter(|entry| entry.kind == Kind::RELEASE)
            .filter_map(|entry| entry.body.as_deref());
        let mut held = BTreeMap::new();
        for body in bodies {
            if let Ok(release) = Release::decode(body) {
                let hash = Release::hash_of_body(body);
                held.insert((release.version, hash), HeldRelease { hash, release });
            }
        }
        Ok(held.into_values().rev().collect())
    }

    /// What a release renders; nothing where it is not here or cannot be read.
    pub(super) async fn content(
        &self,
        pack: DocId,
        hash: &str,
    ) -> Result<Option<ReleaseContent>, Failure> {
        let held = self.held_releases(pack).await?;
        Ok(held
            .iter()
            .find(|held| held.hash.to_string() == hash)
            .and_then(HeldRelease::content))
    }
}

/// A version as people write it, `1.2.0`.
pub(super) fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| {
        let plain = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if plain {
            part.parse::<u32>().ok()
        } else {
            None
        }
    });
    let version = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(version)
}
