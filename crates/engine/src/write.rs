//! This node's own entries.

use std::collections::BTreeMap;

use faelled_proto::chain::Writer;
use faelled_proto::limits::{MAX_BODY_BYTES, MAX_KNOWN_TIPS};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{FeedId, NodeKey, Space, Tip, VerifiedEntry};
use rand_chacha::rand_core::Rng;

use crate::commit::{Pending, Then};
use crate::engine::{Engine, Standing};
use crate::event::{Action, Answer, Draft, Notice, RequestFailure, RequestId, StoreOperation};
use crate::feeds::Feeds;
use crate::limits::MAX_DRAFTS_PER_WRITE;

/// The feeds in which this node writes now: one in each space, all of one incarnation.
#[derive(Debug)]
pub(crate) struct OwnFeeds {
    incarnation: Option<[u8; 16]>,
    current: BTreeMap<Space, FeedId>,
}

impl OwnFeeds {
    pub(crate) fn new(incarnation: Option<[u8; 16]>, key: NodeKey, feeds: &Feeds) -> Self {
        let current = feeds
            .iter()
            .filter(|(_, feed)| feed.node_key == key && Some(feed.incarnation) == incarnation)
            .map(|(id, feed)| (feed.space.clone(), *id))
            .collect();
        Self {
            incarnation,
            current,
        }
    }

    pub(crate) const fn incarnation(&self) -> Option<[u8; 16]> {
        self.incarnation
    }

    /// The next write opens a new incarnation.
    pub(crate) fn begin_anew(&mut self) {
        self.incarnation = None;
        self.current.clear();
    }

    pub(crate) fn is_current(&self, feed: &FeedId) -> bool {
        self.current.values().any(|current| current == feed)
    }
}

impl Engine {
    pub(crate) fn open_feed(&mut self, request: RequestId, space: Space, out: &mut Vec<Action>) {
        let failure = match (self.standing(), self.may_write(&space)) {
            (Standing::Member, Ok(())) => None,
            (Standing::Member, Err(failure)) => Some(failure),
            (Standing::Revoked, _) => Some(RequestFailure::KeyRevoked),
            _ => Some(RequestFailure::NotAMember),
        };
        if let Some(failure) = failure {
            out.push(Action::Answer {
                request,
                answer: Answer::Failed(failure),
            });
            return;
        }
        if let Some(feed) = self.own_feeds.current.get(&space) {
            out.push(Action::Answer {
                request,
                answer: Answer::Feed(*feed),
            });
            return;
        }
        if self.config.certificate.claim.expires_ms <= self.now_ms {
            out.push(Action::Answer {
                request,
                answer: Answer::Failed(RequestFailure::CertificateExpired),
            });
            return;
        }
        let opening = self.next_opening(&space);
        let key = self.config.node_key.clone();
        let entry = Writer::new(self.rosters.federation(), &key, None).open(&opening, self.now_ms);
        let feed = entry.feed();
        self.feeds.advance(Some(&opening), entry.tip());
        self.own_feeds.current.insert(space, feed);
        self.store_own(
            vec![(feed, opening)],
            vec![entry],
            (request, Then::Feed(feed)),
            out,
        );
    }

    fn may_write(&self, space: &Space) -> Result<(), RequestFailure> {
        if self.groups.sees(&self.rosters, &self.own, space) {
            return Ok(());
        }
        Err(match space {
            Space::Group(id) => RequestFailure::UnknownGroup(*id),
            Space::Commons | Space::Private(_) => RequestFailure::NotAMember,
        })
    }

    fn next_opening(&mut self, space: &Space) -> FeedOpening {
        let incarnation = self.own_feeds.incarnation.unwrap_or_else(|| {
            let mut drawn = [0; 16];
            self.rng.fill_bytes(&mut drawn);
            drawn
        });
        self.own_feeds.incarnation = Some(incarnation);
        // Of this space only: the tips of another would tell of it.
        let mut known_tips: Vec<Tip> = self
            .feeds
            .iter()
            .filter(|(_, feed)| self.is_own(feed.node_key) && feed.space == *space)
            .filter_map(|(_, feed)| feed.stored)
            .collect();
        known_tips.truncate(MAX_KNOWN_TIPS);
        FeedOpening {
            certificate: self.config.certificate.clone(),
            space: space.clone(),
            incarnation,
            known_tips,
        }
    }

    pub(crate) fn write(
        &mut self,
        request: RequestId,
        feed: FeedId,
        drafts: Vec<Draft>,
        out: &mut Vec<Action>,
    ) {
        let held = self.feeds.get(&feed);
        let head = held.map(|feed| feed.head);
        let not_seen = held.and_then(|feed| self.may_write(&feed.space).err());
        let failure = if self.standing() == Standing::Revoked {
            Some(RequestFailure::KeyRevoked)
        } else if drafts.len() > MAX_DRAFTS_PER_WRITE {
            Some(RequestFailure::TooMany)
        } else if drafts.iter().any(|draft| draft.body.len() > MAX_BODY_BYTES) {
            Some(RequestFailure::TooLarge)
        } else if !self.own_feeds.is_current(&feed) || head.is_none() {
            Some(RequestFailure::FeedMoved)
        } else {
            not_seen
        };
        if let Some(failure) = failure {
            out.push(Action::Answer {
                request,
                answer: Answer::Failed(failure),
            });
            return;
        }
        let key = self.config.node_key.clone();
        let mut writer = Writer::new(self.rosters.federation(), &key, head);
        let entries: Vec<VerifiedEntry> = drafts
            .into_iter()
            .map(|draft| writer.write(draft.kind, draft.document, draft.body, self.now_ms))
            .collect();
        let Some(last) = entries.last() else {
            out.push(Action::Answer {
                request,
                answer: Answer::Written(Vec::new()),
            });
            return;
        };
        self.feeds.advance(None, last.tip());
        let ids = entries.iter().map(VerifiedEntry::id).collect();
        self.store_own(Vec::new(), entries, (request, Then::Written(ids)), out);
    }

    fn store_own(
        &mut self,
        openings: Vec<(FeedId, FeedOpening)>,
        entries: Vec<VerifiedEntry>,
        request: (RequestId, Then),
        out: &mut Vec<Action>,
    ) {
        let tips = entries.last().map(VerifiedEntry::tip).into_iter().collect();
        let operation = self.operation(Pending::Entries {
            source: None,
            tips,
            request: Some(request),
        });
        out.push(Action::Store {
            operation,
            write: StoreOperation::Entries { openings, entries },
        });
    }

    /// A peer holds more of a feed in which this node writes than the node itself, or something else: the
    /// node's disk was rolled back. What is written from now on goes into a new incarnation.
    pub(crate) fn watch_own(&mut self, tip: &Tip, out: &mut Vec<Action>) {
        if !self.own_feeds.is_current(&tip.feed) {
            return;
        }
        let Some(held) = self.feeds.get(&tip.feed).map(|feed| feed.head) else {
            return;
        };
        if tip.seq > held.seq || (tip.seq == held.seq && tip.entry != held.entry) {
            self.own_feeds.begin_anew();
            out.push(Action::Notice(Notice::RolledBack { feed: tip.feed }));
        }
    }
}
