"""Lists are read page by page: Link headers with absolute URLs on the host that was asked, windows by max_id, since_id
and min_id. Where rows have ids of their own (favourites, followers, ...) apps echo those."""
import random
import re
import urllib.parse

import pytest

N = 7


def links(r):
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', r.headers.get("Link", ""))}


@pytest.fixture(scope="module")
def lists(server):
    """Every list that has pages, as (client, path, names of what is in it newest first); each holds N."""
    me, other = server.someone("pager"), server.someone("other")
    people = [server.someone("p") for _ in range(N)]
    posts = [other.status(f"post {i} #paging")["id"] for i in range(N)]
    for post in posts:
        other.post(f"/api/v1/statuses/{post}/favourite")
    order = [3, 0, 6, 1, 5, 2, 4]  # not the order of the posts, so that rows' ids are what counts
    for i in order:
        me.post(f"/api/v1/statuses/{posts[i]}/favourite")
        me.post(f"/api/v1/statuses/{posts[i]}/bookmark")
    mine = me.status("mine")["id"]
    for p in people:
        p.post(f"/api/v1/accounts/{me.id}/follow")
        p.post(f"/api/v1/statuses/{mine}/favourite")
        p.post(f"/api/v1/statuses/{mine}/reblog")
        me.post(f"/api/v1/accounts/{p.id}/follow")
    me.post("/api/v1/notifications/clear")
    for p in people:
        p.status(f"@{me.name} hi")
    for i in range(N):
        me.post("/api/v1/domain_blocks", domain=f"d{i}.test")
    locked, blocker = server.someone("locked"), server.someone("blocker")
    locked.patch("/api/v1/accounts/update_credentials", locked=True)
    for p in people:
        p.post(f"/api/v1/accounts/{locked.id}/follow")
        blocker.post(f"/api/v1/accounts/{p.id}/block")
        blocker.post(f"/api/v1/accounts/{p.id}/mute")
    home = server.someone("home")
    home.post(f"/api/v1/accounts/{other.id}/follow")
    friends = me.post("/api/v1/lists", title="friends", replies_policy="none")["id"]
    me.post(f"/api/v1/accounts/{other.id}/follow")
    for p in [*people, other]:
        me.post(f"/api/v1/lists/{friends}/accounts", account_ids=[p.id])
    others = me.post("/api/v1/lists", title="others")["id"]
    me.post(f"/api/v1/lists/{others}/accounts", account_ids=[other.id])
    me.delete(f"/api/v1/lists/{friends}/accounts?account_ids[]={other.id}")
    for i in range(N):
        me.post(f"/api/v1/tags/followed{i}/follow")
    reacted = [posts[i] for i in reversed(order)]
    joined = [p.id for p in reversed(people)]
    return {
        "statuses": (me, f"/api/v1/accounts/{other.id}/statuses", posts[::-1]),
        "tag": (server.anonymous(), "/api/v1/timelines/tag/paging", posts[::-1]),
        "home": (home, "/api/v1/timelines/home", posts[::-1]),
        "favourites": (me, "/api/v1/favourites", reacted),
        "bookmarks": (me, "/api/v1/bookmarks", reacted),
        "followers": (me, f"/api/v1/accounts/{me.id}/followers", joined),
        "following": (me, f"/api/v1/accounts/{me.id}/following", [other.id, *joined]),
        "list": (me, f"/api/v1/timelines/list/{others}", posts[::-1]),
        "members": (me, f"/api/v1/lists/{friends}/accounts", joined),
        "tags": (me, "/api/v1/followed_tags", [f"followed{i}" for i in range(N)][::-1]),
        "favourited_by": (me, f"/api/v1/statuses/{mine}/favourited_by", joined),
        "reblogged_by": (me, f"/api/v1/statuses/{mine}/reblogged_by", joined),
        "requests": (locked, "/api/v1/follow_requests", joined),
        "blocks": (blocker, "/api/v1/blocks", joined),
        "mutes": (blocker, "/api/v1/mutes", joined),
        "domains": (me, "/api/v1/domain_blocks", [f"d{i}.test" for i in range(N)][::-1]),
        "notifications": (me, "/api/v1/notifications", joined),
    }


ALL = ["statuses", "tag", "home", "favourites", "bookmarks", "followers", "following", "favourited_by", "reblogged_by",
       "requests", "blocks", "mutes", "domains", "notifications", "list", "members", "tags"]
BY_ID = ["statuses", "tag", "home", "list"]


def entries(r):
    assert r.status_code == 200, r.text
    return [x if isinstance(x, str) else x["account"]["id"] if "group_key" in x else x["name"] if "history" in x else x["id"]
            for x in r.json()]


@pytest.mark.parametrize("name", ALL)
def test_walking_down_and_up_again(lists, name):
    c, path, whole = lists[name]
    assert entries(c.raw("GET", path)) == whole
    seen, r, pages = [], c.raw("GET", path, params={"limit": 3, "x": "a b"}), 0
    while entries(r):
        assert len(entries(r)) <= 3
        seen += entries(r)
        where = links(r)
        assert where.keys() == {"next", "prev"}
        for url in where.values():
            parts = urllib.parse.urlsplit(url)
            query = urllib.parse.parse_qs(parts.query)
            assert url.startswith(f"http://{c.host}{path}?") and query["limit"] == ["3"] and query["x"] == ["a b"]
            assert re.search(r"m(ax|in)_id=\d+", url), "mastodon-ios reads digits only"
        last, r, pages = where, c.raw("GET", where["next"]), pages + 1
    assert seen == whole and pages == 3 and "Link" not in r.headers
    back, where = [], last
    while where:
        r = c.raw("GET", where["prev"])
        back = entries(r) + back
        where = links(r)
    assert back == whole[:6]


