/* Profiles of ours and of elsewhere: rendered, made harmless, moved, gone, found; on both databases. */
#include "people_world.h"

static void a_remote_profile_is_made_harmless(struct world *w)
{
	struct server s;
	struct account a, again;
	struct account_key k;
	struct remote_account in = {
		.uri = S("https://x.test/users/eve"),
		.username = S("Eve"),
		.domain = S("X.test"),
		.kind = S("Robot"),
		.url = S("https://other.test/@eve"),
		.display_name = S("Eve\xe2\x80\xae \n x"),
		.note = S("<p onclick=x>hi<script>alert(1)</script></p>"),
		.fields = S("[{\"name\":\"a\",\"value\":\"<img src=x>b\"}]"),
		.inbox = S("https://x.test/inbox/eve"),
		.shared_inbox = S("https://victim.test/inbox"),
		.followers_uri = S("https://victim.test/followers"),
		.avatar_url = S("javascript:alert(1)"),
		.emojis = S("[{\"shortcode\":\"<b>\",\"url\":\"https://x.test/e.png\"},{\"shortcode\":\"ok\",\"url\":\"https://x.test/e.png\"}]"),
		.followers_count = INT64_MAX,
		.following_count = -1,
		.statuses_count = 7,
		.keys_n = 2,
		.keys = { { S("https://x.test/users/eve#main-key"), S("rsa"), S("PEM") },
		          { S("https://victim.test/k"), S("rsa"), S("PEM") } },
	};

	server_open(&s, w);
	assert_int_equal(account_receive(&s.cx, &in, &a), OK);
	assert_str(a.kind, S("Person"));
	assert_str(a.url, in.uri);
	assert_str(a.domain, S("x.test"));
	assert_str(a.display_name, S("Eve x"));
	assert_int_equal(str_find(a.note, S("script")), -1);
	assert_int_equal(str_find(a.note, S("onclick")), -1);
	assert_int_equal(str_find(a.fields, S("<img")), -1);
	assert_str(a.shared_inbox, S(""));
	assert_str(a.followers_uri, S(""));
	assert_str(a.avatar_url, S(""));
	assert_int_equal(str_find(a.emojis, S("<b>")), -1);
	assert_true(str_find(a.emojis, S("\"ok\"")) >= 0);
	assert_true(a.followers_count == INT32_MAX && a.following_count == 0 && a.statuses_count == 7);
	assert_int_equal(account_key_by_uri(&s.cx, S("https://x.test/users/eve#main-key"), &k), OK);
	assert_int_equal(account_key_by_uri(&s.cx, S("https://victim.test/k"), &k), ERR_NOT_FOUND);
	in.statuses_count = -1;
	in.keys_n = 1;
	in.keys[0].uri = S("https://x.test/users/eve#new");
	assert_int_equal(account_receive(&s.cx, &in, &again), OK);
	assert_true(again.id == a.id && again.statuses_count == 7);
	assert_int_equal(account_key_by_uri(&s.cx, S("https://x.test/users/eve#main-key"), &k),
	                 ERR_NOT_FOUND);
	in.domain = S("a.test");
	assert_int_equal(account_receive(&s.cx, &in, &again), ERR_DENIED);
	in.domain = S("x.test");
	in.username = S("e ve");
	assert_int_equal(account_receive(&s.cx, &in, &again), ERR_INVALID);
	in.username = S("eve");
	in.uri = S("https://social.a.test/users/eve");
	assert_int_equal(account_receive(&s.cx, &in, &again), ERR_DENIED);
	server_close(&s);
}

static void a_handle_moves_to_who_proves_it_and_keys_do_not(struct world *w)
{
	struct server s;
	struct account eve, thief, a;
	struct account_key k;
	struct remote_account in = {
		.uri = S("https://x.test/users/eve"),
		.username = S("eve"),
		.domain = S("x.test"),
		.inbox = S("https://x.test/i"),
		.keys_n = 1,
		.keys = {
			{ S("https://x.test/users/eve#k"), S("rsa"), S("PEM") } },
	};

	server_open(&s, w);
	assert_int_equal(account_receive(&s.cx, &in, &eve), OK);
	in.uri = S("https://x.test/users/2");
	assert_int_equal(account_receive(&s.cx, &in, &thief), OK);
	assert_true(thief.id != eve.id);
	assert_int_equal(account_by_handle(&s.cx, S("eve@x.test"), &a), OK);
	assert_true(a.id == thief.id);
	assert_int_equal(account_key_by_uri(&s.cx, S("https://x.test/users/eve#k"), &k), OK);
	assert_true(k.account_id == eve.id);
	server_close(&s);
}

