/* Polls: asking, voting, counting, ending, and the polls of other servers. On both databases. */
#include "core/notice.h"
#include "core/poll.h"
#include "posts_world.h"

static struct poll_in fruit(struct arena *mem, bool multiple)
{
	struct poll_in in = { { NEWS(mem, str, 3), 3 }, 600, multiple, false };

	in.options.v[0] = S("apples");
	in.options.v[1] = S(" pears ");
	in.options.v[2] = S("plums & cherries");
	return in;
}

static int64_t ask(struct server *s, const struct account *by, bool multiple)
{
	struct poll_in poll = fruit(s->cx.mem, multiple);

	return post_in(s, by, (struct post_in){ .text = S("which?"), .poll = &poll });
}

static enum err choose(struct server *s, const struct account *by, int64_t id, int64_t a, int64_t b)
{
	int64_t both[] = { a, b };

	return poll_vote(as(s, by), id, (struct ids){ both, b < 0 ? 1 : 2 });
}

static const struct poll_view *poll_of(struct server *s, const struct account *who, int64_t id)
{
	struct status_view *v = NEW(s->cx.mem, struct status_view);

	assert_int_equal(status_view(as(s, who), id, v), OK);
	assert_non_null(v->poll);
	return v->poll;
}

static void tallies(struct server *s, int64_t id, int64_t a, int64_t b, int64_t c, int64_t voters)
{
	const struct poll_view *p = poll_of(s, NULL, id);

	assert_int_equal(p->options_n, 3);
	assert_int_equal(p->options[0].votes_count, a);
	assert_int_equal(p->options[1].votes_count, b);
	assert_int_equal(p->options[2].votes_count, c);
	assert_int_equal(p->p.voters_count, voters);
}

static void a_poll_is_checked_as_apps_expect(struct world *w)
{
	static const struct {
		const char *options[6];
		int64_t expires_in;
		const char *said;
	} bad[] = {
		{ { "one" }, 600, "Validation failed: Options must have more than one item" },
		{ { "one", " " }, 600, "Validation failed: Options must have more than one item" },
		{ { "one", "one" }, 600, "Validation failed: Options contain duplicate items" },
		{ { "1", "2", "3", "4", "5" }, 600, "Validation failed: Options can't contain more than 4 items" },
		{ { "1", "123456789012345678901234567890123456789012345678901" }, 600,
		  "Validation failed: Options can't be longer than 50 characters each" },
		{ { "1", "2" }, 0, "Validation failed: Expires at can't be blank" },
		{ { "1", "2" }, 299, "Validation failed: Expires at is too soon" },
		{ { "1", "2" }, 2629747, "Validation failed: Expires at is too far into the future" },
	};
	struct server s;
	const struct account *ann;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		str titles[6];
		struct poll_in poll = { { titles, 0 }, bad[i].expires_in, false, false };
		struct post_in in = { .text = S("x"), .poll = &poll };

		while (bad[i].options[poll.options.n]) {
			titles[poll.options.n] = str_of(bad[i].options[poll.options.n]);
			poll.options.n++;
		}
		assert_int_equal(status_create(as(&s, ann), &in, &id), ERR_INVALID);
		assert_str(s.cx.said, str_of(bad[i].said));
	}
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM polls"), 0);
	assert_str(poll_of(&s, ann, ask(&s, ann, false))->options[1].title, S("pears"));
	server_close(&s);
}

static void each_voice_counts_once(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cat;
	int64_t id, many;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cat = person(&s, "cat", s.site);
	id = ask(&s, ann, false);
	many = ask(&s, ann, true);
	assert_int_equal(choose(&s, ann, id, 0, -1), ERR_INVALID);
	assert_str(s.cx.said, S("Validation failed: You cannot vote in your own polls"));
	assert_int_equal(choose(&s, bob, id, 3, -1), ERR_INVALID);
	assert_int_equal(choose(&s, bob, id, 0, 1), ERR_INVALID);
	assert_int_equal(poll_vote(as(&s, bob), id, (struct ids){ 0 }), ERR_INVALID);
	assert_int_equal(choose(&s, NULL, id, 0, -1), ERR_DENIED);
	tallies(&s, id, 0, 0, 0, 0);
	assert_int_equal(choose(&s, bob, id, 1, 1), OK);
	assert_int_equal(choose(&s, bob, id, 1, -1), ERR_INVALID);
	assert_int_equal(choose(&s, bob, id, 2, -1), ERR_INVALID);
	tallies(&s, id, 0, 1, 0, 1);
	assert_true(poll_of(&s, bob, id)->voted);
	assert_int_equal(poll_of(&s, bob, id)->own_n, 1);
	assert_int_equal(poll_of(&s, bob, id)->own[0], 1);
	assert_false(poll_of(&s, cat, id)->voted);
	assert_true(poll_of(&s, ann, id)->voted);
	assert_int_equal(choose(&s, bob, many, 0, 2), OK);
	assert_int_equal(choose(&s, bob, many, 1, -1), OK);
	assert_int_equal(choose(&s, bob, many, 1, -1), ERR_INVALID);
	assert_int_equal(choose(&s, cat, many, 2, -1), OK);
	tallies(&s, many, 1, 1, 2, 2);
	/* tallies go out together, later */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'poll_tell'"), 2);
	server_close(&s);
}

