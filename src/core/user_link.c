#include "core/user_link.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "config.h"
#include "core/account.h"
#include "core/job.h"
#include "core/site.h"
#include "store/links.h"

enum { SECRET_BYTES = 32,
       SECRET_MAX = 100,
       MAIL_MAX = 64 << 10 };

/* What each kind is about. */
static const struct kind {
	const char *name, *path;
	int64_t lives_ms;
	const char *subject, *text;
} kinds[] = {
	{ "confirm", "/auth/confirmation?confirmation_token=", 2 * (int64_t)DAY, "Confirm your e-mail address",
	  "Somebody, hopefully you, gave this address to {site}.\n\nTo confirm that it is yours, open this:\n\n{url}\n\n"
	  "It works for two days. If it was not you, do nothing.\n" },
	{ "reset", "/auth/password/edit?reset_password_token=", 6 * (int64_t)HOUR, "A new password",
	  "Somebody, hopefully you, wants a new password for your account at {site}.\n\nTo set one, open this:\n\n{url}\n\n"
	  "It works for six hours. If it was not you, do nothing: your password stays as it is.\n" },
	{ "approved", "/auth/sign_in", 0, "Welcome",
	  "Your account at {site} has been approved. You can log in now:\n\n{url}\n" },
	{ "warned", "/auth/edit", 0, "A word from the moderators",
	  "The moderators of {site} have something to say to you:\n\n{words}\n\n"
	  "It is among your notifications as well. Your account works as before.\n" },
};

static const struct kind *kind_of(str name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(name, str_of(kinds[i].name)))
			return &kinds[i];
	return NULL;
}

bool user_link_mails(const struct ctx *cx)
{
	return cx->app->config && cx->app->config->smtp_url.n;
}

struct making {
	struct user_link l;
	str hash;
};

static enum err put(struct ctx *cx, void *arg)
{
	const struct making *m = arg;

	return links_put(cx->db, m->hash, &m->l);
}

enum err user_link_make(struct ctx *cx, const struct user *u, const char *kind, str email, str *url)
{
	const struct kind *k = kind_of(str_of(kind));
	str secret = codec_token(cx->mem, SECRET_BYTES);
	struct making m = { { u->id, str_of(kind), email, cx->now + k->lives_ms }, codec_token_hash(cx->mem, secret) };

	if (k->lives_ms)
		TRY(write_tx(cx, put, &m));
	else
		secret = S("");
	*url = strf(cx->mem, "%.*s%s%.*s", STR_F(cx->site->base), k->path, STR_F(secret));
	return OK;
}

/* name: one job of that name only. */
static enum err add_mail(struct ctx *cx, int64_t user_id, const char *kind, str email, str words, str name)
{
	struct jw w;

	if (!user_link_mails(cx))
		return OK;
	jw_init(&w, cx->mem, MAIL_MAX);
	jw_obj(&w, NULL);
	jw_id(&w, "user", user_id);
	jw_lit(&w, "kind", kind);
	jw_str(&w, "email", email);
	jw_str(&w, "words", words);
	jw_end(&w);
	return job_add(cx, "mail", jw_done(&w), cx->now, name);
}

static str name_of(struct ctx *cx, const char *kind, int64_t user_id)
{
	return strf(cx->mem, "mail %s %lld", kind, (long long)user_id);
}

enum err user_link_mail_add(struct ctx *cx, int64_t user_id, const char *kind)
{
	return add_mail(cx, user_id, kind, STR_NONE, STR_NONE, name_of(cx, kind, user_id));
}

enum err user_link_mail_warning(struct ctx *cx, int64_t account_id, int64_t warning_id, str words)
{
	struct user u;
	enum err e = users_by_account(cx->db, cx->mem, account_id, &u);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return add_mail(cx, u.id, "warned", STR_NONE, words, name_of(cx, "warned", warning_id));
}

struct asking {
	str email;
	const char *kind;
};

static enum err ask(struct ctx *cx, void *arg)
{
	const struct asking *a = arg;
	struct user u;
	enum err e = users_by_email(cx->db, cx->mem, cx->site->id, str_lower(cx->mem, str_trim(a->email)), &u);
	bool confirm = !strcmp(a->kind, "confirm");

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return u.disabled || (confirm && u.confirmed_at) ? OK : user_link_mail_add(cx, u.id, a->kind);
}

enum err user_link_mail(struct ctx *cx, str email, const char *kind)
{
	struct asking a = { email, kind };

	return email.n > 254 || !str_utf8(email) ? OK : write_tx(cx, ask, &a);
}

