#pragma once
/* Who of ours, and whether anybody elsewhere, has to do with a post. */
#include "db/db.h"

/* Local followers who want a notice of every post. */
enum err audience_notified(struct db *db, struct arena *mem, int64_t author, struct ids *ids) MUST_CHECK;
/* All local followers. */
enum err audience_followers(struct db *db, struct arena *mem, int64_t author, struct ids *ids) MUST_CHECK;
/* Followers, or a relay. */
enum err audience_has_remote(struct db *db, int64_t author, bool *some) MUST_CHECK;
/* Of these accounts (JSON list), those that are local. */
enum err audience_local(struct db *db, struct arena *mem, str accounts, struct ids *ids) MUST_CHECK;
/* Who here boosted a post. */
enum err audience_boosters(struct db *db, struct arena *mem, int64_t status_id, struct ids *ids) MUST_CHECK;
struct asked_post {
	str uri, host;
	int64_t of;
};
/* Accounts of ours that follow, on that host, `of`, or one that wrote or is named in an answer to a post that is not here. */
enum err audience_askers(struct db *db, struct arena *mem, const struct asked_post *p, int64_t n, struct ids *ids) MUST_CHECK;
/* A remote post concerns us: its author has a local follower, one of the accounts is local, or the post it
 * answers is local or by somebody whom a local account follows, or the one it quotes is local. */
enum err audience_wants(struct db *db, int64_t author, str accounts, str in_reply_to_uri, str quoted_uri,
                        bool *wanted) MUST_CHECK;
