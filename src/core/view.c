/* Loads posts and accounts for showing. However long the page: the posts, what they are boosts of, the authors, how the
 * viewer stands to them, mentions, hashtags, attachments, polls, the viewer's votes, quotes, cards, the viewer's own marks,
 * their filters: eighteen statements, each left out where nothing could come of it. */
#include "core/view.h"

#include <stdlib.h>

#include "core/card.h"
#include "core/featured_collection.h"
#include "core/filter.h"
#include "core/media.h"
#include "core/remote_file.h"
#include "core/quote.h"
#include "core/site.h"
#include "core/status.h"
#include "core/view_account.h"
#include "store/shown.h"

/* A run of rows of one post: from..to. */
struct run {
	size_t from, to;
};

struct loaded {
	struct shown_status *row;
	struct account_view *author;
	bool hidden;
	const char *may_quote;
	struct status_view *view;
};

struct load {
	struct ctx *cx;
	int64_t viewer;
	bool plain;            /* without the viewer's own marks */
	str base;              /* of the asking site */
	struct loaded *posts;  /* by id */
	size_t posts_n;
	struct account_view *accounts; /* by id */
	size_t accounts_n;
	struct db_rows quotes;         /* struct quote, of the posts */
};

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int by_post(const void *a, const void *b)
{
	return by_number(((const struct loaded *)a)->row->s.id, ((const struct loaded *)b)->row->s.id);
}

static int by_id(const void *a, const void *b)
{
	return by_number(*(const int64_t *)a, *(const int64_t *)b);
}

static void sort_ids(struct ids *list)
{
	size_t n = 0;

	qsort(list->v, list->n, sizeof(*list->v), by_id);
	for (size_t i = 0; i < list->n; i++)
		if (!n || list->v[n - 1] != list->v[i])
			list->v[n++] = list->v[i];
	list->n = n;
}

static struct loaded *post_of(const struct load *l, int64_t id)
{
	size_t low = 0, high = l->posts_n;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int64_t at = l->posts[mid].row->s.id;

		if (at == id)
			return &l->posts[mid];
		if (at < id)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void load_init(struct load *l, struct ctx *cx, int64_t viewer)
{
	*l = (struct load){ .cx = cx, .viewer = viewer, .base = cx->site ? cx->site->base : S("") };
}

/* Into the list, which stays sorted, none twice. */
static enum err fetch_posts(struct load *l, struct ids ids)
{
	struct db_rows rows = { 0 };
	struct loaded *all;
	size_t n = l->posts_n;

	TRY(shown_statuses(l->cx->db, l->cx->mem, db_id_list(l->cx->mem, ids), &rows));
	if (!rows.n)
		return OK;
	all = NEWS(l->cx->mem, struct loaded, n + rows.n);
	if (n)
		memcpy(all, l->posts, n * sizeof(*all));
	for (size_t i = 0; i < rows.n; i++)
		all[n++].row = &((struct shown_status *)rows.p)[i];
	qsort(all, n, sizeof(*all), by_post);
	l->posts = all;
	l->posts_n = 0;
	for (size_t i = 0; i < n; i++)
		if (!l->posts_n || all[l->posts_n - 1].row->s.id != all[i].row->s.id)
			all[l->posts_n++] = all[i];
	return OK;
}

/* What the loaded posts quote. */
static enum err load_quoted(struct load *l)
{
	struct ids from = { NEWS(l->cx->mem, int64_t, l->posts_n), 0 }, to = { 0 };
	const struct quote *q;

