#include "fed/fetch_as.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/deliver.h"
#include "core/host_policy.h"
#include "core/site.h"
#include "core/status.h"
#include "fed/as_read.h"
#include "fed/pace.h"
#include "fed/state.h"
#include "net/fetch.h"
#include "net/httpsig.h"
#include "net/keys.h"

enum { BODY_MAX = 1 << 20,
       HOPS = 5,
       ASKERS = 2,
       ASKED_MOST = 10 };

static const char accept_as[] =
	"application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", application/activity+json";

void fetcher_init(struct fetcher *f, struct ctx *cx, int fetches, int64_t for_ms)
{
	*f = (struct fetcher){ .cx = cx, .left = fetches, .until = clock_mono() + for_ms };
}

void fetcher_done(struct fetcher *f)
{
	key_free(f->sign.key);
	f->sign.key = NULL;
}

/* The call goes first, so that the callbacks find the rest. */
struct asking {
	struct net_call call;
	struct fetcher *f;
};

static enum err hop(struct net_call *call, const struct url *u)
{
	const struct asking *a = (const struct asking *)call;

	return site_ours(a->f->cx->app, u->authority) ? ERR_DENIED : OK;
}

static enum err sign(struct net_call *call, const struct url *u, struct strs *lines)
{
	const struct asking *a = (const struct asking *)call;
	struct sig_with with = { .key = a->f->sign.key, .key_id = a->f->sign.key_id, .now = clock_now() };

	with.no_query = a->f->no_query;
	with.rfc9421 = a->f->rfc9421;
	*lines = sig_sign(call->mem, &with, S("GET"), u, STR_NONE);
	return lines->n ? OK : ERR_INTERNAL;
}

static enum err allowed(struct fetcher *f, str url, bool for_people, struct url *u)
{
	struct host_rule rule;

	if (f->left <= 0 || clock_mono() >= f->until || url_parse(f->cx->mem, url, u) || site_ours(f->cx->app, u->authority))
		return ERR_NOT_FOUND;
	TRY(host_rule(f->cx, u->authority, &rule));
	if (rule.blocked && !(for_people && rule.unnamed))
		return ERR_NOT_FOUND;
	if (!f->sign.key)
		TRY(sign_as_instance(f->cx, &f->sign));
	f->left--;
	return OK;
}

static enum err ask(struct fetcher *f, str url, str accept, bool as, struct page_got *got)
{
	str host = f->polite ? url_authority(f->cx->mem, url) : STR_NONE;
	str lines[1] = { str_cat(f->cx->mem, S("Accept: "), accept) };
	int64_t left = f->until - clock_mono(), most = f->cx->app->config->fetch_seconds * SECOND;
	struct asking a = { .f = f };
	enum err e;

	a.call = (struct net_call){ .mem = f->cx->mem, .method = S("GET"), .url = url, .headers = { lines, 1 } };
	a.call.max_body = BODY_MAX;
	a.call.redirects = HOPS;
	a.call.urgent = f->urgent;
	a.call.cut_body = f->cut;
	a.call.hop = hop;
	a.call.sign = as ? sign : NULL;
	if (f->polite && !pace_wait(host, f->until))
		return ERR_NOT_FOUND;
	a.call.total_ms = left < SECOND ? SECOND : (int)(left < most ? left : most);
	e = net_call_wait(fed.net, &a.call);
	if (e)
		LOG(LOG_DEBUG, "fetch", LS("url", url), LS("result", str_of(net_result_name(a.call.result))),
		    LS("why", a.call.why));
	if (e)
		return e == ERR_BUSY ? ERR_BUSY : ERR_NOT_FOUND;
	LOG(LOG_DEBUG, "fetch", LS("url", url), LI("status", a.call.status));
	*got = (struct page_got){ a.call.status, a.call.content_type, a.call.reply, a.call.head, a.call.final };
	return OK;
}

static bool refused(const struct page_got *got)
{
	return got->status == 400 || got->status == 401;
}

/* federation.md 4.4: once with the kind of signature that this host took before; refused, without the query if there is
 * one (4.1: some verify so); refused again, with the other kind. */
static enum err knock(struct fetcher *f, const struct url *u, str accept, struct page_got *got)
{
	struct host host = { 0 };
	bool query = str_chr(u->target, '?') >= 0;

	TRY(host_get(f->cx, u->authority, &host));
	f->no_query = host.query_quirk;
	f->rfc9421 = host.rfc9421;
	TRY(ask(f, u->whole, accept, true, got));
	if (got->status == 401 && query && !f->rfc9421 && f->left > 0) {
		f->left--;
		f->no_query = !f->no_query;
		TRY(ask(f, u->whole, accept, true, got));
		if (got->status == 200 && host_set_quirk(f->cx, u->authority, f->no_query))
			LOG(LOG_DEBUG, "quirk", LS("host", u->authority));
	}
	if (refused(got) && f->left > 0) {
		f->left--;
		f->no_query = host.query_quirk;
		f->rfc9421 = !host.rfc9421;
		TRY(ask(f, u->whole, accept, true, got));
		if (got->status == 200 && host_set_rfc9421(f->cx, u->authority, f->rfc9421))
			LOG(LOG_DEBUG, "quirk", LS("host", u->authority));
	}
	return OK;
}

static enum err for_now(const struct page_got *got)
{
	return got->status == 408 || got->status == 429 || got->status >= 500 ? ERR_BUSY : OK;
}

