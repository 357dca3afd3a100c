//! Drafts of packs: which one is meant, what is in it, how its state moves.

use std::collections::{BTreeMap, BTreeSet};

use faelled_mirror::read::Found;
use faelled_model::requirement::StateChange;
use faelled_model::terms::WordingState;
use faelled_model::{DocumentKind, Localized, Pack, Requirement};
use faelled_proto::{DocId, MemberId, Space};

use super::{Service, document_id};
use crate::clock::{date, today};
use crate::editor::{Editor, Edits};
use crate::failure::{Failure, Said};

/// A pack that is being drafted: privately, or in a group.
pub(super) struct Draft {
    pub(super) document: DocId,
    pub(super) pack: Pack,
    /// Its requirements' documents, by number.
    pub(super) requirements: BTreeMap<String, DocId>,
    /// Where it is drafted.
    pub(super) space: Space,
    /// The lead.
    pub(super) owner: MemberId,
}

impl Draft {
    /// Its requirements as they are now.
    pub(super) async fn read(&self, editor: &Editor) -> Result<Vec<(DocId, Requirement)>, Failure> {
        let mut drafted = Vec::new();
        for document in self.requirements.values() {
            drafted.push((*document, editor.read::<Requirement>(*document).await?));
        }
        Ok(drafted)
    }
}

impl Service {
    /// The draft of a pack, by its code or document, or by the document that it was published as. One that was
    /// given to a group is drafted on there: the private one that it came from is not meant any more.
    pub(super) async fn draft(&self, editor: &Editor, key: &str) -> Result<Option<Draft>, Failure> {
        let packs = self.mirror().await?.packs().await?;
        let in_groups: BTreeSet<String> = packs
            .iter()
            .filter(|pack| pack.space == "group")
            .map(|pack| pack.document.clone())
            .collect();
        let mut found = Vec::new();
        for pack in packs {
            let went_on = pack
                .published_as
                .as_ref()
                .is_some_and(|document| in_groups.contains(document));
            if pack.space == "private" && went_on {
                continue;
            }
            let is_here = match pack.space.as_str() {
                "private" => pack.owner == self.own.as_str(),
                "group" => true,
                _ => false,
            };
            let is_meant = pack.document == key
                || pack.published_as.as_deref() == Some(key)
                || pack
                    .code
                    .as_deref()
                    .is_some_and(|code| code.eq_ignore_ascii_case(key));
            if !(is_here && is_meant) {
                continue;
            }
            let Some(document) = document_id(&pack.document) else {
                continue;
            };
            if let Some(draft) = read(editor, document).await?
                && draft.pack.hearing_of.is_empty()
            {
                found.push(draft);
            }
        }
        if found.len() > 1 && found.iter().any(|draft| draft.owner == self.own) {
            found.retain(|draft| draft.owner == self.own);
        }
        match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => {
                let places: Vec<_> = found
                    .iter()
                    .map(|draft| {
                        let place = format!("{}, {}", draft.owner, draft.space);
                        (draft.document, place)
                    })
                    .collect();
                Err(several(key, &places))
            }
        }
    }

    /// The same, or a failure that says what to do.
    pub(super) async fn needed_draft(&self, editor: &Editor, key: &str) -> Result<Draft, Failure> {
        self.draft(editor, key).await?.ok_or_else(|| no_draft(key))
    }

    /// The draft of a pack, else one in the commons that its owner lets this member write.
    pub(super) async fn edited_pack(&self, editor: &Editor, key: &str) -> Result<Draft, Failure> {
        if let Some(draft) = self.draft(editor, key).await? {
            return Ok(draft);
        }
        let granted = self.granted(editor, DocumentKind::Pack, key).await?;
        let draft = match granted {
            Some(document) => read(editor, document).await?,
            None => None,
        };
        draft.ok_or_else(|| no_draft(key))
    }

    /// Another member's document in the commons that it lets this member write, by its number, code or document.
    pub(super) async fn granted(
        &self,
        editor: &Editor,
        kind: DocumentKind,
        key: &str,
    ) -> Result<Option<DocId>, Failure> {
        let documents = match self.mirror().await?.target(key).await? {
            Found::One(target) => vec![target.document],
            Found::Several(all) => all.into_iter().map(|one| one.document).collect(),
            Found::Nothing => Vec::new(),
        };
        let mut granted = Vec::new();
        for document in documents.iter().filter_map(|text| document_id(text)) {
            let loaded = editor.load(document).await?;
            let is_meant = loaded.opening.as_ref().is_some_and(|opening| {
                opening.kind == kind.code()
                    && opening.space == Space::Commons
                    && opening.owner != self.own
            });
            if is_meant && editor.may_write(&loaded) {
                let owner = loaded.opening.map(|opening| opening.owner.to_string());
                granted.push((document, owner.unwrap_or_default()));
            }
        }
        match granted.as_slice() {
            [] => Ok(None),
            [(document, _)] => Ok(Some(*document)),
            _ => Err(several(key, &granted)),
        }
    }

    /// Only the lead gives a draft to others.
    pub(super) fn check_lead(&self, draft: &Draft) -> Result<(), Failure> {
        if draft.owner == self.own {
            return Ok(());
        }
        let (code, owner) = (&draft.pack.code, &draft.owner);
        Err(Failure::user(
            "not-the-lead",
            Said::new(
                format!("{owner} leads {code}; only the lead gives it to others"),
                format!("{owner} er tovholder for {code}; kun tovholderen giver den videre"),
            ),
        ))
    }
}

