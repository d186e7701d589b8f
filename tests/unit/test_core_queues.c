/* Jobs, deliveries, the inbox and hosts: what is queued is there once, in order, and fair; on both databases. */
#include <pthread.h>

#include "base/log.h"
#include "core/deliver.h"
#include "core/host_policy.h"
#include "core/relation.h"
#include "core_world.h"

static void a_job_is_claimed_once_and_counted(struct world *w)
{
	struct server s;
	struct job *v;
	size_t n;
	int64_t due;

	server_open(&s, w);
	assert_int_equal(job_next(&s.cx, &due), OK);
	assert_true(due == INT64_MAX);
	assert_int_equal(job_add(&s.cx, "x", S("{\"a\":1}"), s.cx.now, STR_NONE), OK);
	assert_int_equal(job_add(&s.cx, "y", S("{}"), s.cx.now + HOUR, STR_NONE), OK);
	assert_int_equal(job_next(&s.cx, &due), OK);
	assert_true(due == s.cx.now);
	assert_int_equal(job_claim(&s.cx, S("[\"y\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 0);
	assert_int_equal(job_claim(&s.cx, S("[\"x\",\"y\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 1);
	assert_str(v[0].args, S("{\"a\":1}"));
	assert_int_equal(v[0].tries, 1);
	assert_int_equal(job_claim(&s.cx, S("[\"x\",\"y\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 0);
	/* the process died: the lease ends */
	s.cx.now += 2 * MINUTE;
	assert_int_equal(job_claim(&s.cx, S("[\"x\",\"y\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(v[0].tries, 2);
	assert_int_equal(job_again(&s.cx, v[0].id, s.cx.now + MINUTE, S("why")), OK);
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 0);
	s.cx.now += MINUTE;
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(job_bury(&s.cx, v[0].id, S("why")), OK);
	s.cx.now += 2 * HOUR;
	assert_int_equal(job_claim(&s.cx, S("[\"x\",\"y\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 1);
	assert_str(v[0].kind, S("y"));
	assert_int_equal(job_done(&s.cx, v[0].id), OK);
	assert_int_equal(job_next(&s.cx, &due), OK);
	assert_true(due == INT64_MAX);
	server_close(&s);
}

static void a_key_lets_one_wait(struct world *w)
{
	struct server s;
	struct job *v;
	size_t n;

	server_open(&s, w);
	for (int i = 0; i < 3; i++)
		assert_int_equal(job_add(&s.cx, "x", S("{}"), s.cx.now, S("k")), OK);
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 1);
	/* what runs may have missed what asks now */
	assert_int_equal(job_add(&s.cx, "x", S("{}"), s.cx.now, S("k")), OK);
	assert_int_equal(job_done(&s.cx, v[0].id), OK);
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 10, MINUTE, &v, &n), OK);
	assert_int_equal(n, 1);
	server_close(&s);
}

struct claimer {
	struct server *s;
	int got;
};

static void *claim_until_empty(void *arg)
{
	struct claimer *c = arg;

	for (int empty = 0; empty < 3;) {
		struct arena mem ARENA_SCOPE;
		struct ctx cx;
		struct job *v;
		size_t n;
		ctx_init(&cx, &c->s->app, &mem);
		cx.now = c->s->cx.now;
		if (job_claim(&cx, S("[\"x\"]"), 3, HOUR, &v, &n))
			continue;
		empty = n ? 0 : empty + 1;
		c->got += (int)n;
	}
	return NULL;
}

static void claims_of_many_threads_do_not_overlap(struct world *w)
{
	struct server s;
	struct claimer c[4];
	pthread_t t[4];
	int all = 0;

	server_open(&s, w);
	for (int i = 0; i < 100; i++)
		assert_int_equal(job_add(&s.cx, "x", S("{}"), s.cx.now, STR_NONE), OK);
	for (int i = 0; i < 4; i++) {
		c[i] = (struct claimer){ &s, 0 };
		pthread_create(&t[i], NULL, claim_until_empty, &c[i]);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		all += c[i].got;
	}
	assert_int_equal(all, 100);
	server_close(&s);
}

static struct strs inboxes(struct server *s, int n, const char *before, const char *after)
{
	struct strs v = { NEWS(s->cx.mem, str, n), (size_t)n };

	for (int i = 0; i < n; i++)
		v.v[i] = strf(s->cx.mem, "%s%d%s", before, i, after);
	return v;
}

static size_t claim(struct server *s, int64_t n, int64_t per_host, struct delivery **v)
{
	size_t got;

	struct deliver_want want = { .n = n, .per_host = per_host, .doubtful = n };

	assert_int_equal(deliver_claim(&s->cx, &want, HOUR, v, &got), OK);
	return got;
}

static void done(struct server *s, const struct delivery *d, enum deliver_outcome o, bool fault, int64_t due)
{
	struct delivered r = { d->id, d->host, o, due, S("why"), fault };

	assert_int_equal(deliver_done(&s->cx, &r, 1), OK);
}

static void a_crowded_host_leaves_room_for_others(struct world *w)
{
	struct server s;
	struct delivery *v;
	str busy = S("one.test");
	size_t n, crowded = 0;

	server_open(&s, w);
	/* more than any window of the head of the queue */
	assert_int_equal(deliver_add(&s.cx, 1, S(""), 0, S("{1}"),
	                             inboxes(&s, 300, "https://crowded.test/", "")),
	                 OK);
	s.cx.now += SECOND;
	assert_int_equal(deliver_add(&s.cx, 2, S(""), 0, S("{2}"),
	                             inboxes(&s, 20, "https://h", ".test/inbox")),
	                 OK);
	assert_int_equal(deliver_add(&s.cx, 2, S(""), 0, S("{3}"),
	                             inboxes(&s, 1, "https://one.test/", "")),
	                 OK);
	assert_int_equal(deliver_claim(&s.cx, &(struct deliver_want){ { &busy, 1 }, 30, 2, 30 }, HOUR, &v, &n), OK);
	assert_int_equal(n, 22);
	for (size_t i = 0; i < n; i++) {
		bool here = str_eq(v[i].host, S("crowded.test"));
		crowded += here;
		assert_str(v[i].body, here ? S("{1}") : S("{2}"));
		assert_int_equal(v[i].account_id, here ? 1 : 2);
		assert_int_equal(v[i].tries, 1);
	}
	assert_int_equal(crowded, 2);
	server_close(&s);
}

static void hosts_that_may_not_work_get_a_part_of_a_claim(struct world *w)
{
	struct server s;
	struct delivery *v;
	size_t n, proven = 0;
	struct host host;

	server_open(&s, w);
	assert_int_equal(host_get(&s.cx, S("good.test"), &host), OK);
	assert_int_equal(host_alive(&s.cx, &host), OK);
	assert_int_equal(deliver_add(&s.cx, 1, S(""), false, S("{1}"), inboxes(&s, 300, "https://new", ".test/inbox")), OK);
	s.cx.now += SECOND;
	assert_int_equal(deliver_add(&s.cx, 1, S(""), false, S("{2}"), inboxes(&s, 3, "https://good.test/", "")), OK);
	for (int more = 0; more < 2; more++) {
		struct deliver_want want = { .n = 64, .per_host = 8, .doubtful = more ? 10 : 0 };

		assert_int_equal(deliver_claim(&s.cx, &want, 0, &v, &n), OK);
		assert_int_equal(n, more ? 13 : 3);
		for (size_t i = 0; i < n; i++)
			proven += str_eq(v[i].host, S("good.test")) && !v[i].doubtful;
	}
	assert_int_equal(proven, 6);
	/* taking long is remembered, until it did not */
	for (int pace = 1; pace >= -1; pace -= 2) {
		struct delivered d = { .id = v[0].id, .host = S("good.test"), .outcome = DELIVER_LATER, .due = s.cx.now, .pace = pace };

		assert_int_equal(deliver_done(&s.cx, &d, 1), OK);
		assert_int_equal(deliver_claim(&s.cx, &(struct deliver_want){ .n = 64, .per_host = 8 }, 0, &v, &n), OK);
		assert_int_equal(n, pace > 0 ? 0 : 3);
	}
	server_close(&s);
}

static void hosts_and_sites_take_turns_in_the_inbox(struct world *w)
{
	struct inbox_want want = { .n = 8, .per_host = 4 };
	struct server s;
	struct inbox_item *v;
	size_t n;
	int flood = 0, other = 0, second = 0;

	server_open(&s, w);
	for (int i = 0; i < 202; i++) {
		struct inbox_in in = { 7, s.site->id, 0, strf(s.cx.mem, "https://x.test/%d", i), S("{}"), S("flood.test") };

		if (i >= 200)
			in.host = S("other.test");
		if (i == 201)
			in.site_id = 0; /* another site */
		assert_int_equal(inbox_add(&s.cx, &in), OK);
	}
	assert_int_equal(inbox_claim(&s.cx, &want, MINUTE, &v, &n), OK);
	for (size_t i = 0; i < n; i++) {
		flood += str_eq(v[i].host, S("flood.test"));
		other += str_eq(v[i].host, S("other.test"));
		second += !v[i].site_id;
	}
	assert_int_equal(flood, 4);
	assert_int_equal(other, 2);
	assert_int_equal(second, 1);
	/* what is of no site that is here gets its turn too */
	for (int i = 0; i < 300; i++) {
		struct inbox_in in = { 7, 99, 0, strf(s.cx.mem, "https://y.test/%d", i), S("{}"), S("lost.test") };

		assert_int_equal(inbox_add(&s.cx, &in), OK);
	}
	for (int claims = 0, lost = 0; claims < 400 && lost < 300; claims++) {
		assert_int_equal(inbox_claim(&s.cx, &want, HOUR, &v, &n), OK);
		assert_true(n);
		for (size_t i = 0; i < n; i++)
			lost += v[i].site_id == 99;
	}
	server_close(&s);
}

static void a_host_is_asked_by_one_job_at_a_time(struct world *w)
{
	struct server s;
	struct job *v;
	size_t n;

	server_open(&s, w);
	for (int i = 0; i < 400; i++)
		assert_int_equal(job_add_for(&s.cx, "x", S("{}"), S("slow.test"), STR_NONE), OK);
	assert_int_equal(job_add_for(&s.cx, "x", S("{\"b\":1}"), S("b.test"), STR_NONE), OK);
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 1, MINUTE, &v, &n), OK);
	assert_int_equal(n, 1);
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 1, MINUTE, &v, &n), OK);
	assert_str(v[0].args, S("{\"b\":1}"));
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 1, MINUTE, &v, &n), OK);
	assert_int_equal(n, 0);
	/* and no more wait than a few hundreds */
	s.cx.now += HOUR;
	assert_int_equal(job_claim(&s.cx, S("[\"x\"]"), 1000, MINUTE, &v, &n), OK);
	assert_int_equal(n, 301);
	server_close(&s);
}

static void one_object_reaches_an_inbox_in_order(struct world *w)
{
	struct server s;
	struct delivery *v, *other;
	struct strs to;

	server_open(&s, w);
	to = inboxes(&s, 1, "https://x.test/inbox", "");
	assert_int_equal(deliver_add(&s.cx, 1, S("https://a/1"), 0, S("create"), to), OK);
	assert_int_equal(deliver_add(&s.cx, 1, S("https://a/1"), 0, S("update"), to), OK);
	assert_int_equal(deliver_add(&s.cx, 1, S("https://a/2"), 0, S("else"), to), OK);
	assert_int_equal(claim(&s, 10, 10, &v), 2);
	assert_str(v[0].body, S("create"));
	assert_str(v[1].body, S("else"));
	assert_int_equal(claim(&s, 10, 10, &other), 0);
	/* it waits for the one that is tried again */
	done(&s, &v[0], DELIVER_LATER, false, s.cx.now + HOUR);
	done(&s, &v[1], DELIVERED, false, 0);
	assert_int_equal(claim(&s, 10, 10, &other), 0);
	s.cx.now += HOUR;
	assert_int_equal(claim(&s, 10, 10, &v), 1);
	assert_str(v[0].body, S("create"));
	assert_int_equal(v[0].tries, 2);
	done(&s, &v[0], DELIVERED, false, 0);
	assert_int_equal(claim(&s, 10, 10, &v), 1);
	assert_str(v[0].body, S("update"));
	server_close(&s);
}

static void a_delete_cancels_what_has_not_left(struct world *w)
{
	struct server s;
	struct delivery *v, *under_way;
	int64_t due;

	server_open(&s, w);
	assert_int_equal(deliver_add(&s.cx, 1, S("https://a/1"), 0, S("create"),
	                             inboxes(&s, 3, "https://h", ".test/i")),
	                 OK);
	assert_int_equal(claim(&s, 1, 1, &under_way), 1);
	assert_int_equal(deliver_add(&s.cx, 2, S("https://a/1"), 0, S("another's"),
	                             inboxes(&s, 1, "https://h", ".test/i")),
	                 OK);
	assert_int_equal(deliver_add(&s.cx, 1, S("https://a/1"), DELIVER_CANCELS, S("delete"),
	                             inboxes(&s, 3, "https://h", ".test/i")),
	                 OK);
	assert_int_equal(claim(&s, 10, 10, &v), 3);
	for (int i = 0; i < 3; i++)
		assert_false(str_eq(v[i].body, S("create")));
	for (int i = 0; i < 3; i++)
		done(&s, &v[i], DELIVERED, false, 0);
	done(&s, &under_way[0], DELIVER_NEVER, false, 0);
	assert_int_equal(claim(&s, 10, 10, &v), 1);
	assert_str(v[0].body, S("delete"));
	done(&s, &v[0], DELIVERED, false, 0);
	assert_int_equal(deliver_next(&s.cx, &due), OK);
	assert_true(due == INT64_MAX);
	server_close(&s);
}

static void a_failing_host_rests_and_comes_back_at_once(struct world *w)
{
	struct server s;
	struct delivery *v;
	struct host h;
	int64_t due;

	server_open(&s, w);
	assert_int_equal(deliver_add(&s.cx, 1, S(""), 0, S("x"), inboxes(&s, 12, "https://x.test/", "")),
	                 OK);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(claim(&s, 1, 1, &v), 1);
		done(&s, &v[0], DELIVER_LATER, true, s.cx.now + 8 * HOUR);
	}
	assert_int_equal(host_get(&s.cx, S("x.test"), &h), OK);
	assert_int_equal(h.failures, 10);
	assert_true(h.open_until == s.cx.now + MINUTE && h.failing_since > 0);
	assert_int_equal(claim(&s, 10, 10, &v), 0);
	assert_int_equal(deliver_next(&s.cx, &due), OK);
	assert_true(due == h.open_until);
	s.cx.now += 2 * MINUTE;
	assert_int_equal(claim(&s, 1, 1, &v), 1);
	done(&s, &v[0], DELIVER_LATER, true, s.cx.now + 8 * HOUR);
	assert_int_equal(host_get(&s.cx, S("x.test"), &h), OK);
	assert_true(h.open_until == s.cx.now + 2 * MINUTE);
	/* it writes to us: it is back, and what waited goes now */
	assert_int_equal(host_get(&s.cx, S("x.test"), &h), OK);
	assert_int_equal(host_alive(&s.cx, &h), OK);
	assert_int_equal(host_get(&s.cx, S("x.test"), &h), OK);
	assert_true(!h.failures && !h.open_until && h.ok_at == s.cx.now);
	assert_int_equal(claim(&s, 100, 100, &v), 12);
	server_close(&s);
}

static void a_blocked_domain_covers_what_is_below_it(struct world *w)
{
	static const struct {
		const char *host;
		bool blocked;
	} cases[] = {
		{ "evil.test", true },
		{ "a.b.evil.test", true },
		{ "evil.test:8443", true },
		{ "a.evil.test:1", true },
		{ "notevil.test", false },
		{ "evil.test.x", false },
		{ "", false },
		{ "test", false },
	};
	struct host_policy evil = {
		.domain = S("evil.test"), .severity = S("block"), .public_comment = S(""), .private_comment = S(""),
	};
	struct host_effect did;
	struct server s;
	struct host h;
	bool blocked;

	server_open(&s, w);
	assert_int_equal(host_set_quirk(&s.cx, S("evil.test"), true), OK);
	assert_int_equal(host_policy_set(&s.cx, &evil, 1, &did), OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(host_blocked(&s.cx, str_of(cases[i].host), &blocked), OK);
		assert_int_equal(blocked, cases[i].blocked);
	}
	assert_int_equal(host_get(&s.cx, S("evil.test"), &h), OK);
	assert_true(h.query_quirk);
	assert_int_equal(host_get(&s.cx, S("new.test"), &h), OK);
	assert_true(!h.query_quirk && !h.failures);
	server_close(&s);
}

static void waits_grow_and_end(struct world *w)
{
	int64_t last = 0;

	(void)w;
	for (int tries = 1; tries < 9; tries++) {
		int64_t at = deliver_again_at(1000, 0, tries, 7 * (int64_t)DAY, 0.5, 0);
		assert_true(at - 1000 > last);
		last = at - 1000;
	}
	assert_true(deliver_again_at(0, 0, 1, DAY, 0, 0) == 24 * SECOND);
	assert_true(deliver_again_at(0, 0, 1, DAY, 1, 0) == 36 * SECOND);
	assert_true(deliver_again_at(0, 0, 1, DAY, 0.5, HOUR) == HOUR);
	assert_true(deliver_again_at(0, 0, 1, 10 * (int64_t)DAY, 0.5, 5 * (int64_t)DAY) == DAY);
	assert_true(deliver_again_at(7 * (int64_t)DAY, 0, 20, 7 * (int64_t)DAY, 0.5, 0) == -1);
	assert_true(deliver_again_at(0, 0, 100, 7 * (int64_t)DAY, 0.5, 0) == DAY);
}

static void an_activity_is_taken_once(struct world *w)
{
	struct server s;
	struct inbox_in in = { 7, 0, 9, S("https://x.test/1"), S("{}") };
	struct inbox_item *v;
	int64_t due;
	size_t n;

	server_open(&s, w);
	in.site_id = s.site->id;
	assert_int_equal(inbox_add(&s.cx, &in), OK);
	assert_int_equal(inbox_add(&s.cx, &in), ERR_CONFLICT);
	in.activity_uri = S("https://x.test/2");
	in.target_id = 0;
	in.body = S("{2}");
	assert_int_equal(inbox_add(&s.cx, &in), OK);
	assert_int_equal(inbox_claim(&s.cx, &(struct inbox_want){ .n = 10, .per_host = 10 }, MINUTE, &v, &n), OK);
	assert_int_equal(n, 2);
	assert_true(v[0].signer_id == 7 && v[0].target_id == 9 && v[0].tries == 1 && !v[1].target_id);
	assert_str(v[1].body, S("{2}"));
	assert_int_equal(inbox_done(&s.cx, v[0].id), OK);
	assert_int_equal(inbox_again(&s.cx, v[1].id, s.cx.now + HOUR), OK);
	assert_int_equal(inbox_next(&s.cx, &due), OK);
	assert_true(due == s.cx.now + HOUR);
	assert_int_equal(inbox_claim(&s.cx, &(struct inbox_want){ .n = 10, .per_host = 10 }, MINUTE, &v, &n), OK);
	assert_int_equal(n, 0);
	/* remembered longer than a signature may be replayed, and not for ever */
	s.cx.now += 14 * HOUR;
	assert_int_equal(sweep(&s.cx), OK);
	assert_int_equal(inbox_add(&s.cx, &in), ERR_CONFLICT);
	s.cx.now += 3 * (int64_t)DAY;
	assert_int_equal(sweep(&s.cx), OK);
	assert_int_equal(inbox_add(&s.cx, &in), OK);
	server_close(&s);
}

struct feeder {
	struct server *s;
	int number, first, bad;
};

static void *feed(void *arg)
{
	struct feeder *f = arg;

	for (int i = 0; i < f->number; i++) {
		struct arena mem ARENA_SCOPE;
		struct ctx cx;
		struct inbox_in in = {
			7,
			1,
			0,
			STR_NONE,
			S("{\"type\":\"Create\",\"object\":{\"type\":\"Note\"}}"),
		};
		ctx_init(&cx, &f->s->app, &mem);
		/* every second one is another thread's too */
		in.activity_uri = strf(&mem, "https://x.test/%d", i % 2 ? i : i + f->first);
		if (inbox_add(&cx, &in) == ERR_INTERNAL)
			f->bad++;
	}
	return NULL;
}

static void eight_threads_take_in_each_activity_once(struct world *w)
{
	SQL(test_inbox_count, "SELECT COUNT(*) FROM inbox");
	enum { THREADS = 8,
	       EACH = 250 };
	struct server s;
	struct feeder f[THREADS];
	pthread_t t[THREADS];
	int64_t n, start;

	server_open(&s, w);
	start = clock_mono();
	for (int i = 0; i < THREADS; i++) {
		f[i] = (struct feeder){ &s, EACH, 1000000 * (i + 1), 0 };
		pthread_create(&t[i], NULL, feed, &f[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(f[i].bad, 0);
	}
	start = clock_mono() - start;
	assert_int_equal(db_number(s.cx.db, &test_inbox_count, NO_ARGS, &n), OK);
	assert_int_equal(n, EACH / 2 * THREADS + EACH / 2);
	print_message("# %d activities in %d ms\n", THREADS * EACH, (int)start);
	server_close(&s);
}

static void deliveries_are_booked_quickly(struct world *w)
{
	struct server s;
	struct delivery *v;
	struct delivered r[200];
	int64_t start, add;
	size_t all = 0, n;

	server_open(&s, w);
	start = clock_mono();
	for (int i = 0; i < 6; i++)
		assert_int_equal(deliver_add(&s.cx, 1, strf(&w->mem, "https://a/%d", i), 0, S("{}"),
		                             inboxes(&s, 500, "https://h", ".test/inbox")),
		                 OK);
	add = clock_mono() - start;
	while ((n = claim(&s, 200, 2, &v)) > 0) {
		for (size_t i = 0; i < n; i++)
			r[i] = (struct delivered){ v[i].id, v[i].host, DELIVERED, 0, STR_NONE, false };
		assert_int_equal(deliver_done(&s.cx, r, n), OK);
		all += n;
	}
	assert_int_equal(all, 3000);
	print_message("# 3000 deliveries: added in %d ms, booked in %d ms\n", (int)add,
	              (int)(clock_mono() - start - add));
	server_close(&s);
}

static struct account remote(struct server *s, const char *name, const char *domain)
{
	struct remote_account in = {
		.uri = strf(s->cx.mem, "https://%s/users/%s", domain, name),
		.username = str_of(name),
		.domain = str_of(domain),
		.inbox = strf(s->cx.mem, "https://%s/users/%s/inbox", domain, name),
		.shared_inbox = strf(s->cx.mem, "https://%s/inbox", domain),
	};
	struct account a;

	assert_int_equal(account_receive(&s->cx, &in, &a), OK);
	return a;
}

static void each_server_is_written_to_once(struct world *w)
{
	struct server s;
	struct account alice, bob, r[3];
	struct strs to;

	server_open(&s, w);
	alice = the_account(&s, a_user(&s, "alice").account_id);
	bob = the_account(&s, a_user(&s, "bob").account_id);
	r[0] = remote(&s, "a", "x.test");
	r[1] = remote(&s, "b", "x.test");
	r[2] = remote(&s, "c", "y.test");
	for (int i = 0; i < 3; i++)
		assert_int_equal(relation_follow(&s.cx, &r[i], &alice, NULL), OK);
	assert_int_equal(relation_follow(&s.cx, &bob, &alice, NULL), OK);
	assert_int_equal(deliver_inboxes(&s.cx, TO_FOLLOWERS, alice.id, 0, 0, &to), OK);
	assert_int_equal(to.n, 2);
	assert_true(strs_has(to, S("https://x.test/inbox")) && strs_has(to, S("https://y.test/inbox")));
	assert_int_equal(deliver_inboxes(&s.cx, TO_TARGET, alice.id, 0, r[2].id, &to), OK);
	assert_true(to.n == 1 && str_eq(to.v[0], S("https://y.test/users/c/inbox")));
	assert_int_equal(deliver_inboxes(&s.cx, TO_TARGET, alice.id, 0, bob.id, &to), OK);
	assert_int_equal(to.n, 0);
	server_close(&s);
}

static int woken, delivering;

static void count_wake(void *arg)
{
	++*(int *)arg;
}

static void count_deliver(void)
{
	delivering++;
}

/* Whoever is woken asks the database: of activities that come by the thousand only those that make work may do it. */
static void only_who_has_new_work_is_woken(struct world *w)
{
	struct inbox_in in = { 7, 0, 9, S("https://x.test/woken"), S("{}"), S("x.test") };
	str inbox = S("https://x.test/inbox");
	struct server s;

	server_open(&s, w);
	woken = delivering = 0;
	s.app.ports.wake = count_wake;
	s.app.ports.wake_arg = &woken;
	s.app.ports.deliver = count_deliver;
	assert_int_equal(inbox_add(&s.cx, &in), OK);
	assert_true(!woken && !delivering);
	assert_int_equal(job_add(&s.cx, "x", S("{}"), s.cx.now, S("k")), OK);
	assert_true(woken == 1 && !delivering);
	assert_int_equal(job_add(&s.cx, "x", S("{}"), s.cx.now, S("k")), OK);
	assert_true(woken == 1 && !delivering);
	assert_int_equal(deliver_add(&s.cx, a_user(&s, "alice").account_id, S("o"), 0, S("{}"), (struct strs){ &inbox, 1 }), OK);
	assert_true(delivering == 1);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(a_job_is_claimed_once_and_counted),
		T(a_key_lets_one_wait),
		T(claims_of_many_threads_do_not_overlap),
		T(a_crowded_host_leaves_room_for_others),
		T(hosts_that_may_not_work_get_a_part_of_a_claim),
		T(hosts_and_sites_take_turns_in_the_inbox),
		T(a_host_is_asked_by_one_job_at_a_time),
		T(one_object_reaches_an_inbox_in_order),
		T(a_delete_cancels_what_has_not_left),
		T(a_failing_host_rests_and_comes_back_at_once),
		T(a_blocked_domain_covers_what_is_below_it),
		T(waits_grow_and_end),
		T(an_activity_is_taken_once),
		T(only_who_has_new_work_is_woken),
		T(eight_threads_take_in_each_activity_once),
		T(deliveries_are_booked_quickly),
		T(each_server_is_written_to_once),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