	for (size_t i = 0; i < l->posts_n; i++)
		if (l->posts[i].row->s.extras & HAS_QUOTE)
			from.v[from.n++] = l->posts[i].row->s.id;
	if (from.n == l->quotes.n)
		return OK; /* nothing new */
	TRY(shown_quotes(l->cx->db, l->cx->mem, db_id_list(l->cx->mem, from), &l->quotes));
	q = l->quotes.p;
	to.v = NEWS(l->cx->mem, int64_t, l->quotes.n);
	for (size_t i = 0; i < l->quotes.n; i++)
		if (q[i].quoted_id && !post_of(l, q[i].quoted_id))
			to.v[to.n++] = q[i].quoted_id;
	return to.n ? fetch_posts(l, to) : OK;
}

/* The posts asked for, those that they are boosts of, what all these quote, and of that what it quotes itself. */
static enum err load_posts(struct load *l, struct ids ids)
{
	struct ids boosted;

	TRY(fetch_posts(l, ids));
	boosted = (struct ids){ NEWS(l->cx->mem, int64_t, l->posts_n), 0 };
	for (size_t i = 0; i < l->posts_n; i++)
		if (l->posts[i].row->s.reblog_of_id)
			boosted.v[boosted.n++] = l->posts[i].row->s.reblog_of_id;
	if (boosted.n)
		TRY(fetch_posts(l, boosted));
	TRY(load_quoted(l));
	return l->quotes.n ? load_quoted(l) : OK;
}

static enum err load_authors(struct load *l)
{
	struct ids ids = { NEWS(l->cx->mem, int64_t, l->posts_n), 0 };

	for (size_t i = 0; i < l->posts_n; i++)
		ids.v[ids.n++] = l->posts[i].row->s.account_id;
	sort_ids(&ids);
	TRY(view_accounts(l->cx, ids, &l->accounts, &l->accounts_n));
	for (size_t i = 0; i < l->posts_n; i++)
		l->posts[i].author = view_account_of(l->accounts, l->accounts_n, l->posts[i].row->s.account_id);
	return OK;
}

static bool for_everyone(const struct status *s)
{
	return str_eq(s->visibility, S("public")) || str_eq(s->visibility, S("unlisted"));
}

/* rel of each author, in the order of l->accounts. */
static enum err load_gates(struct load *l, unsigned *rel)
{
	struct ctx *cx = l->cx;
	struct ids all = { NEWS(cx->mem, int64_t, l->accounts_n), 0 }, followed = { NEWS(cx->mem, int64_t, l->posts_n), 0 };
	struct db_rows rows = { 0 };

	if (!l->viewer)
		return OK;
	for (size_t i = 0; i < l->accounts_n; i++)
		if (l->accounts[i].a.id != l->viewer)
			all.v[all.n++] = l->accounts[i].a.id;
	for (size_t i = 0; i < l->posts_n; i++)
		if (!for_everyone(&l->posts[i].row->s) ||
		    (l->posts[i].row->s.interaction_policy & (QUOTE_FOLLOWERS | QUOTE_ASK_FOLLOWERS)))
			followed.v[followed.n++] = l->posts[i].row->s.account_id;
	sort_ids(&followed);
	if (all.n)
		TRY(shown_gates(cx->db, cx->mem, l->viewer, cx->me && cx->me->id == l->viewer ? cx->me->domain : S(""),
		                db_id_list(cx->mem, followed), db_id_list(cx->mem, all), &rows));
	for (size_t i = 0; i < rows.n; i++) {
		const struct bits *b = &((const struct bits *)rows.p)[i];
		struct account_view *v = view_account_of(l->accounts, l->accounts_n, b->id);

		if (v)
			rel[v - l->accounts] |= (unsigned)b->bits;
	}
	return OK;
}

static enum err load_mentions(struct load *l, struct db_rows *rows)
{
	struct ids ids = { NEWS(l->cx->mem, int64_t, l->posts_n), 0 };

