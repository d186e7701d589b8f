"""What one account did takes effect in its order, however much of it comes at once and however it is put into transactions."""
import time

from harness import LATE, Server, wait_until
from peer import PUBLIC, Peer

POSTS = 120


def past(minutes):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60 * minutes))


def life(actor, i):
    """A post that is changed three times; every fifth is deleted in the end."""
    note = actor.note(f"post {i}", published=past(10))
    yield actor.create(note)
    for n in (1, 2, 3):
        changed = dict(note, content=f"<p>post {i}, version {n}</p>", updated=past(10 - n))
        yield actor.activity("Update", changed, to=[PUBLIC])
    if i % 5 == 0:
        yield actor.activity("Delete", {"id": note["id"], "type": "Tombstone"}, to=[PUBLIC])


def test_what_comes_in_a_flood_takes_effect_in_its_order(kind):
    peer = Peer("many.localhost")
    peer.start()
    server = Server(kind, hosts="many.localhost=127.0.0.1").start()
    try:
        alice = server.user("alice")
        eve = peer.actor("eve")
        alice.follow(eve.handle)
        assert eve.send(server, eve.activity("Accept", peer.wait_for("Follow"))).status_code == 202
        wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0")
        lives = [list(life(eve, i)) for i in range(POSTS)]
        acts = []
        for at in range(0, POSTS, 40):  # forty posts go through their lives side by side
            some = lives[at:at + 40]
            for step in range(5):
                acts += [one[step] for one in some if step < len(one)]
        eve.pour(server, acts)
        wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0", 60 + LATE, what="the inbox to be empty")
        stored = server.sql("SELECT content FROM statuses WHERE content LIKE '%version%' AND deleted_at = 0")
        assert sorted(stored.split("\n")) == sorted(f"<p>post {i}, version 3</p>" for i in range(POSTS) if i % 5)
        edits = "SELECT count(*) FROM status_edits e JOIN statuses s ON s.id = e.status_id WHERE s.deleted_at = 0"
        assert int(server.sql(edits)) >= 3 * len(stored.split("\n"))
    finally:
        server.close()
        peer.stop()
