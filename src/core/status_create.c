/* Writing a post. All that needs only reading is done before the transaction; within it are the rows, the
 * counters, the homes, the notices and the job that sends it. */
#include "base/clock.h"
#include "core/card.h"
#include "core/conversation.h"
#include "core/draft.h"
#include "core/media.h"
#include "core/move.h"
#include "core/group.h"
#include "core/interaction.h"
#include "core/site.h"
#include "core/timeline.h"
#include "core/search_index.h"
#include "store/groups.h"

enum { ID_TRIES = 4, KEY_MAX = 256 };

static bool visibility_ok(str v)
{
	return str_eq(v, S("public")) || str_eq(v, S("unlisted")) || str_eq(v, S("private")) || str_eq(v, S("direct"));
}

struct create {
	const struct post_in *in;
	struct quote quote;
	struct status quoted;
	struct draft d;
	struct status s, parent;
	int64_t group_id; /* the group it is written in, or 0 */
	bool waits;       /* for leave to answer */
	bool behind;      /* what it answers waits: so does it */
	str link;         /* of its preview card */
	int64_t id;       /* what came of it */
	bool taken; /* its id was; another one may be free */
	enum err media; /* what is wrong with them; unless the post was sent before */
};

/* What a reply answers: the post of a boost, if it is visible to who answers. */
static enum err find_parent(struct ctx *cx, struct create *c)
{
	static const char gone[] = "The post you are trying to reply to does not appear to exist.";
	int64_t id = c->in->reply_to;
	enum err e = statuses_by_id(cx->db, cx->mem, id, &c->parent);

	if (!e)
		e = visible_check(cx, cx->me->id, &c->parent);
	if (!e && c->parent.reblog_of_id) {
		id = c->parent.reblog_of_id;
		c->parent = (struct status){ 0 };
		e = statuses_by_id(cx->db, cx->mem, id, &c->parent);
	}
	if (e)
		return e == ERR_NOT_FOUND ? fail(cx, e, "%s", gone) : e;
	c->behind = c->parent.extras & STATUS_WAITS;
	return interaction_check(cx, cx->me, INTERACT_REPLY, &c->parent, &c->waits);
}

static void fill_parent(struct status *s, const struct status *parent)
{
	s->in_reply_to_id = parent->id;
	s->in_reply_to_account_id = parent->account_id;
	s->in_reply_to_uri = parent->uri;
	s->thread_id = parent->thread_id;
	s->conversation = parent->conversation;
}

/* What hangs on the id is made anew with each id tried. */
static void fill_id(struct ctx *cx, struct create *c)
{
	struct status *s = &c->s;

	s->id = id_new();
	s->uri = strf(cx->mem, "%.*s/statuses/%lld", STR_F(cx->me->uri), (long long)s->id);
	s->url = strf(cx->mem, "%.*s/%lld", STR_F(cx->me->url), (long long)s->id);
	s->created_at = cx->now;
	if (c->parent.id)
		return;
	s->thread_id = s->id;
	s->conversation = strf(cx->mem, "%.*s/contexts/%lld", STR_F(cx->site->base), (long long)s->id);
}

/* Only what is for everyone: else whom it names gets it anyway, or nobody. */
static void set_waiting(struct create *c, bool open)
{
	c->waits &= open;
	c->behind &= open;
	c->s.extras |= c->waits ? WAITS_FOR_LEAVE : c->behind ? STATUS_WAITS : 0;
}

/* What somebody writes to few must not reach others by a slip. */
static enum err names_allowed(struct ctx *cx, const struct create *c)
{
	const struct post_parts *p = &c->d.parts;
	struct ids *others = c->in->unexpected;

	if (!c->in->only_allowed)
		return OK;
	*others = (struct ids){ NEWS(cx->mem, int64_t, p->mentions_n), 0 };
	for (size_t i = 0; i < p->mentions_n; i++) {
		int64_t id = p->mentions[i].account_id;

		if (id != cx->me->id && !ids_has(c->in->allowed, id))
			others->v[others->n++] = id;
	}
	return others->n ? fail(cx, ERR_INVALID, "Post would be sent to unexpected accounts") : OK;
}

static enum err prepare(struct ctx *cx, struct create *c)
{
	struct status *s = &c->s;
	bool open;

