/* Deadlines of our own: libmicrohttpd's timeout begins anew with each byte, which is what slow attackers live on. Once a
 * second every connection's phase is compared with the time it may take; what is overdue is shut down, whereupon the
 * library notices and closes it. Shut down only under the lock and only while listed, so that no foreign descriptor
 * with the same number can be hit. */
#include "http/conns.h"

#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

/* Headers in 30 s and bodies in 30 s more make the 60 s that a request may take in all. A reader has to confirm READ_MIN
 * bytes each READ_TIME; an upload has to bring UPLOAD_RATE a second. */
enum { READ_MIN = 32 * 1024,
       READ_TIME = 40 * SECOND,
       UPLOAD_RATE = 4096,
       UPLOAD_GRACE = 30 * SECOND };

static const int64_t times[] = {
	[PHASE_HEAD] = 29 * SECOND, /* seen up to a second later */
	[PHASE_BODY] = 30 * SECOND,
	[PHASE_UPLOAD] = 10 * MINUTE,
	[PHASE_WORK] = INT64_MAX,
	[PHASE_SEND] = INT64_MAX,
	[PHASE_LINGER] = 2 * SECOND,
};

/* Connections of one address block. */
struct peer {
	struct peer *next;
	struct address block;
	int n;
};

enum { BUCKETS = 4096 };

struct conns {
	pthread_mutex_t lock;
	struct conns_options o;
	struct conn *first;
	int n, closing; /* all; those shut down that the library has not closed yet */
	struct peer *peers[BUCKETS];
};

struct conns *conns_new(const struct conns_options *o)
{
	struct conns *c = calloc(1, sizeof(*c));

	BUG_IF(!c);
	c->o = *o;
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void conns_free(struct conns *c)
{
	if (!c)
		return;
	BUG_IF(c->n);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct peer **peer_at(struct conns *c, const struct address *block)
{
	uint64_t h = 1469598103934665603u;
	struct peer **at;

	for (int i = 0; i < 16; i++)
		h = (h ^ block->b[i]) * 1099511628211u;
	for (at = &c->peers[(h ^ h >> 32) % BUCKETS]; *at && !address_same(&(*at)->block, block); at = &(*at)->next)
		;
	return at;
}

/* The lock is held. */
static void shut(struct conns *c, struct conn *conn)
{
	shutdown(conn->fd, SHUT_RDWR);
	conn_enter(conn, PHASE_LINGER);
	c->closing += !conn->shut;
	conn->shut = true;
}

/* Those that never asked anything go before those that may ask again; the list begins with the newest. The lock is
 * held. */
static bool evict(struct conns *c)
{
	struct conn *oldest = NULL;
	bool oldest_new = false;

	for (struct conn *conn = c->first; conn; conn = conn->next) {
		bool fresh = conn->requests == 0;

		if (conn->phase != PHASE_HEAD || conn->shut)
			continue;
		if (!oldest || fresh > oldest_new || (fresh == oldest_new && conn->since <= oldest->since)) {
			oldest = conn;
			oldest_new = fresh;
		}
	}
	if (oldest)
		shut(c, oldest);
	return oldest;
}

/* Numbers are given lowest first. The last ones are for files, the database and the decoder: without any the library would
 * try to accept again and again. */
static bool scarce(const struct conns *c)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd < 0 || fd >= c->o.files - c->o.spare;
}

bool conns_admit(struct conns *c, const struct sockaddr *sa)
{
	struct address a = address_of(sa), block = address_block(&a);
	bool trusted = addresses_have(&c->o.trusted, &a), in = true;
	struct peer *peer;

	pthread_mutex_lock(&c->lock);
	peer = *peer_at(c, &block);
	if (!trusted && peer && peer->n >= c->o.max_per_ip)
		in = false;
	/* Descriptors of those shut down are given back a moment later. */
	else if (c->n - c->closing >= c->o.max)
		in = c->n < 2 * c->o.max + 256 && evict(c);
	else if (scarce(c))
		in = c->closing < c->o.spare / 2 && evict(c);
	pthread_mutex_unlock(&c->lock);
	return in;
}

struct conn *conns_add(struct conns *c, const struct sockaddr *sa, int fd)
{
	struct conn *conn = calloc(1, sizeof(*conn));
	struct address block;
	struct peer **at;

