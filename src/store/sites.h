#pragma once
/* Rows of sites. */
#include "db/db.h"

struct site {
	int64_t id;
	str domain; /* in handles */
	str host;   /* serves everything; with its port in dev */
	str title, description, contact_email;
	int64_t contact_account_id;
	str sign_up; /* STR_NONE: as the setting says */
	str rules;   /* JSON list of texts */
	int64_t actor_id;
	int64_t created_at, updated_at;
	/* not a column: */
	str base; /* "https://social.example.org"; http in dev */
};

enum err sites_insert(struct db *db, const struct site *s) MUST_CHECK;
enum err sites_all(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK; /* struct site */
/* Title, description, contact_email, contact_account_id, sign_up, rules; sets updated_at. */
enum err sites_update(struct db *db, const struct site *s) MUST_CHECK;
/* When any site was changed last; 0: never. */
enum err sites_changed(struct db *db, int64_t *at) MUST_CHECK;

/* The long texts of a site, by name. */
struct site_text {
	str text;
	int64_t updated_at;
};
/* An empty text removes it. */
enum err site_texts_put(struct db *db, int64_t site_id, str name, str text, int64_t now) MUST_CHECK;
enum err site_texts_get(struct db *db, struct arena *mem, int64_t site_id, str name, struct site_text *t) MUST_CHECK;
/* The first local account becomes the contact. */
enum err sites_set_contact(struct db *db, int64_t id, int64_t account_id) MUST_CHECK;
/* Users, those active since month and since half_year, posts, other hosts. */
enum err sites_count(struct db *db, int64_t id, int64_t month, int64_t half_year,
                     int64_t counts[5]) MUST_CHECK;
/* Between two times: public posts, accounts that wrote them, people who came. */
enum err sites_week(struct db *db, int64_t id, int64_t from, int64_t to, int64_t counts[3]) MUST_CHECK;
