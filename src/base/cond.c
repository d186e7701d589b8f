#include "base/cond.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"

void cond_init(pthread_cond_t *c)
{
	pthread_condattr_t how;

	pthread_condattr_init(&how);
	pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
	pthread_cond_init(c, &how);
	pthread_condattr_destroy(&how);
}

bool cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t mono)
{
	struct timespec at = { (time_t)(mono / SECOND), (long)(mono % SECOND) * 1000000 };

	return pthread_cond_timedwait(c, lock, &at) != ETIMEDOUT;
}
