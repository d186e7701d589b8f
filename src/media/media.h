#pragma once
/* Strangers' pictures, video and sound made fit to be kept and shown. The decoding is done by another program,
 * dassie-media, which can do nothing but decode; here descriptors go in, and descriptors and checked numbers come out. */
#include "base/err.h"
#include "base/str.h"

struct media;

struct media_options {
	const char *program; /* NULL: dassie-media beside this program, else where it was installed */
	const char *tmp_dir; /* where video and sound wait as files without a name; NULL: memory */
	unsigned children;   /* processes at a time, at most; 0: 2 */
	int64_t idle_ms;     /* a process without work leaves after that; 0: 10 s */
	int64_t image_bytes; /* largest picture taken; 0: 16 MiB */
	int64_t video_bytes; /* largest video or sound taken; 0: 99 MiB */
	int64_t video_ms;    /* how long one video may take to convert; 0: 10 min */
};

/* Copies what it needs. No process runs before the first work, and none when there was none for a while. */
struct media *media_open(const struct media_options *options);
/* Kills what is under way (its callers get ERR_BUSY) and frees; no call may begin any more. NULL is fine. */
void media_close(struct media *m);

enum media_kind {
	MEDIA_UNKNOWN, /* nothing we take */
	MEDIA_IMAGE,
	MEDIA_GIFV, /* was an animated GIF, is a silent looping video */
	MEDIA_VIDEO,
	MEDIA_AUDIO,
};
/* "image", as the API writes it. */
const char *media_kind_name(enum media_kind k);
/* By the first bytes of the file, without decoding: what to refuse at once (MEDIA_UNKNOWN) and what will take long
 * (a video). An animated GIF is still an image here. */
enum media_kind media_guess(int fd);

/* Whether that is a blurhash, by its letters and its length. */
bool media_blurhash_ok(str hash);

/* What is to be made. The finished files never hold anything of the input but pixels and sound: no EXIF, no places,
 * no names, no tail; upright, sRGB, 8 bits. */
enum media_want {
	MEDIA_ATTACHMENT,   /* file (pictures within 3840x2160 pixels of area; video, sound), preview (640x360 of area);
	                     * sound has a preview only if it brings a cover */
	MEDIA_THUMBNAIL,    /* file: a picture somebody chose as preview of an attachment, 640x360 of area */
	MEDIA_AVATAR,       /* file: 400x400, cut to the middle, animated if it was; still: its first frame */
	MEDIA_AVATAR_SMALL, /* file: 160x160, never animated; for avatars of other servers */
	MEDIA_HEADER,       /* file: 1500x500, cut to the middle, animated if it was; still: its first frame */
	MEDIA_EMOJI,        /* file: within 256x256, animated if it was; still: its first frame */
	MEDIA_CARD,         /* file: 640x360 of area */
	MEDIA_LOOP,         /* as MEDIA_ATTACHMENT, but a GIF becomes a film even if it does not move */
};

/* A finished file. The descriptor is the caller's to close; nobody else can write to it any more. */
struct media_file {
	int fd;            /* positioned at 0; -1: there is none */
	const char *mime;  /* "image/jpeg"; a constant */
	const char *ext;   /* "jpg" */
	int64_t size;      /* bytes, never 0 */
	int width, height; /* 0 for sound */
};

enum { MEDIA_WHY = 160 };

struct media_result {
	enum media_kind kind;
	struct media_file file;
	struct media_file preview;          /* fd is -1 where the want names none */
	struct media_file still;            /* likewise; fd is -1 too if file does not move: it is its own still */
	str blurhash;                       /* of what is seen; STR_NONE for sound without a cover */
	str foreground, background, accent; /* "#rrggbb", likewise */

	/* 0 or STR_NONE where it does not apply. Of the finished file. */
	int64_t duration_ms;
	int rate_num, rate_den; /* frames a second, 30/1 */
	int64_t bitrate;        /* bits a second */
	str audio_encode;       /* "aac"; STR_NONE: silent */
	int audio_hz;
	int audio_channels;

	str why; /* with ERR_INVALID and ERR_LIMIT: a sentence for the person, in Mastodon's words; else STR_NONE */
};

/* Reads the file behind in_fd from its start (a regular file or a memfd; the offset is not touched) and makes what is
 * wanted. Waits: for a free process, then for the work; call it where waiting is fine. Any thread.
 * OK: the descriptors in made are the caller's, see media_result_close().
 * ERR_INVALID: this file will never do (nor one that makes the decoder crash), made->why says why.
 * ERR_LIMIT: likewise, it is too large or too long.
 * ERR_BUSY: try again later; it took too long or somebody ended the decoder. May still be the file's fault: count tries.
 * ERR_INTERNAL: the program dassie-media is missing or cannot be used; logged.
 * What is in made lives in mem; after an error it holds no descriptor. */
enum err media_process(struct media *m, struct arena *mem, int in_fd, enum media_want want, struct media_result *made) MUST_CHECK;
/* Whether a film that begins with the first n bytes of that file is one that is kept as it is, so that those who wait may have
 * its bytes while the rest comes: OK, and as what (*mime, a constant). ERR_INVALID: it is not, or so few bytes do not tell.
 * Waits like media_process(), whose other codes it has. */
enum err media_look(struct media *m, int fd, size_t n, const char **mime) MUST_CHECK;
/* Closes what is open of file, preview and still and marks it closed; harmless to repeat. */
void media_result_close(struct media_result *made);
