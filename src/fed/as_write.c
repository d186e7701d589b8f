/* The shapes of what we publish: types, member names and context terms exactly as other servers expect them. Posts are
 * dated to the millisecond, so that those of one second keep their order elsewhere. Lists are
 * always arrays, also with one member or none. */
#include "fed/as_write.h"

#include "base/clock.h"
#include "base/codec.h"
#include "core/featured_collection.h"
#include "text/compose.h"
#include "text/words.h"

static const char as_public_uri[] = "https://www.w3.org/ns/activitystreams#Public";

/* The third document is for proofs; what more there is, is spelled out. */
/* clang-format off */
static const char contexts[] =
	"[\"https://www.w3.org/ns/activitystreams\",\"https://w3id.org/security/v1\","
	"\"https://w3id.org/security/data-integrity/v1\",{"
	"\"manuallyApprovesFollowers\":\"as:manuallyApprovesFollowers\","
	"\"sensitive\":\"as:sensitive\",\"Hashtag\":\"as:Hashtag\","
	"\"movedTo\":{\"@id\":\"as:movedTo\",\"@type\":\"@id\"},"
	"\"alsoKnownAs\":{\"@id\":\"as:alsoKnownAs\",\"@type\":\"@id\"},"
	"\"toot\":\"http://joinmastodon.org/ns#\",\"Emoji\":\"toot:Emoji\","
	"\"featured\":{\"@id\":\"toot:featured\",\"@type\":\"@id\"},"
	"\"featuredTags\":{\"@id\":\"toot:featuredTags\",\"@type\":\"@id\"},"
	"\"discoverable\":\"toot:discoverable\",\"indexable\":\"toot:indexable\","
	"\"attributionDomains\":{\"@id\":\"toot:attributionDomains\",\"@container\":\"@set\"},"
	"\"memorial\":\"toot:memorial\",\"suspended\":\"toot:suspended\","
	"\"votersCount\":\"toot:votersCount\",\"blurhash\":\"toot:blurhash\","
	"\"focalPoint\":{\"@container\":\"@list\",\"@id\":\"toot:focalPoint\"},"
	"\"schema\":\"http://schema.org#\",\"PropertyValue\":\"schema:PropertyValue\",\"value\":\"schema:value\","
	"\"ostatus\":\"http://ostatus.org#\",\"conversation\":\"ostatus:conversation\",\"atomUri\":\"ostatus:atomUri\","
	"\"litepub\":\"http://litepub.social/ns#\",\"directMessage\":\"litepub:directMessage\","
	"\"gts\":\"https://gotosocial.org/ns#\","
	"\"interactionPolicy\":{\"@id\":\"gts:interactionPolicy\",\"@type\":\"@id\"},"
	"\"canQuote\":{\"@id\":\"gts:canQuote\",\"@type\":\"@id\"},"
	"\"approvedBy\":{\"@id\":\"gts:approvedBy\",\"@type\":\"@id\"},"
	"\"replyAuthorization\":{\"@id\":\"gts:replyAuthorization\",\"@type\":\"@id\"},"
	"\"announceAuthorization\":{\"@id\":\"gts:announceAuthorization\",\"@type\":\"@id\"},"
	"\"interactingObject\":{\"@id\":\"gts:interactingObject\",\"@type\":\"@id\"},"
	"\"interactionTarget\":{\"@id\":\"gts:interactionTarget\",\"@type\":\"@id\"},"
	"\"QuoteRequest\":\"https://w3id.org/fep/044f#QuoteRequest\","
	"\"QuoteAuthorization\":\"https://w3id.org/fep/044f#QuoteAuthorization\","
	"\"quote\":{\"@id\":\"https://w3id.org/fep/044f#quote\",\"@type\":\"@id\"},"
	"\"quoteAuthorization\":{\"@id\":\"https://w3id.org/fep/044f#quoteAuthorization\",\"@type\":\"@id\"},"
	"\"quoteUri\":\"http://fedibird.com/ns#quoteUri\",\"quoteUrl\":\"as:quoteUrl\","
	"\"misskey\":\"https://misskey-hub.net/ns#\",\"_misskey_quote\":\"misskey:_misskey_quote\","
	"\"automaticApproval\":{\"@id\":\"gts:automaticApproval\",\"@type\":\"@id\"}}]";
