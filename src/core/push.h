#pragma once
/* Web push: where apps want to be told, and what they are told. Sending is above: push/send.h. */
#include "core/ctx.h"
#include "core/view.h"
#include "store/notices.h"
#include "store/push_subs.h"

/* The server's own pair for RFC 8292, raw: made when first asked for, the same ever after. Not inside a transaction. */
enum err push_server_key(struct ctx *cx, str *secret, str *point) MUST_CHECK;
/* What apps are told of it: base64url. */
enum err push_public_key(struct ctx *cx, str *text) MUST_CHECK;

/* Kinds of notifications that can be asked for; NULL ends the list. */
extern const char *const push_kinds[];
enum { PUSH_KINDS = 14 };

struct push_in {
	str endpoint, p256dh, auth;
	bool standard;
	str policy;              /* STR_NONE: all */
	bool alerts[PUSH_KINDS]; /* in the order of push_kinds */
};
/* May messages be enciphered for such keys? Pure. */
bool push_keys_ok(struct arena *mem, str p256dh, str auth);
/* For the token of the request, whose text it is. ERR_INVALID with a sentence: no URL that may be sent to, no keys, no such
 * policy. Takes the place of the token's former one; of many of a user the oldest go. */
enum err push_subscribe(struct ctx *cx, const struct push_in *in, str token, struct push_sub *made) MUST_CHECK;
enum err push_subscription(struct ctx *cx, struct push_sub *s) MUST_CHECK; /* ERR_NOT_FOUND */
/* alerts and policy alone count. */
enum err push_change(struct ctx *cx, const struct push_in *in, struct push_sub *now) MUST_CHECK;
enum err push_unsubscribe(struct ctx *cx) MUST_CHECK;

/* In a transaction: whoever wants to be told of it is, later. */
enum err push_note(struct ctx *cx, const struct notice *n) MUST_CHECK;

/* One message to one app. */
struct push_message {
	struct push_sub sub;
	struct notice n;
	struct account_view from;
	struct status_view about; /* s.id 0: none */
	str token;                /* of the app */
	str subject;              /* who answers for the server */
};
/* cx becomes the one who is told. ERR_NOT_FOUND: there is nothing to tell (any more): dismissed, blocked, muted, no more to
 * be seen, too old, the token revoked. */
enum err push_message(struct ctx *cx, int64_t sub_id, int64_t notice_id, struct push_message *m) MUST_CHECK;
enum push_outcome { PUSH_SENT, PUSH_GONE, PUSH_GIVEN_UP };
/* What became of it. In a transaction. Who is gone, or cannot be reached time after time, is told no more. */
enum err push_ended(struct ctx *cx, int64_t sub_id, enum push_outcome outcome) MUST_CHECK;
