#pragma once
/* What is brought in from elsewhere because somebody looks: noted here as jobs, done by federation. */
#include "core/status.h"
#include "store/threads.h"

/* The newest posts of a remote account (job "backfill", args {"account"}), unless that was asked for within not_again_ms.
 * Nothing for our own. */
enum err backfill_ask(struct ctx *cx, int64_t account_id, int64_t not_again_ms) MUST_CHECK;
/* Its posts are here: into the homes of who follows it. pins: what it has pinned, instead of what was known; NULL: unknown. */
enum err backfill_done(struct ctx *cx, int64_t account_id, const struct ids *pins) MUST_CHECK;

/* The document of a remote account is read again (job "profile", args {"account"}), if it was read longer ago than that. */
enum err profile_ask(struct ctx *cx, int64_t account_id, int64_t older_ms) MUST_CHECK;

/* The rest of the thread of a post that cx->me looks at (job "thread", args {"status", "refresh"}). *r: the one that is under
 * way now; its id is 0 if there is none: done lately, or nothing to ask for. */
enum err refresh_ask(struct ctx *cx, int64_t status_id, struct refresh *r) MUST_CHECK;
enum err refresh_by_id(struct ctx *cx, int64_t id, struct refresh *r) MUST_CHECK;
/* How far it is. At the end the thread may have another id than at the beginning: of the post as it is now. */
enum err refresh_note(struct ctx *cx, const struct refresh *r, int64_t status_id, bool ended) MUST_CHECK;
/* Remote posts of a thread that everybody may read: struct thread_uri. */
enum err refresh_known(struct ctx *cx, int64_t thread_id, int64_t n, struct db_rows *out) MUST_CHECK;
/* How somebody goes on himself: the first replies to his own post that everybody may read. */
enum err thread_own(struct ctx *cx, const struct status *s, struct strs *uris) MUST_CHECK;
/* Posts of a thread for its context collection: struct thread_uri. */
enum err thread_public(struct ctx *cx, int64_t thread_id, int64_t after, int64_t n, struct db_rows *out) MUST_CHECK;

/* What the origin of a remote post says; shown is what is more, that or our own count. -1: it does not say. */
enum err status_origin_counts(struct ctx *cx, int64_t status_id, const struct origin_counts *c) MUST_CHECK;
