/* Taking in posts from elsewhere. What they are and who made them has been checked by the caller; here texts
 * are cleaned, sizes bounded, the date put where it cannot disturb timelines, and the post finds its place:
 * parent, replies that came first, homes, notices. Everything may come twice, late, or after its deletion. */
#include "base/clock.h"
#include "base/url.h"
#include "core/card.h"
#include "core/conversation.h"
#include "core/hub.h"
#include "core/notice.h"
#include "core/post.h"
#include "core/remote_file.h"
#include "core/timeline.h"
#include "core/search_index.h"
#include "store/media.h"
#include "store/audience.h"
#include "store/groups.h"
#include "text/clean.h"
#include "text/words.h"

enum {
	MENTIONS_MOST = 1000,
	TAGS_MOST = 64,
	MEDIA_MOST = 16,
	SPOILER_RUNES = 2000,
	DESCRIPTION_RUNES = 10000,
	URI_MAX = 2048,
	EMOJIS_MAX = 65536,
	ID_TRIES = 8,
	FUTURE_MS = 5 * MINUTE,
};

struct receive {
	const struct account *author;
	const struct remote_status *in;
	struct status s;
	struct post_parts parts;
	bool quiet;
	str link; /* of its preview card */
	int64_t id, group_id;
};

static bool has_mention(const struct post_parts *p, int64_t id)
{
	for (size_t i = 0; i < p->mentions_n; i++)
		if (p->mentions[i].account_id == id)
			return true;
	return false;
}

static void take_mentions(struct arena *mem, const struct remote_status *in, struct post_parts *p)
{
	size_t most = in->mentions_n < MENTIONS_MOST ? in->mentions_n : MENTIONS_MOST;

	p->mentions = NEWS(mem, struct post_mention, most);
	for (size_t i = 0; i < most; i++)
		if (in->mentions[i].account_id && !has_mention(p, in->mentions[i].account_id))
			p->mentions[p->mentions_n++] =
				(struct post_mention){ in->mentions[i].account_id, in->mentions[i].silent, false };
}

static bool has_tag(const struct post_parts *p, str name)
{
	for (size_t i = 0; i < p->tags_n; i++)
		if (str_eq(p->tags[i].name, name))
			return true;
	return false;
}

static void take_tags(struct arena *mem, const struct remote_status *in, struct post_parts *p)
{
	p->tags = NEWS(mem, struct tag_view, TAGS_MOST);
	for (size_t i = 0; i < in->tags.n && i < 4 * TAGS_MOST && p->tags_n < TAGS_MOST; i++) {
		str shown = in->tags.v[i], name;

		str_skip(&shown, S("#"));
		name = tag_fold(mem, shown);
		if (name.n && !has_tag(p, name))
			p->tags[p->tags_n++] = (struct tag_view){ name, shown };
	}
}

static bool http_url(struct arena *mem, str url)
{
	return url.n && url.n <= URI_MAX && url_authority(mem, url).n;
}

static void take_media(struct ctx *cx, const struct receive *r, struct post_parts *p)
{
	struct attachment *v = NEWS(cx->mem, struct attachment, MEDIA_MOST);

	for (size_t i = 0; i < r->in->media_n && p->media_n < MEDIA_MOST; i++) {
		struct attachment a = r->in->media[i];

		if (!http_url(cx->mem, a.remote_url))
			continue;
		a.id = id_new();
		a.account_id = r->author->id;
		a.place = (int64_t)p->media_n;
		a.kind = str_or(a.kind, S("unknown"));
		a.preview_url = http_url(cx->mem, a.preview_url) ? a.preview_url : S("");
		a.mime = str_or(str_to(a.mime, 100), S(""));
		a.description = a.description.n ? str_head_runes(a.description, DESCRIPTION_RUNES) : STR_NONE;
		a.blurhash = a.blurhash.n && a.blurhash.n <= 100 ? a.blurhash : STR_NONE;
		a.created_at = cx->now;
		v[p->media_n++] = a;
	}
	p->media = v;
}

static struct strs pictures_of(struct arena *mem, const struct remote_status *in)
{
	struct strs urls = { NEWS(mem, str, in->media_n + 1), 0 };

	for (size_t i = 0; i < in->media_n; i++)
		urls.v[urls.n++] = in->media[i].remote_url;
	return urls;
}

/* A date of the future or from before all this is now; ids and so timelines go by it. */
static int64_t plausible(int64_t now, int64_t at)
{
	return at > 0 && at <= now + FUTURE_MS ? at : now;
}

