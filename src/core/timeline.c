/* Timelines. Homes are written when a post arrives, with Mastodon's rules (FeedManager#filter_from_home):
 * replies to others only for who follows both, boosts only for who wants them and has not just got the post,
 * nothing that names somebody the reader blocks or mutes. Blocks and mutes made later are heeded when a page
 * is read. */
#include "core/timeline.h"

#include <stdlib.h>

#include "base/clock.h"
#include "core/account.h"
#include "core/hub.h"
#include "core/list.h"
#include "core/paging.h"
#include "core/site.h"
#include "store/lists.h"
#include "store/parts.h"
#include "text/words.h"

enum { USUAL = 20, MOST = 80, MERGED = 100, TAGS_MOST = 8, HOME_KEEPS = 2000, TRIM_BATCH = 5000,
       FILLED = 800, FEW = 40,
       LIVE_MS = 6 * HOUR /* older ones are history when they come, and no news */ };

/* Ids of one source, or of several. */
struct filling {
	int64_t account_id, feed_id;
	struct ids ids;
	bool over;
};

static enum err fill_tx(struct ctx *cx, void *arg)
{
	const struct filling *f = arg;

	return feeds_fill(cx->db, f->feed_id, db_id_list(cx->mem, f->ids));
}

static enum err return_tx(struct ctx *cx, void *arg)
{
	const struct filling *f = arg;

	return away_set(cx->db, f->account_id, f->over);
}

static void add_ids(struct ctx *cx, struct ids *to, struct ids more)
{
	struct ids all = { NEWS(cx->mem, int64_t, to->n + more.n), to->n };

	if (to->n)
		memcpy(all.v, to->v, to->n * sizeof(*all.v));
	for (size_t i = 0; i < more.n; i++)
		all.v[all.n++] = more.v[i];
	*to = all;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

/* What is found without the transaction, since it may take a while: as far back as it must be for more than a few. */
static enum err refill(struct ctx *cx, int64_t feed_id, const enum feed_source *sources, size_t n)
{
	static const int64_t days[] = { 7, 60, 400 };
	struct filling f = { .feed_id = feed_id };

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]) && f.ids.n < FEW; i++) {
		f.ids.n = 0;
		for (size_t k = 0; k < n; k++) {
			struct ids some;

			TRY(feeds_recent(cx->db, cx->mem, sources[k], feed_id, id_at(cx->now - days[i] * DAY), FILLED, &some));
			add_ids(cx, &f.ids, some);
		}
	}
	if (!f.ids.n)
		return OK;
	qsort(f.ids.v, f.ids.n, sizeof(*f.ids.v), newest_first);
	f.ids.n = f.ids.n < FILLED ? f.ids.n : FILLED;
	return write_tx(cx, fill_tx, &f);
}

/* One who was away has empty feeds. From the first transaction on they are written again; a fault before the last one
 * leaves the mark, so that the next look fills them. */
static enum err come_back(struct ctx *cx, bool *filled)
{
	static const enum feed_source home[] = { FEED_FOLLOWED, FEED_OWN, FEED_TAGS }, list = FEED_LIST;
	struct filling f = { .account_id = cx->me->id };
	struct db_rows rows;

	TRY(away_is(cx->db, cx->me->id, filled));
	if (!*filled)
		return OK;
	TRY(write_tx(cx, return_tx, &f));
	TRY(refill(cx, cx->me->id, home, sizeof(home) / sizeof(home[0])));
	TRY(lists_of(cx->db, cx->mem, cx->me->id, 0, &rows));
	for (size_t i = 0; i < rows.n; i++)
		TRY(refill(cx, ((const struct list *)rows.p)[i].id, &list, 1));
	f.over = true;
	return write_tx(cx, return_tx, &f);
}

static enum err feed_page(struct ctx *cx, int64_t feed_id, const struct page *p, struct ids *ids)
{
	struct span sp = span_of(p, USUAL, MOST);
	bool filled;

	TRY(feeds_page(cx->db, cx->mem, feed_id, cx->me->id, cx->now, &sp, ids));
	if (ids->n < (size_t)sp.limit) {
		TRY(come_back(cx, &filled));
		if (filled)
			TRY(feeds_page(cx->db, cx->mem, feed_id, cx->me->id, cx->now, &sp, ids));
	}
	span_turn(&sp, ids);
	return OK;
}

