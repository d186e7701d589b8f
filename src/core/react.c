/* Favourites, boosts, bookmarks, pins, muted threads. Every verb looks the post up again within its
 * transaction, and counters move only when a row did. */
#include "core/react.h"

#include "base/clock.h"
#include "core/interaction.h"
#include "core/move.h"
#include "core/notice.h"
#include "core/paging.h"
#include "core/post.h"
#include "core/timeline.h"
#include "core/undone.h"
#include "store/reacts.h"

enum { PINS_MOST = 5, ID_TRIES = 8, USUAL = 40, MOST = 80, FUTURE_MS = 5 * MINUTE };

struct react {
	const struct account *by;
	int64_t status_id;
	str uri, visibility;
	int64_t created_at;
	bool on;
	bool quiet; /* an old boost, brought in: no notices, no homes */
	int64_t id; /* of the boost, or favourite */
};

/* The post itself, where the id is of a boost; visible to by. */
static enum err target(struct ctx *cx, const struct account *by, int64_t id, struct status *s)
{
	int64_t of;

	TRY(statuses_by_id(cx->db, cx->mem, id, s));
	TRY(visible_check(cx, by->id, s));
	of = s->reblog_of_id;
	if (!of)
		return OK;
	*s = (struct status){ 0 };
	return statuses_by_id(cx->db, cx->mem, of, s);
}

/* The author's server is told of what ours do, and the group that the post is in. */
static enum err tell_author(struct ctx *cx, const struct react *r, const struct status *s,
                            enum send_kind kind, str uri)
{
	struct send send = { .kind = kind, .actor_id = r->by->id, .target_id = s->account_id, .status_id = s->id, .uri = uri };

	bool elsewhere = !s->site_id || ((s->extras & HAS_GROUP) && (kind == SEND_LIKE || kind == SEND_UNLIKE));

	return account_is_local(r->by) && elsewhere ? send_add(cx, &send) : OK;
}

/* Authors elsewhere decide on what ours do; of what strangers do with each other's posts they know better. */
static enum err may(struct ctx *cx, const struct react *r, enum interaction what, const struct status *s, bool *waits)
{
	*waits = false;
	return account_is_local(r->by) ? interaction_check(cx, r->by, what, s, waits) : OK;
}

static enum err favourite(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct favourite f = { .account_id = r->by->id, .created_at = cx->now };
	struct status s = { 0 };
	bool added, there, waits;

	TRY(target(cx, r->by, r->status_id, &s));
	TRY(may(cx, r, INTERACT_LIKE, &s, &waits));
	f.id = id_new();
	f.status_id = s.id;
	f.uri = r->uri.n ? r->uri : strf(cx->mem, "%.*s#likes/%lld", STR_F(r->by->uri), (long long)f.id);
	TRY(favourites_add(cx->db, &f, &added));
	if (!added)
		TRY(favourites_of(cx->db, cx->mem, r->by->id, s.id, &f));
	r->id = f.id;
	if (!added)
		return OK;
	TRY(statuses_count(cx->db, s.id, COUNT_FAVOURITES, 1, &there));
	if (!there)
		return ERR_NOT_FOUND;
	if (s.site_id)
		TRY(notice_add(cx, s.account_id, "favourite", r->by->id, s.id));
	waits &= (s.interaction_policy & INTERACT_REQUESTS) != 0;
	return tell_author(cx, r, &s, waits ? SEND_LIKE_REQUEST : SEND_LIKE, f.uri);
}

enum err react_favourite_id(struct ctx *cx, const struct account *by, int64_t status_id, str uri, int64_t *id)
{
	struct react r = { .by = by, .status_id = status_id, .uri = uri };

	TRY(move_may_act(cx, by));
	TRY(write_tx(cx, favourite, &r));
	*id = r.id;
	return OK;
}

enum err react_favourite(struct ctx *cx, const struct account *by, int64_t status_id, str uri)
{
	int64_t id;

	return react_favourite_id(cx, by, status_id, uri, &id);
}

/* Taking back needs no leave: one may not see the post any more. */
static enum err original(struct ctx *cx, int64_t id, struct status *s)
{
	int64_t of;

	TRY(statuses_by_id(cx->db, cx->mem, id, s));
	of = s->reblog_of_id;
	if (!of)
		return OK;
	*s = (struct status){ 0 };
	return statuses_by_id(cx->db, cx->mem, of, s);
}

