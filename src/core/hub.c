/* Publishing. */
#include "core/hub.h"

static void publish(struct ctx *cx, void *arg)
{
	(void)cx;
	(void)arg;
}

void hub_publish(struct ctx *cx, const struct event *e)
{
	struct event *copy;

	if (!cx->app || !cx->app->hub)
		return;
	copy = NEW(cx->mem, struct event);
	*copy = *e;
	copy->data = e->data.n <= EVENT_DATA_MAX ? str_dup(cx->mem, e->data) : S("");
	after_commit(cx, publish, copy);
}

void hub_tokens_ended(struct ctx *cx)
{
	hub_publish(cx, &(struct event){ .kind = EV_TOKENS });
}
