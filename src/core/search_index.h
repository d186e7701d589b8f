#pragma once
/* Keeps what search looks through as it should be. In the transactions that change posts and accounts. */
#include "core/account.h"
#include "core/job.h"

enum err search_index_post(struct ctx *cx, int64_t status_id) MUST_CHECK;
enum err search_index_account(struct ctx *cx, const struct account *a) MUST_CHECK;
/* What is looked for until search_end() has a third of a search's time. */
void search_begin(struct ctx *cx);
void search_end(struct ctx *cx);
/* Terms and marks as the database wants them. */
str search_terms_text(struct ctx *cx, struct strs terms, struct strs marks);
/* Job "search_merge", daily: the words of posts that are gone leave the index too. */
enum err search_job_merge(struct ctx *cx, const struct job *job) MUST_CHECK;
/* Job "search_fill": what was there before there was a search. */
enum err search_job_fill(struct ctx *cx, const struct job *job) MUST_CHECK;
