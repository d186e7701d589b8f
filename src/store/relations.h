#pragma once
/* Rows of follows, blocks, mutes, domain_blocks and account_notes. */
#include "db/db.h"

struct follow {
	int64_t id, account_id, target_id;
	bool local; /* account_id is one of ours: has a home timeline */
	bool pending;
	str uri; /* of the Follow activity, as its maker spells it; "" if it had none */
	bool show_reblogs, notify;
	str languages; /* JSON list, or STR_NONE */
	int64_t created_at;
};
/* *made false: that pair has one already. */
enum err follows_insert(struct db *db, const struct follow *f, bool *made) MUST_CHECK;
enum err follows_get(struct db *db, struct arena *mem, int64_t account_id, int64_t target_id,
                     struct follow *f) MUST_CHECK;
/* Of one of ours. */
enum err follows_by_uri(struct db *db, struct arena *mem, str uri, int64_t target_id,
                        struct follow *f) MUST_CHECK;
/* Whom account_id followed, and whom it blocked, by that activity; 0: nobody. */
enum err relations_by_uri(struct db *db, int64_t account_id, str uri, int64_t *followed,
                          int64_t *blocked) MUST_CHECK;
/* Those of ours that wait for target; two at most. */
enum err follows_waiting(struct db *db, struct arena *mem, int64_t target_id, struct db_rows *out) MUST_CHECK;
enum err follows_set(struct db *db, const struct follow *f) MUST_CHECK; /* options and uri */
/* *changed false: it did not wait any more. */
enum err follows_accept(struct db *db, int64_t id, bool *changed) MUST_CHECK;
/* Removes it; *f is what it was at last. ERR_NOT_FOUND. */
enum err follows_take(struct db *db, struct arena *mem, int64_t id, struct follow *f) MUST_CHECK;
/* Whom it follows or asked to, n at most. */
enum err follows_targets(struct db *db, struct arena *mem, int64_t account_id, int64_t n, struct ids *targets) MUST_CHECK;
/* To and from account_id, of accounts in that domain (STR_NONE: of all), n at most; struct follow. */
enum err follows_of(struct db *db, struct arena *mem, int64_t account_id, str domain, int64_t n,
                    struct db_rows *out) MUST_CHECK;

/* To and from any of the accounts, n at most; struct follow. */
enum err follows_with(struct db *db, struct arena *mem, struct ids accounts, int64_t n, struct db_rows *out) MUST_CHECK;

/* Those who follow, without those who wait. */
struct follower {
	int64_t account_id;
	str uri, host;
};
/* Of other servers, by host. */
enum err follows_elsewhere(struct db *db, struct arena *mem, int64_t target_id, int64_t n, struct db_rows *out) MUST_CHECK;
enum err follows_on_host(struct db *db, struct arena *mem, int64_t target_id, str host, int64_t n,
                         struct db_rows *out) MUST_CHECK;

struct block {
	int64_t id, account_id, target_id;
	str uri; /* of the Block activity */
	int64_t created_at;
};
enum err blocks_insert(struct db *db, const struct block *b, bool *made) MUST_CHECK;
/* Removes it; *b is what it was. ERR_NOT_FOUND. */
enum err blocks_take(struct db *db, struct arena *mem, int64_t account_id, int64_t target_id,
                     struct block *b) MUST_CHECK;
/* Does one of the two block the other? */
enum err blocks_between(struct db *db, int64_t a, int64_t b, bool *blocked) MUST_CHECK;

struct mute {
	int64_t id, account_id, target_id;
	bool notifications;
	int64_t expires_at; /* 0: never */
	int64_t created_at;
};
enum err mutes_put(struct db *db, const struct mute *m) MUST_CHECK;
enum err mutes_delete(struct db *db, int64_t account_id, int64_t target_id) MUST_CHECK;
enum err mutes_sweep(struct db *db, int64_t now, int64_t limit, int64_t *gone) MUST_CHECK;

struct domain_block {
	int64_t id;
	str domain;
};
enum err domain_blocks_put(struct db *db, int64_t id, int64_t account_id, str domain) MUST_CHECK;
enum err domain_blocks_delete(struct db *db, int64_t account_id, str domain) MUST_CHECK;
enum err domain_blocks_has(struct db *db, int64_t account_id, str domain, bool *has) MUST_CHECK;
/* Again is fine. */
enum err endorsements_put(struct db *db, int64_t id, int64_t account_id, int64_t target_id) MUST_CHECK;
enum err endorsements_delete(struct db *db, int64_t account_id, int64_t target_id) MUST_CHECK;
/* Accounts of that domain that account_id follows, and that follow it. */
enum err follows_count_domain(struct db *db, int64_t account_id, str domain, int64_t *following,
                              int64_t *followers) MUST_CHECK;
enum err account_notes_put(struct db *db, int64_t account_id, int64_t target_id, str comment) MUST_CHECK;
enum err account_notes_delete(struct db *db, int64_t account_id, int64_t target_id) MUST_CHECK;

/* As the client API wants it; all of them at once. */
struct relationship {
	int64_t id;
	bool following, show_reblogs, notify, followed_by, blocking, blocked_by, muting, muting_notifications, requested,
		requested_by, domain_blocking, endorsed;
	str languages, note;
	int64_t muting_expires_at;
};
enum err relationships_of(struct db *db, struct arena *mem, int64_t account_id, struct ids targets,
                          int64_t now,
                          struct db_rows *out) MUST_CHECK;

/* Lists of accounts. row is the id to page by (not the account's), account the account's. */
struct listed {
	int64_t row, account;
};
enum relation_list { LIST_FOLLOWERS,
	             LIST_FOLLOWING,
	             LIST_BLOCKS,
	             LIST_MUTES,
	             LIST_REQUESTS,
	             LIST_ENDORSED };
/* Rows below max and above min; the lowest of them first if `up`. */
enum err relations_list(struct db *db, struct arena *mem, enum relation_list which, int64_t account_id,
                        int64_t max,
                        int64_t min, int64_t limit, bool up, int64_t now, struct db_rows *out) MUST_CHECK;
enum err domain_blocks_list(struct db *db, struct arena *mem, int64_t account_id, int64_t max, int64_t min,
                            int64_t limit,
                            bool up, struct db_rows *out) MUST_CHECK; /* struct domain_block */
