/* One message a job. Many are under way at once, few to one service (net/fetch.h sees to that), so one that does not answer
 * holds up nobody but itself. */
#include "push/send.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "base/url.h"
#include "core/job.h"
#include "core/push.h"
#include "net/fetch.h"
#include "net/push.h"

enum { UNDER_WAY_MAX = 64,
       CLAIM_MAX = 16,
       TRIES = 4,
       LEASE_MS = 2 * MINUTE,
       TOTAL_MS = 10 * SECOND,
       OTHERS_MS = 250,
       FIRST_MS = 5 * SECOND,
       LONGEST_MS = HOUR,
       TTL_SECONDS = 48 * 3600,
       JWT_SECONDS = 12 * 3600 };

/* Heap; the net's while it is under way, else the lane's. */
struct flight {
	struct arena mem;
	struct net_call call;
	int64_t job_id, sub_id, tries;
	enum push_verdict verdict;
	int64_t later;
	struct flight *next;
};

static struct {
	pthread_mutex_t lock;
	struct app *app;
	struct net *net;
	struct flight *back; /* answered, newest first; under the lock */
	bool closed;         /* likewise: there may be nobody to wake */
	int under_way;       /* of the lane; `back` counts in */
} p = { .lock = PTHREAD_MUTEX_INITIALIZER };

void push_start(struct app *app, struct net *net)
{
	p.app = app;
	p.net = net;
}

static void flight_free(struct flight *f)
{
	arena_free(&f->mem);
	free(f);
}

void push_close(void)
{
	pthread_mutex_lock(&p.lock);
	p.closed = true;
	pthread_mutex_unlock(&p.lock);
}

void push_stop(void)
{
	for (struct flight *f = p.back, *next; f; f = next) {
		next = f->next;
		flight_free(f);
	}
	p.back = NULL;
	p.under_way = 0;
}

enum push_verdict push_verdict(const struct net_call *call, int64_t *later)
{
	int s = call->status;

	*later = call->retry_after > 0 ? call->retry_after : 0;
	if (call->result == NET_REFUSED || call->result == NET_REDIRECTS)
		return PUSH_NEVER;
	if (call->result != NET_OK && call->result != NET_TOO_BIG)
		return PUSH_LATER;
	if (s >= 200 && s < 300)
		return PUSH_OK;
	if (s == 404 || s == 410)
		return PUSH_AWAY;
	return s == 408 || s == 429 || s >= 500 ? PUSH_LATER : PUSH_NEVER;
}

/* On the net thread. */
static void answered(struct net_call *call)
{
	struct flight *f = call->arg;

	pthread_mutex_lock(&p.lock);
	f->next = p.back;
	p.back = f;
	if (!p.closed && p.app->ports.wake)
		p.app->ports.wake(p.app->ports.wake_arg);
	pthread_mutex_unlock(&p.lock);
}

/* 5 s, 20 s, 80 s; later where the service says so. */
static int64_t wait_ms(const struct flight *f)
{
	int64_t wait = FIRST_MS;

	for (int64_t i = 1; i < f->tries && wait < LONGEST_MS; i++)
		wait *= 4;
	wait = f->later > wait ? f->later : wait;
	return wait < LONGEST_MS ? wait : LONGEST_MS;
}

static enum err settle_one(struct ctx *cx, const struct flight *f)
{
	static const enum push_outcome outcomes[] = {
		[PUSH_OK] = PUSH_SENT,
		[PUSH_NEVER] = PUSH_GIVEN_UP,
		[PUSH_AWAY] = PUSH_GONE,
		[PUSH_LATER] = PUSH_GIVEN_UP,
	};

	if (f->verdict == PUSH_LATER && f->tries < TRIES)
		return job_again(cx, f->job_id, cx->now + wait_ms(f), str_of(net_result_name(f->call.result)));
	TRY(push_ended(cx, f->sub_id, outcomes[f->verdict]));
	return job_done(cx, f->job_id);
}

static enum err settle(struct ctx *cx, void *arg)
{
	for (const struct flight *f = arg; f; f = f->next)
		TRY(settle_one(cx, f));
	return OK;
}

/* The address is the app's secret: the log has its host at most. */
static void tell(const struct flight *f)
{
	struct arena mem ARENA_SCOPE;

	LOG(f->verdict == PUSH_OK ? LOG_DEBUG : LOG_INFO, "push", LS("host", url_authority(&mem, f->call.url)),
	    LI("try", f->tries), LS("result", str_of(net_result_name(f->call.result))), LI("status", f->call.status),
	    LI("took", f->call.took_ms));
}

static enum err collect(struct ctx *cx, int *done)
{
	struct flight *list, *next;
	enum err e;

	pthread_mutex_lock(&p.lock);
	list = p.back;
	p.back = NULL;
	pthread_mutex_unlock(&p.lock);
	if (!list)
		return OK;
	for (struct flight *f = list; f; f = f->next) {
		f->verdict = push_verdict(&f->call, &f->later);
		tell(f);
	}
	e = write_tx(cx, settle, list); /* what is not settled comes again when its lease ends */
	for (; list; list = next) {
		next = list->next;
		flight_free(list);
		p.under_way--;
		(*done)++;
	}
	return e;
}

