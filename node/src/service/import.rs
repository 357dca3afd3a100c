//! `pack import`: a file becomes a draft, private or in a group.

use std::collections::{BTreeMap, BTreeSet};

use faelled_exchange::{FileError, Problem, read_pack_file};
use faelled_model::compare::requirement_diff;
use faelled_model::field::field_name;
use faelled_model::ids::HasItems;
use faelled_model::terms::{DisclosureKind, WordingState};
use faelled_model::{Language, Localized, Pack, Requirement, validate};
use faelled_proto::{DocId, Space};

use super::draft::{Draft, link, put_requirement};
use super::drafting::disclosure::{Giving, disclose};
use super::drafting::{group_name, group_space};
use super::everybody::ids_in;
use super::person::check_person;
use super::{Service, document_id};
use crate::data::{Data, Imported};
use crate::editor::{Editor, Edits};
use crate::failure::{Failure, Said};

#[derive(Default)]
struct Counts {
    created: usize,
    changed: usize,
    unchanged: usize,
}

/// A requirement of the file beside what is drafted of it.
struct Beside {
    requirement: Requirement,
    held: Option<(DocId, Requirement)>,
}

impl Service {
    pub(super) async fn import(
        &self,
        file_name: &str,
        bytes: &[u8],
        group: Option<&str>,
        over: bool,
    ) -> Result<Data, Failure> {
        let file = read_pack_file(bytes, file_name).map_err(|error| file_failure(&error))?;
        let warnings = file
            .warnings
            .iter()
            .map(|problem| problem_said(file_name, problem))
            .collect();
        let wanted = match group {
            Some(key) => Some(group_space(&self.group(key).await?)?),
            None => None,
        };
        let editor = self.editor.lock().await;
        let draft = self.draft(&editor, &file.pack.code).await?;
        let space = space_for(draft.as_ref(), wanted, editor.private(), &file.pack.code)?;
        let group = match &space {
            Space::Group(id) => Some(self.group(&id.to_string()).await?),
            Space::Private(_) | Space::Commons => None,
        };
        if group.is_some() {
            check_personal(&file.pack, &file.requirements)?;
        }
        let beside = self
            .beside(&editor, draft.as_ref(), &space, file.requirements)
            .await?;
        if let Some(draft) = draft.as_ref().filter(|_| !over) {
            check_overwriting(draft, &beside)?;
        }
        let mut edits = editor.edit(space.clone()).await?;
        let mut counts = Counts::default();
        let documents = self
            .put_requirements(&mut edits, beside, &mut counts)
            .await?;
        let mut pack = file.pack;
        link(&mut pack, &documents);
        let code = pack.code.clone();
        let title = pack.title.clone();
        let is_new = draft.is_none();
        let document = put_pack(&mut edits, draft, pack).await?;
        if let Some(group) = group.as_ref().filter(|_| is_new) {
            let giving = Giving {
                kind: DisclosureKind::Shared,
                code: &code,
                title,
                document: Some(document),
                version: String::new(),
                space: Some((&space, group_name(group))),
                recipients: ids_in(group),
                ground: Localized::from([
                    ("da", "udarbejdes i gruppen fra begyndelsen"),
                    ("en", "drafted in the group from the beginning"),
                ]),
            };
            disclose(&editor, giving).await?;
        }
        edits.commit().await?;
        drop(editor);
        self.mirror().await?;
        Ok(Data::Imported(Imported {
            document: document.to_string(),
            code,
            group: group.as_ref().map(group_name),
            created: counts.created,
            changed: counts.changed,
            unchanged: counts.unchanged,
            warnings,
        }))
    }

    /// Each requirement of the file with what is drafted of it: in the pack, or left over from when it was.
    async fn beside(
        &self,
        editor: &Editor,
        draft: Option<&Draft>,
        space: &Space,
        requirements: Vec<Requirement>,
    ) -> Result<Vec<Beside>, Failure> {
        let mut beside = Vec::with_capacity(requirements.len());
        for mut requirement in requirements {
            let known = draft
                .and_then(|draft| draft.requirements.get(&requirement.number))
                .copied();
            let document = match (known, draft) {
                (Some(document), _) => Some(document),
                (None, Some(_)) => self.left_over(editor, space, &requirement.number).await?,
                (None, None) => None,
            };
            let held = match document {
                Some(document) => Some((document, editor.read::<Requirement>(document).await?)),
                None => None,
            };
            match &held {
                Some((_, held)) => keep_life(&mut requirement, held),
                None => begin_life(&mut requirement),
            }
            beside.push(Beside { requirement, held });
        }
        Ok(beside)
    }

    /// A requirement that is drafted in the space, though no pack names it any more.
    async fn left_over(
        &self,
        editor: &Editor,
        space: &Space,
        number: &str,
    ) -> Result<Option<DocId>, Failure> {
        for id in self.mirror().await?.drafted_requirements(number).await? {
            let Some(document) = document_id(&id) else {
                continue;
            };
            let opening = editor.load(document).await?.opening;
            let is_here = opening.is_some_and(|opening| opening.space == *space);
            if is_here
                && editor
                    .read::<Requirement>(document)
                    .await?
                    .hearing_of
                    .is_empty()
            {
                return Ok(Some(document));
            }
        }
        Ok(None)
    }

