"""What one account did takes effect in its order, however much of it comes at once and however it is put into transactions."""
import time

import pytest
from harness import LATE, Server, wait_until
from peer import PUBLIC, Peer

POSTS = 120


@pytest.fixture(scope="module")
def w(kind):
    """alice's server, and eve, whom she follows."""
    with Server(kind, hosts="many.localhost=127.0.0.1") as server, Peer("many.localhost") as peer:
        server.alice = server.user("alice")
        eve = peer.actor("eve")
        server.alice.follow(eve.handle)
        assert eve.send(server, eve.activity("Accept", peer.wait_for("Follow"))).status_code == 202
        drained(server)
        yield server, eve


def drained(server):
    wait_until(lambda: server.sql("SELECT count(*) FROM inbox") == "0", 60 + LATE, what="the inbox to be empty")


def side_by_side(lives, many=40):
    """So many go through their lives at the same time, step by step."""
    for at in range(0, len(lives), many):
        some = lives[at:at + many]
        for step in range(max(map(len, some))):
            yield from (one[step] for one in some if step < len(one))


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


def test_posts_that_change_and_go(w):
    server, eve = w
    eve.pour(server, list(side_by_side([list(life(eve, i)) for i in range(POSTS)])))
    drained(server)
    stored = server.sql("SELECT content FROM statuses WHERE content LIKE '%version%' AND deleted_at = 0").split("\n")
    assert sorted(stored) == sorted(f"<p>post {i}, version 3</p>" for i in range(POSTS) if i % 5)
    edits = "SELECT count(*) FROM status_edits e JOIN statuses s ON s.id = e.status_id WHERE s.deleted_at = 0"
    assert int(server.sql(edits)) >= 3 * len(stored)


def test_favourites_that_are_given_and_taken_back(w):
    """Those of odd numbers are given once more. Half of them are taken back by their id alone."""
    server, eve = w
    posts = [server.alice.status(f"to be liked {i}") for i in range(40)]
    lives = []
    for i, post in enumerate(posts):
        like = eve.activity("Like", post["uri"])
        lives.append([like, eve.activity("Undo", like["id"] if i % 4 < 2 else like)] +
                     [eve.activity("Like", post["uri"])] * (i % 2))
    eve.pour(server, list(side_by_side(lives, 10)))
    drained(server)
    likes = server.sql("SELECT s.uri FROM favourites f JOIN statuses s ON s.id = f.status_id").split("\n")
    assert sorted(likes) == sorted(p["uri"] for i, p in enumerate(posts) if i % 2)