enum err timeline_home(struct ctx *cx, const struct page *p, struct ids *ids)
{
	*ids = (struct ids){ 0 };
	return cx->me ? feed_page(cx, cx->me->id, p, ids) : ERR_DENIED;
}

enum err timeline_list(struct ctx *cx, int64_t list_id, const struct page *p, struct ids *ids)
{
	struct list l;

	*ids = (struct ids){ 0 };
	TRY(list_mine(cx, list_id, &l));
	return feed_page(cx, list_id, p, ids);
}

static struct timeline_page page_of(struct ctx *cx, const struct timeline_filter *f, const struct page *p)
{
	return (struct timeline_page){
		.viewer = cx->me ? cx->me->id : 0,
		.now = cx->now,
		.site_id = cx->site ? cx->site->id : 0,
		.local = f->local,
		.remote = f->remote,
		.only_media = f->only_media,
		.span = span_of(p, USUAL, MOST),
	};
}

enum err timeline_public(struct ctx *cx, const struct timeline_filter *f, const struct page *p,
                         struct ids *ids)
{
	struct timeline_page page = page_of(cx, f, p);

	*ids = (struct ids){ 0 };
	TRY(timelines_public(cx->db, cx->mem, &page, ids));
	span_turn(&page.span, ids);
	return OK;
}

static int oldest_first(const void *a, const void *b)
{
	return newest_first(b, a);
}

/* Merges pages of several tags into one of the same order, as long as one would be. */
static void merge(const struct span *sp, struct ids *ids)
{
	size_t n = 0;

	qsort(ids->v, ids->n, sizeof(*ids->v), sp->up ? oldest_first : newest_first);
	for (size_t i = 0; i < ids->n; i++)
		if (!n || ids->v[n - 1] != ids->v[i])
			ids->v[n++] = ids->v[i];
	ids->n = n < (size_t)sp->limit ? n : (size_t)sp->limit;
}

/* unknown: how many of them nobody ever used. */
static enum err tag_ids_of(struct ctx *cx, struct strs names, struct ids *ids, size_t *unknown)
{
	struct strs folded = { NEWS(cx->mem, str, names.n), 0 };

	for (size_t i = 0; i < names.n && folded.n < TAGS_MOST; i++) {
		str name = tag_fold(cx->mem, names.v[i]);

		if (name.n && !strs_has(folded, name))
			folded.v[folded.n++] = name;
	}
	TRY(tags_ids(cx->db, cx->mem, folded, ids));
	*unknown = folded.n - ids->n;
	return OK;
}

enum err timeline_tag(struct ctx *cx, str tag, const struct timeline_filter *f, const struct page *p,
                      struct ids *ids)
{
	struct timeline_page page = page_of(cx, f, p);
	struct ids any = { 0 }, all = { 0 }, none = { 0 }, part;
	struct strs names = { NEWS(cx->mem, str, f->any.n + 1), 0 };
	size_t unknown;

	*ids = (struct ids){ 0 };
	names.v[names.n++] = tag;
	for (size_t i = 0; i < f->any.n; i++)
		names.v[names.n++] = f->any.v[i];
	TRY(tag_ids_of(cx, names, &any, &unknown));
	TRY(tag_ids_of(cx, f->none, &none, &unknown));
	TRY(tag_ids_of(cx, f->all, &all, &unknown));
	if (unknown)
		return OK; /* no post can have them all */
	page.all = db_id_list(cx->mem, all);
	page.all_n = (int64_t)all.n;
	page.none = db_id_list(cx->mem, none);
	ids->v = NEWS(cx->mem, int64_t, any.n * (size_t)page.span.limit);
	for (size_t i = 0; i < any.n; i++) {
		page.tag_id = any.v[i];
		TRY(timelines_tag(cx->db, cx->mem, &page, &part));
		for (size_t k = 0; k < part.n; k++)
			ids->v[ids->n++] = part.v[k];
	}
	merge(&page.span, ids);
	span_turn(&page.span, ids);
	return OK;
}

/* Everybody whom a post is about: its author, who is named in it, whose post it boosts. */
static enum err about(struct ctx *cx, const struct status *s, struct feed_push *p)
{
	struct db_rows mentions = { 0 };
	struct ids ids;

