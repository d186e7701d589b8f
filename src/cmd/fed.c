/* dassie fed status, fed post: what was delivered where, what waits, and why it does. */
#include <stdio.h>

#include "base/clock.h"
#include "base/url.h"
#include "cmd/cmd.h"
#include "config.h"
#include "core/deliver.h"
#include "core/host_policy.h"
#include "core/search.h"
#include "core/status.h"
#include "store/delivered.h"

enum { HOSTS = 1000,
       REASONS = 5,
       LINES = 10000 };

/* "3 min ago", "in 2 h", "never". */
static str when(struct arena *mem, int64_t at, int64_t now)
{
	int64_t away = at > now ? at - now : now - at, n = away / DAY;
	const char *unit = "days";

	if (!at)
		return S("never");
	if (away < 2 * MINUTE) {
		n = away / SECOND;
		unit = "s";
	} else if (away < 2 * HOUR) {
		n = away / MINUTE;
		unit = "min";
	} else if (away < 2 * DAY) {
		n = away / HOUR;
		unit = "h";
	}
	return at > now ? strf(mem, "in %lld %s", (long long)n, unit) : strf(mem, "%lld %s ago", (long long)n, unit);
}

static void print_host(struct ctx *cx, const struct sent_host *h)
{
	struct host_rule rule;

	printf("%.*s: %lld waiting", STR_F(h->host), (long long)h->waiting);
	if (h->waiting)
		printf(", the oldest since %.*s, next try %.*s", STR_F(when(cx->mem, h->oldest_at, cx->now)),
		       STR_F(h->due <= cx->now ? S("now") : when(cx->mem, h->due, cx->now)));
	printf("; last success %.*s", STR_F(when(cx->mem, h->ok_at, cx->now)));
	if (h->failures)
		printf("; %lld failures in a row, the first %.*s", (long long)h->failures,
		       STR_F(when(cx->mem, h->failing_since, cx->now)));
	if (h->open_until > cx->now)
		printf("; rests, probed again %.*s", STR_F(when(cx->mem, h->open_until, cx->now)));
	if (!host_rule(cx, h->host, &rule) && (rule.blocked || rule.limited))
		printf("; policy: %s", rule.blocked ? "block" : "limit");
	if (h->error.n)
		printf("; last error: %.*s", STR_F(h->error));
	printf("\n");
}

/* As it is written here; an address on it will do. */
static enum err name_of(struct ctx *cx, str text, str *host)
{
	str authority = url_authority(cx->mem, text);

	if (url_domain(cx->mem, str_none(authority) ? text : authority, host))
		return fail(cx, ERR_INVALID, "\"%.*s\" is not the name of a server", STR_F(text));
	return OK;
}

/* What became of what was sent there, and why. */
static enum err print_ends(struct ctx *cx, str host)
{
	int64_t arrived = 0, given_up = 0;
	struct db_rows rows = { 0 };
	const struct sent_end *end;

	TRY(deliver_ends(cx, host, HOSTS, &rows));
	end = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		arrived += str_none(end[i].error) ? end[i].n : 0;
		given_up += str_none(end[i].error) ? 0 : end[i].n;
	}
	printf("remembered: %lld delivered, %lld given up\n", (long long)arrived, (long long)given_up);
	for (size_t i = 0, shown = 0; i < rows.n && shown < REASONS; i++) {
		if (str_none(end[i].error))
			continue;
		printf("given up: %lld times, the last %.*s: %.*s\n", (long long)end[i].n,
		       STR_F(when(cx->mem, end[i].last_at, cx->now)), STR_F(end[i].error));
		shown++;
	}
	return OK;
}

static enum err print_one(struct ctx *cx, str text)
{
	struct db_rows rows = { 0 };
	str host;

	TRY(name_of(cx, text, &host));
	TRY(deliver_hosts(cx, host, 1, &rows));
	if (rows.n)
		print_host(cx, rows.p);
	else
		printf("%.*s: nothing is known of this host\n", STR_F(host));
	return print_ends(cx, host);
}

static enum err print_status(struct ctx *cx, str host)
{
	struct db_rows rows = { 0 };
	const struct sent_host *h;
	int64_t waiting = 0;

	if (!str_none(host))
		return print_one(cx, host);
	TRY(deliver_hosts(cx, STR_NONE, HOSTS, &rows));
	h = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		print_host(cx, &h[i]);
		waiting += h[i].waiting;
	}
	printf("%lld deliveries wait; %zu hosts are waited for or fail\n", (long long)waiting, rows.n);
	return OK;
}

static void print_line(struct ctx *cx, const struct sent_line *l)
{
	str at = when(cx->mem, l->at, cx->now);

	if (l->waits)
		printf("%.*s\twaits\tnext try %.*s\ttries %lld\t%.*s%s\n", STR_F(l->host),
		       STR_F(l->at <= cx->now ? S("now") : at), (long long)l->tries, STR_F(str_or(l->error, S(""))),
		       l->open_until > cx->now ? " (the host rests)" : "");
	else if (str_none(l->error))
		printf("%.*s\tdelivered\t%.*s\n", STR_F(l->host), STR_F(at));
	else
		printf("%.*s\tgiven up\t%.*s\t%.*s\n", STR_F(l->host), STR_F(at), STR_F(l->error));
}

/* Why there is nothing to say of it. */
static enum err print_nothing(struct ctx *cx, str url, const struct status *s)
{
	if (!s)
		return fail(cx, ERR_NOT_FOUND, "there is no post %.*s here", STR_F(url));
	if (!s->site_id)
		return fail(cx, ERR_NOT_FOUND, "%.*s is of another server, which delivers it", STR_F(url));
	printf("no deliveries: nobody elsewhere was to get it, or it is longer ago than delivered_days (%lld)\n",
	       (long long)cx->app->config->delivered_days);
	return OK;
}

static enum err print_post(struct ctx *cx, str url)
{
	struct db_rows rows = { 0 };
	struct status s = { 0 };
	const struct sent_line *l;
	int64_t arrived = 0, waiting = 0;
	enum err e = search_post_at(cx, url, &s);

	if (e && e != ERR_NOT_FOUND)
		return e;
	TRY(deliver_about(cx, e ? url : s.uri, LINES, &rows));
	if (!rows.n)
		return print_nothing(cx, url, e ? NULL : &s);
	l = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		print_line(cx, &l[i]);
		arrived += !l[i].waits && str_none(l[i].error);
		waiting += l[i].waits;
	}
	printf("%zu deliveries: %lld arrived, %lld wait, %lld given up\n", rows.n, (long long)arrived, (long long)waiting,
	       (long long)rows.n - (long long)arrived - (long long)waiting);
	return OK;
}

static int with_app(struct cmd *c, enum err (*print)(struct ctx *cx, str what))
{
	struct app app;
	struct ctx cx;
	enum err e;

	if (!cmd_exists(c) || !cmd_open(c, &app, false))
		return 1;
	ctx_init(&cx, &app, c->mem);
	e = print(&cx, c->words.n ? c->words.v[0] : STR_NONE);
	if (e)
		cmd_fail(c, "%.*s", STR_F(str_or(cx.said, strf(c->mem, "the queue cannot be read (%s)", err_name(e)))));
	cmd_close(&app);
	return e ? 1 : 0;
}

static int status(struct cmd *c)
{
	return with_app(c, print_status);
}

const struct command cmd_fed_status = {
	.name = "fed status",
	.words = "[HOST]",
	.most = 1,
	.summary = "What waits for other servers, how they are doing, and why they do not get it",
	.run = status,
};

static int post(struct cmd *c)
{
	return with_app(c, print_post);
}

const struct command cmd_fed_post = {
	.name = "fed post",
	.words = "URL",
	.least = 1,
	.most = 1,
	.summary = "Where a post was delivered, where it waits, and why; URL: its page, or its id",
	.run = post,
};
