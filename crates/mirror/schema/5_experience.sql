-- Who uses what, and what was learned.

CREATE TABLE adoption ( -- ibrugtagning | A member's use of one release. The member is the owner.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The adoption's document.
  owner TEXT NOT NULL, -- ejer | The member that adopts.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  pack TEXT, -- kravpakke | The pack's document.
  version TEXT, -- version | The version as the adopter wrote it.
  release TEXT, -- udgivelse | The release's hash that it pins.
  stance TEXT, -- stilling | What the member does with it; a code of the list stance.
  reason_da TEXT, -- begrundelse på dansk | Why, where it was declined, in Danish.
  reason_en TEXT, -- begrundelse på engelsk | Why, where it was declined, in English.
  planned_quarter TEXT, -- planlagt kvartal | The planned tender's quarter, such as 2027-Q1.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX adoption_by_pack ON adoption (pack, owner);

CREATE TABLE adoption_level ( -- valgt niveau | The level chosen for single requirements.
  document TEXT NOT NULL, -- dokument | The adoption's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  number TEXT, -- nummer | The requirement's number.
  level TEXT, -- niveau | A code of the list level.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE adoption_deviation ( -- afvigelse | What the member does otherwise, and why.
  document TEXT NOT NULL, -- dokument | The adoption's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  number TEXT, -- nummer | The requirement's number.
  text_da TEXT, -- tekst på dansk | What and why, in Danish.
  text_en TEXT, -- tekst på engelsk | What and why, in English.
  texts TEXT, -- øvrige sprog | JSON, as in adoption.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot ( -- afprøvning | Pilots: requirements that met a real tender. The member that ran it is the owner.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The pilot's document.
  owner TEXT NOT NULL, -- ejer | The member that ran it.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  state TEXT, -- tilstand | Where the tender has come to; a code of the list pilot-state.
  title_da TEXT, -- titel på dansk | The tender's title in Danish.
  title_en TEXT, -- titel på engelsk | The tender's title in English.
  publication_number TEXT, -- bekendtgørelsesnummer | Publication number (TED or udbud.dk; BT-04).
  procedure TEXT, -- procedure | Procedure; a code of the list procurement-procedure-type.
  framework TEXT, -- aftaleform | How the tender was run; a code of the list framework.
  value_band TEXT, -- værdi | Band of contract value; a code of the list value-band.
  lots INTEGER, -- delaftaler | Number of lots.
  duration_months INTEGER, -- varighed i måneder | The contract's duration in months.
  follow_up_da TEXT, -- opfølgning på dansk | What the check in the contract showed, in Danish.
  follow_up_en TEXT, -- opfølgning på engelsk | The same in English.
  lessons_da TEXT, -- erfaringer på dansk | Lessons in Danish.
  lessons_en TEXT, -- erfaringer på engelsk | Lessons in English.
  first_advice_da TEXT, -- første råd på dansk | What another municipality should know first, in Danish.
  first_advice_en TEXT, -- første råd på engelsk | The same in English.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX pilot_by_owner ON pilot (owner);

CREATE TABLE pilot_cpv ( -- afprøvnings cpv | CPV codes of the tender.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  cpv TEXT, -- cpv | The code, eight digits.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot_joint_buyer ( -- medindkøber | Members that bought together, as the pilot's owner says.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  member TEXT, -- deltager | The member's id.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot_tried ( -- afprøvet krav | Each requirement that a pilot tried, and what came of it.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  pack TEXT, -- kravpakke | The pack's document.
  version TEXT, -- version | The version of the release as the pilot's owner wrote it.
  release TEXT, -- udgivelse | The exact release's hash.
  requirement TEXT, -- krav | The requirement's document in the commons.
  number TEXT, -- nummer | The requirement's number.
  local_wording_da TEXT, -- lokal ordlyd på dansk | The wording as used where it differs, in Danish.
  local_wording_en TEXT, -- lokal ordlyd på engelsk | The same in English.
  type TEXT, -- type | The part it played; a code of the list requirement-type.
  level TEXT, -- niveau | The level as used; a code of the list level.
  weight_percent REAL, -- vægt i procent | The weight as used, in percent.
  bidders INTEGER, -- tilbud | Tenders received.
  bidders_last_time INTEGER, -- tilbud sidst | Tenders received last time.
  bidders_met INTEGER, -- tilbud der opfyldte | How many of them met the requirement.
  small_firms INTEGER, -- små virksomheder | Small and medium-sized firms among them.
  questions INTEGER, -- spørgsmål | Questions that were asked.
  changes_da TEXT, -- ændringer på dansk | What was changed because of them, in Danish.
  changes_en TEXT, -- ændringer på engelsk | The same in English.
  price_effect TEXT, -- prisvirkning | Effect on price; a code of the list price-effect.
  price_percent REAL, -- prisvirkning i procent | Effect on price in percent, where known.
  price_basis_da TEXT, -- prisens grundlag på dansk | Against what the price was held, in Danish.
  price_basis_en TEXT, -- prisens grundlag på engelsk | The same in English.
  price_certainty TEXT, -- prisens sikkerhed | How certain the effect on the price is; a code of the list certainty.
  buyer_hours REAL, -- indkøbers timer | The buyer's extra hours.
  burden INTEGER, -- byrde | The bidders' burden, 1 (none) to 5 (heavy).
  evidence_outcome TEXT, -- dokumentationens udfald | Whether the evidence was accepted; a code of the list evidence-outcome.
  evidence_result_da TEXT, -- dokumentationen på dansk | Which evidence was accepted or not, and why, in Danish.
  evidence_result_en TEXT, -- dokumentationen på engelsk | The same in English.
  complaint TEXT, -- klage | A code of the list complaint.
  complaint_case TEXT, -- klagens sag | The complaint's case number.
  complaint_outcome_da TEXT, -- klagens udfald på dansk | What became of it, in Danish.
  complaint_outcome_en TEXT, -- klagens udfald på engelsk | The same in English.
  dropped_da TEXT, -- droppet på dansk | Why it was dropped on the way, where it was, in Danish.
  dropped_en TEXT, -- droppet på engelsk | The same in English.
  verdict TEXT, -- vurdering | A code of the list verdict: keep, adjust, drop.
  proposed_wording_da TEXT, -- foreslået ordlyd på dansk | A better wording, in Danish.
  proposed_wording_en TEXT, -- foreslået ordlyd på engelsk | A better wording, in English.
  texts TEXT, -- øvrige sprog | JSON, as in pilot.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX pilot_tried_by_requirement ON pilot_tried (requirement);
CREATE INDEX pilot_tried_by_pack ON pilot_tried (pack);

CREATE TABLE pilot_reason ( -- grund til ikke at byde | Reasons given for not bidding.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  tried INTEGER NOT NULL, -- afprøvet krav | The place of the requirement in pilot_tried.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  reason_da TEXT, -- grund på dansk | The reason in Danish.
  reason_en TEXT, -- grund på engelsk | The reason in English.
  texts TEXT, -- øvrige sprog | JSON, as in pilot.
  PRIMARY KEY (document, tried, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot_effect ( -- virkning | Measured or estimated effects of a pilot.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  what_da TEXT, -- hvad på dansk | CO2e, waste, packaging, items reused, in Danish.
  what_en TEXT, -- hvad på engelsk | The same in English.
  number REAL, -- tal | The number.
  unit TEXT, -- enhed | UCUM unit, or 1 for pieces.
  measured INTEGER NOT NULL, -- målt | 1 where it was measured, 0 where estimated.
  method_da TEXT, -- metode på dansk | How it was found, in Danish.
  method_en TEXT, -- metode på engelsk | How it was found, in English.
  texts TEXT, -- øvrige sprog | JSON, as in pilot.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot_check ( -- kontrol | Checks made while the contract runs.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  number TEXT, -- nummer | The requirement's number; NULL where it concerns all.
  how_da TEXT, -- hvordan på dansk | How it was checked, in Danish.
  how_en TEXT, -- hvordan på engelsk | How it was checked, in English.
  complied INTEGER, -- overholdt | 1 where the supplier complied, 0 where not, NULL where it is not known.
  remedy_da TEXT, -- rettelse på dansk | What was done where not, in Danish.
  remedy_en TEXT, -- rettelse på engelsk | What was done where not, in English.
  texts TEXT, -- øvrige sprog | JSON, as in pilot.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pilot_attachment ( -- afprøvnings bilag | Files of a pilot, without what is in them.
  document TEXT NOT NULL, -- dokument | The pilot's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  title_da TEXT, -- titel på dansk | What it is, in Danish.
  title_en TEXT, -- titel på engelsk | What it is, in English.
  file_name TEXT, -- filnavn | The file's name, as its author wrote it: never a path to write to.
  media_type TEXT, -- medietype | The file's media type, such as application/pdf.
  address TEXT, -- adresse | Where it is where it is not in the document: never to be followed unchecked.
  size INTEGER, -- størrelse | Bytes of the file where it is in the document.
  hash TEXT, -- hash | BLAKE3 of these bytes, hexadecimal.
  texts TEXT, -- øvrige sprog | JSON, as in pilot.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
