"""JSON that is broken, deep, huge or of the wrong types, at the inbox, the API and in documents that are fetched. JSON cases."""
import itertools
import json
import random
import time

import pytest
from harness import LATE
from hostile import ACTIVITY_JSON, World, raw

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ODD = [None, True, False, 0, -1, 1.5, 1e300, "", "x", "\u0000", "\ud83d\ude00", [], {}, [[]], [None], [5, "x", {}], {"id": 5}, {"type": []},
       {"@value": "x"}, "http://", "http://[", "a" * 3000, [["x"]] * 3, {"en": 5}, {"": ""}]


@pytest.fixture(scope="module")
def w():
    with World() as world:
        world.introduced(world.mallory)
        world.alice.follow(world.mallory.handle)
        world.takes(world.mallory.activity("Accept", world.evil.wait_for("Follow")))
        yield world


@pytest.fixture(autouse=True)
def alive(w):
    yield
    assert w.alice.get("/api/v1/instance")
    w.server.check()


def inbox(w, body, kind=ACTIVITY_JSON):
    return raw(w.server, "POST", "/inbox", [("Content-Type", kind)], body).status_code


def status_of(w, note):
    found = w.rows("SELECT id FROM statuses WHERE uri = ?", note["id"])
    return w.alice.get(f"/api/v1/statuses/{found[0][0]}") if found else None


def test_json_01_deep_nesting_is_400_at_once(w):
    for body in (b"[" * 100000, b'{"a":' * 100000, b'[{"a":' * 50000, b"[" * 65 + b"]" * 65, b'{"a":' * 65 + b"1" + b"}" * 65):
        began = time.monotonic()
        assert inbox(w, body) == 400
        assert time.monotonic() - began < 0.5 * LATE
        r = w.alice.raw("POST", "/api/v1/statuses", data=body, headers={"Content-Type": "application/json"})
        assert r.status_code in (400, 422)
    # 16 levels are nothing odd
    deep = w.mallory.activity("Like", w.alice_uri)
    node = deep
    for _ in range(14):
        node["x"] = {}
        node = node["x"]
    assert w.mallory.send(w.server, deep).status_code == 202


def test_json_05_15_lists_and_texts_are_cut(w):
    big = w.evil.actor("big")
    base = dict(big.doc)
    values = [{"type": "PropertyValue", "name": f"n{i}", "value": "v"} for i in range(3000)]
    big.doc.update(attachment=values, alsoKnownAs=[f"{w.evil.base}/{i}" for i in range(4000)], attributionDomains=["x.test"] * 10000,
                   name="n" * 100000, summary="s" * 100000,
                   tag=[{"type": "Emoji", "name": f":e{i}:", "icon": {"type": "Image", "url": f"{w.evil.base}/{i}.png"}} for i in range(200)])
    found = w.alice.find(big.handle)
    assert len(found["fields"]) <= 50 and len(found["display_name"].encode()) <= 2048 and len(found["note"]) <= 21 * 1024
    assert len(found["emojis"]) <= 64
    assert len(json.loads(w.value("SELECT also_known_as FROM accounts WHERE uri = ?", big.uri))) <= 256
    size = w.value("SELECT sum(length(display_name) + length(note) + length(fields) + length(also_known_as) + length(emojis))"
                   " FROM accounts WHERE uri = ?", big.uri)
    assert size < 300 * 1024, size
    for change in ({"preferredUsername": "u" * 100000}, {"id": big.uri + "x" * 100000}, {"inbox": big.uri + "x" * 100000}):
        other = w.evil.actor("big" + w.evil.next().replace("-", ""))
        other.doc.update(base, id=other.uri, preferredUsername=other.name, publicKey=other.doc["publicKey"])
        other.doc.update({k: v.replace(big.uri, other.uri) for k, v in change.items()})
        assert w.alice.get("/api/v2/search", q=other.handle, resolve="true")["accounts"] == []

    tags = [{"type": "Hashtag", "name": f"#tag{i}"} for i in range(1000)]
    emojis = [{"type": "Emoji", "name": f":e{i}:", "icon": {"type": "Image", "url": f"{w.evil.base}/{i}.png"}} for i in range(1000)]
    mentions = [{"type": "Mention", "href": f"{w.evil.base}/nobody/{i}"} for i in range(2000)]
    attached = [{"type": "Image", "mediaType": "image/png", "url": f"{w.evil.base}/{i}.png", "name": "alt"} for i in range(5000)]
    asked = w.fetched(w.evil)
    for change in ({"tag": tags}, {"tag": emojis}, {"tag": mentions}, {"attachment": attached}, {"content": "c" * 800000},
                   {"summary": "s" * 500000}, {"oneOf": [{"type": "Note", "name": f"o{i}"} for i in range(10000)], "type": "Question"},
                   {"to": [PUBLIC] + [f"{w.evil.base}/u/{i}" for i in range(10000)]},
                   {"tag": [{"type": "Emoji", "name": ":" + "e" * 100000 + ":", "icon": {"url": w.evil.base + "/e.png"}}]}):
        note = w.mallory.note("big", **{k: v for k, v in change.items() if k != "content"})
        if "content" in change:
            note["content"] = change["content"]
        w.takes(w.mallory.create(note))
        s = status_of(w, note)
        assert s, list(change)
        assert len(s["tags"]) <= 64 and len(s["emojis"]) <= 64 and len(s["mentions"]) <= 50
        assert len(s["media_attachments"]) <= 16 and len(s["content"].encode()) <= 128 * 1024 and len(s["spoiler_text"]) <= 20 * 1024
        assert all(len(e["shortcode"]) <= 2048 for e in s["emojis"])
    assert w.fetched(w.evil) - asked <= 120
    note = w.mallory.note("long id")
    note["id"] += "x" * 100000
    w.refuses(w.mallory.create(note))
    assert inbox(w, b'{"type":"Like","actor":"' + b"a" * (1 << 20) + b'"}') == 413


