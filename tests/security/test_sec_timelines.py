"""Timelines of people and of everyone: what they must not show to whom. The server of this file keeps its public timelines
for its own people."""
import threading

import pytest
from harness import Server, wait_until


@pytest.fixture(scope="module")
def server(kind):
    with Server(kind, hosts="localhost=127.0.0.1", timelines_access="authenticated") as s:
        yield s


def test_authz_12_closed_timelines_are_closed_everywhere(server, alice, bob, nobody):
    alice.status("a public post #closed")
    paths = ["/api/v1/timelines/public", "/api/v1/timelines/public?local=true", "/api/v1/timelines/public?remote=true&only_media=true",
             "/api/v1/timelines/tag/closed", "/api/v1/timelines/tag/closed?any[]=x&local=true", f"/api/v1/accounts/{alice.id}/statuses",
             f"/api/v1/accounts/{alice.id}/statuses?pinned=true", f"/api/v1/accounts/{alice.id}/statuses?tagged=closed"]
    app = nobody.post("/api/v1/apps", client_name="x", redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read")
    token = nobody.post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                        client_secret=app["client_secret"], scope="read")["access_token"]
    for path in paths:
        for headers in ({}, {"Authorization": f"Bearer {token}"}):
            r = nobody.raw("GET", path, headers=headers)
            assert r.status_code == 401 and "a public post" not in r.text, path
        assert bob.raw("GET", path).status_code == 200
    assert "a public post" in bob.raw("GET", paths[0]).text
    assert nobody.raw("GET", "/api/v1/timelines/link", params={"url": "https://nowhere.test/"}).status_code == 401
    assert nobody.raw("GET", "/api/v1/accounts/17/statuses").status_code == 401, "nor who is here"
    for page in ("/", f"/@{alice.name}", "/tags/closed"):
        r = nobody.raw("GET", page, headers={"Accept": "text/html"})
        assert r.status_code == 200 and "a public post" not in r.text, page
    feeds = nobody.get("/api/v2/instance")["configuration"]["timelines_access"]
    assert feeds == {k: {"local": "authenticated", "remote": "authenticated"} for k in ("live_feeds", "hashtag_feeds", "trending_link_feeds")}


def test_authz_09_lists_show_nothing_that_one_may_not_see(server, alice, bob):
    blocking, banned, stranger = (server.someone(n) for n in ("blocking", "banned", "stranger"))
    mine = alice.post("/api/v1/lists", title="all I want to read")["id"]
    members, timeline = f"/api/v1/lists/{mine}/accounts", f"/api/v1/timelines/list/{mine}"
    blocking.post(f"/api/v1/accounts/{alice.id}/block")
    alice.post(f"/api/v1/accounts/{banned.id}/follow")
    server.sql(f"UPDATE accounts SET suspended_at = 1, suspended_by = 2 WHERE id = {banned.id}")
    for who in (blocking.id, banned.id, stranger.id, "17", "-1", "zap"):
        r = alice.raw("POST", members, json={"account_ids": [who]})
        assert (r.status_code, r.json()["error"]) == (404, "Record not found"), who
    assert alice.get(members) == []
    for secret in (blocking.status("blocking's", visibility="private"), stranger.status("a stranger's", visibility="private")):
        assert secret["id"] not in [s["id"] for s in alice.get(timeline)]
    # what was on the list is gone with the right to see it
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    alice.post(members, account_ids=[bob.id])
    secret = bob.status("bob's", visibility="private")
    wait_until(lambda: [s["id"] for s in alice.get(timeline)] == [secret["id"]])
    for client in (bob, stranger):  # nobody else's list
        for method, path in (("GET", timeline), ("GET", members), ("DELETE", f"/api/v1/lists/{mine}"), ("PUT", f"/api/v1/lists/{mine}")):
            assert client.raw(method, path, json={"title": "x"} if method == "PUT" else None).status_code == 404
    bob.post(f"/api/v1/accounts/{alice.id}/remove_from_followers")
    bob.status("bob's second", visibility="private")
    assert alice.get(timeline) == [] and alice.get(members) == []
    assert alice.raw("POST", members, json={"account_ids": [bob.id]}).status_code == 404


def test_db_12_put_on_a_list_by_many_at_once(server, alice, bob):
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    mine = alice.post("/api/v1/lists", title="x")["id"]
    codes = []

    def put():
        codes.append(alice.raw("POST", f"/api/v1/lists/{mine}/accounts", json={"account_ids": [bob.id]}).status_code)
    threads = [threading.Thread(target=put) for _ in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(codes) == [200] + [422] * 19
    assert [a["id"] for a in alice.get(f"/api/v1/lists/{mine}/accounts")] == [bob.id]
