//! What is written where others see it: into the space of what it is about, never into a wider one.

use autosurgeon::Reconcile;
use faelled_mirror::Mirror;
use faelled_mirror::read::Target;
use faelled_model::schema::Record;
use faelled_model::validate::Finding;
use faelled_proto::{DocId, Space};

use crate::data::joint::{Data, What, Written};
use crate::editor::Editor;
use crate::failure::{Failure, Said};
use crate::service::everybody::names_in;
use crate::service::person::check_person;
use crate::service::{Service, document_id, only, sort_findings};

/// Where something is written, and who sees it there.
#[derive(Debug)]
pub(super) struct Place {
    space: Space,
    name: Option<String>,
    pub(super) visible_to: Vec<String>,
}

/// Something that is about to be written.
#[derive(Debug)]
pub(super) struct Plan<T> {
    pub(super) what: What,
    /// By what people name it.
    pub(super) name: String,
    pub(super) place: Place,
    /// The document that is brought up to date.
    pub(super) earlier: Option<DocId>,
    pub(super) value: T,
    pub(super) findings: Vec<Finding>,
    pub(super) preview: bool,
}

impl Service {
    /// The space that every member sees.
    pub(super) async fn commons(&self, mirror: &Mirror) -> Result<Place, Failure> {
        Ok(Place {
            space: Space::Commons,
            name: None,
            visible_to: self.everybodys_names(mirror).await?,
        })
    }

    /// The space of what something is about. Nobody else sees an own draft: nothing is said of it here.
    pub(super) async fn place_of(
        &self,
        mirror: &Mirror,
        target: &Target,
    ) -> Result<Place, Failure> {
        match target.space.as_str() {
            "commons" => self.commons(mirror).await,
            "group" => self.group_place(mirror, target).await,
            _ => Err(Failure::user(
                "private-target",
                Said::new(
                    format!(
                        "{} is a draft of your own: nobody else could read it",
                        called(target)
                    ),
                    format!(
                        "{} er jeres egen kladde: ingen andre kunne læse det",
                        called(target)
                    ),
                ),
            )
            .hint(Said::new(
                "share it in a group first (faelled pack share), or release it",
                "del den først i en gruppe (faelled pack share), eller udgiv den",
            ))),
        }
    }

    async fn group_place(&self, mirror: &Mirror, target: &Target) -> Result<Place, Failure> {
        let group = mirror
            .groups()
            .await?
            .into_iter()
            .find(|group| group.head.space_id == target.space_id)
            .ok_or_else(|| {
                Failure::user(
                    "not-in-group",
                    Said::new(
                        format!("{} is in a group that you are no longer in", called(target)),
                        format!(
                            "{} er i en gruppe, som I ikke længere er med i",
                            called(target)
                        ),
                    ),
                )
            })?;
        let id = group
            .head
            .group_id
            .parse()
            .map_err(|_| Failure::stopping())?;
        Ok(Place {
            space: Space::Group(id),
            visible_to: names_in(&group),
            name: group.head.name,
        })
    }

    /// What something is about, by what people cite.
    pub(super) async fn target(&self, mirror: &Mirror, key: &str) -> Result<Target, Failure> {
        let what = Said::new("document", "dokumentet");
        only(mirror.target(key).await?, key, &what)
    }

    /// The same, where it is of one of these kinds.
    pub(super) async fn target_of(
        &self,
        mirror: &Mirror,
        key: &str,
        kinds: &[&str],
        what: &Said,
    ) -> Result<Target, Failure> {
        let target = only(mirror.target(key).await?, key, what)?;
        if kinds.contains(&target.kind.as_str()) {
            return Ok(target);
        }
        let kind = kind_said(&target.kind);
        Err(Failure::user(
            "another-kind",
            Said::new(
                format!("{key} is not a {}: it is a {}", what.en, kind.en),
                format!("{key} er noget andet end {}: det er {}", what.da, kind.da),
            ),
        ))
    }

    /// Writes it, or only says who would see it.
    pub(super) async fn carry_out<T: Record + Reconcile + Clone>(
        &self,
        editor: &Editor,
        plan: Plan<T>,
    ) -> Result<Data, Failure> {
        let warnings = checked(plan.findings)?;
        let mut written = Written {
            what: plan.what,
            preview: plan.preview,
            documents: Vec::new(),
            updated: plan.earlier.is_some(),
            names: vec![plan.name],
            space: plan.place.space.sort().to_owned(),
            space_name: plan.place.name,
            visible_to: plan.place.visible_to,
            warnings,
        };
        if plan.preview {
            return Ok(Data::Written(written));
        }
        let mut edits = editor.edit(plan.place.space).await?;
        let document = match plan.earlier {
            Some(document) => {
                edits.update(document, &plan.value).await?;
                document
            }
            None => edits.create(&plan.value)?,
        };
        edits.commit().await?;
        self.mirror().await?;
        written.documents.push(document.to_string());
        Ok(Data::Written(written))
    }

    /// This member's own documents of one kind in the commons, the one written last first, with what they say.
    pub(super) async fn own_documents<T: Record>(
        &self,
        mirror: &Mirror,
        editor: &Editor,
        space: &str,
    ) -> Result<Vec<(DocId, T)>, Failure> {
        let owned = mirror
            .owned(self.own.as_str(), T::KIND.code(), space)
            .await?;
        let mut found = Vec::with_capacity(owned.len());
        for document in owned.iter().filter_map(|row| document_id(&row.document)) {
            found.push((document, editor.read(document).await?));
        }
        Ok(found)
    }
}

/// Fails where something stands in the way or may not be shared; else what a person should look at. Everything of
/// the joint work that is shared passes here.
pub(super) fn checked(findings: Vec<Finding>) -> Result<Vec<Said>, Failure> {
    let findings: Vec<(String, Finding)> = findings
        .into_iter()
        .map(|finding| (String::new(), finding))
        .collect();
    check_person(&findings)?;
    let (errors, warnings) = sort_findings(findings);
    if errors.is_empty() {
        return Ok(warnings);
    }
    Err(Failure::user(
        "not-complete",
        Said::new(
            "it cannot be shared as it is",
            "det kan ikke deles, som det er",
        ),
    )
    .details(errors)
    .hint(Said::new(
        "correct these points; nothing was shared",
        "ret disse punkter; intet er delt",
    )))
}

/// By what people name a document.
pub(super) fn called(target: &Target) -> String {
    const SHOWN_DIGITS: usize = 10;
    target
        .number
        .clone()
        .filter(|number| !number.is_empty())
        .unwrap_or_else(|| target.document.chars().take(SHOWN_DIGITS).collect())
}

fn kind_said(kind: &str) -> Said {
    match kind {
        "pack" => Said::new("pack", "en kravpakke"),
        "requirement" => Said::new("requirement", "et krav"),
        "pilot" => Said::new("pilot", "en afprøvning"),
        "question" => Said::new("question", "et spørgsmål"),
        "answer" => Said::new("answer", "et svar"),
        "comment" => Said::new("comment", "en kommentar"),
        "resource" => Said::new("resource", "et redskab"),
        "project" => Said::new("project", "en indsats"),
        other => Said::new(other, other),
    }
}
