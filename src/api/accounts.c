/* Accounts: https://docs.joinmastodon.org/methods/accounts/ */
#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/arena.h"
#include "base/clock.h"
#include "core/bring_in.h"
#include "core/media.h"
#include "core/search.h"
#include "core/user.h"
#include "core/verify.h"

enum err api_account_show(struct request *rq, struct reply *rp)
{
	struct account_view v;
	int64_t id;

	TRY(rq_id(rq, 0, &id));
	TRY(account_view(rq->cx, id, &v));
	if (rq->cx->me) {
		TRY(backfill_ask(rq->cx, id, DAY));
		if (!account_is_local(&v.a)) {
			TRY(profile_ask(rq->cx, id, DAY));
			TRY(verify_ask(rq->cx, &v.a));
		}
	}
	entity_account(reply_json(rp), NULL, &v);
	return OK;
}

struct many_in {
	struct ids ids;
};
static const struct param many_params[] = { P(many_in, ids, P_IDS, "id", 40) };

enum err api_accounts(struct request *rq, struct reply *rp)
{
	struct many_in in = { 0 };

	TRY(PARAMS(rq, many_params, &in));
	return reply_accounts(rp, in.ids);
}

enum err api_account_verify(struct request *rq, struct reply *rp)
{
	(void)rq;
	return reply_credentials(rp);
}

struct lookup_in {
	str acct;
};
static const struct param lookup_params[] = { P(lookup_in, acct, P_STR, "acct", 512) };

enum err api_account_lookup(struct request *rq, struct reply *rp)
{
	struct lookup_in in = { 0 };
	struct account_view v;
	struct account a;

	TRY(PARAMS(rq, lookup_params, &in));
	TRY(account_by_handle(rq->cx, str_or(in.acct, S("")), &a));
	TRY(account_view(rq->cx, a.id, &v));
	entity_account(reply_json(rp), NULL, &v);
	return OK;
}

struct find_in {
	str q;
	bool resolve, following;
};
static const struct param find_params[] = {
	P(find_in, q, P_STR, "q", 512),
	P(find_in, resolve, P_BOOL, "resolve", 0),
	P(find_in, following, P_BOOL, "following", 0),
};

enum err api_account_search(struct request *rq, struct reply *rp)
{
	struct find_in in = { 0 };
	struct page page;
	struct ids found;

	TRY(PARAMS(rq, find_params, &in));
	TRY(rq_page(rq, 40, 80, &page));
	if (in.resolve && !rq->resumed && search_resolvable(rq->cx, in.q)) {
		struct strs *one = NEW(rq->cx->mem, struct strs);

		*one = (struct strs){ NEW(rq->cx->mem, str), 1 };
		one->v[0] = in.q;
		return rq_later(rq, api_bring_in, one);
	}
	TRY(account_search(rq->cx, in.q, in.following, page.limit, page.offset, &found));
	return reply_accounts(rp, found);
}

struct relationships_in {
	struct ids ids;
};
static const struct param relationships_params[] = { P(relationships_in, ids, P_IDS, "id", 500) };

enum err api_account_relationships(struct request *rq, struct reply *rp)
{
	struct relationships_in in = { 0 };
	struct relationship *r;
	struct jw *w;
	size_t n;

