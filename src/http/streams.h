#pragma once
/* Connections that stay: WebSockets and event streams. One thread owns all of their sockets; none of them costs a thread or
 * memory of the HTTP library. It frames what clients of core/hub_client.h are sent, and hands back what they say. */
#include "core/hub_client.h"

struct streams;
struct streams *streams_new(void);
/* Says goodbye and closes all; their clients have left when it returns. */
void streams_free(struct streams *s);
/* Takes over socket and client, and sends head first. */
void streams_add(struct streams *s, int fd, enum stream_format format, struct hub_client *client, str head);
