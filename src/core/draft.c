#include "core/draft.h"

#include "config.h"
#include "core/emoji.h"
#include "core/site.h"
#include "core/visible.h"
#include "text/compose.h"
#include "text/words.h"

static enum err check_text(struct ctx *cx, const struct post_in *in, struct draft *d)
{
	int64_t most = cx->app->config->max_characters;
	bool known = !in->content_type.n || str_eq(in->content_type, S("text/plain")) ||
	             str_eq(in->content_type, S("text/markdown"));

	d->text = str_or(in->text, S(""));
	d->spoiler_text = str_or(in->spoiler_text, S(""));
	if (!str_trim(d->text).n) {
		d->text = d->spoiler_text; /* a warning alone is the post */
		d->spoiler_text = S("");
	}
	if (!str_trim(d->text).n && !in->quoted_id && !in->media.n)
		return fail(cx, ERR_INVALID, "Validation failed: Text can't be blank");
	if ((int64_t)(compose_length(d->text) + str_runes(d->spoiler_text)) > most || (int64_t)d->text.n > most * 64)
		return fail(cx, ERR_INVALID, "Validation failed: Text character limit of %lld exceeded", (long long)most);
	if (!known)
		return fail(cx, ERR_INVALID, "Validation failed: Content type is not supported");
	d->content_type = str_or(in->content_type, S("text/plain"));
	return OK;
}

static bool has_account(const struct post_parts *p, int64_t id)
{
	for (size_t i = 0; i < p->mentions_n; i++)
		if (p->mentions[i].account_id == id)
			return true;
	return false;
}

enum err draft_mention(struct ctx *cx, struct compose_mention *m, struct account *a)
{
	str handle = m->domain.n ? strf(cx->mem, "%.*s@%.*s", STR_F(m->user), STR_F(m->domain)) : m->user;

	TRY(account_by_handle(cx, handle, a));
	m->href = str_or(a->url, a->uri);
	m->shown = a->username;
	return OK;
}

static enum err find_accounts(struct ctx *cx, struct compose *c, struct draft *d)
{
	d->parts.mentions = NEWS(cx->mem, struct post_mention, c->mention_count);
	for (size_t i = 0; i < c->mention_count; i++) {
		struct account a = { 0 };
		enum err e = draft_mention(cx, &c->mentions[i], &a);

		if (e == ERR_NOT_FOUND)
			continue;
		TRY(e);
		if (has_account(&d->parts, a.id))
			continue;
		d->parts.mentions[d->parts.mentions_n++] = (struct post_mention){ a.id, false, account_is_local(&a) };
	}
	return OK;
}

/* Those whom the author blocks are a link at most: nothing is sent to them, and nothing shown. */
static enum err drop_blocked(struct ctx *cx, struct post_parts *p)
{
	struct ids ids = { NEWS(cx->mem, int64_t, p->mentions_n), p->mentions_n };
	unsigned *rel = NEWS(cx->mem, unsigned, p->mentions_n);
	size_t kept = 0;

	for (size_t i = 0; i < p->mentions_n; i++)
		ids.v[i] = p->mentions[i].account_id;
	TRY(visible_relations(cx, cx->me->id, ids, rel));
	for (size_t i = 0; i < p->mentions_n; i++)
		if (!(rel[i] & (REL_BLOCKING | REL_DOMAIN_BLOCKING)))
			p->mentions[kept++] = p->mentions[i];
	p->mentions_n = kept;
	return OK;
}

static void take_tags(struct ctx *cx, const struct compose *c, struct draft *d)
{
	d->parts.tags = NEWS(cx->mem, struct tag_view, c->tag_count);
	d->parts.tags_n = c->tag_count;
	for (size_t i = 0; i < c->tag_count; i++)
		d->parts.tags[i] = (struct tag_view){ c->tags[i].name, c->tags[i].shown };
}

/* Those of the site that its words name. */
static enum err find_emojis(struct ctx *cx, const struct post_in *in, struct draft *d)
{
	size_t options = in->poll ? in->poll->options.n : 0;
	str *texts = NEWS(cx->mem, str, options + 2);

	texts[0] = d->text;
	texts[1] = d->spoiler_text;
	for (size_t i = 0; i < options; i++)
		texts[i + 2] = in->poll->options.v[i];
	return emoji_in(cx, texts, options + 2, &d->emojis);
}

enum err draft_make(struct ctx *cx, const struct post_in *in, struct draft *d)
{
	struct compose c;
	bool markdown;

	*d = (struct draft){ 0 };
	TRY(check_text(cx, in, d));
	markdown = str_eq(d->content_type, S("text/markdown"));
	if (markdown)
		compose_scan_markdown(cx->mem, d->text, &c);
	else
		compose_scan(cx->mem, d->text, &c);
	TRY(find_accounts(cx, &c, d));
	TRY(drop_blocked(cx, &d->parts));
	for (size_t i = 0; i < d->parts.mentions_n; i++)
		d->names_remote |= !d->parts.mentions[i].local;
	c.tag_base = str_cat(cx->mem, cx->site->base, S("/tags/"));
	d->html = markdown ? compose_markdown(cx->mem, d->text, &c) : compose_html(cx->mem, d->text, &c);
	take_tags(cx, &c, d);
	TRY(find_emojis(cx, in, d));
	d->language = language_tag(cx->mem, in->language);
	if (!d->language.n)
		d->language = language_tag(cx->mem, cx->me->default_language);
	d->sensitive = in->sensitive > 0 || (!in->sensitive && cx->me->default_sensitive) || d->spoiler_text.n;
	return OK;
}

enum err status_handles(struct ctx *cx, str text, struct strs *unknown)
{
	enum { MOST = 50 };
	struct compose c;

	compose_scan(cx->mem, text, &c);
	*unknown = (struct strs){ NEWS(cx->mem, str, MOST), 0 };
	for (size_t i = 0; i < c.mention_count && unknown->n < MOST; i++) {
		const struct compose_mention *m = &c.mentions[i];
		struct account a;
		str handle;
		enum err e;

		if (!m->domain.n || site_ours(cx->app, m->domain))
			continue;
		handle = strf(cx->mem, "%.*s@%.*s", STR_F(m->user), STR_F(m->domain));
		e = account_by_handle(cx, handle, &a);
		if (e == ERR_NOT_FOUND)
			unknown->v[unknown->n++] = handle;
		else
			TRY(e);
	}
	return OK;
}
