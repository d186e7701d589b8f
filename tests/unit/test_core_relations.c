/* Follow, block, mute and what they make of counters, lists, notifications and jobs; on both databases. */
#include <pthread.h>

#include "core/notice.h"
#include "people_world.h"

static struct relationship between(struct server *s, const struct account *a, const struct account *b)
{
	const struct account *me = s->cx.me;
	int64_t id = b->id;
	struct relationship *r;
	size_t n;

	s->cx.me = a;
	assert_int_equal(account_relationships(&s->cx, (struct ids){ &id, 1 }, &r, &n), OK);
	s->cx.me = me;
	assert_int_equal(n, 1);
	return r[0];
}

static void two_of_ours_follow_at_once_even_across_sites(struct world *w)
{
	struct server s;
	struct account alice, bob;

	server_open(&s, w);
	alice = local(&s, "alice");
	s.cx.site = s.other;
	bob = local(&s, "bob");
	assert_int_equal(relation_follow(&s.cx, &alice, &bob, NULL), OK);
	assert_int_equal(relation_follow(&s.cx, &alice, &bob, NULL), OK);
	assert_true(between(&s, &alice, &bob).following);
	assert_true(between(&s, &alice, &bob).show_reblogs);
	assert_true(between(&s, &bob, &alice).followed_by);
	assert_counts(&s, &bob, 1, 0);
	assert_counts(&s, &alice, 0, 1);
	assert_int_equal(told(&s, &bob, "follow"), 1);
	assert_int_equal(relation_unfollow(&s.cx, &alice, &bob), OK);
	assert_int_equal(relation_unfollow(&s.cx, &alice, &bob), OK);
	assert_counts(&s, &bob, 0, 0);
	assert_counts(&s, &alice, 0, 0);
	assert_int_equal(told(&s, &bob, "follow"), 0);
	assert_str(sent(&s), S(""));
	server_close(&s);
}

static void a_locked_account_is_asked(struct world *w)
{
	struct server s;
	struct account alice, bob, eve;
	struct profile_in lock = { .locked = 1 };

	server_open(&s, w);
	alice = local(&s, "alice");
	bob = local(&s, "bob");
	eve = remote(&s, "eve", "x.test");
	s.cx.me = &bob;
	assert_int_equal(account_update(&s.cx, &lock, &bob), OK);
	sent(&s);
	assert_int_equal(relation_authorize(&s.cx, &bob, &alice), ERR_NOT_FOUND);
	assert_int_equal(relation_reject(&s.cx, &bob, &alice), ERR_NOT_FOUND);
	assert_int_equal(relation_follow(&s.cx, &alice, &bob, NULL), OK);
	assert_int_equal(relation_follow(&s.cx, &eve, &bob,
	                                 &(struct follow_in){ .uri = S("https://x.test/f/1") }),
	                 OK);
	assert_true(between(&s, &alice, &bob).requested);
	assert_true(between(&s, &bob, &alice).requested_by);
	assert_counts(&s, &bob, 0, 0);
	assert_int_equal(told(&s, &bob, "follow_request"), 2);
	assert_int_equal(relation_authorize(&s.cx, &bob, &alice), OK);
	assert_int_equal(relation_authorize(&s.cx, &bob, &alice), ERR_NOT_FOUND);
	assert_str(sent(&s), S(""));
	assert_int_equal(relation_authorize(&s.cx, &bob, &eve), OK);
	assert_str(sent(&s), SENT("%d", SEND_ACCEPT));
	assert_counts(&s, &bob, 2, 0);
	assert_int_equal(told(&s, &bob, "follow_request"), 0);
	assert_int_equal(relation_remove_follower(&s.cx, &bob, &eve), OK);
	assert_str(sent(&s), SENT("%d", SEND_REJECT));
	assert_counts(&s, &bob, 1, 0);
	assert_int_equal(relation_follow(&s.cx, &eve, &bob, NULL), OK);
	assert_int_equal(relation_reject(&s.cx, &bob, &eve), OK);
	assert_str(sent(&s), SENT("%d", SEND_REJECT));
	server_close(&s);
}

