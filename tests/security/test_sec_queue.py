"""Queues whose other end misbehaves, and work that ends the process. QUEUE cases, DB-12, DB-14, CRASH-07, CRASH-13, CRASH-14."""
import datetime
import gzip
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import pytest
from faults import CLOCK_OFF, Faults
from harness import LATE, PG, SLOW, Server, holds, wait_until
from peer import PUBLIC, Peer

HOSTS = "localhost=127.0.0.1 peer.localhost=127.0.0.1 dead.localhost=127.0.0.1"


@pytest.fixture(scope="module")
def kind():
    return "sqlite"


def uri_of(client):
    return client.get(f"/api/v1/accounts/{client.id}")["uri"]


def follower(server, peer, client, name):
    a = peer.actor(name)
    assert a.send(server, a.follow(uri_of(client))).status_code == 202
    wait_until(lambda: any(f["acct"] == a.handle for f in client.get(f"/api/v1/accounts/{client.id}/followers")))
    return a


def left(server, table="deliveries"):
    return int(server.sql(f"SELECT count(*) FROM {table}"))


def left_jobs(server):
    """Those of the moment: a job that stands there to come again has its kind as its key."""
    return left(server, "jobs WHERE unique_key IS NULL OR unique_key <> kind")


def rss(server):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1])


@pytest.fixture
def fresh():
    """A server and a peer of their own."""
    s = Server("sqlite", hosts=HOSTS)
    with Peer() as peer:
        s.start()
        try:
            yield s, peer
        finally:
            s.close()


def test_queue_02_a_host_that_says_gone_is_left_alone_and_comes_back(fresh):
    server, peer = fresh
    alice = server.user("alice")
    fan = follower(server, peer, alice, "fan")
    peer.wait_for("Accept")
    peer.inbox_status = 410
    alice.status("to nobody")
    wait_until(lambda: left(server) == 0, 10)
    asked = len(peer.requests)
    alice.status("to nobody")
    wait_until(lambda: left(server) == 0 and left_jobs(server) == 0, 10)
    assert len(peer.requests) - asked <= 2
    peer.inbox_status = 202
    fan.send(server, fan.activity("Like", alice.status("liked")["uri"]))
    alice.status("once more")
    wait_until(lambda: [a for a in peer.of_type("Create") if "once more" in json.dumps(a)], 10)


def test_queue_04_crash_14_rows_that_cannot_be_done_are_put_aside(fresh):
    server, peer = fresh
    alice = server.user("alice")
    sender = peer.actor("sender")
    sender.send(server, sender.activity("Like", f"http://{server.host}/none"))
    signer = server.sql(f"SELECT id FROM accounts WHERE uri = '{sender.uri}'")
    site = server.sql("SELECT id FROM sites LIMIT 1")
    server.stop()
    follow = json.dumps(sender.follow(uri := f"http://{server.host}/users/alice"))
    good = json.dumps(sender.create(sender.note("beside the poison", to=[uri], tag=[sender.mention(uri, alice.handle)])))
    for n, (body, tries) in enumerate([("{", 0), ("[]", 0), ("", 0), ("null", 5), ("[" * 70000, 0), (follow, 40), (good, 7), ('{"type":"Create"}', 4)]):
        server.sql(f"INSERT INTO inbox (id, signer_id, site_id, target_id, body, due, lease, tries, created_at) VALUES"
                   f" ({1000 + n}, {signer}, {site}, NULL, '{body}', 1, 0, {tries}, 1)")
    server.sql("INSERT INTO inbox (id, signer_id, site_id, target_id, body, due, lease, tries, created_at) VALUES (2000, 5, 5, 5, '{}', 1, 0, 0, 1)")
    for n, (job, args, tries) in enumerate([("send", "{", 0), ("send", "[]", 0), ("send", '{"kind":99}', 0), ("send", '{"kind":"x"}', 0), ("parents", "", 0),
                                            ("parents", "5", 0), ("sweep", "{", 0), ("send", '{"kind":0,"actor":1,"status":1}', 900), ("no-such-kind", "{}", 0)]):
        server.sql(f"INSERT INTO jobs (id, kind, args, due, lease, tries, created_at) VALUES ({3000 + n}, '{job}', '{args}', 1, 0, {tries}, 1)")
    server.start()
    wait_until(lambda: left(server, "inbox WHERE tries > 1 AND id <> 1000") == 0 and left(server, "inbox WHERE due < 100") == 0, 10)
    wait_until(lambda: left(server, "jobs WHERE due < 100 AND kind <> 'no-such-kind'") == 0, 10)
    # what took the process with it twelve times is not begun again; what stood beside it is done
    assert alice.get(f"/api/v1/accounts/{alice.id}/followers") == []
    wait_until(lambda: [n for n in alice.get("/api/v1/notifications") if n["type"] == "mention"])
    assert left(server, "dead_jobs") >= 1
    alice.status("and all goes on")
    server.check()


