"""Listeners to live events, by WebSocket and by server-sent events: each keeps what it heard."""
import contextlib
import json
import resource
import select
import socket
import threading
import time
import urllib.parse

from harness import SLOW, wait_until


class Listener:
    """Reads on a thread of its own until it is closed or the server ends it."""

    def begin(self):
        self.heard, self.ended = [], None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def _run(self):
        try:
            self.read()
        except Exception as e:  # noqa: BLE001: whatever ends it
            self.ended = self.ended or repr(e)
        self.ended = self.ended or "end"

    def events(self, kind):
        return [(e["stream"], e["payload"]) for e in list(self.heard) if e["event"] == kind]

    def payloads(self, kind):
        return [p for _, p in self.events(kind)]

    def wait(self, kind, fits=lambda p: True, timeout=5):
        """The payload of the first such event that fits."""
        def look():
            return next(([p] for p in self.payloads(kind) if fits(p)), None)
        return wait_until(look, timeout=timeout, every=0.005, what=f"{kind}; heard {self.heard}, {self.ended}")[0]

    def update(self, status_id, timeout=5):
        return self.wait("update", lambda p: p["id"] == status_id, timeout)

    def has(self, status_id):
        return any(p["id"] == status_id for p in self.payloads("update"))

    def wait_end(self, timeout=5):
        return wait_until(lambda: self.ended, timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def decode(event):
    with contextlib.suppress(ValueError, TypeError):
        event["payload"] = json.loads(event["payload"])
    return event


class Socket(Listener):
    """A WebSocket. by: how the token is given (header, query, protocol)."""

    def __init__(self, client, stream=None, by="header", **params):
        import websocket
        self.client = client
        if stream:
            params["stream"] = stream
        header, kw = [], {}
        if client.token and by == "header":
            header = ["Authorization: Bearer " + client.token]
        elif client.token and by == "query":
            params["access_token"] = client.token
        elif client.token:
            kw["subprotocols"] = [client.token]
        self.ws = websocket.create_connection(
            f"ws://127.0.0.1:{client.server.port}/api/v1/streaming?{urllib.parse.urlencode(params)}",
            host=client.host, header=header, timeout=10 * SLOW, suppress_origin=True, **kw)
        self.ws.settimeout(None)
        self.errors = []
        self.begin()

    def read(self):
        while True:
            op, data = self.ws.recv_data()
            if op == 8:
                self.ended = int.from_bytes(data[:2], "big") if data else 1005
                return
            event = json.loads(data)
            (self.errors if "error" in event else self.heard).append(decode({"payload": None, **event}))

    def send(self, **what):
        self.ws.send(json.dumps(what))

    def subscribe(self, stream, **more):
        """And waits until it is: an unknown stream asked for next is refused after it."""
        n = len(self.errors)
        self.send(type="subscribe", stream=stream, **more)
        self.send(type="subscribe", stream="until then")
        wait_until(lambda: any(e["error"] == "Unknown stream type" for e in self.errors[n:]))
        return [e for e in self.errors[n:] if e["error"] != "Unknown stream type"]

    def close(self):
        with contextlib.suppress(Exception):
            self.ws.sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(5 * SLOW)
        with contextlib.suppress(Exception):
            self.ws.shutdown()


class Events(Listener):
    """Server-sent events."""

    def __init__(self, client, path, **params):
        self.reply = client.raw("GET", "/api/v1/streaming/" + path, params=params, stream=True, timeout=(10 * SLOW, 100))
        assert self.reply.status_code == 200, self.reply.text
        self.lines = []
        self.begin()
        wait_until(lambda: ":)" in self.lines)

    def read(self):
        event = {}
        for line in self.reply.iter_lines(chunk_size=1, decode_unicode=True):
            self.lines.append(line)
            name, _, value = line.partition(": ")
            if not line and event:
                self.heard.append(decode({"stream": None, "payload": None, **event}))
                event = {}
            elif name == "event":
                event["event"] = value
            elif name == "data":
                event["payload"] = value

    def close(self):
        with contextlib.suppress(Exception):
            self.reply.raw._fp.fp.raw._sock.shutdown(socket.SHUT_RDWR)
        self.thread.join(5 * SLOW)
        self.reply.close()


UPGRADE = ("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")


def open_one(server, token, stream, events=False):
    s = socket.create_connection(("127.0.0.1", server.port))
    path = f"/api/v1/streaming/{stream}" if events else f"/api/v1/streaming?stream={stream}"
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {token}\r\n{'' if events else UPGRADE}\r\n"
              .encode())
    head = b""
    while b"\r\n\r\n" not in head or (events and not head.endswith(b":)\n")):
        got = s.recv(4096)
        assert got, head
        head += got
    assert head.startswith((b"HTTP/1.1 101", b"HTTP/1.1 200")), head
    return s


class Crowd:
    """Many listeners at once: raw WebSockets and event streams, read by epoll."""

    def __init__(self, server, tokens, stream, n, events=lambda i: False):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.all = [open_one(server, tokens[i % len(tokens)], stream, events(i)) for i in range(n)]
        self.poll = select.epoll()
        self.by_fd = {s.fileno(): s for s in self.all}
        for s in self.all:
            s.setblocking(False)
            self.poll.register(s.fileno(), select.EPOLLIN)

    def hear(self, until, word=b'"event":"update"', timeout=30):
        """Seconds since `until` began, sorted: when each first read such a message."""
        began, took, waiting = time.monotonic(), [], set(self.by_fd)
        until()
        while waiting and time.monotonic() - began < timeout:
            for fd, _ in self.poll.poll(1):
                got = self.by_fd[fd].recv(1 << 16)
                if fd in waiting and (word in got or b"event: update" in got):
                    waiting.discard(fd)
                    took.append(time.monotonic() - began)
        assert not waiting, f"{len(waiting)} heard nothing"
        return took

    def close(self):
        for s in self.all:
            s.close()
        self.poll.close()
