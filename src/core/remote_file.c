/* Addresses of other people's files, and what is known of them. Who fetches is above (ports.bring). */
#include "core/remote_file.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "base/url.h"
#include "config.h"
#include "core/account.h"
#include "core/cache.h"
#include "core/host_policy.h"
#include "core/media.h"
#include "core/status.h"
#include "core/visible.h"
#include "store/cards.h"
#include "store/media.h"
#include "store/push_subs.h"
#include "store/remote_files.h"

enum { PROOF = 16, SECRET = 32, MIB = 1 << 20, AVATAR_MOST = 8 * MIB, EMOJI_MOST = 1 * MIB, CARD_MOST = 8 * MIB,
       FIRST_WAIT = MINUTE, LASTING_WAIT = HOUR, LONGEST_WAIT = DAY, EMOJIS_MOST = 256 };

struct remote_files {
	char secret[SECRET];
};

/* --- sizes: the middle of an address */

enum of { OF_MEDIA, OF_FILM, OF_SMALL, OF_AVATAR, OF_HEADER, OF_ADDRESS };
static const struct size {
	const char *name, *kind;
	enum of of;
	enum media_want want;
	bool second;
	int64_t most; /* 0: as for uploads */
} sizes[] = {
	{ "original", "media", OF_MEDIA, MEDIA_ATTACHMENT, false, 0 },
	{ "film", "media", OF_FILM, MEDIA_ATTACHMENT, false, 0 },
	{ "small", "media", OF_SMALL, MEDIA_ATTACHMENT, true, 0 },
	{ "avatar", "avatar", OF_AVATAR, MEDIA_AVATAR_SMALL, false, AVATAR_MOST },
	{ "header", "header", OF_HEADER, MEDIA_HEADER, false, AVATAR_MOST },
	{ "header-static", "header", OF_HEADER, MEDIA_HEADER, true, AVATAR_MOST },
	{ "emoji", "emoji", OF_ADDRESS, MEDIA_EMOJI, false, EMOJI_MOST },
	{ "emoji-static", "emoji", OF_ADDRESS, MEDIA_EMOJI, true, EMOJI_MOST },
	{ "card", "card", OF_ADDRESS, MEDIA_CARD, false, CARD_MOST },
};

static const struct size *size_of(str name)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (str_eq(name, str_of(sizes[i].name)))
			return &sizes[i];
	return NULL;
}

/* --- addresses */

static enum err put_secret(struct ctx *cx, void *arg)
{
	return secrets_put(cx->db, S("media_proxy"), *(str *)arg);
}

enum err remote_open(struct ctx *cx, struct remote_files **out)
{
	str text = STR_NONE;
	enum err e = secrets_get(cx->db, cx->mem, S("media_proxy"), &text);

	if (e == ERR_NOT_FOUND) {
		text = codec_token(cx->mem, SECRET);
		TRY(write_tx(cx, put_secret, &text));
		e = secrets_get(cx->db, cx->mem, S("media_proxy"), &text);
	}
	TRY(e);
	text = codec_unbase64(cx->mem, text);
	if (text.n != SECRET)
		return ERR_INTERNAL;
	*out = calloc(1, sizeof(**out));
	BUG_IF(!*out);
	memcpy((*out)->secret, text.p, SECRET);
	return OK;
}

void remote_close(struct remote_files *r)
{
	free(r);
}

/* Of what has a number here: who knows where the file is may look at it there as well. */
static str proof_of(struct arena *mem, str url)
{
	unsigned char sum[SHA256_SIZE];

	codec_sha256(url, sum);
	return codec_hex(mem, str_n((char *)sum, PROOF / 2));
}

/* Of addresses: we gave it out, so nobody can have others fetched. */
static str seal(struct ctx *cx, const char *kind, str url)
{
	unsigned char sum[SHA256_SIZE];

	codec_hmac_sha256(str_n(cx->app->remote->secret, SECRET), strf(cx->mem, "%s %.*s", kind, STR_F(url)), sum);
	return codec_hex(cx->mem, str_n((char *)sum, PROOF));
}

static str by_id(struct arena *mem, str base, int64_t id, const char *size, str url)
{
	if (!url.n)
		return STR_NONE;
	return strf(mem, "%.*s/media_proxy/%lld/%s/%.*s", STR_F(base), (long long)id, size, STR_F(proof_of(mem, url)));
}

static str by_address(struct ctx *cx, str base, const char *kind, const char *size, str url)
{
	if (!url.n || !cx->app->remote)
		return url;
	return strf(cx->mem, "%.*s/media_proxy/%.*s/%s/%.*s", STR_F(base), STR_F(codec_base64url(cx->mem, url)), size,
	            STR_F(seal(cx, kind, url)));
}

