//! `requirement adapt`: another requirement becomes an own draft that remembers where it comes from.

use faelled_mirror::Mirror;
use faelled_mirror::read::{RequirementDetail, RequirementFilter};
use faelled_model::adoption::ReleaseRef;
use faelled_model::field::set_field;
use faelled_model::pack::{RequirementRef, Section};
use faelled_model::release::ReleasedRequirement;
use faelled_model::requirement::AdaptedFrom;
use faelled_model::terms::WordingState;
use faelled_model::text::Merging;
use faelled_model::validate::{self, Severity};
use faelled_model::{Language, Localized, Requirement};
use faelled_proto::Space;

use super::super::draft::Draft;
use super::super::{Service, only, said, sort_findings};
use super::standing::{PackStanding, release_at};
use crate::data::releasing::{Adapted, Data, Standing};
use crate::failure::{Failure, Said};

/// What becomes of the requirement.
pub(super) struct Adaptation {
    pub(super) number: String,
    pub(super) changes: Localized,
    pub(super) wording: Localized,
    pub(super) set: Vec<(String, String)>,
    pub(super) pack: Option<String>,
}

/// Where an adapted requirement was put.
struct Put {
    document: String,
    pack: Option<String>,
    in_group: bool,
}

/// A requirement in a release.
pub(in crate::service) struct Origin {
    pub(in crate::service) standing: Standing,
    pub(in crate::service) released: ReleasedRequirement,
}

impl Service {
    pub(super) async fn adapt(&self, key: &str, of: Adaptation) -> Result<Data, Failure> {
        let (key, version) = match key.rsplit_once('@') {
            Some((key, version)) => (key, Some(version)),
            None => (key, None),
        };
        let mirror = self.mirror().await?;
        let what = Said::new("requirement", "kravet");
        let found = only(mirror.requirement(key).await?, key, &what)?;
        let origin = self.origin(&mirror, &found, version).await?;
        self.check_unused(&mirror, &of.number).await?;
        let value = adapted(&origin, &found.summary.owner, &of)?;
        let findings = validate::requirement(&value)
            .into_iter()
            .map(|finding| (value.number.clone(), finding));
        let (errors, mut warnings) = sort_findings(findings.collect());
        if !errors.is_empty() {
            return Err(Failure::user(
                "requirement",
                Said::new(
                    "the adapted requirement is not as it should be",
                    "det tilpassede krav er ikke, som det skal være",
                ),
            )
            .details(errors)
            .hint(Said::new("nothing was written", "intet er skrevet")));
        }
        warnings.extend(same_number(&value));
        let to_do = validate::releasable(&value)
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| said(&value.number, &finding))
            .collect();
        let Put {
            document,
            pack,
            in_group,
        } = self.put_adapted(&value, of.pack.as_deref()).await?;
        self.mirror().await?;
        Ok(Data::Adapted(Adapted {
            document,
            number: value.number,
            pack,
            in_group,
            adapted_from: value.adapted_from.unwrap_or_default(),
            warnings,
            to_do,
        }))
    }

    /// The release from which a requirement is taken: the one that is named, else the newest that counts.
    pub(in crate::service) async fn origin(
        &self,
        mirror: &Mirror,
        found: &RequirementDetail,
        version: Option<&str>,
    ) -> Result<Origin, Failure> {
        let document = &found.summary.document;
        let mut packs: Vec<&str> = found
            .releases
            .iter()
            .map(|release| release.pack.as_str())
            .collect();
        packs.dedup();
        let mut refused = None;
        for key in packs {
            let pack = self.pack_standing(mirror, key).await?;
            // A pack of somebody else may hold a copy; the owner's own says what the requirement is.
            if pack.lead != found.summary.owner {
                continue;
            }
            let standing = match release_at(&pack, version) {
                Ok(standing) => standing.clone(),
                Err(failure) => {
                    refused = Some(failure);
                    continue;
                }
            };
            if !standing.counts {
                refused = Some(not_counting(&standing));
                continue;
            }
            if let Some(released) = released_in(&pack, &standing, document) {
                return Ok(Origin { standing, released });
            }
        }
        Err(refused.unwrap_or_else(|| not_released(found)))
    }

    async fn check_unused(&self, mirror: &Mirror, number: &str) -> Result<(), Failure> {
        let own = RequirementFilter {
            owner: Some(self.own.to_string()),
            ..RequirementFilter::default()
        };
        let used = mirror.requirements(&own).await?.into_iter().any(|held| {
            held.number
                .is_some_and(|held| held.eq_ignore_ascii_case(number))
        });
        if !used {
            return Ok(());
        }
        Err(Failure::user(
            "number-used",
            Said::new(
                format!("you have a requirement {number} already"),
                format!("I har allerede et krav {number}"),
            ),
        )
        .hint(Said::new(
            "a number says one thing only: choose another with --as",
            "et nummer står for én ting: vælg et andet med --as",
        )))
    }

    /// Writes the draft, and puts it into an own draft of a pack where one is named.
    async fn put_adapted(&self, value: &Requirement, pack: Option<&str>) -> Result<Put, Failure> {
        let editor = self.editor.lock().await;
        let draft = match pack {
            Some(key) => Some(self.needed_draft(&editor, key).await?),
            None => None,
        };
        let space = draft
            .as_ref()
            .map_or_else(|| editor.private(), |draft| draft.space.clone());
        let in_group = matches!(space, Space::Group(_));
        let mut edits = editor.edit(space).await?;
        let document = edits.create(value)?;
        let mut code = None;
        if let Some(Draft {
            document: draft,
            mut pack,
            ..
        }) = draft
        {
            if pack.sections.is_empty() {
                pack.sections.push(Section {
                    title: Localized::from([("da", "Krav"), ("en", "Requirements")]),
                    ..Section::default()
                });
            }
            if let Some(section) = pack.sections.last_mut() {
                section.requirements.push(RequirementRef {
                    number: value.number.clone(),
                    document: document.to_string(),
                    ..RequirementRef::default()
                });
            }
            edits.update(draft, &pack).await?;
            code = Some(pack.code);
        }
        edits.commit().await?;
        Ok(Put {
            document: document.to_string(),
            pack: code,
            in_group,
        })
    }
}

