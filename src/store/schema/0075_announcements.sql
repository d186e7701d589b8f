-- Whom and what an announcement names: JSON lists of ids, found when it is written.

ALTER TABLE announcements ADD COLUMN named TEXT NOT NULL DEFAULT '[]';
ALTER TABLE announcements ADD COLUMN linked TEXT NOT NULL DEFAULT '[]';
