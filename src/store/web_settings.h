#pragma once
/* Rows of web_settings: what web clients keep for an account. */
#include "db/db.h"

/* STR_NONE: nothing is kept. */
enum err web_settings_get(struct db *db, struct arena *mem, int64_t account_id, str *data) MUST_CHECK;
enum err web_settings_put(struct db *db, int64_t account_id, str data, int64_t now) MUST_CHECK;
