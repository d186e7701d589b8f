/* Codes and tokens. What the database holds are digests. token_use() is on the way of every request, so what it found is
 * remembered: until the next commit of this process (so that a revocation counts at once) and for a second (for what
 * other processes do). */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/codec.h"
#include "core/account.h"
#include "core/hub.h"
#include "core/oauth.h"
#include "core/user.h"
#include "store/sites.h"

enum {
	TOKEN_BYTES = 32,
	TOKEN_MAX = 200, /* bytes of what somebody calls a token */
	CODE_MS = 10 * MINUTE,
	VERIFIER_MIN = 43, /* RFC 7636, 4.1 */
	VERIFIER_MAX = 128,
	SLOTS = 256,
	TRUST_MS = 1000,
};

/* What token_use() found. */
struct holder {
	struct token_row t;
	struct account a; /* id 0: the app's own token */
};

/* A slot has its own arena and lock; a newer token simply takes it over. */
struct token_slot {
	pthread_mutex_t lock;
	struct arena mem;
	char hash[2 * SHA256_SIZE];
	struct holder who;
	uint64_t version;
	int64_t at; /* clock_mono(); 0: empty */
};

struct token_cache {
	struct token_slot slots[SLOTS];
};

struct token_cache *token_cache_new(void)
{
	struct token_cache *c = calloc(1, sizeof(*c));

	BUG_IF(!c);
	for (size_t i = 0; i < SLOTS; i++)
		pthread_mutex_init(&c->slots[i].lock, NULL);
	return c;
}

void token_cache_free(struct token_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < SLOTS; i++) {
		pthread_mutex_destroy(&c->slots[i].lock);
		arena_free(&c->slots[i].mem);
	}
	free(c);
}

/* The account's texts are found by its row map, so that none is forgotten. */
static void copy_holder(struct arena *mem, const struct holder *from, struct holder *to)
{
	*to = *from;
	to->t.scopes = str_dup(mem, from->t.scopes);
	for (int i = 0; i < account_map.n; i++) {
		str *s = (str *)((char *)&to->a + account_map.f[i].at);
		if (account_map.f[i].kind == DB_STR && s->p)
			*s = str_dup(mem, *s);
	}
}

/* The digest is hex, so its first digits are as good a number as any. */
static struct token_slot *slot_of(struct token_cache *c, str hash)
{
	size_t n = 0;

	for (int i = 0; i < 4; i++)
		n = n << 4 | (size_t)(hash.p[i] <= '9' ? hash.p[i] - '0' : hash.p[i] - 'a' + 10);
	return &c->slots[n % SLOTS];
}

static bool recall(struct ctx *cx, str hash, uint64_t version, struct holder *who)
{
	struct token_slot *s;
	bool good;

	if (!cx->app->tokens)
		return false;
	s = slot_of(cx->app->tokens, hash);
	pthread_mutex_lock(&s->lock);
	good = s->at && s->version == version && clock_mono() - s->at < TRUST_MS && str_eq(hash, str_n(s->hash, sizeof(s->hash)));
	if (good)
		copy_holder(cx->mem, &s->who, who);
	pthread_mutex_unlock(&s->lock);
	return good;
}

static void remember(struct ctx *cx, str hash, uint64_t version, const struct holder *who)
{
	struct token_slot *s;

	if (!cx->app->tokens)
		return;
	s = slot_of(cx->app->tokens, hash);
	pthread_mutex_lock(&s->lock);
	arena_rewind(&s->mem, (struct arena_mark){ 0 });
	memcpy(s->hash, hash.p, sizeof(s->hash));
	copy_holder(&s->mem, who, &s->who);
	s->version = version;
	s->at = clock_mono();
	pthread_mutex_unlock(&s->lock);
}

static enum err use_today(struct ctx *cx, void *arg)
{
	return tokens_use(cx->db, *(int64_t *)arg, cx->now);
}

