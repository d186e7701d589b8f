/* Who gets a post is one statement for all followers; the first table is the index of local followers, so an
 * author's remote followers cost nothing here. */
#include "store/feeds.h"

SQL(feed_push,
    "INSERT INTO feeds (account_id, status_id, author_id, boosted_id)"
    " SELECT f.account_id, CAST($2 AS BIGINT), f.target_id, CAST($3 AS BIGINT) FROM follows f"
    " WHERE f.target_id = $1 AND f.local AND NOT f.pending"
    " AND (CAST($4 AS BIGINT) = 0 OR f.account_id = $4 OR EXISTS (SELECT 1 FROM follows g"
    " WHERE g.account_id = f.account_id AND g.target_id = $4 AND NOT g.pending))"
    " AND ($3 = 0 OR f.show_reblogs)"
    " AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = f.account_id"
    " AND m.target_id IN (SELECT value FROM json_each($5)) AND (m.expires_at = 0 OR m.expires_at > $6))"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = f.account_id"
    " AND b.target_id IN (SELECT value FROM json_each($5)))"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $3 AND b.target_id = f.account_id)"
    " AND NOT EXISTS (SELECT 1 FROM domain_blocks d WHERE d.account_id = f.account_id AND d.domain = $7)"
    " AND (f.languages IS NULL OR CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM json_texts(f.languages) l"
    " WHERE l.value = $8))"
    " AND NOT EXISTS (SELECT 1 FROM feeds x WHERE x.account_id = f.account_id"
    " AND x.status_id IN (SELECT value FROM json_each($9)))"
    " ON CONFLICT DO NOTHING");
SQL(feed_push_mentioned,
    "INSERT INTO feeds (account_id, status_id, author_id, boosted_id)"
    " SELECT f.account_id, s.status_id, f.target_id, 0 FROM status_mentions s"
    " JOIN follows f ON f.account_id = s.account_id AND f.target_id = $1 AND f.local AND NOT f.pending"
    " WHERE s.status_id = $2 AND NOT s.silent"
    " AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = f.account_id AND m.target_id = $1"
    " AND (m.expires_at = 0 OR m.expires_at > $3)) ON CONFLICT DO NOTHING");
SQL(feed_push_one,
    "INSERT INTO feeds (account_id, status_id, author_id, boosted_id) VALUES ($1, $2, $3, $4) ON CONFLICT"
    " DO NOTHING");

SQL(feed_boosted,
    "SELECT a.id AS account_id, a.domain, s.in_reply_to_uri IS NOT NULL AS reply FROM statuses s"
    " JOIN accounts a ON a.id = s.account_id WHERE s.id = $1");

static const struct db_field boosted_fields[] = { F_I64(feed_boosted, account_id), F_STR(feed_boosted, domain),
	                                               F_BOOL(feed_boosted, reply) };
static const struct db_map boosted_map = DB_MAP_OF(feed_boosted, boosted_fields);

enum err feeds_boosted(struct db *db, struct arena *mem, int64_t status_id, struct feed_boosted *out)
{
	return db_one(db, &feed_boosted, ARGS(status_id), &boosted_map, mem, out);
}

enum err feeds_push(struct db *db, const struct feed_push *p)
{
	return db_exec(db, &feed_push,
	               ARGS(p->author_id, p->status_id, p->boosted_id, p->reply_to, p->about, p->now, p->domain, p->language,
	                    p->same),
	               NULL);
}

enum err feeds_push_mentioned(struct db *db, const struct feed_push *p)
{
	return db_exec(db, &feed_push_mentioned, ARGS(p->author_id, p->status_id, p->now), NULL);
}

enum err feeds_push_one(struct db *db, int64_t account_id, const struct feed_push *p)
{
	return db_exec(db, &feed_push_one, ARGS(account_id, p->status_id, p->author_id, p->boosted_id), NULL);
}

SQL(feed_merge,
    "INSERT INTO feeds (account_id, status_id, author_id, boosted_id)"
    " SELECT f.account_id, s.id, s.account_id, CASE WHEN o.account_id IS NULL THEN 0 ELSE o.account_id END"
    " FROM follows f CROSS JOIN statuses s LEFT JOIN statuses o ON o.id = s.reblog_of_id"
    " WHERE f.account_id = $1 AND f.target_id = $2 AND NOT f.pending"
    " AND s.account_id = $2 AND s.deleted_at = 0 AND s.visibility IN ('public', 'unlisted', 'private')"
    " AND (s.reblog_of_id IS NULL OR f.show_reblogs)"
    " AND (o.in_reply_to_uri IS NULL OR NOT EXISTS (SELECT 1 FROM accounts g WHERE g.id = $2 AND g.kind = 'Group'))"
    " AND (s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = $2 OR s.in_reply_to_account_id = $1"
    " OR EXISTS (SELECT 1 FROM follows g WHERE g.account_id = $1 AND g.target_id = s.in_reply_to_account_id"
    " AND NOT g.pending))"
    " ORDER BY s.id DESC LIMIT $3 ON CONFLICT DO NOTHING");
