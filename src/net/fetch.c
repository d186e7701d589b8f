#include "net/fetch.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "net/fetch_in.h"

/* The net thread: takes calls from its inbox, lets them wait by host, and runs libcurl's multi. After a minute with
 * nothing to do it gives back all handles and connections. */

static const char *const names[] = {
	[NET_OK] = "ok",
	[NET_REFUSED] = "refused",
	[NET_REDIRECTS] = "redirects",
	[NET_TOO_BIG] = "too_big",
	[NET_DNS] = "dns",
	[NET_CONNECT] = "connect",
	[NET_TLS] = "tls",
	[NET_TIMEOUT] = "timeout",
	[NET_BROKEN] = "broken",
	[NET_STOPPED] = "stopped",
};

const char *net_result_name(enum net_result r)
{
	return names[r];
}

enum err net_call_err(const struct net_call *call)
{
	switch (call->result) {
	case NET_OK: return OK;
	case NET_REFUSED:
	case NET_REDIRECTS:
	case NET_TOO_BIG: return ERR_INVALID;
	default: return ERR_BUSY;
	}
}

str net_header(const struct net_call *call, str name)
{
	str rest = call->head, line, own;

	while (str_cut(&rest, '\n', &line))
		if (line.n > name.n && line.p[name.n] == ':' && str_cut(&line, ':', &own) && str_ieq(own, name))
			return str_trim(line);
	return STR_NONE;
}

static char *copy(str s)
{
	char *z = s.n ? strndup(s.p, s.n) : NULL;

	BUG_IF(s.n && !z);
	return z;
}

struct net *net_start(const struct net_options *o)
{
	struct net *n = calloc(1, sizeof(*n));

	BUG_IF(!n);
	unsetenv("SSLKEYLOGFILE"); /* libcurl would write session keys there */
	n->guard = o->guard;
	n->ca_file = copy(o->ca_file);
	n->user_agent = copy(str_or(o->user_agent, S("dassie/0.1.0")));
	n->total_ms = o->total_ms ? o->total_ms : 30000;
	n->connect_ms = o->connect_ms ? o->connect_ms : 5000;
	n->max_calls = o->max_calls ? o->max_calls : 256;
	n->per_host = o->per_host ? o->per_host : 8;
	pthread_mutex_init(&n->lock, NULL);
	return n;
}

static void over(struct net_call *call)
{
	call->hop_now = NULL;
	call->done(call);
}

static void end_stopped(struct net_call *call)
{
	call->result = NET_STOPPED;
	call->why = S("the server stops");
	over(call);
}

static CURLM *new_multi(const struct net *n)
{
	CURLM *m = curl_multi_init();

	BUG_IF(!m);
	curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, (long)n->max_calls);
	curl_multi_setopt(m, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	return m;
}

/* The calls that came, and whether to go on. */
static bool take_inbox(struct net *n, struct net_hop **first)
{
	bool go_on;

	pthread_mutex_lock(&n->lock);
	*first = n->inbox.first;
	n->inbox = (struct hop_list){ 0 };
	go_on = !n->stopping;
	pthread_mutex_unlock(&n->lock);
	return go_on;
}

static void let_in(struct net_hop *h)
{
	for (struct net_hop *next; h; h = next) {
		next = h->next;
		if (h->call->result == NET_REFUSED)
			over(h->call);
		else
			turns_wait(h);
	}
}

static bool start_some(struct net *n)
{
	bool any = false;

	for (struct net_hop *h; (h = turns_next(n)); any = true)
		hop_start(h);
	return any;
}

static bool finish_some(struct net *n)
{
	CURLMsg *m;
	bool any = false;
	int left;

	while ((m = curl_multi_info_read(n->multi, &left))) {
		CURLcode code = m->data.result;
		struct net_hop *h;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&h);
		if (hop_finish(h, code))
			over(h->call);
		else
			turns_wait(h);
		any = true;
	}
	return any;
}

static void drop_idle(struct net *n)
{
	while (n->idle_count)
		curl_easy_cleanup(n->idle[--n->idle_count]);
}

