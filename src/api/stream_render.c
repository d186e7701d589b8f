/* What streams carry and what clients say on them. All of it runs on the hub's thread. */
#include "api/entity.h"
#include "api/notices.h"
#include "api/stream.h"
#include "base/arena.h"
#include "text/words.h"

enum { PAYLOAD_MAX = 1 << 20 };

/* --- what events carry */

static enum err write_status(struct ctx *cx, struct jw *w, const struct event *e)
{
	struct status_view v;

	TRY(status_view(cx, e->id, &v));
	entity_status(w, NULL, &v);
	return OK;
}

static enum err write_notice(struct ctx *cx, struct jw *w, const struct event *e)
{
	return notice_write(cx, w, e->id, NULL);
}

/* The event names the post that came; if there is a newer one by now, that one's event shows the conversation. */
static enum err write_conversation(struct ctx *cx, struct jw *w, const struct event *e)
{
	struct page newest = { .max_id = e->id + 1, .limit = 1 };
	struct conversation_view *v;
	size_t n;

	TRY(conversation_list(cx, &newest, &v, &n));
	if (!n || v->c.last_status_id != e->id)
		return ERR_NOT_FOUND;
	entity_conversation(w, NULL, v);
	return OK;
}

static enum err find_announcement(struct ctx *cx, int64_t id, const struct announcement_view **found)
{
	struct announcement_view *v;
	size_t n;

	TRY(announcement_views(cx, &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (v[i].a.id == id) {
			*found = &v[i];
			return OK;
		}
	}
	return ERR_NOT_FOUND;
}

static enum err write_announcement(struct ctx *cx, struct jw *w, const struct event *e)
{
	const struct announcement_view *v;

	TRY(find_announcement(cx, e->id, &v));
	entity_announcement(w, v);
	return OK;
}

static enum err write_reaction(struct ctx *cx, struct jw *w, const struct event *e)
{
	const struct announcement_view *v;
	int64_t count = 0;

