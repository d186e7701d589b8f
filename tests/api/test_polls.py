"""Polls as apps use them: asking in every spelling, voting, hidden totals, redrafting, the end."""
import pytest
from harness import ApiError, wait_until
from shapes import is_a

FRUIT = {"options": ["apples", "pears", "plums"], "expires_in": 600}


def ask(client, **more):
    status = client.status("which?", poll={**FRUIT, **more})
    assert status["poll"]["id"]
    return status


def refused(fn, status=422):
    with pytest.raises(ApiError) as e:
        fn()
    assert e.value.status == status, e.value
    return e.value.reply.json()["error"]


def vote(client, poll, *choices):
    return client.post(f"/api/v1/polls/{poll['id']}/votes", choices=list(choices))


def test_a_poll_is_shown_with_its_post(alice, bob, nobody):
    made = is_a("Status", ask(alice))
    poll = made["poll"]
    assert [o["title"] for o in poll["options"]] == FRUIT["options"]
    assert (poll["multiple"], poll["expired"], poll["votes_count"], poll["voters_count"]) == (False, False, 0, 0)
    assert poll["voted"] and poll["own_votes"] == []
    seen = is_a("Status", bob.get(f"/api/v1/statuses/{made['id']}"))["poll"]
    assert not seen["voted"]
    assert "voted" not in is_a("Poll", nobody.get(f"/api/v1/polls/{poll['id']}"))
    assert nobody.raw("GET", f"/api/v1/polls/{alice.status('none')['id']}").status_code == 404


def test_votes_count_once(alice, bob, nobody):
    poll = ask(alice)["poll"]
    assert "own polls" in refused(lambda: vote(alice, poll, 0))
    assert "does not exist" in refused(lambda: vote(bob, poll, 3))
    refused(lambda: vote(bob, poll, 0, 1))
    refused(lambda: vote(bob, poll))
    after = is_a("Poll", vote(bob, poll, 1))
    assert (after["voted"], after["own_votes"], after["votes_count"], after["voters_count"]) == (True, [1], 1, 1)
    assert "already voted" in refused(lambda: vote(bob, poll, 1))
    assert "already voted" in refused(lambda: vote(bob, poll, 0))
    assert [o["votes_count"] for o in nobody.get(f"/api/v1/polls/{poll['id']}")["options"]] == [0, 1, 0]


def test_several_choices_of_one_are_one_voter(server, alice, bob):
    poll = ask(alice, multiple=True)["poll"]
    vote(bob, poll, 0, 2, 2)
    assert vote(bob, poll, 1)["own_votes"] == [0, 1, 2]
    after = vote(server.someone("cat"), poll, 2)
    assert (after["votes_count"], after["voters_count"]) == (4, 2)
    assert [o["votes_count"] for o in after["options"]] == [1, 1, 2]


def test_totals_may_be_hidden_until_the_end(server, alice, bob):
    status = ask(alice, hide_totals=True)
    after = is_a("Poll", vote(bob, status["poll"], 0))
    assert [o["votes_count"] for o in after["options"]] == [None, None, None]
    document = bob.raw("GET", status["uri"], headers={"Accept": "application/activity+json"}).json()
    assert document["type"] == "Question"
    assert [o["replies"]["totalItems"] for o in document["oneOf"]] == [0, 0, 0]
    end(server, status)
    assert [o["votes_count"] for o in bob.get(f"/api/v1/polls/{status['id']}")["options"]] == [1, 0, 0]


def end(server, status):
    """The time has come: the same as waiting for it."""
    server.sql(f"UPDATE polls SET expires_at = created.at FROM (SELECT {int(now(server) - 1000)} AS at) AS created"
               f" WHERE status_id = {status['id']}")
    at = server.sql(f"SELECT expires_at FROM polls WHERE status_id = {status['id']}")
    server.sql(f"UPDATE jobs SET due = 1, args = '{{\"poll\":\"{status['id']}\",\"at\":\"{at}\"}}'"
               f" WHERE kind = 'poll_end' AND args LIKE '%{status['id']}%'")


def now(server):
    import time
    return time.time() * 1000


def test_author_and_voters_hear_of_the_end(server, alice, bob):
    status = ask(alice)
    vote(bob, status["poll"], 0)
    end(server, status)
    server.someone("waker").status("wakes the workers", poll=FRUIT)
    for who in (alice, bob):
        note = wait_until(lambda: [n for n in who.get("/api/v1/notifications") if n["type"] == "poll"], 10)[0]
        is_a("Notification", note)
        assert note["status"]["id"] == status["id"] and note["status"]["poll"]["expired"]
        assert note["account"]["id"] == alice.id
    assert "already ended" in refused(lambda: vote(server.someone("late"), status["poll"], 0))


def test_an_edit_with_other_options_begins_anew(alice, bob):
    status = ask(alice)
    vote(bob, status["poll"], 0)
    path = f"/api/v1/statuses/{status['id']}"
    same = alice.put(path, status="which one?", poll=FRUIT)
    assert same["poll"]["votes_count"] == 1 and same["edited_at"]
    other = alice.put(path, status="which one?", poll={"options": ["nuts", "beans"], "expires_in": 600})
    assert [o["title"] for o in other["poll"]["options"]] == ["nuts", "beans"]
    assert other["poll"]["votes_count"] == 0
    assert bob.get(path)["poll"]["voted"] is False
    versions = [[o["title"] for o in v["poll"]["options"]] for v in is_a("StatusEdit[]", bob.get(path + "/history"))]
    assert versions == [FRUIT["options"], FRUIT["options"], ["nuts", "beans"]]
    assert alice.put(path, status="no more")["poll"] is None


def test_deleting_gives_the_poll_back_for_redrafting(alice):
    gone = alice.delete(f"/api/v1/statuses/{ask(alice)['id']}")
    is_a("DeletedStatus", gone)
    assert [o["title"] for o in gone["poll"]["options"]] == FRUIT["options"]


def test_the_spellings_of_forms(alice):
    r = alice.raw("POST", "/api/v1/statuses", data=[("status", "which?"), ("poll[options][]", "a"), ("poll[options][]", "b"),
                                                    ("poll[expires_in]", "3600"), ("poll[multiple]", "true")])
    assert r.status_code == 200 and r.json()["poll"]["multiple"]


def test_nobody_votes_where_they_may_not_see(alice, bob):
    """AUTHZ-05"""
    hidden = ask(alice)
    closed = alice.status("for followers", visibility="private", poll=FRUIT)["poll"]
    for call in (lambda: bob.get(f"/api/v1/polls/{closed['id']}"), lambda: vote(bob, closed, 0)):
        assert refused(call, 404) == "Record not found"
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    assert refused(lambda: vote(bob, hidden["poll"], 0), 404) == "Record not found"


def test_the_instance_says_what_it_takes(nobody, alice):
    limits = nobody.get("/api/v2/instance")["configuration"]["polls"]
    many = ["o" * (limits["max_characters_per_option"] - 1) + str(i) for i in range(limits["max_options"])]
    assert alice.status("as much as may be", poll={"options": many, "expires_in": limits["max_expiration"]})["poll"]
    for bad in ({"options": [*many, "one more"], "expires_in": 600}, {"options": ["x" + many[0], "b"], "expires_in": 600},
                {"options": many, "expires_in": limits["min_expiration"] - 1},
                {"options": many, "expires_in": limits["max_expiration"] + 1}, {"options": many, "expires_in": 0},
                {"options": many, "expires_in": -5}, {"options": many, "expires_in": "soon"}):
        refused(lambda: alice.status("x", poll=bad))
