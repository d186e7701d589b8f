"""Search through the API: accounts by what they are called, posts by their words. Who finds which post: tests/unit/test_search.c."""
from urllib.parse import quote

import pytest
from files import png
from harness import wait_until
from shapes import is_a


def found(user, **params):
    return is_a("Search", user.get("/api/v2/search", **params))


@pytest.mark.parametrize("called, queries", [
    ("Zoë Ångström", ["zoe", "ANGSTR", "zoë", "angstrom zo"]),
    ("山田太郎", ["山田", "太郎", "山"]),
    ("مُحَمَّد أحمد", ["محمد", "احمد"]),
])
def test_accounts_by_display_name(server, called, queries):
    me, other = server.someone("finder"), server.someone("called")
    other.call("PATCH", "/api/v1/accounts/update_credentials", data={"display_name": called})
    for q in queries:
        assert other.name in [a["username"] for a in found(me, q=q, type="accounts")["accounts"]], q
        assert other.name in [a["username"] for a in me.get("/api/v1/accounts/search", q=q)], q
    other.call("PATCH", "/api/v1/accounts/update_credentials", data={"display_name": "Else"})
    assert found(me, q=queries[0], type="accounts")["accounts"] == []


def test_followed_come_first(server):
    me, one, two = (server.someone(n) for n in ("me", "samename", "samename"))
    me.post(f"/api/v1/accounts/{two.id}/follow")
    accounts = me.get("/api/v1/accounts/search", q="samename")
    assert accounts[0]["id"] == two.id and one.id in [a["id"] for a in accounts]
    assert [a["id"] for a in me.get("/api/v1/accounts/search", q="samename", following="true")] == [two.id]


def test_posts_by_words(server, alice, bob, nobody):
    shy = alice.status("a <b>peculiar</b> porcupine", visibility="public")
    assert found(bob, q="porcupine")["statuses"] == [], "authors are asked first"
    alice.call("PATCH", "/api/v1/accounts/update_credentials", data={"indexable": "true"})
    assert [s["id"] for s in found(bob, q="Porcupine")["statuses"]] == [shy["id"]]
    assert "<b>" not in found(bob, q="porcupine")["statuses"][0]["content"]
    assert found(nobody, q="porcupine")["statuses"] == []
    assert found(bob, q="porcupine", type="accounts")["statuses"] == []
    assert found(bob, q="porcupine", account_id=bob.id)["statuses"] == []
    assert [s["id"] for s in found(bob, q="porcupine", account_id=alice.id)["statuses"]] == [shy["id"]]
    assert found(bob, q="porcupine", max_id=shy["id"])["statuses"] == []
    assert found(bob, q=f"porcupine from:{alice.name}")["statuses"] != []
    alice.call("PUT", f"/api/v1/statuses/{shy['id']}", json={"status": "nothing"})
    assert found(bob, q="porcupine")["statuses"] == []
    assert found(bob, q="nothing")["statuses"] != []
    alice.delete(f"/api/v1/statuses/{shy['id']}")
    assert found(bob, q="nothing")["statuses"] == []


@pytest.mark.parametrize("q", ['"', '"unterminated', "NEAR(", "a AND", "*", "col:x", "^a", "{a b}", "(", "-x", "AND OR NOT", "a*b*c", "😀", '"' * 500,
                               "'; DROP TABLE statuses; --", "%" * 500, "_" * 500, "a " * 250, "e" + "\u0301" * 250])
def test_odd_queries(server, q):
    for path in ("/api/v2/search", "/api/v1/accounts/search"):
        assert server.user("odd").raw("GET", path, params={"q": q}).status_code == 200


def test_long_queries_are_refused(alice):
    for q in ("x" * 513, "word " * 10000, '"' * 1000, "x" * (1 << 20)):
        for path in ("/api/v2/search", "/api/v1/accounts/search"):
            if len(q) < 5000:
                assert alice.raw("GET", path, params={"q": q}).status_code == 422
            assert alice.raw("GET", path, data={"q": q}).status_code in (413, 422)
            assert alice.raw("GET", path, params={"q": q}).status_code in (414, 422, 431)


