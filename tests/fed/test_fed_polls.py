"""Polls between servers: votes out and in, tallies by Update and by asking again, and polls as others write them."""
import json
import time

import pytest
from harness import holds, servers, wait_until
from peer import AS, PUBLIC

FRUIT = {"options": ["apples", "pears & plums"], "expires_in": 600}


@pytest.fixture(scope="module")
def two(kind):
    both = servers(kind, "a.localhost", "b.localhost")
    try:
        yield [s.start() for s in both]
    finally:
        for s in both:
            s.close()


def votes(poll):
    return [o["votes_count"] for o in poll["options"]]


def test_two_servers_vote_in_each_others_polls(two):
    alice, bob = two[0].someone("alice"), two[1].someone("bob")
    for x, y in ((alice, bob), (bob, alice)):
        made = x.status("which?", poll=FRUIT)
        seen = y.find(made["uri"])
        assert [o["title"] for o in seen["poll"]["options"]] == FRUIT["options"]
        assert (seen["poll"]["expires_at"][:19], seen["poll"]["multiple"]) == (made["poll"]["expires_at"][:19], False)
        after = y.post(f"/api/v1/polls/{seen['poll']['id']}/votes", choices=[1])
        assert votes(after) == [0, 1] and after["own_votes"] == [1]
        counted = wait_until(lambda: (p := x.get(f"/api/v1/polls/{made['poll']['id']}"))["votes_count"] and p)
        assert votes(counted) == [0, 1] and counted["voters_count"] == 1
        # votes are no posts and nobody is told
        assert x.get(f"/api/v1/statuses/{made['id']}/context")["descendants"] == []
        assert x.get("/api/v1/notifications") == []


def test_tallies_go_to_who_voted_and_who_follows(two):
    a, b = two
    alice, bob = a.someone("alice"), b.someone("bob")
    account = bob.follow(alice.handle)
    wait_until(lambda: bob.relationship(account["id"])["following"])
    made = alice.status("who hears?", poll=FRUIT)
    seen = wait_until(lambda: [s for s in bob.get("/api/v1/timelines/home") if s["uri"] == made["uri"]])[0]
    a.someone("carol").post(f"/api/v1/polls/{made['poll']['id']}/votes", choices=[0])
    a.sql("UPDATE jobs SET due = 1 WHERE kind = 'poll_tell'")
    alice.status("wakes the workers", poll=FRUIT)
    now = lambda: bob.get(f"/api/v1/statuses/{seen['id']}")  # noqa: E731
    wait_until(lambda: votes(now()["poll"]) == [1, 0], 10)
    assert now()["edited_at"] is None


def test_tallies_are_asked_for_once_a_minute(two):
    a, b = two
    alice, bob = a.someone("alice"), b.someone("bob")
    made = alice.status("ask again", poll=FRUIT)
    seen = bob.find(made["uri"])
    a.someone("carol").post(f"/api/v1/polls/{made['poll']['id']}/votes", choices=[0])
    path = f"/api/v1/polls/{seen['poll']['id']}"
    assert votes(bob.get(path)) == [0, 0]
    b.sql(f"UPDATE polls SET fetched_at = fetched_at - 61000 WHERE status_id = {seen['id']}")
    assert votes(bob.get(path)) == [1, 0]
    a.someone("dave").post(f"/api/v1/polls/{made['poll']['id']}/votes", choices=[0])
    assert votes(bob.get(path)) == [1, 0]


# --- the peer

@pytest.fixture
def eve(peer):
    return peer.actor("eve")


def question(actor, **more):
    q = actor.note("which?", to=[PUBLIC], endTime=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600)),
                   oneOf=[{"type": "Note", "name": n, "replies": {"type": "Collection", "totalItems": c}}
                          for n, c in (("a", 3), ("b", 4))], votersCount=7)
    q.update(type="Question", **more)
    return q


def test_a_vote_goes_out_as_others_expect_it(peer, eve, alice, bob):
    q = question(eve)
    for who in (alice, bob):
        seen = who.find(q["id"])
        who.post(f"/api/v1/polls/{seen['poll']['id']}/votes", choices=[1])
        got = wait_until(lambda: [a for a in peer.taken if a["type"] == "Create" and a["actor"].endswith("/" + who.name)])[0]
        vote = got["object"]
        assert (vote["type"], vote["name"], vote["inReplyTo"], vote["to"]) == ("Note", "b", q["id"], [eve.uri])
        assert vote["attributedTo"] == got["actor"] and "content" not in vote
        assert got["to"] == [eve.uri] and got["cc"] == []


def vote(actor, poll_uri, name, to, **more):
    n = actor.peer.next()
    return {"@context": AS, "id": f"{actor.uri}#votes/{n}/activity", "type": "Create", "actor": actor.uri, "to": to,
            "object": {"id": f"{actor.uri}#votes/{n}", "type": "Note", "name": name, "attributedTo": actor.uri, "to": to,
                       "inReplyTo": poll_uri, **more}}


