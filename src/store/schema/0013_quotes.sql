-- Posts that quote posts, and who may.

ALTER TABLE statuses ADD COLUMN quotes_count BIGINT NOT NULL DEFAULT 0; -- accepted ones
ALTER TABLE statuses ADD COLUMN quote_policy BIGINT NOT NULL DEFAULT 0; -- bits of core/quote.h; 0: its author does not say

CREATE TABLE quotes (
	status_id @ID,                      -- the post that quotes
	account_id BIGINT NOT NULL,         -- its author
	quoted_id BIGINT,                   -- NULL: not here (yet)
	quoted_account_id BIGINT,
	quoted_uri TEXT NOT NULL,
	state TEXT NOT NULL,                -- pending accepted rejected revoked deleted unauthorized
	legacy BOOLEAN NOT NULL,            -- in a dialect that knows no consent
	stamp TEXT NOT NULL,                -- URI of the QuoteAuthorization; "": none
	request TEXT NOT NULL,              -- URI of the QuoteRequest; "": none
	created_at BIGINT NOT NULL
);
CREATE INDEX quotes_by_quoted ON quotes (quoted_id, status_id) WHERE quoted_id IS NOT NULL;
CREATE INDEX quotes_by_uri ON quotes (quoted_uri, status_id);
CREATE INDEX quotes_by_stamp ON quotes (stamp) WHERE stamp <> '';
CREATE INDEX quotes_by_request ON quotes (request) WHERE request <> '';
