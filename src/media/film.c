/* Video, sound and GIFs that move, by ffprobe and ffmpeg, which this process starts with fixed arguments in a jail of
 * their own. Nothing of the file or of a person reaches an argument: which of a few lists it is, is all the file decides. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "media/child.h"
#include "media/jail.h"

enum { FILM_PIXELS = 3840 * 2160,
       FPS_MAX = 120,
       TOLD = 32 << 10,
       IN_FD = 3,
       OUT_FD = 4 };

/* The only thing that tells the tool what it reads: no guessing, so no playlists. */
static const char *const demuxers[FORMAT_COUNT] = {
	[FORMAT_GIF] = "gif",
	[FORMAT_MP4] = "mov",
	[FORMAT_MATROSKA] = "matroska",
	[FORMAT_OGG] = "ogg",
	[FORMAT_FLAC] = "flac",
	[FORMAT_WAV] = "wav",
	[FORMAT_MP3] = "mp3",
	[FORMAT_AAC] = "aac",
};

/* --- starting one of the two */

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
enum { ARGS_MAX = 64 };
struct line {
	char *v[ARGS_MAX + 1];
	size_t n;
};

static void line_add(struct line *l, const char *const *args)
{
	for (; *args && l->n < ARGS_MAX; args++)
		l->v[l->n++] = (char *)*args;
	l->v[l->n] = NULL;
}

/* The part all share; what follows it is about the output. MP4 that names other files as its data is not followed. */
static struct line line_for(const char *tool, enum media_format format)
{
	struct line l = { 0 };

	line_add(&l, ARGS(tool, "-v", "error", "-hide_banner"));
	if (!strcmp(tool, "ffmpeg"))
		line_add(&l, ARGS("-nostdin", "-y", "-filter_threads", "1", "-threads", "2"));
	if (format == FORMAT_MP4)
		line_add(&l, ARGS("-enable_drefs", "0", "-use_absolute_path", "0"));
	line_add(&l, ARGS("-protocol_whitelist", "file", "-max_streams", "32"));
	line_add(&l, ARGS("-f", demuxers[format], "-i", "file:/proc/self/fd/3"));
	return l;
}

static void __attribute__((noreturn)) become(const char *path, struct line *l, int in, int out, int told)
{
	int a = fcntl(in, F_DUPFD, 16), b = fcntl(out, F_DUPFD, 16);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (a < 0 || b < 0 || dup2(a, IN_FD) < 0 || dup2(b, OUT_FD) < 0 || (told >= 0 && dup2(told, STDOUT_FILENO) < 0))
		_exit(126);
	close(a);
	close(b);
	if (jail_tool(path, l->v))
		execve(path, l->v, (char *const[]){ NULL });
	_exit(126);
}

/* Its exit code; 126: it could not be started; -1: it was killed. */
static int tool(const char *path, struct line *l, int in, int out, int told)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		become(path, l, in, out, told);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 126;
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGXFSZ))
		raise(WTERMSIG(status)); /* a limit is ours too */
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* --- what is in it */

struct stream {
	bool there;
	char codec[16], pixels[16];
	int width, height, turn, channels, hz;
	int rate_num, rate_den;
	int64_t bitrate, duration_ms;
};
struct found {
	struct stream video, cover, sound;
	int64_t bitrate, duration_ms;
};

static int number(str v, int most)
{
	int64_t n;

	return str_int(v, &n) && n > -most && n < most ? (int)n : 0;
}

static void word(str v, char *into, size_t size)
{
	if (v.n < size)
		snprintf(into, size, "%.*s", STR_F(v));
}

/* "12.345678" seconds */
static int64_t millis(str v)
{
	char text[32];
	double seconds;

	word(v, text, sizeof(text));
	if (v.n >= sizeof(text))
		return 0;
	seconds = strtod(text, NULL);
	return seconds > 0 && seconds < 30 * 86400.0 ? (int64_t)(seconds * 1000 + 0.5) : 0;
}

static void take_rate(str v, struct stream *s)
{
	str num;

	if (!str_cut(&v, '/', &num))
		return;
	s->rate_num = number(num, 1 << 28);
	s->rate_den = number(v, 1 << 28);
	if (s->rate_num <= 0 || s->rate_den <= 0)
		s->rate_num = s->rate_den = 0;
}

