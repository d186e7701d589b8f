/* How full the disk is, with a little room between getting worse and getting better, so that the log stays short. */
#include "core/disk.h"

#include "base/log.h"
#include "config.h"

enum { MIB = 1 << 20, TIGHT_MOST = 256, FULL_MOST = 64, DISTANCE = 8 };

static int64_t less(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Bytes that must be free for a level not to be reached. */
static int64_t mark(const struct config *config, enum disk level)
{
	int64_t floor = config ? config->disk_floor_mb : 0;

	switch (level) {
	case DISK_LOW: return floor * MIB;
	case DISK_TIGHT: return less(floor * MIB / 2, TIGHT_MOST * MIB);
	case DISK_FULL: return less(floor * MIB / 8, FULL_MOST * MIB);
	case DISK_ROOM: break;
	}
	return 0;
}

static enum disk level_of(const struct config *config, int64_t free, enum disk before)
{
	for (enum disk level = DISK_FULL; level > DISK_ROOM; level--) {
		int64_t least = mark(config, level);

		if (free < least + (level <= before ? least / DISTANCE : 0))
			return level;
	}
	return DISK_ROOM;
}

static void tell(enum disk now, int64_t free)
{
	static const struct {
		enum log_level level;
		const char *text;
	} lines[] = {
		[DISK_ROOM] = { LOG_INFO, "there is room again" },
		[DISK_LOW] = { LOG_WARN, "the disk fills: the cache shrinks" },
		[DISK_TIGHT] = { LOG_ERROR, "the disk is nearly full: uploads and other servers are told to come later" },
		[DISK_FULL] = { LOG_ERROR, "the disk is full: nothing new is written" },
	};

	LOG(lines[now].level, "disk", LS("what", str_of(lines[now].text)), LI("free_mib", free / MIB));
}

enum disk disk_now(struct app *app)
{
	int64_t free = app->dbs ? dbs_disk_free(app->dbs) : -1;
	int before = __atomic_load_n(&app->disk, __ATOMIC_RELAXED), now;

	if (free < 0)
		return DISK_ROOM;
	now = (int)level_of(app->config, free, (enum disk)before);
	if (now != before && __atomic_compare_exchange_n(&app->disk, &before, now, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		tell((enum disk)now, free);
	if (now && app->ports.shrink)
		app->ports.shrink();
	return (enum disk)now;
}

enum err disk_room(struct ctx *cx, enum disk until)
{
	if (disk_now(cx->app) < until)
		return OK;
	cx->full = true;
	return ERR_BUSY;
}
