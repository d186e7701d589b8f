/* Collections of our people. Who is asked and who is told is noted here, in the transaction that changes something. */
#include "core/featured_collection.h"

#include "base/clock.h"
#include "core/job.h"
#include "core/notice.h"
#include "core/site.h"
#include "text/words.h"

int64_t featured_policy(const struct account *a)
{
	if (!account_is_local(a))
		return a->feature_policy;
	return QUOTE_STATED | (!a->discoverable ? 0 : a->locked ? QUOTE_FOLLOWERS
	                                                        : QUOTE_PUBLIC);
}

enum err featured_may(struct ctx *cx, const struct account *who, int64_t by, enum quote_may *may)
{
	int64_t id = who->id;
	unsigned to = 0, from = 0;

	TRY(visible_relations(cx, by, (struct ids){ &id, 1 }, &to));
	TRY(visible_relations(cx, id, (struct ids){ &by, 1 }, &from));
	*may = quote_bits(featured_policy(who), to & REL_FOLLOWING, from & REL_FOLLOWING);
	if (by == id && (featured_policy(who) & ~QUOTE_STATED))
		*may = QUOTE_AUTOMATIC;
	if ((to | from) & (REL_BLOCKING | REL_BLOCKED_BY) || who->deleted_at || who->suspended_at)
		*may = QUOTE_DENIED;
	return OK;
}

struct work {
	const struct collection_in *in;
	struct featured_fault *fault;
	struct featured_collection c;
	struct featured_item item;
	int64_t id, account_id, item_id;
	bool making; /* all of it is told at once */
};

static bool is(const struct featured_item *i, const char *state)
{
	return str_eq(i->state, str_of(state));
}

static bool stands(const struct featured_item *i)
{
	return is(i, "accepted") || is(i, "pending");
}

static enum err found(struct work *w, const char *field, const char *code)
{
	if (w->fault)
		*w->fault = (struct featured_fault){ field, code };
	return ERR_INVALID;
}

/* --- telling */

static enum err tell(struct ctx *cx, enum send_kind kind, const struct featured_collection *c, const struct featured_item *i)
{
	struct send s = { .kind = kind, .actor_id = c->account_id, .status_id = c->id, .uri = c->uri };

	if (i) {
		s.target_id = i->account_id;
		s.uri = i->uri;
		s.text = c->uri;
	}
	return send_add(cx, &s);
}

static enum err items_of(struct ctx *cx, int64_t id, struct db_rows *rows)
{
	return featured_items_of(cx->db, cx->mem, (struct ids){ &id, 1 }, rows);
}

/* --- what its owner sets */

static enum err take_texts(struct ctx *cx, struct work *w, bool *names)
{
	const struct collection_in *in = w->in;
	struct featured_collection *c = &w->c;
	str name = str_none(in->name) ? c->name : str_trim(in->name);
	str description = str_none(in->description) ? c->description : in->description;

	*names = !str_eq(name, c->name) || !str_eq(description, c->description);
	c->name = name;
	c->description = description;
	if (!c->name.n)
		return fail(cx, found(w, "name", "ERR_BLANK"), "Validation failed: Name can't be blank");
	if (str_runes(c->name) > COLLECTION_NAME_RUNES)
		return fail(cx, found(w, "name", "ERR_TOO_LONG"),
		            "Validation failed: Name is too long (maximum is %d characters)", COLLECTION_NAME_RUNES);
	if (str_runes(c->description) > COLLECTION_TEXT_RUNES)
		return fail(cx, found(w, "description", "ERR_TOO_LONG"),
		            "Validation failed: Description is too long (maximum is %d characters)", COLLECTION_TEXT_RUNES);
	return OK;
}

/* names: its name or description is another now; any: or something else is. */
static enum err take_in(struct ctx *cx, struct work *w, bool *names, bool *any)
{
	const struct collection_in *in = w->in;
	struct featured_collection *c = &w->c, was = w->c;
	str tag = str_none(in->tag) ? c->tag : str_trim(in->tag);

	TRY(take_texts(cx, w, names));
	if (in->language.n && !language_ok(in->language))
		return fail(cx, found(w, "language", "ERR_INVALID"), "Validation failed: Language is not a language tag");
	if (!str_none(in->language))
		c->language = in->language.n ? language_tag(cx->mem, in->language) : S("");
	str_skip(&tag, S("#"));
	if (tag.n && str_none(tag_fold(cx->mem, tag)))
		return fail(cx, found(w, "tag_name", "ERR_INVALID"), "Validation failed: Tag name is invalid");
	c->tag = tag;
	c->sensitive = in->sensitive ? in->sensitive > 0 : c->sensitive;
	c->discoverable = in->discoverable ? in->discoverable > 0 : c->discoverable;
	*any = *names || !str_eq(c->language, was.language) || !str_eq(c->tag, was.tag) || c->sensitive != was.sensitive ||
	       c->discoverable != was.discoverable;
	return OK;
}

/* --- who is in it */

