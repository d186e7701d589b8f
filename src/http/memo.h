#pragma once
/* Finished answers, remembered while nothing was committed. */
#include <microhttpd.h>

#include "base/str.h"

enum { MEMO_ENTRIES = 1024, MEMO_BYTES = 8 << 20, MEMO_ENTRY_MAX = 128 * 1024 };

struct memo;
struct memo_key {
	str host, target;
	bool as;
};
/* max_age in ms. */
struct memo *memo_new(int64_t max_age);
void memo_free(struct memo *m);
/* Queues the remembered answer; false if there is none of this version. */
bool memo_answer(struct memo *m, const struct memo_key *key, uint64_t version, struct MHD_Connection *to,
                 enum MHD_Result *result);
/* Takes over the caller's reference to the response, which must own its bytes. version: from before it was made. */
void memo_put(struct memo *m, const struct memo_key *key, uint64_t version, int status, struct MHD_Response *response,
              size_t size);
