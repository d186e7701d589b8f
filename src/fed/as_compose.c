/* What is stored of a stranger's post: kinds that are no Note get their title, dates, place and a link. federation.md 10.1. */
#include "base/clock.h"
#include "base/url.h"
#include "core/interaction.h"
#include "fed/as_read.h"
#include "text/clean.h"
#include "text/compose.h"

static bool is_plain(const struct as_object *o)
{
	return str_eq(o->type, S("Note")) || str_eq(o->type, S("Question")) || str_eq(o->type, S("ChatMessage"));
}

static void add_link(struct buf *b, str url)
{
	buf_add(b, S("<p><a href=\""));
	buf_html(b, url);
	buf_add(b, S("\">"));
	buf_html(b, url);
	buf_add(b, S("</a></p>"));
}

static void add_when(struct buf *b, const struct as_object *o)
{
	char text[CLOCK_TEXT];

	if (!o->start && str_empty(o->location))
		return;
	buf_add(b, S("<p>"));
	if (o->start)
		buf_html(b, clock_iso_s(o->start, text));
	if (o->start && o->end) {
		buf_add(b, S(" – "));
		buf_html(b, clock_iso_s(o->end, text));
	}
	if (o->start && o->location.n)
		buf_add(b, S("<br>"));
	if (o->location.n)
		buf_html(b, o->location);
	buf_add(b, S("</p>"));
}

/* PeerTube and others send Markdown. */
static void add_content(struct arena *mem, struct buf *b, const struct as_object *o)
{
	if (str_empty(o->content))
		return;
	if (str_empty(o->media_type) || str_istarts(o->media_type, S("text/html")))
		buf_add(b, o->content);
	else
		buf_add(b, compose_foreign(mem, o->content, str_istarts(o->media_type, S("text/markdown"))));
}

static bool blank(str s)
{
	size_t at = 0;
	uint32_t c;

	while ((c = str_rune(s, &at)))
		if (c > ' ' && c != 0x200b && c != 0xa0 && c != 0xfeff)
			return false;
	return true;
}

/* Cut where it is too long: then nobody's votes for it will count, but it can be read. */
static str title_of(const json_t *option)
{
	str title = str_head_runes(str_or(jr_str(option, "name"), S("")), AS_TEXT_MAX / 4);

	return str_trim(title).n ? title : STR_NONE;
}

struct tally {
	int64_t total;
};
static const struct as_field tally_fields[] = { { "totalItems", AS_COUNT, offsetof(struct tally, total), 0 } };

/* A Question has oneOf or anyOf; federation.md 10.8. */
static const struct remote_poll *poll_of(struct arena *mem, const struct as_object *o)
{
	const json_t *list = jr_many(o->one_of) ? o->one_of : o->any_of;
	size_t n = jr_many(list) < POLL_REMOTE_OPTIONS ? jr_many(list) : POLL_REMOTE_OPTIONS;
	struct remote_poll *p = NEW(mem, struct remote_poll);
	int64_t *votes = NEWS(mem, int64_t, n);

	*p = (struct remote_poll){ .votes = votes, .voters = o->voters, .multiple = list == o->any_of };
	p->options.v = NEWS(mem, str, n);
	for (size_t i = 0; i < n && str_eq(o->type, S("Question")); i++) {
		struct tally t = { -1 };
		str title = title_of(jr_nth(list, i));

		if (str_none(title))
			continue;
		as_fields(mem, jr_get(jr_nth(list, i), "replies"), tally_fields, 1, &t);
		votes[p->options.n] = t.total > 0 ? t.total : 0;
		p->options.v[p->options.n++] = title;
	}
	p->expires_at = o->closed_at ? o->closed_at : o->end;
	p->closed = o->closed;
	return p->options.n ? p : NULL;
}

/* Forums give their Notes titles too; some others say the beginning of the text twice. */
static str shown_title(struct arena *mem, const struct as_object *o)
{
	str title = str_trim(clean_line(mem, clean_text(mem, str_or(o->name, S("")))));
	str begins = title;

	if (!title.n || str_eq(o->type, S("ChatMessage")))
		return S("");
	if (!str_chop(&begins, S("…")))
		str_chop(&begins, S("..."));
	return is_plain(o) && str_starts(str_trim(clean_text(mem, str_or(o->content, S("")))), str_trim(begins)) ? S("") : title;
}

