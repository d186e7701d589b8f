/* Blurhash as its algorithm is published (github.com/woltapp/blurhash, Algorithm.md): a discrete cosine transform of
 * linear light, its first components quantised and written in base 83. The colours are found by counting. */
#include "media/paint.h"

#include <math.h>
#include <string.h>

enum { ACROSS = 4,
       DOWN = 4 };

static double linear(int v)
{
	double c = v / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static int srgb(double v)
{
	v = v < 0 ? 0 : v > 1 ? 1
	                      : v;
	return (int)((v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055) * 255 + 0.5);
}

static void component(const unsigned char *rgb, int width, int height, int i, int j, const double *light, double out[3])
{
	double scale = (i || j ? 2.0 : 1.0) / ((double)width * height);

	out[0] = out[1] = out[2] = 0;
	for (int y = 0; y < height; y++) {
		double down = cos(M_PI * j * y / height);

		for (int x = 0; x < width; x++) {
			const unsigned char *p = rgb + 3 * ((size_t)y * (size_t)width + (size_t)x);
			double basis = scale * down * cos(M_PI * i * x / width);

			for (int c = 0; c < 3; c++)
				out[c] += basis * light[p[c]];
		}
	}
}

static char *base83(char *out, int value, int digits)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

	for (int n = digits - 1; n >= 0; n--, value /= 83)
		out[n] = alphabet[value % 83];
	return out + digits;
}

static int quantise(const double v[3], double most)
{
	int all = 0;

	for (int c = 0; c < 3; c++) {
		double q = floor(copysign(sqrt(fabs(v[c] / most)), v[c]) * 9 + 9.5);

		all = all * 19 + (int)fmax(0, fmin(18, q));
	}
	return all;
}

void paint_blurhash(const unsigned char *rgb, int width, int height, char out[BLURHASH_SIZE])
{
	double light[256], all[ACROSS * DOWN][3], most = 0;
	int level;

	for (int v = 0; v < 256; v++)
		light[v] = linear(v);
	for (int n = 0; n < ACROSS * DOWN; n++) {
		component(rgb, width, height, n % ACROSS, n / ACROSS, light, all[n]);
		for (int c = 0; n && c < 3; c++)
			most = fmax(most, fabs(all[n][c]));
	}
	level = (int)fmax(0, fmin(82, floor(most * 166 - 0.5)));
	out = base83(out, ACROSS - 1 + (DOWN - 1) * 9, 1);
	out = base83(out, level, 1);
	out = base83(out, srgb(all[0][0]) << 16 | srgb(all[0][1]) << 8 | srgb(all[0][2]), 4);
	most = (level + 1) / 166.0;
	for (int n = 1; n < ACROSS * DOWN; n++)
		out = base83(out, quantise(all[n], most), 2);
	*out = 0;
}

/* --- colours: counted in boxes of 16x16x16, each standing for the mean of what fell into it */

enum { BOXES = 16 * 16 * 16 };
struct box {
	unsigned n, edge, sum[3];
};

static unsigned mean(const struct box *b)
{
	return (b->sum[0] / b->n) << 16 | (b->sum[1] / b->n) << 8 | b->sum[2] / b->n;
}

/* WCAG 2: relative luminance, and how well two of them are told apart (1 to 21). */
static double luminance(unsigned c)
{
	return 0.2126 * linear(c >> 16) + 0.7152 * linear(c >> 8 & 255) + 0.0722 * linear(c & 255);
}
static double contrast(unsigned a, unsigned b)
{
	double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;

	return la > lb ? la / lb : lb / la;
}

static int distance(unsigned a, unsigned b)
{
	int sum = 0;

	for (int shift = 0; shift <= 16; shift += 8) {
		int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);

		sum += d * d;
	}
	return sum;
}

static int vividness(unsigned c)
{
	int r = (int)(c >> 16), g = (int)(c >> 8 & 255), b = (int)(c & 255);
	int most = r > g ? r > b ? r : b : g > b ? g
	                                         : b,
	    least = r < g ? r < b ? r : b : g < b ? g
	                                          : b;

	return most - least;
}

/* The box that counts most and is told apart from a background; the background itself's opposite if there is none. */
static unsigned pick(const struct box *boxes, unsigned background, double least, unsigned apart, int vivid)
{
	enum { NEAR = 60 * 60 };
	double best = 0;
	unsigned found = 0, none = luminance(background) > 0.18 ? 0x000000 : 0xffffff;

	for (size_t i = 0; i < BOXES; i++) {
		unsigned c = boxes[i].n ? mean(&boxes[i]) : background;
		double weight = vivid ? sqrt(boxes[i].n) * (16 + vividness(c)) : boxes[i].n;

		if (contrast(c, background) < least || (vivid && distance(c, apart) < NEAR))
			continue;
		if (weight > best) {
			best = weight;
			found = c;
		}
	}
	if (best > 0)
		return found;
	return vivid ? apart : none;
}

struct paint_colours paint_colours(const unsigned char *rgb, int width, int height)
{
	struct box boxes[BOXES];
	const struct box *most = boxes;
	struct paint_colours c;

	memset(boxes, 0, sizeof(boxes));
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			const unsigned char *p = rgb + 3 * ((size_t)y * (size_t)width + (size_t)x);
			struct box *b = &boxes[(p[0] >> 4) << 8 | (p[1] >> 4) << 4 | p[2] >> 4];

			b->n++;
			b->edge += x == 0 || y == 0 || x == width - 1 || y == height - 1;
			for (int k = 0; k < 3; k++)
				b->sum[k] += p[k];
		}
	for (size_t i = 0; i < BOXES; i++)
		if (boxes[i].edge > most->edge || (boxes[i].edge == most->edge && boxes[i].n > most->n))
			most = &boxes[i];
	c.background = mean(most);
	c.foreground = pick(boxes, c.background, 4.5, 0, 0);
	c.accent = pick(boxes, c.background, 2, c.foreground, 1);
	return c;
}
