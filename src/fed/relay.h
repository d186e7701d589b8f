#pragma once
/* What relays are given, and what of theirs is taken. */
#include "core/status.h"

/* A new public post of ours, for LitePub's relays of cx->site. */
enum err relay_publish(struct ctx *cx, const struct status *s) MUST_CHECK;
/* *does: this account is a relay's that we subscribed to, and may bring one more. ERR_DENIED: it has brought too much of late. */
enum err relay_brings(struct ctx *cx, int64_t account_id, bool *does) MUST_CHECK;
