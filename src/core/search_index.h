#pragma once
/* Keeps what search looks through as it should be: accounts in the transactions that change them, posts a moment after. */
#include "core/account.h"
#include "core/job.h"
#include "core/slice.h"

/* The post's words are to be put in, which is done a moment later for many posts at once; those of the newest before
 * somebody searches. */
enum err search_index_post(struct ctx *cx, int64_t status_id) MUST_CHECK;
/* The words of these are put in at once. In a transaction. */
enum err search_index_now(struct ctx *cx, struct ids posts) MUST_CHECK;
/* Puts in the words of up to so many of the newest posts that are noted so. Not in a transaction. */
enum err search_index_noted(struct ctx *cx, int64_t limit, bool *more) MUST_CHECK;
/* Has that job do so a moment later. */
void search_index_soon(struct ctx *cx);
/* Job "search_index": of all that are noted. */
enum err search_job_index(struct ctx *cx, const struct job *job) MUST_CHECK;
enum err search_index_account(struct ctx *cx, const struct account *a) MUST_CHECK;
/* What is looked for until search_end() has a third of a search's time. */
void search_begin(struct ctx *cx);
void search_end(struct ctx *cx);
/* Terms and marks as the database wants them, for the chunk of that prefix. */
str search_terms_text(struct ctx *cx, str prefix, struct strs terms, struct strs marks);
/* On the stack of who has the words of what is gone leave the index, as it must before it does very much of that at once. */
struct search_merging {
	struct slice slice; /* of pages; 0 for a start */
	bool first; /* goes for all that is there */
	bool beside; /* others write too, and empty the log when it is time */
	bool more;  /* out: there is something left */
};
enum err search_merge_some(struct ctx *cx, struct search_merging *m) MUST_CHECK;
/* After each transaction that wrote to the index: some steps, so that its parts stay few. m is zero at first. */
enum err search_merge_written(struct ctx *cx, struct search_merging *m) MUST_CHECK;
/* Job "search_merge", daily: the words of posts that are gone leave the index too. */
enum err search_job_merge(struct ctx *cx, const struct job *job) MUST_CHECK;
/* Job "search_fill": what was there before there was a search. */
enum err search_job_fill(struct ctx *cx, const struct job *job) MUST_CHECK;
