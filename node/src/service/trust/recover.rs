//! `recover`: what of this member's own does not count any more, shown, and written again.

mod lost;
mod merge;

use std::collections::{BTreeMap, BTreeSet};

use faelled_engine::RosterChain;
use faelled_mirror::read::MIN_ID_DIGITS;
use faelled_model::{DocumentKind, Pack, Requirement};
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::release::Release;
use faelled_proto::{DocId, Kind, Space};
use faelled_store::{RetractedEntry, StoredEntry};
use serde_json::Value;

use self::lost::{Lost, LostEntry, Why};
use self::merge::{Merged, NotMerged, merge};
use super::Service;
use crate::data::trust::{Data, Difference, Recovered, Voided, VoidedIn};
use crate::editor::{Editor, Edits, QUARANTINED};
use crate::failure::{Failure, Said};
use crate::kinds::{Kept, Work, of_kind};
use crate::reading;
use crate::service::document_id;

/// Characters of a title that are told.
const MAX_TITLE_CHARS: usize = 200;

impl Service {
    pub(super) async fn voided(&self) -> Result<Data, Failure> {
        let editor = self.editor.lock().await;
        let lost = self.all_lost().await?;
        let mut voided = Vec::with_capacity(lost.len());
        for lost in &lost {
            let merged = Told::of(lost);
            voided.push(self.head(&editor, lost, &merged).await?);
        }
        Ok(Data::Voided(voided))
    }

    pub(super) async fn voided_in(&self, key: &str) -> Result<Data, Failure> {
        let editor = self.editor.lock().await;
        let lost = self.lost_in(key).await?;
        let told = Told::of(&lost);
        Ok(Data::VoidedIn(Box::new(VoidedIn {
            head: self.head(&editor, &lost, &told).await?,
            reopens: lost.reopens,
            by_hand: by_hand(&lost),
            unreadable: told.unreadable,
            differences: told.differences,
        })))
    }

    pub(super) async fn recover(&self, key: Option<&str>, private: bool) -> Result<Data, Failure> {
        let editor = self.editor.lock().await;
        let mut lost = match key {
            Some(key) => vec![self.lost_in(key).await?],
            None => self.all_lost().await?,
        };
        // A pack comes after the requirements that it names.
        lost.sort_by_key(|lost| kind_of(lost) == Some(DocumentKind::Pack));
        let mut made = BTreeMap::new();
        let mut recovered = Vec::with_capacity(lost.len());
        for lost in &lost {
            recovered.push(self.recover_one(&editor, lost, private, &mut made).await?);
        }
        drop(editor);
        self.mirror().await?;
        Ok(Data::Recovered(recovered))
    }

    /// Writes again by itself what was taken back because nobody had got it, where nobody has to decide anything.
    pub(in crate::service) async fn write_retracted_again(&self) -> Result<(), Failure> {
        let editor = self.editor.lock().await;
        let retracted = self.store.retracted().await?;
        let documents: BTreeSet<DocId> = retracted
            .iter()
            .filter_map(|entry| entry.document)
            .collect();
        for id in documents {
            let Some(lost) = self.lost(id, &retracted).await? else {
                continue;
            };
            let told = Told::of(&lost);
            let is_plain = lost.grounds() == BTreeSet::from([Why::Retracted])
                && lost.entries.iter().any(LostEntry::is_content)
                && told.refused.is_none()
                && told.unreadable == 0
                && !told.differences.iter().any(|one| one.contested);
            if !is_plain || self.refusal(&editor, &lost).await?.is_some() {
                tracing::warn!(document = %id, "what was taken back waits: faelled recover list");
                continue;
            }
            let changed = self.write_in_place(&editor, &lost).await?;
            lost.settle(&self.store, LostEntry::is_content).await?;
            tracing::info!(document = %id, changed, "what was taken back is written again");
        }
        Ok(())
    }

    /// All documents in which something is lost.
    async fn all_lost(&self) -> Result<Vec<Lost>, Failure> {
        let voided = self.mirror().await?.voided_of(self.own.as_str()).await?;
        let retracted = self.store.retracted().await?;
        let documents: BTreeSet<DocId> = voided
            .iter()
            .filter_map(|voided| document_id(&voided.document))
            .chain(retracted.iter().filter_map(|entry| entry.document))
            .collect();
        let mut all = Vec::new();
        for id in documents {
            all.extend(self.lost(id, &retracted).await?);
        }
        Ok(all)
    }