/* Ours are in it at once, others are asked. */
static enum err put_item(struct ctx *cx, struct work *w, const struct account *who)
{
	struct featured_item *i = &w->item;

	i->id = i->id ? i->id : id_new();
	i->collection_id = w->c.id;
	i->account_id = who->id;
	i->object_uri = who->uri;
	i->created_at = cx->now;
	i->uri = strf(cx->mem, "%.*s/items/%lld", STR_F(w->c.uri), (long long)i->id);
	TRY(featured_items_last(cx->db, w->c.id, &i->place));
	i->place++;
	if (!account_is_local(who)) {
		i->state = S("pending");
		i->request = str_cat(cx->mem, i->uri, S("#request"));
		TRY(featured_items_put(cx->db, cx->mem, i));
		return tell(cx, SEND_FEATURE_REQUEST, &w->c, i);
	}
	i->state = S("accepted");
	i->stamp = strf(cx->mem, "%.*s/feature_authorizations/%lld", STR_F(who->uri), (long long)i->id);
	TRY(featured_items_put(cx->db, cx->mem, i));
	TRY(notice_add_collection(cx, who->id, "added_to_collection", w->c.account_id, w->c.id));
	return w->making ? OK : tell(cx, SEND_ITEM_ADD, &w->c, i);
}

/* Who took it back once is left alone; who declined may be asked again. */
static enum err add_one(struct ctx *cx, struct work *w, int64_t account_id)
{
	struct account who = { 0 };
	enum quote_may may;
	int64_t n;
	enum err e;

	w->item = (struct featured_item){ 0 };
	TRY(accounts_by_id(cx->db, cx->mem, account_id, &who));
	if (who.deleted_at || who.suspended_at)
		return ERR_NOT_FOUND;
	TRY(featured_may(cx, &who, cx->me->id, &may));
	e = featured_items_by_object(cx->db, cx->mem, w->c.id, who.uri, &w->item);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (may == QUOTE_DENIED || (!e && is(&w->item, "revoked")))
		return fail(cx, ERR_DENIED, "This action is not allowed");
	if (!e && stands(&w->item))
		return fail(cx, found(w, "collection_items", "ERR_TAKEN"),
		            "Validation failed: Account has already been taken");
	TRY(featured_items_count(cx->db, w->c.id, &n));
	if (n >= COLLECTION_ITEMS_MOST)
		return fail(cx, found(w, "collection_items", "ERR_TOO_MANY"),
		            "Validation failed: Collection items are too many, no more than %d are allowed",
		            COLLECTION_ITEMS_MOST);
	return put_item(cx, w, &who);
}

/* --- verbs */

static enum err mine(struct ctx *cx, struct work *w)
{
	TRY(collections_by_id(cx->db, cx->mem, w->id, &w->c));
	if (w->c.account_id != cx->me->id)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	return OK;
}

static enum err create(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	bool names, any;
	int64_t n;

	w->c = (struct featured_collection){ .id = w->id, .account_id = cx->me->id, .local = true, .created_at = cx->now };
	w->c.uri = strf(cx->mem, "%.*s/featured_collections/%lld", STR_F(cx->me->uri), (long long)w->id);
	w->c.url = strf(cx->mem, "%.*s/collections/%lld", STR_F(cx->site->base), (long long)w->id);
	w->c.name = w->c.description = w->c.language = w->c.tag = S("");
	w->c.updated_at = w->c.fetched_at = cx->now;
	TRY(take_in(cx, w, &names, &any));
	TRY(collections_count(cx->db, cx->me->id, &n));
	if (n >= COLLECTIONS_MOST)
		return fail(cx, found(w, "base", "ERR_TOO_MANY"),
		            "Validation failed: You have reached the maximum number of collections (%d)", COLLECTIONS_MOST);
	TRY(collections_insert(cx->db, &w->c));
	for (size_t i = 0; i < w->in->accounts.n; i++)
		TRY(add_one(cx, w, w->in->accounts.v[i]));
	return tell(cx, SEND_COLLECTION_ADD, &w->c, NULL);
}

enum err featured_collection_create(struct ctx *cx, const struct collection_in *in, struct featured_fault *fault, int64_t *id)
{
	struct work w = { .in = in, .fault = fault, .id = id_new(), .making = true };

	if (!cx->me || !cx->site)
		return ERR_DENIED;
	*id = w.id;
	return write_tx(cx, create, &w);
}

static enum err update(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	const struct featured_item *i;
	struct db_rows rows;
	bool names, any;

	TRY(mine(cx, w));
	TRY(take_in(cx, w, &names, &any));
	if (!any)
		return OK;
	w->c.updated_at = cx->now;
	TRY(collections_set(cx->db, &w->c));
	TRY(items_of(cx, w->id, &rows));
	i = rows.p;
	for (size_t k = 0; names && k < rows.n; k++)
		if (is(&i[k], "accepted"))
			TRY(notice_add_collection(cx, i[k].account_id, "collection_update", w->c.account_id, w->id));
	return tell(cx, SEND_COLLECTION_UPDATE, &w->c, NULL);
}

