#include "core/web_settings.h"

#include "base/json.h"
#include "core/account.h"
#include "store/web_settings.h"

enum err web_settings_read(struct ctx *cx, str *data)
{
	if (!cx->me)
		return ERR_DENIED;
	TRY(web_settings_get(cx->db, cx->mem, cx->me->id, data));
	*data = str_or(*data, S("{}"));
	return OK;
}

/* Members of `from` that `unless` does not have; how many. */
static int write_members(struct jw *w, const json_t *from, const json_t *unless)
{
	int n = 0;

	for (void *it = jr_first(from); it; it = jr_next(from, it)) {
		if (jr_kind(jr_value(it)) == JR_NULL || (unless && jr_member(unless, jr_key(it))))
			continue;
		jw_key(w, jr_key(it));
		jw_raw(w, NULL, jr_dump(w->b.mem, jr_value(it)));
		n++;
	}
	return n;
}

static enum err merge(struct ctx *cx, void *arg)
{
	json_t *old JR_SCOPE = NULL;
	const json_t *data = arg;
	str kept, all;
	struct jw w;
	int n;

	TRY(web_settings_read(cx, &kept));
	TRY(jr_parse(kept, &old));
	jw_init(&w, cx->mem, WEB_SETTINGS_MAX);
	jw_obj(&w, NULL);
	n = write_members(&w, old, data);
	n += write_members(&w, data, NULL);
	jw_end(&w);
	all = jw_done(&w);
	if (str_none(all) || n > WEB_SETTINGS_KEYS)
		return fail(cx, ERR_INVALID, "Validation failed: Data is too long (maximum is %d bytes and %d entries)",
		            WEB_SETTINGS_MAX, WEB_SETTINGS_KEYS);
	return web_settings_put(cx->db, cx->me->id, all, cx->now);
}

enum err web_settings_change(struct ctx *cx, const json_t *data)
{
	if (!cx->me)
		return ERR_DENIED;
	if (!jr_is_obj(data))
		return fail(cx, ERR_INVALID, "Validation failed: Data is not an object");
	return write_tx(cx, merge, (void *)data);
}
