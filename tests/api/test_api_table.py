"""The same questions asked of every endpoint of the client API: the rows of api_table.py."""
import json
import re

import pytest
from api_table import OPEN, PUSH, ROWS, USER
from files import png
from harness import OOB, PASSWORD, ROOT, SCOPES, Client, Form, authorize, login
from shapes import is_a

FOLLOW = ["read:blocks", "write:blocks", "read:follows", "write:follows", "read:mutes", "write:mutes"]
every_row = pytest.mark.parametrize("row", ROWS, ids=repr)


def where(condition):
    return pytest.mark.parametrize("row", [r for r in ROWS if condition(r)], ids=repr)


class World:
    """People and things for the rows to be called on."""

    def __init__(self, server):
        self.server = server
        self.nobody = server.anonymous()
        self.me, self.other, self.asker, self.stranger = (server.someone(n) for n in ("me", "other", "asker", "stranger"))
        for name in ("extra", "enemy"):
            server.add_user(name)
            setattr(self, name, self.nobody.get("/api/v1/accounts/lookup", acct=name)["id"])
        self.me.post("/api/v1/markers", home={"last_read_id": "1"})
        server.command("announce", "add", "Hello")
        self.hidden = self.stranger.status("not for you", visibility="private")["id"]
        self.tokens = {}

    def arg(self, on):
        if on == "account":
            return self.extra
        if on == "enemy":
            return self.enemy
        if on == "post":
            return self.other.status("a post #table")["id"]
        if on == "quoted":
            mine = self.me.status("quote me")["id"]
            return mine, self.other.status("a quote", quoted_status_id=mine)["id"]
        if on == "poll":
            return self.other.status("a poll", poll={"options": ["no", "yes"], "expires_in": 600})["poll"]["id"]
        if on == "file":
            return self.me.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})["id"]
        if on == "mine":
            return self.me.status("my post")["id"]
        if on == "pinnable":
            for pinned in self.me.get(f"/api/v1/accounts/{self.me.id}/statuses", pinned="true"):
                self.me.post(f"/api/v1/statuses/{pinned['id']}/unpin")
            return self.me.status("my post to pin")["id"]
        if on == "tag":
            return "table"
        if on in ("announcement", "reaction"):
            number = self.server.command("announce", "add", "something").stdout.strip()
            return (number, "\N{PARTY POPPER}") if on == "reaction" else number
        if on == "scheduled":
            return self.me.status("later", scheduled_at="2040-01-01T00:00:00Z")["id"]
        if on == "conversation":
            self.other.status(f"@{self.me.name} a word", visibility="direct")
            return self.me.get("/api/v1/conversations", limit=1)[0]["id"]
        if on == "followee":
            self.me.post(f"/api/v1/accounts/{self.extra}/follow")
            return self.extra
        if on in ("filter", "keyword", "filter status", "no filters"):
            for old in self.me.get("/api/v2/filters"):
                self.me.delete(f"/api/v2/filters/{old['id']}")
            if on == "no filters":
                return None
            made = self.me.post("/api/v2/filters", title="a filter", context=["home"], keywords_attributes=[{"keyword": "word"}])
            if on == "filter status":
                return self.me.post(f"/api/v2/filters/{made['id']}/statuses", status_id=self.arg("post"))["id"]
            return made["keywords"][0]["id"] if on == "keyword" else made["id"]
        if on == "subscription":
            return self.me.post("/api/v1/push/subscription", **PUSH)["id"]
        if on == "list":
            while len(self.me.get("/api/v1/lists")) > 40:
                self.me.delete(f"/api/v1/lists/{self.me.get('/api/v1/lists')[0]['id']}")
            return self.me.post("/api/v1/lists", title="friends")["id"]
        if on == "myself":
            return self.me.id
        if on in ("collection", "no collections", "collection item", "place in a collection"):
            by, other = (self.other, self.me) if on.startswith("place") else (self.me, self.other)
            for old in by.get(f"/api/v1/accounts/{by.id}/collections")["collections"]:
                by.delete(f"/api/v1/collections/{old['id']}")
            if on == "no collections":
                return None
            other.patch("/api/v1/accounts/update_credentials", discoverable=True, locked=False)
            made = by.post("/api/v1/collections", name="good ones", account_ids=[other.id])["collection"]
            return made["id"] if on == "collection" else (made["id"], made["items"][0]["id"])
        if on in ("featured", "unfeatured"):
            for tag in self.me.get("/api/v1/featured_tags"):
                self.me.delete(f"/api/v1/featured_tags/{tag['id']}")
            return self.me.post("/api/v1/featured_tags", name="table")["id"] if on == "featured" else None
        if on == "year":
            return "2025"
        if on == "date":
            return "2025-01-01"
        if on == "asker":
            self.me.patch("/api/v1/accounts/update_credentials", locked=True)
            self.asker.post(f"/api/v1/accounts/{self.me.id}/unfollow")
            self.asker.post(f"/api/v1/accounts/{self.me.id}/follow")
            return self.asker.id
        if on == "refresh":
            self.server.sql("INSERT INTO refreshes VALUES (170000, 1, 1, 0, 3) ON CONFLICT DO NOTHING")
            return "170000"
        if on == "notice":
            post = self.me.status("like me")["id"]
            self.other.post(f"/api/v1/statuses/{post}/favourite")
            return self.me.get("/api/v1/notifications", limit=1)[0]["id"]
        if on == "group":
            self.arg("notice")
            return self.me.get("/api/v2/notifications", limit=1)["notification_groups"][0]["group_key"]
        if on == "request":
            unknown = self.server.someone("unknown")
            unknown.status(f"@{self.me.name} psst", visibility="direct")
            return self.me.get("/api/v1/notifications/requests", limit=1)[0]["id"]
        return None

    def call(self, client, row, arg=None, params=None, **kw):
        if row.method == "GET":
            kw["params"] = rails(params) if params else None
        elif params:
            kw["json"] = params
        return client.raw(row.method, row.at(arg) if arg is not None else row.path, **kw)

    def with_scope(self, scope):
        """A token for just that scope."""
        if scope not in self.tokens:
            if not hasattr(self, "wide"):
                self.wide = Client(self.server, name=self.me.name)
                self.all = self.nobody.get("/.well-known/oauth-authorization-server")["scopes_supported"]
                self.wide.app = self.wide.post("/api/v1/apps", client_name="wide", redirect_uris=OOB, scopes=" ".join(self.all))
            app = self.wide.app
            ask = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": OOB, "scope": scope}
            code = authorize(self.wide, ask, self.me.name)
            made = self.nobody.post("/oauth/token", grant_type="authorization_code", code=code, client_id=app["client_id"],
                                    client_secret=app["client_secret"], redirect_uri=OOB)
            assert made["scope"] == scope
            self.tokens[scope] = Client(self.server, token=made["access_token"], name=self.me.name)
        return self.tokens[scope]


