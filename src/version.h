#pragma once
/* What this program calls itself. */

#define DASSIE_VERSION "0.1.0"
/* Apps compare this with Mastodon's; it grows with what is complete (docs: "Version string" of clients.md). */
#define DASSIE_API_VERSION "4.6.1 (compatible; dassie " DASSIE_VERSION ")"
