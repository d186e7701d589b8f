#pragma once
/* Files that are part of the program (src/web/assets/). */
#include "base/str.h"

extern const str asset_style_css, asset_avatar_png, asset_header_png, asset_missing_png, asset_interaction_js;
