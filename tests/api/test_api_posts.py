"""Posts through the API: writing, editing, deleting, reacting, and who gets to see what."""
import concurrent.futures
import datetime
import re

import pytest
from harness import ApiError, wait_until
from shapes import is_a


def ids(posts):
    return [p["id"] for p in posts]


def sees(client, post):
    return client.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 200


def again(client, post):
    return is_a("Status", client.get(f"/api/v1/statuses/{post['id']}"))


@pytest.fixture(scope="module")
def writer(server):
    return server.someone("writer")


# --- writing

def test_a_post_as_its_author_and_as_others_see_it(alice, bob, nobody):
    post = is_a("Status", alice.status("Hello @%s, see https://example.org/a?b=c&d #Grün" % bob.name, language="en"))
    assert post["visibility"] == "public" and post["language"] == "en" and post["pinned"] is False
    assert post["application"] == {"name": "tests", "website": None}
    assert [m["id"] for m in post["mentions"]] == [bob.id] and post["mentions"][0]["acct"] == bob.name
    assert [t["name"] for t in post["tags"]] == ["grün"] and post["tags"][0]["url"].endswith("/tags/gr%C3%BCn")
    assert 'href="https://example.org/a?b=c&amp;d"' in post["content"] and "noopener" in post["content"]
    theirs = again(bob, post)
    assert "pinned" not in theirs and theirs["favourited"] is False
    anyone = again(nobody, post)
    assert not {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"} & anyone.keys()
    made = datetime.datetime.fromisoformat(post["created_at"].replace("Z", "+00:00"))
    assert abs((datetime.datetime.now(datetime.timezone.utc) - made).total_seconds()) < 30


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
                                  'https://a"onmouseover=alert(1)', '@x"onclick=1@h', '#"><b>', "&lt;b&gt;", "javascript:alert(1)"])
def test_what_locals_type_stays_text(writer, text):
    """XSS-15"""
    for kind in ("text/plain", "text/markdown"):
        post = writer.status(text, content_type=kind)
        assert "<script" not in post["content"] and not re.search(r"<[^>]*\son\w+=", post["content"])
        assert not re.search(r'href="(?!https?:)', post["content"])
        assert writer.get(f"/api/v1/statuses/{post['id']}/source")["text"] == text


def test_markdown_when_asked_for(writer):
    post = writer.status("**bold** and `code`\n\n* one\n* two", content_type="text/markdown")
    assert "<strong>bold</strong>" in post["content"] and "<li>" in post["content"]
    assert "**bold**" in writer.status("**bold**")["content"]
    with pytest.raises(ApiError) as e:
        writer.status("x", content_type="text/odd")
    assert e.value.status == 422


def test_lengths_count_characters_and_links_as_23(writer):
    assert writer.status("名" * 5000)
    assert writer.status("x" * 4976 + " https://example.org/" + "y" * 300)
    for text in ("名" * 5001, "x" * 4978 + " https://example.org/"):
        r = writer.raw("POST", "/api/v1/statuses", json={"status": text})
        assert r.status_code == 422 and "5000" in r.json()["error"]
    r = writer.raw("POST", "/api/v1/statuses", json={"status": "x" * 3000, "spoiler_text": "y" * 2001})
    assert r.status_code == 422
    assert writer.raw("POST", "/api/v1/statuses", data={"status": "x" * (1 << 20)}).status_code in (413, 422)


def test_the_author_s_defaults(alice):
    alice.patch("/api/v1/accounts/update_credentials", source={"privacy": "unlisted", "language": "eo", "sensitive": True})
    post = alice.status("as usual")
    assert (post["visibility"], post["language"], post["sensitive"]) == ("unlisted", "eo", True)
    post = alice.status("this time not", visibility="public", language="de", sensitive=False)
    assert (post["visibility"], post["language"], post["sensitive"]) == ("public", "de", False)
    assert alice.status("warned", spoiler_text="cw", sensitive=False)["sensitive"] in (True, False)


