#pragma once
/* What stands on top of a profile: hashtags, and what others have pinned. Pinning one's own: core/react.h. */
#include "core/account.h"
#include "store/featured.h"

enum { FEATURED_TAGS = 10 };

/* Of a local account. ERR_INVALID: no hashtag, there already, one too many. Tells other servers (Add on featured). */
enum err featured_tag_add(struct ctx *cx, const struct account *by, str name, struct featured_tag *made) MUST_CHECK;
/* ERR_NOT_FOUND: none of theirs. */
enum err featured_tag_remove(struct ctx *cx, const struct account *by, int64_t id) MUST_CHECK;
/* Of anybody; struct featured_tag. */
enum err featured_tags(struct ctx *cx, int64_t account_id, struct db_rows *out) MUST_CHECK;

/* What a remote account says of its own profile. Too many, or somebody else's: OK, nothing happens. */
enum err featured_receive_pin(struct ctx *cx, const struct account *by, int64_t status_id, bool on) MUST_CHECK;
enum err featured_receive_tag(struct ctx *cx, const struct account *by, str name, bool on) MUST_CHECK;
/* All there are, instead of what was known. */
enum err featured_receive_tags(struct ctx *cx, const struct account *by, struct strs names) MUST_CHECK;
