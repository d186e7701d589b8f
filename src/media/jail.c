/* Three walls, each whole without the others: landlock (no file system), seccomp (an allow-list of system calls) and
 * resource limits. Nothing of this needs root, and root gains nothing from being it. Kernels that lack landlock
 * (before 5.13) keep the other two, with which the picture decoder can open nothing either. */
#include "media/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/* --- landlock; the header of Debian 12 ends at ABI 2, so the numbers are here (linux/landlock.h) */

enum { LL_EXECUTE = 1 << 0,
       LL_WRITE_FILE = 1 << 1,
       LL_READ_FILE = 1 << 2,
       LL_REFER = 1 << 13,
       LL_TRUNCATE = 1 << 14,
       LL_IOCTL = 1 << 15,
       LL_FS_1 = (1 << 13) - 1,
       LL_NET = 3,
       LL_SCOPE = 3,
       LL_PATH_BENEATH = 1,
       LL_ASK_ABI = 1 };
struct ll_ruleset {
	uint64_t fs, net, scoped;
};
struct ll_path {
	uint64_t access;
	int32_t fd;
} __attribute__((packed));

int jail_landlock(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LL_ASK_ABI);

	return abi < 0 ? 0 : (int)abi;
}

static int handled_fs(int abi)
{
	return LL_FS_1 | (abi >= 2 ? LL_REFER : 0) | (abi >= 3 ? LL_TRUNCATE : 0) | (abi >= 5 ? LL_IOCTL : 0);
}

static bool ll_allow(int ruleset, int fd, int access)
{
	struct ll_path rule = { .access = (uint64_t)access, .fd = fd };

	return !syscall(SYS_landlock_add_rule, ruleset, LL_PATH_BENEATH, &rule, 0);
}

static void ll_allow_path(int ruleset, const char *path, int access)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd >= 0) {
		ll_allow(ruleset, fd, access);
		close(fd);
	}
}

/* What the loader of programs reads, and the two programs; memfds and pipes are free in any case. */
static void ll_allow_tools(int ruleset, int abi, const int *fds, size_t fd_count)
{
	static const char *const libraries[] = { "/lib", "/lib64", "/usr/lib", "/usr/lib64" };

	for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
		ll_allow_path(ruleset, libraries[i], LL_READ_FILE | LL_EXECUTE);
	ll_allow_path(ruleset, "/etc/ld.so.cache", LL_READ_FILE);
	ll_allow_path(ruleset, MEDIA_FFMPEG, LL_READ_FILE | LL_EXECUTE);
	ll_allow_path(ruleset, MEDIA_FFPROBE, LL_READ_FILE | LL_EXECUTE);
	for (size_t i = 0; i < fd_count; i++)
		ll_allow(ruleset, fds[i], LL_READ_FILE | (i ? LL_WRITE_FILE | (abi >= 3 ? LL_TRUNCATE : 0) : 0));
}

static bool landlock(enum jail_kind kind, const int *fds, size_t fd_count)
{
	int abi = jail_landlock(), ruleset;
	struct ll_ruleset all = { .fs = (uint64_t)handled_fs(abi), .net = LL_NET, .scoped = LL_SCOPE };
	size_t size = abi >= 6 ? sizeof(all) : abi >= 4 ? 16
	                                                : 8;
	bool ok;

	if (!abi)
		return true;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0);
	if (ruleset < 0)
		return false;
	if (kind == JAIL_FILM)
		ll_allow_tools(ruleset, abi, fds, fd_count);
	ok = !syscall(SYS_landlock_restrict_self, ruleset, 0);
	close(ruleset);
	return ok;
}

/* --- seccomp */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
enum { P = 1 << JAIL_PICTURE,
       F = 1 << JAIL_FILM,
       T = 1 << JAIL_TOOL,
       ALL = P | F | T,
       FOR_SANITIZERS = SANITIZED * P };

