/* OAuth scopes, as Mastodon has them. A broad one covers all below it. */
#include "core/oauth.h"

const char *const scopes_all[] = {
	"profile", "push", "follow", "read", "write", "admin:read", "admin:write",
	"read:accounts", "read:blocks", "read:bookmarks", "read:collections", "read:favourites", "read:filters", "read:follows",
	"read:lists", "read:mutes", "read:notifications", "read:search", "read:statuses",
	"write:accounts", "write:blocks", "write:bookmarks", "write:collections", "write:conversations", "write:favourites",
	"write:filters", "write:follows", "write:lists", "write:media", "write:mutes", "write:notifications", "write:reports",
	"write:statuses",
	"admin:read:accounts", "admin:read:reports", "admin:read:domain_allows", "admin:read:domain_blocks",
	"admin:read:ip_blocks", "admin:read:email_domain_blocks", "admin:read:canonical_email_blocks",
	"admin:write:accounts", "admin:write:reports", "admin:write:domain_allows", "admin:write:domain_blocks",
	"admin:write:ip_blocks", "admin:write:email_domain_blocks", "admin:write:canonical_email_blocks", NULL
};

/* What "follow" stands for, and who else may read one's own profile. */
static const struct cover {
	const char *held, *wanted;
} covers[] = {
	{ "follow", "read:blocks" },
	{ "follow", "read:follows" },
	{ "follow", "read:mutes" },
	{ "follow", "write:blocks" },
	{ "follow", "write:follows" },
	{ "follow", "write:mutes" },
	{ "read", "profile" },
	{ "read:accounts", "profile" },
};

/* The next word of a list separated by spaces or plus signs. */
static bool next(str *list, str *word)
{
	size_t at = 0, n = 0;

	while (at < list->n && (list->p[at] == ' ' || list->p[at] == '+'))
		at++;
	while (at + n < list->n && list->p[at + n] != ' ' && list->p[at + n] != '+')
		n++;
	*word = str_n(list->p + at, n);
	*list = str_from(*list, at + n);
	return n > 0;
}

bool scopes_known(str list)
{
	for (str word; next(&list, &word);) {
		size_t i = 0;
		while (scopes_all[i] && !str_eq(word, str_of(scopes_all[i])))
			i++;
		if (!scopes_all[i])
			return false;
	}
	return true;
}

static bool one_covers(str held, str wanted)
{
	if (str_eq(held, wanted))
		return true;
	if (str_starts(wanted, held) && wanted.p[held.n] == ':')
		return true;
	for (size_t i = 0; i < sizeof(covers) / sizeof(covers[0]); i++)
		if (str_eq(held, str_of(covers[i].held)) && str_eq(wanted, str_of(covers[i].wanted)))
			return true;
	return false;
}

bool scope_covers(str held, str wanted)
{
	for (str word; next(&held, &word);)
		if (one_covers(word, wanted))
			return true;
	return false;
}

bool scopes_within(str wanted, str held)
{
	for (str word; next(&wanted, &word);)
		if (!scope_covers(held, word))
			return false;
	return true;
}
