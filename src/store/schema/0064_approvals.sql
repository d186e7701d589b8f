-- What ours answered or boosted by leave of its author elsewhere; core/interaction.h. Until it comes only the author has it.
CREATE TABLE approvals (
	status_id @ID,
	author_id BIGINT NOT NULL,
	state TEXT NOT NULL,             -- pending accepted rejected
	stamp TEXT NOT NULL DEFAULT '',  -- the authorization
	accept TEXT NOT NULL DEFAULT ''  -- the Accept, which older servers look for
);
