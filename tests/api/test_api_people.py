"""Accounts through the API: profiles, follows, blocks, mutes, notifications, search, markers."""
import pytest
from harness import wait_until
from shapes import is_a


def names(accounts):
    return [a["username"] for a in accounts]


def kinds(client, **params):
    return [n["type"] for n in is_a("Notification[]", client.get("/api/v1/notifications", **params))]


def act(client, verb, on, **data):
    return is_a("Relationship", client.post(f"/api/v1/accounts/{on.id}/{verb}", **data))


def on(relation):
    """What is true of a relationship."""
    return {k for k, v in relation.items() if v is True}


@pytest.fixture(scope="module")
def somebody(server):
    return server.someone("somebody")


# --- profiles

@pytest.mark.parametrize("spell", [
    {"json": {"fields_attributes": [{"name": "a", "value": "1"}, {"name": "b", "value": "https://example.org/"}]}},
    {"json": {"fields_attributes": {"0": {"name": "a", "value": "1"}, "1": {"name": "b", "value": "https://example.org/"}}}},
    {"data": [("fields_attributes[0][name]", "a"), ("fields_attributes[0][value]", "1"), ("fields_attributes[1][name]", "b"),
              ("fields_attributes[1][value]", "https://example.org/")]},
    {"json": {"fields_attributes": [{"value": "1", "name": "a"}, {"value": "https://example.org/", "name": "b"}]}},
    {"data": [("fields_attributes[][value]", "1"), ("fields_attributes[][name]", "a"), ("fields_attributes[][value]", "https://example.org/"),
              ("fields_attributes[][name]", "b")]},
    {"data": [("fields_attributes[][name]", "a"), ("fields_attributes[][value]", "1"), ("fields_attributes[][name]", "b"),
              ("fields_attributes[][value]", "https://example.org/")]},
    {"files": [("fields_attributes[0][name]", (None, "a")), ("fields_attributes[0][value]", (None, "1")),
               ("fields_attributes[1][name]", (None, "b")), ("fields_attributes[1][value]", (None, "https://example.org/"))]}])
def test_fields_in_every_spelling(somebody, spell):
    me = is_a("CredentialAccount", somebody.call("PATCH", "/api/v1/accounts/update_credentials", **spell))
    assert [(f["name"], f["value"]) for f in me["source"]["fields"]] == [("a", "1"), ("b", "https://example.org/")]
    assert [f["name"] for f in me["fields"]] == ["a", "b"] and 'href="https://example.org/"' in me["fields"][1]["value"]
    assert all("verified_at" in f for f in me["fields"])


def test_a_profile(alice, nobody):
    me = is_a("CredentialAccount", alice.patch(
        "/api/v1/accounts/update_credentials", display_name="Álice <b>", note="bio\nhttps://example.org #tag <i>", locked=True,
        bot=True, discoverable=True, indexable=True, hide_collections=True, source={"privacy": "private", "language": "de", "sensitive": True}))
    assert (me["locked"], me["bot"], me["discoverable"], me["indexable"], me["hide_collections"]) == (True,) * 5
    assert me["source"]["note"] == "bio\nhttps://example.org #tag <i>" and me["source"]["privacy"] == "private"
    assert "&lt;i&gt;" in me["note"] and 'href="https://example.org/"' in me["note"] and me["display_name"] == "Álice <b>"
    shown = is_a("Account", nobody.get(f"/api/v1/accounts/{alice.id}"))
    assert "source" not in shown and shown["note"] == me["note"]
    prefs = is_a("Preferences", alice.get("/api/v1/preferences"))
    assert (prefs["posting:default:visibility"], prefs["posting:default:sensitive"], prefs["posting:default:language"]) == ("private", True, "de")
    me = alice.patch("/api/v1/accounts/update_credentials", display_name="")
    assert me["display_name"] == "" and me["locked"] and me["note"], "what was not named stays"
    alice.patch("/api/v1/accounts/update_credentials", fields_attributes=[{"name": str(i), "value": "x"} for i in range(4)])
    assert len(alice.patch("/api/v1/accounts/update_credentials", fields_attributes=[{"name": "", "value": ""}])["fields"]) == 0
    for bad in ({"display_name": "x" * 31}, {"note": "x" * 501}, {"fields_attributes": [{"name": "x" * 256, "value": "y"}]},
                {"note": "x" * (1 << 18)}):
        assert alice.raw("PATCH", "/api/v1/accounts/update_credentials", json=bad).status_code in (413, 422)


