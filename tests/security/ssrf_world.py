"""A small Internet in a network namespace of its own: `unshare -rnm python3 ssrf_world.py` prints a line of JSON for each
scenario. The server runs with its guard on, as it does for people: https, public addresses, DNS. Whatever connects to
an address or port where no peer of ours is counts in the canary, and nothing ever may."""
import datetime
import http.cookiejar
import ipaddress
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import harness  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.x509.oid import NameOID  # noqa: E402
from harness import SLOW, wait_until  # noqa: E402
from peer import ACTIVITY_JSON, PUBLIC, Peer, some_key  # noqa: E402

OURS = "5.5.5.5"
SPECIAL = ["0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.1.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.5.5", "192.0.0.9", "192.0.2.1",
           "192.168.7.7", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
           "fec0::1", "ff02::1", "100::1", "2001:db8::1", "3fff::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::a9fe:a9fe",
           "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2001::1"]
GOOD6 = "2606:4700::1"
HOLE6 = "2606:4700::2"
scenarios = []


def scenario(fn):
    scenarios.append(fn)
    return fn


def run(*cmd):
    subprocess.run(cmd, check=False, capture_output=True)


def network():
    run("ip", "link", "set", "lo", "up")
    for a in [f"5.5.5.{n}" for n in range(1, 10)] + [GOOD6, HOLE6] + [s for s in SPECIAL if s not in ("::", "::1", "0.0.0.0", "127.0.0.1")]:
        v6 = ":" in a
        run("ip", *(["-6"] if v6 else []), "addr", "add", a + ("/128" if v6 else "/32"), "dev", "lo", *(["nodad"] if v6 else []))
    conf = tempfile.mkdtemp()
    for name, text in (("resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"), ("hosts", "127.0.0.1 localhost\n")):
        path = pathlib.Path(conf, name)
        path.write_text(text)
        subprocess.run(["mount", "--bind", str(path), "/etc/" + name], check=True, capture_output=True)


class Dns:
    """Answers A and AAAA from names; a value may be a list of addresses, or a function of the question (bytes back: as they are)."""

    def __init__(self):
        self.names, self.asked = {}, []
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, args=(s,), daemon=True).start()

    def serve(self, s):
        while True:
            data, who = s.recvfrom(4096)
            try:
                answer = self.answer(data)
            except Exception:
                answer = None
            if answer:
                s.sendto(answer, who)

    def answer(self, data):
        labels, i = [], 12
        while data[i]:
            labels.append(data[i + 1:i + 1 + data[i]].decode("latin-1").lower())
            i += 1 + data[i]
        kind, end = struct.unpack(">H", data[i + 1:i + 3])[0], i + 5
        name = ".".join(labels)
        self.asked.append((name, kind))
        value = self.names.get(name, [])
        if callable(value):
            value = value(data, kind)
        if isinstance(value, bytes) or value is None:
            return value
        out = [ipaddress.ip_address(a) for a in value]
        out = [a.packed for a in out if (a.version == 4) == (kind == 1) and kind in (1, 28)]
        code = 0 if name in self.names else 3
        head = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(out), 0, 0)
        return head + data[12:end] + b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(a)) + a for a in out)

    def count(self, name):
        return sum(1 for n, _ in self.asked if n == name)


class Canary:
    """Listens on every address of the ports that attackers like; what is bound to one address goes first."""

    def __init__(self):
        self.seen = []
        for port in (21, 22, 25, 80, 443, 3128, 6379, 8080):
            s = socket.socket(socket.AF_INET6)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            s.bind(("::", port))
            s.listen(64)
            threading.Thread(target=self.serve, args=(s, port), daemon=True).start()

    def serve(self, s, port):
        while True:
            c, _ = s.accept()
            self.seen.append((c.getsockname()[0], port))
            c.close()


