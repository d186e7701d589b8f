/* Canonical JSON (RFC 8785) and integrity proofs (FEP-8b32), with the examples of their documents, both ways. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/keygen.h"
#include "fed/jcs.h"
#include "fed/proof.h"
#include "net/keys.h"

static json_t *json(str text)
{
	json_t *doc = NULL;

	if (jr_parse(text, &doc))
		fail_msg("%.*s", STR_F(text));
	return doc;
}

static void numbers_are_written_as_ecmascript_does(void **state)
{
	static const struct {
		double v;
		const char *text;
	} t[] = {
		{ 0.0, "0" }, { -0.0, "0" }, { 5e-324, "5e-324" }, { -5e-324, "-5e-324" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" }, { 9007199254740992, "9007199254740992" },
		{ 295147905179352830000.0, "295147905179352830000" }, { 9.999999999999997e22, "9.999999999999997e+22" },
		{ 1e23, "1e+23" }, { 1.0000000000000001e23, "1.0000000000000001e+23" },
		{ 999999999999999700000.0, "999999999999999700000" }, { 999999999999999900000.0, "999999999999999900000" },
		{ 1e21, "1e+21" }, { 9.999999999999997e-7, "9.999999999999997e-7" }, { 0.000001, "0.000001" },
		{ 333333333.3333332, "333333333.3333332" }, { 333333333.33333325, "333333333.33333325" },
		{ 333333333.33333329, "333333333.3333333" }, { 333333333.3333334, "333333333.3333334" },
		{ 333333333.33333343, "333333333.33333343" }, { -0.0000033333333333333333, "-0.0000033333333333333333" },
		{ 1424953923781206.2, "1424953923781206.2" }, { 4.50, "4.5" }, { 2e-3, "0.002" }, { 1e-27, "1e-27" },
		{ 1e30, "1e+30" }, { 100, "100" }, { -71.184902, "-71.184902" }, { 1e-7, "1e-7" },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_str(jcs_number(&mem, t[i].v), str_of(t[i].text));
}

static void documents_have_one_spelling(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{ "{\"numbers\":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"
		  "\"string\":\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\"literals\":[null,true,false]}",
		  "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
		  "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}" },
		{ " { \"b\" : { } , \"a\" : [ 1 , 1.0 , -0 ] } ", "{\"a\":[1,1,0],\"b\":{}}" },
		{ "\"\\b\\t\\n\\f\\r\\u000b\\u001f\\u007f\"", "\"\\b\\t\\n\\f\\r\\u000b\\u001f\x7f\"" },
		{ "[9007199254740992,-9007199254740992]", "[9007199254740992,-9007199254740992]" },
		{ "[1e16]", NULL }, { "[-1e20]", NULL }, { "[1e21]", "[1e+21]" }, { "[9007199254740993]", NULL }, { "{\"a\":[-9007199254740993]}", NULL },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_t *doc JR_SCOPE = json(str_of(t[i].in));

		assert_str(jcs(&mem, doc, NULL), str_of(t[i].out));
	}
}

static void members_are_sorted_by_utf16_units(void **state)
{
	json_t *doc JR_SCOPE = json(S("{\"\u20ac\":1,\"\\r\":2,\"\ufb33\":3,\"1\":4,\"\U0001f600\":5,\"\\u0080\":6,\"\u00f6\":7,"
	                              "\"\":8,\"10\":9}"));
	struct arena mem ARENA_SCOPE;

	(void)state;
	assert_str(jcs(&mem, doc, NULL), S("{\"\":8,\"\\r\":2,\"1\":4,\"10\":9,\"\xc2\x80\":6,\"\u00f6\":7,\"\u20ac\":1,"
	                                   "\"\U0001f600\":5,\"\ufb33\":3}"));
}

/* --- the published vectors */

static str read_all(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *p = arena_alloc(mem, 1 << 16, 1);
	size_t n = f ? fread(p, 1, 1 << 16, f) : 0;

	if (f)
		fclose(f);
	return f ? str_n(p, n) : STR_NONE;
}

static json_t *vectors(struct arena *mem)
{
	const char *dir = getenv("SHARED"), *src = getenv("SRC");
	str root = dir ? str_of(dir) : strf(mem, "%s/../shared", src ? src : ".");
	str text = read_all(mem, cstr(mem, str_cat(mem, root, S("/federation/vectors/integrity.json"))));

	return str_none(text) ? NULL : json(text);
}

