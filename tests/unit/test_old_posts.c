/* Old posts of elsewhere leave, against a plain model: what concerns somebody here stays with its thread, the rest goes.
 * OLD_POSTS=200000 makes it a large server. */
#include "core/old_posts.h"

#include "posts_world.h"

enum { THREADS = 40, PEOPLE = 5, LONGEST = 4, DAYS = 400, KEEP = 30 };

enum part { NOBODY, FAVOURITE, BOOKMARK, BOOST, REPLY, MENTION, MUTE, PARTS };

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

/* Somebody here does something with one of its posts. */
static void take_part(struct server *s, const struct account *alice, const struct model *m, enum part part)
{
	int64_t id = m->ids[dice((uint32_t)m->n)], made;

	if (part == FAVOURITE)
		assert_int_equal(react_favourite(as(s, alice), alice, id, STR_NONE), OK);
	if (part == BOOKMARK)
		assert_int_equal(react_bookmark(as(s, alice), id, true), OK);
	if (part == BOOST)
		assert_int_equal(react_reblog(as(s, alice), alice, id, S("public"), STR_NONE, 0, &made), OK);
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
	take_part(s, alice, m, part);
	m->stays = part != NOBODY || age < KEEP;
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

static void print_space(struct server *s, const char *when)
{
	int64_t used = 0, all = 0;

	assert_int_equal(db_space(dbs_reader(s->app.dbs), &used, &all), OK);
	if (getenv("OLD_POSTS"))
		print_message("%s: %lld bytes used of %lld\n", when, (long long)used, (long long)all);
}

static void what_concerns_nobody_goes_and_the_rest_stays(struct world *w)
{
	struct server s;
	const struct account *alice, *people[PEOPLE], *stranger;
	struct model *m;
	struct old_gone gone;
	int threads = threads_wanted();

	server_open(&s, w);
	alice = person(&s, "alice", s.site);
	for (int i = 0; i < PEOPLE; i++)
		people[i] = person(&s, cstr(s.cx.mem, strf(s.cx.mem, "p%d", i)), NULL);
	stranger = person(&s, "stranger", NULL);
	m = NEWS(s.cx.mem, struct model, (size_t)threads);
	for (int i = 0; i < threads; i++)
		make_thread(&s, alice, people, &m[i], i);
	print_space(&s, "before");
	assert_int_equal(old_posts_prune(as(&s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, &gone), OK);
	if (getenv("OLD_POSTS"))
		print_message("%lld posts went, the writer was held for %lld ms at most\n", (long long)gone.posts,
		              (long long)gone.longest_ms);
	print_space(&s, "after");
	compare(&s, m, threads);
	assert_true(gone.posts > 0);
	/* nothing hangs in the air */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM feeds WHERE status_id NOT IN (SELECT id FROM statuses)"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM status_mentions WHERE status_id NOT IN (SELECT id FROM statuses)"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses WHERE account_id NOT IN (SELECT id FROM accounts)"), 0);
	assert_int_equal(account_by_id(as(&s, NULL), stranger->id, &(struct account){ 0 }), ERR_NOT_FOUND);
	/* a second time there is nothing to do */
	assert_int_equal(old_posts_prune(as(&s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, &gone), OK);
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
	assert_int_equal(old_posts_prune(as(&s, NULL), clock_now() - KEEP * (int64_t)DAY, 0, &gone), OK);
	assert_int_equal(gone.posts, 1);
	assert_int_equal(gone.accounts, 0); /* she follows bob */
	assert_int_equal(receive(&s, eve, in) >> 16, first >> 16); /* its millisecond */
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(what_concerns_nobody_goes_and_the_rest_stays),
		T(a_post_that_comes_again_has_its_place),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
