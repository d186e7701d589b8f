/* Files on their way: many readers, each at their own pace, of what one fetches. */
#include "core/arriving.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "config.h"

enum { SIZE = 1 << 20, PIECE = 5000, READERS = 8 };

static char byte_at(int64_t at)
{
	return (char)(at * 31 + at / 251);
}

static void add(struct arriving *a, int fd, int64_t from, int64_t to, bool *more)
{
	char bytes[PIECE];

	for (int64_t i = from; i < to; i++)
		bytes[i - from] = byte_at(i);
	assert_int_equal(pwrite(fd, bytes, (size_t)(to - from), (off_t)from), to - from);
	*more = arriving_grew(a, to, -1) == ARRIVING_FITS;
}

struct reader {
	struct arriving *a;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool woken;
	int slow;
	int64_t got;
	long end;
	bool wrong;
};

static void wake(void *arg)
{
	struct reader *r = arg;

	pthread_mutex_lock(&r->lock);
	r->woken = true;
	pthread_cond_signal(&r->cond);
	pthread_mutex_unlock(&r->lock);
}

static void wait_for_more(struct reader *r)
{
	r->woken = false;
	arriving_wait(r->a, r->got, wake, r);
	pthread_mutex_lock(&r->lock);
	while (!r->woken)
		pthread_cond_wait(&r->cond, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static void *read_all(void *arg)
{
	struct reader *r = arg;
	char bytes[3000];
	long n;

	while ((n = arriving_read(r->a, r->got, bytes, sizeof(bytes))) >= 0) {
		for (long i = 0; i < n; i++)
			r->wrong = r->wrong || bytes[i] != byte_at(r->got + i);
		r->got += n;
		if (r->slow)
			usleep((useconds_t)r->slow);
		if (n == ARRIVING_LATER)
			wait_for_more(r);
	}
	r->end = n;
	arriving_drop(r->a);
	return NULL;
}

static void begin(struct reader *r, struct arriving *a, int slow)
{
	*r = (struct reader){ .a = arriving_hold(a), .slow = slow };
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->cond, NULL);
	assert_int_equal(pthread_create(&r->thread, NULL, read_all, r), 0);
}

static void everybody_reads(bool whole)
{
	struct app app = { 0 };
	int fd = memfd_create("arriving", MFD_CLOEXEC);
	struct arriving *a = arriving_new(&app, fd);
	struct reader r[READERS];
	bool more;

	for (int i = 0; i < READERS / 2; i++)
		begin(&r[i], a, i * 10);
	for (int64_t at = 0; at < SIZE; at += PIECE) {
		add(a, fd, at, at + PIECE < SIZE ? at + PIECE : SIZE, &more);
		assert_true(more);
	}
	assert_int_equal(arriving_size(a), -1);
	for (int i = READERS / 2; i < READERS; i++)
		begin(&r[i], a, i * 10);
	assert_int_equal(app.arriving, SIZE);
	arriving_end(a, whole);
	assert_int_equal(arriving_size(a), whole ? SIZE : -1);
	arriving_leave(a);
	for (int i = 0; i < READERS; i++) {
		pthread_join(r[i].thread, NULL);
		assert_false(r[i].wrong);
		assert_int_equal(r[i].end, whole ? ARRIVING_OVER : ARRIVING_BROKEN);
		assert_true(!whole || r[i].got == SIZE);
	}
	assert_int_equal(app.arriving, 0);
	assert_int_equal(app.lingering, 0);
}

static void all_read_all_of_it(void **state)
{
	(void)state;
	everybody_reads(true);
}

static void nobody_takes_what_breaks_off_for_whole(void **state)
{
	(void)state;
	everybody_reads(false);
}

/* Together they are no larger than the cache; late readers of all files hold a quarter of that. */
static void room_is_limited(void **state)
{
	struct config config = { .cache_size_mb = 1 };
	struct app app = { .config = &config };
	struct arriving *a = arriving_new(&app, memfd_create("a", MFD_CLOEXEC));
	struct arriving *b = arriving_new(&app, memfd_create("b", MFD_CLOEXEC)), *late = arriving_hold(b);
	struct arriving *c = arriving_new(&app, memfd_create("c", MFD_CLOEXEC)), *later = arriving_hold(c);
	struct arriving *d = arriving_new(&app, memfd_create("d", MFD_CLOEXEC));
	char byte;

	(void)state;
	assert_int_equal(arriving_grew(a, 600 << 10, -1), ARRIVING_FITS);
	assert_int_equal(arriving_grew(b, 200 << 10, -1), ARRIVING_FITS);
	assert_int_equal(arriving_grew(c, 300 << 10, -1), ARRIVING_CROWDED);
	/* what breaks off leaves its room to the others at once */
	assert_int_equal(arriving_grew(d, 1100 << 10, -1), ARRIVING_TOO_LARGE);
	arriving_end(d, false);
	assert_int_equal(app.arriving, 1100 << 10);
	arriving_leave(d);
	arriving_end(b, true);
	arriving_leave(b);
	assert_int_equal(arriving_read(late, 200 << 10, &byte, 1), ARRIVING_OVER);
	arriving_end(c, true);
	arriving_leave(c);
	assert_int_equal(arriving_read(later, 0, &byte, 1), ARRIVING_BROKEN);
	arriving_drop(later);
	arriving_drop(late);
	assert_int_equal(app.arriving, 600 << 10);
	assert_int_equal(app.lingering, 0);
	arriving_leave(a);
	assert_int_equal(app.arriving, 0);
}

static void it_is_shown_as_what_it_is_until_it_breaks_off(void **state)
{
	struct app app = { 0 };
	struct arriving *a = arriving_new(&app, memfd_create("a", MFD_CLOEXEC));

	(void)state;
	assert_null(arriving_mime(a));
	arriving_show(a, "video/mp4");
	assert_string_equal(arriving_mime(a), "video/mp4");
	arriving_grew(a, 10, 20);
	assert_int_equal(arriving_size(a), 20);
	arriving_end(a, false);
	assert_null(arriving_mime(a));
	arriving_leave(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_read_all_of_it),
		cmocka_unit_test(nobody_takes_what_breaks_off_for_whole),
		cmocka_unit_test(room_is_limited),
		cmocka_unit_test(it_is_shown_as_what_it_is_until_it_breaks_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
