#include "fed/forward.h"

#include "base/clock.h"
#include "base/url.h"
#include "fed/state.h"
#include "http/limits.h"

enum { INBOXES_MOST = 1000,
       FORWARDS_MOST = 60,
       FORWARDS_MS = 5 * MINUTE };

static bool open_to_all(const struct status *s)
{
	return str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));
}

/* What others can check without us: a proof, or the older kind that many servers make and verify. What somebody else brought
 * is not passed on again, so it goes one step and no further. */
static bool worth_it(const struct take *t)
{
	bool signed_inside = t->act.proof || jr_is_obj(jr_get(t->doc, "signature"));

	return signed_inside && !t->relayed && !t->proven && !t->group.id;
}

/* Without the server it came from. */
static void leave_out(struct ctx *cx, str host, struct strs *inboxes)
{
	size_t n = 0;

	for (size_t i = 0; i < inboxes->n && n < INBOXES_MOST; i++)
		if (!str_eq(url_authority(cx->mem, inboxes->v[i]), host))
			inboxes->v[n++] = inboxes->v[i];
	inboxes->n = n;
}

enum err forward_answer(struct ctx *cx, const struct take *t, const struct status *s)
{
	unsigned how = str_eq(t->act.type, S("Delete")) ? DELIVER_CANCELS : 0;
	str limit = str_cat(cx->mem, S("forward "), t->actor.host);
	struct strs inboxes = { 0 };
	struct status parent;
	enum err e;

	if (!worth_it(t) || !s->in_reply_to_id || !open_to_all(s))
		return OK;
	e = status_by_id(cx, s->in_reply_to_id, &parent);
	if (e || !parent.site_id || parent.deleted_at || !open_to_all(&parent))
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(deliver_inboxes(cx, TO_FOLLOWERS, parent.account_id, 0, 0, &inboxes));
	leave_out(cx, t->actor.host, &inboxes);
	if (!inboxes.n || !limits_take(fed.floods, limit, FORWARDS_MOST, FORWARDS_MS, NULL))
		return OK;
	return deliver_add(cx, parent.account_id, s->uri, how, t->item->body, inboxes);
}
