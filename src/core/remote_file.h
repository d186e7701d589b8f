#pragma once
/* Other people's pictures, video and sound: apps and pages get addresses of ours for them, /media_proxy/WHAT/SIZE/PROOF.
 * They are fetched when somebody first looks, made fit to be shown, and kept in the cache as long as there is room; when one
 * went it is fetched again. The address says what it is, not where it is kept, so it stays good. */
#include "core/blob.h"
#include "media/media.h"
#include "store/accounts.h"
#include "store/statuses.h"

/* What is wanted, from remote_find(); it may be copied with remote_what_dup(). */
struct remote_what {
	str url;               /* where it is */
	str sum;               /* of what and where: two with the same are the same */
	const char *kind;      /* as blobs count it: media avatar header emoji card */
	enum media_want want;
	bool film;             /* video or sound itself: no picture can stand for it */
	bool second;           /* its preview or still picture */
	bool picture;          /* apps show it as one, whatever it turns out to be */
	const char *shown_as;  /* its bytes were shown while they came, as that type (a constant); or NULL */
	int64_t attachment;    /* whose file it is, by number; 0: no attachment's */
	int64_t most;          /* bytes of the original */
};
struct remote_what remote_what_dup(struct arena *mem, const struct remote_what *what);

struct remote_files;
/* app->remote; the secret of addresses is made where there is none. */
enum err remote_open(struct ctx *cx, struct remote_files **out) MUST_CHECK;
void remote_close(struct remote_files *r);

/* Addresses; base: of the site that is asked. */
str remote_avatar(struct arena *mem, str base, const struct account *a);
str remote_header(struct arena *mem, str base, const struct account *a, bool still);
void remote_place(struct arena *mem, str base, struct attachment *a);
str remote_card(struct ctx *cx, str base, str url);
/* JSON as in statuses.emojis, with our addresses. */
str remote_emojis(struct ctx *cx, str base, str emojis);

/* The parts of an address. proof may be STR_NONE for what hangs on a public post. ERR_NOT_FOUND: it names nothing that is
 * shown here, or its server's media are refused. */
enum err remote_find(struct ctx *cx, str id, str size, str proof, struct remote_what *what) MUST_CHECK;
/* ERR_NOT_FOUND: it is not here. *wait: nor need it be fetched now, that failed a moment ago. */
enum err remote_stored(struct ctx *cx, const struct remote_what *what, struct blob_file *f, bool *wait) MUST_CHECK;
/* The bytes that came from there. What was shown of them stays as it came, so that who goes on in it finds the same. Waits
 * for the decoder; makes room. ERR_INVALID: they are nothing that can be shown. */
enum err remote_keep(struct ctx *cx, const struct remote_what *what, int fd) MUST_CHECK;
/* Its number, and what was found out when it came, from the row of the same file before an edit. */
void remote_carry(const struct attachment *had, struct attachment *a);
/* It could not be had; lasting: nor will it soon. */
enum err remote_failed(struct ctx *cx, const struct remote_what *what, bool lasting) MUST_CHECK;
/* It is larger than what is kept here: from now on apps are told where it is, and nothing of ours. */
enum err remote_too_large(struct ctx *cx, const struct remote_what *what) MUST_CHECK;
/* Asks for what hangs on a new post, where the setting says so. */
void remote_ahead(struct ctx *cx, int64_t status_id);
