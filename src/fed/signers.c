#include "fed/signers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/account.h"
#include "core/deliver.h"
#include "core/host_policy.h"
#include "core/site.h"
#include "fed/cool.h"
#include "fed/resolve.h"
#include "fed/state.h"
#include "http/limits.h"
#include "net/httpsig.h"
#include "net/keys.h"

enum { WAYS = 8,
       REST_MS = 5 * MINUTE,
       SHORT_REST_MS = 3 * SECOND,
       POLICY_MS = 2 * SECOND,
       NEW_MS = 10 * MINUTE,
       AGAIN_MOST = 20 };

struct known {
	uint64_t hash;
	char *key_id, *uri, *host;
	struct sig_key *key;
	int64_t account_id, used;
};

/* Groups under one lock each; the longest unused of a group gives way. */
struct signers {
	size_t groups;
	uint64_t seed;
	struct group {
		pthread_mutex_t lock;
		struct known v[WAYS];
	} g[];
};

struct signers *signers_new(size_t max)
{
	size_t groups = max / WAYS ? max / WAYS : 1;
	struct signers *s = calloc(1, sizeof(*s) + groups * sizeof(s->g[0]));

	BUG_IF(!s);
	s->groups = groups;
	codec_random(&s->seed, sizeof(s->seed));
	for (size_t i = 0; i < groups; i++)
		pthread_mutex_init(&s->g[i].lock, NULL);
	return s;
}

static void drop(struct known *k)
{
	key_free(k->key);
	free(k->key_id);
	free(k->uri);
	free(k->host);
	*k = (struct known){ 0 };
}

void signers_free(struct signers *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->groups; i++) {
		for (int j = 0; j < WAYS; j++)
			drop(&s->g[i].v[j]);
		pthread_mutex_destroy(&s->g[i].lock);
	}
	free(s);
}

void signers_drop(struct signers *s, int64_t account_id)
{
	for (size_t i = 0; i < s->groups; i++) {
		pthread_mutex_lock(&s->g[i].lock);
		for (int j = 0; j < WAYS; j++)
			if (s->g[i].v[j].account_id == account_id)
				drop(&s->g[i].v[j]);
		pthread_mutex_unlock(&s->g[i].lock);
	}
}

static uint64_t hash_of(const struct signers *s, str key_id)
{
	uint64_t h = 14695981039346656037u ^ s->seed;

	for (size_t i = 0; i < key_id.n; i++)
		h = (h ^ (unsigned char)key_id.p[i]) * 1099511628211u;
	return h ^ h >> 31;
}

static bool remembered(struct ctx *cx, str key_id, struct signer *out)
{
	struct signers *s = fed.signers;
	uint64_t h = hash_of(s, key_id);
	struct group *g = &s->g[h % s->groups];
	bool found = false;

	pthread_mutex_lock(&g->lock);
	for (int i = 0; i < WAYS && !found; i++) {
		struct known *k = &g->v[i];

		if (k->hash != h || !k->key || !str_eq(str_of(k->key_id), key_id))
			continue;
		k->used = clock_mono();
		*out = (struct signer){ k->account_id, str_dup(cx->mem, str_of(k->uri)), str_dup(cx->mem, str_of(k->host)),
			                key_ref(k->key) };
		found = true;
	}
	pthread_mutex_unlock(&g->lock);
	return found;
}

static void remember(struct ctx *cx, str key_id, const struct signer *in)
{
	struct signers *s = fed.signers;
	uint64_t h = hash_of(s, key_id);
	struct group *g = &s->g[h % s->groups];
	struct known *k = &g->v[0];

	pthread_mutex_lock(&g->lock);
	for (int i = 1; i < WAYS; i++)
		if (g->v[i].used < k->used)
			k = &g->v[i];
	drop(k);
	*k = (struct known){ h, strdup(cstr(cx->mem, key_id)), strdup(cstr(cx->mem, in->uri)),
		             strdup(cstr(cx->mem, in->host)), key_ref(in->key), in->account_id, clock_mono() };
	pthread_mutex_unlock(&g->lock);
}

enum err signers_get(struct ctx *cx, str key_id, struct signer *out)
{
	struct account_key k;
	struct account a;

	if (remembered(cx, key_id, out))
		return OK;
	TRY(account_key_by_uri(cx, key_id, &k));
	TRY(account_by_id(cx, k.account_id, &a));
	if (account_is_local(&a))
		return ERR_DENIED;
	*out = (struct signer){ a.id, a.uri, a.host, NULL };
	out->key = str_starts(k.public_pem, S("z")) || str_starts(k.public_pem, S("u")) ? key_multikey(k.public_pem)
	                                                                                : key_public(k.public_pem);
	if (!out->key)
		return ERR_NOT_FOUND;
	remember(cx, key_id, out);
	return OK;
}

