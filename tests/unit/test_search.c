/* Search of posts: what is found, and by whom; on both databases. */
#include "core/search.h"

#include "base/clock.h"
#include "core/host_policy.h"
#include "core/react.h"
#include "db/driver.h"
#include "core/search_chunks.h"
#include "core/search_index.h"
#include "store/search.h"
#include "posts_world.h"

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

static enum err take_note(struct ctx *cx, void *arg)
{
	bool mine = true;
	enum err e = search_note_done(cx->db, arg, &mine);

	return e ? e : mine ? OK
	                    : ERR_NOT_FOUND;
}

/* Never those of a text that is no more. */
static void words_go_in_a_moment_later(struct world *w)
{
	enum { POSTS = 130 };
	struct edit_in edit = { .text = S("something else") };
	struct db_rows noted = { 0 };
	const struct account *ann;
	struct server s;
	int64_t ids[POSTS];

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < POSTS; i++)
		ids[i] = post(&s, ann, "public", "a word of many");
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM search_posts"), 0);
	assert_in_range(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'search_index'"), 1, POSTS / 2); /* one each half second */
	assert_int_equal(search_noted(as(&s, ann)->db, s.cx.mem, 1, &noted), OK);
	assert_true(((struct search_noted *)noted.p)->status_id == ids[POSTS - 1]);
	assert_int_equal(status_edit(as(&s, ann), ids[POSTS - 1], &edit), OK);
	assert_int_equal(write_tx(as(&s, ann), take_note, noted.p), ERR_NOT_FOUND); /* it has changed since it was read */
	assert_int_equal(status_edit(as(&s, ann), ids[0], &edit), OK);
	assert_int_equal(status_delete(as(&s, ann), ids[1], true, &(struct status_view){ 0 }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM search_noted"), POSTS - 1);
	s.app.index_at = 0;
	assert_true(finds(&s, ann, "something", ids[POSTS - 1])); /* the newest when somebody asks */
	assert_true(s.app.index_at > 0);                         /* and the others soon */
	assert_false(finds(&s, ann, "many", ids[POSTS - 1]) || finds(&s, ann, "many", ids[0]));
	assert_int_equal(search_job_index(as(&s, NULL), &(struct job){ 0 }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM search_noted"), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM search_posts"), POSTS - 1);
	assert_true(finds(&s, ann, "something", ids[0]) && finds(&s, ann, "many", ids[POSTS - 2]));
	server_close(&s);
}

SQL(fill_search, "INSERT INTO search_posts (rowid, terms) SELECT value, $2::text::tsvector FROM json_each($1)");

/* So many that no machine looks through them within a millisecond. */
static enum err fill(struct ctx *cx, void *arg)
{
	struct ids ids = { NEWS(cx->mem, int64_t, 50000), 50000 };
	str terms[] = { S("annie"), S("berta") };

	(void)arg;
	for (size_t i = 0; i < ids.n; i++)
		ids.v[i] = (int64_t)i + 1;
	return db_exec(cx->db, &fill_search,
	               ARGS(db_id_list(cx->mem, ids), search_terms_text(cx, S("000"), (struct strs){ terms, 2 }, (struct strs){ 0 })), NULL);
}

static void a_search_ends_in_time(struct world *w)
{
	struct server s;
	const struct account *ann;
	struct account a;
	struct profile_in name = { .display_name = S("Berta Annie"), .has_display_name = true };
	struct search_in in = { .q = S("\"berta annie\""), .type = S("statuses"), .limit = 20 };
	struct search_found found;
	enum err e = ERR_BUSY;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	assert_int_equal(account_update(as(&s, ann), &name, &a), OK);
	assert_int_equal(write_tx(as(&s, ann), fill, NULL), OK);
	s.config.search_ms = 3; /* a third of it for posts */
	assert_int_equal(search_run(as(&s, ann), &in, &found), ERR_BUSY);
	/* what was found until then is the answer; a busy machine may find nothing in time */
	in.type = S("");
	for (int i = 0; i < 500 && e; i++)
		e = search_run(as(&s, ann), &in, &found);
	assert_int_equal(e, OK);
	assert_true(found.accounts.n == 1 && found.statuses.n == 0);
	s.config.search_ms = 0;
	assert_int_equal(account_search(as(&s, ann), S("ann"), false, 20, 0, &found.accounts), ERR_BUSY);
	in = (struct search_in){ .q = S("#ann"), .type = S("hashtags"), .limit = 20 };
	assert_int_equal(search_run(as(&s, ann), &in, &found), ERR_BUSY);
	/* there is time for what is no search */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM search_posts"), 50000);
	server_close(&s);
}

static const struct db_sql fill_widely = { "fill_widely",
	"INSERT INTO search_posts (rowid, terms) SELECT value, 'a' || value || ' b' || value || ' c' || value || ' d' || value"
	" || ' e' || value || ' f' || value || ' g' || value || ' h' || value FROM json_each($1)" };

enum { PARTS = 4, OF_PART = 3000 };

static enum err fill_part(struct ctx *cx, void *arg)
{
	struct ids ids = { NEWS(cx->mem, int64_t, OF_PART), OF_PART };

	for (size_t i = 0; i < ids.n; i++)
		ids.v[i] = (*(int *)arg * OF_PART + (int)i) * 7919L;
	return db_exec(cx->db, &fill_widely, ARGS(db_id_list(cx->mem, ids)), NULL);
}

/* Words that were removed are in the file until the parts of the index have become one. */
static void an_index_of_any_size_is_merged_to_its_end(struct world *w)
{
	struct server s;

	server_open(&s, w);
	for (int i = 0; i < PARTS; i++)
		assert_int_equal(write_tx(as(&s, NULL), fill_part, &i), OK);
	assert_true(count_of(&s, "SELECT COUNT(DISTINCT segid) FROM search_posts_idx") >= PARTS);
	assert_int_equal(search_job_merge(as(&s, NULL), &(struct job){ 0 }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(DISTINCT segid) FROM search_posts_idx"), 1);
	server_close(&s);
}

static enum err run_sql(struct ctx *cx, void *arg)
{
	return db_exec(cx->db, arg, NO_ARGS, NULL);
}

enum { MANY = 20, FULL = 4 };

static void keep_chunks(struct server *s, int64_t full)
{
	bool more = true;

	for (int i = 0; more && i < 100; i++)
		assert_int_equal(search_chunks_keep(as(s, NULL), full, clock_mono() + MINUTE, &more), OK);
	assert_false(more);
}

/* Whatever chunk they are in. */
static void finds_all(struct server *s, const struct account *who, const int64_t *id, size_t n)
{
	static const char *const queries[] = { "one", "\"one of us all\"", "\"one of us\"", "\"of us\"", "\"us all\" -none", "-none" };

	for (size_t q = 0; q < sizeof(queries) / sizeof(queries[0]); q++) {
		struct ids found = search(s, who, queries[q]);

		assert_int_equal(found.n, n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(found.v[i], id[n - 1 - i]);
	}
	assert_int_equal(search(s, who, "\"us of one\"").n, 0);
}

/* The index is cut in parts, that of before there were any too, and parts that have become small are joined; it finds the same. */
static void chunks_are_cut_and_joined(struct world *w)
{
	static const struct db_sql as_before = { "as_before", "UPDATE search_chunks SET prefix = ''" };
	struct server s;
	const struct account *ann;
	int64_t id[MANY + 2], chunks;

	server_open(&s, w);
	assert_int_equal(write_tx(as(&s, NULL), run_sql, (void *)&as_before), OK);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < MANY; i++)
		id[i] = post(&s, ann, "public", "one of us all");
	finds_all(&s, ann, id, MANY);
	keep_chunks(&s, FULL);
	chunks = count_of(&s, "SELECT COUNT(*) FROM search_chunks WHERE prefix <> ''");
	assert_true(chunks >= (MANY - 2 * FULL) / FULL);
	finds_all(&s, ann, id, MANY);
	id[MANY] = post(&s, ann, "public", "one of us all");
	finds_all(&s, ann, id, MANY + 1);
	assert_int_equal(react_bookmark(as(&s, ann), id[2], true), OK);
	assert_int_equal(search(&s, ann, "in:library \"one of us\"").n, MANY + 1);
	for (int i = 1; i < MANY; i++)
		assert_int_equal(status_delete(as(&s, ann), id[i], true, &(struct status_view){ 0 }), OK);
	keep_chunks(&s, FULL);
	assert_true(count_of(&s, "SELECT COUNT(*) FROM search_chunks") <= chunks / 2 + 2);
	id[1] = id[MANY];
	finds_all(&s, ann, id, 2);
	server_close(&s);
}

/* Through ever more chunks at once, on PostgreSQL. */
static void what_is_in_few_posts_is_found_in_all_chunks(struct world *w)
{
	enum { POSTS = 80, EACH = 1 };
	static const struct {
		const char *query;
		int every, from;
	} cases[] = { { "rare", 20, 7 }, { "one -often", 5, 3 }, { "-often -rare", 5, 3 }, { "\"one two\" -often -rare", 5, 3 } };
	struct server s;
	const struct account *ann;
	int64_t id[POSTS];

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < POSTS; i++)
		id[i] = post(&s, ann, "public",
		             cstr(s.cx.mem, strf(s.cx.mem, "one two%s%s", i % 5 == 3 ? "" : " often", i % 20 == 7 ? " rare" : "")));
	assert_int_equal(search_job_index(as(&s, NULL), &(struct job){ 0 }), OK);
	keep_chunks(&s, EACH);
	assert_true(count_of(&s, "SELECT COUNT(*) FROM search_chunks") >= POSTS / 2 / EACH);
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct ids found = search(&s, ann, cases[c].query);
		size_t n = 0;

		for (int i = POSTS - 1; i >= 0; i--)
			if (i % cases[c].every == cases[c].from && n < found.n)
				assert_int_equal(found.v[n++], id[i]);
		assert_int_equal(found.n, POSTS / cases[c].every);
		assert_int_equal(n, found.n);
	}
	server_close(&s);
}

/* Short words that follow one another are more than words to the index. */
static void phrases_of_short_words_are_found_as_they_stand(struct world *w)
{
	static const struct {
		const char *phrase;
		bool there;
	} cases[] = {
		{ "\"it is\"", true }, { "\"as it is\"", true }, { "\"is as\"", true }, { "\"is it\"", false }, { "\"as it was\"", true },
		{ "\"it is as it\"", true }, { "\"it is as it is\"", false }, { "\"as far as\"", true }, { "\"was as it is\"", false },
		{ "\"it was quite as it\"", true }, { "\"quite as it is\"", true }, { "\"was quite\"", true }, { "\"far quite\"", false },
		{ "\"is as far\"", false }, { "\"it was as\"", false }, { "\"a b\"", false }, { "it -\"as it is\"", false },
		{ "it -\"is it\"", true }, { "\"is as 東京\"", true }, { "\"is as 東\"", true }, { "\"as it 東\"", false },
	};
	struct server s;
	const struct account *ann;
	int64_t id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	id = post(&s, ann, "public", "It is as it was, quite as it is as 東京都. As far as, a/c b");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (finds(&s, ann, cases[i].phrase, id) != cases[i].there)
			fail_msg("%s: %s", cases[i].phrase, cases[i].there ? "not found" : "found");
	server_close(&s);
}

/* Nobody's transaction does it by the way. */
static void parts_of_the_index_are_merged_by_the_job(struct world *w)
{
	enum { WRITES = 20 };
	struct server s;
	const struct account *ann;
	bool more;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (int i = 0; i < WRITES; i++) {
		post(&s, ann, "public", "one more");
		assert_int_equal(search_index_noted(as(&s, NULL), 100, &more), OK);
	}
	assert_true(count_of(&s, "SELECT COUNT(DISTINCT segid) FROM search_posts_idx") >= WRITES);
	assert_int_equal(search_job_index(as(&s, NULL), &(struct job){ 0 }), OK);
	assert_true(count_of(&s, "SELECT COUNT(DISTINCT segid) FROM search_posts_idx") < WRITES / 2);
	assert_int_equal(search(&s, ann, "more").n, WRITES);
	server_close(&s);
}

enum { WITH = 9 };
struct found_case {
	const char *query, *found; /* names of posts, one letter each; of those with "zebra" in them */
};

/* a to d: around the tenth of March; e to h: what hangs on them; i: a reply */
static void known_posts(struct server *s, const struct account *far, const struct account *reader, int64_t id[WITH])
{
	static const int64_t march_10 = 1710028800000; /* 2024 */
	static const int64_t when[WITH] = { -1, 0, DAY - 1, DAY, 2 * DAY, 3 * DAY, 4 * DAY, 5 * DAY, 6 * DAY };
	static const char *const kinds[WITH] = { [4] = "image", [5] = "video", [6] = "audio", [7] = "gifv" };
	static const char *const languages[WITH] = { [0] = "de", [1] = "pt-BR" };

	for (int i = 0; i < WITH; i++) {
		char name[2] = { (char)('a' + i), 0 };
		struct remote_status in = remote(s, far, name, i == 3 ? "<p>zebra <a href=\"https://x.test/\">link</a></p>" : "<p>zebra crossing</p>");
		struct attachment file = { .kind = str_of(kinds[i] ? kinds[i] : ""), .remote_url = S("https://far.test/file"), .mime = S(""),
			                   .description = S("striped"), .blurhash = S(""), .preview_url = S("") };

		in.created_at = march_10 + when[i];
		in.language = languages[i] ? str_of(languages[i]) : STR_NONE;
		in.sensitive = i == 2;
		in.media = kinds[i] ? &file : NULL;
		in.media_n = kinds[i] != NULL;
		if (i == 8)
			in.in_reply_to_uri = S("https://far.test/notes/a");
		id[i] = receive(s, far, in);
		assert_int_equal(react_bookmark(as(s, reader), id[i], true), OK);
	}
}

static void operators_say_what_is_found(struct world *w)
{
	static const struct found_case cases[] = {
		{ "zebra", "abcdefghi" },
		{ "zebra before:2024-03-10", "a" },
		{ "zebra -before:2024-03-10", "bcdefghi" },
		{ "zebra after:2024-03-10", "defghi" },
		{ "zebra -after:2024-03-10", "abc" },
		{ "zebra during:2024-03-10", "bc" },
		{ "during:2024-03-10", "bc" },
		{ "zebra after:2024-03-10 before:2024-03-12", "d" },
		{ "zebra has:media", "efgh" },
		{ "zebra -has:media", "abcdi" },
		{ "zebra has:image", "e" },
		{ "zebra has:video", "fh" },
		{ "zebra has:audio", "g" },
		{ "zebra has:link", "d" },
		{ "zebra has:embed", "d" },
		{ "zebra has:poll", "" },
		{ "zebra is:sensitive", "c" },
		{ "zebra -is:sensitive has:link", "d" },
		{ "zebra is:reply", "i" },
		{ "zebra language:de", "a" },
		{ "zebra language:pt", "b" },
		{ "zebra language:pt-BR", "b" },
		{ "zebra -language:de before:2024-03-11", "bc" },
		{ "zebra from:far@far.test is:reply", "i" },
		{ "zebra from:@far@far.test is:reply", "i" },
		{ "zebra -from:far@far.test", "" },
		{ "zebra from:me", "" },
		{ "zebra from:unknown@far.test", "" },
		{ "zebra in:library is:reply", "i" },
		{ "zebra in:public", "" }, /* their author does not let everybody find them */
		{ "\"zebra crossing\" -has:media", "abci" },
		{ "\"crossing zebra\"", "" },
		{ "zebra -crossing", "d" },
		{ "zebra -\"zebra crossing\"", "d" },
		{ "striped HAS:image", "e" },
		{ "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen", "" },
	};
	struct server s;
	const struct account *far, *reader;
	int64_t id[WITH];

	server_open(&s, w);
	far = person(&s, "far", NULL);
	reader = person(&s, "reader", s.site);
	known_posts(&s, far, reader, id);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ids found = search(&s, reader, cases[i].query);
		char names[WITH + 1] = "";

		for (size_t k = 0, n = 0; k < WITH; k++)
			if (ids_has(found, id[k]))
				names[n++] = (char)('a' + k);
		if (strcmp(names, cases[i].found) || found.n != strlen(names))
			fail_msg("%s: found \"%s\", not \"%s\"", cases[i].query, names, cases[i].found);
	}
	server_close(&s);
}

/* However it is composed, cased or presented, what is one word to a reader is found by it. */
static void ways_of_writing_are_one(struct world *w)
{
	static const char *const same[][4] = {
		{ "crème brûlée", "creme brulee", "CRE\xcc\x80ME BRU\xcc\x82LE\xcc\x81" "E", "cre\xcc\x80me" },
		{ "Straße", "STRASSE", "strasse", "straße" },
		{ "Iğdır", "IĞDIR", "ığdır", "igdir" },
		{ "ﻻ ﺑﺄﺱ", "لا بأس", "لَا بَأْس", "ﻻ" },
		{ "ﻣﺪﺭﺳﺔ", "مدرسة", "مدرسه", "مَدْرَسَة" },
		{ "ガラス", "ｶﾞﾗｽ", "カ\xe3\x82\x99ラス", "ガラ" },
		{ "Ｆｕｌｌ", "full", "FULL", "Ｆull" },
		{ "zero\xe2\x80\x8bwidth", "zerowidth", "ZeroWidth", "zero\xc2\xadwidth" },
	};
	struct server s;
	const struct account *ann;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		int64_t id = post(&s, ann, "public", same[i][0]);

		for (int k = 0; k < 4; k++) {
			struct ids found = search(&s, ann, same[i][k]);

			if (found.n != 1 || found.v[0] != id)
				fail_msg("%s is not found by %s", same[i][0], same[i][k]);
		}
	}
	post(&s, ann, "public", "a family 👩‍👩‍👧 and a flag 🏳️‍🌈");
	assert_int_equal(search(&s, ann, "👩‍👩‍👧").n, 0); /* no word, alone or in parts */
	assert_int_equal(search(&s, ann, "👩").n, 0);
	assert_int_equal(search(&s, ann, "family 👩‍👩‍👧").n, 1);
	server_close(&s);
}

