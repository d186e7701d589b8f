/* Who gets a post is one statement for all followers; the first table is the index of local followers, so an
 * author's remote followers cost nothing here. */
#include "store/feeds.h"

/* What keeps a post ($5: whom it is about, $6: now) out of a feed of one who may otherwise have it. */
#define NOT_UNWANTED(reader) \
	" AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = " reader \
	" AND m.target_id IN (SELECT value FROM json_each($5)) AND (m.expires_at = 0 OR m.expires_at > $6))" \
	" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = " reader \
	" AND b.target_id IN (SELECT value FROM json_each($5)))" \
	" AND NOT EXISTS (SELECT 1 FROM domain_blocks d WHERE d.account_id = " reader " AND d.domain = $7)"
#define LANGUAGE_FITS \
	" (f.languages IS NULL OR CAST($8 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM json_texts(f.languages) l" \
	" WHERE l.value = $8))"
#define NOT_AWAY(reader) " AND NOT EXISTS (SELECT 1 FROM away w WHERE w.account_id = " reader " AND NOT w.back)"
#define FOLLOWED(reader, whom) \
	" EXISTS (SELECT 1 FROM follows g WHERE g.account_id = " reader " AND g.target_id = " whom " AND NOT g.pending)"
/* Somebody who keeps the author on such a list has the posts there. */
#define NOT_EXCLUSIVE(reader, author) \
	" AND NOT EXISTS (SELECT 1 FROM list_accounts e CROSS JOIN lists k WHERE e.account_id = " author \
	" AND e.owner_id = " reader " AND k.id = e.list_id AND k.exclusive)"
#define NOT_THERE(feed) \
	" AND NOT EXISTS (SELECT 1 FROM feeds x WHERE x.feed_id = " feed " AND x.status_id IN (SELECT value FROM json_each($9)))"
/* Of a follow f of the author's ($1). */
#define FOLLOWER_WANTS(feed) \
	" AND ($3 = 0 OR f.show_reblogs) AND" LANGUAGE_FITS NOT_UNWANTED("f.account_id") \
	" AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $3 AND b.target_id = f.account_id)" \
	NOT_AWAY("f.account_id") NOT_THERE(feed)

SQL(feed_push,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT f.account_id, CAST($2 AS BIGINT), f.target_id, CAST($3 AS BIGINT) FROM follows f"
    " WHERE f.target_id = $1 AND f.local AND NOT f.pending"
    " AND (CAST($4 AS BIGINT) = 0 OR f.account_id = $4 OR" FOLLOWED("f.account_id", "$4") ")"
    NOT_EXCLUSIVE("f.account_id", "f.target_id") FOLLOWER_WANTS("f.account_id") " ON CONFLICT DO NOTHING");
SQL(feed_push_mentioned,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT f.account_id, s.status_id, f.target_id, 0 FROM status_mentions s"
    " JOIN follows f ON f.account_id = s.account_id AND f.target_id = $1 AND f.local AND NOT f.pending"
    " WHERE s.status_id = $2 AND NOT s.silent"
    " AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = f.account_id AND m.target_id = $1"
    " AND (m.expires_at = 0 OR m.expires_at > $3))" NOT_AWAY("f.account_id") " ON CONFLICT DO NOTHING");
SQL(feed_push_one,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id) VALUES ($1, $2, $3, $4) ON CONFLICT"
    " DO NOTHING");

/* Replies to others ($4) on a list l. */
#define LIST_TAKES(answered) \
	" (l.replies_policy = 'followed' AND" FOLLOWED("l.account_id", answered) ")" \
	" OR (l.replies_policy = 'list' AND EXISTS (SELECT 1 FROM list_accounts y WHERE y.list_id = l.id" \
	" AND y.account_id = " answered "))"
