#pragma once
/* Rows of accounts and account_keys, local and remote. */
#include "db/db.h"

struct account {
	int64_t id;
	int64_t site_id; /* 0: remote */
	str username, username_lower;
	str domain; /* of the handle */
	str host;   /* authority of uri */
	str uri, url;
	str kind; /* Person Service Group Application Organization */
	str display_name;
	str note; /* HTML */
	str note_source;
	/* These three are JSON in the very form of the client API, so that entities copy them. */
	str fields;        /* [{"name","value","verified_at"}], values HTML */
	str fields_source; /* the same as typed; "[]" for remote */
	str emojis;        /* [{"shortcode","url","static_url","visible_in_picker"}] */
	str avatar_url, header_url;
	/* Of local ones: names of blobs, HASH.EXTENSION; STR_NONE: none, or it does not move. */
	str avatar_file, avatar_still, header_file, header_still;
	str avatar_description, header_description;
	bool locked, bot, discoverable, indexable, hide_collections, memorial;
	str inbox, shared_inbox, outbox, followers_uri, following_uri, featured_uri, featured_tags_uri;
	str collections_uri;    /* of remote ones: featuredCollections; "": none */
	int64_t feature_policy; /* of remote ones: who may put it into a collection; bits of core/quote.h */
	str also_known_as; /* JSON list */
	str moved_to_uri;
	int64_t followers_count, following_count, statuses_count, last_status_at;
	str default_privacy;
	bool default_sensitive;
	str default_language, default_quote_policy;
	str attribution_domains; /* JSON list */
	bool show_media, show_media_replies, show_featured;
	int64_t links_checked_at; /* 0: never */
	int64_t created_at, updated_at, fetched_at, suspended_at, deleted_at;
	int64_t suspended_by, silenced_by; /* bits of enum said_by; suspended_at is 0 where nobody does */
	bool media_rejected;               /* by the policy of its host */
};
/* Who suspends or silences an account. */
enum said_by { BY_ITS_SERVER = 1, BY_MODERATOR = 2, BY_HOST_POLICY = 4 };

struct account_key {
	int64_t id, account_id;
	str uri;  /* keyId */
	str kind; /* rsa ed25519 */
	str public_pem, private_pem;
	int64_t fetched_at;
};

extern const struct db_map account_map;
extern const struct db_map account_key_map;

enum err accounts_insert(struct db *db, const struct account *a) MUST_CHECK;
enum err accounts_by_id(struct db *db, struct arena *mem, int64_t id, struct account *a) MUST_CHECK;
enum err accounts_by_uri(struct db *db, struct arena *mem, str uri, struct account *a) MUST_CHECK;
/* A remote one by the address of its profile page. */
enum err accounts_by_url(struct db *db, struct arena *mem, str url, struct account *a) MUST_CHECK;
enum err accounts_by_handle(struct db *db, struct arena *mem, str username_lower, str domain,
                            struct account *a) MUST_CHECK;
/* The one remote account of that name whose server is `host`, whatever its handle's domain. */
enum err accounts_by_host_name(struct db *db, struct arena *mem, str username_lower, str host,
                               struct account *a) MUST_CHECK;
/* Remote ones whose own inbox that is, n at most. */
enum err accounts_by_inbox(struct db *db, struct arena *mem, str inbox, int64_t n, struct ids *ids) MUST_CHECK;
/* A remote account that holds the handle under another uri loses it. */
enum err accounts_free_handle(struct db *db, str username_lower, str domain, str uri) MUST_CHECK;
/* All that a remote actor's document says. */
enum err accounts_refresh(struct db *db, const struct account *a) MUST_CHECK;
/* All that the owner of a local account may set. */
enum err accounts_set_profile(struct db *db, const struct account *a) MUST_CHECK;
/* What is verified of its fields, and when that was looked at. */
enum err accounts_set_links(struct db *db, const struct account *a) MUST_CHECK;
/* Living ones of ours that were looked at before, n at most. */
enum err accounts_links_old(struct db *db, struct arena *mem, int64_t before, int64_t n, struct ids *ids) MUST_CHECK;
enum err accounts_tombstone(struct db *db, int64_t id, int64_t at) MUST_CHECK;
/* Adds; never below zero. */
enum err accounts_add_counts(struct db *db, int64_t id, int64_t followers, int64_t following) MUST_CHECK;
/* Living posts of the account, n at most; struct status. */
enum err accounts_posts_left(struct db *db, struct arena *mem, int64_t id, int64_t n,
                             struct db_rows *out) MUST_CHECK;
/* Removes n of its favourites; the posts they were of. */
enum err accounts_favourites_left(struct db *db, struct arena *mem, int64_t id, int64_t n,
                                  struct ids *posts) MUST_CHECK;
/* Takes over a key of the same uri only from the same account; then *mine is true. */
enum err keys_put(struct db *db, const struct account_key *k, bool *mine) MUST_CHECK;
/* Another pair under the same uri. */
enum err keys_replace(struct db *db, const struct account_key *k) MUST_CHECK;
enum err keys_by_uri(struct db *db, struct arena *mem, str uri, struct account_key *k) MUST_CHECK;
/* The RSA key of the actor of that uri, if there is exactly one. */
enum err keys_only_of(struct db *db, struct arena *mem, str actor, struct account_key *k) MUST_CHECK;
enum err keys_by_account(struct db *db, struct arena *mem, int64_t account_id, str kind,
                         struct account_key *k) MUST_CHECK;
/* Those of the account whose uri is not in the list. */
enum err keys_delete_others(struct db *db, struct arena *mem, int64_t account_id,
                            struct strs keep) MUST_CHECK;