def rails(value, prefix=""):
    """JSON as the pairs that Rails would read the same: a[b]=1&l[]=2."""
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in rails(v, f"{prefix}[{k}]" if prefix else k)]
    if isinstance(value, list):
        return [pair for v in value for pair in rails(v, prefix + "[]")]
    return [(prefix, str(value).lower() if isinstance(value, bool) else str(value))]


@pytest.fixture(scope="module")
def world(server):
    return World(server)


def json_error(r):
    assert r.headers["Content-Type"].startswith("application/json"), r.headers
    assert isinstance(r.json()["error"], str) and r.json()["error"], r.text
    return r.json()["error"]


def test_the_table_names_every_endpoint_once():
    there = re.findall(r'^ROUTE\((\w+), "([^"]+)"', (ROOT / "src/api/routes.def").read_text(), re.M)
    there = [(m, p) for m, p in there if not p.startswith("/api/v1/streaming")]  # no JSON: test_streaming.py
    assert sorted(there) == sorted((r.method, r.path) for r in ROWS)


def fits_the_row(row, r):
    assert r.status_code == row.status, r.text
    assert r.headers["Content-Type"] == "application/json; charset=utf-8"
    if row.status != 200:
        return
    value = r.json()
    if isinstance(row.shape, str):
        is_a(row.shape, value)
    elif isinstance(row.shape, type):
        assert isinstance(value, row.shape)
    elif row.shape is not None:
        assert value == row.shape


@every_row
def test_ok(world, row):
    client = world.nobody if row.who == OPEN else world.me
    params = row.params
    if row.path == "/api/v1/accounts":
        params = {"id": [world.extra]} if row.method == "GET" else {}
    elif row.path == "/api/v1/statuses" and row.method == "GET":
        params = {"id": [world.arg("post")]}
    elif row.path.endswith("/relationships"):
        params = {"id": [world.extra, world.other.id]}
    r = world.call(client, row, world.arg(row.on), params)
    fits_the_row(row, r)
    if row.status == 200 and (row.shape is list or str(row.shape).endswith("[]")):
        assert row.paged or (r.json() == []) == (row.shape is list)