def test_replies_and_their_thread(alice, bob, nobody):
    """PRIV: the thread shows each reader what that reader may see."""
    root = alice.status("root")
    first = bob.status(f"@{alice.name} first", in_reply_to_id=root["id"])
    second = alice.status("second", in_reply_to_id=first["id"])
    secret = bob.status(f"@{alice.name} secret", in_reply_to_id=root["id"], visibility="direct")
    assert first["in_reply_to_id"] == root["id"] and first["in_reply_to_account_id"] == alice.id
    context = is_a("Context", alice.get(f"/api/v1/statuses/{first['id']}/context"))
    assert ids(context["ancestors"]) == [root["id"]] and ids(context["descendants"]) == [second["id"]]
    assert set(ids(alice.get(f"/api/v1/statuses/{root['id']}/context")["descendants"])) == {first["id"], second["id"], secret["id"]}
    assert ids(nobody.get(f"/api/v1/statuses/{root['id']}/context")["descendants"]) == [first["id"], second["id"]]
    assert again(alice, root)["replies_count"] == 1
    bob.delete(f"/api/v1/statuses/{first['id']}")
    assert again(alice, root)["replies_count"] == 0
    assert again(alice, second)["in_reply_to_account_id"] == bob.id


def test_nobody_replies_to_what_they_cannot_see(alice, bob):
    """AUTHZ-06"""
    hidden = alice.status("hidden", visibility="private")
    unknown = bob.raw("POST", "/api/v1/statuses", json={"status": "x", "in_reply_to_id": "17"})
    r = bob.raw("POST", "/api/v1/statuses", json={"status": "x", "in_reply_to_id": hidden["id"]})
    assert (r.status_code, r.text) == (unknown.status_code, unknown.text) and r.status_code == 404


# --- once only

def test_the_same_key_posts_once(alice, bob):
    def post(client, key, text="once"):
        return client.call("POST", "/api/v1/statuses", json={"status": text}, headers={"Idempotency-Key": key})
    one = post(alice, "k1")
    assert post(alice, "k1")["id"] == one["id"] == post(alice, "k1", "other text")["id"]
    assert post(alice, "k2")["id"] != one["id"] and post(bob, "k1")["id"] != one["id"]
    assert alice.status("once")["id"] != one["id"]


def test_the_same_key_at_the_same_time(server, alice):
    def post(_):
        c = server.anonymous()
        c.token = alice.token
        return c.call("POST", "/api/v1/statuses", json={"status": "at once"}, headers={"Idempotency-Key": "race"})["id"]
    before = alice.get("/api/v1/accounts/verify_credentials")["statuses_count"]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert len(set(pool.map(post, range(24)))) == 1
    assert alice.get("/api/v1/accounts/verify_credentials")["statuses_count"] == before + 1


# --- editing and deleting

def test_editing_keeps_what_was(alice, bob):
    post = alice.status("first <version>", spoiler_text="cw")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    assert is_a("StatusSource", alice.get(f"/api/v1/statuses/{post['id']}/source")) == {
        "id": post["id"], "text": "first <version>", "spoiler_text": "cw"}
    edited = is_a("Status", alice.put(f"/api/v1/statuses/{post['id']}", status=f"second @{bob.name} #tagged", spoiler_text=""))
    assert edited["edited_at"] and edited["id"] == post["id"] and edited["created_at"] == post["created_at"]
    assert edited["spoiler_text"] == "" and edited["tags"][0]["name"] == "tagged" and edited["mentions"][0]["id"] == bob.id
    assert edited["favourites_count"] == 1
    history = is_a("StatusEdit[]", bob.get(f"/api/v1/statuses/{post['id']}/history"))
    assert [h["content"] for h in history] == ["<p>first &lt;version&gt;</p>", edited["content"]]
    assert [h["spoiler_text"] for h in history] == ["cw", ""]
    assert history[0]["created_at"] == post["created_at"] and history[1]["created_at"] == edited["edited_at"]
    assert bob.raw("GET", f"/api/v1/statuses/{post['id']}/source").status_code in (403, 404)
    unedited = alice.status("never edited")
    assert len(alice.get(f"/api/v1/statuses/{unedited['id']}/history")) == 1
    mentioned = [n for n in bob.get("/api/v1/notifications") if n["type"] == "mention" and n["status"]["id"] == post["id"]]
    assert len(mentioned) == 1


