#pragma once
/* Fields of a profile whose page links back by rel=me: https://microformats.org/wiki/rel-me */
#include "core/account.h"

struct job;

enum { VERIFY_FIELDS = 8 }; /* of a profile that are looked at */

/* The fields (JSON), with the dates of those that were the same before. */
str verified_keep(struct arena *mem, str was, str now);
/* In the transaction that changed the profile, or of one that somebody looks at: has its pages asked, if it names any. A remote
 * one not more than once a week. */
enum err verify_ask(struct ctx *cx, const struct account *a) MUST_CHECK;
/* Job "verify_old": a few of ours whose pages were not asked for a week. */
enum err verify_job_old(struct ctx *cx, const struct job *job) MUST_CHECK;

/* A field that is nothing but a link. */
struct verify_link {
	str value, url;
	bool known, back; /* out: the page answered; it links back */
};
size_t verify_links(struct arena *mem, const struct account *a, struct verify_link links[VERIFY_FIELDS]);
/* What came of it. */
enum err verify_set(struct ctx *cx, int64_t account_id, const struct verify_link *links, size_t n) MUST_CHECK;
