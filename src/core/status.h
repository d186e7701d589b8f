#pragma once
/* Posts: writing, editing, deleting them here; taking in those from elsewhere. */
#include "core/poll.h"
#include "core/quote.h"
#include "core/view.h"

struct post_in {
	str text, spoiler_text, visibility, language; /* visibility, language empty: the author's defaults */
	str content_type;                             /* "" or text/plain, text/markdown */
	int64_t reply_to;                             /* 0: none */
	int sensitive;                                /* 0: the author's default, 1, -1 */
	str idempotency_key;
	struct poll_in *poll; /* NULL: asks nothing */
	struct ids media;     /* own uploads */
	int64_t scheduled_id; /* they hang on this one until now; 0: on nothing */
	int64_t quoted_id;    /* 0: quotes nothing */
	int local_only;       /* not for other servers; 0: as what it answers, 1, -1 */
	str quote_policy;     /* who may quote it: public followers nobody, "": what is usual */
	bool only_allowed;    /* it may name nobody but these; whom it does is in *unexpected then (ERR_INVALID) */
	struct ids allowed, *unexpected;
};
/* By cx->me. Mentions of handles that are not known here stay text: bring them in before with
 * status_handles(). Everything in one transaction: rows, counters, notices, feeds, the job that sends it. The
 * same key within an hour gives the first post again. ERR_INVALID (empty, too long, bad visibility),
 * ERR_NOT_FOUND (reply to what is not visible). */
enum err status_create(struct ctx *cx, const struct post_in *in, int64_t *id) MUST_CHECK;
/* Only says what would be wrong with it. */
enum err status_check(struct ctx *cx, const struct post_in *in) MUST_CHECK;
/* Handles ("user@domain") in the text that are not known here yet; at most 50. */
enum err status_handles(struct ctx *cx, str text, struct strs *unknown) MUST_CHECK;
struct edit_in {
	str text, spoiler_text, language, content_type;
	int sensitive;        /* 0: as it is */
	struct poll_in *poll; /* NULL: none (any more) */
	struct ids media;     /* from now on; none: none any more */
	struct media_words *words;
	size_t words_n;
	str quote_policy;     /* "": as it is */
};
/* Only the author's own. The former version goes to the history; who boosted it is told. */
enum err status_edit(struct ctx *cx, int64_t id, const struct edit_in *in) MUST_CHECK;
/* Only the author's own; *was is how it looked, for redrafting. Its files can be used again for a day, or go with it. */
enum err status_delete(struct ctx *cx, int64_t id, bool with_media, struct status_view *was) MUST_CHECK;
/* Likewise with its files, and without a look at it. */
enum err status_remove(struct ctx *cx, int64_t id) MUST_CHECK;
enum err status_source(struct ctx *cx, int64_t id, struct status *s) MUST_CHECK; /* author only */
/* Oldest first, the present version last. */
enum err status_history(struct ctx *cx, int64_t id, struct status_view *now, struct status_edit **edits,
                        size_t *n) MUST_CHECK;
/* Ids above (root first) and below (depth first), of what cx->me may see; at most 4,096 (anonymous: 40 and
 * 60). */
enum err status_context(struct ctx *cx, int64_t id, struct ids *above, struct ids *below) MUST_CHECK;

/* The row, visible or not, also a tombstone (deleted_at): for federation. */
enum err status_by_uri(struct ctx *cx, str uri, struct status *s) MUST_CHECK;
enum err status_by_id(struct ctx *cx, int64_t id, struct status *s) MUST_CHECK;
/* For writing it as ActivityPub: as status_view(), but seen by its author. */
enum err status_own_view(struct ctx *cx, int64_t id, struct status_view *out) MUST_CHECK;
/* Ids of direct replies that are public or unlisted, oldest first. */
enum err status_public_replies(struct ctx *cx, int64_t id, int64_t after, int64_t limit,
                               struct ids *ids) MUST_CHECK;

/* A remote post as read from its document. The caller has checked: id, author and host agree, signer or
 * origin is right. */
struct remote_status {
	str uri, url, content, spoiler_text, language, visibility, conversation, in_reply_to_uri, emojis;
	bool sensitive;
	int64_t created_at, edited_at; /* edited_at 0: never */
	struct remote_mention {
		int64_t account_id;
		bool silent;
	} *mentions;
	size_t mentions_n;
	struct strs tags; /* display forms */
	struct attachment *media;
	size_t media_n;
	const struct remote_poll *poll; /* NULL: asks nothing */
	struct remote_quote quote;
	int64_t group_id; /* the group it says it is in, if that is known here; 0: none */
	int64_t interaction_policy; /* bits of core/quote.h */
	str cleaned, link; /* of status_clean(): the content, STR_NONE: not done yet; what its preview card is of */
};
/* What takes longest of taking a post in, for who does that in a transaction of their own: the reading of its HTML. */
void status_clean(struct ctx *cx, struct remote_status *in);
/* Idempotent by uri; tombstones and remembered deletions stay: then OK and *id = 0. Cleans the HTML, clamps
 * the date, links the parent by uri if it is here (and earlier arrived orphans to it), counts, writes feeds,
 * makes notices for local mentioned accounts and for followers who asked (notify). quiet: history brought in,
 * no notices, no feeds. */
enum err status_receive(struct ctx *cx, const struct account *author, const struct remote_status *in,
                        bool quiet, int64_t *id) MUST_CHECK;
/* edited_at newer than the stored one: an edit with history; equal or none: the poll's tallies only; older: ignored. Never
 * widens visibility nor changes author, date or parent. ERR_NOT_FOUND: unknown here. ERR_DENIED: not its
 * author. */
enum err status_receive_edit(struct ctx *cx, const struct account *author,
                             const struct remote_status *in) MUST_CHECK;
/* By its author; an unknown uri of the author's own host is remembered, so that a late Create stays out. */
enum err status_receive_delete(struct ctx *cx, const struct account *by, str uri) MUST_CHECK;
/* A post of theirs that was deleted is there again: so it is here. OK if it is not deleted; ERR_NOT_FOUND: never was here. */
enum err status_receive_again(struct ctx *cx, const struct account *author, const struct remote_status *in) MUST_CHECK;
/* Should this server care? The author has a local follower, or someone local is mentioned or addressed, or
 * the parent is ours. */
/* Accounts of ours that may ask for the post of that URI, which is not for all: they follow, on its host, the account `of` or one
 * that wrote, or is named in, an answer to it that is here. n at most. */
enum err status_askers(struct ctx *cx, str uri, int64_t of, int64_t n, struct ids *askers) MUST_CHECK;
enum err status_wanted(struct ctx *cx, const struct account *author, const struct remote_status *in,
                       bool *wanted) MUST_CHECK;
