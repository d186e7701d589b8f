/* Reading what strangers write, writing what we say; the names and links one finds documents by. The corpus of real
 * documents is read where it is there (SHARED, else ../shared beside the checkout). */
#include "parsed.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/featured_collection.h"
#include "fed/as_read.h"
#include "fed/as_write.h"
#include "fed/fetch_as.h"
#include "fed/jrd.h"

static void media_types_of_activitypub_are_told_from_others(void **state)
{
	static const struct {
		const char *type;
		bool ok;
	} t[] = {
		{ "application/activity+json", true },
		{ "application/activity+json; charset=utf-8", true },
		{ "Application/Activity+JSON;charset=utf-8", true },
		{ "application/ld+json", false },
		{ "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", true },
		{ "application/ld+json; charset=utf-8; profile=https://www.w3.org/ns/activitystreams", true },
		{ "application/ld+json;profile=\"https://example.org https://www.w3.org/ns/activitystreams\"", true },
		{ "application/ld+json; profile=\"https://example.org\"", false },
		{ "application/json", false },
		{ "text/html", false },
		{ "", false },
		{ "application/ld+json; profile", false },
		{ "application/ld+json; profile=\"https://www.w3.org/ns/activitystreamsx\"", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (fetch_type_ok(str_of(t[i].type)) != t[i].ok)
			fail_msg("%s", t[i].type);
	assert_false(fetch_type_ok(STR_NONE));
}

static void handles_are_cleaned_or_refused(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "acct:alice@Example.ORG", "alice@example.org" },
		{ "@bob@b.localhost:8080", "bob@b.localhost:8080" },
		{ "carol@xn--bcher-kva.example", "carol@xn--bcher-kva.example" },
		{ "ACCT:x.y-z@a.test", "x.y-z@a.test" },
		{ "alice", NULL },
		{ "@alice", NULL },
		{ "alice@", NULL },
		{ "@@a.test", NULL },
		{ "a b@c.test", NULL },
		{ "https://a.test/@b", NULL },
		{ "a@b@c.test", NULL },
		{ "", NULL },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_str(handle_clean(&mem, str_of(t[i].in)), str_of(t[i].out));
}

#define SELF(href, kind)                                                                      \
	"{\"rel\":\"self\",\"type\":\"application/activity+json\",\"href\":\"" href "\","   \
	"\"properties\":{\"https://www.w3.org/ns/activitystreams#type\":\"" kind "\"}}"

static void webfinger_needs_a_subject_and_a_self_link(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct jrd j;

	(void)state;
	assert_int_equal(jrd_read(&mem, S("{\"subject\":\"acct:a@b.test\",\"links\":[{\"rel\":\"self\",\"type\":\"text/html\","
	                                  "\"href\":\"https://b.test/@a\"},{\"rel\":\"self\",\"type\":\"application/activity+json\","
	                                  "\"href\":\"https://b.test/users/a\"}]}"),
	                          &j),
	                 OK);
	assert_str(j.self, S("https://b.test/users/a"));
	assert_str(j.subject, S("acct:a@b.test"));
	assert_int_equal(jrd_read(&mem, S("{\"subject\":\"acct:a@b.test\",\"links\":["
	                                  SELF("https://b.test/c/a", "Group") "," SELF("https://b.test/u/a", "Person") ","
	                                  SELF("https://b.test/u/b", "Person") "]}"),
	                          &j),
	                 OK);
	assert_str(j.self, S("https://b.test/u/a"));
	assert_str(j.group, S("https://b.test/c/a"));
	assert_int_equal(jrd_read(&mem, S("{\"links\":[]}"), &j), ERR_INVALID);
	assert_int_equal(jrd_read(&mem, S("{\"subject\":\"acct:a@b.test\",\"links\":{}}"), &j), ERR_INVALID);
	assert_int_equal(jrd_read(&mem, S("{\"subject\":1,\"links\":[1,null,[]]}"), &j), ERR_INVALID);
	assert_int_equal(jrd_read(&mem, S("<html>"), &j), ERR_INVALID);
}

static void host_meta_templates_are_filled_in(void **state)
{
	struct arena mem ARENA_SCOPE;

	(void)state;
	assert_str(host_meta_url(&mem, S("<?xml version='1.0'?><XRD><Link rel=\"lrdd\" type=\"application/xrd+xml\" "
	                                 "template=\"https://w.test/wf?a=1&amp;resource={uri}\"/></XRD>"),
	                         S("acct:a@b.test")),
	           S("https://w.test/wf?a=1&resource=acct:a@b.test"));
	assert_str(host_meta_url(&mem, S("<XRD><Link rel='x' template='https://w.test/{uri}'/></XRD>"), S("a")), STR_NONE);
	assert_str(host_meta_url(&mem, S("<Link rel=lrdd template=https://w.test/{uri}>"), S("a")), S("https://w.test/a"));
}

static void pages_say_where_their_document_is(void **state)
{
	struct arena mem ARENA_SCOPE;

	(void)state;
	assert_str(alternate_in_page(&mem, S("<head><!-- <link rel=alternate type=application/activity+json href=/no> -->"
	                                     "<link rel='alternate' type='application/rss+xml' href='/feed'/>"
	                                     "<LINK href=\"/users/a\" type=\"application/activity+json\" REL=\"me alternate\"/></head>")),
	           S("/users/a"));
	assert_str(alternate_in_page(&mem, S("<link rel=stylesheet href=x><linkrel=alternate>")), STR_NONE);
	assert_str(alternate_in_page(&mem, S("<link rel=alternate type=application/activity+json")), STR_NONE);
	assert_str(alternate_in_head(&mem, S("HTTP/1.1 200\r\nLink: <https://a.test/feed>; rel=\"alternate\"; "
	                                     "type=\"application/rss+xml\", <https://a.test/n/1>; rel=\"alternate\"; type=\"application/activity+json\"\r\n")),
	           S("https://a.test/n/1"));
	assert_str(alternate_in_head(&mem, S("Link: <https://a.test/>; rel=\"next\"\r\n")), STR_NONE);
}

static void activities_are_read_in_all_their_spellings(void **state)
{
	static const char *const same[] = {
		"{\"type\":\"Like\",\"actor\":\"https://a.test/u\",\"object\":\"https://b.test/n\"}",
		"{\"type\":[\"Thing\",\"Like\"],\"actor\":{\"id\":\"https://a.test/u\"},\"object\":{\"id\":\"https://b.test/n\"}}",
		"{\"type\":\"as:Like\",\"actor\":[\"https://a.test/u\"],\"object\":[{\"id\":\"https://b.test/n\"},\"x\"]}",
		"{\"type\":\"Like\",\"actor\":\"https://a.test/u\",\"object\":\"bear:?t=x&u=https://b.test/n\"}",
	};
	static const char *const none[] = { "[]", "{}", "{\"type\":\"Like\"}", "{\"actor\":\"https://a.test/u\"}",
		                            "{\"type\":5,\"actor\":\"x\"}", "{\"type\":\"Like\",\"actor\":null}", "{\"type\":\"Like\",\"actor\":[{}]}" };
	struct arena mem ARENA_SCOPE;
	struct as_activity a;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		json_t *doc JR_SCOPE = json(same[i]);

		assert_int_equal(as_activity_read(&mem, doc, &a), OK);
		assert_str(a.type, S("Like"));
		assert_str(a.actor, S("https://a.test/u"));
		assert_str(a.object, S("https://b.test/n"));
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		json_t *doc JR_SCOPE = json(none[i]);

		assert_int_equal(as_activity_read(&mem, doc, &a), ERR_INVALID);
	}
}

