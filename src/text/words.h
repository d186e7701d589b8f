#pragma once
/* Small questions about text: what a hashtag is called, whether a language tag is one, excerpts. */
#include "base/str.h"

struct arena;

enum { TAG_RUNES_MAX = 100 };

/* A hashtag's identity: compatibility-normalised and case-folded, without leading #. STR_NONE if it is no hashtag. */
str tag_fold(struct arena *mem, str shown);
/* A well-formed BCP 47 tag of at most 35 bytes. */
bool language_ok(str tag);
/* The tag as it is usually written ("pt-BR", "zh-Hant"); STR_NONE if it is none. */
str language_tag(struct arena *mem, str tag);
/* The first runes of a text, cut between words if one ends near, with "…" where something was cut. */
str text_excerpt(struct arena *mem, str text, size_t runes);
/* One emoji character, as a reader sees it: with its modifiers, joined parts and presentation selector. */
bool text_is_emoji(str s);
