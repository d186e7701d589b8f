-- The authorization a favourite of ours has; the others are in approvals. By it its author takes leave back.
ALTER TABLE favourites ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
CREATE INDEX favourites_by_stamp ON favourites (stamp) WHERE stamp <> '';
CREATE INDEX approvals_by_stamp ON approvals (stamp) WHERE stamp <> '';
