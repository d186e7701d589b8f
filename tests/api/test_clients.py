"""The clients people use, as they come: toot and Mastodon.py from Debian, masto.js from npm. Each logs in through the
authorize page and posts, replies, boosts, favourites, follows, reads home and notifications, deletes."""
import base64
import json
import os
import re
import shutil
import subprocess
import urllib.parse

import pytest
from files import png
from harness import OOB, ROOT, SCOPES, SLOW, authorize, wait_until


TOOT = os.environ.get("TOOT", "/usr/bin/toot")


class Toot:
    """toot with settings of its own."""

    def __init__(self, server, home):
        self.server = server
        self.env = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "BROWSER": "true", "NO_COLOR": "1",
                    "PYTHONUNBUFFERED": "1"}
        self.is_old = "--disable-https" in self("login", "--help")  # Debian 12's

    def home(self):
        return self(*("timeline --once --count 5" if self.is_old else "timelines home --no-pager --no-clear --limit 5").split())

    def timeline(self, old, new):
        return self("timeline", "--once", *old) if self.is_old else self("timelines", *new, "--no-pager", "--no-clear")

    def tags(self, what, *names):
        return self(f"tags_{what}", *names) if self.is_old else self("tags", what, *names)

    def __call__(self, *words, ok=True):
        r = subprocess.run([TOOT, *words], env=self.env, text=True, capture_output=True, timeout=30 * SLOW,
                           stdin=subprocess.DEVNULL)
        if ok:
            assert r.returncode == 0 and "error" not in r.stderr.lower(), f"toot {words}: {r.stdout}{r.stderr}"
        return r.stdout

    def login(self, name):
        where = [self.server.host, "--disable-https"] if self.is_old else [f"http://{self.server.host}"]
        p = subprocess.Popen([TOOT, "login", "--instance", *where], env=self.env, text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        shown = ""
        while not (url := re.search(r"http://\S+/oauth/authorize\S*", shown)):
            line = p.stdout.readline()
            assert line, shown
            shown += re.sub(r"\x1b\[[0-9;]*m", "", line)
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url.group(0)).query))
        code = authorize(self.server.anonymous(), query, name)
        out, _ = p.communicate(f"n\n{code}\n", timeout=30 * SLOW)
        assert p.returncode == 0, shown + out


needs_toot = pytest.mark.skipif(not os.path.exists(TOOT), reason="toot is not installed")


@needs_toot
def test_toot(server, tmp_path):
    me, other = server.someone("tooter"), server.someone("other")
    toot = Toot(server, tmp_path)
    toot.login(me.name)
    assert me.name in toot("whoami")
    posted = toot("post", "Hello from toot, @" + other.name)
    post = number_in(posted)
    mine = me.get(f"/api/v1/statuses/{post}")
    assert mine["mentions"][0]["acct"] == other.name
    reply = other.status(f"@{me.name} a reply to it", in_reply_to_id=post)
    toot("post", "and back", "--reply-to", reply["id"])
    toot("favourite", reply["id"])
    toot("reblog", reply["id"])
    toot("bookmark", reply["id"])
    toot("follow", other.name)
    assert me.relationship(other.id)["following"]
    other.status("something for followers")
    assert "something for followers" in wait_until(toot.home)
    assert "a reply to it" in toot("thread", post)
    assert other.name in toot("notifications")
    assert other.name in toot("search", other.name)
    assert {n["type"] for n in other.get("/api/v1/notifications")} >= {"mention", "favourite", "reblog", "follow"}
    toot("unfavourite", reply["id"])
    toot("unreblog", reply["id"])
    toot("delete", post)
    assert me.raw("GET", f"/api/v1/statuses/{post}").status_code == 404


def number_in(shown):
    return re.search(r"/(\d+)\s*$", shown.strip()).group(1)


