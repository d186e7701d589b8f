"""Coming in and back in: confirmed addresses, approval, invitations, new passwords, the second factor, apps and sessions."""
import base64
import hashlib
import hmac
import re
import struct
import time
import urllib.parse

import pytest
from harness import OOB, PASSWORD, SLOW, ApiError, Browser, Client, Form, Server, login, wait_until
from shapes import is_a
from smtp import Smtp

GOOD = {"username": "newcomer", "email": "newcomer@example.test", "password": PASSWORD, "agreement": True, "locale": "en"}


@pytest.fixture(scope="module")
def smtp(kind):
    """One for each kind of database: the same people are in both."""
    with Smtp() as s:
        yield s


@pytest.fixture(scope="module")
def house(kind, smtp):
    with Server(kind, sign_up="approved", smtp_url=smtp.url, mail_from="Höuse, the <post@example.test>") as s:
        yield s


def browser(server):
    return Browser(server)


def app_token(server, scopes="read write"):
    nobody = server.anonymous()
    app = nobody.post("/api/v1/apps", client_name="app", redirect_uris=OOB, scopes=scopes)
    made = nobody.post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                       client_secret=app["client_secret"], scope=scopes)
    c = Client(server, token=made["access_token"])
    c.app = app
    return c


def link_in(text):
    return re.search(r"http://\S+", text)[0]


def totp(secret, step=0):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10**6:06}"


def test_mails_are_what_mail_servers_take(house, smtp):
    app_token(house).post("/api/v1/accounts", **{**GOOD, "username": "mailed", "email": "mailed@example.test", "reason": "x"})
    smtp.wait_for("mailed@example.test")
    mail, = smtp.to("mailed@example.test")
    sender, = mail["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Höuse, the", "post@example.test") and mail["To"] == "mailed@example.test"
    assert mail["Subject"].startswith("Confirm your e-mail address") and mail["Message-ID"] and mail["Date"]
    assert mail["Auto-Submitted"] == "auto-generated" and house.domain in mail.get_content()


def test_who_is_warned_has_mail_of_it(house, smtp):
    house.command("account", "create", "warned", "--email", "warned@example.test")
    house.command("account", "create", "silent")
    words = ("Be {url} kind,\n.please é", "And again")
    for who, text in (("warned", words[0]), ("warned", words[1]), ("silent", "No address")):
        house.command("account", "warn", who, text)
    house.stop()
    house.start()  # an idle server looks for what commands leave it only now and then
    smtp.wait_for("warned@example.test", 2)
    mails = smtp.to("warned@example.test")
    assert [m["Subject"] for m in mails] == [f"A word from the moderators ({house.domain})"] * 2
    said = {m.get_content().replace("\r", "").split("It is among")[0] for m in mails}
    assert said == {f"The moderators of {house.domain} have something to say to you:\n\n{text}\n\n" for text in words}
    wait_until(lambda: house.sql("SELECT count(*) FROM jobs WHERE kind = 'mail'") == "0", 15)
    assert not [m for rcpt, m in smtp.mails if "No address" in m.get_content()]


