/* The escaper and the frame of every page. Pages need no JavaScript, and their policy allows none. */
#include "web/html.h"

#include "core/site.h"

enum { PAGE_MAX = 4 << 20 };

void html_fill(struct buf *b, const char *fmt, const str *values)
{
	const char *from = fmt;

	for (const char *at; (at = strchr(from, '{')); from = at) {
		bool raw = at[1] == '!';

		buf_add(b, str_n(from, (size_t)(at - from)));
		BUG_IF(at[1 + raw] != '}');
		if (raw)
			buf_add(b, *values);
		else
			buf_html(b, *values);
		values++;
		at += 2 + raw;
	}
	buf_add(b, str_of(from));
}

void html_said(struct buf *b, int status, str said)
{
	if (said.n)
		HTML(b, "<p {!}>{}</p>\n",
		     status >= 400 ? S("class=\"error\" role=\"alert\"") : S("class=\"said\" role=\"status\""), said);
}

static struct page_html begin(struct request *rq, str title, str head)
{
	struct page_html p = { .b = buf_new(rq->cx->mem, PAGE_MAX), .rq = rq };

	HTML(&p.b,
	     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	     "<title>{}</title>\n<link rel=\"stylesheet\" href=\"/assets/style.css\">\n"
	     "<link rel=\"stylesheet\" href=\"/custom.css\">\n<link rel=\"manifest\" href=\"/manifest\">\n"
	     "<link rel=\"icon\" href=\"/avatars/original/missing.png\">\n{!}</head>\n",
	     title, head);
	return p;
}

struct page_html html_page_head(struct request *rq, str title, str head)
{
	struct page_html p = begin(rq, title, head);

	HTML(&p.b, "<body>\n<header><a href=\"/\">{}</a></header>\n<main>\n", rq->cx->site->title);
	return p;
}

struct page_html html_page(struct request *rq, str title)
{
	return html_page_head(rq, title, S(""));
}

struct page_html html_frame(struct request *rq, str title)
{
	struct page_html p = begin(rq, title, S("<base target=\"_blank\">\n"));

	p.framed = p.bare = true;
	HTML(&p.b, "<body>\n");
	return p;
}

struct page_html html_bare_frame(struct request *rq, str title)
{
	struct page_html p = begin(rq, title, S(""));

	p.framed = p.bare = true;
	HTML(&p.b, "<body class=\"bare\">\n");
	return p;
}

/* What stands in a policy must not be able to end it. */
static str policy_word(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-:/[]_", s.p[i]))
			return S("");
	return s;
}

void html_reply(struct page_html *p, struct reply *rp, int status)
{
	struct arena *mem = p->rq->cx->mem;

	if (!p->bare)
		HTML(&p->b,
		     "</main>\n<footer><a href=\"/about\">{}</a> · <a href=\"/auth/edit\">Your login</a> · dassie</footer>\n",
		     p->rq->cx->site->domain);
	HTML(&p->b, "</body>\n</html>\n");
	reply_text(rp, status, "text/html; charset=utf-8", buf_str(&p->b));
	reply_header(rp, "Content-Security-Policy",
	             strf(mem,
	                  "default-src 'none'; style-src 'self'; img-src 'self' https: data:; media-src 'self' https:; "
	                  "base-uri 'none'; "
	                  "manifest-src 'self'; frame-ancestors %s; form-action 'self' %.*s",
	                  p->framed ? "*" : "'none'", STR_F(policy_word(p->form_action))));
	if (!p->framed)
		reply_header(rp, "X-Frame-Options", S("DENY"));
}
