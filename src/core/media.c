/* Uploads: https://docs.joinmastodon.org/methods/media/. A picture is ready when the answer goes out. What takes long
 * is stored as it came, in the same transaction as the job that will process it: what is acknowledged is not lost. */
#include "core/media.h"
#include "core/remote_file.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "core/job.h"

enum { TRIES = 3, WAITING_MOST = 2 };

static double clamp(double v)
{
	return v >= -1 && v <= 1 ? v : v > 1 ? 1
	                                     : v < -1 ? -1
	                                              : 0;
}

/* "0.5,-1" in thousandths; rubbish is the middle. */
static void read_focus(struct arena *mem, str focus, struct attachment *a)
{
	str x;

	if (!str_cut(&focus, ',', &x))
		return;
	a->focus_x = (int64_t)(clamp(strtod(cstr(mem, x), NULL)) * 1000);
	a->focus_y = focus.n ? (int64_t)(clamp(strtod(cstr(mem, focus), NULL)) * 1000) : 0;
}

enum err media_say(struct ctx *cx, str description, str focus, struct attachment *a)
{
	if (description.p) {
		a->description = str_trim(description);
		if (str_runes(a->description) > MEDIA_TEXT_MAX)
			return fail(cx, ERR_INVALID, "Validation failed: Description is too long (maximum is %d characters)",
			            MEDIA_TEXT_MAX);
		if (!a->description.n)
			a->description = STR_NONE;
	}
	if (focus.p)
		read_focus(cx->mem, focus, a);
	return OK;
}

static void take_preview(struct attachment *a, const struct media_result *r, str name, const struct media_file *f)
{
	a->preview = name;
	a->preview_width = f->width;
	a->preview_height = f->height;
	a->blurhash = r->blurhash;
	a->colors = STR_NONE;
}

void media_describe(struct arena *mem, struct attachment *a, const struct media_result *r)
{
	a->kind = str_of(media_kind_name(r->kind));
	a->width = r->file.width;
	a->height = r->file.height;
	a->duration_ms = r->duration_ms;
	a->bitrate = r->bitrate;
	a->frame_rate = r->rate_den ? strf(mem, "%d/%d", r->rate_num, r->rate_den) : STR_NONE;
	a->audio = r->audio_encode;
	a->audio_hz = r->audio_hz;
	a->audio_channels = r->audio_channels;
}

static void take_result(struct arena *mem, struct attachment *a, const struct media_made *m)
{
	const struct media_result *r = &m->r;

	media_describe(mem, a, r);
	a->state = MEDIA_READY;
	a->file = m->file;
	a->mime = str_of(r->file.mime);
	a->size = r->file.size;
	if (a->preview.n)
		return; /* its owner's own */
	if (m->preview.n)
		take_preview(a, r, m->preview, &r->preview);
	if (r->kind == MEDIA_AUDIO && r->background.n)
		a->colors = strf(mem, "%.*s %.*s %.*s", STR_F(r->background), STR_F(r->foreground), STR_F(r->accent));
}

/* --- upload */

struct upload {
	struct attachment a;
	struct media_made made, thumbnail;
	struct blob_writer original;
};

static enum err put_upload(struct ctx *cx, void *arg)
{
	struct upload *u = arg;

	TRY(media_keep(cx->db, &u->made));
	TRY(media_keep(cx->db, &u->thumbnail));
	if (u->a.state == MEDIA_WAITS) {
		TRY(blob_keep(cx->db, &u->original));
		TRY(job_add(cx, "media", strf(cx->mem, "{\"id\":\"%lld\"}", (long long)u->a.id), cx->now, STR_NONE));
	}
	return attachments_add(cx->db, &u->a);
}

static enum err make_now(struct ctx *cx, int fd, struct upload *u)
{
	TRY(media_make(cx, fd, MEDIA_ATTACHMENT, cx->app->dbs, "media", &u->made));
	take_result(cx->mem, &u->a, &u->made);
	return OK;
}

/* Each holds a thread all the while, and others need some too. */
static enum err make_film_now(struct ctx *cx, int fd, struct upload *u)
{
	static _Atomic int waiting;
	enum err e;

