/* Activities as they go out, one a kind of send. federation.md 17. Ids are unique: what can happen twice carries a time. */
#include "base/clock.h"
#include "fed/as_write.h"

static const char public_uri[] = "https://www.w3.org/ns/activitystreams#Public";

typedef void (*writer)(struct jw *w, const struct as_sending *s);

static void head(struct jw *w, const struct as_sending *s, const char *type, str id)
{
	jw_obj(w, NULL);
	as_context(w);
	jw_str(w, "id", id);
	jw_lit(w, "type", type);
	jw_str(w, "actor", s->actor->uri);
}

static void addressed(struct jw *w, const char *key, str to)
{
	jw_arr(w, key);
	if (to.n)
		jw_str(w, NULL, to);
	jw_end(w);
}

static void to_target(struct jw *w, const struct as_sending *s)
{
	addressed(w, "to", s->target ? s->target->uri : STR_NONE);
	addressed(w, "cc", STR_NONE);
}

static str with(const struct as_sending *s, struct jw *w, const char *what)
{
	return strf(w->b.mem, "%.*s#%s/%lld", STR_F(s->actor->uri), what, (long long)s->now);
}

static str object_uri(const struct as_sending *s)
{
	if (s->view)
		return s->view->s.uri;
	return s->status ? s->status->uri : s->send->uri;
}

static void create(struct jw *w, const struct as_sending *s)
{
	as_create(w, s->view, true);
}

static void update(struct jw *w, const struct as_sending *s)
{
	const struct status_view *v = s->view;
	int64_t at = v->s.edited_at && s->send->kind != SEND_REFRESH ? v->s.edited_at : s->now;

	head(w, s, "Update", strf(w->b.mem, "%.*s#updates/%lld", STR_F(v->s.uri), (long long)at));
	jw_time_s(w, "published", at);
	as_address(w, v);
	as_note(w, "object", v, false);
	jw_end(w);
}

/* Not public, a name and no content: that makes it a vote. */
static void vote(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Create", str_cat(w->b.mem, s->send->uri, S("/activity")));
	to_target(w, s);
	jw_obj(w, "object");
	jw_str(w, "id", s->send->uri);
	jw_lit(w, "type", "Note");
	jw_str(w, "name", s->send->text);
	jw_str(w, "attributedTo", s->actor->uri);
	jw_str(w, "inReplyTo", s->status->uri);
	to_target(w, s);
	jw_end(w);
	jw_end(w);
}

static void delete_(struct jw *w, const struct as_sending *s)
{
	str uri = object_uri(s);
	bool hidden = s->status && (str_eq(s->status->visibility, S("direct")) || str_eq(s->status->visibility, S("private")));

	head(w, s, "Delete", str_cat(w->b.mem, uri, S("#delete")));
	jw_arr(w, "to");
	if (!hidden)
		jw_lit(w, NULL, public_uri);
	else if (str_eq(s->status->visibility, S("private")))
		jw_str(w, NULL, s->actor->followers_uri);
	jw_end(w);
	addressed(w, "cc", STR_NONE);
	as_tombstone(w, "object", uri, s->status ? s->status->deleted_at : 0, false);
	jw_end(w);
}

static void announce(struct jw *w, const struct as_sending *s)
{
	as_announce(w, NULL, s->view, true);
}

static void unannounce(struct jw *w, const struct as_sending *s)
{
	str uri = object_uri(s);

	head(w, s, "Undo", str_cat(w->b.mem, uri, S("#undo")));
	jw_arr(w, "to");
	jw_lit(w, NULL, public_uri);
	jw_end(w);
	addressed(w, "cc", s->actor->followers_uri);
	jw_obj(w, "object");
	jw_str(w, "id", uri);
	jw_lit(w, "type", "Announce");
	jw_str(w, "actor", s->actor->uri);
	if (s->about.n)
		jw_str(w, "object", s->about);
	jw_end(w);
	jw_end(w);
}

