//! What a node does for people: each request of [`crate::request::Request`], one after the other where it
//! writes.

mod adopt;
mod baskets;
mod draft;
mod drafting;
mod everybody;
mod import;
mod joint;
mod key;
mod look;
mod network;
mod person;
mod pilots;
mod publish;
mod releases;
mod releasing;
mod status;
mod tickets;
mod trust;
mod verify;

#[cfg(test)]
pub(crate) use releasing::table;

use std::sync::Arc;

use faelled_mirror::Mirror;
use faelled_mirror::read::{Candidate, Found, MIN_ID_DIGITS, begins_an_id};
use faelled_model::validate::Finding;
use faelled_model::{Language, Severity};
use faelled_proto::{DocId, MemberId};
use faelled_store::Store;
use tokio::sync::{Mutex, watch};

use crate::core::{Committed, CoreHandle};
use crate::data::Data;
use crate::directory::Directory;
use crate::editor::Editor;
use crate::failure::{Failure, Said};
use crate::follower::FollowerHandle;
use crate::node::Settings;
use crate::request::{Envelope, Reply, Request};

/// A running node's answers. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    core: CoreHandle,
    follower: FollowerHandle,
    store: Store,
    committed: watch::Receiver<Committed>,
    settings: Arc<Settings>,
    directory: Directory,
    own: MemberId,
    /// One edit at a time: each builds on what the one before it wrote.
    editor: Arc<Mutex<Editor>>,
}

