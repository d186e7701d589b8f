"""What is delivered, to whom, and what the person who runs the server can see of it; good hosts do not wait for bad ones."""
import email.utils
import time

from harness import wait_until
from peer import Peer


def test_fed_post_says_what_arrived_what_waits_and_why_not(server, peer, alice):
    base = f"http://{server.host}/users/{alice.name}"
    with Peer() as down:
        good, bad = peer.actor("good"), down.actor("bad", 1)
        for actor in (good, bad):
            assert actor.send(server, actor.follow(base)).status_code == 202
            actor.peer.wait_for("Accept", actor=base)
        down.inbox_status = 503
        post = alice.status("to both")

        def lines():
            text = server.command("fed", "post", post["uri"]).stdout
            return text if "delivered" in text and "HTTP 503" in text else None

        text = wait_until(lines, what="one arrived, one waits")
        assert f"{peer.host}\tdelivered\t" in text and f"{down.host}\twaits\tnext try in" in text
        assert "2 deliveries: 1 arrived, 1 wait, 0 given up" in text
        text = server.command("fed", "status").stdout
        assert f"{down.host}: 1 waiting" in text and "HTTP 503" in text and peer.host not in text
        down.inbox_status = 403
        other = alice.status("refused")
        wait_until(lambda: f"{down.host}\tgiven up" in server.command("fed", "post", other["uri"]).stdout, what="given up")
        status = lambda: server.command("fed", "status", peer.host).stdout  # noqa: E731
        wait_until(lambda: "0 waiting" in status() and "delivered, 0 given up" in status())
        why = server.command("fed", "status", down.host).stdout
        assert "1 given up\ngiven up: 1 times, the last " in why and why.endswith(" ago: HTTP 403\n")
    assert "nothing is known" in server.command("fed", "status", "unheard.of").stdout


def test_fed_post_and_status_take_what_people_have_at_hand(server, peer, alice):
    """The address of a page, a name in capitals; and what is not here is said, not counted."""
    zoe = peer.actor("zoe")
    assert zoe.send(server, zoe.follow(f"http://{server.host}/users/{alice.name}")).status_code == 202
    peer.wait_for("Accept", to=[zoe.uri])
    theirs, post, quiet = zoe.note("mine"), alice.status("for zoe"), alice.status("a secret", visibility="direct")
    by_page = wait_until(lambda: (t := server.command("fed", "post", post["url"]).stdout) and "\tdelivered\t" in t and t, 15)
    assert f"{peer.host}\tdelivered\t" in by_page and by_page.endswith("1 deliveries: 1 arrived, 0 wait, 0 given up\n")
    assert server.command("fed", "post", quiet["url"]).stdout.startswith("no deliveries: nobody elsewhere was to get it")
    alice.find(theirs["id"])
    for url, said in ("https://nowhere/1", "there is no post"), ("nonsense", "there is no post"), (theirs["id"], "another server"):
        r = server.command("fed", "post", url, ok=False)
        assert (r.returncode, r.stdout) == (1, "") and said in r.stderr
    for name in peer.host.upper(), f"http://{peer.host}/@zoe":
        assert server.command("fed", "status", name).stdout.startswith(f"{peer.host}: 0 waiting; last success ")
    r = server.command("fed", "status", "no name", ok=False)
    assert r.returncode == 1 and r.stderr == 'dassie: "no name" is not the name of a server\n'


def test_a_new_face_is_shown_to_those_who_have_lately_heard_of_it(server, peer, alice):
    """Whom one has named or asked to follow, and who has reported one: they have an old copy, though they do not follow."""
    named, asked, other = (peer.actor(n) for n in ("named", "asked", "unheard"))
    for a in (named, asked, other):
        a.doc["endpoints"] = {}
        alice.find(a.handle)
    alice.status(f"hello @{named.handle}")
    alice.follow(asked.handle)
    peer.wait_for("Follow", object=asked.uri)
    alice.patch("/api/v1/accounts/update_credentials", display_name="Alice B.")
    wait_until(lambda: {p for m, p, _ in list(peer.requests) if m == "POST"} >= {"/users/named/inbox", "/users/asked/inbox"}, 15)
    wait_until(lambda: len(peer.of_type("Update")) == 2 and peer.of_type("Update")[0]["object"]["name"] == "Alice B.", 15)
    assert not [p for m, p, _ in peer.requests if m == "POST" and "unheard" in p]


def test_clocks_that_differ_are_said(server, alice):
    """The usual reason why signatures are refused that are good."""
    with Peer() as ahead:
        ada = ahead.actor("ada")
        assert ada.send(server, ada.follow(f"http://{server.host}/users/{alice.name}")).status_code == 202
        ahead.wait_for("Accept")

        def refuse(handler, body):
            when = email.utils.formatdate(time.time() + 7230, usegmt=True)
            handler.wfile.write(f"HTTP/1.1 401 No\r\nDate: {when}\r\nContent-Length: 0\r\n\r\n".encode())

        ahead.inbox_status = refuse
        post = alice.status("too early")
        said = "HTTP 401; its clock is 120 min ahead of ours"
        wait_until(lambda: said in server.command("fed", "post", post["url"]).stdout)
        assert said in server.command("fed", "status").stdout


def test_who_answered_a_post_hears_of_its_edit_and_its_end(server, peer, alice):
    """They have a copy, though they do not follow and are not named."""
    yan = peer.actor("yan")
    yan.doc["endpoints"] = {}
    post = alice.status("a question")
    answer = yan.note("an answer", cc=[post["account"]["uri"]], inReplyTo=post["uri"])
    assert yan.send(server, yan.create(answer)).status_code == 202
    wait_until(lambda: alice.get(f"/api/v1/statuses/{post['id']}")["replies_count"] == 1)
    alice.put(f"/api/v1/statuses/{post['id']}", status="another question")
    wait_until(lambda: [a for a in peer.of_type("Update") if a["object"]["id"] == post["uri"]])
    alice.delete(f"/api/v1/statuses/{post['id']}")
    wait_until(lambda: [a for a in peer.of_type("Delete") if a["object"]["id"] == post["uri"]])
    assert {p for m, p, _ in peer.requests if m == "POST"} & {"/users/yan/inbox"}


def test_what_cannot_be_signed_is_given_up_at_once(server, peer):
    """The key of an account is gone from the database: nothing can be done but to say so, and the others go on."""
    lost, well = server.user("lost"), server.user("well")
    server.sql(f"DELETE FROM account_keys WHERE account_id = {lost.id}")
    fan = peer.actor("fan")
    for who in lost, well:
        assert fan.send(server, fan.follow(f"http://{server.host}/users/{who.name}")).status_code == 202
    peer.wait_for("Accept", actor=f"http://{server.host}/users/{well.name}")
    status = wait_until(lambda: (t := server.command("fed", "status", peer.host).stdout) and "given up: 1 times" in t and t, 15)
    assert status.endswith(" ago: cannot be signed\n") and f"{peer.host}: 0 waiting" in status
    assert not [a for a in peer.of_type("Accept") if a["actor"].endswith("/lost")]