static enum err unfavourite(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct favourite gone = { 0 };
	struct status s = { 0 };
	bool there;
	enum err e;

	TRY(original(cx, r->status_id, &s));
	e = favourites_remove(cx->db, cx->mem, r->by->id, s.id, &gone);
	if (e)
		return e == ERR_NOT_FOUND ? visible_check(cx, r->by->id, &s) : e;
	TRY(statuses_count(cx->db, s.id, COUNT_FAVOURITES, -1, &there));
	TRY(notice_remove(cx, s.account_id, "favourite", r->by->id, s.id));
	return tell_author(cx, r, &s, SEND_UNLIKE, gone.uri);
}

enum err react_unfavourite(struct ctx *cx, const struct account *by, int64_t status_id)
{
	struct react r = { .by = by, .status_id = status_id };

	return write_tx(cx, unfavourite, &r);
}

/* What one's posts usually are; a boost for those who are named would be for nobody. */
static str usual_visibility(const struct account *by)
{
	str usual = account_is_local(by) ? str_or(by->default_privacy, S("public")) : S("public");

	return str_eq(usual, S("direct")) ? S("private") : usual;
}

/* How visible the boost is: what was asked for, but no more than the post. Private ones are their author's to
 * boost. */
static enum err boost_visibility(struct ctx *cx, const struct react *r, const struct status *s,
                                 str *visibility)
{
	bool open = str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));

	*visibility = str_or(r->visibility, usual_visibility(r->by));
	open &= !(s->extras & STATUS_WAITS);
	if (str_eq(s->visibility, S("private")) && s->account_id == r->by->id)
		*visibility = S("private");
	else if (!open)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	if (!str_eq(*visibility, S("public")) && !str_eq(*visibility, S("unlisted")) && !str_eq(*visibility, S("private")))
		return fail(cx, ERR_INVALID, "Validation failed: Visibility is not included in the list");
	return OK;
}

/* The boost's row, with an id of its time; *added false: there is one (*boost is it), or there was one of
 * that URI. */
static enum err boost_row(struct ctx *cx, const struct react *r, const struct status *s,
                          struct status *boost, bool *added)
{
	struct status there = { 0 };
	enum err e;

	for (int i = 0; i < ID_TRIES; i++) {
		bool taken;

		boost->id = account_is_local(r->by) ? id_new() : post_remote_id(cx, r->uri, boost->created_at, i);
		boost->uri = r->uri.n ? r->uri
		                      : strf(cx->mem, "%.*s/statuses/%lld/activity", STR_F(r->by->uri), (long long)boost->id);
		boost->url = boost->uri;
		boost->thread_id = boost->id;
		TRY(statuses_insert(cx->db, boost, added));
		if (*added)
			return OK;
		e = statuses_boost(cx->db, cx->mem, s->id, r->by->id, &there);
		if (e != ERR_NOT_FOUND) {
			*boost = there;
			return e;
		}
		TRY(statuses_exists(cx->db, boost->id, &taken));
		if (!taken)
			break;
	}
	boost->id = 0;
	return OK;
}

static enum err announce(struct ctx *cx, const struct react *r, const struct status *s,
                         const struct status *boost)
{
	if (s->site_id && !str_eq(r->by->kind, S("Group"))) /* to be passed on is what one writes to a group for */
		TRY(notice_add(cx, s->account_id, "reblog", r->by->id, s->id));
	if (!account_is_local(r->by))
		return OK;
	return post_send(cx, SEND_ANNOUNCE, boost, !s->site_id);
}

