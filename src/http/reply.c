/* Building answers: bodies, headers, cookies, paging links, errors. Knows nothing of how they are sent. */
#include "http/reply.h"

#include "base/arena.h"

struct jw *reply_json(struct reply *rp)
{
	rp->is_json = true;
	rp->type = S("application/json; charset=utf-8");
	jw_init(&rp->json, rp->rq->cx->mem, REPLY_JSON_MAX);
	return &rp->json;
}

static void set_body(struct reply *rp, int status, str type, str body)
{
	if (rp->release)
		rp->release(rp->held);
	rp->release = NULL;
	rp->is_json = false;
	rp->read = NULL;
	rp->wait = NULL;
	rp->status = status;
	rp->type = type;
	rp->body = body;
}

void reply_text(struct reply *rp, int status, const char *type, str body)
{
	set_body(rp, status, str_of(type), body);
}

void reply_empty(struct reply *rp)
{
	set_body(rp, 200, S("application/json; charset=utf-8"), S("{}"));
}

static bool one_line(str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (((unsigned char)value.p[i] < ' ' && value.p[i] != '\t') || value.p[i] == 0x7f)
			return false;
	return true;
}

void reply_stay(struct reply *rp, enum stream_format format, struct hub_client *client, str head)
{
	rp->format = format;
	rp->client = client;
	rp->body = head;
}

void reply_header(struct reply *rp, const char *name, str value)
{
	if (!one_line(value))
		return;
	BUG_IF(rp->headers_n >= REPLY_HEADERS);
	rp->headers[rp->headers_n++] = (struct header){ name, value };
}

void reply_redirect(struct reply *rp, int status, str location)
{
	set_body(rp, status, STR_NONE, S(""));
	reply_header(rp, "Location", location);
}

void reply_cookie(struct reply *rp, const char *name, str value, int64_t max_age)
{
	bool plain = str_starts(rq_base(rp->rq), S("http://"));

	reply_header(rp, "Set-Cookie",
	             strf(rp->rq->cx->mem, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name,
	                  STR_F(value), (long long)max_age, plain ? "" : "; Secure"));
}

/* The parameters of the query, without those that page. Angle brackets and quotes would end the link early. */
static void other_params(struct buf *b, str query)
{
	static const char *const paging[] = { "max_id", "since_id", "min_id", "offset" };

	for (str piece; str_cut(&query, '&', &piece);) {
		bool skip = !piece.n;

		for (size_t i = 0; i < sizeof(paging) / sizeof(paging[0]) && !skip; i++)
			skip = str_starts(piece, str_of(paging[i])) &&
			       (piece.n == strlen(paging[i]) || piece.p[strlen(paging[i])] == '=');
		if (skip)
			continue;
		for (size_t i = 0; i < piece.n; i++) {
			if (strchr("<>\"\\", piece.p[i]))
				buf_addf(b, "%%%02X", (unsigned char)piece.p[i]);
			else
				buf_byte(b, piece.p[i]);
		}
		buf_byte(b, '&');
	}
}

/* This page without what pages; STR_NONE: too long. */
static str neighbour(const struct request *rq)
{
	struct buf b = buf_new(rq->cx->mem, 32 * 1024);
	long mark = str_chr(rq->target, '?');

	buf_add(&b, rq_base(rq));
	buf_add(&b, mark < 0 ? rq->target : str_to(rq->target, (size_t)mark));
	buf_byte(&b, '?');
	other_params(&b, rq->query);
	return b.bad ? STR_NONE : buf_str(&b);
}

void reply_offset_links(struct reply *rp, const struct page *page, int64_t n)
{
	str common = neighbour(rp->rq), sep = S("");
	struct buf b = buf_new(rp->rq->cx->mem, 80 * 1024);
	int64_t before = page->offset > page->limit ? page->offset - page->limit : 0;

	if (str_none(common))
		return;
	if (n >= page->limit) {
		buf_addf(&b, "<%.*soffset=%lld>; rel=\"next\"", STR_F(common), (long long)(page->offset + page->limit));
		sep = S(", ");
	}
	if (page->offset > 0)
		buf_addf(&b, "%.*s<%.*soffset=%lld>; rel=\"prev\"", STR_F(sep), STR_F(common), (long long)before);
	if (buf_str(&b).n)
		reply_header(rp, "Link", buf_str(&b));
}

void reply_links(struct reply *rp, int64_t first, int64_t last)
{
	str common = neighbour(rp->rq);
	struct buf b = buf_new(rp->rq->cx->mem, 80 * 1024);

	if (!first || !last || str_none(common))
		return;
	buf_byte(&b, '<');
	buf_add(&b, common);
	buf_addf(&b, "max_id=%lld>; rel=\"next\", <", (long long)last);
	buf_add(&b, common);
	buf_addf(&b, "min_id=%lld>; rel=\"prev\"", (long long)first);
	reply_header(rp, "Link", buf_str(&b));
}

