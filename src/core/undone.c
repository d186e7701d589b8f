#include "core/undone.h"

#include "base/clock.h"
#include "base/url.h"
#include "store/expired.h"
#include "store/statuses.h"

enum { KEPT = 6 * HOUR };

enum err undone_note(struct ctx *cx, const struct account *by, str uri)
{
	str host = url_authority(cx->mem, uri);

	if (!host.n || !str_eq(host, by->host))
		return OK;
	return tombstones_add(cx->db, uri, host, cx->now - TOMBSTONE_DAYS * (int64_t)DAY + KEPT);
}

enum err undone_has(struct ctx *cx, str uri, bool *is)
{
	*is = false;
	return uri.n ? tombstones_has(cx->db, uri, is) : OK;
}
