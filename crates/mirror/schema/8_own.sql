-- What a member keeps for itself; these documents never leave its own nodes.

CREATE TABLE disclosure ( -- videregivelse | The record of every sharing: what was given to whom, when and on what ground.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The disclosure's document.
  owner TEXT NOT NULL, -- ejer | The member that shared.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  kind TEXT, -- art | How it was shared; a code of the list disclosure-kind.
  code TEXT, -- kode | The code or number of what was shared.
  title_da TEXT, -- titel på dansk | Its title, in Danish.
  title_en TEXT, -- titel på engelsk | Its title, in English.
  shared TEXT, -- delt dokument | The document that was made in the wider space.
  version TEXT, -- version | The version, where it was a release.
  shared_in TEXT, -- delt i | The space: commons, or group: and its id.
  shared_in_name TEXT, -- delt i navn | The space's name.
  ground_da TEXT, -- hjemmel på dansk | On what ground, in Danish.
  ground_en TEXT, -- hjemmel på engelsk | On what ground, in English.
  date TEXT, -- dato | The day, YYYY-MM-DD.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX disclosure_by_shared ON disclosure (shared);

CREATE TABLE disclosure_recipient ( -- modtager | Who saw it from then on.
  document TEXT NOT NULL, -- dokument | The disclosure's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  recipient TEXT, -- modtager | A member's id, or the name of an association.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE following ( -- det fulgte | What a member follows.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The document.
  owner TEXT NOT NULL, -- ejer | The member.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  schema INTEGER NOT NULL -- skema | The shape of the document.
) STRICT;

CREATE TABLE follow ( -- fulgt emne | Each thing that is followed.
  document TEXT NOT NULL, -- dokument | The document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  target TEXT, -- emne | Such as pack:<document>, requirement:<document>, project:<code>, category:<code> or cpv:<code or its beginning>.
  since TEXT, -- siden | Since which day, YYYY-MM-DD.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE basket ( -- kurv | Requirements picked for a tender.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The basket's document.
  owner TEXT NOT NULL, -- ejer | The member.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  name TEXT, -- navn | Its name: the tender that it is for.
  schema INTEGER NOT NULL -- skema | The shape of the document.
) STRICT;

CREATE TABLE basket_line ( -- kurvens krav | The requirements in a basket.
  document TEXT NOT NULL, -- dokument | The basket's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  requirement TEXT, -- krav | The requirement's document.
  number TEXT, -- nummer | Its number.
  pack TEXT, -- kravpakke | The pack of the release from which it is taken; NULL where it is a draft of one's own.
  version TEXT, -- version | That release's version, as the basket says.
  release TEXT, -- udgivelse | That release's hash.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX basket_line_by_requirement ON basket_line (requirement);

CREATE TABLE basket_value ( -- udfyldt værdi | What was filled in for placeholders.
  document TEXT NOT NULL, -- dokument | The basket's document.
  line INTEGER NOT NULL, -- linje | The place of the requirement in basket_line.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  name TEXT, -- navn | The placeholder.
  value TEXT, -- værdi | What stands there instead.
  PRIMARY KEY (document, line, position)
) STRICT, WITHOUT ROWID;
