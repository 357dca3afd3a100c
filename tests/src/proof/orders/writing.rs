//! What members write in a history: documents, changes, who may write them; and what voids it.

use std::collections::BTreeMap;

use faelled_documents::{Document, WrittenChange};
use faelled_model::{Pack, schema};
use faelled_proto::canonical::encode;
use faelled_proto::chain::Writer;
use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::id::ContentHash;
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::release::Release;
use faelled_proto::statement::{Equivocation, Revocation};
use faelled_proto::{DocId, Kind, MemberId, NodeKey, SignedEntry, Space, Statement, VerifiedEntry};
use rand_chacha::rand_core::Rng;

use super::cast::id;
use super::held::Item;
use super::history::{Author, Changed, Opened};

impl Author {
    /// A space in which a member may have feeds.
    fn space(&mut self, member: usize) -> Space {
        let groups = self.groups.clone();
        match self.below(10) {
            0..=3 => Space::Commons,
            4 if member == 0 => Space::Private(id(0)),
            _ => self.one_of(&groups).map_or(Space::Commons, Space::Group),
        }
    }

    pub(super) fn open_document(&mut self) {
        let member = self.member();
        let (space, pen) = (self.space(member), self.pen(member));
        let Some(feed) = self.feed(pen, &space) else {
            return;
        };
        if self.feeds[feed].is_forked {
            return;
        }
        let mut nonce = [0; 16];
        self.rng.fill_bytes(&mut nonce);
        let editors = match (&space, self.below(10)) {
            (Space::Group(_), 0..=5) => Editors::Members,
            (_, 6..=8) => Editors::Granted,
            _ => Editors::OwnerOnly,
        };
        let kind = if self.chance(95) {
            "pack"
        } else {
            "of-a-later-version"
        };
        let opening = DocumentOpening {
            kind: kind.into(),
            owner: id(member),
            space,
            editors,
            nonce,
        };
        self.write(feed, Kind::DOCUMENT_OPENING, opening.id(), encode(&opening));
        self.saw("document opened");
        self.say(format!(
            "member {member} opens {} in {:?}, written by {editors:?}",
            opening.id().short(),
            opening.space
        ));
        self.documents.push(Opened {
            id: opening.id(),
            opening,
            changes: Vec::new(),
            rounds: BTreeMap::new(),
        });
        self.change_by(self.documents.len() - 1, member);
    }

    /// Somebody changes a document: as a rule somebody who may.
    pub(super) fn change_document(&mut self) {
        if self.documents.is_empty() {
            return self.open_document();
        }
        let document = self.below(self.documents.len());
        let opening = self.documents[document].opening.clone();
        let granted: Vec<MemberId> = self.documents[document].rounds.keys().cloned().collect();
        let allowed: Vec<usize> = (0..self.history.members)
            .filter(|member| match opening.editors {
                _ if id(*member) == opening.owner => true,
                Editors::Members => true,
                Editors::Granted => granted.contains(&id(*member)),
                Editors::OwnerOnly => false,
            })
            .collect();
        let drawn = self.member();
        let member = if self.chance(88) {
            self.one_of(&allowed).unwrap_or(drawn)
        } else {
            drawn
        };
        self.change_by(document, member);
    }

    fn change_by(&mut self, document: usize, member: usize) {
        let (space, id_of) = (
            self.documents[document].opening.space.clone(),
            self.documents[document].id,
        );
        let pen = self.pen(member);
        let Some(feed) = self.feed(pen, &space) else {
            return;
        };
        let all = self.documents[document].changes.len();
        let mut seen = self.feeds[feed].seen.get(&id_of).copied().unwrap_or(0);
        if self.chance(60) {
            seen += self.below(all - seen + 1);
        }
        self.feeds[feed].seen.insert(id_of, seen);
        let Some(body) = self.edited(document, feed, u64::MAX) else {
            return;
        };
        let entry = self.write(feed, Kind::CHANGE, id_of, body.clone());
        self.documents[document].changes.push(Changed {
            feed,
            seq: entry.header().seq,
            entry: entry.id(),
            body,
        });
        self.saw("change");
        if id(member) != self.documents[document].opening.owner {
            self.saw("change by another than the owner");
        }
        if self.documents[document].opening.editors == Editors::Members {
            self.saw("change by a member of a group");
        }
        self.say(format!("member {member} changes {}", id_of.short()));
    }

