/* Poll: https://docs.joinmastodon.org/entities/Poll/ */
#include "api/entity.h"

#include "base/arena.h"

enum { COUNT_MOST = 2147483647 }; /* what apps can hold */

static int64_t total(const struct poll_view *p)
{
	int64_t sum = 0;

	for (size_t i = 0; i < p->options_n; i++)
		sum += p->options[i].votes_count;
	return sum < COUNT_MOST ? sum : COUNT_MOST;
}

void entity_poll(struct jw *w, const char *key, const struct status_view *v)
{
	const struct poll_view *p = v->poll;
	bool hidden = p->p.hide_totals && !p->expired;

	jw_obj(w, key);
	jw_id(w, "id", p->p.status_id);
	jw_time(w, "expires_at", p->p.expires_at);
	jw_bool(w, "expired", p->expired);
	jw_bool(w, "multiple", p->p.multiple);
	jw_int(w, "votes_count", total(p));
	if (p->p.voters_count < 0)
		jw_null(w, "voters_count");
	else
		jw_int(w, "voters_count", p->p.voters_count);
	jw_arr(w, "options");
	for (size_t i = 0; i < p->options_n; i++) {
		jw_obj(w, NULL);
		jw_str(w, "title", p->options[i].title);
		if (hidden)
			jw_null(w, "votes_count");
		else
			jw_int(w, "votes_count", p->options[i].votes_count);
		jw_end(w);
	}
	jw_end(w);
	jw_raw(w, "emojis", str_or(v->s.emojis, S("[]")));
	if (v->personal) {
		jw_bool(w, "voted", p->voted);
		jw_arr(w, "own_votes");
		for (size_t i = 0; i < p->own_n; i++)
			jw_int(w, NULL, p->own[i]);
		jw_end(w);
	}
	jw_end(w);
}
