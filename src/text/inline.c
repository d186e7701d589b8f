/* Inline Markdown by the rules of CommonMark, less what posts do not need: no raw HTML, no entities, no references to
 * link definitions. Names and addresses are read as words, so that _ in them is no emphasis; each line end is a line
 * break. One pass makes tokens, a second pairs the delimiters; searches are bounded, so no input is slow. */
#include "text/inline.h"

#include <unictype.h>

#include "base/arena.h"

enum {
	OPENERS_MAX = 64, /* delimiters and brackets that wait for their partner */
	URL_MAX = 2048,
	TITLE_MAX = 512,
	PARENS_MAX = 32,
	TICKS_MAX = 8, /* longest run of back ticks that is code */
	RUN_MAX = 3,   /* longest run of delimiters that is emphasis */
};

enum token_kind { TOKEN_TEXT,
	          TOKEN_BREAK,
	          TOKEN_CODE,
	          TOKEN_LINK,
	          TOKEN_LINK_END,
	          TOKEN_IMAGE,
	          TOKEN_DELIMITER };

struct token {
	enum token_kind kind;
	bool can_open, can_close;
	char run, left, closes, opens;                /* a delimiter's length, what is not paired yet, its tags */
	char close_size[RUN_MAX], open_size[RUN_MAX]; /* 1 or 2 characters each, inner first */
	str text;                                     /* as it is to be written; of links and images: what they show */
	str url;
};

struct bracket {
	size_t token; /* its "[" or "![" */
	size_t at;    /* behind it, in the text */
	bool image, active;
};

struct inliner {
	struct arena *mem;
	str text;
	size_t at;
	struct token *tokens;
	size_t n, room;
	struct bracket brackets[OPENERS_MAX];
	size_t bracket_count;
	bool unclosed[TICKS_MAX + 1]; /* there is no more run of so many back ticks */
};

static char at(const struct inliner *in, size_t i)
{
	return i < in->text.n ? in->text.p[i] : '\0';
}

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static struct token *token_add(struct inliner *in, enum token_kind kind, str text)
{
	if (in->n == in->room) {
		size_t room = in->room ? 2 * in->room : 16;
		struct token *more = NEWS(in->mem, struct token, room);

		if (in->n)
			memcpy(more, in->tokens, in->n * sizeof(*more));
		in->tokens = more;
		in->room = room;
	}
	in->tokens[in->n] = (struct token){ .kind = kind, .text = text };
	return &in->tokens[in->n++];
}

/* Plain text of n bytes; joined with plain text just before it. */
static void take_text(struct inliner *in, size_t n)
{
	struct token *last = in->n ? &in->tokens[in->n - 1] : NULL;
	str text = str_to(str_from(in->text, in->at), n);

	if (last && last->kind == TOKEN_TEXT && last->text.p + last->text.n == text.p &&
	    !(in->bracket_count && in->brackets[in->bracket_count - 1].token == in->n - 1))
		last->text.n += n;
	else
		token_add(in, TOKEN_TEXT, text);
	in->at += n;
}

/* Delimiters */

enum side { SIDE_SPACE,
	    SIDE_PUNCTUATION,
	    SIDE_OTHER };

static enum side side_of(uint32_t r)
{
	if (!r || r == ' ' || r == '\n' || r == '\t' || uc_is_general_category_withtable(r, UC_CATEGORY_MASK_Z))
		return SIDE_SPACE;
	if (uc_is_general_category_withtable(r, UC_CATEGORY_MASK_P | UC_CATEGORY_MASK_S))
		return SIDE_PUNCTUATION;
	return SIDE_OTHER;
}

static uint32_t rune_before(str text, size_t i)
{
	if (!i)
		return 0;
	do
		i--;
	while (i && ((unsigned char)text.p[i] & 0xc0) == 0x80);
	return str_rune(text, &i);
}

static void take_delimiter(struct inliner *in)
{
	char c = at(in, in->at);
	size_t n = 1, next;
	enum side before, after;
	bool left, right;
	struct token *t;

	while (at(in, in->at + n) == c)
		n++;
	if (n > RUN_MAX || (c == '~' && n != 2)) {
		take_text(in, n);
		return;
	}
	next = in->at + n;
	before = side_of(rune_before(in->text, in->at));
	after = side_of(next < in->text.n ? str_rune(in->text, &next) : 0);
	left = after == SIDE_OTHER || (after == SIDE_PUNCTUATION && before != SIDE_OTHER);
	right = before == SIDE_OTHER || (before == SIDE_PUNCTUATION && after != SIDE_OTHER);
	t = token_add(in, TOKEN_DELIMITER, str_n(in->text.p + in->at, n));
	t->can_open = left && (c != '_' || !right || before == SIDE_PUNCTUATION);
	t->can_close = right && (c != '_' || !left || after == SIDE_PUNCTUATION);
	t->run = t->left = (char)n;
	in->at += n;
}

