/* A slot is one process and its socket. Who takes a slot owns its socket until he gives it back; a thread a process,
 * the minder, waits for its end, so that none is left behind when nobody asks for anything. */
#include "media/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

enum { SLOTS = 8,
       HELLO_MS = 20 * SECOND,
       OVER_MS = 6 * SECOND,
       FAILED_REST_MS = SECOND,
       PATH = 1024,
       MINDER_STACK = 128 << 10,
       WORKER_NO_JAIL = 4 };

struct slot {
	struct procs *of;
	pid_t pid;  /* 0: none; under the lock */
	int socket; /* -1: none; of who took the slot */
	bool taken, film;
};

struct procs {
	char program[PATH];
	char idle[16];
	unsigned count, waiting; /* waiting: for a slot */
	pthread_mutex_t lock;
	pthread_cond_t moved;
	bool closing, told;
	int64_t failed_at; /* when a start failed last; 0: it did not */
	struct slot slots[SLOTS];
};

static void default_program(char path[PATH])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH - 1);
	char *slash;

	path[n > 0 ? n : 0] = 0;
	slash = strrchr(path, '/');
	if (slash && (size_t)snprintf(slash, (size_t)(path + PATH - slash), "/dassie-media") < (size_t)(path + PATH - slash) &&
	    !access(path, X_OK))
		return;
	snprintf(path, PATH, "%s", MEDIA_PROGRAM);
}

struct procs *procs_open(const struct media_options *o)
{
	struct procs *p = calloc(1, sizeof(*p));

	BUG_IF(!p);
	if (o->program)
		snprintf(p->program, PATH, "%s", o->program);
	else
		default_program(p->program);
	snprintf(p->idle, sizeof(p->idle), "%d", (int)(o->idle_ms ? o->idle_ms : 10 * SECOND));
	p->count = !o->children ? 2 : o->children < SLOTS ? o->children
	                                                  : SLOTS;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->moved, NULL);
	for (size_t i = 0; i < SLOTS; i++)
		p->slots[i] = (struct slot){ .of = p, .socket = -1 };
	return p;
}

/* --- a process */

static void *minder(void *arg)
{
	struct slot *s = arg;
	struct procs *p = s->of;
	siginfo_t info;

	/* It stays a zombie, and its number its own, until nobody can kill it by that number any more. */
	while (waitid(P_PID, (id_t)s->pid, &info, WEXITED | WNOWAIT) && errno == EINTR)
		;
	pthread_mutex_lock(&p->lock);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
	pthread_cond_broadcast(&p->moved);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool mind(struct slot *s)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool ok;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, MINDER_STACK);
	ok = !pthread_create(&thread, &attr, minder, s);
	pthread_attr_destroy(&attr);
	return ok;
}

