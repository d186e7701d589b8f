/* Jobs of the database run by lanes: once done they are gone, failing ones wait and are buried, killers too. */
#include "base/log.h"
#include "core_world.h"

#include "base/json.h"
#include "work/jobs.h"

static int ran;
static enum err outcome;
static bool full;

static enum err fake(struct ctx *cx, const struct job *job)
{
	json_t *args JR_SCOPE = NULL;

	ran++;
	cx->full = full;
	if (jr_parse(job->args, &args))
		return ERR_INVALID;
	return outcome == ERR_BUSY ? fail(cx, ERR_BUSY, "not now") : outcome;
}

static const struct job_kind kinds[] = {
	{ "send", fake, JOBS_LOCAL, 3, 0 },
	{ "parents", fake, JOBS_REMOTE, 3, 0 },
	{ "sweep", fake, JOBS_LOCAL, 3, DAY },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct job_table local, remote;

static void begin(struct server *s, struct world *w)
{
	server_open(s, w);
	s->cx.now = clock_now();
	local = (struct job_table){ kinds, KINDS, JOBS_LOCAL, false };
	remote = (struct job_table){ kinds, KINDS, JOBS_REMOTE, false };
	ran = 0;
	outcome = OK;
	full = false;
}

static enum err add_args(struct ctx *cx, void *arg)
{
	const str *kind_and_args = arg;

	return job_add(cx, cstr(cx->mem, kind_and_args[0]), kind_and_args[1], cx->now, STR_NONE);
}

static void add(struct server *s, const char *kind, const char *args)
{
	assert_int_equal(write_tx(&s->cx, add_args, (str[]){ str_of(kind), str_of(args) }), OK);
}

static int turn(struct server *s, struct job_table *t, int64_t *next)
{
	struct ctx cx;
	int done = 0;

	*next = INT64_MAX;
	ctx_init(&cx, &s->app, s->cx.mem);
	assert_int_equal(jobs_turn(&cx, t, &done, next), OK);
	return done;
}

static int64_t count(struct server *s, const char *text)
{
	struct db_sql sql = { "test", text };
	int64_t n = -1;

	assert_int_equal(db_number(dbs_reader(s->app.dbs), &sql, NO_ARGS, &n), OK);
	return n;
}
#define JOBS(s) count(s, "SELECT count(*) FROM jobs")
#define DEAD(s) count(s, "SELECT count(*) FROM dead_jobs")

static void a_job_that_is_done_is_gone(struct world *w)
{
	struct server s;
	int64_t next;

	begin(&s, w);
	add(&s, "send", "{}");
	assert_int_equal(turn(&s, &local, &next), 1);
	assert_int_equal(ran, 1);
	assert_int_equal(JOBS(&s), 0);
	assert_int_equal(turn(&s, &local, &next), 0);
	assert_true(next == INT64_MAX);
	server_close(&s);
}

static void a_lane_leaves_the_jobs_of_the_other(struct world *w)
{
	struct server s;
	int64_t next;

	begin(&s, w);
	add(&s, "parents", "{}");
	assert_int_equal(turn(&s, &local, &next), 0);
	assert_true(next > clock_now()); /* it does not come back at once, again and again */
	assert_int_equal(turn(&s, &remote, &next), 1);
	assert_int_equal(JOBS(&s), 0);
	server_close(&s);
}

static void a_failing_job_waits_longer_each_time_and_is_buried_in_the_end(struct world *w)
{
	struct server s;
	int64_t next, wait = 0;

	begin(&s, w);
	add(&s, "send", "{}");
	outcome = ERR_BUSY;
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(turn(&s, &local, &next), 1);
		assert_int_equal(ran, i);
		assert_int_equal(turn(&s, &local, &next), 0);
		if (i == 3)
			break;
		assert_true(next - clock_now() > wait * 2);
		wait = next - clock_now();
		clock_shift(wait + 1);
	}
	assert_int_equal(JOBS(&s), 0);
	assert_int_equal(DEAD(&s), 1);
	server_close(&s);
}

