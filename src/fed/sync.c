#include "fed/sync.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "base/url.h"
#include "core/followers.h"
#include "core/job.h"
#include "core/site.h"
#include "fed/as_write.h"
#include "fed/collection.h"
#include "fed/cool.h"
#include "fed/fed.h"
#include "fed/serve.h"
#include "fed/state.h"

enum { FRESH_MS = 2 * SECOND,
       HEADER_MOST = 8192,
       PAGES = 10,
       FOR_MS = 60 * SECOND,
       REST_MS = MINUTE };

static const char path[] = "/followers_synchronization";

/* --- ours */

struct host_digest {
	str host;
	unsigned char digest[FOLLOWERS_DIGEST];
};

/* Of the account that sent last: one of its posts goes to many hosts. */
static struct {
	int64_t account_id, until; /* clock_mono() */
	struct arena mem;
	bool there;
	str uri, collection;
	struct host_digest *hosts;
	size_t n;
} last;

static enum err count_hosts(struct ctx *cx, int64_t account_id)
{
	const struct follower *f;
	struct account a;
	struct db_rows rows;

	TRY(account_by_id(cx, account_id, &a));
	TRY(followers_by_host(cx, account_id, &rows));
	f = rows.p;
	last.uri = str_dup(&last.mem, a.uri);
	last.collection = str_dup(&last.mem, a.followers_uri);
	last.hosts = NEWS(&last.mem, struct host_digest, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		if (!last.n || !str_eq(last.hosts[last.n - 1].host, f[i].host))
			last.hosts[last.n++].host = str_dup(&last.mem, f[i].host);
		followers_mix(last.hosts[last.n - 1].digest, f[i].uri);
	}
	return OK;
}

static const unsigned char *digest_of(str host)
{
	static const unsigned char none[FOLLOWERS_DIGEST];

	for (size_t i = 0; i < last.n; i++)
		if (str_eq(last.hosts[i].host, host))
			return last.hosts[i].digest;
	return none;
}

str sync_header(struct ctx *cx, int64_t account_id, str host)
{
	int64_t now = clock_mono();
	str hex;

	if (last.account_id != account_id || now >= last.until) {
		arena_free(&last.mem);
		arena_init(&last.mem);
		last.account_id = account_id;
		last.until = now + FRESH_MS;
		last.n = 0;
		last.there = !count_hosts(cx, account_id);
	}
	if (!last.there)
		return STR_NONE;
	hex = codec_hex(cx->mem, str_n((const char *)digest_of(host), FOLLOWERS_DIGEST));
	return strf(cx->mem, "collectionId=\"%.*s\", digest=\"%.*s\", url=\"%.*s%s\"", STR_F(last.collection), STR_F(hex),
	            STR_F(last.uri), path);
}

