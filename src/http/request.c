/* What handlers ask a request: headers, cookies, ids. */
#include "http/request.h"

#include "core/site.h"

str rq_header(const struct request *rq, const char *name)
{
	str want = str_of(name);

	for (size_t i = 0; i < rq->headers_n; i++)
		if (str_ieq(rq->headers[i].name, want))
			return rq->headers[i].value;
	return STR_NONE;
}

int rq_header_count(const struct request *rq, const char *name)
{
	str want = str_of(name);
	int n = 0;

	for (size_t i = 0; i < rq->headers_n; i++)
		n += str_ieq(rq->headers[i].name, want);
	return n;
}

str rq_cookie(const struct request *rq, const char *name)
{
	str want = str_of(name);

	for (size_t i = 0; i < rq->headers_n; i++) {
		str rest = rq->headers[i].value;

		if (!str_ieq(rq->headers[i].name, S("cookie")))
			continue;
		for (str piece; str_cut(&rest, ';', &piece);) {
			str key, value = piece;

			str_cut(&value, '=', &key);
			if (value.p && str_eq(str_trim(key), want))
				return str_trim(value);
		}
	}
	return STR_NONE;
}

str rq_base(const struct request *rq)
{
	return rq->cx->site ? rq->cx->site->base : S("");
}

enum err rq_id(const struct request *rq, int arg, int64_t *id)
{
	int64_t v;

	if (!str_int(rq->args[arg], &v) || v <= 0)
		return ERR_NOT_FOUND;
	*id = v;
	return OK;
}
