-- What is decided about records, and what remains of those destroyed. New tables only: an older program does not mind them.
CREATE TABLE IF NOT EXISTS retention (session TEXT PRIMARY KEY, keeping TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS destroyed (session TEXT PRIMARY KEY, title TEXT NOT NULL, remains TEXT NOT NULL, at_us INTEGER NOT NULL) STRICT;
