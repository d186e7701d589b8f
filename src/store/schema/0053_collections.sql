-- Collections of accounts that people recommend (FEP-7aa9), and who lets oneself be put into them.

ALTER TABLE accounts ADD COLUMN feature_policy BIGINT NOT NULL DEFAULT 0;  -- of remote ones: bits of core/quote.h; 0: does not say
ALTER TABLE accounts ADD COLUMN collections_uri TEXT NOT NULL DEFAULT '';  -- of remote ones: featuredCollections

CREATE TABLE collections (
	id @ID,
	account_id BIGINT NOT NULL,         -- whose
	local BOOLEAN NOT NULL,
	uri TEXT NOT NULL UNIQUE,
	url TEXT NOT NULL,                  -- of its page
	name TEXT NOT NULL,
	description TEXT NOT NULL,          -- as typed; of remote ones HTML
	language TEXT NOT NULL,             -- "": not said
	tag TEXT NOT NULL,                  -- as spelled, without #; "": none
	sensitive BOOLEAN NOT NULL,
	discoverable BOOLEAN NOT NULL,
	created_at BIGINT NOT NULL,
	updated_at BIGINT NOT NULL,
	fetched_at BIGINT NOT NULL
);
CREATE INDEX collections_by_account ON collections (account_id, id);
CREATE INDEX collections_by_url ON collections (url);

CREATE TABLE collection_items (
	id @ID,
	collection_id BIGINT NOT NULL,
	account_id BIGINT,                  -- who is in it; NULL: not here (yet)
	object_uri TEXT NOT NULL,           -- the same, by its URI
	uri TEXT NOT NULL,                  -- of the FeaturedItem; "": not known
	place BIGINT NOT NULL,
	state TEXT NOT NULL,                -- pending accepted rejected revoked
	stamp TEXT NOT NULL,                -- URI of the FeatureAuthorization; "": none
	request TEXT NOT NULL,              -- URI of the FeatureRequest; "": none
	created_at BIGINT NOT NULL,
	UNIQUE (collection_id, object_uri)
);
CREATE INDEX collection_items_by_account ON collection_items (account_id, collection_id) WHERE account_id IS NOT NULL;
CREATE INDEX collection_items_by_stamp ON collection_items (stamp) WHERE stamp <> '';
CREATE INDEX collection_items_by_request ON collection_items (request) WHERE request <> '';

ALTER TABLE reports ADD COLUMN collections TEXT NOT NULL DEFAULT '[]';     -- JSON list of ids
