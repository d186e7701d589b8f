#pragma once
/* What the verbs on posts share: parts, counters, threads, notices, burial. Inside of core and of
 * transactions only. */
#include "core/job.h"
#include "core/status.h"
#include "store/parts.h"

struct post_mention {
	int64_t account_id;
	bool silent, local;
};
struct post_parts {
	struct post_mention *mentions;
	size_t mentions_n;
	struct tag_view *tags;
	size_t tags_n;
	const struct attachment *media;
	size_t media_n;
	struct ids own_media; /* of the author's, uploaded before */
};

int64_t post_extras(const struct post_parts *p);
/* Only what everybody may know of is counted: replies that are public or unlisted, posts that are not direct.
 * */
bool post_counts_as_reply(const struct status *s);
bool post_counts_for_author(const struct status *s);
/* The rows of the parts; those of hashtags and attachments must not be there yet. */
enum err post_write_parts(struct ctx *cx, const struct status *s, const struct post_parts *p) MUST_CHECK;
/* Counts the new post at its author and its parent. ERR_NOT_FOUND: the parent is gone meanwhile. */
enum err post_count(struct ctx *cx, const struct status *s) MUST_CHECK;
/* Notices for who is named, except those in already, and for followers who asked (fresh posts only). None for what waits for
 * leave. */
enum err post_tell(struct ctx *cx, const struct status *s, const struct post_parts *p, struct ids already,
                   bool fresh) MUST_CHECK;
/* Which of the mentions are of ours. */
enum err post_mark_local(struct ctx *cx, struct post_parts *p) MUST_CHECK;
/* The mentions of a post that is here. */
enum err post_named(struct ctx *cx, const struct status *s, struct post_parts *p) MUST_CHECK;
/* Links replies that came before it, and joins their threads with its own. */
enum err post_adopt(struct ctx *cx, const struct status *s) MUST_CHECK;
/* Makes a tombstone of a post or boost, with all that follows from it. OK if it is one. */
enum err post_bury(struct ctx *cx, const struct status *s) MUST_CHECK;
/* An id for a remote post or boost, so that a page shows what its author wrote in the order it was written, though dates
 * on the wire are of whole seconds. attempt counts from 0; later ones avoid what was taken. */
int64_t post_remote_id(struct ctx *cx, str uri, int64_t created_at, int attempt);
/* Are there others to tell about it, and is it for others? named: somebody elsewhere is mentioned or answered. */
enum err post_send(struct ctx *cx, enum send_kind kind, const struct status *s, bool named) MUST_CHECK;
