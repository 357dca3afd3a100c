//! Who may write what: which entries of a document count.
//!
//! A verdict depends on the set of the document's entries and of what cuts feeds alone, never on the order in
//! which they came: an entry whose document's opening is not here yet counts once it is.

use std::collections::BTreeMap;

use faelled_proto::grant::{Grant, Withdrawal};
use faelled_proto::limits::MAX_DOCUMENT_BYTES;
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::{DocId, FeedId, Kind, MemberId, Space};

use crate::cuts::{Ceilings, Ground};

/// Who wrote an entry, and where: what the opening of its feed says, and its place.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The feed's member.
    pub member: &'a MemberId,
    /// The feed's space.
    pub space: &'a Space,
    /// The feed.
    pub feed: FeedId,
    /// The entry's place in it.
    pub seq: u64,
}

/// Why an entry does not count. It stays in its feed, and is passed on as far as the feed counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Void {
    /// The document's opening has not come.
    #[error("the document's opening is not here yet")]
    NoOpening,
    /// The opening does not hash to the document's id, or cannot be read.
    #[error("the document's opening is not one")]
    BadOpening,
    /// The document belongs to another member.
    #[error("the document belongs to another member, who did not allow it")]
    NotTheOwner,
    /// The owner allowed it once, and took that back before.
    #[error("the document's owner has taken back that its author may write it")]
    Withdrawn,
    /// A statement cuts the feed before it.
    #[error("{0}")]
    Cut(Ground),
    /// All members may write it, in a space that is not a group's.
    #[error("a document that all members write lives in a group")]
    OutsideGroup,
    /// The document lives in another space.
    #[error("the document lives in another space")]
    OtherSpace,
    /// Its body is not what its kind says.
    #[error("it cannot be read as what it says to be")]
    Unreadable,
    /// A kind that this version does not read.
    #[error("a newer version of the software is needed to read it")]
    UnknownKind,
    /// The body has been erased.
    #[error("its body has been erased")]
    Erased,
    /// There is too much about the document.
    #[error("more than {MAX_DOCUMENT_BYTES} bytes would count about the document: it is set aside")]
    TooLarge,
}

/// Whom a document's owner allowed to write it, and what was taken back.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// The highest round in which a member was allowed to write.
    given: BTreeMap<MemberId, u32>,
    withdrawn: BTreeMap<MemberId, Vec<Withdrawal>>,
}

/// A member that may write a document besides its owner, or could once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor {
    /// Who.
    pub member: MemberId,
    /// The round of the last grant, or of the withdrawal that took it back.
    pub round: u32,
    /// Whether it may write now.
    pub may_write: bool,
}

impl Grants {
    /// Takes in the body of a grant or of a withdrawal that counts.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn take(&mut self, kind: Kind, body: Option<&[u8]>) -> Result<(), Void> {
        let body = body.ok_or(Void::Erased)?;
        match kind {
            Kind::GRANT => {
                let Grant { member, round } = Grant::decode(body).map_err(|_| Void::Unreadable)?;
                let highest = self.given.entry(member).or_default();
                *highest = round.max(*highest);
            }
            Kind::WITHDRAWAL => {
                let withdrawal = Withdrawal::decode(body).map_err(|_| Void::Unreadable)?;
                self.withdrawn
                    .entry(withdrawal.member.clone())
                    .or_default()
                    .push(withdrawal);
            }
            _ => {}
        }
        Ok(())
    }

    /// Everybody who may write now, or could once.
    #[must_use]
    pub fn editors(&self) -> Vec<Editor> {
        let editor = |(member, given): (&MemberId, &u32)| {
            let withdrawn = self.withdrawn_round(member);
            Editor {
                member: member.clone(),
                round: withdrawn.map_or(*given, |round| round.max(*given)),
                may_write: withdrawn.is_none_or(|round| *given > round),
            }
        };
        self.given.iter().map(editor).collect()
    }

    fn withdrawn_round(&self, member: &MemberId) -> Option<u32> {
        let all = self.withdrawn.get(member)?;
        all.iter().map(|withdrawal| withdrawal.round).max()
    }

    /// A feed that a withdrawal names counts up to the place that it names; another one counts while a later
    /// grant allows it.
    fn check(&self, writer: Writer<'_>) -> Result<(), Void> {
        let given = self.given.get(writer.member).ok_or(Void::NotTheOwner)?;
        for withdrawal in self.withdrawn.get(writer.member).into_iter().flatten() {
            let named = withdrawal
                .last_good
                .binary_search_by(|tip| tip.feed.cmp(&writer.feed));
            let counts = match named.ok().and_then(|index| withdrawal.last_good.get(index)) {
                Some(tip) => writer.seq <= tip.seq,
                None => *given > withdrawal.round,
            };
            if !counts {
                return Err(Void::Withdrawn);
            }
        }
        Ok(())
    }
}