def test_public_answers_tell_nothing_private(alice, nobody):
    """PRIV-21"""
    text = nobody.raw("GET", f"/api/v1/accounts/{alice.id}").text
    assert "example.test" not in text and "127.0.0.1" not in text and "email" not in text


def test_looking_up(server, alice, nobody):
    for acct in (alice.name, "@" + alice.name, alice.handle, alice.name.upper(), "@" + alice.handle):
        assert nobody.get("/api/v1/accounts/lookup", acct=acct)["id"] == alice.id, acct
    for acct in ("nobody_here", f"{alice.name}@elsewhere.test", "", "@", "a b"):
        assert nobody.raw("GET", "/api/v1/accounts/lookup", params={"acct": acct}).status_code == 404, acct
    assert names(nobody.get("/api/v1/accounts", **{"id[]": [alice.id, "17", "x"]})) == [alice.name]


def test_searching(server, alice, bob, nobody):
    alice.patch("/api/v1/accounts/update_credentials", display_name="Findable Person")
    post = alice.status(f"searchable #tag{alice.name}")
    for q in (alice.name, alice.name[:-1], "findable", "@" + alice.handle, f"http://{server.host}/@{alice.name}",
              f"http://{server.host}/users/{alice.name}"):
        assert alice.name in names(is_a("Search", bob.get("/api/v2/search", q=q, resolve="true"))["accounts"]), q
        if "/" not in q:
            assert alice.name in names(bob.get("/api/v1/accounts/search", q=q)), q
    for url in (post["url"], post["uri"]):
        assert [s["id"] for s in bob.get("/api/v2/search", q=url, resolve="true")["statuses"]] == [post["id"]]
        assert [s["id"] for s in bob.get("/api/v2/search", q=url)["statuses"]] == [post["id"]]
    hidden = alice.status("hidden", visibility="private")
    assert bob.get("/api/v2/search", q=hidden["url"], resolve="true")["statuses"] == []
    tags = is_a("Tag[]", bob.get("/api/v2/search", q=f"#tag{alice.name}")["hashtags"])
    assert [t["name"].lower() for t in tags] == [f"tag{alice.name}"]
    assert bob.get("/api/v2/search", q=alice.name, type="statuses")["accounts"] == []
    assert bob.get("/api/v1/accounts/search", q=alice.name, following="true") == []
    act(bob, "follow", alice)
    assert names(bob.get("/api/v1/accounts/search", q=alice.name, following="true")) == [alice.name]
    assert nobody.raw("GET", "/api/v2/search", params={"q": "x", "resolve": "true"}).status_code == 401
    for q in ("", " ", "%", "_", "'", "\\", "a" * 500, "https://", "@", "#", "https://127.0.0.1:1/x", "x@y@z"):
        assert bob.raw("GET", "/api/v2/search", params={"q": q}).status_code in (200, 400, 422), q


# --- follows

@pytest.mark.parametrize("empty", [{"json": {"languages": []}}, {"data": {"languages[]": ""}}], ids=("json", "form"))
def test_languages_of_a_follow_are_chosen_and_let_go(alice, somebody, empty):
    def follow(**kw):
        return alice.call("POST", f"/api/v1/accounts/{somebody.id}/follow", **kw)["languages"]

    assert follow(json={"languages": ["de", "pt-BR"]}) == ["de", "pt-BR"]
    for other in ({"json": {"notify": True}}, {"json": {"languages": None}}, {}):
        assert follow(**other) == ["de", "pt-BR"]
    assert follow(**empty) is None
    somebody.status("egy magyar", language="hu")
    assert alice.get("/api/v1/timelines/home", limit=1)[0]["language"] == "hu"
    alice.post(f"/api/v1/accounts/{somebody.id}/unfollow")


