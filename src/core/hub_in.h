#pragma once
/* What the files of the hub share. Nobody else includes it. */
#include <pthread.h>
#include <stdatomic.h>

#include "core/hub_client.h"

enum event_go { GO_NOWHERE,
	        GO_POST,
	        GO_GONE,
	        GO_HOME,
	        GO_NOTICES,
	        GO_DIRECT,
	        GO_SITE };
struct event_kind_row {
	const char *name;
	enum event_go go;
	enum event_carry carry;
};
extern const struct event_kind_row event_kinds[EVENTS];

struct queued;
/* The lock of the hub is held for the list and the subscriptions, its own one for the ring. */
struct hub_client {
	struct hub_client *next, *prev;
	struct hub *hub;
	_Atomic int refs; /* its owner, and each dispatch under way */
	enum stream_format format;
	int64_t account_id, user_id, token_id;
	const struct site *site;
	bool notices; /* the token may read notifications */
	unsigned char address[16];
	str scopes;                /* on the heap */
	struct subscription *subs; /* tags on the heap */
	size_t subs_n;
	_Atomic int commands; /* waiting for the hub's thread */
	pthread_mutex_t lock;
	struct queued *first, **end;
	size_t bytes;
	enum hub_end ended;
	void (*wake)(void *arg);
	void *wake_arg;
};

/* An event or a command on its way to the hub's thread. */
struct hub_item {
	struct hub_item *next;
	struct hub_client *from; /* of a command, with a reference */
	struct event e;
	size_t n;
	char text[]; /* of the command, or e.data */
};

struct hub {
	struct app *app;
	struct hub_options o;
	pthread_t thread;
	pthread_mutex_t lock;
	struct hub_item *first, **end;
	size_t items, lost;
	struct hub_client *clients;
	_Atomic int64_t clients_n;
	int wake_fd;
	_Atomic bool stopping;
	bool sleeping;
	int64_t noted_at; /* the hub's thread: when it wrote down that tokens are in use */
	char node[24]; /* what this server signs with, among others of its database */
};

void hub_add_item(struct hub *h, struct hub_client *from, const struct event *e, str text);
void hub_wake(struct hub *h);
void hub_push(struct hub_client *c, struct message *m); /* takes a reference of its own */
struct message *message_new(str text);
void hub_end_client(struct hub_client *c, enum hub_end why);
void hub_release(struct hub_client *c);
/* Finds who is to hear of the event, and tells them. */
void hub_dispatch(struct hub *h, struct ctx *cx, const struct event *e);
