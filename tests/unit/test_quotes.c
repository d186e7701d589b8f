/* Quotes: who may, what their states are, what is counted and told. On both databases. */
#include "core/notice.h"
#include "core/quote.h"
#include "posts_world.h"

static int64_t quoting(struct server *s, const struct account *by, int64_t of)
{
	return post_in(s, by, (struct post_in){ .text = S("look at this"), .quoted_id = of });
}

static enum err try_quote(struct server *s, const struct account *by, int64_t of, const char *visibility)
{
	struct post_in in = { .text = S("x"), .quoted_id = of, .visibility = str_of(visibility) };
	int64_t id;

	return status_create(as(s, by), &in, &id);
}

static struct status_view view(struct server *s, const struct account *who, int64_t id)
{
	struct status_view v;

	assert_int_equal(status_view(as(s, who), id, &v), OK);
	return v;
}

static void state_is(struct server *s, const struct account *who, int64_t id, const char *state, bool shown)
{
	struct status_view v = view(s, who, id);

	assert_non_null(v.quote);
	assert_str(v.quote->state, str_of(state));
	assert_int_equal(v.quote->quoted != NULL, shown);
}

static int64_t with_policy(struct server *s, const struct account *by, const char *visibility, const char *policy)
{
	return post_in(s, by, (struct post_in){ .text = S("p"), .visibility = str_of(visibility), .quote_policy = str_of(policy) });
}

static int64_t jobs(struct server *s, const char *kind)
{
	return count_of(s, cstr(s->cx.mem, strf(s->cx.mem, "SELECT COUNT(*) FROM jobs WHERE args LIKE '%%\"kind\":\"%s\"%%'", kind)));
}

static void the_author_decides_who_may_quote(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *fan;
	int64_t open, fans, none, closed, id;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	fan = person(&s, "fan", s.site);
	follow(&s, fan, ann);
	open = with_policy(&s, ann, "public", "public");
	fans = with_policy(&s, ann, "public", "followers");
	none = with_policy(&s, ann, "public", "nobody");
	closed = with_policy(&s, ann, "private", "public");
	assert_int_equal(try_quote(&s, bob, open, "public"), OK);
	assert_int_equal(try_quote(&s, bob, fans, "public"), ERR_NOT_FOUND);
	assert_int_equal(try_quote(&s, fan, fans, "public"), OK);
	assert_int_equal(try_quote(&s, fan, none, "public"), ERR_NOT_FOUND);
	assert_int_equal(try_quote(&s, fan, closed, "private"), ERR_NOT_FOUND);
	assert_int_equal(try_quote(&s, bob, closed, "public"), ERR_NOT_FOUND);
	assert_str(s.cx.said, S("The post you are trying to quote does not appear to exist."));
	assert_int_equal(try_quote(&s, bob, 17, "public"), ERR_NOT_FOUND);
	assert_int_equal(try_quote(&s, ann, with_policy(&s, ann, "direct", ""), "direct"), ERR_NOT_FOUND);
	/* one's own, always; but nobody is shown more than before */
	id = post_in(&s, ann, (struct post_in){ .text = S("mine"), .quoted_id = closed, .visibility = S("public") });
	assert_str(row(&s, id).visibility, S("private"));
	assert_str(str_of(view(&s, fan, fans).may_quote), S("automatic"));
	assert_str(str_of(view(&s, bob, fans).may_quote), S("denied"));
	assert_str(str_of(view(&s, NULL, open).may_quote), S("denied"));
	/* block: as if it was not there */
	assert_int_equal(relation_block(as(&s, ann), ann, bob, STR_NONE), OK);
	assert_int_equal(try_quote(&s, bob, open, "public"), ERR_NOT_FOUND);
	assert_int_equal(quote_policy(as(&s, ann), S("everyone"), S("public"), &id), ERR_INVALID);
	server_close(&s);
}

