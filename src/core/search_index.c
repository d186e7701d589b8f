/* A post is found by its text, its warning, its files' descriptions and its poll's options, and by marks: author, visibility,
 * hashtags, language and what hangs on it. */
#include "core/search_index.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "store/media.h"
#include "store/parts.h"
#include "store/polls.h"
#include "store/search.h"
#include "store/search_chunks.h"
#include "store/shown.h"
#include "text/clean.h"
#include "text/terms.h"

enum { MARKS_MAX = 600, ACCOUNT_TERMS_MAX = 60, TERM_ROOM = TERM_BYTES_MAX + 16, FILL_BATCH = 100,
       NOTED_BATCH = 250, NOTED_BYTES = 2 << 20, SOON_MS = 500, LATER_MS = 50, INDEX_MS = 30 * SECOND,
       MERGE_LEAST = 8, MERGE_MOST = 64 /* pages */, MERGES_EACH = 4,
       MERGE_MS = 4 * MINUTE /* less than a slow job is leased for */ };

struct found_by {
	struct ctx *cx;
	struct strs terms, marks;
};

static void mark(struct found_by *f, const char *kind, str value)
{
	if (f->marks.n < MARKS_MAX)
		f->marks.v[f->marks.n++] = term_mark(f->cx->mem, str_of(kind), value);
}

static void text(struct found_by *f, str t)
{
	terms_add(f->cx->mem, t, &f->terms, TERMS_MAX);
}

/* A link that is neither a mention nor a hashtag. */
static bool has_link(str html)
{
	str tag;
	long at;

	while ((at = str_find(html, S("<a "))) >= 0) {
		long end;

		html = str_from(html, (size_t)at);
		end = str_chr(html, '>');
		if (end < 0)
			return false;
		tag = str_to(html, (size_t)end);
		if (str_find(tag, S("mention")) < 0 && str_find(tag, S("hashtag")) < 0)
			return true;
		html = str_from(html, (size_t)end);
	}
	return false;
}

static enum err files(struct found_by *f, int64_t id)
{
	struct db_rows rows = { 0 };
	const struct attachment *a;
	bool some = false;

	TRY(media_of(f->cx->db, f->cx->mem, id, &rows));
	a = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		if (a[i].place < 0)
			continue;
		some = true;
		mark(f, "has", str_eq(a[i].kind, S("gifv")) ? S("video") : a[i].kind);
		text(f, str_or(a[i].description, S("")));
	}
	if (some)
		mark(f, "has", S("media"));
	return OK;
}

static enum err poll(struct found_by *f, int64_t id)
{
	struct db_rows rows = { 0 };

	TRY(poll_options_of(f->cx->db, f->cx->mem, id, &rows));
	if (rows.n)
		mark(f, "has", S("poll"));
	for (size_t i = 0; i < rows.n; i++)
		text(f, ((const struct poll_option *)rows.p)[i].title);
	return OK;
}

static enum err tags(struct found_by *f, const struct status *s)
{
	struct db_rows rows = { 0 };

	TRY(shown_tags(f->cx->db, f->cx->mem, db_id_list(f->cx->mem, (struct ids){ (int64_t *)&s->id, 1 }), &rows));
	for (size_t i = 0; i < rows.n; i++)
		mark(f, "tag", ((const struct shown_tag *)rows.p)[i].name);
	return OK;
}

/* Which part of a language tag people look for is not known: "pt" finds "pt-BR" too. */
static void language(struct found_by *f, str tag)
{
	str rest = str_lower(f->cx->mem, tag), primary;

	if (!tag.n)
		return;
	mark(f, "language", rest);
	if (str_cut(&rest, '-', &primary) && !str_none(rest))
		mark(f, "language", primary);
}

struct terms_text {
	struct buf b;
	str prefix; /* of each term, on SQLite */
	bool postgres;
};