def test_queue_05_kill_9_with_thousands_of_rows_loses_none(fresh):
    server, peer = fresh
    alice = server.user("alice")
    fan = follower(server, peer, alice, "fan")
    peer.wait_for("Accept")
    gate = threading.Event()
    peer.inbox_status = lambda h, body: 202 if gate.is_set() else 503
    posts = [alice.status(f"waiting {n}")["uri"] for n in range(120)]
    accepted = []
    for n in range(120):
        note = fan.note(f"accepted {n}", to=[uri_of(alice)], cc=[peer.base + "/x"], tag=[fan.mention(uri_of(alice), alice.handle)])
        if fan.send(server, fan.create(note)).status_code == 202:
            accepted.append(note["id"])
    server.kill()
    gate.set()
    server.start()
    server.sql("UPDATE deliveries SET due = 1")
    server.sql("UPDATE hosts SET open_until = 0, failures = 0")
    server.restart()
    wait_until(lambda: set(posts) <= {a["object"]["id"] for a in peer.of_type("Create")}, 30, 0.1)
    wait_until(lambda: int(server.sql("SELECT count(*) FROM statuses WHERE uri LIKE '%/notes/%'")) >= len(accepted), 20, 0.1)
    have = set(server.sql("SELECT uri FROM statuses WHERE uri LIKE '%/notes/%'").split())
    assert set(accepted) <= have


def test_queue_06_killed_between_their_answer_and_our_note_of_it_it_is_sent_again_with_the_same_id(fresh):
    server, peer = fresh
    alice = server.user("alice")
    follower(server, peer, alice, "fan")
    peer.wait_for("Accept")
    wait_until(lambda: left(server) == 0)
    seen = []

    def kills(h, body):
        seen.append(json.loads(body)["id"])
        if len(seen) == 1:
            server.process.send_signal(signal.SIGKILL)
        return 202
    peer.inbox_status = kills
    alice.status("sent at least once")
    wait_until(lambda: server.process.poll() is not None)
    server.kill()
    server.start()
    wait_until(lambda: len(seen) >= 2, 15)
    assert len(set(seen)) == 1
    wait_until(lambda: left(server) == 0, 10)


def test_queue_07_create_update_delete_arrive_in_order_and_a_delete_cancels(fresh):
    server, peer = fresh
    alice = server.user("alice")
    follower(server, peer, alice, "fan")
    peer.wait_for("Accept")

    def slow(h, body):
        time.sleep(0.4)
        return 202
    peer.inbox_status = slow
    posts = [alice.status(f"changing {n}") for n in range(3)]
    for p in posts:
        alice.put(f"/api/v1/statuses/{p['id']}", status="changed")
    for p in posts[1:]:
        alice.delete(f"/api/v1/statuses/{p['id']}")
    wait_until(lambda: left(server) == 0 and left(server, "jobs WHERE kind = 'send'") == 0, 20, 0.1)
    for n, p in enumerate(posts):
        kinds = [a["type"] for a in peer.taken if (a["object"] if isinstance(a["object"], str) else a["object"]["id"]) == p["uri"]]
        assert kinds in (["Create", "Update"], ["Create"]) if n == 0 else kinds in (
            ["Create", "Update", "Delete"], ["Create", "Delete"], ["Delete"], []), kinds