def together(a, b):
    """Nested parameters of both."""
    return {**a, **{k: together(a[k], v) if isinstance(a.get(k), dict) and isinstance(v, dict) else v for k, v in b.items()}}


@where(lambda r: r.also)
def test_what_else_it_takes(world, row):
    """Every parameter that is documented, at once; what each does is tested where it is at home."""
    r = world.call(world.nobody if row.who == OPEN else world.me, row, world.arg(row.on), together(row.params or {}, row.also))
    fits_the_row(row, r)


@every_row
def test_without_a_token(world, row):
    r = world.call(world.nobody, row, "17" if row.on else None)
    if row.who == OPEN:
        assert r.status_code not in (401, 403), r.text
    else:
        assert r.status_code == 401
        assert json_error(r) in ("The access token is invalid", "This method requires an authenticated user")


@every_row
def test_a_token_that_is_none(world, row):
    if not hasattr(world, "dead"):
        gone = login(world.server, world.other.name)
        assert gone.id
        world.nobody.post("/oauth/revoke", token=gone.token, client_id=gone.app["client_id"],
                          client_secret=gone.app["client_secret"])
        world.dead = [gone.token, "x", "", "ä" * 10, world.me.token[:-1], world.me.token + "A", world.me.token.upper(), "A" * 4000]
    for token in world.dead:
        r = world.call(world.nobody, row, "17" if row.on else None, headers={"Authorization": ("Bearer " + token).encode()})
        assert r.status_code == 401, (token[:50], r.status_code, r.text)
        assert json_error(r) == "The access token is invalid"


@every_row
def test_with_a_token_of_an_app(world, row):
    """Client credentials: never anybody's data (OAUTH-10)."""
    if not hasattr(world, "app"):
        app = world.nobody.post("/api/v1/apps", client_name="bot", redirect_uris=OOB, scopes=SCOPES)
        made = world.nobody.post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                                 client_secret=app["client_secret"], scope=SCOPES)
        world.app = Client(world.server, token=made["access_token"])
    r = world.call(world.app, row, "17" if row.on else None)
    if row.who == USER:
        assert r.status_code in (401, 403, 422), r.text
        json_error(r)
    else:
        assert r.status_code in (200, 404, 422) or row.status == 403, r.text


@every_row
def test_the_scopes_it_takes(world, row):
    """Each scope alone (OAUTH-09): it opens what the documentation says, and nothing else."""
    world.with_scope("read")
    for scope in world.all:
        r = world.call(world.with_scope(scope), row, "17" if row.on else None)
        fits = not row.scopes or any(w == scope or w.startswith(scope + ":") or
                                     (w == "profile" and scope == "read") or
                                     (scope == "follow" and w in FOLLOW) for w in row.scopes)
        if fits:
            assert r.status_code not in (401,) and (r.status_code != 403 or row.status == 403), (scope, r.text)
        else:
            assert r.status_code == 403, (scope, r.status_code, r.text)
            assert json_error(r) == "This action is outside the authorized scopes"


@where(lambda r: r.on)
def test_what_is_not_there(world, row):
    for arg in ("17", "9223372036854775807", "99999999999999999999999", "-1", "0", "abc", "1%20OR%201=1", "..%2f17"):
        if row.on == "tag":
            arg = "no" + arg.strip("-.").replace("%20OR%201=1", "").replace("%2f", "")
        r = world.call(world.me, row, arg)
        assert r.status_code == row.unknown, (arg, r.status_code, r.text)
        assert row.unknown != 404 or json_error(r) == "Record not found"


@where(lambda r: r.on in ("post", "mine", "pinnable"))
def test_what_one_may_not_see_is_as_if_it_was_not_there(world, row):
    """AUTHZ-05, PRIV-01: the same answer as for an id that never was."""
    unknown = world.call(world.me, row, "17")
    for client in (world.me, world.nobody if row.who == OPEN else world.asker):
        r = world.call(client, row, world.hidden, row.params)
        assert (r.status_code, r.text) == (404, unknown.text)


@where(lambda r: r.on in ("mine", "pinnable"))
def test_what_is_somebody_elses(world, row):
    theirs = world.other.status("theirs")["id"]
    r = world.call(world.me, row, theirs, row.params)
    assert r.status_code in (403, 404, 422), r.text
    now = world.other.get(f"/api/v1/statuses/{theirs}")
    assert now["content"] == "<p>theirs</p>" and not now["edited_at"]


