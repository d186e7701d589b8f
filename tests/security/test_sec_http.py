"""HTTP as attackers speak it, to the whole program. tests/unit/test_http_raw.py holds the server alone to more of it."""
import contextlib
import re
import select
import socket
import threading
import time

import pytest
from harness import LATE, ROOT, SLOW, Server
from hostile import exchange, raw

ROUTE = re.compile(r'ROUTE\((\w+), "([^"]+)"')
ROUTES = [m.groups() for f in ("src/api/routes.def", "src/api/routes.c", "src/fed/routes.def", "src/web/routes.def")
          for m in map(ROUTE.match, map(str.strip, (ROOT / f).read_text().splitlines())) if m]
PATHS = sorted({p for _, p in ROUTES})
STAY = 32  # seconds until a request that does not come must be given up


def there(path):
    return path.replace(":id", "1").replace(":name", "owner").replace(":tag", "cats")


class Slow:
    """Clients that send their headers byte by byte, from an address that is no proxy of ours."""

    def __init__(self, server, n):
        self.ends, self.began = [], time.monotonic()
        self.threads = [threading.Thread(target=self._one, args=(server.port,), daemon=True) for _ in range(n)]
        for t in self.threads:
            t.start()

    def _one(self, port):
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.9", 0))
            s.connect(("127.0.0.1", port))
            s.settimeout(1)
            s.sendall(b"GET / HTTP/1.1\r\nHost: ")
            while time.monotonic() - self.began < 60:
                s.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    if not s.recv(4096):
                        break
        self.ends.append(time.monotonic() - self.began)


@pytest.fixture(scope="module")
def server():
    with Server("sqlite", trusted_proxies="127.0.0.1", max_connections_per_ip=40) as s:
        s.user("owner")
        s.slow = Slow(s, 60)
        yield s


@pytest.fixture(autouse=True)
def alive(server):
    yield
    began = time.monotonic()
    assert server.anonymous().raw("GET", "/api/v1/instance").status_code == 200
    assert time.monotonic() - began < 1 * LATE
    server.check()


@pytest.fixture
def owner(server):
    return server.user("owner")


def status(data):
    return int(data.split(b" ", 2)[1]) if data.startswith(b"HTTP/1.") else 0


@pytest.mark.parametrize("length", ["-1", "+5", "0x10", "5, 5", "5, 6", "99999999999999999999", "", "5 5", "5\r\nContent-Length: 6", "5\r\nContent-Length: 5"])
def test_http_04_a_length_that_is_none_is_400_and_closes(server, length):
    for path in ("/inbox", "/api/v1/statuses", "/oauth/token"):
        data = f"POST {path} HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {length}\r\n\r\nhello".encode()
        got = exchange(server.port, data, 5)
        assert status(got) in (400, 413), got[:200]
        assert len(set(re.findall(rb"HTTP/1.1 (\d+)", got))) == 1 and b"onnection: close" in got  # "hello" is no request


def test_http_04_length_and_chunks_together_are_400(server):
    data = f"POST /inbox HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    got = exchange(server.port, data.encode(), 5)
    assert status(got) == 400 and got.count(b"HTTP/1.1") == 1


def test_http_07_26_bodies_past_the_limit_end_at_the_limit(server):
    with socket.create_connection(("127.0.0.1", server.port), 10) as s:
        s.settimeout(10)
        s.sendall(f"POST /users/owner/inbox HTTP/1.1\r\nHost: {server.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b'{"a":1},' * 8192 + b"\r\n"
        began, got = time.monotonic(), b""
        with contextlib.suppress(OSError):
            while time.monotonic() - began < 20:
                if not got and select.select([s], [], [], 0)[0]:
                    got = s.recv(4096)
                s.sendall(chunk)
        assert status(got) == 413 and time.monotonic() - began < 6 * LATE  # what still comes is thrown away for a moment
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), 10) as s:
        s.settimeout(10)
        s.sendall(f"POST /inbox HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {10 << 30}\r\nExpect: 100-continue\r\n\r\n".encode())
        got = s.recv(4096)
        assert status(got) in (413, 417) and b"100 Continue" not in got
    assert time.monotonic() - began < 2 * LATE


def test_http_11_targets_that_are_none(server):
    for target in (b"/" + b"a" * (1 << 20), b"/\x00", b"/\x01\x1f", b"/\x80\xff", b"/a b", b"/a\tb", b"x", b"", b"http://", b"*"):
        got = exchange(server.port, b"GET " + target + b" HTTP/1.1\r\nHost: " + server.host.encode() + b"\r\nConnection: close\r\n\r\n", 5)
        assert status(got) in (0, 400, 404, 414, 431), (target[:20], got[:100])


