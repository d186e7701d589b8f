"""What becomes of accounts: what they feature, that they move, that they are reported, that they end."""
import json
import pathlib
import re
import time

from harness import SLOW, holds, wait_until
from peer import AS, PUBLIC, Actor, some_key


def rss(server):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{server.process.pid}/status").read_text())[1])


def uri_of(client):
    return client.get(f"/api/v1/accounts/{client.id}")["uri"]


def befriend(server, peer, me, name, key=0):
    """A remote account that me follows; what it is called here."""
    actor = peer.actor(name, key)
    account = me.follow(actor.handle)
    asked = wait_until(lambda: [a for a in peer.of_type("Follow") if a["object"] == actor.uri and a["actor"] == uri_of(me)])[-1]
    assert actor.send(server, actor.activity("Accept", asked)).status_code == 202
    wait_until(lambda: me.relationship(account["id"])["following"])
    return actor, account


def featuring(actor):
    """It has the collections of what it features."""
    actor.doc.update(featured=actor.uri + "/featured", featuredTags=actor.uri + "/tags")
    actor.peer.docs[f"/users/{actor.name}/featured"] = {
        "@context": AS, "id": actor.uri + "/featured", "type": "OrderedCollection", "orderedItems": []}
    actor.peer.docs[f"/users/{actor.name}/tags"] = {
        "@context": AS, "id": actor.uri + "/tags", "type": "Collection", "totalItems": 2,
        "items": [{"type": "Hashtag", "name": "#Rocks", "href": actor.uri + "/x"}, {"type": "Hashtag", "name": "Sun"}]}


def pinned(me, account):
    return [p["uri"] for p in me.get(f"/api/v1/accounts/{account['id']}/statuses", pinned="true")]


def tags_of(server, account):
    return sorted(server.sql(f"SELECT name FROM featured_tags WHERE account_id = {account['id']}").split())


# --- featured


def test_what_others_pin_is_pinned_here(server, peer, alice):
    featuring(peer.actor("pinner"))
    actor, account = befriend(server, peer, alice, "pinner")
    wait_until(lambda: tags_of(server, account) == ["Rocks", "Sun"])
    posts = [actor.note(f"pin {i}") for i in range(3)]
    at = actor.uri + "/featured"
    actor.send(server, actor.activity("Add", posts[0]["id"], target=at))  # fetched by its id
    actor.send(server, actor.activity("Add", posts[1], target=at))        # as it came
    wait_until(lambda: set(pinned(alice, account)) == {posts[0]["id"], posts[1]["id"]})
    assert not alice.get("/api/v1/notifications")
    actor.send(server, actor.activity("Remove", posts[0], target=at))
    actor.send(server, actor.activity("Remove", posts[2]["id"], target=at))
    wait_until(lambda: pinned(alice, account) == [posts[1]["id"]])
    for name, target in (("#Moss", at), ("#Fern", actor.uri + "/tags"), ("#no tag", at), ("#Nowhere", actor.uri + "/else")):
        actor.send(server, actor.activity("Add", {"type": "Hashtag", "name": name, "href": peer.base}, target=target))
    actor.send(server, actor.activity("Remove", {"type": "Hashtag", "name": "#rocks"}, target=at))
    wait_until(lambda: tags_of(server, account) == ["Fern", "Moss", "Sun"])


def test_pins_and_tags_of_others_have_limits(server, peer, alice):
    featuring(peer.actor("greedy"))
    actor, account = befriend(server, peer, alice, "greedy")
    wait_until(lambda: tags_of(server, account) == ["Rocks", "Sun"])  # they are read behind, and would replace what is added
    at = actor.uri + "/featured"
    for i in range(23):
        actor.send(server, actor.activity("Add", actor.note(f"pin {i}"), target=at))
    for i in range(32):
        actor.send(server, actor.activity("Add", {"type": "Hashtag", "name": f"#tag{i}"}, target=at))
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0", 60)
    assert len(pinned(alice, account)) == 20
    assert len(tags_of(server, account)) == 30


def test_only_ones_own_posts_in_ones_own_collections(server, peer, alice):
    other, _ = befriend(server, peer, alice, "other")
    featuring(peer.actor("thief"))
    actor, account = befriend(server, peer, alice, "thief")
    at = actor.uri + "/featured"
    foreign, own = other.note("not yours"), actor.note("mine")
    secret = actor.note("a secret", to=[uri_of(alice)], cc=[actor.uri + "/nobody"])
    actor.send(server, actor.create(secret))
    for object_, target in ((foreign["id"], at), ({**foreign, "attributedTo": actor.uri}, at), (own["id"], other.uri + "/featured"),
                            (own["id"], uri_of(alice) + "/collections/featured"), (alice.status("x")["uri"], at),
                            (secret["id"], at), (None, at), ([], at), (own["id"], None)):
        assert actor.send(server, actor.activity("Add", object_, target=target)).status_code in (202, 400)
    actor.send(server, actor.activity("Add", own["id"], target=at))
    wait_until(lambda: pinned(alice, account) == [own["id"]])


