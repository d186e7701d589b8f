#include "core/featured_receive.h"

#include "base/clock.h"
#include "base/url.h"
#include "core/job.h"
#include "core/notice.h"
#include "core/site.h"
#include "text/clean.h"
#include "text/words.h"

enum { NAME_RUNES = 256,
       TEXT_RUNES = 2048 };

static bool is(const struct featured_item *i, const char *state)
{
	return str_eq(i->state, str_of(state));
}

enum err featured_look(struct ctx *cx, const struct featured_collection *c, bool again, int64_t after)
{
	str args = strf(cx->mem, "{\"collection\":\"%lld\",\"again\":%s,\"after\":\"%lld\"}", (long long)c->id,
	                again ? "true" : "false", (long long)after);

	return job_add_for(cx, "featured", args, url_authority(cx->mem, c->uri), str_cat(cx->mem, S("featured "), args));
}

static enum err ask_again(struct ctx *cx, void *arg)
{
	return featured_look(cx, arg, true, 0);
}

enum err featured_look_again(struct ctx *cx, const struct featured_collection *c)
{
	struct featured_collection copy = *c;

	return c->local || !cx->me || cx->now - c->fetched_at < DAY ? OK : write_tx(cx, ask_again, &copy);
}

enum err featured_of(struct ctx *cx, const struct account *by, str uri, struct featured_collection *c)
{
	TRY(collections_by_uri(cx->db, cx->mem, uri, c));
	return c->account_id == by->id && !c->local ? OK : ERR_NOT_FOUND;
}

/* --- items */

struct receiving {
	const struct account *by, *who;
	const struct remote_collection *in;
	const struct remote_item *item;
	struct featured_collection c;
	str uri, item_uri;
	int64_t id;
	bool pending; /* somebody is still to be asked for */
};

/* Of ours only those who agreed, and of those nothing that they did not say. Others have a stamp of their own server. */
static enum err put_item(struct ctx *cx, struct receiving *r, const struct remote_item *in, int64_t place)
{
	struct featured_item i = { .id = id_new(), .collection_id = r->c.id, .state = S("pending"), .request = S("") };
	bool ours = site_of_url(cx->app, in->object_uri);
	enum err e = featured_items_by_object(cx->db, cx->mem, r->c.id, in->object_uri, &i);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e && (ours || str_empty(in->stamp) || !url_same_origin(in->stamp, in->object_uri)))
		return OK;
	if (!e && i.place == place && str_eq(i.uri, in->uri) && (ours || str_eq(i.stamp, in->stamp))) {
		r->pending |= is(&i, "pending");
		return OK;
	}
	if (!ours && (e || !str_eq(i.stamp, in->stamp))) {
		i.state = S("pending");
		i.stamp = str_none(in->stamp) ? S("") : in->stamp;
	}
	i.object_uri = in->object_uri;
	i.uri = in->uri;
	i.place = place;
	if (e)
		i.created_at = in->created_at > 0 && in->created_at < cx->now ? in->created_at : cx->now;
	r->pending |= is(&i, "pending");
	return featured_items_put(cx->db, cx->mem, &i);
}

/* One no longer. That one of ours left it is not forgotten, so that its owner cannot ask again. */
static enum err drop_item(struct ctx *cx, const struct receiving *r, const struct featured_item *i)
{
	bool ours = site_of_url(cx->app, i->object_uri);

	if (ours)
		TRY(notice_remove_collection(cx, i->account_id, r->c.account_id, r->c.id));
	return ours && is(i, "revoked") ? OK : featured_items_delete(cx->db, i->id);
}

static enum err put_items(struct ctx *cx, struct receiving *r)
{
	const struct remote_collection *in = r->in;
	struct strs listed = { NEWS(cx->mem, str, in->items_n + 1), 0 };
	const struct featured_item *old;
	struct db_rows rows;

