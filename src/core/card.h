#pragma once
/* Preview cards. One fetch a link for the whole server; only of posts that all may read, so that no host learns of others. */
#include "core/view.h"
#include "store/cards.h"

struct page;
struct card_view {
	struct card c;
	const struct account_view *author; /* NULL: not known */
	str image; /* where it is to be had; STR_NONE: there is none */
};

/* The address that a post's card would be of: the first that is no mention, hashtag or quote. STR_NONE: none, or the post is
 * not for all, or it leads to us. quoted: what it quotes, or STR_NONE. Pure. */
str card_link(struct ctx *cx, const struct status *s, str quoted);
/* In the transaction that writes the post, whose extras have HAS_CARD if there is a link. The page is read in the background:
 * soon for a post of ours, within a minute for others; not if that was done lately, however it ended. */
enum err card_note(struct ctx *cx, const struct status *s, str link) MUST_CHECK;

/* For the job "card" (args {"url"}): the card that is to be read now. ERR_NOT_FOUND: none, or it was just read. */
enum err card_due(struct ctx *cx, str url, struct card *c) MUST_CHECK;
/* What came of it; canonical: what the page calls itself, or STR_NONE. Cards that turn out to be of one page become one. */
enum err card_read(struct ctx *cx, const struct card *c, str canonical) MUST_CHECK;

/* Of a page of posts (a JSON list of ids): at most three statements. */
enum err card_views(struct ctx *cx, str status_ids, struct card_view **out, size_t *n) MUST_CHECK;
/* Public posts that link to a page. ERR_NOT_FOUND: no such card. */
enum err card_timeline(struct ctx *cx, str url, const struct page *p, struct ids *ids) MUST_CHECK;
/* What was linked to by public posts since that time, by most accounts first; offset and limit as asked. */
struct card_used {
	struct card_view card;
	int64_t accounts, uses;
};
enum err card_list_used(struct ctx *cx, int64_t since, int64_t limit, int64_t offset, struct card_used **out,
                        size_t *n) MUST_CHECK;