	TRY(PARAMS(rq, relationships_params, &in));
	TRY(account_relationships(rq->cx, in.ids, &r, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		entity_relationship(w, NULL, &r[i]);
	jw_end(w);
	return OK;
}

static const struct param statuses_params[] = {
	P(account_statuses, only_media, P_BOOL, "only_media", 0),
	P(account_statuses, exclude_replies, P_BOOL, "exclude_replies", 0),
	P(account_statuses, exclude_reblogs, P_BOOL, "exclude_reblogs", 0),
	P(account_statuses, exclude_direct, P_BOOL, "exclude_direct", 0),
	P(account_statuses, pinned, P_BOOL, "pinned", 0),
	P(account_statuses, tagged, P_STR, "tagged", 400),
};

enum err api_account_statuses(struct request *rq, struct reply *rp)
{
	struct account_statuses filter = { 0 };
	struct page page;
	struct ids ids;
	int64_t id;

	TRY(api_may_read_timelines(rp));
	TRY(rq_id(rq, 0, &id));
	TRY(PARAMS(rq, statuses_params, &filter));
	TRY(rq_page(rq, 20, 40, &page));
	TRY(account_statuses(rq->cx, id, &filter, &page, &ids));
	return reply_statuses(rp, ids);
}

/* Profile */

static const struct param profile_params[] = {
	P_GIVEN(profile_in, display_name, P_STR, "display_name", 4096, has_display_name),
	P_GIVEN(profile_in, note, P_STR, "note", 65536, has_note),
	P_GIVEN(profile_in, privacy, P_STR, "source[privacy]", 20, has_privacy),
	P_GIVEN(profile_in, language, P_STR, "source[language]", 35, has_language),
	P(profile_in, sensitive, P_TRI, "source[sensitive]", 0),
	P(profile_in, locked, P_TRI, "locked", 0),
	P(profile_in, bot, P_TRI, "bot", 0),
	P(profile_in, discoverable, P_TRI, "discoverable", 0),
	P(profile_in, indexable, P_TRI, "indexable", 0),
	P(profile_in, hide_collections, P_TRI, "hide_collections", 0),
	P(profile_in, show_media, P_TRI, "show_media", 0),
	P(profile_in, show_media_replies, P_TRI, "show_media_replies", 0),
	P(profile_in, show_featured, P_TRI, "show_featured", 0),
	P_GIVEN(profile_in, quote_policy, P_STR, "source[quote_policy]", 20, has_quote_policy),
	P_GIVEN(profile_in, domains, P_STRS, "attribution_domains", 100, has_domains),
	P_GIVEN(profile_in, avatar.description, P_STR, "avatar_description", 65536, avatar.has_description),
	P_GIVEN(profile_in, header.description, P_STR, "header_description", 65536, header.has_description),
};

static void read_field(struct profile_in *in, struct param_rows *rows, const struct pair *p)
{
	enum { MOST = sizeof(in->fields) / sizeof(in->fields[0]) };
	str member;

	if (!param_row(rows, p, &member))
		return;
	in->has_fields = true;
	if (rows->n > MOST)
		return;
	in->fields_n = (int)rows->n;
	if (str_eq(member, S("name")))
		in->fields[rows->n - 1].name = p->value;
	else if (str_eq(member, S("value")))
		in->fields[rows->n - 1].value = p->value;
}

/* An avatar and a header: what is asked for, and what came of it. */
struct pictures {
	struct picture {
		int fd; /* -1: none was sent */
		enum media_want want;
		const char *kind;
		struct media_made made;
	} v[2];
	enum err e;
};

static void forget_pictures(struct pictures *p)
{
	for (int i = 0; p && i < 2; i++)
		media_forget(&p->v[i].made);
}

static void make_pictures(struct ctx *cx, void *arg)
{
	struct pictures *p = arg;

	for (int i = 0; i < 2 && !p->e; i++)
		if (p->v[i].fd >= 0)
			p->e = media_make(cx, p->v[i].fd, p->v[i].want, cx->app->dbs, p->v[i].kind, &p->v[i].made);
	if (p->e)
		forget_pictures(p);
}

/* Decoding waits. */
static enum err make_pictures_later(struct request *rq, bool *later)
{
	struct pictures *p = NEW(rq->cx->mem, struct pictures);

	p->v[0] = (struct picture){ .fd = api_file(rq, "avatar"), .want = MEDIA_AVATAR, .kind = "avatar" };
	p->v[1] = (struct picture){ .fd = api_file(rq, "header"), .want = MEDIA_HEADER, .kind = "header" };
	*later = p->v[0].fd >= 0 || p->v[1].fd >= 0;
	return *later ? rq_later(rq, make_pictures, p) : OK;
}

static enum err take_pictures(struct request *rq, struct profile_in *in)
{
	struct pictures *p = rq->later;

	if (!p)
		return OK;
	TRY(p->e);
	in->avatar.made = p->v[0].made.file.n ? &p->v[0].made : NULL;
	in->header.made = p->v[1].made.file.n ? &p->v[1].made : NULL;
	return OK;
}

/* *done: the profile is changed; else the request waits for its pictures. */
static enum err update(struct request *rq, bool *done)
{
	struct param_rows rows = { .name = "fields_attributes" };
	struct profile_in in = { 0 };
	const struct pair *pairs;
	struct account changed;
	bool later = false;
	enum err e;
	size_t n;

	*done = false;
	TRY(PARAMS(rq, profile_params, &in));
	TRY(params_all(rq, &pairs, &n));
	for (size_t i = 0; i < n; i++)
		read_field(&in, &rows, &pairs[i]);
	if (!rq->resumed)
		TRY(make_pictures_later(rq, &later));
	if (later)
		return OK;
	TRY(take_pictures(rq, &in));
	e = account_update(rq->cx, &in, &changed);
	if (e)
		forget_pictures(rq->later);
	*done = !e;
	return e;
}

enum err api_account_update(struct request *rq, struct reply *rp)
{
	bool done;

	TRY(update(rq, &done));
	return done ? reply_credentials(rp) : OK;
}

/* The profile as its owner edits it. */
enum err api_profile_show(struct request *rq, struct reply *rp)
{
	struct account_view v;

	TRY(account_view(rq->cx, rq->cx->me->id, &v));
	entity_profile(reply_json(rp), &v);
	return OK;
}

enum err api_profile_update(struct request *rq, struct reply *rp)
{
	bool done;

	TRY(update(rq, &done));
	return done ? api_profile_show(rq, rp) : OK;
}

static enum err remove_picture(struct request *rq, struct reply *rp, const struct profile_in *in)
{
	struct account changed;

	TRY(account_update(rq->cx, in, &changed));
	return reply_credentials(rp);
}

enum err api_avatar_delete(struct request *rq, struct reply *rp)
{
	return remove_picture(rq, rp, &(struct profile_in){ .avatar.remove = true });
}

enum err api_header_delete(struct request *rq, struct reply *rp)
{
	return remove_picture(rq, rp, &(struct profile_in){ .header.remove = true });
}
