/* media: what is read of a stranger's file (its first bytes) and of the decoder (its answer), by the main program. */
#include "base/arena.h"
#include "media/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem ARENA_SCOPE;
	struct wire_job job = { 0 };
	struct wire_answer a;
	enum media_format format = sniff(str_n((const char *)data, size));

	BUG_IF(format >= FORMAT_COUNT || (format_kind(format) == MEDIA_UNKNOWN) != (format == FORMAT_NONE));
	if (size < 2)
		return 0;
	job.role = !(data[0] & 1) ? WIRE_PICTURE : data[0] & 0x80 ? WIRE_LOOK
	                                                          : WIRE_FILM;
	job.format = data[0] >> 1 & 15;
	job.want = data[1] & 7;
	if (!wire_take(&job, str_n((const char *)data + 2, size - 2), &a))
		return 0;
	BUG_IF(str_empty(wire_sentence(&mem, &a)));
	for (size_t i = 0; i < WIRE_OUTS; i++)
		BUG_IF(a.out[i].type && (!wire_mime((enum wire_type)a.out[i].type) || a.out[i].width < 0 || a.out[i].height < 0));
	BUG_IF(a.verdict == WIRE_DONE && (!a.out[0].type || (a.colours && strlen(a.hash) >= WIRE_HASH)));
	return 0;
}