	for (size_t i = 0; i < l->posts_n; i++)
		if (l->posts[i].row->s.extras & HAS_MENTIONS)
			ids.v[ids.n++] = l->posts[i].row->s.id;
	return ids.n ? shown_mentions(l->cx->db, l->cx->mem, db_id_list(l->cx->mem, ids), rows) : OK;
}

static bool mentioned(const struct db_rows *mentions, int64_t status_id, int64_t viewer)
{
	const struct shown_mention *m = mentions->p;

	for (size_t i = 0; i < mentions->n; i++)
		if (m[i].status_id == status_id && m[i].id == viewer)
			return true;
	return false;
}

static const char *may_quote(const struct status *s, int64_t viewer, unsigned rel)
{
	static const char *const words[] = {
		[QUOTE_DENIED] = "denied",
		[QUOTE_MANUAL] = "manual",
		[QUOTE_AUTOMATIC] = "automatic",
	};
	enum quote_may may = quote_rule(s, viewer, rel & REL_FOLLOWING, false);

	/* whether the author follows is not looked up for a page */
	return viewer && !may && (s->interaction_policy & (QUOTE_FOLLOWING | QUOTE_ASK_FOLLOWING)) ? "unknown" : words[may];
}

/* Asks the rule about every post; a boost is hidden with what it boosts. */
static enum err hide(struct load *l, const struct db_rows *mentions)
{
	unsigned *rel = NEWS(l->cx->mem, unsigned, l->accounts_n);

	TRY(load_gates(l, rel));
	for (size_t i = 0; i < l->posts_n; i++) {
		struct loaded *p = &l->posts[i];
		const struct status *s = &p->row->s;
		unsigned r = p->author ? rel[p->author - l->accounts] : 0;

		r |= l->viewer && s->account_id == l->viewer ? REL_SELF : 0;
		r |= visible_here(l->cx, l->viewer, s);
		if (l->viewer && !for_everyone(s) && mentioned(mentions, s->id, l->viewer))
			r |= REL_MENTIONED;
		p->hidden = !p->author || !visible_status(s, &p->author->a, r);
		p->may_quote = may_quote(s, l->viewer, r);
	}
	for (size_t i = 0; i < l->posts_n; i++) {
		int64_t of = l->posts[i].row->s.reblog_of_id;
		const struct loaded *boosted = of ? post_of(l, of) : NULL;

		if (of && (!boosted || boosted->hidden))
			l->posts[i].hidden = true;
	}
	return OK;
}

static struct status_view *view_of(const struct load *l, int64_t id)
{
	struct loaded *p = post_of(l, id);

	return p && !p->hidden ? p->view : NULL;
}

static void make_views(struct load *l)
{
	struct status_view *v = NEWS(l->cx->mem, struct status_view, l->posts_n);

	for (size_t i = 0; i < l->posts_n; i++) {
		struct loaded *p = &l->posts[i];
		const struct status *s = &p->row->s;

		p->view = &v[i];
		v[i] = (struct status_view){ .s = *s, .author = p->author, .base = l->base, .personal = l->viewer != 0 };
		if (p->author && p->author->a.media_rejected)
			v[i].s.emojis = S("[]");
		else if (!s->site_id)
			v[i].s.emojis = remote_emojis(l->cx, l->base, s->emojis);
		v[i].app_name = p->row->app_name;
		v[i].may_quote = p->may_quote;
		v[i].app_website = p->row->app_website;
		v[i].pinnable = l->viewer && s->account_id == l->viewer && !s->reblog_of_id &&
		                !str_eq(s->visibility, S("direct"));
	}
}

static void give_mentions(struct load *l, const struct db_rows *rows)
{
	const struct shown_mention *m = rows->p;
	struct mention_view *all = NEWS(l->cx->mem, struct mention_view, rows->n);
	size_t n = 0;

	for (size_t from = 0, to; from < rows->n; from = to) {
		struct status_view *v = view_of(l, m[from].status_id);
		size_t first = n;

		for (to = from; to < rows->n && m[to].status_id == m[from].status_id; to++)
			if (!m[to].silent)
				all[n++] = (struct mention_view){ m[to].id, m[to].username,
					                          view_acct(l->cx, m[to].site_id, m[to].username, m[to].domain),
					                          m[to].url, m[to].uri };
		if (v) {
			v->mentions = &all[first];
			v->mentions_n = n - first;
		}
	}
}

static str ids_with(const struct load *l, int64_t extra, bool *some)
{
	struct ids ids = { NEWS(l->cx->mem, int64_t, l->posts_n), 0 };

	for (size_t i = 0; i < l->posts_n; i++)
		if (!l->posts[i].hidden && (l->posts[i].row->s.extras & extra))
			ids.v[ids.n++] = l->posts[i].row->s.id;
	*some = ids.n > 0;
	return db_id_list(l->cx->mem, ids);
}

static enum err give_tags(struct load *l)
{
	struct db_rows rows = { 0 };
	struct tag_view *all;
	const struct shown_tag *t;
	bool some;
	str ids = ids_with(l, HAS_TAGS, &some);