static void a_remote_target_must_accept(struct world *w)
{
	struct server s;
	struct account alice, eve, mallory;

	server_open(&s, w);
	alice = local(&s, "alice");
	eve = remote(&s, "eve", "x.test");
	mallory = remote(&s, "mallory", "evil.test");
	assert_int_equal(relation_follow(&s.cx, &alice, &eve, NULL), OK);
	assert_str(sent(&s), SENT("%d", SEND_FOLLOW));
	assert_true(between(&s, &alice, &eve).requested);
	/* SPOOF-21, 22: another one answers */
	assert_int_equal(relation_accepted(&s.cx, &mallory, STR_NONE, &alice), OK);
	assert_int_equal(relation_accepted(&s.cx, &mallory, STR_NONE, NULL), OK);
	assert_int_equal(relation_rejected(&s.cx, &mallory, S("https://nowhere.test/1"), &alice), OK);
	assert_true(between(&s, &alice, &eve).requested);
	assert_false(between(&s, &alice, &mallory).following);
	/* nothing but the one that waits */
	assert_int_equal(relation_accepted(&s.cx, &eve, S("unknown"), NULL), OK);
	assert_int_equal(relation_accepted(&s.cx, &eve, STR_NONE, &alice), OK);
	assert_true(between(&s, &alice, &eve).following);
	assert_counts(&s, &alice, 0, 1);
	assert_counts(&s, &eve, 1, 0);
	assert_int_equal(relation_rejected(&s.cx, &eve, STR_NONE, &alice), OK);
	assert_counts(&s, &alice, 0, 0);
	assert_false(between(&s, &alice, &eve).following);
	assert_int_equal(relation_unfollow(&s.cx, &alice, &eve), OK);
	assert_str(sent(&s), S(""));
	server_close(&s);
}

static void a_remote_follow_is_accepted_each_time_it_comes(struct world *w)
{
	struct server s;
	struct account alice, eve;
	int64_t followed, blocked;
	struct follow_in one = { .uri = S("https://x.test/f/1") }, two = { .uri = S("https://x.test/f/2") };

	server_open(&s, w);
	alice = local(&s, "alice");
	eve = remote(&s, "eve", "x.test");
	assert_int_equal(relation_follow(&s.cx, &eve, &alice, &one), OK);
	assert_str(sent(&s), SENT("%d", SEND_ACCEPT));
	assert_int_equal(relation_follow(&s.cx, &eve, &alice, &two), OK);
	assert_str(sent(&s), SENT("%d", SEND_ACCEPT));
	assert_counts(&s, &alice, 1, 0);
	assert_int_equal(relation_find(&s.cx, &eve, S("https://x.test/f/2"), &followed, &blocked), OK);
	assert_true(followed == alice.id && !blocked);
	assert_int_equal(relation_find(&s.cx, &alice, S("https://x.test/f/2"), &followed, &blocked),
	                 ERR_NOT_FOUND);
	assert_int_equal(relation_unfollow(&s.cx, &eve, &alice), OK);
	assert_counts(&s, &alice, 0, 0);
	assert_str(sent(&s), S(""));
	server_close(&s);
}

static void some_follows_are_not_allowed(struct world *w)
{
	struct server s;
	struct account alice, bob, eve, eve2, instance;

	server_open(&s, w);
	alice = local(&s, "alice");
	bob = local(&s, "bob");
	eve = remote(&s, "eve", "x.test");
	eve2 = remote(&s, "eve2", "x.test");
	assert_int_equal(account_instance(&s.cx, &instance), OK);
	assert_int_equal(relation_follow(&s.cx, &alice, &alice, NULL), ERR_DENIED);
	assert_int_equal(relation_follow(&s.cx, &alice, &instance, NULL), ERR_DENIED);
	assert_int_equal(relation_follow(&s.cx, &eve, &eve2, NULL), ERR_DENIED);
	assert_int_equal(relation_follow(&s.cx, &eve, &instance,
	                                 &(struct follow_in){ .uri = S("https://x.test/1") }),
	                 ERR_DENIED);
	assert_str(sent(&s), SENT("%d", SEND_REJECT));
	assert_int_equal(relation_block(&s.cx, &bob, &alice, STR_NONE), OK);
	assert_int_equal(relation_follow(&s.cx, &alice, &bob, NULL), ERR_DENIED);
	assert_int_equal(relation_follow(&s.cx, &bob, &alice, NULL), ERR_DENIED);
	assert_int_equal(relation_block(&s.cx, &bob, &eve, STR_NONE), OK);
	assert_str(sent(&s), SENT("%d", SEND_BLOCK));
	assert_int_equal(relation_follow(&s.cx, &eve, &bob,
	                                 &(struct follow_in){ .uri = S("https://x.test/2") }),
	                 ERR_DENIED);
	assert_str(sent(&s), SENT("%d", SEND_REJECT));
	server_close(&s);
}

