"""Nobody is alone: who is followed brings the newest posts along, and a thread that is opened becomes whole, without haste."""
import contextlib
import re
import time

import pytest
from harness import Server, holds, wait_until
from peer import AS, PUBLIC, Peer

HOSTS = [f"t{i}.localhost" for i in range(5)]


@pytest.fixture(scope="module")
def world(kind):
    names = " ".join(f"{n}=127.0.0.1" for n in (*HOSTS, "localhost"))
    with contextlib.ExitStack() as stack:
        peers = [stack.enter_context(Peer(n)) for n in HOSTS]
        server = stack.enter_context(Server(kind, hosts=names))
        yield server, peers


def at(seconds_ago):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - seconds_ago))


def collection(peer, path, pages):
    """A collection of pages, served at that path; what a document embeds of it."""
    base = peer.base + path
    for i, items in enumerate(pages):
        page = {"@context": AS, "id": f"{base}?page={i}", "type": "CollectionPage", "partOf": base, "items": items}
        if i + 1 < len(pages):
            page["next"] = f"{base}?page={i + 1}"
        peer.docs[f"{path}?page={i}"] = page
    whole = {"id": base, "type": "Collection", "totalItems": sum(map(len, pages)), "first": f"{base}?page=0"}
    peer.docs[path] = {"@context": AS, **whole}
    return whole


def leaf(author, parent, text):
    note = author.note(text, published=at(1800), inReplyTo=parent["id"])
    note["replies"] = {"id": note["id"] + "/replies", "type": "Collection", "totalItems": 0}
    return note


def big_thread(peers):
    """A post with a reply on each of five servers; 39 replies to each of those, some of them at the next server."""
    authors = [[p.actor(f"w{i}x{k}", i) for k in range(2)] for i, p in enumerate(peers)]
    root = authors[0][0].note("the beginning", published=at(7200))
    heads = [authors[i][0].note(f"head {i}", published=at(3600), inReplyTo=root["id"]) for i in range(5)]
    root["replies"] = collection(peers[0], "/root/replies", [[heads[0]], [h["id"] for h in heads[1:]]])
    replies = list(heads)
    for i, peer in enumerate(peers):
        own = [leaf(authors[i][n % 2], heads[i], f"reply {i}-{n}") for n in range(36)]
        other = [leaf(authors[(i + 1) % 5][n % 2], heads[i], f"guest {i}-{n}") for n in range(3)]
        heads[i]["replies"] = collection(peer, f"/head{i}/replies", [own[:20], own[20:] + [o["id"] for o in other]])
        replies += own + other
    return root, replies


def politely(times):
    """Not more than two a second. When each is taken up here is no exact measure of when it was sent: so a little less than a second
    is looked at, and all together."""
    most = max((sum(1 for u in times if t <= u < t + 0.7) for t in times), default=0)
    return most <= 2 and len(times) <= 3 + 2 * (max(times) - min(times))


def refresh_of(reply):
    m = re.fullmatch(r'id="(\d+)", retry=(\d+), result_count=(\d+)', reply.headers["Mastodon-Async-Refresh"])
    return m[1]


def test_a_thread_of_200_replies_on_5_servers_is_whole_within_10_seconds(world):
    server, peers = world
    me = server.someone("reader")
    root, replies = big_thread(peers)
    assert len(replies) == 200
    post = me.find(root["id"])
    time.sleep(1.1)
    begin = time.monotonic()
    reply = me.raw("GET", f"/api/v1/statuses/{post['id']}/context")
    refresh = refresh_of(reply)
    seen = []

    def finished():
        r = me.get(f"/api/v1_alpha/async_refreshes/{refresh}")["async_refresh"]
        assert r["id"] == refresh
        seen.append(r["result_count"])
        return r["status"] == "finished"

    wait_until(finished, 10, every=0.2, what="the thread is complete")
    assert seen == sorted(seen) and seen[-1] == 200
    context = me.raw("GET", f"/api/v1/statuses/{post['id']}/context")
    assert {s["uri"] for s in context.json()["descendants"]} == {r["id"] for r in replies}
    assert "Mastodon-Async-Refresh" not in context.headers  # not again so soon
    for p in peers:
        times = [t for t, _ in p.asked if t >= begin]
        assert 5 < len(times) < 30 and politely(times), p.host
    assert me.get(f"/api/v1/statuses/{post['id']}")["replies_count"] == 5


