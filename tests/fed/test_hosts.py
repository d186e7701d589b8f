"""What is done about other servers: blocked, limited, without media, allow-list mode. One hostile server and one good one."""
import hashlib

import pytest
from files import png
from harness import ApiError, Server, holds, wait_until
from peer import Peer

LIST = ("#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        "one.example,suspend,true,false,\"Spam, lies and \"\"bots\"\"\",false\n"
        "two.example,silence,false,true,,true\n"
        "xn--bcher-kva.example,noop,true,true,plain,false\n")


class World:
    def __init__(self, server, bad, good):
        self.server, self.bad, self.good = server, bad, good
        self.alice, self.bob = server.user("alice"), server.user("bob")
        self.uri = f"http://{server.host}/users/alice"
        self.eve, self.carol = bad.actor("eve"), good.actor("carol")
        for who in (self.eve, self.carol):
            who.doc["icon"] = {"type": "Image", "url": who.uri + "/icon.png", "mediaType": "image/png"}
            assert who.send(server, who.follow(self.uri)).status_code == 202
            wait_until(lambda who=who: who.peer.of_type("Accept"))
            self.follow(who)

    def follow(self, who):
        account = self.alice.follow(who.handle)
        f = who.peer.wait_for("Follow", object=who.uri)
        who.send(self.server, who.activity("Accept", f))
        wait_until(lambda: self.alice.relationship(account["id"])["following"])
        return account

    def says(self, who, text, to_alice=False, **more):
        name = {"to": [f"{who.peer.base}/nobody", "https://www.w3.org/ns/activitystreams#Public", self.uri],
                "tag": [who.mention(self.uri, self.alice.handle)]} if to_alice else {}
        note = who.note(text, **name, **more)
        assert who.send(self.server, who.create(note)).status_code == 202
        return note

    def seen(self, path, client=None, **params):
        return [(p["reblog"] or p)["uri"] for p in (client or self.alice).get(path, **params)]

    def notices(self, kind, client=None):
        return [n for n in (client or self.alice).get("/api/v1/notifications") if n["type"] == kind]

    def host(self, *words, **kw):
        return self.server.command("host", *words, **kw).stdout


@pytest.fixture(scope="module")
def w(kind):
    names = ("bad.localhost", "sub.bad.localhost", "good.localhost", "files.localhost")
    with Server(kind, hosts=" ".join(f"{n}=127.0.0.1" for n in ("localhost", *names)), domain_blocks_shown="all") as s, \
            Peer("sub.bad.localhost") as bad, Peer("good.localhost") as good:
        yield World(s, bad, good)


@pytest.fixture(autouse=True)
def no_policies(w):
    yield
    for line in w.host("list").splitlines():
        w.host("clear", line.split("\t")[0])


