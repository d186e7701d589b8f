"""Collections of accounts that people recommend: who may make them, who may be in them, who sees what. With other servers:
tests/fed/test_collections.py"""
import pytest
from shapes import is_a

ALONE = {"error": "This action is not allowed"}


def findable(*clients, **more):
    for c in clients:
        c.patch("/api/v1/accounts/update_credentials", discoverable=True, locked=False, **more)


def collection(by, *who, name="good ones", **more):
    r = by.post("/api/v1/collections", name=name, account_ids=[w.id for w in who], **more)
    return is_a("WrappedCollection", r)["collection"]


def show(client, made):
    return is_a("CollectionWithAccounts", client.get(f"/api/v1/collections/{made['id']}"))


def members(client, made):
    return [i["account_id"] for i in show(client, made)["collection"]["items"]]


def told(client, kind=None):
    notices = [is_a("Notification", n) for n in client.get("/api/v1/notifications")]
    return [n for n in notices if n["type"] == kind] if kind else notices


@pytest.fixture(scope="module")
def same_people(server):
    return [server.someone(n) for n in ("curator", "ann", "ben", "cleo")]


@pytest.fixture
def people(same_people):
    """As if they were new: to log in is slow."""
    for who in same_people:
        for c in who.get(f"/api/v1/accounts/{who.id}/collections")["collections"]:
            who.delete(f"/api/v1/collections/{c['id']}")
        who.post("/api/v1/notifications/clear")
    findable(*same_people[1:])
    return same_people[:3]


def test_a_collection_and_its_people(people, nobody):
    curator, ann, ben = people
    made = collection(curator, ann, ben, description="Worth it", language="pt-br", tag_name="#Cats", sensitive=True)
    assert (made["name"], made["description"], made["language"], made["tag"]["name"], made["sensitive"], made["discoverable"],
            made["local"], made["item_count"]) == ("good ones", "Worth it", "pt-BR", "Cats", True, True, True, 2)
    assert [(i["account_id"], i["state"]) for i in made["items"]] == [(ann.id, "accepted"), (ben.id, "accepted")]
    whole = show(nobody, made)
    assert [a["id"] for a in whole["accounts"]] == [curator.id, ann.id, ben.id] and whole["collection"] == made
    page = nobody.raw("GET", f"/collections/{made['id']}", headers={"Accept": "text/html"})
    assert page.status_code == 200 and "Worth it" in page.text and f"@{ann.name}" in page.text
    # changed
    r = curator.patch(f"/api/v1/collections/{made['id']}", name="better ones", tag_name="", language="")
    assert (r["collection"]["name"], r["collection"]["tag"], r["collection"]["language"]) == ("better ones", None, None)
    assert r["collection"]["description"] == "Worth it" and r["collection"]["updated_at"] > made["updated_at"]
    # one leaves, one comes
    curator.delete(f"/api/v1/collections/{made['id']}/items/{made['items'][0]['id']}")
    assert members(nobody, made) == [ben.id]
    back = is_a("WrappedCollectionItem", curator.post(f"/api/v1/collections/{made['id']}/items", account_id=ann.id))
    assert back["collection_item"]["state"] == "accepted" and members(nobody, made) == [ben.id, ann.id]
    r = curator.raw("POST", f"/api/v1/collections/{made['id']}/items", json={"account_id": ann.id})
    assert (r.status_code, r.json()["error"]) == (422, "Validation failed: Account has already been taken")
    # only for them who is in it where
    assert [c["id"] for c in ann.get(f"/api/v1/accounts/{ann.id}/in_collections")["collections"]] == [made["id"]]
    r = curator.raw("GET", f"/api/v1/accounts/{ann.id}/in_collections")
    assert (r.status_code, r.json()) == (403, ALONE)
    curator.delete(f"/api/v1/collections/{made['id']}")
    assert nobody.raw("GET", f"/api/v1/collections/{made['id']}").status_code == 404
    assert ann.get(f"/api/v1/accounts/{ann.id}/in_collections") == {"collections": []}
    assert told(ann) == told(ben) == []


