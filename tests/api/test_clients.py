"""The clients people use, as they come: toot and Mastodon.py from Debian, masto.js from npm. Each logs in through the
authorize page and posts, replies, boosts, favourites, follows, reads home and notifications, deletes."""
import json
import os
import re
import shutil
import subprocess
import urllib.parse

import pytest
from harness import OOB, ROOT, SCOPES, SLOW, authorize, wait_until


class Toot:
    """toot with settings of its own."""

    def __init__(self, server, home):
        self.server = server
        self.env = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "BROWSER": "true", "NO_COLOR": "1",
                    "PYTHONUNBUFFERED": "1"}
        self.is_old = "--disable-https" in self("login", "--help")  # Debian 12's

    def home(self):
        return self(*("timeline --once --count 5" if self.is_old else "timelines home --no-pager --no-clear --limit 5").split())

    def __call__(self, *words, ok=True):
        r = subprocess.run(["/usr/bin/toot", *words], env=self.env, text=True, capture_output=True, timeout=30 * SLOW,
                           stdin=subprocess.DEVNULL)
        if ok:
            assert r.returncode == 0 and "error" not in r.stderr.lower(), f"toot {words}: {r.stdout}{r.stderr}"
        return r.stdout

    def login(self, name):
        where = [self.server.host, "--disable-https"] if self.is_old else [f"http://{self.server.host}"]
        p = subprocess.Popen(["/usr/bin/toot", "login", "--instance", *where], env=self.env, text=True,
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


@pytest.mark.skipif(not os.path.exists("/usr/bin/toot"), reason="toot is not installed")
def test_toot(server, tmp_path):
    me, other = server.someone("tooter"), server.someone("other")
    toot = Toot(server, tmp_path)
    toot.login(me.name)
    assert me.name in toot("whoami")
    posted = toot("post", "Hello from toot, @" + other.name)
    post = re.search(r"/(\d+)\s*$", posted.strip()).group(1)
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


@pytest.mark.skipif(not shutil.which("node") or not (ROOT / "tests/js/node_modules/masto").is_dir(),
                    reason="masto.js is not installed (npm ci in tests/js)")
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