def test_a_block_is_in_force_everywhere_at_once_and_lifting_it_shows_again_what_was_there(w):
    theirs = w.says(w.eve, "from eve", to_alice=True)
    ours = w.says(w.carol, "from carol")
    wait_until(lambda: {theirs["id"], ours["id"]} <= set(w.seen("/api/v1/timelines/home")))
    wait_until(lambda: w.notices("mention"))
    eve = w.alice.find(w.eve.handle)
    assert w.host("show", "bad.localhost").startswith("bad.localhost: open\n")
    assert w.bad.host in w.alice.get("/api/v1/instance/peers")

    said = w.host("block", "bad.localhost", "--comment", "Spam", "--note", "asked them twice")
    assert said == "bad.localhost: blocked; 1 accounts known here are concerned, 2 follows were cut\n"
    assert "blocked" in w.host("show", "sub.bad.localhost") and "Spam" in w.host("show", "bad.localhost")
    # nothing comes in, nothing is shown, nothing goes out
    assert w.eve.send(w.server, w.eve.create("more")).status_code == 403
    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public"):
        assert theirs["id"] not in w.seen(path) and ours["id"] in w.seen(path), path
    assert not w.notices("mention")
    asked = len(w.bad.requests)
    for what in (theirs["id"], w.eve.uri, w.eve.handle, f"new@{w.bad.host}", f"{w.bad.base}/notes/none"):
        found = w.alice.get("/api/v2/search", q=what, resolve="true")
        assert not found["accounts"] and not found["statuses"], what
    assert [r for r in w.bad.requests[asked:] if r[0] == "GET"] == [], "nothing is fetched from there"
    assert w.bad.host not in w.alice.get("/api/v1/instance/peers")
    with pytest.raises(ApiError) as e:
        w.alice.get(f"/api/v1/accounts/{eve['id']}")
    assert e.value.status == 404
    # who is parted is told, and is told nothing else
    w.alice.status("not for eve")
    w.good.wait_for("Create")
    w.bad.wait_for("Reject")
    assert w.bad.wait_for("Undo")["object"]["type"] == "Follow"
    wait_until(lambda: w.server.sql(f"SELECT COUNT(*) FROM deliveries WHERE host = '{w.bad.host}'") == "0")
    assert not w.bad.of_type("Create")
    # alice sees what she lost
    assert len(w.notices("severed_relationships")) == 1
    assert w.server.sql("SELECT kind, target, followers_count, following_count FROM severances") == "domain_block|bad.localhost|1|1"
    assert w.server.sql("SELECT COUNT(*) FROM severed_follows") == "2"
    me = w.alice.get("/api/v1/accounts/verify_credentials")
    assert (me["followers_count"], me["following_count"]) == (1, 1)
    # once more is no harm
    assert "0 accounts known here are concerned, 0 follows" in w.host("block", "bad.localhost")
    assert len(w.notices("severed_relationships")) == 1

    assert "no policy any more; 1 accounts" in w.host("clear", "bad.localhost")
    assert theirs["id"] in w.seen("/api/v1/timelines/public") and w.notices("mention")
    assert w.alice.get(f"/api/v1/accounts/{eve['id']}")["acct"] == w.eve.handle
    assert w.alice.relationship(eve["id"])["following"] is False, "follows that were cut stay so"
    assert w.eve.send(w.server, w.eve.create("again")).status_code == 202
    w.follow(w.eve)


def test_a_subdomain_may_be_let_off_and_what_a_server_says_of_its_own_stays(w):
    late = w.bad.actor("late", key=1)
    w.alice.find(late.handle)
    late.doc["suspended"] = True
    late.send(w.server, late.activity("Update", late.doc))
    hidden = lambda who: w.server.sql(f"SELECT COUNT(*) FROM accounts WHERE uri = '{who.uri}' AND suspended_at <> 0") == "1"  # noqa: E731
    wait_until(lambda: hidden(late))
    w.host("block", "bad.localhost")
    assert hidden(w.eve) and hidden(late)
    w.host("allow", "sub.bad.localhost")
    assert not hidden(w.eve) and hidden(late)
    assert w.eve.send(w.server, w.eve.create("let off")).status_code == 202
    w.host("clear", "sub.bad.localhost")
    assert hidden(w.eve) and w.eve.send(w.server, w.eve.create("not let off")).status_code == 403
    w.host("clear", "bad.localhost")
    assert not hidden(w.eve) and hidden(late)
    w.follow(w.eve)


