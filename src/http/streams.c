/* The thread that owns the sockets of streams: epoll over all of them. WebSocket frames (RFC 6455) are read and written by
 * frames.c, whose context is made when it is first needed, since it is the largest part of an idle stream. What a client does
 * not read stays in its ring, of which only one message at a time is taken out; so the ring's limit is the client's. A peer
 * that vanished is noticed by the kernel (what it does not acknowledge), and behind a proxy by its missing pongs. */
#include "http/streams.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/frames.h"

enum {
	EVENTS_AT_ONCE = 256,
	TICK_MS = 1000,
	PING_MS = 30 * SECOND,
	THUMP_MS = 15 * SECOND,
	SILENT_MS = 100 * SECOND, /* a WebSocket answers each ping */
	UNACKED_MS = 60 * SECOND,
	CLOSE_MS = 3 * SECOND, /* for the goodbye to be read */
	SEND_BUFFER = 64 * 1024,
	GOING_AWAY = 1001,
	POLICY_VIOLATION = 1008,
	READ_AT_ONCE = 4096,
};
static const char thump[] = ":thump\n";

/* Owned by the thread but for woken and next_woken, which the list's lock guards. */
struct stream {
	struct stream *next, *prev, *next_woken;
	struct streams *of;
	struct hub_client *client;
	int fd;
	enum stream_format format;
	bool woken, waits_to_write, dead, ready; /* ready: the head is out */
	struct frames *frames;                   /* made when first needed */
	char *out;                               /* the head, or what an event stream is being sent */
	size_t out_n, out_at;
	int64_t heard_at, next_beat, close_at;
};

struct streams {
	pthread_t thread;
	pthread_mutex_t lock;
	struct stream *woken; /* new ones, and those whose ring has something */
	int epoll_fd, wake_fd;
	bool started;
	_Atomic bool stopping;
	struct stream *first; /* the thread's own, as is: */
	size_t n;
};

static void wake_thread(struct streams *s)
{
	if (write(s->wake_fd, &(uint64_t){ 1 }, sizeof(uint64_t)) < 0)
		LOG(LOG_DEBUG, "streams", LS("what", S("awake already")));
}

/* Called by the hub too. */
static void wake(void *arg)
{
	struct stream *st = arg;
	struct streams *s = st->of;
	bool first = false;

	pthread_mutex_lock(&s->lock);
	if (!st->woken) {
		st->woken = true;
		st->next_woken = s->woken;
		first = !s->woken;
		s->woken = st;
	}
	pthread_mutex_unlock(&s->lock);
	if (first)
		wake_thread(s);
}

/* --- frames */

static ssize_t from_socket(void *arg, void *to, size_t n)
{
	struct stream *st = arg;

	st->heard_at = clock_mono();
	return recv(st->fd, to, n, 0);
}

static ssize_t to_socket(void *arg, const void *from, size_t n)
{
	return send(((struct stream *)arg)->fd, from, n, MSG_NOSIGNAL);
}

static bool on_text(void *arg, str text)
{
	return hub_heard(((struct stream *)arg)->client, text);
}

static struct frames *frames_of(struct stream *st)
{
	static const struct frames_io io = { from_socket, to_socket, on_text };

	if (!st->frames)
		st->frames = frames_new(&io, st);
	return st->frames;
}

static void say_goodbye(struct stream *st, unsigned code)
{
	st->close_at = st->close_at ? st->close_at : clock_mono() + CLOSE_MS;
	frames_close(frames_of(st), code);
}

/* --- one stream */

static void end(struct stream *st)
{
	struct streams *s = st->of;

	hub_leave(st->client);
	pthread_mutex_lock(&s->lock);
	for (struct stream **at = &s->woken; st->woken && *at; at = &(*at)->next_woken) {
		if (*at == st) {
			*at = st->next_woken;
			break;
		}
	}
	pthread_mutex_unlock(&s->lock);
	*(st->prev ? &st->prev->next : &s->first) = st->next;
	if (st->next)
		st->next->prev = st->prev;
	s->n--;
	frames_free(st->frames);
	close(st->fd);
	free(st->out);
	free(st);
}