/// A requirement as a release renders it.
pub(super) fn released_in(
    pack: &PackStanding,
    standing: &Standing,
    document: &str,
) -> Option<ReleasedRequirement> {
    let content = pack.held(standing)?.content()?;
    content
        .requirements
        .into_iter()
        .find(|released| released.document == document)
}

fn adapted(origin: &Origin, owner: &str, of: &Adaptation) -> Result<Requirement, Failure> {
    let source = &origin.released.requirement;
    let mut value = Requirement {
        number: of.number.clone(),
        adapted_from: Some(AdaptedFrom {
            requirement: origin.released.document.clone(),
            number: source.number.clone(),
            owner: owner.to_owned(),
            release: ReleaseRef {
                pack: origin.standing.pack.clone(),
                version: origin.standing.version.clone(),
                hash: origin.standing.hash.clone(),
            },
            changes: of.changes.clone(),
        }),
        state: WordingState::Draft,
        history: Vec::new(),
        supersedes: Vec::new(),
        published_as: String::new(),
        ..source.clone()
    };
    for (language, text) in &of.wording.0 {
        value
            .wording
            .0
            .insert(language.clone(), Merging(text.clone()));
    }
    let mut wrong = Vec::new();
    for (field, text) in &of.set {
        if let Err(error) = set_field(&mut value, field, text) {
            wrong.push(Said::new(
                error.message(Language::English),
                error.message(Language::Danish),
            ));
        }
    }
    value.normalize();
    if wrong.is_empty() {
        return Ok(value);
    }
    Err(Failure::user(
        "field",
        Said::new(
            "not every field could be set",
            "ikke alle felter kunne sættes",
        ),
    )
    .details(wrong)
    .hint(Said::new("nothing was written", "intet er skrevet")))
}

/// Two requirements of two members may have one number; whoever cites it then means the other one, too.
fn same_number(value: &Requirement) -> Option<Said> {
    let from = value.adapted_from.as_ref()?;
    let number = &value.number;
    from.number.eq_ignore_ascii_case(number).then(|| {
        let owner = &from.owner;
        Said::new(
            format!("{number} is the number of its source, too: once it is shared, everybody must say whose they mean, such as {owner}/{number}; choose another with --as"),
            format!("{number} er også kildens nummer: når det deles, må alle sige, hvis de mener, f.eks. {owner}/{number}; vælg et andet med --as"),
        )
    })
}

