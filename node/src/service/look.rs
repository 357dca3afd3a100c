//! Looking things up: packs, requirements, search.

use faelled_mirror::read::{RequirementFilter, SearchFilter};
use faelled_model::codes::members::resolve_member;
use faelled_proto::MemberId;

use super::{Service, only};
use crate::data::Data;
use crate::failure::{Failure, Said};
use crate::request::{RequirementQuery, SearchQuery};

impl Service {
    pub(super) async fn packs(&self) -> Result<Data, Failure> {
        Ok(Data::Packs(self.mirror().await?.packs().await?))
    }

    pub(super) async fn pack(&self, key: &str) -> Result<Data, Failure> {
        if let Some((key, version)) = key.rsplit_once('@') {
            return self.pack_at(key, version).await;
        }
        let found = self.mirror().await?.pack(key).await?;
        Ok(Data::Pack(Box::new(only(
            found,
            key,
            &Said::new("pack", "pakken"),
        )?)))
    }

    pub(super) async fn requirements(&self, query: RequirementQuery) -> Result<Data, Failure> {
        let filter = RequirementFilter {
            category: query.category,
            strategy: query.strategy,
            cpv: query.cpv,
            r#type: query.r#type,
            level: query.level,
            pack: query.pack,
            tried: query.tried,
            owner: None,
        };
        Ok(Data::Requirements(
            self.mirror().await?.requirements(&filter).await?,
        ))
    }

    pub(super) async fn requirement(&self, key: &str) -> Result<Data, Failure> {
        if let Some((key, version)) = key.rsplit_once('@') {
            return self.requirement_at(key, version).await;
        }
        let found = self.mirror().await?.requirement(key).await?;
        Ok(Data::Requirement(Box::new(only(
            found,
            key,
            &Said::new("requirement", "kravet"),
        )?)))
    }

    pub(super) async fn search(&self, query: SearchQuery) -> Result<Data, Failure> {
        let about = query.about;
        let filter = SearchFilter {
            kind: query.kind,
            owner: query.member,
            category: about.category,
            cpv: about.cpv,
            strategy: about.strategy,
            r#type: about.r#type,
            level: about.level,
            evidence: query.evidence,
            tried: about.tried,
            verdict: query.verdict,
            pack: about.pack,
        };
        let mirror = self.mirror().await?;
        Ok(Data::Hits(
            mirror.search(&query.words, &filter, query.limit).await?,
        ))
    }
}

/// A member as people name it: id, municipality code or name.
pub(super) fn member_id(text: &str) -> Result<String, Failure> {
    if let Ok(member) = resolve_member(text) {
        return Ok(member.id.to_string());
    }
    text.parse::<MemberId>()
        .map(|id| id.to_string())
        .map_err(|_| {
            Failure::user(
                "unknown-member",
                Said::new(
                    format!("{text} is not a member's id"),
                    format!("{text} er ikke en deltagers id"),
                ),
            )
            .hint(Said::new(
                "faelled members lists them",
                "faelled members viser dem",
            ))
        })
}
