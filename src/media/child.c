/* It never looks into a file itself, so what its workers are refused it may keep: starting processes. */
#include "media/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media/jail.h"

enum { MIB = 1 << 20,
       PICTURE_CPU = 10,
       LAST_SECONDS = 2,
       WORKER_NO_JAIL = 4 };

/* --- a worker */

static bool answer_write(int fd, const void *what, size_t n)
{
	return write(fd, what, n) == (ssize_t)n;
}

static void __attribute__((noreturn)) worker(const struct wire_job *job, const int fds[WIRE_FDS], child_work *work)
{
	struct jail_limits limits = { .file_max = job->file_max, .clock_seconds = job->seconds };
	struct wire_answer answer = { .verdict = WIRE_FAILED };
	sigset_t none;

	if (job->role == WIRE_PICTURE) {
		limits.cpu_seconds = PICTURE_CPU;
		/* what 33 megapixels were measured to need; libheif has three copies of them */
		limits.memory = (job->format == FORMAT_HEIF ? 448 : 320) * MIB;
	} else {
		limits.cpu_seconds = job->seconds * 2;
		limits.memory = 1024 * MIB;
	}
	close(WIRE_SOCKET);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	dup2(STDOUT_FILENO, STDERR_FILENO); /* nobody writes into the log of another */
#endif
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!jail_enter(job->role == WIRE_PICTURE ? JAIL_PICTURE : JAIL_FILM, &limits, fds + WIRE_IN, WIRE_FDS - WIRE_IN))
		_exit(WORKER_NO_JAIL);
	work(job, fds, &answer);
	_exit(answer_write(fds[WIRE_ANSWER], &answer, sizeof(answer)) ? 0 : 1);
}

/* --- the one that starts them */

/* One message: a job and all its descriptors, or it is none. False at the end. */
static bool receive(struct wire_job *job, int fds[WIRE_FDS])
{
	union {
		char bytes[CMSG_SPACE(WIRE_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = { job, sizeof(*job) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *c;

	m.msg_control = control.bytes;
	m.msg_controllen = sizeof(control.bytes);
	if (recvmsg(WIRE_SOCKET, &m, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof(*job) || m.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return false;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(WIRE_FDS * sizeof(int)))
		return false;
	memcpy(fds, CMSG_DATA(c), WIRE_FDS * sizeof(int));
	return job->version == WIRE_VERSION && job->size == sizeof(*job) && job->role < WIRE_ROLES && job->seconds > 0;
}

/* Waits for the worker to end; past its time, which it watches too, it is made to. */
static int status_of(pid_t pid, unsigned seconds)
{
	struct timespec most = { .tv_sec = seconds + LAST_SECONDS };
	sigset_t child;
	int status = 0;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(pid, &status, WNOHANG) == 0)
		if (sigtimedwait(&child, NULL, &most) < 0 && errno == EAGAIN)
			kill(pid, SIGKILL);
	return status;
}

static void one_job(const struct wire_job *job, const int fds[WIRE_FDS], child_work *const work[WIRE_ROLES])
{
	pid_t pid = fork();
	int status;

	if (!pid)
		worker(job, fds, work[job->role]);
	for (int i = WIRE_IN; i < WIRE_FDS; i++)
		close(fds[i]);
	status = pid < 0 ? -1 : status_of(pid, job->seconds);
	answer_write(fds[WIRE_ANSWER], &status, sizeof(status));
	close(fds[WIRE_ANSWER]);
}

/* Where memory runs out this goes before the server, which then says so and goes on. */
static void go_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)answer_write(fd, "900", 3);
	close(fd);
}

static bool start(int argc, char **argv)
{
	sigset_t child;

	if (argc != 3 || atoi(argv[1]) != WIRE_VERSION) {
		fputs("dassie-media: is started by dassie, and must be of the same version\n", stderr);
		return false;
	}
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL); /* for sigtimedwait() */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_DFL); /* who started this may ignore it */
	if (close_range(WIRE_SOCKET + 1, ~0U, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	go_first();
	return jail_prepare() && picture_prepare();
}

int child_main(int argc, char **argv, child_work *const work[WIRE_ROLES])
{
	struct pollfd wait = { .fd = WIRE_SOCKET, .events = POLLIN };
	int ready, landlock = jail_landlock(), fds[WIRE_FDS];
	struct wire_job job;

	if (!start(argc, argv))
		_exit(3);
	if (!answer_write(WIRE_SOCKET, &landlock, sizeof(landlock))) /* ready */
		_exit(0);
	while ((ready = poll(&wait, 1, atoi(argv[2]))) != 0) {
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0 || !receive(&job, fds))
			break;
		one_job(&job, fds, work);
	}
	_exit(0);
}
