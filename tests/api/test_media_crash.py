"""kill -9 in the middle of uploads, changes and removals, of evictions and of pruning: what was acknowledged is there, nothing is
half there, and after the next sweep nothing is left over. And a disk that takes no more."""
import contextlib
import hashlib
import os
import random
import resource
import subprocess
import threading
import time

import pytest
import requests
from files import mp4, png
from harness import SLOW, ApiError, Server, wait_until
from peer import Peer

ROUNDS = int(os.environ.get("CRASH_ROUNDS_MEDIA", 0))  # 0: 50 on SQLite, a few elsewhere
GONE = (requests.RequestException, ApiError, OSError, IndexError, subprocess.CalledProcessError)
LARGE = mp4(20, 5)


class Load:
    """People who upload, post, change their avatars and delete, and remember what they were told; who look at more pictures of
    others than are kept, and have a part in some of their old posts."""

    def __init__(self, server, peer):
        self.server, self.client, self.eve = server, server.user("owner"), peer.actor("eve")
        self.on = threading.Event()
        self.n = self.acknowledged = 0
        self.kept, self.posts, self.removed, self.avatar = {}, {}, {}, None
        self.liked, self.old, self.shown = [], [], []
        self.known = 0, 0, 0  # how many posts, removals and likes had been checked before
        self.doing = [self.pictures, self.films, self.posting, self.removing, self.avatars, self.viewing, self.old_posts, self.pruning]

    def picture_of_others(self, handler):
        handler.answer(200, png(200, 200, int(handler.path[2:-4])), "image/png")

    def seed(self):
        self.n += 1
        return self.n

    def send(self, path, data, method="POST", field="file"):
        return requests.request(method, f"http://127.0.0.1:{self.server.port}{path}", files={field: ("a", data)}, timeout=30, headers={
            "Host": self.server.host, "Authorization": "Bearer " + self.client.token})

    def upload(self, data):
        r = self.send("/api/v2/media", data)
        if r.status_code in (200, 202):
            self.acknowledged += 1
            self.kept[r.json()["id"]] = r.json()["url"]

    def pictures(self):
        self.upload(png(700, 500, self.seed()))

    def films(self):
        self.upload(LARGE if self.seed() % 2 else mp4(1))
        time.sleep(0.1)  # they are processed behind the answer

    def posting(self):
        loose = [i for i, url in list(self.kept.items()) if url]
        if loose:
            number = random.choice(loose)
            url = self.kept.pop(number)
            self.posts[self.client.status("", media_ids=[number])["id"]] = url

    def removing(self):
        if len(self.kept) > 3:
            number = random.choice(list(self.kept))
            url = self.kept.pop(number)
            if self.client.raw("DELETE", f"/api/v1/media/{number}").status_code == 200:
                self.removed[number] = url

    def avatars(self):
        self.avatar = None
        r = self.send("/api/v1/accounts/update_credentials", png(300, 300, self.seed()), "PATCH", "avatar")
        if r.status_code == 200:
            self.avatar = r.json()["avatar"]

    def find(self, **more):
        url = f"{self.eve.peer.base}/p{self.seed()}.png"
        self.eve.peer.docs[url.removeprefix(self.eve.peer.base)] = self.picture_of_others
        return self.client.find(self.eve.note("look", attachment=[{"type": "Document", "mediaType": "image/png", "url": url}], **more)["id"])

    def viewing(self):
        """The cache holds some dozens."""
        if len(self.shown) < 60:
            self.shown.append(self.find()["media_attachments"][0]["url"])
        r = self.client.raw("GET", random.choice(self.shown))
        assert r.status_code == 200 and r.headers["Content-Type"].startswith("image/")

    def old_posts(self):
        post = self.find(published="2024-05-06T07:08:09Z")["id"]
        self.old.append(post)
        if random.random() < 0.4 and self.client.raw("POST", f"/api/v1/statuses/{post}/favourite").status_code == 200:
            self.liked.append(post)

    def pruning(self):
        self.server.sql("UPDATE jobs SET due = 1 WHERE kind = 'old_posts'")
        self.client.status("wakes those who work")
        time.sleep(0.1)

    def sweep(self):
        self.server.sql("UPDATE jobs SET due = 1 WHERE kind = 'media_sweep'")
        self.client.status("wakes those who work", poll={"options": ["a", "b"], "expires_in": 600})

    def keep_doing(self, what):
        while self.on.is_set():
            with contextlib.suppress(*GONE):
                what()

    def run(self, seconds):
        self.known = len(self.posts), len(self.removed), len(self.liked)
        self.on.set()
        threads = [threading.Thread(target=self.keep_doing, args=[w]) for w in self.doing]
        for t in threads:
            t.start()
        wait_until(lambda: self.acknowledged, 30)
        time.sleep(seconds)
        self.server.kill()
        self.on.clear()
        for t in threads:
            t.join()


