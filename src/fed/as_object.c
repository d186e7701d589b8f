/* Posts as strangers write them, and how each of their kinds is shown. federation.md 9, 10. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/url.h"
#include "core/media.h"
#include "fed/as_read.h"
#include "text/clean.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define O(key, kind, member, max)                                  \
	{                                                          \
		key, kind, offsetof(struct as_object, member), max \
	}
static const struct as_field object_fields[] = {
	O("id", AS_ID, id, 0),
	O("attributedTo", AS_ID, attributed_to, 0),
	O("url", AS_LINK, url, 0),
	O("url", AS_NODE, urls, 0),
	O("name", AS_TEXT, name, AS_TEXT_MAX),
	O("nameMap", AS_MAP, name, AS_TEXT_MAX),
	O("summary", AS_TEXT, summary, AS_BIO_MAX),
	O("summaryMap", AS_MAP, summary, AS_BIO_MAX),
	O("content", AS_TEXT, content, AS_CONTENT_MAX),
	O("contentMap", AS_MAP, content, AS_CONTENT_MAX),
	O("contentMap", AS_NODE, content_map, 0),
	O("mediaType", AS_TEXT, media_type, 128),
	O("inReplyTo", AS_ID, in_reply_to, 0),
	O("to", AS_IDS, to, AS_RECIPIENTS),
	O("cc", AS_IDS, cc, AS_RECIPIENTS),
	O("audience", AS_IDS, audience, AS_AUDIENCE),
	O("published", AS_TIME, published, 0),
	O("updated", AS_TIME, updated, 0),
	O("startTime", AS_TIME, start, 0),
	O("endTime", AS_TIME, end, 0),
	O("sensitive", AS_BOOL, sensitive, 0),
	O("tag", AS_NODE, tag, 0),
	O("attachment", AS_NODE, attachment, 0),
	O("icon", AS_NODE, icon, 0),
	O("image", AS_NODE, image, 0),
	O("oneOf", AS_NODE, one_of, 0),
	O("anyOf", AS_NODE, any_of, 0),
	O("closed", AS_TIME, closed_at, 0),
	O("closed", AS_BOOL, closed, 0),
	O("quote", AS_NODE, quote, 0),
	O("_misskey_quote", AS_ID, misskey_quote, 0),
	O("quoteUrl", AS_ID, quote_url, 0),
	O("quoteUri", AS_ID, quote_uri, 0),
	O("quoteAuthorization", AS_ID, stamp, 0),
	O("interactionPolicy", AS_NODE, policy, 0),
	O("votersCount", AS_COUNT, voters, 0),
};
#undef O

static bool shortcode_ok(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return s.n > 0 && s.n <= AS_TEXT_MAX;
}

str as_emojis(struct arena *mem, const json_t *tag)
{
	struct jw w;
	int n = 0;

	jw_init(&w, mem, 1 << 20);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < jr_many(tag) && i < 1000 && n < AS_TAGS; i++) {
		const json_t *t = jr_nth(tag, i);
		str name = jr_str(t, "name"), url;

		if (!str_eq(as_type(t), S("Emoji")))
			continue;
		str_skip(&name, S(":"));
		str_chop(&name, S(":"));
		url = as_link(mem, jr_get(t, "icon"));
		if (!shortcode_ok(name) || str_none(url))
			continue;
		jw_obj(&w, NULL);
		jw_str(&w, "shortcode", name);
		jw_str(&w, "url", url);
		jw_str(&w, "static_url", url);
		jw_bool(&w, "visible_in_picker", false);
		jw_end(&w);
		n++;
	}
	jw_end(&w);
	return str_or(jw_done(&w), S("[]"));
}

/* FEP-e232: a link to an object, said to be what is quoted by its rel or its name. */
static bool is_quote_link(const json_t *t)
{
	const json_t *rel = jr_get(t, "rel");
	str mime = jr_str(t, "mediaType");

	if (!str_istarts(mime, S("application/ld+json")) && !str_istarts(mime, S("application/activity+json")))
		return false;
	for (size_t i = 0; i < jr_many(rel) && i < 8; i++)
		if (str_eq(jr_text(jr_nth(rel, i)), S("https://misskey-hub.net/ns#_misskey_quote")))
			return true;
	return str_starts(jr_str(t, "name"), S("RE:"));
}

