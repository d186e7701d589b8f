#include "store/media.h"

static const struct db_field attachment_fields[] = {
	F_I64(attachment, id),
	F_I64(attachment, status_id),
	F_I64(attachment, account_id),
	F_I64(attachment, place),
	F_STR(attachment, kind),
	F_STR(attachment, remote_url),
	F_STR(attachment, preview_url),
	F_STR(attachment, mime),
	F_STR(attachment, description),
	F_STR(attachment, blurhash),
	F_I64(attachment, width),
	F_I64(attachment, height),
	F_I64(attachment, focus_x),
	F_I64(attachment, focus_y),
	F_I64(attachment, created_at),
	F_STR(attachment, file),
	F_STR(attachment, preview),
	F_STR(attachment, upload),
	F_I64(attachment, state),
	F_STR(attachment, why),
	F_I64(attachment, size),
	F_I64(attachment, preview_width),
	F_I64(attachment, preview_height),
	F_I64(attachment, duration_ms),
	F_I64(attachment, bitrate),
	F_STR(attachment, frame_rate),
	F_STR(attachment, audio),
	F_I64(attachment, audio_hz),
	F_I64(attachment, audio_channels),
	F_STR(attachment, colors),
};
const struct db_map attachment_map = DB_MAP_OF(attachment, attachment_fields);

SQL(attachment_add,
    "INSERT INTO attachments (id, status_id, account_id, place, kind, remote_url, preview_url, mime, description, blurhash,"
    " width, height, focus_x, focus_y, created_at, file, preview, upload, state, size, preview_width, preview_height,"
    " duration_ms, bitrate, frame_rate, audio, audio_hz, audio_channels, colors)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,"
    " $24, $25, $26, $27, $28, $29)");
SQL(attachment_clear, "DELETE FROM attachments WHERE status_id = $1");
SQL(attachment_get, "SELECT * FROM attachments WHERE id = $1");
#define OWN "(file IS NOT NULL OR state <> 0)"
SQL(media_get, "SELECT * FROM attachments WHERE id = $1 AND " OWN);
SQL(media_get_all,
    "SELECT * FROM attachments WHERE id IN (SELECT value FROM json_each($2)) AND account_id = $1 AND " OWN);
SQL(media_get_of, "SELECT * FROM attachments WHERE status_id = $1 ORDER BY place, id");
SQL(media_files,
    "UPDATE attachments SET kind = $2, mime = $3, file = $4, preview = $5, state = $6, why = $7, blurhash = $8, width = $9,"
    " height = $10, size = $11, preview_width = $12, preview_height = $13, duration_ms = $14, bitrate = $15,"
    " frame_rate = $16, audio = $17, audio_hz = $18, audio_channels = $19, colors = $20, upload = NULL WHERE id = $1");
SQL(media_facts,
    "UPDATE attachments SET kind = $2, blurhash = $3, width = $4, height = $5, preview_width = $6, preview_height = $7,"
    " duration_ms = $8, bitrate = $9, frame_rate = $10, audio = $11, audio_hz = $12, audio_channels = $13"
    " WHERE id = $1 AND NOT " OWN);
SQL(media_text,
    "UPDATE attachments SET description = $2, focus_x = $3, focus_y = $4, preview = $5, preview_width = $6,"
    " preview_height = $7, blurhash = $8 WHERE id = $1");
SQL(media_link,
    "UPDATE attachments SET status_id = $3, place = $4 WHERE id = $1 AND account_id = $2"
    " AND (status_id = $3 OR status_id IS NULL) AND " OWN);
SQL(media_unlink, "UPDATE attachments SET status_id = NULL, place = 0, created_at = $2 WHERE status_id = $1 AND " OWN);
SQL(media_hide, "UPDATE attachments SET place = -1 WHERE status_id = $1 AND " OWN);
SQL(media_remove, "DELETE FROM attachments WHERE id = $1");
SQL(media_loose_ones,
    "SELECT id FROM attachments WHERE status_id IS NULL AND created_at < $1 AND " OWN " ORDER BY created_at LIMIT $2");

enum err attachments_add(struct db *db, const struct attachment *a)
{
	return db_exec(db, &attachment_add,
	               ARGS(a->id, DB_ID(a->status_id), a->account_id, a->place, a->kind, a->remote_url, a->preview_url, a->mime,
	                    a->description, a->blurhash, a->width, a->height, a->focus_x, a->focus_y, a->created_at, a->file,
	                    a->preview, a->upload, a->state, a->size, a->preview_width, a->preview_height, a->duration_ms,
	                    a->bitrate, a->frame_rate, a->audio, a->audio_hz, a->audio_channels, a->colors),
	               NULL);
}

enum err attachments_clear(struct db *db, int64_t status_id)
{
	return db_exec(db, &attachment_clear, ARGS(status_id), NULL);
}

