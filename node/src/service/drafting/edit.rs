//! `requirement edit`, `pack edit`: single fields of a draft, so that what others write elsewhere in it stays.

use faelled_model::field::set_field;
use faelled_model::shape::Shaped;
use faelled_model::validate::{self, Finding};
use faelled_model::{DocumentKind, Requirement, Severity};
use faelled_proto::{DocId, Space};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::data::drafting::{Data, Edited};
use crate::editor::Editor;
use crate::failure::{Failure, Said};
use crate::service::draft::{put_requirement, several};
use crate::service::person::check_person;
use crate::service::{Service, document_id, said, sort_findings};

/// What people cite: it stays as it is, or what they cited is not found again.
const CITED: [&str; 2] = ["code", "number"];

impl Service {
    pub(super) async fn edit_draft(
        &self,
        key: &str,
        is_pack: bool,
        set: &[(String, String)],
    ) -> Result<Data, Failure> {
        if let Some((field, _)) = set
            .iter()
            .find(|(field, _)| CITED.contains(&field.as_str()))
        {
            return Err(fixed(field));
        }
        let editor = self.editor.lock().await;
        let edited = if is_pack {
            self.edit_pack(&editor, key, set).await?
        } else {
            self.edit_requirement(&editor, key, set).await?
        };
        drop(editor);
        self.mirror().await?;
        Ok(Data::Edited(edited))
    }

    async fn edit_pack(
        &self,
        editor: &Editor,
        key: &str,
        set: &[(String, String)],
    ) -> Result<Edited, Failure> {
        let draft = self.edited_pack(editor, key).await?;
        let pack = changed(&draft.pack, set)?;
        let (before, now) = (validate::pack(&draft.pack), validate::pack(&pack));
        let warnings = judge(&pack.code, &draft.space, &before, now)?;
        let mut edits = editor.edit(draft.space.clone()).await?;
        let changed = edits.update(draft.document, &pack).await?;
        edits.commit().await?;
        Ok(Edited {
            document: draft.document.to_string(),
            number: pack.code,
            changed,
            fields: fields(set),
            warnings,
        })
    }

    async fn edit_requirement(
        &self,
        editor: &Editor,
        key: &str,
        set: &[(String, String)],
    ) -> Result<Edited, Failure> {
        let (document, space, held) = self.drafted_requirement(editor, key).await?;
        let requirement = changed(&held, set)?;
        let (before, now) = (
            validate::requirement(&held),
            validate::requirement(&requirement),
        );
        let warnings = judge(&requirement.number, &space, &before, now)?;
        let number = requirement.number.clone();
        let mut edits = editor.edit(space).await?;
        let changed = put_requirement(&mut edits, document, &held, requirement, &self.own).await?;
        edits.commit().await?;
        Ok(Edited {
            document: document.to_string(),
            number,
            changed,
            fields: fields(set),
            warnings,
        })
    }

    /// A requirement that is drafted here, by its number or document: in a pack's draft, or by itself; else one
    /// that its owner lets this member write.
    async fn drafted_requirement(
        &self,
        editor: &Editor,
        key: &str,
    ) -> Result<(DocId, Space, Requirement), Failure> {
        let mirror = self.mirror().await?;
        let mut found: Vec<(DocId, Space, Requirement)> = Vec::new();
        for summary in mirror.drafted_requirements(key).await? {
            let Some(document) = document_id(&summary) else {
                continue;
            };
            let loaded = editor.load(document).await?;
            // What is drafted in a group that one has left is not one's draft any more.
            let may_write = editor.may_write(&loaded);
            let Some(opening) = loaded.opening.filter(|_| may_write) else {
                continue;
            };
            let held: Requirement = editor.read(document).await?;
            if held.hearing_of.is_empty() {
                found.push((document, opening.space, held));
            }
        }
        if found.is_empty()
            && let Some(document) = self.granted(editor, DocumentKind::Requirement, key).await?
        {
            let held = editor.read(document).await?;
            return Ok((document, Space::Commons, held));
        }
        // One that was given to a group is drafted on there.
        if found
            .iter()
            .any(|(_, space, _)| matches!(space, Space::Group(_)))
        {
            found.retain(|(_, space, _)| matches!(space, Space::Group(_)));
        }
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => Err(Failure::user(
                "no-draft",
                Said::new(
                    format!("no requirement {key} is drafted here"),
                    format!("kravet {key} er ikke under udarbejdelse her"),
                ),
            )
            .hint(Said::new(
                "faelled pack import FILE drafts a pack; faelled requirement adapt NUMBER adapts what another member released",
                "faelled pack import FIL laver en kladde; faelled requirement adapt NUMMER tilpasser, hvad en anden deltager har udgivet",
            ))),
            _ => {
                let places: Vec<_> = found
                    .iter()
                    .map(|(document, space, _)| (*document, space.to_string()))
                    .collect();
                Err(several(key, &places))
            }
        }
    }
}

fn changed<T>(held: &T, set: &[(String, String)]) -> Result<T, Failure>
where
    T: Shaped + Clone + Serialize + DeserializeOwned,
{
    let mut value = held.clone();
    for (field, text) in set {
        set_field(&mut value, field, text).map_err(|error| {
            use faelled_model::Language::{Danish, English};
            Failure::user(
                "field",
                Said::new(error.message(English), error.message(Danish)),
            )
        })?;
    }
    Ok(value)
}

/// What the edit makes wrong stands in its way; what was wrong before does not. Outside of
/// private drafts others see it at once.
fn judge(
    subject: &str,
    space: &Space,
    before: &[Finding],
    now: Vec<Finding>,
) -> Result<Vec<Said>, Failure> {
    let fresh: Vec<(String, Finding)> = now
        .into_iter()
        .filter(|finding| finding.severity == Severity::Warning || !before.contains(finding))
        .map(|finding| (subject.to_owned(), finding))
        .collect();
    if !matches!(space, Space::Private(_)) {
        check_person(&fresh)?;
    }
    let errors: Vec<Said> = fresh
        .iter()
        .filter(|(_, finding)| finding.severity == Severity::Error)
        .map(|(subject, finding)| said(subject, finding))
        .collect();
    if errors.is_empty() {
        return Ok(sort_findings(fresh).1);
    }
    Err(Failure::user(
        "edit",
        Said::new(
            format!("{subject} cannot be changed like this"),
            format!("{subject} kan ikke ændres sådan"),
        ),
    )
    .details(errors)
    .hint(Said::new(
        "correct it and try again; nothing was changed",
        "ret det, og prøv igen; intet er ændret",
    )))
}

fn fixed(field: &str) -> Failure {
    Failure::user(
        "fixed",
        Said::new(
            format!("{field} is what people cite, and stays as it is"),
            format!("{field} er det, folk henviser til, og bliver, som det er"),
        ),
    )
    .hint(Said::new(
        "import a file with a new number or code for what is to be another one",
        "importér en fil med et nyt nummer eller en ny kode til det, der skal være et andet",
    ))
}

fn fields(set: &[(String, String)]) -> Vec<String> {
    set.iter().map(|(field, _)| field.clone()).collect()
}
