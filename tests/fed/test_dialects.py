"""One conversation with nine kinds of servers (dialects.py): discover, follow, receive, answer, edit, delete, move, block."""
import pytest
from dialects import DIALECTS, Talker, strict
from harness import Server, holds, wait_until
from peer import PUBLIC, Peer


@pytest.fixture(scope="module")
def server(kind):
    names = ["localhost", "threads.localhost", "www.threads.localhost", *(k + ".localhost" for k in DIALECTS)]
    with Server(kind, hosts=" ".join(f"{n}=127.0.0.1" for n in names)) as s:
        yield s


class Talk:
    def __init__(self, server, peer, kind):
        self.server, self.peer, self.kind = server, peer, kind
        self.wrong = []
        peer.inbox_status = strict(server, self.wrong)
        self.them = Talker(peer, kind, "wren")
        self.followed = self.them.group or self.them
        self.me = server.someone("alice")
        self.uri = self.me.get(f"/api/v1/accounts/{self.me.id}")["uri"]

    def says(self, activity, who=None):
        r = (who or self.them).send(self.server, activity)
        assert r.status_code == 202, f"{activity['type']}: {r.status_code} {r.text}"

    def post(self, uri):
        return [s for s in ((p["reblog"] or p) for p in self.me.get("/api/v1/timelines/home")) if s["uri"] == uri][0]

    def follows(self, me, whom):
        account = me.follow(whom.handle)
        uri = me.get(f"/api/v1/accounts/{me.id}")["uri"]
        asked = self.peer.wait_for("Follow", object=whom.uri, actor=uri)
        assert me.relationship(account["id"])["requested"]
        self.says(whom.accept(asked), whom)
        wait_until(lambda: me.relationship(account["id"])["following"])
        return account

    # --- the steps

    def discover(self):
        a = self.me.find(self.followed.handle)
        assert (a["acct"], a["uri"], a["group"]) == (self.followed.handle, self.followed.uri, bool(self.them.group))
        assert self.me.find(self.them.uri)["acct"] == self.them.handle

    def follow(self):
        self.account = self.follows(self.me, self.followed)
        if "follow" in self.them.d["rest"]:
            return
        ask = self.them.activity("Follow", self.uri)
        self.says(ask)
        assert wait_until(lambda: [a for a in self.peer.of_type("Accept") if a["object"]["id"] == ask["id"]])

    def receive(self):
        self.note = self.them.note("Look, a <em>heron</em>")
        self.says(self.them.create(self.note))
        post = wait_until(lambda: self.post(self.note["id"]))
        assert self.them.d["shows"] in post["content"] and post["spoiler_text"] == "" and post["visibility"] == "public"
        assert post["account"]["acct"] == self.them.handle and len(post["media_attachments"]) == self.them.d.get("media", 0)
        self.post_id = post["id"]

    def answer(self):
        mine = self.mine = self.me.status(f"@{self.them.handle} Lovely", in_reply_to_id=self.post_id)
        got = self.peer.wait_for("Create", id=mine["uri"] + "/activity")["object"]
        assert got["inReplyTo"] == self.note["id"] and self.them.uri in got["cc"]
        assert all(isinstance(got[k], list) for k in ("to", "cc", "tag", "attachment"))
        assert [(t["type"], t["href"]) for t in got["tag"]] == [("Mention", self.them.uri)]
        back = self.them.note("Is it not", cc=[self.uri], inReplyTo=mine["uri"], tag=[self.them.mention(self.uri, self.me.handle)])
        self.says(self.them.create(back))
        told = wait_until(lambda: [n for n in self.me.get("/api/v1/notifications") if n["type"] == "mention"])[0]
        assert told["status"]["uri"] == back["id"] and told["status"]["in_reply_to_id"] == mine["id"]
        like = self.them.activity("Like", mine["uri"], **self.them.d["like"])
        count = lambda: self.me.get(f"/api/v1/statuses/{mine['id']}")["favourites_count"]  # noqa: E731
        self.says(like)
        wait_until(lambda: count() == 1)
        self.says(self.them.activity("Undo", like))
        wait_until(lambda: count() == 0)

    def edit(self):
        self.note.update(content=self.note["content"].replace("Look", "Behold"), updated=self.note["published"][:19] + ".9Z")
        self.them.publish(self.note)
        self.says(self.them.activity("Update", self.note, to=self.note["to"], cc=self.note["cc"]))
        now = wait_until(lambda: (p := self.me.get(f"/api/v1/statuses/{self.post_id}"))["edited_at"] and p)
        assert "Behold" in now["content"]

    def delete(self):
        self.them.gone(self.note)
        self.says(self.them.delete(self.note))
        wait_until(lambda: self.me.raw("GET", f"/api/v1/statuses/{self.post_id}").status_code == 404)
        assert self.note["id"] not in str(self.me.get("/api/v1/timelines/home"))

    def move(self):
        new = Talker(self.peer, self.kind, "wagtail", 1, alsoKnownAs=[self.them.uri])
        self.them.publish({**self.them.doc, "movedTo": new.uri})
        self.says(self.them.activity("Move", self.them.uri, target=new.uri))
        asked = self.peer.wait_for("Follow", object=new.uri, actor=self.uri)
        self.says(new.accept(asked), new)
        wait_until(lambda: self.me.relationship(self.me.find(new.handle)["id"])["following"])
        wait_until(lambda: not self.me.relationship(self.account["id"])["following"])
        self.them, self.account = new, self.me.find(new.handle)

    def block(self):
        block = self.them.activity("Block", self.uri)
        self.says(block)
        wait_until(lambda: self.me.relationship(self.account["id"])["blocked_by"])
        assert not self.me.relationship(self.account["id"])["following"]
        self.says(self.them.activity("Undo", block))
        wait_until(lambda: not self.me.relationship(self.account["id"])["blocked_by"])


