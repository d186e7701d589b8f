/* PATH.lock beside an SQLite file: held by the one server on it. It also says "at work" from a server's first commit until
 * all is taken into the database, so that a log (PATH-wal) which disappears after a crash does not go unnoticed. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "db/driver.h"

static const char *beside(const struct dbs *s, struct arena *mem, const char *end)
{
	return cstr(mem, strf(mem, "%s%s", s->where, end));
}

static bool has_bytes(const char *path)
{
	struct stat st;

	return !stat(path, &st) && st.st_size > 0;
}

/* The lock file, if there is one and no server holds it; -1. */
static int unheld(const struct dbs *s, struct arena *mem)
{
	int fd = open(beside(s, mem, ".lock"), O_RDWR | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void owner_look(struct dbs *s)
{
	struct arena mem ARENA_SCOPE;
	int fd = unheld(s, &mem);

	if (fd < 0)
		return;
	if (has_bytes(beside(s, &mem, ".lock")) && !has_bytes(beside(s, &mem, "-wal")))
		LOG(LOG_ERROR, "db", LS("what", S("the last server was killed and its log is gone: changes may be lost")),
		    LS("file", str_of(beside(s, &mem, "-wal"))));
	close(fd);
}

/* Commands hold it for a moment when they look. */
static int take(int fd)
{
	for (int i = 0; i < 20; i++) {
		if (!flock(fd, LOCK_EX | LOCK_NB))
			return 0;
		if (errno != EWOULDBLOCK)
			break;
		usleep(10000);
	}
	return errno;
}

enum err dbs_lock(struct dbs *s, str *why)
{
	const char *path;
	int fd, no;

	if (s->driver == &postgres_driver || s->lock_fd >= 0)
		return OK;
	path = beside(s, &s->mem, ".lock");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		*why = strf(&s->mem, "cannot open %s: %s", path, strerror(errno));
		return ERR_INTERNAL;
	}
	no = take(fd);
	if (!no) {
		s->lock_fd = fd;
		return OK;
	}
	close(fd);
	if (no == EWOULDBLOCK)
		*why = strf(&s->mem, "another server is running on %s (it holds %s)", s->where, path);
	else
		*why = strf(&s->mem, "cannot lock %s: %s", path, strerror(no));
	return no == EWOULDBLOCK ? ERR_CONFLICT : ERR_INTERNAL;
}

void owner_mark(struct dbs *s)
{
	s->marked = true;
	if (pwrite(s->lock_fd, "at work\n", 8, 0) != 8)
		LOG(LOG_WARN, "db", LS("what", S("cannot write the lock file")));
}

/* After the last connection is closed; a command that ran after a crash tidies up like the server would have. */
void owner_ends(struct dbs *s)
{
	struct arena mem ARENA_SCOPE;
	int fd = s->lock_fd;

	if (s->driver == &postgres_driver || s->o.read_only)
		return;
	if (fd < 0)
		fd = unheld(s, &mem);
	if (fd < 0)
		return;
	if (!has_bytes(beside(s, &mem, "-wal")) && ftruncate(fd, 0))
		LOG(LOG_WARN, "db", LS("what", S("cannot write the lock file")));
	close(fd);
}
