/* Aho and Corasick's automaton over the bytes of folded text. Whole words are looked for in a second text that has a mark
 * at every beginning and end of a word, with the same marks in the word: so both kinds are plain searches, and no place must
 * be looked at twice. A word that was found once is not followed up again: that keeps words within words linear too. */
#include "text/match.h"

#include <stdlib.h>

#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { MARK = 0xff /* no byte of UTF-8 */ };

/* Children of a node stand side by side, by byte. 0 is the root. */
struct node {
	uint32_t first, n; /* children */
	uint32_t fail;     /* the longest other node that ends the same */
	uint32_t shorter;  /* likewise the longest that is a word; 0: none */
	uint32_t word;     /* the first word that ends here, + 1; 0: none */
	unsigned char byte;
};

struct matcher {
	struct node *nodes;
	uint32_t *same;     /* the next word of the same text, + 1 */
	uint32_t root[256]; /* where each byte leads from there, which is where nearly all text is */
	bool plain, whole; /* there are such words */
};

/* --- texts */

static size_t ascii_run(str text)
{
	size_t n = 0;

	while (n < text.n && (unsigned char)text.p[n] < 0x80)
		n++;
	return n;
}

static void add_folded(struct buf *out, str text)
{
	size_t n;
	uint8_t *p = u8_casefold((const uint8_t *)text.p, text.n, NULL, UNINORM_NFC, NULL, &n);

	buf_add(out, p ? str_n((const char *)p, n) : text);
	free(p);
}

/* Only what is not ASCII goes the long way, with the letter before it, which a mark may be for. */
static str fold(struct arena *mem, str text)
{
	enum { GROWS = 9 /* a character becomes three of three bytes at most */ };
	struct buf out = buf_new(mem, text.n * GROWS + 1);

	while (text.n) {
		size_t n = ascii_run(text), odd = n;

		if (n < text.n)
			n -= n > 0;
		buf_add(&out, str_lower(mem, str_to(text, n)));
		while (odd < text.n && (unsigned char)text.p[odd] >= 0x80)
			odd++;
		if (odd > n)
			add_folded(&out, str_n(text.p + n, odd - n));
		text = str_from(text, odd);
	}
	return str_or(buf_str(&out), S(""));
}

static bool of_word(uint32_t r)
{
	if (r < 0x80)
		return (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || r == '_';
	return uc_is_general_category_withtable(r, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Nd |
	                                                   UC_CATEGORY_MASK_Pc);
}

static str mark_words(struct arena *mem, str folded)
{
	struct buf out = buf_new(mem, 2 * folded.n + 2);
	bool inside = false;

	for (size_t at = 0, from = 0; at < folded.n; from = at) {
		bool word = of_word(str_rune(folded, &at));

		if (word != inside)
			buf_byte(&out, (char)MARK);
		inside = word;
		buf_add(&out, str_n(folded.p + from, at - from));
	}
	if (inside)
		buf_byte(&out, (char)MARK);
	return buf_str(&out);
}

static void add_entity(struct buf *b, str *html)
{
	static const struct {
		const char *name;
		char is;
	} all[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_skip(html, str_of(all[i].name))) {
			buf_byte(b, all[i].is);
			return;
		}
	buf_byte(b, '&');
	*html = str_from(*html, 1);
}

static bool breaks_line(str tag)
{
	static const char *const breaking[] = {
		"br", "/p", "/li", "/pre", "/blockquote", "/h1", "/h2", "/h3", "/h4", "/h5", "/h6",
	};

	for (size_t i = 0; i < sizeof(breaking) / sizeof(breaking[0]); i++) {
		str rest = tag;

		if (str_skip(&rest, str_of(breaking[i])) && (!rest.n || rest.p[0] == ' ' || rest.p[0] == '/'))
			return true;
	}
	return false;
}

void match_add_html(struct buf *b, str html)
{
	while (html.n) {
		size_t n = 0;

		while (n < html.n && html.p[n] != '<' && html.p[n] != '&')
			n++;
		buf_add(b, str_to(html, n));
		html = str_from(html, n);
		if (html.n && html.p[0] == '&') {
			add_entity(b, &html);
		} else if (html.n) {
			str tag;

			html = str_from(html, 1);
			str_cut(&html, '>', &tag);
			if (breaks_line(tag))
				buf_byte(b, '\n');
		}
	}
}

/* --- the automaton */

/* While it is made: a node's children are a list. */
struct twig {
	uint32_t child, next, word;
	unsigned char byte;
};
struct trie {
	struct twig *v;
	uint32_t n;
};

static uint32_t *sibling(struct trie *t, uint32_t at, unsigned char byte)
{
	uint32_t *link = &t->v[at].child;

	while (*link && t->v[*link].byte < byte)
		link = &t->v[*link].next;
	return link;
}

static uint32_t grow(struct trie *t, str word)
{
	uint32_t at = 0;

	for (size_t i = 0; i < word.n; i++) {
		unsigned char byte = (unsigned char)word.p[i];
		uint32_t *link = sibling(t, at, byte);

		if (!*link || t->v[*link].byte != byte) {
			t->v[t->n] = (struct twig){ .next = *link, .byte = byte };
			*link = t->n++;
		}
		at = *link;
	}
	return at;
}

static uint32_t child(const struct node *nodes, uint32_t at, unsigned char byte)
{
	uint32_t low = nodes[at].first, high = low + nodes[at].n;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (nodes[mid].byte == byte)
			return mid;
		if (nodes[mid].byte < byte)
			low = mid + 1;
		else
			high = mid;
	}
	return 0;
}