@pytest.mark.parametrize("name", ALL)
def test_windows(lists, name):
    c, path, whole = lists[name]
    rows = row_ids(c, path, whole)
    for params, want in (
            ({"max_id": rows[2], "limit": 2}, whole[3:5]), ({"since_id": rows[4]}, whole[:4]), ({"since_id": rows[4], "limit": 2}, whole[:2]),
            ({"min_id": rows[4], "limit": 2}, whole[2:4]), ({"min_id": rows[5], "max_id": rows[1]}, whole[2:5]),
            ({"min_id": rows[5], "max_id": rows[1], "limit": 2}, whole[3:5]), ({"since_id": rows[5], "max_id": rows[1], "limit": 2}, whole[2:4]),
            ({"max_id": rows[-1]}, []), ({"min_id": rows[0]}, []), ({"since_id": rows[0]}, []), ({"max_id": ""}, whole)):
        assert entries(c.raw("GET", path, params=params)) == want, params


def window(rows, whole, max_id=None, since_id=None, min_id=None, limit=20):
    """What the words of the API say, on a plain list."""
    low = int(min_id or since_id or 0)
    fits = [(row, x) for row, x in zip(rows, whole) if low < int(row) < int(max_id or 1 << 63)]
    return fits[-limit:] if min_id else fits[:limit]


def odd_windows(c, path, rows, whole):
    """Any combination of parameters, at rows, beside them and far away; and the links of each answer."""
    dice = random.Random(path.split("/")[3] + "7")
    edges = [None, None, None, 1, (1 << 63) - 1, *rows, *(int(r) + 1 for r in rows), *(int(r) - 1 for r in rows)]
    for _ in range(20):
        params = {k: v for k in ("max_id", "since_id", "min_id") if (v := dice.choice(edges)) and dice.random() < 0.6}
        if dice.random() < 0.8:
            params["limit"] = dice.randint(1, N + 2)
        want = window(rows, whole, **params)
        r = c.raw("GET", path, params=params)
        assert entries(r) == [x for _, x in want], params
        where = {rel: urllib.parse.parse_qs(urllib.parse.urlsplit(url).query) for rel, url in links(r).items()}
        assert {rel: next(iter(q["max_id"] if rel == "next" else q["min_id"])) for rel, q in where.items()} == \
            ({"next": want[-1][0], "prev": want[0][0]} if want else {}), params


@pytest.mark.parametrize("name", ALL)
def test_any_window_is_that_of_a_plain_list(lists, name):
    c, path, whole = lists[name]
    odd_windows(c, path, row_ids(c, path, whole), whole)


@pytest.mark.parametrize("path", ["/api/v1/timelines/public", "/api/v1/timelines/public?local=true"])
def test_any_window_of_what_is_public(server, lists, path):
    whole = entries(server.anonymous().raw("GET", path, params={"limit": 15}))
    assert len(whole) == 15
    c = server.anonymous()
    dice = random.Random(15)
    for _ in range(30):
        params = {k: dice.choice(whole) for k in ("max_id", "since_id", "min_id") if dice.random() < 0.5}
        params |= {"limit": dice.randint(1, 9), **({} if "since_id" in params or "min_id" in params else {"since_id": whole[-1]})}
        assert entries(c.raw("GET", path, params=params)) == [x for _, x in window(whole, whole, **params)], params


def row_ids(c, path, whole):
    """The ids to page by, read one by one from Link headers as apps do."""
    rows, url = [], path + "?limit=1"
    for _ in whole:
        where = links(c.raw("GET", url))
        rows.append(re.search(r"min_id=(\d+)", where["prev"]).group(1))
        url = where["next"]
    return rows


@pytest.mark.parametrize("name", ALL)
def test_limits_are_clamped(lists, name):
    c, path, whole = lists[name]
    n = len(whole)  # of a list limit=0 means all who are on it
    for limit, most in (("1000000000", n), ("-2", 2), ("0", n if name == "members" else 1), ("abc", n), ("", n), ("1.5", n)):
        assert 0 < len(entries(c.raw("GET", path, params={"limit": limit}))) <= most, limit


@pytest.mark.parametrize("name", BY_ID)
def test_posts_are_paged_by_their_ids(lists, name):
    c, path, whole = lists[name]
    assert row_ids(c, path, whole) == whole


@pytest.mark.parametrize("limit,most", [(1000, 40), (None, 20)])
def test_a_page_of_posts_has_20_and_at_most_40(server, limit, most):
    c = server.someone("writer")
    for i in range(41):
        c.status(str(i))
    got = c.get(f"/api/v1/accounts/{c.id}/statuses", **({"limit": limit} if limit else {}))
    assert len(got) == most


def test_paging_goes_on_where_something_was_deleted(server):
    c = server.someone("writer")
    posts = [c.status(str(i))["id"] for i in range(5)]
    r = c.raw("GET", f"/api/v1/accounts/{c.id}/statuses", params={"limit": 2})
    c.delete(f"/api/v1/statuses/{posts[3]}")
    assert entries(c.raw("GET", links(r)["next"])) == [posts[2], posts[1]]


def test_search_pages_by_offset(server):
    c = server.someone("seeker")
    for i in range(5):
        server.add_user(f"offset{i}")
    one = [a["id"] for a in c.get("/api/v2/search", q="offset", type="accounts", limit=3)["accounts"]]
    two = [a["id"] for a in c.get("/api/v2/search", q="offset", type="accounts", limit=3, offset=3)["accounts"]]
    assert len(one) == 3 and len(two) == 2 and not set(one) & set(two)
