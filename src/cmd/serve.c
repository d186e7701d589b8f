/* dassie serve: wires the parts, waits for the signal to stop, takes them down in order. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "api/enter.h"
#include "api/stream.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "core/cleanup.h"
#include "core/deliver.h"
#include "core/host_policy.h"
#include "core/media.h"
#include "core/move.h"
#include "core/relation.h"
#include "core/old_posts.h"
#include "core/poll.h"
#include "core/remote_file.h"
#include "core/scheduled.h"
#include "core/search_chunks.h"
#include "core/search_index.h"
#include "core/site.h"
#include "core/user_link.h"
#include "core/verify.h"
#include "fed/fed.h"
#include "http/server.h"
#include "net/fetch.h"
#include "net/guard.h"
#include "net/mail.h"
#include "push/send.h"
#include "remote/bring.h"
#include "store/blobs.h"
#include "store/leases.h"
#include "web/web.h"
#include "work/jobs.h"
#include "work/worker.h"

enum { DRAIN_MS = 8 * SECOND,
       LAST_SECONDS = 10,
       TAKE_OVER_TRIES = 10,
       SLOW_THREADS = 4,
       BODY_MAX = 1 << 20,
       MIB = 1 << 20 };

struct serve_flags {
	bool check;
};
static const struct flag serve_flags[] = {
	ARG_SWITCH(serve_flags, check, "check", "only look whether all is well, and print the settings in force"),
};

/* All that runs; NULL where it was not started. */
struct running {
	struct app app;
	struct guard guard;
	struct net *net;
	struct workers *workers;
	struct server *server;
	bool fed;
};

/* --- checks */

static bool only_for_trying(str name)
{
	long colon = str_chr(name, ':');
	str host = colon < 0 ? name : str_to(name, (size_t)colon);

	return str_eq(host, S("localhost")) || str_ends(host, S(".localhost")) || str_ends(host, S(".test"));
}

/* *host: of its oldest site. */
static int check_sites(struct cmd *c, struct app *app, str *host)
{
	struct db_rows rows = { 0 };
	const struct site *sites;
	struct ctx cx;

	ctx_init(&cx, app, c->mem);
	if (site_list(&cx, &rows))
		return cmd_fail(c, "the sites cannot be read from the database");
	if (!rows.n)
		return cmd_fail(c, "there is no site yet; dassie init makes one");
	sites = rows.p;
	*host = sites[0].host;
	for (size_t i = 0; c->config.dev && i < rows.n; i++)
		if (!only_for_trying(sites[i].domain) || !only_for_trying(sites[i].host))
			return cmd_fail(c, "with dev = yes every site is localhost or ends in .localhost or .test; %.*s does not",
			                STR_F(sites[i].domain));
	return 0;
}

static int check_settings(struct cmd *c, struct guard *guard)
{
	if (guard_init(guard, c->mem, c->config.dev, c->config.hosts))
		return cmd_fail(c, "hosts must be name=address pairs separated by spaces, not \"%.*s\"", STR_F(c->config.hosts));
	if (c->config.ca_file.n && access(cstr(c->mem, c->config.ca_file), R_OK))
		return cmd_fail(c, "ca_file %.*s cannot be read: %s", STR_F(c->config.ca_file), strerror(errno));
	return 0;
}

/* Looks at the database without changing it. */
static int check_only(struct cmd *c)
{
	struct running r = { .app.config = &c->config };
	str where = cmd_database(c), why = STR_NONE, dump, host;
	int version = 0, code = check_settings(c, &r.guard);

	if (code || !cmd_exists(c))
		return 1;
	if (dbs_open(cstr(c->mem, where), &(struct dbs_options){ .read_only = true }, c->mem, &r.app.dbs, &why))
		return cmd_fail(c, "%.*s", STR_F(why));
	if (migrate_version(r.app.dbs, &version))
		code = cmd_fail(c, "the version of the database %.*s cannot be read", STR_F(where));
	else if (version > cmd_schema())
		code = cmd_too_new(c, version);
	else if (version == cmd_schema())
		code = check_sites(c, &r.app, &host);
	dbs_close(r.app.dbs);
	dump = config_dump(&c->config, c->mem);
	if (!code)
		printf("%.*s# database %.*s, version %d of %d\n", STR_F(dump), STR_F(where), version, cmd_schema());
	return code;
}

/* --- start */

/* One server a SQLite file: its queue has one owner. */
static int lock_database(struct cmd *c, struct running *r)
{
	str why = STR_NONE;

	if (!dbs_lock(r->app.dbs, &why))
		return 0;
	return cmd_fail(c, "this database is served already, or cannot be: %.*s", STR_F(why));
}

static enum err clear_leases(struct db *db, void *arg)
{
	(void)arg;
	TRY(leases_clear(db));
	return blobs_abandon(db);
}

static enum err abandon_cached(struct db *db, void *arg)
{
	(void)arg;
	return blobs_abandon(db);
}

/* A full disk is no reason to serve nothing: there the leases end in their time. */
static bool cleared(struct dbs *in, db_work fn)
{
	enum err e = dbs_write(in, fn, NULL);

	return !e || (e == ERR_BUSY && dbs_was_full());
}

