/* The rule of who may see a post, as a pure function, and loaders for what it needs. Pages in SQL leave out
 * beforehand what the rule would refuse (store/timelines.c), so that they come out full; the rule still has
 * the last word. */
#include "core/visible.h"

#include "config.h"
#include "store/collections.h"
#include "store/shown.h"

static const struct {
	const char *visibility;
	bool everyone;
	unsigned any_of; /* else one of these */
} rules[] = {
	{ "public", true, 0 },
	{ "unlisted", true, 0 },
	{ "private", false, REL_FOLLOWING | REL_MENTIONED },
	{ "direct", false, REL_MENTIONED },
};

bool visible_status(const struct status *s, const struct account *author, unsigned rel)
{
	if (s->deleted_at || author->deleted_at || author->suspended_at)
		return false;
	if (rel & REL_SELF)
		return true;
	if ((rel & REL_BLOCKED_BY) || (s->local_only && !(rel & REL_HERE)))
		return false;
	if ((s->extras & STATUS_WAITS) && !(rel & REL_ANSWERED))
		return false;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (str_eq(s->visibility, str_of(rules[i].visibility)))
			return rules[i].everyone || (rel & rules[i].any_of);
	return false;
}

unsigned visible_here(const struct ctx *cx, int64_t viewer_id, const struct status *s)
{
	return cx->me && cx->me->id == viewer_id && cx->me->site_id == s->site_id ? REL_HERE : 0;
}

bool visible_in_timeline(const struct status *s, const struct account *author, unsigned rel)
{
	if (rel & (REL_BLOCKING | REL_MUTING | REL_DOMAIN_BLOCKING))
		return false;
	if (author->silenced_by && !(rel & (REL_FOLLOWING | REL_SELF | REL_MENTIONED)))
		return false;
	if (s->reblog_of_id && (rel & REL_NO_REBLOGS) && !(rel & REL_SELF))
		return false;
	return visible_status(s, author, rel);
}

bool visible_collection(int64_t owner_suspended_at, int64_t owner_deleted_at, unsigned rel)
{
	return !owner_suspended_at && !owner_deleted_at && ((rel & REL_SELF) || !(rel & REL_BLOCKED_BY));
}

bool visible_featured(const struct featured_item *i, unsigned rel, bool owner)
{
	if (i->suspended_at || i->deleted_at || (rel & (REL_BLOCKING | REL_DOMAIN_BLOCKING)))
		return false;
	return str_eq(i->state, S("accepted")) || (owner && str_eq(i->state, S("pending")));
}

/* The one post itself, whatever it may be a boost of. */
static enum err check_one(struct ctx *cx, int64_t viewer_id, const struct status *s)
{
	struct stand st = { 0 };
	struct account author = { 0 };
	unsigned rel = 0;

	if (s->deleted_at)
		return ERR_NOT_FOUND;
	TRY(shown_stand(cx->db, cx->mem, viewer_id, s->account_id, s->id, &st));
	author.suspended_at = st.suspended_at;
	author.deleted_at = st.deleted_at;
	rel |= visible_here(cx, viewer_id, s);
	rel |= st.following ? REL_FOLLOWING : 0;
	rel |= st.blocked_by ? REL_BLOCKED_BY : 0;
	rel |= st.mentioned ? REL_MENTIONED : 0;
	rel |= viewer_id && viewer_id == s->account_id ? REL_SELF : 0;
	rel |= viewer_id && viewer_id == s->in_reply_to_account_id ? REL_ANSWERED : 0;
	return visible_status(s, &author, rel) ? OK : ERR_NOT_FOUND;
}

enum err visible_check(struct ctx *cx, int64_t viewer_id, const struct status *s)
{
	struct status boosted = { 0 };

	TRY(check_one(cx, viewer_id, s));
	if (!s->reblog_of_id)
		return OK;
	TRY(statuses_by_id(cx->db, cx->mem, s->reblog_of_id, &boosted));
	return check_one(cx, viewer_id, &boosted);
}

enum err visible_relations(struct ctx *cx, int64_t viewer_id, struct ids accounts, unsigned *rel)
{
	struct db_rows rows = { 0 };

	memset(rel, 0, accounts.n * sizeof(*rel));
	if (!viewer_id || !accounts.n)
		return OK;
	TRY(shown_stands(cx->db, cx->mem, viewer_id, db_id_list(cx->mem, accounts), cx->now, &rows));
	for (size_t i = 0; i < accounts.n; i++) {
		rel[i] |= accounts.v[i] == viewer_id ? REL_SELF : 0;
		for (size_t k = 0; k < rows.n; k++) {
			const struct bits *b = &((const struct bits *)rows.p)[k];

			rel[i] |= b->id == accounts.v[i] ? (unsigned)b->bits : 0;
		}
	}
	return OK;
}

bool visible_timelines(const struct ctx *cx)
{
	return cx->me || !cx->app->config || !str_eq(cx->app->config->timelines_access, S("authenticated"));
}
