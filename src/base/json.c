#include "base/json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"

/* Writing */

void jw_init(struct jw *w, struct arena *mem, size_t max)
{
	*w = (struct jw){ .b = buf_new(mem, max) };
}

static void quoted(struct buf *b, str s)
{
	size_t from = 0;

	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(b, (str){ s.p + from, i - from });
		from = i + 1;
		switch (c) {
		case '"': buf_add(b, S("\\\"")); break;
		case '\\': buf_add(b, S("\\\\")); break;
		case '\n': buf_add(b, S("\\n")); break;
		case '\r': buf_add(b, S("\\r")); break;
		case '\t': buf_add(b, S("\\t")); break;
		default: buf_addf(b, "\\u%04x", c);
		}
	}
	buf_add(b, (str){ s.p + from, s.n - from });
	buf_byte(b, '"');
}

static void begin(struct jw *w, const char *key)
{
	if (w->comma)
		buf_byte(&w->b, ',');
	w->comma = true;
	if (!key)
		return;
	BUG_IF(!(w->is_object >> w->depth & 1));
	buf_byte(&w->b, '"');
	buf_add(&w->b, str_of(key));
	buf_add(&w->b, S("\":"));
}

static void open_level(struct jw *w, const char *key, bool object)
{
	begin(w, key);
	w->depth++;
	BUG_IF(w->depth > 62);
	w->is_object &= ~(1ull << w->depth);
	w->is_object |= (uint64_t)object << w->depth;
	buf_byte(&w->b, object ? '{' : '[');
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

void jw_str(struct jw *w, const char *key, str v)
{
	begin(w, key);
	if (v.p)
		quoted(&w->b, v);
	else
		buf_add(&w->b, S("null"));
}

void jw_lit(struct jw *w, const char *key, const char *v)
{
	jw_str(w, key, str_of(v));
}

void jw_int(struct jw *w, const char *key, int64_t v)
{
	begin(w, key);
	buf_int(&w->b, v);
}

void jw_real(struct jw *w, const char *key, double v)
{
	begin(w, key);
	if (isfinite(v))
		buf_addf(&w->b, "%.10g", v);
	else
		buf_add(&w->b, S("null"));
}

void jw_bool(struct jw *w, const char *key, bool v)
{
	begin(w, key);
	buf_add(&w->b, v ? S("true") : S("false"));
}

void jw_null(struct jw *w, const char *key)
{
	begin(w, key);
	buf_add(&w->b, S("null"));
}

void jw_id(struct jw *w, const char *key, int64_t id)
{
	if (!id) {
		jw_null(w, key);
		return;
	}
	begin(w, key);
	buf_byte(&w->b, '"');
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
	begin(w, NULL);
	quoted(&w->b, key);
	buf_byte(&w->b, ':');
	w->comma = false;
}

void jw_raw(struct jw *w, const char *key, str json)
{
	begin(w, key);
	buf_add(&w->b, json.p ? json : S("null"));
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
