#pragma once
/* Threads for signing what is sent: an RSA signature takes a processor about half a millisecond. As many as there are
 * processors, four at most; each starts when there is more to sign than the others can take. They give way to the threads
 * that answer requests. */
#include "core/ctx.h"

struct parcel;
struct sign_pool;

/* sign() is called with a ctx whose memory ends with the call. */
struct sign_pool *sign_pool_new(struct app *app, void (*sign)(struct ctx *cx, struct parcel *p));
/* It is sign()'s from now on. Any thread. */
void sign_pool_add(struct sign_pool *s, struct parcel *p);
/* After what waits is signed. */
void sign_pool_free(struct sign_pool *s);