def test_http_12_what_is_no_http(server):
    import os
    hello = bytes.fromhex("1603010200010001fc0303") + os.urandom(400)
    for data in (b"\r\n", b"\r\n" * 1000, b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b" / HTTP/1.1\r\n\r\n",
                 hello, os.urandom(65536), b"\x00" * 65536, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), 5) as s:
            s.settimeout(0.3)
            with contextlib.suppress(OSError):
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                assert status(s.recv(65536)) in (0, 400, 404, 414, 421, 431, 501, 505)


def test_http_13_14_odd_content_types_and_no_bodies_on_every_route(server, owner):
    kinds = [None, "", "x", "application/nothing", "application/json; charset=" + "x" * 10000, "multipart/form-data", "multipart/form-data; boundary=",
             "application/x-www-form-urlencoded; charset=utf-7", "application/json", "text/plain", "a" * 200, ";;;", "multipart/form-data; boundary=\"x"]
    auth = ("Authorization", "Bearer " + server.someone("poster").token)
    for method, path in ROUTES:
        if method not in ("POST", "PUT", "PATCH", "DELETE"):
            continue
        for kind in kinds:
            for body in (b'{"x":1}', b"", None):
                lines = [auth] + ([("Content-Type", kind)] if kind is not None else [])
                r = raw(server, method, there(path), lines, body)
                assert 200 <= r.status_code < 500, (method, path, kind, r.data[:200])
                if "inbox" in path or path == "/oauth/token":
                    assert r.status_code >= 400, (path, r.data[:200])


def multipart(parts, boundary=b"BB"):
    return b"".join(b"--" + boundary + b"\r\n" + p + b"\r\n" for p in parts) + b"--" + boundary + b"--\r\n"


def test_http_16_multipart_that_is_broken(server, owner):
    field = b'Content-Disposition: form-data; name="status"\r\n\r\nhello'
    cases = [[b"\r\nno headers"], [b"X: y\r\n\r\nno disposition"], [b"Content-Disposition: form-data\r\n\r\nno name"],
             [b'Content-Disposition: form-data; name="a\x00b"\r\n\r\nx'], [field] * 10000, [b"X: " + b"y" * 10000 + b"\r\n" + field],
             [b'Content-Disposition: form-data; name="status"\r\nContent-Type: multipart/mixed; boundary=CC\r\n\r\n--CC\r\n\r\nx\r\n--CC--'],
             [b"Content-Disposition: form-data; name=\r\n\r\nx"], [b"\x00" * 100], [b"\r\n" * 1000], [b'Content-Disposition: form-data; name="status'],
             [b'Content-Disposition: form-data; name="status"; filename="../../etc/passwd"\r\n\r\nx']]
    auth = ("Authorization", "Bearer " + owner.token)
    for parts in cases:
        r = raw(server, "POST", "/api/v1/statuses", [auth, ("Content-Type", "multipart/form-data; boundary=BB")], multipart(parts))
        assert r.status_code in (400, 413, 422), (parts[0][:60], r.data[:300])
    for body in (b"", b"--", b"--BB", b"--BB--", b"--BB\r\n", b"x" * 1000, multipart([field])[:-5], multipart([field], b"CC")):
        r = raw(server, "POST", "/api/v1/statuses", [auth, ("Content-Type", "multipart/form-data; boundary=BB")], body)
        assert r.status_code in (400, 422), (body[:60], r.data[:300])


def test_http_17_queries_and_forms_that_are_odd(server, owner):
    queries = ["&".join(["id[]=1"] * 3000), "status[]=a&status=b", "a" + "[b]" * 1000 + "=1", "%", "%zz=%u0041", "%u0041", "key", "&&&", "=", "[]=1", "a[=1",
               "a]=1", "id[]=" + "9" * 5000, "limit[]=1", "limit[a]=1", "x=%00", "q=%ff%fe", ";" * 5000, "max_id=" + "%31" * 3000]
    for query in queries:
        for path in ("/api/v1/accounts/relationships", "/api/v1/timelines/home", "/api/v2/search", "/api/v1/statuses", "/oauth/authorize",
                     "/.well-known/webfinger", "/@owner", "/authorize_interaction"):
            began = time.monotonic()
            r = raw(server, "GET", f"{path}?{query}", [("Authorization", "Bearer " + owner.token)])
            assert 200 <= r.status_code < 500, (path, query[:50], r.data[:200])
            assert time.monotonic() - began < 1 * LATE
    for body in ("&".join(["id[]=1"] * 100000), *queries):
        r = raw(server, "POST", "/api/v1/markers", [("Authorization", "Bearer " + owner.token), ("Content-Type", "application/x-www-form-urlencoded")],
                body.encode())
        assert 200 <= r.status_code < 500, (body[:50], r.data[:200])


