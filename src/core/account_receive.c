/* Remote accounts: taken in and refreshed. Who calls has fetched the document from its own id and verified the
 * handle; here its texts are made harmless, its addresses held to its own server, its numbers clamped. */
#include "base/clock.h"
#include "base/json.h"
#include "base/url.h"
#include "core/account.h"
#include "core/host_policy.h"
#include "core/site.h"
#include "core/verify.h"
#include "core/search_index.h"
#include "store/hosts.h"
#include "text/clean.h"

enum { URL_MAX = 2048,
       NAME_BYTES = 2048,
       NOTE_BYTES = 20480,
       FIELDS = 50,
       ALIASES = 256,
       EMOJIS = 128,
       JSON_MAX = 1 << 20 };

/* At most so many bytes, and whole characters. */
static str cut(str s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_to(str_none(s) ? S("") : s, n);
}

static bool name_ok(str name)
{
	bool word = false;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
		if (!is_word && ((c != '.' && c != '-') || !i))
			return false;
		word = is_word;
	}
	return word && name.n <= NAME_BYTES;
}

static str web_url(struct ctx *cx, str url)
{
	struct url u;

	return url.n <= URL_MAX && !url_parse(cx->mem, url, &u) ? url : S("");
}

/* An address only where the account's own server is. */
static str own_url(const struct account *a, str url)
{
	return url.n <= URL_MAX && url_same_origin(url, a->uri) ? url : S("");
}

