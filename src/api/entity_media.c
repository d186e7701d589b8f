/* MediaAttachment. https://docs.joinmastodon.org/entities/MediaAttachment/ */
#include "api/entity.h"

#include "base/arena.h"
#include "store/media.h"

static void size_of(struct jw *w, const char *key, int64_t width, int64_t height)
{
	if (key)
		jw_obj(w, key);
	jw_int(w, "width", width);
	jw_int(w, "height", height);
	jw_str(w, "size", strf(w->b.mem, "%lldx%lld", (long long)width, (long long)height));
	jw_real(w, "aspect", (double)width / (double)height);
}

/* 1:02:03.45 */
static str length_of(struct arena *mem, int64_t ms)
{
	return strf(mem, "%lld:%02d:%02d.%02d", (long long)(ms / 3600000), (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
	            (int)(ms / 10 % 100));
}

static int64_t frames_a_second(str rate)
{
	int64_t n = 0, d = 0;
	str first;

	if (!str_cut(&rate, '/', &first) || !str_int(first, &n) || !str_int(rate, &d) || d <= 0)
		return 0;
	return (n + d / 2) / d;
}

static bool is_sound(const struct attachment *m)
{
	return str_eq(m->kind, S("audio"));
}

/* What video and sound have beside the two sizes. */
static void film(struct jw *w, const struct attachment *m)
{
	jw_str(w, "length", length_of(w->b.mem, m->duration_ms));
	jw_real(w, "duration", (double)m->duration_ms / 1000);
	if (frames_a_second(m->frame_rate))
		jw_int(w, "fps", frames_a_second(m->frame_rate));
	if (m->width > 0 && m->height > 0 && !is_sound(m))
		size_of(w, NULL, m->width, m->height);
	if (!m->audio.n)
		return;
	jw_str(w, "audio_encode", m->audio);
	jw_str(w, "audio_bitrate", strf(w->b.mem, "%lld Hz", (long long)m->audio_hz));
	if (m->audio_channels == 1 || m->audio_channels == 2)
		jw_lit(w, "audio_channels", m->audio_channels == 1 ? "mono" : "stereo");
	else
		jw_str(w, "audio_channels", strf(w->b.mem, "%lld channels", (long long)m->audio_channels));
}

static void original(struct jw *w, const struct attachment *m)
{
	bool seen = m->width > 0 && m->height > 0 && !is_sound(m);

	if (!seen && !m->duration_ms)
		return;
	jw_obj(w, "original");
	if (seen)
		size_of(w, NULL, m->width, m->height);
	if (m->duration_ms) {
		if (m->frame_rate.n)
			jw_str(w, "frame_rate", m->frame_rate);
		jw_real(w, "duration", (double)m->duration_ms / 1000);
		jw_int(w, "bitrate", m->bitrate);
	}
	jw_end(w);
}

static void small(struct jw *w, const struct attachment *m)
{
	int64_t width = m->preview_width ? m->preview_width : m->width;
	int64_t height = m->preview_height ? m->preview_height : m->height;

	if (width <= 0 || height <= 0)
		return;
	size_of(w, "small", width, height);
	jw_end(w);
}

static void colors(struct jw *w, str colors)
{
	static const char *const names[] = { "background", "foreground", "accent" };

	if (!colors.n)
		return;
	jw_obj(w, "colors");
	for (int i = 0; i < 3; i++) {
		str one;

		if (str_cut(&colors, ' ', &one))
			jw_str(w, names[i], one);
	}
	jw_end(w);
}

static void meta(struct jw *w, const struct attachment *m)
{
	jw_obj(w, "meta");
	if (m->duration_ms)
		film(w, m);
	original(w, m);
	small(w, m);
	colors(w, m->colors);
	jw_obj(w, "focus");
	jw_real(w, "x", (double)m->focus_x / 1000);
	jw_real(w, "y", (double)m->focus_y / 1000);
	jw_end(w);
	jw_end(w);
}

static str or_null(str s)
{
	return s.n ? s : STR_NONE;
}

void entity_media(struct jw *w, const char *key, const struct attachment *m)
{
	jw_obj(w, key);
	jw_id(w, "id", m->id);
	jw_str(w, "type", m->kind);
	jw_str(w, "url", or_null(m->url));
	jw_str(w, "preview_url", or_null(m->small_url));
	jw_str(w, "remote_url", or_null(m->remote_url));
	jw_str(w, "preview_remote_url", or_null(m->preview_url));
	jw_null(w, "text_url");
	meta(w, m);
	jw_str(w, "description", m->description);
	jw_str(w, "blurhash", m->blurhash);
	jw_end(w);
}
