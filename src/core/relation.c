/* Follow, block, mute. Every verb is one transaction that looks first, so that it may come twice and from two sides at
 * once; counters follow what rows really changed. Who is told over the network: the server of a remote target, when
 * one of ours does something. Between two of ours, on whatever site, all takes effect at once. */
#include "core/relation.h"

#include "base/clock.h"
#include "base/codec.h"
#include "base/url.h"
#include "core/account_end.h"
#include "core/bring_in.h"
#include "core/featured_collection.h"
#include "core/job.h"
#include "core/move.h"
#include "core/notice.h"
#include "core/notice_policy.h"
#include "core/severance.h"
#include "core/site.h"
#include "core/timeline.h"
#include "store/lists.h"

enum { NOTE_RUNES = 2000,
       DOMAIN_BATCH = 200 };

struct relation {
	const struct account *by, *target;
	const struct follow_in *in;
	str uri, domain, comment;
	int64_t for_ms;
	bool on, waiting_only, refused;
};

/* https://site/0191e2c4-... : nobody can guess it, and it says nothing. */
static str new_uri(struct ctx *cx, const struct account *by)
{
	unsigned char dice[16];
	const struct site *site = site_by_id(cx->app, by->site_id);
	str hex;

	codec_random(dice, sizeof(dice));
	hex = codec_hex(cx->mem, str_n((char *)dice, sizeof(dice)));
	return strf(cx->mem, "%.*s/%.8s-%.4s-%.4s-%.4s-%.12s", STR_F(site ? site->base : by->uri), hex.p,
	            hex.p + 8, hex.p + 12,
	            hex.p + 16, hex.p + 20);
}

static enum err tell(struct ctx *cx, enum send_kind kind, const struct account *by,
                     const struct account *whom, str uri)
{
	struct send s = { .kind = kind, .actor_id = by->id, .target_id = whom->id, .uri = uri };

	return account_is_local(by) && !account_is_local(whom) ? send_add(cx, &s) : OK;
}

/* An accepted follow begins or ends. */
static enum err count(struct ctx *cx, const struct follow *f, int by)
{
	TRY(accounts_add_counts(cx->db, f->account_id, 0, by));
	TRY(accounts_add_counts(cx->db, f->target_id, by, 0));
	if (!f->local)
		return OK;
	return by > 0 ? timeline_merge(cx, f->account_id, f->target_id) : timeline_unmerge(cx, f->account_id, f->target_id);
}

static enum err accept(struct ctx *cx, const struct follow *f)
{
	bool changed;

	TRY(follows_accept(cx->db, f->id, &changed));
	if (!changed)
		return OK;
	TRY(count(cx, f, +1));
	return f->local ? backfill_ask(cx, f->target_id, 10 * MINUTE) : OK;
}

enum err relation_end(struct ctx *cx, int64_t id, struct follow *was)
{
	enum err e = follows_take(cx->db, cx->mem, id, was);

	if (e == ERR_NOT_FOUND) {
		was->id = 0;
		return OK;
	}
	TRY(e);
	if (!was->pending)
		TRY(count(cx, was, -1));
	TRY(endorsements_delete(cx->db, was->account_id, was->target_id));
	if (was->local)
		TRY(list_accounts_end(cx->db, was->account_id, was->target_id));
	TRY(notice_remove(cx, was->target_id, "follow", was->account_id, 0));
	return notice_remove(cx, was->target_id, "follow_request", was->account_id, 0);
}

static enum err end_pair(struct ctx *cx, const struct account *by, const struct account *target,
                         struct follow *was)
{
	enum err e = follows_get(cx->db, cx->mem, by->id, target->id, was);

	if (e == ERR_NOT_FOUND) {
		was->id = 0;
		return OK;
	}
	TRY(e);
	return relation_end(cx, was->id, was);
}

/* May they follow at all? */
static enum err allowed(struct ctx *cx, const struct account *by, const struct account *target, bool *may)
{
	bool blocked, there = false, here = false;

	*may = false;
	if (by->id == target->id || by->deleted_at || by->suspended_at || target->deleted_at ||
	    target->suspended_at)
		return OK;
	if (target->moved_to_uri.n || (account_is_local(target) && str_eq(target->kind, S("Application"))))
		return OK;
	if (!account_is_local(by) && !account_is_local(target))
		return OK;
	TRY(blocks_between(cx->db, by->id, target->id, &blocked));
	if (account_is_local(target))
		TRY(domain_blocks_has(cx->db, target->id, by->domain, &there));
	if (account_is_local(by))
		TRY(domain_blocks_has(cx->db, by->id, target->domain, &here));
	*may = !blocked && !there && !here;
	return OK;
}