SQL(feed_unmerge, "DELETE FROM feeds WHERE account_id = $1 AND author_id = $2");
SQL(feed_same,
    "SELECT id FROM statuses WHERE reblog_of_id = $1 AND reblog_of_id IS NOT NULL AND deleted_at = 0 AND"
    " id > $2"
    " UNION ALL SELECT CAST($1 AS BIGINT) LIMIT 100");

enum err feeds_merge(struct db *db, int64_t account_id, int64_t target_id, int64_t limit)
{
	return db_exec(db, &feed_merge, ARGS(account_id, target_id, limit), NULL);
}

enum err feeds_unmerge(struct db *db, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &feed_unmerge, ARGS(account_id, target_id), NULL);
}

enum err feeds_same(struct db *db, struct arena *mem, int64_t status_id, int64_t since, struct ids *ids)
{
	return db_ids(db, &feed_same, ARGS(status_id, since), mem, ids);
}

/* The slack keeps a home from being looked at each day for a few rows. */
SQL(feed_overfull, "SELECT account_id FROM feeds GROUP BY account_id HAVING COUNT(*) > $1 + 500 LIMIT 1");
SQL(feed_trim,
    "DELETE FROM feeds WHERE account_id = $1 AND status_id IN (SELECT status_id FROM feeds WHERE account_id = $1"
    " AND status_id < (SELECT status_id FROM feeds WHERE account_id = $1 ORDER BY status_id DESC LIMIT 1 OFFSET $2)"
    " ORDER BY status_id LIMIT $3)");

enum err feeds_trim(struct db *db, int64_t keep, int64_t limit, int64_t *gone)
{
	int64_t account;
	enum err e = db_number(db, &feed_overfull, ARGS(keep), &account);

	*gone = 0;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return db_exec(db, &feed_trim, ARGS(account, keep - 1, limit), gone);
}

/* Whose posts the viewer ($1, now $2) does not want, or may not have, in a timeline. */
#define HIDDEN \
	"(SELECT target_id FROM blocks WHERE account_id = $1 UNION ALL SELECT account_id FROM blocks WHERE target_id = $1" \
	" UNION ALL SELECT target_id FROM mutes WHERE account_id = $1 AND (expires_at = 0 OR expires_at > $2)" \
	" UNION ALL SELECT d.account_id FROM accounts v JOIN domain_blocks d ON d.domain = v.domain WHERE v.id = $1)"
#define HIDDEN_DOMAINS "(SELECT domain FROM domain_blocks WHERE account_id = $1)"

