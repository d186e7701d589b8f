/* Account, CredentialAccount, Relationship. */
#include "api/entity.h"

/* Accounts show the day they were made, not the second (privacy; apps expect midnight). */
static int64_t midnight(int64_t ms)
{
	return ms - ms % (24 * 3600 * 1000ll);
}

static void role(struct jw *w, const char *key, str name)
{
	bool staff = str_eq(name, S("owner")) || str_eq(name, S("admin"));
	const char *everybody = str_eq(name, S("moderator")) ? "1" : "-99", *number = staff ? "3" : everybody;

	jw_obj(w, key);
	jw_lit(w, "id", number);
	jw_str(w, "name", str_or(name, S("")));
	jw_lit(w, "color", "");
	if (key) {
		jw_int(w, "collection_limit", COLLECTIONS_MOST);
		jw_lit(w, "permissions", staff ? "1048575" : "65536");
		jw_bool(w, "highlighted", name.n > 0);
	}
	jw_end(w);
}

/* Everything but the closing brace. */
static void account_members(struct jw *w, const struct account_view *v)
{
	const struct account *a = &v->a;

	jw_id(w, "id", a->id);
	jw_str(w, "username", a->username);
	jw_str(w, "acct", v->acct);
	jw_str(w, "display_name", str_or(a->display_name, S("")));
	jw_bool(w, "locked", a->locked);
	jw_bool(w, "bot", a->bot);
	jw_bool(w, "discoverable", a->discoverable);
	jw_bool(w, "indexable", a->indexable);
	jw_bool(w, "group", str_eq(a->kind, S("Group")));
	jw_time(w, "created_at", midnight(a->created_at));
	jw_str(w, "note", str_or(a->note, S("")));
	jw_str(w, "url", str_or(v->url, a->uri));
	jw_str(w, "uri", a->uri);
	jw_str(w, "avatar", v->avatar);
	jw_str(w, "avatar_static", v->avatar_static);
	jw_str(w, "avatar_description", str_or(a->avatar_description, S("")));
	jw_str(w, "header", v->header);
	jw_str(w, "header_static", v->header_static);
	jw_str(w, "header_description", str_or(a->header_description, S("")));
	jw_int(w, "followers_count", a->followers_count);
	jw_int(w, "following_count", a->following_count);
	jw_int(w, "statuses_count", a->statuses_count);
	jw_date(w, "last_status_at", a->last_status_at);
	jw_bool(w, "hide_collections", a->hide_collections);
	jw_bool(w, "show_media", a->show_media);
	jw_bool(w, "show_media_replies", a->show_media_replies);
	jw_bool(w, "show_featured", a->show_featured);
	entity_approval(w, "feature_approval", featured_policy(&v->a), v->may_feature ? v->may_feature : "denied");
	jw_raw(w, "emojis", str_or(a->emojis, S("[]")));
	jw_raw(w, "fields", str_or(a->fields, S("[]")));
	if (a->memorial)
		jw_bool(w, "memorial", true);
	if (a->silenced_by)
		jw_bool(w, "limited", true);
	if (a->suspended_at)
		jw_bool(w, "suspended", true);
	if (v->moved)
		entity_account(w, "moved", v->moved);
	if (!account_is_local(a))
		return;
	jw_bool(w, "noindex", !a->indexable);
	jw_arr(w, "roles");
	if (v->role.n)
		role(w, NULL, v->role);
	jw_end(w);
}

void entity_account(struct jw *w, const char *key, const struct account_view *v)
{
	if (!jw_obj_once(w, key, v, v->a.id))
		return;
	account_members(w, v);
	jw_end_once(w, v);
}

void entity_credential_account(struct jw *w, const struct account_view *v, int64_t follow_requests)
{
	const struct account *a = &v->a;

	jw_obj(w, NULL);
	account_members(w, v);
	jw_obj(w, "source");
	jw_str(w, "privacy", str_or(a->default_privacy, S("public")));
	jw_bool(w, "sensitive", a->default_sensitive);
	jw_str(w, "language", a->default_language.n ? a->default_language : STR_NONE);
	jw_str(w, "note", str_or(a->note_source, S("")));
	jw_raw(w, "fields", str_or(a->fields_source, S("[]")));
	jw_int(w, "follow_requests_count", follow_requests);
	jw_bool(w, "hide_collections", a->hide_collections);
	jw_bool(w, "discoverable", a->discoverable);
	jw_bool(w, "indexable", a->indexable);
	jw_raw(w, "attribution_domains", str_or(a->attribution_domains, S("[]")));
	jw_str(w, "quote_policy", str_or(a->default_quote_policy, S("public")));
	jw_end(w);
	role(w, "role", v->role);
	jw_end(w);
}

/* null where there is none: the picture that stands in for it is no part of the profile. */
static void picture(struct jw *w, const char *key, const char *still_key, bool there, str url, str still)
{
	jw_str(w, key, there ? url : STR_NONE);
	jw_str(w, still_key, there ? still : STR_NONE);
}

void entity_profile(struct jw *w, const struct account_view *v)
{
	const struct account *a = &v->a;

	jw_obj(w, NULL);
	jw_id(w, "id", a->id);
	jw_str(w, "display_name", str_or(a->display_name, S("")));
	jw_str(w, "note", str_or(a->note_source, S("")));
	jw_raw(w, "fields", str_or(a->fields_source, S("[]")));
	picture(w, "avatar", "avatar_static", a->avatar_url.n, v->avatar, v->avatar_static);
	jw_str(w, "avatar_description", str_or(a->avatar_description, S("")));
	picture(w, "header", "header_static", a->header_url.n, v->header, v->header_static);
	jw_str(w, "header_description", str_or(a->header_description, S("")));
	jw_bool(w, "locked", a->locked);
	jw_bool(w, "bot", a->bot);
	jw_bool(w, "hide_collections", a->hide_collections);
	jw_bool(w, "discoverable", a->discoverable);
	jw_bool(w, "indexable", a->indexable);
	jw_bool(w, "show_media", a->show_media);
	jw_bool(w, "show_media_replies", a->show_media_replies);
	jw_bool(w, "show_featured", a->show_featured);
	jw_raw(w, "attribution_domains", str_or(a->attribution_domains, S("[]")));
	jw_end(w);
}

void entity_relationship(struct jw *w, const char *key, const struct relationship *r)
{
	jw_obj(w, key);
	jw_id(w, "id", r->id);
	jw_bool(w, "following", r->following);
	jw_bool(w, "showing_reblogs", r->following && r->show_reblogs);
	jw_bool(w, "notifying", r->following && r->notify);
	jw_raw(w, "languages", r->following && r->languages.n ? r->languages : STR_NONE);
	jw_bool(w, "followed_by", r->followed_by);
	jw_bool(w, "blocking", r->blocking);
	jw_bool(w, "blocked_by", r->blocked_by);
	jw_bool(w, "muting", r->muting);
	jw_bool(w, "muting_notifications", r->muting && r->muting_notifications);
	jw_time(w, "muting_expires_at", r->muting ? r->muting_expires_at : 0);
	jw_bool(w, "requested", r->requested);
	jw_bool(w, "requested_by", r->requested_by);
	jw_bool(w, "domain_blocking", r->domain_blocking);
	jw_bool(w, "endorsed", r->endorsed);
	jw_str(w, "note", str_or(r->note, S("")));
	jw_end(w);
}
