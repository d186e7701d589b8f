/* Filters: what is caught of posts, what may be made of filters; on both databases. */
#include "core/filter.h"

#include "db/driver.h"
#include "posts_world.h"

static int64_t a_filter(struct server *s, const struct account *who, const char *keyword, int whole)
{
	struct keyword_in k = { .keyword = str_of(keyword), .whole_word = whole };
	struct filter_in in = { .title = S("a filter"), .action = S("warn"), .contexts = { (str[]){ S("home"), S("thread") }, 2 },
		                .keywords = &k, .keywords_n = *keyword ? 1 : 0 };
	int64_t id;

	assert_int_equal(filter_save(as(s, who), 0, &in, &id), OK);
	return id;
}

static size_t caught(struct server *s, const struct account *who, int64_t id, struct status_view *v)
{
	assert_int_equal(status_view(as(s, who), id, v), OK);
	return v->filtered_n;
}

static void filters_catch_all_texts_of_a_post(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *far;
	struct attachment image = { .kind = S("image"), .remote_url = S("https://far.test/1.png"), .description = S("a SPOILER here") };
	struct poll_in poll = { .options = { (str[]){ S("yes"), S("a spoiler") }, 2 }, .expires_in = 600 };
	struct remote_status in;
	struct status_view v;
	int64_t boost, id, f;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	far = person(&s, "far", NULL);
	id = post(&s, bob, "public", "it is a Spoiler!");
	assert_int_equal(caught(&s, ann, id, &v), 0);
	f = a_filter(&s, ann, "spoiler", 1);
	assert_int_equal(caught(&s, ann, id, &v), 1);
	assert_int_equal(v.filtered->f.id, f);
	assert_int_equal(v.filtered->f.contexts, FILTER_HOME | FILTER_THREAD);
	assert_str(v.filtered->f.title, S("a filter"));
	assert_int_equal(v.filtered->keywords.n, 1);
	assert_str(v.filtered->keywords.v[0], S("spoiler"));
	assert_false(v.filtered->status);
	assert_int_equal(caught(&s, bob, id, &v), 0);
	assert_int_equal(caught(&s, NULL, id, &v), 0);
	assert_int_equal(react_reblog(as(&s, bob), bob, id, S(""), S(""), 0, &boost), OK);
	assert_int_equal(caught(&s, ann, boost, &v), 1);
	assert_int_equal(v.reblog->filtered_n, 1);
	assert_int_equal(caught(&s, ann, post(&s, bob, "public", "spoilers"), &v), 0);
	id = post_in(&s, bob, (struct post_in){ .text = S("x"), .spoiler_text = S("spoiler") });
	assert_int_equal(caught(&s, ann, id, &v), 1);
	id = post_in(&s, bob, (struct post_in){ .text = S("x"), .poll = &poll });
	assert_int_equal(caught(&s, ann, id, &v), 1);
	in = remote(&s, far, "1", "x");
	in.media = &image;
	in.media_n = 1;
	assert_int_equal(caught(&s, ann, receive(&s, far, in), &v), 1);
	id = receive(&s, far, remote(&s, far, "2", "<p>see <a href=\"https://spoiler.test/spoiler\">this</a></p>"));
	assert_int_equal(caught(&s, ann, id, &v), 0);
	id = receive(&s, far, remote(&s, far, "3", "<p>see #<span>spoil</span>er</p>"));
	assert_int_equal(caught(&s, ann, id, &v), 1);
	server_close(&s);
}

static void filters_end_when_they_expire_and_change_at_once(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct filter_in in = { .title = STR_NONE, .action = STR_NONE };
	struct filter_status fs;
	struct filter_view fv;
	struct keyword_in k = { 0 };
	struct status_view v;
	int64_t one, two, f;

	server_open(&s, w);
	s.app.filters = filter_cache_new();
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	one = post(&s, bob, "public", "red");
	two = post(&s, bob, "public", "blue");
	f = a_filter(&s, ann, "red", 0);
	a_filter(&s, ann, "green", 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(caught(&s, ann, one, &v), 1);
		assert_int_equal(caught(&s, ann, two, &v), 0);
	}
	assert_int_equal(filter_show(as(&s, ann), f, &fv), OK);
	k = (struct keyword_in){ .id = fv.keywords->id, .keyword = S("BLUE") };
	in.keywords = &k;
	in.keywords_n = 1;
	assert_int_equal(filter_save(as(&s, ann), f, &in, &f), OK);
	assert_int_equal(caught(&s, ann, one, &v), 0);
	assert_int_equal(caught(&s, ann, two, &v), 1);
	assert_int_equal(filter_status_add(as(&s, ann), f, one, &fs), OK);
	assert_int_equal(caught(&s, ann, one, &v), 1);
	assert_true(v.filtered->status && !v.filtered->keywords.n);
	in = (struct filter_in){ .title = STR_NONE, .action = S("hide"), .expires_in = 60, .has_expiry = true };
	assert_int_equal(filter_save(as(&s, ann), f, &in, &f), OK);
	assert_int_equal(caught(&s, ann, two, &v), 1);
	assert_str(v.filtered->f.action, S("hide"));
	clock_shift(61 * SECOND);
	assert_int_equal(caught(&s, ann, one, &v) + caught(&s, ann, two, &v), 0);
	in.expires_in = 0;
	assert_int_equal(filter_save(as(&s, ann), f, &in, &f), OK);
	assert_int_equal(caught(&s, ann, one, &v) + caught(&s, ann, two, &v), 2);
	assert_int_equal(filter_delete(as(&s, ann), f), OK);
	assert_int_equal(caught(&s, ann, one, &v) + caught(&s, ann, two, &v), 0);
	filter_cache_free(s.app.filters);
	server_close(&s);
	clock_shift(-61 * SECOND);
}

