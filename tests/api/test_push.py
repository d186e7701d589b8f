"""Web push as apps use it: subscribing, being told, both encodings, and what a push service answers."""
import json
import socket
import time

import pytest
from harness import ApiError, holds, login, wait_until
from receiver import Receiver, b64
from shapes import is_a

PATH = "/api/v1/push/subscription"
ALL = """mention status reblog follow follow_request favourite poll update quote quoted_update admin.sign_up
    admin.report""".split()


@pytest.fixture(scope="module")
def receiver():
    with Receiver() as r:
        yield r


def refused(fn, status=422):
    with pytest.raises(ApiError) as e:
        fn()
    assert e.value.status == status, e.value
    return e.value.reply.json()["error"]


def waiting(server):
    return int(server.sql("SELECT COUNT(*) FROM jobs WHERE kind = 'push'"))


def hurry(server, somebody):
    """What waits for another try is due now, and the workers look: the end of a poll is work too."""
    server.sql("UPDATE jobs SET due = 1 WHERE kind = 'push'")
    somebody.status("which?", poll={"options": ["a", "b"], "expires_in": 3600})


def failed(server, tries):
    """Does one wait, after so many tries?"""
    return server.sql(f"SELECT COUNT(*) FROM jobs WHERE kind = 'push' AND error IS NOT NULL AND tries = {tries} AND lease = 0") == "1"


def test_a_subscription_is_kept_shown_changed_and_removed(alice, receiver):
    assert refused(lambda: alice.get(PATH), 404) == "Record not found"
    app = receiver.app()
    made = is_a("WebPushSubscription", app.subscribe(alice, {"mention": True, "admin.sign_up": "1", "poll": False}, policy="followed"))
    assert made["endpoint"] == app.endpoint and made["standard"] and made["policy"] == "followed"
    assert {k for k, on in made["alerts"].items() if on} == {"mention", "admin.sign_up"}
    assert set(ALL) <= made["alerts"].keys()
    assert alice.get(PATH) == made
    changed = is_a("WebPushSubscription", alice.put(PATH, data={"alerts": {"follow": True}}))
    assert {k for k, on in changed["alerts"].items() if on} == {"follow"} and changed["policy"] == "all"
    assert alice.get(PATH) == changed and changed["id"] == made["id"]
    again = receiver.app().subscribe(alice, {}, standard=False)
    assert not again["standard"] and alice.get(PATH) == again  # in its place
    assert alice.delete(PATH) == {} and alice.delete(PATH) == {}
    refused(lambda: alice.get(PATH), 404)
    refused(lambda: alice.put(PATH, data={"alerts": {"follow": True}}), 404)


def test_it_is_the_tokens_own(server, alice, receiver):
    app = receiver.app()
    app.subscribe(alice, {"mention": True})
    other = login(server, alice.name)
    refused(lambda: other.get(PATH), 404)
    other.delete(PATH)
    assert alice.get(PATH)["endpoint"] == app.endpoint


def test_forms_as_apps_send_them(alice, receiver):
    app = receiver.app()
    form = {"subscription[endpoint]": app.endpoint, "subscription[keys][p256dh]": app.keys()["p256dh"],
            "subscription[keys][auth]": app.keys()["auth"] + "==", "data[alerts][favourite]": "true", "data[policy]": "follower"}
    made = alice.call("POST", PATH, data=form)
    assert made["alerts"]["favourite"] and made["policy"] == "follower" and not made["standard"]
    assert not alice.call("PUT", PATH, data={"policy": "none"})["alerts"]["favourite"]


@pytest.mark.parametrize("standard", [True, False])
def test_a_message_is_deciphered(alice, bob, receiver, standard):
    app = receiver.app()
    key = app.subscribe(alice, {"mention": True}, standard)["server_key"]
    bob.patch("/api/v1/accounts/update_credentials", display_name="Bob & Söhne")
    post = bob.status(f"@{alice.name} grüße <b> " + "long " * 60, spoiler_text="")
    message = app.wait()
    note = alice.get("/api/v1/notifications")[0]
    assert message["access_token"] == alice.token and message["preferred_locale"] == "en"
    assert message["notification_id"] == int(note["id"]) and message["notification_type"] == "mention"
    assert message["icon"] == note["account"]["avatar"]
    assert message["title"] == "Bob & Söhne mentioned you"
    assert "grüße <b> long" in message["body"] and len(message["body"]) <= 141
    headers = app.requests[0][0]
    assert headers["Content-Encoding"] == ("aes128gcm" if standard else "aesgcm")
    assert int(headers["TTL"]) > 3600 and headers["Urgency"] in ("normal", "high")
    _, claims, vapid = app.read(app.requests[0])
    assert vapid == key == alice.get("/api/v2/instance")["configuration"]["vapid"]["public_key"]
    assert key == alice.get("/api/v1/apps/verify_credentials")["vapid_key"] == alice.app["vapid_key"]
    assert claims["aud"] == receiver.base and claims["sub"].startswith(("mailto:", "http"))
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600
    bob.delete(f"/api/v1/statuses/{post['id']}")


