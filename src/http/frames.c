/* A thin layer over wslay, which reads and writes the frames: it refuses what is not masked, reserved bits, control frames
 * that are long or in pieces, wrong UTF-8 and wrong close codes by itself, and answers pings. */
#include "http/frames.h"

#include <errno.h>
#include <stdlib.h>
#include <wslay/wslay.h>

#include "base/err.h"

enum { WAITING_MAX = 16 }; /* frames: who pings without end has to read the answers */

struct frames {
	wslay_event_context_ptr ws;
	struct frames_io io;
	void *arg;
	bool dead, closing;
	str own; /* what is left to write of a close frame of our own, in place of wslay's */
	bool is_own;
};

static ssize_t failed(wslay_event_context_ptr ws, struct frames *f, bool end)
{
	bool later = !end && (errno == EAGAIN || errno == EINTR);

	f->dead |= !later;
	wslay_event_set_error(ws, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
	return -1;
}

static ssize_t on_read(wslay_event_context_ptr ws, uint8_t *to, size_t n, int flags, void *arg)
{
	struct frames *f = arg;
	ssize_t got = f->io.read(f->arg, to, n);

	(void)flags;
	return got > 0 ? got : failed(ws, f, got == 0);
}

static ssize_t on_write(wslay_event_context_ptr ws, const uint8_t *from, size_t n, int flags, void *arg)
{
	struct frames *f = arg;
	ssize_t sent = f->io.write(f->arg, from, n);

	(void)flags;
	return sent >= 0 ? sent : failed(ws, f, false);
}

static void on_message(wslay_event_context_ptr ws, const struct wslay_event_on_msg_recv_arg *m, void *arg)
{
	struct frames *f = arg;
	str text = str_n((const char *)m->msg, m->msg_length);

	(void)ws;
	if (f->closing)
		return;
	if (m->opcode == WSLAY_BINARY_FRAME)
		frames_close(f, WSLAY_CODE_UNSUPPORTED_DATA);
	/* What holds NUL, which wslay lets pass, is no JSON and so gets no answer. */
	if (m->opcode == WSLAY_TEXT_FRAME && str_utf8(text) && !f->io.text(f->arg, text))
		frames_close(f, WSLAY_CODE_POLICY_VIOLATION);
}

struct frames *frames_new(const struct frames_io *io, void *arg)
{
	static const struct wslay_event_callbacks callbacks = {
		.recv_callback = on_read,
		.send_callback = on_write,
		.on_msg_recv_callback = on_message,
	};
	struct frames *f = calloc(1, sizeof(*f));

	BUG_IF(!f);
	f->io = *io;
	f->arg = arg;
	BUG_IF(wslay_event_context_server_init(&f->ws, &callbacks, f)); /* no memory */
	wslay_event_config_set_max_recv_msg_length(f->ws, FRAME_TEXT_MAX);
	return f;
}

void frames_free(struct frames *f)
{
	if (!f)
		return;
	wslay_event_context_free(f->ws);
	free(f);
}

/* What is no frame at all wslay would answer by a close frame that says nothing; ours says why, unless something is half
 * written. */
static void no_frame(struct frames *f, bool quiet)
{
	static const char protocol_error[] = { (char)0x88, 2, 1002 >> 8, (char)(1002 & 255) };

	f->closing = true;
	if (!quiet)
		return;
	f->own = str_n(protocol_error, sizeof(protocol_error));
	f->is_own = true;
}

bool frames_read(struct frames *f)
{
	bool quiet = !wslay_event_want_write(f->ws);

	if (!f->closing && wslay_event_recv(f->ws) && !f->dead)
		no_frame(f, quiet);
	if (wslay_event_get_queued_msg_count(f->ws) > WAITING_MAX)
		f->dead = true;
	/* A goodbye is answered by wslay. */
	f->closing |= wslay_event_get_close_received(f->ws) || !wslay_event_get_read_enabled(f->ws);
	return !f->dead;
}

static bool write_own(struct frames *f)
{
	while (f->own.n) {
		ssize_t n = f->io.write(f->arg, f->own.p, f->own.n);

		if (n < 0) {
			f->dead = errno != EAGAIN && errno != EINTR;
			break;
		}
		f->own = str_from(f->own, (size_t)n);
	}
	return !f->dead;
}

bool frames_write(struct frames *f)
{
	if (f->is_own)
		return write_own(f);
	if (wslay_event_want_write(f->ws) && wslay_event_send(f->ws))
		f->dead = true;
	return !f->dead;
}

bool frames_waiting(const struct frames *f)
{
	return f->is_own ? f->own.n > 0 : wslay_event_want_write(f->ws);
}

bool frames_text(struct frames *f, str text)
{
	struct wslay_event_msg m = { WSLAY_TEXT_FRAME, (const uint8_t *)text.p, text.n };

	return !wslay_event_queue_msg(f->ws, &m);
}

void frames_close(struct frames *f, unsigned code)
{
	if (f->closing)
		return;
	f->closing = true;
	wslay_event_queue_close(f->ws, (uint16_t)code, NULL, 0);
}

bool frames_closing(const struct frames *f)
{
	return f->closing;
}
