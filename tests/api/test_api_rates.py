"""How often the API may be asked: by token, account and address, with Mastodon's headers."""
import re

import pytest
from harness import OOB, Server, login

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture(scope="module")
def tight(kind):
    with Server(kind, rate_limit=20) as s:
        yield s


def ask(client, path, address, method="GET", **kw):
    """As a proxy in front passes it on."""
    return client.raw(method, path, headers={"X-Forwarded-For": address}, **kw)


def test_a_token_has_its_measure_and_says_how_much_is_left(tight):
    ann = tight.user("ann")
    first = ask(ann, "/api/v1/preferences", "198.51.100.1")
    assert first.headers["X-RateLimit-Limit"] == "20" and first.headers["X-RateLimit-Remaining"] == "19"
    assert TIME.fullmatch(first.headers["X-RateLimit-Reset"])
    seen = [ask(ann, "/api/v1/preferences", f"198.51.100.{n}") for n in range(2, 30)]
    codes = [r.status_code for r in seen]
    assert set(codes) == {200, 429} and codes == sorted(codes) and 15 < codes.count(200) < 24
    last = seen[-1]
    assert last.json()["error"] == "Too many requests" and last.headers["X-RateLimit-Remaining"] == "0"
    assert int(last.headers["Retry-After"]) > 0
    again = login(tight, "ann")
    assert ask(again, "/api/v1/preferences", "198.51.100.1").status_code == 200, "another token has its own measure"


def test_an_address_without_a_token_has_its_measure(tight):
    nobody = tight.anonymous()
    path = "/api/v1/timelines/public"
    codes = [ask(nobody, path, "203.0.113.5").status_code for _ in range(30)]
    assert 429 in codes and ask(nobody, path, "203.0.113.6").status_code == 200
    v6 = [ask(nobody, path, f"2001:db8:1:2::{n:x}").status_code for n in range(30)]
    assert 429 in v6, "a /64 is one address"
    assert ask(nobody, path, "2001:db8:1:3::1").status_code == 200
    assert ask(nobody, "/api/v2/instance", "203.0.113.5").status_code == 200, "what is remembered costs nothing"


def test_what_costs_more_has_a_smaller_measure(tight):
    eve = tight.user("eve")
    codes = [ask(eve, f"/api/v1/statuses/{n}", "198.51.100.9", "DELETE").status_code for n in range(1, 6)]
    assert codes[:3] == [404] * 3 and 429 in codes
    assert ask(eve, "/api/v1/preferences", "198.51.100.9").status_code == 200


def test_an_account_has_a_measure_for_all_its_tokens(tight):
    zoe = tight.user("zoe")
    tokens = [zoe] + [login(tight, "zoe") for _ in range(6)]
    codes = [ask(t, "/api/v1/preferences", "198.51.100.7").status_code for t in tokens for _ in range(18)]
    assert 429 in codes and 95 < codes.count(200) < 126


def test_who_calls_from_here_is_not_counted(tight):
    c = tight.anonymous()
    for _ in range(40):
        r = c.raw("GET", "/api/v1/timelines/public")
        assert r.status_code == 200 and "X-RateLimit-Limit" not in r.headers
    assert c.post("/api/v1/apps", client_name="x", redirect_uris=OOB)["client_id"]
