"""Relays of both kinds, FEP-ae0c: subscribing, what goes to them, what they bring, and what they may not."""
import pytest
from harness import Server, holds, wait_until
from peer import PUBLIC, Peer


class World:
    def __init__(self, kind):
        names = "localhost", "relay.localhost", "relay2.localhost", "far.localhost"
        self.server = Server(kind, hosts=" ".join(f"{n}=127.0.0.1" for n in names)).start()
        self.relay, self.far = Peer("relay.localhost").start(), Peer("far.localhost").start()
        self.actors = {"inbox": self.relay.actor("relay"), "actor": self.relay.actor("lite", key=1)}
        for a in self.actors.values():
            a.doc["type"] = "Application"
        self.urls = {"inbox": self.relay.base + "/inbox", "actor": self.actors["actor"].uri}
        self.alice = self.server.user("alice")
        self.us = f"http://{self.server.host}/actor"

    def wake(self):
        """A running server looks for what a command noted twice a minute, or when it has something to do anyway."""
        self.alice.post("/api/v1/statuses", status="@" + self.far.actor("someone").handle, visibility="direct")

    def command(self, verb, kind):
        self.server.command("relay", verb, self.urls[kind])
        self.wake()

    def states(self):
        return {line.split("\t")[2]: line.split("\t")[0] for line in self.server.command("relay", "list").stdout.splitlines()}

    def subscribe(self, kind):
        if self.states().get(self.urls[kind]) != "accepted":
            self.command("add", kind)
            actor = self.actors[kind]
            follow = wait_until(lambda: self.relay.of_type("Follow", object=PUBLIC if kind == "inbox" else actor.uri))[-1]
            actor.send(self.server, actor.activity("Accept", follow))
            wait_until(lambda: self.states()[self.urls[kind]] == "accepted")
        return self.actors[kind]

    def drained(self):
        wait_until(lambda: self.server.sql("SELECT count(*) FROM inbox") == "0", 30, what="the inbox to be empty")

    def stored(self, uri):
        return self.server.sql(f"SELECT content FROM statuses WHERE uri = '{uri}' AND deleted_at = 0")

    def public(self):
        return [s["uri"] for s in self.alice.get("/api/v1/timelines/public")]

    def close(self):
        self.server.close()
        self.relay.stop()
        self.far.stop()


@pytest.fixture(scope="module")
def w(kind):
    world = World(kind)
    try:
        yield world
    finally:
        world.close()


KINDS = ["inbox", "actor"]


@pytest.mark.parametrize("which", KINDS)
def test_subscribing_is_asked_for_and_answered_by_the_relay_only(w, which):
    relay, url = w.actors[which], w.urls[which]
    w.command("add", which)
    follow = wait_until(lambda: w.relay.of_type("Follow", object=PUBLIC if which == "inbox" else relay.uri))[-1]
    assert follow["actor"] == w.us and w.states()[url] == "pending"
    # somebody else's word is none
    mallory = w.far.actor("mallory")
    mallory.send(w.server, mallory.activity("Accept", follow))
    mallory.send(w.server, mallory.activity("Accept", follow["id"]))
    w.drained()
    assert w.states()[url] == "pending"
    relay.send(w.server, relay.activity("Reject", follow))
    wait_until(lambda: w.states()[url] == "rejected")
    w.command("add", which)
    again = wait_until(lambda: [f for f in w.relay.of_type("Follow", object=follow["object"]) if f["id"] != follow["id"]])[-1]
    relay.send(w.server, relay.activity("Accept", again["id"]))
    wait_until(lambda: w.states()[url] == "accepted")


def test_an_answer_without_ids_is_for_the_relay_that_waits(w):
    relay, url = w.actors["inbox"], w.urls["inbox"]
    for kind, state in (("Accept", "accepted"), ("Reject", "rejected")):
        w.command("add", "inbox")
        wait_until(lambda: w.states()[url] == "pending")
        nameless = {"type": "Follow", "actor": w.us, "object": PUBLIC}
        mallory = w.far.actor("mallory")
        mallory.send(w.server, mallory.activity(kind, nameless))
        w.drained()
        assert w.states()[url] == "pending"
        answer = relay.activity(kind, nameless)
        del answer["id"]
        assert relay.send(w.server, answer).status_code == 202
        wait_until(lambda: w.states()[url] == state)


def test_bad_urls_are_refused(w):
    for url in ("nonsense", "ftp://relay.localhost/inbox", f"http://{w.server.host}/inbox", "http://relay.localhost"):
        assert w.server.command("relay", "add", url, ok=False).returncode == 1
    assert w.server.command("relay", "remove", w.relay.base + "/none", ok=False).returncode == 1


