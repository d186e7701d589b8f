#pragma once
/* Rows of statuses and of the tables that hang on them. */
#include "db/db.h"

enum { HAS_MENTIONS = 1, HAS_TAGS = 2, HAS_MEDIA = 4 };

struct status {
	int64_t id;
	str uri, url;
	int64_t account_id;
	int64_t site_id; /* 0: remote */
	int64_t in_reply_to_id, in_reply_to_account_id;
	str in_reply_to_uri;
	int64_t reblog_of_id;
	int64_t thread_id;
	str conversation;
	str visibility; /* public unlisted private direct */
	bool sensitive;
	str spoiler_text;
	str content; /* HTML */
	str text, content_type;
	str language;
	int64_t app_id;
	int64_t replies_count, reblogs_count, favourites_count;
	str emojis; /* JSON */
	int64_t extras; /* bits of what hangs on it */
	int64_t created_at, edited_at, deleted_at;
};

struct attachment {
	int64_t id, status_id, account_id, place;
	str kind; /* image gifv video audio unknown */
	str remote_url, preview_url, mime, description, blurhash;
	int64_t width, height, focus_x, focus_y, created_at;
};

struct status_edit {
	int64_t id, status_id;
	str spoiler_text, content;
	bool sensitive;
	int64_t created_at;
};

extern const struct db_map status_map;
extern const struct db_map attachment_map;
