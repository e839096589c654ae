-- Keys of encoders, one per source. A new table only, made at every start: an older program does not mind it.
CREATE TABLE IF NOT EXISTS machines (
  hash BLOB PRIMARY KEY, session TEXT NOT NULL, source TEXT NOT NULL, issued_us INTEGER NOT NULL,
  UNIQUE (session, source)
) STRICT;
