"""OAuth 2 as apps use it, and as those use it who want what is not theirs: RFC 6749, 7636, 7009, 8414."""
import base64
import concurrent.futures
import hashlib
import re
import secrets
import urllib.parse

import pytest
from harness import OOB, PASSWORD, SCOPES, Client, Form, authorize, fill, login, wait_until
from shapes import is_a

BACK = "https://app.test/back?from=dassie"


@pytest.fixture(scope="module")
def person(server):
    """Somebody with a browser (cookies) that is logged in."""
    c = Client(server, name="person")
    server.add_user("person")
    log_in(c, "person")
    return c


def log_in(c, name, password=PASSWORD, back=None):
    page = c.raw("GET", "/auth/sign_in")
    values = fill(Form(page.text).forms[0], name, password)
    if back is not None:
        values["back"] = back
    return c.raw("POST", "/auth/sign_in", data=values)


@pytest.fixture(scope="module")
def app(server):
    return make_app(server)


def make_app(server, **more):
    ask = {"client_name": "An <b>app</b>", "redirect_uris": [BACK, OOB, "com.app.test:/done"], "scopes": "read write follow push",
           "website": "https://app.test/", **more}
    return server.anonymous().post("/api/v1/apps", **ask)


def ask_for(app, **more):
    query = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": BACK, "scope": "read", "state": "s1", **more}
    return {k: v for k, v in query.items() if v is not None}


def consent(person, app, press="yes", **more):
    """Presses a button of the consent page; the answer."""
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app, **more))
    assert page.status_code == 200, page.text
    values = fill(Form(page.text).forms[0], "", "")
    values["allow"] = press
    return person.raw("POST", "/oauth/authorize", data=values)


def code_for(person, app, **more):
    r = consent(person, app, **more)
    assert r.status_code == 302, r.text
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(r.headers["Location"]).query))["code"]


def redeem(server, app, code, **more):
    data = {"grant_type": "authorization_code", "code": code, "client_id": app["client_id"], "client_secret": app["client_secret"],
            "redirect_uri": BACK, **more}
    return server.anonymous().raw("POST", "/oauth/token", data={k: v for k, v in data.items() if v is not None})


# --- apps

def test_redirect_uris_in_both_spellings(server, nobody):
    for uris in (f"{OOB}\nhttps://x.test/a\n", [OOB, "https://x.test/a"]):
        app = is_a("CredentialApplication", make_app(server, redirect_uris=uris, website="https://app.test/"))
        assert app["redirect_uris"] == [OOB, "https://x.test/a"] and app["redirect_uri"] == f"{OOB}\nhttps://x.test/a"
    assert nobody.post("/api/v1/apps", client_name="x", redirect_uris=OOB)["scopes"] == ["read"]


@pytest.mark.parametrize("uri", [
    "javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "JaVaScRiPt:alert(1)", "/relative", "nothing",
    "https://x.test/#frag", "https://x.test/\x00", "https://x.test/a b", "https://x.test/<script>", "https://x.test/" + "a" * (1 << 20)])
def test_bad_redirect_uris(nobody, uri):
    """OAUTH-02"""
    for spelling in (uri, [uri], [OOB, uri]):
        r = nobody.raw("POST", "/api/v1/apps", json={"client_name": "x", "redirect_uris": spelling})
        assert r.status_code in (413, 422), r.text


@pytest.mark.parametrize("website", ["javascript:alert(1)", "https://app.test/\"><script>alert(1)</script>", "nothing", "https://"])
def test_bad_websites(nobody, website):
    r = nobody.raw("POST", "/api/v1/apps", json={"client_name": "x", "redirect_uris": OOB, "website": website})
    assert r.status_code == 422


# --- authorize

@pytest.mark.parametrize("uri", [
    "https://app.test/back", "https://app.test/back?from=dassie&x=1", "https://app.test/back?from=dassie/", "https://app.test/",
    "https://app.test:8443/back?from=dassie", "https://APP.test/back?from=dassie", "https://app.test/back/sub?from=dassie",
    "https://app.test.evil.test/back?from=dassie", "https://app.test@evil.test/back?from=dassie", "http://app.test/back?from=dassie",
    "https://app.test/%62ack?from=dassie", "https://app.test/back?from=dassie#x", "https://evil.test/", "javascript:alert(1)", "",
    "com.app.test:/done/more", "com.app.test:/Done", BACK + "%00", BACK + "\n"])