/* Nothing has been asked for in a while: connections, handles and the CA store go. */
static void rest(struct net *n)
{
	drop_idle(n);
	pthread_mutex_lock(&n->lock);
	curl_multi_cleanup(n->multi);
	n->multi = new_multi(n);
	pthread_mutex_unlock(&n->lock);
}

static void end_all(struct net *n, struct net_hop *inbox)
{
	struct net_hop *h;

	for (struct net_hop *next; inbox; inbox = next) {
		next = inbox->next;
		end_stopped(inbox->call);
	}
	while ((h = n->active.first)) {
		hop_abort(h);
		end_stopped(h->call);
	}
	while ((h = turns_any(n)))
		end_stopped(h->call);
	drop_idle(n);
}

static void *run(void *arg)
{
	struct net *n = arg;
	struct net_hop *inbox;
	bool rested = true;
	int64_t last = 0;

	while (take_inbox(n, &inbox)) {
		bool busy = inbox != NULL;
		int running = 0;

		let_in(inbox);
		busy = start_some(n) || busy;
		curl_multi_perform(n->multi, &running);
		busy = finish_some(n) || busy;
		if (busy || n->active_count) {
			last = clock_mono();
			rested = false;
		}
		if (busy)
			continue;
		if (!rested && clock_mono() - last >= IDLE_MS) {
			rest(n);
			rested = true;
		}
		curl_multi_poll(n->multi, NULL, 0, n->active_count ? 1000 : rested ? INT32_MAX
		                                                                   : IDLE_MS,
		                NULL);
	}
	end_all(n, inbox);
	return NULL;
}

static void wake(struct net *n, bool was_empty)
{
	if (!n->running) {
		BUG_IF(curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK);
		n->multi = new_multi(n);
		turns_open(n);
		BUG_IF(pthread_create(&n->thread, NULL, run, n));
		n->running = true;
	} else if (was_empty) {
		curl_multi_wakeup(n->multi);
	}
}

void net_submit(struct net *n, struct net_call *call)
{
	struct net_hop *h = NEW(call->mem, struct net_hop);
	bool stopping;

	*h = (struct net_hop){ .net = n, .call = call };
	call->hop_now = h;
	call->result = NET_OK;
	call->status = 0;
	call->retry_after = -1;
	call->reply = call->head = call->why = S("");
	call->content_type = call->location = call->address = STR_NONE;
	call->took_ms = 0;
	hop_prepare(h, call->url);
	pthread_mutex_lock(&n->lock);
	stopping = n->stopping;
	if (!stopping) {
		bool was_empty = !n->inbox.first;

		hop_append(&n->inbox, h);
		wake(n, was_empty);
	}
	pthread_mutex_unlock(&n->lock);
	if (stopping)
		end_stopped(call);
}

void net_stop(struct net *n)
{
	bool running;

	pthread_mutex_lock(&n->lock);
	running = n->running && !n->stopping;
	n->stopping = true;
	if (running)
		curl_multi_wakeup(n->multi);
	pthread_mutex_unlock(&n->lock);
	if (!running)
		return;
	pthread_join(n->thread, NULL);
	curl_multi_cleanup(n->multi);
	turns_close(n);
}

void net_free(struct net *n)
{
	if (!n)
		return;
	net_stop(n);
	pthread_mutex_destroy(&n->lock);
	free(n->ca_file);
	free(n->user_agent);
	free(n);
}

struct waiter {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool over;
};

static void wake_waiter(struct net_call *call)
{
	struct waiter *w = call->waiter;

	pthread_mutex_lock(&w->lock);
	w->over = true;
	pthread_cond_signal(&w->cond);
	pthread_mutex_unlock(&w->lock);
}

enum err net_call_wait(struct net *n, struct net_call *call)
{
	struct waiter w = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };

	call->waiter = &w;
	call->done = wake_waiter;
	net_submit(n, call);
	pthread_mutex_lock(&w.lock);
	while (!w.over)
		pthread_cond_wait(&w.cond, &w.lock);
	pthread_mutex_unlock(&w.lock);
	pthread_cond_destroy(&w.cond);
	pthread_mutex_destroy(&w.lock);
	call->waiter = NULL;
	return net_call_err(call);
}
