#include "core/account_make.h"
#include "core/search_index.h"

#include "base/clock.h"
#include "base/keygen.h"
#include "store/sites.h"

enum err account_make_keys(struct ctx *cx, struct account_make *m)
{
	str given = m->rsa_private;

	if (!str_none(given) && !keygen_rsa_of(cx->mem, given, &m->rsa_private, &m->rsa_public))
		return fail(cx, ERR_INVALID, "The private key must be RSA of 2,048 to 4,096 bits, as PEM without a password");
	if ((str_none(given) && !keygen_rsa(cx->mem, &m->rsa_private, &m->rsa_public)) ||
	    !keygen_ed25519(cx->mem, &m->ed_private, &m->ed_public))
		return fail(cx, ERR_INTERNAL, "no key could be made");
	return OK;
}

static enum err put_key(struct ctx *cx, const struct account *a, str fragment, str kind, str public_pem,
                        str private_pem)
{
	struct account_key k = {
		.id = id_new(),
		.account_id = a->id,
		.kind = kind,
		.public_pem = public_pem,
	};
	bool mine;

	k.uri = str_cat(cx->mem, a->uri, fragment);
	k.private_pem = private_pem;
	k.fetched_at = cx->now;
	return keys_put(cx->db, &k, &mine);
}

/* The addresses of a local actor are never computed anew, but read from its row. */
static void addresses(struct ctx *cx, const struct account_make *m, struct account *a)
{
	bool instance = str_eq(m->kind, S("Application"));
	str base = m->site->base;

	a->uri = str_cat(cx->mem, base, instance ? S("/actor") : str_cat(cx->mem, S("/users/"), m->username));
	a->url = str_cat(cx->mem, base, instance ? S("/about") : str_cat(cx->mem, S("/@"), m->username));
	a->inbox = str_cat(cx->mem, a->uri, S("/inbox"));
	a->shared_inbox = str_cat(cx->mem, base, S("/inbox"));
	a->outbox = str_cat(cx->mem, a->uri, S("/outbox"));
	a->followers_uri = str_cat(cx->mem, a->uri, S("/followers"));
	a->following_uri = str_cat(cx->mem, a->uri, S("/following"));
	a->featured_uri = str_cat(cx->mem, a->uri, S("/collections/featured"));
}

enum err account_make(struct ctx *cx, const struct account_make *m, struct account *made)
{
	bool instance = str_eq(m->kind, S("Application"));
	struct account a = {
		.id = m->id,
		.site_id = m->site->id,
		.username = m->username,
		.domain = m->site->domain,
		.host = m->site->host,
		.kind = m->kind,
		.display_name = S(""),
		.note = S(""),
		.note_source = S(""),
		.fields = S("[]"),
		.fields_source = S("[]"),
		.emojis = S("[]"),
		.avatar_url = S(""),
		.header_url = S(""),
		.locked = instance,
		.bot = instance,
		.also_known_as = S("[]"),
		.moved_to_uri = S(""),
		.default_privacy = S("public"),
		.default_language = S(""),
		.created_at = cx->now,
		.updated_at = cx->now,
		.fetched_at = cx->now,
	};

	a.username_lower = str_lower(cx->mem, a.username);
	addresses(cx, m, &a);
	TRY(accounts_insert(cx->db, &a));
	TRY(search_index_account(cx, &a));
	TRY(put_key(cx, &a, S("#main-key"), S("rsa"), m->rsa_public, m->rsa_private));
	TRY(put_key(cx, &a, S("#ed25519-key"), S("ed25519"), m->ed_public, m->ed_private));
	*made = a;
	return OK;
}