static void read_tags(struct arena *mem, struct as_object *o)
{
	size_t n = jr_many(o->tag) < 1000 ? jr_many(o->tag) : 1000;

	o->mentions = NEWS(mem, struct as_mention, AS_MENTIONS);
	o->tags.v = NEWS(mem, str, AS_TAGS);
	for (size_t i = 0; i < n; i++) {
		const json_t *t = jr_nth(o->tag, i);
		str type = as_type(t), name = jr_str(t, "name"), href = as_id(jr_get(t, "href"));

		if (str_eq(type, S("Mention")) && o->mentions_n < AS_MENTIONS && !str_none(href))
			o->mentions[o->mentions_n++] = (struct as_mention){ href, str_to(name, AS_TEXT_MAX) };
		if (str_eq(type, S("Link")) && str_none(o->quote_link) && is_quote_link(t))
			o->quote_link = href;
		if (!str_eq(type, S("Hashtag")) || o->tags.n == AS_TAGS)
			continue;
		if (str_none(name))
			name = jr_str(t, "tag"); /* kbin */
		str_skip(&name, S("#"));
		name = clean_line(mem, str_to(name, 512));
		if (name.n && str_utf8(name) && str_runes(name) <= 100)
			o->tags.v[o->tags.n++] = name;
	}
	o->emojis = as_emojis(mem, o->tag);
}

static const struct {
	const char *mime, *type, *kind;
} media_kinds[] = { { "image/", "Image", "image" }, { "video/", "Video", "video" }, { "audio/", "Audio", "audio" } };

/* A GIF is shown as a film. */
static const char *kind_of_mime(str mime)
{
	if (str_istarts(mime, S("image/gif")))
		return "gifv";
	for (size_t i = 0; i < COUNT(media_kinds); i++)
		if (str_istarts(mime, str_of(media_kinds[i].mime)))
			return media_kinds[i].kind;
	return NULL;
}

/* What a file is called, where nobody says what it is; its bytes are looked at before they are shown. */
static const char *kind_of_name(str url)
{
	static const struct {
		const char *kind, *ends;
	} all[] = { { "image", ".jpg .jpeg .png .gif .webp .avif .heic " },
		    { "video", ".mp4 .webm .mov .m4v " },
		    { "audio", ".mp3 .ogg .oga .opus .flac .wav .m4a " } };
	long query = str_chr(url, '?');
	str path = query < 0 ? url : str_to(url, (size_t)query), end;

	for (size_t i = 0; i < COUNT(all); i++)
		for (str rest = str_of(all[i].ends); str_cut(&rest, ' ', &end);)
			if (end.n && path.n > end.n && str_ieq(str_from(path, path.n - end.n), end))
				return all[i].kind;
	return NULL;
}

static const char *media_kind(str mime, str type, str url)
{
	const char *kind = kind_of_mime(mime);

	for (size_t i = 0; i < COUNT(media_kinds) && !kind; i++)
		if (str_eq(type, str_of(media_kinds[i].type)))
			kind = media_kinds[i].kind;
	if (!kind && (str_empty(mime) || str_ieq(mime, S("application/octet-stream"))))
		kind = kind_of_name(url);
	return kind ? kind : "unknown";
}

static int64_t thousandths(const json_t *list, size_t i)
{
	const json_t *pair = jr_is_arr(list) && jr_len(list) == 2 ? list : NULL;
	struct arena mem ARENA_SCOPE;
	double d;
	str text;
	int64_t whole;

	if (!pair)
		return 0;
	text = jr_dump(&mem, jr_at(pair, i));
	d = 0;
	if (str_int(text, &whole))
		d = (double)whole;
	else if (text.n && text.n < 32)
		d = strtod(cstr(&mem, text), NULL);
	return d >= -1 && d <= 1 ? (int64_t)(d * 1000) : 0;
}

static int64_t pixels(const json_t *v, const char *key)
{
	int64_t n = jr_int(v, key, 0);

	return n > 0 && n <= 1 << 20 ? n : 0;
}

/* Its URL may be a string, a Link, or several qualities and a page for people: the first that is said to be a file. */
static str media_url(struct arena *mem, const json_t *v, str *mime)
{
	const json_t *urls = jr_get(v, "url");
	str url;

	for (size_t i = 0; i < jr_many(urls) && i < 32; i++) {
		str said = jr_str(jr_nth(urls, i), "mediaType");

		url = as_link(mem, jr_nth(urls, i));
		if (!kind_of_mime(said) || str_none(url))
			continue;
		*mime = str_or(*mime, said);
		return url;
	}
	url = as_link(mem, urls);
	return str_none(url) ? as_link(mem, jr_get(v, "href")) : url;
}

