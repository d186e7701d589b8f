"""A disk that fills, takes no writes or gives less than was asked for; too few descriptors, too little memory: what was
acknowledged stays, what can be done is done, and all goes on when it is over."""
import collections
import concurrent.futures
import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

import pytest
import requests
from faults import FREE, INJECTED, ONE_IN, READ_ONLY, Faults
from files import mp4, png
from harness import SLOW, Browser, Client, Server, login, wait_until
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


def ends(w, apps, browsers):
    """Sessions and tokens, by every way."""
    made = {"client_id": apps[0].app["client_id"], "client_secret": apps[0].app["client_secret"]}
    assert w.nobody.raw("POST", "/oauth/revoke", data={"token": apps[0].token, **made}).status_code == 200
    one = browsers[0]
    for page, path in (("/auth/edit", "/auth/sessions"), ("/oauth/authorized_applications", "/oauth/authorized_applications")):
        numbers = re.findall(rf'action="({path}/\d+)"', one.open(page).text)
        assert numbers and {one.submit(action=number).status_code for number in numbers} == {200}
    assert {a.raw("GET", "/api/v1/timelines/home").status_code for a in apps} == {401}
    one.open("/auth/sign_in")
    assert one.submit(action="/auth/sign_out").status_code == 200
    for b in browsers:
        assert "/auth/sign_in" in b.open("/auth/edit").text


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

    w.server.add_user("carol")
    apps, browsers = [login(w.server, "carol") for _ in range(2)], [Browser(w.server) for _ in range(2)]
    for b in browsers:
        b.log_in("carol")
    w.faults[FREE] = 50 * MIB
    for path, body in (("/api/v1/statuses", {"status": "no"}), (f"/api/v1/statuses/{post}/favourite", {}), ("/api/v1/lists", {"title": "x"})):
        r = w.alice.raw("POST", path, json=body)
        assert r.status_code == 507 and r.json() == {"error": "The disk of this server is full"}, r.text
    assert w.nobody.raw("POST", "/auth/sign_in", data={"x": "y"}).status_code == 507
    ends(w, apps, browsers)
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
    own, post = w.upload().json()["url"], w.alice.status("before")["id"]
    before = w.mentions()
    assert w.send().status_code == 202  # a key that could not be kept would not be asked for again so soon
    wait_until(lambda: w.mentions() == before + 1, 10)
    w.faults[READ_ONLY] = 1
    try:
        r = w.alice.raw("POST", "/api/v1/statuses", json={"status": "no"})
        assert r.status_code == 503, r.text
        assert w.upload().status_code == 503
        assert w.send().status_code == 503
        assert w.alice.raw("DELETE", f"/api/v1/statuses/{post}").status_code == 503
        w.reads()
        assert w.nobody.raw("GET", own).status_code == 200 and w.alice.get(f"/api/v1/statuses/{post}")["id"] == post
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


@pytest.fixture
def small_disk():
    """A server whose data is alone on a disk of 48 MiB."""
    server = Server("sqlite", hosts=HOSTS, disk_floor_mb=8, cache_size_mb=16)
    made = server.dir.with_name(server.dir.name + "-made")
    server.dir.rename(made)
    server.dir.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "none", str(server.dir)], capture_output=True).returncode:
        server.dir.rmdir()
        made.rename(server.dir)
        server.close()
        pytest.skip("no small file system can be mounted here")
    try:
        shutil.copytree(made, server.dir, dirs_exist_ok=True)
        yield server
    finally:
        shutil.rmtree(made)
        server.kill()
        subprocess.run(["umount", "-l", str(server.dir)], check=True)
        server.close()


def fill_up(server):
    with open(server.dir / "filler", "ab", buffering=0) as f, contextlib.suppress(OSError):
        while f.write(bytes(1 << 16)):
            pass
    with contextlib.suppress(OSError), open(server.dir / "filler", "ab", buffering=0) as f:
        f.write(bytes(4096))


