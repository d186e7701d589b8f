/* Which jobs a want needs, the files they write into, and a look at what came out. */
#include "media/media.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "media/proc.h"
#include "media/sniff.h"
#include "media/wire.h"

enum { PICTURE_SECONDS = 30,
       GIF_SECONDS = 60,
       LOOK_SECONDS = 10,
       MIB = 1 << 20,
       PATH = 1024 };

struct media {
	struct procs *procs;
	char tmp_dir[PATH];
	int64_t image_bytes, video_bytes, video_ms;
};

const char *media_kind_name(enum media_kind k)
{
	static const char *const names[] = { "unknown", "image", "gifv", "video", "audio" };

	return k <= MEDIA_AUDIO ? names[k] : names[0];
}

/* The first bytes of a file, as many as there are up to n. */
static str head_of(int fd, char *head, size_t n)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, head + have, n - have, (off_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return str_n(head, have);
}

static enum media_format format_of(int fd)
{
	char head[SNIFF_BYTES];
	str bytes = head_of(fd, head, sizeof(head));

	return bytes.n ? sniff(bytes) : FORMAT_NONE;
}

enum media_kind media_guess(int fd)
{
	return format_kind(format_of(fd));
}

struct media *media_open(const struct media_options *o)
{
	struct media *m = calloc(1, sizeof(*m));

	BUG_IF(!m);
	m->procs = procs_open(o);
	snprintf(m->tmp_dir, sizeof(m->tmp_dir), "%s", o->tmp_dir ? o->tmp_dir : "");
	m->image_bytes = o->image_bytes ? o->image_bytes : 16 * MIB;
	m->video_bytes = o->video_bytes ? o->video_bytes : 99 * MIB;
	m->video_ms = o->video_ms ? o->video_ms : 10 * MINUTE;
	return m;
}

void media_close(struct media *m)
{
	if (m)
		procs_close(m->procs);
	free(m);
}

