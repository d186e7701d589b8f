-- The index of posts in chunks of some thousands that follow one another in time: each from a post's id up to where the next begins.
-- On SQLite the terms of a chunk begin with its prefix, so that a frequent word is many lists of bounded length, not one of all
-- posts; on PostgreSQL each post has a mark of its chunk, so that an index without an order is asked for the newest first.
CREATE TABLE search_chunks (
	first_id @ID,
-- sqlite:
	prefix TEXT NOT NULL                -- '': posts as they were indexed before there were chunks
-- postgres:
	prefix TEXT COLLATE "C" NOT NULL
-- both:
);
INSERT INTO search_chunks (first_id, prefix) SELECT 0, CASE WHEN EXISTS (SELECT 1 FROM search_posts) THEN '' ELSE '000' END;

-- postgres:
-- What waits to be put into such an index is looked through by each search, for each chunk.
ALTER INDEX search_posts_terms SET (fastupdate = off);
-- both:
