#pragma once
/* HTML is made here and nowhere else: every value passes the escaper. */
#include "http/reply.h"

/* Adds fmt with each "{}" replaced by the next value, escaped, and each "{!}" by the next value as it is (HTML that came
 * through the cleaner, or was made by this). HTML(b, "<a href=\"{}\">{}</a>", url, name) */
#define HTML(b, ...)       HTML_(b, __VA_ARGS__, STR_NONE)
#define HTML_(b, fmt, ...) html_fill(b, fmt, (const str[]){ __VA_ARGS__ })
void html_fill(struct buf *b, const char *fmt, const str *values);

/* The field where a password is asked for once more. */
#define PASSWORD_FIELD                                                                    \
	"<label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\" " \
	"required></label>\n"

/* What a page has to say of what was asked, and nothing if that is empty; an error from status 400 on. */
void html_said(struct buf *b, int status, str said);

/* A page: head with title and style, then what is added, then the foot. */
struct page_html {
	struct buf b;
	struct request *rq;
	bool framed;     /* other pages may show it in a frame */
	bool bare;       /* without head and foot */
	str form_action; /* further origins or schemes that forms may lead to; STR_NONE: none */
};
struct page_html html_page(struct request *rq, str title);
/* A page whose head holds this too (already HTML). */
struct page_html html_page_head(struct request *rq, str title, str head);
/* A page for frames on other sites, without head and foot: links lead out of the frame. */
struct page_html html_frame(struct request *rq, str title);
/* Likewise, with nothing but what is added. */
struct page_html html_bare_frame(struct request *rq, str title);
/* Ends the page and makes it the answer, with its content security policy. */
void html_reply(struct page_html *p, struct reply *rp, int status);