static enum err reblog(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct status s = { 0 }, boost = { .account_id = r->by->id, .site_id = r->by->site_id };
	bool added, there, waits;

	r->id = 0;
	TRY(target(cx, r->by, r->status_id, &s));
	TRY(boost_visibility(cx, r, &s, &boost.visibility));
	TRY(may(cx, r, INTERACT_BOOST, &s, &waits));
	boost.extras = waits ? WAITS_FOR_LEAVE : 0;
	boost.reblog_of_id = s.id;
	boost.created_at = r->created_at > 0 && r->created_at <= cx->now + FUTURE_MS ? r->created_at : cx->now;
	boost.sensitive = s.sensitive;
	boost.local_only = s.local_only;
	boost.conversation = boost.spoiler_text = boost.content = boost.text = boost.content_type = S("");
	boost.emojis = S("[]");
	boost.app_id = account_is_local(r->by) ? cx->app_id : 0;
	TRY(boost_row(cx, r, &s, &boost, &added));
	r->id = boost.id;
	if (!added)
		return OK;
	TRY(statuses_count(cx->db, s.id, COUNT_REBLOGS, 1, &there));
	if (!there)
		return ERR_NOT_FOUND;
	TRY(post_count(cx, &boost));
	if (r->quiet)
		return OK;
	TRY(timeline_push(cx, r->by, &boost));
	timeline_tell(cx, &boost, "");
	if (waits)
		return interaction_ask(cx, &boost, &s);
	return announce(cx, r, &s, &boost);
}

enum err react_reblog(struct ctx *cx, const struct account *by, int64_t status_id, str visibility, str uri,
                      int64_t created_at, int64_t *id)
{
	struct react r = {
		.by = by, .status_id = status_id, .visibility = visibility, .uri = uri, .created_at = created_at,
	};
	enum err e = move_may_act(cx, by);

	if (!e)
		e = write_tx(cx, reblog, &r);
	*id = e ? 0 : r.id;
	return e;
}

static enum err bring_boost(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	bool undone;

	TRY(undone_has(cx, r->uri, &undone));
	return undone ? OK : reblog(cx, r);
}

enum err react_bring_boost(struct ctx *cx, const struct account *by, int64_t status_id, str visibility, str uri,
                           int64_t created_at)
{
	struct react r = { .by = by, .status_id = status_id, .visibility = visibility, .uri = uri, .created_at = created_at,
		           .quiet = true };

	return account_is_local(by) || !uri.n ? ERR_INVALID : write_tx(cx, bring_boost, &r);
}

static enum err unreblog(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct status s = { 0 }, boost = { 0 };
	struct send send;
	enum err e;

	TRY(original(cx, r->status_id, &s));
	e = statuses_boost(cx->db, cx->mem, s.id, r->by->id, &boost);
	if (e)
		return e == ERR_NOT_FOUND ? visible_check(cx, r->by->id, &s) : e;
	TRY(post_bury(cx, &boost));
	send = (struct send){ .kind = SEND_UNANNOUNCE, .actor_id = r->by->id, .status_id = boost.id, .uri = boost.uri };
	return account_is_local(r->by) ? send_add(cx, &send) : OK;
}

enum err react_unreblog(struct ctx *cx, const struct account *by, int64_t status_id)
{
	struct react r = { .by = by, .status_id = status_id };

	return write_tx(cx, unreblog, &r);
}

static enum err bookmark(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct status s = { 0 };

	TRY(r->on ? target(cx, r->by, r->status_id, &s) : original(cx, r->status_id, &s));
	return bookmarks_set(cx->db, id_new(), r->by->id, s.id, r->on);
}

enum err react_bookmark(struct ctx *cx, int64_t status_id, bool on)
{
	struct react r = { .by = cx->me, .status_id = status_id, .on = on };

	return cx->me ? write_tx(cx, bookmark, &r) : ERR_DENIED;
}

static enum err may_pin(struct ctx *cx, const struct react *r, const struct status *s)
{
	int64_t n = 0;

	if (s->account_id != r->by->id)
		return fail(cx, ERR_INVALID, "Validation failed: Someone else's post cannot be pinned");
	if (s->reblog_of_id)
		return fail(cx, ERR_INVALID, "Validation failed: A boost cannot be pinned");
	if (r->on && (s->extras & STATUS_WAITS))
		return fail(cx, ERR_DENIED, "This action is not allowed");
	if (str_eq(s->visibility, S("direct")))
		return fail(cx, ERR_INVALID,
		            "Validation failed: Posts that are only visible to mentioned users cannot be pinned");
	TRY(pins_count(cx->db, r->by->id, &n));
	if (r->on && n >= PINS_MOST)
		return fail(cx, ERR_INVALID, "Validation failed: You have already pinned the maximum number of posts");
	return OK;
}

