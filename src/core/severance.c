/* Severed relationships: a record and a notice for each of ours that lost follows. What was cut is not taken up again when
 * its cause is gone, as the other side has been told. */
#include "core/severance.h"

#include "base/clock.h"
#include "core/account_end.h"
#include "core/job.h"
#include "core/notice.h"

static enum err record(struct ctx *cx, const struct severing *why, const struct follow *f, int64_t ours)
{
	bool following = f->account_id == ours, made;
	struct severance s = {
		.id = id_new_small(),
		.account_id = ours,
		.kind = str_of(why->kind),
		.target = why->target,
		.followers_count = !following,
		.following_count = following,
		.created_at = why->at,
	};

	TRY(severances_add(cx->db, &s, &made));
	TRY(severed_follows_put(cx->db, s.id, f));
	return made ? notice_add_severed(cx, ours, s.id) : OK;
}

enum err sever(struct ctx *cx, const struct severing *why, const struct follow *f, const struct account *other)
{
	int64_t ours = f->account_id == other->id ? f->target_id : f->account_id;
	struct send s = { .actor_id = ours, .target_id = other->id, .uri = f->uri };
	struct account mine;
	struct follow was;

	TRY(relation_end(cx, f->id, &was));
	if (!was.id)
		return OK;
	TRY(accounts_by_id(cx->db, cx->mem, ours, &mine));
	if (!account_is_local(&mine))
		return OK;
	if (!was.pending)
		TRY(record(cx, why, &was, ours));
	s.kind = was.account_id == ours ? SEND_UNFOLLOW : SEND_REJECT;
	return account_is_local(other) ? OK : send_add(cx, &s);
}

enum err severance_list(struct ctx *cx, struct ids ids, struct db_rows *rows)
{
	struct severance *v;
	size_t kept = 0;

	*rows = (struct db_rows){ 0 };
	if (!cx->me || !ids.n)
		return OK;
	TRY(severances_by_ids(cx->db, cx->mem, ids, rows));
	v = rows->p;
	for (size_t i = 0; i < rows->n; i++)
		if (v[i].account_id == cx->me->id)
			v[kept++] = v[i];
	rows->n = kept;
	return OK;
}
