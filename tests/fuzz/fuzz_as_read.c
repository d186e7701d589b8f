/* ActivityStreams from strangers: read as everything it could be, and written back as we would. */
#include <stddef.h>

#include "base/arena.h"
#include "fed/as_read.h"
#include "text/clean.h"

#define MUST(x)                           \
	do {                              \
		if (!(x))                 \
			__builtin_trap(); \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_json(str json)
{
	json_t *doc JR_SCOPE = NULL;

	MUST(jr_parse(json, &doc) == OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	struct account author = { .followers_uri = S("https://a.test/f") };
	json_t *doc JR_SCOPE = NULL;
	struct as_activity act;
	struct remote_status s;
	struct as_actor actor;
	struct as_object o;
	struct as_featured list;

	if (jr_parse(str_n((const char *)data, size), &doc))
		return 0;
	if (!as_activity_read(&mem, doc, &act))
		MUST(act.objects.n <= AS_OBJECTS && act.to.n <= AS_RECIPIENTS && act.type.n && act.actor.n);
	if (!as_actor_read(&mem, doc, &actor)) {
		check_json(actor.a.fields);
		check_json(actor.a.emojis);
		check_json(actor.a.also_known_as);
		MUST(str_eq(clean_html(&mem, actor.a.note), actor.a.note));
		MUST(as_url_ok(&mem, actor.a.uri) && (actor.partial || as_url_ok(&mem, actor.a.inbox)));
	}
	if (!as_object_read(&mem, doc, &o)) {
		as_object_status(&mem, &o, &author, &s);
		check_json(s.emojis);
		MUST(as_url_ok(&mem, s.uri) && as_url_ok(&mem, s.url) && str_utf8(s.content));
		MUST(s.media_n <= AS_MEDIA && s.tags.n <= AS_TAGS && o.mentions_n <= AS_MENTIONS);
	}
	if (!as_featured_read(&mem, doc, &list)) {
		MUST(as_url_ok(&mem, list.c.uri) && as_url_ok(&mem, list.owner) && list.c.items_n <= COLLECTION_ITEMS_FAR);
		for (size_t i = 0; i < list.c.items_n; i++)
			MUST(as_url_ok(&mem, list.c.items[i].uri) && as_url_ok(&mem, list.c.items[i].object_uri));
	}
	(void)as_key_owner(&mem, doc, S("https://a.test/k"));
	(void)as_context_ok(doc);
	return 0;
}
