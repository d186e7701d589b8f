#pragma once
/* JSON out by a writer that holds no tree, JSON in by Jansson. */
#include "base/buf.h"
#include "base/err.h"

/* Writes into a buffer; keeps the commas, asserts the nesting. A bad buffer makes all of it void. */
struct jw {
	struct buf b;
	struct jw_once *once; /* of jw_obj_once() */
	uint64_t is_object; /* one bit a level */
	int depth;
	bool comma;
};

void jw_init(struct jw *w, struct arena *mem, size_t max);
/* key is NULL in an array and at the root */
void jw_obj(struct jw *w, const char *key);
void jw_arr(struct jw *w, const char *key);
void jw_end(struct jw *w);
/* An object that may come often in a document, made of what is at an address and has an id, which do not change meanwhile.
 * False: it was written before and is now written again, all of it. True: it is begun, and jw_end_once() ends it. */
bool jw_obj_once(struct jw *w, const char *key, const void *of, int64_t id);
void jw_end_once(struct jw *w, const void *of);
void jw_str(struct jw *w, const char *key, str v); /* STR_NONE writes null */
void jw_lit(struct jw *w, const char *key, const char *v);
void jw_int(struct jw *w, const char *key, int64_t v);
void jw_real(struct jw *w, const char *key, double v);
void jw_bool(struct jw *w, const char *key, bool v);
void jw_null(struct jw *w, const char *key);
void jw_id(struct jw *w, const char *key, int64_t id);    /* "123"; 0 writes null */
void jw_time(struct jw *w, const char *key, int64_t ms);  /* with milliseconds; 0 writes null */
void jw_date(struct jw *w, const char *key, int64_t ms);  /* "2026-11-23"; 0 writes null */
void jw_time_s(struct jw *w, const char *key, int64_t ms); /* whole seconds, as ActivityPub has it; 0 writes null */
void jw_key(struct jw *w, str key);                       /* a key made at run time; the value follows with key NULL */
void jw_raw(struct jw *w, const char *key, str json);     /* a piece that is JSON already */
str jw_done(const struct jw *w);                          /* STR_NONE if it grew past max; asserts that all is closed */

typedef struct json_t json_t;

/* Nesting accepted, wherever JSON comes from outside (contract: accepted to 16 at least, refused past 64). */
enum { JR_DEPTH = 64, JR_KEYS = 4096 };

/* Strict RFC 8259: UTF-8, no doubled keys, no trailing bytes, at most JR_DEPTH deep. ERR_INVALID otherwise.
 * The tree is freed by jr_free(), best by: json_t *doc JR_SCOPE = NULL; */
enum err jr_parse(str text, json_t **doc) MUST_CHECK;
void jr_free(json_t **doc);
#define JR_SCOPE __attribute__((cleanup(jr_free)))

/* Each takes any value, also NULL, and answers "absent" for a wrong type. Strings are borrowed from the tree. */
json_t *jr_get(const json_t *v, const char *key); /* the member, or NULL; JSON null counts as absent */
str jr_str(const json_t *v, const char *key);
str jr_text(const json_t *v);                     /* the string itself */
int64_t jr_int(const json_t *v, const char *key, int64_t otherwise); /* whole or fractional, clamped to int64_t */
bool jr_bool(const json_t *v, const char *key, bool otherwise);
double jr_real(const json_t *v, const char *key, double otherwise);
bool jr_is_obj(const json_t *v);
bool jr_is_arr(const json_t *v);
bool jr_is_str(const json_t *v);
size_t jr_len(const json_t *v);                   /* items of an array, else 0 */
json_t *jr_at(const json_t *v, size_t i);
/* One value or a list of them, as ActivityStreams has it: absent is 0, a list its length, anything else 1. */
size_t jr_many(const json_t *v);
json_t *jr_nth(const json_t *v, size_t i);
/* What a value is; NULL is JR_NULL. */
enum jr_kind { JR_NULL, JR_TRUE, JR_FALSE, JR_WHOLE, JR_REAL, JR_TEXT, JR_LIST, JR_OBJECT };
enum jr_kind jr_kind(const json_t *v);
int64_t jr_whole(const json_t *v);                /* the number itself, if it is JR_WHOLE */
double jr_number(const json_t *v);                /* the number itself */
json_t *jr_member(const json_t *v, str key);      /* as it is, JSON null too */
/* Visits members in order of appearance: for (void *it = jr_first(v); it; it = jr_next(v, it)) */
void *jr_first(const json_t *v);
void *jr_next(const json_t *v, void *it);
str jr_key(void *it);
json_t *jr_value(void *it);
/* The value as compact text in the arena. */
str jr_dump(struct arena *mem, const json_t *v);
