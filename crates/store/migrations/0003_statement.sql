PRAGMA user_version = 3;

-- Signed statements outside feeds: revocations, proofs of equivocation, votes.
CREATE TABLE statement (
    row   INTEGER PRIMARY KEY,
    -- Names what it says. Of two that say the same the first one stays.
    mark  BLOB NOT NULL UNIQUE,
    -- Both in their canonical encoding.
    space BLOB NOT NULL,
    body  BLOB NOT NULL,
    -- Of the body: a mark does not cover signatures.
    hash  BLOB NOT NULL
) STRICT;

-- How often something changed, so that who follows it can tell that it did.
CREATE TABLE change_count (
    name  TEXT PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO change_count (name, count) VALUES ('statement', 0);

-- Until when certificates of a node key were good that were seen expired. They stay so, whatever the clock
-- says later.
CREATE TABLE expired (
    node_key   BLOB PRIMARY KEY,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Entries of one's own that were taken back, with the row that each had in the order of arrival. What an
-- entry is stands in its header.
CREATE TABLE retracted (
    row           INTEGER PRIMARY KEY,
    feed          BLOB NOT NULL,
    seq           INTEGER NOT NULL,
    entry         BLOB NOT NULL,
    header        BLOB NOT NULL,
    signature     BLOB NOT NULL,
    body          BLOB,
    taken_back_ms INTEGER NOT NULL
) STRICT;

-- Charters say now how far the feeds of removed members count, and are encoded otherwise: those stored so
-- far can be read no longer. No release ever wrote one. Groups that were founded with unreleased builds must
-- be founded anew.
DELETE FROM charter;
