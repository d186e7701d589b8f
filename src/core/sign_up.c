#include "core/sign_up.h"

#include "base/clock.h"
#include "base/codec.h"
#include "config.h"
#include "core/account.h"
#include "core/notice.h"
#include "core/site.h"
#include "core/user_link.h"

enum { CODE_BYTES = 9,
       CODE_MAX = 100,
       DAYS_MOST = 3650,
       USES_MOST = 100000,
       REASON_RUNES = 500 };

enum sign_up_rule sign_up_rule(const struct ctx *cx)
{
	static const char *const names[] = { "closed", "invited", "approved", "open" };
	str how = str_none(cx->site->sign_up) ? cx->app->config->sign_up : cx->site->sign_up;

	for (int i = 0; i < 4; i++)
		if (str_eq(how, str_of(names[i])))
			return (enum sign_up_rule)i;
	return SIGN_UP_CLOSED;
}

enum err sign_up(struct ctx *cx, const struct sign_up_in *in, struct user *made, str *field, str *code)
{
	enum sign_up_rule rule = sign_up_rule(cx);
	struct user_in user = in->user;
	struct invite i = { 0 };

	if (in->invite.n && invite_look(cx, in->invite, &i))
		return fail(cx, ERR_DENIED, "This invitation is not valid (any more)");
	if (!i.id && rule < SIGN_UP_APPROVED)
		return fail(cx, ERR_DENIED, "Sign-ups are closed on this server");
	if (str_runes(user.reason) > REASON_RUNES)
		user.reason = str_head_runes(user.reason, REASON_RUNES);
	user.role = S("user");
	user.by_themselves = true;
	user.invite_id = i.id;
	user.waits = !i.id && rule == SIGN_UP_APPROVED;
	user.unconfirmed = user_link_mails(cx) && user.email.n;
	return user_create(cx, &user, made, NULL, field, code);
}

static enum err approve(struct ctx *cx, void *arg)
{
	const int64_t *id = arg;
	int64_t changed = 0;
	struct user u;

	TRY(users_approve(cx->db, *id, cx->now, &changed));
	if (!changed)
		return fail(cx, ERR_INVALID, "This login does not wait for approval");
	TRY(users_by_id(cx->db, cx->mem, *id, &u));
	TRY(notice_add_sign_up(cx, u.site_id, u.account_id));
	return user_link_mail_add(cx, *id, "approved");
}

enum err sign_up_approve(struct ctx *cx, int64_t user_id)
{
	return write_tx(cx, approve, &user_id);
}

enum err sign_up_reject(struct ctx *cx, int64_t user_id)
{
	struct user u;

	TRY(user_by_id(cx, user_id, &u));
	if (u.approved_at)
		return fail(cx, ERR_INVALID, "This login does not wait for approval");
	return user_set_disabled(cx, user_id, true);
}

static enum err insert(struct ctx *cx, void *arg)
{
	return invites_insert(cx->db, arg);
}

enum err invite_make(struct ctx *cx, int64_t most, int64_t days, struct invite *made)
{
	struct invite i = {
		.id = id_new(),
		.site_id = cx->site->id,
		.account_id = cx->me ? cx->me->id : 0,
		.most = most,
		.expires_at = days ? cx->now + days * DAY : 0,
		.created_at = cx->now,
	};

	if (most < 0 || most > USES_MOST || days < 0 || days > DAYS_MOST)
		return fail(cx, ERR_INVALID, "An invitation is for at most %d people and %d days", USES_MOST, DAYS_MOST);
	i.code = codec_token(cx->mem, CODE_BYTES);
	TRY(write_tx(cx, insert, &i));
	*made = i;
	return OK;
}

enum err invite_list(struct ctx *cx, struct db_rows *invites)
{
	return invites_list(cx->db, cx->mem, cx->site->id, invites);
}

static enum err remove_one(struct ctx *cx, void *arg)
{
	bool was;

	TRY(invites_delete(cx->db, cx->site->id, *(str *)arg, &was));
	return was ? OK : ERR_NOT_FOUND;
}

enum err invite_remove(struct ctx *cx, str code)
{
	return write_tx(cx, remove_one, &code);
}

enum err invite_look(struct ctx *cx, str code, struct invite *i)
{
	if (!code.n || code.n > CODE_MAX || !str_utf8(code))
		return ERR_NOT_FOUND;
	TRY(invites_by_code(cx->db, cx->mem, cx->site->id, code, i));
	if ((i->most && i->uses >= i->most) || (i->expires_at && i->expires_at <= cx->now))
		return ERR_NOT_FOUND;
	return OK;
}
