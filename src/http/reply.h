#pragma once
/* What goes back. */
#include "base/json.h"
#include "http/request.h"

enum { REPLY_HEADERS = 12, REPLY_JSON_MAX = 8 << 20 };

struct reply {
	struct request *rq;
	int status;      /* 200 unless set */
	str type;        /* Content-Type */
	str body;
	struct jw json;  /* body, once reply_json() was called */
	bool is_json;
	struct header {
		const char *name;
		str value;
	} headers[REPLY_HEADERS];
	int headers_n;
};

/* The body is what is written here; application/json. */
struct jw *reply_json(struct reply *rp);
void reply_text(struct reply *rp, int status, const char *type, str body);
/* "{}" with 200: success without an entity. */
void reply_empty(struct reply *rp);
/* Control bytes in the value make the header vanish: nothing from outside can add a line. */
void reply_header(struct reply *rp, const char *name, str value);
void reply_redirect(struct reply *rp, int status, str location);
/* HttpOnly; SameSite=Lax; Path=/; Secure unless the site is plain http (dev). max_age in seconds, 0 ends it. */
void reply_cookie(struct reply *rp, const char *name, str value, int64_t max_age);
/* Link: <...?max_id=last>; rel="next", <...?min_id=first>; rel="prev", absolute, on the site's own host, keeping the
 * other parameters. first and last are the ids of the page's ends; nothing for an empty page (0). */
void reply_links(struct reply *rp, int64_t first, int64_t last);
/* The status for a code; 200 for OK. */
int reply_status_of(enum err e);
/* {"error": said or the default text} with the status of the code. */
void reply_error(struct reply *rp, enum err e);