@where(lambda r: r.on in ("notice", "request"))
def test_notifications_of_others(world, row):
    r = world.call(world.other, row, world.arg(row.on))
    assert r.status_code == 404
    assert world.me.get("/api/v1/notifications", limit=1)


OWN = {"list": "v1/lists", "filter": "v2/filters", "keyword": "v2/filters", "filter status": "v2/filters",
       "featured": "v1/featured_tags", "subscription": "v1/push/subscription", "scheduled": "v1/scheduled_statuses",
       "conversation": "v1/conversations", "asker": "v1/follow_requests", "group": "v2/notifications", "file": None,
       "quoted": None}


@where(lambda r: r.on in OWN)
def test_own_things_of_others(world, row):
    """For others it is as if they were not there, and they stay as they are."""
    mine = world.arg(row.on)
    kept = OWN[row.on] and world.me.get("/api/" + OWN[row.on])
    r = world.call(world.asker if row.on == "quoted" else world.other, row, mine, row.params)
    if row.unknown == 404:
        assert (r.status_code, json_error(r)) == (404, "Record not found")
    else:
        assert r.status_code == row.unknown and not r.json()
    assert not OWN[row.on] or kept == world.me.get("/api/" + OWN[row.on])
    if row.on == "file":
        assert world.me.get(f"/api/v1/media/{mine}")["description"] is None
    elif row.on == "quoted":
        assert world.me.get(f"/api/v1/statuses/{mine[1]}")["quote"]["state"] == "accepted"


@where(lambda r: r.bad)
def test_what_is_wrong_is_said(world, row):
    for params, status in row.bad:
        r = world.call(world.me if row.who == USER else world.nobody, row, world.arg(row.on), params)
        assert r.status_code == status, (str(params)[:100], r.status_code, r.text[:300])
        assert json_error(r)


@where(lambda r: r.spell)
def test_every_spelling_of_parameters(world, row):
    """JSON, form, multipart and query alike on whatever writes; the query for what reads."""
    client = world.me if row.who == USER else world.nobody
    pairs = rails(row.params)
    ways = {"query": {"params": pairs}, "json": {"json": row.params}, "form": {"data": pairs},
            "multipart": {"files": [(k, (None, v.encode())) for k, v in pairs]},
            "json with a charset": {"data": json.dumps(row.params), "headers": {"Content-Type": "application/json; charset=utf-8"}}}
    if row.method == "GET":
        ways = {"query": ways["query"]}
    for way, kw in ways.items():
        arg = world.arg(row.on)
        r = client.raw(row.method, row.at(arg) if arg else row.path, **kw)
        assert r.status_code == row.status, (way, r.text)
        assert row.spell(r.json()), (way, r.json())


ODD = ["a%00b", "%ff%fe", "%ed%a0%80", "%e2%80%ae%f0%9f%92%a9", "9" * 40, "-1", "1e999", "%27%22%3b--", "%25%5f%5c", "%0d%0a", "NaN"]


@where(lambda r: r.params or r.also)
def test_odd_values_break_nothing(world, row):
    """Bytes that a database does not take, numbers past any range: an answer below 500, and always JSON."""
    client = world.me if row.who == USER else world.nobody
    arg = world.arg(row.on)
    takes = rails(together(row.params or {}, row.also or {}))
    names = [k for k, _ in takes]
    for name in names:
        for odd in ODD:
            sent = "&".join(f"{k}={odd if k == name else v}" for k, v in takes).encode()
            path = row.at(arg) if arg else row.path
            if row.method == "GET":
                r = client.raw("GET", path + "?" + sent.decode())
            else:
                r = client.raw(row.method, path, data=sent, headers={"Content-Type": "application/x-www-form-urlencoded"})
            assert r.status_code < 500, (name, odd, r.text)
            assert r.status_code == 204 or isinstance(r.json(), (dict, list))
        text = '{"%s": "a\\u0000b\\ud800"}' % name.split("[")[0]
        if row.method != "GET":
            r = client.raw(row.method, path, data=text, headers={"Content-Type": "application/json"})
            assert r.status_code < 500, (name, text, r.text)


