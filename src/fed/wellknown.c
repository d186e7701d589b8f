/* WebFinger, host-meta and NodeInfo of the site asked, and of no other. RFC 7033, RFC 6415, FEP-d556; federation.md 1.3, 1.6,
 * 1.7. */
#include "base/url.h"
#include "config.h"
#include "core/account.h"
#include "core/site.h"
#include "fed/as_write.h"
#include "fed/jrd.h"
#include "fed/serve.h"
#include "version.h"

#define TYPE_OF(version) \
	"application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/" version "#\"; charset=utf-8"

static const char as_type_name[] = "application/activity+json";

static void link_to(struct jw *w, const char *rel, const char *type, str href)
{
	jw_obj(w, NULL);
	jw_lit(w, "rel", rel);
	if (type)
		jw_lit(w, "type", type);
	jw_str(w, "href", href);
	jw_end(w);
}

static void link_template(struct jw *w, const char *rel, str template)
{
	jw_obj(w, NULL);
	jw_lit(w, "rel", rel);
	jw_str(w, "template", template);
	jw_end(w);
}

static void jrd(struct reply *rp, const struct account *a)
{
	struct arena *mem = rp->rq->cx->mem;
	struct jw *w = reply_json(rp);
	str base = rq_base(rp->rq);

	rp->type = S("application/jrd+json; charset=utf-8");
	jw_obj(w, NULL);
	jw_str(w, "subject", strf(mem, "acct:%.*s@%.*s", STR_F(a->username), STR_F(a->domain)));
	jw_arr(w, "aliases");
	jw_str(w, NULL, str_or(a->url, base));
	jw_str(w, NULL, a->uri);
	jw_end(w);
	jw_arr(w, "links");
	link_to(w, "http://webfinger.net/rel/profile-page", "text/html", str_or(a->url, base));
	link_to(w, "self", as_type_name, a->uri);
	if (str_eq(a->kind, S("Application")))
		link_to(w, "https://www.w3.org/ns/activitystreams#Service", as_type_name, a->uri);
	link_template(w, "http://ostatus.org/schema/1.0/subscribe", str_cat(mem, base, S("/authorize_interaction?uri={uri}")));
	link_template(w, "https://w3id.org/fep/3b86/Create", str_cat(mem, base, S("/share?text={content}")));
	link_template(w, "https://w3id.org/fep/3b86/Object", str_cat(mem, base, S("/authorize_interaction?uri={object}")));
	if (a->avatar_url.n)
		link_to(w, "http://webfinger.net/rel/avatar", as_image_type(a->avatar_url), a->avatar_url);
	jw_end(w);
	jw_end(w);
}

/* https://web/, https://web/actor, acct:domain@domain */
static bool is_instance(const struct site *site, str rest, str name, str domain)
{
	if (str_skip(&rest, site->base))
		return str_empty(rest) || str_eq(rest, S("/")) || str_eq(rest, S("/actor"));
	return str_ieq(name, domain) && (str_ieq(domain, site->domain) || str_ieq(domain, site->host));
}

/* A profile's address in any of its spellings -> the name in it. */
static str name_of_url(const struct site *site, str url)
{
	str name;

	if (!str_skip(&url, site->base))
		return STR_NONE;
	if (!str_skip(&url, S("/@")) && !str_skip(&url, S("/users/")))
		return STR_NONE;
	str_chop(&url, S("/"));
	name = url;
	return str_chr(name, '/') < 0 && str_chr(name, '?') < 0 ? name : STR_NONE;
}

static enum err find(struct ctx *cx, str resource, struct account *a)
{
	const struct site *site = cx->site;
	str name = STR_NONE, domain = STR_NONE, handle;

	if (str_istarts(resource, S("https://")) || str_istarts(resource, S("http://"))) {
		name = name_of_url(site, resource);
	} else {
		handle = handle_clean(cx->mem, resource);
		if (str_none(handle) && !str_istarts(resource, S("acct:")) && str_chr(resource, '@') < 0)
			return ERR_INVALID;
		str_cut(&handle, '@', &name);
		domain = handle;
		if (!str_none(domain) && !str_ieq(domain, site->domain) && !str_ieq(domain, site->host))
			return ERR_NOT_FOUND;
	}
	if (is_instance(site, resource, name, domain))
		return account_instance(cx, a);
	return str_none(name) ? ERR_NOT_FOUND : account_local(cx, name, a);
}

