"""Accounts made through the API: closed unless a setting opens it."""
import pytest
from harness import OOB, PASSWORD, Browser, Client, Server, authorize
from shapes import is_a


@pytest.fixture(scope="module")
def open_server(kind):
    with Server(kind, sign_up="open") as s:
        s.add_user("taken")
        yield s


def app_token(server, scopes="read write"):
    nobody = server.anonymous()
    app = nobody.post("/api/v1/apps", client_name="app", redirect_uris=OOB, scopes=scopes)
    made = nobody.post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                       client_secret=app["client_secret"], scope=scopes)
    c = Client(server, token=made["access_token"])
    c.app = app
    return c


GOOD = {"username": "newcomer", "email": "newcomer@example.test", "password": "a long password", "agreement": True, "locale": "en"}


def test_closed_by_default(server):
    r = app_token(server).raw("POST", "/api/v1/accounts", json=GOOD)
    assert r.status_code == 403 and r.json()["error"]
    assert server.anonymous().get("/api/v1/instance")["registrations"] is False
    assert server.anonymous().get("/api/v2/instance")["registrations"]["enabled"] is False


def test_signing_up(open_server):
    c = app_token(open_server)
    assert c.get("/api/v1/instance")["registrations"] is True
    assert c.get("/api/v2/instance")["registrations"]["enabled"] is True
    token = is_a("Token", c.post("/api/v1/accounts", **GOOD))
    me = Client(open_server, token=token["access_token"], name="newcomer")
    account = is_a("CredentialAccount", me.get("/api/v1/accounts/verify_credentials"))
    assert account["username"] == "newcomer" and account["role"]["name"] == ""
    assert me.status("hello")["account"]["id"] == account["id"]
    told = is_a("Notification[]", open_server.user("owner").get("/api/v1/notifications", types=["admin.sign_up"]))
    assert told[0]["account"]["id"] == account["id"] and told[0]["group_key"].startswith("admin.sign_up-")
    ask = {"response_type": "code", "client_id": c.app["client_id"], "redirect_uri": OOB}
    assert authorize(open_server.anonymous(), ask, "newcomer", "a long password")


# Addresses that are none, or that mail programs would read as more than one.
ADMIN_10 = ["a@b@c.test", "a,b@c.test", "a@c.test,b@c.test", '"a"@c.test', "a@c.test\r\nBcc: b@c.test", "a b@c.test",
            "<a@c.test>", "a;b@c.test", "a@[127.0.0.1]", "a%b@c.test", "(a)@c.test", "a@c.test>", "@c.test", "a@", "a@c..test",
            "x" * 250 + "@c.test", "a@-c.test"]


@pytest.mark.parametrize("field,code,more", [
    ("username", "ERR_TAKEN", {"username": "taken"}), ("username", "ERR_TAKEN", {"username": "Taken"}),
    ("username", "ERR_BLANK", {"username": ""}), ("username", "ERR_INVALID", {"username": "a b"}),
    ("username", "ERR_INVALID", {"username": "ümlaut"}), ("username", "ERR_TOO_LONG", {"username": "x" * 31}),
    ("username", "ERR_RESERVED", {"username": "admin"}), ("email", "ERR_INVALID", {"email": "nothing"}),
    *(("email", "ERR_INVALID", {"email": e}) for e in ADMIN_10),
    ("email", "ERR_TAKEN", {"email": "Taken@example.test"}),
    ("password", "ERR_TOO_SHORT", {"password": "short"}), ("password", "ERR_BLANK", {"password": ""}),
    ("password", "ERR_TOO_LONG", {"password": "x" * 257}), ("agreement", "ERR_ACCEPTED", {"agreement": False})])
def test_what_is_wrong_is_named(open_server, field, code, more):
    r = app_token(open_server).raw("POST", "/api/v1/accounts", json={**GOOD, "username": "fine", "email": "fine@example.test", **more})
    assert r.status_code == 422, r.text
    answer = r.json()
    assert answer["error"].startswith("Validation failed") and answer["details"].keys() == {field}, answer
    assert answer["details"][field][0]["error"] == code and answer["details"][field][0]["description"], answer


def test_where_no_mail_is_sent_no_address_is_needed(open_server):
    token = app_token(open_server).post("/api/v1/accounts", **{**GOOD, "username": "addressless", "email": ""})["access_token"]
    me = Client(open_server, token=token)
    assert me.status("hello")["account"]["username"] == "addressless" and me.get("/api/v1/emails/check_confirmation") is True
    b = Browser(open_server)
    assert "may be left out" in b.open("/auth/sign_up").text
    assert b.submit(username="quiet", password="a long password", agreement="1").status_code == 200, b.page.text
    assert Browser(open_server).log_in("quiet", "a long password").status_code == 200
    assert int(open_server.sql("SELECT COUNT(*) FROM users WHERE email IS NULL")) >= 2


def test_only_apps_sign_people_up(open_server):
    assert open_server.anonymous().raw("POST", "/api/v1/accounts", json=GOOD).status_code == 401
    assert app_token(open_server, "read").raw("POST", "/api/v1/accounts", json=GOOD).status_code == 403
    owner = open_server.user("owner")
    r = owner.raw("POST", "/api/v1/accounts", json={**GOOD, "username": "second", "email": "second@example.test"})
    assert r.status_code in (200, 401, 403, 422)


def test_sign_ups_are_limited(open_server):
    """What costs a hash each is not free for one address."""
    c = app_token(open_server)
    got = [c.raw("POST", "/api/v1/accounts", json={**GOOD, "username": f"many{i}", "email": f"many{i}@example.test"},
                 headers={"X-Forwarded-For": "198.51.100.77"}).status_code for i in range(12)]
    assert got[0] == 200 and got[-1] == 429, got
    assert c.raw("POST", "/api/v1/accounts", json={**GOOD, "username": "elsewhere", "email": "elsewhere@example.test"},
                 headers={"X-Forwarded-For": "198.51.100.78"}).status_code == 200
