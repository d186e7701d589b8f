"""What one server says about things of another: nothing of it may count. SPOOF cases, at a real server with two peers."""
import json
import time
import urllib.parse

import pytest
from hostile import ACTIVITY_JSON, World

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


@pytest.fixture(scope="module")
def w():
    with World(sign_up="open") as world:
        world.introduced(world.mallory, world.victor)
        # alice reads mallory, so that what mallory says is of interest here.
        world.mallory_id = world.alice.follow(world.mallory.handle)["id"]
        world.takes(world.mallory.activity("Accept", world.evil.wait_for("Follow")))
        assert world.alice.relationship(world.mallory_id)["following"]
        yield world


def at(doc, peer):
    return urllib.parse.urlsplit(doc["id"] if isinstance(doc, dict) else doc).path


def search(w, what):
    found = w.alice.get("/api/v2/search", q=what, resolve="true")
    return found["accounts"] + found["statuses"]


def stored(w, uri):
    return w.rows("SELECT content FROM statuses WHERE uri = ?", uri)


def test_spoof_02_a_document_counts_only_under_its_own_url(w):
    true = w.victor.note("what victor wrote")
    false = {**true, "content": "<p>forged</p>"}
    w.evil.docs["/x"] = false
    invented = {**false, "id": w.victim.base + "/notes/none"}
    w.evil.docs["/y"] = invented
    w.evil.docs["/z"] = {**false, "id": w.evil.base + "/other"}
    w.evil.docs["/other"] = {**false, "id": w.evil.base + "/z2"}

    for name in ("y", "z"):
        assert search(w, f"{w.evil.base}/{name}") == []
        w.refuses(w.mallory.activity("Announce", f"{w.evil.base}/{name}", to=[PUBLIC]))
    w.takes(w.mallory.create(w.mallory.note("a reply", to=[w.alice_uri, PUBLIC], inReplyTo=w.evil.base + "/y")))
    assert stored(w, invented["id"]) == []

    found = search(w, w.evil.base + "/x")
    assert [f["content"] for f in found] in ([], ["<p>what victor wrote</p>"])
    w.takes(w.mallory.activity("Announce", w.evil.base + "/x", to=[PUBLIC]))
    assert stored(w, true["id"]) in ([], [("<p>what victor wrote</p>",)])


def test_spoof_04_our_own_things_are_never_changed_from_outside(w):
    post = w.alice.status("mine")
    note = {"@context": "https://www.w3.org/ns/activitystreams", "id": post["uri"], "type": "Note", "content": "<p>forged</p>",
            "to": [PUBLIC], "attributedTo": w.mallory.uri, "published": "2026-01-01T00:00:00Z"}
    for author in (w.mallory.uri, w.alice_uri):
        for kind in ("Create", "Update"):
            w.refuses(w.mallory.activity(kind, {**note, "attributedTo": author, "updated": "2030-01-01T00:00:00Z"}, to=[PUBLIC]))
    w.refuses(w.mallory.activity("Delete", post["uri"]))
    w.refuses(w.mallory.activity("Delete", {"type": "Tombstone", "id": post["uri"]}))
    w.refuses(w.mallory.activity("Delete", w.alice_uri))
    w.refuses(w.mallory.activity("Update", {"id": w.alice_uri, "type": "Person", "preferredUsername": "alice", "name": "forged",
                                            "inbox": w.mallory.uri + "/inbox"}))
    w.takes(w.mallory.activity("Announce", {**note, "attributedTo": w.alice_uri}, to=[PUBLIC]))
    assert w.alice.get(f"/api/v1/statuses/{post['id']}")["content"] == "<p>mine</p>"


def test_spoof_07_only_activitypub_types_are_documents(w):
    kinds = {
        "application/ld+json": False,
        'application/ld+json; profile="https://example.org"': False,
        "application/json": False, "text/html": False, "image/png": False,
        'application/ld+json; profile="https://example.org https://www.w3.org/ns/activitystreams"': True,
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"; charset=utf-8': True,
        "application/activity+json; charset=utf-8": True,
    }
    for kind, good in kinds.items():
        note = w.mallory.note("of type " + kind)
        w.evil.docs[at(note, w.evil)] = lambda h, n=note, k=kind: h.answer(200, json.dumps(n).encode(), k)
        assert bool(search(w, note["id"])) == good, kind


