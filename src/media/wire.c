/* Answers of dassie-media are read here as a stranger's: it decodes strangers' files and may have become one. */
#include "media/wire.h"

#include <stdio.h>

static const struct {
	const char *mime, *ext;
	enum media_format format; /* what sniff() finds in it */
} types[TYPES] = {
	[TYPE_JPEG] = { "image/jpeg", "jpg", FORMAT_JPEG },
	[TYPE_PNG] = { "image/png", "png", FORMAT_PNG },
	[TYPE_GIF] = { "image/gif", "gif", FORMAT_GIF },
	[TYPE_WEBP] = { "image/webp", "webp", FORMAT_WEBP },
	[TYPE_MP4] = { "video/mp4", "mp4", FORMAT_MP4 },
	[TYPE_WEBM] = { "video/webm", "webm", FORMAT_MATROSKA },
	[TYPE_M4A] = { "audio/mp4", "m4a", FORMAT_MP4 },
	[TYPE_MP3] = { "audio/mpeg", "mp3", FORMAT_MP3 },
	[TYPE_OGG] = { "audio/ogg", "ogg", FORMAT_OGG },
	[TYPE_FLAC] = { "audio/flac", "flac", FORMAT_FLAC },
};

const char *wire_mime(enum wire_type type)
{
	return type < TYPES ? types[type].mime : NULL;
}
const char *wire_ext(enum wire_type type)
{
	return type < TYPES ? types[type].ext : NULL;
}
bool wire_type_fits(enum wire_type type, str head)
{
	return type > TYPE_NONE && type < TYPES && sniff(head) == types[type].format;
}

const char *wire_sound_name(enum wire_sound sound)
{
	static const char *const names[SOUNDS] = { NULL, "aac", "mp3", "opus", "vorbis", "flac" };

	return sound < SOUNDS ? names[sound] : NULL;
}

static bool between(int64_t v, int64_t least, int64_t most)
{
	return v >= least && v <= most;
}

static bool is_picture(uint32_t type)
{
	return type >= TYPE_JPEG && type <= TYPE_WEBP;
}

/* What may be said of an output: a kind of picture or film with a size, or a kind of sound without one. */
static bool out_ok(const struct wire_file *f)
{
	if (f->type == TYPE_NONE || f->type >= TYPE_M4A)
		return f->type < TYPES && !f->width && !f->height;
	return between(f->width, 1, WIRE_SIDE) && between(f->height, 1, WIRE_SIDE) &&
	       (int64_t)f->width * f->height <= WIRE_PIXELS;
}

/* Its first digit says how many more there are: https://blurha.sh */
bool media_blurhash_ok(str hash)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
	size_t first = hash.n ? (size_t)str_chr(str_of(digits), hash.p[0]) : 0;

	for (size_t i = 0; i < hash.n; i++)
		if (str_chr(str_of(digits), hash.p[i]) < 0)
			return false;
	return hash.n >= 6 && hash.n == 4 + 2 * (first % 9 + 1) * (first / 9 + 1);
}

static bool outs_ok(const struct wire_job *job, const struct wire_answer *a)
{
	const struct wire_file *file = &a->out[0], *preview = &a->out[1], *still = &a->out[2];

	for (size_t i = 0; i < WIRE_OUTS; i++)
		if (!out_ok(&a->out[i]))
			return false;
	if (job->role == WIRE_PICTURE)
		return a->kind == MEDIA_IMAGE && a->colours && is_picture(file->type) &&
		       (!preview->type || is_picture(preview->type)) && (!still->type || is_picture(still->type));
	if (!preview->type != !is_picture(preview->type) || still->type || (job->role == WIRE_LOOK && preview->type))
		return false;
	if (a->kind == MEDIA_AUDIO)
		return file->type >= TYPE_M4A && a->sound;
	return (a->kind == MEDIA_VIDEO || a->kind == MEDIA_GIFV) && (file->type == TYPE_MP4 || file->type == TYPE_WEBM);
}

static bool numbers_ok(const struct wire_answer *a)
{
	enum { DAYS = 30 };

	return a->colours <= 1 && between(a->foreground, 0, WIRE_COLOUR_MAX) && between(a->background, 0, WIRE_COLOUR_MAX) &&
	       between(a->accent, 0, WIRE_COLOUR_MAX) && between(a->duration_ms, 0, (int64_t)DAYS * 86400000) &&
	       between(a->bitrate, 0, (int64_t)1 << 40) && between(a->rate_num, 0, 1 << 30) &&
	       between(a->rate_den, !!a->rate_num, 1 << 30) && a->sound < SOUNDS && between(a->audio_hz, 0, 1 << 24) &&
	       between(a->audio_channels, 0, 64) &&
	       (!a->colours || media_blurhash_ok(str_n(a->hash, strnlen(a->hash, WIRE_HASH))));
}

bool wire_take(const struct wire_job *job, str bytes, struct wire_answer *answer)
{
	struct wire_answer a;

	if (bytes.n != sizeof(a))
		return false;
	memcpy(&a, bytes.p, sizeof(a));
	if (a.verdict >= WIRE_VERDICTS || a.why >= WHYS || a.width < 0 || a.height < 0)
		return false;
	if (a.verdict == WIRE_DONE && !(outs_ok(job, &a) && numbers_ok(&a)))
		return false;
	if (a.verdict == WIRE_MOVES && (job->format != FORMAT_GIF || job->want != MEDIA_ATTACHMENT || job->role != WIRE_PICTURE))
		return false;
	if (a.verdict == WIRE_REFUSED && a.why == WHY_NONE)
		return false;
	if (a.verdict != WIRE_DONE)
		a = (struct wire_answer){ .verdict = a.verdict, .why = a.why, .width = a.width, .height = a.height };
	*answer = a;
	return true;
}

str wire_sentence(struct arena *mem, const struct wire_answer *a)
{
	switch ((enum wire_why)a->why) {
	case WHY_LARGE_PICTURE: return strf(mem, "Validation failed: %dx%d images are not supported", a->width, a->height);
	case WHY_LARGE_FILM: return strf(mem, "Validation failed: %dx%d videos are not supported", a->width, a->height);
	case WHY_FAST: return strf(mem, "Validation failed: %dfps videos are not supported", a->width);
	case WHY_EMPTY: return S("Validation failed: File has neither a picture nor sound in it");
	case WHY_BYTES: return S("Validation failed: File file size is too large");
	case WHY_NONE:
	case WHY_UNREADABLE:
	case WHYS: break;
	}
	return S("File type of uploaded media could not be verified");
}
