#include "base/arena.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
enum { RED_ZONE = 16, SPARE_MAX = 0, LARGE_MAX = 0 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0, SPARE_MAX = 8, LARGE_MAX = 4 };
#endif

enum { BLOCK = 16 * 1024, LARGE = 256 * 1024 };

struct arena_block {
	struct arena_block *below;
	size_t size; /* bytes in data */
	_Alignas(16) char data[];
};

/* Standard blocks kept for the next request of this thread. */
static _Thread_local struct arena_block *spare;
static _Thread_local int spares;

/* A few large ones for all threads: the library gives such back to the system, and each page of them is fetched anew. */
static struct arena_block *_Atomic large[LARGE_MAX + 1];

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b = spare;

	if (size == BLOCK && b) {
		spare = b->below;
		spares--;
		return b;
	}
	for (int i = 0; size == LARGE && i < LARGE_MAX; i++)
		if ((b = atomic_exchange(&large[i], NULL)))
			return b;
	b = malloc(sizeof(*b) + size);
	BUG_IF(!b); /* no memory, no server */
	b->size = size;
	return b;
}

static void block_free(struct arena_block *b)
{
	ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
	if (b->size == BLOCK && spares < SPARE_MAX) {
		b->below = spare;
		spare = b;
		spares++;
		return;
	}
	for (int i = 0; b->size == LARGE && i < LARGE_MAX; i++) {
		struct arena_block *none = NULL;

		if (atomic_compare_exchange_strong(&large[i], &none, b))
			return;
	}
	free(b);
}

void arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

void arena_free(struct arena *a)
{
	arena_rewind(a, (struct arena_mark){ 0 });
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->top, a->used };
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
	while (a->top != m.top) {
		struct arena_block *b = a->top;

		a->top = b->below;
		a->total -= b->size;
		block_free(b);
	}
	a->used = m.used;
	if (a->top)
		ASAN_POISON_MEMORY_REGION(a->top->data + a->used, a->top->size - a->used);
}

size_t arena_mul(size_t a, size_t b)
{
	size_t r;

	BUG_IF(__builtin_mul_overflow(a, b, &r));
	return r;
}

static void push(struct arena *a, size_t need)
{
	struct arena_block *b;

	BUG_IF(need > SIZE_MAX / 4);
	b = block_new(need <= BLOCK ? BLOCK : need > LARGE / 2 && need <= LARGE ? LARGE : need);
	b->below = a->top;
	a->top = b;
	a->total += b->size;
	a->used = 0;
	ASAN_POISON_MEMORY_REGION(b->data, b->size);
}

void *arena_room(struct arena *a, size_t n, size_t align)
{
	size_t at = (a->used + align - 1) & ~(align - 1);
	void *p;

	if (!a->top || at > a->top->size || a->top->size - at < n + RED_ZONE) {
		push(a, n + RED_ZONE);
		at = 0;
	}
	p = a->top->data + at;
	a->used = at + n + RED_ZONE;
	ASAN_UNPOISON_MEMORY_REGION(p, n);
	return p;
}

void *arena_alloc(struct arena *a, size_t n, size_t align)
{
	return memset(arena_room(a, n, align), 0, n);
}