def test_spoof_08_nothing_uploaded_is_ever_an_activitypub_document(w):
    activity = json.dumps(w.victor.note("uploaded")).encode()
    for name in ("x.json", "x.png"):
        for path in ("/api/v1/media", "/api/v2/media"):
            r = w.alice.raw("POST", path, files={"file": (name, activity, ACTIVITY_JSON)})
            assert r.status_code in (404, 405, 422), r.text
    # nor as a picture of the profile
    r = w.alice.raw("PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("x.png", activity, ACTIVITY_JSON)})
    assert r.status_code in (200, 422)
    for path in ("/media/x.json", "/system/x.png", "/files/x", w.alice.get("/api/v1/accounts/verify_credentials")["avatar"]):
        got = w.alice.raw("GET", path, headers={"Accept": ACTIVITY_JSON})
        assert "json" not in got.headers.get("Content-Type", "") or got.status_code == 404, path


def test_spoof_09_a_note_of_somebody_else_is_not_created(w):
    twin = w.evil.actor("twin")
    w.introduced(twin)
    for author in (twin, w.victor):
        note = {**w.mallory.note("forged", to=[PUBLIC, w.alice_uri]), "attributedTo": author.uri,
                "tag": [w.mallory.mention(w.alice_uri, w.alice.handle)]}
        w.refuses(w.mallory.create(note))
        w.refuses(w.mallory.create({**note, "id": note["id"] + "-2", "attributedTo": [author.uri, w.mallory.uri]}))
    w.refuses(w.mallory.create({**w.victor.note("x", to=[PUBLIC, w.alice_uri]), "attributedTo": w.mallory.uri}))


def test_spoof_11_12_a_note_of_somebody_else_is_not_updated_or_deleted(w):
    twin = w.evil.actor("twin")
    for author in (twin, w.victor):
        note = w.known_note(author, "the true text")
        forged = {**note, "content": "<p>forged</p>", "updated": "2030-01-01T00:00:00Z"}
        for obj in (forged, {**forged, "attributedTo": w.mallory.uri}, {k: v for k, v in forged.items() if k != "attributedTo"}):
            w.refuses(w.mallory.activity("Update", obj, to=[PUBLIC]))
        w.refuses(w.mallory.activity("Delete", note["id"]))
        w.refuses(w.mallory.activity("Delete", {"type": "Tombstone", "id": note["id"]}))
        w.refuses(w.mallory.activity("Undo", {"type": "Create", "id": note["id"] + "/activity", "actor": author.uri,
                                              "object": note["id"]}))
        w.refuses(w.mallory.activity("Update", author.doc | {"name": "forged"}))
    w.refuses(w.mallory.activity("Delete", w.victor.uri))


def test_spoof_13_an_unknown_note_is_not_made_by_anothers_update(w):
    unknown = w.victor.note("never sent", to=[PUBLIC, w.alice_uri], tag=[w.victor.mention(w.alice_uri, w.alice.handle)])
    w.refuses(w.mallory.activity("Update", {**unknown, "content": "<p>forged</p>"}, to=[PUBLIC]))
    w.refuses(w.mallory.activity("Update", {**unknown, "id": w.victim.base + "/notes/x"}, to=[PUBLIC]))


def test_spoof_14_an_update_changes_the_text_and_never_who_where_when_or_for_whom(w):
    note = w.known_note(w.mallory, "first", to=[w.alice_uri], cc=[w.mallory.uri + "/nobody"])
    columns = "account_id, uri, visibility, created_at, in_reply_to_uri, id"
    before = w.rows(f"SELECT {columns} FROM statuses WHERE uri = ?", note["id"])
    new = {**note, "content": "<p>second</p>", "updated": "2026-11-23T00:00:00Z", "published": "2020-01-01T00:00:00Z",
           "inReplyTo": w.victim.base + "/x", "to": [PUBLIC], "cc": [w.mallory.uri + "/followers"]}
    new["updated"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    w.takes(w.mallory.activity("Update", new, to=[PUBLIC]))
    assert w.rows(f"SELECT {columns} FROM statuses WHERE uri = ?", note["id"]) == before
    assert stored(w, note["id"]) == [("<p>second</p>",)]
    for change in ({"attributedTo": w.victor.uri}, {"type": "Person", "inbox": w.evil.base + "/i", "preferredUsername": "p"},
                   {"id": w.victim.base + "/n"}):
        w.refuses(w.mallory.activity("Update", {**new, "content": "<p>third</p>", "updated": "2026-12-01T00:00:00Z", **change}))
    bob = w.server.user("bob")
    assert bob.raw("GET", f"/api/v1/statuses/{before[0][5]}").status_code == 404


def test_spoof_16_17_what_was_deleted_stays_deleted_and_may_be_deleted_before_it_comes(w):
    note = w.known_note(w.victor, "short-lived")
    w.takes(w.victor.activity("Delete", {"type": "Tombstone", "id": note["id"]}), w.victor)
    for replay in (w.victor.create(note), w.victor.activity("Update", {**note, "updated": "2026-12-01T00:00:00Z"}, to=[PUBLIC])):
        w.refuses(replay, w.victor)
    assert [c for c, in stored(w, note["id"])] in ([], [""])

    early = w.victor.note("deleted before it came", to=[PUBLIC, w.alice_uri],
                          tag=[w.victor.mention(w.alice_uri, w.alice.handle)])
    w.takes(w.victor.activity("Delete", early["id"]), w.victor)
    w.refuses(w.victor.create(early), w.victor)
    assert stored(w, early["id"]) == []
    # nobody else can spoil a note that is still to come
    coming = w.victor.note("still to come", to=[PUBLIC, w.alice_uri], tag=[w.victor.mention(w.alice_uri, w.alice.handle)])
    w.refuses(w.mallory.activity("Delete", coming["id"]))
    w.takes(w.victor.create(coming), w.victor)
    assert stored(w, coming["id"])


def test_spoof_20_undo_of_what_somebody_else_did_has_no_effect(w):
    follow = w.victor.follow(w.alice_uri)
    post = w.alice.status("liked by victor")
    like, boost = w.victor.activity("Like", post["uri"]), w.victor.activity("Announce", post["uri"], to=[PUBLIC])
    for done in (follow, like, boost):
        w.takes(done, w.victor)
    for done in (follow, like, boost):
        w.refuses(w.mallory.activity("Undo", {**done, "actor": w.mallory.uri}))
        w.refuses(w.mallory.activity("Undo", done))
        w.refuses(w.mallory.activity("Undo", done["id"]))
        w.refuses(w.mallory.activity("Undo", {"type": done["type"], "id": done["id"]}))
    w.takes(w.victor.activity("Undo", follow["id"]), w.victor)
    assert not w.value("SELECT count(*) FROM follows f JOIN accounts a ON a.id = account_id WHERE a.uri = ?", w.victor.uri)


def test_spoof_21_22_only_who_was_asked_may_answer(w):
    locked = w.victim.actor("locked", key=1)
    locked.doc["manuallyApprovesFollowers"] = True
    stranger = w.victim.actor("never-asked", key=1)
    judge = w.evil.actor("judge")
    w.introduced(locked, stranger, judge)
    asked = w.alice.follow(locked.handle)
    follow = w.victim.wait_for("Follow", object=locked.uri)
    assert w.alice.relationship(asked["id"])["requested"]
    for kind in ("Accept", "Reject"):
        for obj in (follow, follow["id"], {**follow, "object": judge.uri}, {"type": "Follow", "actor": w.alice_uri, "object": locked.uri},
                    {"type": "Follow", "id": follow["id"]}, [follow, follow["id"]]):
            w.refuses(judge.activity(kind, obj), judge)
        # of a Follow that nobody sent
        fake = {"type": "Follow", "id": w.alice_uri + "#follows/1", "actor": w.alice_uri, "object": locked.uri}
        w.refuses(judge.activity(kind, fake), judge)
        w.refuses(stranger.activity(kind, {**fake, "object": stranger.uri}), stranger)
        relay = {"type": "Follow", "actor": f"http://{w.server.host}/actor", "object": PUBLIC, "id": w.alice_uri + "#relay"}
        w.refuses(judge.activity(kind, relay), judge)
    assert w.alice.relationship(asked["id"])["requested"]
    w.takes(locked.activity("Accept", follow["id"]), locked)
    assert w.alice.relationship(asked["id"])["following"]


def test_spoof_23_what_is_announced_is_fetched_from_where_it_lives(w):
    note = w.victor.note("the original")
    w.takes(w.mallory.activity("Announce", {**note, "content": "<p>forged</p>"}, to=[PUBLIC]))
    assert stored(w, note["id"]) == [("<p>the original</p>",)]
    gone = {**w.victor.note("never was"), "id": w.victim.base + "/notes/never"}
    w.refuses(w.mallory.activity("Announce", gone, to=[PUBLIC]))


def test_spoof_25_announces_of_what_is_no_post_are_ignored(w):
    note = w.known_note(w.mallory, "to be boosted")
    boost = w.mallory.activity("Announce", note["id"], to=[PUBLIC])
    w.evil.docs[at(boost, w.evil)] = boost
    w.takes(boost)
    w.evil.docs["/tomb"] = {"@context": PUBLIC[:-7], "id": w.evil.base + "/tomb", "type": "Tombstone"}
    itself = w.mallory.activity("Announce", "")
    itself["object"] = itself["id"]
    w.evil.docs[at(itself, w.evil)] = itself
    for obj in (boost["id"], boost, w.victor.uri, w.alice_uri, w.evil.base + "/tomb", [], {}, None, 5):
        w.refuses(w.mallory.activity("Announce", obj, to=[PUBLIC]))
    w.refuses(itself)
    twin = w.evil.actor("twin")
    w.refuses(twin.activity("Like", boost["id"]), twin)
    w.refuses(twin.activity("Announce", boost["id"], to=[PUBLIC]), twin)


def test_spoof_27_moves_that_the_other_side_does_not_want_are_nothing(w):
    twin = w.evil.actor("twin")
    for n in range(20):
        one, other = (w.mallory, twin) if n % 2 else (twin, w.mallory)
        w.refuses(one.activity("Move", one.uri, target=other.uri), one)
    w.refuses(w.mallory.activity("Move", w.victor.uri, target=w.mallory.uri))


def jrd(subject, uri):
    return {"subject": subject, "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": uri}]}