/// Reads the body of a document's opening entry, written by `writer` about `document`.
///
/// # Errors
/// When it is not the opening of that document by its owner in its space, or its feed is cut before it.
pub fn read_opening(
    ceilings: &Ceilings,
    writer: Writer<'_>,
    document: DocId,
    body: Option<&[u8]>,
) -> Result<DocumentOpening, Void> {
    check_cut(ceilings, writer)?;
    let opening =
        DocumentOpening::decode(body.ok_or(Void::Erased)?).map_err(|_| Void::BadOpening)?;
    if opening.id() != document {
        return Err(Void::BadOpening);
    }
    if opening.owner != *writer.member {
        return Err(Void::NotTheOwner);
    }
    check_space(&opening, writer)?;
    Ok(opening)
}

/// Judges an entry of a kind other than the opening. Only the owner releases, grants and takes back.
///
/// # Errors
/// When it does not count.
pub fn judge(
    ceilings: &Ceilings,
    opening: Option<&DocumentOpening>,
    grants: &Grants,
    writer: Writer<'_>,
    kind: Kind,
) -> Result<(), Void> {
    let is_change = match kind {
        Kind::CHANGE => true,
        Kind::RELEASE | Kind::GRANT | Kind::WITHDRAWAL => false,
        _ => return Err(Void::UnknownKind),
    };
    check_cut(ceilings, writer)?;
    let opening = opening.ok_or(Void::NoOpening)?;
    check_space(opening, writer)?;
    if opening.owner == *writer.member {
        return Ok(());
    }
    match opening.editors {
        _ if !is_change => Err(Void::NotTheOwner),
        Editors::OwnerOnly => Err(Void::NotTheOwner),
        Editors::Granted => grants.check(writer),
        // That a feed stands in a group's space shows that its author is or was a member of the group.
        Editors::Members => Ok(()),
    }
}

/// Whether a document's changes and releases count, where the bodies of all that would count have so many bytes.
///
/// # Errors
/// When there are too many: everybody would have to read all of them for each that comes.
pub const fn check_size(bytes: u64) -> Result<(), Void> {
    if bytes > MAX_DOCUMENT_BYTES {
        return Err(Void::TooLarge);
    }
    Ok(())
}

fn check_cut(ceilings: &Ceilings, writer: Writer<'_>) -> Result<(), Void> {
    ceilings
        .check(&writer.feed, writer.seq)
        .map_err(|grounds| Void::Cut(grounds.first().copied().unwrap_or(Ground::RevokedKey)))
}