static enum err read_holder(struct ctx *cx, str hash, struct holder *who)
{
	TRY(tokens_by_hash(cx->db, cx->mem, hash, &who->t));
	return who->t.user_id ? accounts_by_id(cx->db, cx->mem, who->t.account_id, &who->a) : OK;
}

static enum err look_up(struct ctx *cx, str hash, struct holder *who)
{
	enum err e;

	db_read_begin(cx->db);
	e = read_holder(cx, hash, who);
	db_read_end(cx->db);
	if (e == ERR_NOT_FOUND)
		return ERR_DENIED;
	TRY(e);
	if (who->t.disabled || who->a.deleted_at || who->a.suspended_at)
		return ERR_DENIED;
	if (who->t.used_at < cx->now - (int64_t)DAY) {
		who->t.used_at = cx->now;
		return write_tx(cx, use_today, &who->t.id);
	}
	return OK;
}

enum err token_use(struct ctx *cx, str secret)
{
	struct holder who = { 0 };
	struct account *me;
	/* before the look-up, so that a commit meanwhile makes the memory worthless and not wrong */
	uint64_t version = dbs_version(cx->app->dbs);
	str hash;

	if (!secret.n || secret.n > TOKEN_MAX || !cx->site)
		return ERR_DENIED;
	hash = codec_token_hash(cx->mem, secret);
	if (!recall(cx, hash, version, &who)) {
		TRY(look_up(cx, hash, &who));
		remember(cx, hash, version, &who);
	}
	if (who.t.site_id != cx->site->id)
		return ERR_DENIED;
	cx->token_id = who.t.id;
	cx->app_id = who.t.app_id;
	cx->user_id = who.t.user_id;
	cx->scopes = who.t.scopes;
	cx->missing = who.t.user_id ? user_missing(false, who.t.confirmed_at, who.t.approved_at) : NULL;
	cx->me = NULL;
	if (who.a.id) {
		me = NEW(cx->mem, struct account);
		*me = who.a;
		cx->me = me;
	}
	return OK;
}

struct code_work {
	struct code_row row;
	str hash, redirect_uri, verifier;
	int64_t app_id;
	bool good;
	struct token made;
};

static enum err insert_code(struct ctx *cx, void *arg)
{
	struct code_work *w = arg;

	return codes_insert(cx->db, w->hash, &w->row);
}

enum err code_make(struct ctx *cx, const struct code_in *in, str *code)
{
	struct code_work w = { .row = { in->app_id, in->user_id, in->account_id, in->redirect_uri, in->scopes,
		                        in->challenge, cx->now + CODE_MS } };
	str secret = codec_token(cx->mem, TOKEN_BYTES);

	if (!str_none(in->challenge) && in->challenge.n != VERIFIER_MIN)
		return fail(cx, ERR_INVALID, "The code challenge is not one of S256");
	w.hash = codec_token_hash(cx->mem, secret);
	TRY(write_tx(cx, insert_code, &w));
	*code = secret;
	return OK;
}

static enum err insert_token(struct ctx *cx, const struct token *t)
{
	struct token_row row = {
		.id = t->id,
		.app_id = t->app_id,
		.user_id = t->user_id,
		.account_id = t->account_id,
		.scopes = t->scopes,
		.created_at = t->created_at,
		.used_at = t->created_at,
	};

	return tokens_insert(cx->db, codec_token_hash(cx->mem, t->secret), &row);
}

static bool verifier_fits(struct ctx *cx, str challenge, str verifier)
{
	unsigned char digest[SHA256_SIZE];

	if (str_none(challenge))
		return !verifier.n; /* RFC 9700, 2.1.1: a verifier for a code without challenge is a downgrade */
	if (verifier.n < VERIFIER_MIN || verifier.n > VERIFIER_MAX)
		return false;
	codec_sha256(verifier, digest);
	return codec_same(challenge, codec_base64url(cx->mem, str_n((char *)digest, sizeof(digest))));
}

/* A code that was tried in vain is gone as well: hence OK, so that its removal stays. */
static enum err redeem(struct ctx *cx, void *arg)
{
	struct code_work *w = arg;
	enum err e = codes_take(cx->db, cx->mem, w->hash, &w->row);

