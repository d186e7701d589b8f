/* Files by their content: pictures, video, sound. The address names the bytes, so whoever has them has them for ever. What
 * strangers made is shown here: it may do nothing but be looked at. */
#include "core/arriving.h"
#include "core/blob.h"
#include "web/web.h"

static long read_file(void *arg, int64_t at, char *to, size_t n)
{
	return blob_read(arg, at, to, n);
}

static bool harmless(str type)
{
	return (str_starts(type, S("image/")) && str_find(type, S("svg")) < 0) || str_starts(type, S("video/")) ||
	       str_starts(type, S("audio/"));
}

static void file_headers(struct reply *rp, bool shown, const char *caching)
{
	reply_header(rp, "Cache-Control", str_of(caching));
	reply_header(rp, "Access-Control-Allow-Origin", S("*"));
	reply_header(rp, "Access-Control-Expose-Headers", S("Content-Length, Content-Range, ETag"));
	reply_header(rp, "Cross-Origin-Resource-Policy", S("cross-origin"));
	reply_header(rp, "Content-Security-Policy", S("default-src 'none'; media-src 'self'; form-action 'none'; sandbox"));
	if (!shown)
		reply_header(rp, "Content-Disposition", S("attachment"));
}

enum err web_file(struct request *rq, struct reply *rp, struct blob_file *f, const char *caching)
{
	struct blob_chunk_held *chunk;
	const char *type;
	str held;

	type = harmless(f->b.mime) ? cstr(rq->cx->mem, f->b.mime) : "application/octet-stream";
	file_headers(rp, harmless(f->b.mime), caching);
	if (reply_etag(rp, strf(rq->cx->mem, "\"%.*s\"", STR_F(f->b.hash)), f->b.size))
		return OK;
	chunk = str_none(rq_header(rq, "Range")) ? blob_hold(f, &held) : NULL;
	if (chunk) {
		reply_header(rp, "Accept-Ranges", S("bytes"));
		reply_held(rp, type, held, blob_release, chunk);
	} else {
		reply_stream(rp, type, f->b.size, read_file, f);
	}
	return OK;
}

_Static_assert((int)ARRIVING_LATER == READ_LATER && (int)ARRIVING_BROKEN == READ_BROKEN &&
                       (int)ARRIVING_OVER == READ_OVER,
               "they say the same");
static long read_arriving(void *arg, int64_t at, char *to, size_t n)
{
	return arriving_read(arg, at, to, n);
}

static void wait_for_more(void *arg, int64_t at, void (*go_on)(void *of), void *of)
{
	arriving_wait(arg, at, go_on, of);
}

/* It may yet break off, so nobody is to keep this. If it does not it is kept as it came: the rest may be asked for. */
void web_arriving(struct reply *rp, struct arriving *file, const char *mime)
{
	reply_coming(rp, mime, arriving_size(file), read_arriving, wait_for_more, arriving_drop, file);
	file_headers(rp, true, "no-store");
}

/* What follows the dot is for people, and for clients that look there for the type. */
enum err web_media(struct request *rq, struct reply *rp)
{
	struct blob_file *f = NEW(rq->cx->mem, struct blob_file);
	str name = rq->args[0], hash;

	str_cut(&name, '.', &hash);
	TRY(blob_open(rq->cx, hash, f));
	return web_file(rq, rp, f, "public, max-age=31536000, immutable");
}