static bool holds(struct arena *mem, const json_t *doc, struct sig_key *key, int64_t now)
{
	struct proof p;

	return !proof_read(mem, doc, now, &p) && proof_verify(&p, key);
}

static void the_published_proofs_are_judged_as_published(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *all JR_SCOPE = vectors(&mem);
	const json_t *list = jr_get(all, "proofs");

	(void)state;
	if (!all) {
		print_message("# the vectors are not here\n");
		return;
	}
	assert_true(jr_len(list) >= 4);
	for (size_t i = 0; i < jr_len(list); i++) {
		const json_t *v = jr_at(list, i), *doc = jr_get(v, "document");
		struct sig_key *key = key_multikey(jr_str(v, "public_key_multibase"));
		struct proof p;

		assert_non_null(key);
		assert_int_equal(holds(&mem, doc, key, clock_now()), str_eq(jr_str(v, "expect"), S("accept")));
		/* Before it expired. */
		assert_int_equal(proof_read(&mem, doc, 1677281798000, &p), OK);
		assert_int_equal(proof_verify(&p, key), jr_bool(v, "signature_verifies", false));
		assert_str(codec_hex(&mem, p.messages[0]),
		           str_cat(&mem, jr_str(v, "proof_config_sha256"), jr_str(v, "document_sha256")));
		key_free(key);
	}
}

/* z3u2...: Ed25519's secret half as multibase, with the head that PKCS#8 has for it. */
static struct sig_key *secret_key(struct arena *mem, str text)
{
	static const char head[] = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
	str raw = key_unmultibase(mem, text), der;

	assert_true(str_skip(&raw, S("\x80\x26")) && raw.n == 32);
	der = str_cat(mem, str_n(head, sizeof(head) - 1), raw);
	return key_private(strf(mem, "-----BEGIN PRIVATE KEY-----\n%.*s\n-----END PRIVATE KEY-----\n",
	                        STR_F(codec_base64(mem, der))));
}

static str made_again(struct arena *mem, const json_t *doc, const struct sig_key *key)
{
	struct jcs_but bare = { { (str[]){ S("proof") }, 1 }, NULL };
	const json_t *proof = jr_get(doc, "proof");
	json_t *made JR_SCOPE = NULL;
	int64_t at;

	assert_true(clock_parse_iso(jr_str(proof, "created"), &at));
	made = json(proof_make(mem, jcs(mem, doc, &bare), key, jr_str(proof, "verificationMethod"), at));
	return str_dup(mem, jr_str(jr_get(made, "proof"), "proofValue"));
}

static void the_published_proofs_are_made_to_the_byte(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *all JR_SCOPE = vectors(&mem);
	const json_t *list = jr_get(all, "proofs");
	struct sig_key *key;
	int made = 0;

	(void)state;
	if (!all)
		return;
	key = secret_key(&mem, jr_str(all, "ed25519_secret_multibase"));
	for (size_t i = 0; i < jr_len(list); i++) {
		const json_t *v = jr_at(list, i), *doc = jr_get(v, "document"), *proof = jr_get(doc, "proof");
		str value = jr_str(proof, "proofValue");
		struct proof p;

		assert_str(key_to_multikey(&mem, key), jr_str(v, "public_key_multibase"));
		assert_int_equal(proof_read(&mem, doc, 1677281798000, &p), OK);
		if (!jr_bool(v, "signature_verifies", false))
			continue;
		assert_str(key_multibase(&mem, key_sign(&mem, key, p.messages[0])), value);
		/* We never say when ours expire. */
		if (str_none(jr_str(proof, "expires"))) {
			assert_str(made_again(&mem, doc, key), value);
			made++;
		}
	}
	assert_true(made > 0);
	key_free(key);
}

