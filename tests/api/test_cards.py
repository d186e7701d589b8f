"""Preview cards: a page that posts link to is read once for the whole server, and nothing of it is passed on as markup."""
import contextlib
import json

import pytest
from files import png
from harness import Server, holds, wait_until
from peer import Peer
from shapes import is_a

HOST = "pages.localhost"
STORY = """<!doctype html><html lang="de-AT"><head><title>Plain</title>
<meta property="og:title" content="A &lt;b&gt;story&lt;/b&gt;"><meta property="og:description" content="What it says">
<meta property="og:site_name" content="The Paper"><meta property="og:image" content="/pic.jpg">
<meta property="og:image:alt" content="A picture"><meta property="og:image:width" content="640"><meta property="og:image:height" content="480">
<meta name="author" content="Ann Author"><meta property="article:published_time" content="2026-03-01T10:00:00Z">
<link rel="canonical" href="/story"></head><body><p>text</p></body></html>"""


@pytest.fixture(scope="module")
def world(kind):
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Peer(HOST))
        server = stack.enter_context(Server(kind, hosts=f"{HOST}=127.0.0.1 localhost=127.0.0.1"))
        yield server, peer


@pytest.fixture(scope="module")
def me(world):
    return world[0].someone("writer")


def page(peer, path, text, kind="text/html; charset=utf-8", status=200):
    peer.docs[path] = lambda h: h.answer(status, text if isinstance(text, bytes) else text.encode(), kind)
    return peer.base + path


def asked(peer, path):
    return sum(1 for _, p in peer.asked if p == path)


def card_of(me, status):
    return wait_until(lambda: me.get(f"/api/v1/statuses/{status['id']}")["card"], 15, every=0.1, what="a card")


def no_card(server, me, status, url):
    wait_until(lambda: server.sql(f"SELECT state FROM cards WHERE url = '{url}'") == "2", 15, every=0.1)
    return me.get(f"/api/v1/statuses/{status['id']}")["card"] is None


def test_a_card_says_what_the_page_says(world, me):
    server, peer = world
    url = page(peer, "/story", STORY)
    status = me.status(f"@nobody@else.test #tag read {url}?from=here")
    page(peer, "/story?from=here", STORY)
    card = card_of(me, status)
    is_a("Status", me.get(f"/api/v1/statuses/{status['id']}"))
    picture = card["image"]
    assert picture.startswith(f"http://{server.host}/media_proxy/") and peer.base not in picture
    assert card == {
        "url": url, "title": "A <b>story</b>", "description": "What it says", "language": "de-AT", "type": "link",
        "author_name": "Ann Author", "author_url": "", "provider_name": "The Paper", "provider_url": peer.base + "/", "html": "",
        "width": 640, "height": 480, "image": picture, "image_description": "A picture", "embed_url": "",
        "blurhash": None, "published_at": "2026-03-01T10:00:00.000Z",
        "authors": [{"name": "Ann Author", "url": "", "account": None}]}
    assert me.get(f"/api/v1/statuses/{status['id']}/card") == card
    boost = me.post(f"/api/v1/statuses/{status['id']}/reblog")
    assert boost["reblog"]["card"] == card


def test_a_card_knows_its_picture_once_somebody_looked(world, me):
    """Apps show a wide picture large, and its colours while it comes; most pages do not say how wide theirs is."""
    server, peer = world
    peer.docs["/wide.png"] = lambda h: h.answer(200, png(600, 200, seed=8), "image/png")
    head = '<title>Wide</title><meta property="og:image" content="/wide.png">'
    url, other = page(peer, "/wide", head), page(peer, "/narrow", head + '<meta property="og:image:width" content="30">'
                                                 '<meta property="og:image:height" content="10">')
    status, second = me.status(f"look {url}"), me.status(f"look {other}")
    card = card_of(me, status)
    assert (card["width"], card["height"], card["blurhash"]) == (0, 0, None) and card_of(me, second)
    assert me.raw("GET", card["image"]).status_code == 200
    card, said = (me.get(f"/api/v1/statuses/{s['id']}")["card"] for s in (status, second))
    assert (card["width"], card["height"], said["width"], said["height"]) == (600, 200, 30, 10)
    assert len(card["blurhash"]) > 6 and card["blurhash"] == said["blurhash"]
    # so it does when it is found under another address
    short = page(peer, "/to-wide", head + f'<link rel="canonical" href="{url}">')
    assert card_of(me, me.status(f"the same {short}"))["blurhash"] == card["blurhash"]
    assert me.get(f"/api/v1/statuses/{status['id']}")["card"]["width"] == 600
    # read again it knows it still, unless the picture is another one
    for text, known in ((head, True), (head.replace("wide.png", "other.png"), False)):
        page(peer, "/wide", text)
        server.sql(f"UPDATE cards SET fetched_at = 1 WHERE url = '{url}'")
        me.status(f"again {url}")
        wait_until(lambda: server.sql(f"SELECT fetched_at FROM cards WHERE url = '{url}'") != "1", 15, every=0.1)
        assert bool(me.get(f"/api/v1/statuses/{status['id']}")["card"]["blurhash"]) == known


