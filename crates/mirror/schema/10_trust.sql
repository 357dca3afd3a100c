-- Trust made visible: how far feeds count and why, and what the stewards are deciding.

CREATE TABLE cut ( -- snit | Feeds that do not count to their end: one row for each ground. What lies after a cut is in no other table than refused_entry.
  feed TEXT NOT NULL, -- log | The feed, hexadecimal.
  member TEXT NOT NULL, -- deltager | Whose feed it is.
  node_key TEXT NOT NULL, -- nøgle | The node key that signs it, hexadecimal.
  space TEXT NOT NULL, -- rum | commons, group or private.
  space_id TEXT NOT NULL, -- rummets id | Which space of that sort.
  last_seq INTEGER, -- sidste gyldige nummer | The place of the last entry that counts; NULL where nothing of the feed does. The same on every row of the feed.
  ground TEXT, -- grund | Why; a code of the list cut-ground; NULL where it is not known.
  UNIQUE (feed, ground)
) STRICT;
CREATE INDEX cut_by_member ON cut (member);

CREATE TABLE equivocation ( -- modstridende log | Feeds in which two entries were signed for one place; the node holds the proof.
  feed TEXT NOT NULL, -- log | The feed, hexadecimal.
  seq INTEGER NOT NULL, -- nummer i loggen | The first place that has two entries.
  member TEXT NOT NULL, -- deltager | Whose feed it is.
  node_key TEXT NOT NULL, -- nøgle | The node key that signed both, hexadecimal.
  space TEXT NOT NULL, -- rum | commons, group or private.
  space_id TEXT NOT NULL, -- rummets id | Which space of that sort.
  entry TEXT NOT NULL, -- post | The entry at that place with the lower id, hexadecimal.
  other_entry TEXT NOT NULL, -- anden post | The other entry at that place.
  PRIMARY KEY (feed, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE revocation ( -- tilbagekaldelse | Node keys that their members revoked, once for each space.
  node_key TEXT NOT NULL, -- nøgle | The revoked node key, hexadecimal.
  space_id TEXT NOT NULL, -- rummets id | The space whose feeds it is about, as in document.space_id; the one for the commons also ends the key's connections.
  position INTEGER NOT NULL, -- plads | Order of the revocations of one key in one space, from 0; as a rule there is one.
  space TEXT NOT NULL, -- rum | commons, group or private.
  member TEXT NOT NULL, -- deltager | The member that revoked it.
  identity_key TEXT NOT NULL, -- identitetsnøgle | The identity key that signed the revocation, hexadecimal.
  successor TEXT, -- efterfølger | The node key that takes its place, hexadecimal, where one is named.
  claimed_ms INTEGER NOT NULL, -- angivet tid i ms | When, by the signer's clock, milliseconds since 1970 UTC: a claim.
  claimed TEXT, -- angivet tid | The same as ISO 8601 in UTC.
  PRIMARY KEY (node_key, space_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_fork ( -- splittet deltagerliste | At most one row: the version after which the stewards signed two that contradict each other. Until they settle it, members are those of that version.
  base_hash TEXT NOT NULL PRIMARY KEY, -- fælles versions hash | The hash of the last version on which they agree, hexadecimal.
  base_version INTEGER NOT NULL -- fælles version | That version.
) STRICT;

CREATE TABLE roster_fork_head ( -- deltagerlistens gren | The newest version of each branch of a fork.
  hash TEXT NOT NULL PRIMARY KEY, -- hash | Its hash, hexadecimal.
  version INTEGER NOT NULL -- version | The version.
) STRICT;

CREATE TABLE roster_fork_signer ( -- underskriver på begge grene | Stewards that signed more than one branch of a fork.
  member TEXT NOT NULL PRIMARY KEY -- tovholder | The steward's id.
) STRICT;

CREATE TABLE roster_proposal ( -- forslag til deltagerliste | Next versions of the roster that stewards vote on.
  roster_hash TEXT NOT NULL PRIMARY KEY, -- deltagerlistens hash | The hash of the proposed version, hexadecimal.
  version INTEGER NOT NULL, -- version | The proposed version.
  summary_da TEXT, -- ændring på dansk | What it changes, in Danish; written by this node.
  summary_en TEXT, -- ændring på engelsk | What it changes, in English; written by this node.
  note TEXT, -- bemærkning | What its proposer has to say.
  needed INTEGER NOT NULL, -- nødvendige underskrifter | How many stewards must approve it.
  claimed_ms INTEGER NOT NULL, -- angivet tid i ms | When it was made by its proposer's clock, milliseconds since 1970 UTC: a claim.
  claimed TEXT -- angivet tid | The same as ISO 8601 in UTC.
) STRICT;

CREATE TABLE roster_vote ( -- stemme | How stewards voted on proposals.
  roster_hash TEXT NOT NULL, -- deltagerlistens hash | The proposal, as in roster_proposal.
  member TEXT NOT NULL, -- tovholder | The steward that votes.
  vote TEXT NOT NULL, -- stemme | A code of the list roster-vote.
  reason TEXT, -- begrundelse | Why it is rejected.
  PRIMARY KEY (roster_hash, member, vote)
) STRICT, WITHOUT ROWID;

CREATE VIEW voided_entry ( -- ugyldig post | Entries that a cut took out of what counts, with the documents that they are about; those of own drafts are among them.
  document, -- dokument | The document.
  kind, -- art | Its kind; unknown where its opening is void as well.
  owner, -- ejer | The member that opened it.
  number, -- nummer | What it is cited by.
  title_da, -- titel på dansk | Its title in Danish.
  title_en, -- titel på engelsk | Its title in English.
  space, -- rum | commons, group or private.
  space_id, -- rummets id | Which space of that sort.
  state, -- tilstand | As in document: void where nothing is left of it.
  member, -- deltager | The member that signed the entry.
  member_name, -- deltagers navn | Its name, where it still is a member.
  feed, -- log | The feed, hexadecimal.
  seq, -- nummer i loggen | The entry's place in its feed.
  entry, -- post | The entry's id, hexadecimal.
  ground, -- grund | Why; a code of the list cut-ground.
  reason -- begrundelse | The same in words.
) AS
SELECT
  d.document, d.kind, d.owner, d.number, d.title_da, d.title_en, d.space, d.space_id, d.state, r.member, m.name,
  r.feed, r.seq, r.entry, r.ground, r.reason
FROM refused_entry r
JOIN document d ON d.document = r.document
LEFT JOIN member m ON m.member = r.member
WHERE r.ground IS NOT NULL;
