/* Sites, held in memory. The list only grows and its entries never move, so that a pointer to a site is good for the
 * life of the process; a site that was changed is put before its older self. Any thread may ask. */
#include "core/site.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/account_make.h"

enum { READ_AGAIN_MS = 1000,
       LOOK_AGAIN_MS = 2000,
       COUNT_AGAIN_MS = 1000,
       TITLE_RUNES = 100 };

/* Entries are only prepended: a reader that sees `first` sees all behind it. */
struct known_site {
	struct site s;
	struct known_site *next;
	pthread_mutex_t lock; /* of the two below */
	struct site_counts counts;
	int64_t counted_at;
};

/* Any thread; lock is for those who add. */
struct sites_cache {
	struct app *app;
	struct arena mem;
	pthread_mutex_t lock;
	_Atomic(struct known_site *) first;
	atomic_llong read_at, looked_at;
};

static const struct known_site *known(struct sites_cache *c, int64_t id)
{
	struct known_site *k = atomic_load(&c->first);

	while (k && k->s.id != id)
		k = k->next;
	return k;
}

static str base_of(struct app *app, struct arena *mem, str host)
{
	return str_cat(mem, app->config && app->config->dev ? S("http://") : S("https://"), host);
}

/* With the lock. */
static void remember(struct sites_cache *c, const struct site *from)
{
	struct known_site *k = NEW(&c->mem, struct known_site);
	struct site *s = &k->s;
	str *texts[] = {
		&s->domain,
		&s->host,
		&s->title,
		&s->description,
		&s->contact_email,
		&s->sign_up,
		&s->rules,
	};

	*s = *from;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!str_none(*texts[i]))
			*texts[i] = str_dup(&c->mem, *texts[i]);
	s->base = base_of(c->app, &c->mem, s->host);
	pthread_mutex_init(&k->lock, NULL);
	k->next = atomic_load(&c->first);
	atomic_store(&c->first, k);
}

static void read_sites(struct sites_cache *c)
{
	struct arena mem ARENA_SCOPE;
	struct db *db = dbs_reader(c->app->dbs);
	struct db_rows rows = { 0 };
	const struct site *s;

	if (!db || sites_all(db, &mem, &rows))
		return;
	s = rows.p;
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < rows.n; i++) {
		const struct known_site *k = known(c, s[i].id);

		if (!k || k->s.updated_at != s[i].updated_at)
			remember(c, &s[i]);
	}
	pthread_mutex_unlock(&c->lock);
}

/* What was changed by another process is seen within two seconds. */
static void look_again(struct sites_cache *c)
{
	long long was = atomic_load(&c->looked_at), now = clock_mono();
	const struct known_site *k;
	int64_t newest = 0, changed = 0;
	struct db *db;

	if (now - was < LOOK_AGAIN_MS || !atomic_compare_exchange_strong(&c->looked_at, &was, now))
		return;
	db = dbs_reader(c->app->dbs);
	if (!db || sites_changed(db, &changed))
		return;
	for (k = atomic_load(&c->first); k; k = k->next)
		newest = k->s.updated_at > newest ? k->s.updated_at : newest;
	if (changed > newest)
		read_sites(c);
}

/* At most once a second: a stranger may ask for any name. */
static bool read_again(struct sites_cache *c)
{
	long long was = atomic_load(&c->read_at), now = clock_mono();

	if (now - was < READ_AGAIN_MS || !atomic_compare_exchange_strong(&c->read_at, &was, now))
		return false;
	read_sites(c);
	return true;
}

struct sites_cache *sites_open(struct app *app)
{
	struct sites_cache *c = calloc(1, sizeof(*c));

	BUG_IF(!c);
	c->app = app;
	arena_init(&c->mem);
	pthread_mutex_init(&c->lock, NULL);
	atomic_store(&c->read_at, clock_mono());
	atomic_store(&c->looked_at, clock_mono());
	read_sites(c);
	return c;
}

void sites_close(struct sites_cache *c)
{
	if (!c)
		return;
	for (struct known_site *k = atomic_load(&c->first); k; k = k->next)
		pthread_mutex_destroy(&k->lock);
	pthread_mutex_destroy(&c->lock);
	arena_free(&c->mem);
	free(c);
}

void sites_read_again(struct app *app)
{
	if (app->sites)
		read_sites(app->sites);
}

typedef bool site_test(const struct site *s, str name);

static bool has_host(const struct site *s, str name)
{
	return str_eq(s->host, name);
}

static bool has_domain(const struct site *s, str name)
{
	return str_eq(s->domain, name);
}

static bool has_either(const struct site *s, str name)
{
	return str_eq(s->domain, name) || str_eq(s->host, name);
}

static bool has_url(const struct site *s, str url)
{
	return str_skip(&url, s->base) && (!url.n || url.p[0] == '/' || url.p[0] == '?' || url.p[0] == '#');
}

static const struct site *find(struct app *app, site_test *test, str name)
{
	struct sites_cache *c = app->sites;

	if (!c || !name.n)
		return NULL;
	look_again(c);
	do
		for (const struct known_site *k = atomic_load(&c->first); k; k = k->next)
			if (test(&k->s, name))
				return &k->s;
	while (read_again(c));
	return NULL;
}