	if (!some)
		return OK;
	TRY(shown_tags(l->cx->db, l->cx->mem, ids, &rows));
	t = rows.p;
	all = NEWS(l->cx->mem, struct tag_view, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		struct status_view *v = view_of(l, t[i].status_id);

		all[i] = (struct tag_view){ t[i].name, t[i].display };
		if (v && !v->tags_n++)
			v->tags = &all[i];
	}
	return OK;
}

static enum err give_media(struct load *l)
{
	struct db_rows rows = { 0 };
	struct attachment *a;
	bool some;
	str ids = ids_with(l, HAS_MEDIA, &some);

	if (!some)
		return OK;
	TRY(shown_media(l->cx->db, l->cx->mem, ids, &rows));
	a = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		struct status_view *v = view_of(l, a[i].status_id);

		if (v && !v->media_n++)
			v->media = &a[i];
		/* a link is all that remains */
		if (v && v->author && v->author->a.media_rejected) {
			a[i].kind = S("unknown");
			a[i].preview_url = a[i].blurhash = STR_NONE;
		}
		media_place(l->cx->mem, l->base, &a[i]);
	}
	return OK;
}

/* Their own votes. */
static enum err give_votes(struct load *l, str ids)
{
	struct db_rows rows = { 0 };
	const struct poll_vote *v;

	if (!l->viewer || l->plain)
		return OK;
	TRY(shown_votes(l->cx->db, l->cx->mem, l->viewer, ids, &rows));
	v = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		struct status_view *of = view_of(l, v[i].status_id);
		struct poll_view *p = of ? of->poll : NULL;

		if (!p || p->own_n == p->options_n)
			continue;
		p->own[p->own_n++] = v[i].place;
		p->voted = true;
	}
	return OK;
}

static enum err give_polls(struct load *l)
{
	struct db_rows rows = { 0 };
	const struct shown_option *o;
	bool some;
	str ids = ids_with(l, HAS_POLL, &some);

	if (!some)
		return OK;
	TRY(shown_polls(l->cx->db, l->cx->mem, ids, &rows));
	o = rows.p;
	for (size_t from = 0, to; from < rows.n; from = to) {
		struct status_view *v = view_of(l, o[from].p.status_id);
		struct poll_view *p = NEW(l->cx->mem, struct poll_view);

		for (to = from; to < rows.n && o[to].p.status_id == o[from].p.status_id; to++)
			;
		*p = (struct poll_view){ .p = o[from].p, .options = &o[from], .options_n = to - from };
		p->own = NEWS(l->cx->mem, int64_t, p->options_n);
		p->expired = p->p.expires_at && p->p.expires_at <= l->cx->now;
		p->voted = l->viewer && l->viewer == p->p.account_id;
		if (v)
			v->poll = p;
	}
	return give_votes(l, ids);
}

