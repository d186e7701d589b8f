/* Collections of accounts between servers (FEP-7aa9): read, looked after, and asked to be in. What an owner says of a collection
 * is believed of nothing but its own server; that somebody wants to be in it, of theirs. */
#include "base/clock.h"
#include "base/url.h"
#include "core/featured_receive.h"
#include "core/site.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/take.h"

enum { LOOKS = 10, /* at once; the rest is for the next time */
       JOB_MS = 60 * SECOND };

/* Items that are only named are asked for, some of them. */
static enum err read_named(struct fetcher *f, struct as_featured *in)
{
	struct remote_collection *c = &in->c;

	for (size_t i = 0; i < in->named.n && c->items_n < COLLECTION_ITEMS_FAR; i++) {
		struct document d = { 0 };
		enum err e = fetch_document(f, in->named.v[i], &d);
		struct remote_item item;

		if (e == ERR_BUSY)
			return e;
		if (e)
			continue;
		if (as_featured_item_read(f->cx->mem, d.json, &item) && url_same_origin(item.uri, c->uri)) {
			struct remote_item *to = &c->items[c->items_n++];

			*to = item;
			to->uri = str_dup(f->cx->mem, item.uri);
			to->object_uri = str_dup(f->cx->mem, item.object_uri);
			to->stamp = str_none(item.stamp) ? STR_NONE : str_dup(f->cx->mem, item.stamp);
		}
		jr_free(&d.json);
	}
	return OK;
}

enum err resolve_featured_document(struct fetcher *f, const json_t *doc, const struct account *owner, int64_t *id)
{
	struct as_featured in;
	struct account a;

	*id = 0;
	TRY(as_featured_read(f->cx->mem, doc, &in));
	if (owner && !str_eq(owner->uri, in.owner))
		return ERR_DENIED;
	if (owner)
		a = *owner;
	else
		TRY(resolve_actor(f, in.owner, false, &a));
	TRY(read_named(f, &in));
	return featured_receive(f->cx, &a, &in.c, id);
}

enum err resolve_featured(struct fetcher *f, str uri, const struct account *owner, int64_t *id)
{
	struct document d = { 0 };
	enum err e;

	*id = 0;
	if (!foreign_url(f->cx, uri))
		return ERR_NOT_FOUND;
	e = fetch_document(f, uri, &d);
	if (e && d.gone && owner)
		return featured_receive_gone(f->cx, owner, uri);
	TRY(e);
	e = resolve_featured_document(f, d.json, owner, id);
	jr_free(&d.json);
	return e;
}

/* --- the job: who is in it, and do they say so? */

static enum err check_stamp(struct fetcher *f, const struct featured_collection *c, const struct featured_item *i, bool *good)
{
	struct document d = { 0 };
	enum err e;

	*good = false;
	if (!foreign_url(f->cx, i->stamp) || !url_same_origin(i->stamp, i->object_uri))
		return OK;
	e = fetch_document(f, i->stamp, &d);
	if (e)
		return e == ERR_BUSY ? e : OK;
	*good = str_eq(as_type(d.json), S("FeatureAuthorization")) && str_eq(d.id, i->stamp) &&
	        str_eq(as_id(jr_get(d.json, "interactingObject")), c->uri) &&
	        str_eq(as_id(jr_get(d.json, "interactionTarget")), i->object_uri);
	jr_free(&d.json);
	return OK;
}

static enum err look_at(struct fetcher *f, const struct featured_collection *c, const struct featured_item *i)
{
	struct account who = { 0 };
	bool good = false;
	enum err e;

	TRY(check_stamp(f, c, i, &good));
	e = good ? resolve_actor(f, i->object_uri, false, &who) : ERR_NOT_FOUND;
	if (e == ERR_BUSY)
		return e;
	return featured_settle(f->cx, i->id, e ? 0 : who.id);
}

/* One that does not answer now keeps none of the others waiting: they are for a job of their own, and so is what came since. */
static enum err look_at_some(struct fetcher *f, const struct featured_collection *c, int64_t after)
{
	const struct featured_item *i;
	struct db_rows rows;
	enum err busy = OK;

	TRY(featured_pending(f->cx, c->id, after, LOOKS, &rows));
	i = rows.p;
	for (size_t k = 0; k < rows.n; k++) {
		enum err e = look_at(f, c, &i[k]);

		if (e && e != ERR_BUSY)
			return e;
		busy = e ? e : busy;
		after = i[k].id;
	}
	TRY(featured_pending(f->cx, c->id, after, 1, &rows));
	if (rows.n)
		TRY(featured_look(f->cx, c, false, after));
	return busy;
}

static enum err read_again(struct fetcher *f, struct featured_collection *c)
{
	struct account owner;
	int64_t id;
	enum err e;

	TRY(account_by_id(f->cx, c->account_id, &owner));
	e = resolve_featured(f, c->uri, &owner, &id);
	if (e)
		return e == ERR_BUSY ? e : OK;
	return id ? featured_by_id(f->cx, id, c) : ERR_NOT_FOUND;
}

enum err fed_job_featured(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	struct featured_collection c;
	int64_t id = 0, after = 0;
	enum err e;

	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "collection"), &id) || !str_int(jr_str(args, "after"), &after))
		return ERR_INVALID;
	fetcher_init(&f, cx, FETCHES, JOB_MS);
	f.polite = true;
	e = featured_by_id(cx, id, &c);
	if (!e && c.local)
		return OK;
	if (!e && jr_bool(args, "again", false))
		e = read_again(&f, &c);
	if (!e)
		e = look_at_some(&f, &c, after);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* --- asked */