/* Calls that are allowed whatever their arguments. */
static const struct {
	int call, jails;
} calls[] = {
	{ SCMP_SYS(read), ALL },
	{ SCMP_SYS(write), ALL },
	{ SCMP_SYS(pread64), ALL },
	{ SCMP_SYS(lseek), ALL },
	{ SCMP_SYS(fstat), ALL },
	{ SCMP_SYS(close), ALL },
	{ SCMP_SYS(dup), ALL },
	{ SCMP_SYS(brk), ALL },
	{ SCMP_SYS(munmap), ALL },
	{ SCMP_SYS(mremap), ALL },
	{ SCMP_SYS(madvise), ALL },
	{ SCMP_SYS(futex), ALL },
	{ SCMP_SYS(set_robust_list), ALL },
	{ SCMP_SYS(rseq), ALL },
	{ SCMP_SYS(rt_sigprocmask), ALL },
	{ SCMP_SYS(rt_sigreturn), ALL },
	{ SCMP_SYS(sched_yield), ALL },
	{ SCMP_SYS(sched_getaffinity), ALL },
	{ SCMP_SYS(clock_gettime), ALL },
	{ SCMP_SYS(clock_nanosleep), ALL },
	{ SCMP_SYS(getrandom), ALL },
	{ SCMP_SYS(getpid), ALL },
	{ SCMP_SYS(gettid), ALL },
	{ SCMP_SYS(exit), ALL },
	{ SCMP_SYS(exit_group), ALL },
	/* the loader of programs, and what ffmpeg does besides */
	{ SCMP_SYS(openat), F | T },
	{ SCMP_SYS(newfstatat), F | T },
	{ SCMP_SYS(statx), F | T },
	{ SCMP_SYS(access), F | T },
	{ SCMP_SYS(faccessat), F | T },
	{ SCMP_SYS(faccessat2), F | T },
	{ SCMP_SYS(readlink), F | T },
	{ SCMP_SYS(readlinkat), F | T },
	{ SCMP_SYS(readv), F | T },
	{ SCMP_SYS(writev), F | T },
	{ SCMP_SYS(ftruncate), F | T },
	{ SCMP_SYS(poll), F | T },
	{ SCMP_SYS(ppoll), F | T },
	{ SCMP_SYS(select), F | T },
	{ SCMP_SYS(pselect6), F | T },
	{ SCMP_SYS(rt_sigaction), F | T },
	{ SCMP_SYS(sigaltstack), F | T | FOR_SANITIZERS },
	{ SCMP_SYS(set_tid_address), F | T },
	{ SCMP_SYS(arch_prctl), F | T },
	{ SCMP_SYS(getrusage), F | T },
	{ SCMP_SYS(gettimeofday), F | T },
	{ SCMP_SYS(times), F | T },
	{ SCMP_SYS(sysinfo), F | T },
	{ SCMP_SYS(uname), F | T },
	{ SCMP_SYS(nanosleep), F | T },
	{ SCMP_SYS(dup3), F | T },
	{ SCMP_SYS(fcntl), F | T },
	{ SCMP_SYS(fadvise64), F | T },
	{ SCMP_SYS(getuid), F | T },
	{ SCMP_SYS(geteuid), F | T },
	{ SCMP_SYS(getgid), F | T },
	{ SCMP_SYS(getegid), F | T },
	/* what starts the programs and waits for them */
	{ SCMP_SYS(clone), F },
	{ SCMP_SYS(fork), F },
	{ SCMP_SYS(vfork), F },
	{ SCMP_SYS(execve), F },
	{ SCMP_SYS(dup2), F },
	{ SCMP_SYS(pipe2), F },
	{ SCMP_SYS(wait4), F },
	{ SCMP_SYS(prctl), F },
	{ SCMP_SYS(seccomp), F },
	{ SCMP_SYS(setrlimit), F },
};