def test_a_thread_is_completed_upwards_too(world):
    server, peers = world
    me = server.someone("reader")
    a, b = peers[0].actor("upper", 0), peers[1].actor("lower", 1)
    root = a.note("up here", published=at(7200))
    middle = b.note("between", published=at(7000), inReplyTo=root["id"])
    root["replies"] = collection(peers[0], "/up/replies", [[middle["id"]]])
    low = b.note("down there", published=at(6000), inReplyTo=middle["id"])
    sister = b.note("beside", published=at(6000), inReplyTo=middle["id"])
    collection(peers[1], "/middle/comments", [[low["id"], sister["id"]]])
    middle["comments"] = peers[1].base + "/middle/comments"     # PeerTube's word for it
    post = me.find(low["id"])
    reply = me.raw("GET", f"/api/v1/statuses/{post['id']}/context")
    assert reply.status_code == 200

    def whole():
        top = me.find(root["id"])
        down = me.get(f"/api/v1/statuses/{top['id']}/context")["descendants"]
        return {s["uri"] for s in down} == {middle["id"], low["id"], sister["id"]}

    wait_until(whole, 30, every=0.2)


def test_what_is_not_there_any_more_ends_here_too(world):
    """404 is enough where the server still has the author; 410 always; what was for few is let alone."""
    server, peers = world
    me = server.someone("reader")
    root = peers[3].actor("first", 0).note("ask", published=at(7200))
    authors = [peers[4].actor(n, 1) for n in ("stays", "leaves")] + [peers[2].actor("lost", 2)]
    answers = [leaf(a, root, a.name) for a in authors]
    root["replies"] = collection(peers[3], "/gone/replies", [[a["id"] for a in answers]])
    post = me.find(root["id"])
    for a in answers:
        me.find(a["id"])
    path = lambda uri, p: uri.removeprefix(p.base)  # noqa: E731
    peers[4].docs.update({path(answers[0]["id"], peers[4]): 404, path(answers[1]["id"], peers[4]): 410})
    peers[2].docs.update({path(answers[2]["id"], peers[2]): 404, "/users/lost": 404})
    server.sql("UPDATE accounts SET fetched_at = 0 WHERE username IN ('stays', 'leaves', 'lost')")
    me.raw("GET", f"/api/v1/statuses/{post['id']}/context")
    down = lambda: [s["uri"] for s in me.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]]  # noqa: E731
    wait_until(lambda: down() == [answers[2]["id"]], 30, every=0.2)
    holds(lambda: len(down()) == 1, 0.2)


def test_what_a_host_says_of_others_is_asked_for_at_its_own_place(world):
    server, peers = world
    me = server.someone("reader")
    a, b = peers[0].actor("teller", 0), peers[1].actor("told", 1)
    root = a.note("listen", published=at(7200))
    true = b.note("what I said", published=at(3600), inReplyTo=root["id"])
    forged = {**true, "content": "<p>what I never said</p>"}
    invented = {**true, "id": peers[1].base + "/notes/invented"}
    stray = b.note("no reply at all", published=at(3600))
    ours = {**true, "id": f"http://{server.host}/users/owner/statuses/1", "attributedTo": f"http://{server.host}/users/owner"}
    root["replies"] = collection(peers[0], "/told/replies", [[forged, invented, stray["id"], ours]])
    post = me.find(root["id"])
    refresh = refresh_of(me.raw("GET", f"/api/v1/statuses/{post['id']}/context"))
    wait_until(lambda: me.get(f"/api/v1_alpha/async_refreshes/{refresh}")["async_refresh"]["status"] == "finished", 30, every=0.2)
    down = me.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]
    assert [(s["uri"], s["content"]) for s in down] == [(true["id"], "<p>what I said</p>")]
    for uri in (invented["id"], stray["id"], ours["id"]):
        assert server.sql(f"SELECT COUNT(*) FROM statuses WHERE uri = '{uri}'") == "0"