enum err fed_webfinger(struct request *rq, struct reply *rp)
{
	struct ctx *cx = rq->cx;
	str resource = param_get(rq, "resource");
	struct account a;
	enum err e;

	if (str_empty(resource) || resource.n > 4096)
		return serve_refuse(rp, 400, "resource is missing");
	e = find(cx, resource, &a);
	if (e == ERR_INVALID)
		return serve_refuse(rp, 400, "resource is neither acct: nor a URL");
	TRY(e);
	if (a.deleted_at)
		return serve_refuse(rp, 410, "gone");
	jrd(rp, &a);
	return OK;
}

static str template_of(struct request *rq)
{
	return str_cat(rq->cx->mem, rq_base(rq), S("/.well-known/webfinger?resource={uri}"));
}

enum err fed_host_meta_json(struct request *rq, struct reply *rp)
{
	struct jw *w = reply_json(rp);

	jw_obj(w, NULL);
	jw_arr(w, "links");
	link_template(w, "lrdd", template_of(rq));
	jw_end(w);
	jw_end(w);
	return OK;
}

enum err fed_host_meta(struct request *rq, struct reply *rp)
{
	if (rq->wants_as)
		return fed_host_meta_json(rq, rp);
	reply_text(rp, 200, "application/xrd+xml; charset=utf-8",
	           strf(rq->cx->mem, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	                             "<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n"
	                             "  <Link rel=\"lrdd\" template=\"%.*s\"/>\n</XRD>\n",
	                STR_F(template_of(rq))));
	return OK;
}

enum err fed_nodeinfo_links(struct request *rq, struct reply *rp)
{
	struct arena *mem = rq->cx->mem;
	struct jw *w = reply_json(rp);

	jw_obj(w, NULL);
	jw_arr(w, "links");
	link_to(w, "http://nodeinfo.diaspora.software/ns/schema/2.0", NULL, str_cat(mem, rq_base(rq), S("/nodeinfo/2.0")));
	link_to(w, "http://nodeinfo.diaspora.software/ns/schema/2.1", NULL, str_cat(mem, rq_base(rq), S("/nodeinfo/2.1")));
	link_to(w, "https://www.w3.org/ns/activitystreams#Application", NULL, str_cat(mem, rq_base(rq), S("/actor")));
	jw_end(w);
	jw_end(w);
	return OK;
}

static void software(struct jw *w, const struct config *config, bool newer)
{
	jw_obj(w, "software");
	jw_lit(w, "name", "dassie");
	jw_lit(w, "version", DASSIE_VERSION);
	if (newer && config->source_url.n)
		jw_str(w, "repository", config->source_url);
	jw_end(w);
}

static enum err nodeinfo(struct request *rq, struct reply *rp, bool newer)
{
	const struct site *site = rq->cx->site;
	struct site_counts n;
	struct jw *w;

	TRY(site_counts(rq->cx, &n));
	w = reply_json(rp);
	rp->type = newer ? S(TYPE_OF("2.1")) : S(TYPE_OF("2.0"));
	jw_obj(w, NULL);
	jw_lit(w, "version", newer ? "2.1" : "2.0");
	software(w, rq->cx->app->config, newer);
	jw_raw(w, "protocols", S("[\"activitypub\"]"));
	jw_raw(w, "services", S("{\"inbound\":[],\"outbound\":[]}"));
	jw_bool(w, "openRegistrations", str_eq(str_or(site->sign_up, rq->cx->app->config->sign_up), S("open")));
	jw_obj(w, "usage");
	jw_obj(w, "users");
	jw_int(w, "total", n.users);
	jw_int(w, "activeMonth", n.active_month);
	jw_int(w, "activeHalfyear", n.active_half_year);
	jw_end(w);
	jw_int(w, "localPosts", n.statuses);
	jw_end(w);
	jw_obj(w, "metadata");
	jw_str(w, "nodeName", site->title);
	jw_str(w, "nodeDescription", site->description);
	jw_obj(w, "upstream"); /* some apps want a name they know, or refuse the server */
	jw_lit(w, "name", "mastodon");
	jw_end(w);
	jw_end(w);
	jw_end(w);
	return OK;
}

enum err fed_nodeinfo_20(struct request *rq, struct reply *rp)
{
	return nodeinfo(rq, rp, false);
}

enum err fed_nodeinfo_21(struct request *rq, struct reply *rp)
{
	return nodeinfo(rq, rp, true);
}