static void watch(struct stream *st, bool writing)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP | (writing ? EPOLLOUT : 0), .data.ptr = st };

	if (st->waits_to_write == writing)
		return;
	st->waits_to_write = writing;
	epoll_ctl(st->of->epoll_fd, EPOLL_CTL_MOD, st->fd, &ev);
}

/* False: not all of it yet. */
static bool send_out(struct stream *st)
{
	while (st->out_at < st->out_n) {
		ssize_t n = send(st->fd, st->out + st->out_at, st->out_n - st->out_at, MSG_NOSIGNAL);

		if (n < 0) {
			st->dead = errno != EAGAIN && errno != EINTR;
			return false;
		}
		st->out_at += (size_t)n;
	}
	free(st->out);
	st->out = NULL;
	st->out_n = st->out_at = 0;
	st->ready = true;
	return true;
}

static void set_out(struct stream *st, const char *text, size_t n)
{
	st->out = malloc(n);
	BUG_IF(!st->out);
	memcpy(st->out, text, n);
	st->out_n = n;
	st->out_at = 0;
}

/* What waits there goes first. */
static bool send_frames(struct stream *st)
{
	if (!st->frames)
		return true;
	st->dead |= !frames_write(st->frames);
	return !st->dead && !frames_waiting(st->frames);
}

static bool closing(const struct stream *st)
{
	return st->frames && frames_closing(st->frames);
}

static void take(struct stream *st, const struct message *m)
{
	if (st->format == STREAM_EVENTS)
		set_out(st, m->text, m->n);
	else
		st->dead |= !frames_text(frames_of(st), str_n(m->text, m->n));
}

static void ended_by_hub(struct stream *st, enum hub_end why)
{
	if (st->format == STREAM_WEBSOCKET && why == HUB_REVOKED)
		say_goodbye(st, POLICY_VIOLATION);
	else
		st->dead = true; /* who does not read would not read a goodbye */
}

/* As much as the socket takes. */
static void pump(struct stream *st)
{
	enum hub_end why = HUB_GOES_ON;

	while (!st->dead) {
		struct message *m;

		if (!send_out(st) || !send_frames(st))
			break;
		if (closing(st)) {
			shutdown(st->fd, SHUT_WR);
			break;
		}
		m = hub_next(st->client, &why);
		if (!m && !why)
			break;
		if (why)
			ended_by_hub(st, why);
		else
			take(st, m);
		message_drop(m);
	}
	if (st->dead) {
		end(st);
		return;
	}
	watch(st, st->out || (st->frames && frames_waiting(st->frames)));
}

/* An event stream says nothing; what comes is thrown away, unless it is the end. */
static void read_nothing(struct stream *st)
{
	char room[READ_AT_ONCE];
	ssize_t n = recv(st->fd, room, sizeof(room), 0);

	st->dead |= n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static void read_frames(struct stream *st)
{
	if (!frames_read(frames_of(st)))
		st->dead = true;
	if (closing(st) && !st->close_at)
		st->close_at = clock_mono() + CLOSE_MS;
}

static void on_ready(struct stream *st, unsigned events)
{
	if (events & (EPOLLERR | EPOLLHUP)) {
		end(st);
		return;
	}
	if (events & (EPOLLIN | EPOLLRDHUP)) {
		if (st->format == STREAM_WEBSOCKET && !closing(st))
			read_frames(st);
		else
			read_nothing(st);
	}
	pump(st);
}

/* --- time */

static void beat(struct stream *st, int64_t now)
{
	if (st->format == STREAM_EVENTS) {
		st->next_beat = now + THUMP_MS;
		if (!st->out)
			set_out(st, thump, sizeof(thump) - 1);
	} else {
		static const char ping[] = { (char)0x89, 0 };

		st->next_beat = now + PING_MS;
		/* Where nothing is under way a ping needs nothing made for it. */
		if (!st->out && !(st->frames && frames_waiting(st->frames)))
			set_out(st, ping, sizeof(ping));
	}
	pump(st);
}

static void tick(struct streams *s)
{
	int64_t now = clock_mono();

	for (struct stream *st = s->first, *next; st; st = next) {
		next = st->next;
		if ((st->close_at && now >= st->close_at) || (st->format == STREAM_WEBSOCKET && now - st->heard_at > SILENT_MS))
			end(st);
		else if (!st->close_at && now >= st->next_beat)
			beat(st, now);
	}
}

/* --- the thread */

static void adopt(struct streams *s, struct stream *st)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = st };

	st->next = s->first;
	if (st->next)
		st->next->prev = st;
	s->first = st;
	s->n++;
	st->heard_at = clock_mono();
	hub_attach(st->client, wake, st);
	/* Spread, so that thousands do not beat at the same moment. */
	st->next_beat = st->heard_at + (st->format == STREAM_EVENTS ? THUMP_MS : PING_MS) - st->fd % TICK_MS;
	if (epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, st->fd, &ev)) {
		LOG(LOG_WARN, "streams", LS("why", str_of(strerror(errno))));
		st->dead = true;
	}
}

