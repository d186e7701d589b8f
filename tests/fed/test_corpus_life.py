"""What the corpus has of Move, Flag, Add and Delete comes out as its index says."""
import csv
import re

import pytest
from harness import SHARED, Server, wait_until
from peer import AS, PUBLIC
from test_corpus import World
from test_corpus_groups import Stage, told_apart

ABOUT = re.compile(r"^Delete |^Move:|^Report |report on|^Add |own featured|target equals origin")
OTHERS = re.compile(r"moderator")  # of groups: test_corpus_groups.py


@pytest.fixture(scope="module")
def stage(kind):
    folder = SHARED / "federation" / "corpus"
    if not (folder / "index.tsv").exists():
        pytest.skip("the corpus is not here")
    with open(folder / "index.tsv", newline="") as f:
        rows = [r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if r["kind"] in ("activity", "malicious")
                and ABOUT.search(r["expectation"]) and not OTHERS.search(r["expectation"])]
    with World(rows, folder) as w, Server(kind, hosts=w.hosts) as server:
        yield Stage(w, server)


def stored(stage, what, uri):
    return stage.server.sql(f"SELECT {what} FROM statuses WHERE uri = '{uri}'")


def post_by(stage, author, uri):
    stage.w.docs[uri] = {"@context": AS, "id": uri, "type": "Note", "attributedTo": author, "content": "<p>x</p>", "to": [PUBLIC]}
    assert stage.me.find(uri)["uri"] == uri


def is_deleted(stage, doc, want):
    uri = doc["object"]["id"] if isinstance(doc["object"], dict) else doc["object"]
    if "unknown actor" in want:
        before = stage.server.sql("SELECT count(*) FROM accounts")
        stage.send(doc)
        assert stage.server.sql("SELECT count(*) FROM accounts") == before
        return
    stage.actor(doc["actor"])
    post_by(stage, doc["actor"], uri)
    stage.send(doc)
    assert stored(stage, "deleted_at <> 0 AND content = ''", uri) in ("1", "t"), "should be deleted"


def is_moved(stage, doc, want):
    if "equals origin" in want:
        stage.follow(stage.actor(doc["actor"]))
        stage.send(doc)
        assert stage.server.sql(f"SELECT moved_to_uri FROM accounts WHERE uri = '{doc['actor']}'") == ""
        return
    old, new = stage.actor(doc["object"]), stage.actor(doc["target"])
    stage.follow(old)
    follows = f"SELECT count(*) FROM follows f JOIN accounts a ON a.id = f.target_id WHERE a.uri = '{new['id']}'"
    old["movedTo"] = new["id"]
    stage.send({**doc, "id": doc["id"] + "-too-early"})
    assert stage.server.sql(follows) == "0", "should need an alias"
    stage.server.restart()  # it does not look again at once
    new["alsoKnownAs"] = [old["id"]]
    stage.send(doc)
    wait_until(lambda: stage.server.sql(follows) == "1", what="the follow of the new account")


def is_reported(stage, doc, want):
    stage.actor(doc["actor"])
    me, post = stage.me.get("/api/v1/accounts/verify_credentials")["uri"], stage.me.status("reported")["uri"]
    objects = doc["object"] if isinstance(doc["object"], list) else [doc["object"]]
    ours = [me, post] if len(objects) > 1 else [post]
    stage.send({**doc, "object": ours + objects[len(ours):]})
    length = len(str(doc.get("content") or ""))
    assert stage.server.sql("SELECT length(comment), statuses LIKE '[_%]' FROM reports ORDER BY id DESC LIMIT 1").split("|")[0] == str(
        min(length, 5000))


def is_not_pinned(stage, doc, want):
    """None of these is about the actor's own collection."""
    actor = stage.actor(doc["actor"])
    actor["featured"] = doc["actor"] + "/featured"
    post_by(stage, doc["actor"], doc["object"])
    stage.send(doc)
    assert stage.server.sql("SELECT count(*) FROM pins") == "0"
    stage.send({**doc, "id": doc["id"] + "-own", "target": actor["featured"]})
    assert stage.server.sql("SELECT count(*) FROM pins") == "1", "its own should be"
    stage.send({**doc, "id": doc["id"] + "-back", "type": "Remove", "target": actor["featured"]})
    assert stage.server.sql("SELECT count(*) FROM pins") == "0"


def test_each_comes_out_as_the_index_says(stage):
    checks = {"Delete": is_deleted, "Move": is_moved, "Flag": is_reported, "Add": is_not_pinned}
    wrong, seen = [], set()
    for n, (row, doc) in enumerate(stage.w.entries):
        stage.w.docs, stage.w.handles = {}, {}
        doc = told_apart(doc, f"life{n}")
        doc.setdefault("@context", AS)
        seen.add(doc["type"])
        try:
            checks[doc["type"]](stage, doc, row["expectation"])
        except (AssertionError, KeyError, IndexError) as e:
            wrong.append(f"{row['file']}: {row['expectation'][:90]} -> {str(e).splitlines()[0]}")
    assert len(stage.w.entries) > 12 and seen == set(checks)
    assert not wrong, "\n".join(wrong)
