//! Runs verified: the only way from bytes that somebody sent to an entry that counts as its author's.
//!
//! Every header names the entry before it, and an entry's id covers its header and its signature. So a
//! contiguous run is authentic when its links hold and its *last* signature verifies: one signature check
//! per run, and one at every place that [`CHECKED_EVERY`] divides.

use crate::canonical::{DecodeError, encode};
use crate::limits::MAX_PROOF_ENTRIES;
use crate::opening::FeedOpening;
use crate::{
    DocId, EntryId, FederationId, FeedId, Header, Kind, NodeKey, SecretKey, SignedEntry, Tip,
};

/// Places divisible by this have a signature that was verified, so that a fork anywhere in a feed can be
/// proven by as many headers at most.
pub const CHECKED_EVERY: u64 = MAX_PROOF_ENTRIES as u64;

/// An entry that was shown to be its feed's own and in its place. Made by [`verify_run`], [`verify_new_feed`]
/// and [`Writer`] alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEntry {
    id: EntryId,
    feed: FeedId,
    header: Header,
    signed: SignedEntry,
}

impl VerifiedEntry {
    /// The entry's id.
    #[must_use]
    pub const fn id(&self) -> EntryId {
        self.id
    }

    /// The feed; for an opening entry the feed that it opens.
    #[must_use]
    pub const fn feed(&self) -> FeedId {
        self.feed
    }

    /// The decoded header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The entry as it came.
    #[must_use]
    pub const fn signed(&self) -> &SignedEntry {
        &self.signed
    }

    /// The document that the entry is about.
    #[must_use]
    pub const fn document(&self) -> Option<DocId> {
        self.header.document
    }

    /// The feed's tip once this entry is its newest.
    #[must_use]
    pub const fn tip(&self) -> Tip {
        Tip {
            feed: self.feed,
            seq: self.header.seq,
            entry: self.id,
        }
    }
}

/// Why a run is refused. Nothing of a refused run is kept; the feed stays as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunRefusal {
    /// An entry's bytes are not what they should be.
    #[error("entry {seq} is not one: {reason}")]
    Undecodable {
        /// The place in the feed where it was due.
        seq: u64,
        /// What is wrong.
        reason: DecodeError,
    },
    /// Entries are missing in between.
    #[error("entry {found} came where entry {expected} was due: entries are missing")]
    Gap {
        /// The place that was due.
        expected: u64,
        /// The place that came.
        found: u64,
    },
    /// The entry names another predecessor than the one before it: a changed entry, or a second branch.
    #[error("entry {seq} does not follow the entry before it")]
    BrokenLink {
        /// Its place.
        seq: u64,
    },
    /// The entry belongs to another feed.
    #[error("entry {seq} belongs to another feed")]
    OtherFeed {
        /// Its place.
        seq: u64,
    },
    /// A signature that must verify does not: the run's last, or one at a place that [`CHECKED_EVERY`] divides.
    #[error("the signature of entry {seq} does not verify")]
    BadSignature {
        /// Its place.
        seq: u64,
    },
    /// A second opening inside a feed, or a feed that begins with something else.
    #[error("a feed begins with its opening, and with nothing else")]
    NoOpening,
    /// The opening's certificate is not signed by the identity key that it names, for this federation.
    #[error("the certificate in the feed's opening does not verify")]
    BadCertificate,
    /// No entry at all.
    #[error("the run is empty")]
    Empty,
}

/// Verifies a run that continues a feed behind `after`.
///
/// # Errors
/// See [`RunRefusal`].
pub fn verify_run(
    federation: FederationId,
    node_key: &NodeKey,
    after: Tip,
    entries: Vec<SignedEntry>,
) -> Result<Vec<VerifiedEntry>, RunRefusal> {
    verify_run_to(federation, node_key, after, entries, None)
}