static void a_gone_account_leaves_a_tombstone(struct world *w)
{
	struct server s;
	struct account alice, eve, a;
	struct account_key k;

	server_open(&s, w);
	alice = local(&s, "alice");
	eve = remote(&s, "eve", "x.test");
	befriend(&s, &alice, &eve);
	assert_int_equal(account_receive_delete(&s.cx, eve.id), OK);
	assert_int_equal(account_receive_delete(&s.cx, eve.id), OK);
	assert_int_equal(account_by_handle(&s.cx, S("eve@x.test"), &a), ERR_NOT_FOUND);
	assert_int_equal(account_end_job(&s.cx, &(struct job){ .args = strf(s.cx.mem, "{\"account\":\"%lld\",\"what\":\"rows\"}", (long long)eve.id) }), OK);
	assert_counts(&s, &alice, 0, 0);
	assert_int_equal(told(&s, &alice, "follow"), 0);
	assert_int_equal(account_by_handle(&s.cx, S("eve@x.test"), &a), ERR_NOT_FOUND);
	assert_int_equal(account_by_uri(&s.cx, eve.uri, &a), OK);
	assert_true(a.deleted_at > 0);
	assert_int_equal(account_key(&s.cx, eve.id, S("rsa"), &k), ERR_NOT_FOUND);
	assert_int_equal(account_receive_delete(&s.cx, alice.id), ERR_DENIED);
	server_close(&s);
}

static void a_profile_is_rendered_and_sent(struct world *w)
{
	struct server s;
	struct account alice, a;
	struct profile_in in = {
		.has_display_name = true,
		.display_name = S(" Al  ice "),
		.has_note = true,
		.note = S("<b> @bob #x https://y.test"),
		.has_fields = true,
		.fields_n = 2,
		.fields = {
			{ S("web"), S("https://y.test/") },
			{ S(""),
		          S("") } },
		.bot = 1,
		.has_privacy = true,
		.privacy = S("private"),
		.has_language = true,
		.language = S("pt-br"),
	};

	server_open(&s, w);
	alice = local(&s, "alice");
	local(&s, "bob");
	s.cx.me = &alice;
	assert_int_equal(account_update(&s.cx, &in, &a), OK);
	assert_str(sent(&s), SENT("%d", SEND_PROFILE));
	a = the_account(&s, alice.id);
	assert_str(a.display_name, S("Al ice"));
	assert_str(a.note_source, in.note);
	assert_int_equal(str_find(a.note, S("<b>")), -1);
	assert_true(str_find(a.note, S("https://social.a.test/@bob")) > 0);
	assert_true(str_find(a.note, S("https://social.a.test/tags/x")) > 0);
	assert_true(str_find(a.fields, S("href=")) > 0);
	assert_int_equal(str_find(a.fields, S("<p>")), -1);
	assert_str(a.fields_source,
	           S("[{\"name\":\"web\",\"value\":\"https://y.test/\",\"verified_at\":null}]"));
	assert_str(a.kind, S("Service"));
	assert_str(a.default_language, S("pt-BR"));
	in.display_name = S("1234567890123456789012345678901");
	assert_int_equal(account_update(&s.cx, &in, &a), ERR_INVALID);
	in.has_display_name = false;
	in.privacy = S("secret");
	assert_int_equal(account_update(&s.cx, &in, &a), ERR_INVALID);
	server_close(&s);
}

static void accounts_are_found_by_name(struct world *w)
{
	struct server s;
	struct account alice, alina, eve;
	struct ids ids;

	server_open(&s, w);
	alice = local(&s, "alice");
	alina = remote(&s, "alina_x", "x.test");
	eve = remote(&s, "eve", "x.test");
	s.cx.me = &alice;
	assert_int_equal(account_search(&s.cx, S("@ALI"), false, 10, 0, &ids), OK);
	assert_true(ids.n == 2 && ids.v[0] == alice.id);
	assert_int_equal(relation_follow(&s.cx, &alice, &alina, NULL), OK);
	assert_int_equal(relation_accepted(&s.cx, &alina, STR_NONE, &alice), OK);
	assert_int_equal(account_search(&s.cx, S("ali"), false, 10, 0, &ids), OK);
	assert_true(ids.n == 2 && ids.v[0] == alina.id);
	assert_int_equal(account_search(&s.cx, S("ali"), true, 10, 0, &ids), OK);
	assert_int_equal(ids.n, 1);
	assert_int_equal(account_search(&s.cx, S("%"), false, 10, 0, &ids), OK);
	assert_int_equal(ids.n, 0);
	assert_int_equal(account_search(&s.cx, S("eve@x"), false, 10, 0, &ids), OK);
	assert_true(ids.n == 1 && ids.v[0] == eve.id);
	assert_int_equal(account_search(&s.cx, S("a.test"), false, 10, 0, &ids), OK);
	assert_int_equal(ids.n, 0);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_remote_profile_is_made_harmless),
		T(a_handle_moves_to_who_proves_it_and_keys_do_not),
		T(a_gone_account_leaves_a_tombstone),
		T(a_profile_is_rendered_and_sent),
		T(accounts_are_found_by_name),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