	for (size_t i = 0; i < in->items_n; i++) {
		if (strs_has(listed, in->items[i].object_uri))
			continue;
		listed.v[listed.n++] = in->items[i].object_uri;
		TRY(put_item(cx, r, &in->items[i], (int64_t)i + 1));
	}
	TRY(featured_items_unlisted(cx->db, cx->mem, r->c.id, listed, &rows));
	old = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		TRY(drop_item(cx, r, &old[i]));
	return r->pending ? featured_look(cx, &r->c, false, 0) : OK;
}

/* --- collections */

/* What a stranger wrote, made harmless and held to its limits. */
static void clean(struct ctx *cx, const struct remote_collection *in, struct featured_collection *c)
{
	str host = url_authority(cx->mem, in->uri), page = str_none(in->url) ? STR_NONE : url_authority(cx->mem, in->url);
	str tag = str_none(in->tag) ? S("") : str_trim(in->tag);

	str_skip(&tag, S("#"));
	c->url = !str_none(page) && str_eq(page, host) ? in->url : in->uri;
	c->name = clean_line(cx->mem, clean_text(cx->mem, str_head_runes(str_or(in->name, S("")), NAME_RUNES)));
	c->name = str_or(c->name, S(""));
	c->description = clean_html(cx->mem, str_head_runes(str_or(in->description, S("")), TEXT_RUNES));
	c->description = str_or(c->description, S(""));
	c->language = in->language.n ? str_or(language_tag(cx->mem, in->language), S("")) : S("");
	c->tag = tag.n && !str_none(tag_fold(cx->mem, tag)) ? tag : S("");
	c->sensitive = in->sensitive;
	c->discoverable = in->discoverable;
	c->fetched_at = cx->now;
	c->updated_at = in->updated_at > 0 && in->updated_at <= cx->now ? in->updated_at : c->updated_at;
}

static enum err tell_members(struct ctx *cx, const struct featured_collection *c)
{
	const struct featured_item *i;
	struct db_rows rows;
	int64_t id = c->id;

	TRY(featured_items_of(cx->db, cx->mem, (struct ids){ &id, 1 }, &rows));
	i = rows.p;
	for (size_t k = 0; k < rows.n; k++)
		if (is(&i[k], "accepted") && site_of_url(cx->app, i[k].object_uri))
			TRY(notice_add_collection(cx, i[k].account_id, "collection_update", c->account_id, c->id));
	return OK;
}

static enum err receive_new(struct ctx *cx, struct receiving *r)
{
	const struct remote_collection *in = r->in;
	int64_t n;

	TRY(collections_count(cx->db, r->by->id, &n));
	if (n >= COLLECTIONS_FAR)
		return OK;
	r->c = (struct featured_collection){ .id = id_new(), .account_id = r->by->id, .uri = in->uri };
	r->c.created_at = in->created_at > 0 && in->created_at < cx->now ? in->created_at : cx->now;
	r->c.updated_at = r->c.created_at;
	clean(cx, in, &r->c);
	TRY(collections_insert(cx->db, &r->c));
	r->id = r->c.id;
	return put_items(cx, r);
}

static enum err receive(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	struct featured_collection was;
	enum err e = collections_by_uri(cx->db, cx->mem, r->in->uri, &was);

	r->id = 0;
	r->pending = false;
	if (e)
		return e == ERR_NOT_FOUND ? receive_new(cx, r) : e;
	if (was.local || was.account_id != r->by->id)
		return ERR_DENIED;
	r->c = was;
	r->id = was.id;
	clean(cx, r->in, &r->c);
	TRY(collections_set(cx->db, &r->c));
	if (!str_eq(r->c.name, was.name) || !str_eq(r->c.description, was.description))
		TRY(tell_members(cx, &r->c));
	return put_items(cx, r);
}

enum err featured_receive(struct ctx *cx, const struct account *by, const struct remote_collection *in, int64_t *id)
{
	struct receiving r = { .by = by, .in = in };

