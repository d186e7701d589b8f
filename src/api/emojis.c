/* Custom emoji: https://docs.joinmastodon.org/methods/custom_emojis/ */
#include "api/entity.h"
#include "api/handlers.h"
#include "core/emoji.h"
#include "core/site.h"

enum err api_custom_emojis(struct request *rq, struct reply *rp)
{
	struct db_rows rows = { 0 };
	struct jw *w = reply_json(rp);

	TRY(emoji_list(rq->cx, &rows));
	jw_arr(w, NULL);
	for (size_t i = 0; i < rows.n; i++)
		emoji_write(w, NULL, rq->cx->site->base, &((const struct emoji *)rows.p)[i], true);
	jw_end(w);
	return OK;
}
