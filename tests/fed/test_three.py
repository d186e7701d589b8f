"""Three servers that find each other: what is done on one shows on the others within two seconds, and nothing else does."""
import pytest
from harness import holds, servers, wait_until

SOON = 2.0


@pytest.fixture(scope="module")
def three(kind):
    """a, b and c, with alice, bob and carol, who follow each other in a ring: alice -> bob -> carol -> alice."""
    all_ = servers(kind, "a.localhost", "b.localhost", "c.localhost")
    try:
        for s in all_:
            s.start()
        alice, bob, carol = (s.user(n) for s, n in zip(all_, ("alice", "bob", "carol")))
        for who, whom in ((alice, bob), (bob, carol), (carol, alice)):
            who.followed = who.follow(whom.handle)
        for who in (alice, bob, carol):
            wait_until(lambda: who.relationship(who.followed["id"])["following"], SOON, what="the follow is accepted")
        yield alice, bob, carol
    finally:
        for s in all_:
            s.close()


def home(client, uri):
    """The post of that URI on the client's home timeline, or None."""
    return next((p for p in client.get("/api/v1/timelines/home", limit=40) if p["uri"] == uri), None)


def sees(client, uri):
    return wait_until(lambda: home(client, uri), SOON, what=f"{client.name} sees {uri}")


def uri_known(client, uri):
    return client.server.sql(f"SELECT COUNT(*) FROM statuses WHERE uri = '{uri}' AND deleted_at = 0") == "1"


def notices(client, kind):
    return [n for n in client.get("/api/v1/notifications", limit=40, include_filtered="true") if n["type"] == kind]


def test_a_follow_by_handle_is_told_and_counted(three):
    alice, bob, _ = three
    told = wait_until(lambda: [n for n in notices(bob, "follow") if n["account"]["acct"] == alice.handle], SOON)
    assert told[0]["account"]["url"].endswith("/@alice")
    assert bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 1
    assert alice.get(f"/api/v1/accounts/{alice.id}")["following_count"] == 1
    assert [a["acct"] for a in alice.get(f"/api/v1/accounts/{alice.id}/following")] == [bob.handle]
    assert [a["acct"] for a in bob.get(f"/api/v1/accounts/{bob.id}/followers")] == [alice.handle]


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private"])
def test_followers_see_a_post_of_each_visibility(three, visibility):
    alice, bob, carol = three
    post = bob.status(f"Hello {visibility} #Weather", visibility=visibility, spoiler_text="cw", sensitive=True, language="en")
    there = sees(alice, post["uri"])
    assert there["visibility"] == visibility
    assert there["spoiler_text"] == "cw" and there["sensitive"] and there["language"] == "en"
    assert "Hello" in there["content"] and there["account"]["acct"] == bob.handle
    assert [t["name"].lower() for t in there["tags"]] == ["weather"]
    assert there["created_at"][:19] == post["created_at"][:19]
    assert not uri_known(carol, post["uri"])  # carol does not follow bob


def test_a_direct_post_reaches_whom_it_names_and_no_one_else(three):
    alice, bob, carol = three
    post = bob.status(f"@{carol.handle} psst", visibility="direct")
    told = wait_until(lambda: [n for n in notices(carol, "mention") if n["status"]["uri"] == post["uri"]], SOON)[0]["status"]
    assert told["visibility"] == "direct"
    assert [m["acct"] for m in told["mentions"]] == ["carol"]
    holds(lambda: not uri_known(alice, post["uri"]))
    for path in (post["uri"], post["uri"] + "/activity"):
        r = bob.server.anonymous().raw("GET", path, headers={"Accept": "application/activity+json"})
        assert r.status_code == 404


