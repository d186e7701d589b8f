#pragma once
/* What is done about other servers: blocked, limited, without media, without reports; or only those that are allowed. A
 * domain covers what is below it; the longest that fits counts. */
#include "core/ctx.h"
#include "store/host_policies.h"

/* What holds for one host or handle domain, with or without a port. */
struct host_rule {
	bool blocked;  /* nothing from there, nothing to there, nothing shown */
	bool unnamed;  /* blocked for not being on the list of limited_federation alone: pages and files may be read */
	bool limited;  /* not in public, no notices from those one does not follow, follows ask */
	bool reject_media, reject_reports;
};
enum err host_rule(struct ctx *cx, str host, struct host_rule *out) MUST_CHECK;
enum err host_blocked(struct ctx *cx, str host, bool *blocked) MUST_CHECK;
/* Of an account: what its server and the domain of its handle have together. */
enum err host_rule_of(struct ctx *cx, str host, str domain, struct host_rule *out) MUST_CHECK;

/* What a policy did to accounts and follows. */
struct host_effect {
	int64_t accounts; /* whose state changed */
	int64_t follows;  /* cut; severed relationships tell of them */
};
/* A name as people give it, to what it is filed under. ERR_INVALID with a sentence: no name, one of ours, too much. */
enum err host_policy_name(struct ctx *cx, str text, str *domain) MUST_CHECK;
/* The policy of exactly that domain; ERR_NOT_FOUND with a sentence that may name one like it. */
enum err host_policy_get(struct ctx *cx, str domain, struct host_policy *out) MUST_CHECK;
enum err host_policy_list(struct ctx *cx, struct host_policy **out, size_t *n) MUST_CHECK;
/* Both take effect at once, for what is here too, in transactions of their own: posts and people of a blocked host are
 * hidden (and come back when it is blocked no more), deliveries to it are dropped, follows are cut. Repeatable. */
enum err host_policy_set(struct ctx *cx, const struct host_policy *v, size_t n, struct host_effect *did) MUST_CHECK;
enum err host_policy_clear(struct ctx *cx, str domain, struct host_effect *did) MUST_CHECK;
/* Allow-list mode, as the setting limited_federation says. It hides and cuts no follows. Quick when nothing changed. */
enum err host_policy_mode(struct ctx *cx, bool limited_federation) MUST_CHECK;

/* example.org -> ex******org, as Mastodon does. */
str host_policy_veil(struct arena *mem, str domain);
/* In the form that Mastodon's administrators exchange. */
str host_policy_csv(struct arena *mem, const struct host_policy *v, size_t n);
/* The other way; ERR_INVALID with a sentence that names the line. Comments that nobody else sees stay as they are. */
enum err host_policy_read_csv(struct ctx *cx, str csv, struct host_policy **out, size_t *n) MUST_CHECK;

/* Other servers of which people are known, whose name begins so; without blocked ones. */
enum err host_peers(struct ctx *cx, str prefix, int64_t n, struct strs *hosts) MUST_CHECK;
