//! `pack import`: a file becomes a draft, private or in a group.

use std::collections::BTreeMap;

use faelled_exchange::{FileError, Problem, read_pack_file};
use faelled_model::terms::WordingState;
use faelled_model::{Language, Pack, Requirement};
use faelled_proto::{DocId, Space};

use super::Service;
use super::draft::{Draft, link, put_requirement};
use super::drafting::{group_name, group_space};
use crate::data::{Data, Imported};
use crate::editor::Edits;
use crate::failure::{Failure, Said};

#[derive(Default)]
struct Counts {
    created: usize,
    changed: usize,
    unchanged: usize,
}

impl Service {
    pub(super) async fn import(
        &self,
        file_name: &str,
        bytes: &[u8],
        group: Option<&str>,
    ) -> Result<Data, Failure> {
        let file = read_pack_file(bytes, file_name).map_err(|error| file_failure(&error))?;
        let warnings = file
            .warnings
            .iter()
            .map(|problem| problem_said(file_name, problem))
            .collect();
        let group = match group {
            Some(key) => Some(self.group(key).await?),
            None => None,
        };
        let wanted = group.as_ref().map(group_space).transpose()?;
        let editor = self.editor.lock().await;
        let draft = self.draft(&editor, &file.pack.code).await?;
        let space = space_for(draft.as_ref(), wanted, editor.private(), &file.pack.code)?;
        let in_group = match &space {
            Space::Group(id) => Some(group_name(&self.group(&id.to_string()).await?)),
            Space::Private(_) | Space::Commons => None,
        };
        let mut edits = editor.edit(space).await?;
        let mut pack = file.pack;
        let mut counts = Counts::default();
        let mut documents = BTreeMap::new();
        for mut requirement in file.requirements {
            let earlier = draft
                .as_ref()
                .and_then(|draft| draft.requirements.get(&requirement.number))
                .copied();
            let number = requirement.number.clone();
            let document = match earlier {
                Some(document) => {
                    let held: Requirement = editor.read(document).await?;
                    keep_life(&mut requirement, &held);
                    if put_requirement(&mut edits, document, &held, requirement, &self.own).await? {
                        counts.changed += 1;
                    } else {
                        counts.unchanged += 1;
                    }
                    document
                }
                None => {
                    counts.created += 1;
                    edits.create(&requirement)?
                }
            };
            documents.insert(number, document);
        }
        link(&mut pack, &documents);
        let code = pack.code.clone();
        let document = put_pack(&mut edits, draft, pack).await?;
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Imported(Imported {
            document: document.to_string(),
            code,
            group: in_group,
            created: counts.created,
            changed: counts.changed,
            unchanged: counts.unchanged,
            warnings,
        }))
    }
}

/// Where the file's content goes: to the draft that is there, else to the group that is named, else it stays
/// private.
fn space_for(
    draft: Option<&Draft>,
    wanted: Option<Space>,
    private: Space,
    code: &str,
) -> Result<Space, Failure> {
    match (draft, wanted) {
        (None, wanted) => Ok(wanted.unwrap_or(private)),
        (Some(draft), None) => Ok(draft.space.clone()),
        (Some(draft), Some(wanted)) if draft.space == wanted => Ok(wanted),
        (Some(_), Some(_)) => Err(Failure::user(
            "drafted-elsewhere",
            Said::new(
                format!("{code} is drafted elsewhere already"),
                format!("{code} skrives allerede et andet sted"),
            ),
        )
        .hint(Said::new(
            "faelled pack share gives a private draft to a group; without --group the file goes to the draft that is there",
            "faelled pack share giver en privat kladde til en gruppe; uden --group går filen til den kladde, der er",
        ))),
    }
}

/// What a file says nothing of stays: where it was shared, and what became of it.
fn keep_life(requirement: &mut Requirement, held: &Requirement) {
    requirement.published_as.clone_from(&held.published_as);
    requirement.hearing_of.clone_from(&held.hearing_of);
    if requirement.adapted_from.is_none() {
        requirement.adapted_from.clone_from(&held.adapted_from);
    }
    if requirement.history.is_empty() {
        requirement.history.clone_from(&held.history);
    }
    if matches!(requirement.state, WordingState::Draft) || requirement.state.is_unsaid() {
        requirement.state.clone_from(&held.state);
    }
    faelled_model::ids::HasItems::take_ids(requirement, held);
    requirement.schema = held.schema;
}

async fn put_pack(
    edits: &mut Edits<'_>,
    draft: Option<Draft>,
    mut pack: Pack,
) -> Result<DocId, Failure> {
    match draft {
        Some(draft) => {
            let held = draft.pack;
            pack.published_as = held.published_as;
            pack.hearing_of = held.hearing_of;
            pack.hearings = held.hearings;
            pack.withdrawals = held.withdrawals;
            pack.answered = held.answered;
            edits.update(draft.document, &pack).await?;
            Ok(draft.document)
        }
        None => edits.create(&pack),
    }
}

/// A file that cannot be taken: every place in it.
pub(super) fn file_failure(error: &FileError) -> Failure {
    let file = &error.file;
    let places = error.total;
    let mut details: Vec<Said> = error
        .problems
        .iter()
        .map(|problem| problem_said(file, problem))
        .collect();
    if error.total > error.problems.len() {
        let more = error.total - error.problems.len();
        details.push(Said::new(
            format!("… and {more} more"),
            format!("… og {more} til"),
        ));
    }
    let places = match places {
        1 => Said::new("one place in it", "ét sted i den"),
        _ => Said::new(
            format!("{places} places in it"),
            format!("{places} steder i den"),
        ),
    };
    Failure::user(
        "file",
        Said::new(
            format!("{file} was not taken: {} must be looked at", places.en),
            format!("{file} blev ikke indlæst: {} skal ses efter", places.da),
        ),
    )
    .details(details)
    .hint(Said::new(
        "correct these places and try again; nothing was changed",
        "ret disse steder, og prøv igen; intet er ændret",
    ))
}

pub(super) fn problem_said(file: &str, problem: &Problem) -> Said {
    Said::new(
        problem.line_of(file, Language::English),
        problem.line_of(file, Language::Danish),
    )
}
