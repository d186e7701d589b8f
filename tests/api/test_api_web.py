"""What web clients ask for besides the documented API, and the documents and frames that stand alone."""
import json
import re
import shutil
import subprocess

import pytest
from files import mp4, png
from harness import ROOT, login
from shapes import is_a
from test_media import film, upload

DRAFTS = {"drafts": [{"text": "Né <b> 名", "visibility": "direct", "n": 1.5, "cw": None, "poll": {"options": ["a", "b"]}}]}


def test_a_web_client_keeps_settings_and_drafts(server, alice, bob):
    assert alice.get("/api/web/settings") == {"data": {}}
    assert alice.put("/api/web/settings", data={"home": {"reply": True}, "columns": [1, 2], "skin": "dark"}) == {}
    assert alice.put("/api/web/settings", data={**DRAFTS, "skin": None, "columns": [3]}) == {}
    mine = {"data": {"home": {"reply": True}, "columns": [3], **DRAFTS}}
    assert alice.get("/api/web/settings") == mine
    assert login(server, alice.name).get("/api/web/settings") == mine  # in every browser
    assert bob.get("/api/web/settings") == {"data": {}}
    r = alice.raw("PUT", "/api/web/settings", data={"data": json.dumps({"skin": "light"})})
    assert r.status_code == 200, r.text
    assert alice.get("/api/web/settings") == {"data": {**mine["data"], "skin": "light"}}


def test_settings_have_limits_and_what_is_wrong_changes_nothing(bob):
    bob.put("/api/web/settings", data={"a": "x" * 200_000})
    for body in ({"b": "y" * 70_000}, {f"k{i}": i for i in range(100)}, [1], "text", None):
        r = bob.raw("PUT", "/api/web/settings", json={"data": body})
        assert r.status_code == 422 and r.json()["error"].startswith("Validation failed: Data"), (str(body)[:50], r.text)
    for body, kind in ((b'{"data": {"a": 1', "application/json"), (b"data[a]=1", "application/x-www-form-urlencoded"),
                       (b'{"data": ' + b'{"a":' * 70 + b"1" + b"}" * 71, "application/json")):
        assert bob.raw("PUT", "/api/web/settings", data=body, headers={"Content-Type": kind}).status_code in (400, 422)
    assert list(bob.get("/api/web/settings")["data"]) == ["a"]


def test_embeds_are_of_what_anybody_may_see(server, alice, bob, nobody):
    post = alice.status("to be embedded")
    made = nobody.get(f"/api/web/embeds/{post['id']}")
    assert made == nobody.get("/api/oembed", url=post["url"]) and f"{post['url']}/embed" in made["html"]
    hidden = alice.status("of few", visibility="private")["id"]
    boost = bob.post(f"/api/v1/statuses/{post['id']}/reblog")["id"]
    for client, number in ((alice, hidden), (nobody, hidden), (nobody, boost)):
        assert client.raw("GET", f"/api/web/embeds/{number}").status_code == 404


def test_a_player_for_frames_of_others(alice, bob, nobody):
    def player(number, client=nobody):
        return client.raw("GET", f"/media/{number}/player")

    m = film(alice, mp4(1), description='bars <">')
    assert player(m["id"], alice).status_code == 404  # of no post yet
    hidden = film(alice, mp4(1))
    alice.status("of few", visibility="private", media_ids=[hidden["id"]])
    picture = upload(alice, png())
    alice.status("a picture", media_ids=[picture["id"]])
    post = alice.status("a film", media_ids=[m["id"]])
    r = player(m["id"])
    assert r.status_code == 200 and r.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = r.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors *" in policy and "script-src" not in policy
    assert "X-Frame-Options" not in r.headers
    assert re.search(r'<video src="([^"]+)"', r.text)[1] == m["url"] and "bars &lt;&quot;&gt;" in r.text
    assert "<header>" not in r.text and "<script" not in r.text
    assert {player(n).status_code for n in (hidden["id"], picture["id"], "17", "x")} == {404}
    alice.delete(f"/api/v1/statuses/{post['id']}")
    assert player(m["id"]).status_code == 404


