/* dassie host block, limit, reject-media, allow, clear, list, show, import, export: what is done about other servers. */
#include <stdio.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "core/host_policy.h"

enum { FILE_MAX = 16 << 20 };

struct host_flags {
	str comment, note;
	bool reject_media, reject_reports, obfuscate;
};
static const struct flag host_flags[] = {
	ARG_TEXT(host_flags, comment, "comment", "TEXT", "why; whoever may see the list may read it"),
	ARG_TEXT(host_flags, note, "note", "TEXT", "why; for moderators only"),
	ARG_SWITCH(host_flags, reject_media, "reject-media", "do not show its pictures, avatars and emoji"),
	ARG_SWITCH(host_flags, reject_reports, "reject-reports", "do not take reports from it"),
	ARG_SWITCH(host_flags, obfuscate, "obfuscate", "hide part of its name where the list is shown"),
};

typedef enum err (*host_verb)(struct cmd *c, struct ctx *cx);

/* Opens the database, does it, says what went wrong. */
static int with_host(struct cmd *c, host_verb verb)
{
	struct app app;
	struct ctx cx;
	enum err e;

	if (!cmd_exists(c) || !cmd_open(c, &app, false))
		return 1;
	ctx_init(&cx, &app, c->mem);
	e = verb(c, &cx);
	if (e)
		cmd_fail(c, "%.*s",
		         STR_F(str_or(cx.said, strf(c->mem, "the database cannot be used (%s)", err_name(e)))));
	cmd_close(&app);
	return e ? 1 : 0;
}

static const char *state_of(const struct host_policy *p)
{
	if (p->severity.n)
		return str_eq(p->severity, S("block")) ? "blocked" : "limited";
	return p->allowed ? "allowed" : p->reject_media ? "without media"
	                            : p->reject_reports ? "without reports"
	                                                : "no limits";
}

static void print_effect(str domain, const char *what, const struct host_effect *did)
{
	printf("%.*s: %s; %lld accounts known here are concerned, %lld follows were cut\n", STR_F(domain), what,
	       (long long)did->accounts, (long long)did->follows);
}

/* What there is of it, or nothing yet; flags and comments that are given replace what was. */
static enum err begin(struct cmd *c, struct ctx *cx, struct host_policy *p)
{
	const struct host_flags *in = c->in;
	str domain;
	enum err e;

	TRY(host_policy_name(cx, c->words.v[0], &domain));
	e = host_policy_get(cx, domain, p);
	if (e && e != ERR_NOT_FOUND)
		return e;
	cx->said = STR_NONE;
	if (e)
		*p = (struct host_policy){
			.domain = domain, .severity = S(""), .public_comment = S(""), .private_comment = S(""),
		};
	if (!in)
		return OK;
	p->reject_media |= in->reject_media;
	p->reject_reports |= in->reject_reports;
	p->obfuscate |= in->obfuscate;
	if (!str_none(in->comment))
		p->public_comment = in->comment;
	if (!str_none(in->note))
		p->private_comment = in->note;
	return OK;
}

static enum err finish(struct ctx *cx, const struct host_policy *p)
{
	struct host_effect did;

	TRY(host_policy_set(cx, p, 1, &did));
	print_effect(p->domain, state_of(p), &did);
	return OK;
}

static enum err do_block(struct cmd *c, struct ctx *cx)
{
	struct host_policy p;

	TRY(begin(c, cx, &p));
	p.severity = S("block");
	p.allowed = false;
	return finish(cx, &p);
}

static enum err do_limit(struct cmd *c, struct ctx *cx)
{
	struct host_policy p;

	TRY(begin(c, cx, &p));
	p.severity = S("limit");
	return finish(cx, &p);
}

static enum err do_reject_media(struct cmd *c, struct ctx *cx)
{
	struct host_policy p;

	TRY(begin(c, cx, &p));
	p.reject_media = true;
	return finish(cx, &p);
}

static enum err do_allow(struct cmd *c, struct ctx *cx)
{
	struct host_policy p;

	TRY(begin(c, cx, &p));
	p.allowed = true;
	if (str_eq(p.severity, S("block")))
		p.severity = S("");
	return finish(cx, &p);
}

static enum err do_clear(struct cmd *c, struct ctx *cx)
{
	struct host_effect did;
	str domain;

	TRY(host_policy_name(cx, c->words.v[0], &domain));
	TRY(host_policy_clear(cx, domain, &did));
	print_effect(domain, "no policy any more", &did);
	return OK;
}

static enum err do_list(struct cmd *c, struct ctx *cx)
{
	struct host_policy *v;
	size_t n;