NUMBERS = ["1e400", "-0", "9223372036854775808", "0.1e-400", "9" * 100000, "NaN", "Infinity", "-1", "1.5", "1e30", "-1e30", "18446744073709551616",
           "9223372036854775807", "2147483648", "00", "1.", ".5", "+1", "0x10", "1e", "-"]


def test_json_08_numbers_that_are_none_or_too_big(w):
    template = w.mallory.note("numbers", attachment=[{"type": "Image", "url": w.evil.base + "/x.png", "width": "@", "height": "@",
                                                     "duration": "@", "focalPoint": ["@", "@"], "blurhash": "@"}],
                              votersCount="@", type="Question", oneOf=[{"name": "a", "replies": {"totalItems": "@"}}], published="@", sensitive="@")
    for i, number in enumerate(NUMBERS):
        text = json.dumps({**template, "id": f"{template['id']}-{i}"}).replace('"@"', number)
        body = json.dumps(w.mallory.activity("Create", "%%", to=[PUBLIC])).replace('"%%"', text).encode()
        r = w.mallory.send(w.server, body)
        assert r.status_code in (202, 400), number
        w.drained()
        s = status_of(w, {"id": f"{template['id']}-{i}"})
        if r.status_code == 202 and s and s["media_attachments"]:
            meta = (s["media_attachments"][0].get("meta") or {}).get("original", {})
            assert 0 <= (meta.get("width") or 0) < 1 << 31
    for i, number in enumerate(NUMBERS):
        w.evil.actor(f"num{i}")
        doc = {**w.evil.actors[f"num{i}"].doc, "published": "@", "manuallyApprovesFollowers": "@", "icon": {"url": w.evil.base, "width": "@"}}
        w.evil.docs[f"/users/num{i}"] = json.dumps(doc).replace('"@"', number).encode()
        assert w.alice.raw("GET", "/api/v2/search", params={"q": f"num{i}@{w.evil.host}", "resolve": "true"}).status_code == 200


def variants(doc):
    """The document with each member, also one level deeper, replaced by each odd value or left out."""
    for key in doc:
        for value in ODD:
            yield key, {**doc, key: value}
        yield key, {k: v for k, v in doc.items() if k != key}
        yield key, {**doc, key: [doc[key]]}
        inner = doc[key][0] if isinstance(doc[key], list) and doc[key] else doc[key]
        if isinstance(inner, dict):
            for k2 in inner:
                for value in ODD[::3]:
                    yield f"{key}.{k2}", {**doc, key: {**inner, k2: value}}


