#pragma once
/* Federation, as the rest of the program sees it: routes, one job, and threads that start and stop. */
#include "core/job.h"
#include "http/router.h"

struct net;

extern const struct route_set fed_routes;

/* Starts the courier and the inbox threads; fills app->ports.resolve, deliver and others; called before the server
 * listens. ERR_INTERNAL: no threads. */
enum err fed_start(struct app *app, struct net *net) MUST_CHECK;
/* Only what asks others, for commands beside a server: fills ports.resolve and ports.look_again. */
void fed_open(struct app *app, struct net *net);
/* What is under way ends or goes back to the queue; call it before net_stop(). */
void fed_stop(void);

/* ports.resolve: a handle or a URL, brought in over the network. */
enum err fed_resolve(struct ctx *cx, str what);

/* ports.refresh: a known post of elsewhere, read again. */
enum err fed_refresh(struct ctx *cx, str uri);

/* ports.look_again: a known account of elsewhere. */
enum err fed_look_again(struct ctx *cx, str uri);

/* ports.embed: what a page of elsewhere offers for frames. */
enum err fed_embed(struct ctx *cx, str url, struct port_embed *out);

/* Jobs "send" (args: struct send of core/job.h) and "parents" (args: {"uri": of the post whose ancestors are wanted}). */
/* "gone" (core/gone.h): asks for the actor whose inbox is not there any more. */
enum err fed_job_gone(struct ctx *cx, const struct job *job);
/* "backfill" and "thread": core/bring_in.h. */
enum err fed_job_backfill(struct ctx *cx, const struct job *job);
enum err fed_job_thread(struct ctx *cx, const struct job *job);
/* "profile" (args {"account"}): core/bring_in.h. */
enum err fed_job_profile(struct ctx *cx, const struct job *job);
/* "card" (args {"url"}): reads the page that a post links to; core/card.h. */
enum err fed_job_card(struct ctx *cx, const struct job *job);
/* "verify" (args {"account"}): core/verify.h. */
enum err fed_job_verify(struct ctx *cx, const struct job *job);
enum err fed_job_send(struct ctx *cx, const struct job *job);
enum err fed_job_parents(struct ctx *cx, const struct job *job);
/* "relay" (args {"relay": its id}): asks it, or takes leave of it; core/relay.h. */
enum err fed_job_relay(struct ctx *cx, const struct job *job);
/* "followers_sync" (args {"account", "site", "url", "digest"}): fed/sync.h. */
enum err fed_job_sync(struct ctx *cx, const struct job *job);
/* "quote" (args: {"status": of the post that quotes}): brings in what is quoted, proves the leave to. */
enum err fed_job_quote(struct ctx *cx, const struct job *job);
enum err fed_job_featured(struct ctx *cx, const struct job *job);
