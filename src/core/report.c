#include "core/report.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "core/featured_collection.h"
#include "core/host_policy.h"
#include "core/job.h"
#include "core/notice.h"
#include "core/paging.h"
#include "core/site.h"
#include "core/status.h"
#include "core/visible.h"

enum { USUAL = 100,
       MOST = 200,
       FROM_HOST_A_DAY = 50,
       RECIPIENTS = 5 };

struct reporting {
	const struct report_in *in;
	struct report r;
	int64_t recipients[RECIPIENTS]; /* accounts whose servers are told */
	int recipients_n;
	bool dropped;
};

/* --- ours */

static enum err check_rules(struct ctx *cx, struct ids rules)
{
	json_t *doc JR_SCOPE = NULL;
	int64_t n = jr_parse(str_or(cx->site->rules, S("[]")), &doc) ? 0 : (int64_t)jr_len(doc);

	for (size_t i = 0; i < rules.n; i++)
		if (rules.v[i] < 1 || rules.v[i] > n)
			return fail(cx, ERR_INVALID, "Validation failed: Rule ids does not reference valid rules");
	return OK;
}

static enum err check_category(struct ctx *cx, const struct report_in *in, str *category)
{
	static const char *const known[] = { "spam", "legal", "violation", "other" };

	*category = in->rules.n ? S("violation") : str_or(in->category, S("other"));
	if (!category->n)
		*category = S("other");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(*category, str_of(known[i])))
			return OK;
	return fail(cx, ERR_INVALID, "Validation failed: Category is not included in the list");
}

/* Its server is told once, though the post may answer several there. */
static enum err add_recipient(struct ctx *cx, struct reporting *g, int64_t id, struct strs *domains)
{
	struct account a;

	TRY(account_by_id(cx, id, &a));
	if (account_is_local(&a) || a.deleted_at || g->recipients_n == RECIPIENTS || !strs_has(*domains, a.domain))
		return OK;
	for (int i = 0; i < g->recipients_n; i++) {
		struct account b;

		TRY(account_by_id(cx, g->recipients[i], &b));
		if (str_eq(a.host, b.host))
			return OK;
	}
	g->recipients[g->recipients_n++] = id;
	return OK;
}

static enum err check_posts(struct ctx *cx, struct reporting *g, struct strs *domains)
{
	const struct report_in *in = g->in;
	struct ids kept = { NEWS(cx->mem, int64_t, in->statuses.n + 1), 0 };

	for (size_t i = 0; i < in->statuses.n; i++) {
		struct status s;

		if (ids_has(kept, in->statuses.v[i]))
			continue;
		TRY(status_by_id(cx, in->statuses.v[i], &s));
		if (s.account_id != in->target->id)
			return ERR_NOT_FOUND;
		TRY(visible_check(cx, cx->me->id, &s));
		kept.v[kept.n++] = s.id;
		if (in->forward && s.in_reply_to_account_id)
			TRY(add_recipient(cx, g, s.in_reply_to_account_id, domains));
	}
	g->r.statuses = db_id_list(cx->mem, kept);
	return OK;
}

/* Of these, what belongs to the target and whoever asks may see. */
static enum err keep_collections(struct ctx *cx, struct ids ids, int64_t target_id, struct ids *kept)
{
	struct featured_view *views;
	size_t n;

	TRY(featured_views(cx, ids, &views, &n));
	*kept = (struct ids){ NEWS(cx->mem, int64_t, n + 1), 0 };
	for (size_t i = 0; i < n; i++)
		if (views[i].c.account_id == target_id && !ids_has(*kept, views[i].c.id))
			kept->v[kept->n++] = views[i].c.id;
	return OK;
}

static enum err check_collections(struct ctx *cx, struct reporting *g)
{
	struct ids kept;

	TRY(keep_collections(cx, g->in->collections, g->in->target->id, &kept));
	for (size_t i = 0; i < g->in->collections.n; i++)
		if (!ids_has(kept, g->in->collections.v[i]))
			return ERR_NOT_FOUND;
	g->r.collections = db_id_list(cx->mem, kept);
	return OK;
}

