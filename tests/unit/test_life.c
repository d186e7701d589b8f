/* Accounts that move, end and are reported: what core does, without a network. */
#include "core/deliver.h"
#include "core/featured.h"
#include "core/filter.h"
#include "core/list.h"
#include "core/move.h"
#include "core/tag.h"
#include "posts_world.h"

/* As a worker does it, until nothing of that kind is left. */
static void run_jobs(struct server *s, const char *kind, enum err (*fn)(struct ctx *cx, const struct job *job))
{
	struct job *jobs;
	size_t n;

	do {
		struct ctx *cx = as(s, NULL);

		cx->now = clock_now();
		assert_int_equal(job_claim(cx, strf(cx->mem, "[\"%s\"]", kind), 10, MINUTE, &jobs, &n), OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(fn(cx, &jobs[i]), OK);
			assert_int_equal(job_done(cx, jobs[i].id), OK);
		}
	} while (n);
}

/* dead.test: since when, and when last. */
static enum err fails(struct db *db, int64_t *when)
{
	int64_t n;

	TRY(hosts_ok(db, S("dead.test"), when[0]));
	TRY(hosts_failed(db, S("dead.test"), 20, when[0], &n));
	return hosts_failed(db, S("dead.test"), 1, when[1], &n);
}

static enum err share(struct db *db, int64_t *pair)
{
	return users_add_account(db, pair[0], pair[1]);
}

/* SPOOF-27 */
static void moves_back_and_forth_are_bounded(struct world *w)
{
	enum { FOLLOWERS = 120 };
	struct server s;
	const struct account *one, *two;

	server_open(&s, w);
	one = person(&s, "one", NULL);
	two = person(&s, "two", NULL);
	for (int i = 0; i < FOLLOWERS; i++) {
		const struct account *fan = person(&s, cstr(s.cx.mem, strf(s.cx.mem, "fan%d", i)), s.site);

		follow(&s, fan, one);
	}
	for (int i = 0; i < 100; i++) {
		assert_int_equal(move_receive(as(&s, NULL), i % 2 ? two : one, i % 2 ? one : two), OK);
		assert_true(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'move'") <= 1);
		run_jobs(&s, "move", move_job);
	}
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM follows WHERE pending"), FOLLOWERS);
	/* Follow of the first, Follow and Undo of the move: once each */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'send'"), 3 * FOLLOWERS);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM moves"), 2);
	server_close(&s);
}

static void a_move_keeps_its_place_on_lists(struct world *w)
{
	struct list_in in = { S("friends"), S("list"), 0 };
	struct server s;
	const struct account *old, *new, *ann;
	struct db_rows rows;
	struct list l;

	server_open(&s, w);
	old = person(&s, "old", NULL);
	new = person(&s, "new", s.other);
	ann = person(&s, "ann", s.site);
	follow(&s, ann, old);
	assert_int_equal(list_create(as(&s, ann), &in, &l), OK);
	assert_int_equal(list_add(as(&s, ann), l.id, (struct ids){ (int64_t *)&old->id, 1 }), OK);
	assert_int_equal(move_receive(as(&s, NULL), old, new), OK);
	run_jobs(&s, "move", move_job);
	assert_int_equal(list_all(as(&s, ann), new->id, &rows), OK);
	assert_int_equal(rows.n, 1);
	assert_int_equal(list_all(as(&s, ann), old->id, &rows), OK);
	assert_int_equal(rows.n, 0);
	server_close(&s);
}

static void who_cannot_follow_the_new_one_stays(struct world *w)
{
	struct server s;
	const struct account *old, *new, *locked, *blocker;
	struct account target;

	server_open(&s, w);
	old = person(&s, "old", NULL);
	new = person(&s, "new", s.other);
	locked = person(&s, "fan", s.site);
	blocker = person(&s, "blocker", s.site);
	follow(&s, locked, old);
	follow(&s, blocker, old);
	follow(&s, new, old); /* the new one followed the old one */
	assert_int_equal(relation_block(as(&s, blocker), blocker, new, STR_NONE), OK);
	assert_int_equal(move_receive(as(&s, NULL), old, new), OK);
	run_jobs(&s, "move", move_job);
	run_jobs(&s, "move", move_job);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM follows"), 2);
	target = the_account(&s, new->id);
	assert_int_equal(target.followers_count, 1);
	assert_int_equal(target.following_count, 0);
	assert_int_equal(move_receive(as(&s, NULL), old, old), ERR_DENIED);
	server_close(&s);
}