/* What was under way when the last process ended need not wait for its lease, if nobody else works on this database. */
static int take_over(struct cmd *c, struct running *r)
{
	bool alone = false;

	for (int i = 0; i < TAKE_OVER_TRIES && !alone; i++) {
		if (i)
			usleep(20 * 1000); /* PostgreSQL notices the end of a killed process a little later */
		if (leases_alone(dbs_reader(r->app.dbs), &alone))
			return cmd_fail(c, "the database cannot be reached");
	}
	if (alone && !cleared(r->app.dbs, clear_leases))
		return cmd_fail(c, "the queues of the database cannot be read");
	if (alone && !cleared(r->app.cache, abandon_cached))
		return cmd_fail(c, "the cache of the database cannot be written");
	return 0;
}

static struct net *start_net(struct cmd *c, struct running *r, str host)
{
	return net_start(&(struct net_options){
		.guard = &r->guard,
		.ca_file = c->config.ca_file,
		.user_agent = cmd_user_agent(c, host),
		.total_ms = (int)c->config.fetch_seconds * SECOND,
	});
}

static struct strs words_of(struct arena *mem, str text)
{
	struct strs list = { NEWS(mem, str, text.n + 1), 0 };
	str part;

	while (str_cut(&text, ' ', &part))
		if (part.n)
			list.v[list.n++] = part;
	return list;
}

/* Where the data is there is room; with PostgreSQL there may be no such folder here. */
static str upload_dir(struct cmd *c)
{
	str dir = cmd_data_dir(c);

	return access(cstr(c->mem, dir), W_OK) ? S("/var/tmp") : dir;
}

static void start_media(struct cmd *c, struct running *r)
{
	r->app.tmp_dir = cstr(c->mem, upload_dir(c));
	r->app.media = media_open(&(struct media_options){
		.tmp_dir = r->app.tmp_dir,
		.image_bytes = c->config.image_size_mb * MIB,
		.video_bytes = c->config.video_size_mb * MIB,
	});
}

static const struct route_set *const route_sets[] = { &api_routes, &oauth_routes, &fed_routes, &web_routes };

static void start_hub(struct cmd *c, struct running *r)
{
	r->app.hub = hub_start(&r->app, &(struct hub_options){
						.port = &api_stream_port,
						.most = c->config.max_streams,
						.most_per_account = c->config.max_streams_per_account,
						.most_per_address = c->config.max_streams_per_ip,
					});
}

static int start_http(struct cmd *c, struct running *r)
{
	const struct config *f = &c->config;
	struct server_options o = {
		.listen = f->listen,
		.trusted = words_of(c->mem, f->trusted_proxies),
		.threads = (int)f->http_threads,
		.slow_threads = SLOW_THREADS,
		.max_connections = (int)f->max_connections,
		.max_per_ip = (int)f->max_connections_per_ip,
		.max_streams = (int)f->max_streams,
		.body_max = BODY_MAX,
		/* a video with a picture for it, and what is said of them */
		.upload_max = (size_t)(f->video_size_mb + f->image_size_mb + 1) * MIB,
		.upload_dir = r->app.tmp_dir,
		.site_of = site_by_host,
	};
	str why = STR_NONE;

	if (!server_start(&r->app, &o, route_sets, sizeof(route_sets) / sizeof(route_sets[0]), c->mem, &r->server, &why))
		return 0;
	return cmd_fail(c, "%.*s", STR_F(why));
}

/* --- work */

static enum err job_sweep(struct ctx *cx, const struct job *job)
{
	(void)job;
	return sweep(cx);
}

