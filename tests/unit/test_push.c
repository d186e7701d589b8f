/* Web push: keys of strangers, both ways to encipher, and the proof of who sends. */
#include "check.h"

#include "base/arena.h"
#include "base/codec.h"
#include "base/json.h"
#include "net/fetch.h"
#include "net/push.h"
#include "push/send.h"

static str un(struct arena *mem, const char *text)
{
	return codec_unbase64(mem, str_of(text));
}

/* RFC 8291, appendix A */
static const char ua_point[] = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char auth[] = "BTBZMqHH6r4Tts7J_aSIgg";

static void message_of_rfc_8291(struct arena *mem, struct push_to *to, struct push_once *once)
{
	memcpy(once->secret, un(mem, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw").p, P256_SECRET);
	memcpy(once->point, un(mem, "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8").p,
	       P256_POINT);
	memcpy(once->salt, un(mem, "DGv6ra1nlYgDCS1FRnbzlw").p, sizeof(once->salt));
	*to = (struct push_to){ un(mem, ua_point), un(mem, auth) };
}

static void the_example_of_rfc_8291_comes_out_to_the_byte(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct push_once once;
	struct push_to to;
	str body;

	(void)state;
	message_of_rfc_8291(&mem, &to, &once);
	body = push_aes128gcm(&mem, &to, &once, S("When I grow up, I want to be a watermelon"));
	assert_str(codec_base64url(&mem, body),
	           S("DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
	           "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"));
}

static void what_is_too_long_or_for_no_key_is_not_sent(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct push_once once;
	struct push_to to;
	char *text = arena_alloc(&mem, PUSH_TEXT_MAX + 1, 1);

	(void)state;
	message_of_rfc_8291(&mem, &to, &once);
	memset(text, 'a', PUSH_TEXT_MAX + 1);
	assert_true(push_aes128gcm(&mem, &to, &once, str_n(text, PUSH_TEXT_MAX)).n <= 4096);
	assert_true(push_aesgcm(&mem, &to, &once, str_n(text, PUSH_TEXT_MAX)).n <= 4096);
	assert_true(str_none(push_aes128gcm(&mem, &to, &once, str_n(text, PUSH_TEXT_MAX + 1))));
	assert_true(str_none(push_aesgcm(&mem, &to, &once, str_n(text, PUSH_TEXT_MAX + 1))));
	to.auth.n--;
	assert_true(str_none(push_aes128gcm(&mem, &to, &once, S("x"))));
	to = (struct push_to){ str_to(to.point, 64), un(&mem, auth) };
	assert_true(str_none(push_aesgcm(&mem, &to, &once, S("x"))));
}

static void only_points_of_the_curve_are_taken(void **state)
{
	struct arena mem ARENA_SCOPE;
	unsigned char secret[P256_SECRET], point[P256_POINT];

	(void)state;
	assert_true(p256_point_ok(un(&mem, ua_point)));
	for (int i = 0; i < 50; i++) {
		assert_true(p256_make(secret, point));
		assert_true(p256_point_ok(str_n((char *)point, P256_POINT)));
		point[1 + i] ^= 1;
		assert_false(p256_point_ok(str_n((char *)point, P256_POINT)));
	}
	assert_true(p256_make(secret, point));
	assert_false(p256_point_ok(str_n((char *)point, P256_POINT - 1)));
	for (int first = 0; first < 256; first++) {
		point[0] = (unsigned char)first;
		assert_int_equal(p256_point_ok(str_n((char *)point, P256_POINT)), first == 4);
	}
	memset(point, 0, sizeof(point)); /* infinity has no such form */
	point[0] = 4;
	assert_false(p256_point_ok(str_n((char *)point, P256_POINT)));
	assert_false(p256_point_ok(S("")));
	memset(point + 1, 255, sizeof(point) - 1); /* past the prime */
	assert_false(p256_point_ok(str_n((char *)point, P256_POINT)));
}

static void what_is_sealed_opens_with_its_key_alone(void **state)
{
	struct arena mem ARENA_SCOPE;
	str key = S("0123456789abcdef"), nonce = S("0123456789ab"), sealed = aead_seal(&mem, key, nonce, S("a secret"));

	(void)state;
	assert_str(aead_open(&mem, key, nonce, sealed), S("a secret"));
	assert_true(str_none(aead_open(&mem, S("0123456789abcdeF"), nonce, sealed)));
	assert_true(str_none(aead_open(&mem, key, S("0123456789aB"), sealed)));
	assert_true(str_none(aead_open(&mem, key, nonce, str_to(sealed, sealed.n - 1))));
	assert_true(str_none(aead_open(&mem, key, nonce, S("short"))));
	((char *)sealed.p)[0] ^= 1;
	assert_true(str_none(aead_open(&mem, key, nonce, sealed)));
}

static void the_proof_names_origin_end_and_sender(void **state)
{
	struct arena mem ARENA_SCOPE;
	unsigned char secret[P256_SECRET], point[P256_POINT];
	struct push_vapid v = { str_n((char *)secret, P256_SECRET), str_n((char *)point, P256_POINT) };
	json_t *claims JR_SCOPE = NULL;
	str jwt, head, body;

	(void)state;
	assert_true(p256_make(secret, point));
	jwt = push_jwt(&mem, &v, S("https://push.test"), 1700000000, S("mailto:a@b.test"));
	assert_true(str_cut(&jwt, '.', &head) && str_cut(&jwt, '.', &body));
	assert_str(codec_unbase64(&mem, head), S("{\"typ\":\"JWT\",\"alg\":\"ES256\"}"));
	assert_int_equal(jr_parse(codec_unbase64(&mem, body), &claims), OK);
	assert_str(jr_str(claims, "aud"), S("https://push.test"));
	assert_str(jr_str(claims, "sub"), S("mailto:a@b.test"));
	assert_int_equal(jr_int(claims, "exp", 0), 1700000000);
	assert_int_equal(codec_unbase64(&mem, jwt).n, 64);
}

static void answers_of_push_services_are_understood(void **state)
{
	static const struct {
		enum net_result result;
		int status;
		enum push_verdict verdict;
	} rows[] = {
		{ NET_OK, 201, PUSH_OK }, { NET_OK, 200, PUSH_OK }, { NET_OK, 404, PUSH_AWAY }, { NET_OK, 410, PUSH_AWAY },
		{ NET_OK, 400, PUSH_NEVER }, { NET_OK, 413, PUSH_NEVER }, { NET_OK, 301, PUSH_NEVER }, { NET_OK, 429, PUSH_LATER },
		{ NET_OK, 500, PUSH_LATER }, { NET_OK, 503, PUSH_LATER }, { NET_TIMEOUT, 0, PUSH_LATER },
		{ NET_BROKEN, 0, PUSH_LATER }, { NET_DNS, 0, PUSH_LATER }, { NET_REFUSED, 0, PUSH_NEVER },
	};
	int64_t later;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct net_call call = { .result = rows[i].result, .status = rows[i].status, .retry_after = -1 };

		assert_int_equal(push_verdict(&call, &later), rows[i].verdict);
		assert_int_equal(later, 0);
		call.retry_after = 90000;
		push_verdict(&call, &later);
		assert_int_equal(later, 90000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_rfc_8291_comes_out_to_the_byte),
		cmocka_unit_test(what_is_too_long_or_for_no_key_is_not_sent),
		cmocka_unit_test(only_points_of_the_curve_are_taken),
		cmocka_unit_test(what_is_sealed_opens_with_its_key_alone),
		cmocka_unit_test(the_proof_names_origin_end_and_sender),
		cmocka_unit_test(answers_of_push_services_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
