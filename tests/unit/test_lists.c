/* Lists, followed hashtags, homes of who was away; on both databases. */
#include "core/deliver.h"
#include "core/list.h"
#include "core/tag.h"

#include "posts_world.h"

static struct ids in_list(struct server *s, const struct account *who, int64_t list)
{
	struct page p = { .limit = 40 };
	struct ids ids;

	assert_int_equal(timeline_list(as(s, who), list, &p, &ids), OK);
	return ids;
}

static int64_t a_list(struct server *s, const struct account *who, const char *policy, int exclusive)
{
	struct list_in in = { S("a list"), str_of(policy), exclusive };
	struct list l;

	assert_int_equal(list_create(as(s, who), &in, &l), OK);
	return l.id;
}

static enum err put(struct server *s, const struct account *who, int64_t list, const struct account *whom)
{
	int64_t id = whom->id;

	return list_add(as(s, who), list, (struct ids){ &id, 1 });
}

static void a_list_has_the_posts_of_who_is_on_it(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t l, before, after;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, ann, bob);
	follow(&s, ann, cid);
	l = a_list(&s, ann, "list", 0);
	before = post(&s, bob, "private", "before");
	assert_int_equal(put(&s, ann, l, bob), OK);
	after = post(&s, bob, "private", "after");
	post(&s, cid, "public", "not on it");
	post(&s, bob, "direct", "@ann direct");
	assert_int_equal(in_list(&s, ann, l).n, 2);
	assert_int_equal(in_list(&s, ann, l).v[0], after);
	assert_int_equal(in_list(&s, ann, l).v[1], before);
	assert_int_equal(home(&s, ann).n, 4);
	assert_int_equal(put(&s, ann, l, bob), ERR_INVALID); /* twice */
	assert_int_equal(list_remove(as(&s, ann), l, (struct ids){ (int64_t[]){ bob->id, 17 }, 2 }), OK);
	assert_int_equal(in_list(&s, ann, l).n, 0);
	post(&s, bob, "public", "later");
	assert_int_equal(in_list(&s, ann, l).n, 0);
	assert_int_equal(put(&s, ann, l, ann), OK); /* oneself */
	assert_true(ids_has(in_list(&s, ann, l), post(&s, ann, "public", "mine")));
	server_close(&s);
}

