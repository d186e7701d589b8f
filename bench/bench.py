#!/usr/bin/env python3
"""Measures a release build on loopback and prints the figures beside the last recorded ones. Never fails a build.

    bench.py BUILD_DIR [sqlite|postgres] [NAME...]     NAME: some of the measurements below

The load generator shares the machine. Every load is bounded in count or time.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
KIND = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
WANTED = sys.argv[3:]
LAST = HERE / "last.json"
SECONDS = 5
SEARCH_SECONDS = 2
os.environ["DASSIE"] = str(BUILD / "src/cmd/dassie")
sys.path.insert(0, str(HERE.parent / "tests"))
import harness  # noqa: E402
from harness import Server, free_port, wait_until  # noqa: E402
from archive import Archive  # noqa: E402
from seed import TEXT, blank, follow_rows, home_of, insert, next_id, notices_of, remote_accounts, rows_time, thread_of  # noqa: E402

LOAD = str(BUILD / "bench/load")
results, measures = {}, []


def measure(name, unit):
    def wrap(fn):
        measures.append((name, unit, fn))
        return fn
    return wrap


def put(name, value, unit, **more):
    results[f"{KIND}: {name}"] = {"value": round(value, 2), "unit": unit, **more}
    print(f"{name:44} {value:12,.1f} {unit:12} " + " ".join(f"{k}={v}" for k, v in more.items()), flush=True)


def wrk(server, path, connections=16, threads=1, headers=(), script=None, seconds=SECONDS):
    cmd = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Host: {server.host}"]
    for h in headers:
        cmd += ["-H", h]
    if script:
        cmd += ["-s", str(script)]
    out = subprocess.run([*cmd, f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    p99 = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return rate, {"p99_ms": round(p99, 2), **({"bad": bad[1]} if bad else {})}


def memory(server, kind="VmRSS"):
    """MiB. Of VmRSS, RssFile is programs and libraries. RssAnon is dassie's own."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(rf"{kind}:\s+(\d+)", status)[1]) / 1024


def put_memory(server, name):
    own, mapped = memory(server, "RssAnon"), memory(server, "RssFile")
    put(name + " (RSS)", memory(server), "MiB", anonymous=f"{own:.1f}", mapped_files=f"{mapped:.1f}")


def openssl_rate():
    out = subprocess.run(["openssl", "speed", "-seconds", "2", "rsa2048"], capture_output=True, text=True).stdout
    return float(re.findall(r"rsa\s+2048 bits.*?([\d.]+)\s+[\d.]+\s*$", out, re.M)[-1])


def key_pair(folder):
    key = folder / "peer.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key], check=True,
                   capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", key, "-pubout"], capture_output=True, text=True, check=True).stdout
    return key, public


def turns(folder, paths, pause_ms=0):
    """A script that asks for one after the other; with a pause each client waits about so long before the next."""
    path = folder / "turns.lua"
    pause = f"delay = function() return math.random({pause_ms // 2}, {pause_ms * 3 // 2}) end\n" if pause_ms else ""
    path.write_text("local v, i = {" + ",".join(f"[==[{p}]==]" for p in paths) + "}, 0\nrequest = function() i = i % #v + 1; "
                    "return wrk.format(nil, v[i]) end\n" + pause)
    return path


def post_script(folder):
    path = folder / "post.lua"
    path.write_text('wrk.method = "POST"\nwrk.body = "status=A+post+from+the+benchmark"\n'
                    'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n')
    return path


@measure("start", "ms")
def start(server, me):
    times = []
    for _ in range(5):
        server.stop()
        t = time.monotonic()
        server.start()
        times.append((time.monotonic() - t) * 1000)
    put("start until it listens", sorted(times)[2], "ms")
    time.sleep(1)
    put_memory(server, "memory idle")
    put("binary size, stripped", stripped_size(), "MiB")


def stripped_size():
    out = BUILD / "dassie-stripped"
    subprocess.run(["strip", "-o", out, os.environ["DASSIE"]], check=True)
    return out.stat().st_size / 1048576


