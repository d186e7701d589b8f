/* Relays, FEP-ae0c: Mastodon's (an inbox that takes what we send, and sends on what others sent) and LitePub's (an actor; both
 * sides follow, and posts are announced by their ids). What they bring is believed as what anybody brings, is not shown as
 * their boost, and there is a limit to it. */
#include "fed/relay.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/deliver.h"
#include "core/relay.h"
#include "core/site.h"
#include "fed/as_write.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/state.h"
#include "http/limits.h"

enum { BRINGS_MOST = 600,
       BRINGS_MS = 5 * MINUTE,
       FETCHED = 4,
       FOR_MS = 30 * SECOND };

static const char public_uri[] = "https://www.w3.org/ns/activitystreams#Public";

struct letter_out {
	int64_t actor_id;
	str object, body;
	struct strs inboxes;
	int64_t left; /* id of a relay that is gone with it, or 0 */
};

static enum err queue(struct ctx *cx, void *arg)
{
	const struct letter_out *l = arg;

	TRY(deliver_add(cx, l->actor_id, l->object, 0, l->body, l->inboxes));
	return l->left ? relay_left(cx, l->left) : OK;
}

static void follow(struct jw *w, const char *key, const struct relay *r, const struct account *us, str object)
{
	jw_obj(w, key);
	if (!key)
		as_context(w);
	jw_str(w, "id", r->follow_uri);
	jw_lit(w, "type", "Follow");
	jw_str(w, "actor", us->uri);
	jw_str(w, "object", object);
	jw_end(w);
}

static str letter_to(struct arena *mem, const struct relay *r, const struct account *us, str object)
{
	struct jw w;

	jw_init(&w, mem, 16384);
	if (!str_eq(r->state, S("leaving"))) {
		follow(&w, NULL, r, us, object);
		return jw_done(&w);
	}
	jw_obj(&w, NULL);
	as_context(&w);
	jw_str(&w, "id", str_cat(mem, r->follow_uri, S("/undo")));
	jw_lit(&w, "type", "Undo");
	jw_str(&w, "actor", us->uri);
	follow(&w, "object", r, us, object);
	jw_end(&w);
	return jw_done(&w);
}

/* LitePub's are known by their actor. */
static enum err find(struct ctx *cx, struct relay *r, str *object)
{
	struct fetcher f FETCHER_SCOPE;
	struct account a;

	fetcher_init(&f, cx, FETCHED, FOR_MS);
	*object = str_of(public_uri);
	if (r->by_inbox)
		return OK;
	TRY(r->account_id ? account_by_id(cx, r->account_id, &a) : resolve_actor(&f, r->url, false, &a));
	if (account_is_local(&a))
		return ERR_NOT_FOUND;
	r->account_id = a.id;
	r->inbox = a.inbox;
	*object = a.uri;
	return relay_found(cx, r);
}

enum err fed_job_relay(struct ctx *cx, const struct job *job)
{
	struct letter_out l = { 0 };
	json_t *args JR_SCOPE = NULL;
	struct relay r = { 0 };
	struct account us;
	str object;
	int64_t id;
	enum err e;

	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "relay"), &id))
		return ERR_INVALID;
	e = relay_by_id(cx, id, &r);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	cx->site = site_by_id(cx->app, r.site_id);
	TRY(account_instance(cx, &us));
	l.left = str_eq(r.state, S("leaving")) ? r.id : 0;
	e = find(cx, &r, &object);
	if (e)
		LOG(LOG_WARN, "relay", LS("url", r.url), LS("why", str_of(err_name(e))));
	if (e == ERR_BUSY)
		return e;
	if (e || !r.inbox.n)
		return l.left ? relay_left(cx, r.id) : OK;
	l.actor_id = us.id;
	l.object = r.follow_uri;
	l.inboxes = (struct strs){ &r.inbox, 1 };
	l.body = letter_to(cx->mem, &r, &us, object);
	return write_tx(cx, queue, &l);
}

enum err relay_publish(struct ctx *cx, const struct status *s)
{
	struct letter_out l = { .object = s->uri };
	struct account us;
	struct jw w;

	TRY(relay_inboxes(cx, &l.inboxes));
	if (!l.inboxes.n)
		return OK;
	TRY(account_instance(cx, &us));
	jw_init(&w, cx->mem, 16384);
	jw_obj(&w, NULL);
	as_context(&w);
	jw_str(&w, "id", strf(cx->mem, "%.*s#announces/%lld", STR_F(us.uri), (long long)s->id));
	jw_lit(&w, "type", "Announce");
	jw_str(&w, "actor", us.uri);
	jw_time_s(&w, "published", s->created_at);
	jw_arr(&w, "to");
	jw_lit(&w, NULL, public_uri);
	jw_end(&w);
	jw_arr(&w, "cc");
	jw_end(&w);
	jw_str(&w, "object", s->uri);
	jw_end(&w);
	l.actor_id = us.id;
	l.body = jw_done(&w);
	return write_tx(cx, queue, &l);
}

enum err relay_brings(struct ctx *cx, int64_t account_id, bool *does)
{
	TRY(relay_is(cx, account_id, true, does));
	if (!*does || limits_take(fed.floods, strf(cx->mem, "relay %lld", (long long)account_id), BRINGS_MOST, BRINGS_MS, NULL))
		return OK;
	LOG(LOG_DEBUG, "relay", LS("what", S("brings too much")), LI("account", account_id));
	return ERR_DENIED;
}
