/* Old posts of elsewhere leave, against a plain model: what concerns somebody here stays with its thread, the rest goes.
 * OLD_POSTS=200000 does this alone, on SQLite, with a server so large, beside which somebody writes; nobody may wait long. */
#include "core/old_posts.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>

#include "core/featured.h"
#include "core/poll.h"
#include "core/search_chunks.h"
#include "core/search_index.h"
#include "core/slice.h"
#include "posts_world.h"
#include "store/search_chunks.h"

enum { THREADS = 40, PEOPLE = 5, LONGEST = 4, PINS = 20 /* one may have no more */, DAYS = 400, KEEP = 30 };
enum { CHUNK = 10000, CHUNK_DAYS = 18 };       /* of the index: posts; a chunk has some less */
enum { HELD_MOST_MS = 50, SYNC_MOST_MS = 10 }; /* a sync takes a few ms, and a step has three; one that takes longer counts as 10 */

enum part { NOBODY, OLD_BOOST, FAVOURITE, BOOKMARK, BOOST, NEW_BOOST, REPLY, QUOTE, VOTE, PIN, MENTION, MUTE, PARTS };

struct model {
	int64_t ids[LONGEST];
	str uris[LONGEST];
	int64_t at[LONGEST];
	int n;
	bool stays;
};

static uint32_t seed = 7;

/* SQLite's calls come here: while the posts are made nothing waits for the disk, and afterwards it may stand still now and then,
 * which is nobody's work: what is measured is how long others wait for ours. */
static _Atomic bool in_haste;
static _Atomic int64_t longest_sync, stood_still; /* ms */

int clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);
	int64_t ms = t->tv_sec * SECOND + t->tv_nsec / 1000000;

	if (id == CLOCK_MONOTONIC) {
		ms -= stood_still;
		*t = (struct timespec){ ms / SECOND, ms % SECOND * 1000000 + t->tv_nsec % 1000000 };
	}
	return rc;
}

static int sync_file(long how, int fd)
{
	int64_t began = clock_mono(), took;
	int rc = in_haste ? 0 : (int)syscall(how, fd);

	took = clock_mono() - began;
	if (took > longest_sync)
		longest_sync = took;
	if (took > SYNC_MOST_MS)
		stood_still += took - SYNC_MOST_MS;
	return rc;
}

int fsync(int fd)
{
	return sync_file(SYS_fsync, fd);
}

int fdatasync(int fd)
{
	return sync_file(SYS_fdatasync, fd);
}

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % sides;
}

static struct remote_status note(struct server *s, const struct account *by, struct model *m, int number)
{
	struct remote_status in = remote(s, by, cstr(s->cx.mem, strf(s->cx.mem, "%d-%d", number, m->n)), "<p>old news</p>");

	in.created_at = m->at[m->n];
	in.interaction_policy = QUOTE_STATED | QUOTE_PUBLIC;
	if (m->n)
		in.in_reply_to_uri = m->uris[dice((uint32_t)m->n)];
	return in;
}

/* Somebody does something with one of its posts. */
static void take_part(struct server *s, const struct account *alice, const struct account *fan, const struct model *m,
                      enum part part)
{
	int64_t last = m->ids[m->n - 1], id = m->ids[dice((uint32_t)m->n)], made;

	if (part == FAVOURITE)
		assert_int_equal(react_favourite(as(s, alice), alice, id, STR_NONE), OK);
	if (part == BOOKMARK)
		assert_int_equal(react_bookmark(as(s, alice), id, true), OK);
	if (part == BOOST)
		assert_int_equal(react_reblog(as(s, alice), alice, id, S("public"), STR_NONE, 0, &made), OK);
	if (part == OLD_BOOST || part == NEW_BOOST)
		assert_int_equal(react_reblog(as(s, NULL), fan, id, S("public"),
		                              strf(s->cx.mem, "https://far.test/boosts/%lld", (long long)id),
		                              part == OLD_BOOST ? m->at[m->n - 1] : 0, &made),
		                 OK);
	if (part == REPLY)
		reply(s, alice, id, "an answer");
	if (part == QUOTE)
		post_in(s, alice, (struct post_in){ .text = S("look at this"), .quoted_id = id });
	if (part == VOTE)
		assert_int_equal(poll_vote(as(s, alice), last, (struct ids){ &(int64_t){ 1 }, 1 }), OK);
	if (part == PIN)
		assert_int_equal(featured_receive_pin(as(s, NULL), &(struct account){ .id = row(s, last).account_id }, last, true), OK);
	if (part == MUTE)
		assert_int_equal(react_mute_thread(as(s, alice), id, true), OK);
}

