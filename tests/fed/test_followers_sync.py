"""Followers synchronisation (FEP-8fcf), both ways: what goes with posts for followers, who may read the list, and what is done
where a list differs."""
import hashlib
import re

import pytest
from harness import holds, wait_until
from peer import sign

NAME = "collection-synchronization"


def digest(uris):
    sums = [int.from_bytes(hashlib.sha256(u.encode()).digest(), "big") for u in uris]
    total = 0
    for s in sums:
        total ^= s
    return f"{total:064x}"


def test_the_digest_is_that_of_the_proposal(shared):
    import json
    v = json.loads((shared / "federation/vectors/integrity.json").read_text())["followers_sync"]
    assert digest(v["ids"]) == v["digest"] and digest([]) == v["empty_set_digest"]


def headers_of(peer, inbox="/inbox"):
    return [{k.lower(): v for k, v in h.items()} for m, p, h in peer.requests if m == "POST" and p == inbox]


# --- ours

@pytest.fixture
def followed(server, peer):
    """Someone with two followers over there."""
    who = server.someone("followed")
    uri = who.get(f"/api/v1/accounts/{who.id}")["uri"]
    fans = [peer.actor(f"fan{who.id}{i}") for i in range(2)]
    for f in fans:
        assert f.send(server, f.follow(uri)).status_code == 202
        wait_until(lambda f=f: [a for a in peer.of_type("Accept") if a["object"]["actor"] == f.uri])
    return who, uri, fans


def test_posts_for_followers_carry_a_signed_digest(server, peer, followed):
    who, uri, fans = followed
    for visibility in ("public", "unlisted", "direct", "private"):
        post = who.status(f"@{fans[0].handle} {visibility}", visibility=visibility)
        wait_until(lambda post=post: peer.of_type("Create", id=post["uri"] + "/activity"))
    sent = [h for h in headers_of(peer) if f"{uri}#" in h["signature"] and NAME in h]
    assert len(sent) == 1, "only what is for followers only"
    assert sent[0][NAME] == f'collectionId="{uri}/followers", digest="{digest(f.uri for f in fans)}",' \
                            f' url="{uri}/followers_synchronization"'
    assert re.search(r'headers="[^"]*\b' + NAME, sent[0]["signature"])


def test_each_server_reads_its_own_part_of_the_list(server, peer, followed):
    who, uri, fans = followed
    url = uri + "/followers_synchronization"
    got = fans[0].get(server, url)
    assert got.status_code == 200 and got.headers["Cache-Control"] == "private, no-store"
    doc = got.json()
    assert doc["type"] == "OrderedCollection" and doc["id"] == url
    assert sorted(doc["orderedItems"]) == sorted(f.uri for f in fans)
    assert server.anonymous().raw("GET", url).status_code == 401


# --- theirs

class Sender:
    """Someone elsewhere whom people here follow, and what their server says about that."""

    def __init__(self, server, peer, name, accepted=(), pending=()):
        self.server, self.peer, self.actor = server, peer, peer.actor(name)
        self.uri = self.actor.uri
        self.path = f"/users/{name}/followers_synchronization"
        for who in (*accepted, *pending):
            self.id = who.follow(self.actor.handle)["id"]
            follow = wait_until(lambda who=who: [f for f in peer.of_type("Follow", object=self.uri)
                                                 if f["actor"].endswith("/" + who.name)])[-1]
            if who in accepted:
                self.actor.send(server, self.actor.activity("Accept", follow))
                wait_until(lambda who=who: who.relationship(self.id)["following"])

    def value(self, uris, **other):
        v = {"collectionId": self.uri + "/followers", "digest": digest(uris), "url": self.peer.base + self.path, **other}
        self.peer.docs[self.path] = {"id": v["url"], "type": "OrderedCollection", "orderedItems": list(uris)}
        return ", ".join(f'{k}="{x}"' for k, x in v.items())

    def says(self, value):
        note = self.actor.note("for followers", to=[self.uri + "/followers"], cc=[self.uri])
        assert self.actor.send(self.server, self.actor.create(note), headers={NAME: value}).status_code == 202

    def asked(self):
        return [p for _, p in self.peer.asked if p == self.path]


def uri_of(who):
    return who.get(f"/api/v1/accounts/{who.id}")["uri"]


def test_a_list_that_differs_is_read_and_followed(server, peer):
    alice, bob, carol, dave = (server.someone(n) for n in ("alice", "bob", "carol", "dave"))
    eve = Sender(server, peer, "eve-settles", [alice, bob], [dave])
    eve.says(eve.value([uri_of(alice), uri_of(carol), uri_of(dave), "http://elsewhere.test/users/x",
                        uri_of(alice) + "-none"]))
    wait_until(lambda: not bob.relationship(eve.id)["following"], 10)
    assert alice.relationship(eve.id)["following"]
    wait_until(lambda: dave.relationship(eve.id)["following"])
    undone = wait_until(lambda: len(u := [u["actor"] for u in peer.of_type("Undo") if u["object"]["object"] == eve.uri]) == 2 and u)
    assert sorted(undone) == sorted([uri_of(bob), uri_of(carol)])
    # what was said once is not asked about again at once
    eve.says(eve.value([]))
    holds(lambda: len(eve.asked()) == 1 and alice.relationship(eve.id)["following"])


def test_the_same_list_costs_nothing(server, peer):
    alice = server.someone("alice")
    eve = Sender(server, peer, "eve-agrees", [alice])
    eve.says(eve.value([uri_of(alice)]))
    holds(lambda: not eve.asked())


@pytest.mark.parametrize("name,other", [
    ("digest", {"digest": "ab" * 32}), ("short", {"digest": "00"}), ("collection", {"collectionId": "http://peer.localhost/followers"}),
    ("elsewhere", {"url": "http://elsewhere.localhost/list"}), ("ours", {"url": "http://localhost/list"})])
def test_a_list_that_is_not_the_one_is_left_alone(server, peer, name, other):
    alice = server.someone("alice")
    eve = Sender(server, peer, "eve-" + name, [alice])
    eve.says(eve.value([], **other))
    if name == "digest":
        wait_until(eve.asked, 10)
    holds(lambda: alice.relationship(eve.id)["following"] and len(eve.asked()) == (name == "digest"), 0.3)


def test_a_header_that_nobody_signed_is_not_read(server, peer):
    import json
    alice = server.someone("alice")
    eve = Sender(server, peer, "eve-unsigned", [alice])
    body = json.dumps(eve.actor.create(eve.actor.note("x"))).encode()
    h = sign(eve.actor.key, eve.actor.key_id, "POST", server.host, "/inbox", body)
    r = peer.http.post(f"http://127.0.0.1:{server.port}/inbox", data=body, headers={**h, NAME: eve.value([])})
    assert r.status_code == 202
    holds(lambda: alice.relationship(eve.id)["following"] and not eve.asked(), 0.3)


@pytest.mark.parametrize("text", ['digest="', "=,=,=", 'collectionId=x, digest=y, url=z', 'digest="a", digest="b"', ",", "x" * 9000])
def test_nonsense_in_the_header_does_no_harm(server, peer, text):
    eve = peer.actor("eve-nonsense")
    assert eve.send(server, eve.create("x"), headers={NAME: text}).status_code == 202
