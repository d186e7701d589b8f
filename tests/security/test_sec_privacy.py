"""What is not for everyone: asked for in every way there is, by everyone it is not for. PRIV cases and some of AUTHZ and MT."""
import html
import itertools
import json
import re
import threading
import time

import pytest
from harness import LATE, holds, wait_until
from peer import ACTIVITY_JSON, AS, PUBLIC

names = itertools.count(1)


def uri_of(client):
    return client.get(f"/api/v1/accounts/{client.id}")["uri"]


def path_of(uri):
    return "/" + uri.split("/", 3)[3]


def fan(server, peer, client, name="fan"):
    """A remote follower of client, accepted."""
    a = peer.actor(f"{name}{next(names)}")
    assert a.send(server, a.follow(uri_of(client))).status_code == 202
    wait_until(lambda: any(f["acct"] == a.handle for f in client.get(f"/api/v1/accounts/{client.id}/followers")))
    return a


def same(one, other):
    """The same answer, but for what tells the time or the request."""
    def plain(r):
        return {k.lower(): v for k, v in r.headers.items() if k.lower() not in ("date", "x-request-id", "x-ratelimit-remaining", "x-ratelimit-reset")}
    assert one.status_code == other.status_code == 404
    assert one.content == other.content and plain(one) == plain(other)


def unknown(uri):
    return re.sub(r"\d+$", lambda m: str(int(m[0]) - 65536 * 3600000), uri)


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_priv_01_a_hidden_post_is_like_one_that_never_was(server, peer, alice, bob, nobody, visibility):
    post = alice.status("hidden words", visibility=visibility)
    public = alice.status("for all")
    path, none = path_of(post["uri"]), path_of(unknown(post["uri"]))
    url, no_url = path_of(post["url"]), path_of(unknown(post["url"]))
    follower, stranger = fan(server, peer, alice), peer.actor("stranger")
    stranger.send(server, stranger.activity("Like", public["uri"]))
    former = fan(server, peer, alice, "former")
    former.send(server, former.activity("Undo", former.follow(uri_of(alice))))
    enemy = fan(server, peer, alice, "enemy")
    enemy_id = next(f["id"] for f in alice.get(f"/api/v1/accounts/{alice.id}/followers") if f["acct"] == enemy.handle)
    alice.post(f"/api/v1/accounts/{enemy_id}/block")
    wait_until(lambda: not any(f["acct"] in (former.handle, enemy.handle) for f in alice.get(f"/api/v1/accounts/{alice.id}/followers")))

    for accept in (ACTIVITY_JSON, "text/html", "application/ld+json", "*/*"):
        for p, n in ((path, none), (url, no_url)):
            same(nobody.raw("GET", p, headers={"Accept": accept}), nobody.raw("GET", n, headers={"Accept": accept}))
    for more in ("/activity", "/replies", "/likes", "/shares"):
        same(nobody.raw("GET", path + more), nobody.raw("GET", none + more))
    for who in (stranger, former, enemy):
        same(who.get(server, path), who.get(server, none))
    assert enemy.get(server, path_of(public["uri"])).status_code == 404
    assert stranger.get(server, path_of(public["uri"])).status_code == 200
    got = follower.get(server, path)
    assert got.status_code == (200 if visibility == "private" else 404)
    if visibility == "private":
        assert got.json()["content"] == "<p>hidden words</p>" and "no-store" in got.headers["Cache-Control"] or "private" in got.headers["Cache-Control"]
        # what one may see is not kept for the next one
        assert nobody.raw("GET", path, headers={"Accept": ACTIVITY_JSON}).status_code == 404
    for who in (nobody, bob):
        for more in ("", "/context", "/history", "/favourited_by", "/reblogged_by"):
            one = who.raw("GET", f"/api/v1/statuses/{post['id']}{more}")
            other = who.raw("GET", f"/api/v1/statuses/{int(post['id']) - 65536 * 3600000}{more}")
            same(one, other)
    for verb in ("favourite", "reblog", "bookmark", "pin", "mute", "unfavourite", "unreblog"):
        one = bob.raw("POST", f"/api/v1/statuses/{post['id']}/{verb}")
        other = bob.raw("POST", f"/api/v1/statuses/{int(post['id']) - 65536 * 3600000}/{verb}")
        assert (one.status_code, one.content) == (other.status_code, other.content), verb
    one = bob.raw("POST", "/api/v1/statuses", json={"status": "re", "in_reply_to_id": post["id"]})
    other = bob.raw("POST", "/api/v1/statuses", json={"status": "re", "in_reply_to_id": str(int(post["id"]) - 65536 * 3600000)})
    assert one.status_code in (404, 422) and (one.status_code, one.content) == (other.status_code, other.content)
    assert bob.get("/api/v2/search", q=post["uri"], resolve="true")["statuses"] == []
    assert bob.get("/api/v2/search", q=post["url"], resolve="true")["statuses"] == []