#define ED_SPKI "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\\n-----END PUBLIC KEY-----"

static void an_actor_is_read_and_the_bad_parts_of_it_left_out(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct as_actor a;
	json_t *doc JR_SCOPE = json("{\"id\":\"https://a.test/users/x\",\"type\":\"Person\",\"preferredUsername\":\"x\",\"name\":null,"
	                            "\"inbox\":\"https://a.test/users/x/inbox\",\"endpoints\":[],\"sharedInbox\":\"https://a.test/inbox\","
	                            "\"url\":[{\"type\":\"Link\",\"href\":\"https://evil.test/x\",\"mediaType\":\"text/html\"}],\"summary\":\"<p onclick=x>hi</p>\","
	                            "\"icon\":[{\"url\":\"javascript:1\"},{\"url\":\"https://a.test/i.png\"}],\"alsoKnownAs\":[\"at://x\",\"https://c.test/x\"],"
	                            "\"publicKey\":[{\"id\":\"https://a.test/users/x#main-key\",\"owner\":\"https://a.test/users/x\",\"publicKeyPem\":\"" ED_SPKI "\"},"
	                            "{\"id\":\"https://evil.test/k\",\"owner\":\"https://a.test/users/x\",\"publicKeyPem\":\"" ED_SPKI "\"},"
	                            "{\"id\":\"https://a.test/k2\",\"owner\":\"https://evil.test/u\",\"publicKeyPem\":\"" ED_SPKI "\"},"
	                            "{\"id\":\"https://a.test/k3\",\"owner\":\"https://a.test/users/x\",\"publicKeyPem\":\"PEM\"}],"
	                            "\"attachment\":[{\"type\":\"PropertyValue\",\"name\":\"n\",\"value\":\"<script>v</script>w\"},{\"type\":\"Link\"},5],"
	                            "\"tag\":{\"type\":\"Emoji\",\"name\":\":../x:\",\"icon\":{\"url\":\"https://a.test/e\"}},\"followers\":\"javascript:1\"}");

	(void)state;
	assert_int_equal(as_actor_read(&mem, doc, &a), OK);
	assert_str(a.a.username, S("x"));
	assert_str(a.a.url, S("https://a.test/users/x"));
	assert_str(a.a.display_name, S(""));
	assert_str(a.a.shared_inbox, S("https://a.test/inbox"));
	assert_str(a.a.avatar_url, S("https://a.test/i.png"));
	assert_str(a.a.also_known_as, S("[\"https://c.test/x\"]"));
	assert_str(a.a.emojis, S("[]"));
	assert_str(a.a.followers_uri, S(""));
	assert_int_equal(a.a.keys_n, 1);
	assert_str(a.a.keys[0].uri, S("https://a.test/users/x#main-key"));
	assert_str(a.a.keys[0].kind, S("ed25519"));
	assert_true(str_find(a.a.note, S("onclick")) < 0 && str_find(a.a.fields, S("script")) < 0);
}

