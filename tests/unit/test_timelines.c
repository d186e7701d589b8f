/* Homes, public, tag and account pages, threads, search; on both databases. */
#include "core/search.h"
#include "db/driver.h"
#include "posts_world.h"

static enum err fill_home(struct ctx *cx, void *arg)
{
	static const struct db_sql sql = { "fill", "INSERT INTO feeds (feed_id, status_id, author_id, boosted_id) VALUES ($1, $2, 1, 0)" };

	for (int64_t i = 1; i <= 3000; i++)
		TRY(db_exec(cx->db, &sql, ARGS(*(int64_t *)arg, i), NULL));
	return OK;
}

static void a_home_keeps_its_newest_posts(struct world *w)
{
	struct server s;
	int64_t account = 7;

	server_open(&s, w);
	assert_int_equal(write_tx(as(&s, NULL), fill_home, &account), OK);
	assert_int_equal(timeline_trim(as(&s, NULL)), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM feeds"), 2000);
	assert_int_equal(count_of(&s, "SELECT MIN(status_id) FROM feeds"), 1001);
	assert_int_equal(timeline_trim(as(&s, NULL)), OK);
	server_close(&s);
}

static int64_t boost_of(struct server *s, const struct account *by, int64_t id)
{
	int64_t boost;

	assert_int_equal(react_reblog(as(s, by), by, id, S(""), S(""), 0, &boost), OK);
	return boost;
}

static void homes_get_posts_of_the_followed_and_ones_own(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.other);
	id = post(&s, bob, "public", "before");
	follow(&s, ann, bob);
	follow(&s, cid, bob);
	assert_true(in_home(&s, ann, id)); /* merged */
	for (int i = 0; i < 3; i++) {
		id = post(&s, bob, (const char *[]){ "public", "unlisted", "private" }[i], "x");
		assert_true(in_home(&s, ann, id));
		assert_true(in_home(&s, cid, id));
		assert_true(in_home(&s, bob, id));
	}
	assert_int_equal(relation_unfollow(as(&s, ann), ann, bob), OK);
	assert_int_equal(home(&s, ann).n, 0);
	assert_int_equal(home(&s, bob).n, 4);
	server_close(&s);
}

static void replies_reach_only_who_follows_both(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid, *dot;
	int64_t q, a, self;

	server_open(&s, w);
	ann = person(&s, "ann", s.site); /* follows both */
	bob = person(&s, "bob", s.site); /* asks */
	cid = person(&s, "cid", s.site); /* answers */
	dot = person(&s, "dot", s.site); /* follows the one who answers */
	follow(&s, ann, bob);
	follow(&s, ann, cid);
	follow(&s, dot, cid);
	follow(&s, bob, cid);
	q = post(&s, bob, "public", "?");
	a = reply(&s, cid, q, "!");
	self = reply(&s, cid, a, "and more");
	assert_true(in_home(&s, ann, a));
	assert_true(in_home(&s, bob, a)); /* it answers bob */
	assert_true(in_home(&s, cid, a));
	assert_false(in_home(&s, dot, a));
	assert_true(in_home(&s, dot, self)); /* to oneself */
	server_close(&s);
}

static void an_answer_to_the_unknown_stays_out_of_homes(struct world *w)
{
	struct server s;
	const struct account *ann, *far;
	struct remote_status in;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	far = person(&s, "far", NULL);
	follow(&s, ann, far);
	in = remote(&s, far, "1", "x");
	in.in_reply_to_uri = S("https://nowhere.test/1");
	assert_false(in_home(&s, ann, receive(&s, far, in)));
	assert_true(in_home(&s, ann, receive(&s, far, remote(&s, far, "2", "y"))));
	server_close(&s);
}