    async fn lost(&self, id: DocId, retracted: &[RetractedEntry]) -> Result<Option<Lost>, Failure> {
        let ceilings = &self.core.trust().ceilings;
        let mut stored = reading::entries(&self.store, id, ceilings).await?;
        // What this member wrote itself is all read, whether it counts or not.
        let unread = stored.iter_mut().filter(|entry| entry.is_unread);
        let mut own: Vec<&mut StoredEntry> =
            unread.filter(|entry| entry.member == self.own).collect();
        self.store.read_bodies(&mut own).await?;
        let dealt_with = lost::dealt_with(&self.store, id).await?;
        Ok(Lost::find(
            &self.own,
            id,
            stored,
            retracted,
            &dealt_with,
            ceilings,
        ))
    }

    /// The one that is meant: by its number or code, or by its id or the beginning of it.
    async fn lost_in(&self, key: &str) -> Result<Lost, Failure> {
        let key = key.trim().to_ascii_lowercase();
        let mut found: Vec<(Lost, Told)> = Vec::new();
        for lost in self.all_lost().await? {
            let told = Told::of(&lost);
            let is_begun = key.len() >= MIN_ID_DIGITS && lost.id.to_string().starts_with(&key);
            if is_begun || told.number.to_ascii_lowercase() == key {
                found.push((lost, told));
            }
        }
        match found.len() {
            1 => Ok(found.remove(0).0),
            0 => Err(Failure::user(
                "nothing-lost",
                Said::new(
                    format!("nothing of yours in {key} is to be written again"),
                    format!("intet af jeres i {key} skal skrives igen"),
                ),
            )
            .hint(Said::new(
                "faelled recover list shows the documents in which something does not count",
                "faelled recover list viser de dokumenter, hvor noget ikke tæller",
            ))),
            _ => {
                let lines = found.iter().map(|(lost, told)| {
                    let title = told.title();
                    Said::new(
                        format!("{} {}", lost.id, title.en),
                        format!("{} {}", lost.id, title.da),
                    )
                });
                Err(Failure::user(
                    "ambiguous",
                    Said::new(
                        format!("several documents are called {key}"),
                        format!("flere dokumenter hedder {key}"),
                    ),
                )
                .details(lines.collect())
                .hint(Said::new(
                    "say which one by its document id",
                    "sig hvilket med dets dokument-id",
                )))
            }
        }
    }

    async fn head(&self, editor: &Editor, lost: &Lost, told: &Told) -> Result<Voided, Failure> {
        let refused = match &told.refused {
            Some(refused) => Some(refused.clone()),
            None => self.refusal(editor, lost).await?,
        };
        Ok(Voided {
            document: lost.id.to_string(),
            kind: lost.opening.as_ref().map(|opening| opening.kind.clone()),
            title: told.title(),
            grounds: lost.grounds().into_iter().map(Why::said).collect(),
            entries: lost.entries.len(),
            may_write: refused.is_none(),
            may_draft: refused.is_some() && told.refused.is_none() && is_draftable(lost),
            refused,
        })
    }

    /// Why a document cannot be written any more in its place; nothing where it can.
    async fn refusal(&self, editor: &Editor, lost: &Lost) -> Result<Option<Said>, Failure> {
        let trust = self.core.trust();
        let Some(opening) = &lost.opening else {
            return Ok(Some(Said::new(
                "its owner's opening of it does not count either; only the owner can open it again",
                "ejerens åbning af det tæller heller ikke; kun ejeren kan åbne det igen",
            )));
        };
        if !is_member(&trust.rosters, &self.own) {
            return Ok(Some(Said::new(
                "you are no member of the federation any more",
                "I er ikke længere deltager i fællesskabet",
            )));
        }
        if !trust.groups.sees(&trust.rosters, &self.own, &opening.space) {
            return Ok(Some(Said::new(
                "you are not in its group any more; somebody who owns the group can add you again",
                "I er ikke længere i dets gruppe; en, der ejer gruppen, kan tilføje jer igen",
            )));
        }
        if lost.reopens {
            return Ok(None);
        }
        match editor.load(lost.id).await {
            Ok(loaded) if editor.may_write(&loaded) => return Ok(None),
            Ok(_) => {}
            // Its owner, or an editor, made it so: that stops nothing else.
            Err(failure) if failure.code == QUARANTINED => return Ok(Some(failure.message)),
            Err(failure) => return Err(failure),
        }
        let owner = &opening.owner;
        Ok(Some(Said::new(
            format!(
                "{owner} owns it and does not let you write it any more; ask {owner} to grant it again"
            ),
            format!(
                "{owner} ejer det og lader jer ikke skrive i det længere; bed {owner} om at give jer lov igen"
            ),
        )))
    }

