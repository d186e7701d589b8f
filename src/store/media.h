#pragma once
/* Rows of attachments: others' by their addresses, own ones by the names of their blobs. And what refers to blobs. */
#include "store/statuses.h"

enum err attachments_add(struct db *db, const struct attachment *a) MUST_CHECK;
enum err attachments_clear(struct db *db, int64_t status_id) MUST_CHECK;

enum err attachments_by_id(struct db *db, struct arena *mem, int64_t id, struct attachment *a) MUST_CHECK;
/* Own ones. ERR_NOT_FOUND. */
enum err media_by_id(struct db *db, struct arena *mem, int64_t id, struct attachment *a) MUST_CHECK;
/* Those of the list, own and of the account only, in no order; struct attachment. */
enum err media_by_ids(struct db *db, struct arena *mem, int64_t account_id, str ids, struct db_rows *out) MUST_CHECK;
/* All of a post, those that edits took away too; struct attachment. */
enum err media_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out) MUST_CHECK;
/* All that processing finds out: kind, mime, file, preview, state and the numbers; the upload is forgotten. */
enum err media_set_files(struct db *db, const struct attachment *a) MUST_CHECK;
/* Of somebody else's: kind, sizes, hash and the numbers. */
enum err media_set_facts(struct db *db, const struct attachment *a) MUST_CHECK;
/* description, focus, preview with its size and hash. */
enum err media_set_text(struct db *db, const struct attachment *a) MUST_CHECK;
/* *done false: it is not the account's, or hangs on another post. */
enum err media_attach(struct db *db, int64_t id, int64_t account_id, int64_t status_id, int64_t place, bool *done) MUST_CHECK;
/* None of a post's own ones is seen any more. */
enum err media_put_away(struct db *db, int64_t status_id) MUST_CHECK;
/* Takes all own ones off their post, from now on loose: its author may use them again. */
enum err media_detach(struct db *db, int64_t status_id, int64_t now) MUST_CHECK;
enum err media_delete(struct db *db, int64_t id) MUST_CHECK;
/* Own ones without a post since before. */
enum err media_loose(struct db *db, struct arena *mem, int64_t before, int64_t limit, struct ids *out) MUST_CHECK;

/* Does anything refer to the blob? */
enum err blob_has_users(struct db *db, str hash, bool *has) MUST_CHECK;
/* Complete blobs of the main database that nothing refers to, made before; struct blob_unused. */
struct blob_unused {
	str hash;
};
enum err blobs_unused(struct db *db, struct arena *mem, int64_t before, int64_t limit, struct db_rows *out) MUST_CHECK;
