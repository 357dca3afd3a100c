-- What the mirror itself is, and who is in the federation.
--
-- Every column says its Danish name and, after the bar, what it holds. `faelled mirror schema` renders
-- these comments, and SQLite keeps them: `.schema` shows them in any client.

CREATE TABLE contract ( -- kontrakt | One row: which version of this contract the file follows.
  version INTEGER NOT NULL PRIMARY KEY, -- version | The contract's version, the same as PRAGMA user_version.
  build TEXT NOT NULL, -- udformning | Digest of these definitions, the shipped lists and the way rows are derived; another one means that the mirror is built anew.
  made_by TEXT NOT NULL -- lavet af | The software that opened the mirror for writing last.
) STRICT;

CREATE TABLE watermark ( -- vandmærke | One row: how far the mirror has followed the node.
  only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1), -- eneste | Always 1.
  row INTEGER NOT NULL, -- række | The last row of the node's own store whose effect is in the mirror.
  roster_version INTEGER NOT NULL, -- deltagerlistens version | The version of the roster that the members were taken from; 0 before the first.
  statements INTEGER NOT NULL -- erklæringer | How many changes the node's statements had seen when cut, equivocation, revocation, roster_fork and roster_proposal were taken from them; 0 before the first.
) STRICT;

CREATE TABLE federation ( -- fællesskab | At most one row: the network that this node belongs to.
  federation TEXT NOT NULL PRIMARY KEY, -- fællesskab | Its id, hexadecimal.
  name TEXT, -- navn | Its name.
  roster_version INTEGER NOT NULL, -- deltagerlistens version | The version of the roster.
  roster_hash TEXT NOT NULL, -- deltagerlistens hash | The hash of that version, hexadecimal.
  threshold INTEGER NOT NULL, -- tærskel | How many distinct stewards must sign the next version.
  claimed_ms INTEGER NOT NULL, -- angivet tid i ms | When the version was made by its proposer's clock, milliseconds since 1970 UTC: a claim.
  claimed TEXT -- angivet tid | The same as ISO 8601 in UTC.
) STRICT;

CREATE TABLE member ( -- deltager | The members of the federation, from the newest roster.
  member TEXT NOT NULL PRIMARY KEY, -- deltager | The member's id, such as dk-0159.
  kind TEXT, -- art | What kind of body it is; a code of the list member-kind.
  name TEXT, -- navn | Its name.
  is_steward INTEGER NOT NULL, -- er tovholder for fællesskabet | 1 where its signature counts towards the next roster.
  identity_key TEXT NOT NULL, -- identitetsnøgle | Its identity key, hexadecimal.
  valid_from TEXT, -- gyldig fra | First day of membership, YYYY-MM-DD.
  valid_until TEXT -- gyldig til | Last day of membership where one is set, YYYY-MM-DD.
) STRICT;

CREATE TABLE group_space ( -- gruppe | The groups that this member sees, from the newest charter of each.
  space_id TEXT NOT NULL PRIMARY KEY, -- rummets id | As in document.space_id: group: and the group's id.
  group_id TEXT NOT NULL, -- gruppens id | Its id, hexadecimal.
  name TEXT, -- navn | Its name.
  version INTEGER NOT NULL, -- version | The charter's version.
  is_frozen INTEGER NOT NULL -- er fastfrosset | 1 where its owners signed two next charters that contradict each other, so that neither holds.
) STRICT;

CREATE TABLE group_member ( -- gruppens deltager | Who is in a group.
  space_id TEXT NOT NULL, -- rummets id | As in group_space.
  member TEXT NOT NULL, -- deltager | The member's id.
  is_owner INTEGER NOT NULL, -- er ejer | 1 where it may change who is in the group.
  PRIMARY KEY (space_id, member)
) STRICT, WITHOUT ROWID;

CREATE TABLE code ( -- kode | The shipped code lists: what the codes in other tables are called.
  list TEXT NOT NULL, -- liste | The list, such as category, verdict or environmental-impact.
  code TEXT NOT NULL, -- kode | The code as it stands in the other tables.
  position INTEGER NOT NULL, -- plads | Its place in the list, from 0.
  name_da TEXT NOT NULL, -- navn på dansk | Its name in Danish.
  name_en TEXT NOT NULL, -- navn på engelsk | Its name in English.
  PRIMARY KEY (list, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE cpv ( -- cpv | The Common Procurement Vocabulary.
  code TEXT NOT NULL PRIMARY KEY, -- kode | Eight digits.
  branch TEXT NOT NULL, -- gren | The code without its closing zeros (two digits at least): every code below it begins so.
  name_da TEXT NOT NULL, -- navn på dansk | Its name in Danish.
  name_en TEXT NOT NULL -- navn på engelsk | Its name in English.
) STRICT, WITHOUT ROWID;
