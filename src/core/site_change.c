/* What a site says of itself, by name: one table for setting, showing and the sentence that lists the names. */
#include "base/json.h"
#include "base/url.h"
#include "core/account.h"
#include "core/site.h"
#include "text/compose.h"
#include "text/words.h"

enum { RULES = 100,
       RULE_RUNES = 1000 };

struct setting {
	const char *name;
	bool one_line;
	size_t runes;
	size_t at;           /* of the member in struct site; 0: a row of site_texts */
	/* Checks and turns the value into what is stored; NULL: stored as it is. */
	enum err (*take)(struct ctx *cx, const struct site *site, str value, struct site *into);
};

static enum err take_email(struct ctx *cx, const struct site *site, str value, struct site *into)
{
	(void)site;
	if (value.n && (str_chr(value, '@') < 1 || str_chr(value, ' ') >= 0))
		return fail(cx, ERR_INVALID, "\"%.*s\" is no e-mail address", STR_F(value));
	into->contact_email = value;
	return OK;
}

static enum err take_contact(struct ctx *cx, const struct site *site, str value, struct site *into)
{
	struct account a;
	enum err e;

	into->contact_account_id = 0;
	if (!value.n)
		return OK;
	cx->site = site;
	e = account_local(cx, value, &a);
	if (e == ERR_NOT_FOUND)
		return fail(cx, ERR_INVALID, "There is no account named \"%.*s\" on this site", STR_F(value));
	TRY(e);
	into->contact_account_id = a.id;
	return OK;
}

static enum err take_sign_up(struct ctx *cx, const struct site *site, str value, struct site *into)
{
	(void)site;
	if (value.n && !str_eq(value, S("open")) && !str_eq(value, S("approved")) && !str_eq(value, S("invited")) &&
	    !str_eq(value, S("closed")))
		return fail(cx, ERR_INVALID, "sign_up is closed, invited, approved or open, or nothing: as the setting says");
	into->sign_up = value.n ? value : STR_NONE;
	return OK;
}

static enum err take_rules(struct ctx *cx, const struct site *site, str value, struct site *into)
{
	struct jw w;
	size_t n = 0;

	(void)site;
	jw_init(&w, cx->mem, 1 << 20);
	jw_arr(&w, NULL);
	for (str line; str_cut(&value, '\n', &line);) {
		line = str_trim(line);
		if (!line.n)
			continue;
		if (str_runes(line) > RULE_RUNES || ++n > RULES)
			return fail(cx, ERR_INVALID, "At most %d rules, one a line, of at most %d characters", RULES, RULE_RUNES);
		jw_str(&w, NULL, line);
	}
	jw_end(&w);
	into->rules = jw_done(&w);
	return OK;
}

static enum err take_url(struct ctx *cx, const struct site *site, str value, struct site *into)
{
	struct url u;

	(void)site;
	(void)into;
	if (value.n && url_parse(cx->mem, value, &u))
		return fail(cx, ERR_INVALID, "\"%.*s\" is no address of the web", STR_F(value));
	return OK;
}

static enum err take_languages(struct ctx *cx, const struct site *site, str value, struct site *into)
{
	(void)site;
	(void)into;
	for (str one; str_cut(&value, ' ', &one);)
		if (one.n && !language_ok(one))
			return fail(cx, ERR_INVALID, "\"%.*s\" is no code of a language, as en or pt-BR are", STR_F(one));
	return OK;
}

