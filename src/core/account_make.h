#pragma once
/* Rows for a new local account, with its keys: for sign-up and for instance actors. */
#include "core/account.h"

struct site;

struct account_make {
	const struct site *site;
	int64_t id;
	str username;
	str kind; /* Application: the instance actor */
	str rsa_private, rsa_public, ed_private, ed_public;
};
/* Before the transaction, since it takes its time. rsa_private that is there is kept; ERR_INVALID: it is no such key. */
enum err account_make_keys(struct ctx *cx, struct account_make *m) MUST_CHECK;
/* In a transaction. ERR_CONFLICT: the name is or was somebody's. */
enum err account_make(struct ctx *cx, const struct account_make *m, struct account *made) MUST_CHECK;
