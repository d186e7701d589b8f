#include "core/push.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/p256.h"
#include "base/url.h"
#include "config.h"
#include "core/account.h"
#include "core/job.h"
#include "core/notice_policy.h"
#include "core/site.h"

enum { ENDPOINT_MAX = 2048,
       AUTH_BYTES = 16,
       TOKEN_MAX = 500,
       SUBSCRIPTIONS_MAX = 25, /* of one user */
       FAILURES_MAX = 10 };
#define OLD_MS (2 * (int64_t)DAY)

const char *const push_kinds[] = { "mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update",
	                           "quote", "quoted_update", "admin.sign_up", "admin.report", "severed_relationships",
	                           "moderation_warning", NULL };

/* --- the server's key */

static enum err put_key(struct ctx *cx, void *arg)
{
	return secrets_put(cx->db, S("vapid"), *(str *)arg);
}

static enum err make_key(struct ctx *cx)
{
	unsigned char secret[P256_SECRET], point[P256_POINT];
	str text;

	BUG_IF(!p256_make(secret, point));
	text = strf(cx->mem, "%.*s %.*s", STR_F(codec_base64url(cx->mem, str_n((char *)secret, P256_SECRET))),
	            STR_F(codec_base64url(cx->mem, str_n((char *)point, P256_POINT))));
	return write_tx(cx, put_key, &text);
}

static enum err key_text(struct ctx *cx, str *secret, str *point)
{
	enum err e = secrets_get(cx->db, cx->mem, S("vapid"), point);

	if (e == ERR_NOT_FOUND) {
		TRY(make_key(cx));
		e = secrets_get(cx->db, cx->mem, S("vapid"), point);
	}
	TRY(e);
	return str_cut(point, ' ', secret) ? OK : ERR_INTERNAL;
}

enum err push_server_key(struct ctx *cx, str *secret, str *point)
{
	TRY(key_text(cx, secret, point));
	*secret = codec_unbase64(cx->mem, *secret);
	*point = codec_unbase64(cx->mem, *point);
	return secret->n == P256_SECRET && p256_point_ok(*point) ? OK : fail(cx, ERR_INTERNAL, "the key for Web push is none");
}

enum err push_public_key(struct ctx *cx, str *text)
{
	str secret;

	return key_text(cx, &secret, text);
}

/* --- tokens: enciphered, so that no copy of the table opens an account */

static enum err token_key(struct ctx *cx, str *key)
{
	unsigned char *out = arena_alloc(cx->mem, SHA256_SIZE, 1);
	str secret, point;

	TRY(push_server_key(cx, &secret, &point));
	codec_hmac_sha256(secret, S("access tokens"), out);
	*key = str_n((char *)out, AEAD_KEY);
	return OK;
}

static enum err token_seal(struct ctx *cx, str token, str *sealed)
{
	char *nonce = arena_alloc(cx->mem, AEAD_NONCE, 1);
	str key, n = str_n(nonce, AEAD_NONCE);

	TRY(token_key(cx, &key));
	codec_random(nonce, AEAD_NONCE);
	*sealed = codec_base64url(cx->mem, str_cat(cx->mem, n, aead_seal(cx->mem, key, n, token)));
	return OK;
}

/* STR_NONE: of another key; the app is told without. */
static enum err token_open(struct ctx *cx, str sealed, str *token)
{
	str key, all = codec_unbase64(cx->mem, sealed);

	TRY(token_key(cx, &key));
	*token = STR_NONE;
	if (all.n > AEAD_NONCE)
		*token = aead_open(cx->mem, key, str_to(all, AEAD_NONCE), str_from(all, AEAD_NONCE));
	return OK;
}

/* --- subscriptions */

bool push_keys_ok(struct arena *mem, str p256dh, str auth)
{
	if (p256dh.n > 200 || auth.n > 100)
		return false;
	return p256_point_ok(codec_unbase64(mem, p256dh)) && codec_unbase64(mem, auth).n == AUTH_BYTES;
}

/* What the guard would refuse when it is sent is refused here already, as far as the URL shows it. */
static bool endpoint_ok(struct ctx *cx, str endpoint)
{
	bool dev = cx->app->config && cx->app->config->dev;
	struct url u;

	if (endpoint.n > ENDPOINT_MAX || url_parse(cx->mem, endpoint, &u))
		return false;
	return dev || (u.https && !u.literal && u.port == 443);
}

static enum err read_alerts(struct ctx *cx, const struct push_in *in, struct push_sub *s)
{
	static const char *const policies[] = { "all", "followed", "follower", "none" };
	str kinds[PUSH_KINDS];
	struct strs list = { kinds, 0 };

	for (int i = 0; push_kinds[i]; i++)
		if (in->alerts[i])
			kinds[list.n++] = str_of(push_kinds[i]);
	s->alerts = db_text_list(cx->mem, list);
	s->policy = str_or(in->policy, S("all"));
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (str_eq(s->policy, str_of(policies[i])))
			return OK;
	return fail(cx, ERR_INVALID, "Validation failed: Data is invalid");
}

