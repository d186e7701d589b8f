"""Collections of accounts with a server of another kind (FEP-7aa9): asked and asking, told and telling; and what liars try."""
import pytest
from harness import holds, wait_until
from peer import AS, PUBLIC

ANY = {"canFeature": {"automaticApproval": [PUBLIC]}}


@pytest.fixture(scope="module")
def curator(server):
    return server.someone("curator")


@pytest.fixture(scope="module")
def ann(server):
    who = server.someone("ann")
    who.patch("/api/v1/accounts/update_credentials", discoverable=True, locked=False)
    return who


def actor(peer, name, **more):
    who = peer.actor(f"{name}{peer.next().split('-')[0]}")
    who.doc.update({"interactionPolicy": ANY, "featuredCollections": who.uri + "/packs", **more})
    peer.docs[f"/users/{who.name}/packs"] = {"@context": AS, "id": who.uri + "/packs", "type": "Collection", "totalItems": 0, "items": []}
    return who


def uri_of(client):
    return client.get("/api/v1/accounts/verify_credentials")["uri"]


def pack(peer, owner, *items, **more):
    """A collection that can be fetched."""
    path = f"/users/{owner.name}/packs/{peer.next()}"
    doc = {"@context": AS, "id": peer.base + path, "type": ["OrderedCollection", "FeaturedCollection"], "name": "Cute cats",
           "summary": "<p>All <b>good</b></p><script>x</script>", "attributedTo": owner.uri, "topic": {"type": "Hashtag", "name": "#Cats"},
           "url": peer.base + path + "/page", "sensitive": True, "orderedItems": list(items), **more}
    peer.docs[path] = doc
    return doc


def item(peer, owner, who, **more):
    """With a stamp of who is in it, for the collection that `stamp()` is told of later."""
    number = peer.next()
    return {"id": f"{owner.uri}/items/{number}", "type": "FeaturedItem", "featuredObject": who.uri, "featuredObjectType": "Person",
            "featureAuthorization": f"{who.uri}/stamps/{number}", **more}


def stamp(peer, entry, collection, **more):
    uri = entry["featureAuthorization"]
    doc = {"@context": AS, "id": uri, "type": "FeatureAuthorization", "interactingObject": collection["id"],
           "interactionTarget": entry["featuredObject"], **more}
    peer.docs[uri.removeprefix(peer.base)] = doc
    return doc


def request(peer, owner, collection, target):
    return {"@context": AS, "id": f"{collection['id']}/requests/{peer.next()}", "type": "FeatureRequest", "actor": owner.uri,
            "object": target, "instrument": collection["id"]}


def shown(client, collection):
    """What is known here of a collection elsewhere, with the addresses of who is in it."""
    found = client.get("/api/v2/search", q=collection["id"], type="collections", resolve="true")["collections"]
    if not found:
        return None
    whole = client.get(f"/api/v1/collections/{found[0]['id']}")
    accounts = {a["id"]: a["uri"] for a in whole["accounts"]}
    return whole["collection"], [accounts[i["account_id"]] for i in whole["collection"]["items"]]


def members(client, collection):
    return (shown(client, collection) or (None, []))[1]


