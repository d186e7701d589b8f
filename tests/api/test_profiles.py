"""Profiles as their owners edit them, and the pages they name that link back (rel=me)."""
import contextlib

import pytest
from harness import Server, wait_until
from peer import Peer
from shapes import is_a

HOST, OTHER = "home.localhost", "other.localhost"
DEFAULTS = {"show_media": True, "show_media_replies": True, "show_featured": True, "attribution_domains": []}


@pytest.fixture(scope="module")
def world(kind):
    with contextlib.ExitStack() as stack:
        peers = [stack.enter_context(Peer(n)) for n in (HOST, OTHER)]
        server = stack.enter_context(Server(kind, hosts=f"{HOST}=127.0.0.1 {OTHER}=127.0.0.1 localhost=127.0.0.1"))
        yield server, *peers


def test_a_profile_is_edited_in_every_member(world):
    server = world[0]
    me, nobody = server.someone("editor"), server.anonymous()
    p = is_a("Profile", me.get("/api/v1/profile"))
    assert (p["avatar"], p["header"]) == (None, None) and DEFAULTS.items() <= p.items()
    p = is_a("Profile", me.patch(
        "/api/v1/profile", display_name="Ed", note="one *two*", show_media=False, show_media_replies=False, show_featured=False,
        attribution_domains=["Paper.test", "https://blog.test/x", "paper.test"], hide_collections=True, discoverable=True,
        fields_attributes={"0": {"name": "a", "value": "b <c>"}}))
    assert p["attribution_domains"] == ["paper.test", "blog.test"] and p["note"] == "one *two*"
    assert p["fields"] == [{"name": "a", "value": "b <c>", "verified_at": None}]
    assert not (p["show_media"] or p["show_media_replies"] or p["show_featured"]) and p["hide_collections"] and p["discoverable"]
    assert me.get("/api/v1/profile") == p
    shown = nobody.get(f"/api/v1/accounts/{me.id}")
    assert (shown["show_media"], shown["show_media_replies"], shown["show_featured"]) == (False, False, False)
    actor = nobody.raw("GET", f"/users/{me.name}", headers={"Accept": "application/activity+json"}).json()
    assert actor["attributionDomains"] == ["paper.test", "blog.test"]
    source = me.get("/api/v1/accounts/verify_credentials")["source"]
    assert source["attribution_domains"] == ["paper.test", "blog.test"]
    for bad in ({"attribution_domains": ["no domain"]}, {"note": "n" * 501}, {"avatar_description": "x" * 1501},
                {"attribution_domains": [f"d{i}.test" for i in range(101)]}):
        assert me.raw("PATCH", "/api/v1/profile", json=bad).status_code == 422, bad
    assert me.get("/api/v1/profile") == p
    assert me.patch("/api/v1/profile", attribution_domains=[""])["attribution_domains"] == []


def test_who_may_quote_is_as_the_author_said_before(world):
    me = world[0].someone("quotable")
    me.patch("/api/v1/accounts/update_credentials", source={"quote_policy": "nobody"})
    assert me.get("/api/v1/preferences")["posting:default:quote_policy"] == "nobody"
    assert me.get("/api/v1/accounts/verify_credentials")["source"]["quote_policy"] == "nobody"
    assert me.status("not for quotes")["quote_approval"]["automatic"] == []
    assert me.status("for all", quote_approval_policy="public")["quote_approval"]["automatic"] == ["public"]
    assert me.raw("PATCH", "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "odd"}}).status_code == 422


def html(peer, path, text, **headers):
    peer.docs[path] = lambda h: h.answer(302 if headers else 200, text.encode(), "text/html", **headers)
    return peer.base + path


def asked(peer, path):
    return any(p == path for _, p in peer.asked)


def test_spoof_42_fields_are_verified_by_pages_that_link_back(world):
    server, home, other = world
    me = server.someone("linker")
    back = f'<p><a href="http://{server.host}/@{me.name}" rel="nofollow me">me</a>'
    urls = [html(home, "/me", back), html(home, "/comment", f"<!-- {back} --><template>{back}</template>"),
            html(home, "/away", "", Location=html(other, "/me", back))]
    me.patch("/api/v1/profile", fields_attributes=[{"name": str(i), "value": u} for i, u in enumerate([*urls, f"see {urls[0]}"])])

    def fields():
        return me.get(f"/api/v1/accounts/{me.id}")["fields"]

    wait_until(lambda: fields()[0]["verified_at"], 15, every=0.1)
    assert asked(home, "/comment") and asked(home, "/away")
    assert [bool(f["verified_at"]) for f in fields()] == [True, False, False, False]
    since = fields()[0]["verified_at"]
    assert me.get("/api/v1/profile")["fields"][0] == {"name": "0", "value": urls[0], "verified_at": since}
    assert "\u2713" in server.anonymous().raw("GET", f"/@{me.name}", headers={"Accept": "text/html"}).text
    me.patch("/api/v1/profile", fields_attributes=[{"name": "0", "value": urls[0]}, {"name": "1", "value": "text"}])
    assert fields()[0]["verified_at"] == since  # what did not change stays
    home.docs["/me"] = lambda h: h.answer(200, b"gone", "text/html")
    server.sql(f"UPDATE accounts SET links_checked_at = 1 WHERE id = {me.id}")
    server.sql("UPDATE jobs SET due = 1 WHERE kind = 'verify_old'")
    server.restart()
    wait_until(lambda: fields()[0]["verified_at"] is None, 15, every=0.1)


def test_fields_of_others_are_looked_at_when_somebody_does(world):
    server, home, _ = world
    me, eve = server.someone("looker"), home.actor("eve")
    url = html(home, "/eve", f'<link rel="me" href="{eve.doc["url"]}">')
    eve.doc["attachment"] = [{"type": "PropertyValue", "name": "home", "value": f'<a href="{url}">{url}</a>'}]
    account = me.call("GET", f"/api/v2/search?q={eve.handle}&resolve=true")["accounts"][0]
    assert not asked(home, "/eve")
    wait_until(lambda: me.get(f"/api/v1/accounts/{account['id']}")["fields"][0]["verified_at"], 15, every=0.2)
