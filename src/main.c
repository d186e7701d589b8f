/* Start of the program. What it can do is in cmd/. */
#include <signal.h>
#include <sys/stat.h>

#include "cmd/cmd.h"

int main(int argc, char **argv)
{
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	return cmd_main(argc, (const char *const *)argv);
}