static str visibility_of(str v)
{
	static const char *const known[] = { "public", "unlisted", "private" };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(v, str_of(known[i])))
			return v;
	return S("direct");
}

void status_clean(struct ctx *cx, struct remote_status *in)
{
	struct status s = { .visibility = visibility_of(in->visibility) };

	in->cleaned = str_or(clean_html_beside(cx->mem, str_or(in->content, S("")), pictures_of(cx->mem, in)), S(""));
	s.content = in->cleaned;
	in->link = card_link(cx, &s, in->quote.uri);
}

/* Texts and parts, bounded and clean. */
static void prepare(struct ctx *cx, struct receive *r)
{
	struct remote_status own = *r->in, *in = &own;
	struct status *s = &r->s;

	if (str_none(in->cleaned))
		status_clean(cx, in);
	*s = (struct status){ .uri = in->uri, .account_id = r->author->id, .visibility = visibility_of(in->visibility) };
	s->url = http_url(cx->mem, in->url) && url_same_origin(in->url, in->uri) ? in->url : in->uri;
	s->in_reply_to_uri = in->in_reply_to_uri.n && in->in_reply_to_uri.n <= URI_MAX && !str_eq(in->in_reply_to_uri, in->uri)
	                             ? in->in_reply_to_uri
	                             : STR_NONE;
	s->conversation = in->conversation.n && in->conversation.n <= URI_MAX ? in->conversation : S("");
	s->content = in->cleaned;
	s->spoiler_text = str_or(str_head_runes(str_or(clean_text(cx->mem, in->spoiler_text), S("")), SPOILER_RUNES), S(""));
	s->sensitive = in->sensitive || s->spoiler_text.n;
	s->text = s->content_type = S("");
	s->language = language_tag(cx->mem, in->language);
	s->emojis = in->emojis.n && in->emojis.n <= EMOJIS_MAX ? in->emojis : S("[]");
	s->created_at = plausible(cx->now, in->created_at);
	s->edited_at = in->edited_at > s->created_at && in->edited_at <= cx->now + FUTURE_MS ? in->edited_at : 0;
	take_mentions(cx->mem, in, &r->parts);
	take_tags(cx->mem, in, &r->parts);
	take_media(cx, r, &r->parts);
	s->extras = post_extras(&r->parts) | (in->poll ? HAS_POLL : 0) |
	            (in->quote.uri.n || in->quote.deleted ? HAS_QUOTE : 0);
	r->link = in->link;
	s->extras |= r->link.n ? HAS_CARD : 0;
	s->interaction_policy = in->interaction_policy;
}

/* Also where nothing else changed. *had: the options it had before, for the history. */
static enum err take_poll(struct ctx *cx, const struct receive *r, struct status *s, str *had)
{
	bool changed;

	*had = STR_NONE;
	if (!r->in->poll && !(s->extras & HAS_POLL))
		return OK;
	return poll_receive(cx, s, r->in->poll, &changed, had);
}

/* Into homes and notices; what is there already stays as it is. */
static enum err spread(struct ctx *cx, struct receive *r, const struct status *s)
{
	TRY(timeline_push(cx, r->author, s));
	TRY(conversation_push(cx, s));
	TRY(post_mark_local(cx, &r->parts));
	return post_tell(cx, s, &r->parts, (struct ids){ 0 }, true);
}

/* The post is here. If it was fetched quietly before its author sent it, now is when it becomes known. Another
 * inbox may have got it with other addressees: they may see it too, without a word.
 * */
static enum err again(struct ctx *cx, struct receive *r, const struct status *there)
{
	struct status s = *there;

	if (there->account_id != r->author->id)
		return ERR_DENIED;
	r->id = there->deleted_at ? 0 : there->id;
	if (!r->id)
		return OK;
	if (!r->quiet && cx->now - there->created_at < DAY) {
		int64_t before, after;

		TRY(feeds_count(cx->db, there->id, &before));
		TRY(spread(cx, r, there));
		TRY(feeds_count(cx->db, there->id, &after));
		if (after > before)
			timeline_tell(cx, there, "feeds");
	}
	if (!r->parts.mentions_n)
		return OK;
	for (size_t i = 0; i < r->parts.mentions_n; i++)
		TRY(mentions_allow(cx->db, r->id, r->parts.mentions[i].account_id));
	s.extras |= HAS_MENTIONS;
	return s.extras == there->extras ? OK : statuses_update(cx->db, &s);
}

/* What it answers tells the group too: many servers do not say it of replies. */
static enum err find_parent(struct ctx *cx, struct receive *r)
{
	struct status parent = { 0 }, *s = &r->s;
	struct group_row g = { 0 };
	enum err e;

