/* Leave to answer, boost or like: asked for, given, refused, taken back. */
#include "core/interaction.h"

#include "core/post.h"
#include "core/quote.h"
#include "core/timeline.h"
#include "core/visible.h"
#include "store/reacts.h"
#include "store/shown.h"

enum err interaction_check(struct ctx *cx, const struct account *by, enum interaction what, const struct status *s, bool *waits)
{
	int64_t bits = s->interaction_policy >> what & 0xff, me = by->id;
	struct stand st = { 0 };
	unsigned theirs = 0;
	enum quote_may may;

	*waits = false;
	if (s->site_id || !(bits & QUOTE_STATED))
		return OK;
	TRY(shown_stand(cx->db, cx->mem, by->id, s->account_id, s->id, &st));
	/* Who is named, or answered, may always answer. */
	if (what == INTERACT_REPLY && (st.mentioned || s->in_reply_to_account_id == by->id))
		return OK;
	TRY(visible_relations(cx, s->account_id, (struct ids){ &me, 1 }, &theirs));
	may = quote_bits(bits, st.following, theirs & REL_FOLLOWING);
	if (may == QUOTE_DENIED)
		return fail(cx, ERR_DENIED, "This action is not allowed");
	/* Others cannot know who follows whom: that takes the author's word as well. */
	*waits = may == QUOTE_MANUAL || !(bits & QUOTE_PUBLIC);
	return OK;
}

enum err interaction_ask(struct ctx *cx, const struct status *made, const struct status *of)
{
	struct approval a = { made->id, of->account_id, S("pending"), S(""), S("") };
	struct send send = { .kind = made->reblog_of_id ? SEND_ANNOUNCE_REQUEST : SEND_REPLY_REQUEST,
		             .actor_id = made->account_id, .status_id = made->id, .target_id = of->account_id, .uri = made->uri };

	TRY(approvals_put(cx->db, &a));
	if (of->interaction_policy & INTERACT_REQUESTS)
		return send_add(cx, &send);
	return post_send(cx, made->reblog_of_id ? SEND_ANNOUNCE : SEND_CREATE, made, true);
}

/* --- answered */

struct answer {
	const struct account *by;
	str uri, stamp, accept;
	bool accepted;
};

/* It becomes known as if it had been made now. */
static enum err let_out(struct ctx *cx, struct status *s)
{
	struct post_parts parts = { 0 };
	struct account author = { 0 };
	bool there;

	if (s->extras & STATUS_WAITS) {
		s->extras &= ~(int64_t)STATUS_WAITS;
		TRY(statuses_update(cx->db, s));
		TRY(account_by_id(cx, s->account_id, &author));
		if (post_counts_as_reply(s))
			TRY(statuses_count(cx->db, s->in_reply_to_id, COUNT_REPLIES, 1, &there));
		TRY(timeline_push(cx, &author, s));
		timeline_tell(cx, s, "");
		TRY(post_named(cx, s, &parts));
		TRY(post_tell(cx, s, &parts, (struct ids){ 0 }, true));
	}
	return post_send(cx, s->reblog_of_id ? SEND_ANNOUNCE : SEND_CREATE, s, true);
}

/* And what its author went on with behind it, however far. */
static enum err let_out_all(struct ctx *cx, struct status *s)
{
	struct ids level = { &s->id, 1 };

	TRY(let_out(cx, s));
	while (level.n) {
		TRY(statuses_waiting(cx->db, cx->mem, db_id_list(cx->mem, level), &level));
		for (size_t i = 0; i < level.n; i++) {
			struct status below = { 0 };

			TRY(statuses_by_id(cx->db, cx->mem, level.v[i], &below));
			TRY(let_out(cx, &below));
		}
	}
	return OK;
}

/* Nobody but the author has it, or all have it. */
static enum err shut_out(struct ctx *cx, const struct status *s, const struct approval *a, bool was)
{
	struct send undo = { .kind = SEND_UNANNOUNCE, .actor_id = s->account_id, .status_id = s->id, .uri = s->uri };

	if (s->reblog_of_id) {
		TRY(post_bury(cx, s));
		return was ? send_add(cx, &undo) : OK;
	}
	TRY(approvals_put(cx->db, a));
	return was ? post_send(cx, SEND_REFRESH, s, true) : OK;
}

static enum err settle(struct ctx *cx, struct status *s, struct approval *a, const struct answer *in)
{
	bool was = str_eq(a->state, S("accepted"));

	if (s->deleted_at)
		return ERR_NOT_FOUND;
	if (str_eq(a->state, S("revoked")))
		return OK;
	a->state = in->accepted ? S("accepted") : was ? S("revoked") : S("rejected");
	a->stamp = str_or(in->stamp, S(""));
	a->accept = str_or(in->accept, S(""));
	if (!in->accepted)
		return shut_out(cx, s, a, was);
	TRY(approvals_put(cx->db, a));
	return was ? OK : let_out_all(cx, s);
}

static enum err unlike(struct ctx *cx, const struct favourite *f)
{
	struct favourite gone = { 0 };
	bool there;

	TRY(favourites_remove(cx->db, cx->mem, f->account_id, f->status_id, &gone));
	return statuses_count(cx->db, f->status_id, COUNT_FAVOURITES, -1, &there);
}

/* A favourite needs no more than not to be refused: nobody but its author has it in any case. */
static enum err answer_like(struct ctx *cx, const struct answer *in, str uri)
{
	struct favourite f = { 0 };
	struct account liker = { 0 };
	struct status s = { 0 };

	TRY(favourites_of_uri(cx->db, cx->mem, uri, &f));
	TRY(account_by_id(cx, f.account_id, &liker));
	TRY(statuses_by_id(cx->db, cx->mem, f.status_id, &s));
	if (!account_is_local(&liker) || s.account_id != in->by->id)
		return ERR_NOT_FOUND;
	return in->accepted ? favourites_set_stamp(cx->db, f.id, str_or(in->stamp, S(""))) : unlike(cx, &f);
}

