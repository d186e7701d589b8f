/* What a local account says of itself, and finding accounts by what they say. */
#include "base/json.h"
#include "base/url.h"
#include "core/account.h"
#include "core/job.h"
#include "core/emoji.h"
#include "core/site.h"
#include "core/relation.h"
#include "core/verify.h"
#include "core/search_index.h"
#include "text/clean.h"
#include "text/compose.h"
#include "text/words.h"

enum { NAME_RUNES = 30,
       NOTE_RUNES = 500,
       FIELD_RUNES = 255,
       FIELD_COUNT = 4,
       HTML_MAX = 1 << 20 };

/* Mentions of those we know become links. */
static str render(struct ctx *cx, str text)
{
	struct compose found;
	str base = cx->site ? cx->site->base : S("");

	compose_scan(cx->mem, text, &found);
	found.tag_base = str_cat(cx->mem, base, S("/tags/"));
	for (size_t i = 0; i < found.mention_count; i++) {
		struct compose_mention *m = &found.mentions[i];
		struct account a;
		str handle = str_none(m->domain) ? m->user : strf(cx->mem, "%.*s@%.*s", STR_F(m->user), STR_F(m->domain));

		m->href = STR_NONE;
		if (account_by_handle(cx, handle, &a))
			continue;
		m->href = a.url;
		m->shown = a.username;
	}
	return compose_html(cx->mem, text, &found);
}

/* One line needs no paragraph. */
static str render_line(struct ctx *cx, str text)
{
	str html = render(cx, text), inner = html;

	if (str_skip(&inner, S("<p>")) && str_chop(&inner, S("</p>")) && str_find(inner, S("<p>")) < 0)
		return inner;
	return html;
}

static void write_field(struct jw *w, str name, str value)
{
	jw_obj(w, NULL);
	jw_str(w, "name", name);
	jw_str(w, "value", value);
	jw_null(w, "verified_at");
	jw_end(w);
}

static enum err set_fields(struct ctx *cx, const struct profile_in *in, struct account *a)
{
	struct jw html, typed;

	jw_init(&html, cx->mem, HTML_MAX);
	jw_init(&typed, cx->mem, HTML_MAX);
	jw_arr(&html, NULL);
	jw_arr(&typed, NULL);
	for (int i = 0; i < in->fields_n && i < FIELD_COUNT; i++) {
		str name = clean_line(cx->mem, in->fields[i].name), value = str_trim(in->fields[i].value);

		if (!name.n && !value.n)
			continue;
		if (str_runes(name) > FIELD_RUNES || str_runes(value) > FIELD_RUNES)
			return fail(cx, ERR_INVALID,
			            "Validation failed: Fields are too long (maximum is %d characters)", FIELD_RUNES);
		write_field(&html, str_or(name, S("")), render_line(cx, str_or(value, S(""))));
		write_field(&typed, str_or(name, S("")), str_or(value, S("")));
	}
	jw_end(&html);
	jw_end(&typed);
	a->fields = verified_keep(cx->mem, a->fields, str_or(jw_done(&html), S("[]")));
	a->fields_source = verified_keep(cx->mem, a->fields_source, str_or(jw_done(&typed), S("[]")));
	return OK;
}

static void set_flag(bool *flag, int given)
{
	if (given)
		*flag = given > 0;
}

/* Domains as typed, one a line or an item; addresses count for their hosts. */
static enum err set_domains(struct ctx *cx, const struct profile_in *in, struct account *a)
{
	struct strs good = { NEWS(cx->mem, str, ATTRIBUTION_MOST), 0 };

	for (size_t i = 0; i < in->domains.n; i++)
		for (str rest = in->domains.v[i], line; str_cut(&rest, '\n', &line);) {
			str domain, host = str_trim(line), authority;

			if (!host.n)
				continue;
			authority = url_authority(cx->mem, host);
			if (url_domain(cx->mem, str_or(authority, host), &domain))
				return fail(cx, ERR_INVALID,
				            "Validation failed: Attribution domains as text is not a valid domain name");
			if (good.n == ATTRIBUTION_MOST)
				return fail(cx, ERR_INVALID,
				            "Validation failed: Attribution domains are too many (maximum is %d)",
				            ATTRIBUTION_MOST);
			if (!strs_has(good, domain))
				good.v[good.n++] = domain;
		}
	a->attribution_domains = db_text_list(cx->mem, good);
	return OK;
}

static enum err set_texts(struct ctx *cx, const struct profile_in *in, struct account *a)
{
	if (in->has_display_name) {
		a->display_name = str_or(clean_line(cx->mem, in->display_name), S(""));
		if (str_runes(a->display_name) > NAME_RUNES)
			return fail(cx, ERR_INVALID,
			            "Validation failed: Display name is too long (maximum is %d characters)", NAME_RUNES);
	}
	if (in->has_note) {
		a->note_source = str_or(str_trim(in->note), S(""));
		if (str_runes(a->note_source) > NOTE_RUNES)
			return fail(cx, ERR_INVALID,
			            "Validation failed: Bio is too long (maximum is %d characters)", NOTE_RUNES);
		a->note = a->note_source.n ? render(cx, a->note_source) : S("");
	}
	if (in->has_domains)
		TRY(set_domains(cx, in, a));
	return in->has_fields ? set_fields(cx, in, a) : OK;
}

