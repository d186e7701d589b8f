/* Writing, editing, deleting posts and taking them in, on both databases. */
#include "posts_world.h"

static void a_post_has_its_addresses_and_html(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct status_view v;
	struct status p;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", NULL);
	p = row(&s, post(&s, ann, "public", "hi @bob@far.test #Cats <b>"));
	assert_str(p.uri, strf(&w->mem, "https://social.a.test/users/ann/statuses/%lld", (long long)p.id));
	assert_str(p.url, strf(&w->mem, "https://social.a.test/@ann/%lld", (long long)p.id));
	assert_str(p.conversation, strf(&w->mem, "https://social.a.test/contexts/%lld", (long long)p.id));
	assert_true(str_find(p.content, S("https://far.test/@bob")) > 0);
	assert_true(str_find(p.content, S("https://social.a.test/tags/cats")) > 0);
	assert_true(str_find(p.content, S("&lt;b&gt;")) > 0);
	assert_int_equal(status_view(as(&s, bob), p.id, &v), OK);
	assert_int_equal(v.mentions_n, 1);
	assert_str(v.mentions[0].acct, S("bob@far.test"));
	assert_int_equal(v.tags_n, 1);
	assert_str(v.tags[0].name, S("cats"));
	assert_str(v.author->acct, S("ann"));
	assert_int_equal(the_account(&s, ann->id).statuses_count, 1);
	server_close(&s);
}

static enum err try(struct server *s, const struct account *by, struct post_in in)
{
	int64_t id;

	return status_create(as(s, by), &in, &id);
}

static void bad_posts_are_refused_with_the_known_sentences(struct world *w)
{
	struct server s;
	const struct account *ann;
	char *text = arena_alloc(&w->mem, 6000, 1);

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = S(" \n") }), ERR_INVALID);
	assert_str(s.cx.said, S("Validation failed: Text can't be blank"));
	memset(text, 'x', 6000);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = str_n(text, 5001) }), ERR_INVALID);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = str_n(text, 5000) }), OK);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = str_n(text, 4999), .spoiler_text = S("ab") }), ERR_INVALID);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = S("x"), .visibility = S("local") }), ERR_INVALID);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = S("x"), .content_type = S("text/html") }), ERR_INVALID);
	assert_int_equal(try(&s, ann, (struct post_in){ .text = S("x"), .reply_to = 12345 }), ERR_NOT_FOUND);
	assert_int_equal(try(&s, NULL, (struct post_in){ .text = S("x") }), ERR_DENIED);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses"), 1);
	server_close(&s);
}

static void a_warning_makes_a_post_sensitive_and_may_stand_alone(struct world *w)
{
	struct server s;
	struct status p;
	const struct account *ann;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	p = row(&s, post_in(&s, ann, (struct post_in){ .text = S("x"), .spoiler_text = S("cw") }));
	assert_true(p.sensitive);
	p = row(&s, post_in(&s, ann, (struct post_in){ .text = S(""), .spoiler_text = S("cw") }));
	assert_str(p.text, S("cw"));
	assert_str(p.spoiler_text, S(""));
	p = row(&s, post_in(&s, ann, (struct post_in){ .text = S("**x**"), .content_type = S("text/markdown") }));
	assert_true(str_find(p.content, S("<strong>x</strong>")) >= 0);
	server_close(&s);
}

struct double_post {
	struct server *s;
	const struct account *by;
	int64_t id;
	enum err e;
};

static void *send_once(void *arg)
{
	struct double_post *d = arg;
	struct arena mem ARENA_SCOPE;
	struct post_in in = { .text = S("once"), .idempotency_key = S("k1") };
	struct ctx cx;

	ctx_init(&cx, &d->s->app, &mem);
	cx.me = d->by;
	cx.site = d->s->site;
	d->e = status_create(&cx, &in, &d->id);
	return NULL;
}

static void the_same_key_gives_one_post_for_an_hour(struct world *w)
{
	enum { N = 6 };
	struct server s;
	struct double_post d[N];
	pthread_t t[N];
	const struct account *ann;
	struct post_in in = { .text = S("once"), .idempotency_key = S("k1") };
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < N; i++) {
		d[i] = (struct double_post){ &s, ann, 0, OK };
		assert_int_equal(pthread_create(&t[i], NULL, send_once, &d[i]), 0);
	}
	for (int i = 0; i < N; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < N; i++) {
		assert_int_equal(d[i].e, OK);
		assert_int_equal(d[i].id, d[0].id);
	}
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses"), 1);
	assert_int_equal(the_account(&s, ann->id).statuses_count, 1);
	clock_shift(2 * HOUR);
	assert_int_equal(status_create(as(&s, ann), &in, &id), OK);
	assert_int_not_equal(id, d[0].id);
	clock_shift(-2 * HOUR);
	server_close(&s);
}