static void file_close(struct media_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

void media_result_close(struct media_result *made)
{
	file_close(&made->file);
	file_close(&made->preview);
	file_close(&made->still);
}

/* --- files without a name, which nobody has but we and one worker */

static int new_memory(void)
{
	return memfd_create("dassie-media", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

static int new_file(const struct media *m)
{
	int fd = m->tmp_dir[0] ? open(m->tmp_dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600) : -1;

	return fd >= 0 ? fd : new_memory();
}

static void fds_close(int fds[WIRE_FDS - WIRE_IN])
{
	for (int i = 0; i < WIRE_FDS - WIRE_IN; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* in may be written to by whoever gave it; what the worker gets may not, and has an offset of its own. */
static enum err fds_open(const struct media *m, enum wire_role role, int in, int fds[WIRE_FDS - WIRE_IN])
{
	char path[32];
	bool ok = true;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", in);
	fds[0] = open(path, O_RDONLY | O_CLOEXEC);
	for (int i = 1; i < WIRE_FDS - WIRE_IN; i++)
		fds[i] = i == 1 && role == WIRE_FILM ? new_file(m) : new_memory();
	for (int i = 0; i < WIRE_FDS - WIRE_IN; i++)
		ok = ok && fds[i] >= 0;
	if (ok)
		return OK;
	LOG(LOG_ERROR, "media", LS("why", S("no file can be made for the decoder: out of descriptors or space")));
	fds_close(fds);
	return ERR_BUSY;
}

/* Takes a finished file out of fds, having looked whether it is what its maker says. */
static bool file_take(int *fd, const struct wire_file *out, int64_t max, struct media_file *file)
{
	char head[SNIFF_BYTES];
	struct stat st;
	str bytes;

	if (out->type == TYPE_NONE)
		return true;
	/* Fails if it can still be written to through a mapping. A file on disk has no seals. */
	if (fcntl(*fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) && fcntl(*fd, F_GET_SEALS) >= 0)
		return false;
	if (fstat(*fd, &st) || st.st_size < 1 || st.st_size > max || lseek(*fd, 0, SEEK_SET))
		return false;
	bytes = head_of(*fd, head, sizeof(head));
	if (!bytes.n || !wire_type_fits(out->type, bytes))
		return false;
	*file = (struct media_file){ .fd = *fd, .size = st.st_size, .width = out->width, .height = out->height };
	file->mime = wire_mime(out->type);
	file->ext = wire_ext(out->type);
	*fd = -1;
	return true;
}

/* --- jobs */

static str colour(struct arena *mem, uint32_t c)
{
	return strf(mem, "#%06x", c);
}

static enum err result_of(const struct wire_job *job, const struct wire_answer *a, int fds[WIRE_FDS - WIRE_IN], struct arena *mem,
                          struct media_result *made)
{
	if (a->verdict == WIRE_FAILED) {
		LOG(LOG_ERROR, "media", LS("why", S("the decoder lacks something: is ffmpeg installed?")));
		return ERR_INTERNAL;
	}
	if (a->verdict == WIRE_REFUSED) {
		made->why = wire_sentence(mem, a);
		return a->why == WHY_UNREADABLE || a->why == WHY_EMPTY ? ERR_INVALID : ERR_LIMIT;
	}
	if (!file_take(&fds[WIRE_FILE - WIRE_IN], &a->out[0], job->file_max, &made->file) ||
	    !file_take(&fds[WIRE_PREVIEW - WIRE_IN], &a->out[1], job->file_max, &made->preview) ||
	    !file_take(&fds[WIRE_STILL - WIRE_IN], &a->out[2], job->file_max, &made->still)) {
		LOG(LOG_WARN, "media", LS("did", S("made what it does not say it is")));
		return ERR_BUSY;
	}
	made->kind = (enum media_kind)a->kind;
	if (a->colours) {
		made->blurhash = str_dup(mem, str_of(a->hash));
		made->foreground = colour(mem, a->foreground);
		made->background = colour(mem, a->background);
		made->accent = colour(mem, a->accent);
	}
	made->duration_ms = a->duration_ms;
	made->bitrate = a->bitrate;
	made->rate_num = a->rate_num;
	made->rate_den = a->rate_den;
	made->audio_encode = str_of(wire_sound_name(a->sound));
	made->audio_hz = a->audio_hz;
	made->audio_channels = a->audio_channels;
	return OK;
}

/* *moves: it is a GIF that is to become a film. */
static enum err run(struct media *m, struct arena *mem, struct wire_job *job, int in_fd, struct media_result *made, bool *moves)
{
	struct wire_answer a = { 0 };
	int fds[WIRE_FDS - WIRE_IN];
	enum err e;

	TRY(fds_open(m, (enum wire_role)job->role, in_fd, fds));
	e = procs_run(m->procs, job, fds, &a);
	*moves = !e && a.verdict == WIRE_MOVES;
	if (!e && !*moves)
		e = result_of(job, &a, fds, mem, made);
	fds_close(fds);
	if (e)
		media_result_close(made);
	return e;
}

static enum err picture(struct media *m, struct arena *mem, enum media_format format, enum media_want want, int in_fd,
                        struct media_result *made, bool *moves)
{
	struct wire_job job = { .role = WIRE_PICTURE, .format = format, .want = want };

	job.seconds = PICTURE_SECONDS;
	job.file_max = 64 * MIB;
	return run(m, mem, &job, in_fd, made, moves);
}

/* A film, then its picture, which is treated like any stranger's. */
static enum err film(struct media *m, struct arena *mem, enum media_format format, int in_fd, struct media_result *made)
{
	struct wire_job job = { .role = WIRE_FILM, .format = format };
	struct media_result seen = { .file.fd = -1, .preview.fd = -1, .still.fd = -1 };
	bool moves;
	enum err e;

	job.seconds = (uint32_t)(m->video_ms / SECOND);
	if (format == FORMAT_GIF && job.seconds > GIF_SECONDS)
		job.seconds = GIF_SECONDS;
	job.file_max = m->video_bytes + 16 * MIB;
	e = run(m, mem, &job, in_fd, made, &moves);
	if (e || made->preview.fd < 0)
		return e;
	e = picture(m, mem, FORMAT_PNG, MEDIA_THUMBNAIL, made->preview.fd, &seen, &moves);
	file_close(&made->preview);
	if (e == ERR_INVALID || e == ERR_LIMIT) { /* a cover nobody can read: it has none */
		e = made->kind == MEDIA_AUDIO ? OK : e;
		made->why = e ? seen.why : STR_NONE;
	} else if (!e) {
		made->preview = seen.file;
		made->blurhash = seen.blurhash;
		made->foreground = seen.foreground;
		made->background = seen.background;
		made->accent = seen.accent;
	}
	if (e)
		media_result_close(made);
	return e;
}

enum err media_process(struct media *m, struct arena *mem, int in_fd, enum media_want want, struct media_result *made)
{
	enum media_format format = format_of(in_fd);
	enum media_kind kind = format_kind(format);
	struct stat st;
	bool moves, loop = want == MEDIA_LOOP && format == FORMAT_GIF;

	*made = (struct media_result){ .file.fd = -1, .preview.fd = -1, .still.fd = -1 };
	if (want == MEDIA_LOOP)
		want = MEDIA_ATTACHMENT;
	if (kind == MEDIA_UNKNOWN || (kind != MEDIA_IMAGE && want != MEDIA_ATTACHMENT)) {
		made->why = S("Validation failed: File content type is invalid");
		return ERR_INVALID;
	}
	if (fstat(in_fd, &st))
		return ERR_INTERNAL;
	if (st.st_size > (kind == MEDIA_IMAGE ? m->image_bytes : m->video_bytes)) {
		made->why = strf(mem, "Validation failed: File file size must be less than %lld MB",
		                 (long long)((kind == MEDIA_IMAGE ? m->image_bytes : m->video_bytes) / MIB));
		return ERR_LIMIT;
	}
	if (kind != MEDIA_IMAGE || loop)
		return film(m, mem, format, in_fd, made);
	TRY(picture(m, mem, format, want, in_fd, made, &moves));
	return moves ? film(m, mem, FORMAT_GIF, in_fd, made) : OK;
}

/* --- looking */

static int copy_of_head(int fd, size_t n)
{
	int to = new_memory();
	off_t at = 0;

	while (to >= 0 && (size_t)at < n) {
		ssize_t got = sendfile(to, fd, &at, n - (size_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
	}
	return to;
}

static enum err look(struct media *m, enum media_format format, int head, str bytes, const char **mime)
{
	struct wire_job job = { .role = WIRE_LOOK, .format = format, .want = MEDIA_ATTACHMENT };
	struct wire_answer a = { 0 };
	int fds[WIRE_FDS - WIRE_IN];
	enum err e;

	job.seconds = LOOK_SECONDS;
	job.file_max = MIB; /* nothing is made, but what the tools say may go into a file */
	TRY(fds_open(m, WIRE_LOOK, head, fds));
	e = procs_run(m->procs, &job, fds, &a);
	fds_close(fds);
	if (!e && (a.verdict != WIRE_DONE || !wire_type_fits((enum wire_type)a.out[0].type, bytes)))
		e = ERR_INVALID;
	if (!e)
		*mime = wire_mime((enum wire_type)a.out[0].type);
	return e;
}

enum err media_look(struct media *m, int fd, size_t n, const char **mime)
{
	char first[SNIFF_BYTES];
	str bytes = head_of(fd, first, sizeof(first));
	enum media_format format = bytes.n ? sniff(bytes) : FORMAT_NONE;
	enum err e;
	int head;

	if (format_kind(format) <= MEDIA_IMAGE)
		return ERR_INVALID;
	head = copy_of_head(fd, n);
	if (head < 0)
		return ERR_BUSY;
	e = look(m, format, head, bytes, mime);
	close(head);
	return e;
}
