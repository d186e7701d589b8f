"""Whose notifications somebody wants: each rule of the policy with its exceptions, and the requests of those held back."""
import pytest
from harness import ApiError
from shapes import is_a

V1, V2 = "/api/v1/notifications", "/api/v2/notifications"
DAYS = 86_400_000


def told(client, **params):
    return [(n["type"], n["account"]["id"]) for n in client.get(V1, **params)]


def policy(client, **changes):
    return is_a("NotificationPolicy", client.patch(V2 + "/policy", **changes))


def requests(client):
    return is_a("NotificationRequest[]", client.get(V1 + "/requests"))


def mention(sender, to, **more):
    return sender.status(f"@{to.name} hello", **more)


def older(server, client, days):
    """Makes the account, and its follows, look older."""
    server.sql(f"UPDATE accounts SET created_at = created_at - {days * DAYS} WHERE id = {client.id};"
               f"UPDATE follows SET created_at = created_at - {days * DAYS} WHERE account_id = {client.id}")


def test_the_usual_policy(alice, bob):
    p = is_a("NotificationPolicy", alice.get(V2 + "/policy"))
    assert p == {"for_not_following": "accept", "for_not_followers": "accept", "for_new_accounts": "accept",
                 "for_private_mentions": "filter", "for_limited_accounts": "filter", "for_bots": "accept",
                 "summary": {"pending_requests_count": 0, "pending_notifications_count": 0}}
    mention(bob, alice)
    assert told(alice) == [("mention", bob.id)]


def test_changing_it(alice):
    assert policy(alice, for_not_following="drop")["for_not_following"] == "drop"
    now = policy(alice, for_bots="filter")
    assert (now["for_not_following"], now["for_bots"]) == ("drop", "filter")
    with pytest.raises(ApiError) as e:
        policy(alice, for_new_accounts="sometimes")
    assert e.value.status == 422 and "for_new_accounts" in e.value.reply.json()["error"]
    assert alice.get(V2 + "/policy") == now


def test_the_older_form_of_it(alice):
    old = is_a("NotificationPolicyV1", alice.put(V1 + "/policy", filter_not_followers=True, filter_private_mentions=False))
    assert old["filter_not_followers"] and not old["filter_private_mentions"] and not old["filter_not_following"]
    assert alice.get(V1 + "/policy") == old
    now = alice.get(V2 + "/policy")
    assert (now["for_not_followers"], now["for_private_mentions"], now["for_limited_accounts"]) == ("filter", "accept", "filter")
    policy(alice, for_not_followers="drop")
    assert alice.get(V1 + "/policy")["filter_not_followers"]


def strange(server, alice, sender, rule, works):
    """Is a mention by sender accepted, held back and dropped as the rule says, if it works on them?"""
    for value, fate in (("accept", "shown"), ("filter", "held"), ("drop", "dropped")):
        alice.post(V1 + "/clear")
        policy(alice, **{rule: value})
        mention(sender, alice)
        seen = "shown" if told(alice) else "held" if told(alice, include_filtered="true") else "dropped"
        assert seen == (fate if works else "shown"), (rule, value, seen)
    policy(alice, **{rule: "accept"})
    alice.post(V1 + "/clear")


def test_those_one_does_not_follow(server, alice, bob):
    strange(server, alice, bob, "for_not_following", True)
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    strange(server, alice, bob, "for_not_following", False)


def test_those_who_do_not_follow_for_three_days(server, alice, bob):
    strange(server, alice, bob, "for_not_followers", True)
    bob.post(f"/api/v1/accounts/{alice.id}/follow")
    strange(server, alice, bob, "for_not_followers", True)
    older(server, bob, 4)
    strange(server, alice, bob, "for_not_followers", False)


def test_accounts_of_the_last_thirty_days(server, alice, bob):
    strange(server, alice, bob, "for_new_accounts", True)
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    strange(server, alice, bob, "for_new_accounts", False)
    alice.post(f"/api/v1/accounts/{bob.id}/unfollow")
    older(server, bob, 31)
    strange(server, alice, bob, "for_new_accounts", False)


def test_bots(server, alice, bob):
    strange(server, alice, bob, "for_bots", False)
    bob.patch("/api/v1/accounts/update_credentials", bot=True)
    strange(server, alice, bob, "for_bots", True)
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    strange(server, alice, bob, "for_bots", False)


def test_moderators_and_the_servers_own_news_get_through(server, alice, bob):
    policy(alice, for_not_following="drop", for_new_accounts="drop")
    mod = server.user("mod", role="moderator")
    alice.post(f"/api/v1/accounts/{mod.id}/mute")
    mention(mod, alice)
    assert told(alice) == [("mention", mod.id)]
    post = alice.status("like me")["id"]
    for client in (mod, bob):
        client.post(f"/api/v1/statuses/{post}/favourite")
    assert told(alice) == [("mention", mod.id)]  # only what they write
    alice.post(f"/api/v1/accounts/{bob.id}/follow", notify=True)
    bob.status("news")
    assert told(alice)[0] == ("status", bob.id)


