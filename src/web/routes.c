/* The table of pages, and how they fail. */
#include "core/disk.h"
#include "core/site.h"
#include "web/html.h"
#include "web/web.h"

#define ROUTE(method, path, fn, flags) { M_##method, path, fn, flags, NULL },
static const struct route routes[] = {
#include "web/routes.def"
};
#undef ROUTE

enum err web_problem(struct request *rq, struct reply *rp, int status, const char *said)
{
	struct page_html p = html_page(rq, str_of(said));

	HTML(&p.b, "<h1>{}</h1>\n<p><a href=\"/\">To the front page</a></p>\n", str_of(said));
	html_reply(&p, rp, status);
	reply_header(rp, "Cache-Control", S("no-store"));
	return OK;
}

static const char *what_to_say(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{ 400, "That request could not be understood" },
		{ 403, "That is not allowed" },
		{ 404, "There is nothing here" },
		{ 405, "That cannot be done here" },
		{ 410, "This is gone" },
		{ 429, "Too many tries: please wait a little" },
		{ 503, "Busy just now: please try again" },
		{ 507, "The disk of this server is full" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return "Something went wrong";
}

static enum err enter(struct request *rq, struct reply *rp)
{
	(void)rp;
	return rq->method == M_POST && !(rq->route->flags & R_ENDS) ? disk_room(rq->cx, DISK_FULL) : OK;
}

static void failed(struct request *rq, struct reply *rp, enum err e)
{
	bool full = e == ERR_BUSY && rq->cx->full;
	int status = rp->status != 200 ? rp->status : full ? 507 : reply_status_of(e);

	if (!rq->cx->site) {
		reply_text(rp, status, "text/plain; charset=utf-8", str_of(what_to_say(status)));
		return;
	}
	if (web_problem(rq, rp, status, what_to_say(status)))
		reply_text(rp, status, "text/plain; charset=utf-8", S(""));
}

const struct route_set web_routes = {
	.prefix = "/", /* what nobody else knows is answered by a page */
	.routes = routes,
	.n = sizeof(routes) / sizeof(routes[0]),
	.enter = enter,
	.failed = failed,
};