static void a_block_ends_follows_both_ways_and_takes_notices(struct world *w)
{
	struct server s;
	struct account alice, eve;

	server_open(&s, w);
	alice = local(&s, "alice");
	eve = remote(&s, "eve", "x.test");
	befriend(&s, &alice, &eve);
	assert_int_equal(told(&s, &alice, "follow"), 1);
	sent(&s);
	assert_int_equal(relation_block(&s.cx, &alice, &eve, STR_NONE), OK);
	assert_str(sent(&s), SENT("%d %d %d", SEND_UNFOLLOW, SEND_REJECT, SEND_BLOCK));
	assert_int_equal(relation_block(&s.cx, &alice, &eve, STR_NONE), OK);
	assert_str(sent(&s), S(""));
	assert_counts(&s, &alice, 0, 0);
	assert_counts(&s, &eve, 0, 0);
	assert_int_equal(told(&s, &alice, "follow"), 0);
	assert_true(between(&s, &alice, &eve).blocking);
	assert_true(between(&s, &eve, &alice).blocked_by);
	assert_int_equal(relation_unblock(&s.cx, &alice, &eve), OK);
	assert_str(sent(&s), SENT("%d", SEND_UNBLOCK));
	assert_int_equal(relation_unblock(&s.cx, &alice, &eve), OK);
	assert_str(sent(&s), S(""));
	assert_int_equal(relation_block(&s.cx, &eve, &alice, S("https://x.test/b")), OK);
	assert_true(between(&s, &alice, &eve).blocked_by);
	assert_int_equal(relation_block(&s.cx, &alice, &alice, STR_NONE), ERR_DENIED);
	server_close(&s);
}

static void a_blocked_domain_loses_its_follows(struct world *w)
{
	struct server s;
	struct account alice, eve, zoe;

	server_open(&s, w);
	alice = local(&s, "alice");
	eve = remote(&s, "eve", "x.test");
	zoe = remote(&s, "zoe", "y.test");
	assert_int_equal(relation_follow(&s.cx, &alice, &eve, NULL), OK);
	assert_int_equal(relation_follow(&s.cx, &eve, &alice, NULL), OK);
	assert_int_equal(relation_follow(&s.cx, &zoe, &alice, NULL), OK);
	sent(&s);
	s.cx.me = &alice;
	assert_int_equal(relation_domain_block(&s.cx, S("X.test"), true), OK);
	assert_str(sent(&s), SENT("%d %d", SEND_UNFOLLOW, SEND_REJECT));
	assert_counts(&s, &alice, 1, 0);
	assert_true(between(&s, &alice, &eve).domain_blocking);
	assert_int_equal(relation_follow(&s.cx, &alice, &eve, NULL), ERR_DENIED);
	assert_int_equal(relation_domain_block(&s.cx, S("a b"), true), ERR_INVALID);
	assert_int_equal(relation_domain_block(&s.cx, S("a.test"), true), ERR_INVALID);
	assert_int_equal(relation_domain_block(&s.cx, S("x.test"), false), OK);
	assert_false(between(&s, &alice, &eve).domain_blocking);
	server_close(&s);
}