def test_a_limited_host_is_out_of_the_public_eye(w):
    mallory = w.bad.actor("mallory", key=1)
    w.host("limit", "bad.localhost")
    note = w.says(mallory, "buy this", to_alice=True)
    from_eve = w.says(w.eve, "hello followers #limited")
    wait_until(lambda: from_eve["id"] in w.seen("/api/v1/timelines/home"))
    found = wait_until(lambda: w.alice.get("/api/v2/search", q=note["id"], resolve="true")["statuses"])
    assert found[0]["account"]["limited"] is True
    assert not {note["id"], from_eve["id"]} & set(w.seen("/api/v1/timelines/public"))
    assert from_eve["id"] not in w.seen("/api/v1/timelines/tag/limited")
    assert not [n for n in w.notices("mention") if n["account"]["acct"] == mallory.handle]
    # its people ask before they follow
    mallory.send(w.server, mallory.follow(w.uri))
    wait_until(lambda: w.alice.get("/api/v1/follow_requests"))
    holds(lambda: not [a for a in w.bad.of_type("Accept") if a["object"].get("actor") == mallory.uri], 0.3)
    w.host("clear", "bad.localhost")
    assert {note["id"], from_eve["id"]} <= set(w.seen("/api/v1/timelines/public"))
    assert "limited" not in w.alice.find(mallory.handle)


def test_rejected_media_are_links_only(w):
    note = w.says(w.eve, "look", attachment=[{"type": "Document", "mediaType": "image/png", "url": w.bad.base + "/a.png",
                                              "name": "a", "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH"}],
                  tag=[{"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": w.bad.base + "/x.png"}}])
    post = wait_until(lambda: w.alice.get("/api/v2/search", q=note["id"], resolve="true")["statuses"])[0]
    before = post["media_attachments"][0]["type"], post["account"]["avatar"], len(post["emojis"])
    assert before[0] == "image" and before[2] == 1
    w.host("reject-media", "bad.localhost")
    post = w.alice.get(f"/api/v1/statuses/{post['id']}")
    assert [m["type"] for m in post["media_attachments"]] == ["unknown"] and not post["media_attachments"][0]["blurhash"]
    assert post["account"]["avatar"].endswith("missing.png") and post["emojis"] == []
    assert w.host("list").startswith("bad.localhost\twithout media\t")
    w.host("clear", "bad.localhost")
    post = w.alice.get(f"/api/v1/statuses/{post['id']}")
    assert (post["media_attachments"][0]["type"], post["account"]["avatar"], len(post["emojis"])) == before


def test_lists_go_in_and_out_as_mastodon_has_them(w):
    assert w.host("import", "-", stdin=LIST).startswith("3 policies are in force")
    assert w.host("export") == LIST
    w.host("limit", "one.example", "--note", "kept")
    w.host("import", "-", stdin="domain,public_comment\r\nONE.example,new\r\n")  # other spellings, other columns
    assert "one.example\tblocked\tnew\n" in w.host("list")
    assert "private comment: kept" in w.host("show", "one.example")
    shown = w.alice.get("/api/v1/instance/domain_blocks")
    assert [(b["domain"], b["severity"], b["comment"]) for b in shown] == [
        ("one.example", "suspend", "new"), ("two.*****le", "silence", "")]
    assert [b["digest"] for b in shown] == [hashlib.sha256(d).hexdigest() for d in (b"one.example", b"two.example")]
    before = w.host("export")
    for text, why in (("#domain\nfine.example\nhttp://x.example/\n", "line 3"), ("#severity\nsuspend\n", "#domain"),
                      ("#domain,#severity\na.example,softly\n", "line 2"), ("#domain,#obfuscate\na.example,maybe\n", "line 2"),
                      ('#domain\n"a.example\n', "quote"), ("", "nothing"), ("#domain\nlocalhost:1\n*.x.example\n", "line 3"),
                      (f"#domain\n{w.server.host}\n", "which is here")):
        r = w.server.command("host", "import", "-", stdin=text, ok=False)
        assert r.returncode == 1 and why in r.stderr, (text, r.stderr)
        assert w.host("export") == before, "all or nothing"