@where(lambda r: r.method != "GET")
def test_broken_bodies(world, row):
    for kind, body in (("application/json", b'{"a":'), ("application/json", b'"\xff"'), ("application/json", b"[1]"),
                       ("multipart/form-data; boundary=x", b"--x\r\nContent"), ("multipart/form-data", b"--x"),
                       ("application/x-www-form-urlencoded", b"status=%ff%zz")):
        r = world.me.raw(row.method, row.at("17") if row.on else row.path, data=body, headers={"Content-Type": kind})
        assert r.status_code in (200, 400, 403, 404, 415, 422), (kind, body, r.text)
        if r.status_code >= 400:
            json_error(r)


@where(lambda r: r.paged)
def test_odd_pages(world, row):
    """AUTHZ-13: clamped or refused, in bounded time."""
    client = world.nobody if row.who == OPEN else world.me
    arg = world.arg(row.on)
    odd = ["-1", "0", "1000000000", "abc", "18446744073709551616", "1 OR 1=1", "", "1.5", "%00", "9" * 2000]
    for name in ("limit", "max_id", "min_id", "since_id", "offset"):
        for value in odd:
            r = client.raw("GET", row.at(arg) if arg else row.path, params=[*rails(row.params or {}), (name, value)])
            assert r.status_code in (200, 400, 401, 422, row.status), (name, value[:30], r.status_code, r.text)
            assert r.status_code != 401 or (name == "offset" and "search" in row.path)
            assert r.status_code != 200 or len(r.json()) <= 200
    assert client.raw("GET", row.at(arg) if arg else row.path, params={"max_id": "1" * (1 << 16)}).status_code in (400, 414, 431)


@every_row
def test_preflight_and_cross_origin(world, row):
    """OAUTH-26: open to pages of anywhere, never with cookies; answers for one person are not kept (OAUTH-27)."""
    r = world.call(world.nobody, row, "17" if row.on else None, headers={"Origin": "https://evil.test"})
    assert r.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in r.headers
    assert "Link" in r.headers["Access-Control-Expose-Headers"]
    pre = world.nobody.raw("OPTIONS", row.at("17") if row.on else row.path, headers={
        "Origin": "https://elk.test", "Access-Control-Request-Method": row.method,
        "Access-Control-Request-Headers": "authorization,idempotency-key"})
    assert pre.status_code in (200, 204), pre.text
    assert pre.headers["Access-Control-Allow-Origin"] == "*"
    assert row.method in pre.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type", "idempotency-key"} <= {
        h.strip().lower() for h in pre.headers["Access-Control-Allow-Headers"].split(",")}
    assert r.status_code < 400 or "no-store" in r.headers["Cache-Control"]
    mine = world.call(world.me, row, "17" if row.on else None)
    assert "no-store" in mine.headers["Cache-Control"] or "private" in mine.headers["Cache-Control"]
    assert "authorization" in r.headers["Vary"].lower()


def test_cookies_open_nothing_of_the_api(world):
    c = Client(world.server)
    page = c.raw("GET", "/auth/sign_in")
    form = {k: v for _, k, v in Form(page.text).forms[0]["fields"]}
    form.update(login=world.me.name, password=PASSWORD)
    assert c.raw("POST", "/auth/sign_in", data=form).status_code == 303
    assert c.http.cookies.get("session")
    assert c.raw("GET", "/api/v1/accounts/verify_credentials").status_code == 401
    assert c.raw("POST", "/api/v1/statuses", data={"status": "x"}).status_code == 401


def test_tokens_with_odd_bytes_and_sizes(world):
    """AUTHZ-03; what no header may hold at all is refused before it gets here."""
    r = world.nobody.raw("GET", "/api/v1/timelines/home", headers={"Authorization": "Bearer " + "A" * (1 << 20)})
    assert r.status_code in (400, 401, 431)
    r = world.me.raw("GET", "/api/v1/timelines/home", headers={"Authorization": "bearer  " + world.me.token + " "})
    assert r.status_code == 200


def test_routes_that_are_none(world):
    """Apps fall back on 404 with JSON, and on nothing else."""
    for method, path in (("GET", "/api/v1/nothing"), ("POST", "/api/v1/nothing"), ("GET", "/api/v1/push"),
                         ("PUT", "/api/v2/media/1"), ("GET", "/api/v9"), ("GET", "/api/"), ("DELETE", "/api/v1/instance"),
                         ("GET", "/api/v1/statuses/1/nothing"), ("GET", "/api/v1//instance"), ("POST", "/api/v3/media")):
        for client in (world.nobody, world.me):
            r = client.raw(method, path)
            assert r.status_code == 404, (method, path, r.status_code)
            assert json_error(r) == "Record not found"
            assert r.headers["Access-Control-Allow-Origin"] == "*"
