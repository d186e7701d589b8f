#pragma once
/* Polls: asking, voting, counting, ending. A poll is known by the post that asks. federation.md 10.8. */
#include "core/account.h"
#include "core/job.h"
#include "store/polls.h"

enum {
	POLL_OPTIONS = 4,     /* of ours */
	POLL_OPTION_RUNES = 50,
	POLL_SOONEST = 300,   /* seconds */
	POLL_LATEST = 2629746,
	POLL_REMOTE_OPTIONS = 500,
};

struct poll_in {
	struct strs options;
	int64_t expires_in; /* seconds; 0: not said */
	bool multiple, hide_totals;
};
/* Trims, drops empty options, and checks. ERR_INVALID with the sentence clients know. */
enum err poll_check(struct ctx *cx, struct poll_in *in) MUST_CHECK;

/* In a transaction. *in as poll_check() left it. */
enum err poll_add(struct ctx *cx, int64_t status_id, int64_t account_id, const struct poll_in *in) MUST_CHECK;
/* What an edit makes of it; in NULL: the poll goes. Other options or another way of choosing void all votes. *changed: it is
 * not what it was; *had: JSON list of the former titles, or STR_NONE. */
enum err poll_revise(struct ctx *cx, const struct status *s, const struct poll_in *in, bool *changed, str *had) MUST_CHECK;

/* As its server tells it. */
struct remote_poll {
	struct strs options;
	const int64_t *votes; /* as many */
	bool multiple, closed;
	int64_t expires_at, voters; /* 0: never; -1: not said */
};
/* In a transaction. Takes in what is new, tallies and end; in NULL: there is none (any more). Options that changed void the
 * votes known here. *had as above. */
enum err poll_receive(struct ctx *cx, const struct status *s, const struct remote_poll *in, bool *changed, str *had) MUST_CHECK;

/* JSON list of the present titles; STR_NONE without a poll. */
enum err poll_titles(struct ctx *cx, int64_t status_id, str *json) MUST_CHECK;

/* By cx->me. ERR_NOT_FOUND: no poll one may see; ERR_INVALID: over, own, voted already, no such option. */
enum err poll_vote(struct ctx *cx, int64_t status_id, struct ids choices) MUST_CHECK;
/* A vote from elsewhere in a poll of ours. What does not count is OK and changes nothing. */
enum err poll_vote_received(struct ctx *cx, const struct account *by, int64_t status_id, str option, str uri) MUST_CHECK;
/* Is the post ours, with a poll that has that option? */
enum err poll_has_option(struct ctx *cx, int64_t status_id, str option, bool *has) MUST_CHECK;

/* May its server be asked for the tallies now? Once a minute, by one; not when it is over and was asked since. */
enum err poll_stale(struct ctx *cx, int64_t status_id, bool *stale) MUST_CHECK;

/* Job "poll_end": notices for author and voters, and the last tallies to other servers. */
enum err poll_job_end(struct ctx *cx, const struct job *job) MUST_CHECK;
/* Job "poll_tell": tallies to other servers. */
enum err poll_job_tell(struct ctx *cx, const struct job *job) MUST_CHECK;
