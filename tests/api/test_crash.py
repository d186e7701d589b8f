"""kill -9 under load: what was acknowledged is there after the next start, once; and the fsync comes before the answer."""
import os
import random
import re
import shutil
import subprocess
import threading
import time

import pytest
import requests
from harness import DASSIE, LATE, SLOW, Server, wait_until
from peer import Peer

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5" if SLOW > 1 else "50"))
READY = 2.0
GONE = (requests.RequestException, OSError)


class Load:
    """Writers and senders that remember what they were told is done. One object lives through all rounds."""

    def __init__(self, server, peer):
        self.server, self.peer = server, peer
        self.owner, self.other = server.user("owner"), server.user("other")
        self.owner_uri = self.owner.get(f"/api/v1/accounts/{self.owner.id}")["uri"]
        self.sender = peer.actor("sender")
        self.lock = threading.Lock()
        self.n = 0
        self.posts = {}            # id: text, acknowledged
        self.said = set()          # all texts that were tried
        self.notes, self.followers = set(), set()
        self.following = {False}   # what the state may be
        self.on = threading.Event()
        self.new_posts, self.new_notes = [], []

    def next(self):
        with self.lock:
            self.n += 1
            return self.n

    def api(self, path, **data):
        return requests.post(f"http://127.0.0.1:{self.server.port}{path}", json=data, timeout=10, headers={
            "Host": self.server.host, "Authorization": "Bearer " + self.owner.token})

    def write_posts(self):
        while self.on.is_set():
            text = f"post number {self.next()} of the load"
            self.said.add(text)
            r = self.api("/api/v1/statuses", status=text)
            assert r.status_code in (200, 503), r.text
            if r.status_code == 200:
                self.posts[r.json()["id"]] = text
                self.new_posts.append(r.json()["id"])

    def write_follows(self):
        wanted = True
        while self.on.is_set():
            self.following.add(wanted)
            r = self.api(f"/api/v1/accounts/{self.other.id}/{'follow' if wanted else 'unfollow'}")
            if r.status_code == 200:
                self.following = {wanted}
                wanted = not wanted
            time.sleep(0.01)

    def send_notes(self):
        s = requests.Session()
        s.trust_env = False
        while self.on.is_set():
            mention = self.sender.mention(self.owner_uri, self.owner.handle)
            note = self.sender.note(f"note {self.next()}", to=[self.owner_uri], cc=["https://none.test/"], tag=[mention])
            r = self.sender.send(self.server, self.sender.create(note), session=s)
            if r.status_code == 202:
                self.notes.add(note["id"])
                self.new_notes.append(note["id"])

    def send_follows(self):
        s = requests.Session()
        s.trust_env = False
        while self.on.is_set():
            actor = self.peer.actor(f"fan{self.next()}")
            if actor.send(self.server, actor.follow(self.owner_uri), session=s).status_code == 202:
                self.followers.add(actor.handle)
            time.sleep(0.03)

    def run(self, seconds, end=None):
        """All of it until the server is killed, or ended otherwise."""
        self.new_posts, self.new_notes = [], []
        self.on.set()

        def until_gone(what):
            try:
                while self.on.is_set():
                    what()
            except GONE:
                pass

        threads = [threading.Thread(target=until_gone, args=(w,)) for w in
                   (self.write_posts, self.write_posts, self.write_follows, self.send_notes, self.send_notes, self.send_follows)]
        for t in threads:
            t.start()
        time.sleep(seconds)
        (end or self.server.kill)()
        self.on.clear()
        for t in threads:
            t.join(15)
            assert not t.is_alive()


def all_of(client, path, **params):
    """Every item of a paged list."""
    items, more = [], dict(params, limit=40)
    while True:
        page = client.get(path, **more)
        if not page:
            return items
        items += page
        more["max_id"] = page[-1]["id"]


def mentions(load):
    found = all_of(load.owner, "/api/v1/notifications", **{"types[]": "mention", "include_filtered": "true"})
    return [n["status"]["uri"] for n in found]


def check_round(load):
    """Quickly: what this round was told."""
    for made in load.new_posts:
        assert load.posts[made] in load.owner.get(f"/api/v1/statuses/{made}")["content"]
    assert load.owner.relationship(load.other.id)["following"] in load.following
    posts, found = "SELECT id FROM statuses WHERE deleted_at = 0 AND reblog_of_id IS NULL", "SELECT rowid FROM search_posts"
    noted = "SELECT status_id FROM search_noted"  # whoever searches next puts these in first
    assert load.server.sql(f"SELECT count(*) FROM ({posts} EXCEPT {found} EXCEPT {noted}) x") == "0", "a post is not in the index of search"
    assert load.server.sql(f"SELECT count(*) FROM ({found} EXCEPT {posts}) x") == "0", "the index of search has a post that is not there"


