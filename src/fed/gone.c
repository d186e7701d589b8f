/* Job "gone": an inbox answered 404 or 410. Its actor is asked for. Gone too (410), the account is over; there under another
 * inbox, that counts from now on; there under the same one, 410 means that it gets nothing any more, and 404 that this was
 * lost. federation.md 12.3, 14. */
#include "base/clock.h"
#include "base/log.h"
#include "core/gone.h"
#include "fed/cool.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/signers.h"
#include "fed/state.h"

enum { FOR_MS = 40 * SECOND,
       FETCHES_MOST = 40 };

static enum err look_after(struct fetcher *f, int64_t id, str inbox, bool gone)
{
	struct document d = { 0 };
	struct account a;
	enum err e;

	TRY(account_by_id(f->cx, id, &a));
	e = fetch_document(f, a.uri, &d);
	LOG(LOG_INFO, "gone", LS("actor", a.uri), LI("status", d.status), LS("code", str_of(err_name(e))));
	if (!e) {
		e = resolve_actor_document(f, d.json, &a);
		jr_free(&d.json);
		TRY(e);
		TRY(account_by_id(f->cx, id, &a));
		return gone && str_eq(a.inbox, inbox) ? gone_unfollow(f->cx, id) : OK;
	}
	if (e == ERR_NOT_FOUND && (d.status == 410 || (d.status == 200 && d.gone))) {
		signers_drop(fed.signers, id);
		return account_receive_delete(f->cx, id);
	}
	return e == ERR_BUSY ? e : OK;
}

enum err fed_job_gone(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	int64_t now = clock_mono();
	struct ids accounts;
	str inbox;

	fetcher_init(&f, cx, FETCHES_MOST, FOR_MS);
	TRY(jr_parse(job->args, &args));
	inbox = str_dup(cx->mem, str_or(jr_str(args, "inbox"), S("")));
	if (job->tries <= 1 && !cool_take(fed.cool, str_cat(cx->mem, S("gone "), inbox), now, now + 10 * MINUTE))
		return OK;
	TRY(gone_accounts(cx, inbox, &accounts));
	for (size_t i = 0; i < accounts.n; i++) {
		enum err e = look_after(&f, accounts.v[i], inbox, jr_bool(args, "gone", false));

		if (e == ERR_BUSY)
			return e;
	}
	return OK;
}
