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
	bool locked, bot, discoverable, indexable, hide_collections, memorial;
	str inbox, shared_inbox, outbox, followers_uri, following_uri, featured_uri;
	str also_known_as; /* JSON list */
	str moved_to_uri;
	int64_t followers_count, following_count, statuses_count, last_status_at;
	str default_privacy;
	bool default_sensitive;
	str default_language;
	int64_t created_at, updated_at, fetched_at, suspended_at, deleted_at;
};

struct account_key {
	int64_t id, account_id;
	str uri;  /* keyId */
	str kind; /* rsa ed25519 */
	str public_pem, private_pem;
	int64_t fetched_at;
};

extern const struct db_map account_map;
extern const struct db_map account_key_map;
