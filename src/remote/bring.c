/* Errands: one a file, from when somebody wants it until it is stored or is known not to be had. The net fetches many at once
 * into files without a name; a few threads have them decoded and store them. Who waits too long is sent on without it, and
 * the errand goes on. A film is looked at as soon as its beginning is there: if it is one that is kept as it is, who waits
 * for it has its bytes as they come. */
#include "remote/bring.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cond.h"
#include "base/log.h"
#include "base/url.h"
#include "core/arriving.h"
#include "core/cache.h"
#include "core/remote_file.h"
#include "core/site.h"
#include "net/fetch.h"

enum { ERRANDS_MAX = 500,
       WAITERS_MAX = 4000,
       FETCHES_MAX = 32,
       PER_HOST = 6,
       THREADS = 3,
       SLOW_MAX = 1, /* of them for video, so that pictures go on */
       LOOKS_MAX = 1, /* likewise */
       REDIRECTS = 3,
       FETCH_MS = 20 * SECOND,
       FETCH_LARGE_MS = 2 * MINUTE,
       LARGE = 16 << 20,
       PATIENCE_MS = 25 * SECOND,
       PATIENCE_FILM_MS = 50 * SECOND, /* a player shows that it waits; proxies in front wait a minute */
       LOOK_SOON_MS = SECOND,
       LOOK_MS = 30 * SECOND };

struct waiter {
	void (*done)(void *arg);
	void *arg;
	int64_t until; /* clock_mono() */
	bool film;     /* has what comes, once it is known what it is */
	struct waiter *next;
};

enum state { WANTED, FETCHING, FETCHED, DECODING };

/* Heap. The net's from FETCHING to FETCHED, a thread's while DECODING; the rest is under the lock. */
struct errand {
	struct net_call call;
	struct remote_what what;
	struct arena mem;
	str host;
	int fd; /* of the file that arrives */
	struct arriving *file;
	int64_t came;
	enum state state;
	bool slow;                 /* takes long to decode */
	bool crowded;              /* it ended for want of room, which others had */
	bool film, looking, shown; /* somebody waits for it as a film; it is being looked at; its bytes may be had */
	int looks;
	struct waiter *waiters;
	struct errand *next;
};

static struct {
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	struct app *app;
	struct net *net;
	struct errand *first; /* in the order they came */
	int errands, waiters, fetching, decoding, slow, looking;
	pthread_t threads[THREADS];
	int started, running;
	int64_t looked_at; /* how much of the disk is free */
	bool look;         /* somebody asked to do so */
	bool closed, stopping;
} b = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* --- errands; the lock is held */

static struct errand *find(str sum)
{
	struct errand *e = b.first;

	while (e && !str_eq(e->what.sum, sum))
		e = e->next;
	return e;
}

static void errand_free(struct errand *e)
{
	if (e->file)
		arriving_leave(e->file);
	arena_free(&e->mem);
	free(e);
}

static struct errand *errand_new(const struct remote_what *what)
{
	struct errand *e = calloc(1, sizeof(*e)), **end = &b.first;

	BUG_IF(!e);
	e->what = remote_what_dup(&e->mem, what);
	e->host = url_authority(&e->mem, e->what.url);
	e->fd = -1;
	while (*end)
		end = &(*end)->next;
	*end = e;
	b.errands++;
	return e;
}

static void take_out(struct errand *e)
{
	struct errand **at = &b.first;

	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	b.errands--;
}

static void add_waiter(struct errand *e, bool film, void (*done)(void *arg), void *arg)
{
	struct waiter *w = calloc(1, sizeof(*w));

	BUG_IF(!w);
	*w = (struct waiter){ done, arg, clock_mono() + (film ? PATIENCE_FILM_MS : PATIENCE_MS), film, e->waiters };
	e->waiters = w;
	e->film = e->film || film;
	b.waiters++;
}

/* Takes those off the errand who waited until `now`, and those who may have what comes. */
static struct waiter *overdue(struct errand *e, int64_t now)
{
	struct waiter **at = &e->waiters, *out = NULL;

	while (*at) {
		struct waiter *w = *at;

		if (w->until > now && !(w->film && e->shown)) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		w->next = out;
		out = w;
		b.waiters--;
	}
	return out;
}

