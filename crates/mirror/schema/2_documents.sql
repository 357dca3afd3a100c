-- Documents of every kind, and where what they say comes from.

CREATE TABLE document ( -- dokument | Every document that the node holds, also those that it cannot read.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | Its id, hexadecimal.
  kind TEXT NOT NULL, -- art | pack, requirement, adoption, pilot, question, answer, comment, resource, project, participation, profile, cosignature, disclosure, following, basket, or the name of a kind that newer software made.
  owner TEXT NOT NULL, -- ejer | The member that opened it.
  number TEXT, -- nummer | What it is cited by: a requirement's number, the code of a pack or project, a pilot's publication number, a basket's name.
  title_da TEXT, -- titel på dansk | Its title in Danish, where its kind has one.
  title_en TEXT, -- titel på engelsk | Its title in English, where its kind has one.
  space TEXT NOT NULL, -- rum | commons (everybody), group (some members) or private (a draft on this member's own nodes).
  space_id TEXT NOT NULL, -- rummets id | Which space of that sort.
  state TEXT NOT NULL, -- tilstand | read, unknown-kind, quarantined or void (no opening that counts).
  reason TEXT, -- begrundelse | Why it is quarantined.
  entries INTEGER NOT NULL, -- poster | How many entries count for it.
  refused INTEGER NOT NULL, -- afviste poster | How many entries were refused.
  first_claimed_ms INTEGER, -- første angivne tid i ms | The earliest time among its entries by their authors' clocks, milliseconds since 1970 UTC: a claim.
  first_claimed TEXT, -- første angivne tid | The same as ISO 8601 in UTC.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | The latest such time: a claim.
  last_claimed TEXT -- seneste angivne tid | The same as ISO 8601 in UTC.
) STRICT;
CREATE INDEX document_by_kind ON document (kind, space);
CREATE INDEX document_by_number ON document (number COLLATE NOCASE);

CREATE TABLE entry ( -- post | Provenance: the signed entries that a document is made of.
  document TEXT NOT NULL, -- dokument | The document.
  feed TEXT NOT NULL, -- log | The author's feed, hexadecimal.
  seq INTEGER NOT NULL, -- nummer i loggen | The entry's place in its feed, from 0.
  entry TEXT NOT NULL, -- post | The entry's id, hexadecimal.
  kind TEXT NOT NULL, -- art | What its body is: document-opening, change, release, grant, withdrawal, or the number of a kind that newer software made.
  member TEXT NOT NULL, -- deltager | The member that signed it.
  node_key TEXT NOT NULL, -- nøgle | The node key that signed it, hexadecimal.
  claimed_ms INTEGER NOT NULL, -- angivet tid i ms | The time by the author's clock, milliseconds since 1970 UTC: a claim.
  claimed TEXT, -- angivet tid | The same as ISO 8601 in UTC.
  received_ms INTEGER NOT NULL, -- modtaget i ms | When this node stored it, milliseconds since 1970 UTC.
  received TEXT, -- modtaget | The same as ISO 8601 in UTC.
  arrival INTEGER NOT NULL, -- ankomst | Its place in the order in which entries came to this node; every node has its own.
  PRIMARY KEY (document, feed, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_by_arrival ON entry (arrival);

CREATE TABLE refused_entry ( -- afvist post | Entries that are authentic but do not count, and why.
  document TEXT NOT NULL, -- dokument | The document that they name.
  feed TEXT NOT NULL, -- log | The author's feed, hexadecimal.
  seq INTEGER NOT NULL, -- nummer i loggen | The entry's place in its feed.
  entry TEXT NOT NULL, -- post | The entry's id, hexadecimal.
  member TEXT NOT NULL, -- deltager | The member that signed it.
  reason TEXT NOT NULL, -- begrundelse | Why it does not count.
  ground TEXT, -- grund | Where a cut took it out of what counts, why there is one; a code of the list cut-ground.
  PRIMARY KEY (document, feed, seq, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_entry_by_member ON refused_entry (member, document) WHERE ground IS NOT NULL;

CREATE TABLE editor ( -- medredaktør | Members that a document's owner lets write in it, or once did.
  document TEXT NOT NULL, -- dokument | The document.
  member TEXT NOT NULL, -- deltager | The member that may write.
  granted_ms INTEGER NOT NULL, -- givet i ms | When the owner allowed it last, by the owner's clock, milliseconds since 1970 UTC: a claim.
  granted TEXT, -- givet | The same as ISO 8601 in UTC.
  is_withdrawn INTEGER NOT NULL, -- er trukket tilbage | 1 where the owner took it back since.
  PRIMARY KEY (document, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX editor_by_member ON editor (member);

CREATE TABLE conflict ( -- uenighed | Fields that were set to different values at once, until a person settles it.
  document TEXT NOT NULL, -- dokument | The document.
  path TEXT NOT NULL, -- felt | The field, such as level or placeholders[andel].max.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  value TEXT NOT NULL, -- værdi | The value as JSON.
  is_whole INTEGER NOT NULL, -- er hel | 0 where the value was too long and stands here in part only.
  member TEXT, -- deltager | The member that set it, where it is known.
  claimed_ms INTEGER NOT NULL, -- angivet tid i ms | When it was set by its author's clock, milliseconds since 1970 UTC: a claim.
  claimed TEXT, -- angivet tid | The same as ISO 8601 in UTC.
  is_shown INTEGER NOT NULL, -- er vist | 1 on the value that the other tables show.
  PRIMARY KEY (document, path, position)
) STRICT, WITHOUT ROWID;
