/* search_posts(query) is FTS5's way to call a search, and on PostgreSQL a function of ours (schema/0031_search.sql); so the
 * statements are the same where they can be. */
#include "store/search.h"

#include <string.h>

#include "base/buf.h"
#include "store/search_chunks.h"

enum { FIRST_CHUNKS = 2, /* asked at once: the newest one is seldom full */
       MANY_CHUNKS = 8,
       LOOKED_AT = 20000 };

SQL(search_drop_one, "DELETE FROM search_posts WHERE rowid = $1");
SQL(search_put_one, "INSERT INTO search_posts (rowid, terms) VALUES ($1, $2::text::tsvector)");

enum err search_drop(struct db *db, int64_t status_id)
{
	return db_exec(db, &search_drop_one, ARGS(status_id), NULL);
}

enum err search_put(struct db *db, int64_t status_id, str terms)
{
	TRY(search_drop(db, status_id));
	return db_exec(db, &search_put_one, ARGS(status_id, terms), NULL);
}

SQL(search_noted_put,
    "INSERT INTO search_noted (status_id, stamp) VALUES ($1, $2)"
    " ON CONFLICT (status_id) DO UPDATE SET stamp = excluded.stamp");
SQL(search_noted_list, "SELECT status_id, stamp FROM search_noted ORDER BY status_id DESC LIMIT $1");
SQL(search_noted_done, "DELETE FROM search_noted WHERE status_id = $1 AND stamp = $2");

static const struct db_field noted_fields[] = { F_I64(search_noted, status_id), F_I64(search_noted, stamp) };
static const struct db_map noted_map = DB_MAP_OF(search_noted, noted_fields);

enum err search_note(struct db *db, int64_t status_id, int64_t stamp)
{
	return db_exec(db, &search_noted_put, ARGS(status_id, stamp), NULL);
}

enum err search_noted(struct db *db, struct arena *mem, int64_t limit, struct db_rows *out)
{
	return db_many(db, &search_noted_list, ARGS(limit), &noted_map, mem, out);
}

enum err search_note_done(struct db *db, const struct search_noted *n, bool *mine)
{
	int64_t done = 0;

	TRY(db_exec(db, &search_noted_done, ARGS(n->status_id, n->stamp), &done));
	*mine = done > 0;
	return OK;
}

/* Not in the section of statements: only SQLite understands them. https://www.sqlite.org/fts5.html#the_merge_command */
static const struct db_sql search_merge_step = { "search_merge_step",
	"INSERT INTO search_posts (search_posts, rank) VALUES ('merge', $1)" };
static const struct db_sql search_written = { "search_written", "SELECT total_changes()" };

enum err search_merge(struct db *db, int64_t pages, bool first, bool *more)
{
	int64_t before, after;

	*more = false;
	if (db_is_postgres(db))
		return OK;
	TRY(db_number(db, &search_written, NO_ARGS, &before));
	TRY(db_exec(db, &search_merge_step, ARGS(first ? -pages : pages), NULL));
	TRY(db_number(db, &search_written, NO_ARGS, &after));
	*more = after - before >= 2; /* fewer: nothing was written but the command itself, which is all that changes() counts */
	return OK;
}

/* FTS5 goes from the newest match to the oldest, and stops when there are enough. PostgreSQL's index knows no order: all that
 * match in some chunks are found, which is where their marks are, then sorted ("rowid + 0": not by way of the order of the
 * table). */
SQL(search_match,
    "SELECT rowid FROM search_posts(replace($1, '" SEARCH_PREFIX "', $5::text)) WHERE rowid < $2 AND rowid > $3"
    " ORDER BY rowid DESC LIMIT $4");
static const struct db_sql search_match_marked = { "search_match_marked",
	"SELECT s.rowid FROM search_posts s WHERE s.terms @@ $5::text::tsquery AND s.terms @@ $1::text::tsquery"
	" AND NOT s.terms @@ $6::text::tsquery AND s.rowid + 0 < $2 AND s.rowid + 0 > $3"
	" ORDER BY s.rowid + 0 DESC LIMIT $4" };

