"""What strangers may make the server do, keep and fetch: it ends, and others do not feel it."""
import json
import os
import re
import socket
import time

import pytest
from files import png
from harness import LATE, SLOW, wait_until
from hostile import Peer, World
from peer import PUBLIC

LIMIT = 20


@pytest.fixture(scope="module")
def w():
    with World(new_actors_per_host=LIMIT, inbox_per_host=10) as world:
        yield world


def to_alice(w, who, text, **more):
    return who.create(text, to=[PUBLIC, w.alice_uri], tag=[who.mention(w.alice_uri, w.alice.handle)] + more.pop("tag", []), **more)


def test_res_01_new_people_of_one_server_turn_up_so_fast_and_no_faster(w):
    answers = []
    for i in range(LIMIT + 10):
        who = w.evil.actor(f"crowd{i}")
        answers.append(who.send(w.server, to_alice(w, who, f"hello {i}")))
    codes = [r.status_code for r in answers]
    assert codes[:5] == [202] * 5 and set(codes[-5:]) == {429} and answers[-1].headers["Retry-After"], codes
    assert w.value("SELECT count(*) FROM accounts WHERE host = ?", w.evil.host) <= LIMIT
    assert w.evil.actors["crowd0"].send(w.server, to_alice(w, w.evil.actors["crowd0"], "known")).status_code == 202
    assert w.victor.send(w.server, to_alice(w, w.victor, "others are not concerned")).status_code == 202
    w.drained()


def test_res_02_a_chain_without_end_is_followed_a_little(w):
    """Each note answers one more, which is made as it is asked for."""
    asked = []

    def note(handler):
        n = int(handler.path.rsplit("/", 1)[1])
        asked.append(n)
        doc = {"@context": "https://www.w3.org/ns/activitystreams", "id": f"{w.victim.base}/chain/{n}", "type": "Note",
               "attributedTo": w.victor.uri, "content": f"<p>{n}</p>", "to": [PUBLIC], "published": "2024-01-01T00:00:00Z",
               "inReplyTo": f"{w.victim.base}/chain/{n + 1}"}
        handler.answer(200, json.dumps(doc).encode())
    for i in range(400):
        w.victim.docs[f"/chain/{i}"] = note
    assert w.victor.send(w.server, to_alice(w, w.victor, "deep", inReplyTo=f"{w.victim.base}/chain/0")).status_code == 202
    w.drained()
    wait_until(lambda: asked, 5)
    wait_until(lambda: w.value("SELECT count(*) FROM jobs WHERE kind = 'parents'") == 0, 20)
    assert 1 <= len(asked) <= 100, len(asked)


def test_res_11_posts_that_concern_nobody_here_leave_nothing_behind(w):
    other = Peer("other.localhost")
    with other, w.unchanged():
        for i in range(20):
            who = other.actor(f"stranger{i}", key=1)
            note = who.note("news", attachment=[{"type": "Document", "mediaType": "image/png", "url": other.base + "/a.png"}],
                            inReplyTo=f"{other.base}/notes/unknown-{i}")
            assert who.send(w.server, who.create(note)).status_code == 202
            assert who.send(w.server, who.activity("Announce", f"{other.base}/notes/elsewhere", to=[PUBLIC])).status_code == 202
        w.drained()
        assert w.value("SELECT count(*) FROM accounts WHERE host = ?", other.host) == 0
        assert other.asked == [], "nobody's key is fetched"
    # an answer to a post that is here is of interest
    here = w.victor.note("here")["id"]
    assert w.alice.get("/api/v2/search", q=here, resolve="true")["statuses"]
    with Peer("other.localhost") as other:
        who = other.actor("answers", key=1)
        assert who.send(w.server, who.create("an answer", inReplyTo=here)).status_code == 202
        wait_until(lambda: other.asked, 5)


def test_res_12_a_post_has_so_many_emoji_and_hashtags_and_no_more(w):
    tags = [{"type": "Hashtag", "name": f"#tag{i}", "href": f"{w.victim.base}/tags/tag{i}"} for i in range(1000)]
    emoji = [{"type": "Emoji", "name": f":e{i}:", "icon": {"type": "Image", "url": f"{w.victim.base}/e{i}.png"}} for i in range(1000)]
    text = " ".join(f"#tag{i} :e{i}:" for i in range(1000))
    create = to_alice(w, w.victor, text, tag=tags + emoji)
    asked = len(w.victim.asked)
    began = time.monotonic()
    assert w.victor.send(w.server, create).status_code == 202
    w.drained()
    assert time.monotonic() - began < 5 * LATE
    row = w.rows("SELECT id, emojis FROM statuses WHERE uri = ?", create["object"]["id"])
    assert len(row) == 1 and len(json.loads(row[0][1])) <= 128
    assert w.value("SELECT count(*) FROM status_tags WHERE status_id = ?", row[0][0]) <= 64
    assert not [p for _, p in w.victim.asked[asked:] if p.endswith(".png")], "pictures are not fetched before somebody looks"


