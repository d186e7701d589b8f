#include "core/verify.h"

#include "base/clock.h"
#include "base/json.h"
#include "core/job.h"
#include "text/clean.h"
#include "text/page.h"

enum { ROWS = 64, JSON_MAX = 1 << 20, OLD_BATCH = 50 };
static const int64_t week_ms = 7 * (int64_t)DAY;

struct row {
	str name, value, verified_at;
};

/* Copies: the JSON is gone afterwards. */
static size_t rows_of(struct arena *mem, str json, struct row *rows)
{
	json_t *doc JR_SCOPE = NULL;
	size_t n = 0;

	if (!json.n || jr_parse(json, &doc))
		return 0;
	for (; n < jr_len(doc) && n < ROWS; n++) {
		const json_t *f = jr_at(doc, n);

		rows[n].name = str_dup(mem, str_or(jr_str(f, "name"), S("")));
		rows[n].value = str_dup(mem, str_or(jr_str(f, "value"), S("")));
		rows[n].verified_at = str_dup(mem, jr_str(f, "verified_at"));
	}
	return n;
}

static str json_of(struct arena *mem, const struct row *rows, size_t n)
{
	struct jw w;

	jw_init(&w, mem, JSON_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < n; i++) {
		jw_obj(&w, NULL);
		jw_str(&w, "name", rows[i].name);
		jw_str(&w, "value", rows[i].value);
		jw_str(&w, "verified_at", rows[i].verified_at);
		jw_end(&w);
	}
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

str verified_keep(struct arena *mem, str was, str now)
{
	struct row old[ROWS], rows[ROWS];
	size_t olds = rows_of(mem, was, old), n = rows_of(mem, now, rows);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < olds && str_none(rows[i].verified_at); k++)
			if (str_eq(old[k].name, rows[i].name) && str_eq(old[k].value, rows[i].value))
				rows[i].verified_at = old[k].verified_at;
	return json_of(mem, rows, n);
}

size_t verify_links(struct arena *mem, const struct account *a, struct verify_link links[VERIFY_FIELDS])
{
	struct row rows[ROWS];
	size_t n = rows_of(mem, a->fields, rows), found = 0;

	for (size_t i = 0; i < n && found < VERIFY_FIELDS; i++) {
		str url = page_first_link(mem, rows[i].value), shown = clean_text(mem, rows[i].value), bare = url;

		if (str_none(url) || str_none(shown))
			continue;
		/* Nothing but the link, which says where it leads. */
		if (!str_skip(&bare, S("https://")))
			str_skip(&bare, S("http://"));
		str_skip(&shown, S("https://"));
		str_skip(&shown, S("http://"));
		if (str_eq(bare, shown))
			links[found++] = (struct verify_link){ .value = rows[i].value, .url = url };
	}
	return found;
}

enum err verify_ask(struct ctx *cx, const struct account *a)
{
	struct verify_link links[VERIFY_FIELDS];
	str args;

	if (a->deleted_at || a->suspended_at || (!a->site_id && a->links_checked_at > cx->now - week_ms))
		return OK;
	if (str_find(a->fields, S("<a ")) < 0 || !verify_links(cx->mem, a, links))
		return OK;
	args = strf(cx->mem, "{\"account\":\"%lld\"}", (long long)a->id);
	return job_add(cx, "verify", args, cx->now, str_cat(cx->mem, S("verify "), args));
}

struct set {
	int64_t id;
	const struct verify_link *links;
	size_t n;
};

static str date_of(struct arena *mem, const struct row *row, const struct verify_link *l, int64_t now)
{
	char text[CLOCK_TEXT];

	if (!l->known)
		return row->verified_at;
	if (!l->back)
		return STR_NONE;
	return row->verified_at.n ? row->verified_at : str_dup(mem, clock_iso(now, text));
}

/* Fields as typed stand in the same order as those that are shown. */
static enum err put_dates(struct ctx *cx, void *arg)
{
	const struct set *s = arg;
	struct row rows[ROWS], typed[ROWS];
	struct account a = { 0 };
	size_t n, m;

	TRY(accounts_by_id(cx->db, cx->mem, s->id, &a));
	n = rows_of(cx->mem, a.fields, rows);
	m = rows_of(cx->mem, a.fields_source, typed);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < s->n; k++)
			if (str_eq(rows[i].value, s->links[k].value))
				rows[i].verified_at = date_of(cx->mem, &rows[i], &s->links[k], cx->now);
		if (i < m)
			typed[i].verified_at = rows[i].verified_at;
	}
	a.fields = json_of(cx->mem, rows, n);
	a.fields_source = json_of(cx->mem, typed, m);
	a.links_checked_at = cx->now;
	return accounts_set_links(cx->db, &a);
}

enum err verify_set(struct ctx *cx, int64_t account_id, const struct verify_link *links, size_t n)
{
	return write_tx(cx, put_dates, &(struct set){ account_id, links, n });
}

static enum err ask_old(struct ctx *cx, void *arg)
{
	const struct ids *ids = arg;

	for (size_t i = 0; i < ids->n; i++) {
		struct account a = { 0 };

		TRY(accounts_by_id(cx->db, cx->mem, ids->v[i], &a));
		TRY(verify_ask(cx, &a));
		a.links_checked_at = cx->now; /* not the same ones tomorrow, whatever becomes of these */
		TRY(accounts_set_links(cx->db, &a));
	}
	return OK;
}

enum err verify_job_old(struct ctx *cx, const struct job *job)
{
	struct ids ids;

	(void)job;
	TRY(accounts_links_old(cx->db, cx->mem, cx->now - week_ms, OLD_BATCH, &ids));
	return write_tx(cx, ask_old, &ids);
}