static void a_mute_may_end_by_itself(struct world *w)
{
	struct server s;
	struct account alice, bob;

	server_open(&s, w);
	alice = local(&s, "alice");
	bob = local(&s, "bob");
	assert_int_equal(relation_mute(&s.cx, &alice, &bob, true, HOUR), OK);
	assert_true(between(&s, &alice, &bob).muting_notifications);
	assert_int_equal(relation_follow(&s.cx, &bob, &alice, NULL), OK);
	assert_int_equal(told(&s, &alice, "follow"), 0);
	s.cx.now += 2 * HOUR;
	assert_false(between(&s, &alice, &bob).muting);
	assert_int_equal(relation_mute(&s.cx, &alice, &bob, false, 0), OK);
	assert_true(between(&s, &alice, &bob).muting);
	assert_false(between(&s, &alice, &bob).muting_notifications);
	assert_int_equal(relation_unmute(&s.cx, &alice, &bob), OK);
	assert_false(between(&s, &alice, &bob).muting);
	assert_int_equal(relation_note(&s.cx, &alice, &bob, S("met at x")), OK);
	assert_str(between(&s, &alice, &bob).note, S("met at x"));
	assert_int_equal(relation_note(&s.cx, &alice, &bob, S("")), OK);
	assert_str(between(&s, &alice, &bob).note, S(""));
	server_close(&s);
}

