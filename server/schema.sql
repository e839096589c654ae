PRAGMA user_version = 3;
CREATE TABLE people (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password TEXT, created_us INTEGER NOT NULL,
  closed_us INTEGER
) STRICT;
-- tokens are kept as SHA-256 only: a stolen database opens nothing
CREATE TABLE tokens (
  hash BLOB PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('setup', 'enter')), person INTEGER REFERENCES people,
  expires_us INTEGER NOT NULL, used_us INTEGER
) STRICT;
CREATE TABLE cookies (
  hash BLOB PRIMARY KEY, seat TEXT NOT NULL, person INTEGER REFERENCES people, link INTEGER REFERENCES links,
  created_us INTEGER NOT NULL, seen_us INTEGER NOT NULL
) STRICT;
CREATE TABLE links (
  id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, session TEXT NOT NULL, site TEXT NOT NULL,
  device TEXT, issued_us INTEGER NOT NULL, bound_us INTEGER, revoked_us INTEGER,
  seat TEXT NOT NULL, role TEXT NOT NULL DEFAULT 'site', code BLOB
) STRICT;
CREATE UNIQUE INDEX one_live_link ON links (session, seat) WHERE revoked_us IS NULL;
CREATE INDEX link_codes ON links (code) WHERE code IS NOT NULL;
CREATE TABLE ceremonies (
  id TEXT PRIMARY KEY, title_vi TEXT NOT NULL, title_en TEXT NOT NULL, created_us INTEGER NOT NULL
) STRICT;
