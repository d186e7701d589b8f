#include "core/post.h"

#include "base/buf.h"
#include "base/clock.h"
#include "core/media.h"
#include "core/conversation.h"
#include "core/hub.h"
#include "core/notice.h"
#include "core/timeline.h"
#include "store/approvals.h"
#include "store/audience.h"
#include "store/cards.h"
#include "store/shown.h"

/* The last number among the parts of a URI's path: 7 of https://far.test/users/x/statuses/7/activity. */
static int64_t number_in(str uri)
{
	int64_t last = 0, id;

	for (str part; str_cut(&uri, '/', &part);)
		if (part.n && part.p[0] != '-' && str_int(part, &id))
			last = id;
	return last;
}

/* Many servers make ids as we do: where such a number agrees with the date it is the best order there is. */
int64_t post_remote_id(struct ctx *cx, str uri, int64_t created_at, int attempt)
{
	int64_t theirs = number_in(uri), at = created_at;
	bool whole = created_at % SECOND == 0;

	if (whole && theirs && id_time(theirs) / SECOND == created_at / SECOND) {
		if (!attempt)
			return theirs;
		at = id_time(theirs);
	} else if (whole && cx->now > created_at && cx->now - created_at < SECOND) {
		at = cx->now;
	}
	return id_at(at);
}

int64_t post_extras(const struct post_parts *p)
{
	return (p->mentions_n ? HAS_MENTIONS : 0) | (p->tags_n ? HAS_TAGS : 0) | (p->media_n || p->own_media.n ? HAS_MEDIA : 0);
}

bool post_counts_as_reply(const struct status *s)
{
	bool open = str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));

	return s->in_reply_to_id && open && !(s->extras & STATUS_WAITS);
}

bool post_counts_for_author(const struct status *s)
{
	return !str_eq(s->visibility, S("direct"));
}

enum err post_write_parts(struct ctx *cx, const struct status *s, const struct post_parts *p)
{
	for (size_t i = 0; i < p->mentions_n; i++)
		TRY(mentions_add(cx->db, s->id, p->mentions[i].account_id, p->mentions[i].silent));
	for (size_t i = 0; i < p->tags_n; i++)
		TRY(tags_add(cx->db, s->id, p->tags[i].name, p->tags[i].display, cx->now));
	for (size_t i = 0; i < p->media_n; i++) {
		struct attachment a = p->media[i];

		a.status_id = s->id;
		TRY(attachments_add(cx->db, &a));
	}
	return media_hang(cx, s->id, p->own_media);
}

enum err post_count(struct ctx *cx, const struct status *s)
{
	bool there = true;

	if (post_counts_as_reply(s))
		TRY(statuses_count(cx->db, s->in_reply_to_id, COUNT_REPLIES, 1, &there));
	if (!there)
		return ERR_NOT_FOUND;
	if (!post_counts_for_author(s))
		return OK;
	return statuses_count_author(cx->db, s->account_id, 1, s->created_at);
}

enum err post_tell(struct ctx *cx, const struct status *s, const struct post_parts *p, struct ids already,
                   bool fresh)
{
	struct ids told = { 0 };

	if (s->extras & STATUS_WAITS)
		return OK;
	for (size_t i = 0; i < p->mentions_n; i++) {
		const struct post_mention *m = &p->mentions[i];

		if (m->local && !m->silent && !ids_has(already, m->account_id))
			TRY(notice_add(cx, m->account_id, "mention", s->account_id, s->id));
	}
	if (!fresh || str_eq(s->visibility, S("direct")))
		return OK;
	if (s->in_reply_to_uri.p && s->in_reply_to_account_id != s->account_id)
		return OK;
	TRY(audience_notified(cx->db, cx->mem, s->account_id, &told));
	for (size_t i = 0; i < told.n; i++)
		TRY(notice_add(cx, told.v[i], "status", s->account_id, s->id));
	return OK;
}

enum err post_mark_local(struct ctx *cx, struct post_parts *p)
{
	struct ids ids = { NEWS(cx->mem, int64_t, p->mentions_n), 0 }, local = { 0 };

	for (size_t i = 0; i < p->mentions_n; i++)
		if (!p->mentions[i].silent)
			ids.v[ids.n++] = p->mentions[i].account_id;
	if (!ids.n)
		return OK;
	TRY(audience_local(cx->db, cx->mem, db_id_list(cx->mem, ids), &local));
	for (size_t i = 0; i < p->mentions_n; i++)
		p->mentions[i].local = ids_has(local, p->mentions[i].account_id);
	return OK;
}

enum err post_named(struct ctx *cx, const struct status *s, struct post_parts *p)
{
	struct db_rows rows = { 0 };
	const struct mention_row *m;

