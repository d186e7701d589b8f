#pragma once
/* Brings files of elsewhere into the cache (ports.bring). */
#include "core/ctx.h"

struct net;

/* Fills app->ports.bring. Threads start with the first file. */
void bring_start(struct app *app, struct net *net);
/* Whoever waits goes on, and nobody will wait any more; before the server is stopped. */
void bring_close(void);
/* After net_stop(). False: a decoder is still at work, and its thread cannot be waited for. */
bool bring_stop(int64_t wait_ms);
