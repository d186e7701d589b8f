/* NotificationFallback: a notification in words, for apps that do not know its kind.
 * https://docs.joinmastodon.org/entities/NotificationFallback/ */
#include "api/entity.h"
#include "base/arena.h"
#include "core/site.h"

enum { TEXT_MAX = 32 << 10 };

/* HTML with a mark where a name goes: %1 who did it, %2 what or who it is about. Kinds that every app knows have none. */
static const struct {
	const char *kind, *one, *many; /* many, with %n others: of a group */
} texts[] = {
	{ "severed_relationships", "You have lost connections with %2", NULL },
	{ "moderation_warning", "A moderator has sent you a warning", NULL },
	{ "admin.sign_up", "%1 signed up", "%1 and %n more signed up" },
	{ "admin.report", "%1 reported %2", NULL },
	{ "added_to_collection", "%1 added you to a collection", NULL },
	{ "collection_update", "%1 changed a collection that you are in", NULL },
};

static int find(str kind)
{
	for (int i = 0; i < (int)(sizeof(texts) / sizeof(texts[0])); i++)
		if (str_eq(kind, str_of(texts[i].kind)))
			return i;
	return -1;
}

bool notice_has_fallback(str kind)
{
	return find(kind) >= 0;
}

static void html_link(struct buf *b, const struct account_view *who)
{
	buf_add(b, S("<a href=\""));
	buf_html(b, who->url);
	buf_add(b, S("\" class=\"u-url mention\">@"));
	buf_html(b, who->acct);
	buf_add(b, S("</a>"));
}

/* Reports from elsewhere name a server, as nobody there is named. */
static void html_from(struct buf *b, const struct notice_parts *p)
{
	if (p->report && !account_is_local(&p->from->a))
		buf_html(b, p->from->a.domain);
	else
		html_link(b, p->from);
}

static str title_of(struct arena *mem, const char *text, int64_t count, const struct notice_parts *p)
{
	struct buf b = buf_new(mem, TEXT_MAX);
	str rest = str_of(text), plain;

	while (str_cut(&rest, '%', &plain)) {
		buf_add(&b, plain);
		if (str_skip(&rest, S("1")))
			html_from(&b, p);
		else if (str_skip(&rest, S("n")))
			buf_int(&b, count - 1);
		else if (str_skip(&rest, S("2")) && p->report)
			html_link(&b, p->report->target);
		else if (p->event)
			buf_html(&b, p->event->target);
	}
	return buf_str(&b);
}

/* What a moderator wrote, line by line. */
static str details_of(struct arena *mem, const struct notice_parts *p)
{
	struct buf b = buf_new(mem, TEXT_MAX);
	str rest, line;

	if (!p->warning)
		return STR_NONE;
	rest = p->warning->text;
	buf_add(&b, S("<p>"));
	for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
		if (!first)
			buf_add(&b, S("<br>"));
		buf_html(&b, line);
	}
	buf_add(&b, S("</p>"));
	return buf_str(&b);
}

void entity_notification_fallback(struct jw *w, const char *key, str kind, int64_t count, const struct notice_parts *parts)
{
	int i = find(kind);

	jw_obj(w, key);
	jw_str(w, "title", title_of(w->b.mem, count > 1 && texts[i].many ? texts[i].many : texts[i].one, count, parts));
	jw_lit(w, "summary", "This app cannot show all of it; one that is newer may.");
	jw_str(w, "details", details_of(w->b.mem, parts));
	jw_end(w);
}