enum err fetch_page(struct fetcher *f, str url, str accept, bool as, struct page_got *got)
{
	struct url u;

	TRY(allowed(f, url, false, &u));
	TRY(as ? knock(f, &u, accept, got) : ask(f, u.whole, accept, false, got));
	return for_now(got);
}

enum err fetch_for_people(struct fetcher *f, str url, str accept, struct page_got *got)
{
	struct url u;

	TRY(allowed(f, url, true, &u));
	TRY(ask(f, u.whole, accept, false, got));
	return for_now(got);
}

/* A parameter of a media type: "; name=value" or quoted, without case of the name. */
static bool param(str *rest, str *name, str *value)
{
	while (str_skip(rest, S(";")) || str_skip(rest, S(" ")) || str_skip(rest, S("\t")))
		;
	long eq = str_chr(*rest, '=');

	if (str_empty(*rest) || eq < 0)
		return false;
	*name = str_trim(str_to(*rest, (size_t)eq));
	*rest = str_from(*rest, (size_t)eq + 1);
	if (str_skip(rest, S("\""))) {
		long end = str_chr(*rest, '"');

		*value = str_to(*rest, end < 0 ? rest->n : (size_t)end);
		*rest = str_from(*rest, end < 0 ? rest->n : (size_t)end + 1);
	} else {
		long end = str_chr(*rest, ';');

		*value = str_trim(str_to(*rest, end < 0 ? rest->n : (size_t)end));
		*rest = str_from(*rest, end < 0 ? rest->n : (size_t)end);
	}
	return true;
}

bool fetch_type_ok(str type)
{
	long end = str_chr(type, ';');
	str kind = str_trim(str_to(type, end < 0 ? type.n : (size_t)end));
	str rest = end < 0 ? S("") : str_from(type, (size_t)end), name, value, one;

	if (str_ieq(kind, S("application/activity+json")))
		return true;
	if (!str_ieq(kind, S("application/ld+json")))
		return false;
	while (param(&rest, &name, &value)) {
		if (!str_ieq(name, S("profile")))
			continue;
		while (str_cut(&value, ' ', &one))
			if (str_eq(one, S("https://www.w3.org/ns/activitystreams")))
				return true;
	}
	return false;
}

static enum err fetch_json(struct fetcher *f, str url, struct document *d, str *from)
{
	struct page_got got = { 0 };

	*d = (struct document){ 0 };
	TRY(fetch_page(f, url, str_of(accept_as), true, &got));
	if (from)
		*from = got.final;
	d->status = got.status;
	d->gone = got.status == 404 || got.status == 410;
	if (got.status != 200 || !fetch_type_ok(got.type) || got.body.n > BODY_MAX)
		return ERR_NOT_FOUND;
	if (jr_parse(got.body, &d->json))
		return ERR_NOT_FOUND;
	d->id = as_id(jr_get(d->json, "id"));
	if (!jr_is_obj(d->json) || !as_context_ok(d->json)) {
		jr_free(&d->json);
		return ERR_NOT_FOUND;
	}
	return OK;
}

static str without_fragment(str url)
{
	long at = str_chr(url, '#');

	return at < 0 ? url : str_to(url, (size_t)at);
}

enum err fetch_document(struct fetcher *f, str url, struct document *d)
{
	str wanted = without_fragment(url), id;

	TRY(fetch_json(f, wanted, d, NULL));
	if (!str_eq(d->id, url) && !str_eq(d->id, wanted)) {
		id = str_dup(f->cx->mem, d->id);
		jr_free(&d->json);
		if (str_none(id) || !as_url_ok(f->cx->mem, id))
			return ERR_NOT_FOUND;
		TRY(fetch_json(f, without_fragment(id), d, NULL));
		if (!str_eq(d->id, id)) {
			jr_free(&d->json);
			return ERR_NOT_FOUND;
		}
	}
	if (str_eq(as_type(d->json), S("Tombstone"))) {
		jr_free(&d->json);
		d->gone = true;
		return ERR_NOT_FOUND;
	}
	return OK;
}

static enum err fetch_as_one(struct fetcher *f, int64_t account_id, str url, struct document *d)
{
	struct signing instance = f->sign;
	enum err e = sign_as(f->cx, account_id, &f->sign);

	if (!e) {
		e = fetch_document(f, url, d);
		key_free(f->sign.key);
	}
	f->sign = instance;
	return e;
}

enum err fetch_document_for_followers(struct fetcher *f, str url, struct document *d)
{
	enum err e = fetch_document(f, url, d);
	struct ids askers;

	if (e != ERR_NOT_FOUND || (d->status != 401 && d->status != 403 && d->status != 404))
		return e;
	TRY(status_askers(f->cx, url, f->of, ASKERS, &askers));
	for (size_t i = 0; i < askers.n && e == ERR_NOT_FOUND && f->asked < ASKED_MOST; i++) {
		f->asked++;
		e = fetch_as_one(f, askers.v[i], url, d);
	}
	return e;
}

enum err fetch_key_document(struct fetcher *f, str url, struct document *d)
{
	return fetch_json(f, without_fragment(url), d, NULL);
}

enum err fetch_any_document(struct fetcher *f, str url, struct document *d, str *from)
{
	return fetch_json(f, without_fragment(url), d, from);
}
