/* Publishing, and the hub's thread. What is published waits in a bounded queue; when that is full the newest are lost, since
 * a publisher must never wait for listeners. On PostgreSQL what this server published is also told to the others, several
 * events at a time, as lines "node kind to id data"; on SQLite commands leave such lines in the database, where the hub looks
 * every two seconds while somebody listens. */
#include "core/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/poll.h> /* not core/poll.h */
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "core/hub_in.h"
#include "store/left_events.h"
#include "store/listeners.h"

enum { NOTE_MS = 6 * HOUR,
       LOOK_MS = 2000,
       NEWS_MS = 30 * 1000,
       LISTEN_AGAIN_MS = 500,
       HEARD_AT_ONCE = 64 };
static const char channel[] = "dassie_events_";

const struct event_kind_row event_kinds[EVENTS] = {
#define EVENT(id, name, go, carry) { name, go, carry },
#include "core/events.def"
#undef EVENT
};

/* --- what is published */

static str line_of(struct arena *mem, const char *node, const struct event *e)
{
	return strf(mem, "%s %s %lld %lld %.*s\n", node, event_kinds[e->kind].name, (long long)e->to, (long long)e->id,
	            STR_F(e->data));
}

struct left {
	int64_t id;
	str line;
};

static enum err leave(struct ctx *cx, void *arg)
{
	const struct left *l = arg;

	return left_events_add(cx->db, l->id, l->line);
}

/* A command has no hub, but what it did may concern those who serve. */
static void tell_who_serves(struct ctx *cx, const struct event *e)
{
	struct left l = { id_new(), line_of(cx->mem, "-", e) };

	if (dbs_is_postgres(cx->app->dbs) ? db_tell(cx->db, channel, l.line) : write_tx(cx, leave, &l))
		LOG(LOG_WARN, "hub", LS("what", S("those who serve could not be told")));
}

static void publish(struct ctx *cx, void *arg)
{
	const struct event *e = arg;
	struct hub *h = cx->app->hub;

	if (h && (h->clients_n || dbs_is_postgres(cx->app->dbs)))
		hub_add_item(h, NULL, e, e->data);
	else if (cx->app->command)
		tell_who_serves(cx, e);
}

void hub_publish(struct ctx *cx, const struct event *e)
{
	struct event *copy;

	if (!cx->app || !cx->app->dbs)
		return;
	copy = NEW(cx->mem, struct event);
	*copy = *e;
	copy->data = e->data.n <= EVENT_DATA_MAX && str_chr(e->data, '\n') < 0 ? str_dup(cx->mem, str_or(e->data, S(""))) : S("");
	after_commit(cx, publish, copy);
}

void hub_tokens_ended(struct ctx *cx)
{
	hub_publish(cx, &(struct event){ .kind = EV_TOKENS });
}

/* --- between servers */

static void tell_others(struct hub *h, struct ctx *cx, const struct hub_item *items)
{
	struct buf b = buf_new(cx->mem, DB_TELL_MAX);

	for (const struct hub_item *i = items; i; i = i->next) {
		str line;

		if (i->from)
			continue;
		line = line_of(cx->mem, h->node, &i->e);
		if (b.n + line.n > DB_TELL_MAX) {
			if (db_tell(cx->db, channel, buf_str(&b)))
				return;
			b = buf_new(cx->mem, DB_TELL_MAX);
		}
		buf_add(&b, line);
	}
	if (b.n && db_tell(cx->db, channel, buf_str(&b)))
		LOG(LOG_WARN, "hub", LS("what", S("other servers could not be told")));
}

static bool read_line(struct hub *h, str line, struct event *e)
{
	str part[4]; /* node, kind, to, id */

	*e = (struct event){ .kind = EVENTS };
	for (int i = 0; i < 4; i++)
		if (!str_cut(&line, ' ', &part[i]))
			return false;
	if (str_eq(part[0], str_of(h->node)) || !str_int(part[2], &e->to) || !str_int(part[3], &e->id))
		return false;
	e->data = str_or(line, S(""));
	for (int k = 0; k < EVENTS; k++)
		if (str_eq(part[1], str_of(event_kinds[k].name)))
			e->kind = (enum event_kind)k;
	return e->kind != EVENTS;
}

