"""Who and what there is to find: trends, directory, suggestions, familiar followers."""
from harness import Server
from shapes import is_a


def follow(by, target):
    by.post(f"/api/v1/accounts/{target.id}/follow")


def findable(*clients):
    for c in clients:
        c.patch("/api/v1/accounts/update_credentials", discoverable=True)


def test_what_is_talked_about(server, alice, bob, nobody):
    carol = server.someone("carol")
    findable(alice)
    post = alice.status("look #trendtag", visibility="public")
    alice.status("quietly #hiddentag", visibility="unlisted")
    for c in (bob, carol):
        c.status("me too #trendtag")
        c.status("not for all #hiddentag", visibility="private")
        c.post(f"/api/v1/statuses/{post['id']}/favourite")
    alice.status("alone #lonelytag")
    for path in ("/api/v1/trends", "/api/v1/trends/tags"):
        tags = {t["name"]: is_a("Tag", t) for t in nobody.get(path, fresh=post["id"])}
        assert tags["trendtag"]["history"][0]["accounts"] == "3" and not {"hiddentag", "lonelytag"} & set(tags)
    assert post["id"] in [is_a("Status", s)["id"] for s in bob.get("/api/v1/trends/statuses")]
    assert nobody.get("/api/v1/trends/tags", limit=1, offset=1000) == []
    alice.post(f"/api/v1/accounts/{bob.id}/block")
    assert post["id"] not in [s["id"] for s in bob.get("/api/v1/trends/statuses")]


def test_trends_can_be_off(kind):
    with Server(kind, trends="no") as s:
        a, b = s.user("a1"), s.user("b1")
        for c in (a, b):
            c.status("#tag")
        for path in ("/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links"):
            assert a.get(path) == []


def test_the_directory_shows_who_wants_to_be_found(server, alice, bob, nobody):
    findable(alice)
    alice.status("here I am")
    for order in ("active", "new"):
        names = [is_a("Account", a)["username"] for a in nobody.get("/api/v1/directory", order=order, local="true", fresh=alice.id)]
        assert alice.name in names and bob.name not in names


def test_suggestions_are_friends_of_friends_first(server, alice, bob):
    friend, stranger = server.someone("friend"), server.someone("stranger")
    findable(bob, friend, stranger)
    follow(alice, bob)
    follow(bob, friend)
    got = [is_a("Suggestion", s) for s in alice.get("/api/v2/suggestions")]
    names = [s["account"]["username"] for s in got]
    assert names[0] == friend.name and got[0]["sources"] == ["friends_of_friends"]
    assert stranger.name in names and not {alice.name, bob.name} & set(names)
    assert [a["username"] for a in alice.get("/api/v1/suggestions")] == names
    assert alice.delete(f"/api/v1/suggestions/{friend.id}") == {}
    assert friend.name not in [s["account"]["username"] for s in alice.get("/api/v2/suggestions")]
    assert alice.raw("DELETE", "/api/v1/suggestions/17").status_code == 404


def test_familiar_followers(server, alice, bob):
    friend, hider = server.someone("friend"), server.someone("hider")
    hider.patch("/api/v1/accounts/update_credentials", hide_collections=True)
    for c in (friend, hider):
        follow(alice, c)
        follow(c, bob)
    got = alice.get("/api/v1/accounts/familiar_followers", **{"id[]": [bob.id, friend.id]})
    assert [(f["id"], [a["id"] for a in f["accounts"]]) for f in got] == [(bob.id, [friend.id]), (friend.id, [])]