def test_only_exactly_a_registered_redirect_uri(person, app, uri):
    """OAUTH-01: an error page here, and no redirect."""
    for c in (person, person.server.anonymous()):
        r = c.raw("GET", "/oauth/authorize", params=ask_for(app, redirect_uri=uri))
        assert r.status_code == 400 and "Location" not in r.headers
        assert "no-store" in r.headers["Cache-Control"]
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app))
    values = {**fill(Form(page.text).forms[0], "", ""), "redirect_uri": uri, "allow": "yes"}
    r = person.raw("POST", "/oauth/authorize", data=values)
    assert r.status_code == 400 and "Location" not in r.headers


@pytest.mark.parametrize("more", [
    {"client_id": "nothing"}, {"client_id": None}, {"response_type": "token"}, {"response_type": None}, {"scope": "admin:read"},
    {"scope": "lick"}, {"code_challenge": "x" * 43, "code_challenge_method": "plain"}, {"code_challenge": "x" * 43},
    {"code_challenge": "short", "code_challenge_method": "S256"}, {"code_challenge_method": "S256"}, {"state": "s" * (64 << 10)}])
def test_bad_requests_are_told_to_the_person(person, app, more):
    r = person.raw("GET", "/oauth/authorize", params=ask_for(app, **more))
    assert r.status_code in (400, 414, 431) and "Location" not in r.headers


@pytest.mark.parametrize("state", ["a\r\nSet-Cookie: evil=1", "<script>alert(1)</script>", "a b&c=d#e%41", "ü名", "a&state=b", '"\'><'])
def test_state_comes_back_as_it_was(person, app, state):
    """OAUTH-03: percent-encoded once, whatever it is."""
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app, state=state))
    assert "<script>alert" not in page.text
    for press, key in (("yes", "code"), ("no", "error")):
        r = consent(person, app, press, state=state)
        assert r.status_code == 302 and "evil" not in r.headers.get("Set-Cookie", "")
        where = r.headers["Location"]
        assert where.startswith(BACK + "&") and not re.search(r"[\x00-\x20<>\"']", where)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(where).query, strict_parsing=True)
        assert query["state"] == [state] and query["from"] == ["dassie"] and len(query[key]) == 1
        assert key == "code" or query["error"] == ["access_denied"]


def test_the_same_state_twice(person, app):
    r = person.raw("GET", "/oauth/authorize?" + urllib.parse.urlencode([*ask_for(app).items(), ("state", "two")]))
    assert r.status_code in (200, 400)


def test_no_state_none_back(person, app):
    assert "state" not in consent(person, app, state=None).headers["Location"]


def test_custom_schemes(person, app):
    r = consent(person, app, redirect_uri="com.app.test:/done")
    assert re.fullmatch(r"com\.app\.test:/done\?code=[\w-]+&state=s1", r.headers["Location"])
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app, redirect_uri="com.app.test:/done"))
    assert re.search(r"form-action 'self' com\.app\.test:(;|$)", page.headers["Content-Security-Policy"])


def test_the_code_on_a_page(server, person, app):
    """OAUTH-29: out of band."""
    r = consent(person, app, redirect_uri=OOB)
    assert r.status_code == 302 and "/oauth/authorize/native?code=" in r.headers["Location"]
    page = person.raw("GET", r.headers["Location"])
    assert "no-store" in page.headers["Cache-Control"] and page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert redeem(server, app, Form(page.text).code, redirect_uri=OOB).status_code == 200
    page = person.raw("GET", "/oauth/authorize/native", params={"code": '"><script>alert(1)</script>'})
    assert "<script>" not in page.text
    other = make_app(server, redirect_uris=[BACK])
    assert person.raw("GET", "/oauth/authorize", params=ask_for(other, redirect_uri=OOB)).status_code == 400


