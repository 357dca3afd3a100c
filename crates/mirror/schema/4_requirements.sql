-- Requirements: what is asked of suppliers.

CREATE TABLE requirement ( -- krav | Requirements as their documents say now.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The requirement's document.
  owner TEXT NOT NULL, -- ejer | The member that owns it.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  number TEXT, -- nummer | The number that people cite, such as GLX-EMB-001; unique in its owner only.
  title_da TEXT, -- titel på dansk | Title in Danish.
  title_en TEXT, -- titel på engelsk | Title in English.
  category TEXT, -- kategori | What is bought; a code of the list category.
  product_group_da TEXT, -- produktgruppe på dansk | The group of products, in Danish.
  product_group_en TEXT, -- produktgruppe på engelsk | The group of products, in English.
  project TEXT, -- indsats | The joint project that it belongs to.
  type TEXT, -- type | The part it plays in a tender; a code of the list requirement-type.
  level TEXT, -- niveau | How far it goes; a code of the list level.
  level_relation TEXT, -- forhold til lavere niveau | Whether it adds to or replaces the lower level; a code of the list level-relation.
  gpp_basis TEXT, -- grundlag | What the criterion builds on; a code of the list gpp-basis.
  wording_da TEXT, -- ordlyd på dansk | Wording for the tender documents, with {placeholders}, in Danish.
  wording_en TEXT, -- ordlyd på engelsk | The same in English.
  motive_da TEXT, -- begrundelse på dansk | Why it is asked, in Danish.
  motive_en TEXT, -- begrundelse på engelsk | Why it is asked, in English.
  readiness TEXT, -- markedets modenhed | How ready the market is; a code of the list readiness.
  market_dialogue_da TEXT, -- markedsdialog på dansk | What a market dialogue said, in Danish.
  market_dialogue_en TEXT, -- markedsdialog på engelsk | The same in English.
  adapted_from TEXT, -- tilpasset efter | The document of the requirement that it was adapted from.
  adapted_from_number TEXT, -- tilpasset efter nummer | That requirement's number.
  adapted_from_owner TEXT, -- tilpasset efter ejer | The member that owns that requirement.
  adapted_from_pack TEXT, -- tilpasset efter kravpakke | The pack of the release from which it was taken.
  adapted_from_version TEXT, -- tilpasset efter version | That release's version, as the adapter wrote it.
  adapted_from_release TEXT, -- tilpasset efter udgivelse | That release's hash.
  adapted_changes_da TEXT, -- tilpasning på dansk | What was changed and why, in Danish.
  adapted_changes_en TEXT, -- tilpasning på engelsk | What was changed and why, in English.
  state TEXT, -- tilstand | The state of the wording; a code of the list wording-state.
  hearing_of TEXT, -- høring af | In a copy that was given to a hearing: the draft's document.
  published_as TEXT, -- udgivet som | In a draft: the document of the commons that carries its released content.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX requirement_by_number ON requirement (number);
CREATE INDEX requirement_by_category ON requirement (category);
CREATE INDEX requirement_by_adapted_from ON requirement (adapted_from);

CREATE TABLE requirement_strategy ( -- kravs strategi | Where a requirement works on the waste hierarchy.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  strategy TEXT, -- strategi | A code of the list strategy.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_cpv ( -- kravs cpv | CPV codes of a requirement, with the branches that they lie on.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  cpv TEXT, -- cpv | The code, eight digits.
  division TEXT, -- hovedgruppe | Its first two digits.
  cpv_group TEXT, -- gruppe | Its first three digits.
  class TEXT, -- klasse | Its first four digits.
  category TEXT, -- kategori | Its first five digits.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX requirement_cpv_by_code ON requirement_cpv (cpv);

CREATE TABLE requirement_environmental_impact ( -- kravs miljøpåvirkning | Environmental impacts that a requirement aims at (eForms BT-774).
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  impact TEXT, -- påvirkning | A code of the list environmental-impact.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_goal ( -- kravs mål | Other goals: points of the climate plan.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  goal TEXT, -- mål | The goal.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_social_objective ( -- kravs sociale mål | Social objectives that a requirement aims at (eForms BT-775).
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  objective TEXT, -- mål | A code of the list social-objective.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_sdg ( -- kravs verdensmål | Targets of the UN's sustainable development goals.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  sdg TEXT, -- verdensmål | The target, such as 12.5.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_kle ( -- kravs kle-emne | KLE subject codes, as the municipality uses them.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  kle TEXT, -- kle-emne | The code, unchecked.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_placeholder ( -- pladsholder | What a buyer fills in.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  name TEXT, -- navn | The name as it stands in braces in the wording.
  meaning_da TEXT, -- betydning på dansk | What it means, in Danish.
  meaning_en TEXT, -- betydning på engelsk | What it means, in English.
  unit TEXT, -- enhed | UCUM unit.
  min REAL, -- mindst | Lowest allowed number.
  max REAL, -- højst | Highest allowed number.
  default_value TEXT, -- standardværdi | What stands there when nothing is filled in.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_measure ( -- målt værdi | Measured values that a requirement asks for.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  property_da TEXT, -- egenskab på dansk | What is measured, in Danish.
  property_en TEXT, -- egenskab på engelsk | What is measured, in English.
  comparison TEXT, -- sammenligning | A code of the list comparison.
  number REAL, -- tal | The number.
  unit TEXT, -- enhed | UCUM unit.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_award ( -- evaluering | How an award criterion is scored.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  method_da TEXT, -- metode på dansk | How points are given, in Danish.
  method_en TEXT, -- metode på engelsk | How points are given, in English.
  scale TEXT, -- skala | The scale, such as 0-10.
  weight_percent REAL, -- vægt i procent | The weight in percent.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_evidence ( -- dokumentation | Evidence that a tenderer shows.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  kind TEXT, -- art | A code of the list evidence-kind.
  text_da TEXT, -- tekst på dansk | What is asked for, in Danish.
  text_en TEXT, -- tekst på engelsk | What is asked for, in English.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_evidence_label ( -- mærke | Labels accepted as evidence, among equivalents.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  evidence INTEGER NOT NULL, -- dokumentation | The place of the evidence in requirement_evidence.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  label TEXT, -- mærke | The label.
  PRIMARY KEY (document, evidence, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_follow_up ( -- kontraktopfølgning | Follow-up in the contract.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  what_da TEXT, -- hvad på dansk | What is checked, in Danish.
  what_en TEXT, -- hvad på engelsk | What is checked, in English.
  when_da TEXT, -- hvornår på dansk | When, in Danish.
  when_en TEXT, -- hvornår på engelsk | When, in English.
  who_da TEXT, -- hvem på dansk | By which role, in Danish.
  who_en TEXT, -- hvem på engelsk | By which role, in English.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_risk ( -- risiko | Risks: proportionality, competition.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  risk_da TEXT, -- risiko på dansk | The risk, in Danish.
  risk_en TEXT, -- risiko på engelsk | The risk, in English.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_legal_basis ( -- retsgrundlag | Legal basis of a requirement.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  basis TEXT, -- grundlag | The provision.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_source ( -- kilde | Where a requirement comes from.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  title TEXT, -- titel | Title.
  address TEXT, -- adresse | Address, as its author wrote it: never to be followed unchecked.
  version TEXT, -- version | Version.
  date TEXT, -- dato | YYYY-MM-DD or a part of it.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_supersedes ( -- erstatter | Which requirements a requirement replaces.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  number TEXT, -- nummer | The number of the one that it replaces.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE requirement_history ( -- ordlydens historie | How the wording came to its state, oldest first.
  document TEXT NOT NULL, -- dokument | The requirement's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  state TEXT, -- tilstand | The state that it came to; a code of the list wording-state.
  date TEXT, -- dato | The day, YYYY-MM-DD.
  member TEXT, -- deltager | The member that said so, as its owner writes.
  note_da TEXT, -- note på dansk | What belongs to it, in Danish.
  note_en TEXT, -- note på engelsk | What belongs to it, in English.
  texts TEXT, -- øvrige sprog | JSON, as in requirement.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
