#pragma once
/* What the threads of federation share. Set by fed_start(), const until fed_stop(); its parts guard themselves. */
#include "core/ctx.h"

struct cool;
struct limits;
struct net;
struct own_keys;
struct signers;

struct fed_state {
	struct app *app;
	struct net *net;
	struct own_keys *own;    /* keys of local accounts */
	struct signers *signers; /* keys of strangers */
	struct cool *cool;       /* what not to fetch again yet */
	struct limits *floods;   /* what groups and relays may make us do */
};
extern struct fed_state fed;
