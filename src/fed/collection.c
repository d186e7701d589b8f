#include "fed/collection.h"

#include "base/url.h"
#include "fed/as_read.h"

enum { ITEMS_OF_PAGE = 1000 };

static bool is_collection(str type)
{
	static const char *const types[] = { "Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_eq(type, str_of(types[i])))
			return true;
	return false;
}

enum err collection_read(const json_t *v, struct collection *c)
{
	const json_t *first = jr_get(v, "first");

	*c = (struct collection){ .total = -1 };
	if (!jr_is_obj(v) || !is_collection(as_type(v)))
		return ERR_INVALID;
	c->id = as_id(jr_get(v, "id"));
	c->owner = as_id(jr_get(v, "attributedTo"));
	c->total = jr_int(v, "totalItems", -1);
	c->items = jr_get(v, "orderedItems");
	if (!c->items)
		c->items = jr_get(v, "items");
	c->next = as_id(jr_get(v, "next"));
	if (!jr_many(c->items) && first && str_none(c->next)) {
		if (jr_is_obj(first) && is_collection(as_type(first)))
			c->page = first;
		else
			c->next = as_id(first);
	}
	return OK;
}

enum err collection_fetch(struct fetcher *f, str url, struct document *d, str *from)
{
	TRY(fetch_any_document(f, url, d, from));
	/* Said to be someone else's: what it holds is then not to be trusted. */
	if (!str_none(d->id) && !url_same_origin(d->id, *from)) {
		jr_free(&d->json);
		return ERR_NOT_FOUND;
	}
	return OK;
}

bool collection_items(struct collection_walk *w, const struct collection *c, str from)
{
	size_t n = jr_many(c->items) < ITEMS_OF_PAGE ? jr_many(c->items) : ITEMS_OF_PAGE;

	for (size_t i = 0; i < n && w->items > 0; i++) {
		struct collection_item item = { .node = jr_nth(c->items, i) };

		item.id = as_id(item.node);
		if (str_none(item.id) || !as_url_ok(w->f->cx->mem, item.id))
			continue;
		w->items--;
		item.trusted = jr_is_obj(item.node) && url_same_origin(item.id, from);
		if (!w->fn(w->arg, &item))
			return false;
	}
	return w->items > 0;
}

/* The page and those embedded in it; *next is where to go on. */
static bool walk_page(struct collection_walk *w, const json_t *v, str from, str *next)
{
	struct collection c;

	for (int depth = 0; v && depth < 3; depth++, v = c.page) {
		if (collection_read(v, &c) || !collection_items(w, &c, from))
			return false;
		*next = str_dup(w->f->cx->mem, c.next);
	}
	return true;
}

void collection_walk(struct collection_walk *w, str url)
{
	struct document d;
	str from, next;
	bool more = true;

	while (more && !str_none(url) && w->pages-- > 0 && !collection_fetch(w->f, url, &d, &from)) {
		next = STR_NONE;
		more = walk_page(w, d.json, from, &next) && !str_none(next) && !str_eq(next, url) && url_same_origin(next, from);
		jr_free(&d.json);
		url = next;
	}
}

static int64_t total_of(const json_t *post, const char *key)
{
	return jr_int(jr_get(post, key), "totalItems", -1);
}

void collection_counts(const json_t *post, struct origin_counts *c)
{
	*c = (struct origin_counts){ total_of(post, "replies"), total_of(post, "shares"), total_of(post, "likes") };
}
