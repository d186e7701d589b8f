"""Quotes as apps use them: quoting, policies, states, lists, taking leave back, notices."""
import pytest
from harness import ApiError, wait_until
from shapes import is_a


def refused(fn, status=422):
    with pytest.raises(ApiError) as e:
        fn()
    assert e.value.status == status, e.value
    return e.value.reply.json()["error"]


def quote(client, status, text="look", **more):
    return client.status(text, quoted_status_id=status["id"], **more)


def test_a_quote_shows_what_it_quotes(alice, bob, nobody):
    first = alice.status("quote me")
    assert first["quote"] is None and first["quotes_count"] == 0
    assert first["quote_approval"] == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    made = is_a("Status", quote(bob, first))
    assert made["quote"]["state"] == "accepted" and made["quote"]["quoted_status"]["id"] == first["id"]
    assert made["content"].startswith('<p class="quote-inline">RE: <a href="' + first["url"])
    deeper = quote(alice, made)
    inner = is_a("Status", nobody.get(f"/api/v1/statuses/{deeper['id']}"))["quote"]["quoted_status"]
    assert inner["quote"] == {"state": "accepted", "quoted_status_id": first["id"]}
    assert nobody.get(f"/api/v1/statuses/{first['id']}")["quotes_count"] == 1
    note = wait_until(lambda: [n for n in alice.get("/api/v1/notifications") if n["type"] == "quote"])[0]
    assert note["status"]["id"] == made["id"] and note["account"]["id"] == bob.id
    assert quote(bob, first, text="")["quote"]["state"] == "accepted"


def test_who_may(alice, bob):
    """AUTHZ-06"""
    gone = "The post you are trying to quote does not appear to exist."
    for post in (alice.status("x", visibility="private"), alice.status("x", visibility="direct"),
                 alice.status("x", quote_approval_policy="nobody"), alice.status("x", quote_approval_policy="followers"),
                 {"id": "17"}, {"id": "zap"}):
        assert refused(lambda: quote(bob, post), 404) == gone
    refused(lambda: alice.status("x", quote_approval_policy="everyone"))
    fans = alice.status("x", quote_approval_policy="followers")
    assert fans["quote_approval"]["automatic"] == ["followers"]
    bob.post(f"/api/v1/accounts/{alice.id}/follow")
    assert bob.get(f"/api/v1/statuses/{fans['id']}")["quote_approval"]["current_user"] == "automatic"
    assert quote(bob, fans)["quote"]["state"] == "accepted"
    own = quote(alice, alice.status("x", visibility="private"), visibility="public")
    assert own["visibility"] == "private" and own["quote"]["state"] == "accepted"
    assert own["quote_approval"]["automatic"] == []


def test_the_policy_can_be_changed(alice, bob):
    post = alice.status("x")
    path = f"/api/v1/statuses/{post['id']}/interaction_policy"
    after = is_a("Status", alice.put(path, quote_approval_policy="nobody"))
    assert after["quote_approval"]["automatic"] == [] and after["edited_at"] is None
    refused(lambda: quote(bob, post), 404)
    refused(lambda: bob.put(path, quote_approval_policy="public"), 404)
    refused(lambda: alice.put(path, quote_approval_policy="odd"))
    edited = alice.put(f"/api/v1/statuses/{post['id']}", status="y", quote_approval_policy="public")
    assert edited["quote_approval"]["automatic"] == ["public"]


def test_the_list_and_taking_leave_back(server, alice, bob, nobody):
    post = alice.status("quote me often")
    path = f"/api/v1/statuses/{post['id']}/quotes"
    made = [quote(server.someone("q"), post)["id"] for _ in range(3)]
    hidden = quote(bob, post, visibility="private")["id"]
    assert [s["id"] for s in is_a("Status[]", alice.get(path))] == made[::-1]
    assert [s["id"] for s in alice.get(path, limit=2)] == made[:0:-1]
    assert [s["id"] for s in alice.get(path, max_id=made[1])] == made[:1]
    assert hidden in [s["id"] for s in bob.get(path)]
    refused(lambda: bob.post(f"{path}/{made[0]}/revoke"), 404)
    after = alice.post(f"{path}/{made[0]}/revoke")
    assert after["id"] == made[0] and after["quote"] == {"state": "revoked", "quoted_status": None}
    assert made[0] not in [s["id"] for s in alice.get(path)]
    assert alice.get(f"/api/v1/statuses/{post['id']}")["quotes_count"] == 3
    assert refused(lambda: bob.get(f"/api/v1/statuses/{alice.status('x', visibility='direct')['id']}/quotes"), 404)


def test_what_one_may_not_see_is_not_shown_in_a_quote(server, alice, bob):
    post = alice.status("x")
    made = quote(bob, post)
    seen_by = lambda who: is_a("Status", who.get(f"/api/v1/statuses/{made['id']}"))["quote"]  # noqa: E731
    eve, cat = server.someone("eve"), server.someone("cat")
    alice.post(f"/api/v1/accounts/{eve.id}/block")
    assert seen_by(eve) == {"state": "unauthorized", "quoted_status": None}
    cat.post(f"/api/v1/accounts/{alice.id}/block")
    assert seen_by(cat)["state"] in ("unauthorized", "blocked_account")
    dan = server.someone("dan")
    dan.post(f"/api/v1/accounts/{alice.id}/mute")
    assert seen_by(dan)["state"] == "muted_account"
    alice.delete(f"/api/v1/statuses/{post['id']}")
    assert seen_by(bob) == {"state": "deleted", "quoted_status": None}


def test_pages_show_what_is_quoted_to_whom_it_may_be_shown(server, alice, bob, nobody):
    def page(status, end=""):
        r = nobody.raw("GET", status["url"] + end)
        assert r.status_code == 200 and "look" in r.text
        return r.text.split('<article class="quoted">')[1:]

    ask = {"options": ["tea", "milk"], "expires_in": 3600}
    first = alice.status("what they <b> said", poll=ask)
    made = quote(bob, first)
    for end in ("", "/embed"):
        (shown,) = page(made, end)
        assert "what they &lt;b&gt; said" in shown and f"@{alice.name}" in shown and "<li>milk" in shown and first["url"] in shown
    (shown,) = page(quote(alice, made))
    assert "what they" not in shown and first["url"] in shown  # a quote within a quote is a link
    alice.post(f"/api/v1/statuses/{first['id']}/quotes/{made['id']}/revoke")
    assert page(made) == []
    gone = alice.status("soon gone")
    made = quote(bob, gone)
    assert len(page(made)) == 1
    alice.delete(f"/api/v1/statuses/{gone['id']}")
    assert page(made) == []


def test_those_who_quote_hear_of_edits(alice, bob):
    post = alice.status("first")
    made = quote(bob, post)
    alice.put(f"/api/v1/statuses/{post['id']}", status="second")
    note = wait_until(lambda: [n for n in bob.get("/api/v1/notifications") if n["type"] == "quoted_update"])[0]
    is_a("Notification", note)
    assert note["status"]["id"] == made["id"] and note["account"]["id"] == alice.id
    kept = bob.put(f"/api/v1/statuses/{made['id']}", status="look again")
    assert kept["quote"]["quoted_status"]["content"] == "<p>second</p>"
    assert kept["content"].startswith('<p class="quote-inline">') and kept["content"].endswith("<p>look again</p>")
