//! `pack show` and `requirement show` with a version: what that release says.

use faelled_mirror::read::RequirementDetail;
use faelled_model::release::ReleasedRequirement;

use super::super::{Service, only};
use super::adapt::{not_released, released_in};
use super::standing::release_at;
use crate::data::Data;
use crate::data::releasing::{At, Data as Releasing, Standing};
use crate::failure::{Failure, Said};

impl Service {
    pub(in crate::service) async fn pack_at(
        &self,
        key: &str,
        version: &str,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, key).await?;
        let standing = release_at(&pack, Some(version))?.clone();
        let content = pack.held(&standing).and_then(|held| held.content());
        let content = content.ok_or_else(|| unreadable(&standing))?;
        let document = pack.document.to_string();
        let what = Said::new("pack", "pakken");
        let found = only(mirror.pack(&document).await?, key, &what)?;
        let release = found
            .releases
            .iter()
            .find(|release| release.hash == standing.hash)
            .cloned()
            .ok_or_else(Failure::stopping)?;
        let said = found.as_released(&release, &content);
        Ok(Data::Releasing(Releasing::PackAt(Box::new(At {
            standing,
            said,
        }))))
    }

    pub(in crate::service) async fn requirement_at(
        &self,
        key: &str,
        version: &str,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let what = Said::new("requirement", "kravet");
        let found = only(mirror.requirement(key).await?, key, &what)?;
        let (standing, released) = self.released_at(&mirror, &found, version).await?;
        let said = found.as_released(&standing.code, &standing.version, &released.requirement);
        Ok(Data::Releasing(Releasing::RequirementAt(Box::new(At {
            standing,
            said,
        }))))
    }

    /// The release of the owner's with this version that holds a requirement, whether it counts or not.
    async fn released_at(
        &self,
        mirror: &faelled_mirror::Mirror,
        found: &RequirementDetail,
        version: &str,
    ) -> Result<(Standing, ReleasedRequirement), Failure> {
        let mut packs: Vec<&str> = found
            .releases
            .iter()
            .map(|release| release.pack.as_str())
            .collect();
        packs.sort_unstable();
        packs.dedup();
        let mut refused = None;
        for key in packs {
            let pack = self.pack_standing(mirror, key).await?;
            // A pack of somebody else may hold a copy; the owner's own says what the requirement is.
            if pack.lead != found.summary.owner {
                continue;
            }
            match release_at(&pack, Some(version)) {
                Ok(standing) => {
                    let released = released_in(&pack, standing, &found.summary.document);
                    if let Some(released) = released {
                        return Ok((standing.clone(), released));
                    }
                    refused = Some(not_in(found, standing));
                }
                Err(failure) => refused = Some(failure),
            }
        }
        Err(refused.unwrap_or_else(|| not_released(found)))
    }
}

fn not_in(found: &RequirementDetail, standing: &Standing) -> Failure {
    if !standing.is_readable {
        return unreadable(standing);
    }
    let number = found.summary.number.as_deref().unwrap_or("?");
    let Standing { code, version, .. } = standing;
    Failure::user(
        "not-in-release",
        Said::new(
            format!("{code} {version} does not hold {number}"),
            format!("{number} er ikke med i {code} {version}"),
        ),
    )
    .hint(Said::new(
        format!("faelled requirement show {number} tells in which releases it stands"),
        format!("faelled requirement show {number} fortæller, hvilke udgivelser det står i"),
    ))
}

fn unreadable(standing: &Standing) -> Failure {
    let name = format!("{} {}", standing.code, standing.version);
    Failure::user(
        "unreadable",
        Said::new(
            format!("the content of {name} cannot be read by this version"),
            format!("indholdet af {name} kan ikke læses af denne version"),
        ),
    )
    .hint(Said::new(
        "a newer version of faelled may be needed",
        "måske kræves en nyere version af faelled",
    ))
}