/* Like, Follow and Block: an actor, and whom or what it is about. */
static void simple(struct jw *w, const struct as_sending *s, const char *key, const char *type, str object)
{
	if (!key) {
		head(w, s, type, s->send->uri);
	} else {
		jw_obj(w, key);
		if (s->send->uri.n)
			jw_str(w, "id", s->send->uri);
		jw_lit(w, "type", type);
		jw_str(w, "actor", s->actor->uri);
	}
	jw_str(w, "object", object);
	if (!key)
		to_target(w, s);
	jw_end(w);
}

static void undo(struct jw *w, const struct as_sending *s, const char *type, str object)
{
	str id = str_cat(w->b.mem, s->send->uri, S("#undo"));

	head(w, s, "Undo", s->send->uri.n ? id : with(s, w, "undo"));
	simple(w, s, "object", type, object);
	to_target(w, s);
	jw_end(w);
}

static str target_uri(const struct as_sending *s)
{
	return s->target ? s->target->uri : STR_NONE;
}

static void like(struct jw *w, const struct as_sending *s)
{
	simple(w, s, NULL, "Like", object_uri(s));
}

static void unlike(struct jw *w, const struct as_sending *s)
{
	undo(w, s, "Like", object_uri(s));
}

/* --- leave: GoToSocial's interaction controls */

str as_leave_type(struct arena *mem, enum interaction what, const char *end)
{
	static const char *const names[] = { "Like", "Reply", "Announce" };

	return strf(mem, "%s%s", names[what == INTERACT_LIKE ? 0 : what == INTERACT_REPLY ? 1 : 2], end);
}

/* Asked of the author alone, before others hear of what is inside. */
static void request(struct jw *w, const struct as_sending *s, enum interaction what, str object)
{
	jw_obj(w, NULL);
	as_context_leave(w);
	jw_str(w, "id", str_cat(w->b.mem, s->send->uri, S("/request")));
	jw_str(w, "type", as_leave_type(w->b.mem, what, "Request"));
	jw_str(w, "actor", s->actor->uri);
	jw_str(w, "object", object);
	if (what == INTERACT_LIKE)
		simple(w, s, "instrument", "Like", object);
	else if (what == INTERACT_REPLY)
		as_note(w, "instrument", s->view, false);
	else
		as_announce(w, "instrument", s->view, false);
	to_target(w, s);
	jw_end(w);
}

static void like_request(struct jw *w, const struct as_sending *s)
{
	request(w, s, INTERACT_LIKE, object_uri(s));
}

static void reply_request(struct jw *w, const struct as_sending *s)
{
	request(w, s, INTERACT_REPLY, s->view->s.in_reply_to_uri);
}

static void announce_request(struct jw *w, const struct as_sending *s)
{
	request(w, s, INTERACT_BOOST, s->about);
}

/* Their request goes back to them in brief. */
static void leave(struct jw *w, const struct as_sending *s)
{
	bool given = s->send->kind == SEND_LEAVE;
	str said = s->send->text, word, made = STR_NONE;
	enum interaction what = INTERACT_REPLY;

	str_cut(&said, ' ', &word);
	str_cut(&said, ' ', &made);
	interaction_of_word(word, &what);
	jw_obj(w, NULL);
	as_context_leave(w);
	jw_str(w, "id", with(s, w, given ? "accepts" : "rejects"));
	jw_lit(w, "type", given ? "Accept" : "Reject");
	jw_str(w, "actor", s->actor->uri);
	jw_obj(w, "object");
	jw_str(w, "id", s->send->uri);
	jw_str(w, "type", as_leave_type(w->b.mem, what, "Request"));
	jw_str(w, "actor", target_uri(s));
	jw_str(w, "object", object_uri(s));
	if (made.n)
		jw_str(w, "instrument", made);
	jw_end(w);
	to_target(w, s);
	if (given)
		jw_str(w, "result", said);
	jw_end(w);
}

static void follow(struct jw *w, const struct as_sending *s)
{
	simple(w, s, NULL, "Follow", target_uri(s));
}

static void unfollow(struct jw *w, const struct as_sending *s)
{
	undo(w, s, "Follow", target_uri(s));
}

