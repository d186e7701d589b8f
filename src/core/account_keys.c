/* Keys of local accounts after they were made: the one that came later, and new ones for old. */
#include "core/account_make.h"

#include "base/clock.h"
#include "base/log.h"
#include "core/job.h"

struct rotation {
	const struct account *a;
	struct account_make made;
};

static struct account_key key_of(struct ctx *cx, const struct account *a, str fragment, str kind)
{
	return (struct account_key){ .id = id_new(), .account_id = a->id, .uri = str_cat(cx->mem, a->uri, fragment), .kind = kind,
		.fetched_at = cx->now };
}

static enum err add_proof_key(struct ctx *cx, void *arg)
{
	const struct rotation *r = arg;
	struct account_key k = key_of(cx, r->a, S("#ed25519-key"), S("ed25519")), there;
	enum err e = keys_by_account(cx->db, cx->mem, r->a->id, S("ed25519"), &there);
	bool mine;

	k.public_pem = r->made.ed_public;
	k.private_pem = r->made.ed_private;
	return e == ERR_NOT_FOUND ? keys_put(cx->db, &k, &mine) : e;
}

enum err account_proof_key(struct ctx *cx, const struct account *a, struct account_key *k)
{
	struct rotation r = { .a = a };
	enum err e = keys_by_account(cx->db, cx->mem, a->id, S("ed25519"), k);

	if (e != ERR_NOT_FOUND)
		return e;
	if (!account_is_local(a) || a->deleted_at)
		return ERR_NOT_FOUND;
	TRY(account_make_keys(cx, &r.made));
	TRY(write_tx(cx, add_proof_key, &r));
	return keys_by_account(cx->db, cx->mem, a->id, S("ed25519"), k);
}

static enum err replace(struct ctx *cx, int64_t account_id, str kind, str public_pem, str private_pem)
{
	struct account_key k;

	TRY(keys_by_account(cx->db, cx->mem, account_id, kind, &k));
	k.public_pem = public_pem;
	k.private_pem = private_pem;
	k.fetched_at = cx->now;
	return keys_replace(cx->db, &k);
}

static enum err rotate(struct ctx *cx, void *arg)
{
	const struct rotation *r = arg;
	const struct account_make *m = &r->made;

	TRY(replace(cx, r->a->id, S("rsa"), m->rsa_public, m->rsa_private));
	TRY(replace(cx, r->a->id, S("ed25519"), m->ed_public, m->ed_private));
	return send_add(cx, &(struct send){ .kind = SEND_PROFILE, .actor_id = r->a->id });
}

enum err account_rotate_keys(struct ctx *cx, const struct account *a)
{
	struct rotation r = { .a = a };
	struct account_key k;

	if (!account_is_local(a) || a->deleted_at)
		return ERR_NOT_FOUND;
	TRY(account_proof_key(cx, a, &k));
	TRY(account_make_keys(cx, &r.made));
	TRY(write_tx(cx, rotate, &r));
	LOG(LOG_INFO, "keys", LS("what", S("rotated")), LS("account", a->uri));
	return OK;
}
