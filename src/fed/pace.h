#pragma once
/* How often work behind the scenes may ask one host: twice a second, all of it together. Any thread. */
#include "base/str.h"

/* clock_mono() when the host may be asked so many times (1 or 2) at once; that takes no turn. */
int64_t pace_ready(str host, int times, int64_t now);
/* Waits for the host's turn and takes it. False: it would come after until (clock_mono()). */
bool pace_wait(str host, int64_t until);
