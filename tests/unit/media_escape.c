/* A dassie-media whose workers do not decode but misbehave: what a decoder would do that a file has taken over. Which
 * way is the job's want; what was tried and how it ended is written to the job's file, a line a call. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/child.h"
#include "media/jail.h"
#include "media_escape.h"

#define A(x) ((long)(uintptr_t)(x))
struct attempt {
	const char *name;
	long call, a[6];
};

static char passwd[] = "/etc/passwd", lib[] = "/usr/lib", mine[] = "/tmp/dassie-escape", *no_args[] = { NULL };
static unsigned char zeros[256];
static struct itimerval timer;
static struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };

static const struct attempt attempts[] = {
	{ "openat", SYS_openat, { AT_FDCWD, A(passwd), O_RDONLY } },
	{ "openat_write", SYS_openat, { AT_FDCWD, A(mine), O_RDWR | O_CREAT, 0600 } },
	{ "openat_directory", SYS_openat, { AT_FDCWD, A(lib), O_RDONLY | O_DIRECTORY } },
	{ "openat2", SYS_openat2, { AT_FDCWD, A(passwd), A(zeros), 24 } },
	{ "socket_inet", SYS_socket, { AF_INET, SOCK_STREAM } },
	{ "socket_inet6", SYS_socket, { AF_INET6, SOCK_DGRAM } },
	{ "socket_unix", SYS_socket, { AF_UNIX, SOCK_STREAM } },
	{ "socket_netlink", SYS_socket, { AF_NETLINK, SOCK_RAW } },
	{ "socketpair", SYS_socketpair, { AF_UNIX, SOCK_STREAM, 0, A(zeros) } },
	{ "connect", SYS_connect, { 0, A(zeros), 16 } },
	{ "bind", SYS_bind, { 0, A(zeros), 16 } },
	{ "sendto", SYS_sendto, { 0, A(zeros), 1 } },
	{ "sendmsg", SYS_sendmsg, { 0, A(zeros) } },
	{ "execveat", SYS_execveat, { AT_FDCWD, A(passwd), A(no_args), A(no_args) } },
	{ "clone", SYS_clone, { SIGCHLD } },
	{ "clone_vm", SYS_clone, { CLONE_VM | SIGCHLD } },
	{ "clone3", SYS_clone3, { A(zeros), 64 } },
	{ "ptrace", SYS_ptrace, { 16, 1 } },
	{ "process_vm_readv", SYS_process_vm_readv, { 1, A(zeros), 1, A(zeros), 1 } },
	{ "pidfd_open", SYS_pidfd_open, { 1 } },
	{ "kill_init", SYS_kill, { 1, 0 } },
	{ "kill_group", SYS_kill, { 0, 0 } },
	{ "tgkill", SYS_tgkill, { 1, 1, 0 } },
	{ "mount", SYS_mount, { A(lib), A(lib), 0, 4096 } },
	{ "umount2", SYS_umount2, { A(lib) } },
	{ "unlinkat", SYS_unlinkat, { AT_FDCWD, A(mine) } },
	{ "renameat2", SYS_renameat2, { AT_FDCWD, A(mine), AT_FDCWD, A(mine) } },
	{ "mkdirat", SYS_mkdirat, { AT_FDCWD, A(mine), 0700 } },
	{ "linkat", SYS_linkat, { AT_FDCWD, A(passwd), AT_FDCWD, A(mine) } },
	{ "symlinkat", SYS_symlinkat, { A(passwd), AT_FDCWD, A(mine) } },
	{ "mknodat", SYS_mknodat, { AT_FDCWD, A(mine), 0010600 } },
	{ "fchmodat", SYS_fchmodat, { AT_FDCWD, A(mine), 0777 } },
	{ "fchmod", SYS_fchmod, { 1, 0777 } },
	{ "fchownat", SYS_fchownat, { AT_FDCWD, A(mine), 0, 0 } },
	{ "truncate", SYS_truncate, { A(mine), 0 } },
	{ "setsid", SYS_setsid, { 0 } },
	{ "setpgid", SYS_setpgid, { 0, 0 } },
	{ "setuid", SYS_setuid, { 0 } },
	{ "setresuid", SYS_setresuid, { 0, 0, 0 } },
	{ "capset", SYS_capset, { A(zeros), A(zeros) } },
	{ "prctl_deathsig", SYS_prctl, { PR_SET_PDEATHSIG, 0 } },
	{ "prctl_dumpable", SYS_prctl, { PR_SET_DUMPABLE, 1 } },
	{ "seccomp", SYS_seccomp, { 0, 0, 0 } },
	{ "prlimit", SYS_prlimit64, { 0, RLIMIT_CPU, A(&unlimited), 0 } },
	{ "setitimer", SYS_setitimer, { ITIMER_REAL, A(&timer), 0 } },
	{ "timer_create", SYS_timer_create, { 0, 0, A(zeros) } },
	{ "unshare", SYS_unshare, { CLONE_NEWUSER } },
	{ "setns", SYS_setns, { 0, 0 } },
	{ "chroot", SYS_chroot, { A(lib) } },
	{ "chdir", SYS_chdir, { A(lib) } },
	{ "pivot_root", SYS_pivot_root, { A(lib), A(lib) } },
	{ "bpf", SYS_bpf, { 0, A(zeros), 64 } },
	{ "io_uring_setup", SYS_io_uring_setup, { 1, A(zeros) } },
	{ "perf_event_open", SYS_perf_event_open, { A(zeros), 0, -1, -1, 0 } },
	{ "userfaultfd", SYS_userfaultfd, { 1 } },
	{ "memfd_create", SYS_memfd_create, { A(lib), 0 } },
	{ "keyctl", SYS_keyctl, { 0, 0, 0 } },
	{ "personality", SYS_personality, { 0xffffffff } },
	{ "ioctl", SYS_ioctl, { 0, 0x5412, A(zeros) } },
	{ "inotify_init1", SYS_inotify_init1, { 0 } },
	{ "shmget", SYS_shmget, { 0, 4096, 01000 } },
	{ "init_module", SYS_init_module, { A(zeros), 0, A(zeros) } },
	{ "reboot", SYS_reboot, { 0 } },
	{ "syslog", SYS_syslog, { 10 } },
	{ "swapon", SYS_swapon, { A(mine), 0 } },
	{ "getdents64", SYS_getdents64, { 0, A(zeros), 256 } },
	{ "mmap_wx", SYS_mmap, { 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0 } },
};

static void tell(int fd, const char *name, const char *how)
{
	char line[128];
	int n = snprintf(line, sizeof(line), "%s %s\n", name, how);

	if (write(fd, line, (size_t)n) != n)
		_exit(9);
}

/* A call with arguments that it would not like may fail in any case: only what a jail says counts as refused. */
static bool refused(long r)
{
	return r < 0 && (errno == EPERM || errno == EACCES || errno == ENOSYS);
}