async fn read(editor: &Editor, document: DocId) -> Result<Option<Draft>, Failure> {
    let loaded = editor.load(document).await?;
    // What is drafted in a group that one has left is not one's draft any more.
    let may_write = editor.may_write(&loaded);
    let Some(opening) = loaded.opening.filter(|_| may_write) else {
        return Ok(None);
    };
    let pack: Pack = editor.read(document).await?;
    let requirements = documents_of(&pack);
    Ok(Some(Draft {
        document,
        pack,
        requirements,
        space: opening.space,
        owner: opening.owner,
    }))
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

/// Brings a wording to a state, and notes it.
pub(super) fn move_to(
    requirement: &mut Requirement,
    state: WordingState,
    by: &MemberId,
    note: Localized,
) {
    requirement.state = state.clone();
    requirement.history.push(StateChange {
        id: String::new(),
        state,
        date: date(today()),
        by: by.to_string(),
        note,
    });
}

/// The steps of a wording that others may know of: not who wrote on it, and when.
pub(super) fn without_drafting(requirement: &Requirement) -> Vec<StateChange> {
    requirement
        .history
        .iter()
        .filter(|step| step.state != WordingState::Draft)
        .cloned()
        .collect()
}

/// Writes what is different in a drafted requirement. What was heard or released and is changed is a draft
/// again.
pub(super) async fn put_requirement(
    edits: &mut Edits<'_>,
    document: DocId,
    held: &Requirement,
    mut value: Requirement,
    by: &MemberId,
) -> Result<bool, Failure> {
    let differs = value != *held;
    if differs && value.state == held.state && held.state != WordingState::Draft {
        move_to(&mut value, WordingState::Draft, by, Localized::default());
    }
    edits.update(document, &value).await
}

/// Several drafts are called so: their documents, each with where it is.
pub(super) fn several(key: &str, found: &[(DocId, String)]) -> Failure {
    let details = found
        .iter()
        .map(|(document, place)| {
            let line = format!("{document} ({place})");
            Said::new(line.clone(), line)
        })
        .collect();
    Failure::user(
        "ambiguous",
        Said::new(
            format!("there are several drafts of {key} here"),
            format!("her er flere kladder til {key}"),
        ),
    )
    .details(details)
    .hint(Said::new(
        "say which one by its document id",
        "sig hvilken med dens dokument-id",
    ))
}

fn no_draft(key: &str) -> Failure {
    Failure::user(
        "no-draft",
        Said::new(
            format!("there is no draft of {key} here"),
            format!("her er ingen kladde til {key}"),
        ),
    )
    .hint(Said::new(
        "faelled pack import FILE makes one; faelled pack list shows those that are here",
        "faelled pack import FIL laver en; faelled pack list viser dem, der er her",
    ))
}
