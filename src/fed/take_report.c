/* Flag: a report on accounts and posts of ours, all in one list. Who is reported by their posts only counts as well. */
#include "core/featured_collection.h"
#include "core/report.h"
#include "core/site.h"
#include "core/status.h"
#include "fed/take.h"

enum { TARGETS = 5 };

struct flagged {
	struct account target;
	struct ids posts, collections;
};

static struct flagged *of_account(struct ctx *cx, const struct take *t, struct flagged *list, size_t *n, int64_t id)
{
	struct account a;

	for (size_t i = 0; i < *n; i++)
		if (list[i].target.id == id)
			return &list[i];
	if (*n == TARGETS || account_by_id(cx, id, &a) || !account_is_local(&a) || a.deleted_at ||
	    str_eq(a.kind, S("Application")))
		return NULL;
	list[*n] = (struct flagged){ .target = a };
	list[*n].posts.v = NEWS(cx->mem, int64_t, t->act.objects.n);
	list[*n].collections.v = NEWS(cx->mem, int64_t, t->act.objects.n);
	return &list[(*n)++];
}

enum err take_flag(struct ctx *cx, struct take *t)
{
	struct flagged list[TARGETS], *f;
	size_t n = 0;

	for (size_t i = 0; i < t->act.objects.n; i++) {
		str uri = t->act.objects.v[i];
		struct featured_collection c;
		struct account a;
		struct status s;

		if (!site_of_url(cx->app, uri))
			continue;
		if (!account_by_uri(cx, uri, &a))
			of_account(cx, t, list, &n, a.id);
		else if (!status_by_uri(cx, uri, &s) && (f = of_account(cx, t, list, &n, s.account_id)))
			f->posts.v[f->posts.n++] = s.id;
		else if (!featured_by_uri(cx, uri, &c) && (f = of_account(cx, t, list, &n, c.account_id)))
			f->collections.v[f->collections.n++] = c.id;
	}
	for (size_t i = 0; i < n; i++) {
		struct report_far in = { &t->actor, &list[i].target, list[i].posts, list[i].collections, t->act.content,
			                 t->act.id };

		TRY(report_receive(cx, &in));
	}
	return OK;
}