static const struct setting settings[] = {
	{ "title", true, 100, offsetof(struct site, title), NULL },
	{ "description", false, 1000, offsetof(struct site, description), NULL },
	{ "email", true, 255, offsetof(struct site, contact_email), take_email },
	{ "contact", true, 255, offsetof(struct site, contact_account_id), take_contact },
	{ "sign_up", true, 20, offsetof(struct site, sign_up), take_sign_up },
	{ "rules", false, 100000, offsetof(struct site, rules), take_rules },
	{ "status_url", true, 2000, 0, take_url },
	{ "thumbnail", true, 2000, 0, take_url },
	{ "languages", true, 200, 0, take_languages },
	{ "sign_up_message", false, 10000, 0, NULL },
	{ "extended_description", false, 100000, 0, NULL },
	{ "privacy_policy", false, 100000, 0, NULL },
	{ "terms_of_service", false, 100000, 0, NULL },
	{ "custom_css", false, 100000, 0, NULL },
};
enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static enum err setting_of(struct ctx *cx, str name, const struct setting **found)
{
	struct buf names = buf_new(cx->mem, 1000);

	for (size_t i = 0; i < SETTINGS; i++) {
		*found = &settings[i];
		if (str_eq(str_of(settings[i].name), name))
			return OK;
		buf_addf(&names, i ? ", %s" : "%s", settings[i].name);
	}
	return fail(cx, ERR_INVALID, "A site has no \"%.*s\"; it has: %.*s", STR_F(str_to(name, 100)), STR_F(buf_str(&names)));
}

struct change {
	struct site s;
	const struct setting *what;
	str value;
};

static enum err write_change(struct ctx *cx, void *arg)
{
	struct change *c = arg;

	if (!c->what->at)
		TRY(site_texts_put(cx->db, c->s.id, str_of(c->what->name), c->value, cx->now));
	return sites_update(cx->db, &c->s);
}

enum err site_change(struct ctx *cx, const struct site *site, str name, str value)
{
	struct change c = { .s = *site };
	const struct setting *what;

	TRY(setting_of(cx, name, &what));
	value = str_trim(value);
	if (!str_utf8(value) || str_runes(value) > what->runes || (what->one_line && str_chr(value, '\n') >= 0))
		return fail(cx, ERR_INVALID, "%s is %s of at most %zu characters", what->name,
		            what->one_line ? "a line" : "a text", what->runes);
	c.what = what;
	c.value = value;
	c.s.updated_at = cx->now > site->updated_at ? cx->now : site->updated_at + 1;
	if (what->take)
		TRY(what->take(cx, site, value, &c.s));
	else if (what->at)
		*(str *)((char *)&c.s + what->at) = value;
	TRY(write_tx(cx, write_change, &c));
	sites_read_again(cx->app);
	return OK;
}

enum err site_text(struct ctx *cx, const char *name, struct site_text *t)
{
	return site_texts_get(cx->db, cx->mem, cx->site->id, str_of(name), t);
}

str site_text_html(struct ctx *cx, str text)
{
	struct compose c = { .tag_base = str_cat(cx->mem, cx->site->base, S("/tags/")) };

	compose_scan_markdown(cx->mem, text, &c);
	return compose_markdown(cx->mem, text, &c);
}

static str rules_text(struct ctx *cx, str rules)
{
	json_t *doc JR_SCOPE = NULL;
	struct buf b = buf_new(cx->mem, 1 << 20);

	if (!rules.n || jr_parse(rules, &doc))
		return S("");
	for (size_t i = 0; i < jr_len(doc); i++) {
		if (i)
			buf_byte(&b, '\n');
		buf_add(&b, jr_text(jr_at(doc, i)));
	}
	return buf_str(&b);
}

static enum err value_of(struct ctx *cx, const struct site *site, const struct setting *what, str *value)
{
	struct account a;
	struct site_text t = { 0 };
	enum err e = OK;

	if (what->take == take_contact) {
		if (site->contact_account_id)
			e = account_by_id(cx, site->contact_account_id, &a);
		*value = site->contact_account_id && !e ? a.username : S("");
	} else if (what->take == take_rules) {
		*value = rules_text(cx, site->rules);
	} else if (what->at) {
		*value = *(const str *)((const char *)site + what->at);
	} else {
		e = site_texts_get(cx->db, cx->mem, site->id, str_of(what->name), &t);
		*value = t.text;
	}
	return e == ERR_NOT_FOUND ? OK : e;
}

enum err site_show(struct ctx *cx, const struct site *site, void (*line)(void *arg, str name, str value), void *arg)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		str value = STR_NONE;

		TRY(value_of(cx, site, &settings[i], &value));
		line(arg, str_of(settings[i].name), str_or(value, S("")));
	}
	return OK;
}
