-- Files of others by their content, in pieces: the tables of 0027_blobs.sql, and in what order they may go.
-- sqlite:
CREATE TABLE blobs (
-- postgres:
CREATE UNLOGGED TABLE blobs (
-- both:
	id @ID,
	hash TEXT UNIQUE,
	kind TEXT NOT NULL,
	mime TEXT NOT NULL,
	size BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL
);
CREATE INDEX blobs_unfinished ON blobs (created_at) WHERE hash IS NULL;
CREATE INDEX blobs_used ON blobs (used_at) WHERE hash IS NOT NULL;

-- sqlite:
CREATE TABLE blob_chunks (
-- postgres:
CREATE UNLOGGED TABLE blob_chunks (
-- both:
	blob_id BIGINT NOT NULL,
	place BIGINT NOT NULL,
	sum @BYTES NOT NULL,
	bytes @BYTES NOT NULL,
	PRIMARY KEY (blob_id, place)
);
-- postgres:
ALTER TABLE blob_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
-- both:
