#pragma once
/* The threads that give taken activities their effect. */
#include "core/ctx.h"

enum err inbox_worker_start(struct app *app) MUST_CHECK;
/* Any thread: something was added. */
void inbox_worker_wake(void);
/* Ends after what is under way; the rest stays in the queue. */
void inbox_worker_stop(void);
