"""What becomes of accounts: what they feature, that they move, that they are reported, that they end."""
import json

import pytest
from harness import holds, wait_until
from peer import AS, PUBLIC


def uri_of(client):
    return client.get(f"/api/v1/accounts/{client.id}")["uri"]


def befriend(server, peer, me, name, key=0):
    """A remote account that me follows; what it is called here."""
    actor = peer.actor(name, key)
    account = me.follow(actor.handle)
    asked = wait_until(lambda: [a for a in peer.of_type("Follow") if a["object"] == actor.uri and a["actor"] == uri_of(me)])[-1]
    assert actor.send(server, actor.activity("Accept", asked)).status_code == 202
    wait_until(lambda: me.relationship(account["id"])["following"])
    return actor, account


def featuring(actor):
    """It has the collections of what it features."""
    actor.doc.update(featured=actor.uri + "/featured", featuredTags=actor.uri + "/tags")
    actor.peer.docs[f"/users/{actor.name}/featured"] = {
        "@context": AS, "id": actor.uri + "/featured", "type": "OrderedCollection", "orderedItems": []}
    actor.peer.docs[f"/users/{actor.name}/tags"] = {
        "@context": AS, "id": actor.uri + "/tags", "type": "Collection", "totalItems": 2,
        "items": [{"type": "Hashtag", "name": "#Rocks", "href": actor.uri + "/x"}, {"type": "Hashtag", "name": "Sun"}]}


def pinned(me, account):
    return [p["uri"] for p in me.get(f"/api/v1/accounts/{account['id']}/statuses", pinned="true")]


def tags_of(server, account):
    return sorted(server.sql(f"SELECT name FROM featured_tags WHERE account_id = {account['id']}").split())


# --- featured


def test_what_others_pin_is_pinned_here(server, peer, alice):
    featuring(peer.actor("pinner"))
    actor, account = befriend(server, peer, alice, "pinner")
    wait_until(lambda: tags_of(server, account) == ["Rocks", "Sun"])
    posts = [actor.note(f"pin {i}") for i in range(3)]
    at = actor.uri + "/featured"
    actor.send(server, actor.activity("Add", posts[0]["id"], target=at))  # fetched by its id
    actor.send(server, actor.activity("Add", posts[1], target=at))        # as it came
    wait_until(lambda: set(pinned(alice, account)) == {posts[0]["id"], posts[1]["id"]})
    assert not alice.get("/api/v1/notifications")
    actor.send(server, actor.activity("Remove", posts[0], target=at))
    actor.send(server, actor.activity("Remove", posts[2]["id"], target=at))
    wait_until(lambda: pinned(alice, account) == [posts[1]["id"]])
    for name, target in (("#Moss", at), ("#Fern", actor.uri + "/tags"), ("#no tag", at), ("#Nowhere", actor.uri + "/else")):
        actor.send(server, actor.activity("Add", {"type": "Hashtag", "name": name, "href": peer.base}, target=target))
    actor.send(server, actor.activity("Remove", {"type": "Hashtag", "name": "#rocks"}, target=at))
    wait_until(lambda: tags_of(server, account) == ["Fern", "Moss", "Sun"])


def test_pins_and_tags_of_others_have_limits(server, peer, alice):
    featuring(peer.actor("greedy"))
    actor, account = befriend(server, peer, alice, "greedy")
    at = actor.uri + "/featured"
    for i in range(23):
        actor.send(server, actor.activity("Add", actor.note(f"pin {i}"), target=at))
    for i in range(32):
        actor.send(server, actor.activity("Add", {"type": "Hashtag", "name": f"#tag{i}"}, target=at))
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0", 15)
    assert len(pinned(alice, account)) == 20
    assert len(tags_of(server, account)) == 30


def test_only_ones_own_posts_in_ones_own_collections(server, peer, alice):
    other, _ = befriend(server, peer, alice, "other")
    featuring(peer.actor("thief"))
    actor, account = befriend(server, peer, alice, "thief")
    at = actor.uri + "/featured"
    foreign, own = other.note("not yours"), actor.note("mine")
    secret = actor.note("a secret", to=[uri_of(alice)], cc=[actor.uri + "/nobody"])
    actor.send(server, actor.create(secret))
    for object_, target in ((foreign["id"], at), ({**foreign, "attributedTo": actor.uri}, at), (own["id"], other.uri + "/featured"),
                            (own["id"], uri_of(alice) + "/collections/featured"), (alice.status("x")["uri"], at),
                            (secret["id"], at), (None, at), ([], at), (own["id"], None)):
        assert actor.send(server, actor.activity("Add", object_, target=target)).status_code in (202, 400)
    actor.send(server, actor.activity("Add", own["id"], target=at))
    wait_until(lambda: pinned(alice, account) == [own["id"]])


def test_pins_of_those_whom_nobody_follows_are_not_fetched(server, peer, alice):
    featuring(peer.actor("stranger"))
    actor = peer.actor("stranger")
    account = alice.find(actor.handle)
    wait_until(lambda: tags_of(server, account))  # its profile was looked at
    note = actor.note("not wanted")
    actor.send(server, actor.activity("Add", note["id"], target=actor.uri + "/featured"))
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
    assert not pinned(alice, account) and not [1 for _, path in peer.asked if note["id"].endswith(path)]
