/* Collections of accounts as strangers write them: FEP-7aa9. Pure, like as_read.c. */
#include "fed/as_read.h"

#include "base/url.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct rough {
	str id, owner, name, summary, url;
	int64_t published, updated;
	const json_t *summary_map, *topic, *discoverable, *items, *unordered;
	bool sensitive;
};
#define R(key, kind, member, max)                              \
	{                                                      \
		key, kind, offsetof(struct rough, member), max \
	}
static const struct as_field rough_fields[] = {
	R("id", AS_ID, id, 0),
	R("attributedTo", AS_ID, owner, 0),
	R("name", AS_TEXT, name, AS_TEXT_MAX),
	R("nameMap", AS_MAP, name, AS_TEXT_MAX),
	R("summary", AS_TEXT, summary, AS_BIO_MAX),
	R("summaryMap", AS_MAP, summary, AS_BIO_MAX),
	R("summaryMap", AS_NODE, summary_map, 0),
	R("url", AS_LINK, url, 0),
	R("published", AS_TIME, published, 0),
	R("updated", AS_TIME, updated, 0),
	R("sensitive", AS_BOOL, sensitive, 0),
	R("discoverable", AS_NODE, discoverable, 0),
	R("topic", AS_NODE, topic, 0),
	R("orderedItems", AS_NODE, items, 0),
	R("items", AS_NODE, unordered, 0),
};
#undef R

bool as_is_featured(const json_t *v)
{
	const json_t *type = jr_get(v, "type");

	for (size_t i = 0; i < jr_many(type) && i < 8; i++)
		if (str_eq(jr_text(jr_nth(type, i)), S("FeaturedCollection")))
			return true;
	return false;
}

bool as_featured_item_read(struct arena *mem, const json_t *v, struct remote_item *i)
{
	const json_t *object = jr_get(v, "featuredObject");

	*i = (struct remote_item){ .uri = as_id(v), .stamp = as_id(jr_get(v, "featureAuthorization")) };
	i->object_uri = as_id(object ? object : jr_get(v, "object"));
	if (!jr_is_obj(v) || !as_url_ok(mem, i->uri) || !as_url_ok(mem, i->object_uri))
		return false;
	if (!str_none(i->stamp) && !as_url_ok(mem, i->stamp))
		i->stamp = STR_NONE;
	as_fields(mem, v, &(const struct as_field){ "published", AS_TIME, offsetof(struct remote_item, created_at), 0 }, 1, i);
	return true;
}

static void read_items(struct arena *mem, const json_t *list, struct as_featured *out)
{
	struct remote_collection *c = &out->c;

	for (size_t i = 0; i < jr_many(list) && i < COLLECTION_ITEMS_FAR && c->items_n < COLLECTION_ITEMS_FAR; i++) {
		struct remote_item *next = &c->items[c->items_n];
		const json_t *v = jr_nth(list, i);

		if (jr_is_str(v) && out->named.n < AS_NAMED_ITEMS && url_same_origin(jr_text(v), c->uri))
			out->named.v[out->named.n++] = jr_text(v);
		else if (as_featured_item_read(mem, v, next) && url_same_origin(next->uri, c->uri))
			c->items_n++;
	}
}

enum err as_featured_read(struct arena *mem, const json_t *doc, struct as_featured *out)
{
	struct remote_collection *c = &out->c;
	struct rough r = { 0 };
	void *it;

	memset(out, 0, sizeof(*out));
	out->named = (struct strs){ NEWS(mem, str, AS_NAMED_ITEMS), 0 };
	if (!jr_is_obj(doc) || !as_is_featured(doc))
		return ERR_INVALID;
	as_fields(mem, doc, rough_fields, COUNT(rough_fields), &r);
	if (!as_url_ok(mem, r.id) || !as_url_ok(mem, r.owner) || !url_same_origin(r.id, r.owner))
		return ERR_INVALID;
	out->owner = r.owner;
	c->uri = r.id;
	c->url = r.url;
	c->name = r.name;
	c->description = r.summary;
	it = jr_first(r.summary_map);
	c->language = it ? jr_key(it) : STR_NONE;
	c->tag = str_to(str_or(jr_str(r.topic, "name"), S("")), AS_TEXT_MAX);
	c->sensitive = r.sensitive;
	c->discoverable = jr_kind(r.discoverable) != JR_FALSE;
	c->created_at = r.published;
	c->updated_at = r.updated;
	read_items(mem, r.items ? r.items : r.unordered, out);
	return OK;
}
