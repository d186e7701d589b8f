"""What the tests of hostile peers share: requests signed in odd ways, the state of a server before and after, raw sockets."""
import base64
import contextlib
import email.utils
import hashlib
import json
import socket
import sqlite3
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from harness import SLOW, Server, wait_until
from peer import ACTIVITY_JSON, Peer, pem, some_key

__all__ = ["World", "cavage", "rfc9421", "raw", "wait_until", "pem", "some_key", "ACTIVITY_JSON", "SLOW", "Server", "Peer"]


class Reply:
    def __init__(self, data):
        head, _, self.body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.data = data
        self.status_code = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/1.") else 0  # 0: closed without a word
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.lower(), value.strip())


def exchange(port, data, timeout=10, most=1 << 22):
    """Bytes there, bytes back until the other side closes or is silent."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout) as s:
        s.settimeout(timeout)
        with contextlib.suppress(OSError):
            s.sendall(data)
        with contextlib.suppress(OSError):
            while len(got) < most:
                part = s.recv(65536)
                if not part:
                    break
                got += part
    return got


def raw(server, method, target, lines=(), body=None, host=None, close=True):
    """A request of which every header line is given; names may come twice."""
    head = [f"{method} {target} HTTP/1.1"]
    lines = [(k, v) for k, v in lines]
    if not any(k.lower() == "host" for k, _ in lines):
        lines.insert(0, ("Host", host or server.host))
    if body is not None and not any(k.lower() in ("content-length", "transfer-encoding") for k, _ in lines):
        lines.append(("Content-Length", str(len(body))))
    if close:
        lines.append(("Connection", "close"))
    head += [f"{k}: {v}" for k, v in lines if v is not None]
    return Reply(exchange(server.port, "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + (body or b"")))


def b64(data):
    return base64.b64encode(data).decode()


def sha256(body):
    return b64(hashlib.sha256(body).digest())


def rsa_sign(key, text, algorithm=hashes.SHA256):
    return key.sign(text.encode("latin-1"), padding.PKCS1v15(), algorithm())


def cavage(key, key_id, path, body, host, change=None, covered=None, algorithm="rsa-sha256", created=None, expires=None,
           signer=rsa_sign, method="POST"):
    """Header lines of a good request; change replaces the value of a header before it is signed (None: left out)."""
    h = {"host": host, "date": email.utils.formatdate(usegmt=True), "digest": "SHA-256=" + sha256(body),
         "content-type": ACTIVITY_JSON, **(change or {})}
    h = {k: v for k, v in h.items() if v is not None}
    covered = covered or ["(request-target)", *[n for n in ("host", "date", "digest", "content-type") if n in h]]
    special = {"(request-target)": f"{method.lower()} {path}", "(created)": str(created), "(expires)": str(expires)}
    text = "\n".join(f"{n}: {special.get(n, h.get(n))}" for n in covered)
    params = [f'keyId="{key_id}"'] + ([f'algorithm="{algorithm}"'] if algorithm is not None else [])
    params += [f"created={created}"] if created is not None else []
    params += [f"expires={expires}"] if expires is not None else []
    params += [f'headers="{" ".join(covered)}"', f'signature="{b64(signer(key, text))}"']
    return [*h.items(), ("signature", ",".join(params))]


def rfc9421(key, key_id, path, body, host, covered=("@method", "@target-uri", "content-digest"), created=0, digest=None,
            label="sig1"):
    """The same by RFC 9421. created None: left out."""
    h = {"host": host, "content-type": ACTIVITY_JSON, "content-digest": digest or f"sha-256=:{sha256(body)}:"}
    values = {"@method": "POST", "@target-uri": f"http://{host}{path}", "@authority": host, "@path": path, **h}
    params = "(" + " ".join(f'"{c}"' for c in covered) + ")"
    if created is not None:
        params += f";created={int(time.time()) + created}"
    params += f';keyid="{key_id}"'
    text = "".join(f'"{c}": {values[c]}\n' for c in covered) + f'"@signature-params": {params}'
    return [*h.items(), ("signature-input", f"{label}={params}"), ("signature", f"{label}=:{b64(rsa_sign(key, text))}:")]


class World:
    """A server, a hostile peer with mallory, and one with victor, whom mallory would like to be."""

    TABLES = {
        "statuses": "uri, url, account_id, visibility, content, spoiler_text, in_reply_to_uri, reblog_of_id, deleted_at, created_at",
        "follows": "account_id, target_id, pending", "favourites": "account_id, status_id", "blocks": "account_id, target_id",
        "pins": "account_id, status_id", "status_mentions": "status_id, account_id", "notifications": "account_id, kind, from_id",
        "tombstones": "uri", "status_edits": "status_id, content",
    }

    def __init__(self, **settings):
        self.server = Server("sqlite", hosts="localhost=127.0.0.1 evil.localhost=127.0.0.1 victim.localhost=127.0.0.1"
                                             " other.localhost=127.0.0.1", **settings)
        self.evil, self.victim = Peer("evil.localhost"), Peer("victim.localhost")
        self.mallory, self.victor = self.evil.actor("mallory"), self.victim.actor("victor", key=1)

    def __enter__(self):
        self.evil.start()
        self.victim.start()
        self.server.start()
        self.alice = self.server.user("alice")
        self.alice_uri = self.alice.get(f"/api/v1/accounts/{self.alice.id}")["uri"]
        return self

    def __exit__(self, *_):
        self.server.close()
        self.evil.stop()
        self.victim.stop()

    def rows(self, query, *args):
        """Straight from the file."""
        with contextlib.closing(sqlite3.connect(f"file:{self.server.dir}/main.db?mode=ro", uri=True, timeout=10)) as db:
            return db.execute(query, args).fetchall()

    def value(self, query, *args):
        return self.rows(query, *args)[0][0]

    def drained(self):
        """All that was taken in has had its effect."""
        return wait_until(lambda: self.value("SELECT count(*) FROM inbox") == 0, 15, what="the inbox to be empty")

    def state(self):
        """All that people see, without the accounts of the evil peer themselves."""
        s = {t: sorted(self.rows(f"SELECT {c} FROM {t}"), key=repr) for t, c in self.TABLES.items()}
        s["accounts"] = self.rows("SELECT uri, username, domain, url, display_name, note, inbox, shared_inbox, followers_uri,"
                                  " moved_to_uri, suspended_at, deleted_at FROM accounts WHERE host <> ? ORDER BY 1",
                                  self.evil.host)
        s["keys"] = self.rows("SELECT k.uri, public_pem FROM account_keys k JOIN accounts a ON a.id = account_id"
                              " WHERE host <> ? ORDER BY 1", self.evil.host)
        return s

    @contextlib.contextmanager
    def unchanged(self):
        self.drained()
        before = self.state()
        yield
        self.drained()
        time.sleep(0.02)
        after = self.state()
        for table, rows in before.items():
            assert after[table] == rows, table

    def refuses(self, activity, sender=None, inbox="/inbox"):
        """4xx, or 202 and nothing happens."""
        with self.unchanged():
            r = (sender or self.mallory).send(self.server, activity, inbox)
            assert 400 <= r.status_code < 500 or r.status_code == 202, f"{r.status_code} {r.text}"
        return r.status_code

    def takes(self, activity, sender=None, inbox="/inbox"):
        r = (sender or self.mallory).send(self.server, activity, inbox)
        assert r.status_code == 202, f"{r.status_code} {r.text}"
        self.drained()

    def introduced(self, *actors):
        """Their keys and profiles are here, so that what comes next is not about fetching them."""
        for a in actors:
            self.takes(a.activity("Like", f"http://{self.server.host}/nothing"), a)

    def known_note(self, author, content="Hello", **more):
        """A post of a remote actor that is stored here, since it names alice."""
        note = author.note(content, to=more.pop("to", ["https://www.w3.org/ns/activitystreams#Public", self.alice_uri]),
                           tag=[author.mention(self.alice_uri, self.alice.handle)], **more)
        self.takes(author.create(note), author)
        assert self.rows("SELECT 1 FROM statuses WHERE uri = ?", note["id"])
        return note

    def signed(self, activity, actor=None, path="/inbox", **how):
        """Sends it signed by cavage(); how: key, key_id and what cavage() takes."""
        actor = actor or self.mallory
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        sent = how.pop("sent", body)
        lines = cavage(how.pop("key", actor.key), how.pop("key_id", actor.key_id), path, body, self.server.host, **how)
        return raw(self.server, "POST", path, lines, sent).status_code

    def fetched(self, peer, path=None):
        """How often the server asked the peer for anything, or for a path."""
        return sum(1 for m, p, _ in peer.requests if m == "GET" and (path is None or p == path))