static void add_line(struct flight *f, str line)
{
	f->call.headers.v[f->call.headers.n++] = line;
}

static str urgency_of(str kind)
{
	return str_eq(kind, S("mention")) || str_eq(kind, S("follow_request")) ? S("Urgency: high") : S("Urgency: normal");
}

/* False: it cannot be sent at all. */
static bool dress(struct flight *f, const struct push_message *m, const struct push_vapid *v)
{
	struct arena *mem = &f->mem;
	struct push_to to = { codec_unbase64(mem, m->sub.p256dh), codec_unbase64(mem, m->sub.auth) };
	str text = push_payload(mem, m), jwt, key = codec_base64url(mem, v->point);
	struct push_once once;
	struct url u;

	if (url_parse(mem, m->sub.endpoint, &u))
		return false;
	push_once_make(&once);
	f->call.body = m->sub.standard ? push_aes128gcm(mem, &to, &once, text) : push_aesgcm(mem, &to, &once, text);
	jwt = push_jwt(mem, v, u.origin, clock_now() / SECOND + JWT_SECONDS, str_dup(mem, m->subject));
	if (str_none(f->call.body) || str_none(jwt))
		return false;
	f->call.headers.v = NEWS(mem, str, 8);
	add_line(f, strf(mem, "TTL: %d", TTL_SECONDS));
	add_line(f, urgency_of(m->n.kind));
	add_line(f, S("Content-Type: application/octet-stream"));
	if (m->sub.standard) {
		add_line(f, S("Content-Encoding: aes128gcm"));
		add_line(f, strf(mem, "Authorization: vapid t=%.*s, k=%.*s", STR_F(jwt), STR_F(key)));
		return true;
	}
	add_line(f, S("Content-Encoding: aesgcm"));
	add_line(f, strf(mem, "Encryption: salt=%.*s", STR_F(codec_base64url(mem, str_n((char *)once.salt, sizeof(once.salt))))));
	add_line(f, strf(mem, "Crypto-Key: dh=%.*s;p256ecdsa=%.*s",
	                 STR_F(codec_base64url(mem, str_n((char *)once.point, P256_POINT))), STR_F(key)));
	add_line(f, strf(mem, "Authorization: WebPush %.*s", STR_F(jwt)));
	return true;
}

static struct flight *flight_new(const struct job *job, int64_t sub_id, str endpoint)
{
	struct flight *f = calloc(1, sizeof(*f));

	BUG_IF(!f);
	arena_init(&f->mem);
	f->job_id = job->id;
	f->sub_id = sub_id;
	f->tries = job->tries;
	f->call = (struct net_call){ .mem = &f->mem, .method = S("POST"), .url = str_dup(&f->mem, endpoint), .total_ms = TOTAL_MS,
		                     .drop_body = true, .done = answered, .arg = f };
	return f;
}

static enum err start(struct ctx *cx, const struct job *job)
{
	json_t *args JR_SCOPE = NULL;
	struct push_message m;
	struct push_vapid v;
	struct flight *f;
	struct ctx own;
	int64_t sub = 0, notice = 0;
	enum err e;

	if (jr_parse(job->args, &args) || !str_int(jr_str(args, "sub"), &sub) || !str_int(jr_str(args, "notice"), &notice))
		return ERR_NOT_FOUND;
	TRY(push_server_key(cx, &v.secret, &v.point));
	ctx_init(&own, cx->app, cx->mem); /* it becomes whoever is told */
	e = job->tries > TRIES ? ERR_NOT_FOUND : push_message(&own, sub, notice, &m);
	if (e)
		return e;
	f = flight_new(job, sub, m.sub.endpoint);
	if (!dress(f, &m, &v)) {
		flight_free(f);
		return ERR_NOT_FOUND;
	}
	p.under_way++;
	net_submit(p.net, &f->call);
	return OK;
}

/* What cannot be read now is due again when its lease ends. */
static enum err start_some(struct ctx *cx, int *done)
{
	int64_t room = UNDER_WAY_MAX - p.under_way;
	struct job *jobs = NULL;
	size_t n = 0;

	if (room <= 0)
		return OK;
	TRY(job_claim(cx, S("[\"push\"]"), room < CLAIM_MAX ? room : CLAIM_MAX, LEASE_MS, &jobs, &n));
	for (size_t i = 0; i < n; i++) {
		enum err e = start(cx, &jobs[i]);

		if (e == ERR_NOT_FOUND)
			TRY(job_done(cx, jobs[i].id));
		else
			TRY(e);
		(*done)++;
	}
	return OK;
}

enum err push_turn(struct ctx *cx, void *arg, int *done, int64_t *next)
{
	(void)arg;
	TRY(collect(cx, done));
	TRY(job_next(cx, next));
	if (*next > cx->now || p.under_way >= UNDER_WAY_MAX) {
		*next = *next > cx->now ? *next : INT64_MAX; /* an answer wakes */
		return OK;
	}
	TRY(start_some(cx, done));
	*next = cx->now + OTHERS_MS; /* it belongs to another lane */
	return OK;
}