/* --- the check of a request */

static str header_at(void *arg, str name, size_t i)
{
	const struct request *rq = arg;
	const char *z = cstr(rq->cx->mem, name);

	/* A header sent twice is as good as one with two different values. */
	if (i == 0)
		return rq_header(rq, z);
	return i == 1 && rq_header_count(rq, z) > 1 ? S("\x01") : STR_NONE;
}

struct fetch_arg {
	str key_id, name, host;
	int64_t account_id; /* of a known one: refresh */
};

/* Many requests of a new signer come at once; one of them fetches for all. */
static enum err one_at_a_time(struct ctx *cx, const struct fetch_arg *f)
{
	static pthread_mutex_t locks[16] = { [0 ... 15] = PTHREAD_MUTEX_INITIALIZER };
	pthread_mutex_t *lock = &locks[hash_of(fed.signers, f->name) % 16];
	struct signer s = { 0 };
	enum err e = ERR_NOT_FOUND;

	pthread_mutex_lock(lock);
	if (!f->account_id)
		e = signers_get(cx, f->key_id, &s);
	if (e == ERR_NOT_FOUND && (f->account_id || !cool_get(fed.cool, f->name, clock_mono()))) {
		e = resolve_key(cx, f->key_id);
		/* A key that came but cannot be read is none, and not asked for with every request. */
		if (!e)
			e = signers_get(cx, f->key_id, &s);
	}
	pthread_mutex_unlock(lock);
	key_free(s.key);
	return e;
}

/* Runs on a slow thread. What came of it is in the database, or in the map of what rests. */
static void fetch_later(struct ctx *cx, void *arg)
{
	struct fetch_arg *f = arg;
	int64_t now;
	enum err e = one_at_a_time(cx, f);

	now = clock_mono();
	if (!e) {
		cool_forget(fed.cool, f->host);
		if (!f->account_id)
			cool_forget(fed.cool, f->name);
	} else if (e == ERR_BUSY || e == ERR_INTERNAL) {
		bool again = cool_get(fed.cool, f->host, now - 2 * SHORT_REST_MS) == COOL_DOWN;

		cool_set(fed.cool, f->name, COOL_DOWN, now + SHORT_REST_MS);
		cool_set(fed.cool, f->host, COOL_DOWN, now + (again ? REST_MS : SHORT_REST_MS));
	} else {
		cool_set(fed.cool, f->name, COOL_GONE, now + REST_MS);
	}
	LOG(LOG_DEBUG, "key", LS("key", f->key_id), LS("code", str_of(err_name(e))));
}

/* The key's document: fragment and query do not make it another one. */
static str rest_name(struct ctx *cx, const char *what, str key_id)
{
	struct url u;

	if (url_parse(cx->mem, key_id, &u))
		return STR_NONE;
	return strf(cx->mem, "%s %.*s%.*s", what, STR_F(u.origin), STR_F(u.path));
}

/* The last two parts of the name, under which anybody may have very many: sub.evil.example. */
static str family_of(str authority)
{
	long port = str_chr(authority, ':');
	str name = port > 0 ? str_to(authority, (size_t)port) : authority, rest = name;
	int dots = 0;

	for (size_t i = name.n; i > 0; i--)
		if (name.p[i - 1] == '.' && ++dots == 2)
			rest = str_from(name, i);
	return rest;
}

/* New people of one server, and of all that share the end of its name, come so fast and no faster. */
static bool too_many_new(struct ctx *cx, str authority)
{
	int64_t most = cx->app->config->new_actors_per_host;

	return !limits_take(fed.floods, str_cat(cx->mem, S("new "), authority), most, NEW_MS, NULL) ||
	       !limits_take(fed.floods, str_cat(cx->mem, S("kin "), family_of(authority)), 2 * most, NEW_MS, NULL);
}

static enum err unknown_key(struct request *rq, str key_id, struct check *c)
{
	struct ctx *cx = rq->cx;
	struct fetch_arg *f = NEW(cx->mem, struct fetch_arg);
	int64_t now = clock_mono();
	enum cool_why name, host;