/* Without the lock. */
static void send_on(struct waiter *w)
{
	for (struct waiter *next; w; w = next) {
		next = w->next;
		w->done(w->arg);
		free(w);
	}
}

static struct waiter *all_overdue(int64_t now)
{
	struct waiter *out = NULL;

	for (struct errand *e = b.first; e; e = e->next) {
		struct waiter *w = overdue(e, now), *last = w;

		while (last && last->next)
			last = last->next;
		if (last) {
			last->next = out;
			out = w;
		}
	}
	return out;
}

/* --- fetching */

static int nameless_file(const struct app *app)
{
	int fd = open(app->tmp_dir ? app->tmp_dir : "/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : memfd_create("remote", MFD_CLOEXEC);
}

static bool arrived(const struct errand *e)
{
	return e->call.result == NET_OK && e->call.status == 200 && e->file;
}

/* So many bytes tell what most films are; where the first do not, some more may. A file that is no longer is stored at once. */
static const int64_t heads[] = { 64 << 10, 512 << 10, 2 << 20 };
enum { HEADS = sizeof(heads) / sizeof(heads[0]) };

static bool to_be_looked_at(const struct errand *e)
{
	return e->film && !e->shown && !e->looking && e->looks < HEADS && e->came > heads[e->looks] && e->state == FETCHING;
}

/* On the net thread. */
static void fetched(struct net_call *call)
{
	struct errand *e = call->arg;

	if (e->file)
		arriving_end(e->file, arrived(e));
	pthread_mutex_lock(&b.lock);
	e->state = FETCHED;
	b.fetching--;
	pthread_cond_signal(&b.work);
	pthread_mutex_unlock(&b.lock);
}

/* Likewise. */
static bool came(struct net_call *call, int64_t n, int64_t all)
{
	struct errand *e = call->arg;
	enum arriving_room room = arriving_grew(e->file, n, all);

	pthread_mutex_lock(&b.lock);
	e->came = n;
	e->crowded = room == ARRIVING_CROWDED;
	if (to_be_looked_at(e))
		pthread_cond_signal(&b.work);
	pthread_mutex_unlock(&b.lock);
	return room == ARRIVING_FITS;
}

/* No redirect leads to ourselves. */
static enum err hop(struct net_call *call, const struct url *u)
{
	(void)call;
	return site_ours(b.app, u->authority) ? ERR_DENIED : OK;
}

static void fetch(struct errand *e)
{
	str *accept = NEW(&e->mem, str);
	int fd = nameless_file(b.app);

	*accept = S("Accept: image/*, video/*, audio/*;q=0.9");
	pthread_mutex_lock(&b.lock);
	e->fd = fd;
	e->file = fd >= 0 ? arriving_new(b.app, fd) : NULL;
	pthread_mutex_unlock(&b.lock);
	e->call = (struct net_call){
		.mem = &e->mem,
		.method = S("GET"),
		.url = e->what.url,
		.headers = { accept, 1 },
		.max_body = (size_t)e->what.most,
		.total_ms = e->what.most > LARGE ? FETCH_LARGE_MS : FETCH_MS,
		.redirects = REDIRECTS,
		.to_file = true,
		.file = e->fd,
		.came = came,
		.hop = hop,
		.done = fetched,
		.arg = e,
	};
	net_submit(b.net, &e->call);
}

/* --- storing */

/* Not there, or too big: not soon. */
static bool lasting(const struct net_call *call)
{
	if (call->result == NET_REFUSED || call->result == NET_TOO_BIG || call->result == NET_REDIRECTS)
		return true;
	return call->result == NET_OK && call->status / 100 == 4 && call->status != 408 && call->status != 429;
}

static void store(struct errand *e)
{
	struct arena mem ARENA_SCOPE;
	struct ctx cx;
	bool whole = arrived(e);
	enum err code = ERR_BUSY;

	ctx_init(&cx, b.app, &mem);
	if (whole && e->shown)
		e->what.shown_as = arriving_mime(e->file);
	if (whole)
		code = remote_keep(&cx, &e->what, e->fd);
	LOG(code ? LOG_INFO : LOG_DEBUG, "remote file", LS("host", e->host), LS("kind", str_of(e->what.kind)),
	    LS("result", str_of(whole ? err_name(code) : net_result_name(e->call.result))), LI("status", e->call.status),
	    LS("said", code && whole ? cx.said : STR_NONE), LI("took", e->call.took_ms));
	if (code == ERR_BUSY && whole && cx.full)
		LOG(LOG_WARN, "remote file", LS("why", S("the disk is full: nothing of others is kept")));
	if (!whole && e->call.result == NET_TOO_BIG && remote_too_large(&cx, &e->what))
		LOG(LOG_INFO, "remote file", LS("why", S("that it is too large could not be noted")));
	if (code && !e->crowded && remote_failed(&cx, &e->what, whole ? code == ERR_INVALID : lasting(&e->call)))
		LOG(LOG_WARN, "remote file", LS("why", S("a failure could not be noted")));
}

/* Now and then whether the disk fills, whoever fills it. */
static void look_at_disk(void)
{
	struct arena mem ARENA_SCOPE;
	struct ctx cx;
	enum err e;

	ctx_init(&cx, b.app, &mem);
	e = cache_make_room(&cx, 0);
	if (e)
		LOG(LOG_WARN, "cache", LS("why", S("it is past its budget")), LS("code", str_of(err_name(e))));
}

/* --- threads */

static int under_way(str host)
{
	int n = 0;

	for (const struct errand *e = b.first; e; e = e->next)
		n += e->state == FETCHING && str_eq(e->host, host);
	return n;
}

static struct errand *to_fetch(void)
{
	for (struct errand *e = b.first; e && b.fetching < FETCHES_MAX; e = e->next)
		if (e->state == WANTED && under_way(e->host) < PER_HOST)
			return e;
	return NULL;
}

static struct errand *to_store(void)
{
	for (struct errand *e = b.first; e; e = e->next) {
		if (e->state != FETCHED || e->looking)
			continue;
		if (e->fd >= 0 && !e->slow && e->call.result == NET_OK)
			e->slow = media_guess(e->fd) > MEDIA_IMAGE;
		if (!e->slow || b.slow < SLOW_MAX)
			return e;
	}
	return NULL;
}

static struct errand *to_look(void)
{
	for (struct errand *e = b.first; e && b.looking < LOOKS_MAX; e = e->next)
		if (to_be_looked_at(e))
			return e;
	return NULL;
}

/* The lock is held before and after. */
static void look_at_one(struct errand *e)
{
	size_t n = (size_t)heads[e->looks++];
	const char *mime;
	enum err code;

	e->looking = true;
	b.looking++;
	pthread_mutex_unlock(&b.lock);
	code = media_look(b.app->media, e->fd, n, &mime);
	if (!code)
		arriving_show(e->file, mime);
	pthread_mutex_lock(&b.lock);
	b.looking--;
	e->looking = false;
	e->shown = !code;
}

/* The lock is held before and after. */
static void end(struct errand *e)
{
	struct waiter *w;

	take_out(e);
	w = overdue(e, INT64_MAX);
	pthread_mutex_unlock(&b.lock);
	send_on(w);
	errand_free(e);
	pthread_mutex_lock(&b.lock);
}

/* The lock is held before and after. */
static void store_one(struct errand *e)
{
	e->state = DECODING;
	b.decoding++;
	b.slow += e->slow;
	pthread_mutex_unlock(&b.lock);
	store(e);
	pthread_mutex_lock(&b.lock);
	b.decoding--;
	b.slow -= e->slow;
	end(e);
}

/* Another errand may have ended since somebody looked for it. */
static bool is_settled(const struct errand *e)
{
	struct arena mem ARENA_SCOPE;
	struct blob_file f;
	struct ctx cx;
	bool wait;

	ctx_init(&cx, b.app, &mem);
	return !remote_stored(&cx, &e->what, &f, &wait) || wait;
}

/* The lock is held before and after. */
static void fetch_one(struct errand *e)
{
	bool settled;

	e->state = FETCHING;
	b.fetching++;
	pthread_mutex_unlock(&b.lock);
	settled = is_settled(e);
	if (!settled)
		fetch(e);
	pthread_mutex_lock(&b.lock);
	if (settled) {
		b.fetching--;
		end(e);
	}
}

static void wait_a_little(void)
{
	cond_wait(&b.work, &b.lock, clock_mono() + (b.waiters || b.look ? SECOND : LOOK_MS));
}

static bool time_to_look(void)
{
	int64_t now = clock_mono();

	if (b.closed || now - b.looked_at < (b.look ? LOOK_SOON_MS : LOOK_MS))
		return false;
	b.looked_at = now;
	b.look = false;
	return true;
}

/* The lock is held before and after. False: there was nothing to do. */
static bool turn(void)
{
	struct errand *e = b.closed ? NULL : to_store();
	struct waiter *w = all_overdue(clock_mono());
	struct errand *film = b.closed ? NULL : to_look();

	if (w) {
		pthread_mutex_unlock(&b.lock);
		send_on(w);
		pthread_mutex_lock(&b.lock);
		return true;
	}
	if (film) {
		look_at_one(film);
		return true;
	}
	if (e) {
		store_one(e);
		return true;
	}
	e = b.closed ? NULL : to_fetch();
	if (e) {
		fetch_one(e);
		return true;
	}
	if (!time_to_look())
		return false;
	pthread_mutex_unlock(&b.lock);
	look_at_disk();
	pthread_mutex_lock(&b.lock);
	return true;
}

static void *work(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&b.lock);
	while (!b.stopping)
		if (!turn() && !b.stopping)
			wait_a_little();
	b.running--;
	pthread_cond_broadcast(&b.idle);
	pthread_mutex_unlock(&b.lock);
	return NULL;
}

