"""The handle on one domain, the server on another: alice@handle.localhost lives on web.localhost. federation.md 1.2, 1.5."""
import http.server
import threading

import pytest
from harness import Server, free_port, wait_until

SOON = 2.0


class Redirects:
    """What the web server of the handle's domain is told to do: the well-known addresses are elsewhere."""

    def __init__(self):
        self.port, self.to, self.asked = free_port(), "", []

    def __enter__(self):
        me = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                me.asked.append(self.path)
                known = self.path.startswith("/.well-known/")
                self.send_response(301 if known else 404)
                if known:
                    self.send_header("Location", me.to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.httpd.daemon_threads = True
        threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.httpd.shutdown()
        self.httpd.server_close()


@pytest.fixture(scope="module")
def split(kind):
    names = "handle.localhost=127.0.0.1 web.localhost=127.0.0.1 b.localhost=127.0.0.1"
    with Redirects() as door:
        a = Server(kind, domain=f"handle.localhost:{door.port}", host="web.localhost", hosts=names)
        b = Server(kind, domain="b.localhost", hosts=names)
        door.to = f"http://{a.host}"
        try:
            a.start(), b.start()
            yield a.user("alice"), b.user("bob"), door
        finally:
            a.close(), b.close()


def test_webfinger_has_one_subject_for_both_domains(split):
    alice, _, door = split
    for domain in (alice.server.domain, alice.server.host):
        jrd = alice.server.anonymous().get("/.well-known/webfinger", resource=f"acct:alice@{domain}")
        assert jrd["subject"] == f"acct:alice@handle.localhost:{door.port}"
        assert f"http://{alice.server.host}/users/alice" in [link.get("href") for link in jrd["links"]]
    for path in ("/users/alice", "/actor"):
        doc = alice.server.anonymous().call("GET", path, headers={"Accept": "application/activity+json"})
        assert doc["webfinger"] == f"{doc['preferredUsername']}@handle.localhost:{door.port}"


@pytest.mark.parametrize("by", ["handle", "web", "uri"])
def test_the_account_is_known_by_its_handle_however_it_was_found(split, by):
    alice, bob, door = split
    what = {"handle": alice.handle, "web": f"alice@{alice.server.host}", "uri": f"http://{alice.server.host}/users/alice"}[by]
    assert bob.find(what)["acct"] == f"alice@handle.localhost:{door.port}"


def test_follow_post_and_mention_work_over_both_domains(split):
    alice, bob, door = split
    there = bob.follow(alice.handle)
    wait_until(lambda: bob.relationship(there["id"])["following"], SOON)
    post = alice.status("From the other domain")
    seen = wait_until(lambda: [p for p in bob.get("/api/v1/timelines/home") if p["uri"] == post["uri"]], SOON)[0]
    assert seen["account"]["acct"] == f"alice@handle.localhost:{door.port}"
    reply = bob.status(f"@alice@handle.localhost:{door.port} hello", in_reply_to_id=seen["id"])
    told = wait_until(lambda: [n for n in alice.get("/api/v1/notifications") if n["type"] == "mention"], SOON)[0]
    assert told["status"]["uri"] == reply["uri"]
    assert door.asked and all("/.well-known/" in path for path in door.asked)


def test_a_mention_of_the_web_host_is_the_same_person(split):
    alice, bob, _ = split
    before = len(alice.get("/api/v1/notifications"))
    bob.status(f"@alice@{alice.server.host} by the other name")
    wait_until(lambda: len(alice.get("/api/v1/notifications")) > before, SOON)


def test_the_domain_of_handles_may_be_asked_directly(split):
    alice, _, door = split
    for path in (f"/.well-known/webfinger?resource=acct:alice@handle.localhost:{door.port}", "/.well-known/host-meta",
                 "/.well-known/nodeinfo"):
        r = alice.server.anonymous().raw("GET", path, headers={"Host": f"handle.localhost:{door.port}"})
        assert r.status_code == 200 and alice.server.host in r.text
    r = alice.server.anonymous().raw("GET", "/.well-known/nodeinfo", headers={"Host": "other.localhost"})
    assert r.status_code in (404, 421)
    assert alice.server.anonymous().raw("GET", "/users/alice", headers={"Host": f"handle.localhost:{door.port}"}).status_code == 421
