#pragma once
/* Values in PostgreSQL's binary form, to and from C. Knows nothing of connections. */
#include "db/db.h"

/* One argument, ready to be sent; p NULL is SQL NULL. */
struct postgres_arg {
	const char *p;
	int n;
	int binary;
	char room[24];
};

/* type: what the server inferred. False where the value does not fit it. */
bool postgres_write_arg(unsigned type, const struct db_val *v, struct postgres_arg *out);
/* A value that is not NULL, into a member of that kind; false where it is of another kind or too large. */
bool postgres_read(unsigned type, str v, enum db_kind kind, void *member, struct arena *mem);