static void take_number(str key, str v, struct stream *s)
{
	const struct {
		str key;
		int *into;
	} numbers[] = {
		{ S("width"), &s->width },
		{ S("height"), &s->height },
		{ S("rotation"), &s->turn },
		{ S("channels"), &s->channels },
		{ S("sample_rate"), &s->hz },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (str_eq(key, numbers[i].key))
			*numbers[i].into = number(v, 1 << 24);
}

struct reader {
	struct stream s;
	bool stream, picture, is_video, is_sound;
};

static void stream_end(struct reader *r, struct found *f)
{
	struct stream *to = r->is_sound ? &f->sound : !r->is_video ? NULL
	                                      : r->picture         ? &f->cover
	                                                           : &f->video;

	if (to && !to->there) {
		*to = r->s;
		to->there = true;
	}
	*r = (struct reader){ 0 };
}

/* What ffprobe prints with -of default: [STREAM], key=value, [/STREAM]. Its first video, cover and sound count. */
static void found_read(str text, struct found *f)
{
	struct reader r = { 0 };
	int64_t bits;

	*f = (struct found){ 0 };
	for (str line, key; str_cut(&text, '\n', &line);) {
		if (str_eq(line, S("[STREAM]")))
			r.stream = true;
		if (str_eq(line, S("[/STREAM]")))
			stream_end(&r, f);
		if (!str_cut(&line, '=', &key) || str_none(line))
			continue;
		if (str_eq(key, S("codec_name")))
			word(line, r.s.codec, sizeof(r.s.codec));
		else if (str_eq(key, S("pix_fmt")))
			word(line, r.s.pixels, sizeof(r.s.pixels));
		else if (str_eq(key, S("codec_type"))) {
			r.is_video = str_eq(line, S("video"));
			r.is_sound = str_eq(line, S("audio"));
		} else if (str_eq(key, S("DISPOSITION:attached_pic")))
			r.picture = str_eq(line, S("1"));
		else if (str_eq(key, S("avg_frame_rate")))
			take_rate(line, &r.s);
		else if (str_eq(key, S("duration")))
			*(r.stream ? &r.s.duration_ms : &f->duration_ms) = millis(line);
		else if (str_eq(key, S("bit_rate")) && str_int(line, &bits) && bits > 0)
			*(r.stream ? &r.s.bitrate : &f->bitrate) = bits;
		else
			take_number(key, line, &r.s);
	}
}

#define SHOWN                                                                                    \
	"stream=codec_type,codec_name,pix_fmt,width,height,avg_frame_rate,channels,sample_rate," \
	"bit_rate,duration:stream_disposition=attached_pic:stream_side_data=rotation:"           \
	"stream_tags=:format_tags=:format=duration,bit_rate"

/* False: it cannot be read as that. code: as tool(). */
static bool probe(enum media_format format, int in, struct found *f, int *code)
{
	struct line l = line_for("ffprobe", format);
	char text[TOLD];
	size_t n = 0;
	int pipes[2];
	ssize_t got;
	pid_t pid;
	int status;

	line_add(&l, ARGS("-of", "default=noprint_wrappers=0", "-show_entries", SHOWN));
	*code = 126;
	if (pipe2(pipes, O_CLOEXEC) || (pid = fork()) < 0)
		return false;
	if (!pid)
		become(MEDIA_FFPROBE, &l, in, in, pipes[1]);
	close(pipes[1]);
	while (n < sizeof(text) && (got = read(pipes[0], text + n, sizeof(text) - n)) > 0)
		n += (size_t)got;
	close(pipes[0]);
	if (waitpid(pid, &status, 0) != pid)
		return false;
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	found_read(str_n(text, n), f);
	return *code == 0;
}

/* --- what to do with it */

enum how { COPY,
	   SOUND_ANEW, /* and the video copied */
	   ANEW };
struct plan {
	enum wire_type type;
	enum how how;
};

static bool among(const char *what, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(what, *list))
			return true;
	return false;
}

/* What every browser plays stays as it is. */
static struct plan plan_for(const struct found *f)
{
	bool mp4 = !strcmp(f->video.codec, "h264") && among(f->video.pixels, ARGS("yuv420p", "yuvj420p"));
	bool webm = among(f->video.codec, ARGS("vp8", "vp9", "av1")) && !strncmp(f->video.pixels, "yuv420p", 7);

	if (webm && (!f->sound.there || among(f->sound.codec, ARGS("opus", "vorbis"))))
		return (struct plan){ TYPE_WEBM, COPY };
	if (!mp4)
		return (struct plan){ TYPE_MP4, ANEW };
	if (!f->sound.there || among(f->sound.codec, ARGS("aac", "mp3")))
		return (struct plan){ TYPE_MP4, COPY };
	return (struct plan){ TYPE_MP4, SOUND_ANEW };
}