def test_spoof_29_webfinger_that_points_elsewhere_is_followed_once_and_must_agree(w):
    answers = {"loop1": jrd(f"acct:loop2@{w.evil.host}", w.mallory.uri), "loop2": jrd(f"acct:loop1@{w.evil.host}", w.mallory.uri),
               "vic": jrd(f"acct:vic@{w.evil.host}", w.victor.uri), "tor": jrd(w.victor.handle, w.evil.base + "/users/tor"),
               "away": jrd("acct:gone@nowhere.localhost", w.mallory.uri), "ours": jrd(f"acct:ours@{w.evil.host}", w.alice_uri),
               "priv": jrd(f"acct:priv@{w.evil.host}", "http://127.0.0.1:1/x"), "js": jrd(f"acct:js@{w.evil.host}", "javascript:1")}
    tor = w.evil.actor("tor")
    normal = w.evil.webfinger

    def answer(resource):
        name = resource.removeprefix("acct:").split("@")[0]
        return answers.get(name) or normal(resource)
    w.evil.webfinger = answer
    try:
        with w.unchanged():
            for name in answers:
                asked = w.fetched(w.evil) + w.fetched(w.victim)
                found = search(w, f"{name}@{w.evil.host}")
                acct = [f["acct"] for f in found]
                assert acct in ([], [w.mallory.handle], [w.victor.handle]), (name, acct)
                assert w.fetched(w.evil) + w.fetched(w.victim) <= asked + 10
        assert not w.rows("SELECT 1 FROM accounts WHERE uri = ? AND domain = ?", tor.uri, w.victim.host)
    finally:
        w.evil.webfinger = normal