def test_all_that_can_be_held_back_is(alice, bob):
    policy(alice, for_not_following="filter")
    post = alice.status("like me")["id"]
    bob.post(f"/api/v1/statuses/{post}/favourite")
    bob.post(f"/api/v1/statuses/{post}/reblog")
    bob.post(f"/api/v1/accounts/{alice.id}/follow")
    assert told(alice) == [] and requests(alice) == []  # nobody asks for that
    bob.status("look", quoted_status_id=post)
    mention(bob, alice)
    held = alice.get(V1, include_filtered="true")
    assert [n["type"] for n in held] == ["mention", "quote", "follow", "reblog", "favourite"]
    assert all(n["filtered"] and n["group_key"] == f"ungrouped-{n['id']}" for n in held)
    assert told(alice, account_id=bob.id) == [(n["type"], bob.id) for n in held]
    assert alice.get(V2)["notification_groups"] == []
    assert alice.get(V1 + "/unread_count")["count"] == 0
    assert [r["notifications_count"] for r in requests(alice)] == ["2"]


def test_requests_are_accepted(server, alice, bob):
    policy(alice, for_not_following="filter")
    eve = server.someone("eve")
    for sender in (bob, bob, eve):
        last = mention(sender, alice)
    assert told(alice) == []
    eves, bobs = requests(alice)
    assert (bobs["account"]["id"], bobs["notifications_count"]) == (bob.id, "2")
    assert eves["last_status"]["id"] == last["id"]
    assert alice.get(V2 + "/policy")["summary"] == {"pending_requests_count": 2, "pending_notifications_count": 3}
    assert is_a("NotificationRequest", alice.get(f"{V1}/requests/{bobs['id']}")) == bobs
    assert [r["id"] for r in alice.get(V1 + "/requests", limit=1)] == [eves["id"]]
    assert [r["id"] for r in alice.get(V1 + "/requests", max_id=eves["id"])] == [bobs["id"]]
    assert [r["id"] for r in alice.get(V1 + "/requests", min_id=bobs["id"], limit=1)] == [eves["id"]]
    assert alice.post(f"{V1}/requests/{bobs['id']}/accept") == {}
    assert alice.get(V1 + "/requests/merged") == {"merged": True}
    assert told(alice) == [("mention", bob.id)] * 2
    assert [r["id"] for r in requests(alice)] == [eves["id"]]
    mention(bob, alice)  # from now on
    assert len(told(alice)) == 3
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    alice.post(f"/api/v1/accounts/{bob.id}/unblock")
    mention(bob, alice)
    assert told(alice) == [] and len(requests(alice)) == 2


def test_requests_are_dismissed(server, alice, bob):
    policy(alice, for_not_following="filter")
    eve, other = server.someone("eve"), server.someone("other")
    for sender in (bob, eve, other):
        mention(sender, alice)
    others, eves, bobs = requests(alice)
    assert bob.raw("POST", f"{V1}/requests/{bobs['id']}/dismiss").status_code == 404
    bob.post(V1 + "/requests/dismiss", id=[bobs["id"], eves["id"]])
    assert len(requests(alice)) == 3
    alice.post(f"{V1}/requests/{bobs['id']}/dismiss")
    assert told(alice, account_id=bob.id) == []
    mention(bob, alice)  # nothing is promised
    assert [r["account"]["id"] for r in requests(alice)] == [bob.id, other.id, eve.id]
    alice.post(V1 + "/requests/dismiss", id=[eves["id"], others["id"]])
    assert [r["account"]["id"] for r in requests(alice)] == [bob.id]
    alice.post(V1 + "/requests/accept", id=[r["id"] for r in requests(alice)] + ["17"])
    assert told(alice) == [("mention", bob.id)] and requests(alice) == []


def test_priv_22_only_an_answer_in_private_gets_past_the_policy(server, alice, bob):
    mention(bob, alice, visibility="direct")
    assert told(alice) == [] and len(requests(alice)) == 1
    # under a public post of alice, under one's own mention of her, under a post of hers that names somebody else
    public = alice.status(f"hello all, @{bob.name} too")["id"]
    mention(bob, alice, visibility="direct", in_reply_to_id=public)
    own = mention(bob, alice, visibility="direct")["id"]
    mention(bob, alice, visibility="direct", in_reply_to_id=own)
    own = bob.status(f"@{alice.name} @{bob.name} I name myself", visibility="direct", in_reply_to_id=public)["id"]
    mention(bob, alice, visibility="direct", in_reply_to_id=own)
    assert told(alice) == []
    # what alice began is answered, also further down
    asked = alice.status(f"@{bob.name} what is it?", visibility="direct")["id"]
    answer = mention(bob, alice, visibility="direct", in_reply_to_id=asked)["id"]
    more = mention(bob, alice, visibility="direct", in_reply_to_id=answer)["id"]
    assert told(alice) == [("mention", bob.id)] * 2
    # but not by somebody she did not ask
    eve = server.someone("eve")
    bob.status(f"@{alice.name} @{eve.name} look", visibility="direct", in_reply_to_id=more)
    deep = bob.status(f"@{eve.name} psst", visibility="direct", in_reply_to_id=more)["id"]
    mention(eve, alice, visibility="direct", in_reply_to_id=deep)
    assert ("mention", eve.id) not in told(alice)


def test_a_mention_that_also_names_somebody_blocked_is_not_told(server, alice, bob):
    eve = server.someone("eve")
    alice.post(f"/api/v1/accounts/{eve.id}/block")
    bob.status(f"@{alice.name} @{eve.name} hello")
    assert told(alice) == []