def test_http_19_paths_that_climb_find_nothing(server):
    climbs = ["../../etc/passwd", "%2e%2e%2f%2e%2e%2fetc/passwd", "%252e%252e/etc/passwd", "..%5c..%5cetc", "/etc/passwd", "%c0%ae%c0%ae/x", "name%00.png",
              ".%2e/", "....//", "style.css%00", "./style.css", "//style.css", "style.css/", "STYLE.CSS/../../../main.db", "main.db", "../main.db",
              "..%2fmain.db", "..%2f..%2fdassie.conf"]
    for base in ("/", "/assets/", "/media/", "/system/", "/emoji/", "/avatars/original/", "/headers/original/", "/users/", "/@", "/.well-known/", "/tags/"):
        for climb in climbs:
            r = raw(server, "GET", base + climb)
            assert r.status_code in (400, 404, 200, 302, 301), (base, climb, r.status_code)
            assert b"root:" not in r.body and b"SQLite format" not in r.body and b"data_dir" not in r.body
            if r.status_code == 200:
                assert base in ("/tags/", "/assets/", "/") and (b"<html" in r.body.lower() or climb.strip("./") == "style.css"), (base, climb, r.data[:300])


def test_http_20_other_hosts_are_not_believed(server, owner):
    port = server.port
    post = owner.status("for the address")
    paths = ["/oauth/authorize", "/auth/sign_in", "/.well-known/webfinger?resource=acct:owner@" + server.host, "/users/owner", "/@owner",
             f"/users/owner/statuses/{post['id']}", "/api/v1/instance", "/.well-known/nodeinfo", "/.well-known/oauth-authorization-server",
             "/.well-known/host-meta", f"/api/v1/statuses/{post['id']}"]
    for path in paths:
        for host in ("evil.test", "", None, f"user@localhost:{port}", "localhost:1", f"localhost:{port}.evil.test", f"localhost:{port}/x", "a b",
                     f"localhost:{port}\r\nHost: evil.test", f"localhost:{port}, evil.test", f"evil.test\r\nX-Forwarded-Host: localhost:{port}"):
            for accept in ("text/html", "application/activity+json"):
                lines = ([("Host", host)] if host is not None else [("Host", None)]) + [("Accept", accept)]
                r = raw(server, "GET", path, lines)
                assert r.status_code in (0, 400, 404, 421), (path, host, r.data[:200])
                assert b"evil.test" not in r.data, (path, host)
        for more in (("X-Forwarded-Host", "evil.test"), ("Forwarded", "host=evil.test"), ("X-Host", "evil.test"), ("X-Forwarded-Proto", "javascript")):
            r = raw(server, "GET", path, [more, ("Accept", "application/activity+json, text/html;q=0.5")])
            assert b"evil.test" not in r.data and b"javascript:" not in r.data, (path, more)
        r = raw(server, "GET", path, [("Host", f"LOCALHOST:{port}"), ("Accept", "application/activity+json, */*;q=0.1")])
        assert r.status_code < 400 or r.status_code == 401 or path == "/oauth/authorize", (path, r.data[:200])


def test_http_23_other_methods(server):
    for path in PATHS:
        for method in ("TRACE", "CONNECT", "PROPFIND", "get", "FOO", "A" * 500):
            r = raw(server, method, there(path))
            assert r.status_code in (400, 404, 405, 501), (method, path, r.data[:100])
        r = raw(server, "OPTIONS", there(path), [("Origin", "https://evil.test"), ("Access-Control-Request-Method", "POST")])
        assert r.status_code in (200, 204, 404, 405), (path, r.data[:200])
        assert r.headers.get("access-control-allow-credentials") is None
    assert raw(server, "M" * 65536, "/").status_code in (0, 400, 414, 431, 501)
    for path in ("/", "/api/v1/instance", "/users/owner", "/@owner", "/.well-known/nodeinfo", "/assets/style.css", "/api/nothing", "/nothing"):
        get, head = raw(server, "GET", path), raw(server, "HEAD", path)
        assert head.body == b"" and head.status_code == get.status_code, path
        for name in ("content-type", "content-length", "etag", "cache-control", "content-security-policy", "vary"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)