def test_votes_in_count_once_and_change_nothing_else(server, peer, eve, alice):
    """SPOOF-35, gotcha 36."""
    made = alice.status("which?", poll=FRUIT)
    path = f"/api/v1/statuses/{made['id']}"
    uri, author = made["uri"], made["account"]["uri"]
    activities = [vote(eve, uri, "pears & plums", author), vote(eve, uri, "pears & plums", author),
                  vote(eve, uri, "apples", author), vote(eve, uri, "bananas", author), vote(eve, uri, "", author)]
    mallory = peer.actor("mallory")
    activities.append(vote(mallory, uri, "apples", author, attributedTo=eve.uri))  # in another's name
    for a in activities:
        actor = mallory if a["actor"] == mallory.uri else eve
        assert actor.send(server, a).status_code in (202, 401, 403)
    wait_until(lambda: votes(alice.get(path)["poll"]) == [0, 1])
    holds(lambda: votes(alice.get(path)["poll"]) == [0, 1] and alice.get(path)["poll"]["voters_count"] == 1)
    assert alice.get(path)["replies_count"] == 0
    assert alice.get("/api/v1/notifications") == []
    # with content, the GoToSocial way of extra members, and after the end
    zork = peer.actor("zork")
    zork.send(server, {**vote(zork, uri, "apples", author), "published": "2021-09-11T11:45:37+02:00"})
    wait_until(lambda: votes(alice.get(path)["poll"]) == [1, 1])
    server.sql(f"UPDATE polls SET expires_at = 1 WHERE status_id = {made['id']}")
    late = peer.actor("late")
    late.send(server, vote(late, uri, "apples", author))
    holds(lambda: votes(alice.get(path)["poll"]) == [1, 1])


def test_an_update_brings_tallies_and_only_its_owners(server, peer, eve, alice):
    """SPOOF-36, gotcha 35."""
    q = question(eve)
    seen = alice.find(q["id"])
    assert votes(seen["poll"]) == [3, 4] and seen["poll"]["voters_count"] == 7
    now = lambda: alice.get(f"/api/v1/statuses/{seen['id']}")  # noqa: E731
    q["oneOf"][0]["replies"]["totalItems"] = 5
    mallory = peer.actor("mallory")
    assert mallory.send(server, mallory.activity("Update", {**q, "votersCount": 9}, to=[PUBLIC])).status_code in (202, 401, 403)
    holds(lambda: votes(now()["poll"]) == [3, 4])
    eve.send(server, eve.activity("Update", q, to=[PUBLIC]))
    wait_until(lambda: votes(now()["poll"]) == [5, 4])
    assert now()["edited_at"] is None
    for odd, kept in ((-3, 0), (1e30, 2147483647), (2.5, 2), ("many", 0)):
        q["oneOf"][0]["replies"]["totalItems"] = odd
        q["votersCount"] = odd
        eve.send(server, eve.activity("Update", q, to=[PUBLIC]))
        wait_until(lambda: votes(now()["poll"]) == [kept, 4], what=f"{odd} is {kept}")
        assert now()["poll"]["voters_count"] in (None, kept)
    q["oneOf"] = q["oneOf"][:1] + [{"type": "Note", "name": "c", "replies": {"type": "Collection", "totalItems": 0}}]
    q["updated"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    eve.send(server, eve.activity("Update", q, to=[PUBLIC]))
    wait_until(lambda: [o["title"] for o in now()["poll"]["options"]] == ["a", "c"])
    assert now()["edited_at"]


@pytest.mark.parametrize("name,options,multiple,expired", [
    ("misskey__object__question-inside-note", [["a", 1], ["b", 0]], False, None),
    ("misskey__object__question-no-end", None, False, False),
    ("pleroma__object__question-modified", [["yes", 8], ["no", 3]], False, True),
    ("mastodon__invalid__tk-question-closed", [["Option 1", 6], ["Option 2", 4]], False, True),
])
def test_polls_of_the_corpus(shared, peer, alice, name, options, multiple, expired):
    doc = json.loads((shared / f"federation/corpus/open/{name}.json").read_text())
    actor = peer.actor("quinn")
    q = actor.note("x", to=[PUBLIC])
    for key in ("oneOf", "anyOf", "endTime", "closed", "content", "votersCount"):
        if key in doc:
            q[key] = doc[key]
    q["type"] = "Question"
    poll = alice.find(q["id"])["poll"]
    assert poll["multiple"] == multiple and (expired is None or poll["expired"] == expired)
    assert options is None or [[o["title"], o["votes_count"]] for o in poll["options"]] == options