/* On a list, and of one's own if it is the one who goes. */
static void keep_things(struct server *s, const struct account *who, const struct account *whom)
{
	struct keyword_in word = { .keyword = S("x") };
	struct filter_in filter = { .title = S("x"), .contexts = { (str[]){ S("home") }, 1 }, .keywords = &word, .keywords_n = 1 };
	struct list_in in = { S("x"), S("list"), 0 };
	struct list l;
	int64_t id;

	assert_int_equal(list_create(as(s, who), &in, &l), OK);
	assert_int_equal(list_add(as(s, who), l.id, (struct ids){ (int64_t *)&whom->id, 1 }), OK);
	if (str_eq(who->username, S("bob"))) {
		assert_int_equal(count_of(s, "SELECT COUNT(*) FROM list_accounts"), 2);
		assert_int_equal(list_delete(as(s, who), l.id), OK);
		return;
	}
	assert_int_equal(tag_follow(as(s, who), S("x"), true), OK);
	assert_int_equal(filter_save(as(s, who), 0, &filter, &id), OK);
}

static void nothing_of_a_deleted_account_is_left(struct world *w)
{
	static const char *const empty[] = { "bookmarks", "favourites", "pins", "follows", "blocks", "mutes", "account_notes", "notifications",
		                             "feeds", "poll_votes", "featured_tags", "thread_mutes", "oauth_tokens", "users",
		                             "user_accounts", "status_tags", "lists", "list_accounts", "tag_follows", "filters",
		                             "filter_keywords", "filter_versions" };
	struct server s;
	struct user u;
	struct account ann, a;
	const struct account *bob;
	struct featured_tag tag;
	struct token token;
	int64_t mine, his, id;

	server_open(&s, w);
	u = a_user(&s, "ann");
	ann = the_account(&s, u.account_id);
	bob = person(&s, "bob", s.site);
	assert_int_equal(token_make(as(&s, NULL), 1, u.id, ann.id, S("read"), &token), OK);
	mine = post(&s, &ann, "public", "a post #tag @bob");
	his = post(&s, bob, "public", "his @ann");
	follow(&s, &ann, bob);
	follow(&s, bob, &ann);
	assert_int_equal(react_favourite(as(&s, &ann), &ann, his, STR_NONE), OK);
	assert_int_equal(react_reblog(as(&s, &ann), &ann, his, S(""), STR_NONE, 0, &id), OK);
	assert_int_equal(react_favourite(as(&s, bob), bob, mine, STR_NONE), OK);
	assert_int_equal(react_bookmark(as(&s, &ann), his, true), OK);
	assert_int_equal(react_mute_thread(as(&s, &ann), his, true), OK);
	assert_int_equal(react_pin(as(&s, &ann), mine, true), OK);
	assert_int_equal(featured_tag_add(as(&s, &ann), &ann, S("#tag"), &tag), OK);
	assert_int_equal(relation_mute(as(&s, bob), bob, &ann, true, 0), OK);
	assert_int_equal(relation_note(as(&s, bob), bob, &ann, S("x")), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications") > 0, 1);
	keep_things(&s, &ann, bob);
	keep_things(&s, bob, &ann);

	assert_int_equal(account_delete(as(&s, NULL), &ann), OK);
	assert_int_equal(token_use(as(&s, NULL), token.secret), ERR_DENIED);
	assert_int_equal(account_by_handle(as(&s, NULL), S("ann"), &a), ERR_NOT_FOUND);
	run_jobs(&s, "account_end", account_end_job);
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		if (count_of(&s, cstr(s.cx.mem, strf(s.cx.mem, "SELECT COUNT(*) FROM %s", empty[i]))) != (str_eq(str_of(empty[i]), S("feeds")) ? 1 : 0))
			fail_msg("%s has rows", empty[i]);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses WHERE deleted_at = 0"), 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses WHERE content <> '' OR text <> ''"), 1);
	assert_int_equal(row(&s, his).favourites_count + row(&s, his).reblogs_count, 0);
	assert_int_equal(the_account(&s, bob->id).followers_count, 0);
	/* what signs the news goes last */
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM account_keys k JOIN accounts a ON a.id = k.account_id WHERE a.username = 'ann'"), 2);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'account_end' AND due > 0"), 1);
	assert_int_equal(account_end_job(as(&s, NULL), &(struct job){ .args = strf(s.cx.mem, "{\"account\":\"%lld\",\"what\":\"keys\"}", (long long)ann.id) }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM account_keys k JOIN accounts a ON a.id = k.account_id WHERE a.username = 'ann'"), 0);

	/* again, and what cannot be deleted */
	ann = the_account(&s, ann.id);
	assert_int_equal(account_delete(as(&s, NULL), &ann), OK);
	a = the_account(&s, s.site->actor_id);
	assert_int_equal(account_delete(as(&s, NULL), &a), ERR_DENIED);
	assert_int_equal(account_delete(as(&s, NULL), person(&s, "eve", NULL)), ERR_DENIED);
	server_close(&s);
}

/* One who shares another account goes on with it. */
static void a_user_with_another_account_stays(struct world *w)
{
	struct server s;
	struct user u, v;
	struct account one, two;
	struct token token, other;

	server_open(&s, w);
	u = a_user(&s, "one");
	v = a_user(&s, "two");
	assert_int_equal(dbs_write(s.app.dbs, (db_work)share, &(int64_t[2]){ u.id, v.account_id }), OK);
	one = the_account(&s, u.account_id);
	two = the_account(&s, v.account_id);
	assert_int_equal(token_make(as(&s, NULL), 1, u.id, one.id, S("read"), &token), OK);
	assert_int_equal(token_make(as(&s, NULL), 1, u.id, two.id, S("read"), &other), OK);
	assert_int_equal(account_delete(as(&s, NULL), &one), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM users"), 2);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM oauth_tokens"), 1);
	assert_int_equal(account_delete(as(&s, NULL), &two), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM users") + count_of(&s, "SELECT COUNT(*) FROM oauth_tokens"), 0);
	server_close(&s);
}

/* A new table with rows of accounts needs a line in store/endings.c, or one here that says why not. */
static void every_table_of_accounts_is_thought_of(struct world *w)
{
	static const char *const others[] = {
		"accounts", "account_keys", "statuses", "follows", "favourites", /* by verbs of their own */
		"polls", "quotes", "attachments", "status_mentions", "status_groups", /* with their posts */
		"oauth_tokens", "oauth_codes", "user_accounts", /* at once */
		"outgoing", "relays", "moves", /* until they are through, or expire */
		"severed_follows", /* with their severance */
	};
	struct db_sql list = { "tables", w->postgres ? "SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'account_id'"
		                                       " AND table_schema = current_schema()"
		                                     : "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
		                                       " WHERE m.type = 'table' AND c.name = 'account_id'" };
	static const struct db_field fields[] = { { "name", DB_STR, 0 } };
	static const struct db_map map = { fields, 1, sizeof(str) };
	struct server s;
	struct db_rows rows;

	server_open(&s, w);
	assert_int_equal(db_many(dbs_reader(s.app.dbs), &list, NO_ARGS, &map, s.cx.mem, &rows), OK);
	assert_true(rows.n > 20);
	for (size_t i = 0; i < rows.n; i++) {
		str name = ((str *)rows.p)[i], begin = strf(s.cx.mem, "DELETE FROM %.*s WHERE", STR_F(name));
		bool known = false;

		for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++)
			known |= str_eq(name, str_of(others[k]));
		for (const struct db_sql *q = __start_db_sql; q < __stop_db_sql; q++)
			known |= str_starts(str_of(q->name), S("end_")) && str_starts(str_of(q->text), begin);
		if (!known)
			fail_msg("store/endings.c does not delete from %.*s when an account ends", STR_F(name));
	}
	server_close(&s);
}

