#pragma once
/* Addresses with a secret in them, sent by mail or printed by a command: to confirm an e-mail address, to set a new
 * password. Only digests are kept; the job that sends a mail makes the secret when it is sent. */
#include "core/user.h"

struct job;

/* Is there a mail server to send by? */
bool user_link_mails(const struct ctx *cx);
/* The whole address to open, with a new secret in it, which replaces an older one. kind: confirm reset. email: which is
 * meant by confirm. */
enum err user_link_make(struct ctx *cx, const struct user *u, const char *kind, str email, str *url) MUST_CHECK;
/* In a transaction: a mail for the user, later; nothing where there is no mail server or no address. kind: confirm reset
 * approved. */
enum err user_link_mail_add(struct ctx *cx, int64_t user_id, const char *kind) MUST_CHECK;
/* Likewise: what a moderator said to who has the account. */
enum err user_link_mail_warning(struct ctx *cx, int64_t account_id, int64_t warning_id, str words) MUST_CHECK;
/* For who asks by the address: the same answer whether there is such a user or not. */
enum err user_link_mail(struct ctx *cx, str email, const char *kind) MUST_CHECK;
enum err user_link_job(struct ctx *cx, const struct job *job) MUST_CHECK;

/* ERR_NOT_FOUND each: the secret is none, used or expired. */
enum err user_link_confirm(struct ctx *cx, str secret) MUST_CHECK;
enum err user_link_look(struct ctx *cx, str secret, const char *kind, struct user *u) MUST_CHECK;
enum err user_link_reset(struct ctx *cx, str secret, str password) MUST_CHECK;
/* The address becomes this one once it is confirmed, at once where no mail is sent. ERR_INVALID: taken, or none. */
enum err user_change_email(struct ctx *cx, const struct user *u, str email) MUST_CHECK;
