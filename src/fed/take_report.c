/* Flag: a report on accounts and posts of ours, all in one list. Who is reported by their posts only counts as well. */
#include "core/featured_collection.h"
#include "core/report.h"
#include "core/search.h"
#include "core/site.h"
#include "core/status.h"
#include "fed/take.h"

enum { TARGETS = 5,
       IN_TEXT = 10,
       WORDS = 1000 };

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
	list[*n].posts.v = NEWS(cx->mem, int64_t, t->act.objects.n + IN_TEXT);
	list[*n].collections.v = NEWS(cx->mem, int64_t, t->act.objects.n);
	return &list[(*n)++];
}

/* Misskey names the account and writes in the text which posts are meant. */
static void posts_in_text(struct ctx *cx, str text, struct flagged *list, size_t n)
{
	int asked = 0;
	str word;

	for (int i = 0; i < WORDS && asked < IN_TEXT && str_cut(&text, ' ', &word); i++) {
		for (str line; asked < IN_TEXT && str_cut(&word, '\n', &line);) {
			struct status s = { 0 };

			if (!site_of_url(cx->app, str_trim(line)))
				continue;
			asked++;
			if (search_post_at(cx, str_trim(line), &s))
				continue;
			for (size_t k = 0; k < n; k++)
				if (list[k].target.id == s.account_id && !ids_has(list[k].posts, s.id))
					list[k].posts.v[list[k].posts.n++] = s.id;
		}
	}
}

enum err take_flag(struct ctx *cx, struct take *t)
{
	/* Lemmy's word for it */
	str text = t->act.content.n ? t->act.content : jr_str(t->doc, "summary");
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
	posts_in_text(cx, str_or(text, S("")), list, n);
	for (size_t i = 0; i < n; i++) {
		struct report_far in = { &t->actor, &list[i].target, list[i].posts, list[i].collections, text,
			                 t->act.id };

		TRY(report_receive(cx, &in));
	}
	return OK;
}