static void give_flag(struct load *l, const struct bits *b)
{
	struct status_view *v = b->bits == FLAG_MUTED ? NULL : view_of(l, b->id);

	if (v) {
		v->favourited |= b->bits == FLAG_FAVOURITED;
		v->reblogged |= b->bits == FLAG_REBLOGGED;
		v->bookmarked |= b->bits == FLAG_BOOKMARKED;
		v->pinned |= b->bits == FLAG_PINNED;
	}
	for (size_t i = 0; b->bits == FLAG_MUTED && i < l->posts_n; i++)
		if (l->posts[i].row->s.thread_id == b->id)
			l->posts[i].view->muted = true;
}

/* Counters are exact, so nobody has favourited what counts none. */
static enum err give_flags(struct load *l)
{
	struct ids list[5];
	struct shown_flags_in in;
	str *in_lists[5] = { &in.favourites, &in.boosts, &in.bookmarks, &in.pins, &in.threads };
	struct db_rows rows = { 0 };
	struct ctx *cx = l->cx;

	if (!l->viewer || l->plain)
		return OK;
	for (int k = 0; k < 5; k++)
		list[k] = (struct ids){ NEWS(cx->mem, int64_t, l->posts_n), 0 };
	for (size_t i = 0; i < l->posts_n; i++) {
		const struct status *s = &l->posts[i].row->s;
		const bool wanted[] = { s->favourites_count > 0, s->reblogs_count > 0, true, l->posts[i].view->pinnable };

		if (l->posts[i].hidden || s->reblog_of_id)
			continue;
		for (int k = 0; k < 4; k++)
			if (wanted[k])
				list[k].v[list[k].n++] = s->id;
		list[4].v[list[4].n++] = s->thread_id;
	}
	sort_ids(&list[4]);
	for (int k = 0; k < 5; k++)
		*in_lists[k] = db_id_list(cx->mem, list[k]);
	TRY(shown_flags(cx->db, cx->mem, l->viewer, &in, &rows));
	for (size_t i = 0; i < rows.n; i++)
		give_flag(l, &((const struct bits *)rows.p)[i]);
	return OK;
}

/* How an accepted quote looks to the viewer; the rest looks the same to all. */
static str quote_state(const struct load *l, const struct quote *q, unsigned rel)
{
	const struct loaded *quoted = post_of(l, q->quoted_id);

	if (!str_eq(q->state, S("accepted")))
		return q->state;
	if (!quoted || quoted->hidden)
		return quoted ? S("unauthorized") : S("deleted");
	return rel & REL_BLOCKING          ? S("blocked_account")
	       : rel & REL_DOMAIN_BLOCKING ? S("blocked_domain")
	       : rel & REL_MUTING          ? S("muted_account")
	                                   : q->state;
}

static enum err give_quotes(struct load *l)
{
	const struct quote *q = l->quotes.p;
	size_t n = l->quotes.n;
	struct quote_view *all = NEWS(l->cx->mem, struct quote_view, n);
	struct ids authors = { NEWS(l->cx->mem, int64_t, n), n };
	unsigned *rel = NEWS(l->cx->mem, unsigned, n);

	for (size_t i = 0; i < n; i++)
		authors.v[i] = q[i].quoted_account_id;
	TRY(visible_relations(l->cx, l->plain ? 0 : l->viewer, authors, rel));
	for (size_t i = 0; i < n; i++) {
		struct status_view *v = view_of(l, q[i].status_id);

		all[i] = (struct quote_view){ .q = q[i], .state = quote_state(l, &q[i], rel[i]) };
		if (str_eq(q[i].state, S("accepted")))
			all[i].quoted = view_of(l, q[i].quoted_id);
		if (v)
			v->quote = &all[i];
	}
	return OK;
}

static enum err give_cards(struct load *l)
{
	struct card_view *cards;
	bool some;
	str ids = ids_with(l, HAS_CARD, &some);
	size_t n;

	if (!some)
		return OK;
	TRY(card_views(l->cx, ids, &cards, &n));
	for (size_t i = 0; i < n; i++) {
		struct status_view *v = view_of(l, cards[i].c.status_id);

		if (v && !(v->author && v->author->a.media_rejected))
			v->card = &cards[i];
	}
	return OK;
}