impl Service {
    pub(crate) fn new(
        core: CoreHandle,
        follower: FollowerHandle,
        store: Store,
        committed: watch::Receiver<Committed>,
        settings: Settings,
        directory: Directory,
    ) -> Self {
        let own = settings.certificate.claim.member.clone();
        let editor = Editor::new(core.clone(), store.clone(), own.clone());
        Self {
            core,
            follower,
            store,
            committed,
            settings: Arc::new(settings),
            directory,
            own,
            editor: Arc::new(Mutex::new(editor)),
        }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// What cannot be done, for people.
    pub async fn answer(&self, envelope: Envelope) -> Result<Reply, Failure> {
        let data = self.data(envelope.request).await?;
        let json = serde_json::to_value(&data).map_err(|error| {
            Failure::internal(
                "json",
                Said::new(
                    error.to_string(),
                    format!("svaret kan ikke skrives: {error}"),
                ),
            )
        })?;
        Ok(Reply {
            json,
            text: crate::text::render(&data, envelope.screen),
        })
    }

    /// Answers a request with what is in the answer.
    ///
    /// # Errors
    /// What cannot be done, for people.
    pub async fn data(&self, request: Request) -> Result<Data, Failure> {
        match request {
            Request::Status => self.status().await,
            Request::Members => self.members().await,
            Request::Invite {
                hours,
                addresses,
                note,
            } => self.invite(hours, addresses, note).await,
            Request::Tickets => self.tickets().await,
            Request::RevokeTicket { code } => self.revoke_ticket(&code).await,
            Request::PackImport {
                file_name,
                bytes,
                group,
                over,
            } => {
                self.import(&file_name, &bytes.0, group.as_deref(), over)
                    .await
            }
            Request::PackList => self.packs().await,
            Request::PackShow { pack } => self.pack(&pack).await,
            Request::PackPublish {
                pack,
                terms,
                preview,
            } => self.publish(&pack, terms, preview).await,
            Request::PackAdopt(adoption) => self.adopt(adoption).await,
            Request::RequirementList(query) => self.requirements(query).await,
            Request::RequirementShow { requirement } => self.requirement(&requirement).await,
            Request::PilotRecord {
                file_name,
                bytes,
                before_standstill,
            } => self.record(&file_name, &bytes.0, before_standstill).await,
            Request::PilotList(query) => self.pilots(query).await,
            Request::PilotShow { pilot } => self.pilot(&pilot).await,
            Request::Search(query) => self.search(query).await,
            Request::MirrorRebuild => Ok(Data::Rebuilt(self.follower.rebuild().await?)),
            Request::Drafting(request) => Ok(Data::Drafting(self.drafting(request).await?)),
            Request::Releasing(request) => Ok(Data::Releasing(self.releasing(request).await?)),
            Request::Joint(request) => Ok(Data::Joint(self.joint(request).await?)),
            Request::Baskets(request) => Ok(Data::Baskets(self.baskets(request).await?)),
            Request::Key(request) => Ok(Data::Key(self.key(request).await?)),
            Request::Trust(request) => Ok(Data::Trust(self.trust(request).await?)),
        }
    }

    /// Writes what was taken back again, now and whenever more is; until the core ends.
    pub(crate) async fn write_again(&self, mut retracted: watch::Receiver<u64>) {
        loop {
            retracted.mark_unchanged();
            if let Err(failure) = self.write_retracted_again().await {
                tracing::warn!(%failure, "what was taken back is not written again yet");
            }
            if retracted.changed().await.is_err() {
                break;
            }
        }
    }

    pub(crate) async fn stop_mirror(&self) {
        self.follower.stop().await;
    }

    /// The mirror, showing everything that is committed now.
    async fn mirror(&self) -> Result<Mirror, Failure> {
        let committed = *self.committed.borrow();
        self.follower.caught_up(committed).await
    }
}

/// A finding with its field, in both languages.
fn said(subject: &str, finding: &Finding) -> Said {
    let place = [subject, &finding.field]
        .iter()
        .filter(|part| !part.is_empty())
        .copied()
        .collect::<Vec<_>>();
    let place = place.join(" ");
    Said::new(
        format!("{place}: {}", finding.message(Language::English)),
        format!("{place}: {}", finding.message(Language::Danish)),
    )
}

/// What stands in the way, and what a person should look at.
fn sort_findings(findings: Vec<(String, Finding)>) -> (Vec<Said>, Vec<Said>) {
    let (errors, warnings): (Vec<_>, Vec<_>) = findings
        .into_iter()
        .partition(|(_, finding)| finding.severity == Severity::Error);
    let all = |list: Vec<(String, Finding)>| {
        list.iter()
            .map(|(subject, finding)| said(subject, finding))
            .collect()
    };
    (all(errors), all(warnings))
}

/// A document id as the mirror writes it.
fn document_id(text: &str) -> Option<DocId> {
    text.parse().ok()
}

/// Takes the one thing that was found.
fn only<T>(found: Found<T>, key: &str, what: &Said) -> Result<T, Failure> {
    match found {
        Found::One(found) => Ok(*found),
        Found::Nothing if is_too_short(key) => Err(too_short(key)),
        Found::Nothing => Err(Failure::user(
            "not-found",
            Said::new(format!("there is no {} {key} here", what.en), format!("{} {key} findes ikke her", what.da)),
        )
        .hint(Said::new(
            "faelled search WORDS finds it by its words; what others shared comes once this node has synced",
            "faelled search ORD finder på ord; det, andre har delt, kommer, når noden har synkroniseret",
        ))),
        Found::Several(candidates) => Err(ambiguous(key, &candidates)),
    }
}

/// Whether nothing can be found by what can only be the beginning of an id.
fn is_too_short(key: &str) -> bool {
    begins_an_id(key) && key.len() < MIN_ID_DIGITS
}

fn too_short(key: &str) -> Failure {
    Failure::user(
        "not-found",
        Said::new(
            format!("there is nothing called {key} here"),
            format!("her er ikke noget, der hedder {key}"),
        ),
    )
    .hint(Said::new(
        format!("of a document id give at least its first {MIN_ID_DIGITS} characters"),
        format!("angiv mindst de første {MIN_ID_DIGITS} tegn af et dokument-id"),
    ))
}

fn ambiguous(key: &str, candidates: &[Candidate]) -> Failure {
    let is_id = candidates
        .iter()
        .all(|candidate| candidate.document.starts_with(&key.to_ascii_lowercase()));
    let details = candidates
        .iter()
        .map(|candidate| {
            let title = |first: &Option<String>, second: &Option<String>| {
                first.clone().or_else(|| second.clone()).unwrap_or_default()
            };
            let name = if is_id {
                candidate.document.clone()
            } else {
                format!("{}/{key}", candidate.owner)
            };
            Said::new(
                format!(
                    "{name}: {}",
                    title(&candidate.title_en, &candidate.title_da)
                ),
                format!(
                    "{name}: {}",
                    title(&candidate.title_da, &candidate.title_en)
                ),
            )
        })
        .collect();
    if is_id {
        return Failure::user(
            "ambiguous",
            Said::new(
                format!("several document ids begin with {key}"),
                format!("flere dokument-id'er begynder med {key}"),
            ),
        )
        .hint(Said::new("give more of the id", "angiv mere af id'et"))
        .details(details);
    }
    Failure::user(
        "ambiguous",
        Said::new(
            format!("several members use {key}"),
            format!("flere deltagere bruger {key}"),
        ),
    )
    .hint(Said::new(
        "say whose, in a command or a pilot file: dk-0159/NUMBER",
        "skriv, hvis, i en kommando eller en fil med en afprøvning: dk-0159/NUMMER",
    ))
    .details(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(document: &str) -> Candidate {
        Candidate {
            document: document.to_owned(),
            owner: "dk-0159".to_owned(),
            space: "commons".to_owned(),
            number: Some("GLX-EMB-001".to_owned()),
            title_da: Some("Kasser".to_owned()),
            title_en: None,
        }
    }

    #[test]
    fn too_short_a_beginning_of_an_id_says_how_much_is_needed() {
        let what = Said::new("pack", "pakken");
        let nothing = |key| only::<()>(Found::Nothing, key, &what).unwrap_err();
        let short = nothing("ab12f");
        assert_eq!(short.code, "not-found");
        let hint = short.hint.unwrap();
        assert!(hint.en.contains("first 6") && hint.da.contains("første 6"));
        for key in ["ab12f0", "GLX", ""] {
            assert!(!nothing(key).hint.unwrap().en.contains("first 6"), "{key}");
        }
    }

    #[test]
    fn several_ids_with_one_beginning_are_told_apart_by_their_ids() {
        let both = vec![candidate("ab12f01"), candidate("ab12f02")];
        let failure = ambiguous("AB12F0", &both);
        assert!(failure.details[1].da.starts_with("ab12f02: Kasser"));
        let failure = ambiguous("GLX-EMB-001", &both);
        assert!(failure.details[0].en.starts_with("dk-0159/GLX-EMB-001"));
    }
}