def test_a_new_login_is_confirmed_and_approved_before_it_can_do_anything(house, smtp):
    instance = house.anonymous().get("/api/v2/instance")["registrations"]
    assert instance["enabled"] and instance["approval_required"] and instance["reason_required"]
    c = app_token(house)
    r = c.raw("POST", "/api/v1/accounts", json=GOOD)
    assert r.status_code == 422 and r.json()["details"]["reason"][0]["error"] == "ERR_BLANK"
    r = c.raw("POST", "/api/v1/accounts", json={**GOOD, "reason": "x", "email": ""})
    assert r.status_code == 422 and r.json()["details"]["email"][0]["error"] == "ERR_BLANK"
    token = is_a("Token", c.post("/api/v1/accounts", **GOOD, reason="I like rocks"))
    me = Client(house, token=token["access_token"], name="newcomer")
    r = me.raw("GET", "/api/v1/accounts/verify_credentials")
    assert r.status_code == 403 and r.json()["error"] == "Your login is missing a confirmed e-mail address"
    assert me.get("/api/v1/emails/check_confirmation") is False
    first = link_in(smtp.wait_for("newcomer@example.test"))
    me.post("/api/v1/emails/confirmations")
    link = link_in(smtp.wait_for("newcomer@example.test", 2))
    b = browser(house)
    assert b.open(first).status_code == 404, "a newer link replaces it"
    assert b.open(link).status_code == 200 and b.open(link).status_code == 404
    assert me.get("/api/v1/emails/check_confirmation") is True
    r = me.raw("GET", "/api/v1/timelines/home")
    assert r.status_code == 403 and r.json()["error"] == "Your login is currently pending approval"
    assert me.raw("POST", "/api/v1/emails/confirmations").status_code == 403
    assert b.log_in("newcomer").status_code == 200 and "currently pending approval" in b.page.text
    assert "/auth/edit/second_factor" not in b.page.text and b.open("/auth/edit").status_code == 403
    assert "waits" in house.command("account", "list").stdout
    assert house.sql("SELECT COUNT(*) FROM notifications WHERE kind = 'admin.sign_up'") == "0"
    house.command("account", "approve", "newcomer")
    assert house.sql("SELECT COUNT(*) FROM notifications WHERE kind = 'admin.sign_up'") == "1"
    assert me.get("/api/v1/accounts/verify_credentials")["username"] == "newcomer"
    me.status("at last", poll={"options": ["yes", "no"], "expires_in": 600})  # a job of the server's own wakes its workers
    assert "approved" in smtp.wait_for("newcomer@example.test", 3)
    assert house.command("account", "approve", "newcomer", ok=False).returncode == 1
    assert login(house, "newcomer").get("/api/v1/timelines/home")


