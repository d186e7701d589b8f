#pragma once
/* Collections of others, page by page: outboxes, pinned posts, replies, contexts. federation.md 13; FEP-7888. */
#include "fed/fetch_as.h"
#include "store/threads.h"

/* A collection or a page of one, taken apart. Nodes and strings are borrowed from the document. */
struct collection {
	str id, owner;
	str next;           /* the page to go on with, an address; STR_NONE: none */
	const json_t *page; /* the same, where it is embedded (first) */
	const json_t *items;
	int64_t total; /* -1: not said */
};
/* ERR_INVALID for what is none. */
enum err collection_read(const json_t *v, struct collection *c) MUST_CHECK;
/* As fetch_document(), but under any id of the host that answers: from is the address that did. */
enum err collection_fetch(struct fetcher *f, str url, struct document *d, str *from) MUST_CHECK;

/* One item: what was found inside of a document from there is to be trusted if its id is of the same origin. */
struct collection_item {
	const json_t *node; /* a string or an object */
	str id;
	bool trusted;
};
/* Calls fn for each item of the collection at url until it says false, pages and items are bounded. What fails ends it. */
struct collection_walk {
	struct fetcher *f;
	int pages, items; /* at most; counted down */
	bool (*fn)(void *arg, const struct collection_item *item);
	void *arg;
};
void collection_walk(struct collection_walk *w, str url);
/* Of the items of one page; from: the address it was read from. */
bool collection_items(struct collection_walk *w, const struct collection *c, str from);

/* What a post's document says of its replies, boosts and likes; -1 where it does not. */
void collection_counts(const json_t *post, struct origin_counts *c);