static bool delimiters_fit(const struct token *open, const struct token *close)
{
	if (open->text.p[0] != close->text.p[0])
		return false;
	if (open->text.p[0] == '~' || (!open->can_close && !close->can_open))
		return true;
	return (open->run + close->run) % 3 || (open->run % 3 == 0 && close->run % 3 == 0);
}

static void delimiters_join(struct token *open, struct token *close)
{
	char size = open->left >= 2 && close->left >= 2 ? 2 : 1;

	open->open_size[(int)open->opens++] = size;
	close->close_size[(int)close->closes++] = size;
	open->left = (char)(open->left - size);
	close->left = (char)(close->left - size);
}

/* Pairs the delimiters from that token on; what is left of them is text from then on. */
static void pair_delimiters(struct inliner *in, size_t from)
{
	struct token *open[OPENERS_MAX];
	size_t n = 0;

	for (size_t at_token = from; at_token < in->n; at_token++) {
		struct token *t = &in->tokens[at_token];

		if (t->kind != TOKEN_DELIMITER)
			continue;
		for (size_t i = n; t->can_close && t->left && i > 0; i--) {
			if (!delimiters_fit(open[i - 1], t))
				continue;
			delimiters_join(open[i - 1], t);
			n = open[i - 1]->left ? i : i - 1;
			i = n + 1;
		}
		if (t->can_open && t->left && n < OPENERS_MAX)
			open[n++] = t;
	}
	for (size_t i = from; i < in->n; i++)
		in->tokens[i].can_open = in->tokens[i].can_close = false;
}

/* Code and escapes */

static size_t run_length(const struct inliner *in, size_t i)
{
	size_t n = 1;

	while (at(in, i + n) == at(in, i))
		n++;
	return n;
}

static void take_code(struct inliner *in)
{
	size_t n = run_length(in, in->at), from = in->at + n, i = from;
	str code;

	while (n <= TICKS_MAX && !in->unclosed[n] && i < in->text.n) {
		size_t run = at(in, i) == '`' ? run_length(in, i) : 0;

		if (run != n) {
			i += run ? run : 1;
			continue;
		}
		code = str_n(in->text.p + from, i - from);
		if (code.n > 2 && code.p[0] == ' ' && code.p[code.n - 1] == ' ' && str_trim(code).n)
			code = str_n(code.p + 1, code.n - 2);
		token_add(in, TOKEN_CODE, code);
		in->at = i + n;
		return;
	}
	if (n <= TICKS_MAX)
		in->unclosed[n] = true;
	take_text(in, n);
}

static void take_escape(struct inliner *in)
{
	char next = at(in, in->at + 1);

	if (next > ' ' && next < 0x7f && !alnum(next)) {
		in->at++;
		take_text(in, 1);
	} else {
		take_text(in, 1);
	}
}

/* Links */

/* <https://...> */
static void take_autolink(struct inliner *in)
{
	str rest = str_from(in->text, in->at + 1), url;
	size_t n = 0;
	struct token *t;

	if (str_istarts(rest, S("http://")) || str_istarts(rest, S("https://")))
		while (n < rest.n && n <= URL_MAX && (unsigned char)rest.p[n] > ' ' && rest.p[n] != '<' && rest.p[n] != '>')
			n++;
	if (!n || n >= rest.n || rest.p[n] != '>') {
		take_text(in, 1);
		return;
	}
	url = str_to(rest, n);
	t = token_add(in, TOKEN_LINK, url);
	t->url = url;
	token_add(in, TOKEN_TEXT, url);
	token_add(in, TOKEN_LINK_END, url);
	in->at += n + 2;
}

static size_t skip_space(const struct inliner *in, size_t i)
{
	while (at(in, i) == ' ' || at(in, i) == '\n' || at(in, i) == '\t')
		i++;
	return i;
}

/* Where a link's address that begins at i ends. */
static size_t url_end(const struct inliner *in, size_t i, bool angled)
{
	int parens = 0;

	for (size_t from = i; i < in->text.n && i - from <= URL_MAX; i++) {
		char c = at(in, i);

		if (angled ? c == '>' || c == '<' || c == '\n' : (unsigned char)c <= ' ')
			break;
		if (!angled && c == ')' && !parens)
			break;
		parens += (c == '(') - (c == ')');
		if (!angled && parens > PARENS_MAX)
			break;
	}
	return i;
}

/* Where a title that begins at i ends; i if there is none. */
static size_t title_end(const struct inliner *in, size_t i)
{
	char quote = at(in, i);

	if (quote != '"' && quote != '\'')
		return i;
	for (size_t j = i + 1; j < in->text.n && j - i <= TITLE_MAX; j++)
		if (at(in, j) == quote)
			return j + 1;
	return i;
}

/* Reads (address "title") at i; where it ends, or 0. */
static size_t read_target(const struct inliner *in, size_t i, str *url)
{
	bool angled;
	size_t end;

	if (at(in, i) != '(')
		return 0;
	i = skip_space(in, i + 1);
	angled = at(in, i) == '<';
	i += angled;
	end = url_end(in, i, angled);
	*url = str_n(in->text.p + i, end - i);
	if (angled && at(in, end++) != '>')
		return 0;
	i = skip_space(in, title_end(in, skip_space(in, end)));
	return at(in, i) == ')' ? i + 1 : 0;
}

