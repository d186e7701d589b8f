/* Search: what a URL or handle names, else accounts and hashtags that begin so, and posts with these words. */
#include "core/search.h"

#include "base/clock.h"
#include "base/url.h"
#include "config.h"
#include "core/account.h"
#include "core/search_index.h"
#include "core/site.h"
#include "core/visible.h"
#include "store/collections.h"
#include "store/parts.h"
#include "text/words.h"

enum { QUERY_MAX = 512, USUAL = 20, MOST = 40, OFFSET_MOST = 10000, PARTS = 3 /* accounts, hashtags, posts */ };

static bool is_url(str q)
{
	return str_istarts(q, S("https://")) || str_istarts(q, S("http://"));
}

/* "@user@domain", and what Lemmy writes for groups: "!group@domain". */
static str without_mark(str q)
{
	if (!str_skip(&q, S("!")))
		str_skip(&q, S("@"));
	return q;
}

/* "user@domain", with one of these marks or none, nothing more. */
static bool is_handle(str q)
{
	long at;

	q = without_mark(q);
	at = str_chr(q, '@');
	return at > 0 && (size_t)at + 1 < q.n && str_chr(q, ' ') < 0 && str_chr(q, '/') < 0;
}

/* The number a path of ours ends in: base/@user/123, base/users/user/statuses/123. */
static int64_t number_of(str path)
{
	int64_t id = 0;
	str part, last = STR_NONE;

	while (str_cut(&path, '/', &part))
		last = part;
	return str_int(last, &id) && id > 0 ? id : 0;
}

enum err search_post_at(struct ctx *cx, str url, struct status *s)
{
	const struct site *site = site_of_url(cx->app, url);
	enum err e = statuses_by_uri(cx->db, cx->mem, url, s);
	int64_t id;

	if (e == ERR_NOT_FOUND && !site)
		e = statuses_by_url(cx->db, cx->mem, url, s);
	if (e != ERR_NOT_FOUND || !site)
		return e;
	id = number_of(str_from(url, site->base.n));
	if (!id)
		return ERR_NOT_FOUND;
	TRY(statuses_by_id(cx->db, cx->mem, id, s));
	return s->site_id == site->id && (str_eq(s->url, url) || str_eq(s->uri, url)) ? OK : ERR_NOT_FOUND;
}

/* base/@user */
static enum err find_account(struct ctx *cx, str url, struct account *a)
{
	const struct site *site = site_of_url(cx->app, url);
	enum err e = account_by_uri(cx, url, a);
	str path;

	if (e == ERR_NOT_FOUND && !site) {
		e = accounts_by_url(cx->db, cx->mem, url, a);
		/* an address on another server is anybody's to claim */
		return !e && !url_same_origin(a->url, a->uri) ? ERR_NOT_FOUND : e;
	}
	if (e != ERR_NOT_FOUND || !site)
		return e;
	path = str_from(url, site->base.n);
	if (!str_skip(&path, S("/@")) || str_chr(path, '/') >= 0)
		return ERR_NOT_FOUND;
	return account_by_handle(cx, strf(cx->mem, "%.*s@%.*s", STR_F(path), STR_F(site->domain)), a);
}

/* Of accounts; by its id or the address of its page. What is hidden is left out when they are loaded. */
static enum err find_collection(struct ctx *cx, str url, struct featured_collection *c)
{
	enum err e = collections_by_uri(cx->db, cx->mem, url, c);

	return e == ERR_NOT_FOUND ? collections_by_url(cx->db, cx->mem, url, c) : e;
}

static void one(struct ctx *cx, struct ids *list, int64_t id)
{
	list->v = NEW(cx->mem, int64_t);
	list->v[0] = id;
	list->n = 1;
}

static bool wants(const struct search_in *in, const char *type)
{
	return !in->type.n || str_eq(in->type, str_of(type));
}

static enum err by_url(struct ctx *cx, const struct search_in *in, str url, struct search_found *out)
{
	struct status s = { 0 };
	struct account a = { 0 };
	struct featured_collection c = { 0 };
	enum err e = ERR_NOT_FOUND;