def test_priv_01_it_takes_as_long_as_for_one_that_never_was(server, alice, nobody):
    post = alice.status("hidden", visibility="direct")
    times = {post["uri"]: [], unknown(post["uri"]): []}
    for _ in range(150):
        for uri, took in times.items():
            began = time.perf_counter()
            nobody.raw("GET", f"/api/v1/statuses/{uri.rsplit('/', 1)[1]}")
            took.append(time.perf_counter() - began)
    one, other = (sorted(t)[75] for t in times.values())
    assert abs(one - other) < max(0.002, min(one, other) / 4)


def everywhere(server, alice, nobody, tag):
    """All that anyone may read of alice, as one text."""
    base = f"/users/{alice.name}"
    paths = [f"/@{alice.name}", "/", f"/tags/{tag}", base + "/outbox", base + "/outbox?page=true", base + "/collections/featured", base + "/collections/tags",
             "/api/v1/timelines/public", f"/api/v1/timelines/tag/{tag}", f"/api/v1/accounts/{alice.id}/statuses", f"/api/v1/accounts/{alice.id}/statuses?pinned=true",
             f"/@{alice.name}.rss", f"/@{alice.name}.atom", f"/tags/{tag}.rss", "/sitemap.xml", "/api/v1/trends/statuses", "/api/oembed?url=x",
             f"/api/v2/search?q={tag}", f"/@{alice.name}/tagged/{tag}", f"/@{alice.name}/with_replies", f"/api/v1/tags/{tag}"]
    out = ""
    for path in paths:
        for accept in ("text/html", ACTIVITY_JSON, "application/rss+xml"):
            r = nobody.raw("GET", path, headers={"Accept": accept})
            assert r.status_code < 500, path
            out += html.unescape(r.text)
    return out


def test_priv_05_06_07_only_public_posts_stand_where_all_may_read(server, peer, alice, bob, nobody):
    tag = f"tag{next(names)}x"
    shown = alice.status(f"shown #{tag}")
    hidden = [alice.status(f"secret{v} #{tag}", visibility=v) for v in ("private", "direct")]
    alice.post(f"/api/v1/statuses/{hidden[0]['id']}/pin")
    alice.post(f"/api/v1/statuses/{shown['id']}/pin")
    text = everywhere(server, alice, nobody, tag)
    assert "shown" in text and "secretprivate" not in text and "secretdirect" not in text
    for post in hidden:
        assert post["id"] not in text
    # pins: also not for one who is blocked; a follower sees more, and the next one does not get that answer
    featured = f"/users/{alice.name}/collections/featured"
    follower, enemy = fan(server, peer, alice), fan(server, peer, alice, "enemy")
    enemy_id = next(f["id"] for f in alice.get(f"/api/v1/accounts/{alice.id}/followers") if f["acct"] == enemy.handle)
    alice.post(f"/api/v1/accounts/{enemy_id}/block")
    follower.get(server, featured)
    for _ in range(2):
        assert "secret" not in nobody.raw("GET", featured, headers={"Accept": ACTIVITY_JSON}).text
    refused = enemy.get(server, featured)
    assert refused.status_code in (403, 404) or shown["uri"] not in refused.text
    # who follows whom
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    alice.patch("/api/v1/accounts/update_credentials", hide_collections=True)
    for path in ("followers", "following"):
        for query in ("", "?page=1", "?page=true", "?max_id=99999999999999999", "?min_id=0"):
            r = nobody.raw("GET", f"/users/{alice.name}/{path}{query}", headers={"Accept": ACTIVITY_JSON})
            assert follower.uri not in r.text and uri_of(bob) not in r.text and (r.status_code != 200 or not r.json().get("orderedItems"))
        assert bob.get(f"/api/v1/accounts/{alice.id}/{path}") == []
        assert nobody.get(f"/api/v1/accounts/{alice.id}/{path}") == []