static void append(struct ids *all, struct ids more)
{
	if (more.n)
		memcpy(all->v + all->n, more.v, more.n * sizeof(*all->v));
	all->n += more.n;
}

static str any_of(struct arena *mem, const struct search_chunk *c, size_t n)
{
	struct buf marks = buf_new(mem, 1 << 20); /* of all chunks there may ever be */

	if (!c[0].prefix.n)
		return S(SEARCH_ALL);
	for (size_t i = 0; i < n; i++) {
		buf_add(&marks, i ? S(" | " SEARCH_CHUNK) : S(SEARCH_CHUNK));
		buf_add(&marks, c[i].prefix);
	}
	return buf_str(&marks);
}

/* Of some chunks at once. Where these are many, what is not wanted is left out by PostgreSQL's index: to fetch each post of them
 * costs more. */
static enum err match_some(struct db *db, struct arena *mem, const struct search_page *p, const struct search_chunk *c,
                           size_t n, int64_t below, int64_t limit, struct ids *found)
{
	int64_t low = c[n - 1].first_id > p->low ? c[n - 1].first_id - 1 : p->low;
	str query = c[0].prefix.n ? p->query : p->unpaired, without = p->without;

	if (!db_is_postgres(db))
		return db_ids(db, &search_match, ARGS(query, below, low, limit, c[0].prefix), mem, found);
	if (n >= MANY_CHUNKS && without.n) {
		query = strf(mem, "%.*s & !(%.*s)", STR_F(query), STR_F(without));
		without = S("");
	}
	return db_ids(db, &search_match_marked, ARGS(query, below, low, limit, any_of(mem, c, n), without), mem, found);
}

/* How many chunks from here on are asked at once: on SQLite each has a query of its own. */
static size_t together(struct db *db, const struct search_chunk *c, size_t n, size_t most)
{
	size_t some = 1;

	while (db_is_postgres(db) && some < n && some < most && !c[some].prefix.n == !c[0].prefix.n)
		some++;
	return some;
}

/* As many as it takes if in the next ones there is as much as in those, and not more than twice as many as before. */
static size_t next_chunks(size_t most, size_t asked, int64_t found, int64_t missing)
{
	size_t likely = found ? (size_t)(missing * (int64_t)asked / found) + 1 : SIZE_MAX;

	return likely < 2 * most ? likely : 2 * most;
}

/* Newest first, until there are as many as the page has room for. */
enum err search_matching(struct db *db, struct arena *mem, struct search_page *p, struct ids *out)
{
	struct db_rows chunks = { 0 };
	const struct search_chunk *c;
	int64_t below = p->max, missing = p->limit;
	size_t most = FIRST_CHUNKS;

	TRY(search_chunks(db, mem, p->max, p->low, &chunks));
	c = chunks.p;
	*out = (struct ids){ NEWS(mem, int64_t, (size_t)p->limit), 0 };
	for (size_t i = 0, n; i < chunks.n && missing > 0; i += n) {
		struct ids found = { 0 };

		n = together(db, c + i, chunks.n - i, most);
		TRY(match_some(db, mem, p, c + i, n, below, missing, &found));
		append(out, found);
		below = c[i + n - 1].first_id;
		missing = p->limit - (int64_t)out->n;
		most = next_chunks(most, i + n, (int64_t)out->n, missing);
	}
	p->all = missing > 0;
	if (out->n)
		p->max = out->v[out->n - 1];
	return OK;
}

/* and: what else is asked of the id. */
#define LIBRARY(and)                                                                                                     \
	"SELECT status_id FROM favourites WHERE account_id = $1" and("status_id")                                        \
	" UNION ALL SELECT status_id FROM bookmarks WHERE account_id = $1" and("status_id")                              \
	" UNION ALL SELECT reblog_of_id FROM statuses WHERE account_id = $1 AND reblog_of_id IS NOT NULL"                \
	" AND deleted_at = 0" and("reblog_of_id")                                                                        \
	" UNION ALL SELECT status_id FROM status_mentions WHERE account_id = $1 AND NOT silent" and("status_id")         \
	" UNION ALL SELECT status_id FROM poll_votes WHERE account_id = $1" and("status_id")