static void direct_posts_reach_the_homes_of_mentioned_followers_only(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, bob, ann);
	follow(&s, person(&s, "dot", s.site), ann);
	id = post(&s, ann, "direct", "@bob @cid psst");
	assert_true(in_home(&s, ann, id));
	assert_true(in_home(&s, bob, id));
	assert_false(in_home(&s, cid, id));
	assert_true(sees(&s, cid, id));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM feeds"), 2);
	assert_int_equal(the_account(&s, ann->id).statuses_count, 0);
	server_close(&s);
}

static void boosts_come_once_and_only_to_who_wants_them(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid, *dot, *eve;
	struct follow_in no = { .reblogs = -1 };
	int64_t id, one, two;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	dot = person(&s, "dot", s.site);
	eve = person(&s, "eve", s.site);
	follow(&s, ann, bob);
	follow(&s, ann, cid);
	follow(&s, dot, bob);
	assert_int_equal(relation_follow(as(&s, dot), dot, bob, &no), OK);
	id = post(&s, eve, "public", "x");
	one = boost_of(&s, bob, id);
	two = boost_of(&s, cid, id);
	assert_true(in_home(&s, ann, one));
	assert_false(in_home(&s, ann, two)); /* had it just now */
	assert_false(in_home(&s, dot, one)); /* wants no boosts */
	assert_true(in_home(&s, bob, one));
	id = post(&s, bob, "public", "mine");
	assert_false(in_home(&s, ann, boost_of(&s, cid, id)));
	server_close(&s);
}

/* Also where so many boosted it that not all are looked at. */
static void a_much_boosted_post_does_not_come_again(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, ann, bob);
	follow(&s, ann, cid);
	id = post(&s, bob, "public", "x");
	for (int i = 0; i < 210; i++)
		boost_of(&s, person(&s, cstr(&w->mem, strf(&w->mem, "p%d", i)), s.site), id);
	assert_true(in_home(&s, ann, id));
	assert_false(in_home(&s, ann, boost_of(&s, cid, id)));
	server_close(&s);
}

static void the_blocked_and_muted_are_kept_out_when_written_and_when_read(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t about, boost, later;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, ann, bob);
	boost = boost_of(&s, bob, post(&s, cid, "public", "x"));
	assert_true(in_home(&s, ann, boost));
	assert_int_equal(relation_mute(as(&s, ann), ann, cid, true, 0), OK);
	assert_false(in_home(&s, ann, boost)); /* read */
	about = post(&s, bob, "public", "@cid is here");
	assert_false(in_home(&s, ann, about)); /* written */
	assert_int_equal(relation_unmute(as(&s, ann), ann, cid), OK);
	assert_true(in_home(&s, ann, boost));
	assert_int_equal(relation_block(as(&s, cid), cid, ann, S("")), OK);
	assert_false(in_home(&s, ann, boost));
	later = boost_of(&s, bob, post(&s, cid, "public", "y"));
	assert_false(in_home(&s, ann, later));
	server_close(&s);
}

/* Every window over a list of known ids, against the words of the API. */
static void pages_are_windows_of_the_same_list(struct world *w)
{
	enum { N = 12 };
	struct server s;
	const struct account *ann;
	int64_t all[N]; /* newest first */
	int64_t edge[N + 3];

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = N - 1; i >= 0; i--)
		all[i] = post(&s, ann, "public", "x");
	edge[0] = 0;
	edge[1] = 1;
	edge[2] = INT64_MAX;
	memcpy(edge + 3, all, sizeof(all));
	for (int run = 0; run < 400; run++) {
		unsigned dice = (unsigned)run * 2654435761u;
		struct page p = { .max_id = edge[(dice >> 4) % (N + 3)], .limit = 1 + (dice >> 20) % 15 };
		bool up = dice >> 9 & 1;
		int64_t low = edge[(dice >> 12) % (N + 3)], want[N];
		size_t n = 0, first = 0, limit = (size_t)p.limit;
		struct ids home_ids, of_account, public_ids;

		if (low == INT64_MAX)
			low = 0;
		up = up && low;
		if (up)
			p.min_id = low;
		else
			p.since_id = low;
		for (int i = 0; i < N; i++)
			if ((!p.max_id || all[i] < p.max_id) && all[i] > low)
				want[n++] = all[i];
		if (up && n > limit)
			first = n - limit;
		n = n - first < limit ? n - first : limit;
		as(&s, ann);
		assert_int_equal(timeline_home(&s.cx, &p, &home_ids), OK);
		assert_int_equal(account_statuses(&s.cx, ann->id, &(struct account_statuses){ 0 }, &p, &of_account), OK);
		assert_int_equal(timeline_public(&s.cx, &(struct timeline_filter){ .local = dice & 1 }, &p, &public_ids), OK);
		assert_int_equal(home_ids.n, n);
		assert_int_equal(of_account.n, n);
		assert_int_equal(public_ids.n, n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(home_ids.v[i], want[first + i]);
			assert_int_equal(of_account.v[i], want[first + i]);
			assert_int_equal(public_ids.v[i], want[first + i]);
		}
	}
	server_close(&s);
}

