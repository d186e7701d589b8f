"""Other people's pictures: shown from here, fetched once, within a budget."""
import base64
import collections
import concurrent.futures
import glob
import gzip
import os
import random
import signal
import subprocess
import threading
import time
import urllib.parse

import pytest
import requests
import urllib3
from files import ffmpeg, gif, mp4, png
from harness import LATE, SLOW, Server, wait_until
from peer import Peer
from viewer import viewers

MIB = 1 << 20
PICTURES = int(os.environ.get("REMOTE_PICTURES", 0))  # 5000: the numbers of a real one, and how long a view takes
BUDGET = 100 if PICTURES else 16


class World:
    def __init__(self, server, peer):
        self.server, self.peer = server, peer
        self.alice, self.nobody = server.user("alice"), server.anonymous()
        self.nobody.http.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=60))  # as many threads as there may be
        self.eve = peer.actor("eve")
        self.asked = collections.Counter()

    def file(self, path, data, kind="image/png", before=None):
        """The address of a file there, which counts how often it is fetched."""
        def answer(handler):
            self.asked[path] += 1
            if before:
                before()
            if data is None:
                return handler.answer(404)
            handler.answer(200, data() if callable(data) else data, kind)
        self.peer.docs[path] = answer
        return self.peer.base + path

    def post(self, *urls, kind="image/png", **more):
        more.setdefault("attachment", [{"type": "Document", "mediaType": kind, "url": u, "name": "x"} for u in urls])
        note = self.eve.note("look", **more)
        return self.alice.find(note["id"])

    def get(self, url, **headers):
        assert url.startswith(f"http://{self.server.host}/"), url
        return self.nobody.raw("GET", url, headers=headers, timeout=60 * SLOW)


@pytest.fixture(scope="module")
def w(kind):
    with Server(kind, hosts="localhost=127.0.0.1 far.localhost=127.0.0.1", cache_size_mb=BUDGET, workers=2) as s, \
            Peer("far.localhost") as peer:
        yield World(s, peer)


