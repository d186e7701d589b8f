"""Filters through the API: how apps send them, both versions on the same data, what is marked where. What catches what:
tests/unit/test_filters.c."""
import pytest
from harness import ApiError, wait_until
from shapes import is_a

WORDS = [("red", True), ("a & b", False)]


def spelled(name):
    """The same two keywords as apps send them."""
    attrs = [{"keyword": k, "whole_word": w} for k, w in WORDS]
    forms = {
        "indexed": [(f"keywords_attributes[{i}][{k}]", str(v).lower()) for i, a in enumerate(attrs) for k, v in a.items()],
        "unindexed": [(f"keywords_attributes[][{k}]", str(v).lower()) for a in attrs for k, v in a.items()],
        "word first": [("keywords_attributes[][whole_word]", "true"), ("keywords_attributes[][keyword]", "red"),
                       ("keywords_attributes[][whole_word]", "0"), ("keywords_attributes[][keyword]", "a & b")],
    }
    if name in forms:
        return {"data": [("title", "t"), ("context[]", "home"), *forms[name]]}
    if name == "query":
        return {"params": [("title", "t"), ("context[]", "home"), *forms["indexed"]]}
    if name == "multipart":
        return {"files": [(k, (None, v)) for k, v in [("title", "t"), ("context[]", "home"), *forms["unindexed"]]]}
    if name == "object":
        return {"json": {"title": "t", "context": ["home"], "keywords_attributes": {str(i): a for i, a in enumerate(attrs)}}}
    return {"json": {"title": "t", "context": ["home"], "keywords_attributes": attrs}}


@pytest.mark.parametrize("way", ["json", "object", "indexed", "unindexed", "word first", "query", "multipart"])
def test_keywords_in_every_spelling(server, way):
    me = server.user("speller")
    made = is_a("Filter", me.call("POST", "/api/v2/filters", **spelled(way)))
    assert [(k["keyword"], k["whole_word"]) for k in made["keywords"]] == WORDS
    assert (made["filter_action"], made["expires_at"], made["statuses"]) == ("warn", None, [])
    assert made in me.get("/api/v2/filters") and is_a("Filter", me.get(f"/api/v2/filters/{made['id']}")) == made


def test_a_filter_is_changed_bit_by_bit(server, alice):
    path = "/api/v2/filters/" + (made := alice.post("/api/v2/filters", title="t", context=["home"], expires_in=600, keywords_attributes=[
        {"keyword": "one"}, {"keyword": "two"}]))["id"]
    one, two = made["keywords"]
    changed = is_a("Filter", alice.call("PUT", path, json={"keywords_attributes": [
        {"id": one["id"], "_destroy": True}, {"id": two["id"], "keyword": "zwei", "whole_word": False}, {"keyword": "three"}]}))
    assert [(k["keyword"], k["whole_word"]) for k in changed["keywords"]] == [("zwei", False), ("three", True)]
    assert changed["keywords"][0]["id"] == two["id"]
    assert {k: changed[k] for k in ("title", "context", "expires_at", "filter_action")} == \
        {k: made[k] for k in ("title", "context", "expires_at", "filter_action")}, "what was not named stays"
    with pytest.raises(ApiError):  # all or nothing
        alice.call("PUT", path, json={"title": "new", "keywords_attributes": [{"id": two["id"], "_destroy": True}, {"keyword": ""}]})
    assert alice.get(path) == changed
    assert alice.call("PATCH", path, json={"expires_in": None})["expires_at"] is None
    assert alice.call("PATCH", path, data={"expires_in": "60"})["expires_at"]
    assert alice.call("PATCH", path, data={"expires_in": ""})["expires_at"] is None
    assert alice.delete(path) == {} and alice.raw("GET", path).status_code == 404


