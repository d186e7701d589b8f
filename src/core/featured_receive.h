#pragma once
/* Collections of accounts elsewhere: what their owners say of them, and who of them may have whom of ours in one. Nobody is
 * shown in one without leave: of ours our own rows say it, of others a stamp of theirs, which the job "featured" looks at. */
#include "core/featured_collection.h"

/* As a document says it; the ids of both are of one server, the stamp is of the object's. */
struct remote_item {
	str uri, object_uri, stamp; /* stamp STR_NONE: none */
	int64_t created_at;
};
struct remote_collection {
	str uri, url, name, description, language, tag; /* description: HTML */
	bool sensitive, discoverable;
	int64_t created_at, updated_at;
	struct remote_item items[COLLECTION_ITEMS_FAR];
	size_t items_n;
};
/* By its owner. One too many of them: OK, and *id is 0. ERR_DENIED: not theirs. */
enum err featured_receive(struct ctx *cx, const struct account *by, const struct remote_collection *in, int64_t *id) MUST_CHECK;
/* One more, or one no longer. ERR_NOT_FOUND: no such collection of theirs. */
enum err featured_receive_item(struct ctx *cx, const struct account *by, str collection, const struct remote_item *in) MUST_CHECK;
enum err featured_receive_item_gone(struct ctx *cx, const struct account *by, str collection, str item) MUST_CHECK;
enum err featured_receive_gone(struct ctx *cx, const struct account *by, str collection) MUST_CHECK;
/* ERR_NOT_FOUND: none of theirs that is known. */
enum err featured_of(struct ctx *cx, const struct account *by, str uri, struct featured_collection *c) MUST_CHECK;

/* by asks to have one of ours in that collection of theirs; it is granted, or refused where that is not wanted (any more). */
enum err featured_requested(struct ctx *cx, const struct account *by, const struct account *who, int64_t collection_id,
                            str request) MUST_CHECK;
enum err featured_refuse(struct ctx *cx, const struct account *by, const struct account *who, str request) MUST_CHECK;
/* by answers a request of ours; stamp STR_NONE: refused. ERR_NOT_FOUND: no such request. */
enum err featured_answered(struct ctx *cx, const struct account *by, str request, str stamp) MUST_CHECK;
/* by takes a leave back. ERR_NOT_FOUND: not known. */
enum err featured_receive_revoke(struct ctx *cx, const struct account *by, str stamp) MUST_CHECK;

/* For the job: what is to be looked at, struct featured_item, and who it is; 0: nobody, or nobody who says so. */
enum err featured_pending(struct ctx *cx, int64_t collection_id, int64_t after, int64_t n, struct db_rows *out) MUST_CHECK;
enum err featured_settle(struct ctx *cx, int64_t item_id, int64_t account_id) MUST_CHECK;
/* Notes the job; again: also reads the collection itself anew; after: goes on with the items whose ids are higher. */
enum err featured_look(struct ctx *cx, const struct featured_collection *c, bool again, int64_t after) MUST_CHECK;
/* Somebody of ours looks at it: read anew once a day. */
enum err featured_look_again(struct ctx *cx, const struct featured_collection *c) MUST_CHECK;
