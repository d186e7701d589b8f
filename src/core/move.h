#pragma once
/* Accounts that move to another one, FEP-7628: the new one names the old as an alias, the old one points to the new,
 * and who followed the old follows the new. API-independent: for the command line and for pages of settings. */
#include "core/account.h"

struct job;

enum { MOVE_ALIASES = 10,       /* of one of ours */
       MOVE_OUT_DAYS = 30,      /* between two moves of one of ours */
       MOVE_IN_DAYS = 7 };      /* between two moves of one of elsewhere */

/* The account of that handle or address as its server has it now. Waits for the network: only from a thread that may,
 * outside of transactions. ERR_NOT_FOUND, ERR_BUSY with a sentence. */
enum err move_find(struct ctx *cx, str acct, struct account *a) MUST_CHECK;

/* Aliases of a local account; other servers are told. ERR_INVALID: it is the account itself, one too many. Again: OK. */
enum err move_alias_add(struct ctx *cx, const struct account *a, const struct account *old) MUST_CHECK;
/* By its URI. ERR_NOT_FOUND: none of them. */
enum err move_alias_remove(struct ctx *cx, const struct account *a, str uri) MUST_CHECK;
struct strs move_aliases(struct ctx *cx, const struct account *a);

/* A local account goes to target (as move_find() gave it), which must name it as an alias: redirects, tells its servers, and
 * its local followers follow. From then on it neither posts nor follows. ERR_INVALID with a sentence. */
enum err move_out(struct ctx *cx, const struct account *a, const struct account *target) MUST_CHECK;
/* The redirect ends; who followed over stays where they are. */
enum err move_undo(struct ctx *cx, const struct account *a) MUST_CHECK;
/* ERR_DENIED with a sentence for one of ours that has moved away: what the verbs ask that speak for it. */
enum err move_may_act(struct ctx *cx, const struct account *a) MUST_CHECK;

/* Could a move of this remote account count now? Its cool-down is over. */
enum err move_is_due(struct ctx *cx, const struct account *from, bool *due) MUST_CHECK;
/* A remote account moves; who calls has verified both ways. Within the cool-down nothing happens. */
enum err move_receive(struct ctx *cx, const struct account *from, const struct account *to) MUST_CHECK;
/* Job "move" (args {"from", "to"}): followers, blocks, mutes and notes, some at a time. */
enum err move_job(struct ctx *cx, const struct job *job) MUST_CHECK;
