/* Collections of accounts as documents, and what is sent about them. FEP-7aa9 */
#include "base/clock.h"
#include "core/featured_collection.h"
#include "fed/as_write.h"
#include "text/words.h"

static const char public_uri[] = "https://www.w3.org/ns/activitystreams#Public";

/* clang-format off */
static const char terms[] =
	"\"featuredCollections\":{\"@id\":\"https://w3id.org/fep/7aa9#featuredCollections\",\"@type\":\"@id\"},"
	"\"FeaturedCollection\":\"https://w3id.org/fep/7aa9#FeaturedCollection\","
	"\"FeaturedItem\":\"https://w3id.org/fep/7aa9#FeaturedItem\","
	"\"FeatureRequest\":\"https://w3id.org/fep/7aa9#FeatureRequest\","
	"\"FeatureAuthorization\":\"https://w3id.org/fep/7aa9#FeatureAuthorization\","
	"\"featuredObject\":{\"@id\":\"https://w3id.org/fep/7aa9#featuredObject\",\"@type\":\"@id\"},"
	"\"featuredObjectType\":\"https://w3id.org/fep/7aa9#featuredObjectType\","
	"\"featureAuthorization\":{\"@id\":\"https://w3id.org/fep/7aa9#featureAuthorization\",\"@type\":\"@id\"},"
	"\"topic\":{\"@id\":\"https://w3id.org/fep/7aa9#topic\",\"@type\":\"@id\"}";
/* clang-format on */

static void begin(struct jw *w, const char *key, bool context)
{
	jw_obj(w, key);
	if (context)
		as_context_with(w, terms);
}

void as_featured_item(struct jw *w, const char *key, const struct featured_item *i, bool context)
{
	begin(w, key, context);
	jw_str(w, "id", i->uri);
	jw_lit(w, "type", "FeaturedItem");
	jw_str(w, "featuredObject", i->object_uri);
	jw_str(w, "featuredObjectType", str_or(i->kind, S("Person")));
	jw_str(w, "featureAuthorization", i->stamp);
	jw_time_s(w, "published", i->created_at);
	jw_end(w);
}

/* HTML of what was typed. A language is said by a map of one text. */
static void description(struct jw *w, const struct featured_collection *c)
{
	struct buf html = buf_new(w->b.mem, 4096);

	buf_html(&html, c->description);
	jw_str(w, "summary", buf_str(&html));
	if (!c->language.n)
		return;
	jw_obj(w, "summaryMap");
	jw_key(w, c->language);
	jw_str(w, NULL, buf_str(&html));
	jw_end(w);
}

void as_featured_collection(struct jw *w, const char *key, const struct featured_view *v, str owner, bool context)
{
	const struct featured_collection *c = &v->c;

	begin(w, key, context);
	jw_str(w, "id", c->uri);
	jw_lit(w, "type", "FeaturedCollection");
	jw_str(w, "name", c->name);
	description(w, c);
	jw_str(w, "attributedTo", owner);
	jw_str(w, "url", c->url);
	jw_bool(w, "sensitive", c->sensitive);
	jw_bool(w, "discoverable", c->discoverable);
	jw_time_s(w, "published", c->created_at);
	if (c->updated_at > c->created_at)
		jw_time_s(w, "updated", c->updated_at);
	if (c->tag.n)
		as_hashtag(w, "topic", v->base, c->tag);
	jw_int(w, "totalItems", (int64_t)v->items_n);
	jw_arr(w, "orderedItems");
	for (size_t i = 0; i < v->items_n; i++)
		as_featured_item(w, NULL, &v->items[i], false);
	jw_end(w);
	jw_end(w);
}

void as_feature_stamp(struct jw *w, const char *key, str uri, str collection, str who, bool context)
{
	begin(w, key, context);
	jw_str(w, "id", uri);
	jw_lit(w, "type", "FeatureAuthorization");
	jw_str(w, "attributedTo", who);
	jw_str(w, "interactingObject", collection);
	jw_str(w, "interactionTarget", who);
	jw_end(w);
}

/* --- activities */