	w->good = false;
	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	if (w->row.app_id != w->app_id || w->row.expires_at < cx->now ||
	    !str_eq(w->row.redirect_uri, w->redirect_uri) ||
	    !verifier_fits(cx, w->row.challenge, w->verifier))
		return OK;
	w->made.user_id = w->row.user_id;
	w->made.account_id = w->row.account_id;
	w->made.scopes = w->row.scopes;
	w->good = true;
	return insert_token(cx, &w->made);
}

enum err code_redeem(struct ctx *cx, const struct oauth_app *app, str code, str redirect_uri, str verifier,
                     struct token *made)
{
	struct code_work w = { .redirect_uri = redirect_uri, .verifier = verifier, .app_id = app->id };

	if (code.n && code.n <= TOKEN_MAX) {
		w.hash = codec_token_hash(cx->mem, code);
		w.made = (struct token){ .id = id_new(), .app_id = app->id, .created_at = cx->now };
		w.made.secret = codec_token(cx->mem, TOKEN_BYTES);
		TRY(write_tx(cx, redeem, &w));
	}
	if (!w.good)
		return fail(cx, ERR_INVALID,
		            "The provided authorization grant is invalid, expired, revoked, does not match "
		            "the redirection URI used in the authorization request, or was issued to another client.");
	*made = w.made;
	return OK;
}

static enum err make_token(struct ctx *cx, void *arg)
{
	return insert_token(cx, arg);
}

enum err token_make(struct ctx *cx, int64_t app_id, int64_t user_id, int64_t account_id, str scopes,
                    struct token *made)
{
	struct token t = {
		codec_token(cx->mem, TOKEN_BYTES),
		id_new(),
		app_id,
		user_id,
		account_id,
		scopes,
		cx->now,
	};

	TRY(write_tx(cx, make_token, &t));
	*made = t;
	return OK;
}

struct revoke_work {
	str hash;
	int64_t app_id;
};

static enum err revoke(struct ctx *cx, void *arg)
{
	struct revoke_work *w = arg;
	struct token_row t;
	enum err e = tokens_by_hash(cx->db, cx->mem, w->hash, &t);

	if (e == ERR_NOT_FOUND)
		return OK;
	TRY(e);
	if (t.app_id != w->app_id)
		return ERR_DENIED;
	hub_tokens_ended(cx);
	return tokens_delete(cx->db, t.id);
}

enum err token_revoke(struct ctx *cx, const struct oauth_app *app, str secret)
{
	struct revoke_work w = { .app_id = app->id };

	if (!secret.n || secret.n > TOKEN_MAX)
		return OK;
	w.hash = codec_token_hash(cx->mem, secret);
	return write_tx(cx, revoke, &w);
}

enum err token_apps(struct ctx *cx, int64_t user_id, struct db_rows *apps)
{
	return tokens_apps(cx->db, cx->mem, user_id, apps);
}

struct ungrant {
	int64_t user_id, app_id;
};

static enum err ungrant(struct ctx *cx, void *arg)
{
	const struct ungrant *u = arg;

	hub_tokens_ended(cx);
	return tokens_delete_of_app(cx->db, u->user_id, u->app_id);
}

enum err token_revoke_app(struct ctx *cx, int64_t user_id, int64_t app_id)
{
	struct ungrant u = { user_id, app_id };

	return write_tx(cx, ungrant, &u);
}

enum err token_look(struct ctx *cx, const struct oauth_app *app, str secret, struct token *t)
{
	struct token_row row;

	if (!secret.n || secret.n > TOKEN_MAX)
		return ERR_NOT_FOUND;
	TRY(tokens_by_hash(cx->db, cx->mem, codec_token_hash(cx->mem, secret), &row));
	if (row.app_id != app->id || row.disabled)
		return ERR_NOT_FOUND;
	*t = (struct token){ STR_NONE, row.id, row.app_id, row.user_id, row.account_id, row.scopes, row.created_at };
	return OK;
}
