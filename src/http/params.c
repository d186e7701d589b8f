/* Parameters by table. Where a body names a parameter, the query's of that name do not count. */
#include "http/params.h"

#include "base/arena.h"
#include "base/clock.h"

static bool has_type(str type, str want)
{
	return str_istarts(type, want) && (type.n == want.n || strchr("; \t", type.p[want.n]));
}

static enum err parse_body(struct request *rq, struct params *p)
{
	str type = rq_header(rq, "Content-Type");

	if (rq->upload)
		return params_uploaded(rq->cx->mem, rq->upload, p);
	/* A body of any other type, or of none, has no parameters. */
	if (!rq->body.n || !type.n)
		return OK;
	if (has_type(type, S("application/json")))
		return params_json(rq->cx->mem, rq->body, p);
	if (has_type(type, S("application/x-www-form-urlencoded")))
		return params_form(rq->cx->mem, rq->body, p);
	if (has_type(type, S("multipart/form-data")))
		return params_multipart(rq->cx->mem, type, rq->body, p);
	return OK;
}

static enum err parsed(struct request *rq)
{
	struct params *p = rq->params;

	if (!p) {
		p = rq->params = NEW(rq->cx->mem, struct params);
		p->e = params_form(rq->cx->mem, rq->query, p);
		p->query_n = p->n;
		if (!p->e)
			p->e = parse_body(rq, p);
		if (p->e)
			p->n = p->query_n = p->files.n = 0;
	}
	return p->e ? fail(rq->cx, p->e, "Validation failed: %s", p->why) : OK;
}

enum err params_all(struct request *rq, const struct pair **pairs, size_t *n)
{
	TRY(parsed(rq));
	*pairs = rq->params->v;
	*n = rq->params->n;
	return OK;
}

/* The last of that name: the body comes after the query. */
static const struct pair *find(const struct params *p, str name)
{
	for (size_t i = p->n; i-- > 0;)
		if (str_eq(p->v[i].name, name))
			return &p->v[i];
	return NULL;
}

str param_get(struct request *rq, const char *name)
{
	const struct pair *pair = parsed(rq) ? NULL : find(rq->params, str_of(name));

	return pair ? pair->value : STR_NONE;
}

bool param_row(struct param_rows *rows, const struct pair *pair, str *member)
{
	enum { HAD_MOST = sizeof(rows->had) / sizeof(rows->had[0]) };
	bool next;
	str index;

	*member = pair->name;
	if (!str_skip(member, str_of(rows->name)) || !str_skip(member, S("[")) || !str_cut(member, ']', &index))
		return false;
	if (!str_skip(member, S("[")) || !str_chop(member, S("]")))
		return false;
	next = !rows->n || !str_eq(index, rows->index);
	for (size_t i = 0; i < rows->had_n && !next; i++)
		next = str_eq(rows->had[i], *member);
	if (next) {
		rows->n++;
		rows->index = index;
		rows->had_n = 0;
	}
	if (rows->had_n < HAD_MOST)
		rows->had[rows->had_n++] = *member;
	return true;
}

enum err param_file(struct request *rq, const char *name, const struct part **file)
{
	struct parts *files;

	TRY(parsed(rq));
	files = &rq->params->files;
	for (size_t i = 0; i < files->n; i++) {
		if (!str_eq(files->v[i].name, str_of(name)))
			continue;
		*file = &files->v[i];
		return OK;
	}
	return ERR_NOT_FOUND;
}

static enum err wrong(struct request *rq, const struct param *t, const char *what)
{
	return fail(rq->cx, ERR_INVALID, "Validation failed: %s %s", t->name, what);
}

/* Whole decimal numbers; a fraction, as JSON may have one, is cut; what is too large is clamped. */
static bool number(str text, int64_t *v)
{
	bool minus = str_skip(&text, S("-"));
	long dot = str_chr(text, '.');
	uint64_t n = 0;

	if (dot > 0) {
		str fraction = str_from(text, (size_t)dot + 1);

		for (size_t i = 0; i < fraction.n; i++)
			if (fraction.p[i] < '0' || fraction.p[i] > '9')
				return false;
		text = str_to(text, (size_t)dot);
	}
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		n = n > INT64_MAX / 10 ? INT64_MAX : n * 10 + (uint64_t)(text.p[i] - '0');
		n = n > INT64_MAX ? INT64_MAX : n;
	}
	*v = minus ? -(int64_t)n : (int64_t)n;
	return text.n;
}

static int64_t id_of(str text)
{
	int64_t id;

	return str_int(text, &id) && id > 0 ? id : -1;
}

static bool truth(str text)
{
	return str_ieq(text, S("true")) || str_ieq(text, S("1")) || str_ieq(text, S("on")) ||
	       str_ieq(text, S("t")) || str_ieq(text, S("yes"));
}