def test_queue_11_replies_that_never_end_are_cut_off(fresh):
    server, peer = fresh
    alice = server.user("alice")
    before = rss(server)
    stop = threading.Event()
    written = {}

    def endless(name, head, piece):
        def answer(h):
            h.close_connection = True
            try:
                h.wfile.write(head)
                while not stop.is_set() and written.get(name, 0) < 200 << 20:
                    h.wfile.write(piece)
                    written[name] = written.get(name, 0) + len(piece)
            except OSError:
                pass
        return answer
    bomb = gzip.compress(b"\0" * (64 << 20))
    ways = {
        "body": endless("body", b"HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\n\r\n", b"x" * 65536),
        "chunks": endless("chunks", b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        "heads": endless("heads", b"HTTP/1.1 202 Accepted\r\n", b"X: " + b"y" * 8000 + b"\r\n"),
        "continue": endless("continue", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        "bomb": endless("bomb", b"HTTP/1.1 202 Accepted\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb), bomb),
    }
    actors = {}
    for name in ways:
        a = follower(server, peer, alice, name)
        actors[name] = a
    wait_until(lambda: left(server) == 0, 10)

    def answer(h, body):
        name = next((n for n in ways if h.path == f"/users/{n}/inbox"), None)
        if name:
            ways[name](h)
        return 202
    for name, a in actors.items():
        a.doc["inbox"], a.doc["endpoints"] = a.uri + "/inbox", {}
        a.send(server, a.activity("Update", a.doc))
    server.sql("UPDATE accounts SET shared_inbox = '' WHERE site_id IS NULL")
    wait_until(lambda: left(server, "inbox") == 0)
    peer.inbox_status = answer
    alice.status("to all of them")
    wait_until(lambda: set(written) == set(ways) and left(server, "deliveries WHERE tries = 0") == 0, 20, what="all to be tried")
    wait_until(lambda: int(server.sql("SELECT count(*) FROM deliveries WHERE lease > 0")) == 0 or left(server) <= 2, 35)
    stop.set()
    assert all(n < 40 << 20 for k, n in written.items()), written
    assert rss(server) - before < 48 * 1024 * SLOW
    # by their status line the endless ones are delivered
    assert not int(server.sql("SELECT count(*) FROM deliveries WHERE inbox LIKE '%/body/inbox' OR inbox LIKE '%/chunks/inbox' OR inbox LIKE '%/bomb/inbox'"))


def test_queue_12_what_is_remembered_of_hosts_is_bounded(fresh):
    """Inboxes on many hosts: no row for hosts nothing was ever heard of, or one that the sweep removes."""
    server, peer = fresh
    alice = server.user("alice")
    for n in range(60):
        a = peer.actor(f"far{n}")
        a.doc["inbox"], a.doc["endpoints"] = f"http://dead.localhost:{20000 + n}/inbox", {}
        a.send(server, a.follow(uri_of(alice)))
    wait_until(lambda: len(alice.get(f"/api/v1/accounts/{alice.id}/followers", limit=80)) == 60, 15)
    before = rss(server)
    alice.status("to sixty dead hosts")
    wait_until(lambda: left(server, "deliveries WHERE tries = 0") == 0, 30)
    assert left(server, "hosts") <= 62 and rss(server) - before < 20 * 1024 * SLOW
    began = time.monotonic()
    assert alice.get("/api/v1/instance") and time.monotonic() - began < LATE


def test_queue_13_what_waited_comes_spread_out(fresh):
    server, peer = fresh
    alice = server.user("alice")
    follower(server, peer, alice, "fan")
    peer.wait_for("Accept")
    under_way, most = [0], [0]
    lock = threading.Lock()

    def counts(h, body):
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.05)
        with lock:
            under_way[0] -= 1
        return 202
    peer.inbox_status = 503
    for n in range(25):
        alice.status(f"waits {n}")
    wait_until(lambda: left(server) == 25 and left(server, "deliveries WHERE tries = 0") < 25, 10)
    due = [int(d) for d in server.sql("SELECT due FROM deliveries WHERE tries > 0").split()]
    assert all(d > time.time() * 1000 for d in due)
    peer.inbox_status = counts
    server.sql("UPDATE deliveries SET due = 1")
    server.sql("UPDATE hosts SET open_until = 0")
    server.restart()
    wait_until(lambda: left(server) == 0, 20)
    assert 1 <= most[0] <= 2, "two at a time to one host"


def test_queue_14_a_peer_that_always_says_401_is_knocked_at_twice_at_most(fresh):
    server, peer = fresh
    alice = server.user("alice")
    keys = server.sql("SELECT uri, public_pem FROM account_keys ORDER BY uri")
    follower(server, peer, alice, "fan")
    peer.wait_for("Accept")
    wait_until(lambda: left(server) == 0)
    peer.inbox_status = 401
    asked = len([r for r in peer.requests if r[0] == "POST"])
    alice.status("refused")
    wait_until(lambda: len([r for r in peer.requests if r[0] == "POST"]) > asked)
    holds(lambda: len([r for r in peer.requests if r[0] == "POST"]) - asked <= 2, 1.5)
    have = dict(line.split("|", 1) for line in server.sql("SELECT uri, replace(public_pem, char(10), '') FROM account_keys ORDER BY uri").splitlines())
    assert all(pem.replace("\n", "") in "".join(have.values()) for pem in re.findall(r"-----BEGIN[^|]*?END PUBLIC KEY-----", keys))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_db_12_the_same_thing_fifty_times_at_once_is_one_row(kind):
    with Server(kind, hosts=HOSTS) as server, Peer() as peer:
        alice, bob = server.user("alice"), server.user("bob")
        post = alice.status("pressed by many")
        eve = peer.actor("eve")
        eve.send(server, eve.activity("Like", f"http://{server.host}/none"))
        bad = []

        def api(path):
            c = type(bob)(server, server.host, bob.token, "bob")
            r = c.raw("POST", path)
            if r.status_code >= 500:
                bad.append((path, r.status_code))

        def inbox(activity):
            r = eve.send(server, dict(activity, id=f"{peer.base}/activities/{peer.next()}"))
            if r.status_code != 202:
                bad.append((activity["type"], r.status_code))
        calls = [lambda p=p: api(p) for p in (f"/api/v1/accounts/{alice.id}/follow", f"/api/v1/statuses/{post['id']}/favourite", f"/api/v1/statuses/{post['id']}/reblog",
                                              f"/api/v1/statuses/{post['id']}/bookmark")]
        calls += [lambda a=a: inbox(a) for a in (eve.follow(uri_of(alice)), eve.activity("Like", post["uri"]), eve.activity("Announce", post["uri"], to=[PUBLIC]),
                                                eve.activity("Block", uri_of(bob)))]
        threads = [threading.Thread(target=c) for c in calls * 13]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        wait_until(lambda: left(server, "inbox") == 0, 15)
        assert not bad, bad[:5]
        for table, where, n in (("follows", f"target_id = {alice.id}", 2), ("favourites", f"status_id = {post['id']}", 2),
                                ("statuses", f"reblog_of_id = {post['id']} AND deleted_at = 0", 2), ("bookmarks", f"status_id = {post['id']}", 1),
                                ("blocks", f"target_id = {bob.id}", 1)):
            assert left(server, f"{table} WHERE {where}") == n, table
        seen = alice.get(f"/api/v1/statuses/{post['id']}")
        assert (seen["favourites_count"], seen["reblogs_count"]) == (2, 2)
        assert alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == 2


@pytest.mark.skipif(not PG, reason="no PostgreSQL here (TEST_POSTGRES)")
def test_db_14_connections_of_postgresql_that_are_cut_lose_nothing():
    with Server("postgres") as server:
        alice = server.user("alice")
        acknowledged, odd, cut, stop = [], [], 0, threading.Event()

        def write(n):
            c = type(alice)(server, server.host, alice.token, "alice")
            i = 0
            while not stop.is_set():
                i += 1
                text = f"writer {n} post {i}"
                try:
                    r = c.raw("POST", "/api/v1/statuses", json={"status": text}, headers={"Idempotency-Key": f"{n}-{i}"})
                except OSError as e:
                    odd.append(repr(e))
                    continue
                if r.status_code == 200:
                    acknowledged.append((r.json()["id"], text))
                elif r.status_code != 503:
                    odd.append((r.status_code, r.text))
        threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]
        for t in threads:
            t.start()
        end = time.monotonic() + 10 * LATE
        while (len(acknowledged) <= 20 or cut <= 20) and time.monotonic() < end:
            time.sleep(0.25)
            cut += int(server.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                                  " WHERE pid <> pg_backend_pid() AND datname = current_database()"))
        stop.set()
        for t in threads:
            t.join()
        assert not odd, odd[:3]
        assert len(acknowledged) > 20 and cut > 20
        wait_until(lambda: alice.get(f"/api/v1/accounts/{alice.id}"), 10)
        ids = set(server.sql("SELECT id FROM statuses").split())
        assert {i for i, _ in acknowledged} <= ids
        texts = server.sql("SELECT text FROM statuses").splitlines()
        assert len(texts) == len(set(texts)), "written twice"
        assert int(alice.get(f"/api/v1/accounts/{alice.id}")["statuses_count"]) == len(texts)