static void edits_are_kept_and_the_last_one_is_shown(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	struct status_edit *edits;
	struct status_view now;
	struct edit_in in = { .text = S("two @cid #dog") };
	int64_t id, boost;
	size_t n;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	id = post(&s, ann, "public", "one @bob #cat");
	assert_int_equal(react_reblog(as(&s, bob), bob, id, S(""), S(""), 0, &boost), OK);
	assert_int_equal(status_edit(as(&s, bob), id, &in), ERR_NOT_FOUND);
	assert_int_equal(status_edit(as(&s, ann), id, &in), OK);
	assert_int_equal(status_edit(as(&s, ann), id, &in), OK); /* nothing new */
	assert_int_equal(status_history(as(&s, cid), id, &now, &edits, &n), OK);
	assert_int_equal(n, 2);
	assert_true(str_find(edits[0].content, S("one")) >= 0);
	assert_true(str_find(edits[1].content, S("two")) >= 0);
	assert_true(edits[1].created_at > edits[0].created_at);
	assert_int_equal(now.tags_n, 1);
	assert_str(now.tags[0].name, S("dog"));
	assert_int_equal(now.mentions_n, 1);
	assert_int_equal(now.mentions[0].id, cid->id);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'update'"), 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'mention'"), 2);
	server_close(&s);
}

static void who_was_named_before_still_sees_a_direct_post(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct edit_in in = { .text = S("no name") };
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = post(&s, ann, "direct", "@bob psst");
	assert_int_equal(status_edit(as(&s, ann), id, &in), OK);
	assert_true(sees(&s, bob, id));
	assert_false(sees(&s, person(&s, "cid", s.site), id));
	server_close(&s);
}

static void a_deleted_post_leaves_nothing_but_its_tombstone(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct status_view was;
	struct status p;
	int64_t id, boost, parent, answer;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	follow(&s, bob, ann);
	parent = post(&s, bob, "public", "parent");
	id = reply(&s, ann, parent, "secret word #tag @bob");
	answer = reply(&s, bob, id, "answer");
	assert_int_equal(react_favourite(as(&s, bob), bob, id, S("")), OK);
	assert_int_equal(react_reblog(as(&s, bob), bob, id, S(""), S(""), 0, &boost), OK);
	assert_int_equal(react_bookmark(as(&s, bob), id, true), OK);
	assert_int_equal(react_pin(as(&s, ann), id, true), OK);
	assert_int_equal(row(&s, parent).replies_count, 1);
	assert_int_equal(the_account(&s, bob->id).statuses_count, 3);
	assert_int_equal(status_delete(as(&s, bob), id, false, &was), ERR_NOT_FOUND);
	assert_int_equal(status_delete(as(&s, ann), id, false, &was), OK);
	assert_str(was.s.text, S("secret word #tag @bob"));
	p = row(&s, id);
	assert_true(p.deleted_at > 0);
	assert_str(p.content, S(""));
	assert_str(p.text, S(""));
	assert_true(row(&s, boost).deleted_at > 0);
	assert_int_equal(row(&s, answer).in_reply_to_id, 0);
	assert_int_equal(row(&s, parent).replies_count, 0);
	assert_int_equal(the_account(&s, ann->id).statuses_count, 0);
	assert_int_equal(the_account(&s, bob->id).statuses_count, 2);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM favourites"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM bookmarks"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM pins"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM status_tags"), 0);
	assert_false(in_home(&s, bob, id));
	assert_false(in_home(&s, bob, boost));
	assert_false(sees(&s, ann, id));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM status_mentions WHERE NOT silent"), 1);
	server_close(&s);
}