/* clang-format on */

void as_context(struct jw *w)
{
	jw_raw(w, "@context", str_of(contexts));
}

/* clang-format off */
static const char actor_terms[] =
	"\"assertionMethod\":{\"@id\":\"https://w3id.org/security#assertionMethod\","
	"\"@type\":\"@id\",\"@container\":\"@set\"},"
	"\"Multikey\":\"https://w3id.org/security#Multikey\","
	"\"controller\":{\"@id\":\"https://w3id.org/security#controller\",\"@type\":\"@id\"},"
	"\"publicKeyMultibase\":{\"@id\":\"https://w3id.org/security#publicKeyMultibase\","
	"\"@type\":\"https://w3id.org/security#multibase\"},"
	"\"showFeatured\":\"toot:showFeatured\",\"showMedia\":\"toot:showMedia\","
	"\"showRepliesInMedia\":\"toot:showRepliesInMedia\","
	"\"webfinger\":\"https://purl.archive.org/socialweb/webfinger#webfinger\","
	"\"canFeature\":{\"@id\":\"https://w3id.org/fep/7aa9#canFeature\",\"@type\":\"@id\"},"
	"\"featuredCollections\":{\"@id\":\"https://w3id.org/fep/7aa9#featuredCollections\",\"@type\":\"@id\"},"
	"\"implements\":{\"@id\":\"https://w3id.org/fep/844e#implements\",\"@type\":\"@id\"}";
/* clang-format on */

void as_context_with(struct jw *w, const char *terms)
{
	str most = str_to(str_of(contexts), sizeof(contexts) - 1 - strlen("}]"));

	jw_raw(w, "@context", strf(w->b.mem, "%.*s,%s}]", STR_F(most), terms));
}

void as_context_leave(struct jw *w)
{
	as_context_with(w, "\"LikeRequest\":\"gts:LikeRequest\",\"LikeAuthorization\":\"gts:LikeAuthorization\","
	                   "\"ReplyRequest\":\"gts:ReplyRequest\",\"ReplyAuthorization\":\"gts:ReplyAuthorization\","
	                   "\"AnnounceRequest\":\"gts:AnnounceRequest\",\"AnnounceAuthorization\":\"gts:AnnounceAuthorization\"");
}

/* Actors have keys and a generator besides. */
void as_context_actor(struct jw *w)
{
	as_context_with(w, actor_terms);
}

static void begin(struct jw *w, const char *key, bool context)
{
	jw_obj(w, key);
	if (context)
		as_context(w);
}

static void id_with(struct jw *w, const char *key, str uri, const char *suffix)
{
	jw_str(w, key, str_cat(w->b.mem, uri, str_of(suffix)));
}

static void list_one(struct jw *w, const char *key, str item)
{
	jw_arr(w, key);
	if (item.n)
		jw_str(w, NULL, item);
	jw_end(w);
}

const char *as_image_type(str url)
{
	static const struct {
		const char *end, *mime;
	} kinds[] = { { ".png", "image/png" }, { ".gif", "image/gif" }, { ".webp", "image/webp" } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_ends(url, str_of(kinds[i].end)))
			return kinds[i].mime;
	return "image/jpeg";
}

static void image(struct jw *w, const char *key, str url, str description)
{
	if (str_empty(url))
		return;
	jw_obj(w, key);
	jw_lit(w, "type", "Image");
	jw_lit(w, "mediaType", as_image_type(url));
	jw_str(w, "url", url);
	if (description.n)
		jw_str(w, "summary", description);
	jw_end(w);
}

static void emoji(struct jw *w, str id, str shortcode, str picture)
{
	jw_str(w, "id", id);
	jw_lit(w, "type", "Emoji");
	jw_str(w, "name", strf(w->b.mem, ":%.*s:", STR_F(shortcode)));
	image(w, "icon", picture, STR_NONE);
}

