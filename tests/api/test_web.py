"""The pages: logging in and out, what browsers see of people and posts, and what strangers try on them."""
import concurrent.futures
import email.utils
import html
import html.parser
import re
import time
from xml.etree import ElementTree

import pytest
from files import png
from harness import LATE, PASSWORD, Client, Form, fill, wait_until

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


class Tags(html.parser.HTMLParser):
    """Fails on what could run, read as browsers read it."""

    def __init__(self, text):
        super().__init__()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "iframe", "object", "embed", "base", "style", "svg", "math"), tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("style", "srcdoc"), (tag, name)
            assert name not in ("href", "src", "action") or re.match(r"https?://|/(?!/)", value), (tag, name, value)


def page_is_safe(r):
    """XSS-13: what every page says about itself."""
    assert r.headers["Content-Type"] == "text/html; charset=utf-8"
    csp = {d.split()[0]: d.split()[1:] for d in r.headers["Content-Security-Policy"].split(";") if d.strip()}
    assert csp["default-src"] == ["'none'"] and csp["base-uri"] == ["'none'"] and csp["frame-ancestors"] == ["'none'"]
    assert "'self'" in csp["form-action"] and "script-src" not in csp and "unsafe" not in str(csp)
    assert r.headers["X-Content-Type-Options"] == "nosniff" and r.headers["Referrer-Policy"]
    Tags(r.text)
    assert "Access-Control-Allow-Credentials" not in r.headers
    assert r.text.startswith("<!DOCTYPE html>") and r.text.rstrip().endswith("</html>")
    for link in re.findall(r'<a [^>]*target="_blank"[^>]*>', r.text):
        assert "noopener" in link
    return r


def log_in(c, name, password=PASSWORD, **more):
    page = c.raw("GET", "/auth/sign_in")
    return c.raw("POST", "/auth/sign_in", data={**fill(Form(page.text).forms[0], name, password), **more})


def is_logged_in(c):
    """By the page for following from elsewhere, which asks who one is."""
    r = c.raw("GET", "/authorize_interaction")
    return 'name="password"' not in r.text


@pytest.fixture(scope="module")
def person(server):
    """Making people takes a while: the tests share one."""
    server.add_user("browser")
    return "browser"


@pytest.fixture
def browser(server, person):
    """Its browser, without cookies."""
    return Client(server, name=person)


def cookies_of(r):
    """Set-Cookie lines by name."""
    lines = r.raw.headers.getlist("Set-Cookie")
    return {line.split("=")[0]: line for line in lines}


# --- logging in and out

def test_logging_in_and_out(browser):
    assert not is_logged_in(browser)
    r = log_in(browser, browser.name)
    assert r.status_code == 303 and r.headers["Location"] == f"http://{browser.host}/"
    assert is_logged_in(browser)
    old = browser.http.cookies["session"]
    page = page_is_safe(browser.raw("GET", "/auth/sign_in"))
    assert f"@{browser.name}@" in page.text and Form(page.text).forms[0]["action"] == "/auth/sign_out"
    csrf = dict((n, v) for _, n, v in Form(page.text).forms[0]["fields"])["csrf"]
    for bad in ({}, {"csrf": "x"}):
        assert browser.raw("POST", "/auth/sign_out", data=bad).status_code == 403
    assert browser.raw("POST", "/auth/sign_out", data={"csrf": csrf}, headers={"Origin": "https://evil.test"}).status_code == 403
    assert is_logged_in(browser)
    r = browser.raw("POST", "/auth/sign_out", data={"csrf": csrf})
    assert r.status_code == 303 and "Max-Age=0" in cookies_of(r)["session"]
    assert not is_logged_in(browser)
    browser.http.cookies.set("session", old)
    assert not is_logged_in(browser), "the cookie from before logging out still works"


def test_the_front_page_leads_on_from_where_one_logged_in(browser, nobody):
    strangers = nobody.raw("GET", "/")
    assert ">Log in<" in strangers.text and "Log out" not in strangers.text and "no-store" not in strangers.headers.get("Cache-Control", "")
    page = page_is_safe(browser.raw("GET", log_in(browser, browser.name).headers["Location"]))
    line = re.search(f"<p>@{browser.name}@{browser.server.domain} · .*</p>", page.text)[0]
    assert ">Log in<" not in page.text and "no-store" in page.headers["Cache-Control"]
    links = re.findall('href="([^"]+)"', line)
    assert len(links) == 7 and {"/auth/edit", "/settings/migration"} < set(links)
    for link in links:
        r = browser.raw("GET", link)
        assert r.status_code == 200 and 'name="login"' not in r.text, link
    for cookie in ({}, {"Cookie": "session=x"}):
        assert nobody.raw("GET", "/", headers=cookie).text == strangers.text


