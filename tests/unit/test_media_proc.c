/* media/proc and the jail: what a decoder can do that a file has taken over (nothing), and that whoever asked for the
 * picture lives on. */
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "media/proc.h"
#include "media_escape.h"

static struct procs *procs;
static int files[WIRE_FDS - WIRE_IN];

static enum err run(enum wire_role role, enum escape how, unsigned seconds, struct wire_answer *answer)
{
	struct wire_job job = { .role = role, .format = FORMAT_PNG, .want = (uint32_t)how, .seconds = seconds, .file_max = 1 << 20 };

	*answer = (struct wire_answer){ .verdict = WIRE_FAILED };
	for (size_t i = 1; i < WIRE_FDS - WIRE_IN; i++)
		assert_int_equal(ftruncate(files[i], 0) | lseek(files[i], 0, SEEK_SET), 0);
	return procs_run(procs, &job, files, answer);
}

/* After each misbehaviour: the next job is done as if nothing had been. */
static void assert_lives_on(void)
{
	struct wire_answer a;

	assert_int_equal(run(WIRE_PICTURE, ESCAPE_NOT, 10, &a), OK);
	assert_int_equal(a.why, WHY_EMPTY);
}

static int setup(void **state)
{
	struct media_options o = { .program = getenv("MEDIA_ESCAPE"), .children = 1, .idle_ms = 300 };
	char path[] = "/tmp/dassie-media-test.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	log_set_level(LOG_NONE);
	if (fd < 0 || write(fd, "GIF89a", 6) != 6)
		return 1;
	files[0] = open(path, O_RDONLY | O_CLOEXEC);
	close(fd);
	unlink(path);
	for (size_t i = 1; i < WIRE_FDS - WIRE_IN; i++)
		files[i] = memfd_create("test", MFD_CLOEXEC);
	procs = procs_open(&o);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	procs_close(procs);
	for (size_t i = 0; i < WIRE_FDS - WIRE_IN; i++)
		close(files[i]);
	return 0;
}

static size_t said(char text[1 << 14])
{
	ssize_t n = pread(files[1], text, (1 << 14) - 1, 0);

	assert_true(n > 0);
	text[n] = 0;
	return (size_t)n;
}

/* Each line is "call refused". Without landlock the kernel lets the tools open what their user can. */
static void assert_all_refused(size_t least)
{
	static const char *const landlocked[] = { "openat ", "openat_write ", "openat_directory " };
	bool landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1) > 0;
	char text[1 << 14];
	str rest = str_n(text, said(text));
	size_t n = 0;

	for (str line; str_cut(&rest, '\n', &line) && line.n; n++) {
		bool open = false;

		for (size_t i = 0; !landlock && i < 3; i++)
			open = open || str_starts(line, str_of(landlocked[i]));
		if (!open && !str_ends(line, S(" refused")))
			fail_msg("%.*s", STR_F(line));
	}
	assert_true(n >= least);
}

static void the_decoder_of_pictures_can_do_nothing_else(void **state) /* MEDIA-10 */
{
	struct wire_answer a;

	(void)state;
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_TRY, 20, &a), OK);
	assert_all_refused(65);
}

static void the_tools_for_video_can_do_nothing_else(void **state)
{
	struct wire_answer a;

	(void)state;
	assert_int_equal(run(WIRE_FILM, ESCAPE_TRY, 20, &a), OK);
	assert_all_refused(65);
}

static void a_tool_cannot_become_another_program(void **state)
{
	struct wire_answer a;
	char text[1 << 14];

	(void)state;
	assert_int_equal(run(WIRE_FILM, ESCAPE_TRY_EXECVE, 20, &a), OK);
	said(text);
	assert_string_equal(text, "execve killed\n");
}

static void the_strangers_file_cannot_be_changed(void **state)
{
	struct wire_answer a;
	char text[1 << 14];

	(void)state;
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_IN, 20, &a), OK);
	said(text);
	assert_string_equal(text, "write_in refused\n");
}

static void a_crash_is_the_files_fault(void **state) /* MEDIA-08, CRASH-06 */
{
	struct wire_answer a;

	(void)state;
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_FAULT, 20, &a), OK);
	assert_int_equal(a.verdict, WIRE_REFUSED);
	assert_int_equal(a.why, WHY_UNREADABLE);
	assert_lives_on();
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_CRASH, 20, &a), ERR_BUSY);
	assert_lives_on();
}

static void one_that_hangs_is_ended(void **state)
{
	struct wire_answer a;
	int64_t began = clock_mono();

	(void)state;
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_HANG, 1, &a), ERR_BUSY);
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_SPIN, 1, &a), ERR_BUSY);
	assert_true(clock_mono() - began < 30 * SECOND);
	assert_lives_on();
}

