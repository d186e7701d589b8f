#pragma once
/* Whose notifications somebody wants: rows of notification_policies, _permissions and _requests. */
#include "store/notices.h"

/* Each: accept filter drop. */
struct notice_policy {
	str for_not_following, for_not_followers, for_new_accounts, for_private_mentions, for_limited_accounts, for_bots;
};
/* ERR_NOT_FOUND: the usual one. */
enum err policies_get(struct db *db, struct arena *mem, int64_t account_id, struct notice_policy *p) MUST_CHECK;
enum err policies_put(struct db *db, int64_t account_id, const struct notice_policy *p) MUST_CHECK;

/* All that decides about a notification. */
struct notice_stand {
	bool unwanted;  /* its sender or thread is blocked or muted, or it names somebody who is */
	bool staff;     /* the sender moderates the site, and the recipient does not */
	bool following; /* the recipient the sender */
	int64_t follower_since, sender_created_at; /* 0: does not follow */
	bool bot, limited;
	bool permitted; /* whatever the policy says */
	bool direct;
	int64_t in_reply_to_id;
};
/* ERR_NOT_FOUND: is remote or gone, is blocked by the sender, or has the very same already. */
enum err stands_get(struct db *db, struct arena *mem, const struct notice *n, struct notice_stand *s) MUST_CHECK;
/* Would it be, if it came now? */
enum err stands_unwanted(struct db *db, const struct notice *n, int64_t now, bool *unwanted) MUST_CHECK;
/* Is there, from the post upwards, a direct one by `to` that names `from`? */
enum err stands_asked_for(struct db *db, int64_t status_id, int64_t to, int64_t from, bool *asked) MUST_CHECK;

enum err permissions_put(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
enum err permissions_delete(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
enum err permissions_delete_domain(struct db *db, int64_t account_id, str domain) MUST_CHECK;

struct notice_request {
	int64_t id, account_id, from_id, last_status_id, created_at, updated_at;
	int64_t count; /* of mentions and quotes held back; not a column */
};
/* Makes it, or brings last_status_id and updated_at up to date. */
enum err requests_put(struct db *db, const struct notice_request *r) MUST_CHECK;
enum err requests_get(struct db *db, struct arena *mem, int64_t account_id, int64_t id,
                      struct notice_request *r) MUST_CHECK;
/* account_id, max, min, limit, up of *f count. */
enum err requests_list(struct db *db, struct arena *mem, const struct notice_find *f, struct db_rows *out) MUST_CHECK;
/* How many requests there are, and notifications in them; both up to a hundred (a request). */
struct notice_pending {
	int64_t requests, notifications;
};
enum err requests_count(struct db *db, struct arena *mem, int64_t account_id, struct notice_pending *p) MUST_CHECK;
enum err requests_delete(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
/* Those held back from that account: shown from now on, or deleted. */
enum err notices_unfilter(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
enum err notices_delete_filtered(struct db *db, int64_t account_id, int64_t from_id) MUST_CHECK;