	if (account_is_local(by) || !url_same_origin(in->uri, by->uri))
		return ERR_DENIED;
	TRY(write_tx(cx, receive, &r));
	*id = r.id;
	return OK;
}

static enum err receive_item(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	int64_t n, last;

	r->pending = false;
	TRY(featured_of(cx, r->by, r->uri, &r->c));
	TRY(featured_items_all(cx->db, r->c.id, &n));
	TRY(featured_items_last(cx->db, r->c.id, &last));
	if (n >= COLLECTION_ITEMS_FAR)
		return OK;
	TRY(put_item(cx, r, r->item, last + 1));
	return r->pending ? featured_look(cx, &r->c, false, 0) : OK;
}

enum err featured_receive_item(struct ctx *cx, const struct account *by, str collection, const struct remote_item *in)
{
	struct receiving r = { .by = by, .uri = collection, .item = in };

	return write_tx(cx, receive_item, &r);
}

static enum err receive_item_gone(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	struct featured_item i;

	TRY(featured_of(cx, r->by, r->uri, &r->c));
	TRY(featured_items_by_uri(cx->db, cx->mem, r->c.id, r->item_uri, &i));
	return drop_item(cx, r, &i);
}

enum err featured_receive_item_gone(struct ctx *cx, const struct account *by, str collection, str item)
{
	struct receiving r = { .by = by, .uri = collection, .item_uri = item };

	return write_tx(cx, receive_item_gone, &r);
}

static enum err receive_gone(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	const struct featured_item *i;
	struct db_rows rows;

	TRY(featured_of(cx, r->by, r->uri, &r->c));
	TRY(featured_items_of(cx->db, cx->mem, (struct ids){ &r->c.id, 1 }, &rows));
	i = rows.p;
	for (size_t k = 0; k < rows.n; k++)
		if (site_of_url(cx->app, i[k].object_uri))
			TRY(notice_remove_collection(cx, i[k].account_id, r->by->id, r->c.id));
	return collections_delete(cx->db, r->c.id);
}

enum err featured_receive_gone(struct ctx *cx, const struct account *by, str collection)
{
	struct receiving r = { .by = by, .uri = collection };

	return write_tx(cx, receive_gone, &r);
}

/* --- asked and answered */

static enum err answer(struct ctx *cx, enum send_kind kind, const struct receiving *r, str stamp)
{
	struct send s = { .kind = kind, .actor_id = r->who->id, .target_id = r->by->id, .uri = r->uri, .text = stamp };

	return send_add(cx, &s);
}

enum err featured_refuse(struct ctx *cx, const struct account *by, const struct account *who, str request)
{
	struct receiving r = { .by = by, .who = who, .uri = request };

	return answer(cx, SEND_FEATURE_REJECT, &r, STR_NONE);
}

/* Asked again it is answered as before. */
static enum err requested(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	struct featured_item i = { .id = id_new(), .collection_id = r->id, .created_at = cx->now };
	enum quote_may may;
	int64_t n;
	enum err e;

	TRY(collections_by_id(cx->db, cx->mem, r->id, &r->c));
	if (r->c.account_id != r->by->id || r->c.local)
		return ERR_DENIED;
	e = featured_items_by_object(cx->db, cx->mem, r->id, r->who->uri, &i);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (!e && is(&i, "accepted"))
		return answer(cx, SEND_FEATURE_ACCEPT, r, i.stamp);
	TRY(featured_may(cx, r->who, r->by->id, &may));
	TRY(featured_items_all(cx->db, r->id, &n));
	if (may != QUOTE_AUTOMATIC || !e || n >= COLLECTION_ITEMS_FAR)
		return answer(cx, SEND_FEATURE_REJECT, r, STR_NONE);
	i.account_id = r->who->id;
	i.object_uri = r->who->uri;
	i.state = S("accepted");
	i.request = r->uri;
	i.stamp = strf(cx->mem, "%.*s/feature_authorizations/%lld", STR_F(r->who->uri), (long long)i.id);
	TRY(featured_items_last(cx->db, r->id, &i.place));
	i.place++;
	TRY(featured_items_put(cx->db, cx->mem, &i));
	TRY(notice_add_collection(cx, r->who->id, "added_to_collection", r->by->id, r->id));
	return answer(cx, SEND_FEATURE_ACCEPT, r, i.stamp);
}

