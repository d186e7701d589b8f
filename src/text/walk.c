/* libxml2's HTML parser as a source of events: no tree, no network, no messages, no recursion.
 * Given a body to be in, it adds nothing of its own; it closes what HTML says closes by itself. */
#include "text/walk.h"

#include <pthread.h>

#include <libxml/HTMLparser.h>

#include "base/err.h"

struct run {
	const struct walk *to;
	htmlParserCtxtPtr parser;
	int depth; /* open elements, with html and body */
};

static str str_of_xml(const xmlChar *s)
{
	return str_of((const char *)s);
}

static void on_open(void *arg, const xmlChar *name, const xmlChar **attrs)
{
	struct run *run = arg;

	if (++run->depth <= 2)
		return;
	if (run->depth > 2 + WALK_DEPTH_MAX) {
		xmlStopParser(run->parser);
		return;
	}
	run->to->open(run->to->arg, str_of_xml(name), (const char *const *)attrs);
}

static void on_close(void *arg, const xmlChar *name)
{
	struct run *run = arg;

	(void)name;
	if (run->depth > 2 && run->depth <= 2 + WALK_DEPTH_MAX)
		run->to->close(run->to->arg);
	if (run->depth > 0)
		run->depth--;
}

static void on_text(void *arg, const xmlChar *text, int n)
{
	struct run *run = arg;

	if (run->depth <= 2 + WALK_DEPTH_MAX)
		run->to->text(run->to->arg, str_n((const char *)text, (size_t)n));
}

void walk_html(str html, const struct walk *to)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	htmlSAXHandler sax = {
		.startElement = on_open,
		.endElement = on_close,
		.characters = on_text,
		.cdataBlock = on_text,
		.ignorableWhitespace = on_text,
	};
	struct run run = { .to = to };

	pthread_once(&once, xmlInitParser);
	run.parser = htmlCreatePushParserCtxt(&sax, &run, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	BUG_IF(!run.parser);
	htmlCtxtUseOptions(run.parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
	                                       HTML_PARSE_NOIMPLIED | HTML_PARSE_NODEFDTD | HTML_PARSE_IGNORE_ENC);
	htmlParseChunk(run.parser, "<html><body>", 12, 0);
	htmlParseChunk(run.parser, html.p, (int)html.n, 1);
	htmlFreeParserCtxt(run.parser);
}

bool walk_has(const char *const *attrs, const char *name)
{
	for (; attrs && *attrs; attrs += 2)
		if (!strcmp(*attrs, name))
			return true;
	return false;
}

str walk_attr(const char *const *attrs, const char *name)
{
	for (; attrs && *attrs; attrs += 2)
		if (!strcmp(*attrs, name))
			return str_of(attrs[1]);
	return STR_NONE;
}
