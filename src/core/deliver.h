#pragma once
/* The queues between servers: activities taken in, documents going out, and how other hosts are doing. */
#include "core/account.h"
#include "store/deliveries.h"
#include "store/hosts.h"
#include "store/inbox.h"

/* Out. */
/* Distinct inboxes (shared where there is one; of target_id the personal one) of remote accounts: followers of
 * actor_id, mentioned in status_id, target_id, boosters, likers and voters of status_id, author of its parent and its
 * group, relays. Own sites, blocked and suspended ones left out. */
enum err deliver_inboxes(struct ctx *cx, unsigned audience, int64_t actor_id, int64_t status_id,
                         int64_t target_id, struct strs *inboxes) MUST_CHECK;
/* An inbox of each of the next hosts (above `after`) on which somebody is known here, some hundred at a time. *next: where to go
 * on, STR_NONE at the end. */
enum err deliver_everywhere(struct ctx *cx, str after, struct strs *inboxes, str *next) MUST_CHECK;
enum { DELIVER_CANCELS = 1, /* undelivered documents about the same object by the same actor are dropped (Delete) */
       DELIVER_EVEN_DEAD = 4, /* also to hosts that have not worked for a week */
       DELIVER_SYNC = 2 };  /* for followers only: a digest of them goes with it (FEP-8fcf) */
/* One document for many inboxes, in one transaction. object: URI of what it is about. */
enum err deliver_add(struct ctx *cx, int64_t actor_id, str object, unsigned how, str body,
                     struct strs inboxes) MUST_CHECK;

/* Who delivers looks again; after the commit where there is one under way. */
void deliver_wake(struct ctx *cx);

struct deliver_want {
	struct strs busy; /* hosts to leave out */
	int64_t n, per_host;
	int64_t doubtful; /* at most so many in all for hosts that have not worked yet or lately, two each */
};
/* Due ones of hosts that are not resting, at most per_host for each host (counting none under way: the caller does),
 * sites and hosts taking turns; leased for lease_ms. One that is about the same object as an earlier one to the same inbox
 * waits until that is through. */
enum err deliver_claim(struct ctx *cx, const struct deliver_want *want, int64_t lease_ms, struct delivery **out,
                       size_t *got) MUST_CHECK;
enum deliver_outcome { DELIVERED,
	               DELIVER_LATER,
	               DELIVER_NEVER };
struct delivered {
	int64_t id;
	str host;
	enum deliver_outcome outcome;
	int64_t due; /* of LATER */
	str error;
	bool host_fault; /* counts against the host: network, 5xx */
	int pace; /* 1: it took long; -1: it did not, though that was feared; 0: as before */
	str missing; /* the inbox, if it answered 404 or 410: is anybody still there? */
	bool gone;   /* 410 */
	bool knocked_twice; /* delivered at the second knock, which was of the kind `rfc9421` says */
	bool rfc9421;
};
/* Many outcomes in one transaction; documents nobody waits for any more go too; hosts' health is kept. */
enum err deliver_done(struct ctx *cx, const struct delivered *d, size_t n) MUST_CHECK;
/* When the next one is due; INT64_MAX if none. */
enum err deliver_next(struct ctx *cx, int64_t *due) MUST_CHECK;
/* Pure: when to try again after so many tries; -1: give up. About 30 s, 2 m, 10 m, 30 m, 1 h, 2 h, 4 h, 8 h, then daily,
 * +-20 % by dice (0..1), as long as limit_ms after created_at allows. retry_after: ms the host asked for, 0 none, at
 * most a day. */
int64_t deliver_again_at(int64_t now, int64_t created_at, int64_t tries, int64_t limit_ms, double dice,
                         int64_t retry_after);

/* What became of what was sent, for people: rows of struct sent_line, struct sent_host (store/delivered.h). host STR_NONE:
 * all for which something waits, and those that fail. */
enum err deliver_about(struct ctx *cx, str object, int64_t n, struct db_rows *lines) MUST_CHECK;
enum err deliver_hosts(struct ctx *cx, str host, int64_t n, struct db_rows *hosts) MUST_CHECK;
/* How deliveries to one host ended, as far as is remembered (setting delivered_days): struct sent_end. */
enum err deliver_ends(struct ctx *cx, str host, int64_t n, struct db_rows *ends) MUST_CHECK;

/* In. Durable when it answers OK. ERR_CONFLICT: that activity was seen before. */
struct inbox_in {
	int64_t signer_id, site_id, target_id;
	str activity_uri; /* its id, or a digest of the body */
	str body;
	str host; /* of the signer; "": counts for none */
};
enum err inbox_add(struct ctx *cx, const struct inbox_in *in) MUST_CHECK;
/* Of that host enough waits already (setting inbox_per_host); found out once a second. */
enum err inbox_full(struct ctx *cx, str host, bool *full) MUST_CHECK;
/* Sites and hosts take turns, per_host of each at most; busy: hosts to leave out. In the order of ids. */
struct inbox_want {
	struct strs busy;
	int64_t n, per_host;
};
enum err inbox_claim(struct ctx *cx, const struct inbox_want *want, int64_t lease_ms, struct inbox_item **out,
                     size_t *got) MUST_CHECK;
enum err inbox_done(struct ctx *cx, int64_t id) MUST_CHECK; /* joins the transaction of its effect */
enum err inbox_again(struct ctx *cx, int64_t id, int64_t due) MUST_CHECK;
/* Likewise, and it was no fault of that activity: the try does not count. */
enum err inbox_put_off(struct ctx *cx, int64_t id, int64_t due) MUST_CHECK;
enum err inbox_next(struct ctx *cx, int64_t *due) MUST_CHECK;

/* Hosts. */
enum err host_get(struct ctx *cx, str host,
                  struct host *out) MUST_CHECK; /* an unknown one is fine and empty */
/* It took this kind of signature after it refused the other. */
enum err host_set_rfc9421(struct ctx *cx, str host, bool rfc9421) MUST_CHECK;
/* Heard from: breaker closed; written at most once a minute. h: as host_get() has just said. */
enum err host_alive(struct ctx *cx, const struct host *h) MUST_CHECK;
enum err host_set_quirk(struct ctx *cx, str host, bool query_quirk) MUST_CHECK;
/* Removes what has expired: seen ids, tombstones, codes, sessions, idempotency keys. A job, daily. */
enum err sweep(struct ctx *cx) MUST_CHECK;