def test_only_what_was_asked_for(server, alice, bob, receiver):
    app = receiver.app()
    app.subscribe(alice, {"favourite": True, "follow": True}, policy="followed")
    post = alice.status("like me")["id"]
    bob.post(f"/api/v1/statuses/{post}/favourite")
    bob.status(f"@{alice.name} hello")
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    bob.post(f"/api/v1/accounts/{alice.id}/follow")
    message = app.wait()
    assert message["notification_type"] == "follow" and alice.name not in message["title"]
    wait_until(lambda: not waiting(server))
    alice.put(PATH, data={"alerts": {"mention": True}, "policy": "follower"})
    eve = server.someone("eve")
    eve.status(f"@{alice.name} hello")
    bob.status(f"@{alice.name} again")
    assert "again" in app.wait(2)["body"]
    wait_until(lambda: not waiting(server))
    alice.put(PATH, data={"alerts": {"mention": True}, "policy": "none"})
    bob.status(f"@{alice.name} more")
    assert waiting(server) == 0 and len(app.requests) == 2


def test_held_back_is_not_pushed(server, alice, bob, receiver):
    app = receiver.app()
    app.subscribe(alice, {"mention": True})
    bob.status(f"@{alice.name} psst", visibility="direct")
    bob.status(f"@{alice.name} hello")
    assert "hello" in app.wait()["body"]
    wait_until(lambda: not waiting(server))
    assert len(app.requests) == 1


def test_push_02_keys_that_are_none_are_refused(alice, receiver):
    app = receiver.app()
    good = app.keys()

    def keys(**other):
        return refused(lambda: alice.post(PATH, subscription={"endpoint": app.endpoint, "keys": {**good, **other}}, data={}))

    off = bytearray(app.point)
    off[40] ^= 1
    for point in (app.point[:-1], app.point + b"\0", bytes(off), b"\4" + bytes(64), b"\0", b"\2" + app.point[1:33],
                  b"\6" + app.point[1:], b"\4" + b"\xff" * 64, b""):
        assert "keys" in keys(p256dh=b64(point))
    for text in ("*" * 87, "ä" * 40, good["p256dh"] + "A", "A" * (900 << 10)):
        keys(p256dh=text)
    for auth in (b"a" * 15, b"a" * 17, b""):
        keys(auth=b64(auth))
    keys(auth="\n" * 22)
    refused(lambda: alice.post(PATH, subscription={"endpoint": app.endpoint}, data={}))
    for endpoint in ("", "push", "javascript:alert(1)", "ftp://push.test/", "http://user:pw@push.test/", "https://" + "a" * 5000, "https:///x"):
        error = refused(lambda endpoint=endpoint: alice.post(PATH, subscription={"endpoint": endpoint, "keys": good}, data={}))
        assert "ndpoint" in error
    refused(lambda: alice.post(PATH, subscription={"endpoint": app.endpoint, "keys": good}, data={"policy": "odd"}))
    refused(lambda: alice.get(PATH), 404)


def test_push_04_answers_of_the_service(server, alice, bob, receiver):
    app = receiver.app()
    app.subscribe(alice, {"mention": True})
    app.answers = [500, None, (429, {"Retry-After": "1000"}), 201]
    bob.status(f"@{alice.name} one")
    for tries in (1, 2):
        wait_until(lambda tries=tries: failed(server, tries), 8)
        hurry(server, bob)
    # when the service says to wait, that long at least
    now = int(time.time() * 1000)
    wait_until(lambda: failed(server, 3), 8)
    assert int(server.sql("SELECT due FROM jobs WHERE kind = 'push'")) > now + 900_000
    hurry(server, bob)
    assert "one" in app.wait(4)["body"]
    wait_until(lambda: not waiting(server))
    # what is wrong for good is not tried again, but others are
    app.answers = [413]
    bob.status(f"@{alice.name} two")
    app.wait(5)
    wait_until(lambda: not waiting(server))
    assert alice.get(PATH)
    # after four tries it is given up
    app.answers = [503] * 4
    bob.status(f"@{alice.name} three")
    for tries in (1, 2, 3):
        wait_until(lambda tries=tries: failed(server, tries), 8)
        hurry(server, bob)
    wait_until(lambda: not waiting(server), 8)
    assert len(app.requests) == 9
    for gone in (404, 410):
        app.subscribe(alice, {"mention": True})
        app.answers = [gone]
        bob.status(f"@{alice.name} are you there? {gone}")
        wait_until(lambda: alice.raw("GET", PATH).status_code == 404, 8)
    assert server.sql("SELECT COUNT(*) FROM dead_jobs WHERE kind = 'push'") == "0"


