#include "store/cards.h"

static const struct db_field card_fields[] = {
	F_I64(card, id),
	F_STR(card, url),
	F_I64(card, state),
	F_I64(card, fetched_at),
	F_STR(card, kind),
	F_STR(card, title),
	F_STR(card, description),
	F_STR(card, author_name),
	F_STR(card, author_url),
	F_I64(card, author_id),
	F_STR(card, provider_name),
	F_STR(card, provider_url),
	F_STR(card, html),
	F_STR(card, embed_url),
	F_I64(card, width),
	F_I64(card, height),
	F_STR(card, image_url),
	F_STR(card, image_description),
	F_STR(card, blurhash),
	F_STR(card, language),
	F_I64(card, published_at),
	F_I64(card, created_at),
	F_I64(card, status_id),
};
static const struct db_map card_map = DB_MAP_OF(card, card_fields);

SQL(card_by_id, "SELECT * FROM cards WHERE id = $1");
SQL(card_by_ids, "SELECT * FROM cards WHERE id IN (SELECT value FROM json_each($1))");
SQL(card_by_link, "SELECT c.* FROM card_links l JOIN cards c ON c.id = l.card_id WHERE l.url = $1");
SQL(card_make, "INSERT INTO cards (id, url, created_at) VALUES ($1, $2, $3)");
SQL(card_link,
    "INSERT INTO card_links (url, card_id) VALUES ($1, $2)"
    " ON CONFLICT (url) DO UPDATE SET card_id = excluded.card_id");
SQL(card_set,
    "UPDATE cards SET url = $2, state = $3, fetched_at = $4, kind = $5, title = $6, description = $7, author_name = $8,"
    " author_url = $9, author_id = $10, provider_name = $11, provider_url = $12, html = $13, embed_url = $14, width = $15,"
    " height = $16, image_url = $17, image_description = $18, language = $19, published_at = $20,"
    " blurhash = $21 WHERE id = $1");
SQL(card_picture,
    "UPDATE cards SET blurhash = $2, width = CASE WHEN width > 0 AND height > 0 THEN width ELSE $3 END,"
    " height = CASE WHEN width > 0 AND height > 0 THEN height ELSE $4 END WHERE image_url = $1 AND image_url <> ''");

enum err cards_by_id(struct db *db, struct arena *mem, int64_t id, struct card *c)
{
	return db_one(db, &card_by_id, ARGS(id), &card_map, mem, c);
}

enum err cards_by_ids(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &card_by_ids, ARGS(ids), &card_map, mem, out);
}

enum err cards_by_link(struct db *db, struct arena *mem, str url, struct card *c)
{
	return db_one(db, &card_by_link, ARGS(url), &card_map, mem, c);
}

enum err cards_link(struct db *db, str url, int64_t card_id)
{
	return db_exec(db, &card_link, ARGS(url, card_id), NULL);
}

enum err cards_make(struct db *db, int64_t id, str url, int64_t now)
{
	TRY(db_exec(db, &card_make, ARGS(id, url, now), NULL));
	return cards_link(db, url, id);
}

static str text(str s)
{
	return str_or(s, S(""));
}

enum err cards_set(struct db *db, const struct card *c)
{
	return db_exec(db, &card_set,
	               ARGS(c->id, c->url, c->state, c->fetched_at, str_or(c->kind, S("link")), text(c->title),
	                    text(c->description), text(c->author_name), text(c->author_url), DB_ID(c->author_id),
	                    text(c->provider_name), text(c->provider_url), text(c->html), text(c->embed_url), c->width,
	                    c->height, text(c->image_url), text(c->image_description), text(c->language), c->published_at,
	                    text(c->blurhash)),
	               NULL);
}

enum err cards_set_picture(struct db *db, str image_url, str blurhash, int64_t width, int64_t height)
{
	return db_exec(db, &card_picture, ARGS(image_url, text(blurhash), width, height), NULL);
}

SQL(card_move_links, "UPDATE card_links SET card_id = $2 WHERE card_id = $1");
SQL(card_move_posts, "UPDATE status_cards SET card_id = $2 WHERE card_id = $1");
SQL(card_delete, "DELETE FROM cards WHERE id = $1");

enum err cards_merge(struct db *db, int64_t from, int64_t to)
{
	TRY(db_exec(db, &card_move_links, ARGS(from, to), NULL));
	TRY(db_exec(db, &card_move_posts, ARGS(from, to), NULL));
	return db_exec(db, &card_delete, ARGS(from), NULL);
}

SQL(card_sweep,
    "DELETE FROM cards WHERE id IN (SELECT c.id FROM cards c WHERE c.fetched_at < $1 AND c.created_at < $1"
    " AND NOT EXISTS (SELECT 1 FROM status_cards k WHERE k.card_id = c.id) LIMIT $2)");
SQL(card_sweep_links, "DELETE FROM card_links WHERE NOT EXISTS (SELECT 1 FROM cards c WHERE c.id = card_links.card_id)");

enum err cards_sweep(struct db *db, int64_t before, int64_t n, int64_t *gone)
{
	TRY(db_exec(db, &card_sweep, ARGS(before, n), gone));
	return *gone ? db_exec(db, &card_sweep_links, NO_ARGS, NULL) : OK;
}

SQL(status_card_put,
    "INSERT INTO status_cards (status_id, card_id) VALUES ($1, $2)"
    " ON CONFLICT (status_id) DO UPDATE SET card_id = excluded.card_id");
SQL(status_card_drop, "DELETE FROM status_cards WHERE status_id = $1");
SQL(card_shown,
    "SELECT c.*, k.status_id FROM status_cards k JOIN cards c ON c.id = k.card_id"
    " WHERE k.status_id IN (SELECT value FROM json_each($1)) AND c.state = 1");

enum err status_cards_put(struct db *db, int64_t status_id, int64_t card_id)
{
	return db_exec(db, &status_card_put, ARGS(status_id, card_id), NULL);
}

enum err status_cards_drop(struct db *db, int64_t status_id)
{
	return db_exec(db, &status_card_drop, ARGS(status_id), NULL);
}

enum err cards_shown(struct db *db, struct arena *mem, str ids, struct db_rows *out)
{
	return db_many(db, &card_shown, ARGS(ids), &card_map, mem, out);
}

static const struct db_field use_fields[] = { F_I64(card_use, id), F_I64(card_use, accounts), F_I64(card_use, uses) };
static const struct db_map use_map = DB_MAP_OF(card_use, use_fields);
SQL(card_used,
    "SELECT k.card_id AS id, COUNT(DISTINCT s.account_id) AS accounts, COUNT(*) AS uses"
    " FROM status_cards k JOIN statuses s ON s.id = k.status_id JOIN accounts a ON a.id = s.account_id"
    " JOIN cards c ON c.id = k.card_id"
    " WHERE k.status_id > $1 AND s.visibility = 'public' AND s.deleted_at = 0 AND NOT s.local_only"
    " AND a.silenced_by = 0 AND a.suspended_at = 0 AND c.state = 1"
    " GROUP BY k.card_id ORDER BY accounts DESC, uses DESC, k.card_id DESC LIMIT $2 OFFSET $3");

enum err cards_used(struct db *db, struct arena *mem, int64_t since, int64_t limit, int64_t offset, struct db_rows *out)
{
	return db_many(db, &card_used, ARGS(since, limit, offset), &use_map, mem, out);
}
