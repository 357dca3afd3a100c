//! Who may write what: which entries of a document count.
//!
//! A verdict depends on the entry, its feed and the document's opening alone, never on the order in which
//! they came: an entry whose document's opening is not here yet counts once it is.

use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::{DocId, Kind, MemberId, Space};

/// Who wrote an entry, and where: what the opening of its feed says.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// The feed's member.
    pub member: &'a MemberId,
    /// The feed's space.
    pub space: &'a Space,
}

/// Why an entry does not count. It stays in its feed, and is passed on.
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
    /// All members may write it, in a space that is not a group's.
    #[error("a document that all members write lives in a group")]
    OutsideGroup,
    /// The document lives in another space.
    #[error("the document lives in another space")]
    OtherSpace,
    /// A kind that this version does not read.
    #[error("a newer version of the software is needed to read it")]
    UnknownKind,
    /// The body has been erased.
    #[error("its body has been erased")]
    Erased,
}

/// Reads the body of a document's opening entry, written by `writer` about `document`.
///
/// # Errors
/// When it is not the opening of that document by its owner in its space.
pub fn read_opening(
    writer: Writer<'_>,
    document: DocId,
    body: Option<&[u8]>,
) -> Result<DocumentOpening, Void> {
    let opening =
        DocumentOpening::decode(body.ok_or(Void::Erased)?).map_err(|_| Void::BadOpening)?;
    if opening.id() != document {
        return Err(Void::BadOpening);
    }
    if opening.owner != *writer.member {
        return Err(Void::NotTheOwner);
    }
    check_writer(&opening, writer)?;
    Ok(opening)
}

/// Judges an entry of a kind other than the opening.
///
/// # Errors
/// When it does not count.
pub fn judge(
    opening: Option<&DocumentOpening>,
    writer: Writer<'_>,
    kind: Kind,
) -> Result<(), Void> {
    if !matches!(kind, Kind::CHANGE | Kind::RELEASE) {
        return Err(Void::UnknownKind);
    }
    check_writer(opening.ok_or(Void::NoOpening)?, writer)
}

/// Whom an owner grants it is for a later version to read. That a feed stands in a group's space shows
/// that its author is or was a member of the group.
fn check_writer(opening: &DocumentOpening, writer: Writer<'_>) -> Result<(), Void> {
    match opening.editors {
        Editors::OwnerOnly | Editors::Granted if opening.owner != *writer.member => {
            return Err(Void::NotTheOwner);
        }
        Editors::Members if !matches!(opening.space, Space::Group(_)) => {
            return Err(Void::OutsideGroup);
        }
        Editors::OwnerOnly | Editors::Granted | Editors::Members => {}
    }
    if opening.space != *writer.space {
        return Err(Void::OtherSpace);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use faelled_proto::GroupId;
    use faelled_proto::canonical::encode;

    use super::*;

    fn member(id: &str) -> MemberId {
        id.parse().unwrap()
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
        let by = |member, space| Writer { member, space };
        assert_eq!(
            judge(Some(&opening), by(&gladsaxe, &Space::Commons), Kind::CHANGE),
            Ok(())
        );
        assert_eq!(
            judge(Some(&opening), by(&ballerup, &Space::Commons), Kind::CHANGE),
            Err(Void::NotTheOwner)
        );
        assert_eq!(
            judge(Some(&opening), by(&gladsaxe, &private), Kind::RELEASE),
            Err(Void::OtherSpace)
        );
        assert_eq!(
            judge(None, by(&gladsaxe, &Space::Commons), Kind::CHANGE),
            Err(Void::NoOpening)
        );
        assert_eq!(
            judge(Some(&opening), by(&gladsaxe, &Space::Commons), Kind(9)),
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
        fn by<'a>(member: &'a MemberId, space: &'a Space) -> Writer<'a> {
            Writer { member, space }
        }
        let document = shared(group.clone());
        for writer in [by(&gladsaxe, &group), by(&ballerup, &group)] {
            assert_eq!(judge(Some(&document), writer, Kind::CHANGE), Ok(()));
        }
        for space in [&other, &Space::Commons] {
            assert_eq!(
                judge(Some(&document), by(&ballerup, space), Kind::CHANGE),
                Err(Void::OtherSpace)
            );
        }
        let body = encode(&document);
        assert_eq!(
            read_opening(by(&ballerup, &group), document.id(), Some(&body)),
            Err(Void::NotTheOwner),
            "only its owner opens it"
        );
        for space in [Space::Commons, Space::Private(gladsaxe.clone())] {
            let document = shared(space.clone());
            let body = encode(&document);
            let writer = by(&gladsaxe, &space);
            assert_eq!(
                read_opening(writer, document.id(), Some(&body)),
                Err(Void::OutsideGroup)
            );
            assert_eq!(
                judge(Some(&document), writer, Kind::CHANGE),
                Err(Void::OutsideGroup)
            );
        }
        let own = opening("dk-0159", group.clone());
        assert_eq!(
            judge(Some(&own), by(&ballerup, &group), Kind::CHANGE),
            Err(Void::NotTheOwner),
            "a document of one's own stays one's own in a group too"
        );
    }

    #[test]
    fn an_opening_counts_only_for_its_own_hash_by_its_own_owner() {
        let (gladsaxe, ballerup) = (member("dk-0159"), member("dk-0151"));
        let opening = opening("dk-0159", Space::Commons);
        let body = encode(&opening);
        let by = |member| Writer {
            member,
            space: &Space::Commons,
        };
        assert_eq!(
            read_opening(by(&gladsaxe), opening.id(), Some(&body)),
            Ok(opening.clone())
        );
        assert_eq!(
            read_opening(by(&ballerup), opening.id(), Some(&body)),
            Err(Void::NotTheOwner)
        );
        assert_eq!(
            read_opening(by(&gladsaxe), DocId::ZERO, Some(&body)),
            Err(Void::BadOpening)
        );
        assert_eq!(
            read_opening(by(&gladsaxe), opening.id(), Some(b"x")),
            Err(Void::BadOpening)
        );
        assert_eq!(
            read_opening(by(&gladsaxe), opening.id(), None),
            Err(Void::Erased)
        );
    }
}
