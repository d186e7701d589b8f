#pragma once
/* Leases of all queues, when a process starts. */
#include "db/db.h"

/* Whether no other process serves this database; on PostgreSQL by a lock that lasts as long as the connection does, on
 * SQLite the caller holds a file lock already. */
enum err leases_alone(struct db *db, bool *alone) MUST_CHECK;
/* All that was claimed by processes that are gone can be claimed again. */
enum err leases_clear(struct db *db) MUST_CHECK;