	if (s->extras & HAS_MENTIONS)
		TRY(mentions_of(cx->db, cx->mem, s->id, &rows));
	m = rows.p;
	p->mentions = NEWS(cx->mem, struct post_mention, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		p->mentions[p->mentions_n++] = (struct post_mention){ m[i].account_id, m[i].silent, false };
	return post_mark_local(cx, p);
}

enum err post_adopt(struct ctx *cx, const struct status *s)
{
	struct db_rows rows = { 0 };
	const struct orphan *o;
	int64_t counted = 0;
	bool there;

	TRY(statuses_adopt(cx->db, cx->mem, s, &rows));
	o = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		struct status child = { .in_reply_to_id = s->id, .visibility = o[i].visibility };

		counted += post_counts_as_reply(&child);
		TRY(statuses_merge_threads(cx->db, o[i].thread_id, s->thread_id));
		TRY(conversations_merge_threads(cx->db, o[i].thread_id, s->thread_id));
	}
	return counted ? statuses_count(cx->db, s->id, COUNT_REPLIES, counted, &there) : OK;
}

/* The boosts go with the post; servers that know the post only by a boost of ours are told of that. */
static enum err bury_boosts(struct ctx *cx, const struct status *s)
{
	struct db_rows rows = { 0 };
	const struct boost_gone *b;

	TRY(statuses_bury_boosts(cx->db, cx->mem, s->id, cx->now, &rows));
	b = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		struct send send = {
			.kind = SEND_UNANNOUNCE, .actor_id = b[i].account_id, .status_id = b[i].id, .uri = b[i].uri,
		};

		TRY(statuses_count_author(cx->db, b[i].account_id, -1, 0));
		hub_publish(cx, &(struct event){ .kind = EV_DELETE, .id = b[i].id });
		if (b[i].site_id)
			TRY(send_add(cx, &send));
	}
	return OK;
}

/* A boost leaves its post's counter and its author's notices. */
static enum err unboost(struct ctx *cx, const struct status *s)
{
	struct status of = { 0 };
	bool there;
	enum err e = statuses_by_id(cx->db, cx->mem, s->reblog_of_id, &of);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	TRY(statuses_count(cx->db, of.id, COUNT_REBLOGS, -1, &there));
	return notice_remove(cx, of.account_id, "reblog", s->account_id, of.id);
}

/* Read while they are there, so that who listens to a tag hears of the end. */
static enum err tags_it_had(struct ctx *cx, const struct status *s, str *tags)
{
	struct db_rows rows = { 0 };
	struct buf b = buf_new(cx->mem, EVENT_DATA_MAX);

	if (s->extras & HAS_TAGS)
		TRY(shown_tags(cx->db, cx->mem, db_id_list(cx->mem, (struct ids){ (int64_t *)&s->id, 1 }), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		if (i)
			buf_byte(&b, ' ');
		buf_add(&b, ((const struct shown_tag *)rows.p)[i].name);
	}
	*tags = str_or(buf_str(&b), S(""));
	return OK;
}

enum err post_bury(struct ctx *cx, const struct status *s)
{
	bool there;
	str tags;

	TRY(tags_it_had(cx, s, &tags));
	if (s->site_id && !s->reblog_of_id)
		TRY(mentions_keep_interested(cx->db, s->id));
	if (!s->reblog_of_id)
		TRY(quote_bury(cx, s));
	TRY(statuses_bury(cx->db, s->id, cx->now, &there));
	if (!there)
		return OK;
	hub_publish(cx, &(struct event){ .kind = EV_DELETE, .id = s->id, .data = tags });
	TRY(conversation_drop(cx, s));
	if (s->extras & HAS_CARD)
		TRY(status_cards_drop(cx->db, s->id));
	if (s->extras & HAS_APPROVAL)
		TRY(approvals_delete(cx->db, s->id));
	if (s->reblog_of_id)
		TRY(unboost(cx, s));
	else
		TRY(bury_boosts(cx, s));
	if (post_counts_as_reply(s))
		TRY(statuses_count(cx->db, s->in_reply_to_id, COUNT_REPLIES, -1, &there));
	return post_counts_for_author(s) ? statuses_count_author(cx->db, s->account_id, -1, 0) : OK;
}

enum err post_send(struct ctx *cx, enum send_kind kind, const struct status *s, bool named)
{
	struct send send = { .kind = kind, .actor_id = s->account_id, .status_id = s->id, .uri = s->uri };

	if (s->local_only)
		return OK;
	if (!named && !str_eq(s->visibility, S("direct")))
		TRY(audience_has_remote(cx->db, s->account_id, &named));
	return named ? send_add(cx, &send) : OK;
}
