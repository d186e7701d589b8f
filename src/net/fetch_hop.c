/* One visit of one URL. libcurl does not follow redirects, count for us or choose addresses: the URL is checked before,
 * the address when the socket is made (after DNS, before connect), headers and decoded bytes as they come. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "net/fetch_in.h"
#include "net/guard.h"

/* A line that would be two, or none, would let its text choose headers. */
static bool line_ok(str line)
{
	for (size_t i = 0; i < line.n; i++)
		if ((unsigned char)line.p[i] < ' ' && line.p[i] != '\t')
			return false;
	return line.n > 0;
}

static bool add_line(struct net_hop *h, struct curl_slist ***end, str line)
{
	struct arena *mem = h->call->mem;
	struct curl_slist *one = NEW(mem, struct curl_slist);

	one->data = (char *)cstr(mem, line);
	**end = one;
	*end = &one->next;
	return line_ok(line);
}

static bool refuse(struct net_call *call, const char *why)
{
	call->result = NET_REFUSED;
	call->why = str_of(why);
	return false;
}

static bool add_lines(struct net_hop *h)
{
	struct net_call *call = h->call;
	struct curl_slist **end = &h->lines;
	struct strs more = { 0 };

	h->lines = NULL;
	if (call->sign && call->sign(call, &h->url, &more))
		return refuse(call, "not signed");
	for (size_t i = 0; i < call->headers.n; i++)
		if (!add_line(h, &end, call->headers.v[i]))
			return refuse(call, "header line");
	for (size_t i = 0; i < more.n; i++)
		if (!add_line(h, &end, more.v[i]))
			return refuse(call, "header line");
	if (str_eq(call->method, S("POST")))
		add_line(h, &end, S("Expect:"));
	return true;
}

static struct curl_slist *other_address(struct net_hop *h)
{
	str address = guard_host_of(h->net->guard, h->url.host);
	struct curl_slist *one;
	bool six = str_chr(address, ':') >= 0;

	if (!address.p)
		return NULL;
	one = NEW(h->call->mem, struct curl_slist);
	one->data = (char *)strf(h->call->mem, "%.*s:%d:%s%.*s%s:%d", STR_F(h->url.host), h->url.port,
	                         six ? "[" : "", STR_F(address), six ? "]" : "", h->url.port)
	                    .p;
	return one;
}

bool hop_prepare(struct net_hop *h, str url)
{
	struct net_call *call = h->call;
	bool post = str_eq(call->method, S("POST"));

	call->final = url;
	if (url_parse(call->mem, url, &h->url))
		return refuse(call, "no URL we visit");
	call->final = h->url.whole;
	if (guard_url(h->net->guard, &h->url))
		return refuse(call, "guard: scheme, port or address");
	if (!post && !str_eq(call->method, S("GET")) && !str_eq(call->method, S("HEAD")))
		return refuse(call, "method");
	if (call->hop && call->hop(call, &h->url))
		return refuse(call, "host");
	if (!add_lines(h))
		return false;
	h->connect_to = other_address(h);
	h->max_body = call->max_body ? call->max_body : post ? POST_REPLY_LIMIT
	                                                     : REPLY_LIMIT;
	h->body = buf_new(call->mem, h->max_body);
	h->head = buf_new(call->mem, HEAD_LIMIT);
	if (call->to_file && ftruncate(call->file, 0))
		return refuse(call, "the file cannot be written");
	h->got = h->head_got = 0;
	h->sockets = 0;
	h->status = 0;
	h->refused = h->too_big = h->cut = h->encoded = h->garbled = false;
	h->why[0] = 0;
	return true;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct net_hop *h = arg;

	if (h->resolving) {
		h->resolving = false;
		h->net->resolving--;
	}
	if (purpose != CURLSOCKTYPE_IPCXN || h->sockets >= ADDRESSES_LIMIT)
		return CURL_SOCKET_BAD;
	if (!guard_allows(h->net->guard, &a->addr)) {
		h->refused = true;
		return CURL_SOCKET_BAD;
	}
	h->sockets++;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static int resolver_starts(void *resolver, void *reserved, void *arg)
{
	struct net_hop *h = arg;

	(void)resolver, (void)reserved;
	if (!h->resolving) {
		h->resolving = true;
		h->net->resolving++;
	}
	return 0;
}

/* One plain or gzip body; anything nested or unknown is refused, since libcurl would unpack it layer by layer. */
static bool encoding_ok(struct net_hop *h, str line)
{
	str value = line, name;

	if (!str_cut(&value, ':', &name) || !value.p)
		return true;
	value = str_trim(value);
	if (str_ieq(name, S("content-encoding"))) {
		bool twice = h->encoded;

		h->encoded = true;
		return !twice && (!value.n || str_ieq(value, S("gzip")) || str_ieq(value, S("x-gzip")) ||
		                  str_ieq(value, S("identity")));
	}
	if (str_ieq(name, S("transfer-encoding")))
		return str_ieq(value, S("chunked")) || str_ieq(value, S("identity"));
	return true;
}

static size_t take_head(char *p, size_t size, size_t count, void *arg)
{
	struct net_hop *h = arg;
	size_t n = size * count;
	str line = { p, n };

	h->head_got += n;
	if (h->head_got > HEAD_LIMIT) {
		h->too_big = true;
		return 0;
	}
	if (str_starts(line, S("HTTP/"))) {
		h->head.n = 0;
		h->encoded = false;
	}
	if (!encoding_ok(h, line)) {
		h->garbled = true;
		return 0;
	}
	buf_add(&h->head, line);
	return n;
}

/* h->got counts these bytes already. */
static bool write_file(struct net_hop *h, const char *p, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t one = pwrite(h->call->file, p + done, n - done, (off_t)(h->got - n + done));

		if (one < 0 && errno == EINTR)
			continue;
		if (one <= 0) {
			snprintf(h->why, sizeof(h->why), "the file cannot be written: %s", strerror(errno));
			return false;
		}
		done += (size_t)one;
	}
	return true;
}

