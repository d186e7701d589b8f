"""People and posts of elsewhere as apps see them: brought in by search and by mentions, followed, blocked by domain."""
import json
import re

import pytest
from harness import wait_until
from peer import PUBLIC
from shapes import is_a


@pytest.fixture
def eve(peer):
    eve.n = getattr(eve, "n", 0) + 1
    actor = peer.actor(f"eve{eve.n}")
    actor.doc.update(name="Eve <b>", summary='<p>bio <script>alert(1)</script><a href="javascript:alert(1)">x</a></p>',
                     attachment=[{"type": "PropertyValue", "name": "Site", "value": '<a href="https://eve.test" onclick="x()">eve</a>'}],
                     icon={"type": "Image", "url": "https://cdn.test/eve.png"}, published="2020-05-04T03:02:01Z")
    return actor


def test_a_remote_account_by_handle_and_by_url(server, alice, eve):
    found = is_a("Search", alice.get("/api/v2/search", q="@" + eve.handle, resolve="true"))["accounts"]
    account = found[0]
    assert account["acct"] == eve.handle and account["username"] == eve.name and account["uri"] == eve.uri
    assert account["url"] == eve.doc["url"] and account["display_name"] == "Eve"
    assert "<script" not in account["note"] and "javascript:" not in account["note"] and "onclick" not in str(account["fields"])
    assert account["fields"][0]["name"] == "Site" and "roles" not in account and "noindex" not in account
    for q in (eve.handle, eve.uri, eve.doc["url"]):
        assert [a["id"] for a in alice.get("/api/v2/search", q=q, resolve="true")["accounts"]] == [account["id"]], q
    assert alice.get("/api/v1/accounts/lookup", acct=eve.handle)["id"] == account["id"]
    assert [a["id"] for a in alice.get("/api/v1/accounts/search", q=eve.handle)] == [account["id"]]
    is_a("Account", server.anonymous().get(f"/api/v1/accounts/{account['id']}"))


def test_by_account_search_too(alice, eve):
    assert alice.get("/api/v1/accounts/search", q=eve.handle) == []
    assert [a["acct"] for a in alice.get("/api/v1/accounts/search", q=eve.handle, resolve="true")] == [eve.handle]


def test_a_remote_post_by_url(alice, bob, eve):
    note = eve.note("hello &amp; <b>welcome</b>", tag=[{"type": "Hashtag", "name": "#Far"}], summary="cw", sensitive=True)
    post = is_a("Status", alice.get("/api/v2/search", q=note["id"], resolve="true")["statuses"][0])
    assert post["uri"] == note["id"] and post["account"]["acct"] == eve.handle and post["spoiler_text"] == "cw" and post["sensitive"]
    assert "application" not in post and post["visibility"] == "public"
    for verb, key in (("favourite", "favourited"), ("reblog", None), ("bookmark", "bookmarked")):
        r = is_a("Status", bob.post(f"/api/v1/statuses/{post['id']}/{verb}"))
        assert key is None or r[key]
    reply = bob.status(f"@{eve.handle} an answer", in_reply_to_id=post["id"])
    assert reply["mentions"][0]["acct"] == eve.handle
    assert [s["id"] for s in alice.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]] == [reply["id"]]
    assert alice.raw("PUT", f"/api/v1/statuses/{post['id']}", json={"status": "mine now"}).status_code in (403, 404)
    assert alice.raw("DELETE", f"/api/v1/statuses/{post['id']}").status_code in (403, 404)


def test_frames_of_remote_posts_are_asked_of_their_server(alice, peer, eve, nobody):
    def page(name, offer):
        peer.docs[f"/offer/{name}"] = lambda h: h.answer(200, json.dumps(offer).encode(), "application/json+oembed")
        peer.docs[f"/page/{name}"] = lambda h: h.answer(
            200, f'<title>x</title><link rel="alternate" type="application/json+oembed" href="/offer/{name}">'.encode(), "text/html")
        return alice.find(eve.note("x", url=f"{peer.base}/page/{name}")["id"])["id"]

    def embed(number, client=alice):
        return client.raw("GET", f"/api/web/embeds/{number}")

    frame = ' allowfullscreen="" sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms"></iframe>'
    offer = {"type": "rich", "version": "1.0", "author_name": "Eve <i>", "provider_url": "https://peer.test/", "width": 400, "height": None,
             "html": '<iframe src="https://peer.test/1/embed" onload="x()" height="300"></iframe><script>x()</script>'}
    number = page("frame", offer)
    assert embed(number).json() == {
        "type": "rich", "version": "1.0", "title": "", "author_name": "Eve <i>", "author_url": "", "provider_name": "",
        "provider_url": "https://peer.test/", "cache_age": 86400, "width": 400, "height": 300,
        "html": '<iframe src="https://peer.test/1/embed" width="400" height="300"' + frame}
    asked = [p for _, p in peer.asked].count("/page/frame")
    assert embed(number, nobody).status_code == 404 and [p for _, p in peer.asked].count("/page/frame") == asked
    quote = '<blockquote data-embed-url="https://peer.test/2/embed"><a href="x">x</a></blockquote><script src="x"></script>'
    made = embed(page("quote", {**offer, "html": quote})).json()
    assert made["html"] == '<iframe src="https://peer.test/2/embed" width="400"' + frame and made["height"] is None
    for bad in ({**offer, "html": "<b>text</b>"}, {**offer, "html": '<iframe src="javascript:x"></iframe>'}, {}, [1]):
        assert embed(page("bad", bad)).status_code == 404
    assert embed(alice.find(eve.note("no such page", url=peer.base + "/page/none")["id"])["id"]).status_code == 404
    uri = alice.get("/api/v1/accounts/verify_credentials")["uri"]
    hidden = eve.note("of few", to=[uri], cc=[uri], tag=[eve.mention(uri, alice.handle)], url=f"{peer.base}/page/frame")
    eve.send(alice.server, eve.create(hidden))
    number = wait_until(lambda: alice.get("/api/v2/search", q=hidden["id"], resolve="true")["statuses"])[0]["id"]
    assert embed(number).status_code == 404


