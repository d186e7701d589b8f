/* Starting and stopping federation. */
#include "fed/state.h"

#include "base/clock.h"
#include "fed/cool.h"
#include "fed/courier.h"
#include "fed/fed.h"
#include "fed/inbox_worker.h"
#include "fed/sign.h"
#include "fed/signers.h"
#include "http/limits.h"

enum { KEYS = 4096,
       RESTING = 8192,
       FLOODS = 1024,
       STOP_MS = 3 * SECOND };

struct fed_state fed;

static struct ports before; /* as it was without us */

void fed_open(struct app *app, struct net *net)
{
	fed = (struct fed_state){ app, net, own_keys_new(), signers_new(KEYS), cool_new(RESTING),
	                         limits_new(FLOODS) };
	before = app->ports;
	app->ports.resolve = fed_resolve;
	app->ports.refresh = fed_refresh;
	app->ports.look_again = fed_look_again;
	app->ports.embed = fed_embed;
}

enum err fed_start(struct app *app, struct net *net)
{
	fed_open(app, net);
	app->ports.deliver = courier_wake;
	TRY(courier_start(app));
	return inbox_worker_start(app);
}

void fed_stop(void)
{
	if (!fed.app)
		return;
	inbox_worker_stop();
	courier_stop(STOP_MS);
	fed.app->ports = before;
	signers_free(fed.signers);
	own_keys_free(fed.own);
	cool_free(fed.cool);
	limits_free(fed.floods);
	fed = (struct fed_state){ 0 };
}
