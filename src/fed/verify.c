/* Job "verify": asks the pages that a profile names whether they are of the same owner (rel=me). A page that leads to another
 * host says nothing about the first. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "core/verify.h"
#include "fed/fed.h"
#include "fed/fetch_as.h"
#include "text/page.h"

enum { FOR_MS = 60 * SECOND };

static bool same_host(struct arena *mem, str a, str b)
{
	struct url u, v;

	return !url_parse(mem, a, &u) && !url_parse(mem, b, &v) && str_eq(u.host, v.host) && (v.https || !u.https);
}

static void look(struct fetcher *f, const struct account *a, struct verify_link *l)
{
	struct page_got got = { 0 };
	enum err e = fetch_for_people(f, l->url, S("text/html"), &got);

	l->known = e != ERR_BUSY;
	l->back = !e && got.status == 200 && str_istarts(str_or(got.type, S("")), S("text/html")) &&
	          same_host(f->cx->mem, l->url, got.final) && page_links_back(f->cx->mem, got.body, got.final, a->url, a->uri);
	LOG(LOG_DEBUG, "verify", LS("url", l->url), LI("back", l->back));
}

enum err fed_job_verify(struct ctx *cx, const struct job *job)
{
	struct verify_link links[VERIFY_FIELDS];
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	struct account a;
	int64_t id;
	enum err e;
	size_t n;

	fetcher_init(&f, cx, VERIFY_FIELDS, FOR_MS);
	f.polite = f.cut = true;
	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "account"), &id))
		return ERR_INVALID;
	e = account_by_id(cx, id, &a);
	if (e || a.deleted_at)
		return e == ERR_NOT_FOUND ? OK : e;
	n = verify_links(cx->mem, &a, links);
	for (size_t i = 0; i < n; i++)
		look(&f, &a, &links[i]);
	cx->now = clock_now();
	return verify_set(cx, id, links, n);
}
