#include "core/emoji.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/site.h"

enum { NAME_LEAST = 2, NAME_MOST = 64, NAMES_MOST = 100, JSON_MAX = 1 << 18 };

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool name_ok(str name)
{
	if (name.n < NAME_LEAST || name.n > NAME_MOST)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!name_char(name.p[i]))
			return false;
	return true;
}

struct adding {
	struct emoji e;
	struct media_made made;
};

static enum err put(struct ctx *cx, void *arg)
{
	struct adding *a = arg;
	bool there;

	TRY(emojis_remove(cx->db, a->e.site_id, a->e.shortcode, cx->now, &there));
	TRY(media_keep(cx->db, &a->made));
	return emojis_add(cx->db, &a->e);
}

enum err emoji_add(struct ctx *cx, str shortcode, str category, int fd)
{
	struct adding *a = NEW(cx->mem, struct adding);
	enum err e;

	if (!name_ok(shortcode))
		return fail(cx, ERR_INVALID, "the name of an emoji is made of %d to %d letters, digits and underscores",
		            NAME_LEAST, NAME_MOST);
	TRY(media_make(cx, fd, MEDIA_EMOJI, cx->app->dbs, "emoji", &a->made));
	a->e = (struct emoji){
		.id = id_new(), .site_id = cx->site->id, .shortcode = shortcode, .file = a->made.file,
		.still = str_or(a->made.still, a->made.file), .category = str_or(category, S("")), .visible = true,
		.created_at = cx->now,
	};
	e = write_tx(cx, put, a);
	if (e)
		media_forget(&a->made);
	return e;
}

struct removing {
	str shortcode;
};

static enum err take_away(struct ctx *cx, void *arg)
{
	bool there;

	TRY(emojis_remove(cx->db, cx->site->id, ((struct removing *)arg)->shortcode, cx->now, &there));
	return there ? OK : ERR_NOT_FOUND;
}

enum err emoji_remove(struct ctx *cx, str shortcode)
{
	return write_tx(cx, take_away, &(struct removing){ shortcode });
}

enum err emoji_list(struct ctx *cx, struct db_rows *out)
{
	return emojis_of(cx->db, cx->mem, cx->site->id, out);
}

enum err emoji_by_id(struct ctx *cx, int64_t id, struct emoji *e)
{
	return emojis_get(cx->db, cx->mem, cx->site->id, id, e);
}

/* Not within a word, as a time like 12:30:45 is. */
static bool stands_free(str text, size_t from, size_t to)
{
	bool before = !from || (!name_char(text.p[from - 1]) && text.p[from - 1] != ':');
	bool after = to == text.n || (!name_char(text.p[to]) && text.p[to] != ':');

	return before && after;
}

static void find_names(str text, struct strs *names)
{
	for (size_t i = 0; i < text.n && names->n < NAMES_MOST; i++) {
		size_t end = i + 1;
		str name;

		if (text.p[i] != ':')
			continue;
		while (end < text.n && name_char(text.p[end]))
			end++;
		name = str_n(text.p + i + 1, end - i - 1);
		if (end == text.n || text.p[end] != ':' || !name_ok(name) || !stands_free(text, i, end + 1)) {
			i = end - 1;
			continue;
		}
		if (!strs_has(*names, name))
			names->v[names->n++] = name;
		i = end;
	}
}

void emoji_write(struct jw *w, const char *key, str base, const struct emoji *e, bool to_choose)
{
	jw_obj(w, key);
	jw_str(w, "shortcode", e->shortcode);
	jw_str(w, "url", media_address(w->b.mem, base, e->file));
	jw_str(w, "static_url", media_address(w->b.mem, base, e->still));
	jw_bool(w, "visible_in_picker", e->visible);
	if (to_choose)
		jw_str(w, "category", e->category.n ? e->category : STR_NONE);
	jw_end(w);
}

enum err emoji_load(struct ctx *cx, const str *texts, size_t n, struct strs names, struct db_rows *out)
{
	struct strs all = { NEWS(cx->mem, str, NAMES_MOST + names.n), 0 };

	*out = (struct db_rows){ 0 };
	for (size_t i = 0; i < n; i++)
		find_names(texts[i], &all);
	for (size_t i = 0; i < names.n; i++)
		if (name_ok(names.v[i]))
			all.v[all.n++] = names.v[i];
	return all.n && cx->site ? emojis_named(cx->db, cx->mem, cx->site->id, all, out) : OK;
}

bool emoji_stands_in(struct arena *mem, str text, str shortcode)
{
	struct strs names = { NEWS(mem, str, NAMES_MOST), 0 };

	find_names(text, &names);
	return strs_has(names, shortcode);
}

enum err emoji_in(struct ctx *cx, const str *texts, size_t n, str *json)
{
	struct db_rows rows;
	struct jw w;

	*json = S("[]");
	TRY(emoji_load(cx, texts, n, (struct strs){ 0 }, &rows));
	if (!rows.n)
		return OK;
	jw_init(&w, cx->mem, JSON_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < rows.n; i++)
		emoji_write(&w, NULL, cx->site->base, &((const struct emoji *)rows.p)[i], false);
	jw_end(&w);
	*json = str_or(jw_done(&w), S("[]"));
	return OK;
}