static enum err set_defaults(struct ctx *cx, const struct profile_in *in, struct account *a)
{
	static const char *const privacies[] = { "public", "unlisted", "private", "direct" };
	size_t i = 0;

	if (in->has_privacy) {
		while (i < 4 && !str_eq(in->privacy, str_of(privacies[i])))
			i++;
		if (i == 4)
			return fail(cx, ERR_INVALID,
			            "Validation failed: Privacy is not included in the list");
		a->default_privacy = in->privacy;
	}
	if (in->has_quote_policy) {
		if (!str_eq(in->quote_policy, S("public")) && !str_eq(in->quote_policy, S("followers")) &&
		    !str_eq(in->quote_policy, S("nobody")))
			return fail(cx, ERR_INVALID, "Validation failed: Quote policy is not included in the list");
		a->default_quote_policy = in->quote_policy;
	}
	if (in->has_language) {
		if (in->language.n && !language_ok(in->language))
			return fail(cx, ERR_INVALID, "Validation failed: Language is not a language tag");
		a->default_language = in->language.n ? language_tag(cx->mem, in->language) : S("");
	}
	return OK;
}

/* url, file, still, description: of the account. What was there before goes. */
static enum err set_picture(struct ctx *cx, const struct profile_picture *in, str *url, str *file, str *still, str *words)
{
	if (in->has_description) {
		*words = str_or(clean_line(cx->mem, in->description), S(""));
		if (str_runes(*words) > PICTURE_TEXT_MAX)
			return fail(cx, ERR_INVALID, "Validation failed: Description is too long (maximum is %d characters)",
			            PICTURE_TEXT_MAX);
	}
	if (in->remove) {
		*url = *words = S("");
		*file = *still = STR_NONE;
	}
	if (!in->made)
		return OK;
	TRY(media_keep(cx->db, in->made));
	*file = in->made->file;
	*still = in->made->still;
	*url = media_address(cx->mem, cx->site->base, *file);
	return OK;
}

struct update {
	const struct profile_in *in;
	struct account a;
};

static enum err drop_old(struct ctx *cx, const struct account *was, const struct account *a)
{
	const str old[] = { was->avatar_file, was->avatar_still, was->header_file, was->header_still };
	const str now[] = { a->avatar_file, a->avatar_still, a->header_file, a->header_still };

	for (int i = 0; i < 4; i++)
		if (!str_eq(old[i], now[i]))
			TRY(media_drop(cx, old[i]));
	return OK;
}

static enum err set_pictures(struct ctx *cx, const struct profile_in *in, struct account *a)
{
	TRY(set_picture(cx, &in->avatar, &a->avatar_url, &a->avatar_file, &a->avatar_still, &a->avatar_description));
	return set_picture(cx, &in->header, &a->header_url, &a->header_file, &a->header_still, &a->header_description);
}

static enum err put_profile(struct ctx *cx, void *arg)
{
	struct update *u = arg;
	struct send s = { .kind = SEND_PROFILE, .actor_id = cx->me->id };
	struct account was = { 0 };

	TRY(accounts_by_id(cx->db, cx->mem, cx->me->id, &was));
	u->a = was;
	TRY(set_pictures(cx, u->in, &u->a));
	TRY(set_texts(cx, u->in, &u->a));
	TRY(set_defaults(cx, u->in, &u->a));
	set_flag(&u->a.locked, u->in->locked);
	set_flag(&u->a.bot, u->in->bot);
	set_flag(&u->a.discoverable, u->in->discoverable);
	set_flag(&u->a.indexable, u->in->indexable);
	set_flag(&u->a.hide_collections, u->in->hide_collections);
	set_flag(&u->a.default_sensitive, u->in->sensitive);
	set_flag(&u->a.show_media, u->in->show_media);
	set_flag(&u->a.show_media_replies, u->in->show_media_replies);
	set_flag(&u->a.show_featured, u->in->show_featured);
	if (u->in->bot)
		u->a.kind = u->in->bot > 0 ? S("Service") : S("Person");
	u->a.updated_at = cx->now;
	TRY(emoji_in(cx, (const str[]){ u->a.display_name, u->a.note_source, u->a.fields_source }, 3, &u->a.emojis));
	TRY(accounts_set_profile(cx->db, &u->a));
	TRY(search_index_account(cx, &u->a));
	TRY(drop_old(cx, &was, &u->a));
	if (!str_eq(was.fields, u->a.fields))
		TRY(verify_ask(cx, &u->a));
	if (was.locked && !u->a.locked)
		TRY(relation_let_in(cx, &u->a));
	return send_add(cx, &s);
}

enum err account_update(struct ctx *cx, const struct profile_in *in, struct account *changed)
{
	struct update u = { .in = in };

	if (!cx->me || !account_is_local(cx->me))
		return ERR_DENIED;
	TRY(write_tx(cx, put_profile, &u));
	*changed = u.a;
	return OK;
}
