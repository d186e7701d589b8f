#pragma once
/* What is still done as the disk fills (setting disk_floor_mb), so that what matters goes on longest: other people's pictures
 * leave first, then nothing more is taken from other servers and no files, then nothing is written but what makes room.
 * On PostgreSQL nobody here knows how much is free: there is room until it says otherwise. */
#include "core/ctx.h"

enum disk {
	DISK_ROOM,
	DISK_LOW,   /* less than the floor: the cache shrinks */
	DISK_TIGHT, /* less than half of it (256 MiB will do): no uploads, nothing in the inbox */
	DISK_FULL,  /* less than an eighth (64 MiB will do): nothing new */
};
/* As it is now, which a system call tells; each change is a line in the log. */
enum disk disk_now(struct app *app);
/* For what is about to write: from that level on ERR_BUSY and cx->full, which becomes 507. */
enum err disk_room(struct ctx *cx, enum disk until) MUST_CHECK;