def test_admin_10_mails_are_not_asked_for_without_end(house, smtp):
    """However many addresses ask: few to one person, few for one login."""
    token = app_token(house).post("/api/v1/accounts", **{**GOOD, "username": "flooded", "email": "flooded@example.test", "reason": "x"})
    me = Client(house, token=token["access_token"])
    smtp.wait_for("flooded@example.test")

    def ask(n, **data):
        return me.raw("POST", "/api/v1/emails/confirmations", json=data, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code

    assert [ask(n) for n in range(5)] == [200] * 5 and ask(5) == 429
    assert ask(6, email="another@example.test") == 429, "of one login"
    b = browser(house)
    b.open("/auth/password/new")
    form = {"csrf": Form(b.page.text).forms[0]["fields"][0][2], "email": "Flooded@example.test"}
    r = b.raw("POST", "/auth/password", data=form, headers={"X-Forwarded-For": "198.51.100.7", "Origin": f"http://{house.host}"})
    assert r.status_code == 429, "to one person"
    assert smtp.to("another@example.test") == []

    house.add_user("changing")
    b = browser_in(house, "changing")
    csrf = re.search(r'name="csrf" value="([^"]+)"', b.open("/auth/edit").text)[1]

    def change(n, email):
        form = {"csrf": csrf, "email": email, "password": PASSWORD}
        return b.raw("POST", "/auth/edit/email", data=form, headers={"X-Forwarded-For": f"198.51.100.{n}",
                                                                       "Origin": f"http://{house.host}"}).status_code

    assert change(10, "flooded@example.test") == 429, "to one person, by who is logged in"
    assert [change(n, f"stranger{n}@example.test") for n in range(11, 17)] == [200] * 5 + [429], "of one login"


def test_who_is_not_approved_stays_out(house):
    token = app_token(house).post("/api/v1/accounts", **{**GOOD, "username": "unwanted", "email": "un@example.test", "reason": "ads"})
    house.command("account", "reject", "unwanted")
    me = Client(house, token=token["access_token"])
    assert me.raw("GET", "/api/v1/timelines/home").status_code == 401
    assert browser(house).log_in("unwanted").status_code == 422


def test_an_account_made_in_the_browser(house, smtp):
    b = browser(house)
    assert b.open("/auth/sign_up").status_code == 200
    good = {"username": "webby", "email": "webby@example.test", "password": PASSWORD, "reason": "why not", "agreement": "1"}
    assert b.submit(**{**good, "agreement": ""}).status_code == 422 and b.submit(**{**good, "email": ""}).status_code == 422
    assert b.submit(**{**good, "username": "with space"}).status_code == 422 and "with space" in b.page.text
    assert b.submit(**good).status_code == 200 and "webby@example.test" in b.page.text
    assert browser(house).open(link_in(smtp.wait_for("webby@example.test"))).status_code == 200
    b.open("/auth/confirmation/new")
    assert b.submit(email="webby@example.test").status_code == 200
    b.open("/auth/sign_up")
    r = b.raw("POST", "/auth/sign_up", data=good)
    assert r.status_code == 403, "without the token of the form"


def test_invitations(kind, smtp):
    with Server(kind, sign_up="invited") as s:
        b = browser(s)
        assert s.anonymous().get("/api/v2/instance")["registrations"]["enabled"] is False
        assert b.open("/auth/sign_up").status_code == 403
        url = s.command("invite", "add", "--uses", "1", "--days", "7").stdout.strip()
        code = url.rsplit("/", 1)[1]
        r = s.anonymous().raw("GET", f"/invite/{code}", headers={"Accept": "application/json"})
        assert r.json() == {"invite_code": code, "instance_api_url": f"http://{s.host}/api/v2/instance"}
        assert b.open(url).status_code == 200
        assert b.submit(username="guest", email="guest@example.test", password=PASSWORD, agreement="1").status_code == 200
        assert login(s, "guest").get("/api/v1/timelines/home") == [], "without a mail server addresses count as confirmed"
        assert b.open(url).status_code == 404, "used up"
        assert "used 1 of 1" in s.command("invite", "list").stdout
        second = s.command("invite", "add").stdout.strip().rsplit("/", 1)[1]
        c = app_token(s)
        assert c.raw("POST", "/api/v1/accounts", json=GOOD).status_code == 403
        assert c.post("/api/v1/accounts", **GOOD, invite_code=second)["access_token"]
        s.command("invite", "remove", second)
        assert s.anonymous().raw("GET", f"/invite/{second}").status_code == 404
        assert s.command("invite", "remove", second, ok=False).returncode == 1
        assert s.command("invite", "add", "--uses", "no", ok=False).returncode == 2


def test_a_forgotten_password(house, smtp):
    house.add_user("forgetful")
    old = login(house, "forgetful")
    b = browser(house)
    b.open("/auth/password/new")
    assert b.submit(email="forgetful@example.test").status_code == 200
    said = b.page.text
    b.open("/auth/password/new")
    assert b.submit(email="unknown@example.test").text == said, "nobody learns who is here"
    link = link_in(smtp.wait_for("forgetful@example.test"))
    assert b.open(link).status_code == 200
    assert b.submit(password="short").status_code == 422
    assert b.submit(password="another long password").status_code == 200
    assert b.open(link).status_code == 404
    assert old.raw("GET", "/api/v1/timelines/home").status_code == 401, "all sessions ended"
    assert browser(house).log_in("forgetful").status_code == 422
    assert login(house, "forgetful", password="another long password").get("/api/v1/timelines/home") == []


def test_links_printed_by_a_command(house):
    house.add_user("offline")
    url = house.command("account", "link", "offline", "reset").stdout.strip()
    b = browser(house)
    assert b.open(url).status_code == 200 and b.submit(password="printed password").status_code == 200
    assert login(house, "offline", password="printed password")
    assert house.command("account", "link", "offline", "dance", ok=False).returncode == 2
    assert house.command("account", "link", "nobody", "reset", ok=False).returncode == 1


def test_secrets_are_kept_as_digests_only(house, smtp):
    """P4: what is in the database opens nothing."""
    house.add_user("secretive")
    url = house.command("account", "link", "secretive", "reset").stdout.strip()
    secret = url.split("=")[1]
    for table in ("user_links", "jobs", "sessions", "oauth_tokens", "dead_jobs"):
        assert secret not in house.sql(f"SELECT * FROM {table}")


def turn_on(house, name):
    b = browser(house)
    b.log_in(name)
    b.open("/auth/edit/second_factor")
    secret = Form(b.page.text).code
    assert "<svg" in b.page.text and re.fullmatch(r"[A-Z2-7]{32}", secret)
    assert b.submit(password=PASSWORD, code="000000").status_code == 422
    assert b.submit(password="wrong password", code=totp(secret)).status_code == 422
    assert b.submit(password=PASSWORD, code=totp(secret, -1)).status_code == 200
    codes = re.findall(r"<li><code>([0-9a-f]+)</code>", b.page.text)
    assert len(codes) == 10
    return secret, codes, b


def test_the_second_factor(house):
    house.add_user("careful")
    secret, codes, first = turn_on(house, "careful")
    b = browser(house)
    assert "code" in b.log_in("careful").text and b.raw("GET", "/auth/edit").status_code == 200
    assert "/auth/sign_in" in b.raw("GET", "/auth/edit").text, "the password alone is not enough"
    assert b.submit(code="12345").status_code == 422
    now = totp(secret)
    assert b.submit(code=now).status_code == 200
    assert "Your login" in b.open("/auth/edit").text
    again = browser(house)
    again.log_in("careful")
    assert again.submit(code=now).status_code == 422, "no code is good twice"
    assert again.submit(code=codes[0].upper()[:10] + " - " + codes[0][10:]).status_code == 200
    third = browser(house)
    third.log_in("careful")
    assert third.submit(code=codes[0]).status_code == 422, "nor a recovery code"
    assert "9 recovery codes" in first.open("/auth/edit").text
    first.submit(action="/auth/edit/second_factor_off", password=PASSWORD)
    assert "Your login" in browser_in(house, "careful").open("/auth/edit").text


def browser_in(house, name):
    b = browser(house)
    b.log_in(name)
    return b


def test_guessing_codes_ends(house):
    house.add_user("guessed")
    secret, _, _ = turn_on(house, "guessed")
    b = browser(house)
    b.log_in("guessed")
    seen = [b.submit(code=f"{n:06}").status_code for n in range(14)]
    assert seen[0] == 422 and seen[-1] == 429
    assert b.submit(code=totp(secret, 1)).status_code == 429
    house.command("account", "second-factor-off", "guessed")
    assert "Your login" in browser_in(house, "guessed").open("/auth/edit").text


def test_settings_of_a_login(house, smtp):
    house.add_user("settled")
    app = login(house, "settled")
    b, other = browser_in(house, "settled"), browser_in(house, "settled")
    assert "(this one)" in b.open("/auth/edit").text
    assert b.submit(action="/auth/edit/email", email="moved@example.test", password="wrong one").status_code == 422
    assert b.submit(action="/auth/edit/email", email="not an address", password=PASSWORD).status_code == 422
    assert b.submit(action="/auth/edit/email", email="moved@example.test", password=PASSWORD).status_code == 200
    assert "settled@example.test" in b.open("/auth/edit").text, "until it is confirmed"
    assert browser(house).open(link_in(smtp.wait_for("moved@example.test"))).status_code == 200
    assert "moved@example.test" in b.open("/auth/edit").text
    number = re.search(r'action="(/auth/sessions/\d+)"', b.page.text)[1]
    assert b.submit(action=number).status_code == 200
    assert "/auth/sign_in" in other.open("/auth/edit").text, "logged out there"
    apps = b.open("/oauth/authorized_applications").text
    assert "tests" in apps
    number = re.search(r'action="(/oauth/authorized_applications/\d+)"', apps)[1]
    stranger = browser_in(house, "owner")
    stranger.open("/oauth/authorized_applications")
    stranger.raw("POST", number, data={"csrf": "x"})
    assert app.get("/api/v1/timelines/home") == []
    assert b.submit(action=number).status_code == 200
    assert app.raw("GET", "/api/v1/timelines/home").status_code == 401
    b.open("/.well-known/change-password")
    assert b.submit(action="/auth/edit/password", password=PASSWORD, new="brand new password").status_code == 200
    assert "/auth/sign_in" in b.open("/auth/edit").text
    assert login(house, "settled", password="brand new password")


@pytest.mark.parametrize("path", ["/auth/edit/password", "/auth/edit/email", "/auth/edit/second_factor",
                                  "/auth/edit/second_factor_off", "/auth/sessions/1", "/oauth/authorized_applications/1", "/share",
                                  "/auth/second_factor", "/auth/sign_up", "/auth/password", "/auth/password/edit",
                                  "/auth/confirmation", "/statuses_cleanup", "/settings/migration", "/settings/migration/undo",
                                  "/settings/aliases", "/settings/aliases/remove", "/settings/delete"])
def test_forms_are_taken_from_our_own_pages_only(house, path):
    """OAUTH: cross-site forms change nothing."""
    b = browser_in(house, "owner")
    for data, origin in (({}, None), ({"csrf": "x"}, None), ({"csrf": "x"}, "https://evil.test")):
        r = b.raw("POST", path, data=data, headers={"Origin": origin} if origin else {})
        assert r.status_code == 403, (path, r.status_code)


def test_moving_in_the_browser(house):
    for name in ("mover", "newhome"):
        house.add_user(name)
    fan, mover = house.someone("fan"), login(house, "mover")
    fan.post(f"/api/v1/accounts/{mover.id}/follow")
    old, new = browser_in(house, "mover"), browser_in(house, "newhome")
    assert "/settings/migration" in old.open("/auth/edit").text
    old.open("/settings/migration")
    there = f"newhome@{house.domain}"
    for wrong, said in (({"acct": there, "password": "wrong"}, "password"), ({"acct": " ", "password": PASSWORD}, "type the name"),
                        ({"acct": "nobody@nowhere.localhost", "password": PASSWORD}, "nowhere.localhost"),
                        ({"acct": there, "password": PASSWORD}, "does not name this one"),
                        ({"acct": f"mover@{house.domain}", "password": PASSWORD}, "cannot move to itself")):
        assert old.submit(action="/settings/migration", **wrong).status_code == 422
        assert said in re.search(r'role="alert">([^<]*)', old.page.text)[1], old.page.text
    new.open("/settings/aliases")
    assert new.submit(action="/settings/aliases", acct="@mover").status_code == 200 and f"<li>@mover@{house.domain}" in new.page.text
    assert old.submit(action="/settings/migration", acct=there, password=PASSWORD).status_code == 200
    assert "redirects to" in old.page.text and 'action="/settings/migration/undo"' in old.page.text
    assert fan.get(f"/api/v1/accounts/{mover.id}")["moved"]["acct"] == "newhome"
    assert "Has moved to" in fan.raw("GET", "/@mover", headers={"Authorization": ""}).text
    arrived = fan.get("/api/v1/accounts/lookup", acct="newhome")["id"]
    wait_until(lambda: fan.relationship(arrived)["following"])
    assert mover.raw("POST", "/api/v1/statuses", json={"status": "still here"}).status_code == 403
    assert old.submit(action="/settings/migration/undo").status_code == 200 and "redirects to" not in old.page.text
    assert mover.status("back")
    assert new.submit(action="/settings/aliases/remove").status_code == 200 and "@mover" not in new.page.text


def test_deleting_ones_account_in_the_browser(house):
    house.add_user("leaver")
    app, b = login(house, "leaver"), browser_in(house, "leaver")
    post = app.status("soon gone")
    b.open("/settings/delete")
    assert b.submit(password="wrong").status_code == 422 and app.get("/api/v1/accounts/verify_credentials")
    assert b.submit(password=PASSWORD).status_code == 200 and "is deleted" in b.page.text
    assert app.raw("GET", "/api/v1/accounts/verify_credentials").status_code == 401
    assert 'name="password"' in b.open("/auth/edit").text
    nobody = house.anonymous()
    assert nobody.raw("GET", "/@leaver").status_code == 404
    wait_until(lambda: nobody.raw("GET", f"/api/v1/statuses/{post['id']}").status_code == 404)
    assert browser(house).log_in("leaver").status_code == 422
    owner = browser_in(house, "owner")
    owner.open("/settings/delete")
    assert owner.submit(password=PASSWORD).status_code == 422 and "owner first" in owner.page.text


def test_disabled_logins(house):
    house.add_user("naughty")
    c = login(house, "naughty")
    house.command("account", "disable", "naughty")
    assert c.raw("GET", "/api/v1/timelines/home").status_code == 401
    assert browser(house).log_in("naughty").status_code == 422
    house.command("account", "enable", "naughty")
    assert login(house, "naughty").get("/api/v1/timelines/home") == []


def test_what_a_token_is_good_for(house):
    house.add_user("inspected")
    c = login(house, "inspected")
    ask = {"token": c.token, "client_id": c.app["client_id"], "client_secret": c.app["client_secret"]}
    nobody = house.anonymous()
    told = nobody.post("/oauth/introspect", **ask)
    assert told["active"] and told["scope"] == "read write follow push" and told["client_id"] == c.app["client_id"]
    assert nobody.post("/oauth/introspect", **{**ask, "token": "nonsense"}) == {"active": False}
    other = app_token(house)
    assert nobody.post("/oauth/introspect", token=c.token, client_id=other.app["client_id"],
                       client_secret=other.app["client_secret"]) == {"active": False}
    with pytest.raises(ApiError) as e:
        nobody.post("/oauth/introspect", **{**ask, "client_secret": "wrong"})
    assert e.value.status == 401
    info = c.get("/oauth/token/info")
    assert info["scope"] == ["read", "write", "follow", "push"] and info["application"]["uid"] == c.app["client_id"]
    assert nobody.raw("GET", "/oauth/token/info").status_code == 401


def test_sharing_from_other_pages(house):
    house.add_user("sharer")
    b = browser(house)
    query = urllib.parse.urlencode({"text": "look <here>", "url": "https://example.test/"})
    assert "/auth/sign_in" in b.open("/share?" + query).text
    b.submit(login="sharer", password=PASSWORD)
    assert "look &lt;here&gt;\nhttps://example.test/" in b.page.text
    text = "look <here> https://example.test/"
    assert b.submit(text=text, visibility="unlisted").status_code == 200
    me = login(house, "sharer")
    post, = me.get(f"/api/v1/accounts/{me.id}/statuses")
    assert post["visibility"] == "unlisted" and "look &lt;here&gt;" in post["content"]
    b.open("/share")
    assert b.submit(text="  ", visibility="public").status_code == 422


def test_old_posts_leave_when_their_author_wants_it(house):
    house.add_user("tidy")
    me, b = login(house, "tidy"), browser(house)
    old, new = me.status("long ago"), me.status("just now")
    house.sql(f"UPDATE statuses SET id = id - {20 * 86_400_000 << 16} WHERE id = {old['id']}")
    old = int(old["id"]) - (20 * 86_400_000 << 16)
    assert "/auth/sign_in" in b.open("/statuses_cleanup").text
    b.submit(login="tidy", password=PASSWORD)
    assert 'name="keep_pinned" value="yes" checked' in b.page.text and 'name="keep_media" value="yes">' in b.page.text
    assert '<option value="2w" selected>' in b.page.text and "/statuses_cleanup" in browser_in(house, "tidy").open("/auth/edit").text
    for bad in ({"min_status_age": "1d"}, {"min_status_age": "1w", "min_favs": "few"}):
        b.open("/statuses_cleanup")
        assert b.submit(action="/statuses_cleanup", enabled="yes", **bad).status_code == 422
    assert me.get(f"/api/v1/statuses/{old}")["content"] == "<p>long ago</p>"
    b.open("/statuses_cleanup")
    r = b.submit(action="/statuses_cleanup", enabled="yes", min_status_age="1w", keep_media="yes", min_favs="7")
    assert 'role="status">Saved.' in r.text and 'role="alert"' not in r.text
    assert r.status_code == 200 and 'name="keep_media" value="yes" checked' in r.text and 'name="min_favs" value="7"' in r.text
    wait_until(lambda: me.raw("GET", f"/api/v1/statuses/{old}").status_code == 404, 20)
    assert me.get(f"/api/v1/statuses/{new['id']}")["id"] == new["id"]
    # the same by command
    said = dict(line.split("\t") for line in house.command("account", "cleanup", "tidy").stdout.splitlines())
    assert (said["enabled"], said["min_status_age"], said["keep_media"], said["min_favs"], said["min_reblogs"]) == ("yes", "1w", "yes", "7", "")
    house.command("account", "cleanup", "@tidy", "min_favs")
    house.command("account", "cleanup", "tidy", "enabled", "no")
    assert "min_favs\t\n" in house.command("account", "cleanup", "tidy").stdout
    assert "yes or no" in house.command("account", "cleanup", "tidy", "enabled", "perhaps", ok=False).stderr
    assert "keep_polls" in house.command("account", "cleanup", "tidy", "keep_all", "yes", ok=False).stderr
    assert "no account" in house.command("account", "cleanup", "nobody", ok=False).stderr


def test_a_mail_server_that_is_away_is_tried_again(kind):
    with Server(kind, sign_up="open", smtp_url="smtp://127.0.0.1:9", mail_from="post@example.test") as s:
        app_token(s).post("/api/v1/accounts", **GOOD)
        wait_until(lambda: int(s.sql("SELECT tries FROM jobs WHERE kind = 'mail'")) >= 1, 15)
        wait_until(lambda: "at=mail" in s.log(), 15)


@pytest.mark.skipif(SLOW > 1, reason="sanitizers keep memory for themselves")
def test_logging_in_leaves_no_memory_behind(house):
    def anonymous_memory():
        text = open(f"/proc/{house.process.pid}/status").read()
        return int(re.search(r"RssAnon:\s+(\d+)", text)[1])

    before = anonymous_memory()
    for _ in range(6):
        browser(house).log_in("owner")
    assert anonymous_memory() - before < 16000
