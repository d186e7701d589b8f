#pragma once
/* Names and values out of queries, forms and JSON: the parsers behind request.h. */
#include "http/multipart.h"
#include "http/request.h"

enum { PAIRS_MAX = 4096, NAME_MAX_BYTES = 1024, LIST_MAX = 500 };

struct params {
	struct pair *v;
	size_t n, size;
	size_t query_n; /* so many of them are from the query */
	struct parts files;
	enum err e; /* of parsing; the pairs are none then */
	const char *why;
};

/* Each adds pairs to p; ERR_INVALID past the limits or for broken input, with p->why set. */
enum err params_form(struct arena *mem, str text, struct params *p) MUST_CHECK;
enum err params_json(struct arena *mem, str text, struct params *p) MUST_CHECK;
enum err params_multipart(struct arena *mem, str content_type, str body, struct params *p) MUST_CHECK;
enum err params_parts(struct arena *mem, const struct parts *parts, struct params *p) MUST_CHECK;
/* Of a body that was taken apart as it came. */
enum err params_uploaded(struct arena *mem, struct multipart *body, struct params *p) MUST_CHECK;
