/* Posts by their words. Candidates come from the index newest first, some at a time, and those that nobody let the asker find
 * are left out; how many are looked at has a bound, and so has the time. What the asker may see is
 * decided, as everywhere, when the posts are loaded (core/visible.h). */
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/account.h"
#include "core/disk.h"
#include "core/search.h"
#include "core/search_index.h"
#include "store/search.h"
#include "text/query.h"
#include "text/terms.h"

enum { BATCH = 50, BATCH_LEAST = 10, MORE = 7, LOOKED_AT = 2850, QUERY_BYTES = 64 * 1024, CATCH_UP = 100 };

struct finding {
	struct ctx *cx;
	struct query q;
	struct search_asker by;
	int64_t low, max, need;
	struct ids ids;
};

/* Which words of a phrase are one term with the next one, and how many. */
static size_t pair_up(struct finding *f, const struct query_word *w, str pairs[QUERY_TERMS])
{
	size_t whole = w->terms.n - w->prefix, n = 0;

	for (size_t i = 0; i < w->terms.n; i++) {
		pairs[i] = i + 1 < whole ? term_pair(f->cx->mem, w->terms.v[i], w->terms.v[i + 1]) : STR_NONE;
		n += !str_none(pairs[i]);
	}
	return n;
}

/* A pair stands where its first word does, and its second needs not be asked for. SQLite has pairs in a row of their own: there a
 * phrase is of them alone, or of words. */
static void add_phrase(struct finding *f, struct buf *b, const struct query_word *w, bool paired)
{
	bool postgres = db_is_postgres(f->cx->db);
	str pairs[QUERY_TERMS];
	size_t n = pair_up(f, w, pairs), last = 0;

	if (!paired || (!postgres && n + 1 < w->terms.n))
		n = 0;
	if (!postgres)
		buf_byte(b, '"');
	for (size_t i = 0; i < w->terms.n; i++) {
		if (n && i && str_none(pairs[i]) && !str_none(pairs[i - 1]))
			continue;
		if (i)
			buf_addf(b, postgres ? " <%zu> " : " ", i - last);
		last = i;
		buf_addf(b, postgres ? "'%.*s'" : SEARCH_PREFIX "%.*s",
		         STR_F(n && !str_none(pairs[i]) ? pairs[i] : w->terms.v[i]));
	}
	if (!postgres)
		buf_byte(b, '"');
	if (w->prefix)
		buf_add(b, postgres ? S(":*") : S(" *"));
}

/* Terms have no character that means something in a query of either database: they are letters and digits. scope: a mark that
 * all must have, or STR_NONE. */
static str expression(struct finding *f, str scope, bool paired)
{
	bool postgres = db_is_postgres(f->cx->db);
	struct query_word only = { .terms = { &scope, 1 } };
	struct buf b = buf_new(f->cx->mem, QUERY_BYTES);
	bool some = !str_none(scope);

	for (size_t i = 0; i < f->q.words_n; i++)
		some |= !f->q.words[i].without;
	if (!some)
		scope = S(SEARCH_ALL); /* nothing can be left out of nothing */
	buf_add(&b, S("("));
	if (!str_none(scope))
		add_phrase(f, &b, &only, paired);
	some = !str_none(scope);
	for (size_t i = 0; i < f->q.words_n; i++) {
		if (f->q.words[i].without)
			continue;
		buf_add(&b, !some ? S("(") : postgres ? S(" & (")
		                                      : S(" AND ("));
		add_phrase(f, &b, &f->q.words[i], paired);
		buf_byte(&b, ')');
		some = true;
	}
	buf_byte(&b, ')');
	for (size_t i = 0; i < f->q.words_n; i++) {
		if (!f->q.words[i].without || postgres)
			continue;
		buf_add(&b, S(" NOT ("));
		add_phrase(f, &b, &f->q.words[i], paired);
		buf_byte(&b, ')');
	}
	return buf_str(&b);
}

/* For PostgreSQL, which looks at posts one by one for what must not be in them: that costs less than to ask its index. */
static str excluded(struct finding *f)
{
	struct buf b = buf_new(f->cx->mem, QUERY_BYTES);

	for (size_t i = 0; i < f->q.words_n; i++) {
		if (!f->q.words[i].without)
			continue;
		buf_add(&b, b.n ? S(" | (") : S("("));
		add_phrase(f, &b, &f->q.words[i], false);
		buf_byte(&b, ')');
	}
	return buf_str(&b);
}

static void ask(struct finding *f, struct search_page *p, str scope)
{
	p->query = expression(f, scope, true);
	p->unpaired = expression(f, scope, false);
	p->without = excluded(f);
}

static void add_ids(struct finding *f, struct ids more)
{
	struct ids all = { NEWS(f->cx->mem, int64_t, f->ids.n + more.n), f->ids.n };

	if (f->ids.n)
		memcpy(all.v, f->ids.v, f->ids.n * sizeof(*all.v));
	if (more.n)
		memcpy(all.v + all.n, more.v, more.n * sizeof(*all.v));
	all.n += more.n;
	f->ids = all;
}

/* Of candidates those that are wanted. */
static enum err sift(struct finding *f, struct ids candidates)
{
	struct ids wanted = { 0 };

	if (!candidates.n)
		return OK;
	TRY(search_wanted(f->cx->db, f->cx->mem, &f->by, db_id_list(f->cx->mem, candidates), &wanted));
	add_ids(f, wanted);
	return OK;
}

/* Twice as many as it takes for the rest, if others are wanted as often as those were. */
static int64_t next_batch(int64_t missing, int64_t batch, int64_t wanted)
{
	int64_t most = batch * MORE, likely = wanted ? 2 * missing * batch / wanted : most;

	return likely > most ? most : likely < BATCH_LEAST ? BATCH_LEAST
	                                                   : likely;
}

