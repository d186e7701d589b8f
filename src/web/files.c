/* The few fixed files, and what machines ask of any web server. */
#include "web/assets.h"
#include "web/web.h"

static enum err file(struct reply *rp, const char *type, str bytes)
{
	reply_text(rp, 200, type, bytes);
	reply_header(rp, "Cache-Control", S("public, max-age=86400"));
	reply_header(rp, "Access-Control-Allow-Origin", S("*"));
	reply_header(rp, "Content-Security-Policy", S("default-src 'none'; sandbox"));
	return OK;
}

enum err web_style(struct request *rq, struct reply *rp)
{
	(void)rq;
	return file(rp, "text/css; charset=utf-8", asset_style_css);
}

enum err web_avatar(struct request *rq, struct reply *rp)
{
	(void)rq;
	return file(rp, "image/png", asset_avatar_png);
}

enum err web_header(struct request *rq, struct reply *rp)
{
	(void)rq;
	return file(rp, "image/png", asset_header_png);
}

enum err web_robots(struct request *rq, struct reply *rp)
{
	(void)rq;
	return file(rp, "text/plain; charset=utf-8", S("User-agent: *\nDisallow: /api/\nDisallow: /auth/\nDisallow: /oauth/\n"));
}

enum err web_health(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_text(rp, 200, "text/plain; charset=utf-8", S("OK"));
	return OK;
}