static enum err pin(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct status s = { 0 };
	struct ids pinned = { 0 };
	bool changed;

	TRY(statuses_by_id(cx->db, cx->mem, r->status_id, &s));
	TRY(visible_check(cx, r->by->id, &s));
	TRY(pins_of(cx->db, cx->mem, r->by->id, &pinned));
	if (ids_has(pinned, s.id) == r->on && s.account_id == r->by->id)
		return OK;
	TRY(may_pin(cx, r, &s));
	TRY(pins_set(cx->db, id_new(), r->by->id, s.id, r->on, &changed));
	if (!changed || str_eq(s.visibility, S("private")))
		return OK;
	return post_send(cx, r->on ? SEND_PIN : SEND_UNPIN, &s, false);
}

enum err react_pin(struct ctx *cx, int64_t status_id, bool on)
{
	struct react r = { .by = cx->me, .status_id = status_id, .on = on };

	return cx->me ? write_tx(cx, pin, &r) : ERR_DENIED;
}

static enum err mute_thread(struct ctx *cx, void *arg)
{
	struct react *r = arg;
	struct status s = { 0 };

	TRY(target(cx, r->by, r->status_id, &s));
	return thread_mutes_set(cx->db, r->by->id, s.thread_id, r->on);
}

enum err react_mute_thread(struct ctx *cx, int64_t status_id, bool on)
{
	struct react r = { .by = cx->me, .status_id = status_id, .on = on };

	return cx->me ? write_tx(cx, mute_thread, &r) : ERR_DENIED;
}

enum err react_find(struct ctx *cx, const struct account *by, str uri, int64_t *favourite_of,
                    int64_t *reblog_of)
{
	struct favourite f = { 0 };
	struct status s = { 0 };
	enum err e;

	*favourite_of = *reblog_of = 0;
	if (!uri.n)
		return ERR_NOT_FOUND;
	e = favourites_by_uri(cx->db, cx->mem, by->id, uri, &f);
	*favourite_of = f.status_id;
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(statuses_by_uri(cx->db, cx->mem, uri, &s));
	if (s.account_id != by->id || !s.reblog_of_id || s.deleted_at)
		return ERR_NOT_FOUND;
	*reblog_of = s.reblog_of_id;
	return OK;
}

static enum err list(struct ctx *cx, enum reacts_list which, int64_t of, const struct page *p, struct listed **out,
                     size_t *n)
{
	struct span sp = span_of(p, USUAL, MOST);
	struct db_rows rows = { 0 };

	TRY(reacts_page(cx->db, cx->mem, which, of, &sp, &rows));
	span_turn_rows(&sp, &rows, sizeof(struct listed));
	*out = rows.p;
	*n = rows.n;
	return OK;
}

static enum err list_of_post(struct ctx *cx, enum reacts_list which, int64_t id, const struct page *p,
                             struct listed **out, size_t *n)
{
	struct status s = { 0 };

	*n = 0;
	TRY(statuses_by_id(cx->db, cx->mem, id, &s));
	TRY(visible_check(cx, cx->me ? cx->me->id : 0, &s));
	return list(cx, which, s.reblog_of_id ? s.reblog_of_id : s.id, p, out, n);
}

enum err react_favourited_by(struct ctx *cx, int64_t status_id, const struct page *p, struct listed **out,
                             size_t *n)
{
	return list_of_post(cx, REACTS_FAVOURITED_BY, status_id, p, out, n);
}

enum err react_reblogged_by(struct ctx *cx, int64_t status_id, const struct page *p, struct listed **out,
                            size_t *n)
{
	return list_of_post(cx, REACTS_REBLOGGED_BY, status_id, p, out, n);
}

enum err react_favourites(struct ctx *cx, const struct page *p, struct listed **out, size_t *n)
{
	*n = 0;
	return cx->me ? list(cx, REACTS_FAVOURITES, cx->me->id, p, out, n) : ERR_DENIED;
}

enum err react_bookmarks(struct ctx *cx, const struct page *p, struct listed **out, size_t *n)
{
	*n = 0;
	return cx->me ? list(cx, REACTS_BOOKMARKS, cx->me->id, p, out, n) : ERR_DENIED;
}

enum err react_pins(struct ctx *cx, int64_t account_id, struct ids *ids)
{
	*ids = (struct ids){ 0 };
	return pins_of(cx->db, cx->mem, account_id, ids);
}
