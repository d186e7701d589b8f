/* Keys of subscriptions as apps send them: a line with p256dh, a line with auth. What is taken can be enciphered for. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/codec.h"
#include "core/push.h"
#include "net/push.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct push_once once;
	struct arena mem ARENA_SCOPE;
	str auth = str_n(size ? (const char *)data : "", size), p256dh = S("");
	struct push_to to;

	if (!once.point[0])
		push_once_make(&once);
	str_cut(&auth, '\n', &p256dh);
	if (!push_keys_ok(&mem, p256dh, auth.p ? auth : S("")))
		return 0;
	to = (struct push_to){ codec_unbase64(&mem, p256dh), codec_unbase64(&mem, auth) };
	if (push_aes128gcm(&mem, &to, &once, S("text")).n != 16 + 4 + 1 + 65 + 4 + 1 + 16 ||
	    push_aesgcm(&mem, &to, &once, S("text")).n != 2 + 4 + 16)
		abort();
	return 0;
}