def is_picture(r, kept=True):
    assert r.status_code == 200 and r.headers["Content-Type"].startswith("image/"), (r.status_code, r.headers, r.text[:200])
    assert ("max-age=604800" in r.headers["Cache-Control"]) == kept, r.headers
    assert r.headers["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in r.headers["Content-Security-Policy"]
    return r


def test_a_picture_comes_from_here_and_is_fetched_once_for_all_who_look(w):
    url = w.file("/heron.png", png(900, 500, seed=5), before=lambda: time.sleep(0.3))
    m = w.post(url)["media_attachments"][0]
    assert m["remote_url"] == url and w.asked["/heron.png"] == 0
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        got = list(pool.map(w.get, [m["preview_url"], m["url"]] * 40))
    assert w.asked["/heron.png"] == 1
    assert len({is_picture(r).content for r in got}) == 2
    first = got[0]
    assert w.get(m["preview_url"], **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert w.get(m["url"], Range="bytes=0-9").status_code == 206
    # without its proof: what hangs on a public post
    plain = m["preview_url"].rsplit("/", 1)[0]
    assert w.get(plain).content == first.content
    assert w.nobody.raw("GET", f"/media_proxy/{m['id']}/small").content == first.content
    assert w.nobody.raw("GET", f"/media_proxy/{m['id']}/small/0123456789abcdef").status_code == 404


def test_who_may_not_see_a_post_does_not_find_its_pictures(w):
    url = w.file("/secret.png", png(seed=6))
    post = w.post(url, to=[f"http://{w.server.host}/users/alice"], cc=["nobody"],
                  tag=[w.eve.mention(f"http://{w.server.host}/users/alice", w.alice.handle)])
    m = post["media_attachments"][0]
    assert post["visibility"] == "direct"
    assert w.get(m["url"].rsplit("/", 1)[0]).status_code == 404
    is_picture(w.get(m["url"]))


def test_avatars_headers_and_emoji(w):
    ann = w.peer.actor("ann")
    ann.doc["icon"] = {"type": "Image", "mediaType": "image/gif", "url": w.file("/ann.gif", gif(), "image/gif")}
    ann.doc["image"] = {"type": "Image", "mediaType": "image/png", "url": w.file("/wide.png", png(700, 300))}
    emoji = w.file("/blob.gif", gif(), "image/gif")
    ann.doc["tag"] = [{"type": "Emoji", "name": ":blob:", "icon": {"type": "Image", "url": emoji}}]
    a = w.alice.find(ann.handle)
    assert a["avatar"] == a["avatar_static"]
    small = is_picture(w.get(a["avatar"]))
    assert small.headers["Content-Type"] != "image/gif" and w.asked["/ann.gif"] == 1
    for url in (a["header"], a["header_static"], a["emojis"][0]["url"], a["emojis"][0]["static_url"]):
        is_picture(w.get(url))
    assert w.asked["/wide.png"] == w.asked["/blob.gif"] == 1
    # a new picture has a new address, and the old address leads nowhere
    ann.doc["icon"]["url"] = w.file("/ann2.png", png(seed=9))
    ann.send(w.server, ann.activity("Update", ann.doc))
    new = wait_until(lambda: (x := w.alice.get(f"/api/v1/accounts/{a['id']}")["avatar"]) != a["avatar"] and x, 10)
    is_picture(w.get(new))
    assert w.get(a["avatar"]).status_code == 404


def test_nobody_has_us_fetch_what_they_like(w):
    url = w.file("/theirs.png", png())
    name = base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    base = f"http://{w.server.host}/media_proxy/"
    for path in (f"{name}/emoji/" + "0" * 32, f"{name}/emoji", f"{name}/card/", f"{name}/original", "1/original", "x/small/y",
                 f"0/avatar/{'0' * 16}", "-1/small", f"{urllib.parse.quote(url, safe='')}/emoji/1", "1/nothing/1"):
        assert w.get(base + path).status_code == 404, path
    assert not w.asked["/theirs.png"]


def test_what_cannot_be_had_looks_intended_and_is_tried_again_later(w):
    broken, gone = w.file("/broken.png", b"<html>no"), w.file("/gone.png", None)
    dead = f"http://localhost:{w.server.port + 1}/x.png"
    ours = f"http://{w.server.host}/avatars/original/missing.png"
    for url in (broken, dead, ours, gone):
        later = w.post(url)
        m = later["media_attachments"][0]
        for _ in range(3):
            r = is_picture(w.get(m["preview_url"]), kept=False)
            assert "max-age=60" in r.headers["Cache-Control"]
    assert w.asked["/broken.png"] == w.asked["/gone.png"] == 1
    # some hours later it is there
    w.file("/gone.png", png(seed=91))
    if w.server.kind == "sqlite":
        subprocess.run(["sqlite3", "-cmd", ".timeout 10000", w.server.dir / "cache.db", "UPDATE remote_files SET next_at = 1"], check=True)
    else:
        w.server.sql("UPDATE public_cache.remote_files SET next_at = 1")
    m = w.alice.find(later["uri"])["media_attachments"][0]
    is_picture(w.get(m["preview_url"]))
    assert w.asked["/gone.png"] == 1 + 1


def test_bodies_that_lie_of_their_size_end_at_the_limit(w):
    sent = collections.Counter()

    def endless(h):
        h.send_response(200)
        h.send_header("Content-Type", "image/png")
        h.end_headers()
        h.close_connection = True
        try:
            while sent["endless"] < 100 * MIB:
                h.wfile.write(b"\x89PNG" + bytes(65532))
                sent["endless"] += 65536
        except OSError:
            sent["ended"] = 1

    def short(h):
        h.send_response(200)
        h.send_header("Content-Length", "100000")
        h.end_headers()
        h.wfile.write(png()[:500])
        h.close_connection = True
    bomb = gzip.compress(bytes(64 * MIB), 9)
    w.peer.docs.update({"/endless": endless, "/short": short,
                        "/bomb": lambda h: h.answer(200, bomb, "image/png", Content_Encoding="gzip"),
                        "/twice": lambda h: h.answer(200, gzip.compress(bomb), "image/png", Content_Encoding="gzip, gzip")})
    for name in ("endless", "short", "bomb", "twice"):
        liar = w.peer.actor("liar" + name)
        liar.doc["icon"] = {"type": "Image", "url": f"{w.peer.base}/{name}"}
        avatar = w.alice.find(liar.handle)["avatar"]
        for _ in range(2):
            is_picture(w.get(avatar), kept=False)
        assert len([r for r in w.peer.requests if r[1] == "/" + name]) == 1
    assert sent["ended"] and sent["endless"] < 20 * MIB


def test_a_slow_server_holds_up_nobody(w):
    slow = threading.Event()
    m = [w.post(w.file(f"/slow{i}.png", png(seed=i), before=lambda: slow.wait(20)))["media_attachments"][0] for i in range(12)]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(w.get, x["url"]) for x in m]
        try:
            wait_until(lambda: sum(w.asked[f"/slow{i}.png"] for i in range(12)) >= 4, 10)
            for _ in range(20):  # more than there are threads for requests
                assert w.nobody.raw("GET", "/health", timeout=10 * SLOW).status_code == 200
        finally:
            slow.set()
        for r in waiting:
            is_picture(r.result())


def test_a_host_whose_media_are_refused(w):
    url = w.file("/bad.png", png(seed=77))
    m = w.post(url)["media_attachments"][0]
    avatar = w.alice.find(w.eve.handle)["avatar"]
    w.server.command("host", "reject-media", "far.localhost")
    try:
        wait_until(lambda: w.get(m["url"]).status_code == 404, 10)
        assert w.get(avatar).status_code in (200, 404) and not w.asked["/bad.png"]
    finally:
        w.server.command("host", "clear", "far.localhost")


def test_a_video(w):
    url = w.file("/film.mp4", mp4(), "video/mp4")
    m = w.post(url, kind="video/mp4")["media_attachments"][0]
    r = w.get(m["url"])
    assert r.status_code == 200 and r.headers["Content-Type"] == "video/mp4" and r.headers["Accept-Ranges"] == "bytes"
    is_picture(w.get(m["preview_url"]))
    assert w.asked["/film.mp4"] == 1


def media_processes(server):
    """Those that the server started, not their workers."""
    def is_one(pid):
        try:
            with open(f"/proc/{pid}/stat") as f:
                name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
            return name == "dassie-media" and rest.split()[0] != "Z" and int(rest.split()[1]) == server
        except OSError:
            return False
    return [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and is_one(pid)]


def film(*options, seconds=8):
    """One that browsers play, some megabytes long; it begins with what they need to do so, unless other options are given."""
    return ffmpeg("mp4", "-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration={seconds}", "-vf", "noise=alls=60:allf=t", "-c:v",
                  "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *(options or ("-movflags", "+faststart")))


def test_what_came_tells_what_it_is(w):
    """Sizes and kind, where its server did not say, or said something else; until apps hear of it they get no broken picture."""
    still = ffmpeg("gif", "-f", "lavfi", "-i", "testsrc=s=64x48", "-frames:v", "1")
    for name, data in (("/moves.gif", gif()), ("/stands.gif", still)):
        m = w.post(w.file(name, data, "image/gif"), kind="image/gif")["media_attachments"][0]
        assert m["type"] == "gifv" and w.get(m["url"]).headers["Content-Type"] == "video/mp4"
        is_picture(w.get(m["preview_url"]))
    loud = w.post(w.file("/loud.png", mp4(), "video/mp4"))["media_attachments"][0]["url"]
    for _ in range(2):
        is_picture(w.get(loud), kept=False)
    post = w.post(w.file("/bare.png", png(300, 200, seed=43)), w.file("/claims.png", gif()), w.file("/silent", film(seconds=2), "video/mp4"))
    bare, claims, silent = post["media_attachments"]
    assert "original" not in bare["meta"] and bare["blurhash"] is None and claims["type"] == "image"
    is_picture(w.get(bare["preview_url"]))
    picture = claims["url"]
    r = is_picture(w.get(picture), kept=False)
    assert "max-age=60" in r.headers["Cache-Control"]
    is_picture(w.get(silent["preview_url"]))
    bare, claims, silent = w.alice.get(f"/api/v1/statuses/{post['id']}")["media_attachments"]
    assert (bare["type"], bare["meta"]["original"]["size"]) == ("image", "300x200") and len(bare["blurhash"]) > 6
    assert claims["type"] == silent["type"] == "gifv" and claims["meta"]["duration"] > 0 and silent["meta"]["original"]["width"] == 320
    is_picture(w.get(picture), kept=False)
    # an edit takes nothing of that away, and addresses that apps have stay good
    edit = w.peer.docs[urllib.parse.urlsplit(post["uri"]).path]
    edit |= {"updated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2)), "content": "<p>better</p>",
             "attachment": [{**a, "name": "new"} for a in reversed(edit["attachment"])]}
    w.eve.send(w.server, w.eve.activity("Update", edit))
    now = wait_until(lambda: (p := w.alice.get(f"/api/v1/statuses/{post['id']}"))["edited_at"] and p, 10)["media_attachments"]
    assert now == [{**m, "description": "new"} for m in (silent, claims, bare)]
    for m in (claims, silent):
        assert w.get(m["url"]).headers["Content-Type"] == "video/mp4"
    assert w.asked["/claims.png"] == w.asked["/silent"] == w.asked["/moves.gif"] == 1


def test_films_that_are_told_to_be_gifs_leave_pictures_their_turn(w):
    is_picture(w.get(w.post(w.file("/before.png", png(seed=90)))["media_attachments"][0]["url"]))
    decoders = media_processes(w.server.process.pid)
    for pid in decoders[1:]:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: media_processes(w.server.process.pid) == decoders[:1], 10)
    films = [w.post(w.file(f"/film{i}.gif", mp4(number=i), "image/gif"), kind="image/gif")["media_attachments"][0] for i in range(3)]
    picture = w.post(w.file("/meanwhile.png", png(seed=91)))["media_attachments"][0]["url"]
    os.kill(decoders[0], signal.SIGSTOP)  # who has it decode something waits
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(w.get, m["url"]) for m in films]
        try:
            wait_until(lambda: all(w.asked[f"/film{i}.gif"] for i in range(3)), 10)
            is_picture(w.get(picture))
        finally:
            os.kill(decoders[0], signal.SIGCONT)
        assert [r.result().headers["Content-Type"] for r in waiting] == ["video/mp4"] * 3


