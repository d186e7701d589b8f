#pragma once
/* How people come in: by the site's rule, with an invitation, after a moderator's yes. */
#include "core/user.h"
#include "store/links.h"

enum sign_up_rule { SIGN_UP_CLOSED, SIGN_UP_INVITED, SIGN_UP_APPROVED, SIGN_UP_OPEN };
/* The site's own rule, else the setting's. */
enum sign_up_rule sign_up_rule(const struct ctx *cx);

struct sign_up_in {
	struct user_in user;
	str invite; /* a code, or empty */
};
/* Makes the user, perhaps to be confirmed by mail and approved by a moderator before they can do anything. An invitation
 * opens what is closed, and spares the approval. As user_create(); also ERR_DENIED with a sentence: sign-ups are closed, or
 * the invitation is none (any more). */
enum err sign_up(struct ctx *cx, const struct sign_up_in *in, struct user *made, str *field, str *code) MUST_CHECK;
/* Who waits is let in. ERR_INVALID: does not wait. */
enum err sign_up_approve(struct ctx *cx, int64_t user_id) MUST_CHECK;
/* Who waits is not let in: the user cannot log in any more. ERR_INVALID: does not wait. */
enum err sign_up_reject(struct ctx *cx, int64_t user_id) MUST_CHECK;

/* days, most: 0: without end. By cx->me, or by the site itself where nobody asks. ERR_INVALID with a sentence. */
enum err invite_make(struct ctx *cx, int64_t most, int64_t days, struct invite *made) MUST_CHECK;
enum err invite_list(struct ctx *cx, struct db_rows *invites) MUST_CHECK; /* of cx->site; struct invite */
enum err invite_remove(struct ctx *cx, str code) MUST_CHECK;              /* ERR_NOT_FOUND */
/* ERR_NOT_FOUND: there is none of that code which can still be used. */
enum err invite_look(struct ctx *cx, str code, struct invite *i) MUST_CHECK;
