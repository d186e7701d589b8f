#include "core/interaction.h"

#include "core/post.h"
#include "core/quote.h"
#include "core/visible.h"
#include "store/shown.h"

enum err interaction_check(struct ctx *cx, const struct account *by, enum interaction what, const struct status *s, bool *waits)
{
	int64_t bits = s->interaction_policy >> what & 0xff, me = by->id;
	struct stand st = { 0 };
	unsigned theirs = 0;

	*waits = false;
	if (s->site_id || !(bits & QUOTE_STATED))
		return OK;
	TRY(shown_stand(cx->db, cx->mem, by->id, s->account_id, s->id, &st));
	/* Who is named, or answered, may always answer. */
	if (what == INTERACT_REPLY && (st.mentioned || s->in_reply_to_account_id == by->id))
		return OK;
	TRY(visible_relations(cx, s->account_id, (struct ids){ &me, 1 }, &theirs));
	if (quote_bits(bits, st.following, theirs & REL_FOLLOWING) == QUOTE_DENIED)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	*waits = !(bits & QUOTE_PUBLIC);
	return OK;
}

enum err interaction_ask(struct ctx *cx, int64_t status_id, int64_t author_id)
{
	struct approval a = { status_id, author_id, S("pending"), S(""), S("") };

	return approvals_put(cx->db, &a);
}

struct answer {
	const struct account *by;
	str uri, stamp, accept;
	bool accepted;
};

static enum err find(struct ctx *cx, str uri, struct status *s)
{
	enum err e = statuses_by_uri(cx->db, cx->mem, uri, s);

	if (e == ERR_NOT_FOUND && str_chop(&uri, S("/activity")))
		e = statuses_by_uri(cx->db, cx->mem, uri, s);
	return e;
}

static enum err take_answer(struct ctx *cx, void *arg)
{
	const struct answer *in = arg;
	struct status s = { 0 };
	struct approval a = { 0 };
	bool was;

	TRY(find(cx, in->uri, &s));
	TRY(approvals_get(cx->db, cx->mem, s.id, &a));
	if (a.author_id != in->by->id || s.deleted_at)
		return ERR_NOT_FOUND;
	if (str_eq(a.state, S("revoked")))
		return OK;
	was = str_eq(a.state, S("accepted"));
	a.state = in->accepted ? S("accepted") : was ? S("revoked") : S("rejected");
	a.stamp = str_or(in->stamp, S(""));
	a.accept = str_or(in->accept, S(""));
	TRY(approvals_put(cx->db, &a));
	if (was || !in->accepted)
		return OK;
	return post_send(cx, s.reblog_of_id ? SEND_ANNOUNCE : SEND_CREATE, &s, true);
}

enum err interaction_answered(struct ctx *cx, const struct account *by, str uri, bool accepted, str stamp, str accept)
{
	struct answer a = { by, uri, stamp, accept, accepted };

	return write_tx(cx, take_answer, &a);
}

enum err interaction_approval(struct ctx *cx, const struct status *s, struct approval *a)
{
	enum err e = s->extras & HAS_APPROVAL ? approvals_get(cx->db, cx->mem, s->id, a) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND)
		*a = (struct approval){ .state = S(""), .stamp = S(""), .accept = S("") };
	return e == ERR_NOT_FOUND ? OK : e;
}
