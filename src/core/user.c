/* Users: making them, letting them in. Who asks must not learn whether a login exists: neither from the answer nor from
 * the time it takes. Wrong passwords are counted before they are looked at, so that many at a time gain nothing. */
#include "core/user.h"

#include <arpa/inet.h>
#include <ctype.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "core/account_make.h"
#include "core/hub.h"
#include "core/notice.h"
#include "core/password.h"
#include "core/user_link.h"
#include "store/links.h"
#include "store/oauth.h"
#include "store/sites.h"

enum {
	NAME_MAX_ = 30,
	EMAIL_MAX = 254,
	WRONG_MAX = 20,               /* of one login or one address ... */
	WRONG_WINDOW_MS = 5 * MINUTE, /* ... in so long */
};

static const char *const reserved[] = { "abuse", "account", "accounts", "admin", "administration",
	                                "administrator", "admins",
	                                "help", "helpdesk", "hostmaster", "info", "instance", "mod", "moderator", "moderators",
	                                "mods", "owner", "postmaster", "root", "security", "server", "staff",
	                                "support", "webmaster" };
static const char *const roles[] = { "owner", "admin", "moderator", "user" };

static bool listed_in(const char *const *list, size_t n, str word)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, str_of(list[i])))
			return true;
	return false;
}
#define IN(list, word) listed_in(list, sizeof(list) / sizeof((list)[0]), word)

static bool name_ok(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
			return false;
	}
	return true;
}

static bool label_ok(str label)
{
	for (size_t i = 0; i < label.n; i++) {
		unsigned char c = (unsigned char)label.p[i];

		if (c < 0x80 && !isalnum(c) && c != '-')
			return false;
	}
	return label.n > 0 && label.n <= 63 && label.p[0] != '-' && label.p[label.n - 1] != '-';
}

/* One plain address: nothing that a mail program could read as a name, a list, a route or a second line (RFC 5322, 3.4). */
bool user_email_ok(str email)
{
	static const char special[] = "\"(),:;<>[\\]%@";
	str rest = email, local, label;

	if (email.n > EMAIL_MAX || !str_utf8(email) || !str_cut(&rest, '@', &local) || !local.n || !rest.n)
		return false;
	if (str_ends(rest, S(".")))
		return false;
	for (size_t i = 0; i < local.n; i++)
		if ((unsigned char)local.p[i] <= ' ' || local.p[i] == 127 || strchr(special, local.p[i]))
			return false;
	while (str_cut(&rest, '.', &label))
		if (!label_ok(label))
			return false;
	return true;
}

/* Where a validation error of sign-up goes. */
struct complaint {
	str *field, *code;
};

static enum err complain(struct ctx *cx, const struct complaint *to, enum err e, str field, str code,
                         const char *what)
{
	if (to->field)
		*to->field = field;
	if (to->code)
		*to->code = code;
	return fail(cx, e, "Validation failed: %s", what);
}

static enum err check_user(struct ctx *cx, const struct user_in *in, const struct complaint *to)
{
	if (!in->username.n)
		return complain(cx, to, ERR_INVALID, S("username"), S("ERR_BLANK"),
		                "Username can't be blank");
	if (in->username.n > NAME_MAX_)
		return complain(cx, to, ERR_INVALID, S("username"), S("ERR_TOO_LONG"),
		                "Username is too long (maximum is 30 characters)");
	if (!name_ok(in->username))
		return complain(cx, to, ERR_INVALID, S("username"), S("ERR_INVALID"),
		                "Username must contain only letters, numbers and underscores");
	/* who runs the site may take such a name, others not */
	if (IN(reserved, str_lower(cx->mem, in->username)) && (!in->role.n || str_eq(in->role, S("user"))))
		return complain(cx, to, ERR_INVALID, S("username"), S("ERR_RESERVED"),
		                "Username is reserved");
	if (in->email.n && !user_email_ok(in->email))
		return complain(cx, to, ERR_INVALID, S("email"), S("ERR_INVALID"),
		                "E-mail is no e-mail address");
	if (in->password.n && in->password.n < PASSWORD_MIN)
		return complain(cx, to, ERR_INVALID, S("password"), S("ERR_TOO_SHORT"),
		                "Password is too short (minimum is 8 characters)");
	if (in->password.n > PASSWORD_MAX)
		return complain(cx, to, ERR_INVALID, S("password"), S("ERR_TOO_LONG"),
		                "Password is too long (maximum is 256 bytes)");
	if (in->role.n && !IN(roles, in->role))
		return fail(cx, ERR_INVALID, "The role must be owner, admin, moderator or user");
	return OK;
}

struct user_make {
	struct user u;
	struct account_make account;
	struct complaint to;
	bool told; /* who looks after the site is */
};

static enum err use_invite(struct ctx *cx, int64_t id)
{
	bool fits = true;

	if (id)
		TRY(invites_use(cx->db, id, cx->now, &fits));
	return fits ? OK : fail(cx, ERR_DENIED, "This invitation is not valid (any more)");
}

