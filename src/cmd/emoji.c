/* dassie emoji add, list, remove, import: the pictures between colons that a site offers. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "core/emoji.h"

struct emoji_flags {
	str site, category;
};
static const struct flag emoji_flags[] = {
	ARG_TEXT(emoji_flags, site, "site", "DOMAIN", "which site's; needed where there are several"),
	ARG_TEXT(emoji_flags, category, "category", "WORDS", "heading in pickers"),
};

static int open_with_decoder(struct cmd *c, struct app *app, struct ctx *cx, str site)
{
	int code = cmd_open_site(c, app, cx, site);

	if (!code)
		app->media = media_open(&(struct media_options){ 0 });
	return code;
}

static void close_with_decoder(struct app *app)
{
	media_close(app->media);
	cmd_close(app);
}

static int open_file(struct cmd *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0) {
		(void)cmd_fail(c, "cannot read %s: %s", path, strerror(errno));
	} else if (!fstat(fd, &st) && S_ISDIR(st.st_mode)) {
		(void)cmd_fail(c, "%s is a folder; dassie emoji import takes the pictures of one", path);
		close(fd);
		fd = -1;
	}
	return fd;
}

static int add_one(struct cmd *c, struct ctx *cx, str name, str category, const char *path)
{
	int fd = open_file(c, path);
	enum err e;

	if (fd < 0)
		return 1;
	e = emoji_add(cx, name, category, fd);
	close(fd);
	if (!e)
		return 0;
	return cmd_fail(c, ":%.*s: was not added from %s: %.*s", STR_F(name), path, STR_F(str_or(cx->said, str_of(err_name(e)))));
}

/* As people write it. */
static str bare(str name)
{
	str inner = name;

	return str_skip(&inner, S(":")) && str_chop(&inner, S(":")) ? inner : name;
}

static int add(struct cmd *c)
{
	const struct emoji_flags *in = c->in;
	struct app app;
	struct ctx cx;
	int code = open_with_decoder(c, &app, &cx, in->site);

	if (code)
		return code;
	code = add_one(c, &cx, bare(c->words.v[0]), in->category, cstr(c->mem, c->words.v[1]));
	close_with_decoder(&app);
	return code;
}

const struct command cmd_emoji_add = {
	.name = "emoji add",
	.words = "NAME FILE",
	.least = 2,
	.most = 2,
	.summary = "Offers a picture as :NAME:; one of that name is replaced",
	COMMAND_FLAGS(emoji_flags, emoji_flags),
	.run = add,
};

static int list(struct cmd *c)
{
	const struct site_flag *in = c->in;
	struct db_rows rows = { 0 };
	const struct emoji *v;
	struct app app;
	struct ctx cx;
	enum err e;
	int code = cmd_open_site(c, &app, &cx, in->site);

	if (code)
		return code;
	e = emoji_list(&cx, &rows);
	v = rows.p;
	for (size_t i = 0; !e && i < rows.n; i++)
		printf("%.*s\t%.*s\n", STR_F(v[i].shortcode), STR_F(v[i].category));
	cmd_close(&app);
	return e ? cmd_fail(c, "the emoji cannot be read (%s)", err_name(e)) : 0;
}

const struct command cmd_emoji_list = {
	.name = "emoji list",
	.summary = "Lists what is offered: name, category",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = list,
};

static int drop(struct cmd *c)
{
	return cmd_remove_word(c, emoji_remove, "emoji", "emoji list");
}

const struct command cmd_emoji_remove = {
	.name = "emoji remove",
	.words = "NAME",
	.least = 1,
	.most = 1,
	.summary = "Offers it no more; posts that have it keep it",
	COMMAND_FLAGS(site_flag, site_flag),
	.run = drop,
};

/* "blob_cat.png" is :blob_cat:. */
static str name_of(str file)
{
	str name;

	return str_cut(&file, '.', &name) ? name : STR_NONE;
}

/* All that can be taken is, whatever becomes of the others. */
static int import_from(struct cmd *c, struct ctx *cx, str category, DIR *dir, const char *path)
{
	int code = 0, n = 0;

	for (struct dirent *d; (d = readdir(dir));) {
		struct arena_mark start = arena_mark(c->mem);
		str file = str_of(d->d_name);

		if (d->d_name[0] == '.')
			continue;
		if (add_one(c, cx, name_of(file), category, cstr(c->mem, strf(c->mem, "%s/%s", path, d->d_name))))
			code = 1;
		else
			n++;
		arena_rewind(c->mem, start);
	}
	printf("%d\n", n);
	return code;
}

static int import(struct cmd *c)
{
	const struct emoji_flags *in = c->in;
	const char *path = cstr(c->mem, c->words.v[0]);
	DIR *dir = opendir(path);
	struct app app;
	struct ctx cx;
	int code;

	if (!dir)
		return cmd_fail(c, "cannot read the folder %s: %s", path, strerror(errno));
	code = open_with_decoder(c, &app, &cx, in->site);
	if (!code) {
		code = import_from(c, &cx, in->category, dir, path);
		close_with_decoder(&app);
	}
	closedir(dir);
	return code;
}

const struct command cmd_emoji_import = {
	.name = "emoji import",
	.words = "FOLDER",
	.least = 1,
	.most = 1,
	.summary = "Offers each picture of a folder by the name of its file; prints how many",
	COMMAND_FLAGS(emoji_flags, emoji_flags),
	.run = import,
};
