"""Streams in the clients people use: Mastodon.py, masto.js, and a page of another origin in a browser."""
import contextlib
import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
import time

import pytest
from harness import LATE, ROOT, SLOW, free_port, wait_until

JS = ROOT / "tests/js"


def needs(module, program="node"):
    return pytest.mark.skipif(not shutil.which("node") or not shutil.which(program) or not (JS / "node_modules" / module).is_dir(),
                              reason=f"{module} is not installed (npm ci in tests/js), or there is no {program}")


@pytest.fixture(scope="module")
def people(server):
    me, other = server.user("me"), server.user("other")
    me.follow(other.handle)
    return me, other


def test_mastodon_py(server, people):
    mastodon = pytest.importorskip("mastodon")
    me, other = people

    class Ear(mastodon.StreamListener):
        def __init__(self):
            self.heard = []

        def on_update(self, status):
            self.heard.append(("update", str(status["id"])))

        def on_status_update(self, status):
            self.heard.append(("status.update", str(status["id"])))

        def on_delete(self, status_id):
            self.heard.append(("delete", str(status_id)))

        def on_notification(self, notification):
            self.heard.append((notification["type"], str(notification["status"]["id"])))

        def on_conversation(self, conversation):
            self.heard.append(("conversation", str(conversation["last_status"]["id"])))

        def on_abort(self, err):
            self.heard.append(("abort", str(err)))

    api = mastodon.Mastodon(access_token=me.token, api_base_url=f"http://{server.host}", ratelimit_method="throw")
    mine = me.post("/api/v1/lists", title="mine")["id"]
    me.post(f"/api/v1/lists/{mine}/accounts", account_ids=[other.id])
    with contextlib.suppress(AttributeError):
        assert api.stream_healthy()
    starts = {"user": api.stream_user, "public": api.stream_public, "local": api.stream_local, "direct": api.stream_direct,
              "tag": functools.partial(api.stream_hashtag, "heard"), "list": functools.partial(api.stream_list, mine)}
    ears = {name: Ear() for name in starts}
    handles = [start(listener=ears[name], run_async=True) for name, start in starts.items()]
    wait_until(lambda: all(h.is_alive() for h in handles))
    first = None
    while not first or not all(ears[n].heard for n in ears if n != "direct"):
        first = other.status(f"@{me.name} be #heard")["id"]
        time.sleep(0.2)
    other.put(f"/api/v1/statuses/{first}", status=f"@{me.name} edited, be #heard")
    direct = other.status(f"@{me.name} between us", visibility="direct")["id"]
    other.delete(f"/api/v1/statuses/{first}")
    for name, ear in ears.items():
        if name == "direct":
            wait_until(lambda: ("conversation", direct) in ears["direct"].heard)
            continue
        wait_until(lambda: ("delete", first) in ear.heard)  # noqa: B023: called at once
        assert ("update", first) in ear.heard and ("status.update", first) in ear.heard, (name, ear.heard)
    assert ("mention", first) in ears["user"].heard and ("mention", direct) in ears["user"].heard
    assert not any(kind == "abort" for ear in ears.values() for kind, _ in ear.heard)
    # not closed: Mastodon.py would wait for a heartbeat of each; their threads end with the server


@needs("masto")
def test_masto_js(server, people):
    me, other = people
    r = subprocess.run(["node", JS / "stream.mjs", f"http://{server.host}", me.token, other.token], text=True, capture_output=True,
                       timeout=60 * SLOW)
    assert r.returncode == 0, r.stderr
    seen = json.loads(r.stdout)
    assert sorted(s for _, s, i in seen["update"] if i == seen["post"]) == [["hashtag", "masto"], ["user"]]
    assert sorted(d for d, _, i in seen["delete"] if str(i) == seen["post"]) == ["home", "tag"]


@needs("playwright-core", "chromium")
def test_a_page_of_another_origin_hears_a_post_within_300_ms(server, people, tmp_path):
    me, other = people
    (tmp_path / "index.html").write_text("<!doctype html><title>elsewhere</title>")
    handler = functools.partial(type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None}), directory=tmp_path)
    page = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), handler)
    threading.Thread(target=page.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{page.server_port}"
    p = subprocess.Popen(["node", JS / "browser.mjs", origin + "/", server.host, me.token], text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, env={**os.environ, "HOME": str(tmp_path)})
    try:
        ready = p.stdout.readline()
        assert ready == "ready\n", p.stderr.read()
        began = time.time() * 1000
        post = other.status("from elsewhere")["id"]
        seen = json.loads(p.stdout.readline())
        assert (seen["origin"], seen["ws"]["protocol"], seen["ws"]["id"], seen["events"]["id"]) == (origin, me.token, post, post)
        took = max(seen["ws"]["at"], seen["events"]["at"]) - began
        print(f"heard in {took:.0f} ms")
        assert took < 300 * LATE, took
        assert p.wait(20 * SLOW) == 0
    finally:
        p.kill()
        p.communicate()
        page.shutdown()
        page.server_close()
