"""The HTTP server against clients that do not keep to the rules; http_probe (in PROBE) is the server."""
import os
import socket
import subprocess
import threading
import time

import pytest

HOST = b"Host: probe.test\r\n"


class Probe:
    def __init__(self, *args):
        self.process = subprocess.Popen([os.environ["PROBE"], *map(str, args)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def open(self, source=None):
        s = socket.socket()
        s.settimeout(10)
        if source:
            s.bind((source, 0))
        s.connect(("127.0.0.1", self.port))
        return s

    def send(self, data, source=None):
        """All that comes back until the server closes or is quiet for a while."""
        with self.open(source) as s:
            try:
                s.sendall(data)
            except OSError:
                pass
            return read_all(s)

    def get(self, target, *headers, method=b"GET", source=None):
        lines = b"".join(h + b"\r\n" for h in headers)
        return self.send(method + b" " + target + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n" + lines + b"\r\n", source)

    def stop(self):
        self.process.stdin.close()
        out = self.process.stdout.read()
        assert self.process.wait(20) == 0
        return out


def read_all(s, quiet=1.0):
    s.settimeout(quiet)
    got = b""
    try:
        while piece := s.recv(65536):
            got += piece
    except (TimeoutError, ConnectionResetError):
        pass
    return got


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def body(answer):
    return answer.split(b"\r\n\r\n", 1)[1]


def header(answer, name):
    for line in answer.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.lower() == name.lower().encode():
            return value.strip().decode()
    return None


@pytest.fixture(scope="module")
def probe():
    p = Probe()
    yield p
    p.stop()


@pytest.fixture(autouse=True)
def alive(probe):
    yield
    assert status(probe.get(b"/health")) == 200


@pytest.mark.parametrize("length", [b"-1", b"+5", b"0x10", b"5, 5", b"5, 6", b"99999999999999999999", b"",
                                    b"5\r\nContent-Length: 6", b"5\r\nContent-Length: 5"])
def test_a_content_length_that_is_none_is_refused_and_closes(probe, length):
    got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: " + length + b"\r\n\r\nhello")
    assert status(got) in (400, 413)
    # libmicrohttpd 0.9.75 repeats the head of this answer in its body, then closes.
    assert all(piece.startswith((b"400", b"413")) for piece in got.split(b"HTTP/1.1 ")[1:])


@pytest.mark.parametrize("lines", [
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b" Transfer-Encoding: chunked\r\n",
    b"X: a\r\n Transfer-Encoding: chunked\r\n",
    b"Content-Length : 5\r\n",
    b"X\r\n",
    b": x\r\n",
    b": x\r\nY: b\r\n",
    b"X: a\nY: b\r\n",
    b"X: a\r\n fold\r\n",
    b"X: a\x00b\r\n",
    b"X: a\rb\r\n",
    b"X\x00Y: a\r\n",
])
def test_headers_that_two_servers_could_read_differently_are_refused(probe, lines):
    got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + lines + b"\r\n0\r\n\r\nGET /health HTTP/1.1\r\n" + HOST + b"\r\n")
    assert status(got) in (0, 400, 501)
    assert got.count(b"HTTP/1.1 ") <= 1


@pytest.mark.parametrize("chunks", [b"-1\r\n", b"g\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"ffffffffffffffffff\r\n", b"5\r\nhelloXX0\r\n\r\n"])
def test_chunks_that_are_none_are_refused(probe, chunks):
    got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert status(got) in (0, 400, 413)


def test_a_chunked_body_is_read(probe):
    got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
                     b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na=1\r\n2\r\n&b\r\n0\r\n\r\n")
    assert status(got) == 200 and b'"params":["a","1","b",""]' in got


def test_a_chunked_body_past_the_limit_is_413_after_the_limit(probe):
    sent = 0
    with probe.open() as s:
        s.sendall(b"POST /echo HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        s.settimeout(0.02)
        got = b""
        piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        while sent < 100 << 20 and not got:
            try:
                s.settimeout(5)
                s.sendall(piece)
            except OSError:
                break
            sent += 65536
            s.settimeout(0.001)
            try:
                got = s.recv(1000)
            except TimeoutError:
                pass
    assert status(got) == 413
    assert sent < 8 << 20


def test_a_declared_length_past_the_limit_is_413(probe):
    got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2000000)
    assert status(got) == 413


def test_expect_with_a_huge_length_is_413_at_once(probe):
    began = time.monotonic()
    with probe.open() as s:
        s.sendall(b"POST /upload HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 10737418240\r\n\r\n")
        got = read_all(s, 5)
    assert status(got) == 413 and time.monotonic() - began < 3


def test_expect_is_answered_with_100(probe):
    with probe.open() as s:
        s.sendall(b"POST /echo HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 100")
        s.sendall(b"a=1")
        assert status(read_all(s)) == 200


def test_upload_routes_take_more(probe):
    for size in (0, 1, 65535, 3 << 20):
        form = (b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\n"
                + b"x" * size + b"\r\n--b\r\nContent-Disposition: form-data; name=text\r\n\r\nwords\r\n--b--\r\n")
        got = probe.send(b"POST /upload HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(form) + form)
        assert status(got) == 200 and body(got) == b"%d image/png %s words" % (size, b"x" * min(size, 7))


def test_on_upload_routes_too_other_bodies_are_small(probe):
    got = probe.send(b"POST /upload HTTP/1.1\r\n" + HOST + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2000000)
    assert status(got) == 413
    form = b"--b\r\nContent-Disposition: form-data; name=text\r\n\r\n" + b"x" * (2 << 20) + b"\r\n--b--\r\n"
    got = probe.send(b"POST /upload HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(form) + form)
    assert status(got) == 422 and b"too large" in body(got)


@pytest.mark.parametrize("target", [b"/" + b"a" * (1 << 20), b"/a\x01b", b"/a\x00b", b"/a\x7f", b"/\x80\xff", b"/a b", b"/\xc3\xa9",
                                    b"/a\tb", b"/%00", b"/%ff", b"/%c0%ae", b"http://probe.test/", b"*", b"", b"x", b"/#x"])
def test_targets_that_are_none_are_refused(probe, target):
    assert status(probe.get(target)) in (0, 400, 414, 431)


@pytest.mark.parametrize("data", [b"\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/2.0\r\n" + HOST + b"\r\n",
                                  b"GET / http/1.1\r\n" + HOST + b"\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
                                  b"GET  /health  HTTP/1.1\r\n" + HOST + b"\r\n", b"\x00" * 100 + b"\r\n\r\n"])
def test_what_is_no_http_is_refused(probe, data):
    with probe.open() as s:
        s.sendall(data)
        s.shutdown(socket.SHUT_WR)
        assert status(read_all(s, 3)) in (0, 400, 505)


def test_headers_that_come_byte_by_byte_are_read(probe):
    lines = b"".join(b"X%d: %s\r\n" % (i, b"v" * (i * 20)) for i in range(50))
    data = b"POST /echo HTTP/1.1\r\n" + HOST + b"Empty:\r\nX:  a b  \r\n" + lines + b"Connection: close\r\nContent-Length: 3\r\n\r\na=1"
    with probe.open() as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(0, 3000):
            s.send(data[i:i + 1])
        for i in range(3000, len(data), 700):
            s.send(data[i:i + 700])
            time.sleep(0.002)
        got = read_all(s)
    assert status(got) == 200 and b'"x":"a b"' in got and b'"headers":55' in got


def test_a_large_head_in_pieces_is_read_on_a_connection_that_was_used(probe):
    one = b"GET /echo HTTP/1.1\r\n" + HOST + b"".join(b"X%d: %s\r\n" % (i, b"v" * 990) for i in range(50)) + b"\r\n"
    with probe.open() as s:
        for _ in range(3):
            for i in range(0, len(one), 1400):
                s.send(one[i:i + 1400])
                time.sleep(0.001)
            assert status(s.recv(65536)) == 200
        # two at once
        s.sendall(one + one)
        got = read_all(s)
    assert got.count(b"HTTP/1.1 200") == 2


def test_random_bytes_do_no_harm(probe):
    for _ in range(20):
        with probe.open() as s:
            try:
                s.sendall(os.urandom(65536))
                s.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            read_all(s, 0.2)


@pytest.mark.parametrize("method,want", [(b"TRACE", {405, 501}), (b"CONNECT", {400, 405, 501}), (b"PROPFIND", {405, 501}), (b"get", {405, 501}),
                                         (b"M" * 65536, {0, 400, 405, 431, 501}), (b"", {0, 400})])
def test_other_methods_are_refused(probe, method, want):
    assert status(probe.get(b"/health", method=method)) in want


@pytest.mark.parametrize("target", [b"/plain", b"/memo", b"/echo", b"/nothing", b"/stream?size=5000", b"/api/v1/things/7"])
def test_head_is_get_without_the_body(probe, target):
    get, head = probe.get(target), probe.get(target, method=b"HEAD")
    assert status(get) == status(head)
    assert body(head) == b""
    names = ["content-type", "content-length", "x-content-type-options", "access-control-allow-origin"]
    assert [header(get, n) for n in names] == [header(head, n) for n in names]


def test_options_names_the_methods(probe):
    got = probe.get(b"/api/v1/things/7/follow", method=b"OPTIONS")
    assert status(got) == 204 and header(got, "allow") == "POST, OPTIONS"
    assert header(got, "access-control-allow-origin") == "*" and header(got, "content-length") is None
    assert header(probe.get(b"/echo", method=b"OPTIONS"), "allow") == "GET, HEAD, POST, OPTIONS"


def test_a_wrong_method_is_405_but_404_in_the_api(probe):
    got = probe.get(b"/plain", b"Content-Length: 0", method=b"POST")
    assert status(got) == 405 and header(got, "allow") == "GET, HEAD, OPTIONS"
    got = probe.get(b"/api/v1/things/7", b"Content-Length: 0", method=b"DELETE")
    assert status(got) == 404 and body(got) == b'{"error":"Record not found"}'
    assert header(got, "access-control-allow-origin") == "*"


def test_the_host_picks_the_site(probe):
    def ask(lines, target=b"/plain"):
        return probe.send(b"GET " + target + b" HTTP/1.1\r\nConnection: close\r\n" + lines + b"\r\n")
    assert status(ask(b"Host: probe.test\r\n")) == 200
    assert status(ask(b"Host: PROBE.test\r\n")) == 200
    assert status(ask(b"Host: probe.test:443\r\n")) == 200
    assert status(ask(b"Host: evil.test\r\n")) == 421
    got = ask(b"Host: evil.test\r\n", b"/api/v1/things/1")
    assert status(got) == 421 and body(got).startswith(b'{"error"')
    assert status(ask(b"Host: evil.test\r\n", b"/health")) == 200
    for bad in (b"", b"Host:\r\n", b"Host: probe.test\r\nHost: probe.test\r\n", b"Host: a@probe.test\r\n", b"Host: probe.test/x\r\n",
                b"Host: probe.test:x\r\n", b"Host: pro be.test\r\n", b"Host: \xff\r\n"):
        assert status(ask(bad)) == 400, bad


def test_headers_past_64_kib_are_431(probe):
    assert status(probe.get(b"/plain", b"X: " + b"a" * 100000)) == 431
    assert status(probe.get(b"/plain", *[b"X%d: %s" % (i, b"a" * 1000) for i in range(100)])) == 431
    assert status(probe.get(b"/plain", *[b"X%d: a" % i for i in range(1000)])) == 431
    assert status(probe.get(b"/plain", b"X: " + b"a" * 30000)) == 200


def test_the_memo_answers_until_something_is_written(probe):
    first = header(probe.get(b"/memo?1"), "x-runs")
    assert header(probe.get(b"/memo?1"), "x-runs") == first
    assert header(probe.get(b"/memo?1", b"Accept: application/activity+json"), "x-runs") != first
    assert header(probe.get(b"/memo?1", b"Cookie: a=b"), "x-runs") != first
    assert header(probe.get(b"/memo?1", b"Authorization: Bearer x"), "x-runs") != first
    assert header(probe.get(b"/memo?2"), "x-runs") != first
    assert header(probe.get(b"/memo?1"), "x-runs") == first
    probe.get(b"/bump", b"Content-Length: 0", method=b"POST")
    assert header(probe.get(b"/memo?1"), "x-runs") != first


def test_pipelined_requests_are_answered_in_order(probe):
    one = b"GET /echo?n=%d HTTP/1.1\r\n" + HOST + b"\r\n"
    got = probe.send(b"".join(one % i for i in range(50)) + b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\nab"
                     b"GET /memo HTTP/1.1\r\n" + HOST + b"\r\nGET /health HTTP/1.1\r\n" + HOST + b"\r\n")
    assert got.count(b"HTTP/1.1 200") == 53 and got.endswith(b"OK")
    assert [got.index(b'"n","%d"' % i) for i in range(50)] == sorted(got.index(b'"n","%d"' % i) for i in range(50))


def test_only_a_trusted_proxy_may_name_the_client(probe):
    def seen(*headers, source):
        return probe.get(b"/echo", *headers, source=source).split(b'"address":"')[1].split(b'"')[0]
    assert seen(b"X-Forwarded-For: 9.9.9.9", b"Client-Ip: 9.9.9.9", b"Forwarded: for=9.9.9.9", source="127.0.0.1") == b"127.0.0.1"
    assert seen(b"X-Forwarded-For: 1.1.1.1, 2.2.2.2", source="127.0.0.9") == b"2.2.2.2"
    assert seen(b"X-Forwarded-For: 1.1.1.1", b"X-Forwarded-For: 2.2.2.2", source="127.0.0.9") == b"2.2.2.2"
    assert seen(b"X-Forwarded-For: 1.1.1.1, 127.0.0.9", source="127.0.0.9") == b"1.1.1.1"
    assert seen(b"X-Forwarded-For: rubbish", source="127.0.0.9") == b"127.0.0.9"
    assert seen(b"X-Forwarded-For: " + b"1.1.1.1," * 5000 + b" 3.3.3.3", source="127.0.0.9") == b"3.3.3.3"


@pytest.mark.parametrize("kind", [b"", b"Content-Type:", b"Content-Type: nonsense", b"Content-Type: multipart/form-data",
                                  b"Content-Type: application/json; " + b"a=b; " * 2000])
def test_odd_content_types_never_break_it(probe, kind):
    for payload in (b"", b"{}", b"a=b", b"--\r\n"):
        lines = kind + b"\r\n" if kind else b""
        got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Connection: close\r\n" + lines + b"Content-Length: %d\r\n\r\n" % len(payload) + payload)
        assert 200 <= status(got) < 500


def test_a_post_without_body_headers_is_answered(probe):
    assert status(probe.get(b"/echo", method=b"POST")) == 200


@pytest.mark.parametrize("form", [
    b"--b\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=\"a\x00b\"\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n" * 10000 + b"--b--",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\nX: " + b"x" * 10000 + b"\r\n\r\nx\r\n--b--",
    b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--",
])
def test_malformed_forms_are_422(probe, form):
    got = probe.send(b"POST /echo HTTP/1.1\r\n" + HOST + b"Connection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(form) + form)
    assert status(got) == 422


def test_slow_work_holds_no_thread(probe):
    def ask():
        results.append(body(probe.get(b"/later?ms=400")))
    results, threads = [], [threading.Thread(target=ask) for _ in range(4)]
    began = time.monotonic()
    for t in threads:
        t.start()
    time.sleep(0.05)
    assert status(probe.get(b"/plain")) == 200
    assert not results
    for t in threads:
        t.join()
    assert results == [b"ran 1"] * 4
    assert time.monotonic() - began > 0.75  # two at a time; were it one, the last would not be waited for


def test_work_may_wait_more_than_once_but_not_for_ever(probe):
    assert body(probe.get(b"/later?ms=5&again=3")) == b"ran 4"
    assert status(probe.get(b"/later?ms=5&again=9")) == 503


@pytest.mark.parametrize("ms", [b"0", b"20"])
def test_another_function_goes_on_after_a_wait(probe, ms):
    assert body(probe.get(b"/then?ms=" + ms)) == b"ran 2"


def test_a_client_that_leaves_while_its_work_is_slow_does_no_harm(probe):
    for _ in range(10):
        with probe.open() as s:
            s.sendall(b"GET /later?ms=20 HTTP/1.1\r\n" + HOST + b"\r\n")
    time.sleep(0.3)


def test_a_large_answer_is_streamed_and_ranges_are_cut(probe):
    got = probe.get(b"/stream?size=5000000")
    assert len(body(got)) == 5000000 and header(got, "accept-ranges") == "bytes"
    got = probe.get(b"/stream?size=5000000", b"Range: bytes=26-51")
    assert status(got) == 206 and body(got) == b"abcdefghijklmnopqrstuvwxyz"
    assert header(got, "content-range") == "bytes 26-51/5000000"
    assert status(probe.get(b"/stream?size=10", b"Range: bytes=10-")) == 416
    assert status(probe.get(b"/stream?size=0")) == 200


def test_faults_of_our_own_say_nothing(probe):
    got = probe.get(b"/broken")
    assert status(got) == 500 and b"secret" not in got


def test_every_answer_has_the_common_headers(probe):
    for target in (b"/plain", b"/nothing", b"/memo"):
        got = probe.get(target)
        assert header(got, "x-content-type-options") == "nosniff" and header(got, "date")
        assert header(got, "server") is None


def test_the_cap_for_one_address_holds_and_others_are_served():
    p = Probe(100, 20)
    socks = [p.open("127.0.0.2") for _ in range(40)]
    for s in socks:
        s.sendall(b"GET / HT")
    time.sleep(0.3)
    assert status(p.get(b"/plain", source="127.0.0.3")) == 200
    closed = sum(s.settimeout(0.05) or is_closed(s) for s in socks)
    assert closed == 20
    for s in socks:
        s.close()
    time.sleep(0.3)
    assert status(p.get(b"/plain", source="127.0.0.2")) == 200
    p.stop()


def is_closed(s):
    try:
        return s.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_at_the_total_cap_the_longest_idle_make_room():
    p = Probe(50, 1000)
    socks = [p.open() for _ in range(150)]
    for i in range(20):
        assert status(p.get(b"/plain")) == 200
    assert sum(s.settimeout(0.02) or is_closed(s) for s in socks) >= 90
    p.stop()


def test_stopping_lets_running_requests_end():
    p = Probe()
    with p.open() as slow, p.open() as idle:
        slow.sendall(b"GET /later?ms=700 HTTP/1.1\r\n" + HOST + b"\r\n")
        time.sleep(0.2)
        began = time.monotonic()
        threading.Thread(target=p.stop).start()
        got = read_all(slow, 5)
        assert status(got) == 200 and body(got) == b"ran 1" and header(got, "connection") == "close"
        assert time.monotonic() - began < 3
        assert is_closed(idle)
    time.sleep(0.5)
    with pytest.raises(OSError):
        p.open()
