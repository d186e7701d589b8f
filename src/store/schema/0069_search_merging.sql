-- sqlite:
-- Parts of the index are merged by steps of ours (core/search_index.h), of a few pages each: by itself FTS5 does so in whoever's
-- transaction it is, and holds the writer for it.
INSERT INTO search_posts (search_posts, rank) VALUES ('automerge', 0);
INSERT INTO search_posts (search_posts, rank) VALUES ('crisismerge', 64);
-- both:
