/* What is done about other servers. A policy is a row; what it means for people who are known here is written to their rows
 * (suspended_by, silenced_by), so that each page and each delivery heeds it without asking, and lifting it shows again
 * what was there. What comes new is checked against the rows themselves. */
#include "core/host_policy.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/account.h"
#include "core/job.h"
#include "core/severance.h"
#include "core/site.h"
#include "store/deliveries.h"

enum { LABELS = 24,
       CHUNK = 200,
       CANCEL = 500,
       FOLLOWS = 200 };

/* --- what holds */

/* The name itself, it without its port, and those above it; last the one that stands for all others. */
static struct strs names_of(struct arena *mem, str host)
{
	struct strs list = { NEWS(mem, str, LABELS + 3), 0 };
	long port = str_chr(host, ':');
	str rest = port > 0 ? str_to(host, (size_t)port) : host;

	if (rest.n != host.n)
		list.v[list.n++] = host;
	list.v[list.n++] = rest;
	for (long dot; list.n < LABELS && (dot = str_chr(rest, '.')) >= 0;) {
		rest = str_from(rest, (size_t)dot + 1);
		list.v[list.n++] = rest;
	}
	list.v[list.n++] = S("");
	return list;
}

/* The longest name that has a policy, of rows sorted or not; only: blocked unless allowed. */
static void judge(const struct host_policy *v, size_t n, struct strs names, struct host_rule *out)
{
	const struct host_policy *best = NULL;
	bool only = false;

	*out = (struct host_rule){ 0 };
	for (size_t i = 0; i < n; i++) {
		if (!v[i].domain.n)
			only = true;
		else if (strs_has(names, v[i].domain) && (!best || v[i].domain.n > best->domain.n))
			best = &v[i];
	}
	if (best) {
		out->blocked = str_eq(best->severity, S("block"));
		out->limited = str_eq(best->severity, S("limit"));
		out->reject_media = best->reject_media;
		out->reject_reports = best->reject_reports;
	}
	out->unnamed = !out->blocked && only && !(best && best->allowed);
	out->blocked |= out->unnamed;
}

enum err host_rule(struct ctx *cx, str host, struct host_rule *out)
{
	struct strs names = names_of(cx->mem, host);
	struct db_rows rows;

	*out = (struct host_rule){ 0 };
	if (!host.n || site_ours(cx->app, host))
		return OK;
	TRY(host_policies_of(cx->db, cx->mem, names, &rows));
	judge(rows.p, rows.n, names, out);
	return OK;
}

enum err host_blocked(struct ctx *cx, str host, bool *blocked)
{
	struct host_rule rule;

	*blocked = false;
	TRY(host_rule(cx, host, &rule));
	*blocked = rule.blocked;
	return OK;
}

static void unite(struct host_rule *r, const struct host_rule *with)
{
	bool named = (r->blocked && !r->unnamed) || (with->blocked && !with->unnamed);

	r->blocked |= with->blocked;
	r->unnamed = r->blocked && !named;
	r->limited |= with->limited;
	r->reject_media |= with->reject_media;
	r->reject_reports |= with->reject_reports;
}

enum err host_rule_of(struct ctx *cx, str host, str domain, struct host_rule *out)
{
	struct host_rule more;

	TRY(host_rule(cx, host, out));
	if (str_eq(host, domain))
		return OK;
	TRY(host_rule(cx, domain, &more));
	unite(out, &more);
	return OK;
}

/* --- what it does to what is here */

static int64_t state_of(struct arena *mem, const struct db_rows *rules, const struct held *h)
{
	struct arena_mark m = arena_mark(mem);
	struct host_rule r, more;

	judge(rules->p, rules->n, names_of(mem, h->host), &r);
	if (!str_eq(h->host, h->domain)) {
		judge(rules->p, rules->n, names_of(mem, h->domain), &more);
		unite(&r, &more);
	}
	arena_rewind(mem, m);
	return (r.blocked ? HELD_BLOCKED : 0) | (r.limited ? HELD_LIMITED : 0) | (r.reject_media ? HELD_NO_MEDIA : 0);
}

struct applying {
	const struct held *of;
	int64_t wanted;
	struct severing why;
	struct ids ids;
	struct host_effect *did;
	bool more;
};

static enum err hold_some(struct ctx *cx, void *arg)
{
	struct applying *a = arg;

	return held_set(cx->db, cx->mem, a->ids, a->wanted, cx->now);
}

static enum err hold_all(struct ctx *cx, struct applying *a)
{
	struct arena_mark m = arena_mark(cx->mem);
	int64_t after = 0;

	do {
		TRY(held_ids(cx->db, cx->mem, a->of, after, CHUNK, &a->ids));
		if (a->ids.n) {
			TRY(write_tx(cx, hold_some, a));
			after = a->ids.v[a->ids.n - 1];
		}
		a->more = a->ids.n == CHUNK;
		arena_rewind(cx->mem, m);
	} while (a->more);
	return OK;
}

