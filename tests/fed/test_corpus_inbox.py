"""What the corpus has of the other activities, and of what is hardly one, comes through the inbox as its index says; each by its own
actor, and about something of ours where it is about somebody's."""
import csv
import json
import re

import pytest
from harness import SHARED, Server, wait_until
from peer import AS, PUBLIC, sign, some_key
from test_corpus import World
from test_corpus_groups import ABOUT as GROUPS
from test_corpus_groups import Stage, told_apart
from test_corpus_life import ABOUT as LIFE

ELSEWHERE = re.compile("QuoteRequest|Revokes a quote|FeatureRequest|relay Follow")  # test_fed_quotes.py, test_relays.py
NOTHING = re.compile("ignore|reject|relative|empty array|no type|not a follow|ReplyRequest|Dislike")
TABLES = "statuses follows favourites blocks poll_votes reports".split()


def rows_of(folder):
    with open(folder / "index.tsv", newline="") as f:
        for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            if r["kind"] in ("activity", "invalid") and not any(p.search(r["expectation"]) for p in (ELSEWHERE, GROUPS, LIFE)):
                yield r


@pytest.fixture(scope="module")
def stage(kind):
    folder = SHARED / "federation" / "corpus"
    if not (folder / "index.tsv").exists():
        pytest.skip("the corpus is not here")
    rows = list(rows_of(folder))
    with World(rows, folder) as w, Server(kind, hosts=w.hosts) as server:
        s = Stage(w, server)
        s.cases = [(r["file"].split("/")[-1], r["expectation"], w.here((folder / r["file"]).read_text(errors="replace"))) for r in rows]
        s.uri = s.me.get(f"/api/v1/accounts/{s.me.id}")["uri"]
        yield s


def first(v):
    v = v[0] if isinstance(v, list) and v else v
    return v.get("id") if isinstance(v, dict) else v


def so_many(stage):
    return stage.server.sql("SELECT " + ", ".join(f"(SELECT count(*) FROM {t})" for t in TABLES))


def says(stage, doc):
    """By its actor, whatever form that has; the answer."""
    stage.actor(first(doc["actor"]))
    body = json.dumps(doc).encode()
    h = sign(some_key(), first(doc["actor"]) + "#main-key", "POST", stage.server.host, "/inbox", body)
    r = stage.server.anonymous().raw("POST", "/inbox", headers={k: v for k, v in h.items() if k != "host"}, data=body)
    wait_until(lambda: stage.server.sql("SELECT count(*) FROM inbox") == "0", 30)
    return r.status_code


def is_created(stage, doc, want):
    """Also to one of ours, so that somebody wants it."""
    note = doc["object"]
    note["cc"] = [*(note.get("cc") or []), stage.uri] if isinstance(note.get("cc"), list) else [*filter(None, [note.get("cc")]), stage.uri]
    if doc["type"] == "Update":
        before = {**note, "updated": None, "content": "<p>before</p>"}
        assert says(stage, {**doc, "type": "Create", "object": before, "id": doc["id"] + "-before"}) == 202
    assert says(stage, doc) == 202
    post = stage.me.get("/api/v2/search", q=note["id"], resolve="true")["statuses"][0]
    assert post["uri"] == note["id"] and "<script" not in post["content"] and post["account"]["uri"] == first(doc["actor"])
    seen = re.search(r"\b(public|unlisted|direct)\b", want)
    assert not seen or post["visibility"] == seen[1]
    for what, n in (("tags", r"(\d+) hashtag"), ("emojis", r"(\d+) custom emoji"), ("media_attachments", r"(\d+) attachments?\b(?! \([^)]*Link)")):
        if m := re.search(n, want):
            assert len(post[what]) == int(m[1]), f"{len(post[what])} {what}"
    if m := re.search(r", lang (\w+)", want):
        assert post["language"] == m[1]
    assert ("CW set" not in want or post["spoiler_text"]) and bool(post["edited_at"]) == (doc["type"] == "Update")
    if "title+link" in want or "Article" in want:
        assert post["url"] in post["content"] or post["uri"] in post["content"]


