-- Files by their content, in pieces: what people here uploaded. The cache has the same tables for what is others'.
CREATE TABLE blobs (
	id @ID,
	hash TEXT UNIQUE,                   -- sha256 in hex; NULL while it is being written
	kind TEXT NOT NULL,                 -- what it counts as: media preview avatar header emoji card upload
	mime TEXT NOT NULL,                 -- as it is served
	size BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL
);
CREATE INDEX blobs_unfinished ON blobs (created_at) WHERE hash IS NULL;

CREATE TABLE blob_chunks (
	blob_id BIGINT NOT NULL,
	place BIGINT NOT NULL,              -- from 0; each but the last has 256 KiB
	sum @BYTES NOT NULL,                -- sha256 of bytes
	bytes @BYTES NOT NULL,
	PRIMARY KEY (blob_id, place)
);
-- postgres:
ALTER TABLE blob_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL; -- is compressed already
-- both:
