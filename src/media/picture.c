/* Pictures, by libvips. Only the one loader that the first bytes call for can be reached; sizes are looked at before
 * anything is decoded. What is written is made of pixels alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <vips/vips.h>

#include <vips/vector.h> /* needs the other */

#include "media/child.h"
#include "media/paint.h"

enum { FRAMES = 250,
       MOVING_READ = 16000000,
       MOVING_MADE = 12000000,
       MOVING_SECONDS = 5, /* of the 10 of the processor that a job has */
       SEEN = 64 /* pixels a side, for blurhash and colours */ };

/* How each want is fulfilled: a box, or an area (height 0), and how what has no alpha is compressed. */
static const struct want {
	int width, height;
	bool cut;     /* fill the box and cut to the middle; else fit into it */
	bool moves;   /* all frames, if there are more; then a still as well */
	bool preview; /* and one of 640x360 */
	bool keep;    /* a PNG stays one; else JPEG */
	int quality;
} wants[] = {
	[MEDIA_ATTACHMENT] = { 3840 * 2160, 0, false, true, true, true, 90 },
	[MEDIA_THUMBNAIL] = { 640 * 360, 0, false, false, false, false, 82 },
	[MEDIA_AVATAR] = { 400, 400, true, true, false, true, 88 },
	[MEDIA_AVATAR_SMALL] = { 160, 160, true, false, false, false, 82 },
	[MEDIA_HEADER] = { 1500, 500, true, true, false, true, 88 },
	[MEDIA_EMOJI] = { 256, 256, false, true, false, true, 90 },
	[MEDIA_CARD] = { 640 * 360, 0, false, false, false, false, 80 },
};

static const char *const loaders[FORMAT_COUNT] = {
	[FORMAT_JPEG] = "VipsForeignLoadJpeg",
	[FORMAT_PNG] = "VipsForeignLoadPng",
	[FORMAT_GIF] = "VipsForeignLoadNsgif",
	[FORMAT_WEBP] = "VipsForeignLoadWebp",
	[FORMAT_HEIF] = "VipsForeignLoadHeif",
};

/* Each function that makes an image gives the caller the reference. NULL: it cannot be read. */
#define IMAGE __attribute__((cleanup(image_drop))) VipsImage
static void image_drop(VipsImage **im)
{
	if (*im)
		g_object_unref(*im);
}

bool picture_prepare(void)
{
	/* The head of a picture without one: makes libheif load its decoders, which it does when it is first used. */
	static const char heif[] = "\0\0\0\x14"
				   "ftypavif\0\0\0\0avif";
	VipsImage *none;

	if (vips_init("dassie-media"))
		return false;
	vips_concurrency_set(1);
	vips_cache_set_max(0);
	vips_vector_set_enabled(FALSE); /* makes code at run time */
	vips_block_untrusted_set(TRUE);
	none = vips_image_new_from_buffer(heif, sizeof(heif) - 1, "", NULL);
	image_drop(&none);
	vips_operation_block_set("VipsForeignLoad", TRUE);
	vips_error_clear();
	return true;
}

/* --- reading */

static VipsImage *open_image(int fd, const char *options)
{
	VipsSource *source = vips_source_new_from_descriptor(fd);
	VipsImage *im;

	if (!source)
		return NULL;
	im = vips_image_new_from_source(source, options, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", VIPS_FAIL_ON_TRUNCATED,
	                                NULL);
	g_object_unref(source);
	return im;
}

static int number_of(VipsImage *im, const char *name, int none)
{
	int v;

	return vips_image_get_typeof(im, name) == G_TYPE_INT && !vips_image_get_int(im, name, &v) ? v : none;
}

/* What the header says, upright. */
struct head {
	int width, height, frames;
};
static bool head_of(int fd, struct head *h)
{
	IMAGE *im = open_image(fd, "");
	int turned;

	if (!im)
		return false;
	turned = vips_image_get_orientation_swap(im);
	h->width = turned ? vips_image_get_height(im) : vips_image_get_width(im);
	h->height = turned ? vips_image_get_width(im) : vips_image_get_height(im);
	h->frames = number_of(im, VIPS_META_N_PAGES, 1);
	return h->width > 0 && h->height > 0;
}

/* The size to make of one, by its want. */
static void size_for(const struct want *w, int width, int height, int *to_width, int *to_height)
{
	double scale;

	if (w->cut) {
		*to_width = w->width;
		*to_height = w->height;
		return;
	}
	if (w->height)
		scale = fmin((double)w->width / width, (double)w->height / height);
	else
		scale = sqrt((double)w->width / ((double)width * height));
	scale = fmin(scale, 1);
	*to_width = (int)fmax(1, scale < 1 ? floor(width * scale) : width);
	*to_height = (int)fmax(1, scale < 1 ? floor(height * scale) : height);
}

/* sRGB or sRGB with alpha, eight bits, in memory; an alpha that hides nothing is dropped. */
static VipsImage *plain(VipsImage *from)
{
	IMAGE *rgb = NULL, *bytes = NULL, *alpha = NULL;
	VipsImage *out = NULL;
	double least = 255;

	if (vips_colourspace(from, &rgb, VIPS_INTERPRETATION_sRGB, NULL) || vips_cast_uchar(rgb, &bytes, NULL))
		return NULL;
	if (bytes->Bands == 3)
		return vips_image_copy_memory(bytes);
	if (bytes->Bands != 4)
		return NULL;
	out = vips_image_copy_memory(bytes);
	if (!out || vips_extract_band(out, &alpha, 3, NULL) || vips_min(alpha, &least, NULL)) {
		image_drop(&out);
		return NULL;
	}
	if (least == 255) {
		VipsImage *opaque = NULL;

		if (!vips_extract_band(out, &opaque, 0, "n", 3, NULL)) {
			image_drop(&out);
			return opaque;
		}
	}
	return out;
}

/* With a profile, or printed colours, it goes by way of that; without one its numbers are sRGB already and must stay. */
static const char *profile_for(VipsImage *im)
{
	bool printed = vips_image_guess_interpretation(im) == VIPS_INTERPRETATION_CMYK;

	return printed || vips_image_get_typeof(im, VIPS_META_ICC_NAME) ? "srgb" : NULL;
}

/* Upright, of that size, in sRGB if it says what else it is. */
static VipsImage *shrunk(VipsImage *from, int width, int height, bool cut)
{
	const char *profile = profile_for(from);
	VipsInteresting crop = cut ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE;
	VipsSize size = cut ? VIPS_SIZE_BOTH : VIPS_SIZE_FORCE;
	VipsImage *out = NULL;

	if (profile)
		vips_thumbnail_image(from, &out, width, "height", height, "crop", crop, "size", size,
		                     "export_profile", profile, NULL);
	else
		vips_thumbnail_image(from, &out, width, "height", height, "crop", crop, "size", size, NULL);
	return out;
}

/* Two loaders can shrink while they read, which saves most of the memory: JPEG by powers of two, so that what comes is
 * still at least twice what is wanted; WebP to any size. */
static const char *reading_for(enum media_format format, const struct head *h, int width, int height, char text[32])
{
	double times = fmin((double)h->width / width, (double)h->height / height);

	text[0] = 0;
	if (format == FORMAT_JPEG && times >= 4)
		g_snprintf(text, 32, "shrink=%d", times >= 16 ? 8 : times >= 8 ? 4
		                                                               : 2);
	if (format == FORMAT_WEBP && times > 1)
		g_snprintf(text, 32, "scale=%.6f", 1 / times);
	return text;
}

/* The first frame as it is wanted. */
static VipsImage *first_frame(int fd, enum media_format format, const struct head *h, const struct want *w)
{
	IMAGE *im = NULL, *small = NULL;
	char options[32];
	int width, height;

	size_for(w, h->width, h->height, &width, &height);
	im = open_image(fd, reading_for(format, h, width, height, options));
	small = im ? shrunk(im, width, height, w->cut) : NULL;
	return small ? plain(small) : NULL;
}

/* --- writing */

static enum wire_type type_for(const struct want *w, enum media_format format, VipsImage *im)
{
	if (w->keep && format == FORMAT_WEBP)
		return TYPE_WEBP;
	if (w->keep && (format == FORMAT_PNG || format == FORMAT_GIF))
		return TYPE_PNG;
	return vips_image_hasalpha(im) ? TYPE_WEBP : TYPE_JPEG;
}

/* All that is said beside the pixels goes; the savers are told to leave it out too. */
static void forget(VipsImage *im)
{
	static const char *const keep[] = { VIPS_META_PAGE_HEIGHT, "delay", "loop" };
	char **names = vips_image_get_fields(im);

	for (char **name = names; name && *name; name++) {
		bool kept = false;

		for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++)
			kept = kept || !strcmp(*name, keep[i]);
		if (!kept)
			vips_image_remove(im, *name);
	}
	g_strfreev(names);
}

/* libvips 8.14 writes EXIF data into a WebP whatever it is told, if need be of its own making. In place: the chunks that
 * hold pixels move together; how long it is then. */
static size_t only_pixels(unsigned char *p, size_t n)
{
	enum { HEAD = 12,
	       ICC = 0x20,
	       EXIF = 0x08,
	       XMP = 0x04 };
	size_t to = HEAD;

	for (size_t at = HEAD; at + 8 <= n;) {
		size_t size = p[at + 4] | p[at + 5] << 8 | p[at + 6] << 16 | (size_t)p[at + 7] << 24;
		size_t whole = 8 + size + (size & 1);

		if (whole > n - at)
			return 0;
		if (!memcmp(p + at, "VP8X", 4))
			p[at + 8] &= (unsigned char)~(ICC | EXIF | XMP);
		if (memcmp(p + at, "EXIF", 4) && memcmp(p + at, "XMP ", 4) && memcmp(p + at, "ICCP", 4)) {
			memmove(p + to, p + at, whole);
			to += whole;
		}
		at += whole;
	}
	for (int i = 0; i < 4; i++)
		p[4 + i] = (unsigned char)((to - 8) >> 8 * i);
	return to;
}

static bool save_webp(VipsImage *im, int fd, int quality)
{
	void *bytes = NULL;
	size_t n = 0;
	bool ok = !vips_webpsave_buffer(im, &bytes, &n, "Q", quality, "strip", TRUE, "effort", 2, NULL) && n > 12;

	if (ok) {
		n = only_pixels(bytes, n);
		ok = n && write(fd, bytes, n) == (ssize_t)n;
	}
	g_free(bytes);
	return ok;
}

static bool save(VipsImage *im, int fd, enum wire_type type, int quality)
{
	VipsTarget *target;
	int bad = 1;

	if (type == TYPE_WEBP)
		return save_webp(im, fd, quality);
	target = vips_target_new_to_descriptor(fd);
	if (!target)
		return false;
	if (type == TYPE_JPEG)
		bad = vips_jpegsave_target(im, target, "Q", quality, "strip", TRUE, "optimize_coding", TRUE, NULL);
	else if (type == TYPE_PNG)
		bad = vips_pngsave_target(im, target, "strip", TRUE, "filter", VIPS_FOREIGN_PNG_FILTER_ALL, NULL);
	else if (type == TYPE_GIF)
		bad = vips_gifsave_target(im, target, "strip", TRUE, "effort", 1, "dither", 0.5, NULL);
	g_object_unref(target);
	return !bad;
}

static bool write_out(VipsImage *im, int fd, enum wire_type type, int quality, struct wire_file *out)
{
	forget(im);
	*out = (struct wire_file){ .type = type, .width = im->Xsize, .height = vips_image_get_page_height(im) };
	return save(im, fd, type, quality);
}

/* --- what moves */

/* Seconds of the processor that this worker has used. */
static double used(void)
{
	struct timespec t;

	return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) ? 0 : (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Frame by frame, since what is cut is not the strip they come in. NULL also if it takes too long: then the
 * first one alone is better than nothing. */
static VipsImage *frames_shrunk(VipsImage *strip, int frames, int width, int height, bool cut)
{
	VipsImage *frame[FRAMES] = { 0 }, *joined = NULL;
	int page = vips_image_get_page_height(strip);
	bool ok = true;

	for (int i = 0; (ok = ok && used() < MOVING_SECONDS) && i < frames; i++) {
		IMAGE *one = NULL, *small = NULL;

		ok = !vips_extract_area(strip, &one, 0, i * page, strip->Xsize, page, NULL);
		if (ok) {
			vips_image_set_int(one, VIPS_META_PAGE_HEIGHT, page);
			ok = (small = shrunk(one, width, height, cut)) && (frame[i] = vips_image_copy_memory(small));
		}
	}
	if (ok && vips_arrayjoin(frame, &joined, frames, "across", 1, NULL))
		joined = NULL;
	for (int i = 0; i < frames; i++)
		image_drop(&frame[i]);
	return joined;
}

/* Never larger than it came, and small enough to be made within the time of the processor that a job has. */
static void size_for_moving(const struct want *w, const struct head *h, int frames, int *width, int *height)
{
	double scale;

	size_for(w, h->width, h->height, width, height);
	scale = sqrt(MOVING_MADE / ((double)*width * *height * frames));
	if (w->cut)
		scale = fmin(scale, fmax((double)h->width / *width, (double)h->height / *height));
	if (w->cut && scale < 1) {
		*width = (int)fmax(1, floor(*width * scale));
		*height = (int)fmax(1, floor(*height * scale));
	}
}

static VipsImage *all_frames(int fd, const struct wire_job *job, const struct head *h, const struct want *w)
{
	IMAGE *strip = NULL, *memory = NULL, *joined = NULL;
	VipsImage *out = NULL;
	char options[32];
	int width, height, frames = h->frames < FRAMES ? h->frames : FRAMES, *delay = NULL, delays = 0;

	if ((int64_t)frames * h->width * h->height > MOVING_READ)
		frames = (int)(MOVING_READ / ((int64_t)h->width * h->height));
	if (frames < 2 || (job->want == MEDIA_ATTACHMENT && frames < h->frames))
		return NULL;
	size_for_moving(w, h, frames, &width, &height);
	g_snprintf(options, sizeof(options), "n=%d", frames);
	strip = open_image(fd, options);
	memory = strip ? plain(strip) : NULL;
	if (!memory)
		return NULL;
	joined = frames_shrunk(memory, frames, width, height, w->cut);
	if (!joined || vips_copy(joined, &out, NULL))
		return NULL;
	vips_image_set_int(out, VIPS_META_PAGE_HEIGHT, joined->Ysize / frames);
	vips_image_set_int(out, "loop", number_of(strip, "loop", 0));
	if (vips_image_get_typeof(strip, "delay") && !vips_image_get_array_int(strip, "delay", &delay, &delays))
		vips_image_set_array_int(out, "delay", delay, delays < frames ? delays : frames);
	return out;
}

/* --- a job */

static bool look(VipsImage *im, struct wire_answer *a)
{
	IMAGE *small = NULL, *flat = NULL;
	VipsArrayDouble *white = vips_array_double_newv(1, 255.0);
	struct paint_colours c;
	unsigned char *rgb;
	size_t n = 0;
	bool bad;

	bad = vips_thumbnail_image(im, &small, SEEN, "height", SEEN, "size", VIPS_SIZE_DOWN, NULL) ||
	      (vips_image_hasalpha(small) ? vips_flatten(small, &flat, "background", white, NULL)
	                                  : vips_copy(small, &flat, NULL));
	vips_area_unref(VIPS_AREA(white));
	rgb = bad ? NULL : vips_image_write_to_memory(flat, &n);
	if (!rgb || n != 3 * (size_t)flat->Xsize * (size_t)flat->Ysize)
		return false;
	paint_blurhash(rgb, flat->Xsize, flat->Ysize, a->hash);
	c = paint_colours(rgb, flat->Xsize, flat->Ysize);
	g_free(rgb);
	a->foreground = c.foreground;
	a->background = c.background;
	a->accent = c.accent;
	a->colours = 1;
	return true;
}

static bool make(const struct wire_job *job, const int fds[WIRE_FDS], const struct head *h, struct wire_answer *a)
{
	const struct want *w = &wants[job->want], *small = &wants[MEDIA_THUMBNAIL];
	enum media_format format = (enum media_format)job->format;
	IMAGE *moving = NULL, *still = first_frame(fds[WIRE_IN], format, h, w), *preview = NULL;
	int width, height;

	if (!still || !look(still, a))
		return false;
	if (w->moves && h->frames > 1)
		moving = all_frames(fds[WIRE_IN], job, h, w);
	vips_error_clear();
	if (moving) {
		enum wire_type type = format == FORMAT_GIF ? TYPE_GIF : TYPE_WEBP;

		if (!write_out(moving, fds[WIRE_FILE], type, w->quality, &a->out[0]))
			return false;
		if (!w->preview && !write_out(still, fds[WIRE_STILL], TYPE_PNG, 0, &a->out[WIRE_STILL - WIRE_FILE]))
			return false;
	} else if (!write_out(still, fds[WIRE_FILE], type_for(w, format, still), w->quality, &a->out[0]))
		return false;
	if (!w->preview)
		return true;
	size_for(small, still->Xsize, still->Ysize, &width, &height);
	preview = shrunk(still, width, height, false);
	return preview && write_out(preview, fds[WIRE_PREVIEW], type_for(small, format, preview), small->quality,
	                            &a->out[WIRE_PREVIEW - WIRE_FILE]);
}

void work_picture(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *a)
{
	struct head h;

	a->verdict = WIRE_REFUSED;
	a->why = WHY_UNREADABLE;
	if (job->format >= FORMAT_COUNT || !loaders[job->format] || job->want >= sizeof(wants) / sizeof(wants[0]))
		return;
	vips_operation_block_set(loaders[job->format], FALSE);
	if (!head_of(fds[WIRE_IN], &h))
		return;
	if (h.width > WIRE_SIDE || h.height > WIRE_SIDE || (int64_t)h.width * h.height > WIRE_PIXELS) {
		a->why = WHY_LARGE_PICTURE;
		a->width = h.width;
		a->height = h.height;
		return;
	}
	if (job->format == FORMAT_GIF && job->want == MEDIA_ATTACHMENT && h.frames > 1) {
		a->verdict = WIRE_MOVES;
		a->why = WHY_NONE;
		return;
	}
	if (!make(job, fds, &h, a))
		return;
	a->verdict = WIRE_DONE;
	a->why = WHY_NONE;
	a->kind = MEDIA_IMAGE;
}