static void addresses_decide_who_may_see_a_post(void **state)
{
	static const struct {
		const char *to, *cc, *visibility;
	} t[] = {
		{ "\"https://www.w3.org/ns/activitystreams#Public\"", "[]", "public" },
		{ "[\"as:Public\"]", "null", "public" },
		{ "[]", "\"Public\"", "unlisted" },
		{ "[\"https://a.test/f\"]", "[]", "private" },
		{ "{\"id\":\"https://a.test/f\"}", "[]", "private" },
		{ "[]", "[\"https://a.test/f\"]", "private" },
		{ "[\"https://b.test/u\"]", "[]", "direct" },
		{ "null", "null", "direct" },
		{ "[\"https://a.test/#Public\"]", "[]", "direct" },
		{ "[5,{},null]", "[[]]", "direct" },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_t *doc JR_SCOPE = json(cstr(&mem, strf(&mem, "{\"type\":\"Note\",\"id\":\"https://a.test/n\",\"to\":%s,\"cc\":%s}",
		                                            t[i].to, t[i].cc)));
		struct as_object o;

		assert_int_equal(as_object_read(&mem, doc, &o), OK);
		assert_str(as_visibility(&o, S("https://a.test/f")), str_of(t[i].visibility));
	}
}

/* --- what we say */

