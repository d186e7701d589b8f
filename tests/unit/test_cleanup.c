/* Own old posts leave by their author's policy, and by nothing else. */
#include "core/cleanup.h"

#include "posts_world.h"

enum { WEEKS_LATER = 3 };
static const struct job the_job = { .kind = { "cleanup", 7 }, .args = { "{}", 2 } };

static enum err run_sql(struct ctx *cx, void *arg)
{
	return db_exec(cx->db, &(struct db_sql){ "test", cstr(cx->mem, *(str *)arg) }, NO_ARGS, NULL);
}

static void change(struct server *s, str text)
{
	assert_int_equal(write_tx(as(s, NULL), run_sql, &text), OK);
}

/* Three weeks later, as often as the job goes on. */
static int clean(struct server *s)
{
	int runs = 0;

	do {
		change(s, S("DELETE FROM jobs WHERE kind = 'cleanup'"));
		as(s, NULL)->now += WEEKS_LATER * 7 * (int64_t)DAY;
		assert_int_equal(cleanup_job(&s->cx, &the_job), OK);
		runs++;
	} while (count_of(s, "SELECT COUNT(*) FROM jobs WHERE kind = 'cleanup'"));
	return runs;
}

static void say(struct server *s, const struct account *who, const char *name, const char *value)
{
	struct cleanup_policy p;

	assert_int_equal(cleanup_get(as(s, who), who->id, &p), OK);
	assert_int_equal(cleanup_take(&s->cx, &p, str_of(name), str_of(value)), OK);
	assert_int_equal(cleanup_put(&s->cx, &p), OK);
}

static bool there(struct server *s, int64_t id)
{
	return !row(s, id).deleted_at;
}

struct posts {
	int64_t plain, direct, pinned, poll, media, fav, bookmark, liked, boosted, boost;
};

static struct posts make(struct server *s, const struct account *alice, const struct account *bob, int64_t bobs)
{
	struct poll_in poll = { .options = { (str[]){ S("a"), S("b") }, 2 }, .expires_in = 600 };
	struct posts p = {
		.plain = post(s, alice, "public", "plain"), .direct = post(s, alice, "direct", "note to myself"),
		.pinned = post(s, alice, "public", "pinned"), .media = post(s, alice, "public", "see"),
		.poll = post_in(s, alice, (struct post_in){ .text = S("which?"), .poll = &poll }),
		.fav = post(s, alice, "public", "mine"), .bookmark = post(s, alice, "public", "for later"),
		.liked = post(s, alice, "public", "liked"), .boosted = post(s, alice, "private", "to my followers"),
	};

	assert_int_equal(react_reblog(as(s, alice), alice, bobs, STR_NONE, STR_NONE, 0, &p.boost), OK);
	assert_int_equal(react_pin(as(s, alice), p.pinned, true), OK);
	assert_int_equal(react_favourite(as(s, alice), alice, p.fav, STR_NONE), OK);
	assert_int_equal(react_bookmark(as(s, alice), p.bookmark, true), OK);
	assert_int_equal(react_favourite(as(s, bob), bob, p.liked, STR_NONE), OK);
	assert_int_equal(react_favourite(as(s, alice), alice, p.liked, STR_NONE), OK);
	change(s, strf(s->cx.mem, "UPDATE statuses SET reblogs_count = 2 WHERE id = %lld", (long long)p.boosted));
	change(s, strf(s->cx.mem,
	               "INSERT INTO attachments (id, status_id, account_id, place, kind, remote_url, preview_url, mime, width, height,"
	               " focus_x, focus_y, created_at) VALUES (%lld, %lld, %lld, 0, 'image', '', '', 'image/png', 1, 1, 0, 0, 1)",
	               (long long)id_new(), (long long)p.media, (long long)alice->id));
	return p;
}