static str named(struct jw *w, const struct as_sending *s, str uri, const char *what)
{
	return strf(w->b.mem, "%.*s#%s/%lld", STR_F(uri), what, (long long)s->now);
}

static void head(struct jw *w, const struct as_sending *s, const char *type, str id)
{
	begin(w, NULL, true);
	jw_str(w, "id", id);
	jw_lit(w, "type", type);
	jw_str(w, "actor", s->actor->uri);
}

/* To whoever wants to know. */
static void everyone(struct jw *w, const struct as_sending *s)
{
	jw_arr(w, "to");
	jw_lit(w, NULL, public_uri);
	jw_end(w);
	jw_arr(w, "cc");
	jw_str(w, NULL, s->actor->followers_uri);
	jw_end(w);
}

static void only(struct jw *w, const struct as_sending *s)
{
	jw_arr(w, "to");
	jw_str(w, NULL, s->target->uri);
	jw_end(w);
	jw_arr(w, "cc");
	jw_end(w);
}

static str list_of(struct jw *w, const struct as_sending *s)
{
	return str_cat(w->b.mem, s->actor->uri, S("/featured_collections"));
}

static void collection_add(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Add", named(w, s, s->send->uri, "adds"));
	as_featured_collection(w, "object", s->featured, s->actor->uri, false);
	jw_str(w, "target", list_of(w, s));
	everyone(w, s);
}

static void collection_update(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Update", named(w, s, s->send->uri, "updates"));
	as_featured_collection(w, "object", s->featured, s->actor->uri, false);
	everyone(w, s);
}

static void collection_remove(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Remove", named(w, s, s->send->uri, "removes"));
	jw_str(w, "object", s->send->uri);
	jw_str(w, "target", list_of(w, s));
	everyone(w, s);
}

static void item_add(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Add", named(w, s, s->send->uri, "adds"));
	as_featured_item(w, "object", s->item, false);
	jw_str(w, "target", s->send->text);
	everyone(w, s);
}

static void item_remove(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Remove", named(w, s, s->send->uri, "removes"));
	jw_str(w, "object", s->send->uri);
	jw_str(w, "target", s->send->text);
	everyone(w, s);
}

static void request(struct jw *w, const struct as_sending *s)
{
	head(w, s, "FeatureRequest", str_cat(w->b.mem, s->send->uri, S("#request")));
	jw_str(w, "object", s->target->uri);
	jw_str(w, "instrument", s->send->text);
	only(w, s);
}

static void accept(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Accept", named(w, s, s->actor->uri, "feature_accepts"));
	jw_str(w, "object", s->send->uri);
	jw_str(w, "result", s->send->text);
	only(w, s);
}

static void reject(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Reject", named(w, s, s->actor->uri, "feature_rejects"));
	jw_str(w, "object", s->send->uri);
	only(w, s);
}

static void revoke(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Delete", str_cat(w->b.mem, s->send->uri, S("#delete")));
	as_feature_stamp(w, "object", s->send->uri, s->send->text, s->actor->uri, false);
	jw_arr(w, "to");
	jw_lit(w, NULL, public_uri);
	jw_end(w);
	jw_arr(w, "cc");
	jw_str(w, NULL, s->target->uri);
	jw_end(w);
}

void as_featured_sending(struct jw *w, const struct as_sending *s)
{
	static void (*const writers[SEND_KINDS])(struct jw * w, const struct as_sending *s) = {
		[SEND_COLLECTION_ADD] = collection_add,
		[SEND_COLLECTION_UPDATE] = collection_update,
		[SEND_COLLECTION_REMOVE] = collection_remove,
		[SEND_COLLECTION_END] = collection_remove,
		[SEND_ITEM_ADD] = item_add,
		[SEND_ITEM_REMOVE] = item_remove,
		[SEND_FEATURE_REQUEST] = request,
		[SEND_FEATURE_ACCEPT] = accept,
		[SEND_FEATURE_REJECT] = reject,
		[SEND_FEATURE_REVOKE] = revoke,
	};

	writers[s->send->kind](w, s);
	jw_end(w);
}
