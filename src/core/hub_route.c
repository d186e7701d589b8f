/* Who hears of an event. The lock is held only while those are gathered who may; then the database says who of them does:
 * into homes goes what is in the table of homes, public streams hold what public timelines do, and core/visible.h has the
 * last word on every post for every listener, with a fixed number of statements however many they are. What a post looks
 * like is written once for all to whom it looks the same. */
#include <stdlib.h>

#include "base/log.h"
#include "core/account.h"
#include "core/hub_in.h"
#include "core/quote.h"
#include "core/site.h"
#include "core/visible.h"
#include "store/listeners.h"
#include "store/parts.h"

struct target {
	struct hub_client *c;
	struct subscription sub; /* tag is the dispatch's */
	bool out;
};

/* One account that listens, by however many sockets. */
struct viewer {
	int64_t id;
	const struct site *site;
	unsigned rel, rel_boosted; /* to the author; to the author of what is boosted */
	bool averse, own;          /* avoids somebody in it; must have it written for itself */
	bool written;
	str payload;
};

/* A post and who wrote it. */
struct what {
	struct status s;
	struct account author;
};

struct dispatch {
	struct hub *hub;
	struct ctx *cx;
	const struct event *e;
	const struct event_kind_row *kind;
	struct target *t;
	size_t n;
	struct viewer *v;
	size_t v_n;
	struct viewer *plain; /* the last one that shared what was written */
	str viewers;          /* as a list for statements */
	struct ids feeds;     /* those that it is in, in order */
	struct what post, boosted;
	bool feeds_only, public_only;
	bool public, open, media; /* open: not a reply to others, so that public timelines have it */
	struct strs tags;
};

/* --- what the event is about */

static enum err load_post(struct ctx *cx, int64_t id, struct what *w)
{
	TRY(statuses_by_id(cx->db, cx->mem, id, &w->s));
	return accounts_by_id(cx->db, cx->mem, w->s.account_id, &w->author);
}

static enum err load_tags(struct dispatch *d)
{
	struct ctx *cx = d->cx;
	struct db_rows rows = { 0 };
	str rest = d->e->data, tag;

	if (d->kind->go == GO_GONE) {
		d->tags.v = NEWS(cx->mem, str, rest.n + 1);
		while (str_cut(&rest, ' ', &tag))
			if (tag.n)
				d->tags.v[d->tags.n++] = tag;
		return OK;
	}
	if (d->post.s.extras & HAS_TAGS)
		TRY(shown_tags(cx->db, cx->mem, db_id_list(cx->mem, (struct ids){ &d->post.s.id, 1 }), &rows));
	d->tags.v = NEWS(cx->mem, str, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		d->tags.v[d->tags.n++] = ((const struct shown_tag *)rows.p)[i].name;
	return OK;
}

static enum err load(struct dispatch *d)
{
	const struct status *s = &d->post.s;
	bool gone = d->kind->go == GO_GONE;