static void block(struct jw *w, const struct as_sending *s)
{
	simple(w, s, NULL, "Block", target_uri(s));
}

static void unblock(struct jw *w, const struct as_sending *s)
{
	undo(w, s, "Block", target_uri(s));
}

/* Their Follow goes back to them as they spelled it. */
static void answer(struct jw *w, const struct as_sending *s, const char *type, const char *what)
{
	head(w, s, type, with(s, w, what));
	jw_obj(w, "object");
	if (s->send->uri.n)
		jw_str(w, "id", s->send->uri);
	jw_lit(w, "type", "Follow");
	jw_str(w, "actor", target_uri(s));
	jw_str(w, "object", s->actor->uri);
	jw_end(w);
	to_target(w, s);
	jw_end(w);
}

static void accept(struct jw *w, const struct as_sending *s)
{
	answer(w, s, "Accept", "accepts");
}

static void reject(struct jw *w, const struct as_sending *s)
{
	answer(w, s, "Reject", "rejects");
}

static void profile(struct jw *w, const struct as_sending *s)
{
	jw_obj(w, NULL);
	as_context_actor(w);
	jw_str(w, "id", with(s, w, "updates"));
	jw_lit(w, "type", "Update");
	jw_str(w, "actor", s->actor->uri);
	jw_arr(w, "to");
	jw_lit(w, NULL, public_uri);
	jw_end(w);
	addressed(w, "cc", s->actor->followers_uri);
	as_actor(w, "object", s->profile);
	jw_end(w);
}

static void move(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Move", with(s, w, "moves"));
	jw_str(w, "object", s->actor->uri);
	jw_str(w, "target", target_uri(s));
	addressed(w, "to", s->actor->followers_uri);
	addressed(w, "cc", STR_NONE);
	jw_end(w);
}

static void gone(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Delete", str_cat(w->b.mem, s->actor->uri, S("#delete")));
	jw_str(w, "object", s->actor->uri);
	addressed(w, "to", str_of(public_uri));
	addressed(w, "cc", STR_NONE);
	jw_end(w);
}

/* By the instance actor: who reports stays here. Always a list: some need it. */
static void flag(struct jw *w, const struct as_sending *s)
{
	head(w, s, "Flag", s->send->uri);
	jw_str(w, "content", str_or(s->send->text, S("")));
	jw_arr(w, "object");
	jw_str(w, NULL, s->about);
	for (size_t i = 0; i < s->posts.n; i++)
		jw_str(w, NULL, s->posts.v[i]);
	jw_end(w);
	addressed(w, "to", s->about);
	addressed(w, "cc", STR_NONE);
	jw_end(w);
}

static void featured(struct jw *w, const struct as_sending *s, const char *type, const char *what)
{
	head(w, s, type, with(s, w, what));
	if (s->status)
		jw_str(w, "object", object_uri(s));
	else
		as_hashtag(w, "object", s->base, s->send->text);
	jw_str(w, "target", s->actor->featured_uri);
	jw_arr(w, "to");
	jw_lit(w, NULL, public_uri);
	jw_end(w);
	addressed(w, "cc", s->actor->followers_uri);
	jw_end(w);
}

static void pin(struct jw *w, const struct as_sending *s)
{
	featured(w, s, "Add", "pins");
}

static void unpin(struct jw *w, const struct as_sending *s)
{
	featured(w, s, "Remove", "unpins");
}

static void feature(struct jw *w, const struct as_sending *s)
{
	featured(w, s, "Add", "features");
}

static void unfeature(struct jw *w, const struct as_sending *s)
{
	featured(w, s, "Remove", "unfeatures");
}

/* The post itself goes with it, if all may see it. */
static void quote_request(struct jw *w, const struct as_sending *s)
{
	bool open = str_eq(s->view->s.visibility, S("public")) || str_eq(s->view->s.visibility, S("unlisted"));

	head(w, s, "QuoteRequest", s->send->uri);
	jw_str(w, "object", s->about);
	if (open)
		as_note(w, "instrument", s->view, false);
	else
		jw_str(w, "instrument", s->view->s.uri);
	to_target(w, s);
	jw_end(w);
}