void as_emoji(struct jw *w, str id, str shortcode, str picture, int64_t updated_at)
{
	begin(w, NULL, true);
	emoji(w, id, shortcode, picture);
	jw_time_s(w, "updated", updated_at);
	jw_end(w);
}

static void emojis(struct jw *w, str json)
{
	json_t *list JR_SCOPE = NULL;

	if (json.n <= 2 || jr_parse(json, &list))
		return;
	for (size_t i = 0; i < jr_len(list); i++) {
		const json_t *e = jr_at(list, i);

		jw_obj(w, NULL);
		emoji(w, jr_str(e, "url"), jr_str(e, "shortcode"), jr_str(e, "url"));
		jw_end(w);
	}
}

static void profile_fields(struct jw *w, str json)
{
	json_t *list JR_SCOPE = NULL;

	jw_arr(w, "attachment");
	if (json.n > 2 && !jr_parse(json, &list)) {
		for (size_t i = 0; i < jr_len(list); i++) {
			jw_obj(w, NULL);
			jw_lit(w, "type", "PropertyValue");
			jw_str(w, "name", jr_str(jr_at(list, i), "name"));
			jw_str(w, "value", jr_str(jr_at(list, i), "value"));
			jw_end(w);
		}
	}
	jw_end(w);
}

static void key_and_endpoints(struct jw *w, const struct as_profile *p)
{
	jw_obj(w, "publicKey");
	jw_str(w, "id", p->key_id);
	jw_str(w, "owner", p->a->uri);
	jw_str(w, "publicKeyPem", p->public_pem);
	jw_end(w);
	if (p->multikey.n) {
		jw_arr(w, "assertionMethod");
		jw_obj(w, NULL);
		jw_str(w, "id", p->proof_key_id);
		jw_lit(w, "type", "Multikey");
		jw_str(w, "controller", p->a->uri);
		jw_str(w, "publicKeyMultibase", p->multikey);
		jw_end(w);
		jw_end(w);
	}
	jw_obj(w, "endpoints");
	id_with(w, "sharedInbox", p->base, "/inbox");
	jw_end(w);
}

/* FEP-2c59: the handle, which the host of the id may not tell. */
static void handle(struct jw *w, const struct account *a)
{
	jw_str(w, "preferredUsername", a->username);
	jw_str(w, "webfinger", strf(w->b.mem, "%.*s@%.*s", STR_F(a->username), STR_F(a->domain)));
}

/* FEP-844e: what this software can do beyond what all do. */
static void implements(struct jw *w)
{
	jw_arr(w, "implements");
	jw_obj(w, NULL);
	jw_lit(w, "href", "https://datatracker.ietf.org/doc/html/rfc9421");
	jw_lit(w, "name", "RFC-9421: HTTP Message Signatures");
	jw_end(w);
	jw_end(w);
}

static void generator(struct jw *w)
{
	jw_obj(w, "generator");
	jw_lit(w, "type", "Application");
	implements(w);
	jw_end(w);
}

/* FEP-7aa9: who may put it into a collection without asking. Nobody is: only oneself. */
static void can_feature(struct jw *w, const struct account *a)
{
	int64_t bits = featured_policy(a);

	jw_obj(w, "interactionPolicy");
	jw_obj(w, "canFeature");
	list_one(w, "automaticApproval",
	         bits & QUOTE_PUBLIC      ? str_of(as_public_uri)
	         : bits & QUOTE_FOLLOWERS ? a->followers_uri
	                                  : a->uri);
	jw_end(w);
	jw_end(w);
}

static void hashtags_of_bio(struct jw *w, const struct account *a, str base)
{
	struct compose found;

	compose_scan(w->b.mem, str_or(a->note_source, S("")), &found);
	for (size_t i = 0; i < found.tag_count; i++)
		as_hashtag(w, NULL, base, found.tags[i].shown);
}

