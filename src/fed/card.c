/* Job "card": reads the page that a post links to, once for the whole server. Open Graph and Twitter's tags first; a player in
 * a frame also by oEmbed (https://oembed.com/), of which no markup is taken but the one address; what posts of elsewhere
 * offer for frames is read the same way. */
#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "core/card.h"
#include "fed/fed.h"
#include "fed/fetch_as.h"
#include "fed/resolve.h"
#include "fed/state.h"
#include "text/clean.h"
#include "text/page.h"
#include "text/words.h"

enum { FOR_MS = 40 * SECOND,
       FETCHES_MOST = 12,
       EMBED_FOR_MS = 10 * SECOND,
       EMBED_FETCHES = 2,
       TRIES = 3,
       TITLE_RUNES = 300,
       TEXT_RUNES = 1000,
       NAME_RUNES = 200,
       SIDE_MOST = 10000 };

static bool type_is(str content_type, const char *const *list)
{
	str type;

	str_cut(&content_type, ';', &type);
	for (; *list; list++)
		if (str_ieq(str_trim(type), str_of(*list)))
			return true;
	return false;
}

static bool is_html(str type)
{
	static const char *const types[] = { "text/html", "application/xhtml+xml", NULL };

	return type_is(type, types);
}

static bool is_json(str type)
{
	static const char *const types[] = { "application/json", "text/json", "application/json+oembed", NULL };

	return type_is(type, types);
}

static str line(struct arena *mem, str s, size_t runes)
{
	return s.n ? str_trim(str_head_runes(str_or(clean_line(mem, s), S("")), runes)) : S("");
}

static void set(str *member, str value)
{
	if (value.n)
		*member = value;
}

static void from_facts(struct ctx *cx, const struct page_facts *f, const struct url *final, struct card *c)
{
	str locale = str_dup(cx->mem, str_to(f->language, 35));

	for (size_t i = 0; i < locale.n; i++)
		if (locale.p[i] == '_')
			((char *)locale.p)[i] = '-';
	c->kind = S("link");
	c->title = line(cx->mem, f->title, TITLE_RUNES);
	c->description = line(cx->mem, f->description, TEXT_RUNES);
	c->author_name = line(cx->mem, f->author, NAME_RUNES);
	c->author_url = f->author_url;
	c->provider_name = str_or(line(cx->mem, f->site_name, NAME_RUNES), url_domain_shown(cx->mem, final->authority));
	c->provider_url = str_cat(cx->mem, final->origin, S("/"));
	c->image_url = f->image;
	c->image_description = line(cx->mem, f->image_words, TEXT_RUNES);
	c->width = f->image.n ? f->image_width : 0;
	c->height = f->image.n ? f->image_height : 0;
	c->language = locale.n && language_ok(locale) ? language_tag(cx->mem, locale) : S("");
	c->html = c->embed_url = S("");
	c->published_at = 0;
	if (f->published.n && (!clock_parse_iso(f->published, &c->published_at) || c->published_at < 0))
		c->published_at = 0;
	if (f->video.n) {
		struct buf b = buf_new(cx->mem, 8192);

		buf_add(&b, S("<iframe src=\""));
		buf_html(&b, f->video);
		buf_add(&b, S("\"></iframe>"));
		c->width = f->video_width;
		c->height = f->video_height;
		c->html = page_frame(cx->mem, str_or(buf_str(&b), S("")), &c->width, &c->height);
		c->kind = c->html.n ? S("video") : c->kind;
	}
}

static str address(struct arena *mem, const json_t *o, const char *key)
{
	struct url u;
	str s = jr_str(o, key);

	return s.n && !url_parse(mem, s, &u) ? u.whole : STR_NONE;
}

static int64_t side(const json_t *o, const char *key)
{
	int64_t v = jr_int(o, key, 0);

	return v > 0 && v <= SIDE_MOST ? v : 0;
}

/* Frames and pictures; what needs a script of theirs stays a link. */
static void from_oembed(struct ctx *cx, const json_t *o, struct card *c)
{
	str kind = jr_str(o, "type"), photo = address(cx->mem, o, "url");
	int64_t width = side(o, "width"), height = side(o, "height");

	if (!jr_is_obj(o))
		return;
	if (str_eq(kind, S("video"))) {
		str frame = page_frame(cx->mem, str_or(jr_str(o, "html"), S("")), &width, &height);

		if (!frame.n)
			return;
		c->kind = S("video");
		c->html = frame;
		c->embed_url = S("");
		c->width = width;
		c->height = height;
	} else if (str_eq(kind, S("photo")) && photo.n) {
		c->kind = S("photo");
		c->embed_url = photo;
		c->image_url = str_or(c->image_url, photo);
		c->width = width;
		c->height = height;
	} else if (!str_eq(kind, S("link"))) {
		return;
	}
	set(&c->title, line(cx->mem, jr_str(o, "title"), TITLE_RUNES));
	set(&c->author_name, line(cx->mem, jr_str(o, "author_name"), NAME_RUNES));
	set(&c->author_url, address(cx->mem, o, "author_url"));
	set(&c->provider_name, line(cx->mem, jr_str(o, "provider_name"), NAME_RUNES));
	set(&c->provider_url, address(cx->mem, o, "provider_url"));
	set(&c->image_url, address(cx->mem, o, "thumbnail_url"));
}

/* Its answer, which is the caller's: jr_free(). */
static enum err fetch_oembed(struct fetcher *f, str url, json_t **doc)
{
	static const char accept[] = "application/json";
	struct page_got got = { 0 };