static void make_thread(struct server *s, const struct account *alice, const struct account *const *people, struct model *m,
                        int number, int64_t age)
{
	enum part part = dice(2) ? NOBODY : (enum part)dice(PARTS);
	int length = 1 + (int)dice(LONGEST);

	if (part == PIN && count_of(s, "SELECT COUNT(*) FROM pins") == PINS)
		part = NOBODY;
	while (m->n < length) {
		const struct account *by = people[dice(PEOPLE)];
		struct remote_status in;
		struct remote_mention who = { .account_id = alice->id };
		struct remote_poll poll = { .options = { (str[]){ S("yes"), S("no") }, 2 }, .votes = (int64_t[]){ 3, 4 }, .voters = 7 };

		m->at[m->n] = clock_now() - age * DAY - HOUR + m->n;
		in = note(s, by, m, number);
		if (part == MENTION && m->n == length - 1) {
			in.mentions = &who;
			in.mentions_n = 1;
		}
		if (part == VOTE && m->n == length - 1)
			in.poll = &poll;
		m->uris[m->n] = in.uri;
		m->ids[m->n++] = receive(s, by, in);
	}
	take_part(s, alice, people[0], m, part);
	m->stays = part > OLD_BOOST || age < KEEP;
}

static bool there(struct server *s, int64_t id)
{
	struct status st = { 0 };

	return !status_by_id(as(s, NULL), id, &st);
}

static void compare(struct server *s, const struct model *m, int threads)
{
	for (int i = 0; i < threads; i++)
		for (int k = 0; k < m[i].n; k++)
			assert_int_equal(there(s, m[i].ids[k]), m[i].stays);
}

/* Of a large server; 0: a small one, of which nothing is measured. */
static int many(void)
{
	const char *posts = getenv("OLD_POSTS");

	return posts ? atoi(posts) : 0;
}

static void held(const char *what, int64_t ms)
{
	print_message("# %s: %lld ms at most\n", what, (long long)ms);
	assert_in_range(ms, 0, HELD_MOST_MS);
}

static enum err write_nothing(struct db *db, void *arg)
{
	static const struct db_sql sql = { "test", "UPDATE sites SET updated_at = updated_at WHERE id = $1" };

	return db_exec(db, &sql, ARGS(*(int64_t *)arg), NULL);
}

/* Who writes a little now and then, and for how long that waited at most. */
struct probe {
	struct dbs *dbs;
	int64_t site, longest, writes;
	_Atomic bool over;
	pthread_t thread;
};