class Certificates:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.ca_key = some_key(0)
        self.ca = self.make("test authority", None)
        self.file = self.folder / "ca.pem"
        self.file.write_bytes(self.ca.public_bytes(serialization.Encoding.PEM))

    def make(self, name, issuer, names=(), days=(-1, 30)):
        now = datetime.datetime.utcnow()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        b = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
             .public_key(some_key(0).public_key()).serial_number(x509.random_serial_number())
             .not_valid_before(now + datetime.timedelta(days=days[0])).not_valid_after(now + datetime.timedelta(days=days[1]))
             .add_extension(x509.BasicConstraints(ca=issuer is None and not names, path_length=None), critical=True))
        if names:
            b = b.add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), critical=False)
        return b.sign(some_key(0), hashes.SHA256())

    def context(self, names, own=False, days=(-1, 30)):
        cert = self.make(names[0], None if own else self.ca, names, days)
        path = self.folder / f"{names[0].replace('*', 'any')}-{own}-{days[1]}.pem"
        path.write_bytes(cert.public_bytes(serialization.Encoding.PEM) + some_key(0).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        cx = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cx.load_cert_chain(path)
        return cx


class PublicServer(harness.Server):
    """As people run it: no dev, its own name, a proxy in front that the clients here do without."""

    def __init__(self, ca):
        self.kind, self.port = "sqlite", 8420
        self.host = self.domain = "local.example"
        self.sites = {self.host: self.domain}
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="dassie-ssrf-"))
        self.log_path = self.dir / "log"
        self.process, self.clients, self.checked = None, {}, 0
        self.env, self.prefix = {}, []
        self.settings = {"listen": "127.0.0.1:8420", "data_dir": str(self.dir), "database": "sqlite:main.db", "ca_file": str(ca),
                         "log_level": "debug", "fetch_seconds": "5"}
        self._write_config()
        self.command("init", "--site", self.domain, "--host", self.host, "--owner", "owner", "--email", "owner@example.test",
                     "--password-file", "-", stdin=harness.PASSWORD + "\n")


class Client(harness.Client):
    """Our own origin is one of https, though the proxy is left out here."""

    def raw(self, method, path, headers=None, **kw):
        headers = dict(headers or {})
        if "Origin" in headers:
            headers["Origin"] = "https://" + self.host
        return super().raw(method, path, headers=headers, **kw)


harness.Client = Client
http.cookiejar.DefaultCookiePolicy.return_ok_secure = lambda *_: True  # cookies of https, too


class World:
    def __init__(self):
        self.dns, self.canary = Dns(), Canary()
        folder = tempfile.mkdtemp()
        self.certs = Certificates(folder)
        self.names = ["evil.example", "b.evil.example", "c.evil.example", "victim.example", "rebind.example", "hops.example", "many.example", "six.example",
                      "both.example", "reuse.example", "noon.example"]
        tls = self.certs.context(self.names)
        self.evil = Peer("evil.example", OURS, tls).start()
        for n in self.names:
            self.dns.names[n] = [OURS]
        self.dns.names["local.example"] = ["127.0.0.1"]
        self.mallory = self.evil.actor("mallory")
        self.server = PublicServer(self.certs.file)
        self.keylog = pathlib.Path(folder, "keys")
        home = pathlib.Path(folder, "home")
        home.mkdir()
        (home / ".netrc").write_text("default login x password y\n")
        os.environ.update(http_proxy="http://127.0.0.1:3128", https_proxy="http://127.0.0.1:3128", HTTPS_PROXY="http://127.0.0.1:3128",
                          ALL_PROXY="socks5h://127.0.0.1:3128", NETRC=str(home / ".netrc"), HOME=str(home), SSLKEYLOGFILE=str(self.keylog),
                          CURL_CA_BUNDLE="/dev/null", SSL_CERT_FILE="/dev/null")
        self.server.start()
        self.owner = self.server.user("owner")
        self.uri = "https://local.example/users/owner"

    def search(self, what):
        found = self.owner.get("/api/v2/search", q=what, resolve="true")
        return found["accounts"] + found["statuses"]

    def send(self, activity, actor=None, **kw):
        return (actor or self.mallory).send(self.server, activity, **kw).status_code

    def drained(self):
        wait_until(lambda: self.server.sql("SELECT count(*) FROM inbox WHERE tries < 2") == "0", 15)

    def note(self, content="x", actor=None, **more):
        actor = actor or self.mallory
        return actor.note(content, to=[PUBLIC, self.uri], tag=[actor.mention(self.uri, "@owner@local.example")], **more)


