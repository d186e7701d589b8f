/* Job "profile": an account of elsewhere that somebody looks at, or that does something here, is read again when what is known
 * of it is old. federation.md 3.5. */
#include "base/clock.h"
#include "base/log.h"
#include "fed/cool.h"
#include "fed/fed.h"
#include "fed/resolve.h"
#include "fed/state.h"

enum { FETCHES_MOST = 8,
       FOR_MS = 30 * SECOND };

static str rest_name(struct ctx *cx, int64_t account_id)
{
	return strf(cx->mem, "again %lld", (long long)account_id);
}

bool profile_rests(struct ctx *cx, int64_t account_id)
{
	return cool_get(fed.cool, rest_name(cx, account_id), clock_mono());
}

/* Who could not be read rests: what was known stays. */
enum err fed_job_profile(struct ctx *cx, const struct job *job)
{
	struct fetcher f FETCHER_SCOPE;
	json_t *args JR_SCOPE = NULL;
	int64_t id;
	struct account a;
	str uri;
	enum err e;

	TRY(jr_parse(job->args, &args));
	if (!str_int(jr_str(args, "account"), &id))
		return ERR_INVALID;
	e = account_by_id(cx, id, &a);
	if (e || account_is_local(&a) || a.deleted_at)
		return e == ERR_NOT_FOUND ? OK : e;
	if (profile_rests(cx, id))
		return OK;
	uri = a.uri;
	fetcher_init(&f, cx, FETCHES_MOST, FOR_MS);
	f.polite = true;
	e = resolve_actor(&f, uri, true, &a);
	if (e)
		cool_set(fed.cool, rest_name(cx, id), COOL_DOWN, clock_mono() + HOUR);
	LOG(LOG_DEBUG, "profile", LS("actor", uri), LS("code", str_of(err_name(e))));
	return OK;
}
