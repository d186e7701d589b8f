#include "media/media.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "media/sniff.h"

struct media {
	struct media_options options;
};

const char *media_kind_name(enum media_kind k)
{
	static const char *const names[] = { "unknown", "image", "gifv", "video", "audio" };

	return k <= MEDIA_AUDIO ? names[k] : names[0];
}

enum media_kind media_guess(int fd)
{
	char head[SNIFF_BYTES];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	return n > 0 ? format_kind(sniff(str_n(head, (size_t)n))) : MEDIA_UNKNOWN;
}

struct media *media_open(const struct media_options *options)
{
	struct media *m = calloc(1, sizeof(*m));

	BUG_IF(!m);
	m->options = *options;
	return m;
}

void media_close(struct media *m)
{
	free(m);
}

void media_result_close(struct media_result *made)
{
	struct media_file *files[] = { &made->file, &made->preview, &made->still };

	for (size_t i = 0; i < 3; i++) {
		if (files[i]->fd >= 0)
			close(files[i]->fd);
		files[i]->fd = -1;
	}
}

enum err media_process(struct media *m, struct arena *mem, int in_fd, enum media_want want, struct media_result *made)
{
	(void)m, (void)mem, (void)want;
	*made = (struct media_result){ .kind = media_guess(in_fd), .file.fd = -1, .preview.fd = -1, .still.fd = -1 };
	return ERR_BUSY;
}