@measure("reads", "requests/s")
def reads(server, me):
    post = me.status("A post to be read as ActivityPub, with a #tag")
    path = post["uri"].split("/", 3)[3]
    home_of(server, me)
    auth = f"Authorization: Bearer {me.token}"
    token = ("Authorization: Bearer " + me.token,)
    for name, target, headers in (
            ("GET /api/v1/instance", "/api/v1/instance", ()),
            ("WebFinger", f"/.well-known/webfinger?resource=acct:{me.name}@{server.domain}", ()),
            ("a post as ActivityPub", "/" + path, ("Accept: application/activity+json",)),
            ("home timeline of 20", "/api/v1/timelines/home", token),
            ("notifications", "/api/v1/notifications", token),
            ("instance, nothing remembered", "/api/v1/instance", (auth,)),
            ("profile page", f"/@{me.name}", ())):
        rate, more = wrk(server, target, headers=headers)
        put(name, rate, "requests/s", **more)
    put_memory(server, "memory after reads")


@measure("lists", "requests/s")
def lists(server, me):
    """What is filled: notifications in a row and in groups, a thread."""
    accounts, posts = home_of(server, me)
    mine = [me.status(f"A post that many like, {i}")["id"] for i in range(20)]
    notices_of(server, me, accounts, [int(i) for i in mine])
    thread_of(server, mine[0], accounts)
    auth = (f"Authorization: Bearer {me.token}",)
    shown = me.get(f"/api/v1/statuses/{mine[0]}/context")["descendants"]
    assert len(shown) == 100, len(shown)
    assert len(me.get("/api/v1/notifications", limit=40)) == 40 and len(me.get("/api/v2/notifications")["notification_groups"]) > 10
    for name, path in (("home timeline of 20", "/api/v1/timelines/home"), ("notifications, 40 of 2,000", "/api/v1/notifications"),
                       ("notifications in groups", "/api/v2/notifications"), ("a thread of 100", f"/api/v1/statuses/{mine[0]}/context")):
        rate, more = wrk(server, path, headers=auth)
        put(name, rate, "requests/s", **more)


@measure("search", "ms at p99")
def search(server, me):
    """Of 200,000 posts; one asks after the other, then eight at once."""
    from urllib.parse import quote
    archive = Archive()
    server.stop()
    began = time.monotonic()
    archive.write(server)
    server.start()
    archive.library_of(server, int(me.id))
    print(f"{len(archive.ids)} posts written in {time.monotonic() - began:.0f} s", flush=True)
    auth, worst = (f"Authorization: Bearer {me.token}",), []
    for name, queries in archive.queries():
        paths = [f"/api/v2/search?q={quote(q)}" for q in queries]
        n = sum(len(me.get(p)["statuses"]) for p in paths[:5])
        rate, more = wrk(server, "/", connections=1, headers=auth, script=turns(server.dir, paths), seconds=SEARCH_SECONDS)
        put(f"search: {name}", more.pop("p99_ms"), "ms at p99", mean_ms=round(1000 / rate, 2), found=n / 5, **more)
        worst += paths[:20]
    rate, more = wrk(server, "/", connections=8, headers=auth, script=turns(server.dir, worst))
    put("search: all of these, eight at once", rate, "requests/s", **more)
    put_memory(server, "memory after searches")


@measure("posts", "posts/s")
def posts(server, me):
    script = post_script(server.dir)
    for writers in (1, 8):
        rate, more = wrk(server, "/api/v1/statuses", connections=writers, script=script,
                         headers=(f"Authorization: Bearer {me.token}",))
        put(f"posts created by {writers} writer{'s'[:writers > 1]}", rate, "posts/s", **more)


