//! `pack diff`: what one release says otherwise than another, from their own bytes.

use faelled_model::compare::release_diff;
use faelled_model::release::ReleasedRequirement;
use faelled_model::{Pack, ReleaseContent};

use super::super::Service;
use super::standing::{PackStanding, release_at};
use crate::data::releasing::{Data, Difference, Standing};
use crate::failure::{Failure, Said};

/// What stands for the own draft where a version stands.
const DRAFT: &str = "draft";

impl Service {
    pub(super) async fn difference(
        &self,
        key: &str,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, key).await?;
        let to = self.side(&pack, to, pack.releases.first()).await?;
        // Without a name it is the release before the one after; before a draft, the newest.
        let before = match to.place {
            Some(place) => pack.releases.get(place + 1),
            None => pack.releases.first(),
        };
        let from = self.side(&pack, from, before).await?;
        Ok(Data::Difference(Box::new(Difference {
            code: pack.code.clone(),
            difference: release_diff(&plain(from.content), &plain(to.content)),
            from: from.name,
            to: to.name,
        })))
    }

    async fn side(
        &self,
        pack: &PackStanding,
        asked: Option<&str>,
        otherwise: Option<&Standing>,
    ) -> Result<Side, Failure> {
        if asked.is_some_and(|asked| asked.eq_ignore_ascii_case(DRAFT)) {
            return self.draft_side(pack).await;
        }
        let standing = match asked {
            Some(version) => release_at(pack, Some(version))?,
            None => match otherwise {
                Some(standing) => standing,
                None if pack.releases.is_empty() => release_at(pack, None)?,
                None => return Err(only_one(pack)),
            },
        };
        let content = pack
            .held(standing)
            .and_then(|held| held.content())
            .ok_or_else(|| unreadable(standing))?;
        Ok(Side {
            name: standing.version.clone(),
            place: pack
                .releases
                .iter()
                .position(|other| other.hash == standing.hash),
            content,
        })
    }

    async fn draft_side(&self, pack: &PackStanding) -> Result<Side, Failure> {
        let editor = self.editor.lock().await;
        let found = self.draft(&editor, &pack.document.to_string()).await?;
        let draft = match found {
            Some(draft) => Some(draft),
            None => self.draft(&editor, &pack.code).await?,
        };
        let draft = draft.ok_or_else(|| no_draft(&pack.code))?;
        let requirements = draft
            .read(&editor)
            .await?
            .into_iter()
            .map(|(_, requirement)| ReleasedRequirement {
                document: requirement.published_as.clone(),
                requirement,
            })
            .collect();
        Ok(Side {
            name: DRAFT.to_owned(),
            place: None,
            content: ReleaseContent {
                pack: draft.pack,
                requirements,
            },
        })
    }
}

/// One of the two that are compared.
struct Side {
    name: String,
    /// Its place among the releases; nothing for a draft.
    place: Option<usize>,
    content: ReleaseContent,
}

/// Without the documents that its sections name: a draft's are others than its release's.
fn plain(content: ReleaseContent) -> ReleaseContent {
    let mut pack: Pack = content.pack;
    for reference in pack
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.requirements)
    {
        reference.document.clear();
    }
    ReleaseContent {
        pack,
        requirements: content.requirements,
    }
}

fn only_one(pack: &PackStanding) -> Failure {
    let code = &pack.code;
    Failure::user(
        "only-one",
        Said::new(
            format!("there is no release of {code} before that one"),
            format!("der er ingen udgivelse af {code} før den"),
        ),
    )
    .hint(Said::new(
        format!(
            "name two versions: faelled pack diff {code} 1.0.0 1.1.0; draft stands for your draft"
        ),
        format!(
            "angiv to versioner: faelled pack diff {code} 1.0.0 1.1.0; draft står for jeres kladde"
        ),
    ))
}

fn no_draft(code: &str) -> Failure {
    Failure::user(
        "no-draft",
        Said::new(
            format!("there is no draft of {code} here"),
            format!("her er ingen kladde til {code}"),
        ),
    )
    .hint(Said::new(
        "only the lead's nodes have it",
        "kun tovholderens noder har den",
    ))
}

fn unreadable(standing: &Standing) -> Failure {
    let Standing { code, version, .. } = standing;
    Failure::user(
        "unreadable",
        Said::new(
            format!("the content of {code} {version} cannot be read"),
            format!("indholdet af {code} {version} kan ikke læses"),
        ),
    )
    .hint(Said::new(
        "a newer version of faelled may be needed",
        "måske kræves en nyere version af faelled",
    ))
}
