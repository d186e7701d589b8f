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

enum err web_interaction_script(struct request *rq, struct reply *rp)
{
	(void)rq;
	return file(rp, "text/javascript; charset=utf-8", asset_interaction_js);
}

/* A frame for pages of ours, and nothing but the script that may ask other servers. */
enum err web_interaction_helper(struct request *rq, struct reply *rp)
{
	(void)rq;
	reply_text(rp, 200, "text/html; charset=utf-8",
	           S("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Remote interaction</title>\n"
	             "<script src=\"/assets/interaction.js\" defer></script>\n</head>\n<body></body>\n</html>\n"));
	reply_header(rp, "Content-Security-Policy",
	             S("default-src 'none'; script-src 'self'; connect-src https:; base-uri 'none'; form-action 'none'; "
	               "frame-ancestors 'self'"));
	reply_header(rp, "X-Frame-Options", S("SAMEORIGIN"));
	reply_header(rp, "Cache-Control", S("public, max-age=300"));
	return OK;
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
