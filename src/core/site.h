#pragma once
/* Sites: which Host means which, and making new ones. */
#include "core/ctx.h"
#include "store/sites.h"

struct sites_cache;

/* Reads all sites; later look-ups read again when a name is missed (at most once a second), so that `dassie site add`
 * needs no restart; what `dassie site set` changed is seen within two seconds. A pointer to a site is good for the life
 * of the process, but what it says may be the state from before a change. */
struct sites_cache *sites_open(struct app *app);
void sites_close(struct sites_cache *c);
/* By web host (with its port, as in Host) or by handle domain; NULL if it is none of ours. Both lower case. */
const struct site *site_by_host(struct app *app, str host);
const struct site *site_by_domain(struct app *app, str domain);
const struct site *site_by_id(struct app *app, int64_t id);
/* Either of the two names: is that us? */
const struct site *site_ours(struct app *app, str host_or_domain);
/* The site whose base the URL starts with; NULL if it is not ours. */
const struct site *site_of_url(struct app *app, str url);
/* Does the text hold the name of one of them anywhere? No statement. */
bool site_named_in(struct app *app, str text);
/* After a change made by this process. */
void sites_read_again(struct app *app);
/* All of them, oldest first. */
enum err site_list(struct ctx *cx, struct db_rows *sites) MUST_CHECK;

struct site_in {
	str domain; /* of handles */
	str host;   /* of the web; empty: the same */
	str title;
};
/* Makes the site and its instance actor with keys. ERR_INVALID, ERR_CONFLICT with a sentence. */
enum err site_add(struct ctx *cx, const struct site_in *in, const struct site **made) MUST_CHECK;

/* For instance answers: users, posts, other hosts known. */
struct site_counts {
	int64_t users, active_month, active_half_year, statuses, hosts;
};
enum err site_counts(struct ctx *cx, struct site_counts *out) MUST_CHECK;
/* Between two times, of cx->site: public posts, accounts that wrote them, people who came. */
enum err site_week(struct ctx *cx, int64_t from, int64_t to, int64_t counts[3]) MUST_CHECK;

/* What a site says of itself, by name: title, description, email, contact (an account's name), sign_up, rules (one a
 * line) and the long texts extended_description, privacy_policy, terms_of_service, status_url, thumbnail,
 * languages, sign_up_message, custom_css. "" is the
 * default again. ERR_INVALID with a sentence that lists the names, or says what is wrong with the value. */
enum err site_change(struct ctx *cx, const struct site *site, str name, str value) MUST_CHECK;
/* A long text of cx->site. ERR_NOT_FOUND: not set. */
enum err site_text(struct ctx *cx, const char *name, struct site_text *t) MUST_CHECK;
/* As a page shows it: Markdown is read. */
str site_text_html(struct ctx *cx, str text);
/* Each name and its value, for showing. */
enum err site_show(struct ctx *cx, const struct site *site, void (*line)(void *arg, str name, str value), void *arg) MUST_CHECK;