SQL(feed_push_lists,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT l.id, CAST($2 AS BIGINT), f.target_id, CAST($3 AS BIGINT)"
    " FROM list_accounts n CROSS JOIN lists l CROSS JOIN follows f"
    " WHERE n.account_id = $1 AND l.id = n.list_id AND f.account_id = n.owner_id AND f.target_id = n.account_id"
    " AND f.local AND NOT f.pending"
    " AND (CAST($4 AS BIGINT) = 0 OR l.account_id = $4 OR" LIST_TAKES("$4") ")"
    FOLLOWER_WANTS("l.id") " ON CONFLICT DO NOTHING");
/* Who is on a list of their own. */
SQL(feed_push_own_lists,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT l.id, CAST($2 AS BIGINT), n.account_id, CAST($3 AS BIGINT) FROM list_accounts n CROSS JOIN lists l"
    " WHERE n.account_id = $1 AND n.owner_id = $1 AND l.id = n.list_id"
    " AND (CAST($4 AS BIGINT) = 0 OR" LIST_TAKES("$4") ") ON CONFLICT DO NOTHING");
/* Who follows one of the hashtags; where the author is followed too, in the languages wanted of them. */
SQL(feed_push_tags,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT t.account_id, CAST($2 AS BIGINT), CAST($1 AS BIGINT), CAST($3 AS BIGINT) FROM status_tags h CROSS JOIN tag_follows t"
    " WHERE h.status_id = $2 AND t.tag_id = h.tag_id AND t.account_id <> $1"
    " AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.account_id = t.account_id AND f.target_id = $1 AND NOT" LANGUAGE_FITS ")"
    " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = $1 AND b.target_id = t.account_id)"
    NOT_UNWANTED("t.account_id") NOT_AWAY("t.account_id")
    " AND (CAST($4 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM accounts v WHERE v.id = t.account_id AND v.site_id = $4))"
    " ON CONFLICT DO NOTHING");

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
	struct db_args a = ARGS(p->author_id, p->status_id, p->boosted_id, p->reply_to, p->about, p->now, p->domain, p->language,
	                        p->same);

	TRY(db_exec(db, &feed_push, a, NULL));
	return db_exec(db, &feed_push_lists, a, NULL);
}

enum err feeds_push_mentioned(struct db *db, const struct feed_push *p)
{
	return db_exec(db, &feed_push_mentioned, ARGS(p->author_id, p->status_id, p->now), NULL);
}

enum err feeds_push_one(struct db *db, int64_t account_id, const struct feed_push *p)
{
	return db_exec(db, &feed_push_one, ARGS(account_id, p->status_id, p->author_id, p->boosted_id), NULL);
}

enum err feeds_push_own_lists(struct db *db, const struct feed_push *p)
{
	return db_exec(db, &feed_push_own_lists, ARGS(p->author_id, p->status_id, p->boosted_id, p->reply_to), NULL);
}

enum err feeds_push_tags(struct db *db, const struct feed_push *p, int64_t site_id)
{
	return db_exec(db, &feed_push_tags,
	               ARGS(p->author_id, p->status_id, p->boosted_id, site_id, p->about, p->now, p->domain, p->language), NULL);
}

/* What a feed is filled with afterwards: posts s of one who is followed by f; o is what s boosts. */
#define CANDIDATES \
	" CROSS JOIN statuses s LEFT JOIN statuses o ON o.id = s.reblog_of_id WHERE NOT f.pending" \
	" AND s.account_id = f.target_id AND s.deleted_at = 0 AND s.visibility IN ('public', 'unlisted', 'private')" \
	" AND (s.reblog_of_id IS NULL OR f.show_reblogs)" \
	" AND (f.languages IS NULL OR s.language IS NULL OR EXISTS (SELECT 1 FROM json_texts(f.languages) l" \
	" WHERE l.value = s.language))" \
	" AND (o.in_reply_to_uri IS NULL OR NOT EXISTS (SELECT 1 FROM accounts g WHERE g.id = s.account_id" \
	" AND g.kind = 'Group'))" \
	" AND (s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id OR s.in_reply_to_account_id = f.account_id"
#define FOR_HOME \
	CANDIDATES " OR" FOLLOWED("f.account_id", "s.in_reply_to_account_id") ")" NOT_EXCLUSIVE("f.account_id", "f.target_id")