STEPS = "discover follow receive answer edit delete move block".split()


@pytest.mark.parametrize("which", DIALECTS)
def test_the_conversation_with(server, which):
    with Peer(("www.threads" if which == "threads" else which) + ".localhost") as peer:
        talk = Talk(server, peer, which)
        for step in STEPS:
            if step not in talk.them.d["rest"] or step == "follow":
                getattr(talk, step)()
        assert not talk.wrong, talk.wrong[0]


def test_undo_may_come_before_what_it_takes_back(server):
    """Another way, or another try: the first that is known of a favourite may be its end."""
    with Peer("mastodon.localhost") as peer:
        talk = Talk(server, peer, "mastodon")
        me, them = talk.me, talk.them
        post = me.status("mine")
        followers = lambda: me.get(f"/api/v1/accounts/{me.id}")["followers_count"]  # noqa: E731
        counts = lambda: [me.get(f"/api/v1/statuses/{post['id']}")[k] for k in ("favourites_count", "reblogs_count")]  # noqa: E731
        made = [them.activity("Like", post["uri"]), them.activity("Announce", post["uri"], to=[PUBLIC]), them.follow(talk.uri),
                them.activity("Block", talk.uri)]
        talk.follow()
        for one in made[:2]:
            talk.says(them.activity("Undo", one))
        talk.says(them.activity("Undo", made[3]["id"]))
        for one in (made[0], made[1], made[3]):
            talk.says(one)
        talk.says(them.activity("Like", post["uri"]))  # another one counts; behind it all of those are done
        wait_until(lambda: counts() == [1, 0])
        assert followers() == 1 and not me.relationship(talk.account["id"])["blocked_by"]
        for undo in (made[2]["id"], made[2]):  # of a Follow that is not there, by who follows otherwise
            talk.says(them.activity("Undo", undo))
        wait_until(lambda: followers() == 0)
        talk.says(made[2])
        talk.says(them.follow(talk.uri))
        wait_until(lambda: followers() == 1)
        assert len([a for a in peer.of_type("Accept") if a["object"]["id"] == made[2]["id"]]) == 0