static struct plan plan_for_sound(const struct found *f)
{
	static const struct {
		const char *codec;
		enum wire_type type;
	} kept[] = {
		{ "mp3", TYPE_MP3 },
		{ "aac", TYPE_M4A },
		{ "opus", TYPE_OGG },
		{ "vorbis", TYPE_OGG },
		{ "flac", TYPE_FLAC },
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!strcmp(f->sound.codec, kept[i].codec))
			return (struct plan){ kept[i].type, COPY };
	return (struct plan){ TYPE_MP3, ANEW };
}

#define EVEN         "scale='max(2,trunc(iw/2)*2)':'max(2,trunc(ih/2)*2)'"
#define WITHIN(w, h) "scale='min(" w ",iw)':'min(" h ",ih)':force_original_aspect_ratio=decrease," EVEN

static void line_film(struct line *l, struct plan plan, bool gif)
{
	line_add(l, ARGS("-map", "0:V:0"));
	if (!gif)
		line_add(l, ARGS("-map", "0:a:0?"));
	if (plan.how == ANEW)
		line_add(l, ARGS("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-fpsmax", "60",
		                 "-vf", gif ? WITHIN("1280", "1280") : WITHIN("1920", "1920"), "-threads", "2"));
	else
		line_add(l, ARGS("-c:v", "copy"));
	if (plan.how == COPY)
		line_add(l, ARGS("-c:a", "copy"));
	else
		line_add(l, ARGS("-c:a", "aac", "-b:a", "128k", "-ac", "2"));
	if (plan.type == TYPE_MP4)
		line_add(l, ARGS("-movflags", "+faststart", "-f", "mp4"));
	else
		line_add(l, ARGS("-f", "webm"));
}

static void line_sound(struct line *l, struct plan plan)
{
	static const char *const muxers[TYPES] = {
		[TYPE_MP3] = "mp3",
		[TYPE_M4A] = "ipod",
		[TYPE_OGG] = "ogg",
		[TYPE_FLAC] = "flac",
	};

	line_add(l, ARGS("-map", "0:a:0"));
	if (plan.how == COPY)
		line_add(l, ARGS("-c:a", "copy"));
	else
		line_add(l, ARGS("-c:a", "libmp3lame", "-q:a", "2"));
	if (plan.type == TYPE_MP3)
		line_add(l, ARGS("-id3v2_version", "0"));
	if (plan.type == TYPE_M4A)
		line_add(l, ARGS("-movflags", "+faststart"));
	line_add(l, ARGS("-f", muxers[plan.type]));
}

static int make(enum media_format format, const struct found *f, struct plan plan, const int fds[WIRE_FDS])
{
	struct line l = line_for("ffmpeg", format);

	if (f->video.there)
		line_film(&l, plan, format == FORMAT_GIF);
	else
		line_sound(&l, plan);
	line_add(&l, ARGS("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
	                  "-flags:a", "+bitexact", "-sn", "-dn", "file:/proc/self/fd/4"));
	return tool(MEDIA_FFMPEG, &l, fds[WIRE_IN], fds[WIRE_FILE], -1);
}

/* The first picture of it, or its cover; one that was cut off may have none, which ffmpeg does not mind. */
static bool make_poster(enum media_format format, const struct found *f, const int fds[WIRE_FDS])
{
	struct line l = line_for("ffmpeg", format);

	line_add(&l, ARGS("-map", f->video.there ? "0:V:0" : "0:v:0", "-frames:v", "1", "-vf", WITHIN("1280", "1280"),
	                  "-c:v", "png", "-pix_fmt", "rgb24", "-map_metadata", "-1", "-f", "image2pipe", "pipe:1"));
	return !tool(MEDIA_FFMPEG, &l, fds[WIRE_IN], fds[WIRE_IN], fds[WIRE_PREVIEW]) &&
	       lseek(fds[WIRE_PREVIEW], 0, SEEK_END) > 0;
}

/* --- a job */

static bool refuse(struct wire_answer *a, enum wire_why why, int width, int height)
{
	a->verdict = WIRE_REFUSED;
	a->why = why;
	a->width = width;
	a->height = height;
	return false;
}

static bool fits(const struct stream *v, struct wire_answer *a)
{
	if ((int64_t)v->width * v->height > FILM_PIXELS || v->width > WIRE_SIDE || v->height > WIRE_SIDE)
		return refuse(a, WHY_LARGE_FILM, v->width, v->height);
	if (v->rate_den && v->rate_num / v->rate_den > FPS_MAX)
		return refuse(a, WHY_FAST, v->rate_num / v->rate_den, 0);
	return (v->width > 0 && v->height > 0) || refuse(a, WHY_UNREADABLE, 0, 0);
}