    async fn put_requirements(
        &self,
        edits: &mut Edits<'_>,
        beside: Vec<Beside>,
        counts: &mut Counts,
    ) -> Result<BTreeMap<String, DocId>, Failure> {
        let mut documents = BTreeMap::new();
        for Beside { requirement, held } in beside {
            let number = requirement.number.clone();
            let document = match held {
                Some((document, held)) => {
                    if put_requirement(edits, document, &held, requirement, &self.own).await? {
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
        Ok(documents)
    }
}

/// What goes to a group is seen by others at once.
fn check_personal(pack: &Pack, requirements: &[Requirement]) -> Result<(), Failure> {
    let of_pack = validate::pack(pack)
        .into_iter()
        .map(|finding| (pack.code.clone(), finding));
    let of_requirements = requirements.iter().flat_map(|requirement| {
        validate::requirement(requirement)
            .into_iter()
            .map(|finding| (requirement.number.clone(), finding))
    });
    check_person(&of_pack.chain(of_requirements).collect::<Vec<_>>())
}

/// A file says all of a pack: what others wrote since it was made would be gone, and so would requirements that
/// it does not name. That is done only where somebody says so.
fn check_overwriting(draft: &Draft, beside: &[Beside]) -> Result<(), Failure> {
    let mut lost = Vec::new();
    let named: BTreeSet<&str> = beside
        .iter()
        .map(|one| one.requirement.number.as_str())
        .collect();
    for number in draft
        .requirements
        .keys()
        .filter(|number| !named.contains(number.as_str()))
    {
        lost.push(Said::new(
            format!("{number} would leave the pack"),
            format!("{number} ville gå ud af pakken"),
        ));
    }
    if matches!(draft.space, Space::Group(_)) {
        for one in beside {
            let Some((_, held)) = &one.held else { continue };
            let fields = |language| {
                let different = requirement_diff(held, &one.requirement);
                let names: BTreeSet<String> = different
                    .iter()
                    .map(|field| field_name(&field.field, language))
                    .collect();
                names.into_iter().collect::<Vec<_>>().join(", ")
            };
            let number = &held.number;
            let said = Said::new(
                format!("{number} is different there: {}", fields(Language::English)),
                format!("{number} er anderledes der: {}", fields(Language::Danish)),
            );
            if !fields(Language::English).is_empty() {
                lost.push(said);
            }
        }
    }
    if lost.is_empty() {
        return Ok(());
    }
    let code = &draft.pack.code;
    Err(Failure::user(
        "would-overwrite",
        Said::new(
            format!("the file would overwrite what stands in the draft of {code}"),
            format!("filen ville overskrive, hvad der står i kladden til {code}"),
        ),
    )
    .details(lost)
    .hint(Said::new(
        "faelled requirement edit changes single fields and leaves the rest; --over takes the file as it is",
        "faelled requirement edit retter enkelte felter og lader resten stå; --over tager filen, som den er",
    )))
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

/// What a file may not say stays: where it was shared, and what became of it.
fn keep_life(requirement: &mut Requirement, held: &Requirement) {
    requirement.published_as.clone_from(&held.published_as);
    requirement.hearing_of.clone_from(&held.hearing_of);
    if requirement.adapted_from.is_none() {
        requirement.adapted_from.clone_from(&held.adapted_from);
    }
    requirement.history.clone_from(&held.history);
    requirement.state.clone_from(&held.state);
    HasItems::take_ids(requirement, held);
    requirement.schema = held.schema;
}

/// A requirement that comes from a file is a draft, whatever the file says of its past.
fn begin_life(requirement: &mut Requirement) {
    requirement.history = Vec::new();
    requirement.state = WordingState::Draft;
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
    let (places, warnings) = (error.errors, error.total.saturating_sub(error.errors));
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
    let hint = match warnings {
        0 => Said::new(
            "correct what is said above and try again; nothing was changed",
            "ret det, der er nævnt, og prøv igen; intet er ændret",
        ),
        _ => Said::new(
            "correct what is said above and try again, warnings need not be; nothing was changed",
            "ret det, der er nævnt, og prøv igen; advarsler behøver ikke rettes; intet er ændret",
        ),
    };
    Failure::user(
        "file",
        Said::new(
            format!("{file} was not taken: {} must be corrected", places.en),
            format!("{file} blev ikke indlæst: {} skal rettes", places.da),
        ),
    )
    .details(details)
    .hint(hint)
}

pub(super) fn problem_said(file: &str, problem: &Problem) -> Said {
    Said::new(
        problem.line_of(file, Language::English),
        problem.line_of(file, Language::Danish),
    )
}
