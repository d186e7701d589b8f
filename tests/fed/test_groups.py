"""Groups (FEP-1b12): following one shows what is posted in it; what it says of others counts only as far as their origin says so."""
import json

import pytest
from harness import Server, wait_until
from peer import AS, PUBLIC, Peer


class Forum:
    """A server, a host with a group on it, and another host where a member of it lives."""

    def __init__(self, kind):
        names = "localhost", "forum.localhost", "far.localhost"
        self.server = Server(kind, hosts=" ".join(f"{n}=127.0.0.1" for n in names)).start()
        self.forum, self.far = Peer("forum.localhost").start(), Peer("far.localhost").start()
        self.group = self.forum.actor("birds")
        self.group.doc["type"] = "Group"
        self.near = self.forum.actor("near", key=1)
        self.member = self.far.actor("member", key=2)
        self.alice = self.server.user("alice")
        self.group_id = self.alice.follow(self.group.handle)["id"]
        self.group.send(self.server, self.group.activity("Accept", self.forum.wait_for("Follow")))
        wait_until(lambda: self.alice.relationship(self.group_id)["following"])

    def page(self, author, title="Look, a heron", **more):
        note = author.note(title, to=[self.group.uri, PUBLIC], type="Page", name=title, audience=self.group.uri, **more)
        return note

    def comment(self, author, on, text="Nice"):
        return author.note(text, to=[PUBLIC], cc=[self.group.uri], inReplyTo=on["id"], audience=self.group.uri)

    def announces(self, what, actor=None):
        """The group says it; through the inbox, and done."""
        actor = actor or self.group
        made = actor.activity("Announce", what, to=[PUBLIC], cc=[actor.uri + "/followers"])
        assert actor.send(self.server, made).status_code == 202
        self.drained()
        return made

    def drained(self):
        wait_until(lambda: self.server.sql("SELECT count(*) FROM inbox") == "0", 60, what="the inbox to be empty")

    def home(self):
        return [(s["account"]["username"], (s["reblog"] or s)["uri"]) for s in self.alice.get("/api/v1/timelines/home")]

    def stored(self, uri):
        return self.server.sql(f"SELECT content FROM statuses WHERE uri = '{uri}' AND deleted_at = 0")

    def asked(self, peer, *words):
        """How often; for something with one of these words in its address, if there are any. In the background more is asked for."""
        return len([p for _, p in list(peer.asked) if not words or any(w in p for w in words)])

    def close(self):
        self.server.close()
        self.forum.stop()
        self.far.stop()


@pytest.fixture(scope="module")
def w(kind):
    f = Forum(kind)
    try:
        yield f
    finally:
        f.close()


def without_tracks(note):
    """Not to be had from anywhere."""
    return {**note, "id": note["id"] + "-nowhere"}


def test_posts_of_members_are_shown_as_boosts_by_the_group_once(w):
    page = w.page(w.member)
    w.announces(w.member.create(page))      # as Lemmy does: wrapped, and then plainly for those who cannot unwrap
    w.announces(page["id"])
    assert w.home()[0] == ("birds", page["id"])
    assert w.home().count(("birds", page["id"])) == 1
    top = w.alice.get("/api/v1/timelines/home")[0]
    assert top["reblog"]["account"]["acct"] == w.member.handle and top["account"]["group"]
    assert not [n for n in w.alice.get("/api/v1/notifications") if n["account"]["id"] == w.group_id]
    # what the group says of the text does not count: it lives elsewhere
    forged = w.page(w.member, "As the author wrote it")
    w.announces(w.member.create({**forged, "content": "<p>forged</p>"}))
    assert w.stored(forged["id"]) == w.stored(forged["id"]).replace("forged", "") and w.home()[0][1] == forged["id"]


def test_its_own_server_speaks_for_those_who_live_there(w):
    page = without_tracks(w.page(w.near, "From next door"))
    w.announces(w.near.create(page))
    assert w.home()[0] == ("birds", page["id"])
    # Mbin sends what its own people write to the followers of the magazine, without the magazine's Announce
    page = without_tracks(w.page(w.near, "Straight from next door"))
    w.near.send(w.server, w.near.create(page))
    w.drained()
    assert ("birds", page["id"]) in w.home()
    page = w.page(w.member, "From far away")
    w.member.send(w.server, w.member.create(page))
    w.drained()
    assert not w.stored(page["id"]), "only the group knows whether it takes it"


def test_comments_are_taken_and_do_not_flood(w):
    page = w.page(w.near)
    w.announces(w.near.create(page))
    comment = w.comment(w.member, page)
    w.announces(w.member.create(comment))
    w.announces(comment["id"])              # as Guppe and Friendica do with all that names them
    assert w.stored(comment["id"]) and comment["id"] not in str(w.home())
    post = w.alice.find(page["id"])
    assert [s["uri"] for s in w.alice.get(f"/api/v1/statuses/{post['id']}/context")["descendants"]] == [comment["id"]]


