//! `pack cosign`: another member stands behind a release.

use faelled_model::adoption::ReleaseRef;
use faelled_model::{Cosignature, Localized};
use faelled_proto::Space;

use super::super::Service;
use super::standing::{PackStanding, release_at};
use crate::clock::{date, today};
use crate::data::releasing::{Cosigned, Cosigner, Data, Standing};
use crate::failure::{Failure, Said};

impl Service {
    pub(super) async fn cosign(
        &self,
        key: &str,
        version: Option<&str>,
        capacity: Localized,
        preview: bool,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = self.pack_standing(&mirror, key).await?;
        let mut standing = match (version, pack.releases.first()) {
            (None, Some(highest)) => highest.clone(),
            _ => release_at(&pack, version)?.clone(),
        };
        self.check_cosign(&pack, &standing)?;
        let mut document = None;
        if !preview {
            let cosignature = Cosignature {
                release: ReleaseRef {
                    pack: standing.pack.clone(),
                    version: standing.version.clone(),
                    hash: standing.hash.clone(),
                },
                date: date(today()),
                capacity: capacity.clone(),
                ..Cosignature::default()
            };
            let editor = self.editor.lock().await;
            let mut edits = editor.edit(Space::Commons).await?;
            let id = edits.create(&cosignature)?.to_string();
            edits.commit().await?;
            drop(editor);
            let names = self.names(&self.mirror().await?).await?;
            standing.cosigners.push(Cosigner {
                document: id.clone(),
                member: self.own.to_string(),
                name: names.get(self.own.as_str()).cloned(),
            });
            standing.counts = standing.is_readable && standing.cosigners_missing() == 0;
            document = Some(id);
        }
        Ok(Data::Cosigned(Cosigned {
            preview,
            document,
            capacity,
            visible_to: self.everybodys_names(&mirror).await?,
            standing,
        }))
    }

    fn check_cosign(&self, pack: &PackStanding, standing: &Standing) -> Result<(), Failure> {
        let name = format!("{} {}", standing.code, standing.version);
        let refuse = |code: &str, english: String, danish: String| {
            Err(Failure::user(code, Said::new(english, danish)))
        };
        if pack.lead == self.own.as_str() {
            return refuse(
                "the-lead",
                format!("{name} is your own release: its co-signatures are those of other members"),
                format!("{name} er jeres egen udgivelse: medunderskrifter er andre deltageres"),
            );
        }
        if standing.is_equivocated {
            return refuse(
                "disputed",
                format!("there are two different releases {name}: neither can be co-signed"),
                format!(
                    "der er to forskellige udgivelser {name}: ingen af dem kan medunderskrives"
                ),
            );
        }
        if let Some(withdrawal) = &standing.withdrawn {
            return Err(withdrawn(&name, withdrawal));
        }
        if !standing.is_readable {
            return refuse(
                "unreadable",
                format!(
                    "the content of {name} cannot be read here: nobody signs what cannot be read"
                ),
                format!(
                    "indholdet af {name} kan ikke læses her: ingen skriver under på det ulæste"
                ),
            );
        }
        if standing
            .cosigners
            .iter()
            .any(|cosigner| cosigner.member == self.own.as_str())
        {
            return refuse(
                "co-signed",
                format!("you have co-signed {name} already"),
                format!("I har allerede medunderskrevet {name}"),
            );
        }
        Ok(())
    }
}

/// A release that was withdrawn, with why and what replaces it.
pub(in crate::service) fn withdrawn(
    name: &str,
    withdrawal: &faelled_model::pack::Withdrawal,
) -> Failure {
    use faelled_model::text::InLanguages;
    let failure = Failure::user(
        "withdrawn",
        Said::new(
            format!(
                "{name} was withdrawn {}: {}",
                withdrawal.date,
                withdrawal.reason.best("en")
            ),
            format!(
                "{name} blev trukket tilbage {}: {}",
                withdrawal.date,
                withdrawal.reason.best("da")
            ),
        ),
    );
    if withdrawal.replaced_by.is_empty() {
        return failure.hint(Said::new(
            "nothing is named that replaces it; faelled pack list shows other packs",
            "der er ikke angivet noget, der erstatter den; faelled pack list viser andre pakker",
        ));
    }
    let version = &withdrawal.replaced_by;
    failure.hint(Said::new(
        format!("version {version} replaces it"),
        format!("version {version} erstatter den"),
    ))
}
