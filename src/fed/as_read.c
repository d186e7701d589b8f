/* The table-driven reader of ActivityStreams properties, and activities. federation.md 3.4, 9, 10. */
#include "fed/as_read.h"

#include "base/clock.h"
#include "base/url.h"

static const char *const actor_types[] = { "Person", "Service", "Group", "Application", "Organization" };
static const char *const post_types[] = { "Note", "Question", "Article", "Page", "Event", "Image", "Video", "Audio",
	                                  "ChatMessage" };
static const char *const activity_types[] = {
#define ACTIVITY(name, ...) #name,
#include "fed/activities.def"
#undef ACTIVITY
};
static const char *const other_types[] = { "Tombstone", "Mention", "Hashtag", "Emoji", "Link", "Document", "PropertyValue",
	                                   "Collection", "OrderedCollection", "Key", "CryptographicKey", "Multikey" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool one_of(str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, str_of(list[i])))
			return true;
	return false;
}

bool as_type_is_actor(str type)
{
	return one_of(type, actor_types, COUNT(actor_types));
}

bool as_type_is_post(str type)
{
	return one_of(type, post_types, COUNT(post_types));
}

static str known_type(str type)
{
	static const struct {
		const char *const *list;
		size_t n;
	} all[] = {
		{ actor_types, COUNT(actor_types) },
		{ post_types, COUNT(post_types) },
		{ activity_types, COUNT(activity_types) },
		{ other_types, COUNT(other_types) },
	};

	str_skip(&type, S("as:"));
	for (size_t i = 0; i < COUNT(all); i++)
		if (one_of(type, all[i].list, all[i].n))
			return type;
	return STR_NONE;
}

bool as_type_known(str type)
{
	return !str_none(known_type(type));
}

str as_type(const json_t *v)
{
	const json_t *type = jr_get(v, "type");
	size_t n = jr_many(type);
	str first = STR_NONE;

	for (size_t i = 0; i < n && i < 16; i++) {
		str t = jr_text(jr_nth(type, i));
		str known = known_type(t);

		if (!str_none(known))
			return known;
		if (str_none(first))
			first = t;
	}
	return first;
}

static str id_of(const json_t *v)
{
	str id = jr_is_obj(v) ? jr_str(v, "id") : jr_text(v);

	if (str_none(id) && jr_is_obj(v))
		id = jr_str(v, "href");
	if (str_skip(&id, S("bear:?")))
		for (str rest = id, part; str_cut(&rest, '&', &part);)
			if (str_skip(&part, S("u=")))
				id = part;
	return id.n > 0 && id.n <= AS_ID_MAX ? id : STR_NONE;
}

str as_id(const json_t *v)
{
	size_t n = jr_many(v);

	for (size_t i = 0; i < n && i < 16; i++) {
		str id = id_of(jr_nth(v, i));

		if (!str_none(id))
			return id;
	}
	return STR_NONE;
}

static struct strs ids_of(struct arena *mem, const json_t *v, size_t max)
{
	size_t n = jr_many(v);
	struct strs list = { 0 };

	n = n < max ? n : max;
	if (n)
		list.v = NEWS(mem, str, n);
	for (size_t i = 0; i < n; i++) {
		str id = id_of(jr_nth(v, i));

		if (!str_none(id))
			list.v[list.n++] = id;
	}
	return list;
}

bool as_url_ok(struct arena *mem, str url)
{
	struct arena_mark mark = arena_mark(mem);
	struct url u;
	bool ok = url.n > 0 && url.n <= AS_ID_MAX && !url_parse(mem, url, &u);

	arena_rewind(mem, mark);
	return ok;
}

static bool is_html(const json_t *link)
{
	str mime = jr_str(link, "mediaType");

	return str_istarts(str_none(mime) ? jr_str(link, "mimeType") : mime, S("text/html"));
}

static str link_at(struct arena *mem, const json_t *v, int depth)
{
	str url = jr_text(v);

	if (depth > 3)
		return STR_NONE;
	if (jr_is_obj(v)) {
		url = jr_str(v, "href");
		if (str_none(url))
			url = jr_is_str(jr_get(v, "url")) ? jr_str(v, "url") : link_at(mem, jr_get(v, "url"), depth + 1);
	} else if (jr_is_arr(v)) {
		str found = STR_NONE;

		for (size_t i = 0; i < jr_len(v) && i < 32; i++) {
			str one = link_at(mem, jr_at(v, i), depth + 1);

			if (!str_none(one) && (str_none(found) || is_html(jr_at(v, i))))
				found = one;
			if (!str_none(one) && is_html(jr_at(v, i)))
				break;
		}
		return found;
	}
	return as_url_ok(mem, url) ? url : STR_NONE;
}

str as_link(struct arena *mem, const json_t *v)
{
	return link_at(mem, v, 0);
}

