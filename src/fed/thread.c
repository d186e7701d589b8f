/* Job "thread": completes a thread that somebody opened, up and down. Breadth first over the replies of each post and the
 * context of the first, each thing asked of its own host, hosts in turn, none more than twice a second. What a host embeds of
 * its own posts need not be asked for one by one. federation.md 13, FEP-7888. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "core/bring_in.h"
#include "core/site.h"
#include "fed/as_read.h"
#include "fed/collection.h"
#include "fed/fed.h"
#include "fed/pace.h"
#include "fed/resolve.h"

enum { OF_A_POST = 500,
       IN_ALL = 1000,
       PAGES = 500,
       ACTORS = 500,
       TASKS = IN_ALL + PAGES + ACTORS,
       PARKED = 8 << 20,
       FAILURES = 3,
       HOSTS = 256,
       DEPTH = 16,
       FOR_MS = 120 * SECOND,
       SAY_MS = SECOND };

/* Something to ask for. */
enum kind { POST,
	    PAGE,
	    ACTOR };
struct task {
	enum kind kind;
	str url, host;
	str owner;  /* of a context: who must be its owner; STR_NONE: whoever. Of a post: its author */
	str parked; /* of a post: its document, while its author is not here yet */
	bool known; /* the post is here; it is looked at again for its replies, when there is nothing better to do */
	bool done;
};

struct completion {
	struct fetcher *f;
	struct arena keep; /* what outlives one task */
	struct refresh r;
	int64_t status_id, said_at;
	struct task tasks[TASKS];
	size_t tasks_n;
	int counts[ACTOR + 1]; /* of tasks by kind */
	size_t parked;         /* bytes */
	int depth;             /* of posts embedded in collections embedded in posts */
	struct {
		str host;
		int failures;
	} hosts[HOSTS]; /* that failed */
	size_t hosts_n;
};

static struct task *task_of(struct completion *c, str url)
{
	for (size_t i = 0; i < c->tasks_n; i++)
		if (str_eq(c->tasks[i].url, url))
			return &c->tasks[i];
	return NULL;
}

static void add_task(struct completion *c, enum kind kind, str url, bool known, str owner)
{
	static const int most[] = { [POST] = IN_ALL, [PAGE] = PAGES, [ACTOR] = ACTORS };
	struct task t = { .kind = kind, .known = known };

	if (str_none(url) || !foreign_url(c->f->cx, url) || c->counts[kind] >= most[kind] || task_of(c, url))
		return;
	t.url = str_dup(&c->keep, url);
	t.host = url_authority(&c->keep, t.url);
	t.owner = str_dup(&c->keep, owner);
	c->tasks[c->tasks_n++] = t;
	c->counts[kind]++;
}

/* Seen without having been asked for. */
static struct task *mark_done(struct completion *c, str url)
{
	struct task *t = task_of(c, url);

	if (!t) {
		add_task(c, POST, url, false, STR_NONE);
		t = task_of(c, url);
	}
	if (t)
		t->done = true;
	return t;
}

static void say(struct completion *c, bool ended)
{
	if (!ended && clock_mono() - c->said_at < SAY_MS)
		return;
	c->said_at = clock_mono();
	if (refresh_note(c->f->cx, &c->r, c->status_id, ended))
		LOG(LOG_DEBUG, "thread", LS("what", S("progress not noted")));
}

static bool take_item(void *arg, const struct collection_item *item);

/* A collection of which at least the head is at hand. owner: as of a task. */
static void take_collection(struct completion *c, const json_t *v, str from, str owner)
{
	struct collection_walk w = { c->f, 1, OF_A_POST, take_item, c };
	struct collection col;

	for (int depth = 0; v && depth < 3; depth++, v = col.page) {
		if (collection_read(v, &col) || col.total == 0 || (!str_none(owner) && !depth && !str_eq(col.owner, owner)))
			return;
		collection_items(&w, &col, from);
		if (!str_none(col.next) && url_same_origin(col.next, from))
			add_task(c, PAGE, col.next, false, STR_NONE);
	}
}

