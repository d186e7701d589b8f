"""What a site says of itself: texts and rules set by command and shown by the API and on pages; announcements; oEmbed."""
import itertools
import re

import pytest
from harness import wait_until
from shapes import is_a

fresh = itertools.count()


def get(client, path, **params):
    """Finished answers are remembered for a while where another process writes: by another address it is a new question."""
    return client.get(path, fresh=next(fresh), **params)


def page(client, path):
    r = client.raw("GET", path, params={"fresh": next(fresh)})
    assert r.status_code == 200
    return r.text


def test_a_running_server_sees_what_was_set(server, nobody):
    server.command("site", "set", server.domain, "title", "Rocks & Hyraxes")
    server.command("site", "set", server.domain, "rules", "--file", "-", stdin="Be kind\n\nNo <b>shouting</b>\n")
    server.command("site", "set", server.domain, "contact", "owner")
    server.command("site", "set", server.domain, "status_url", "https://status.example.test/")
    wait_until(lambda: get(nobody, "/api/v2/instance")["title"] == "Rocks & Hyraxes")
    v2 = wait_until(lambda: (lambda i: i["contact"]["account"] and i)(get(nobody, "/api/v2/instance")))
    assert [r["text"] for r in v2["rules"]] == ["Be kind", "No <b>shouting</b>"]
    assert v2["contact"]["account"]["username"] == "owner"
    assert v2["configuration"]["urls"]["status"] == "https://status.example.test/"
    assert v2["configuration"]["urls"]["privacy_policy"] is None
    about = page(nobody, "/about")
    assert "Rocks &amp; Hyraxes" in about and "No &lt;b&gt;shouting" in about
    assert page(nobody, "/about/more")
    shown = server.command("site", "show").stdout
    assert "title\tRocks & Hyraxes" in shown and "rules\tBe kind\\nNo <b>shouting</b>" in shown


def test_what_apps_show_before_one_joins(server, nobody):
    def shown():
        v1, v2 = (get(nobody, f"/api/v{n}/instance") for n in (1, 2))
        assert v1["languages"] == v2["languages"] and v1["thumbnail"] == v2["thumbnail"]["url"]
        return v2["languages"], v2["thumbnail"]["url"], v2["registrations"]["message"]

    usual = (["en"], f"http://{server.host}/headers/original/missing.png", None)
    assert shown() == usual
    values = {"languages": "de pt-BR", "thumbnail": "https://pictures.test/hyrax.png", "sign_up_message": "Ask *us*. <script>"}
    for name, value in values.items():
        server.command("site", "set", server.domain, name, value)
    wait_until(lambda: shown() == (["de", "pt-BR"], values["thumbnail"], "<p>Ask <em>us</em>. &lt;script&gt;</p>"))
    r = nobody.raw("GET", "/auth/sign_up")
    assert r.status_code == 403 and "Ask <em>us</em>" in r.text
    for name in values:
        server.command("site", "set", server.domain, name)
    wait_until(lambda: shown() == usual)


@pytest.mark.parametrize("name, path, at, address", [
    ("extended_description", "/api/v1/instance/extended_description", "updated_at", "/about"),
    ("privacy_policy", "/api/v1/instance/privacy_policy", "updated_at", "/privacy-policy"),
    ("terms_of_service", "/api/v1/instance/terms_of_service", "effective_date", "/terms-of-service"),
])
def test_long_texts(server, nobody, name, path, at, address):
    if name == "terms_of_service":
        assert nobody.raw("GET", path).status_code == 404
    else:
        assert get(nobody, path)["content"] == ""
    server.command("site", "set", server.domain, name, "--file", "-", stdin="# Of us\n\nA *text*. <script>alert(1)</script>\n")
    text = get(nobody, path)
    assert "<h1>Of us</h1>" in text["content"] and "<em>text</em>" in text["content"] and "<script" not in text["content"]
    assert re.match(r"\d{4}-\d\d-\d\d", text[at])
    assert "<em>text</em>" in page(nobody, address)
    if name == "terms_of_service":
        assert get(nobody, f"/api/v1/instance/terms_of_service/{text[at]}")["content"] == text["content"]
        assert nobody.raw("GET", "/api/v1/instance/terms_of_service/1999-01-01").status_code == 404
        assert "<em>text</em>" in page(nobody, "/terms")
    server.command("site", "set", server.domain, name)
    wait_until(lambda: "<em>text</em>" not in page(nobody, address))


