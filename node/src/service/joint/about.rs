//! What something is about: one field of a document, and the other documents that say the same.

use faelled_mirror::Mirror;
use faelled_mirror::read::{Target, TargetCopy};
use faelled_model::Language::{Danish, English};
use faelled_model::discussion::Target as About;
use faelled_model::field::{FieldError, FieldFault, is_path, set_field};
use faelled_model::schema::Record;
use faelled_model::shape::Shaped;
use faelled_model::{Answer, Comment, Pack, Pilot, Project, Question, Requirement, Resource};
use faelled_proto::DocId;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::editor::Editor;
use crate::failure::{Failure, Said};
use crate::service::{Service, document_id};

impl Service {
    /// What something is about, by what people cite, with the documents in which its owner wrote the same: a
    /// release, drafts, copies for hearings. Where it is named by its id, it stands alone.
    pub(super) async fn target_copies(
        &self,
        mirror: &Mirror,
        key: &str,
    ) -> Result<(Target, Vec<TargetCopy>), Failure> {
        let target = self.target(mirror, key).await?;
        let mut copies = mirror.copies(&target.document).await?;
        if target
            .document
            .starts_with(&key.trim().to_ascii_lowercase())
        {
            copies.retain(|copy| copy.document == target.document);
        }
        Ok((target, copies))
    }
}

/// A field in a document, or the whole where the field is empty.
///
/// # Errors
/// When the document has no such field now.
pub(super) async fn about(
    editor: &Editor,
    target: Target,
    field: String,
) -> Result<About, Failure> {
    if !field.is_empty() {
        let id = document_id(&target.document).ok_or_else(Failure::stopping)?;
        let known = match target.kind.as_str() {
            "requirement" => known::<Requirement>(editor, id, &field).await?,
            "pack" => known::<Pack>(editor, id, &field).await?,
            "project" => known::<Project>(editor, id, &field).await?,
            "pilot" => known::<Pilot>(editor, id, &field).await?,
            "question" => known::<Question>(editor, id, &field).await?,
            "answer" => known::<Answer>(editor, id, &field).await?,
            "comment" => known::<Comment>(editor, id, &field).await?,
            "resource" => known::<Resource>(editor, id, &field).await?,
            _ => Ok(()),
        };
        known.map_err(|error| {
            Failure::user(
                "field",
                Said::new(error.message(English), error.message(Danish)),
            )
            .hint(Said::new(
                "leave out --field to speak of the whole; nothing was shared",
                "udelad --field for at tale om det hele; intet er delt",
            ))
        })?;
    }
    Ok(About {
        document: target.document,
        field,
    })
}

async fn known<T>(
    editor: &Editor,
    id: DocId,
    field: &str,
) -> Result<Result<(), FieldError>, Failure>
where
    T: Record + Shaped + Serialize + DeserializeOwned,
{
    Ok(has_field(editor.read::<T>(id).await?, field))
}

/// Whether a value has a field: what can be named in it, whether or not a hand may set it.
fn has_field<T>(mut value: T, field: &str) -> Result<(), FieldError>
where
    T: Shaped + Serialize + DeserializeOwned,
{
    let failed = |fault| FieldError {
        field: field.to_owned(),
        fault,
    };
    if !is_path(field) {
        return Err(failed(FieldFault::Form));
    }
    match set_field(&mut value, field, "").map_err(|error| error.fault) {
        Err(
            fault @ (FieldFault::Form
            | FieldFault::Unknown(_)
            | FieldFault::NoItem(_)
            | FieldFault::NotAList),
        ) => Err(failed(fault)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use faelled_model::Localized;
    use faelled_model::requirement::Evidence;

    use super::*;

    #[test]
    fn only_a_field_that_is_there_can_be_spoken_of() {
        let requirement = Requirement {
            title: Localized::from([("da", "Kasser")]),
            cpv: vec!["44617100".to_owned()],
            evidence: vec![Evidence::default()],
            ..Requirement::default()
        };
        let fault = |field: &str| has_field(requirement.clone(), field).err();
        for field in [
            "wording",
            "wording.da",
            "title.en",
            "level",
            "cpv",
            "cpv[1]",
            "evidence",
            "evidence[1].text.da",
            "history",
        ] {
            assert_eq!(fault(field), None, "{field}");
        }
        for field in [
            "nosuch.field",
            "nosuch",
            "level.da",
            "level[1]",
            "cpv[2]",
            "cpv[+]",
            "cpv[-]",
            "evidence[2].text.da",
            "wording.",
        ] {
            assert!(fault(field).is_some(), "{field}");
        }
    }
}