def fails_here_too(w):
    """The canary hears what a program without a guard would do."""
    for a in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fc00::1", "::ffff:127.0.0.1", "5.5.5.7"):
        s = socket.socket(socket.AF_INET6 if ":" in a else socket.AF_INET)
        s.settimeout(2)
        s.connect((a, 443))
        s.close()
    wait_until(lambda: len(w.canary.seen) >= 7)
    w.canary.seen.clear()


@scenario
def ordinary_things_work(w):
    assert w.search("mallory@evil.example")[0]["acct"] == "mallory@evil.example"
    note = w.note("hello")
    assert w.send(w.mallory.create(note)) == 202
    wait_until(lambda: [n for n in w.owner.get("/api/v1/notifications") if n["type"] == "mention"])
    assert w.send(w.mallory.follow(w.uri)) == 202
    w.evil.wait_for("Accept", 10)


@scenario
def ssrf_01_nothing_that_an_activity_names_leads_inside(w):
    for base in ("http://127.0.0.1", "https://127.0.0.1", "https://127.0.0.1:8080", "https://10.1.2.3", "http://169.254.169.254/latest", "https://[::1]",
                 "https://localhost", "http://evil.example", "ftp://evil.example", "https://0x7f000001", "https://2130706433", "https://0177.0.0.1",
                 "https://127.1", "https://[::ffff:127.0.0.1]", "https://local.example:8420"):
        target = base + "/x"
        note = w.note("inside", inReplyTo=target, attachment=[{"type": "Image", "mediaType": "image/png", "url": target}],
                      quoteUrl=target, context=target, replies=target, url=target)
        note["tag"] += [{"type": "Emoji", "name": ":e:", "icon": {"url": target}}, {"type": "Mention", "href": target}]
        w.send(w.mallory.create(note))
        w.send(w.mallory.activity("Announce", target, to=[PUBLIC]))
        a = w.evil.actor("in" + w.evil.next().replace("-", ""))
        a.doc.update(icon={"type": "Image", "url": target}, image=target, featured=target, inbox=target, outbox=target, followers=target,
                     endpoints={"sharedInbox": target}, movedTo=target, alsoKnownAs=[target])
        w.send(a.create(w.note("hi", a)), a)
        w.send(a.follow(w.uri), a)
        assert w.send(w.mallory.follow(w.uri), key_id=target) in (400, 401, 503)
        w.search(target)
        w.search("x@" + base.split("//")[1])
    w.drained()
    w.owner.status("to all those inboxes")
    time.sleep(0.5)


@scenario
def ssrf_02_to_07_names_of_special_addresses_are_not_connected_to(w):
    for n, address in enumerate(SPECIAL):
        name = f"special{n}.example"
        w.dns.names[name] = [address]
        began = time.monotonic()
        assert w.search(f"https://{name}/users/x") == [] and w.search(f"x@{name}") == []
        assert time.monotonic() - began < 4 * SLOW, address
        assert w.dns.count(name), address
    w.dns.names["mixed.example"] = ["127.0.0.1", "10.1.2.3", "::1"]
    assert w.search("x@mixed.example") == []