void as_actor(struct jw *w, const char *key, const struct as_profile *p)
{
	const struct account *a = p->a;

	jw_obj(w, key);
	if (p->context)
		as_context_actor(w);
	jw_str(w, "id", a->uri);
	jw_str(w, "type", a->kind);
	jw_str(w, "following", a->following_uri);
	jw_str(w, "followers", a->followers_uri);
	jw_str(w, "inbox", a->inbox);
	jw_str(w, "outbox", a->outbox);
	jw_str(w, "featured", a->featured_uri);
	id_with(w, "featuredTags", a->uri, "/collections/tags");
	id_with(w, "featuredCollections", a->uri, "/featured_collections");
	handle(w, a);
	jw_str(w, "name", a->display_name);
	jw_str(w, "summary", a->note);
	jw_str(w, "url", a->url);
	jw_bool(w, "manuallyApprovesFollowers", a->locked);
	jw_bool(w, "discoverable", a->discoverable);
	jw_bool(w, "indexable", a->indexable);
	jw_bool(w, "memorial", a->memorial);
	jw_bool(w, "showFeatured", a->show_featured);
	jw_bool(w, "showMedia", a->show_media);
	jw_bool(w, "showRepliesInMedia", a->show_media_replies);
	jw_time_s(w, "published", a->created_at / DAY * DAY);
	if (a->moved_to_uri.n)
		jw_str(w, "movedTo", a->moved_to_uri);
	jw_raw(w, "alsoKnownAs", str_or(a->also_known_as, S("[]")));
	jw_raw(w, "attributionDomains", str_or(a->attribution_domains, S("[]")));
	can_feature(w, a);
	key_and_endpoints(w, p);
	generator(w);
	jw_arr(w, "tag");
	hashtags_of_bio(w, a, p->base);
	emojis(w, a->emojis);
	jw_end(w);
	profile_fields(w, a->fields);
	image(w, "icon", a->avatar_url, a->avatar_description);
	image(w, "image", a->header_url, a->header_description);
	jw_end(w);
}

void as_instance_actor(struct jw *w, const struct as_profile *p)
{
	jw_obj(w, NULL);
	as_context_actor(w);
	jw_str(w, "id", p->a->uri);
	jw_lit(w, "type", "Application");
	jw_str(w, "inbox", p->a->inbox);
	jw_str(w, "outbox", p->a->outbox);
	handle(w, p->a);
	jw_str(w, "name", p->a->display_name);
	jw_str(w, "url", str_or(p->a->url, p->base));
	jw_bool(w, "manuallyApprovesFollowers", true);
	key_and_endpoints(w, p);
	implements(w);
	generator(w);
	jw_end(w);
}

static void mention_uris(struct jw *w, const struct status_view *v)
{
	for (size_t i = 0; i < v->mentions_n; i++)
		if (str_none(v->group) || !str_eq(v->mentions[i].uri, v->group))
			jw_str(w, NULL, v->mentions[i].uri);
}

/* to and cc by visibility; federation.md 9. */
void as_address(struct jw *w, const struct status_view *v)
{
	str vis = v->s.visibility, followers = v->author->a.followers_uri;
	bool public = str_eq(vis, S("public")), unlisted = str_eq(vis, S("unlisted")), private = str_eq(vis, S("private"));

	jw_arr(w, "to");
	if (public)
		jw_lit(w, NULL, as_public_uri);
	else if (unlisted || private)
		jw_str(w, NULL, followers);
	else
		mention_uris(w, v);
	if (public && !str_none(v->group))
		jw_str(w, NULL, v->group);
	jw_end(w);
	jw_arr(w, "cc");
	if (public)
		jw_str(w, NULL, followers);
	if (unlisted)
		jw_lit(w, NULL, as_public_uri);
	if (unlisted && !str_none(v->group))
		jw_str(w, NULL, v->group);
	if (public || unlisted || private)
		mention_uris(w, v);
	jw_end(w);
	if (!str_none(v->group))
		jw_str(w, "audience", v->group);
}

