#pragma once
/* The other program: a process that waits for jobs and starts one worker for each, which gives up all rights, does the
 * job, answers and ends. A stranger's file is seen by no process that sees another. */
#include <stdbool.h>

#include "media/wire.h"

/* What a worker does with a job once it is in its jail; fds as enum wire_fd has them. */
typedef void child_work(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *answer);

void work_picture(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *answer);
void work_film(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *answer);
void work_look(const struct wire_job *job, const int fds[WIRE_FDS], struct wire_answer *answer);

/* Before any job, outside of the jail: libraries loaded, tables made. */
bool picture_prepare(void);

/* The whole of the program; work by enum wire_role. */
int child_main(int argc, char **argv, child_work *const work[WIRE_ROLES]);