static void only_the_followed_are_put_on_lists(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *far;
	struct page p = { 0 };
	struct ids ids;
	int64_t l, id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	far = person(&s, "far", NULL);
	l = a_list(&s, ann, "list", 0);
	assert_int_equal(put(&s, ann, l, bob), ERR_NOT_FOUND);
	follow(&s, ann, bob);
	assert_int_equal(list_add(as(&s, ann), l, (struct ids){ (int64_t[]){ bob->id, far->id }, 2 }), ERR_NOT_FOUND);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM list_accounts"), 0); /* all or none */
	assert_int_equal(put(&s, ann, l, bob), OK);
	assert_int_equal(put(&s, bob, l, bob), ERR_NOT_FOUND); /* not bob's list */
	assert_int_equal(timeline_list(as(&s, bob), l, &p, &ids), ERR_NOT_FOUND);
	id = post(&s, bob, "private", "secret");
	assert_true(ids_has(in_list(&s, ann, l), id));
	assert_int_equal(relation_unfollow(as(&s, ann), ann, bob), OK);
	assert_int_equal(in_list(&s, ann, l).n, 0);
	post(&s, bob, "private", "another");
	assert_int_equal(in_list(&s, ann, l).n, 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM list_accounts"), 0);
	/* one who was asked, and lets in */
	assert_int_equal(relation_follow(as(&s, ann), ann, far, NULL), OK);
	assert_int_equal(put(&s, ann, l, far), OK);
	id = receive(&s, far, remote(&s, far, "1", "x"));
	assert_int_equal(in_list(&s, ann, l).n, 0);
	assert_int_equal(relation_accepted(as(&s, far), far, STR_NONE, ann), OK);
	assert_true(ids_has(in_list(&s, ann, l), id));
	assert_int_equal(relation_block(as(&s, far), far, ann, S("https://far.test/block")), OK);
	assert_int_equal(in_list(&s, ann, l).n, 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM list_accounts"), 0);
	server_close(&s);
}

static void replies_go_where_the_policy_says(struct world *w)
{
	static const char *const policies[] = { "none", "list", "followed" };
	struct server s;
	const struct account *ann, *bob, *on, *followed, *other;
	int64_t l[3], to_self, to_ann, to_on, to_followed, to_other;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	on = person(&s, "on", s.site);
	followed = person(&s, "followed", s.site);
	other = person(&s, "other", s.site);
	follow(&s, ann, bob);
	follow(&s, ann, on);
	follow(&s, ann, followed);
	for (int i = 0; i < 3; i++) {
		l[i] = a_list(&s, ann, policies[i], 0);
		assert_int_equal(put(&s, ann, l[i], bob), OK);
		assert_int_equal(put(&s, ann, l[i], on), OK);
	}
	to_self = reply(&s, bob, post(&s, bob, "public", "x"), "to oneself");
	to_ann = reply(&s, bob, post(&s, ann, "public", "x"), "to ann");
	to_on = reply(&s, bob, post(&s, on, "public", "x"), "to one on it");
	to_followed = reply(&s, bob, post(&s, followed, "public", "x"), "to a followed one");
	to_other = reply(&s, bob, post(&s, other, "public", "x"), "to a stranger");
	for (int merged = 0; merged < 2; merged++) {
		for (int i = 0; i < 3; i++) {
			struct ids ids = in_list(&s, ann, l[i]);

			assert_true(ids_has(ids, to_self) && ids_has(ids, to_ann));
			assert_int_equal(ids_has(ids, to_on), i > 0);
			assert_int_equal(ids_has(ids, to_followed), i > 1);
			assert_false(ids_has(ids, to_other));
			/* and the same when they come from what was there before */
			assert_int_equal(list_remove(as(&s, ann), l[i], (struct ids){ (int64_t *)&bob->id, 1 }), OK);
			assert_int_equal(put(&s, ann, l[i], bob), OK);
		}
	}
	server_close(&s);
}

static void who_is_on_an_exclusive_list_is_not_in_the_home(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct list_in change = { .title = STR_NONE, .replies_policy = STR_NONE, .exclusive = -1 };
	struct list l;
	int64_t id, list;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	follow(&s, ann, bob);
	id = post(&s, bob, "public", "x");
	assert_true(in_home(&s, ann, id));
	list = a_list(&s, ann, "list", 1);
	assert_int_equal(put(&s, ann, list, bob), OK);
	assert_false(in_home(&s, ann, id));
	assert_true(ids_has(in_list(&s, ann, list), id));
	id = post(&s, bob, "public", "y");
	assert_false(in_home(&s, ann, id));
	assert_true(ids_has(in_list(&s, ann, list), id));
	assert_int_equal(list_update(as(&s, ann), list, &change, &l), OK);
	assert_true(in_home(&s, ann, id));
	change.exclusive = 1;
	assert_int_equal(list_update(as(&s, ann), list, &change, &l), OK);
	assert_str(l.title, S("a list"));
	assert_false(in_home(&s, ann, id));
	assert_int_equal(list_delete(as(&s, ann), list), OK);
	assert_true(in_home(&s, ann, id));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM feeds"), 4);
	server_close(&s);
}

static void lists_keep_out_who_is_blocked_muted_or_blocks(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	int64_t l, boost, id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, ann, bob);
	l = a_list(&s, ann, "list", 0);
	assert_int_equal(put(&s, ann, l, bob), OK);
	assert_int_equal(react_reblog(as(&s, bob), bob, post(&s, cid, "public", "x"), S(""), S(""), 0, &boost), OK);
	assert_true(ids_has(in_list(&s, ann, l), boost));
	assert_int_equal(relation_mute(as(&s, ann), ann, cid, true, 0), OK);
	assert_false(ids_has(in_list(&s, ann, l), boost));
	id = post(&s, bob, "public", "@cid is here");
	assert_int_equal(relation_unmute(as(&s, ann), ann, cid), OK);
	assert_true(ids_has(in_list(&s, ann, l), boost));
	assert_false(ids_has(in_list(&s, ann, l), id)); /* was kept out when it came */
	assert_int_equal(relation_mute(as(&s, ann), ann, bob, true, 0), OK);
	assert_int_equal(in_list(&s, ann, l).n, 0);
	server_close(&s);
}

static int64_t feeds_of(struct server *s, const struct account *who)
{
	return count_of(s, cstr(s->cx.mem, strf(s->cx.mem, "SELECT COUNT(*) FROM feeds WHERE feed_id = %lld"
	                                                   " OR feed_id IN (SELECT id FROM lists WHERE account_id = %lld)",
	                                        (long long)who->id, (long long)who->id)));
}

static void homes_of_who_is_away_are_not_written_and_filled_when_they_return(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid;
	struct page older = { 0 };
	struct ids ids;
	int64_t l, one, two, boost, again;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	follow(&s, ann, bob);
	follow(&s, ann, cid);
	follow(&s, bob, cid);
	l = a_list(&s, ann, "list", 0);
	assert_int_equal(put(&s, ann, l, bob), OK);
	post(&s, ann, "public", "mine");
	one = post(&s, bob, "public", "one");
	assert_int_equal(feeds_of(&s, ann), 3);
	clock_shift(31 * (int64_t)DAY);
	assert_int_equal(sweep(as(&s, NULL)), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM feeds"), 0);
	two = post(&s, bob, "public", "two");
	post(&s, bob, "direct", "@ann psst");
	reply(&s, bob, post(&s, person(&s, "dot", s.site), "public", "x"), "to a stranger");
	assert_int_equal(react_reblog(as(&s, cid), cid, two, S(""), S(""), 0, &boost), OK);
	assert_int_equal(feeds_of(&s, ann), 0);
	ids = home(&s, ann);
	assert_true(ids_has(ids, one) && ids_has(ids, two));
	assert_false(ids_has(ids, boost)); /* the post itself is there */
	assert_int_equal(ids.n, 3);
	assert_int_equal(in_list(&s, ann, l).n, 2);
	again = post(&s, bob, "public", "three");
	assert_true(in_home(&s, ann, again));
	assert_true(ids_has(in_list(&s, ann, l), again));
	/* the end of a home of one who is here is just the end */
	older.max_id = one;
	assert_int_equal(timeline_home(as(&s, ann), &older, &ids), OK);
	assert_int_equal(ids.n, 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM away"), 2); /* the others are still */
	server_close(&s);
	clock_shift(-31 * (int64_t)DAY);
}

static int64_t far_post(struct server *s, const struct account *far, const char *name, const char *tag, const char *language)
{
	struct remote_status in = remote(s, far, name, "x");
	str tags = str_of(tag);

	in.tags = (struct strs){ &tags, 1 };
	in.language = str_of(language);
	return receive(s, far, in);
}

static void followed_hashtags_bring_public_posts_home(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *far;
	struct follow_in german = { .languages = S("[\"de\"]") };
	int64_t one, two, other, boost, en, de;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	far = person(&s, "far", NULL);
	assert_int_equal(tag_follow(as(&s, ann), S("#Cats"), true), OK);
	assert_int_equal(tag_follow(as(&s, ann), S("cats"), true), OK); /* again */
	assert_int_equal(tag_follow(as(&s, ann), S("dogs"), true), OK);
	assert_int_equal(tag_follow(as(&s, ann), S("no tag"), true), ERR_NOT_FOUND);
	one = post(&s, bob, "public", "my #CATS");
	two = far_post(&s, far, "1", "cats", "de");
	other = post(&s, bob, "public", "#cats and #dogs");
	assert_true(in_home(&s, ann, one) && in_home(&s, ann, two) && in_home(&s, ann, other));
	assert_false(in_home(&s, ann, post(&s, bob, "unlisted", "#cats")));
	assert_false(in_home(&s, ann, post(&s, bob, "private", "#cats")));
	assert_false(in_home(&s, ann, post(&s, bob, "public", "#birds")));
	assert_int_equal(react_reblog(as(&s, far), far, one, S(""), S("https://far.test/b"), 0, &boost), OK);
	assert_false(in_home(&s, ann, boost));
	/* unfollowed: what came by it alone leaves */
	follow(&s, ann, far);
	assert_int_equal(tag_follow(as(&s, ann), S("cats"), false), OK);
	assert_false(in_home(&s, ann, one));
	assert_true(in_home(&s, ann, two) && in_home(&s, ann, other));
	/* of whom one follows: in the languages wanted of them */
	assert_int_equal(relation_follow(as(&s, ann), ann, far, &german), OK);
	en = far_post(&s, far, "2", "dogs", "en");
	de = far_post(&s, far, "3", "dogs", "de");
	assert_false(in_home(&s, ann, en));
	assert_true(in_home(&s, ann, de));
	server_close(&s);
}

static void followed_hashtags_bring_nothing_of_the_unwanted(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *cid, *dot, *far;
	int64_t local;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	cid = person(&s, "cid", s.site);
	dot = person(&s, "dot", s.other);
	far = person(&s, "far", NULL);
	assert_int_equal(tag_follow(as(&s, ann), S("cats"), true), OK);
	assert_int_equal(relation_mute(as(&s, ann), ann, bob, true, 0), OK);
	assert_int_equal(relation_block(as(&s, cid), cid, ann, STR_NONE), OK);
	assert_int_equal(relation_domain_block(as(&s, ann), S("far.test"), true), OK);
	post(&s, bob, "public", "#cats");
	post(&s, cid, "public", "#cats");
	post(&s, dot, "public", "@bob #cats");
	far_post(&s, far, "1", "cats", "en");
	local = post_in(&s, dot, (struct post_in){ .text = S("#cats"), .local_only = 1 });
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM feeds f JOIN accounts a ON a.id = f.feed_id WHERE a.username = 'ann'"), 0);
	assert_true(in_home(&s, dot, local));
	assert_true(in_home(&s, ann, post(&s, dot, "public", "#cats")));
	server_close(&s);
}

static void a_hashtag_says_how_it_was_used_this_week(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct strs names = { (str[]){ S("CATS"), S("#never"), S("no tag"), S("cats") }, 4 };
	struct tag_info *t;
	struct db_rows rows;
	size_t n;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	post(&s, bob, "public", "#dogs");
	post(&s, bob, "public", "#dogs #cats");
	clock_shift(DAY);
	post(&s, ann, "public", "#cats");
	post(&s, ann, "public", "#cats");
	post(&s, bob, "public", "#cats");
	post(&s, ann, "unlisted", "#cats");
	assert_int_equal(tag_follow(as(&s, ann), S("cats"), true), OK);
	assert_int_equal(tag_feature(as(&s, ann), S("Never"), true), OK);
	assert_int_equal(tag_feature(as(&s, ann), S("never"), true), OK);
	assert_int_equal(tag_infos(as(&s, ann), names, &t, &n), OK);
	assert_int_equal(n, 2);
	assert_true(t[0].following && !t[0].featuring && !t[1].following && t[1].featuring);
	assert_int_equal(t[0].days[0].uses, 3);
	assert_int_equal(t[0].days[0].accounts, 2);
	assert_int_equal(t[0].days[1].uses, 1);
	assert_int_equal(t[0].days[2].uses, 0);
	assert_int_equal(t[0].days[0].at % DAY, 0);
	assert_int_equal(tag_suggestions(as(&s, bob), &rows), OK);
	assert_int_equal(rows.n, 2);
	assert_int_equal(tag_feature(as(&s, bob), S("cats"), true), OK);
	assert_int_equal(tag_suggestions(as(&s, bob), &rows), OK);
	assert_int_equal(rows.n, 1);
	assert_str(((struct tag_name *)rows.p)->name, S("dogs"));
	assert_int_equal(tag_feature(as(&s, bob), S("cats"), false), OK);
	assert_int_equal(tag_feature(as(&s, bob), S("cats"), false), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM featured_tags"), 1);
	server_close(&s);
	clock_shift(-(int64_t)DAY);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_list_has_the_posts_of_who_is_on_it),
		T(only_the_followed_are_put_on_lists),
		T(replies_go_where_the_policy_says),
		T(who_is_on_an_exclusive_list_is_not_in_the_home),
		T(lists_keep_out_who_is_blocked_muted_or_blocks),
		T(homes_of_who_is_away_are_not_written_and_filled_when_they_return),
		T(followed_hashtags_bring_public_posts_home),
		T(followed_hashtags_bring_nothing_of_the_unwanted),
		T(a_hashtag_says_how_it_was_used_this_week),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
