"""Posts for later, direct conversations, recommended accounts."""
import pytest
from harness import wait_until
from shapes import is_a

LATER = "2040-01-01T12:00:00.000Z"


def texts(client, author):
    return [s["content"] for s in client.get(f"/api/v1/accounts/{author.id}/statuses")]


def due_now(server, scheduled):
    """The clock of the test runs no faster: the time that was set is moved to now, as if it had come."""
    server.sql(f"UPDATE scheduled_statuses SET scheduled_at = 5 WHERE id = {scheduled['id']}; UPDATE jobs SET due = 1,"  # in this order
               f" args = '{{\"id\":\"{scheduled['id']}\",\"at\":\"5\"}}' WHERE kind = 'publish' AND args LIKE '%{scheduled['id']}%'")


def wake(client):
    """A new job makes the workers look for what is due."""
    client.status("wake up", poll={"options": ["yes", "no"], "expires_in": 600})


def test_a_post_for_later_comes_when_its_time_has_come(server, alice, bob):
    parent = bob.status("a question")
    s = alice.status("later #soon", scheduled_at=LATER, visibility="unlisted", spoiler_text="cw", in_reply_to_id=parent["id"],
                     sensitive=True, language="de", poll={"options": ["a", "b"], "expires_in": 600, "multiple": True})
    is_a("ScheduledStatus", s)
    assert s["scheduled_at"] == LATER and s["params"]["text"] == "later #soon" and s["params"]["poll"]["options"] == ["a", "b"]
    assert alice.get("/api/v1/scheduled_statuses") == [s] and alice.get(f"/api/v1/scheduled_statuses/{s['id']}") == s
    assert bob.get("/api/v1/scheduled_statuses") == [] and not texts(alice, alice)
    due_now(server, s)
    wake(bob)
    post = wait_until(lambda: alice.get(f"/api/v1/accounts/{alice.id}/statuses"), 10)[0]
    assert (post["visibility"], post["spoiler_text"], post["sensitive"], post["language"]) == ("unlisted", "cw", True, "de")
    assert post["in_reply_to_id"] == parent["id"] and [o["title"] for o in post["poll"]["options"]] == ["a", "b"]
    assert post["poll"]["multiple"] and post["tags"][0]["name"] == "soon"
    wait_until(lambda: alice.get("/api/v1/scheduled_statuses") == [])
    assert len(texts(alice, alice)) == 1


def test_what_cannot_be_posted_cannot_be_scheduled(server, alice, bob):
    hidden = bob.status("hidden", visibility="private")
    for more, status in (({"status": ""}, 422), ({"status": "x" * 5001}, 422), ({"visibility": "odd"}, 422),
                         ({"in_reply_to_id": hidden["id"]}, 404), ({"scheduled_at": "2001-01-01T00:00:00Z"}, 422),
                         ({"poll": {"options": ["one"], "expires_in": 600}}, 422)):
        r = alice.raw("POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": LATER, **more})
        assert r.status_code == status and r.json()["error"], (more, r.text)
    assert alice.get("/api/v1/scheduled_statuses") == []


def test_what_is_gone_by_then_is_dropped(server, alice, bob):
    parent = bob.status("short-lived")
    s = alice.status("answer", scheduled_at=LATER, in_reply_to_id=parent["id"])
    bob.delete(f"/api/v1/statuses/{parent['id']}")
    due_now(server, s)
    wake(bob)
    wait_until(lambda: alice.get("/api/v1/scheduled_statuses") == [], 10)
    assert not texts(alice, alice)


def test_scheduled_posts_are_their_authors_alone(server, alice, bob):
    """AUTHZ-17"""
    s = alice.status("mine", scheduled_at=LATER)
    path = f"/api/v1/scheduled_statuses/{s['id']}"
    for r in (bob.raw("GET", path), bob.raw("PUT", path, json={"scheduled_at": LATER}), bob.raw("DELETE", path)):
        assert r.status_code == 404
    moved = alice.put(path, scheduled_at="2041-01-01T00:00:00.000Z")
    assert moved["scheduled_at"] == "2041-01-01T00:00:00.000Z"
    assert alice.delete(path) == {} and alice.raw("GET", path).status_code == 404


def test_the_same_key_schedules_once_and_there_is_an_end(server, alice):
    kw = {"json": {"status": "x", "scheduled_at": LATER}, "headers": {"Idempotency-Key": "k"}}
    first, second = (alice.raw("POST", "/api/v1/statuses", **kw).json() for _ in range(2))
    assert first == second and len(alice.get("/api/v1/scheduled_statuses")) == 1
    made = [first] + [alice.status(str(n), scheduled_at=LATER) for n in range(24)]
    r = alice.raw("POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": LATER})
    assert r.status_code == 422 and "25" in r.json()["error"]
    got = alice.get("/api/v1/scheduled_statuses", limit=10)
    assert [s["id"] for s in got] == [s["id"] for s in reversed(made[-10:])]
    r = alice.raw("GET", "/api/v1/scheduled_statuses", params={"limit": 10})
    assert f"max_id={got[-1]['id']}" in r.headers["Link"]
    older = alice.get("/api/v1/scheduled_statuses", limit=10, max_id=got[-1]["id"])
    assert [s["id"] for s in older] == [s["id"] for s in reversed(made[-20:-10])]
    newer = alice.get("/api/v1/scheduled_statuses", limit=10, min_id=older[0]["id"])
    assert newer == got


