"""Quotes between servers: asked for, stamped, proven, taken back; and as older servers write them."""
import json

import pytest
from harness import holds, servers, wait_until
from peer import AS, PUBLIC


@pytest.fixture(scope="module")
def trio(kind):
    all_ = servers(kind, "a.localhost", "b.localhost", "c.localhost")
    try:
        yield [s.start() for s in all_]
    finally:
        for s in all_:
            s.close()


def fetch(client, uri):
    return client.raw("GET", uri, headers={"Accept": "application/activity+json"})


def test_two_servers_quote_each_other(trio):
    alice, bob = trio[0].someone("alice"), trio[1].someone("bob")
    for x, y in ((alice, bob), (bob, alice)):
        first = x.status("quote me")
        seen = y.find(first["uri"])
        assert seen["quote_approval"]["current_user"] == "automatic"
        made = y.status("look", quoted_status_id=seen["id"])
        now = wait_until(lambda: (s := y.get(f"/api/v1/statuses/{made['id']}"))["quote"]["state"] == "accepted" and s)
        assert now["quote"]["quoted_status"]["uri"] == first["uri"] and now["edited_at"] is None
        note = wait_until(lambda: [n for n in x.get("/api/v1/notifications") if n["type"] == "quote"])[0]
        assert note["status"]["uri"] == made["uri"] and note["status"]["quote"]["state"] == "accepted"
        assert x.get(f"/api/v1/statuses/{first['id']}")["quotes_count"] == 1
        document = fetch(y, made["uri"]).json()
        assert document["quote"] == document["quoteUri"] == document["_misskey_quote"] == document["quoteUrl"] == first["uri"]
        number = document["quoteAuthorization"].rsplit("/", 1)[1]
        assert document["quoteAuthorization"].endswith(f"/users/{x.name}/quote_authorizations/{number}")
        stamp = fetch(x, document["quoteAuthorization"]).json()
        assert (stamp["type"], stamp["interactingObject"], stamp["interactionTarget"], stamp["attributedTo"]) == \
            ("QuoteAuthorization", made["uri"], first["uri"], first["account"]["uri"])
        # and back
        x.post(f"/api/v1/statuses/{first['id']}/quotes/{note['status']['id']}/revoke")
        wait_until(lambda: y.get(f"/api/v1/statuses/{made['id']}")["quote"]["state"] == "revoked")
        assert fetch(x, document["quoteAuthorization"]).status_code == 404
        assert "quoteAuthorization" not in fetch(y, made["uri"]).json()


def test_a_third_server_proves_the_stamp(trio):
    a, b, c = trio
    alice, bob, carol = a.someone("alice"), b.someone("bob"), c.someone("carol")
    first = alice.status("quote me")
    made = bob.status("look", quoted_status_id=bob.find(first["uri"])["id"])
    wait_until(lambda: bob.get(f"/api/v1/statuses/{made['id']}")["quote"]["state"] == "accepted")
    seen = carol.find(made["uri"])
    got = wait_until(lambda: (q := carol.get(f"/api/v1/statuses/{seen['id']}")["quote"])["state"] == "accepted" and q, 10)
    assert got["quoted_status"]["uri"] == first["uri"]
    # who is quoted hears of it when it is deleted, though they follow nobody there
    assert alice.get(f"/api/v1/statuses/{first['id']}")["quotes_count"] == 1
    bob.delete(f"/api/v1/statuses/{made['id']}")
    wait_until(lambda: alice.get(f"/api/v1/statuses/{first['id']}")["quotes_count"] == 0, 10)


# --- the peer

@pytest.fixture
def eve(peer):
    return peer.actor("eve")


POLICY = {"canQuote": {"automaticApproval": [], "manualApproval": [PUBLIC]}}


