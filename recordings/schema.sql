-- The event log of one session. `line` is the canonical JSON that is hashed (recordings/README.md).
BEGIN IMMEDIATE;
CREATE TABLE lines (
    seq  INTEGER PRIMARY KEY CHECK (seq > 0),
    line BLOB NOT NULL
) STRICT;
CREATE TRIGGER never_rewritten BEFORE UPDATE ON lines BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER never_removed BEFORE DELETE ON lines BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
PRAGMA user_version = 1;
COMMIT;