def test_priv_08_a_boost_shows_nothing_to_those_who_may_not_see_the_post(server, peer, alice, bob, nobody):
    post = alice.status("for followers only", visibility="private")
    mine = alice.post(f"/api/v1/statuses/{post['id']}/reblog")
    for who in (bob, nobody):
        assert who.raw("GET", f"/api/v1/statuses/{mine['id']}").status_code == 404
        assert "for followers only" not in json.dumps(who.get(f"/api/v1/accounts/{alice.id}/statuses"))
    assert "for followers only" not in nobody.raw("GET", f"/users/{alice.name}/outbox?page=true", headers={"Accept": ACTIVITY_JSON}).text
    reader = server.someone("reader")
    reader.post(f"/api/v1/accounts/{alice.id}/follow")
    assert reader.raw("POST", f"/api/v1/statuses/{post['id']}/reblog").status_code in (403, 404, 422)
    # nor by a follower from elsewhere, to whom it was sent
    follower = fan(server, peer, alice)
    eve = server.someone("eve")
    followed = eve.follow(follower.handle)
    follower.send(server, follower.activity("Accept", peer.wait_for("Follow", actor=uri_of(eve))))
    wait_until(lambda: eve.relationship(followed["id"])["following"])
    follower.send(server, follower.activity("Announce", post["uri"], to=[PUBLIC]))
    marker = follower.create("after it", to=[PUBLIC])
    follower.send(server, marker)
    wait_until(lambda: any(s["uri"] == marker["object"]["id"] for s in eve.get("/api/v1/timelines/home")))
    assert "for followers only" not in json.dumps(eve.get("/api/v1/timelines/home"))
    assert nobody.get(f"/api/v1/accounts/{followed['id']}/statuses") is not None
    assert "for followers only" not in json.dumps(nobody.get(f"/api/v1/accounts/{followed['id']}/statuses"))


def test_priv_10_posts_addressed_oddly_are_direct_or_dropped(server, peer, alice, bob, nobody):
    sender = peer.actor(f"odd{next(names)}")
    cases = {"to-only": {"to": [uri_of(alice)], "cc": []}, "nobody": {"to": [], "cc": []}, "bto": {"to": [], "cc": [], "bto": [uri_of(alice)], "bcc": [uri_of(alice)]},
             "audience": {"to": [], "cc": [], "audience": [PUBLIC]}, "string": {"to": uri_of(alice), "cc": None}, "odd": {"to": [AS + "#Followers", "x", uri_of(alice)], "cc": []}}
    texts = {}
    for name, address in cases.items():
        note = sender.note(f"oddly {len(name)}", **{k: v or () for k, v in address.items() if k in ("to", "cc") and not isinstance(v, str)})
        note.update(address)
        texts[name] = note
        activity = sender.activity("Create", note, **address)
        assert sender.send(server, activity, f"/users/{alice.name}/inbox").status_code == 202
    last = sender.create(sender.note("the last", to=[uri_of(alice)], cc=["https://x.test/"], tag=[sender.mention(uri_of(alice), alice.handle)]))
    sender.send(server, last)
    wait_until(lambda: any(n["type"] == "mention" for n in alice.get("/api/v1/notifications", include_filtered="true")))
    for who in (bob, nobody):
        for path in ("/api/v1/timelines/public", f"/api/v1/accounts/{alice.get('/api/v1/accounts/lookup', acct=sender.handle)['id']}/statuses"):
            assert "oddly" not in json.dumps(who.get(path))
    for uri in (n["id"] for n in texts.values()):
        for s in alice.get("/api/v2/search", q=uri)["statuses"]:
            assert s["visibility"] == "direct"
            assert "bto" not in json.dumps(s) and "bcc" not in json.dumps(s)
    # ours never say bto or bcc either
    alice.status(f"@{bob.name} hello", visibility="direct")
    assert '"bto"' not in everywhere(server, alice, nobody, "x") and '"bcc"' not in json.dumps(peer.taken)