/* At most max bytes, whole characters. */
static str cut(str s, size_t max)
{
	if (s.n <= max)
		return s;
	s.n = max;
	while (s.n && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
		s.n--;
	return s;
}

static str text_of(const json_t *v)
{
	size_t n = jr_many(v);

	for (size_t i = 0; i < n && i < 16; i++) {
		str s = jr_text(jr_nth(v, i));

		if (!str_none(s))
			return s;
	}
	return STR_NONE;
}

static str map_text(const json_t *map)
{
	if (!jr_is_obj(map))
		return STR_NONE;
	for (void *it = jr_first(map); it; it = jr_next(map, it)) {
		str s = text_of(jr_value(it));

		if (!str_none(s))
			return s;
	}
	return STR_NONE;
}

static int64_t count_of(const json_t *v, const char *key)
{
	double d = jr_real(v, key, -1);

	if (!(d >= 0))
		return -1;
	return d > 2147483647.0 ? 2147483647 : (int64_t)d;
}

static void field(struct arena *mem, const json_t *v, const struct as_field *f, void *into)
{
	const json_t *value = jr_get(v, f->key);
	void *at = (char *)into + f->at;
	str *s = at;

	switch (f->kind) {
	case AS_TEXT:
		*s = cut(text_of(value), f->max);
		break;
	case AS_MAP:
		if (str_none(*s))
			*s = cut(map_text(value), f->max);
		break;
	case AS_ID:
		*s = as_id(value);
		break;
	case AS_IDS:
		*(struct strs *)at = ids_of(mem, value, f->max);
		break;
	case AS_LINK:
		*s = as_link(mem, value);
		break;
	case AS_TIME:
		if (!clock_parse_iso(cut(jr_text(value), 64), (int64_t *)at))
			*(int64_t *)at = 0;
		break;
	case AS_BOOL:
		*(bool *)at = jr_bool(v, f->key, false);
		break;
	case AS_COUNT:
		*(int64_t *)at = count_of(v, f->key);
		break;
	case AS_NODE:
		*(const json_t **)at = value;
		break;
	}
}

void as_fields(struct arena *mem, const json_t *v, const struct as_field *fields, size_t n, void *into)
{
	for (size_t i = 0; i < n; i++)
		field(mem, v, &fields[i], into);
}

bool as_public(str id)
{
	return str_eq(id, S("https://www.w3.org/ns/activitystreams#Public")) || str_eq(id, S("as:Public")) ||
	       str_eq(id, S("Public"));
}

bool as_context_ok(const json_t *doc)
{
	static const char *const known[] = {
		"https://www.w3.org/ns/activitystreams", "http://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1",
		"https://www.w3.org/ns/cid/v1", "https://w3id.org/security/multikey/v1"
	};
	const json_t *context = jr_get(doc, "@context");
	size_t n = jr_many(context);

	for (size_t i = 0; i < n; i++)
		if (one_of(jr_text(jr_nth(context, i)), known, COUNT(known)))
			return true;
	return n == 0;
}

static const struct as_field activity_fields[] = {
	{ "id", AS_TEXT, offsetof(struct as_activity, id), AS_ID_MAX + 1 },
	{ "actor", AS_ID, offsetof(struct as_activity, actor), 0 },
	{ "object", AS_ID, offsetof(struct as_activity, object), 0 },
	{ "object", AS_IDS, offsetof(struct as_activity, objects), AS_OBJECTS },
	{ "object", AS_NODE, offsetof(struct as_activity, object_at), 0 },
	{ "proof", AS_NODE, offsetof(struct as_activity, proof), 0 },
	{ "target", AS_ID, offsetof(struct as_activity, target), 0 },
	{ "content", AS_TEXT, offsetof(struct as_activity, content), 4 * 5000 },
	{ "to", AS_IDS, offsetof(struct as_activity, to), AS_RECIPIENTS },
	{ "cc", AS_IDS, offsetof(struct as_activity, cc), AS_RECIPIENTS },
	{ "published", AS_TIME, offsetof(struct as_activity, published), 0 },
};

enum err as_activity_read(struct arena *mem, const json_t *doc, struct as_activity *a)
{
	*a = (struct as_activity){ 0 };
	if (!jr_is_obj(doc))
		return ERR_INVALID;
	as_fields(mem, doc, activity_fields, COUNT(activity_fields), a);
	a->type = as_type(doc);
	if (a->id.n > AS_ID_MAX)
		a->id = STR_NONE;
	for (size_t i = 0; i < jr_many(a->object_at) && !a->node; i++)
		if (jr_is_obj(jr_nth(a->object_at, i)))
			a->node = jr_nth(a->object_at, i);
	return str_empty(a->type) || str_none(a->actor) ? ERR_INVALID : OK;
}
