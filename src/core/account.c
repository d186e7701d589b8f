/* Looking accounts up. */
#include "core/account.h"

#include "base/url.h"
#include "core/site.h"

enum { HANDLE_MAX = 2048 };

enum err account_by_id(struct ctx *cx, int64_t id, struct account *a)
{
	return accounts_by_id(cx->db, cx->mem, id, a);
}

enum err account_by_uri(struct ctx *cx, str uri, struct account *a)
{
	return accounts_by_uri(cx->db, cx->mem, uri, a);
}

/* Not of those that are deleted or suspended. */
static enum err by_name(struct ctx *cx, str name, str domain, struct account *a)
{
	struct account found;

	TRY(accounts_by_handle(cx->db, cx->mem, str_lower(cx->mem, name), domain, &found));
	if (found.deleted_at || found.suspended_at)
		return ERR_NOT_FOUND;
	*a = found;
	return OK;
}

enum err account_by_handle(struct ctx *cx, str handle, struct account *a)
{
	const struct site *site = cx->site;
	str rest = handle, name, domain;
	enum err e;

	if (handle.n > HANDLE_MAX || !str_utf8(handle))
		return ERR_NOT_FOUND;
	str_skip(&rest, S("@"));
	if (!str_cut(&rest, '@', &name) || !name.n)
		return ERR_NOT_FOUND;
	if (str_none(rest))
		return site ? by_name(cx, name, site->domain, a) : ERR_NOT_FOUND;
	if (url_domain(cx->mem, rest, &domain))
		return ERR_NOT_FOUND;
	site = site_ours(cx->app, domain);
	e = by_name(cx, name, site ? site->domain : domain, a);
	/* People write the web host where the handle has another domain. */
	if (e == ERR_NOT_FOUND && !site)
		e = accounts_by_host_name(cx->db, cx->mem, str_lower(cx->mem, name), domain, a);
	return e;
}

enum err account_local(struct ctx *cx, str username, struct account *a)
{
	if (!cx->site || username.n > HANDLE_MAX)
		return ERR_NOT_FOUND;
	return accounts_by_handle(cx->db, cx->mem, str_lower(cx->mem, username), cx->site->domain, a);
}

enum err account_instance(struct ctx *cx, struct account *a)
{
	struct db_rows rows;

	if (cx->site)
		return accounts_by_id(cx->db, cx->mem, cx->site->actor_id, a);
	TRY(sites_all(cx->db, cx->mem, &rows));
	if (!rows.n)
		return ERR_NOT_FOUND;
	return accounts_by_id(cx->db, cx->mem, ((const struct site *)rows.p)[0].actor_id, a);
}

enum err account_key(struct ctx *cx, int64_t account_id, str kind, struct account_key *k)
{
	return keys_by_account(cx->db, cx->mem, account_id, kind, k);
}

enum err account_key_by_uri(struct ctx *cx, str uri, struct account_key *k)
{
	enum err e = keys_by_uri(cx->db, cx->mem, uri, k);

	return e == ERR_NOT_FOUND ? keys_only_of(cx->db, cx->mem, uri, k) : e;
}
