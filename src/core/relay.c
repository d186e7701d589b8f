#include "core/relay.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/url.h"
#include "core/job.h"
#include "core/site.h"

enum { URL_MOST = 2048 };

struct relay_work {
	struct relay r;
	const struct account *by;
	str uri;
	bool accepted, was;
};

static enum err note_job(struct ctx *cx, int64_t id)
{
	return job_add(cx, "relay", strf(cx->mem, "{\"relay\":\"%lld\"}", (long long)id), cx->now,
	               strf(cx->mem, "relay %lld", (long long)id));
}

static enum err put(struct ctx *cx, void *arg)
{
	struct relay_work *w = arg;

	TRY(relays_put(cx->db, &w->r));
	TRY(relays_by_url(cx->db, cx->mem, w->r.site_id, w->r.url, &w->r));
	return note_job(cx, w->r.id);
}

enum err relay_add(struct ctx *cx, str url)
{
	struct relay_work w = { .r = { .url = url, .state = S("pending"), .inbox = S(""), .created_at = cx->now } };
	unsigned char dice[16];
	struct url u;

	if (!cx->site)
		return ERR_DENIED;
	if (url.n > URL_MOST || url_parse(cx->mem, url, &u) || u.path.n < 2)
		return fail(cx, ERR_INVALID, "that is no URL of an inbox or an actor");
	if (site_of_url(cx->app, url))
		return fail(cx, ERR_INVALID, "that is on this server");
	codec_random(dice, sizeof(dice));
	w.r.id = id_new();
	w.r.site_id = cx->site->id;
	w.r.by_inbox = str_ends(u.path, S("/inbox"));
	w.r.inbox = w.r.by_inbox ? url : S("");
	w.r.follow_uri = strf(cx->mem, "%.*s/actor#relays/%.*s", STR_F(cx->site->base),
	                      STR_F(codec_hex(cx->mem, str_n((char *)dice, sizeof(dice)))));
	return write_tx(cx, put, &w);
}

static enum err leave(struct ctx *cx, void *arg)
{
	struct relay_work *w = arg;

	TRY(relays_by_url(cx->db, cx->mem, w->r.site_id, w->uri, &w->r));
	w->r.state = S("leaving");
	TRY(relays_set(cx->db, &w->r));
	return note_job(cx, w->r.id);
}

enum err relay_remove(struct ctx *cx, str url)
{
	struct relay_work w = { .uri = url };

	if (!cx->site)
		return ERR_DENIED;
	w.r.site_id = cx->site->id;
	return write_tx(cx, leave, &w);
}

enum err relay_list(struct ctx *cx, struct db_rows *relays)
{
	return relays_all(cx->db, cx->mem, relays);
}

enum err relay_by_id(struct ctx *cx, int64_t id, struct relay *r)
{
	return relays_by_id(cx->db, cx->mem, id, r);
}

static enum err set(struct ctx *cx, void *arg)
{
	return relays_set(cx->db, arg);
}

enum err relay_found(struct ctx *cx, const struct relay *r)
{
	struct relay copy = *r;

	return write_tx(cx, set, &copy);
}

static enum err delete_relay(struct ctx *cx, void *arg)
{
	return relays_delete(cx->db, *(int64_t *)arg);
}

enum err relay_left(struct ctx *cx, int64_t id)
{
	return write_tx(cx, delete_relay, &id);
}

/* Does the answer of that account count for this relay? */
static bool answers_for(const struct relay_work *w, const struct relay *r)
{
	return !str_eq(r->state, S("leaving")) && url_same_origin(w->by->uri, r->url) &&
	       (!r->account_id || r->account_id == w->by->id);
}

static enum err settle(struct ctx *cx, struct relay_work *w)
{
	w->r.account_id = w->by->id;
	w->r.state = w->accepted ? S("accepted") : S("rejected");
	return relays_set(cx->db, &w->r);
}

static enum err answered(struct ctx *cx, void *arg)
{
	struct relay_work *w = arg;
	enum err e = relays_by_follow(cx->db, cx->mem, w->uri, &w->r);

	w->was = !e;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return answers_for(w, &w->r) ? settle(cx, w) : OK;
}

enum err relay_answered(struct ctx *cx, const struct account *by, str follow_uri, bool accepted, bool *was)
{
	struct relay_work w = { .by = by, .uri = follow_uri, .accepted = accepted };
	enum err e = follow_uri.n ? write_tx(cx, answered, &w) : OK;

	*was = w.was;
	return e;
}

static enum err answered_unnamed(struct ctx *cx, void *arg)
{
	struct relay_work *w = arg;
	struct db_rows rows = { 0 };
	const struct relay *all, *one = NULL;

	TRY(relays_all(cx->db, cx->mem, &rows));
	all = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		bool waits = str_eq(all[i].state, S("pending")) || (!w->accepted && str_eq(all[i].state, S("accepted")));

		if (all[i].site_id != w->r.site_id || !waits || !answers_for(w, &all[i]))
			continue;
		if (one)
			return OK;
		one = &all[i];
	}
	if (!one)
		return OK;
	w->r = *one;
	return settle(cx, w);
}

enum err relay_answered_unnamed(struct ctx *cx, const struct account *by, int64_t site_id, bool accepted)
{
	struct relay_work w = { .by = by, .r = { .site_id = site_id }, .accepted = accepted };

	return write_tx(cx, answered_unnamed, &w);
}

enum err relay_is(struct ctx *cx, int64_t account_id, bool accepted, bool *is)
{
	return relays_has(cx->db, account_id, accepted, is);
}

enum err relay_inboxes(struct ctx *cx, struct strs *inboxes)
{
	struct db_rows rows = { 0 };

	*inboxes = (struct strs){ 0 };
	if (!cx->site)
		return OK;
	TRY(relays_litepub(cx->db, cx->mem, cx->site->id, &rows));
	inboxes->v = NEWS(cx->mem, str, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		inboxes->v[inboxes->n++] = ((const struct relay *)rows.p)[i].inbox;
	return OK;
}