def test_pages_of_others_lead_to_where_they_live(server, alice, eve, nobody):
    post = alice.find(eve.note("far away", url=eve.peer.base + "/@x/1")["id"])
    for path, there in ((f"/@{eve.handle}", eve.doc["url"]), (f"/@{eve.handle}/{post['id']}", post["url"])):
        r = nobody.raw("GET", path)
        assert r.status_code == 200 and f'<a href="{there}" rel="nofollow noopener noreferrer">' in r.text and "noindex" in r.text
        assert "far away" not in r.text and "Eve" not in r.text
    assert nobody.raw("GET", f"/@{alice.handle}").headers["Location"] == f"http://{server.host}/@{alice.name}"
    gone = eve.peer.actor("gone")
    assert alice.find(gone.handle)["acct"] == gone.handle and nobody.raw("GET", f"/@{gone.handle}").status_code == 200
    gone.send(server, gone.activity("Delete", gone.uri))
    wait_until(lambda: nobody.raw("GET", f"/@{gone.handle}").status_code == 404)
    hidden = alice.status("of few", visibility="private")["id"]
    for path in (f"/@{eve.handle}/{hidden}", f"/@{alice.handle}/{hidden}", f"/@{alice.handle}/{post['id']}"):
        assert nobody.raw("GET", path).status_code == 404, path


def test_feeds_say_what_hangs_on_posts_of_others(alice, eve, nobody):
    kinds = {"image/png": "image", "video/mp4": "video", "audio/ogg": "audio", "application/pdf": "document"}
    alice.find(eve.note("all of it", tag=[{"type": "Hashtag", "name": "#allofit"}], attachment=[
        {"type": "Document", "mediaType": mime, "url": f"https://cdn.test/{kind}"} for mime, kind in kinds.items()])["id"])
    found = re.findall(r'<media:content url="[^"]+" medium="(\w+)">', nobody.raw("GET", "/tags/allofit.rss").text)
    assert found == list(kinds.values())


def test_mentions_bring_people_in(alice, eve):
    post = alice.status(f"hello @{eve.handle} and @nobody@peer.localhost:1 and @x@nothing.localhost")
    assert [m["acct"] for m in post["mentions"]] == [eve.handle]
    assert f'href="{eve.doc["url"]}"' in post["content"] and "@nobody@peer.localhost" in post["content"]


def test_what_cannot_be_brought_in(alice, peer, nobody):
    peer.docs["/odd"] = {"type": "Nothing"}
    for q in (peer.base + "/nothing", peer.base + "/odd", f"nobody@{peer.host}", "x@nothing.localhost", "http://127.0.0.1:1/x",
              "https://[::1]/x", "http://peer.localhost:1/"):
        r = alice.raw("GET", "/api/v2/search", params={"q": q, "resolve": "true"})
        assert r.status_code in (200, 503), (q, r.text)
        assert r.status_code != 200 or (r.json()["accounts"], r.json()["statuses"]) == ([], []), q


def test_following_waits_for_their_answer(server, alice, eve, peer):
    account = alice.find(eve.handle)
    assert alice.post(f"/api/v1/accounts/{account['id']}/follow")["requested"]
    assert alice.relationship(account["id"])["requested"] and not alice.relationship(account["id"])["following"]
    follow = wait_until(lambda: [a for a in peer.taken if a["type"] == "Follow" and a["object"] == eve.uri])[0]
    assert eve.send(server, eve.activity("Accept", follow)).status_code in (200, 202)
    wait_until(lambda: alice.relationship(account["id"])["following"])
    assert [a["acct"] for a in alice.get(f"/api/v1/accounts/{alice.id}/following")] == [eve.handle]
    note = eve.create(f"news for @{alice.name}", tag=[eve.mention(follow["actor"], alice.handle)], to=[PUBLIC, follow["actor"]])
    assert eve.send(server, note).status_code in (200, 202)
    post = wait_until(lambda: [s for s in alice.get("/api/v1/timelines/home") if s["uri"] == note["object"]["id"]])[0]
    is_a("Status", post)
    assert is_a("Notification[]", alice.get("/api/v1/notifications"))[0]["status"]["id"] == post["id"]
    assert post["id"] in [s["id"] for s in alice.get("/api/v1/timelines/public", remote="true")]
    assert post["id"] not in [s["id"] for s in alice.get("/api/v1/timelines/public", local="true")]
    alice.post("/api/v1/domain_blocks", domain=peer.host)
    assert alice.relationship(account["id"])["domain_blocking"] and not alice.relationship(account["id"])["following"]
    for path in ("timelines/home", "timelines/public", "notifications"):
        assert not [x for x in alice.get("/api/v1/" + path) if x["account"]["acct"] == eve.handle], path
    alice.delete("/api/v1/domain_blocks", domain=peer.host)
    assert not alice.relationship(account["id"])["domain_blocking"]
