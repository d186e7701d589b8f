/* LD_PRELOAD: what the system may do to a program, on demand. FAULTS names a file of five numbers that a test writes to
 * (tests/faults.py): how much of the disk is free, whether files take writes, how often a read or write is cut short or
 * interrupted, and how far the clock is off. Children go without. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#undef _FILE_OFFSET_BITS
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct faults {
	_Atomic int64_t free; /* bytes; -1: as it is */
	_Atomic int64_t read_only;
	_Atomic int64_t one_in;    /* calls that are cut short or interrupted; 0: none */
	_Atomic int64_t injected;  /* how many were */
	_Atomic int64_t clock_off; /* ms */
};
static struct faults none = { .free = -1 }, *f = &none;

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("FAULTS");
	int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p != MAP_FAILED)
		f = p;
	if (fd >= 0)
		close(fd);
	unsetenv("LD_PRELOAD");
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int statvfs(const char *restrict path, struct statvfs *restrict s)
{
	int r = NEXT(statvfs)(path, s);

	if (!r && f->free >= 0)
		s->f_bavail = (fsblkcnt_t)f->free / s->f_frsize;
	return r;
}

int statvfs64(const char *restrict path, struct statvfs64 *restrict s)
{
	return statvfs(path, (struct statvfs *)s);
}

static int kind_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : (int)(st.st_mode & S_IFMT);
}

static int refused(int fd)
{
	if (!f->read_only || kind_of(fd) != S_IFREG || fd == 1 || fd == 2)
		return 0;
	errno = EROFS;
	return 1;
}

/* Whoever connected polls by level. To a server with edge-triggered epoll less than there is means that no more is there. */
static _Atomic unsigned char connected[65536];

int connect(int fd, const struct sockaddr *to, socklen_t size)
{
	if (fd >= 0 && fd < (int)sizeof(connected))
		connected[fd] = 1;
	return NEXT(connect)(fd, to, size);
}

int close(int fd)
{
	if (fd >= 0 && fd < (int)sizeof(connected))
		connected[fd] = 0;
	return NEXT(close)(fd);
}

/* Streams may be cut anywhere, messages may not; EAGAIN is for those who asked for it. */
static int odd(int fd, size_t *n)
{
	static _Atomic uint64_t clock;
	uint64_t dice = (atomic_fetch_add(&clock, 1) + 1) * 0x9e3779b97f4a7c15u >> 20;
	int64_t one_in = f->one_in;
	int kind, type = 0, whole;
	socklen_t size = sizeof(type);

	if (!one_in || *n < 2 || dice % (uint64_t)one_in)
		return 0;
	kind = kind_of(fd);
	if (kind == S_IFSOCK && (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) || type != SOCK_STREAM))
		return 0;
	if (kind != S_IFSOCK && kind != S_IFREG)
		return 0;
	atomic_fetch_add(&f->injected, 1);
	dice /= (uint64_t)one_in;
	whole = kind == S_IFSOCK && (fd >= (int)sizeof(connected) || !connected[fd]);
	if (whole || dice % 3 == 0) {
		errno = kind == S_IFSOCK && !whole && fcntl(fd, F_GETFL) & O_NONBLOCK ? EAGAIN : EINTR;
		return 1;
	}
	*n = 1 + dice % (*n - 1);
	return 0;
}

ssize_t read(int fd, void *to, size_t n)
{
	return odd(fd, &n) ? -1 : NEXT(read)(fd, to, n);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
	return odd(fd, &n) ? -1 : NEXT(pread)(fd, to, n, at);
}

ssize_t pread64(int fd, void *to, size_t n, off64_t at)
{
	return pread(fd, to, n, at);
}

ssize_t recv(int fd, void *to, size_t n, int flags)
{
	return odd(fd, &n) ? -1 : NEXT(recv)(fd, to, n, flags);
}

ssize_t write(int fd, const void *from, size_t n)
{
	return refused(fd) || odd(fd, &n) ? -1 : NEXT(write)(fd, from, n);
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
{
	return refused(fd) || odd(fd, &n) ? -1 : NEXT(pwrite)(fd, from, n, at);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at)
{
	return pwrite(fd, from, n, at);
}

ssize_t send(int fd, const void *from, size_t n, int flags)
{
	return odd(fd, &n) ? -1 : NEXT(send)(fd, from, n, flags);
}

int ftruncate(int fd, off_t size)
{
	return refused(fd) ? -1 : NEXT(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
	return ftruncate(fd, size);
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int r = (int)syscall(SYS_clock_gettime, id, t);

	if (!r && id == CLOCK_REALTIME && f->clock_off) {
		int64_t ms = (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000 + f->clock_off;

		*t = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	}
	return r;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

time_t time(time_t *to)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (to)
		*to = now.tv_sec;
	return now.tv_sec;
}