    async fn recover_one(
        &self,
        editor: &Editor,
        lost: &Lost,
        private: bool,
        made: &mut BTreeMap<DocId, DocId>,
    ) -> Result<Recovered, Failure> {
        let told = Told::of(lost);
        let head = self.head(editor, lost, &told).await?;
        let mut recovered = Recovered {
            document: head.document.clone(),
            into: None,
            title: head.title,
            is_private: false,
            by_hand: by_hand(lost),
            kept: Vec::new(),
            may_draft: head.may_draft && !private,
            refused: head.refused.clone(),
        };
        let into = match head.refused {
            None => {
                let changed = self.write_in_place(editor, lost).await?;
                Some(lost.id).filter(|_| changed)
            }
            Some(_) if private && head.may_draft => {
                recovered.is_private = true;
                recovered.refused = None;
                Some(self.draft_again(editor, lost, made).await?)
            }
            Some(_) => return Ok(recovered),
        };
        recovered.into = into.map(|id| id.to_string());
        let stays = told.differences.into_iter().filter(|one| one.stays);
        recovered.kept = stays.map(|one| one.field).collect();
        lost.settle(&self.store, |_| true).await?;
        Ok(recovered)
    }

    async fn write_in_place(&self, editor: &Editor, lost: &Lost) -> Result<bool, Failure> {
        let (Some(opening), Some(kind)) = (&lost.opening, kind_of(lost)) else {
            return Ok(false);
        };
        let mut edits = editor.edit(opening.space.clone()).await?;
        let document = if lost.reopens {
            edits.reopen(opening);
            lost.present()
        } else {
            edits.writable(lost.id).await?
        };
        let writing = Writing {
            edits: &mut edits,
            lost,
            document,
        };
        let changed = of_kind(kind, writing)?;
        edits.commit().await?;
        Ok(changed || lost.reopens)
    }

    /// A private draft with what the document would say. What it was to others it is not any more.
    async fn draft_again(
        &self,
        editor: &Editor,
        lost: &Lost,
        made: &mut BTreeMap<DocId, DocId>,
    ) -> Result<DocId, Failure> {
        let opening = lost.opening.as_ref();
        let is_own = opening.is_some_and(|opening| opening.owner == self.own);
        let mut edits = editor.edit(editor.private()).await?;
        let document = if kind_of(lost) == Some(DocumentKind::Pack) {
            let mut pack: Pack = merge(lost)
                .map_err(|error| not_merged(lost, &error))?
                .written;
            for reference in pack
                .sections
                .iter_mut()
                .flat_map(|section| &mut section.requirements)
            {
                let drafted = document_id(&reference.document).and_then(|id| made.get(&id));
                if let Some(drafted) = drafted {
                    reference.document = drafted.to_string();
                }
            }
            if !is_own {
                pack.published_as.clear();
            }
            pack.hearing_of.clear();
            pack.hearings.clear();
            edits.create(&pack)?
        } else {
            let mut requirement: Requirement = merge(lost)
                .map_err(|error| not_merged(lost, &error))?
                .written;
            if !is_own {
                requirement.published_as.clear();
            }
            requirement.hearing_of.clear();
            edits.create(&requirement)?
        };
        edits.commit().await?;
        made.insert(lost.id, document);
        Ok(document)
    }
}

/// Writes the merged value of a document.
struct Writing<'a, 'e> {
    edits: &'a mut Edits<'e>,
    lost: &'a Lost,
    document: faelled_documents::Document,
}

impl Work for Writing<'_, '_> {
    type Output = Result<bool, Failure>;

    fn of<T: Kept>(self) -> Self::Output {
        let merged: Merged<T> = merge(self.lost).map_err(|error| not_merged(self.lost, &error))?;
        self.edits
            .change(self.document, self.lost.id, &merged.written, &merged.now)
    }
}

/// What people are told of a document in which something is lost.
#[derive(Debug, Default)]
struct Told {
    /// What it is cited by; empty where there is nothing.
    number: String,
    titles: [String; 2],
    differences: Vec<Difference>,
    unreadable: usize,
    /// Why it cannot be read.
    refused: Option<Said>,
}

