#pragma once
/* Rows of custom_emojis: the pictures between colons that a site offers. */
#include "db/db.h"

struct emoji {
	int64_t id, site_id;
	str shortcode;
	str file, still; /* names of blobs */
	str category;
	bool visible;
	int64_t created_at, removed_at;
};

enum err emojis_add(struct db *db, const struct emoji *e) MUST_CHECK;
/* It stays for posts that have it. *there false: the site offers none of that name. */
enum err emojis_remove(struct db *db, int64_t site_id, str shortcode, int64_t now, bool *there) MUST_CHECK;
/* One of the site, offered or not any more; ERR_NOT_FOUND. */
enum err emojis_get(struct db *db, struct arena *mem, int64_t site_id, int64_t id, struct emoji *e) MUST_CHECK;
/* What the site offers, by category and name. */
enum err emojis_of(struct db *db, struct arena *mem, int64_t site_id, struct db_rows *out) MUST_CHECK;
/* Of it, those named in the list. */
enum err emojis_named(struct db *db, struct arena *mem, int64_t site_id, struct strs names, struct db_rows *out) MUST_CHECK;