str remote_avatar(struct arena *mem, str base, const struct account *a)
{
	return by_id(mem, base, a->id, "avatar", a->avatar_url);
}

str remote_header(struct arena *mem, str base, const struct account *a, bool still)
{
	return by_id(mem, base, a->id, still ? "header-static" : "header", a->header_url);
}

/* Of what is not shown here (unknown) its own address is all there is. Sound may have no picture. */
void remote_place(struct arena *mem, str base, struct attachment *a)
{
	bool unknown = str_eq(a->kind, S("unknown"));
	const char *size = str_eq(a->kind, S("image")) ? "original" : "film";

	a->url = unknown ? a->remote_url : by_id(mem, base, a->id, size, a->remote_url);
	a->small_url = unknown ? a->remote_url : by_id(mem, base, a->id, "small", a->remote_url);
	if (str_eq(a->kind, S("audio")) && !a->preview_url.n)
		a->small_url = STR_NONE;
}

str remote_card(struct ctx *cx, str base, str url)
{
	return by_address(cx, base, "card", "card", url);
}

str remote_emojis(struct ctx *cx, str base, str emojis)
{
	json_t *doc;
	struct jw w;
	str out;

	if (emojis.n <= 2 || !cx->app->remote || jr_parse(emojis, &doc))
		return emojis;
	jw_init(&w, cx->mem, 1 << 20);
	jw_arr(&w, NULL);
	for (size_t i = 0; i < jr_many(doc) && i < EMOJIS_MOST; i++) {
		const json_t *one = jr_nth(doc, i);

		jw_obj(&w, NULL);
		jw_str(&w, "shortcode", jr_str(one, "shortcode"));
		jw_str(&w, "url", by_address(cx, base, "emoji", "emoji", jr_str(one, "url")));
		jw_str(&w, "static_url", by_address(cx, base, "emoji", "emoji-static", jr_str(one, "url")));
		jw_bool(&w, "visible_in_picker", false);
		jw_end(&w);
	}
	jw_end(&w);
	out = str_or(jw_done(&w), S("[]"));
	jr_free(&doc);
	return out;
}

/* --- what an address stands for */

static enum err find_account(struct ctx *cx, int64_t id, bool header, struct remote_what *what)
{
	struct account a = { 0 };

	TRY(account_by_id(cx, id, &a));
	if (account_is_local(&a) || a.suspended_at || a.deleted_at || a.media_rejected)
		return ERR_NOT_FOUND;
	what->url = header ? a.header_url : a.avatar_url;
	return OK;
}

/* A post that is public needs no proof. */
static enum err may_see(struct ctx *cx, const struct attachment *a, str proof)
{
	struct account author = { 0 };
	struct status s = { 0 };

	TRY(account_by_id(cx, a->account_id, &author));
	if (author.suspended_at || author.deleted_at || author.media_rejected)
		return ERR_NOT_FOUND;
	TRY(status_by_id(cx, a->status_id, &s));
	if (s.deleted_at)
		return ERR_NOT_FOUND;
	return proof.n ? OK : visible_check(cx, 0, &s);
}

/* What was told to be a picture and came as something else is one still for apps that have not heard of it. */
static bool was_picture(const struct attachment *a)
{
	if (str_eq(a->kind, S("image")) || str_istarts(a->mime, S("image/gif")))
		return str_eq(a->kind, S("image"));
	return str_istarts(a->mime, S("image/")) || (str_eq(a->kind, S("gifv")) && !str_istarts(a->mime, S("video/")));
}

/* For apps that had its address before it was found to be too large. */
static bool may_be_shown(const struct attachment *a)
{
	return str_istarts(a->mime, S("image/")) || str_istarts(a->mime, S("video/")) || str_istarts(a->mime, S("audio/"));
}

static enum err find_media(struct ctx *cx, int64_t id, enum of of, str proof, struct remote_what *what)
{
	struct attachment a = { 0 };

	TRY(attachments_by_id(cx->db, cx->mem, id, &a));
	if (a.file.n || a.state || !a.status_id || (str_eq(a.kind, S("unknown")) && !may_be_shown(&a)))
		return ERR_NOT_FOUND;
	TRY(may_see(cx, &a, proof));
	if (proof.n && !codec_same(proof, proof_of(cx->mem, a.remote_url)))
		return ERR_NOT_FOUND;
	what->url = a.remote_url;
	what->picture = of == OF_MEDIA && was_picture(&a);
	what->film = !what->second && !what->picture;
	what->attachment = id;
	if (str_istarts(a.mime, S("image/gif")))
		what->want = MEDIA_LOOP;
	if (what->second && a.preview_url.n && !str_eq(a.preview_url, a.remote_url)) {
		what->url = a.preview_url;
		what->want = MEDIA_CARD;
		what->kind = "preview";
		what->attachment = 0;
		what->second = false;
		what->most = CARD_MOST;
	}
	return OK;
}

