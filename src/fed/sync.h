#pragma once
/* Followers synchronisation, FEP-8fcf: telling others which of their people follow one of ours, and being told. */
#include "fed/signers.h"

/* What such a header says. */
struct sync_told {
	str collection, digest, url;
};
/* name="value" separated by commas, in any order; each once. False: that is none. */
bool sync_read(str header, struct sync_told *t);

/* The value of Collection-Synchronization for a delivery by that account to that host; STR_NONE: none is sent, the account
 * has too many followers. Kept for a moment; the courier's thread only. */
str sync_header(struct ctx *cx, int64_t account_id, str host);
/* Of a request whose signature was good and is its actor's: notes a job "followers_sync" where what it says of the followers here
 * is not what is known here. */
enum err sync_look(struct request *rq, const struct check *c) MUST_CHECK;
