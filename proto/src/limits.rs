//! Every bound on what is decoded. What is larger is refused before it is read.

/// An entry's header, in bytes.
pub const MAX_HEADER_BYTES: usize = 512;
/// An entry's body, in bytes: with its header it fits into one frame.
pub const MAX_BODY_BYTES: usize = 1_000_000;
/// The bodies of all that counts about one document, in bytes together.
pub const MAX_DOCUMENT_BYTES: u64 = 32 << 20;
/// A run's frame, in bytes before compression.
pub const MAX_FRAME_BYTES: usize = 1 << 20;
/// A run's frame, in bytes as it crosses the wire. zstd may add a little to what it cannot shrink.
pub const MAX_COMPRESSED_FRAME_BYTES: usize = MAX_FRAME_BYTES + (MAX_FRAME_BYTES >> 7) + 512;
/// Entries in one frame.
pub const MAX_ENTRIES_PER_FRAME: usize = 4096;
/// A message on the control stream, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1 << 20;
/// A message from somebody whose membership is not shown yet, in bytes.
pub const MAX_STRANGER_MESSAGE_BYTES: usize = 4096;
/// A member's id, in bytes.
pub const MAX_MEMBER_ID_BYTES: usize = 64;
/// A name in the roster or a charter, in bytes.
pub const MAX_NAME_BYTES: usize = 200;
/// Members of a federation.
pub const MAX_MEMBERS: usize = 10_000;
/// A roster version with its signatures, in bytes.
pub const MAX_ROSTER_BYTES: usize = 900_000;
/// Stewards of a federation.
pub const MAX_STEWARDS: usize = 100;
/// Members of a group.
pub const MAX_GROUP_MEMBERS: usize = 200;
/// A charter version, in bytes.
pub const MAX_CHARTER_BYTES: usize = 500_000;
/// Versions of a group's charter; of one group also what one member's key signed, and what a message holds.
pub const MAX_CHARTER_VERSIONS: usize = 200;
/// Groups that a node keeps: with the other spaces they fit into a summary.
pub const MAX_GROUPS: usize = 900;
/// Tips in one frontier message. More come in parts.
pub const MAX_TIPS_PER_MESSAGE: usize = 8_000;
/// Feeds below one prefix of ids that are told of by their tips; more are by the digests of its parts.
pub const MAX_LEAF_TIPS: usize = 16;
/// Prefixes with many feeds in one frontier message.
pub const MAX_BRANCHES_PER_MESSAGE: usize = 700;
/// Prefixes with few feeds in one frontier message: with all else that a message may hold they fit into it.
pub const MAX_RANGES_PER_MESSAGE: usize = 3_000;
/// Spaces that two nodes share.
pub const MAX_SPACES: usize = 1_000;
/// Tips that an opening entry names.
pub const MAX_KNOWN_TIPS: usize = 1_000;
/// A ticket, in bytes before it is written as text.
pub const MAX_TICKET_BYTES: usize = 1024;
/// Addresses in a ticket.
pub const MAX_TICKET_ADDRESSES: usize = 8;
/// A document kind's name, in bytes.
pub const MAX_KIND_NAME_BYTES: usize = 40;
/// Feeds that one cut names.
pub const MAX_CUT_FEEDS: usize = 4_000;
/// Cuts in one roster version.
pub const MAX_CUTS: usize = 100;
/// Charters that a revocation names.
pub const MAX_REVOKED_CHARTERS: usize = 1_000;
/// Headers of each branch in a proof of equivocation. [`crate::chain::verify_run`] sees to it that no accepted
/// feed has a longer stretch without a verified signature.
pub const MAX_PROOF_ENTRIES: usize = 256;
/// A reason given with a vote, in bytes.
pub const MAX_VOTE_REASON_BYTES: usize = 500;
/// A roster's note, in bytes.
pub const MAX_NOTE_BYTES: usize = 500;
/// Marks in one message.
pub const MAX_MARKS_PER_MESSAGE: usize = 30_000;
