/* Posts from elsewhere: once, late, out of order, after their deletion, with bad dates; on both databases. */
#include "posts_world.h"

static void the_second_arrival_changes_nothing(struct world *w)
{
	struct server s;
	const struct account *far, *ann;
	struct remote_mention m[1];
	struct remote_status in;
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	ann = person(&s, "ann", s.site);
	m[0] = (struct remote_mention){ ann->id, false };
	in = remote(&s, far, "1", "<p onclick='x()'>hi <script>bad()</script><a href='javascript:x'>l</a></p>");
	in.mentions = m;
	in.mentions_n = 1;
	in.spoiler_text = S("<b>cw</b>");
	id = receive(&s, far, in);
	assert_int_equal(receive(&s, far, in), id);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses"), 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'mention'"), 1);
	assert_true(str_find(row(&s, id).content, S("script")) < 0);
	assert_true(str_find(row(&s, id).content, S("onclick")) < 0);
	assert_true(str_find(row(&s, id).content, S("javascript")) < 0);
	assert_str(row(&s, id).spoiler_text, S("cw"));
	assert_true(row(&s, id).sensitive);
	assert_int_equal(the_account(&s, far->id).statuses_count, 1);
	server_close(&s);
}

static void another_inbox_adds_its_reader_without_a_word(struct world *w)
{
	struct server s;
	const struct account *far, *ann, *bob;
	struct remote_mention m = { 0, true };
	struct remote_status in;
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	in = remote(&s, far, "1", "psst");
	in.visibility = S("direct");
	in.mentions = &m;
	in.mentions_n = 1;
	m.account_id = ann->id;
	id = receive(&s, far, in);
	assert_false(sees(&s, bob, id));
	m.account_id = bob->id;
	assert_int_equal(receive(&s, far, in), id);
	assert_true(sees(&s, ann, id));
	assert_true(sees(&s, bob, id));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications"), 0);
	server_close(&s);
}

static void bad_dates_do_not_disturb_ids(struct world *w)
{
	struct server s;
	const struct account *far;
	struct remote_status in;
	int64_t now, id, twin;
	static const int64_t bad[] = { 0, -5, INT64_MAX, INT64_MIN };

	server_open(&s, w);
	far = person(&s, "far", NULL);
	for (size_t i = 0; i < 4; i++) {
		in = remote(&s, far, cstr(&w->mem, strf(&w->mem, "bad%zu", i)), "x");
		in.created_at = bad[i];
		id = receive(&s, far, in);
		assert_in_range(id_time(id), s.cx.now, s.cx.now + 60000);
		assert_in_range(row(&s, id).created_at, s.cx.now - 60000, s.cx.now);
	}
	now = clock_now();
	in = remote(&s, far, "future", "x");
	in.created_at = now + HOUR;
	assert_true(id_time(receive(&s, far, in)) < now + MINUTE);
	in = remote(&s, far, "past", "x");
	in.created_at = now - (int64_t)100 * DAY;
	id = receive(&s, far, in);
	assert_int_equal(id_time(id), now - (int64_t)100 * DAY);
	in.uri = S("https://far.test/notes/twin");
	twin = receive(&s, far, in);
	assert_int_equal(id_time(twin), now - (int64_t)100 * DAY);
	assert_int_not_equal(id, twin);
	server_close(&s);
}

static void posts_of_one_second_keep_the_order_of_their_own_ids(struct world *w)
{
	struct server s;
	const struct account *far, *other;
	int64_t second, theirs[3], id[3];

	server_open(&s, w);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	second = clock_now() / 1000 * 1000 - HOUR;
	for (int i = 2; i >= 0; i--) { /* the last one comes first */
		struct remote_status in;

		theirs[i] = ((second + 100) << 16) + i;
		in = remote(&s, far, cstr(&w->mem, strf(&w->mem, "%lld", (long long)theirs[i])), "x");
		in.created_at = second;
		id[i] = receive(&s, far, in);
		in.uri = strf(&w->mem, "https://far.test/other/%lld", (long long)theirs[i]);
		assert_int_equal(id_time(receive(&s, other, in)), second + 100); /* taken: near it */
	}
	assert_true(id[0] < id[1] && id[1] < id[2]);
	/* a number that is no such id changes nothing */
	for (int i = 0; i < 2; i++) {
		struct remote_status in = remote(&s, far, i ? "9223372036854775807" : "5", "x");

		in.created_at = second;
		assert_int_equal(id_time(receive(&s, far, in)), second);
	}
	server_close(&s);
}