static struct ids everyone(struct server *s, const struct account *who, struct timeline_filter f)
{
	struct page p = { 0 };
	struct ids ids;

	assert_int_equal(timeline_public(as(s, who), &f, &p, &ids), OK);
	return ids;
}

static void public_timelines_show_first_posts_that_are_public(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *far;
	int64_t a, b, f, ans;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.other);
	far = person(&s, "far", NULL);
	a = post(&s, ann, "public", "a");
	b = post(&s, bob, "public", "b");
	f = receive(&s, far, remote(&s, far, "1", "f"));
	post(&s, ann, "unlisted", "u");
	post(&s, ann, "private", "p");
	post(&s, ann, "direct", "d");
	ans = reply(&s, ann, b, "answer");
	boost_of(&s, ann, b);
	assert_false(ids_has(everyone(&s, NULL, (struct timeline_filter){ 0 }), ans));
	assert_int_equal(everyone(&s, NULL, (struct timeline_filter){ 0 }).n, 3);
	assert_int_equal(everyone(&s, NULL, (struct timeline_filter){ .local = true }).n, 1);
	assert_int_equal(everyone(&s, NULL, (struct timeline_filter){ .local = true }).v[0], a);
	assert_int_equal(everyone(&s, NULL, (struct timeline_filter){ .remote = true }).n, 2);
	assert_true(ids_has(everyone(&s, NULL, (struct timeline_filter){ .remote = true }), f));
	assert_int_equal(everyone(&s, NULL, (struct timeline_filter){ .only_media = true }).n, 0);
	assert_int_equal(relation_mute(as(&s, ann), ann, bob, true, 0), OK);
	assert_false(ids_has(everyone(&s, ann, (struct timeline_filter){ 0 }), b));
	assert_int_equal(relation_domain_block(as(&s, ann), S("far.test"), true), OK);
	assert_false(ids_has(everyone(&s, ann, (struct timeline_filter){ 0 }), f));
	s.cx.site = s.other;
	assert_int_equal(everyone(&s, NULL, (struct timeline_filter){ .local = true }).v[0], b);
	server_close(&s);
}

static size_t tagged(struct server *s, const char *tag, struct timeline_filter f)
{
	struct page p = { 0 };
	struct ids ids;

	assert_int_equal(timeline_tag(as(s, NULL), str_of(tag), &f, &p, &ids), OK);
	for (size_t i = 1; i < ids.n; i++)
		assert_true(ids.v[i - 1] > ids.v[i]);
	return ids.n;
}

