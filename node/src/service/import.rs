//! `pack import`: a file becomes this member's private draft.

use std::collections::BTreeMap;

use faelled_exchange::{FileError, Problem, read_pack};
use faelled_model::{DocumentKind, Language, Pack, Requirement};
use faelled_proto::DocId;

use super::{Service, document_id};
use crate::data::{Data, Imported};
use crate::editor::{Editor, Edits};
use crate::failure::{Failure, Said};

/// An earlier draft of a pack.
pub(super) struct Draft {
    pub(super) document: DocId,
    pub(super) pack: Pack,
    /// Its requirements' documents, by number.
    pub(super) requirements: BTreeMap<String, DocId>,
}

#[derive(Default)]
struct Counts {
    created: usize,
    changed: usize,
    unchanged: usize,
}

impl Service {
    pub(super) async fn import(&self, file_name: &str, text: &str) -> Result<Data, Failure> {
        let file = read_pack(text, file_name).map_err(|error| file_failure(&error))?;
        let warnings = file
            .warnings
            .iter()
            .map(|problem| problem_said(file_name, problem))
            .collect();
        let editor = self.editor.lock().await;
        let draft = self.draft(&editor, &file.pack.code).await?;
        let mut edits = editor.edit(editor.private()).await?;
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
                    requirement.published_as = held.published_as;
                    if edits.update(document, &requirement).await? {
                        counts.changed += 1;
                    } else {
                        counts.unchanged += 1;
                    }
                    document
                }
                None => {
                    counts.created += 1;
                    edits.create(DocumentKind::Requirement, &requirement)?
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
            created: counts.created,
            changed: counts.changed,
            unchanged: counts.unchanged,
            warnings,
        }))
    }

    /// This member's private draft of a pack, by its code or document.
    pub(super) async fn draft(&self, editor: &Editor, key: &str) -> Result<Option<Draft>, Failure> {
        let packs = self.mirror().await?.packs().await?;
        let found = packs.into_iter().find(|pack| {
            pack.space == "private"
                && pack.owner == self.own.as_str()
                && (pack.document == key
                    || pack.published_as.as_deref() == Some(key)
                    || pack
                        .code
                        .as_deref()
                        .is_some_and(|code| code.eq_ignore_ascii_case(key)))
        });
        let Some(document) = found.and_then(|pack| document_id(&pack.document)) else {
            return Ok(None);
        };
        let pack: Pack = editor.read(document).await?;
        let requirements = documents_of(&pack);
        Ok(Some(Draft {
            document,
            pack,
            requirements,
        }))
    }
}

/// The documents that a pack names, by number.
pub(super) fn documents_of(pack: &Pack) -> BTreeMap<String, DocId> {
    pack.requirement_refs()
        .filter_map(|reference| Some((reference.number.clone(), document_id(&reference.document)?)))
        .collect()
}

/// Names in the pack's sections the documents of its requirements.
pub(super) fn link(pack: &mut Pack, documents: &BTreeMap<String, DocId>) {
    for reference in pack
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.requirements)
    {
        if let Some(document) = documents.get(&reference.number) {
            reference.document = document.to_string();
        }
    }
}

async fn put_pack(
    edits: &mut Edits<'_>,
    draft: Option<Draft>,
    mut pack: Pack,
) -> Result<DocId, Failure> {
    match draft {
        Some(draft) => {
            pack.published_as = draft.pack.published_as;
            edits.update(draft.document, &pack).await?;
            Ok(draft.document)
        }
        None => edits.create(DocumentKind::Pack, &pack),
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