	if (s->extras & HAS_MENTIONS)
		TRY(mentions_of(cx->db, cx->mem, s->id, &mentions));
	ids = (struct ids){ NEWS(cx->mem, int64_t, mentions.n + 2), 0 };
	ids.v[ids.n++] = s->account_id;
	if (p->boosted_id)
		ids.v[ids.n++] = p->boosted_id;
	for (size_t i = 0; i < mentions.n; i++)
		if (!((struct mention_row *)mentions.p)[i].silent)
			ids.v[ids.n++] = ((struct mention_row *)mentions.p)[i].account_id;
	p->about = db_id_list(cx->mem, ids);
	return OK;
}

/* reply: what is boosted answers something. */
static enum err about_boosted(struct ctx *cx, const struct status *s, struct feed_push *p, bool *reply)
{
	struct feed_boosted b = { 0 };
	struct ids same;

	TRY(feeds_boosted(cx->db, cx->mem, s->reblog_of_id, &b));
	p->boosted_id = b.account_id;
	p->domain = b.domain;
	*reply = b.reply;
	TRY(feeds_same(cx->db, cx->mem, s->reblog_of_id, id_at(cx->now - DAY), &same));
	p->same = db_id_list(cx->mem, same);
	return OK;
}

void timeline_tell(struct ctx *cx, const struct status *s, const char *to)
{
	if (s->created_at > cx->now - LIVE_MS)
		hub_publish(cx, &(struct event){ .kind = EV_UPDATE, .id = s->id, .data = str_of(to) });
}

enum err timeline_push(struct ctx *cx, const struct account *author, const struct status *s)
{
	struct feed_push p = {
		.status_id = s->id, .author_id = s->account_id, .domain = S(""), .language = s->language, .same = S("[]"),
		.now = cx->now,
	};
	bool reply = false;

	if (s->reblog_of_id)
		TRY(about_boosted(cx, s, &p, &reply));
	/* Groups boost all that is said in them: a home shows what begins a thread. */
	if (reply && str_eq(author->kind, S("Group")))
		return OK;
	if (account_is_local(author))
		TRY(feeds_push_one(cx->db, author->id, &p));
	if (s->extras & STATUS_WAITS)
		return OK; /* the others have it when it may be */
	if (str_eq(s->visibility, S("direct")))
		return s->extras & HAS_MENTIONS ? feeds_push_mentioned(cx->db, &p) : OK;
	if (s->in_reply_to_uri.p && !s->in_reply_to_account_id)
		return OK; /* answers what nobody here knows */
	if (s->in_reply_to_account_id != s->account_id)
		p.reply_to = s->in_reply_to_account_id;
	TRY(about(cx, s, &p));
	if (account_is_local(author))
		TRY(feeds_push_own_lists(cx->db, &p));
	TRY(feeds_push(cx->db, &p));
	if (!(s->extras & HAS_TAGS) || s->reblog_of_id || author->silenced_by || !str_eq(s->visibility, S("public")))
		return OK;
	p.domain = author->domain; /* who follows nothing but the hashtag may have blocked it */
	return feeds_push_tags(cx->db, &p, s->local_only ? s->site_id : 0);
}

enum err timeline_merge(struct ctx *cx, int64_t account_id, int64_t target_id)
{
	struct db_rows rows;

	TRY(feeds_merge(cx->db, account_id, target_id, MERGED));
	TRY(lists_of(cx->db, cx->mem, account_id, target_id, &rows));
	for (size_t i = 0; i < rows.n; i++)
		TRY(feeds_merge_list(cx->db, ((const struct list *)rows.p)[i].id, target_id, MERGED));
	return OK;
}

static enum err trim_some(struct ctx *cx, void *arg)
{
	return feeds_trim(cx->db, HOME_KEEPS, TRIM_BATCH, arg);
}

enum err timeline_trim(struct ctx *cx)
{
	int64_t gone;

	do
		TRY(write_tx(cx, trim_some, &gone));
	while (gone);
	return OK;
}

enum err timeline_unmerge(struct ctx *cx, int64_t account_id, int64_t target_id)
{
	if (account_id == target_id)
		return OK;
	TRY(feeds_unmerge_lists(cx->db, account_id, target_id));
	return feeds_unmerge(cx->db, account_id, target_id);
}
