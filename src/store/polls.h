#pragma once
/* Rows of polls, their options and the votes. A poll's id is that of the post that asks. */
#include "store/statuses.h"

struct poll {
	int64_t status_id, account_id;
	bool multiple, hide_totals;
	int64_t expires_at;   /* 0: never */
	int64_t voters_count; /* -1: not known */
	int64_t fetched_at;
};
struct poll_option {
	int64_t status_id, place, votes_count;
	str title;
};
struct poll_vote {
	int64_t status_id, account_id, place, created_at;
	str uri;
};

/* Inserts it, or replaces what is there. */
enum err polls_put(struct db *db, const struct poll *p) MUST_CHECK;
enum err polls_get(struct db *db, struct arena *mem, int64_t status_id, struct poll *p) MUST_CHECK;
enum err polls_delete(struct db *db, int64_t status_id) MUST_CHECK; /* with options and votes */
enum err polls_add_voter(struct db *db, int64_t status_id) MUST_CHECK;
/* Nobody else may ask before: *mine is true for one caller only until `before` has passed fetched_at again. */
enum err polls_claim_fetch(struct db *db, int64_t status_id, int64_t now, int64_t before, bool *mine) MUST_CHECK;

enum err poll_options_clear(struct db *db, int64_t status_id) MUST_CHECK;
enum err poll_options_add(struct db *db, const struct poll_option *o) MUST_CHECK;
enum err poll_options_count(struct db *db, int64_t status_id, int64_t place) MUST_CHECK; /* one more */
enum err poll_options_set(struct db *db, const struct poll_option *o) MUST_CHECK;        /* votes_count */
enum err poll_options_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out) MUST_CHECK;

/* *added false: that vote is there. */
enum err poll_votes_add(struct db *db, const struct poll_vote *v, bool *added) MUST_CHECK;
enum err poll_votes_clear(struct db *db, int64_t status_id) MUST_CHECK;
/* Places. */
enum err poll_votes_of(struct db *db, struct arena *mem, int64_t status_id, int64_t account_id, struct ids *places) MUST_CHECK;
/* Accounts of ours that voted. */
enum err poll_voters_local(struct db *db, struct arena *mem, int64_t status_id, struct ids *accounts) MUST_CHECK;

/* For showing: an option with its poll. By poll and place. */
struct shown_option {
	struct poll p;
	int64_t place, votes_count;
	str title;
};
enum err shown_polls(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;
/* struct poll_vote: status_id and place, by both. */
enum err shown_votes(struct db *db, struct arena *mem, int64_t viewer, str ids, struct db_rows *out) MUST_CHECK;