def test_pins_of_those_whom_nobody_follows_are_not_fetched(server, peer, alice):
    featuring(peer.actor("stranger"))
    actor = peer.actor("stranger")
    account = alice.find(actor.handle)
    wait_until(lambda: tags_of(server, account))  # its profile was looked at
    note = actor.note("not wanted")
    actor.send(server, actor.activity("Add", note["id"], target=actor.uri + "/featured"))
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
    assert not pinned(alice, account) and not [1 for _, path in peer.asked if note["id"].endswith(path)]


# --- moving


def to(server, actor, client, activity, **members):
    """The last of what was sent to an actor's server by that person."""
    return wait_until(lambda: [a for a in actor.peer.of_type(activity, **members) if a["actor"] == uri_of(client)], 20,
                      what=f"a {activity} of {client.name}")[-1]


def sends_move(server, old, new, sender=None, **more):
    sender = sender or old
    assert sender.send(server, sender.activity("Move", old.uri, target=new.uri, to=[old.uri + "/followers"], **more)).status_code == 202
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")


def nudge(server, peer):
    """A command notes its work in the database; a server that has something to do finds it at once, an idle one later."""
    owner, listener = server.user("owner"), peer.actor("listener")
    if not peer.of_type("Accept", actor=uri_of(owner)):
        listener.send(server, listener.follow(uri_of(owner)))
        peer.wait_for("Accept", actor=uri_of(owner))
    owner.status("something to do")


def shown(me, account):
    return me.get(f"/api/v1/accounts/{account['id']}")


def test_a_move_takes_followers_blocks_mutes_and_notes_along(server, peer, alice, bob):
    carol, dave, erin = (server.someone(n) for n in ("carol", "dave", "erin"))
    old, account = befriend(server, peer, alice, "old")
    new = peer.actor("new", 1)
    there = alice.find(new.handle)
    at = f"/api/v1/accounts/{account['id']}"
    alice.post(at + "/follow", reblogs=False, notify=True, languages=["de"])
    alice.post(at + "/note", comment="my friend")
    friends = alice.post("/api/v1/lists", title="friends")
    alice.post(f"/api/v1/lists/{friends['id']}/accounts", account_ids=[account["id"]])
    bob.post(at + "/block")
    carol.post(at + "/mute", notifications=False)
    for stays in (dave, erin):  # one that may not follow the new one, one whom nobody asked
        befriend(server, peer, stays, "old")
    dave.post(f"/api/v1/accounts/{there['id']}/block")
    new.doc["alsoKnownAs"] = [old.uri]
    sends_move(server, old, new)

    assert to(server, new, alice, "Follow", object=new.uri)
    assert to(server, old, alice, "Undo")["object"]["object"] == old.uri
    assert to(server, new, erin, "Follow", object=new.uri)
    has = lambda c, **want: all(c.relationship(there["id"])[k] == v for k, v in want.items())  # noqa: E731
    wait_until(lambda: has(alice, requested=True, note=f"This user moved from {old.handle}, here were your previous notes"
                           " about them:\nmy friend"))
    wait_until(lambda: has(bob, blocking=True, note=f"This user moved from {old.handle}, which you had blocked."))
    wait_until(lambda: has(carol, muting=True, muting_notifications=False,
                           note=f"This user moved from {old.handle}, which you had muted."))
    assert has(dave, blocking=True, requested=False) and dave.relationship(account["id"])["following"]
    assert not alice.relationship(account["id"])["following"]
    asked = to(server, new, alice, "Follow", object=new.uri)
    new.send(server, new.activity("Accept", asked))
    wait_until(lambda: has(alice, following=True, showing_reblogs=False, notifying=True, languages=["de"]))
    assert [a["id"] for a in alice.get(f"/api/v1/lists/{friends['id']}/accounts")] == [there["id"]]
    moved = shown(alice, account)["moved"]
    assert moved["id"] == there["id"] and "moved" not in moved
    # nobody follows the old one any more
    r = alice.raw("POST", at + "/follow")
    assert r.status_code == 403

    # again, and back: not within a week
    before = len(peer.of_type("Follow"))
    old.doc["alsoKnownAs"] = [new.uri]
    sends_move(server, new, old)
    sends_move(server, old, new)
    assert "moved" not in shown(alice, there)
    holds(lambda: len(peer.of_type("Follow")) == before, 0.2)


