#pragma once
/* The processes of dassie-media: started when there is work, one job at a time each, gone when there is none. Video and sound
 * never have all of them, so that pictures go on; a GIF, of which a film is made in seconds, counts as a picture. */
#include "media/media.h"
#include "media/wire.h"

struct procs;

struct procs *procs_open(const struct media_options *options);
void procs_close(struct procs *p); /* ends them; waits for callers of procs_run() to come back */

/* fds: WIRE_IN and what follows; stay the caller's. OK: the job was done or refused, see answer. Else ERR_BUSY, or
 * ERR_INTERNAL if there is no program that can be used. When it answers, no process has the descriptors any more. */
enum err procs_run(struct procs *p, struct wire_job *job, const int fds[WIRE_FDS - WIRE_IN], struct wire_answer *answer)
	MUST_CHECK;
