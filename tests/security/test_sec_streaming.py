"""Streams under attack: who may not listen, when streams end, readers that do not read, frames that are none. STREAM cases."""
import contextlib
import os
import pathlib
import socket
import struct
import time

import pytest
from harness import LATE, OOB, PASSWORD, SCOPES, SLOW, Server, authorize, login, wait_until
from listen import Events, Socket

websocket = pytest.importorskip("websocket")
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
           "Sec-WebSocket-Version": "13"}
STREAMS = [("user", {}), ("user:notification", {}), ("public", {}), ("public:local", {}), ("public:remote", {}),
           ("public:media", {}), ("public:local:media", {}), ("public:remote:media", {}), ("hashtag", {"tag": "x"}),
           ("hashtag:local", {"tag": "x"}), ("list", {"list": "1"}), ("direct", {})]
FAKETIME = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), None)


@pytest.fixture(scope="module")
def server(kind):
    with Server(kind, hosts="localhost=127.0.0.1 peer.localhost=127.0.0.1", max_streams_per_account=1000,
                max_streams_per_ip=1000) as s:
        yield s


@pytest.fixture(scope="module")
def alice(server):
    return server.user("alice")


@pytest.fixture(scope="module")
def bob(server):
    return server.user("bob")


def revoke(client):
    client.post("/oauth/revoke", client_id=client.app["client_id"], client_secret=client.app["client_secret"], token=client.token)


def refused(client, stream, params):
    """By both doors."""
    path = "/api/v1/streaming/" + stream.replace(":media", "").replace(":", "/")
    by_events = client.raw("GET", path, params=params)
    by_socket = client.raw("GET", "/api/v1/streaming", params={"stream": stream, **params}, headers=UPGRADE)
    return {by_events.status_code, by_socket.status_code} <= {401, 403}