static enum err check(struct ctx *cx, struct reporting *g)
{
	const struct report_in *in = g->in;
	str own[1] = { in->target->domain };
	struct strs domains = in->forward_to.n ? in->forward_to : (struct strs){ own, 1 };

	if (str_runes(str_or(in->comment, S(""))) > REPORT_RUNES)
		return fail(cx, ERR_INVALID, "Validation failed: Comment is too long (maximum is %d characters)", REPORT_RUNES);
	if (in->statuses.n > REPORT_STATUSES)
		return fail(cx, ERR_INVALID, "Validation failed: Status ids are too many (maximum is %d)", REPORT_STATUSES);
	TRY(check_category(cx, in, &g->r.category));
	TRY(check_rules(cx, in->rules));
	if (in->forward)
		TRY(add_recipient(cx, g, in->target->id, &domains));
	TRY(check_collections(cx, g));
	g->r.forwarded = g->recipients_n > 0;
	return check_posts(cx, g, &domains);
}

/* "https://host/" and dice: nobody learns from it who reports. */
static str flag_uri(struct ctx *cx)
{
	unsigned char dice[16];

	codec_random(dice, sizeof(dice));
	return strf(cx->mem, "%.*s/%.*s", STR_F(cx->site->base), STR_F(codec_hex(cx->mem, str_n((char *)dice, sizeof(dice)))));
}

static enum err put(struct ctx *cx, struct reporting *g)
{
	struct ids staff;

	g->r.id = id_new();
	g->r.created_at = g->r.updated_at = cx->now;
	TRY(reports_insert(cx->db, &g->r));
	TRY(reports_staff(cx->db, cx->mem, g->r.site_id, &staff));
	for (size_t i = 0; i < staff.n; i++)
		TRY(notice_add_report(cx, staff.v[i], g->r.account_id, g->r.id));
	return OK;
}

static enum err create(struct ctx *cx, void *arg)
{
	struct reporting *g = arg;

	TRY(put(cx, g));
	for (int i = 0; i < g->recipients_n; i++) {
		struct send s = { .kind = SEND_FLAG, .actor_id = cx->site->actor_id, .uri = g->r.uri };

		s.status_id = g->r.id;
		s.target_id = g->recipients[i];
		TRY(send_add(cx, &s));
	}
	return OK;
}

enum err report_create(struct ctx *cx, const struct report_in *in, struct report *made)
{
	struct reporting g = { .in = in };

	if (!cx->me || !cx->site)
		return ERR_DENIED;
	if (in->target->deleted_at)
		return ERR_NOT_FOUND;
	TRY(check(cx, &g));
	g.r.site_id = cx->site->id;
	g.r.account_id = cx->me->id;
	g.r.target_id = in->target->id;
	g.r.comment = str_or(in->comment, S(""));
	g.r.rules = db_id_list(cx->mem, in->rules);
	g.r.uri = g.recipients_n ? flag_uri(cx) : S("");
	TRY(write_tx(cx, create, &g));
	*made = g.r;
	return OK;
}

/* --- theirs */

struct received {
	struct reporting g;
	const struct report_far *in;
};

static enum err receive(struct ctx *cx, void *arg)
{
	struct received *c = arg;
	struct report *r = &c->g.r;
	str host = c->in->by->host;
	struct ids posts = c->in->statuses, kept;
	int64_t lately;
	bool same;

	TRY(reports_count_host(cx->db, host, r->site_id, id_at(cx->now - DAY), &lately));
	if (lately >= FROM_HOST_A_DAY) {
		LOG(LOG_WARN, "report", LS("dropped", S("too many")), LS("host", host));
		return OK;
	}
	posts.n = posts.n < REPORT_STATUSES ? posts.n : REPORT_STATUSES;
	TRY(reports_seen(cx->db, cx->mem, db_id_list(cx->mem, posts), r->target_id, host, &kept));
	r->statuses = db_id_list(cx->mem, kept);
	TRY(keep_collections(cx, c->in->collections, r->target_id, &kept));
	r->collections = db_id_list(cx->mem, kept);
	TRY(reports_same(cx->db, r, &same));
	return same ? OK : put(cx, &c->g);
}

enum err report_receive(struct ctx *cx, const struct report_far *in)
{
	struct received c = { .in = in };
	struct report *r = &c.g.r;
	struct host_rule rule;