/* Whom of its own people a server has among the followers: nobody else's business. */
enum err fed_followers_sync(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	struct account viewer, a;
	struct db_rows rows = { 0 };
	int64_t asks;
	struct jw *w;
	bool done;

	TRY(serve_viewer(rq, rp, &asks, &done));
	if (done)
		return OK;
	if (!asks)
		return serve_refuse(rp, rq->instead ? rq->instead : 401,
		                    "this needs a signature of the server whose followers are meant");
	TRY(serve_account(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(account_by_id(cx, asks, &viewer));
	TRY(followers_of_host(cx, a.id, viewer.host, &rows));
	w = serve_json(rp);
	as_page_begin(w, STR_NONE, str_cat(cx->mem, a.uri, str_of(path)), STR_NONE, (int64_t)rows.n);
	for (size_t i = 0; i < rows.n; i++)
		jw_str(w, NULL, ((const struct follower *)rows.p)[i].uri);
	as_page_end(w);
	return OK;
}

/* --- theirs */

bool sync_read(str text, struct sync_told *t)
{
	str part, name;

	*t = (struct sync_told){ 0 };
	while (str_cut(&text, ',', &part)) {
		str *to, value = str_trim(part);

		str_cut(&value, '=', &name);
		to = str_ieq(name, S("collectionId")) ? &t->collection
		     : str_ieq(name, S("digest"))     ? &t->digest
		     : str_ieq(name, S("url"))        ? &t->url
		                                      : NULL;
		if (!to)
			continue;
		if (to->p || !str_skip(&value, S("\"")) || !str_chop(&value, S("\"")))
			return false;
		*to = value;
	}
	return t->collection.n && t->url.n && t->digest.n == 2 * FOLLOWERS_DIGEST;
}

enum err sync_look(struct request *rq, const struct check *c)
{
	str header = rq_header(rq, "Collection-Synchronization"), hex;
	unsigned char own[FOLLOWERS_DIGEST];
	struct ctx *cx = rq->cx;
	int64_t now = clock_mono();
	struct sync_told told;
	struct account a;
	struct jw w;

	if (!header.n || header.n > HEADER_MOST || !strs_has(c->covered, S("collection-synchronization")) ||
	    !sync_read(header, &told))
		return OK;
	TRY(account_by_id(cx, c->account_id, &a));
	if (!str_eq(told.collection, a.followers_uri) || !url_same_origin(told.url, a.uri))
		return OK;
	TRY(followers_ours(cx, a.id, own));
	hex = codec_hex(cx->mem, str_n((const char *)own, sizeof(own)));
	if (str_ieq(hex, told.digest))
		return OK;
	if (!cool_take(fed.cool, strf(cx->mem, "sync %lld %lld", (long long)a.id, (long long)cx->site->id), now, now + REST_MS))
		return OK;
	jw_init(&w, cx->mem, 2 * HEADER_MOST);
	jw_obj(&w, NULL);
	jw_id(&w, "account", a.id);
	jw_id(&w, "site", cx->site->id);
	jw_str(&w, "url", told.url);
	jw_str(&w, "digest", str_lower(cx->mem, told.digest));
	jw_end(&w);
	return job_add(cx, "followers_sync", jw_done(&w), cx->now, str_cat(cx->mem, S("sync "), a.host));
}

struct listing {
	struct ctx *cx;
	struct strs ids;
	unsigned char digest[FOLLOWERS_DIGEST];
};

static bool listed(void *arg, const struct collection_item *item)
{
	struct listing *l = arg;

	if (l->ids.n >= FOLLOWERS_OF_HOST_MOST)
		return false;
	l->ids.v[l->ids.n++] = str_dup(l->cx->mem, item->id);
	followers_mix(l->digest, item->id);
	return true;
}

/* Only the whole list counts, and it is whole if it has the digest that came with the post. */
enum err fed_job_sync(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	struct listing l = { .cx = cx };
	struct collection_walk walk = { &f, PAGES, FOLLOWERS_OF_HOST_MOST + 1, listed, &l };
	int64_t account_id, site_id;
	struct account a;
	enum err e;
	str hex;

	fetcher_init(&f, cx, PAGES, FOR_MS);
	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "account"), &account_id) || !str_int(jr_str(args, "site"), &site_id))
		return ERR_INVALID;
	cx->site = site_by_id(cx->app, site_id);
	e = account_by_id(cx, account_id, &a);
	if (e || !cx->site || a.deleted_at || a.suspended_at)
		return e == ERR_NOT_FOUND ? OK : e;
	l.ids.v = NEWS(cx->mem, str, FOLLOWERS_OF_HOST_MOST);
	f.polite = true;
	collection_walk(&walk, str_dup(cx->mem, jr_str(args, "url")));
	hex = codec_hex(cx->mem, str_n((const char *)l.digest, sizeof(l.digest)));
	e = str_eq(hex, jr_str(args, "digest")) ? followers_settle(cx, &a, l.ids) : ERR_NOT_FOUND;
	LOG(LOG_INFO, "followers_sync", LS("account", a.uri), LI("there", l.ids.n), LS("code", str_of(err_name(e))));
	return e == ERR_NOT_FOUND ? OK : e;
}
