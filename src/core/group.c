#include "core/group.h"

#include "store/groups.h"

enum err group_choose(struct ctx *cx, const struct status *parent, const struct post_parts *p, int64_t *id)
{
	struct ids named = { NEWS(cx->mem, int64_t, p->mentions_n + 1), 0 };
	struct group_row g = { 0 };
	enum err e = ERR_NOT_FOUND;

	if (parent->id && parent->extras & HAS_GROUP)
		e = groups_of(cx->db, cx->mem, parent->id, &g);
	*id = g.account_id;
	if (e != ERR_NOT_FOUND)
		return e;
	for (size_t i = 0; i < p->mentions_n; i++)
		if (!p->mentions[i].silent && !p->mentions[i].local)
			named.v[named.n++] = p->mentions[i].account_id;
	return groups_among(cx->db, cx->mem, named, id);
}

enum err group_uri(struct ctx *cx, const struct status *s, str *uri)
{
	struct group_row g = { 0 };
	enum err e = s->extras & HAS_GROUP ? groups_of(cx->db, cx->mem, s->id, &g) : ERR_NOT_FOUND;

	*uri = e ? STR_NONE : g.uri;
	return e == ERR_NOT_FOUND ? OK : e;
}
