#pragma once
/* What is shown of a picture before it is there: a blurhash and three colours. Pure functions of pixels. */
#include <stddef.h>

enum { BLURHASH_SIZE = 40 };

/* rgb: width * height pixels of three bytes, at least one. Four by four components; out is NUL-terminated. */
void paint_blurhash(const unsigned char *rgb, int width, int height, char out[BLURHASH_SIZE]);

struct paint_colours {
	unsigned background, foreground, accent; /* 0xrrggbb */
};
/* background: what the edges mostly are; foreground can be read on it; accent stands out. */
struct paint_colours paint_colours(const unsigned char *rgb, int width, int height);
