#pragma once
/* Accounts: looking them up, profiles, taking in remote ones. */
#include "core/ctx.h"
#include "store/accounts.h"
#include "store/relations.h"

struct page;
struct media_made; /* core/media.h */

/* ERR_NOT_FOUND each; deleted and suspended ones are found by id and uri, not by handle. */
enum err account_by_id(struct ctx *cx, int64_t id, struct account *a) MUST_CHECK;
enum err account_by_uri(struct ctx *cx, str uri, struct account *a) MUST_CHECK;
/* "user" (of cx->site), "@user", "user@domain" (handle domain or web host of ours count as ours). Without case. */
enum err account_by_handle(struct ctx *cx, str handle, struct account *a) MUST_CHECK;
/* A local account of cx->site by the name in its URL. */
enum err account_local(struct ctx *cx, str username, struct account *a) MUST_CHECK;
/* Of cx->site, e.g. to sign fetches; any site's when cx->site is NULL. */
enum err account_instance(struct ctx *cx, struct account *a) MUST_CHECK;
static inline bool account_is_local(const struct account *a)
{
	return a->site_id != 0;
}
/* The signing key of a local account (kind "rsa"), or any key by its keyId. PeerTube's say the actor's id there: that is the
 * actor's RSA key, if it has just one. */
enum err account_key(struct ctx *cx, int64_t account_id, str kind, struct account_key *k) MUST_CHECK;
enum err account_key_by_uri(struct ctx *cx, str uri, struct account_key *k) MUST_CHECK;

/* The Ed25519 key of a local account, made now if it has none. Not inside a transaction. */
enum err account_proof_key(struct ctx *cx, const struct account *a, struct account_key *k) MUST_CHECK;
/* New keys under the same ids for a local account, and its servers told; not inside a transaction. Each request is signed
 * as it goes out and key ids stay, so what waits needs no old key. */
enum err account_rotate_keys(struct ctx *cx, const struct account *a) MUST_CHECK;

/* What a profile editor may set; a member with given... false stays as it is. */
struct profile_in {
	str display_name, note, privacy, language;
	int locked, bot, discoverable, indexable, hide_collections, sensitive; /* 0 leave, 1 true, -1 false */
	bool has_display_name, has_note, has_fields, has_privacy, has_language, has_quote_policy, has_domains;
	str quote_policy;      /* who may quote its posts if they do not say: public followers nobody */
	struct strs domains;   /* who may name it as an author; one empty one: nobody */
	int show_media, show_media_replies, show_featured; /* as those above */
	struct profile_field {
		str name, value; /* as typed */
	} fields[4];
	int fields_n;
	struct profile_picture {
		struct media_made *made; /* NULL: as it is */
		bool remove;
		bool has_description;
		str description;
	} avatar, header;
};
/* Of cx->me. Renders, stores, tells followers' servers. ERR_INVALID past 30 runes of name, 500 of note, 255 of a field. */
enum err account_update(struct ctx *cx, const struct profile_in *in, struct account *changed) MUST_CHECK;

enum { ATTRIBUTION_MOST = 100 };
/* A remote actor as read from its document (already checked: id, host, handle verified by WebFinger). */
struct remote_account {
	str uri, url, username, domain, kind, display_name, note, fields, emojis, avatar_url, header_url;
	str inbox, shared_inbox, outbox, followers_uri, following_uri, featured_uri, featured_tags_uri;
	str collections_uri;
	int64_t feature_policy; /* bits of core/quote.h; 0: does not say */
	str also_known_as, moved_to_uri;
	struct strs attribution_domains; /* who may name it as an author */
	bool locked, bot, discoverable, indexable, memorial, suspended;
	bool no_media, no_media_replies, no_featured; /* it does not want these shown */
	int64_t created_at, followers_count, following_count, statuses_count; /* counts -1: not said */
	struct remote_key {
		str uri, kind, public_pem;
	} keys[10];
	int keys_n;
};
/* Inserts or refreshes by uri. Another account that holds the handle loses it (federation.md 1.5). Texts are cleaned here. */
enum err account_receive(struct ctx *cx, const struct remote_account *in, struct account *a) MUST_CHECK;
/* A remote account says (or its server answers 410) that it is gone: nothing of it is shown from now on; its posts, relations
 * and notices go behind. The row stays as a tombstone. */
enum err account_receive_delete(struct ctx *cx, int64_t account_id) MUST_CHECK;

/* For good, of a local one: tokens and sessions end at once, every server that may know it is told, a job takes the rest away.
 * ERR_DENIED: an instance actor, or none of ours. */
enum err account_delete(struct ctx *cx, const struct account *a) MUST_CHECK;
/* Job "account_end" (args {"account", "what"}). */
struct job;
enum err account_end_job(struct ctx *cx, const struct job *job) MUST_CHECK;

/* q: a name, a handle or part of one. Local and followed ones first. following: only those cx->me follows. */
enum err account_search(struct ctx *cx, str q, bool following, int64_t limit, int64_t offset,
                        struct ids *found) MUST_CHECK;

/* Answers /relationships, in the order asked; unknown ids are left out. */
enum err account_relationships(struct ctx *cx, struct ids ids, struct relationship **out,
                               size_t *n) MUST_CHECK;

/* Posts and boosts of one account that cx->me may see, newest first (or by min_id). */
struct account_statuses {
	bool only_media, exclude_replies, exclude_reblogs, exclude_direct, pinned;
	str tagged; /* STR_NONE: any */
};
enum err account_statuses(struct ctx *cx, int64_t account_id, const struct account_statuses *f,
                          const struct page *p, struct ids *ids) MUST_CHECK;
