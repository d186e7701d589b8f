#include "core/conversation.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/json.h"
#include "core/hub.h"
#include "core/paging.h"
#include "store/audience.h"
#include "store/parts.h"

enum { USUAL = 20,
       MOST = 40 };

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The list without one of it. */
static str others(struct arena *mem, struct ids all, int64_t but)
{
	struct ids rest = { NEWS(mem, int64_t, all.n), 0 };

	for (size_t i = 0; i < all.n; i++)
		if (all.v[i] != but)
			rest.v[rest.n++] = all.v[i];
	return db_id_list(mem, rest);
}

static bool is_direct(const struct status *s)
{
	return str_eq(s->visibility, S("direct")) && !s->reblog_of_id;
}

enum err conversation_push(struct ctx *cx, const struct status *s)
{
	struct db_rows rows = { 0 };
	struct ids all, local = { 0 };

	if (!is_direct(s))
		return OK;
	TRY(mentions_of(cx->db, cx->mem, s->id, &rows));
	all = (struct ids){ NEWS(cx->mem, int64_t, rows.n + 1), 0 };
	all.v[all.n++] = s->account_id;
	for (size_t i = 0; i < rows.n; i++) {
		const struct mention_row *m = (const struct mention_row *)rows.p + i;

		if (!m->silent && m->account_id != s->account_id)
			all.v[all.n++] = m->account_id;
	}
	qsort(all.v, all.n, sizeof(*all.v), by_id);
	TRY(audience_local(cx->db, cx->mem, db_id_list(cx->mem, all), &local));
	for (size_t i = 0; i < local.n; i++) {
		struct conversation c = { id_new(), local.v[i], s->thread_id, others(cx->mem, all, local.v[i]), s->id,
			                  local.v[i] != s->account_id };

		TRY(conversations_push(cx->db, &c, s->account_id, cx->now));
		hub_publish(cx, &(struct event){ .kind = EV_CONVERSATION, .to = local.v[i], .id = s->id });
	}
	return OK;
}

enum err conversation_drop(struct ctx *cx, const struct status *s)
{
	return is_direct(s) ? conversations_drop(cx->db, s->id) : OK;
}

static void read_ids(struct arena *mem, str json, struct ids *ids)
{
	json_t *doc JR_SCOPE = NULL;

	*ids = (struct ids){ 0 };
	if (jr_parse(json, &doc))
		return;
	ids->v = NEWS(mem, int64_t, jr_len(doc));
	for (size_t i = 0; i < jr_len(doc); i++)
		ids->v[ids->n++] = jr_whole(jr_at(doc, i));
}

static const struct account_view *account_in(const struct account_view *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].a.id == id)
			return &v[i];
	return NULL;
}

static const struct status_view *status_in(const struct status_view *v, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].s.id == id)
			return &v[i];
	return NULL;
}

/* Whom all of them are with, each once. */
static void gather(struct ctx *cx, const struct ids *with, size_t n, struct ids *all)
{
	size_t most = 1, kept = 0;

	for (size_t i = 0; i < n; i++)
		most += with[i].n;
	*all = (struct ids){ NEWS(cx->mem, int64_t, most), 0 };
	all->v[all->n++] = cx->me->id;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < with[i].n; k++)
			all->v[all->n++] = with[i].v[k];
	qsort(all->v, all->n, sizeof(*all->v), by_id);
	for (size_t i = 0; i < all->n; i++)
		if (!kept || all->v[kept - 1] != all->v[i])
			all->v[kept++] = all->v[i];
	all->n = kept;
}

static enum err views_of(struct ctx *cx, const struct conversation *c, size_t n, struct conversation_view **out)
{
	struct conversation_view *v = NEWS(cx->mem, struct conversation_view, n);
	struct ids *with = NEWS(cx->mem, struct ids, n), posts = { NEWS(cx->mem, int64_t, n), n }, all;
	struct account_view *accounts;
	struct status_view *statuses;
	size_t accounts_n, statuses_n;

	for (size_t i = 0; i < n; i++) {
		read_ids(cx->mem, c[i].participants, &with[i]);
		if (!with[i].n)
			with[i] = (struct ids){ (int64_t *)&cx->me->id, 1 };
		posts.v[i] = c[i].last_status_id;
	}
	gather(cx, with, n, &all);
	TRY(account_views(cx, all, &accounts, &accounts_n));
	TRY(status_views(cx, posts, &statuses, &statuses_n));
	for (size_t i = 0; i < n; i++) {
		struct account_view *mine = NEWS(cx->mem, struct account_view, with[i].n);

		v[i] = (struct conversation_view){ .c = c[i], .accounts = mine };
		for (size_t k = 0; k < with[i].n; k++) {
			const struct account_view *a = account_in(accounts, accounts_n, with[i].v[k]);

			if (a)
				mine[v[i].accounts_n++] = *a;
		}
		v[i].last = status_in(statuses, statuses_n, c[i].last_status_id);
	}
	*out = v;
	return OK;
}

enum err conversation_list(struct ctx *cx, const struct page *p, struct conversation_view **out, size_t *n)
{
	struct span sp = span_of(p, USUAL, MOST);
	struct db_rows rows;

	TRY(conversations_page(cx->db, cx->mem, cx->me->id, &sp, &rows));
	span_turn_rows(&sp, &rows, sizeof(struct conversation));
	*n = rows.n;
	return views_of(cx, rows.p, rows.n, out);
}

struct marking {
	struct conversation c;
	bool unread;
};

static enum err mark(struct ctx *cx, void *arg)
{
	struct marking *m = arg;

	TRY(conversations_get(cx->db, cx->mem, cx->me->id, m->c.id, &m->c));
	m->c.unread = m->unread;
	return conversations_set_unread(cx->db, cx->me->id, m->c.id, m->unread);
}

enum err conversation_set_unread(struct ctx *cx, int64_t id, bool unread, struct conversation_view *out)
{
	struct marking m = { .c.id = id, .unread = unread };
	struct conversation_view *v;

	TRY(write_tx(cx, mark, &m));
	TRY(views_of(cx, &m.c, 1, &v));
	*out = *v;
	return OK;
}

static enum err remove_one(struct ctx *cx, void *arg)
{
	const int64_t *id = arg;
	struct conversation c;

	TRY(conversations_get(cx->db, cx->mem, cx->me->id, *id, &c));
	return conversations_delete(cx->db, *id);
}

enum err conversation_remove(struct ctx *cx, int64_t id)
{
	return write_tx(cx, remove_one, &id);
}

enum err conversation_posts(struct ctx *cx, const struct page *p, struct ids *ids)
{
	struct span sp = span_of(p, USUAL, MOST);

	TRY(conversations_posts(cx->db, cx->mem, cx->me->id, &sp, ids));
	span_turn(&sp, ids);
	return OK;
}