/* --- tokens */

static struct ids tokens_of(struct hub *h, struct arena *mem)
{
	struct ids ids = { 0 };

	pthread_mutex_lock(&h->lock);
	ids.v = NEWS(mem, int64_t, (size_t)h->clients_n + 1);
	for (const struct hub_client *c = h->clients; c; c = c->next)
		ids.v[ids.n++] = c->token_id;
	pthread_mutex_unlock(&h->lock);
	return ids;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static bool has(struct ids sorted, int64_t id)
{
	return sorted.n && bsearch(&id, sorted.v, sorted.n, sizeof(id), by_number);
}

static enum err note_use(struct ctx *cx, void *arg)
{
	return listeners_use(cx->db, *(str *)arg, cx->now, cx->now - DAY);
}

/* Who listens for weeks is not away, though they ask nothing. */
static void note_now_and_then(struct hub *h, struct ctx *cx, str tokens)
{
	if (cx->now - h->noted_at < NOTE_MS)
		return;
	h->noted_at = cx->now;
	if (write_tx(cx, note_use, &tokens))
		LOG(LOG_WARN, "hub", LS("what", S("tokens in use could not be noted")));
}

/* A token that cannot be looked up just now is good still. */
static void look_at_tokens(struct hub *h, struct ctx *cx)
{
	struct ids asked = tokens_of(h, cx->mem), good = { 0 };
	str list = db_id_list(cx->mem, asked);

	if (!asked.n || listeners_tokens(cx->db, cx->mem, list, &good))
		return;
	note_now_and_then(h, cx, list);
	qsort(asked.v, asked.n, sizeof(*asked.v), by_number);
	if (good.n)
		qsort(good.v, good.n, sizeof(*good.v), by_number);
	pthread_mutex_lock(&h->lock);
	for (struct hub_client *c = h->clients; c; c = c->next)
		if (has(asked, c->token_id) && !has(good, c->token_id))
			hub_end_client(c, HUB_REVOKED);
	pthread_mutex_unlock(&h->lock);
}

/* --- the thread */

static struct hub_item *take_items(struct hub *h, size_t *lost)
{
	struct hub_item *items;