bool site_named_in(struct app *app, str text)
{
	if (!app->sites)
		return false;
	for (const struct known_site *k = atomic_load(&app->sites->first); k; k = k->next)
		if (str_find(text, k->s.host) >= 0 || str_find(text, k->s.domain) >= 0)
			return true;
	return false;
}

const struct site *site_by_host(struct app *app, str host)
{
	return find(app, has_host, host);
}

const struct site *site_by_domain(struct app *app, str domain)
{
	return find(app, has_domain, domain);
}

const struct site *site_ours(struct app *app, str host_or_domain)
{
	return find(app, has_either, host_or_domain);
}

const struct site *site_of_url(struct app *app, str url)
{
	return find(app, has_url, url);
}

const struct site *site_by_id(struct app *app, int64_t id)
{
	const struct known_site *k;

	if (!app->sites || !id)
		return NULL;
	do {
		k = known(app->sites, id);
		if (k)
			return &k->s;
	} while (read_again(app->sites));
	return NULL;
}

enum err site_list(struct ctx *cx, struct db_rows *sites)
{
	struct site *s;

	TRY(sites_all(cx->db, cx->mem, sites));
	s = sites->p;
	for (size_t i = 0; i < sites->n; i++)
		s[i].base = base_of(cx->app, cx->mem, s[i].host);
	return OK;
}

struct site_make {
	struct site s;
	struct account_make actor;
};

static enum err insert_site(struct ctx *cx, void *arg)
{
	struct site_make *m = arg;
	struct account actor;
	enum err e = sites_insert(cx->db, &m->s);

	if (e == ERR_CONFLICT)
		return fail(cx, e, "There is a site of that name already");
	TRY(e);
	return account_make(cx, &m->actor, &actor);
}

static enum err site_names(struct ctx *cx, const struct site_in *in, struct site *s)
{
	bool dev = cx->app->config && cx->app->config->dev;

	if (url_domain(cx->mem, in->domain, &s->domain))
		return fail(cx, ERR_INVALID, "\"%.*s\" is no domain name", STR_F(str_to(in->domain, 100)));
	if (url_domain(cx->mem, str_or(in->host, in->domain), &s->host))
		return fail(cx, ERR_INVALID, "\"%.*s\" is no host name", STR_F(str_to(in->host, 100)));
	if (!dev && (str_chr(s->domain, ':') >= 0 || str_chr(s->host, ':') >= 0))
		return fail(cx, ERR_INVALID, "A port is only possible with dev = yes");
	s->title = str_or(in->title, s->domain);
	if (!str_utf8(s->title) || str_runes(s->title) > TITLE_RUNES)
		return fail(cx, ERR_INVALID, "The title is longer than %d characters", TITLE_RUNES);
	if (site_ours(cx->app, s->domain) || site_ours(cx->app, s->host))
		return fail(cx, ERR_CONFLICT, "There is a site of that name already");
	return OK;
}

enum err site_add(struct ctx *cx, const struct site_in *in, const struct site **made)
{
	struct site_make m = { 0 };
	struct site *s = &m.s;
	long port;

	TRY(site_names(cx, in, s));
	s->id = id_new();
	s->actor_id = id_new();
	s->description = s->contact_email = S("");
	s->rules = S("[]");
	s->created_at = cx->now;
	s->base = base_of(cx->app, cx->mem, s->host);
	/* Its name must be one that others take: no port in it. */
	port = str_chr(s->domain, ':');
	m.actor = (struct account_make){ .site = s, .id = s->actor_id, .kind = S("Application") };
	m.actor.username = port < 0 ? s->domain : str_to(s->domain, (size_t)port);
	TRY(account_make_keys(cx, &m.actor));
	TRY(write_tx(cx, insert_site, &m));
	sites_read_again(cx->app);
	*made = site_by_id(cx->app, s->id);
	if (!*made) {
		*made = NEW(cx->mem, struct site);
		*(struct site *)*made = *s;
	}
	LOG(LOG_INFO, "site_add", LS("domain", s->domain), LS("host", s->host));
	return OK;
}

enum err site_counts(struct ctx *cx, struct site_counts *out)
{
	struct known_site *k = cx->site ? (struct known_site *)known(cx->app->sites, cx->site->id) : NULL;
	int64_t n[5], now = clock_mono();

	if (!k)
		return ERR_NOT_FOUND;
	pthread_mutex_lock(&k->lock);
	*out = k->counts;
	if (k->counted_at && now - k->counted_at < COUNT_AGAIN_MS) {
		pthread_mutex_unlock(&k->lock);
		return OK;
	}
	pthread_mutex_unlock(&k->lock);
	TRY(sites_count(cx->db, cx->site->id, cx->now - 30 * (int64_t)DAY, cx->now - 180 * (int64_t)DAY, n));
	*out = (struct site_counts){ n[0], n[1], n[2], n[3], n[4] };
	pthread_mutex_lock(&k->lock);
	k->counts = *out;
	k->counted_at = now;
	pthread_mutex_unlock(&k->lock);
	return OK;
}

enum err site_week(struct ctx *cx, int64_t from, int64_t to, int64_t counts[3])
{
	return sites_week(cx->db, cx->site->id, from, to, counts);
}
