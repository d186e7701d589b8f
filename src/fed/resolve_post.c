/* Posts: from their own server only, their authors and ancestors with them; and what a person typed into a search box. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "core/bring_in.h"
#include "core/job.h"
#include "core/site.h"
#include "fed/collection.h"
#include "fed/fed.h"
#include "fed/jrd.h"
#include "fed/resolve.h"
#include "fed/state.h"

static bool has_mention(const struct remote_status *s, int64_t id)
{
	for (size_t i = 0; i < s->mentions_n; i++)
		if (s->mentions[i].account_id == id)
			return true;
	return false;
}

/* Some name people by the address of their page. */
static enum err by_page(struct ctx *cx, str url, struct account *a)
{
	const struct site *site = site_of_url(cx->app, url);

	if (!site || !str_skip(&url, site->base) || !str_skip(&url, S("/@")) || str_chr(url, '/') >= 0)
		return ERR_NOT_FOUND;
	return account_by_handle(cx, strf(cx->mem, "%.*s@%.*s", STR_F(url), STR_F(site->domain)), a);
}

static enum err find_account(struct fetcher *f, str uri, int *lookups, struct account *a)
{
	enum err e = account_by_uri(f->cx, uri, a);

	if (e == ERR_NOT_FOUND)
		e = by_page(f->cx, uri, a);
	if (e != ERR_NOT_FOUND || *lookups <= 0 || !foreign_url(f->cx, uri))
		return e;
	--*lookups;
	return resolve_actor(f, uri, false, a);
}

static bool is_addressed(const struct as_object *o, str uri)
{
	return strs_has(o->to, uri) || strs_has(o->cc, uri);
}

/* Who is named by a tag and not addressed is not told; who is addressed only, neither. */
static enum err add_mention(struct fetcher *f, str uri, const struct as_object *tagged, int *lookups, struct remote_status *s)
{
	struct account a;
	enum err e = find_account(f, uri, lookups, &a);

	if (!e && !a.deleted_at && !has_mention(s, a.id)) {
		bool told = tagged && (is_addressed(tagged, uri) || is_addressed(tagged, a.uri));

		s->mentions[s->mentions_n++] = (struct remote_mention){ a.id, !told };
	}
	return e == ERR_NOT_FOUND || e == ERR_BUSY ? OK : e;
}

/* Addressed but not tagged: only those who are here matter. */
static enum err add_addressed(struct fetcher *f, const struct strs *list, struct remote_status *s)
{
	int none = 0;

	for (size_t i = 0; i < list->n; i++)
		if (site_of_url(f->cx->app, list->v[i]))
			TRY(add_mention(f, list->v[i], NULL, &none, s));
	return OK;
}

/* A group that is known here; that it is, and takes the post, is for the group to say. */
static enum err find_group(struct ctx *cx, const struct strs *audience, struct remote_status *s)
{
	struct account a;

	for (size_t i = 0; i < audience->n && !s->group_id; i++) {
		enum err e = account_by_uri(cx, audience->v[i], &a);

		if (e && e != ERR_NOT_FOUND)
			return e;
		if (!e && !account_is_local(&a) && !a.deleted_at && str_eq(a.kind, S("Group")))
			s->group_id = a.id;
	}
	return OK;
}

enum err resolve_mentions(struct fetcher *f, const struct as_object *o, int lookups, int64_t implied, struct remote_status *s)
{
	s->mentions = NEWS(f->cx->mem, struct remote_mention, o->mentions_n + o->to.n + o->cc.n + 1);
	s->mentions_n = 0;
	for (size_t i = 0; i < o->mentions_n; i++)
		TRY(add_mention(f, o->mentions[i].href, o, &lookups, s));
	TRY(find_group(f->cx, &o->audience, s));
	TRY(add_addressed(f, &o->to, s));
	TRY(add_addressed(f, &o->cc, s));
	if (implied && str_eq(s->visibility, S("direct")) && !has_mention(s, implied))
		s->mentions[s->mentions_n++] = (struct remote_mention){ implied, true };
	return OK;
}

