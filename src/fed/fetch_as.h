#pragma once
/* Documents from elsewhere, by the rules of federation.md 2.2, 2.3: type, id, host, size. Waits for the network, so never
 * inside a transaction. */
#include "base/json.h"
#include "core/ctx.h"
#include "fed/sign.h"

enum { FETCHES = 100,
       FETCH_DEPTH = 64 };

/* One cause (an activity, a search) and what it may still cost. One thread; fetcher_done() gives the key back. */
struct fetcher {
	struct ctx *cx;
	struct signing sign;
	int left;               /* fetches */
	int64_t until;          /* clock_mono() */
	bool urgent;            /* someone waits */
	bool polite;            /* nobody waits: no host is asked more than twice a second */
	bool cut;               /* of a page that is too big the beginning will do */
	bool no_query, rfc9421; /* of the call under way */
	int64_t of;             /* who follows this account may ask as well; 0: nobody */
	int asked;              /* how often that was done */
};
#define FETCHER_SCOPE __attribute__((cleanup(fetcher_done))) = { 0 }
/* Signs as the instance actor. for_ms: in all. */
void fetcher_init(struct fetcher *f, struct ctx *cx, int fetches, int64_t for_ms);
void fetcher_done(struct fetcher *f);

struct page_got {
	int status;
	str type, body, head, final;
};
/* Any answer, at most 1 MiB. ERR_BUSY: none now, or 408, 429, 5xx; ERR_NOT_FOUND: refused, too big, nothing left to spend.
 * A URL of ours is never fetched. as: signed, and asked for as ActivityPub. */
enum err fetch_page(struct fetcher *f, str url, str accept, bool as, struct page_got *got) MUST_CHECK;
/* The same of a page that somebody linked to: that is no federation, so limited_federation does not mean it. */
enum err fetch_for_people(struct fetcher *f, str url, str accept, struct page_got *got) MUST_CHECK;

struct document {
	json_t *json; /* the caller's: jr_free() */
	str id;
	bool gone; /* 404 or 410, or a Tombstone: it was there once, or never */
	int status;
};
/* The document that has this URL as its id; one that names another is fetched again from there, once. ERR_NOT_FOUND (perhaps
 * with gone), ERR_BUSY. */
enum err fetch_document(struct fetcher *f, str url, struct document *d) MUST_CHECK;
/* The same; refused, it is asked for again by people here who may see it: who follows f->of or who is answered by what is here
 * already, on that host. Few times only. */
enum err fetch_document_for_followers(struct fetcher *f, str url, struct document *d) MUST_CHECK;
/* What that URL answers, whatever its id; from: the address it came from in the end. */
enum err fetch_any_document(struct fetcher *f, str url, struct document *d, str *from) MUST_CHECK;
/* What a key's URL answers: need not be called so. */
enum err fetch_key_document(struct fetcher *f, str url, struct document *d) MUST_CHECK;
/* Is it an ActivityPub answer? Pure. */
bool fetch_type_ok(str content_type);