class Slow:
    """A server that sends so much of a file, and the rest when it is told to, or never."""

    def __init__(self, w, path, data, kind="video/mp4", says=True, first=None):
        self.w, self.data, self.path, self.more, self.first = w, data, path, threading.Event(), first or len(data) // 2
        self.says, self.breaks = len(data) if says is True else says, False
        w.peer.docs[path] = self.answer
        post = w.post(w.peer.base + path, kind=kind)
        self.note, self.m = post["uri"], post["media_attachments"][0]

    def answer(self, h):
        self.w.asked[self.path] += 1
        h.send_response(200)
        h.send_header("Content-Type", "video/mp4")
        if self.says:
            h.send_header("Content-Length", str(self.says))
        h.end_headers()
        h.close_connection = True
        try:
            h.wfile.write(self.data[:self.first])
            self.more.wait(30 * SLOW)
            if not self.breaks:
                h.wfile.write(self.data[self.first:])
        except OSError:
            pass

    def view(self, **headers):
        r = self.w.nobody.raw("GET", self.m["url"], headers=headers, timeout=60 * SLOW, stream=True)
        assert r.status_code == (206 if "Content-Range" in r.headers else 200) and r.headers["Content-Type"] == "video/mp4", (r.status_code, r.headers)
        assert r.headers["X-Content-Type-Options"] == "nosniff" and "default-src 'none'" in r.headers["Content-Security-Policy"]
        return r