def test_db_09_the_command_line_writes_beside_the_server(fresh):
    server, _ = fresh
    alice = server.user("alice")
    done, stop = [], threading.Event()

    def write():
        c = type(alice)(server, server.host, alice.token, "alice")
        while not stop.is_set():
            done.append(c.raw("POST", "/api/v1/statuses", json={"status": f"n {len(done)}"}).status_code)
    t = threading.Thread(target=write)
    t.start()
    for n in range(6):
        server.add_user(f"made{n}")
    stop.set()
    t.join()
    assert set(done) == {200} and len(done) > 5
    assert server.sql("PRAGMA integrity_check") == "ok"
    second = subprocess.run([os.environ.get("DASSIE", str(pathlib.Path(__file__).parents[2] / "build/src/cmd/dassie")), "serve", "--config", str(server.dir / "dassie.conf")],
                            env={**os.environ, "DASSIE_LISTEN": "127.0.0.1:0"}, capture_output=True, text=True, timeout=20)
    assert second.returncode != 0 and second.stderr.strip()


def test_crash_07_signals_under_load_lose_nothing(fresh):
    server, peer = fresh
    alice = server.user("alice")
    acknowledged, stop = [], threading.Event()

    def write(n):
        c = type(alice)(server, server.host, alice.token, "alice")
        while not stop.is_set():
            try:
                r = c.raw("POST", "/api/v1/statuses", json={"status": f"{n} {time.monotonic()}"}, timeout=30)
            except OSError:
                return
            if r.status_code == 200:
                acknowledged.append(r.json()["id"])
    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    time.sleep(0.3)
    process = server.process
    for s in (signal.SIGHUP, signal.SIGPIPE):
        process.send_signal(s)
        time.sleep(0.1)
        assert process.poll() is None, s
    process.send_signal(signal.SIGSTOP)
    time.sleep(2)
    process.send_signal(signal.SIGCONT)
    n = len(acknowledged)
    wait_until(lambda: len(acknowledged) > n, 5)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10 * SLOW) == 0
    assert time.monotonic() - began < 10 * LATE
    stop.set()
    for t in threads:
        t.join()
    server.kill()
    server.start()
    assert set(acknowledged) <= set(server.sql("SELECT id FROM statuses").split())


