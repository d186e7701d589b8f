/* Collections loaded for showing, and the lists of them. */
#include "core/featured_collection.h"
#include "core/paging.h"
#include "core/site.h"
#include "text/page.h"
#include "text/words.h"

enum { USUAL = 40,
       MOST = 80,
       LINKS = 4 }; /* of a post */

/* Everybody of whom the viewer's relation matters: owners first, then who is in which. */
static enum err load_relations(struct ctx *cx, const struct featured_collection *c, size_t n, const struct db_rows *items,
                               unsigned **rel)
{
	const struct featured_item *i = items->p;
	struct ids who = { NEWS(cx->mem, int64_t, n + items->n), n + items->n };

	for (size_t k = 0; k < n; k++)
		who.v[k] = c[k].account_id;
	for (size_t k = 0; k < items->n; k++)
		who.v[n + k] = i[k].account_id;
	*rel = NEWS(cx->mem, unsigned, who.n);
	return visible_relations(cx, cx->me ? cx->me->id : 0, who, *rel);
}

/* Its items stand together: those that are shown move to the front of them. */
static void fill(struct ctx *cx, struct featured_view *v, const struct db_rows *rows, const unsigned *rel)
{
	struct featured_item *all = rows->p, *shown;
	bool owner = cx->me && cx->me->id == v->c.account_id;
	size_t first = 0;

	while (first < rows->n && all[first].collection_id != v->c.id)
		first++;
	shown = all + first;
	for (size_t k = first; k < rows->n && all[k].collection_id == v->c.id; k++)
		if (visible_featured(&all[k], rel[k], owner))
			shown[v->items_n++] = all[k];
	v->items = shown;
	v->tag = v->c.tag.n ? str_or(tag_fold(cx->mem, v->c.tag), S("")) : S("");
	v->base = cx->site ? cx->site->base : S("");
}

enum err featured_views(struct ctx *cx, struct ids ids, struct featured_view **out, size_t *n)
{
	const struct featured_collection *c;
	struct db_rows rows, items;
	unsigned *rel;

	*n = 0;
	*out = NEWS(cx->mem, struct featured_view, ids.n);
	if (!ids.n)
		return OK;
	TRY(collections_by_ids(cx->db, cx->mem, ids, &rows));
	TRY(featured_items_of(cx->db, cx->mem, ids, &items));
	c = rows.p;
	TRY(load_relations(cx, c, rows.n, &items, &rel));
	for (size_t i = 0; i < ids.n; i++)
		for (size_t k = 0; k < rows.n; k++) {
			if (c[k].id != ids.v[i] || !visible_collection(c[k].owner_suspended_at, c[k].owner_deleted_at, rel[k]))
				continue;
			(*out)[*n] = (struct featured_view){ .c = c[k] };
			fill(cx, &(*out)[(*n)++], &items, rel + rows.n);
		}
	return OK;
}

/* What links look like that lead to one, here and at Mastodon. */
static bool may_link(const struct status_view *v)
{
	return str_find(v->s.content, S("/collections/")) >= 0;
}

/* Of found those that the post links to. */
static void give(struct arena *mem, struct status_view *v, struct strs links, const struct featured_view *found, size_t n)
{
	struct featured_view *own = NEWS(mem, struct featured_view, links.n);

	v->collections = own;
	for (size_t i = 0; i < n && v->collections_n < links.n; i++)
		if (strs_has(links, found[i].c.url))
			own[v->collections_n++] = found[i];
}

enum err featured_in_posts(struct ctx *cx, struct status_view *const *posts, size_t n)
{
	struct strs *links = NEWS(cx->mem, struct strs, n), all = { NEWS(cx->mem, str, n * LINKS), 0 };
	struct featured_view *found;
	struct db_rows rows;
	struct ids ids;
	size_t found_n;

	for (size_t i = 0; i < n; i++) {
		if (!may_link(posts[i]))
			continue;
		links[i] = page_links(cx->mem, posts[i]->s.content, LINKS);
		for (size_t k = 0; k < links[i].n; k++)
			all.v[all.n++] = links[i].v[k];
	}
	if (!all.n)
		return OK;
	TRY(collections_by_urls(cx->db, cx->mem, all, MOST, &rows));
	ids = (struct ids){ NEWS(cx->mem, int64_t, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		ids.v[i] = ((const struct featured_collection *)rows.p)[i].id;
	TRY(featured_views(cx, ids, &found, &found_n));
	for (size_t i = 0; i < n; i++)
		give(cx->mem, posts[i], links[i], found, found_n);
	return OK;
}

enum err featured_view(struct ctx *cx, int64_t id, struct featured_view *out)
{
	struct featured_view *v;
	size_t n;

	TRY(featured_views(cx, (struct ids){ &id, 1 }, &v, &n));
	if (!n)
		return ERR_NOT_FOUND;
	*out = *v;
	return OK;
}

enum err featured_collections_of(struct ctx *cx, int64_t account_id, const struct page *p, struct ids *ids)
{
	struct span sp = span_of(p, USUAL, MOST);
	bool all = cx->me && cx->me->id == account_id;

	return collections_of(cx->db, cx->mem, account_id, all, sp.limit, p->offset, ids);
}

enum err featured_collections_with(struct ctx *cx, int64_t account_id, const struct page *p, struct ids *ids)
{
	struct span sp = span_of(p, USUAL, MOST);

	if (!cx->me || cx->me->id != account_id)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	return collections_with(cx->db, cx->mem, account_id, sp.limit, p->offset, ids);
}

enum err featured_stamp(struct ctx *cx, int64_t account_id, int64_t id, struct featured_item *i, struct featured_collection *c)
{
	TRY(featured_items_by_id(cx->db, cx->mem, id, i));
	if (i->account_id != account_id || !i->stamp.n || !str_eq(i->state, S("accepted")))
		return ERR_NOT_FOUND;
	return collections_by_id(cx->db, cx->mem, i->collection_id, c);
}

enum err featured_by_id(struct ctx *cx, int64_t id, struct featured_collection *c)
{
	return collections_by_id(cx->db, cx->mem, id, c);
}

enum err featured_by_uri(struct ctx *cx, str uri, struct featured_collection *c)
{
	return collections_by_uri(cx->db, cx->mem, uri, c);
}
