"""What the corpus has of groups and relays comes out as its index says: each activity is sent by its own actor, everything it names is
served under its own name, and people here follow whoever speaks."""
import csv
import json
import re

import pytest
from harness import SHARED, Server, wait_until
from peer import PUBLIC, pem, sign, some_key
from test_corpus import World

ABOUT = re.compile(r"FEP-1b12|inner Delete|by group|Group|relay Announce|^Boost|Lock:|moderator", re.I)


class Stage:
    def __init__(self, world, server):
        self.w, self.server, self.me = world, server, server.user("owner")

    def actor(self, uri, kind="Person"):
        self.w.add_actor(uri)
        doc = self.w.docs[uri]
        doc.update(type=kind, publicKey={"id": uri + "#main-key", "owner": uri, "publicKeyPem": pem(some_key())})
        return doc

    def send(self, activity):
        body = json.dumps(activity).encode()
        h = sign(some_key(), activity["actor"] + "#main-key", "POST", self.server.host, "/inbox", body)
        r = self.server.anonymous().raw("POST", "/inbox", headers={k: v for k, v in h.items() if k != "host"}, data=body)
        assert r.status_code == 202 or 400 <= r.status_code < 500, r.status_code
        wait_until(lambda: self.server.sql("SELECT count(*) FROM inbox") == "0", 15)

    def follow(self, doc):
        name = next(h for h, u in self.w.handles.items() if u == doc["id"])
        account = self.me.follow(name)
        self.send({"@context": doc["@context"], "type": "Accept", "actor": doc["id"], "id": doc["id"] + "#accept",
                   "object": {"type": "Follow", "actor": self.me.get(f"/api/v1/accounts/{self.me.id}")["uri"], "object": doc["id"]}})
        wait_until(lambda: self.me.relationship(account["id"])["following"])

    def subscribe(self, doc):
        """As to a relay that has said yes."""
        self.me.find(next(h for h, u in self.w.handles.items() if u == doc["id"]))
        self.server.sql("INSERT INTO relays (id, site_id, url, by_inbox, state, follow_uri, inbox, account_id, created_at) SELECT 1, 1,"
                        f" uri, FALSE, 'accepted', 'x', inbox, id, 0 FROM accounts WHERE uri = '{doc['id']}'")

    def rows(self):
        return set(self.server.sql("SELECT uri, COALESCE(reblog_of_id, 0) <> 0, deleted_at <> 0 FROM statuses").splitlines())


@pytest.fixture(scope="module")
def stage(kind):
    folder = SHARED / "federation" / "corpus"
    if not (folder / "index.tsv").exists():
        pytest.skip("the corpus is not here")
    with open(folder / "index.tsv", newline="") as f:
        rows = [r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)
                if r["kind"] in ("activity", "malicious") and ABOUT.search(r["expectation"])]
    with World(rows, folder) as w, Server(kind, hosts=w.hosts) as server:
        yield Stage(w, server)


def told_apart(doc, name, depth=0):
    """Some documents had all their ids replaced by one."""
    if isinstance(doc, str):
        return re.sub(r"/scrubbed/1$", f"/scrubbed/{name}-{depth}", doc)
    if isinstance(doc, dict):
        return {k: told_apart(v, name, depth + (k == "object")) if k in ("id", "object") else v for k, v in doc.items()}
    return doc


def inside(doc):
    """The post at the bottom of it, if it is embedded; what is said to happen to it."""
    inner = doc.get("object")
    if isinstance(inner, dict) and "actor" in inner:
        return inner.get("object"), inner["type"]
    return inner, doc["type"]


def perform(stage, doc, want):
    """What is new here after that; the URI of the post it is about."""
    w = stage.w
    w.docs, w.handles = {}, {}
    group = "group" in want.lower() or "/c/" in doc["actor"] or "/m/" in doc["actor"]
    speaker = stage.actor(doc["actor"], "Group" if group else "Person")
    stage.subscribe(speaker) if "relay" in want else stage.follow(speaker)
    about, _ = inside(doc)
    uri = about.get("id") if isinstance(about, dict) else about
    if isinstance(uri, str) and uri not in w.docs:
        whole = about if isinstance(about, dict) and about.get("attributedTo") else {
            "@context": "https://www.w3.org/ns/activitystreams", "id": uri, "type": "Note", "content": "<p>x</p>",
            "to": [PUBLIC], "attributedTo": re.match(r"\w+://[^/]+", uri)[0] + "/someone"}
        for author in w.authors(whole):
            stage.actor(author) if author != doc["actor"] else None
        w.docs[uri] = whole
    if "inner Delete" in want:
        stage.me.find(uri)
    before = stage.rows()
    stage.send(doc)
    return stage.rows() - before, uri


def judge(stage, doc, want):
    new, uri = perform(stage, doc, want)
    _, kind = inside(doc)
    posts = {r.split("|")[0] for r in new if "|1|" not in r.replace("|t|", "|1|")}
    boosts = len(new) - len(posts)
    if want.startswith("Boost") or "relay" in want:
        assert uri in posts and boosts == (0 if "relay" in want else 1), new
    elif "inner Delete" in want:
        assert not new, "it is still there"
        del stage.w.docs[uri]
        stage.send({**doc, "id": doc["id"] + "-again"})
        assert stage.server.sql(f"SELECT deleted_at <> 0 FROM statuses WHERE uri = '{uri}'") in ("1", "t")
    elif kind == "Create" and "unwrap" in want:
        assert posts == {uri} and boosts <= 1, new
    elif kind != "Create" and doc["type"] != "Create":
        assert not new, new


def test_each_comes_out_as_the_index_says(stage):
    wrong = []
    for row, doc in stage.w.entries:
        if doc["type"] in ("Announce", "Lock", "Add", "Delete", "Block", "Undo") and "embedded own" not in row["expectation"]:
            if isinstance(doc["actor"], dict):
                doc["actor"] = doc["actor"]["id"]
            try:
                judge(stage, told_apart(doc, row["file"].split("__")[-1]), row["expectation"])
            except AssertionError as e:
                wrong.append(f"{row['file']}: {row['expectation'][:90]} -> {str(e).splitlines()[0][:200]}")
    assert len(stage.w.entries) > 15
    assert not wrong, "\n".join(wrong)