def test_we_ask_and_they_answer(server, peer, curator):
    eve, mallory = actor(peer, "eve"), actor(peer, "mallory")
    eve.send(server, eve.follow(uri_of(curator)))
    peer.wait_for("Accept")
    who = curator.find(eve.uri)
    assert who["feature_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    made = curator.post("/api/v1/collections", name="far ones", account_ids=[who["id"]])["collection"]
    assert [i["state"] for i in made["items"]] == ["pending"]
    number = made["items"][0]["id"]
    state = lambda: [(i["id"], i["state"]) for i in curator.get(f"/api/v1/collections/{made['id']}")["collection"]["items"]]  # noqa: E731
    everyone = lambda: server.anonymous().get(f"/api/v1/collections/{made['id']}")["collection"]["items"]  # noqa: E731
    told = peer.wait_for("Add", target=curator.get("/api/v1/accounts/verify_credentials")["uri"] + "/featured_collections")
    assert told["object"]["id"] == made["uri"] and told["object"]["orderedItems"] == [] and told["proof"]
    asked = peer.wait_for("FeatureRequest")
    assert (asked["actor"], asked["object"], asked["instrument"], asked["to"]) == (uri_of(curator), eve.uri, made["uri"], [eve.uri])
    # nobody else answers, and not with somebody else's stamp
    mallory.send(server, mallory.activity("Accept", asked["id"], result=mallory.uri + "/stamps/1"))
    eve.send(server, eve.activity("Accept", asked["id"], result="http://elsewhere.localhost/stamps/1"))
    eve.send(server, eve.activity("Accept", asked["id"]))
    holds(lambda: state() == [(number, "pending")] and everyone() == [])
    leave = eve.uri + "/stamps/1"
    eve.send(server, eve.activity("Accept", asked["id"], to=[uri_of(curator)], result=leave))
    wait_until(lambda: state() == [(number, "accepted")])
    added = peer.wait_for("Add", target=made["uri"])
    assert (added["object"]["featuredObject"], added["object"]["featureAuthorization"]) == (eve.uri, leave)
    doc = eve.get(server, made["uri"]).json()
    assert doc["orderedItems"] == [added["object"]] and doc["totalItems"] == 1
    curator.patch(f"/api/v1/collections/{made['id']}", name="farther ones")
    assert peer.wait_for("Update")["object"]["name"] == "farther ones"
    # taken back, by nobody else
    gone = {"id": leave, "type": "FeatureAuthorization", "interactingObject": made["uri"], "interactionTarget": eve.uri}
    mallory.send(server, mallory.activity("Delete", gone))
    holds(lambda: state() == [(number, "accepted")])
    eve.send(server, eve.activity("Delete", gone))
    wait_until(lambda: state() == [])
    assert peer.wait_for("Remove", target=made["uri"])["object"] == added["object"]["id"]
    r = curator.raw("POST", f"/api/v1/collections/{made['id']}/items", json={"account_id": who["id"]})
    assert r.status_code == 403
    curator.delete(f"/api/v1/collections/{made['id']}")
    assert peer.wait_for("Remove", object=made["uri"])["target"].endswith("/featured_collections")


def test_some_do_not_want_to_be_asked(server, peer, curator):
    silent, closed, picky = (actor(peer, n) for n in ("silent", "closed", "picky"))
    del silent.doc["interactionPolicy"]
    closed.doc["interactionPolicy"] = {"canFeature": {"automaticApproval": [closed.uri]}}
    picky.doc["interactionPolicy"] = {"canFeature": {"automaticApproval": [picky.uri + "/followers"], "manualApproval": [PUBLIC]}}
    for who, policy in ((silent, ([], [], "missing")), (closed, ([], [], "denied")), (picky, (["followers"], ["public"], "manual"))):
        seen = curator.find(who.uri)
        assert tuple(seen["feature_approval"].values()) == policy, who.name
        r = curator.raw("POST", "/api/v1/collections", json={"name": "x", "account_ids": [seen["id"]]})
        assert r.status_code == (200 if who is picky else 403)
    asked = peer.wait_for("FeatureRequest", object=picky.uri)
    picky.send(server, picky.activity("Reject", asked))
    made = curator.get(f"/api/v1/accounts/{curator.id}/collections")["collections"][0]
    wait_until(lambda: curator.get(f"/api/v1/collections/{made['id']}")["collection"]["items"] == [])
    curator.delete(f"/api/v1/collections/{made['id']}")


def test_they_ask_and_are_answered(server, peer, ann):
    eve = actor(peer, "eve")
    me = uri_of(ann)
    cats = pack(peer, eve)
    ask = request(peer, eve, cats, me)
    eve.send(server, ask)
    yes = peer.wait_for("Accept", object=ask["id"])
    eve.send(server, {**ask, "id": ask["id"] + "/again"})
    assert peer.wait_for("Accept", object=ask["id"] + "/again")["result"] == yes["result"]
    assert (yes["actor"], yes["to"]) == (me, [eve.uri])
    leave = eve.get(server, yes["result"]).json()
    assert (leave["type"], leave["id"], leave["interactingObject"], leave["interactionTarget"]) == (
        "FeatureAuthorization", yes["result"], cats["id"], me)
    seen, who = shown(ann, cats)
    assert (seen["name"], seen["description"], seen["tag"]["name"], seen["sensitive"], seen["discoverable"], seen["local"], who) == (
        "Cute cats", "<p>All <b>good</b></p>", "Cats", True, True, False, [me])
    assert [c["id"] for c in ann.get(f"/api/v1/accounts/{ann.id}/in_collections")["collections"]] == [seen["id"]]
    notice = [n for n in ann.get("/api/v1/notifications") if n["type"] == "added_to_collection"]
    assert len(notice) == 1 and notice[0]["collection"]["uri"] == cats["id"]
    # its owner lists it, gives it another name, and says so
    entry = {**item(peer, eve, eve), "featuredObject": me, "featureAuthorization": yes["result"]}
    eve.send(server, eve.activity("Update", {**cats, "name": "Cuter cats", "orderedItems": [entry]}))
    wait_until(lambda: [n for n in ann.get("/api/v1/notifications") if n["type"] == "collection_update"])
    assert members(ann, cats) == [me]
    # ann takes it back: told at once, the stamp is gone, and no second asking helps
    ann.post(f"/api/v1/collections/{seen['id']}/items/{seen['items'][0]['id']}/revoke")
    gone = peer.wait_for("Delete")
    assert gone["object"]["id"] == yes["result"] and eve.uri in gone["cc"]
    assert eve.get(server, yes["result"]).status_code == 404 and members(ann, cats) == []
    for items in ([entry], []):  # listed again, and forgotten
        eve.send(server, eve.activity("Update", {**cats, "orderedItems": items}))
    once_more = request(peer, eve, cats, me)
    eve.send(server, once_more)
    assert peer.wait_for("Reject", object=once_more["id"])["actor"] == me
    assert members(ann, cats) == []


def test_who_may_not_have_one(server, peer, ann, curator):
    """The policy, blocks, and collections that are not whose they are said to be."""
    eve, mallory = actor(peer, "eve"), actor(peer, "mallory")
    theirs, me = pack(peer, eve), uri_of(ann)
    for collection, target in (({"id": f"{mallory.uri}/packs/none"}, me), (theirs, me),
                               (pack(peer, mallory, attributedTo=eve.uri), me), (pack(peer, mallory), uri_of(curator))):
        ask = request(peer, mallory, collection, target) | {"id": f"{mallory.uri}/requests/{peer.next()}"}
        mallory.send(server, ask)
        assert peer.wait_for("Reject", object=ask["id"])["actor"] == target
    ann.post(f"/api/v1/accounts/{ann.find(eve.uri)['id']}/block")
    ask = request(peer, eve, theirs, me)
    eve.send(server, ask)
    assert peer.wait_for("Reject", object=ask["id"])["actor"] == me
    # in another's name, or for what is not here: not even an answer
    for ask in (request(peer, eve, theirs, me) | {"id": f"http://elsewhere.localhost/{peer.next()}"},
                request(peer, mallory, theirs, me + "x") | {"id": f"{mallory.uri}/requests/x"}):
        (eve if ask["actor"] == eve.uri else mallory).send(server, ask)
        holds(lambda ask=ask: not [a for a in peer.taken if a.get("object") == ask["id"]], 0.2)
    assert not [a for a in peer.of_type("Accept", actor=uri_of(curator)) if "result" in a]


def test_one_who_blocks_leaves(server, peer, ann):
    eve = actor(peer, "eve")
    cats = pack(peer, eve)
    ask = request(peer, eve, cats, uri_of(ann))
    eve.send(server, ask)
    yes = peer.wait_for("Accept", object=ask["id"])
    assert members(ann, cats) == [uri_of(ann)]
    ann.post(f"/api/v1/accounts/{ann.find(eve.uri)['id']}/block")
    gone = wait_until(lambda: [d for d in peer.of_type("Delete") if d["object"].get("id") == yes["result"]])
    assert gone and members(server.someone("x"), cats) == []


def test_collections_elsewhere_are_shown(server, peer, ann):
    """And of who is in them only those whose own server says so."""
    eve, frank, grace = actor(peer, "eve"), actor(peer, "frank"), actor(peer, "grace")
    assert ann.find(frank.uri) and ann.find(grace.uri)  # the job is polite, so it is slow
    entries = {n: item(peer, eve, who) for n, who in (
        ("good", frank), ("named", grace), ("missing", actor(peer, "a")), ("other", actor(peer, "b")), ("target", actor(peer, "c")),
        ("kind", actor(peer, "d")), ("name", actor(peer, "e")), ("elsewhere", actor(peer, "f")), ("none", actor(peer, "g")))}
    entries["elsewhere"]["featureAuthorization"] = f"http://other.localhost/stamps/{peer.next()}"
    del entries["none"]["featureAuthorization"]
    peer.docs[entries["named"]["id"].removeprefix(peer.base)] = {"@context": AS, **entries["named"]}
    ours = {**item(peer, eve, eve), "featuredObject": uri_of(ann)}  # who never agreed
    cats = pack(peer, eve, *[entries[n] for n in entries if n != "named"], entries["named"]["id"], ours, None, 7, {"type": "FeaturedItem"},
                name="c" * 300, discoverable=False)
    for name in ("good", "named"):
        stamp(peer, entries[name], cats)
    stamp(peer, entries["other"], {"id": cats["id"] + "x"})
    stamp(peer, entries["target"], cats, interactionTarget=frank.uri)
    stamp(peer, entries["kind"], cats, type="QuoteAuthorization")
    stamp(peer, entries["name"], cats, id=entries["good"]["featureAuthorization"])
    wait_until(lambda: sorted(members(ann, cats)) == sorted([frank.uri, grace.uri]), 15)
    seen, who = shown(ann, cats)
    assert who == [frank.uri, grace.uri] and seen["name"] == "c" * 256 and seen["discoverable"] is False
    assert server.sql("SELECT COUNT(*) FROM collection_items WHERE state = 'pending'") == "0"
    # one is new, one goes, by the owner's word only
    mallory = actor(peer, "mallory")
    heidi = item(peer, eve, actor(peer, "heidi"))
    stamp(peer, heidi, cats)
    for by in (mallory, eve):
        by.send(server, by.activity("Add", heidi, target=cats["id"]))
        by.send(server, by.activity("Remove", entries["good"]["id"], target=cats["id"]))
    wait_until(lambda: members(ann, cats) == [grace.uri, heidi["featuredObject"]])
    # who takes leave back is out of it
    out = peer.actors[heidi["featuredObject"].rsplit("/", 1)[1]]
    mallory.send(server, mallory.activity("Delete", peer.docs[heidi["featureAuthorization"].removeprefix(peer.base)]))
    holds(lambda: len(members(ann, cats)) == 2, 0.2)
    out.send(server, out.activity("Delete", peer.docs[heidi["featureAuthorization"].removeprefix(peer.base)]))
    wait_until(lambda: members(ann, cats) == [grace.uri])
    # and it ends by its owner alone
    for kind, more in (("Remove", {"target": mallory.uri + "/packs"}), ("Delete", {})):
        mallory.send(server, mallory.activity(kind, cats["id"], **more))
    holds(lambda: shown(ann, cats), 0.2)
    peer.docs.pop(cats["id"].removeprefix(peer.base))
    eve.send(server, eve.activity("Remove", cats["id"], target=eve.uri + "/packs"))
    wait_until(lambda: shown(ann, cats) is None)


def test_a_stamp_that_others_list_as_well_can_be_taken_back(server, peer, ann):
    eve, mallory, frank, grace = (actor(peer, n) for n in ("eve", "mallory", "frank", "grace"))
    entry = item(peer, eve, frank)
    claims = [{**item(peer, mallory, who), "featureAuthorization": entry["featureAuthorization"]} for who in (grace, frank)]
    cats = pack(peer, eve, entry)
    stamp(peer, entry, cats)
    assert shown(ann, pack(peer, mallory, *claims)) and ann.find(frank.uri)
    wait_until(lambda: members(ann, cats) == [frank.uri])
    frank.send(server, frank.activity("Delete", peer.docs[entry["featureAuthorization"].removeprefix(peer.base)]))
    wait_until(lambda: members(ann, cats) == [], 5)


def test_one_no_longer_listed_is_told_nothing_more(server, peer, ann):
    eve = actor(peer, "eve")
    cats = pack(peer, eve)
    ask = request(peer, eve, cats, uri_of(ann))
    eve.send(server, ask)
    yes = peer.wait_for("Accept", object=ask["id"])
    told = lambda: [n for n in ann.get("/api/v1/notifications") if n["type"] == "added_to_collection" and n["collection"]["uri"] == cats["id"]]  # noqa: E731
    entry = {**item(peer, eve, eve), "featuredObject": uri_of(ann), "featureAuthorization": yes["result"]}
    eve.send(server, eve.activity("Update", {**cats, "name": "listed", "orderedItems": [entry]}))
    wait_until(lambda: shown(ann, cats)[0]["name"] == "listed")
    assert told()
    eve.send(server, eve.activity("Update", {**cats, "name": "empty"}))
    wait_until(lambda: shown(ann, cats)[0]["name"] == "empty")
    assert members(ann, cats) == [] and told() == []


def test_those_who_do_not_answer_keep_nobody_waiting(server, peer, ann):
    eve, frank = actor(peer, "eve"), actor(peer, "frank")
    assert ann.find(frank.uri)
    cats = pack(peer, eve)
    number = int(shown(ann, cats)[0]["id"])
    rows = [f"({n}, {number}, NULL, 'http://dead{n}.localhost/', '', {n}, 'pending', 'http://dead{n}.localhost/s', '', 0)"
            for n in range(1, 13)]
    server.sql("INSERT INTO collection_items (id, collection_id, account_id, object_uri, uri, place, state, stamp, request, created_at)"
               " VALUES " + ", ".join(rows))
    entry = item(peer, eve, frank)
    stamp(peer, entry, cats)
    eve.send(server, eve.activity("Add", entry, target=cats["id"]))
    wait_until(lambda: members(ann, cats) == [frank.uri], 15)


def test_they_come_with_their_owner(server, peer, ann):
    eve = actor(peer, "eve")
    first, second = pack(peer, eve, name="first"), pack(peer, eve, name="second")
    peer.docs[f"/users/{eve.name}/packs"].update({"totalItems": 2, "items": [first["id"], second]})
    who = ann.find(eve.uri)
    listed = lambda: {c["name"] for c in ann.get(f"/api/v1/accounts/{who['id']}/collections")["collections"]}  # noqa: E731
    wait_until(lambda: listed() == {"first", "second"})
    # what is new is taken of those whom somebody follows
    ann.post(f"/api/v1/accounts/{who['id']}/follow")
    eve.send(server, eve.activity("Accept", peer.wait_for("Follow", object=eve.uri)))
    wait_until(lambda: ann.relationship(who["id"])["following"])
    eve.send(server, eve.activity("Add", pack(peer, eve, name="third"), target=eve.uri + "/packs"))
    wait_until(lambda: listed() == {"first", "second", "third"})
    stranger = actor(peer, "stranger")
    stranger.send(server, stranger.activity("Add", pack(peer, stranger), target=stranger.uri + "/packs"))
    many = [pack(peer, eve, name=f"number {n}") for n in range(35)]
    for one in many:
        eve.send(server, eve.activity("Add", one, target=eve.uri + "/packs"))
    count = lambda: int(server.sql(f"SELECT COUNT(*) FROM collections WHERE account_id = {who['id']}"))  # noqa: E731
    wait_until(lambda: count() == 30 and server.sql("SELECT COUNT(*) FROM inbox") == "0")
    assert server.sql(f"SELECT COUNT(*) FROM collections WHERE uri LIKE '{stranger.uri}%'") == "0" and count() == 30


def test_whom_somebody_here_recommends_stays_and_strangers_leave(server, peer, curator, ann):
    """Of those who are known here by nothing else, when old posts and people leave."""
    member, owner, stranger, beside, target = (actor(peer, n) for n in ("member", "owner", "stranger", "beside", "target"))
    moved = actor(peer, "moved", movedTo=target.uri)
    target.doc["alsoKnownAs"] = [moved.uri]
    known = {w.name: curator.find(w.uri)["id"] for w in (member, owner, stranger, beside, target)}
    curator.post(f"/api/v1/accounts/{curator.find(moved.uri)['id']}/note", comment="she moved")
    made = curator.post("/api/v1/collections", name="mine", account_ids=[known[member.name]])["collection"]
    member.send(server, member.activity("Accept", peer.wait_for("FeatureRequest", object=member.uri)["id"], result=member.uri + "/stamps/9"))
    mine = lambda: [i["account_id"] for i in curator.get(f"/api/v1/collections/{made['id']}")["collection"]["items"]]  # noqa: E731
    wait_until(lambda: curator.get(f"/api/v1/collections/{made['id']}")["collection"]["items"][0]["state"] == "accepted")
    theirs = pack(peer, owner)
    owner.send(server, request(peer, owner, theirs, uri_of(ann)))
    peer.wait_for("Accept")
    other = item(peer, stranger, beside)
    alone = pack(peer, stranger, other)
    stamp(peer, other, alone)
    wait_until(lambda: members(curator, alone) == [beside.uri], 15)
    ann.post("/api/v1/notifications/clear")
    server.sql(f"UPDATE accounts SET fetched_at = 1 WHERE id IN ({','.join(known.values())})")
    server.sql("UPDATE jobs SET due = 1, args = '{}' WHERE kind = 'old_posts'")
    curator.status("wakes those who work", poll={"options": ["a", "b"], "expires_in": 600})
    gone = lambda who: server.sql(f"SELECT COUNT(*) FROM accounts WHERE id = {known[who.name]}") == "0"  # noqa: E731  who looks reads anew
    wait_until(lambda: gone(stranger) and gone(beside), 20)
    assert not gone(member) and not gone(owner) and mine() == [known[member.name]]
    assert curator.find(moved.uri)["moved"]["id"] == known[target.name]
    assert theirs["id"] in [c["uri"] for c in ann.get(f"/api/v1/accounts/{ann.id}/in_collections")["collections"]]
    assert server.sql(f"SELECT COUNT(*) FROM collections WHERE account_id = {known[stranger.name]}") == "0"