/* at: its place; 0: it has none. SQLite counts by itself. */
static void add_term(struct terms_text *t, str term, size_t at)
{
	if (!t->postgres)
		buf_addf(&t->b, "%.*s%.*s ", STR_F(t->prefix), STR_F(term));
	else
		buf_addf(&t->b, at ? "'%.*s':%zu " : "'%.*s' ", STR_F(term), at);
}

/* Pairs of words, so that "a b" and "b c" next to one another are "a b c". SQLite has them behind the words: what only seems to
 * go on ("a b ... b c") is kept apart. */
static void add_pairs(struct ctx *cx, struct terms_text *t, struct strs terms)
{
	size_t last = 0;

	for (size_t i = 0; i + 1 < terms.n; i++) {
		str pair = term_pair(cx->mem, terms.v[i], terms.v[i + 1]);

		if (str_none(pair))
			continue;
		if (!t->postgres && last && last < i && str_eq(terms.v[last], terms.v[i]))
			add_term(t, S(TERM_MARK), 0);
		add_term(t, pair, i + 1);
		last = i + 1;
	}
}

str search_terms_text(struct ctx *cx, str prefix, struct strs terms, struct strs marks)
{
	struct terms_text t = { buf_new(cx->mem, (2 * terms.n + marks.n + 2) * (2 * TERM_ROOM)), prefix, db_is_postgres(cx->db) };

	for (size_t i = 0; i < terms.n; i++)
		add_term(&t, terms.v[i], i + 1);
	if (prefix.n)
		add_pairs(cx, &t, terms);
	for (size_t i = 0; i < marks.n; i++)
		add_term(&t, marks.v[i], 0);
	if (prefix.n && t.postgres)
		add_term(&t, str_cat(cx->mem, S(SEARCH_CHUNK), prefix), 0);
	return buf_str(&t.b);
}

/* Of a list of all. */
static str prefix_in(const struct db_rows *chunks, int64_t status_id)
{
	const struct search_chunk *c = chunks->p;

	for (size_t i = 0; i < chunks->n; i++)
		if (c[i].first_id <= status_id)
			return c[i].prefix;
	return S("");
}

/* As they are in the chunk of that prefix. *out: STR_NONE for what nobody is to find. */
static enum err words_of(struct ctx *cx, int64_t status_id, str prefix, str *out)
{
	struct found_by f = { cx, { NEWS(cx->mem, str, TERMS_MAX), 0 }, { NEWS(cx->mem, str, MARKS_MAX), 0 } };
	struct status s = { 0 };
	enum err e = statuses_by_id(cx->db, cx->mem, status_id, &s);

	*out = STR_NONE;
	if (e || s.deleted_at || s.reblog_of_id)
		return e == ERR_NOT_FOUND ? OK : e;
	mark(&f, "all", S(""));
	mark(&f, "visibility", s.visibility);
	mark(&f, "author", strf(cx->mem, "%lld", (long long)s.account_id));
	language(&f, s.language);
	if (s.in_reply_to_uri.p || s.in_reply_to_id)
		mark(&f, "is", S("reply"));
	if (s.sensitive)
		mark(&f, "is", S("sensitive"));
	if (has_link(s.content)) {
		mark(&f, "has", S("link"));
		mark(&f, "has", S("embed"));
	}
	TRY(tags(&f, &s));
	text(&f, s.spoiler_text);
	text(&f, str_or(clean_text(cx->mem, s.content), S("")));
	TRY(files(&f, s.id));
	TRY(poll(&f, s.id));
	*out = search_terms_text(cx, prefix, f.terms, f.marks);
	return OK;
}

enum err search_index_now(struct ctx *cx, struct ids posts)
{
	struct db_rows chunks = { 0 };

	TRY(search_chunks(cx->db, cx->mem, INT64_MAX, 0, &chunks));
	for (size_t i = 0; i < posts.n; i++) {
		struct arena_mark m = arena_mark(cx->mem);
		str words;

		TRY(words_of(cx, posts.v[i], prefix_in(&chunks, posts.v[i]), &words));
		if (!str_none(words))
			TRY(search_put(cx->db, posts.v[i], words));
		arena_rewind(cx->mem, m);
	}
	return OK;
}

