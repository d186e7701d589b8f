/* Posts and the like as strangers write them. */
#include "core/status.h"
#include "fed/as_read.h"
#include "parsed.h"

static void kinds_of_posts_get_their_title_and_link(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct account author = { .followers_uri = S("https://a.test/f") };
	struct remote_status s;
	struct as_object o;
	json_t *page JR_SCOPE = json("{\"type\":\"Page\",\"id\":\"https://a.test/p\",\"name\":\"T <b>\",\"summary\":\"abstract\","
	                             "\"content\":\"<p>body</p>\",\"url\":\"https://other.test/p\",\"published\":\"2026-01-02T03:04:05Z\"}");
	json_t *note JR_SCOPE = json("{\"type\":\"Note\",\"id\":\"https://a.test/n\",\"summary\":\"\\u200b\",\"content\":[\"a\"],"
	                             "\"inReplyTo\":\"https://a.test/n\",\"updated\":\"2026-01-03T00:00:00Z\",\"published\":\"2026-01-02T00:00:00Z\","
	                             "\"contentMap\":{\"en\":\"b\",\"de\":\"a\"},\"tag\":[{\"type\":\"Hashtag\",\"name\":\"#X\"},null,\"y\","
	                             "{\"type\":\"Mention\",\"href\":\"https://b.test/u\"}],\"attachment\":{\"type\":\"Document\",\"mediaType\":\"image/png\","
	                             "\"url\":\"https://a.test/i\",\"name\":\"alt\",\"width\":1e300,\"focalPoint\":[0.5,-2]}}");

	(void)state;
	assert_int_equal(as_object_read(&mem, page, &o), OK);
	as_object_status(&mem, &o, &author, &s);
	assert_str(s.url, S("https://a.test/p"));
	assert_str(s.spoiler_text, S(""));
	assert_true(str_starts(s.content, S("<h2>T </h2><p>body</p>")) || str_starts(s.content, S("<h2>T</h2><p>body</p>")));
	assert_true(str_find(s.content, S("href=\"https://a.test/p\"")) > 0);
	assert_int_equal(as_object_read(&mem, note, &o), OK);
	as_object_status(&mem, &o, &author, &s);
	assert_str(s.spoiler_text, S(""));
	assert_str(s.content, S("a"));
	assert_str(s.language, S("de"));
	assert_str(s.in_reply_to_uri, STR_NONE);
	assert_int_equal(s.tags.n, 1);
	assert_int_equal(o.mentions_n, 1);
	assert_int_equal(s.media_n, 1);
	assert_str(s.media[0].kind, S("image"));
	assert_int_equal(s.media[0].focus_x, 500);
	assert_int_equal(s.media[0].focus_y, 0);
	assert_true(s.edited_at > s.created_at);
}

/* Nobody here knows what an Opus is; it can be read all the same. Lists and wishes cannot. */
static void kinds_that_are_not_known_are_shown_if_they_can_be_read(void **state)
{
#define OPUS "\"id\":\"https://a.test/o\",\"attributedTo\":\"https://a.test/u\",\"to\":\"as:Public\",\"published\":\"2026-01-02T00:00:00Z\""
	static const char *const none[] = { "{\"type\":\"Playlist\",\"name\":\"x\"," OPUS "}", "{\"type\":\"Opus\"," OPUS "}",
		"{\"type\":\"Offer\",\"name\":\"x\",\"object\":\"https://a.test/x\"," OPUS "}", "{\"type\":\"Tombstone\",\"name\":\"x\"," OPUS "}",
		"{\"type\":\"Opus\",\"name\":\"x\",\"inbox\":\"https://a.test/x\"," OPUS "}", "{\"name\":\"x\"," OPUS "}",
		"{\"type\":\"Emoji\",\"name\":\":x:\"," OPUS "}", "{\"type\":\"Like\",\"name\":\"x\"," OPUS "}",
		"{\"type\":\"Opus\",\"name\":\"x\",\"id\":\"https://a.test/o\",\"to\":\"as:Public\",\"published\":\"2026-01-02T00:00:00Z\"}" };
	struct arena mem ARENA_SCOPE;
	struct account author = { .followers_uri = S("https://a.test/f") };
	struct remote_status s;
	struct as_object o;
	json_t *opus JR_SCOPE = json("{\"type\":[\"https://a.test/ns#Opus\",\"Opus\"],\"name\":\"The title\",\"mediaType\":\"text/markdown\","
	                             "\"content\":\"*loud* https://a.test/x\",\"icon\":{\"url\":\"https://a.test/t.jpg\"},\"attachment\":[{\"type\":\"Audio\","
	                             "\"url\":\"https://a.test/a.mp3\",\"sensitive\":true,\"icon\":[{\"url\":\"https://a.test/a.jpg\"}]}]," OPUS "}");
	json_t *video JR_SCOPE = json("{\"type\":\"Video\",\"url\":[{\"mediaType\":\"video/mp4\",\"href\":\"https://a.test/v\",\"height\":480}],"
	                              "\"icon\":[{\"url\":\"https://a.test/t.jpg\"}]," OPUS "}");

	(void)state;
	assert_int_equal(as_object_read(&mem, opus, &o), OK);
	as_object_status(&mem, &o, &author, &s);
	assert_str(s.visibility, S("public"));
	assert_true(str_starts(s.content, S("<h2>The title</h2><p><em>loud</em> <a href=\"https://a.test/x\"")));
	assert_true(str_find(s.content, S("href=\"https://a.test/o\"")) > 0);
	assert_true(s.sensitive && !s.spoiler_text.n);
	assert_int_equal(s.media_n, 1);
	assert_str(s.media[0].preview_url, S("https://a.test/a.jpg"));
	assert_int_equal(as_object_read(&mem, video, &o), OK);
	as_object_status(&mem, &o, &author, &s);
	assert_str(s.media[0].remote_url, S("https://a.test/v"));
	assert_str(s.media[0].preview_url, S("https://a.test/t.jpg"));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		json_t *doc JR_SCOPE = json(none[i]);

		if (!as_object_read(&mem, doc, &o))
			fail_msg("%s", none[i]);
	}