@scenario
def ssrf_09_12_redirects_inside_or_down_are_refused(w):
    def to(where, status=302):
        return lambda h: h.answer(status, Location=where)
    w.dns.names["inside.example"] = ["127.0.0.1"]
    for n, where in enumerate(("http://127.0.0.1/x", "https://127.0.0.1/x", "https://inside.example/x", "http://evil.example/plain", "https://evil.example:8080/x",
                               "https://[::1]/", "file:///etc/passwd", "https://local.example/users/owner", "//127.0.0.1/x", "gopher://127.0.0.1:25/")):
        w.evil.docs[f"/hop{n}"] = to(where)
        w.evil.docs[f"/two{n}"] = to(f"https://b.evil.example/one{n}")
        w.evil.docs[f"/one{n}"] = to(f"https://c.evil.example/hop{n}", 301)
        assert w.search(f"https://evil.example/hop{n}") in ([], w.search("owner@local.example")[:1])
        assert w.search(f"https://evil.example/two{n}") in ([], w.search("owner@local.example")[:1])
    # and with the signed POST of a delivery
    for n, status in enumerate((301, 302, 303, 307, 308)):
        a = w.evil.actor(f"redirects{n}")
        a.doc["inbox"], a.doc["endpoints"] = a.uri + "/inbox", {}
        w.evil.inbox_status = lambda h, body, s=status: h.answer(s, Location="https://127.0.0.1/stolen")
        w.send(a.follow(w.uri), a)
        wait_until(lambda: [r for r in w.evil.requests if r[0] == "POST" and r[1] == f"/users/redirects{n}/inbox"], 8)
    w.evil.inbox_status = 202


@scenario
def ssrf_13_15_dns_06_an_address_that_changes_is_looked_at_again(w):
    turn = {"n": 0}

    def rebinds(data, kind):
        turn["n"] += kind == 1
        return [OURS] if turn["n"] % 2 else ["127.0.0.1"]
    w.dns.names["rebind.example"] = rebinds
    for n in range(6):
        w.evil.docs[f"/r{n}"] = lambda h: h.answer(404, Connection="close")
        w.search(f"https://rebind.example/r{n}")
    w.dns.names["hops.example"] = [OURS]

    def hop(h):
        w.dns.names["hops.example"] = ["127.0.0.1"]
        h.answer(302, Location="https://hops.example/second", Connection="close")
    w.evil.docs["/first"] = hop
    w.search("https://hops.example/first")
    # a connection that is kept, and lost after the name moved
    w.dns.names["reuse.example"] = [OURS]
    w.evil.docs["/reuse1"] = lambda h: h.answer(404, Connection="close")
    w.search("https://reuse.example/reuse1")
    w.dns.names["reuse.example"] = ["10.1.2.3"]
    time.sleep(0.2)
    for n in range(3):
        w.search(f"https://reuse.example/reuse{n}")


@scenario
def ssrf_16_other_ports_are_not_connected_to(w):
    for port in (21, 22, 25, 80, 6379, 8080):
        for what in (f"https://evil.example:{port}/users/x", f"http://evil.example:{port}/", f"x@evil.example:{port}"):
            assert w.search(what) == []
        a = w.evil.actor("port" + w.evil.next().replace("-", ""))
        a.doc["inbox"] = f"https://evil.example:{port}/inbox"
        a.doc["endpoints"] = {}
        w.send(a.follow(w.uri), a)
    w.drained()
    time.sleep(0.3)


@scenario
def ssrf_18_webfinger_that_leads_inside_is_refused(w):
    normal = w.evil.webfinger
    for href in ("https://127.0.0.1/x", "http://10.1.2.3/", "file:///etc/passwd", "https://[::1]/", "javascript:1", "https://localhost/x"):
        w.evil.webfinger = lambda r, h=href: {"subject": "acct:led@evil.example", "links": [{"rel": "self", "type": ACTIVITY_JSON, "href": h}]}
        assert w.search("led@evil.example") == []
    w.evil.webfinger = lambda r: None
    for template in ("https://127.0.0.1/wf?resource={uri}", "http://169.254.169.254/{uri}", "file:///{uri}", "https://[::1]/{uri}"):
        w.evil.docs["/.well-known/host-meta"] = lambda h, t=template: h.answer(200, (
            '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="' + t + '"/></XRD>').encode(), "application/xrd+xml")
        assert w.search("led2@evil.example") == []
    w.evil.docs.pop("/.well-known/host-meta")
    w.evil.webfinger = normal