def test_json_10_every_member_of_every_type_does_no_harm(w):
    actor = w.evil.actor("matrix")
    actor.doc.update(icon={"type": "Image", "mediaType": "image/png", "url": w.evil.base + "/i.png"}, featured=actor.uri + "/f", movedTo=None,
                     attachment=[{"type": "PropertyValue", "name": "n", "value": "v"}], nameMap={"en": "x"}, alsoKnownAs=[], published="2020-01-01",
                     tag=[{"type": "Emoji", "name": ":e:", "icon": {"url": w.evil.base + "/e.png"}}], webfinger=actor.handle)
    w.introduced(actor)
    good = dict(actor.doc)
    for key, doc in variants(good):
        if key == "id" or key == "publicKey" or key.startswith("publicKey"):
            continue
        r = actor.send(w.server, actor.activity("Update", doc))
        assert r.status_code in (202, 400), key
    w.drained()
    note = w.mallory.note("matrix", summary="cw", sensitive=True, inReplyTo=w.evil.base + "/notes/none", updated="2026-01-01T00:00:00Z",
                          contentMap={"en": "x"}, attachment=[{"type": "Image", "mediaType": "image/png", "url": w.evil.base + "/x", "name": "alt",
                                                             "focalPoint": [0, 0], "width": 5}],
                          tag=[{"type": "Mention", "href": w.alice_uri, "name": "@alice"}], replies={"type": "Collection", "first": {"items": []}},
                          quote="x", oneOf=[{"name": "x", "replies": {"totalItems": 1}}], conversation="tag:x", context="x", mediaType="text/html")
    for n, (key, doc) in enumerate(variants(note)):
        if key not in ("id",):
            doc = {**doc, "id": f"{note['id']}-{n}"}
        activity = w.mallory.activity("Create", doc, to=[PUBLIC])
        assert w.mallory.send(w.server, activity).status_code in (202, 400), key
    w.drained()
    activity = w.mallory.create(note, signature={"type": "x"}, target="x")
    for key, doc in variants(activity):
        if key == "object":
            doc["id"] = w.evil.base + "/activities/" + w.evil.next()
        assert w.mallory.send(w.server, doc).status_code in (202, 400, 401, 403), key
    for kind in ("Follow", "Accept", "Reject", "Undo", "Delete", "Announce", "Like", "Block", "Flag", "Add", "Remove", "Move", "EmojiReact", "X"):
        for value in ODD:
            activity = {**w.mallory.activity(kind, value), "target": value}
            assert w.mallory.send(w.server, activity).status_code in (202, 400), (kind, value)
    w.drained()
    timeline = w.alice.get("/api/v1/timelines/home", limit=40)
    assert isinstance(timeline, list)


def test_json_10_documents_that_are_fetched_may_be_anything(w):
    normal = w.evil.webfinger
    good = normal("mallory")
    try:
        for n, (_key, doc) in enumerate(itertools.islice(variants(good), 400)):
            w.evil.webfinger = lambda resource, d=doc: d if isinstance(d, dict) else None
            r = w.alice.raw("GET", "/api/v2/search", params={"q": f"jrd{n}@{w.evil.host}", "resolve": "true"})
            assert r.status_code == 200
        for body in (b"", b"[]", b"5", b"null", b'"x"', b"{", b"\x00", b"\xff\xfe{}", b"[" * 5000, b"<html>", b"{}" * 2):
            w.evil.docs["/odd"] = body
            w.evil.docs["/.well-known/webfinger"] = body
            for q in (w.evil.base + "/odd", f"jrd@{w.evil.host}"):
                found = w.alice.get("/api/v2/search", q=q, resolve="true")
                assert found["accounts"] == found["statuses"] == []
    finally:
        w.evil.docs.pop("/.well-known/webfinger", None)
        w.evil.webfinger = normal