fn not_counting(standing: &Standing) -> Failure {
    let name = format!("{} {}", standing.code, standing.version);
    if let Some(withdrawal) = &standing.withdrawn {
        return super::withdrawn(&name, withdrawal);
    }
    Failure::user(
        "not-in-force",
        Said::new(
            format!("the release {name} does not count"),
            format!("udgivelsen {name} gælder ikke"),
        ),
    )
    .hint(Said::new(
        format!(
            "faelled pack verify {}@{} says why",
            standing.code, standing.version
        ),
        format!(
            "faelled pack verify {}@{} siger hvorfor",
            standing.code, standing.version
        ),
    ))
}

pub(super) fn not_released(found: &RequirementDetail) -> Failure {
    let number = found.summary.number.clone().unwrap_or_default();
    Failure::user(
        "not-released",
        Said::new(
            format!("{number} stands in no release that counts"),
            format!("{number} står ikke i nogen udgivelse, der gælder"),
        ),
    )
    .hint(Said::new(
        "what is adapted is a released wording, so that it is known where it comes from",
        "det, der tilpasses, er en udgivet ordlyd, så man ved, hvor den kommer fra",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        let mut requirement = Requirement {
            number: "GLX-EMB-001".to_owned(),
            published_as: "x".to_owned(),
            state: WordingState::Released,
            supersedes: vec!["OLD-001".to_owned()],
            ..Requirement::default()
        };
        requirement.wording.0.insert(
            "da".to_owned(),
            Merging("Emballagen skal kunne bruges igen.".to_owned()),
        );
        Origin {
            standing: Standing {
                pack: "pack".to_owned(),
                code: "GLX-EMB".to_owned(),
                version: "1.0.0".to_owned(),
                hash: "hash".to_owned(),
                citation: String::new(),
                counts: true,
                higher: None,
                cosigners_needed: 0,
                cosigners: Vec::new(),
                withdrawn: None,
                is_equivocated: false,
                is_readable: true,
                notes: Localized::default(),
                valid_from: String::new(),
                valid_later: false,
                review_by: String::new(),
                review_passed: false,
            },
            released: ReleasedRequirement {
                document: "document".to_owned(),
                requirement,
            },
        }
    }

    fn adaptation(set: &[(&str, &str)]) -> Adaptation {
        Adaptation {
            number: "BAL-EMB-001".to_owned(),
            changes: Localized::from([("da", "Højere andel")]),
            wording: Localized::from([("en", "Packaging shall be reusable.")]),
            set: set
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect(),
            pack: None,
        }
    }

    #[test]
    fn an_adapted_requirement_knows_where_it_comes_from_and_is_a_draft_of_its_own() {
        let value = adapted(&origin(), "dk-0159", &adaptation(&[("level", "advanced")])).unwrap();
        assert_eq!(value.number, "BAL-EMB-001");
        assert_eq!(value.level.code(), "advanced");
        assert_eq!(value.state, WordingState::Draft);
        assert!(value.published_as.is_empty() && value.supersedes.is_empty());
        assert_eq!(value.wording.0.len(), 2);
        let from = value.adapted_from.unwrap();
        assert_eq!(
            (&*from.requirement, &*from.number, &*from.owner),
            ("document", "GLX-EMB-001", "dk-0159")
        );
        assert_eq!(
            (&*from.release.version, &*from.release.hash),
            ("1.0.0", "hash")
        );
    }

    #[test]
    fn an_adaptation_under_the_number_of_its_source_is_made_with_a_warning() {
        let same = Adaptation {
            number: "glx-emb-001".to_owned(),
            ..adaptation(&[])
        };
        let value = adapted(&origin(), "dk-0159", &same).unwrap();
        let told = same_number(&value).unwrap();
        assert!(told.en.contains("dk-0159/glx-emb-001") && told.da.contains("--as"));
        let value = adapted(&origin(), "dk-0159", &adaptation(&[])).unwrap();
        assert_eq!(same_number(&value), None);
    }

    #[test]
    fn every_field_that_cannot_be_set_is_named_in_both_languages() {
        let set = [("level", "sky-high"), ("nothing", "x")];
        let failure = adapted(&origin(), "dk-0159", &adaptation(&set)).unwrap_err();
        assert_eq!(failure.details.len(), 2);
        assert!(failure.details[0].en.contains("sky-high"), "{failure:?}");
        assert_ne!(failure.details[0].en, failure.details[0].da);
    }
}
