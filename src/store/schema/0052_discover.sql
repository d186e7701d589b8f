-- Whom one does not want to be suggested, and who wrote last among those who want to be found.

CREATE TABLE dismissed_suggestions (
	id @ID,
	account_id BIGINT NOT NULL,
	target_id BIGINT NOT NULL,
	UNIQUE (account_id, target_id)
);
CREATE INDEX dismissed_suggestions_by_target ON dismissed_suggestions (target_id);
CREATE INDEX accounts_active ON accounts (last_status_at) WHERE discoverable AND deleted_at = 0;
