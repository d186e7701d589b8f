#pragma once
/* Posts for later: https://docs.joinmastodon.org/entities/ScheduledStatus/ */
#include "core/page.h"
#include "core/status.h"
#include "store/scheduled.h"

struct job;

enum { SCHEDULED_MOST = 300,       /* of an account */
       SCHEDULED_MOST_A_DAY = 25 };

/* By cx->me. What would be wrong with the post is said now. The same idempotency key within an hour gives the first again.
 * ERR_INVALID with a sentence. */
enum err scheduled_add(struct ctx *cx, const struct post_in *in, int64_t at, struct scheduled *made) MUST_CHECK;
/* Of cx->me; ERR_NOT_FOUND. */
enum err scheduled_find(struct ctx *cx, int64_t id, struct scheduled *s) MUST_CHECK;
enum err scheduled_list(struct ctx *cx, const struct page *p, struct scheduled **out, size_t *n) MUST_CHECK;
enum err scheduled_move(struct ctx *cx, int64_t id, int64_t at, struct scheduled *s) MUST_CHECK;
enum err scheduled_cancel(struct ctx *cx, int64_t id) MUST_CHECK;
/* What hangs on these; status_id says on which. */
enum err scheduled_media(struct ctx *cx, const struct scheduled *list, size_t n, struct attachment **out,
                         size_t *out_n) MUST_CHECK;
/* The time has come. */
enum err scheduled_job_publish(struct ctx *cx, const struct job *job) MUST_CHECK;
