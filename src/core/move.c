#include "core/move.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/job.h"
#include "core/site.h"
#include "store/moves.h"

enum { JSON_MAX = 65536 };

/* --- finding */

static enum err look(struct ctx *cx, str acct, struct account *a)
{
	return str_find(acct, S("://")) >= 0 ? account_by_uri(cx, acct, a) : account_by_handle(cx, acct, a);
}

enum err move_find(struct ctx *cx, str acct, struct account *a)
{
	const struct ports *ports = &cx->app->ports;
	enum err e = look(cx, acct, a);

	if (e == ERR_NOT_FOUND && ports->resolve) {
		e = ports->resolve(cx, acct);
		if (!e)
			e = look(cx, acct, a);
	} else if (!e && !account_is_local(a) && ports->look_again) {
		str uri = a->uri;

		e = ports->look_again(cx, uri);
		if (!e)
			e = account_by_uri(cx, uri, a);
	}
	if (e == ERR_BUSY)
		return fail(cx, ERR_BUSY, "the server of %.*s does not answer now", STR_F(acct));
	if (e == ERR_NOT_FOUND || (!e && (a->deleted_at || a->suspended_at)))
		return fail(cx, ERR_NOT_FOUND, "there is no account %.*s", STR_F(acct));
	return e;
}

/* --- aliases */

struct strs move_aliases(struct ctx *cx, const struct account *a)
{
	json_t *doc JR_SCOPE = NULL;
	struct strs list = { 0 };

	if (jr_parse(str_or(a->also_known_as, S("[]")), &doc))
		return list;
	list.v = NEWS(cx->mem, str, jr_len(doc) + 1);
	for (size_t i = 0; i < jr_len(doc); i++)
		if (!str_none(jr_text(jr_at(doc, i))))
			list.v[list.n++] = str_dup(cx->mem, jr_text(jr_at(doc, i)));
	return list;
}

static str aliases_json(struct ctx *cx, struct strs list)
{
	struct jw w;

	jw_init(&w, cx->mem, JSON_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < list.n; i++)
		jw_str(&w, NULL, list.v[i]);
	jw_end(&w);
	return jw_done(&w);
}

struct moving {
	const struct account *a, *other;
	str uri;
};

static enum err tell(struct ctx *cx, enum send_kind kind, int64_t actor_id, int64_t target_id)
{
	struct send s = { .kind = kind, .actor_id = actor_id, .target_id = target_id };

	return send_add(cx, &s);
}

static enum err put_aliases(struct ctx *cx, const struct account *a, struct strs list)
{
	str json = aliases_json(cx, list);

	if (str_none(json))
		return ERR_INVALID;
	TRY(moves_set_aliases(cx->db, a->id, json, cx->now));
	return tell(cx, SEND_PROFILE, a->id, 0);
}

static enum err add_alias(struct ctx *cx, void *arg)
{
	const struct moving *m = arg;
	struct account now;
	struct strs list;

	TRY(account_by_id(cx, m->a->id, &now));
	list = move_aliases(cx, &now);
	if (strs_has(list, m->uri))
		return OK;
	if (list.n >= MOVE_ALIASES)
		return fail(cx, ERR_INVALID, "Validation failed: an account has at most %d aliases", MOVE_ALIASES);
	list.v[list.n++] = m->uri; /* move_aliases() leaves room for one */
	return put_aliases(cx, m->a, list);
}

enum err move_alias_add(struct ctx *cx, const struct account *a, const struct account *old)
{
	struct moving m = { .a = a, .uri = old->uri };

	if (!account_is_local(a))
		return ERR_DENIED;
	if (a->id == old->id)
		return fail(cx, ERR_INVALID, "Validation failed: an account is no alias of itself");
	return write_tx(cx, add_alias, &m);
}

static enum err remove_alias(struct ctx *cx, void *arg)
{
	const struct moving *m = arg;
	struct account now;
	struct strs list;
	size_t kept = 0;

	TRY(account_by_id(cx, m->a->id, &now));
	list = move_aliases(cx, &now);
	if (!strs_has(list, m->uri))
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < list.n; i++)
		if (!str_eq(list.v[i], m->uri))
			list.v[kept++] = list.v[i];
	list.n = kept;
	return put_aliases(cx, m->a, list);
}