def test_only_moves_that_both_want_count(server, peer, alice):
    old, account = befriend(server, peer, alice, "settled")
    other = peer.actor("elsewhere", 1)
    follows = len(peer.of_type("Follow"))

    def nothing():
        peer_asked = len(peer.of_type("Follow")) - follows
        return not peer_asked and "moved" not in shown(alice, account)

    def again():  # as if time had passed
        server.restart()

    sends_move(server, old, other)  # which does not know the old one
    other.doc["alsoKnownAs"] = [old.uri]
    sends_move(server, old, other, sender=peer.actor("third", 2))     # said by somebody else
    sends_move(server, old, old)
    sends_move(server, old, other, sender=other)                     # the old one does not point there
    old.send(server, old.activity("Move", old.uri))                  # nowhere
    old.send(server, old.activity("Move", old.uri, target=uri_of(alice)))
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
    assert nothing()
    again()
    other.doc["movedTo"] = peer.base + "/users/third"
    sends_move(server, old, other)                                   # itself gone
    assert nothing()
    del other.doc["movedTo"]
    again()
    old.doc["movedTo"] = other.uri
    sends_move(server, old, other, sender=other)                     # pulled, and both agree
    assert to(server, other, alice, "Follow", object=other.uri)
    wait_until(lambda: shown(alice, account)["moved"]["acct"] == other.handle)



def test_one_of_ours_moves_away_and_back(server, peer, alice, bob):
    fan, new = peer.actor("fan"), peer.actor("mynew", 1)
    assert fan.send(server, fan.follow(uri_of(alice))).status_code == 202
    bob.follow(alice.handle)
    wait_until(lambda: alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == 2)

    r = server.command("account", "move", alice.name, new.handle, ok=False)
    assert r.returncode == 1 and "alias" in r.stderr and uri_of(alice) in r.stderr
    for words in (("nobody", new.handle), (alice.name, "none@" + peer.host), (alice.name, alice.handle)):
        assert server.command("account", "move", *words, ok=False).returncode == 1
    assert server.command("account", "move", alice.name, ok=False).returncode == 2
    new.doc["alsoKnownAs"] = [uri_of(alice)]
    assert new.uri in server.command("account", "move", alice.name, new.handle).stdout
    nudge(server, peer)

    move = to(server, fan, alice, "Move")
    assert (move["object"], move["target"], move["to"]) == (uri_of(alice), new.uri, [uri_of(alice) + "/followers"])
    assert move["proof"]["type"] == "DataIntegrityProof"
    told = [a for a in peer.of_type("Update", actor=uri_of(alice)) if a["object"].get("movedTo") == new.uri]
    assert told and peer.taken.index(told[0]) < peer.taken.index(move)
    assert to(server, new, bob, "Follow", object=new.uri)
    wait_until(lambda: not bob.relationship(alice.id)["following"])
    assert bob.get(f"/api/v1/accounts/{alice.id}")["moved"]["acct"] == new.handle
    assert fan.get(server, uri_of(alice)).json()["movedTo"] == new.uri
    for path, data in (("/api/v1/statuses", {"status": "still here"}), (f"/api/v1/accounts/{bob.id}/follow", {})):
        r = alice.raw("POST", path, json=data)
        assert r.status_code == 403 and "moved" in r.json()["error"]
    assert alice.get("/api/v1/timelines/home") is not None
    late = peer.actor("late", 2)
    late.send(server, late.follow(uri_of(alice)))
    peer.wait_for("Reject", actor=uri_of(alice))

    r = server.command("account", "move", alice.name, new.handle, ok=False)
    assert r.returncode == 1 and "30 days" in r.stderr
    server.command("account", "move", alice.name, "--undo")
    nudge(server, peer)
    wait_until(lambda: alice.raw("POST", "/api/v1/statuses", json={"status": "back"}).status_code == 200)
    wait_until(lambda: peer.of_type("Update", actor=uri_of(alice))[-1]["object"].get("movedTo") is None)
    assert "moved" not in bob.get(f"/api/v1/accounts/{alice.id}")
    assert server.command("account", "move", alice.name, "--undo", ok=False).returncode == 1