def test_edits_are_read_where_they_were_made(w):
    page = w.page(w.member)
    w.announces(page["id"])
    page.update(content="<p>better</p>", updated="2040-01-01T00:00:00Z")
    page["updated"] = page["published"][:-1] + ".9Z"
    w.announces(w.member.activity("Update", {**page, "content": "<p>forged</p>"}))
    assert "better" in w.stored(page["id"])


def test_deletions_are_checked_and_moderators_only_take_out(w):
    page, other, own = w.page(w.member), w.page(w.member), w.page(w.near)
    for p in (page, other, own):
        w.announces(p["id"])
    # a moderator removes it: it leaves the group, the author still has it
    w.announces(w.near.activity("Delete", page["id"], summary="off topic"))
    assert page["id"] not in str(w.home()) and w.stored(page["id"])
    # the author deleted it
    w.far.docs[other["id"].removeprefix(w.far.base)] = 410
    w.announces(w.member.activity("Delete", other["id"]))
    assert not w.stored(other["id"])
    # another group's word takes nothing out of this one
    rival = w.far.actor("rival")
    rival.doc["type"] = "Group"
    w.announces(w.near.activity("Delete", own["id"]), rival)
    assert ("birds", own["id"]) in w.home() and w.stored(own["id"])


def test_what_was_deleted_comes_back(w):
    """As its origin has it, in its old place, with what answered it; a moderator's removal is taken back likewise."""
    undo = lambda by, note: by.activity("Undo", by.activity("Delete", note["id"]))  # noqa: E731
    page, removed, plain = w.page(w.member), w.page(w.near), w.page(w.near)
    for p in (page, removed, plain):
        w.announces(p["id"])
    w.announces(w.member.create(w.comment(w.member, page)))
    w.announces(w.near.activity("Delete", removed["id"], summary="off topic"))
    seen = w.alice.find(page["id"])
    for peer, note, by in ((w.far, page, w.member), (w.forum, plain, w.near)):
        peer.docs[note["id"].removeprefix(peer.base)] = 410
        w.announces(by.activity("Delete", note["id"]))
        assert not w.stored(note["id"])
    # it is not there: nobody's word brings it back
    w.announces(undo(w.member, page))
    assert not w.stored(page["id"])
    w.far.docs[page["id"].removeprefix(w.far.base)] = {**page, "content": "<p>back</p>"}
    stranger = w.forum.actor("stranger")
    stranger.send(w.server, undo(stranger, page))
    w.drained()
    assert not w.stored(page["id"])
    w.announces(undo(w.near, page))  # a moderator
    assert "back" in w.stored(page["id"]) and w.home().count(("birds", page["id"])) == 1
    assert w.alice.find(page["id"])["id"] == seen["id"]
    context = w.alice.get(f"/api/v1/statuses/{seen['id']}/context")
    assert [s["in_reply_to_id"] for s in context["descendants"]] == [seen["id"]]
    assert w.alice.get(f"/api/v1/statuses/{seen['id']}")["replies_count"] == 1
    w.announces(undo(w.near, removed))
    assert ("birds", removed["id"]) in w.home()
    # without a group, by its author
    w.forum.docs[plain["id"].removeprefix(w.forum.base)] = plain
    w.near.send(w.server, undo(w.near, plain))
    w.drained()
    assert w.stored(plain["id"])


def test_favourites_of_our_posts_count_if_their_maker_says_so(w):
    post = w.alice.status("mine")
    likes = lambda: w.alice.get(f"/api/v1/statuses/{post['id']}")["favourites_count"]  # noqa: E731
    like = w.near.activity("Like", post["uri"])
    w.announces(like)
    assert likes() == 1
    forged = w.member.activity("Like", post["uri"])
    w.announces(forged)
    assert likes() == 1
    w.alice.find(w.member.uri)    # now it is known here
    w.far.docs[forged["id"].removeprefix(w.far.base)] = forged
    w.announces({**forged, "id": forged["id"]})
    assert likes() == 2
    w.announces(w.near.activity("Undo", like))
    assert likes() == 1


@pytest.mark.parametrize("kind_", ["Like", "Dislike", "Lock", "Add", "Remove", "Block", "Flag", "Undo", "Follow", "Accept", "Move",
                                   "Announce", "Nonsense"])