@needs_toot
def test_toot_with_posts(server, tmp_path):
    me, other = server.someone("tooter"), server.someone("other")
    toot = Toot(server, tmp_path)
    toot.login(me.name)
    picture = tmp_path / "a.png"
    picture.write_bytes(png(seed=71))
    assert "/media/" in toot("upload", str(picture), "--description", "uploaded") or not toot.is_old
    post = number_in(toot("post", "a picture #tooted", "--media", str(picture), "--description", "noise", "--visibility", "unlisted",
                          "--spoiler-text", "careful", "--sensitive", "--language", "en"))
    made = me.get(f"/api/v1/statuses/{post}")
    assert made["media_attachments"][0]["description"] == "noise" and made["spoiler_text"] == "careful" and made["sensitive"]
    assert made["visibility"] == "unlisted" and made["language"] == "en"
    toot("post", "later", "--scheduled-in", "1 day")
    assert [s["params"]["text"] for s in me.get("/api/v1/scheduled_statuses")] == ["later"]
    theirs = other.status("theirs #tooted", poll={"options": ["tea", "milk"], "expires_in": 3600})["id"]
    toot("pin", post)
    assert me.get(f"/api/v1/statuses/{post}")["pinned"]
    toot("unpin", post)
    toot("reblog", theirs)
    assert me.name in toot("reblogged_by", theirs)
    toot("bookmark", theirs)
    assert "theirs" in toot("bookmarks", "--once")
    toot("unbookmark", theirs)
    assert not me.get("/api/v1/bookmarks")
    tagged = toot.timeline(["--tag", "tooted"], ["tag", "tooted"])
    assert "theirs" in tagged and "tea" in tagged
    assert "theirs" in toot.timeline(["--public", "--local"], ["public", "--local"])
    if not toot.is_old:
        asked = number_in(toot("post", "Which?", "--poll-option", "one", "--poll-option", "two", "--poll-expires-in", "1 hour"))
        assert [o["title"] for o in me.get(f"/api/v1/statuses/{asked}")["poll"]["options"]] == ["one", "two"]
        assert "Which?" in toot("status", asked)
        assert "Which?" in toot("timelines", "account", me.name, "--no-pager", "--no-clear")


@needs_toot
def test_toot_with_people(server, tmp_path):
    me, other = server.someone("tooter"), server.someone("other")
    toot = Toot(server, tmp_path)
    toot.login(me.name)
    assert other.name in toot("whois", other.name) and me.name in toot("auth")
    assert server.domain in toot("instance", *(["--disable-https"] if toot.is_old else []))
    for word, key in (("follow", "following"), ("mute", "muting"), ("block", "blocking")):
        toot(word, other.name)
        assert me.relationship(other.id)[key]
        if word == "follow":
            assert other.name in toot("following", me.name) and me.name in toot("followers", other.name)
        elif not toot.is_old:
            assert other.name in toot({"mute": "muted", "block": "blocked"}[word])
        toot("un" + word, other.name)
        assert not me.relationship(other.id)[key]
    toot.tags("follow", "walking")
    assert "walking" in toot.tags("followed")
    toot.tags("unfollow", "walking")
    assert me.get("/api/v1/followed_tags") == []
    other.status(f"hello @{me.name}")
    assert "hello" in toot("notifications", "--mentions")
    toot("notifications", "--clear")
    assert me.get("/api/v1/notifications") == []
    if not toot.is_old:
        toot_of_13(server, toot, me, other)
    toot("logout", f"{me.name}@{server.domain}")
    assert me.name not in toot("auth")


def toot_of_13(server, toot, me, other):
    """What came after Debian 12's."""
    toot("follow", other.name)
    toot("lists", "create", "friends")
    toot("lists", "add", "friends", other.name)
    assert "friends" in toot("lists", "list") and other.name in toot("lists", "accounts", "friends")
    other.status("for a list")
    number = me.get("/api/v1/lists")[0]["id"]
    wait_until(lambda: me.get(f"/api/v1/timelines/list/{number}"))
    assert "for a list" in toot("timelines", "list", "friends", "--no-pager", "--no-clear")
    toot("lists", "remove", "friends", other.name)
    toot("lists", "delete", "friends")
    assert me.get("/api/v1/lists") == []
    toot("tags", "feature", "walking")
    assert "walking" in toot("tags", "featured")
    toot("tags", "unfeature", "walking")
    toot("update_account", "--display-name", "Tooter", "--note", "toots", "--privacy", "unlisted")
    now = me.get("/api/v1/accounts/verify_credentials")
    assert now["display_name"] == "Tooter" and now["source"]["privacy"] == "unlisted"


def test_mastodon_py(server, tmp_path):
    mastodon = pytest.importorskip("mastodon")
    me, other = server.someone("python"), server.someone("other")
    base = f"http://{server.host}"
    client_id, secret = mastodon.Mastodon.create_app("tests", scopes=SCOPES.split(), redirect_uris=OOB, api_base_url=base)
    api = mastodon.Mastodon(client_id=client_id, client_secret=secret, api_base_url=base)
    url = api.auth_request_url(scopes=SCOPES.split(), redirect_uris=OOB)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    api.log_in(code=authorize(server.anonymous(), query, me.name), scopes=SCOPES.split(), redirect_uri=OOB)

    assert api.me()["username"] == me.name
    assert api.instance()["title"]
    post = api.status_post("Hello from Mastodon.py #python", visibility="public", language="en")
    assert post["created_at"].tzinfo
    reply = api.status_reply(post, "a reply")
    assert reply["in_reply_to_id"] == post["id"]
    theirs = other.status(f"for you @{me.name}")
    assert api.status_reblog(theirs["id"])["reblog"]["uri"] == theirs["uri"]
    assert api.status_favourite(theirs["id"])["favourited"]
    assert api.status_bookmark(theirs["id"])["bookmarked"]
    assert api.account_follow(int(other.id))["following"]
    assert any(s["id"] == post["id"] for s in wait_until(lambda: api.timeline_home(limit=10)))
    assert any(s["id"] == post["id"] for s in api.timeline_hashtag("python"))
    assert api.notifications()[0]["status"]["uri"] == theirs["uri"]
    assert len(api.status_context(post["id"])["descendants"]) == 1
    pages = api.account_statuses(int(me.id), limit=1)
    older = api.fetch_next(pages)
    assert older and older[0]["id"] < pages[0]["id"]
    api.status_delete(post["id"])
    with pytest.raises(mastodon.MastodonNotFoundError):
        api.status(post["id"])


