-- What members say to each other, and how the joint work goes. Each document is its author's own.

CREATE TABLE question ( -- spørgsmål | Questions and challenges, on any document or on none.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The question's document.
  owner TEXT NOT NULL, -- ejer | The member that asks.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  target TEXT, -- emne | The document that it is about, of any kind and owner; NULL where it is about none.
  target_field TEXT, -- felt | The field in it, such as wording.da; NULL where it is about the whole.
  title_da TEXT, -- titel på dansk | Title, in Danish.
  title_en TEXT, -- titel på engelsk | Title, in English.
  body_da TEXT, -- tekst på dansk | What is asked, in Danish.
  body_en TEXT, -- tekst på engelsk | What is asked, in English.
  state TEXT, -- tilstand | Where it stands, as its author says; a code of the list discussion-state.
  escalated_to_da TEXT, -- forelagt for på dansk | The committee to which it was taken, in Danish.
  escalated_to_en TEXT, -- forelagt for på engelsk | The committee to which it was taken, in English.
  escalated_on TEXT, -- forelagt den | The day on which it was taken there, YYYY-MM-DD.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX question_by_target ON question (target);

CREATE TABLE answer ( -- svar | Answers to questions and comments.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The answer's document.
  owner TEXT NOT NULL, -- ejer | The member that answers.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  question TEXT, -- spørgsmål | The question's or comment's document.
  body_da TEXT, -- tekst på dansk | The answer, in Danish.
  body_en TEXT, -- tekst på engelsk | The answer, in English.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX answer_by_question ON answer (question);

CREATE TABLE comment ( -- kommentar | Comments on any document; in a hearing, the answers to it.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The comment's document.
  owner TEXT NOT NULL, -- ejer | The member that comments.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  target TEXT, -- emne | The document that it is about, of any kind and owner.
  target_field TEXT, -- felt | The field in it, such as wording.da; NULL where it is about the whole.
  body_da TEXT, -- tekst på dansk | What is said, in Danish.
  body_en TEXT, -- tekst på engelsk | What is said, in English.
  state TEXT, -- tilstand | Where it stands, as its author says; a code of the list discussion-state.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX comment_by_target ON comment (target);

CREATE TABLE resource ( -- redskab | Tools, templates, guides, calculations, reuse schemes and links.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The resource's document.
  owner TEXT NOT NULL, -- ejer | The member that offers it.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  kind TEXT, -- art | What it is; a code of the list resource-kind.
  title_da TEXT, -- titel på dansk | Title, in Danish.
  title_en TEXT, -- titel på engelsk | Title, in English.
  description_da TEXT, -- beskrivelse på dansk | What it is for, and how it is used, in Danish.
  description_en TEXT, -- beskrivelse på engelsk | What it is for, and how it is used, in English.
  target TEXT, -- emne | The document that it is about; NULL where it stands by itself.
  target_field TEXT, -- felt | The field in it; NULL where it is about the whole.
  project TEXT, -- indsats | The code of the joint project that it belongs to.
  category TEXT, -- kategori | What is bought with it; a code of the list category.
  licence TEXT, -- licens | Its licence.
  address TEXT, -- adresse | Where it is, as its author wrote it: never to be followed unchecked.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX resource_by_target ON resource (target);

CREATE TABLE resource_attachment ( -- redskabs bilag | Files of a resource, without what is in them.
  document TEXT NOT NULL, -- dokument | The resource's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  title_da TEXT, -- titel på dansk | What it is, in Danish.
  title_en TEXT, -- titel på engelsk | What it is, in English.
  file_name TEXT, -- filnavn | The file's name, as its author wrote it: never a path to write to.
  media_type TEXT, -- medietype | The file's media type, such as application/pdf.
  address TEXT, -- adresse | Where it is where it is not in the document: never to be followed unchecked.
  size INTEGER, -- størrelse | Bytes of the file where it is in the document.
  hash TEXT, -- hash | BLAKE3 of these bytes, hexadecimal.
  texts TEXT, -- øvrige sprog | JSON, as in resource.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE project ( -- indsats | Joint projects.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The project's document.
  owner TEXT NOT NULL, -- ejer | The lead.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  code TEXT, -- kode | The code by which packs, requirements and participations name it; unique in its owner only.
  title_da TEXT, -- titel på dansk | Title, in Danish.
  title_en TEXT, -- titel på engelsk | Title, in English.
  aim_da TEXT, -- mål på dansk | What it is to reach, in Danish.
  aim_en TEXT, -- mål på engelsk | What it is to reach, in English.
  begins TEXT, -- fra | Its first day or year.
  ends TEXT, -- til | Its last day or year.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX project_by_code ON project (code);

CREATE TABLE project_indicator ( -- indikator | How it is seen whether a project gets there.
  document TEXT NOT NULL, -- dokument | The project's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  id TEXT, -- id | Tells it from others of the list, wherever it stands.
  what_da TEXT, -- hvad på dansk | What is counted or measured, in Danish.
  what_en TEXT, -- hvad på engelsk | What is counted or measured, in English.
  target REAL, -- mål | The number to reach.
  unit TEXT, -- enhed | UCUM unit, or 1 for pieces.
  texts TEXT, -- øvrige sprog | JSON, as in project.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE participation ( -- deltagelse | How a member takes part in a project. The member is the owner.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The participation's document.
  owner TEXT NOT NULL, -- ejer | The member that takes part.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  project TEXT, -- indsats | The project's code.
  project_document TEXT, -- indsatsens dokument | The project's document.
  part TEXT, -- rolle | As a participant or as a partner; a code of the list part.
  speed TEXT, -- fart | How fast; a code of the list speed.
  priority TEXT, -- prioritet | How much is given to it; a code of the list priority.
  state TEXT, -- tilstand | Where it is; a code of the list progress.
  status_da TEXT, -- status på dansk | What there is to say about that, in Danish.
  status_en TEXT, -- status på engelsk | What there is to say about that, in English.
  status_date TEXT, -- statusdato | The day of that status, YYYY-MM-DD.
  backing TEXT, -- opbakning | Who stands behind it politically; a code of the list backing.
  backing_date TEXT, -- beslutningsdato | The day of the decision, YYYY-MM-DD.
  backing_reference TEXT, -- beslutningens sag | Where the decision is found: a case or item number.
  next_step_da TEXT, -- næste skridt på dansk | The next step, in Danish.
  next_step_en TEXT, -- næste skridt på engelsk | The next step, in English.
  next_step_date TEXT, -- næste skridts dato | When that is, YYYY-MM-DD or a part of it.
  contact_role_da TEXT, -- kontaktrolle på dansk | The role to turn to, never a person, in Danish.
  contact_role_en TEXT, -- kontaktrolle på engelsk | The role to turn to, never a person, in English.
  mailbox TEXT, -- postkasse | A functional mailbox.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX participation_by_owner ON participation (owner);
CREATE INDEX participation_by_project ON participation (project);

CREATE TABLE participation_goal ( -- eget mål | A member's own goals in a project.
  document TEXT NOT NULL, -- dokument | The participation's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  goal_da TEXT, -- mål på dansk | The goal, in Danish.
  goal_en TEXT, -- mål på engelsk | The goal, in English.
  texts TEXT, -- øvrige sprog | JSON, as in participation.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile ( -- profil | What members say of themselves, beside what the roster says.
  document TEXT NOT NULL PRIMARY KEY, -- dokument | The profile's document.
  owner TEXT NOT NULL, -- ejer | The member.
  space TEXT NOT NULL, -- rum | commons, group or private.
  first_claimed_ms INTEGER, -- første angivne tid i ms | As in document.
  first_claimed TEXT, -- første angivne tid | As in document.
  last_claimed_ms INTEGER, -- seneste angivne tid i ms | As in document.
  last_claimed TEXT, -- seneste angivne tid | As in document.
  name_da TEXT, -- navn på dansk | Its name, in Danish.
  name_en TEXT, -- navn på engelsk | Its name, in English.
  mailbox TEXT, -- postkasse | A functional mailbox.
  web_page TEXT, -- hjemmeside | Its web page, as it wrote it: never to be followed unchecked.
  cvr TEXT, -- cvr-nummer | Its CVR number.
  gln TEXT, -- gln | Its GLN.
  schema INTEGER NOT NULL, -- skema | The shape of the document.
  texts TEXT -- øvrige sprog | JSON: field -> language -> text, for languages other than Danish and English.
) STRICT;
CREATE INDEX profile_by_owner ON profile (owner);

CREATE TABLE profile_region ( -- region | The regions that a member lies in, for a time.
  document TEXT NOT NULL, -- dokument | The profile's document.
  position INTEGER NOT NULL, -- plads | Order, from 0.
  region TEXT, -- region | The region's member id, such as dk-1084.
  valid_from TEXT, -- gyldig fra | First day, YYYY-MM-DD; NULL where it always was.
  valid_until TEXT, -- gyldig til | Last day, YYYY-MM-DD; NULL where no end is known.
  PRIMARY KEY (document, position)
) STRICT, WITHOUT ROWID;