static void take_bracket(struct inliner *in)
{
	bool image = at(in, in->at) == '!';
	size_t n = image ? 2 : 1;

	if (in->bracket_count == OPENERS_MAX) {
		take_text(in, n);
		return;
	}
	in->brackets[in->bracket_count++] = (struct bracket){ in->n, in->at + n, image, true };
	token_add(in, TOKEN_TEXT, str_n(in->text.p + in->at, n));
	in->at += n;
}

static void take_bracket_end(struct inliner *in)
{
	struct bracket *b = in->bracket_count ? &in->brackets[--in->bracket_count] : NULL;
	size_t end = 0;
	str url = STR_NONE;
	struct token *t;

	if (b && b->active)
		end = read_target(in, in->at + 1, &url);
	if (!end) {
		take_text(in, 1);
		return;
	}
	if (b->image) {
		in->n = b->token + 1;
	} else {
		pair_delimiters(in, b->token);
		token_add(in, TOKEN_LINK_END, url);
		for (size_t i = 0; i < in->bracket_count; i++)
			in->brackets[i].active &= in->brackets[i].image;
	}
	t = &in->tokens[b->token];
	t->kind = b->image ? TOKEN_IMAGE : TOKEN_LINK;
	t->text = str_n(in->text.p + b->at, in->at - b->at);
	t->url = url;
	in->at = end;
}

/* Names and addresses keep their underscores: the length of the word at hand, or 0. */
static size_t word_length(const struct inliner *in)
{
	str rest = str_from(in->text, in->at);
	char c = rest.p[0], before = in->at ? at(in, in->at - 1) : '\0';
	size_t n = 1;

	if (alnum(before) || before == '_')
		return 0;
	if (c == '@' || c == '#') {
		while (n < rest.n && (alnum(rest.p[n]) || ((unsigned char)rest.p[n] & 0x80) || strchr("_@.-", rest.p[n])))
			n++;
		return n;
	}
	if (!str_istarts(rest, S("http://")) && !str_istarts(rest, S("https://")))
		return 0;
	while (n < rest.n && (unsigned char)rest.p[n] > ' ' && !strchr("<>\"`*()[]", rest.p[n]))
		n++;
	return n;
}

static void take_next(struct inliner *in)
{
	char c = at(in, in->at);
	size_t word;

	if (c == '\\')
		take_escape(in);
	else if (c == '`')
		take_code(in);
	else if (c == '*' || c == '_' || c == '~')
		take_delimiter(in);
	else if (c == '[' || (c == '!' && at(in, in->at + 1) == '['))
		take_bracket(in);
	else if (c == ']')
		take_bracket_end(in);
	else if (c == '<')
		take_autolink(in);
	else if (c == '\n') {
		token_add(in, TOKEN_BREAK, S(""));
		in->at++;
	} else {
		word = word_length(in);
		take_text(in, word ? word : 1);
	}
}

/* Writing */

static void write_delimiter(struct buf *out, const struct token *t)
{
	static const char *const names[] = { "em", "strong" };
	bool struck = t->text.p[0] == '~';

	for (int i = 0; i < t->closes; i++)
		buf_addf(out, "</%s>", struck ? "del" : names[t->close_size[i] - 1]);
	buf_html(out, str_to(t->text, (size_t)t->left));
	for (int i = t->opens; i > 0; i--)
		buf_addf(out, "<%s>", struck ? "del" : names[t->open_size[i - 1] - 1]);
}

static void write_token(struct buf *out, const struct token *t)
{
	switch (t->kind) {
	case TOKEN_TEXT: buf_html(out, t->text); break;
	case TOKEN_BREAK: buf_add(out, S("<br />")); break;
	case TOKEN_DELIMITER: write_delimiter(out, t); break;
	case TOKEN_LINK_END: buf_add(out, S("</a>")); break;
	case TOKEN_CODE:
		buf_add(out, S("<code>"));
		buf_html(out, t->text);
		buf_add(out, S("</code>"));
		break;
	case TOKEN_LINK:
	case TOKEN_IMAGE:
		buf_add(out, t->kind == TOKEN_LINK ? S("<a href=\"") : S("<img src=\""));
		buf_html(out, t->url);
		if (t->kind == TOKEN_IMAGE) {
			buf_add(out, S("\" alt=\""));
			buf_html(out, t->text);
		}
		buf_add(out, S("\">"));
		break;
	}
}

void inline_html(struct buf *out, str text)
{
	struct arena tmp ARENA_SCOPE;
	struct inliner in = { .mem = &tmp, .text = text };

	while (in.at < text.n)
		take_next(&in);
	pair_delimiters(&in, 0);
	for (size_t i = 0; i < in.n; i++)
		write_token(out, &in.tokens[i]);
}