static void tag_timelines_take_any_all_and_none(struct world *w)
{
	struct server s;
	const struct account *ann;
	str dog = S("Dog"), bird = S("bird"), never = S("never");

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	post(&s, ann, "public", "#Cat");
	post(&s, ann, "public", "#cat #dog");
	post(&s, ann, "public", "#dog #bird");
	post(&s, ann, "unlisted", "#cat");
	assert_int_equal(tagged(&s, "CAT", (struct timeline_filter){ 0 }), 2);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .any = { &dog, 1 } }), 3);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .all = { &dog, 1 } }), 1);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .all = { &never, 1 } }), 0);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .none = { &dog, 1 } }), 1);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .none = { &never, 1 } }), 2);
	assert_int_equal(tagged(&s, "dog", (struct timeline_filter){ .none = { &bird, 1 } }), 1);
	assert_int_equal(tagged(&s, "never", (struct timeline_filter){ 0 }), 0);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .local = true }), 2);
	assert_int_equal(tagged(&s, "cat", (struct timeline_filter){ .remote = true }), 0);
	server_close(&s);
}

static size_t of(struct server *s, const struct account *who, const struct account *whose, struct account_statuses f)
{
	struct page p = { .limit = 40 };
	struct ids ids;

	assert_int_equal(account_statuses(as(s, who), whose->id, &f, &p, &ids), OK);
	for (size_t i = 0; i < ids.n; i++)
		assert_true(sees(s, who, ids.v[i])); /* the page promises nothing that the rule refuses */
	return ids.n;
}

static void a_profile_shows_what_its_reader_may_see(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid, *far;
	struct attachment image = { .kind = S("image"), .remote_url = S("https://far.test/1.png") };
	struct remote_status in;
	int64_t pub;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	receive(&s, far, remote(&s, far, "1", "no picture"));
	in = remote(&s, far, "2", "picture");
	in.media = &image;
	in.media_n = 1;
	receive(&s, far, in);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, bob, ann);
	pub = post(&s, ann, "public", "a #Tag");
	post(&s, ann, "unlisted", "b");
	post(&s, ann, "private", "c");
	post(&s, ann, "direct", "@cid d");
	boost_of(&s, ann, post(&s, cid, "public", "x"));
	reply(&s, ann, post(&s, cid, "public", "y"), "answer");
	assert_int_equal(react_pin(as(&s, ann), pub, true), OK);
	assert_int_equal(of(&s, ann, ann, (struct account_statuses){ 0 }), 6);
	assert_int_equal(of(&s, bob, ann, (struct account_statuses){ 0 }), 5);
	assert_int_equal(of(&s, cid, ann, (struct account_statuses){ 0 }), 5);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ 0 }), 4);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ .exclude_reblogs = true }), 3);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ .exclude_replies = true }), 3);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ .pinned = true }), 1);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ .tagged = S("tag") }), 1);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ .tagged = S("other") }), 0);
	assert_int_equal(of(&s, NULL, ann, (struct account_statuses){ .only_media = true }), 0);
	assert_int_equal(of(&s, NULL, far, (struct account_statuses){ .only_media = true }), 1);
	assert_int_equal(relation_block(as(&s, ann), ann, bob, S("")), OK);
	assert_int_equal(of(&s, bob, ann, (struct account_statuses){ 0 }), 0);
	server_close(&s);
}

static void a_thread_is_read_depth_first_without_what_is_hidden(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct ids up, down;
	int64_t root, a, b, a1, a2, hidden, below;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	root = post(&s, ann, "public", "root");
	a = reply(&s, bob, root, "a");
	b = reply(&s, bob, root, "b");
	a1 = reply(&s, ann, a, "a1");
	a2 = reply(&s, ann, a, "a2");
	hidden = post_in(&s, ann, (struct post_in){ .text = S("h"), .reply_to = b, .visibility = S("direct") });
	below = reply(&s, ann, hidden, "below");
	assert_int_equal(status_context(as(&s, NULL), root, &up, &down), OK);
	assert_int_equal(up.n, 0);
	assert_int_equal(down.n, 5);
	assert_int_equal(down.v[0], a);
	assert_int_equal(down.v[1], a1);
	assert_int_equal(down.v[2], a2);
	assert_int_equal(down.v[3], b);
	assert_int_equal(down.v[4], below);
	assert_int_equal(status_context(as(&s, ann), below, &up, &down), OK);
	assert_int_equal(up.n, 3);
	assert_int_equal(up.v[0], root);
	assert_int_equal(up.v[1], b);
	assert_int_equal(up.v[2], hidden);
	assert_int_equal(down.n, 0);
	assert_int_equal(row(&s, b).replies_count, 0); /* nobody learns of the hidden one */
	assert_int_equal(status_context(as(&s, NULL), hidden, &up, &down), ERR_NOT_FOUND);
	server_close(&s);
}