static struct status_view own_post(const char *visibility, struct account_view *author, struct mention_view *m)
{
	struct status_view v = { .s = { .id = 1, .uri = S("https://s.test/users/a/statuses/1"), .url = S("https://s.test/@a/1"), .content = S("<p>hi</p>"), .visibility = str_of(visibility), .spoiler_text = S(""), .emojis = S("[]"), .language = S("en"), .created_at = 1767322945000 }, .author = author, .mentions = m, .mentions_n = 1 };

	*author = (struct account_view){ .a = { .id = 7, .uri = S("https://s.test/users/a"), .username = S("a"), .followers_uri = S("https://s.test/users/a/followers") } };
	*m = (struct mention_view){ .id = 8, .uri = S("https://b.test/u"), .acct = S("u@b.test") };
	return v;
}

static void our_posts_are_addressed_by_their_visibility(void **state)
{
	static const struct {
		const char *visibility, *to, *cc;
	} t[] = {
		{ "public", "[\"https://www.w3.org/ns/activitystreams#Public\"]",
		  "[\"https://s.test/users/a/followers\",\"https://b.test/u\"]" },
		{ "unlisted", "[\"https://s.test/users/a/followers\"]",
		  "[\"https://www.w3.org/ns/activitystreams#Public\",\"https://b.test/u\"]" },
		{ "private", "[\"https://s.test/users/a/followers\"]", "[\"https://b.test/u\"]" },
		{ "direct", "[\"https://b.test/u\"]", "[]" },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct mention_view m;
		struct account_view author;
		struct status_view v = own_post(t[i].visibility, &author, &m);
		json_t *doc JR_SCOPE = NULL;
		struct as_object o;
		struct jw w;

		jw_init(&w, &mem, 1 << 20);
		as_create(&w, &v, true);
		assert_int_equal(jr_parse(jw_done(&w), &doc), OK);
		assert_str(jr_dump(&mem, jr_get(doc, "to")), str_of(t[i].to));
		assert_str(jr_dump(&mem, jr_get(jr_get(doc, "object"), "cc")), str_of(t[i].cc));
		assert_str(jr_str(doc, "id"), S("https://s.test/users/a/statuses/1/activity"));
		/* And we read our own as we mean it. */
		assert_int_equal(as_object_read(&mem, jr_get(doc, "object"), &o), OK);
		assert_str(as_visibility(&o, author.a.followers_uri), str_of(t[i].visibility));
		assert_str(o.language, S("en"));
		assert_int_equal(o.mentions_n, 1);
		assert_true(jr_is_arr(jr_get(jr_get(doc, "object"), "attachment")));
		assert_true(as_context_ok(doc));
	}
}

static void every_kind_of_sending_is_an_activity_with_an_id(void **state)
{
	static const char *const types[SEND_KINDS] = { "Create", "Update", "Delete", "Announce", "Undo", "Like", "Undo",
		                                       "LikeRequest", "ReplyRequest", "AnnounceRequest", "Accept", "Reject", "Follow",
		                                       "Undo", "Accept", "Reject", "Block", "Undo", "Update", "Move", "Delete", "Flag", "Add", "Remove",
		                                       "Add", "Remove", "Create", "Update",
		                                       "QuoteRequest", "Accept", "Reject", "Delete", "Add", "Update", "Remove",
		                                       "Remove", "Add", "Remove", "FeatureRequest", "Accept", "Reject", "Delete" };
	struct arena mem ARENA_SCOPE;
	struct mention_view m;
	struct account_view author;
	struct status_view v = own_post("public", &author, &m), other = v;
	struct account target = { .uri = S("https://b.test/u") };
	struct as_profile p = { .a = &author.a, .key_id = S("https://s.test/users/a#main-key"), .public_pem = S("PEM"), .base = S("https://s.test") };
	struct featured_item item = { .uri = S("https://s.test/x/1"), .object_uri = S("https://b.test/u"), .stamp = S("https://b.test/s") };
	struct featured_view featured = { .c = { .uri = S("https://s.test/x"), .name = S("x"), .description = S("y"), .language = S("en") },
		                          .items = &item, .items_n = 1 };

	(void)state;
	for (int kind = 0; kind < SEND_KINDS; kind++) {
		struct send send = { .kind = (enum send_kind)kind, .uri = S("https://s.test/x/1"), .text = S("yes") };
		struct as_sending s = { .send = &send, .actor = &author.a, .target = &target, .view = &v, .status = &v.s, .about = S("https://b.test/n"), .profile = &p, .base = S("https://s.test"), .now = 1, .featured = &featured, .item = &item };
		json_t *doc JR_SCOPE = NULL;
		struct as_activity a;

		v.reblog = kind == SEND_ANNOUNCE || kind == SEND_ANNOUNCE_REQUEST ? &other : NULL;
		v.s.in_reply_to_uri = S("https://b.test/n");
		assert_int_equal(jr_parse(as_sending(&mem, &s), &doc), OK);
		assert_int_equal(as_activity_read(&mem, doc, &a), OK);
		assert_str(a.type, str_of(types[kind]));
		assert_true(str_starts(a.id, S("https://s.test/")));
		assert_str(a.actor, author.a.uri);
		assert_false(str_none(a.object));
		assert_true(jr_is_arr(jr_get(doc, "to")) && jr_is_arr(jr_get(doc, "cc")));
	}
}

