#pragma once
/* A server without its network: a database with sites and accounts, for tests of core. */
#include "base/clock.h"
#include "config.h"
#include "core/account.h"
#include "core/job.h"
#include "core/oauth.h"
#include "core/site.h"
#include "core/user.h"
#include "databases.h"

struct server {
	struct config config;
	struct app app;
	struct ctx cx;
	const struct site *site, *other;
};

static inline void server_open(struct server *s, struct world *w)
{
	int done;
	str why;
	struct site_in one = { S("a.test"), S("social.a.test"), S("A") }, two = { S("b.test"), S(""), S("") };

	*s = (struct server){ 0 };
	log_set_level(LOG_ERROR);
	assert_true(config_load(&s->config, &w->mem, NULL, &why));
	assert_int_equal(migrate_run(w->dbs, &done), OK);
	s->config.search_ms = 60 * SECOND; /* however busy the machine is */
	s->app.config = &s->config;
	s->app.dbs = w->dbs;
	s->app.sites = sites_open(&s->app);
	s->app.tokens = token_cache_new();
	ctx_init(&s->cx, &s->app, &w->mem);
	assert_int_equal(site_add(&s->cx, &one, &s->site), OK);
	assert_int_equal(site_add(&s->cx, &two, &s->other), OK);
	s->cx.site = s->site;
}

static inline void server_close(struct server *s)
{
	sites_close(s->app.sites);
	token_cache_free(s->app.tokens);
}

static inline struct user a_user(struct server *s, const char *name)
{
	struct user_in in = { .username = str_of(name), .password = S("correct horse") };
	struct user u;

	assert_int_equal(user_create(&s->cx, &in, &u, NULL, NULL, NULL), OK);
	return u;
}

static inline struct account the_account(struct server *s, int64_t id)
{
	struct account a;

	assert_int_equal(account_by_id(&s->cx, id, &a), OK);
	return a;
}