enum err attachments_by_id(struct db *db, struct arena *mem, int64_t id, struct attachment *a)
{
	return db_one(db, &attachment_get, ARGS(id), &attachment_map, mem, a);
}

enum err media_by_id(struct db *db, struct arena *mem, int64_t id, struct attachment *a)
{
	return db_one(db, &media_get, ARGS(id), &attachment_map, mem, a);
}

enum err media_by_ids(struct db *db, struct arena *mem, int64_t account_id, str ids, struct db_rows *out)
{
	return db_many(db, &media_get_all, ARGS(account_id, ids), &attachment_map, mem, out);
}

enum err media_of(struct db *db, struct arena *mem, int64_t status_id, struct db_rows *out)
{
	return db_many(db, &media_get_of, ARGS(status_id), &attachment_map, mem, out);
}

enum err media_set_files(struct db *db, const struct attachment *a)
{
	return db_exec(db, &media_files,
	               ARGS(a->id, a->kind, a->mime, a->file, a->preview, a->state, a->why, a->blurhash, a->width, a->height,
	                    a->size, a->preview_width, a->preview_height, a->duration_ms, a->bitrate, a->frame_rate, a->audio,
	                    a->audio_hz, a->audio_channels, a->colors),
	               NULL);
}

enum err media_set_facts(struct db *db, const struct attachment *a)
{
	return db_exec(db, &media_facts,
	               ARGS(a->id, a->kind, a->blurhash, a->width, a->height, a->preview_width, a->preview_height,
	                    a->duration_ms, a->bitrate, a->frame_rate, a->audio, a->audio_hz, a->audio_channels),
	               NULL);
}

enum err media_set_text(struct db *db, const struct attachment *a)
{
	return db_exec(db, &media_text,
	               ARGS(a->id, a->description, a->focus_x, a->focus_y, a->preview, a->preview_width, a->preview_height,
	                    a->blurhash),
	               NULL);
}

enum err media_attach(struct db *db, int64_t id, int64_t account_id, int64_t status_id, int64_t place, bool *done)
{
	int64_t changed = 0;

	TRY(db_exec(db, &media_link, ARGS(id, account_id, status_id, place), &changed));
	*done = changed > 0;
	return OK;
}

enum err media_put_away(struct db *db, int64_t status_id)
{
	return db_exec(db, &media_hide, ARGS(status_id), NULL);
}

enum err media_detach(struct db *db, int64_t status_id, int64_t now)
{
	return db_exec(db, &media_unlink, ARGS(status_id, now), NULL);
}

enum err media_delete(struct db *db, int64_t id)
{
	return db_exec(db, &media_remove, ARGS(id), NULL);
}

enum err media_loose(struct db *db, struct arena *mem, int64_t before, int64_t limit, struct ids *out)
{
	return db_ids(db, &media_loose_ones, ARGS(before, limit), mem, out);
}

/* Every place where a blob of the main database is named; each has an index for this. */
#define USED(hash) \
	"(EXISTS (SELECT 1 FROM attachments m WHERE substr(m.file, 1, 64) = " hash " AND m.file IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM attachments m WHERE substr(m.preview, 1, 64) = " hash " AND m.preview IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM attachments m WHERE m.upload = " hash " AND m.upload IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM accounts a WHERE substr(a.avatar_file, 1, 64) = " hash " AND a.avatar_file IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM accounts a WHERE substr(a.avatar_still, 1, 64) = " hash " AND a.avatar_still IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM accounts a WHERE substr(a.header_file, 1, 64) = " hash " AND a.header_file IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM accounts a WHERE substr(a.header_still, 1, 64) = " hash " AND a.header_still IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM custom_emojis c WHERE substr(c.file, 1, 64) = " hash ")" \
	" OR EXISTS (SELECT 1 FROM custom_emojis c WHERE substr(c.still, 1, 64) = " hash "))"
SQL(blob_used, "SELECT COUNT(*) FROM blobs b WHERE b.hash = $1 AND " USED("b.hash"));
SQL(blob_unused_ones,
    "SELECT b.hash FROM blobs b WHERE b.hash IS NOT NULL AND b.created_at < $1 AND NOT " USED("b.hash") " LIMIT $2");

enum err blob_has_users(struct db *db, str hash, bool *has)
{
	int64_t n = 0;

	TRY(db_number(db, &blob_used, ARGS(hash), &n));
	*has = n > 0;
	return OK;
}

static const struct db_field unused_fields[] = { F_STR(blob_unused, hash) };
static const struct db_map unused_map = DB_MAP_OF(blob_unused, unused_fields);

enum err blobs_unused(struct db *db, struct arena *mem, int64_t before, int64_t limit, struct db_rows *out)
{
	return db_many(db, &blob_unused_ones, ARGS(before, limit), &unused_map, mem, out);
}