def test_json_11_api_bodies_of_odd_types_are_4xx(w):
    bodies = [{"status": {"a": 1}}, {"status": [1]}, {"status": 5, "media_ids": "x"}, {"status": "x", "poll": {"options": [{}]}},
              {"status": "x", "poll": None, "scheduled_at": 5}, [], "x", 5, None, True, {"status": None}, {"status": "x", "in_reply_to_id": {"a": []}},
              {"status": "x", "visibility": []}, {"status": "x", "sensitive": {}}, {"status": "x", "language": {"a": "b"}}, {"status": "x\u0000y"},
              {"a": [[[[[[[[]]]]]]]]}, {"media_ids": [{}], "status": "x"}]
    paths = [("POST", "/api/v1/statuses"), ("POST", "/api/v1/apps"), ("POST", "/oauth/token"), ("PATCH", "/api/v1/accounts/update_credentials"),
             ("POST", "/api/v1/markers"), ("POST", f"/api/v1/accounts/{w.alice.id}/follow"), ("POST", f"/api/v1/accounts/{w.alice.id}/mute"),
             ("POST", "/api/v1/domain_blocks"), ("PUT", "/api/v1/statuses/1"), ("POST", "/api/v1/accounts"), ("POST", "/oauth/revoke")]
    for method, path in paths:
        for body in bodies:
            r = w.alice.raw(method, path, data=json.dumps(body), headers={"Content-Type": "application/json"})
            assert r.status_code < 500, (path, body, r.text)
        for body in (b"{", b"\xff", b'{"status":"\\ud800"}', b'{"status":"\xed\xa0\x80"}', b'{"status":1e999}', b"{'status':1}", b""):
            r = w.alice.raw(method, path, data=body, headers={"Content-Type": "application/json"})
            assert r.status_code < 500, (path, body, r.text)


def test_json_12_a_cut_activity_is_400_wherever_it_is_cut(w):
    note = w.mallory.note("to be cut", tag=[{"type": "Mention", "href": w.alice_uri}], contentMap={"en": "\u00e9\U0001f600 \\u00e9"})
    body = json.dumps(w.mallory.create(note), ensure_ascii=False).encode()
    session = w.evil.http
    for cut in range(len(body)):
        r = session.post(f"http://127.0.0.1:{w.server.port}/inbox", data=body[:cut], headers={"Host": w.server.host, "Content-Type": ACTIVITY_JSON})
        assert r.status_code == 400, (cut, r.status_code)
    w.takes(w.mallory.activity("Like", "x"))


def test_json_13_what_is_nearly_json_is_400(w):
    good = json.dumps(w.mallory.activity("Like", w.alice_uri))
    bad = [good + "x", good + good, good + " {}", good[:-1] + ",}", "/* x */" + good, good + "//x", good.replace('"', "'"), good.replace('"type"', "type"),
           good.replace("Like", "Li\nke"), good.replace("Like", "Li\x01ke"), good + "\x00", "\ufeff" + good, good.replace("Like", "\\x"), good[1:-1], ""]
    for text in bad:
        assert w.mallory.send(w.server, text.encode()).status_code == 400, text[:60]
    for body in (good.encode().replace(b"Like", b"\xff\xfe"), good.encode().replace(b"Like", b"\xc0\xaf"), good.encode("utf-16"),
                 good.replace("Like", "\\ud800").encode()):
        assert w.mallory.send(w.server, body).status_code == 400, body[:60]


def test_json_13_a_key_that_comes_twice_is_read_in_one_way(w):
    """Whatever of the two counts, it is the one that is checked: the actor and what is done agree."""
    follow = w.mallory.follow(w.alice_uri)
    for first, second in ((w.mallory.uri, w.victor.uri), (w.victor.uri, w.mallory.uri)):
        text = json.dumps({k: v for k, v in follow.items() if k != "actor"})[:-1] + f', "actor": "{first}", "actor": "{second}"}}'
        w.mallory.send(w.server, text.encode())
        w.drained()
    assert w.value("SELECT count(*) FROM follows f JOIN accounts a ON a.id = f.account_id WHERE a.uri = ?", w.victor.uri) == 0


