//! `conflicts list|resolve`: where two people wrote one place at once, a person settles it.

use faelled_documents::ConflictPath;
use faelled_mirror::read::Conflict;

use crate::data::drafting::{Data, Resolved};
use crate::failure::{Failure, Said};
use crate::service::draft::Draft;
use crate::service::{Service, document_id};

impl Service {
    pub(super) async fn conflicts(&self, key: Option<&str>) -> Result<Data, Failure> {
        let mirror = self.mirror().await?;
        let all = mirror.conflicts(None).await?;
        let Some(key) = key else {
            return Ok(Data::Conflicts(all));
        };
        let key = key.trim();
        Ok(Data::Conflicts(
            all.into_iter()
                .filter(|conflict| {
                    conflict.place.document.starts_with(key)
                        || conflict
                            .place
                            .number
                            .as_deref()
                            .is_some_and(|number| number.eq_ignore_ascii_case(key))
                })
                .collect(),
        ))
    }

    /// Nothing is released while two people's values stand against each other in it.
    pub(in crate::service) async fn check_settled(&self, draft: &Draft) -> Result<(), Failure> {
        let is_of_draft = |conflict: &Conflict| {
            document_id(&conflict.place.document).is_some_and(|document| {
                document == draft.document
                    || draft.requirements.values().any(|one| *one == document)
            })
        };
        let open: Vec<Said> = self
            .mirror()
            .await?
            .conflicts(None)
            .await?
            .iter()
            .filter(|conflict| is_of_draft(conflict))
            .map(|conflict| {
                let number = conflict.place.number.as_deref().unwrap_or_default();
                let line = format!("{number} {}", conflict.place.path);
                Said::new(line.clone(), line)
            })
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let code = &draft.pack.code;
        Err(Failure::user(
            "conflicts",
            Said::new(
                format!("{code} has places that two people wrote at once and nobody has settled"),
                format!(
                    "{code} har steder, som to har skrevet på samtidig, og som ingen har afgjort"
                ),
            ),
        )
        .details(open)
        .hint(Said::new(
            "faelled conflicts list shows the values; faelled conflicts resolve takes one",
            "faelled conflicts list viser værdierne; faelled conflicts resolve tager en af dem",
        )))
    }

    pub(super) async fn settle_conflict(
        &self,
        key: &str,
        place: &str,
        take: usize,
    ) -> Result<Data, Failure> {
        let editor = self.editor.lock().await;
        let Data::Conflicts(found) = self.conflicts(Some(key)).await? else {
            return Err(Failure::stopping());
        };
        let conflict = only_at(found, key, place)?;
        let chosen = take
            .checked_sub(1)
            .and_then(|index| conflict.values.get(index));
        let Some(value) = chosen else {
            let count = conflict.values.len();
            return Err(Failure::user(
                "no-such-value",
                Said::new(
                    format!("there is no value {take} at {place}; there are {count}"),
                    format!("der er ingen værdi {take} i {place}; der er {count}"),
                ),
            ));
        };
        let (Some(document), Ok(path)) = (
            document_id(&conflict.place.document),
            place.parse::<ConflictPath>(),
        ) else {
            return Err(no_conflict(key, place));
        };
        let space = editor
            .load(document)
            .await?
            .opening
            .map(|opening| opening.space)
            .ok_or_else(|| no_conflict(key, place))?;
        let mut edits = editor.edit(space).await?;
        edits.resolve(document, &path, take - 1).await?;
        edits.commit().await?;
        drop(editor);
        let left = self.mirror().await?.conflicts(None).await?;
        Ok(Data::Resolved(Resolved {
            document: conflict.place.document.clone(),
            place: place.to_owned(),
            value: value.value.clone(),
            left: left
                .iter()
                .filter(|other| other.place.document == conflict.place.document)
                .count(),
        }))
    }
}

/// The one conflict at a place.
fn only_at(found: Vec<Conflict>, key: &str, place: &str) -> Result<Conflict, Failure> {
    let mut here: Vec<Conflict> = found
        .into_iter()
        .filter(|conflict| conflict.place.path == place)
        .collect();
    match here.len() {
        1 => Ok(here.remove(0)),
        0 => Err(no_conflict(key, place)),
        _ => Err(Failure::user(
            "ambiguous",
            Said::new(
                format!("several documents called {key} have a conflict at {place}"),
                format!("flere dokumenter med navnet {key} har en konflikt i {place}"),
            ),
        )
        .hint(Said::new(
            "say which one by its document id: faelled conflicts list",
            "sig hvilket med dets dokument-id: faelled conflicts list",
        ))),
    }
}

fn no_conflict(key: &str, place: &str) -> Failure {
    Failure::user(
        "no-conflict",
        Said::new(
            format!("{key} has no conflict at {place}"),
            format!("{key} har ingen konflikt i {place}"),
        ),
    )
    .hint(Said::new(
        "faelled conflicts list shows those that are there",
        "faelled conflicts list viser dem, der er",
    ))
}