/* The same statement downwards and upwards. */
#define PAGE(name, column, ...) \
	SQL(name##_down, __VA_ARGS__ " ORDER BY " column " DESC LIMIT $5"); \
	SQL(name##_up, __VA_ARGS__ " ORDER BY " column " LIMIT $5")

PAGE(feed_page, "f.status_id",
     "SELECT f.status_id FROM feeds f WHERE f.account_id = $1 AND f.status_id < $3 AND f.status_id > $4"
     " AND f.author_id NOT IN " HIDDEN " AND f.boosted_id NOT IN " HIDDEN);

enum err feeds_page(struct db *db, struct arena *mem, int64_t account_id, int64_t now,
                    const struct span *sp, struct ids *ids)
{
	return db_ids(db, sp->up ? &feed_page_up : &feed_page_down, ARGS(account_id, now, sp->max, sp->low, sp->limit), mem, ids);
}

/* What public and tag timelines have in common; s is the post, a its author. */
#define PUBLIC_ONLY \
	" AND s.visibility = 'public' AND s.reblog_of_id IS NULL AND s.deleted_at = 0" \
	" AND a.suspended_at = 0 AND a.deleted_at = 0 AND a.silenced_by = 0 AND s.account_id NOT IN " HIDDEN \
	" AND a.domain NOT IN " HIDDEN_DOMAINS " AND (NOT $6 OR (s.extras & 4) <> 0)"
#define NO_REPLIES " AND (s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id)"
#define ELSEWHERE " AND (NOT $7 OR s.site_id IS NULL OR s.site_id <> $8)"

PAGE(public_page, "s.id",
     "SELECT s.id FROM statuses s CROSS JOIN accounts a WHERE a.id = s.account_id AND s.id < $3 AND s.id > $4"
     PUBLIC_ONLY NO_REPLIES ELSEWHERE);
PAGE(local_page, "s.id",
     "SELECT s.id FROM statuses s CROSS JOIN accounts a WHERE a.id = s.account_id AND s.site_id = $7 AND s.site_id IS NOT NULL"
     " AND s.id < $3 AND s.id > $4" PUBLIC_ONLY NO_REPLIES);
PAGE(tag_page, "t.status_id",
     "SELECT t.status_id FROM status_tags t CROSS JOIN statuses s CROSS JOIN accounts a"
     " WHERE t.tag_id = $9 AND t.status_id < $3 AND t.status_id > $4 AND s.id = t.status_id AND a.id = s.account_id"
     PUBLIC_ONLY ELSEWHERE " AND (NOT $10 OR s.site_id = $8)"
     " AND (CAST($12 AS BIGINT) = 0 OR $12 <= (SELECT COUNT(*) FROM status_tags x WHERE x.status_id = t.status_id"
     " AND x.tag_id IN (SELECT value FROM json_each($11))))"
     " AND NOT EXISTS (SELECT 1 FROM status_tags x WHERE x.status_id = t.status_id"
     " AND x.tag_id IN (SELECT value FROM json_each($13)))");

enum err timelines_public(struct db *db, struct arena *mem, const struct timeline_page *p, struct ids *ids)
{
	const struct span *sp = &p->span;

	if (p->local)
		return db_ids(db, sp->up ? &local_page_up : &local_page_down,
		              ARGS(p->viewer, p->now, sp->max, sp->low, sp->limit, p->only_media, p->site_id), mem, ids);
	return db_ids(db, sp->up ? &public_page_up : &public_page_down,
	              ARGS(p->viewer, p->now, sp->max, sp->low, sp->limit, p->only_media, p->remote, p->site_id), mem, ids);
}

enum err timelines_tag(struct db *db, struct arena *mem, const struct timeline_page *p, struct ids *ids)
{
	const struct span *sp = &p->span;

	return db_ids(db, sp->up ? &tag_page_up : &tag_page_down,
	              ARGS(p->viewer, p->now, sp->max, sp->low, sp->limit, p->only_media, p->remote, p->site_id, p->tag_id,
	                   p->local, p->all, p->all_n, p->none),
	              mem, ids);
}

/* What visible_status() would refuse is left out here, so that pages come out full. The same for all posts,
 * for those with media and for the pinned ones: each finds its few among very many by an index of its own. */
#define OF_ACCOUNT \
	" AND s.deleted_at = 0 AND s.id < $3 AND s.id > $4" \
	" AND ($7 OR s.visibility IN ('public', 'unlisted') OR ($8 AND s.visibility = 'private')" \
	" OR EXISTS (SELECT 1 FROM status_mentions m WHERE m.status_id = s.id AND m.account_id = $1))" \
	" AND (NOT $9 OR s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id)" \
	" AND (NOT $10 OR s.reblog_of_id IS NULL)" \
	" AND (CAST($11 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM status_tags t WHERE t.tag_id = $11 AND t.status_id = s.id))" \
	" AND (s.reblog_of_id IS NULL OR NOT EXISTS (SELECT 1 FROM statuses o WHERE o.id = s.reblog_of_id" \
	" AND o.account_id IN " HIDDEN "))"
PAGE(account_page, "s.id", "SELECT s.id FROM statuses s WHERE s.account_id = $6" OF_ACCOUNT);
PAGE(account_media_page, "s.id", "SELECT s.id FROM statuses s WHERE s.account_id = $6 AND (s.extras & 4) <> 0" OF_ACCOUNT);
PAGE(account_pinned_page, "s.id",
     "SELECT s.id FROM pins p CROSS JOIN statuses s WHERE p.account_id = $6 AND s.id = p.status_id AND s.account_id = $6"
     OF_ACCOUNT);

enum err timelines_account(struct db *db, struct arena *mem, const struct account_page *p, struct ids *ids)
{
	static const struct db_sql *const sqls[3][2] = {
		{ &account_page_down, &account_page_up },
		{ &account_media_page_down, &account_media_page_up },
		{ &account_pinned_page_down, &account_pinned_page_up },
	};
	const struct span *sp = &p->span;

	return db_ids(db, sqls[p->pinned ? 2 : p->only_media][sp->up],
	              ARGS(p->viewer, p->now, sp->max, sp->low, sp->limit, p->account_id, p->self, p->following, p->no_replies,
	                   p->no_reblogs, p->tag_id),
	              mem, ids);
}
