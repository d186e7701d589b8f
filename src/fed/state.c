/* Starting and stopping federation. */
#include "fed/state.h"

struct fed_state fed;
