/* dassie-media: decodes what strangers sent, and can do nothing else. Started by dassie alone. */
#include "media/child.h"

int main(int argc, char **argv)
{
	return child_main(argc, argv, (child_work *const[]){ work_picture, work_film, work_look });
}