def test_stream_01_none_without_a_token_that_may_read(server, alice, nobody):
    gone, writer = login(server, "alice"), login(server, "alice", scopes="write follow push profile")
    revoke(gone)
    for stream, params in STREAMS:
        for client in (nobody, gone, writer):
            assert refused(client, stream, params), (stream, client.token)
    app = server.anonymous()
    made = app.post("/api/v1/apps", client_name="app", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read")
    app.token = app.post("/oauth/token", grant_type="client_credentials", client_id=made["client_id"],
                         client_secret=made["client_secret"], scope="read")["access_token"]
    assert all(refused(app, *s) for s in STREAMS)


def ends(server, client, end):
    """Both kinds of streams of the client end within 5 s of that, and cannot be had again."""
    with Socket(client, "user") as ws, Events(client, "public") as events:
        end()
        began = time.monotonic()
        assert ws.wait_end(5) == 1008
        events.wait_end(5)
        assert time.monotonic() - began < 5 * LATE
    wait_until(lambda: refused(client, "user", {}))  # a token is believed for a second where another process ended it


def test_stream_02_and_oauth_17_a_token_that_ends_takes_its_streams_along(server, alice):
    gone = login(server, "alice")
    with Socket(alice, "user") as other:
        ends(server, gone, lambda: revoke(gone))
        other.update(alice.status("the other token listens on")["id"])


@pytest.mark.parametrize("how", ["password", "disable", "delete", "suspend"])
def test_stream_02_and_oauth_18_so_does_the_end_of_a_user(server, how):
    carol = server.someone("carol")
    ends(server, carol, {
        "password": lambda: server.command("account", "password", carol.handle, "--password-file", "-", stdin=PASSWORD + "new\n"),
        "disable": lambda: server.command("account", "disable", carol.handle),
        "delete": lambda: server.command("account", "delete", carol.handle, "--yes"),
        "suspend": lambda: server.sql(f"UPDATE accounts SET suspended_at = 1 WHERE id = {carol.id}"),
    }[how])


def test_stream_04_nothing_from_whom_one_does_not_want(server, alice):
    bob, host = server.someone("listener"), server.add_site("second.localhost")
    far = server.user("far", host=host)
    id_of = {who: bob.find(who.handle)["id"] for who in (alice, far)}
    for who in (alice, far):
        bob.post(f"/api/v1/accounts/{id_of[who]}/follow")
    eve = server.someone("eve")  # the one who is heard always, so that it is known when the others would have been
    bob.follow(eve.handle)

    def heard(author, **more):
        post, last = author.status("from one #side", **more), eve.status("from the other #side")
        for ws in listeners:
            ws.update(last["id"])
        return [ws.has(post["id"]) for ws in listeners]

    with Socket(bob, "user") as home, Socket(bob, "public") as public, Socket(bob, "hashtag", tag="side") as tag:
        listeners = (home, public, tag)
        assert heard(alice) == heard(far) == [True] * 3
        for verb in ("mute", "block"):
            bob.post(f"/api/v1/accounts/{id_of[alice]}/{verb}")
            assert heard(alice) == [False] * 3, verb
            assert heard(eve) == [True] * 3
            bob.post(f"/api/v1/accounts/{id_of[alice]}/un{verb}")
        bob.post(f"/api/v1/accounts/{id_of[alice]}/follow")
        alice.post(f"/api/v1/accounts/{bob.id}/block")
        assert heard(alice) == [False] * 3
        alice.post(f"/api/v1/accounts/{bob.id}/unblock")
        bob.post(f"/api/v1/accounts/{id_of[alice]}/follow")
        assert heard(alice, visibility="private") == [True, False, False]
        alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")
        assert heard(alice, visibility="private") == [False] * 3
        assert heard(alice) == [False, True, True]
        bob.post(f"/api/v1/accounts/{id_of[far]}/unfollow")
        assert heard(far) == [False, True, True]
        bob.post(f"/api/v1/accounts/{id_of[far]}/follow")
        bob.post("/api/v1/domain_blocks", domain=server.domain_of(host))
        assert heard(far) == [False] * 3


def memory(server):
    return int(pathlib.Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1048576


def open_raw(server, client, path, headers=()):
    s = socket.create_connection(("127.0.0.1", server.port))
    s.settimeout(10 * SLOW)
    lines = [f"GET {path} HTTP/1.1", f"Host: {client.host}", f"Authorization: Bearer {client.token}",
             *(f"{k}: {v}" for k, v in dict(headers).items())]
    s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += s.recv(1)
    return s, head


def test_stream_06_who_does_not_read_is_dropped_and_nobody_feels_it(server, alice, bob):
    many = 100
    slow = [open_raw(server, bob, "/api/v1/streaming/public")[0] if i % 2 else
            open_raw(server, bob, "/api/v1/streaming?stream=public", UPGRADE)[0] for i in range(many)]
    before, took = memory(server), []
    with Socket(bob, "public") as ws:
        for _ in range(110):  # 7 KB each; a ring, and what the kernel holds on both sides, are some 60
            began = time.monotonic()
            post = alice.status("many words " * 450)
            took.append(time.monotonic() - began)
            ws.update(post["id"])
        assert memory(server) - before < many * 0.5 * (2 if SLOW > 1 else 1)
        for s in slow:
            got = 0
            with contextlib.suppress(ConnectionResetError):
                while chunk := s.recv(1 << 18):
                    got += len(chunk)
            assert got < 700 << 10, got
            s.close()
    assert sorted(took)[len(took) // 2] < 0.2 * LATE, took


def frame(op, payload=b"", fin=1, rsv=0, masked=True, length=None):
    n = len(payload) if length is None else length
    head = bytes([fin << 7 | rsv << 4 | op])
    bit = 0x80 if masked else 0
    head += bytes([bit | n]) if n < 126 else bytes([bit | 126]) + struct.pack(">H", n) if n < 65536 else \
        bytes([bit | 127]) + struct.pack(">Q", n)
    return head + (b"\0\0\0\0" if masked else b"") + payload


@pytest.mark.parametrize("bytes_, code", [
    (frame(1, b"{}", masked=False), 1002), (frame(1, b"x", length=(1 << 63) - 1), 1009), (frame(1, b"x", length=1 << 63), 1002),
    (frame(9, b"x" * 126), 1002), (frame(9, b"x", fin=0), 1002), (frame(1, b"{}", rsv=4), 1002), (frame(3, b"x"), 1002),
    (frame(1, b"\xff\xfe"), 1007), (frame(8, struct.pack(">H", 1005)), 1002), (frame(8, b"x"), 1005),
    (frame(1, b" " * 65536), 1009), (frame(2, b"\0"), 1003), (frame(0, b"x"), 1002),
    (frame(1, b"x", fin=0) + frame(1, b"x"), 1002), (frame(8, struct.pack(">H", 1000) + b"bye"), 1000)], ids=range(15))
def test_stream_08_frames_that_are_none_end_the_stream(server, alice, bytes_, code):
    before = memory(server)
    s, head = open_raw(server, alice, "/api/v1/streaming", UPGRADE)
    assert b" 101 " in head and b"\r\nSec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n" in head
    s.sendall(bytes_)
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := s.recv(4096):
            got += chunk
    s.close()
    assert got[:1] == b"\x88" and (struct.unpack(">H", got[2:4])[0] if got[2:] else 1005) == code, got
    assert memory(server) - before < 20 * SLOW


def test_stream_08_who_says_too_much_is_shown_out(server, alice):
    s, _ = open_raw(server, alice, "/api/v1/streaming", UPGRADE)
    with contextlib.suppress(OSError):
        s.sendall(frame(1, b'{"type":"subscribe","stream":"user"}') * 3000)
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := s.recv(65536):
            got += chunk
    s.close()
    assert got == b"" or got.endswith(struct.pack(">BBH", 0x88, 2, 1008)), got
    with Socket(alice) as ws:
        for i in range(101):
            errors = ws.subscribe("hashtag", tag=f"tag{i}")
        assert errors == [{"error": "Too many subscriptions", "status": 429, "payload": None}]
    with Socket(alice, "user") as ws:  # pongs that are not read
        with contextlib.suppress(OSError):
            ws.ws.sock.sendall(frame(9, b"x" * 100) * 20000)
    with Socket(alice, "user") as ws:
        ws.update(alice.status("all is well")["id"])


def test_stream_08_so_many_streams_and_no_more(kind):
    if kind != "sqlite":
        pytest.skip("no database in this")
    with Server(kind, max_streams=4, max_streams_per_account=2) as s:
        one, two, three = s.user("owner"), s.someone(), s.someone()
        open_ = [Socket(one, "user"), Socket(one, "public")]
        assert one.raw("GET", "/api/v1/streaming/user").status_code == 429
        open_ += [Socket(two, "user"), Events(two, "public")]
        assert three.raw("GET", "/api/v1/streaming/user").status_code == 429
        open_.pop().close()
        wait_until(lambda: Events(three, "public").close() is None)
        for o in open_:
            o.close()


def test_stream_09_cookies_open_nothing(server, alice):
    browser = server.anonymous()
    authorize(browser, {"response_type": "code", "client_id": alice.app["client_id"], "redirect_uri": OOB, "scope": SCOPES}, "alice")
    assert browser.http.cookies  # logged in, as far as pages go
    for stream, params in STREAMS:
        assert browser.raw("GET", "/api/v1/streaming", params={"stream": stream, **params},
                           headers={**UPGRADE, "Origin": "https://evil.test"}).status_code == 401
    assert browser.raw("GET", "/api/v1/streaming/user", headers={"Origin": "https://evil.test"}).status_code == 401


@pytest.mark.skipif(not FAKETIME or SLOW > 1, reason="needs libfaketime, and no sanitizer")
def test_stream_10_who_does_not_answer_pings_is_gone_within_120_s(kind):
    if kind != "sqlite":
        pytest.skip("no database in this")
    s = Server(kind, max_streams_per_account=1000)
    os.environ.update(LD_PRELOAD=str(FAKETIME), FAKETIME="+0 x30")
    try:
        s.start()
    finally:
        del os.environ["LD_PRELOAD"], os.environ["FAKETIME"]
    try:
        owner = s.user("owner")
        mute = [open_raw(s, owner, "/api/v1/streaming?stream=user", UPGRADE)[0] for _ in range(50)]
        with Socket(owner, "user") as ws:
            began = time.monotonic()
            for m in mute:
                while m.recv(4096):  # pings, then the end
                    pass
                m.close()
            took = (time.monotonic() - began) * 30
            assert 30 < took < 130 * LATE, took
            ws.update(owner.status("who answers stays")["id"])
    finally:
        s.close()