static enum err read_one(struct request *rq, const struct param *t, str value, void *at)
{
	/* Only a text can be empty on purpose. */
	if (!value.n && (t->kind != P_STR || str_none(value)))
		return OK;
	switch (t->kind) {
	case P_STR:
		if (t->max && value.n > t->max)
			return wrong(rq, t, "is too long");
		*(str *)at = value;
		return OK;
	case P_ID: *(int64_t *)at = id_of(value); return OK;
	case P_INT: return number(value, at) ? OK : wrong(rq, t, "is not a number");
	case P_BOOL: *(bool *)at = truth(value); return OK;
	case P_TRI: *(int *)at = truth(value) ? 1 : -1; return OK;
	case P_TIME: return clock_parse_iso(value, at) ? OK : wrong(rq, t, "is not a date");
	default: return ERR_INTERNAL;
	}
}

/* name, name[] or name[7]; also name[][], which Mastodon.py writes */
static bool is_item(str pair, str name)
{
	if (!str_starts(pair, name))
		return false;
	pair = str_from(pair, name.n);
	if (!pair.n || str_eq(pair, S("[][]")))
		return true;
	if (pair.n < 2 || pair.p[0] != '[' || pair.p[pair.n - 1] != ']')
		return false;
	for (size_t i = 1; i < pair.n - 1; i++)
		if (pair.p[i] < '0' || pair.p[i] > '9')
			return false;
	return true;
}

struct items {
	size_t first, end, n; /* pairs to look at; how many there are */
	bool named, given;    /* null is no list */
};

static struct items items_of(const struct params *p, str name)
{
	struct items in = { .first = p->query_n, .end = p->n };

	for (int body = 1; body >= 0 && !in.named; body--) {
		in.first = body ? p->query_n : 0;
		in.end = body ? p->n : p->query_n;
		for (size_t i = in.first; i < in.end; i++) {
			if (!is_item(p->v[i].name, name))
				continue;
			in.named = true;
			in.given |= p->v[i].value.n || p->v[i].name.n > name.n;
			in.n += p->v[i].value.p != NULL;
		}
	}
	return in;
}

static enum err read_list(struct request *rq, const struct param *t, struct items in, void *at)
{
	const struct params *p = rq->params;
	size_t most = t->max && t->max < LIST_MAX ? t->max : LIST_MAX;
	struct ids ids = { 0 };
	struct strs strs = { 0 };

	if (t->kind == P_STRS && in.n > most)
		return wrong(rq, t, "has too many items");
	if (t->kind == P_IDS)
		ids.v = NEWS(rq->cx->mem, int64_t, in.n < most ? in.n : most);
	else
		strs.v = NEWS(rq->cx->mem, str, in.n);
	for (size_t i = in.first; i < in.end; i++) {
		str value = p->v[i].value;

		if (str_none(value) || !is_item(p->v[i].name, str_of(t->name)))
			continue;
		if (t->kind == P_STRS)
			strs.v[strs.n++] = value;
		else if (value.n && ids.n < most)
			ids.v[ids.n++] = id_of(value);
	}
	if (t->kind == P_IDS)
		*(struct ids *)at = ids;
	else
		*(struct strs *)at = strs;
	return OK;
}

enum err params_read(struct request *rq, const struct param *table, size_t n, void *into)
{
	TRY(parsed(rq));
	for (const struct param *t = table; t < table + n; t++) {
		char *at = (char *)into + t->at;
		bool given;

		if (t->kind == P_IDS || t->kind == P_STRS) {
			struct items in = items_of(rq->params, str_of(t->name));

			given = in.given;
			if (in.named)
				TRY(read_list(rq, t, in, at));
		} else {
			const struct pair *pair = find(rq->params, str_of(t->name));

			given = pair != NULL;
			if (pair)
				TRY(read_one(rq, t, pair->value, at));
		}
		if (given && t->given_at)
			*(bool *)((char *)into + t->given_at) = true;
	}
	return OK;
}

static int64_t bound(str text, int64_t least, int64_t most, int64_t standard)
{
	int64_t v;

	if (!text.n || !number(text, &v))
		v = standard;
	if (v < 0)
		v = -v;
	return v < least ? least : v > most ? most : v;
}

enum err rq_page(struct request *rq, int64_t standard, int64_t most, struct page *page)
{
	static const struct param table[] = {
		P(page, max_id, P_ID, "max_id", 0),
		P(page, since_id, P_ID, "since_id", 0),
		P(page, min_id, P_ID, "min_id", 0),
	};

	*page = (struct page){ 0 };
	TRY(PARAMS(rq, table, page));
	page->limit = bound(param_get(rq, "limit"), 1, most, standard);
	page->offset = bound(param_get(rq, "offset"), 0, 10000, 0);
	return OK;
}
