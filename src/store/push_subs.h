#pragma once
/* Rows of push_subscriptions, and of secrets. */
#include "db/db.h"

struct push_sub {
	int64_t id, token_id, user_id, account_id;
	str endpoint, p256dh, auth; /* the keys as base64url */
	bool standard;
	str alerts; /* JSON list of kinds */
	str policy; /* all followed follower none */
	str token;  /* enciphered */
	int64_t failures, created_at;
	str locale; /* of its user; not a column */
};
/* In place of the token's former one. */
enum err push_subs_put(struct db *db, const struct push_sub *s) MUST_CHECK;
enum err push_subs_set(struct db *db, const struct push_sub *s) MUST_CHECK; /* alerts and policy */
enum err push_subs_by_token(struct db *db, struct arena *mem, int64_t token_id, struct push_sub *s) MUST_CHECK;
/* ERR_NOT_FOUND also where its token is revoked, its user disabled or its account suspended. */
enum err push_subs_by_id(struct db *db, struct arena *mem, int64_t id, struct push_sub *s) MUST_CHECK;
/* Those of the account that want a notification of that kind from that account. */
enum err push_subs_for(struct db *db, struct arena *mem, int64_t account_id, str kind, int64_t from_id,
                       struct ids *ids) MUST_CHECK;
enum err push_subs_delete(struct db *db, int64_t id) MUST_CHECK;
enum err push_subs_delete_token(struct db *db, int64_t token_id) MUST_CHECK;
/* Only the newest n of the user stay, and none whose token is gone. */
enum err push_subs_trim(struct db *db, int64_t user_id, int64_t n) MUST_CHECK;
/* by 0: it works again. */
enum err push_subs_failed(struct db *db, int64_t id, int64_t by) MUST_CHECK;
/* Those of revoked tokens. */
enum err push_subs_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

/* ERR_NOT_FOUND */
enum err secrets_get(struct db *db, struct arena *mem, str name, str *value) MUST_CHECK;
/* The first one stays. */
enum err secrets_put(struct db *db, str name, str value) MUST_CHECK;