def test_apps_of_the_beta_find_them_too(people, nobody):
    curator, ann, _ = people
    made = curator.post("/api/v1_alpha/collections", name="early")["collection"]
    item = curator.post(f"/api/v1_alpha/collections/{made['id']}/items", account_id=ann.id)["collection_item"]
    assert curator.patch(f"/api/v1_alpha/collections/{made['id']}", name="late")["collection"]["name"] == "late"
    whole = is_a("CollectionWithAccounts", nobody.get(f"/api/v1_alpha/collections/{made['id']}"))
    assert whole == nobody.get(f"/api/v1/collections/{made['id']}") and whole["collection"]["items"][0]["id"] == item["id"]
    for of in (nobody.get(f"/api/v1_alpha/accounts/{curator.id}/collections"), ann.get(f"/api/v1_alpha/accounts/{ann.id}/in_collections")):
        assert [c["id"] for c in of["collections"]] == [made["id"]]
    ann.post(f"/api/v1_alpha/collections/{made['id']}/items/{item['id']}/revoke")
    assert members(nobody, made) == []
    assert curator.raw("DELETE", f"/api/v1_alpha/collections/{made['id']}/items/{item['id']}").status_code in (200, 404)
    assert nobody.raw("DELETE", f"/api/v1_alpha/collections/{made['id']}").status_code == 401
    curator.delete(f"/api/v1_alpha/collections/{made['id']}")
    assert nobody.raw("GET", f"/api/v1_alpha/collections/{made['id']}").status_code == 404


def test_what_cannot_be(people):
    curator, ann, ben = people
    for params, field, code, said in [
            ({"name": " "}, "name", "ERR_BLANK", "Name can't be blank"),
            ({"name": "n" * 41}, "name", "ERR_TOO_LONG", "Name is too long (maximum is 40 characters)"),
            ({"name": "x", "description": "d" * 101}, "description", "ERR_TOO_LONG",
             "Description is too long (maximum is 100 characters)"),
            ({"name": "x", "language": "no language"}, "language", "ERR_INVALID", "Language is not a language tag"),
            ({"name": "x", "tag_name": "two words"}, "tag_name", "ERR_INVALID", "Tag name is invalid"),
            ({"name": "x", "account_ids": [ann.id, ann.id]}, "collection_items", "ERR_TAKEN", "Account has already been taken")]:
        r = curator.raw("POST", "/api/v1/collections", json=params)
        assert r.status_code == 422 and r.json() == {"error": {"error": "Validation failed: " + said, "details": {
            field: [{"error": code, "description": said}]}}}, r.text
    assert curator.get(f"/api/v1/accounts/{curator.id}/collections") == {"collections": []}
    made = collection(curator, ann)
    for path in (f"{made['id']}", f"{made['id']}/items/{made['items'][0]['id']}"):
        r = ben.raw("DELETE", f"/api/v1/collections/{path}")
        assert (r.status_code, r.json()) == (403, ALONE), path
    for method, path in (("PATCH", made["id"]), ("POST", f"{made['id']}/items")):
        r = ben.raw(method, f"/api/v1/collections/{path}", json={"name": "mine", "account_id": ben.id})
        assert (r.status_code, r.json()) == (403, ALONE), path
    other = collection(ben, ann)
    r = curator.raw("DELETE", f"/api/v1/collections/{made['id']}/items/{other['items'][0]['id']}")
    assert r.status_code == 404 and members(ben, other) == [ann.id]
    for i in range(9):
        collection(curator, name=f"number {i}")
    r = curator.raw("POST", "/api/v1/collections", json={"name": "one more"})
    assert r.status_code == 422 and "base" in r.json()["error"]["details"]
    assert curator.get("/api/v1/accounts/verify_credentials")["role"]["collection_limit"] == 10


