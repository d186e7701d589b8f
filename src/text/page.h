#pragma once
/* What a stranger's web page says of itself: for preview cards and for rel=me. Pure: bytes in, words out. */
#include "base/str.h"

struct arena;

enum {
	PAGE_MAX = 1 << 20,    /* bytes read; what is behind is not looked at */
	PAGE_TAG_MAX = 16384,  /* bytes; a longer tag is dropped as if it were not there */
	PAGE_TEXT_MAX = 16384, /* bytes of one value; a longer one counts as cut there */
};

/* Words are one line each, without markup; STR_NONE where the page says nothing. Addresses are absolute, http or https. */
struct page_facts {
	str title, description, site_name, language, image, image_words, author, author_url, creator, published;
	str video; /* a player to be put into a frame: https only */
	str canonical;
	str oembed; /* where its oEmbed answer in JSON is */
	int64_t image_width, image_height, video_width, video_height;
};
/* from: where the page came from in the end. */
void page_facts(struct arena *mem, str html, str from, struct page_facts *out);
/* Does the page link to `to` (or `or_to`) as another place of its owner (rel=me)? Comments and templates do not count. */
bool page_links_back(struct arena *mem, str html, str from, str to, str or_to);
/* The one https frame that an embed's HTML may be, written anew with what it may do and no more; STR_NONE: it is none. */
str page_frame(struct arena *mem, str html, int64_t *width, int64_t *height);
/* The addresses that a post links to and that are neither mentions, hashtags nor what it quotes: the first few. */
struct strs page_links(struct arena *mem, str html, size_t most);
/* The first of them; STR_NONE. */
str page_first_link(struct arena *mem, str html);