def test_res_05_one_fetch_for_all_posts_and_none_for_what_failed(world, me):
    server, peer = world
    url, broken = page(peer, "/once", STORY.replace("/story", "/once")), page(peer, "/broken", "no", status=404)
    posts = [me.status(f"{i} {url} {url}x{i}") for i in range(5)]
    for s in posts:
        card_of(me, s)
    first = me.status(f"look {broken}")
    assert no_card(server, me, first, broken)
    me.status(f"again {broken}")
    holds(lambda: (asked(peer, "/once"), asked(peer, "/broken")) == (1, 1))
    assert asked(peer, "/oncex0") == 0
    found = me.get("/api/v1/timelines/link", url=url)
    assert [s["id"] for s in found] == [s["id"] for s in reversed(posts)]
    page_two = me.raw("GET", f"/api/v1/timelines/link?url={url}&limit=2&max_id={posts[3]['id']}")
    assert [s["id"] for s in page_two.json()] == [posts[2]["id"], posts[1]["id"]] and 'rel="next"' in page_two.headers["Link"]
    for unknown in ("https://nowhere.test/", "no address", broken):
        assert me.raw("GET", "/api/v1/timelines/link", params={"url": unknown}).status_code == 404
    assert me.raw("GET", "/api/v1/timelines/link").status_code == 404


def test_two_addresses_of_one_page_are_one_card(world, me):
    server, peer = world
    text = STORY.replace('href="/story"', f'href="{peer.base}/one"')
    page(peer, "/one", text)
    page(peer, "/short", text)
    a = me.status(f"{peer.base}/short")
    assert card_of(me, a)["url"] == peer.base + "/one"
    b = me.status(f"{peer.base}/one")
    assert card_of(me, b)["url"] == peer.base + "/one"
    assert {s["id"] for s in me.get("/api/v1/timelines/link", url=peer.base + "/short")} == {a["id"], b["id"]}
    assert asked(peer, "/one") == 0
    elsewhere = page(peer, "/claims", STORY.replace('href="/story"', 'href="https://bank.test/"'))
    assert card_of(me, me.status(elsewhere))["url"] == elsewhere  # of another host it may say nothing


def test_what_is_shown_changes_with_the_post(world, me):
    server, peer = world
    a, b = page(peer, "/first", STORY.replace("/story", "/first")), page(peer, "/second", STORY.replace("/story", "/second"))
    s = me.status(a)
    assert card_of(me, s)["url"] == a
    me.put(f"/api/v1/statuses/{s['id']}", status=f"now {b}")
    wait_until(lambda: (me.get(f"/api/v1/statuses/{s['id']}")["card"] or {}).get("url") == b, 15, every=0.1)
    me.put(f"/api/v1/statuses/{s['id']}", status="now nothing")
    assert me.get(f"/api/v1/statuses/{s['id']}")["card"] is None
    me.put(f"/api/v1/statuses/{s['id']}", status=a)
    assert me.get(f"/api/v1/statuses/{s['id']}")["card"]["url"] == a  # known already
    me.delete(f"/api/v1/statuses/{s['id']}")
    assert me.get("/api/v1/timelines/link", url=a) == []


