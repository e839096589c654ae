-- Preparing a ceremony. New tables only, made at every start: an older program does not mind them.
CREATE TABLE IF NOT EXISTS sheet_columns (
  agency TEXT NOT NULL, tab TEXT NOT NULL, heading TEXT NOT NULL, field TEXT NOT NULL,
  PRIMARY KEY (agency, tab, heading)
) STRICT;
-- the latest check of each site; the ceremony's own log gets check.recorded
CREATE TABLE IF NOT EXISTS checks (
  session TEXT NOT NULL, site TEXT NOT NULL, at_us INTEGER NOT NULL, report TEXT NOT NULL,
  PRIMARY KEY (session, site)
) STRICT;
