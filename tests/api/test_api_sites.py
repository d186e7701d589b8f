"""Two sites in one process: two instances in all that anybody can see, one copy of what is shared."""
import itertools

import pytest
from harness import OOB, PASSWORD, Client, Form, authorize, fill, wait_until


@pytest.fixture(scope="module")
def two(server):
    return server, server.add_site("second.localhost")


@pytest.fixture(scope="module")
def ann(two):
    return two[0].user("ann")


@pytest.fixture(scope="module")
def ben(two):
    """Of the second site; there is an ann too, somebody else."""
    return two[0].user("ben", host=two[1])


@pytest.fixture(scope="module")
def other_ann(two):
    return two[0].user("ann", host=two[1])


fresh = itertools.count()


def stats(*clients):
    """Answers are remembered for a while where another process writes: by another address it is a new question."""
    return [c.get("/api/v1/instance", fresh=next(fresh))["stats"] for c in clients]


def test_two_instances(two, ann, ben):
    server, second = two
    for c, host in ((ann, server.host), (ben, second)):
        for path, key in (("/api/v1/instance", "uri"), ("/api/v2/instance", "domain")):
            assert c.get(path)[key] == host
        assert c.get("/api/v1/instance")["urls"]["streaming_api"] == f"ws://{host}"
        assert c.get("/.well-known/oauth-authorization-server")["issuer"] == f"http://{host}/"
        assert host in c.raw("GET", "/").text
    users = [int(c.server.sql(f"SELECT count(*) FROM users WHERE site_id = (SELECT id FROM sites WHERE host = '{c.host}')"))
             for c in (ann, ben)]
    ann.server.add_user("onemore", host=second)
    wait_until(lambda: [s["user_count"] for s in stats(ann, ben)] == [users[0], users[1] + 1])


def test_two_local_timelines(two, ann, ben):
    mine, theirs = ann.status("on the first site")["id"], ben.status("on the second site")["id"]
    for c, is_here, is_not in ((ann, mine, theirs), (ben, theirs, mine)):
        for client in (c, c.server.anonymous(c.host)):
            local = [s["id"] for s in client.get("/api/v1/timelines/public", local="true")]
            assert is_here in local and is_not not in local
    many = [int(c.server.sql(f"SELECT count(*) FROM statuses JOIN accounts ON accounts.id = account_id "
                             f"WHERE accounts.site_id = (SELECT id FROM sites WHERE host = '{c.host}')")) for c in (ann, ben)]
    wait_until(lambda: [s["status_count"] for s in stats(ann, ben)] == many)


def test_two_nodeinfos(two, ann, ben):
    for c in (ann, ben):
        links = c.get("/.well-known/nodeinfo")["links"]
        assert all(link["href"].startswith(f"http://{c.host}/") for link in links)
        assert f"http://{c.host}/nodeinfo/2.0" in [link["href"] for link in links]
        users = stats(c)[0]["user_count"]
        for version in ("2.0", "2.1"):
            info = c.get(f"/nodeinfo/{version}", fresh=next(fresh))
            assert info["software"]["name"] and info["usage"]["users"]["total"] == users
            assert info["metadata"]["upstream"]["name"] == "mastodon", "megalodon refuses servers without it"


def test_tokens_of_one_are_worth_nothing_on_the_other(two, ann, ben):
    """MT-02"""
    server, second = two
    for c, host in ((ann, second), (ben, server.host)):
        stray = Client(server, host, token=c.token)
        for path in ("/api/v1/accounts/verify_credentials", "/api/v1/timelines/public", "/api/v1/notifications"):
            assert stray.raw("GET", path).status_code == 401
        r = server.anonymous(host).raw("POST", "/oauth/revoke", data={
            "client_id": c.app["client_id"], "client_secret": c.app["client_secret"], "token": c.token})
        assert r.status_code == 403 and c.get("/api/v1/accounts/verify_credentials")["username"] == c.name
        r = server.anonymous(host).raw("POST", "/oauth/token", data={
            "client_id": c.app["client_id"], "client_secret": c.app["client_secret"], "grant_type": "client_credentials"})
        assert r.status_code == 401
        query = {"response_type": "code", "client_id": c.app["client_id"], "redirect_uri": OOB}
        assert server.anonymous(host).raw("GET", "/oauth/authorize", params=query).status_code == 400


def test_codes_of_one_are_worth_nothing_on_the_other(two, ann):
    server, second = two
    c = Client(server, name="ann")
    code = authorize(c, {"response_type": "code", "client_id": ann.app["client_id"], "redirect_uri": OOB}, "ann")
    data = {"grant_type": "authorization_code", "code": code, "client_id": ann.app["client_id"],
            "client_secret": ann.app["client_secret"], "redirect_uri": OOB}
    assert server.anonymous(second).raw("POST", "/oauth/token", data=data).status_code == 401
    app = server.anonymous(second).post("/api/v1/apps", client_name="x", redirect_uris=OOB)
    data.update(client_id=app["client_id"], client_secret=app["client_secret"])
    assert server.anonymous(second).raw("POST", "/oauth/token", data=data).status_code == 400


def test_sessions_and_passwords_of_one_are_worth_nothing_on_the_other(two, ann, ben):
    """MT-02"""
    server, second = two
    browser = Client(server, name="ann")
    form = fill(Form(browser.raw("GET", "/auth/sign_in").text).forms[0], "ann", PASSWORD)
    assert browser.raw("POST", "/auth/sign_in", data=form).status_code == 303
    asks = {"response_type": "code", "client_id": ben.app["client_id"], "redirect_uri": OOB}
    stray = Client(server, second)
    stray.http.cookies.update(browser.http.cookies)
    assert Form(stray.raw("GET", "/oauth/authorize", params=asks).text).forms[0]["action"] == "/auth/sign_in"
    form = fill(Form(stray.raw("GET", "/auth/sign_in").text).forms[0], "onlyhere", PASSWORD)
    server.add_user("onlyhere")
    assert stray.raw("POST", "/auth/sign_in", data=form).status_code == 422


