#pragma once
/* Sends what core noted as jobs "push" (args: {"sub","notice"}). */
#include "core/ctx.h"

struct net;

/* Before the workers start. */
void push_start(struct app *app, struct net *net);
/* The turn of a lane (work/worker.h), one thread at a time: takes in what was answered and sends what is due, without waiting
 * for either. */
enum err push_turn(struct ctx *cx, void *arg, int *done, int64_t *next);
/* Before the workers stop: nobody is woken any more. */
void push_close(void);
/* After net_stop(): what was under way is due again when its lease ends, or at the next start. */
void push_stop(void);

struct net_call;
/* What an answer means. later: milliseconds, at least; 0 where the service does not say. Pure. */
enum push_verdict { PUSH_OK, PUSH_NEVER, PUSH_AWAY, PUSH_LATER };
enum push_verdict push_verdict(const struct net_call *call, int64_t *later);

struct push_message;
/* The JSON that apps decipher, short enough for a message. */
str push_payload(struct arena *mem, const struct push_message *m);
