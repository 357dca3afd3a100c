-- Full-text search. æ, ø, å and accented letters are letters of their own here; `spellings` holds what
-- people type who have no such keys. Stems and parts are in that spelling too; `faelled search` asks for
-- them, and so can a tool: SELECT document FROM search WHERE body_parts MATCH 'emballag'.

CREATE VIRTUAL TABLE search USING fts5( -- søgning | One row for each document with text: SELECT document FROM search WHERE search MATCH 'genbrug*'.
  document UNINDEXED, -- dokument | The document.
  kind UNINDEXED, -- art | pack, requirement, adoption, pilot, question, answer, comment, resource, project or participation.
  members, -- deltagere | The ids of its owner and of those who bought together with it.
  number, -- nummer | A requirement's number, a pack's code, a pilot's publication number, a project's code.
  title_da, -- titel på dansk | Title in Danish.
  title_en, -- titel på engelsk | Title in English.
  body_da, -- tekst på dansk | Everything else that it says in Danish, and the Danish names of its codes.
  body_en, -- tekst på engelsk | The same in English.
  body_other, -- øvrig tekst | What it says in other languages; CPV codes and the numbers of requirements that it names.
  spellings, -- stavemåder | Words with æ, ø, å or accents, spelt with a to z.
  title_stems, -- stammer i titlen | The stems of the title's words, in Danish and English.
  body_stems, -- stammer i teksten | The stems of the text's words, in Danish and English.
  title_parts, -- led i titlen | The stems of the parts of Danish compounds in the title: genbrug and emballag of genbrugsemballage.
  body_parts, -- led i teksten | The same in the text.
  tokenize = 'unicode61 remove_diacritics 0',
  prefix = '2 3 4'
);

CREATE TABLE search_place ( -- søgeplads | Where a document stands in the search table; the numbers may differ between two builds.
  place INTEGER NOT NULL PRIMARY KEY, -- plads | The row id in the table search.
  document TEXT NOT NULL UNIQUE -- dokument | The document.
) STRICT;
