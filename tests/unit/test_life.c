/* Accounts that move, end and are reported: what core does, without a network. */
#include "core/move.h"
#include "posts_world.h"

/* As a worker does it, until nothing of that kind is left. */
static void run_jobs(struct server *s, const char *kind, enum err (*fn)(struct ctx *cx, const struct job *job))
{
	struct job *jobs;
	size_t n;

	do {
		struct ctx *cx = as(s, NULL);

		cx->now = clock_now();
		assert_int_equal(job_claim(cx, strf(cx->mem, "[\"%s\"]", kind), 10, MINUTE, &jobs, &n), OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(fn(cx, &jobs[i]), OK);
			assert_int_equal(job_done(cx, jobs[i].id), OK);
		}
	} while (n);
}

/* SPOOF-27 */
static void moves_back_and_forth_are_bounded(struct world *w)
{
	enum { FOLLOWERS = 120 };
	struct server s;
	const struct account *one, *two;

	server_open(&s, w);
	one = person(&s, "one", NULL);
	two = person(&s, "two", NULL);
	for (int i = 0; i < FOLLOWERS; i++) {
		const struct account *fan = person(&s, cstr(s.cx.mem, strf(s.cx.mem, "fan%d", i)), s.site);

		follow(&s, fan, one);
	}
	for (int i = 0; i < 100; i++) {
		assert_int_equal(move_receive(as(&s, NULL), i % 2 ? two : one, i % 2 ? one : two), OK);
		assert_true(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'move'") <= 1);
		run_jobs(&s, "move", move_job);
	}
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM follows WHERE pending"), FOLLOWERS);
	/* Follow of the first, Follow and Undo of the move: once each */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'send'"), 3 * FOLLOWERS);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM moves"), 2);
	server_close(&s);
}

static void who_cannot_follow_the_new_one_stays(struct world *w)
{
	struct server s;
	const struct account *old, *new, *locked, *blocker;
	struct account target;

	server_open(&s, w);
	old = person(&s, "old", NULL);
	new = person(&s, "new", s.other);
	locked = person(&s, "fan", s.site);
	blocker = person(&s, "blocker", s.site);
	follow(&s, locked, old);
	follow(&s, blocker, old);
	follow(&s, new, old); /* the new one followed the old one */
	assert_int_equal(relation_block(as(&s, blocker), blocker, new, STR_NONE), OK);
	assert_int_equal(move_receive(as(&s, NULL), old, new), OK);
	run_jobs(&s, "move", move_job);
	run_jobs(&s, "move", move_job);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM follows"), 2);
	target = the_account(&s, new->id);
	assert_int_equal(target.followers_count, 1);
	assert_int_equal(target.following_count, 0);
	assert_int_equal(move_receive(as(&s, NULL), old, old), ERR_DENIED);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(moves_back_and_forth_are_bounded),
		T(who_cannot_follow_the_new_one_stays),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
