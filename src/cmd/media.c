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

static void print_bytes(const char *whose, const char *what, int64_t bytes)
{
	printf("%s\t%s\t%lld bytes\t%.1f MiB\n", whose, what, (long long)bytes, mib(bytes));
}

/* All lines together are "disk". What is no file's content is "other": rows, indexes, ends of pages, the log. */
static enum err print_shares(struct ctx *cx, struct dbs *in, const char *whose)
{
	int64_t used, all, disk = dbs_files(in), other;
	struct db_rows rows = { 0 };
	const struct blob_sum *s;

	TRY(db_space(dbs_reader(in), &used, &all));
	TRY(blobs_sums(dbs_reader(in), cx->mem, &rows));
	disk = disk < 0 ? all : disk;
	other = disk - (all - used);
	s = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		other -= s[i].bytes;
		printf("%s\t%.*s\t%lld files\t%lld bytes\t%.1f %%\n", whose, STR_F(s[i].kind), (long long)s[i].files,
		       (long long)s[i].bytes, 100.0 * (double)s[i].bytes / (double)(disk ? disk : 1));
	}
	print_bytes(whose, "other", other > 0 ? other : 0);
	print_bytes(whose, "spare", all - used);
	print_bytes(whose, "disk", disk);
	return OK;
}

static enum err print_status(struct cmd *c, struct ctx *cx)
{
	struct cache_state s;

	(void)c;
	TRY(print_shares(cx, cx->app->dbs, "own"));
	TRY(print_shares(cx, cx->app->cache, "cache"));
	TRY(cache_state(cx, &s));
	print_bytes("cache", "budget", s.setting);
	if (s.disk_free >= 0)
		print_bytes("disk", "free", s.disk_free);
	return OK;
}

static int status(struct cmd *c)
{
	return with_cache(c, print_status);
}

const struct command cmd_media_status = {
	.name = "media status",
	.summary = "Shows what own and cached files take of the disk, by kind, the budget of the cache and the free disk",
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
