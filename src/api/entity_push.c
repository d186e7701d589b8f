/* WebPushSubscription */
#include "api/entity.h"

void entity_push_subscription(struct jw *w, const struct push_sub *s, str server_key)
{
	json_t *alerts JR_SCOPE = NULL;

	jw_obj(w, NULL);
	jw_id(w, "id", s->id);
	jw_str(w, "endpoint", s->endpoint);
	jw_bool(w, "standard", s->standard);
	jw_obj(w, "alerts");
	if (jr_parse(s->alerts, &alerts))
		alerts = NULL; /* no list, no alerts */
	for (int i = 0; push_kinds[i]; i++) {
		bool on = false;

		for (size_t k = 0; k < jr_len(alerts); k++)
			on |= str_eq(jr_text(jr_at(alerts, k)), str_of(push_kinds[i]));
		jw_bool(w, push_kinds[i], on);
	}
	jw_end(w);
	jw_str(w, "policy", s->policy);
	jw_str(w, "server_key", server_key);
	jw_end(w);
}
