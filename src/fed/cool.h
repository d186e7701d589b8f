#pragma once
/* What not to try again for a while: a bounded map from names to times. Forgetting the oldest is harmless. Any thread. */
#include "base/str.h"

struct cool;
struct cool *cool_new(size_t slots);
void cool_free(struct cool *c);

enum cool_why { COOL_NO,
	        COOL_DONE,
	        COOL_GONE,
	        COOL_DOWN };
/* Why that name rests, COOL_NO if it does not. now: clock_mono(). */
enum cool_why cool_get(struct cool *c, str name, int64_t now);
void cool_set(struct cool *c, str name, enum cool_why why, int64_t until);
void cool_forget(struct cool *c, str name);
/* Takes the right to try: true for one caller, who is counted as DONE until `until`. */
bool cool_take(struct cool *c, str name, int64_t now, int64_t until);