static void each_setting_keeps_what_it_says(struct world *w)
{
	struct server s;
	const struct account *alice, *bob;
	struct posts p;
	int64_t bobs, sent;

	server_open(&s, w);
	alice = person(&s, "alice", s.site);
	bob = person(&s, "bob", s.site);
	bobs = post(&s, bob, "public", "bob's own");
	p = make(&s, alice, bob, bobs);
	say(&s, alice, "keep_polls", "yes");
	say(&s, alice, "keep_media", "yes");
	say(&s, alice, "min_favs", "2");
	say(&s, alice, "min_reblogs", "2");
	clean(&s);
	assert_true(there(&s, p.plain)); /* it is not enabled */
	say(&s, alice, "min_status_age", "1m");
	say(&s, alice, "enabled", "yes");
	clean(&s);
	assert_true(there(&s, p.plain)); /* not old enough */
	say(&s, alice, "min_status_age", "2w");
	sent = count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'send'");
	clean(&s);
	assert_false(there(&s, p.plain));
	assert_false(there(&s, p.boost));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'send'") - sent, 2); /* others are told */
	assert_true(there(&s, bobs));
	{
		const struct {
			const char *name, *value;
			int64_t id;
		} kept[] = {
			{ "keep_direct", "no", p.direct }, { "keep_pinned", "no", p.pinned }, { "keep_polls", "no", p.poll },
			{ "keep_media", "no", p.media }, { "keep_self_bookmark", "no", p.bookmark }, { "keep_self_fav", "no", p.fav },
			{ "min_favs", "3", p.liked }, { "min_reblogs", "", p.boosted },
		};
		size_t n = sizeof(kept) / sizeof(kept[0]);

		for (size_t i = 0; i < n; i++) {
			say(&s, alice, kept[i].name, kept[i].value);
			clean(&s);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(there(&s, kept[k].id), k > i);
		}
	}
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM attachments WHERE status_id IS NOT NULL"), 0);
	server_close(&s);
}

static void many_go_few_at_a_time(struct world *w)
{
	struct server s;
	const struct account *alice, *bob;
	int64_t last, pinned;

	server_open(&s, w);
	alice = person(&s, "alice", s.site);
	bob = person(&s, "bob", s.site);
	for (int i = 0; i < 12; i++)
		last = post(&s, alice, "public", "of alice");
	pinned = post(&s, bob, "public", "of bob");
	assert_int_equal(react_pin(as(&s, bob), pinned, true), OK);
	say(&s, alice, "enabled", "yes");
	say(&s, bob, "enabled", "yes");
	assert_true(there(&s, last));
	assert_int_equal(clean(&s), 3); /* 5, 5, 2 */
	assert_false(there(&s, last));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM statuses WHERE deleted_at = 0"), 1);
	/* the next round finds what is kept no longer */
	assert_int_equal(react_pin(as(&s, bob), pinned, false), OK);
	clean(&s);
	assert_false(there(&s, pinned));
	server_close(&s);
}

static void what_makes_no_sense_is_refused(struct world *w)
{
	static const char *const bad[][2] = {
		{ "min_status_age", "1d" }, { "min_status_age", "" }, { "enabled", "maybe" }, { "min_favs", "0" }, { "min_favs", "-1" },
		{ "min_reblogs", "many" }, { "min_reblogs", "99999999999999999999" }, { "keep_all", "yes" },
	};
	struct server s;
	struct cleanup_policy p;
	const struct account *alice;

	server_open(&s, w);
	alice = person(&s, "alice", s.site);
	assert_int_equal(cleanup_get(as(&s, alice), alice->id, &p), OK);
	assert_false(p.enabled);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cleanup_take(&s.cx, &p, str_of(bad[i][0]), str_of(bad[i][1])), ERR_INVALID);
		assert_true(s.cx.said.n > 0);
	}
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(each_setting_keeps_what_it_says),
		T(many_go_few_at_a_time),
		T(what_makes_no_sense_is_refused),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
