/* Old posts of elsewhere leave, against a plain model: what concerns somebody here stays with its thread, the rest goes.
 * OLD_POSTS=200000 makes it a large server, beside which somebody writes and looks how long that takes. */
#include "core/old_posts.h"

#include <time.h>

#include "core/search_chunks.h"
#include "core/search_index.h"
#include "core/slice.h"
#include "posts_world.h"

enum { THREADS = 40, PEOPLE = 5, LONGEST = 4, DAYS = 400, KEEP = 30 };

enum part { NOBODY, OLD_BOOST, FAVOURITE, BOOKMARK, BOOST, NEW_BOOST, REPLY, MENTION, MUTE, PARTS };

struct model {
	int64_t ids[LONGEST];
	str uris[LONGEST];
	int64_t at[LONGEST];
	int n;
	bool stays;
};

static uint32_t seed = 7;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % sides;
}

static struct remote_status note(struct server *s, const struct account *by, struct model *m, int number)
{
	struct remote_status in = remote(s, by, cstr(s->cx.mem, strf(s->cx.mem, "%d-%d", number, m->n)), "<p>old news</p>");

	in.created_at = m->at[m->n];
	if (m->n)
		in.in_reply_to_uri = m->uris[dice((uint32_t)m->n)];
	return in;
}

/* Somebody does something with one of its posts. */
static void take_part(struct server *s, const struct account *alice, const struct account *fan, const struct model *m,
                      enum part part)
{
	int64_t id = m->ids[dice((uint32_t)m->n)], made;

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
	if (part == MUTE)
		assert_int_equal(react_mute_thread(as(s, alice), id, true), OK);
}

static void make_thread(struct server *s, const struct account *alice, const struct account *const *people, struct model *m,
                        int number)
{
	int64_t age = dice(DAYS);
	enum part part = dice(2) ? NOBODY : (enum part)dice(PARTS);
	int length = 1 + (int)dice(LONGEST);

	while (m->n < length) {
		const struct account *by = people[dice(PEOPLE)];
		struct remote_status in;
		struct remote_mention who = { .account_id = alice->id };

		m->at[m->n] = clock_now() - age * DAY - HOUR + m->n;
		in = note(s, by, m, number);
		if (part == MENTION && m->n == length - 1) {
			in.mentions = &who;
			in.mentions_n = 1;
		}
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

static int threads_wanted(void)
{
	const char *posts = getenv("OLD_POSTS");

	return posts ? atoi(posts) * 2 / (LONGEST + 1) : THREADS;
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
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	return NULL;
}

static void space(struct server *s, const char *when, int64_t *all)
{
	int64_t used;

	assert_int_equal(db_space(dbs_reader(s->app.dbs), &used, all), OK);
	if (getenv("OLD_POSTS"))
		print_message("%s: %lld bytes used of %lld\n", when, (long long)used, (long long)*all);
}

static void prune(struct server *s, struct old_gone *gone)
{
	struct probe p = { .dbs = s->app.dbs, .site = s->site->id };

	if (getenv("OLD_POSTS"))
		assert_int_equal(pthread_create(&p.thread, NULL, write_now_and_then, &p), 0);
	assert_int_equal(old_posts_prune(as(s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, 0, gone), OK);
	p.over = true;
	if (!getenv("OLD_POSTS"))
		return;
	pthread_join(p.thread, NULL);
	print_message("%lld posts went; the writer was held for %lld ms at most, and of %lld writes beside it none took more than %lld ms\n",
	              (long long)gone->posts, (long long)gone->longest_ms, (long long)p.writes, (long long)p.longest);
}

/* What was freed goes back to the disk. */
static void shrink(struct server *s, int64_t before)
{
	int64_t all, longest;

	if (db_is_postgres(dbs_reader(s->app.dbs)))
		return;
	assert_int_equal(slice_give_back(s->app.dbs, 0, &longest), OK);
	space(s, "after", &all);
	assert_true(all < before);
	if (getenv("OLD_POSTS"))
		print_message("giving space back held the writer for %lld ms at most\n", (long long)longest);
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

/* As it is after a while: pruning takes the words out too. */
static void index_all(struct server *s)
{
	enum { FULL = 10000 };
	bool more = true;

	assert_int_equal(search_job_index(as(s, NULL), &(struct job){ 0 }), OK);
	while (more)
		assert_int_equal(search_chunks_keep(as(s, NULL), FULL, INT64_MAX, &more), OK);
	assert_true(count_of(s, "SELECT COUNT(*) FROM search_posts") > 0);
}

static void what_concerns_nobody_goes_and_the_rest_stays(struct world *w)
{
	struct server s;
	const struct account *alice, *people[PEOPLE], *stranger;
	struct model *m;
	struct old_gone gone;
	int threads = threads_wanted();
	int64_t all;

	server_open(&s, w);
	alice = person(&s, "alice", s.site);
	for (int i = 0; i < PEOPLE; i++)
		people[i] = person(&s, cstr(s.cx.mem, strf(s.cx.mem, "p%d", i)), NULL);
	stranger = person(&s, "stranger", NULL);
	m = NEWS(s.cx.mem, struct model, (size_t)threads);
	for (int i = 0; i < threads; i++)
		make_thread(&s, alice, people, &m[i], i);
	index_all(&s);
	space(&s, "before", &all);
	prune(&s, &gone);
	compare(&s, m, threads);
	assert_true(gone.posts > 0);
	nothing_hangs_in_the_air(&s);
	assert_int_equal(account_by_id(as(&s, NULL), stranger->id, &(struct account){ 0 }), ERR_NOT_FOUND);
	shrink(&s, all);
	/* a second time there is nothing to do */
	assert_int_equal(old_posts_prune(as(&s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, 0, &gone), OK);
	assert_int_equal(gone.posts + gone.accounts, 0);
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
	assert_int_equal(gone.accounts, 0); /* she follows bob */
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

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