static void the_anonymous_get_a_part_of_a_long_thread(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct ids up, down;
	int64_t root, last;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	root = last = post(&s, ann, "public", "root");
	for (int i = 0; i < 70; i++)
		last = reply(&s, ann, last, "next");
	assert_int_equal(status_context(as(&s, NULL), root, &up, &down), OK);
	assert_int_equal(down.n, 60);
	assert_int_equal(status_context(as(&s, NULL), last, &up, &down), OK);
	assert_int_equal(up.n, 40);
	assert_int_equal(status_context(as(&s, ann), last, &up, &down), OK);
	assert_int_equal(up.n, 70);
	assert_int_equal(up.v[0], root);
	server_close(&s);
}

static struct search_found found(struct server *s, const struct account *who, str q)
{
	struct search_in in = { .q = q };
	struct search_found out;

	assert_int_equal(search_run(as(s, who), &in, &out), OK);
	return out;
}

static void search_finds_by_url_handle_and_prefix(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *far;
	struct search_in in = { 0 };
	struct search_found out;
	char *text = arena_alloc(&w->mem, 600, 1);
	struct status p, secret;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	far = person(&s, "far", NULL);
	p = row(&s, post(&s, ann, "public", "#Catnip #cat"));
	secret = row(&s, post(&s, ann, "private", "#catacomb"));
	assert_int_equal(found(&s, NULL, p.url).statuses.v[0], p.id);
	assert_int_equal(found(&s, NULL, p.uri).statuses.v[0], p.id);
	assert_int_equal(found(&s, bob, secret.url).statuses.n, 0);
	assert_int_equal(found(&s, ann, secret.url).statuses.n, 1);
	assert_int_equal(found(&s, ann, ann->url).accounts.v[0], ann->id);
	assert_int_equal(found(&s, ann, far->uri).accounts.v[0], far->id);
	assert_int_equal(found(&s, ann, far->url).accounts.v[0], far->id);
	id = receive(&s, far, remote(&s, far, "7", "x"));
	assert_int_equal(found(&s, ann, S("https://far.test/@x/7")).statuses.v[0], id);
	assert_int_equal(found(&s, ann, S("https://far.test/notes/7")).statuses.v[0], id);
	assert_int_equal(found(&s, ann, S("@far@far.test")).accounts.v[0], far->id);
	assert_int_equal(found(&s, ann, S("#CAT")).tags.n, 2);
	assert_str(found(&s, ann, S("#CAT")).tags.v[0], S("cat"));
	memset(text, 'x', 600);
	in.q = str_n(text, 513);
	assert_int_equal(search_run(as(&s, ann), &in, &out), ERR_INVALID);
	as(&s, ann);
	assert_true(search_resolvable(&s.cx, S("https://new.test/1")));
	assert_true(search_resolvable(&s.cx, S("@x@new.test")));
	assert_false(search_resolvable(&s.cx, S("@far@far.test")));
	assert_false(search_resolvable(&s.cx, S("@nobody@social.a.test")));
	assert_false(search_resolvable(&s.cx, p.url));
	assert_false(search_resolvable(&s.cx, S("words")));
	server_close(&s);
}