def test_priv_11_a_pending_follow_shows_nothing(server, peer, alice, bob):
    star = peer.actor(f"star{next(names)}")
    star.doc["manuallyApprovesFollowers"] = True
    a = alice.follow(star.handle)
    star.send(server, star.activity("Accept", peer.wait_for("Follow", actor=uri_of(alice))))
    wait_until(lambda: alice.relationship(a["id"])["following"])
    note = star.note("for my followers", to=[star.uri + "/followers"], cc=[peer.base + "/x"])
    star.send(server, star.create(note))
    post = wait_until(lambda: [s for s in alice.get("/api/v1/timelines/home") if s["uri"] == note["id"]])[0]
    bob.post(f"/api/v1/accounts/{a['id']}/follow")
    assert bob.relationship(a["id"])["requested"] and not bob.relationship(a["id"])["following"]
    assert bob.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    assert "for my followers" not in json.dumps([bob.get("/api/v1/timelines/home"), bob.get(f"/api/v1/accounts/{a['id']}/statuses")])
    star.send(server, star.activity("Accept", peer.wait_for("Follow", actor=uri_of(bob))))
    wait_until(lambda: bob.relationship(a["id"])["following"])
    assert bob.get(f"/api/v1/statuses/{post['id']}")["visibility"] == "private"


def test_priv_13_history_and_edits_go_to_those_who_may_see_the_post(server, peer, alice, bob, nobody):
    follower = fan(server, peer, alice)
    before = len(peer.taken)
    post = alice.status(f"@{bob.name} first words", visibility="direct")
    alice.put(f"/api/v1/statuses/{post['id']}", status="second words")
    for who in (nobody, server.someone("carol")):
        for path in ("", "/history", "/source", "/context"):
            assert who.raw("GET", f"/api/v1/statuses/{post['id']}{path}").status_code in (401, 404)
    # no longer named: still seen by whom it was sent to, told nobody else
    assert bob.raw("GET", f"/api/v1/statuses/{post['id']}/history").status_code in (200, 404)
    alice.delete(f"/api/v1/statuses/{post['id']}")
    marker = alice.status("for all")
    peer.wait_for("Create", object=wait_until(lambda: [a["object"] for a in peer.of_type("Create") if a["object"]["id"] == marker["uri"]])[0])
    assert not any("words" in json.dumps(a) or post["uri"] in json.dumps(a) for a in peer.taken[before:]), follower.uri


def test_priv_15_authz_11_who_is_blocked_gets_and_does_nothing(server, peer, alice, bob):
    enemy = peer.actor(f"enemy{next(names)}")
    enemy.doc["inbox"], enemy.doc["endpoints"] = enemy.uri + "/inbox", {}
    enemy.send(server, enemy.follow(uri_of(alice)))
    enemy_id = wait_until(lambda: alice.get(f"/api/v1/accounts/{alice.id}/followers"))[0]["id"]
    public = alice.status("before the block")
    wait_until(lambda: [r for r in peer.requests if r[1] == f"/users/{enemy.name}/inbox"])
    alice.post(f"/api/v1/accounts/{enemy_id}/block")
    peer.wait_for("Block") if peer.of_type("Block") else None
    before = len([r for r in peer.requests if r[1] == f"/users/{enemy.name}/inbox"])
    alice.post("/api/v1/notifications/clear")
    alice.status("after the block")
    alice.status(f"@{enemy.handle} after the block")
    for activity in (enemy.follow(uri_of(alice)), enemy.activity("Like", public["uri"]), enemy.activity("Announce", public["uri"], to=[PUBLIC]),
                     enemy.create(enemy.note("a mention", to=[uri_of(alice)], tag=[enemy.mention(uri_of(alice), alice.handle)])),
                     enemy.create(enemy.note("a reply", inReplyTo=public["uri"], to=[uri_of(alice)]))):
        assert enemy.send(server, activity).status_code in (202, 401, 403, 404)
    for path in (path_of(public["uri"]), f"/users/{alice.name}/outbox?page=true", f"/users/{alice.name}/collections/featured"):
        r = enemy.get(server, path)
        assert r.status_code in (401, 403, 404) or "the block" not in r.text, path
    holds(lambda: alice.get("/api/v1/notifications") == [], 0.6)
    assert alice.get(f"/api/v1/statuses/{public['id']}")["favourites_count"] == 0
    assert alice.get(f"/api/v1/accounts/{alice.id}/followers") == []
    late = [r for r in peer.requests if r[1] == f"/users/{enemy.name}/inbox"][before:]
    sent = [a for a in peer.taken if "after the block" in json.dumps(a)]
    assert not sent or not late

    # the same for one of our own
    mallory = server.someone("mallory")
    alice.post(f"/api/v1/accounts/{mallory.id}/block")
    assert mallory.get(f"/api/v1/accounts/{alice.id}/statuses") == [] or mallory.raw("GET", f"/api/v1/accounts/{alice.id}/statuses").status_code in (403, 404)
    assert mallory.raw("POST", f"/api/v1/accounts/{alice.id}/follow").status_code in (403, 404)
    for verb in ("favourite", "reblog", "bookmark"):
        assert mallory.raw("POST", f"/api/v1/statuses/{public['id']}/{verb}").status_code in (403, 404)
    assert mallory.raw("POST", "/api/v1/statuses", json={"status": "re", "in_reply_to_id": public["id"]}).status_code in (403, 404, 422)
    mallory.status(f"@{alice.name} hello")
    mallory.status(f"@{alice.name} hello", visibility="direct")
    assert alice.get("/api/v1/notifications") == []


