/* A tree of path parts for each set, its edges in one hash table: a look-up costs a few hashes however many routes there
 * are. At each part a literal is tried before "@:x", and that before ":x". */
#include "http/match.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"

struct node {
	int plain;    /* child for ":x", 0: none */
	int prefixed; /* child for "@:x" */
	char prefix;
	int first; /* entry + 1 */
};

struct edge {
	int from, to; /* to 0: free */
	str part;
};

struct entry {
	const struct route *route;
	int next; /* entry + 1 */
};

struct router {
	const struct route_set *const *sets;
	int sets_n;
	struct node *nodes; /* the first sets_n are the roots */
	int nodes_n;
	struct edge *edges; /* a power of two of them, half free at least */
	size_t edges_mask;
	struct entry *entries;
	int entries_n;
};

struct parts_of_path {
	str v[PATH_PARTS];
	int n;
	bool never; /* too many parts, or one that no route has */
};

static size_t hash(int from, str part)
{
	uint64_t h = 1469598103934665603u ^ (uint64_t)from * 0x9e3779b97f4a7c15u;

	for (size_t i = 0; i < part.n; i++)
		h = (h ^ (unsigned char)part.p[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 29);
}

static struct edge *edge_at(const struct router *r, int from, str part)
{
	size_t i = hash(from, part) & r->edges_mask;

	while (r->edges[i].to && (r->edges[i].from != from || !str_eq(r->edges[i].part, part)))
		i = (i + 1) & r->edges_mask;
	return &r->edges[i];
}

static int child(struct router *r, int from, str part)
{
	struct node *at = &r->nodes[from];
	struct edge *e;

	if (part.n > 1 && part.p[0] == ':')
		return at->plain ? at->plain : (at->plain = r->nodes_n++);
	if (part.n > 2 && part.p[1] == ':') {
		BUG_IF(at->prefixed && at->prefix != part.p[0]);
		at->prefix = part.p[0];
		return at->prefixed ? at->prefixed : (at->prefixed = r->nodes_n++);
	}
	e = edge_at(r, from, part);
	if (!e->to)
		*e = (struct edge){ from, r->nodes_n++, part };
	return e->to;
}

static void add(struct router *r, int root, const struct route *route)
{
	str rest = str_of(route->path);
	int at = root, args = 0, *last;

	BUG_IF(!str_skip(&rest, S("/")));
	for (str part; rest.n && str_cut(&rest, '/', &part);) {
		args += str_chr(part, ':') >= 0;
		at = child(r, at, part);
	}
	BUG_IF(args > RQ_ARGS);
	for (last = &r->nodes[at].first; *last; last = &r->entries[*last - 1].next)
		;
	r->entries[r->entries_n++].route = route;
	*last = r->entries_n;
}

struct router *router_new(const struct route_set *const *sets, int n)
{
	struct router *r = calloc(1, sizeof(*r));
	size_t routes = 0, nodes, size = 16;

	BUG_IF(!r);
	for (int i = 0; i < n; i++)
		routes += (size_t)sets[i]->n;
	nodes = routes * PATH_PARTS + (size_t)n;
	while (size < nodes * 2)
		size *= 2;
	*r = (struct router){ .sets = sets, .sets_n = n, .nodes_n = n, .edges_mask = size - 1 };
	r->nodes = calloc(nodes + 1, sizeof(*r->nodes));
	r->edges = calloc(size, sizeof(*r->edges));
	r->entries = calloc(routes + 1, sizeof(*r->entries));
	BUG_IF(!r->nodes || !r->edges || !r->entries);
	for (int i = 0; i < n; i++)
		for (int j = 0; j < sets[i]->n; j++)
			add(r, i, &sets[i]->routes[j]);
	return r;
}

void router_free(struct router *r)
{
	if (!r)
		return;
	free(r->nodes);
	free(r->edges);
	free(r->entries);
	free(r);
}

/* Each part is decoded by itself, so that an encoded slash stays within its part. */
static enum err split(struct request *rq, struct parts_of_path *out)
{
	struct buf whole = buf_new(rq->cx->mem, rq->target.n + 2);
	long mark = str_chr(rq->target, '?');
	str rest = mark < 0 ? rq->target : str_to(rq->target, (size_t)mark);

	rq->query = mark < 0 ? S("") : str_from(rq->target, (size_t)mark + 1);
	if (!str_skip(&rest, S("/")))
		return ERR_INVALID;
	if (!rest.n)
		rest = STR_NONE;
	for (str raw; str_cut(&rest, '/', &raw);) {
		str part = str_chr(raw, '%') < 0 ? raw : codec_unpct(rq->cx->mem, raw, false);

		if (!str_utf8(part))
			return ERR_INVALID;
		buf_byte(&whole, '/');
		buf_add(&whole, part);
		/* One slash at the end is forgiven. */
		if (!part.n && str_none(rest))
			break;
		if (out->n == PATH_PARTS || !part.n || str_eq(part, S(".")) || str_eq(part, S("..")))
			out->never = true;
		else
			out->v[out->n++] = part;
	}
	rq->path = whole.n ? buf_str(&whole) : S("/");
	return OK;
}

struct walk {
	const struct router *r;
	const struct parts_of_path *path;
	struct request *rq;
	unsigned allow;
};

static const struct route *pick(struct walk *w, int first)
{
	const struct route *plain = NULL;

	for (int i = first; i; i = w->r->entries[i - 1].next) {
		const struct route *route = w->r->entries[i - 1].route;

		if (route->flags & R_AS && !w->rq->wants_as)
			continue;
		w->allow |= 1u << route->method;
		if (route->method != w->rq->method)
			continue;
		if (route->flags & R_AS)
			return route;
		if (!plain)
			plain = route;
	}
	return plain;
}

static const struct route *walk(struct walk *w, int at, int i, int args)
{
	const struct node *node = &w->r->nodes[at];
	const struct route *found = NULL;
	str part;
	int to;

	if (i == w->path->n)
		return pick(w, node->first);
	part = w->path->v[i];
	to = edge_at(w->r, at, part)->to;
	if (to)
		found = walk(w, to, i + 1, args);
	if (!found && node->prefixed && part.n > 1 && part.p[0] == node->prefix) {
		found = walk(w, node->prefixed, i + 1, args + 1);
		if (found)
			w->rq->args[args] = str_from(part, 1);
	}
	if (!found && node->plain) {
		found = walk(w, node->plain, i + 1, args + 1);
		if (found)
			w->rq->args[args] = part;
	}
	return found;
}

/* Whose path it is where no route fits: OPTIONS is answered for every known path; a wrong method is 405, but 404 below
 * a folder's own prefix, as clients of the API expect. */
static void no_route(const struct route_set *owner, struct request *rq, struct routed *to)
{
	bool everything = owner && strcmp(owner->prefix, "/") == 0;

	if (rq->method == M_OPTIONS && (to->allow || (owner && !everything))) {
		to->status = 204;
		if (!to->set)
			to->set = owner;
	} else if (to->allow && (!owner || everything)) {
		to->status = 405;
	} else {
		to->status = 404;
		to->set = owner;
	}
}

enum err router_find(const struct router *r, struct request *rq, struct routed *to)
{
	struct parts_of_path path = { .n = 0 };
	const struct route_set *owner = NULL;

	*to = (struct routed){ 0 };
	TRY(split(rq, &path));
	for (int i = 0; i < r->sets_n && !owner; i++) {
		const struct route_set *set = r->sets[i];
		struct walk w = { r, &path, rq, 0 };

		rq->route = path.never ? NULL : walk(&w, i, 0, 0);
		if (rq->route) {
			*to = (struct routed){ set, rq->route, 200, w.allow };
			return OK;
		}
		if (w.allow && !to->allow)
			to->set = set;
		to->allow |= w.allow;
		if (set->prefix && str_starts(rq->path, str_of(set->prefix)))
			owner = set;
	}
	no_route(owner, rq, to);
	return OK;
}

static str allowed(struct arena *mem, unsigned allow)
{
	static const char *const names[] = { "GET, HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" };
	struct buf b = buf_new(mem, 100);

	allow = allow ? allow | 1u << M_OPTIONS : ~0u;
	for (unsigned m = 0; m < sizeof(names) / sizeof(names[0]); m++) {
		if (!(allow & 1u << m))
			continue;
		if (b.n)
			buf_add(&b, S(", "));
		buf_add(&b, str_of(names[m]));
	}
	return buf_str(&b);
}

static void say_error(const struct routed *to, struct request *rq, struct reply *rp, enum err e)
{
	if (to->set && to->set->failed)
		to->set->failed(rq, rp, e);
	else
		reply_error(rp, e);
}

static void without_route(const struct routed *to, struct request *rq, struct reply *rp)
{
	if (to->status == 204) {
		reply_text(rp, 204, NULL, S(""));
		reply_header(rp, "Allow", allowed(rq->cx->mem, to->allow));
	} else if (to->status == 405) {
		reply_text(rp, 405, "text/plain; charset=utf-8", S("Method not allowed\n"));
		reply_header(rp, "Allow", allowed(rq->cx->mem, to->allow));
	} else {
		say_error(to, rq, rp, ERR_NOT_FOUND);
	}
}

bool router_refuses(const struct routed *to, struct request *rq, struct reply *rp)
{
	enum err e = to->set->enter ? to->set->enter(rq, rp) : OK;

	rq->entered = true;
	if (!e)
		return false;
	say_error(to, rq, rp, e);
	if (to->set->leave)
		to->set->leave(rq, rp);
	return true;
}

void router_run(const struct routed *to, struct request *rq, struct reply *rp)
{
	const struct route_set *set = to->set;
	enum err e = OK;

	if (!to->route) {
		without_route(to, rq, rp);
	} else {
		if (!rq->resumed && !rq->entered && set->enter)
			e = set->enter(rq, rp);
		if (!e)
			e = rq->resumed && rq->then ? rq->then(rq, rp) : to->route->fn(rq, rp);
		if (rq->waiting)
			return;
		if (e)
			say_error(to, rq, rp, e);
	}
	if (set && set->leave)
		set->leave(rq, rp);
}