/// The same where a signed statement already vouches for an entry: a run that ends there needs no signature of
/// its own. A feed that was cut may end at an entry whose author left its signature out.
///
/// # Errors
/// See [`RunRefusal`].
pub fn verify_run_to(
    federation: FederationId,
    node_key: &NodeKey,
    after: Tip,
    entries: Vec<SignedEntry>,
    vouched: Option<EntryId>,
) -> Result<Vec<VerifiedEntry>, RunRefusal> {
    let (mut seq, mut previous) = (after.seq, after.entry);
    let mut verified = Vec::with_capacity(entries.len());
    for signed in entries {
        seq += 1;
        let header = signed
            .decode_header()
            .map_err(|reason| RunRefusal::Undecodable { seq, reason })?;
        check_link(&header, after.feed, seq, previous)?;
        let id = signed.id();
        previous = id;
        verified.push(VerifiedEntry {
            id,
            feed: after.feed,
            header,
            signed,
        });
    }
    if verified.is_empty() {
        return Err(RunRefusal::Empty);
    }
    let is_checked = |entry: &&VerifiedEntry| {
        let is_last = entry.header.seq == seq && vouched != Some(entry.id);
        is_last || entry.header.seq.is_multiple_of(CHECKED_EVERY)
    };
    for entry in verified.iter().filter(is_checked) {
        let seq = entry.header.seq;
        let verified = entry.signed.verify(federation, node_key);
        verified.map_err(|_| RunRefusal::BadSignature { seq })?;
    }
    Ok(verified)
}

fn check_link(
    header: &Header,
    feed: FeedId,
    seq: u64,
    previous: EntryId,
) -> Result<(), RunRefusal> {
    if header.feed == FeedId::ZERO || header.kind == Kind::FEED_OPENING {
        return Err(RunRefusal::NoOpening);
    }
    if header.feed != feed {
        return Err(RunRefusal::OtherFeed { seq });
    }
    if header.seq != seq {
        return Err(RunRefusal::Gap {
            expected: seq,
            found: header.seq,
        });
    }
    if header.previous != previous {
        return Err(RunRefusal::BrokenLink { seq });
    }
    Ok(())
}

/// Verifies a run that begins a feed: its first entry is the opening whose id the feed's id is. Whether the
/// member may open a feed is the roster's to say.
///
/// # Errors
/// See [`RunRefusal`].
pub fn verify_new_feed(
    federation: FederationId,
    feed: FeedId,
    entries: Vec<SignedEntry>,
) -> Result<(FeedOpening, Vec<VerifiedEntry>), RunRefusal> {
    verify_new_feed_to(federation, feed, entries, |_| None)
}

/// The same where a signed statement may vouch for an entry; see [`verify_run_to`].
///
/// # Errors
/// See [`RunRefusal`].
pub fn verify_new_feed_to(
    federation: FederationId,
    feed: FeedId,
    mut entries: Vec<SignedEntry>,
    vouched: impl FnOnce(&FeedOpening) -> Option<EntryId>,
) -> Result<(FeedOpening, Vec<VerifiedEntry>), RunRefusal> {
    if entries.is_empty() {
        return Err(RunRefusal::Empty);
    }
    let rest = entries.split_off(1);
    let signed = entries.remove(0);
    let header = signed
        .decode_header()
        .map_err(|reason| RunRefusal::Undecodable { seq: 0, reason })?;
    if header.seq != 0 && header.kind != Kind::FEED_OPENING {
        return Err(RunRefusal::Gap {
            expected: 0,
            found: header.seq,
        });
    }
    let opens = header.kind == Kind::FEED_OPENING
        && header.seq == 0
        && header.feed == FeedId::ZERO
        && header.previous == EntryId::ZERO
        && header.document.is_none();
    let (true, Some(body)) = (opens, &signed.body) else {
        return Err(RunRefusal::NoOpening);
    };
    if FeedId::from(signed.id()) != feed {
        return Err(RunRefusal::OtherFeed { seq: 0 });
    }
    let opening =
        FeedOpening::decode(body).map_err(|reason| RunRefusal::Undecodable { seq: 0, reason })?;
    opening
        .certificate
        .verify(federation)
        .map_err(|_| RunRefusal::BadCertificate)?;
    let node_key = opening.certificate.claim.node_key;
    let first = VerifiedEntry {
        id: signed.id(),
        feed,
        header,
        signed,
    };
    // The opening stands at place 0: without its own signature no fork of the feed could be proven.
    first
        .signed
        .verify(federation, &node_key)
        .map_err(|_| RunRefusal::BadSignature { seq: 0 })?;
    if rest.is_empty() {
        return Ok((opening, vec![first]));
    }
    let mut verified = vec![first];
    let (tip, vouched) = (verified[0].tip(), vouched(&opening));
    verified.extend(verify_run_to(federation, &node_key, tip, rest, vouched)?);
    Ok((opening, verified))
}

