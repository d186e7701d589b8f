/* Uploads: https://docs.joinmastodon.org/methods/media/. Decoding waits, so it is done on a slow thread (rq_later). */
#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "core/media.h"
#include "core/site.h"
#include "http/multipart.h"

enum { UPLOADS = 30, UPLOADS_IN = 30 * MINUTE };

static const struct param media_params[] = {
	P(media_in, description, P_STR, "description", 65536),
	P(media_in, focus, P_STR, "focus", 100),
};

struct slow {
	struct media_in in;
	int64_t id;
	bool fresh;
	enum err e;
};

static void do_slowly(struct ctx *cx, void *arg)
{
	struct slow *s = arg;

	s->e = s->fresh ? media_upload(cx, &s->in, &s->id) : media_change(cx, s->id, &s->in);
}

int api_file(struct request *rq, const char *name)
{
	const struct part *file;

	return param_file(rq, name, &file) ? -1 : file->fd;
}

static enum err read_form(struct request *rq, struct slow *s)
{
	TRY(PARAMS(rq, media_params, &s->in));
	s->in.thumbnail = api_file(rq, "thumbnail");
	s->in.fd = api_file(rq, "file");
	return OK;
}

static enum err answer(struct reply *rp, int64_t id, int waiting)
{
	struct ctx *cx = rp->rq->cx;
	struct attachment a = { 0 };

	TRY(media_loose_one(cx, id, &a));
	if (a.state == MEDIA_BAD)
		return fail(cx, ERR_INVALID, "%.*s", STR_F(a.why));
	media_place(cx->mem, cx->site->base, &a);
	entity_media(reply_json(rp), NULL, &a);
	rp->status = a.state == MEDIA_WAITS ? waiting : 200;
	return OK;
}

static enum err upload(struct request *rq, struct reply *rp, bool wait)
{
	struct slow *s = rq->later;

	if (rq->resumed) {
		TRY(s->e);
		return answer(rp, s->id, 202);
	}
	TRY(api_throttle(rq, rp, "media", UPLOADS, UPLOADS_IN));
	s = NEW(rq->cx->mem, struct slow);
	TRY(read_form(rq, s));
	if (s->in.fd < 0)
		return fail(rq->cx, ERR_INVALID, "Validation failed: File can't be blank");
	s->fresh = true;
	s->in.wait = wait;
	return rq_later(rq, do_slowly, s);
}

enum err api_media_create_v1(struct request *rq, struct reply *rp)
{
	return upload(rq, rp, true);
}

enum err api_media_create(struct request *rq, struct reply *rp)
{
	return upload(rq, rp, false);
}

enum err api_media_show(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	return answer(rp, id, 206);
}

enum err api_media_change(struct request *rq, struct reply *rp)
{
	struct slow *s = rq->resumed ? rq->later : NEW(rq->cx->mem, struct slow);

	if (!rq->resumed) {
		TRY(rq_id(rq, 0, &s->id));
		TRY(read_form(rq, s));
		if (s->in.thumbnail >= 0)
			return rq_later(rq, do_slowly, s);
		do_slowly(rq->cx, s);
	}
	TRY(s->e);
	return answer(rp, s->id, 206);
}

enum err api_media_delete(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(media_remove(rq->cx, id));
	reply_empty(rp);
	return OK;
}