static enum err give_collections(struct load *l)
{
	struct status_view **views = NEWS(l->cx->mem, struct status_view *, l->posts_n);
	size_t n = 0;

	for (size_t i = 0; i < l->posts_n && !l->plain; i++)
		if (!l->posts[i].hidden)
			views[n++] = l->posts[i].view;
	return featured_in_posts(l->cx, views, n);
}

static enum err give_filtered(struct load *l)
{
	struct status_view **views = NEWS(l->cx->mem, struct status_view *, l->posts_n);
	size_t n = 0;

	for (size_t i = 0; i < l->posts_n && !l->plain; i++)
		if (!l->posts[i].hidden && !l->posts[i].row->s.reblog_of_id)
			views[n++] = l->posts[i].view;
	return filter_views(l->cx, l->viewer, views, n);
}

/* A boost shows what its post has of the viewer's marks. */
static void join_boosts(struct load *l)
{
	for (size_t i = 0; i < l->posts_n; i++) {
		struct status_view *v = l->posts[i].view;
		const struct status_view *of = v->s.reblog_of_id ? view_of(l, v->s.reblog_of_id) : NULL;

		if (!of)
			continue;
		v->reblog = of;
		v->favourited = of->favourited;
		v->reblogged = of->reblogged;
		v->bookmarked = of->bookmarked;
		v->muted = of->muted;
		v->filtered = of->filtered;
		v->filtered_n = of->filtered_n;
	}
}

static enum err load_steps(struct load *l, struct ids ids)
{
	struct db_rows mentions = { 0 };

	TRY(load_posts(l, ids));
	if (!l->posts_n)
		return OK;
	TRY(load_authors(l));
	TRY(load_mentions(l, &mentions));
	TRY(hide(l, &mentions));
	make_views(l);
	give_mentions(l, &mentions);
	TRY(give_tags(l));
	TRY(give_media(l));
	TRY(give_polls(l));
	TRY(give_quotes(l));
	TRY(give_cards(l));
	TRY(give_collections(l));
	TRY(give_flags(l));
	TRY(give_filtered(l));
	join_boosts(l);
	return OK;
}

static enum err load_statuses(struct load *l, struct ids ids)
{
	enum err e;

	db_read_begin(l->cx->db);
	e = load_steps(l, ids);
	db_read_end(l->cx->db);
	return e;
}

enum err status_views(struct ctx *cx, struct ids ids, struct status_view **out, size_t *n)
{
	struct load l;

	*out = NULL;
	*n = 0;
	if (!ids.n)
		return OK;
	load_init(&l, cx, cx->me ? cx->me->id : 0);
	TRY(load_statuses(&l, ids));
	*out = NEWS(cx->mem, struct status_view, ids.n);
	for (size_t i = 0; i < ids.n; i++) {
		const struct status_view *v = view_of(&l, ids.v[i]);

		if (v)
			(*out)[(*n)++] = *v;
	}
	return OK;
}

enum err status_view(struct ctx *cx, int64_t id, struct status_view *out)
{
	struct status_view *v;
	size_t n;

	TRY(status_views(cx, (struct ids){ &id, 1 }, &v, &n));
	if (!n)
		return ERR_NOT_FOUND;
	*out = *v;
	return OK;
}

/* The columns that no page needs come from the row itself. */
enum err status_own_view(struct ctx *cx, int64_t id, struct status_view *out)
{
	struct status s = { 0 };
	const struct status_view *v;
	struct load l;

	TRY(statuses_by_id(cx->db, cx->mem, id, &s));
	load_init(&l, cx, s.account_id);
	l.plain = true;
	TRY(load_statuses(&l, (struct ids){ &id, 1 }));
	v = view_of(&l, id);
	if (!v)
		return ERR_NOT_FOUND;
	*out = *v;
	out->s = s;
	return OK;
}