/* Where the rest of the thread may be found. */
static void follow_up(struct completion *c, const json_t *doc, const struct as_object *o)
{
	const json_t *said = jr_get(doc, "replies"), *replies = said ? said : jr_get(doc, "comments"); /* PeerTube */
	str context = jr_text(jr_get(doc, "context"));

	if (jr_is_obj(replies))
		take_collection(c, replies, o->id, STR_NONE);
	else if (!str_none(as_id(replies)) && url_same_origin(as_id(replies), o->id))
		add_task(c, PAGE, as_id(replies), false, STR_NONE);
	if (str_none(o->in_reply_to) && as_url_ok(c->f->cx->mem, context) && url_same_origin(context, o->id))
		add_task(c, PAGE, context, false, o->attributed_to);
}

/* To look its author up would mean to wait for the host: it waits here, and the author is a task like others. */
static bool park(struct completion *c, struct task *t, const json_t *doc, const struct as_object *o)
{
	struct ctx *cx = c->f->cx;
	struct account a;
	enum err e = account_by_uri(cx, o->attributed_to, &a);
	str text;

	if (!t || (!e && cx->now - a.fetched_at < 7 * (int64_t)DAY) || str_none(o->attributed_to) || !str_none(t->parked) ||
	    !url_same_origin(o->id, o->attributed_to) || c->counts[ACTOR] == ACTORS)
		return false;
	text = jr_dump(cx->mem, doc);
	if (str_none(text) || c->parked + text.n > PARKED)
		return false;
	add_task(c, ACTOR, o->attributed_to, false, STR_NONE);
	t->parked = str_dup(&c->keep, text);
	t->owner = str_dup(&c->keep, o->attributed_to);
	c->parked += text.n;
	return true;
}

/* A post's document that is to be trusted. */
static void take_post(struct completion *c, const json_t *doc, bool first)
{
	struct ctx *cx = c->f->cx;
	struct as_object o;
	struct status s;
	bool is_new;

	if (as_object_read(cx->mem, doc, &o) || (!first && str_none(o.in_reply_to)))
		return;
	if (park(c, mark_done(c, o.id), doc, &o))
		return;
	is_new = status_by_uri(cx, o.id, &s) == ERR_NOT_FOUND;
	if (resolve_status_document(c->f, doc, true, &s))
		return;
	c->r.found += is_new;
	say(c, false);
	if (str_eq(s.visibility, S("public")) || str_eq(s.visibility, S("unlisted")))
		follow_up(c, doc, &o);
}

static bool take_item(void *arg, const struct collection_item *item)
{
	struct completion *c = arg;
	struct collection_item post = *item;
	struct task *t;
	struct status s;

	if (str_eq(as_type(item->node), S("Create"))) {
		post.node = jr_get(item->node, "object");
		post.id = as_id(post.node);
		post.trusted = item->trusted && jr_is_obj(post.node) && url_same_origin(post.id, item->id);
	}
	t = str_none(post.id) ? NULL : task_of(c, post.id);
	if (c->depth >= DEPTH || str_none(post.id) || (t && t->done) || c->counts[POST] >= IN_ALL)
		return c->counts[POST] < IN_ALL;
	c->depth++;
	if (post.trusted && as_type_is_post(as_type(post.node)))
		take_post(c, post.node, false);
	else if (!t)
		add_task(c, POST, post.id, status_by_uri(c->f->cx, post.id, &s) == OK, STR_NONE);
	c->depth--;
	return true;
}

/* --- one task after the other */

static int *failures(struct completion *c, str host)
{
	for (size_t i = 0; i < c->hosts_n; i++)
		if (str_eq(c->hosts[i].host, host))
			return &c->hosts[i].failures;
	if (c->hosts_n == HOSTS)
		return NULL;
	c->hosts[c->hosts_n].host = host;
	return &c->hosts[c->hosts_n++].failures;
}

static bool given_up(const struct completion *c, str host)
{
	for (size_t i = 0; i < c->hosts_n; i++)
		if (c->hosts[i].failures >= FAILURES && str_eq(c->hosts[i].host, host))
			return true;
	return false;
}

/* What is new before what is known, then whose host may be asked first. */
static struct task *choose(struct completion *c)
{
	int64_t now = clock_mono(), best_at = 0;
	struct task *best = NULL;

	for (size_t i = 0; i < c->tasks_n; i++) {
		struct task *t = &c->tasks[i];
		int64_t at;

		if (t->done || (best && t->known && !best->known) || given_up(c, t->host))
			continue;
		at = pace_ready(t->host, t->kind == ACTOR ? 2 : 1, now);
		if (best && !(best->known && !t->known) && at >= best_at)
			continue;
		best = t;
		best_at = at;
		if (at <= now && !t->known)
			break;
	}
	return best;
}