	TRY(fetch_for_people(f, url, str_of(accept), &got));
	if (got.status != 200 || !is_json(got.type) || jr_parse(got.body, doc))
		return ERR_NOT_FOUND;
	return OK;
}

/* Without it the page's own words do. Its text is copied, for it outlives the answer. */
static void ask_oembed(struct fetcher *f, str url, struct card *c)
{
	json_t *doc JR_SCOPE = NULL;
	str *const texts[] = { &c->title, &c->author_name, &c->author_url, &c->provider_name, &c->provider_url, &c->image_url };

	if (fetch_oembed(f, url, &doc))
		return;
	from_oembed(f->cx, doc, c);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = str_dup(f->cx->mem, *texts[i]);
}

static bool names_host(str domains, str host)
{
	json_t *list JR_SCOPE = NULL;
	bool found = false;

	if (!domains.n || jr_parse(domains, &list))
		return false;
	for (size_t i = 0; i < jr_len(list) && !found; i++) {
		str domain = jr_text(jr_at(list, i)), rest = host;

		found = domain.n && str_chop(&rest, domain) && (!rest.n || str_ends(rest, S(".")));
	}
	return found;
}

/* Whom the page names as its author, if that account says that the page's host may. */
static void credit(struct fetcher *f, str creator, const struct url *final, struct card *c)
{
	struct account a;
	enum err e;

	c->author_id = 0;
	str_skip(&creator, S("@"));
	if (!creator.n || creator.n > 320 || str_chr(creator, '@') < 1)
		return;
	e = account_by_handle(f->cx, creator, &a);
	if (e == ERR_NOT_FOUND)
		e = resolve_handle(f, creator, &a);
	if (e || a.deleted_at || a.suspended_at || !names_host(a.attribution_domains, final->authority))
		return;
	c->author_id = a.id;
	c->author_name = str_or(a.display_name, a.username);
	c->author_url = str_or(a.url, a.uri);
}

static enum err fetch_facts(struct fetcher *f, str link, struct page_facts *facts, struct url *final)
{
	static const char accept[] = "text/html, application/xhtml+xml;q=0.9";
	struct page_got got = { 0 };

	TRY(fetch_for_people(f, link, str_of(accept), &got));
	if (got.status != 200 || !is_html(got.type) || url_parse(f->cx->mem, got.final, final))
		return ERR_NOT_FOUND;
	page_facts(f->cx->mem, got.body, final->whole, facts);
	return OK;
}

/* What the page calls itself counts where it is of the same host. */
static enum err read_page(struct fetcher *f, str link, struct card *c, str *canonical)
{
	struct page_facts facts;
	struct url final;

	*canonical = STR_NONE;
	TRY(fetch_facts(f, link, &facts, &final));
	from_facts(f->cx, &facts, &final, c);
	if (facts.oembed.n)
		ask_oembed(f, facts.oembed, c);
	credit(f, str_or(facts.creator, S("")), &final, c);
	if (facts.canonical.n && url_same_origin(facts.canonical, final.whole))
		*canonical = facts.canonical;
	return c->title.n ? OK : ERR_NOT_FOUND;
}

/* Whatever kind of thing it calls itself, all that is taken of its markup is one frame. */
static enum err read_embed(struct ctx *cx, const json_t *o, struct port_embed *out)
{
	*out = (struct port_embed){ .width = side(o, "width"), .height = side(o, "height") };
	out->html = page_frame(cx->mem, str_or(jr_str(o, "html"), S("")), &out->width, &out->height);
	if (!out->html.n)
		return ERR_NOT_FOUND;
	out->title = line(cx->mem, jr_str(o, "title"), TITLE_RUNES);
	out->author_name = line(cx->mem, jr_str(o, "author_name"), NAME_RUNES);
	out->author_url = address(cx->mem, o, "author_url");
	out->provider_name = line(cx->mem, jr_str(o, "provider_name"), NAME_RUNES);
	out->provider_url = address(cx->mem, o, "provider_url");
	return OK;
}

enum err fed_embed(struct ctx *cx, str url, struct port_embed *out)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *doc JR_SCOPE = NULL;
	struct page_facts facts;
	struct url final;

	if (cx->writing || !fed.net)
		return ERR_BUSY;
	fetcher_init(&f, cx, EMBED_FETCHES, EMBED_FOR_MS);
	f.urgent = f.cut = true;
	TRY(fetch_facts(&f, url, &facts, &final));
	if (!facts.oembed.n)
		return ERR_NOT_FOUND;
	TRY(fetch_oembed(&f, facts.oembed, &doc));
	return read_embed(cx, doc, out);
}

enum err fed_job_card(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	struct card c = { 0 };
	str canonical, url;
	enum err e;

	fetcher_init(&f, cx, FETCHES_MOST, FOR_MS);
	f.polite = f.cut = true;
	TRY(jr_parse(job->args, &args));
	url = str_dup(cx->mem, str_or(jr_str(args, "url"), S("")));
	e = card_due(cx, url, &c);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = read_page(&f, url, &c, &canonical);
	if (e == ERR_BUSY && job->tries < TRIES)
		return e;
	LOG(LOG_DEBUG, "card", LS("url", url), LS("code", str_of(e ? err_name(e) : "ok")));
	c.state = e ? CARD_NOTHING : CARD_THERE;
	cx->now = clock_now();
	return card_read(cx, &c, e ? STR_NONE : canonical);
}
