#pragma once
/* A window into a list ordered by id. */
#include <stdint.h>

/* 0: not given. min_id: the oldest of what is newer, still returned newest first. */
struct page {
	int64_t max_id, since_id, min_id;
	int64_t limit;
	int64_t offset;
};