@scenario
def ssrf_21_alternate_links_of_pages_do_not_lead_inside(w):
    for n, href in enumerate(("http://10.1.2.3/", "https://127.0.0.1/", "https://localhost/", "//127.0.0.1/x")):
        page = f'<html><head><link rel="alternate" type="application/activity+json" href="{href}"></head></html>'.encode()
        w.evil.docs[f"/page{n}"] = lambda h, p=page: h.answer(200, p, "text/html")
        w.evil.docs[f"/head{n}"] = lambda h, x=href: h.answer(200, b"<html>", "text/html", Link=f'<{x}>; rel="alternate"; type="application/activity+json"')
        assert w.search(f"https://evil.example/page{n}") == [] and w.search(f"https://evil.example/head{n}") == []


@scenario
def ssrf_24_no_route_fetches_what_a_parameter_says(w):
    asked = len(w.evil.requests)
    for path in ("/proxy", "/media_proxy/1/original", "/api/v1/media/proxy", "/media", "/avatars/original/missing.png", "/assets/style.css", "/api/v1/instance", "/@owner", "/api/oembed"):
        r = w.server.anonymous().raw("GET", path, params={"url": "https://127.0.0.1/x", "proxy": "https://evil.example/y", "uri": "https://10.1.2.3/"})
        assert r.status_code in (200, 401, 404)
    r = w.server.anonymous().raw("GET", "/authorize_interaction", params={"uri": "https://127.0.0.1/x"})
    assert r.status_code < 500
    assert len(w.evil.requests) == asked


@scenario
def ssrf_25_urls_that_two_parsers_read_differently_lead_nowhere(w):
    for url in ("https://local.example@127.0.0.1/", "https://evil.example@127.0.0.1/", "https://127.0.0.1\\@evil.example/", "https://evil.example\\@127.0.0.1/",
                "https://127.0.0.1#@evil.example/", "https://evil.example#@127.0.0.1/", "https://evil.example;127.0.0.1/", "https://127.0.0.1;evil.example/",
                "https://127.0.0.1\t.evil.example/", "https://evil.example\n127.0.0.1/", "https://127.0.0.1%00.evil.example/", "https://evil.example:443@127.0.0.1:443/",
                "https://127.0.0.1:80:443/", "https:/127.0.0.1/", "https:127.0.0.1", "https:///127.0.0.1/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://[::1%25lo]/",
                "https://evil.example:/x", "https://evil.example:0443/x", "https://evil.example..", "https://.evil.example"):
        asked = len(w.evil.requests)
        r = w.owner.raw("GET", "/api/v2/search", params={"q": url, "resolve": "true"})
        assert r.status_code in (200, 422), url
        for _, path, headers in w.evil.requests[asked:]:
            assert headers["Host"] in w.names, (url, headers)
        note = w.note("odd", inReplyTo=url, url=url)
        w.send(w.mallory.create(note))
    w.drained()


@scenario
def ssrf_26_what_is_ours_is_never_asked_for_over_the_net(w):
    before = w.dns.count("local.example")
    post = w.owner.status("ours")
    note = w.note("about ours", inReplyTo=post["uri"], attachment=[{"type": "Image", "mediaType": "image/png", "url": "https://local.example/x.png"}])
    assert w.send(w.mallory.create(note)) == 202
    for obj in (post["uri"], post["uri"] + "9", w.uri, "https://local.example/nothing", "https://LOCAL.example/x", "https://local.example:443/x"):
        w.send(w.mallory.activity("Announce", obj, to=[PUBLIC]))
        w.send(w.mallory.activity("Like", obj))
        w.search(obj)
    assert w.send(w.mallory.follow(w.uri), key_id=w.uri + "#main-key") == 401
    w.evil.docs["/to-us"] = lambda h: h.answer(302, Location=post["uri"])
    w.search("https://evil.example/to-us")
    w.drained()
    found = w.search(post["uri"])
    assert found and found[0]["id"] == post["id"] and found[0]["replies_count"] == 1
    assert w.dns.count("local.example") == before