def is_liked(stage, doc, want):
    mine = stage.me.status("mine")
    count = lambda: stage.me.get(f"/api/v1/statuses/{mine['id']}")  # noqa: E731
    if doc["type"] == "Undo":
        inner = doc["object"] = {**doc["object"], "object": mine["uri"]}
        inner["id"] += "-undone"
        says(stage, {"@context": doc.get("@context", AS), "to": [PUBLIC], **inner})
        assert (count()["favourites_count"], count()["reblogs_count"]) == (inner["type"] == "Like", inner["type"] == "Announce")
    else:
        doc["object"] = mine["uri"]
    assert says(stage, doc) == 202
    assert (count()["favourites_count"], count()["reblogs_count"]) == (doc["type"] != "Undo" and not NOTHING.search(want), 0)


def is_followed(stage, doc, want):
    doc["object"], actor = stage.uri, first(doc["actor"])
    assert says(stage, doc) == 202
    assert stage.server.sql(f"SELECT count(*) FROM follows f JOIN accounts a ON a.id = f.account_id WHERE a.uri = '{actor}'"
                            " AND NOT f.pending") == "1"


def is_answered(stage, doc, want):
    actor = stage.actor(first(doc["actor"]))
    account = stage.me.follow(next(h for h, u in stage.w.handles.items() if u == actor["id"]))
    uri = stage.server.sql(f"SELECT uri FROM follows WHERE target_id = {account['id']}")
    if isinstance(doc["object"], dict):
        doc["object"].update(id=uri, actor=stage.uri, object=actor["id"])
    else:
        doc["object"] = uri
    assert says(stage, doc) == 202
    now = stage.me.relationship(account["id"])
    assert (now["following"], now["requested"]) == (doc["type"] == "Accept", False)


def is_a_vote(stage, doc, want):
    note = doc["object"]
    poll = stage.me.post("/api/v1/statuses", status="which", poll={"options": [note["name"], "other"], "expires_in": 600})
    note["inReplyTo"], before = poll["uri"], stage.server.sql("SELECT count(*) FROM statuses")
    assert says(stage, doc) == 202
    assert stage.me.get(f"/api/v1/polls/{poll['poll']['id']}")["votes_count"] == 1
    assert stage.server.sql("SELECT count(*) FROM statuses") == before


def is_nothing(stage, doc, want):
    stage.actor(first(doc["actor"]))
    before = so_many(stage)
    assert says(stage, doc) in (202, 400, 401, 403)
    assert so_many(stage) == before


def is_no_activity(stage, text, want):
    """Whatever it is, it is refused or comes to nothing, and the server goes on."""
    before = so_many(stage)
    body = text.encode()
    stage.actor("http://peer.example/users/x")
    h = sign(some_key(), "http://peer.example/users/x#main-key", "POST", stage.server.host, "/inbox", body)
    r = stage.server.anonymous().raw("POST", "/inbox", headers={k: v for k, v in h.items() if k != "host"}, data=body)
    assert r.status_code in (400, 401) if "400" in want else r.status_code < 500, r.status_code
    wait_until(lambda: stage.server.sql("SELECT count(*) FROM inbox") == "0", 30)
    assert so_many(stage) == before


CHECKS = {"Create": is_created, "Update": is_created, "Like": is_liked, "EmojiReact": is_liked, "Undo": is_liked, "Follow": is_followed,
          "Accept": is_answered, "Reject": is_answered}


def perform(stage, text, want, n):
    stage.w.docs, stage.w.handles = {}, {}
    try:
        doc = told_apart(json.loads(text), f"inbox{n}")
    except (ValueError, RecursionError):
        return is_no_activity(stage, text, want)
    if not isinstance(doc, dict) or not first(doc.get("actor")) or "duplicate keys" in want:
        return is_no_activity(stage, text, want)
    if want.startswith("Poll vote"):
        return is_a_vote(stage, doc, want)
    liked = doc.get("type") in ("Like", "EmojiReact", "Undo") and "unknown" not in want
    check = CHECKS.get(doc.get("type")) if liked or not NOTHING.search(want) else None
    if check is is_created and (not isinstance(doc["object"], dict) or "attributedTo" not in doc["object"] and "actor" not in doc["object"]):
        check = None
    return (check or is_nothing)(stage, doc, want)


def test_each_comes_out_as_the_index_says(stage):
    wrong = []
    for n, (name, want, text) in enumerate(stage.cases):
        try:
            perform(stage, text, want, n)
        except (AssertionError, KeyError, IndexError, TypeError, AttributeError) as e:
            wrong.append(f"{name}: {want[:90]} -> {type(e).__name__} {str(e).splitlines()[0][:200] if str(e) else ''}")
    assert len(stage.cases) > 60
    assert not wrong, "\n".join(wrong)
    assert stage.me.status("still here")
