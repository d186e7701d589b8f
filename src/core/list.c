/* Lists. Who is on an exclusive one leaves the home, and returns to it when the last such list is left. */
#include "core/list.h"

#include "base/clock.h"
#include "core/paging.h"

enum { TITLE_RUNES = 256, MERGED = 100, USUAL = 40 };

struct work {
	const struct list_in *in;
	struct list l;
	struct ids accounts;
	int64_t id;
};

enum err list_mine(struct ctx *cx, int64_t id, struct list *l)
{
	if (!cx->me)
		return ERR_DENIED;
	TRY(lists_by_id(cx->db, cx->mem, id, l));
	return l->account_id == cx->me->id ? OK : ERR_NOT_FOUND;
}

enum err list_all(struct ctx *cx, int64_t with, struct db_rows *rows)
{
	return cx->me ? lists_of(cx->db, cx->mem, cx->me->id, with, rows) : ERR_DENIED;
}

/* Writes what is given into *l. */
static enum err take_in(struct ctx *cx, const struct list_in *in, struct list *l)
{
	static const char *const policies[] = { "followed", "list", "none" };
	bool known = str_none(in->replies_policy);

	if (!str_none(in->title))
		l->title = str_trim(in->title);
	if (!l->title.n)
		return fail(cx, ERR_INVALID, "Validation failed: Title can't be blank");
	if (str_runes(l->title) > TITLE_RUNES)
		return fail(cx, ERR_INVALID, "Validation failed: Title is too long (maximum is %d characters)", TITLE_RUNES);
	for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		known |= str_eq(in->replies_policy, str_of(policies[i]));
	if (!known)
		return fail(cx, ERR_INVALID, "'%.*s' is not a valid replies_policy",
		            STR_F(str_head_runes(in->replies_policy, 20)));
	if (!str_none(in->replies_policy))
		l->replies_policy = in->replies_policy;
	if (in->exclusive)
		l->exclusive = in->exclusive > 0;
	return OK;
}

static enum err create(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	int64_t n;

	TRY(lists_count(cx->db, cx->me->id, &n));
	if (n >= LISTS_MOST)
		return fail(cx, ERR_INVALID, "Validation failed: You have reached the maximum number of lists");
	return lists_insert(cx->db, &w->l);
}

enum err list_create(struct ctx *cx, const struct list_in *in, struct list *l)
{
	struct work w = { .in = in };

	if (!cx->me)
		return ERR_DENIED;
	w.l = (struct list){ .id = id_new(), .account_id = cx->me->id, .title = S(""), .replies_policy = S("list") };
	TRY(take_in(cx, in, &w.l));
	TRY(write_tx(cx, create, &w));
	*l = w.l;
	return OK;
}

/* Of accounts that were put on an exclusive list or taken off: the home has their posts, or has not. */
static enum err sort_home(struct ctx *cx, struct ids accounts, bool out)
{
	for (size_t i = 0; i < accounts.n; i++) {
		if (accounts.v[i] == cx->me->id)
			continue;
		if (out)
			TRY(feeds_unmerge(cx->db, cx->me->id, accounts.v[i]));
		else
			TRY(feeds_merge(cx->db, cx->me->id, accounts.v[i], MERGED));
	}
	return OK;
}

static enum err update(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	struct ids accounts;
	bool was;

	TRY(list_mine(cx, w->id, &w->l));
	was = w->l.exclusive;
	TRY(take_in(cx, w->in, &w->l));
	TRY(lists_set(cx->db, &w->l));
	if (was == w->l.exclusive)
		return OK;
	TRY(list_accounts_ids(cx->db, cx->mem, w->id, LIST_ACCOUNTS_MOST, &accounts));
	return sort_home(cx, accounts, w->l.exclusive);
}

enum err list_update(struct ctx *cx, int64_t id, const struct list_in *in, struct list *l)
{
	struct work w = { .in = in, .id = id };

	TRY(write_tx(cx, update, &w));
	*l = w.l;
	return OK;
}

static enum err drop(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	struct ids accounts;

	TRY(list_mine(cx, w->id, &w->l));
	TRY(list_accounts_ids(cx->db, cx->mem, w->id, LIST_ACCOUNTS_MOST, &accounts));
	TRY(lists_delete(cx->db, w->id));
	return w->l.exclusive ? sort_home(cx, accounts, false) : OK;
}

enum err list_delete(struct ctx *cx, int64_t id)
{
	struct work w = { .id = id };

	return write_tx(cx, drop, &w);
}

enum err list_accounts(struct ctx *cx, int64_t id, const struct page *p, struct listed **out, size_t *n)
{
	struct span sp = span_of(p, USUAL, LIST_ACCOUNTS_MOST);
	struct db_rows rows;
	struct list l;

	if (!p->limit)
		sp.limit = LIST_ACCOUNTS_MOST;
	TRY(list_mine(cx, id, &l));
	TRY(list_accounts_page(cx->db, cx->mem, id, &sp, &rows));
	span_turn_rows(&sp, &rows, sizeof(struct listed));
	*out = rows.p;
	*n = rows.n;
	return OK;
}

/* Where a request to follow waits, posts come once it is accepted. */
static enum err add_one(struct ctx *cx, const struct list *l, int64_t account_id)
{
	struct account a;
	struct follow f;
	bool made;

	TRY(accounts_by_id(cx->db, cx->mem, account_id, &a));
	if (a.deleted_at || a.suspended_at)
		return ERR_NOT_FOUND;
	if (account_id != cx->me->id)
		TRY(follows_get(cx->db, cx->mem, cx->me->id, account_id, &f));
	TRY(list_accounts_add(cx->db, l, id_new(), account_id, &made));
	if (!made)
		return fail(cx, ERR_INVALID, "Validation failed: Account has already been taken");
	return feeds_merge_list(cx->db, l->id, account_id, MERGED);
}

static enum err add(struct ctx *cx, void *arg)
{
	struct work *w = arg;
	int64_t n;

	TRY(list_mine(cx, w->id, &w->l));
	TRY(list_accounts_count(cx->db, w->id, &n));
	if (n + (int64_t)w->accounts.n > LIST_ACCOUNTS_MOST)
		return fail(cx, ERR_INVALID, "Validation failed: You have reached the maximum number of accounts of a list");
	for (size_t i = 0; i < w->accounts.n; i++)
		TRY(add_one(cx, &w->l, w->accounts.v[i]));
	return w->l.exclusive ? sort_home(cx, w->accounts, true) : OK;
}

enum err list_add(struct ctx *cx, int64_t id, struct ids accounts)
{
	struct work w = { .id = id, .accounts = accounts };

	return write_tx(cx, add, &w);
}

static enum err take_off(struct ctx *cx, void *arg)
{
	struct work *w = arg;

	TRY(list_mine(cx, w->id, &w->l));
	TRY(list_accounts_remove(cx->db, w->id, db_id_list(cx->mem, w->accounts)));
	return w->l.exclusive ? sort_home(cx, w->accounts, false) : OK;
}

enum err list_remove(struct ctx *cx, int64_t id, struct ids accounts)
{
	struct work w = { .id = id, .accounts = accounts };

	return write_tx(cx, take_off, &w);
}
