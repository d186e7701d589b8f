"""Starts real servers on loopback, each in a folder and a database of its own, and talks to them as clients do.

    with Server("sqlite") as s:
        alice = s.user("alice")            # made by the command line, logged in through the authorize page
        post = alice.post("/api/v1/statuses", status="Hello")
        wait_until(lambda: alice.get("/api/v1/timelines/home"))
"""
import atexit
import contextlib
import fcntl
import functools
import html.parser
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

ROOT = pathlib.Path(__file__).resolve().parents[1]
DASSIE = os.environ.get("DASSIE", str(ROOT / "build/src/cmd/dassie"))
PG = os.environ.get("TEST_POSTGRES", "")
SHARED = pathlib.Path(os.environ.get("SHARED", str(ROOT.parent / "shared")))
SLOW = 4 if "-san" in DASSIE or "-tsan" in DASSIE or "-cov" in DASSIE else 1  # how much longer things may take
LATE = SLOW * (4 if "PYTEST_XDIST_WORKER" in os.environ else 1)  # and how much with other tests beside: for limits that are about speed
BAD_LOG = re.compile(r"ERROR: \w+Sanitizer|WARNING: \w+Sanitizer|runtime error: |\bat=bug\b|SUMMARY: \w+Sanitizer")
PASSWORD = "correct horse battery"
SCOPES = "read write follow push"
OOB = "urn:ietf:wg:oauth:2.0:oob"

_names = itertools.count(1)
_worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or 0)
_ports = itertools.count(21000 + _worker * 1000 + os.getpid() % 37 * 20)
_taken = []
live = []  # running servers, for reports of failures


def _private_keys(n):
    """Files of keys, in turn for ever: making one for every account would take most of the tests' time."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dassie-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    paths = [folder / f"{i}.pem" for i in range(n)]
    for path in paths:
        path.write_bytes(rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        yield path
    yield from itertools.cycle(paths)


private_keys = _private_keys(4)


def wait_until(fn, timeout=15.0, every=0.02, what=None):
    """fn() until it is true; its value. Fails with what it last was, or raised."""
    end = time.monotonic() + timeout * LATE
    while True:
        last, error = None, None
        try:
            last = fn()
            if last:
                return last
        except (AssertionError, KeyError, IndexError, OSError, ApiError) as e:  # OSError: also what requests raises
            error = e
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout} s: {what or fn.__name__}: {error or last!r}")
        time.sleep(every)


def holds(fn, seconds=0.5, every=0.05):
    """fn() stays true for so long: for what must not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert fn()
        time.sleep(every)


def free_port():
    """One that nobody listens on, and no other run of these tests has taken: each holds a lock until it ends."""
    locks = pathlib.Path(tempfile.gettempdir()) / f"dassie-ports-{os.getuid()}"
    locks.mkdir(exist_ok=True)
    for port in _ports:
        port = 20000 + port % 12000
        lock = open(locks / str(port), "w")  # noqa: SIM115
        with socket.socket() as s, contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            _taken.append(lock)
            return port
        lock.close()


class ApiError(Exception):
    def __init__(self, reply):
        super().__init__(f"{reply.request.method} {reply.request.url}: {reply.status_code} {reply.text[:300]}")
        self.status = reply.status_code
        self.reply = reply


class Client:
    """One person's (or nobody's) way to a server: JSON in, JSON out."""

    def __init__(self, server, host=None, token=None, name=None):
        self.server, self.token, self.name = server, token, name
        self.host = host or server.host
        self.http = requests.Session()
        self.http.trust_env = False

    @property
    def handle(self):
        return f"{self.name}@{self.server.domain_of(self.host)}"

    def raw(self, method, path, headers=None, **kw):
        """The reply itself, whatever its status; redirects are not followed."""
        h = {"Host": self.host}
        if self.token:
            h["Authorization"] = "Bearer " + self.token
        h.update(headers or {})
        if "://" in path:
            url = urllib.parse.urlsplit(path)
            path = url.path + ("?" + url.query if url.query else "")
        kw.setdefault("timeout", 20 * LATE)
        kw.setdefault("allow_redirects", False)
        return self.http.request(method, f"http://127.0.0.1:{self.server.port}{path}", headers=h, **kw)

    def call(self, method, path, **kw):
        r = self.raw(method, path, **kw)
        if r.status_code >= 400:
            raise ApiError(r)
        return r.json() if r.content else None

    def get(self, path, **params):
        return self.call("GET", path, params=params)

    def post(self, path, **data):
        return self.call("POST", path, json=data)

    def put(self, path, **data):
        return self.call("PUT", path, json=data)

    def patch(self, path, **data):
        return self.call("PATCH", path, json=data)

    def delete(self, path, **params):
        return self.call("DELETE", path, params=params)

    def status(self, text, **more):
        return self.post("/api/v1/statuses", status=text, **more)

    @property
    def id(self):
        if not hasattr(self, "_id"):
            self._id = self.get("/api/v1/accounts/verify_credentials")["id"]
        return self._id

    def find(self, what):
        """A remote handle or URL, brought in by search."""
        found = self.get("/api/v2/search", q=what, resolve="true")
        return (found["accounts"] + found["statuses"])[0]

    def follow(self, handle):
        account = self.find(handle)
        self.post(f"/api/v1/accounts/{account['id']}/follow")
        return account

    def relationship(self, account_id):
        return self.get("/api/v1/accounts/relationships", id=account_id)[0]