enum err resolve_status_document(struct fetcher *f, const json_t *doc, bool quiet, struct status *s)
{
	struct origin_counts counts;
	struct remote_status in;
	struct account author;
	struct as_object o;
	int64_t id = 0;

	if (as_object_read(f->cx->mem, doc, &o) || o.vote || !foreign_url(f->cx, o.id) ||
	    str_none(o.attributed_to) || !url_same_origin(o.id, o.attributed_to))
		return ERR_NOT_FOUND;
	TRY(resolve_actor(f, o.attributed_to, false, &author));
	if (account_is_local(&author) || author.suspended_at)
		return ERR_NOT_FOUND;
	as_object_status(f->cx->mem, &o, &author, &in);
	TRY(resolve_mentions(f, &o, 0, 0, &in));
	TRY(status_receive(f->cx, &author, &in, quiet, &id));
	if (!id)
		return ERR_NOT_FOUND;
	collection_counts(doc, &counts);
	TRY(status_origin_counts(f->cx, id, &counts));
	return status_by_id(f->cx, id, s);
}

enum err resolve_status(struct fetcher *f, str uri, struct status *s, bool *gone)
{
	struct document d = { 0 };
	enum err e = status_by_uri(f->cx, uri, s);

	if (e != ERR_NOT_FOUND)
		return e ? e : s->deleted_at ? ERR_NOT_FOUND
		                             : OK;
	if (!foreign_url(f->cx, uri))
		return ERR_NOT_FOUND;
	e = fetch_document_for_followers(f, uri, &d);
	if (gone)
		*gone = d.gone;
	if (e)
		return e;
	e = status_by_uri(f->cx, d.id, s);
	if (e == ERR_NOT_FOUND)
		e = resolve_status_document(f, d.json, true, s);
	jr_free(&d.json);
	return e;
}

enum err resolve_parents(struct fetcher *f, str uri)
{
	struct status s;

	for (int depth = 0; depth < FETCH_DEPTH && f->left > 0; depth++) {
		TRY(resolve_status(f, uri, &s, NULL));
		if (s.in_reply_to_id || str_empty(s.in_reply_to_uri))
			return OK;
		uri = str_dup(f->cx->mem, s.in_reply_to_uri);
	}
	return OK;
}

enum err fed_job_parents(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	enum err e;

	fetcher_init(&f, cx, FETCHES, 60 * SECOND);
	TRY(jr_parse(job->args, &args));
	e = resolve_parents(&f, str_dup(cx->mem, jr_str(args, "uri")));
	return e == ERR_BUSY ? e : OK;
}

/* --- again */

static enum err read_again(struct fetcher *f, const json_t *doc, const struct account *author)
{
	struct remote_status in;
	struct as_object o;

	if (as_object_read(f->cx->mem, doc, &o) || !str_eq(o.attributed_to, author->uri))
		return ERR_NOT_FOUND;
	as_object_status(f->cx->mem, &o, author, &in);
	TRY(resolve_mentions(f, &o, 0, 0, &in));
	return status_receive_edit(f->cx, author, &in);
}

enum err resolve_gone(struct fetcher *f, const struct document *d, const struct status *s)
{
	bool for_all = str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));
	struct account author;

	if (!d->gone || !for_all || s->site_id || s->deleted_at || s->reblog_of_id)
		return OK;
	TRY(account_by_id(f->cx, s->account_id, &author));
	if (d->status == 404 && f->cx->now - author.fetched_at > 10 * MINUTE)
		TRY(resolve_actor(f, author.uri, true, &author));
	return status_receive_delete(f->cx, &author, s->uri);
}

enum err fed_refresh(struct ctx *cx, str uri)
{
	struct fetcher f FETCHER_SCOPE;
	struct document d = { 0 };
	struct account author;
	struct status s;
	enum err e;