static bool read_medium(struct arena *mem, const json_t *v, int64_t place, struct attachment *out)
{
	str type = as_type(v), mime = jr_str(v, "mediaType"), alt = jr_str(v, "summary"), hash = jr_str(v, "blurhash");
	str url = media_url(mem, v, &mime);
	const json_t *focus = jr_get(v, "focalPoint");

	if (str_none(url) || str_istarts(mime, S("text/")))
		return false;
	if (str_none(alt))
		alt = jr_str(v, "name");
	*out = (struct attachment){ .place = place, .remote_url = url };
	out->preview_url = str_or(as_link(mem, jr_get(v, "icon")), S(""));
	out->kind = str_of(media_kind(mime, type, url));
	out->mime = str_none(mime) ? S("") : str_to(mime, 100);
	out->width = pixels(v, "width");
	out->height = pixels(v, "height");
	out->focus_x = thousandths(focus, 0);
	out->focus_y = thousandths(focus, 1);
	if (!str_none(alt))
		out->description = str_head_runes(alt, 10000);
	if (media_blurhash_ok(hash))
		out->blurhash = hash;
	return true;
}

static bool media_has(const struct as_object *o, str url)
{
	for (size_t i = 0; i < o->media_n; i++)
		if (str_eq(o->media[i].remote_url, url))
			return true;
	return false;
}

static void add_medium(struct arena *mem, const json_t *v, struct as_object *o)
{
	struct attachment a;

	if (o->media_n < AS_MEDIA && read_medium(mem, v, (int64_t)o->media_n, &a) && !media_has(o, a.remote_url))
		o->media[o->media_n++] = a;
}

/* PeerTube says what is in a file; where it keeps sound and picture apart, most have but one of them. */
static int has_both(const json_t *u)
{
	const json_t *said = jr_get(u, "attachment");
	bool sound = false, picture = false;

	for (size_t i = 0; i < jr_many(said) && i < 16; i++) {
		if (!str_eq(jr_str(jr_nth(said, i), "name"), S("ffprobe_codec_type")))
			continue;
		sound |= str_eq(jr_str(jr_nth(said, i), "value"), S("audio"));
		picture |= str_eq(jr_str(jr_nth(said, i), "value"), S("video"));
	}
	return sound == picture ? 2 : picture;
}

struct best {
	const json_t *file;
	int64_t height;
	int both;
};

/* The smallest that fills 720 lines is enough. */
static void consider(const json_t *list, struct best *best)
{
	for (size_t i = 0; i < jr_many(list) && i < 64; i++) {
		const json_t *u = jr_nth(list, i);
		int64_t height = pixels(u, "height");
		int both = has_both(u);

		if (!kind_of_mime(jr_str(u, "mediaType")))
			continue;
		if (!best->file || both > best->both ||
		    (both == best->both && height <= 720 && (best->height > 720 || height > best->height)))
			*best = (struct best){ u, height, both };
	}
}

/* Video and Audio carry their file among their URLs, or in the playlist that is one of them. */
static void own_medium(struct arena *mem, struct as_object *o)
{
	struct best best = { 0 };

	consider(o->urls, &best);
	for (size_t i = 0; i < jr_many(o->urls) && i < 64 && !best.file; i++)
		if (str_istarts(jr_str(jr_nth(o->urls, i), "mediaType"), S("application/x-mpegURL")))
			consider(jr_get(jr_nth(o->urls, i), "tag"), &best);
	if (best.file)
		add_medium(mem, best.file, o);
	if (o->media_n)
		o->media[0].preview_url = str_or(as_link(mem, o->icon), S(""));
}

static void read_media(struct arena *mem, struct as_object *o)
{
	size_t n = jr_many(o->attachment) < 256 ? jr_many(o->attachment) : 256;

	o->media = NEWS(mem, struct attachment, AS_MEDIA);
	o->links.v = NEWS(mem, str, AS_MEDIA);
	if (!str_eq(o->type, S("Note")) && !str_eq(o->type, S("Question")))
		own_medium(mem, o);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = jr_nth(o->attachment, i);
		str type = as_type(v), mime = jr_str(v, "mediaType"), url;

		if (!jr_is_obj(v))
			continue;
		o->sensitive |= jr_bool(v, "sensitive", false);
		if (!str_eq(type, S("Link")) || kind_of_mime(mime)) {
			if (as_type_is_post(type) ? !str_eq(type, S("Note")) : true)
				add_medium(mem, v, o);
			continue;
		}
		url = as_link(mem, v);
		if (!str_none(url) && o->links.n < AS_MEDIA)
			o->links.v[o->links.n++] = url;
	}
	/* What stands above articles of blogs. Of links it is the preview, which their card has. */
	if (!str_eq(o->type, S("Note")) && !o->media_n && !o->links.n && jr_is_obj(jr_nth(o->image, 0)))
		add_medium(mem, jr_nth(o->image, 0), o);
}