def test_edits_reach_who_boosted(alice, bob):
    post = alice.status("boost me")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    alice.put(f"/api/v1/statuses/{post['id']}", status="changed")
    assert [n["type"] for n in bob.get("/api/v1/notifications", **{"types[]": "update"})] == ["update"]


def test_the_history_of_a_hidden_post_is_hidden(alice, bob):
    """PRIV-13"""
    post = alice.status("private one", visibility="private")
    alice.put(f"/api/v1/statuses/{post['id']}", status="private two")
    assert bob.raw("GET", f"/api/v1/statuses/{post['id']}/history").status_code == 404


def test_deleting_answers_with_the_text(alice, bob, nobody):
    post = alice.status("to be *redrafted* <now>", spoiler_text="cw")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    bob.post(f"/api/v1/statuses/{post['id']}/bookmark")
    boost = bob.get(f"/api/v1/accounts/{bob.id}/statuses")[0]
    gone = is_a("DeletedStatus", alice.delete(f"/api/v1/statuses/{post['id']}"))
    assert gone["text"] == "to be *redrafted* <now>" and gone["spoiler_text"] == "cw" and "content" not in gone
    for c in (alice, bob, nobody):
        assert c.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    assert alice.raw("DELETE", f"/api/v1/statuses/{post['id']}").status_code == 404
    assert bob.raw("GET", f"/api/v1/statuses/{boost['id']}").status_code == 404
    assert bob.get("/api/v1/bookmarks") == [] and bob.get(f"/api/v1/accounts/{bob.id}/statuses") == []
    assert alice.get("/api/v1/accounts/verify_credentials")["statuses_count"] == 0
    assert not [n for n in alice.get("/api/v1/notifications") if n["type"] == "reblog"]


# --- reacting

def test_favourite_and_back(alice, bob):
    post = alice.status("like this")
    for _ in range(2):
        seen = bob.post(f"/api/v1/statuses/{post['id']}/favourite")
        assert seen["favourited"] and seen["favourites_count"] == 1
    assert [a["id"] for a in alice.get(f"/api/v1/statuses/{post['id']}/favourited_by")] == [bob.id]
    assert ids(bob.get("/api/v1/favourites")) == [post["id"]] and alice.get("/api/v1/favourites") == []
    assert [n["type"] for n in alice.get("/api/v1/notifications")] == ["favourite"]
    for _ in range(2):
        seen = bob.post(f"/api/v1/statuses/{post['id']}/unfavourite")
        assert not seen["favourited"] and seen["favourites_count"] == 0
    assert alice.get("/api/v1/notifications") == [] and bob.get("/api/v1/favourites") == []


def test_boost_and_back(alice, bob, nobody):
    post = alice.status("boost this")
    boost = is_a("Status", bob.post(f"/api/v1/statuses/{post['id']}/reblog"))
    assert boost["id"] != post["id"] and boost["reblog"]["id"] == post["id"] and boost["reblog"]["reblogged"]
    assert bob.post(f"/api/v1/statuses/{post['id']}/reblog")["id"] == boost["id"]
    assert bob.post(f"/api/v1/statuses/{boost['id']}/reblog")["id"] == boost["id"], "a boost of a boost is one of the original"
    assert again(alice, post)["reblogs_count"] == 1
    assert [a["id"] for a in nobody.get(f"/api/v1/statuses/{post['id']}/reblogged_by")] == [bob.id]
    assert [n["type"] for n in alice.get("/api/v1/notifications")] == ["reblog"]
    assert alice.get("/api/v1/notifications")[0]["status"]["id"] == post["id"]
    back = bob.post(f"/api/v1/statuses/{boost['id']}/unreblog")
    assert back["id"] == post["id"] and not back["reblogged"] and back["reblogs_count"] == 0
    assert bob.raw("GET", f"/api/v1/statuses/{boost['id']}").status_code == 404
    assert alice.get("/api/v1/notifications") == []
    assert bob.post(f"/api/v1/statuses/{post['id']}/unreblog")["reblogs_count"] == 0


