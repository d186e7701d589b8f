#pragma once
/* Stands in for the database where a test needs none: nothing to read, one number for the version. */
#include <stdatomic.h>

#include "db/db.h"

extern _Atomic uint64_t no_db_version;
extern struct dbs *const no_dbs;
