#pragma once
/* What a handle, a URL or an id stands for, brought in over the network: federation.md 1.4, 1.5, 2.3. What is ours comes
 * from the database only. The network first, one core verb after: never inside a transaction. */
#include "core/account.h"
#include "core/status.h"
#include "fed/as_read.h"
#include "fed/fetch_as.h"

/* http(s), well-formed, and not on a host of ours. */
bool foreign_url(struct ctx *cx, str url);
/* Known and fresh enough: as it is. force: read again. ERR_NOT_FOUND: nothing there we take; ERR_BUSY: not now. */
enum err resolve_actor(struct fetcher *f, str uri, bool force, struct account *a) MUST_CHECK;
/* The document is there already, fetched from its id or signed by it. */
enum err resolve_actor_document(struct fetcher *f, const json_t *doc, struct account *a) MUST_CHECK;
enum err resolve_handle(struct fetcher *f, str handle, struct account *a) MUST_CHECK;
/* Its profile could not be read within the last hour: nobody asks for that again yet. */
bool profile_rests(struct ctx *cx, int64_t account_id);
/* A post by its id. Unknown ones are taken in as history (quiet), with their authors. gone, if wanted: its server says so. */
enum err resolve_status(struct fetcher *f, str uri, struct status *s, bool *gone) MUST_CHECK;
/* A fetch of that post came back empty. If everybody could read it and its server says that it is not there (and still has its
 * author, where it says no more than 404), it ends here too. */
enum err resolve_gone(struct fetcher *f, const struct document *d, const struct status *s) MUST_CHECK;
/* Stores a post whose document is to be trusted: fetched from its id, or signed by its author. */
enum err resolve_status_document(struct fetcher *f, const json_t *doc, bool quiet, struct status *s) MUST_CHECK;
/* A collection of accounts by its id, or of a document that is to be trusted. owner: who must be its owner; NULL: is brought in.
 * One that is gone goes (with an owner). *id 0: one too many of theirs. */
enum err resolve_featured(struct fetcher *f, str uri, const struct account *owner, int64_t *id) MUST_CHECK;
enum err resolve_featured_document(struct fetcher *f, const json_t *doc, const struct account *owner, int64_t *id) MUST_CHECK;
/* The key and its owner are known afterwards, if OK. */
enum err resolve_key(struct ctx *cx, str key_id) MUST_CHECK;
/* Fetches ancestors of a stored post until one is known or there are none; how deep and how many is bounded. */
enum err resolve_parents(struct fetcher *f, str uri) MUST_CHECK;
/* Fills mentions: who is tagged, and who is addressed (silent). Unknown ones are looked up while `lookups` last. */
enum err resolve_mentions(struct fetcher *f, const struct as_object *o, int lookups, int64_t implied,
                          struct remote_status *s) MUST_CHECK;