#define FOR_LIST CANDIDATES " OR" LIST_TAKES("s.in_reply_to_account_id") ")"
#define BOOSTED "CASE WHEN o.account_id IS NULL THEN 0 ELSE o.account_id END"

SQL(feed_merge,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT f.account_id, s.id, s.account_id, " BOOSTED " FROM follows f" FOR_HOME
    " AND f.account_id = $1 AND f.target_id = $2"
    " AND NOT EXISTS (SELECT 1 FROM feeds x WHERE x.feed_id = $1 AND x.status_id = s.reblog_of_id)"
    " ORDER BY s.id DESC LIMIT $3 ON CONFLICT DO NOTHING");
SQL(feed_merge_list,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT l.id, s.id, s.account_id, " BOOSTED " FROM lists l CROSS JOIN follows f" FOR_LIST
    " AND l.id = $1 AND f.account_id = l.account_id AND f.target_id = $2"
    " AND NOT EXISTS (SELECT 1 FROM feeds x WHERE x.feed_id = $1 AND x.status_id = s.reblog_of_id)"
    " ORDER BY s.id DESC LIMIT $3 ON CONFLICT DO NOTHING");
SQL(feed_unmerge, "DELETE FROM feeds WHERE feed_id = $1 AND author_id = $2");
SQL(feed_unmerge_lists,
    "DELETE FROM feeds WHERE feed_id IN (SELECT id FROM lists WHERE account_id = $1) AND author_id = $2");
/* Posts that came by a hashtag alone: neither by their author nor by another one. */
SQL(feed_unmerge_tag,
    "DELETE FROM feeds WHERE feed_id = $1 AND author_id <> $1 AND boosted_id = 0"
    " AND EXISTS (SELECT 1 FROM status_tags h WHERE h.tag_id = $2 AND h.status_id = feeds.status_id)"
    " AND NOT" FOLLOWED("$1", "feeds.author_id")
    " AND NOT EXISTS (SELECT 1 FROM status_tags h CROSS JOIN tag_follows t WHERE h.status_id = feeds.status_id"
    " AND t.tag_id = h.tag_id AND t.account_id = $1)");
SQL(feed_same,
    "SELECT CAST($1 AS BIGINT) UNION ALL SELECT id FROM (SELECT id FROM statuses WHERE reblog_of_id = $1"
    " AND reblog_of_id IS NOT NULL AND deleted_at = 0 AND id > $2 LIMIT 200) b");

enum err feeds_merge(struct db *db, int64_t account_id, int64_t target_id, int64_t limit)
{
	return db_exec(db, &feed_merge, ARGS(account_id, target_id, limit), NULL);
}

enum err feeds_merge_list(struct db *db, int64_t list_id, int64_t target_id, int64_t limit)
{
	return db_exec(db, &feed_merge_list, ARGS(list_id, target_id, limit), NULL);
}

enum err feeds_unmerge(struct db *db, int64_t feed_id, int64_t target_id)
{
	return db_exec(db, &feed_unmerge, ARGS(feed_id, target_id), NULL);
}

enum err feeds_unmerge_lists(struct db *db, int64_t account_id, int64_t target_id)
{
	return db_exec(db, &feed_unmerge_lists, ARGS(account_id, target_id), NULL);
}

enum err feeds_unmerge_tag(struct db *db, int64_t account_id, int64_t tag_id)
{
	return db_exec(db, &feed_unmerge_tag, ARGS(account_id, tag_id), NULL);
}

enum err feeds_same(struct db *db, struct arena *mem, int64_t status_id, int64_t since, struct ids *ids)
{
	return db_ids(db, &feed_same, ARGS(status_id, since), mem, ids);
}

SQL(feed_count, "SELECT COUNT(*) FROM feeds WHERE status_id = $1");

enum err feeds_count(struct db *db, int64_t status_id, int64_t *n)
{
	return db_number(db, &feed_count, ARGS(status_id), n);
}