/* Allowed when (argument & mask) == value. */
static const struct {
	int call, jails;
	unsigned argument;
	uint64_t mask, value;
} some[] = {
	/* memory that can be written is never run; the picture decoder gets no more code at all */
	{ SCMP_SYS(mmap), P, 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mmap), F | T, 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mmap), F | T, 2, PROT_EXEC | PROT_WRITE, PROT_EXEC },
	{ SCMP_SYS(mprotect), ALL, 2, PROT_EXEC, 0 },
	/* threads, but no processes */
	{ SCMP_SYS(clone), P | T, 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM },
	{ SCMP_SYS(newfstatat), P, 3, 0xffffffff, AT_EMPTY_PATH }, /* fstat() of glibc */
	{ SCMP_SYS(fcntl), P, 1, 0xffffffff, F_GETFL },
	{ SCMP_SYS(prctl), P | T, 0, 0xffffffff, PR_SET_NAME },
	{ SCMP_SYS(prlimit64), P | F | T, 2, ~(uint64_t)0, 0 }, /* asks, does not set */
};

static scmp_filter_ctx filters[JAILS];

static scmp_filter_ctx make_filter(enum jail_kind kind)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int bad = !f;

	for (size_t i = 0; !bad && i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].jails & 1 << kind && calls[i].call >= 0)
			bad = seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i].call, 0);
	for (size_t i = 0; !bad && i < sizeof(some) / sizeof(some[0]); i++)
		if (some[i].jails & 1 << kind && some[i].call >= 0)
			bad = seccomp_rule_add(f, SCMP_ACT_ALLOW, some[i].call, 1,
			                       SCMP_CMP64(some[i].argument, SCMP_CMP_MASKED_EQ, some[i].mask, some[i].value));
	/* libc then takes clone(), whose flags can be looked at */
	if (!bad)
		bad = seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	return bad ? NULL : f;
}

bool jail_prepare(void)
{
	for (int k = 0; k < JAILS; k++)
		if (!(filters[k] = make_filter((enum jail_kind)k))) {
			fputs("dassie-media: no seccomp filter can be made here\n", stderr);
			return false;
		}
	return true;
}

/* The kernel sees addresses, not names. Those of path and argv are only right in this process: the program that
 * follows has other memory, and one wrong guess ends it. */
bool jail_tool(const char *path, char *const *argv)
{
	scmp_filter_ctx f = filters[JAIL_TOOL];
	uint64_t a0 = (uint64_t)(uintptr_t)path, a1 = (uint64_t)(uintptr_t)argv;

	return !seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(execve), 2, SCMP_A0_64(SCMP_CMP_EQ, a0),
	                         SCMP_A1_64(SCMP_CMP_EQ, a1)) &&
	       !seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, SCMP_SYS(execve), 1, SCMP_A0_64(SCMP_CMP_NE, a0)) &&
	       !seccomp_load(f);
}

/* --- limits */

static bool limit(int what, int64_t most)
{
	struct rlimit r = { (rlim_t)most, (rlim_t)most };

	return !setrlimit((__rlimit_resource_t)what, &r);
}

static bool limits_set(const struct jail_limits *l)
{
	enum { FILES = 24,
	       THREADS = 4096,
	       STACK = 2 << 20 };
	struct itimerval clock = { .it_value.tv_sec = l->clock_seconds };
	bool ok = limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, l->cpu_seconds) && limit(RLIMIT_FSIZE, l->file_max) &&
	          limit(RLIMIT_NOFILE, FILES) && !setitimer(ITIMER_REAL, &clock, NULL);

	limit(RLIMIT_NPROC, THREADS); /* counts all of this user's: the filter is what forbids processes */
	limit(RLIMIT_MEMLOCK, 0);
	if (SANITIZED) /* they take terabytes of addresses */
		return ok;
	return ok && limit(RLIMIT_STACK, STACK) && limit(RLIMIT_DATA, l->memory) && limit(RLIMIT_AS, 4 * l->memory);
}

bool jail_enter(enum jail_kind kind, const struct jail_limits *limits, const int *fds, size_t fd_count)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !limits_set(limits) || !landlock(kind, fds, fd_count))
		return false;
	return !seccomp_load(filters[kind]);
}