def test_res_17_too_much_of_one_server_in_the_inbox_is_429_and_others_get_in(w):
    """The inbox of that host is filled behind the server's back, as if it had no time."""
    values = ", ".join(f"({i}, 1, 1, NULL, '{{}}', 9000000000000, 0, 0, 1, '{w.evil.host}')" for i in range(10, 20))
    mallory = w.evil.actors.get("crowd1") or w.mallory
    time.sleep(1.1)  # what waits of a host is counted anew after a second
    w.server.sql(f"INSERT INTO inbox (id, signer_id, site_id, target_id, body, due, lease, tries, created_at, host) VALUES {values}")
    for n in 1, 2:  # counted, and remembered
        r = mallory.send(w.server, to_alice(w, mallory, f"{n} more"))
        assert r.status_code == 429 and int(r.headers["Retry-After"]) > 0
    assert w.victor.send(w.server, to_alice(w, w.victor, "from elsewhere")).status_code == 202
    w.server.sql("DELETE FROM inbox WHERE due = 9000000000000")
    time.sleep(1.1)
    assert mallory.send(w.server, to_alice(w, mallory, "and again")).status_code == 202
    w.drained()


def open_files(proc):
    """Of the databases, and others: each thread opens those when it first reads, which may be late."""
    found = []
    for fd in os.listdir(f"{proc}/fd"):
        try:
            found.append(os.readlink(f"{proc}/fd/{fd}"))
        except FileNotFoundError:
            pass
    return [f for f in found if f.endswith(".db")], [f for f in found if not f.endswith((".db", ".db-wal"))]


class State:
    """What a server holds that must not grow with time."""

    def __init__(self, server):
        proc = f"/proc/{server.process.pid}"
        text = open(f"{proc}/status").read()
        self.rss, self.threads = (int(re.search(rf"^{k}:\s+(\d+)", text, re.M)[1]) for k in ("VmRSS", "Threads"))
        self.databases, self.fds = map(len, open_files(proc))
        self.files = sorted(os.listdir(server.dir))


def faulty(w, i):
    """One thing that goes wrong, in turn."""
    def cut_off(head):
        with socket.create_connection(("127.0.0.1", w.server.port), 10) as s:
            s.sendall(head.encode())
    host = f"Host: {w.server.host}\r\nAuthorization: Bearer {w.alice.token}\r\n"
    return (
        lambda: w.victor.send(w.server, b'{"type": "Create", "object": '),
        lambda: w.victor.send(w.server, w.victor.create("forged"), key_id=w.mallory.key_id),
        lambda: w.alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(30, 30, i)[:200])}),
        lambda: cut_off(f"POST /api/v2/media HTTP/1.1\r\n{host}Content-Type: multipart/form-data; boundary=b\r\n"
                        "Content-Length: 100000\r\n\r\n--b\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nabc"),
        lambda: cut_off(f"GET /api/v1/streaming/user HTTP/1.1\r\n{host}\r\n"),
        lambda: w.alice.raw("POST", "/api/v1/statuses", json={"status": "x" * 6000, "media_ids": ["1"]}),
        lambda: cut_off(f"GET /api/v1/timelines/home HTTP/1.1\r\n{host}"),
        lambda: w.alice.raw("GET", f"/api/v2/search?q=@nobody{i}@{w.victim.host}&resolve=true"),
    )[i % 8]()


def some_traffic(w, rounds):
    for i in range(rounds):
        post = w.alice.raw("POST", "/api/v1/statuses", json={"status": f"words of round {i} #round{i}"})
        assert post.status_code == 200, post.text
        w.victor.send(w.server, to_alice(w, w.victor, f"an answer {i}", inReplyTo=post.json()["uri"]))
        assert w.alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(40, 30, i))}).status_code in (200, 429)
        for path in ("/api/v1/timelines/home", "/api/v2/notifications", "/api/v2/search?q=words", "/api/v1/accounts/verify_credentials",
                     f"/.well-known/webfinger?resource=acct:{w.alice.handle}", f"/api/v1/statuses/{post.json()['id']}/context"):
            assert w.alice.raw("GET", path).status_code == 200, path
        faulty(w, i)
    w.drained()


def test_res_16_mixed_traffic_with_faults_leaves_nothing_behind(w):
    """A short piece of three days, which RES_ROUNDS makes longer."""
    rounds = int(os.environ.get("RES_ROUNDS", "32"))
    some_traffic(w, 2 * rounds)
    before = State(w.server)
    some_traffic(w, rounds)
    wait_until(lambda: State(w.server).fds <= before.fds + 2)
    after = State(w.server)
    assert after.databases <= 2 * after.threads, "each thread has one connection to each of the two"
    assert after.threads <= before.threads + 1 and after.files == before.files, (before.__dict__, after.__dict__)
    assert SLOW > 1 or after.rss - before.rss < 4096, (before.rss, after.rss)  # kB; sanitizers keep what was freed