def test_a_pin_is_taken_back_by_its_undo(server):
    with Peer("mastodon.localhost") as peer:
        talk = Talk(server, peer, "mastodon")
        talk.them.publish({**talk.them.doc, "featured": talk.them.uri + "/featured"})
        talk.discover()
        talk.follow()
        note = talk.them.note("look here")
        pins = lambda: [p["uri"] for p in talk.me.get(f"/api/v1/accounts/{talk.account['id']}/statuses", pinned="true")]  # noqa: E731
        add = talk.them.activity("Add", note["id"], target=talk.them.uri + "/featured")
        talk.says(add)
        wait_until(lambda: pins() == [note["id"]])
        talk.says(talk.them.activity("Undo", {**add, "target": talk.uri + "/featured"}))
        talk.says(talk.them.activity("Undo", add))
        wait_until(lambda: pins() == [])


def test_who_boosts_a_private_post_of_his_own_brings_it_along(server):
    with Peer("mastodon.localhost") as peer:
        talk = Talk(server, peer, "mastodon")
        talk.follow()
        for friend in (True, False):
            author = talk.them if friend else Talker(peer, "mastodon", "stranger", 1)
            note = author.note("for friends", to=[talk.them.doc["followers"]])
            talk.them.gone(note)
            talk.says(talk.them.activity("Announce", note, to=[talk.them.doc["followers"]]))
        talk.says(talk.them.create("later"))
        home = lambda: talk.me.get("/api/v1/timelines/home")  # noqa: E731
        wait_until(lambda: [s for s in home() if "later" in s["content"]], 15)
        boost, = [s["reblog"] for s in home() if s["reblog"]]
        assert (boost["account"]["acct"], boost["visibility"]) == (talk.them.handle, "private")


def test_the_leave_to_answer_is_no_leave_to_follow(server):
    """GoToSocial says Accept of answers, boosts and favourites too, by their id or by the request for them."""
    with Peer("gotosocial.localhost") as peer:
        talk = Talk(server, peer, "gotosocial")
        account = talk.me.follow(talk.them.handle)
        asked = peer.wait_for("Follow")
        note = talk.them.note("who likes it")
        post = talk.me.find(note["id"])
        mine = talk.me.status("I do", in_reply_to_id=post["id"])
        talk.me.post(f"/api/v1/statuses/{post['id']}/favourite")
        like = peer.wait_for("Like")
        request = {"type": "ReplyRequest", "id": mine["uri"] + "#r", "actor": talk.uri, "object": note["id"], "instrument": mine["uri"]}
        for what in (mine["uri"], mine["uri"] + "/activity", like["id"], {"id": mine["uri"]}, request):
            for kind in ("Accept", "Reject"):
                talk.says(talk.them.activity(kind, what))
        talk.says(talk.them.activity("Accept", "https://gotosocial.localhost/x", result=talk.them.uri + "/authorizations/1"))
        talk.says(talk.them.activity("Like", mine["uri"]))
        wait_until(lambda: talk.me.get(f"/api/v1/statuses/{mine['id']}")["favourites_count"] == 1)
        assert talk.me.relationship(account["id"])["requested"]
        talk.says(talk.them.activity("Accept", asked["id"] + "-mangled"))
        wait_until(lambda: talk.me.relationship(account["id"])["following"])


def policy(**can):
    nobody = {"always": [], "approvalRequired": []}
    return {"canReply": nobody, "canLike": nobody, "canAnnounce": nobody, **can}


