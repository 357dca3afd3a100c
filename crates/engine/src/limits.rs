//! Every bound and period of the engine.

/// Runs that one peer may have asked for and not got yet.
pub const MAX_RUNS_QUEUED_PER_PEER: usize = 20_000;
/// Feeds of which a peer may say that it holds them.
pub const MAX_FEEDS_KNOWN_OF_PEER: usize = 200_000;
/// Runs that this node asks one peer for at a time: fewer than a peer lets wait, pushes included.
pub const MAX_RUNS_WANTED_PER_PEER: usize = 8_000;
/// Feeds of one member: each incarnation of each node has one in each space.
pub const MAX_FEEDS_PER_MEMBER: usize = 10_000;
/// Groups that one member founded: nobody uses up the room that all groups share.
pub const MAX_GROUPS_PER_FOUNDER: usize = 100;
/// Bytes of charters that one member's key signed, over all groups: nobody fills the memory of others.
pub const MAX_CHARTER_BYTES_PER_SIGNER: usize = 8 << 20;
/// Spaces of which a greeting has the digest: it must not be longer than what a stranger may send.
pub const MAX_SPACES_IN_GREETING: usize = 32;
/// Groups of which a peer is told at once where many differ: all of it waits to be written to the peer.
pub const MAX_GROUPS_TOLD_AT_ONCE: usize = 16;
/// Bytes of charters after which no further group is told at once.
pub const MAX_CHARTER_BYTES_TOLD_AT_ONCE: usize = 1 << 20;
/// Requests to join that wait for a steward.
pub const MAX_JOIN_REQUESTS: usize = 200;
/// Tickets that are kept.
pub const MAX_TICKETS: usize = 10_000;
/// Time between two rounds of comparing frontiers with one peer, in milliseconds; who was dialled waits half as long
/// again to be asked.
pub const SUMMARY_PERIOD_MS: u64 = 60_000;
/// Time after which a run that was asked for and did not come is asked for elsewhere, in milliseconds.
pub const WANT_PATIENCE_MS: u64 = 120_000;
/// First pause before dialling again, in milliseconds; it doubles up to [`MAX_BACKOFF_MS`].
pub const MIN_BACKOFF_MS: u64 = 500;
/// Longest pause before dialling again, in milliseconds.
pub const MAX_BACKOFF_MS: u64 = 60_000;
/// Time until a greeting must be answered, in milliseconds.
pub const GREETING_PATIENCE_MS: u64 = 20_000;
/// Changes of own entries in one write.
pub const MAX_DRAFTS_PER_WRITE: usize = 10_000;
/// Time after which a roster that holds without contradiction is not given up any more, in milliseconds: two
/// weeks, in which stewards notice a fork and resolve it.
pub const ANCHOR_AFTER_MS: u64 = 14 * 86_400_000;
/// Revocations kept of one node key in one space: those by which the least counts.
pub const MAX_REVOCATIONS_PER_NODE_KEY: usize = 2;
/// Node keys that one identity key may revoke in one space before nothing counts there that it certified.
pub const MAX_REVOKED_NODE_KEYS: usize = 128;
/// Feeds certified by one identity key of which a fork is kept as proven.
pub const MAX_FORKS_PER_MEMBER: usize = 64;
/// Votes kept of one steward on rosters that may follow.
pub const MAX_VOTES_PER_STEWARD: usize = 8;
/// Feeds of which a peer's branch is looked at at a time, and how often in one connection for one feed.
pub const MAX_DISPUTES_PER_PEER: usize = 8;
/// Times that one feed is looked at in one connection.
pub const MAX_DISPUTES_PER_FEED: u32 = 64;
/// Entries that are asked for at a time to find where two branches part.
pub const DISPUTE_WINDOW: u64 = 512;
/// Time that entries of a node's own feed are held back at most while it is looked whether a peer holds another
/// branch, in milliseconds.
pub const DOUBT_PATIENCE_MS: u64 = 30_000;
/// Runs of one of its own feeds that a node holds back meanwhile.
pub const MAX_WANTS_HELD_BACK: usize = 1_000;
/// Member certificates that are remembered as expired.
pub const MAX_EXPIRED_REMEMBERED: usize = 100_000;
