//! The one way in for what others send: chain, signature, roster, space.

use faelled_proto::chain::{RunRefusal, verify_new_feed_to, verify_run_to};
use faelled_proto::opening::FeedOpening;
use faelled_proto::{EntryId, FeedId, MemberId, SignedEntry, Space, VerifiedEntry};

use crate::cuts::{Ceiling, Cuts, FeedFacts};
use crate::feeds::{Feed, Feeds};
use crate::groups::Groups;
use crate::limits::MAX_FEEDS_PER_MEMBER;
use crate::roster::RosterChain;
use crate::statements::Statements;

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
    /// A statement that this node holds cuts the feed before what came.
    #[error("the feed is cut: entries from {from} on do not count")]
    Cut {
        /// The first place that does not count.
        from: u64,
    },
    /// An entry's body is missing. Whoever passes an entry on could take it away, and nobody would ask for it again:
    /// its id is the same.
    #[error("an entry came without its body")]
    NoBody,
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
    /// Which feeds are cut.
    pub statements: &'a Statements,
    /// The node's own member.
    pub own: &'a MemberId,
    /// The peer's member.
    pub peer: &'a MemberId,
}

impl Border<'_> {
    fn ceiling(&self, facts: FeedFacts<'_>) -> Ceiling {
        let cuts = Cuts {
            rosters: self.rosters,
            groups: self.groups,
            statements: self.statements,
        };
        cuts.ceiling(facts).0
    }

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
    if entries.iter().any(|entry| entry.body.is_none()) {
        return Err(Refusal::NoBody);
    }
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
    if !held.ceiling.counts(held.head.seq + 1) {
        return Err(Refusal::Cut {
            from: first_void(held.ceiling),
        });
    }
    let entries = verify_run_to(
        border.rosters.federation(),
        &held.node_key,
        held.head,
        entries,
        vouched(held.ceiling),
    )?;
    Ok(Some(Accepted {
        opening: None,
        entries: counting(held.ceiling, entries),
    }))
}

/// The first place behind a ceiling.
const fn first_void(ceiling: Ceiling) -> u64 {
    match ceiling {
        Ceiling::Open => u64::MAX,
        Ceiling::At(tip) => tip.seq.saturating_add(1),
        Ceiling::Nothing => 0,
    }
}

/// The entry for which whatever cuts the feed vouches: a run that ends there needs no signature of its own.
const fn vouched(ceiling: Ceiling) -> Option<EntryId> {
    match ceiling {
        Ceiling::At(tip) => Some(tip.entry),
        Ceiling::Open | Ceiling::Nothing => None,
    }
}

/// A run that crosses a ceiling is taken up to it.
fn counting(ceiling: Ceiling, mut entries: Vec<VerifiedEntry>) -> Vec<VerifiedEntry> {
    entries.retain(|entry| ceiling.counts(entry.header().seq));
    entries
}

fn begin_feed(
    feeds: &Feeds,
    border: Border<'_>,
    feed: FeedId,
    entries: Vec<SignedEntry>,
) -> Result<Accepted, Refusal> {
    let rosters = border.rosters;
    let ceiling = |opening: &FeedOpening| border.ceiling(facts(feed, opening));
    let (opening, entries) = verify_new_feed_to(rosters.federation(), feed, entries, |opening| {
        vouched(ceiling(opening))
    })?;
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
    let ceiling = ceiling(&opening);
    if !ceiling.counts(0) {
        return Err(Refusal::Cut { from: 0 });
    }
    Ok(Accepted {
        opening: Some(opening),
        entries: counting(ceiling, entries),
    })
}

/// What tells a feed from others, as its opening says.
const fn facts(feed: FeedId, opening: &FeedOpening) -> FeedFacts<'_> {
    let claim = &opening.certificate.claim;
    FeedFacts {
        feed,
        member: &claim.member,
        identity_key: claim.identity_key,
        node_key: claim.node_key,
        space: &opening.space,
    }
}
