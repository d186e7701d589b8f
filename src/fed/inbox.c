/* POST /inbox and /users/:name/inbox: cheap checks first, the signature, then durable, then 202. federation.md 7; what the
 * activity does is for the threads behind (inbox_worker.c). */
#include "base/codec.h"
#include "base/log.h"
#include "base/url.h"
#include "core/deliver.h"
#include "core/disk.h"
#include "core/host_policy.h"
#include "core/site.h"
#include "store/statuses.h"
#include "fed/as_read.h"
#include "fed/inbox_worker.h"
#include "fed/serve.h"
#include "fed/signers.h"
#include "fed/sync.h"
#include "fed/take.h"

static enum err accepted(struct reply *rp)
{
	reply_text(rp, 202, "application/json; charset=utf-8", S("{}"));
	return OK;
}

static bool type_ok(const struct request *rq)
{
	str type = rq_header(rq, "Content-Type");
	long end = str_chr(type, ';');
	str kind = str_trim(str_to(type, end < 0 ? type.n : (size_t)end));

	return str_none(type) || str_ieq(kind, S("application/activity+json")) || str_ieq(kind, S("application/ld+json")) ||
	       str_ieq(kind, S("application/json"));
}

/* Actors that go away, or change, and were never here: nothing to check, nothing to fetch. */
static enum err stranger_about_self(struct ctx *cx, const struct as_activity *a, bool *is)
{
	struct account known;
	enum err e;

	*is = false;
	if ((!str_eq(a->type, S("Delete")) && !str_eq(a->type, S("Update"))) || !str_eq(a->object, a->actor))
		return OK;
	e = account_by_uri(cx, a->actor, &known);
	*is = e == ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Under which name a second one is known; outlives *a. What someone else signed must not take the name from its owner. */
static str seen_name(struct ctx *cx, const struct request *rq, const struct as_activity *a, const struct check *c)
{
	unsigned char sum[SHA256_SIZE];

	if (!str_empty(a->id) && str_eq(a->actor, c->uri) && url_same_origin(a->id, a->actor))
		return str_dup(cx->mem, a->id);
	codec_sha256(rq->body, sum);
	return strf(cx->mem, "%lld sha256:%.*s", (long long)c->account_id,
	            STR_F(codec_hex(cx->mem, str_n((const char *)sum, sizeof(sum)))));
}

static enum err too_much(struct reply *rp)
{
	reply_header(rp, "Retry-After", S("300"));
	return serve_refuse(rp, 429, "this is too much of your server");
}

/* Servers that are told so come again for days. */
static enum err no_room(struct reply *rp)
{
	reply_header(rp, "Retry-After", S("600"));
	return serve_refuse(rp, 503, "the disk of this server is full; try again later");
}

/* Who sent it. */
struct sender {
	struct check check;
	struct host host;
	bool too_much; /* waits of theirs already */
};

/* Lives with the request, while the database writes. */
struct keeping {
	struct sender from;
	struct inbox_in in;
	bool own; /* the sender's own activity */
	struct write_later tx;
};

static enum err keep_in(struct ctx *cx, void *arg)
{
	return inbox_add(cx, &((struct keeping *)arg)->in);
}

static void keep_start(void *arg, void *waiting)
{
	struct keeping *k = arg;

	k->tx.done = rq_go_on;
	k->tx.done_arg = waiting;
	write_tx_start(&k->tx);
}

static enum err kept(struct request *rq, struct reply *rp)
{
	struct keeping *k = rq->later;
	const struct check *c = &k->from.check;
	enum err e = write_tx_end(&k->tx);

	if (e && e != ERR_CONFLICT)
		return e;
	if (!e) {
		inbox_worker_wake();
		if (k->own)
			TRY(sync_look(rq, c));
	}
	/* who writes to us can be written to: what waits for that server goes now */
	if (host_alive(rq->cx, &k->from.host))
		LOG(LOG_WARN, "host_alive", LS("host", c->host));
	return accepted(rp);
}

/* The thread goes on to the next request: what many send at once is on disk with one commit. */
static enum err keep(struct request *rq, const struct as_activity *a, const struct sender *from, int64_t target)
{
	struct keeping *k = NEW(rq->cx->mem, struct keeping);
	const struct check *c = &from->check;

	k->from = *from;
	k->own = str_eq(a->actor, c->uri);
	k->in = (struct inbox_in){
		.signer_id = c->account_id, .site_id = rq->cx->site->id, .target_id = target,
		.activity_uri = seen_name(rq->cx, rq, a, c), .host = c->host, .body = rq->body,
	};
	k->tx = (struct write_later){ .cx = rq->cx, .fn = keep_in, .arg = k };
	rq->then = kept;
	return rq_wait(rq, keep_start, k);
}

static bool host_refused(struct ctx *cx, str uri)
{
	bool blocked = true;

	return host_blocked(cx, url_authority(cx->mem, uri), &blocked) || blocked;
}

/* The id may be anything, but if it is a URL it is the actor's server's. Funkwhale names its answers after what they answer. */
static bool id_ok(struct ctx *cx, const struct as_activity *a)
{
	if (str_eq(a->type, S("Accept")) || str_eq(a->type, S("Reject")))
		return true;
	return str_empty(a->id) || !as_url_ok(cx->mem, a->id) || url_same_origin(a->id, a->actor);
}

static enum err unsigned_(struct reply *rp, int status)
{
	if (status == 429)
		return too_much(rp);
	return serve_refuse(rp, status, status == 503 ? "the key cannot be fetched now" : "the signature is missing or wrong");
}

/* Could it mean anything here? Who is new here is followed by nobody: then only if it names one of our sites, answers a post
 * that is here, or is where somebody known moves. To find that out takes no key, so that floods of other people's posts
 * leave nothing behind. */
static enum err concerns_us(struct request *rq, const struct as_activity *a, bool *does)
{
	const json_t *parent = a->node ? jr_get(a->node, "inReplyTo") : NULL;
	struct ctx *cx = rq->cx;
	struct account old;
	struct status s;
	enum err e;