/// Writes entries of one's own feed, each after the one before it.
#[derive(Debug)]
pub struct Writer<'a> {
    federation: FederationId,
    key: &'a SecretKey,
    tip: Option<Tip>,
}

impl<'a> Writer<'a> {
    /// Goes on after `tip`; opens a new feed where there is none.
    #[must_use]
    pub const fn new(federation: FederationId, key: &'a SecretKey, tip: Option<Tip>) -> Self {
        Self {
            federation,
            key,
            tip,
        }
    }

    /// Signs the feed's next entry. `claimed_ms` are milliseconds since 1970.
    pub fn write(
        &mut self,
        kind: Kind,
        document: Option<DocId>,
        body: Vec<u8>,
        claimed_ms: u64,
    ) -> VerifiedEntry {
        let header = Header {
            version: crate::entry::ENTRY_VERSION,
            feed: self.tip.map_or(FeedId::ZERO, |tip| tip.feed),
            seq: self.tip.map_or(0, |tip| tip.seq + 1),
            previous: self.tip.map_or(EntryId::ZERO, |tip| tip.entry),
            kind,
            document,
            body_hash: crate::BodyHash::of(&[&body]),
            body_length: u32::try_from(body.len()).unwrap_or(u32::MAX),
            claimed_ms,
        };
        let signed = SignedEntry::sign(self.federation, self.key, &header, body);
        let id = signed.id();
        let entry = VerifiedEntry {
            id,
            feed: self.tip.map_or(id.into(), |tip| tip.feed),
            header,
            signed,
        };
        self.tip = Some(entry.tip());
        entry
    }