static uint32_t step(const struct node *nodes, uint32_t at, unsigned char byte)
{
	uint32_t to;

	while (!(to = child(nodes, at, byte)) && at)
		at = nodes[at].fail;
	return to;
}

/* Breadth first, so that children get numbers in a row, and what is shorter is done before. */
static void lay_out(struct matcher *m, const struct trie *t)
{
	uint32_t *twig_of = calloc(t->n, sizeof(*twig_of)), n = 1;
	struct node *nodes = calloc(t->n, sizeof(*nodes));

	BUG_IF(!twig_of || !nodes);
	for (uint32_t at = 0; at < n; at++) {
		const struct twig *twig = &t->v[twig_of[at]];

		nodes[at].word = twig->word;
		nodes[at].byte = twig->byte;
		nodes[at].first = n;
		for (uint32_t c = twig->child; c; c = t->v[c].next) {
			twig_of[n++] = c;
			nodes[at].n++;
		}
	}
	for (uint32_t at = 0; at < n; at++)
		for (uint32_t c = nodes[at].first; c < nodes[at].first + nodes[at].n; c++) {
			uint32_t f;

			nodes[c].byte = t->v[twig_of[c]].byte;
			f = at ? step(nodes, nodes[at].fail, nodes[c].byte) : 0;
			nodes[c].fail = f;
			nodes[c].shorter = nodes[f].word ? f : nodes[f].shorter;
		}
	free(twig_of);
	for (uint32_t c = nodes->first; c < nodes->first + nodes->n; c++)
		m->root[nodes[c].byte] = c;
	m->nodes = nodes;
}

struct matcher *matcher_new(const struct match_word *words, size_t n)
{
	struct matcher *m = calloc(1, sizeof(*m));
	struct arena mem ARENA_SCOPE;
	str *texts = NEWS(&mem, str, n);
	size_t bytes = 1;
	struct trie t;

	BUG_IF(!m);
	m->same = calloc(n + 1, sizeof(*m->same));
	BUG_IF(!m->same);
	for (size_t i = 0; i < n; i++) {
		texts[i] = fold(&mem, words[i].text);
		if (words[i].whole)
			texts[i] = mark_words(&mem, texts[i]);
		bytes += texts[i].n;
	}
	t = (struct trie){ NEWS(&mem, struct twig, bytes), 1 };
	for (size_t i = 0; i < n; i++) {
		uint32_t at = grow(&t, texts[i]);

		if (!at)
			continue;
		m->same[i] = t.v[at].word;
		t.v[at].word = (uint32_t)i + 1;
		m->plain |= !words[i].whole;
		m->whole |= words[i].whole;
	}
	lay_out(m, &t);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	free(m->nodes);
	free(m->same);
	free(m);
}

/* All words that end in a node were found when the first of them was. */
static void scan(const struct matcher *m, str text, bool *hit)
{
	const struct node *nodes = m->nodes;
	uint32_t at = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned char byte = (unsigned char)text.p[i];

		at = at ? step(nodes, at, byte) : m->root[byte];
		if (!at)
			continue;
		for (uint32_t d = nodes[at].word ? at : nodes[at].shorter; d && !hit[nodes[d].word - 1]; d = nodes[d].shorter)
			for (uint32_t w = nodes[d].word; w; w = m->same[w - 1])
				hit[w - 1] = true;
	}
}

void matcher_run(const struct matcher *m, struct arena *mem, str text, bool *hit)
{
	str folded;

	if (!m->plain && !m->whole)
		return;
	folded = fold(mem, text);
	if (m->plain)
		scan(m, folded, hit);
	if (m->whole)
		scan(m, mark_words(mem, folded), hit);
}
