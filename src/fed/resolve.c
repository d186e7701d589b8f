/* Actors: their documents, keys, and which handle is theirs. */
#include "fed/resolve.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/site.h"
#include "fed/fed.h"
#include "fed/jrd.h"
#include "fed/signers.h"
#include "fed/state.h"

bool foreign_url(struct ctx *cx, str url)
{
	struct url u;

	return !url_parse(cx->mem, url, &u) && !site_ours(cx->app, u.authority);
}

static const char *scheme(const struct ctx *cx)
{
	return cx->app->config->dev ? "http" : "https";
}

/* Any answer but 200 is "no such name". */
static enum err jrd_at(struct fetcher *f, str url, struct jrd *out)
{
	struct page_got got = { 0 };

	TRY(fetch_page(f, url, S("application/jrd+json, application/json"), false, &got));
	if (got.status != 200)
		return got.status == 404 || got.status == 400 ? ERR_NOT_FOUND : ERR_INVALID;
	return jrd_read(f->cx->mem, got.body, out) ? ERR_INVALID : OK;
}

/* handle is clean. ERR_NOT_FOUND, ERR_INVALID, ERR_BUSY. */
static enum err webfinger(struct fetcher *f, str handle, struct jrd *out)
{
	struct arena *mem = f->cx->mem;
	str domain = str_from(handle, (size_t)str_chr(handle, '@') + 1), resource = str_cat(mem, S("acct:"), handle), url;
	struct page_got got = { 0 };
	enum err e;

	if (site_ours(f->cx->app, domain))
		return ERR_NOT_FOUND;
	url = strf(mem, "%s://%.*s/.well-known/webfinger?resource=%.*s", scheme(f->cx), STR_F(domain), STR_F(resource));
	e = jrd_at(f, url, out);
	if (e != ERR_NOT_FOUND)
		return e;
	url = strf(mem, "%s://%.*s/.well-known/host-meta", scheme(f->cx), STR_F(domain));
	TRY(fetch_page(f, url, S("application/xrd+xml, application/xml, text/xml"), false, &got));
	url = got.status == 200 ? host_meta_url(mem, got.body, resource) : STR_NONE;
	return str_none(url) ? ERR_NOT_FOUND : jrd_at(f, url, out);
}

static bool names(const struct jrd *j, str uri)
{
	return str_eq(j->self, uri) || str_eq(j->group, uri);
}

/* A person of that name goes before a group. */
static enum err leave_to_person(struct ctx *cx, const struct jrd *j, str uri, str handle)
{
	struct account a;
	enum err e = str_eq(j->self, uri) ? ERR_NOT_FOUND : account_by_handle(cx, handle, &a);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return str_eq(a.uri, j->self) ? ERR_INVALID : OK;
}

/* Which handle is this actor's? federation.md 1.5, step by step. */
static enum err bind_handle(struct fetcher *f, const struct as_actor *actor, str *handle)
{
	struct arena *mem = f->cx->mem;
	str claim = handle_clean(mem, actor->webfinger), subject;
	struct jrd j;

	if (str_none(claim))
		claim = handle_clean(mem, strf(mem, "%.*s@%.*s", STR_F(actor->a.username), STR_F(actor->a.domain)));
	if (str_none(claim))
		return ERR_INVALID;
	TRY(webfinger(f, claim, &j));
	subject = handle_clean(mem, j.subject);
	if (str_none(subject))
		subject = names(&j, actor->a.uri) ? claim : STR_NONE;
	if (str_none(subject))
		return ERR_INVALID;
	if (!str_ieq(subject, claim)) {
		TRY(webfinger(f, subject, &j));
		claim = handle_clean(mem, j.subject);
		if (str_none(claim) || !str_ieq(claim, subject))
			return ERR_INVALID;
	}
	*handle = subject;
	return names(&j, actor->a.uri) ? leave_to_person(f->cx, &j, actor->a.uri, subject) : ERR_INVALID;
}

/* The handle was verified lately, and nothing else is claimed now. */
static bool bound_already(const struct ctx *cx, const struct as_actor *actor, const struct account *old)
{
	str claim = handle_clean(cx->mem, actor->webfinger);

	if (!old->id || cx->now - old->fetched_at >= DAY || !str_ieq(old->username, actor->a.username))
		return false;
	return str_none(claim) || str_ieq(claim, strf(cx->mem, "%.*s@%.*s", STR_F(old->username), STR_F(old->domain)));
}

static enum err take_actor(struct fetcher *f, struct as_actor *actor, const struct account *old, struct account *a)
{
	struct ctx *cx = f->cx;
	str handle, name;

