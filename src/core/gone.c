#include "core/gone.h"

#include "base/json.h"
#include "core/job.h"
#include "core/relation.h"

enum { ACCOUNTS = 10,
       BATCH = 50 };

enum err gone_accounts(struct ctx *cx, str inbox, struct ids *accounts)
{
	return accounts_by_inbox(cx->db, cx->mem, inbox, ACCOUNTS, accounts);
}

enum err gone_ask(struct ctx *cx, str inbox, bool gone)
{
	struct ids accounts;
	struct jw w;

	TRY(gone_accounts(cx, inbox, &accounts));
	if (!accounts.n)
		return OK;
	jw_init(&w, cx->mem, 8192);
	jw_obj(&w, NULL);
	jw_str(&w, "inbox", inbox);
	jw_bool(&w, "gone", gone);
	jw_end(&w);
	return job_add(cx, "gone", jw_done(&w), cx->now, str_cat(cx->mem, S("gone "), inbox));
}

struct dropping {
	struct account a;
	bool more;
};

static enum err unfollow_some(struct ctx *cx, void *arg)
{
	struct dropping *d = arg;
	struct ids targets;

	TRY(follows_targets(cx->db, cx->mem, d->a.id, BATCH, &targets));
	for (size_t i = 0; i < targets.n; i++) {
		struct account target;

		TRY(account_by_id(cx, targets.v[i], &target));
		TRY(relation_unfollow(cx, &d->a, &target));
	}
	d->more = targets.n > 0;
	return OK;
}

enum err gone_unfollow(struct ctx *cx, int64_t account_id)
{
	struct dropping d;

	TRY(account_by_id(cx, account_id, &d.a));
	if (account_is_local(&d.a))
		return ERR_DENIED;
	do
		TRY(write_tx(cx, unfollow_some, &d));
	while (d.more);
	return OK;
}
