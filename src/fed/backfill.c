/* Job "backfill": the newest posts of an account that someone began to follow or looks at, and what it has pinned. Only what its
 * own server says, quietly, and without hurry. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/bring_in.h"
#include "core/featured.h"
#include "core/react.h"
#include "fed/as_read.h"
#include "fed/collection.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/take.h"

enum { PAGES = 8,
       TAGS = 100,
       LOOKED_AT = 3,
       FETCHED_MOST = 250,
       FOR_MS = 120 * SECOND };

struct filling {
	struct fetcher *f;
	struct account a;
	int64_t wanted; /* posts still to be found */
	struct ids pins;
};

/* The post of an item, by its own author; false: it is none, or not to be had. */
static bool take_post(struct filling *b, const struct collection_item *item, struct status *s)
{
	struct as_object o;
	enum err e;

	if (item->trusted && !as_object_read(b->f->cx->mem, item->node, &o))
		e = str_eq(o.attributed_to, b->a.uri) ? resolve_status_document(b->f, item->node, true, s) : ERR_DENIED;
	else
		e = url_same_origin(item->id, b->a.uri) ? resolve_status(b->f, item->id, s, NULL) : ERR_DENIED;
	return !e && s->account_id == b->a.id;
}

/* What a group has announced: it is shown as its boost, if it begins a thread. */
static bool announced_item(struct filling *b, const struct collection_item *item)
{
	const json_t *post = jr_get(item->node, "object");
	struct ctx *cx = b->f->cx;
	struct take t = { .group = b->a, .announce = item->id };
	struct status s;
	str id;
	enum err e;

	if (str_eq(as_type(post), S("Create")))
		post = jr_get(post, "object");
	id = as_id(post);
	if (!item->trusted || !url_same_origin(item->id, b->a.uri) || str_none(id) || !as_url_ok(cx->mem, id))
		return true;
	if (as_type_is_post(as_type(post)) && url_same_origin(id, b->a.uri))
		e = resolve_status_document(b->f, post, true, &s);
	else
		e = resolve_status(b->f, id, &s, NULL);
	if (e || !clock_parse_iso(str_or(jr_str(item->node, "published"), S("")), &t.announced_at))
		t.announced_at = e ? 0 : s.created_at;
	if (!e && !group_shows(cx, &t, s.id) && str_none(s.in_reply_to_uri))
		b->wanted--;
	return b->wanted > 0;
}

/* A boost of their own; its post comes from where it lives, but for one of theirs that is embedded. */
static void boosted_item(struct filling *b, const struct collection_item *item)
{
	struct ctx *cx = b->f->cx;
	struct as_activity act;
	struct status s;
	enum err e;

	if (!item->trusted || !url_same_origin(item->id, b->a.uri) || as_activity_read(cx->mem, item->node, &act) ||
	    !str_eq(act.actor, b->a.uri) || str_none(act.object) || !as_url_ok(cx->mem, act.object))
		return;
	if (as_type_is_post(as_type(act.node)) && url_same_origin(act.object, b->a.uri))
		e = resolve_status_document(b->f, act.node, true, &s);
	else
		e = resolve_status(b->f, act.object, &s, NULL);
	if (e || s.reblog_of_id)
		return;
	e = react_bring_boost(cx, &b->a, s.id, as_boost_visibility(&act, &b->a), item->id, act.published);
	b->wanted -= !e;
}

static bool outbox_item(void *arg, const struct collection_item *item)
{
	struct filling *b = arg;
	struct collection_item post = *item;
	struct status s;

	if (str_eq(as_type(item->node), S("Announce"))) {
		if (str_eq(b->a.kind, S("Group")))
			return announced_item(b, item);
		boosted_item(b, item);
		return b->wanted > 0;
	}
	if (str_eq(as_type(item->node), S("Create"))) {
		post.node = jr_get(item->node, "object");
		post.id = as_id(post.node);
		post.trusted = item->trusted && jr_is_obj(post.node) && url_same_origin(post.id, item->id);
	} else if (jr_is_obj(item->node) && !as_type_is_post(as_type(item->node))) {
		return true; /* favourites and the like */
	} else if (!jr_is_obj(item->node)) {
		return true; /* an activity without its object: asking for each would be dear */
	}
	if (!str_none(post.id) && as_url_ok(b->f->cx->mem, post.id) && take_post(b, &post, &s))
		b->wanted--;
	return b->wanted > 0;
}