def test_the_rest_costs_nothing_and_does_nothing(w, kind_):
    page = w.page(w.near)
    w.announces(page["id"])
    victim = w.far.actor("victim", key=3)
    inner = victim.activity(kind_, w.member.activity("Like", page["id"]) if kind_ == "Undo" else page["id"], target=w.group.uri)
    words = "victim", inner["id"].removeprefix(w.far.base), page["id"].removeprefix(w.forum.base)
    state = lambda: (w.home(), w.asked(w.far, *words), w.asked(w.forum, *words))  # noqa: E731
    before = state()
    w.announces(inner)
    assert state() == before


def test_what_an_origin_has_under_that_id_must_be_the_same(w):
    """An old Undo of a Follow, shown as one of a Like."""
    bob = w.server.someone("bob")
    post, uri = bob.status("mine"), bob.get(f"/api/v1/accounts/{bob.id}")["uri"]
    follow = w.member.follow(uri)
    w.member.send(w.server, follow)
    w.drained()
    undo = w.member.activity("Undo", follow)
    w.far.docs[undo["id"].removeprefix(w.far.base)] = undo
    w.announces({**undo, "object": w.member.activity("Like", post["uri"])})
    assert [a["acct"] for a in bob.get(f"/api/v1/accounts/{bob.id}/followers")] == [w.member.handle]


def test_a_post_that_names_an_actor_is_a_post(w):
    page = w.page(w.member)
    w.announces({**page, "actor": w.member.uri, "content": "<p>forged</p>"})
    assert ("birds", page["id"]) in w.home() and "forged" not in w.stored(page["id"])


def test_strangers_and_people_cannot_wrap(w):
    post = w.alice.status("mine")
    nobody = w.far.actor("nobodys")
    nobody.doc["type"] = "Group"
    person = w.forum.actor("person")
    for who in (nobody, person):
        page = w.page(w.near, "not wanted")
        w.announces(w.near.create(page), who)
        w.announces(w.near.activity("Like", post["uri"]), who)
        assert not w.stored(page["id"])
    assert w.alice.get(f"/api/v1/statuses/{post['id']}")["favourites_count"] == 0


def test_in_the_name_of_ours_nothing_is_wrapped(w):
    bob = w.server.someone("bob")
    post, uri = w.alice.status("mine"), bob.get(f"/api/v1/accounts/{bob.id}")["uri"]
    for kind_ in ("Like", "Create", "Update", "Delete"):
        inner = {"@context": AS, "id": uri + "/x", "type": kind_, "actor": uri, "object": post["uri"]}
        w.announces(inner)
    now = w.alice.get(f"/api/v1/statuses/{post['id']}")
    assert now["favourites_count"] == 0 and now["edited_at"] is None


def test_writing_to_a_group_and_answering_in_it(w):
    first = w.alice.status(f"@{w.group.handle} An owl!")
    made = w.forum.wait_for("Create", id=first["uri"] + "/activity")
    note = made["object"]
    assert made["to"] == note["to"] == [PUBLIC, w.group.uri] and note["audience"] == made["audience"] == w.group.uri
    assert w.group.uri not in note["cc"] and note["tag"][0]["href"] == w.group.uri
    w.alice.put(f"/api/v1/statuses/{first['id']}", status=f"@{w.group.handle} An eagle owl!")
    edit = w.forum.wait_for("Update")
    assert (edit["to"], edit["cc"], edit["audience"]) == (made["to"], made["cc"], w.group.uri)
    # the group passes it on: the writer needs no notice of that
    w.announces({"type": "Create", "id": made["id"], "actor": made["actor"], "object": note})
    assert w.alice.get(f"/api/v1/statuses/{first['id']}")["reblogs_count"] == 1
    assert not [n for n in w.alice.get("/api/v1/notifications") if n["type"] == "reblog"]
    # a stranger's comment on it does not name the group; the answer to that still goes there
    comment = w.member.note("Where?", to=[PUBLIC, first["account"]["uri"]], inReplyTo=first["uri"],
                            tag=[w.member.mention(first["account"]["uri"], w.alice.handle)])
    w.member.send(w.server, w.member.create(comment))
    seen = wait_until(lambda: w.alice.get(f"/api/v1/statuses/{first['id']}/context")["descendants"])[0]
    answer = w.alice.status("In the barn", in_reply_to_id=seen["id"])
    got = w.forum.wait_for("Create", id=answer["uri"] + "/activity")["object"]
    assert got["audience"] == w.group.uri and w.group.uri in got["to"]
    w.alice.delete(f"/api/v1/statuses/{answer['id']}")
    wait_until(lambda: [d for d in w.forum.of_type("Delete") if d["object"]["id"] == answer["uri"]])
    private = w.alice.status(f"@{w.group.handle} only you", visibility="direct")
    wait_until(lambda: w.forum.of_type("Create", id=private["uri"] + "/activity"))
    assert "audience" not in w.forum.wait_for("Create", id=private["uri"] + "/activity")["object"]