static void nobody_votes_on_what_is_hidden_or_over(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct poll_in poll = fruit(&w->mem, false);
	int64_t id, closed;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	closed = post_in(&s, ann, (struct post_in){ .text = S("?"), .visibility = S("private"), .poll = &poll });
	assert_int_equal(choose(&s, bob, closed, 0, -1), ERR_NOT_FOUND);
	assert_int_equal(choose(&s, bob, post(&s, ann, "public", "no poll"), 0, -1), ERR_NOT_FOUND);
	id = ask(&s, ann, false);
	clock_shift(600 * SECOND);
	assert_int_equal(choose(&s, bob, id, 0, -1), ERR_INVALID);
	assert_str(s.cx.said, S("Validation failed: The poll has already ended"));
	assert_true(poll_of(&s, bob, id)->expired);
	tallies(&s, id, 0, 0, 0, 0);
	clock_shift(-600 * SECOND);
	server_close(&s);
}

static void votes_from_elsewhere_count_once_and_only_while_it_is_open(struct world *w)
{
	struct server s;
	const struct account *ann, *far, *away;
	int64_t id;
	bool has;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	far = person(&s, "far", NULL);
	away = person(&s, "away", NULL);
	id = ask(&s, ann, false);
	assert_int_equal(poll_has_option(as(&s, NULL), id, S("plums & cherries"), &has), OK);
	assert_true(has);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S("plums & cherries"), S("https://far.test/1")), OK);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S("plums & cherries"), S("https://far.test/1")), OK);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S("apples"), S("https://far.test/2")), OK);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S("Apples"), S("https://far.test/3")), OK);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S(""), S("https://far.test/4")), OK);
	tallies(&s, id, 0, 0, 1, 1);
	clock_shift(600 * SECOND);
	assert_int_equal(poll_vote_received(as(&s, NULL), away, id, S("apples"), S("https://far.test/5")), OK);
	tallies(&s, id, 0, 0, 1, 1);
	clock_shift(-600 * SECOND);
	server_close(&s);
}

static void other_options_void_the_votes(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct poll_in same = fruit(&w->mem, false), other = fruit(&w->mem, false);
	struct edit_in edit = { .text = S("which?"), .poll = &same };
	struct status_edit *edits;
	struct status_view now;
	int64_t id;
	size_t n;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = ask(&s, ann, false);
	assert_int_equal(choose(&s, bob, id, 1, -1), OK);
	assert_int_equal(status_edit(as(&s, ann), id, &edit), OK);
	tallies(&s, id, 0, 1, 0, 1);
	assert_int_equal(row(&s, id).edited_at, 0);
	edit.text = S("which one?");
	assert_int_equal(status_edit(as(&s, ann), id, &edit), OK);
	tallies(&s, id, 0, 1, 0, 1);
	other.options.v[0] = S("nuts");
	edit.poll = &other;
	assert_int_equal(status_edit(as(&s, ann), id, &edit), OK);
	tallies(&s, id, 0, 0, 0, 0);
	assert_int_equal(choose(&s, bob, id, 0, -1), OK);
	assert_int_equal(status_history(as(&s, bob), id, &now, &edits, &n), OK);
	assert_int_equal(n, 3);
	assert_str(edits[1].options, S("[\"apples\",\"pears\",\"plums & cherries\"]"));
	assert_str(edits[2].options, S("[\"nuts\",\"pears\",\"plums & cherries\"]"));
	edit.poll = NULL;
	assert_int_equal(status_edit(as(&s, ann), id, &edit), OK);
	assert_int_equal(status_view(as(&s, bob), id, &now), OK);
	assert_null(now.poll);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM poll_votes"), 0);
	server_close(&s);
}

static struct job the_end(struct server *s, int64_t id)
{
	struct poll p;

	assert_int_equal(polls_get(dbs_reader(s->app.dbs), s->cx.mem, id, &p), OK);
	return (struct job){ .kind = S("poll_end"), .args = strf(s->cx.mem, "{\"poll\":\"%lld\",\"at\":\"%lld\"}", (long long)id,
	                                                       (long long)p.expires_at) };
}