/* The lock is held. Few are needed while little is wanted. */
static void start_threads(void)
{
	int want = b.errands < THREADS ? b.errands : THREADS;

	want += !want && b.look;
	while (b.started < want && !pthread_create(&b.threads[b.started], NULL, work, NULL)) {
		b.started++;
		b.running++;
	}
}

static bool bring(const struct remote_what *what, void (*done)(void *arg), void *arg)
{
	struct errand *e;
	bool ok;

	pthread_mutex_lock(&b.lock);
	e = b.closed || b.waiters >= WAITERS_MAX ? NULL : find(what->sum);
	if (!e && !b.closed && b.waiters < WAITERS_MAX && b.errands < ERRANDS_MAX)
		e = errand_new(what);
	start_threads();
	ok = e && b.started && !(e->shown && what->film && done);
	if (ok && done)
		add_waiter(e, what->film, done, arg);
	pthread_cond_signal(&b.work);
	pthread_mutex_unlock(&b.lock);
	return ok;
}

static struct arriving *arriving(const struct remote_what *what)
{
	struct arriving *file = NULL;
	struct errand *e;

	pthread_mutex_lock(&b.lock);
	e = b.closed ? NULL : find(what->sum);
	if (e && e->shown)
		file = arriving_hold(e->file);
	pthread_mutex_unlock(&b.lock);
	return file;
}

