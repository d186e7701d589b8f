#pragma once
/* Accounts without keys and users, and short ways to do things with posts. */
#include <pthread.h>

#include "base/log.h"
#include "base/url.h"
#include "core/react.h"
#include "core/relation.h"
#include "core/status.h"
#include "core/timeline.h"
#include "core_world.h"

static inline enum err posts_insert_account(struct ctx *cx, void *arg)
{
	return accounts_insert(cx->db, arg);
}

/* site NULL: a remote one at far.test */
static inline const struct account *person(struct server *s, const char *name, const struct site *site)
{
	struct arena *mem = s->cx.mem;
	str domain = site ? site->domain : S("far.test");
	str base = site ? site->base : S("https://far.test");
	struct account *a = NEW(mem, struct account);
	str none = S("");

	*a = (struct account){ .id = id_new(), .site_id = site ? site->id : 0, .username = str_of(name),
		.username_lower = str_of(name), .domain = domain, .host = url_authority(mem, base), .kind = S("Person"),
		.display_name = none, .note = none, .note_source = none, .fields = S("[]"), .fields_source = S("[]"),
		.emojis = S("[]"), .avatar_url = none, .header_url = none, .outbox = none, .following_uri = none,
		.featured_uri = none, .also_known_as = S("[]"), .moved_to_uri = none, .default_privacy = S("public"),
		.default_language = S("en"), .created_at = s->cx.now };
	a->uri = strf(mem, "%.*s/users/%s", STR_F(base), name);
	a->url = strf(mem, "%.*s/@%s", STR_F(base), name);
	a->inbox = strf(mem, "%.*s/inbox", STR_F(a->uri));
	a->shared_inbox = strf(mem, "%.*s/inbox", STR_F(base));
	a->followers_uri = strf(mem, "%.*s/followers", STR_F(a->uri));
	assert_int_equal(write_tx(&s->cx, posts_insert_account, a), OK);
	return a;
}

/* Who asks from now on; NULL: nobody. */
static inline struct ctx *as(struct server *s, const struct account *me)
{
	s->cx.me = me;
	s->cx.now = clock_now();
	s->cx.said = STR_NONE;
	s->cx.db = dbs_reader(s->app.dbs);
	return &s->cx;
}

static inline int64_t post_in(struct server *s, const struct account *by, struct post_in in)
{
	int64_t id;

	assert_int_equal(status_create(as(s, by), &in, &id), OK);
	assert_true(id > 0);
	return id;
}

static inline int64_t post(struct server *s, const struct account *by, const char *visibility, const char *text)
{
	return post_in(s, by, (struct post_in){ .text = str_of(text), .visibility = str_of(visibility) });
}

static inline int64_t reply(struct server *s, const struct account *by, int64_t to, const char *text)
{
	return post_in(s, by, (struct post_in){ .text = str_of(text), .reply_to = to });
}

static inline void follow(struct server *s, const struct account *by, const struct account *target)
{
	struct follow_in in = { .uri = account_is_local(by) ? STR_NONE : strf(s->cx.mem, "%.*s#follow/%lld", STR_F(by->uri), (long long)id_new()) };

	assert_int_equal(relation_follow(as(s, by), by, target, &in), OK);
	if (!account_is_local(target))
		assert_int_equal(relation_accepted(as(s, target), target, STR_NONE, by), OK);
}

static inline struct remote_status remote(struct server *s, const struct account *by, const char *name, const char *html)
{
	return (struct remote_status){ .uri = strf(s->cx.mem, "https://%.*s/notes/%s", STR_F(by->host), name),
		.url = strf(s->cx.mem, "https://%.*s/@x/%s", STR_F(by->host), name), .content = str_of(html),
		.visibility = S("public"), .created_at = clock_now() };
}

static inline int64_t receive(struct server *s, const struct account *by, struct remote_status in)
{
	int64_t id = -1;

	assert_int_equal(status_receive(as(s, NULL), by, &in, false, &id), OK);
	return id;
}

static inline bool sees(struct server *s, const struct account *who, int64_t id)
{
	struct status_view v;
	enum err e = status_view(as(s, who), id, &v);

	assert_true(e == OK || e == ERR_NOT_FOUND);
	return !e;
}

static inline struct status row(struct server *s, int64_t id)
{
	struct status st = { 0 };

	assert_int_equal(status_by_id(as(s, NULL), id, &st), OK);
	return st;
}

static inline struct ids home(struct server *s, const struct account *who)
{
	struct page p = { .limit = 40 };
	struct ids ids;

	assert_int_equal(timeline_home(as(s, who), &p, &ids), OK);
	return ids;
}

static inline bool in_home(struct server *s, const struct account *who, int64_t id)
{
	return ids_has(home(s, who), id);
}

/* The first column of the first row, straight from the tables. */
static inline int64_t count_of(struct server *s, const char *text)
{
	struct db_sql sql = { "test", text };
	int64_t n = -1;

	assert_int_equal(db_number(dbs_reader(s->app.dbs), &sql, NO_ARGS, &n), OK);
	return n;
}