fn check_space(opening: &DocumentOpening, writer: Writer<'_>) -> Result<(), Void> {
    if opening.editors == Editors::Members && !matches!(opening.space, Space::Group(_)) {
        return Err(Void::OutsideGroup);
    }
    if opening.space != *writer.space {
        return Err(Void::OtherSpace);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use faelled_proto::canonical::encode;
    use faelled_proto::{EntryId, GroupId, Tip};

    use super::*;

    fn member(id: &str) -> MemberId {
        id.parse().unwrap()
    }

    fn none() -> Ceilings {
        Ceilings::default()
    }

    fn by<'a>(member: &'a MemberId, space: &'a Space) -> Writer<'a> {
        Writer {
            member,
            space,
            feed: FeedId::ZERO,
            seq: 1,
        }
    }

    fn opening(owner: &str, space: Space) -> DocumentOpening {
        DocumentOpening {
            kind: "pack".into(),
            owner: member(owner),
            space,
            editors: Editors::OwnerOnly,
            nonce: [1; 16],
        }
    }

    #[test]
    fn only_the_owner_writes_and_only_in_the_documents_space() {
        let (gladsaxe, ballerup) = (member("dk-0159"), member("dk-0151"));
        let opening = opening("dk-0159", Space::Commons);
        let private = Space::Private(gladsaxe.clone());
        assert_eq!(
            judge(
                &none(),
                Some(&opening),
                &Grants::default(),
                by(&gladsaxe, &Space::Commons),
                Kind::CHANGE
            ),
            Ok(())
        );
        assert_eq!(
            judge(
                &none(),
                Some(&opening),
                &Grants::default(),
                by(&ballerup, &Space::Commons),
                Kind::CHANGE
            ),
            Err(Void::NotTheOwner)
        );
        assert_eq!(
            judge(
                &none(),
                Some(&opening),
                &Grants::default(),
                by(&gladsaxe, &private),
                Kind::RELEASE
            ),
            Err(Void::OtherSpace)
        );
        assert_eq!(
            judge(
                &none(),
                None,
                &Grants::default(),
                by(&gladsaxe, &Space::Commons),
                Kind::CHANGE
            ),
            Err(Void::NoOpening)
        );
        assert_eq!(
            judge(
                &none(),
                Some(&opening),
                &Grants::default(),
                by(&gladsaxe, &Space::Commons),
                Kind(9)
            ),
            Err(Void::UnknownKind)
        );
    }

    #[test]
    fn what_all_members_edit_counts_from_anybody_in_its_group_and_nowhere_else() {
        let (gladsaxe, ballerup) = (member("dk-0159"), member("dk-0151"));
        let group = Space::Group(GroupId::of(&[b"group"]));
        let other = Space::Group(GroupId::of(&[b"other"]));
        let shared = |space| DocumentOpening {
            editors: Editors::Members,
            ..opening("dk-0159", space)
        };
        let document = shared(group.clone());
        for writer in [by(&gladsaxe, &group), by(&ballerup, &group)] {
            assert_eq!(
                judge(
                    &none(),
                    Some(&document),
                    &Grants::default(),
                    writer,
                    Kind::CHANGE
                ),
                Ok(())
            );
        }
        for space in [&other, &Space::Commons] {
            assert_eq!(
                judge(
                    &none(),
                    Some(&document),
                    &Grants::default(),
                    by(&ballerup, space),
                    Kind::CHANGE
                ),
                Err(Void::OtherSpace)
            );
        }
        let body = encode(&document);
        assert_eq!(
            read_opening(&none(), by(&ballerup, &group), document.id(), Some(&body)),
            Err(Void::NotTheOwner),
            "only its owner opens it"
        );
        for space in [Space::Commons, Space::Private(gladsaxe.clone())] {
            let document = shared(space.clone());
            let body = encode(&document);
            let writer = by(&gladsaxe, &space);
            assert_eq!(
                read_opening(&none(), writer, document.id(), Some(&body)),
                Err(Void::OutsideGroup)
            );
            assert_eq!(
                judge(
                    &none(),
                    Some(&document),
                    &Grants::default(),
                    writer,
                    Kind::CHANGE
                ),
                Err(Void::OutsideGroup)
            );
        }
        let own = opening("dk-0159", group.clone());
        assert_eq!(
            judge(
                &none(),
                Some(&own),
                &Grants::default(),
                by(&ballerup, &group),
                Kind::CHANGE
            ),
            Err(Void::NotTheOwner),
            "a document of one's own stays one's own in a group too"
        );
    }

    #[test]
    fn an_opening_counts_only_for_its_own_hash_by_its_own_owner() {
        let (gladsaxe, ballerup) = (member("dk-0159"), member("dk-0151"));
        let opening = opening("dk-0159", Space::Commons);
        let body = encode(&opening);
        let by = |member| by(member, &Space::Commons);
        assert_eq!(
            read_opening(&none(), by(&gladsaxe), opening.id(), Some(&body)),
            Ok(opening.clone())
        );
        assert_eq!(
            read_opening(&none(), by(&ballerup), opening.id(), Some(&body)),
            Err(Void::NotTheOwner)
        );
        assert_eq!(
            read_opening(&none(), by(&gladsaxe), DocId::ZERO, Some(&body)),
            Err(Void::BadOpening)
        );
        assert_eq!(
            read_opening(&none(), by(&gladsaxe), opening.id(), Some(b"x")),
            Err(Void::BadOpening)
        );
        assert_eq!(
            read_opening(&none(), by(&gladsaxe), opening.id(), None),
            Err(Void::Erased)
        );
    }

    fn feed(name: u8) -> FeedId {
        FeedId::from_bytes([name; 32])
    }

    fn grant(member: &MemberId, round: u32) -> Vec<u8> {
        let member = member.clone();
        encode(&Grant { member, round })
    }

    fn withdrawal(member: &MemberId, round: u32, last_good: &[(u8, u64)]) -> Vec<u8> {
        let tip = |(name, seq): &(u8, u64)| Tip {
            feed: feed(*name),
            seq: *seq,
            entry: EntryId::ZERO,
        };
        encode(&Withdrawal {
            member: member.clone(),
            round,
            last_good: last_good.iter().map(tip).collect(),
        })
    }

    #[test]
    fn an_editor_writes_from_its_grant_on_and_up_to_where_that_was_taken_back() {
        let (owner, ballerup) = (member("dk-0159"), member("dk-0151"));
        let opening = DocumentOpening {
            editors: Editors::Granted,
            ..opening("dk-0159", Space::Commons)
        };
        let at = |name, seq| Writer {
            feed: feed(name),
            seq,
            ..by(&ballerup, &Space::Commons)
        };
        let judged = |grants: &Grants, name, seq| {
            judge(&none(), Some(&opening), grants, at(name, seq), Kind::CHANGE)
        };
        let mut grants = Grants::default();
        assert_eq!(judged(&grants, 1, 1), Err(Void::NotTheOwner));
        grants
            .take(Kind::GRANT, Some(&grant(&ballerup, 1)))
            .unwrap();
        assert_eq!(judged(&grants, 1, 9), Ok(()));
        assert_eq!(
            judge(&none(), Some(&opening), &grants, at(1, 1), Kind::RELEASE),
            Err(Void::NotTheOwner),
            "an editor does not release"
        );
        for kind in [Kind::GRANT, Kind::WITHDRAWAL] {
            let by_editor = judge(&none(), Some(&opening), &grants, at(1, 1), kind);
            assert_eq!(
                by_editor,
                Err(Void::NotTheOwner),
                "an editor lets nobody in"
            );
            let by_owner = judge(
                &none(),
                Some(&opening),
                &grants,
                by(&owner, &Space::Commons),
                kind,
            );
            assert_eq!(by_owner, Ok(()));
        }
        grants
            .take(Kind::WITHDRAWAL, Some(&withdrawal(&ballerup, 1, &[(1, 4)])))
            .unwrap();
        assert_eq!(judged(&grants, 1, 4), Ok(()));
        assert_eq!(judged(&grants, 1, 5), Err(Void::Withdrawn));
        assert_eq!(
            judged(&grants, 2, 0),
            Err(Void::Withdrawn),
            "a feed that is not named"
        );
        grants
            .take(Kind::GRANT, Some(&grant(&ballerup, 2)))
            .unwrap();
        assert_eq!(judged(&grants, 2, 0), Ok(()), "allowed again, in new feeds");
        assert_eq!(judged(&grants, 1, 5), Err(Void::Withdrawn), "a cut stays");
        grants
            .take(
                Kind::WITHDRAWAL,
                Some(&withdrawal(&ballerup, 2, &[(1, 2), (2, 7)])),
            )
            .unwrap();
        assert_eq!(
            judged(&grants, 1, 3),
            Err(Void::Withdrawn),
            "the lowest holds"
        );
        assert_eq!(judged(&grants, 2, 7), Ok(()));
        assert_eq!(judged(&grants, 2, 8), Err(Void::Withdrawn));
        assert_eq!(
            grants.editors(),
            [Editor {
                member: ballerup.clone(),
                round: 2,
                may_write: false
            }]
        );
        let unreadable = grants.take(Kind::GRANT, Some(b"\xff"));
        assert_eq!(unreadable, Err(Void::Unreadable));
        assert_eq!(grants.take(Kind::GRANT, None), Err(Void::Erased));
    }

    #[test]
    fn grants_and_withdrawals_hold_in_whatever_order_they_are_read() {
        let ballerup = member("dk-0151");
        let opening = DocumentOpening {
            editors: Editors::Granted,
            ..opening("dk-0159", Space::Commons)
        };
        let mut said = vec![
            (Kind::GRANT, grant(&ballerup, 1)),
            (Kind::GRANT, grant(&ballerup, 2)),
            (Kind::GRANT, grant(&ballerup, 3)),
            (Kind::WITHDRAWAL, withdrawal(&ballerup, 1, &[(1, 4)])),
            (Kind::WITHDRAWAL, withdrawal(&ballerup, 2, &[(1, 9)])),
        ];
        for _ in 0..said.len() {
            said.rotate_left(1);
            let mut grants = Grants::default();
            for (kind, body) in &said {
                grants.take(*kind, Some(body)).unwrap();
            }
            let judged = |name, seq| {
                let writer = Writer {
                    feed: feed(name),
                    seq,
                    ..by(&ballerup, &Space::Commons)
                };
                judge(&none(), Some(&opening), &grants, writer, Kind::CHANGE)
            };
            assert_eq!(judged(1, 4), Ok(()));
            assert_eq!(judged(1, 5), Err(Void::Withdrawn), "the lowest cut holds");
            assert_eq!(judged(2, 0), Ok(()), "the highest round holds");
        }
    }

    #[test]
    fn nothing_counts_behind_a_cut() {
        let gladsaxe = member("dk-0159");
        let opening = opening("dk-0159", Space::Commons);
        let ceilings = Ceilings::at(
            Tip {
                feed: feed(1),
                seq: 3,
                entry: EntryId::ZERO,
            },
            Ground::Equivocation,
        );
        let at = |seq| Writer {
            feed: feed(1),
            seq,
            ..by(&gladsaxe, &Space::Commons)
        };
        let judged = |seq| {
            judge(
                &ceilings,
                Some(&opening),
                &Grants::default(),
                at(seq),
                Kind::CHANGE,
            )
        };
        assert_eq!(judged(3), Ok(()));
        assert_eq!(judged(4), Err(Void::Cut(Ground::Equivocation)));
        let body = encode(&opening);
        let read = |seq| read_opening(&ceilings, at(seq), opening.id(), Some(&body));
        assert!(read(3).is_ok());
        assert_eq!(read(4), Err(Void::Cut(Ground::Equivocation)));
    }

    #[test]
    fn a_document_counts_as_far_as_everybody_reads_it() {
        let sizes = [0, 1].map(|over| check_size(MAX_DOCUMENT_BYTES + over));
        assert_eq!(sizes, [Ok(()), Err(Void::TooLarge)]);
    }
}