static void *write_now_and_then(void *arg)
{
	struct probe *p = arg;

	while (!p->over) {
		int64_t began = clock_mono();
		enum err e = dbs_write(p->dbs, write_nothing, &p->site);

		if (!e && clock_mono() - began > p->longest)
			p->longest = clock_mono() - began;
		p->writes++;
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	return NULL;
}

static int64_t space(struct server *s, const char *when)
{
	int64_t used, all;

	assert_int_equal(db_space(dbs_reader(s->app.dbs), &used, &all), OK);
	if (many())
		print_message("# %s: %lld bytes used of %lld\n", when, (long long)used, (long long)all);
	return all;
}

static void prune(struct server *s, struct old_gone *gone)
{
	assert_int_equal(old_posts_prune(as(s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, 0, gone), OK);
	assert_true(gone->posts > 0);
}

static void prune_beside_a_writer(struct server *s, struct old_gone *gone)
{
	struct probe p = { .dbs = s->app.dbs, .site = s->site->id };

	assert_int_equal(pthread_create(&p.thread, NULL, write_now_and_then, &p), 0);
	prune(s, gone);
	p.over = true;
	pthread_join(p.thread, NULL);
	print_message("# %lld posts went, beside %lld writes; a sync took %lld ms at most, in all %lld ms more than was to be expected\n",
	              (long long)gone->posts, (long long)p.writes, (long long)longest_sync, (long long)stood_still);
	assert_true(gone->posts > many() / 3);
	held("the writer was held", gone->longest_ms);
	held("a write took", p.longest);
}

/* What was freed goes back to the disk. */
static void shrink(struct server *s, int64_t before)
{
	int64_t longest;

	if (db_is_postgres(dbs_reader(s->app.dbs)))
		return;
	assert_int_equal(slice_give_back(s->app.dbs, 0, &longest), OK);
	assert_true(space(s, "after") < before);
	if (many())
		held("giving space back held the writer", longest);
}

static void nothing_hangs_in_the_air(struct server *s)
{
	static const char *const without_post[] = { "feeds", "status_mentions", "favourites", "status_tags", "attachments", "quotes" };

	for (size_t i = 0; i < sizeof(without_post) / sizeof(without_post[0]); i++)
		assert_int_equal(count_of(s, cstr(s->cx.mem, strf(s->cx.mem, "SELECT COUNT(*) FROM %s WHERE status_id NOT IN"
		                                                              " (SELECT id FROM statuses)",
		                                                  without_post[i]))),
		                 0);
	assert_int_equal(count_of(s, "SELECT COUNT(*) FROM search_posts WHERE rowid NOT IN (SELECT id FROM statuses)"), 0);
	assert_int_equal(count_of(s, "SELECT COUNT(*) FROM statuses WHERE account_id NOT IN (SELECT id FROM accounts)"), 0);
	assert_int_equal(count_of(s, "SELECT COUNT(*) FROM account_terms WHERE account_id NOT IN (SELECT id FROM accounts)"), 0);
}

static enum err begin_chunk(struct ctx *cx, void *arg)
{
	int64_t day = *(int64_t *)arg;

	return search_chunk_add(cx->db, id_at(clock_now() - (DAYS - day) * DAY), strf(cx->mem, "%03lld", (long long)day));
}

/* What comes in the course of time has them already; here all is as old as it says. */
static void chunks_of_the_index(struct server *s)
{
	for (int64_t day = CHUNK_DAYS; day < DAYS; day += CHUNK_DAYS)
		assert_int_equal(write_tx(as(s, NULL), begin_chunk, &day), OK);
}

/* As it is after a while: pruning takes the words out too. */
static void index_all(struct server *s)
{
	bool more = true;

	while (count_of(s, "SELECT COUNT(*) FROM search_noted"))
		assert_int_equal(search_job_index(as(s, NULL), &(struct job){ 0 }), OK);
	while (more)
		assert_int_equal(search_chunks_keep(as(s, NULL), CHUNK, INT64_MAX, &more), OK);
	assert_true(count_of(s, "SELECT COUNT(*) FROM search_posts") > 0);
}

static const struct account *a_world_of_posts(struct server *s, struct model *m, int threads)
{
	const struct account *alice = person(s, "alice", s->site), *people[PEOPLE];
	struct arena_mark mark;

	for (int i = 0; i < PEOPLE; i++)
		people[i] = person(s, cstr(s->cx.mem, strf(s->cx.mem, "p%d", i)), NULL);
	mark = arena_mark(s->cx.mem);
	for (int i = 0; i < threads; i++) {
		make_thread(s, alice, people, &m[i], i, (threads - 1 - i) * (int64_t)DAYS / threads);
		arena_rewind(s->cx.mem, mark);
	}
	for (int i = 0; i < PEOPLE; i++)
		follow(s, alice, people[i]); /* what is pinned by them is looked at */
	index_all(s);
	return person(s, "stranger", NULL);
}

static void the_rest_is_there(struct server *s, const struct model *m, int threads, int64_t stranger)
{
	struct old_gone gone;

	compare(s, m, threads);
	nothing_hangs_in_the_air(s);
	assert_int_equal(account_by_id(as(s, NULL), stranger, &(struct account){ 0 }), ERR_NOT_FOUND);
	/* a second time there is nothing to do */
	assert_int_equal(old_posts_prune(as(s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, 0, &gone), OK);
	assert_int_equal(gone.posts + gone.accounts, 0);
}

static void what_concerns_nobody_goes_and_the_rest_stays(struct world *w)
{
	struct server s;
	struct model m[THREADS] = { 0 };
	struct old_gone gone;
	int64_t stranger, before;

	server_open(&s, w);
	stranger = a_world_of_posts(&s, m, THREADS)->id;
	before = space(&s, "before");
	prune(&s, &gone);
	shrink(&s, before);
	the_rest_is_there(&s, m, THREADS, stranger);
	server_close(&s);
}

/* There is one, and the posts are on it before anything is measured. */
static void to_disk(const struct world *w)
{
	int fd = open(w->dir, O_RDONLY | O_CLOEXEC);
	struct statfs fs;

	in_haste = false;
	assert_true(fd >= 0 && !syncfs(fd));
	assert_int_equal(fstatfs(fd, &fs), 0);
	assert_int_not_equal(fs.f_type, TMPFS_MAGIC);
	close(fd);
}

static void nobody_waits_long_while_very_many_go(struct world *w)
{
	struct server s;
	int threads = many() * 2 / (LONGEST + 1);
	struct model *m;
	struct old_gone gone;
	int64_t stranger, before;

	in_haste = true;
	server_open(&s, w);
	m = NEWS(s.cx.mem, struct model, (size_t)threads);
	chunks_of_the_index(&s);
	stranger = a_world_of_posts(&s, m, threads)->id;
	to_disk(w);
	before = space(&s, "before");
	prune_beside_a_writer(&s, &gone);
	shrink(&s, before);
	the_rest_is_there(&s, m, threads, stranger);
	server_close(&s);
}

static void a_post_that_comes_again_has_its_place(struct world *w)
{
	struct server s;
	const struct account *eve;
	struct remote_status in;
	struct old_gone gone;
	int64_t first;

	server_open(&s, w);
	person(&s, "alice", s.site);
	eve = person(&s, "eve", NULL);
	follow(&s, eve, person(&s, "bob", s.site));
	in = remote(&s, eve, "1", "<p>old</p>");
	in.created_at = clock_now() - 100 * (int64_t)DAY;
	first = receive(&s, eve, in);
	assert_int_equal(old_posts_prune(as(&s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, 0, &gone), OK);
	assert_int_equal(gone.posts, 1);
	assert_int_equal(gone.accounts, 0);                        /* she follows bob */
	assert_int_equal(receive(&s, eve, in) >> 16, first >> 16); /* its millisecond */
	server_close(&s);
}

static enum err run_sql(struct ctx *cx, void *arg)
{
	return db_exec(cx->db, &(struct db_sql){ "test", cstr(cx->mem, *(str *)arg) }, NO_ARGS, NULL);
}

/* Neither is done in one go. */
static void a_long_thread_and_a_post_many_liked(struct world *w)
{
	enum { LONG = 150 };
	struct server s;
	const struct account *eve;
	struct remote_status in;
	struct old_gone gone;
	int64_t id = 0;
	str likes;

	server_open(&s, w);
	eve = person(&s, "eve", NULL);
	for (int i = 0; i < LONG; i++) {
		str above = i ? in.uri : STR_NONE;

		in = remote(&s, eve, cstr(s.cx.mem, strf(s.cx.mem, "%d", i)), "<p>on and on</p>");
		in.in_reply_to_uri = above;
		in.created_at = clock_now() - 100 * (int64_t)DAY + i;
		id = receive(&s, eve, in);
	}
	likes = strf(s.cx.mem,
	             "INSERT INTO favourites (id, account_id, status_id, uri, created_at) SELECT x.id + %lld, x.id, %lld, '', 1"
	             " FROM statuses x",
	             (long long)id_new(), (long long)id);
	assert_int_equal(write_tx(as(&s, NULL), run_sql, &likes), OK);
	assert_int_equal(old_posts_prune(as(&s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, 0, &gone), OK);
	assert_int_equal(gone.posts, LONG);
	assert_int_equal(gone.accounts, 1);
	nothing_hangs_in_the_air(&s);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(what_concerns_nobody_goes_and_the_rest_stays),
		T(a_post_that_comes_again_has_its_place),
		T(a_long_thread_and_a_post_many_liked),
	};
	static const struct db_test large = { "nobody_waits_long_while_very_many_go", nobody_waits_long_while_very_many_go, ON_SQLITE };

	if (many())
		world_place = "/var/tmp";
	return many() ? on_databases(&large, 1) : on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