static str clean_fields(struct ctx *cx, str fields)
{
	json_t *doc JR_SCOPE = NULL;
	struct jw w;

	if (!fields.n || jr_parse(fields, &doc))
		return S("[]");
	jw_init(&w, cx->mem, JSON_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < jr_len(doc) && i < FIELDS; i++) {
		const json_t *f = jr_at(doc, i);
		jw_obj(&w, NULL);
		jw_str(&w, "name", str_or(clean_line(cx->mem, cut(jr_str(f, "name"), NAME_BYTES)), S("")));
		jw_str(&w, "value", str_or(clean_html(cx->mem, cut(jr_str(f, "value"), 2 * NAME_BYTES)), S("")));
		jw_null(&w, "verified_at");
		jw_end(&w);
	}
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

static str clean_domains(struct ctx *cx, struct strs list)
{
	struct strs good = { NEWS(cx->mem, str, list.n), 0 };

	for (size_t i = 0; i < list.n && good.n < ATTRIBUTION_MOST; i++)
		if (!url_domain(cx->mem, list.v[i], &good.v[good.n]))
			good.n++;
	return db_text_list(cx->mem, good);
}

static bool shortcode_ok(str code)
{
	for (size_t i = 0; i < code.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-", code.p[i]) ||
		    !code.p[i])
			return false;
	return code.n && code.n <= 200;
}

static str clean_emojis(struct ctx *cx, str emojis)
{
	json_t *doc JR_SCOPE = NULL;
	struct jw w;

	if (!emojis.n || jr_parse(emojis, &doc))
		return S("[]");
	jw_init(&w, cx->mem, JSON_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < jr_len(doc) && i < EMOJIS; i++) {
		str code = jr_str(jr_at(doc, i), "shortcode"), url = web_url(cx,
		                                                             jr_str(jr_at(doc, i), "url"));
		if (!shortcode_ok(code) || !url.n)
			continue;
		jw_obj(&w, NULL);
		jw_str(&w, "shortcode", code);
		jw_str(&w, "url", url);
		jw_str(&w, "static_url", str_or(web_url(cx, jr_str(jr_at(doc, i), "static_url")), url));
		jw_bool(&w, "visible_in_picker", false);
		jw_end(&w);
	}
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

static str clean_aliases(struct ctx *cx, str aliases)
{
	json_t *doc JR_SCOPE = NULL;
	struct jw w;

	if (!aliases.n || jr_parse(aliases, &doc))
		return S("[]");
	jw_init(&w, cx->mem, JSON_MAX);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < jr_len(doc) && i < ALIASES; i++)
		if (web_url(cx, jr_text(jr_at(doc, i))).n)
			jw_str(&w, NULL, jr_text(jr_at(doc, i)));
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

static str kind_of(str kind)
{
	static const char *const kinds[] = { "Person", "Service", "Group", "Application", "Organization" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_eq(kind, str_of(kinds[i])))
			return kind;
	return S("Person");
}

/* -1: not said, what was stays. */
static int64_t clamp(int64_t said, int64_t was)
{
	return said < 0 ? was : said < INT32_MAX ? said
	                                         : INT32_MAX;
}

struct received {
	const struct remote_account *in;
	struct account clean, a;
};

static enum err clean_account(struct ctx *cx, const struct remote_account *in, struct account *a)
{
	struct url u;
	str domain;

	*a = (struct account){ .uri = in->uri, .username = in->username, .kind = kind_of(in->kind) };
	if (in->uri.n > URL_MAX || url_parse(cx->mem, in->uri, &u) || !name_ok(in->username) ||
	    url_domain(cx->mem, in->domain, &domain) || !web_url(cx, in->inbox).n)
		return ERR_INVALID;
	/* nobody else speaks for our names */
	if (site_ours(cx->app, u.authority) || site_ours(cx->app, domain) || site_of_url(cx->app, in->inbox))
		return ERR_DENIED;
	a->username_lower = str_lower(cx->mem, in->username);
	a->domain = domain;
	a->host = u.authority;
	a->url = str_or(own_url(a, in->url), in->uri);
	a->display_name = str_or(clean_line(cx->mem, cut(in->display_name, NAME_BYTES)), S(""));
	a->note = str_or(clean_html(cx->mem, cut(in->note, NOTE_BYTES)), S(""));
	a->fields = clean_fields(cx, in->fields);
	a->emojis = clean_emojis(cx, in->emojis);
	a->also_known_as = clean_aliases(cx, in->also_known_as);
	a->avatar_url = web_url(cx, in->avatar_url);
	a->header_url = web_url(cx, in->header_url);
	a->moved_to_uri = web_url(cx, in->moved_to_uri);
	a->inbox = in->inbox;
	a->shared_inbox = url_same_origin(in->shared_inbox, in->inbox) ? web_url(cx,
	                                                                         in->shared_inbox)
	                                                               : S("");
	a->outbox = own_url(a, in->outbox);
	a->followers_uri = own_url(a, in->followers_uri);
	a->following_uri = own_url(a, in->following_uri);
	a->featured_uri = own_url(a, in->featured_uri);
	a->featured_tags_uri = own_url(a, in->featured_tags_uri);
	a->collections_uri = own_url(a, in->collections_uri);
	a->feature_policy = in->feature_policy;
	a->note_source = a->default_privacy = a->default_language = S("");
	a->fields_source = S("[]");
	a->locked = in->locked;
	a->bot = in->bot;
	a->discoverable = in->discoverable;
	a->indexable = in->indexable;
	a->memorial = in->memorial;
	a->attribution_domains = clean_domains(cx, in->attribution_domains);
	a->show_media = !in->no_media;
	a->show_media_replies = !in->no_media_replies;
	a->show_featured = !in->no_featured;
	return OK;
}

/* What the row keeps from before. */
static void carry_over(struct ctx *cx, const struct received *r, const struct account *old, struct account *a)
{
	const struct remote_account *in = r->in;

	a->followers_count = clamp(in->followers_count, old->followers_count);
	a->following_count = clamp(in->following_count, old->following_count);
	a->statuses_count = clamp(in->statuses_count, old->statuses_count);
	a->suspended_by = (old->suspended_by & ~BY_ITS_SERVER) | (in->suspended ? BY_ITS_SERVER : 0);
	a->suspended_at = !a->suspended_by ? 0 : old->suspended_at ? old->suspended_at
	                                                           : cx->now;
	a->silenced_by = old->silenced_by;
	a->media_rejected = old->media_rejected;
	a->updated_at = a->fetched_at = cx->now;
	a->last_status_at = old->last_status_at;
	a->id = old->id;
	a->created_at = old->created_at;
}

static enum err put_keys(struct ctx *cx, const struct received *r, const struct account *a)
{
	struct strs keep = { NEWS(cx->mem, str, 10), 0 };

	for (int i = 0; i < r->in->keys_n && i < 10; i++) {
		const struct remote_key *in = &r->in->keys[i];
		struct account_key k = {
			.id = id_new(),
			.account_id = a->id,
			.uri = in->uri,
			.kind = in->kind,
			.public_pem = in->public_pem,
			.fetched_at = cx->now,
		};
		bool mine;
		if (in->uri.n > URL_MAX || !url_same_origin(in->uri, a->uri))
			continue;
		TRY(keys_put(cx->db, &k, &mine));
		if (mine)
			keep.v[keep.n++] = in->uri;
	}
	return keys_delete_others(cx->db, cx->mem, a->id, keep);
}

static enum err put_account(struct ctx *cx, void *arg)
{
	struct received *r = arg;
	struct account old = { 0 };
	enum err e = accounts_by_uri(cx->db, cx->mem, r->in->uri, &old);
	struct host_rule rule;

	if (e && e != ERR_NOT_FOUND)
		return e;
	r->a = r->clean;
	carry_over(cx, r, &old, &r->a);
	r->a.fields = verified_keep(cx->mem, old.fields, r->a.fields);
	TRY(host_rule_of(cx, r->a.host, r->a.domain, &rule));
	if (rule.blocked)
		return ERR_DENIED;
	TRY(accounts_free_handle(cx->db, r->a.username_lower, r->a.domain, r->a.uri));
	if (e) {
		r->a.id = id_new();
		r->a.silenced_by = rule.limited ? BY_HOST_POLICY : 0;
		r->a.media_rejected = rule.reject_media;
		r->a.created_at = r->in->created_at > 0 && r->in->created_at < cx->now ? r->in->created_at : cx->now;
		TRY(hosts_seen(cx->db, r->a.host, cx->now));
		TRY(accounts_insert(cx->db, &r->a));
	} else {
		TRY(accounts_refresh(cx->db, &r->a));
	}
	TRY(search_index_account(cx, &r->a));
	return put_keys(cx, r, &r->a);
}

enum err account_receive(struct ctx *cx, const struct remote_account *in, struct account *a)
{
	struct received r = { .in = in };
	enum err e;

	TRY(clean_account(cx, in, &r.clean));
	e = write_tx(cx, put_account, &r);
	if (e == ERR_CONFLICT) /* another thread was first: now it is there */
		e = write_tx(cx, put_account, &r);
	TRY(e);
	*a = r.a;
	return OK;
}
