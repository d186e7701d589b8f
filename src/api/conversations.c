/* Direct conversations: https://docs.joinmastodon.org/methods/conversations/ */
#include "core/conversation.h"

#include "api/entity.h"
#include "api/handlers.h"

void entity_conversation(struct jw *w, const char *key, const struct conversation_view *v)
{
	jw_obj(w, key);
	jw_id(w, "id", v->c.id);
	jw_bool(w, "unread", v->c.unread);
	jw_arr(w, "accounts");
	for (size_t i = 0; i < v->accounts_n; i++)
		entity_account(w, NULL, &v->accounts[i]);
	jw_end(w);
	if (v->last)
		entity_status(w, "last_status", v->last);
	else
		jw_null(w, "last_status");
	jw_end(w);
}

enum err api_conversations(struct request *rq, struct reply *rp)
{
	struct conversation_view *v;
	struct page page;
	struct jw *w;
	size_t n;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(conversation_list(rq->cx, &page, &v, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_conversation(w, NULL, &v[i]);
	jw_end(w);
	if (n)
		reply_links(rp, v[0].c.last_status_id, v[n - 1].c.last_status_id);
	return OK;
}

static enum err set_unread(struct request *rq, struct reply *rp, bool unread)
{
	struct conversation_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(conversation_set_unread(rq->cx, id, unread, &v));
	entity_conversation(reply_json(rp), NULL, &v);
	return OK;
}

enum err api_conversation_read(struct request *rq, struct reply *rp)
{
	return set_unread(rq, rp, false);
}

enum err api_conversation_unread(struct request *rq, struct reply *rp)
{
	return set_unread(rq, rp, true);
}

enum err api_conversation_delete(struct request *rq, struct reply *rp)
{
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(conversation_remove(rq->cx, id));
	reply_empty(rp);
	return OK;
}

enum err api_timeline_direct(struct request *rq, struct reply *rp)
{
	struct page page;
	struct ids ids;

	TRY(rq_page(rq, 20, 40, &page));
	TRY(conversation_posts(rq->cx, &page, &ids));
	return reply_statuses(rp, ids);
}
