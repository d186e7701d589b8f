"""Search through the API: accounts by what they are called, posts by their words. Who finds which post: tests/unit/test_search.c."""
import pytest
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
    for q in ("x" * 513, "word " * 10000):
        assert alice.raw("POST", "/api/v2/search", data={"q": q}).status_code in (404, 405, 422)
        assert alice.raw("GET", "/api/v2/search", params={"q": q[:4000]}).status_code == 422
