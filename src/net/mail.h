#pragma once
/* Outgoing mail: one message to one address over SMTP (RFC 5321, 5322, 2047). */
#include "base/err.h"
#include "base/str.h"

struct mail_server {
	str url;            /* smtp://mail.example.org:587 (STARTTLS is asked for), smtps://...:465 */
	str user, password; /* empty: none */
	str from;           /* address; a name may stand before it: Example <post@example.org> */
	str ca_file;        /* empty: the system's */
	bool plain;         /* without TLS where the server has none (dev) */
};
struct mail {
	str to, subject, text; /* UTF-8, lines ended by \n */
	str id;                /* left of the @ of its Message-ID: the same for each try */
	int64_t at;            /* its Date */
};
/* Blocks for a minute at most; for worker threads. ERR_INVALID: refused for good, or an address that is none; ERR_BUSY: try
 * again. *why is for the log. */
enum err mail_send(const struct mail_server *server, struct arena *mem, const struct mail *m, str *why) MUST_CHECK;
/* The message as it is sent, for tests: headers and body. STR_NONE: an address or a subject that cannot be sent. */
str mail_message(struct arena *mem, const struct mail_server *server, const struct mail *m);
/* The bare address in "Name <a@b>" or "a@b"; STR_NONE if there is none that could be sent to. */
str mail_address(str text);