	if (cx->writing || !fed.net)
		return ERR_BUSY;
	TRY(status_by_uri(cx, uri, &s));
	TRY(account_by_id(cx, s.account_id, &author));
	if (account_is_local(&author) || s.deleted_at)
		return ERR_NOT_FOUND;
	fetcher_init(&f, cx, FETCHES, 10 * SECOND);
	f.urgent = true;
	f.of = author.id;
	e = fetch_document_for_followers(&f, uri, &d);
	if (!e)
		e = str_eq(d.id, uri) ? read_again(&f, d.json, &author) : ERR_NOT_FOUND;
	else if (e == ERR_NOT_FOUND && resolve_gone(&f, &d, &s))
		LOG(LOG_DEBUG, "gone", LS("uri", uri));
	jr_free(&d.json);
	return e;
}

/* --- search */

static enum err take_document(struct fetcher *f, const json_t *doc)
{
	struct account a;
	struct status s;
	int64_t id;

	if (as_type_is_actor(as_type(doc))) {
		TRY(resolve_actor_document(f, doc, &a));
		return backfill_ask(f->cx, a.id, DAY);
	}
	if (as_is_featured(doc))
		return resolve_featured_document(f, doc, NULL, &id);
	TRY(resolve_status_document(f, doc, true, &s));
	if (!s.in_reply_to_id && s.in_reply_to_uri.n && resolve_parents(f, s.in_reply_to_uri))
		LOG(LOG_DEBUG, "parents", LS("uri", s.uri));
	return OK;
}

static const char accept_pages[] = "application/activity+json, "
				   "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", text/html;q=0.1";

/* A page for people: where does it say its document is? One hop. */
static enum err from_page(struct fetcher *f, str url, str *found)
{
	struct page_got got = { 0 };
	struct url base, to;
	str href;

	TRY(fetch_page(f, url, str_of(accept_pages), true, &got));
	if (got.status != 200)
		return ERR_NOT_FOUND;
	*found = got.final;
	if (fetch_type_ok(got.type))
		return OK;
	href = alternate_in_head(f->cx->mem, got.head);
	if (str_none(href) && (str_istarts(got.type, S("text/html")) || str_istarts(got.type, S("application/xhtml+xml"))))
		href = alternate_in_page(f->cx->mem, got.body);
	if (str_none(href) || url_parse(f->cx->mem, got.final, &base) || url_join(f->cx->mem, &base, href, &to))
		return ERR_NOT_FOUND;
	*found = to.whole;
	return OK;
}

static enum err resolve_url(struct fetcher *f, str url)
{
	struct document d;
	struct status s;
	struct account a;
	str at;
	enum err e;

	if (!status_by_uri(f->cx, url, &s))
		return s.deleted_at ? ERR_NOT_FOUND : OK;
	e = account_by_uri(f->cx, url, &a);
	if (!e && (account_is_local(&a) || f->cx->now - a.fetched_at < DAY))
		return OK;
	if (!foreign_url(f->cx, url))
		return ERR_NOT_FOUND;
	TRY(from_page(f, url, &at));
	TRY(fetch_document(f, at, &d));
	e = take_document(f, d.json);
	jr_free(&d.json);
	return e;
}

enum err fed_resolve(struct ctx *cx, str what)
{
	struct fetcher f FETCHER_SCOPE;
	struct account a = { 0 };
	enum err e;

	if (cx->writing || !fed.net)
		return ERR_BUSY;
	fetcher_init(&f, cx, FETCHES, 15 * SECOND);
	f.urgent = true;
	if (str_starts(what, S("https://")) || str_starts(what, S("http://")))
		e = resolve_url(&f, what);
	else
		e = resolve_handle(&f, what, &a);
	if (!e && a.id)
		e = backfill_ask(cx, a.id, DAY);
	return e && e != ERR_BUSY ? ERR_NOT_FOUND : e;
}
