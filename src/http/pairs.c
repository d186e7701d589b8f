/* Queries, forms, multipart and JSON bodies become one list of names and values, named as Rails names them, since that
 * is what Mastodon's clients send. All of it is linear in the input, and counted. */
#include "base/arena.h"
#include "base/codec.h"
#include "base/json.h"
#include "http/params.h"

static enum err refuse(struct params *p, const char *why)
{
	p->why = why;
	return ERR_INVALID;
}

static enum err add(struct arena *mem, struct params *p, str name, str value)
{
	if (p->n >= PAIRS_MAX)
		return refuse(p, "too many parameters");
	if (name.n > NAME_MAX_BYTES)
		return refuse(p, "the name of a parameter is too long");
	if (p->n == p->size) {
		size_t size = p->size ? p->size * 2 : 16;
		struct pair *v = NEWS(mem, struct pair, size);

		if (p->n)
			memcpy(v, p->v, p->n * sizeof(*v));
		p->v = v;
		p->size = size;
	}
	p->v[p->n++] = (struct pair){ name, value };
	return OK;
}

enum err params_form(struct arena *mem, str text, struct params *p)
{
	for (str piece; str_cut(&text, '&', &piece);) {
		str name, value = piece;

		if (!piece.n)
			continue;
		str_cut(&value, '=', &name);
		name = codec_unpct(mem, name, true);
		value = str_none(value) ? S("") : codec_unpct(mem, value, true);
		if (!name.n)
			continue;
		if (!str_utf8(name) || !str_utf8(value))
			return refuse(p, "a parameter is not valid UTF-8");
		TRY(add(mem, p, name, value));
	}
	return OK;
}

enum err params_parts(struct arena *mem, const struct parts *parts, struct params *p)
{
	p->files.v = NEWS(mem, struct part, parts->n);
	for (size_t i = 0; i < parts->n; i++) {
		if (parts->v[i].file.p)
			p->files.v[p->files.n++] = parts->v[i];
		else
			TRY(add(mem, p, parts->v[i].name, parts->v[i].bytes));
	}
	return OK;
}

enum err params_multipart(struct arena *mem, str content_type, str body, struct params *p)
{
	struct parts parts;

	if (multipart_parse(mem, content_type, body, &parts))
		return refuse(p, "the multipart body is malformed");
	return params_parts(mem, &parts, p);
}

enum err params_uploaded(struct arena *mem, struct multipart *body, struct params *p)
{
	struct parts parts;
	enum err e = multipart_end(body, &parts);

	if (e)
		return refuse(p, e == ERR_LIMIT ? "the fields are too large" : "the multipart body is malformed");
	return params_parts(mem, &parts, p);
}

static enum err flatten(struct arena *mem, str name, const json_t *v, struct params *p);

static enum err flatten_list(struct arena *mem, str name, const json_t *v, struct params *p)
{
	str item = str_cat(mem, name, S("[]"));

	/* An empty list must be seen, or lists could not be emptied. */
	if (!jr_len(v))
		return add(mem, p, item, STR_NONE);
	for (size_t i = 0; i < jr_len(v); i++) {
		const json_t *one = jr_at(v, i);

		/* numbered, since nothing else says where an object ends */
		TRY(flatten(mem, jr_is_obj(one) ? strf(mem, "%.*s[%zu]", STR_F(name), i) : item, one, p));
	}
	return OK;
}

static enum err flatten_members(struct arena *mem, str name, const json_t *v, struct params *p)
{
	for (void *it = jr_first(v); it; it = jr_next(v, it)) {
		str key = jr_key(it);

		if (name.n + key.n > NAME_MAX_BYTES)
			return refuse(p, "the name of a parameter is too long");
		if (name.n)
			key = strf(mem, "%.*s[%.*s]", STR_F(name), STR_F(key));
		else
			key = str_dup(mem, key);
		TRY(flatten(mem, key, jr_value(it), p));
	}
	return OK;
}

static enum err flatten(struct arena *mem, str name, const json_t *v, struct params *p)
{
	str text;

	if (name.n > NAME_MAX_BYTES)
		return refuse(p, "the name of a parameter is too long");
	if (jr_is_obj(v))
		return flatten_members(mem, name, v, p);
	if (jr_is_arr(v))
		return flatten_list(mem, name, v, p);
	if (!jr_is_str(v)) {
		text = jr_dump(mem, v);
		return add(mem, p, name, str_eq(text, S("null")) ? STR_NONE : text);
	}
	text = str_dup(mem, jr_text(v));
	return str_utf8(text) ? add(mem, p, name, text) : refuse(p, "a parameter holds a NUL");
}

enum err params_json(struct arena *mem, str text, struct params *p)
{
	json_t *doc JR_SCOPE = NULL;

	if (!str_trim(text).n)
		return OK;
	if (jr_parse(text, &doc) || !jr_is_obj(doc))
		return refuse(p, "the body is not a JSON object");
	return flatten(mem, STR_NONE, doc, p);
}