static void try_all(int fd)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		const long *a = attempts[i].a;
		long r = syscall(attempts[i].call, a[0], a[1], a[2], a[3], a[4], a[5]);

		tell(fd, attempts[i].name, refused(r) ? "refused" : r < 0 ? strerror(errno)
		                                                          : "ALLOWED");
	}
	tell(fd, "mprotect_exec", refused(syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC)) ? "refused" : "ALLOWED");
}

static void done(struct wire_answer *a)
{
	*a = (struct wire_answer){ .verdict = WIRE_REFUSED, .why = WHY_EMPTY };
}

static void as_picture(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *a)
{
	sigset_t all;
	void *p;

	done(a);
	switch ((enum escape)job->want) {
	case ESCAPE_TRY:
		try_all(fds[WIRE_FILE]);
		tell(fds[WIRE_FILE], "execve", refused(syscall(SYS_execve, passwd, no_args, no_args)) ? "refused" : "ALLOWED");
		break;
	case ESCAPE_TRY_EXECVE: break;
	case ESCAPE_CRASH:
		raise(SIGSEGV);
		syscall(SYS_exit_group, 7);
		break;
	case ESCAPE_FAULT: __builtin_trap(); break;
	case ESCAPE_HANG:
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, NULL);
		for (;;)
			usleep(100000);
	case ESCAPE_SPIN:
		for (;;)
			__asm__ volatile("");
	case ESCAPE_SAY_TOO_MUCH:
		memset(zeros, 'x', sizeof(zeros));
		for (int i = 0; i < 64; i++)
			if (write(fds[WIRE_ANSWER], zeros, sizeof(zeros)) < 0)
				break;
		_exit(0);
	case ESCAPE_SAY_NOTHING: _exit(0);
	case ESCAPE_LIE:
		*a = (struct wire_answer){ .verdict = WIRE_DONE, .kind = MEDIA_VIDEO, .out[0] = { TYPE_MP4, 100000, -1 } };
		break;
	case ESCAPE_EAT:
		for (p = NULL; (p = malloc(16 << 20));)
			memset(p, 1, 16 << 20);
		break;
	case ESCAPE_FLOOD:
		for (;;)
			if (write(fds[WIRE_FILE], zeros, sizeof(zeros)) < 0)
				break;
		break;
	case ESCAPE_IN: /* the stranger's file cannot be changed */
		tell(fds[WIRE_FILE], "write_in", write(fds[WIRE_IN], zeros, 1) < 0 ? "refused" : "ALLOWED");
		break;
	case ESCAPE_NOT: break;
	}
}

static void as_tool(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *a)
{
	static char path[] = "/usr/bin/true";
	pid_t pid;
	int status;

	while (job->want == ESCAPE_HANG)
		usleep(100000);
	pid = fork();
	done(a);
	if (!pid) {
		if (!jail_tool(path, no_args))
			_exit(8);
		if (job->want == ESCAPE_TRY_EXECVE)
			syscall(SYS_execve, passwd, no_args, no_args); /* the path is not the one */
		try_all(fds[WIRE_FILE]);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) == pid && WIFSIGNALED(status))
		tell(fds[WIRE_FILE], "execve", WTERMSIG(status) == SIGSYS ? "killed" : "ALLOWED");
}

int main(int argc, char **argv)
{
	return child_main(argc, argv, (child_work *const[]){ as_picture, as_tool, as_tool });
}