def test_a_thread_of_three_is_whole_on_every_side(three):
    alice, bob, carol = three
    root = carol.status("The beginning")
    at_bob = sees(bob, root["uri"])
    reply = bob.status(f"@{carol.handle} the middle", in_reply_to_id=at_bob["id"])
    told = wait_until(lambda: [n for n in notices(carol, "mention") if n["status"]["uri"] == reply["uri"]], SOON)[0]["status"]
    assert told["in_reply_to_id"] == root["id"]
    # alice follows bob, but not carol: the reply brings its parent along when she looks for it.
    alice.find(reply["uri"])
    at_alice = wait_until(lambda: next((s for s in alice.get("/api/v2/search", q=reply["uri"])["statuses"]), None), SOON)
    wait_until(lambda: [s["uri"] for s in alice.get(f"/api/v1/statuses/{at_alice['id']}/context")["ancestors"]] == [root["uri"]],
               SOON)
    end = alice.status(f"@{bob.handle} @{carol.handle} the end", in_reply_to_id=at_alice["id"])

    def whole():
        down = carol.get(f"/api/v1/statuses/{root['id']}/context")["descendants"]
        return [s["uri"] for s in down] == [reply["uri"], end["uri"]]

    wait_until(whole, SOON)
    context = wait_until(lambda: bob.get(f"/api/v1/statuses/{reply['id']}/context")["descendants"], SOON)
    assert [s["uri"] for s in context] == [end["uri"]]
    assert carol.get(f"/api/v1/statuses/{root['id']}")["replies_count"] == 1


def test_boosts_and_favourites_arrive_and_are_taken_back(three):
    alice, bob, carol = three
    post = bob.status("Boost me")
    at_alice = sees(alice, post["uri"])
    alice.post(f"/api/v1/statuses/{at_alice['id']}/favourite")
    alice.post(f"/api/v1/statuses/{at_alice['id']}/reblog")
    for kind in ("favourite", "reblog"):
        wait_until(lambda k=kind: [n for n in notices(bob, k) if n["status"]["id"] == post["id"]], SOON, what=kind)
    mine = bob.get(f"/api/v1/statuses/{post['id']}")
    assert (mine["favourites_count"], mine["reblogs_count"]) == (1, 1)
    assert [a["acct"] for a in bob.get(f"/api/v1/statuses/{post['id']}/favourited_by")] == [alice.handle]
    # carol follows alice: the boost is on her home, with the post from bob's own server.
    seen = wait_until(lambda: [p for p in carol.get("/api/v1/timelines/home") if (p["reblog"] or {}).get("uri") == post["uri"]],
                      SOON, what="carol sees the boost")
    assert seen[0]["account"]["acct"] == alice.handle and seen[0]["reblog"]["account"]["acct"] == bob.handle
    alice.post(f"/api/v1/statuses/{at_alice['id']}/unfavourite")
    alice.post(f"/api/v1/statuses/{at_alice['id']}/unreblog")

    def back():
        s = bob.get(f"/api/v1/statuses/{post['id']}")
        return (s["favourites_count"], s["reblogs_count"]) == (0, 0)

    wait_until(back, SOON)
    wait_until(lambda: not [p for p in carol.get("/api/v1/timelines/home") if (p["reblog"] or {}).get("uri") == post["uri"]], SOON)


def test_an_edit_arrives_with_its_history_and_a_delete_removes(three):
    alice, bob, carol = three
    post = bob.status("First version")
    at_alice = sees(alice, post["uri"])
    bob.put(f"/api/v1/statuses/{post['id']}", status="Second version")
    edited = wait_until(lambda: (lambda s: s if "Second" in s["content"] else None)(alice.get(f"/api/v1/statuses/{at_alice['id']}")),
                        SOON)
    assert edited["edited_at"]
    history = alice.get(f"/api/v1/statuses/{at_alice['id']}/history")
    assert ["First" in h["content"] for h in history] == [True, False]
    bob.delete(f"/api/v1/statuses/{post['id']}")

    def gone():
        return alice.raw("GET", f"/api/v1/statuses/{at_alice['id']}").status_code == 404

    wait_until(gone, SOON)
    assert not home(alice, post["uri"])
    r = bob.server.anonymous().raw("GET", post["uri"], headers={"Accept": "application/activity+json"})
    assert r.status_code == 410 and r.json()["type"] == "Tombstone"


def test_a_profile_change_arrives(three):
    alice, bob, _ = three
    bob.patch("/api/v1/accounts/update_credentials", display_name="Bob the Second", note="New bio")
    wait_until(lambda: alice.get(f"/api/v1/accounts/{alice.followed['id']}")["display_name"] == "Bob the Second", SOON)
    assert "New bio" in alice.get(f"/api/v1/accounts/{alice.followed['id']}")["note"]