def test_a_context_of_its_author_is_read_and_another_is_not(world):
    server, peers = world
    me = server.someone("reader")
    a = peers[2].actor("owner2", 2)
    found = []
    for owner in (a.uri, peers[2].actor("other2", 2).uri):
        n = len(found)
        root = a.note("in context", published=at(7200), context=f"{peers[2].base}/contexts/{n}")
        inside = a.note("inside", published=at(3600), inReplyTo=root["id"])
        whole = collection(peers[2], f"/contexts/{n}", [[root["id"], inside["id"]]])
        peers[2].docs[f"/contexts/{n}"] = {"@context": AS, **whole, "attributedTo": owner}
        post = me.find(root["id"])
        refresh = refresh_of(me.raw("GET", f"/api/v1/statuses/{post['id']}/context"))
        wait_until(lambda r=refresh: me.get(f"/api/v1_alpha/async_refreshes/{r}")["async_refresh"]["status"] == "finished", 30)
        found.append([s["uri"] for s in me.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]])
        assert found[n] == ([inside["id"]] if owner == a.uri else [])


def outbox(actor, posts, size=10):
    peer, path = actor.peer, f"/users/{actor.name}/outbox"
    pages = [posts[i:i + size] for i in range(0, len(posts), size)]
    for i, part in enumerate(pages):
        items = [p if "actor" in p else actor.create(p) for p in part]
        peer.docs[f"{path}?page={i}"] = {
            "@context": AS, "id": f"{peer.base}{path}?page={i}", "type": "OrderedCollectionPage", "orderedItems": items,
            **({"next": f"{peer.base}{path}?page={i + 1}"} if i + 1 < len(pages) else {})}
    peer.docs[path] = {"@context": AS, "id": peer.base + path, "type": "OrderedCollection", "totalItems": len(posts),
                       "first": f"{peer.base}{path}?page=0"}


def writer(peer, name, n):
    actor = peer.actor(name, 3)
    posts = [actor.note(f"post {i}", published=at(100000 + i * 60)) for i in range(n)]  # newest first
    actor.doc["featured"] = actor.uri + "/featured"
    peer.docs[f"/users/{name}/featured"] = {"@context": AS, "id": actor.uri + "/featured", "type": "OrderedCollection",
                                            "orderedItems": [posts[-1], posts[-2]["id"]]}
    outbox(actor, posts)
    return actor, posts


def test_following_an_account_brings_its_last_20_posts_and_its_pins(world):
    server, peers = world
    me = server.someone("follower")
    actor, posts = writer(peers[3], "writer", 30)
    account = me.find(actor.handle)
    me.post(f"/api/v1/accounts/{account['id']}/follow")
    asked = peers[3].wait_for("Follow")
    assert actor.send(server, actor.activity("Accept", asked)).status_code == 202

    def home():
        uris = [p["uri"] for p in me.get("/api/v1/timelines/home", limit=40)]
        return uris[:20] == [p["id"] for p in posts[:20]]

    wait_until(home, 30)
    assert not me.get("/api/v1/notifications")
    pinned = wait_until(lambda: me.get(f"/api/v1/accounts/{account['id']}/statuses", pinned="true"))
    assert {p["uri"] for p in pinned} == {posts[-1]["id"], posts[-2]["id"]}


def test_an_account_that_is_looked_at_shows_its_posts(world):
    server, peers = world
    me = server.someone("visitor")
    actor, posts = writer(peers[4], "shown", 5)
    account = me.find(actor.uri)
    uris = lambda: [p["uri"] for p in me.get(f"/api/v1/accounts/{account['id']}/statuses")]  # noqa: E731
    wait_until(lambda: uris() == [p["id"] for p in posts], 30)
    assert not me.get("/api/v1/timelines/home")