	TRY(load_post(d->cx, d->e->id, &d->post));
	if (!gone && s->deleted_at)
		return ERR_NOT_FOUND;
	if (s->reblog_of_id)
		TRY(load_post(d->cx, s->reblog_of_id, &d->boosted));
	d->feeds_only = d->e->kind == EV_UPDATE && str_eq(d->e->data, S("feeds"));
	d->public_only = d->e->kind == EV_UPDATE && str_eq(d->e->data, S("public"));
	d->public = str_eq(s->visibility, S("public")) && !s->reblog_of_id;
	d->open = d->public && (str_none(s->in_reply_to_uri) || s->in_reply_to_account_id == s->account_id);
	d->media = gone || (s->extras & HAS_MEDIA); /* nobody remembers whether it had some */
	return d->public ? load_tags(d) : OK;
}

/* --- who may */

static bool wants_post(const struct dispatch *d, const struct hub_client *c, const struct subscription *s)
{
	bool local = d->post.s.site_id == c->site->id, feed = s->channel == CH_USER || s->channel == CH_LIST;

	if (feed ? d->public_only : d->feeds_only)
		return false;

	switch (s->channel) {
	case CH_USER:
	case CH_LIST: return true;
	case CH_PUBLIC: return d->open;
	case CH_LOCAL: return d->open && local;
	case CH_REMOTE: return d->open && !local;
	case CH_PUBLIC_MEDIA: return d->open && d->media;
	case CH_LOCAL_MEDIA: return d->open && d->media && local;
	case CH_REMOTE_MEDIA: return d->open && d->media && !local;
	case CH_TAG: return d->public && strs_has(d->tags, s->tag);
	case CH_TAG_LOCAL: return d->public && local && strs_has(d->tags, s->tag);
	default: return false;
	}
}

static bool wants(const struct dispatch *d, const struct hub_client *c, const struct subscription *s)
{
	bool mine = c->account_id == d->e->to;

	switch (d->kind->go) {
	case GO_POST:
	case GO_GONE: return wants_post(d, c, s);
	case GO_HOME: return mine && s->channel == CH_USER;
	case GO_NOTICES: return mine && (s->channel == CH_NOTICES || (s->channel == CH_USER && c->notices));
	case GO_DIRECT: return mine && s->channel == CH_DIRECT;
	case GO_SITE: return s->channel == CH_USER && c->site->id == d->e->to;
	case GO_NOWHERE: break;
	}
	return false;
}

static void gather(struct dispatch *d)
{
	struct hub *h = d->hub;
	size_t most = 0;

	pthread_mutex_lock(&h->lock);
	for (const struct hub_client *c = h->clients; c; c = c->next)
		most += c->subs_n;
	d->t = NEWS(d->cx->mem, struct target, most);
	for (struct hub_client *c = h->clients; c; c = c->next) {
		for (size_t i = 0; i < c->subs_n; i++) {
			if (!wants(d, c, &c->subs[i]))
				continue;
			d->t[d->n] = (struct target){ c, c->subs[i], false };
			d->t[d->n].sub.shown = str_dup(d->cx->mem, c->subs[i].shown);
			d->t[d->n++].sub.tag = str_dup(d->cx->mem, c->subs[i].tag);
			atomic_fetch_add(&c->refs, 1);
		}
	}
	pthread_mutex_unlock(&h->lock);
}

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The id is the first member. */
static struct viewer *viewer_of(const struct dispatch *d, int64_t account_id)
{
	return d->v_n ? bsearch(&account_id, d->v, d->v_n, sizeof(*d->v), by_id) : NULL;
}

static void list_viewers(struct dispatch *d)
{
	struct arena *mem = d->cx->mem;
	struct ids ids = { NEWS(mem, int64_t, d->n), 0 };
	size_t kept = 0;

	d->v = NEWS(mem, struct viewer, d->n);
	for (size_t i = 0; i < d->n; i++)
		d->v[i] = (struct viewer){ .id = d->t[i].c->account_id, .site = d->t[i].c->site };
	if (d->n)
		qsort(d->v, d->n, sizeof(*d->v), by_id);
	for (size_t i = 0; i < d->n; i++)
		if (!kept || d->v[kept - 1].id != d->v[i].id)
			d->v[kept++] = d->v[i];
	d->v_n = kept;
	for (size_t i = 0; i < kept; i++)
		ids.v[ids.n++] = d->v[i].id;
	d->viewers = db_id_list(mem, ids);
}

/* --- who does */

static enum err stands(struct dispatch *d, const struct what *w, bool boosted)
{
	struct ctx *cx = d->cx;
	struct db_rows rows = { 0 };

	TRY(listeners_stands(cx->db, cx->mem, d->viewers, w->author.id, w->s.id, cx->now, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		const struct bits *b = (const struct bits *)rows.p + i;
		struct viewer *v = viewer_of(d, b->id);

		if (v)
			*(boosted ? &v->rel_boosted : &v->rel) |= (unsigned)b->bits;
	}
	for (size_t i = 0; i < d->v_n; i++) {
		unsigned more = d->v[i].id == w->author.id ? REL_SELF : 0;

		more |= d->v[i].site->id == w->s.site_id ? REL_HERE : 0;
		*(boosted ? &d->v[i].rel_boosted : &d->v[i].rel) |= more;
	}
	return OK;
}

/* A home has its account's id. */
static int64_t feed_of(const struct target *t)
{
	return t->sub.channel == CH_USER ? t->c->account_id : t->sub.channel == CH_LIST ? t->sub.list_id
	                                                                                : 0;
}

static enum err find_feeds(struct dispatch *d)
{
	struct ids asked = { NEWS(d->cx->mem, int64_t, d->n), 0 };