	if (!account_is_local(in->target) || account_is_local(in->by) || in->target->deleted_at)
		return ERR_DENIED;
	TRY(host_rule_of(cx, in->by->host, in->by->domain, &rule));
	if (rule.reject_reports)
		return OK;
	r->site_id = in->target->site_id;
	r->account_id = in->by->id;
	r->target_id = in->target->id;
	r->category = S("other");
	r->comment = str_head_runes(str_or(in->comment, S("")), REPORT_FAR_RUNES);
	r->rules = S("[]");
	r->uri = str_or(in->uri, S(""));
	return write_tx(cx, receive, &c);
}

/* --- looking */

enum err report_by_id(struct ctx *cx, int64_t id, struct report *r)
{
	TRY(reports_by_id(cx->db, cx->mem, id, r));
	return cx->site && r->site_id == cx->site->id ? OK : ERR_NOT_FOUND;
}

enum err report_views(struct ctx *cx, struct ids ids, struct report_view **out, size_t *n)
{
	struct ids staff, targets;
	struct account_view *views;
	struct db_rows rows;
	const struct report *r;
	size_t views_n;

	*n = 0;
	if (!ids.n || !cx->site || !cx->me)
		return OK;
	TRY(reports_staff(cx->db, cx->mem, cx->site->id, &staff));
	if (!ids_has(staff, cx->me->id))
		return OK;
	TRY(reports_by_ids(cx->db, cx->mem, ids, &rows));
	r = rows.p;
	targets = (struct ids){ NEWS(cx->mem, int64_t, rows.n + 1), rows.n };
	for (size_t i = 0; i < rows.n; i++)
		targets.v[i] = r[i].target_id;
	TRY(account_views(cx, targets, &views, &views_n));
	*out = NEWS(cx->mem, struct report_view, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		for (size_t k = 0; k < views_n && r[i].site_id == cx->site->id; k++)
			if (views[k].a.id == r[i].target_id) {
				(*out)[(*n)++] = (struct report_view){ r[i], &views[k] };
				break;
			}
	return OK;
}

enum err report_list(struct ctx *cx, bool resolved, const struct page *p, struct db_rows *out)
{
	struct span sp = span_of(p, USUAL, MOST);
	struct report_find f = { .resolved = resolved, .max = sp.max, .min = sp.low, .limit = sp.limit, .up = sp.up };

	if (!cx->site)
		return ERR_NOT_FOUND;
	f.site_id = cx->site->id;
	return reports_list(cx->db, cx->mem, &f, out);
}

struct resolving {
	int64_t id;
	bool resolved;
};

static enum err resolve(struct ctx *cx, void *arg)
{
	const struct resolving *v = arg;
	struct report r;
	bool changed;

	TRY(report_by_id(cx, v->id, &r));
	return reports_resolve(cx->db, v->id, v->resolved ? cx->now : 0, v->resolved && cx->me ? cx->me->id : 0, cx->now,
	                       &changed);
}

enum err report_resolve(struct ctx *cx, int64_t id, bool resolved)
{
	struct resolving v = { id, resolved };

	return write_tx(cx, resolve, &v);
}

enum err report_objects(struct ctx *cx, int64_t id, struct report *r, str *target_uri, struct strs *uris)
{
	struct featured_view *views;
	struct account target;
	struct ids posts, lists;
	size_t n;

	TRY(reports_by_id(cx->db, cx->mem, id, r));
	TRY(account_by_id(cx, r->target_id, &target));
	*target_uri = target.uri;
	posts = db_ids_of(cx->mem, r->statuses);
	lists = db_ids_of(cx->mem, r->collections);
	*uris = (struct strs){ NEWS(cx->mem, str, posts.n + lists.n + 1), 0 };
	for (size_t i = 0; i < posts.n; i++) {
		struct status s;

		if (!status_by_id(cx, posts.v[i], &s) && !s.deleted_at)
			uris->v[uris->n++] = s.uri;
	}
	TRY(featured_views(cx, lists, &views, &n));
	for (size_t i = 0; i < n; i++)
		uris->v[uris->n++] = views[i].c.uri;
	return OK;
}