def check_all(load):
    """Thoroughly: nothing lost, nothing twice, counts right, the file whole."""
    s, owner = load.server, load.owner
    mine = all_of(owner, f"/api/v1/accounts/{owner.id}/statuses")
    texts = [re.sub("<[^>]*>", "", p["content"]) for p in mine]
    assert len(texts) == len(set(texts)), "a post is there twice"
    assert set(load.posts) <= {p["id"] for p in mine}, "an acknowledged post is lost"
    assert set(texts) <= load.said
    assert owner.get(f"/api/v1/accounts/{owner.id}")["statuses_count"] == len(mine)

    wait_until(lambda: load.notes <= set(mentions(load)), 60, 0.2, what="every acknowledged note has arrived")
    found = mentions(load)
    assert len(found) == len(set(found)), "a note took effect twice"

    def fans():
        return [a["acct"] for a in owner.get(f"/api/v1/accounts/{owner.id}/followers", limit=80)]

    recent = set(sorted(load.followers, key=lambda h: int(re.search(r"\d+", h).group()))[-40:])
    wait_until(lambda: recent <= set(fans()), 60, 0.2, what="every acknowledged follow has arrived")
    assert len(fans()) == len(set(fans()))
    if s.kind == "sqlite":
        assert s.sql("PRAGMA integrity_check") == "ok"


def test_kill_9_under_load_loses_and_doubles_nothing(kind):
    random.seed(9)
    s = Server(kind, hosts="localhost=127.0.0.1 peer.localhost=127.0.0.1")
    slowest = 0
    try:
        with Peer() as peer:
            s.start()
            load = Load(s, peer)
            for i in range(ROUNDS):
                load.run(random.uniform(0.05, 0.45) * SLOW)
                began = time.monotonic()
                s.start()
                assert s.anonymous().get("/api/v1/instance")
                slowest = max(slowest, time.monotonic() - began)
                s.check()
                check_round(load)
                if i % 10 == 9 or i == ROUNDS - 1:
                    check_all(load)
        assert load.posts and load.notes and load.followers, "the load did nothing"
        assert slowest < READY * LATE, f"ready only after {slowest:.2f} s"
        print(f"{ROUNDS} rounds on {kind}: {len(load.posts)} posts, {len(load.notes)} notes, {len(load.followers)} follows"
              f" acknowledged; slowest start {slowest:.2f} s")
    finally:
        s.close()


def test_sigterm_under_load_drains_and_loses_nothing(kind):
    s = Server(kind, hosts="localhost=127.0.0.1 peer.localhost=127.0.0.1")
    try:
        with Peer() as peer:
            load = Load(s.start(), peer)
            for _ in range(3):
                began = time.monotonic()
                load.run(0.5 * SLOW, s.stop)  # its exit code is 0, or this fails
                assert time.monotonic() - began < 11 + LATE
                s.start()
                check_round(load)
            check_all(load)
    finally:
        s.close()


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
@pytest.mark.skipif(SLOW > 1, reason="the sanitizers and strace both want to trace")
def test_the_fsync_comes_before_the_answer(tmp_path):
    s = Server("sqlite").start()
    trace = tmp_path / "trace"
    try:
        owner = s.user("owner")
        p = subprocess.Popen(["strace", "-f", "-s", "40", "-e", "trace=fsync,fdatasync,send,sendto,sendmsg,write,writev,recvfrom,read",
                              "-o", str(trace), "-p", str(s.process.pid)], stderr=subprocess.PIPE, text=True)
        line = p.stderr.readline()
        if "attached" not in line:
            p.kill()
            pytest.skip("strace may not attach here: " + line.strip())
        owner.status("is it on disk?")
        time.sleep(0.2)
        p.terminate()
        p.wait()
        lines = trace.read_text().splitlines()
        asked = next(i for i, t in enumerate(lines) if "POST /api/v1/statuses" in t)
        answered = next(i for i, t in enumerate(lines) if i > asked and "HTTP/1.1 200" in t)
        synced = [i for i, t in enumerate(lines) if asked < i < answered and re.search(r"\b(fsync|fdatasync)\b.*= 0", t)]
        assert synced, "\n".join(lines[asked:answered + 1])
    finally:
        s.close()