	for (size_t i = 0; i < d->n; i++)
		if (feed_of(&d->t[i]))
			asked.v[asked.n++] = feed_of(&d->t[i]);
	if (asked.n)
		TRY(listeners_feeds(d->cx->db, d->cx->mem, db_id_list(d->cx->mem, asked), d->post.s.id, &d->feeds));
	if (d->feeds.n)
		qsort(d->feeds.v, d->feeds.n, sizeof(*d->feeds.v), by_id);
	return OK;
}

static bool in_feed(const struct dispatch *d, int64_t feed)
{
	return d->feeds.n && bsearch(&feed, d->feeds.v, d->feeds.n, sizeof(feed), by_id);
}

/* Who blocks or mutes somebody whom the post names does not get it, as in homes. */
static enum err mark_averse(struct dispatch *d)
{
	struct ctx *cx = d->cx;
	const struct status *s = d->boosted.s.id ? &d->boosted.s : &d->post.s;
	struct db_rows rows = { 0 };
	struct ids names, ids = { 0 };

	if (!(s->extras & HAS_MENTIONS))
		return OK;
	TRY(mentions_of(cx->db, cx->mem, s->id, &rows));
	names = (struct ids){ NEWS(cx->mem, int64_t, rows.n), 0 };
	for (size_t i = 0; i < rows.n; i++)
		if (!((const struct mention_row *)rows.p)[i].silent)
			names.v[names.n++] = ((const struct mention_row *)rows.p)[i].account_id;
	TRY(listeners_averse(cx->db, cx->mem, d->viewers, db_id_list(cx->mem, names), cx->now, &ids));
	for (size_t i = 0; i < ids.n; i++) {
		struct viewer *v = viewer_of(d, ids.v[i]);

		if (v)
			v->averse = !(v->rel & REL_SELF);
	}
	return OK;
}

static bool may_have(const struct dispatch *d, const struct target *t)
{
	const struct viewer *v = viewer_of(d, t->c->account_id);

	if (!v || v->averse || (feed_of(t) && !in_feed(d, feed_of(t))))
		return false;
	if (!visible_in_timeline(&d->post.s, &d->post.author, v->rel))
		return false;
	return !d->boosted.s.id || visible_in_timeline(&d->boosted.s, &d->boosted.author, v->rel_boosted);
}

static enum err choose(struct dispatch *d)
{
	TRY(stands(d, &d->post, false));
	if (d->boosted.s.id)
		TRY(stands(d, &d->boosted, true));
	TRY(find_feeds(d));
	TRY(mark_averse(d));
	for (size_t i = 0; i < d->n; i++)
		d->t[i].out = !may_have(d, &d->t[i]);
	return OK;
}

/* A buried post is in no home any more: who follows its author may have had it. */
static enum err choose_gone(struct dispatch *d)
{
	TRY(stands(d, &d->post, false));
	for (size_t i = 0; i < d->n; i++) {
		const struct viewer *v = viewer_of(d, d->t[i].c->account_id);

		d->t[i].out = feed_of(&d->t[i]) && !(v->rel & (REL_SELF | REL_FOLLOWING | REL_MENTIONED));
	}
	return OK;
}

/* --- what it looks like */

/* Whether it looks the same to all who only follow: whom it may be quoted by must not depend on who asks, nor may what it
 * quotes. */
static bool alike(const struct status *s)
{
	return !(s->extras & HAS_QUOTE) && (!s->interaction_policy || (s->interaction_policy & QUOTE_PUBLIC));
}

static enum err mark_own(struct dispatch *d)
{
	struct ctx *cx = d->cx;
	bool all = !alike(&d->post.s) || (d->boosted.s.id && !alike(&d->boosted.s));
	int64_t posts[] = { d->post.s.id, d->boosted.s.id };
	struct ids ids = { 0 };

	for (size_t i = 0; i < d->v_n; i++)
		d->v[i].own = all || ((d->v[i].rel | d->v[i].rel_boosted) & REL_SELF);
	if (all)
		return OK;
	TRY(listeners_involved(cx->db, cx->mem, d->viewers, db_id_list(cx->mem, (struct ids){ posts, d->boosted.s.id ? 2 : 1 }),
	                       &ids));
	for (size_t i = 0; i < ids.n; i++) {
		struct viewer *v = viewer_of(d, ids.v[i]);

		if (v)
			v->own = true;
	}
	return OK;
}

static enum err write_for(struct dispatch *d, struct viewer *v)
{
	struct ctx cx;
	struct account *me = NEW(d->cx->mem, struct account);

