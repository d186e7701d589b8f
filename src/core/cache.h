#pragma once
/* The budget of the cache: it never takes more disk than the setting cache_size_mb says, nor the last disk_floor_mb of the
 * disk. What was looked at least recently goes first. */
#include "core/blob.h"

/* Somebody looked at it. Remembered here, written down when it matters: no write for a read. */
struct uses;
struct uses *uses_new(void);
void uses_free(struct uses *u);
void uses_note(struct uses *u, str hash, int64_t now);
int64_t uses_of(struct uses *u, str hash); /* 0: not known */

struct cache_state {
	int64_t budget;    /* bytes; less than the setting says where the disk is nearly full */
	int64_t setting;   /* likewise, as it says */
	int64_t used, all; /* of the database, and what is on its way there; all: its files without the log */
	int64_t disk_free; /* -1: not known (PostgreSQL) */
};
enum err cache_state(struct ctx *cx, struct cache_state *s) MUST_CHECK;
/* Removes until `bytes` more have room. ERR_BUSY: they never will. Not in a transaction; one thread at a time goes on. */
enum err cache_make_room(struct ctx *cx, int64_t bytes) MUST_CHECK;
/* What that would remove. */
enum err cache_surplus(struct ctx *cx, int64_t *files, int64_t *bytes) MUST_CHECK;
/* Gives free pages back to the file system, little by little. */
enum err cache_shrink(struct ctx *cx) MUST_CHECK;