def is_cut(r):
    """What a viewer gets until the connection breaks, which they notice."""
    got = b""
    try:
        while part := r.raw.read(65536):
            got += part
    except urllib3.exceptions.ProtocolError:
        return got
    assert len(got) < int(r.headers["Content-Length"])
    return got


@pytest.mark.parametrize("says", [True, False])
def test_a_film_is_shown_while_it_comes(w, says):
    """Each at their own pace, with one fetch; who leaves or stands still hinders nobody. A player that was cut off while it
    stood still, or that jumps ahead, asks for the rest, and finds the same bytes, whether it still comes or is kept."""
    origin = Slow(w, f"/long{says:d}.mp4", film(), says=says)
    data, half = origin.data, origin.first
    first, leaves, stands = origin.view(), origin.view(), origin.view(Range="bytes=0-")
    got = first.raw.read(half)
    leaves.raw.read(1000)
    leaves.close()
    second = origin.view(Range="bytes=1000-")
    begin = 1000 if says else 0  # of what nobody knows how long it is all is sent
    also = second.raw.read(half - begin)
    assert got == data[:half] and also == data[begin:half] and first.headers["Cache-Control"] == "no-store"
    assert first.headers["Accept-Ranges"] == ("bytes" if says else "none")
    assert first.headers.get("Content-Length") == (str(len(data)) if says else None)
    if says:
        assert (second.status_code, second.headers["Content-Range"]) == (206, f"bytes 1000-{len(data) - 1}/{len(data)}")
        assert w.get(origin.m["url"], Range="bytes=0-1").content == data[:2]  # how some players begin
        assert w.get(origin.m["url"], Range=f"bytes={len(data)}-").status_code == 416
        ahead = origin.view(Range=f"bytes={len(data) - 10}-")
    origin.more.set()
    assert got + first.raw.read() == data and also + second.raw.read() == data[begin:]
    assert not says or ahead.raw.read() == data[-10:]
    kept = wait_until(lambda: (r := w.get(origin.m["url"])).headers["Cache-Control"] != "no-store" and r, 30)
    assert kept.headers["Accept-Ranges"] == "bytes" and kept.headers["Content-Type"] == "video/mp4"
    assert kept.content == data and w.get(origin.m["url"], Range="bytes=70000-").content == data[70000:]
    assert stands.raw.read() == data and w.asked[origin.path] == 1
    is_picture(w.get(origin.m["preview_url"]))


