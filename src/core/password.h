#pragma once
/* Passwords as digests: argon2id for ours; bcrypt and its kin are accepted where they were imported. */
#include "core/ctx.h"

enum { PASSWORD_MIN = 8,
       PASSWORD_MAX = 256 };

/* At most two threads work on passwords at a time, and few wait for their turn: ERR_BUSY for the others. */
enum err password_hash(struct ctx *cx, str password, str *hash) MUST_CHECK;
/* hash STR_NONE: takes as long as a real one, and does not match. */
enum err password_check(struct ctx *cx, str hash, str password, bool *right) MUST_CHECK;
/* Something to write down: 20 letters and digits. */
str password_make(struct arena *mem);