enum err featured_requested(struct ctx *cx, const struct account *by, const struct account *who, int64_t collection_id,
                            str request)
{
	struct receiving r = { .by = by, .who = who, .id = collection_id, .uri = request };

	return write_tx(cx, requested, &r);
}

/* Ours: everybody who knows the collection hears of it. */
static enum err tell(struct ctx *cx, enum send_kind kind, const struct featured_collection *c, const struct featured_item *i)
{
	struct send s = { .kind = kind, .actor_id = c->account_id, .status_id = c->id, .uri = i->uri };

	s.target_id = i->account_id;
	s.text = c->uri;
	return send_add(cx, &s);
}

static enum err take_answer(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	struct featured_item i = { 0 };
	bool was;

	TRY(featured_items_by_request(cx->db, cx->mem, r->uri, &i));
	TRY(collections_by_id(cx->db, cx->mem, i.collection_id, &r->c));
	if (!r->c.local || i.account_id != r->by->id)
		return ERR_DENIED;
	was = is(&i, "accepted");
	if (r->item_uri.n ? !is(&i, "pending") : !was && !is(&i, "pending"))
		return OK;
	i.stamp = r->item_uri.n ? r->item_uri : i.stamp;
	i.state = r->item_uri.n ? S("accepted") : was ? S("revoked")
	                                              : S("rejected");
	TRY(featured_items_put(cx->db, cx->mem, &i));
	if (!r->item_uri.n && !was)
		return OK;
	return tell(cx, r->item_uri.n ? SEND_ITEM_ADD : SEND_ITEM_REMOVE, &r->c, &i);
}

enum err featured_answered(struct ctx *cx, const struct account *by, str request, str stamp)
{
	struct receiving r = { .by = by, .uri = request, .item_uri = stamp };

	return write_tx(cx, take_answer, &r);
}

static enum err receive_revoke(struct ctx *cx, void *arg)
{
	struct receiving *r = arg;
	struct featured_item i = { 0 };

	TRY(featured_items_by_stamp(cx->db, cx->mem, r->uri, r->by->uri, &i));
	TRY(collections_by_id(cx->db, cx->mem, i.collection_id, &r->c));
	if (is(&i, "revoked"))
		return OK;
	i.state = S("revoked");
	TRY(featured_items_put(cx->db, cx->mem, &i));
	return r->c.local ? tell(cx, SEND_ITEM_REMOVE, &r->c, &i) : OK;
}

enum err featured_receive_revoke(struct ctx *cx, const struct account *by, str stamp)
{
	struct receiving r = { .by = by, .uri = stamp };

	return account_is_local(by) ? ERR_NOT_FOUND : write_tx(cx, receive_revoke, &r);
}

/* --- the job */

enum err featured_pending(struct ctx *cx, int64_t collection_id, int64_t after, int64_t n, struct db_rows *out)
{
	return featured_items_pending(cx->db, cx->mem, collection_id, after, n, out);
}

struct settling {
	int64_t item_id, account_id;
};

static enum err settle(struct ctx *cx, void *arg)
{
	const struct settling *s = arg;
	struct featured_item i;

	TRY(featured_items_by_id(cx->db, cx->mem, s->item_id, &i));
	if (!is(&i, "pending"))
		return OK;
	i.account_id = s->account_id;
	i.state = s->account_id ? S("accepted") : S("rejected");
	return featured_items_put(cx->db, cx->mem, &i);
}

enum err featured_settle(struct ctx *cx, int64_t item_id, int64_t account_id)
{
	struct settling s = { item_id, account_id };

	return write_tx(cx, settle, &s);
}