    /// A change of a document by whoever has seen what the author of the feed has, of its own only what is before
    /// a place.
    fn edited(&mut self, document: usize, feed: usize, before: u64) -> Option<Vec<u8>> {
        let opened = &self.documents[document];
        let seen = self.feeds[feed].seen.get(&opened.id).copied().unwrap_or(0);
        let is_seen = |(place, change): &(usize, &Changed)| {
            if change.feed == feed {
                change.seq < before
            } else {
                *place < seen
            }
        };
        let changes: Vec<WrittenChange<'_>> = opened
            .changes
            .iter()
            .enumerate()
            .filter(is_seen)
            .map(|(_, change)| WrittenChange {
                entry: change.entry,
                feed: self.feeds[change.feed].id,
                body: &change.body,
            })
            .collect();
        let mut read = Document::new(opened.id);
        read.apply(&changes);
        let held: Pack = schema::read(&read).ok()?;
        let mut pack = held.clone();
        let id = self.feeds[feed].id;
        self.rewrite(&mut pack);
        schema::prepare(&mut pack, &held);
        read.edit(id, &pack, self.now_ms).ok()?
    }

    fn rewrite(&mut self, pack: &mut Pack) {
        let word = format!("word{}", self.below(1_000));
        match self.below(7) {
            0 => pack.licence = word,
            1 => pack.code = word,
            2 => pack.project = word,
            3 => pack.review_cycle_months = Some(1 + self.below(48) as u64),
            4 => {
                pack.title.0.insert("da".into(), word);
            }
            5 => {
                let text = pack.introduction.0.entry("da".into()).or_default();
                text.0 = format!("{} {word}", text.0);
            }
            _ => pack.contract_types.push(word),
        }
    }

    /// A feed of the owner of a drawn document, in the document's space.
    fn owners_feed(&mut self, is_meant: impl Fn(&Opened) -> bool) -> Option<(usize, usize)> {
        let meant: Vec<usize> = (0..self.documents.len())
            .filter(|index| is_meant(&self.documents[*index]))
            .collect();
        let document = self.one_of(&meant)?;
        let opening = self.documents[document].opening.clone();
        let owner = (0..self.history.members).find(|member| id(*member) == opening.owner)?;
        let member = if self.chance(92) {
            owner
        } else {
            self.member()
        };
        let pen = self.pen(member);
        Some((document, self.feed(pen, &opening.space)?))
    }

    pub(super) fn grant(&mut self) {
        let is_meant = |opened: &Opened| opened.opening.editors == Editors::Granted;
        let Some((document, feed)) = self.owners_feed(is_meant) else {
            return;
        };
        let member = self.member();
        let known = self.documents[document].rounds.get(&id(member)).copied();
        let next = known.map_or(1, |round| round + 1);
        let round = if self.chance(80) {
            next
        } else {
            1 + self.below(4) as u32
        };
        let highest = known.unwrap_or(0).max(round);
        self.documents[document].rounds.insert(id(member), highest);
        let body = encode(&Grant {
            member: id(member),
            round,
        });
        self.write(feed, Kind::GRANT, self.documents[document].id, body);
        self.saw("grant");
        let document = self.documents[document].id.short();
        self.say(format!(
            "member {member} may write {document}, round {round}"
        ));
    }

    pub(super) fn withdraw(&mut self) {
        let is_meant = |opened: &Opened| !opened.rounds.is_empty();
        let Some((document, feed)) = self.owners_feed(is_meant) else {
            return;
        };
        let granted: Vec<(MemberId, u32)> = self.documents[document]
            .rounds
            .clone()
            .into_iter()
            .collect();
        let Some((member, highest)) = self.one_of(&granted) else {
            return;
        };
        let round = if self.chance(85) {
            highest
        } else {
            1 + self.below(3) as u32
        };
        let space = self.documents[document].opening.space.clone();
        let last_good = self.last_good(|feed, pen| feed.space == space && id(pen.member) == member);
        self.say(format!(
            "{member} may no longer write {}, round {round}",
            self.documents[document].id.short()
        ));
        let body = encode(&Withdrawal {
            member,
            round,
            last_good,
        });
        self.write(feed, Kind::WITHDRAWAL, self.documents[document].id, body);
        self.saw("withdrawal");
    }

    pub(super) fn release(&mut self) {
        let Some((document, feed)) = self.owners_feed(|_| true) else {
            return;
        };
        let content = format!("{{\"code\":\"R{}\"}}", self.below(100)).into_bytes();
        let release = Release {
            version: (1 + self.below(3) as u32, 0, 0),
            previous: None,
            notes: BTreeMap::new(),
            valid_from_day: 20_700,
            review_by_day: 21_000,
            approval: None,
            cosigners_needed: 0,
            content_hash: ContentHash::of(&[&content]),
            content,
        };
        self.write(
            feed,
            Kind::RELEASE,
            self.documents[document].id,
            release.encode(),
        );
        self.saw("release");
        self.say(format!(
            "a release of {}",
            self.documents[document].id.short()
        ));
    }