/* What may not be is refused unread. */
enum err prepare_feature_request(struct fetcher *f, struct take *t)
{
	str list = as_id(jr_get(t->doc, "instrument"));
	struct featured_collection c;
	struct account who;
	enum quote_may may;
	enum err e;

	if (str_none(t->act.object) || str_none(t->act.id) || !as_url_ok(f->cx->mem, t->act.id) ||
	    !url_same_origin(t->act.id, t->actor.uri) || !site_of_url(f->cx->app, t->act.object))
		return ERR_DENIED;
	TRY(account_by_uri(f->cx, t->act.object, &who));
	if (!account_is_local(&who) || who.deleted_at || str_eq(who.kind, S("Application")))
		return ERR_DENIED;
	t->about = who.id;
	TRY(featured_may(f->cx, &who, t->actor.id, &may));
	if (may != QUOTE_AUTOMATIC || str_none(list) || !url_same_origin(list, t->actor.uri))
		return OK;
	if (!featured_of(f->cx, &t->actor, list, &c)) {
		t->collection = c.id;
		return OK;
	}
	e = resolve_featured(f, list, &t->actor, &t->collection);
	return e == ERR_BUSY ? e : OK;
}

enum err take_feature_request(struct ctx *cx, struct take *t)
{
	struct account who;

	TRY(account_by_id(cx, t->about, &who));
	if (!t->collection)
		return featured_refuse(cx, &t->actor, &who, t->act.id);
	return featured_requested(cx, &t->actor, &who, t->collection, t->act.id);
}

enum err feature_answer(struct ctx *cx, struct take *t, const json_t *object)
{
	str request = as_id(object), stamp = as_id(jr_get(t->doc, "result"));

	if (str_none(request) || !site_of_url(cx->app, request))
		return ERR_NOT_FOUND;
	if (str_eq(t->act.type, S("Reject")))
		stamp = STR_NONE;
	else if (str_none(stamp) || !as_url_ok(cx->mem, stamp) || !url_same_origin(stamp, t->actor.uri))
		return ERR_NOT_FOUND;
	return featured_answered(cx, &t->actor, request, stamp);
}

/* --- told */

static enum err of_interest(struct fetcher *f, const struct take *t, str uri, bool *is)
{
	struct remote_status dummy = { .uri = uri, .visibility = S("public") };
	struct featured_collection c;
	enum err e = featured_of(f->cx, &t->actor, uri, &c);

	*is = !e;
	return e == ERR_NOT_FOUND ? status_wanted(f->cx, &t->actor, &dummy, is) : e;
}

enum err prepare_collection(struct fetcher *f, struct take *t)
{
	int64_t id;
	bool is;

	t->nothing = true;
	if (t->relayed || str_none(t->act.object) || !url_same_origin(t->act.object, t->actor.uri))
		return ERR_DENIED;
	TRY(of_interest(f, t, t->act.object, &is));
	if (!is)
		return OK;
	if (t->act.node && as_is_featured(t->act.node))
		return resolve_featured_document(f, t->act.node, &t->actor, &id);
	return resolve_featured(f, t->act.object, &t->actor, &id);
}

/* One more in one that is known, or one no longer. */
static enum err prepare_item(struct fetcher *f, struct take *t)
{
	const json_t *node = t->act.node;

	if (str_none(t->act.object) || !url_same_origin(t->act.object, t->actor.uri))
		return ERR_DENIED;
	t->change = TAKE_ITEM;
	if (str_eq(t->act.type, S("Remove")))
		return OK;
	if (!node || str_none(as_id(jr_get(node, "featuredObject")))) {
		TRY(fetch_document(f, t->act.object, &t->fetched));
		node = t->fetched.json;
	}
	t->object = node;
	return OK;
}

enum err prepare_collection_change(struct fetcher *f, struct take *t)
{
	struct featured_collection c;

	if (t->actor.collections_uri.n && str_eq(t->act.target, t->actor.collections_uri)) {
		if (str_eq(t->act.type, S("Add")))
			return prepare_collection(f, t);
		t->change = TAKE_COLLECTION;
		return str_none(t->act.object) ? ERR_DENIED : OK;
	}
	if (str_none(t->act.target))
		return ERR_DENIED;
	TRY(featured_of(f->cx, &t->actor, t->act.target, &c));
	return prepare_item(f, t);
}

enum err take_collection_change(struct ctx *cx, struct take *t)
{
	struct remote_item item;

	if (t->change == TAKE_COLLECTION)
		return featured_receive_gone(cx, &t->actor, t->act.object);
	if (str_eq(t->act.type, S("Remove")))
		return featured_receive_item_gone(cx, &t->actor, t->act.target, t->act.object);
	if (!as_featured_item_read(cx->mem, t->object, &item) || !str_eq(item.uri, t->act.object))
		return ERR_DENIED;
	return featured_receive_item(cx, &t->actor, t->act.target, &item);
}

enum err collection_gone(struct ctx *cx, struct take *t)
{
	enum err e;

	if (str_eq(as_type(t->act.node), S("Tombstone")))
		return ERR_NOT_FOUND;
	e = featured_receive_revoke(cx, &t->actor, t->act.object);
	return e == ERR_NOT_FOUND ? featured_receive_gone(cx, &t->actor, t->act.object) : e;
}
