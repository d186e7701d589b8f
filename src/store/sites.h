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
	int64_t created_at;
	/* not a column: */
	str base; /* "https://social.example.org"; http in dev */
};

enum err sites_insert(struct db *db, const struct site *s) MUST_CHECK;
enum err sites_all(struct db *db, struct arena *mem, struct db_rows *out) MUST_CHECK; /* struct site */
/* The first local account becomes the contact. */
enum err sites_set_contact(struct db *db, int64_t id, int64_t account_id) MUST_CHECK;
/* Users, those active since month and since half_year, posts, other hosts. */
enum err sites_count(struct db *db, int64_t id, int64_t month, int64_t half_year,
                     int64_t counts[5]) MUST_CHECK;