@pytest.mark.parametrize("more", [{}, {"scheduled_at": LATER}], ids=("now", "later"))
def test_a_post_names_nobody_by_a_slip(server, alice, bob, more):
    cat = server.someone("cat")
    text = {"status": f"@{bob.name} have you heard of @{cat.name}? @{alice.name}", "visibility": "direct", **more}
    for allowed, others in (([bob.id], {cat.id}), ([], {bob.id, cat.id}), (["1"], {bob.id, cat.id})):
        r = alice.raw("POST", "/api/v1/statuses", json={**text, "allowed_mentions": allowed})
        assert r.status_code == 422 and r.json()["error"] == "Post would be sent to unexpected accounts"
        assert {a["id"] for a in is_a("Account[]", r.json()["unexpected_accounts"])} == others
    r = alice.raw("POST", "/api/v1/statuses", data={**text, "allowed_mentions[]": [bob.id]})
    assert r.status_code == 422 and [a["id"] for a in r.json()["unexpected_accounts"]] == [cat.id]
    assert cat.get("/api/v1/conversations") == [] and bob.get("/api/v1/notifications/requests") == []
    for allowed in ([bob.id, cat.id], None):
        assert alice.post("/api/v1/statuses", **text, allowed_mentions=allowed)["id"]


def test_direct_conversations(server, alice, bob):
    one = alice.status(f"@{bob.name} hello", visibility="direct")
    mine, theirs = (c.get("/api/v1/conversations")[0] for c in (alice, bob))
    for c in (mine, theirs):
        is_a("Conversation", c)
    assert not mine["unread"] and theirs["unread"] and mine["last_status"]["id"] == one["id"] == theirs["last_status"]["id"]
    assert [a["id"] for a in mine["accounts"]] == [bob.id] and [a["id"] for a in theirs["accounts"]] == [alice.id]
    two = bob.status(f"@{alice.name} hi", visibility="direct", in_reply_to_id=one["id"])
    mine, = alice.get("/api/v1/conversations")
    assert mine["unread"] and mine["last_status"]["id"] == two["id"]
    read = alice.post(f"/api/v1/conversations/{mine['id']}/read")
    assert not read["unread"] and read["id"] == mine["id"]
    assert alice.post(f"/api/v1/conversations/{mine['id']}/unread")["unread"]
    assert [s["id"] for s in alice.get("/api/v1/timelines/direct")] == [two["id"], one["id"]]
    bob.delete(f"/api/v1/statuses/{two['id']}")
    assert alice.get("/api/v1/conversations")[0]["last_status"]["id"] == one["id"]
    alice.delete(f"/api/v1/statuses/{one['id']}")
    assert alice.get("/api/v1/conversations") == [] == bob.get("/api/v1/conversations")


def test_other_people_other_conversation(server, alice, bob):
    carol = server.someone("carol")
    first = alice.status(f"@{bob.name} two of us", visibility="direct")
    alice.status(f"@{bob.name} @{carol.name} three of us", visibility="direct", in_reply_to_id=first["id"])
    alice.status("to myself", visibility="direct")
    alice.status(f"@{bob.name} public")
    mine = alice.get("/api/v1/conversations")
    assert [{a["id"] for a in c["accounts"]} for c in mine] == [{alice.id}, {bob.id, carol.id}, {bob.id}]
    assert [len(c["accounts"]) for c in carol.get("/api/v1/conversations")] == [2]
    page = alice.raw("GET", "/api/v1/conversations", params={"limit": 1})
    assert f"max_id={mine[0]['last_status']['id']}" in page.headers["Link"]
    assert alice.get("/api/v1/conversations", limit=1, max_id=mine[0]["last_status"]["id"]) == [mine[1]]
    assert alice.get("/api/v1/conversations", limit=1, min_id=mine[2]["last_status"]["id"]) == [mine[1]]