/* With the first bytes of a body: what its head said. */
static void look_at_head(struct net_hop *h)
{
	curl_off_t length = -1;

	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &h->status);
	curl_easy_getinfo(h->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	h->length = h->encoded ? -1 : (int64_t)length;
}

static bool take_into_file(struct net_hop *h, const char *p, size_t n)
{
	struct net_call *call = h->call;

	if (!write_file(h, p, n))
		return false;
	return !call->came || h->status != 200 || call->came(call, (int64_t)h->got, h->length);
}

static size_t take_body(char *p, size_t size, size_t count, void *arg)
{
	struct net_hop *h = arg;
	size_t n = size * count;

	if (!h->status)
		look_at_head(h);
	h->got += n;
	if (h->got > h->max_body || (h->call->to_file && h->length > (int64_t)h->max_body)) {
		h->cut = h->call->drop_body || h->call->cut_body;
		h->too_big = !h->cut;
		if (h->call->cut_body)
			buf_add(&h->body, str_n(p, n - (h->got - h->max_body)));
		return 0;
	}
	if (h->call->to_file)
		return take_into_file(h, p, n) ? n : 0;
	if (!h->call->drop_body)
		buf_add(&h->body, str_n(p, n));
	return n;
}

#define SET(e, option, value) BUG_IF(curl_easy_setopt((e), CURLOPT_##option, (value)) != CURLE_OK)

