/* Activities taken in: on disk before anybody is told so, and each only once. */
#include <pthread.h>
#include <xxhash.h>

#include "base/clock.h"
#include "config.h"
#include "core/deliver.h"

enum { WINDOW = 64,
       USUAL_PER_HOST = 5000,
       ROOMS = 256,
       FULL = -1,
       COUNTED_MS = SECOND };

/* How many more of a host may come before it has to be counted again; FULL: none, until then. Two hosts in one place are only
 * counted more often. */
static struct {
	pthread_mutex_t lock;
	struct room {
		const void *db;
		uint64_t host;
		int64_t left, until; /* clock_mono() */
	} of[ROOMS];
} rooms = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* False: count. */
static bool room_take(const struct room *whose, bool *full)
{
	struct room *r = &rooms.of[whose->host % ROOMS];
	bool known;

	pthread_mutex_lock(&rooms.lock);
	known = r->db == whose->db && r->host == whose->host && r->left && r->until > clock_mono();
	*full = known && r->left == FULL;
	r->left -= known && !*full;
	pthread_mutex_unlock(&rooms.lock);
	return known;
}

static void room_set(const struct room *r)
{
	pthread_mutex_lock(&rooms.lock);
	rooms.of[r->host % ROOMS] = *r;
	pthread_mutex_unlock(&rooms.lock);
}

enum err inbox_full(struct ctx *cx, str host, bool *full)
{
	int64_t most = cx->app->config ? cx->app->config->inbox_per_host : USUAL_PER_HOST, n = 0;
	struct room r = { .db = cx->app->dbs, .host = XXH3_64bits(host.p, host.n) };

	*full = false;
	if (!host.n || room_take(&r, full))
		return OK;
	TRY(inbox_waiting(cx->db, host, most, &n));
	*full = n >= most;
	r.left = *full ? FULL : most - n - 1;
	r.until = clock_mono() + COUNTED_MS;
	room_set(&r);
	return OK;
}

struct addition {
	const struct inbox_in *in;
};

static enum err take_in(struct ctx *cx, void *arg)
{
	const struct inbox_in *in = ((struct addition *)arg)->in;
	struct inbox_item item = {
		.id = id_new(), .signer_id = in->signer_id, .site_id = in->site_id, .target_id = in->target_id,
		.host = in->host, .body = in->body, .created_at = cx->now,
	};
	bool first;

	TRY(seen_put(cx->db, in->activity_uri, cx->now, &first));
	return first ? inbox_insert(cx->db, &item) : ERR_CONFLICT;
}

enum err inbox_add(struct ctx *cx, const struct inbox_in *in)
{
	return write_tx(cx, take_in, &(struct addition){ in });
}

struct inbox_claim {
	const struct inbox_want *want;
	int64_t lease_ms;
	struct ids ids;
	str *hosts; /* of ids */
	struct db_rows rows;
};

static enum err lease_items(struct ctx *cx, void *arg)
{
	struct inbox_claim *c = arg;

	return inbox_lease(cx->db, cx->mem, c->ids, cx->now, cx->now + c->lease_ms, &c->rows);
}

/* Adds to what is chosen. */
static void choose(struct inbox_claim *c, const struct db_rows *rows)
{
	const struct inbox_due *d = rows->p;

	for (size_t i = 0; i < rows->n && (int64_t)c->ids.n < c->want->n; i++) {
		int64_t there = 0;

		for (size_t k = 0; k < c->ids.n; k++)
			there += str_eq(c->hosts[k], d[i].host);
		if (there >= c->want->per_host || strs_has(c->want->busy, d[i].host) || ids_has(c->ids, d[i].id))
			continue;
		c->hosts[c->ids.n] = d[i].host;
		c->ids.v[c->ids.n++] = d[i].id;
	}
}

/* What the database returns is in no order. */
static void sort_items(struct inbox_item *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j && v[j - 1].id > v[j].id; j--) {
			struct inbox_item t = v[j];
			v[j] = v[j - 1];
			v[j - 1] = t;
		}
}

enum err inbox_claim(struct ctx *cx, const struct inbox_want *want, int64_t lease_ms, struct inbox_item **out, size_t *got)
{
	struct inbox_claim c = { .want = want, .lease_ms = lease_ms };
	int64_t window = 2 * want->n + WINDOW;
	struct db_rows rows;

	*got = 0;
	c.ids.v = NEWS(cx->mem, int64_t, (size_t)want->n);
	c.hosts = NEWS(cx->mem, str, (size_t)want->n);
	TRY(inbox_due_first(cx->db, cx->mem, cx->now, window, &rows));
	choose(&c, &rows);
	/* The head of the queue is taken by few hosts: look at each. */
	if ((int64_t)c.ids.n < want->n && (int64_t)rows.n == window) {
		TRY(inbox_due_by_host(cx->db, cx->mem, want->busy, cx->now, want->per_host, want->n, &rows));
		choose(&c, &rows);
	}
	if (!c.ids.n)
		return OK;
	TRY(write_tx(cx, lease_items, &c));
	*out = c.rows.p;
	*got = c.rows.n;
	sort_items(*out, *got);
	return OK;
}

static enum err delete_item(struct ctx *cx, void *arg)
{
	return inbox_delete(cx->db, *(int64_t *)arg);
}

enum err inbox_done(struct ctx *cx, int64_t id)
{
	return write_tx(cx, delete_item, &id);
}

struct postponed {
	int64_t id, due;
};

static enum err put_back(struct ctx *cx, void *arg)
{
	struct postponed *p = arg;

	return inbox_put_back(cx->db, p->id, p->due);
}

enum err inbox_again(struct ctx *cx, int64_t id, int64_t due)
{
	struct postponed p = { id, due };

	return write_tx(cx, put_back, &p);
}

static enum err put_off(struct ctx *cx, void *arg)
{
	struct postponed *p = arg;

	TRY(inbox_uncount(cx->db, p->id));
	return inbox_put_back(cx->db, p->id, p->due);
}

enum err inbox_put_off(struct ctx *cx, int64_t id, int64_t due)
{
	struct postponed p = { id, due };

	return write_tx(cx, put_off, &p);
}

enum err inbox_next(struct ctx *cx, int64_t *due)
{
	int64_t found;

	TRY(inbox_first(cx->db, &found));
	*due = found ? found : INT64_MAX;
	return OK;
}
