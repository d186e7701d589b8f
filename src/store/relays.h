#pragma once
/* Rows of relays: servers that pass public posts between those who subscribed to them. */
#include "db/db.h"

struct relay {
	int64_t id, site_id;
	str url;       /* as it was typed: its inbox, or its actor */
	bool by_inbox; /* Mastodon's kind; else LitePub's */
	str state;     /* pending accepted rejected leaving */
	str follow_uri;
	str inbox; /* "": not known yet */
	int64_t account_id; /* who answered, or is followed; 0: not known yet */
	int64_t created_at;
};
/* By site and url: a new one, or the one there is begins again. */
enum err relays_put(struct db *db, const struct relay *r) MUST_CHECK;
/* state, inbox, account_id */
enum err relays_set(struct db *db, const struct relay *r) MUST_CHECK;
enum err relays_delete(struct db *db, int64_t id) MUST_CHECK;
enum err relays_by_id(struct db *db, struct arena *mem, int64_t id, struct relay *r) MUST_CHECK;
enum err relays_by_url(struct db *db, struct arena *mem, int64_t site_id, str url, struct relay *r) MUST_CHECK;
enum err relays_by_follow(struct db *db, struct arena *mem, str uri, struct relay *r) MUST_CHECK;
/* Does that account belong to one? accepted: to one that answered so. */
enum err relays_has(struct db *db, int64_t account_id, bool accepted, bool *has) MUST_CHECK;
enum err relays_all(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK; /* struct relay */
/* The accepted ones of LitePub's kind of a site. */
enum err relays_litepub(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out) MUST_CHECK;
