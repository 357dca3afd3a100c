//! `pack adopt`: this member says what it does with a release, and pins it.

use faelled_mirror::read::{PackDetail, ReleaseSummary};
use faelled_model::adoption::{ReleaseRef, SCHEMA};
use faelled_model::terms::Stance;
use faelled_model::{Adoption, DocumentKind, Localized, validate};
use faelled_proto::Space;

use super::{Service, document_id, only, sort_findings};
use crate::data::{Adopted, Data};
use crate::failure::{Failure, Said};

impl Service {
    pub(super) async fn adopt(
        &self,
        key: &str,
        version: Option<&str>,
        stance: String,
        quarter: Option<String>,
        reason: Localized,
    ) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let pack = only(mirror.pack(key).await?, key, &Said::new("pack", "pakken"))?;
        let release = chosen(&pack, version)?.clone();
        let editor = self.editor.lock().await;
        let earlier = mirror
            .adoptions(Some(&pack.summary.document))
            .await?
            .into_iter()
            .find(|adoption| adoption.member == self.own.as_str())
            .and_then(|adoption| document_id(&adoption.document));
        let mut adoption = match earlier {
            Some(document) => editor.read::<Adoption>(document).await?,
            None => Adoption {
                schema: SCHEMA,
                ..Adoption::default()
            },
        };
        adoption.release = ReleaseRef {
            pack: release.pack.clone(),
            version: release.version.clone(),
            hash: release.hash.clone(),
        };
        adoption.stance = Stance::from(stance.clone());
        if let Some(quarter) = quarter {
            adoption.planned_quarter = quarter;
        }
        if !reason.0.is_empty() {
            adoption.reason = reason;
        }
        let findings = validate::adoption(&adoption)
            .into_iter()
            .map(|finding| (String::new(), finding))
            .collect();
        let (errors, _) = sort_findings(findings);
        if !errors.is_empty() {
            return Err(Failure::user(
                "adoption",
                Said::new(
                    "the adoption is not complete",
                    "ibrugtagningen er ikke fuldstændig",
                ),
            )
            .details(errors));
        }
        let mut edits = editor.edit(Space::Commons).await?;
        let document = match earlier {
            Some(document) => {
                edits.update(document, &adoption).await?;
                document
            }
            None => edits.create(DocumentKind::Adoption, &adoption)?,
        };
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Adopted(Adopted {
            document: document.to_string(),
            code: pack.summary.code.unwrap_or_default(),
            version: release.version,
            release: release.hash,
            stance,
        }))
    }
}

/// The release with this version, or the one to use now.
fn chosen<'a>(pack: &'a PackDetail, version: Option<&str>) -> Result<&'a ReleaseSummary, Failure> {
    let code = pack.summary.code.clone().unwrap_or_default();
    let release = match version {
        Some(version) => pack
            .releases
            .iter()
            .find(|release| release.version == version),
        None => pack.releases.iter().find(|release| release.is_newest),
    };
    let Some(release) = release else {
        let versions: Vec<&str> = pack
            .releases
            .iter()
            .map(|release| release.version.as_str())
            .collect();
        let there = if versions.is_empty() {
            "-".to_owned()
        } else {
            versions.join(", ")
        };
        return Err(Failure::user(
            "no-release",
            Said::new(
                format!("the pack {code} has no such release here (there are: {there})"),
                format!("pakken {code} har ingen sådan udgivelse her (der er: {there})"),
            ),
        )
        .hint(Said::new(
            "its lead releases it with faelled pack publish",
            "tovholderen udgiver den med faelled pack publish",
        )));
    };
    if release.is_equivocated {
        return Err(Failure::user(
            "disputed",
            Said::new(
                format!(
                    "there are two different releases {code} {}: neither can be adopted",
                    release.version
                ),
                format!(
                    "der er to forskellige udgivelser {code} {}: ingen af dem kan tages i brug",
                    release.version
                ),
            ),
        )
        .hint(Said::new(
            "its lead settles it with a higher version",
            "tovholderen afgør det med en højere version",
        )));
    }
    if release.cosigners_needed > 0 || !release.is_readable {
        return Err(Failure::user(
            "not-in-force",
            Said::new(
                format!(
                    "the release {code} {} is not in force here",
                    release.version
                ),
                format!("udgivelsen {code} {} gælder ikke her", release.version),
            ),
        )
        .hint(Said::new(
            "a newer version of faelled may be needed",
            "måske kræves en nyere version af faelled",
        )));
    }
    Ok(release)
}