static void sizes(const struct stream *s, struct wire_file *out)
{
	bool turned = s->turn % 180 != 0;

	out->width = turned ? s->height : s->width;
	out->height = turned ? s->width : s->height;
}

static uint32_t sound_of(const char *codec)
{
	for (uint32_t s = SOUND_AAC; s < SOUNDS; s++)
		if (!strcmp(codec, wire_sound_name((enum wire_sound)s)))
			return s;
	return SOUND_NONE;
}

static void describe(const struct found *f, enum wire_type type, struct wire_answer *a)
{
	a->out[0].type = type;
	if (f->video.there)
		sizes(&f->video, &a->out[0]);
	a->duration_ms = f->duration_ms ? f->duration_ms : f->video.there ? f->video.duration_ms
	                                                                  : f->sound.duration_ms;
	a->bitrate = f->bitrate;
	a->rate_num = f->video.rate_num;
	a->rate_den = f->video.rate_den;
	a->sound = f->sound.there ? sound_of(f->sound.codec) : SOUND_NONE;
	a->audio_hz = f->sound.hz;
	a->audio_channels = f->sound.channels;
}

static void done(const struct found *f, struct wire_answer *a)
{
	a->kind = !f->video.there ? MEDIA_AUDIO : a->sound ? MEDIA_VIDEO
	                                                   : MEDIA_GIFV;
	a->verdict = WIRE_DONE;
	a->why = WHY_NONE;
}

/* What the finished film says of itself. */
static bool measure(struct plan plan, const int fds[WIRE_FDS], struct wire_answer *a)
{
	static const enum media_format as[TYPES] = {
		[TYPE_MP4] = FORMAT_MP4,
		[TYPE_WEBM] = FORMAT_MATROSKA,
		[TYPE_M4A] = FORMAT_MP4,
		[TYPE_MP3] = FORMAT_MP3,
		[TYPE_OGG] = FORMAT_OGG,
		[TYPE_FLAC] = FORMAT_FLAC,
	};
	struct found f;
	int code;

	if (!probe(as[plan.type], fds[WIRE_FILE], &f, &code) || !(f.video.there || f.sound.there))
		return false;
	describe(&f, plan.type, a);
	return true;
}

static bool convert(enum media_format format, const struct found *f, const int fds[WIRE_FDS], struct wire_answer *a)
{
	struct plan plan = format == FORMAT_GIF ? (struct plan){ TYPE_MP4, ANEW } : f->video.there ? plan_for(f)
	                                                                                           : plan_for_sound(f);
	int code = make(format, f, plan, fds);

	/* What cannot be copied may still be decoded. */
	if (code && plan.how != ANEW) {
		plan = (struct plan){ f->video.there ? TYPE_MP4 : TYPE_MP3, ANEW };
		code = make(format, f, plan, fds);
	}
	if (code == 126)
		a->verdict = WIRE_FAILED;
	return !code && measure(plan, fds, a);
}

void work_film(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *a)
{
	enum media_format format = (enum media_format)job->format;
	struct found f;
	int code;

	refuse(a, WHY_UNREADABLE, 0, 0);
	if (format >= FORMAT_COUNT || !demuxers[format])
		return;
	if (!probe(format, fds[WIRE_IN], &f, &code)) {
		a->verdict = code == 126 ? WIRE_FAILED : WIRE_REFUSED;
		return;
	}
	if (!f.video.there && !f.sound.there) {
		refuse(a, WHY_EMPTY, 0, 0);
		return;
	}
	if ((f.video.there && !fits(&f.video, a)) || !convert(format, &f, fds, a))
		return;
	if ((f.video.there || f.cover.there) && make_poster(format, &f, fds))
		a->out[WIRE_PREVIEW - WIRE_FILE] = (struct wire_file){ .type = TYPE_PNG, .width = 1, .height = 1 };
	else if (f.video.there)
		return; /* nothing of it can be seen */
	done(&f, a);
}

/* Of what is not all there the tool can tell the kind, and whether its beginning says enough to play it as it comes. */
void work_look(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *a)
{
	enum media_format format = (enum media_format)job->format;
	struct plan plan;
	struct found f;
	int code;

	refuse(a, WHY_UNREADABLE, 0, 0);
	if (format >= FORMAT_COUNT || !demuxers[format] || !probe(format, fds[WIRE_IN], &f, &code))
		return;
	if ((!f.video.there && !f.sound.there) || (f.video.there && !fits(&f.video, a)))
		return;
	plan = f.video.there ? plan_for(&f) : plan_for_sound(&f);
	if (plan.how != COPY)
		return;
	describe(&f, plan.type, a);
	done(&f, a);
}
