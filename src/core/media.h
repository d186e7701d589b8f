#pragma once
/* What people here upload: made fit to be shown by the media process, kept as blobs, attached to posts. */
#include "core/blob.h"
#include "media/media.h"
#include "store/accounts.h"
#include "store/media.h"

struct job;

enum { MEDIA_MOST = 4, MEDIA_TEXT_MAX = 10000, PICTURE_TEXT_MAX = 1500 };

/* What the media process made of a file, written but not kept yet. Names are HASH.EXTENSION; STR_NONE: there is none. */
struct media_made {
	struct media_result r; /* its descriptors are closed */
	str file, preview, still;
	struct blob_writer blobs[3];
	int blobs_n;
};
/* Waits for the decoder: only where that is fine. Writes to the database `to`, counted as `kind`. ERR_INVALID with the
 * sentence for the person; ERR_BUSY: try again, perhaps the disk is full (cx->full). */
enum err media_make(struct ctx *cx, int fd, enum media_want want, struct dbs *to, const char *kind,
                    struct media_made *made) MUST_CHECK;
/* Likewise, but the file itself is kept as it came, if what would be made of it is of that type. */
enum err media_make_kept(struct ctx *cx, int fd, enum media_want want, struct dbs *to, const char *kind, const char *mime,
                         struct media_made *made) MUST_CHECK;
/* In the transaction that makes the row which names them; db is of the same database. */
enum err media_keep(struct db *db, struct media_made *made) MUST_CHECK;
/* Instead of that. */
void media_forget(struct media_made *made);
/* Nobody names this any more? Then it goes. name: as above, or STR_NONE. In a transaction of the main database. */
enum err media_drop(struct ctx *cx, str name) MUST_CHECK;

/* Kind, size and numbers of a finished file. */
void media_describe(struct arena *mem, struct attachment *a, const struct media_result *r);

struct media_in {
	int fd, thumbnail; /* files; -1: none */
	str description, focus; /* STR_NONE: as it was; focus: "x,y" */
	bool wait;         /* also for what takes long */
};
/* By cx->me, on a thread that may wait. What does not take long is ready then; the rest is processed by a job, unless
 * wait. ERR_INVALID: nothing we can show; says why. */
enum err media_upload(struct ctx *cx, const struct media_in *in, int64_t *id) MUST_CHECK;
/* Own ones that hang on no post yet; else ERR_NOT_FOUND. */
enum err media_loose_one(struct ctx *cx, int64_t id, struct attachment *a) MUST_CHECK;
/* One uploaded here that hangs on a post, whoever may see that; else ERR_NOT_FOUND. */
enum err media_hung(struct ctx *cx, int64_t id, struct attachment *a) MUST_CHECK;
/* Its texts; with a thumbnail on a thread that may wait. */
enum err media_change(struct ctx *cx, int64_t id, const struct media_in *in) MUST_CHECK;
/* ERR_INVALID: a post has it. */
enum err media_remove(struct ctx *cx, int64_t id) MUST_CHECK;

/* description and focus of *a, where they are given. ERR_INVALID: too long. */
enum err media_say(struct ctx *cx, str description, str focus, struct attachment *a) MUST_CHECK;
/* In transactions. The row, and what only it named; the second unless a post has it by now. */
enum err media_erase(struct ctx *cx, const struct attachment *a) MUST_CHECK;
enum err media_remove_loose(struct ctx *cx, int64_t id) MUST_CHECK;

/* Where a blob of that name is to be had; STR_NONE for none. */
str media_address(struct arena *mem, str base, str name);
/* Sets url and small_url; base: of the site that asks. */
void media_place(struct arena *mem, str base, struct attachment *a);

/* What an edit says of one of the files. */
struct media_words {
	int64_t id;
	str description, focus; /* STR_NONE: as it is */
};
/* May cx->me put these on the post (0: a new one)? *ids loses doubles. ERR_INVALID with the sentence clients know. */
enum err media_for_post(struct ctx *cx, int64_t status_id, bool asks, struct ids *ids) MUST_CHECK;
/* In transactions. Hangs them on the new post. */
enum err media_hang(struct ctx *cx, int64_t status_id, struct ids ids) MUST_CHECK;
/* From now on the post has these. *changed: it had others, or other words; then *former is for the history. */
enum err media_rehang(struct ctx *cx, int64_t status_id, struct ids ids, const struct media_words *words, size_t words_n,
                      bool *changed, str *former) MUST_CHECK;
/* The post goes: its files with it, or they are loose again so that its author may write it anew. */
enum err media_unhang(struct ctx *cx, int64_t status_id, bool remove) MUST_CHECK;
/* What hung on a former version; all: of media_of(). */
enum err media_former(struct ctx *cx, str former, const struct db_rows *all, struct attachment **out, size_t *n) MUST_CHECK;

/* Jobs. */
enum err media_job_make(struct ctx *cx, const struct job *job);
enum err media_job_sweep(struct ctx *cx, const struct job *job);
