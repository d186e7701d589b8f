/* Activities taken in: on disk before anybody is told so, and each only once. */
#include "base/clock.h"
#include "core/deliver.h"
#include "core/job.h"

struct arrival {
	const struct inbox_in *in;
	struct inbox_item item;
};

static enum err take_in(struct ctx *cx, void *arg)
{
	struct arrival *a = arg;
	bool first;

	TRY(seen_put(cx->db, a->in->activity_uri, cx->now, &first));
	if (!first)
		return ERR_CONFLICT;
	TRY(inbox_insert(cx->db, &a->item));
	job_wake(cx);
	return OK;
}

enum err inbox_add(struct ctx *cx, const struct inbox_in *in)
{
	struct arrival a = { .in = in };

	a.item.id = id_new();
	a.item.signer_id = in->signer_id;
	a.item.site_id = in->site_id;
	a.item.target_id = in->target_id;
	a.item.created_at = cx->now;
	a.item.body = in->body;
	return write_tx(cx, take_in, &a);
}

struct inbox_claim {
	int64_t n, lease_ms;
	struct db_rows rows;
};

static enum err claim_items(struct ctx *cx, void *arg)
{
	struct inbox_claim *c = arg;

	return inbox_take(cx->db, cx->mem, c->n, cx->now, cx->now + c->lease_ms, &c->rows);
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

enum err inbox_claim(struct ctx *cx, int64_t n, int64_t lease_ms, struct inbox_item **out, size_t *got)
{
	struct inbox_claim c = { .n = n, .lease_ms = lease_ms };
	bool any;

	*got = 0;
	TRY(inbox_any(cx->db, cx->now, &any));
	if (!any)
		return OK;
	TRY(write_tx(cx, claim_items, &c));
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

enum err inbox_next(struct ctx *cx, int64_t *due)
{
	int64_t found;

	TRY(inbox_first(cx->db, &found));
	*due = found ? found : INT64_MAX;
	return OK;
}