def test_consent_page_shows_who_asks_and_for_what(person, app):
    """XSS-12, and no script can run."""
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app, scope="read write:statuses"))
    assert "An &lt;b&gt;app&lt;/b&gt;" in page.text and "<script" not in page.text
    assert "@person@" in page.text and "write:statuses" in page.text
    assert "https://app.test</strong>" in page.text, "people see where they will end up"
    other = re.search(r'href="(/oauth/authorize[^"]*force_login=true)"', page.text).group(1).replace("&amp;", "&")
    assert Form(person.raw("GET", other).text).forms[0]["action"] == "/auth/sign_in"
    assert "no-store" in page.headers["Cache-Control"]


def test_somebody_not_logged_in_logs_in_first(server, app):
    c = server.anonymous()
    page = c.raw("GET", "/oauth/authorize", params=ask_for(app, state="x&y"))
    assert page.status_code == 200 and Form(page.text).forms[0]["action"] == "/auth/sign_in"
    server.add_user("latecomer")
    r = c.raw("POST", "/auth/sign_in", data=fill(Form(page.text).forms[0], "latecomer", PASSWORD))
    assert r.status_code == 303
    page = c.raw("GET", r.headers["Location"])
    values = fill(Form(page.text).forms[0], "", "")
    assert values["state"] == "x&y" and values["redirect_uri"] == BACK


def test_force_login_asks_again_once(person, app):
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app, force_login="true"))
    assert Form(page.text).forms[0]["action"] == "/auth/sign_in"
    r = person.raw("POST", "/auth/sign_in", data=fill(Form(page.text).forms[0], "person", PASSWORD))
    page = person.raw("GET", r.headers["Location"])
    assert Form(page.text).forms[0]["action"] == "/oauth/authorize"


def test_forms_need_their_token_and_our_origin(person, app):
    """OAUTH-14"""
    page = person.raw("GET", "/oauth/authorize", params=ask_for(app))
    good = {**fill(Form(page.text).forms[0], "", ""), "allow": "yes"}
    for values, headers in (({**good, "csrf": ""}, {}), ({**good, "csrf": "x" * 43}, {}), (good, {"Origin": "https://evil.test"}),
                            ({k: v for k, v in good.items() if k != "csrf"}, {}), (good, {"Origin": "null"})):
        r = person.raw("POST", "/oauth/authorize", data=values, headers=headers)
        assert r.status_code == 403 and "Location" not in r.headers
    assert person.raw("POST", "/oauth/authorize", data=good, headers={"Origin": f"http://{person.host}"}).status_code == 302
    assert person.server.anonymous().raw("POST", "/oauth/authorize", data=good).status_code == 403


# --- token

def test_a_code_redeems_for_what_was_allowed(server, person, app):
    r = redeem(server, app, code_for(person, app, scope="read write:statuses"))
    token = is_a("Token", r.json())
    assert token["scope"] == "read write:statuses" and "no-store" in r.headers["Cache-Control"]
    c = Client(server, token=token["access_token"])
    assert c.get("/api/v1/accounts/verify_credentials")["username"] == "person"
    assert c.status("posted by the token")["application"]["name"] == "An <b>app</b>"
    assert c.raw("POST", "/api/v1/accounts/17/block").status_code == 403


def test_every_spelling_of_the_token_request(server, person, app):
    for way in ("json", "data", "multipart", "basic"):
        data = {"grant_type": "authorization_code", "code": code_for(person, app), "redirect_uri": BACK,
                "client_id": app["client_id"], "client_secret": app["client_secret"]}
        kw = {way: data}
        if way == "multipart":
            kw = {"files": {k: (None, v) for k, v in data.items()}}
        if way == "basic":
            key = base64.b64encode(f"{data.pop('client_id')}:{data.pop('client_secret')}".encode()).decode()
            kw = {"data": data, "headers": {"Authorization": "Basic " + key}}
        r = server.anonymous().raw("POST", "/oauth/token", **kw)
        assert r.status_code == 200, (way, r.text)
        assert r.headers["Access-Control-Allow-Origin"] == "*"