def test_what_an_author_does_not_allow_is_not_done(server):
    """GoToSocial's interaction policies, in both spellings."""
    with Peer("gotosocial.localhost") as peer:
        talk = Talk(server, peer, "gotosocial")
        me, stranger, author = talk.me, server.someone("stranger"), talk.them
        talk.discover()
        talk.follow()
        fans = author.doc["followers"]
        act = lambda who, post, verb: who.raw("POST", f"/api/v1/statuses/{post['id']}/{verb}").status_code  # noqa: E731
        answer = lambda who, post: who.raw("POST", "/api/v1/statuses", json={  # noqa: E731
            "status": "an answer", "in_reply_to_id": post["id"]}).status_code
        note = author.note("nobody", interactionPolicy=policy(canReply={"automaticApproval": [author.uri]}))
        closed = me.find(note["id"])
        before = me.get(f"/api/v1/statuses/{closed['id']}")
        for who in (me, stranger):
            assert (act(who, closed, "favourite"), act(who, closed, "reblog"), answer(who, closed)) == (403, 403, 403)
        assert me.get(f"/api/v1/statuses/{closed['id']}") == before and act(me, closed, "bookmark") == 200
        some = me.find(author.note("friends", interactionPolicy=policy(
            canReply={"always": [fans], "approvalRequired": []}, canLike={"automaticApproval": fans, "manualApproval": []}))["id"])
        assert (answer(me, some), act(me, some, "favourite"), act(me, some, "reblog")) == (200, 200, 403)
        assert (answer(stranger, some), act(stranger, some, "favourite")) == (403, 403)
        mine = me.status("ask me")
        named = author.note("you", cc=[talk.uri], tag=[author.mention(talk.uri, me.handle)], interactionPolicy=policy())
        back = author.note("back", inReplyTo=mine["uri"], interactionPolicy=policy())
        only = author.note("Jo alone", interactionPolicy=policy(canLike={"automaticApproval": [peer.base + "/users/jo"]}))
        for made in (named, back, only):
            talk.says(author.create(made))
        named, back, only = (wait_until(lambda n=n: me.find(n["id"])) for n in (named, back, only))
        assert (answer(me, named), answer(me, back), answer(stranger, named), answer(stranger, back)) == (200, 200, 403, 403)
        assert act(me, only, "favourite") == 200  # who knows whom it names
        silent = me.find(author.note("not a word", interactionPolicy={"canLike": {"always": [PUBLIC]}})["id"])
        assert (answer(stranger, silent), act(stranger, silent, "reblog"), act(stranger, silent, "favourite")) == (200, 200, 200)
        empty = me.find(author.note("nothing said", interactionPolicy={"canReply": {}, "canLike": None, "canAnnounce": {}})["id"])
        assert (answer(stranger, empty), act(stranger, empty, "reblog"), act(stranger, empty, "favourite")) == (200, 200, 200)
        note["interactionPolicy"] = policy(canLike={"automaticApproval": [PUBLIC]})
        talk.says(author.activity("Update", note, to=note["to"]))
        wait_until(lambda: act(stranger, closed, "favourite") == 200, what="he changed his mind")


def test_answers_and_boosts_wait_for_leave(server):
    """Only the author has them until then; with his leave in them all others get them. Of servers that know no requests."""
    with Peer("gotosocial.localhost") as peer, Peer("mastodon.localhost") as other:
        talk = Talk(server, peer, "gotosocial")
        me, author, fan = talk.me, talk.them, other.actor("fan")
        fan.send(server, fan.follow(talk.uri))
        other.wait_for("Accept", actor=talk.uri)
        ask = {"always": [], "approvalRequired": [PUBLIC]}
        post = me.find(author.note("ask me", interactionPolicy=policy(canReply=ask, canAnnounce=ask, canLike=ask))["id"])
        mine, second = (me.status(f"@{author.handle} {n}", in_reply_to_id=post["id"]) for n in ("may I", "and I"))
        boost = me.post(f"/api/v1/statuses/{post['id']}/reblog")
        me.post(f"/api/v1/statuses/{post['id']}/favourite")
        sent = [peer.wait_for(kind, 15, id=uri) for kind, uri in (("Create", mine["uri"] + "/activity"), ("Create", second["uri"] + "/activity"),
                                                              ("Announce", boost["uri"]))]
        assert peer.wait_for("Like")["object"] == post["uri"] and not [1 for a in sent if "approvedBy" in {**a, **(
            a["object"] if a["type"] == "Create" else {})}]
        leave = lambda n: f"{author.uri}/authorizations/{n}"  # noqa: E731
        stranger = Talker(peer, "gotosocial", "notasked", 1)
        talk.says(stranger.activity("Accept", mine["uri"], result=leave(0)), stranger)
        talk.says(author.activity("Reject", second["uri"]))
        talk.says(author.activity("Accept", {"type": "AnnounceRequest", "id": peer.base + "/r/1", "actor": talk.uri, "object": post["uri"],
                                             "instrument": boost["uri"]}, result="https://evil.test/authorizations/1"))
        accept = author.activity("Accept", mine["uri"], result=leave(1))
        talk.says(accept)
        talk.says(accept)
        last = me.status("last")
        other.wait_for("Create", 15, id=last["uri"] + "/activity")
        note = other.wait_for("Create", 15, id=mine["uri"] + "/activity")["object"]
        assert (note["replyAuthorization"], note["approvedBy"]) == (leave(1), accept["id"])
        announced = other.wait_for("Announce", 15, id=boost["uri"])
        assert announced["approvedBy"].startswith(peer.base) and "announceAuthorization" not in announced
        assert fan.get(server, mine["uri"]).json()["replyAuthorization"] == leave(1)
        for again in (author.activity("Reject", mine["uri"]), author.activity("Accept", mine["uri"], result=leave(2)),
                      author.activity("Like", mine["uri"])):
            talk.says(again)
        wait_until(lambda: me.get(f"/api/v1/statuses/{mine['id']}")["favourites_count"] == 1)
        assert "replyAuthorization" not in fan.get(server, mine["uri"]).json()  # or all would be written to each time
        last = [last, me.status("at last")]
        other.wait_for("Create", 15, id=last[1]["uri"] + "/activity")
        assert sorted(a["id"] for a in other.taken if a["type"] in ("Create", "Announce")) == sorted(
            [mine["uri"] + "/activity", boost["uri"], *(s["uri"] + "/activity" for s in last)])
        me.delete(f"/api/v1/statuses/{mine['id']}")
        other.wait_for("Delete")
        assert server.sql(f"SELECT count(*) FROM approvals WHERE status_id = {mine['id']}") == "0"


