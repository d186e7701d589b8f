/* Actors and keys as strangers write them. federation.md 3.1, 3.4, 5.1. One bad part never costs the whole profile. */
#include "base/clock.h"
#include "base/url.h"
#include "fed/as_read.h"
#include "net/keys.h"
#include "text/clean.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct rough {
	struct as_actor *out;
	str name, summary, preferred;
	const json_t *icon, *image, *endpoints, *keys, *methods, *attachment, *tag, *domains, *policy;
	str url, shared_inbox;
	struct strs aliases;
	int64_t published;
};

#define A(key, kind, member, max)                                       \
	{                                                               \
		key, kind, offsetof(struct remote_account, member), max \
	}
static const struct as_field account_fields[] = {
	A("id", AS_ID, uri, 0),
	A("inbox", AS_ID, inbox, 0),
	A("outbox", AS_ID, outbox, 0),
	A("followers", AS_ID, followers_uri, 0),
	A("following", AS_ID, following_uri, 0),
	A("featured", AS_ID, featured_uri, 0),
	A("featuredTags", AS_ID, featured_tags_uri, 0),
	A("featuredCollections", AS_ID, collections_uri, 0),
	A("movedTo", AS_ID, moved_to_uri, 0),
	A("manuallyApprovesFollowers", AS_BOOL, locked, 0),
	A("discoverable", AS_BOOL, discoverable, 0),
	A("indexable", AS_BOOL, indexable, 0),
	A("memorial", AS_BOOL, memorial, 0),
	A("suspended", AS_BOOL, suspended, 0),
	A("published", AS_TIME, created_at, 0),
};
#undef A

#define R(key, kind, member, max)                              \
	{                                                      \
		key, kind, offsetof(struct rough, member), max \
	}
static const struct as_field rough_fields[] = {
	R("name", AS_TEXT, name, AS_TEXT_MAX),
	R("nameMap", AS_MAP, name, AS_TEXT_MAX),
	R("summary", AS_TEXT, summary, AS_BIO_MAX),
	R("summaryMap", AS_MAP, summary, AS_BIO_MAX),
	R("preferredUsername", AS_TEXT, preferred, AS_TEXT_MAX + 1),
	R("url", AS_LINK, url, 0),
	R("sharedInbox", AS_ID, shared_inbox, 0),
	R("alsoKnownAs", AS_IDS, aliases, AS_ALIASES),
	R("icon", AS_NODE, icon, 0),
	R("image", AS_NODE, image, 0),
	R("endpoints", AS_NODE, endpoints, 0),
	R("publicKey", AS_NODE, keys, 0),
	R("assertionMethod", AS_NODE, methods, 0),
	R("attachment", AS_NODE, attachment, 0),
	R("tag", AS_NODE, tag, 0),
	R("attributionDomains", AS_NODE, domains, 0),
	R("interactionPolicy", AS_NODE, policy, 0),
};
#undef R

/* [A-Za-z0-9_]+([.-]+[A-Za-z0-9_]+)* */
static bool username_ok(str name)
{
	bool word = false;

	if (!name.n || name.n > AS_TEXT_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';

		if (!is_word && ((c != '.' && c != '-') || i == 0))
			return false;
		word = is_word;
	}
	return word;
}

/* What kind of key it is, its bytes say, not where they stand. What nobody here could use is left out. */
static void add_key(struct remote_account *a, struct arena *mem, str uri, str text, struct sig_key *(*read)(str))
{
	static const char *const kinds[] = { [KEY_RSA] = "rsa", [KEY_ED25519] = "ed25519" };
	struct sig_key *key;

	if (a->keys_n == (int)COUNT(a->keys) || str_empty(uri) || str_empty(text) || !url_same_origin(uri, a->uri))
		return;
	for (int i = 0; i < a->keys_n; i++)
		if (str_eq(a->keys[i].uri, uri))
			return;
	key = read(text);
	if (!key)
		return;
	a->keys[a->keys_n++] = (struct remote_key){ str_dup(mem, uri), str_of(kinds[key_kind(key)]), str_dup(mem, text) };
	key_free(key);
}

/* A key may say until when it counts (FEP-521a). What is no time counts as past. */
static bool over(const json_t *k, const char *what)
{
	int64_t at = 0;

	return jr_get(k, what) && (!clock_parse_iso(jr_str(k, what), &at) || at <= clock_now());
}

static void read_keys(struct arena *mem, const struct rough *r, struct remote_account *a)
{
	for (size_t i = 0; i < jr_many(r->keys) && i < 16; i++) {
		const json_t *k = jr_nth(r->keys, i);

		if (str_eq(as_id(jr_get(k, "owner")), a->uri))
			add_key(a, mem, jr_str(k, "id"), jr_str(k, "publicKeyPem"), key_public);
	}
	for (size_t i = 0; i < jr_many(r->methods) && i < 16; i++) {
		const json_t *k = jr_nth(r->methods, i);

		if (str_eq(as_id(jr_get(k, "controller")), a->uri) && !over(k, "revoked") && !over(k, "expires"))
			add_key(a, mem, jr_str(k, "id"), jr_str(k, "publicKeyMultibase"), key_multikey);
	}
}

static str picture(struct arena *mem, const json_t *v)
{
	str url = as_link(mem, v);

	return str_none(url) ? S("") : url;
}

