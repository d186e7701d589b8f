#pragma once
/* Inbox forwarding, ActivityPub 7.1.2. */
#include "fed/take.h"

/* In the transaction of its effect: where what was just taken is about an answer to a post of ours, the servers of who follows
 * that one's author get the same bytes. Only if they can check them: there is a signature inside; and only from its actor's
 * own hand. */
enum err forward_answer(struct ctx *cx, const struct take *t, const struct status *s) MUST_CHECK;
