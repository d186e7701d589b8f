/* Other people's files at addresses of ours (core/remote_file.h). What is not here is fetched while the request waits without
 * a thread, or has it as it comes; what cannot be had just now is shown as something that looks intended, and asked for again
 * soon. */
#include "core/arriving.h"
#include "core/remote_file.h"
#include "web/assets.h"
#include "web/web.h"

/* Of what is kept, its address says for ever what it is; of what is not, somebody may look again in a minute. */
static enum err placeholder(struct reply *rp, const struct remote_what *what)
{
	str kind = str_of(what->kind);
	str picture = asset_missing_png;

	if (str_eq(kind, S("avatar")))
		picture = asset_avatar_png;
	else if (str_eq(kind, S("header")) || str_eq(kind, S("card")))
		picture = asset_header_png;
	if (what->film) {
		reply_header(rp, "Retry-After", S("60"));
		return ERR_BUSY;
	}
	reply_text(rp, 200, "image/png", picture);
	reply_header(rp, "Cache-Control", S("public, max-age=60"));
	reply_header(rp, "Access-Control-Allow-Origin", S("*"));
	reply_header(rp, "Cross-Origin-Resource-Policy", S("cross-origin"));
	reply_header(rp, "Content-Security-Policy", S("default-src 'none'; sandbox"));
	return OK;
}

struct waiting_for {
	struct remote_what what;
	struct app *app;
};

static void start(void *arg, void *waiting)
{
	const struct waiting_for *w = arg;

	if (!w->app->ports.bring(&w->what, rq_go_on, waiting))
		rq_go_on(waiting);
}

/* False: it is not on its way, or cannot be shown before it is all there. */
static bool show_what_comes(const struct request *rq, struct reply *rp, const struct remote_what *what)
{
	const struct ports *ports = &rq->cx->app->ports;
	struct arriving *file = what->film && ports->arriving ? ports->arriving(what) : NULL;
	const char *mime = file ? arriving_mime(file) : NULL;

	if (!mime || (rq->lengths_only && arriving_size(file) < 0)) {
		if (file)
			arriving_drop(file);
		return false;
	}
	web_arriving(rp, file, mime);
	return true;
}

/* A film, but this app was told of a picture: the picture of it, until the app hears what it is. */
static enum err stand_in(struct request *rq, struct reply *rp, const struct remote_what *film, struct blob_file *f)
{
	struct remote_what what = *film;
	bool wait;

	what.second = true;
	TRY(remote_stored(rq->cx, &what, f, &wait));
	return web_file(rq, rp, f, "public, max-age=60");
}

static enum err show(struct request *rq, struct reply *rp, str proof)
{
	struct waiting_for *w = NEW(rq->cx->mem, struct waiting_for);
	struct blob_file *f = NEW(rq->cx->mem, struct blob_file);
	bool wait;
	enum err e;

	TRY(remote_find(rq->cx, rq->args[0], rq->args[1], proof, &w->what));
	e = remote_stored(rq->cx, &w->what, f, &wait);
	if (!e && w->what.picture && !str_starts(f->b.mime, S("image/")))
		return stand_in(rq, rp, &w->what, f);
	if (!e)
		return web_file(rq, rp, f, "public, max-age=604800");
	if (e != ERR_NOT_FOUND)
		return e;
	if (show_what_comes(rq, rp, &w->what))
		return OK;
	w->app = rq->cx->app;
	if (rq->resumed || wait || !w->app->ports.bring)
		return placeholder(rp, &w->what);
	w->what.film = w->what.film && !rq->lengths_only; /* who cannot be shown what comes waits for all of it */
	return rq_wait(rq, start, w);
}

enum err web_media_proxy(struct request *rq, struct reply *rp)
{
	return show(rq, rp, rq->args[2]);
}

enum err web_media_proxy_plain(struct request *rq, struct reply *rp)
{
	return show(rq, rp, STR_NONE);
}
