//! The one way in for what others send: chain, signature, roster, space.

use faelled_proto::chain::{RunRefusal, verify_new_feed, verify_run};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{FeedId, MemberId, SignedEntry, Space, VerifiedEntry};

use crate::feeds::{Feed, Feeds};
use crate::groups::Groups;
use crate::limits::MAX_FEEDS_PER_MEMBER;
use crate::roster::RosterChain;

/// Why what a peer sent is not taken. The feed stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is not the feed's own.
    #[error(transparent)]
    Run(#[from] RunRefusal),
    /// The feed's author is not in any roster version that this node holds, or with another key.
    #[error("{0} is not a member with this key in the roster")]
    UnknownMember(MemberId),
    /// The space is not one that this node or the peer may see.
    #[error("the feed belongs to a space that one of the two nodes may not see")]
    ForeignSpace,
    /// A private space has entries of its own member only, a group those of its members.
    #[error("the feed's author does not belong to its space")]
    OutsideSpace,
    /// The member has too many feeds.
    #[error("the member has more than {MAX_FEEDS_PER_MEMBER} feeds")]
    TooManyFeeds,
}

/// Where a frame came from and who looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Border<'a> {
    /// Who is a member.
    pub rosters: &'a RosterChain,
    /// Who is in which group.
    pub groups: &'a Groups,
    /// The node's own member.
    pub own: &'a MemberId,
    /// The peer's member.
    pub peer: &'a MemberId,
}

impl Border<'_> {
    /// Whether entries of a space may cross between the two.
    #[must_use]
    pub fn lets_through(&self, space: &Space) -> bool {
        let sees = |member| self.groups.sees(self.rosters, member, space);
        sees(self.own) && sees(self.peer)
    }
}

/// Entries that may be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The feed's opening, where the feed begins here.
    pub opening: Option<FeedOpening>,
    /// At least one entry.
    pub entries: Vec<VerifiedEntry>,
}

/// Checks a frame. `Ok(None)` says that all of it is held already.
///
/// # Errors
/// See [`Refusal`].
pub fn admit(
    feeds: &Feeds,
    border: Border<'_>,
    feed: FeedId,
    entries: Vec<SignedEntry>,
) -> Result<Option<Accepted>, Refusal> {
    match feeds.get(&feed) {
        Some(held) => continue_feed(border, held, entries),
        None => begin_feed(feeds, border, feed, entries).map(Some),
    }
}

fn continue_feed(
    border: Border<'_>,
    held: &Feed,
    mut entries: Vec<SignedEntry>,
) -> Result<Option<Accepted>, Refusal> {
    if !border.lets_through(&held.space) {
        return Err(Refusal::ForeignSpace);
    }
    let known = entries
        .iter()
        .take_while(|entry| {
            entry
                .decode_header()
                .is_ok_and(|header| header.seq <= held.head.seq)
        })
        .count();
    let overlap: Vec<SignedEntry> = entries.drain(..known).collect();
    if let Some(last) = overlap.last()
        && last
            .decode_header()
            .is_ok_and(|header| header.seq == held.head.seq)
        && last.id() != held.head.entry
    {
        return Err(RunRefusal::BrokenLink { seq: held.head.seq }.into());
    }
    if entries.is_empty() {
        return Ok(None);
    }
    let entries = verify_run(
        border.rosters.federation(),
        &held.node_key,
        held.head,
        entries,
    )?;
    Ok(Some(Accepted {
        opening: None,
        entries,
    }))
}

fn begin_feed(
    feeds: &Feeds,
    border: Border<'_>,
    feed: FeedId,
    entries: Vec<SignedEntry>,
) -> Result<Accepted, Refusal> {
    let rosters = border.rosters;
    let (opening, entries) = verify_new_feed(rosters.federation(), feed, entries)?;
    let claim = &opening.certificate.claim;
    if !rosters.ever_had_key(&claim.member, &claim.identity_key) {
        return Err(Refusal::UnknownMember(claim.member.clone()));
    }
    if !border.lets_through(&opening.space) {
        return Err(Refusal::ForeignSpace);
    }
    if !border.groups.ever_saw(&claim.member, &opening.space) {
        return Err(Refusal::OutsideSpace);
    }
    if feeds.count_of(&claim.member) >= MAX_FEEDS_PER_MEMBER {
        return Err(Refusal::TooManyFeeds);
    }
    Ok(Accepted {
        opening: Some(opening),
        entries,
    })
}