def test_an_emoji_is_a_document(server, nobody):
    path = server.dir / "face.png"
    path.write_bytes(png(20, 20, 5))
    server.command("emoji", "add", "face", str(path))
    number = server.sql("SELECT id FROM custom_emojis WHERE shortcode = 'face'")
    r = nobody.raw("GET", f"/emojis/{number}")
    assert r.status_code == 200 and r.headers["Content-Type"].startswith("application/activity+json")
    e = r.json()
    assert (e["id"], e["type"], e["name"]) == (f"http://{server.host}/emojis/{number}", "Emoji", ":face:")
    assert e["@context"] and e["updated"].endswith("Z") and e["icon"]["type"] == "Image"
    assert nobody.raw("GET", e["icon"]["url"]).headers["Content-Type"] == e["icon"]["mediaType"]
    server.command("emoji", "remove", "face")
    assert nobody.raw("GET", f"/emojis/{number}").status_code == 200  # posts have it still
    assert {nobody.raw("GET", f"/emojis/{n}").status_code for n in ("17", "x", "-1")} == {404}


def test_a_frame_may_ask_other_servers_and_nothing_else(nobody):
    r = nobody.raw("GET", "/remote_interaction_helper")
    policy = dict(d.strip().split(" ", 1) for d in r.headers["Content-Security-Policy"].split(";"))
    assert r.status_code == 200 and r.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert policy == {"default-src": "'none'", "script-src": "'self'", "connect-src": "https:", "base-uri": "'none'",
                      "form-action": "'none'", "frame-ancestors": "'self'"}
    script = nobody.raw("GET", re.search(r'<script src="([^"]+)"', r.text)[1])
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8" and "postMessage" in script.text


@pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
def test_its_script_finds_where_a_person_interacts():
    def jrd(template):
        return {"links": [{"rel": "self"}, {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": template}]}

    ask = "https://a.test/.well-known/webfinger?resource="
    here = "https://a.test/here?uri={uri}"
    usual = "https://a.test/authorize_interaction?uri={uri}"
    cases = [
        ("@me@a.test", {ask + "acct%3Ame%40a.test": jrd(here)}, here),
        ("me@a.test", {}, usual),
        ("a.test", {ask + "https%3A%2F%2Fa.test": jrd(here)}, here),
        ("https://a.test/@me", {ask + "https%3A%2F%2Fa.test%2F%40me": jrd(here)}, here),
        ("https://a.test/@me", {ask + "https%3A%2F%2Fa.test": jrd(here)}, here),
        ("a.test", {ask + "https%3A%2F%2Fa.test": jrd("javascript:alert('{uri}')")}, usual),
        ("a.test", {ask + "https%3A%2F%2Fa.test": {"links": "none"}}, usual),
        ("", {}, None), ("me@a@b", {}, None), ("a b", {}, None), ("a.test/../x", {}, None), ("me@x y", {}, None),
    ]
    r = subprocess.run(["node", str(ROOT / "tests/js/interaction.mjs"), str(ROOT / "src/web/assets/interaction.js")],
                       input=json.dumps([c[:2] for c in cases]), capture_output=True, text=True, timeout=60)
    assert r.returncode == 0, r.stderr
    for (typed, _, template), line in zip(cases, r.stdout.splitlines(), strict=True):
        got = json.loads(line)
        assert got.pop("origin") == "https://us.test"
        want = {"type": "fetchInteractionURL-success", "uri_or_domain": typed, "template": template}
        assert got == (want if template else {"type": "fetchInteractionURL-failure"}), typed


def test_a_subscription_is_changed_by_its_number(alice, bob):
    from api_table import PUSH
    made = is_a("WebPushSubscription", alice.post("/api/web/push_subscriptions", **PUSH))
    path = f"/api/web/push_subscriptions/{made['id']}"
    assert alice.put(path, data={"alerts": {"poll": True}})["alerts"]["poll"]
    bob.post("/api/web/push_subscriptions", **PUSH)
    assert bob.raw("PUT", path, json={"data": {}}).status_code == 404
    assert bob.raw("DELETE", path).status_code == 404
    assert alice.get("/api/v1/push/subscription")["alerts"]["poll"]
    assert alice.delete(path) == {} and alice.raw("DELETE", path).status_code == 404