static void nonsense_is_not_believed(void **state)
{
	static const enum escape how[] = { ESCAPE_SAY_TOO_MUCH, ESCAPE_SAY_NOTHING, ESCAPE_LIE };
	struct wire_answer a;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(run(WIRE_PICTURE, how[i], 20, &a), ERR_BUSY);
		assert_int_equal(a.verdict, WIRE_FAILED);
		assert_lives_on();
	}
}

static void memory_and_files_have_an_end(void **state)
{
	struct wire_answer a;

	(void)state;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_EAT, 20, &a), OK); /* it was told that there is no more */
	assert_int_equal(a.why, WHY_EMPTY);
#endif
	assert_int_equal(run(WIRE_PICTURE, ESCAPE_FLOOD, 20, &a), OK);
	assert_int_equal(a.why, WHY_BYTES);
	assert_int_equal(lseek(files[1], 0, SEEK_END), 1 << 20);
	assert_lives_on();
}

static size_t entries(const char *path)
{
	size_t n = 0;
	DIR *dir = opendir(path);

	assert_non_null(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Killed from outside while it idles, and leaving by itself: the next job starts another; nothing is left behind. */
static void it_leaves_when_idle_and_comes_when_needed(void **state)
{
	size_t before;
	siginfo_t info;
	int64_t end = clock_mono() + 20 * SECOND;

	(void)state;
	assert_lives_on();
	before = entries("/proc/self/fd");
	for (int i = 0; i < 3; i++) {
		while (!waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) && clock_mono() < end)
			usleep(10000);
		assert_true(clock_mono() < end); /* no child is left, so none is a zombie */
		assert_lives_on();
	}
	assert_int_equal(entries("/proc/self/fd"), before);
}

static void *one_film(void *of)
{
	struct wire_job job = { .role = WIRE_FILM, .format = FORMAT_MP4, .want = ESCAPE_HANG, .seconds = 60, .file_max = 1 };
	struct wire_answer a;

	return (void *)(intptr_t)procs_run(of, &job, files, &a);
}

/* Those may take minutes. Both are ended in the end. */
static void films_leave_room_for_pictures(void **state)
{
	struct media_options o = { .program = getenv("MEDIA_ESCAPE"), .children = 2 };
	struct procs *two = procs_open(&o);
	struct wire_job job = { .role = WIRE_PICTURE, .format = FORMAT_PNG, .want = ESCAPE_NOT, .seconds = 20, .file_max = 1 };
	struct wire_answer a;
	pthread_t films[2];
	int64_t began = clock_mono();
	void *end;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&films[i], NULL, one_film, two), 0);
	usleep(300000);
	assert_int_equal(procs_run(two, &job, files, &a), OK);
	assert_true(clock_mono() - began < 50 * SECOND);
	procs_close(two);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(films[i], &end), 0);
		assert_int_equal((intptr_t)end, ERR_BUSY);
	}
}

static void without_the_program_it_says_so(void **state)
{
	struct media_options o = { .program = "/nonexistent/dassie-media" };
	struct procs *none = procs_open(&o);
	struct wire_job job = { .role = WIRE_PICTURE, .seconds = 5, .file_max = 1 };
	struct wire_answer a;

	(void)state;
	assert_int_equal(procs_run(none, &job, files, &a), ERR_INTERNAL);
	assert_int_equal(procs_run(none, &job, files, &a), ERR_BUSY); /* not tried again at once */
	procs_close(none);
}

static void a_program_that_is_another_is_not_used(void **state)
{
	struct media_options o = { .program = "/bin/true" };
	struct procs *none = procs_open(&o);
	struct wire_job job = { .role = WIRE_PICTURE, .seconds = 5, .file_max = 1 };
	struct wire_answer a;

	(void)state;
	assert_int_equal(procs_run(none, &job, files, &a), ERR_INTERNAL);
	procs_close(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_decoder_of_pictures_can_do_nothing_else),
		cmocka_unit_test(the_tools_for_video_can_do_nothing_else),
		cmocka_unit_test(a_tool_cannot_become_another_program),
		cmocka_unit_test(the_strangers_file_cannot_be_changed),
		cmocka_unit_test(a_crash_is_the_files_fault),
		cmocka_unit_test(one_that_hangs_is_ended),
		cmocka_unit_test(nonsense_is_not_believed),
		cmocka_unit_test(memory_and_files_have_an_end),
		cmocka_unit_test(it_leaves_when_idle_and_comes_when_needed),
		cmocka_unit_test(films_leave_room_for_pictures),
		cmocka_unit_test(without_the_program_it_says_so),
		cmocka_unit_test(a_program_that_is_another_is_not_used),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
