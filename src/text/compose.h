#pragma once
/* What a user typed -> HTML, in two steps: find who and what is named, then, when the caller has looked the accounts
 * up, write it out. */
#include "base/str.h"

struct arena;

enum { COMPOSE_MENTIONS_MAX = 256,
       COMPOSE_TAGS_MAX = 256 }; /* different ones; more stay text */

/* One account named, however often. */
struct compose_mention {
	str user;   /* as typed first */
	str domain; /* as url_domain() has it, or STR_NONE: of this site */
	str href;   /* filled in by the caller: the profile's URL; STR_NONE: there is no such account, stays text */
	str shown;  /* filled in by the caller: the user name as its account spells it; STR_NONE: as typed */
};

/* One hashtag used, however often. */
struct compose_tag {
	str name;  /* tag_fold(): its identity */
	str shown; /* as typed first, without the # */
};

enum compose_kind { COMPOSE_MENTION,
	            COMPOSE_TAG,
	            COMPOSE_LINK };

struct compose_span {
	enum compose_kind kind;
	size_t at, n; /* bytes of the text */
	size_t which; /* of mentions or tags */
	str href;     /* links: what to point to */
};

/* What compose_scan() found; everything borrows from the text or lives in the arena. */
struct compose {
	/* filled in by the caller: "https://site/tags/", hashtags link to it + their name; STR_NONE: they stay text */
	str tag_base;
	struct compose_mention *mentions;
	size_t mention_count;
	struct compose_tag *tags;
	size_t tag_count;
	struct compose_span *spans; /* in the order of the text, not overlapping; plain text only */
	size_t span_count;
};

/* Plain text. Clears *found first. Linear in the text. */
void compose_scan(struct arena *mem, str text, struct compose *found);
/* The text must be the one that was scanned. Paragraphs, line breaks, links; all else is escaped. */
str compose_html(struct arena *mem, str text, const struct compose *c);

/* The same for text/markdown: nothing in code or in links counts as a mention, hashtag or link. spans stays empty. */
void compose_scan_markdown(struct arena *mem, str text, struct compose *found);
str compose_markdown(struct arena *mem, str text, const struct compose *c);

/* What a stranger's server sends as text that is no HTML. Links become links; names and hashtags stay text, since only that
 * server knows whom they mean. Markdown that is very long is shown as plain text. */
str compose_foreign(struct arena *mem, str text, bool markdown);

/* Characters as Mastodon counts them: every link is 23, a mention counts without its domain. */
size_t compose_length(str text);