@pytest.mark.parametrize("usual,boosted", [("public", "public"), ("unlisted", "unlisted"), ("private", "private"), ("direct", "private")])
def test_a_boost_is_as_visible_as_ones_posts_usually_are(server, alice, usual, boosted):
    who = server.someone("booster")
    who.patch("/api/v1/accounts/update_credentials", source={"privacy": usual})
    path = f"/api/v1/statuses/{alice.status('boost this')['id']}"
    assert who.post(path + "/reblog")["visibility"] == boosted
    who.post(path + "/unreblog")
    assert who.post(path + "/reblog", visibility="public")["visibility"] == "public"


def test_only_what_is_public_is_boosted_by_others(alice, bob):
    """PRIV-08"""
    bob.post(f"/api/v1/accounts/{alice.id}/follow")
    private = alice.status("followers", visibility="private")
    assert sees(bob, private)
    r = bob.raw("POST", f"/api/v1/statuses/{private['id']}/reblog")
    assert r.status_code in (403, 404, 422)
    direct = alice.status(f"@{bob.name}", visibility="direct")
    assert bob.raw("POST", f"/api/v1/statuses/{direct['id']}/reblog").status_code in (403, 404, 422)
    own = alice.post(f"/api/v1/statuses/{private['id']}/reblog")
    assert own["visibility"] == "private" and sees(bob, own)
    assert alice.raw("POST", f"/api/v1/statuses/{direct['id']}/reblog").status_code in (403, 404, 422)


def test_bookmarks_are_nobody_elses_business(alice, bob):
    post = alice.status("keep this")
    assert bob.post(f"/api/v1/statuses/{post['id']}/bookmark")["bookmarked"]
    assert ids(bob.get("/api/v1/bookmarks")) == [post["id"]] and alice.get("/api/v1/bookmarks") == []
    assert alice.get("/api/v1/notifications") == [] and not again(alice, post)["bookmarked"]
    assert not bob.post(f"/api/v1/statuses/{post['id']}/unbookmark")["bookmarked"]
    assert bob.get("/api/v1/bookmarks") == []


def test_pins(alice, bob):
    posts = [alice.status(f"pin {i}") for i in range(6)]
    for p in posts[:5]:
        assert alice.post(f"/api/v1/statuses/{p['id']}/pin")["pinned"]
    assert alice.raw("POST", f"/api/v1/statuses/{posts[5]['id']}/pin").status_code == 422
    assert ids(bob.get(f"/api/v1/accounts/{alice.id}/statuses", pinned="true")) == ids(posts[4::-1])
    assert not alice.post(f"/api/v1/statuses/{posts[0]['id']}/unpin")["pinned"]
    assert alice.post(f"/api/v1/statuses/{posts[5]['id']}/pin")["pinned"]
    r = bob.raw("POST", f"/api/v1/statuses/{posts[1]['id']}/pin")
    assert r.status_code == 422 and "error" in r.json()
    alice.post(f"/api/v1/statuses/{posts[5]['id']}/unpin")
    private = alice.status("pinned for followers", visibility="private")
    alice.post(f"/api/v1/statuses/{private['id']}/pin")
    assert private["id"] not in ids(bob.get(f"/api/v1/accounts/{alice.id}/statuses", pinned="true"))
    direct = alice.status("nobody", visibility="direct")
    alice.post(f"/api/v1/statuses/{private['id']}/unpin")
    assert alice.raw("POST", f"/api/v1/statuses/{direct['id']}/pin").status_code == 422


def test_a_muted_thread_is_quiet(alice, bob):
    post = alice.status("noisy")
    assert alice.post(f"/api/v1/statuses/{post['id']}/mute")["muted"]
    reply = bob.status(f"@{alice.name} ping", in_reply_to_id=post["id"])
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    assert alice.get("/api/v1/notifications") == []
    assert again(alice, reply)["muted"] and not again(bob, reply)["muted"]
    assert not alice.post(f"/api/v1/statuses/{post['id']}/unmute")["muted"]
    bob.status(f"@{alice.name} pong", in_reply_to_id=post["id"])
    assert [n["type"] for n in alice.get("/api/v1/notifications")] == ["mention"]


