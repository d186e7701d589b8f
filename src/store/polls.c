#include "store/polls.h"

static const struct db_field poll_fields[] = {
	F_I64(poll, status_id),
	F_I64(poll, account_id),
	F_BOOL(poll, multiple),
	F_BOOL(poll, hide_totals),
	F_I64(poll, expires_at),
	F_I64(poll, voters_count),
	F_I64(poll, fetched_at),
};
static const struct db_map poll_map = DB_MAP_OF(poll, poll_fields);

SQL(poll_put,
    "INSERT INTO polls (status_id, account_id, multiple, hide_totals, expires_at, voters_count, fetched_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (status_id) DO UPDATE SET multiple = excluded.multiple,"
    " hide_totals = excluded.hide_totals, expires_at = excluded.expires_at, voters_count = excluded.voters_count,"
    " fetched_at = excluded.fetched_at");
SQL(poll_get, "SELECT * FROM polls WHERE status_id = $1");
SQL(poll_delete, "DELETE FROM polls WHERE status_id = $1");
SQL(poll_add_voter, "UPDATE polls SET voters_count = voters_count + 1 WHERE status_id = $1 AND voters_count >= 0");
SQL(poll_claim_fetch, "UPDATE polls SET fetched_at = $2 WHERE status_id = $1 AND fetched_at <= $3");

enum err polls_put(struct db *db, const struct poll *p)
{
	return db_exec(db, &poll_put,
	               ARGS(p->status_id, p->account_id, p->multiple, p->hide_totals, p->expires_at, p->voters_count,
	                    p->fetched_at),
	               NULL);
}

enum err polls_get(struct db *db, struct arena *mem, int64_t status_id, struct poll *p)
{
	return db_one(db, &poll_get, ARGS(status_id), &poll_map, mem, p);
}

enum err polls_delete(struct db *db, int64_t status_id)
{
	TRY(db_exec(db, &poll_delete, ARGS(status_id), NULL));
	TRY(poll_options_clear(db, status_id));
	return poll_votes_clear(db, status_id);
}

enum err polls_add_voter(struct db *db, int64_t status_id)
{
	return db_exec(db, &poll_add_voter, ARGS(status_id), NULL);
}

enum err polls_claim_fetch(struct db *db, int64_t status_id, int64_t now, int64_t before, bool *mine)
{
	int64_t n = 0;

	TRY(db_exec(db, &poll_claim_fetch, ARGS(status_id, now, before), &n));
	*mine = n > 0;
	return OK;
}

static const struct db_field option_fields[] = {
	F_I64(poll_option, status_id),
	F_I64(poll_option, place),
	F_I64(poll_option, votes_count),
	F_STR(poll_option, title),
};
static const struct db_map option_map = DB_MAP_OF(poll_option, option_fields);

SQL(poll_option_clear, "DELETE FROM poll_options WHERE status_id = $1");
SQL(poll_option_add, "INSERT INTO poll_options (status_id, place, title, votes_count) VALUES ($1, $2, $3, $4)");
SQL(poll_option_count, "UPDATE poll_options SET votes_count = votes_count + 1 WHERE status_id = $1 AND place = $2");
SQL(poll_option_set, "UPDATE poll_options SET votes_count = $3 WHERE status_id = $1 AND place = $2");
SQL(poll_option_of, "SELECT * FROM poll_options WHERE status_id = $1 ORDER BY place");

enum err poll_options_clear(struct db *db, int64_t status_id)
{
	return db_exec(db, &poll_option_clear, ARGS(status_id), NULL);
}

enum err poll_options_add(struct db *db, const struct poll_option *o)
{
	return db_exec(db, &poll_option_add, ARGS(o->status_id, o->place, o->title, o->votes_count), NULL);
}

enum err poll_options_count(struct db *db, int64_t status_id, int64_t place)
{
	return db_exec(db, &poll_option_count, ARGS(status_id, place), NULL);
}

enum err poll_options_set(struct db *db, const struct poll_option *o)
{
	return db_exec(db, &poll_option_set, ARGS(o->status_id, o->place, o->votes_count), NULL);
}

enum err poll_options_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out)
{
	return db_many(db, &poll_option_of, ARGS(status_id), &option_map, mem, out);
}

SQL(poll_vote_add,
    "INSERT INTO poll_votes (status_id, account_id, place, uri, created_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING");
SQL(poll_vote_clear, "DELETE FROM poll_votes WHERE status_id = $1");
SQL(poll_vote_of, "SELECT place FROM poll_votes WHERE status_id = $1 AND account_id = $2 ORDER BY place");
SQL(poll_voter_local,
    "SELECT DISTINCT v.account_id FROM poll_votes v JOIN accounts a ON a.id = v.account_id"
    " WHERE v.status_id = $1 AND a.site_id IS NOT NULL");

enum err poll_votes_add(struct db *db, const struct poll_vote *v, bool *added)
{
	int64_t n = 0;

	TRY(db_exec(db, &poll_vote_add, ARGS(v->status_id, v->account_id, v->place, v->uri, v->created_at), &n));
	*added = n > 0;
	return OK;
}

enum err poll_votes_clear(struct db *db, int64_t status_id)
{
	return db_exec(db, &poll_vote_clear, ARGS(status_id), NULL);
}

enum err poll_votes_of(struct db *db, struct arena *mem, int64_t status_id, int64_t account_id, struct ids *places)
{
	return db_ids(db, &poll_vote_of, ARGS(status_id, account_id), mem, places);
}

enum err poll_voters_local(struct db *db, struct arena *mem, int64_t status_id, struct ids *accounts)
{
	return db_ids(db, &poll_voter_local, ARGS(status_id), mem, accounts);
}

/* struct poll is the first member, so its members stand where they say. */
_Static_assert(offsetof(struct shown_option, p) == 0, "columns of polls");
static const struct db_field shown_fields[] = {
	F_I64(poll, status_id),
	F_I64(poll, account_id),
	F_BOOL(poll, multiple),
	F_BOOL(poll, hide_totals),
	F_I64(poll, expires_at),
	F_I64(poll, voters_count),
	F_I64(shown_option, place),
	F_I64(shown_option, votes_count),
	F_STR(shown_option, title),
};
static const struct db_map shown_map = DB_MAP_OF(shown_option, shown_fields);
SQL(polls_shown,
    "SELECT p.status_id, p.account_id, p.multiple, p.hide_totals, p.expires_at, p.voters_count, o.place, o.votes_count,"
    " o.title FROM json_each($1) j CROSS JOIN polls p CROSS JOIN poll_options o"
    " WHERE p.status_id = j.value AND o.status_id = p.status_id ORDER BY p.status_id, o.place");

enum err shown_polls(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &polls_shown, ARGS(ids), &shown_map, mem, out);
}

static const struct db_field vote_fields[] = { F_I64(poll_vote, status_id), F_I64(poll_vote, place) };
static const struct db_map vote_map = DB_MAP_OF(poll_vote, vote_fields);
SQL(votes_shown,
    "SELECT v.status_id, v.place FROM json_each($2) j CROSS JOIN poll_votes v"
    " WHERE v.status_id = j.value AND v.account_id = $1 ORDER BY v.status_id, v.place");

enum err shown_votes(struct db *db, struct arena *mem, int64_t viewer, str ids, struct db_rows *out)
{
	return db_many(db, &votes_shown, ARGS(viewer, ids), &vote_map, mem, out);
}