def test_spoof_30_spellings_of_a_domain_are_one_or_none(w):
    port = w.victim.port
    for spelling in (f"VICTIM.LOCALHOST:{port}", f"victim.localhost.:{port}", f"vic/tim.localhost:{port}", f"victim%2elocalhost:{port}",
                     f"v%69ctim.localhost:{port}", f"victim.localhost/:{port}", f"ｖictim.localhost:{port}", f"victim。localhost:{port}",
                     f"víctim.localhost:{port}", f"victim.localhost:{port}@evil.localhost", f"vic\u00adtim.localhost:{port}",
                     f"vic_tim.localhost:{port}", f" victim.localhost:{port}", f"victim.localhost:0{port}"):
        for what in (f"victor@{spelling}", f"@victor@{spelling}", f"http://{spelling}/users/victor"):
            r = w.alice.raw("GET", "/api/v2/search", params={"q": what, "resolve": "true"})
            assert r.status_code in (200, 422), (spelling, r.text)
    domains = {d for d, in w.rows("SELECT DISTINCT domain FROM accounts WHERE username = 'victor'")}
    assert domains == {w.victim.host}


def test_spoof_31_names_of_our_own_are_plain(w):
    app = w.server.anonymous().post("/api/v1/apps", client_name="x", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read write")
    token = w.server.anonymous().post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                                      client_secret=app["client_secret"], scope="read write")["access_token"]
    before = w.value("SELECT count(*) FROM accounts WHERE site_id IS NOT NULL")
    for i, name in enumerate(("\u0430lice", "ａlice", "ⓐlice", "a\u0301lice", "al\u200dice", "alice.", "a" * 31, "admin", "", " ", "al ice",
                              "alice@x", "a/b", "<b>", "a\x00b", "ALICE", "Alice", "-", "a-b", "..", "root")):
        r = w.server.anonymous().raw("POST", "/api/v1/accounts", headers={"Authorization": "Bearer " + token}, json={
            "username": name, "email": f"n{i}@example.test", "password": "long enough a password", "agreement": True, "locale": "en"})
        assert r.status_code == 422, (name, r.status_code, r.text)
        if "\x00" not in name:
            r = w.server.command("account", "create", f"{name}@{w.server.domain}", "--email", f"c{i}@example.test", "--password-file", "-",
                                 stdin="correct horse battery\n", ok=False)
            assert r.returncode != 0 or name in ("admin", "root"), (name, r.stdout)
            assert r.returncode in range(0, 120)
    assert w.value("SELECT count(*) FROM accounts WHERE site_id IS NOT NULL") <= before + 3
    for spelling in ("alice", "ALICE", "Alice"):
        assert w.alice.get("/api/v1/accounts/lookup", acct=spelling)["id"] == w.alice.id
    for spelling in ("\u0430lice", "ａlice", "alıce"):
        assert w.alice.raw("GET", "/api/v1/accounts/lookup", params={"acct": spelling}).status_code == 404


