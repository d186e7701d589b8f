#pragma once
/* WebFinger answers, host-meta, and the alternate links of pages: how one finds the document behind a name. Pure. */
#include "base/json.h"

struct jrd {
	str subject; /* as sent */
	str self;    /* the actor's id; of several that of a person */
	str group;   /* that of a group, where it is said to be one; STR_NONE: of none */
};
/* ERR_INVALID without a subject and a self link of an ActivityPub type. */
enum err jrd_read(struct arena *mem, str body, struct jrd *out) MUST_CHECK;
/* "acct:u@Host" or "u@host" -> "u@host", the domain in lower-case punycode; STR_NONE if it is no handle. */
str handle_clean(struct arena *mem, str text);
/* The lrdd template of host-meta with {uri} filled in; STR_NONE if there is none. */
str host_meta_url(struct arena *mem, str body, str resource);
/* The first alternate of an ActivityPub type, of the Link headers (header lines) or of the <link> elements of a page. */
str alternate_in_head(struct arena *mem, str head);
str alternate_in_page(struct arena *mem, str html);