static enum err cancel_some(struct ctx *cx, void *arg)
{
	struct applying *a = arg;

	return deliveries_cancel_host(cx->db, cx->mem, a->of->host, CANCEL, &a->more);
}

static enum err cut_some(struct ctx *cx, void *arg)
{
	struct applying *a = arg;
	struct db_rows rows;

	TRY(follows_with(cx->db, cx->mem, a->ids, FOLLOWS, &rows));
	for (size_t i = 0; i < rows.n; i++) {
		const struct follow *f = (const struct follow *)rows.p + i;
		struct account other;

		TRY(accounts_by_id(cx->db, cx->mem, f->local ? f->target_id : f->account_id, &other));
		TRY(sever(cx, &a->why, f, &other));
	}
	a->did->follows += (int64_t)rows.n;
	a->more = rows.n > 0;
	return OK;
}

static enum err cut_follows(struct ctx *cx, struct applying *a)
{
	struct arena_mark m = arena_mark(cx->mem);
	int64_t after = 0, last;
	size_t n;

	do {
		TRY(held_ids(cx->db, cx->mem, a->of, after, CHUNK, &a->ids));
		n = a->ids.n;
		last = n ? a->ids.v[n - 1] : 0;
		do
			TRY(write_tx(cx, cut_some, a));
		while (a->more);
		after = last;
		arena_rewind(cx->mem, m);
	} while (n == CHUNK);
	return OK;
}

/* First nothing new comes about, then what waits goes, then those who are parted are told. */
static enum err apply_one(struct ctx *cx, struct applying *a, bool changed)
{
	if (changed)
		TRY(hold_all(cx, a));
	if (!(a->wanted & HELD_BLOCKED))
		return OK;
	do
		TRY(write_tx(cx, cancel_some, a));
	while (a->more);
	return a->why.kind ? cut_follows(cx, a) : OK;
}

static bool covers(str domain, str name)
{
	long port = str_chr(name, ':');

	if (str_eq(domain, name))
		return true;
	name = port > 0 ? str_to(name, (size_t)port) : name;
	return str_eq(domain, name) || (name.n > domain.n && name.p[name.n - domain.n - 1] == '.' && str_ends(name, domain));
}

/* The policy that is to blame for host h, for the record. */
static str cause_of(const struct db_rows *rules, const struct held *h)
{
	const struct host_policy *v = rules->p;
	str best = STR_NONE;

	for (size_t i = 0; i < rules->n; i++)
		if (v[i].domain.n > best.n && str_eq(v[i].severity, S("block")) &&
		    (covers(v[i].domain, h->host) || covers(v[i].domain, h->domain)))
			best = v[i].domain;
	return best;
}

/* Brings accounts to the state that the policies want. again: where follows are cut even if the state is as it should be, in
 * case an earlier run was interrupted; STR_NONE: nowhere. */
static enum err apply(struct ctx *cx, str again, struct host_effect *did)
{
	struct db_rows rules, all;
	const struct held *h;

	*did = (struct host_effect){ 0 };
	TRY(host_policies_all(cx->db, cx->mem, &rules));
	TRY(held_all(cx->db, cx->mem, &all));
	h = all.p;
	for (size_t i = 0; i < all.n; i++) {
		struct applying a = { .of = &h[i], .wanted = state_of(cx->mem, &rules, &h[i]), .did = did };
		bool changed = a.wanted != h[i].state;
		bool asked = again.n && (covers(again, h[i].host) || covers(again, h[i].domain));

		a.why = (struct severing){ "domain_block", cause_of(&rules, &h[i]), cx->now };
		if (str_none(a.why.target))
			a.why.kind = NULL;
		if (!changed && !asked)
			continue;
		TRY(apply_one(cx, &a, changed));
		did->accounts += changed ? h[i].n : 0;
	}
	return OK;
}

/* --- verbs */

enum err host_policy_name(struct ctx *cx, str text, str *domain)
{
	bool dev = cx->app->config && cx->app->config->dev;
	const struct site *sites;
	struct db_rows rows;

	text = str_trim(text);
	if (str_find(text, S("/")) >= 0)
		return fail(cx, ERR_INVALID, "\"%.*s\" is an address; give the name of the server only, such as example.org",
		            STR_F(text));
	if (str_starts(text, S("*")))
		return fail(cx, ERR_INVALID, "\"%.*s\": leave out the star; a name covers all that is below it", STR_F(text));
	if (str_chr(text, '@') >= 0)
		return fail(cx, ERR_INVALID, "\"%.*s\" is an account; a policy is for a whole server", STR_F(text));
	if (!text.n || url_domain(cx->mem, text, domain))
		return fail(cx, ERR_INVALID, "\"%.*s\" is not a valid domain name", STR_F(text));
	if (!dev && str_chr(*domain, '.') < 0)
		return fail(cx, ERR_INVALID, "\"%.*s\" is not the name of a server: it has no dot", STR_F(text));
	TRY(site_list(cx, &rows));
	sites = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		if (covers(*domain, sites[i].domain) || covers(*domain, sites[i].host))
			return fail(cx, ERR_INVALID, "\"%.*s\" is, or covers, %.*s, which is here", STR_F(text),
			            STR_F(sites[i].domain));
	return OK;
}

