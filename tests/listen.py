"""Listeners to live events, by WebSocket and by server-sent events: each keeps what it heard."""
import contextlib
import json
import socket
import threading
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

