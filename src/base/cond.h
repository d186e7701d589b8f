#pragma once
/* Condition variables that are waited for by the clock that nobody sets back. */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

void cond_init(pthread_cond_t *c);
/* As pthread_cond_wait(), at most until clock_mono() says so much; false: it does. */
bool cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t mono);