static void a_deleted_post_does_not_come_back(struct world *w)
{
	struct server s;
	const struct account *far, *other, *evil;
	struct remote_status in;
	struct account elsewhere;
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	in = remote(&s, far, "1", "x");
	id = receive(&s, far, in);
	assert_int_equal(status_receive_delete(as(&s, NULL), other, in.uri), ERR_DENIED);
	assert_true(sees(&s, NULL, id));
	assert_int_equal(status_receive_delete(as(&s, NULL), far, in.uri), OK);
	assert_int_equal(status_receive_delete(as(&s, NULL), far, in.uri), OK);
	assert_false(sees(&s, NULL, id));
	assert_int_equal(receive(&s, far, in), 0);
	/* the deletion overtook its post */
	in = remote(&s, far, "2", "y");
	elsewhere = *other;
	elsewhere.host = S("evil.test");
	evil = &elsewhere;
	assert_int_equal(status_receive_delete(as(&s, NULL), evil, in.uri), ERR_DENIED);
	assert_int_equal(status_receive_delete(as(&s, NULL), far, in.uri), OK);
	assert_int_equal(receive(&s, far, in), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses WHERE deleted_at = 0"), 0);
	assert_int_equal(the_account(&s, far->id).statuses_count, 0);
	server_close(&s);
}

static void edits_from_elsewhere_change_words_and_nothing_else(struct world *w)
{
	struct server s;
	const struct account *far, *other, *ann;
	struct remote_status in;
	struct status p;
	struct status_view now;
	struct status_edit *edits;
	int64_t id, at;
	size_t n;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	ann = person(&s, "ann", s.site);
	follow(&s, ann, far);
	in = remote(&s, far, "1", "one");
	in.visibility = S("private");
	in.created_at = at = clock_now() - HOUR;
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), ERR_NOT_FOUND);
	id = receive(&s, far, in);
	in.content = S("two");
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), OK);
	assert_str(row(&s, id).content, S("one")); /* not newer */
	in.visibility = S("public");
	in.created_at = at - DAY;
	in.in_reply_to_uri = S("https://far.test/notes/0");
	in.edited_at = at + 1000;
	assert_int_equal(status_receive_edit(as(&s, NULL), other, &in), ERR_DENIED);
	assert_str(row(&s, id).content, S("one"));
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), OK);
	p = row(&s, id);
	assert_str(p.content, S("two"));
	assert_str(p.visibility, S("private"));
	assert_int_equal(p.created_at, at);
	assert_true(str_none(p.in_reply_to_uri));
	assert_int_equal(p.edited_at, at + 1000);
	in.content = S("old");
	in.edited_at = at + 500;
	assert_int_equal(status_receive_edit(as(&s, NULL), far, &in), OK);
	assert_str(row(&s, id).content, S("two"));
	assert_int_equal(status_history(as(&s, ann), id, &now, &edits, &n), OK);
	assert_int_equal(n, 2);
	assert_int_equal(edits[0].created_at, at);
	assert_int_equal(status_history(as(&s, NULL), id, &now, &edits, &n), ERR_NOT_FOUND);
	server_close(&s);
}

static void replies_that_came_first_find_their_parent(struct world *w)
{
	struct server s;
	const struct account *far, *ann;
	struct remote_status a, b, c;
	struct ids up, down;
	int64_t ida, idb, idc, t = clock_now() - HOUR;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	ann = person(&s, "ann", s.site);
	a = remote(&s, far, "a", "a");
	b = remote(&s, far, "b", "b");
	c = remote(&s, far, "c", "c");
	a.created_at = t, b.created_at = t + 1000, c.created_at = t + 2000;
	b.in_reply_to_uri = a.uri;
	c.in_reply_to_uri = b.uri;
	idc = receive(&s, far, c);
	assert_int_equal(react_mute_thread(as(&s, ann), idc, true), OK);
	ida = receive(&s, far, a);
	idb = receive(&s, far, b);
	assert_int_equal(row(&s, idc).in_reply_to_id, idb);
	assert_int_equal(row(&s, idc).in_reply_to_account_id, far->id);
	assert_int_equal(row(&s, idb).in_reply_to_id, ida);
	assert_int_equal(row(&s, ida).replies_count, 1);
	assert_int_equal(row(&s, idb).replies_count, 1);
	assert_int_equal(row(&s, idc).thread_id, ida);
	assert_int_equal(status_context(as(&s, NULL), idb, &up, &down), OK);
	assert_int_equal(up.n, 1);
	assert_int_equal(up.v[0], ida);
	assert_int_equal(down.n, 1);
	assert_int_equal(down.v[0], idc);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM thread_mutes t JOIN statuses s ON s.thread_id = t.thread_id"), 3);
	server_close(&s);
}