def test_favourites_of_what_is_in_a_group_are_told_to_the_group(w):
    """Lemmy's communities count what reaches them; the author's server tells nobody."""
    page = w.page(w.member, "A wren")
    w.announces(w.member.create(page))
    post = w.alice.find(page["id"])
    w.alice.post(f"/api/v1/statuses/{post['id']}/favourite")
    like = w.far.wait_for("Like", object=page["id"])
    assert w.forum.wait_for("Like", object=page["id"]) == like
    w.alice.post(f"/api/v1/statuses/{post['id']}/unfavourite")
    for peer in w.forum, w.far:
        wait_until(lambda: [u for u in peer.of_type("Undo") if u["object"]["id"] == like["id"]])  # noqa: B023
    # once where both live
    near = w.page(w.near, "A robin")
    w.announces(w.near.create(near))
    w.alice.post(f"/api/v1/statuses/{w.alice.find(near['id'])['id']}/favourite")
    w.forum.wait_for("Like", object=near["id"])
    w.alice.post(f"/api/v1/statuses/{post['id']}/favourite")
    wait_until(lambda: len(w.forum.of_type("Like", object=page["id"])) == 2)
    assert len(w.forum.of_type("Like", object=near["id"])) == 1


def test_following_a_group_brings_what_it_has_announced(w):
    cats = w.forum.actor("cats", key=3)
    cats.doc["type"] = "Group"
    far, near, forged = w.page(w.member), without_tracks(w.page(w.near)), w.page(w.member, "As it was written")
    comment = w.comment(w.member, far)
    said = [w.near.create(near), w.member.create(far), w.member.create(comment), w.member.create({**forged, "content": "<p>forged</p>"})]
    said = [cats.activity("Announce", what, to=[PUBLIC], published=what["object"]["published"]) for what in said]
    said.append({**cats.activity("Announce", far["id"]), "id": w.far.base + "/not-its-own"})
    w.forum.docs["/users/cats/outbox"] = {**cats._collection("outbox"), "orderedItems": said, "totalItems": len(said)}
    found = w.alice.follow(cats.handle)
    cats.send(w.server, cats.activity("Accept", w.forum.wait_for("Follow", object=cats.uri)))
    theirs = lambda: [u for who, u in w.home() if who == "cats"]  # noqa: E731
    wait_until(lambda: len(theirs()) == 3, 30)
    assert set(theirs()) == {far["id"], near["id"], forged["id"]} and "forged" not in w.stored(forged["id"])
    assert len(w.alice.get(f"/api/v1/accounts/{found['id']}/statuses")) == 3


def test_a_flood_of_announcements_is_cut_off(w):
    before = w.asked(w.far, "/none/")
    inner = [w.member.activity("Create", {"id": f"{w.far.base}/none/{i}", "type": "Note", "attributedTo": w.member.uri})
             for i in range(500)]  # 300, and one a second comes back
    w.group.pour(w.server, [w.group.activity("Announce", i, to=[PUBLIC]) for i in inner])
    w.drained()
    assert 200 <= w.asked(w.far, "/none/") - before <= 450


def test_groups_are_found_as_lemmy_writes_them_also_where_a_person_has_the_name(w):
    """!name@host is the group of that name. Of both the person has the handle, if both are here."""
    links = lambda *some: [{"rel": "self", "type": "application/activity+json", "href": a.uri,  # noqa: E731
                            "properties": {f"{AS}#type": a.doc["type"]}} for a in some]
    group, person = w.forum.actor("moths"), w.forum.actor("moths-person", key=1)
    group.doc["type"], person.doc["preferredUsername"] = "Group", "moths"
    w.forum.docs["/.well-known/webfinger"] = lambda h: h.answer(200, json.dumps(answers["birds" not in h.path]).encode(), "application/jrd+json")
    answers = [{"subject": f"acct:birds@{w.forum.host}", "links": links(w.group)},
               {"subject": f"acct:moths@{w.forum.host}", "links": links(person, group)}]
    find = lambda q: [a["uri"] for a in w.alice.get("/api/v2/search", q=q, resolve="true")["accounts"]]  # noqa: E731
    try:
        assert find(f"!birds@{w.forum.host}") == [w.group.uri]
        assert find(f"!moths@{w.forum.host}") == [group.uri]
        assert find(f"!moths@{w.forum.host.upper()}") == [group.uri]
        assert w.alice.get("/api/v1/accounts/search", q=f"!moths@{w.forum.host}", resolve="true")[0]["uri"] == group.uri
        assert find(person.uri) == [person.uri] and find(f"@moths@{w.forum.host}") == [person.uri]
        assert find(f"!nothing@{w.far.host}") == []
    finally:
        del w.forum.docs["/.well-known/webfinger"]
