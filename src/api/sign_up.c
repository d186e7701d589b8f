/* Making an account, and the e-mail address of one that waits: https://docs.joinmastodon.org/methods/accounts/#create,
 * https://docs.joinmastodon.org/methods/emails/ */
#include "core/sign_up.h"

#include "api/enter.h"
#include "api/handlers.h"
#include "base/clock.h"
#include "core/oauth.h"
#include "core/user_link.h"
#include "http/limits.h"

struct sign_up_form {
	struct sign_up_in in;
	bool agreement;
};
static const struct param sign_up_params[] = {
	P(sign_up_form, in.user.username, P_STR, "username", 100),
	P(sign_up_form, in.user.email, P_STR, "email", 320),
	P(sign_up_form, in.user.password, P_STR, "password", 4096),
	P(sign_up_form, in.user.locale, P_STR, "locale", 35),
	P(sign_up_form, in.user.reason, P_STR, "reason", 8000),
	P(sign_up_form, in.invite, P_STR, "invite_code", 100),
	P(sign_up_form, agreement, P_BOOL, "agreement", 0),
};

/* 422 with details, so that apps can mark the field. */
static enum err refuse_sign_up(struct reply *rp, str field, str code)
{
	struct jw *w;
	str said = str_or(rp->rq->cx->said, S("Validation failed"));

	rp->status = 422;
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_str(w, "error", said);
	jw_obj(w, "details");
	jw_key(w, field);
	jw_arr(w, NULL);
	jw_obj(w, NULL);
	jw_str(w, "error", code);
	jw_str(w, "description", said);
	jw_end(w);
	jw_end(w);
	jw_end(w);
	jw_end(w);
	return OK;
}

/* What only people who sign up themselves must give; an address only where mail is sent there. Blank names are for core to
 * refuse. */
static bool complete(struct ctx *cx, const struct sign_up_form *form, str *field, str *code)
{
	const struct {
		bool given;
		const char *field, *code, *said;
	} asked[] = {
		{ form->in.user.email.n || !user_link_mails(cx), "email", "ERR_BLANK",
		  "Validation failed: E-mail can't be blank" },
		{ form->in.user.password.n > 0, "password", "ERR_BLANK", "Validation failed: Password can't be blank" },
		{ form->in.invite.n || sign_up_rule(cx) != SIGN_UP_APPROVED || str_trim(form->in.user.reason).n > 0, "reason",
		  "ERR_BLANK", "Validation failed: Reason can't be blank" },
		{ form->agreement, "agreement", "ERR_ACCEPTED", "Validation failed: Service agreement must be accepted" },
	};

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (!asked[i].given) {
			*field = str_of(asked[i].field);
			*code = str_of(asked[i].code);
			cx->said = str_of(asked[i].said);
			return false;
		}
	return true;
}

enum err api_account_create(struct request *rq, struct reply *rp)
{
	struct sign_up_form form = { 0 };
	str field = STR_NONE, code = STR_NONE;
	struct token token;
	struct user user;
	struct jw *w;
	enum err e;

	TRY(PARAMS(rq, sign_up_params, &form));
	if (!form.in.invite.n && sign_up_rule(rq->cx) < SIGN_UP_APPROVED)
		return api_refuse(rp, 403, "Sign-ups are closed on this server");
	if (!complete(rq->cx, &form, &field, &code))
		return refuse_sign_up(rp, field, code);
	TRY(api_throttle(rq, rp, "sign_up", 5, 30 * MINUTE));
	e = sign_up(rq->cx, &form.in, &user, &field, &code);
	if ((e == ERR_INVALID || e == ERR_CONFLICT) && field.n)
		return refuse_sign_up(rp, field, str_or(code, S("ERR_INVALID")));
	TRY(e);
	TRY(token_make(rq->cx, rq->cx->app_id, user.id, user.account_id, rq->cx->scopes, &token));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_str(w, "access_token", token.secret);
	jw_lit(w, "token_type", "Bearer");
	jw_str(w, "scope", token.scopes);
	jw_int(w, "created_at", token.created_at / 1000);
	jw_end(w);
	return OK;
}

struct email_in {
	str email;
};
static const struct param email_params[] = { P(email_in, email, P_STR, "email", 320) };

/* Sends the mail once more, perhaps to another address; only while it is not confirmed. */
enum err api_email_confirm(struct request *rq, struct reply *rp)
{
	struct email_in in = { 0 };
	struct user u;

	TRY(PARAMS(rq, email_params, &in));
	TRY(user_by_id(rq->cx, rq->cx->user_id, &u));
	if (u.confirmed_at)
		return api_refuse(rp, 403, "This method is only available while the e-mail is awaiting confirmation");
	TRY(api_throttle(rq, rp, "confirm", 5, 30 * MINUTE));
	if (!limits_mail(rq->cx->mem, rq->cx->address, str_or(in.email, u.email), u.id))
		return ERR_LIMIT;
	TRY(user_change_email(rq->cx, &u, str_or(in.email, u.email)));
	if (!in.email.n || str_ieq(in.email, u.email))
		TRY(user_link_mail(rq->cx, u.email, "confirm"));
	reply_empty(rp);
	return OK;
}

enum err api_email_confirmed(struct request *rq, struct reply *rp)
{
	struct user u;

	TRY(user_by_id(rq->cx, rq->cx->user_id, &u));
	jw_bool(reply_json(rp), NULL, u.confirmed_at != 0);
	return OK;
}