static void dead_hosts_get_one_thing_a_day(struct world *w)
{
	str inboxes[2] = { S("https://dead.test/inbox"), S("https://x.test/inbox") };
	struct strs both = { inboxes, 2 };
	struct server s;
	const struct account *ann;
	struct host host;
	int64_t now;
	static const char waiting[] = "SELECT COUNT(*) FROM deliveries WHERE host = 'dead.test'";

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	now = as(&s, ann)->now;
	assert_int_equal(dbs_write(s.app.dbs, (db_work)fails, &(int64_t[2]){ now - 8 * (int64_t)DAY, now - HOUR }), OK);
	assert_int_equal(deliver_add(as(&s, ann), ann->id, S("https://a.test/1"), 0, S("{}"), both), OK);
	assert_int_equal(count_of(&s, waiting), 0);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM deliveries"), 1);
	assert_int_equal(deliver_add(as(&s, ann), ann->id, S("https://a.test/2"), DELIVER_EVEN_DEAD, S("{}"), both), OK);
	assert_int_equal(count_of(&s, waiting), 1);
	assert_int_equal(dbs_write(s.app.dbs, (db_work)fails, &(int64_t[2]){ now - 8 * (int64_t)DAY, now - 2 * (int64_t)DAY }), OK);
	assert_int_equal(deliver_add(as(&s, ann), ann->id, S("https://a.test/3"), 0, S("{}"), both), OK);
	assert_int_equal(count_of(&s, waiting), 2);
	/* heard from, it gets all again */
	assert_int_equal(host_get(as(&s, ann), S("dead.test"), &host), OK);
	assert_int_equal(host_alive(as(&s, ann), &host), OK);
	assert_int_equal(deliver_add(as(&s, ann), ann->id, S("https://a.test/4"), 0, S("{}"), both), OK);
	assert_int_equal(count_of(&s, waiting), 3);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(moves_back_and_forth_are_bounded),
		T(a_move_keeps_its_place_on_lists),
		T(who_cannot_follow_the_new_one_stays),
		T(nothing_of_a_deleted_account_is_left),
		T(a_user_with_another_account_stays),
		T(dead_hosts_get_one_thing_a_day),
		T(every_table_of_accounts_is_thought_of),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