/* --- the corpus */

static str slurp(struct arena *mem, const char *path)
{
	struct buf b = buf_new(mem, 8 << 20);
	char piece[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return STR_NONE;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&b, str_n(piece, n));
	fclose(f);
	return b.n ? buf_str(&b) : S("");
}

static const char *corpus(struct arena *mem)
{
	const char *shared = getenv("SHARED"), *src = getenv("SRC");
	str dir = shared ? str_of(shared) : strf(mem, "%s/../shared", src ? src : ".");

	return cstr(mem, str_cat(mem, dir, S("/federation/corpus/")));
}

/* "2 mentions" -> 2 */
static int64_t number_before(str what, const char *word)
{
	long at = str_find(what, str_of(word));
	size_t from;
	int64_t n;

	if (at <= 0)
		return 0;
	for (from = (size_t)at; from > 0 && what.p[from - 1] >= '0' && what.p[from - 1] <= '9'; from--)
		;
	return str_int(str_n(what.p + from, (size_t)at - from), &n) ? n : 0;
}

/* Two of the corpus were cut short in the middle of the key. */
static int keyless;

static void check_actor(struct arena *mem, str file, const json_t *doc, str want)
{
	static const char *const refused[] = { "reject", "no preferredUsername" };
	struct as_actor a;
	enum err e = as_actor_read(mem, doc, &a);
	str name = STR_NONE;
	long at = str_find(want, S(" @"));

	for (size_t i = 0; i < 2; i++)
		if (str_find(want, str_of(refused[i])) >= 0) {
			if (!e && !a.partial)
				fail_msg("%.*s should be refused", STR_F(file));
			return;
		}
	if (e)
		fail_msg("%.*s should be taken", STR_F(file));
	if (str_starts(want, S("Partial"))) {
		assert_true(a.partial);
		return;
	}
	if (at > 0) {
		str rest = str_from(want, (size_t)at + 2);

		str_cut(&rest, ',', &name);
		assert_str(a.a.username, str_trim(name));
		assert_str(a.a.kind, str_to(want, (size_t)at));
	}
	if (str_find(want, S("no sharedInbox")) >= 0)
		assert_str(a.a.shared_inbox, S(""));
	else if (str_find(want, S("sharedInbox")) >= 0)
		assert_true(a.a.shared_inbox.n > 0);
	if (str_find(want, S("key id")) >= 0)
		keyless += !a.a.keys_n;
	assert_int_equal(a.a.locked, str_find(want, S("locked")) >= 0);
}