def test_spoof_32_names_cannot_turn_the_text_around_them(w):
    odd = w.evil.actor("odd")
    odd.doc["name"] = "a\u202eb\u200bc\u2066d\u200fe\x07f\nfoo"
    odd.doc["attachment"] = [{"type": "PropertyValue", "name": "n\u202ex", "value": "v"}]
    account = search(w, odd.handle)[0]
    assert not set(account["display_name"]) & set("\u202e\u200b\u2066\x07\n"), ascii(account["display_name"])
    assert not set(account["fields"][0]["name"]) & set("\u202e")
    assert account["acct"] == account["acct"].encode("ascii").decode()
    for name in ("o\u202edd", "\u0430dd", "o dd", "o\nd", "<b>"):
        odd.doc["preferredUsername"] = name
        w.refuses(odd.activity("Update", odd.doc), odd)


def test_spoof_34_links_are_http_and_of_the_authors_server(w):
    for url in ("javascript:alert(1)", "data:text/html,x", w.victim.base + "/notes/1", "", None, {"type": "Link", "href": "javascript:x"},
                [{"type": "Link", "href": w.victim.base + "/x", "mediaType": "text/html"}], "//victim.localhost/", "file:///etc/passwd"):
        note = w.known_note(w.mallory, "with an odd link", url=url, attachment=[
            {"type": "Image", "url": "javascript:alert(1)"}, {"type": "Image", "url": "data:image/png;base64,AAAA"},
            {"type": "Document", "mediaType": "image/png", "url": "file:///etc/passwd"}])
        status = w.alice.get(f"/api/v1/statuses/{w.value('SELECT id FROM statuses WHERE uri = ?', note['id'])}")
        assert status["url"] == note["id"], url
        assert status["media_attachments"] == []
    for i, url in enumerate(("javascript:alert(1)", w.victim.base + "/@victor", "data:x")):
        a = w.evil.actor(f"linked{i}")
        a.doc["url"] = url
        a.doc["icon"] = {"type": "Image", "url": "javascript:alert(1)"}
        account = search(w, a.handle)[0]
        assert account["url"] == a.uri
        assert account["avatar"].startswith("http") and account["avatar_static"].startswith("http")


