#pragma once
/* What a request or a job carries: memory, a connection, who asks, for which site, and what went wrong. */
#include <stdatomic.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/db.h"

struct account;
struct arriving;
struct config;
struct hub;
struct site;

/* What core needs from above, filled in by cmd/serve. Each may be NULL (tests). */
struct ctx;
struct remote_what;
struct port_mail {
	str to, subject, text;
	str id; /* of this try, for the message id */
};
/* A post of elsewhere for frames: https://oembed.com */
struct port_embed {
	str title, author_name, author_url, provider_name, provider_url; /* STR_NONE or "": not said */
	str html;                                                        /* one frame (text/page.h: page_frame()) */
	int64_t width, height;
};
struct ports {
	/* A handle (user@host) or a URL that is not known here, brought in over the network; ERR_NOT_FOUND if it is
	 * nothing we can show, ERR_BUSY if the other side is down. Only from a thread that may wait. */
	enum err (*resolve)(struct ctx *cx, str what);
	/* A known post of elsewhere, asked of its server again. Only from a thread that may wait. */
	enum err (*refresh)(struct ctx *cx, str uri);
	/* A known account of elsewhere, read from its server again, however lately it was. Likewise. */
	enum err (*look_again)(struct ctx *cx, str uri);
	/* What the page at that URL offers for frames, ERR_NOT_FOUND if nothing. Likewise. */
	enum err (*embed)(struct ctx *cx, str url, struct port_embed *out);
	/* One mail, over the network; ERR_BUSY: later, ERR_INVALID: never. Only from a thread that may wait. */
	enum err (*mail)(struct ctx *cx, const struct port_mail *mail);
	/* A file of elsewhere, to be kept in the cache (core/remote_file.h): done(arg) is called once, on any thread, when it is
	 * there or cannot be had, or that took too long; NULL: nobody waits. False: it will not be called. Does not wait. */
	bool (*bring)(const struct remote_what *what, void (*done)(void *arg), void *arg);
	/* That file while it is on its way, if its bytes may be shown as they are (core/arriving.h): to be dropped. NULL: it is
	 * not, or not yet; with what->film bring() says when. */
	struct arriving *(*arriving)(const struct remote_what *what);
	/* Asks the server of translations (setting translate_url): POST of body, GET without one. ERR_BUSY: no answer that is
	 * one. Only from a thread that may wait. */
	enum err (*translate)(struct ctx *cx, str path, str body, str *reply);
	/* The cache may have to shrink: somebody shall look soon. Does not wait. */
	void (*shrink)(void);
	/* Jobs were added: wake a worker. */
	void (*wake)(void *arg);
	void *wake_arg;
	/* Deliveries were added, or may go now. */
	void (*deliver)(void);
};

/* One server. Const after start but for what its parts guard themselves. */
struct app {
	const struct config *config;
	struct dbs *dbs;
	struct dbs *cache;         /* what can be had again: dbs_open_cache(); NULL in some tests and commands */
	struct media *media;       /* media/media.h; NULL: nothing can be uploaded */
	const char *tmp_dir;       /* for files without a name; NULL: /var/tmp */
	struct blob_cache *chunks; /* core/blob.h; NULL: each read asks the database */
	struct remote_files *remote; /* core/remote_file.h; NULL: files of others keep their own addresses */
	struct uses *uses;         /* core/cache.h */
	struct sites_cache *sites;
	struct filter_cache *filters; /* core/filter.h */
	struct token_cache *tokens; /* core/oauth.h; NULL: each request asks the database */
	struct hub *hub;           /* core/hub.h; NULL: nobody listens */
	bool command;              /* others serve: they are to hear what is published here */
	_Atomic int64_t arriving;  /* core/arriving.h: bytes of such files */
	_Atomic int64_t lingering; /* of them, those that late readers hold */
	int disk;                  /* core/disk.h: how full it was when somebody last looked */
	int64_t index_at;          /* core/search_index.h: when new posts are next put into the index */
	struct ports ports;
};

struct after {
	void (*fn)(struct ctx *cx, void *arg);
	void *arg;
	struct after *next;
};

/* Owned by the thread that runs the request or job. */
struct ctx {
	struct app *app;
	struct arena *mem;
	struct db *db;             /* for reading; inside write() the writer's */
	const struct site *site;   /* whose Host was asked; NULL in jobs that belong to none */
	const struct account *me;  /* who asks; NULL: anonymous, or an app's own token */
	int64_t user_id, token_id, app_id;
	const char *missing;       /* what that user may not do yet (a sentence), or NULL */
	str scopes;                /* of the token, separated by spaces */
	str address;               /* of the client, for limits */
	str request_id;
	int64_t now;               /* set once, so that all of one request has one time */
	str said;                  /* the sentence for the client, by fail() */
	struct after *after, **after_end;
	bool writing;
	bool full; /* a write failed since the disk is full */
};

/* Sets up cx for one request or job; mem must outlive it. */
void ctx_init(struct ctx *cx, struct app *app, struct arena *mem);

/* return fail(cx, ERR_INVALID, "Validation failed: ..."); For INVALID, DENIED, CONFLICT, LIMIT and NOT_FOUND the
 * sentence is for the client; for BUSY and INTERNAL it goes to the log, the client gets the default text. */
enum err fail(struct ctx *cx, enum err e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Runs fn(cx, arg) in a transaction with cx->db as its connection; comes back when all is on disk. Repeatable: fn may
 * be run again from the start. No network, no waiting inside. Nested calls join the outer transaction. After the
 * commit, what after_commit() noted is run on the calling thread. */
typedef enum err (*ctx_work)(struct ctx *cx, void *arg);
enum err write_tx(struct ctx *cx, ctx_work fn, void *arg) MUST_CHECK;
/* The same in two halves, so that no thread waits for the disk. The first sees to it that done(done_arg) is called once, on any
 * thread or from within, when all is on disk or has failed; until then nobody else uses cx or *t. The second is the answer,
 * and what after_commit() noted. Not within a transaction. */
struct write_later {
	struct ctx *cx;
	ctx_work fn;
	void *arg;
	void (*done)(void *arg);
	void *done_arg;
	str said; /* its own, as what follows */
	struct db_write write;
};
void write_tx_start(struct write_later *t);
enum err write_tx_end(struct write_later *t) MUST_CHECK;
/* Forgotten when the transaction fails or is run again; outside of one, run at once. */
void after_commit(struct ctx *cx, void (*fn)(struct ctx *cx, void *arg), void *arg);
