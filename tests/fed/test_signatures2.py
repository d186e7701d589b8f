"""Which signature a host takes, proofs inside of documents, what others bring, new keys, and servers that answer only to
who signs."""
import base64
import copy
import hashlib
import json
import time
from email.utils import parsedate_to_datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from harness import Server, holds, servers, wait_until
from peer import ACTIVITY_JSON, AS, PUBLIC, Peer, digest, pem, some_key

DI = "https://w3id.org/security/data-integrity/v1"
B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


# --- what a peer of today can do: Ed25519, proofs, RFC 9421

def multibase(data):
    n, text = int.from_bytes(data, "big"), ""
    while n:
        n, r = divmod(n, 58)
        text = B58[r] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unmultibase(text):
    assert text[0] == "z"
    n = 0
    for c in text[1:]:
        n = n * 58 + B58.index(c)
    return n.to_bytes((n.bit_length() + 7) // 8, "big").rjust(64 if len(text) > 60 else 34, b"\0")


def jcs(value):
    """Canonical enough: no keys beyond the base plane, no fractions."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha(data):
    return hashlib.sha256(data).digest()


def message(doc, proof):
    config = {k: v for k, v in proof.items() if k != "proofValue"}
    body = {k: v for k, v in doc.items() if k not in ("proof", "signature")}
    return sha(jcs(config)) + sha(jcs(body))


def give_ed25519(actor, fragment="#ed25519-key"):
    """The actor can make proofs from now on."""
    actor.ed = ed25519.Ed25519PrivateKey.generate()
    actor.ed_id = actor.uri + fragment
    raw = actor.ed.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    actor.doc["assertionMethod"] = [{"id": actor.ed_id, "type": "Multikey", "controller": actor.uri,
                                     "publicKeyMultibase": multibase(b"\xed\x01" + raw)}]
    return actor


def proven(actor, doc, created=None, **more):
    doc = {**doc, "@context": [AS, DI]}
    proof = {"@context": doc["@context"], "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022",
             "verificationMethod": actor.ed_id, "proofPurpose": "assertionMethod",
             "created": created or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), **more}
    proof["proofValue"] = multibase(actor.ed.sign(message(doc, proof)))
    return {**doc, "proof": proof}


def check_proof(doc, actor_doc):
    """Raises unless the proof in it is the actor's."""
    proof = doc["proof"]
    key, = [k for k in actor_doc["assertionMethod"] if k["id"] == proof["verificationMethod"]]
    assert key["type"] == "Multikey" and key["controller"] == actor_doc["id"] == doc["actor"]
    raw = unmultibase(key["publicKeyMultibase"])
    assert raw[:2] == b"\xed\x01"
    assert proof["type"] == "DataIntegrityProof" and proof["cryptosuite"] == "eddsa-jcs-2022"
    assert proof["@context"] == doc["@context"] and DI in doc["@context"]
    ed25519.Ed25519PublicKey.from_public_bytes(raw[2:]).verify(unmultibase(proof["proofValue"]), message(doc, proof))


def signed_9421(key, key_id, method, host, path, body=None):
    parts, lines, h = ['"@method"', '"@target-uri"'], [f'"@method": {method}', f'"@target-uri": http://{host}{path}'], {"host": host}
    if body is not None:
        h["content-type"] = ACTIVITY_JSON
        h["content-digest"] = f"sha-256=:{base64.b64encode(sha(body)).decode()}:"
        parts.append('"content-digest"')
        lines.append(f'"content-digest": {h["content-digest"]}')
    params = f'({" ".join(parts)});created={int(time.time())};keyid="{key_id}"'
    base = "\n".join([*lines, f'"@signature-params": {params}']).encode()
    value = key.sign(base) if isinstance(key, ed25519.Ed25519PrivateKey) else key.sign(base, padding.PKCS1v15(), hashes.SHA256())
    return {**h, "signature-input": "sig1=" + params, "signature": f"sig1=:{base64.b64encode(value).decode()}:"}


def verify_9421(headers, method, host, path, body, public_pem):
    h = {k.lower(): v for k, v in headers.items()}
    params = h["signature-input"].removeprefix("sig1=")
    assert params.startswith('("@method" "@target-uri"' + (' "content-digest")' if body else ')'))
    lines = [f'"@method": {method}', f'"@target-uri": http://{host}{path}']
    if body:
        assert h["content-digest"] == f"sha-256=:{base64.b64encode(sha(body)).decode()}:"
        lines.append(f'"content-digest": {h["content-digest"]}')
    base = "\n".join([*lines, f'"@signature-params": {params}']).encode()
    value = base64.b64decode(h["signature"].removeprefix("sig1=:").removesuffix(":"))
    serialization.load_pem_public_key(public_pem.encode()).verify(value, base, padding.PKCS1v15(), hashes.SHA256())


def kind_of(headers):
    return "9421" if any(k.lower() == "signature-input" for k in headers) else "cavage"


# --- the scene

class Scene:
    def __init__(self, server, peers):
        self.server, (self.home, self.other) = server, peers
        self.alice = server.someone("alice")
        self.uri = f"http://{server.host}/users/{self.alice.name}"

    def actor_doc(self):
        return self.server.anonymous().call("GET", f"/users/{self.alice.name}", headers={"Accept": ACTIVITY_JSON})

    def follows(self, actor):
        account = self.alice.follow(actor.handle)
        f = actor.peer.wait_for("Follow", object=actor.uri, actor=self.uri)
        assert actor.send(self.server, actor.activity("Accept", f)).status_code == 202
        wait_until(lambda: self.alice.relationship(account["id"])["following"])
        return account

    def followed_by(self, actor):
        assert actor.send(self.server, actor.follow(self.uri)).status_code == 202
        actor.peer.wait_for("Accept", actor=self.uri)

    def knows(self, uri):
        hits = self.alice.get("/api/v2/search", q=uri, resolve="false", type="statuses")["statuses"]
        return hits[0] if hits else None


@pytest.fixture
def scene(server):
    """alice, and two servers that nobody has met yet."""
    with Peer() as home, Peer() as other:
        yield Scene(server, (home, other))


def new_actor(peer, name=None):
    return give_ed25519(peer.actor(name or "p" + peer.next().replace("-", "")))


def only(kind):
    """An inbox, or a document, that takes this kind of signature and answers 401 to the other."""
    return lambda handler, body=None: 202 if kind_of(handler.headers) == kind else 401


# --- which signature

def test_a_delivery_refused_once_is_signed_the_other_way_and_that_is_remembered(scene):
    eve = new_actor(scene.home)
    public = scene.actor_doc()["publicKey"]["publicKeyPem"]
    scene.followed_by(eve)
    bodies = []
    scene.home.inbox_status = lambda h, body: bodies.append((dict(h.headers), h.path, body)) or only("9421")(h)
    scene.alice.status("knock knock")
    scene.home.wait_for("Create", actor=scene.uri)
    assert [kind_of(b[0]) for b in bodies] == ["cavage", "9421"]
    headers, path, body = bodies[1]
    verify_9421(headers, "POST", scene.home.host, path, body, public)
    wait_until(lambda: scene.server.sql(f"SELECT rfc9421 FROM hosts WHERE host = '{scene.home.host}'") in ("1", "t"))
    bodies.clear()
    scene.alice.status("who is there")
    wait_until(lambda: len(scene.home.of_type("Create", actor=scene.uri)) == 2)
    assert [kind_of(b[0]) for b in bodies] == ["9421"]
    # and back, when the host changes its mind
    bodies.clear()
    scene.home.inbox_status = lambda h, body: bodies.append((dict(h.headers), h.path, body)) or only("cavage")(h)
    scene.alice.status("it is me")
    wait_until(lambda: len(scene.home.of_type("Create", actor=scene.uri)) == 3)
    assert [kind_of(b[0]) for b in bodies] == ["9421", "cavage"]
    wait_until(lambda: scene.server.sql(f"SELECT rfc9421 FROM hosts WHERE host = '{scene.home.host}'") in ("0", "f"))


def test_queue_14_a_host_that_refuses_always_is_knocked_at_twice(scene):
    eve = new_actor(scene.home)
    scene.followed_by(eve)
    posts = lambda: [r for r in scene.home.requests if r[0] == "POST"]  # noqa: E731
    before, keys = len(posts()), scene.actor_doc()["publicKey"]
    scene.home.inbox_status = 401
    scene.alice.status("nobody home")
    wait_until(lambda: len(posts()) == before + 2)
    assert {kind_of(r[2]) for r in posts()[before:]} == {"cavage", "9421"}
    holds(lambda: len(posts()) == before + 2, 1.0)
    assert scene.actor_doc()["publicKey"] == keys


def test_a_fetch_refused_once_is_signed_the_other_way_and_that_is_remembered(scene):
    eve = new_actor(scene.home)
    note, second = eve.note("behind a door"), eve.note("behind the same door")
    asked = []

    def door(doc):
        def answer(handler):
            kind = kind_of(handler.headers)
            asked.append(kind)
            if kind != "9421":
                return handler.answer(401)
            return handler.answer(200, json.dumps(doc).encode())
        return answer
    for doc in (note, second):
        scene.home.docs[doc["id"].removeprefix(scene.home.base)] = door(doc)
    assert scene.alice.find(note["id"])["uri"] == note["id"]
    assert asked[:2] == ["cavage", "9421"] and set(asked[2:]) <= {"9421"}
    asked.clear()
    assert scene.alice.find(second["id"])["uri"] == second["id"]
    assert set(asked) == {"9421"}


def holds_for(headers, key, method, target):
    """Is it draft-cavage's signature of that target?"""
    h = {k.lower(): v for k, v in headers.items()}
    p = {k: v.strip('"') for k, v in (x.split("=", 1) for x in h["signature"].split(","))}
    lines = [f"{n}: {method} {target}" if n == "(request-target)" else f"{n}: {h[n]}" for n in p["headers"].split()]
    try:
        key.verify(base64.b64decode(p["signature"]), "\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
        return True
    except InvalidSignature:
        return False


def key_of(scene, path):
    doc = scene.server.anonymous().call("GET", path, headers={"Accept": ACTIVITY_JSON})
    return serialization.load_pem_public_key(doc["publicKey"]["publicKeyPem"].encode())


def test_a_fetch_with_a_query_is_signed_without_it_where_it_is_checked_so(scene):
    eve, key, asked = new_actor(scene.home), key_of(scene, "/actor"), []

    def old(doc, path):
        def answer(handler):
            asked.append([t for t in (handler.path, path) if holds_for(handler.headers, key, "get", t)])
            good = asked[-1] == [path]
            handler.answer(200 if good else 401, json.dumps(doc).encode() if good else b"")
        return answer

    for i in range(2):
        path = f"/old{i}"
        note = {**eve.note("by an old server"), "id": f"{scene.home.base}{path}?p=1"}
        scene.home.docs[f"{path}?p=1"] = old(note, path)
        assert scene.alice.find(note["id"])["uri"] == note["id"]
        if i == 0:
            assert asked[:2] == [["/old0?p=1"], ["/old0"]]
            asked.clear()
    assert asked and {a[0] for a in asked} == {"/old1"}  # it is remembered


def test_each_try_of_a_delivery_is_dated_and_signed_anew(scene):
    eve, key, tries = new_actor(scene.home), key_of(scene, f"/users/{scene.alice.name}"), []
    scene.followed_by(eve)
    scene.home.inbox_status = lambda h, body: tries.append((time.time(), dict(h.headers), body)) or (503 if len(tries) == 1 else 202)
    post = scene.alice.status("again and again")
    wait_until(lambda: tries and scene.server.sql("SELECT count(*) FROM deliveries WHERE tries > 0 AND lease < 2") != "0")
    wait_until(lambda: time.time() > tries[0][0] + 1.1)  # a date has seconds only
    scene.server.sql("UPDATE deliveries SET due = 1")
    scene.server.sql("UPDATE hosts SET open_until = 0")
    eve.send(scene.server, eve.create("we are here again", to=[scene.uri]))
    wait_until(lambda: [c for c in scene.home.of_type("Create") if c["object"]["id"] == post["uri"]])
    for at, headers, body in tries[:2]:
        h = {k.lower(): v for k, v in headers.items()}
        assert abs(at - parsedate_to_datetime(h["date"]).timestamp()) < 30 and h["digest"] == digest(body)
        assert holds_for(headers, key, "post", "/inbox")
    assert tries[0][1]["Date"] != tries[1][1]["Date"] and tries[0][2] == tries[1][2]


def test_requests_signed_by_rfc_9421_and_by_ed25519_are_taken(scene):
    eve = new_actor(scene.home)
    for key, key_id in ((eve.key, eve.key_id), (eve.ed, eve.ed_id)):
        body = json.dumps(eve.follow(scene.uri)).encode()
        h = signed_9421(key, key_id, "POST", scene.server.host, "/inbox", body)
        url = f"http://127.0.0.1:{scene.server.port}/inbox"
        assert scene.home.http.post(url, data=body, headers=h).status_code == 202
        h["content-digest"] = "sha-256=:" + base64.b64encode(sha(b"other")).decode() + ":"
        assert scene.home.http.post(url, data=body, headers=h).status_code in (400, 401)
    wait_until(lambda: len(scene.home.of_type("Accept", actor=scene.uri)) == 2)


def test_a_key_is_known_by_the_actors_id_only_where_it_has_just_one(scene):
    one, two = new_actor(scene.home), new_actor(scene.home)
    spare = {"id": two.uri + "#spare", "owner": two.uri, "publicKeyPem": pem(some_key(1))}
    two.doc["publicKey"] = [two.doc["publicKey"], spare]
    for actor, status in ((one, 202), (two, 401)):
        assert actor.send(scene.server, actor.follow(scene.uri), key_id=actor.uri).status_code == status
    scene.home.wait_for("Accept", actor=scene.uri)
    assert one.send(scene.server, one.follow(scene.uri), key_id=one.uri).status_code == 202


def test_a_handle_that_was_verified_and_is_still_claimed_is_not_asked_for_again(scene):
    eve = new_actor(scene.home)
    eve.doc["webfinger"] = eve.handle
    scene.followed_by(eve)
    asked = len([path for _, path in scene.home.asked if "webfinger" in path])
    new_rsa(eve)
    assert asked and eve.send(scene.server, eve.follow(scene.uri)).status_code == 202
    assert len([path for _, path in scene.home.asked if "webfinger" in path]) == asked


def test_what_nobody_here_acts_on_costs_no_key(scene):
    eve = new_actor(scene.home)
    for kind in ("View", "Listen", "Offer", "TentativeAccept"):
        assert eve.send(scene.server, eve.activity(kind, scene.uri), inbox=f"/users/{scene.alice.name}/inbox").status_code == 202
    assert not scene.home.asked


def test_who_is_gone_may_delete_what_was_theirs_without_being_asked_to_try_again(scene):
    eve = new_actor(scene.home)
    scene.home.docs["/users/" + eve.name] = 410
    inbox = f"/users/{scene.alice.name}/inbox"
    assert eve.send(scene.server, eve.follow(scene.uri), inbox=inbox).status_code == 401
    assert eve.send(scene.server, eve.activity("Delete", scene.home.base + "/notes/none"), inbox=inbox).status_code == 202


def test_wrong_signatures_of_many_people_of_one_host_make_few_of_them_be_read_again(scene):
    people = [scene.home.actor(f"many{i}") for i in range(24)]
    for p in people:
        p.send(scene.server, p.follow(scene.uri))
    before = len(scene.home.asked)
    for p in people:
        p.key = some_key(1)
        assert p.send(scene.server, p.follow(scene.uri)).status_code == 401
    assert 0 < len(scene.home.asked) - before <= 22


def test_an_rsa_multikey_signs_requests_and_no_proofs(scene):
    eve, key = new_actor(scene.home), some_key(1)
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    eve.doc["assertionMethod"].insert(0, {"id": eve.uri + "#rsa", "type": "Multikey", "controller": eve.uri,
                                          "publicKeyMultibase": multibase(b"\x85\x24" + der)})
    eve.doc["assertionMethod"].append({**eve.doc["assertionMethod"][0], "id": eve.uri + "#none", "publicKeyMultibase": "z6Mk"})
    eve.key = key
    assert eve.send(scene.server, eve.follow(scene.uri), key_id=eve.uri + "#rsa").status_code == 202
    scene.home.wait_for("Accept", actor=scene.uri)
    kinds = scene.server.sql(f"SELECT k.uri, k.kind FROM account_keys k WHERE k.uri LIKE '{eve.uri}#%' ORDER BY k.uri")
    assert [row.removeprefix(eve.uri) for row in kinds.split()] == ["#ed25519-key|ed25519", "#main-key|rsa", "#rsa|rsa"]


# --- proofs we make

def test_what_everyone_may_read_carries_a_proof_and_nothing_else_does(scene):
    eve = new_actor(scene.home)
    scene.followed_by(eve)
    actor = scene.actor_doc()
    post = scene.alice.status("for all, é \u2028 \"quoted\"", spoiler_text="one")
    check_proof(scene.home.wait_for("Create", actor=scene.uri), actor)
    scene.alice.put(f"/api/v1/statuses/{post['id']}", status="for all, edited")
    check_proof(scene.home.wait_for("Update", actor=scene.uri), actor)
    scene.alice.delete(f"/api/v1/statuses/{post['id']}")
    check_proof(scene.home.wait_for("Delete", actor=scene.uri), actor)
    note = eve.note("to be liked")
    theirs = scene.alice.find(note["id"])
    for verb, kind in (("favourite", "Like"), ("reblog", "Announce"), ("unfavourite", "Undo"), ("unreblog", "Undo")):
        scene.home.taken.clear()
        scene.alice.post(f"/api/v1/statuses/{theirs['id']}/{verb}")
        check_proof(scene.home.wait_for(kind, actor=scene.uri), actor)
    for visibility in ("private", "direct"):
        scene.home.taken.clear()
        scene.alice.status(f"not for all @{eve.handle}", visibility=visibility)
        assert "proof" not in scene.home.wait_for("Create", actor=scene.uri)


def test_actors_show_their_ed25519_key_and_what_their_server_implements(scene):
    for path in (f"/users/{scene.alice.name}", "/actor"):
        doc = scene.server.anonymous().call("GET", path, headers={"Accept": ACTIVITY_JSON})
        key, = doc["assertionMethod"]
        assert key["controller"] == doc["id"] and key["type"] == "Multikey" and key["publicKeyMultibase"].startswith("z6Mk")
        assert doc["publicKey"]["publicKeyPem"].startswith("-----BEGIN PUBLIC KEY-----")
        assert "https://datatracker.ietf.org/doc/html/rfc9421" in [i["href"] for i in doc["generator"]["implements"]]


def test_an_account_without_an_ed25519_key_gets_one_when_it_needs_it(scene):
    scene.server.sql(f"DELETE FROM account_keys WHERE uri = '{scene.uri}#ed25519-key'")
    scene.server.restart()
    key = scene.actor_doc()["assertionMethod"]
    assert key[0]["publicKeyMultibase"].startswith("z6Mk")
    assert scene.actor_doc()["assertionMethod"] == key


# --- what someone else brings

def brought(scene, activity, by=None):
    by = by or new_actor(scene.other)
    r = by.send(scene.server, activity)
    assert r.status_code == 202, r.text


def test_what_someone_else_brings_is_believed_by_the_proof_of_its_actor(scene):
    eve = new_actor(scene.home)
    scene.follows(eve)
    create = eve.create("proven")
    del scene.home.docs[create["object"]["id"].removeprefix(scene.home.base)]  # its word alone
    brought(scene, proven(eve, create))
    post = wait_until(lambda: scene.knows(create["object"]["id"]))
    assert post["account"]["acct"] == eve.handle
    edited = {**create["object"], "content": "<p>proven, edited</p>",
              "updated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))}
    brought(scene, proven(eve, eve.activity("Update", edited, to=[PUBLIC])))
    wait_until(lambda: "edited" in scene.knows(create["object"]["id"])["content"])
    mine = scene.alice.status("like this")
    like = proven(eve, eve.activity("Like", f"{scene.uri}/statuses/{mine['id']}"))
    brought(scene, like)
    wait_until(lambda: scene.alice.get(f"/api/v1/statuses/{mine['id']}")["favourites_count"] == 1)
    undo = proven(eve, eve.activity("Undo", {"id": like["id"], "type": "Like", "actor": eve.uri, "object": like["object"]}))
    brought(scene, undo)
    wait_until(lambda: scene.alice.get(f"/api/v1/statuses/{mine['id']}")["favourites_count"] == 0)
    brought(scene, proven(eve, eve.activity("Delete", {"id": create["object"]["id"], "type": "Tombstone"})))
    wait_until(lambda: not scene.knows(create["object"]["id"]))


def test_a_proof_that_fedify_makes_without_its_contexts_holds(scene):
    eve = new_actor(scene.home)
    scene.follows(eve)
    create = proven(eve, eve.create("no contexts in the proof"))
    del create["proof"]["@context"]
    del scene.home.docs[create["object"]["id"].removeprefix(scene.home.base)]
    brought(scene, create)
    wait_until(lambda: scene.knows(create["object"]["id"]))


def test_what_a_wrong_proof_says_is_not_believed(scene):
    eve, mallory = new_actor(scene.home), new_actor(scene.other)
    scene.follows(eve)
    mine = f"{scene.uri}/statuses/{scene.alice.status('like this')['id']}"
    like = lambda: eve.activity("Like", mine)  # noqa: E731
    wrong = []
    wrong.append({**proven(eve, like()), "content": "added later"})
    wrong.append(proven(eve, like(), expires="2024-01-01T00:00:00Z"))
    wrong.append(proven(eve, like(), created="2024-01-01T00:00:00Z"))
    wrong.append(proven(eve, like(), proofPurpose="authentication"))
    impostor = copy.copy(mallory)
    wrong.append(proven(impostor, like()))                              # the key of someone else
    impostor.ed_id = eve.ed_id
    wrong.append(proven(impostor, like()))                              # someone else's key under eve's name
    other = new_actor(scene.home)
    wrong.append(proven(other, like()))                                 # of the same server, but not eve
    wrong.append(like())                                                # none at all
    for activity in wrong:
        brought(scene, activity, mallory)
    follow = eve.follow(scene.uri)
    brought(scene, proven(eve, follow), mallory)                        # only eve herself asks for that
    brought(scene, proven(eve, like()), mallory)
    count = lambda: scene.alice.get("/api/v1/statuses/" + mine.rsplit("/", 1)[1])["favourites_count"]  # noqa: E731
    wait_until(lambda: count() == 1)
    holds(lambda: count() == 1)
    assert eve.handle not in [a["acct"] for a in scene.alice.get(f"/api/v1/accounts/{scene.alice.id}/followers")]


def test_what_someone_else_brings_without_a_proof_is_fetched_from_its_origin(scene):
    eve = new_actor(scene.home)
    scene.follows(eve)
    create = eve.create("the truth")
    lie = copy.deepcopy(create)
    lie["object"]["content"] = "<p>a lie</p>"
    lie["signature"] = {"type": "RsaSignature2017", "creator": eve.key_id, "signatureValue": "AAAA"}
    brought(scene, lie)
    post = wait_until(lambda: scene.knows(create["object"]["id"]))
    assert post["content"] == "<p>the truth</p>"
    # a deletion: not as long as it is there
    gone = eve.activity("Delete", {"id": create["object"]["id"], "type": "Tombstone"})
    brought(scene, gone)
    holds(lambda: scene.knows(create["object"]["id"]))
    path = create["object"]["id"].removeprefix(scene.home.base)
    scene.home.docs[path] = {"@context": AS, "id": create["object"]["id"], "type": "Tombstone"}
    brought(scene, {**gone, "id": gone["id"] + "-2"})
    wait_until(lambda: not scene.knows(create["object"]["id"]))
    # what was never there
    made_up = copy.deepcopy(create)
    made_up["id"] += "-3"
    made_up["object"]["id"] += "-3"
    brought(scene, made_up)
    holds(lambda: not scene.knows(made_up["object"]["id"]))


def test_a_boost_that_someone_else_brings_is_asked_for_at_its_actors_server(scene):
    eve = new_actor(scene.home)
    scene.follows(eve)
    note = eve.note("boosted")
    boost = eve.activity("Announce", note["id"], to=[PUBLIC], cc=[eve.uri + "/followers"])
    forged = eve.activity("Announce", note["id"], to=[PUBLIC])
    scene.home.docs[boost["id"].removeprefix(scene.home.base)] = boost
    brought(scene, forged)
    brought(scene, boost)
    boosts = lambda: [s for s in scene.alice.get("/api/v1/timelines/home") if s.get("reblog") and s["reblog"]["uri"] == note["id"]]  # noqa: E731
    wait_until(boosts)
    assert [b["uri"] for b in boosts()] == [boost["id"]]


def test_keys_that_are_revoked_or_have_expired_prove_nothing(scene):
    eve = new_actor(scene.home)
    eve.doc["assertionMethod"][0]["expires"] = "2025-01-01T00:00:00Z"
    scene.follows(eve)
    late = eve.create("too late")
    del scene.home.docs[late["object"]["id"].removeprefix(scene.home.base)]
    brought(scene, proven(eve, late))
    holds(lambda: not scene.knows(late["object"]["id"]))


# --- new keys

def new_rsa(actor):
    actor.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    actor.doc["publicKey"]["publicKeyPem"] = pem(actor.key)


@pytest.mark.parametrize("scheme", ["cavage", "9421"])
def test_a_peer_with_a_new_key_is_asked_for_it_once_in_five_minutes(scene, scheme):
    eve = new_actor(scene.home)

    def send(activity):
        if scheme == "cavage":
            return eve.send(scene.server, activity).status_code
        body = json.dumps(activity).encode()
        h = signed_9421(eve.key, eve.key_id, "POST", scene.server.host, "/inbox", body)
        return scene.home.http.post(f"http://127.0.0.1:{scene.server.port}/inbox", data=body, headers=h).status_code

    asked = lambda: len([r for r in scene.home.requests if r[0] == "GET" and r[1] == "/users/" + eve.name])  # noqa: E731
    assert send(eve.follow(scene.uri)) == 202
    before = asked()
    new_rsa(eve)
    assert send(eve.follow(scene.uri)) == 202
    assert asked() == before + 1
    new_rsa(eve)  # again: too soon to ask
    assert [send(eve.follow(scene.uri)) for _ in range(3)] == [401] * 3
    assert asked() == before + 1


def test_a_proof_by_a_new_key_is_believed_after_the_actor_was_read_again(scene):
    eve = new_actor(scene.home)
    scene.follows(eve)
    give_ed25519(eve)
    create = eve.create("with a new key")
    del scene.home.docs[create["object"]["id"].removeprefix(scene.home.base)]
    brought(scene, proven(eve, create))
    wait_until(lambda: scene.knows(create["object"]["id"]))


def test_rotated_keys_are_published_used_and_announced(scene):
    eve = new_actor(scene.home)
    scene.followed_by(eve)
    scene.alice.status("with the old keys")
    scene.home.wait_for("Create", actor=scene.uri)
    old = scene.actor_doc()
    scene.home.taken.clear()
    said = scene.server.command("account", "rotate-keys", scene.alice.name).stdout
    assert scene.alice.name in said
    scene.alice.status("wakes the server, which sees what the other process did")
    update = scene.home.wait_for("Update", timeout=35, actor=scene.uri)
    new = scene.actor_doc()
    assert new["publicKey"]["id"] == old["publicKey"]["id"]
    assert new["publicKey"]["publicKeyPem"] != old["publicKey"]["publicKeyPem"]
    assert new["assertionMethod"] != old["assertionMethod"]
    assert update["object"]["publicKey"] == new["publicKey"] and update["object"]["assertionMethod"] == new["assertionMethod"]
    check_proof(update, new)
    scene.alice.status("with the new keys")
    late = lambda: [c for c in scene.home.of_type("Create", actor=scene.uri) if "new keys" in c["object"]["content"]]  # noqa: E731
    check_proof(wait_until(late)[0], new)
    assert scene.server.command("account", "rotate-keys", "nobody", ok=False).returncode != 0


@pytest.fixture(scope="module")
def pair(kind):
    both = servers(kind, "a.localhost", "b.localhost")
    try:
        yield [s.start() for s in both]
    finally:
        for s in both:
            s.close()


def test_servers_of_ours_follow_each_others_new_keys(pair):
    a, b = pair
    alice, bob = a.someone("alice"), b.someone("bob")
    account = bob.follow(alice.handle)
    wait_until(lambda: bob.relationship(account["id"])["following"])
    home = lambda: [s["content"] for s in bob.get("/api/v1/timelines/home")]  # noqa: E731
    alice.status("before")
    wait_until(lambda: "<p>before</p>" in home())
    a.command("account", "rotate-keys", alice.name)
    alice.status("after")
    wait_until(lambda: "<p>after</p>" in home(), 35)
    alice.status("long after")
    wait_until(lambda: "<p>long after</p>" in home())


# --- only for who signs

@pytest.fixture(scope="module")
def secure(kind):
    pair = servers(kind, "s.localhost", "t.localhost", authorized_fetch="yes")
    try:
        yield [s.start() for s in pair]
    finally:
        for s in pair:
            s.close()


def test_secure_servers_find_follow_and_read_each_other(secure):
    s, t = secure
    alice, bob = s.someone("alice"), t.someone("bob")
    account = bob.follow(alice.handle)
    wait_until(lambda: bob.relationship(account["id"])["following"])
    old = alice.status("only for who signs")
    assert bob.find(f"http://{s.host}/users/{alice.name}/statuses/{old['id']}")["content"] == "<p>only for who signs</p>"
    alice.status("delivered", visibility="private")
    wait_until(lambda: "<p>delivered</p>" in [x["content"] for x in bob.get("/api/v1/timelines/home")])


def test_a_secure_server_answers_by_who_asks(secure):
    s = secure[0]
    alice = s.someone("alice")
    me = f"/users/{alice.name}"
    post = f"{me}/statuses/{alice.status('a post')['id']}"
    private = f"{me}/statuses/{alice.status('for few', visibility='private')['id']}"
    collections = [me + "/outbox", me + "/followers", me + "/following", me + "/collections/featured", me + "/outbox?page=true"]
    open_ = ["/actor", "/.well-known/webfinger?resource=acct:" + alice.handle, "/.well-known/host-meta",
             "/.well-known/nodeinfo", "/nodeinfo/2.1"]
    closed = [me, post, post + "/activity", post + "/replies", *collections]

    def unsigned(path):
        return s.anonymous().raw("GET", path, headers={"Accept": ACTIVITY_JSON}).status_code

    with Peer() as good, Peer() as bad:
        eve, mallory, blocked = new_actor(good), new_actor(good, "mallory"), new_actor(bad)
        signed = lambda who, path: who.get(s, f"http://{s.host}{path}").status_code  # noqa: E731
        assert {p: unsigned(p) for p in open_} == dict.fromkeys(open_, 200)
        assert {p: unsigned(p) for p in closed} == dict.fromkeys(closed, 401)
        assert {p: signed(eve, p) for p in closed} == dict.fromkeys(closed, 200)
        assert unsigned(private) == 401 and signed(eve, private) == 404
        # the same by RFC 9421
        h = signed_9421(eve.key, eve.key_id, "GET", s.host, me)
        r = good.http.get(f"http://127.0.0.1:{s.port}{me}", headers={**h, "accept": ACTIVITY_JSON})
        assert r.status_code == 200 and r.json()["id"].endswith(me)
        # an actor whom alice blocks
        assert signed(mallory, me) == 200
        alice.post(f"/api/v1/accounts/{alice.find(mallory.handle)['id']}/block")
        assert {p: signed(mallory, p) for p in [me, *collections]} == dict.fromkeys([me, *collections], 403)
        assert signed(mallory, post) == 404
        # a blocked host
        assert signed(blocked, me) == 200
        s.command("host", "block", bad.host)
        assert {p: signed(blocked, p) for p in [me, *collections]} == dict.fromkeys([me, *collections], 403)
        assert signed(blocked, post) == 404
        assert {p: signed(blocked, p) for p in open_} == dict.fromkeys(open_, 200)


def test_an_open_server_looks_at_signatures_too(scene):
    eve = new_actor(scene.home)
    post = f"{scene.uri}/statuses/{scene.alice.status('open')['id']}"
    assert eve.get(scene.server, post).status_code == 200
    scene.alice.post(f"/api/v1/accounts/{scene.alice.find(eve.handle)['id']}/block")
    assert eve.get(scene.server, post).status_code == 404
    assert eve.get(scene.server, scene.uri).status_code == 403
    assert scene.server.anonymous().raw("GET", post, headers={"Accept": ACTIVITY_JSON}).status_code == 200
