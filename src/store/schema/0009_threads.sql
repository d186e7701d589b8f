-- What is brought in from elsewhere when somebody looks, and what became of what was sent.

-- Threads completed in the background.
CREATE TABLE refreshes (
	id @ID,
	thread_id BIGINT NOT NULL UNIQUE,
	began_at BIGINT NOT NULL,
	ended_at BIGINT NOT NULL,           -- 0: under way
	found BIGINT NOT NULL               -- posts that are new here
);

-- When the posts of a remote account were last brought in.
CREATE TABLE backfills (
	account_id @ID,
	at BIGINT NOT NULL
);

-- What its own server says of a remote post.
CREATE TABLE origin_counts (
	status_id @ID,
	replies BIGINT NOT NULL,
	reblogs BIGINT NOT NULL,
	favourites BIGINT NOT NULL
);

-- Deliveries that are over, for a while.
CREATE TABLE delivered (
	id @ID,                             -- the delivery's
	object TEXT NOT NULL,               -- URI of what it was about
	host TEXT NOT NULL,
	at BIGINT NOT NULL,
	error TEXT                          -- NULL: it arrived; else why it was given up
);
CREATE INDEX delivered_by_object ON delivered (object);
