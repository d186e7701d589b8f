/* Magic numbers. The decoder is told what to expect, so that nothing is ever guessed by a library that knows hundreds
 * of formats; a file that is two things at once is decoded as what it begins with, and its rest is dropped. */
#include "media/sniff.h"

#define MAGIC(at, bytes, f)                         \
	{                                           \
		at, { bytes, sizeof(bytes) - 1 }, f \
	}
static const struct {
	size_t at;
	str bytes;
	enum media_format format;
} magics[] = {
	MAGIC(0, "\xff\xd8\xff", FORMAT_JPEG),
	MAGIC(0, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", FORMAT_PNG),
	MAGIC(0, "GIF87a", FORMAT_GIF),
	MAGIC(0, "GIF89a", FORMAT_GIF),
	MAGIC(8, "WEBPVP8", FORMAT_WEBP),
	MAGIC(8, "WAVE", FORMAT_WAV),
	MAGIC(0, "OggS\0", FORMAT_OGG),
	MAGIC(0, "fLaC\0", FORMAT_FLAC),
	MAGIC(0, "ID3", FORMAT_MP3),
	/* QuickTime from before there was ftyp */
	MAGIC(4, "moov", FORMAT_MP4),
	MAGIC(4, "wide", FORMAT_MP4),
	MAGIC(4, "mdat", FORMAT_MP4),
};

/* Brands of ISO 14496-12 files: pictures first, since their lists also name those of video. */
static const struct {
	char brand[5];
	enum media_format format;
} brands[] = {
	{ "avif", FORMAT_HEIF },
	{ "heic", FORMAT_HEIF },
	{ "heix", FORMAT_HEIF },
	{ "isom", FORMAT_MP4 },
	{ "iso2", FORMAT_MP4 },
	{ "iso4", FORMAT_MP4 },
	{ "iso5", FORMAT_MP4 },
	{ "iso6", FORMAT_MP4 },
	{ "mp41", FORMAT_MP4 },
	{ "mp42", FORMAT_MP4 },
	{ "avc1", FORMAT_MP4 },
	{ "M4A ", FORMAT_MP4 },
	{ "M4B ", FORMAT_MP4 },
	{ "M4V ", FORMAT_MP4 },
	{ "qt  ", FORMAT_MP4 },
	{ "3gp4", FORMAT_MP4 },
	{ "3gp5", FORMAT_MP4 },
	{ "3gp6", FORMAT_MP4 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

/* The box "ftyp": its size, "ftyp", the major brand, a version, the brands it is compatible with. */
static enum media_format sniff_iso(str head)
{
	uint32_t size;

	if (head.n < 16 || !str_eq(str_n(head.p + 4, 4), S("ftyp")))
		return FORMAT_NONE;
	size = be32(head.p);
	if (size < 16)
		return FORMAT_NONE;
	head = str_to(head, size);
	for (size_t b = 0; b < COUNT(brands); b++)
		for (size_t at = 8; at + 4 <= head.n; at += 4)
			if (at != 12 && str_eq(str_n(head.p + at, 4), str_n(brands[b].brand, 4)))
				return brands[b].format;
	return FORMAT_NONE;
}

/* EBML names its document type near its start. */
static enum media_format sniff_ebml(str head)
{
	if (!str_starts(head, S("\x1a\x45\xdf\xa3")))
		return FORMAT_NONE;
	head = str_to(head, 64);
	if (str_find(head, S("\x42\x82\x84webm")) > 0 || str_find(head, S("\x42\x82\x88matroska")) > 0)
		return FORMAT_MATROSKA;
	return FORMAT_NONE;
}

/* A frame of MPEG sound without anything before it: twelve bits of ones, then fields with values that must not be. */
static enum media_format sniff_frame(str head)
{
	const unsigned char *u = (const unsigned char *)head.p;

	if (head.n < 8 || u[0] != 0xff || (u[1] & 0xf0) != 0xf0)
		return FORMAT_NONE;
	if ((u[1] & 0x06) == 0) /* ADTS; rates 0 to 12 */
		return (u[2] >> 2 & 0x0f) <= 12 ? FORMAT_AAC : FORMAT_NONE;
	if ((u[1] & 0x06) != 2) /* layer III */
		return FORMAT_NONE;
	return u[2] >> 4 != 0 && u[2] >> 4 != 15 && (u[2] & 0x0c) != 0x0c ? FORMAT_MP3 : FORMAT_NONE;
}

enum media_format sniff(str head)
{
	enum media_format f;

	head = str_to(head, SNIFF_BYTES);
	for (size_t i = 0; i < COUNT(magics); i++)
		if (str_starts(str_from(head, magics[i].at), magics[i].bytes)) {
			bool riff = magics[i].format == FORMAT_WEBP || magics[i].format == FORMAT_WAV;

			return riff && !str_starts(head, S("RIFF")) ? FORMAT_NONE : magics[i].format;
		}
	if ((f = sniff_iso(head)) || (f = sniff_ebml(head)))
		return f;
	return sniff_frame(head);
}

enum media_kind format_kind(enum media_format f)
{
	if (f == FORMAT_NONE || f >= FORMAT_COUNT)
		return MEDIA_UNKNOWN;
	if (f <= FORMAT_HEIF)
		return MEDIA_IMAGE;
	return f <= FORMAT_MATROSKA ? MEDIA_VIDEO : MEDIA_AUDIO;
}