def test_no_more_than_25(server, people):
    curator, ann, ben = people
    made = collection(curator, ann)
    number = int(made["items"][0]["id"])
    rows = [f"({number + n}, {made['id']}, {number + n}, 'https://elsewhere.test/{n}', '', {n}, 'pending', '', '', 0)" for n in range(1, 25)]
    server.sql("INSERT INTO collection_items (id, collection_id, account_id, object_uri, uri, place, state, stamp, request, created_at)"
               " VALUES " + ", ".join(rows))
    r = curator.raw("POST", f"/api/v1/collections/{made['id']}/items", json={"account_id": ben.id})
    assert (r.status_code, r.json()["error"]) == (
        422, "Validation failed: Collection items are too many, no more than 25 are allowed")


def test_only_who_lets_oneself_be_found(people, nobody):
    curator, ann, ben = people
    see = lambda who, by=curator: is_a("Account", by.get(f"/api/v1/accounts/{who.id}"))["feature_approval"]  # noqa: E731
    assert see(ann) == {"automatic": ["public"], "manual": [], "current_user": "automatic"}
    assert see(ann, nobody)["current_user"] == "denied"
    ann.patch("/api/v1/accounts/update_credentials", discoverable=False)
    assert see(ann) == {"automatic": [], "manual": [], "current_user": "denied"}
    ben.patch("/api/v1/accounts/update_credentials", locked=True)
    assert see(ben) == {"automatic": ["followers"], "manual": [], "current_user": "denied"}
    assert see(ben, ben)["current_user"] == "automatic"
    for who in (ann, ben):
        r = curator.raw("POST", "/api/v1/collections", json={"name": "x", "account_ids": [who.id]})
        assert (r.status_code, r.json()) == (403, ALONE)
    curator.post(f"/api/v1/accounts/{ben.id}/follow")
    ben.post(f"/api/v1/follow_requests/{curator.id}/authorize")
    assert see(ben)["current_user"] == "automatic"
    post = ben.status("shown with it")
    assert curator.get(f"/api/v1/statuses/{post['id']}")["account"]["feature_approval"] == see(ben)
    assert members(nobody, collection(curator, ben)) == [ben.id]
    # the profile says the same to other servers
    actor = lambda who: nobody.raw("GET", f"/users/{who.name}", headers={  # noqa: E731
        "Accept": "application/activity+json"}).json()["interactionPolicy"]["canFeature"]["automaticApproval"]
    assert actor(curator) == [curator.get("/api/v1/accounts/verify_credentials")["uri"]]
    assert actor(ben)[0].endswith("/followers")


def test_who_does_not_want_to_be_there(people, same_people, nobody):
    curator, ann, ben = people
    made = collection(curator, ann, ben)
    item = made["items"][0]["id"]
    revoke = f"/api/v1/collections/{made['id']}/items/{item}/revoke"
    assert curator.raw("POST", revoke).status_code == ben.raw("POST", revoke).status_code == 403
    stamp = f"/users/{ann.name}/feature_authorizations/{item}"
    assert nobody.raw("GET", stamp).json()["type"] == "FeatureAuthorization"
    assert ann.post(revoke) == {}
    assert members(curator, made) == members(nobody, made) == [ben.id] and nobody.raw("GET", stamp).status_code == 404
    r = curator.raw("POST", f"/api/v1/collections/{made['id']}/items", json={"account_id": ann.id})
    assert (r.status_code, r.json()) == (403, ALONE)
    # who blocks is out of it, and stays out
    ben.post(f"/api/v1/accounts/{curator.id}/block")
    assert members(nobody, made) == []
    assert curator.raw("POST", f"/api/v1/collections/{made['id']}/items", json={"account_id": ben.id}).status_code == 403
    ben.post(f"/api/v1/accounts/{curator.id}/unblock")
    assert curator.raw("POST", f"/api/v1/collections/{made['id']}/items", json={"account_id": ben.id}).status_code == 403
    # and whom its owner blocks; that may be mended
    cleo = same_people[3]
    second = collection(curator, cleo)
    curator.post(f"/api/v1/accounts/{cleo.id}/block")
    assert members(nobody, second) == [] and cleo.raw("GET", f"/api/v1/collections/{second['id']}").status_code == 404
    assert cleo.get(f"/api/v1/accounts/{curator.id}/collections") == {"collections": []}
    curator.post(f"/api/v1/accounts/{cleo.id}/unblock")
    curator.post(f"/api/v1/collections/{second['id']}/items", account_id=cleo.id)
    assert members(cleo, second) == [cleo.id]


