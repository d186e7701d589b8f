#pragma once
/* What deliveries say of a host; inside of core and of transactions. The rest is in core/deliver.h. */
#include "core/ctx.h"

/* Its breaker closes; what waits for it need not wait any more. */
enum err host_worked(struct ctx *cx, str host) MUST_CHECK;
/* From the tenth failure in a row on its breaker is open for a minute, then twice as long each time, up to an hour. */
enum err host_failed(struct ctx *cx, str host, int64_t times) MUST_CHECK;
