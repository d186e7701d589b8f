#pragma once
/* Keeps the chunks of the index of posts (store/search_chunks.h) at a size that is looked through in a moment. */
#include "core/job.h"

/* Job "search_chunks", hourly: the newest chunk is followed by another when it is full; one that has become too large, as what
 * was there before there were chunks, is cut; what is left of two after their posts are gone becomes one. */
enum err search_job_chunks(struct ctx *cx, const struct job *job) MUST_CHECK;
/* One thing that is to be done, in slices, until that time (clock_mono()); *more: it was not the last. full: so many posts fill
 * a chunk. */
enum err search_chunks_keep(struct ctx *cx, int64_t full, int64_t until, bool *more) MUST_CHECK;