def test_aliases_are_told_and_let_others_move_here(server, peer, alice, bob):
    old, account = befriend(server, peer, bob, "before")
    fan = peer.actor("fan2")
    fan.send(server, fan.follow(uri_of(alice)))
    alias = lambda *words, **kw: server.command("account", "alias", alice.name, *words, **kw)  # noqa: E731
    alias("add", old.handle)
    alias("add", "@" + old.handle)
    assert alias("list").stdout == f"{old.uri}\t{old.handle}\n" == alias().stdout
    assert all(f"(+http://{server.host}/)" in headers["User-Agent"] for _, _, headers in list(peer.requests))
    nudge(server, peer)
    assert fan.get(server, uri_of(alice)).json()["alsoKnownAs"] == [old.uri]
    wait_until(lambda: peer.of_type("Update", actor=uri_of(alice))[-1]["object"]["alsoKnownAs"] == [old.uri])
    for words in (("add", alice.name), ("add", "none@" + peer.host), ("remove", bob.handle)):
        assert alias(*words, ok=False).returncode == 1
    assert alias("add", ok=False).returncode == alias("list", "x", ok=False).returncode == alias("push", "x", ok=False).returncode == 2

    old.send(server, old.activity("Move", old.uri, target=uri_of(alice)))
    wait_until(lambda: bob.relationship(alice.id)["following"])
    wait_until(lambda: shown(bob, account)["moved"]["id"] == alice.id)
    alias("remove", old.handle)
    assert alias("list").stdout == ""


# --- the end


def test_a_deleted_account_is_gone_here_and_elsewhere(server, peer, bob):
    carol = server.someone("carol")
    fan, stranger = peer.actor("fan"), peer.actor("stranger2")
    stranger.doc.pop("endpoints")  # has but its own inbox
    post, reply = carol.status("hello"), bob.status("also here")
    uri = uri_of(carol)
    for a in (fan, stranger):
        a.send(server, a.follow(uri))
    bob.follow(carol.handle)
    carol.post(f"/api/v1/statuses/{reply['id']}/favourite")
    wait_until(lambda: carol.get(f"/api/v1/accounts/{carol.id}")["followers_count"] == 3)

    delete = lambda *more, **kw: server.command("account", "delete", carol.name, *more, **kw)  # noqa: E731
    assert delete(ok=False).returncode == 1  # nobody can be asked
    assert "--yes" in delete(ok=False).stderr and carol.status("still here")
    assert carol.name in delete("--yes").stdout
    wait_until(lambda: carol.raw("GET", "/api/v1/accounts/verify_credentials").status_code == 401)
    nudge(server, peer)

    gone = [a for a in wait_until(lambda: peer.of_type("Delete", actor=uri))]
    assert gone[0]["object"] == uri and gone[0]["to"] == [PUBLIC] and gone[0]["proof"]
    inboxes = lambda: {p for m, p, _ in peer.requests if m == "POST"}  # noqa: E731
    wait_until(lambda: {"/inbox"} <= inboxes())
    as_json = {"Accept": "application/activity+json"}
    for path in (uri, post["uri"], uri + "/outbox", uri + "/followers"):
        wait_until(lambda p=path: bob.raw("GET", p, headers=as_json).status_code == 410)
    tombstone = server.anonymous().raw("GET", uri, headers=as_json).json()
    assert tombstone["type"] == "Tombstone" and tombstone["id"] == uri and "hello" not in str(tombstone)
    resource = f"/.well-known/webfinger?resource=acct:{carol.handle}"
    assert bob.raw("GET", resource).status_code == 410
    assert fan.send(server, fan.follow(uri), inbox=f"/users/{carol.name}/inbox").status_code in (404, 410)
    assert server.anonymous().raw("GET", f"/@{carol.name}").status_code in (404, 410)
    for path in (f"/api/v1/accounts/{carol.id}", f"/api/v1/statuses/{post['id']}", f"/api/v1/accounts/lookup?acct={carol.name}"):
        assert bob.raw("GET", path).status_code == 404
    left = f"SELECT (SELECT count(*) FROM statuses WHERE account_id = {carol.id} AND deleted_at = 0)" \
           f" + (SELECT count(*) FROM follows WHERE {carol.id} IN (account_id, target_id))"
    wait_until(lambda: server.sql(left) == "0")
    wait_until(lambda: bob.get(f"/api/v1/statuses/{reply['id']}")["favourites_count"] == 0)
    assert bob.get(f"/api/v1/accounts/{bob.id}")["following_count"] == 0

    for name in (carol.name, carol.name.upper()):  # MT-06
        r = server.command("account", "create", name, "--password-file", "-", stdin="correct horse\n", ok=False)
        assert r.returncode == 1 and "taken" in r.stderr
    assert delete("--yes", ok=False).returncode == 1
    assert "nobody" in server.command("account", "delete", "nobody", "--yes", ok=False).stderr