def test_spoof_35_36_votes_are_no_posts_and_nobody_else_edits_a_question(w):
    question = w.known_note(w.victor, "tea or coffee?", type="Question", oneOf=[
        {"type": "Note", "name": n, "replies": {"type": "Collection", "totalItems": c}} for n, c in (("tea", -1), ("coffee", 1e30))])
    vote = w.mallory.note("", to=[w.victor.uri, w.alice_uri], inReplyTo=question["id"], name="tea")
    del vote["content"]
    for name in ("tea", "tea", "milk"):
        w.refuses(w.mallory.create({**vote, "name": name, "content": ""}))
    w.refuses(w.mallory.activity("Update", {**question, "content": "<p>forged</p>", "updated": "2030-01-01T00:00:00Z"}, to=[PUBLIC]))
    for counts in ((-5, 0.5), (1e30, 2**62), ("x", None)):
        new = {**question, "updated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1)), "votersCount": counts[0],
               "oneOf": [{"type": "Note", "name": n, "replies": {"type": "Collection", "totalItems": c}}
                         for n, c in zip(("tea", "coffee"), counts)]}
        w.takes(w.victor.activity("Update", new, to=[PUBLIC]), w.victor)
    status = w.alice.get(f"/api/v1/statuses/{w.value('SELECT id FROM statuses WHERE uri = ?', question['id'])}")
    assert "tea or coffee" in status["content"]


def test_spoof_37_what_others_pin_for_an_account_is_not_pinned(w):
    note = w.known_note(w.victor, "not pinned")
    for kind in ("Add", "Remove"):
        w.refuses(w.mallory.activity(kind, note["id"], target=w.victor.uri + "/featured"))
        w.refuses(w.mallory.activity(kind, note["id"], target=w.mallory.uri + "/featured"))
        w.refuses(w.mallory.activity(kind, w.alice.status("mine")["uri"], target=w.alice_uri + "/collections/featured"))


def test_spoof_40_reports_tell_nothing_and_keep_what_the_reporter_may_have_seen(w):
    secret, open_ = w.alice.status("only me", visibility="direct"), w.alice.status("for all")
    last = lambda: w.rows("SELECT statuses, length(comment) FROM reports ORDER BY id DESC LIMIT 1")  # noqa: E731
    before = w.alice.get("/api/v1/notifications")
    for n, uri in enumerate((secret["uri"], secret["uri"] + "9", w.victim.base + "/x")):
        w.takes(w.mallory.activity("Flag", [w.alice_uri, uri], content=f"{n}" * 6000))
        assert last() == [("[]", 5000)]
    many = [w.alice_uri] + [f"{w.alice_uri}/statuses/{n}" for n in range(10000)] + [open_["uri"]]
    w.takes(w.mallory.activity("Flag", many, content="many"))
    assert last() == [("[]", 4)]
    w.refuses(w.mallory.activity("Flag", [w.victor.uri, w.victim.base + "/x"]))
    assert w.alice.get("/api/v1/notifications") == before


def test_spoof_41_quotes_are_not_shown_as_approved(w):
    private = w.alice.status("for followers", visibility="private")
    for member in ("quote", "quoteUrl", "quoteUri", "_misskey_quote"):
        note = w.known_note(w.mallory, "look", **{member: private["uri"], "quoteAuthorization": w.evil.base + "/stamp"})
        status = w.alice.get(f"/api/v1/statuses/{w.value('SELECT id FROM statuses WHERE uri = ?', note['id'])}")
        assert status["quote"]["state"] != "accepted" and not status["quote"]["quoted_status"], status
        assert "for followers" not in json.dumps(status)


def test_spoof_42_no_field_is_verified_by_what_strangers_say(w):
    odd = w.evil.actor("verified")
    odd.doc["attachment"] = [{"type": "PropertyValue", "name": "home", "value": f'<a href="{w.victim.base}/" rel="me">x</a>',
                              "verified_at": "2020-01-01T00:00:00Z"}]
    odd.doc["attributionDomains"] = [{"x": 1}, 5, None]
    account = search(w, odd.handle)[0]
    assert account["fields"][0]["verified_at"] is None