/* The author is here, or never will be: their posts need not wait any more. */
static void run_actor(struct completion *c, struct task *actor)
{
	struct account a;
	enum err e = resolve_actor(c->f, actor->url, false, &a);

	for (size_t i = 0; i < c->tasks_n; i++) {
		struct task *t = &c->tasks[i];
		json_t *doc JR_SCOPE = NULL;

		if (str_none(t->parked) || !str_eq(t->owner, actor->url))
			continue;
		if (!e && !jr_parse(t->parked, &doc))
			take_post(c, doc, i == 0);
		t->parked = S("");
	}
}

static void run_task(struct completion *c, struct task *t)
{
	struct document d = { 0 };
	struct status s;
	str from = t->url;
	enum err e;

	t->done = true;
	if (t->kind == ACTOR) {
		run_actor(c, t);
		return;
	}
	e = t->kind == PAGE ? collection_fetch(c->f, t->url, &d, &from) : fetch_document(c->f, t->url, &d);
	if (e == ERR_BUSY && failures(c, t->host))
		++*failures(c, t->host);
	if (e == ERR_NOT_FOUND && t->kind == POST && !status_by_uri(c->f->cx, t->url, &s) && resolve_gone(c->f, &d, &s))
		LOG(LOG_DEBUG, "thread", LS("what", S("perhaps gone")), LS("uri", t->url));
	if (e)
		return;
	if (t->kind == PAGE)
		take_collection(c, d.json, from, t->owner);
	else
		take_post(c, d.json, t == &c->tasks[0]);
	jr_free(&d.json);
}

static void run(struct completion *c)
{
	struct ctx *cx = c->f->cx;
	struct task *t;

	while (c->f->left > 0 && clock_mono() < c->f->until && (t = choose(c))) {
		struct arena_mark mark = arena_mark(cx->mem);

		cx->now = clock_now();
		run_task(c, t);
		arena_rewind(cx->mem, mark);
	}
}

/* First up, then the post itself and the first of the thread, then all that is known. */
static enum err begin(struct completion *c)
{
	struct ctx *cx = c->f->cx;
	struct db_rows known = { 0 };
	const struct thread_uri *u;
	struct status s, root;

	TRY(status_by_id(cx, c->status_id, &s));
	if (!s.in_reply_to_id && s.in_reply_to_uri.n && resolve_parents(c->f, s.in_reply_to_uri))
		LOG(LOG_DEBUG, "parents", LS("uri", s.uri));
	TRY(status_by_id(cx, c->status_id, &s));
	TRY(refresh_known(cx, s.thread_id, IN_ALL / 2, &known));
	if (!status_by_id(cx, s.thread_id, &root) && !root.site_id)
		add_task(c, POST, root.uri, false, STR_NONE);
	if (!s.site_id)
		add_task(c, POST, s.uri, false, STR_NONE);
	u = known.p;
	for (size_t i = 0; i < known.n; i++)
		add_task(c, POST, u[i].uri, true, STR_NONE);
	return OK;
}

static enum err complete(struct ctx *cx, struct completion *c)
{
	/* Its key id must outlive the tasks. */
	TRY(sign_as_instance(cx, &c->f->sign));
	TRY(begin(c));
	run(c);
	say(c, true);
	LOG(LOG_DEBUG, "thread", LI("status", c->status_id),
	    LI("found", c->r.found), LI("pages", c->counts[PAGE]), LI("posts", c->counts[POST]));
	return OK;
}

enum err fed_job_thread(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	struct completion *c = NEW(cx->mem, struct completion);
	int64_t refresh = 0;
	enum err e;

	fetcher_init(&f, cx, TASKS + IN_ALL, FOR_MS);
	f.polite = true;
	c->f = &f;
	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "status"), &c->status_id) || !str_int(jr_str(args, "refresh"), &refresh))
		return ERR_INVALID;
	e = refresh_by_id(cx, refresh, &c->r);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	arena_init(&c->keep);
	e = complete(cx, c);
	arena_free(&c->keep);
	return e == ERR_NOT_FOUND ? OK : e;
}
