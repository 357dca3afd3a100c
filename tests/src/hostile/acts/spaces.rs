//! Feeds and documents where they do not belong.

use faelled_proto::canonical::encode;
use faelled_proto::opening::{DocumentOpening, Editors};
use faelled_proto::{GroupId, Kind, Space};

use super::super::deeds::Deeds;
use super::super::feed::Feed;
use super::super::villain::Villain;
use super::{part, whole};
use crate::program::Broken;

async fn in_space(villain: &Villain, space: Space) -> Result<Deeds, Broken> {
    let opening = villain.opening(space, 0);
    let mut feed = Feed::open(
        villain.credentials.federation,
        villain.key.clone(),
        &opening,
    );
    feed.write_unknown(3);
    part(villain, feed.id, 0, &feed.entries).await
}

/// A feed in the private space of another.
pub(in super::super) async fn in_anothers_private(villain: &Villain) -> Result<Deeds, Broken> {
    let held = villain.held(|space| *space == Space::Commons).await?;
    let victim = held
        .first()
        .ok_or_else(|| Broken::new("nobody else is known"))?;
    let member = victim.opening.certificate.claim.member.clone();
    in_space(villain, Space::Private(member)).await
}

/// Its own private feed, to somebody else.
pub(in super::super) async fn own_private(villain: &Villain) -> Result<Deeds, Broken> {
    in_space(villain, Space::Private(villain.member())).await
}

/// A feed in a group that there is not.
pub(in super::super) async fn in_no_group(villain: &Villain) -> Result<Deeds, Broken> {
    let group = GroupId::from_bytes(*villain.draw("group").as_bytes());
    in_space(villain, Space::Group(group)).await
}

/// A document that names another as its owner.
pub(in super::super) async fn anothers_document(villain: &Villain) -> Result<Deeds, Broken> {
    let held = villain.held(|space| *space == Space::Commons).await?;
    let victim = held
        .first()
        .ok_or_else(|| Broken::new("nobody else is known"))?;
    let opening = DocumentOpening {
        kind: "question".into(),
        owner: victim.opening.certificate.claim.member.clone(),
        space: Space::Commons,
        editors: Editors::OwnerOnly,
        nonce: [7; 16],
    };
    opened(villain, &opening).await
}

/// A document of the commons that everybody may edit: there is no such thing.
pub(in super::super) async fn everybodys_document(villain: &Villain) -> Result<Deeds, Broken> {
    let opening = DocumentOpening {
        kind: "question".into(),
        owner: villain.member(),
        space: Space::Commons,
        editors: Editors::Members,
        nonce: [7; 16],
    };
    opened(villain, &opening).await
}

/// A document of a private space, in the commons.
pub(in super::super) async fn private_document(villain: &Villain) -> Result<Deeds, Broken> {
    let opening = DocumentOpening {
        kind: "question".into(),
        owner: villain.member(),
        space: Space::Private(villain.member()),
        editors: Editors::OwnerOnly,
        nonce: [7; 16],
    };
    opened(villain, &opening).await
}

async fn opened(villain: &Villain, opening: &DocumentOpening) -> Result<Deeds, Broken> {
    let mut feed = villain.feed(0);
    let document = opening.id();
    feed.write(Kind::DOCUMENT_OPENING, Some(document), encode(opening));
    let mut deeds = whole(villain, &feed).await?;
    deeds.document(document);
    Ok(deeds)
}