NAMES = " UNION ".join(f"SELECT substr({column}, 1, 64) AS h FROM {table} WHERE {column} IS NOT NULL" for table, column in (
    ("attachments", "file"), ("attachments", "preview"), ("attachments", "upload"), ("accounts", "avatar_file"),
    ("accounts", "avatar_still"), ("accounts", "header_file"), ("accounts", "header_still"), ("custom_emojis", "file"),
    ("custom_emojis", "still")))


def number(server, text):
    return int(server.sql(text))


def check(server, load, all_of_it):
    """What the round was told, or all that ever was; and what the files hold."""
    c, known = load.client, (0, 0, 0) if all_of_it else load.known
    # no row without its blob, whole
    assert number(server, f"SELECT COUNT(*) FROM ({NAMES}) x WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.hash = x.h)") == 0
    assert number(server, "SELECT COUNT(*) FROM blobs b WHERE hash IS NOT NULL AND size <> COALESCE((SELECT SUM(length(c.bytes))"
                          " FROM blob_chunks c WHERE c.blob_id = b.id), 0)") == 0
    for media, url in load.kept.items():
        wait_until(lambda m=media: c.raw("GET", f"/api/v1/media/{m}").status_code == 200, 60)
        now = c.get(f"/api/v1/media/{media}")
        assert url in (None, now["url"])
        got = c.raw("GET", now["url"])
        assert got.status_code == 200 and hashlib.sha256(got.content).hexdigest() in now["url"]
        load.kept[media] = now["url"]
    for post, url in list(load.posts.items())[known[0]:]:
        assert c.get(f"/api/v1/statuses/{post}")["media_attachments"][0]["url"] == url
    for media in list(load.removed)[known[1]:]:
        assert c.raw("GET", f"/api/v1/media/{media}").status_code == 404
    me = c.get("/api/v1/accounts/verify_credentials")["avatar"]
    assert load.avatar in (None, me) and c.raw("GET", me).status_code == 200
    check_of_others(server, load, load.liked[known[2]:])
    # no blob without its row, after the sweep
    left = (f"SELECT (SELECT COUNT(*) FROM blobs b WHERE hash IS NULL OR NOT EXISTS (SELECT 1 FROM ({NAMES}) x WHERE x.h = b.hash))"
            " + (SELECT COUNT(*) FROM blob_chunks c WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.id = c.blob_id))")
    server.sql("UPDATE blobs SET created_at = created_at - 7200000 WHERE created_at > 0")
    load.sweep()
    c.call("POST", "/api/v2/media", files={"file": ("a.png", png(9, 9, load.seed()))})
    wait_until(lambda: number(server, left) == 0, 30, what=left)


