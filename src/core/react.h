#pragma once
/* Favourite, boost, bookmark, pin. by is who does it: cx->me, or a remote actor. */
#include "core/relation.h"
#include "core/status.h"

/* All idempotent: a second time changes nothing and is OK. ERR_NOT_FOUND: not visible to by. uri: of the
 * remote activity. */
enum err react_favourite(struct ctx *cx, const struct account *by, int64_t status_id, str uri) MUST_CHECK;
enum err react_favourite_id(struct ctx *cx, const struct account *by, int64_t status_id, str uri, int64_t *id) MUST_CHECK;
enum err react_unfavourite(struct ctx *cx, const struct account *by, int64_t status_id) MUST_CHECK;
/* Boosts of boosts go to the original. Only public and unlisted, or one's own private ones (then private).
 * visibility: "" public, or unlisted, private. created_at 0: now. *id: of the boost. */
enum err react_reblog(struct ctx *cx, const struct account *by, int64_t status_id, str visibility, str uri,
                      int64_t created_at, int64_t *id) MUST_CHECK;
/* A boost by one of elsewhere as it was found there: without notices, and into homes by backfill_done() only. */
enum err react_bring_boost(struct ctx *cx, const struct account *by, int64_t status_id, str visibility, str uri,
                           int64_t created_at) MUST_CHECK;
enum err react_unreblog(struct ctx *cx, const struct account *by, int64_t status_id) MUST_CHECK;
enum err react_bookmark(struct ctx *cx, int64_t status_id, bool on) MUST_CHECK;
/* Own posts only, at most 5, not direct ones: ERR_INVALID. Tells other servers (Add/Remove on featured). */
enum err react_pin(struct ctx *cx, int64_t status_id, bool on) MUST_CHECK;
enum err react_mute_thread(struct ctx *cx, int64_t status_id, bool on) MUST_CHECK;
/* A favourite or boost by its activity's URI, for Undo with nothing but an id. ERR_NOT_FOUND. */
enum err react_find(struct ctx *cx, const struct account *by, str uri, int64_t *favourite_of,
                    int64_t *reblog_of) MUST_CHECK;

enum err react_favourited_by(struct ctx *cx, int64_t status_id, const struct page *p, struct listed **out,
                             size_t *n) MUST_CHECK;
enum err react_reblogged_by(struct ctx *cx, int64_t status_id, const struct page *p, struct listed **out,
                            size_t *n) MUST_CHECK;
/* cx->me's; .account holds the status id. */
enum err react_favourites(struct ctx *cx, const struct page *p, struct listed **out, size_t *n) MUST_CHECK;
enum err react_bookmarks(struct ctx *cx, const struct page *p, struct listed **out, size_t *n) MUST_CHECK;
enum err react_pins(struct ctx *cx, int64_t account_id, struct ids *ids) MUST_CHECK; /* newest first */