/* One of its own for each time: what is noted until then counts on it, and the one before may wait still. */
static enum err index_at(struct ctx *cx, int64_t due)
{
	return job_add(cx, "search_index", S("{}"), due, strf(cx->mem, "search_index %lld", (long long)due));
}

void search_index_soon(struct ctx *cx)
{
	int64_t *at = &cx->app->index_at, before = __atomic_load_n(at, __ATOMIC_RELAXED), now = clock_now();

	/* what is noted when the time has come is taken then */
	if ((now < before && before < now + 2 * SOON_MS) ||
	    !__atomic_compare_exchange_n(at, &before, now + SOON_MS, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	if (index_at(cx, now + SOON_MS + LATER_MS))
		LOG(LOG_WARN, "search_index", LS("what", S("new posts are not found before the next one")));
}

static void after_note(struct ctx *cx, void *arg)
{
	(void)arg;
	search_index_soon(cx);
}

enum err search_index_post(struct ctx *cx, int64_t status_id)
{
	TRY(search_note(cx->db, status_id, id_new()));
	after_commit(cx, after_note, NULL);
	return OK;
}

/* Posts that are noted, with their words. */
struct noted {
	struct search_noted n;
	str prefix, words;
};
struct noted_some {
	struct noted *v;
	size_t n;
};

static enum err put_noted(struct ctx *cx, void *arg)
{
	const struct noted_some *some = arg;
	struct db_rows chunks = { 0 };

	TRY(search_chunks(cx->db, cx->mem, INT64_MAX, 0, &chunks));
	for (size_t i = 0; i < some->n; i++) {
		const struct noted *p = &some->v[i];
		str prefix = prefix_in(&chunks, p->n.status_id), words = p->words;
		bool mine;

		TRY(search_note_done(cx->db, &p->n, &mine));
		if (mine && !str_eq(prefix, p->prefix)) /* it has come into another chunk since */
			TRY(words_of(cx, p->n.status_id, prefix, &words));
		if (mine && !str_none(words))
			TRY(search_put(cx->db, p->n.status_id, words));
	}
	return OK;
}

/* Words are read with the note of them or after it, so that they are never older. */
static enum err read_noted(struct ctx *cx, int64_t limit, struct noted_some *some, bool *more)
{
	struct arena mem ARENA_SCOPE;
	struct ctx own = *cx;
	struct db_rows rows = { 0 }, chunks = { 0 };
	size_t bytes = 0;

	TRY(search_noted(cx->db, cx->mem, limit, &rows));
	TRY(search_chunks(cx->db, cx->mem, INT64_MAX, 0, &chunks));
	some->v = NEWS(cx->mem, struct noted, rows.n + 1);
	own.mem = &mem;
	for (; some->n < rows.n && bytes < NOTED_BYTES; some->n++) {
		struct arena_mark m = arena_mark(&mem);
		struct noted *p = &some->v[some->n];
		str words;

		p->n = ((const struct search_noted *)rows.p)[some->n];
		p->prefix = prefix_in(&chunks, p->n.status_id);
		TRY(words_of(&own, p->n.status_id, p->prefix, &words));
		p->words = str_none(words) ? words : str_dup(cx->mem, words);
		bytes += words.n;
		arena_rewind(&mem, m);
	}
	*more = some->n < rows.n || (int64_t)rows.n == limit;
	return OK;
}

enum err search_index_noted(struct ctx *cx, int64_t limit, bool *more)
{
	struct noted_some some = { 0 };
	enum err e;

	*more = false;
	db_read_begin(cx->db);
	e = read_noted(cx, limit, &some, more);
	db_read_end(cx->db);
	if (e)
		return e;
	return some.n ? write_tx(cx, put_noted, &some) : OK;
}

static enum err merge(struct ctx *cx, void *arg)
{
	struct search_merging *m = arg;

	if (!m->beside)
		db_slice(cx->db);
	return search_merge(cx->db, m->slice.n, m->first, &m->more);
}

enum err search_merge_some(struct ctx *cx, struct search_merging *m)
{
	m->more = !db_is_postgres(cx->db);
	if (!m->more)
		return OK;
	if (!m->slice.n)
		m->slice = (struct slice){ MERGE_LEAST, MERGE_LEAST, MERGE_MOST, 0 };
	TRY(write_tx(cx, merge, m));
	slice_done(&m->slice);
	m->first = false;
	return OK;
}

enum err search_merge_written(struct ctx *cx, struct search_merging *m)
{
	m->more = true;
	for (int i = 0; i < MERGES_EACH && m->more; i++)
		TRY(search_merge_some(cx, m));
	return OK;
}

enum err search_job_index(struct ctx *cx, const struct job *job)
{
	struct search_merging merging = { .beside = true };
	int64_t until = clock_mono() + INDEX_MS;
	bool more = true;

	(void)job;
	while (more && clock_mono() < until) {
		struct arena_mark m = arena_mark(cx->mem);

		TRY(search_index_noted(cx, NOTED_BATCH, &more));
		TRY(search_merge_written(cx, &merging));
		arena_rewind(cx->mem, m);
	}
	return more ? index_at(cx, clock_now()) : OK;
}

enum err search_index_account(struct ctx *cx, const struct account *a)
{
	struct strs terms = { NEWS(cx->mem, str, ACCOUNT_TERMS_MAX), 0 };

	if (a->deleted_at)
		return account_terms_put(cx->db, cx->mem, a->id, terms);
	terms_add(cx->mem, a->username, &terms, ACCOUNT_TERMS_MAX);
	terms_add(cx->mem, a->display_name, &terms, ACCOUNT_TERMS_MAX);
	return account_terms_put(cx->db, cx->mem, a->id, terms);
}

/* --- what was there before */

struct fill {
	int64_t posts, accounts; /* done up to these */
	bool over;
};

static enum err fill_some(struct ctx *cx, void *arg)
{
	struct fill *f = arg, now = *f;
	struct account a = { 0 };
	struct ids ids = { 0 };

	TRY(search_accounts_after(cx->db, cx->mem, now.accounts, FILL_BATCH, &ids));
	for (size_t i = 0; i < ids.n; i++) {
		TRY(accounts_by_id(cx->db, cx->mem, ids.v[i], &a));
		TRY(search_index_account(cx, &a));
		now.accounts = ids.v[i];
	}
	now.over = !ids.n;
	TRY(search_posts_after(cx->db, cx->mem, now.posts, FILL_BATCH, &ids));
	TRY(search_index_now(cx, ids));
	if (ids.n)
		now.posts = ids.v[ids.n - 1];
	f->over = now.over && !ids.n;
	if (!f->over)
		TRY(job_add(cx, "search_fill", strf(cx->mem, "{\"posts\":%lld,\"accounts\":%lld}", (long long)now.posts,
		                                    (long long)now.accounts), cx->now, STR_NONE));
	return OK;
}

/* Each step notes the next one in its own transaction, so that nothing is done again after a fault. */
enum err search_job_fill(struct ctx *cx, const struct job *job)
{
	json_t *args JR_SCOPE = NULL;
	struct fill f = { 0 };

	if (jr_parse(job->args, &args))
		return ERR_INVALID;
	f.posts = jr_int(args, "posts", 0);
	f.accounts = jr_int(args, "accounts", 0);
	TRY(write_tx(cx, fill_some, &f));
	return search_merge_written(cx, &(struct search_merging){ 0 });
}

enum err search_job_merge(struct ctx *cx, const struct job *job)
{
	struct search_merging m = { .first = true, .more = true };
	int64_t until = clock_mono() + MERGE_MS;

	(void)job;
	while (m.more && clock_mono() < until)
		TRY(search_merge_some(cx, &m));
	return OK;
}