static enum err insert_user(struct ctx *cx, void *arg)
{
	struct user_make *m = arg;
	struct account a;
	struct user other;
	enum err e;

	if (m->u.email.n) {
		e = users_by_email(cx->db, cx->mem, m->u.site_id, m->u.email, &other);
		if (!e)
			return complain(cx, &m->to, ERR_INVALID, S("email"), S("ERR_TAKEN"),
			                "E-mail has already been taken");
		if (e != ERR_NOT_FOUND)
			return e;
	}
	e = account_make(cx, &m->account, &a);
	if (!e)
		e = users_insert(cx->db, &m->u);
	if (e == ERR_CONFLICT)
		return complain(cx, &m->to, ERR_INVALID, S("username"), S("ERR_TAKEN"),
		                "Username has already been taken");
	TRY(e);
	TRY(users_add_account(cx->db, m->u.id, a.id));
	TRY(use_invite(cx, m->u.invite_id));
	if (m->told)
		TRY(notice_add_sign_up(cx, m->u.site_id, a.id));
	if (!m->u.confirmed_at)
		TRY(user_link_mail_add(cx, m->u.id, "confirm"));
	return sites_set_contact(cx->db, m->u.site_id, a.id);
}

enum err user_create(struct ctx *cx, const struct user_in *in, struct user *made, str *password, str *field,
                     str *code)
{
	struct user_make m = { .to = { field, code } };
	struct account there;
	enum err e;
	str secret = in->password.n ? in->password : password_make(cx->mem);

	BUG_IF(!cx->site);
	TRY(check_user(cx, in, &m.to));
	m.account = (struct account_make){ .site = cx->site, .id = id_new(), .username = in->username, .kind = S("Person"),
		.rsa_private = in->private_key };
	m.u = (struct user){ .id = id_new(), .site_id = cx->site->id, .created_at = cx->now };
	m.u.role = str_or(in->role, S("user"));
	m.u.locale = str_or(in->locale, S("en"));
	m.u.account_id = m.account.id;
	m.u.confirmed_at = in->unconfirmed ? 0 : cx->now;
	m.u.approved_at = in->waits ? 0 : cx->now;
	m.u.reason = in->reason;
	m.told = in->by_themselves && !in->waits;
	m.u.invite_id = in->invite_id;
	m.u.email = in->email.n ? str_lower(cx->mem, in->email) : STR_NONE;
	m.u.login = str_or(m.u.email, str_lower(cx->mem, in->username));
	/* before the long work; the UNIQUE index says it again */
	e = accounts_by_handle(cx->db, cx->mem, str_lower(cx->mem, in->username), cx->site->domain, &there);
	if (!e)
		return complain(cx, &m.to, ERR_INVALID, S("username"), S("ERR_TAKEN"),
		                "Username has already been taken");
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(password_hash(cx, secret, &m.u.password_hash));
	TRY(account_make_keys(cx, &m.account));
	TRY(write_tx(cx, insert_user, &m));
	*made = m.u;
	if (password)
		*password = secret;
	return OK;
}

/* One line per home: an IPv6 /64, an IPv4 address. What is stored is a digest, since people type passwords into the
 * wrong field. */
static str counter_of_address(struct ctx *cx)
{
	struct in6_addr six;
	str text = cx->address;

	if (str_chr(text, ':') >= 0 && inet_pton(AF_INET6, cstr(cx->mem, text), &six) == 1 &&
	    !IN6_IS_ADDR_V4MAPPED(&six))
		text = codec_hex(cx->mem, str_n((const char *)&six, 8));
	return codec_token_hash(cx->mem, str_cat(cx->mem, S("address "), text));
}

struct attempt {
	str who[2]; /* address, login */
	bool right, too_many;
	int64_t user_id;
};

static enum err count_attempt(struct ctx *cx, void *arg)
{
	struct attempt *t = arg;
	int64_t n;

	t->too_many = false;
	for (int i = 0; i < 2; i++) {
		if (!t->who[i].n)
			continue;
		TRY(failures_add(cx->db, t->who[i], cx->now, cx->now - WRONG_WINDOW_MS, &n));
		t->too_many |= n > WRONG_MAX;
	}
	return OK;
}

static enum err forget_attempt(struct ctx *cx, void *arg)
{
	struct attempt *t = arg;

	if (t->who[0].n)
		TRY(failures_take_back(cx->db, t->who[0]));
	return failures_forget(cx->db, t->who[1]);
}

static enum err find_login(struct ctx *cx, str login, struct user *u)
{
	str name = str_lower(cx->mem, str_trim(login));
	enum err e = ERR_NOT_FOUND;

	str_skip(&name, S("@"));
	if (name.n > EMAIL_MAX || !str_utf8(name))
		return ERR_NOT_FOUND;
	if (str_chr(name, '@') >= 0)
		e = users_by_email(cx->db, cx->mem, cx->site->id, name, u);
	if (e == ERR_NOT_FOUND)
		e = user_by_account(cx, name, u);
	return e;
}

