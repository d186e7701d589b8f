/* net/fetch over TLS: who is believed to be the host, and that https never turns into http. */
#include "check.h"

#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "net/fetch.h"
#include "net/guard.h"

static EVP_PKEY *key;
static X509 *authority;
static char ca_path[] = "/tmp/test-tls-XXXXXX";

/* A certificate for that name, by the issuer (NULL: itself), from and to so many days from now. */
static X509 *certificate(const char *name, X509 *issuer, int from, int to)
{
	X509 *x = X509_new();
	X509_NAME *subject = X509_get_subject_name(x);
	char text[200];
	X509_EXTENSION *e;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), random());
	X509_gmtime_adj(X509_getm_notBefore(x), from * 86400L);
	X509_gmtime_adj(X509_getm_notAfter(x), to * 86400L);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : subject);
	snprintf(text, sizeof(text), "DNS:%s", name);
	e = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, text);
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	e = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
	X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	assert_true(X509_sign(x, key, EVP_sha256()));
	return x;
}

struct server {
	X509 *cert;
	int fd, port;
	const char *answer;
	atomic_int requests;
	pthread_t thread;
};

static void serve_one(struct server *s, SSL_CTX *cx, int fd)
{
	SSL *ssl = SSL_new(cx);
	char in[4096];
	int n;

	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		while ((n = SSL_read(ssl, in, sizeof(in))) > 0) {
			s->requests++;
			if (SSL_write(ssl, s->answer, (int)strlen(s->answer)) <= 0)
				break;
		}
	SSL_free(ssl);
	close(fd);
}

static void *serve(void *arg)
{
	struct server *s = arg;
	SSL_CTX *cx = SSL_CTX_new(TLS_server_method());
	int fd;

	SSL_CTX_use_certificate(cx, s->cert);
	SSL_CTX_use_PrivateKey(cx, key);
	while ((fd = accept(s->fd, NULL, NULL)) >= 0)
		serve_one(s, cx, fd);
	SSL_CTX_free(cx);
	return NULL;
}

static void start(struct server *s, X509 *cert, const char *answer)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);

	*s = (struct server){ .cert = cert, .answer = answer };
	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_false(bind(s->fd, (struct sockaddr *)&a, n));
	assert_false(listen(s->fd, 8));
	assert_false(getsockname(s->fd, (struct sockaddr *)&a, &n));
	s->port = ntohs(a.sin_port);
	assert_false(pthread_create(&s->thread, NULL, serve, s));
}

static void stop(struct server *s)
{
	shutdown(s->fd, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->fd);
	X509_free(s->cert);
}

static int make_authority(void **state)
{
	FILE *f;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	authority = certificate("authority.test", NULL, -1, 10);
	f = fdopen(mkstemp(ca_path), "w");
	PEM_write_X509(f, authority);
	return fclose(f);
}

static int drop_authority(void **state)
{
	(void)state;
	X509_free(authority);
	EVP_PKEY_free(key);
	return unlink(ca_path);
}

/* One GET of https://far.test/ from a server with that certificate. */
static void visit(X509 *cert, const char *answer, str ca_file, struct net_call *c, int *requests)
{
	struct server s;
	struct guard g;
	struct net *n;

	start(&s, cert, answer);
	assert_int_equal(guard_init(&g, c->mem, true, S("far.test=127.0.0.1")), OK);
	n = net_start(&(struct net_options){ .guard = &g, .ca_file = ca_file, .total_ms = 5000 });
	c->method = S("GET");
	c->url = strf(c->mem, "https://far.test:%d/", s.port);
	c->redirects = 3;
	(void)!net_call_wait(n, c);
	net_free(n);
	stop(&s);
	*requests = s.requests;
}

#define FINE "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static void a_host_with_a_good_certificate_is_believed(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct net_call c = { .mem = &mem };
	int requests;

	(void)state;
	visit(certificate("far.test", authority, -1, 5), FINE, str_of(ca_path), &c, &requests);
	assert_int_equal(c.result, NET_OK);
	assert_str(c.reply, S("ok"));
	assert_int_equal(requests, 1);
}

static void bad_certificates_fail_closed(void **state)
{
	struct arena mem ARENA_SCOPE;
	X509 *bad[] = {
		certificate("far.test", authority, -9, -5), /* expired */
		certificate("far.test", authority, 5, 9),   /* not yet */
		certificate("near.test", authority, -1, 5), /* of another host */
		certificate("far.test", NULL, -1, 5),       /* its own authority */
	};
	struct net_call c = { .mem = &mem };
	int requests;

	(void)state;
	for (int i = 0; i < 4; i++) {
		visit(bad[i], FINE, str_of(ca_path), &c, &requests);
		assert_int_equal(c.result, NET_TLS);
		assert_int_equal(net_call_err(&c), ERR_BUSY);
		assert_int_equal(requests, 0);
	}
	visit(certificate("far.test", authority, -1, 5), FINE, STR_NONE, &c, &requests);
	assert_int_equal(c.result, NET_TLS);
	assert_int_equal(requests, 0);
}

static void a_redirect_from_https_to_http_is_refused(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct net_call c = { .mem = &mem };
	int requests;

	(void)state;
	visit(certificate("far.test", authority, -1, 5),
	      "HTTP/1.1 302 Found\r\nLocation: http://far.test/\r\nContent-Length: 0\r\n\r\n", str_of(ca_path), &c, &requests);
	assert_int_equal(c.result, NET_REFUSED);
	assert_str(c.why, S("where the redirect leads"));
	assert_int_equal(requests, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_with_a_good_certificate_is_believed),
		cmocka_unit_test(bad_certificates_fail_closed),
		cmocka_unit_test(a_redirect_from_https_to_http_is_refused),
	};

	return cmocka_run_group_tests(tests, make_authority, drop_authority);
}