static enum err put_sub(struct ctx *cx, void *arg)
{
	const struct push_sub *s = arg;

	TRY(push_subs_put(cx->db, s));
	return push_subs_trim(cx->db, s->user_id, SUBSCRIPTIONS_MAX);
}

enum err push_subscribe(struct ctx *cx, const struct push_in *in, str token, struct push_sub *made)
{
	struct push_sub s = { .id = id_new(), .token_id = cx->token_id, .user_id = cx->user_id, .created_at = cx->now };

	if (!cx->me || !cx->token_id || token.n > TOKEN_MAX)
		return ERR_DENIED;
	if (!endpoint_ok(cx, in->endpoint))
		return fail(cx, ERR_INVALID, "Validation failed: Endpoint is invalid");
	if (!push_keys_ok(cx->mem, in->p256dh, in->auth))
		return fail(cx, ERR_INVALID, "Validation failed: Subscription keys are invalid");
	TRY(read_alerts(cx, in, &s));
	s.account_id = cx->me->id;
	s.endpoint = in->endpoint;
	s.p256dh = in->p256dh;
	s.auth = in->auth;
	s.standard = in->standard;
	TRY(token_seal(cx, token, &s.token));
	TRY(write_tx(cx, put_sub, &s));
	*made = s;
	return OK;
}

enum err push_subscription(struct ctx *cx, struct push_sub *s)
{
	return cx->me ? push_subs_by_token(cx->db, cx->mem, cx->token_id, s) : ERR_DENIED;
}

static enum err set_sub(struct ctx *cx, void *arg)
{
	return push_subs_set(cx->db, arg);
}

enum err push_change(struct ctx *cx, const struct push_in *in, struct push_sub *now)
{
	struct push_sub to;

	TRY(read_alerts(cx, in, &to));
	TRY(push_subscription(cx, now));
	now->alerts = to.alerts;
	now->policy = to.policy;
	return write_tx(cx, set_sub, now);
}

static enum err delete_sub(struct ctx *cx, void *arg)
{
	(void)arg;
	return push_subs_delete_token(cx->db, cx->token_id);
}

enum err push_unsubscribe(struct ctx *cx)
{
	return cx->me ? write_tx(cx, delete_sub, NULL) : ERR_DENIED;
}

/* --- messages */

static str args_of(struct arena *mem, int64_t sub_id, int64_t notice_id)
{
	return strf(mem, "{\"sub\":\"%lld\",\"notice\":\"%lld\"}", (long long)sub_id, (long long)notice_id);
}

enum err push_note(struct ctx *cx, const struct notice *n)
{
	struct ids ids = { 0 };

	TRY(push_subs_for(cx->db, cx->mem, n->account_id, n->kind, n->from_id, &ids));
	for (size_t i = 0; i < ids.n; i++)
		TRY(job_add(cx, "push", args_of(cx->mem, ids.v[i], n->id), cx->now, STR_NONE));
	return OK;
}

static str subject_of(struct arena *mem, const struct site *site)
{
	return site->contact_email.n ? str_cat(mem, S("mailto:"), site->contact_email) : site->base;
}

enum err push_message(struct ctx *cx, int64_t sub_id, int64_t notice_id, struct push_message *m)
{
	struct account *me = NEW(cx->mem, struct account);
	bool unwanted;

	*m = (struct push_message){ 0 };
	TRY(push_subs_by_id(cx->db, cx->mem, sub_id, &m->sub));
	TRY(notices_get(cx->db, cx->mem, m->sub.account_id, notice_id, &m->n));
	TRY(account_by_id(cx, m->sub.account_id, me));
	TRY(stands_unwanted(cx->db, &m->n, cx->now, &unwanted));
	cx->site = site_by_id(cx->app, me->site_id);
	cx->me = me;
	if (m->n.filtered || unwanted || m->n.created_at < cx->now - OLD_MS || !cx->site)
		return ERR_NOT_FOUND;
	TRY(account_view(cx, m->n.from_id, &m->from));
	if (m->n.status_id)
		TRY(status_view(cx, m->n.status_id, &m->about));
	m->subject = subject_of(cx->mem, cx->site);
	return token_open(cx, m->sub.token, &m->token);
}

enum err push_ended(struct ctx *cx, int64_t sub_id, enum push_outcome outcome)
{
	struct push_sub s;
	enum err e = push_subs_by_id(cx->db, cx->mem, sub_id, &s);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (outcome == PUSH_GONE || (outcome == PUSH_GIVEN_UP && s.failures + 1 >= FAILURES_MAX))
		return push_subs_delete(cx->db, sub_id);
	if (outcome == PUSH_GIVEN_UP)
		return push_subs_failed(cx->db, sub_id, 1);
	return s.failures ? push_subs_failed(cx->db, sub_id, 0) : OK;
}