static str content_of(struct arena *mem, const struct as_object *o, str url)
{
	struct buf b = buf_new(mem, 1 << 20);
	str title = shown_title(mem, o);

	if (title.n) {
		buf_add(&b, S("<h2>"));
		buf_html(&b, title);
		buf_add(&b, S("</h2>"));
	}
	if (str_eq(o->type, S("Event")))
		add_when(&b, o);
	if (str_empty(o->content) && !is_plain(o) && !str_empty(o->summary))
		buf_add(&b, o->summary);
	add_content(mem, &b, o);
	for (size_t i = 0; i < o->links.n; i++)
		add_link(&b, o->links.v[i]);
	if (!is_plain(o))
		add_link(&b, url);
	return str_or(buf_str(&b), S(""));
}

/* federation.md 11.1: the newest spelling there is; only that one knows consent. */
static struct remote_quote quote_of(const struct as_object *o)
{
	const str old[] = { o->misskey_quote, o->quote_url, o->quote_uri, o->quote_link };
	struct remote_quote q = { .uri = as_id(o->quote), .stamp = o->stamp };

	q.deleted = str_none(q.uri) && str_eq(as_type(o->quote), S("Tombstone"));
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]) && !o->quote && str_none(q.uri); i++) {
		q.uri = old[i];
		q.legacy = true;
	}
	if (str_eq(q.uri, o->id))
		return (struct remote_quote){ 0 };
	return q;
}

/* Who may, of one of these: collections of the author's, everyone, some, or nobody but the author. */
int64_t as_policy(const json_t *can, const struct account *author)
{
	static const struct {
		const char *key, *old; /* before GoToSocial 0.20 */
		int64_t everyone, followers, following;
	} lists[] = {
		{ "automaticApproval", "always", QUOTE_PUBLIC, QUOTE_FOLLOWERS, QUOTE_FOLLOWING },
		{ "manualApproval", "approvalRequired", QUOTE_ASK_PUBLIC, QUOTE_ASK_FOLLOWERS, QUOTE_ASK_FOLLOWING },
	};
	int64_t bits = can ? QUOTE_STATED : 0;

	for (size_t k = 0; k < 2; k++) {
		const json_t *list = jr_get(can, lists[k].key);

		list = list ? list : jr_get(can, lists[k].old);
		for (size_t i = 0; i < jr_many(list) && i < 64; i++) {
			str who = as_id(jr_nth(list, i));

			if (str_empty(who) || str_eq(who, author->uri))
				continue;
			bits |= as_public(who)                         ? lists[k].everyone
			        : str_eq(who, author->followers_uri) ? lists[k].followers
			        : str_eq(who, author->following_uri) ? lists[k].following
			                                             : QUOTE_NAMED;
		}
	}
	return bits;
}

/* What is empty is as good as not said. The newer spelling is that of servers that know requests. */
static int64_t policy_of(const struct as_object *o, const struct account *author)
{
	static const struct {
		const char *key;
		enum interaction what;
	} kinds[] = { { "canReply", INTERACT_REPLY }, { "canAnnounce", INTERACT_BOOST }, { "canLike", INTERACT_LIKE } };
	int64_t bits = as_policy(jr_get(o->policy, "canQuote"), author);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const json_t *can = jr_get(o->policy, kinds[i].key);
		bool newer = jr_get(can, "automaticApproval") || jr_get(can, "manualApproval");

		if (newer || jr_get(can, "always") || jr_get(can, "approvalRequired"))
			bits |= as_policy(can, author) << kinds[i].what;
		bits |= newer ? INTERACT_REQUESTS : 0;
	}
	return bits;
}

void as_object_status(struct arena *mem, const struct as_object *o, const struct account *author, struct remote_status *s)
{
	str host = url_authority(mem, o->id), shown = str_none(o->url) ? STR_NONE : url_authority(mem, o->url);

	*s = (struct remote_status){ .uri = o->id, .language = o->language, .conversation = o->conversation };
	s->in_reply_to_uri = o->in_reply_to;
	s->emojis = o->emojis;
	s->sensitive = o->sensitive;
	s->tags = o->tags;
	s->media = o->media;
	s->media_n = o->media_n;
	s->url = !str_none(shown) && str_eq(shown, host) ? o->url : o->id;
	s->visibility = as_visibility(o, author->followers_uri);
	s->content = content_of(mem, o, s->url);
	s->spoiler_text = S("");
	if (is_plain(o) && !str_none(o->summary) && !blank(clean_text(mem, o->summary)))
		s->spoiler_text = clean_text(mem, o->summary);
	s->sensitive = o->sensitive || s->spoiler_text.n;
	s->created_at = o->published ? o->published : o->updated;
	s->poll = poll_of(mem, o);
	s->quote = quote_of(o);
	s->interaction_policy = policy_of(o, author);
	s->edited_at = o->updated > s->created_at ? o->updated : 0;
}