def test_the_conversation_of_mastodon(server, peer, eve, alice):
    note = eve.note("quote me", interactionPolicy=POLICY)
    seen = alice.find(note["id"])
    assert seen["quote_approval"] == {"automatic": [], "manual": ["public"], "current_user": "manual"}
    made = alice.status("look", quoted_status_id=seen["id"])
    assert made["quote"] == {"state": "pending", "quoted_status": None}
    asked = wait_until(lambda: [q for q in peer.of_type("QuoteRequest") if q["object"] == note["id"]])[0]
    assert asked["actor"] == made["account"]["uri"] and asked["instrument"]["quote"] == note["id"]
    assert asked["instrument"]["id"] == made["uri"] and asked["to"] == [eve.uri]
    mallory = peer.actor("mallory")
    stamp = eve.uri + "/stamps/1"
    echo = {k: asked[k] for k in ("id", "type", "actor", "object")} | {"instrument": made["uri"]}
    mallory.send(server, mallory.activity("Accept", echo, result=stamp))
    eve.send(server, eve.activity("Accept", echo, result="http://elsewhere.localhost/stamps/1"))
    state = lambda: alice.get(f"/api/v1/statuses/{made['id']}")["quote"]["state"]  # noqa: E731
    holds(lambda: state() == "pending")
    eve.send(server, eve.activity("Accept", echo, to=[asked["actor"]], result=stamp))
    wait_until(lambda: state() == "accepted")
    update = wait_until(lambda: [u for u in peer.of_type("Update") if u["object"]["id"] == made["uri"]])[0]
    assert update["object"]["quoteAuthorization"] == stamp and "updated" not in update["object"]
    gone = {"id": stamp, "type": "QuoteAuthorization", "attributedTo": eve.uri, "interactingObject": made["uri"],
            "interactionTarget": note["id"]}
    claim = mallory.note("mine", quote=note["id"], quoteAuthorization=stamp, published="2020-01-01T00:00:00Z")
    assert alice.find(claim["id"])["quote"]["state"] != "accepted"
    mallory.send(server, mallory.activity("Delete", gone))
    holds(lambda: state() == "accepted")
    eve.send(server, {**eve.activity("Delete", gone, to=[PUBLIC]), "id": stamp + "#delete"})
    wait_until(lambda: state() == "revoked")
    # refused
    other = alice.status("look", quoted_status_id=seen["id"])
    asked = wait_until(lambda: [q for q in peer.of_type("QuoteRequest") if q["instrument"]["id"] == other["uri"]])[0]
    eve.send(server, eve.activity("Reject", asked["id"]))
    wait_until(lambda: alice.get(f"/api/v1/statuses/{other['id']}")["quote"]["state"] == "rejected")


def request(actor, note, target):
    return {"@context": AS, "id": note["id"] + "/quote", "type": "QuoteRequest", "actor": actor.uri, "object": target,
            "instrument": note}


def test_others_ask_and_are_answered(server, peer, eve, alice):
    post = alice.status("quote me")
    note = eve.note("RE: it", quote=post["uri"])
    eve.send(server, request(eve, note, post["uri"]))
    yes = peer.wait_for("Accept")
    assert yes["object"]["id"] == note["id"] + "/quote" and yes["object"]["type"] == "QuoteRequest"
    stamp = fetch(alice, yes["result"]).json()
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (note["id"], post["uri"])
    assert alice.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 1
    quoting = alice.get(f"/api/v1/statuses/{post['id']}/quotes")[0]
    assert quoting["uri"] == note["id"] and quoting["quote"]["state"] == "accepted"
    # by id only
    second = eve.note("by id", quote=post["uri"])
    eve.send(server, request(eve, second, post["uri"]) | {"instrument": second["id"]})
    wait_until(lambda: len(peer.of_type("Accept")) == 2)
    # not allowed, not what it says, not theirs
    closed = alice.status("not you", quote_approval_policy="nobody")
    for note, target in ((eve.note("x", quote=closed["uri"]), closed), (eve.note("x", quote=closed["uri"]), post)):
        before = len(peer.of_type("Reject"))
        eve.send(server, request(eve, note, target["uri"]))
        wait_until(lambda: len(peer.of_type("Reject")) > before, what=f"Reject of {target['content']}")
    mallory = peer.actor("mallory")
    mallory.send(server, request(mallory, eve.note("x", quote=post["uri"]), post["uri"]))
    hidden = alice.status("hidden", visibility="private")
    eve.send(server, request(eve, eve.note("x", quote=hidden["uri"]), hidden["uri"]))
    holds(lambda: len(peer.of_type("Accept")) == 2)
    # taken back: a Delete of the stamp
    alice.post(f"/api/v1/statuses/{post['id']}/quotes/{quoting['id']}/revoke")
    gone = wait_until(lambda: [d for d in peer.of_type("Delete") if d["object"].get("type") == "QuoteAuthorization"])[0]
    assert gone["object"]["id"] == yes["result"]


