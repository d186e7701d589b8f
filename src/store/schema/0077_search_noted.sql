-- Posts whose words search does not have yet, or not as they are now.
CREATE TABLE search_noted (
	status_id @ID,
	stamp BIGINT NOT NULL               -- another one with each change
);