    /// Opens the feed: its first entry.
    pub fn open(&mut self, opening: &FeedOpening, claimed_ms: u64) -> VerifiedEntry {
        self.write(Kind::FEED_OPENING, None, encode(opening), claimed_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NodeCertificate, Space};

    fn federation() -> FederationId {
        FederationId::of(&[b"federation"])
    }

    fn key() -> SecretKey {
        SecretKey::from_seed(&[2; 32])
    }

    fn opening() -> FeedOpening {
        let identity = SecretKey::from_seed(&[1; 32]);
        let member = "dk-0159".parse().unwrap();
        FeedOpening {
            certificate: NodeCertificate::issue(
                federation(),
                member,
                &identity,
                key().node_key(),
                1,
            ),
            space: Space::Commons,
            incarnation: [3; 16],
            known_tips: Vec::new(),
        }
    }

    fn feed() -> Vec<SignedEntry> {
        let key = key();
        let mut writer = Writer::new(federation(), &key, None);
        let mut entries = vec![writer.open(&opening(), 1)];
        for number in 0..4_u8 {
            entries.push(writer.write(Kind(900), None, vec![number], 2));
        }
        entries.into_iter().map(|entry| entry.signed).collect()
    }

    fn id(entries: &[SignedEntry]) -> FeedId {
        entries[0].id().into()
    }

    #[test]
    fn a_whole_feed_verifies_and_so_does_every_split_of_it() {
        let entries = feed();
        for split in 1..entries.len() {
            let (first, second) = entries.split_at(split);
            let (opening, verified) =
                verify_new_feed(federation(), id(&entries), first.to_vec()).unwrap();
            let tip = verified.last().unwrap().tip();
            let node_key = opening.certificate.claim.node_key;
            let rest = verify_run(federation(), &node_key, tip, second.to_vec()).unwrap();
            assert_eq!(rest.last().unwrap().id(), entries.last().unwrap().id());
        }
    }

    #[test]
    fn a_changed_byte_anywhere_is_refused() {
        let entries = feed();
        for index in 0..entries.len() {
            for byte in 0..entries[index].header.len() {
                let mut changed = entries.clone();
                changed[index].header[byte] ^= 1;
                assert!(
                    verify_new_feed(federation(), id(&entries), changed).is_err(),
                    "header {index}:{byte}"
                );
            }
            let mut changed = entries.clone();
            changed[index].body.as_mut().unwrap()[0] ^= 1;
            assert!(
                verify_new_feed(federation(), id(&entries), changed).is_err(),
                "body {index}"
            );
            let mut signature = *entries[index].signature.as_bytes();
            signature[5] ^= 1;
            let mut changed = entries.clone();
            changed[index].signature = crate::Signature::from_bytes(signature);
            assert!(
                verify_new_feed(federation(), id(&entries), changed).is_err(),
                "signature {index}"
            );
        }
    }

    #[test]
    fn a_gap_a_stranger_and_another_federation_are_refused_by_name() {
        let entries = feed();
        let (opening, verified) =
            verify_new_feed(federation(), id(&entries), entries[..2].to_vec()).unwrap();
        let node_key = opening.certificate.claim.node_key;
        let tip = verified[1].tip();
        assert_eq!(
            verify_run(federation(), &node_key, tip, entries[3..].to_vec()),
            Err(RunRefusal::Gap {
                expected: 2,
                found: 3
            })
        );
        let stranger = SecretKey::from_seed(&[9; 32]).node_key();
        assert_eq!(
            verify_run(federation(), &stranger, tip, entries[2..].to_vec()),
            Err(RunRefusal::BadSignature { seq: 4 })
        );
        let other = FederationId::of(&[b"other"]);
        assert_eq!(
            verify_new_feed(other, id(&entries), entries.clone()),
            Err(RunRefusal::BadCertificate)
        );
        assert_eq!(
            verify_run(other, &node_key, tip, entries[2..].to_vec()),
            Err(RunRefusal::BadSignature { seq: 4 })
        );
        assert_eq!(
            verify_run(federation(), &node_key, tip, Vec::new()),
            Err(RunRefusal::Empty)
        );
        assert_eq!(
            verify_new_feed(federation(), id(&entries), entries[1..].to_vec()),
            Err(RunRefusal::Gap {
                expected: 0,
                found: 1
            })
        );
        assert_eq!(
            verify_run(federation(), &node_key, tip, entries[..1].to_vec()),
            Err(RunRefusal::NoOpening)
        );
    }

    #[test]
    fn what_vouches_for_an_entry_stands_for_the_signature_of_that_one_alone() {
        let mut entries = feed();
        let last = entries.len() - 1;
        entries[last].signature = crate::Signature::from_bytes([3; 64]);
        let [before, end] = [last - 1, last].map(|index| Some(entries[index].id()));
        let refused = RunRefusal::BadSignature { seq: last as u64 };
        for (vouched, refusal) in [(end, None), (before, Some(refused)), (None, Some(refused))] {
            let whole =
                verify_new_feed_to(federation(), id(&entries), entries.clone(), |_| vouched);
            assert_eq!(whole.err(), refusal);
            let begun = verify_new_feed(federation(), id(&entries), entries[..2].to_vec());
            let tip = begun.unwrap().1[1].tip();
            let rest = entries[2..].to_vec();
            let rest = verify_run_to(federation(), &key().node_key(), tip, rest, vouched);
            assert_eq!(rest.err(), refusal);
        }
    }

    #[test]
    fn an_entry_whose_body_was_erased_still_verifies_in_its_chain() {
        let mut entries = feed();
        entries[2].body = None;
        assert!(verify_new_feed(federation(), id(&entries), entries).is_ok());
    }
}
