/* The small shapes: Tag, Marker, Application. */
#include "api/entity.h"

#include "base/arena.h"
#include "base/clock.h"

str tag_url(struct arena *mem, str base, str name)
{
	struct buf url = buf_new(mem, 4096);

	buf_add(&url, base);
	buf_add(&url, S("/tags/"));
	buf_pct(&url, name);
	return buf_str(&url);
}

static void number_text(struct jw *w, const char *key, int64_t n)
{
	jw_str(w, key, strf(w->b.mem, "%lld", (long long)n));
}

void entity_tag(struct jw *w, const char *key, const struct tag_info *t, str base, bool personal)
{
	jw_obj(w, key);
	if (t->id)
		jw_id(w, "id", t->id);
	else
		jw_str(w, "id", t->name);
	jw_str(w, "name", t->display);
	jw_str(w, "url", tag_url(w->b.mem, base, t->name));
	jw_arr(w, "history");
	for (int i = 0; i < TAG_DAYS; i++) {
		jw_obj(w, NULL);
		number_text(w, "day", t->days[i].at / SECOND);
		number_text(w, "uses", t->days[i].uses);
		number_text(w, "accounts", t->days[i].accounts);
		jw_end(w);
	}
	jw_end(w);
	if (personal) {
		jw_bool(w, "following", t->following);
		jw_bool(w, "featuring", t->featuring);
	}
	jw_end(w);
}

void entity_marker(struct jw *w, const struct marker *m)
{
	jw_obj(w, NULL);
	jw_str(w, "last_read_id", m->last_read_id);
	jw_int(w, "version", m->version);
	jw_time(w, "updated_at", m->updated_at);
	jw_end(w);
}

/* The list, and the one string of lines that older apps read. */
static void redirect_uris(struct jw *w, str json)
{
	json_t *list JR_SCOPE = NULL;
	struct buf lines = buf_new(w->b.mem, 64 << 10);

	jw_raw(w, "redirect_uris", str_or(json, S("[]")));
	if (json.n && jr_parse(json, &list))
		list = NULL; /* no list, no lines */
	for (size_t i = 0; i < jr_len(list); i++) {
		if (i)
			buf_byte(&lines, '\n');
		buf_add(&lines, jr_text(jr_at(list, i)));
	}
	jw_str(w, "redirect_uri", buf_str(&lines));
}

void entity_app(struct jw *w, const struct oauth_app *app, str vapid_key)
{
	str scopes = app->scopes, one;

	jw_id(w, "id", app->id);
	jw_str(w, "name", app->name);
	jw_str(w, "website", app->website.n ? app->website : STR_NONE);
	jw_arr(w, "scopes");
	while (str_cut(&scopes, ' ', &one))
		if (one.n)
			jw_str(w, NULL, one);
	jw_end(w);
	redirect_uris(w, app->redirect_uris);
	jw_str(w, "vapid_key", vapid_key);
}

static void id_list(struct jw *w, const char *key, struct ids ids)
{
	jw_arr(w, key);
	for (size_t i = 0; i < ids.n; i++)
		jw_id(w, NULL, ids.v[i]);
	jw_end(w);
}

void entity_report(struct jw *w, const char *key, const struct report_view *v)
{
	const struct report *r = &v->r;

	jw_obj(w, key);
	jw_id(w, "id", r->id);
	jw_bool(w, "action_taken", r->resolved_at > 0);
	jw_time(w, "action_taken_at", r->resolved_at);
	jw_str(w, "category", r->category);
	jw_str(w, "comment", r->comment);
	jw_bool(w, "forwarded", r->forwarded);
	jw_time(w, "created_at", r->created_at);
	id_list(w, "status_ids", db_ids_of(w->b.mem, r->statuses));
	id_list(w, "rule_ids", db_ids_of(w->b.mem, r->rules));
	id_list(w, "collection_ids", db_ids_of(w->b.mem, r->collections));
	entity_account(w, "target_account", v->target);
	jw_end(w);
}