static str fill(struct arena *mem, str text, str site, str url, str words)
{
	struct buf b = buf_new(mem, MAIL_MAX);
	str part;

	while (str_cut(&text, '{', &part)) {
		buf_add(&b, part);
		if (str_none(text))
			break;
		buf_add(&b, str_starts(text, S("site}")) ? site : str_starts(text, S("url}")) ? url : words);
		str_cut(&text, '}', &part);
	}
	return buf_str(&b);
}

/* The secret is made for each try: what may have been sent before works no more, and is not kept anywhere. */
enum err user_link_job(struct ctx *cx, const struct job *job)
{
	json_t *args JR_SCOPE = NULL;
	const struct kind *k;
	struct port_mail mail;
	struct user u;
	int64_t id = 0;
	enum err e;
	str to, url;

	if (jr_parse(job->args, &args))
		return ERR_INVALID;
	str_int(jr_str(args, "user"), &id);
	k = kind_of(jr_str(args, "kind"));
	e = k ? user_by_id(cx, id, &u) : ERR_NOT_FOUND;
	to = str_or(jr_str(args, "email"), u.email);
	if (e || u.disabled || !to.n || !cx->app->ports.mail)
		return e == ERR_NOT_FOUND || !e ? OK : e;
	cx->site = site_by_id(cx->app, u.site_id);
	TRY(user_link_make(cx, &u, k->name, to, &url));
	mail = (struct port_mail){
		.to = to,
		.subject = strf(cx->mem, "%s (%.*s)", k->subject, STR_F(cx->site->domain)),
		.text = fill(cx->mem, str_of(k->text), cx->site->domain, url, jr_str(args, "words")),
		.id = strf(cx->mem, "%lld.%lld", (long long)job->id, (long long)job->tries),
	};
	return cx->app->ports.mail(cx, &mail);
}

static enum err look(struct ctx *cx, str secret, const char *kind, struct user_link *l)
{
	if (!secret.n || secret.n > SECRET_MAX)
		return ERR_NOT_FOUND;
	return links_get(cx->db, cx->mem, codec_token_hash(cx->mem, secret), str_of(kind), cx->now, l);
}

enum err user_link_look(struct ctx *cx, str secret, const char *kind, struct user *u)
{
	struct user_link l;

	TRY(look(cx, secret, kind, &l));
	TRY(user_by_id(cx, l.user_id, u));
	return u->site_id == cx->site->id && !u->disabled ? OK : ERR_NOT_FOUND;
}

static enum err confirm(struct ctx *cx, void *arg)
{
	struct user_link l;
	struct user u, other;
	enum err e;

	TRY(look(cx, *(str *)arg, "confirm", &l));
	TRY(user_by_id(cx, l.user_id, &u));
	if (u.site_id != cx->site->id)
		return ERR_NOT_FOUND;
	e = users_by_email(cx->db, cx->mem, u.site_id, l.email, &other);
	if (!e && other.id != u.id)
		return fail(cx, ERR_INVALID, "Somebody else has that address by now");
	if (e && e != ERR_NOT_FOUND)
		return e;
	TRY(users_set_email(cx->db, u.id, l.email, cx->now));
	return links_delete_of(cx->db, u.id, S("confirm"));
}

enum err user_link_confirm(struct ctx *cx, str secret)
{
	return write_tx(cx, confirm, &secret);
}

static enum err used(struct ctx *cx, void *arg)
{
	return links_delete_of(cx->db, *(int64_t *)arg, S("reset"));
}

/* Who got the mail has shown that the address is theirs. */
enum err user_link_reset(struct ctx *cx, str secret, str password)
{
	struct user u;

	TRY(user_link_look(cx, secret, "reset", &u));
	if (!password.n)
		return fail(cx, ERR_INVALID, "The password is missing");
	TRY(user_password(cx, u.id, password, NULL));
	return write_tx(cx, used, &u.id);
}

struct moving {
	const struct user *u;
	str email;
};

static enum err change_email(struct ctx *cx, void *arg)
{
	const struct moving *m = arg;
	struct user other;
	enum err e = users_by_email(cx->db, cx->mem, m->u->site_id, m->email, &other);

	if (!e)
		return other.id == m->u->id ? OK : fail(cx, ERR_INVALID, "Validation failed: E-mail has already been taken");
	if (e != ERR_NOT_FOUND)
		return e;
	if (user_link_mails(cx))
		return add_mail(cx, m->u->id, "confirm", m->email, STR_NONE, name_of(cx, "confirm", m->u->id));
	return users_set_email(cx->db, m->u->id, m->email, cx->now);
}

enum err user_change_email(struct ctx *cx, const struct user *u, str email)
{
	struct moving m = { u, str_lower(cx->mem, str_trim(email)) };

	if (!user_email_ok(m.email))
		return fail(cx, ERR_INVALID, "Validation failed: E-mail is no e-mail address");
	return write_tx(cx, change_email, &m);
}