@pytest.mark.parametrize("spoil", ["host", "author", "post", "target", "missing", None])
def test_stamps_are_proven(peer, alice, spoil):
    """SPOOF-41"""
    quoted, other, author = peer.actor("frank"), peer.actor("other"), peer.actor("grace")
    target = quoted.note("quote me", interactionPolicy=POLICY)
    path = f"/stamps/{peer.next()}"
    stamp = peer.base + path
    note = author.note("look", quote=target["id"], quoteAuthorization=stamp)
    doc = {"@context": AS, "id": stamp, "type": "QuoteAuthorization", "attributedTo": quoted.uri,
           "interactingObject": note["id"], "interactionTarget": target["id"]}
    if spoil == "host":
        note["quoteAuthorization"] = doc["id"] = stamp.replace("peer.localhost", "127.0.0.1")
    doc.update({"author": {"attributedTo": other.uri}, "post": {"interactingObject": other.note("x")["id"]},
                "target": {"interactionTarget": other.note("x")["id"]}}.get(spoil, {}))
    if spoil != "missing":
        peer.docs[path] = doc
    seen = alice.find(note["id"])
    state = lambda: alice.get(f"/api/v1/statuses/{seen['id']}")["quote"]["state"]  # noqa: E731
    if spoil is None:
        wait_until(lambda: state() == "accepted")
        return
    wait_until(lambda: state() == "rejected")
    assert alice.get(f"/api/v1/statuses/{seen['id']}")["quote"]["quoted_status"] is None


@pytest.mark.parametrize("spelling", ["_misskey_quote", "quoteUrl", "quoteUri", "link"])
def test_older_dialects(peer, alice, eve, spelling):
    target = eve.note("I know no consent")
    more = {spelling: target["id"]} if spelling != "link" else {"tag": {
        "type": "Link", "mediaType": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "href": target["id"], "name": "RE: " + target["id"]}}
    seen = alice.find(peer.actor("mia").note("RE: it", **more)["id"])
    got = wait_until(lambda: (q := alice.get(f"/api/v1/statuses/{seen['id']}")["quote"]) and q["state"] == "accepted" and q)
    assert got["quoted_status"]["uri"] == target["id"]


def test_who_is_quoted_by_a_stranger_is_told(server, peer, alice):
    """Misskey asks for no leave and sends the quote to whom it quotes: that nobody follows its author is no reason to drop it."""
    mia = peer.actor("mia")
    open_, closed = alice.status("quote me"), alice.status("not me", quote_approval_policy="nobody")
    for post in open_, closed:
        note = mia.note("RE: it", cc=[mia.uri + "/followers"], _misskey_quote=post["uri"], quoteUrl=post["uri"])
        mia.send(server, mia.create(note), inbox=f"/users/{alice.name}/inbox")
    assert mia.send(server, mia.create("of no concern")).status_code == 202
    told = wait_until(lambda: [n["status"]["quote"]["quoted_status"]["uri"] for n in alice.get("/api/v1/notifications") if n["type"] == "quote"])
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
    assert told == [open_["uri"]] and alice.get(f"/api/v1/statuses/{closed['id']}")["quotes_count"] == 0
    assert server.sql("SELECT count(*) FROM statuses WHERE content LIKE '%of no concern%'") == "0"


def test_a_quote_of_what_was_deleted(shared, peer, alice, eve):
    doc = json.loads((shared / "federation/corpus/open/mastodon__object__new-note-deleted-quote.json").read_text())
    seen = alice.find(eve.note("quoting", quote=doc["quote"], interactionPolicy={"canQuote": {"automaticApproval": [eve.uri]}})["id"])
    assert seen["quote"] == {"state": "deleted", "quoted_status": None}
    assert seen["quote_approval"] == {"automatic": [], "manual": [], "current_user": "denied"}


def test_a_chain_of_quotes_ends(peer, alice, eve):
    notes = [eve.note("the end")]
    for _ in range(12):
        notes.append(eve.note("and so on", quoteUrl=notes[-1]["id"]))
    before = len(peer.requests)
    seen = alice.find(notes[-1]["id"])
    holds(lambda: True, 2)
    asked = [p for m, p, _ in peer.requests[before:] if "/notes/" in p]
    assert len(set(asked)) <= 6, asked  # each look goes three further at most
    wait_until(lambda: alice.get(f"/api/v1/statuses/{seen['id']}")["quote"]["state"] == "accepted")