/* FEP-e232 */
static void quote_link(struct jw *w, const struct quote_view *q)
{
	if (!q || (!str_eq(q->q.state, S("accepted")) && !str_eq(q->q.state, S("pending"))))
		return;
	jw_obj(w, NULL);
	jw_lit(w, "type", "Link");
	jw_lit(w, "mediaType", "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"");
	jw_lit(w, "rel", "https://misskey-hub.net/ns#_misskey_quote");
	jw_str(w, "href", q->q.quoted_uri);
	jw_str(w, "name", str_cat(w->b.mem, S("RE: "), q->q.quoted_uri));
	jw_end(w);
}

static str whole_handle(struct arena *mem, str acct, str domain)
{
	return str_chr(acct, '@') >= 0 ? str_cat(mem, S("@"), acct) : strf(mem, "@%.*s@%.*s", STR_F(acct), STR_F(domain));
}

void as_hashtag(struct jw *w, const char *key, str base, str shown)
{
	str name = str_or(tag_fold(w->b.mem, shown), shown);

	jw_obj(w, key);
	jw_lit(w, "type", "Hashtag");
	jw_str(w, "href", strf(w->b.mem, "%.*s/tags/%.*s", STR_F(base), STR_F(codec_pct(w->b.mem, name))));
	jw_str(w, "name", strf(w->b.mem, "#%.*s", STR_F(shown)));
	jw_end(w);
}

static void tags(struct jw *w, const struct status_view *v, str base)
{
	jw_arr(w, "tag");
	for (size_t i = 0; i < v->mentions_n; i++) {
		const struct mention_view *m = &v->mentions[i];

		jw_obj(w, NULL);
		jw_lit(w, "type", "Mention");
		jw_str(w, "href", m->uri);
		jw_str(w, "name", whole_handle(w->b.mem, m->acct, v->author->a.domain));
		jw_end(w);
	}
	for (size_t i = 0; i < v->tags_n; i++)
		as_hashtag(w, NULL, base, v->tags[i].display);
	quote_link(w, v->quote);
	emojis(w, v->s.emojis);
	jw_end(w);
}

/* Only where its author chose one. */
static void focal_point(struct jw *w, const struct attachment *a)
{
	if (!a->focus_x && !a->focus_y)
		return;
	jw_arr(w, "focalPoint");
	jw_real(w, NULL, (double)a->focus_x / 1000);
	jw_real(w, NULL, (double)a->focus_y / 1000);
	jw_end(w);
}

static void media(struct jw *w, const struct status_view *v)
{
	jw_arr(w, "attachment");
	for (size_t i = 0; i < v->media_n; i++) {
		const struct attachment *a = &v->media[i];

		jw_obj(w, NULL);
		jw_lit(w, "type", "Document");
		jw_str(w, "mediaType", a->mime);
		jw_str(w, "url", a->url);
		jw_str(w, "name", a->description);
		jw_str(w, "summary", a->description);
		if (a->blurhash.n)
			jw_str(w, "blurhash", a->blurhash);
		if (a->width && a->height) {
			jw_int(w, "width", a->width);
			jw_int(w, "height", a->height);
		}
		focal_point(w, a);
		jw_end(w);
	}
	jw_end(w);
}

/* Its author's own are on the first page, which is here: who brings in a thread need not ask for them. */
static void replies(struct jw *w, const struct status_view *v)
{
	str id = str_cat(w->b.mem, v->s.uri, S("/replies"));

	jw_obj(w, "replies");
	jw_str(w, "id", id);
	jw_lit(w, "type", "Collection");
	jw_int(w, "totalItems", v->s.replies_count);
	jw_obj(w, "first");
	jw_lit(w, "type", "CollectionPage");
	jw_str(w, "partOf", id);
	jw_str(w, "next", str_cat(w->b.mem, id, S("?page=true")));
	jw_arr(w, "items");
	for (size_t i = 0; i < v->own_replies.n; i++)
		jw_str(w, NULL, v->own_replies.v[i]);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

/* Left open. */
static void collection(struct jw *w, const char *key, const char *type, str id, int64_t total)
{
	begin(w, key, !key);
	jw_str(w, "id", id);
	jw_lit(w, "type", type);
	if (total >= 0)
		jw_int(w, "totalItems", total);
}

static void counts(struct jw *w, const struct status_view *v)
{
	struct arena *mem = w->b.mem;

	replies(w, v);
	collection(w, "likes", "Collection", str_cat(mem, v->s.uri, S("/likes")), v->s.favourites_count);
	jw_end(w);
	collection(w, "shares", "Collection", str_cat(mem, v->s.uri, S("/shares")), v->s.reblogs_count);
	jw_end(w);
}

/* Nobody is: only the author. */
static void policy(struct jw *w, const struct status_view *v)
{
	const struct account *a = &v->author->a;
	int64_t bits = v->s.interaction_policy;

	jw_obj(w, "interactionPolicy");
	jw_obj(w, "canQuote");
	list_one(w, "automaticApproval",
	         bits & QUOTE_PUBLIC      ? str_of(as_public_uri)
	         : bits & QUOTE_FOLLOWERS ? a->followers_uri
	                                  : a->uri);
	jw_end(w);
	jw_end(w);
}

/* For servers that ask whether the author of the other post allows it. */
static void approval(struct jw *w, const char *key, const struct approval *a)
{
	if (!str_eq(a->state, S("accepted")))
		return;
	if (a->stamp.n)
		jw_str(w, key, a->stamp);
	if (a->accept.n)
		jw_str(w, "approvedBy", a->accept);
}

/* Old spellings beside the new one; but not for what its author does not want to be quoted. */
static void quote(struct jw *w, const struct quote_view *q)
{
	static const char *const old[] = { "_misskey_quote", "quoteUri", "quoteUrl" };
	bool stands = str_eq(q->q.state, S("accepted")) || str_eq(q->q.state, S("pending"));

	if (str_eq(q->q.state, S("deleted"))) {
		jw_obj(w, "quote");
		jw_lit(w, "type", "Tombstone");
		jw_end(w);
		return;
	}
	jw_str(w, "quote", q->q.quoted_uri);
	for (size_t i = 0; stands && i < sizeof(old) / sizeof(old[0]); i++)
		jw_str(w, old[i], q->q.quoted_uri);
	if (str_eq(q->q.state, S("accepted")) && q->q.stamp.n)
		jw_str(w, "quoteAuthorization", q->q.stamp);
}

/* "https://host" of a URI of ours. */
static str base_of(str uri)
{
	long at = str_find(uri, S("://"));
	str rest = str_from(uri, at < 0 ? uri.n : (size_t)at + 3);
	long end = str_chr(rest, '/');

	return str_to(uri, end < 0 ? uri.n : uri.n - rest.n + (size_t)end);
}

/* Totals that are hidden are told as none. */
static void poll(struct jw *w, const struct poll_view *p)
{
	bool hidden = p->p.hide_totals && !p->expired;

	jw_arr(w, p->p.multiple ? "anyOf" : "oneOf");
	for (size_t i = 0; i < p->options_n; i++) {
		jw_obj(w, NULL);
		jw_lit(w, "type", "Note");
		jw_str(w, "name", p->options[i].title);
		jw_obj(w, "replies");
		jw_lit(w, "type", "Collection");
		jw_int(w, "totalItems", hidden ? 0 : p->options[i].votes_count);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	if (p->p.expires_at)
		jw_time_s(w, "endTime", p->p.expires_at);
	if (p->expired)
		jw_time_s(w, "closed", p->p.expires_at);
	jw_int(w, "votersCount", p->p.voters_count);
}

void as_note(struct jw *w, const char *key, const struct status_view *v, bool context)
{
	const struct status *s = &v->s;

	begin(w, key, context);
	jw_str(w, "id", s->uri);
	jw_lit(w, "type", v->poll ? "Question" : "Note");
	jw_str(w, "summary", s->spoiler_text.n ? s->spoiler_text : STR_NONE);
	jw_str(w, "inReplyTo", s->in_reply_to_uri.n ? s->in_reply_to_uri : STR_NONE);
	jw_time(w, "published", s->created_at);
	if (s->edited_at)
		jw_time(w, "updated", s->edited_at);
	jw_str(w, "url", s->url);
	jw_str(w, "attributedTo", v->author->a.uri);
	as_address(w, v);
	if (str_eq(s->visibility, S("direct")))
		jw_bool(w, "directMessage", true);
	jw_bool(w, "sensitive", s->sensitive);
	if (s->conversation.n)
		jw_str(w, "conversation", s->conversation);
	if (str_starts(s->conversation, S("https://")) || str_starts(s->conversation, S("http://")))
		jw_str(w, "context", s->conversation);
	jw_str(w, "content", s->content);
	jw_obj(w, "contentMap");
	jw_key(w, str_or(s->language, S("und")));
	jw_str(w, NULL, s->content);
	jw_end(w);
	if (v->poll)
		poll(w, v->poll);
	if (v->quote)
		quote(w, v->quote);
	media(w, v);
	tags(w, v, base_of(s->uri));
	policy(w, v);
	approval(w, "replyAuthorization", &v->approval);
	counts(w, v);
	jw_end(w);
}

void as_create(struct jw *w, const struct status_view *v, bool context)
{
	begin(w, NULL, context);
	id_with(w, "id", v->s.uri, "/activity");
	jw_lit(w, "type", "Create");
	jw_str(w, "actor", v->author->a.uri);
	jw_time(w, "published", v->s.created_at);
	as_address(w, v);
	as_note(w, "object", v, false);
	jw_end(w);
}

static void announce(struct jw *w, const char *key, const struct status_view *v, str about, bool context)
{
	bool private = str_eq(v->s.visibility, S("private")), unlisted = str_eq(v->s.visibility, S("unlisted"));
	str followers = v->author->a.followers_uri;

	begin(w, key, context);
	jw_str(w, "id", v->s.uri);
	jw_lit(w, "type", "Announce");
	jw_str(w, "actor", v->author->a.uri);
	jw_time(w, "published", v->s.created_at);
	list_one(w, "to", private || unlisted ? followers : str_of(as_public_uri));
	jw_arr(w, "cc");
	if (v->reblog)
		jw_str(w, NULL, v->reblog->author->a.uri);
	if (unlisted)
		jw_lit(w, NULL, as_public_uri);
	else if (!private)
		jw_str(w, NULL, followers);
	jw_end(w);
	jw_str(w, "object", about);
	approval(w, "announceAuthorization", &v->approval);
	jw_end(w);
}

void as_announce(struct jw *w, const char *key, const struct status_view *boost, bool context)
{
	announce(w, key, boost, boost->reblog ? boost->reblog->s.uri : STR_NONE, context);
}

void as_tombstone(struct jw *w, const char *key, str uri, int64_t deleted_at, bool context)
{
	begin(w, key, context);
	jw_str(w, "id", uri);
	jw_lit(w, "type", "Tombstone");
	if (deleted_at)
		jw_time_s(w, "deleted", deleted_at);
	jw_end(w);
}

void as_stamp(struct jw *w, const char *key, const struct as_stamp_of *s, bool context)
{
	jw_obj(w, key);
	if (context)
		as_context_leave(w);
	jw_str(w, "id", s->uri);
	jw_str(w, "type", s->type);
	jw_str(w, "attributedTo", s->author);
	jw_str(w, "interactingObject", s->made);
	jw_str(w, "interactionTarget", s->of);
	jw_end(w);
}

void as_collection(struct jw *w, bool ordered, str id, int64_t total, str first)
{
	collection(w, NULL, ordered ? "OrderedCollection" : "Collection", id, total);
	if (!str_none(first))
		jw_str(w, "first", first);
	jw_end(w);
}

void as_page_begin(struct jw *w, str part_of, str id, str next, int64_t total)
{
	begin(w, NULL, true);
	jw_str(w, "id", id);
	jw_lit(w, "type", str_none(part_of) ? "OrderedCollection" : "OrderedCollectionPage");
	if (total >= 0)
		jw_int(w, "totalItems", total);
	if (!str_none(part_of))
		jw_str(w, "partOf", part_of);
	if (!str_none(next))
		jw_str(w, "next", next);
	jw_arr(w, "orderedItems");
}

void as_page_end(struct jw *w)
{
	jw_end(w);
	jw_end(w);
}
