/* Search of posts: what is found, and by whom; on both databases. */
#include "core/search.h"

#include "core/react.h"
#include "db/driver.h"
#include "core/search_index.h"
#include "posts_world.h"
#include "text/terms.h"

static struct ids search(struct server *s, const struct account *who, const char *text)
{
	struct search_in in = { .type = S("statuses"), .limit = 40, .q = str_of(text) };
	struct search_found found;

	assert_int_equal(search_run(as(s, who), &in, &found), OK);
	return found.statuses;
}

static bool finds(struct server *s, const struct account *who, const char *text, int64_t id)
{
	return ids_has(search(s, who, text), id);
}

static void let_all_find(struct server *s, const struct account *who)
{
	struct profile_in in = { .indexable = 1 };
	struct account a;

	assert_int_equal(account_update(as(s, who), &in, &a), OK);
}

static void posts_are_found_by_what_is_in_them(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct edit_in edit = { .text = S("now about dogs") };
	int64_t id, ja, ar, other, poll;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	id = post(&s, ann, "public", "A crème brûlée for #SweetTooth at https://example.com/x");
	ja = post(&s, ann, "public", "東京都の天気");
	ar = post(&s, ann, "public", "اللُّغَةُ العربية");
	other = reply(&s, ann, id, "brulee creme, the other way round");
	poll = post_in(&s, ann, (struct post_in){ .text = S("choose"), .spoiler_text = S("lunch"), .language = S("pt-BR"),
	                                          .poll = &(struct poll_in){ .options = { (str[]){ S("pizza"), S("soup") }, 2 }, .expires_in = 600 } });
	assert_true(finds(&s, ann, "BRULEE", id) && finds(&s, ann, "creme", other));
	assert_true(finds(&s, ann, "\"creme brulee\"", id));
	assert_false(finds(&s, ann, "\"creme brulee\"", other));
	assert_false(finds(&s, ann, "brulee -sweettooth", id));
	assert_true(finds(&s, ann, "brulee -sweettooth", other));
	assert_true(finds(&s, ann, "#sweettooth", id) && finds(&s, ann, "example.com", id));
	assert_true(finds(&s, ann, "has:link", id));
	assert_false(finds(&s, ann, "has:link", other));
	assert_true(finds(&s, ann, "is:reply", other));
	assert_false(finds(&s, ann, "-is:reply brulee", other));
	assert_true(finds(&s, ann, "東京", ja) && finds(&s, ann, "天気", ja) && finds(&s, ann, "京都の", ja));
	assert_true(finds(&s, ann, "気", ja) && finds(&s, ann, "都", ja));
	assert_false(finds(&s, ann, "東都", ja));
	assert_true(finds(&s, ann, "اللغة", ar) && finds(&s, ann, "الْعَرَبِيَّة", ar));
	assert_true(finds(&s, ann, "pizza lunch", poll) && finds(&s, ann, "has:poll is:sensitive", poll));
	assert_true(finds(&s, ann, "language:pt", poll) && finds(&s, ann, "language:pt-BR", poll));
	assert_true(finds(&s, ann, "from:me pizza", poll) && finds(&s, ann, "from:ann pizza", poll));
	assert_int_equal(search(&s, ann, "from:nobody pizza").n, 0);
	assert_int_equal(search(&s, ann, "pizza before:2001-01-01").n, 0);
	assert_true(finds(&s, ann, "pizza after:2001-01-01", poll));
	/* what is there no more is not found */
	assert_int_equal(status_edit(as(&s, ann), other, &edit), OK);
	assert_false(finds(&s, ann, "round", other));
	assert_true(finds(&s, ann, "dogs", other));
	assert_int_equal(status_delete(as(&s, ann), other, true, &(struct status_view){ 0 }), OK);
	assert_int_equal(search(&s, ann, "dogs").n, 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM search_posts"), 4);
	server_close(&s);
}

static void queries_of_every_kind_are_harmless(struct world *w)
{
	static const char *const odd[] = { "\"", "\"unterminated", "NEAR(", "a AND", "*", "col:x", "terms:x", "^a", "{a b}", "(", "-x", "-", "--",
		"AND OR NOT", "a*b*c", "😀", "'", "''' ; DROP TABLE statuses; --", "a & b | !c <-> d:*", "\\", "\\'", "%", "____", "$1", "a:b:c",
		"from:", "from:@", "has:", "\"\" \"\"", "-\"\"", "in:all", "é" };
	struct server s;
	const struct account *ann;
	char quotes[501];

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	post(&s, ann, "public", "a b c x AND");
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		search(&s, ann, odd[i]);
	memset(quotes, '"', 500);
	quotes[500] = '\0';
	search(&s, ann, quotes);
	for (int i = 0; i < 500; i += 2)
		memcpy(quotes + i, "a ", 2);
	assert_int_equal(search(&s, ann, quotes).n, 1);
	assert_int_equal(search(&s, ann, "AND").n, 1);
	server_close(&s);
}

static void anonymous_and_strangers_find_only_what_authors_allow(struct world *w)
{
	static const char *const visibilities[] = { "public", "unlisted", "private", "direct" };
	struct server s;
	const struct account *ann, *shy, *bob, *friend, *far;
	int64_t open[4], own[4], named, local, id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	shy = person(&s, "shy", s.site);
	bob = person(&s, "bob", s.site);
	friend = person(&s, "friend", s.site);
	far = person(&s, "far", NULL);
	let_all_find(&s, ann);
	follow(&s, friend, ann);
	for (int i = 0; i < 4; i++) {
		open[i] = post(&s, ann, visibilities[i], "needle");
		own[i] = post(&s, shy, visibilities[i], "needle");
	}
	named = post(&s, shy, "direct", "@bob needle");
	local = post_in(&s, ann, (struct post_in){ .text = S("needle"), .local_only = 1 });
	id = receive(&s, far, remote(&s, far, "1", "<p>needle</p>"));
	assert_int_equal(search(&s, NULL, "needle").n, 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(finds(&s, bob, "needle", open[i]), i == 0);
		assert_int_equal(finds(&s, friend, "needle", open[i]), i == 0);
		assert_false(finds(&s, bob, "needle", own[i]));
		assert_true(finds(&s, shy, "needle", own[i]));
	}
	assert_true(finds(&s, bob, "needle", named) && finds(&s, bob, "needle", local));
	assert_false(finds(&s, friend, "needle", named) || finds(&s, bob, "needle", id));
	/* the library */
	assert_int_equal(react_favourite(as(&s, bob), bob, own[1], STR_NONE), OK);
	assert_int_equal(react_bookmark(as(&s, bob), id, true), OK);
	assert_int_equal(react_bookmark(as(&s, friend), open[2], true), OK);
	assert_true(finds(&s, bob, "needle", own[1]) && finds(&s, bob, "in:library needle", id));
	assert_true(finds(&s, friend, "needle", open[2]));
	assert_false(finds(&s, bob, "in:public needle", own[1]) || finds(&s, bob, "in:library needle", open[0]));
	/* who is not wanted */
	assert_int_equal(relation_mute(as(&s, bob), bob, ann, true, 0), OK);
	assert_false(finds(&s, bob, "needle", open[0]));
	assert_int_equal(relation_domain_block(as(&s, bob), S("far.test"), true), OK);
	assert_false(finds(&s, bob, "needle", id));
	assert_int_equal(relation_block(as(&s, shy), shy, bob, STR_NONE), OK);
	assert_false(finds(&s, bob, "needle", own[1]) || finds(&s, bob, "needle", named));
	server_close(&s);
}

static void pages_have_each_post_once(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct search_in in = { .q = S("page"), .type = S("statuses"), .limit = 7 };
	struct search_found found;
	int64_t ids[20], last = 0;
	size_t n = 0;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	let_all_find(&s, ann);
	for (int i = 0; i < 20; i++)
		ids[i] = post(&s, ann, "public", "page");
	do {
		assert_int_equal(search_run(as(&s, ann), &in, &found), OK);
		for (size_t i = 0; i < found.statuses.n; i++)
			assert_int_equal(found.statuses.v[i], ids[19 - n++]);
		last = found.statuses.n ? found.statuses.v[found.statuses.n - 1] : 0;
		in.max_id = last;
	} while (last);
	assert_int_equal(n, 20);
	in = (struct search_in){ .q = S("page"), .type = S("statuses"), .limit = 5, .offset = 10, .min_id = ids[2] };
	assert_int_equal(search_run(as(&s, ann), &in, &found), OK);
	assert_int_equal(found.statuses.n, 5);
	assert_int_equal(found.statuses.v[0], ids[9]);
	in.offset = 16;
	assert_int_equal(search_run(as(&s, ann), &in, &found), OK);
	assert_int_equal(found.statuses.n, 1);
	server_close(&s);
}

SQL(fill_search, "INSERT INTO search_posts (rowid, terms) SELECT value, $2::text::tsvector FROM json_each($1)");

/* So many that no machine looks through them within a millisecond. */
static enum err fill(struct ctx *cx, void *arg)
{
	struct ids ids = { NEWS(cx->mem, int64_t, 30000), 30000 };
	str terms[] = { S("a"), S("b") }, mark = term_mark(cx->mem, S("visibility"), S("public"));

	(void)arg;
	for (size_t i = 0; i < ids.n; i++)
		ids.v[i] = (int64_t)i + 1;
	return db_exec(cx->db, &fill_search,
	               ARGS(db_id_list(cx->mem, ids), search_terms_text(cx, (struct strs){ terms, 2 }, (struct strs){ &mark, 1 })), NULL);
}

static void a_search_ends_in_time(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct search_in in = { .q = S("\"b a\""), .type = S("statuses"), .limit = 20 };
	struct search_found found;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	assert_int_equal(write_tx(as(&s, ann), fill, NULL), OK);
	s.config.search_ms = 2;
	assert_int_equal(search_run(as(&s, ann), &in, &found), ERR_BUSY);
	s.config.search_ms = 60000;
	assert_int_equal(search_run(as(&s, ann), &in, &found), OK);
	assert_int_equal(found.statuses.n, 0);
	/* what was found until then is the answer */
	post(&s, ann, "public", "#needle");
	s.config.search_ms = 0;
	in = (struct search_in){ .q = S("needle"), .limit = 20 };
	assert_int_equal(search_run(as(&s, ann), &in, &found), OK);
	assert_true(found.tags.n == 1 && found.statuses.n == 0);
	assert_int_equal(account_search(as(&s, ann), S("ann"), false, 20, 0, &found.accounts), ERR_BUSY);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(posts_are_found_by_what_is_in_them),
		T(queries_of_every_kind_are_harmless),
		T(anonymous_and_strangers_find_only_what_authors_allow),
		T(pages_have_each_post_once),
		T(a_search_ends_in_time),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
