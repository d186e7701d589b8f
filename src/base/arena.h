#pragma once
/* A bump allocator: everything in it dies at once, when its owner resets it. */
#include <stddef.h>

/* One arena per request and per job. Allocation never fails: no memory, no server. Memory comes zeroed. */
struct arena {
	struct arena_block *top; /* the block being filled; older ones behind it */
	size_t used;             /* bytes taken from top */
	size_t total;            /* bytes of all blocks */
};

struct arena_mark {
	struct arena_block *top;
	size_t used;
};

void arena_init(struct arena *a);
void arena_free(struct arena *a); /* leaves it as after arena_init() */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m); /* frees all that came after the mark */
void *arena_alloc(struct arena *a, size_t n, size_t align) __attribute__((malloc, returns_nonnull)); /* zeroed */
/* With anything in it, for what is written whole. */
void *arena_room(struct arena *a, size_t n, size_t align) __attribute__((malloc, returns_nonnull));
/* a * b, or the end of the program where that overflows. */
size_t arena_mul(size_t a, size_t b);

#define NEW(mem, type) ((type *)arena_alloc((mem), sizeof(type), _Alignof(type)))
#define NEWS(mem, type, n) ((type *)arena_alloc((mem), arena_mul(sizeof(type), (n)), _Alignof(type)))

/* struct arena mem ARENA_SCOPE; is empty, and freed at the end of its block. */
#define ARENA_SCOPE __attribute__((cleanup(arena_free))) = { 0 }
