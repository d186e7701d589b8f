-- What was fetched from where: sum is of what is wanted and the address.
-- sqlite:
CREATE TABLE remote_files (
-- postgres:
CREATE UNLOGGED TABLE remote_files (
-- both:
	sum TEXT PRIMARY KEY,
	first TEXT,                         -- HASH.EXTENSION of blobs that may be gone by now; NULL: it could not be had
	second TEXT,                        -- its preview or still picture, likewise; NULL: there is none
	tries BIGINT NOT NULL,              -- failed ones, since it was last had
	next_at BIGINT NOT NULL,            -- before that it is not tried again
	at BIGINT NOT NULL
);
CREATE INDEX remote_files_at ON remote_files (at);
-- postgres:
ALTER TABLE blob_chunks SET (autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_scale_factor = 0.02);
-- both:
