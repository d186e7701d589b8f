"""Rows straight into a server's database: thousands of followers or posts are not made one by one."""
import contextlib
import pathlib
import re
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))
from harness import PG  # noqa: E402


def field(v):
    """As COPY reads it."""
    if v is None:
        return "\\N"
    if isinstance(v, bool):
        return "t" if v else "f"
    return str(v).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def insert(server, table, rows):
    """rows: dicts with the same keys, of any number; one transaction."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    names = ",".join(first)
    if server.kind == "sqlite":
        with contextlib.closing(sqlite3.connect(server.dir / "main.db", timeout=30)) as db, db:
            text = f"INSERT INTO {table} ({names}) VALUES ({','.join('?' * len(first))})"
            db.execute(text, tuple(first.values()))
            db.executemany(text, (tuple(r.values()) for r in rows))
        return
    copy, where = f"COPY {table} ({names}) FROM STDIN", f"{PG} dbname={server.db}"
    known = f"ANALYZE {table}"  # as autovacuum would have done, had the rows come one by one
    psql = subprocess.Popen(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", where, "-c", copy, "-c", known], stdin=subprocess.PIPE, text=True)
    with psql.stdin as to:
        for r in (first, *rows):
            to.write("\t".join(map(field, r.values())) + "\n")
    if psql.wait():
        raise RuntimeError(f"COPY {table} failed")


_id = int(time.time() * 1000) - 40 * 86400_000 << 16


def next_id():
    global _id
    _id += 60_000 << 16
    return _id


def blank(server, table, **values):
    """A row with a neutral value in every column that must have one."""
    if server.kind == "sqlite":
        columns = [line.split("|") for line in server.sql(f"PRAGMA table_info({table})").splitlines()]
        columns = [(c[1], c[2], c[3] == "1") for c in columns]
    else:
        columns = [line.split("|") for line in server.sql(
            "SELECT column_name, upper(data_type), is_nullable = 'NO' FROM information_schema.columns "
            f"WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position").splitlines()]
        columns = [(c[0], c[1], c[2] == "t") for c in columns]
    row = {n: (False if t == "BOOLEAN" else 0 if "INT" in t else "") for n, t, must in columns if must and n != "id"}
    return {"id": next_id(), **row, **values}


def rows_time():
    return int(time.time() * 1000) - 50 * 86400_000


def remote_accounts(server, n, inbox=lambda i: f"http://h{i}.localhost/inbox", **more):
    base = blank(server, "accounts")
    rows = []
    for i in range(n):
        host = re.match(r"http://([^/]+)/", inbox(i))[1]
        uri = f"http://{host}/users/u{i}"
        rows.append({**base, "id": next_id(), "username": f"u{i}", "username_lower": f"u{i}", "domain": host, "host": host,
                     "uri": uri, "url": uri, "kind": "Person", "display_name": f"User {i}", "fields": "[]", "emojis": "[]",
                     "fields_source": "[]", "also_known_as": "[]", "inbox": inbox(i), "shared_inbox": inbox(i),
                     "note": "<p>Somebody on another server, with a short bio.</p>", "default_privacy": "public",
                     "followers_uri": uri + "/followers", "outbox": uri + "/outbox", "created_at": rows_time(),
                     "fetched_at": int(time.time() * 1000), **more})
    insert(server, "accounts", rows)
    return rows


def follow_rows(server, pairs, local=False):
    base = blank(server, "follows")
    insert(server, "follows", [{**base, "id": next_id(), "account_id": a, "target_id": t, "show_reblogs": True, "local": local,
                                "created_at": rows_time()} for a, t in pairs])


TEXT = ("<p>A post of ordinary length, as people write them: some words about the day, a thought, a link "
        "<a href=\"https://example.org/\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">example.org</a> and a "
        "<a href=\"https://example.org/tags/tag\" class=\"mention hashtag\" rel=\"tag\">#<span>tag</span></a>.</p>")


def post_row(base, author, sid, content=TEXT, **more):
    uri = f"{author['uri']}/statuses/{sid}"
    return {**base, "id": sid, "uri": uri, "url": uri, "account_id": author["id"], "thread_id": sid, "visibility": "public",
            "content": content, "emojis": "[]", "language": "en", "created_at": sid >> 16, **more}


def home_of(server, reader, n_accounts=50, n_posts=2000):
    accounts = remote_accounts(server, n_accounts, lambda i: f"http://home{i}.localhost/inbox")
    follow_rows(server, [(int(reader.id), a["id"]) for a in accounts], local=True)
    base = blank(server, "statuses")
    posts = [post_row(base, accounts[i % n_accounts], next_id()) for i in range(n_posts)]
    insert(server, "statuses", posts)
    insert(server, "feeds", [{"feed_id": int(reader.id), "status_id": p["id"], "author_id": p["account_id"], "boosted_id": 0}
                             for p in posts])
    return accounts, posts


def notices_of(server, reader, accounts, status_ids, n=2000):
    """Favourites, boosts, mentions and follows, as they come to somebody with some readers: those of a post are one group."""
    base = blank(server, "notifications")
    kinds = ("favourite", "reblog", "favourite", "mention", "follow", "favourite")
    rows = []
    for i in range(n):
        kind = kinds[i % len(kinds)]
        about = None if kind == "follow" else status_ids[i // 40 % len(status_ids)]
        hour = 400_000 + i // 200
        group = None if kind == "mention" else f"follow-{hour}" if kind == "follow" else f"{kind}-{about}-{hour}"
        rows.append({**base, "id": next_id(), "account_id": int(reader.id), "kind": kind, "from_id": accounts[i % len(accounts)]["id"],
                     "status_id": about, "created_at": rows_time(), "group_key": group})
    insert(server, "notifications", rows)


def thread_of(server, root, accounts, n=100):
    """Answers to a post of ours, and answers to those."""
    base = blank(server, "statuses")
    posts, root = [], int(root)
    for i in range(n):
        parent = root if i < 3 else posts[i // 3]["id"]
        posts.append(post_row(base, accounts[i % len(accounts)], next_id(), thread_id=root, in_reply_to_id=parent))
    insert(server, "statuses", posts)