static void filters_are_their_owners_own(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct keyword_in k = { .keyword = S("mine") };
	struct filter_in in = { .title = S("x"), .keywords = &k, .keywords_n = 1 };
	struct filter_keyword fk;
	struct filter_status fs;
	struct filter_view fv;
	int64_t f, mine, hidden;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	f = a_filter(&s, ann, "x", 0);
	mine = a_filter(&s, bob, "y", 0);
	assert_int_equal(filter_show(as(&s, ann), f, &fv), OK);
	assert_int_equal(filter_show(as(&s, bob), f, &fv), ERR_NOT_FOUND);
	assert_int_equal(filter_save(as(&s, bob), f, &in, &f), ERR_NOT_FOUND);
	assert_int_equal(filter_delete(as(&s, bob), f), ERR_NOT_FOUND);
	assert_int_equal(filter_show(as(&s, ann), f, &fv), OK);
	assert_int_equal(filter_keyword_show(as(&s, bob), fv.keywords->id, &fk), ERR_NOT_FOUND);
	assert_int_equal(filter_keyword_delete(as(&s, bob), fv.keywords->id, true), ERR_NOT_FOUND);
	k.id = fv.keywords->id; /* into the own filter */
	assert_int_equal(filter_save(as(&s, bob), mine, &in, &mine), ERR_NOT_FOUND);
	k.destroy = true;
	assert_int_equal(filter_save(as(&s, bob), mine, &in, &mine), ERR_NOT_FOUND);
	hidden = post(&s, ann, "private", "for followers");
	assert_int_equal(filter_status_add(as(&s, bob), mine, hidden, &fs), ERR_NOT_FOUND);
	assert_int_equal(filter_status_add(as(&s, bob), f, post(&s, ann, "public", "x"), &fs), ERR_NOT_FOUND);
	assert_int_equal(filter_show(as(&s, ann), f, &fv), OK);
	assert_str(fv.keywords->keyword, S("x"));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM filter_keywords"), 2);
	server_close(&s);
}

static void there_is_an_end_to_filters(struct world *w)
{
	enum { N = 41 };
	struct server s;
	const struct account *ann;
	struct keyword_in k[N];
	struct filter_in in = { .title = S("x"), .contexts = { (str[]){ S("home") }, 1 }, .keywords = k, .keywords_n = N };
	char *long_one;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	long_one = arena_alloc(&w->mem, 513, 1);
	memset(long_one, 'x', 513);
	for (int i = 0; i < N; i++)
		k[i] = (struct keyword_in){ .keyword = str_n(long_one, 512) };
	assert_int_equal(filter_save(as(&s, ann), 0, &in, &id), ERR_INVALID); /* 41 * 512 characters */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM filters"), 0);
	in.keywords_n = 1;
	assert_int_equal(filter_save(as(&s, ann), 0, &in, &id), OK);
	k[0].keyword = str_n(long_one, 513);
	assert_int_equal(filter_save(as(&s, ann), 0, &in, &id), ERR_INVALID);
	in.keywords_n = 0;
	for (int i = 1; i < FILTERS_MOST; i++)
		assert_int_equal(filter_save(as(&s, ann), 0, &in, &id), OK);
	assert_int_equal(filter_save(as(&s, ann), 0, &in, &id), ERR_INVALID);
	server_close(&s);
}

/* However many filters and posts. */
static void filtering_a_page_costs_one_statement(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct status_view *v;
	int64_t ids[20];
	uint64_t before, plain, with;
	struct db *db;
	size_t n;

	server_open(&s, w);
	s.app.filters = filter_cache_new();
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	for (int i = 0; i < 20; i++)
		ids[i] = post(&s, bob, "public", "red");
	as(&s, ann);
	db = dbs_reader(s.app.dbs);
	assert_int_equal(status_views(&s.cx, (struct ids){ ids, 20 }, &v, &n), OK);
	before = db->clock;
	assert_int_equal(status_views(&s.cx, (struct ids){ ids, 20 }, &v, &n), OK);
	plain = db->clock - before;
	for (int i = 0; i < 50; i++)
		a_filter(&s, ann, "red", 0);
	as(&s, ann);
	assert_int_equal(status_views(&s.cx, (struct ids){ ids, 20 }, &v, &n), OK);
	before = db->clock;
	assert_int_equal(status_views(&s.cx, (struct ids){ ids, 20 }, &v, &n), OK);
	with = db->clock - before;
	assert_int_equal(v[7].filtered_n, 50);
	assert_int_equal(with, plain);
	filter_cache_free(s.app.filters);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(filters_catch_all_texts_of_a_post),
		T(filters_end_when_they_expire_and_change_at_once),
		T(filters_are_their_owners_own),
		T(there_is_an_end_to_filters),
		T(filtering_a_page_costs_one_statement),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
