#pragma once
/* Tables as text (RFC 4180): fields between commas, quoted where they hold a comma, a quote or a line break. */
#include "base/buf.h"

struct csv {
	str rest;
	int line; /* of the row that was read last; counts from 1 */
};
enum { CSV_FIELDS = 32 };
/* The next row that is not empty; fields past CSV_FIELDS are left out. False: there is none, or what is there is not quoted
 * properly (*bad). A byte order mark and any kind of line end will do. */
bool csv_row(struct arena *mem, struct csv *c, struct strs *fields, bool *bad);
/* Quoted where it must be. What a spreadsheet would take for a formula is no concern of lists of names. */
void csv_add(struct buf *b, str field, bool last);
