/* dassie media status, prune: what pictures, video and sound take, and room for more. */
#include <stdio.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "core/cache.h"

enum { MIB = 1 << 20 };

struct media_flags {
	bool dry_run;
};
static const struct flag prune_flags[] = {
	ARG_SWITCH(media_flags, dry_run, "dry-run", "only say what would go"),
};

static double mib(int64_t bytes)
{
	return (double)bytes / MIB;
}

static int with_cache(struct cmd *c, enum err (*fn)(struct cmd *c, struct ctx *cx))
{
	struct app app;
	struct ctx cx;
	enum err e;

	if (!cmd_open(c, &app, false))
		return 1;
	if (!cmd_open_cache(c, &app)) {
		cmd_close(&app);
		return 1;
	}
	ctx_init(&cx, &app, c->mem);
	e = fn(c, &cx);
	cmd_close(&app);
	return e ? cmd_fail(c, "the files cannot be looked at (%s)", err_name(e)) : 0;
}

static enum err print_kinds(struct ctx *cx, struct dbs *in, const char *whose)
{
	struct db_rows rows = { 0 };
	const struct blob_sum *s;

	TRY(blobs_sums(dbs_reader(in), cx->mem, &rows));
	s = rows.p;
	for (size_t i = 0; i < rows.n; i++)
		printf("%s\t%.*s\t%lld files\t%lld bytes\n", whose, STR_F(s[i].kind), (long long)s[i].files,
		       (long long)s[i].bytes);
	return OK;
}

static enum err print_status(struct cmd *c, struct ctx *cx)
{
	struct cache_state s;

	(void)c;
	TRY(cache_state(cx, &s));
	TRY(print_kinds(cx, cx->app->dbs, "own"));
	TRY(print_kinds(cx, cx->app->cache, "cache"));
	printf("cache\tused\t%lld bytes\t%.1f MiB\n", (long long)s.used, mib(s.used));
	printf("cache\tfile\t%lld bytes\t%.1f MiB\n", (long long)s.all, mib(s.all));
	printf("cache\tbudget\t%lld bytes\t%.1f MiB\n", (long long)s.setting, mib(s.setting));
	if (s.disk_free >= 0)
		printf("disk\tfree\t%lld bytes\t%.1f MiB\n", (long long)s.disk_free, mib(s.disk_free));
	return OK;
}

static int status(struct cmd *c)
{
	return with_cache(c, print_status);
}

const struct command cmd_media_status = {
	.name = "media status",
	.summary = "Shows what own and cached files take, by kind, the budget of the cache and the free disk",
	.run = status,
};

static enum err prune_now(struct cmd *c, struct ctx *cx)
{
	const struct media_flags *in = c->in;
	struct cache_state before, after;
	int64_t files, bytes;

	if (in->dry_run) {
		TRY(cache_surplus(cx, &files, &bytes));
		printf("%lld files of %.1f MiB would go\n", (long long)files, mib(bytes));
		return OK;
	}
	TRY(cache_state(cx, &before));
	TRY(cache_make_room(cx, 0));
	TRY(cache_shrink(cx));
	TRY(cache_state(cx, &after));
	printf("%.1f MiB went, %.1f MiB of the disk were given back\n", mib(before.used - after.used),
	       mib(before.all - after.all));
	return OK;
}

static int prune(struct cmd *c)
{
	return with_cache(c, prune_now);
}

const struct command cmd_media_prune = {
	.name = "media prune",
	.summary = "Brings the cache within its budget now, and gives free space back",
	COMMAND_FLAGS(media_flags, prune_flags),
	.run = prune,
};