/* What never changes for a handle. Nothing is taken from the environment: no proxy, no netrc. */
static CURL *new_easy(const struct net *n)
{
	CURL *e = curl_easy_init();

	BUG_IF(!e);
	SET(e, NOSIGNAL, 1L);
	SET(e, QUICK_EXIT, 1L); /* or a call that ends while its name is looked up stops the whole thread */
	SET(e, PROTOCOLS_STR, n->guard->dev ? "http,https" : "https");
	SET(e, PROXY, "");
	SET(e, NETRC, (long)CURL_NETRC_IGNORED);
	SET(e, FOLLOWLOCATION, 0L);
	SET(e, PATH_AS_IS, 1L);
	SET(e, DISALLOW_USERNAME_IN_URL, 1L);
	SET(e, HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(e, ACCEPT_ENCODING, "gzip");
	SET(e, USERAGENT, n->user_agent);
	SET(e, SSL_VERIFYPEER, 1L);
	SET(e, SSL_VERIFYHOST, 2L);
	SET(e, SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (n->ca_file)
		SET(e, CAINFO, n->ca_file);
	SET(e, CONNECTTIMEOUT_MS, (long)n->connect_ms);
	SET(e, MAXAGE_CONN, (long)(IDLE_MS / 1000));
	SET(e, UPLOAD_BUFFERSIZE, 16384L);
	SET(e, OPENSOCKETFUNCTION, open_socket);
	SET(e, RESOLVER_START_FUNCTION, resolver_starts);
	SET(e, HEADERFUNCTION, take_head);
	SET(e, WRITEFUNCTION, take_body);
	return e;
}

static void set_method(CURL *e, const struct net_call *call)
{
	if (str_eq(call->method, S("POST"))) {
		SET(e, POST, 1L);
		SET(e, POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
		SET(e, POSTFIELDS, call->body.n ? call->body.p : "");
		return;
	}
	SET(e, HTTPGET, 1L);
	if (str_eq(call->method, S("HEAD")))
		SET(e, NOBODY, 1L);
}

void hop_start(struct net_hop *h)
{
	struct net *n = h->net;
	int64_t now = clock_mono();
	CURL *e = n->idle_count ? n->idle[--n->idle_count] : new_easy(n);

	if (!h->started) {
		h->started = true;
		h->since = now;
		h->deadline = now + (h->call->total_ms ? h->call->total_ms : n->total_ms);
	}
	h->easy = e;
	SET(e, PRIVATE, h);
	SET(e, URL, cstr(h->call->mem, h->url.whole));
	set_method(e, h->call);
	SET(e, HTTPHEADER, h->lines);
	SET(e, CONNECT_TO, h->connect_to);
	SET(e, TIMEOUT_MS, (long)(h->deadline > now ? h->deadline - now : 1));
	SET(e, OPENSOCKETDATA, h);
	SET(e, RESOLVER_START_DATA, h);
	SET(e, HEADERDATA, h);
	SET(e, WRITEDATA, h);
	SET(e, ERRORBUFFER, h->why);
	BUG_IF(curl_multi_add_handle(n->multi, e) != CURLM_OK);
}

static void give_back(struct net_hop *h, bool known)
{
	struct net *n = h->net;

	if (h->resolving)
		n->resolving--;
	h->resolving = false;
	curl_multi_remove_handle(n->multi, h->easy);
	curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, NULL);
	if (n->idle_count < IDLE_EASY_LIMIT)
		n->idle[n->idle_count++] = h->easy;
	else
		curl_easy_cleanup(h->easy);
	h->easy = NULL;
	turns_done(h, known);
}

void hop_abort(struct net_hop *h)
{
	give_back(h, false);
}

static enum net_result result_of(const struct net_hop *h, CURLcode code)
{
	if (code == CURLE_OK || h->cut)
		return NET_OK;
	if (h->too_big)
		return NET_TOO_BIG;
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST: return NET_DNS;
	case CURLE_COULDNT_CONNECT: return h->refused && !h->sockets ? NET_REFUSED : NET_CONNECT;
	case CURLE_OPERATION_TIMEDOUT: return h->resolving ? NET_DNS : NET_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS: return NET_TLS;
	default: return NET_BROKEN;
	}
}

static int64_t retry_after(const struct net_call *call)
{
	str text = net_header(call, S("retry-after"));
	int64_t v;

	if (text.n && text.n < 8 && str_int(text, &v) && v >= 0)
		return v * SECOND;
	if (text.n && clock_parse_http(text, &v))
		return v > clock_now() ? v - clock_now() : 0;
	return -1;
}

static void read_outcome(struct net_hop *h, CURLcode code)
{
	struct net_call *call = h->call;
	char *address = NULL;
	long status = 0;

	call->result = result_of(h, code);
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(h->easy, CURLINFO_PRIMARY_IP, &address);
	call->status = (int)status;
	call->address = str_dup(call->mem, str_of(address));
	call->head = str_or(buf_str(&h->head), S(""));
	call->reply = call->result == NET_OK && !call->drop_body ? str_or(buf_str(&h->body), S("")) : S("");
	call->content_type = net_header(call, S("content-type"));
	call->location = net_header(call, S("location"));
	call->retry_after = retry_after(call);
	if (h->garbled)
		call->why = S("content encoding");
	else if (h->too_big)
		call->why = S("too big");
	else if (h->refused && !h->sockets)
		call->why = S("guard: address");
	else
		call->why = str_of(h->why[0] ? h->why : curl_easy_strerror(code));
}

static bool is_redirect(const struct net_call *call)
{
	bool code = call->status == 301 || call->status == 302 || call->status == 303 || call->status == 307 ||
	            call->status == 308;

	return call->result == NET_OK && code && call->redirects > 0 && call->location.n &&
	       !str_eq(call->method, S("POST"));
}

bool hop_finish(struct net_hop *h, CURLcode code)
{
	struct net_call *call = h->call;
	bool was_https = h->url.https;
	struct url to;

	read_outcome(h, code);
	give_back(h, call->status > 0);
	call->took_ms = clock_mono() - h->since;
	if (!is_redirect(call))
		return true;
	if (h->follows++ >= call->redirects) {
		call->result = NET_REDIRECTS;
		return true;
	}
	if (url_join(call->mem, &h->url, call->location, &to) || (was_https && !to.https))
		return !refuse(call, "where the redirect leads");
	return !hop_prepare(h, to.whole);
}
