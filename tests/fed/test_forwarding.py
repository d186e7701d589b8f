"""Inbox forwarding (ActivityPub 7.1.2): followers of who is answered hear of the answer, from hands they can check."""
import json

import pytest
from harness import Server, holds, servers, wait_until
from peer import PUBLIC, Peer


@pytest.fixture(scope="module")
def w(kind):
    """alice's server; eve answers from one host, fans read alice on another."""
    names = "localhost", "eve.localhost", "fans.localhost"
    with Server(kind, hosts=" ".join(f"{n}=127.0.0.1" for n in names)) as server, Peer("eve.localhost") as away, \
            Peer("fans.localhost") as fans:
        server.alice = server.user("alice")
        server.alice_uri = server.alice.get(f"/api/v1/accounts/{server.alice.id}")["uri"]
        for one in (fans.actor("fan"), away.actor("fan", key=1)):
            one.send(server, one.follow(server.alice_uri))
            one.peer.wait_for("Accept")
        yield server, away.actor("eve", key=2), fans


def with_signature(activity):
    """As Mastodon signs what it sends; we only look that it is there."""
    return {**activity, "signature": {"type": "RsaSignature2017", "creator": activity["actor"] + "#main-key",
                                      "created": "2026-01-01T00:00:00Z", "signatureValue": "AAAA"}}


def answer(w, post, text="I think so too", to=(PUBLIC,), **more):
    server, eve, _ = w
    return eve.note(text, to=to, cc=[server.alice_uri], inReplyTo=post["uri"], tag=[eve.mention(server.alice_uri, "alice")], **more)


def arrived(fans, activity):
    return [json.dumps(a) for a in fans.taken if a.get("id") == activity["id"]]


def test_answers_their_edits_and_their_end_are_passed_on_unchanged(w):
    server, eve, fans = w
    note = answer(w, server.alice.status("What do you think?"))
    create = with_signature(eve.create(note))
    edit = with_signature(eve.activity("Update", {**note, "content": "<p>no</p>", "updated": note["published"][:-1] + ".9Z"}))
    end = with_signature(eve.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=[PUBLIC]))
    for activity in (create, edit, end):
        eve.send(server, activity)
        wait_until(lambda activity=activity: arrived(fans, activity) == [json.dumps(activity)])
    assert not arrived(eve.peer, create), "its own server has it"
    eve.send(server, create)
    holds(lambda: len(arrived(fans, create)) == 1, 0.3)
    signed = [h for m, p, h in fans.requests if m == "POST"][-1]
    assert f'keyId="{server.alice_uri}#main-key"' in {k.lower(): v for k, v in signed.items()}["signature"]


def test_what_nobody_could_check_or_may_not_see_stays(w):
    server, eve, fans = w
    post, hidden = server.alice.status("What do you think?"), server.alice.status("only for you", visibility="private")
    stays = [eve.create(answer(w, post)),
             with_signature(eve.create(answer(w, post, to=[eve.uri + "/followers"]))),
             with_signature(eve.create(answer(w, post, to=[server.alice_uri]))),
             with_signature(eve.create(answer(w, hidden))),
             with_signature(eve.create(eve.note("no answer", cc=[server.alice_uri], tag=[eve.mention(server.alice_uri, "alice")])))]
    mallory = eve.peer.actor("mallory")
    brought = with_signature(eve.create(answer(w, post)))
    for activity in stays:
        eve.send(server, activity)
    mallory.send(server, brought)   # taken, since its own server has it; but one step is enough
    wait_until(lambda: len(server.alice.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]) >= 2)
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
    holds(lambda: not any(arrived(fans, a) for a in (*stays, brought)), 0.3)


def test_one_host_can_make_us_send_so_much_and_no_more(w):
    server, eve, fans = w
    post = server.alice.status("What do you think?")
    many = [with_signature(eve.create(answer(w, post, f"answer {i}"))) for i in range(80)]
    eve.send(server, eve.create(answer(w, post, "so that eve is known")))
    before = len(fans.of_type("Create"))
    eve.pour(server, many)
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0", 30)
    wait_until(lambda: server.sql("SELECT count(*) FROM deliveries") == "0", 30)
    assert 40 <= len(fans.of_type("Create")) - before <= 75


def test_between_three_of_our_servers(kind):
    """carol follows alice and does not know bob; bob's answer reaches her server with his proof."""
    a, b, c = servers(kind, "a.localhost", "b.localhost", "c.localhost")
    try:
        alice, bob, carol = (s.start().user(n) for s, n in ((a, "alice"), (b, "bob"), (c, "carol")))
        there = carol.follow(alice.handle)
        wait_until(lambda: carol.relationship(there["id"])["following"])
        post = alice.status("What do you think?")
        seen = wait_until(lambda: [s for s in carol.get("/api/v1/timelines/home") if s["uri"] == post["uri"]])[0]
        said = bob.status(f"@{alice.handle} I think so too", in_reply_to_id=bob.find(post["uri"])["id"])
        answers = lambda: carol.get(f"/api/v1/statuses/{seen['id']}/context")["descendants"]  # noqa: E731
        assert wait_until(answers, 10)[0]["uri"] == said["uri"]
        bob.delete(f"/api/v1/statuses/{said['id']}")
        wait_until(lambda: not answers(), 10)
    finally:
        for s in (a, b, c):
            s.close()
