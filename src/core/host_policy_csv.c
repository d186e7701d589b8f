/* Lists of policies as Mastodon exports and imports them, and as they are shown. */
#include "base/buf.h"
#include "core/host_policy.h"
#include "text/csv.h"

enum { COMMENT_MAX = 2000,
       CSV_MAX = 16 << 20,
       RULES_MAX = 100000 };

static const struct {
	const char *ours, *theirs;
} severities[] = { { "", "noop" }, { "limit", "silence" }, { "block", "suspend" } };

enum column { C_DOMAIN, C_SEVERITY, C_MEDIA, C_REPORTS, C_COMMENT, C_OBFUSCATE, COLUMNS };
static const char *const columns[COLUMNS] = {
	"#domain", "#severity", "#reject_media", "#reject_reports", "#public_comment", "#obfuscate",
};

str host_policy_veil(struct arena *mem, str domain)
{
	char *out = NEWS(mem, char, domain.n + 1);
	size_t open = domain.n / 4;

	for (size_t i = 0; i < domain.n; i++)
		out[i] = i > open && i < domain.n - open && domain.p[i] != '.' ? '*' : domain.p[i];
	return str_n(out, domain.n);
}

static str word_of(bool b)
{
	return b ? S("true") : S("false");
}

str host_policy_csv(struct arena *mem, const struct host_policy *v, size_t n)
{
	struct buf b = buf_new(mem, CSV_MAX);

	for (int i = 0; i < COLUMNS; i++)
		csv_add(&b, str_of(columns[i]), i == COLUMNS - 1);
	for (size_t i = 0; i < n; i++) {
		str severity = S("noop");

		for (size_t k = 0; k < sizeof(severities) / sizeof(severities[0]); k++)
			if (str_eq(v[i].severity, str_of(severities[k].ours)))
				severity = str_of(severities[k].theirs);
		csv_add(&b, v[i].domain, false);
		csv_add(&b, severity, false);
		csv_add(&b, word_of(v[i].reject_media), false);
		csv_add(&b, word_of(v[i].reject_reports), false);
		csv_add(&b, v[i].public_comment, false);
		csv_add(&b, word_of(v[i].obfuscate), true);
	}
	return buf_str(&b);
}

struct reading {
	struct ctx *cx;
	int line;
	int at[COLUMNS]; /* of each column in the file; -1: it has none */
	struct strs row;
};

static str field(const struct reading *r, enum column c)
{
	int at = r->at[c];

	return at >= 0 && (size_t)at < r->row.n ? str_trim(r->row.v[at]) : S("");
}

static enum err flag(const struct reading *r, enum column c, bool *is)
{
	str word = field(r, c);

	*is = str_ieq(word, S("true")) || str_ieq(word, S("t")) || str_eq(word, S("1"));
	if (*is || !word.n || str_ieq(word, S("false")) || str_ieq(word, S("f")) || str_eq(word, S("0")))
		return OK;
	return fail(r->cx, ERR_INVALID, "line %d: %s is \"%.*s\", not true or false", r->line, columns[c] + 1,
	            STR_F(str_to(word, 100)));
}

static enum err severity(const struct reading *r, str *out)
{
	str word = field(r, C_SEVERITY);

	for (size_t k = 0; k < sizeof(severities) / sizeof(severities[0]); k++)
		if (str_ieq(word, str_of(severities[k].theirs)) || (word.n && str_ieq(word, str_of(severities[k].ours)))) {
			*out = str_of(severities[k].ours);
			return OK;
		}
	*out = S("block");
	if (r->at[C_SEVERITY] < 0 || !word.n)
		return OK;
	return fail(r->cx, ERR_INVALID, "line %d: severity is \"%.*s\", not noop, silence or suspend", r->line,
	            STR_F(str_to(word, 100)));
}

static enum err read_row(struct reading *r, struct host_policy *p)
{
	struct ctx *cx = r->cx;
	enum err e = host_policy_name(cx, field(r, C_DOMAIN), &p->domain);
	str name;

	if (e == ERR_INVALID)
		return fail(cx, e, "line %d: %.*s", r->line, STR_F(str_dup(cx->mem, cx->said)));
	TRY(e);
	name = p->domain;
	e = host_policies_get(cx->db, cx->mem, name, p);
	if (e == ERR_NOT_FOUND)
		*p = (struct host_policy){ .domain = name, .private_comment = S("") };
	else
		TRY(e);
	TRY(severity(r, &p->severity));
	TRY(flag(r, C_MEDIA, &p->reject_media));
	TRY(flag(r, C_REPORTS, &p->reject_reports));
	TRY(flag(r, C_OBFUSCATE, &p->obfuscate));
	p->public_comment = field(r, C_COMMENT);
	if (p->public_comment.n > COMMENT_MAX)
		return fail(cx, ERR_INVALID, "line %d: the comment is too long", r->line);
	return OK;
}

/* With or without the sign that Mastodon puts before the names. */
static bool is_column(str name, enum column c)
{
	name = str_trim(name);
	str_skip(&name, S("#"));
	return str_ieq(name, str_of(columns[c] + 1));
}

static enum err read_head(struct reading *r)
{
	for (int c = 0; c < COLUMNS; c++) {
		r->at[c] = -1;
		for (size_t i = 0; i < r->row.n; i++)
			if (is_column(r->row.v[i], (enum column)c))
				r->at[c] = (int)i;
	}
	if (r->at[C_DOMAIN] < 0)
		return fail(r->cx, ERR_INVALID, "line 1: there is no column #domain; the first line names the columns, such as "
		                                "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate");
	return OK;
}

static enum err read_all(struct reading *r, struct csv *c, struct host_policy *v, size_t most, size_t *n)
{
	bool bad;

	if (!csv_row(r->cx->mem, c, &r->row, &bad))
		return fail(r->cx, ERR_INVALID, bad ? "line 1: a quote is not closed" : "there is nothing in it");
	TRY(read_head(r));
	for (;;) {
		r->line = c->line;
		if (!csv_row(r->cx->mem, c, &r->row, &bad))
			break;
		if (*n == most)
			return fail(r->cx, ERR_INVALID, "it has more than %zu lines", most);
		r->line = c->line;
		TRY(read_row(r, &v[*n]));
		++*n;
	}
	return bad ? fail(r->cx, ERR_INVALID, "line %d: a quote is not closed, or something follows it", c->line) : OK;
}

enum err host_policy_read_csv(struct ctx *cx, str csv, struct host_policy **out, size_t *n)
{
	struct csv c = { .rest = csv };
	struct reading r = { .cx = cx };
	size_t lines = 1;

	*n = 0;
	if (csv.n > CSV_MAX || !str_utf8(csv))
		return fail(cx, ERR_INVALID, csv.n > CSV_MAX ? "it is too large" : "it is not text in UTF-8");
	for (size_t i = 0; i < csv.n && lines <= RULES_MAX; i++)
		lines += csv.p[i] == '\n' || csv.p[i] == '\r';
	*out = NEWS(cx->mem, struct host_policy, lines);
	return read_all(&r, &c, *out, lines, n);
}