def test_following(alice, bob):
    r = act(alice, "follow", bob)
    assert on(r) == {"following", "showing_reblogs"}
    assert on(is_a("Relationship", bob.relationship(alice.id))) == {"followed_by"}
    assert names(bob.get(f"/api/v1/accounts/{bob.id}/followers")) == [alice.name]
    assert names(bob.get(f"/api/v1/accounts/{alice.id}/following")) == [bob.name]
    assert bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 1
    assert alice.get(f"/api/v1/accounts/{alice.id}")["following_count"] == 1
    assert kinds(bob) == ["follow"]
    assert on(act(alice, "follow", bob, notify=True)) == {"following", "showing_reblogs", "notifying"}
    assert kinds(bob) == ["follow"], "following again tells nobody"
    bob.status("news")
    assert kinds(alice) == ["status"]
    assert on(act(alice, "unfollow", bob)) == set() == on(act(alice, "unfollow", bob))
    assert kinds(bob) == [] and bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 0


def test_nobody_follows_oneself(alice):
    """AUTHZ-08"""
    assert alice.raw("POST", f"/api/v1/accounts/{alice.id}/follow").status_code in (403, 422)
    for verb in ("block", "mute"):
        assert alice.raw("POST", f"/api/v1/accounts/{alice.id}/{verb}").status_code in (403, 422), verb


def test_who_waits_is_let_in_where_nobody_is_asked_any_more(server):
    host, first, second = (server.someone(n) for n in ("host", "first", "second"))
    host.patch("/api/v1/accounts/update_credentials", locked=True)
    for c in (first, second):
        assert on(act(c, "follow", host)) == {"requested"}
    host.patch("/api/v1/accounts/update_credentials", display_name="Still locked")
    assert len(host.get("/api/v1/follow_requests")) == 2
    host.patch("/api/v1/accounts/update_credentials", locked=False)
    for c in (first, second):
        wait_until(lambda who=c: on(who.relationship(host.id)) == {"following", "showing_reblogs"})
    assert host.get("/api/v1/follow_requests") == [] and "follow_request" not in kinds(host)
    assert host.get(f"/api/v1/accounts/{host.id}")["followers_count"] == 2


def test_follow_requests(server, alice, bob):
    carol = server.someone("carol")
    alice.patch("/api/v1/accounts/update_credentials", locked=True)
    private = alice.status("for followers", visibility="private")
    for c in (bob, carol):
        assert on(act(c, "follow", alice)) == {"requested"}
    assert bob.raw("GET", f"/api/v1/statuses/{private['id']}").status_code == 404, "waiting is not following"
    assert sorted(names(is_a("Account[]", alice.get("/api/v1/follow_requests")))) == sorted([bob.name, carol.name])
    assert kinds(alice) == ["follow_request"] * 2
    assert on(alice.relationship(bob.id)) == {"requested_by"}
    assert alice.get("/api/v1/accounts/verify_credentials")["source"]["follow_requests_count"] == 2
    assert on(is_a("Relationship", alice.post(f"/api/v1/follow_requests/{bob.id}/authorize"))) == {"followed_by"}
    assert on(alice.post(f"/api/v1/follow_requests/{carol.id}/reject")) == set()
    assert on(bob.relationship(alice.id)) == {"following", "showing_reblogs"} and on(carol.relationship(alice.id)) == set()
    assert bob.raw("GET", f"/api/v1/statuses/{private['id']}").status_code == 200
    assert alice.get("/api/v1/follow_requests") == []
    assert alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == 1
    for verb in ("authorize", "reject"):
        for who in (bob, carol):
            assert alice.raw("POST", f"/api/v1/follow_requests/{who.id}/{verb}").status_code == 404
    act(carol, "follow", alice)
    assert on(act(carol, "unfollow", alice)) == set()
    assert alice.get("/api/v1/follow_requests") == []


def test_removing_a_follower(alice, bob):
    act(alice, "follow", bob)
    assert on(act(bob, "remove_from_followers", alice)) == set()
    assert on(alice.relationship(bob.id)) == set() and bob.get(f"/api/v1/accounts/{bob.id}")["followers_count"] == 0


def test_hidden_collections(alice, bob, nobody):
    """PRIV-06"""
    act(bob, "follow", alice)
    act(alice, "follow", bob)
    alice.patch("/api/v1/accounts/update_credentials", hide_collections=True)
    for c in (bob, nobody):
        for which in ("followers", "following"):
            assert c.get(f"/api/v1/accounts/{alice.id}/{which}") == []
    assert names(alice.get(f"/api/v1/accounts/{alice.id}/followers")) == [bob.name]