@pytest.mark.parametrize("says", [True, False])
def test_a_film_that_breaks_off_is_never_taken_for_whole(w, says):
    origin = Slow(w, f"/torn{says:d}.mp4", film(), says=says or 10 << 30)
    if not says:  # so many bytes that it need not be begun
        r = w.get(origin.m["url"])
        assert r.status_code == 503 and not r.content.startswith(origin.data[:8])
        origin.more.set()
        # apps are told where it is from now on, and who had its address gets no broken picture
        m = wait_until(lambda: (m := w.alice.find(origin.note)["media_attachments"][0])["type"] == "unknown" and m, 10)
        assert m["url"] == m["remote_url"] == origin.m["remote_url"]
        is_picture(w.get(origin.m["preview_url"]), kept=False)
    else:
        viewers = [origin.view(), origin.view()]
        assert viewers[0].raw.read(1000) == origin.data[:1000]
        origin.breaks = True
        origin.more.set()
        assert origin.data[1000:].startswith(is_cut(viewers[0])) and origin.data.startswith(is_cut(viewers[1]))
    r = w.get(origin.m["url"])
    assert r.status_code == 503 and r.headers["Retry-After"] and w.asked[origin.path] == 1


def test_what_is_no_film_that_is_kept_as_it_is_waits_for_all_of_it(w):
    page = Slow(w, "/page.mp4", b"<html><script>alert(1)</script>" + b"a" * 400000)
    tail = Slow(w, "/tail.mp4", film("-movflags", "0", seconds=2))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        views = [pool.submit(w.get, o.m["url"]) for o in (page, tail)]
        wait_until(lambda: w.asked["/page.mp4"] and w.asked["/tail.mp4"], 10)
        page.more.set()
        r = views[0].result()
        assert r.status_code == 503 and b"alert" not in r.content
        assert not views[1].done()
        tail.more.set()
        r = views[1].result()
        assert r.status_code == 200 and r.headers["Accept-Ranges"] == "bytes" and r.content != tail.data
    assert w.asked["/page.mp4"] == w.asked["/tail.mp4"] == 1