static bool pinned_item(void *arg, const struct collection_item *item)
{
	struct filling *b = arg;
	struct status s;

	if (take_post(b, item, &s) && !ids_has(b->pins, s.id))
		b->pins.v[b->pins.n++] = s.id;
	return true;
}

/* Hashtags are read from one page; they need not be fetched. */
static enum err read_tags(struct filling *b)
{
	struct strs names = { NEWS(b->f->cx->mem, str, TAGS), 0 };
	struct collection c = { 0 };
	struct document d;
	str from;
	enum err e;

	if (!url_same_origin(b->a.featured_tags_uri, b->a.uri) || collection_fetch(b->f, b->a.featured_tags_uri, &d, &from))
		return OK;
	e = collection_read(d.json, &c);
	for (size_t i = 0; !e && i < jr_many(c.items) && names.n < TAGS; i++)
		if (!str_none(jr_str(jr_nth(c.items, i), "name")))
			names.v[names.n++] = jr_str(jr_nth(c.items, i), "name");
	/* What stands on further pages stays as it is known. */
	if (!e && (names.n || !c.total))
		e = featured_receive_tags(b->f->cx, &b->a, names);
	jr_free(&d.json);
	return e == ERR_INVALID ? OK : e;
}

/* A collection of accounts. */
static bool featured_item(void *arg, const struct collection_item *item)
{
	struct filling *b = arg;
	int64_t id;
	enum err e;

	if (str_none(item->id) || !url_same_origin(item->id, b->a.uri))
		return true;
	if (item->trusted && as_is_featured(item->node))
		e = resolve_featured_document(b->f, item->node, &b->a, &id);
	else
		e = resolve_featured(b->f, item->id, &b->a, &id);
	return e != ERR_BUSY && e != ERR_INTERNAL;
}

/* So that the redirect can be shown. */
static void read_moved(struct filling *b)
{
	struct account a;

	if (b->a.moved_to_uri.n && resolve_actor(b->f, b->a.moved_to_uri, false, &a))
		LOG(LOG_DEBUG, "backfill", LS("moved", b->a.moved_to_uri));
}

static enum err bring_in(struct ctx *cx, struct filling *b)
{
	const struct config *config = cx->app->config;
	struct collection_walk posts = { b->f, PAGES, (int)config->backfill_posts * LOOKED_AT, outbox_item, b };
	struct collection_walk pins = { b->f, 1, (int)config->backfill_pins, pinned_item, b };
	struct collection_walk collections = { b->f, 2, COLLECTIONS_FAR, featured_item, b };
	bool some = config->backfill_pins && !str_empty(b->a.featured_uri) && url_same_origin(b->a.featured_uri, b->a.uri);

	b->wanted = config->backfill_posts;
	b->pins.v = NEWS(cx->mem, int64_t, (size_t)config->backfill_pins + 1);
	if (b->wanted && url_same_origin(b->a.outbox, b->a.uri))
		collection_walk(&posts, b->a.outbox);
	if (some)
		collection_walk(&pins, b->a.featured_uri);
	TRY(read_tags(b));
	if (b->a.collections_uri.n && url_same_origin(b->a.collections_uri, b->a.uri))
		collection_walk(&collections, b->a.collections_uri);
	read_moved(b);
	LOG(LOG_DEBUG, "backfill", LS("account", b->a.uri), LI("posts", config->backfill_posts - b->wanted),
	    LI("pins", b->pins.n));
	/* The page was read, or there is nothing pinned, or it could not be read: then what is known stays. */
	return backfill_done(cx, b->a.id, some && b->pins.n ? &b->pins : NULL);
}

enum err fed_job_backfill(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	struct filling b = { .f = &f };
	json_t *args JR_SCOPE = NULL;
	int64_t id = 0;
	enum err e;

	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "account"), &id))
		return ERR_INVALID;
	e = account_by_id(cx, id, &b.a);
	if (e == ERR_NOT_FOUND || (!e && (account_is_local(&b.a) || b.a.deleted_at || b.a.suspended_at)))
		return OK;
	TRY(e);
	fetcher_init(&f, cx, FETCHED_MOST, FOR_MS);
	f.polite = true;
	return bring_in(cx, &b);
}