static void a_full_disk_is_no_fault_of_a_job(struct world *w)
{
	struct server s;
	int64_t next;

	begin(&s, w);
	add(&s, "send", "{}");
	outcome = ERR_BUSY;
	full = true;
	for (int i = 1; i <= 8; i++) {
		assert_int_equal(turn(&s, &local, &next), 1);
		assert_int_equal(turn(&s, &local, &next), 0);
		clock_shift(MINUTE);
	}
	outcome = OK;
	assert_int_equal(turn(&s, &local, &next), 1);
	assert_int_equal(ran, 9);
	assert_int_equal(JOBS(&s), 0);
	assert_int_equal(DEAD(&s), 0);
	server_close(&s);
}

static void a_job_that_kills_the_process_is_buried_without_running_again(struct world *w)
{
	struct server s;
	struct job *jobs;
	size_t n;
	int64_t next;

	begin(&s, w);
	add(&s, "send", "{}");
	for (int i = 0; i < 3; i++) {
		ctx_init(&s.cx, &s.app, &w->mem);
		assert_int_equal(job_claim(&s.cx, S("[\"send\"]"), 1, MINUTE, &jobs, &n), OK);
		assert_int_equal(n, 1);
		/* here the process ends; the lease runs out */
		clock_shift(2 * MINUTE);
	}
	assert_int_equal(turn(&s, &local, &next), 1);
	assert_int_equal(ran, 0);
	assert_int_equal(DEAD(&s), 1);
	server_close(&s);
}

static void a_job_that_cannot_be_read_is_buried_and_the_queue_goes_on(struct world *w)
{
	struct server s;
	int64_t next;

	begin(&s, w);
	add(&s, "send", "{not json");
	add(&s, "send", "{}");
	while (turn(&s, &local, &next))
		;
	assert_int_equal(ran, 2);
	assert_int_equal(JOBS(&s), 0);
	assert_int_equal(DEAD(&s), 1);
	server_close(&s);
}

static void after_the_backlog_several_are_claimed_at_once_but_not_before(struct world *w)
{
	struct server s;
	int64_t next;

	begin(&s, w);
	for (int i = 0; i < 6; i++)
		add(&s, "send", "{}");
	assert_int_equal(turn(&s, &local, &next), 1);
	assert_int_equal(turn(&s, &local, &next), 1);
	while (turn(&s, &local, &next))
		;
	for (int i = 0; i < 6; i++)
		add(&s, "send", "{}");
	assert_int_equal(turn(&s, &local, &next), 6);
	server_close(&s);
}

static void a_periodic_job_is_planted_once_and_comes_again(struct world *w)
{
	struct server s;
	int64_t next;

	begin(&s, w);
	assert_int_equal(jobs_plant(&s.cx, kinds, KINDS), OK);
	assert_int_equal(jobs_plant(&s.cx, kinds, KINDS), OK);
	assert_int_equal(JOBS(&s), 1);
	clock_shift(2 * MINUTE);
	assert_int_equal(turn(&s, &local, &next), 1);
	assert_int_equal(JOBS(&s), 1);
	assert_int_equal(turn(&s, &local, &next), 0);
	assert_true(next - clock_now() > DAY - MINUTE && next - clock_now() <= DAY);
	server_close(&s);
}

static void waiting_times_grow_to_six_hours_and_are_scattered(struct world *w)
{
	(void)w;
	assert_int_equal(job_wait_ms(1, 0.5), 5 * SECOND);
	assert_int_equal(job_wait_ms(2, 0.5), 20 * SECOND);
	assert_int_equal(job_wait_ms(50, 0.5), 6 * HOUR);
	assert_int_equal(job_wait_ms(50, 0), 6 * HOUR * 3 / 4);
	for (int tries = 1; tries < 20; tries++)
		for (int dice = 0; dice < 10; dice++) {
			int64_t wait = job_wait_ms(tries, dice / 10.0);

			assert_true(wait >= 3 * SECOND && wait <= 6 * HOUR * 5 / 4);
		}
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_job_that_is_done_is_gone),
		T(a_lane_leaves_the_jobs_of_the_other),
		T(a_failing_job_waits_longer_each_time_and_is_buried_in_the_end),
		T(a_full_disk_is_no_fault_of_a_job),
		T(a_job_that_kills_the_process_is_buried_without_running_again),
		T(a_job_that_cannot_be_read_is_buried_and_the_queue_goes_on),
		T(after_the_backlog_several_are_claimed_at_once_but_not_before),
		T(a_periodic_job_is_planted_once_and_comes_again),
		T(waiting_times_grow_to_six_hours_and_are_scattered),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
