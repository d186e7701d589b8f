/* Move: FEP-7628. Sent by the account that leaves, or by the one it goes to (pull); then the old one must point there. Either
 * way the new one must name the old as an alias, by what its server says now. federation.md 8. */
#include "base/clock.h"
#include "core/move.h"
#include "fed/cool.h"
#include "fed/resolve.h"
#include "fed/state.h"
#include "fed/take.h"

/* Both ends as their servers have them now. The one that sent it need not be asked whether it wants to; the new one may be
 * one of ours. */
static enum err both_ends(struct fetcher *f, const struct take *t, struct account *from, struct account *to)
{
	bool push = str_eq(t->act.object, t->actor.uri);

	*from = t->actor;
	if (!foreign_url(f->cx, t->act.target))
		return account_by_uri(f->cx, t->act.target, to);
	if (!push)
		TRY(resolve_actor(f, t->act.object, true, from));
	TRY(resolve_actor(f, t->act.target, true, to));
	return push || str_eq(from->moved_to_uri, to->uri) ? OK : ERR_DENIED;
}

enum err prepare_move(struct fetcher *f, struct take *t)
{
	str from_uri = t->act.object, to_uri = t->act.target;
	int64_t now = clock_mono();
	struct account from, to;
	bool due;

	if (str_none(from_uri) || str_none(to_uri) || str_eq(from_uri, to_uri) || !foreign_url(f->cx, from_uri) ||
	    (!str_eq(t->actor.uri, from_uri) && !str_eq(t->actor.uri, to_uri)))
		return ERR_DENIED;
	/* Only accounts that are known here; and not again and again. */
	TRY(account_by_uri(f->cx, from_uri, &from));
	TRY(move_is_due(f->cx, &from, &due));
	if (!due || !cool_take(fed.cool, strf(f->cx->mem, "move %lld", (long long)from.id), now, now + 10 * SECOND))
		return ERR_DENIED;
	TRY(both_ends(f, t, &from, &to));
	if (!strs_has(move_aliases(f->cx, &to), from.uri))
		return ERR_DENIED;
	t->actor = from;
	t->about = to.id;
	return OK;
}

enum err take_move(struct ctx *cx, struct take *t)
{
	struct account to;

	TRY(account_by_id(cx, t->about, &to));
	return move_receive(cx, &t->actor, &to);
}
