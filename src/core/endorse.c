/* Whom an account recommends on its profile: some of those it follows. */
#include "base/clock.h"
#include "core/relation.h"

struct endorse {
	int64_t by, target;
	bool on;
};

static enum err endorse(struct ctx *cx, void *arg)
{
	const struct endorse *e = arg;
	struct follow f;
	enum err got;

	if (!e->on)
		return endorsements_delete(cx->db, e->by, e->target);
	got = follows_get(cx->db, cx->mem, e->by, e->target, &f);
	if (got == ERR_NOT_FOUND || (!got && f.pending))
		return fail(cx, ERR_INVALID, "Validation failed: You must be already following the person you want to endorse");
	TRY(got);
	return endorsements_put(cx->db, id_new(), e->by, e->target);
}

enum err relation_endorse(struct ctx *cx, const struct account *by, const struct account *target, bool on)
{
	struct endorse e = { by->id, target->id, on };

	return write_tx(cx, endorse, &e);
}