    /// A member revokes a node key, in the spaces in which it has feeds; seldom, somebody revokes another's.
    pub(super) fn revoke(&mut self) {
        if self.pens.is_empty() {
            return;
        }
        let pen = self.below(self.pens.len());
        if self
            .revoked
            .iter()
            .filter(|revoked| **revoked == pen)
            .count()
            >= 2
        {
            return;
        }
        self.revoked.push(pen);
        let key = self.pens[pen].key.node_key();
        let (mut member, mut identity) = (self.pens[pen].member, self.pens[pen].identity.clone());
        if self.chance(10) {
            member = self.member();
            identity = self.identities[member][0].clone();
        }
        if member != self.pens[pen].member {
            self.saw("revocation of another's key");
        }
        let successor = (self.chance(50)).then(|| {
            let next = self.new_pen(member, identity.clone());
            self.pens[next].certificate.clone()
        });
        self.saw(match successor {
            Some(_) => "revocation with successor",
            None => "revocation without successor",
        });
        let mut spaces = vec![Space::Commons];
        spaces.extend(self.groups.iter().copied().map(Space::Group));
        if member == 0 {
            spaces.push(Space::Private(id(0)));
        }
        for space in spaces {
            if self.chance(20) {
                continue;
            }
            let last_good =
                self.last_good(|feed, of| feed.space == space && of.key.node_key() == key);
            let said = Revocation {
                federation: self.history.federation,
                member: id(member),
                identity_key: identity.identity_key(),
                node_key: key,
                charters: self.borne_out(&space, key),
                space,
                last_good,
                successor: successor.clone(),
                claimed_ms: self.now_ms,
            };
            let statement = Statement::Revocation(said.sign(&identity));
            if self.held.clone().offer(&Item::Statement(statement.clone())) {
                self.put(Item::Statement(statement));
            }
        }
        self.say(format!("member {member} revokes the key of node {pen}"));
    }

    /// Some of the charters that a key signed.
    fn borne_out(&mut self, space: &Space, key: NodeKey) -> Vec<faelled_proto::CharterHash> {
        let Space::Group(group) = space else {
            return Vec::new();
        };
        let held = self.held.groups.get(group);
        let signed: Vec<_> = held
            .map(|group| group.signed_with(key).collect())
            .unwrap_or_default();
        if !signed.is_empty() {
            self.saw("revocation of a key that signed charters");
        }
        signed.into_iter().filter(|_| self.chance(50)).collect()
    }

    /// A node writes a second branch of a feed, as one does that was set back.
    pub(super) fn equivocate(&mut self) {
        let is_opening = |entry: &VerifiedEntry| entry.header().kind == Kind::DOCUMENT_OPENING;
        let feeds: Vec<usize> = (0..self.feeds.len())
            .filter(|feed| !self.feeds[*feed].is_forked && self.feeds[*feed].entries.len() > 1)
            .collect();
        let Some(feed) = self.one_of(&feeds) else {
            return;
        };
        let entries = self.feeds[feed].entries.clone();
        // Documents are opened before: what is held of one does not hang on which branch came first.
        let first = entries
            .iter()
            .rposition(is_opening)
            .map_or(1, |last| last + 1);
        if first >= entries.len() {
            return;
        }
        let at = first + self.below(entries.len() - first);
        let key = self.pens[self.feeds[feed].pen].key.clone();
        let mut writer = Writer::new(self.history.federation, &key, Some(entries[at - 1].tip()));
        let branch: Vec<VerifiedEntry> = (0..1 + self.below(2))
            .filter_map(|number| {
                let (document, body) = self.rival(feed, at as u64, number)?;
                Some(writer.write(Kind::CHANGE, Some(document), body, self.now_ms + 1))
            })
            .collect();
        let signed = |entries: &[VerifiedEntry]| -> Vec<SignedEntry> {
            entries.iter().map(|entry| entry.signed().clone()).collect()
        };
        let proof = Equivocation::make(
            self.history.federation,
            entries[0].signed().clone(),
            signed(&entries[at..]),
            signed(&branch),
        );
        let Ok(proof) = proof else { return };
        for entry in &branch {
            self.put(Item::Entry(entry.feed(), entry.signed().clone()));
        }
        self.put(Item::Statement(Statement::Equivocation(proof)));
        self.feeds[feed].is_forked = true;
        self.feeds[feed].is_left = self.chance(60);
        self.saw("equivocation");
        self.say(format!(
            "feed {} has two branches from {at} on",
            entries[0].feed().short()
        ));
    }

    /// A change on a second branch. After the first it need not be one that anybody can read.
    fn rival(&mut self, feed: usize, at: u64, number: usize) -> Option<(DocId, Vec<u8>)> {
        let space = self.feeds[feed].space.clone();
        let documents: Vec<usize> = (0..self.documents.len())
            .filter(|document| self.documents[*document].opening.space == space)
            .collect();
        let document = self.one_of(&documents)?;
        let body = if number == 0 {
            self.edited(document, feed, at)
        } else {
            None
        };
        Some((
            self.documents[document].id,
            body.unwrap_or_else(|| vec![number as u8]),
        ))
    }
}
