"""kill -9 in the middle of uploads, changes and removals: what was acknowledged is there, nothing is half there, and after the
next sweep nothing is left over. And a disk that takes no more."""
import contextlib
import hashlib
import os
import random
import resource
import threading
import time

import pytest
import requests
from files import mp4, png
from harness import SLOW, Server, wait_until

ROUNDS = int(os.environ.get("CRASH_ROUNDS_MEDIA", "2" if SLOW > 1 else "4"))
GONE = (requests.RequestException, OSError)
LARGE = mp4(20, 5)


class Load:
    """People who upload, post, change their avatars and delete, and remember what they were told."""

    def __init__(self, server):
        self.server, self.client = server, server.user("owner")
        self.on = threading.Event()
        self.n = self.acknowledged = 0
        self.kept, self.posts, self.removed, self.avatar = {}, {}, {}, None
        self.doing = [self.pictures, self.films, self.posting, self.removing, self.avatars]

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

    def keep_doing(self, what):
        while self.on.is_set():
            with contextlib.suppress(*GONE):
                what()

    def run(self, seconds):
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


def check(server, load):
    c = load.client
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
    for post, url in load.posts.items():
        assert c.get(f"/api/v1/statuses/{post}")["media_attachments"][0]["url"] == url
    for media in load.removed:
        assert c.raw("GET", f"/api/v1/media/{media}").status_code == 404
    me = c.get("/api/v1/accounts/verify_credentials")["avatar"]
    assert load.avatar in (None, me) and c.raw("GET", me).status_code == 200
    # no blob without its row, after the sweep
    left = (f"SELECT (SELECT COUNT(*) FROM blobs b WHERE hash IS NULL OR NOT EXISTS (SELECT 1 FROM ({NAMES}) x WHERE x.h = b.hash))"
            " + (SELECT COUNT(*) FROM blob_chunks c WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.id = c.blob_id))")
    server.sql("UPDATE blobs SET created_at = created_at - 7200000 WHERE created_at > 0")
    server.sql("UPDATE jobs SET due = 1 WHERE kind = 'media_sweep'")
    c.call("POST", "/api/v2/media", files={"file": ("a.png", png(9, 9, load.seed()))})
    c.status("wakes those who work", poll={"options": ["a", "b"], "expires_in": 600})
    wait_until(lambda: number(server, left) == 0, 30, what=left)


@pytest.fixture
def crashing(kind):
    with Server(kind) as s:
        yield s


def test_kill_9_loses_no_acknowledged_file_and_leaves_nothing_over(crashing):
    load = Load(crashing)
    for _ in range(ROUNDS):
        load.run(random.uniform(0.5, 2.5) * (2 if SLOW > 1 else 1))
        crashing.start()
        check(crashing, load)


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