def test_a_new_name_is_the_same_account_and_the_old_one_may_be_anothers(server, peer, alice):
    actor, account = befriend(server, peer, alice, "caterpillar")
    actor.handle, actor.doc["preferredUsername"] = "butterfly@" + peer.host, "butterfly"
    peer.actors["butterfly"] = peer.actors.pop("caterpillar")
    actor.send(server, actor.activity("Update", actor.doc))
    path = f"/api/v1/accounts/{account['id']}"
    wait_until(lambda: alice.get(path)["acct"] == actor.handle)
    assert alice.relationship(account["id"])["following"]
    heir = Actor(peer, "heir", some_key(1))
    peer.actors["caterpillar"], heir.handle, heir.doc["preferredUsername"] = heir, "caterpillar@" + peer.host, "caterpillar"
    other = alice.find(heir.handle)
    assert other["uri"] == heir.uri and other["acct"] == heir.handle and other["id"] != account["id"]
    # what somebody else is called is told by the one that WebFinger names
    peer.actors["butterfly"], heir.handle, heir.doc["preferredUsername"] = heir, "butterfly@" + peer.host, "butterfly"
    heir.send(server, heir.activity("Update", heir.doc))
    wait_until(lambda: alice.get(f"/api/v1/accounts/{other['id']}")["acct"] == heir.handle)
    assert alice.get(path)["acct"] != heir.handle and server.sql(f"SELECT uri FROM accounts WHERE id = {account['id']}") == actor.uri


def test_who_is_looked_at_or_does_something_is_read_again_when_long_unread(server, peer, alice):
    actor = peer.actor("changing")
    account = alice.find(actor.handle)
    path, name = f"/api/v1/accounts/{account['id']}", lambda: alice.get(path)["display_name"]

    def unread(days):
        at = int((time.time() - days * 86400) * 1000)
        server.sql(f"UPDATE accounts SET fetched_at = {at} WHERE id = {account['id']}")

    actor.doc["name"] = "By looking"
    assert name() == "Changing"
    unread(2)
    wait_until(lambda: name() == "By looking")
    actor.doc["name"] = "By writing"
    unread(8)
    assert actor.send(server, actor.follow(uri_of(alice))).status_code == 202
    wait_until(lambda: server.sql(f"SELECT display_name FROM accounts WHERE id = {account['id']}") == "By writing")
    peer.docs["/users/changing"] = 410
    unread(2)
    wait_until(lambda: alice.raw("GET", path).status_code == 404)


def test_who_was_deleted_may_come_back(server, peer, alice):
    """A blog whose author was switched off and on again: found by name once its server has them again, and not at once."""
    phoenix = peer.actor("phoenix", 1)
    first = alice.find(phoenix.handle)
    assert phoenix.send(server, phoenix.activity("Delete", phoenix.uri)).status_code == 202
    search = lambda: alice.get("/api/v2/search", q=phoenix.handle, resolve="true")["accounts"]  # noqa: E731
    wait_until(lambda: server.sql(f"SELECT deleted_at <> 0 FROM accounts WHERE uri = '{phoenix.uri}'") in ("1", "t"))
    assert search() == []
    server.sql(f"UPDATE accounts SET deleted_at = deleted_at - 7200000 WHERE uri = '{phoenix.uri}'")
    assert [a["id"] for a in search()] == [first["id"]]
    peer.docs["/users/phoenix"] = 410
    assert phoenix.send(server, phoenix.activity("Delete", phoenix.uri)).status_code == 202
    wait_until(lambda: search() == [])
    server.sql(f"UPDATE accounts SET deleted_at = deleted_at - 7200000 WHERE uri = '{phoenix.uri}'")
    assert search() == []


def test_queue_15_deleting_many_posts_goes_on_after_a_crash(server, peer):
    dan = server.someone("dan")
    uri, first = uri_of(dan), dan.status("the first")
    names = ("url, account_id, site_id, thread_id, conversation, visibility, sensitive, spoiler_text, content, text, content_type,"
             " replies_count, reblogs_count, favourites_count, emojis, extras, created_at, edited_at, deleted_at")
    n = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i FROM n) x"
    server.sql(f"INSERT INTO statuses (id, uri, {names}) SELECT id + i, uri || '-' || i, {names} FROM statuses, {n}"
               f" WHERE id = {first['id']}")
    alive = lambda: int(server.sql(f"SELECT count(*) FROM statuses WHERE account_id = {dan.id} AND deleted_at = 0"))  # noqa: E731
    assert alive() == 3001
    before = rss(server)
    server.command("account", "delete", dan.name, "--yes")
    nudge(server, peer)
    wait_until(lambda: alive() < 2900, 60)
    server.kill()  # with some still there, unless this test was held up
    server.start()
    wait_until(lambda: alive() == 0, 60)
    assert rss(server) - before < 40000 * SLOW  # kB
    wait_until(lambda: peer.of_type("Delete", actor=uri))
    other = server.someone("erin")
    assert other.status("works")


# --- reports


def reports(server, *more):
    """Number, when, category, by, about, posts, comment of each; the newest first."""
    return [line.split("\t") for line in server.command("report", "list", *more).stdout.splitlines()]


def notices(me, kind="admin.report"):
    return [n for n in me.get("/api/v1/notifications") if n["type"] == kind]