	if (atomic_fetch_add(&waiting, 1) < WAITING_MOST)
		e = make_now(cx, fd, u);
	else
		e = fail(cx, ERR_BUSY, "too many wait for their videos");
	atomic_fetch_sub(&waiting, 1);
	return e;
}

/* A picture is quick; all else may take minutes. */
static enum err take_file(struct ctx *cx, const struct media_in *in, struct upload *u)
{
	enum media_kind kind = media_guess(in->fd);
	enum err e;

	if (kind == MEDIA_UNKNOWN || kind == MEDIA_IMAGE)
		return make_now(cx, in->fd, u);
	if (in->wait)
		return make_film_now(cx, in->fd, u);
	u->a.state = MEDIA_WAITS;
	u->a.kind = str_of(media_kind_name(kind));
	blob_begin(&u->original, cx, cx->app->dbs, S("upload"));
	e = blob_from_fd(&u->original, in->fd, S("application/octet-stream"));
	u->a.upload = u->original.b.hash;
	cx->full = u->original.full;
	return e;
}

static enum err take_thumbnail(struct ctx *cx, int fd, struct attachment *a, struct media_made *made)
{
	if (fd < 0)
		return OK;
	TRY(media_make(cx, fd, MEDIA_THUMBNAIL, cx->app->dbs, "preview", made));
	take_preview(a, &made->r, made->file, &made->r.file);
	return OK;
}

enum err media_upload(struct ctx *cx, const struct media_in *in, int64_t *id)
{
	struct upload *u = NEW(cx->mem, struct upload);
	enum err e;

	u->a = (struct attachment){ .id = id_new(), .account_id = cx->me->id, .created_at = cx->now, .remote_url = S(""),
		                    .preview_url = S(""), .mime = S("") };
	TRY(media_say(cx, in->description, in->focus, &u->a));
	TRY(take_thumbnail(cx, in->thumbnail, &u->a, &u->thumbnail));
	e = take_file(cx, in, u);
	if (!e)
		e = write_tx(cx, put_upload, u);
	if (e) {
		media_forget(&u->thumbnail);
		media_forget(&u->made);
		if (u->a.upload.p)
			blob_abort(&u->original);
	}
	*id = u->a.id;
	return e;
}

/* --- the job */

struct processed {
	struct attachment a;
	struct media_made made;
	bool gone;
};

/* Its owner may have changed or removed it meanwhile. */
static enum err put_processed(struct ctx *cx, void *arg)
{
	struct processed *p = arg;
	struct attachment now = { 0 };
	enum err e = media_by_id(cx->db, cx->mem, p->a.id, &now);

	p->gone = e == ERR_NOT_FOUND || now.state != MEDIA_WAITS;
	if (p->gone)
		return OK;
	TRY(e);
	p->a.preview = now.preview;
	p->a.preview_width = now.preview_width;
	p->a.preview_height = now.preview_height;
	p->a.blurhash = now.blurhash;
	if (p->a.state == MEDIA_READY) {
		TRY(media_keep(cx->db, &p->made));
		take_result(cx->mem, &p->a, &p->made);
	}
	TRY(media_set_files(cx->db, &p->a));
	return media_drop(cx, now.upload);
}

static enum err process(struct ctx *cx, struct processed *p, const char *dir)
{
	struct blob_file f;
	enum err e;
	int fd;

	TRY(blob_open(cx, p->a.upload, &f));
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(cx, ERR_BUSY, "no temporary file can be made in %s", dir);
	e = blob_to_fd(&f, fd);
	if (!e)
		e = media_make(cx, fd, MEDIA_ATTACHMENT, cx->app->dbs, "media", &p->made);
	close(fd);
	return e;
}

enum err media_job_make(struct ctx *cx, const struct job *job)
{
	json_t *args JR_SCOPE = NULL;
	struct processed *p = NEW(cx->mem, struct processed);
	int64_t id = 0;
	enum err e;