def test_wildcards_are_no_wildcards(alice):
    """Nor is there a way to ask for everything."""
    alice.status("wildcards abound")
    for q in ("%" * 500, "_" * 500, "*", "%", "a%", "_lice", "?", "."):
        for path in ("/api/v2/search", "/api/v1/accounts/search"):
            got = alice.get(path, q=q)
            assert got == [] or (path.endswith("v2/search") and not got["statuses"]) or q == "a%", (path, q)
    assert found(alice, q="wild*")["statuses"] == [] == found(alice, q="wild")["statuses"], "words are whole words"


@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_words_of_posts_that_are_not_for_all_are_found_by_their_author_alone(alice, bob, visibility):
    """Wherever in the post they stand."""
    alice.call("PATCH", "/api/v1/accounts/update_credentials", data={"indexable": "true"})
    picture = alice.raw("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")}, data={"description": f"aardvark {visibility}"}).json()
    posts = [alice.status(f"aardvark {visibility}", visibility=visibility),
             alice.status("plain", spoiler_text=f"aardvark {visibility}", visibility=visibility),
             alice.status("plain", poll={"options": [f"aardvark {visibility}", "no"], "expires_in": 600}, visibility=visibility),
             alice.status("plain", media_ids=[picture["id"]], visibility=visibility)]
    for q in ("aardvark", f"aardvark {visibility}", f"aardvark from:{alice.name}"):
        assert found(bob, q=q)["statuses"] == []
    assert {s["id"] for s in found(alice, q=f"aardvark {visibility}")["statuses"]} == {p["id"] for p in posts}


@pytest.mark.parametrize("visibility", ["private", "direct", "unlisted"])
def test_hashtags_of_posts_that_are_not_public_are_not_suggested(alice, bob, visibility):
    alice.status(f"#OnlyHere{visibility}", visibility=visibility)
    for who in (alice, bob):
        assert found(who, q=f"onlyhere{visibility}")["hashtags"] == []
    assert found(bob, q=f"#onlyhere{visibility}")["statuses"] == []
    alice.status(f"#OnlyHere{visibility} after all")
    assert [t["name"].lower() for t in found(bob, q=f"onlyhere{visibility}")["hashtags"]] == [f"onlyhere{visibility}"]


SQL = ["'", "';DROP TABLE statuses;--", '" OR 1=1 --', "1) OR (1=1", "$1", "?1", "\\'", "%27", "0; DELETE FROM accounts"]


def state(server):
    """What the tables are like, and how much is in them."""
    schema = ("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2" if server.kind == "sqlite" else
              "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2")
    return server.sql(schema), [server.sql(f"SELECT count(*) FROM {t}") for t in ("statuses", "accounts", "users", "oauth_tokens", "search_posts")]


def test_new_posts_are_put_into_the_index_though_nobody_searches(server, alice):
    for i in range(3):
        alice.status(f"a tapir, {i}")
        wait_until(lambda: server.sql("SELECT count(*) FROM search_noted") == "0", 10)


def test_words_of_sql_are_words(server, alice):
    post = alice.status("an okapi stays")
    assert found(alice, q="okapi")["statuses"]
    before = state(server)
    for word in SQL:
        for params in ({"q": word}, {"q": "okapi", "type": word}, {"q": "okapi", "account_id": word}, {"q": "okapi", "limit": word}, {"q": "okapi", "offset": word},
                       {"q": "okapi", "max_id": word}, {"q": f"okapi from:{word}"}, {"q": f"okapi language:{word}"}, {"q": f"#{word}"}):
            for path in ("/api/v2/search", "/api/v1/accounts/search"):
                r = alice.raw("GET", path, params=params)
                assert r.status_code in (200, 422), (path, params, r.text)
        assert alice.raw("GET", f"/api/v1/timelines/tag/{quote(word, safe='')}").status_code in (200, 404, 422)
        assert alice.raw("POST", "/api/v1/domain_blocks", data={"domain": word}).status_code == 422
        title = alice.post("/api/v1/lists", title=word)["title"]
        assert title == word and word in [v["title"] for v in alice.get("/api/v1/lists")]
    assert state(server) == before
    assert alice.get(f"/api/v1/statuses/{post['id']}")["id"] == post["id"]
    assert [s["id"] for s in found(alice, q="okapi")["statuses"]] == [post["id"]]