@scenario
def ssrf_27_the_environment_chooses_nothing(w):
    assert w.search("mallory@evil.example")
    a = w.evil.actor("envy")
    assert w.search("envy@evil.example")
    asked = [h for m, p, h in w.evil.requests if p == "/users/envy"]
    assert asked and "Authorization" not in asked[0] and "Proxy-Authorization" not in asked[0], a.uri
    assert not w.keylog.exists()


@scenario
def ssrf_28_bad_certificates_fail_closed(w):
    contexts = {"self.example": w.certs.context(["self.example"], own=True), "old.example": w.certs.context(["old.example"], days=(-30, -1)),
                "young.example": w.certs.context(["young.example"], days=(5, 30)), "wrong.example": w.certs.context(["right.example"])}
    for n, (name, tls) in enumerate(contexts.items()):
        w.dns.names[name] = [f"5.5.5.{n + 1}"]
        with Peer(name, f"5.5.5.{n + 1}", tls) as peer:
            a = peer.actor("x")
            assert w.search(f"x@{name}") == [] and w.search(a.uri) == []
            assert w.send(a.follow(w.uri), a) == 503
            # and to deliver: an inbox there of somebody who is believed
            b = w.evil.actor("via" + name.split(".")[0])
            b.doc["inbox"], b.doc["endpoints"] = f"https://{name}/inbox", {}
            assert w.send(b.follow(w.uri), b) == 202
            wait_until(lambda: w.server.sql(f"SELECT count(*) FROM deliveries WHERE host = '{name}' AND tries > 0") != "0", 10)
            assert peer.requests == [], name


@scenario
def dns_02_names_that_do_not_exist_are_asked_for_a_bounded_number_of_times(w):
    before = len(w.dns.asked)
    for n in range(20):
        note = w.note("many")
        note["tag"] += [{"type": "Mention", "href": f"https://none{n}-{i}.example/users/x"} for i in range(500)]
        assert w.send(w.mallory.create(note)) == 202
    w.drained()
    assert len(w.dns.asked) - before <= 20 * 10 * 4
    for _ in range(10):
        w.search("x@none0-0.example")
    assert len(w.dns.asked) - before <= 20 * 10 * 4 + 80


@scenario
def dns_03_odd_answers_do_no_harm(w):
    def reply(data, answers, count=None, flags=0x8180):
        end = data.index(b"\0", 12) + 5
        return data[:2] + struct.pack(">HHHHH", flags, 1, len(answers) if count is None else count, 0, 0) + data[12:end] + b"".join(answers)

    def a(address):
        return b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 0, 4) + ipaddress.ip_address(address).packed
    cases = {
        "thousand": lambda d, k: reply(d, [a(f"5.6.{i // 250}.{i % 250}") for i in range(1000)]),
        "loop": lambda d, k: reply(d, [b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 0, 2) + b"\xc0\x0c"]),
        "truncated": lambda d, k: reply(d, [], 0, 0x8380), "short": lambda d, k: d[:7], "garbage": lambda d, k: d[:2] + os.urandom(300),
        "wrongid": lambda d, k: b"\0\0" + reply(d, [a("127.0.0.1")])[2:], "count": lambda d, k: reply(d, [a(OURS)], 5000), "silent": lambda d, k: None,
        "pointer": lambda d, k: reply(d, [b"\xc0\xff" + struct.pack(">HHIH", 1, 1, 0, 400) + b"x"]), "big": lambda d, k: reply(d, [os.urandom(1500)], 9),
        "refused": lambda d, k: reply(d, [], 0, 0x8185),
    }
    for name, answer in cases.items():
        w.dns.names[f"{name}.odd.example"] = answer
        began = time.monotonic()
        assert w.search(f"x@{name}.odd.example") == [], name
        assert time.monotonic() - began < 12 * SLOW, (name, time.monotonic() - began)
    assert w.search("mallory@evil.example")


