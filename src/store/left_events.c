#include "store/left_events.h"

#include "base/clock.h"

static const struct db_field event_fields[] = { F_I64(left_event, id), F_STR(left_event, text) };
static const struct db_map event_map = DB_MAP_OF(left_event, event_fields);

SQL(left_event_add, "INSERT INTO left_events (id, text) VALUES ($1, $2)");
SQL(left_event_list, "SELECT id, text FROM left_events ORDER BY id LIMIT $1");
SQL(left_event_delete, "DELETE FROM left_events WHERE id IN (SELECT value FROM json_each($1))");
SQL(left_event_sweep, "DELETE FROM left_events WHERE id IN (SELECT id FROM left_events WHERE id < $1 ORDER BY id LIMIT $2)");

enum err left_events_add(struct db *db, int64_t id, str text)
{
	return db_exec(db, &left_event_add, ARGS(id, text), NULL);
}

enum err left_events_list(struct db *db, struct arena *mem, int64_t limit, struct db_rows *out)
{
	return db_many(db, &left_event_list, ARGS(limit), &event_map, mem, out);
}

enum err left_events_delete(struct db *db, str ids)
{
	return db_exec(db, &left_event_delete, ARGS(ids), NULL);
}

enum err left_events_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &left_event_sweep, ARGS(id_at(before), limit), gone);
}
