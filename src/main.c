/* Start of the program. What it can do is in cmd/. */
#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>

#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	/* What is large (a hash of a password takes 19 MiB, a chunk of a file 256 KiB) goes back to the system when it is freed,
	 * in every thread: by default a first such block makes the library keep the next ones. */
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk */
	return cmd_main(argc, (const char *const *)argv);
}
