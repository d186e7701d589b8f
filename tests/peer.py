"""Another server, made up: answers WebFinger and ActivityPub fetches, takes what is sent to it, signs what it sends.

    with Peer() as peer:
        eve = peer.actor("eve")
        reply = eve.send(server, eve.create("Hello @alice", to=[alice_uri]))    # to the shared inbox
        peer.wait_for("Follow")                                                  # what the server sent here
        peer.docs["/notes/1"] = {...}                                            # anything else it shall answer
"""
import base64
import email.utils
import hashlib
import http.server
import itertools
import json
import threading
import time
import urllib.parse

import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from harness import free_port, wait_until

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = AS + "#Public"
ACTIVITY_JSON = "application/activity+json"
_keys = []


def some_key(n=0):
    """Making keys is slow: actors share a few."""
    while len(_keys) <= n:
        _keys.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return _keys[n]


def pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM,
                                         serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def digest(body):
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def sign(key, key_id, method, host, target, body=None, date=None, headers=None, names=None, algorithm="rsa-sha256"):
    """The headers of a request, signed as draft-cavage-http-signatures has it. names: what is signed, in this order."""
    h = {"host": host, "date": date or email.utils.formatdate(usegmt=True)}
    if body is not None:
        h["digest"] = digest(body)
        h["content-type"] = ACTIVITY_JSON
    h.update(headers or {})
    h.update({k: v for k, v in (("content-length", str(len(body or b""))), ("user-agent", "test")) if k in (names or "")})
    names = names.split() if names else ["(request-target)", *h]
    lines = [f"{k}: {h[k]}" if k in h else f"{k}: {method.lower()} {target}" for k in names]
    value = base64.b64encode(key.sign("\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
    h["signature"] = f'keyId="{key_id}",algorithm="{algorithm}",headers="{" ".join(names)}",signature="{value}"'
    return h


class Actor:
    def __init__(self, peer, name, key):
        self.peer, self.name, self.key = peer, name, key
        self.uri = f"{peer.base}/users/{name}"
        self.handle = f"{name}@{peer.host}"
        self.key_id = self.uri + "#main-key"
        self.doc = {
            "@context": [AS, "https://w3id.org/security/v1"],
            "id": self.uri, "type": "Person", "preferredUsername": name, "name": name.title(), "summary": "",
            "url": f"{peer.base}/@{name}", "inbox": self.uri + "/inbox", "outbox": self.uri + "/outbox",
            "followers": self.uri + "/followers", "following": self.uri + "/following",
            "endpoints": {"sharedInbox": peer.base + "/inbox"}, "manuallyApprovesFollowers": False,
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": pem(key)},
        }
        peer.docs["/users/" + name] = self.doc
        peer.docs["/users/" + name + "/followers"] = self._collection("followers")
        peer.docs["/users/" + name + "/following"] = self._collection("following")
        peer.docs["/users/" + name + "/outbox"] = self._collection("outbox")

    def _collection(self, name):
        return {"@context": AS, "id": f"{self.uri}/{name}", "type": "OrderedCollection", "totalItems": 0, "orderedItems": []}

    def activity(self, kind, obj, **more):
        return {"@context": AS, "id": f"{self.peer.base}/activities/{self.peer.next()}", "type": kind,
                "actor": self.uri, "object": obj, **more}

    def note(self, content, to=(PUBLIC,), cc=(), published=None, **more):
        """A post that can also be fetched."""
        path = f"/notes/{self.peer.next()}"
        note = {"@context": AS, "id": self.peer.base + path, "type": "Note", "attributedTo": self.uri,
                "content": f"<p>{content}</p>", "to": list(to), "cc": list(cc or [self.uri + "/followers"]),
                "published": published or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "url": self.peer.base + path, **more}
        self.peer.docs[path] = note
        return note

    def create(self, note, **more):
        note = self.note(note, **more) if isinstance(note, str) else note
        return self.activity("Create", note, to=note["to"], cc=note["cc"], published=note["published"])

    def follow(self, target_uri):
        return self.activity("Follow", target_uri)

    def mention(self, uri, handle):
        return {"type": "Mention", "href": uri, "name": "@" + handle}

    def send(self, server, activity, inbox="/inbox", host=None, **more):
        """The reply of the server's inbox."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        return self.post(server, inbox, body, host=host, **more)

    def post(self, server, path, body, host=None, session=None, **more):
        h = sign(self.key, more.pop("key_id", self.key_id), "POST", host or server.host, path, body, **more)
        return (session or self.peer.http).post(f"http://127.0.0.1:{server.port}{path}", data=body, headers=h, timeout=30)

    def pour(self, server, activities):
        """Very many at once, as if each had come and been checked: straight into the queue; then one by the door, which wakes it."""
        *many, last = activities
        sender, site = server.sql(f"SELECT a.id, MIN(s.id) FROM accounts a, sites s WHERE a.uri = '{self.uri}' GROUP BY a.id").split("|")
        rows = [f"({i + 1}, {sender}, {site}, '{self.peer.host}', '{json.dumps(a)}', 0, 0, 0, 0)" for i, a in enumerate(many)]
        for i in range(0, len(rows), 100):  # a command line has its limits
            server.sql("INSERT INTO inbox (id, signer_id, site_id, host, body, due, lease, tries, created_at)"
                       " VALUES " + ", ".join(rows[i:i + 100]))
        assert self.send(server, last).status_code == 202

    def get(self, server, url, host=None):
        """A signed fetch, as other servers do."""
        u = urllib.parse.urlsplit(url)
        target = u.path + ("?" + u.query if u.query else "")
        h = sign(self.key, self.key_id, "GET", host or u.netloc or server.host, target)
        return self.peer.http.get(f"http://127.0.0.1:{server.port}{target}", headers={"accept": ACTIVITY_JSON, **h},
                                  timeout=30, allow_redirects=False)


class Peer:
    def __init__(self, name="peer.localhost", address="127.0.0.1", tls=None):
        """tls: an SSLContext; then it is reached by https on the port that has no number in URLs."""
        self.address, self.tls = address, tls
        self.port = 443 if tls else free_port()
        self.host = name if tls else f"{name}:{self.port}"
        self.base = ("https://" if tls else "http://") + self.host
        self.docs = {}      # path: what it answers (a dict, bytes, a status number, or a function of the handler)
        self.taken = []     # activities that arrived, in order
        self.requests = []  # (method, path, headers) of all that was asked
        self.asked = []     # (when, path) of what was fetched
        self.inbox_status = 202
        self.http = requests.Session()
        self.http.trust_env = False
        self._n = itertools.count(1)
        self.actors = {}

    def next(self):
        return f"{next(self._n)}-{self.port}"

    def actor(self, name, key=0):
        if name not in self.actors:
            self.actors[name] = Actor(self, name, some_key(key))
        return self.actors[name]

    def of_type(self, kind, **members):
        return [a for a in self.taken if a.get("type") == kind and all(a.get(k) == v for k, v in members.items())]

    def wait_for(self, kind, timeout=15, **members):
        """The last activity of that type that arrived."""
        return wait_until(lambda: self.of_type(kind, **members), timeout, what=f"a {kind} from the server")[-1]

    def start(self):
        peer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else head and body come 40 ms apart

            def log_message(self, *_):
                pass

            def answer(self, status, body=b"", kind=ACTIVITY_JSON, **headers):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                for k, v in headers.items():
                    self.send_header(k.replace("_", "-"), v)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                peer.requests.append(("GET", self.path, dict(self.headers)))
                peer.asked.append((time.monotonic(), self.path))
                u = urllib.parse.urlsplit(self.path)
                what = peer.docs.get(self.path, peer.docs.get(u.path))
                if what is None and u.path == "/.well-known/webfinger":
                    what = peer.webfinger(dict(urllib.parse.parse_qsl(u.query)).get("resource", ""))
                if callable(what):
                    return what(self)
                if what is None or isinstance(what, int):
                    return self.answer(what or 404)
                if isinstance(what, bytes):
                    return self.answer(200, what)
                kind = "application/jrd+json" if "webfinger" in u.path else ACTIVITY_JSON
                return self.answer(200, json.dumps(what).encode(), kind)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                peer.requests.append(("POST", self.path, dict(self.headers)))
                status = peer.inbox_status(self, body) if callable(peer.inbox_status) else peer.inbox_status
                if status is None:  # it has answered
                    return
                if status < 300:
                    peer.taken.append(json.loads(body))
                self.answer(status)

        class Http(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

        self.httpd = Http((self.address, self.port), Handler)
        if self.tls:  # the handshake comes with the first read, in the thread of the connection
            self.httpd.socket = self.tls.wrap_socket(self.httpd.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def webfinger(self, resource):
        name = resource.removeprefix("acct:").removeprefix("@").split("@")[0]
        if name.startswith("http"):
            name = name.rsplit("/", 1)[1]
        if name not in self.actors:
            return None
        a = self.actors[name]
        return {"subject": "acct:" + a.handle, "aliases": [a.uri],
                "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": a.uri}]}

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
