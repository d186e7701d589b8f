#pragma once
/* How media_escape is asked to misbehave; goes where a job has its want. */

enum escape {
	ESCAPE_NOT,
	ESCAPE_TRY,
	ESCAPE_TRY_EXECVE,
	ESCAPE_CRASH,
	ESCAPE_FAULT,
	ESCAPE_HANG,
	ESCAPE_SPIN,
	ESCAPE_SAY_TOO_MUCH,
	ESCAPE_SAY_NOTHING,
	ESCAPE_LIE,
	ESCAPE_EAT,
	ESCAPE_FLOOD,
	ESCAPE_IN,
};