/* The newest with these words, whosever they are. */
static enum err newest(struct finding *f, struct search_page *p)
{
	int64_t looked = 0;

	for (p->limit = BATCH; looked < LOOKED_AT && (int64_t)f->ids.n < f->need && !p->all;) {
		struct ids ids = { 0 };
		int64_t before = (int64_t)f->ids.n, next;

		TRY(search_matching(f->cx->db, f->cx->mem, p, &ids));
		TRY(sift(f, ids));
		if (f->q.library)
			break;
		looked += p->limit;
		next = next_batch(f->need - (int64_t)f->ids.n, p->limit, (int64_t)f->ids.n - before);
		p->limit = next < LOOKED_AT - looked ? next : LOOKED_AT - looked;
	}
	return OK;
}

/* What the asker has to do with, then what they wrote. */
static enum err own(struct finding *f, struct search_page *p)
{
	struct ids library = { 0 }, ids = { 0 };

	p->limit = f->need;
	TRY(search_library(f->cx->db, f->cx->mem, p, f->cx->me->id, &library));
	TRY(search_matching_of(f->cx->db, f->cx->mem, p, library, &ids));
	TRY(sift(f, ids));
	ask(f, p, term_mark(f->cx->mem, S("author"), strf(f->cx->mem, "%lld", (long long)f->cx->me->id)));
	TRY(search_matching(f->cx->db, f->cx->mem, p, &ids));
	return sift(f, ids);
}

/* What is rare, or everybody's, is found among the newest. Else the asker's own that are older are looked for in other ways. */
static enum err everywhere(struct finding *f)
{
	struct search_page p = { .max = f->max, .low = f->low };

	ask(f, &p, f->q.public ? term_mark(f->cx->mem, S("visibility"), S("public")) : STR_NONE);
	TRY(newest(f, &p));
	return p.all || f->q.public || (int64_t)f->ids.n >= f->need ? OK : own(f, &p);
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

static void window(struct ids *ids, int64_t offset, int64_t limit)
{
	size_t n = 0;

	qsort(ids->v, ids->n, sizeof(*ids->v), newest_first);
	for (size_t i = 0; i < ids->n; i++)
		if (!n || ids->v[n - 1] != ids->v[i])
			ids->v[n++] = ids->v[i];
	if (n < (size_t)offset)
		offset = (int64_t)n;
	ids->v += offset;
	ids->n = n - (size_t)offset < (size_t)limit ? n - (size_t)offset : (size_t)limit;
}

static void narrow(struct finding *f, const struct search_in *in)
{
	const struct query *q = &f->q;
	int64_t after = q->after ? id_least(q->after) - 1 : 0, before = q->before ? id_least(q->before) : INT64_MAX;

	f->low = in->min_id > after ? in->min_id : after;
	f->max = in->max_id && in->max_id < before ? in->max_id : before;
}

/* Authors become marks, as other properties are. *none: one of them is not here. */
static enum err authors(struct finding *f, const struct search_in *in, bool *none)
{
	struct ctx *cx = f->cx;

	*none = false;
	for (size_t i = 0; i <= f->q.from_n; i++) {
		struct query_word w = { .terms = { NEW(cx->mem, str), 1 } };
		struct account a = { .id = in->account_id };
		enum err e = OK;

		if (i < f->q.from_n) {
			w.without = f->q.from[i].without;
			if (str_eq(f->q.from[i].handle, S("me")))
				a.id = cx->me->id;
			else
				e = account_by_handle(cx, f->q.from[i].handle, &a);
		}
		if (e && e != ERR_NOT_FOUND)
			return e;
		*none |= e && !w.without;
		if (e || !a.id)
			continue;
		w.terms.v[0] = term_mark(cx->mem, S("author"), strf(cx->mem, "%lld", (long long)a.id));
		f->q.words[f->q.words_n++] = w;
	}
	return OK;
}

/* Who has just posted finds it. Where it cannot be written now, what is there already is found. */
static enum err catch_up(struct ctx *cx)
{
	bool more = false, was = cx->full;
	enum err e = disk_now(cx->app) < DISK_TIGHT ? search_index_noted(cx, CATCH_UP, &more) : OK;

	if (!e && more) /* many: perhaps the process was killed before it noted the job for them */
		search_index_soon(cx);
	cx->full = was;
	return e == ERR_BUSY ? OK : e;
}

enum err search_posts_find(struct ctx *cx, const struct search_in *in, str text, int64_t limit, int64_t offset,
                           struct ids *found)
{
	struct finding f = { .cx = cx, .need = limit + offset };
	enum err e;
	bool none;

	*found = (struct ids){ 0 };
	if (!cx->me)
		return OK;
	query_parse(cx->mem, text, &f.q);
	f.by = (struct search_asker){ .id = cx->me->id, .site_id = cx->me->site_id, .now = cx->now, .everybodys = !f.q.library,
		                      .own = !f.q.public };
	TRY(authors(&f, in, &none));
	narrow(&f, in);
	if (none || (!f.q.words_n && !f.q.after && !f.q.before) || f.low >= f.max)
		return OK;
	TRY(catch_up(cx));
	search_begin(cx);
	db_read_begin(cx->db); /* chunks, and what is in them */
	e = everywhere(&f);
	db_read_end(cx->db);
	search_end(cx);
	if (e && (e != ERR_BUSY || !f.ids.n))
		return e;
	if (f.ids.n)
		window(&f.ids, offset, limit);
	*found = f.ids;
	return OK;
}
