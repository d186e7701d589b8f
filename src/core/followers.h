#pragma once
/* Who follows across servers, as both sides know it: digests of the followers on one server, and what to do where they differ.
 * FEP-8fcf. */
#include "core/account.h"

enum { FOLLOWERS_MOST = 25000,         /* of an account: with more no digests are made */
       FOLLOWERS_OF_HOST_MOST = 10000, /* on one server */
       FOLLOWERS_DIGEST = 32 };

/* digest ^= SHA-256 of the actor's id. */
void followers_mix(unsigned char digest[FOLLOWERS_DIGEST], str uri);

/* Of a local account, all its followers elsewhere by host; more than FOLLOWERS_MOST: ERR_LIMIT. */
enum err followers_by_host(struct ctx *cx, int64_t account_id, struct db_rows *rows) MUST_CHECK; /* struct follower */
/* On that host, FOLLOWERS_OF_HOST_MOST at most. */
enum err followers_of_host(struct ctx *cx, int64_t account_id, str host, struct db_rows *rows) MUST_CHECK;
/* The digest of those on cx->site who follow a remote account. */
enum err followers_ours(struct ctx *cx, int64_t account_id, unsigned char digest[FOLLOWERS_DIGEST]) MUST_CHECK;
/* Its server says who on cx->site follows it: those of ours who are not among them do not any more, those who asked are
 * let in, and what was never asked for is taken back. */
enum err followers_settle(struct ctx *cx, const struct account *a, struct strs theirs) MUST_CHECK;
