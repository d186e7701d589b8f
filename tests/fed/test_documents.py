"""What other servers find here: WebFinger, host-meta, NodeInfo, actors, posts and collections, with the right codes."""
import pytest
from files import png
from harness import Server, wait_until
from peer import ACTIVITY_JSON, sign

AS = {"Accept": "application/activity+json"}
LD = {"Accept": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}


def get(who, path, **headers):
    return who.raw("GET", path, headers={**AS, **{k.replace("_", "-"): v for k, v in headers.items()}})


def test_webfinger_answers_for_every_spelling_of_a_name(server, alice, nobody):
    base = f"http://{server.host}"
    spellings = [f"acct:{alice.name}@{server.host}", f"acct:{alice.name.upper()}@{server.host.upper()}",
                 f"{alice.name}@{server.host}", f"@{alice.name}@{server.host}", f"acct:@{alice.name}@{server.host}",
                 f"{base}/@{alice.name}", f"{base}/users/{alice.name}"]
    for resource in spellings:
        r = nobody.raw("GET", "/.well-known/webfinger", params={"resource": resource})
        assert r.status_code == 200, resource
        assert r.headers["Content-Type"].startswith("application/jrd+json")
        assert r.headers["Access-Control-Allow-Origin"] == "*"
        jrd = r.json()
        assert jrd["subject"] == f"acct:{alice.name}@{server.host}"
        self_ = [link for link in jrd["links"] if link["rel"] == "self"]
        assert self_ == [{"rel": "self", "type": "application/activity+json", "href": f"{base}/users/{alice.name}"}]
        templates = {link["rel"]: link["template"] for link in jrd["links"] if "template" in link}
        assert templates == {"http://ostatus.org/schema/1.0/subscribe": f"{base}/authorize_interaction?uri={{uri}}",
                             "https://w3id.org/fep/3b86/Create": f"{base}/share?text={{content}}",
                             "https://w3id.org/fep/3b86/Object": f"{base}/authorize_interaction?uri={{object}}"}


@pytest.mark.parametrize("resource,status", [
    (None, 400), ("", 400), ("rubbish", 400), ("acct:nobody@{host}", 404), ("acct:owner@other.test", 404),
    ("https://other.test/users/owner", 404), ("http://{host}/", 200), ("http://{host}/actor", 200),
    ("http://{host}/users/owner/statuses/1", 404)])
def test_webfinger_says_no_with_the_right_code(server, nobody, resource, status):
    params = {} if resource is None else {"resource": resource.format(host=server.host)}
    assert nobody.raw("GET", "/.well-known/webfinger", params=params).status_code == status