def test_a_report_reaches_moderators_and_the_other_server(server, peer, alice, bob):
    mod, owner = server.user("mod", role="moderator"), server.user("owner")
    bad, account = befriend(server, peer, alice, "bad")
    far, _ = befriend(server, peer, alice, "asked", 1)
    question = far.note("a question")
    notes = [bad.note("spam"), bad.note("an answer", inReplyTo=question["id"])]
    for n in (far.create(question), *(bad.create(n) for n in notes)):
        n["actor"] = n["object"]["attributedTo"]
        (far if n["actor"] == far.uri else bad).send(server, n)
    found = [alice.find(n["id"]) for n in notes]
    r = alice.post("/api/v1/reports", account_id=account["id"], status_ids=[p["id"] for p in found], comment="Is <b>spam</b>",
                   category="spam", forward=True)
    assert (r["category"], r["forwarded"], r["action_taken"], r["status_ids"]) == (
        "spam", True, False, [p["id"] for p in found])
    assert r["target_account"]["id"] == account["id"] and r["comment"] == "Is <b>spam</b>"

    flag = peer.wait_for("Flag")
    instance = f"http://{server.host}/actor"
    assert flag["actor"] == instance and flag["content"] == "Is <b>spam</b>" and flag["to"] == [bad.uri]
    assert flag["object"][0] == bad.uri and set(flag["object"][1:]) == {n["id"] for n in notes}
    assert alice.name not in json.dumps(flag) and uri_of(alice) not in json.dumps(flag)
    where = [h for m, p, h in peer.requests if m == "POST" and p == f"/users/{bad.name}/inbox"]
    assert any(instance in h.get("signature", h.get("Signature", "")) for h in where)
    for staff in (mod, owner):
        assert [(n["account"]["acct"], n["report"]["id"]) for n in notices(staff)] == [(alice.name, r["id"])]
        groups = staff.get("/api/v2/notifications")["notification_groups"]
        assert [g["report"]["target_account"]["id"] for g in groups if g["type"] == "admin.report"] == [account["id"]]
    assert not notices(alice) and not notices(bob)

    line = reports(server)[0]
    assert line[0] == r["id"] and line[2:6] == ["spam", f"by {alice.handle}", f"about {bad.handle}", "2 posts"]
    assert "spam" in line[6]
    text = server.command("report", "show", r["id"]).stdout
    assert notes[0]["id"] in text and f"by        {alice.handle}" in text
    server.command("report", "resolve", r["id"])
    assert r["id"] not in [x[0] for x in reports(server)] and r["id"] in [x[0] for x in reports(server, "--resolved")]
    assert server.command("report", "show", "12", ok=False).returncode == 1
    assert server.command("report", "show", "x", ok=False).returncode == 2

    # who is answered by the reported posts may be told as well, and only domains that have to do with it
    before = len(peer.of_type("Flag"))
    r = alice.post("/api/v1/reports", account_id=account["id"], status_ids=[found[1]["id"]], forward="true",
                   forward_to_domains=["elsewhere.test"])
    assert r["forwarded"] is False and r["category"] == "other"
    r = alice.post("/api/v1/reports", account_id=bob.id)
    assert r["forwarded"] is False and r["status_ids"] == []
    alice.post("/api/v1/reports", account_id=bob.id, forward=True)
    holds(lambda: len(peer.of_type("Flag")) == before, 0.3)


def test_what_is_wrong_with_a_report_is_said(server, alice, bob):
    secret, own = bob.status("a secret", visibility="direct"), alice.status("mine")
    seen = bob.status("in public")
    host = server.host
    server.command("site", "set", server.domain, "rules", "Be kind\nNo ads")
    wait_until(lambda: len(alice.get("/api/v1/instance/rules")) == 2)
    ok = {"account_id": bob.id}
    for data, status in (({}, 404), ({"account_id": "1"}, 404), ({**ok, "status_ids": [secret["id"]]}, 404),
                         ({**ok, "status_ids": [seen["id"], own["id"]]}, 404), ({**ok, "status_ids": ["1"]}, 404),
                         ({**ok, "comment": "x" * 1001}, 422), ({**ok, "category": "dislike"}, 422), ({**ok, "rule_ids": ["3"]}, 422),
                         ({**ok, "rule_ids": ["0"]}, 422)):
        before = server.sql("SELECT count(*) FROM reports")
        r = alice.raw("POST", "/api/v1/reports", json=data)
        assert (r.status_code, "error" in r.json()) == (status, True), (data, r.text)
        assert server.sql("SELECT count(*) FROM reports") == before
    same = [alice.raw("POST", "/api/v1/reports", json={**ok, "status_ids": [i]}).text for i in (secret["id"], "1")]
    assert same[0] == same[1]
    r = alice.post("/api/v1/reports", **ok, comment="x" * 1000, rule_ids=["2", "1"], status_ids=[seen["id"]] * 3, category="spam")
    assert (r["category"], r["rule_ids"], r["status_ids"]) == ("violation", ["2", "1"], [seen["id"]])
    assert host