def test_conversations_are_ones_own_and_not_with_those_one_does_not_hear(server, alice, bob):
    alice.status(f"@{bob.name} hello", visibility="direct")
    c, = bob.get("/api/v1/conversations")
    for r in (alice.raw("POST", f"/api/v1/conversations/{c['id']}/read"), alice.raw("DELETE", f"/api/v1/conversations/{c['id']}")):
        assert r.status_code == 404
    assert bob.delete(f"/api/v1/conversations/{c['id']}") == {} and bob.get("/api/v1/conversations") == []
    assert len(alice.get("/api/v1/conversations")) == 1
    for verb in ("mute", "block"):
        bob.post(f"/api/v1/accounts/{alice.id}/{verb}")
        alice.raw("POST", "/api/v1/statuses", json={"status": f"@{bob.name} again", "visibility": "direct"})
        assert bob.get("/api/v1/conversations") == []
        bob.post(f"/api/v1/accounts/{alice.id}/un{verb}")


def test_recommended_accounts(server, alice, bob, nobody):
    assert alice.raw("POST", f"/api/v1/accounts/{bob.id}/endorse").status_code == 422
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    for _ in range(2):
        assert alice.post(f"/api/v1/accounts/{bob.id}/endorse")["endorsed"]
    for got in (alice.get("/api/v1/endorsements"), nobody.get(f"/api/v1/accounts/{alice.id}/endorsements")):
        assert [a["id"] for a in got] == [bob.id]
    assert not alice.post(f"/api/v1/accounts/{bob.id}/unendorse")["endorsed"] and alice.get("/api/v1/endorsements") == []
    assert alice.post(f"/api/v1/accounts/{bob.id}/pin")["endorsed"]
    assert not alice.post(f"/api/v1/accounts/{bob.id}/unpin")["endorsed"]
    alice.post(f"/api/v1/accounts/{bob.id}/pin")
    alice.post(f"/api/v1/accounts/{bob.id}/unfollow")
    assert alice.get("/api/v1/endorsements") == [] and not alice.relationship(bob.id)["endorsed"]


@pytest.mark.parametrize("domain, counts", [("elsewhere.test", (0, 0)), (None, (1, 1))])
def test_what_a_domain_block_would_cost(server, alice, bob, domain, counts):
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    bob.post(f"/api/v1/accounts/{alice.id}/follow")
    got = alice.get("/api/v1/domain_blocks/preview", domain=domain or server.domain)
    assert (got["following_count"], got["followers_count"]) == counts


def test_posts_for_this_site_alone(server, alice, bob, nobody, peer):
    """A side field: the visibility stays one of four. Who is not logged in here does not see them, by no way."""
    open_post = alice.status("for all #localtest")
    post = alice.status("for us #localtest", local_only=True)
    assert post["local_only"] and post["visibility"] == "public" and not open_post["local_only"]
    answer = bob.status("me too", in_reply_to_id=post["id"])
    quote = bob.status("look", quoted_status_id=post["id"])
    boost = bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    assert answer["local_only"] and quote["local_only"] and boost["local_only"]
    assert not bob.status("but not this", in_reply_to_id=post["id"], local_only=False)["local_only"]
    hidden = {post["id"], answer["id"], quote["id"], boost["id"]}
    for who, there in ((bob, True), (nobody, False)):
        seen = {s["id"] for path in (f"/api/v1/accounts/{alice.id}/statuses", f"/api/v1/accounts/{bob.id}/statuses",
                                     "/api/v1/timelines/public", "/api/v1/timelines/tag/localtest")
                for s in who.get(path)}
        assert (hidden <= seen) if there else not (hidden & seen)
        assert who.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == (200 if there else 404)
        below = who.get(f"/api/v1/statuses/{open_post['id']}/context")["descendants"]
        assert below == []
    assert nobody.raw("GET", post["url"]).status_code == 404 and "for us" not in nobody.raw("GET", f"/@{alice.name}").text
    accept = {"Accept": "application/activity+json"}
    alice.post(f"/api/v1/statuses/{post['id']}/pin")
    for path in (post["uri"], post["uri"] + "/activity", post["uri"] + "/replies", quote["uri"], answer["uri"]):
        assert nobody.raw("GET", path, headers=accept).status_code == 404, path
    for path in (f"/users/{alice.name}/outbox?page=true", f"/users/{alice.name}/collections/featured"):
        r = nobody.raw("GET", path, headers=accept)
        assert r.status_code == 200 and post["uri"] not in r.text, path


def test_what_is_for_this_site_alone_is_not_sent(server, alice, peer):
    far = peer.actor("far")
    uri = f"http://{server.host}/users/{alice.name}"
    assert far.send(server, far.follow(uri)).status_code == 202
    peer.wait_for("Accept")
    post = alice.status("for us", local_only=True)
    alice.put(f"/api/v1/statuses/{post['id']}", status="for us, edited")
    alice.post(f"/api/v1/statuses/{post['id']}/reblog")
    alice.post(f"/api/v1/statuses/{post['id']}/pin")
    alice.delete(f"/api/v1/statuses/{post['id']}")
    last = alice.status("for all")
    wait_until(lambda: any(last["uri"] in str(a) for a in peer.taken), 15)
    assert not any(post["uri"] in str(a) for a in peer.taken)
