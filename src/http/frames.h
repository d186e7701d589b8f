#pragma once
/* WebSocket frames (RFC 6455) of one connection, wherever its bytes come from. */
#include <sys/types.h>

#include "base/str.h"

enum { FRAME_TEXT_MAX = 16 * 1024 }; /* of what a client says */

/* Each answers like recv() and send(): -1 and errno, where EAGAIN is for later; read() 0 is the end. */
struct frames_io {
	ssize_t (*read)(void *arg, void *to, size_t n);
	ssize_t (*write)(void *arg, const void *from, size_t n);
	/* A whole text message, valid UTF-8. False: one too many, the connection ends with 1008. */
	bool (*text)(void *arg, str text);
};
struct frames;
struct frames *frames_new(const struct frames_io *io, void *arg);
void frames_free(struct frames *f);
/* Reads what there is. False: the connection is of no use any more. What breaks the protocol, is binary or too large is
 * answered by a close frame, and nothing is read after it. */
bool frames_read(struct frames *f);
/* Writes what waits; false as above. */
bool frames_write(struct frames *f);
bool frames_waiting(const struct frames *f); /* something is to be written yet */
bool frames_text(struct frames *f, str text);
void frames_close(struct frames *f, unsigned code);
/* A close frame was sent, or waits to be: nothing else will be. */
bool frames_closing(const struct frames *f);