static void author_and_voters_are_told_of_the_end(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cat, *far;
	struct job end;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cat = person(&s, "cat", s.site);
	far = person(&s, "far", NULL);
	id = ask(&s, ann, false);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs j JOIN polls p ON j.due = p.expires_at WHERE j.kind = 'poll_end'"), 1);
	assert_int_equal(choose(&s, bob, id, 0, -1), OK);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S("apples"), S("https://far.test/1")), OK);
	end = the_end(&s, id);
	clock_shift(600 * SECOND);
	as(&s, NULL);
	assert_int_equal(poll_job_end(&s.cx, &(struct job){ .args = strf(s.cx.mem, "{\"poll\":\"%lld\",\"at\":\"1\"}", (long long)id) }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications"), 0);
	assert_int_equal(poll_job_end(&s.cx, &end), OK);
	assert_int_equal(poll_job_end(&s.cx, &end), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'poll'"), 2);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications"), 2);
	assert_true(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE args LIKE '%refresh%'") > 0);
	clock_shift(-600 * SECOND);
	(void)cat;
	server_close(&s);
}

static struct remote_poll remote_fruit(int64_t a, int64_t b, int64_t c)
{
	static str titles[] = { { "a", 1 }, { "b", 1 }, { "c ", 2 } };
	static int64_t votes[3];

	votes[0] = a;
	votes[1] = b;
	votes[2] = c;
	return (struct remote_poll){ .options = { titles, 3 }, .votes = votes, .voters = 9, .expires_at = clock_now() + HOUR };
}

static void the_tallies_of_others_are_what_their_server_says(struct world *w)
{
	struct server s;
	const struct account *far, *bob;
	struct remote_status in;
	struct remote_poll poll;
	int64_t id;
	bool stale;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	bob = person(&s, "bob", s.site);
	in = remote(&s, far, "1", "which?");
	in.created_at -= HOUR;
	poll = remote_fruit(4, 5, 0);
	in.poll = &poll;
	id = receive(&s, far, in);
	tallies(&s, id, 4, 5, 0, 9);
	assert_int_equal(choose(&s, bob, id, 2, -1), OK);
	tallies(&s, id, 4, 5, 1, 10);
	assert_true(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'send' AND args LIKE '%\"text\":\"c \"%'") == 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'poll_end'"), 1);
	/* no updated, or the same: no edit */
	poll = remote_fruit(7, 6, 1);
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), OK);
	tallies(&s, id, 7, 6, 1, 9);
	assert_int_equal(row(&s, id).edited_at, 0);
	assert_int_equal(poll_of(&s, bob, id)->own_n, 1);
	/* other options: what was voted for is no more */
	poll.options.n = 2;
	in.edited_at = clock_now();
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), OK);
	assert_int_equal(poll_of(&s, bob, id)->options_n, 2);
	assert_int_equal(poll_of(&s, bob, id)->own_n, 0);
	assert_true(row(&s, id).edited_at > 0);
	/* older than that */
	in.edited_at -= 10 * MINUTE;
	poll = remote_fruit(0, 0, 0);
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), OK);
	assert_int_equal(poll_of(&s, bob, id)->options_n, 2);
	/* asked for again at most once a minute, by one */
	assert_int_equal(poll_stale(as(&s, bob), id, &stale), OK);
	assert_false(stale);
	clock_shift(61 * SECOND);
	assert_int_equal(poll_stale(as(&s, bob), id, &stale), OK);
	assert_true(stale);
	assert_int_equal(poll_stale(as(&s, bob), id, &stale), OK);
	assert_false(stale);
	clock_shift(-61 * SECOND);
	server_close(&s);
}

static void a_poll_goes_with_its_post(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *far;
	struct status_view was;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	far = person(&s, "far", NULL);
	id = ask(&s, ann, false);
	assert_int_equal(choose(&s, bob, id, 0, -1), OK);
	assert_int_equal(poll_vote_received(as(&s, NULL), far, id, S("apples"), S("https://far.test/1")), OK);
	assert_int_equal(status_delete(as(&s, ann), id, false, &was), OK);
	assert_non_null(was.poll);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM polls"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM poll_options"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM poll_votes"), 0);
	/* whoever voted elsewhere hears of it */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM status_mentions"), 1);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_poll_is_checked_as_apps_expect),
		T(each_voice_counts_once),
		T(nobody_votes_on_what_is_hidden_or_over),
		T(votes_from_elsewhere_count_once_and_only_while_it_is_open),
		T(other_options_void_the_votes),
		T(author_and_voters_are_told_of_the_end),
		T(the_tallies_of_others_are_what_their_server_says),
		T(a_poll_goes_with_its_post),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