/* Empty environment, no descriptor but the socket and standard error, a process group of its own, default signals. */
static int spawn(const char *program, const char *idle, int socket, pid_t *pid)
{
	char version[16], *argv[] = { (char *)"dassie-media", version, (char *)idle, NULL }, *env[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int error;

	snprintf(version, sizeof(version), "%d", WIRE_VERSION);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, socket, WIRE_SOCKET);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	error = posix_spawn(pid, program, &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static ssize_t read_until(int fd, void *into, size_t n, int64_t deadline)
{
	size_t have = 0;

	while (have < n) {
		int64_t left = deadline - clock_mono();
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t got;
		int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return -1;
		got = read(fd, (char *)into + have, n - have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static void tell_once(struct procs *p, int landlock)
{
	bool told;

	pthread_mutex_lock(&p->lock);
	told = p->told;
	p->told = true;
	pthread_mutex_unlock(&p->lock);
	if (told)
		return;
	if (landlock)
		LOG(LOG_INFO, "media", LS("did", S("started")), LI("landlock", landlock), LS("seccomp", S("yes")));
	else
		LOG(LOG_WARN, "media", LS("did", S("started")), LS("seccomp", S("yes")),
		    LS("why", S("this kernel has no landlock: ffmpeg could open what this user can")));
}

static void end(struct slot *s)
{
	pthread_mutex_lock(&s->of->lock);
	if (s->pid)
		kill(-s->pid, SIGKILL);
	while (s->pid)
		pthread_cond_wait(&s->of->moved, &s->of->lock);
	pthread_mutex_unlock(&s->of->lock);
	if (s->socket >= 0)
		close(s->socket);
	s->socket = -1;
}

/* Without descriptors, memory or processes it may start later. */
static enum err failed(struct slot *s, int error, str why)
{
	bool passes = error == EMFILE || error == ENFILE || error == ENOMEM || error == EAGAIN;
	struct procs *p = s->of;

	LOG(LOG_ERROR, "media", LS("program", str_of(p->program)), LS("why", why));
	pthread_mutex_lock(&p->lock);
	p->failed_at = clock_mono();
	pthread_mutex_unlock(&p->lock);
	return passes ? ERR_BUSY : ERR_INTERNAL;
}

static bool is_running(struct slot *s)
{
	bool yes;

	pthread_mutex_lock(&s->of->lock);
	yes = s->pid != 0;
	pthread_mutex_unlock(&s->of->lock);
	return yes;
}

/* The slot is taken by the caller. */
static enum err start(struct slot *s)
{
	struct procs *p = s->of;
	int pair[2], error, landlock;
	bool resting, minded = false;

	end(s);
	pthread_mutex_lock(&p->lock);
	resting = p->closing || (p->failed_at && clock_mono() - p->failed_at < FAILED_REST_MS);
	pthread_mutex_unlock(&p->lock);
	if (resting)
		return ERR_BUSY;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return failed(s, errno, str_of(strerror(errno)));
	pthread_mutex_lock(&p->lock);
	error = p->closing ? ECANCELED : spawn(p->program, p->idle, pair[1], &s->pid);
	if (error)
		s->pid = 0;
	else if (!(minded = mind(s))) {
		kill(-s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
		s->pid = 0;
	}
	pthread_mutex_unlock(&p->lock);
	close(pair[1]);
	s->socket = pair[0];
	if (error)
		return failed(s, error, str_of(strerror(error)));
	if (!minded)
		return failed(s, EAGAIN, S("no thread to wait for it"));
	if (read_until(s->socket, &landlock, sizeof(landlock), clock_mono() + HELLO_MS) != (ssize_t)sizeof(landlock)) {
		end(s);
		return failed(s, 0, S("it does not start, or is of another version"));
	}
	tell_once(p, landlock);
	return OK;
}

/* --- a job */

/* The lock is held. NULL: none is free, or none is for films, which may take minutes: one is always left for pictures. */
static struct slot *free_slot(struct procs *p, bool film)
{
	struct slot *s = NULL;
	unsigned films = 0;

	for (unsigned i = 0; i < p->count; i++) {
		films += p->slots[i].taken && p->slots[i].film;
		if (!p->slots[i].taken && (!s || (p->slots[i].pid && !s->pid)))
			s = &p->slots[i];
	}
	return film && films && films + 1 >= p->count ? NULL : s;
}

static struct slot *take(struct procs *p, bool film)
{
	struct slot *s = NULL;

	pthread_mutex_lock(&p->lock);
	p->waiting++;
	while (!p->closing && !(s = free_slot(p, film)))
		pthread_cond_wait(&p->moved, &p->lock);
	if (!--p->waiting && p->closing)
		pthread_cond_broadcast(&p->moved);
	if (p->closing)
		s = NULL;
	if (s) {
		s->taken = true;
		s->film = film;
	}
	pthread_mutex_unlock(&p->lock);
	return s;
}

static void give_back(struct slot *s)
{
	pthread_mutex_lock(&s->of->lock);
	s->taken = false;
	pthread_cond_broadcast(&s->of->moved);
	pthread_mutex_unlock(&s->of->lock);
}

static bool send_job(int socket, const struct wire_job *job, int answer, const int fds[WIRE_FDS - WIRE_IN])
{
	union {
		char bytes[CMSG_SPACE(WIRE_FDS * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { (void *)job, sizeof(*job) };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *c;
	int all[WIRE_FDS] = { answer };

	m.msg_control = control.bytes;
	m.msg_controllen = sizeof(control.bytes);
	c = CMSG_FIRSTHDR(&m);
	memcpy(all + WIRE_IN, fds, sizeof(all) - sizeof(all[0]));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(all));
	memcpy(CMSG_DATA(c), all, sizeof(all));
	return sendmsg(socket, &m, MSG_NOSIGNAL) == (ssize_t)sizeof(*job);
}

/* How a worker ended that gave no answer. What the file did to it, it will do again; time and the machine may not. */
static enum err ended(int status, struct wire_answer *answer)
{
	int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == WORKER_NO_JAIL) {
		LOG(LOG_ERROR, "media", LS("why", S("the sandbox cannot be closed on this kernel: nothing is decoded")));
		return ERR_INTERNAL;
	}
	LOG(LOG_WARN, "media", LS("did", S("died")), LI("signal", signal), LI("status", status));
	if (!signal || signal == SIGKILL || signal == SIGALRM || signal == SIGTERM)
		return ERR_BUSY;
	*answer = (struct wire_answer){ .verdict = WIRE_REFUSED, .why = signal == SIGXFSZ ? WHY_BYTES : WHY_UNREADABLE };
	return OK;
}

/* One try. *none: the process was gone before it saw the job. */
static enum err attempt(struct slot *s, const struct wire_job *job, const int fds[WIRE_FDS - WIRE_IN], struct wire_answer *answer,
                        bool *none)
{
	char bytes[sizeof(*answer) + sizeof(int) + 1];
	int pipes[2], status;
	bool sent;
	ssize_t n = 0;

	*none = false;
	if (!is_running(s))
		TRY(start(s));
	if (pipe2(pipes, O_CLOEXEC))
		return failed(s, errno, str_of(strerror(errno)));
	sent = send_job(s->socket, job, pipes[1], fds);
	close(pipes[1]);
	if (sent)
		n = read_until(pipes[0], bytes, sizeof(bytes), clock_mono() + job->seconds * SECOND + OVER_MS);
	close(pipes[0]);
	*none = n == 0;
	if (n < (ssize_t)sizeof(status) || n > (ssize_t)(sizeof(*answer) + sizeof(status))) {
		end(s);
		if (n)
			LOG(LOG_WARN, "media", LS("did", n < 0 ? S("too slow") : S("answered nonsense")));
		return ERR_BUSY;
	}
	n -= (ssize_t)sizeof(status);
	memcpy(&status, bytes + n, sizeof(status));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return ended(status, answer);
	if (!wire_take(job, str_n(bytes, (size_t)n), answer)) {
		LOG(LOG_WARN, "media", LS("did", S("answered nonsense")));
		return ERR_BUSY;
	}
	return OK;
}

enum err procs_run(struct procs *p, struct wire_job *job, const int fds[WIRE_FDS - WIRE_IN], struct wire_answer *answer)
{
	struct slot *s = take(p, job->role == WIRE_FILM && job->format != FORMAT_GIF);
	enum err e = ERR_BUSY;
	bool again = s != NULL;

	job->version = WIRE_VERSION;
	job->size = sizeof(*job);
	/* It may have left, having had nothing to do, just when the job came. */
	for (int tries = 0; again && tries < 2; tries++)
		e = attempt(s, job, fds, answer, &again);
	if (s)
		give_back(s);
	return e;
}

void procs_close(struct procs *p)
{
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->moved);
	for (unsigned i = 0; i < SLOTS; i++) {
		if (p->slots[i].pid)
			kill(-p->slots[i].pid, SIGKILL);
		while (p->slots[i].pid || p->slots[i].taken)
			pthread_cond_wait(&p->moved, &p->lock);
	}
	while (p->waiting)
		pthread_cond_wait(&p->moved, &p->lock);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < SLOTS; i++)
		if (p->slots[i].socket >= 0)
			close(p->slots[i].socket);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->moved);
	free(p);
}
