#pragma once
/* An Undo may overtake what it takes back (federation.md 8): what was not known yet is remembered for six hours, so that it
 * comes to nothing when it arrives. Inside of transactions. */
#include "core/account.h"

/* by takes back its activity of that URI, which nothing here came of. Of other hosts than its own: nothing happens. */
enum err undone_note(struct ctx *cx, const struct account *by, str uri) MUST_CHECK;
enum err undone_has(struct ctx *cx, str uri, bool *is) MUST_CHECK;