static void a_page_shows_the_readers_own_marks(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct status_view *v;
	int64_t id, ids[2];
	size_t n;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = post(&s, ann, "public", "x");
	ids[1] = id;
	ids[0] = boost_of(&s, ann, id);
	assert_int_equal(react_favourite(as(&s, ann), ann, id, S("")), OK);
	assert_int_equal(react_bookmark(as(&s, ann), id, true), OK);
	assert_int_equal(react_mute_thread(as(&s, ann), id, true), OK);
	assert_int_equal(react_pin(as(&s, ann), id, true), OK);
	assert_int_equal(status_views(as(&s, ann), (struct ids){ ids, 2 }, &v, &n), OK);
	assert_int_equal(n, 2);
	assert_int_equal(v[0].reblog->s.id, id);
	assert_true(v[1].favourited && v[1].reblogged && v[1].bookmarked && v[1].muted && v[1].pinned && v[1].pinnable);
	assert_true(v[0].reblog->favourited);
	assert_false(v[0].pinnable);
	assert_int_equal(v[1].s.favourites_count, 1);
	assert_int_equal(status_views(as(&s, bob), (struct ids){ ids, 2 }, &v, &n), OK);
	assert_false(v[1].favourited || v[1].reblogged || v[1].bookmarked || v[1].muted || v[1].pinned || v[1].pinnable);
	assert_true(v[1].personal);
	assert_int_equal(status_views(as(&s, NULL), (struct ids){ ids, 2 }, &v, &n), OK);
	assert_false(v[1].personal);
	server_close(&s);
}

/* Statements that a page costs, after those of before are prepared. */
static uint64_t cost(struct server *s, const struct account *who, struct ids ids)
{
	struct status_view *v;
	struct db *db = dbs_reader(s->app.dbs);
	uint64_t before;
	size_t n;

	as(s, who);
	before = db->clock;
	assert_int_equal(status_views(&s->cx, ids, &v, &n), OK);
	assert_int_equal(n, ids.n);
	return db->clock - before;
}

static void a_page_of_any_length_costs_the_same_statements(struct world *w)
{
	enum { N = 30 };
	struct server s;
	struct attachment image = { .kind = S("image"), .remote_url = S("https://far.test/1.png") };
	const struct account *ann, *who[N];
	int64_t ids[N];

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < N; i++) {
		struct remote_status in;
		struct remote_mention m = { ann->id, false };

		who[i] = person(&s, cstr(&w->mem, strf(&w->mem, "p%d", i)), i % 2 ? s.site : NULL);
		in = remote(&s, who[i & ~1], cstr(&w->mem, strf(&w->mem, "%d", i)), "x");
		in.tags = (struct strs){ (str[]){ S("tag") }, 1 };
		in.mentions = &m;
		in.mentions_n = 1;
		in.media = &image;
		in.media_n = 1;
		in.visibility = i % 3 ? S("public") : S("direct");
		ids[i] = receive(&s, who[i & ~1], in);
		if (i % 3)
			ids[i] = boost_of(&s, i % 2 ? who[i] : ann, ids[i]);
	}
	assert_in_range(cost(&s, ann, (struct ids){ ids, 6 }), 1, 9);
	assert_int_equal(cost(&s, ann, (struct ids){ ids, N }), cost(&s, ann, (struct ids){ ids, 6 }));
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_home_keeps_its_newest_posts),
		T(homes_get_posts_of_the_followed_and_ones_own),
		T(replies_reach_only_who_follows_both),
		T(an_answer_to_the_unknown_stays_out_of_homes),
		T(direct_posts_reach_the_homes_of_mentioned_followers_only),
		T(boosts_come_once_and_only_to_who_wants_them),
		T(a_much_boosted_post_does_not_come_again),
		T(the_blocked_and_muted_are_kept_out_when_written_and_when_read),
		T(pages_are_windows_of_the_same_list),
		T(public_timelines_show_first_posts_that_are_public),
		T(tag_timelines_take_any_all_and_none),
		T(a_profile_shows_what_its_reader_may_see),
		T(a_thread_is_read_depth_first_without_what_is_hidden),
		T(the_anonymous_get_a_part_of_a_long_thread),
		T(a_page_of_any_length_costs_the_same_statements),
		T(search_finds_by_url_handle_and_prefix),
		T(a_page_shows_the_readers_own_marks),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