def test_each_host_shows_its_own(two, ann, ben, other_ann):
    """MT-01"""
    server, second = two
    post = ann.status("mine")["id"]
    assert ann.id != other_ann.id
    first, other = server.anonymous(), server.anonymous(second)
    for path in ("/@ben", "/users/ben", f"/@ann/{ben.status('x')['id']}"):
        assert first.raw("GET", path).status_code == 404, path
    assert other.raw("GET", f"/@ann/{post}").status_code == 404 and first.raw("GET", f"/@ann/{post}").status_code == 200
    assert first.get("/api/v1/accounts/lookup", acct="ann")["id"] == ann.id
    assert other.get("/api/v1/accounts/lookup", acct="ann")["id"] == other_ann.id
    assert first.get("/api/v1/accounts/lookup", acct=f"ann@{second}")["id"] == other_ann.id
    for c, mine, strange in ((first, ann, other_ann), (other, other_ann, ann)):
        r = c.raw("GET", "/.well-known/webfinger", params={"resource": f"acct:ann@{mine.host}"})
        assert r.status_code == 200 and f"http://{mine.host}/users/ann" in r.text
        r = c.raw("GET", "/.well-known/webfinger", params={"resource": f"acct:ann@{strange.host}"})
        assert r.status_code in (404, 421) or f"http://{strange.host}/users/ann" in r.text
    for host, status in (("unknown.localhost", 421), ("evil.test", 421), (f"second.localhost.evil.test:{server.port}", 421),
                         (f"SECOND.localhost:{server.port}", 200)):
        assert server.anonymous(host).raw("GET", "/api/v1/instance").status_code == status, host


def test_handles_across_sites(two, ann, ben):
    """People of the other site are remote in name."""
    server, second = two
    seen = ann.get("/api/v1/accounts/lookup", acct=f"ben@{second}")
    assert seen["acct"] == f"ben@{second}" and seen["url"] == f"http://{second}/@ben" and seen["id"] == ben.id
    assert ben.get("/api/v1/accounts/verify_credentials")["acct"] == "ben"
    post = ann.status(f"hello @ben@{second}")
    assert post["mentions"][0]["acct"] == f"ben@{second}"
    told = wait_until(lambda: ben.get("/api/v1/notifications"))[0]
    assert told["type"] == "mention" and told["account"]["acct"] == f"ann@{server.domain}"
    assert told["status"]["mentions"][0]["acct"] == "ben"


def test_the_same_rules_as_between_servers(two, ann, ben):
    """MT-04: one database is no short cut."""
    server, second = two
    hidden = ann.status("for followers", visibility="private")
    direct = ann.status("for nobody", visibility="direct")
    for post in (hidden, direct):
        assert ben.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 404
    assert ben.post(f"/api/v1/accounts/{ann.id}/follow")["following"]
    assert ben.get(f"/api/v1/statuses/{hidden['id']}")["account"]["acct"] == f"ann@{server.domain}"
    assert ben.raw("GET", f"/api/v1/statuses/{direct['id']}").status_code == 404
    post = ann.status("across")
    assert post["id"] in [s["id"] for s in wait_until(lambda: ben.get("/api/v1/timelines/home"))]
    ben.post(f"/api/v1/statuses/{post['id']}/favourite")
    assert [n["account"]["acct"] for n in ann.get("/api/v1/notifications", **{"types[]": "favourite"})] == [f"ben@{second}"]
    ann.patch("/api/v1/accounts/update_credentials", locked=True)
    assert ben.post(f"/api/v1/accounts/{ann.id}/unfollow")["following"] is False
    assert ben.post(f"/api/v1/accounts/{ann.id}/follow")["requested"]
    ann.patch("/api/v1/accounts/update_credentials", locked=False)


def test_commands_tell_sites_apart(two):
    """MT-03, as far as there are commands."""
    server, second = two
    listed = [server.command("account", "list", "--site", site).stdout for site in (server.domain, second)]
    assert "ben" not in listed[0] and "ben" in listed[1]
    r = server.command("account", "password", "ben", "--password-file", "-", stdin="new password\n", ok=False)
    assert r.returncode != 0


def test_names_are_never_given_twice(server):
    """MT-06: whoever comes later does not inherit."""
    server.add_user("bob")
    for name in ("bob", "BOB"):
        r = server.command("account", "create", f"{name}@{server.domain}", "--password-file", "-", stdin=PASSWORD + "\n", ok=False)
        assert r.returncode != 0 and "taken" in r.stderr.lower() or "exist" in r.stderr.lower(), r.stderr


def test_one_copy_of_a_remote_post(two, ann, ben, peer):
    """Both sites read the same row, each with its own names for people."""
    writer = peer.actor("writer")
    note = writer.note("seen by both")
    found = [c.get("/api/v2/search", q=note["id"], resolve="true")["statuses"][0] for c in (ann, ben)]
    assert found[0]["id"] == found[1]["id"] and found[0]["account"]["acct"] == found[1]["account"]["acct"]
    ann.post(f"/api/v1/statuses/{found[0]['id']}/favourite")
    seen = ben.get(f"/api/v1/statuses/{found[0]['id']}")
    assert seen["favourites_count"] == 1 and not seen["favourited"]