def test_disk_02_a_disk_without_a_byte(small_disk):
    s = small_disk
    s.start()
    alice, told = s.user("alice"), []
    with Peer("far.localhost") as peer:
        eve = peer.actor("eve")
        for i in range(12):
            peer.docs[f"/p{i}.png"] = lambda h, i=i: h.answer(200, png(260, 250, i), "image/png")
        for i in range(3):
            urls = [f"{peer.base}/p{i * 4 + k}.png" for k in range(4)]
            note = eve.note("look", attachment=[{"type": "Document", "mediaType": "image/png", "url": u} for u in urls])
            for m in alice.find(note["id"])["media_attachments"]:
                assert alice.raw("GET", m["url"]).headers["Cache-Control"] == "public, max-age=604800"

    def post(text):
        r = alice.raw("POST", "/api/v1/statuses", json={"status": text})
        if r.status_code == 200:
            told.append(r.json()["id"])
        return r.status_code
    own = alice.call("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 1))})["url"]
    fill_up(s)
    assert post("x" * 4000) in (200, 507)
    wait_until(lambda: post("the cache has made room") == 200, 20)
    wait_until(lambda: "cache\tmedia" not in s.command("media", "status").stdout, 20)
    while (code := post("z" * 4000)) == 200:
        fill_up(s)
    assert code == 507
    fill_up(s)
    assert alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 2))}).status_code == 507
    assert alice.raw("GET", own).status_code == 200 and len(alice.get("/api/v1/timelines/home")) == min(len(told), 20)
    s.kill()  # and to be started on such a disk is no reason to serve nothing
    fill_up(s)  # also with what it held for the cache
    s.start()
    assert alice.raw("GET", own).status_code == 200 and len(alice.get("/api/v1/timelines/home")) == min(len(told), 20)
    assert post("no") == 507
    (s.dir / "filler").unlink()
    wait_until(lambda: post("there is room") == 200, 10)
    assert alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 2))}).status_code == 200
    for number in told:
        assert alice.get(f"/api/v1/statuses/{number}")["id"] == number
    assert s.sql("PRAGMA integrity_check") == "ok"


def test_disk_06_too_few_descriptors():
    """500 clients where 96 files may be open: it does not spin, who was served is served, and then all are again."""
    server = Server("sqlite")
    server.prefix = ["prlimit", "--nofile=96"]
    try:
        server.start()
        alice = server.user("alice")
        assert alice.get("/api/v1/timelines/home") == []
        with contextlib.ExitStack() as crowd:
            for _ in range(500):
                crowd.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))
            spent = cpu_of(server)
            time.sleep(1)
            assert cpu_of(server) - spent < 0.2 * SLOW, "it is busy with nothing"
            assert alice.status("I was here before")["id"] and alice.get("/api/v1/timelines/home")
            assert alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 1))}).status_code in (200, 503)
        late = Client(server, token=alice.token)
        wait_until(lambda: late.get("/api/v1/timelines/home"), 10)
        wait_until(lambda: late.raw("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 2))}).status_code == 200, 20)
    finally:
        server.close()


def memory_group(name, limit):
    """A folder of the kernel's for a limit of memory, in either of its two ways; or None."""
    for base, most in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        group = pathlib.Path(base, name)
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / most).write_text(str(limit))
            with contextlib.suppress(OSError):
                (group / "memory.swap.max").write_text("0")
            return group
        except OSError:
            group.rmdir()
    return None


def test_crash_09_little_memory():
    """64 MiB for all of it: large bodies, uploads and many connections at once end it not, or it comes back with all there was."""
    if SLOW > 1:
        pytest.skip("sanitizers take more than that by themselves")
    group = memory_group(f"dassie-test-{os.getpid()}", 64 * MIB)
    if not group:
        pytest.skip("no limit of memory can be set here (cgroup)")
    server = Server("sqlite")
    server.prefix = ["sh", "-c", f'echo $$ >{group}/cgroup.procs; exec "$@"', "sh"]
    try:
        server.start()
        alice, told = server.user("alice"), []
        picture, long = png(1500, 1500, 3), "x" * 4500

        def uploads():
            return alice_again().raw("POST", "/api/v2/media", files={"file": ("a.png", picture)}, timeout=60).status_code

        def posts():
            r = alice_again().raw("POST", "/api/v1/statuses", json={"status": long}, timeout=60)
            if r.status_code == 200:
                told.append(r.json()["id"])
            return r.status_code

        def bodies():
            return alice_again().raw("POST", "/api/v1/statuses", data=b'{"status": "' + b"y" * 1_000_000 + b'"}', timeout=60,
                                     headers={"Content-Type": "application/json"}).status_code

        def alice_again():
            return Client(server, token=alice.token)

        def one(what):
            try:
                return what()
            except requests.RequestException:
                return 0
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            codes = list(pool.map(one, [uploads, posts, bodies] * 8))
        died = server.process.poll() is not None
        print(sorted(collections.Counter(codes).items()), "died" if died else "lived")
        if died:
            server.kill()
            server.start()
        assert set(codes) <= {200, 202, 422, 413, 429, 503} | ({0, 500} if died else set()), codes
        for post in told:
            assert alice_again().get(f"/api/v1/statuses/{post}")["content"] == f"<p>{long}</p>"
        assert told and alice_again().status("I am still here")["id"]
    finally:
        server.close()
        wait_until(lambda: group.rmdir() is None, 10)  # when its last process has gone