static void run_woken(struct streams *s)
{
	struct stream *list;

	for (;;) {
		pthread_mutex_lock(&s->lock);
		list = s->woken;
		if (list) {
			s->woken = list->next_woken;
			list->woken = false;
		}
		pthread_mutex_unlock(&s->lock);
		if (!list)
			break;
		if (!list->heard_at)
			adopt(s, list);
		pump(list);
	}
}

static void *run(void *arg)
{
	struct streams *s = arg;
	struct epoll_event events[EVENTS_AT_ONCE];
	int64_t next_tick = clock_mono() + TICK_MS;
	uint64_t count;

	while (!s->stopping) {
		int64_t left = next_tick - clock_mono();
		int n = epoll_wait(s->epoll_fd, events, EVENTS_AT_ONCE, !s->first ? -1 : left < 0 ? 0
		                                                                                  : (int)left);

		/* One that ends within this loop has no further event in it: each descriptor is in it once. */
		for (int i = 0; i < n; i++) {
			if (events[i].data.ptr)
				on_ready(events[i].data.ptr, events[i].events);
			else if (read(s->wake_fd, &count, sizeof(count)) < 0)
				LOG(LOG_DEBUG, "streams", LS("what", S("nothing to read")));
		}
		run_woken(s);
		if (clock_mono() >= next_tick) {
			tick(s);
			next_tick = clock_mono() + TICK_MS;
		}
	}
	run_woken(s);
	for (struct stream *st = s->first, *next; st; st = next) {
		next = st->next;
		if (st->format == STREAM_WEBSOCKET && st->ready) {
			say_goodbye(st, GOING_AWAY);
			send_frames(st);
		}
		end(st);
	}
	return NULL;
}

struct streams *streams_new(void)
{
	struct streams *s = calloc(1, sizeof(*s));
	struct epoll_event ev = { .events = EPOLLIN };

	BUG_IF(!s);
	pthread_mutex_init(&s->lock, NULL);
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	s->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	BUG_IF(s->epoll_fd < 0 || s->wake_fd < 0);
	BUG_IF(epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, s->wake_fd, &ev));
	BUG_IF(pthread_create(&s->thread, NULL, run, s));
	return s;
}

void streams_free(struct streams *s)
{
	if (!s)
		return;
	s->stopping = true;
	wake_thread(s);
	pthread_join(s->thread, NULL);
	close(s->epoll_fd);
	close(s->wake_fd);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void tune(int fd)
{
	const int on = 1, size = SEND_BUFFER, unacked = UNACKED_MS;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked, sizeof(unacked));
}

void streams_add(struct streams *s, int fd, enum stream_format format, struct hub_client *client, str head)
{
	struct stream *st = calloc(1, sizeof(*st));

	BUG_IF(!st);
	tune(fd);
	st->of = s;
	st->fd = fd;
	st->format = format;
	st->client = client;
	set_out(st, head.p, head.n);
	wake(st); /* it is the thread's now */
}
