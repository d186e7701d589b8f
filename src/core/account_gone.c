/* A remote account is gone: all that hangs on it goes in batches, each in a transaction of its own, so that others get
 * their turn. Killed in between, it is simply done again: what is gone already is not found. */
#include "core/account.h"
#include "core/account_end.h"
#include "core/post.h"
#include "store/notices.h"
#include "store/polls.h"

enum { BATCH = 50 };

struct ending {
	struct account a;
	bool more;
};

static enum err mark_gone(struct ctx *cx, void *arg)
{
	struct ending *g = arg;

	TRY(accounts_tombstone(cx->db, g->a.id, cx->now));
	TRY(keys_delete_others(cx->db, cx->mem, g->a.id, (struct strs){ 0 }));
	TRY(notices_delete_from(cx->db, g->a.id));
	TRY(poll_votes_delete_of(cx->db, g->a.id));
	return blocks_delete_of(cx->db, g->a.id);
}

static enum err end_posts(struct ctx *cx, void *arg)
{
	struct ending *g = arg;
	struct db_rows rows;

	TRY(accounts_posts_left(cx->db, cx->mem, g->a.id, BATCH, &rows));
	for (size_t i = 0; i < rows.n; i++)
		TRY(post_bury(cx, (const struct status *)rows.p + i));
	g->more = rows.n > 0;
	return OK;
}

static enum err end_relations(struct ctx *cx, void *arg)
{
	struct ending *g = arg;

	return relation_end_some(cx, g->a.id, BATCH, &g->more);
}

static enum err end_favourites(struct ctx *cx, void *arg)
{
	struct ending *g = arg;
	struct ids posts;
	bool there;

	TRY(accounts_favourites_left(cx->db, cx->mem, g->a.id, BATCH, &posts));
	for (size_t i = 0; i < posts.n; i++)
		TRY(statuses_count(cx->db, posts.v[i], COUNT_FAVOURITES, -1, &there));
	g->more = posts.n > 0;
	return OK;
}

enum err account_receive_delete(struct ctx *cx, int64_t account_id)
{
	static const ctx_work steps[] = { end_relations, end_posts, end_favourites };
	struct ending g = { 0 };
	struct arena_mark m;

	TRY(account_by_id(cx, account_id, &g.a));
	if (account_is_local(&g.a))
		return ERR_DENIED;
	TRY(write_tx(cx, mark_gone, &g));
	m = arena_mark(cx->mem);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		do {
			TRY(write_tx(cx, steps[i], &g));
			arena_rewind(cx->mem, m);
		} while (g.more);
	return OK;
}