static enum err take_answer(struct ctx *cx, void *arg)
{
	const struct answer *in = arg;
	struct status s = { 0 };
	struct approval a = { 0 };
	str uri = in->uri;
	enum err e;

	str_chop(&uri, S("/request"));
	e = statuses_by_uri(cx->db, cx->mem, uri, &s);
	if (e == ERR_NOT_FOUND && str_chop(&uri, S("/activity")))
		e = statuses_by_uri(cx->db, cx->mem, uri, &s);
	if (e)
		return e == ERR_NOT_FOUND ? answer_like(cx, in, uri) : e;
	TRY(approvals_get(cx->db, cx->mem, s.id, &a));
	return a.author_id == in->by->id ? settle(cx, &s, &a, in) : ERR_NOT_FOUND;
}

enum err interaction_answered(struct ctx *cx, const struct account *by, str uri, bool accepted, str stamp, str accept)
{
	struct answer a = { by, uri, stamp, accept, accepted };

	return write_tx(cx, take_answer, &a);
}

static enum err revoke(struct ctx *cx, void *arg)
{
	const struct answer *in = arg;
	struct status s = { 0 };
	struct approval a = { 0 };
	struct favourite f = { 0 };
	enum err e = approvals_by_stamp(cx->db, cx->mem, in->stamp, in->by->id, &a);

	if (!e) {
		TRY(statuses_by_id(cx->db, cx->mem, a.status_id, &s));
		return settle(cx, &s, &a, &(struct answer){ .by = in->by });
	}
	if (e != ERR_NOT_FOUND)
		return e;
	TRY(favourites_by_stamp(cx->db, cx->mem, in->stamp, in->by->id, &f));
	return unlike(cx, &f);
}

enum err interaction_revoked(struct ctx *cx, const struct account *by, str stamp)
{
	struct answer a = { .by = by, .stamp = stamp };

	return write_tx(cx, revoke, &a);
}

enum err interaction_approval(struct ctx *cx, const struct status *s, struct approval *a)
{
	enum err e = s->extras & HAS_APPROVAL ? approvals_get(cx->db, cx->mem, s->id, a) : ERR_NOT_FOUND;

	if (e == ERR_NOT_FOUND)
		*a = (struct approval){ .state = S(""), .stamp = S(""), .accept = S("") };
	return e == ERR_NOT_FOUND ? OK : e;
}

/* --- asked by others */

static const struct {
	enum interaction what;
	const char *word;
} words[] = { { INTERACT_LIKE, "like" }, { INTERACT_REPLY, "reply" }, { INTERACT_BOOST, "announce" } };
enum { WORDS = sizeof(words) / sizeof(words[0]) };

static const char *interaction_word(enum interaction what)
{
	size_t i = 0;

	while (i < WORDS - 1 && words[i].what != what)
		i++;
	return words[i].word;
}

bool interaction_of_word(str word, enum interaction *what)
{
	for (size_t i = 0; i < WORDS; i++)
		if (str_eq(word, str_of(words[i].word))) {
			*what = words[i].what;
			return true;
		}
	return false;
}

static str leave_uri(struct ctx *cx, const struct account *author, enum interaction what, int64_t made_id)
{
	return strf(cx->mem, "%.*s/authorizations/%s/%lld", STR_F(author->uri), interaction_word(what), (long long)made_id);
}

enum err interaction_answer(struct ctx *cx, const struct account *by, const struct asked_leave *a)
{
	struct status post = { 0 };
	struct account author = { 0 };
	struct send send = { .kind = a->made_id ? SEND_LEAVE : SEND_NO_LEAVE, .target_id = by->id, .status_id = a->post_id,
		             .uri = a->request };

	TRY(statuses_by_id(cx->db, cx->mem, a->post_id, &post));
	TRY(account_by_id(cx, post.account_id, &author));
	send.actor_id = author.id;
	send.text = strf(cx->mem, "%s %.*s", interaction_word(a->what), STR_F(a->made_uri));
	if (a->made_id)
		send.text = strf(cx->mem, "%.*s %.*s", STR_F(send.text), STR_F(leave_uri(cx, &author, a->what, a->made_id)));
	return send_add(cx, &send);
}

/* The post, boost or favourite itself, and what it is of. */
static enum err made_of(struct ctx *cx, int64_t viewer_id, enum interaction what, int64_t id, str *uri, int64_t *of)
{
	struct favourite f = { 0 };
	struct status s = { 0 };

	if (what == INTERACT_LIKE) {
		TRY(favourites_get(cx->db, cx->mem, id, &f));
		*uri = f.uri;
		*of = f.status_id;
		return OK;
	}
	TRY(statuses_by_id(cx->db, cx->mem, id, &s));
	TRY(visible_check(cx, viewer_id, &s));
	*uri = s.uri;
	*of = what == INTERACT_BOOST ? s.reblog_of_id : s.in_reply_to_id;
	return *of ? OK : ERR_NOT_FOUND;
}

enum err interaction_leave(struct ctx *cx, int64_t viewer_id, const struct account *author, enum interaction what,
                           int64_t made_id, struct leave *out)
{
	struct status post = { 0 };
	int64_t of;

	TRY(made_of(cx, viewer_id, what, made_id, &out->made_uri, &of));
	TRY(statuses_by_id(cx->db, cx->mem, of, &post));
	TRY(visible_check(cx, viewer_id, &post));
	out->post_uri = post.uri;
	out->uri = leave_uri(cx, author, what, made_id);
	return post.account_id == author->id ? OK : ERR_NOT_FOUND;
}