	f->key_id = key_id;
	f->name = rest_name(cx, "key", key_id);
	f->host = strf(cx->mem, "host %.*s", STR_F(url_authority(cx->mem, key_id)));
	name = cool_get(fed.cool, f->name, now);
	host = cool_get(fed.cool, f->host, now);
	c->keyless = name == COOL_GONE;
	if (c->keyless)
		c->status = 401;
	else if (rq->resumed || name == COOL_DOWN || host == COOL_DOWN)
		c->status = 503;
	else if (too_many_new(cx, url_authority(cx->mem, key_id)))
		c->status = 429;
	else
		return rq_later(rq, fetch_later, f);
	return OK;
}

/* The key did not fit: perhaps the account has a new one. Asked once in a while. */
static enum err wrong_key(struct request *rq, str key_id, const struct signer *s, struct check *c)
{
	struct ctx *cx = rq->cx;
	struct fetch_arg *f = NEW(cx->mem, struct fetch_arg);
	int64_t now = clock_mono();

	c->status = 401;
	f->key_id = key_id;
	f->account_id = s->account_id;
	f->name = strf(cx->mem, "refresh %lld", (long long)s->account_id);
	f->host = strf(cx->mem, "host %.*s", STR_F(s->host));
	if (rq->resumed || !cool_take(fed.cool, f->name, now, now + REST_MS))
		return OK;
	/* Anybody can claim to be any of many people of one server. */
	if (!limits_take(fed.floods, str_cat(cx->mem, S("again "), s->host), AGAIN_MOST, REST_MS, NULL))
		return OK;
	signers_drop(fed.signers, s->account_id);
	return rq_later(rq, fetch_later, f);
}

static const char *method_name(const struct request *rq)
{
	return rq->method == M_POST ? "POST" : "GET";
}

static struct sig_request request_of(struct request *rq)
{
	struct sig_request sr = { .method = str_of(method_name(rq)), .target = rq->target, .body = rq->body };

	sr.hosts = (struct strs){ NEW(rq->cx->mem, str), 1 };
	sr.hosts.v[0] = rq->cx->site->host;
	sr.http = str_starts(rq->cx->site->base, S("http:"));
	sr.now = rq->cx->now;
	sr.header = header_at;
	sr.arg = rq;
	return sr;
}

static bool blocked(struct ctx *cx, str authority)
{
	bool is = true;

	return host_blocked(cx, authority, &is) || is;
}

static enum err with_key(struct request *rq, const struct sig_request *sr, const struct sig *sig, struct check *c)
{
	struct signer s = { 0 };
	enum sig_reason why;
	enum err e = signers_get(rq->cx, sig->key_id, &s);

	if (e == ERR_NOT_FOUND)
		return unknown_key(rq, sig->key_id, c);
	if (e == ERR_DENIED)
		c->status = 401;
	if (e)
		return e == ERR_DENIED ? OK : e;
	why = sig_verify(rq->cx->mem, sr, sig, s.key);
	key_free(s.key);
	if (why)
		return wrong_key(rq, sig->key_id, &s, c);
	*c = (struct check){ .is_signed = true, .account_id = s.account_id, .uri = s.uri, .host = s.host };
	c->covered = sig->covered;
	return OK;
}

enum err signature_known(struct request *rq, bool *known)
{
	struct sig_request sr = request_of(rq);
	struct signer s = { 0 };
	struct sig sig = { 0 };
	enum err e;

	/* What cannot be read is for the check itself. */
	*known = sig_read(rq->cx->mem, &sr, &sig) != 0;
	if (*known)
		return OK;
	e = signers_get(rq->cx, sig.key_id, &s);
	key_free(s.key);
	*known = e != ERR_NOT_FOUND;
	return e == ERR_NOT_FOUND || e == ERR_DENIED ? OK : e;
}

enum err signature_check(struct request *rq, struct check *c)
{
	struct sig_request sr = request_of(rq);
	struct sig sig = { 0 };
	enum sig_reason why = sig_read(rq->cx->mem, &sr, &sig);

	*c = (struct check){ 0 };
	if (why == SIG_NONE)
		return OK;
	if (why) {
		c->status = sig_reason_status(why);
		LOG(LOG_DEBUG, "signature", LS("why", str_of(sig_reason_name(why))), LS("key", sig.key_id));
		return OK;
	}
	if (!foreign_url(rq->cx, sig.key_id)) {
		c->status = 401;
		return OK;
	}
	if (blocked(rq->cx, url_authority(rq->cx->mem, sig.key_id))) {
		c->status = 403;
		return OK;
	}
	return with_key(rq, &sr, &sig, c);
}
