/* The rule of visibility: every combination, against the words of its header spelt out independently. */
#include "check.h"
#include "core/visible.h"

static const char *const visibilities[] = { "public", "unlisted", "private", "direct", "limited" };
enum { ALL = 256 };

static bool expected(const char *vis, unsigned rel, bool gone)
{
	bool self = rel & REL_SELF, follows = rel & REL_FOLLOWING, named = rel & REL_MENTIONED;

	if (gone)
		return false;
	if (self)
		return true;
	if (rel & REL_BLOCKED_BY)
		return false;
	if (!strcmp(vis, "public") || !strcmp(vis, "unlisted"))
		return true;
	if (!strcmp(vis, "private"))
		return follows || named;
	return !strcmp(vis, "direct") && named;
}

static void every_combination_is_as_the_header_says(void **state)
{
	(void)state;
	for (size_t v = 0; v < sizeof(visibilities) / sizeof(visibilities[0]); v++)
		for (unsigned rel = 0; rel < ALL; rel++)
			for (int gone = 0; gone < 4; gone++) {
				struct status s = { .visibility = str_of(visibilities[v]), .deleted_at = gone == 1 };
				struct account a = { .suspended_at = gone == 2, .deleted_at = gone == 3 };

				assert_int_equal(visible_status(&s, &a, rel), expected(visibilities[v], rel, gone));
			}
}

static void timelines_leave_out_the_blocked_the_muted_and_unwanted_boosts(void **state)
{
	(void)state;
	for (size_t v = 0; v < sizeof(visibilities) / sizeof(visibilities[0]); v++)
		for (unsigned rel = 0; rel < ALL; rel++)
			for (int boost = 0; boost < 2; boost++) {
				struct status s = { .visibility = str_of(visibilities[v]), .reblog_of_id = boost };
				struct account a = { 0 };
				bool wanted = !(rel & (REL_BLOCKING | REL_MUTING | REL_DOMAIN_BLOCKING));

				if (boost && (rel & REL_NO_REBLOGS) && !(rel & REL_SELF))
					wanted = false;
				assert_int_equal(visible_in_timeline(&s, &a, rel),
				                 wanted && expected(visibilities[v], rel, false));
			}
}

static void nobody_sees_what_has_no_known_visibility(void **state)
{
	struct status s = { .visibility = STR_NONE };
	struct account a = { 0 };

	(void)state;
	for (unsigned rel = 0; rel < ALL; rel++)
		assert_int_equal(visible_status(&s, &a, rel), !!(rel & REL_SELF));
}

static void what_waits_for_leave_is_seen_by_who_made_it_and_who_is_asked(void **state)
{
	struct status s = { .visibility = S("public"), .extras = STATUS_WAITS };
	struct account a = { 0 };

	(void)state;
	for (unsigned rel = 0; rel < ALL; rel++) {
		assert_int_equal(visible_status(&s, &a, rel), !!(rel & REL_SELF));
		assert_int_equal(visible_status(&s, &a, rel | REL_ANSWERED), !!(rel & REL_SELF) || !(rel & REL_BLOCKED_BY));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_is_as_the_header_says),
		cmocka_unit_test(timelines_leave_out_the_blocked_the_muted_and_unwanted_boosts),
		cmocka_unit_test(nobody_sees_what_has_no_known_visibility),
		cmocka_unit_test(what_waits_for_leave_is_seen_by_who_made_it_and_who_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