	if (site_of_url(cx->app, actor->a.inbox) || site_of_url(cx->app, actor->a.shared_inbox))
		return ERR_NOT_FOUND;
	if (bound_already(cx, actor, old)) {
		actor->a.username = old->username;
		actor->a.domain = old->domain;
	} else {
		enum err e = bind_handle(f, actor, &handle);

		if (e)
			return e == ERR_BUSY ? e : ERR_NOT_FOUND;
		str_cut(&handle, '@', &name);
		if (str_ieq(name, actor->a.username))
			name = actor->a.username;
		actor->a.username = name;
		actor->a.domain = handle;
	}
	TRY(account_receive(cx, &actor->a, a));
	signers_drop(fed.signers, a->id);
	return OK;
}

enum err resolve_actor_document(struct fetcher *f, const json_t *doc, struct account *a)
{
	struct as_actor actor;
	struct account old = { 0 };
	enum err e;

	if (as_actor_read(f->cx->mem, doc, &actor) || actor.partial || !foreign_url(f->cx, actor.a.uri))
		return ERR_NOT_FOUND;
	e = account_by_uri(f->cx, actor.a.uri, &old);
	if (e && e != ERR_NOT_FOUND)
		return e;
	return take_actor(f, &actor, &old, a);
}

/* Who was deleted may be there again, but not as soon as that: somewhere the old document may still be kept. */
static bool may_look(const struct ctx *cx, const struct account *a, bool force)
{
	if (account_is_local(a))
		return false;
	if (a->deleted_at)
		return force && cx->now - a->deleted_at > HOUR;
	return force || cx->now - a->fetched_at >= 7 * DAY;
}

enum err resolve_actor(struct fetcher *f, str uri, bool force, struct account *a)
{
	struct document d = { 0 };
	enum err e = account_by_uri(f->cx, uri, a);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e && !may_look(f->cx, a, force))
		return a->deleted_at ? ERR_NOT_FOUND : OK;
	if (!foreign_url(f->cx, uri))
		return ERR_NOT_FOUND;
	e = fetch_document(f, uri, &d);
	if (!e) {
		e = resolve_actor_document(f, d.json, a);
		jr_free(&d.json);
		/* Its texts were the document's. */
		if (!e)
			e = account_by_id(f->cx, a->id, a);
	}
	if (e == ERR_NOT_FOUND && d.status == 410 && !account_by_uri(f->cx, uri, a) && account_receive_delete(f->cx, a->id))
		LOG(LOG_WARN, "gone", LS("actor", uri));
	/* Old news is better than none, unless it was asked for the new, or there is none. */
	if (e && !force && !account_by_uri(f->cx, uri, a) && !a->deleted_at)
		return OK;
	return e;
}

enum err resolve_handle(struct fetcher *f, str handle, struct account *a)
{
	bool group = str_skip(&handle, S("!"));
	str clean = handle_clean(f->cx->mem, handle);
	struct jrd j;
	enum err e;

	if (str_none(clean))
		return ERR_NOT_FOUND;
	e = account_by_handle(f->cx, clean, a);
	if (!e && group && !account_is_local(a) && !str_eq(a->kind, S("Group")))
		e = ERR_NOT_FOUND;
	if (e != ERR_NOT_FOUND && (e || account_is_local(a) || f->cx->now - a->fetched_at < DAY))
		return e;
	e = webfinger(f, clean, &j);
	if (e)
		return e == ERR_BUSY ? e : ERR_NOT_FOUND;
	return resolve_actor(f, group ? str_or(j.group, j.self) : j.self, true, a);
}

enum err fed_look_again(struct ctx *cx, str uri)
{
	struct fetcher f FETCHER_SCOPE;
	struct account a;

	if (cx->writing || !fed.net)
		return ERR_BUSY;
	fetcher_init(&f, cx, 8, 15 * SECOND);
	f.urgent = true;
	return resolve_actor(&f, uri, true, &a);
}

enum err resolve_key(struct ctx *cx, str key_id)
{
	struct fetcher f FETCHER_SCOPE;
	struct account a = { 0 };
	struct account_key k;
	struct document d;
	struct as_actor actor;
	str owner;
	bool whole;

	fetcher_init(&f, cx, 8, 20 * SECOND);
	f.urgent = true;
	if (!foreign_url(cx, key_id))
		return ERR_NOT_FOUND;
	TRY(fetch_key_document(&f, key_id, &d));
	owner = str_dup(cx->mem, as_key_owner(cx->mem, d.json, key_id));
	/* The answer is the actor itself, under its own name: no need to ask twice. */
	whole = str_starts(key_id, d.id) && !as_actor_read(cx->mem, d.json, &actor) && !actor.partial &&
	        str_eq(actor.a.uri, owner) && (key_id.n == d.id.n || key_id.p[d.id.n] == '#');
	if (whole) {
		enum err e = resolve_actor_document(&f, d.json, &a);

		jr_free(&d.json);
		TRY(e);
	} else {
		jr_free(&d.json);
		if (str_none(owner))
			return ERR_NOT_FOUND;
		TRY(resolve_actor(&f, owner, true, &a));
	}
	TRY(account_key_by_uri(cx, key_id, &k));
	return k.account_id == a.id ? OK : ERR_NOT_FOUND;
}
