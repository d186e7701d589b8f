/* LikeRequest, ReplyRequest, AnnounceRequest: somebody elsewhere asks before he likes, answers or boosts a post of ours, and
 * shows in `instrument` with what. GoToSocial's interaction controls; federation.md 11.5. Who may see the post may; the stamp
 * that is served for it says that the answer, boost or favourite is here, and is gone with it. */
#include "core/react.h"
#include "fed/as_write.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/serve.h"
#include "fed/take.h"

static const struct {
	const char *request, *type;
	enum interaction what;
} kinds[] = {
	{ "LikeRequest", "Like", INTERACT_LIKE },
	{ "ReplyRequest", NULL, INTERACT_REPLY },
	{ "AnnounceRequest", "Announce", INTERACT_BOOST },
};

static size_t kind_of(const struct take *t)
{
	size_t i = 0;

	while (i + 1 < sizeof(kinds) / sizeof(kinds[0]) && !str_eq(t->act.type, str_of(kinds[i].request)))
		i++;
	return i;
}

/* The favourite or boost. */
static enum err read_activity(struct fetcher *f, struct take *t, const char *type)
{
	const json_t *node;
	str id;

	TRY(take_instrument_node(f, t, type, &id, &node));
	TRY(as_activity_read(f->cx->mem, node, &t->asked));
	if (!str_eq(t->asked.type, str_of(type)) || !str_eq(t->asked.id, id) || !str_eq(t->asked.actor, t->actor.uri) ||
	    str_none(t->asked.object) || !str_eq(t->asked.object, t->act.object))
		return ERR_DENIED;
	return OK;
}

/* Of what they cannot see there is no answer; to what cannot be read, a refusal. */
enum err prepare_leave_request(struct fetcher *f, struct take *t)
{
	const char *type = kinds[kind_of(t)].type;
	struct status s;
	enum err e;

	TRY(take_asked_about(f->cx, t, &s));
	if (s.reblog_of_id)
		return ERR_DENIED;
	if (type)
		e = read_activity(f, t, type);
	else
		e = take_instrument(f, t);
	if (e == ERR_BUSY)
		return e;
	t->vain = e || (!type && (t->post.vote || !str_eq(t->status.in_reply_to_uri, t->act.object)));
	return OK;
}

static enum err take_reply(struct ctx *cx, struct take *t, int64_t *id)
{
	struct status s;

	TRY(status_receive(cx, &t->actor, &t->status, false, id));
	if (!*id)
		return ERR_NOT_FOUND;
	TRY(status_by_id(cx, *id, &s));
	return s.in_reply_to_id == t->about ? OK : ERR_DENIED;
}

static enum err do_it(struct ctx *cx, struct take *t, enum interaction what, int64_t *made)
{
	if (t->vain)
		return ERR_DENIED;
	if (what == INTERACT_REPLY)
		return take_reply(cx, t, made);
	if (what == INTERACT_LIKE)
		return react_favourite_id(cx, &t->actor, t->about, t->asked.id, made);
	TRY(react_reblog(cx, &t->actor, t->about, as_boost_visibility(&t->asked, &t->actor), t->asked.id,
	                 t->asked.published <= cx->now ? t->asked.published : 0, made));
	return *made ? OK : ERR_DENIED;
}

enum err take_leave_request(struct ctx *cx, struct take *t)
{
	enum interaction what = kinds[kind_of(t)].what;
	str made = as_id(jr_get(t->doc, "instrument"));
	struct asked_leave a = { .what = what, .post_id = t->about, .request = t->act.id,
		                 .made_uri = str_none(made) || !as_url_ok(cx->mem, made) ? S("") : made };
	enum err e = do_it(cx, t, what, &a.made_id);

	if (e == ERR_BUSY || e == ERR_INTERNAL)
		return e;
	if (e)
		a.made_id = 0;
	return interaction_answer(cx, &t->actor, &a);
}

/* The stamps. */
enum err fed_authorization(struct request *rq, struct reply *rp)
{
	struct as_stamp_of stamp;
	struct leave leave = { 0 };
	enum interaction what;
	int64_t viewer, id;
	struct account a;
	bool done;

	TRY(serve_viewer(rq, rp, &viewer, &done));
	if (done)
		return OK;
	TRY(rq_id(rq, 2, &id));
	if (!interaction_of_word(rq->args[1], &what))
		return ERR_NOT_FOUND;
	TRY(serve_account(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(interaction_leave(rq->cx, viewer, &a, what, id, &leave));
	stamp = (struct as_stamp_of){ as_leave_type(rq->cx->mem, what, "Authorization"), leave.uri, a.uri, leave.made_uri,
		                      leave.post_uri };
	as_stamp(serve_json(rp), NULL, &stamp, true);
	return OK;
}
