#include "net/mail.h"

#include <curl/curl.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"

enum { MESSAGE_MAX = 256 << 10,
       LINE_BYTES = 57, /* of base64: 76 characters */
       SECONDS = 60 };

static bool printable(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 127)
			return false;
	return s.n > 0;
}

str mail_address(str text)
{
	long from = str_chr(text, '<'), at;
	str a = str_trim(text);

	if (from >= 0) {
		a = str_from(text, (size_t)from + 1);
		if (!str_chop(&a, S(">")))
			return STR_NONE;
	}
	at = str_chr(a, '@');
	if (!printable(a) || a.n > 254 || at < 1 || (size_t)at + 1 >= a.n || str_chr(a, '<') >= 0 || str_chr(a, '>') >= 0 ||
	    str_chr(a, ',') >= 0 || str_chr(a, '"') >= 0)
		return STR_NONE;
	return a;
}

/* RFC 2047 for what is not ASCII, or would mean something in a list of addresses. */
static void header_text(struct arena *mem, struct buf *b, const char *name, str text)
{
	bool ascii = true;

	for (size_t i = 0; i < text.n; i++)
		ascii = ascii && text.p[i] >= ' ' && text.p[i] < 127 && !strchr("()<>[]:;@\\,.\"=?", text.p[i]);
	buf_addf(b, "%s:", name);
	if (ascii) {
		buf_byte(b, ' ');
		buf_add(b, text);
	}
	while (!ascii && text.n) {
		size_t n = text.n < 42 ? text.n : 42;

		while (n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
			n--; /* not within a character */
		buf_addf(b, " =?UTF-8?B?%.*s?=\r\n", STR_F(codec_base64(mem, str_to(text, n))));
		text = str_from(text, n);
	}
	if (ascii)
		buf_add(b, S("\r\n"));
}

static void date(struct buf *b, int64_t at)
{
	char text[64];
	time_t t = (time_t)(at / 1000);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	buf_addf(b, "Date: %s\r\n", text);
}

static void body(struct arena *mem, struct buf *b, str text)
{
	buf_add(b, S("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
	             "Auto-Submitted: auto-generated\r\n\r\n"));
	while (text.n) {
		buf_addf(b, "%.*s\r\n", STR_F(codec_base64(mem, str_to(text, LINE_BYTES))));
		text = str_from(text, text.n < LINE_BYTES ? text.n : LINE_BYTES);
	}
}

static bool one_line(str s)
{
	return str_chr(s, '\n') < 0 && str_chr(s, '\r') < 0 && str_utf8(s);
}

str mail_message(struct arena *mem, const struct mail_server *server, const struct mail *m)
{
	struct buf b = buf_new(mem, MESSAGE_MAX);
	str from = mail_address(server->from), to = mail_address(m->to), name, host;

	if (str_none(from) || str_none(to) || !one_line(m->subject) || !one_line(server->from) || !str_utf8(m->text))
		return STR_NONE;
	host = str_from(from, (size_t)str_chr(from, '@') + 1);
	name = str_chr(server->from, '<') > 0 ? str_trim(str_to(server->from, (size_t)str_chr(server->from, '<'))) : STR_NONE;
	date(&b, m->at);
	if (name.n)
		header_text(mem, &b, "From", name);
	if (name.n)
		buf_addf(&b, " <%.*s>\r\n", STR_F(from)); /* the header's second line */
	else
		buf_addf(&b, "From: <%.*s>\r\n", STR_F(from));
	buf_addf(&b, "To: <%.*s>\r\nMessage-ID: <%.*s@%.*s>\r\n", STR_F(to), STR_F(m->id), STR_F(host));
	header_text(mem, &b, "Subject", m->subject);
	body(mem, &b, m->text);
	return buf_str(&b);
}

static size_t give(char *to, size_t size, size_t n, void *arg)
{
	str *rest = arg;
	size_t most = size * n < rest->n ? size * n : rest->n;

	if (most)
		memcpy(to, rest->p, most);
	*rest = str_from(*rest, most);
	return most;
}

static void clean_curl(CURL **c)
{
	curl_easy_cleanup(*c);
}

static void clean_list(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

static void prepare(CURL *c, const struct mail_server *s, struct arena *mem, str *rest)
{
	curl_easy_setopt(c, CURLOPT_URL, cstr(mem, s->url));
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_USE_SSL, s->plain ? CURLUSESSL_TRY : CURLUSESSL_ALL);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SECONDS);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
	if (s->user.n) {
		curl_easy_setopt(c, CURLOPT_USERNAME, cstr(mem, s->user));
		curl_easy_setopt(c, CURLOPT_PASSWORD, cstr(mem, s->password));
	}
	if (s->ca_file.n)
		curl_easy_setopt(c, CURLOPT_CAINFO, cstr(mem, s->ca_file));
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, cstr(mem, mail_address(s->from)));
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, rest);
}

enum err mail_send(const struct mail_server *server, struct arena *mem, const struct mail *m, str *why)
{
	CURL *c __attribute__((cleanup(clean_curl))) = curl_easy_init();
	struct curl_slist *to __attribute__((cleanup(clean_list))) = NULL;
	str rest = mail_message(mem, server, m);
	char error[CURL_ERROR_SIZE] = "";
	long code = 0;
	CURLcode r;

	*why = S("an address or a line that cannot be sent");
	if (!c || str_none(rest))
		return c ? ERR_INVALID : ERR_BUSY;
	to = curl_slist_append(NULL, cstr(mem, mail_address(m->to)));
	prepare(c, server, mem, &rest);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
	r = curl_easy_perform(c);
	*why = str_dup(mem, str_of(error[0] ? error : curl_easy_strerror(r)));
	if (r == CURLE_OK)
		return OK;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	return code >= 500 && code < 600 && r == CURLE_SEND_ERROR ? ERR_INVALID : ERR_BUSY;
}