static enum err find_sealed(struct ctx *cx, str id, str proof, struct remote_what *what)
{
	str url = codec_unbase64(cx->mem, id);

	if (!url.n || !cx->app->remote || !codec_same(proof, seal(cx, what->kind, url)))
		return ERR_NOT_FOUND;
	what->url = url;
	return OK;
}

static enum err find(struct ctx *cx, const struct size *size, str id, str proof, struct remote_what *what)
{
	bool media = size->of == OF_MEDIA || size->of == OF_FILM || size->of == OF_SMALL;
	int64_t number;

	if (size->of == OF_ADDRESS)
		return find_sealed(cx, id, proof, what);
	if (!str_int(id, &number) || number <= 0)
		return ERR_NOT_FOUND;
	if (media)
		return find_media(cx, number, size->of, proof, what);
	TRY(find_account(cx, number, size->of == OF_HEADER, what));
	return codec_same(proof, proof_of(cx->mem, what->url)) ? OK : ERR_NOT_FOUND;
}

enum err remote_find(struct ctx *cx, str id, str name, str proof, struct remote_what *what)
{
	const struct size *size = size_of(name);
	unsigned char sum[SHA256_SIZE];
	struct host_rule rule = { 0 };
	str host;

	if (!size)
		return ERR_NOT_FOUND;
	*what = (struct remote_what){ .kind = size->kind, .want = size->want, .second = size->second, .most = size->most };
	if (!what->most)
		what->most = (cx->app->config ? cx->app->config->video_size_mb : 99) * MIB;
	TRY(find(cx, size, id, str_or(proof, S("")), what));
	host = url_authority(cx->mem, what->url);
	if (!host.n)
		return ERR_NOT_FOUND;
	TRY(host_rule(cx, host, &rule));
	if ((rule.blocked && !rule.unnamed) || rule.reject_media)
		return ERR_NOT_FOUND;
	codec_sha256(strf(cx->mem, "%d %.*s", (int)what->want, STR_F(what->url)), sum);
	what->sum = codec_hex(cx->mem, str_n((char *)sum, sizeof(sum)));
	return OK;
}

struct remote_what remote_what_dup(struct arena *mem, const struct remote_what *what)
{
	struct remote_what w = *what;

	w.url = str_dup(mem, what->url);
	w.sum = str_dup(mem, what->sum);
	return w;
}

/* --- what is stored */

static enum err open_name(struct ctx *cx, str name, struct blob_file *f)
{
	str hash;

	if (!name.n || !str_cut(&name, '.', &hash))
		return ERR_NOT_FOUND;
	TRY(blob_open(cx, hash, f));
	uses_note(cx->app->uses, hash, cx->now);
	return OK;
}

enum err remote_stored(struct ctx *cx, const struct remote_what *what, struct blob_file *f, bool *wait)
{
	struct db *db = cx->app->cache ? dbs_reader(cx->app->cache) : NULL;
	struct remote_file row = { 0 };
	enum err e;

	*wait = false;
	if (!db)
		return ERR_BUSY;
	e = remote_files_get(db, cx->mem, what->sum, &row);
	if (e)
		return e == ERR_INTERNAL ? ERR_NOT_FOUND : e; /* a cache that is damaged: it can be had again */
	*wait = row.tries && row.next_at > cx->now;
	/* What does not move is its own still picture. */
	e = open_name(cx, what->second ? str_or(row.second, row.first) : row.first, f);
	return e == ERR_INTERNAL ? ERR_NOT_FOUND : e;
}

struct keeping {
	struct media_made made;
	struct remote_file row;
};

static enum err keep(struct db *db, void *arg)
{
	struct keeping *k = arg;

	TRY(media_keep(db, &k->made));
	return remote_files_put(db, &k->row);
}

/* What its server did not say, or not rightly. A film that browsers play at once may have come as a picture (a GIF). */
static bool learn(struct arena *mem, struct attachment *a, const struct media_result *r)
{
	const struct attachment was = *a;
	bool same = str_eq(a->kind, str_of(media_kind_name(r->kind))), seen = a->width > 0 && a->height > 0;

	if (same && (r->kind == MEDIA_IMAGE ? seen && a->blurhash.n : a->duration_ms))
		return false;
	media_describe(mem, a, r);
	if (same && seen) {
		a->width = was.width;
		a->height = was.height;
	}
	a->blurhash = str_or(was.blurhash, r->blurhash);
	if (!was.preview_url.n) {
		a->preview_width = r->preview.width;
		a->preview_height = r->preview.height;
	}
	return true;
}