def test_posts_of_others_have_cards_some_seconds_later(world, me):
    server, peer = world
    eve = peer.actor("eve")
    url = page(peer, "/remote", STORY.replace("/story", "/remote"))
    content = (f'<a href="{peer.base}/@someone" class="u-url mention">@someone</a> <a href="{peer.base}/tags/x" rel="tag">#x</a> '
               f'<span class="quote-inline">RE: <a href="{peer.base}/quoted">q</a></span> <a href="{url}">here</a>')
    status = me.find(eve.note(content)["id"])
    due = wait_until(lambda: server.sql("SELECT due - created_at FROM jobs WHERE kind = 'card'"), 10)
    assert 1000 <= int(due) <= 60000
    assert asked(peer, "/remote") == 0
    server.sql("UPDATE jobs SET due = 1 WHERE kind = 'card'")
    me.status("for the workers to wake: " + page(peer, "/wake", STORY.replace("/story", "/wake")))
    assert card_of(me, status)["url"] == url


def test_xss_11_one_frame_of_https_or_none(world, me):
    server, peer = world
    frame = '<iframe width="560" height="315" src="https://video.test/embed/1" onload="x()" srcdoc="<b>"></iframe><script>x()</script>'
    cases = {
        "good": ({"type": "video", "html": frame, "width": 1, "height": 2, "title": "A <i>film</i>"}, "video"),
        "script": ({"type": "video", "html": '<iframe src="javascript:alert(1)"></iframe>'}, "link"),
        "object": ({"type": "video", "html": '<object data="https://video.test/x"></object><img src=x onerror=x()>'}, "link"),
        "photo": ({"type": "photo", "url": "https://video.test/p.jpg", "width": 30, "height": -1}, "photo"),
    }
    for name, (answer, _) in cases.items():
        page(peer, f"/oembed/{name}", json.dumps(answer), "application/json")
        page(peer, f"/watch/{name}", f'<title>Watch</title><link rel="alternate" type="application/json+oembed" href="/oembed/{name}">')
    posts = {name: me.status(f"{peer.base}/watch/{name}") for name in cases}
    for name, (_, kind) in cases.items():
        card = card_of(me, posts[name])
        assert card["type"] == kind, name
        assert ("<" in card["html"]) == (name == "good"), name
    good = card_of(me, posts["good"])
    assert good["html"] == ('<iframe src="https://video.test/embed/1" width="560" height="315" allowfullscreen="" sandbox="allow-scripts'
                            ' allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms"></iframe>')
    assert (good["title"], good["width"], good["height"]) == ("A <i>film</i>", 560, 315)
    assert card_of(me, posts["photo"])["embed_url"] == "https://video.test/p.jpg"


def test_xss_11_long_ones_are_cut_and_what_is_no_page_has_no_card(world, me):
    server, peer = world
    long = page(peer, "/long", "<title>" + "long " * (2 << 20) + "</title>")
    big = page(peer, "/big", "<title>big</title><p>" + "x" * (3 << 20))
    binary = page(peer, "/file", "<title>no</title>", "application/pdf")
    odd = page(peer, "/odd", b'<title>\xff\x00<meta property="og:title" content="' + b"y" * 5000 + b'"><script>"<title>z"</script>')
    posts = [me.status(u) for u in (big, odd, long, binary)]
    assert card_of(me, posts[0])["title"] == "big"
    assert len(card_of(me, posts[1])["title"]) == 300
    assert len(card_of(me, posts[2])["title"]) == 299  # a space at the end is none
    assert no_card(server, me, posts[3], binary)


def test_what_leads_to_us_is_not_read(world, me):
    server, peer = world
    for link in (f"http://{server.host}/about", "https://user@pages.localhost/x", "ftp://pages.localhost/x"):
        assert me.status(f"see {link}")["card"] is None
    assert server.sql(f"SELECT COUNT(*) FROM cards WHERE url LIKE '%{server.host}/about%'") == "0"


def test_an_author_is_named_who_says_so_too(world, me):
    server, peer = world
    known, other = peer.actor("known", 0), peer.actor("other", 1)
    known.doc["attributionDomains"] = [HOST + f":{peer.port}"]
    other.doc["attributionDomains"] = [{"id": HOST}, 5, "elsewhere.test", "pages.localhost.test"]
    cards = {}
    for actor in (known, other):
        path = f"/by/{actor.name}"
        url = page(peer, path, f'<title>t</title><meta name="fediverse:creator" content="@{actor.handle}">')
        cards[actor.name] = card_of(me, me.status(url))
    author = cards["known"]["authors"][0]
    assert author["account"]["acct"] == known.handle and author["url"] == known.doc["url"]
    is_a("Account", author["account"])
    assert cards["known"]["author_name"] == "Known"
    assert cards["other"]["authors"] == [{"name": "", "url": "", "account": None}]
