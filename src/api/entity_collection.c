/* Collection, CollectionItem. */
#include "api/entity.h"

void entity_collection_item(struct jw *w, const char *key, const struct featured_item *i)
{
	jw_obj(w, key);
	jw_id(w, "id", i->id);
	jw_str(w, "state", i->state);
	jw_time(w, "created_at", i->created_at);
	jw_id(w, "account_id", i->account_id);
	jw_end(w);
}

void entity_collection(struct jw *w, const char *key, const struct featured_view *v)
{
	const struct featured_collection *c = &v->c;

	jw_obj(w, key);
	jw_id(w, "id", c->id);
	jw_id(w, "account_id", c->account_id);
	jw_str(w, "uri", c->uri);
	jw_str(w, "url", str_or(c->url, c->uri));
	jw_str(w, "name", c->name);
	jw_str(w, "description", c->description);
	jw_str(w, "language", c->language.n ? c->language : STR_NONE);
	jw_bool(w, "local", c->local);
	jw_bool(w, "sensitive", c->sensitive);
	jw_bool(w, "discoverable", c->discoverable);
	if (v->tag.n) {
		jw_obj(w, "tag");
		jw_str(w, "name", c->tag);
		jw_str(w, "url", tag_url(w->b.mem, v->base, v->tag));
		jw_end(w);
	} else {
		jw_null(w, "tag");
	}
	jw_int(w, "item_count", (int64_t)v->items_n);
	jw_arr(w, "items");
	for (size_t i = 0; i < v->items_n; i++)
		entity_collection_item(w, NULL, &v->items[i]);
	jw_end(w);
	jw_time(w, "created_at", c->created_at);
	jw_time(w, "updated_at", c->updated_at);
	jw_end(w);
}