	if (in->offset > 0)
		return OK;
	if (wants(in, "statuses"))
		e = search_post_at(cx, url, &s);
	if (!e)
		e = visible_check(cx, cx->me ? cx->me->id : 0, &s);
	if (!e)
		one(cx, &out->statuses, s.id);
	if (e == ERR_NOT_FOUND && wants(in, "accounts")) {
		e = find_account(cx, url, &a);
		if (!e && !a.deleted_at && !a.suspended_at)
			one(cx, &out->accounts, a.id);
	}
	if (e == ERR_NOT_FOUND && wants(in, "collections")) {
		e = find_collection(cx, url, &c);
		if (!e)
			one(cx, &out->collections, c.id);
	}
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err by_handle(struct ctx *cx, const struct search_in *in, str q, struct search_found *out)
{
	struct account a = { 0 };
	enum err e;

	if (!wants(in, "accounts") || in->offset > 0)
		return OK;
	e = account_by_handle(cx, without_mark(q), &a);
	if (!e)
		one(cx, &out->accounts, a.id);
	return e == ERR_NOT_FOUND ? OK : e;
}

void search_begin(struct ctx *cx)
{
	db_deadline(cx->db, clock_mono() + cx->app->config->search_ms / PARTS);
}

void search_end(struct ctx *cx)
{
	db_deadline(cx->db, 0);
}

static enum err find_tags(struct ctx *cx, str q, int64_t limit, int64_t offset, struct strs *tags)
{
	enum err e;
	str name;

	str_skip(&q, S("#"));
	name = tag_fold(cx->mem, q);
	if (!name.n)
		return OK;
	search_begin(cx);
	e = tags_like(cx->db, cx->mem, name, limit, offset, tags);
	search_end(cx);
	return e;
}

static enum err by_words(struct ctx *cx, const struct search_in *in, str q, int64_t limit, int64_t offset,
                         struct search_found *out)
{
	enum err parts[PARTS] = { OK };

	if (wants(in, "accounts") && !str_starts(q, S("#")))
		parts[0] = account_search(cx, q, in->following, limit, offset, &out->accounts);
	if (wants(in, "hashtags") && !str_starts(q, S("@")))
		parts[1] = find_tags(cx, q, limit, offset, &out->tags);
	if (wants(in, "statuses"))
		parts[2] = search_posts_find(cx, in, q, limit, offset, &out->statuses);
	for (int i = 0; i < PARTS; i++)
		if (parts[i] && (parts[i] != ERR_BUSY || !(out->accounts.n || out->tags.n || out->statuses.n)))
			return parts[i];
	return OK;
}

enum err search_run(struct ctx *cx, const struct search_in *in, struct search_found *out)
{
	str q = str_trim(in->q);
	int64_t limit = in->limit <= 0 ? USUAL : in->limit < MOST ? in->limit
	                                                            : MOST;
	int64_t offset = in->offset < 0 ? 0 : in->offset < OFFSET_MOST ? in->offset
	                                                                 : OFFSET_MOST;

	*out = (struct search_found){ 0 };
	if (q.n > QUERY_MAX)
		return fail(cx, ERR_INVALID, "Validation failed: The query is too long");
	if (!q.n)
		return OK;
	if (is_url(q))
		return by_url(cx, in, q, out);
	if (is_handle(q)) {
		TRY(by_handle(cx, in, q, out));
		if (out->accounts.n)
			return OK;
	}
	if (in->named)
		return OK;
	return by_words(cx, in, q, limit, offset, out);
}

bool search_resolvable(struct ctx *cx, str q)
{
	struct featured_collection c;
	struct account a;
	struct status s;
	struct url u;
	bool group;
	str domain;
	enum err e;

	q = str_trim(q);
	if (q.n > QUERY_MAX)
		return false;
	if (is_url(q))
		return !url_parse(cx->mem, q, &u) && !site_of_url(cx->app, q) && search_post_at(cx, q, &s) == ERR_NOT_FOUND &&
		       find_account(cx, q, &a) == ERR_NOT_FOUND && find_collection(cx, q, &c) == ERR_NOT_FOUND;
	if (!is_handle(q))
		return false;
	group = str_starts(q, S("!"));
	q = without_mark(q);
	if (url_domain(cx->mem, str_from(q, (size_t)str_chr(q, '@') + 1), &domain) || site_ours(cx->app, domain))
		return false;
	e = account_by_handle(cx, q, &a);
	return e == ERR_NOT_FOUND || (!e && group && !str_eq(a.kind, S("Group")));
}