def test_counts_stay_right_when_many_press_at_once(server, alice):
    """AUTHZ-18"""
    people = [server.someone("crowd") for _ in range(4)]
    post = alice.status("press me")

    def press(n):
        who = people[n % 4]
        c = server.anonymous()
        c.token = who.token
        for verb in ("favourite", "unfavourite", "reblog", "unreblog", "bookmark")[n % 5:] + ("favourite", "reblog"):
            c.raw("POST", f"/api/v1/statuses/{post['id']}/{verb}")
        c.raw("POST", f"/api/v1/accounts/{alice.id}/{'unfollow' if n % 3 else 'follow'}")
        return c.raw("POST", f"/api/v1/accounts/{alice.id}/follow").status_code
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        assert set(pool.map(press, range(40))) == {200}
    for p in people:
        p.post(f"/api/v1/statuses/{post['id']}/favourite")
        p.post(f"/api/v1/statuses/{post['id']}/reblog")
    now = again(alice, post)
    assert (now["favourites_count"], now["reblogs_count"]) == (4, 4)
    assert len(alice.get(f"/api/v1/statuses/{post['id']}/favourited_by")) == 4
    assert len(alice.get(f"/api/v1/statuses/{post['id']}/reblogged_by")) == 4
    account = alice.get(f"/api/v1/accounts/{alice.id}")
    assert account["followers_count"] == 4 == len(alice.get(f"/api/v1/accounts/{alice.id}/followers"))
    for p in people:
        p.post(f"/api/v1/statuses/{post['id']}/unfavourite")
        p.post(f"/api/v1/statuses/{post['id']}/unreblog")
        p.post(f"/api/v1/accounts/{alice.id}/unfollow")
    now = again(alice, post)
    assert (now["favourites_count"], now["reblogs_count"]) == (0, 0)
    assert alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == 0


# --- who sees what

def test_the_four_visibilities(server, alice):
    """PRIV-01: whoever may not see a post cannot tell it from one that is not there."""
    follower, stranger, named, blocked, ex = (server.someone(n) for n in ("follower", "stranger", "named", "blocked", "ex"))
    nobody = server.anonymous()
    for c in (follower, ex, blocked):
        c.post(f"/api/v1/accounts/{alice.id}/follow")
    posts = {v: alice.status(f"@{named.name} {v} #seen{v}", visibility=v) for v in ("public", "unlisted", "private", "direct")}
    ex.post(f"/api/v1/accounts/{alice.id}/unfollow")
    alice.post(f"/api/v1/accounts/{blocked.id}/block")
    may = {"public": (alice, follower, stranger, named, ex, nobody), "unlisted": (alice, follower, stranger, named, ex, nobody),
           "private": (alice, follower, named), "direct": (alice, named)}
    for v, post in posts.items():
        for c in (alice, follower, stranger, named, blocked, ex, nobody):
            who = f"{c.name} and {v}"
            assert sees(c, post) == (c in may[v]), who
            assert (post["id"] in ids(c.get("/api/v1/statuses", **{"id[]": post["id"]}))) == (c in may[v]), who
            for rest in ("context", "history", "favourited_by", "reblogged_by"):
                assert c.raw("GET", f"/api/v1/statuses/{post['id']}/{rest}").status_code == (200 if c in may[v] else 404), (who, rest)
            r = c.raw("GET", f"/api/v1/accounts/{alice.id}/statuses")
            assert (r.status_code == 200 and post["id"] in ids(r.json())) == (c in may[v]), who
            found = post["id"] in ids(c.get("/api/v1/timelines/public"))
            assert found == (c in may[v] and v == "public"), who
            assert (post["id"] in ids(c.get(f"/api/v1/timelines/tag/seen{v}"))) == (c in may[v] and v == "public"), who
            if c not in may[v] and c is not nobody:
                for verb in ("favourite", "reblog", "bookmark", "pin", "mute"):
                    assert c.raw("POST", f"/api/v1/statuses/{post['id']}/{verb}").status_code == 404, (who, verb)
    home = ids(follower.get("/api/v1/timelines/home"))
    assert [v for v in posts if posts[v]["id"] in home] == ["public", "unlisted", "private"]
    assert not set(ids(posts.values())) & set(ids(ex.get("/api/v1/timelines/home")))
    assert not set(ids(posts.values())) & set(ids(blocked.get("/api/v1/timelines/home")))
    told = named.get("/api/v1/notifications", include_filtered="true")
    assert [n["status"]["visibility"] for n in told] == ["direct", "private", "unlisted", "public"]