	ctx_init(&cx, d->hub->app, d->cx->mem);
	cx.site = v->site;
	TRY(accounts_by_id(cx.db, cx.mem, v->id, me));
	cx.me = me;
	v->written = true;
	v->payload = d->hub->o.port->payload(&cx, d->kind->carry, d->e);
	return OK;
}

/* Somebody of that site for whom it was written as for most. */
static struct viewer *one_like(struct dispatch *d, int64_t site_id)
{
	if (d->plain && d->plain->site->id == site_id)
		return d->plain;
	for (size_t i = 0; i < d->v_n; i++)
		if (d->v[i].written && !d->v[i].own && d->v[i].site->id == site_id)
			return &d->v[i];
	return NULL;
}

/* Once for each who needs their own, once for all others of a site. */
static enum err payload_for(struct dispatch *d, struct viewer *v, str *payload)
{
	bool shared = d->kind->go == GO_POST && !v->own;
	struct viewer *from = shared ? one_like(d, v->site->id) : NULL;

	if (!from)
		from = v;
	if (!from->written)
		TRY(write_for(d, from));
	if (shared)
		d->plain = from;
	*payload = from->payload;
	return OK;
}

/* --- telling */

struct cached {
	enum stream_format format;
	struct subscription sub;
	const char *payload;
	struct message *m;
};
enum { CACHED = 16 };

static bool same(const struct cached *k, const struct target *t, str payload)
{
	return k->m && k->format == t->c->format && k->payload == payload.p && k->sub.channel == t->sub.channel &&
	       k->sub.list_id == t->sub.list_id && str_eq(k->sub.shown, t->sub.shown);
}

/* Those who get the very same share it. */
static void tell(struct dispatch *d, struct cached *cache, size_t *at, const struct target *t, str payload)
{
	struct cached *k = NULL;
	struct arena mem ARENA_SCOPE;

	for (size_t i = 0; i < CACHED && !k; i++)
		if (same(&cache[i], t, payload))
			k = &cache[i];
	if (!k) {
		k = &cache[(*at)++ % CACHED];
		message_drop(k->m);
		*k = (struct cached){ t->c->format, t->sub, payload.p, NULL };
		k->m = message_new(d->hub->o.port->message(&mem, t->c->format, &t->sub, d->kind->name, payload));
	}
	hub_push(t->c, k->m);
}

static enum err tell_all(struct dispatch *d)
{
	struct cached cache[CACHED] = { 0 };
	size_t at = 0;
	enum err e = OK;

	for (size_t i = 0; i < d->n && !e; i++) {
		const struct target *t = &d->t[i];
		struct viewer *v = viewer_of(d, t->c->account_id);
		str payload = STR_NONE;

		if (t->out)
			continue;
		e = payload_for(d, v, &payload);
		if (!e && !str_none(payload))
			tell(d, cache, &at, t, payload);
	}
	for (size_t i = 0; i < CACHED; i++)
		message_drop(cache[i].m);
	return e;
}

static enum err dispatch(struct dispatch *d)
{
	bool post = d->kind->go == GO_POST, gone = d->kind->go == GO_GONE;

	if (post || gone)
		TRY(load(d));
	gather(d);
	if (!d->n)
		return OK;
	list_viewers(d);
	if (gone)
		TRY(choose_gone(d));
	if (post) {
		TRY(choose(d));
		TRY(mark_own(d));
	}
	return tell_all(d);
}

void hub_dispatch(struct hub *h, struct ctx *cx, const struct event *e)
{
	struct dispatch d = { .hub = h, .cx = cx, .e = e, .kind = &event_kinds[e->kind] };
	enum err failed;

	if (!cx->db)
		return; /* the database cannot be reached just now */
	db_read_begin(cx->db);
	failed = dispatch(&d);
	db_read_end(cx->db);
	if (failed && failed != ERR_NOT_FOUND)
		LOG(LOG_WARN, "hub", LS("what", S("an event was not told")), LS("event", str_of(d.kind->name)));
	for (size_t i = 0; i < d.n; i++)
		hub_release(d.t[i].c);
}
