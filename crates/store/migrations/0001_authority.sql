-- "Fael" in ASCII: what marks a SQLite file as a node's authority.
PRAGMA application_id = 1180788076;
-- Every migration sets the version that it leads to; opening compares it.
PRAGMA user_version = 1;

CREATE TABLE feed (
    row         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    member      TEXT NOT NULL,
    node_key    BLOB NOT NULL,
    -- Canonical encoding; space_sort is for people and for queries by hand.
    space       BLOB NOT NULL,
    space_sort  TEXT NOT NULL,
    incarnation BLOB NOT NULL,
    tip_seq     INTEGER NOT NULL,
    tip_entry   BLOB NOT NULL
) STRICT;

-- Every document that some entry is about, known here or not.
CREATE TABLE document (
    row INTEGER PRIMARY KEY,
    id  BLOB NOT NULL UNIQUE
) STRICT;

-- The row is the order of arrival and never given out twice: the mirror's watermark.
CREATE TABLE entry (
    row         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          BLOB NOT NULL UNIQUE,
    feed        INTEGER NOT NULL REFERENCES feed (row),
    seq         INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    document    INTEGER REFERENCES document (row),
    received_ms INTEGER NOT NULL,
    -- Header and signature exactly as received; the body is NULL where it was erased.
    header      BLOB NOT NULL,
    signature   BLOB NOT NULL,
    body        BLOB,
    UNIQUE (feed, seq)
) STRICT;

CREATE INDEX entry_document ON entry (document) WHERE document IS NOT NULL;
CREATE INDEX entry_document_opening ON entry (row) WHERE kind = 1;

-- Two rosters of one version prove a double signature, so the version is not unique.
CREATE TABLE roster (
    row        INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL,
    hash       BLOB NOT NULL UNIQUE,
    roster     BLOB NOT NULL,
    signatures BLOB NOT NULL
) STRICT;

CREATE TABLE ticket (
    secret_hash BLOB PRIMARY KEY,
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER NOT NULL,
    used_by     BLOB,
    revoked     INTEGER NOT NULL CHECK (revoked IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE join_request (
    identity_key BLOB PRIMARY KEY,
    member       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    certificate  BLOB NOT NULL,
    secret_hash  BLOB NOT NULL,
    asked_ms     INTEGER NOT NULL,
    address      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'declined'))
) STRICT, WITHOUT ROWID;

CREATE TABLE address (
    node_key   BLOB NOT NULL,
    address    TEXT NOT NULL,
    member     TEXT,
    last_ok_ms INTEGER,
    PRIMARY KEY (node_key, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
