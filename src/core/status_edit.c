/* What an author does to a post later: edit, delete; and its source and history. */
#include "base/clock.h"
#include "core/card.h"
#include "core/draft.h"
#include "core/hub.h"
#include "core/interaction.h"
#include "core/media.h"
#include "core/notice.h"
#include "core/search_index.h"
#include "store/audience.h"

/* A living post of cx->me. Others' are not there, whether one may see them or not. */
static enum err own(struct ctx *cx, int64_t id, struct status *s)
{
	TRY(statuses_by_id(cx->db, cx->mem, id, s));
	return cx->me && s->account_id == cx->me->id && !s->deleted_at ? OK : ERR_NOT_FOUND;
}

struct edit {
	struct draft d;
	struct status s; /* as it is to be */
	int64_t id;
	const struct poll_in *poll;
	const struct edit_in *in;
	struct ids media;
	str link; /* of its preview card */
};

/* JSON list of those named now; the others of before become silent: they have the post and get its later
 * versions, but are not named any more. */
static enum err renew_mentions(struct ctx *cx, struct edit *ed, struct ids *before)
{
	const struct post_parts *p = &ed->d.parts;
	struct ids keep = { NEWS(cx->mem, int64_t, p->mentions_n), 0 };
	struct db_rows rows = { 0 };

	TRY(mentions_of(cx->db, cx->mem, ed->id, &rows));
	before->v = NEWS(cx->mem, int64_t, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		before->v[before->n++] = ((struct mention_row *)rows.p)[i].account_id;
	for (size_t i = 0; i < p->mentions_n; i++)
		keep.v[keep.n++] = p->mentions[i].account_id;
	return mentions_silence(cx->db, ed->id, db_id_list(cx->mem, keep));
}

/* The quote stays what it is, and so does what stands for it. */
static enum err keep_quote(struct ctx *cx, struct edit *ed)
{
	struct status quoted = { 0 };
	struct quote q = { 0 };
	enum err e;

	if (!(ed->s.extras & HAS_QUOTE))
		return OK;
	TRY(quote_by_id(cx, ed->id, &q));
	e = q.quoted_id ? statuses_by_id(cx->db, cx->mem, q.quoted_id, &quoted) : ERR_NOT_FOUND;
	if (e && e != ERR_NOT_FOUND)
		return e;
	ed->d.html = str_cat(cx->mem, quote_fallback(cx->mem, str_or(quoted.url, q.quoted_uri)), ed->d.html);
	return OK;
}

static bool same(const struct status *was, const struct status *s)
{
	return str_eq(was->text, s->text) && str_eq(was->content_type, s->content_type) && str_eq(was->content, s->content) &&
	       str_eq(was->spoiler_text, s->spoiler_text) && was->sensitive == s->sensitive && str_eq(was->language, s->language);
}

static enum err edit(struct ctx *cx, void *arg)
{
	struct edit *ed = arg;
	struct status was = { 0 };
	struct status_edit former;
	struct ids before = { 0 }, boosters = { 0 };
	bool asks_else, other_media, other_policy;
	str options, media;

	TRY(own(cx, ed->id, &was));
	TRY(poll_revise(cx, &was, ed->poll, &asks_else, &options));
	TRY(media_rehang(cx, was.id, ed->media, ed->in->words, ed->in->words_n, &other_media, &media));
	other_policy = was.interaction_policy != ed->s.interaction_policy;
	if (other_policy)
		TRY(statuses_set_policy(cx->db, was.id, ed->s.interaction_policy));
	if (same(&was, &ed->s) && !asks_else && !other_media)
		/* The poll may end at another time. */
		return ed->poll || other_policy ? post_send(cx, SEND_REFRESH, &was, true) : OK;
	former = (struct status_edit){ id_new(), was.id, was.spoiler_text, was.content, was.sensitive,
		                       was.edited_at ? was.edited_at : was.created_at, options, media };
	ed->s.edited_at = cx->now > former.created_at ? cx->now : former.created_at + 1;
	ed->s.extras = post_extras(&ed->d.parts) | (was.extras & (HAS_MENTIONS | HAS_QUOTE | HAS_GROUP | WAITS_FOR_LEAVE)) |
	                (ed->poll ? HAS_POLL : 0) | (ed->media.n ? HAS_MEDIA : 0) | (ed->link.n ? HAS_CARD : 0);
	TRY(edits_add(cx->db, &former));
	TRY(renew_mentions(cx, ed, &before));
	TRY(tags_clear(cx->db, was.id));
	TRY(post_write_parts(cx, &ed->s, &ed->d.parts));
	TRY(statuses_update(cx->db, &ed->s));
	if ((was.extras & HAS_CARD) || ed->link.n)
		TRY(card_note(cx, &ed->s, ed->link));
	TRY(search_index_post(cx, ed->s.id));
	hub_publish(cx, &(struct event){ .kind = EV_EDIT, .id = ed->s.id });
	TRY(post_tell(cx, &ed->s, &ed->d.parts, before, false));
	TRY(audience_boosters(cx->db, cx->mem, was.id, &boosters));
	for (size_t i = 0; i < boosters.n; i++)
		TRY(notice_add(cx, boosters.v[i], "update", was.account_id, was.id));
	TRY(quote_tell_edit(cx, &was));
	return post_send(cx, SEND_UPDATE, &ed->s, true);
}

enum err status_edit(struct ctx *cx, int64_t id, const struct edit_in *in)
{
	struct edit ed = { .id = id, .poll = in->poll, .in = in, .media = in->media };
	struct post_in post = {
		.text = in->text, .spoiler_text = in->spoiler_text, .language = in->language, .content_type = in->content_type,
		.sensitive = in->sensitive, .media = in->media, .poll = in->poll,
	};