def test_by_e_mail_and_in_any_case(browser):
    for name in (f"{browser.name}@example.test", browser.name.upper(), f"{browser.name}@EXAMPLE.test"):
        browser.http.cookies.clear()
        assert log_in(browser, name).status_code == 303, name


def test_cookies_are_ours_alone(browser):
    page = browser.raw("GET", "/auth/sign_in")
    r = browser.raw("POST", "/auth/sign_in", data=fill(Form(page.text).forms[0], browser.name, PASSWORD))
    for line in (cookies_of(page)["guest"], cookies_of(r)["session"]):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {p.strip() for p in line.split(";")}
        assert "domain" not in line.lower()


def test_an_id_from_before_the_login_is_worth_nothing(browser):
    """OAUTH-16: fixation."""
    browser.http.cookies.set("session", "chosen-by-somebody-else")
    r = log_in(browser, browser.name)
    assert "chosen" not in cookies_of(r)["session"]
    other = Client(browser.server)
    other.http.cookies.set("session", "chosen-by-somebody-else")
    assert not is_logged_in(other)


def test_the_login_form_needs_its_token(browser):
    """OAUTH-14"""
    page = browser.raw("GET", "/auth/sign_in")
    good = fill(Form(page.text).forms[0], browser.name, PASSWORD)
    stranger = Client(browser.server)
    assert stranger.raw("POST", "/auth/sign_in", data=good).status_code == 403
    for values, headers in (({**good, "csrf": "x" * 24}, {}), ({**good, "csrf": ""}, {}), (good, {"Origin": "https://evil.test"})):
        r = browser.raw("POST", "/auth/sign_in", data=values, headers=headers)
        assert r.status_code == 403 and "session" not in cookies_of(r)
        page_is_safe(r)
    assert not is_logged_in(browser)
    assert browser.raw("POST", "/auth/sign_in", data=good, headers={"Origin": f"http://{browser.host}"}).status_code == 303


@pytest.mark.parametrize("back", [
    "//evil.test", "/\\evil.test", "https:evil.test", "https://evil.test/", "\t//evil.test", "/\t/evil.test", "\\\\evil.test",
    "javascript:alert(1)", "", "evil.test", "/%0d%0aSet-Cookie:x=y", "/a\r\nSet-Cookie: x=y", "///evil.test", "/" + "a" * 9000])
def test_no_way_out_by_logging_in(browser, back):
    """OAUTH-25"""
    r = log_in(browser, browser.name, back=back)
    assert r.status_code == 303 and "x" not in cookies_of(r)
    assert r.headers["Location"].startswith(f"http://{browser.host}/")
    assert "evil" not in r.headers["Location"] or "%0d" in back


def test_wrong_passwords_say_the_same_whoever_it_is(browser):
    """OAUTH-21: no oracle for who is here."""
    texts = set()
    for name in (browser.name, "nobody_at_all", "nobody@example.test", ""):
        r = page_is_safe(log_in(browser, name, "wrong password"))
        assert r.status_code == 422 and "session" not in cookies_of(r)
        texts.add(re.sub(r'value="[^"]*"', "", r.text))
    assert len(texts) == 1 and 'role="alert"' in texts.pop()
    assert log_in(browser, browser.name, "x" * (1 << 20)).status_code in (413, 422)
    r = page_is_safe(log_in(browser, SCRIPT, "x"))
    assert r.status_code == 422 and "&lt;script&gt;" in r.text, "what was typed is still there"