def test_flags_of_other_servers_are_reports(server, peer, alice):
    by, follower = peer.actor("reporter"), peer.actor("reader", 1)
    follower.send(server, follower.follow(uri_of(alice)))
    wait_until(lambda: alice.get(f"/api/v1/accounts/{alice.id}")["followers_count"] == 1)
    bob = server.someone("bob")
    posts = [alice.status("one"), alice.status("for followers", visibility="private")]
    hidden = alice.status("a secret", visibility="direct")
    other = bob.status("of another")

    def flag(objects, **more):
        last = server.sql("SELECT COALESCE(max(id), 0) FROM reports")
        assert by.send(server, by.activity("Flag", objects, **more)).status_code == 202
        wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
        rows = server.sql("SELECT a.username, r.statuses, r.comment FROM reports r JOIN accounts a ON a.id = r.target_id"
                          f" WHERE r.id > {last} ORDER BY r.id DESC").splitlines()
        fields = [row.split("|") for row in rows if row.count("|") == 2]  # comments have lines
        return [(name, len(json.loads(posts)), comment) for name, posts, comment in fields]

    me, him = alice.name, bob.name
    assert flag([uri_of(alice), posts[0]["uri"], posts[1]["uri"], hidden["uri"], posts[0]["uri"] + "9"], content="bad") == [
        (me, 2, "bad")]
    assert flag(uri_of(alice)) == [(me, 0, "")]
    assert flag([posts[0]["uri"]], content="only a post") == [(me, 1, "only a post")]
    assert flag({"id": uri_of(alice), "type": "Person"}, content="embedded") == [(me, 0, "embedded")]
    assert flag([uri_of(alice), other["uri"]], content="two") == [(him, 1, "two"), (me, 0, "two")]
    assert flag([posts[0]["uri"]], summary="as Lemmy says it", content=None) == [(me, 1, "as Lemmy says it")]
    as_misskey = f"Note: {posts[0]['url']}\nNote: {other['url']} {hidden['uri']}\n-----\nrude"
    assert flag(uri_of(alice), content=as_misskey)[0][:2] == (me, 1)
    many = "".join(f"Note: {posts[0]['url']}{i}\n" for i in range(10, 20))  # none of ours: no more than these are looked for
    assert flag(uri_of(alice), content=many + posts[0]["url"])[0][:2] == (me, 0)
    assert flag([uri_of(alice)], content="x" * 9000)[0][2][:5] == "xxxxx"
    assert server.sql("SELECT max(length(comment)) FROM reports") == "5000"
    # nothing of ours, nothing new
    for objects in ([by.uri], [peer.base + "/x"], [], None, f"http://{server.host}/actor", f"http://{server.host}/users/none"):
        assert flag(objects) == []
    assert flag([uri_of(alice)]) == []  # said already
    assert flag([uri_of(alice)] + [f"{uri_of(alice)}/statuses/{n}" for n in range(1000)], content="many") == [(me, 0, "many")]


def test_a_flood_of_flags_is_cut_off(server, peer, alice, bob):
    by = peer.actor("flooder", 2)
    for i in range(60):
        by.send(server, by.activity("Flag", [uri_of(alice)], content=f"report {i}"))
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0", 60)
    host = f"SELECT count(*) FROM reports r JOIN accounts a ON a.id = r.account_id WHERE a.host = '{peer.host}'"
    assert int(server.sql(host)) <= 50
    assert bob.post("/api/v1/reports", account_id=alice.id)["id"]


# --- recipients that are not there


def alone(actor):
    """It has an inbox of its own only."""
    actor.doc.pop("endpoints", None)
    return actor


