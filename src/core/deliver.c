/* Documents on their way to other servers. Fair to hosts: a slow or dead one holds up nobody but itself. In order: what
 * is about one object reaches an inbox as it was said. */
#include "core/deliver.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/url.h"
#include "config.h"
#include "core/gone.h"
#include "core/host.h"
#include "store/delivered.h"
#include "store/endings.h"

enum { WINDOW = 64,
       HELD_ROOM = 8,
       DOUBTFUL_MOST = 2,
       HOSTS_AT_ONCE = 200,
       OWN_INBOXES = 20,
       ERROR_BYTES = 300,
       RECENT = 2 * DAY };

static void wake(struct ctx *cx, void *arg)
{
	(void)arg;
	if (cx->app->ports.deliver)
		cx->app->ports.deliver();
}

void deliver_wake(struct ctx *cx)
{
	after_commit(cx, wake, NULL);
}

enum err deliver_inboxes(struct ctx *cx, unsigned audience, int64_t actor_id, int64_t status_id,
                         int64_t target_id,
                         struct strs *inboxes)
{
	struct audience_of who = { audience, actor_id, status_id, target_id, id_least(cx->now - RECENT) };
	struct db_rows rows;

	TRY(deliveries_inboxes(cx->db, cx->mem, &who, &rows));
	*inboxes = (struct strs){ NEWS(cx->mem, str, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		inboxes->v[i] = ((const struct inbox_row *)rows.p)[i].inbox;
	return OK;
}

enum err deliver_everywhere(struct ctx *cx, str after, struct strs *inboxes, str *next)
{
	const struct host_inbox *h;
	struct db_rows hosts, own;

	*next = STR_NONE;
	TRY(endings_hosts(cx->db, cx->mem, after, HOSTS_AT_ONCE, &hosts));
	h = hosts.p;
	*inboxes = (struct strs){ NEWS(cx->mem, str, hosts.n * OWN_INBOXES + 1), 0 };
	for (size_t i = 0; i < hosts.n; i++) {
		if (!str_none(h[i].inbox)) {
			inboxes->v[inboxes->n++] = h[i].inbox;
			continue;
		}
		TRY(endings_inboxes(cx->db, cx->mem, h[i].host, OWN_INBOXES, &own));
		for (size_t k = 0; k < own.n; k++)
			inboxes->v[inboxes->n++] = ((const struct inbox_row *)own.p)[k].inbox;
	}
	if (hosts.n == HOSTS_AT_ONCE)
		*next = h[hosts.n - 1].host;
	return OK;
}

/* Hosts that have failed for a week get nothing new but one thing a day, so that it is seen when they are back. */
static enum err leave_out_dead(struct ctx *cx, str *hosts, size_t n)
{
	struct strs all = { hosts, n }, dead;

	TRY(hosts_dead(cx->db, cx->mem, all, cx->now - 7 * (int64_t)DAY, cx->now - (int64_t)DAY, &dead));
	for (size_t i = 0; i < n && dead.n; i++)
		if (strs_has(dead, hosts[i]))
			hosts[i] = STR_NONE;
	return OK;
}

struct addition {
	struct outgoing o;
	bool cancels;
	struct strs inboxes;
	str *hosts;
};

static enum err site_of(struct ctx *cx, int64_t account_id, int64_t *site_id)
{
	struct account a;
	enum err e = accounts_by_id(cx->db, cx->mem, account_id, &a);

	*site_id = e ? 0 : a.site_id;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err add_deliveries(struct ctx *cx, void *arg)
{
	struct addition *a = arg;
	struct delivery d;
	int64_t site;

	if (a->cancels)
		TRY(outgoing_cancel(cx->db, cx->mem, a->o.account_id, a->o.object, cx->now));
	a->o.id = id_new();
	TRY(outgoing_insert(cx->db, &a->o));
	TRY(site_of(cx, a->o.account_id, &site));
	for (size_t i = 0; i < a->inboxes.n; i++) {
		if (str_none(a->hosts[i]))
			continue;
		d = (struct delivery){ .id = id_new(), .outgoing_id = a->o.id, .created_at = cx->now, .site_id = site };
		d.host = a->hosts[i];
		d.inbox = a->inboxes.v[i];
		TRY(deliveries_insert(cx->db, &d, cx->now));
	}
	deliver_wake(cx);
	return OK;
}

enum err deliver_add(struct ctx *cx, int64_t actor_id, str object, unsigned how, str body,
                     struct strs inboxes)
{
	struct addition a = { .cancels = how & DELIVER_CANCELS, .inboxes = inboxes };

	a.o = (struct outgoing){ .account_id = actor_id, .object = str_or(object, S("")), .body = body, .created_at = cx->now };
	a.o.sync = how & DELIVER_SYNC;
	a.hosts = NEWS(cx->mem, str, inboxes.n + 1);
	for (size_t i = 0; i < inboxes.n; i++)
		a.hosts[i] = url_authority(cx->mem, inboxes.v[i]);
	if (!(how & DELIVER_EVEN_DEAD))
		TRY(leave_out_dead(cx, a.hosts, inboxes.n));
	/* a Delete nobody must hear of still cancels */
	return inboxes.n || a.cancels ? write_tx(cx, add_deliveries, &a) : OK;
}

struct claim {
	const struct deliver_want *want;
	int64_t lease_ms, doubtful;
	struct ids ids;
	const struct delivery_due **due; /* of ids */
	struct db_rows rows;
};

static bool room_for(const struct claim *c, const struct delivery_due *d)
{
	int64_t there = 0, most = c->want->per_host;

	if ((int64_t)c->ids.n >= c->want->n || strs_has(c->want->busy, d->host))
		return false;
	if (d->doubtful && c->doubtful >= c->want->doubtful)
		return false;
	for (size_t i = 0; i < c->ids.n; i++)
		there += str_eq(c->due[i]->host, d->host);
	return there < (d->doubtful && most > DOUBTFUL_MOST ? DOUBTFUL_MOST : most);
}

/* Adds to what is chosen. */
static void choose(struct claim *c, const struct db_rows *rows)
{
	const struct delivery_due *d = rows->p;

	for (size_t i = 0; i < rows->n; i++)
		if (!d[i].held && !d[i].resting && room_for(c, &d[i]) && !ids_has(c->ids, d[i].id)) {
			c->doubtful += d[i].doubtful;
			c->due[c->ids.n] = &d[i];
			c->ids.v[c->ids.n++] = d[i].id;
		}
}

static enum err lease(struct ctx *cx, void *arg)
{
	struct claim *c = arg;

	return deliveries_lease(cx->db, cx->mem, c->ids, cx->now, cx->now + c->lease_ms, &c->rows);
}

/* What is known of their hosts, as it was when they were chosen. */
static void give_hosts(const struct claim *c)
{
	struct delivery *d = c->rows.p;

	for (size_t i = 0; i < c->rows.n; i++)
		for (size_t k = 0; k < c->ids.n; k++)
			if (c->ids.v[k] == d[i].id) {
				d[i].rfc9421 = c->due[k]->rfc9421;
				d[i].doubtful = c->due[k]->doubtful;
			}
}

static int by_id(const void *a, const void *b)
{
	const struct delivery *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static const struct outgoing *document(const struct db_rows *docs, int64_t id)
{
	const struct outgoing *o = docs->p;

	for (size_t i = 0; i < docs->n; i++)
		if (o[i].id == id)
			return &o[i];
	return NULL;
}

/* What was cancelled meanwhile has no document any more. */
static enum err give_bodies(struct ctx *cx, struct delivery *d, size_t *n)
{
	struct ids ids = { NEWS(cx->mem, int64_t, *n + 1), 0 };
	struct db_rows docs;
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		if (!ids_has(ids, d[i].outgoing_id))
			ids.v[ids.n++] = d[i].outgoing_id;
	TRY(outgoing_by_ids(cx->db, cx->mem, ids, &docs));
	for (size_t i = 0; i < *n; i++) {
		const struct outgoing *o = document(&docs, d[i].outgoing_id);
		if (!o)
			continue;
		d[i].body = o->body;
		d[i].sync = o->sync;
		d[i].account_id = o->account_id;
		d[kept++] = d[i];
	}
	*n = kept;
	return OK;
}

enum err deliver_claim(struct ctx *cx, const struct deliver_want *want, int64_t lease_ms, struct delivery **out, size_t *got)
{
	struct claim c = { .want = want, .lease_ms = lease_ms };
	int64_t n = want->n, window = 2 * n + WINDOW;
	struct db_rows rows;

	*got = 0;
	if (n <= 0 || want->per_host <= 0)
		return OK;
	c.ids.v = NEWS(cx->mem, int64_t, (size_t)n);
	c.due = NEWS(cx->mem, const struct delivery_due *, (size_t)n);
	TRY(deliveries_due(cx->db, cx->mem, cx->now, window, &rows));
	choose(&c, &rows);
	/* The head of the queue is taken by few hosts: look at each. */
	if ((int64_t)c.ids.n < n && (int64_t)rows.n == window) {
		struct deliveries_want each = { want->busy, want->per_host + HELD_ROOM, 4 * n + WINDOW, want->doubtful > 0 };

		TRY(deliveries_due_by_host(cx->db, cx->mem, &each, cx->now, &rows));
		choose(&c, &rows);
	}
	if (!c.ids.n)
		return OK;
	TRY(write_tx(cx, lease, &c));
	give_hosts(&c);
	*out = c.rows.p;
	*got = c.rows.n;
	qsort(*out, *got, sizeof(**out), by_id);
	return give_bodies(cx, *out, got);
}

struct outcomes {
	const struct delivered *d;
	size_t n;
};

/* What arrived in one statement; why the others were given up, each. */
static enum err remember(struct ctx *cx, const struct outcomes *o)
{
	struct ids arrived = { NEWS(cx->mem, int64_t, o->n + 1), 0 };

	if (!cx->app->config || !cx->app->config->delivered_days)
		return OK;
	for (size_t i = 0; i < o->n; i++) {
		const struct delivered *d = &o->d[i];

		if (d->outcome == DELIVERED)
			arrived.v[arrived.n++] = d->id;
		else if (d->outcome == DELIVER_NEVER)
			TRY(delivered_note(cx->db, cx->mem, (struct ids){ (int64_t[]){ d->id }, 1 }, cx->now,
			                   str_or(str_to(d->error, ERROR_BYTES), S("given up"))));
	}
	return arrived.n ? delivered_note(cx->db, cx->mem, arrived, cx->now, STR_NONE) : OK;
}

static enum err end_deliveries(struct ctx *cx, const struct outcomes *o)
{
	struct ids gone = { NEWS(cx->mem, int64_t, o->n + 1), 0 }, documents;

	for (size_t i = 0; i < o->n; i++) {
		const struct delivered *d = &o->d[i];
		if (d->outcome == DELIVER_LATER)
			TRY(deliveries_again(cx->db, d->id, d->due, str_to(d->error, ERROR_BYTES)));
		else
			gone.v[gone.n++] = d->id;
	}
	if (!gone.n)
		return OK;
	TRY(deliveries_delete(cx->db, cx->mem, gone, &documents));
	return outgoing_delete_unused(cx->db, cx->mem, documents);
}

/* One word for each host, from all that is said of it: a success outweighs failures. */
static enum err judge_host(struct ctx *cx, const struct outcomes *o, size_t at)
{
	str host = o->d[at].host;
	int64_t faults = 0;
	bool ok = false;

	for (size_t i = 0; i < at; i++)
		if (str_eq(o->d[i].host, host))
			return OK; /* said already */
	for (size_t i = at; i < o->n; i++)
		if (str_eq(o->d[i].host, host)) {
			ok |= o->d[i].outcome == DELIVERED;
			faults += o->d[i].host_fault;
		}
	if (ok)
		return host_worked(cx, host);
	return faults ? host_failed(cx, host, faults) : OK;
}

static enum err note_outcomes(struct ctx *cx, void *arg)
{
	const struct outcomes *o = arg;

	TRY(remember(cx, o));
	for (size_t i = 0; i < o->n; i++)
		if (!str_empty(o->d[i].missing))
			TRY(gone_ask(cx, o->d[i].missing, o->d[i].gone));
	TRY(end_deliveries(cx, o));
	for (size_t i = 0; i < o->n; i++)
		if (o->d[i].knocked_twice)
			TRY(hosts_set_rfc9421(cx->db, o->d[i].host, o->d[i].rfc9421, cx->now));
	for (size_t i = 0; i < o->n; i++)
		if (o->d[i].pace)
			TRY(hosts_set_slow(cx->db, o->d[i].host, o->d[i].pace > 0, cx->now));
	for (size_t i = 0; i < o->n; i++)
		TRY(judge_host(cx, o, i));
	return OK;
}

enum err deliver_done(struct ctx *cx, const struct delivered *d, size_t n)
{
	struct outcomes o = { d, n };

	return n ? write_tx(cx, note_outcomes, &o) : OK;
}

enum err deliver_next(struct ctx *cx, int64_t *due)
{
	int64_t found;

	TRY(deliveries_next(cx->db, cx->now, &found));
	*due = found ? found : INT64_MAX;
	return OK;
}

enum err deliver_about(struct ctx *cx, str object, int64_t n, struct db_rows *lines)
{
	return delivered_about(cx->db, cx->mem, object, n, lines);
}

enum err deliver_hosts(struct ctx *cx, str host, int64_t n, struct db_rows *hosts)
{
	return delivered_hosts(cx->db, cx->mem, host, n, hosts);
}

enum err deliver_ends(struct ctx *cx, str host, int64_t n, struct db_rows *ends)
{
	return delivered_ends(cx->db, cx->mem, host, n, ends);
}

int64_t deliver_again_at(int64_t now, int64_t created_at, int64_t tries, int64_t limit_ms, double dice,
                         int64_t retry_after)
{
	static const int64_t waits[] = {
		30 * SECOND,
		2 * MINUTE,
		10 * MINUTE,
		30 * MINUTE,
		HOUR,
		2 * HOUR,
		4 * HOUR,
		8 * HOUR,
		DAY,
	};
	int64_t last = sizeof(waits) / sizeof(waits[0]) - 1, i = tries < 1 ? 0 : tries - 1;
	int64_t wait = waits[i < last ? i : last];

	wait = (int64_t)((double)wait * (0.8 + 0.4 * dice));
	if (retry_after > DAY)
		retry_after = DAY;
	if (wait < retry_after)
		wait = retry_after;
	return now + wait - created_at > limit_ms ? -1 : now + wait;
}
