/* The table of the client API, made from routes.def. */
#include "api/enter.h"
#include "api/handlers.h"

#define ROUTE(method, path, fn, who, scopes, flags) { M_##method, path, fn, flags, &(const struct api_route){ who, scopes } },
static const struct route routes[] = {
#include "api/routes.def"
};

const struct route_set api_routes = {
	.prefix = "/api/",
	.routes = routes,
	.n = sizeof(routes) / sizeof(routes[0]),
	.enter = api_enter,
	.failed = api_failed,
	.leave = api_leave,
};

/* clang-format off */
static const struct route oauth[] = {
	ROUTE(POST, "/oauth/token", oauth_token, OPEN, NULL, 0)
	ROUTE(POST, "/oauth/revoke", oauth_revoke, OPEN, NULL, R_ENDS)
	ROUTE(POST, "/oauth/introspect", oauth_introspect, OPEN, NULL, 0)
	ROUTE(GET, "/oauth/token/info", oauth_token_info, APP, NULL, 0)
	ROUTE(GET, "/oauth/userinfo", oauth_userinfo, USER, "profile|read:accounts", 0)
	ROUTE(POST, "/oauth/userinfo", oauth_userinfo, USER, "profile|read:accounts", 0)
	ROUTE(GET, "/.well-known/oauth-authorization-server", oauth_metadata, OPEN, NULL, R_MEMO)
};
/* clang-format on */

const struct route_set oauth_routes = {
	.routes = oauth,
	.n = sizeof(oauth) / sizeof(oauth[0]),
	.enter = api_enter,
	.failed = api_failed,
	.leave = api_leave,
};
