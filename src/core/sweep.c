/* Removes what has expired, in small transactions, so that nobody waits for it. */
#include "base/clock.h"
#include "config.h"
#include "core/deliver.h"
#include "core/move.h"
#include "core/timeline.h"
#include "store/cards.h"
#include "store/delivered.h"
#include "store/expired.h"
#include "store/feeds.h"
#include "store/moves.h"
#include "store/left_events.h"
#include "store/links.h"
#include "store/oauth.h"
#include "store/push_subs.h"
#include "store/relations.h"
#include "store/threads.h"
#include "store/translations.h"
#include "store/users.h"

enum { BATCH = 500, AGE_IS_SET = -1 };

typedef enum err sweeper(struct db *db, int64_t before, int64_t limit, int64_t *gone);

/* Signatures may be replayed for 13 hours; an undo may overtake what it undoes by 6; a deletion its post by weeks. */
static const struct {
	sweeper *fn;
	int64_t age_ms;
} sweeps[] = {
	{ seen_sweep, 2 * (int64_t)DAY },
	{ tombstones_sweep, TOMBSTONE_DAYS * (int64_t)DAY },
	{ idempotency_sweep, DAY },
	{ codes_sweep, 0 },
	{ links_sweep, 0 },
	{ sessions_sweep, 30 * (int64_t)DAY },
	{ failures_sweep, DAY },
	{ mutes_sweep, 0 },
	{ left_events_sweep, HOUR },
	{ push_subs_sweep, HOUR },
	{ moves_sweep, MOVE_OUT_DAYS * (int64_t)DAY },
	{ outgoing_sweep, HOUR },
	{ translations_sweep, DAY },
	{ cards_sweep, 30 * (int64_t)DAY },
	{ hosts_sweep, 30 * (int64_t)DAY },
	{ refreshes_sweep, 30 * (int64_t)DAY },
	{ delivered_sweep, AGE_IS_SET },
	{ away_sweep, 30 * (int64_t)DAY },
	{ away_feeds_sweep, 0 },
};

struct sweeping {
	sweeper *fn;
	int64_t before, gone;
};

static enum err sweep_some(struct ctx *cx, void *arg)
{
	struct sweeping *s = arg;

	s->gone = 0;
	return s->fn(cx->db, s->before, BATCH, &s->gone);
}

enum err sweep(struct ctx *cx)
{
	for (size_t i = 0; i < sizeof(sweeps) / sizeof(sweeps[0]); i++) {
		int64_t age = sweeps[i].age_ms;
		struct sweeping s = { sweeps[i].fn, 0, 0 };

		if (age == AGE_IS_SET)
			age = (cx->app->config ? cx->app->config->delivered_days : 30) * DAY;
		s.before = cx->now - age;
		do
			TRY(write_tx(cx, sweep_some, &s));
		while (s.gone == BATCH);
	}
	return timeline_trim(cx);
}