#define BETWEEN(id) " AND " id " < $2 AND " id " > $3"
#define THIS(id) " AND " id " = s.id"

SQL(search_own, "SELECT DISTINCT status_id FROM (" LIBRARY(BETWEEN) ") l ORDER BY status_id DESC LIMIT $4");

enum err search_library(struct db *db, struct arena *mem, const struct search_page *p, int64_t account_id, struct ids *out)
{
	return db_ids(db, &search_own, ARGS(account_id, p->max, p->low, LOOKED_AT), mem, out);
}

/* SQLite goes through what matches, and stops when there is enough (an ORDER BY would make it go through all); PostgreSQL
 * through those posts. */
SQL(search_match_own,
    "SELECT x.rowid FROM (SELECT rowid FROM search_posts(replace($1, '" SEARCH_PREFIX "', $5::text)) WHERE rowid <= $2"
    " AND rowid >= $3 ORDER BY rowid DESC LIMIT $7) x WHERE x.rowid IN (SELECT value FROM json_each($6)) LIMIT $4");
static const struct db_sql search_match_own_postgres = { "search_match_own_postgres",
	"SELECT s.rowid FROM (SELECT value FROM json_each($2) ORDER BY value DESC) x CROSS JOIN LATERAL"
	" (SELECT p.rowid FROM search_posts p WHERE p.rowid = x.value AND p.terms @@ $1::text::tsquery"
	" AND NOT p.terms @@ $4::text::tsquery OFFSET 0) s LIMIT $3" };

static struct ids of_chunk(struct ids some, int64_t first_id)
{
	size_t n = 0;

	while (n < some.n && some.v[n] >= first_id)
		n++;
	return (struct ids){ some.v, n };
}

static enum err match_own(struct db *db, struct arena *mem, const struct search_page *p, struct ids some, struct ids *out)
{
	struct db_rows chunks = { 0 };
	const struct search_chunk *c;

	TRY(search_chunks(db, mem, p->max, p->low, &chunks));
	c = chunks.p;
	*out = (struct ids){ NEWS(mem, int64_t, (size_t)p->limit), 0 };
	for (size_t i = 0; i < chunks.n && (int64_t)out->n < p->limit; i++) {
		struct ids here = of_chunk(some, c[i].first_id), found = { 0 };
		int64_t left = p->limit - (int64_t)out->n;
		str query = c[i].prefix.n ? p->query : p->unpaired;

		some = (struct ids){ some.v + here.n, some.n - here.n };
		if (!here.n)
			continue;
		TRY(db_ids(db, &search_match_own,
		           ARGS(query, here.v[0], here.v[here.n - 1], left, c[i].prefix, db_id_list(mem, here), LOOKED_AT),
		           mem, &found));
		append(out, found);
	}
	return OK;
}

enum err search_matching_of(struct db *db, struct arena *mem, const struct search_page *p, struct ids some, struct ids *out)
{
	*out = (struct ids){ 0 };
	if (!some.n)
		return OK;
	if (!db_is_postgres(db))
		return match_own(db, mem, p, some, out);
	return db_ids(db, &search_match_own_postgres, ARGS(p->unpaired, db_id_list(mem, some), p->limit, p->without), mem, out);
}

SQL(search_want,
    "SELECT s.id FROM json_each($3) x CROSS JOIN statuses s CROSS JOIN accounts a WHERE s.id = x.value AND a.id = s.account_id"
    " AND s.deleted_at = 0 AND a.suspended_at = 0 AND a.deleted_at = 0"
    " AND (NOT s.local_only OR s.site_id = $5)"
    " AND (($4 AND a.indexable AND a.silenced_by = 0 AND s.visibility = 'public')"
    " OR ($6 AND (a.id = $1 OR EXISTS (" LIBRARY(THIS) "))))"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = a.id)"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $1)"
    " AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = $1 AND m.target_id = a.id"
    " AND (m.expires_at = 0 OR m.expires_at > $2))"
    " AND NOT EXISTS (SELECT 1 FROM domain_blocks d WHERE d.account_id = $1 AND d.domain = a.domain)"
    " AND NOT EXISTS (SELECT 1 FROM accounts v JOIN domain_blocks d ON d.domain = v.domain"
    " WHERE v.id = $1 AND d.account_id = a.id)"
    " ORDER BY s.id DESC");

