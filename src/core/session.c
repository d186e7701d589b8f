/* Login sessions of the pages: a random token in a cookie, its digest here. */
#include "base/clock.h"
#include "base/codec.h"
#include "core/user.h"
#include "store/sites.h"

enum { TOKEN_BYTES = 32,
       SESSION_DAYS = 30,
       AGENT_RUNES = 200 };

struct session_work {
	struct session_row row;
	str hash;
};

static enum err insert_session(struct ctx *cx, void *arg)
{
	struct session_work *w = arg;

	return sessions_insert(cx->db, w->hash, &w->row);
}

enum err session_start(struct ctx *cx, int64_t user_id, str agent, str *token)
{
	struct session_work w = {
		.row = {
			.site_id = cx->site->id,
			.user_id = user_id,
			.created_at = cx->now,
			.used_at = cx->now,
			.address = str_or(cx->address, S("")),
			.id = id_new(),
			.agent = str_utf8(agent) ? str_or(str_head_runes(agent, AGENT_RUNES), S("")) : S("") },
	};
	str secret = codec_token(cx->mem, TOKEN_BYTES);

	w.row.csrf = codec_token(cx->mem, TOKEN_BYTES);
	w.hash = codec_token_hash(cx->mem, secret);
	TRY(write_tx(cx, insert_session, &w));
	*token = secret;
	return OK;
}

static enum err use_session(struct ctx *cx, void *arg)
{
	struct session_work *w = arg;

	return sessions_use(cx->db, w->hash, cx->now);
}

enum err session_check(struct ctx *cx, str token, struct session *s)
{
	struct session_work w;

	if (!token.n || token.n > 200 || !cx->site)
		return ERR_NOT_FOUND;
	w.hash = codec_token_hash(cx->mem, token);
	TRY(sessions_get(cx->db, cx->mem, w.hash, &w.row));
	if (w.row.site_id != cx->site->id || w.row.disabled ||
	    w.row.used_at < cx->now - SESSION_DAYS * (int64_t)DAY)
		return ERR_NOT_FOUND;
	if (w.row.used_at < cx->now - (int64_t)DAY)
		TRY(write_tx(cx, use_session, &w));
	*s = (struct session){ w.row.id, w.row.user_id, w.row.csrf };
	return OK;
}

static enum err delete_session(struct ctx *cx, void *arg)
{
	return sessions_delete(cx->db, *(str *)arg);
}

enum err session_end(struct ctx *cx, str token)
{
	str hash = codec_token_hash(cx->mem, token);

	return write_tx(cx, delete_session, &hash);
}

enum err session_list(struct ctx *cx, int64_t user_id, struct db_rows *sessions)
{
	return sessions_of(cx->db, cx->mem, user_id, sessions);
}

struct ending {
	int64_t user_id, id;
};

static enum err end_one(struct ctx *cx, void *arg)
{
	const struct ending *e = arg;

	return sessions_delete_one(cx->db, e->user_id, e->id);
}

enum err session_end_one(struct ctx *cx, int64_t user_id, int64_t id)
{
	struct ending e = { user_id, id };

	return write_tx(cx, end_one, &e);
}
