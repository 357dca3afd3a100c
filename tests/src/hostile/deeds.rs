//! What the hostile node did and saw, as it tells it.

use std::collections::{BTreeMap, BTreeSet};

use faelled_proto::message::JoinAnswer;
use faelled_proto::{DocId, FeedId, Message};
use serde::{Deserialize, Serialize};

/// What was done and seen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deeds {
    /// How many times the case was gone through.
    pub rounds: u64,
    /// How many things were sent: runs, messages, handshakes, as the case says.
    pub sent: u64,
    /// How connections ended that the other side ended, and how often.
    pub ended: BTreeMap<String, u64>,
    /// What was heard, and how often.
    pub heard: BTreeMap<String, u64>,
    /// Feeds that were written, hexadecimal.
    pub feeds: BTreeSet<String>,
    /// Documents that were written, hexadecimal.
    pub documents: BTreeSet<String>,
    /// What did not work out, and how often: an attack that the other side did not let happen.
    pub foiled: BTreeMap<String, u64>,
}

impl Deeds {
    /// So many things were sent.
    pub(super) const fn send(&mut self, count: u64) {
        self.sent += count;
    }

    /// A connection was ended.
    pub(super) fn end(&mut self, how: &str) {
        *self.ended.entry(how.to_owned()).or_default() += 1;
    }

    /// A message was heard.
    pub(super) fn hear(&mut self, message: &Message) {
        let what = match message {
            Message::Hello(_) => "Hello".to_owned(),
            Message::Summary { .. } => "Summary".to_owned(),
            Message::Frontier { .. } => "Frontier".to_owned(),
            Message::Want(_) => "Want".to_owned(),
            Message::Marks { .. } => "Marks".to_owned(),
            Message::WantRoster { .. } => "WantRoster".to_owned(),
            Message::Rosters(_) => "Rosters".to_owned(),
            Message::Statements(_) => "Statements".to_owned(),
            Message::JoinAnswer(JoinAnswer::Refused(refusal)) => format!("Refused({refusal:?})"),
            Message::JoinAnswer(answer) => format!("{answer:?}"),
            Message::Bye(bye) => format!("{bye:?}"),
            _ => "other".to_owned(),
        };
        *self.heard.entry(what).or_default() += 1;
    }

    /// Something did not work out.
    pub(super) fn foil(&mut self, why: &str) {
        *self.foiled.entry(why.to_owned()).or_default() += 1;
    }

    /// A feed was written.
    pub(super) fn feed(&mut self, feed: FeedId) {
        self.feeds.insert(feed.to_string());
    }

    /// A document was written.
    pub(super) fn document(&mut self, document: DocId) {
        self.documents.insert(document.to_string());
    }

    /// Adds those of another round.
    pub(super) fn add(&mut self, other: Self) {
        self.rounds += 1;
        self.sent += other.sent;
        for (into, from) in [
            (&mut self.ended, other.ended),
            (&mut self.heard, other.heard),
            (&mut self.foiled, other.foiled),
        ] {
            for (what, count) in from {
                *into.entry(what).or_default() += count;
            }
        }
        self.feeds.extend(other.feeds);
        self.documents.extend(other.documents);
    }
}