def test_relationships_of_many(alice, bob):
    rows = alice.get("/api/v1/accounts/relationships", **{"id[]": [bob.id, "17", alice.id, "x"]})
    assert [r["id"] for r in is_a("Relationship[]", rows)] == [bob.id, alice.id]
    assert alice.get("/api/v1/accounts/relationships") == []


# --- blocks and mutes

def test_blocking_ends_everything(alice, bob, nobody):
    """AUTHZ-11"""
    act(alice, "follow", bob)
    act(bob, "follow", alice)
    post, theirs = alice.status("mine"), bob.status("theirs")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    assert on(act(alice, "block", bob)) == {"blocking"}
    assert on(bob.relationship(alice.id)) <= {"blocked_by"}
    assert names(is_a("Account[]", alice.get("/api/v1/blocks"))) == [bob.name]
    assert alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == 0 == alice.get(f"/api/v1/accounts/{alice.id}")["following_count"]
    assert kinds(alice) == [], "what the blocked did before is out of sight"
    for path in ("timelines/home", "timelines/public"):
        assert theirs["id"] not in [s["id"] for s in alice.get("/api/v1/" + path)]
        assert post["id"] not in [s["id"] for s in bob.get("/api/v1/" + path)]
    assert bob.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    r = bob.raw("GET", f"/api/v1/accounts/{alice.id}/statuses")
    assert r.status_code in (403, 404) or r.json() == []
    assert bob.raw("POST", f"/api/v1/accounts/{alice.id}/follow").status_code in (403, 422)
    assert bob.raw("POST", f"/api/v1/statuses/{post['id']}/favourite").status_code == 404
    bob.status(f"@{alice.name} hello?")
    bob.status(f"@{alice.name} hello?", visibility="direct")
    assert kinds(alice) == []
    assert nobody.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    assert on(act(alice, "unblock", bob)) == set() and alice.get("/api/v1/blocks") == []
    assert on(act(bob, "follow", alice)) == {"following", "showing_reblogs"}


def test_muting(alice, bob):
    act(alice, "follow", bob)
    assert on(act(alice, "mute", bob)) == {"following", "showing_reblogs", "muting", "muting_notifications"}
    post = bob.status(f"@{alice.name} noise")
    assert post["id"] not in [s["id"] for s in alice.get("/api/v1/timelines/home")] and kinds(alice) == []
    assert alice.get(f"/api/v1/statuses/{post['id']}"), "muted is not hidden"
    assert on(bob.relationship(alice.id)) == {"followed_by"} and bob.get(f"/api/v1/accounts/{alice.id}")
    muted = alice.get("/api/v1/mutes")
    assert names(muted) == [bob.name]
    assert "muting_notifications" not in on(act(alice, "mute", bob, notifications=False))
    bob.status(f"@{alice.name} and again")
    assert kinds(alice) == ["mention"]
    assert on(act(alice, "unmute", bob)) == {"following", "showing_reblogs"} and alice.get("/api/v1/mutes") == []


def test_muting_for_a_while(alice, bob):
    act(alice, "follow", bob)
    r = act(alice, "mute", bob, duration=1)
    assert r["muting"] and r["muting_expires_at"]
    wait_until(lambda: not alice.relationship(bob.id)["muting"], what="the mute ends")
    post = bob.status(f"@{alice.name} back again")
    assert post["id"] in [s["id"] for s in alice.get("/api/v1/timelines/home")] and kinds(alice) == ["mention"]
    assert alice.get("/api/v1/mutes") == []
    assert act(alice, "mute", bob, duration=0)["muting_expires_at"] is None


def test_domain_blocks(alice, bob):
    for domain in ("Bad.Test", "worse.test", "bad.test"):
        assert alice.post("/api/v1/domain_blocks", domain=domain) == {}
    assert sorted(alice.get("/api/v1/domain_blocks")) == ["bad.test", "worse.test"] and bob.get("/api/v1/domain_blocks") == []
    assert alice.delete("/api/v1/domain_blocks", domain="bad.test") == {} == alice.delete("/api/v1/domain_blocks", domain="bad.test")
    r = alice.raw("DELETE", "/api/v1/domain_blocks", data={"domain": "worse.test"})
    assert r.status_code == 200 and alice.get("/api/v1/domain_blocks") == [], "a body on DELETE counts"