static void a_quote_shows_counts_and_tells(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct status_view was;
	int64_t id, q, again;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = post(&s, ann, "public", "quote me");
	q = quoting(&s, bob, id);
	state_is(&s, NULL, q, "accepted", true);
	assert_int_equal(row(&s, id).quotes_count, 1);
	assert_true(str_starts(row(&s, q).content, S("<p class=\"quote-inline\">RE: <a href=\"https://social.a.test/@ann/")));
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'quote'"), 1);
	again = quoting(&s, ann, q);
	assert_non_null(view(&s, NULL, again).quote->quoted->quote);
	assert_int_equal(view(&s, NULL, again).quote->quoted->quote->quoted->s.id, id);
	/* edits: the quote stays, and those who quote are told */
	assert_int_equal(status_edit(as(&s, bob), q, &(struct edit_in){ .text = S("look again") }), OK);
	state_is(&s, NULL, q, "accepted", true);
	assert_true(str_starts(row(&s, q).content, S("<p class=\"quote-inline\">")));
	assert_int_equal(status_edit(as(&s, ann), id, &(struct edit_in){ .text = S("edited") }), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'quoted_update'"), 2);
	/* deleting the one that quotes, then the quoted */
	assert_int_equal(status_delete(as(&s, ann), again, false, &was), OK);
	assert_int_equal(row(&s, q).quotes_count, 0);
	assert_int_equal(status_delete(as(&s, ann), id, false, &was), OK);
	state_is(&s, NULL, q, "deleted", false);
	server_close(&s);
}

static void what_is_hidden_stays_hidden_when_quoted(struct world *w)
{
	struct server s;
	const struct account *ann, *bob, *eve;
	int64_t closed, q, open, q2;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	eve = person(&s, "eve", s.site);
	closed = post(&s, ann, "private", "for followers");
	q = post_in(&s, ann, (struct post_in){ .text = S("@bob see"), .quoted_id = closed, .visibility = S("direct") });
	state_is(&s, bob, q, "unauthorized", false);
	state_is(&s, ann, q, "accepted", true);
	open = post(&s, ann, "public", "x");
	q2 = quoting(&s, bob, open);
	assert_int_equal(relation_block(as(&s, ann), ann, eve, STR_NONE), OK);
	state_is(&s, eve, q2, "unauthorized", false);
	assert_int_equal(relation_mute(as(&s, bob), bob, ann, true, 0), OK);
	state_is(&s, bob, q2, "muted_account", true);
	server_close(&s);
}

static void leave_is_taken_back(struct world *w)
{
	struct server s;
	const struct account *ann, *bob;
	struct quote q;
	int64_t id, by;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	bob = person(&s, "bob", s.site);
	id = post(&s, ann, "public", "x");
	by = quoting(&s, bob, id);
	assert_int_equal(quote_stamp(as(&s, NULL), ann->id, by, &q), OK);
	assert_int_equal(quote_revoke(as(&s, bob), id, by), ERR_NOT_FOUND);
	assert_int_equal(quote_revoke(as(&s, ann), by, by), ERR_NOT_FOUND);
	assert_int_equal(quote_revoke(as(&s, ann), id, by), OK);
	assert_int_equal(quote_revoke(as(&s, ann), id, by), OK);
	state_is(&s, NULL, by, "revoked", false);
	assert_int_equal(row(&s, id).quotes_count, 0);
	assert_int_equal(quote_stamp(as(&s, NULL), ann->id, by, &q), ERR_NOT_FOUND);
	assert_int_equal(jobs(&s, "quote_revoke"), 1);
	assert_int_equal(jobs(&s, "refresh"), 1);
	server_close(&s);
}

static void elsewhere_the_author_is_asked(struct world *w)
{
	struct server s;
	const struct account *ann, *far, *other;
	struct remote_status in;
	struct status st;
	int64_t silent, open, q, q2;
	str request;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	silent = receive(&s, far, remote(&s, far, "1", "says nothing about it"));
	assert_int_equal(try_quote(&s, ann, silent, "public"), ERR_NOT_FOUND);
	in = remote(&s, far, "2", "quote me");
	in.interaction_policy = QUOTE_STATED | QUOTE_ASK_PUBLIC;
	open = receive(&s, far, in);
	q = quoting(&s, ann, open);
	q2 = quoting(&s, ann, open);
	state_is(&s, ann, q, "pending", false);
	assert_int_equal(jobs(&s, "quote_request"), 2);
	assert_int_equal(row(&s, open).quotes_count, 0);
	st = row(&s, q);
	request = strf(s.cx.mem, "%.*s#quote", STR_F(st.uri));
	assert_int_equal(quote_answered(as(&s, NULL), other, request, S("https://far.test/s/1")), ERR_DENIED);
	assert_int_equal(quote_answered(as(&s, NULL), far, S("https://far.test/x"), S("https://far.test/s/1")), ERR_NOT_FOUND);
	assert_int_equal(quote_answered(as(&s, NULL), far, request, S("https://far.test/s/1")), OK);
	assert_int_equal(quote_answered(as(&s, NULL), far, request, S("https://far.test/s/1")), OK);
	state_is(&s, NULL, q, "accepted", true);
	assert_int_equal(row(&s, open).quotes_count, 1);
	assert_int_equal(jobs(&s, "refresh"), 1);
	assert_int_equal(quote_receive_revoke(as(&s, NULL), other, S("https://far.test/s/1")), ERR_NOT_FOUND);
	assert_int_equal(quote_receive_revoke(as(&s, NULL), far, S("https://far.test/s/1")), OK);
	state_is(&s, NULL, q, "revoked", false);
	assert_int_equal(row(&s, open).quotes_count, 0);
	assert_int_equal(jobs(&s, "refresh"), 2);
	/* too late */
	assert_int_equal(quote_answered(as(&s, NULL), far, request, S("https://far.test/s/2")), OK);
	state_is(&s, NULL, q, "revoked", false);
	st = row(&s, q2);
	assert_int_equal(quote_answered(as(&s, NULL), far, strf(s.cx.mem, "%.*s#quote", STR_F(st.uri)), STR_NONE), OK);
	state_is(&s, NULL, q2, "rejected", false);
	server_close(&s);
}

static struct remote_status quotes(struct server *s, const struct account *by, const char *name, str of, bool legacy)
{
	struct remote_status in = remote(s, by, name, "RE:");

	in.created_at -= HOUR;
	in.quote = (struct remote_quote){ .uri = of, .legacy = legacy };
	return in;
}

static void those_elsewhere_ask_us(struct world *w)
{
	struct server s;
	const struct account *ann, *far, *bad;
	int64_t open, none, q, stolen;

	server_open(&s, w);
	ann = person(&s, "ann", s.site);
	far = person(&s, "far", NULL);
	bad = person(&s, "bad", NULL);
	open = post(&s, ann, "public", "x");
	none = with_policy(&s, ann, "public", "nobody");
	q = receive(&s, far, quotes(&s, far, "1", row(&s, open).uri, false));
	state_is(&s, NULL, q, "pending", false);
	assert_int_equal(quote_requested(as(&s, NULL), bad, open, q, S("https://far.test/r/1")), ERR_DENIED);
	assert_int_equal(quote_requested(as(&s, NULL), far, open, q, S("https://far.test/r/1")), OK);
	assert_int_equal(quote_requested(as(&s, NULL), far, open, q, S("https://far.test/r/1")), OK);
	state_is(&s, NULL, q, "accepted", true);
	assert_int_equal(row(&s, open).quotes_count, 1);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM notifications WHERE kind = 'quote'"), 1);
	/* another post than the one asked for */
	assert_int_equal(quote_requested(as(&s, NULL), far, none, q, S("https://far.test/r/2")), OK);
	assert_int_equal(jobs(&s, "quote_accept"), 2);
	assert_int_equal(jobs(&s, "quote_reject"), 1);
	/* what a document claims of our own posts means nothing; the old dialects may quote what all may quote */
	stolen = receive(&s, far, quotes(&s, far, "2", row(&s, none).uri, true));
	state_is(&s, NULL, stolen, "pending", false);
	state_is(&s, NULL, receive(&s, far, quotes(&s, far, "3", row(&s, open).uri, true)), "accepted", true);
	/* after leave was taken back */
	assert_int_equal(quote_revoke(as(&s, ann), open, q), OK);
	assert_int_equal(quote_requested(as(&s, NULL), far, open, q, S("https://far.test/r/3")), OK);
	assert_int_equal(jobs(&s, "quote_reject"), 2);
	state_is(&s, NULL, q, "revoked", false);
	server_close(&s);
}

static void of_others_among_themselves_the_stamp_decides(struct world *w)
{
	struct server s;
	const struct account *far, *other;
	struct remote_status in;
	int64_t target, boost, q, old, own;

	server_open(&s, w);
	far = person(&s, "far", NULL);
	other = person(&s, "other", NULL);
	in = remote(&s, far, "t", "x");
	in.interaction_policy = QUOTE_STATED;
	target = receive(&s, far, in);
	in = quotes(&s, other, "1", row(&s, target).uri, false);
	q = receive(&s, other, in);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'quote'"), 0);
	in.quote.stamp = S("https://far.test/stamps/1");
	assert_int_equal(status_receive_edit(as(&s, NULL), other, &in), OK);
	assert_int_equal(count_of(&s, "SELECT COUNT(*) FROM jobs WHERE kind = 'quote'"), 1);
	state_is(&s, NULL, q, "pending", false);
	assert_int_equal(quote_settle(as(&s, NULL), q, target, true), OK);
	state_is(&s, NULL, q, "accepted", true);
	assert_int_equal(row(&s, q).edited_at, 0);
	in.quote.stamp = STR_NONE;
	assert_int_equal(status_receive_edit(as(&s, NULL), other, &in), OK);
	state_is(&s, NULL, q, "revoked", false);
	assert_int_equal(row(&s, target).quotes_count, 0);
	/* a bad stamp; an old dialect, against the author's word and without one; one's own; a boost */
	in = quotes(&s, other, "2", row(&s, target).uri, false);
	in.quote.stamp = S("https://far.test/stamps/2");
	q = receive(&s, other, in);
	assert_int_equal(quote_settle(as(&s, NULL), q, target, false), OK);
	state_is(&s, NULL, q, "rejected", false);
	state_is(&s, NULL, receive(&s, other, quotes(&s, other, "3", row(&s, target).uri, true)), "pending", false);
	old = receive(&s, far, remote(&s, far, "old", "x"));
	state_is(&s, NULL, receive(&s, other, quotes(&s, other, "4", row(&s, old).uri, true)), "accepted", true);
	own = receive(&s, far, quotes(&s, far, "5", row(&s, target).uri, false));
	state_is(&s, NULL, own, "accepted", true);
	assert_int_equal(react_reblog(as(&s, NULL), far, target, S(""), S("https://far.test/boost/1"), 0, &boost), OK);
	state_is(&s, NULL, receive(&s, other, quotes(&s, other, "6", S("https://far.test/boost/1"), true)), "unauthorized", false);
	in = quotes(&s, other, "7", STR_NONE, false);
	in.quote.deleted = true;
	state_is(&s, NULL, receive(&s, other, in), "deleted", false);
	server_close(&s);
}

int main(void)
{
	static const struct db_test tests[] = {
		T(the_author_decides_who_may_quote),
		T(a_quote_shows_counts_and_tells),
		T(what_is_hidden_stays_hidden_when_quoted),
		T(leave_is_taken_back),
		T(elsewhere_the_author_is_asked),
		T(those_elsewhere_ask_us),
		T(of_others_among_themselves_the_stamp_decides),
	};

	return on_databases(tests, sizeof(tests) / sizeof(tests[0]));
}