/* The slack keeps a home from being looked at each day for a few rows. */
SQL(feed_overfull, "SELECT feed_id FROM feeds GROUP BY feed_id HAVING COUNT(*) > $1 + 500 LIMIT 1");
SQL(feed_trim,
    "DELETE FROM feeds WHERE feed_id = $1 AND status_id IN (SELECT status_id FROM feeds WHERE feed_id = $1"
    " AND status_id < (SELECT status_id FROM feeds WHERE feed_id = $1 ORDER BY status_id DESC LIMIT 1 OFFSET $2)"
    " ORDER BY status_id LIMIT $3)");

enum err feeds_trim(struct db *db, int64_t keep, int64_t limit, int64_t *gone)
{
	int64_t feed;
	enum err e = db_number(db, &feed_overfull, ARGS(keep), &feed);

	*gone = 0;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return db_exec(db, &feed_trim, ARGS(feed, keep - 1, limit), gone);
}

/* --- who is away, and comes back */

SQL(away_add,
    "INSERT INTO away (account_id, back) SELECT a.id, FALSE FROM accounts a WHERE a.site_id IS NOT NULL AND a.deleted_at = 0"
    " AND a.kind <> 'Application' AND a.created_at < $1"
    " AND a.id NOT IN (SELECT account_id FROM oauth_tokens WHERE used_at >= $1 AND account_id IS NOT NULL)"
    " AND NOT EXISTS (SELECT 1 FROM away w WHERE w.account_id = a.id AND NOT w.back) LIMIT $2"
    " ON CONFLICT (account_id) DO UPDATE SET back = FALSE");
#define OF_AWAY \
	"feed_id IN (SELECT account_id FROM away WHERE NOT back UNION ALL" \
	" SELECT l.id FROM away w CROSS JOIN lists l WHERE l.account_id = w.account_id AND NOT w.back)"
SQL(away_clear,
    "DELETE FROM feeds WHERE " OF_AWAY
    " AND (feed_id, status_id) IN (SELECT feed_id, status_id FROM feeds WHERE " OF_AWAY " LIMIT $1)");
SQL(away_find, "SELECT account_id FROM away WHERE account_id = $1");
SQL(away_return, "UPDATE away SET back = TRUE WHERE account_id = $1");
SQL(away_end, "DELETE FROM away WHERE account_id = $1");

enum err away_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	return db_exec(db, &away_add, ARGS(before, limit), gone);
}

enum err away_feeds_sweep(struct db *db, int64_t before, int64_t limit, int64_t *gone)
{
	(void)before;
	return db_exec(db, &away_clear, ARGS(limit), gone);
}

enum err away_is(struct db *db, int64_t account_id, bool *is)
{
	enum err e = db_number(db, &away_find, ARGS(account_id), &account_id);

	*is = !e;
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err away_set(struct db *db, int64_t account_id, bool over)
{
	return db_exec(db, over ? &away_end : &away_return, ARGS(account_id), NULL);
}

SQL(recent_home, "SELECT s.id FROM follows f" FOR_HOME " AND f.account_id = $1 AND s.id > $2 ORDER BY s.id DESC LIMIT $3");
SQL(recent_own, "SELECT id FROM statuses WHERE account_id = $1 AND id > $2 AND deleted_at = 0 ORDER BY id DESC LIMIT $3");
SQL(recent_tags,
    "SELECT s.id FROM tag_follows t CROSS JOIN status_tags h CROSS JOIN statuses s CROSS JOIN accounts a"
    " WHERE t.account_id = $1 AND h.tag_id = t.tag_id AND h.status_id > $2 AND s.id = h.status_id AND a.id = s.account_id"
    " AND s.visibility = 'public' AND s.reblog_of_id IS NULL AND s.deleted_at = 0 AND a.silenced_by = 0"
    " ORDER BY h.status_id DESC LIMIT $3");
SQL(recent_list,
    "SELECT s.id FROM lists l CROSS JOIN list_accounts n CROSS JOIN follows f" FOR_LIST
    " AND l.id = $1 AND n.list_id = l.id AND f.account_id = n.owner_id AND f.target_id = n.account_id AND s.id > $2"
    " ORDER BY s.id DESC LIMIT $3");

enum err feeds_recent(struct db *db, struct arena *mem, enum feed_source source, int64_t id, int64_t since, int64_t limit,
                      struct ids *ids)
{
	static const struct db_sql *const sqls[] = {
		[FEED_FOLLOWED] = &recent_home, [FEED_OWN] = &recent_own, [FEED_TAGS] = &recent_tags, [FEED_LIST] = &recent_list
	};