static void posts_of_blocked_hosts_are_not_found(struct world *w)
{
	struct host_policy block = { .domain = S("far.test"), .severity = S("block"), .public_comment = S(""), .private_comment = S("") };
	struct host_effect did;
	struct server s;
	const struct account *far, *reader;
	int64_t id;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	reader = person(&s, "reader", s.site);
	id = receive(&s, far, remote(&s, far, "1", "<p>suspicious</p>"));
	assert_int_equal(react_bookmark(as(&s, reader), id, true), OK);
	assert_true(finds(&s, reader, "suspicious", id));
	assert_int_equal(host_policy_set(as(&s, NULL), &block, 1, &did), OK);
	assert_int_equal(search(&s, reader, "suspicious").n, 0);
	assert_int_equal(host_policy_clear(as(&s, NULL), S("far.test"), &did), OK);
	assert_true(finds(&s, reader, "suspicious", id));
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(posts_are_found_by_what_is_in_them),
		T(queries_of_every_kind_are_harmless),
		T(anonymous_and_strangers_find_only_what_authors_allow),
		T(pages_have_each_post_once),
		T(words_go_in_a_moment_later),
		T(a_search_ends_in_time),
		T(what_is_in_few_posts_is_found_in_all_chunks),
		T(chunks_are_cut_and_joined),
		T(phrases_of_short_words_are_found_as_they_stand),
		T(operators_say_what_is_found),
		T(ways_of_writing_are_one),
		T(posts_of_blocked_hosts_are_not_found),
		{ "parts_of_the_index_are_merged_by_the_job", parts_of_the_index_are_merged_by_the_job, ON_SQLITE },
		{ "an_index_of_any_size_is_merged_to_its_end", an_index_of_any_size_is_merged_to_its_end, ON_SQLITE },
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