static const struct {
	int status;
	const char *text;
} answers[] = {
	[OK] = { 200, "" },
	[ERR_NOT_FOUND] = { 404, "Record not found" },
	[ERR_DENIED] = { 403, "This action is not allowed" },
	[ERR_INVALID] = { 422, "Validation failed" },
	[ERR_CONFLICT] = { 422, "Validation failed: it exists already" },
	[ERR_LIMIT] = { 429, "Too many requests" },
	[ERR_BUSY] = { 503, "Busy at the moment, try again later" },
	[ERR_INTERNAL] = { 500, "Something went wrong on this server" },
};

int reply_status_of(enum err e)
{
	return answers[e].status;
}

void reply_error(struct reply *rp, enum err e)
{
	struct ctx *cx = rp->rq->cx;
	bool full = e == ERR_BUSY && cx->full;
	int status = rp->status >= 400 ? rp->status : full ? 507
	                                                   : answers[e].status;
	str text = full ? S("The disk of this server is full") : str_of(answers[e].text);
	struct jw *w;

	set_body(rp, status, STR_NONE, STR_NONE);
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_str(w, "error", str_or(cx->said, text));
	jw_end(w);
}

enum range { RANGE_IGNORED, RANGE_FITS, RANGE_OUTSIDE };

/* Digits only; -1 for none, past INT64_MAX it stays there. False for anything else. */
static bool position(str text, int64_t *v)
{
	*v = text.n ? 0 : -1;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*v = *v > (INT64_MAX - 9) / 10 ? INT64_MAX - 9 : *v * 10 + (text.p[i] - '0');
	}
	return true;
}

/* "bytes=a-b", "bytes=a-", "bytes=-n"; several ranges are answered with all of it, as is allowed. */
static enum range one_range(str header, int64_t size, int64_t *first, int64_t *last)
{
	str from, to = str_trim(header);
	int64_t a, b;

	if (!str_skip(&to, S("bytes=")))
		return RANGE_IGNORED;
	str_cut(&to, '-', &from);
	if (!to.p || !position(from, &a) || !position(to, &b) || (a < 0 && b < 0) || (a >= 0 && b >= 0 && b < a))
		return RANGE_IGNORED;
	if (a < 0) {
		a = b < size ? size - b : 0;
		b = size - 1;
	}
	if (a >= size)
		return RANGE_OUTSIDE;
	*first = a;
	*last = b < 0 || b >= size ? size - 1 : b;
	return RANGE_FITS;
}

void reply_held(struct reply *rp, const char *type, str body, void (*release)(void *held), void *held)
{
	set_body(rp, 200, str_of(type), body);
	rp->release = release;
	rp->held = held;
}

/* A list of tags, or "*"; weak ones count as what they are of. */
static bool names(str list, str etag)
{
	for (str one; str_cut(&list, ',', &one);) {
		one = str_trim(one);
		str_skip(&one, S("W/"));
		if (str_eq(one, etag) || str_eq(one, S("*")))
			return true;
	}
	return false;
}

bool reply_etag(struct reply *rp, str etag, int64_t size)
{
	rp->etag = etag;
	reply_header(rp, "ETag", etag);
	if (!names(rq_header(rp->rq, "If-None-Match"), etag))
		return false;
	set_body(rp, 304, STR_NONE, S(""));
	rp->size = size;
	return true;
}

/* With If-Range only of the very same bytes; we have no dates to compare. */
static str range_asked(const struct reply *rp)
{
	str only = rq_header(rp->rq, "If-Range");

	if (only.p && !str_eq(str_trim(only), rp->etag))
		return STR_NONE;
	return rq_header(rp->rq, "Range");
}

/* The part of it that is asked for. There may be none: then that is the answer. */
static void take_range(struct reply *rp, int64_t size)
{
	struct arena *mem = rp->rq->cx->mem;
	int64_t first = 0, last = size - 1;
	enum range range = one_range(range_asked(rp), size, &first, &last);

	reply_header(rp, "Accept-Ranges", S("bytes"));
	if (range == RANGE_OUTSIDE) {
		reply_header(rp, "Content-Range", strf(mem, "bytes */%lld", (long long)size));
		reply_text(rp, 416, "text/plain; charset=utf-8", S("No such range\n"));
		return;
	}
	if (range == RANGE_FITS) {
		rp->status = 206;
		reply_header(rp, "Content-Range",
		             strf(mem, "bytes %lld-%lld/%lld", (long long)first, (long long)last, (long long)size));
	}
	rp->skip = first;
	rp->size = last - first + 1;
}

void reply_stream(struct reply *rp, const char *type, int64_t size, reply_reader read, void *arg)
{
	set_body(rp, 200, str_of(type), STR_NONE);
	rp->read = read;
	rp->read_arg = arg;
	take_range(rp, size);
}

void reply_coming(struct reply *rp, const char *type, int64_t size, reply_reader read,
                  void (*wait)(void *arg, int64_t at, void (*go_on)(void *of), void *of), void (*release)(void *arg), void *arg)
{
	set_body(rp, 200, str_of(type), STR_NONE);
	rp->read = read;
	rp->wait = wait;
	rp->read_arg = arg;
	rp->release = release;
	rp->held = arg;
	if (size >= 0) {
		take_range(rp, size);
		return;
	}
	reply_header(rp, "Accept-Ranges", S("none"));
	rp->skip = 0;
	rp->size = size;
}