def test_what_cannot_be_set_is_said(server):
    for words, said in ((("colour", "red"), "extended_description"), (("title", "x" * 101), "100"), (("title", "a\nb"), "line"),
                        (("email", "nobody"), "nobody"), (("contact", "nobody"), "nobody"), (("sign_up", "perhaps"), "open"),
                        (("thumbnail", "hyrax.png"), "address"), (("languages", "en, de"), "en,"), (("status_url", "x"), "address")):
        r = server.command("site", "set", server.domain, *words, ok=False)
        assert r.returncode == 1 and said in r.stderr, r
    assert server.command("site", "set", "other.test", "title", "x", ok=False).returncode == 1


def test_own_css_and_the_manifest(server, nobody):
    server.command("site", "set", server.domain, "custom_css", "body { color: teal }")
    r = nobody.raw("GET", f"/custom.css?{next(fresh)}")
    assert r.text == "body { color: teal }" and r.headers["Content-Type"].startswith("text/css")
    assert "/custom.css" in page(nobody, "/about")
    manifest = get(nobody, "/manifest")
    assert manifest["display"] == "standalone"
    share = manifest["share_target"]  # what phones offer to share with an installed page
    assert (share["action"], share["method"], share["params"]) == ("/share", "GET", {"title": "title", "text": "text", "url": "url"})


