/* From a stranger's file to blobs, by way of the media process. */
#include "core/media.h"

#include "base/clock.h"
#include "core/job.h"

enum { SWEEP_SOON = 5 * SECOND };

static enum err write_one(struct media_made *made, struct ctx *cx, struct dbs *to, const char *kind,
                          const struct media_file *f, str *name)
{
	struct blob_writer *w = &made->blobs[made->blobs_n];
	enum err e;

	*name = STR_NONE;
	if (f->fd < 0)
		return OK;
	blob_begin(w, cx, to, str_of(kind));
	e = blob_from_fd(w, f->fd, str_of(f->mime));
	cx->full = w->full;
	TRY(e);
	made->blobs_n++;
	*name = strf(cx->mem, "%.*s.%s", STR_F(w->b.hash), f->ext);
	return OK;
}

static enum err write_all(struct media_made *made, struct ctx *cx, const struct media_file *file, struct dbs *to,
                          const char *kind)
{
	TRY(write_one(made, cx, to, kind, file, &made->file));
	TRY(write_one(made, cx, to, str_eq(str_of(kind), S("media")) ? "preview" : kind, &made->r.preview, &made->preview));
	return write_one(made, cx, to, kind, &made->r.still, &made->still);
}

enum err media_make(struct ctx *cx, int fd, enum media_want want, struct dbs *to, const char *kind,
                    struct media_made *made)
{
	return media_make_kept(cx, fd, want, to, kind, NULL, made);
}

enum err media_make_kept(struct ctx *cx, int fd, enum media_want want, struct dbs *to, const char *kind, const char *mime,
                         struct media_made *made)
{
	struct media_file file;
	enum err e;

	*made = (struct media_made){ 0 };
	if (!cx->app->media)
		return fail(cx, ERR_BUSY, "there is no media process here");
	e = media_process(cx->app->media, cx->mem, fd, want, &made->r);
	if (e == ERR_INVALID || e == ERR_LIMIT)
		return fail(cx, ERR_INVALID, "%.*s", STR_F(str_or(made->r.why, S("Validation failed"))));
	TRY(e);
	file = made->r.file;
	if (mime && str_eq(str_of(file.mime), str_of(mime)))
		file.fd = fd;
	e = write_all(made, cx, &file, to, kind);
	media_result_close(&made->r);
	if (e)
		media_forget(made);
	return e;
}

enum err media_keep(struct db *db, struct media_made *made)
{
	for (int i = 0; i < made->blobs_n; i++)
		TRY(blob_keep(db, &made->blobs[i]));
	return OK;
}

void media_forget(struct media_made *made)
{
	for (int i = 0; i < made->blobs_n; i++)
		blob_abort(&made->blobs[i]);
	made->blobs_n = 0;
}

enum err media_drop(struct ctx *cx, str name)
{
	bool used;
	str hash;

	if (!str_cut(&name, '.', &hash))
		return OK;
	TRY(blob_has_users(cx->db, hash, &used));
	if (used)
		return OK;
	TRY(blob_drop(cx->app, cx->db, hash));
	return job_add(cx, "media_sweep", S("{}"), cx->now + SWEEP_SOON, S("media_sweep soon"));
}