def test_push_06_nothing_that_is_not_to_be_seen_any_more(server, alice, bob, receiver):
    """Each message fails once; by its second try there is a reason to say nothing."""
    def mute():
        alice.post(f"/api/v1/accounts/{bob.id}/mute")

    def unmute():
        alice.post(f"/api/v1/accounts/{bob.id}/unmute")

    def block():
        alice.post(f"/api/v1/accounts/{bob.id}/block")

    def unblock():
        alice.post(f"/api/v1/accounts/{bob.id}/unblock")

    app = receiver.app()
    app.subscribe(alice, {"mention": True})
    sent = 0
    for reason, after in ((mute, unmute), (block, unblock), (lambda: bob.delete(f"/api/v1/statuses/{post}"), None),
                          (lambda: alice.post("/api/v1/notifications/clear"), None), (None, None)):
        app.answers = [500]
        post = bob.status(f"@{alice.name} a secret word {sent}")["id"]
        sent += 1
        wait_until(lambda: failed(server, 1), 8)
        if reason:
            reason()
        hurry(server, bob)
        wait_until(lambda: not waiting(server), 8)
        sent += not reason
        assert len(app.requests) == sent, reason
        if after:
            after()
    for headers, body in app.requests:
        assert b"secret" not in body and "secret" not in str(headers)
    # nobody else learns of the address, nor does the log
    assert app.path not in server.log(1 << 20)
    assert app.path not in json.dumps([bob.get(f"/api/v1/accounts/{alice.id}"), alice.get("/api/v1/accounts/verify_credentials")])
    # a token that is revoked
    bob.status(f"@{alice.name} before")
    app.wait(sent + 1)
    wait_until(lambda: not waiting(server))
    alice.post("/oauth/revoke", token=alice.token, client_id=alice.app["client_id"], client_secret=alice.app["client_secret"])
    bob.status(f"@{alice.name} after")
    assert waiting(server) == 0
    holds(lambda: len(app.requests) == sent + 1, 0.3)


def test_push_07_the_key_stays_and_is_nobodys(server, alice, bob, receiver):
    app = receiver.app()
    key = app.subscribe(alice, {"mention": True})["server_key"]
    secret, point = server.sql("SELECT value FROM secrets WHERE name = 'vapid'").split()
    assert point == key
    # nor is the app's token to be read in the tables
    assert alice.token not in server.sql(f"SELECT token FROM push_subscriptions WHERE token_id = token_id")
    server.restart()
    assert alice.get(PATH)["server_key"] == key == alice.get("/api/v2/instance")["configuration"]["vapid"]["public_key"]
    bob.status(f"@{alice.name} after the start")
    message, claims, _ = app.read((app.wait(), app.requests[0])[1])
    assert message["access_token"] == alice.token and claims["aud"] == receiver.base
    for client in (alice, server.user("owner"), server.anonymous()):
        for path in ("/api/v2/instance", "/api/v1/instance", PATH, "/api/v1/apps/verify_credentials", "/nodeinfo/2.0"):
            assert secret not in client.raw("GET", path).text


def test_push_08_one_a_token_and_few_a_user(server, alice, receiver):
    app = receiver.app()
    first = app.subscribe(alice, {"mention": True})
    token, = server.sql(f"SELECT token_id FROM push_subscriptions WHERE id = {first['id']}").split()
    user = server.sql(f"SELECT user_id FROM oauth_tokens WHERE id = {token}")
    rows = [f"({i}, {i}, {user}, 0, '', '', '', TRUE, '[]', 'all', '', 0, 0)" for i in range(1000, 1060)]
    columns = "(id, token_id, user_id, account_id, endpoint, p256dh, auth, standard, alerts, policy, token, failures, created_at)"
    server.sql(f"INSERT INTO push_subscriptions {columns} VALUES {', '.join(rows)};"
               f"INSERT INTO oauth_tokens (id, token_hash, app_id, user_id, account_id, scopes, created_at, used_at) SELECT id, 'x' || id,"
               f" 1, {user}, 1, '', 0, 0 FROM push_subscriptions WHERE id < 2000")
    for _ in range(3):
        last = app.subscribe(alice, {"mention": True})
    left = [int(i) for i in server.sql(f"SELECT id FROM push_subscriptions WHERE user_id = {user} ORDER BY id").split()]
    assert len(left) == 25 and left[-1] == int(last["id"]) and left[0] == 1060 - 24


def test_one_service_that_does_not_answer_holds_up_nobody(server, alice, bob, receiver):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        eve = server.someone("eve")
        stuck, app = receiver.app(), receiver.app()
        stuck.endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/silent"
        stuck.subscribe(eve, {"mention": True})
        app.subscribe(alice, {"mention": True})
        for i in range(20):
            bob.status(f"@{eve.name} {i}")
        bob.status(f"@{alice.name} hello")
        app.wait()  # well before the silent one is given up, after ten seconds
        eve.delete(PATH)
        server.sql("DELETE FROM jobs WHERE kind = 'push'")