def test_activity_and_languages(server, alice, nobody):
    alice.status("counted")
    weeks = get(nobody, "/api/v1/instance/activity")
    assert len(weeks) == 12 and all(set(w) == {"week", "statuses", "logins", "registrations"} for w in weeks)
    assert int(weeks[0]["statuses"]) >= 1 and int(weeks[0]["logins"]) >= 1 and int(weeks[0]["registrations"]) >= 2
    assert int(weeks[0]["week"]) - int(weeks[1]["week"]) == 7 * 86400 and (int(weeks[0]["week"]) // 86400 + 3) % 7 == 0
    assert {"code": "de", "name": "Deutsch"} in get(nobody, "/api/v1/instance/languages")


def test_what_an_announcement_names(server, alice, bob):
    post, secret = alice.status("the thing"), alice.status("for friends", visibility="private")
    text = f"@{bob.name} and @nobody.here: see {post['url']} and {secret['url']} :) #DownTime `#notthis`"
    number = server.command("announce", "add", text).stdout.strip()
    for c in (alice, bob):
        one, = is_a("Announcement[]", c.get("/api/v1/announcements"))
        assert one["statuses"] == [{"id": post["id"], "url": post["url"]}]
    assert one["mentions"] == [{"id": bob.id, "username": bob.name, "acct": bob.name, "url": f"http://{server.host}/@{bob.name}"}]
    assert one["tags"] == [{"name": "downtime", "url": f"http://{server.host}/tags/downtime"}]
    assert one["mentions"][0]["url"] in one["content"] and one["emojis"] == [] and "@nobody.here" in one["content"]
    server.command("announce", "change", number, f"Over, thanks @{alice.name}", "--ends", "2040-01-01", "--all-day")
    then, = is_a("Announcement[]", bob.get("/api/v1/announcements"))
    assert [m["id"] for m in then["mentions"]] == [alice.id] and (then["statuses"], then["tags"]) == ([], [])
    assert then["published_at"] == one["published_at"] and then["updated_at"] > one["updated_at"]
    assert then["all_day"] and then["ends_at"] == "2040-01-01T00:00:00.000Z"
    server.command("announce", "change", number, "--ends", "none")
    last, = bob.get("/api/v1/announcements")
    assert last["ends_at"] is None and not last["all_day"] and last["content"] == then["content"]
    for words, why in (((number,), "what is to change"), ((number, "--ends", "soon"), "is no time"), (("x", "y"), "no number")):
        r = server.command("announce", "change", *words, ok=False)
        assert r.returncode == 2 and why in r.stderr, r.stderr
    for words, why in (("99", "y"), "no announcement"), ((number, "  "), "at most"), ((number, "--starts", "2041-01-01", "--ends", "2040-01-01"), "before"):
        r = server.command("announce", "change", *words, ok=False)
        assert r.returncode == 1 and why in r.stderr, r.stderr
    assert bob.get("/api/v1/announcements") == [last]
    server.command("announce", "remove", number)


def test_announcements(server, alice, bob):
    number = server.command("announce", "add", "**Down** at noon :)", "--starts", "2030-01-01T12:00:00Z", "--ends",
                            "2030-01-01T13:00:00Z").stdout.strip()
    server.command("announce", "add", "over", "--ends", "2001-01-01T00:00:00Z")
    one, = alice.get("/api/v1/announcements")
    is_a("Announcement", one)
    assert one["id"] == number and "<strong>Down</strong>" in one["content"] and not one["read"]
    assert one["starts_at"] == "2030-01-01T12:00:00.000Z" and "Down" in server.command("announce", "list").stdout
    alice.post(f"/api/v1/announcements/{number}/dismiss")
    assert alice.get("/api/v1/announcements")[0]["read"] and not bob.get("/api/v1/announcements")[0]["read"]
    assert alice.get("/api/v1/announcements", with_dismissed="false") == []
    for c in (alice, bob):
        c.put(f"/api/v1/announcements/{number}/reactions/🎉")
    alice.put(f"/api/v1/announcements/{number}/reactions/🎉")
    bob.put(f"/api/v1/announcements/{number}/reactions/👩🏽‍🚀")
    marks = {r["name"]: (r["count"], r["me"]) for r in alice.get("/api/v1/announcements")[0]["reactions"]}
    assert marks == {"🎉": (2, True), "👩🏽‍🚀": (1, False)}
    alice.delete(f"/api/v1/announcements/{number}/reactions/🎉")
    marks = {r["name"]: (r["count"], r["me"]) for r in alice.get("/api/v1/announcements")[0]["reactions"]}
    assert marks["🎉"] == (1, False)
    for bad in ("x", "🎉🎉", "<b>", "🎉" * 40):
        assert alice.raw("PUT", f"/api/v1/announcements/{number}/reactions/{bad}").status_code in (404, 422)
    for emoji in "😀😁😂😃😄😅":
        alice.put(f"/api/v1/announcements/{number}/reactions/{emoji}")
    assert alice.raw("PUT", f"/api/v1/announcements/{number}/reactions/😆").status_code == 422
    assert alice.raw("POST", "/api/v1/announcements/99/dismiss").status_code == 404
    assert alice.raw("PUT", "/api/v1/announcements/99/reactions/🎉").status_code == 404
    server.command("announce", "remove", number)
    assert alice.get("/api/v1/announcements") == []
    assert server.command("announce", "remove", number, ok=False).returncode == 1
    assert server.command("announce", "remove", "all", ok=False).returncode == 2
    assert server.command("announce", "add", ok=False).returncode == 2
    assert server.command("announce", "add", "x", "--ends", "noon", ok=False).returncode == 2


def test_oembed_and_its_frame(server, alice, nobody):
    post = alice.status("Shown <elsewhere> & framed")
    for url in (post["url"], post["uri"]):
        e = nobody.get("/api/oembed", url=url, maxwidth=300)
        assert e["type"] == "rich" and e["version"] == "1.0" and e["width"] == 300 and e["author_url"] == post["account"]["url"]
        assert f'src="{post["url"]}/embed"' in e["html"] and "sandbox=" in e["html"]
    r = nobody.raw("GET", f"/@{alice.name}/{post['id']}/embed")
    assert "Shown &lt;elsewhere&gt; &amp; framed" in r.text and f"@{alice.handle}" in r.text and "/auth/" not in r.text
    assert "frame-ancestors *" in r.headers["Content-Security-Policy"] and "X-Frame-Options" not in r.headers
    r = nobody.raw("GET", post["url"])
    assert "frame-ancestors 'none'" in r.headers["Content-Security-Policy"] and r.headers["X-Frame-Options"] == "DENY"


def test_what_not_everyone_may_see_is_not_embedded(server, alice, nobody):
    private = alice.status("hidden", visibility="private")
    for c in (nobody, alice):
        assert c.raw("GET", "/api/oembed", params={"url": private["url"]}).status_code == 404
    assert nobody.raw("GET", private["url"] + "/embed").status_code == 404
    for url in ("", "x", "https://elsewhere.test/@a/1", server.host, f"http://{server.host}/api/v1/statuses/{private['id']}"):
        assert nobody.raw("GET", "/api/oembed", params={"url": url}).status_code == 404


def test_what_is_switched_off(server, alice, bob):
    assert alice.get("/api/v1/annual_reports") == {"annual_reports": [], "accounts": [], "statuses": []}
    assert alice.get("/api/v1/annual_reports/2025/state") == {"state": "ineligible"}
    assert alice.raw("GET", "/api/v1/annual_reports/2025").status_code == 404
    assert alice.post("/api/v1/annual_reports/2025/generate") == {}
    assert alice.raw("POST", "/api/v1/annual_reports/2025/read").status_code == 404
    assert alice.raw("GET", "/api/v1/donation_campaigns").status_code == 204
    assert alice.get(f"/api/v1/accounts/{bob.id}/identity_proofs") == []