def test_what_comes_counts_in_the_budget_and_a_killed_server_leaves_nothing(w):
    budget = w.server.settings["cache_size_mb"] * MIB
    large = Slow(w, "/large.mp4", film() + bytes(budget), says=False)
    viewer = large.view()
    large.more.set()
    assert len(large.data) > len(is_cut(viewer)) and w.get(large.m["url"]).status_code == 503
    origin = Slow(w, "/killed.mp4", film())
    viewer = origin.view()
    assert viewer.raw.read(1000) == origin.data[:1000]
    held = {p: os.stat(p).st_size for p in glob.glob(f"/proc/{w.server.process.pid}/fd/*") if "(deleted)" in os.readlink(p)}
    assert max(held.values()) >= origin.first, held
    before = sorted(p.name for p in w.server.dir.rglob("*"))
    w.server.kill()
    is_cut(viewer)
    origin.more.set()
    assert sorted(p.name for p in w.server.dir.rglob("*")) == before
    w.server.start()
    assert len(origin.view().raw.read()) > origin.first and w.asked["/killed.mp4"] == 2


def status(server):
    """What dassie media status says: (whose, what) -> the first number."""
    lines = [line.split("\t") for line in server.command("media", "status").stdout.splitlines()]
    return {(f[0], f[1]): int((f[3] if "files" in f[2] else f[2]).split()[0]) for f in lines}


