/* What Mastodon's own web client asks for under /api/web/. Here a web client is an app like any other: it comes with a token, and
 * cookies open nothing. */
#include "api/handlers.h"
#include "base/json.h"
#include "core/web_settings.h"

/* Not in Mastodon, whose page carries them along. */
enum err api_web_settings(struct request *rq, struct reply *rp)
{
	struct jw *w;
	str data;

	TRY(web_settings_read(rq->cx, &data));
	w = reply_json(rp);
	jw_obj(w, NULL);
	jw_raw(w, "data", data);
	jw_end(w);
	return OK;
}

/* Values keep their types, so they come as JSON: as a body, or as the text of a field. */
enum err api_web_settings_set(struct request *rq, struct reply *rp)
{
	json_t *doc JR_SCOPE = NULL;
	str field = param_get(rq, "data");
	bool body = str_none(field);

	if (jr_parse(body ? rq->body : field, &doc))
		return fail(rq->cx, ERR_INVALID, "Validation failed: Data is not an object");
	TRY(web_settings_change(rq->cx, body ? jr_get(doc, "data") : doc));
	reply_empty(rp);
	return OK;
}