def test_who_is_gone_follows_nobody(server, peer, alice):
    dead, deaf, lost, moved = (alone(peer.actor(n, k)) for k, n in enumerate(("dead", "deaf", "lost", "movedbox")))
    fan = peer.actor("stays")
    for a in (dead, deaf, lost, moved, fan):
        a.send(server, a.follow(uri_of(alice)))
    followers = lambda: {f["acct"].split("@")[0] for f in alice.get(f"/api/v1/accounts/{alice.id}/followers")}  # noqa: E731
    wait_until(lambda: len(followers()) == 5)
    answers = {f"/users/{dead.name}/inbox": 410, f"/users/{deaf.name}/inbox": 410, f"/users/{lost.name}/inbox": 404,
               f"/users/{moved.name}/inbox": 410, "/inbox": 410}
    peer.inbox_status = lambda handler, body: answers.get(handler.path, 202)
    peer.docs["/users/dead"] = 410
    peer.docs["/users/movedbox"] = {**moved.doc, "inbox": moved.uri + "/newbox"}
    try:
        alice.status("is anybody there?")
        # whose server says 410 of all of it is told nothing more; a shared inbox says nothing about its people
        wait_until(lambda: followers() == {"lost", "movedbox", "stays"}, 30)
        gone = server.sql(f"SELECT deleted_at FROM accounts WHERE uri = '{dead.uri}'")
        assert int(gone) > 0
        asked = [p for m, p, _ in peer.requests if m == "POST" and p.endswith(("dead/inbox", "deaf/inbox"))]
        alice.status("and now?")
        wait_until(lambda: [1 for m, p, _ in peer.requests if m == "POST" and p == f"/users/{moved.name}/newbox"], 30)
        wait_until(lambda: server.sql("SELECT count(*) FROM deliveries") == "0", 30)
        assert [p for m, p, _ in peer.requests if m == "POST" and p.endswith(("dead/inbox", "deaf/inbox"))] == asked
        assert followers() == {"lost", "movedbox", "stays"}
    finally:
        peer.inbox_status = 202


# --- posts that are not for all


def only_for(server, peer, path, doc, readers):
    """Served to those alone, by who signs."""
    def answer(handler):
        signed = handler.headers.get("Signature", "")
        good = any(f'keyId="{r}#' in signed for r in readers)
        handler.answer(200 if good else 404, json.dumps(doc).encode() if good else b"")
    peer.docs[path] = answer


def test_a_private_post_is_fetched_by_who_may_see_it(server, peer, alice, bob):
    shy, account = befriend(server, peer, alice, "shy")
    befriend(server, peer, bob, "shy")
    carol = server.someone("carol")
    friends = [shy.uri + "/followers"]
    first = shy.note("the beginning", to=friends, cc=["x"])
    second = shy.note("the middle", to=friends, cc=["x"], inReplyTo=first["id"])
    for n in (first, second):
        only_for(server, peer, n["id"].removeprefix(peer.base), n, [uri_of(alice)])
    last = shy.note("the end", to=friends, cc=["x"], inReplyTo=second["id"])
    shy.send(server, shy.create(last))
    posts = lambda me: {p["content"] for p in me.get(f"/api/v1/accounts/{account['id']}/statuses")}  # noqa: E731
    wait_until(lambda: posts(alice) == {f"<p>the {w}</p>" for w in ("end", "middle", "beginning")}, 30)
    assert posts(bob) == posts(alice) and not posts(carol) and not posts(server.anonymous())
    asked = [h.get("Signature", "") for m, p, h in peer.requests if m == "GET" and first["id"].endswith(p)]
    assert 2 <= len(asked) <= 4 and f"http://{server.host}/actor#" in asked[0]  # refused, it is not asked again and again

    # a boost of one's own, and what came as an address only
    for kind, object_ in (("Announce", shy.note("boosted", to=friends, cc=["x"])), ("Create", shy.note("created", to=friends, cc=["x"]))):
        only_for(server, peer, object_["id"].removeprefix(peer.base), object_, [uri_of(alice)])
        shy.send(server, shy.activity(kind, object_["id"], to=friends))
        wait_until(lambda o=object_: [p for p in alice.get("/api/v1/timelines/home")
                                      if o["content"] in (p["content"], (p["reblog"] or p)["content"])], 20, what=kind)
    assert not carol.get("/api/v1/timelines/home")


def test_nobody_is_sent_for_what_is_not_theirs(server, peer, alice):
    """Only people who follow somebody there are asked for, and never many."""
    for name in ("f1", "f2", "f3", "f4"):
        befriend(server, peer, server.someone(name), "popular")
    popular = peer.actor("popular")
    hidden = popular.note("for nobody", to=[popular.uri + "/followers"])
    only_for(server, peer, hidden["id"].removeprefix(peer.base), hidden, [])
    popular.send(server, popular.create(popular.note("an answer", inReplyTo=hidden["id"])))
    times = lambda: [h for m, p, h in peer.requests if m == "GET" and hidden["id"].endswith(p)]  # noqa: E731
    wait_until(lambda: len(times()) >= 3)
    holds(lambda: len(times()) <= 3, 0.3)
    other = peer.actor("notfollowed").note("far away", to=["x"])
    only_for(server, peer, other["id"].removeprefix(peer.base), other, [])
    alice.get("/api/v2/search", q=other["id"], resolve="true")
    assert {uri_of(alice)} & {h.get("Signature", "") for m, p, h in peer.requests if other["id"].endswith(p)} == set()
