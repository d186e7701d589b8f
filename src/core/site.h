#pragma once
/* Sites: which Host means which, and making new ones. */
#include "core/ctx.h"
#include "store/sites.h"

struct sites_cache;

/* Reads all sites; later look-ups read again when a name is missed (at most once a second), so that `dassie site add`
 * needs no restart. Sites never move or vanish while the process lives. */
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
