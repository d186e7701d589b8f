/* Lists as text: what was read and written again reads the same, and no row has more than its bytes can hold. */
#include <stddef.h>

#include "base/arena.h"
#include "text/csv.h"

#define MUST(x) do { if (!(x)) __builtin_trap(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(struct arena *mem, struct strs row)
{
	struct buf b = buf_new(mem, 1 << 24);
	struct csv c = { 0 };
	struct strs again;
	bool bad;

	for (size_t i = 0; i < row.n; i++)
		csv_add(&b, row.v[i], i == row.n - 1);
	c = (struct csv){ .rest = buf_str(&b), .line = 1 };
	MUST(c.rest.n);
	if (row.n == 1 && !row.v[0].n)
		return; /* an empty line is no row */
	MUST(csv_row(mem, &c, &again, &bad) && !bad && again.n == row.n);
	for (size_t i = 0; i < row.n; i++)
		MUST(str_eq(again.v[i], row.v[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	struct csv c = { .rest = size ? str_n((const char *)data, size) : S("") };
	struct strs row;
	bool bad;

	for (size_t before = c.rest.n + 1; csv_row(&mem, &c, &row, &bad); before = c.rest.n) {
		MUST(row.n && row.n <= CSV_FIELDS && c.rest.n < before);
		round_trip(&mem, row);
	}
	MUST(bad || !c.rest.n);
	return 0;
}