	s->in_reply_to_id = s->in_reply_to_account_id = 0;
	s->thread_id = s->id;
	if (str_none(s->in_reply_to_uri))
		return OK;
	e = statuses_by_uri(cx->db, cx->mem, s->in_reply_to_uri, &parent);
	if (e || parent.deleted_at || parent.reblog_of_id)
		return e == ERR_NOT_FOUND ? OK : e;
	s->in_reply_to_id = parent.id;
	s->in_reply_to_account_id = parent.account_id;
	s->thread_id = parent.thread_id;
	if (r->group_id || !(parent.extras & HAS_GROUP))
		return OK;
	e = groups_of(cx->db, cx->mem, parent.id, &g);
	r->group_id = g.account_id;
	return e == ERR_NOT_FOUND ? OK : e;
}

/* With the id of its time, or one near it where that is taken. */
static enum err insert(struct ctx *cx, struct receive *r)
{
	struct status *s = &r->s;
	bool added = false;

	for (int i = 0; i < ID_TRIES && !added; i++) {
		s->id = i < ID_TRIES - 1 ? post_remote_id(cx, s->uri, s->created_at, i) : id_new();
		TRY(find_parent(cx, r));
		s->extras |= r->group_id ? HAS_GROUP : 0;
		TRY(statuses_insert(cx->db, s, &added));
	}
	if (!added)
		return ERR_BUSY;
	return r->group_id ? groups_put(cx->db, s->id, r->group_id) : OK;
}

static void fetch_ahead(struct ctx *cx, void *arg)
{
	remote_ahead(cx, *(int64_t *)arg);
}

static void ahead(struct ctx *cx, int64_t id)
{
	int64_t *kept = NEW(cx->mem, int64_t);

	*kept = id;
	after_commit(cx, fetch_ahead, kept);
}

static enum err receive(struct ctx *cx, void *arg)
{
	struct receive *r = arg;
	struct status there = { 0 };
	bool gone;
	enum err e;
	str had;

	r->id = 0;
	e = statuses_by_uri(cx->db, cx->mem, r->s.uri, &there);
	if (e != ERR_NOT_FOUND)
		return e ? e : again(cx, r, &there);
	TRY(tombstones_has(cx->db, r->s.uri, &gone));
	if (gone)
		return OK;
	r->group_id = r->in->group_id;
	TRY(insert(cx, r));
	TRY(post_write_parts(cx, &r->s, &r->parts));
	TRY(take_poll(cx, r, &r->s, &had));
	TRY(search_index_post(cx, r->s.id));
	TRY(quote_receive(cx, &r->s, &r->in->quote, true));
	if (r->link.n)
		TRY(card_note(cx, &r->s, r->link));
	TRY(post_count(cx, &r->s));
	TRY(post_adopt(cx, &r->s));
	r->id = r->s.id;
	if (!r->quiet && r->parts.media_n)
		ahead(cx, r->id);
	timeline_tell(cx, &r->s, r->quiet ? "public" : "");
	return r->quiet ? OK : spread(cx, r, &r->s);
}

enum err status_receive(struct ctx *cx, const struct account *author, const struct remote_status *in,
                        bool quiet, int64_t *id)
{
	struct receive r = { .author = author, .in = in, .quiet = quiet };
	enum err e;

	*id = 0;
	if (account_is_local(author) || !in->uri.n || in->uri.n > URI_MAX)
		return ERR_INVALID;
	prepare(cx, &r);
	e = write_tx(cx, receive, &r);
	*id = e ? 0 : r.id;
	return e;
}

/* Those who answered it are its children again; none of those it stands below. */
static enum err take_back_children(struct ctx *cx, const struct status *s)
{
	enum { FAR = 100 };
	struct db_rows above = { 0 }, below = { 0 };
	struct ids not = { 0 };
	int64_t n = 0;
	bool there;

	TRY(statuses_above(cx->db, cx->mem, s->id, FAR, &above));
	not.v = NEWS(cx->mem, int64_t, above.n);
	for (size_t i = 0; i < above.n; i++)
		not.v[not.n++] = ((const struct thread_post *)above.p)[i].s.id;
	TRY(statuses_readopt(cx->db, cx->mem, s, db_id_list(cx->mem, not), &below));
	for (size_t i = 0; i < below.n; i++) {
		struct status child = { .in_reply_to_id = s->id, .visibility = ((const struct orphan *)below.p)[i].visibility };

		n += post_counts_as_reply(&child);
	}
	return n ? statuses_count(cx->db, s->id, COUNT_REPLIES, n, &there) : OK;
}

