/* WebSocket frames as a client sends them, and what their texts ask for. The first byte says in which pieces they come. Nothing
 * may be said after a close frame of ours, and no more memory is taken than a message may have. */
#include <errno.h>

#include "api/stream.h"
#include "base/arena.h"
#include "http/frames.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct wire {
	str in;
	size_t piece, out;
	bool pause;
	struct frames *frames;
};

static ssize_t take(void *arg, void *to, size_t n)
{
	struct wire *w = arg;
	size_t part = w->in.n < w->piece ? w->in.n : w->piece;

	w->pause = !w->pause;
	if (w->pause && w->in.n) {
		errno = EAGAIN;
		return -1;
	}
	part = part < n ? part : n;
	memcpy(to, w->in.p, part);
	w->in = str_from(w->in, part);
	return (ssize_t)part;
}

static ssize_t give(void *arg, const void *from, size_t n)
{
	struct wire *w = arg;

	(void)from;
	w->out += n;
	return (ssize_t)n;
}

static bool text(void *arg, str said)
{
	struct wire *w = arg;
	struct arena mem ARENA_SCOPE;
	struct subscription s;
	const char *why = NULL;
	int status = 0;
	enum stream_ask ask;

	BUG_IF(frames_closing(w->frames) || said.n > FRAME_TEXT_MAX || !str_utf8(said));
	ask = stream_parse(&mem, said, &s, &why, &status);
	BUG_IF((ask == STREAM_WRONG) != (status != 0));
	if (ask == STREAM_SUBSCRIBE || ask == STREAM_UNSUBSCRIBE) {
		BUG_IF(s.channel >= CHANNELS || (channels[s.channel].takes == TAKES_TAG) != (s.tag.n > 0));
		BUG_IF(channels[s.channel].takes == TAKES_LIST && s.list_id <= 0);
	}
	return said.n != 7;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct frames_io io = { take, give, text };
	struct wire w = { .piece = size ? data[0] % 64 + 1 : 1 };
	bool goes;

	w.in = size ? str_n((const char *)data + 1, size - 1) : S("");
	w.frames = frames_new(&io, &w);
	do
		goes = frames_read(w.frames) && frames_write(w.frames);
	while (goes && w.in.n && !frames_closing(w.frames));
	if (goes && !frames_closing(w.frames))
		frames_close(w.frames, 1001);
	BUG_IF(goes && (!frames_write(w.frames) || frames_waiting(w.frames) || !w.out));
	frames_free(w.frames);
	return 0;
}