static void the_published_keys_are_read_and_written_to_the_byte(void **state)
{
	struct arena mem ARENA_SCOPE;
	json_t *all JR_SCOPE = vectors(&mem);
	const json_t *list = jr_get(all, "multikeys");

	(void)state;
	for (size_t i = 0; i < jr_len(list); i++) {
		const json_t *v = jr_at(list, i);
		bool ed = str_eq(jr_str(v, "kind"), S("ed25519"));
		str text = jr_str(v, "multibase"), hex = jr_str(v, ed ? "public_key_hex" : "pkcs1_der_hex");
		struct sig_key *key = key_multikey(text);

		assert_non_null(key);
		assert_int_equal(key_kind(key), ed ? KEY_ED25519 : KEY_RSA);
		assert_str(key_multibase(&mem, str_cat(&mem, ed ? S("\xed\x01") : S("\x85\x24"), codec_unhex(&mem, hex))), text);
		assert_str(key_to_multikey(&mem, key), ed ? text : STR_NONE);
		key_free(key);
	}
}

static struct sig_key *some_key(struct arena *mem)
{
	str private_pem, public_pem;

	assert_true(keygen_ed25519(mem, &private_pem, &public_pem));
	return key_private(private_pem);
}

static const char note[] = "{\"@context\":[\"https://www.w3.org/ns/activitystreams\",{\"x\":\"y\"}],\"id\":\"https://a.test/1\","
	"\"type\":\"Create\",\"n\":1.5,\"object\":{\"content\":\"h\u00e9 \\u0001\"}}";

static void what_is_made_holds_and_any_change_breaks_it(void **state)
{
	static const struct {
		const char *from, *to;
		bool holds;
	} t[] = {
		{ "", "", true }, { "\"n\":1.5", "\"n\":1.50", true }, { "\"n\":1.5", "\"n\":1.6", false },
		{ "\"type\":\"Create\"", "\"type\":\"Delete\"", false }, { "\"x\":\"y\"", "\"x\":\"z\"", false },
		{ "#ed\"", "#rsa\"", false }, { "\"type\":\"Create\"", "\"to\":[],\"type\":\"Create\"", false },
		{ "\"type\":\"Create\"", "\"signature\":{\"type\":\"RsaSignature2017\"},\"type\":\"Create\"", true },
		{ "eddsa-jcs-2022", "eddsa-rdfc-2022", false }, { "assertionMethod", "authentication", false },
		{ "\"proofValue\":\"z", "\"proofValue\":\"u", false },
	};
	struct arena mem ARENA_SCOPE;
	struct sig_key *key = some_key(&mem);
	str made = proof_make(&mem, str_of(note), key, S("https://a.test/u#ed"), 1700000000000);

	(void)state;
	assert_false(str_none(made));
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		long at = str_find(made, str_of(t[i].from));
		str rest = str_from(made, (size_t)at + strlen(t[i].from)), other;
		json_t *doc JR_SCOPE = NULL;

		assert_true(at >= 0);
		other = strf(&mem, "%.*s%s%.*s", (int)at, made.p, t[i].to, STR_F(rest));
		doc = json(other);
		if (holds(&mem, doc, key, 1700000001000) != t[i].holds)
			fail_msg("%s -> %s", t[i].from, t[i].to);
	}
	key_free(key);
}

static void a_proof_that_leaves_its_contexts_out_may_have_signed_them(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct sig_key *key = some_key(&mem);
	str made = proof_make(&mem, str_of(note), key, S("https://a.test/u#ed"), 1700000000000);
	str context = S("\"@context\":[\"https://www.w3.org/ns/activitystreams\",{\"x\":\"y\"}],");
	long proof = str_find(made, S("\"proof\":{"));
	str head = str_to(made, (size_t)proof + 9), tail = str_from(made, (size_t)proof + 9);
	json_t *doc JR_SCOPE = NULL;

	(void)state;
	assert_true(str_skip(&tail, context));
	doc = json(str_cat(&mem, head, tail));
	assert_true(holds(&mem, doc, key, 1700000001000));
	key_free(key);
}