	if (jr_parse(job->args, &args) || !str_int(jr_str(args, "id"), &id))
		return ERR_INVALID;
	e = media_by_id(cx->db, cx->mem, id, &p->a);
	if (e || p->a.state != MEDIA_WAITS)
		return e == ERR_NOT_FOUND ? OK : e;
	e = process(cx, p, cx->app->tmp_dir ? cx->app->tmp_dir : "/var/tmp");
	if ((e == ERR_BUSY || e == ERR_INTERNAL) && job->tries < TRIES)
		return e;
	p->a.state = e ? MEDIA_BAD : MEDIA_READY;
	if (e) {
		p->a.why = e == ERR_INVALID ? cx->said : S("Validation failed: File could not be processed");
	}
	e = write_tx(cx, put_processed, p);
	if (e || p->gone)
		media_forget(&p->made);
	return e;
}

/* --- changes */

static enum err mine(struct ctx *cx, int64_t id, struct attachment *a)
{
	TRY(media_by_id(cx->db, cx->mem, id, a));
	return cx->me && a->account_id == cx->me->id ? OK : ERR_NOT_FOUND;
}

enum err media_loose_one(struct ctx *cx, int64_t id, struct attachment *a)
{
	TRY(mine(cx, id, a));
	return a->status_id ? ERR_NOT_FOUND : OK;
}

enum err media_hung(struct ctx *cx, int64_t id, struct attachment *a)
{
	TRY(media_by_id(cx->db, cx->mem, id, a));
	return a->status_id ? OK : ERR_NOT_FOUND;
}

struct change {
	const struct media_in *in;
	struct attachment a;
	struct media_made thumbnail;
	int64_t id;
};

static enum err put_change(struct ctx *cx, void *arg)
{
	struct change *c = arg;
	str old;

	TRY(media_loose_one(cx, c->id, &c->a));
	old = c->a.preview;
	TRY(media_say(cx, c->in->description, c->in->focus, &c->a));
	TRY(media_keep(cx->db, &c->thumbnail));
	if (c->thumbnail.file.n)
		take_preview(&c->a, &c->thumbnail.r, c->thumbnail.file, &c->thumbnail.r.file);
	TRY(media_set_text(cx->db, &c->a));
	return str_eq(old, c->a.preview) ? OK : media_drop(cx, old);
}

enum err media_change(struct ctx *cx, int64_t id, const struct media_in *in)
{
	struct change *c = NEW(cx->mem, struct change);
	enum err e;

	c->in = in;
	c->id = id;
	TRY(media_loose_one(cx, id, &c->a));
	TRY(take_thumbnail(cx, in->thumbnail, &c->a, &c->thumbnail));
	e = write_tx(cx, put_change, c);
	if (e)
		media_forget(&c->thumbnail);
	return e;
}

/* The row first, so that its own names do not count. */
enum err media_erase(struct ctx *cx, const struct attachment *a)
{
	TRY(media_delete(cx->db, a->id));
	TRY(media_drop(cx, a->file));
	TRY(media_drop(cx, a->preview));
	return media_drop(cx, a->upload);
}

static enum err delete_mine(struct ctx *cx, void *arg)
{
	struct attachment a = { 0 };

	TRY(mine(cx, *(int64_t *)arg, &a));
	if (a.status_id)
		return fail(cx, ERR_INVALID, "Media attachment is currently used by a post");
	return media_erase(cx, &a);
}

enum err media_remove_loose(struct ctx *cx, int64_t id)
{
	struct attachment a = { 0 };
	enum err e = media_by_id(cx->db, cx->mem, id, &a);

	if (e || a.status_id)
		return e == ERR_NOT_FOUND ? OK : e;
	return media_erase(cx, &a);
}

enum err media_remove(struct ctx *cx, int64_t id)
{
	return write_tx(cx, delete_mine, &id);
}

str media_address(struct arena *mem, str base, str name)
{
	return name.n ? strf(mem, "%.*s/media/%.*s", STR_F(base), STR_F(name)) : STR_NONE;
}

void media_place(struct arena *mem, str base, struct attachment *a)
{
	if (a->file.n || a->state) {
		a->url = media_address(mem, base, a->file);
		a->small_url = media_address(mem, base, a->preview);
	} else {
		remote_place(mem, base, a);
	}
}