static void counters_equal_the_rows_whatever_happens(struct world *w)
{
	enum { PEOPLE = 4, STEPS = 250 };
	struct server s;
	const struct account *who[PEOPLE];
	int64_t posts[3], boost;
	unsigned dice = 12345;

	server_open(&s, w);
	for (int i = 0; i < PEOPLE; i++)
		who[i] = person(&s, (const char *[]){ "ann", "bob", "cid", "dot" }[i], i < 3 ? s.site : NULL);
	for (int i = 0; i < 3; i++)
		posts[i] = post(&s, who[i], i == 2 ? "unlisted" : "public", "x");
	for (int i = 0; i < STEPS; i++) {
		const struct account *by;
		int64_t id;
		unsigned what;

		dice = dice * 1103515245 + 12345;
		by = who[dice >> 16 & 3];
		id = posts[(dice >> 18) % 3];
		what = (dice >> 20) % 21;
		as(&s, by);
		if (what < 6)
			assert_int_equal(react_favourite(&s.cx, by, id, S("")), OK);
		else if (what < 10)
			assert_int_equal(react_unfavourite(&s.cx, by, id), OK);
		else if (what < 15)
			assert_int_equal(react_reblog(&s.cx, by, id, S(""), by == who[3] ? strf(&w->mem, "https://far.test/a/%d", i) : S(""), 0, &boost), OK);
		else if (what < 19)
			assert_int_equal(react_unreblog(&s.cx, by, id), OK);
		else if (account_is_local(by))
			(void)reply(&s, by, id, "r");
	}
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses s WHERE favourites_count <> (SELECT COUNT(*) FROM favourites f WHERE f.status_id = s.id)"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses s WHERE deleted_at = 0 AND reblogs_count <> (SELECT COUNT(*) FROM statuses b WHERE b.reblog_of_id = s.id AND b.deleted_at = 0)"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses s WHERE deleted_at = 0 AND replies_count <> (SELECT COUNT(*) FROM statuses b WHERE b.in_reply_to_id = s.id AND b.deleted_at = 0)"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM accounts a WHERE kind = 'Person' AND statuses_count <> (SELECT COUNT(*) FROM statuses b WHERE b.account_id = a.id AND b.deleted_at = 0)"), 0);
	assert_true(count_of(&s, "SELECT SUM(favourites_count + reblogs_count + replies_count) FROM statuses") > 0);
	server_close(&s);
}

struct racer {
	struct server *s;
	const struct account *by;
	int64_t id;
};

static void *race(void *arg)
{
	struct racer *r = arg;

	for (int i = 0; i < 12; i++) {
		struct arena mem ARENA_SCOPE;
		struct ctx cx;
		int64_t boost;

		ctx_init(&cx, &r->s->app, &mem);
		cx.site = r->s->site;
		cx.me = r->by;
		if (react_favourite(&cx, r->by, r->id, S("")) || react_reblog(&cx, r->by, r->id, S(""), S(""), 0, &boost))
			return "failed";
		if (i % 3 == 2 && (react_unfavourite(&cx, r->by, r->id) || react_unreblog(&cx, r->by, r->id)))
			return "failed";
	}
	return NULL;
}

static void parallel_reactions_leave_one_row_and_right_counters(struct world *w)
{
	enum { N = 4 };
	struct server s;
	struct racer r[N];
	pthread_t t[N];
	const struct account *ann, *bob;
	void *said;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = post(&s, ann, "public", "x");
	for (int i = 0; i < N; i++) {
		r[i] = (struct racer){ &s, bob, id };
		assert_int_equal(pthread_create(&t[i], NULL, race, &r[i]), 0);
	}
	for (int i = 0; i < N; i++) {
		pthread_join(t[i], &said);
		assert_null(said);
	}
	assert_int_equal(row(&s, id).favourites_count, count_of(&s, "SELECT COUNT(*) FROM favourites"));
	assert_int_equal(row(&s, id).reblogs_count, count_of(&s, "SELECT COUNT(*) FROM statuses WHERE reblog_of_id IS NOT NULL AND deleted_at = 0"));
	assert_int_equal(the_account(&s, bob->id).statuses_count, row(&s, id).reblogs_count);
	server_close(&s);
}