def test_what_an_account_boosted_comes_with_its_posts(world):
    """Each where it lives, in the order of the boosts, within the same twenty, and nobody is told."""
    server, peers = world
    me, seen = server.someone("boosted"), server.someone("seen")
    mine = seen.status("one of ours")
    actor, authors = peers[3].actor("booster", 3), [peers[i].actor(f"elsewhere{i}", i) for i in (1, 2, 4)]
    author, far = authors[0], [authors[i % 3].note(f"far {i}", published=at(900000 + i * 60)) for i in range(12)]
    own = [actor.note(f"own {i}", published=at(100000 + i * 7200)) for i in range(12)]
    lie = {**actor.note("a lie"), "id": far[0]["id"] + "0", "attributedTo": author.uri}

    def boost(i, of, **more):
        uri = f"{actor.uri}/statuses/b{i}/activity"
        return {"id": uri, "type": "Announce", "actor": actor.uri, "published": at(103600 + i * 7200), "to": [PUBLIC],
                "cc": [actor.doc["followers"]], "object": of, **more}

    boosts = [boost(i, f["id"]) for i, f in enumerate(far)]
    boosts[3]["object"] = mine["uri"]
    boosts[4] = boost(4, lie)  # not there where it says it lives
    boosts[5]["actor"] = author.uri
    boosts[6] |= {"to": [actor.doc["followers"]], "cc": []}
    outbox(actor, [a for pair in zip(own, boosts) for a in pair])
    account = me.find(actor.handle)
    me.post(f"/api/v1/accounts/{account['id']}/follow")
    assert actor.send(server, actor.activity("Accept", peers[3].wait_for("Follow", object=actor.uri))).status_code == 202
    wanted = [a["id"] for i in range(12) for a in (own[i], boosts[i]) if a not in (boosts[4], boosts[5])][:20]
    home = lambda: [p["uri"] for p in me.get("/api/v1/timelines/home", limit=40)]  # noqa: E731
    wait_until(lambda: home() == wanted, 30, what="its posts and boosts")
    shown = {p["uri"]: p for p in me.get("/api/v1/timelines/home", limit=40)}
    assert shown[boosts[0]["id"]]["reblog"]["uri"] == far[0]["id"] and shown[boosts[0]["id"]]["reblog"]["account"]["acct"] == author.handle
    assert (shown[boosts[3]["id"]]["reblog"]["uri"], shown[boosts[6]["id"]]["visibility"]) == (mine["uri"], "private")
    assert shown[boosts[1]["id"]]["created_at"][:19] == boosts[1]["published"][:19]
    assert not seen.get("/api/v1/notifications") and not me.get("/api/v1/notifications")


def test_counts_come_from_where_a_post_lives(world):
    server, peers = world
    me = server.someone("counter")
    actor = peers[4].actor("famous", 4)
    total = lambda n: {"type": "Collection", "totalItems": n}  # noqa: E731
    post = actor.note("famous", published=at(7200), likes=total(1234), shares=total(56), replies=total(7))
    found = me.find(post["id"])
    assert (found["favourites_count"], found["reblogs_count"], found["replies_count"]) == (1234, 56, 7)
    mad = actor.note("mad", published=at(7200), likes=total(10 ** 15), shares=total(-5), replies=total("many"))
    found = me.find(mad["id"])
    assert found["favourites_count"] == 10 ** 9 and (found["reblogs_count"], found["replies_count"]) == (0, 0)
    assert me.post(f"/api/v1/statuses/{found['id']}/reblog")["reblog"]["reblogs_count"] == 1


def test_our_threads_have_a_context_of_public_posts(world):
    server, _ = world
    one, two = server.someone("one"), server.someone("two")
    root = one.status("root")
    shown = two.status(f"@{one.name} shown", in_reply_to_id=root["id"])
    two.status("hidden", in_reply_to_id=root["id"], visibility="private")
    get = lambda path: one.server.anonymous().raw("GET", path, headers={"Accept": "application/activity+json"})  # noqa: E731
    note = get(root["uri"]).json()
    context = get(note["context"]).json()
    assert context["type"] == "Collection" and context["attributedTo"] == note["attributedTo"]
    assert context["id"] == note["context"]
    assert context["first"].split("?")[0].endswith(f"/contexts/{root['id']}/items")
    assert get(context["first"]).json()["items"] == [root["uri"], shown["uri"]]
    secret = one.status("secret", visibility="private")
    assert get(f"/contexts/{secret['id']}").status_code == 404
    assert get(f"/contexts/{shown['id']}").status_code == 404
    assert PUBLIC in note["to"]