static void check_object(struct arena *mem, str file, const json_t *doc, str want)
{
	static const char *const none[] = { "unknown object type", "not a post", "Tombstone:", "vote" };
	static const char *const seen[] = { "public", "unlisted", "direct", "followers-only" };
	struct account author = { .followers_uri = as_id(jr_get(doc, "attributedTo")) };
	struct remote_status s;
	struct as_object o;
	enum err e = as_object_read(mem, doc, &o);

	/* Some were cut out of something larger, without a name of their own. */
	if (str_none(as_id(jr_get(doc, "id"))))
		return;
	for (size_t i = 0; i < 4; i++)
		if (str_find(want, str_of(none[i])) >= 0 && str_find(want, S("votes are")) < 0 && str_find(want, S("or link card")) < 0) {
			if (!e && !o.vote && str_find(want, S("previous votes")) < 0)
				fail_msg("%.*s is no post", STR_F(file));
			if (e || o.vote)
				return;
		}
	if (e)
		fail_msg("%.*s should be taken", STR_F(file));
	author.followers_uri = str_cat(mem, author.followers_uri, S("/followers"));
	as_object_status(mem, &o, &author, &s);
	for (size_t i = 0; i < 3; i++)
		if (str_find(want, str_cat(mem, S(", "), str_of(seen[i]))) >= 0 && !str_eq(s.visibility, str_of(seen[i])) &&
		    str_find(want, S("limited")) < 0)
			fail_msg("%.*s is %.*s", STR_F(file), STR_F(s.visibility));
	if (number_before(want, " mention") != (int64_t)o.mentions_n && number_before(want, " mention"))
		fail_msg("%.*s: %zu mentions", STR_F(file), o.mentions_n);
	if (number_before(want, " hashtag") != (int64_t)o.tags.n && number_before(want, " hashtag"))
		fail_msg("%.*s: %zu hashtags", STR_F(file), o.tags.n);
	if (number_before(want, " attachment") && number_before(want, " attachment") != (int64_t)(o.media_n + o.links.n))
		fail_msg("%.*s: %zu attachments", STR_F(file), o.media_n);
	if (str_find(want, S(", reply")) >= 0)
		assert_true(s.in_reply_to_uri.n > 0);
	assert_true(str_find(s.content, S("\x01")) < 0);
}

static void every_document_of_the_corpus_is_read_or_refused(void **state)
{
	struct arena mem ARENA_SCOPE;
	const char *dir = corpus(&mem);
	str index = slurp(&mem, cstr(&mem, strf(&mem, "%sindex.tsv", dir))), line, col[6];
	int n = 0;

	(void)state;
	if (str_none(index)) {
		print_message("# the corpus is not here\n");
		return;
	}
	while (str_cut(&index, '\n', &line)) {
		str rest = line, text;
		json_t *doc JR_SCOPE = NULL;
		struct as_activity a;

		for (int i = 0; i < 6; i++)
			if (!str_cut(&rest, '\t', &col[i]))
				col[i] = S("");
		text = slurp(&mem, cstr(&mem, strf(&mem, "%s%.*s", dir, STR_F(col[0]))));
		if (str_none(text) || jr_parse(text, &doc))
			continue;
		n++;
		if (str_eq(col[2], S("actor")))
			check_actor(&mem, col[0], doc, col[5]);
		else if (str_eq(col[2], S("object")))
			check_object(&mem, col[0], doc, col[5]);
		else if (str_eq(col[2], S("activity")) && as_activity_read(&mem, doc, &a) && !str_none(as_id(jr_get(doc, "actor"))))
			fail_msg("%.*s is an activity", STR_F(col[0]));
	}
	assert_true(n > 200);
	assert_int_equal(keyless, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(media_types_of_activitypub_are_told_from_others),
		cmocka_unit_test(handles_are_cleaned_or_refused),
		cmocka_unit_test(webfinger_needs_a_subject_and_a_self_link),
		cmocka_unit_test(host_meta_templates_are_filled_in),
		cmocka_unit_test(pages_say_where_their_document_is),
		cmocka_unit_test(activities_are_read_in_all_their_spellings),
		cmocka_unit_test(an_actor_is_read_and_the_bad_parts_of_it_left_out),
		cmocka_unit_test(addresses_decide_who_may_see_a_post),
		cmocka_unit_test(our_posts_are_addressed_by_their_visibility),
		cmocka_unit_test(every_kind_of_sending_is_an_activity_with_an_id),
		cmocka_unit_test(every_document_of_the_corpus_is_read_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