class Crowd:
    """Many pictures of some 200 KB, no two alike, and people who look at them: all the time at a few, else at any."""

    def __init__(self, w, pool, n, clients, wanted):
        self.w, self.pool, self.clients, self.wanted = w, pool, clients, wanted  # so many are fetched in all
        self.seen, self.fetched, self.sizes, self.over = [], [], [], threading.Event()
        self.end = time.monotonic() + 100 * LATE
        self.urls = [m["url"] for p in pool.map(self.post, range(n // 4)) for m in p["media_attachments"]]

    def picture(self, i):
        return self.w.file(f"/many{i}.png", lambda: png(260, 250, seed=1000 + i), before=lambda: self.fetched.append(i))

    def post(self, i):
        return self.w.post(*[self.picture(4 * i + k) for k in range(4)])

    def view(self, url):
        assert len(is_picture(self.w.get(url)).content) > 100000, "a placeholder"
        self.seen.append(url)

    def client(self, i):
        r = random.Random(i)
        while len(self.fetched) < self.wanted and time.monotonic() < self.end:
            self.view(r.choice(self.urls[:4] if r.random() < 0.4 else self.urls))

    def measure(self):
        while not self.over.wait(0.02):
            self.sizes.append(sum(f.stat().st_size for f in self.w.server.dir.iterdir() if f.name.startswith("cache.db")))

    def look(self):
        for done in [self.pool.submit(self.client, i) for i in range(self.clients)]:
            done.result()

    def look_again(self):
        """At what was seen last, which is there."""
        recent = list(dict.fromkeys(reversed(self.seen)))[:self.clients]
        list(self.pool.map(self.view, recent * 2))
        return recent


def test_the_cache_stays_within_its_budget_and_every_view_has_a_picture(w):
    if w.server.kind != "sqlite":
        pytest.skip("files of PostgreSQL are its own")
    n, clients, wanted = (PICTURES, 50, 1500) if PICTURES else (80, 6, 100)
    with concurrent.futures.ThreadPoolExecutor(clients + 1) as pool:
        crowd = Crowd(w, pool, n, clients, wanted)
        measuring = pool.submit(crowd.measure)
        try:
            crowd.look()
            asked = collections.Counter(crowd.fetched)
            recent = crowd.look_again()
        finally:
            crowd.over.set()
        measuring.result()
    print(f"largest {max(crowd.sizes) / MIB:.1f} MiB of {BUDGET}, {asked.total()} fetches of {len(asked)} pictures in"
          f" {len(crowd.seen)} views")
    assert max(crowd.sizes) <= BUDGET * MIB * 1.05
    if PICTURES:
        cached_views_are_fast(w.server, recent)
    assert collections.Counter(crowd.fetched) == asked, "what was there was fetched again"
    assert asked.total() > len(asked), "nothing was evicted: the test shows nothing"
    hottest = [asked[i] for i in range(4)]
    assert max(hottest) <= 3, ("what is looked at all the time was let go", hottest)
    statistics_are_true(w.server)


def cached_views_are_fast(server, urls):
    with viewers(server, urls, people=50) as views:
        time.sleep(8)
    took, sizes = sorted(ms for ms, _ in views), {size for _, size in views}
    p99 = took[len(took) * 99 // 100]
    print(f"{len(took)} views of cached pictures: half within {took[len(took) // 2]} ms, 99 % within {p99} ms")
    assert min(sizes) > 100000 and len(took) > 1000
    assert p99 < 10 * LATE, p99


def statistics_are_true(server):
    """They say what the database and du(1) say."""
    said = status(server)
    for whose, name in (("own", "main.db"), ("cache", "cache.db")):
        query = ("SELECT b.kind, COUNT(DISTINCT b.id), SUM(length(c.bytes)) FROM blobs b JOIN blob_chunks c ON c.blob_id = b.id"
                 " WHERE b.hash IS NOT NULL GROUP BY 1")
        rows = subprocess.run(["sqlite3", str(server.dir / name), query], check=True, capture_output=True, text=True).stdout.split()
        kinds = {kind: int(size) for kind, _, size in (row.split("|") for row in rows)}
        mine = {what: n for (who, what), n in said.items() if who == whose}
        assert {k: mine[k] for k in kinds} == kinds
        assert sum(kinds.values()) + mine["other"] + mine["spare"] == mine["disk"]
        files = [str(f) for f in server.dir.glob(name + "*") if not f.name.endswith(".lock")]
        du = sum(int(line.split()[0]) for line in subprocess.run(["du", "-B1", *files], check=True, capture_output=True,
                                                                 text=True).stdout.splitlines())
        assert abs(mine["disk"] - du) <= 0.02 * du, (mine, du)
    free = os.statvfs(server.dir)
    assert abs(said["disk", "free"] - free.f_bavail * free.f_frsize) < 0.02 * free.f_blocks * free.f_frsize


def test_a_cache_that_was_deleted_is_begun_anew(w):
    if w.server.kind != "sqlite":
        pytest.skip("files of PostgreSQL are its own")
    m = w.post(w.file("/again.png", png(seed=400)))["media_attachments"][0]
    is_picture(w.get(m["url"]))
    w.server.stop()
    for f in w.server.dir.glob("cache.db*"):
        f.unlink()
    w.server.start()
    is_picture(w.get(m["url"]))
    assert w.asked["/again.png"] == 2
    # damaged in the middle: likewise, while it is open
    w.server.stop()
    cache = w.server.dir / "cache.db"
    page = int(subprocess.run(["sqlite3", str(cache), "SELECT rootpage FROM sqlite_schema WHERE name = 'blobs'"], check=True,
                              capture_output=True, text=True).stdout)
    with open(cache, "r+b") as f:
        f.seek((page - 1) * 4096)
        f.write(b"\x5a" * 4096)
    w.server.start()
    is_picture(w.get(m["url"]))
    is_picture(w.get(m["url"]))
    assert w.asked["/again.png"] == 3
    assert "the cache was damaged, and is begun anew" in w.server.log()
    # a disk that is nearly full: nothing of others is kept, all else goes on
    w.server.stop()
    w.server.settings["disk_floor_mb"] = 100_000_000
    w.server._write_config()
    assert "would go" in w.server.command("media", "prune", "--dry-run").stdout
    w.server.command("media", "prune")
    assert not [k for k in status(w.server) if k == ("cache", "media")]
    w.server.start()
    m = w.post(w.file("/full.png", png(seed=401)))["media_attachments"][0]
    is_picture(w.get(m["url"]), kept=False)
    assert w.alice.status("I am still here")["id"]
    w.server.stop()
    w.server.settings["disk_floor_mb"] = 0
    w.server.settings["fetch_media_ahead"] = "yes"
    w.server._write_config()
    w.server.start()
    note = w.eve.note("look", tag=[w.eve.mention(f"http://{w.server.host}/users/alice", w.alice.handle)],
                      attachment=[{"type": "Document", "mediaType": "image/png", "url": w.file("/ahead.png", png(seed=402))}])
    w.eve.send(w.server, w.eve.activity("Create", note))
    wait_until(lambda: w.asked["/ahead.png"] == 1, 10)  # before anybody looks
    is_picture(w.get(w.alice.find(note["id"])["media_attachments"][0]["preview_url"]))
    assert w.asked["/ahead.png"] == 1
    assert "would go" in w.server.command("media", "prune", "--dry-run").stdout
    assert "went" in w.server.command("media", "prune").stdout
