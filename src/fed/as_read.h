#pragma once
/* ActivityStreams as strangers write it -> plain structs. Properties are described by tables; one value or a list, id or
 * object, maps of languages, Links in place of URLs: all of that ends here. Pure: no network, no database. */
#include "base/json.h"
#include "core/account.h"
#include "core/featured_receive.h"
#include "core/status.h"

enum { AS_ID_MAX = 2048,
       AS_TEXT_MAX = 2048,
       AS_BIO_MAX = 20 * 1024,
       AS_CONTENT_MAX = 128 * 1024,
       AS_ALIASES = 256,
       AS_FIELDS = 50,
       AS_MEDIA = 16,
       AS_TAGS = 64,
       AS_MENTIONS = 50,
       AS_RECIPIENTS = 1000,
       AS_AUDIENCE = 4,
       AS_OBJECTS = 100 };

enum as_kind {
	AS_TEXT,  /* str: a string, or the first of a list; cut at max bytes */
	AS_MAP,   /* str: the first text of a map of languages, where the member is still empty */
	AS_ID,    /* str: a string, an object's id, a Link's href, the first of a list; longer than AS_ID_MAX is absent */
	AS_IDS,   /* struct strs: of each of a list, at most max */
	AS_LINK,  /* str: an http(s) URL from a string, Link or list of them; text/html goes first */
	AS_TIME,  /* int64_t: milliseconds, 0 if unreadable */
	AS_BOOL,  /* bool: true only for true */
	AS_COUNT, /* int64_t: -1 unless it is a number from 0 on; clamped to 2^31 - 1 */
	AS_NODE,  /* const json_t *: as it is */
};
struct as_field {
	const char *key;
	enum as_kind kind;
	size_t at;
	size_t max;
};
void as_fields(struct arena *mem, const json_t *v, const struct as_field *fields, size_t n, void *into);

/* The first type this program knows, else the first there is; STR_NONE without one. */
str as_type(const json_t *v);
bool as_type_known(str type);
bool as_type_is_actor(str type);
bool as_type_is_post(str type);                  /* Note and all that is shown as if it were one */
str as_id(const json_t *v);                      /* as AS_ID */
str as_link(struct arena *mem, const json_t *v); /* as AS_LINK */
/* http or https, and what base/url.h takes. */
bool as_url_ok(struct arena *mem, str url);
bool as_public(str id); /* one of the three spellings */
/* The document names ActivityStreams in its @context, or has none at all. */
bool as_context_ok(const json_t *doc);

/* An activity, one level deep. Strings and nodes are borrowed from the document. */
struct as_activity {
	str type, id, actor, object, target, content;
	const json_t *node;      /* object, if it is embedded */
	const json_t *object_at; /* object, whatever it is */
	const json_t *proof;     /* FEP-8b32; NULL: none */
	struct strs objects;     /* all ids of object */
	struct strs to, cc;
	int64_t published;
};
/* ERR_INVALID without a type or an actor. */
enum err as_activity_read(struct arena *mem, const json_t *doc, struct as_activity *a) MUST_CHECK;

struct as_actor {
	struct remote_account a; /* domain is what its id says: host; the handle is still to be verified */
	str webfinger;           /* FEP-2c59, or STR_NONE */
	bool partial;            /* a key stub: has a key, but no inbox */
};
/* ERR_INVALID for what is no actor: type, id, name, inbox. Texts are cleaned. */
enum err as_actor_read(struct arena *mem, const json_t *doc, struct as_actor *out) MUST_CHECK;
/* A key document or the keys of an actor: those that are listed, of the same origin as the owner. STR_NONE: no owner. */
str as_key_owner(struct arena *mem, const json_t *doc, str key_id);

/* A post. */
struct as_object {
	str type, id, attributed_to, url, name, summary, content, media_type, language, in_reply_to, conversation, location;
	struct strs to, cc, audience;
	int64_t published, updated, start, end;
	bool sensitive;
	struct as_mention {
		str href, name;
	} * mentions;
	size_t mentions_n;
	struct strs tags; /* without # */
	str emojis;       /* JSON, as statuses.emojis */
	struct attachment *media;
	size_t media_n;
	struct strs links; /* attached pages */
	const json_t *tag, *attachment, *urls, *icon, *image, *content_map, *one_of, *any_of;
	int64_t voters, closed_at; /* of a poll; -1: not said */
	bool closed;               /* without a date */
	const json_t *quote, *policy;
	str misskey_quote, quote_url, quote_uri, quote_link, stamp; /* the dialects of quoting, oldest last */
	bool vote;                 /* the form of a vote in a poll: a name, a parent, no content */
};
/* ERR_INVALID without an id, or for what is no post; types that are not known are taken if they look like one. */
enum err as_object_read(struct arena *mem, const json_t *doc, struct as_object *o) MUST_CHECK;
/* A collection of accounts: FEP-7aa9. */
enum { AS_NAMED_ITEMS = 25 };
struct as_featured {
	struct remote_collection c;
	str owner;
	struct strs named; /* items that are only named */
};
bool as_is_featured(const json_t *v);
/* ERR_INVALID without an id and an owner on the same host. Items without an id there are left out. */
enum err as_featured_read(struct arena *mem, const json_t *doc, struct as_featured *out) MUST_CHECK;
bool as_featured_item_read(struct arena *mem, const json_t *v, struct remote_item *i);
/* Who may, of a policy of one of these: bits of core/quote.h; author: its URIs. */
int64_t as_policy(const json_t *can, const struct account *author);
/* The Emoji of a tag list as accounts.emojis and statuses.emojis are: JSON. */
str as_emojis(struct arena *mem, const json_t *tag);
/* public unlisted private direct, as its addresses say; followers: the author's collection. */
str as_visibility(const struct as_object *o, str followers);
/* Of an Announce: one that is not addressed to anybody is for followers. */
str as_boost_visibility(const struct as_activity *a, const struct account *by);
/* As it is stored, but for mentions. */
void as_object_status(struct arena *mem, const struct as_object *o, const struct account *author, struct remote_status *s);
