/* What media.h does, for tests in Python: a line "want path prefix" in, a line of JSON out; the finished files are
 * written to prefix.file, prefix.preview and prefix.still. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "media/media.h"

static const char *const wants[] = { "attachment", "thumbnail", "avatar", "avatar_small", "header", "emoji", "card" };

static void save(struct buf *b, const char *prefix, const char *name, const struct media_file *f)
{
	char path[1024], bytes[65536];
	int to;
	ssize_t n;

	if (f->fd < 0)
		return;
	snprintf(path, sizeof(path), "%s.%s", prefix, name);
	to = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	while ((n = read(f->fd, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)n) != n)
			exit(3);
	close(to);
	buf_addf(b, ",\"%s\":{\"path\":\"%s\",\"mime\":\"%s\",\"ext\":\"%s\",\"size\":%lld,\"width\":%d,\"height\":%d}", name, path, f->mime,
	         f->ext, (long long)f->size, f->width, f->height);
}

static void one(struct media *m, enum media_want want, const char *path, const char *prefix)
{
	struct arena mem ARENA_SCOPE;
	struct buf b = buf_new(&mem, 1 << 16);
	struct media_result r;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int64_t began = clock_mono();
	enum err e = media_process(m, &mem, fd, want, &r);

	buf_addf(&b, "{\"err\":\"%s\",\"took\":%lld,\"kind\":\"%s\",\"why\":\"%.*s\"", e ? err_name(e) : "ok", (long long)(clock_mono() - began),
	         media_kind_name(r.kind), STR_F(r.why));
	save(&b, prefix, "file", &r.file);
	save(&b, prefix, "preview", &r.preview);
	save(&b, prefix, "still", &r.still);
	buf_addf(&b, ",\"blurhash\":\"%.*s\",\"colours\":[\"%.*s\",\"%.*s\",\"%.*s\"]", STR_F(r.blurhash), STR_F(r.foreground),
	         STR_F(r.background), STR_F(r.accent));
	buf_addf(&b, ",\"duration_ms\":%lld,\"rate\":\"%d/%d\",\"bitrate\":%lld,\"audio\":\"%.*s\",\"hz\":%d,\"channels\":%d}\n",
	         (long long)r.duration_ms, r.rate_num, r.rate_den, (long long)r.bitrate, STR_F(r.audio_encode), r.audio_hz,
	         r.audio_channels);
	media_result_close(&r);
	close(fd);
	fwrite(b.p, 1, b.n, stdout);
	fflush(stdout);
}

/* Instead of a prefix: how many bytes. */
static void look(struct media *m, const char *path, const char *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *mime = "";
	enum err e = media_look(m, fd, (size_t)atol(n), &mime);

	printf("{\"err\":\"%s\",\"mime\":\"%s\"}\n", e ? err_name(e) : "ok", e ? "" : mime);
	fflush(stdout);
	close(fd);
}

int main(int argc, char **argv)
{
	struct media_options o = { .program = argc > 1 ? argv[1] : NULL, .tmp_dir = argc > 2 ? argv[2] : NULL, .idle_ms = argc > 3 ? atoi(argv[3]) : 0 };
	struct media *m = media_open(&o);
	char want[32], path[1024], prefix[1024];

	log_set_level(LOG_INFO);
	while (scanf("%31s %1023s %1023s", want, path, prefix) == 3) {
		if (!strcmp(want, "look"))
			look(m, path, prefix);
		for (unsigned w = 0; w < sizeof(wants) / sizeof(wants[0]); w++)
			if (!strcmp(want, wants[w]))
				one(m, (enum media_want)w, path, prefix);
	}
	media_close(m);
	return 0;
}
