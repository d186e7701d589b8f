#pragma once
/* The feeds that stand beside pages, under their addresses with ".rss" behind. */
#include "core/view.h"
#include "http/reply.h"

enum err rss_profile(struct request *rq, struct reply *rp, const struct account_view *v, struct ids ids) MUST_CHECK;
enum err rss_tag(struct request *rq, struct reply *rp, str name, struct ids ids) MUST_CHECK;