def in_cache(server, text):
    if server.kind == "postgres":
        return int(server.sql(f"SET search_path TO public_cache; {text}; SET search_path TO public"))
    command = ["sqlite3", "-cmd", ".timeout 10000", str(server.dir / "cache.db"), text]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def check_of_others(server, load, liked):
    c = load.client
    for post in liked:
        assert c.get(f"/api/v1/statuses/{post}")["favourited"], "somebody here has a part in it"
    assert number(server, "SELECT COUNT(*) FROM attachments a WHERE a.status_id IS NOT NULL AND NOT EXISTS"
                          " (SELECT 1 FROM statuses s WHERE s.id = a.status_id)") == 0
    # what is kept of others is whole, or is not seen; what is left over goes with the sweep
    assert in_cache(server, "SELECT COUNT(*) FROM blobs b WHERE hash IS NOT NULL AND size <> COALESCE((SELECT SUM(length(c.bytes))"
                            " FROM blob_chunks c WHERE c.blob_id = b.id), 0)") == 0
    wait_until(lambda: in_cache(server, "SELECT (SELECT COUNT(*) FROM blobs WHERE hash IS NULL) + (SELECT COUNT(*) FROM blob_chunks c"
                                        " WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.id = c.blob_id))") == 0 or load.sweep(), 30)
    for url in random.sample(load.shown, min(5, len(load.shown))):
        r = c.raw("GET", url)
        assert r.status_code == 200 and r.headers["Content-Type"].startswith("image/")


@pytest.fixture
def crashing(kind):
    with Server(kind, hosts="localhost=127.0.0.1 far.localhost=127.0.0.1", cache_size_mb=2) as s:
        yield s


def test_kill_9_loses_no_acknowledged_file_and_leaves_nothing_over(crashing):
    rounds = ROUNDS or (2 if SLOW > 1 else 50 if crashing.kind == "sqlite" else 3)
    with Peer("far.localhost") as peer:
        load = Load(crashing, peer)
        for i in range(rounds):
            load.run(random.uniform(0.2, 1.2) * (2 if SLOW > 1 else 1))
            crashing.start()
            check(crashing, load, i % 10 == 9 or i == rounds - 1)
        gone = sum(load.client.raw("GET", f"/api/v1/statuses/{post}").status_code == 404 for post in load.old)
        kept = in_cache(crashing, "SELECT COUNT(*) FROM blobs WHERE kind = 'media' AND hash IS NOT NULL")
        print(f"{rounds} kills: {load.acknowledged} uploads, {len(load.posts)} posts with them, {len(load.removed)} removed, {gone} of"
              f" {len(load.old)} old posts gone, {len(load.liked)} liked, {kept} of {len(load.shown)} pictures kept")
        assert rounds < 50 or (load.posts and load.removed and load.liked and gone and kept < len(load.shown)), "the load did nothing"


def file_limit(server, size):
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_full_disk_is_507_keeps_nothing_and_passes(crashing):
    """DISK-02: no file may grow past a limit, which is what a full disk looks like from within."""
    s, alice = crashing, crashing.user("alice")
    kept = alice.call("POST", "/api/v2/media", files={"file": ("a.png", png(60, 60, 1))})
    before = number(s, "SELECT COUNT(*) FROM attachments")
    file_limit(s, 1 << 20)
    picture = png(900, 900, 2)
    assert len(picture) > 2 << 20
    for path in ("/api/v1/media", "/api/v2/media"):
        r = alice.raw("POST", path, files={"file": ("a.png", picture)})
        assert r.status_code == 507 and "full" in r.json()["error"], r.text
    if s.kind == "sqlite":  # the database takes no more either
        file_limit(s, 1)
        r = alice.raw("POST", "/api/v1/statuses", json={"status": "no room"})
        assert r.status_code in (503, 507), r.text
    assert alice.raw("GET", kept["url"]).status_code == 200 and alice.get("/api/v1/timelines/home") == []
    file_limit(s, resource.RLIM_INFINITY)
    assert number(s, "SELECT COUNT(*) FROM attachments") == before
    assert wait_until(lambda: alice.raw("POST", "/api/v2/media", files={"file": ("a.png", picture)}).status_code == 200, 20)
