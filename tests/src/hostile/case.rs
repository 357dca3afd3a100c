//! The table of all misdeeds: what the hostile node does, and what honest nodes must make of it.

use super::acts::{
    Acting, documents, encodings, entries, floods, newcomers, replays, rosters, slow, spaces,
    statements,
};
use super::villain::Villain;

/// A misdeed.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Its name on the command line.
    pub name: &'static str,
    /// What the hostile node does.
    pub does: &'static str,
    /// What honest nodes must answer.
    pub answer: Answer,
    /// With what others it is played.
    pub setting: Setting,
    /// It is gone through once; what follows would be the same.
    pub is_once: bool,
    /// An honest peer must get in meanwhile.
    pub is_visited: bool,
    /// The stewards remove the member before.
    pub is_removed: bool,
    /// The first of the hostile members is made one of three stewards before.
    pub is_steward: bool,
    /// It is given a ticket that nobody has used yet.
    pub is_invited: bool,
    pub(super) act: fn(&Villain) -> Acting<'_>,
}

/// What honest nodes must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing of the run is stored, for this reason.
    Refused(&'static str),
    /// The roster stays as it is, for this reason.
    RosterRefused(&'static str),
    /// The connection ends with this goodbye, for this reason, which the node's log has.
    SentAway(&'static str, &'static str),
    /// The peer is told this.
    Told(&'static str),
    /// Stored, and of no effect on any document of any node, for this reason.
    Void(&'static str),
    /// It is lawful: its documents are read at every node.
    Counts,
    /// It is stored, and no document is the worse for it.
    Kept,
    /// Nothing comes of it.
    Nothing,
    /// Nothing that is not a roster is taken, for this reason.
    StatementRefused(&'static str),
    /// Nothing that is not a roster is taken, for this reason, and the other two stewards decide as ever.
    Outvoted(&'static str),
    /// The member was removed: it is told so, and none of its documents is shown anywhere.
    Uncounted,
    /// The feed is cut at every node, which holds the proof.
    Cut,
}

/// With what others a case is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// One after the other, against the same nodes.
    InTurn,
    /// All of them at once, against the same nodes: each takes its time, and little else.
    Slow,
    /// Against nodes of its own, since it uses up what others would need.
    Apart,
}

const BAD: &str = "BadMessage";
const NOT_A_MEMBER: &str = "the node is not one of a member of this federation";
const WRONG_TIME: &str = "a message came that is not one, or at the wrong time";
const NOT_CANONICAL: &str = "the encoding is not canonical";
const FOREIGN_SPACE: &str = "the feed belongs to a space that one of the two nodes may not see";
const TOO_MANY_OPERATIONS: &str = "the change has too many operations, dependencies or actors";
const TOO_FEW: &str = "0 of the 1 stewards needed from the version before signed";

const fn case(
    name: &'static str,
    does: &'static str,
    answer: Answer,
    act: fn(&Villain) -> Acting<'_>,
) -> Case {
    Case {
        name,
        does,
        answer,
        setting: Setting::InTurn,
        is_once: false,
        is_visited: false,
        is_removed: false,
        is_steward: false,
        is_invited: false,
        act,
    }
}

impl Case {
    const fn slow(self) -> Self {
        Self {
            setting: Setting::Slow,
            ..self
        }
    }

    const fn apart(self) -> Self {
        Self {
            setting: Setting::Apart,
            is_once: true,
            ..self
        }
    }

    const fn once(self) -> Self {
        Self {
            is_once: true,
            ..self
        }
    }

    const fn removed(self) -> Self {
        Self {
            is_removed: true,
            ..self
        }
    }

    const fn steward(self) -> Self {
        Self {
            is_steward: true,
            ..self
        }
    }

    const fn invited(self) -> Self {
        Self {
            is_invited: true,
            ..self
        }
    }

    const fn visited(self) -> Self {
        Self {
            is_visited: true,
            ..self
        }
    }
}

macro_rules! cases {
    ($($name:literal, $does:literal, $answer:expr, $act:path $(, $mark:ident)*;)*) => {
        /// Every misdeed.
        pub const ALL: &[Case] = &[$(
            case($name, $does, $answer, |villain| Box::pin($act(villain)))$(.$mark())*,
        )*];
    };
}

use Answer::{
    Counts, Cut, Kept, Nothing, Outvoted, Refused, RosterRefused, SentAway, StatementRefused, Told,
    Uncounted, Void,
};

cases! {
    "forged-signature", "signs the last entry of a run with another key",
        Refused("the signature of entry 4 does not verify"), entries::forged_signature;
    "another-federation", "signs an entry for another federation",
        Refused("the signature of entry 4 does not verify"), entries::another_federation;
    "another-federations-feed", "sends a feed of another federation, as sound as can be",
        Refused("the certificate in the feed's opening does not verify"), entries::another_federations_feed;
    "forged-body", "changes a byte of a body",
        Refused("the body does not hash to what its header says"), entries::forged_body;
    "forged-header", "changes a header in the middle of a run",
        Refused("entry 3 does not follow the entry before it"), entries::forged_header;
    "reordered", "sends two entries in each other's place",
        Refused("came where entry"), entries::reordered;
    "entry-left-out", "leaves an entry out",
        Refused("entry 3 came where entry 2 was due"), entries::entry_left_out;
    "opening-twice", "sends the opening twice",
        Refused("a feed begins with its opening, and with nothing else"), entries::opening_twice;
    "opening-in-the-middle", "signs a second opening into its feed",
        Refused("a feed begins with its opening, and with nothing else"), entries::opening_in_the_middle;
    "padded-header", "writes a number of a header longer than needed",
        Refused(NOT_CANONICAL), entries::padded_header;
    "body-too-long", "writes a body of a byte too much",
        Refused("1000001 bytes are over the limit of 1000000"), entries::body_too_long;
    "unsorted-tips", "opens a feed that names tips out of order",
        Refused("an opening's tips are not sorted, each once"), entries::unsorted_tips;
    "hijacked-feed", "goes on in the feed of another, signed by itself",
        Refused("does not verify"), entries::hijacked_feed;
    "borrowed-certificate", "opens a feed with the certificate of another",
        Refused("the signature of entry 0 does not verify"), entries::borrowed_certificate;
    "another-members-name", "opens a feed as another member, certified by its own identity key",
        Refused("is not a member with this key in the roster"), entries::another_members_name;
    "unknown-member", "opens a feed as a member that there is not",
        Refused("dk-0000 is not a member with this key in the roster"), entries::unknown_member;

    "group-to-the-outside", "sends a group's feed to a node outside the group",
        Refused(FOREIGN_SPACE), replays::group_to_the_outside;
    "private-to-everybody", "sends private drafts of another, out of a stolen backup, to everybody",
        Refused(FOREIGN_SPACE), replays::private_to_everybody;
    "group-into-the-commons", "sends a group's entry as if it were of a feed of the commons",
        Refused("belongs to another feed"), replays::group_into_the_commons;
    "commons-elsewhere", "sends entries of the commons as if they were of another feed",
        Refused("belongs to another feed"), replays::commons_elsewhere;
    "copied-in-the-commons", "writes what another wrote, word for word, in a feed of its own",
        Void("the document belongs to another member, who did not allow it"), replays::copied_in_the_commons;
    "copied-from-a-group", "writes what a group wrote, word for word, in the commons",
        Void("the document"), replays::copied_from_a_group;
    "another-documents-changes", "puts another's changes of another document into a document of its own",
        Void("written under an actor that is not its author's"), replays::another_documents_changes;
    "in-anothers-private", "opens a feed in the private space of another",
        Refused(FOREIGN_SPACE), spaces::in_anothers_private;
    "own-private", "sends its own private feed to somebody else",
        Refused(FOREIGN_SPACE), spaces::own_private;
    "in-no-group", "opens a feed in a group that there is not",
        Refused(FOREIGN_SPACE), spaces::in_no_group;
    "anothers-document", "opens a document that names another as its owner",
        Void("the document belongs to another member, who did not allow it"), spaces::anothers_document;
    "everybodys-document", "opens a document of the commons that everybody may edit",
        Void("a document that all members write lives in a group"), spaces::everybodys_document;
    "private-document", "opens a document of its private space in the commons",
        Void("the document lives in another space"), spaces::private_document;

    "dated-1970", "dates its entries back to 1970", Counts, entries::dated_1970;
    "dated-5000", "dates its entries forward to the year 5000", Counts, entries::dated_5000;
    "dated-beyond-time", "dates its entries beyond every calendar", Counts, entries::dated_beyond_time;
    "two-branches", "gives two branches of a feed to two halves of the network",
        Cut, entries::two_branches, once;
    "on-behind-a-proof", "goes on in a feed that was proven to have two branches",
        Refused("the feed is cut: entries from 2 on do not count"), entries::on_behind_a_proof, once;

    "huge-message-length", "announces a message of four gigabytes",
        SentAway(BAD, "a message of 4294967295 bytes is over the limit"), encodings::huge_message_length;
    "message-too-long", "sends a message of a byte too much",
        SentAway(BAD, "a message of 1048577 bytes is over the limit"), encodings::message_too_long;
    "message-cut-short", "ends the control stream within a message",
        SentAway(BAD, "a stream ends in the middle"), encodings::message_cut_short;
    "no-message", "says what is no message",
        SentAway(BAD, "a message cannot be read"), encodings::no_message;
    "padded-message", "writes a number of a message longer than needed",
        SentAway(BAD, NOT_CANONICAL), encodings::padded_message;
    "message-with-more-behind", "writes something behind a message",
        SentAway(BAD, NOT_CANONICAL), encodings::message_with_more_behind;
    "unsorted-frontier", "names tips out of order",
        SentAway(BAD, "the message breaks a bound of its kind"), encodings::unsorted_frontier;
    "overlapping-prefixes", "asks about feeds twice in one message",
        SentAway(BAD, "the message breaks a bound of its kind"), encodings::overlapping_prefixes;
    "frontier-of-anothers-private", "asks what another's private space holds",
        SentAway(BAD, WRONG_TIME), encodings::frontier_of_anothers_private;
    "wrong-phase", "answers a request to join that nobody made",
        SentAway(BAD, WRONG_TIME), encodings::wrong_phase;
    "greeting-twice", "greets twice",
        SentAway(BAD, WRONG_TIME), encodings::greeting_twice;
    "no-greeting", "speaks without a greeting",
        SentAway(BAD, WRONG_TIME), encodings::no_greeting;
    "huge-frame-length", "announces a frame of four gigabytes",
        SentAway(BAD, "a frame of 4294967295 compressed bytes is over the limit"), encodings::huge_frame_length;
    "frame-cut-short", "ends a run within a frame",
        SentAway(BAD, "a stream ends in the middle"), encodings::frame_cut_short;
    "zstd-bomb", "sends a frame that grows to 256 MiB and says so",
        SentAway(BAD, "a frame grows over the limit"), encodings::bomb;
    "silent-zstd-bomb", "sends a frame that grows to 256 MiB and does not say so",
        SentAway(BAD, "a frame grows over the limit"), encodings::silent_bomb;
    "no-frame", "sends a frame that is not compressed",
        SentAway(BAD, "a frame cannot be decompressed"), encodings::no_frame;
    "frame-with-more-behind", "writes something behind the entries of a frame",
        SentAway(BAD, NOT_CANONICAL), encodings::frame_with_more_behind;
    "empty-frame", "sends a frame without entries",
        SentAway(BAD, "a frame holds one to 4096 entries"), encodings::empty_frame;
    "crowded-frame", "sends a frame of an entry too many",
        SentAway(BAD, "a frame holds one to 4096 entries"), encodings::crowded_frame;
    "places-beyond-the-last", "counts a run beyond the last place",
        SentAway(BAD, "a run counts beyond the last possible place"), encodings::places_beyond_the_last;
    "no-run", "begins a run with what is no header",
        SentAway(BAD, "a run's header cannot be read"), encodings::no_run;
    "noise", "sends noise on every stream",
        SentAway(BAD, "the peer broke the protocol"), encodings::noise;

    "no-change", "writes a change that is none",
        Void("the body is not an Automerge change"), documents::no_change;
    "chunk-bomb", "writes a compressed change that grows to 64 MiB",
        Void("the change is compressed inside"), documents::chunk_bomb;
    "column-bomb", "writes a change with a column that grows to 64 MiB",
        Void("the change is compressed inside"), documents::column_bomb;
    "row-bomb", "writes a change of a billion rows in a few bytes",
        Void(TOO_MANY_OPERATIONS), documents::row_bomb;
    "too-many-operations", "writes a change of 200,001 operations",
        Void(TOO_MANY_OPERATIONS), documents::too_many_operations;
    "too-many-dependencies", "writes a change that builds on 1,001 others",
        Void(TOO_MANY_OPERATIONS), documents::too_many_dependencies;
    "anothers-actor", "writes a change under the actor of another's feed",
        Void("written under an actor that is not its author's"), documents::anothers_actor;
    "number-not-due", "writes a change with a number that is not due",
        Void("the change is number 7 of its author where 1 was due"), documents::number_not_due;
    "dangling-dependencies", "writes changes that build on some that nobody made",
        Kept, documents::dangling_dependencies;
    "spoilt-changes", "spoils changes and makes their checksums right again",
        Kept, documents::spoilt_changes;
    "dependency-chain", "writes 10,000 changes, each upon the one before it",
        Kept, documents::dependency_chain, apart;
    "many-operations", "writes changes of 199,000 operations, one after the other",
        Kept, documents::many_operations, apart;
    "long-bodies", "writes bodies of a megabyte each about a document of its own",
        Kept, documents::long_bodies, apart;
    "long-bodies-elsewhere", "writes bodies of a megabyte each about a document of another",
        Kept, documents::long_bodies_elsewhere, apart;

    "anothers-certificate", "greets with the certificate of another member",
        SentAway("NotAMember", NOT_A_MEMBER), newcomers::anothers_certificate;
    "another-node", "greets with a certificate that is for another node",
        SentAway("NotAMember", NOT_A_MEMBER), newcomers::another_node;
    "self-made-certificate", "greets with a certificate by a key of its own making",
        SentAway("NotAMember", NOT_A_MEMBER), newcomers::self_made;
    "expired-certificate", "greets with a certificate that has expired",
        SentAway("ExpiredCertificate", "the node's certificate has expired"), newcomers::expired;
    "no-common-version", "speaks another version only",
        SentAway("NoCommonVersion", "no protocol version is spoken by both sides"), newcomers::no_common_version;
    "wrong-tickets", "asks to join with tickets that nobody issued",
        Told("Refused(UnknownTicket)"), newcomers::wrong_tickets, visited;
    "ticket-for-two", "asks to join as a further node of its member, and as somebody else with the same ticket",
        Told("Refused(UsedTicket)"), newcomers::ticket_for_two, once, invited;
    "ticket-of-a-revoked-key", "asks to join with the ticket that its member used, under a node key that this revoked",
        SentAway("Revoked", "the node's key was revoked by its member"), newcomers::ticket_of_a_revoked_key;
    "half-open-handshakes", "begins 10,000 handshakes from 32 hosts and goes on with none",
        Nothing, newcomers::half_open, once, visited;
    "dripping-handshakes", "goes on with 10,000 handshakes by a byte a second, each from an address that is its own",
        Told("Retry"), newcomers::dripping, once, visited;

    "one-signature-too-few", "makes itself a steward, by its own signature alone",
        RosterRefused(TOO_FEW), rosters::one_signature_too_few;
    "seized-roster", "makes itself the only steward",
        RosterRefused(TOO_FEW), rosters::seized;
    "in-a-stewards-name", "signs a roster in the name of a steward",
        RosterRefused(TOO_FEW), rosters::in_a_stewards_name;
    "signed-twice", "gives the same signature twice",
        RosterRefused("a roster's signatures are not sorted, each member once"), rosters::signed_twice;
    "mixed-and-matched", "takes signatures from another version of the roster",
        RosterRefused(TOO_FEW), rosters::mixed_and_matched;
    "fast-forward", "shows the last version that can be counted",
        RosterRefused("roster version 18446744073709551615 came where"), rosters::fast_forward;
    "another-newest", "shows the newest version with other content, signed by itself",
        RosterRefused(TOO_FEW), rosters::another_newest;
    "no-roster", "shows a roster that is none",
        RosterRefused("the roster is not one"), rosters::no_roster;
    "restored-roster", "shows the first version as the newest",
        Told("Marks"), rosters::restored;
    "asks-for-all-rosters", "asks for all versions of the roster, again and again",
        Told("Rosters"), rosters::asks_for_all;

    "revokes-anothers-key", "revokes the node key of another member",
        StatementRefused("is not a member with this key in the roster"), statements::revokes_anothers_key;
    "proves-nothing", "shows entries of its own as proof that another signed twice",
        StatementRefused("the proof shows no fork"), statements::proves_nothing;
    "votes-as-no-steward", "votes on the roster without being a steward",
        StatementRefused("is no steward and does not vote on the roster"), statements::votes;
    "votes-for-the-others", "one of three stewards, proposes rosters that give the others keys of its making, and votes with them",
        Outvoted("the statement's signature does not verify"), statements::votes_for_the_others, apart, steward;
    "flood-of-revocations", "revokes 2,000 node keys of its own",
        SentAway("Revoked", "the node's key was revoked by its member"), statements::revokes_without_end, apart;
    "goes-on-removed", "removed from the roster, goes on writing, and has another member pass it on",
        Uncounted, statements::goes_on_removed, apart, removed;

    "flood-of-summaries", "says how things stand without end, faster than it can be answered",
        SentAway("SlowReader", "the peer does not read what is sent to it"), floods::summaries;
    "flood-of-wants", "asks for more runs than may wait",
        SentAway(BAD, WRONG_TIME), floods::wants;
    "flood-of-frontiers", "names 256,000 feeds that there are not",
        SentAway(BAD, WRONG_TIME), floods::frontiers;
    "flood-of-questions", "asks about 700 parts of a frontier at once, 320 times, always about others",
        Nothing, floods::questions;
    "flood-of-streams", "opens and gives up streams without end", Nothing, floods::streams;
    "flood-of-connections", "connects without end with the member's key",
        SentAway("Duplicate", "another connection to the same node is kept"), floods::connections, visited;
    "false-tips", "says that it holds more of everybody's feeds than there is, and sends none of it",
        Nothing, floods::false_tips;
    "flood-of-entries", "writes 100,000 entries, each as small as can be (quick: 20,000)",
        Kept, floods::entries, apart;
    "flood-of-documents", "opens 10,000 documents (quick: 1,000)",
        Kept, floods::documents, apart;
    "flood-of-feeds", "opens more feeds than a member may have",
        Refused("the member has more than 10000 feeds"), floods::feeds, apart;

    "silent", "shakes hands and says nothing",
        SentAway("NotAMember", "the peer did not show in time that it is a member"), slow::silent, slow;
    "stalls-in-a-message", "begins a message and does not go on",
        SentAway(BAD, "a message stands still"), slow::stalls_in_a_message, slow;
    "never-reads-runs", "asks for all there is and reads none of it",
        Nothing, slow::never_reads_runs, slow;
    "never-reads-messages", "asks how things stand without end and reads no answer",
        SentAway("SlowReader", "the peer does not read what is sent to it"), slow::never_reads_messages, slow;
    "drips-a-message", "writes a message by a byte a second", Nothing, slow::drips_a_message, slow;
    "drips-runs", "writes a run on every stream by a byte a second", Nothing, slow::drips_runs, slow;
}
