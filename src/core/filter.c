/* What filters catch. Those of an account are compiled once and kept until its version says that they changed, whichever
 * process changed them. One pass over the text of a post answers for all keywords. */
#include "core/filter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/buf.h"
#include "text/match.h"

enum { SLOTS = 128, TEXT_MAX = 1 << 20 };

/* Const once made; freed by whoever lets go of it last. */
struct filter_set {
	atomic_int refs;
	int64_t account_id, version;
	struct arena mem;
	struct db_rows filters, keywords, statuses; /* in the order of filters */
	struct matcher *matcher;                    /* of the keywords */
};

struct filter_slot {
	pthread_mutex_t lock;
	struct filter_set *set;
};

struct filter_cache {
	struct filter_slot slots[SLOTS];
};

static void let_go(struct filter_set *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) > 1)
		return;
	matcher_free(s->matcher);
	arena_free(&s->mem);
	free(s);
}

struct filter_cache *filter_cache_new(void)
{
	struct filter_cache *c = calloc(1, sizeof(*c));

	BUG_IF(!c);
	for (size_t i = 0; i < SLOTS; i++)
		pthread_mutex_init(&c->slots[i].lock, NULL);
	return c;
}

void filter_cache_free(struct filter_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < SLOTS; i++) {
		pthread_mutex_destroy(&c->slots[i].lock);
		let_go(c->slots[i].set);
	}
	free(c);
}

/* Account ids end in what is nearly always 0. */
static struct filter_slot *slot_of(struct filter_cache *c, int64_t account_id)
{
	return &c->slots[(uint64_t)account_id * 0x9e3779b97f4a7c15u >> 57];
}

static struct filter_set *recall(struct filter_cache *c, int64_t account_id, int64_t version)
{
	struct filter_slot *slot = slot_of(c, account_id);
	struct filter_set *s;

	pthread_mutex_lock(&slot->lock);
	s = slot->set;
	if (s && s->account_id == account_id && s->version == version)
		atomic_fetch_add(&s->refs, 1);
	else
		s = NULL;
	pthread_mutex_unlock(&slot->lock);
	return s;
}

static void remember(struct filter_cache *c, struct filter_set *s)
{
	struct filter_slot *slot = slot_of(c, s->account_id);
	struct filter_set *old;

	atomic_fetch_add(&s->refs, 1);
	pthread_mutex_lock(&slot->lock);
	old = slot->set;
	slot->set = s;
	pthread_mutex_unlock(&slot->lock);
	let_go(old);
}

static enum err load_set(struct ctx *cx, struct filter_set *s)
{
	const struct filter *f;
	struct ids ids;
	str list;

	TRY(filters_of(cx->db, &s->mem, s->account_id, 0, &s->filters));
	f = s->filters.p;
	ids = (struct ids){ NEWS(cx->mem, int64_t, s->filters.n), s->filters.n };
	for (size_t i = 0; i < ids.n; i++)
		ids.v[i] = f[i].id;
	list = db_id_list(cx->mem, ids);
	TRY(filter_keywords_of(cx->db, &s->mem, list, &s->keywords));
	return filter_statuses_of(cx->db, &s->mem, list, &s->statuses);
}

static void compile(struct filter_set *s)
{
	const struct filter_keyword *k = s->keywords.p;
	struct match_word *words = NEWS(&s->mem, struct match_word, s->keywords.n);

	for (size_t i = 0; i < s->keywords.n; i++)
		words[i] = (struct match_word){ k[i].keyword, k[i].whole_word };
	s->matcher = matcher_new(words, s->keywords.n);
}

/* *set NULL: nothing is filtered. */
static enum err find_set(struct ctx *cx, int64_t account_id, struct filter_set **set)
{
	struct filter_cache *cache = cx->app->filters;
	struct filter_set *s;
	int64_t version;
	enum err e;

	*set = NULL;
	TRY(filters_version(cx->db, account_id, &version));
	if (!version)
		return OK;
	if (cache && (*set = recall(cache, account_id, version)))
		return OK;
	s = calloc(1, sizeof(*s));
	BUG_IF(!s);
	s->refs = 1;
	s->account_id = account_id;
	s->version = version;
	arena_init(&s->mem);
	e = load_set(cx, s);
	if (e) {
		let_go(s);
		return e;
	}
	compile(s);
	if (cache)
		remember(cache, s);
	*set = s;
	return OK;
}

static str text_of(struct arena *mem, const struct status_view *v)
{
	struct buf b = buf_new(mem, TEXT_MAX);

	buf_add(&b, v->s.spoiler_text);
	buf_add(&b, S("\n\n"));
	match_add_html(&b, v->s.content);
	for (size_t i = 0; v->poll && i < v->poll->options_n; i++) {
		buf_add(&b, S("\n\n"));
		buf_add(&b, v->poll->options[i].title);
	}
	for (size_t i = 0; i < v->media_n; i++) {
		buf_add(&b, S("\n\n"));
		buf_add(&b, v->media[i].description);
	}
	return buf_str(&b);
}

/* What of the set is of this filter, and was hit. k and s go on to the next filter's. */
static struct filter_hit hit_of(struct ctx *cx, const struct filter_set *set, const struct filter *f, const bool *hit,
                                int64_t status_id, size_t *k, size_t *s)
{
	const struct filter_keyword *keywords = set->keywords.p;
	const struct filter_status *statuses = set->statuses.p;
	struct filter_hit h = { .f = *f };
	size_t first = *k, n = 0;

	for (; *k < set->keywords.n && keywords[*k].filter_id == f->id; (*k)++)
		n += hit[*k];
	if (n)
		h.keywords.v = NEWS(cx->mem, str, n);
	for (size_t i = first; n && i < *k; i++)
		if (hit[i])
			h.keywords.v[h.keywords.n++] = str_dup(cx->mem, keywords[i].keyword);
	for (; *s < set->statuses.n && statuses[*s].filter_id == f->id; (*s)++)
		h.status |= statuses[*s].status_id == status_id;
	if (h.keywords.n || h.status) {
		h.f.title = str_dup(cx->mem, f->title);
		h.f.action = str_dup(cx->mem, f->action);
	}
	return h;
}

static void filter_one(struct ctx *cx, struct arena *work, const struct filter_set *set, struct status_view *v)
{
	bool *hit = NEWS(work, bool, set->keywords.n + 1);
	const struct filter *f = set->filters.p;
	struct filter_hit *hits = NULL;
	size_t k = 0, s = 0;

	if (set->keywords.n)
		matcher_run(set->matcher, work, text_of(work, v), hit);
	for (size_t i = 0; i < set->filters.n; i++) {
		struct filter_hit h = hit_of(cx, set, &f[i], hit, v->s.id, &k, &s);

		if ((!h.keywords.n && !h.status) || (f[i].expires_at && f[i].expires_at <= cx->now))
			continue;
		if (!hits)
			hits = NEWS(cx->mem, struct filter_hit, set->filters.n);
		hits[v->filtered_n++] = h;
	}
	v->filtered = hits;
}

enum err filter_views(struct ctx *cx, int64_t viewer, struct status_view **views, size_t n)
{
	struct arena work ARENA_SCOPE;
	struct filter_set *set;

	if (!viewer || !n)
		return OK;
	TRY(find_set(cx, viewer, &set));
	for (size_t i = 0; set && i < n; i++) {
		struct arena_mark m = arena_mark(&work);

		views[i]->filtered_n = 0;
		filter_one(cx, &work, set, views[i]);
		arena_rewind(&work, m);
	}
	let_go(set);
	return OK;
}
