#pragma once
/* What dassie and dassie-media say to each other. A job is one message with descriptors; its answer is what the worker
 * writes into a pipe of its own before it ends, then one number by the process that started it. No descriptor comes
 * back: the files were made here, and empty. Both sides are one build, which WIRE_VERSION and the sizes make sure of. */
#include "media/media.h"
#include "media/sniff.h"

enum { WIRE_VERSION = 2,
       WIRE_SOCKET = 3,
       WIRE_PIXELS = 33177600,
       WIRE_SIDE = 16383,
       WIRE_COLOUR_MAX = 0xffffff,
       WIRE_HASH = 40 /* a blurhash of 4x4 has 36 */ };

enum wire_role { WIRE_PICTURE,
	         WIRE_FILM,
	         WIRE_LOOK, /* a film's first bytes: whether it would be kept as it is; nothing is made */
	         WIRE_ROLES };

/* The descriptors of a job, in this order. */
enum wire_fd { WIRE_ANSWER,  /* the pipe, to write */
	       WIRE_IN,      /* to read */
	       WIRE_FILE,    /* to write; of a film this is the film, */
	       WIRE_PREVIEW, /* and this a picture of it, to be worked on like a stranger's */
	       WIRE_STILL,
	       WIRE_FDS };
enum { WIRE_OUTS = WIRE_FDS - WIRE_FILE };

struct wire_job {
	uint32_t version, size;
	uint32_t role, format, want;
	uint32_t seconds; /* of the clock; a picture has 10 of the processor as well */
	int64_t file_max; /* bytes that may be written to one file */
};

enum wire_verdict {
	WIRE_DONE,
	WIRE_MOVES, /* a GIF that moves, where a film is made of it: nothing was written */
	WIRE_REFUSED,
	WIRE_FAILED, /* not by fault of the file: no program ffmpeg, no memory */
	WIRE_VERDICTS,
};
enum wire_why { WHY_NONE,
	        WHY_UNREADABLE,
	        WHY_LARGE_PICTURE, /* width and height say how large */
	        WHY_LARGE_FILM,
	        WHY_FAST,  /* width: frames a second */
	        WHY_EMPTY, /* neither picture nor sound in it */
	        WHY_BYTES, /* what would be made is too large */
	        WHYS };
enum wire_type { TYPE_NONE,
	         TYPE_JPEG,
	         TYPE_PNG,
	         TYPE_GIF,
	         TYPE_WEBP,
	         TYPE_MP4,
	         TYPE_WEBM,
	         TYPE_M4A,
	         TYPE_MP3,
	         TYPE_OGG,
	         TYPE_FLAC,
	         TYPES };
enum wire_sound { SOUND_NONE,
	          SOUND_AAC,
	          SOUND_MP3,
	          SOUND_OPUS,
	          SOUND_VORBIS,
	          SOUND_FLAC,
	          SOUNDS };

struct wire_file {
	uint32_t type;
	int32_t width, height;
};

struct wire_answer {
	uint32_t verdict, why;
	int32_t width, height; /* for why */
	uint32_t kind;
	uint32_t colours; /* whether hash, foreground, background and accent are there */
	struct wire_file out[WIRE_OUTS]; /* of a look: the first says what it is */
	uint32_t foreground, background, accent; /* 0xrrggbb */
	int64_t duration_ms, bitrate;
	int32_t rate_num, rate_den;
	uint32_t sound;
	int32_t audio_hz, audio_channels;
	char hash[WIRE_HASH];
};

/* Whether a number of these bytes can be the answer to that job, and takes it. What is in *answer afterwards is within
 * its ranges, whoever wrote it; what the files hold is not looked at. */
bool wire_take(const struct wire_job *job, str bytes, struct wire_answer *answer);
/* Whether the first bytes of a finished file are those of its type. */
bool wire_type_fits(enum wire_type type, str head);
const char *wire_mime(enum wire_type type);
const char *wire_ext(enum wire_type type);
const char *wire_sound_name(enum wire_sound sound); /* NULL for none */
/* The sentence for the person. */
str wire_sentence(struct arena *mem, const struct wire_answer *answer);