/* PropertyValue only; the rest is for others. */
static str read_fields(struct arena *mem, const json_t *list)
{
	struct jw w;
	int n = 0;

	jw_init(&w, mem, 1 << 20);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < jr_many(list) && i < 256 && n < AS_FIELDS; i++) {
		const json_t *f = jr_nth(list, i);
		str name = jr_str(f, "name"), value = jr_str(f, "value");

		if (!str_eq(as_type(f), S("PropertyValue")) || str_empty(name) || str_none(value))
			continue;
		jw_obj(&w, NULL);
		jw_str(&w, "name", clean_line(mem, clean_text(mem, str_head_runes(str_to(name, 8192), 2047))));
		jw_str(&w, "value", clean_html(mem, str_head_runes(str_to(value, 8192), 2047)));
		jw_null(&w, "verified_at");
		jw_end(&w);
		n++;
	}
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

/* Texts only: an object that has an id is no domain. */
static struct strs read_domains(struct arena *mem, const json_t *list)
{
	struct strs out = { NEWS(mem, str, ATTRIBUTION_MOST), 0 };

	for (size_t i = 0; i < jr_many(list) && i < 256 && out.n < ATTRIBUTION_MOST; i++)
		if (jr_is_str(jr_nth(list, i)))
			out.v[out.n++] = str_dup(mem, str_to(jr_text(jr_nth(list, i)), 255));
	return out;
}

static str read_aliases(struct arena *mem, const struct strs *list)
{
	struct jw w;

	jw_init(&w, mem, 1 << 20);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < list->n; i++)
		if (as_url_ok(mem, list->v[i]))
			jw_str(&w, NULL, list->v[i]);
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

/* Of the same host as the id, or not at all: a profile must not pass itself off as another's. */
static str same_host_or(str url, str uri, struct arena *mem)
{
	str a = url_authority(mem, url), b = url_authority(mem, uri);

	return !str_none(a) && str_eq(a, b) ? url : uri;
}

static str url_or_empty(struct arena *mem, str url)
{
	return as_url_ok(mem, url) ? url : S("");
}

static void finish(struct arena *mem, const json_t *doc, const struct rough *r, struct remote_account *a)
{
	struct account self = { .uri = a->uri, .followers_uri = a->followers_uri, .following_uri = a->following_uri };
	str shared = as_id(jr_get(r->endpoints, "sharedInbox"));

	a->no_media = !jr_bool(doc, "showMedia", true);
	a->no_media_replies = !jr_bool(doc, "showRepliesInMedia", true);
	a->no_featured = !jr_bool(doc, "showFeatured", true);
	a->username = r->preferred;
	a->domain = url_authority(mem, a->uri);
	a->display_name = clean_line(mem, clean_text(mem, str_none(r->name) ? S("") : r->name));
	a->note = clean_html(mem, str_none(r->summary) ? S("") : r->summary);
	a->bot = str_eq(a->kind, S("Service")) || str_eq(a->kind, S("Application"));
	a->url = str_none(r->url) ? a->uri : same_host_or(r->url, a->uri, mem);
	a->avatar_url = picture(mem, r->icon);
	a->header_url = picture(mem, r->image);
	a->fields = read_fields(mem, r->attachment);
	a->attribution_domains = read_domains(mem, r->domains);
	a->emojis = as_emojis(mem, r->tag);
	a->also_known_as = read_aliases(mem, &r->aliases);
	a->shared_inbox = url_or_empty(mem, str_none(shared) ? r->shared_inbox : shared);
	a->inbox = url_or_empty(mem, a->inbox);
	a->outbox = url_or_empty(mem, a->outbox);
	a->followers_uri = url_or_empty(mem, a->followers_uri);
	a->following_uri = url_or_empty(mem, a->following_uri);
	a->featured_uri = url_or_empty(mem, a->featured_uri);
	a->featured_tags_uri = url_or_empty(mem, a->featured_tags_uri);
	a->collections_uri = url_or_empty(mem, a->collections_uri);
	a->feature_policy = as_policy(jr_get(r->policy, "canFeature"), &self);
	a->moved_to_uri = url_or_empty(mem, a->moved_to_uri);
	a->followers_count = a->following_count = a->statuses_count = -1;
}

enum err as_actor_read(struct arena *mem, const json_t *doc, struct as_actor *out)
{
	struct rough r = { 0 };
	struct remote_account *a = &out->a;

	*out = (struct as_actor){ 0 };
	if (!jr_is_obj(doc))
		return ERR_INVALID;
	as_fields(mem, doc, account_fields, COUNT(account_fields), a);
	as_fields(mem, doc, rough_fields, COUNT(rough_fields), &r);
	a->kind = as_type(doc);
	if (!as_type_is_actor(a->kind) || !as_url_ok(mem, a->uri) || !username_ok(r.preferred))
		return ERR_INVALID;
	read_keys(mem, &r, a);
	finish(mem, doc, &r, a);
	out->webfinger = jr_str(doc, "webfinger");
	out->partial = str_empty(a->inbox);
	return out->partial && !a->keys_n ? ERR_INVALID : OK;
}

/* The owner is said by the document; that the owner says so too is for the caller to check. */
str as_key_owner(struct arena *mem, const json_t *doc, str key_id)
{
	str owner = STR_NONE;

	if (!str_none(jr_str(doc, "publicKeyPem")))
		owner = as_id(jr_get(doc, "owner"));
	else if (!str_none(jr_str(doc, "publicKeyMultibase")))
		owner = as_id(jr_get(doc, "controller"));
	else if (jr_is_obj(jr_get(doc, "publicKey")) || jr_is_arr(jr_get(doc, "publicKey")))
		owner = as_id(jr_get(jr_nth(jr_get(doc, "publicKey"), 0), "owner"));
	else if (as_type_is_actor(as_type(doc)))
		owner = as_id(jr_get(doc, "id"));
	return as_url_ok(mem, owner) && url_same_origin(owner, key_id) ? owner : STR_NONE;
}
