#pragma once
/* Relays: what is public here goes to them, and what others gave them comes in. Off until somebody subscribes to one.
 * Jobs "relay" ask and take leave; federation does them. */
#include "core/account.h"
#include "store/relays.h"

/* For cx->site. url: of its inbox (…/inbox), or of its actor. Again: asks again. ERR_INVALID with a sentence. */
enum err relay_add(struct ctx *cx, str url) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err relay_remove(struct ctx *cx, str url) MUST_CHECK;
enum err relay_list(struct ctx *cx, struct db_rows *relays) MUST_CHECK; /* struct relay */

enum err relay_by_id(struct ctx *cx, int64_t id, struct relay *r) MUST_CHECK;
/* Where it is; account_id 0: nobody has answered yet. */
enum err relay_found(struct ctx *cx, const struct relay *r) MUST_CHECK;
enum err relay_left(struct ctx *cx, int64_t id) MUST_CHECK;
/* Somebody answered a Follow of that URI. *was: it was a relay's, and counts only from that relay's own server. */
enum err relay_answered(struct ctx *cx, const struct account *by, str follow_uri, bool accepted, bool *was) MUST_CHECK;
/* The same of a Follow without a name: it is the relay on that server from which the site waits for an answer, if there is
 * just one. */
enum err relay_answered_unnamed(struct ctx *cx, const struct account *by, int64_t site_id, bool accepted) MUST_CHECK;
/* Does this account belong to a relay here? accepted: to one that said yes. */
enum err relay_is(struct ctx *cx, int64_t account_id, bool accepted, bool *is) MUST_CHECK;
/* Where cx->site's announcements for LitePub's relays go. */
enum err relay_inboxes(struct ctx *cx, struct strs *inboxes) MUST_CHECK;