enum err user_login(struct ctx *cx, str login, str password, struct user *user)
{
	struct user u = { 0 };
	struct attempt t = { 0 };
	enum err e;

	if (!cx->site)
		return ERR_DENIED;
	if (cx->address.n)
		t.who[0] = counter_of_address(cx);
	t.who[1] = codec_token_hash(cx->mem, strf(cx->mem, "login %lld %.*s", (long long)cx->site->id,
	                                          STR_F(str_lower(cx->mem, str_to(str_trim(login), 300)))));
	TRY(write_tx(cx, count_attempt, &t));
	if (t.too_many)
		return fail(cx, ERR_LIMIT, "Too many attempts. Wait a few minutes and try again.");
	e = find_login(cx, login, &u);
	if (e && e != ERR_NOT_FOUND)
		return e;
	TRY(password_check(cx, e ? STR_NONE : u.password_hash, password, &t.right));
	if (!t.right || u.disabled) {
		LOG(LOG_INFO, "login_wrong", LS("address", cx->address), LI("site", cx->site->id));
		return fail(cx, ERR_DENIED, "The login or the password is wrong.");
	}
	TRY(write_tx(cx, forget_attempt, &t));
	*user = u;
	return OK;
}

enum err user_password_check(struct ctx *cx, int64_t user_id, str password)
{
	struct user u, found;

	TRY(user_by_id(cx, user_id, &u));
	TRY(user_login(cx, u.login, password, &found));
	return found.id == user_id ? OK : ERR_DENIED;
}

enum err user_by_id(struct ctx *cx, int64_t id, struct user *user)
{
	return users_by_id(cx->db, cx->mem, id, user);
}

enum err user_by_account(struct ctx *cx, str handle, struct user *user)
{
	struct account a;

	TRY(account_by_handle(cx, handle, &a));
	if (!account_is_local(&a))
		return ERR_NOT_FOUND;
	TRY(users_by_account(cx->db, cx->mem, a.id, user));
	return cx->site && user->site_id != cx->site->id ? ERR_NOT_FOUND : OK;
}

enum err user_list(struct ctx *cx, struct db_rows *users)
{
	return cx->site ? users_of_site(cx->db, cx->mem, cx->site->id, users) : ERR_NOT_FOUND;
}

const char *user_missing(bool disabled, int64_t confirmed_at, int64_t approved_at)
{
	if (disabled)
		return "Your login is currently disabled";
	if (!confirmed_at)
		return "Your login is missing a confirmed e-mail address";
	return approved_at ? NULL : "Your login is currently pending approval";
}

struct user_change {
	int64_t id;
	str hash, role;
	bool disabled;
};

static enum err end_sessions(struct ctx *cx, int64_t user_id)
{
	TRY(sessions_delete_of(cx->db, user_id));
	TRY(codes_delete_of(cx->db, user_id));
	hub_tokens_ended(cx);
	return tokens_delete_of(cx->db, user_id);
}

static enum err change_disabled(struct ctx *cx, void *arg)
{
	const struct user_change *c = arg;
	int64_t changed = 0;

	TRY(users_set_disabled(cx->db, c->id, c->disabled, &changed));
	if (!changed)
		return ERR_NOT_FOUND;
	return c->disabled ? end_sessions(cx, c->id) : OK;
}

enum err user_set_disabled(struct ctx *cx, int64_t user_id, bool disabled)
{
	struct user_change c = { .id = user_id, .disabled = disabled };

	return write_tx(cx, change_disabled, &c);
}

static enum err change_password(struct ctx *cx, void *arg)
{
	struct user_change *c = arg;
	int64_t changed = 0;

	TRY(users_set_password(cx->db, c->id, c->hash, &changed));
	if (!changed)
		return ERR_NOT_FOUND;
	return end_sessions(cx, c->id);
}

enum err user_password(struct ctx *cx, int64_t user_id, str password, str *made)
{
	struct user_change c = { .id = user_id };
	str secret = password.n ? password : password_make(cx->mem);

	if (secret.n < PASSWORD_MIN || secret.n > PASSWORD_MAX)
		return fail(cx, ERR_INVALID, "A password has %d to %d bytes", PASSWORD_MIN, PASSWORD_MAX);
	TRY(password_hash(cx, secret, &c.hash));
	TRY(write_tx(cx, change_password, &c));
	if (made)
		*made = secret;
	return OK;
}

static enum err change_role(struct ctx *cx, void *arg)
{
	struct user_change *c = arg;
	int64_t changed = 0;

	TRY(users_set_role(cx->db, c->id, c->role, &changed));
	return changed ? OK : ERR_NOT_FOUND;
}

enum err user_role(struct ctx *cx, int64_t user_id, str role)
{
	struct user_change c = { .id = user_id, .role = role };

	if (!IN(roles, role))
		return fail(cx, ERR_INVALID, "The role must be owner, admin, moderator or user");
	return write_tx(cx, change_role, &c);
}
