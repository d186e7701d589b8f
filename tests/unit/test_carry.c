/* Carrying: what the courier and the inbox remember of hosts, whom they give their turn, how answers are judged. */
#include "check.h"

#include "fed/arrivals.h"
#include "fed/cool.h"
#include "fed/courier.h"
#include "fed/parcels.h"

static void answers_of_inboxes_are_judged(void **state)
{
	static const struct {
		enum net_result result;
		int status;
		enum deliver_outcome outcome;
		bool fault;
	} t[] = {
		{ NET_OK, 200, DELIVERED, false },
		{ NET_OK, 202, DELIVERED, false },
		{ NET_OK, 301, DELIVER_LATER, false },
		{ NET_OK, 400, DELIVER_NEVER, false },
		{ NET_OK, 401, DELIVER_LATER, false },
		{ NET_OK, 403, DELIVER_NEVER, false },
		{ NET_OK, 404, DELIVER_NEVER, false },
		{ NET_OK, 408, DELIVER_LATER, false },
		{ NET_OK, 410, DELIVER_NEVER, false },
		{ NET_OK, 429, DELIVER_LATER, false },
		{ NET_OK, 500, DELIVER_LATER, true },
		{ NET_OK, 501, DELIVER_NEVER, false },
		{ NET_OK, 503, DELIVER_LATER, true },
		{ NET_TIMEOUT, 0, DELIVER_LATER, true },
		{ NET_DNS, 0, DELIVER_LATER, true },
		{ NET_REFUSED, 0, DELIVER_NEVER, false },
		{ NET_TOO_BIG, 202, DELIVERED, false },
		{ NET_STOPPED, 0, DELIVER_LATER, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct net_call call = { .result = t[i].result, .status = t[i].status };
		struct verdict v = courier_verdict(&call);

		if (v.outcome != t[i].outcome || v.host_fault != t[i].fault)
			fail_msg("%d %d", (int)t[i].result, t[i].status);
	}
}

static struct inbox_item arrival_of(int64_t id, int64_t signer, const char *host)
{
	return (struct inbox_item){ .id = id, .signer_id = signer, .host = str_of(host), .body = S("{}") };
}

static void arrivals_of_slow_hosts_hold_a_part_of_the_threads(void **state)
{
	struct arrivals *a = arrivals_new(2);
	struct arena mem ARENA_SCOPE;
	struct arrival *held[2], *k;
	struct inbox_item items[40];

	(void)state;
	/* nobody knows these yet: each goes alone, two at once */
	for (int i = 0; i < 40; i++)
		items[i] = arrival_of(i + 1, i % 10, (const char *[]){ "a.test", "b.test", "c.test", "d.test" }[i % 10 % 4]);
	arrivals_add(a, items, 40);
	assert_int_equal(arrivals_count(a), 40);
	assert_int_equal(arrivals_bytes(a), 80);
	assert_non_null(held[0] = arrivals_take(a, 32));
	assert_non_null(held[1] = arrivals_take(a, 32));
	assert_null(arrivals_take(a, 32));
	for (k = held[0]; k->next; k = k->next)
		assert_true(k->item.id < k->next->item.id && str_eq(k->item.host, k->next->item.host));
	/* the first was quick, the second slow */
	held[1]->took_ms = 5000;
	for (int i = 0; i < 2; i++)
		arrivals_done(a, held[i]);
	while ((k = arrivals_take(a, 32)))
		arrivals_done(a, k);
	assert_int_equal(arrivals_count(a), 0);
	/* a slow one is full soon, quick ones are not; they go together */
	arrivals_add(a, items, 40);
	assert_int_equal(arrivals_full(a, &mem, 1000).n, 1);
	for (held[0] = k = arrivals_take(a, 32); k && str_eq(k->item.host, held[0]->item.host); k = k->next)
		;
	assert_non_null(k);
	arrivals_done(a, held[0]);
	arrivals_free(a);
}

static void what_comes_after_is_taken_while_the_first_is_written_and_written_after_it(void **state)
{
	struct arrivals *a = arrivals_new(2);
	struct inbox_item items[150];
	struct arrival *first, *second, *third;

	(void)state;
	for (int i = 0; i < 150; i++)
		items[i] = arrival_of(i + 1, 7, "a.test");
	/* of a host that nobody knows nothing is taken before all is done */
	arrivals_add(a, items, 150);
	assert_non_null(first = arrivals_take(a, 64));
	assert_true(arrivals_may_write(a, first));
	arrivals_write(a, first);
	assert_null(arrivals_take(a, 64));
	arrivals_done(a, first);
	/* it is quick now */
	assert_non_null(first = arrivals_take(a, 64));
	assert_null(arrivals_take(a, 64));
	arrivals_write(a, first);
	assert_non_null(second = arrivals_take(a, 64));
	assert_true(second->item.id > first->item.id + 63);
	assert_false(arrivals_may_write(a, second));
	assert_null(arrivals_take(a, 64));
	arrivals_done(a, first);
	assert_null(arrivals_take(a, 64)); /* somebody prepares the second still */
	assert_true(arrivals_may_write(a, second));
	/* it took long: from now on its host is a slow one, of which nothing is taken ahead */
	second->took_ms = 5000;
	arrivals_write(a, second);
	arrivals_done(a, second);
	assert_non_null(third = arrivals_take(a, 64));
	arrivals_write(a, third);
	assert_null(arrivals_take(a, 64));
	arrivals_done(a, third);
	assert_non_null(third = arrivals_take(a, 64));
	arrivals_done(a, third);
	assert_int_equal(arrivals_count(a), 0);
	arrivals_free(a);
}

static void parcels_keep_to_their_host_and_order(void **state)
{
	struct delivery list[] = {
		{ 1, 10, 100, S("a.test"), S("https://a.test/i"), 0, 0, 0, S("x") },
		{ 2, 11, 100, S("a.test"), S("https://a.test/i"), 0, 0, 0, S("y") },
		{ 3, 10, 100, S("a.test"), S("https://a.test/j"), 0, 0, 0, S("x") },
		{ 4, 10, 100, S("a.test"), S("https://a.test/k"), 0, 0, 0, S("x") },
		{ 5, 10, 100, S("b.test"), S("https://b.test/i"), 0, 0, 0, S("x") },
	};
	struct parcels *ps = parcels_new(2);
	struct arena mem ARENA_SCOPE;
	struct parcel *p[5];

	(void)state;
	parcels_add(ps, list, 5);
	assert_int_equal(parcels_busy(ps, &mem, 4).n, 1);
	for (int i = 0; i < 3; i++)
		assert_non_null(p[i] = parcels_next(ps, 64));
	assert_null(parcels_next(ps, 64));
	assert_int_equal(p[0]->id + p[1]->id + p[2]->id, 1 + 3 + 5); /* 2 waits for 1, 4 for room */
	for (int i = 0; i < 3; i++) {
		if (!p[i] || p[i]->id != 1)
			continue;
		assert_false(parcels_ended(ps, p[i]));
		parcel_free(p[i]);
		p[i] = NULL;
	}
	assert_non_null(p[3] = parcels_next(ps, 64));
	assert_int_equal(p[3]->id, 2);
	assert_str(p[3]->letter->body, S("y"));
	assert_non_null(p[4] = parcels_take_host(ps, S("a.test")));
	assert_int_equal(p[4]->id, 4);
	assert_null(parcels_take_host(ps, S("a.test")));
	parcel_free(p[4]);
	for (int i = 0; i < 4; i++) {
		if (!p[i])
			continue;
		parcels_ended(ps, p[i]);
		parcel_free(p[i]);
	}
	assert_int_equal(parcels_count(ps), 0);
	parcels_free(ps);
}

static void what_rests_is_left_alone_for_its_time(void **state)
{
	struct cool *c = cool_new(64);

	(void)state;
	assert_int_equal(cool_get(c, S("a"), 0), COOL_NO);
	cool_set(c, S("a"), COOL_GONE, 100);
	assert_int_equal(cool_get(c, S("a"), 99), COOL_GONE);
	assert_int_equal(cool_get(c, S("a"), 100), COOL_NO);
	assert_true(cool_take(c, S("b"), 0, 50));
	assert_false(cool_take(c, S("b"), 49, 80));
	assert_true(cool_take(c, S("b"), 50, 80));
	cool_forget(c, S("a"));
	assert_int_equal(cool_get(c, S("a"), 0), COOL_NO);
	for (int i = 0; i < 10000; i++)
		cool_set(c, str_n((const char *)&i, sizeof(i)), COOL_DOWN, i);
	cool_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_of_inboxes_are_judged),
		cmocka_unit_test(what_comes_after_is_taken_while_the_first_is_written_and_written_after_it),
		cmocka_unit_test(arrivals_of_slow_hosts_hold_a_part_of_the_threads),
		cmocka_unit_test(parcels_keep_to_their_host_and_order),
		cmocka_unit_test(what_rests_is_left_alone_for_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
