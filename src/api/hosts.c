/* What this server says of others: https://docs.joinmastodon.org/methods/instance/#peers and #domain_blocks */
#include "api/enter.h"
#include "api/entity.h"
#include "api/handlers.h"
#include "base/codec.h"
#include "base/url.h"
#include "config.h"
#include "core/host_policy.h"

enum { PEERS = 100000,
       PEERS_FOUND = 10 };

static enum err reply_names(struct reply *rp, struct strs names)
{
	struct jw *w = reply_json(rp);

	jw_arr(w, NULL);
	for (size_t i = 0; i < names.n; i++)
		jw_str(w, NULL, names.v[i]);
	jw_end(w);
	return OK;
}

enum err api_instance_peers(struct request *rq, struct reply *rp)
{
	struct strs hosts;

	TRY(host_peers(rq->cx, S(""), PEERS, &hosts));
	return reply_names(rp, hosts);
}

struct peers_in {
	str q;
};
static const struct param peers_params[] = { P(peers_in, q, P_STR, "q", 253) };

enum err api_peers_search(struct request *rq, struct reply *rp)
{
	struct peers_in in = { STR_NONE };
	struct strs hosts;
	str name;

	TRY(PARAMS(rq, peers_params, &in));
	name = str_trim(str_lower(rq->cx->mem, str_or(in.q, S(""))));
	if (!name.n)
		return reply_names(rp, (struct strs){ 0 });
	TRY(host_peers(rq->cx, name, PEERS_FOUND, &hosts));
	return reply_names(rp, hosts);
}

static void entity_domain_block(struct jw *w, const struct host_policy *p)
{
	unsigned char sum[SHA256_SIZE];

	codec_sha256(p->domain, sum);
	jw_obj(w, NULL);
	jw_str(w, "domain", p->obfuscate ? host_policy_veil(w->b.mem, p->domain) : p->domain);
	jw_str(w, "digest", codec_hex(w->b.mem, str_n((const char *)sum, sizeof(sum))));
	jw_lit(w, "severity", str_eq(p->severity, S("block")) ? "suspend" : "silence");
	jw_str(w, "comment", p->public_comment);
	jw_end(w);
}

enum err api_instance_domain_blocks(struct request *rq, struct reply *rp)
{
	str shown = rq->cx->app->config->domain_blocks_shown;
	struct host_policy *v;
	struct jw *w;
	size_t n;

	if (!rq->cx->me && !str_eq(shown, S("all")))
		return api_refuse(rp, 401, "This method requires an authenticated user");
	if (str_eq(shown, S("nobody")))
		return api_refuse(rp, 401, "The list of blocked servers is not shown here");
	TRY(host_policy_list(rq->cx, &v, &n));
	w = reply_json(rp);
	jw_arr(w, NULL);
	for (size_t i = 0; i < n; i++)
		if (v[i].severity.n)
			entity_domain_block(w, &v[i]);
	jw_end(w);
	return OK;
}