needs_masto_js = pytest.mark.skipif(not shutil.which("node") or not (ROOT / "tests/js/node_modules/masto").is_dir(),
                                    reason="masto.js is not installed (npm ci in tests/js)")


@needs_masto_js
def test_masto_js(server):
    me, other = server.someone("js"), server.someone("other")
    r = subprocess.run(["node", ROOT / "tests/js/client.mjs", f"http://{server.host}", me.token, other.id], text=True,
                       capture_output=True, timeout=60 * SLOW)
    assert r.returncode == 0, r.stderr
    seen = json.loads(r.stdout)
    assert seen["me"] == me.name
    assert 'href="' in seen["content"] and "from masto.js" in seen["content"]
    assert seen["replyTo"] and seen["favourited"] and seen["reblogged"] and seen["following"]
    assert seen["descendants"] == [True]
    assert seen["home"] >= 2
    assert seen["pages"] == 3
    assert seen["gone"] == 404


REST = ROOT / "tests/js/node_modules/masto/dist/esm/mastodon/rest"
# What masto.js has and walk.mjs does not call.
JS_NOT_CALLED = {
    "v1.admin": "the administration is not served yet",
    "v1.apps.create": "client.mjs", "v1.accounts.create": "test_api_sign_up.py",
    "v1.emails.confirmations.create": "there is no letter to send again on this server",
}


def members(body):
    """"name: Type" of an interface, without comments."""
    depth, one = 0, ""
    for c in body:
        if c == ";" and not depth:
            yield one.strip()
            one = ""
            continue
        if not one.endswith("="):  # an arrow
            depth += (c in "<({[") - (c in ">)}]")
        one += c


def interfaces():
    found = {}
    for f in REST.rglob("*.d.ts"):
        if "admin" in f.parts:
            continue
        text = re.sub(r"/\*.*?\*/", "", f.read_text(), flags=re.S)
        for m in re.finditer(r"interface ([\w$]+) (?:extends [^{]+)?\{", text):
            depth, end = 1, m.end()
            while depth:
                depth += (text[end] == "{") - (text[end] == "}")
                end += 1
            found[f.relative_to(REST).parts[0], m[1]] = list(members(text[m.end():end - 1]))
    return found


def what_masto_js_can_call(all_of, space, name, path):
    """v1.statuses.$select.favourite and its like, by the types that it comes with."""
    for member in all_of[space, name]:
        key, kind = re.match(r"(?:readonly )?([\w$]+)\??(?:\([^)]*\))?: (.*)", member, re.S).groups()
        where = f"{path}.{key}"
        if where in JS_NOT_CALLED or kind.startswith(("Method<", "{")):
            yield where
            continue
        for part in kind.split(" & "):
            other, _, resource = part.rpartition(".")
            if part.startswith("Method<"):
                yield where
            else:
                yield from what_masto_js_can_call(all_of, other or space, resource, where)


@needs_masto_js
def test_masto_js_walks_through_its_resources(server):
    me, other = server.someone("js"), server.someone("other")
    server.command("announce", "add", "Hello")
    r = subprocess.run(["node", ROOT / "tests/js/walk.mjs", f"http://{server.host}", me.token, other.token, "http://push.localhost/js"],
                       text=True, capture_output=True, timeout=60 * SLOW,
                       env={**os.environ, "PNG": base64.b64encode(png(seed=72)).decode()})
    assert r.returncode == 0, r.stderr
    seen = json.loads(r.stdout)
    assert not seen["wrong"], "\n".join(seen["wrong"])
    all_of = interfaces()
    there = {c for v in ("v1", "v2") for c in what_masto_js_can_call(all_of, "client.d.ts", v.upper() + "Resource", v)}
    left = sorted(there - set(seen["called"]) - set(JS_NOT_CALLED))
    assert len(there) > 180 and not left, " ".join(left)
