/* What federation is to send, noted as a job in the transaction that causes it. */
#include "base/json.h"
#include "core/job.h"

static const char *const kinds[SEND_KINDS] = {
	[SEND_CREATE] = "create",
	[SEND_UPDATE] = "update",
	[SEND_DELETE] = "delete",
	[SEND_ANNOUNCE] = "announce",
	[SEND_UNANNOUNCE] = "unannounce",
	[SEND_LIKE] = "like",
	[SEND_UNLIKE] = "unlike",
	[SEND_LIKE_REQUEST] = "like_request",
	[SEND_REPLY_REQUEST] = "reply_request",
	[SEND_ANNOUNCE_REQUEST] = "announce_request",
	[SEND_LEAVE] = "leave",
	[SEND_NO_LEAVE] = "no_leave",
	[SEND_FOLLOW] = "follow",
	[SEND_UNFOLLOW] = "unfollow",
	[SEND_ACCEPT] = "accept",
	[SEND_REJECT] = "reject",
	[SEND_BLOCK] = "block",
	[SEND_UNBLOCK] = "unblock",
	[SEND_PROFILE] = "profile",
	[SEND_MOVE] = "move",
	[SEND_GONE] = "gone",
	[SEND_FLAG] = "flag",
	[SEND_PIN] = "pin",
	[SEND_UNPIN] = "unpin",
	[SEND_FEATURE] = "feature",
	[SEND_UNFEATURE] = "unfeature",
	[SEND_VOTE] = "vote",
	[SEND_REFRESH] = "refresh",
	[SEND_QUOTE_REQUEST] = "quote_request",
	[SEND_QUOTE_ACCEPT] = "quote_accept",
	[SEND_QUOTE_REJECT] = "quote_reject",
	[SEND_QUOTE_REVOKE] = "quote_revoke",
	[SEND_COLLECTION_ADD] = "collection_add",
	[SEND_COLLECTION_UPDATE] = "collection_update",
	[SEND_COLLECTION_REMOVE] = "collection_remove",
	[SEND_COLLECTION_END] = "collection_end",
	[SEND_ITEM_ADD] = "item_add",
	[SEND_ITEM_REMOVE] = "item_remove",
	[SEND_FEATURE_REQUEST] = "feature_request",
	[SEND_FEATURE_ACCEPT] = "feature_accept",
	[SEND_FEATURE_REJECT] = "feature_reject",
	[SEND_FEATURE_REVOKE] = "feature_revoke",
};

enum { ARGS_MAX = 16384 };

enum err send_add(struct ctx *cx, const struct send *s)
{
	struct jw w;

	jw_init(&w, cx->mem, ARGS_MAX);
	jw_obj(&w, NULL);
	jw_str(&w, "kind", str_of(kinds[s->kind]));
	jw_id(&w, "actor", s->actor_id);
	jw_id(&w, "status", s->status_id);
	jw_id(&w, "target", s->target_id);
	jw_str(&w, "uri", s->uri);
	if (!str_none(s->text))
		jw_str(&w, "text", s->text);
	jw_end(&w);
	if (str_none(jw_done(&w)))
		return ERR_INVALID;
	return job_add(cx, "send", jw_done(&w), cx->now, STR_NONE);
}

static bool read_id(const json_t *doc, const char *key, int64_t *id)
{
	str text = jr_str(doc, key);

	*id = 0;
	return str_none(text) || str_int(text, id);
}

bool send_read(struct arena *mem, str args, struct send *s)
{
	json_t *doc JR_SCOPE = NULL;
	struct send got = { 0 };
	str kind;

	if (jr_parse(args, &doc))
		return false;
	kind = jr_str(doc, "kind");
	while (got.kind < SEND_KINDS && !str_eq(kind, str_of(kinds[got.kind])))
		got.kind++;
	if (got.kind == SEND_KINDS || !read_id(doc, "actor", &got.actor_id) ||
	    !read_id(doc, "status", &got.status_id) ||
	    !read_id(doc, "target", &got.target_id))
		return false;
	if (!str_none(jr_str(doc, "uri")))
		got.uri = str_dup(mem, jr_str(doc, "uri"));
	if (!str_none(jr_str(doc, "text")))
		got.text = str_dup(mem, jr_str(doc, "text"));
	*s = got;
	return true;
}