static void set_options(struct follow *f, const struct follow_in *in)
{
	if (in->reblogs)
		f->show_reblogs = in->reblogs > 0;
	if (in->notify)
		f->notify = in->notify > 0;
	if (!str_none(in->languages))
		f->languages = str_eq(in->languages, S("[]")) ? STR_NONE : in->languages;
}

static enum err follow_anew(struct ctx *cx, struct relation *r, const struct account *target, bool *made)
{
	bool ours = account_is_local(r->by), pending = !account_is_local(target) || target->locked || r->by->silenced_by;
	struct follow f = {
		.id = id_new(),
		.account_id = r->by->id,
		.target_id = target->id,
		.local = ours,
		.pending = pending,
		.uri = ours ? new_uri(cx, r->by) : str_or(r->in->uri, S("")),
		.show_reblogs = true,
		.created_at = cx->now,
	};

	set_options(&f, r->in);
	TRY(follows_insert(cx->db, &f, made));
	if (!*made)
		return OK;
	if (!pending)
		TRY(count(cx, &f, +1));
	TRY(notice_add(cx, target->id, pending ? "follow_request" : "follow", r->by->id, 0));
	if (ours)
		return tell(cx, SEND_FOLLOW, r->by, target, f.uri);
	return pending ? OK : tell(cx, SEND_ACCEPT, target, r->by, f.uri);
}

static enum err follow_again(struct ctx *cx, struct relation *r, struct follow *f)
{
	bool ours = account_is_local(r->by);

	set_options(f, r->in);
	if (!ours && !str_none(r->in->uri))
		f->uri = r->in->uri;
	TRY(follows_set(cx->db, f));
	/* they seem to have missed it */
	return ours || f->pending ? OK : tell(cx, SEND_ACCEPT, r->target, r->by, f->uri);
}

static enum err follow(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct account target;
	struct follow f;
	enum err e;
	bool made;

	r->refused = false;
	e = follows_get(cx->db, cx->mem, r->by->id, r->target->id, &f);
	if (!e)
		return follow_again(cx, r, &f);
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(accounts_by_id(cx->db, cx->mem, r->target->id, &target)); /* as it is now: locked? gone? */
	TRY(allowed(cx, r->by, &target, &made));
	if (!made) {
		r->refused = true;
		return tell(cx, SEND_REJECT, &target, r->by, str_or(r->in->uri, S("")));
	}
	TRY(follow_anew(cx, r, &target, &made));
	if (made)
		return OK;
	TRY(follows_get(cx->db, cx->mem, r->by->id, r->target->id, &f));
	return follow_again(cx, r, &f);
}

enum err relation_follow(struct ctx *cx, const struct account *by, const struct account *target,
                         const struct follow_in *in)
{
	static const struct follow_in plain;
	struct relation r = { .by = by, .target = target, .in = in ? in : &plain };

	TRY(move_may_act(cx, by));
	TRY(write_tx(cx, follow, &r));
	return r.refused ? fail(cx, ERR_DENIED, "This action is not allowed") : OK;
}

static enum err unfollow(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct follow was;

	TRY(end_pair(cx, r->by, r->target, &was));
	return was.id ? tell(cx, SEND_UNFOLLOW, r->by, r->target, was.uri) : OK;
}

enum err relation_unfollow(struct ctx *cx, const struct account *by, const struct account *target)
{
	struct relation r = { .by = by, .target = target };

	return write_tx(cx, unfollow, &r);
}

static enum err authorize(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct follow f;

	TRY(follows_get(cx->db, cx->mem, r->target->id, r->by->id, &f));
	if (!f.pending)
		return ERR_NOT_FOUND;
	TRY(accept(cx, &f));
	TRY(notice_remove(cx, r->by->id, "follow_request", r->target->id, 0));
	return tell(cx, SEND_ACCEPT, r->by, r->target, f.uri);
}

enum err relation_authorize(struct ctx *cx, const struct account *by, const struct account *asker)
{
	struct relation r = { .by = by, .target = asker };

	return write_tx(cx, authorize, &r);
}

