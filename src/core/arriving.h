#pragma once
/* A file of elsewhere on its way: who fetches it adds to it, and any number of readers have what is there, each at their own
 * pace, from a file without a name. It is freed with its last holder. Any thread. */
#include "core/ctx.h"

struct arriving;

/* fd is its from now on, and written to by whoever fetches. One holder. Its bytes count in app->arriving. */
struct arriving *arriving_new(struct app *app, int fd);
struct arriving *arriving_hold(struct arriving *a);
void arriving_drop(void *a);

/* So much is there, of so much (-1: not known). All such files together, or this one alone, may be larger than the cache. */
enum arriving_room { ARRIVING_FITS, ARRIVING_CROWDED, ARRIVING_TOO_LARGE };
enum arriving_room arriving_grew(struct arriving *a, int64_t n, int64_t all);
/* whole: there will be no more, and it is all. Else it breaks off, and readers with it. */
void arriving_end(struct arriving *a, bool whole);
/* The fetcher needs it no more; readers who are behind may have the rest for a while, where there is room. */
void arriving_leave(struct arriving *a);

/* Readers may have it, as that (a constant). */
void arriving_show(struct arriving *a, const char *mime);
const char *arriving_mime(struct arriving *a); /* NULL: they may not */
int64_t arriving_size(struct arriving *a);     /* of the whole; -1: not known yet */

enum { ARRIVING_LATER = 0, ARRIVING_BROKEN = -1, ARRIVING_OVER = -2 };
/* Up to n bytes at a place, or one of these. */
long arriving_read(struct arriving *a, int64_t at, char *to, size_t n);
/* go_on(of) is called once, on any thread, perhaps at once: when there is something at that place, or never will be. */
void arriving_wait(struct arriving *a, int64_t at, void (*go_on)(void *of), void *of);
