/* Files on posts: which may hang there, in which order, and what hung on former versions. A file that an edit takes away
 * stays with its post, unseen, for the history. */
#include "base/json.h"
#include "core/media.h"

#define NOT_FOUND "Media %.*s not found or already attached to another post"

static const struct attachment *one_of(const struct db_rows *rows, int64_t id)
{
	const struct attachment *a = rows->p;

	for (size_t i = 0; i < rows->n; i++)
		if (a[i].id == id)
			return &a[i];
	return NULL;
}

static void drop_doubles(struct ids *ids)
{
	size_t n = 0;

	for (size_t i = 0; i < ids->n; i++)
		if (!ids_has((struct ids){ ids->v, n }, ids->v[i]))
			ids->v[n++] = ids->v[i];
	ids->n = n;
}

static bool moves(const struct attachment *a)
{
	return str_eq(a->kind, S("video")) || str_eq(a->kind, S("audio"));
}

enum err media_for_post(struct ctx *cx, int64_t status_id, bool asks, struct ids *ids)
{
	struct db_rows rows = { 0 };
	struct buf missing = buf_new(cx->mem, 1024);
	bool film = false, ready = true;

	drop_doubles(ids);
	if (!ids->n)
		return OK;
	if (ids->n > MEDIA_MOST || asks)
		return fail(cx, ERR_INVALID, "Cannot attach more than %d files", MEDIA_MOST);
	TRY(media_by_ids(cx->db, cx->mem, cx->me->id, db_id_list(cx->mem, *ids), &rows));
	for (size_t i = 0; i < ids->n; i++) {
		const struct attachment *a = one_of(&rows, ids->v[i]);

		if (!a || (a->status_id && a->status_id != status_id)) {
			buf_addf(&missing, "%s%lld", missing.n ? ", " : "", (long long)ids->v[i]);
			continue;
		}
		film |= moves(a);
		ready &= a->state == MEDIA_READY;
	}
	if (missing.n)
		return fail(cx, ERR_INVALID, NOT_FOUND, STR_F(buf_str(&missing)));
	if (film && ids->n > 1)
		return fail(cx, ERR_INVALID, "Cannot attach a video to a post that already contains images");
	if (!ready)
		return fail(cx, ERR_INVALID, "Cannot attach files that have not finished processing. Try again in a moment!");
	return OK;
}

enum err media_hang(struct ctx *cx, int64_t status_id, struct ids ids)
{
	for (size_t i = 0; i < ids.n; i++) {
		bool done;

		TRY(media_attach(cx->db, ids.v[i], cx->me->id, status_id, (int64_t)i, &done));
		if (!done)
			return fail(cx, ERR_INVALID, NOT_FOUND, STR_F(strf(cx->mem, "%lld", (long long)ids.v[i])));
	}
	return OK;
}

/* Those that are shown, for the history. */
static str former_of(struct ctx *cx, const struct db_rows *all)
{
	const struct attachment *a = all->p;
	struct jw w;

	jw_init(&w, cx->mem, 1 << 18);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < all->n; i++) {
		if (a[i].place < 0)
			continue;
		jw_obj(&w, NULL);
		jw_id(&w, "id", a[i].id);
		jw_str(&w, "description", a[i].description);
		jw_end(&w);
	}
	jw_end(&w);
	return jw_done(&w);
}

static bool same_list(const struct db_rows *all, struct ids ids)
{
	const struct attachment *a = all->p;
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (a[i].place < 0)
			continue;
		if (n == ids.n || ids.v[n++] != a[i].id)
			return false;
	}
	return n == ids.n;
}

static enum err say(struct ctx *cx, const struct attachment *was, const struct media_words *words, bool *changed)
{
	struct attachment a = *was;

	TRY(media_say(cx, words->description, words->focus, &a));
	if (str_eq(a.description, was->description) && a.focus_x == was->focus_x && a.focus_y == was->focus_y)
		return OK;
	*changed = true;
	return media_set_text(cx->db, &a);
}

enum err media_rehang(struct ctx *cx, int64_t status_id, struct ids ids, const struct media_words *words, size_t words_n,
                      bool *changed, str *former)
{
	struct db_rows all = { 0 };

	TRY(media_of(cx->db, cx->mem, status_id, &all));
	*changed = !same_list(&all, ids);
	*former = former_of(cx, &all);
	if (*changed) {
		TRY(media_put_away(cx->db, status_id));
		TRY(media_hang(cx, status_id, ids));
		TRY(media_of(cx->db, cx->mem, status_id, &all));
	}
	for (size_t i = 0; i < words_n; i++) {
		const struct attachment *a = one_of(&all, words[i].id);

		if (a && a->place >= 0)
			TRY(say(cx, a, &words[i], changed));
	}
	return OK;
}

enum err media_unhang(struct ctx *cx, int64_t status_id, bool remove)
{
	struct db_rows all = { 0 };
	const struct attachment *a;

	if (!remove)
		return media_detach(cx->db, status_id, cx->now);
	TRY(media_of(cx->db, cx->mem, status_id, &all));
	a = all.p;
	for (size_t i = 0; i < all.n; i++)
		TRY(media_erase(cx, &a[i]));
	return OK;
}

enum err media_former(struct ctx *cx, str former, const struct db_rows *all, struct attachment **out, size_t *n)
{
	json_t *list JR_SCOPE = NULL;

	*n = 0;
	if (str_none(former) || jr_parse(former, &list))
		return ERR_NOT_FOUND;
	*out = NEWS(cx->mem, struct attachment, jr_len(list) + 1);
	for (size_t i = 0; i < jr_len(list); i++) {
		const struct attachment *a = NULL;
		int64_t id;

		if (str_int(jr_str(jr_at(list, i), "id"), &id))
			a = one_of(all, id);
		if (!a)
			continue;
		(*out)[*n] = *a;
		(*out)[(*n)++].description = str_dup(cx->mem, jr_str(jr_at(list, i), "description"));
	}
	return OK;
}