def test_each_sees_their_own(people, same_people, nobody):
    curator, ann, ben = people
    found, hidden = collection(curator, ann, ben, name="found"), collection(curator, ann, name="hidden", discoverable=False)
    path = f"/api/v1/accounts/{curator.id}/collections"
    assert [c["id"] for c in is_a("Collections", curator.get(path))["collections"]] == [hidden["id"], found["id"]]
    assert [c["id"] for c in nobody.get(path)["collections"]] == [found["id"]]
    assert show(nobody, hidden)["collection"]["name"] == "hidden"  # for who knows it
    viewer = same_people[3]
    viewer.post(f"/api/v1/accounts/{ann.id}/block")
    assert members(viewer, found) == [ben.id] and members(nobody, found) == [ann.id, ben.id]
    assert [a["id"] for a in show(viewer, found)["accounts"]] == [curator.id, ben.id]
    # pages
    r = curator.raw("GET", path, params={"limit": 1})
    assert [c["id"] for c in r.json()["collections"]] == [hidden["id"]] and "prev" not in r.links
    assert "offset=1" in r.links["next"]["url"] and "limit=1" in r.links["next"]["url"]
    r = curator.raw("GET", path, params={"limit": 1, "offset": 1})
    assert [c["id"] for c in r.json()["collections"]] == [found["id"]] and "offset=0" in r.links["prev"]["url"]
    r = curator.raw("GET", path, params={"offset": 2})
    assert r.json() == {"collections": []} and "next" not in r.links


def test_people_are_told(server, people):
    curator, ann, ben = people
    made = collection(curator, ann)
    notice = told(ann, "added_to_collection")[0]
    assert notice["account"]["id"] == curator.id and notice["collection"]["id"] == made["id"]
    assert is_a("GroupedNotificationsResults", ann.get("/api/v2/notifications"))["notification_groups"][0]["collection"] == notice["collection"]
    curator.patch(f"/api/v1/collections/{made['id']}", sensitive=True)
    assert told(ann, "collection_update") == []
    renamed = []
    for name in ("first", "second", "third"):  # once an hour, whatever the name is by then
        curator.patch(f"/api/v1/collections/{made['id']}", name=name)
        renamed += told(ann, "collection_update")
        if name == "second":
            server.sql("UPDATE notifications SET created_at = created_at - 3600001 WHERE kind = 'collection_update'")
    assert [n["collection"]["name"] for n in renamed] == ["first", "second", "third"]
    assert renamed[0]["id"] == renamed[1]["id"] != renamed[2]["id"]
    ann.post(f"/api/v1/collections/{made['id']}/items/{made['items'][0]['id']}/revoke")
    assert told(ann) == []
    ben.patch("/api/v2/notifications/policy", for_not_following="drop")
    collection(curator, ben)
    assert told(ben) == []