impl Told {
    fn of(lost: &Lost) -> Self {
        let told = match kind_of(lost) {
            Some(kind) => of_kind(kind, Telling(lost)),
            None if lost.opening.is_some() => Self {
                refused: Some(Said::new(
                    "a newer version of the software is needed to read it",
                    "det kræver en nyere version af programmet at læse det",
                )),
                ..Self::default()
            },
            None => Self::default(),
        };
        let fallback = lost.id.short().to_string();
        let titles = told.titles.map(|title| {
            let line = format!("{} {title}", told.number);
            let line = line
                .trim()
                .chars()
                .take(MAX_TITLE_CHARS)
                .collect::<String>();
            if line.is_empty() {
                fallback.clone()
            } else {
                line
            }
        });
        Self { titles, ..told }
    }

    fn title(&self) -> Said {
        let [en, da] = &self.titles;
        Said::new(en, da)
    }
}

struct Telling<'a>(&'a Lost);

impl Work for Telling<'_> {
    type Output = Told;

    fn of<T: Kept>(self) -> Told {
        let merged: Merged<T> = match merge(self.0) {
            Ok(merged) => merged,
            Err(error) => {
                return Told {
                    refused: Some(not_merged(self.0, &error).message),
                    ..Told::default()
                };
            }
        };
        let written = serde_json::to_value(&merged.written).unwrap_or_default();
        let text = |value: Option<&Value>| {
            let text = value.and_then(Value::as_str).unwrap_or_default();
            text.to_owned()
        };
        let number = ["number", "code"].iter().find_map(|name| written.get(name));
        let title = ["title", "name", "text", "pack", "target"]
            .iter()
            .find_map(|name| written.get(name));
        let titles = ["en", "da"].map(|language| match title {
            Some(Value::Object(texts)) => {
                text(texts.get(language).or_else(|| texts.values().next()))
            }
            title => text(title),
        });
        Told {
            number: text(number),
            titles,
            differences: merged.differences,
            unreadable: merged.unreadable,
            refused: None,
        }
    }
}

fn kind_of(lost: &Lost) -> Option<DocumentKind> {
    let opening = lost.opening.as_ref()?;
    DocumentKind::from_code(&opening.kind)
}

fn is_member(rosters: &RosterChain, own: &faelled_proto::MemberId) -> bool {
    rosters.member(own).is_some()
}

/// Whether it can be a private draft: a pack or a requirement that is none already.
fn is_draftable(lost: &Lost) -> bool {
    let is_shared = lost
        .opening
        .as_ref()
        .is_some_and(|opening| !matches!(opening.space, Space::Private(_)));
    is_shared
        && matches!(
            kind_of(lost),
            Some(DocumentKind::Pack | DocumentKind::Requirement)
        )
}

/// What is not written again by itself, and how a person does it.
fn by_hand(lost: &Lost) -> Vec<Said> {
    let id = lost.id;
    let line = |lost: &LostEntry| {
        let body = lost.body.as_deref()?;
        match lost.kind {
            Kind::RELEASE => {
                let (major, minor, patch) = Release::decode(body).ok()?.version;
                let version = format!("{major}.{minor}.{patch}");
                Some(Said::new(
                    format!(
                        "release {version}: publish it again, faelled pack publish {id} --version {version}"
                    ),
                    format!(
                        "udgivelse {version}: udgiv den igen, faelled pack publish {id} --version {version}"
                    ),
                ))
            }
            Kind::GRANT => {
                let member = Grant::decode(body).ok()?.member;
                Some(Said::new(
                    format!("{member} was to write it: faelled editors {id} --grant {member}"),
                    format!("{member} skulle skrive i det: faelled editors {id} --grant {member}"),
                ))
            }
            Kind::WITHDRAWAL => {
                let member = Withdrawal::decode(body).ok()?.member;
                Some(Said::new(
                    format!(
                        "{member} was to write it no longer: faelled editors {id} --withdraw {member}"
                    ),
                    format!(
                        "{member} skulle ikke skrive i det længere: faelled editors {id} --withdraw {member}"
                    ),
                ))
            }
            _ => None,
        }
    };
    lost.entries.iter().filter_map(line).collect()
}

fn not_merged(lost: &Lost, error: &NotMerged) -> Failure {
    let id = lost.id.short();
    Failure::internal(
        "quarantined",
        Said::new(
            format!("what was written in document {id} cannot be read again: {error}"),
            format!("det, der var skrevet i dokument {id}, kan ikke læses igen: {error}"),
        ),
    )
}
