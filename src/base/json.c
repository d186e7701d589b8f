#include "base/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"

/* Writing */

/* Where in the document what was made of something stands; n is 0 until it has ended. */
struct piece {
	const void *of;
	int64_t id;
	size_t from, n;
};
enum { ONCE_BITS = 6 };
struct jw_once {
	struct piece pieces[1 << ONCE_BITS]; /* each at its place, where the latest one remains */
};

void jw_init(struct jw *w, struct arena *mem, size_t max)
{
	*w = (struct jw){ .b = buf_new(mem, max) };
}

static char *escape(char *p, char c)
{
	static const char hex[] = "0123456789abcdef";

	*p++ = '\\';
	switch (c) {
	case '\n': *p++ = 'n'; break;
	case '\r': *p++ = 'r'; break;
	case '\t': *p++ = 't'; break;
	case '"':
	case '\\': *p++ = c; break;
	default:
		memcpy(p, "u00", 3);
		p[3] = hex[c >> 4];
		p[4] = hex[c & 15];
		p += 5;
	}
	return p;
}

static bool special(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

/* Counting first is a loop without branches, which compilers make fast; most texts then are copied whole. */
static void quoted(struct buf *b, str s)
{
	size_t specials = 0, from = 0;
	char *p, *at;

	for (size_t i = 0; i < s.n; i++)
		specials += special(s.p[i]);
	at = p = buf_room(b, 2 + s.n + 5 * specials);
	if (!p)
		return;
	*p++ = '"';
	for (size_t i = 0; specials && i < s.n; i++) {
		if (!special(s.p[i]))
			continue;
		memcpy(p, s.p + from, i - from);
		p = escape(p + (i - from), s.p[i]);
		from = i + 1;
		specials--;
	}
	memcpy(p, s.p + from, s.n - from);
	p += s.n - from;
	*p++ = '"';
	b->n += (size_t)(p - at);
}

/* The comma and the key; gives room for a value of n bytes, which is to be filled and counted. NULL: past the limit. */
static char *begin(struct jw *w, const char *key, size_t n)
{
	size_t long_key = key ? strlen(key) : 0, before = (w->comma ? 1 : 0) + (key ? long_key + 3 : 0);
	char *p = buf_room(&w->b, before + n);

	BUG_IF(key && !(w->is_object >> w->depth & 1));
	if (p) {
		w->b.n += before;
		if (w->comma)
			*p++ = ',';
		if (key) {
			*p++ = '"';
			memcpy(p, key, long_key);
			p += long_key;
			*p++ = '"';
			*p++ = ':';
		}
	}
	w->comma = true;
	return p;
}

static void put(struct jw *w, const char *key, str plain)
{
	char *p = begin(w, key, plain.n);

	if (p) {
		memcpy(p, plain.p, plain.n);
		w->b.n += plain.n;
	}
}

static void open_level(struct jw *w, const char *key, bool object)
{
	put(w, key, object ? S("{") : S("["));
	w->depth++;
	BUG_IF(w->depth > 62);
	w->is_object &= ~(1ull << w->depth);
	w->is_object |= (uint64_t)object << w->depth;
	w->comma = false;
}

void jw_obj(struct jw *w, const char *key)
{
	open_level(w, key, true);
}

void jw_arr(struct jw *w, const char *key)
{
	open_level(w, key, false);
}

void jw_end(struct jw *w)
{
	BUG_IF(!w->depth);
	buf_byte(&w->b, w->is_object >> w->depth & 1 ? '}' : ']');
	w->depth--;
	w->comma = true;
}

static struct piece *piece_of(struct jw *w, const void *of)
{
	if (!w->once)
		w->once = NEW(w->b.mem, struct jw_once);
	return &w->once->pieces[(uint64_t)(uintptr_t)of * 0x9e3779b97f4a7c15 >> (64 - ONCE_BITS)];
}

bool jw_obj_once(struct jw *w, const char *key, const void *of, int64_t id)
{
	struct piece *is = piece_of(w, of);

	if (is->of != of || is->id != id || !is->n) {
		jw_obj(w, key);
		*is = (struct piece){ of, id, w->b.n - 1, 0 };
		return true;
	}
	if (begin(w, key, is->n)) {
		memcpy(w->b.p + w->b.n, w->b.p + is->from, is->n);
		w->b.n += is->n;
	}
	return false;
}

void jw_end_once(struct jw *w, const void *of)
{
	struct piece *is = piece_of(w, of);

	jw_end(w);
	if (is->of == of && !w->b.bad)
		is->n = w->b.n - is->from;
}

void jw_str(struct jw *w, const char *key, str v)
{
	if (!v.p) {
		jw_null(w, key);
		return;
	}
	begin(w, key, 0);
	quoted(&w->b, v);
}

void jw_lit(struct jw *w, const char *key, const char *v)
{
	jw_str(w, key, str_of(v));
}

void jw_int(struct jw *w, const char *key, int64_t v)
{
	begin(w, key, 0);
	buf_int(&w->b, v);
}

void jw_real(struct jw *w, const char *key, double v)
{
	if (!isfinite(v)) {
		jw_null(w, key);
		return;
	}
	begin(w, key, 0);
	buf_addf(&w->b, "%.10g", v);
}

void jw_bool(struct jw *w, const char *key, bool v)
{
	put(w, key, v ? S("true") : S("false"));
}

void jw_null(struct jw *w, const char *key)
{
	put(w, key, S("null"));
}

void jw_id(struct jw *w, const char *key, int64_t id)
{
	if (!id) {
		jw_null(w, key);
		return;
	}
	put(w, key, S("\""));
	buf_int(&w->b, id);
	buf_byte(&w->b, '"');
}

void jw_time(struct jw *w, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT];

	jw_str(w, key, ms ? clock_iso(ms, text) : STR_NONE);
}