static enum err reject(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct follow f;
	enum err e = follows_get(cx->db, cx->mem, r->target->id, r->by->id, &f);

	if (e == ERR_NOT_FOUND && !r->waiting_only)
		return OK;
	TRY(e);
	if (r->waiting_only && !f.pending)
		return ERR_NOT_FOUND;
	TRY(relation_end(cx, f.id, &f));
	return f.id ? tell(cx, SEND_REJECT, r->by, r->target, f.uri) : OK;
}

enum err relation_reject(struct ctx *cx, const struct account *by, const struct account *asker)
{
	struct relation r = { .by = by, .target = asker, .waiting_only = true };

	return write_tx(cx, reject, &r);
}

enum err relation_remove_follower(struct ctx *cx, const struct account *by, const struct account *follower)
{
	struct relation r = { .by = by, .target = follower };

	return write_tx(cx, reject, &r);
}

/* Which of our follows is answered. What they answer must be a follow of themselves, whatever they name. */
static enum err answered(struct ctx *cx, const struct relation *r, struct follow *f)
{
	struct db_rows rows;
	enum err e = ERR_NOT_FOUND;

	if (r->uri.n)
		e = follows_by_uri(cx->db, cx->mem, r->uri, r->by->id, f);
	if (e == ERR_NOT_FOUND && r->target) {
		e = account_is_local(r->target) ? follows_get(cx->db, cx->mem, r->target->id, r->by->id,
		                                              f)
		                                : ERR_NOT_FOUND;
		return e;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(follows_waiting(cx->db, cx->mem, r->by->id, &rows));
	if (rows.n != 1)
		return ERR_NOT_FOUND;
	*f = *(struct follow *)rows.p;
	return OK;
}

static enum err answer(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct follow f;
	enum err e = answered(cx, r, &f);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return r->on ? accept(cx, &f) : relation_end(cx, f.id, &f);
}

enum err relation_accepted(struct ctx *cx, const struct account *by, str follow_uri,
                           const struct account *follower)
{
	struct relation r = { .by = by, .target = follower, .uri = follow_uri, .on = true };

	return write_tx(cx, answer, &r);
}

enum err relation_rejected(struct ctx *cx, const struct account *by, str follow_uri,
                           const struct account *follower)
{
	struct relation r = { .by = by, .target = follower, .uri = follow_uri };

	return write_tx(cx, answer, &r);
}

enum err relation_find(struct ctx *cx, const struct account *by, str uri, int64_t *followed, int64_t *blocked)
{
	if (!uri.n)
		return ERR_NOT_FOUND;
	TRY(relations_by_uri(cx->db, by->id, uri, followed, blocked));
	return *followed || *blocked ? OK : ERR_NOT_FOUND;
}

static enum err part(struct ctx *cx, const struct account *by, const struct account *target)
{
	struct follow was;

	TRY(end_pair(cx, by, target, &was));
	if (was.id)
		TRY(tell(cx, SEND_UNFOLLOW, by, target, was.uri));
	TRY(end_pair(cx, target, by, &was));
	return was.id ? tell(cx, SEND_REJECT, by, target, was.uri) : OK;
}

static enum err forget(struct ctx *cx, const struct account *a, const struct account *other)
{
	if (!account_is_local(a))
		return OK;
	TRY(timeline_unmerge(cx, a->id, other->id));
	TRY(notice_request_end(cx, a->id, other->id));
	return notices_delete_between(cx->db, a->id, other->id);
}

static enum err block(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct block b = {
		.id = id_new(),
		.account_id = r->by->id,
		.target_id = r->target->id,
		.uri = r->uri,
		.created_at = cx->now,
	};
	bool made;

	if (account_is_local(r->by))
		b.uri = new_uri(cx, r->by);
	TRY(blocks_insert(cx->db, &b, &made));
	TRY(part(cx, r->by, r->target));
	TRY(featured_part(cx, r->by, r->target));
	TRY(forget(cx, r->by, r->target));
	TRY(forget(cx, r->target, r->by));
	return made ? tell(cx, SEND_BLOCK, r->by, r->target, b.uri) : OK;
}

enum err relation_block(struct ctx *cx, const struct account *by, const struct account *target, str uri)
{
	struct relation r = { .by = by, .target = target, .uri = str_or(uri, S("")) };