def test_other_servers_read_it(people, nobody):
    curator, ann, ben = people
    made = collection(curator, ann, ben, description="Worth it & <3", language="en", tag_name="Cats")
    hidden = collection(curator, name="hidden", discoverable=False)
    number, ask = made["id"], {"Accept": "application/activity+json"}

    def read(path):
        r = nobody.raw("GET", path, headers=ask)
        assert r.status_code == 200 and r.headers["Content-Type"].startswith("application/activity+json"), (path, r.text)
        return r.json()

    actor = read(f"/users/{curator.name}")
    listed = read(f"/users/{curator.name}/featured_collections")
    assert actor["featuredCollections"] == listed["id"] and listed["orderedItems"] == [made["uri"]]
    doc = read(f"/users/{curator.name}/featured_collections/{number}")
    assert (doc["id"], doc["type"], doc["name"], doc["summaryMap"], doc["attributedTo"], doc["url"], doc["topic"]["name"],
            doc["sensitive"], doc["discoverable"], doc["totalItems"]) == (
        made["uri"], "FeaturedCollection", "good ones", {"en": "Worth it &amp; &lt;3"}, actor["id"], made["url"], "#Cats", False, True, 2)
    assert read(f"/users/{curator.name}/featured_collections/{hidden['id']}")["discoverable"] is False
    item = doc["orderedItems"][0]
    assert item["type"] == "FeaturedItem" and item["featuredObject"].endswith(f"/users/{ann.name}")
    alone = read(f"/users/{curator.name}/featured_collections/{number}/items/{made['items'][0]['id']}")
    assert {k: v for k, v in alone.items() if k != "@context"} == item and alone["@context"] == doc["@context"]
    stamp = read(item["featureAuthorization"])
    assert (stamp["type"], stamp["interactingObject"], stamp["interactionTarget"]) == (
        "FeatureAuthorization", made["uri"], item["featuredObject"])
    # people and programs find it by either address
    r = nobody.raw("GET", f"/users/{curator.name}/featured_collections/{number}", headers={"Accept": "text/html"})
    assert r.status_code == 302 and r.headers["Location"] == made["url"]
    r = nobody.raw("GET", made["url"], headers=ask)
    assert r.status_code == 302 and r.headers["Location"] == made["uri"]
    for path in (f"/users/{ann.name}/featured_collections/{number}", f"/users/{ben.name}/feature_authorizations/{made['items'][0]['id']}",
                 f"/users/{curator.name}/featured_collections/{number}/items/{number}", "/collections/17"):
        assert nobody.raw("GET", path, headers=ask).status_code == 404, path


def test_they_can_be_reported(people):
    curator, ann, ben = people
    made, other = collection(curator, ann), collection(ann)
    told_of = is_a("Report", ben.post("/api/v1/reports", account_id=curator.id, comment="unkind", collection_ids=[made["id"]]))
    assert told_of["collection_ids"] == [made["id"]] and told_of["status_ids"] == []
    for ids in ([other["id"]], [made["id"], "17"]):
        r = ben.raw("POST", "/api/v1/reports", json={"account_id": curator.id, "collection_ids": ids})
        assert r.status_code == 404, ids


def test_they_are_found_by_their_address(people, nobody):
    curator, ann, ben = people
    made = collection(curator, ann)
    for address in (made["uri"], made["url"]):
        assert [c["id"] for c in is_a("Search", ben.get("/api/v2/search", q=address, resolve="true"))["collections"]] == [made["id"]]


def test_posts_have_the_collections_that_they_link_to(people, nobody):
    curator, ann, ben = people
    made = [collection(curator, ann, name=n) for n in ("first", "second")]
    urls = [c["url"] for c in made]
    post = is_a("Status", ben.status(f"See {urls[0]}, {urls[1]} and {urls[0]}0 or https://elsewhere.test/collections/1"))
    assert [c["id"] for c in post["tagged_collections"]] == [c["id"] for c in made]
    assert post["tagged_collections"][0] == made[0]
    boost = is_a("Status", ann.post(f"/api/v1/statuses/{post['id']}/reblog"))
    assert len(boost["reblog"]["tagged_collections"]) == 2
    ben.put(f"/api/v1/statuses/{post['id']}", status=f"Rather {urls[1]}")
    one = is_a("Status", nobody.get(f"/api/v1/statuses/{post['id']}"))
    assert [c["name"] for c in one["tagged_collections"]] == ["second"]
    # as anywhere else, not for whom its owner blocks, and not when it is gone
    curator.post(f"/api/v1/accounts/{ann.id}/block")
    assert ann.get(f"/api/v1/statuses/{post['id']}")["tagged_collections"] == []
    curator.post(f"/api/v1/accounts/{ann.id}/unblock")
    curator.delete(f"/api/v1/collections/{made[1]['id']}")
    assert nobody.get(f"/api/v1/statuses/{post['id']}")["tagged_collections"] == []