enum err featured_collection_update(struct ctx *cx, int64_t id, const struct collection_in *in, struct featured_fault *fault)
{
	struct work w = { .in = in, .fault = fault, .id = id };

	return cx->me ? write_tx(cx, update, &w) : ERR_DENIED;
}

/* Who is in it hears of its end apart from the followers: nobody can look that up later. */
static enum err drop(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	const struct featured_item *i;
	struct db_rows rows;

	TRY(mine(cx, w));
	TRY(items_of(cx, w->id, &rows));
	i = rows.p;
	for (size_t k = 0; k < rows.n; k++) {
		struct send s = { .kind = SEND_COLLECTION_END, .actor_id = w->c.account_id, .uri = w->c.uri };

		s.target_id = i[k].account_id;
		TRY(notice_remove_collection(cx, i[k].account_id, w->c.account_id, w->id));
		TRY(send_add(cx, &s));
	}
	TRY(collections_delete(cx->db, w->id));
	return tell(cx, SEND_COLLECTION_REMOVE, &w->c, NULL);
}

enum err featured_collection_delete(struct ctx *cx, int64_t id)
{
	struct work w = { .id = id };

	return cx->me ? write_tx(cx, drop, &w) : ERR_DENIED;
}

static enum err add(struct ctx *cx, void *arg)
{
	struct work *w = arg;

	TRY(mine(cx, w));
	return add_one(cx, w, w->account_id);
}

enum err featured_item_add(struct ctx *cx, int64_t id, int64_t account_id, struct featured_item *made)
{
	struct work w = { .id = id, .account_id = account_id };

	TRY(cx->me ? write_tx(cx, add, &w) : ERR_DENIED);
	*made = w.item;
	return OK;
}

/* --- who leaves it */

static enum err item(struct ctx *cx, struct work *w)
{
	TRY(featured_items_by_id(cx->db, cx->mem, w->item_id, &w->item));
	return w->item.collection_id == w->id ? OK : ERR_NOT_FOUND;
}

/* By its owner. */
static enum err take_out(struct ctx *cx, const struct featured_collection *c, const struct featured_item *i)
{
	TRY(featured_items_delete(cx->db, i->id));
	TRY(notice_remove_collection(cx, i->account_id, c->account_id, c->id));
	return c->local ? tell(cx, SEND_ITEM_REMOVE, c, i) : OK;
}

/* By who is in it, one of ours or not. */
static enum err take_back(struct ctx *cx, const struct featured_collection *c, struct featured_item *i)
{
	struct send s = { .kind = SEND_FEATURE_REVOKE, .actor_id = i->account_id, .target_id = c->account_id };

	i->state = S("revoked");
	TRY(featured_items_put(cx->db, cx->mem, i));
	TRY(notice_remove_collection(cx, i->account_id, c->account_id, c->id));
	if (c->local)
		return tell(cx, SEND_ITEM_REMOVE, c, i);
	s.uri = i->stamp;
	s.text = c->uri;
	return i->stamp.n ? send_add(cx, &s) : OK;
}

static enum err remove_item(struct ctx *cx, void *arg)
{
	struct work *w = arg;

	TRY(mine(cx, w));
	TRY(item(cx, w));
	return stands(&w->item) ? take_out(cx, &w->c, &w->item) : ERR_NOT_FOUND;
}

enum err featured_item_remove(struct ctx *cx, int64_t id, int64_t item_id)
{
	struct work w = { .id = id, .item_id = item_id };

	return cx->me ? write_tx(cx, remove_item, &w) : ERR_DENIED;
}

static enum err revoke(struct ctx *cx, void *arg)
{
	struct work *w = arg;

	TRY(collections_by_id(cx->db, cx->mem, w->id, &w->c));
	TRY(item(cx, w));
	if (w->item.account_id != cx->me->id)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	return stands(&w->item) ? take_back(cx, &w->c, &w->item) : OK;
}

enum err featured_item_revoke(struct ctx *cx, int64_t id, int64_t item_id)
{
	struct work w = { .id = id, .item_id = item_id };

	return cx->me ? write_tx(cx, revoke, &w) : ERR_DENIED;
}

static enum err part(struct ctx *cx, int64_t owner, const struct account *who, bool by_owner)
{
	struct featured_collection c;
	struct featured_item *i;
	struct db_rows rows;

	TRY(featured_items_between(cx->db, cx->mem, owner, who->id, &rows));
	i = rows.p;
	for (size_t k = 0; k < rows.n; k++) {
		if (!stands(&i[k]))
			continue;
		TRY(collections_by_id(cx->db, cx->mem, i[k].collection_id, &c));
		/* What is between others is theirs to say. */
		if (by_owner && c.local)
			TRY(take_out(cx, &c, &i[k]));
		else if (c.local || account_is_local(who))
			TRY(take_back(cx, &c, &i[k]));
	}
	return OK;
}

enum err featured_part(struct ctx *cx, const struct account *by, const struct account *other)
{
	TRY(part(cx, by->id, other, true));
	return part(cx, other->id, by, false);
}