static void contexts_of_a_proof_must_be_the_first_of_the_document(void **state)
{
	static const struct {
		const char *document, *proof;
		enum err e;
	} t[] = {
		{ "[\"a\",\"b\"]", "[\"a\",\"b\"]", OK }, { "[\"a\",\"b\"]", "[\"a\"]", OK }, { "[\"a\",\"b\"]", "\"a\"", OK },
		{ "\"a\"", "[\"a\"]", OK }, { "[\"a\"]", "[\"a\",\"b\"]", ERR_INVALID }, { "[\"a\",\"b\"]", "[\"b\"]", ERR_INVALID },
		{ "null", "[\"a\"]", ERR_INVALID },
	};
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		str value = key_multibase(&mem, str_n("0123456789012345678901234567890123456789012345678901234567890123", 64));
		json_t *doc JR_SCOPE = json(strf(&mem, "{\"@context\":%s,\"proof\":{\"@context\":%s,\"type\":\"DataIntegrityProof\","
			"\"cryptosuite\":\"eddsa-jcs-2022\",\"proofPurpose\":\"assertionMethod\",\"verificationMethod\":\"k\","
			"\"proofValue\":\"%.*s\"}}", t[i].document, t[i].proof, STR_F(value)));
		struct proof p;

		assert_int_equal(proof_read(&mem, doc, 0, &p), t[i].e);
	}
}

static void what_is_no_proof_is_told_from_a_bad_one(void **state)
{
	static const struct {
		const char *doc;
		enum err e;
	} t[] = {
		{ "{}", ERR_NOT_FOUND }, { "[]", ERR_NOT_FOUND }, { "{\"proof\":null}", ERR_NOT_FOUND },
		{ "{\"proof\":[1,\"x\",[]]}", ERR_NOT_FOUND }, { "{\"proof\":{\"type\":\"RsaSignature2017\"}}", ERR_NOT_FOUND },
		{ "{\"proof\":{\"type\":\"DataIntegrityProof\",\"cryptosuite\":\"eddsa-jcs-2022\"}}", ERR_INVALID },
		{ "{\"proof\":[{\"type\":\"X\"},{\"type\":\"DataIntegrityProof\",\"cryptosuite\":\"eddsa-jcs-2022\","
		  "\"proofPurpose\":\"assertionMethod\",\"verificationMethod\":\"k\",\"proofValue\":\"z11\"}]}", ERR_INVALID },
	};
	struct arena mem ARENA_SCOPE;
	struct sig_key *key;
	struct proof p;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		json_t *doc JR_SCOPE = json(str_of(t[i].doc));

		assert_int_equal(proof_read(&mem, doc, 0, &p), t[i].e);
	}
	key = some_key(&mem);
	assert_str(proof_make(&mem, S("[]"), key, S("k"), 0), STR_NONE);
	assert_str(proof_make(&mem, S("{\"proof\":1}"), key, S("k"), 0), STR_NONE);
	assert_str(proof_make(&mem, S("{\"n\":9007199254740993}"), key, S("k"), 0), STR_NONE);
	key_free(key);
}

static void multibase_goes_both_ways(void **state)
{
	static const char *const hex[] = { "", "00", "0000", "000001", "ff", "ffffffffffffffffffffffffffffffffffffffff",
		"00ed01", "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6" };
	struct arena mem ARENA_SCOPE;

	(void)state;
	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++) {
		str bytes = codec_unhex(&mem, str_of(hex[i])), text = key_multibase(&mem, bytes);

		assert_str(codec_hex(&mem, key_unmultibase(&mem, text)), str_of(hex[i]));
	}
	assert_str(key_multibase(&mem, S("hello world")), S("zStV1DL6CwTryKyV"));
	assert_str(key_unmultibase(&mem, S("uaGVsbG8gd29ybGQ")), S("hello world"));
	assert_true(str_none(key_unmultibase(&mem, S("m00"))));
	assert_true(str_none(key_unmultibase(&mem, S("z0OIl"))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_written_as_ecmascript_does),
		cmocka_unit_test(documents_have_one_spelling),
		cmocka_unit_test(members_are_sorted_by_utf16_units),
		cmocka_unit_test(the_published_proofs_are_judged_as_published),
		cmocka_unit_test(the_published_proofs_are_made_to_the_byte),
		cmocka_unit_test(the_published_keys_are_read_and_written_to_the_byte),
		cmocka_unit_test(what_is_made_holds_and_any_change_breaks_it),
		cmocka_unit_test(a_proof_that_leaves_its_contexts_out_may_have_signed_them),
		cmocka_unit_test(contexts_of_a_proof_must_be_the_first_of_the_document),
		cmocka_unit_test(what_is_no_proof_is_told_from_a_bad_one),
		cmocka_unit_test(multibase_goes_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