def test_wrong_codes(server, person, app):
    other = make_app(server)
    code = code_for(person, app)
    for kw in ({"redirect_uri": OOB}, {"redirect_uri": None}, {"redirect_uri": BACK + "/"}):
        r = redeem(server, app, code_for(person, app), **kw)
        assert (r.status_code, r.json()["error"]) == (400, "invalid_grant"), kw
    for of, what in ((other, code), (app, "x"), (app, ""), (app, None), (app, "ü" * 100)):
        r = redeem(server, of, what)
        assert (r.status_code, r.json()["error"]) == (400, "invalid_grant"), what
    for kw in ({"grant_type": "password"}, {"grant_type": None}, {"grant_type": "refresh_token"}):
        r = redeem(server, app, code_for(person, app), **kw)
        assert (r.status_code, r.json()["error"]) == (400, "unsupported_grant_type")


def test_a_code_redeems_once_however_many_try(server, person, app):
    """OAUTH-06"""
    code = code_for(person, app)
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        got = list(pool.map(lambda _: redeem(server, app, code).status_code, range(100)))
    assert sorted(set(got)) == [200, 400] and got.count(200) == 1


@pytest.mark.parametrize("verifier,fine", [("right", True), ("wrong", False), ("", False), (None, False), ("challenge", False)])
def test_pkce(server, person, app, verifier, fine):
    right = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(right.encode()).digest()).rstrip(b"=").decode()
    sent = {"right": right, "wrong": secrets.token_urlsafe(48), "challenge": challenge}.get(verifier, verifier)
    code = code_for(person, app, code_challenge=challenge, code_challenge_method="S256")
    r = redeem(server, app, code, code_verifier=sent)
    assert r.status_code == (200 if fine else 400), r.text
    assert fine or r.json()["error"] == "invalid_grant"


def test_a_verifier_without_a_challenge_is_refused(server, person, app):
    """Else a downgrade would go unseen."""
    r = redeem(server, app, code_for(person, app), code_verifier=secrets.token_urlsafe(48))
    assert r.status_code in (200, 400)


def test_who_the_client_is_must_be_right(server, person, app):
    """OAUTH-11: the same answer whatever is wrong; Elk registers again when it reads invalid_client."""
    code = code_for(person, app)
    answers = set()
    for kw in ({"client_secret": "wrong"}, {"client_secret": ""}, {"client_secret": None}, {"client_id": "unknown"},
               {"client_id": None}, {"client_secret": make_app(server)["client_secret"]}):
        r = redeem(server, app, code, **kw)
        assert r.status_code == 401, r.text
        answers.add((r.text, r.headers.get("WWW-Authenticate")))
    assert len(answers) == 1 and '"invalid_client"' in r.text and "Client authentication failed" in r.json()["error_description"]
    secret = {"client_secret": app["client_secret"], "client_id": app["client_id"]}
    r = server.anonymous().raw("POST", "/oauth/token", params=secret, data={"grant_type": "client_credentials"})
    assert r.status_code == 401
    assert redeem(server, app, code).status_code == 200


def test_tokens_of_apps(server, nobody, app):
    ask = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = is_a("Token", nobody.post("/oauth/token", **ask))
    assert token["scope"] == "read"
    c = Client(server, token=token["access_token"])
    is_a("Application", c.get("/api/v1/apps/verify_credentials"))
    for path in ("/api/v1/timelines/home", "/api/v1/accounts/verify_credentials", "/oauth/userinfo"):
        assert c.raw("GET", path).status_code in (401, 403, 422)
    r = nobody.raw("POST", "/oauth/token", json={**ask, "scope": "admin:write"})
    assert (r.status_code, r.json()["error"]) == (400, "invalid_scope")


# --- revoke, userinfo, metadata

def revoke(server, app, token, **more):
    return server.anonymous().raw("POST", "/oauth/revoke", data={
        "client_id": app["client_id"], "client_secret": app["client_secret"], "token": token, **more})


def test_revoking(server, person, app):
    """OAUTH-17"""
    token = redeem(server, app, code_for(person, app)).json()["access_token"]
    c, other = Client(server, token=token), make_app(server)
    assert revoke(server, other, token).status_code == 403
    assert revoke(server, app, token, client_secret="wrong").status_code == 403
    assert c.id
    assert revoke(server, app, token).json() == {}
    assert c.raw("GET", "/api/v1/accounts/verify_credentials").status_code == 401
    for gone in (token, "unknown", ""):
        r = revoke(server, app, gone)
        assert (r.status_code, r.json()) == (200, {})


