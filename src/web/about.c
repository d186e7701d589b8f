/* What a site says of itself: about, privacy policy, terms; what browsers ask to install it. */
#include "base/json.h"
#include "core/site.h"
#include "web/html.h"
#include "web/web.h"

static enum err add_text(struct request *rq, struct buf *b, const char *name, bool *there)
{
	struct site_text t;
	enum err e = site_text(rq->cx, name, &t);

	*there = !e;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	HTML(b, "{!}\n", site_text_html(rq->cx, t.text));
	return OK;
}

static void rules(struct buf *b, str json)
{
	json_t *doc JR_SCOPE = NULL;

	if (!json.n || jr_parse(json, &doc) || !jr_len(doc))
		return;
	HTML(b, "<h2>Rules</h2>\n<ol>\n");
	for (size_t i = 0; i < jr_len(doc); i++)
		HTML(b, "<li>{}</li>\n", jr_text(jr_at(doc, i)));
	HTML(b, "</ol>\n");
}

enum err web_about(struct request *rq, struct reply *rp)
{
	const struct site *site = rq->cx->site;
	struct page_html p = html_page(rq, site->title);
	bool there;

	HTML(&p.b, "<h1>{}</h1>\n", site->title);
	if (site->description.n)
		HTML(&p.b, "<p>{}</p>\n", site->description);
	TRY(add_text(rq, &p.b, "extended_description", &there));
	rules(&p.b, site->rules);
	if (site->contact_email.n)
		HTML(&p.b, "<p>Contact: <a href=\"mailto:{}\">{}</a></p>\n", site->contact_email, site->contact_email);
	HTML(&p.b, "<p><a href=\"/privacy-policy\">Privacy policy</a> · "
	           "<a href=\"/terms-of-service\">Terms of service</a></p>\n");
	html_reply(&p, rp, 200);
	return OK;
}

static enum err text_page(struct request *rq, struct reply *rp, const char *name, str title, const char *otherwise)
{
	struct page_html p = html_page(rq, title);
	bool there;

	HTML(&p.b, "<h1>{}</h1>\n", title);
	TRY(add_text(rq, &p.b, name, &there));
	if (!there)
		HTML(&p.b, "<p>{}</p>\n", str_of(otherwise));
	html_reply(&p, rp, 200);
	return OK;
}

enum err web_privacy(struct request *rq, struct reply *rp)
{
	return text_page(rq, rp, "privacy_policy", S("Privacy policy"), "This site has not written down a privacy policy yet.");
}

enum err web_terms(struct request *rq, struct reply *rp)
{
	return text_page(rq, rp, "terms_of_service", S("Terms of service"), "This site has no terms of service.");
}

enum err web_custom_css(struct request *rq, struct reply *rp)
{
	struct site_text t = { .text = S("") };
	enum err e = site_text(rq->cx, "custom_css", &t);

	if (e && e != ERR_NOT_FOUND)
		return e;
	reply_text(rp, 200, "text/css; charset=utf-8", t.text);
	reply_header(rp, "Cache-Control", S("public, max-age=300"));
	return OK;
}

/* https://www.w3.org/TR/appmanifest/ */
enum err web_manifest(struct request *rq, struct reply *rp)
{
	struct jw *w = reply_json(rp);

	jw_obj(w, NULL);
	jw_lit(w, "id", "/");
	jw_str(w, "name", rq->cx->site->title);
	jw_str(w, "short_name", rq->cx->site->title);
	jw_lit(w, "start_url", "/");
	jw_lit(w, "scope", "/");
	jw_lit(w, "display", "standalone");
	jw_lit(w, "background_color", "#ffffff");
	jw_lit(w, "theme_color", "#5b3fd1");
	jw_arr(w, "icons");
	jw_obj(w, NULL);
	jw_lit(w, "src", "/avatars/original/missing.png");
	jw_lit(w, "type", "image/png");
	jw_lit(w, "sizes", "any");
	jw_end(w);
	jw_end(w);
	jw_obj(w, "share_target"); /* https://w3c.github.io/web-share-target/ */
	jw_lit(w, "action", "/share");
	jw_lit(w, "method", "GET");
	jw_lit(w, "enctype", "application/x-www-form-urlencoded");
	jw_obj(w, "params");
	jw_lit(w, "title", "title");
	jw_lit(w, "text", "text");
	jw_lit(w, "url", "url");
	jw_end(w);
	jw_end(w);
	jw_end(w);
	return OK;
}