enum err move_alias_remove(struct ctx *cx, const struct account *a, str uri)
{
	struct moving m = { .a = a, .uri = uri };

	return account_is_local(a) ? write_tx(cx, remove_alias, &m) : ERR_DENIED;
}

/* --- moving */

static enum err add_job(struct ctx *cx, int64_t from, int64_t to)
{
	struct jw w;

	jw_init(&w, cx->mem, 256);
	jw_obj(&w, NULL);
	jw_id(&w, "from", from);
	jw_id(&w, "to", to);
	jw_end(&w);
	return job_add(cx, "move", jw_done(&w), cx->now, strf(cx->mem, "move %lld", (long long)from));
}

/* What both kinds of move do. */
static enum err redirect(struct ctx *cx, const struct account *from, const struct account *to)
{
	TRY(moves_redirect(cx->db, from->id, to->uri, cx->now));
	TRY(moves_put(cx->db, from->id, cx->now));
	TRY(moves_put(cx->db, to->id, cx->now));
	return add_job(cx, from->id, to->id);
}

static enum err go_out(struct ctx *cx, void *arg)
{
	const struct moving *m = arg;
	int64_t at;

	TRY(moves_at(cx->db, m->a->id, &at));
	if (at && cx->now - at < MOVE_OUT_DAYS * (int64_t)DAY)
		return fail(cx, ERR_INVALID, "Validation failed: this account took part in a move less than %d days ago",
		            MOVE_OUT_DAYS);
	TRY(redirect(cx, m->a, m->other));
	TRY(tell(cx, SEND_PROFILE, m->a->id, 0));
	return tell(cx, SEND_MOVE, m->a->id, m->other->id);
}

enum err move_out(struct ctx *cx, const struct account *a, const struct account *target)
{
	struct moving m = { .a = a, .other = target };

	if (!account_is_local(a) || str_eq(a->kind, S("Application")))
		return ERR_DENIED;
	if (a->id == target->id)
		return fail(cx, ERR_INVALID, "Validation failed: an account cannot move to itself");
	if (target->deleted_at || target->suspended_at || target->moved_to_uri.n)
		return fail(cx, ERR_INVALID, "Validation failed: the new account has moved itself, or is gone");
	if (!strs_has(move_aliases(cx, target), a->uri))
		return fail(cx, ERR_INVALID, "Validation failed: the new account does not name this one (%.*s) as an alias",
		            STR_F(a->uri));
	return write_tx(cx, go_out, &m);
}

static enum err come_back(struct ctx *cx, void *arg)
{
	const struct moving *m = arg;

	TRY(moves_redirect(cx->db, m->a->id, S(""), cx->now));
	return tell(cx, SEND_PROFILE, m->a->id, 0);
}

enum err move_undo(struct ctx *cx, const struct account *a)
{
	struct moving m = { .a = a };

	if (!account_is_local(a))
		return ERR_DENIED;
	if (!a->moved_to_uri.n)
		return fail(cx, ERR_INVALID, "Validation failed: this account has not moved");
	return write_tx(cx, come_back, &m);
}

enum err move_may_act(struct ctx *cx, const struct account *a)
{
	return account_is_local(a) && a->moved_to_uri.n ? fail(cx, ERR_DENIED, "This account has moved to another one") : OK;
}

enum err move_is_due(struct ctx *cx, const struct account *from, bool *due)
{
	int64_t at;

	TRY(moves_at(cx->db, from->id, &at));
	*due = !at || cx->now - at >= MOVE_IN_DAYS * (int64_t)DAY;
	return OK;
}

static enum err receive(struct ctx *cx, void *arg)
{
	const struct moving *m = arg;
	bool due;

	TRY(move_is_due(cx, m->a, &due));
	return due ? redirect(cx, m->a, m->other) : OK;
}

enum err move_receive(struct ctx *cx, const struct account *from, const struct account *to)
{
	struct moving m = { .a = from, .other = to };

	if (account_is_local(from) || from->id == to->id || to->deleted_at || to->suspended_at || to->moved_to_uri.n)
		return ERR_DENIED;
	return write_tx(cx, receive, &m);
}