static void a_ring_of_replies_is_not_closed(struct world *w)
{
	struct server s;
	const struct account *far;
	struct remote_status a, b, self;
	struct ids up, down;
	int64_t ida, idb, ids;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	a = remote(&s, far, "a", "a");
	b = remote(&s, far, "b", "b");
	self = remote(&s, far, "self", "s");
	a.in_reply_to_uri = b.uri;
	b.in_reply_to_uri = a.uri;
	self.in_reply_to_uri = self.uri;
	ida = receive(&s, far, a);
	idb = receive(&s, far, b);
	ids = receive(&s, far, self);
	assert_int_equal(row(&s, ida).in_reply_to_id, 0);
	assert_int_equal(row(&s, idb).in_reply_to_id, ida);
	assert_int_equal(row(&s, ids).in_reply_to_id, 0);
	assert_int_equal(status_context(as(&s, NULL), ida, &up, &down), OK);
	assert_int_equal(up.n, 0);
	assert_int_equal(down.n, 1);
	server_close(&s);
}

static void what_strangers_send_too_much_of_is_cut(struct world *w)
{
	struct server s;
	const struct account *far;
	struct remote_status in;
	struct attachment media[20];
	struct status_view v;
	str tags[200];
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	in = remote(&s, far, "1", "x");
	for (int i = 0; i < 200; i++)
		tags[i] = strf(&w->mem, "#Tag%d", i);
	for (int i = 0; i < 20; i++)
		media[i] = (struct attachment){ .kind = S("image"), .mime = S("image/png"),
			.remote_url = i == 0 ? S("javascript:x") : strf(&w->mem, "https://far.test/%d.png", i) };
	in.tags = (struct strs){ tags, 200 };
	in.media = media;
	in.media_n = 20;
	in.url = S("https://elsewhere.test/1");
	id = receive(&s, far, in);
	assert_int_equal(status_view(as(&s, NULL), id, &v), OK);
	assert_int_equal(v.tags_n, 64);
	assert_int_equal(v.media_n, 16);
	assert_str(v.media[0].remote_url, S("https://far.test/1.png"));
	assert_str(v.s.url, in.uri);
	server_close(&s);
}

static void only_what_concerns_us_is_wanted(struct world *w)
{
	struct server s;
	const struct account *far, *other, *ann;
	struct remote_status in;
	struct remote_mention m;
	bool wanted;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	ann = person(&s, "ann", s.site);
	in = remote(&s, far, "1", "x");
	assert_int_equal(status_wanted(as(&s, NULL), far, &in, &wanted), OK);
	assert_false(wanted);
	m = (struct remote_mention){ ann->id, false };
	in.mentions = &m;
	in.mentions_n = 1;
	assert_int_equal(status_wanted(as(&s, NULL), far, &in, &wanted), OK);
	assert_true(wanted);
	in.mentions_n = 0;
	in.in_reply_to_uri = row(&s, post(&s, ann, "public", "x")).uri;
	assert_int_equal(status_wanted(as(&s, NULL), far, &in, &wanted), OK);
	assert_true(wanted);
	in.in_reply_to_uri = STR_NONE;
	follow(&s, ann, far);
	assert_int_equal(status_wanted(as(&s, NULL), far, &in, &wanted), OK);
	assert_true(wanted);
	assert_int_equal(status_wanted(as(&s, NULL), other, &in, &wanted), OK);
	assert_false(wanted);
	server_close(&s);
}