ASK = {"automaticApproval": [], "manualApproval": [PUBLIC]}


def test_leave_is_asked_for_by_requests(server):
    """To answer, boost and like; what waits is seen by who made it and by who is asked; what is refused or taken back ends."""
    with Peer("gotosocial.localhost") as peer, Peer("mastodon.localhost") as other:
        talk = Talk(server, peer, "gotosocial")
        me, author, fan, stranger = talk.me, talk.them, other.actor("fan"), server.someone("stranger")
        fan.send(server, fan.follow(talk.uri))
        other.wait_for("Accept", actor=talk.uri)
        post, second = (me.find(author.note(n, interactionPolicy=policy(canReply=ASK, canAnnounce=ASK, canLike=ASK))["id"]) for n in "ab")
        hello = f"@{author.handle} @{stranger.name}"
        mine, refused = (me.status(f"{hello} {n}", in_reply_to_id=post["id"]) for n in ("may I", "and I"))
        more = me.status("and one more thing", in_reply_to_id=mine["id"])
        for verb in ("reblog", "pin"):
            assert me.raw("POST", f"/api/v1/statuses/{mine['id']}/{verb}").status_code == 403
        boosts = [me.post(f"/api/v1/statuses/{p['id']}/reblog") for p in (post, second)]
        for p in (post, second):
            me.post(f"/api/v1/statuses/{p['id']}/favourite")
        asked = wait_until(lambda: len(got := {a["instrument"]["id"]: a for a in peer.taken if a["type"].endswith("Request")}) == 6 and got)
        likes = {a["object"]: a for a in asked.values() if a["type"] == "LikeRequest"}
        request = asked[mine["uri"]]
        assert (request["type"], request["actor"], request["object"], request["to"], request["cc"]) == (
            "ReplyRequest", talk.uri, post["uri"], [author.uri], [])
        assert {k: request["instrument"][k] for k in ("type", "inReplyTo", "attributedTo")} == {
            "type": "Note", "inReplyTo": post["uri"], "attributedTo": talk.uri} and PUBLIC in request["instrument"]["to"]
        assert [(a["type"], a["object"], a["instrument"]["type"], a["instrument"]["object"]) for a in (
            asked[boosts[0]["uri"]], likes[post["uri"]])] == [("AnnounceRequest", post["uri"], "Announce", post["uri"]),
                                                             ("LikeRequest", post["uri"], "Like", post["uri"])]
        status = lambda who, s: who.raw("GET", f"/api/v1/statuses/{s['id']}").status_code  # noqa: E731
        below = lambda who: {s["uri"] for s in who.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]}  # noqa: E731
        assert [status(me, mine), status(stranger, mine)] == [200, 404] and (below(me), below(stranger)) == (
            {mine["uri"], refused["uri"], more["uri"]}, set())
        assert author.get(server, mine["uri"]).status_code == 200 and fan.get(server, mine["uri"]).status_code == 404
        assert not stranger.get("/api/v1/notifications") and mine["uri"] in [s["uri"] for s in me.get("/api/v1/timelines/home")]
        leave = lambda n: f"{author.uri}/authorizations/{n}"  # noqa: E731
        assert not other.of_type("Create") and not other.of_type("Announce")
        brief = lambda a: {**a, "instrument": a["instrument"]["id"]}  # noqa: E731
        for a in (author.activity("Reject", brief(asked[refused["uri"]])), author.activity("Reject", asked[boosts[1]["uri"]]["id"]),
                  author.activity("Reject", brief(likes[second["uri"]])), author.activity("Accept", brief(request), result=leave(1)),
                  author.activity("Accept", asked[boosts[0]["uri"]]["id"], result=leave(2)),
                  author.activity("Accept", brief(likes[post["uri"]]), result=leave(3))):
            talk.says(a)
        assert other.wait_for("Create", 15, id=mine["uri"] + "/activity")["object"]["replyAuthorization"] == leave(1)
        assert "replyAuthorization" not in other.wait_for("Create", 15, id=more["uri"] + "/activity")["object"]
        assert other.wait_for("Announce", 15, id=boosts[0]["uri"])["announceAuthorization"] == leave(2)
        assert [n["status"]["uri"] for n in stranger.get("/api/v1/notifications")] == [mine["uri"]] and below(stranger) == {
            mine["uri"], more["uri"]}
        assert (status(me, refused), status(stranger, refused)) == (200, 404)
        stands = lambda p: [me.get(f"/api/v1/statuses/{p['id']}")[k] for k in (  # noqa: E731
            "reblogged", "favourited", "reblogs_count", "favourites_count")]
        assert (stands(post), stands(second)) == ([True, True, 1, 1], [False, False, 0, 0])
        # taken back
        nosy = Talker(peer, "gotosocial", "nosy", 1)
        for n in (1, 2, 3):
            talk.says(nosy.activity("Delete", leave(n)), nosy)
            talk.says(author.activity("Delete", leave(n) if n == 2 else {"type": "LikeAuthorization", "id": leave(n)}))
        assert "replyAuthorization" not in other.wait_for("Update", 15)["object"]
        assert other.wait_for("Undo", 15)["object"]["id"] == boosts[0]["uri"]
        wait_until(lambda: stands(post) == [False, False, 0, 0])
        assert status(stranger, mine) == 200 and "replyAuthorization" not in fan.get(server, mine["uri"]).json()
        assert not [a for a in other.taken if refused["uri"] in str(a) or boosts[1]["uri"] in str(a)]