def test_authz_08_follow_requests_are_asked_and_answered_by_the_right_one(server, alice, bob):
    alice.patch("/api/v1/accounts/update_credentials", locked=True)
    assert bob.post(f"/api/v1/accounts/{alice.id}/follow")["requested"]
    for who, whom in ((alice, alice), (bob, bob), (bob, alice), (alice, server.someone("carol"))):
        for verb in ("authorize", "reject"):
            assert who.raw("POST", f"/api/v1/follow_requests/{whom.id}/{verb}").status_code == 404
    assert bob.raw("POST", f"/api/v1/accounts/{bob.id}/follow").status_code in (403, 422)
    assert not bob.relationship(alice.id)["following"]
    alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")
    assert bob.relationship(alice.id)["following"]


def test_authz_16_texts_past_the_limits_are_422(server, alice, bob):
    big = "x" * (1 << 20)
    for method, path, body in (("POST", "/api/v1/statuses", {"status": big}), ("POST", "/api/v1/statuses", {"status": "x", "spoiler_text": big}),
                               ("POST", f"/api/v1/accounts/{bob.id}/note", {"comment": big[:900000]}), ("PATCH", "/api/v1/accounts/update_credentials", {"note": big[:900000]}),
                               ("PATCH", "/api/v1/accounts/update_credentials", {"display_name": big[:900000]}), ("POST", "/api/v1/apps", {"client_name": big[:900000], "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}),
                               ("POST", "/api/v1/statuses", {"status": "x", "language": big[:900000]}), ("POST", "/api/v1/markers", {"home": {"last_read_id": big[:900000]}})):
        began = time.monotonic()
        assert alice.raw(method, path, json=body).status_code in (413, 422), path
        assert time.monotonic() - began < 2 * LATE
    began = time.monotonic()
    r = alice.raw("POST", "/api/v1/statuses", json={"status": " ".join(f"@nobody{i}" for i in range(600))[:4990]})
    assert r.status_code in (200, 422) and time.monotonic() - began < 3 * LATE


def test_authz_18_many_at_once_do_and_undo_and_the_counts_are_right(server, alice, bob):
    """50 at once, from several people and again and again from one."""
    post = alice.status("liked by many")
    people = [bob, server.someone("carol"), server.someone("dan")]
    failures = []

    def press(client, verbs):
        c = type(client)(client.server, client.host, client.token, client.name)
        for verb in verbs:
            for path in (f"/api/v1/statuses/{post['id']}/{verb}" if "follow" not in verb else f"/api/v1/accounts/{alice.id}/{verb}",):
                r = c.raw("POST", path)
                if r.status_code >= 500:
                    failures.append((path, r.status_code))
    threads = [threading.Thread(target=press, args=(p, v)) for p in people for v in
               [["favourite", "unfavourite"] * 3, ["reblog", "unreblog"] * 3, ["follow", "unfollow"] * 3, ["favourite"] * 5, ["follow"] * 5]]
    threads.append(threading.Thread(target=press, args=(alice, ["pin", "unpin"] * 4)))
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failures
    seen = alice.get(f"/api/v1/statuses/{post['id']}")
    assert seen["favourites_count"] == len(alice.get(f"/api/v1/statuses/{post['id']}/favourited_by"))
    assert seen["reblogs_count"] == len(alice.get(f"/api/v1/statuses/{post['id']}/reblogged_by"))
    assert alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == len(alice.get(f"/api/v1/accounts/{alice.id}/followers"))


def test_priv_17_what_is_deleted_is_gone_at_once(server, alice, bob, nobody):
    post = alice.status("words that vanish qwxzy")
    bob.post(f"/api/v1/statuses/{post['id']}/favourite")
    alice.put(f"/api/v1/statuses/{post['id']}", status="other words that vanish qwxzy")
    assert nobody.raw("GET", path_of(post["url"]), headers={"Accept": "text/html"}).status_code == 200
    alice.delete(f"/api/v1/statuses/{post['id']}")
    for path in (path_of(post["uri"]), path_of(post["url"])):
        for accept in (ACTIVITY_JSON, "text/html"):
            r = nobody.raw("GET", path, headers={"Accept": accept})
            assert r.status_code in (404, 410) and "qwxzy" not in r.text
    assert bob.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    for who, path in ((bob, "/api/v1/favourites"), (bob, "/api/v2/search?q=qwxzy"), (nobody, "/api/v1/timelines/public"), (nobody, f"/users/{alice.name}/outbox?page=true")):
        assert "qwxzy" not in who.raw("GET", path).text
    for table, column in (("statuses", "content"), ("statuses", "text"), ("status_edits", "content")):
        assert server.sql(f"SELECT count(*) FROM {table} WHERE {column} LIKE '%qwxzy%'") == "0"


def test_priv_17_deleted_words_leave_the_file(kind, server, alice):
    """At once but for the index of search, whose daily job is made due here."""
    if kind != "sqlite":
        pytest.skip("PostgreSQL vacuums by itself")
    post = alice.status("unmistakable zzyzxq words")
    alice.status("others that stay")
    alice.delete(f"/api/v1/statuses/{post['id']}")
    server.sql("UPDATE jobs SET due = 1 WHERE kind = 'search_merge'")
    alice.status("a job wakes the workers", poll={"options": ["yes", "no"], "expires_in": 600})

    def gone():
        server.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"zzyzxq" not in (server.dir / "main.db").read_bytes()
    wait_until(gone, 15)


SECRETS = re.compile(r"sqlite|libpq|postgres|SELECT |INSERT |/tmp/|/home/|\.c:\d+|microhttpd|dassie-test|Traceback|main\.db", re.I)


def test_priv_19_errors_tell_nothing_about_the_inside(server, alice, nobody):
    for who in (alice, nobody):
        for method, path, kw in (("GET", "/nothing", {}), ("GET", "/api/nothing", {}), ("GET", "/api/v1/statuses/abc", {}), ("GET", "/api/v1/statuses/99999999999999999999", {}),
                                 ("POST", "/api/v1/statuses", {"data": b"{", "headers": {"Content-Type": "application/json"}}), ("POST", "/api/v1/apps", {}),
                                 ("PUT", "/api/v1/statuses/1", {}), ("DELETE", "/", {}), ("GET", "/users/none", {}), ("POST", "/inbox", {"data": b"{}"}), ("POST", "/oauth/token", {"data": {"x": "'"}}),
                                 ("GET", "/oauth/authorize?client_id='", {}), ("GET", "/@none", {}), ("GET", "/.well-known/webfinger?resource='\"", {}), ("POST", "/auth/sign_in", {"data": {"x": "y"}})):
            r = who.raw(method, path, **kw)
            assert r.status_code < 500 and not SECRETS.search(r.text), (path, r.text[:300])
            assert "X-Powered-By" not in r.headers and not re.search(r"\d", r.headers.get("Server", ""))


def test_priv_20_links_in_posts_that_are_not_for_all_are_not_looked_at(server, peer, alice, bob):
    asked = len(peer.requests)
    for visibility in ("direct", "private", "public"):
        s = alice.status(f"@{bob.name} {peer.base}/linked/{visibility}", visibility=visibility)
        assert s["card"] is None
    wait_until(lambda: [r for r in peer.requests[asked:] if "/linked/public" in r[1]], 10)
    time.sleep(0.4)
    assert not [r for r in peer.requests[asked:] if "/linked/direct" in r[1] or "/linked/private" in r[1]]


def test_priv_21_public_answers_name_nothing_private(server, alice, nobody):
    email = f"{alice.name}@example.test"
    for path in (f"/api/v1/accounts/{alice.id}", f"/api/v1/accounts/lookup?acct={alice.name}", f"/users/{alice.name}", f"/@{alice.name}", "/nodeinfo/2.0", "/nodeinfo/2.1",
                 f"/.well-known/webfinger?resource=acct:{alice.handle}", "/api/v1/instance", "/api/v2/instance"):
        for accept in (ACTIVITY_JSON, "*/*"):
            r = nobody.raw("GET", path, headers={"Accept": accept})
            assert r.status_code in (200, 302), path
            assert email not in r.text and "127.0.0.1" not in r.text, path
    public = nobody.get(f"/api/v1/accounts/{alice.id}")
    for key in ("source", "role", "email", "pleroma", "locale", "confirmed_at", "last_sign_in_at", "settings", "ip"):
        assert key not in public
    assert public["created_at"].endswith("T00:00:00.000Z")
    actor = nobody.raw("GET", f"/users/{alice.name}", headers={"Accept": ACTIVITY_JSON}).json()
    assert actor["published"].endswith("T00:00:00Z")


def test_priv_23_counting_ids_finds_only_what_is_public(server, alice, nobody):
    hidden = alice.status("not to be counted", visibility="direct")
    before = nobody.get(f"/api/v1/accounts/{alice.id}")["statuses_count"]
    for step in range(-3, 4):
        r = nobody.raw("GET", f"/api/v1/statuses/{int(hidden['id']) + step}")
        assert r.status_code in (404, 200) and "not to be counted" not in r.text
    outbox = nobody.raw("GET", f"/users/{alice.name}/outbox", headers={"Accept": ACTIVITY_JSON}).json()
    assert "not to be counted" not in json.dumps(outbox)
    assert before >= 0


def test_mt_04_followers_only_between_two_sites_of_one_server(server, alice):
    host = server.add_site(f"second{next(names)}.localhost")
    bea = server.user("bea", host=host)
    post = alice.status("for followers", visibility="private")
    direct = alice.status("for nobody", visibility="direct")
    found = bea.get("/api/v2/search", q=alice.handle, resolve="true")["accounts"]
    assert found, "people of the other site are found by their handle"
    for secret in (post, direct):
        assert bea.raw("GET", f"/api/v1/statuses/{secret['id']}").status_code == 404
        assert bea.get("/api/v2/search", q=secret["uri"], resolve="true")["statuses"] == []
    bea.post(f"/api/v1/accounts/{found[0]['id']}/follow")
    assert bea.get(f"/api/v1/statuses/{post['id']}")["visibility"] == "private"
    assert bea.raw("GET", f"/api/v1/statuses/{direct['id']}").status_code == 404


def test_oauth_27_answers_that_are_somebodys_are_not_kept(server, alice, nobody):
    app = nobody.post("/api/v1/apps", client_name="x", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read")
    token = nobody.raw("POST", "/oauth/token", json={"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"], "scope": "read"})
    answers = [token, nobody.raw("POST", "/oauth/token", json={"grant_type": "x"}), alice.raw("GET", "/api/v1/timelines/home"), alice.raw("GET", "/api/v1/notifications"),
               alice.raw("GET", "/api/v1/accounts/verify_credentials"), nobody.raw("GET", "/api/v1/timelines/home"), nobody.raw("GET", "/auth/sign_in"),
               nobody.raw("GET", "/oauth/authorize", params={"client_id": app["client_id"], "response_type": "code", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"})]
    assert token.status_code == 200
    for r in answers:
        assert re.search("no-store|private", r.headers["Cache-Control"]), r.request.url
    for path in (f"/users/{alice.name}", f"/api/v1/accounts/{alice.id}", "/api/v1/timelines/public"):
        r = nobody.raw("GET", path, headers={"Accept": ACTIVITY_JSON})
        if "public" in r.headers.get("Cache-Control", ""):
            assert re.search("Authorization|Signature|Accept", r.headers.get("Vary", "")), (path, r.headers)