def test_public_posts_go_to_relays_and_others_do_not(w):
    for kind in KINDS:
        w.subscribe(kind)
    for visibility in ("unlisted", "private", "direct"):
        w.alice.status(visibility, visibility=visibility)
    post = w.alice.status("for all")
    create = w.relay.wait_for("Create", id=post["uri"] + "/activity")
    assert create["object"]["content"] == "<p>for all</p>" and "proof" in create
    announce = w.relay.wait_for("Announce", object=post["uri"])
    assert announce["actor"] == w.us and announce["to"] == [PUBLIC]
    w.alice.put(f"/api/v1/statuses/{post['id']}", status="for all of you")
    wait_until(lambda: [u for u in w.relay.of_type("Update") if u["object"]["id"] == post["uri"]])
    w.alice.delete(f"/api/v1/statuses/{post['id']}")
    wait_until(lambda: [u for u in w.relay.of_type("Delete") if u["object"]["id"] == post["uri"]])
    assert {c["object"]["content"] for c in w.relay.of_type("Create")} == {"<p>for all</p>"}


def test_moves_go_to_relays(w):
    w.subscribe("inbox")
    mover, new = w.server.someone("mover"), w.far.actor("newhome", key=2)
    new.doc["alsoKnownAs"] = [f"http://{w.server.host}/users/{mover.name}"]
    w.server.command("account", "move", mover.name, new.handle)
    w.wake()
    assert w.relay.wait_for("Move")["target"] == new.uri


def test_the_list_says_why_a_relay_has_not_answered(w):
    def line(url):
        return next(x for x in w.server.command("relay", "list").stdout.splitlines() if x.split("\t")[2] == url)

    with Peer("relay2.localhost") as sulky:
        sulky.inbox_status = 403
        for url, why in (sulky.base + "/inbox", "HTTP 403"), (sulky.base + "/nobody", "not sent"):
            w.server.command("relay", "add", url)
            w.wake()
            wait_until(lambda: line(url).endswith(why))  # noqa: B023
        for url in sulky.base + "/inbox", sulky.base + "/nobody":
            w.server.command("relay", "remove", url)
        w.wake()
        wait_until(lambda: sulky.base not in str(w.states()))


def test_what_a_relay_announces_comes_in_without_a_boost(w):
    relay = w.subscribe("actor")
    author = w.far.actor("author", key=2)
    note = author.note("somewhere else")
    relay.send(w.server, relay.activity("Announce", note["id"], to=[PUBLIC]))
    w.drained()
    assert note["id"] in w.public() and w.server.sql("SELECT count(*) FROM statuses WHERE reblog_of_id IS NOT NULL") == "0"
    assert note["id"] not in str(w.alice.get("/api/v1/timelines/home"))


def test_what_a_relay_forwards_is_asked_for_where_it_lives(w):
    relay = w.subscribe("inbox")
    author = w.far.actor("author", key=2)
    note = author.note("as it was written")
    relay.send(w.server, author.create({**note, "content": "<p>forged</p>"}))
    w.drained()
    assert note["id"] in w.public() and "as it was written" in w.stored(note["id"])
    w.far.docs[note["id"].removeprefix(w.far.base)] = 410
    relay.send(w.server, author.activity("Delete", note["id"]))
    w.drained()
    assert not w.stored(note["id"])
    # the same from one that is no relay here
    note = author.note("brought by a stranger")
    mallory = w.far.actor("mallory")
    mallory.send(w.server, author.create(note))
    mallory.send(w.server, mallory.activity("Announce", note["id"], to=[PUBLIC]))
    w.drained()
    assert not w.stored(note["id"])


def test_litepub_follows_back_and_is_let_in(w):
    relay = w.subscribe("actor")
    back = relay.follow(w.us)
    relay.send(w.server, back)
    wait_until(lambda: [a for a in w.relay.of_type("Accept") if a["object"]["id"] == back["id"]])
    mallory = w.far.actor("mallory")
    ask = mallory.follow(w.us)
    mallory.send(w.server, ask)
    wait_until(lambda: [r for r in w.far.of_type("Reject") if r["object"]["id"] == ask["id"]])


def test_a_flood_from_a_relay_is_cut_off(w):
    relay = w.subscribe("inbox")
    w.far.docs["/users/author"] = w.far.actor("author", key=2).doc
    before = len(w.far.asked)
    relay.pour(w.server, [relay.activity("Announce", f"{w.far.base}/none/{i}") for i in range(900)])  # 600, and two a second come back
    w.drained()
    assert 500 <= len(w.far.asked) - before <= 800


def test_leaving(w):
    for kind in KINDS:
        w.subscribe(kind)
        w.command("remove", kind)
    wait_until(lambda: len(w.relay.of_type("Undo")) == 2)
    assert {u["object"]["object"] for u in w.relay.of_type("Undo")} == {PUBLIC, w.urls["actor"]}
    wait_until(lambda: not w.states())
    note, relay = w.far.actor("author", key=2).note("too late"), w.actors["actor"]
    relay.send(w.server, relay.activity("Announce", note["id"], to=[PUBLIC]))
    post = w.alice.status("not for relays")
    w.drained()
    holds(lambda: not w.relay.of_type("Create", id=post["uri"] + "/activity"), 0.3)
    assert not w.stored(note["id"])
