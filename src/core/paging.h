#pragma once
/* Windows of lists: what a client asks for, made into bounds that a statement takes. */
#include "core/page.h"
#include "store/feeds.h"

/* No limit given is `usual`; never more than `most` (nor fewer than 1). min_id wins over since_id. */
struct span span_of(const struct page *p, int64_t usual, int64_t most);
/* What came upwards is turned, so that the newest is first. */
void span_turn(const struct span *sp, struct ids *ids);
/* The same of records of so many bytes. */
void span_turn_rows(const struct span *sp, struct db_rows *rows, size_t size);