def test_requests_for_our_posts_are_answered(server):
    """As if the thing itself had come, and with a stamp that others can read as long as it stands."""
    with Peer("gotosocial.localhost") as peer:
        talk = Talk(server, peer, "gotosocial")
        me, them = talk.me, talk.them
        post, secret = me.status("ask me"), me.status("not for you", visibility="private")
        note = them.note("may I", to=[PUBLIC], cc=[talk.uri], inReplyTo=post["uri"], tag=[them.mention(talk.uri, me.handle)])
        like, boost = {**them.activity("Like", post["uri"]), "id": them.uri + "#like"}, them.activity(
            "Announce", post["uri"], to=[PUBLIC], cc=[them.doc["followers"]])
        ask = lambda kind, made, of=post, who=them: who.activity(kind + "Request", of["uri"], instrument=made, to=talk.uri)  # noqa: E731
        answered = lambda asked: wait_until(lambda: [  # noqa: E731
            a for a in peer.taken if a["type"] in ("Accept", "Reject") and (a["object"] or {}).get("id") == asked["id"]])[0]
        stamps = {}
        for kind, made in (("Reply", note), ("Like", like), ("Announce", boost)):
            for again in range(2):
                asked = ask(kind, made)
                talk.says(asked)
                accept = answered(asked)
                assert (accept["type"], accept["actor"], accept["to"]) == ("Accept", talk.uri, [them.uri])
                assert accept["object"] == {"id": asked["id"], "type": kind + "Request", "actor": them.uri, "object": post["uri"],
                                            "instrument": made["id"]}
                assert stamps.setdefault(kind, accept["result"]) == accept["result"]
            assert f"/users/{me.name}/authorizations/{kind.lower()}/" in accept["result"]
            stamp = them.get(server, accept["result"]).json()
            assert {k: stamp[k] for k in stamp if k != "@context"} == {
                "id": accept["result"], "type": kind + "Authorization", "attributedTo": talk.uri, "interactingObject": made["id"],
                "interactionTarget": post["uri"]}
        seen = me.get(f"/api/v1/statuses/{post['id']}")
        assert (seen["replies_count"], seen["favourites_count"], seen["reblogs_count"]) == (1, 1, 1)
        assert sorted(n["type"] for n in me.get("/api/v1/notifications")) == ["favourite", "mention", "reblog"]
        # the thing itself, with its stamp, is nothing new
        talk.says(them.create({**note, "replyAuthorization": stamps["Reply"]}))
        nosy = Talker(peer, "gotosocial", "nosy", 1)
        astray, foreign = them.note("elsewhere", cc=[talk.uri]), nosy.note("not his", cc=[talk.uri], inReplyTo=post["uri"])
        wrong = [ask("Reply", astray), ask("Reply", foreign), ask("Like", {**like, "id": nosy.uri + "#x", "actor": nosy.uri}),
                 ask("Like", {**like, "id": them.uri + "#y", "object": secret["uri"]}), ask("Announce", like)]
        silent = [ask("Like", {**like, "object": secret["uri"]}, secret), ask("Reply", note, {"uri": post["uri"] + "0"})]
        for a in silent + wrong:
            talk.says(a)
        for a in wrong:
            reject = answered(a)
            assert (reject["type"], "result" in reject, reject["object"]["type"]) == ("Reject", False, a["type"])
        assert not [a for a in peer.taken if a["type"] in ("Accept", "Reject") and a["object"]["id"] in [s["id"] for s in silent]]
        talk.says(them.activity("Undo", like))
        talk.says(them.activity("Delete", note["id"]))
        wait_until(lambda: [me.get(f"/api/v1/statuses/{post['id']}")[k] for k in ("replies_count", "favourites_count")] == [0, 0])
        assert [them.get(server, stamps[k]).status_code for k in ("Reply", "Like", "Announce")] == [404, 404, 200]
        assert them.get(server, stamps["Announce"].replace("/announce/", "/reply/")).status_code == 404


def test_who_is_named_by_the_address_of_a_page_is_told(server):
    with Peer("mastodon.localhost") as peer:
        talk = Talk(server, peer, "mastodon")
        page = talk.me.get(f"/api/v1/accounts/{talk.me.id}")["url"]
        note = talk.them.note("you there", cc=[talk.uri], tag=[talk.them.mention(page, talk.me.handle)])
        talk.says(talk.them.create(note))
        told = wait_until(lambda: [n for n in talk.me.get("/api/v1/notifications") if n["type"] == "mention"])[0]
        assert told["status"]["uri"] == note["id"] and [m["id"] for m in told["status"]["mentions"]] == [talk.me.id]


def test_a_ban_from_a_community_is_no_block(server):
    """Lemmy says Block of who may not write there any more, and names the community as its target."""
    with Peer("lemmy.localhost") as peer:
        talk = Talk(server, peer, "lemmy")
        talk.follow()
        ban = talk.them.activity("Block", talk.uri, target=talk.followed.uri, to=["https://www.w3.org/ns/activitystreams#Public"])
        talk.says(ban)
        talk.says(ban, talk.followed)
        holds(lambda: (r := talk.me.relationship(talk.account["id"]))["following"] and not r["blocked_by"], 0.3)
