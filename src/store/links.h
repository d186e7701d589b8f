#pragma once
/* Rows of user_links, recovery_codes and invites. */
#include "store/feeds.h"

struct user_link {
	int64_t user_id;
	str kind;  /* confirm reset otp */
	str email; /* of confirm */
	int64_t expires_at;
};
/* Takes the place of those of the user and kind before. */
enum err links_put(struct db *db, str hash, const struct user_link *l) MUST_CHECK;
/* ERR_NOT_FOUND also where it has expired. */
enum err links_get(struct db *db, struct arena *mem, str hash, str kind, int64_t now, struct user_link *l) MUST_CHECK;
enum err links_delete_of(struct db *db, int64_t user_id, str kind) MUST_CHECK;
enum err links_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;

enum err recovery_put(struct db *db, int64_t user_id, str hash) MUST_CHECK;
/* *was false: it is none, or used up. */
enum err recovery_take(struct db *db, int64_t user_id, str hash, bool *was) MUST_CHECK;
enum err recovery_clear(struct db *db, int64_t user_id) MUST_CHECK;
enum err recovery_left(struct db *db, int64_t user_id, int64_t *n) MUST_CHECK;

struct invite {
	int64_t id, site_id;
	str code;
	int64_t account_id; /* who invites; 0: the site */
	int64_t uses, most; /* most 0: any number */
	int64_t expires_at; /* 0: never */
	int64_t created_at;
};
enum err invites_insert(struct db *db, const struct invite *i) MUST_CHECK;
enum err invites_by_code(struct db *db, struct arena *mem, int64_t site_id, str code, struct invite *i) MUST_CHECK;
/* One use more. *fits false: it is used up, expired or gone. */
enum err invites_use(struct db *db, int64_t id, int64_t now, bool *fits) MUST_CHECK;
enum err invites_list(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out) MUST_CHECK; /* newest first */
enum err invites_delete(struct db *db, int64_t site_id, str code, bool *was) MUST_CHECK;