#undef OPUS
}

static void notes_may_have_titles(void **state)
{
	static const struct {
		const char *doc, *content;
	} t[] = {
		{ "\"type\":\"Note\",\"name\":\"A <b>topic</b>\",\"content\":\"<p>Hello</p>\"", "<h2>A topic</h2><p>Hello</p>" },
		{ "\"type\":\"Note\",\"name\":\"Hello wo…\",\"content\":\"<p>Hello <i>world</i></p>\"", "<p>Hello <i>world</i></p>" },
		{ "\"type\":\"Note\",\"name\":\"Hello...\",\"content\":\"<p>Hello you</p>\"", "<p>Hello you</p>" },
		{ "\"type\":\"Note\",\"name\":\" \",\"content\":\"<p>Hello</p>\"", "<p>Hello</p>" },
		{ "\"type\":\"Question\",\"name\":\"Which?\",\"oneOf\":[{\"name\":\"a\"},{\"name\":\"b\"}]", "<h2>Which?</h2>" },
		{ "\"type\":\"ChatMessage\",\"name\":\"x\",\"content\":\"Hello\"", "Hello" },
	};
	struct account author = { 0 };
	struct arena mem ARENA_SCOPE;
	struct remote_status s;
	struct as_object o;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_t *doc JR_SCOPE = json(cstr(&mem, strf(&mem, "{\"id\":\"https://a.test/n\",%s}", t[i].doc)));

		assert_int_equal(as_object_read(&mem, doc, &o), OK);
		as_object_status(&mem, &o, &author, &s);
		assert_str(s.content, str_of(t[i].content));
	}
}

/* One file, at that address, of that kind if it is said; url NULL: none. */
static void has_file(str object, const char *url, const char *kind)
{
	struct arena mem ARENA_SCOPE;
	json_t *doc JR_SCOPE = json(cstr(&mem, object));
	struct as_object o;

	assert_int_equal(as_object_read(&mem, doc, &o), OK);
	assert_int_equal(o.media_n, url != NULL);
	if (url)
		assert_str(o.media[0].remote_url, str_of(url));
	if (url && kind)
		assert_str(o.media[0].kind, str_of(kind));
}