def test_a_direct_post_to_two_is_seen_by_the_two(server, alice, bob):
    carol, dave = server.someone("carol"), server.someone("dave")
    post = alice.status(f"@{bob.name} @{carol.name} psst", visibility="direct")
    assert [sees(c, post) for c in (bob, carol, dave)] == [True, True, False]
    reply = bob.status(f"@{alice.name} only you", visibility="direct", in_reply_to_id=post["id"])
    assert [sees(c, reply) for c in (alice, carol, dave)] == [True, False, False]
    assert ids(carol.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]) == []


# --- timelines

def test_home_is_whom_one_follows(server, alice, bob):
    carol = server.someone("carol")
    old = bob.status("from before the follow")
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    mine, theirs, other = alice.status("mine"), bob.status("theirs"), carol.status("other")
    boost = bob.post(f"/api/v1/statuses/{other['id']}/reblog")
    home = wait_until(lambda: (h := ids(alice.get("/api/v1/timelines/home"))) and old["id"] in h and h)
    assert home == [boost["id"], theirs["id"], mine["id"], old["id"]] and other["id"] not in home
    to_carol = bob.status(f"@{carol.name} between us", in_reply_to_id=other["id"])
    assert to_carol["id"] not in ids(alice.get("/api/v1/timelines/home")), "a reply to somebody one does not follow"
    alice.post(f"/api/v1/accounts/{bob.id}/follow", reblogs=False)
    quiet = bob.post(f"/api/v1/statuses/{carol.status('another')['id']}/reblog")
    assert quiet["id"] not in ids(alice.get("/api/v1/timelines/home"))
    alice.post(f"/api/v1/accounts/{bob.id}/unfollow")
    assert ids(alice.get("/api/v1/timelines/home")) == [mine["id"]]


def test_public_and_tag_timelines(alice, bob, nobody):
    tag = f"tag{alice.name}"
    both = alice.status(f"#{tag} #Second{tag}")
    one = alice.status(f"a post #{tag.upper()}")
    bare = alice.status("no tag")
    boost = bob.post(f"/api/v1/statuses/{bare['id']}/reblog")
    public = ids(nobody.get("/api/v1/timelines/public", local="true"))
    assert public[:3] == [bare["id"], one["id"], both["id"]] and boost["id"] not in public
    assert ids(nobody.get(f"/api/v1/timelines/tag/{tag.title()}")) == [one["id"], both["id"]]
    assert ids(nobody.get(f"/api/v1/timelines/tag/{tag}", **{"all[]": f"second{tag}"})) == [both["id"]]
    assert ids(nobody.get(f"/api/v1/timelines/tag/{tag}", **{"none[]": f"second{tag}"})) == [one["id"]]
    assert ids(nobody.get(f"/api/v1/timelines/tag/nothing{tag}", **{"any[]": [tag]})) == [one["id"], both["id"]]
    assert nobody.get("/api/v1/timelines/public", remote="true") == []
    assert nobody.get("/api/v1/timelines/public", only_media="true") == []
    bob.post(f"/api/v1/accounts/{alice.id}/mute")
    assert one["id"] not in ids(bob.get("/api/v1/timelines/public")) and bob.get(f"/api/v1/timelines/tag/{tag}") == []


def test_an_account_s_posts_by_kind(alice, bob):
    first = alice.status("plain #mine")
    reply = alice.status("reply", in_reply_to_id=bob.status("x")["id"])
    own = alice.status("to myself", in_reply_to_id=first["id"])
    boost = alice.post(f"/api/v1/statuses/{bob.status('y')['id']}/reblog")
    path = f"/api/v1/accounts/{alice.id}/statuses"
    assert ids(bob.get(path)) == ids([boost, own, reply, first])
    assert ids(bob.get(path, exclude_reblogs="true")) == ids([own, reply, first])
    assert ids(bob.get(path, exclude_replies="true")) == ids([boost, own, first])
    assert ids(bob.get(path, tagged="MINE")) == [first["id"]] and bob.get(path, only_media="true") == []