def test_webfinger_names_the_avatar_once_there_is_one(server, nobody):
    carol = server.someone("with_a_face")
    params = {"resource": f"acct:{carol.name}@{server.host}"}

    def avatars():
        links = nobody.raw("GET", "/.well-known/webfinger", params=params).json()["links"]
        return [link for link in links if link["rel"] == "http://webfinger.net/rel/avatar"]

    assert avatars() == []
    me = carol.raw("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("x", png(40, 40, 3), "image/png")})
    link, = avatars()
    assert link["href"] == me.json()["avatar"] and link["type"].startswith("image/")
    assert nobody.raw("GET", link["href"]).headers["Content-Type"] == link["type"]


def test_host_meta_names_the_template(server, nobody):
    template = f"http://{server.host}/.well-known/webfinger?resource={{uri}}"
    r = nobody.raw("GET", "/.well-known/host-meta")
    assert r.headers["Content-Type"].startswith("application/xrd+xml") and template in r.text
    assert nobody.raw("GET", "/.well-known/host-meta.json").json()["links"] == [{"rel": "lrdd", "template": template}]
    as_json = nobody.raw("GET", "/.well-known/host-meta", headers={"Accept": "application/json"})
    assert as_json.headers["Content-Type"].startswith("application/json") and as_json.json()["links"][0]["template"] == template


def test_nodeinfo_counts_what_is_here(server, nobody, alice):
    alice.status("counted")
    links = nobody.raw("GET", "/.well-known/nodeinfo").json()["links"]
    assert [link["rel"][-3:] for link in links[:2]] == ["2.0", "2.1"]
    for version, path in (("2.0", "/nodeinfo/2.0"), ("2.1", "/nodeinfo/2.1")):
        r = nobody.raw("GET", path)
        info = r.json()
        assert f"ns/schema/{version}#" in r.headers["Content-Type"]
        assert info["version"] == version and info["software"]["name"] == "dassie"
        assert info["protocols"] == ["activitypub"] and info["openRegistrations"] is False
        assert info["usage"]["users"]["total"] >= 2 and info["usage"]["localPosts"] >= 1
        assert isinstance(info["metadata"], dict)


def test_an_actor_has_what_others_need(server, alice, nobody):
    for path in (f"/users/{alice.name}", f"/@{alice.name}"):
        for accept in (AS, LD, {"Accept": "application/json"}):
            r = nobody.raw("GET", path, headers=accept)
            assert r.status_code == 200 and r.headers["Content-Type"] == "application/activity+json; charset=utf-8"
            assert "Accept" in r.headers["Vary"] and r.headers["Access-Control-Allow-Origin"] == "*"
            doc = r.json()
            assert doc["id"] == f"http://{server.host}/users/{alice.name}" and doc["type"] == "Person"
            assert doc["@context"][:2] == ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"]
            assert doc["publicKey"]["owner"] == doc["id"] and "BEGIN PUBLIC KEY" in doc["publicKey"]["publicKeyPem"]
            assert doc["endpoints"]["sharedInbox"] == f"http://{server.host}/inbox"
            for member in ("inbox", "outbox", "followers", "following", "featured", "featuredTags"):
                assert doc[member].startswith(doc["id"])
            for member in ("tag", "attachment", "alsoKnownAs"):
                assert isinstance(doc[member], list)
            assert doc["interactionPolicy"] == {"canFeature": {"automaticApproval": [doc["id"]]}}
            assert doc["published"].endswith("T00:00:00Z") and "@example" not in r.text


def test_an_actor_says_what_its_profile_says(server, nobody):
    gwen = server.someone("gwen")
    gwen.patch("/api/v1/accounts/update_credentials", note="On #Herons and more #herons, not #1")
    gwen.patch("/api/v1/profile", show_media="false")
    doc = get(nobody, f"/users/{gwen.name}").json()
    assert doc["tag"] == [{"type": "Hashtag", "href": f"http://{server.host}/tags/herons", "name": "#Herons"}]
    assert (doc["showMedia"], doc["showRepliesInMedia"], doc["showFeatured"]) == (False, True, True)
    assert doc["webfinger"] == gwen.handle


def test_pages_name_their_documents(server, alice, nobody):
    post = alice.status("a page")
    page = nobody.raw("GET", f"/@{alice.name}/{post['id']}", headers={"Accept": "text/html"})
    assert page.headers["Link"] == f'<{post["uri"]}>; rel="alternate"; type="application/activity+json"'
    uri = f"http://{server.host}/users/{alice.name}"
    page = nobody.raw("GET", f"/@{alice.name}", headers={"Accept": "text/html"})
    links = page.headers["Link"].split(", ")    # its feed is one too
    lrdd = next(x for x in links if "lrdd" in x)
    assert f'<{uri}>; rel="alternate"; type="application/activity+json"' in links
    assert f'<link rel="alternate" type="application/activity+json" href="{uri}">' in page.text
    assert lrdd.endswith('>; rel="lrdd"; type="application/jrd+json"')
    jrd = nobody.raw("GET", lrdd[1:].split(">")[0].removeprefix(f"http://{server.host}")).json()
    assert jrd["subject"] == f"acct:{alice.handle}"


def test_people_are_sent_to_the_page(server, alice, nobody):
    post = alice.status("for people")
    for path, to in ((f"/users/{alice.name}", f"/@{alice.name}"),
                     (f"/users/{alice.name}/statuses/{post['id']}", f"/@{alice.name}/{post['id']}")):
        r = nobody.raw("GET", path, headers={"Accept": "text/html"})
        assert r.status_code == 302 and r.headers["Location"] == f"http://{server.host}{to}" and "Accept" in r.headers["Vary"]


def test_the_instance_actor_is_there_for_all(server, nobody):
    doc = get(nobody, "/actor").json()
    assert doc["type"] == "Application" and doc["manuallyApprovesFollowers"] is True
    assert doc["publicKey"]["id"].startswith(doc["id"])
    assert get(nobody, "/actor/outbox").json()["totalItems"] == 0
    jrd = nobody.raw("GET", "/.well-known/webfinger", params={"resource": doc["id"]}).json()
    assert jrd["subject"] == f"acct:{doc['webfinger']}" and all(jrd["aliases"])
    jrd = nobody.raw("GET", "/.well-known/webfinger", params={"resource": doc["id"].removesuffix("actor")}).json()
    assert [link["href"] for link in jrd["links"] if link["rel"] == "https://www.w3.org/ns/activitystreams#Service"] == [doc["id"]]
    assert all(link.get("href", link.get("template")) for link in jrd["links"])


def test_a_post_is_a_note_and_its_activity_a_create(server, alice, bob, nobody):
    post = alice.status(f"Hello @{bob.name} #Tag https://example.org/", spoiler_text="cw", language="de")
    uri = f"/users/{alice.name}/statuses/{post['id']}"
    for path in (uri, f"/@{alice.name}/{post['id']}"):
        note = get(nobody, path).json()
        assert note["id"] == post["uri"] and note["type"] == "Note" and note["url"] == post["url"]
        assert note["attributedTo"] == f"http://{server.host}/users/{alice.name}"
        assert note["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
        assert note["cc"] == [note["attributedTo"] + "/followers", f"http://{server.host}/users/{bob.name}"]
        assert note["summary"] == "cw" and note["sensitive"] is True and note["inReplyTo"] is None
        assert note["contentMap"] == {"de": note["content"]} and note["attachment"] == []
        assert [t["type"] for t in note["tag"]] == ["Mention", "Hashtag"]
        assert note["tag"][0]["name"] == f"@{bob.name}@{server.host}" and note["tag"][1]["name"] == "#Tag"
        first = note["replies"]["first"]
        assert note["replies"]["type"] == "Collection" and note["likes"]["totalItems"] == 0
        assert first["partOf"] == note["replies"]["id"] and first["items"] == [] and first["next"] == note["id"] + "/replies?page=true"
    create = get(nobody, f"/users/{alice.name}/statuses/{post['id']}/activity").json()
    assert create["type"] == "Create" and create["object"]["id"] == note["id"] and create["actor"] == note["attributedTo"]
    for part in ("likes", "shares"):
        assert get(nobody, note["id"] + "/" + part).json()["totalItems"] == 0
    reply = bob.status(f"@{alice.name} hi", in_reply_to_id=post["id"])
    alice.status("hidden answer", in_reply_to_id=post["id"], visibility="private")
    more = [alice.status(f"and {n}", in_reply_to_id=post["id"])["uri"] for n in range(6)]
    assert get(nobody, note["id"]).json()["replies"]["first"]["items"] == more[:5]
    page = get(nobody, f"/users/{alice.name}/statuses/{post['id']}/replies?page=true").json()
    assert page["items"] == [reply["uri"], *more] and page["partOf"] == note["replies"]["id"]
    # what is embedded is what is there: some take nothing else
    assert page["type"] == note["replies"]["first"]["type"] and page["id"] == note["replies"]["first"]["next"]
    note = get(nobody, note["id"]).json()
    for part in "replies", "likes", "shares":
        there = get(nobody, note[part]["id"].split(server.host)[1]).json()
        assert {k: there[k] for k in ("id", "type", "totalItems")} == {k: note[part][k] for k in ("id", "type", "totalItems")}
    assert get(nobody, reply["uri"]).json()["inReplyTo"] == post["uri"]
    assert get(nobody, f"/users/{alice.name}/statuses/{post['id']}/likes").status_code == 200
    assert get(nobody, f"/users/{alice.name}/statuses/{post['id']}/shares").status_code == 200


def test_hidden_posts_look_like_none(server, alice, nobody):
    unknown = get(nobody, f"/users/{alice.name}/statuses/117000000000000001")
    assert unknown.status_code == 404
    for visibility in ("private", "direct"):
        post = alice.status("hidden", visibility=visibility)
        for path in ("", "/activity", "/replies", "/likes", "/shares"):
            r = get(nobody, post["uri"] + path)
            assert (r.status_code, r.content) == (404, unknown.content)
        alice.delete(f"/api/v1/statuses/{post['id']}")
        assert get(nobody, post["uri"]).status_code == 404


def test_a_deleted_post_is_a_tombstone(server, alice, nobody):
    post = alice.status("soon gone")
    assert get(nobody, post["uri"]).status_code == 200
    alice.delete(f"/api/v1/statuses/{post['id']}")
    r = get(nobody, post["uri"])
    assert r.status_code == 410 and r.json()["type"] == "Tombstone" and r.json()["id"] == post["uri"]


def test_the_outbox_lists_activities_of_public_posts_only(server, peer, nobody):
    carol, dave, eve = server.someone("carol"), server.someone("dave"), peer.actor("eve")
    shown = [carol.status("one"), carol.status("two", visibility="unlisted")]
    for visibility in ("private", "direct"):
        carol.status(f"hidden {visibility} @{dave.name}", visibility=visibility)
    other = dave.status("boost me")
    carol.post(f"/api/v1/statuses/{other['id']}/reblog")
    note = eve.note("from elsewhere")
    carol.post(f"/api/v1/statuses/{carol.find(note['id'])['id']}/reblog")
    carol.post(f"/api/v1/statuses/{dave.status('boosted for followers')['id']}/reblog", visibility="private")
    carol.post(f"/api/v1/statuses/{dave.status('boosted and gone')['id']}/reblog")
    dave.delete(f"/api/v1/statuses/{dave.get(f'/api/v1/accounts/{dave.id}/statuses')[0]['id']}")
    head = get(nobody, f"/users/{carol.name}/outbox").json()
    assert head["type"] == "OrderedCollection" and head["first"].endswith("page=true")
    page = get(nobody, head["first"]).json()
    assert page["type"] == "OrderedCollectionPage" and page["partOf"] == head["id"]
    assert [(i["type"], i["object"] if i["type"] == "Announce" else i["object"]["id"]) for i in page["orderedItems"]] == [
        ("Announce", note["id"]), ("Announce", other["uri"]), ("Create", shown[1]["uri"]), ("Create", shown[0]["uri"])]
    assert "hidden" not in str(page)


def test_followers_are_counted_and_may_be_hidden(server, nobody):
    erin, fred = server.someone("erin"), server.someone("fred")
    fred.post(f"/api/v1/accounts/{erin.id}/follow")
    head = get(nobody, f"/users/{erin.name}/followers").json()
    assert head["totalItems"] == 1
    assert get(nobody, head["first"]).json()["orderedItems"] == [f"http://{server.host}/users/{fred.name}"]
    assert get(nobody, f"/users/{fred.name}/following?page=true").json()["orderedItems"] == [
        f"http://{server.host}/users/{erin.name}"]
    erin.patch("/api/v1/accounts/update_credentials", hide_collections="true")
    hidden = get(nobody, f"/users/{erin.name}/followers").json()
    assert "first" not in hidden and fred.name not in str(get(nobody, f"/users/{erin.name}/followers?page=true").json())


def test_pinned_posts_are_featured(server, alice, nobody):
    post, secret = alice.status("pin me"), alice.status("pin me too", visibility="private")
    for p in (post, secret):
        alice.post(f"/api/v1/statuses/{p['id']}/pin")
    doc = get(nobody, f"/users/{alice.name}/collections/featured").json()
    assert [i["id"] for i in doc["orderedItems"]] == [post["uri"]]
    assert get(nobody, f"/users/{alice.name}/collections/tags").json()["totalItems"] == 0


def test_what_is_not_here_is_404(server, nobody):
    for path in ("/users/none", "/users/none/outbox", "/users/none/followers", "/users/owner/statuses/x", "/@none/1",
                 "/users/owner/statuses/117000000000000001"):
        assert get(nobody, path).status_code == 404
    assert nobody.raw("POST", "/users/none/inbox", json={}).status_code == 404
    assert nobody.raw("POST", "/actor/inbox", json={}).status_code == 400


def test_a_signed_fetch_sees_what_its_signer_may(server, alice, peer, nobody):
    eve, mallory = peer.actor("eve"), peer.actor("mallory", 1)
    uri = f"http://{server.host}/users/{alice.name}"
    post = alice.status("for followers", visibility="private")
    assert eve.get(server, post["uri"]).status_code == 404
    assert eve.send(server, eve.follow(uri)).status_code == 202
    peer.wait_for("Accept", actor=uri)
    r = eve.get(server, post["uri"])
    assert r.status_code == 200 and r.json()["id"] == post["uri"] and "no-store" in r.headers["Cache-Control"]
    assert mallory.get(server, post["uri"]).status_code == 404
    assert get(nobody, post["uri"]).status_code == 404


def test_a_signature_that_proves_nothing_hides_nothing_that_is_public(server, alice, peer):
    """A clock that is wrong, or a key that cannot be had here: what everybody may read is read all the same, as without a signature."""
    ghost, late = peer.actor("ghost", 1), peer.actor("late")
    peer.docs["/users/ghost"] = 404
    open_, hidden = (alice.status("here", visibility=v)["uri"].split(server.host)[1] for v in ("public", "private"))

    def get_at(who, path, date=None):
        h = sign(who.key, who.key_id, "GET", server.host, path, date=date)
        return peer.http.get(f"http://127.0.0.1:{server.port}{path}", headers={"accept": ACTIVITY_JSON, **h}, timeout=30)

    for who, date in (ghost, None), (late, "Mon, 02 Mar 2020 10:00:00 GMT"):
        for path in open_, f"/users/{alice.name}", f"/users/{alice.name}/outbox":
            r = get_at(who, path, date)
            assert r.status_code == 200 and "no-store" in r.headers["Cache-Control"], path
        no, none = get_at(who, hidden, date), get_at(who, open_ + "9", date)
        assert no.status_code == none.status_code == 401 and no.text == none.text
    assert late.get(server, hidden).status_code == 404


@pytest.fixture(scope="module")
def secure(kind):
    with Server(kind, hosts="localhost=127.0.0.1 peer.localhost=127.0.0.1", authorized_fetch="yes") as s:
        yield s


def test_with_authorized_fetch_only_the_signed_are_answered(secure):
    from peer import Peer
    owner, nobody = secure.user("owner"), secure.anonymous()
    post = owner.status("hello")
    for path in ("/users/owner", "/users/owner/outbox", "/users/owner/followers", post["uri"]):
        assert get(nobody, path).status_code == 401
    for path in ("/actor", f"/.well-known/webfinger?resource=acct:owner@{secure.host}", "/nodeinfo/2.0"):
        assert get(nobody, path).status_code == 200
    with Peer() as peer:
        eve, ghost = peer.actor("eve"), peer.actor("ghost", 1)
        peer.docs["/users/ghost"] = 404
        assert ghost.get(secure, "/users/owner").status_code == ghost.get(secure, post["uri"]).status_code == 401
        assert "Signature" in eve.get(secure, "/users/owner").headers["Vary"]
        assert eve.get(secure, "/users/owner").json()["preferredUsername"] == "owner"
        assert eve.get(secure, post["uri"]).status_code == 200


def test_two_sites_of_one_process_do_not_mix(kind):
    with Server(kind, hosts="one.localhost=127.0.0.1 two.localhost=127.0.0.1", domain="one.localhost") as s:
        two = s.add_site("two.localhost")
        wait_until(lambda: s.anonymous(two).raw("GET", "/actor").status_code == 200)
        anna, bert = s.user("anna"), s.user("bert", host=two)
        on_one, on_two = s.anonymous(), s.anonymous(two)
        post = bert.status("only here")
        assert get(on_two, "/users/bert").status_code == 200 and get(on_one, "/users/bert").status_code == 404
        assert get(on_one, f"/users/anna/statuses/{post['id']}").status_code == 404
        assert get(on_one, f"/users/bert/statuses/{post['id']}").status_code == 404
        for who, resource, status in ((on_one, f"acct:bert@{two}", 404), (on_two, f"acct:bert@{two}", 200),
                                      (on_two, f"acct:anna@{s.host}", 404)):
            assert who.raw("GET", "/.well-known/webfinger", params={"resource": resource}).status_code == status
        assert on_one.raw("POST", "/users/bert/inbox", json={}).status_code == 404
        assert get(on_one, "/actor").json()["id"] != get(on_two, "/actor").json()["id"]
        anna.post(f"/api/v1/accounts/{anna.find('bert@' + two)['id']}/follow")
        second = bert.status("to the neighbours")
        wait_until(lambda: [p for p in anna.get("/api/v1/timelines/home") if p["uri"] == second["uri"]], 2)