void jw_date(struct jw *w, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT];

	jw_str(w, key, ms ? str_to(clock_iso(ms, text), 10) : STR_NONE);
}

void jw_time_s(struct jw *w, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT];

	jw_str(w, key, ms ? clock_iso_s(ms, text) : STR_NONE);
}

void jw_key(struct jw *w, str key)
{
	begin(w, NULL, 0);
	quoted(&w->b, key);
	buf_byte(&w->b, ':');
	w->comma = false;
}

void jw_raw(struct jw *w, const char *key, str json)
{
	put(w, key, json.p ? json : S("null"));
}

str jw_done(const struct jw *w)
{
	BUG_IF(w->depth);
	return buf_str(&w->b);
}

/* Reading */

/* Jansson's own depth limit is 2,048 and fixed at its build; a scan of the bytes is cheaper than that recursion. */
static bool shallow(str text)
{
	int depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JR_DEPTH)
				return false;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return true;
}

enum err jr_parse(str text, json_t **doc)
{
	json_error_t error;

	*doc = NULL;
	if (!text.n || !shallow(text))
		return ERR_INVALID;
	*doc = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	return *doc ? OK : ERR_INVALID;
}

void jr_free(json_t **doc)
{
	if (*doc)
		json_decref(*doc);
	*doc = NULL;
}

json_t *jr_get(const json_t *v, const char *key)
{
	json_t *got = json_object_get(v, key);

	return json_is_null(got) ? NULL : got;
}

str jr_text(const json_t *v)
{
	return json_is_string(v) ? (str){ json_string_value(v), json_string_length(v) } : STR_NONE;
}

str jr_str(const json_t *v, const char *key)
{
	return jr_text(json_object_get(v, key));
}

int64_t jr_int(const json_t *v, const char *key, int64_t otherwise)
{
	json_t *got = json_object_get(v, key);
	double real;

	if (json_is_integer(got))
		return json_integer_value(got);
	if (!json_is_real(got))
		return otherwise;
	real = json_real_value(got);
	if (real >= 9.2e18)
		return INT64_MAX;
	if (real <= -9.2e18)
		return INT64_MIN;
	return (int64_t)real;
}

bool jr_bool(const json_t *v, const char *key, bool otherwise)
{
	json_t *got = json_object_get(v, key);

	return json_is_boolean(got) ? json_is_true(got) : otherwise;
}

double jr_real(const json_t *v, const char *key, double otherwise)
{
	json_t *got = json_object_get(v, key);

	return json_is_number(got) ? json_number_value(got) : otherwise;
}

bool jr_is_obj(const json_t *v)
{
	return json_is_object(v);
}

bool jr_is_arr(const json_t *v)
{
	return json_is_array(v);
}

bool jr_is_str(const json_t *v)
{
	return json_is_string(v);
}

size_t jr_len(const json_t *v)
{
	return json_array_size(v);
}

json_t *jr_at(const json_t *v, size_t i)
{
	return json_array_get(v, i);
}

size_t jr_many(const json_t *v)
{
	if (!v || json_is_null(v))
		return 0;
	return json_is_array(v) ? json_array_size(v) : 1;
}

json_t *jr_nth(const json_t *v, size_t i)
{
	if (json_is_array(v))
		return json_array_get(v, i);
	return i ? NULL : (json_t *)(uintptr_t)v;
}

enum jr_kind jr_kind(const json_t *v)
{
	static const enum jr_kind kinds[] = {
		[JSON_OBJECT] = JR_OBJECT, [JSON_ARRAY] = JR_LIST, [JSON_STRING] = JR_TEXT, [JSON_INTEGER] = JR_WHOLE,
		[JSON_REAL] = JR_REAL, [JSON_TRUE] = JR_TRUE, [JSON_FALSE] = JR_FALSE, [JSON_NULL] = JR_NULL,
	};

	return v ? kinds[json_typeof(v)] : JR_NULL;
}

int64_t jr_whole(const json_t *v)
{
	return json_integer_value(v);
}

double jr_number(const json_t *v)
{
	return json_number_value(v);
}

json_t *jr_member(const json_t *v, str key)
{
	return json_object_getn(v, key.p, key.n);
}

void *jr_first(const json_t *v)
{
	return json_object_iter((json_t *)(uintptr_t)v);
}

void *jr_next(const json_t *v, void *it)
{
	return json_object_iter_next((json_t *)(uintptr_t)v, it);
}

str jr_key(void *it)
{
	return (str){ json_object_iter_key(it), json_object_iter_key_len(it) };
}

json_t *jr_value(void *it)
{
	return json_object_iter_value(it);
}

str jr_dump(struct arena *mem, const json_t *v)
{
	size_t n = v ? json_dumpb(v, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
	char *p;

	if (!n)
		return STR_NONE;
	p = arena_alloc(mem, n + 1, 1);
	json_dumpb(v, p, n, JSON_COMPACT | JSON_ENCODE_ANY);
	return (str){ p, n };
}