static void shrink(void)
{
	pthread_mutex_lock(&b.lock);
	if (!b.look && !b.closed) {
		b.look = true;
		start_threads();
		pthread_cond_signal(&b.work);
	}
	pthread_mutex_unlock(&b.lock);
}

void bring_start(struct app *app, struct net *net)
{
	b.app = app;
	b.net = net;
	cond_init(&b.work);
	cond_init(&b.idle);
	app->ports.bring = bring;
	app->ports.arriving = arriving;
	app->ports.shrink = shrink;
}

void bring_close(void)
{
	struct waiter *w;

	pthread_mutex_lock(&b.lock);
	b.closed = true;
	w = all_overdue(INT64_MAX);
	for (struct errand *e = b.first; e; e = e->next)
		if (e->state == FETCHING && e->file)
			arriving_end(e->file, false);
	pthread_mutex_unlock(&b.lock);
	send_on(w);
}

bool bring_stop(int64_t wait_ms)
{
	int64_t until = clock_mono() + wait_ms;
	int running;

	if (!b.app)
		return true;
	pthread_mutex_lock(&b.lock);
	b.stopping = true;
	pthread_cond_broadcast(&b.work);
	while (b.running && cond_wait(&b.idle, &b.lock, until))
		;
	running = b.running;
	pthread_mutex_unlock(&b.lock);
	if (running)
		return false;
	for (int i = 0; i < b.started; i++)
		pthread_join(b.threads[i], NULL);
	for (struct errand *e = b.first, *next; e; e = next) {
		next = e->next;
		errand_free(e);
	}
	b.first = NULL;
	return true;
}