	BUG_IF(!conn);
	conn->fd = fd;
	conn->address = address_of(sa);
	conn->trusted = addresses_have(&c->o.trusted, &conn->address);
	conn_enter(conn, PHASE_HEAD);
	block = address_block(&conn->address);
	pthread_mutex_lock(&c->lock);
	at = peer_at(c, &block);
	if (!*at) {
		*at = calloc(1, sizeof(**at));
		BUG_IF(!*at);
		(*at)->block = block;
	}
	conn->peer = *at;
	conn->peer->n++;
	conn->next = c->first;
	if (c->first)
		c->first->prev = conn;
	c->first = conn;
	c->n++;
	/* Two threads may have admitted at the same time. */
	if (!conn->trusted && conn->peer->n > c->o.max_per_ip)
		shut(c, conn);
	pthread_mutex_unlock(&c->lock);
	return conn;
}

void conns_remove(struct conns *c, struct conn *conn)
{
	pthread_mutex_lock(&c->lock);
	if (conn->prev)
		conn->prev->next = conn->next;
	else
		c->first = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	c->n--;
	c->closing -= conn->shut;
	if (--conn->peer->n == 0) {
		struct peer **at = peer_at(c, &conn->peer->block);

		*at = conn->peer->next;
		free(conn->peer);
	}
	pthread_mutex_unlock(&c->lock);
	free(conn->target);
	free(conn);
}

void conns_swap(struct conns *c, struct conn *conn, int fd)
{
	pthread_mutex_lock(&c->lock);
	dup3(fd, conn->fd, O_CLOEXEC);
	pthread_mutex_unlock(&c->lock);
}

void conn_enter(struct conn *conn, enum conn_phase phase)
{
	atomic_store_explicit(&conn->since, clock_mono(), memory_order_relaxed);
	atomic_store_explicit(&conn->phase, (int)phase, memory_order_release);
}

void conns_close_idle(struct conns *c)
{
	pthread_mutex_lock(&c->lock);
	for (struct conn *conn = c->first; conn; conn = conn->next)
		if (conn->phase == PHASE_HEAD)
			shut(c, conn);
	pthread_mutex_unlock(&c->lock);
}

/* The kernel knows how much has arrived at the other side; what is in its buffers does not count. */
static bool reads_too_slowly(struct conn *conn, int64_t since, int64_t now)
{
	struct tcp_info info = { 0 };
	socklen_t n = sizeof(info);
	uint64_t before = conn->acked;

	if (conn->looked < since) {
		conn->looked = since;
		getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &n);
		conn->acked = info.tcpi_bytes_acked;
		return false;
	}
	if (now - conn->looked < READ_TIME)
		return false;
	conn->looked = now;
	if (getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &n))
		return true;
	conn->acked = info.tcpi_bytes_acked;
	return conn->acked - before < READ_MIN;
}

/* The client has closed and all is read. The library does not notice that where the end came together with the last
 * bytes: it waits for another event then, and there is none. */
static bool hung_up(const struct conn *conn)
{
	char c;

	return recv(conn->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static bool overdue(struct conn *conn, int64_t now)
{
	int phase = atomic_load_explicit(&conn->phase, memory_order_acquire);
	int64_t since = conn->since, took = now - since;

	if (took > times[phase])
		return true;
	if (phase == PHASE_UPLOAD)
		return hung_up(conn) || now - conn->heard > UPLOAD_GRACE ||
		       (took > UPLOAD_GRACE && conn->received < (took - UPLOAD_GRACE) / SECOND * UPLOAD_RATE);
	return phase == PHASE_SEND && reads_too_slowly(conn, since, now);
}

void conns_reap(struct conns *c)
{
	int64_t now = clock_mono();

	pthread_mutex_lock(&c->lock);
	for (struct conn *conn = c->first; conn; conn = conn->next)
		if (overdue(conn, now))
			shut(c, conn);
	if (scarce(c) && !c->closing)
		evict(c);
	pthread_mutex_unlock(&c->lock);
}
