-- Requirement packs and their releases.

CREATE TABLE pack ( -- kravpakke | Packs as their documents say now: drafts, and in the commons what the lead keeps beside the releases.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The pack's document.
  owner TEXT NOT NULL, -- ejer | The lead.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  code TEXT, -- kode | The short code that people cite, such as GLX-EMB; unique in its owner only.
  title_da TEXT, -- titel på dansk | Title in Danish.
  title_en TEXT, -- titel på engelsk | Title in English.
  purpose_da TEXT, -- formål på dansk | What it is for, in Danish.
  purpose_en TEXT, -- formål på engelsk | What it is for, in English.
  introduction_da TEXT, -- indledning på dansk | Introduction in Danish.
  introduction_en TEXT, -- indledning på engelsk | Introduction in English.
  how_to_use_da TEXT, -- brug på dansk | How to use it, in Danish.
  how_to_use_en TEXT, -- brug på engelsk | How to use it, in English.
  project TEXT, -- indsats | The joint project that it belongs to.
  licence TEXT, -- licens | Its licence.
  review_cycle_months INTEGER, -- måneder mellem gennemgange | Months between reviews.
  hearing_of TEXT, -- høring af | In a copy that was given to a hearing: the draft's document.
  published_as TEXT, -- udgivet som | In a draft: the document of the commons that carries its releases.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX pack_by_code ON pack (code);

CREATE TABLE pack_contract_type ( -- kravpakkes kontrakttype | Contract types that a pack suits.
  document TEXT NOT NULL, -- dokument | The pack's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  contract_type TEXT, -- kontrakttype | A code of the list contract-nature.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pack_section ( -- afsnit | Sections of a pack.
  document TEXT NOT NULL, -- dokument | The pack's document.
  section INTEGER NOT NULL, -- afsnit | The section's place, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  title_da TEXT, -- titel på dansk | Title in Danish.
  title_en TEXT, -- titel på engelsk | Title in English.
  texts TEXT, -- øvrige sprog | JSON, as in pack.
  PRIMARY KEY (document, section)
) STRICT, WITHOUT ROWID;

CREATE TABLE pack_requirement ( -- krav i kravpakke | Which requirements a pack holds, in order.
  document TEXT NOT NULL, -- dokument | The pack's document.
  position INTEGER NOT NULL, -- plads | Order throughout the pack, from 0.
  section INTEGER NOT NULL, -- afsnit | The section that it stands in.
  number TEXT, -- nummer | The requirement's number.
  requirement TEXT, -- krav | The requirement's document.
  alternative_to TEXT, -- alternativ til | The number of the requirement for which it stands at another level: a tender takes one of the two.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_requirement_by_requirement ON pack_requirement (requirement);

CREATE TABLE pack_hearing ( -- høring | Hearings that were held on a pack.
  document TEXT NOT NULL, -- dokument | The pack's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  kind TEXT, -- art | Among members or with the trade; a code of the list hearing-kind.
  begins TEXT, -- fra | The day it began, YYYY-MM-DD.
  ends TEXT, -- til | The last day for answers, YYYY-MM-DD.
  ground_da TEXT, -- hjemmel på dansk | On what ground it was given to them, in Danish.
  ground_en TEXT, -- hjemmel på engelsk | On what ground it was given to them, in English.
  texts TEXT, -- øvrige sprog | JSON, as in pack.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pack_hearing_recipient ( -- hørt part | Who was asked in a hearing.
  document TEXT NOT NULL, -- dokument | The pack's document.
  hearing INTEGER NOT NULL, -- høring | The place of the hearing in pack_hearing.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  recipient TEXT, -- modtager | A member's id, or the name of an association.
  PRIMARY KEY (document, hearing, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pack_withdrawal ( -- tilbagetrækning | Releases that the lead withdrew.
  document TEXT NOT NULL, -- dokument | The pack's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  version TEXT, -- version | The version that no longer stands.
  reason_da TEXT, -- begrundelse på dansk | Why, in Danish.
  reason_en TEXT, -- begrundelse på engelsk | Why, in English.
  replaced_by TEXT, -- erstattet af | The version that replaces it, where one does.
  date TEXT, -- dato | The day, YYYY-MM-DD.
  texts TEXT, -- øvrige sprog | JSON, as in pack.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE pack_answered ( -- besvaret forslag | Pilots' proposals that the lead has dealt with.
  document TEXT NOT NULL, -- dokument | The pack's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  pilot TEXT, -- afprøvning | The pilot's document.
  number TEXT, -- nummer | The requirement's number.
  version TEXT, -- version | The version that takes it up; NULL where none will.
  answer_da TEXT, -- svar på dansk | What came of it, and why, in Danish.
  answer_en TEXT, -- svar på engelsk | What came of it, and why, in English.
  texts TEXT, -- øvrige sprog | JSON, as in pack.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX pack_answered_by_pilot ON pack_answered (pilot);

CREATE TABLE release ( -- udgivelse | Releases: immutable, signed versions of a pack.
  pack TEXT NOT NULL, -- kravpakke | The pack's document.
  hash TEXT NOT NULL, -- hash | The release's hash, which adoptions and pilots pin, hexadecimal.
  version TEXT NOT NULL, -- version | Semantic version, such as 1.0.0.
  major INTEGER NOT NULL, -- hovedversion | First number of the version.
  minor INTEGER NOT NULL, -- underversion | Second number.
  patch INTEGER NOT NULL, -- rettelse | Third number.
  previous TEXT, -- forrige | The hash of the release before it.
  notes_da TEXT, -- ændringer på dansk | Change notes in Danish.
  notes_en TEXT, -- ændringer på engelsk | Change notes in English.
  texts TEXT, -- øvrige sprog | JSON, as in pack.
  valid_from TEXT, -- gyldig fra | The day from which it is valid, YYYY-MM-DD.
  review_by TEXT, -- gennemgås senest | The day by which it is reviewed, YYYY-MM-DD.
  approved_by TEXT, -- godkendt af | The body that approved it.
  approved_on TEXT, -- godkendt den | The day of approval, YYYY-MM-DD.
  cosigners_needed INTEGER NOT NULL, -- nødvendige medunderskrifter | Other members that must co-sign before it counts; whether they did stands in release_standing.
  content_hash TEXT NOT NULL, -- indholdets hash | The hash of the rendered content, hexadecimal.
  is_readable INTEGER NOT NULL, -- kan læses | 1 where this version of the software could read the content.
  is_equivocated INTEGER NOT NULL, -- dobbelt udgivet | 1 where the lead released something else under the same version: neither may be adopted.
  citation TEXT NOT NULL, -- henvisning | How it is cited: faelled:<pack>@<version>#<hash>.
  code TEXT, -- kode | The pack's code as released.
  title_da TEXT, -- titel på dansk | The pack's title as released, in Danish.
  title_en TEXT, -- titel på engelsk | The pack's title as released, in English.
  requirements INTEGER NOT NULL, -- antal krav | How many requirements it holds.
  entry TEXT NOT NULL, -- post | The entry that carries it.
  member TEXT NOT NULL, -- deltager | The member that signed it.
  claimed_ms INTEGER NOT NULL, -- angivet tid i ms | When it was signed by its author's clock, milliseconds since 1970 UTC: a claim.
  claimed TEXT, -- angivet tid | The same as ISO 8601 in UTC.
  PRIMARY KEY (pack, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_by_hash ON release (hash);

CREATE TABLE released_requirement ( -- udgivet krav | Requirements exactly as released.
  pack TEXT NOT NULL, -- kravpakke | The pack's document.
  release TEXT NOT NULL, -- udgivelse | The release's hash.
  position INTEGER NOT NULL, -- plads | Order in the release, from 0.
  requirement TEXT, -- krav | The requirement's document in the commons.
  number TEXT, -- nummer | Its number.
  title_da TEXT, -- titel på dansk | Title in Danish.
  title_en TEXT, -- titel på engelsk | Title in English.
  category TEXT, -- kategori | A code of the list category.
  type TEXT, -- type | A code of the list requirement-type.
  level TEXT, -- niveau | A code of the list level.
  wording_da TEXT, -- ordlyd på dansk | Wording for the tender documents, in Danish.
  wording_en TEXT, -- ordlyd på engelsk | The same in English.
  motive_da TEXT, -- begrundelse på dansk | Why it is asked, in Danish.
  motive_en TEXT, -- begrundelse på engelsk | Why it is asked, in English.
  content TEXT NOT NULL, -- indhold | The whole requirement as JSON: evidence, follow-up, placeholders and all the rest.
  PRIMARY KEY (pack, release, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX released_requirement_by_requirement ON released_requirement (requirement);

CREATE TABLE cosignature ( -- medunderskrift | Other members that stand behind a release. Each is its signer's own document.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The co-signature's document.
  owner TEXT NOT NULL, -- ejer | The member that co-signs.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  pack TEXT, -- kravpakke | The pack's document.
  version TEXT, -- version | The version as the signer wrote it.
  release TEXT, -- udgivelse | The hash of the release that is co-signed.
  date TEXT, -- dato | The day, YYYY-MM-DD.
  capacity_da TEXT, -- egenskab på dansk | In what capacity, in Danish.
  capacity_en TEXT, -- egenskab på engelsk | In what capacity, in English.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX cosignature_by_release ON cosignature (pack, release);