static void lists_are_paged_by_row_and_may_be_hidden(struct world *w)
{
	struct server s;
	struct account alice, other[5];
	struct listed *v;
	struct page p = { .limit = 2 };
	struct profile_in hide = { .hide_collections = 1 };
	size_t n;

	server_open(&s, w);
	alice = local(&s, "alice");
	for (int i = 0; i < 5; i++) {
		other[i] = remote(&s, cstr(&w->mem, strf(&w->mem, "u%d", i)), "x.test");
		assert_int_equal(relation_follow(&s.cx, &other[i], &alice, NULL), OK);
	}
	assert_int_equal(relation_list(&s.cx, LIST_FOLLOWERS, alice.id, &p, &v, &n), OK);
	assert_int_equal(n, 2);
	assert_true(v[0].account == other[4].id && v[1].account == other[3].id);
	p.max_id = v[1].row;
	assert_int_equal(relation_list(&s.cx, LIST_FOLLOWERS, alice.id, &p, &v, &n), OK);
	assert_true(n == 2 && v[0].account == other[2].id && v[1].account == other[1].id);
	p = (struct page){ .limit = 2, .min_id = v[1].row };
	assert_int_equal(relation_list(&s.cx, LIST_FOLLOWERS, alice.id, &p, &v, &n), OK);
	assert_true(n == 2 && v[0].account == other[3].id && v[1].account == other[2].id);
	s.cx.me = &alice;
	assert_int_equal(account_update(&s.cx, &hide, &alice), OK);
	assert_int_equal(relation_list(&s.cx, LIST_FOLLOWERS, alice.id, NULL, &v, &n), OK);
	assert_int_equal(n, 5);
	s.cx.me = NULL;
	assert_int_equal(relation_list(&s.cx, LIST_FOLLOWERS, alice.id, NULL, &v, &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(relation_list(&s.cx, LIST_BLOCKS, alice.id, NULL, &v, &n), OK);
	assert_int_equal(n, 0);
	server_close(&s);
}

static void notices_are_filtered_counted_and_dismissed(struct world *w)
{
	struct server s;
	struct account alice, bob, eve;
	struct notice *v;
	struct notice one;
	struct marker m;
	str follow = S("follow");
	struct notice_filter only = { .types = { &follow, 1 } }, without = { .exclude = { &follow, 1 } }, from = {
		0,
	};
	int64_t unread;
	size_t n;

	server_open(&s, w);
	alice = local(&s, "alice");
	bob = local(&s, "bob");
	eve = remote(&s, "eve", "x.test");
	assert_int_equal(relation_follow(&s.cx, &bob, &alice, NULL), OK);
	assert_int_equal(relation_follow(&s.cx, &eve, &alice, NULL), OK);
	s.cx.me = &alice;
	assert_int_equal(notice_list(&s.cx, &only, NULL, &v, &n), OK);
	assert_int_equal(n, 2);
	assert_true(v[0].id < (INT64_C(1) << 53) && v[0].from_id == eve.id);
	assert_int_equal(notice_unread(&s.cx, &(struct notice_filter){ 0 }, false, 10, &unread), OK);
	assert_int_equal(unread, 2);
	assert_int_equal(marker_set(&s.cx, S("notifications"), strf(&w->mem, "%lld", (long long)v[1].id), &m),
	                 OK);
	assert_int_equal(m.version, 1);
	assert_int_equal(notice_unread(&s.cx, &(struct notice_filter){ 0 }, false, 10, &unread), OK);
	assert_int_equal(unread, 1);
	assert_int_equal(marker_set(&s.cx, S("home"), S("x"), &m), ERR_INVALID);
	assert_int_equal(marker_set(&s.cx, S("public"), S("1"), &m), ERR_INVALID);
	assert_int_equal(notice_list(&s.cx, &without, NULL, &v, &n), OK);
	assert_int_equal(n, 0);
	from.from_id = bob.id;
	assert_int_equal(notice_list(&s.cx, &from, NULL, &v, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(notice_by_id(&s.cx, v[0].id, &one), OK);
	s.cx.me = &bob;
	assert_int_equal(notice_by_id(&s.cx, v[0].id, &one), ERR_NOT_FOUND);
	assert_int_equal(notice_dismiss(&s.cx, v[0].id), ERR_NOT_FOUND);
	s.cx.me = &alice;
	assert_int_equal(notice_by_id(&s.cx, v[0].id, &one), OK);
	assert_int_equal(notice_dismiss(&s.cx, v[0].id), OK);
	assert_int_equal(notice_by_id(&s.cx, v[0].id, &one), ERR_NOT_FOUND);
	assert_int_equal(notice_clear(&s.cx), OK);
	assert_int_equal(told(&s, &alice, "follow"), 0);
	server_close(&s);
}

/* A plain model beside the server: random verbs, then every counter and every relation must agree. */
enum { PEOPLE = 6,
       LOCALS = 3,
       STEPS = 250 };
struct model {
	bool follow[PEOPLE][PEOPLE], waits[PEOPLE][PEOPLE], block[PEOPLE][PEOPLE];
};

static unsigned dice_state;
static int throw_dice(int n)
{
	dice_state = dice_state * 1103515245 + 12345;
	return (int)((dice_state >> 16) % (unsigned)n);
}

static void step(struct server *s, const struct account *who, struct model *m, bool locked)
{
	int a = throw_dice(PEOPLE), b = throw_dice(PEOPLE);
	enum err e, want = OK;

	if (a == b || (a >= LOCALS && b >= LOCALS))
		return;
	switch (throw_dice(7)) {
	case 0:
	case 1:
		e = relation_follow(&s->cx, &who[a], &who[b], NULL);
		if (m->block[a][b] || m->block[b][a])
			want = ERR_DENIED;
		else if (!m->follow[a][b])
			m->follow[a][b] = !(m->waits[a][b] = m->waits[a][b] || b >= LOCALS ||
			                                     (locked && b == 0));
		break;
	case 2:
		e = relation_unfollow(&s->cx, &who[a], &who[b]);
		m->follow[a][b] = m->waits[a][b] = false;
		break;
	case 3:
		if (b >= LOCALS) {
			e = relation_accepted(&s->cx, &who[b], STR_NONE, &who[a]);
		} else {
			e = relation_authorize(&s->cx, &who[b], &who[a]);
			want = m->waits[a][b] ? OK : ERR_NOT_FOUND;
		}
		m->follow[a][b] = m->follow[a][b] || m->waits[a][b];
		m->waits[a][b] = false;
		break;
	case 4:
		if (b >= LOCALS)
			e = relation_rejected(&s->cx, &who[b], STR_NONE, &who[a]);
		else
			e = relation_remove_follower(&s->cx, &who[b], &who[a]);
		m->follow[a][b] = m->waits[a][b] = false;
		break;
	case 5:
		e = relation_block(&s->cx, &who[a], &who[b], STR_NONE);
		m->follow[a][b] = m->waits[a][b] = m->follow[b][a] = m->waits[b][a] = false;
		m->block[a][b] = true;
		break;
	default:
		e = relation_unblock(&s->cx, &who[a], &who[b]);
		m->block[a][b] = false;
	}
	assert_int_equal(e, want);
}

static void random_verbs_keep_counters_exact(struct world *w)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f" };
	struct server s;
	struct account who[PEOPLE];
	struct model m = { 0 };
	struct profile_in lock = { .locked = 1 };

	server_open(&s, w);
	dice_state = 7;
	for (int i = 0; i < PEOPLE; i++)
		who[i] = i < LOCALS ? local(&s, names[i]) : remote(&s, names[i], "x.test");
	s.cx.me = &who[0];
	assert_int_equal(account_update(&s.cx, &lock, &who[0]), OK);
	for (int i = 0; i < STEPS; i++)
		step(&s, who, &m, true);
	for (int i = 0; i < PEOPLE; i++) {
		int64_t followers = 0, following = 0;
		for (int j = 0; j < PEOPLE; j++) {
			struct relationship r = between(&s, &who[i], &who[j]);
			followers += m.follow[j][i];
			following += m.follow[i][j];
			assert_int_equal(r.following, m.follow[i][j]);
			assert_int_equal(r.requested, m.waits[i][j]);
			assert_int_equal(r.followed_by, m.follow[j][i]);
			assert_int_equal(r.blocking, m.block[i][j]);
		}
		assert_counts(&s, &who[i], followers, following);
	}
	server_close(&s);
}

struct crowd {
	struct server *s;
	const struct account *a, *b;
	int number, bad;
};

static void *quarrel(void *arg)
{
	struct crowd *c = arg;

	for (int i = 0; i < 40; i++) {
		struct arena mem ARENA_SCOPE;
		struct ctx cx;
		enum err e = OK;
		ctx_init(&cx, &c->s->app, &mem);
		switch ((i + c->number) % 5) {
		case 0:
		case 1: e = relation_follow(&cx, c->a, c->b, NULL); break;
		case 2: e = relation_unfollow(&cx, c->a, c->b); break;
		case 3: e = i % 3 ? relation_mute(&cx, c->a, c->b, true, 0) : relation_block(&cx, c->b, c->a, STR_NONE); break;
		default: e = relation_unblock(&cx, c->b, c->a);
		}
		c->bad += e != OK && e != ERR_DENIED;
	}
	return NULL;
}

static void many_at_once_keep_counters_exact(struct world *w)
{
	enum { THREADS = 6 };
	struct server s;
	struct account alice, bob;
	struct crowd c[THREADS];
	pthread_t t[THREADS];
	int64_t follows;

	server_open(&s, w);
	alice = local(&s, "alice");
	bob = local(&s, "bob");
	for (int i = 0; i < THREADS; i++) {
		c[i] = (struct crowd){ &s, &alice, &bob, i, 0 };
		pthread_create(&t[i], NULL, quarrel, &c[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(c[i].bad, 0);
	}
	follows = between(&s, &alice, &bob).following;
	assert_counts(&s, &bob, follows, 0);
	assert_counts(&s, &alice, 0, follows);
	assert_int_equal(told(&s, &bob, "follow"), follows);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(two_of_ours_follow_at_once_even_across_sites),
		T(a_locked_account_is_asked),
		T(a_remote_target_must_accept),
		T(a_remote_follow_is_accepted_each_time_it_comes),
		T(some_follows_are_not_allowed),
		T(a_block_ends_follows_both_ways_and_takes_notices),
		T(a_blocked_domain_loses_its_follows),
		T(a_mute_may_end_by_itself),
		T(lists_are_paged_by_row_and_may_be_hidden),
		T(notices_are_filtered_counted_and_dismissed),
		T(random_verbs_keep_counters_exact),
		T(many_at_once_keep_counters_exact),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