static void pictures_above_articles_are_theirs(void **state)
{
#define IMAGE(url) "{\"type\":\"Image\",\"url\":\"" url "\"}"
	static const struct {
		const char *doc, *url;
	} t[] = {
		{ "\"type\":\"Article\",\"image\":[" IMAGE("https://a.test/top") "]", "https://a.test/top" },
		{ "\"type\":\"Event\",\"attachment\":" IMAGE("https://a.test/in") ",\"image\":" IMAGE("https://a.test/top"), "https://a.test/in" },
		{ "\"type\":\"Page\",\"attachment\":{\"type\":\"Link\",\"href\":\"https://a.test/\"},\"image\":" IMAGE("https://a.test/x"), NULL },
		{ "\"type\":\"Article\",\"image\":\"https://a.test/x\"", NULL },
		{ "\"type\":\"Note\",\"image\":" IMAGE("https://a.test/x"), NULL },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		has_file(strf(&mem, "{\"id\":\"https://a.test/n\",%s}", t[i].doc), t[i].url, NULL);
#undef IMAGE
}

/* PeerTube's videos are mostly in a playlist now, several sizes of them, and perhaps with the sound apart. */
static void videos_are_found_in_playlists(void **state)
{
#define PAGE "{\"mediaType\":\"text/html\",\"href\":\"https://a.test/w\"}"
#define LIST(files) "{\"mediaType\":\"application/x-mpegURL\",\"href\":\"https://a.test/l.m3u8\",\"tag\":[{\"type\":\"Infohash\"}," files "]}"
#define ONE(name, high, in) \
	"{\"mediaType\":\"video/mp4\",\"href\":\"https://a.test/" name "\",\"height\":" #high ",\"attachment\":[" in "]}," \
	"{\"mediaType\":\"application/json\",\"rel\":[\"metadata\",\"video/mp4\"],\"href\":\"https://a.test/" name ".json\"}"
#define HAS(what) "{\"type\":\"PropertyValue\",\"name\":\"ffprobe_codec_type\",\"value\":\"" what "\"}"
#define BOTH HAS("audio") "," HAS("video")
	static const struct {
		const char *urls, *url;
	} t[] = {
		{ PAGE "," LIST(ONE("big", 1080, BOTH) "," ONE("fit", 720, BOTH) "," ONE("small", 240, BOTH)), "https://a.test/fit" },
		{ PAGE "," LIST(ONE("low", 0, HAS("audio")) "," ONE("fit", 720, HAS("video"))), "https://a.test/fit" },
		{ PAGE "," LIST(ONE("mute", 720, HAS("video")) "," ONE("whole", 1080, BOTH)), "https://a.test/whole" },
		{ LIST(ONE("in", 480, BOTH)) "," ONE("beside", 360, BOTH), "https://a.test/beside" },
		{ PAGE "," LIST(ONE("sound", 0, HAS("audio"))), "https://a.test/sound" },
		{ PAGE "," LIST("{\"mediaType\":\"application/json\",\"href\":\"https://a.test/sums\"}"), NULL },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		has_file(strf(&mem, "{\"type\":\"Video\",\"id\":\"https://a.test/n\",\"url\":[%s]}", t[i].urls), t[i].url, NULL);
#undef PAGE
#undef LIST
#undef ONE
#undef HAS
#undef BOTH
}

static void files_are_told_by_type_kind_or_name(void **state)
{
	static const struct {
		const char *attachment, *url, *kind;
	} t[] = {
		{ "{\"type\":\"Document\",\"mediaType\":\"image/png\",\"url\":\"https://a.test/x\"}", "https://a.test/x", "image" },
		{ "{\"type\":\"Document\",\"url\":\"https://a.test/x.JPG?w=1\"}", "https://a.test/x.JPG?w=1", "image" },
		{ "{\"type\":\"Document\",\"mediaType\":\"application/octet-stream\",\"url\":\"https://a.test/x.mp3\"}", "https://a.test/x.mp3", "audio" },
		{ "{\"type\":\"Document\",\"mediaType\":\"application/pdf\",\"url\":\"https://a.test/x.png\"}", "https://a.test/x.png", "unknown" },
		{ "{\"type\":\"Video\",\"url\":\"https://a.test/x\"}", "https://a.test/x", "video" },
		{ "{\"type\":\"Link\",\"mediaType\":\"image/gif\",\"href\":\"https://a.test/x\"}", "https://a.test/x", "gifv" },
		{ "{\"type\":\"Document\",\"url\":[{\"mediaType\":\"text/html\",\"href\":\"https://a.test/page\"},"
		  "{\"mediaType\":\"video/mp4\",\"href\":\"https://a.test/v\"}]}",
		  "https://a.test/v", "video" },
		{ "{\"type\":\"Document\",\"mediaType\":\"text/html\",\"url\":\"https://a.test/x\"}", NULL, NULL },
		{ "{\"type\":\"Link\",\"href\":\"https://a.test/x.png\"}", NULL, NULL }, /* a page, for all that is said */
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		has_file(strf(&mem, "{\"type\":\"Note\",\"id\":\"https://a.test/n\",\"attachment\":%s}", t[i].attachment), t[i].url, t[i].kind);
}

static void a_blurhash_that_is_none_is_dropped(void **state)
{
	static const struct {
		const char *hash;
		bool kept;
	} t[] = {
		{ "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH", true },
		{ "00TI:j", true },
		{ "", false },
		{ "U", false },
		{ "00TI:jj", false },
		{ "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5N", false },
		{ "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5<H", false },
	};
	struct arena mem ARENA_SCOPE;
	struct as_object o;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_t *doc JR_SCOPE = json(cstr(&mem, strf(&mem, "{\"type\":\"Note\",\"id\":\"https://a.test/n\",\"attachment\":"
		                                                  "{\"type\":\"Image\",\"url\":\"https://a.test/x\",\"blurhash\":\"%s\"}}",
		                                           t[i].hash)));

		assert_int_equal(as_object_read(&mem, doc, &o), OK);
		assert_str(str_or(o.media[0].blurhash, S("")), t[i].kept ? str_of(t[i].hash) : S(""));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_posts_get_their_title_and_link),
		cmocka_unit_test(kinds_that_are_not_known_are_shown_if_they_can_be_read),
		cmocka_unit_test(notes_may_have_titles),
		cmocka_unit_test(pictures_above_articles_are_theirs),
		cmocka_unit_test(videos_are_found_in_playlists),
		cmocka_unit_test(files_are_told_by_type_kind_or_name),
		cmocka_unit_test(a_blurhash_that_is_none_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