/* In its old place, with what is written in it now; who liked or boosted it is not known any more. */
static enum err receive_again(struct ctx *cx, void *arg)
{
	struct receive *r = arg;
	struct status was = { 0 }, s;
	bool there;
	str had;

	TRY(statuses_by_uri(cx->db, cx->mem, r->s.uri, &was));
	if (was.account_id != r->author->id || was.reblog_of_id)
		return ERR_DENIED;
	TRY(statuses_unbury(cx->db, was.id, r->s.interaction_policy, &there));
	if (!there)
		return OK;
	s = r->s;
	s.id = was.id;
	s.visibility = was.visibility;
	s.created_at = was.created_at;
	s.thread_id = was.thread_id;
	s.in_reply_to_id = was.in_reply_to_id;
	s.in_reply_to_account_id = was.in_reply_to_account_id;
	s.extras |= HAS_MENTIONS | (r->in->group_id ? HAS_GROUP : 0);
	if (r->in->group_id)
		TRY(groups_put(cx->db, s.id, r->in->group_id));
	TRY(take_poll(cx, r, &s, &had));
	TRY(post_write_parts(cx, &s, &r->parts));
	TRY(statuses_update(cx->db, &s));
	TRY(search_index_post(cx, s.id));
	TRY(quote_receive(cx, &s, &r->in->quote, true));
	if (r->link.n)
		TRY(card_note(cx, &s, r->link));
	TRY(post_count(cx, &s));
	TRY(take_back_children(cx, &s));
	TRY(post_adopt(cx, &s));
	return timeline_push(cx, r->author, &s);
}

enum err status_receive_again(struct ctx *cx, const struct account *author, const struct remote_status *in)
{
	struct receive r = { .author = author, .in = in };

	if (account_is_local(author) || !in->uri.n)
		return ERR_INVALID;
	prepare(cx, &r);
	return write_tx(cx, receive_again, &r);
}

/* Those newly named are told, those no longer named become silent. */
static enum err renew_mentions(struct ctx *cx, struct receive *r, int64_t id, struct ids *before)
{
	struct ids keep = { NEWS(cx->mem, int64_t, r->parts.mentions_n), 0 };
	struct db_rows rows = { 0 };

	TRY(mentions_of(cx->db, cx->mem, id, &rows));
	before->v = NEWS(cx->mem, int64_t, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		before->v[before->n++] = ((struct mention_row *)rows.p)[i].account_id;
	for (size_t i = 0; i < r->parts.mentions_n; i++)
		keep.v[keep.n++] = r->parts.mentions[i].account_id;
	return mentions_silence(cx->db, id, db_id_list(cx->mem, keep));
}

static enum err tell_boosters(struct ctx *cx, const struct status *s)
{
	struct ids boosters = { 0 };

	TRY(audience_boosters(cx->db, cx->mem, s->id, &boosters));
	for (size_t i = 0; i < boosters.n; i++)
		TRY(notice_add(cx, boosters.v[i], "update", s->account_id, s->id));
	return OK;
}

/* A file that it had before keeps its number, so that its address stays good, and what was found out about it. */
static enum err renew_media(struct ctx *cx, int64_t status_id, struct post_parts *p)
{
	struct attachment *v = NEWS(cx->mem, struct attachment, p->media_n);
	struct db_rows rows = { 0 };
	const struct attachment *had;

	TRY(media_of(cx->db, cx->mem, status_id, &rows));
	had = rows.p;
	for (size_t i = 0; i < p->media_n; i++) {
		v[i] = p->media[i];
		for (size_t k = 0; k < rows.n; k++)
			if (str_eq(had[k].remote_url, v[i].remote_url))
				remote_carry(&had[k], &v[i]);
	}
	p->media = v;
	return attachments_clear(cx->db, status_id);
}

/* Identity stays: URI, author, date, parent, visibility. What is written in the post changes. */
static enum err apply_edit(struct ctx *cx, struct receive *r, const struct status *was)
{
	struct status_edit former = { id_new(), was->id, was->spoiler_text, was->content, was->sensitive,
		                      was->edited_at ? was->edited_at : was->created_at, STR_NONE };
	struct status s = *was;
	struct ids before = { 0 };