static void private_posts_are_boosted_by_their_author_only(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t id, boost, direct;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.other);
	follow(&s, bob, ann);
	id = post(&s, ann, "private", "followers");
	direct = post(&s, ann, "direct", "@bob hi");
	assert_int_equal(react_reblog(as(&s, bob), bob, id, S(""), S(""), 0, &boost), ERR_DENIED);
	assert_int_equal(react_reblog(as(&s, cid), cid, id, S(""), S(""), 0, &boost), ERR_NOT_FOUND);
	assert_int_equal(react_reblog(as(&s, bob), bob, direct, S(""), S(""), 0, &boost), ERR_DENIED);
	assert_int_equal(react_reblog(as(&s, ann), ann, id, S("public"), S(""), 0, &boost), OK);
	assert_str(row(&s, boost).visibility, S("private"));
	assert_true(sees(&s, bob, boost));
	assert_false(sees(&s, cid, boost)); /* the same rules between sites as between servers */
	assert_false(sees(&s, NULL, boost));
	server_close(&s);
}

static void what_is_not_visible_takes_no_reaction_and_no_reply(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct status_edit *edits;
	struct status_view v;
	struct listed *l;
	struct ids up, down;
	int64_t id, boost;
	size_t n;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = post(&s, ann, "public", "hi");
	assert_int_equal(relation_block(as(&s, ann), ann, bob, S("")), OK);
	as(&s, bob);
	assert_int_equal(react_favourite(&s.cx, bob, id, S("")), ERR_NOT_FOUND);
	assert_int_equal(react_reblog(&s.cx, bob, id, S(""), S(""), 0, &boost), ERR_NOT_FOUND);
	assert_int_equal(react_bookmark(&s.cx, id, true), ERR_NOT_FOUND);
	assert_int_equal(status_history(&s.cx, id, &v, &edits, &n), ERR_NOT_FOUND);
	assert_int_equal(status_source(&s.cx, id, &(struct status){ 0 }), ERR_NOT_FOUND);
	assert_int_equal(status_context(&s.cx, id, &up, &down), ERR_NOT_FOUND);
	assert_int_equal(react_favourited_by(&s.cx, id, NULL, &l, &n), ERR_NOT_FOUND);
	assert_int_equal(react_reblogged_by(&s.cx, id, NULL, &l, &n), ERR_NOT_FOUND);
	assert_int_equal(try(&s, bob, (struct post_in){ .text = S("x"), .reply_to = id }), ERR_NOT_FOUND);
	assert_int_equal(try(&s, bob, (struct post_in){ .text = S("@ann hello") }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications"), 0);
	server_close(&s);
}

static void a_pending_follow_opens_nothing(struct world *w)
{
	struct server s;
	const struct account *far, *ann;
	struct remote_status in;
	struct follow_in f = { 0 };
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	ann = person(&s, "ann", s.site);
	in = remote(&s, far, "1", "followers");
	in.visibility = S("private");
	id = receive(&s, far, in);
	assert_int_equal(relation_follow(as(&s, ann), ann, far, &f), OK);
	assert_false(sees(&s, ann, id));
	assert_int_equal(relation_accepted(as(&s, far), far, STR_NONE, ann), OK);
	assert_true(sees(&s, ann, id));
	server_close(&s);
}

static void pins_are_ones_own_and_five(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	for (int i = 0; i < 5; i++) {
		id = post(&s, ann, "public", "x");
		assert_int_equal(react_pin(as(&s, ann), id, true), OK);
		assert_int_equal(react_pin(as(&s, ann), id, true), OK);
	}
	assert_int_equal(react_pin(as(&s, ann), post(&s, ann, "public", "x"), true), ERR_INVALID);
	assert_int_equal(react_pin(as(&s, ann), id, false), OK);
	assert_int_equal(react_pin(as(&s, ann), post(&s, ann, "direct", "x"), true), ERR_INVALID);
	assert_int_equal(react_pin(as(&s, bob), id, true), ERR_INVALID);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM pins"), 4);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_post_has_its_addresses_and_html),
		T(bad_posts_are_refused_with_the_known_sentences),
		T(a_warning_makes_a_post_sensitive_and_may_stand_alone),
		T(the_same_key_gives_one_post_for_an_hour),
		T(edits_are_kept_and_the_last_one_is_shown),
		T(who_was_named_before_still_sees_a_direct_post),
		T(a_deleted_post_leaves_nothing_but_its_tombstone),
		T(counters_equal_the_rows_whatever_happens),
		T(parallel_reactions_leave_one_row_and_right_counters),
		T(private_posts_are_boosted_by_their_author_only),
		T(what_is_not_visible_takes_no_reaction_and_no_reply),
		T(a_pending_follow_opens_nothing),
		T(pins_are_ones_own_and_five),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
