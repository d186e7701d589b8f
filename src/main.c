/* Start of the program. What it can do is in cmd/. */
#include <malloc.h>
#include <signal.h>
#include <sys/stat.h>

#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	umask(077);
	/* Large pieces (19 MiB for each password looked at) go back to the system when they are freed, in every thread. */
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	signal(SIGPIPE, SIG_IGN);
	return cmd_main(argc, (const char *const *)argv);
}
