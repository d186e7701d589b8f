#pragma once
/* Posts and accounts loaded for showing: a fixed number of statements for any page. */
#include "core/visible.h"
#include "store/approvals.h"
#include "store/polls.h"
#include "store/quotes.h"

struct account_view {
	struct account a;
	str acct;       /* "user" on its own site, else "user@domain" */
	str url;
	str avatar, header; /* to show: the asked site's /avatars/original/missing.png and /headers/... where there is none */
	str avatar_static, header_static; /* the same, not moving */
	str role;       /* of local ones: owner admin moderator, or "" */
	const char *may_feature; /* into a collection, by the viewer: automatic manual denied unknown missing; NULL: denied */
	const struct account_view *moved; /* where it has gone, if that is known here; NULL: nowhere */
};

struct mention_view {
	int64_t id;
	str username, acct, url, uri;
};

struct tag_view {
	str name, display;
};

struct poll_view {
	struct poll p;
	const struct shown_option *options;
	size_t options_n;
	int64_t *own; /* places the viewer voted for */
	size_t own_n;
	bool expired, voted; /* voted: or asks it */
};

struct card_view; /* core/card.h */
struct featured_view; /* core/featured_collection.h */
struct filter_hit; /* core/filter.h */
struct status_view;
struct quote_view {
	struct quote q;
	str state;                        /* as the viewer is to see it */
	const struct status_view *quoted; /* NULL: not to be shown */
};

struct status_view {
	struct status s;
	const struct account_view *author;
	const struct status_view *reblog; /* of what it is a boost */
	const struct mention_view *mentions;
	size_t mentions_n; /* without silent ones */
	const struct tag_view *tags;
	size_t tags_n;
	const struct attachment *media;
	size_t media_n;
	struct poll_view *poll;
	struct quote_view *quote;
	const struct card_view *card;
	const struct featured_view *collections; /* that it links to */
	size_t collections_n;
	const char *may_quote; /* automatic manual denied unknown */
	str app_name, app_website; /* STR_NONE: not shown */
	const struct filter_hit *filtered; /* by the viewer's filters */
	size_t filtered_n;
	bool favourited, reblogged, bookmarked, muted, pinned;
	bool personal; /* somebody asks: the five above are meant */
	bool pinnable; /* the asker's own, no boost, not direct: "pinned" is shown */
	str base;      /* of the site that asks, for the URLs of tags */
	/* Only where federation asks (serve_complete): URI of the group it was written in, leave to answer or boost, how its
	 * author goes on. */
	str group;
	struct approval approval;
	struct strs own_replies;
};

/* In the order of ids; what is missing, or hidden from cx->me, is left out. */
enum err account_views(struct ctx *cx, struct ids ids, struct account_view **out, size_t *n) MUST_CHECK;
enum err status_views(struct ctx *cx, struct ids ids, struct status_view **out, size_t *n) MUST_CHECK;
/* ERR_NOT_FOUND */
enum err account_view(struct ctx *cx, int64_t id, struct account_view *out) MUST_CHECK;
enum err status_view(struct ctx *cx, int64_t id, struct status_view *out) MUST_CHECK;
