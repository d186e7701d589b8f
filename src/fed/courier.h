#pragma once
/* The thread that carries documents to other servers. */
#include "core/ctx.h"
#include "core/deliver.h"

struct net_call;

enum err courier_start(struct app *app) MUST_CHECK;
/* Any thread: something was queued. */
void courier_wake(void);
/* No new ones; waits for those under way, at most for_ms. The net must still run. */
void courier_stop(int64_t for_ms);

/* Pure: what an answer means. federation.md 12.3. */
struct verdict {
	enum deliver_outcome outcome;
	bool host_fault;
	bool knock_again; /* worth a second try with the other kind of signature */
};
struct verdict courier_verdict(const struct net_call *call);