	TRY(move_may_act(cx, cx->me));
	if (c->in->idempotency_key.n > KEY_MAX)
		return fail(cx, ERR_INVALID, "Validation failed: Idempotency-Key is too long");
	s->visibility = str_or(c->in->visibility, str_or(cx->me->default_privacy, S("public")));
	if (!visibility_ok(s->visibility))
		return fail(cx, ERR_INVALID, "Validation failed: Visibility is not included in the list");
	if (c->in->reply_to)
		TRY(find_parent(cx, c));
	if (c->in->quoted_id)
		TRY(quote_prepare(cx, c->in->quoted_id, &s->visibility, &c->quote, &c->quoted));
	TRY(quote_policy(cx, str_or(c->in->quote_policy, cx->me->default_quote_policy), s->visibility, &s->interaction_policy));
	TRY(draft_make(cx, c->in, &c->d));
	TRY(names_allowed(cx, c));
	c->d.parts.own_media = c->in->media;
	c->media = media_for_post(cx, c->in->scheduled_id, c->in->poll != NULL, &c->d.parts.own_media);
	if (c->in->quoted_id)
		c->d.html = str_cat(cx->mem, quote_fallback(cx->mem, str_or(c->quoted.url, c->quoted.uri)), c->d.html);
	if (c->in->poll)
		TRY(poll_check(cx, c->in->poll));
	if (c->parent.id)
		fill_parent(s, &c->parent);
	s->local_only = c->in->local_only > 0 || (!c->in->local_only && c->parent.local_only) || c->quoted.local_only;
	s->account_id = cx->me->id;
	s->site_id = cx->me->site_id;
	s->sensitive = c->d.sensitive;
	s->spoiler_text = c->d.spoiler_text;
	s->content = c->d.html;
	s->text = c->d.text;
	s->content_type = c->d.content_type;
	s->language = c->d.language;
	s->app_id = cx->app_id;
	s->emojis = c->d.emojis;
	s->extras = post_extras(&c->d.parts) | (c->in->poll ? HAS_POLL : 0) |
	            (c->in->quoted_id ? HAS_QUOTE : 0);
	open = str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));
	if (open)
		TRY(group_choose(cx, &c->parent, &c->d.parts, &c->group_id));
	set_waiting(c, open && !s->local_only);
	c->link = card_link(cx, s, str_or(c->quoted.url, c->quoted.uri));
	s->extras |= (c->group_id ? HAS_GROUP : 0) | (c->link.n ? HAS_CARD : 0);
	return OK;
}

static enum err create(struct ctx *cx, void *arg)
{
	struct create *c = arg;
	bool added = false;

	fill_id(cx, c);
	c->id = c->s.id;
	c->taken = false;
	if (c->in->idempotency_key.n) {
		TRY(idempotency_take(cx->db, cx->me->id, c->in->idempotency_key, cx->now, cx->now - HOUR, &c->id));
		if (c->id != c->s.id)
			return OK; /* sent before */
	}
	TRY(c->media);
	if (c->in->scheduled_id)
		TRY(media_detach(cx->db, c->in->scheduled_id, cx->now));
	TRY(statuses_insert(cx->db, &c->s, &added));
	c->taken = !added;
	if (c->taken)
		return ERR_CONFLICT;
	TRY(post_write_parts(cx, &c->s, &c->d.parts));
	if (c->in->poll)
		TRY(poll_add(cx, c->s.id, c->s.account_id, c->in->poll));
	TRY(search_index_post(cx, c->s.id));
	if (c->in->quoted_id)
		TRY(quote_add(cx, &c->s, &c->quote));
	if (c->group_id)
		TRY(groups_put(cx->db, c->s.id, c->group_id));
	if (c->link.n)
		TRY(card_note(cx, &c->s, c->link));
	TRY(post_count(cx, &c->s));
	TRY(timeline_push(cx, cx->me, &c->s));
	timeline_tell(cx, &c->s, "");
	TRY(conversation_push(cx, &c->s));
	TRY(post_tell(cx, &c->s, &c->d.parts, (struct ids){ 0 }, true));
	if (c->waits)
		return interaction_ask(cx, &c->s, &c->parent);
	if (c->behind)
		return OK;
	return post_send(cx, SEND_CREATE, &c->s, c->d.names_remote || c->group_id || (c->parent.id && !c->parent.site_id) ||
	                                          (c->quoted.id && !c->quoted.site_id));
}

enum err status_check(struct ctx *cx, const struct post_in *in)
{
	struct create c = { .in = in };

	return cx->me && cx->site ? prepare(cx, &c) : ERR_DENIED;
}

enum err status_create(struct ctx *cx, const struct post_in *in, int64_t *id)
{
	struct create c = { .in = in };
	enum err e;
	int tries = 0;

	*id = 0;
	if (!cx->me || !cx->site)
		return ERR_DENIED;
	TRY(prepare(cx, &c));
	do
		e = write_tx(cx, create, &c);
	while (e && c.taken && ++tries < ID_TRIES);
	*id = e ? 0 : c.id;
	return e;
}