	*does = (str_eq(a->type, S("Create")) && !a->node) || site_named_in(cx->app, rq->body);
	if (!*does && str_eq(a->type, S("Move")) && a->object.n) {
		e = account_by_uri(cx, a->object, &old);
		*does = e == OK;
		return e == ERR_NOT_FOUND ? OK : e;
	}
	if (*does || !parent || !jr_is_str(parent))
		return OK;
	e = statuses_by_uri(cx->db, cx->mem, jr_text(parent), &s);
	*does = e == OK;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* For what nobody here acts on no key is fetched. */
static enum err by_unknown_key(struct request *rq, bool *is)
{
	bool known;

	TRY(signature_known(rq, &known));
	*is = !known;
	return OK;
}

static enum err of_no_concern(struct request *rq, const struct as_activity *a, bool *is)
{
	struct account actor;
	bool does, known;
	enum err e;

	*is = false;
	e = account_by_uri(rq->cx, a->actor, &actor);
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(signature_known(rq, &known));
	if (known)
		return OK;
	TRY(concerns_us(rq, a, &does));
	*is = !does;
	return OK;
}

/* Dropped before anybody is asked for a key. */
static enum err needs_no_look(struct request *rq, const struct as_activity *a, int64_t target, bool *is)
{
	TRY(stranger_about_self(rq->cx, a, is));
	if (!*is && !take_kind(a->type))
		TRY(by_unknown_key(rq, is));
	if (!*is && !target)
		TRY(of_no_concern(rq, a, is));
	return OK;
}

/* All that is only read. *over: answered. */
static enum err looked_at(struct request *rq, struct reply *rp, const struct as_activity *a, int64_t target, struct sender *from,
                          bool *over)
{
	struct ctx *cx = rq->cx;
	bool dropped;

	*over = true;
	if (host_refused(cx, a->actor))
		return serve_refuse(rp, 403, "blocked");
	TRY(needs_no_look(rq, a, target, &dropped));
	if (dropped)
		return accepted(rp);
	*over = false;
	TRY(signature_check(rq, &from->check));
	if (!from->check.is_signed)
		return OK;
	TRY(host_get(cx, from->check.host, &from->host));
	return inbox_full(cx, from->check.host, &from->too_much);
}

static enum err checked(struct request *rq, struct reply *rp, const struct as_activity *a, int64_t target)
{
	const struct take_kind *kind = take_kind(a->type);
	struct sender from = { 0 };
	const struct check *c = &from.check;
	struct ctx *cx = rq->cx;
	bool over;
	enum err e;

	if (!as_url_ok(cx->mem, a->actor) || !id_ok(cx, a))
		return serve_refuse(rp, 400, "the activity is not one of its actor's server");
	if (site_of_url(cx->app, a->actor))
		return serve_refuse(rp, 401, "the actor is one of ours");
	db_read_begin(cx->db);
	e = looked_at(rq, rp, a, target, &from, &over);
	db_read_end(cx->db);
	if (e || over || rq->waiting)
		return e;
	/* Whose key is gone, and of whom we know none, takes back nothing that is here. */
	if (c->keyless && str_eq(a->type, S("Delete")))
		return accepted(rp);
	if (c->status || !c->is_signed)
		return unsigned_(rp, c->status ? c->status : 401);
	/* Through someone else only what is proven, or can be asked for where it lives. */
	if (!kind || (!str_eq(a->actor, c->uri) && !(kind->flags & (TAKE_RELAYED | TAKE_REFETCH)) &&
	              !(kind->flags & TAKE_PROVEN && a->proof)))
		return accepted(rp);
	return from.too_much ? too_much(rp) : keep(rq, a, &from, target);
}

static enum err inbox(struct request *rq, struct reply *rp, int64_t target)
{
	struct arena *mem = rq->cx->mem;
	json_t *doc JR_SCOPE = NULL;
	struct as_activity a;

	if (disk_now(rq->cx->app) >= DISK_TIGHT)
		return no_room(rp);
	if (!type_ok(rq))
		return serve_refuse(rp, 406, "this takes application/activity+json");
	if (jr_parse(rq->body, &doc) || as_activity_read(mem, doc, &a))
		return serve_refuse(rp, 400, "this is no activity");
	return checked(rq, rp, &a, target);
}

enum err fed_inbox_shared(struct request *rq, struct reply *rp)
{
	return inbox(rq, rp, 0);
}

enum err fed_inbox_personal(struct request *rq, struct reply *rp)
{
	struct account a;
	bool done;

	TRY(serve_account(rq, rp, &a, &done));
	return done ? OK : inbox(rq, rp, a.id);
}