static void quote_answer(struct jw *w, const struct as_sending *s, const char *type, const char *what)
{
	head(w, s, type, with(s, w, what));
	jw_obj(w, "object");
	if (s->send->uri.n)
		jw_str(w, "id", s->send->uri);
	jw_lit(w, "type", "QuoteRequest");
	jw_str(w, "actor", target_uri(s));
	jw_str(w, "object", s->about);
	if (s->status)
		jw_str(w, "instrument", s->status->uri);
	jw_end(w);
	to_target(w, s);
}

static void quote_accept(struct jw *w, const struct as_sending *s)
{
	quote_answer(w, s, "Accept", "quote_accepts");
	jw_str(w, "result", s->send->text);
	jw_end(w);
}

static void quote_reject(struct jw *w, const struct as_sending *s)
{
	quote_answer(w, s, "Reject", "quote_rejects");
	jw_end(w);
}

static void quote_revoke(struct jw *w, const struct as_sending *s)
{
	struct as_stamp_of stamp = { S("QuoteAuthorization"), s->send->uri, s->actor->uri, s->status ? s->status->uri : S(""),
		                     s->about };

	head(w, s, "Delete", str_cat(w->b.mem, s->send->uri, S("#delete")));
	jw_arr(w, "to");
	jw_lit(w, NULL, public_uri);
	jw_end(w);
	addressed(w, "cc", target_uri(s));
	as_stamp(w, "object", &stamp, false);
	jw_end(w);
}

static const writer writers[SEND_KINDS] = {
	[SEND_CREATE] = create,
	[SEND_UPDATE] = update,
	[SEND_DELETE] = delete_,
	[SEND_ANNOUNCE] = announce,
	[SEND_UNANNOUNCE] = unannounce,
	[SEND_LIKE] = like,
	[SEND_UNLIKE] = unlike,
	[SEND_LIKE_REQUEST] = like_request,
	[SEND_REPLY_REQUEST] = reply_request,
	[SEND_ANNOUNCE_REQUEST] = announce_request,
	[SEND_LEAVE] = leave,
	[SEND_NO_LEAVE] = leave,
	[SEND_FOLLOW] = follow,
	[SEND_UNFOLLOW] = unfollow,
	[SEND_ACCEPT] = accept,
	[SEND_REJECT] = reject,
	[SEND_BLOCK] = block,
	[SEND_UNBLOCK] = unblock,
	[SEND_PROFILE] = profile,
	[SEND_MOVE] = move,
	[SEND_GONE] = gone,
	[SEND_FLAG] = flag,
	[SEND_PIN] = pin,
	[SEND_UNPIN] = unpin,
	[SEND_FEATURE] = feature,
	[SEND_UNFEATURE] = unfeature,
	[SEND_VOTE] = vote,
	[SEND_REFRESH] = update,
	[SEND_QUOTE_REQUEST] = quote_request,
	[SEND_QUOTE_ACCEPT] = quote_accept,
	[SEND_QUOTE_REJECT] = quote_reject,
	[SEND_QUOTE_REVOKE] = quote_revoke,
	[SEND_COLLECTION_ADD] = as_featured_sending,
	[SEND_COLLECTION_UPDATE] = as_featured_sending,
	[SEND_COLLECTION_REMOVE] = as_featured_sending,
	[SEND_COLLECTION_END] = as_featured_sending,
	[SEND_ITEM_ADD] = as_featured_sending,
	[SEND_ITEM_REMOVE] = as_featured_sending,
	[SEND_FEATURE_REQUEST] = as_featured_sending,
	[SEND_FEATURE_ACCEPT] = as_featured_sending,
	[SEND_FEATURE_REJECT] = as_featured_sending,
	[SEND_FEATURE_REVOKE] = as_featured_sending,
};

str as_sending(struct arena *mem, const struct as_sending *s)
{
	struct jw w;

	jw_init(&w, mem, 1 << 20);
	writers[s->send->kind](&w, s);
	return jw_done(&w);
}
