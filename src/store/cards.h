#pragma once
/* Preview cards, the addresses that lead to them, the posts that have them. */
#include "db/db.h"

enum card_state { CARD_UNREAD, CARD_THERE, CARD_NOTHING };

struct card {
	int64_t id, state, fetched_at;
	str url, kind, title, description, author_name, author_url, provider_name, provider_url, html, embed_url;
	int64_t author_id, width, height; /* author_id 0: nobody known */
	str image_url, image_description, blurhash, language; /* blurhash: once somebody looked at the picture */
	int64_t published_at, created_at;
	int64_t status_id; /* of whose page it is; only by cards_shown() */
};

enum err cards_by_id(struct db *db, struct arena *mem, int64_t id, struct card *c) MUST_CHECK;
/* Of a JSON list of ids, in no order. */
enum err cards_by_ids(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;
/* By any address that leads to it. ERR_NOT_FOUND */
enum err cards_by_link(struct db *db, struct arena *mem, str url, struct card *c) MUST_CHECK;
/* A new one that was not read yet, with the link to it. */
enum err cards_make(struct db *db, int64_t id, str url, int64_t now) MUST_CHECK;
/* All but its id. */
enum err cards_set(struct db *db, const struct card *c) MUST_CHECK;
/* What the picture is that cards have from there; sizes where the page named none. */
enum err cards_set_picture(struct db *db, str image_url, str blurhash, int64_t width, int64_t height) MUST_CHECK;
enum err cards_link(struct db *db, str url, int64_t card_id) MUST_CHECK;
/* What leads to the first, and the posts that have it, go to the second; the first ends. */
enum err cards_merge(struct db *db, int64_t from, int64_t to) MUST_CHECK;
/* Those that no post has, n at most, not read since. */
enum err cards_sweep(struct db *db, int64_t before, int64_t n, int64_t *gone) MUST_CHECK;

enum err status_cards_put(struct db *db, int64_t status_id, int64_t card_id) MUST_CHECK;
enum err status_cards_drop(struct db *db, int64_t status_id) MUST_CHECK;
/* Of these posts (a JSON list), by post; only what there is to show. */
enum err cards_shown(struct db *db, struct arena *mem, str ids, struct db_rows *out) MUST_CHECK;

/* How often public posts linked to a page, and by how many accounts. */
struct card_use {
	int64_t id, accounts, uses;
};
/* Since a post's id; most accounts first. */
enum err cards_used(struct db *db, struct arena *mem, int64_t since, int64_t limit, int64_t offset,
                    struct db_rows *out) MUST_CHECK;
