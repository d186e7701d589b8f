#include "core/followers.h"

#include <stdlib.h>

#include "base/codec.h"
#include "core/job.h"
#include "core/relation.h"
#include "core/site.h"

void followers_mix(unsigned char digest[FOLLOWERS_DIGEST], str uri)
{
	unsigned char one[SHA256_SIZE];

	codec_sha256(uri, one);
	for (int i = 0; i < FOLLOWERS_DIGEST; i++)
		digest[i] ^= one[i];
}

enum err followers_by_host(struct ctx *cx, int64_t account_id, struct db_rows *rows)
{
	TRY(follows_elsewhere(cx->db, cx->mem, account_id, FOLLOWERS_MOST + 1, rows));
	return rows->n > FOLLOWERS_MOST ? ERR_LIMIT : OK;
}

enum err followers_of_host(struct ctx *cx, int64_t account_id, str host, struct db_rows *rows)
{
	return follows_on_host(cx->db, cx->mem, account_id, host, FOLLOWERS_OF_HOST_MOST, rows);
}

enum err followers_ours(struct ctx *cx, int64_t account_id, unsigned char digest[FOLLOWERS_DIGEST])
{
	struct db_rows rows;

	memset(digest, 0, FOLLOWERS_DIGEST);
	if (!cx->site)
		return ERR_NOT_FOUND;
	TRY(follows_on_host(cx->db, cx->mem, account_id, cx->site->host, FOLLOWERS_MOST, &rows));
	for (size_t i = 0; i < rows.n; i++)
		followers_mix(digest, ((const struct follower *)rows.p)[i].uri);
	return OK;
}

static int by_text(const void *a, const void *b)
{
	const str *x = a, *y = b;

	return str_cmp(*x, *y);
}

static bool among(struct strs sorted, str uri)
{
	return sorted.n && bsearch(&uri, sorted.v, sorted.n, sizeof(str), by_text);
}

/* They have it that one of ours follows. */
static enum err claimed(struct ctx *cx, const struct account *a, str uri)
{
	struct send send = { .kind = SEND_UNFOLLOW, .target_id = a->id, .uri = S("") };
	struct account ours;
	struct follow f;
	enum err e;

	if (site_of_url(cx->app, uri) != cx->site)
		return OK;
	e = account_by_uri(cx, uri, &ours);
	if (e || !account_is_local(&ours) || ours.deleted_at)
		return e == ERR_NOT_FOUND ? OK : e;
	e = follows_get(cx->db, cx->mem, ours.id, a->id, &f);
	if (!e)
		return f.pending ? relation_accepted(cx, a, f.uri, &ours) : OK;
	send.actor_id = ours.id;
	return e == ERR_NOT_FOUND ? send_add(cx, &send) : e;
}

enum err followers_settle(struct ctx *cx, const struct account *a, struct strs theirs)
{
	const struct follower *f;
	struct account ours;
	struct db_rows rows;

	qsort(theirs.v, theirs.n, sizeof(*theirs.v), by_text);
	TRY(follows_on_host(cx->db, cx->mem, a->id, cx->site->host, FOLLOWERS_MOST, &rows));
	f = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		if (among(theirs, f[i].uri))
			continue;
		TRY(account_by_id(cx, f[i].account_id, &ours));
		TRY(relation_unfollow(cx, &ours, a));
	}
	for (size_t i = 0; i < theirs.n; i++)
		TRY(claimed(cx, a, theirs.v[i]));
	return OK;
}
