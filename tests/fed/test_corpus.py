"""Every actor and post of the corpus of real documents is taken, changed or refused as its index says: they are served by a
made-up server under their own names, and brought in by a search."""
import csv
import http.server
import json
import re
import threading
import urllib.parse

import pytest
from harness import Server, free_port

ACTIVITY_JSON = "application/activity+json"
ACTOR_TYPES = {"Person", "Service", "Group", "Application", "Organization"}
# Names that the corpus uses for what others refer to; nothing is there.
ORIGIN = re.compile(r"https?://(?!www\.w3\.org|w3id\.org|purl\.archive\.org)([a-zA-Z0-9.-]+)(?::\d+)?(?=[/\"?#]|$)")


class World:
    """All hosts of the corpus on one port."""

    def __init__(self, rows, folder):
        self.port = free_port()
        self.docs, self.handles, self.entries, hosts = {}, {}, [], set()
        for row in rows:
            text = (folder / row["file"]).read_text(errors="replace")
            hosts |= set(ORIGIN.findall(text))
            try:
                doc = json.loads(self.here(text))
            except (ValueError, RecursionError):
                continue
            if isinstance(doc, dict) and "@" in str(doc.get("webfinger", "")):
                doc["webfinger"] += f":{self.port}"
            if isinstance(doc, dict) and str(doc.get("id", "")).startswith("http://"):
                self.entries.append((row, doc))
        self.hosts = " ".join(f"{h.lower()}=127.0.0.1" for h in sorted(hosts))

    def here(self, text):
        """With the addresses that its hosts have here."""
        return ORIGIN.sub(lambda m: f"http://{m[1].lower()}:{self.port}", text)

    def publish(self, doc):
        """The document at its id, and WebFinger for it if it is an actor; authors that are missing are made up."""
        self.docs = {doc["id"]: doc}
        self.handles = {}
        if doc.get("type") == "Event":  # cut out of something larger, without its author
            doc.setdefault("attributedTo", urllib.parse.urljoin(doc["id"], "/someone"))
        if doc.get("type") not in ACTOR_TYPES:
            for author in self.authors(doc):
                self.add_actor(author)
        elif isinstance(doc.get("preferredUsername"), str):
            self.name(doc, doc["preferredUsername"])

    def name(self, doc, username):
        host = urllib.parse.urlsplit(doc["id"]).netloc
        claimed = str(doc.get("webfinger") or "").removeprefix("acct:")
        # Handles on other hosts than the actor's are verified there; here they are all this one server.
        self.handles[f"{username}@{host}".lower()] = doc["id"]
        if "@" in claimed:
            name, domain = claimed.split("@", 1)
            self.handles[f"{name}@{domain}".lower()] = doc["id"]

    def authors(self, doc):
        of = doc.get("attributedTo") or doc.get("actor") or []
        for one in of if isinstance(of, list) else [of]:
            uri = one.get("id") if isinstance(one, dict) else one
            if isinstance(uri, str) and uri.startswith("http://"):
                yield uri

    def add_actor(self, uri):
        if uri in self.docs:
            return
        name = re.sub(r"\W+", "", urllib.parse.urlsplit(uri).path.rsplit("/", 1)[-1]) or "someone"
        self.docs[uri] = {"@context": "https://www.w3.org/ns/activitystreams", "id": uri, "type": "Person",
                          "preferredUsername": name, "inbox": uri + "/inbox", "outbox": uri + "/outbox",
                          "followers": uri + "/followers"}
        self.name(self.docs[uri], name)

    def answer(self, handler):
        host = handler.headers.get("Host", "")
        url = f"http://{host}{handler.path}"
        u = urllib.parse.urlsplit(url)
        if u.path == "/.well-known/webfinger":
            handle = dict(urllib.parse.parse_qsl(u.query)).get("resource", "").removeprefix("acct:").lower()
            uri = self.handles.get(handle)
            return uri and {"subject": "acct:" + handle,
                            "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": uri}]}
        return self.docs.get(url) or self.docs.get(url.replace("/?", "?", 1))

    def __enter__(self):
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                found = world.answer(self)
                body = json.dumps(found).encode() if found else b""
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "application/jrd+json" if "webfinger" in self.path else ACTIVITY_JSON)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.httpd.daemon_threads = True
        threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.httpd.shutdown()
        self.httpd.server_close()


@pytest.fixture(scope="module")
def world(kind):
    from harness import SHARED
    folder = SHARED / "federation" / "corpus"
    if not (folder / "index.tsv").exists():
        pytest.skip("the corpus is not here")
    with open(folder / "index.tsv", newline="") as f:
        rows = [r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE) if r["kind"] in ("actor", "object")]
    with World(rows, folder) as w, Server(kind, hosts=w.hosts) as server:
        yield w, server.user("owner"), server


def search(me, uri):
    return me.get("/api/v2/search", q=uri, resolve="true")


REFUSED_ACTOR = ("reject", "no preferredUsername", "Partial actor")
NO_POST = ("unknown object type", "not a post", "Tombstone:", "Poll vote", "custom emoji, not")


def check_actor(me, doc, want):
    found = search(me, doc["id"])["accounts"]
    if any(w in want for w in REFUSED_ACTOR):
        assert not found, "should be refused"
        return
    assert found, "should be taken"
    a = found[0]
    assert a["acct"].split("@")[0] == doc["preferredUsername"]
    assert a["locked"] == ("locked" in want)
    assert "<script" not in json.dumps(a)
    if m := re.search(r"(\d+) fields?", want):
        assert len(a["fields"]) == int(m[1])
    if m := re.search(r"(\d+) custom emoji", want):
        assert len(a["emojis"]) == int(m[1])
    assert a["group"] == want.startswith("Group ")


def check_post(me, server, doc, want):
    found = search(me, doc["id"])["statuses"]
    uri = doc["id"].replace("'", "''")
    stored = server.sql(f"SELECT visibility FROM statuses WHERE uri = '{uri}'")
    if any(w in want for w in NO_POST) and "or link card" not in want:
        assert not stored and not found, "should be refused"
        return
    assert stored, "should be taken"
    seen = re.search(r"\b(public|unlisted|direct|followers-only)\b", want.split(":")[0] if "limited" in want else want)
    if seen and "no addressing" not in want:
        assert stored == {"followers-only": "private"}.get(seen[1], seen[1])
    if stored not in ("public", "unlisted"):
        assert not found, "is not for this one"
        return
    assert found, "should be shown"
    post = found[0]
    assert post["uri"] == doc["id"] and "<script" not in post["content"]
    if m := re.search(r", lang (\w+)", want):
        assert post["language"] == m[1]
    if m := re.search(r"(\d+) hashtags?", want):
        assert len(post["tags"]) == int(m[1])
    if m := re.search(r"(\d+) attachments?(?! \(Link)", want):
        assert len(post["media_attachments"]) == min(int(m[1]), 16)
    if ", edited" in want:
        assert post["edited_at"]
    if "title+link" in want:
        assert doc["id"] in post["content"] or post["url"] in post["content"]


def test_every_actor_and_post_is_taken_or_refused_as_the_index_says(world):
    w, me, server = world
    wrong = []
    for row, doc in w.entries:
        w.publish(doc)
        try:
            if row["kind"] == "actor":
                check_actor(me, doc, row["expectation"])
            else:
                check_post(me, server, doc, row["expectation"])
        except AssertionError as e:
            wrong.append(f"{row['file']}: {row['expectation'][:90]} -> {str(e).splitlines()[0]}")
    assert len(w.entries) > 80
    assert not wrong, "\n".join(wrong)
