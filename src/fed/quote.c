/* Quotes between servers: requests, stamps and their proof. FEP-044f; federation.md 11. */
#include "base/clock.h"
#include "base/url.h"
#include "core/quote.h"
#include "core/site.h"
#include "fed/as_write.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/serve.h"
#include "fed/take.h"

enum err take_instrument_node(struct fetcher *f, struct take *t, const char *type, str *id, const json_t **node)
{
	str is;

	*node = jr_get(t->doc, "instrument");
	*id = as_id(*node);
	is = as_type(*node);
	if (str_none(*id) || !as_url_ok(f->cx->mem, *id) || !foreign_url(f->cx, *id) || !url_same_origin(*id, t->actor.uri))
		return ERR_DENIED;
	if (jr_is_obj(*node) && (type ? str_eq(is, str_of(type)) : as_type_is_post(is)))
		return OK;
	TRY(fetch_document(f, *id, &t->fetched));
	*node = t->fetched.json;
	return OK;
}

enum err take_instrument(struct fetcher *f, struct take *t)
{
	const json_t *node;
	str id;

	TRY(take_instrument_node(f, t, NULL, &id, &node));
	TRY(as_object_read(f->cx->mem, node, &t->post));
	if (!str_eq(t->post.id, id) || !str_eq(t->post.attributed_to, t->actor.uri))
		return ERR_DENIED;
	as_object_status(f->cx->mem, &t->post, &t->actor, &t->status);
	if (!t->status.created_at)
		t->status.created_at = f->cx->now;
	return resolve_mentions(f, &t->post, 0, 0, &t->status);
}

enum err take_asked_about(struct ctx *cx, struct take *t, struct status *s)
{
	if (str_none(t->act.object) || str_none(t->act.id) || !site_of_url(cx->app, t->act.object))
		return ERR_DENIED;
	TRY(status_by_uri(cx, t->act.object, s));
	TRY(visible_check(cx, t->actor.id, s));
	t->about = s->id;
	return OK;
}

/* Of what they cannot see there is no answer; of a post that we cannot read, a refusal. */
enum err prepare_quote_request(struct fetcher *f, struct take *t)
{
	struct status s;
	enum err e;

	TRY(take_asked_about(f->cx, t, &s));
	e = take_instrument(f, t);
	if (e == ERR_BUSY)
		return e;
	if (e || !str_eq(t->status.quote.uri, t->act.object))
		t->status.uri = STR_NONE;
	return OK;
}

enum err take_quote_request(struct ctx *cx, struct take *t)
{
	struct status quoted, post;
	enum quote_may may;
	int64_t id = 0;

	if (str_none(t->status.uri))
		return quote_refuse(cx, &t->actor, t->about, t->act.id);
	if (!status_by_uri(cx, t->status.uri, &post) && !post.deleted_at)
		return quote_requested(cx, &t->actor, t->about, post.id, t->act.id);
	TRY(status_by_id(cx, t->about, &quoted));
	TRY(quote_may(cx, &quoted, t->actor.id, &may));
	if (may == QUOTE_AUTOMATIC)
		TRY(status_receive(cx, &t->actor, &t->status, true, &id));
	return id ? quote_requested(cx, &t->actor, t->about, id, t->act.id) : quote_refuse(cx, &t->actor, t->about, t->act.id);
}

/* Is it about this quote, and by who is quoted? Stamps of ours are rows, not documents. */
static enum err check_stamp(struct fetcher *f, const struct quote *q, const struct status *quoted, bool *good)
{
	struct account author;
	struct document d = { 0 };
	struct status post;
	enum err e;

	*good = false;
	if (!q->stamp.n || !as_url_ok(f->cx->mem, q->stamp) || !foreign_url(f->cx, q->stamp))
		return OK;
	TRY(status_by_id(f->cx, q->status_id, &post));
	TRY(account_by_id(f->cx, quoted->account_id, &author));
	if (!url_same_origin(q->stamp, author.uri))
		return OK;
	e = fetch_document(f, q->stamp, &d);
	if (e)
		return e == ERR_BUSY ? e : OK;
	*good = str_eq(as_type(d.json), S("QuoteAuthorization")) && str_eq(d.id, q->stamp) &&
	        str_eq(as_id(jr_get(d.json, "attributedTo")), author.uri) &&
	        str_eq(as_id(jr_get(d.json, "interactingObject")), post.uri) &&
	        str_eq(as_id(jr_get(d.json, "interactionTarget")), quoted->uri);
	jr_free(&d.json);
	return OK;
}

static enum err look(struct fetcher *f, const struct quote *q)
{
	struct status quoted = { 0 };
	bool good = false;
	int depth;
	enum err e;

	TRY(quote_depth(f->cx, q->status_id, &depth));
	if (depth == QUOTE_DEPTH)
		return OK;
	e = resolve_status(f, q->quoted_uri, &quoted, NULL);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e)
		TRY(check_stamp(f, q, &quoted, &good));
	return quote_settle(f->cx, q->status_id, e ? 0 : quoted.id, good);
}

enum err fed_job_quote(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	struct quote q = { 0 };
	int64_t id = 0;
	enum err e;

	fetcher_init(&f, cx, FETCHES, 60 * SECOND);
	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "status"), &id))
		return ERR_INVALID;
	e = quote_by_id(cx, id, &q);
	if (!e && str_eq(q.state, S("pending")))
		e = look(&f, &q);
	return e == ERR_BUSY ? e : OK;
}

/* Leave to quote, for all who may see what is quoted; while it stands. */
enum err fed_quote_authorization(struct request *rq, struct reply *rp)
{
	struct status quoted, quoting;
	struct as_stamp_of stamp;
	int64_t viewer, id;
	struct account a;
	struct quote q = { 0 };
	bool done;

	TRY(serve_viewer(rq, rp, &viewer, &done));
	if (done)
		return OK;
	TRY(rq_id(rq, 1, &id));
	TRY(serve_account(rq, rp, &a, &done));
	if (done)
		return OK;
	TRY(quote_stamp(rq->cx, a.id, id, &q));
	TRY(status_by_id(rq->cx, q.quoted_id, &quoted));
	TRY(visible_check(rq->cx, viewer, &quoted));
	TRY(status_by_id(rq->cx, id, &quoting));
	stamp = (struct as_stamp_of){ S("QuoteAuthorization"), q.stamp, a.uri, quoting.uri, quoted.uri };
	as_stamp(serve_json(rp), NULL, &stamp, true);
	return OK;
}