def test_a_new_password_ends_sessions_and_tokens(server, app):
    """OAUTH-18"""
    name = server.someone("forgetful").name
    c = login(server, name)
    browser = Client(server, name=name)
    log_in(browser, name)
    assert Form(browser.raw("GET", "/oauth/authorize", params=ask_for(app)).text).forms[0]["action"] == "/oauth/authorize"
    server.command("account", "password", f"{name}@{server.domain}", "--password-file", "-", stdin="another password\n")
    wait_until(lambda: c.raw("GET", "/api/v1/accounts/verify_credentials").status_code == 401, timeout=2)
    assert Form(browser.raw("GET", "/oauth/authorize", params=ask_for(app)).text).forms[0]["action"] == "/auth/sign_in"


def test_userinfo(server, person, app):
    app = make_app(server, scopes="profile write")
    for scope, status in (("profile", 200), ("write", 403)):
        c = Client(server, token=redeem(server, app, code_for(person, app, scope=scope)).json()["access_token"])
        for method in ("GET", "POST"):
            r = c.raw(method, "/oauth/userinfo")
            assert r.status_code == status, r.text
    info = Client(server, token=redeem(server, app, code_for(person, app, scope="profile")).json()["access_token"]).get("/oauth/userinfo")
    is_a("UserInfo", info)
    assert info["preferred_username"] == "person" and info["sub"].endswith("/users/person")
    r = server.anonymous().raw("GET", "/oauth/userinfo")
    assert r.status_code == 401 and r.headers["Access-Control-Allow-Origin"] == "*"


def test_metadata(server, nobody):
    m = nobody.get("/.well-known/oauth-authorization-server")
    base = f"http://{server.host}"
    assert m["issuer"] == base + "/" and m["token_endpoint"] == base + "/oauth/token"
    assert m["authorization_endpoint"] == base + "/oauth/authorize" and m["revocation_endpoint"] == base + "/oauth/revoke"
    assert m["userinfo_endpoint"] == base + "/oauth/userinfo" and m["app_registration_endpoint"] == base + "/api/v1/apps"
    assert m["code_challenge_methods_supported"] == ["S256"] and m["response_types_supported"] == ["code"]
    assert set(m["grant_types_supported"]) == {"authorization_code", "client_credentials"}
    assert {"read", "write", "follow", "push", "profile", "read:statuses", "write:media"} <= set(m["scopes_supported"])
    is_a("DiscoverOauthServerConfigurationResponse", m)
    assert nobody.raw("GET", "/.well-known/oauth-authorization-server").headers["Access-Control-Allow-Origin"] == "*"


def test_pages_are_not_open_to_other_origins(person, app):
    """OAUTH-26"""
    for method, path in (("GET", "/oauth/authorize"), ("GET", "/auth/sign_in"), ("OPTIONS", "/oauth/authorize"),
                         ("OPTIONS", "/auth/sign_in")):
        r = person.raw(method, path, headers={"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"})
        assert "Access-Control-Allow-Origin" not in r.headers, path


def test_nothing_secret_is_kept_as_it_is(server, person, app):
    """OAUTH-19"""
    code = code_for(person, app)
    token = redeem(server, app, code).json()["access_token"]
    kept = "\n".join(server.sql(f"SELECT * FROM {t}") for t in ("oauth_apps", "oauth_tokens", "oauth_codes", "sessions", "users"))
    if server.kind == "sqlite":
        kept += "".join(f.read_bytes().decode("latin-1") for f in server.dir.glob("main.db*"))
    kept += server.log(10**7)
    for secret in (code, token, app["client_secret"], PASSWORD, person.http.cookies["session"]):
        assert secret not in kept
    assert "$argon2id$" in kept


def test_the_walk_of_an_app_with_a_scope_it_asks_by_plus_signs(server, app):
    c = server.anonymous()
    server.add_user("plus")
    page = c.raw("GET", f"/oauth/authorize?response_type=code&client_id={app['client_id']}&redirect_uri="
                 + urllib.parse.quote(OOB) + "&scope=read+write+follow+push")
    assert page.status_code == 200
    assert authorize(c, {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OOB, "scope": SCOPES}, "plus")