def test_private_notes(alice, bob):
    assert act(alice, "note", bob, comment="met at <the> fair")["note"] == "met at <the> fair"
    assert alice.relationship(bob.id)["note"] and not bob.relationship(alice.id)["note"]
    assert act(alice, "note", bob)["note"] == ""


# --- notifications and markers

def test_notifications(alice, bob):
    post = alice.status("noticed")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    bob.status(f"@{alice.name} hi")
    act(bob, "follow", alice)
    assert kinds(alice) == ["follow", "mention", "reblog", "favourite"]
    assert kinds(alice, **{"types[]": ["mention", "follow"]}) == ["follow", "mention"]
    assert kinds(alice, **{"exclude_types[]": ["mention", "follow"]}) == ["reblog", "favourite"]
    assert kinds(alice, account_id=bob.id) == kinds(alice) and kinds(alice, account_id="17") == []
    assert kinds(alice, **{"types[]": "no_such_type"}) == []
    assert alice.get("/api/v1/notifications/unread_count") == {"count": 4}
    first = alice.get("/api/v1/notifications")[0]
    assert is_a("Notification", alice.get(f"/api/v1/notifications/{first['id']}")) == first
    assert bob.raw("GET", f"/api/v1/notifications/{first['id']}").status_code == 404
    alice.post("/api/v1/markers", notifications={"last_read_id": first["id"]})
    assert alice.get("/api/v1/notifications/unread_count") == {"count": 0}
    assert alice.post(f"/api/v1/notifications/{first['id']}/dismiss") == {}
    assert kinds(alice) == ["mention", "reblog", "favourite"]
    bob.delete(f"/api/v1/statuses/{alice.get('/api/v1/notifications')[0]['status']['id']}")
    assert kinds(alice) == ["reblog", "favourite"], "what was deleted is not told of any more"
    assert alice.post("/api/v1/notifications/clear") == {} and kinds(alice) == [] and kinds(bob) == []


def test_one_s_own_doings_are_not_told(alice):
    post = alice.status(f"@{alice.name} me")
    alice.post(f"/api/v1/statuses/{post['id']}/favourite")
    alice.post(f"/api/v1/statuses/{post['id']}/reblog")
    assert kinds(alice) == []


def test_markers(alice, bob):
    assert alice.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]}) == {}
    made = alice.post("/api/v1/markers", home={"last_read_id": "5"}, notifications={"last_read_id": "7"})
    assert is_a("Marker", made["home"])["last_read_id"] == "5"
    again = alice.post("/api/v1/markers", home={"last_read_id": "6"})
    assert again["home"]["version"] > made["home"]["version"] and "notifications" not in again
    assert alice.get("/api/v1/markers", **{"timeline[]": ["home"]}).keys() == {"home"}
    both = alice.get("/api/v1/markers", **{"timeline[]": ["home", "notifications", "odd"]})
    assert {k: v["last_read_id"] for k, v in both.items()} == {"home": "6", "notifications": "7"}
    assert bob.get("/api/v1/markers", **{"timeline[]": ["home"]}) == {}


def test_what_bob_writes_is_bobs(server, alice, bob):
    """AUTHZ-02: the same writes by one change nothing of the other."""
    carol = server.someone("carol")
    post = carol.status("seen by both")
    for c in (alice, bob):
        act(c, "follow", carol)
        c.post(f"/api/v1/statuses/{post['id']}/bookmark")
        c.post("/api/v1/domain_blocks", domain="both.test")
        c.post("/api/v1/markers", home={"last_read_id": "9"})
        act(c, "mute", carol)
    before = alice.relationship(carol.id)
    act(bob, "unmute", carol)
    act(bob, "unfollow", carol)
    act(bob, "block", carol)
    bob.delete("/api/v1/domain_blocks", domain="both.test")
    bob.post("/api/v1/markers", home={"last_read_id": "1"})
    bob.post("/api/v1/notifications/clear")
    assert alice.relationship(carol.id) == before
    assert alice.get("/api/v1/domain_blocks") == ["both.test"] and len(alice.get("/api/v1/bookmarks")) == 1
    assert alice.get("/api/v1/markers", **{"timeline[]": "home"})["home"]["last_read_id"] == "9"
