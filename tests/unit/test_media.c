/* media: what a file is by its first bytes, what is believed of the decoder, blurhash and colours. */
#include "check.h"

#include "base/arena.h"
#include "media/paint.h"
#include "media/sniff.h"
#include "media/wire.h"

#define EACH(i, list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)
#define B(lit)                       \
	{                            \
		lit, sizeof(lit) - 1 \
	}

static void files_are_what_they_begin_with(void **state)
{
	static const struct {
		str head;
		enum media_format format;
	} t[] = {
		{ B("\xff\xd8\xff\xe0\0\x10JFIF"), FORMAT_JPEG },
		{ B("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), FORMAT_PNG },
		{ B("GIF89a\1\0\1\0"), FORMAT_GIF },
		{ B("RIFF\0\0\0\0WEBPVP8X"), FORMAT_WEBP },
		{ B("RIFF\0\0\0\0WAVEfmt "), FORMAT_WAV },
		{ B("\0\0\0\x1c"
		    "ftypavif\0\0\0\0mif1"),
		  FORMAT_HEIF },
		{ B("\0\0\0\x18"
		    "ftypmif1\0\0\0\0mif1heic"),
		  FORMAT_HEIF },
		{ B("\0\0\0\x14"
		    "ftypisom\0\0\2\0isom"),
		  FORMAT_MP4 },
		{ B("\0\0\0\x14"
		    "ftypqt  \0\0\2\0qt  "),
		  FORMAT_MP4 },
		{ B("\0\0\0\x14"
		    "ftypM4A \0\0\2\0isom"),
		  FORMAT_MP4 },
		{ B("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm"), FORMAT_MATROSKA },
		{ B("OggS\0\2"), FORMAT_OGG },
		{ B("fLaC\0\0\0\""), FORMAT_FLAC },
		{ B("ID3\4\0\0\0\0\0\0"), FORMAT_MP3 },
		{ B("\xff\xfb\x90\x64\0\0\0\0"), FORMAT_MP3 },
		{ B("\xff\xf1\x50\x80\x1c\x3f\xfc\0"), FORMAT_AAC },
		/* MEDIA-02, MEDIA-03, MEDIA-07: all else is nothing */
		{ B(""), FORMAT_NONE },
		{ B("\xff"), FORMAT_NONE },
		{ B("<svg xmlns='http://www.w3.org/2000/svg'/>"), FORMAT_NONE },
		{ B("<!DOCTYPE html><html>"), FORMAT_NONE },
		{ B("\x1f\x8b\x08\0"), FORMAT_NONE },
		{ B("%PDF-1.7\n"), FORMAT_NONE },
		{ B("%!PS-Adobe-3.0 EPSF-3.0"), FORMAT_NONE },
		{ B("#EXTM3U\n#EXT-X-VERSION:3\n"), FORMAT_NONE },
		{ B("ffconcat version 1.0\nfile /etc/passwd\n"), FORMAT_NONE },
		{ B("\x7f"
		    "ELF\2\1\1\0"),
		  FORMAT_NONE },
		{ B("PK\3\4\x14\0\0\0"), FORMAT_NONE },
		{ B("II*\0\x08\0\0\0"), FORMAT_NONE },
		{ B("MM\0*\0\0\0\x08"), FORMAT_NONE },
		{ B("BM\0\0\0\0\0\0\0\0"), FORMAT_NONE },
		{ B("8BPS\0\1\0\0"), FORMAT_NONE },
		{ B("\0\0\1\0\1\0"), FORMAT_NONE },
		{ B("\xff\x0a\xfa\x1f"), FORMAT_NONE },
		{ B("\0\0\0\x0cJXL \r\n\x87\n"), FORMAT_NONE },
		{ B("P6\n1 1\n255\n"), FORMAT_NONE },
		{ B("gimp xcf v011"), FORMAT_NONE },
		{ B("SIMPLE  =                    T"), FORMAT_NONE },
		{ B("v/1\1\2\0\0\0"), FORMAT_NONE },
		{ B("push graphic-context\nimage over 0,0"), FORMAT_NONE },
		{ B("FLV\1\5\0\0\0\x09"), FORMAT_NONE },
		{ B("FORM\0\0\0\0AIFF"), FORMAT_NONE },
		{ B("XXXX\0\0\0\0WEBPVP8 "), FORMAT_NONE },
		{ B("\0\0\0\4ftypisom\0\0\2\0isom"), FORMAT_NONE },
		{ B("\0\0\0\x14"
		    "ftypjp2 \0\0\0\0jp2 "),
		  FORMAT_NONE },
		{ B("{\"@context\":\"https://www.w3.org/ns/activitystreams\"}"), FORMAT_NONE },
		{ B("\xff\xfe<\0h\0t\0m\0l\0"), FORMAT_NONE },
	};

	(void)state;
	EACH(i, t)
	assert_int_equal(sniff(t[i].head), t[i].format);
}

static void the_kind_follows_from_the_format(void **state)
{
	(void)state;
	assert_int_equal(format_kind(FORMAT_NONE), MEDIA_UNKNOWN);
	assert_int_equal(format_kind(FORMAT_COUNT), MEDIA_UNKNOWN);
	assert_int_equal(format_kind(FORMAT_HEIF), MEDIA_IMAGE);
	assert_int_equal(format_kind(FORMAT_MP4), MEDIA_VIDEO);
	assert_int_equal(format_kind(FORMAT_OGG), MEDIA_AUDIO);
}

/* --- answers */

static struct wire_answer good(void)
{
	return (struct wire_answer){ .verdict = WIRE_DONE, .kind = MEDIA_IMAGE, .colours = 1, .hash = "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ", .out = { { TYPE_JPEG, 10, 10 }, { TYPE_JPEG, 5, 5 } } };
}

static bool taken(enum wire_role role, const struct wire_answer *a)
{
	struct wire_job job = { .role = role, .format = role == WIRE_PICTURE ? FORMAT_JPEG : FORMAT_MP4 };
	struct wire_answer out;

	return wire_take(&job, str_n((const char *)a, sizeof(*a)), &out);
}

static void of_a_look_at_a_film_there_is_no_picture(void **state)
{
	struct wire_answer a = { .verdict = WIRE_DONE, .kind = MEDIA_VIDEO, .sound = SOUND_AAC, .out = { { TYPE_MP4, 10, 10 } } };

	(void)state;
	assert_true(taken(WIRE_LOOK, &a));
	a.out[1] = (struct wire_file){ TYPE_PNG, 1, 1 };
	assert_true(taken(WIRE_FILM, &a));
	assert_false(taken(WIRE_LOOK, &a));
	a.out[1] = (struct wire_file){ TYPE_NONE, 0, 0 };
	a.out[0].type = TYPE_JPEG;
	assert_false(taken(WIRE_LOOK, &a));
}

#define BAD(change)                                    \
	do {                                           \
		a = good();                            \
		change;                                \
		assert_false(taken(WIRE_PICTURE, &a)); \
	} while (0)

static void an_answer_out_of_range_is_none(void **state)
{
	struct wire_answer a = good(), out;
	struct wire_job job = { .role = WIRE_PICTURE, .format = FORMAT_JPEG };

	(void)state;
	assert_true(taken(WIRE_PICTURE, &a));
	assert_false(wire_take(&job, str_n((const char *)&a, sizeof(a) - 1), &out));
	assert_false(wire_take(&job, S(""), &out));
	assert_false(taken(WIRE_FILM, &a));
	BAD(a.verdict = WIRE_VERDICTS);
	BAD(a.why = WHYS);
	BAD(a.width = -1);
	BAD(a.kind = MEDIA_VIDEO);
	BAD(a.kind = 77);
	BAD(a.colours = 2);
	BAD(a.colours = 0);
	BAD(a.out[0].type = TYPE_NONE);
	BAD(a.out[0].type = TYPE_MP4);
	BAD(a.out[0].type = TYPES);
	BAD(a.out[0].width = 0);
	BAD(a.out[0].width = -1);
	BAD(a.out[0].width = WIRE_SIDE + 1);
	BAD(a.out[1].height = 1 << 30);
	BAD(a.out[2].width = 3);
	BAD(a.accent = 0x1000000);
	BAD(memset(a.hash, 'x', sizeof(a.hash)));
	BAD(a.hash[0] = '"');
	BAD(a.hash[0] = 0);
	BAD(a.duration_ms = -1);
	BAD(a.bitrate = -1);
	BAD(a.rate_num = 30);
	BAD(a.sound = SOUNDS);
	BAD(a.audio_channels = 65);
	BAD(a.verdict = WIRE_MOVES);   /* no GIF */
	BAD(a.verdict = WIRE_REFUSED); /* without a reason */
}

static void a_refusal_brings_nothing_but_its_reason(void **state)
{
	struct arena mem ARENA_SCOPE;
	struct wire_job job = { .role = WIRE_PICTURE, .format = FORMAT_PNG };
	struct wire_answer a = good(), out;

	(void)state;
	a.verdict = WIRE_REFUSED;
	a.why = WHY_LARGE_PICTURE;
	a.width = 50000;
	a.height = 40000;
	assert_true(wire_take(&job, str_n((const char *)&a, sizeof(a)), &out));
	assert_int_equal(out.out[0].type, TYPE_NONE);
	assert_int_equal(out.kind, MEDIA_UNKNOWN);
	assert_str(wire_sentence(&mem, &out), S("Validation failed: 50000x40000 images are not supported"));
}

static void a_file_must_be_of_its_type(void **state)
{
	(void)state;
	assert_true(wire_type_fits(TYPE_JPEG, S("\xff\xd8\xff\xe0")));
	assert_false(wire_type_fits(TYPE_PNG, S("\xff\xd8\xff\xe0")));
	assert_false(wire_type_fits(TYPE_NONE, S("<html>")));
	assert_false(wire_type_fits(TYPES, S("<html>")));
}

/* --- blurhash and colours */

static void fill(unsigned char *rgb, int n, unsigned colour)
{
	for (int i = 0; i < n; i++) {
		rgb[3 * i] = (unsigned char)(colour >> 16);
		rgb[3 * i + 1] = (unsigned char)(colour >> 8);
		rgb[3 * i + 2] = (unsigned char)colour;
	}
}

static void hashes_of_one_colour_are_known(void **state)
{
	unsigned char rgb[3 * 64 * 64];
	char hash[BLURHASH_SIZE];

	(void)state;
	fill(rgb, 1, 0);
	paint_blurhash(rgb, 1, 1, hash);
	assert_int_equal(strlen(hash), 36);
	assert_memory_equal(hash, "U0", 1);
	fill(rgb, 64 * 64, 0x000000);
	paint_blurhash(rgb, 64, 64, hash);
	assert_string_equal(hash, "U00000fQfQfQfQfQfQfQfQfQfQfQfQfQfQfQ");
	fill(rgb, 64, 0xff0000);
	paint_blurhash(rgb, 1, 64, hash); /* its first number is 16711680 in base 83 */
	assert_memory_equal(hash + 2, "TI:j", 4);
}

/* The decoder of the algorithm's text, at one place: what the hash says is the average and the left-right component. */
static int digits(const char *p, int n)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
	int v = 0;

	while (n--)
		v = v * 83 + (int)(strchr(alphabet, *p++) - alphabet);
	return v;
}

static void a_hash_says_where_it_is_light(void **state)
{
	unsigned char rgb[3 * 32 * 32];
	char hash[BLURHASH_SIZE];
	int ac;

	(void)state;
	for (int y = 0; y < 32; y++) {
		fill(rgb + 3 * 32 * y, 16, 0xffffff);
		fill(rgb + 3 * (32 * y + 16), 16, 0x000000);
	}
	paint_blurhash(rgb, 32, 32, hash);
	assert_int_equal(digits(hash, 1), 30);
	assert_int_equal(digits(hash + 2, 4), 0xbcbcbc); /* half of the light, not half of the number */
	ac = digits(hash + 6, 2);
	assert_int_equal(ac, 18 * 361 + 18 * 19 + 18); /* left lighter than right, as much as can be */
	/* Top and bottom alike; the cosines, taken at the pixels' edges as the text has it, leave a little. */
	assert_int_equal(digits(hash + 6 + 2 * 3, 2), 11 * 361 + 11 * 19 + 11);
}

static void colours_are_told_apart(void **state)
{
	unsigned char rgb[3 * 32 * 32];
	struct paint_colours c;

	(void)state;
	fill(rgb, 32 * 32, 0x101010);
	for (int y = 8; y < 24; y++) {
		fill(rgb + 3 * (32 * y + 8), 16, 0xf0f0f0);
		fill(rgb + 3 * (32 * y + 20), 3, 0xf04020);
	}
	c = paint_colours(rgb, 32, 32);
	assert_int_equal(c.background, 0x101010);
	assert_int_equal(c.foreground, 0xf0f0f0);
	assert_int_equal(c.accent, 0xf04020);
	fill(rgb, 1, 0xfafafa);
	c = paint_colours(rgb, 1, 1);
	assert_int_equal(c.background, 0xfafafa);
	assert_int_equal(c.foreground, 0);
	assert_int_equal(c.accent, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_what_they_begin_with),
		cmocka_unit_test(the_kind_follows_from_the_format),
		cmocka_unit_test(an_answer_out_of_range_is_none),
		cmocka_unit_test(of_a_look_at_a_film_there_is_no_picture),
		cmocka_unit_test(a_refusal_brings_nothing_but_its_reason),
		cmocka_unit_test(a_file_must_be_of_its_type),
		cmocka_unit_test(hashes_of_one_colour_are_known),
		cmocka_unit_test(a_hash_says_where_it_is_light),
		cmocka_unit_test(colours_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
