-- What else people say of their profiles, and when the pages they name were last asked whether they are theirs.

ALTER TABLE accounts ADD COLUMN attribution_domains TEXT NOT NULL DEFAULT '[]'; -- JSON list: who may name it as an author
ALTER TABLE accounts ADD COLUMN default_quote_policy TEXT NOT NULL DEFAULT 'public'; -- public followers nobody
ALTER TABLE accounts ADD COLUMN show_media BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE accounts ADD COLUMN show_media_replies BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE accounts ADD COLUMN show_featured BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE accounts ADD COLUMN links_checked_at BIGINT NOT NULL DEFAULT 0;     -- 0: never, or there are none
CREATE INDEX accounts_by_links ON accounts (links_checked_at) WHERE links_checked_at > 0 AND site_id IS NOT NULL;