def off(year, *rest):
    """How many ms the clock is off when it says so."""
    return int((datetime.datetime(year, *rest, tzinfo=datetime.timezone.utc).timestamp() - time.time()) * 1000)


DAY = 86400_000


def test_crash_13_jumps_of_the_clock_break_nothing(kind):
    s = Server(kind, hosts=HOSTS)
    faults = Faults(s)
    try:
        with Peer() as peer:
            s.start()
            alice = s.user("alice")
            fan = follower(s, peer, alice, "fan")
            ids = []
            for jump in (0, -DAY, 3653 * DAY, off(1970, 1, 2), off(2026, 3, 29, 1, 59, 59), off(2016, 12, 31, 23, 59, 59), 0):
                faults[CLOCK_OFF] = jump
                time.sleep(0.1)
                for n in range(3):
                    post = alice.status(f"at {jump} {n}")
                    ids.append(int(post["id"]))
                assert jump < 3653 * DAY or int(post["created_at"][:4]) >= time.gmtime().tm_year + 9, "the clock does not jump here"
                assert alice.get("/api/v1/accounts/verify_credentials")["id"] == alice.id, jump
                assert alice.get("/api/v1/timelines/home")
            assert len(set(ids)) == len(ids) and all(0 < i < 1 << 63 for i in ids)
            wait_until(lambda: len({a["object"]["id"] for a in peer.of_type("Create")}) >= 18, 15, what="all posts at the follower")
            assert fan.send(s, fan.activity("Like", f"http://{s.host}/none")).status_code == 202
            s.check()
    finally:
        s.close()


