-- Exports of records. A new table only, made at every start: an older program does not mind it.
CREATE TABLE IF NOT EXISTS exports (
  id TEXT PRIMARY KEY, session TEXT NOT NULL, ask TEXT NOT NULL, by TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  created_us INTEGER NOT NULL, ended_us INTEGER, made TEXT, code TEXT
) STRICT;