	TRY(own(cx, id, &ed.s));
	if (ed.s.reblog_of_id || !cx->site)
		return ERR_NOT_FOUND;
	if (!post.sensitive)
		post.sensitive = ed.s.sensitive ? 1 : -1;
	if (!post.content_type.n)
		post.content_type = ed.s.content_type;
	if (!post.language.n)
		post.language = str_or(ed.s.language, S(""));
	post.quoted_id = ed.s.extras & HAS_QUOTE ? 1 : 0; /* may stand without a word */
	TRY(media_for_post(cx, id, in->poll != NULL, &ed.media));
	TRY(draft_make(cx, &post, &ed.d));
	TRY(keep_quote(cx, &ed));
	if (in->quote_policy.n)
		TRY(quote_policy(cx, in->quote_policy, ed.s.visibility, &ed.s.interaction_policy));
	if (in->poll)
		TRY(poll_check(cx, in->poll));
	ed.s.text = ed.d.text;
	ed.s.spoiler_text = ed.d.spoiler_text;
	ed.s.content_type = ed.d.content_type;
	ed.s.content = ed.d.html;
	ed.s.emojis = ed.d.emojis;
	ed.s.language = ed.d.language;
	ed.s.sensitive = ed.d.sensitive;
	ed.link = card_link(cx, &ed.s, STR_NONE);
	return write_tx(cx, edit, &ed);
}

struct removal {
	int64_t id;
	bool with_media;
};

static enum err remove_own(struct ctx *cx, void *arg)
{
	const struct removal *r = arg;
	struct status s = { 0 };
	struct send send;

	TRY(own(cx, r->id, &s));
	TRY(media_unhang(cx, r->id, r->with_media));
	TRY(post_bury(cx, &s));
	send = (struct send){ .kind = s.reblog_of_id ? SEND_UNANNOUNCE : SEND_DELETE, .actor_id = s.account_id,
		              .status_id = s.id, .uri = s.uri };
	return send_add(cx, &send);
}

enum err status_delete(struct ctx *cx, int64_t id, bool with_media, struct status_view *was)
{
	struct removal r = { id, with_media };
	struct status s = { 0 };

	TRY(own(cx, id, &s));
	TRY(status_view(cx, id, was));
	was->s.text = s.text;
	was->s.content_type = s.content_type;
	return write_tx(cx, remove_own, &r);
}

enum err status_remove(struct ctx *cx, int64_t id)
{
	return write_tx(cx, remove_own, &(struct removal){ id, true });
}

enum err status_source(struct ctx *cx, int64_t id, struct status *s)
{
	return own(cx, id, s);
}

/* Of remote posts only the present files are known. */
static enum err show_media(struct ctx *cx, struct status_edit *e, const struct db_rows *all, const struct status_view *now)
{
	struct attachment *list = NULL;
	size_t n = 0;
	enum err none = media_former(cx, e->media, all, &list, &n);

	for (size_t i = 0; i < n; i++)
		media_place(cx->mem, now->base, &list[i]);
	e->shown = none ? now->media : list;
	e->shown_n = none ? now->media_n : n;
	return none == ERR_NOT_FOUND ? OK : none;
}

enum err status_history(struct ctx *cx, int64_t id, struct status_view *now, struct status_edit **edits,
                        size_t *n)
{
	struct db_rows rows = { 0 }, media = { 0 };
	const struct status *s = &now->s;
	str options = STR_NONE;

	TRY(status_view(cx, id, now));
	if (now->poll)
		TRY(poll_titles(cx, id, &options));
	TRY(edits_of(cx->db, cx->mem, id, &rows));
	TRY(media_of(cx->db, cx->mem, id, &media));
	*edits = NEWS(cx->mem, struct status_edit, rows.n + 1);
	if (rows.n)
		memcpy(*edits, rows.p, rows.n * sizeof(**edits));
	for (size_t i = 0; i < rows.n; i++)
		TRY(show_media(cx, &(*edits)[i], &media, now));
	(*edits)[rows.n] = (struct status_edit){ 0, s->id, s->spoiler_text, s->content, s->sensitive,
		                                 s->edited_at ? s->edited_at : s->created_at, options, STR_NONE,
		                                 now->media, now->media_n };
	*n = rows.n + 1;
	return OK;
}
