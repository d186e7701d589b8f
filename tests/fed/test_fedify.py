"""A server made with Fedify (npm), which is another implementation of all this: it follows, receives, judges our signatures
and proofs by its own code, posts, and what it posts arrives."""
import contextlib
import json
import shutil
import subprocess
import time

import pytest
import requests
from harness import LATE, ROOT, SLOW, Server, free_port, wait_until
from peer import Peer

JS = ROOT / "tests/js"


def node_version():
    """Fedify needs 20 at least, which Debian 12 does not have."""
    if not shutil.which("node"):
        return 0
    out = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return int(out.strip().lstrip("v").split(".")[0] or 0)


pytestmark = [pytest.mark.skipif(node_version() < 20, reason="Fedify needs Node 20"),
              pytest.mark.skipif(not (JS / "node_modules/@fedify/fedify").is_dir(),
                                 reason="Fedify is not installed (npm ci in tests/js)")]


class Fedify:
    def __init__(self, first_knock):
        self.port = free_port()
        self.base = f"http://localhost:{self.port}"
        self.uri, self.handle = self.base + "/users/fed", f"fed@localhost:{self.port}"
        self.process = subprocess.Popen(["node", "--dns-result-order=ipv4first", JS / "fedify.mjs", str(self.port), first_knock],
                                        stdout=subprocess.PIPE, text=True, cwd=JS)
        assert self.process.stdout.readline() == "ready\n"

    def control(self, what, **args):
        r = requests.post(f"http://127.0.0.1:{self.port}/control/{what}", json=args, timeout=20 * SLOW)
        assert r.status_code == 200, r.text
        return r.json()

    def wait_for(self, type, **members):
        def found():
            seen = self.control("seen")
            return [a for a in seen["activities"] if a["type"] == type and all(a.get(k) == v for k, v in members.items())]
        return wait_until(found, 10, what=f"a {type} at Fedify: {json.dumps(self.control('seen'))[-3000:]}")[-1]

    def requests(self, **members):
        return [r for r in self.control("seen")["requests"] if all(r.get(k) == v for k, v in members.items())]

    def close(self):
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.stdout.close()


KNOCKS = {"rfc9421": "rfc9421", "cavage": "draft-cavage-http-signatures-12"}


@pytest.fixture(scope="module", params=["sqlite"])
def kind(request):
    """What is tested here does not depend on the database."""
    return request.param


@pytest.fixture(params=KNOCKS)
def fed(request):
    f = Fedify(KNOCKS[request.param])
    try:
        yield f
    finally:
        f.close()


def uri_of(server, client):
    return f"http://{server.host}/users/{client.name}"


def home(client):
    return {s["uri"]: s for s in client.get("/api/v1/timelines/home")}


def test_fedify_follows_and_gets_posts_whose_signatures_and_proofs_hold(server, fed):
    alice = server.someone("alice")
    me = uri_of(server, alice)
    assert fed.control("follow", uri=me)["handle"] == alice.name
    fed.wait_for("Accept", actor=me)
    wait_until(lambda: fed.handle in [a["acct"] for a in alice.get(f"/api/v1/accounts/{alice.id}/followers")])
    post = alice.status("hello Fedify", spoiler_text="with words", language="en")
    got = fed.wait_for("Create", actor=me)
    assert "hello Fedify" in got["content"]
    create, = fed.requests(method="POST", type="Create")
    assert create["kind"] == "cavage" and create["key"] == me + "#main-key"
    assert create["hasProof"] and create["proven"]
    alice.put(f"/api/v1/statuses/{post['id']}", status="hello Fedify, edited")
    assert "edited" in fed.wait_for("Update", actor=me)["content"]
    alice.delete(f"/api/v1/statuses/{post['id']}")
    fed.wait_for("Delete", actor=me)
    judged = fed.requests(method="POST")
    assert all(r["key"] == me + "#main-key" for r in judged)
    assert {r["type"] for r in judged if r["proven"]} == {"Create", "Update", "Delete"}
    assert not any(r["hasProof"] and not r["proven"] for r in judged)
    gets = fed.requests(method="GET", path="/users/fed")
    assert gets and all(r["key"] == f"http://{server.host}/actor#main-key" for r in gets), gets


def test_fedify_that_takes_only_rfc_9421_gets_posts_too(server, fed):
    alice = server.someone("alice")
    me = uri_of(server, alice)
    fed.control("takes", kind="9421")
    fed.control("follow", uri=me)
    fed.wait_for("Accept", actor=me)
    alice.status("by RFC 9421")
    assert "by RFC 9421" in fed.wait_for("Create", actor=me)["content"]
    assert fed.requests(method="POST", kind="9421", type="Create", key=me + "#main-key", proven=True)
    assert all(r["key"] for r in fed.requests(kind="9421"))


def test_what_fedify_posts_arrives_and_goes(server, fed):
    alice = server.someone("alice")
    account = alice.follow(fed.handle)
    wait_until(lambda: alice.relationship(account["id"])["following"], 10)
    fed.wait_for("Follow", actor=uri_of(server, alice))
    assert alice.get(f"/api/v1/accounts/{account['id']}")["display_name"] == "Fed of Fedify"
    note = fed.control("post", content="<p>hello dassie</p>")["note"]
    post = wait_until(lambda: home(alice).get(note), 10)
    assert post["content"] == "<p>hello dassie</p>" and post["account"]["acct"] == fed.handle
    alice.post(f"/api/v1/statuses/{post['id']}/favourite")
    fed.wait_for("Like", object=note)
    alice.post(f"/api/v1/statuses/{post['id']}/reblog")
    fed.wait_for("Announce", object=note)
    alice.status(f"@{fed.handle} a reply", in_reply_to_id=post["id"])
    assert "a reply" in fed.wait_for("Create", actor=uri_of(server, alice))["content"]
    fed.control("remove", uri=note)
    wait_until(lambda: note not in home(alice), 10)
    assert fed.control("seen")["errors"] == []


def test_a_proof_of_fedify_is_believed_whoever_brings_it(server, fed):
    alice = server.someone("alice")
    account = alice.follow(fed.handle)
    wait_until(lambda: alice.relationship(account["id"])["following"], 10)
    created = fed.control("proven", content="<p>brought by another</p>")
    assert created["proof"]["cryptosuite"] == "eddsa-jcs-2022"
    forged = json.loads(json.dumps(created).replace("brought by another", "forged").replace("/creates/", "/creates/9"))
    with Peer() as peer:
        for activity in (forged, created):
            assert peer.actor("bringer").send(server, activity).status_code == 202
        post = wait_until(lambda: home(alice).get(created["object"]["id"]), 10)
    assert post["content"] == "<p>brought by another</p>"


def test_fedify_finds_a_secure_server(fed):
    with Server("sqlite", hosts="localhost=127.0.0.1", authorized_fetch="yes") as s:
        alice = s.someone("alice")
        fed.control("follow", uri=uri_of(s, alice))
        fed.wait_for("Accept", actor=uri_of(s, alice))
        began = time.monotonic()
        alice.status("only for who signs")
        fed.wait_for("Create", actor=uri_of(s, alice))
        assert time.monotonic() - began < 5 * LATE