void remote_carry(const struct attachment *had, struct attachment *a)
{
	struct attachment now = *had;
	bool learned = had->preview_width || had->duration_ms;

	now.place = a->place;
	now.mime = a->mime;
	now.preview_url = a->preview_url;
	now.description = a->description;
	now.focus_x = a->focus_x;
	now.focus_y = a->focus_y;
	if (!learned) {
		now.kind = a->kind;
		now.width = a->width;
		now.height = a->height;
		now.blurhash = a->blurhash;
	}
	*a = now;
}

static enum err put_facts(struct ctx *cx, void *arg)
{
	return media_set_facts(cx->db, arg);
}

struct card_picture {
	str url;
	const struct media_result *r;
};

static enum err put_card_picture(struct ctx *cx, void *arg)
{
	const struct card_picture *p = arg;

	return cards_set_picture(cx->db, p->url, p->r->blurhash, p->r->file.width, p->r->file.height);
}

static enum err note_facts(struct ctx *cx, const struct remote_what *what, const struct media_result *r)
{
	struct attachment a = { 0 };
	enum err e;

	if (str_eq(str_of(what->kind), S("card")))
		return write_tx(cx, put_card_picture, &(struct card_picture){ what->url, r });
	e = what->attachment ? attachments_by_id(cx->db, cx->mem, what->attachment, &a) : ERR_NOT_FOUND;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	return learn(cx->mem, &a, r) ? write_tx(cx, put_facts, &a) : OK;
}

/* The file that came goes when it is stored, and counts until then. */
static int64_t room_for_all(const struct media_made *m, int fd)
{
	struct stat st;
	int64_t n = fstat(fd, &st) ? 0 : -(int64_t)st.st_size;

	for (int i = 0; i < m->blobs_n; i++)
		n += m->blobs[i].b.size + m->blobs[i].b.size / 32 + 4096;
	return n > 1 ? n : 1;
}

enum err remote_keep(struct ctx *cx, const struct remote_what *what, int fd)
{
	struct keeping k = { .row = { .sum = what->sum, .at = cx->now } };
	enum err e;

	TRY(media_make_kept(cx, fd, what->want, cx->app->cache, what->kind, what->shown_as, &k.made));
	e = cache_make_room(cx, room_for_all(&k.made, fd));
	if (!e) {
		k.row.first = k.made.file;
		k.row.second = k.made.preview.n ? k.made.preview : k.made.still;
		e = dbs_write(cx->app->cache, keep, &k);
	}
	if (e)
		media_forget(&k.made);
	else if (note_facts(cx, what, &k.made.r))
		LOG(LOG_INFO, "remote file", LS("why", S("what it is could not be noted")));
	return e;
}

static enum err note_failure(struct db *db, void *arg)
{
	return remote_files_put(db, arg);
}

enum err remote_failed(struct ctx *cx, const struct remote_what *what, bool lasting)
{
	struct db *db = cx->app->cache ? dbs_reader(cx->app->cache) : NULL;
	struct remote_file row = { .sum = what->sum };
	int64_t wait = lasting ? LASTING_WAIT : FIRST_WAIT;
	enum err e = remote_files_get(db, cx->mem, what->sum, &row);

	if (e && e != ERR_NOT_FOUND)
		return e;
	for (int64_t i = 0; i < row.tries && wait < LONGEST_WAIT; i++)
		wait *= 4;
	row.tries++;
	row.next_at = cx->now + (wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
	row.at = cx->now;
	return dbs_write(cx->app->cache, note_failure, &row);
}

enum err remote_too_large(struct ctx *cx, const struct remote_what *what)
{
	struct attachment a = { 0 };
	enum err e = what->attachment ? attachments_by_id(cx->db, cx->mem, what->attachment, &a) : ERR_NOT_FOUND;

	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	a.kind = S("unknown");
	return write_tx(cx, put_facts, &a);
}

/* --- ahead of time */

void remote_ahead(struct ctx *cx, int64_t status_id)
{
	const struct config *config = cx->app->config;
	struct db_rows rows = { 0 };
	const struct attachment *a;

	if (!config || !config->fetch_media_ahead || !cx->app->ports.bring)
		return;
	if (media_of(cx->db, cx->mem, status_id, &rows))
		return;
	a = rows.p;
	for (size_t i = 0; i < rows.n; i++) {
		str id = strf(cx->mem, "%lld", (long long)a[i].id);
		struct remote_what what;

		if ((str_eq(a[i].kind, S("image")) || str_eq(a[i].kind, S("gifv"))) &&
		    !remote_find(cx, id, S("small"), proof_of(cx->mem, a[i].remote_url), &what))
			(void)cx->app->ports.bring(&what, NULL, NULL);
	}
}