class Browser(Client):
    """Keeps cookies and fills in forms."""

    def open(self, path, **kw):
        r = self.raw("GET", path, **kw)
        for _ in range(5):
            if r.status_code not in (301, 302, 303):
                break
            r = self.raw("GET", urllib.parse.urljoin(f"http://{self.host}/", r.headers["Location"]))
        self.page = r
        return r

    def submit(self, which=0, action=None, **values):
        forms = Form(self.page.text).forms
        form = next(f for f in forms if f["action"] == action) if action else forms[which]
        data = {name: value for kind, name, value in form["fields"] if name} | values
        r = self.raw("POST", form["action"], data=data, headers={"Origin": f"http://{self.host}"})
        self.page = r
        if r.status_code in (301, 302, 303):
            return self.open(r.headers["Location"])
        return r

    def log_in(self, name, password=PASSWORD):
        self.open("/auth/sign_in")
        return self.submit(login=name, password=password)


class Form(html.parser.HTMLParser):
    """The forms of a page, as a browser without JavaScript sees them."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.code, self._in_code = [], "", False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.forms.append({"action": a.get("action", ""), "method": a.get("method", "get").upper(), "fields": [],
                               "buttons": []})
        elif tag in ("input", "button") and self.forms:
            kind = a.get("type", "submit" if tag == "button" else "text").lower()
            where = "buttons" if kind == "submit" else "fields"
            if kind != "checkbox" or "checked" in a:
                self.forms[-1][where].append((kind, a.get("name", ""), a.get("value", "")))
        if tag == "code":
            self._in_code = True

    def handle_endtag(self, tag):
        if tag == "code":
            self._in_code = False

    def handle_data(self, data):
        if self._in_code:
            self.code += data.strip()


def fill(form, login, password):
    """Values of a form: login and password where they are asked for, the first button (the page's yes) pressed."""
    values = {}
    for kind, name, value in form["fields"]:
        if kind == "password":
            value = password
        elif kind in ("text", "email"):
            value = login
        if name:
            values[name] = value
    if form["buttons"] and form["buttons"][0][1]:
        values[form["buttons"][0][1]] = form["buttons"][0][2]
    return values


def authorize(client, query, login, password=PASSWORD):
    """Walks through the login and consent pages; the code, or the whole URL it was sent to."""
    path = "/oauth/authorize?" + urllib.parse.urlencode(query)
    r = client.raw("GET", path)
    for _ in range(8):
        if r.status_code in (301, 302, 303, 307):
            to = urllib.parse.urljoin(f"http://{client.host}{path}", r.headers["Location"])
            code = urllib.parse.parse_qs(urllib.parse.urlsplit(to).query).get("code")
            if code:
                return code[0]
            path = urllib.parse.urlunsplit(("", "") + tuple(urllib.parse.urlsplit(to)[2:4]) + ("",))
            r = client.raw("GET", path)
            continue
        assert r.status_code == 200, f"{path}: {r.status_code} {r.text[:400]}"
        page = Form(r.text)
        if page.code:
            return page.code
        assert page.forms, f"{path} shows no form: {r.text[:400]}"
        form = page.forms[0]
        values = fill(form, login, password)
        where = urllib.parse.urljoin(path, form["action"]) if form["action"] else path
        if form["method"] == "POST":
            r = client.raw("POST", where, data=values, headers={"Origin": f"http://{client.host}"})
        else:
            r = client.raw("GET", where, params=values)
        path = where
    raise AssertionError(f"no code after all these pages: {r.status_code} {r.text[:400]}")


def login(server, name, host=None, scopes=SCOPES, password=PASSWORD):
    """A client with a token, by the way apps take."""
    c = Client(server, host, name=name)
    app = c.post("/api/v1/apps", client_name="tests", redirect_uris=OOB, scopes=scopes)
    c.app = app
    code = authorize(c, {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OOB, "scope": scopes},
                     name, password)
    token = c.post("/oauth/token", grant_type="authorization_code", code=code, client_id=app["client_id"],
                   client_secret=app["client_secret"], redirect_uri=OOB, scope=scopes)
    c.http.cookies.clear()
    c.token = token["access_token"]
    return c


class Psql:
    """psql, kept running: its start takes longer than what tests ask of it."""
    END = "-- that was all\n"

    def __init__(self, where):
        self.words = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", where]
        self.lock, self.process = threading.Lock(), None

    def __call__(self, text):
        with self.lock:
            if not self.process:
                self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.process.stdin.write(f"{text}\n;\n\\echo {self.END}")
            self.process.stdin.flush()
            lines = []
            for line in self.process.stdout:
                if line == self.END:
                    return "".join(lines).strip()
                lines.append(line)
            code, self.process = self.process.wait(), None
            raise subprocess.CalledProcessError(code, text, "".join(lines))

    def close(self):
        if self.process:
            self.process.communicate()


@functools.cache
def psql(where=PG):
    return Psql(where)


@functools.cache
def migrated(kind):
    """An empty database up to date, made once; servers begin with a copy of it: a folder with main.db, or a database of PostgreSQL."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dassie-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    name, where = f"empty{os.getpid()}", "sqlite:main.db"
    if kind == "postgres":
        psql()(f"CREATE DATABASE {name}")
        where = f"postgres:{PG} dbname={name}"
    (folder / "dassie.conf").write_text(f"dev = yes\ndata_dir = {folder}\ndatabase = {where}\n")
    subprocess.run([DASSIE, "migrate", "--config", str(folder / "dassie.conf")], check=True, stdout=subprocess.DEVNULL, timeout=60 * SLOW)
    return name if kind == "postgres" else folder


class Server:
    """One process of the program. domain: of handles; host: of the web, with its port."""

    def __init__(self, kind="sqlite", domain=None, host=None, hosts="", **settings):
        if kind == "postgres" and not PG:
            import pytest
            pytest.skip("no PostgreSQL here (TEST_POSTGRES)")
        self.kind, self.port = kind, free_port()
        self.host = f"{host or domain or 'localhost'}:{self.port}"
        self.domain = domain if host else self.host
        self.sites = {self.host: self.domain}
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="dassie-test-"))
        self.log_path = self.dir / "log"
        self.process, self.clients, self.checked = None, {}, 0
        self.env, self.prefix = {}, []  # of the server's own process: variables, and a command that runs it
        self.settings = {"dev": "yes", "listen": f"127.0.0.1:{self.port}", "data_dir": str(self.dir), "hosts": hosts,
                         "search_ms": 20000, "database": self._database(), **settings}
        self._write_config()
        self.command("init", "--site", self.domain, "--host", self.host, "--owner", "owner", "--email",
                     "owner@example.test", "--password-file", "-", "--private-key", str(next(private_keys)), stdin=PASSWORD + "\n")

    def _database(self):
        if self.kind == "sqlite":
            for path in migrated("sqlite").glob("main.db*"):
                shutil.copy(path, self.dir)
            return "sqlite:main.db"
        self.db = f"t{os.getpid()}_{next(_names)}"
        psql()(f"CREATE DATABASE {self.db} TEMPLATE {migrated('postgres')}")
        self.psql = Psql(f"{PG} dbname={self.db}")
        return f"postgres:{PG} dbname={self.db}"

    def _write_config(self):
        lines = [f"{k} = {v}" for k, v in self.settings.items() if v != ""]
        (self.dir / "dassie.conf").write_text("\n".join(lines) + "\n")

    def domain_of(self, host):
        return self.sites[host]

    def sql(self, text):
        """Straight at the database, for looking behind the server's back; lines of fields separated by '|'."""
        if self.kind == "postgres":
            return self.psql(text)
        cmd = ["sqlite3", "-batch", "-cmd", ".timeout 10000", str(self.dir / "main.db"), text]
        return subprocess.run(cmd, check=True, capture_output=True, text=True).stdout.strip()

    def command(self, *words, stdin="", ok=True):
        """The program's own commands with this server's settings."""
        r = subprocess.run([DASSIE, *words, "--config", str(self.dir / "dassie.conf")], input=stdin, text=True,
                           capture_output=True, timeout=60 * SLOW)
        assert not BAD_LOG.search(r.stderr), r.stderr
        if ok:
            assert r.returncode == 0, f"dassie {' '.join(words)}: {r.returncode} {r.stderr}"
        return r

    def start(self, wait=True):
        self._write_config()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([*self.prefix, DASSIE, "serve", "--config", str(self.dir / "dassie.conf")],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **self.env})
        live.append(self)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, timeout=10):
        end = time.monotonic() + timeout * LATE
        while True:
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log()}"
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            assert time.monotonic() < end, "the server does not listen:\n" + self.log()
            time.sleep(0.005)

    def kill(self):
        """As a power cut does."""
        if self.process:
            self.process.kill()
            self.process.wait()
        self._ended()

    def stop(self, timeout=20):
        """As the service manager does; the exit code counts."""
        if not self.process:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout * SLOW)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server does not stop:\n" + self.log()) from None
        finally:
            self._ended()
        self.check()
        assert code == 0, f"the server ended with {code}:\n{self.log()}"

    def restart(self):
        self.stop()
        return self.start()

    def _ended(self):
        self.process = None
        if self in live:
            live.remove(self)

    def log(self, most=12000):
        return self.log_path.read_text(errors="replace")[-most:] if self.log_path.exists() else ""

    def check(self):
        """Fails on what sanitizers said."""
        if not self.log_path.exists():
            return
        with open(self.log_path, "rb") as log:
            log.seek(self.checked)
            data = log.read()
        self.checked += len(data)
        text = data.decode(errors="replace")
        m = BAD_LOG.search(text)
        assert not m, text[max(0, m.start() - 500):m.start() + 6000]

    def close(self):
        try:
            self.stop()
        finally:
            if self.kind == "postgres":
                self.psql.close()
                psql()(f"DROP DATABASE {self.db} WITH (FORCE)")
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def beside(self):
        """One more server on the same database; it is not closed, only stopped."""
        other = Server.__new__(Server)
        other.__dict__.update(self.__dict__)
        other.port, other.process, other.checked = free_port(), None, 0
        other.dir = self.dir / f"beside-{other.port}"
        other.dir.mkdir()
        other.log_path = other.dir / "log"
        other.settings = {**self.settings, "listen": f"127.0.0.1:{other.port}", "data_dir": str(other.dir)}
        return other

    def add_site(self, name):
        """One more site on the same port; its host."""
        host = f"{name}:{self.port}"
        self.command("site", "add", host)
        self.sites[host] = host
        if self.process:  # a running server looks for names it does not know once a second
            wait_until(lambda: self.anonymous(host).raw("GET", "/api/v1/instance").status_code == 200)
        return host

    def add_user(self, name, role="user", host=None):
        self.command("account", "create", f"{name}@{self.sites[host or self.host]}", "--email", f"{name}@example.test",
                     "--role", role, "--password-file", "-", "--private-key", str(next(private_keys)), stdin=PASSWORD + "\n")

    def user(self, name, role="user", host=None, scopes=SCOPES):
        """The client of that person, made and logged in when first asked for."""
        key = (name, host, scopes)
        if key not in self.clients:
            if name != "owner" and not any(k[:2] == (name, host) for k in self.clients):
                self.add_user(name, role, host)
            self.clients[key] = login(self, name, host, scopes)
        return self.clients[key]

    def someone(self, name="someone", **kw):
        """A new person with a name that nobody had."""
        return self.user(f"{name}{next(_names)}", **kw)

    def anonymous(self, host=None):
        return Client(self, host)


def servers(kind, *names, more=(), **settings):
    """Several servers that find each other, and peers of the names in more: servers("sqlite", "a.localhost", "b.localhost").
    Not started."""
    hosts = " ".join(f"{n}=127.0.0.1" for n in (*names, *more, "peer.localhost", "localhost"))
    return [Server(kind, domain=n, hosts=hosts, **settings) for n in names]


def pretty(value):
    return json.dumps(value, indent=1, ensure_ascii=False)
