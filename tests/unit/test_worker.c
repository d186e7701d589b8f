/* Worker threads and lanes: wakes, times, shares, stopping. */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "work/worker.h"

struct fake {
	pthread_mutex_t lock;
	int queued, done, turns, at_once, most_at_once;
	int64_t due; /* the queued are not due before */
	int64_t takes_ms;
	bool broken;
};
#define FAKE { .lock = PTHREAD_MUTEX_INITIALIZER }

static enum err fake_turn(struct ctx *cx, void *arg, int *done, int64_t *next)
{
	struct fake *f = arg;
	bool got;

	assert_non_null(cx->mem);
	pthread_mutex_lock(&f->lock);
	f->turns++;
	got = !f->broken && f->queued > 0 && f->due <= clock_now();
	if (f->queued > 0)
		*next = f->due;
	if (got) {
		f->queued--;
		*done = 1;
		f->at_once++;
		if (f->at_once > f->most_at_once)
			f->most_at_once = f->at_once;
	}
	pthread_mutex_unlock(&f->lock);
	if (got) {
		usleep((useconds_t)f->takes_ms * 1000);
		pthread_mutex_lock(&f->lock);
		f->at_once--;
		f->done++;
		pthread_mutex_unlock(&f->lock);
	}
	return f->broken ? ERR_BUSY : OK;
}

static int fake_done(struct fake *f)
{
	int n;

	pthread_mutex_lock(&f->lock);
	n = f->done;
	pthread_mutex_unlock(&f->lock);
	return n;
}

static bool reaches(struct fake *f, int n, int64_t within_ms)
{
	int64_t until = clock_mono() + within_ms;

	while (fake_done(f) < n && clock_mono() < until)
		usleep(2000);
	return fake_done(f) == n;
}

static void add(struct fake *f, int n, int64_t due)
{
	pthread_mutex_lock(&f->lock);
	f->queued += n;
	f->due = due;
	pthread_mutex_unlock(&f->lock);
}

static struct workers *started(struct app *app, const struct lane *lanes, int lanes_n, int threads)
{
	struct workers *w = workers_new(app, lanes, lanes_n, threads);

	workers_start(w);
	return w;
}

static void what_is_left_from_the_last_run_is_done_at_start(void **state)
{
	struct fake f = FAKE;
	struct lane lane = { "a", fake_turn, &f, 0 };
	struct app app = { 0 };
	struct workers *w;

	(void)state;
	add(&f, 5, 0);
	w = started(&app, &lane, 1, 4);
	assert_true(reaches(&f, 5, 2000));
	assert_true(workers_stop(w, 1000));
	workers_free(w);
}

static void a_wake_brings_work_at_once_and_idle_workers_do_not_poll(void **state)
{
	struct fake f = FAKE;
	struct lane lane = { "a", fake_turn, &f, 0 };
	struct app app = { 0 };
	struct workers *w = started(&app, &lane, 1, 3);
	int turns;

	(void)state;
	usleep(50000);
	turns = f.turns;
	usleep(200000);
	assert_true(f.turns - turns <= 1);
	add(&f, 1, 0);
	workers_wake(w);
	assert_true(reaches(&f, 1, 500));
	assert_true(workers_stop(w, 1000));
	workers_free(w);
}

static void work_that_is_due_later_is_done_then(void **state)
{
	struct fake f = FAKE;
	struct lane lane = { "a", fake_turn, &f, 0 };
	struct app app = { 0 };
	struct workers *w;

	(void)state;
	add(&f, 1, clock_now() + 150);
	w = started(&app, &lane, 1, 2);
	usleep(80000);
	assert_int_equal(fake_done(&f), 0);
	assert_true(reaches(&f, 1, 1000));
	assert_true(f.turns < 8);
	assert_true(workers_stop(w, 1000));
	workers_free(w);
}

static void one_lane_never_takes_more_than_half_of_the_threads(void **state)
{
	struct fake slow = { .lock = PTHREAD_MUTEX_INITIALIZER, .takes_ms = 60 }, quick = FAKE;
	struct lane lanes[] = { { "slow", fake_turn, &slow, 0 }, { "quick", fake_turn, &quick, 0 } };
	struct app app = { 0 };
	struct workers *w;

	(void)state;
	add(&slow, 12, 0);
	add(&quick, 3, 0);
	w = started(&app, lanes, 2, 4);
	assert_true(reaches(&quick, 3, 1000));
	assert_true(fake_done(&slow) < 12);
	assert_true(reaches(&slow, 12, 3000));
	assert_int_equal(slow.most_at_once, 2);
	assert_true(workers_stop(w, 1000));
	workers_free(w);
}

static void a_lane_in_trouble_is_tried_again_but_not_in_a_loop(void **state)
{
	struct fake f = { .lock = PTHREAD_MUTEX_INITIALIZER, .broken = true };
	struct lane lane = { "a", fake_turn, &f, 0 };
	struct app app = { 0 };
	struct workers *w;

	(void)state;
	w = started(&app, &lane, 1, 2);
	usleep(300000);
	assert_true(f.turns >= 1 && f.turns <= 2);
	f.broken = false;
	add(&f, 1, 0);
	assert_true(reaches(&f, 1, 3000));
	assert_true(workers_stop(w, 1000));
	workers_free(w);
}

static void stopping_waits_for_what_runs(void **state)
{
	struct fake f = { .lock = PTHREAD_MUTEX_INITIALIZER, .takes_ms = 120 };
	struct lane lane = { "a", fake_turn, &f, 1 };
	struct app app = { 0 };
	struct workers *w;

	(void)state;
	add(&f, 3, 0);
	w = started(&app, &lane, 1, 2);
	while (!f.at_once)
		usleep(1000);
	assert_true(workers_stop(w, 2000));
	workers_free(w);
	assert_int_equal(f.done, 1);
	assert_int_equal(f.queued, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_from_the_last_run_is_done_at_start),
		cmocka_unit_test(a_wake_brings_work_at_once_and_idle_workers_do_not_poll),
		cmocka_unit_test(work_that_is_due_later_is_done_then),
		cmocka_unit_test(one_lane_never_takes_more_than_half_of_the_threads),
		cmocka_unit_test(a_lane_in_trouble_is_tried_again_but_not_in_a_loop),
		cmocka_unit_test(stopping_waits_for_what_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
