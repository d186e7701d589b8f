"""A disk that fills, takes no writes or gives less than was asked for; too few descriptors, too little memory: what was
acknowledged stays, what can be done is done, and all goes on when it is over."""
import hashlib
import os
import time

import pytest
from faults import FREE, INJECTED, ONE_IN, READ_ONLY, Faults
from files import mp4, png
from harness import SLOW, Server, wait_until
from peer import Peer

MIB = 1 << 20
HOSTS = "localhost=127.0.0.1 far.localhost=127.0.0.1"


class World:
    def __init__(self, server, peer):
        self.server, self.peer = server, peer
        self.faults = Faults(server)
        server.start()
        self.alice, self.bob, self.nobody = server.user("alice"), server.user("bob"), server.anonymous()
        self.eve = peer.actor("eve")
        self.alice_uri = f"http://{server.host}/users/alice"
        self.n = 0

    def note(self):
        """Something new for alice."""
        self.n += 1
        mention = self.eve.mention(self.alice_uri, self.alice.handle)
        return self.eve.create(f"hello {self.n}", to=[self.alice_uri], tag=[mention])

    def send(self):
        return self.eve.send(self.server, self.note())

    def mentions(self):
        return len(self.alice.get("/api/v1/notifications", types=["mention"], limit=80))

    def remote_picture(self, seed):
        path = f"/p{seed}.png"
        self.peer.docs[path] = lambda h: h.answer(200, png(200, 200, seed), "image/png")
        note = self.eve.note("look", attachment=[{"type": "Document", "mediaType": "image/png", "url": self.peer.base + path}])
        return self.alice.find(note["id"])["media_attachments"][0]["url"]

    def cached(self):
        return "cache\tmedia" in self.server.command("media", "status").stdout

    def upload(self):
        return self.alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 1))})

    def reads(self):
        for who, path in ((self.alice, "/api/v1/timelines/home"), (self.nobody, "/@alice"),
                          (self.nobody, "/health")):
            assert who.raw("GET", path).status_code == 200, path


def cpu_of(server):
    """Seconds of processor time so far."""
    fields = open(f"/proc/{server.process.pid}/stat").read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture(scope="module")
def w():
    server = Server("sqlite", hosts=HOSTS)
    with Peer("far.localhost") as peer:
        try:
            yield World(server, peer)
        finally:
            server.close()


def test_disk_03_as_the_disk_fills_what_matters_goes_on_longest(w):
    shown = w.remote_picture(1)
    assert w.nobody.raw("GET", shown).headers["Cache-Control"] == "public, max-age=604800"
    own = w.upload().json()["url"]
    post = w.alice.status("before")["id"]
    assert w.send().status_code == 202 and w.cached()
    wait_until(lambda: w.mentions() == 1, 10)

    w.faults[FREE] = 400 * MIB  # below the floor: what can be had again leaves, by itself
    w.alice.status("the disk fills")
    wait_until(lambda: not w.cached(), 10)
    assert w.nobody.raw("GET", shown).headers["Cache-Control"] == "public, max-age=60"
    assert w.upload().status_code == 200 and w.send().status_code == 202

    w.faults[FREE] = 200 * MIB  # others are refused first
    r = w.upload()
    assert r.status_code == 507 and "full" in r.json()["error"]
    r = w.send()
    assert r.status_code == 503 and int(r.headers["Retry-After"]) >= 60
    w.alice.status("people here go on")
    w.reads()

    w.faults[FREE] = 50 * MIB
    for path, body in (("/api/v1/statuses", {"status": "no"}), (f"/api/v1/statuses/{post}/favourite", {}), ("/api/v1/lists", {"title": "x"})):
        r = w.alice.raw("POST", path, json=body)
        assert r.status_code == 507 and r.json() == {"error": "The disk of this server is full"}, r.text
    assert w.nobody.raw("POST", "/auth/sign_in", data={"x": "y"}).status_code in (404, 507)
    assert w.send().status_code == 503
    assert w.alice.raw("DELETE", f"/api/v1/statuses/{post}").status_code == 200  # which makes room
    w.reads()
    assert w.nobody.raw("GET", own).status_code == 200

    w.faults[FREE] = 10_000 * MIB
    assert w.upload().status_code == 200 and w.send().status_code == 202
    assert w.alice.status("after")["id"]
    wait_until(lambda: w.mentions() == 3, 10)  # the two that were refused were told so
    log = w.server.log(100_000)
    for line in ("the disk fills: the cache shrinks", "nearly full: uploads", "the disk is full: nothing new", "there is room again"):
        assert log.count(line) == 1, line


def test_disk_05_a_file_system_that_takes_no_writes(w):
    own = w.upload().json()["url"]
    w.faults[READ_ONLY] = 1
    try:
        r = w.alice.raw("POST", "/api/v1/statuses", json={"status": "no"})
        assert r.status_code == 503, r.text
        assert w.upload().status_code == 503
        assert w.send().status_code == 503
        assert w.alice.raw("DELETE", f"/api/v1/statuses/{1}").status_code in (404, 503)
        w.reads()
        assert w.nobody.raw("GET", own).status_code == 200
    finally:
        w.faults[READ_ONLY] = 0
    before = w.mentions()
    assert w.alice.status("after")["id"] and w.upload().status_code == 200 and w.send().status_code == 202
    wait_until(lambda: w.mentions() == before + 1, 10)
    assert "the file system is read-only" in w.server.log(100_000)


def test_disk_09_reads_and_writes_that_are_cut_short(w):
    """And interrupted, and told to come again, each fifth of them."""
    picture, film = png(700, 500, 7), mp4(3)
    w.faults[ONE_IN] = 5
    try:
        ids = [w.alice.status(f"whole {i} " + "x" * 4000)["id"] for i in range(10)]
        for data, kind in ((picture, "image"), (film, "video")):
            made = w.alice.call("POST", "/api/v2/media", files={"file": ("a", data)})
            wait_until(lambda m=made["id"]: w.alice.raw("GET", f"/api/v1/media/{m}").status_code == 200, 30)
            made = w.alice.get(f"/api/v1/media/{made['id']}")
            assert made["type"] == kind
            for _ in range(3):
                got = w.nobody.raw("GET", made["url"]).content
                assert hashlib.sha256(got).hexdigest() in made["url"]
        shown = w.remote_picture(9)
        assert w.nobody.raw("GET", shown).headers["Cache-Control"] == "public, max-age=604800"
        before = w.mentions()
        for _ in range(5):
            assert w.send().status_code == 202
        wait_until(lambda: w.mentions() == before + 5, 20)
        for i, post in enumerate(ids):
            assert w.alice.get(f"/api/v1/statuses/{post}")["content"] == f"<p>whole {i} " + "x" * 4000 + "</p>"
    finally:
        w.faults[ONE_IN] = 0
    assert w.faults[INJECTED] > 200, w.faults[INJECTED]
    spent = cpu_of(w.server)
    time.sleep(0.5)
    assert cpu_of(w.server) - spent < 0.2 * SLOW, "it is busy with nothing"
    assert w.server.sql("PRAGMA integrity_check") == "ok"
