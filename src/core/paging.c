#include "core/paging.h"

struct span span_of(const struct page *p, int64_t usual, int64_t most)
{
	struct span sp = { .max = INT64_MAX, .limit = usual };

	if (!p)
		return sp;
	if (p->max_id > 0)
		sp.max = p->max_id;
	sp.up = p->min_id > 0;
	sp.low = sp.up ? p->min_id : p->since_id > 0 ? p->since_id : 0;
	if (p->limit > 0)
		sp.limit = p->limit < most ? p->limit : most;
	return sp;
}

void span_turn(const struct span *sp, struct ids *ids)
{
	for (size_t i = 0; sp->up && i < ids->n / 2; i++) {
		int64_t id = ids->v[i];

		ids->v[i] = ids->v[ids->n - 1 - i];
		ids->v[ids->n - 1 - i] = id;
	}
}

void span_turn_rows(const struct span *sp, struct db_rows *rows, size_t size)
{
	char *p = rows->p;

	for (size_t i = 0; sp->up && i < rows->n / 2; i++) {
		char *a = p + i * size, *b = p + (rows->n - 1 - i) * size;

		for (size_t k = 0; k < size; k++) {
			char c = a[k];

			a[k] = b[k];
			b[k] = c;
		}
	}
}