	TRY(find_announcement(cx, e->id, &v));
	for (size_t i = 0; i < v->reactions_n; i++)
		if (str_eq(v->reactions[i].name, e->data))
			count = v->reactions[i].count;
	jw_obj(w, NULL);
	entity_reaction(w, v, e->data, count);
	jw_id(w, "announcement_id", e->id);
	jw_end(w);
	return OK;
}

static str payload(struct ctx *cx, enum event_carry carry, const struct event *e)
{
	static enum err (*const writers[])(struct ctx * cx, struct jw * w, const struct event *e) = {
		[CARRY_STATUS] = write_status,
		[CARRY_NOTICE] = write_notice,
		[CARRY_CONVERSATION] = write_conversation,
		[CARRY_ANNOUNCEMENT] = write_announcement,
		[CARRY_REACTION] = write_reaction,
	};
	struct jw w;

	if (carry == CARRY_NOTHING)
		return S("");
	if (carry == CARRY_ID)
		return strf(cx->mem, "%lld", (long long)e->id);
	if (carry == CARRY_ONE)
		return S("1");
	jw_init(&w, cx->mem, PAYLOAD_MAX);
	return writers[carry](cx, &w, e) ? STR_NONE : jw_done(&w);
}

/* --- what clients get */

static void write_source(struct jw *w, const struct subscription *from)
{
	const struct channel_kind *kind = &channels[from->channel];

	jw_arr(w, "stream");
	jw_lit(w, NULL, kind->name);
	if (kind->takes == TAKES_TAG)
		jw_str(w, NULL, from->shown);
	if (kind->takes == TAKES_LIST)
		jw_id(w, NULL, from->list_id);
	jw_end(w);
}

/* The payload is JSON within a string. An event stream is not heard by browsers without data; Mastodon writes the word. */
static str message(struct arena *mem, enum stream_format format, const struct subscription *from, const char *event, str what)
{
	struct jw w;

	if (format == STREAM_EVENTS)
		return strf(mem, "event: %s\ndata: %.*s\n\n", event, STR_F(what.n ? what : S("undefined")));
	jw_init(&w, mem, 2 * PAYLOAD_MAX);
	jw_obj(&w, NULL);
	write_source(&w, from);
	jw_lit(&w, "event", event);
	if (what.n)
		jw_str(&w, "payload", what);
	jw_end(&w);
	return jw_done(&w);
}

str stream_error(struct arena *mem, const char *said, int status)
{
	struct jw w;

	jw_init(&w, mem, 1024);
	jw_obj(&w, NULL);
	jw_lit(&w, "error", said);
	jw_int(&w, "status", status);
	jw_end(&w);
	return jw_done(&w);
}

/* --- what clients say */

static bool refuse(const char *why, int code, const char **said, int *status)
{
	*said = why;
	*status = code;
	return false;
}

bool stream_read(struct arena *mem, const struct stream_wish *w, struct subscription *s, const char **said, int *status)
{
	int i = 0;

	while (i < CHANNELS && !str_eq(w->channel, str_of(channels[i].name)))
		i++;
	if (i == CHANNELS)
		return refuse("Unknown stream type", 400, said, status);
	*s = (struct subscription){ .channel = (enum channel)i, .tag = S(""), .shown = S("") };
	if (channels[i].takes == TAKES_TAG) {
		s->tag = tag_fold(mem, w->tag);
		s->shown = w->tag;
		if (!s->tag.n)
			return refuse("Missing tag name parameter", 400, said, status);
	}
	if (channels[i].takes == TAKES_LIST && (!str_int(w->list, &s->list_id) || s->list_id <= 0))
		return refuse("Missing list name parameter", 400, said, status);
	return true;
}

bool stream_subscribe(struct ctx *cx, struct hub_client *c, const struct subscription *s, const char **said, int *status)
{
	enum err e = hub_subscribe(cx, c, s);

	if (e == ERR_DENIED)
		return refuse("Access token does not have the required scopes", 401, said, status);
	if (e == ERR_NOT_FOUND)
		return refuse("Not authorized to stream this list", 401, said, status);
	if (e == ERR_LIMIT)
		return refuse("Too many subscriptions", 429, said, status);
	return !e || refuse("Busy at the moment, try again later", 503, said, status);
}

/* What is no JSON, or asks for something else, gets no answer, as at Mastodon. */
enum stream_ask stream_parse(struct arena *mem, str text, struct subscription *s, const char **said, int *status)
{
	json_t *doc JR_SCOPE = NULL;
	struct stream_wish wish;
	bool on;

	if (jr_parse(text, &doc) || !jr_is_obj(doc))
		return STREAM_NOTHING;
	on = str_eq(jr_str(doc, "type"), S("subscribe"));
	if (!on && !str_eq(jr_str(doc, "type"), S("unsubscribe")))
		return STREAM_NOTHING;
	wish = (struct stream_wish){ str_or(jr_str(doc, "stream"), S("")), str_or(jr_str(doc, "list"), S("")),
		                     str_dup(mem, str_or(jr_str(doc, "tag"), S(""))) };
	if (!stream_read(mem, &wish, s, said, status))
		return STREAM_WRONG;
	return on ? STREAM_SUBSCRIBE : STREAM_UNSUBSCRIBE;
}

static void command(struct ctx *cx, struct hub_client *c, str text)
{
	struct subscription s;
	const char *said = NULL;
	int status = 0;
	enum stream_ask ask = stream_parse(cx->mem, text, &s, &said, &status);

	if (ask == STREAM_SUBSCRIBE && !stream_subscribe(cx, c, &s, &said, &status))
		ask = STREAM_WRONG;
	if (ask == STREAM_WRONG)
		hub_say(c, stream_error(cx->mem, said, status));
	else if (ask == STREAM_UNSUBSCRIBE)
		hub_unsubscribe(c, &s);
}

const struct stream_port api_stream_port = { payload, message, command };
