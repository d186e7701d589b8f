#pragma once
/* Our own things as ActivityPub documents: functions of (writer, loaded view) and nothing else. federation.md 3.2, 9, 17. */
#include "base/json.h"
#include "core/interaction.h"
#include "core/job.h"
#include "core/view.h"
#include "store/sites.h"

/* The inline @context of every document: full, so that no one need fetch anything. */
void as_context(struct jw *w);
void as_context_actor(struct jw *w);
/* The same with further terms: "\"a\":\"b\",..." */
void as_context_with(struct jw *w, const char *terms);
/* The type of a picture, by its name. */
const char *as_image_type(str url);

struct as_profile {
	const struct account *a;
	str key_id, public_pem;
	str proof_key_id, multikey; /* the Ed25519 key; empty: none */
	str base;                   /* of its site: "https://social.example.org" */
	bool context;               /* stands alone */
};
void as_actor(struct jw *w, const char *key, const struct as_profile *p);
void as_instance_actor(struct jw *w, const struct as_profile *p);

/* to, cc and audience of a post. */
void as_address(struct jw *w, const struct status_view *v);
/* A post, as its author sees it. Documents that stand alone begin with the context. */
void as_note(struct jw *w, const char *key, const struct status_view *v, bool context);
void as_create(struct jw *w, const struct status_view *v, bool context);
void as_announce(struct jw *w, const char *key, const struct status_view *boost, bool context);
/* A deleted post: id and the time it went. */
void as_tombstone(struct jw *w, const char *key, str uri, int64_t deleted_at, bool context);

/* base: "https://host" of the site whose page of the hashtag it links. */
void as_hashtag(struct jw *w, const char *key, str base, str shown);

/* One that stands alone; picture: its address. */
void as_emoji(struct jw *w, str id, str shortcode, str picture, int64_t updated_at);

/* Leave to quote, like, answer, boost: FEP-044f, GoToSocial's interaction controls. */
struct as_stamp_of {
	str type, uri, author, made, of;
};
str as_leave_type(struct arena *mem, enum interaction what, const char *end); /* end: "Request" "Authorization" */
/* The context of those. */
void as_context_leave(struct jw *w);
void as_stamp(struct jw *w, const char *key, const struct as_stamp_of *s, bool context);

/* Collections of accounts, with what of their items is in the view, and leave to be in one: FEP-7aa9. */
struct featured_view;
struct featured_item;
void as_featured_collection(struct jw *w, const char *key, const struct featured_view *v, str owner, bool context);
void as_featured_item(struct jw *w, const char *key, const struct featured_item *i, bool context);
void as_feature_stamp(struct jw *w, const char *key, str uri, str collection, str who, bool context);

/* A collection without items, or the head of a paged one. first may be STR_NONE. */
void as_collection(struct jw *w, bool ordered, str id, int64_t total, str first);
/* One page of ids; the caller writes further members and ends it: begin, items, as_page_end(). */
void as_page_begin(struct jw *w, str part_of, str id, str next, int64_t total);
void as_page_end(struct jw *w);

/* What is sent, whole. Members not used by the kind may be empty. */
struct as_sending {
	const struct send *send;
	const struct account *actor;
	const struct account *target;
	const struct status_view *view;   /* of the post (CREATE, UPDATE), of the boost (ANNOUNCE) */
	const struct status *status;      /* of a tombstone, of what is liked or pinned */
	str about; /* URI of what was boosted (UNANNOUNCE), is quoted (QUOTE_), of whom is reported (FLAG) */
	const struct featured_view *featured; /* COLLECTION_ADD, COLLECTION_UPDATE, ITEM_ADD */
	const struct featured_item *item;     /* ITEM_ADD */
	struct strs posts;                /* URIs of those reported with it */
	const struct as_profile *profile; /* PROFILE */
	str base;
	int64_t now;
};
/* STR_NONE if it grew past 1 MiB. */
str as_sending(struct arena *mem, const struct as_sending *s);
/* Of those kinds that are about collections of accounts. */
void as_featured_sending(struct jw *w, const struct as_sending *s);