@measure("inbox", "activities/s")
def inbox(server, me, count=20000):
    key, public = key_pair(server.dir)
    peer = remote_accounts(server, 1, lambda i: "http://sender.localhost/inbox")[0]
    follow_rows(server, [(int(me.id), peer["id"])], local=True)
    base = blank(server, "account_keys")
    insert(server, "account_keys", [{**base, "id": next_id(), "account_id": peer["id"], "uri": peer["uri"] + "#main-key",
                                     "kind": "rsa", "public_pem": public, "fetched_at": int(time.time() * 1000)}])
    note = {"id": peer["uri"] + "/notes/{N}", "type": "Note", "attributedTo": peer["uri"], "content": TEXT,
            "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [peer["followers_uri"]]}
    template = server.dir / "create.json"
    template.write_text(json.dumps({"@context": "https://www.w3.org/ns/activitystreams", "type": "Create",
                                    "id": peer["uri"] + "/activities/{N}", "actor": peer["uri"], "object": note,
                                    "to": note["to"], "cc": note["cc"]}))
    requests_file = server.dir / "requests"
    subprocess.run([LOAD, "sign", key, peer["uri"] + "#main-key", f"http://{server.host}/inbox", str(count), template,
                    requests_file], check=True)
    begin = time.monotonic()
    out = subprocess.run([LOAD, "blast", "127.0.0.1", str(server.port), requests_file, "32"], capture_output=True, text=True,
                         check=True).stdout
    said = json.loads(out)
    put("signed inbox activities taken", said["rate"], "activities/s", p99_ms=said["p99_ms"], good=said["good"])
    wait_until(lambda: server.sql(f"SELECT count(*) FROM statuses WHERE account_id = {peer['id']}") == str(said["good"]), 120, 0.25)
    put("... until in the timeline", said["good"] / (time.monotonic() - begin), "activities/s")


@measure("deliveries", "deliveries/s")
def deliveries(server, me, inboxes=500, n_posts=40):
    port = free_port()
    sink = subprocess.Popen([LOAD, "sink", str(port)])
    try:
        rows = remote_accounts(server, inboxes, lambda i: f"http://h{i}.localhost:{port}/inbox")
        follow_rows(server, [(r["id"], int(me.id)) for r in rows])
        import requests
        count = lambda: int(requests.get(f"http://127.0.0.1:{port}/").text)  # noqa: E731
        begin = time.monotonic()
        for i in range(n_posts):
            me.status(f"To be delivered, {i}")
        wait_until(lambda: count() >= inboxes * n_posts, 120, 0.05, what="all deliveries")
        took = time.monotonic() - begin
        limit = openssl_rate()
        rate = inboxes * n_posts / took
        put(f"deliveries to {inboxes} inboxes", rate, "deliveries/s", signing_limit=limit, share=f"{rate / limit:.0%}")
    finally:
        sink.kill()
        sink.wait()


def listening_people(server, me, n):
    """So many local followers of me, each with a token."""
    import hashlib
    site = int(server.sql("SELECT id FROM sites LIMIT 1"))
    app = int(server.sql("SELECT id FROM oauth_apps LIMIT 1"))
    rows = remote_accounts(server, n, lambda i: f"http://{server.host}/inbox")
    user, token, mine = blank(server, "users"), blank(server, "oauth_tokens"), [r["id"] for r in rows]
    ids = ",".join(map(str, mine))
    server.sql(f"UPDATE accounts SET site_id = {site}, domain = '{server.domain}' WHERE id IN ({ids})")
    insert(server, "users", [{**user, "id": i, "site_id": site, "login": f"l{i}", "role": "user", "locale": "en", "confirmed_at": 1,
                              "approved_at": 1} for i in mine])
    insert(server, "user_accounts", [{"user_id": i, "account_id": i} for i in mine])
    tokens = [f"token-of-listener-{i}" for i in mine]
    insert(server, "oauth_tokens", [
        {**token, "id": next_id(), "token_hash": hashlib.sha256(t.encode()).hexdigest(), "app_id": app, "user_id": i, "account_id": i,
         "scopes": "read", "created_at": rows_time(), "used_at": int(time.time() * 1000)} for i, t in zip(mine, tokens)])
    follow_rows(server, [(i, int(me.id)) for i in mine], local=True)
    return tokens


def heard(server, me, name, tokens, stream, n, posts=20):
    from listen import Crowd
    crowd = Crowd(server, tokens, stream, n)
    try:
        took, alone = [], []
        for i in range(posts):
            began = time.monotonic()
            took += crowd.hear(lambda: me.status(f"heard by many, {i} #bench"))
            alone.append(time.monotonic() - began)
        took.sort()
        put(name, took[int(len(took) * 0.99)] * 1000, "ms at p99", median=round(took[len(took) // 2] * 1000), last=round(took[-1] * 1000))
    finally:
        crowd.close()


@measure("streaming", "ms at p99")
def streaming(server, me):
    from listen import Crowd
    tokens = listening_people(server, me, 1000)
    server.stop()
    server.settings.update(max_streams=6000, max_streams_per_account=20000, max_streams_per_ip=20000, max_connections_per_ip=6000)
    server.start()
    me.status("warm")
    time.sleep(1)
    before = memory(server)
    idle = Crowd(server, tokens, "user", 5000, events=lambda i: i % 2)
    time.sleep(35)  # each has been pinged, and has answered nothing
    put("memory of 5,000 idle streams", memory(server) - before, "MiB", before=round(before, 1))
    me.status("heard by all")
    time.sleep(3)
    put("... that have heard something", memory(server) - before, "MiB")
    idle.close()
    heard(server, me, "a post reaches 1,000 homes", tokens, "user", 1000)
    heard(server, me, "a post reaches 1,000 public streams", tokens, "public", 1000)


NGINX = """daemon off; pid {dir}/pid; error_log {dir}/error; worker_processes auto; worker_rlimit_nofile 4096;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; types {{ image/png png; }}
  client_body_temp_path {dir}/a; proxy_temp_path {dir}/b; fastcgi_temp_path {dir}/c; uwsgi_temp_path {dir}/d; scgi_temp_path {dir}/e;
  server {{ listen 127.0.0.1:{port}; root {dir}/root; }} }}
"""


class Nginx:
    """Debian's, on files of the same bytes; stands in for a server in wrk()."""

    def __init__(self, folder):
        self.dir, self.port, self.host = folder / "nginx", free_port(), "bench.localhost"
        (self.dir / "root/media").mkdir(parents=True)
        for d in (folder, self.dir, self.dir / "root", self.dir / "root/media"):
            d.chmod(0o755)
        (self.dir / "conf").write_text(NGINX.format(dir=self.dir, port=self.port))

    def __enter__(self):
        self.process = subprocess.Popen(["nginx", "-c", self.dir / "conf", "-e", self.dir / "error"])
        wait_until(lambda: subprocess.run(["curl", "-s", f"http://127.0.0.1:{self.port}/"], capture_output=True).stdout, 10)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def many_files(server, nginx, n, size):
    """So many files straight into the cache; a script that asks for one after the other."""
    import hashlib
    import sqlite3
    db = sqlite3.connect(server.dir / "cache.db")
    names = []
    for i in range(n):
        data = os.urandom(size)
        name = hashlib.sha256(data).hexdigest()
        db.execute("INSERT INTO blobs VALUES (?, ?, 'avatar', 'image/png', ?, 1, 1)", (i + 1, name, size))
        db.execute("INSERT INTO blob_chunks VALUES (?, 0, ?, ?)", (i + 1, bytes.fromhex(name), data))
        (nginx.dir / "root/media" / (name + ".png")).write_bytes(data)
        names.append(f"/media/{name}.png")
    db.commit()
    db.close()
    return turns(server.dir, names)


def beside_nginx(server, nginx, name, path, script=None):
    theirs, _ = wrk(nginx, path, script=script)
    rate, more = wrk(server, path, script=script)
    put(name, rate, "requests/s", nginx=round(theirs), share=f"{rate / theirs:.0%}", **more)


def pictures_of_elsewhere(server, me, n=200, clients=50, pause_ms=100):
    """Fetched once each, more than are held in memory; then looked at by people who pause between two."""
    from concurrent.futures import ThreadPoolExecutor
    from files import png
    from peer import Peer
    with Peer("sender.localhost") as peer:
        eve, paths = peer.actor("eve"), []
        for i in range(0, n, 4):
            urls = [f"/{i + k}.png" for k in range(4)]
            for k, u in enumerate(urls):
                peer.docs[u] = lambda h, seed=i + k: h.answer(200, png(260, 250, seed), "image/png")
            note = eve.note("look", attachment=[{"type": "Document", "mediaType": "image/png", "url": peer.base + u} for u in urls])
            paths += [m["url"].split("/", 3)[3] for m in me.find(note["id"])["media_attachments"]]
        with ThreadPoolExecutor(8) as pool:
            sizes = [len(r.content) for r in pool.map(lambda p: me.raw("GET", "/" + p, timeout=60), paths)]
        asked = len(peer.requests)
        assert min(sizes) > 100000, "a placeholder"
        rate, more = wrk(server, "/", connections=clients, script=turns(server.dir, ["/" + p for p in paths], pause_ms))
        put("a cached picture of elsewhere, 50 clients", more.pop("p99_ms"), "ms at p99", rate=round(rate), kb=sum(sizes) // n // 1000, **more)
        assert len(peer.requests) == asked, "some were fetched again"


@measure("media", "requests/s")
def media(server, me):
    from files import ffmpeg, png
    import requests
    with Nginx(server.dir) as nginx:
        for name, side in (("20 KB", 82), ("200 KB", 258)):
            path = me.call("POST", "/api/v2/media", files={"file": ("a.png", png(side, side, side))})["url"].split("/", 3)[3]
            data = me.raw("GET", "/" + path).content
            (nginx.dir / "root" / path).write_bytes(data)
            beside_nginx(server, nginx, f"a picture of {name}", "/" + path)
        if KIND == "sqlite":
            beside_nginx(server, nginx, "2,000 avatars of 20 KB in turn", "/", many_files(server, nginx, 2000, 20000))
    put_memory(server, "memory after files")
    pictures_of_elsewhere(server, me)
    picture = ffmpeg("jpg", "-f", "lavfi", "-i", "testsrc2=size=1632x1224", "-vf", "noise=alls=20", "-frames:v", "1", "-q:v", "3")
    count, end, most = 0, time.monotonic() + 10, 0
    from concurrent.futures import ThreadPoolExecutor

    def upload(i):
        data = picture + str(i).encode()  # no two alike
        return requests.post(f"http://127.0.0.1:{server.port}/api/v2/media", files={"file": ("a.jpg", data)}, timeout=60,
                             headers={"Host": server.host, "Authorization": "Bearer " + me.token}).status_code
    with ThreadPoolExecutor(4) as pool:
        while time.monotonic() < end:
            got = list(pool.map(upload, range(count, count + 8)))
            assert set(got) == {200}, got
            count, most = count + 8, max(most, memory(server))
    put("uploads of 2 megapixels", count / (time.monotonic() - end + 10), "uploads/s", size=f"{len(picture) >> 10} KiB", rss=f"{most:.0f} MiB")


def main():
    print(f"{KIND}, {os.cpu_count()} cores, {time.strftime('%Y-%m-%d')}\n")
    last = json.loads(LAST.read_text()) if LAST.exists() else {}
    for name, _, fn in measures:
        if WANTED and name not in WANTED:
            continue
        server = Server(KIND, domain="bench.localhost", log_level="warn", search_ms=1000, keep_remote_days=0, hosts=hosts()).start()
        try:
            fn(server, server.user("owner"))
        except Exception as e:  # noqa: BLE001  a benchmark says what it could, and goes on
            print(f"{name}: {str(e)[:300]}\n{server.log(3000)}", flush=True)
        finally:
            server.close()
    print("\nbeside the last recorded:")
    for name, r in results.items():
        if name in last and last[name]["value"]:
            print(f"{name:54} {r['value']:12,.1f} {r['unit']:12} {r['value'] / last[name]['value']:6.2f} x")
    if os.environ.get("BENCH_RECORD"):
        LAST.write_text(json.dumps({**last, **results}, indent=1) + "\n")


def hosts():
    names = [f"h{i}.localhost" for i in range(500)] + [f"home{i}.localhost" for i in range(50)] + ["sender.localhost"]
    return " ".join(f"{n}=127.0.0.1" for n in names)


main()