	s.spoiler_text = r->s.spoiler_text;
	s.content = r->s.content;
	s.sensitive = r->s.sensitive;
	s.language = r->s.language;
	s.emojis = r->s.emojis;
	s.edited_at = r->s.edited_at;
	TRY(take_poll(cx, r, &s, &former.options));
	s.extras = r->s.extras | (was->extras & (HAS_MENTIONS | HAS_GROUP));
	TRY(edits_add(cx->db, &former));
	TRY(renew_mentions(cx, r, s.id, &before));
	TRY(tags_clear(cx->db, s.id));
	TRY(renew_media(cx, s.id, &r->parts));
	TRY(post_write_parts(cx, &s, &r->parts));
	TRY(statuses_update(cx->db, &s));
	if ((was->extras & HAS_CARD) || r->link.n)
		TRY(card_note(cx, &s, r->link));
	TRY(search_index_post(cx, s.id));
	hub_publish(cx, &(struct event){ .kind = EV_EDIT, .id = s.id });
	TRY(post_mark_local(cx, &r->parts));
	TRY(post_tell(cx, &s, &r->parts, before, false));
	TRY(quote_receive(cx, &s, &r->in->quote, true));
	TRY(statuses_set_policy(cx->db, s.id, r->in->interaction_policy));
	TRY(quote_tell_edit(cx, was));
	return tell_boosters(cx, &s);
}

/* Nothing was edited: how its poll and its quote stand, and who may quote it. */
static enum err refresh(struct ctx *cx, const struct receive *r, struct status *s)
{
	int64_t extras = s->extras | (r->s.extras & (HAS_POLL | HAS_QUOTE));
	str had;

	if (r->in->poll) {
		TRY(take_poll(cx, r, s, &had));
		hub_publish(cx, &(struct event){ .kind = EV_EDIT, .id = s->id });
	}
	TRY(quote_receive(cx, s, &r->in->quote, false));
	if (s->interaction_policy != r->in->interaction_policy)
		TRY(statuses_set_policy(cx->db, s->id, r->in->interaction_policy));
	if (extras == s->extras)
		return OK;
	s->extras = extras;
	return statuses_update(cx->db, s);
}

static enum err receive_edit(struct ctx *cx, void *arg)
{
	struct receive *r = arg;
	struct status was = { 0 };

	TRY(statuses_by_uri(cx->db, cx->mem, r->s.uri, &was));
	if (was.account_id != r->author->id || was.reblog_of_id)
		return ERR_DENIED;
	if (was.deleted_at)
		return OK;
	if (r->s.edited_at > (was.edited_at ? was.edited_at : was.created_at))
		return apply_edit(cx, r, &was);
	return r->s.edited_at && r->s.edited_at < was.edited_at ? OK : refresh(cx, r, &was);
}

enum err status_receive_edit(struct ctx *cx, const struct account *author, const struct remote_status *in)
{
	struct receive r = { .author = author, .in = in };

	if (account_is_local(author) || !in->uri.n)
		return ERR_INVALID;
	prepare(cx, &r);
	return write_tx(cx, receive_edit, &r);
}

struct gone {
	const struct account *by;
	str uri;
};

static enum err receive_delete(struct ctx *cx, void *arg)
{
	const struct gone *g = arg;
	struct status s = { 0 };
	str host;
	enum err e = statuses_by_uri(cx->db, cx->mem, g->uri, &s);

	if (!e)
		return s.account_id == g->by->id ? post_bury(cx, &s) : ERR_DENIED;
	if (e != ERR_NOT_FOUND)
		return e;
	host = url_authority(cx->mem, g->uri);
	if (!host.n || !str_eq(host, g->by->host))
		return ERR_DENIED;
	return tombstones_add(cx->db, g->uri, host, cx->now);
}

enum err status_receive_delete(struct ctx *cx, const struct account *by, str uri)
{
	struct gone g = { by, uri };

	if (account_is_local(by) || !uri.n || uri.n > URI_MAX)
		return ERR_INVALID;
	return write_tx(cx, receive_delete, &g);
}

enum err status_askers(struct ctx *cx, str uri, int64_t of, int64_t n, struct ids *askers)
{
	str host = url_authority(cx->mem, uri);

	*askers = (struct ids){ 0 };
	return host.n ? audience_askers(cx->db, cx->mem, &(struct asked_post){ uri, host, of }, n, askers) : OK;
}

enum err status_wanted(struct ctx *cx, const struct account *author, const struct remote_status *in,
                       bool *wanted)
{
	struct ids ids = { NEWS(cx->mem, int64_t, MENTIONS_MOST), 0 };

	for (size_t i = 0; i < in->mentions_n && ids.n < MENTIONS_MOST; i++)
		ids.v[ids.n++] = in->mentions[i].account_id;
	return audience_wants(cx->db, author->id, db_id_list(cx->mem, ids), str_or(in->in_reply_to_uri, S("")),
	                      str_or(in->quote.uri, S("")), wanted);
}
