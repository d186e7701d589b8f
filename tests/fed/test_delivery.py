"""What is delivered, to whom, and what the person who runs the server can see of it; good hosts do not wait for bad ones."""
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
    assert "nothing is known" in server.command("fed", "status", "unheard.of").stdout
    assert server.command("fed", "post", "https://nowhere/1").stdout == "0 deliveries: 0 arrived, 0 wait, 0 given up\n"