static void quiet_posts_are_history_until_their_author_sends_them(struct world *w)
{
	struct server s;
	const struct account *far, *ann;
	struct remote_mention m;
	struct remote_status in;
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	ann = person(&s, "ann", s.site);
	follow(&s, ann, far);
	in = remote(&s, far, "1", "x");
	m = (struct remote_mention){ ann->id, false };
	in.mentions = &m;
	in.mentions_n = 1;
	assert_int_equal(status_receive(as(&s, NULL), far, &in, true, &id), OK);
	assert_false(in_home(&s, ann, id));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'mention'"), 0);
	assert_true(sees(&s, ann, id));
	/* then its author sends it, twice */
	assert_int_equal(receive(&s, far, in), id);
	assert_int_equal(receive(&s, far, in), id);
	assert_true(in_home(&s, ann, id));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'mention'"), 1);
	server_close(&s);
}

static void boosts_and_likes_from_elsewhere_are_found_by_their_uri(struct world *w)
{
	struct server s;
	const struct account *far, *other, *ann;
	int64_t id, boost, again, liked, boosted;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	ann = person(&s, "ann", s.site);
	id = post(&s, ann, "public", "x");
	as(&s, NULL);
	assert_int_equal(react_favourite(&s.cx, far, id, S("https://far.test/like/1")), OK);
	assert_int_equal(react_favourite(&s.cx, far, id, S("https://far.test/like/2")), OK);
	assert_int_equal(react_reblog(&s.cx, far, id, S(""), S("https://far.test/boost/1"), s.cx.now - HOUR, &boost), OK);
	assert_int_equal(id_time(boost), s.cx.now - HOUR);
	assert_int_equal(react_reblog(&s.cx, far, id, S(""), S("https://far.test/boost/2"), 0, &again), OK);
	assert_int_equal(again, boost);
	assert_int_equal(row(&s, id).favourites_count, 1);
	assert_int_equal(row(&s, id).reblogs_count, 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications"), 2);
	assert_int_equal(react_find(as(&s, NULL), far, S("https://far.test/like/1"), &liked, &boosted), OK);
	assert_int_equal(liked, id);
	assert_int_equal(boosted, 0);
	assert_int_equal(react_find(as(&s, NULL), far, S("https://far.test/boost/1"), &liked, &boosted), OK);
	assert_int_equal(boosted, id);
	assert_int_equal(react_find(as(&s, NULL), other, S("https://far.test/boost/1"), &liked, &boosted), ERR_NOT_FOUND);
	assert_int_equal(react_unreblog(as(&s, NULL), far, id), OK);
	/* the same Announce again after its Undo */
	assert_int_equal(react_reblog(as(&s, NULL), far, id, S(""), S("https://far.test/boost/1"), 0, &again), OK);
	assert_int_equal(again, 0);
	assert_int_equal(row(&s, id).reblogs_count, 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications"), 1);
	server_close(&s);
}

static void whoever_elsewhere_reacted_hears_of_the_deletion(struct world *w)
{
	struct server s;
	const struct account *ann, *far[4];
	struct remote_status in;
	struct status_view was;
	int64_t id, boost;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < 4; i++)
		far[i] = person(&s, (const char *[]){ "f1", "f2", "f3", "f4" }[i], NULL);
	id = post(&s, ann, "public", "hi @f1@far.test");
	as(&s, NULL);
	assert_int_equal(react_favourite(&s.cx, far[1], id, S("https://far.test/1")), OK);
	assert_int_equal(react_reblog(&s.cx, far[2], id, S(""), S("https://far.test/2"), 0, &boost), OK);
	in = remote(&s, far[3], "1", "x");
	in.in_reply_to_uri = row(&s, id).uri;
	receive(&s, far[3], in);
	assert_int_equal(status_delete(as(&s, ann), id, false, &was), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM status_mentions m JOIN statuses s ON s.id = m.status_id WHERE s.deleted_at > 0"), 4);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE args LIKE '%delete%'"), 1);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(the_second_arrival_changes_nothing),
		T(another_inbox_adds_its_reader_without_a_word),
		T(bad_dates_do_not_disturb_ids),
		T(posts_of_one_second_keep_the_order_of_their_own_ids),
		T(a_deleted_post_does_not_come_back),
		T(edits_from_elsewhere_change_words_and_nothing_else),
		T(replies_that_came_first_find_their_parent),
		T(a_ring_of_replies_is_not_closed),
		T(what_strangers_send_too_much_of_is_cut),
		T(only_what_concerns_us_is_wanted),
		T(quiet_posts_are_history_until_their_author_sends_them),
		T(whoever_elsewhere_reacted_hears_of_the_deletion),
		T(boosts_and_likes_from_elsewhere_are_found_by_their_uri),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
