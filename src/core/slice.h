#pragma once
/* Long work that keeps others from writing, cut by time: as many of something at once as go by in a moment, then a pause. */
#include "core/ctx.h"

/* On the stack of who does the work. n is how many to take next. */
struct slice {
	int64_t n, least, most; /* least: what takes long in any case shall at least be worth it */
	int64_t longest_ms; /* that one of them held the writer */
};
/* After a dbs_write() or write_tx() with n of them: looks how long it held the writer, and lets others have it as long. */
void slice_done(struct slice *s);
/* Free pages of the file go back to the disk until so many are left. */
enum err slice_give_back(struct dbs *in, int64_t spare, int64_t *longest_ms) MUST_CHECK;