def test_many_logins_at_once_leave_room_for_others(server, person):
    """OAUTH-24: each costs a slow hash, and only a few are worked on at a time."""
    c, took = server.someone("reader"), []

    def wrong(i):
        return attempt(server.anonymous(), f"guess{i}", "wrong", f"192.0.2.{i}").status_code
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        tries = [pool.submit(wrong, i) for i in range(40)]
        while not all(t.done() for t in tries):
            began = time.monotonic()
            c.get("/api/v1/timelines/home")
            took.append(time.monotonic() - began)
            time.sleep(0.02)
    assert {t.result() for t in tries} <= {422, 503} and sorted(took)[len(took) // 2] < 2 * LATE


def test_too_many_wrong_passwords(server):
    """OAUTH-22: per account, and a restart does not forget."""
    victim, neighbour = server.someone("victim"), server.someone("neighbour")
    c = server.anonymous()
    # Each try from another address, as the proxy says, so that what counts is the account.
    tries = [attempt(c, victim.name, "wrong", f"198.51.100.{i}").status_code for i in range(25)]
    assert tries[0] == 422 and tries[-1] == 429, tries
    assert attempt(c, victim.name, PASSWORD, "198.51.100.200").status_code == 429
    assert victim.get("/api/v1/accounts/verify_credentials")["username"] == victim.name
    server.restart()
    assert attempt(c, victim.name, PASSWORD, "198.51.100.201").status_code == 429
    for i in range(40):
        last = attempt(c, f"guess{i}", "wrong", "203.0.113.9").status_code
    assert last == 429
    assert attempt(c, neighbour.name, PASSWORD, "203.0.113.10").status_code == 303


def attempt(c, name, password, address):
    c.http.cookies.clear()
    page = c.raw("GET", "/auth/sign_in")
    return c.raw("POST", "/auth/sign_in", data=fill(Form(page.text).forms[0], name, password),
                 headers={"X-Forwarded-For": address})


# --- what anybody sees

@pytest.fixture(scope="module")
def author(server):
    c = server.someone("author")
    c.patch("/api/v1/accounts/update_credentials", display_name="Ann " + SCRIPT[:20], note="bio " + SCRIPT,
            fields_attributes=[{"name": "site " + SCRIPT[:30], "value": "https://ann.test/ " + SCRIPT[:30]}])
    c.posts = {v: c.status(f"{v} post {SCRIPT} #webtag", visibility=v)["id"] for v in ("public", "unlisted", "private", "direct")}
    c.warned = c.status("behind it", spoiler_text="warning " + SCRIPT)["id"]
    c.reply = c.status("an answer", in_reply_to_id=c.posts["public"])["id"]
    return c


def test_profile_page(author, nobody):
    """XSS-12, PRIV-07"""
    r = page_is_safe(nobody.raw("GET", f"/@{author.name}"))
    assert "Ann" in r.text and f"@{author.name}@" in r.text and 'href="https://ann.test/"' in r.text
    assert "public post" in r.text and "private post" not in r.text and "direct post" not in r.text
    assert '<link rel="alternate" type="application/activity+json"' in r.text and "application/activity+json" in r.headers["Link"]
    assert nobody.raw("GET", f"/@{author.name}", headers={"Cookie": "session=x"}).text == r.text
    assert '<meta name="robots" content="noindex">' in r.text and 'property="og:title" content="Ann' in r.text
    assert 'property="og:description" content="bio ' in r.text
    author.patch("/api/v1/accounts/update_credentials", indexable=True)
    assert "noindex" not in nobody.raw("GET", f"/@{author.name}").text
    for part in ("with_replies", "media", "followers"):
        assert nobody.raw("GET", f"/@{author.name}/{part}").headers["Location"] == f"http://{nobody.host}/@{author.name}"
    for nobody_there in ("/@nobody_at_all", "/@nobody@nowhere.localhost", f"/@{author.name}/nothing", "/@" + SCRIPT, "/@", "/@../etc"):
        r = nobody.raw("GET", nobody_there)
        assert r.status_code == 404
        page_is_safe(r)


def test_post_page(author, nobody):
    for visibility, status in (("public", 200), ("unlisted", 200), ("private", 404), ("direct", 404)):
        r = page_is_safe(nobody.raw("GET", f"/@{author.name}/{author.posts[visibility]}"))
        assert r.status_code == status, visibility
        unknown = nobody.raw("GET", f"/@{author.name}/17")
        assert status == 200 or r.text == unknown.text
    r = page_is_safe(nobody.raw("GET", f"/@{author.name}/{author.reply}"))
    assert "an answer" in r.text and "public post" in r.text
    assert f"<title>{author.name}: an answer" in r.text and 'property="og:description" content="an answer"' in r.text
    r = page_is_safe(nobody.raw("GET", f"/@{author.name}/{author.warned}"))
    assert "<details" in r.text and "behind it" in r.text
    assert f"<title>{author.name}: warning " in r.text
    assert "behind it" not in r.text.split("</head>")[0], "what is behind a warning is no title and no preview"
    assert nobody.raw("GET", f"/@owner/{author.posts['public']}").status_code == 404


def test_polls_show_what_they_have_come_to(author, alice, nobody):
    ask = {"options": ["tea " + SCRIPT[:20], "milk"], "expires_in": 3600}
    shown, hidden = (author.status("Which?", poll={**ask, "hide_totals": h}) for h in (False, True))
    for p in (shown, hidden):
        alice.post(f"/api/v1/polls/{p['poll']['id']}/votes", choices=[1])
    for p, count in ((shown, ' <span class="meta">1</span>'), (hidden, "")):
        r = page_is_safe(nobody.raw("GET", f"/@{author.name}/{p['id']}"))
        assert "<li>tea " in r.text and f"<li>milk{count}</li>" in r.text


def write(server, name):
    path = server.dir / name
    path.write_bytes(png())
    return path


def feed(client, path):
    r = client.raw("GET", path, headers={"Accept": "application/rss+xml, text/xml;q=0.5"})
    assert r.status_code == 200 and r.headers["Content-Type"] == "application/rss+xml; charset=utf-8", (path, r.text)
    return ElementTree.fromstring(r.content).find("channel")


def test_feeds_for_readers(author, alice, nobody):
    mark, pages = "{http://search.yahoo.com/mrss/}", f"http://{nobody.host}"
    name = "Ann \x0b\ufffe& <b> ]]>"
    author.patch("/api/v1/accounts/update_credentials", display_name=name)
    m = author.call("POST", "/api/v2/media", files={"file": ("a.png", png())}, data={"description": 'a "picture"'})
    post = author.status("in the <feed> #FeedTag", media_ids=[m["id"]], sensitive=True)
    boost = author.post(f"/api/v1/statuses/{alice.status('of somebody else #feedtag')['id']}/reblog")
    found = feed(nobody, f"/@{author.name}.rss")
    page = f"{pages}/@{author.name}"
    assert found.find("link").text == page and found.find("title").text.startswith("Ann ")
    assert found.find("image/url").text == author.get("/api/v1/accounts/verify_credentials")["avatar"]
    items = {i.find("link").text: i for i in found.findall("item")}
    for kind in ("public", "unlisted"):
        assert f"{page}/{author.posts[kind]}" in items
    for other in (author.posts["private"], author.posts["direct"], boost["id"]):
        assert not [link for link in items if link.endswith(f"/{other}")]
    first = items[post["url"]]
    assert list(items)[0] == post["url"] == first.find("guid").text and first.find("description").text == post["content"]
    assert [c.text for c in first.findall("category")] == ["feedtag"]
    assert first.find(f"{mark}content").get("url") == m["url"] and first.find(f"{mark}content/{mark}description").text == 'a "picture"'
    assert first.find(f"{mark}content/{mark}rating").text == "adult"
    assert email.utils.parsedate_to_datetime(first.find("pubDate").text).timestamp() == pytest.approx(time.time(), abs=600 * LATE)
    warned = items[f"{page}/{author.warned}"].find("description").text
    assert warned.startswith("<p><strong>Content warning:</strong> warning &quot;&gt;&lt;script") and "<hr><p>behind it" in warned
    tagged = feed(nobody, "/tags/FeedTag.rss")
    assert len(tagged.findall("item")) == 2 and tagged.find("link").text == f"{pages}/tags/feedtag"
    for path in (f"/@{author.name}", "/tags/feedtag"):
        assert re.search(r'type="application/rss\+xml" href="[^"]*' + path + r'\.rss"', nobody.raw("GET", path).text)
    assert nobody.raw("GET", "/@nobody_at_all.rss").status_code == 404


def test_a_profile_shows_what_is_pinned_and_leads_on(server, alice, nobody):
    c = server.someone("pager")
    server.command("emoji", "add", "pagecat", str(write(server, "cat.png")))
    posts = [c.status(f"post no {i} :pagecat: https://x.test/:pagecat:/x", visibility="unlisted")["id"] for i in range(22)]
    c.post(f"/api/v1/statuses/{posts[0]}/pin")
    c.patch("/api/v1/accounts/update_credentials", display_name="<b>:pagecat:", note=":pagecat: :dog:")
    r = page_is_safe(nobody.raw("GET", f"/@{c.name}"))
    above, below = r.text.split("<h2>Posts</h2>")
    assert "post no 0 " in above and "post no 0 " not in below and "post no 2 " in below and "post no 1 " not in below
    assert "22 posts · 0 following · 0 followers" in above
    picture = r'<img class="emoji" src="http[^"]*" alt=":pagecat:" title=":pagecat:" loading="lazy">'
    assert re.search(r"<h1>&lt;b&gt;" + picture, above) and re.search(r"<p>" + picture + " :dog:</p>", above)
    assert re.search(r"post no 21 " + picture + " <a href=\"https://x.test/:pagecat:/x\"", below), below
    more = re.search(r'<a rel="next" href="([^"]+\?max_id=\d+)">', below)[1]
    r = page_is_safe(nobody.raw("GET", more))
    assert "post no 1 " in r.text and "post no 0 " in r.text and "<h2>" not in r.text and 'rel="next"' not in r.text
    assert nobody.raw("GET", f"/@{c.name}?max_id=x").status_code == 200


def test_what_previews_of_pages_show(author, nobody):
    def meta(path):
        return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', nobody.raw("GET", path).text))

    m = author.call("POST", "/api/v2/media", files={"file": ("a.png", png())}, data={"description": 'a "picture"'})
    post = author.status("with it", media_ids=[m["id"]])
    of = meta(post["url"])
    assert (of["og:image"], of["og:image:alt"], of["twitter:card"], of["og:url"]) == (
        m["url"], "a &quot;picture&quot;", "summary_large_image", post["url"])
    author.put(f"/api/v1/statuses/{post['id']}", status="with it", media_ids=[m["id"]],
               media_attributes=[{"id": m["id"], "description": "é<" * 5000}])
    assert meta(post["url"])["og:image:alt"] == "é&lt;" * 200 and "/media/" in meta(post["url"])["og:image"]
    avatar = author.get("/api/v1/accounts/verify_credentials")["avatar"]
    author.put(f"/api/v1/statuses/{post['id']}", status="with it", media_ids=[m["id"]], sensitive=True)
    assert meta(post["url"])["og:image"] == meta(f"/@{author.name}")["og:image"] == avatar
    offer = re.search(r'type="application/json\+oembed" href="([^"]+)"', nobody.raw("GET", post["url"]).text)[1]
    assert f"{post['url']}/embed" in nobody.get(html.unescape(offer))["html"]


def test_who_may_join_is_told_where(server, nobody):
    assert "/auth/sign_up" not in nobody.raw("GET", "/").text
    server.command("site", "set", server.domain, "sign_up", "open")
    try:
        assert 'href="/auth/sign_up"' in wait_until(lambda: nobody.raw("GET", "/").text if "/auth/sign_up" in nobody.raw("GET", "/").text else "")
    finally:
        server.command("site", "set", server.domain, "sign_up")


def test_a_followers_only_post_hides_from_those_logged_in_too(author, browser):
    log_in(browser, browser.name)
    assert browser.raw("GET", f"/@{author.name}/{author.posts['private']}").status_code == 404


def test_ids_lead_to_pages(author, nobody):
    r = nobody.raw("GET", f"/users/{author.name}", headers={"Accept": "text/html"})
    assert r.status_code == 302 and r.headers["Location"] == f"http://{nobody.host}/@{author.name}"
    post = author.posts["public"]
    r = nobody.raw("GET", f"/users/{author.name}/statuses/{post}", headers={"Accept": "text/html"})
    assert r.status_code == 302 and r.headers["Location"] == f"http://{nobody.host}/@{author.name}/{post}"
    assert "accept" in r.headers["Vary"].lower()


def test_one_address_for_people_and_machines(author, nobody):
    r = nobody.raw("GET", f"/@{author.name}", headers={"Accept": "application/activity+json"})
    assert r.headers["Content-Type"].startswith("application/activity+json") or r.status_code in (301, 302)


def test_front_page_about_and_tags(author, nobody):
    r = page_is_safe(nobody.raw("GET", "/"))
    assert r.status_code == 200 and "public post" in r.text and "unlisted post" not in r.text
    assert page_is_safe(nobody.raw("GET", "/about")).status_code == 200
    r = page_is_safe(nobody.raw("GET", "/tags/WebTag"))
    assert r.status_code == 200 and "public post" in r.text and "unlisted post" not in r.text
    assert page_is_safe(nobody.raw("GET", "/tags/nothing_has_this")).status_code == 200
    assert page_is_safe(nobody.raw("GET", "/tags/" + SCRIPT.replace("/", ""))).status_code in (200, 404)


@pytest.mark.parametrize("path,content", [
    ("/assets/style.css", "text/css; charset=utf-8"), ("/avatars/original/missing.png", "image/png"),
    ("/headers/original/missing.png", "image/png"), ("/favicon.ico", "image/png"), ("/robots.txt", "text/plain; charset=utf-8"),
    ("/health", "text/plain; charset=utf-8")])
def test_fixed_files(nobody, path, content):
    r = nobody.raw("GET", path)
    assert r.status_code == 200 and r.headers["Content-Type"] == content and r.content
    assert r.headers["X-Content-Type-Options"] == "nosniff"
    head = nobody.raw("HEAD", path)
    assert head.status_code == 200 and head.headers["Content-Length"] == str(len(r.content)) and not head.content


def test_what_goes_wrong_is_a_page(nobody):
    """PRIV-19: no inner life shown."""
    for method, path, status in (("GET", "/nothing/here", 404), ("GET", "/oauth/authorize", 400), ("POST", "/oauth/authorize", 403),
                                 ("POST", "/authorize_interaction", 403), ("GET", "/@x/y/z", 404)):
        r = page_is_safe(nobody.raw(method, path))
        assert r.status_code == status, (method, path)
        assert not re.search(r"sqlite|postgres|SELECT|src/|/tmp/", r.text)
        assert "dassie/" not in r.headers.get("Server", "") and "X-Powered-By" not in r.headers


def test_browsers_keep_no_page_that_is_somebodys(browser):
    """OAUTH-27"""
    for path in ("/auth/sign_in", "/authorize_interaction?uri=x", "/oauth/authorize"):
        assert "no-store" in browser.raw("GET", path).headers["Cache-Control"], path


# --- following from elsewhere

def test_following_by_the_page(server, author, browser):
    query = {"uri": f"acct:{author.name}@{server.domain}"}
    page = page_is_safe(browser.raw("GET", "/authorize_interaction", params=query))
    r = browser.raw("POST", "/auth/sign_in", data=fill(Form(page.text).forms[0], browser.name, PASSWORD))
    assert r.status_code == 303
    page = page_is_safe(browser.raw("GET", r.headers["Location"]))
    assert f"@{author.name}" in page.text
    form = fill(Form(page.text).forms[0], "", "")
    assert browser.raw("POST", "/authorize_interaction", data={**form, "csrf": "x"}).status_code == 403
    assert browser.raw("POST", "/authorize_interaction", data={**form, "id": "17"}).status_code == 404
    assert browser.raw("POST", "/authorize_interaction", data=form).status_code == 200
    followers = author.get(f"/api/v1/accounts/{author.id}/followers")
    assert [a["username"] for a in followers] == [browser.name]
    r = browser.raw("GET", "/authorize_interaction", params={"uri": f"http://{server.host}/users/{author.name}/statuses/{author.posts['public']}"})
    assert r.status_code in (302, 303)
    for odd in ("", "x" * 3000, SCRIPT, "https://127.0.0.1:1/x", "acct:nobody@nowhere.localhost"):
        r = browser.raw("GET", "/authorize_interaction", params={"uri": odd})
        assert r.status_code in (400, 404), odd
        page_is_safe(r)


def test_old_doors_lead_to_the_ones_of_now(server):
    c = server.anonymous()
    for path, params, to in (
            ("/.well-known/proxy", {"uri": "web+ap://far.test/@a?b"}, "/authorize_interaction?uri=https%3A%2F%2Ffar.test%2F%40a%3Fb"),
            ("/authorize_follow", {"acct": "user@host.test"}, "/authorize_interaction?uri=user%40host.test"),
            ("/intent", {"uri": "web+mastodon://follow?uri=acct%3Auser%40host.test"}, "/authorize_interaction?uri=acct%3Auser%40host.test"),
            ("/settings", {}, "/auth/edit"), ("/settings/profile", {}, "/auth/edit"), ("/settings/preferences", {}, "/auth/edit"),
            ("/intent", {"uri": "web+mastodon://share?x=1&text=Hello%20you"}, "/share?text=Hello%20you")):
        r = c.raw("GET", path, params=params, allow_redirects=False)
        assert r.status_code == 302 and r.headers["Location"].endswith(to) and "evil" not in r.headers["Location"], path
    assert c.raw("GET", "/authorize_follow").status_code == 400
    assert c.raw("GET", "/.well-known/proxy", params={"uri": "https://far.test/"}).status_code == 400
    for uri in ("", "https://evil.test/", "web+mastodon://evil?uri=x", "web+mastodon://follow", "web+mastodon://follow?uri=a\r\nb: c",
                'web+mastodon://share?text="><b>'):
        assert c.raw("GET", "/intent", params={"uri": uri}, allow_redirects=False).status_code == 404, uri
