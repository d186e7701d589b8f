#pragma once
/* Direct conversations: https://docs.joinmastodon.org/entities/Conversation/ One of an account is a thread and the people
 * it speaks with there. */
#include "core/page.h"
#include "core/view.h"
#include "store/conversations.h"

/* In the transaction that adds or buries a post. Nothing for what is not direct. Twice is once. */
enum err conversation_push(struct ctx *cx, const struct status *s) MUST_CHECK;
enum err conversation_drop(struct ctx *cx, const struct status *s) MUST_CHECK;

struct conversation_view {
	struct conversation c;
	const struct account_view *accounts; /* whom one speaks with; with oneself: oneself */
	size_t accounts_n;
	const struct status_view *last; /* NULL: may not be seen (any more) */
};
/* Of cx->me, by their last posts, which page through them. */
enum err conversation_list(struct ctx *cx, const struct page *p, struct conversation_view **out, size_t *n) MUST_CHECK;
/* ERR_NOT_FOUND for others'. */
enum err conversation_set_unread(struct ctx *cx, int64_t id, bool unread, struct conversation_view *out) MUST_CHECK;
enum err conversation_remove(struct ctx *cx, int64_t id) MUST_CHECK;
/* The direct posts of cx->me. */
enum err conversation_posts(struct ctx *cx, const struct page *p, struct ids *ids) MUST_CHECK;
