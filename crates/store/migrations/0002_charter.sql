PRAGMA user_version = 2;

-- Charters of groups, the rows in an order in which each stands behind the one that it follows. Two of one
-- version prove that owners contradicted each other, so the version is not unique.
CREATE TABLE charter (
    row         INTEGER PRIMARY KEY,
    group_id    BLOB NOT NULL,
    version     INTEGER NOT NULL,
    hash        BLOB NOT NULL UNIQUE,
    -- Charter and signature exactly as received; the certificate in its canonical encoding.
    charter     BLOB NOT NULL,
    certificate BLOB NOT NULL,
    signature   BLOB NOT NULL
) STRICT;