/* The key whose text is the content, else the first; Lemmy and PeerTube say it apart. "und" is none. */
static str read_language(struct arena *mem, const json_t *doc, const struct as_object *o)
{
	const json_t *said = jr_get(doc, "language");
	str found = jr_is_obj(said) ? jr_str(said, "identifier") : jr_text(said);
	bool exact = false;

	for (void *it = jr_first(o->content_map); it && !exact; it = jr_next(o->content_map, it)) {
		exact = str_eq(jr_text(jr_value(it)), o->content);
		if (exact || str_none(found))
			found = jr_key(it);
	}
	if (found.n < 2 || found.n > 35 || str_ieq(found, S("und")))
		return STR_NONE;
	for (size_t i = 0; i < found.n; i++) {
		char c = found.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
			return STR_NONE;
	}
	return str_chr(found, '-') < 0 ? str_lower(mem, found) : str_dup(mem, found);
}

/* Several authors (PeerTube: a person and a channel): the person. Events of a group say apart who made them (Mobilizon). */
static str read_author(const json_t *doc, const struct as_object *o)
{
	const json_t *v = jr_get(doc, "attributedTo");
	str actor = as_id(jr_get(doc, "actor"));

	for (size_t i = 0; i < jr_many(v) && i < 16; i++)
		if (str_eq(as_type(jr_nth(v, i)), S("Person")) && !str_none(as_id(jr_nth(v, i))))
			return as_id(jr_nth(v, i));
	if (str_none(o->attributed_to) ||
	    (str_eq(o->type, S("Event")) && url_same_origin(str_or(actor, S("")), o->attributed_to)))
		return actor;
	return o->attributed_to;
}

/* A kind that nobody here knows is shown if it looks like a post: somebody's, for somebody, with something to read. */
static bool is_readable(const json_t *doc, const struct as_object *o)
{
	static const char *const no_posts[] = { "CacheFile", "Conversation", "FeaturedCollection", "Library", "Place",
		                                "Playlist", "Profile", "Relationship", "Story" };

	for (size_t i = 0; i < COUNT(no_posts); i++)
		if (str_eq(o->type, str_of(no_posts[i])))
			return false;
	return o->type.n && !as_type_known(o->type) && o->attributed_to.n && o->published && (o->to.n || o->cc.n) &&
	       (o->content.n || o->name.n) && !jr_get(doc, "inbox") && !jr_get(doc, "object");
}

enum err as_object_read(struct arena *mem, const json_t *doc, struct as_object *o)
{
	*o = (struct as_object){ 0 };
	if (!jr_is_obj(doc))
		return ERR_INVALID;
	o->type = as_type(doc);
	as_fields(mem, doc, object_fields, COUNT(object_fields), o);
	if ((!as_type_is_post(o->type) && !is_readable(doc, o)) || !as_url_ok(mem, o->id))
		return ERR_INVALID;
	o->attributed_to = read_author(doc, o);
	o->language = read_language(mem, doc, o);
	o->conversation = jr_str(doc, "conversation");
	if (str_none(o->conversation))
		o->conversation = jr_text(jr_get(doc, "context"));
	if (o->conversation.n > AS_ID_MAX)
		o->conversation = STR_NONE;
	if (jr_is_obj(jr_get(doc, "location")))
		o->location = str_to(jr_str(jr_get(doc, "location"), "name"), AS_TEXT_MAX);
	read_tags(mem, o);
	read_media(mem, o);
	if (str_eq(o->in_reply_to, o->id))
		o->in_reply_to = STR_NONE;
	o->vote = str_eq(o->type, S("Note")) && o->name.n && !str_none(o->in_reply_to) && str_empty(o->content) && !o->media_n;
	return OK;
}

static bool has_public(const struct strs *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (as_public(list->v[i]))
			return true;
	return false;
}

str as_visibility(const struct as_object *o, str followers)
{
	if (has_public(&o->to))
		return S("public");
	if (has_public(&o->cc))
		return S("unlisted");
	if (followers.n && (strs_has(o->to, followers) || strs_has(o->cc, followers)))
		return S("private");
	return S("direct");
}

str as_boost_visibility(const struct as_activity *a, const struct account *by)
{
	struct as_object o = { .to = a->to, .cc = a->cc };
	str visibility = as_visibility(&o, by->followers_uri);

	return str_eq(visibility, S("direct")) ? S("private") : visibility;
}