static const struct job_kind kinds[] = {
#define JOB(name, fn, lane, tries, every_ms) { #name, fn, lane, tries, every_ms },
#include "work/jobs.def"
#undef JOB
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct job_table local_jobs = { kinds, KINDS, JOBS_LOCAL, false };
static struct job_table remote_jobs = { kinds, KINDS, JOBS_REMOTE, false };
static struct job_table slow_jobs = { kinds, KINDS, JOBS_SLOW, false };
static struct job_table media_jobs = { kinds, KINDS, JOBS_MEDIA, false };
static const struct lane lanes[] = {
	{ "jobs", jobs_turn, &local_jobs, 0 },
	{ "remote jobs", jobs_turn, &remote_jobs, 0 },
	{ "slow jobs", jobs_turn, &slow_jobs, 0 },
	{ "push", push_turn, NULL, 1 },
	{ "media jobs", jobs_turn, &media_jobs, 0 },
};

/* The only way out for mail. */
static enum err send_mail(struct ctx *cx, const struct port_mail *mail)
{
	const struct config *config = cx->app->config;
	struct mail_server server = {
		config->smtp_url,
		config->smtp_user,
		config->smtp_password,
		str_or(config->mail_from, cx->site ? cx->site->contact_email : STR_NONE),
		config->ca_file,
		config->dev,
	};
	struct mail m = { mail->to, mail->subject, mail->text, mail->id, cx->now };
	str why;
	enum err e = mail_send(&server, cx->mem, &m, &why);

	if (e)
		LOG(LOG_WARN, "mail", LS("code", str_of(err_name(e))), LS("why", why));
	return e;
}

static struct net *translator; /* how it is reached */

static enum err ask_translator(struct ctx *cx, str path, str body, str *reply)
{
	enum { WAIT_MS = 15 * SECOND };
	str url = cx->app->config->translate_url, line = S("Content-Type: application/json");
	struct net_call call = { .mem = cx->mem, .method = body.n ? S("POST") : S("GET"), .headers = { &line, 1 }, .body = body,
		                 .max_body = MIB, .total_ms = WAIT_MS, .urgent = true };

	str_chop(&url, S("/"));
	call.url = str_cat(cx->mem, url, path);
	if (net_call_wait(translator, &call) || call.status != 200) {
		LOG(LOG_WARN, "translate", LI("status", call.status), LS("why", call.why));
		return ERR_BUSY;
	}
	*reply = call.reply;
	return OK;
}

static int start_work(struct cmd *c, struct running *r)
{
	struct ctx cx;

	ctx_init(&cx, &r->app, c->mem);
	if (jobs_plant(&cx, kinds, KINDS))
		LOG(LOG_WARN, "jobs", LS("why", S("the periodic jobs could not be noted")));
	if (host_policy_mode(&cx, c->config.limited_federation))
		return cmd_fail(c, "who may federate could not be settled");
	/* One more than asked for: slow jobs may hold one for long. */
	r->workers = workers_new(&r->app, lanes, sizeof(lanes) / sizeof(lanes[0]), (int)c->config.workers + 1);
	r->app.ports.wake_arg = r->workers;
	r->app.ports.wake = workers_wake;
	r->app.ports.mail = send_mail;
	r->app.ports.translate = ask_translator;
	translator = r->net;
	if (fed_start(&r->app, r->net))
		return cmd_fail(c, "the threads of federation could not be started");
	r->fed = true;
	if (remote_open(&cx, &r->app.remote))
		return cmd_fail(c, "the secret of media addresses cannot be read");
	push_start(&r->app, r->net);
	bring_start(&r->app, r->net);
	workers_start(r->workers);
	return 0;
}

/* --- stop */

/* What is acknowledged is on disk, so the end may come at any time. */
static void end_now(int signal)
{
	(void)signal;
	_exit(0);
}

/* All threads leave these to the one that waits for them. */
static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGALRM, end_now);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
}

static void wait_for_the_end(const sigset_t *set)
{
	int got = 0;

	while (sigwait(set, &got) || got == SIGHUP)
		LOG(LOG_INFO, "hup", LS("note", S("settings are read at start only")));
	LOG(LOG_INFO, "stop", LI("signal", got));
	alarm(LAST_SECONDS);
}

static void take_down(struct running *r)
{
	int64_t until = clock_mono() + DRAIN_MS;

	bring_close();
	if (r->server)
		server_stop(r->server, DRAIN_MS);
	push_close();
	if (r->workers && !workers_stop(r->workers, until - clock_mono() < 500 ? 500 : until - clock_mono()))
		_exit(0); /* a job waits for a slow server: its lease runs out, and it is done after the next start */
	if (r->fed)
		fed_stop();
	if (r->net)
		net_stop(r->net);
	push_stop();
	if (!bring_stop(until - clock_mono() < 500 ? 500 : until - clock_mono()))
		_exit(0);
	if (r->net)
		net_free(r->net);
	media_close(r->app.media);
	hub_stop(r->app.hub);
	r->app.hub = NULL;
	cmd_close(&r->app);
	workers_free(r->workers);
}

static int start(struct cmd *c, struct running *r)
{
	int code = check_settings(c, &r->guard);
	str host;

	if (code || !cmd_exists(c))
		return 1;
	if (!cmd_open(c, &r->app, false))
		return 1;
	if ((code = lock_database(c, r)) || (code = check_sites(c, &r->app, &host)))
		return code;
	r->net = start_net(c, r, host);
	if (!cmd_open_cache(c, &r->app))
		return 1;
	start_media(c, r);
	r->app.command = false;
	start_hub(c, r);
	if ((code = take_over(c, r)) || (code = start_work(c, r)))
		return code;
	return start_http(c, r);
}

static int run(struct cmd *c)
{
	struct running r = { 0 };
	int64_t began = clock_mono();
	sigset_t set;
	int code;

	if (((const struct serve_flags *)c->in)->check)
		return check_only(c);
	block_signals(&set);
	code = start(c, &r);
	if (!code) {
		LOG(LOG_INFO, "ready", LS("listen", c->config.listen), LI("port", server_port(r.server)),
		    LI("took", clock_mono() - began));
		wait_for_the_end(&set);
	}
	take_down(&r);
	return code;
}

const struct command cmd_serve = {
	.name = "serve",
	.summary = "Serves until it is told to stop; --check only looks whether it could",
	COMMAND_FLAGS(serve_flags, serve_flags),
	.logs = true,
	.run = run,
};
