#include "db/postgres_value.h"

#include <endian.h>
#include <limits.h>
#include <stdio.h>

/* From the server's catalog; they never change. */
enum pg_type {
	T_BOOL = 16,
	T_BYTEA = 17,
	T_NAME = 19,
	T_INT8 = 20,
	T_INT2 = 21,
	T_INT4 = 23,
	T_TEXT = 25,
	T_JSON = 114,
	T_UNKNOWN = 705,
	T_BPCHAR = 1042,
	T_VARCHAR = 1043,
	T_NUMERIC = 1700,
};

static bool is_text(unsigned type)
{
	return type == T_TEXT || type == T_VARCHAR || type == T_NAME || type == T_JSON || type == T_UNKNOWN || type == T_BPCHAR;
}

static bool put(struct postgres_arg *out, const void *bytes, int n)
{
	memcpy(out->room, bytes, (size_t)n);
	out->p = out->room;
	out->n = n;
	return true;
}

static bool write_number(unsigned type, int64_t v, struct postgres_arg *out)
{
	uint64_t i8 = htobe64((uint64_t)v);
	uint32_t i4 = htobe32((uint32_t)v);
	uint16_t i2 = htobe16((uint16_t)v);

	switch (type) {
	case T_INT8: return put(out, &i8, 8);
	case T_INT4: return v >= INT32_MIN && v <= INT32_MAX && put(out, &i4, 4);
	case T_INT2: return v >= INT16_MIN && v <= INT16_MAX && put(out, &i2, 2);
	case T_NUMERIC:
		out->binary = 0;
		snprintf(out->room, sizeof(out->room), "%lld", (long long)v);
		out->p = out->room;
		return true;
	default: return false;
	}
}

static bool write_run(str s, struct postgres_arg *out)
{
	if (s.n > INT_MAX)
		return false;
	out->p = s.p;
	out->n = (int)s.n;
	return true;
}

bool postgres_write_arg(unsigned type, const struct db_val *v, struct postgres_arg *out)
{
	out->p = NULL;
	out->n = 0;
	out->binary = 1;
	switch (v->kind) {
	case DB_NULL: return true;
	case DB_BOOL: return type == T_BOOL && put(out, v->i ? "\1" : "\0", 1);
	case DB_I64: return write_number(type, v->i, out);
	case DB_STR: return is_text(type) && write_run(v->s, out);
	case DB_BYTES: return type == T_BYTEA && write_run(v->s, out);
	}
	return false;
}

static int be16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, 2);
	return (int16_t)be16toh(v);
}

/* What SUM() of BIGINT gives: digits in base 10000, the first one of weight 10000^weight. Whole numbers only. */
static bool read_numeric(str v, int64_t *out)
{
	int digits, weight, sign;
	int64_t n = 0;

	if (v.n < 8)
		return false;
	digits = be16(v.p);
	weight = be16(v.p + 2);
	sign = be16(v.p + 4);
	if (digits < 0 || v.n < 8 + 2 * (size_t)digits || (sign != 0 && sign != 0x4000) || digits > weight + 1)
		return false;
	for (int i = 0; i <= weight; i++) {
		int d = i < digits ? be16(v.p + 8 + 2 * i) : 0;

		if (__builtin_mul_overflow(n, 10000, &n) || __builtin_sub_overflow(n, d, &n))
			return false;
	}
	*out = n;
	return sign == 0x4000 || !__builtin_mul_overflow(n, -1, out);
}

static bool read_number(unsigned type, str v, int64_t *out)
{
	uint64_t i8;
	uint32_t i4;

	if (type == T_INT8 && v.n == 8) {
		memcpy(&i8, v.p, 8);
		*out = (int64_t)be64toh(i8);
	} else if (type == T_INT4 && v.n == 4) {
		memcpy(&i4, v.p, 4);
		*out = (int32_t)be32toh(i4);
	} else if (type == T_INT2 && v.n == 2) {
		*out = be16(v.p);
	} else if (type == T_BOOL && v.n == 1) {
		*out = v.p[0] != 0;
	} else {
		return type == T_NUMERIC && read_numeric(v, out);
	}
	return true;
}

bool postgres_read(unsigned type, str v, enum db_kind kind, void *member, struct arena *mem)
{
	int64_t n;

	switch (kind) {
	case DB_NULL: return false;
	case DB_I64: return read_number(type, v, member);
	case DB_BOOL:
		if (!read_number(type, v, &n))
			return false;
		*(bool *)member = n != 0;
		return true;
	case DB_STR:
	case DB_BYTES:
		if (kind == DB_STR ? !is_text(type) : type != T_BYTEA)
			return false;
		*(str *)member = str_dup(mem, v);
		return true;
	}
	return false;
}
