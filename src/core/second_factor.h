#pragma once
/* The second factor of a login: a code of an app (core/otp.h), or a recovery code, each good once. */
#include "core/user.h"

enum { RECOVERY_CODES = 10 };

/* After the password of a user who has one: *secret stands for the login that waits for its code, five minutes long. */
enum err second_factor_begin(struct ctx *cx, const struct user *u, str *secret) MUST_CHECK;
/* ERR_DENIED: the code is wrong; ERR_LIMIT: too many were; ERR_NOT_FOUND: begin again. */
enum err second_factor_check(struct ctx *cx, str secret, str code, struct user *u) MUST_CHECK;
/* code shows that the app has the secret: ERR_DENIED if not. *codes: recovery codes, in the clear only now. */
enum err second_factor_on(struct ctx *cx, int64_t user_id, str otp_secret, str code, struct strs *codes) MUST_CHECK;
enum err second_factor_off(struct ctx *cx, int64_t user_id) MUST_CHECK;
enum err second_factor_left(struct ctx *cx, int64_t user_id, int64_t *codes) MUST_CHECK;