def test_the_older_api_sees_keywords(alice):
    old = is_a("V1Filter", alice.post("/api/v1/filters", phrase="cats", context=["home", "public"], whole_word=True))
    assert not old["irreversible"]
    new = is_a("Filter[]", alice.get("/api/v2/filters"))[0]
    assert (new["title"], [k["id"] for k in new["keywords"]], new["context"]) == ("cats", [old["id"]], ["home", "public"])
    alice.post(f"/api/v2/filters/{new['id']}/keywords", keyword="dogs")
    both = is_a("V1Filter[]", alice.get("/api/v1/filters"))
    assert [f["phrase"] for f in both] == ["cats", "dogs"]
    path = f"/api/v1/filters/{both[1]['id']}"
    assert alice.raw("PUT", path, json={"phrase": "birds", "context": ["thread"]}).status_code == 422, "would change cats too"
    assert alice.call("PUT", path, json={"phrase": "birds"})["phrase"] == "birds"
    assert alice.delete(path) == {} and len(alice.get("/api/v2/filters")) == 1
    assert alice.call("PUT", f"/api/v1/filters/{old['id']}", json={"irreversible": True})["irreversible"]
    assert alice.get("/api/v2/filters")[0]["filter_action"] == "hide"
    alice.delete(f"/api/v1/filters/{old['id']}")
    assert alice.get("/api/v2/filters") == []


def matches(status):
    return [(f["filter"]["title"], f["keyword_matches"], f["status_matches"]) for f in is_a("Status", status)["filtered"]]


def test_what_is_caught_is_marked_wherever_it_is_shown(server, alice, bob):
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    post = bob.status(f"@{alice.name} Straße & <b>&amp; #Sechs")
    plain = bob.status("nothing")
    made = alice.post("/api/v2/filters", title="t", context=["home"], keywords_attributes=[
        {"keyword": "STRASSE"}, {"keyword": "<b>&amp;"}, {"keyword": "#sechs"}, {"keyword": "sech"}])
    alice.post("/api/v2/filters", title="two", context=["public"], keywords_attributes=[{"keyword": "tra", "whole_word": False}])
    want = [("t", ["STRASSE", "<b>&amp;", "#sechs"], None), ("two", ["tra"], None)]
    home = alice.get("/api/v1/timelines/home")
    assert [matches(s) for s in home if s["id"] in (post["id"], plain["id"])] == [[], want]
    assert home[1]["filtered"][0]["filter"] == {k: v for k, v in made.items() if k not in ("keywords", "statuses")}
    assert matches(alice.get(f"/api/v1/statuses/{post['id']}")) == want
    reply = alice.status("answer", in_reply_to_id=post["id"])
    assert matches(alice.get(f"/api/v1/statuses/{reply['id']}/context")["ancestors"][0]) == want
    assert matches(wait_until(lambda: alice.get("/api/v1/notifications", types=["mention"]))[0]["status"]) == want
    boost = bob.post(f"/api/v1/statuses/{post['id']}/reblog")
    shown = alice.get(f"/api/v1/statuses/{boost['id']}")
    assert matches(shown) == want and matches(shown["reblog"]) == want
    assert bob.get(f"/api/v1/statuses/{post['id']}")["filtered"] == []
    assert "filtered" not in server.anonymous().get(f"/api/v1/statuses/{post['id']}")
    # one post
    chosen = is_a("FilterStatus", alice.post(f"/api/v2/filters/{made['id']}/statuses", status_id=plain["id"]))
    assert matches(alice.get(f"/api/v1/statuses/{plain['id']}")) == [("t", None, [plain["id"]])]
    assert alice.raw("POST", f"/api/v2/filters/{made['id']}/statuses", json={"status_id": plain["id"]}).status_code == 422
    assert is_a("FilterStatus[]", alice.get(f"/api/v2/filters/{made['id']}/statuses")) == [chosen]
    alice.delete(f"/api/v2/filters/statuses/{chosen['id']}")
    assert matches(alice.get(f"/api/v1/statuses/{plain['id']}")) == []
    secret = bob.status("only for those named", visibility="direct")
    for hidden in (secret["id"], "17", "zap"):
        assert alice.raw("POST", f"/api/v2/filters/{made['id']}/statuses", json={"status_id": hidden}).status_code == 404


def test_authz_16_hundreds_of_keywords_slow_nothing(server, alice, bob):
    """Keywords that nearly fit everywhere, a long text of them: a page is still a page."""
    alice.post("/api/v2/filters", title="t", context=["home"], keywords_attributes=[
        {"keyword": "a" * n + "b", "whole_word": False} for n in range(1, 190)])
    bob.status("a" * 4900)
    alice.post(f"/api/v1/accounts/{bob.id}/follow")
    for _ in range(3):
        assert alice.raw("GET", "/api/v1/timelines/home", timeout=5).status_code == 200