def test_http_24_ranges_never_go_past_the_file(server):
    path = "/avatars/original/missing.png"
    size = len(raw(server, "GET", path).body)
    for value in ("bytes=" + ",".join(["0-0", "1-1"] * 500), "bytes=5-2", "bytes=-0", "bytes=18446744073709551615-", "bytes=0-18446744073709551615",
                  "bytes=-18446744073709551615", "bytes=0-0", "bytes=", "bytes=a-b", "x=1-2", f"bytes={size}-", "bytes=9223372036854775807-9223372036854775807"):
        r = raw(server, "GET", path, [("Range", value)])
        assert r.status_code in (200, 206, 416) and len(r.body) <= size, (value, r.status_code)


def test_http_21_22_only_a_proxy_of_ours_names_the_client(server):
    """Wrong passwords from one address are counted by the socket's address, whatever headers say."""
    server.add_user("victim")

    def attempt(source, forwarded, name="victim"):
        with socket.socket() as s:
            s.bind((source, 0))
            s.settimeout(10)
            s.connect(("127.0.0.1", server.port))
            body = f"username={name}&password=wrong".encode()
            s.sendall(f"GET /auth/sign_in HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
            page = s.recv(65536)
            token = re.search(rb'name="(\w*csrf\w*|authenticity_token|token)"[^>]*value="([^"]+)"', page)
            cookie = re.search(rb"[Ss]et-[Cc]ookie: ([^;\r]+)", page)
            names = re.findall(rb'name="([^"]+)"', page)
            login = next((n for n in names if n in (b"login", b"username", b"email", b"name")), b"login").decode()
            body = f"{login}={name}&password=wrong&{token[1].decode()}={token[2].decode()}".encode() if token else f"{login}={name}&password=wrong".encode()
            lines = "".join(f"{k}: {v}\r\n" for k, v in forwarded)
            s.sendall((f"POST /auth/sign_in HTTP/1.1\r\nHost: {server.host}\r\nOrigin: http://{server.host}\r\n{lines}"
                       + (f"Cookie: {cookie[1].decode()}\r\n" if cookie else "")
                       + f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode() + body)
            return status(s.recv(65536))
    seen = [attempt("127.0.0.7", [("X-Forwarded-For", f"9.9.9.{n}"), ("Client-Ip", f"9.9.8.{n}"), ("Forwarded", f"for=9.9.7.{n}")], f"n{n}")
            for n in range(34)]
    assert 429 in seen, seen
    assert seen.count(429) >= len(seen) - 31
    # an honest address is served meanwhile; through a proxy the right-most foreign address counts
    assert attempt("127.0.0.8", [], "other") != 429
    seen = [attempt("127.0.0.1", [("X-Forwarded-For", f"1.1.1.{n}, 2.2.2.2")], f"m{n}") for n in range(34)]
    assert 429 in seen, seen
    assert attempt("127.0.0.1", [("X-Forwarded-For", "2.2.2.2, 3.3.3.3")], "k") != 429
    for odd in (", ".join(["1.1.1.1"] * 3000), "garbage", "", "1.1.1.1:80", "[::1]", "\xff", "unknown, _hidden", "::ffff:1.2.3.4"):
        assert attempt("127.0.0.1", [("X-Forwarded-For", odd)], "j") in (0, 200, 303, 302, 400, 401, 403, 422, 429, 431)


def test_http_03_readers_that_stall_cost_little(server):
    """Answers nobody reads are bounded for each connection; the deadline of stalled readers is a unit test of conns."""
    def rss():
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{server.process.pid}/status").read())[1])
    before, held = rss(), []
    try:
        for n in range(60):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.bind((f"127.0.1.{n % 2 + 1}", 0))
            s.connect(("127.0.0.1", server.port))
            s.sendall(f"GET /assets/style.css HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode() * 200)
            held.append(s)
        time.sleep(0.5)
        assert rss() - before < 64 * 1024 * SLOW
        assert server.anonymous().raw("GET", "/api/v1/instance").status_code == 200
    finally:
        for s in held:
            s.close()


def test_http_01_slow_headers_are_given_up_after_30_s(server):
    """The slow clients began with the first test of this file and have been there all the time."""
    for t in server.slow.threads:
        t.join(max(0, server.slow.began + STAY + 5 * SLOW - time.monotonic()))
    assert len(server.slow.ends) == 60, "some are still served"
    assert max(server.slow.ends) < STAY * SLOW
    # 40 of one address were let in, the rest was turned away at once
    assert sum(1 for e in server.slow.ends if e < 10) >= 20
    assert sum(1 for e in server.slow.ends if e > 20) >= 30