	pthread_mutex_lock(&h->lock);
	items = h->first;
	h->first = NULL;
	h->end = &h->first;
	h->items = 0;
	h->sleeping = !items;
	*lost = h->lost;
	h->lost = 0;
	pthread_mutex_unlock(&h->lock);
	return items;
}

static void begin(struct hub *h, struct ctx *cx, struct arena *mem)
{
	arena_rewind(mem, (struct arena_mark){ 0 });
	ctx_init(cx, h->app, mem);
}

static void run_event(struct hub *h, struct arena *mem, const struct event *e)
{
	struct ctx cx;

	begin(h, &cx, mem);
	if (e->kind == EV_TOKENS)
		look_at_tokens(h, &cx);
	else if (h->clients_n)
		hub_dispatch(h, &cx, e);
}

static void run_items(struct hub *h, struct arena *mem, struct hub_item *items)
{
	struct ctx cx;

	for (struct hub_item *i = items, *next; i; i = next) {
		next = i->next;
		if (i->from) {
			begin(h, &cx, mem);
			cx.site = i->from->site;
			h->o.port->command(&cx, i->from, str_n(i->text, i->n));
			atomic_fetch_sub(&i->from->commands, 1);
			hub_release(i->from);
		} else {
			run_event(h, mem, &i->e);
		}
		free(i);
	}
}

static bool hear(struct hub *h, struct arena *mem)
{
	struct arena heard ARENA_SCOPE;
	bool any = false;
	str text, line;

	for (int i = 0; i < HEARD_AT_ONCE && db_heard(dbs_reader(h->app->dbs), &heard, &text); i++) {
		any = true;
		while (str_cut(&text, '\n', &line)) {
			struct event e;

			if (read_line(h, line, &e))
				run_event(h, mem, &e);
		}
	}
	return any;
}

static enum err forget_left(struct ctx *cx, void *arg)
{
	return left_events_delete(cx->db, *(str *)arg);
}

/* What was left while nobody listened is old, and no news to who has come since. */
static void hear_left(struct hub *h, struct arena *mem)
{
	struct arena heard ARENA_SCOPE;
	const struct left_event *left;
	struct db_rows rows;
	struct ids ids;
	struct ctx cx;
	str list;

	begin(h, &cx, mem);
	if (left_events_list(cx.db, &heard, HEARD_AT_ONCE, &rows) || !rows.n)
		return;
	left = rows.p;
	ids = (struct ids){ NEWS(&heard, int64_t, rows.n), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		ids.v[i] = left[i].id;
	list = db_id_list(cx.mem, ids);
	if (write_tx(&cx, forget_left, &list))
		return;
	for (size_t i = 0; i < rows.n; i++) {
		struct event e;
		str line, text = left[i].text;

		if (left[i].id >= id_at(clock_now() - NEWS_MS) && str_cut(&text, '\n', &line) && read_line(h, line, &e))
			run_event(h, mem, &e);
	}
}

/* While somebody listens the tokens are looked at now and then; while nobody does, all is quiet. */
static int sleep_ms(const struct hub *h, bool deaf, int64_t look_at)
{
	int64_t ms = look_at - clock_mono();

	if (deaf && (!h->clients_n || ms > LISTEN_AGAIN_MS))
		return LISTEN_AGAIN_MS;
	return !h->clients_n ? -1 : ms < 0 ? 0
	                                   : (int)ms;
}

static void wait_for_more(struct hub *h, int listen_fd, int ms)
{
	struct pollfd p[] = { { .fd = h->wake_fd, .events = POLLIN }, { .fd = listen_fd, .events = POLLIN } };
	uint64_t n;

	poll(p, 2, ms);
	if (p[0].revents && read(h->wake_fd, &n, sizeof(n)) < 0)
		LOG(LOG_DEBUG, "hub", LS("what", S("nothing to read")));
}

static void *run(void *arg)
{
	struct hub *h = arg;
	struct arena mem ARENA_SCOPE;
	bool shared = dbs_is_postgres(h->app->dbs);
	int64_t look_at = clock_mono() + LOOK_MS;

	while (!h->stopping) {
		struct hub_item *items;
		struct ctx cx;
		size_t lost;
		int fd = -1;
		bool deaf = shared && db_listen(dbs_reader(h->app->dbs), channel, &fd);

		items = take_items(h, &lost);
		if (lost)
			LOG(LOG_WARN, "hub", LS("what", S("events lost: more came than could be told")), LI("count", lost));
		begin(h, &cx, &mem);
		if (shared && items)
			tell_others(h, &cx, items);
		run_items(h, &mem, items);
		if (h->clients_n && clock_mono() >= look_at) {
			run_event(h, &mem, &(struct event){ .kind = EV_TOKENS });
			if (!shared)
				hear_left(h, &mem);
			look_at = clock_mono() + LOOK_MS;
		}
		if (shared && hear(h, &mem))
			continue;
		if (!items)
			wait_for_more(h, fd, sleep_ms(h, deaf, look_at));
	}
	return NULL;
}

struct hub *hub_start(struct app *app, const struct hub_options *o)
{
	struct hub *h = calloc(1, sizeof(*h));

	BUG_IF(!h);
	h->app = app;
	h->o = *o;
	h->end = &h->first;
	h->noted_at = clock_now();
	pthread_mutex_init(&h->lock, NULL);
	snprintf(h->node, sizeof(h->node), "%llx", (unsigned long long)id_new() ^ (unsigned long long)getpid() << 48);
	h->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	BUG_IF(h->wake_fd < 0 || pthread_create(&h->thread, NULL, run, h));
	return h;
}

void hub_stop(struct hub *h)
{
	size_t lost;

	if (!h)
		return;
	pthread_mutex_lock(&h->lock);
	h->stopping = true;
	pthread_mutex_unlock(&h->lock);
	hub_wake(h);
	pthread_join(h->thread, NULL);
	for (struct hub_item *i = take_items(h, &lost), *next; i; i = next) {
		next = i->next;
		if (i->from)
			hub_release(i->from);
		free(i);
	}
	BUG_IF(h->clients);
	close(h->wake_fd);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