@scenario
def dns_05_names_that_are_none_are_not_asked_for(w):
    for name in ("a" * 64 + ".example", ".".join(["a" * 60] * 5), "a..example", "a_b.example", "a b.example", "a%00b.example", "xn--.example", "xn--zzzzzzzz.example",
                 "-a.example", "a-.example", "example", "1.2.3.4.5", "a\u0301.example.", "0x7f.1", "[x]"):
        before = len(w.dns.asked)
        assert w.search(f"x@{name}") == [] and w.search(f"https://{name}/") == []
        assert len(w.dns.asked) - before <= 16
        for asked, _ in w.dns.asked[before:]:
            assert all(0 < len(label) < 64 and label.isascii() for label in asked.split(".")), asked
    assert w.search("mallory@EVIL.Example")[0]["acct"] == "mallory@evil.example"
    before = len(w.server.sql("SELECT domain FROM accounts WHERE username = 'mallory'").split())
    w.search("mallory@evil.example.")
    assert len(w.server.sql("SELECT domain FROM accounts WHERE username = 'mallory'").split()) == before


@scenario
def dns_07_an_address_that_does_not_answer_is_passed_over(w):
    hole = socket.socket(socket.AF_INET6)
    hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    hole.bind((HOLE6, 443))
    hole.listen(0)
    held = []
    for _ in range(4):  # its queue is full: further attempts hear nothing
        s = socket.socket(socket.AF_INET6)
        s.setblocking(False)
        s.connect_ex((HOLE6, 443))
        held.append(s)
    w.dns.names["both.example"] = [HOLE6, OURS]
    began = time.monotonic()
    w.search("https://both.example/users/both")
    assert [h for m, p, h in w.evil.requests if h["Host"] == "both.example"], "never asked by the other address"
    assert time.monotonic() - began < 5 * SLOW
    w.dns.names["six.example"] = [GOOD6]
    six = Peer("six.example", OURS, w.certs.context(["six.example"]))
    import http.server

    class V6(http.server.ThreadingHTTPServer):
        address_family = socket.AF_INET6
        daemon_threads = True
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            got.append(self.path)
            self.send_error(404)

        def log_message(self, *_):
            pass
    s6 = V6((GOOD6, 443), Handler, bind_and_activate=False)
    s6.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s6.server_bind()
    s6.server_activate()
    s6.socket = six.tls.wrap_socket(s6.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=s6.serve_forever, daemon=True).start()
    w.search("https://six.example/users/x")
    assert got, "IPv6 alone is enough"
    hole.close()


def main():
    network()
    # Peers share the port with the canary, each at its own address.
    import http.server as hs
    bind = hs.HTTPServer.server_bind

    def shared(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bind(self)
    hs.HTTPServer.server_bind = shared
    w = World()
    try:
        fails_here_too(w)
        for fn in scenarios:
            line = {"name": fn.__name__, "ok": True, "said": ""}
            began = time.monotonic()
            try:
                fn(w)
                time.sleep(0.05)
                assert not w.canary.seen, f"connected to {sorted(set(w.canary.seen))}"
                w.server.check()
            except BaseException:
                line.update(ok=False, said=traceback.format_exc()[-3000:] + w.server.log(2500))
            w.canary.seen.clear()
            line["seconds"] = round(time.monotonic() - began, 2)
            print(json.dumps(line), flush=True)
    finally:
        w.server.close()


if __name__ == "__main__":
    main()
