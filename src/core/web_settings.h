#pragma once
/* What web clients keep with the server for their person, so that it is there in any browser: settings of their own making,
 * and drafts of posts. Nothing here reads it. */
#include "core/ctx.h"

typedef struct json_t json_t;

enum { WEB_SETTINGS_MAX = 256 * 1024, WEB_SETTINGS_KEYS = 100 };

/* Of cx->me: an object as JSON, "{}" where nothing is kept. */
enum err web_settings_read(struct ctx *cx, str *data) MUST_CHECK;
/* Each member of the object `data` takes the place of what is kept by that name; null: nothing is any more. ERR_INVALID: no
 * object, or it would be more than the limits allow. */
enum err web_settings_change(struct ctx *cx, const json_t *data) MUST_CHECK;
