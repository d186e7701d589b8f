#pragma once
/* Accounts of ours and of elsewhere, and what is to be sent. */
#include "base/buf.h"
#include "base/log.h"
#include "core/notice.h"
#include "core/relation.h"
#include "core_world.h"

static inline struct account remote(struct server *s, const char *name, const char *domain)
{
	struct arena *mem = s->cx.mem;
	struct remote_account in = {
		.uri = strf(mem, "https://%s/users/%s", domain, name),
		.username = str_of(name),
		.domain = str_of(domain),
		.kind = S("Person"),
		.display_name = S("x"),
		.inbox = strf(mem, "https://%s/users/%s/inbox", domain, name),
		.shared_inbox = strf(mem, "https://%s/inbox", domain),
		.followers_count = -1,
		.following_count = -1,
		.statuses_count = -1,
	};
	struct account a;

	assert_int_equal(account_receive(&s->cx, &in, &a), OK);
	return a;
}

static inline struct account local(struct server *s, const char *name)
{
	return the_account(s, a_user(s, name).account_id);
}

/* Somebody here and somebody elsewhere follow each other. */
static inline void befriend(struct server *s, const struct account *ours, const struct account *theirs)
{
	assert_int_equal(relation_follow(&s->cx, ours, theirs, NULL), OK);
	assert_int_equal(relation_accepted(&s->cx, theirs, STR_NONE, ours), OK);
	assert_int_equal(relation_follow(&s->cx, theirs, ours, NULL), OK);
}

/* What is to be sent since the last question: "follow accept". */
static inline str sent(struct server *s)
{
	struct buf b = buf_new(s->cx.mem, 4096);
	struct job *jobs;
	struct send what;
	size_t n;

	assert_int_equal(job_claim(&s->cx, S("[\"send\"]"), 100, HOUR, &jobs, &n), OK);
	for (int kind = 0; kind < SEND_KINDS; kind++)
		for (size_t i = 0; i < n; i++) {
			assert_true(send_read(s->cx.mem, jobs[i].args, &what));
			if ((int)what.kind != kind)
				continue;
			buf_addf(&b, "%s%d", b.n ? " " : "", kind);
		}
	for (size_t i = 0; i < n; i++)
		assert_int_equal(job_done(&s->cx, jobs[i].id), OK);
	return str_or(buf_str(&b), S(""));
}
#define SENT(...) strf(s.cx.mem, __VA_ARGS__)

static inline size_t told(struct server *s, const struct account *a, const char *kind)
{
	const struct account *me = s->cx.me;
	struct notice_filter f = { 0 };
	struct notice *v;
	size_t n, count = 0;

	s->cx.me = a;
	assert_int_equal(notice_list(&s->cx, &f, NULL, &v, &n), OK);
	s->cx.me = me;
	for (size_t i = 0; i < n; i++)
		count += str_eq(v[i].kind, str_of(kind));
	return count;
}

static inline void assert_counts(struct server *s, const struct account *a, int64_t followers, int64_t following)
{
	struct account now = the_account(s, a->id);

	assert_int_equal(now.followers_count, followers);
	assert_int_equal(now.following_count, following);
}
