-- What is found of posts: their words as src/text/terms.h makes them, rowid is the post's id. search_posts(query) is what both
-- databases call a table with the rows that a query of theirs finds.

-- sqlite:
CREATE VIRTUAL TABLE search_posts USING fts5(terms, tokenize = 'ascii');
-- postgres:
CREATE TABLE search_posts (
	rowid BIGINT PRIMARY KEY,
	terms TSVECTOR NOT NULL
);
CREATE INDEX search_posts_terms ON search_posts USING GIN (terms);
CREATE FUNCTION search_posts(query text) RETURNS SETOF search_posts LANGUAGE sql STABLE
	AS $$ SELECT * FROM search_posts WHERE terms @@ query::tsquery $$;
-- both:

-- Words of names and handles, for beginnings of them.
CREATE TABLE account_terms (
-- sqlite:
	term TEXT NOT NULL,
-- postgres:
	term TEXT NOT NULL COLLATE "C",
-- both:
	account_id BIGINT NOT NULL,
	PRIMARY KEY (term, account_id)
-- sqlite:
) WITHOUT ROWID;
-- postgres:
);
-- both:
CREATE INDEX account_terms_by_account ON account_terms (account_id, term);

-- What was there before is put in by jobs.
INSERT INTO jobs (id, kind, args, unique_key, due, lease, tries, created_at)
	SELECT 31, 'search_fill', '{"posts":0,"accounts":0}', NULL, 0, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM accounts);