def test_json_14_many_keys_take_linear_time(w):
    random.seed(1)
    shapes = ["k%06d", "%06dAaBB", "Aa" * 4 + "%d", None]
    for shape in shapes:
        keys = [shape % i if shape else "%08x" % random.getrandbits(32) for i in range(50000)]
        body = ("{" + ",".join(f'"{k}":1' for k in keys) + "}").encode()
        assert len(body) < 1 << 20
        began = time.monotonic()
        assert inbox(w, body) == 400
        assert time.monotonic() - began < 1.5 * LATE
        began = time.monotonic()
        assert w.alice.raw("POST", "/api/v1/statuses", data=body, headers={"Content-Type": "application/json"}).status_code in (400, 413, 422)
        assert time.monotonic() - began < 1.5 * LATE


def test_json_16_text_that_grows_when_written_stays_bounded(w):
    for text in ("&" * 200000, '"' * 200000, "<" * 200000, "\U0001f600" * 40000, "\u2028" * 50000, "\\" * 200000):
        note = w.mallory.note("x")
        note["content"] = note["summary"] = text
        began = time.monotonic()
        w.takes(w.mallory.create(note))
        s = status_of(w, note)
        assert s and len(json.dumps(s, ensure_ascii=False).encode()) < 8 * (1 << 20)
        page = w.alice.raw("GET", "/api/v1/timelines/home?limit=5")
        assert page.status_code == 200 and len(page.content) < 8 * (1 << 20)
        assert time.monotonic() - began < 3 * LATE
        w.takes(w.mallory.activity("Delete", note["id"]))
    post = w.alice.status("&" * 5000)
    html = w.server.anonymous().raw("GET", f"/@alice/{post['id']}", headers={"Accept": "text/html"})
    assert html.status_code == 200 and len(html.content) < 1 << 20


def test_json_17_contexts_are_never_fetched(w):
    w.evil.docs["/context"] = lambda h: h.answer(302, Location="/context")
    asked = w.fetched(w.evil)
    for context in (w.evil.base + "/context", [PUBLIC[:-7], w.evil.base + "/context"], [PUBLIC[:-7], {"@import": w.evil.base + "/context"}],
                    {"@vocab": w.evil.base + "/context"}, [PUBLIC[:-7], {"content": "as:name", "actor": "as:object", "x": w.evil.base + "/context"}]):
        note = {**w.mallory.note("in a context"), "@context": context}
        assert w.mallory.send(w.server, {**w.mallory.create(note), "@context": context}).status_code in (202, 400)
        w.drained()
        s = status_of(w, note)
        assert s is None or s["content"] == "<p>in a context</p>"
        odd = w.evil.actor("ctx" + w.evil.next().replace("-", ""))
        odd.doc["@context"] = context
        w.alice.get("/api/v2/search", q=odd.handle, resolve="true")
    assert w.fetched(w.evil, "/context") == 0
    assert w.fetched(w.evil) - asked <= 40


def test_json_18_dates_cannot_disturb_the_order(w):
    marker = w.alice.status("a marker")
    for published in ("0000-00-00", "9999-12-31T23:59:60Z", "+300000-01-01T00:00:00Z", "-1", -1, "2020-01-01T00:00:00", "2" * 10000, "2036-11-23T00:00:00Z",
                      "", None, [], {}, 1e300, "2026-02-30T00:00:00Z", "2026-11-23T25:61:61Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z",
                      "2026-11-23T00:00:00+99:99", "0001-01-01T00:00:00Z"):
        note = w.mallory.note("dated")
        note["published"] = note["updated"] = published
        w.takes(w.mallory.create(note))
        s = status_of(w, note)
        assert s, published
        assert s["created_at"] < time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 360)), published
        assert s["created_at"][0] in "12" and 0 < int(s["id"]) < 1 << 63
    after = w.alice.status("after them all")
    mine = w.alice.get("/api/v1/timelines/home", limit=40)
    assert mine[0]["id"] == after["id"]
    assert [p["id"] for p in mine] == sorted((p["id"] for p in mine), key=int, reverse=True)
    older = w.alice.get("/api/v1/timelines/home", limit=40, max_id=marker["id"])
    assert all(int(p["id"]) < int(marker["id"]) for p in older)