	return db_ids(db, sqls[source], ARGS(id, since, limit), mem, ids);
}

/* Of several boosts of one post, and of those beside the post itself, one is enough. */
SQL(feed_fill,
    "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id)"
    " SELECT CAST($1 AS BIGINT), s.id, s.account_id, " BOOSTED " FROM statuses s LEFT JOIN statuses o ON o.id = s.reblog_of_id"
    " WHERE s.id IN (SELECT value FROM json_each($2)) AND s.deleted_at = 0"
    " AND (s.reblog_of_id IS NULL OR s.reblog_of_id NOT IN (SELECT value FROM json_each($2)))"
    " AND NOT EXISTS (SELECT 1 FROM statuses e WHERE e.reblog_of_id = s.reblog_of_id AND e.reblog_of_id IS NOT NULL"
    " AND e.deleted_at = 0 AND e.id < s.id AND e.id IN (SELECT value FROM json_each($2)))"
    " ON CONFLICT DO NOTHING");

enum err feeds_fill(struct db *db, int64_t feed_id, str ids)
{
	return db_exec(db, &feed_fill, ARGS(feed_id, ids), NULL);
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
     "SELECT f.status_id FROM feeds f WHERE f.feed_id = $6 AND f.status_id < $3 AND f.status_id > $4"
     " AND f.author_id NOT IN " HIDDEN " AND f.boosted_id NOT IN " HIDDEN);

enum err feeds_page(struct db *db, struct arena *mem, int64_t feed_id, int64_t account_id, int64_t now,
                    const struct span *sp, struct ids *ids)
{
	return db_ids(db, sp->up ? &feed_page_up : &feed_page_down,
	              ARGS(account_id, now, sp->max, sp->low, sp->limit, feed_id), mem, ids);
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

PAGE(link_page, "k.status_id",
     "SELECT k.status_id FROM status_cards k CROSS JOIN statuses s CROSS JOIN accounts a"
     " WHERE k.card_id = $9 AND k.status_id < $3 AND k.status_id > $4 AND s.id = k.status_id AND a.id = s.account_id"
     PUBLIC_ONLY ELSEWHERE);

enum err timelines_link(struct db *db, struct arena *mem, const struct timeline_page *p, struct ids *ids)
{
	const struct span *sp = &p->span;

	return db_ids(db, sp->up ? &link_page_up : &link_page_down,
	              ARGS(p->viewer, p->now, sp->max, sp->low, sp->limit, p->only_media, p->remote, p->site_id, p->card_id), mem,
	              ids);
}

/* What visible_status() would refuse is left out here, so that pages come out full. The same for all posts,
 * for those with media and for the pinned ones: each finds its few among very many by an index of its own. */
#define OF_ACCOUNT \
	" AND s.deleted_at = 0 AND s.id < $3 AND s.id > $4" \
	" AND ($7 OR s.visibility IN ('public', 'unlisted') OR ($8 AND s.visibility = 'private')" \
	" OR EXISTS (SELECT 1 FROM status_mentions m WHERE m.status_id = s.id AND m.account_id = $1))" \
	" AND (NOT $9 OR s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id)" \
	" AND (NOT $10 OR s.reblog_of_id IS NULL) AND (NOT $12 OR s.visibility <> 'direct')" \
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
	                   p->no_reblogs, p->tag_id, p->no_direct),
	              mem, ids);
}