enum err search_wanted(struct db *db, struct arena *mem, const struct search_asker *by, str ids, struct ids *out)
{
	return db_ids(db, &search_want, ARGS(by->id, by->now, ids, by->everybodys, by->site_id, by->own), mem, out);
}

SQL(search_next_posts,
    "SELECT id FROM statuses WHERE id > $1 AND reblog_of_id IS NULL AND deleted_at = 0 ORDER BY id LIMIT $2");
SQL(search_next_accounts, "SELECT id FROM accounts WHERE id > $1 AND deleted_at = 0 ORDER BY id LIMIT $2");

enum err search_posts_after(struct db *db, struct arena *mem, int64_t id, int64_t limit, struct ids *out)
{
	return db_ids(db, &search_next_posts, ARGS(id, limit), mem, out);
}

enum err search_accounts_after(struct db *db, struct arena *mem, int64_t id, int64_t limit, struct ids *out)
{
	return db_ids(db, &search_next_accounts, ARGS(id, limit), mem, out);
}

SQL(account_terms_clear, "DELETE FROM account_terms WHERE account_id = $1");
SQL(account_terms_add,
    "INSERT INTO account_terms (term, account_id) SELECT t.value, CAST($1 AS BIGINT) FROM json_texts($2) t WHERE TRUE"
    " ON CONFLICT DO NOTHING");

enum err account_terms_put(struct db *db, struct arena *mem, int64_t account_id, struct strs terms)
{
	TRY(db_exec(db, &account_terms_clear, ARGS(account_id), NULL));
	return terms.n ? db_exec(db, &account_terms_add, ARGS(account_id, db_text_list(mem, terms)), NULL) : OK;
}

#define TOO " AND EXISTS (SELECT 1 FROM account_terms t WHERE t.account_id = a.id AND t.term >= "
/* $3: the first term; not more of those nobody follows are looked at than 2,000. Terms go to what is behind them. */
SQL(account_terms_search,
    "SELECT a.id FROM (SELECT account_id FROM (SELECT account_id FROM account_terms WHERE term >= $3 AND term < $4"
    " ORDER BY term, account_id LIMIT 2000) n"
    " UNION SELECT t.account_id FROM follows g CROSS JOIN account_terms t WHERE g.account_id = $1 AND NOT g.pending"
    " AND t.account_id = g.target_id AND t.term >= $3 AND t.term < $4) c"
    " CROSS JOIN accounts a LEFT JOIN follows f ON f.account_id = $1 AND f.target_id = a.id AND NOT f.pending"
    " WHERE a.id = c.account_id AND a.deleted_at = 0 AND a.suspended_at = 0 AND a.kind <> 'Application'"
    " AND (f.id IS NOT NULL OR NOT $2)" TOO "$5 AND t.term < $6)" TOO "$7 AND t.term < $8)"
    " AND a.domain >= $9 AND a.domain < $10"
    " ORDER BY CASE WHEN f.id IS NOT NULL THEN 0 WHEN a.site_id IS NOT NULL THEN 1 ELSE 2 END,"
    " a.followers_count DESC, a.id LIMIT $11 OFFSET $12");

enum err account_terms_find(struct db *db, struct arena *mem, const struct account_find *f, struct ids *out)
{
	str t[ACCOUNT_TERMS], end[ACCOUNT_TERMS], last = S("\xf4\x8f\xbf\xbf"); /* the last character there is */

	for (int i = 0; i < ACCOUNT_TERMS; i++) {
		t[i] = f->terms[i].p ? f->terms[i] : f->terms[0];
		end[i] = str_cat(mem, t[i], last);
	}
	return db_ids(db, &account_terms_search,
	              ARGS(f->viewer_id, f->following, t[0], end[0], t[1], end[1], t[2], end[2], f->domain,
	                   str_cat(mem, f->domain, last), f->limit, f->offset),
	              mem, out);
}