def test_slips_are_told(w):
    w.host("block", "example.org")
    for words, why in ((("block", "https://evil.example/"), "is an address"), (("block", "*.evil.example"), "star"),
                       (("block", "@a@evil.example"), "account"), (("block", "not a name"), "not a valid domain"),
                       (("block", w.server.host), "which is here"), (("clear", "exmaple.org"), "there is one for example.org"),
                       (("clear", "sub.example.org"), "there is one for example.org"), (("clear", "nothing.test"), "no policy for"),
                       (("import", "/nonexistent/list.csv"), "cannot be read")):
        r = w.server.command("host", *words, ok=False)
        assert r.returncode == 1 and why in r.stderr, (words, r.stderr)
    assert w.server.command("host", "blok", "x.example", ok=False).returncode == 2
    assert w.server.command("host", "block", ok=False).returncode == 2
    assert w.host("list") == "example.org\tblocked\t\n"


def test_peers_are_those_whose_people_are_known(w):
    assert {w.good.host, w.bad.host} <= set(w.server.anonymous().get("/api/v1/instance/peers"))
    assert w.alice.get("/api/v1/peers/search", q="GOOD") == [w.good.host]
    assert w.alice.get("/api/v1/peers/search", q="") == w.alice.get("/api/v1/peers/search", q="%") == []


def files_and_pages_are_no_federation(w):
    """Pictures of an allowed host's people may be kept anywhere, and links lead anywhere; but a blocked host is a blocked host."""
    def looks(files, name):
        note = w.says(w.carol, "look", attachment=[{"type": "Document", "mediaType": "image/png", "url": f"{files.base}/{name}.png"}])
        files.docs[f"/{name}.png"] = lambda h: h.answer(200, png(), "image/png")
        files.docs[f"/{name}.html"] = lambda h: h.answer(200, b"<title>A page</title>", "text/html")
        link = w.alice.status(f"{files.base}/{name}.html")
        wait_until(lambda: w.server.sql(f"SELECT state FROM cards WHERE url = '{files.base}/{name}.html' AND state <> 0"), 15)
        picture = w.alice.find(note["id"])["media_attachments"][0]["url"]
        return w.alice.raw("GET", picture).status_code, (w.alice.get(f"/api/v1/statuses/{link['id']}")["card"] or {}).get("title")

    with Peer("files.localhost") as files:
        assert looks(files, "a") == (200, "A page")
        back = f'<a href="http://{w.server.host}/@{w.alice.name}" rel="me">me</a>'
        files.docs["/me.html"] = lambda h: h.answer(200, back.encode(), "text/html")
        w.alice.patch("/api/v1/profile", fields_attributes=[{"name": "home", "value": f"{files.base}/me.html"}])
        wait_until(lambda: w.alice.get(f"/api/v1/accounts/{w.alice.id}")["fields"][0]["verified_at"], 15)
        w.host("block", "files.localhost")
        assert looks(files, "b") == (404, None)
        w.host("clear", "files.localhost")


def test_only_allowed_hosts(w):
    """Last: it restarts the server."""
    theirs = w.says(w.eve, "before")
    wait_until(lambda: theirs["id"] in w.seen("/api/v1/timelines/home"))
    w.host("allow", "good.localhost")
    w.server.settings |= {"limited_federation": "yes", "domain_blocks_shown": "users"}
    w.server.restart()
    assert w.server.anonymous().raw("GET", "/api/v1/instance/domain_blocks").status_code == 401
    assert w.alice.get("/api/v1/instance/domain_blocks") == []
    assert theirs["id"] not in w.seen("/api/v1/timelines/home")
    assert w.eve.send(w.server, w.eve.create("more")).status_code == 403
    assert w.carol.send(w.server, w.carol.create("fine")).status_code == 202
    assert w.server.anonymous().raw("GET", "/.well-known/webfinger", params={"resource": "acct:" + w.alice.handle}).status_code == 200
    files_and_pages_are_no_federation(w)
    w.server.settings |= {"limited_federation": "no", "domain_blocks_shown": "nobody"}
    w.server.restart()
    assert theirs["id"] in w.seen("/api/v1/timelines/home"), "all is as it was, follows too"
    assert w.alice.relationship(w.alice.find(w.eve.handle)["id"])["following"]
    assert w.alice.raw("GET", "/api/v1/instance/domain_blocks").status_code == 401
