#pragma once
/* What a file is, by its first bytes: the allow-list. What is not in it reaches no decoder. */
#include "base/str.h"
#include "media/media.h"

enum media_format {
	FORMAT_NONE,
	FORMAT_JPEG,
	FORMAT_PNG,
	FORMAT_GIF,
	FORMAT_WEBP,
	FORMAT_HEIF, /* AVIF and HEIC */
	FORMAT_MP4,  /* and MOV, M4A, 3GP */
	FORMAT_MATROSKA,
	FORMAT_OGG,
	FORMAT_FLAC,
	FORMAT_WAV,
	FORMAT_MP3,
	FORMAT_AAC,
	FORMAT_COUNT,
};

enum { SNIFF_BYTES = 512 }; /* enough to tell */

/* head: the first SNIFF_BYTES of the file, or all of it. */
enum media_format sniff(str head);
/* A video format may turn out to hold sound alone. */
enum media_kind format_kind(enum media_format f);
