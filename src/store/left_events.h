#pragma once
/* Rows of left_events: what commands publish, until the server has read it. */
#include "db/db.h"

struct left_event {
	int64_t id;
	str text;
};
enum err left_events_add(struct db *db, int64_t id, str text) MUST_CHECK;
/* The first ones; struct left_event. */
enum err left_events_list(struct db *db, struct arena *mem, int64_t limit, struct db_rows *out) MUST_CHECK;
enum err left_events_delete(struct db *db, str ids) MUST_CHECK;
/* Nobody has read them. */
enum err left_events_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone) MUST_CHECK;