	(void)c;
	TRY(host_policy_list(cx, &v, &n));
	for (size_t i = 0; i < n; i++)
		printf("%.*s\t%s%s%s%s\t%.*s\n", STR_F(v[i].domain), state_of(&v[i]),
		       v[i].reject_media && v[i].severity.n ? ", without media" : "",
		       v[i].reject_reports && v[i].severity.n ? ", without reports" : "", v[i].obfuscate ? ", obfuscated" : "",
		       STR_F(v[i].public_comment));
	return OK;
}

static enum err do_show(struct cmd *c, struct ctx *cx)
{
	struct host_rule rule;
	struct host_policy p;
	str domain;
	enum err e;

	TRY(host_policy_name(cx, c->words.v[0], &domain));
	TRY(host_rule(cx, domain, &rule));
	printf("%.*s: %s%s%s\n", STR_F(domain), rule.blocked ? "blocked" : rule.limited ? "limited"
	                                                                                 : "open",
	       rule.reject_media ? ", without media" : "", rule.reject_reports ? ", without reports" : "");
	e = host_policy_get(cx, domain, &p);
	if (e == ERR_NOT_FOUND) {
		printf("%.*s\n", STR_F(cx->said));
		return OK;
	}
	TRY(e);
	printf("its policy: %s\nobfuscated: %s\npublic comment: %.*s\nprivate comment: %.*s\n", state_of(&p),
	       p.obfuscate ? "yes" : "no", STR_F(p.public_comment), STR_F(p.private_comment));
	return OK;
}

static enum err read_file(struct cmd *c, struct ctx *cx, str *text)
{
	const char *path = cstr(c->mem, c->words.v[0]);
	bool in = str_eq(c->words.v[0], S("-"));
	FILE *f = in ? stdin : fopen(path, "r");
	struct buf b = buf_new(c->mem, FILE_MAX);
	char some[4096];
	size_t n;

	if (!f)
		return fail(cx, ERR_NOT_FOUND, "%s cannot be read", path);
	while ((n = fread(some, 1, sizeof(some), f)))
		buf_add(&b, str_n(some, n));
	if (!in)
		fclose(f);
	*text = buf_str(&b);
	return str_none(*text) ? fail(cx, ERR_INVALID, "%s is too large", path) : OK;
}

static enum err do_import(struct cmd *c, struct ctx *cx)
{
	struct host_effect did;
	struct host_policy *v;
	enum err e;
	size_t n;
	str text;

	TRY(read_file(c, cx, &text));
	e = host_policy_read_csv(cx, text, &v, &n);
	if (e == ERR_INVALID)
		return fail(cx, e, "nothing was imported: %.*s", STR_F(str_dup(c->mem, cx->said)));
	TRY(e);
	TRY(host_policy_set(cx, v, n, &did));
	printf("%zu policies are in force; %lld accounts known here are concerned, %lld follows were cut\n", n,
	       (long long)did.accounts, (long long)did.follows);
	return OK;
}

static enum err do_export(struct cmd *c, struct ctx *cx)
{
	struct host_policy *v;
	size_t n;

	TRY(host_policy_list(cx, &v, &n));
	printf("%.*s", STR_F(host_policy_csv(c->mem, v, n)));
	return OK;
}

#define HOST_COMMAND(verb, ...) \
	static int verb(struct cmd *c) \
	{ \
		return with_host(c, do_##verb); \
	} \
	const struct command cmd_host_##verb = { __VA_ARGS__, .run = verb }

#define ONE_HOST .words = "DOMAIN", .least = 1, .most = 1
#define ONE_FILE .words = "FILE", .least = 1, .most = 1

HOST_COMMAND(block, .name = "host block", ONE_HOST, COMMAND_FLAGS(host_flags, host_flags),
             .summary = "Takes nothing from a server and its subdomains, sends nothing there, hides what is here; cuts follows");
HOST_COMMAND(limit, .name = "host limit", ONE_HOST, COMMAND_FLAGS(host_flags, host_flags),
             .summary = "Hides a server's people from public pages and strangers' notifications");
HOST_COMMAND(reject_media, .name = "host reject-media", ONE_HOST, COMMAND_FLAGS(host_flags, host_flags),
             .summary = "Does not show a server's pictures, avatars and emoji");
HOST_COMMAND(allow, .name = "host allow", ONE_HOST, COMMAND_FLAGS(host_flags, host_flags),
             .summary = "Lifts a block, also one of the domain above; the list of limited_federation");
HOST_COMMAND(clear, .name = "host clear", ONE_HOST,
             .summary = "Takes back what was said about a server; what was hidden shows again");
HOST_COMMAND(list, .name = "host list", .summary = "Lists the policies: domain, what, public comment");
HOST_COMMAND(show, .name = "host show", ONE_HOST, .summary = "What holds for a server, and why");
HOST_COMMAND(import, .name = "host import", ONE_FILE,
             .summary = "Takes over a list in Mastodon's format (CSV; - is the standard input); others stay as they are");
HOST_COMMAND(export, .name = "host export", .summary = "Writes the policies in Mastodon's format (CSV)");