def test_a_locked_account_is_asked_first(three):
    alice, bob, _ = three
    dora = bob.server.someone("dora")
    dora.patch("/api/v1/accounts/update_credentials", locked="true")
    there = alice.follow(dora.handle)
    assert alice.relationship(there["id"])["requested"]
    asked = wait_until(lambda: dora.get("/api/v1/follow_requests"), SOON)
    post = dora.status("For followers only", visibility="private")
    holds(lambda: not uri_known(alice, post["uri"]))
    dora.post(f"/api/v1/follow_requests/{asked[0]['id']}/authorize")
    wait_until(lambda: alice.relationship(there["id"])["following"], SOON)
    second = dora.status("Now you can read me", visibility="private")
    sees(alice, second["uri"])
    dora.post(f"/api/v1/accounts/{asked[0]['id']}/remove_from_followers")
    wait_until(lambda: not alice.relationship(there["id"])["following"], SOON)


def test_an_unfollow_ends_what_comes(three):
    alice, bob, _ = three
    erin = bob.server.someone("erin")
    there = alice.follow(erin.handle)
    wait_until(lambda: alice.relationship(there["id"])["following"], SOON)
    sees(alice, erin.status("While followed")["uri"])
    alice.post(f"/api/v1/accounts/{there['id']}/unfollow")
    wait_until(lambda: erin.get(f"/api/v1/accounts/{erin.id}")["followers_count"] == 0, SOON)
    late = erin.status("After that")
    holds(lambda: not home(alice, late["uri"]))  # a look at the account may still bring the post in


def test_a_block_ends_both_follows_and_hides(three):
    alice, bob, _ = three
    fred, gina = bob.server.someone("fred"), alice.server.someone("gina")
    at_a, at_b = gina.follow(fred.handle), fred.follow(gina.handle)
    for who, whom in ((gina, at_a), (fred, at_b)):
        wait_until(lambda w=who, o=whom: w.relationship(o["id"])["following"], SOON)
    wait_until(lambda: fred.relationship(at_b["id"])["followed_by"], SOON)
    fred.post(f"/api/v1/accounts/{at_b['id']}/block")
    wait_until(lambda: not gina.relationship(at_a["id"])["following"], SOON)
    wait_until(lambda: gina.relationship(at_a["id"])["blocked_by"] and not gina.relationship(at_a["id"])["followed_by"], SOON)
    post = fred.status("Not for gina")
    holds(lambda: not home(gina, post["uri"]))
    fred.post(f"/api/v1/accounts/{at_b['id']}/unblock")
    wait_until(lambda: not gina.relationship(at_a["id"])["blocked_by"], SOON)


def test_a_server_that_was_away_catches_up(three):
    alice, bob, _ = three
    a = alice.server
    before = bob.status("Before")
    sees(alice, before["uri"])
    a.stop()
    posts = [bob.status(f"While you were away {i}") for i in range(5)]
    bob.put(f"/api/v1/statuses/{posts[0]['id']}", status="Edited while you were away")
    bob.delete(f"/api/v1/statuses/{posts[1]['id']}")
    wait_until(lambda: bob.server.sql("SELECT COUNT(*) FROM deliveries WHERE tries > 0") != "0", 5)
    a.start()
    # What the pauses between tries would make of it takes half a minute: it is brought forward.
    bob.server.stop()
    bob.server.sql("UPDATE deliveries SET due = 0, lease = 0; UPDATE hosts SET open_until = 0, failures = 0;")
    bob.server.start()
    for post in (posts[0], *posts[2:]):
        wait_until(lambda u=post["uri"]: home(alice, u), 5, what="the missed post")
    wait_until(lambda: "Edited" in home(alice, posts[0]["uri"])["content"], SOON)
    assert not home(alice, posts[1]["uri"])
    wait_until(lambda: bob.server.sql("SELECT COUNT(*) FROM deliveries") == "0", 5)


def test_what_waits_for_a_server_goes_when_it_writes(three):
    """Nobody waits for the next try of a server that shows that it is there."""
    alice, bob, _ = three
    liked = bob.status("Before it was away")
    sees(alice, liked["uri"])
    alice.server.stop()
    missed = bob.status("Missed")
    wait_until(lambda: bob.server.sql("SELECT COUNT(*) FROM deliveries WHERE tries > 0 AND lease = 0") != "0", 5)
    alice.server.start()
    alice.post(f"/api/v1/statuses/{home(alice, liked['uri'])['id']}/favourite")
    sees(alice, missed["uri"])