	if (by->id == target->id)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	return write_tx(cx, block, &r);
}

static enum err unblock(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct block b;
	enum err e = blocks_take(cx->db, cx->mem, r->by->id, r->target->id, &b);

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return tell(cx, SEND_UNBLOCK, r->by, r->target, b.uri);
}

enum err relation_unblock(struct ctx *cx, const struct account *by, const struct account *target)
{
	struct relation r = { .by = by, .target = target };

	return write_tx(cx, unblock, &r);
}

static enum err mute(struct ctx *cx, void *arg)
{
	struct relation *r = arg;
	struct mute m = {
		id_new(),
		r->by->id,
		r->target->id,
		r->on,
		r->for_ms > 0 ? cx->now + r->for_ms : 0,
		cx->now,
	};

	TRY(permissions_delete(cx->db, m.account_id, m.target_id));
	return mutes_put(cx->db, &m);
}

enum err relation_mute(struct ctx *cx, const struct account *by, const struct account *target,
                       bool notifications, int64_t for_ms)
{
	struct relation r = { .by = by, .target = target, .on = notifications };

	/* a century is for ever, and adds up without overflow */
	r.for_ms = for_ms < 36500 * (int64_t)DAY ? for_ms : 0;
	if (by->id == target->id)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	return write_tx(cx, mute, &r);
}

static enum err unmute(struct ctx *cx, void *arg)
{
	struct relation *r = arg;

	return mutes_delete(cx->db, r->by->id, r->target->id);
}

enum err relation_unmute(struct ctx *cx, const struct account *by, const struct account *target)
{
	struct relation r = { .by = by, .target = target };

	return write_tx(cx, unmute, &r);
}

static enum err note(struct ctx *cx, void *arg)
{
	struct relation *r = arg;

	return r->comment.n ? account_notes_put(cx->db, r->by->id, r->target->id, r->comment)
	                    : account_notes_delete(cx->db, r->by->id, r->target->id);
}

enum err relation_note(struct ctx *cx, const struct account *by, const struct account *target, str comment)
{
	struct relation r = { .by = by, .target = target, .comment = comment };

	if (str_runes(comment) > NOTE_RUNES)
		return fail(cx, ERR_INVALID,
		            "Validation failed: Comment is too long (maximum is %d characters)", NOTE_RUNES);
	return write_tx(cx, note, &r);
}

/* Those who follow from there are told; what one follows there ends. */
static enum err part_from_domain(struct ctx *cx, struct relation *r)
{
	struct severing why = { "user_domain_block", r->domain, cx->now };
	struct db_rows rows;

	do {
		TRY(follows_of(cx->db, cx->mem, r->by->id, r->domain, DOMAIN_BATCH, &rows));
		for (size_t i = 0; i < rows.n; i++) {
			const struct follow *f = (const struct follow *)rows.p + i;
			struct account other;

			TRY(accounts_by_id(cx->db, cx->mem, f->account_id == r->by->id ? f->target_id : f->account_id, &other));
			TRY(sever(cx, &why, f, &other));
		}
	} while (rows.n);
	return OK;
}

static enum err block_domain(struct ctx *cx, void *arg)
{
	struct relation *r = arg;

	if (!r->on)
		return domain_blocks_delete(cx->db, r->by->id, r->domain);
	TRY(domain_blocks_put(cx->db, id_new(), r->by->id, r->domain));
	TRY(notices_delete_domain(cx->db, r->by->id, r->domain));
	TRY(permissions_delete_domain(cx->db, r->by->id, r->domain));
	return part_from_domain(cx, r);
}

enum err relation_domain_block(struct ctx *cx, str domain, bool on)
{
	struct relation r = { .by = cx->me, .on = on };

	if (!cx->me)
		return ERR_DENIED;
	if (url_domain(cx->mem, domain, &r.domain))
		return fail(cx, ERR_INVALID, "Validation failed: Domain is not a valid domain name");
	if (on && site_ours(cx->app, r.domain) && str_eq(site_ours(cx->app, r.domain)->domain, cx->me->domain))
		return fail(cx, ERR_INVALID, "Validation failed: Domain is your own");
	return write_tx(cx, block_domain, &r);
}

enum err relation_end_some(struct ctx *cx, int64_t account_id, int64_t n, bool *more)
{
	struct db_rows rows;
	struct follow was;

	TRY(follows_of(cx->db, cx->mem, account_id, STR_NONE, n, &rows));
	for (size_t i = 0; i < rows.n; i++)
		TRY(relation_end(cx, ((const struct follow *)rows.p)[i].id, &was));
	*more = rows.n > 0;
	return OK;
}
