#pragma once
/* Rows of host_policies, and what they mean for the rows of accounts. */
#include "db/db.h"

struct host_policy {
	str domain;   /* "": all that is not allowed is blocked */
	str severity; /* "" limit block */
	bool allowed, reject_media, reject_reports, obfuscate;
	str public_comment, private_comment;
	int64_t created_at, updated_at;
};
/* ERR_NOT_FOUND. */
enum err host_policies_get(struct db *db, struct arena *mem, str domain, struct host_policy *p) MUST_CHECK;
/* Those of the names that have one. */
enum err host_policies_of(struct db *db, struct arena *mem, struct strs names, struct db_rows *out) MUST_CHECK;
/* All of them, by name. */
enum err host_policies_all(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK;
/* Inserts or replaces; created_at stays. */
enum err host_policies_put(struct db *db, const struct host_policy *p) MUST_CHECK;
enum err host_policies_delete(struct db *db, str domain, bool *was) MUST_CHECK;

/* What accounts have from the policy of their host. */
enum { HELD_BLOCKED = 1, HELD_LIMITED = 2, HELD_NO_MEDIA = 4 };
/* Accounts of one host and handle domain that are in one state. */
struct held {
	str host, domain;
	int64_t state, n;
};
/* All there are; reads each remote account. */
enum err held_all(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK;
/* The next n of them that come after that id. */
enum err held_ids(struct db *db, struct arena *mem, const struct held *of, int64_t after, int64_t n,
                  struct ids *ids) MUST_CHECK;
/* Puts accounts into a state; what others said of them stays. */
enum err held_set(struct db *db, struct arena *mem, struct ids accounts, int64_t state, int64_t now) MUST_CHECK;

/* Hosts of which accounts are known, whose name begins so, n at most. */
enum err peers_like(struct db *db, struct arena *mem, str prefix, int64_t n, struct strs *hosts) MUST_CHECK;
