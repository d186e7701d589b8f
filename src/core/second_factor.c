#include "core/second_factor.h"

#include "base/clock.h"
#include "base/codec.h"
#include "core/otp.h"
#include "core/site.h"
#include "store/links.h"

enum { SECRET_BYTES = 32,
       SECRET_MAX = 100,
       RECOVERY_BYTES = 10,
       WAITS_MS = 5 * MINUTE,
       WRONG_MAX = 10,
       WRONG_WINDOW_MS = 10 * MINUTE };

struct waiting {
	struct user_link l;
	str hash;
};

static enum err put(struct ctx *cx, void *arg)
{
	const struct waiting *w = arg;

	return links_put(cx->db, w->hash, &w->l);
}

enum err second_factor_begin(struct ctx *cx, const struct user *u, str *secret)
{
	struct waiting w = { { u->id, S("otp"), STR_NONE, cx->now + WAITS_MS }, STR_NONE };

	*secret = codec_token(cx->mem, SECRET_BYTES);
	w.hash = codec_token_hash(cx->mem, *secret);
	return write_tx(cx, put, &w);
}

/* As people type them: with spaces and dashes, in any case. */
static str plain(struct arena *mem, str code)
{
	str lower = str_lower(mem, code);
	char *to = NEWS(mem, char, lower.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < lower.n; i++)
		if (lower.p[i] != ' ' && lower.p[i] != '-')
			to[n++] = lower.p[i];
	return str_n(to, n);
}

struct checking {
	struct user u;
	str code;
	bool right, too_many;
};

/* Counted before it is looked at; the count goes when a code was right. */
static enum err check(struct ctx *cx, void *arg)
{
	struct checking *c = arg;
	str who = codec_token_hash(cx->mem, strf(cx->mem, "second %lld", (long long)c->u.id));
	int64_t n, step;

	c->right = false;
	TRY(failures_add(cx->db, who, cx->now, cx->now - WRONG_WINDOW_MS, &n));
	c->too_many = n > WRONG_MAX;
	if (c->too_many)
		return OK;
	if (otp_fits(cx->mem, c->u.otp_secret, c->code, cx->now, c->u.otp_step, &step))
		TRY(users_use_otp(cx->db, c->u.id, step, &c->right));
	else
		TRY(recovery_take(cx->db, c->u.id, codec_token_hash(cx->mem, c->code), &c->right));
	if (!c->right)
		return OK;
	TRY(links_delete_of(cx->db, c->u.id, S("otp")));
	return failures_forget(cx->db, who);
}

enum err second_factor_check(struct ctx *cx, str secret, str code, struct user *u)
{
	struct checking c = { .code = plain(cx->mem, str_to(code, SECRET_MAX)) };
	struct user_link l;

	if (!secret.n || secret.n > SECRET_MAX)
		return ERR_NOT_FOUND;
	TRY(links_get(cx->db, cx->mem, codec_token_hash(cx->mem, secret), S("otp"), cx->now, &l));
	TRY(user_by_id(cx, l.user_id, &c.u));
	if (c.u.disabled || c.u.site_id != cx->site->id || str_none(c.u.otp_secret))
		return ERR_NOT_FOUND;
	TRY(write_tx(cx, check, &c));
	if (c.too_many)
		return fail(cx, ERR_LIMIT, "Too many wrong codes. Wait a few minutes and try again.");
	*u = c.u;
	return c.right ? OK : fail(cx, ERR_DENIED, "The code is wrong, or was used before.");
}

struct switching {
	int64_t user_id, step;
	str secret;
	struct strs codes;
};

static enum err turn_on(struct ctx *cx, void *arg)
{
	const struct switching *s = arg;

	TRY(users_set_otp(cx->db, s->user_id, s->secret, s->step));
	TRY(recovery_clear(cx->db, s->user_id));
	for (size_t i = 0; i < s->codes.n; i++)
		TRY(recovery_put(cx->db, s->user_id, codec_token_hash(cx->mem, s->codes.v[i])));
	return OK;
}

enum err second_factor_on(struct ctx *cx, int64_t user_id, str otp_secret, str code, struct strs *codes)
{
	struct switching s = { .user_id = user_id, .secret = otp_secret };
	char bytes[RECOVERY_BYTES];

	if (otp_secret.n < 16 || otp_secret.n > 64 ||
	    !otp_fits(cx->mem, otp_secret, plain(cx->mem, str_to(code, SECRET_MAX)), cx->now, 0, &s.step))
		return fail(cx, ERR_DENIED, "That is not the code which the app shows now.");
	s.codes = (struct strs){ NEWS(cx->mem, str, RECOVERY_CODES), RECOVERY_CODES };
	for (int i = 0; i < RECOVERY_CODES; i++) {
		codec_random(bytes, sizeof(bytes));
		s.codes.v[i] = codec_hex(cx->mem, str_n(bytes, sizeof(bytes)));
	}
	TRY(write_tx(cx, turn_on, &s));
	*codes = s.codes;
	return OK;
}

static enum err turn_off(struct ctx *cx, void *arg)
{
	const int64_t *id = arg;

	TRY(users_set_otp(cx->db, *id, STR_NONE, 0));
	TRY(links_delete_of(cx->db, *id, S("otp")));
	return recovery_clear(cx->db, *id);
}

enum err second_factor_off(struct ctx *cx, int64_t user_id)
{
	return write_tx(cx, turn_off, &user_id);
}

enum err second_factor_left(struct ctx *cx, int64_t user_id, int64_t *codes)
{
	return recovery_left(cx->db, user_id, codes);
}