/* At most one letter changed, left out, added or swapped with its neighbour. */
static bool nearly(str a, str b)
{
	size_t head = 0, tail = 0, n = a.n < b.n ? a.n : b.n, more = a.n < b.n ? b.n - a.n : a.n - b.n;

	while (head < n && a.p[head] == b.p[head])
		head++;
	while (tail < n - head && a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail])
		tail++;
	if (more)
		return more == 1 && head + tail == n;
	return n - head - tail <= 1 ||
	       (n - head - tail == 2 && a.p[head] == b.p[head + 1] && a.p[head + 1] == b.p[head]);
}

enum err host_policy_get(struct ctx *cx, str domain, struct host_policy *out)
{
	enum err e = host_policies_get(cx->db, cx->mem, domain, out);
	struct db_rows rows;
	const struct host_policy *v;

	if (e != ERR_NOT_FOUND)
		return e;
	TRY(host_policies_all(cx->db, cx->mem, &rows));
	v = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		if (v[i].domain.n && (nearly(v[i].domain, domain) || covers(v[i].domain, domain) || covers(domain, v[i].domain)))
			return fail(cx, ERR_NOT_FOUND, "there is no policy for %.*s, but there is one for %.*s", STR_F(domain),
			            STR_F(v[i].domain));
	return fail(cx, ERR_NOT_FOUND, "there is no policy for %.*s", STR_F(domain));
}

enum err host_policy_list(struct ctx *cx, struct host_policy **out, size_t *n)
{
	struct db_rows rows;
	struct host_policy *v;
	size_t kept = 0;

	TRY(host_policies_all(cx->db, cx->mem, &rows));
	v = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		if (v[i].domain.n)
			v[kept++] = v[i];
	*out = v;
	*n = kept;
	return OK;
}

struct setting {
	const struct host_policy *v;
	size_t n;
	str gone;
	bool was;
};

static enum err put_all(struct ctx *cx, void *arg)
{
	const struct setting *s = arg;

	for (size_t i = 0; i < s->n; i++) {
		struct host_policy p = s->v[i];

		p.updated_at = cx->now;
		TRY(host_policies_put(cx->db, &p));
	}
	return OK;
}

enum err host_policy_set(struct ctx *cx, const struct host_policy *v, size_t n, struct host_effect *did)
{
	struct setting s = { .v = v, .n = n };

	TRY(write_tx(cx, put_all, &s));
	return apply(cx, n == 1 ? v[0].domain : STR_NONE, did);
}

static enum err delete_one(struct ctx *cx, void *arg)
{
	struct setting *s = arg;

	return host_policies_delete(cx->db, s->gone, &s->was);
}

enum err host_policy_clear(struct ctx *cx, str domain, struct host_effect *did)
{
	struct setting s = { .gone = domain };
	struct host_policy was;

	TRY(host_policy_get(cx, domain, &was));
	TRY(write_tx(cx, delete_one, &s));
	return apply(cx, STR_NONE, did);
}

enum err host_policy_mode(struct ctx *cx, bool limited_federation)
{
	struct host_policy all = { .domain = S(""), .severity = S("block"), .public_comment = S(""), .private_comment = S("") };
	struct setting s = { .v = &all, .n = 1, .gone = all.domain };
	struct host_effect did;
	struct host_policy is;
	enum err e = host_policies_get(cx->db, cx->mem, all.domain, &is);

	if (e && e != ERR_NOT_FOUND)
		return e;
	if ((e == OK) == limited_federation)
		return OK;
	TRY(write_tx(cx, limited_federation ? put_all : delete_one, &s));
	TRY(apply(cx, STR_NONE, &did));
	LOG(LOG_INFO, "host_policy", LS("what", limited_federation ? S("only allowed hosts") : S("all hosts")),
	    LI("accounts", did.accounts));
	return OK;
}

enum err host_peers(struct ctx *cx, str prefix, int64_t n, struct strs *hosts)
{
	struct db_rows rules;
	struct strs found;

	TRY(host_policies_all(cx->db, cx->mem, &rules));
	TRY(peers_like(cx->db, cx->mem, prefix, 2 * n, &found));
	*hosts = (struct strs){ found.v, 0 };
	for (size_t i = 0; i < found.n && (int64_t)hosts->n < n; i++) {
		struct held h = { .host = found.v[i], .domain = found.v[i] };

		if (!(state_of(cx->mem, &rules, &h) & HELD_BLOCKED))
			hosts->v[hosts->n++] = found.v[i];
	}
	return OK;
}
