/* Loads accounts for showing: one statement for any number of them, and another one where some have moved. */
#include "core/view_account.h"

#include <stdlib.h>

#include "core/featured_collection.h"
#include "core/media.h"
#include "core/remote_file.h"
#include "core/site.h"
#include "store/shown.h"

static int by_account(const void *a, const void *b)
{
	int64_t x = ((const struct account_view *)a)->a.id, y = ((const struct account_view *)b)->a.id;

	return (x > y) - (x < y);
}

struct account_view *view_account_of(struct account_view *sorted, size_t n, int64_t id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int64_t at = sorted[mid].a.id;

		if (at == id)
			return &sorted[mid];
		if (at < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

str view_acct(struct ctx *cx, int64_t site_id, str username, str domain)
{
	if (site_id && (!cx->site || cx->site->id == site_id))
		return username;
	return strf(cx->mem, "%.*s@%.*s", STR_F(username), STR_F(domain));
}

static void view_one(struct ctx *cx, const struct shown_account *row, struct account_view *v)
{
	str base = cx->site ? cx->site->base : S("");

	*v = (struct account_view){ .a = row->a };
	if (v->a.media_rejected) {
		v->a.avatar_url = v->a.header_url = S("");
		v->a.emojis = S("[]");
	}
	v->acct = view_acct(cx, v->a.site_id, v->a.username, v->a.domain);
	v->url = str_or(v->a.url, v->a.uri);
	if (account_is_local(&v->a)) {
		v->avatar = v->a.avatar_url;
		v->header = v->a.header_url;
		v->avatar_static = media_address(cx->mem, base, v->a.avatar_still);
		v->header_static = media_address(cx->mem, base, v->a.header_still);
	} else {
		v->avatar = remote_avatar(cx->mem, base, &v->a);
		v->header = remote_header(cx->mem, base, &v->a, false);
		v->header_static = remote_header(cx->mem, base, &v->a, true);
		v->a.emojis = remote_emojis(cx, base, v->a.emojis);
	}
	if (!v->avatar.n)
		v->avatar = str_cat(cx->mem, base, S("/avatars/original/missing.png"));
	if (!v->header.n)
		v->header = str_cat(cx->mem, base, S("/headers/original/missing.png"));
	v->avatar_static = str_or(v->avatar_static, v->avatar);
	v->header_static = str_or(v->header_static, v->header);
	v->role = str_or(row->role, S(""));
}

static struct account_view *view_rows(struct ctx *cx, const struct db_rows *rows)
{
	struct account_view *list = NEWS(cx->mem, struct account_view, rows->n);

	for (size_t i = 0; i < rows->n; i++)
		view_one(cx, &((struct shown_account *)rows->p)[i], &list[i]);
	return list;
}

/* One step only: where that one has gone is not said with it. */
static enum err give_moved(struct ctx *cx, struct account_view *list, size_t n)
{
	struct strs uris = { NEWS(cx->mem, str, n), 0 };
	struct db_rows rows = { 0 };
	struct account_view *there;

	for (size_t i = 0; i < n; i++)
		if (list[i].a.moved_to_uri.n && !strs_has(uris, list[i].a.moved_to_uri))
			uris.v[uris.n++] = list[i].a.moved_to_uri;
	if (!uris.n)
		return OK;
	TRY(shown_accounts_by_uri(cx->db, cx->mem, uris, &rows));
	there = view_rows(cx, &rows);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows.n; k++)
			if (str_eq(list[i].a.moved_to_uri, there[k].a.uri) && !there[k].a.deleted_at && !there[k].a.suspended_at)
				list[i].moved = &there[k];
	return OK;
}

/* Whether it may depend on who follows whom, as it seldom does: then that is looked up, for all at once. */
static bool depends(const struct account *a)
{
	return !(featured_policy(a) & QUOTE_PUBLIC) && (featured_policy(a) & ~(QUOTE_STATED | QUOTE_ASK_PUBLIC | QUOTE_NAMED));
}

/* How the viewer may put them into collections. Whether they follow the viewer is not looked up for a page. */
static enum err give_may_feature(struct ctx *cx, struct account_view *list, size_t n)
{
	static const char *const words[] = {
		[QUOTE_DENIED] = "denied",
		[QUOTE_MANUAL] = "manual",
		[QUOTE_AUTOMATIC] = "automatic",
	};
	struct ids ids = { NEWS(cx->mem, int64_t, n), 0 };
	unsigned *rel = NEWS(cx->mem, unsigned, n + 1);

	for (size_t i = 0; i < n && cx->me; i++)
		if (depends(&list[i].a))
			ids.v[ids.n++] = list[i].a.id;
	TRY(visible_relations(cx, cx->me ? cx->me->id : 0, ids, rel));
	for (size_t i = 0, k = 0; i < n && cx->me; i++) {
		const struct account *a = &list[i].a;
		unsigned r = k < ids.n && ids.v[k] == a->id ? rel[k++] : 0;
		enum quote_may may = quote_bits(featured_policy(a), r & (REL_FOLLOWING | REL_SELF), false);

		list[i].may_feature = words[may];
		if (may == QUOTE_DENIED && (featured_policy(a) & (QUOTE_FOLLOWING | QUOTE_ASK_FOLLOWING)))
			list[i].may_feature = "unknown";
		if (!featured_policy(a))
			list[i].may_feature = "missing";
	}
	return OK;
}

enum err view_accounts(struct ctx *cx, struct ids ids, struct account_view **sorted, size_t *n)
{
	struct db_rows rows = { 0 };

	TRY(shown_accounts(cx->db, cx->mem, db_id_list(cx->mem, ids), &rows));
	*sorted = view_rows(cx, &rows);
	*n = rows.n;
	qsort(*sorted, *n, sizeof(**sorted), by_account);
	TRY(give_may_feature(cx, *sorted, *n));
	return give_moved(cx, *sorted, *n);
}

enum err account_views(struct ctx *cx, struct ids ids, struct account_view **out, size_t *n)
{
	struct account_view *sorted;
	size_t found;

	*out = NULL;
	*n = 0;
	if (!ids.n)
		return OK;
	TRY(view_accounts(cx, ids, &sorted, &found));
	*out = NEWS(cx->mem, struct account_view, ids.n);
	for (size_t i = 0; i < ids.n; i++) {
		const struct account_view *v = view_account_of(sorted, found, ids.v[i]);

		if (v && !v->a.deleted_at && !v->a.suspended_at)
			(*out)[(*n)++] = *v;
	}
	return OK;
}

enum err account_view(struct ctx *cx, int64_t id, struct account_view *out)
{
	struct shown_account row = { 0 };

	TRY(shown_account(cx->db, cx->mem, id, &row));
	if (row.a.deleted_at || row.a.suspended_at)
		return ERR_NOT_FOUND;
	view_one(cx, &row, out);
	TRY(give_may_feature(cx, out, 1));
	return give_moved(cx, out, 1);
}
