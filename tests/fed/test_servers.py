"""Two of our own servers: text arrives whole, and what is asked for by its address is brought in."""
import re

import pytest
from harness import servers, wait_until

SOON = 2.0


@pytest.fixture(scope="module")
def pair(kind):
    """alice on one server, bob on the other, who follows her."""
    both = servers(kind, "a.localhost", "b.localhost")
    try:
        alice, bob = [s.start().someone("person") for s in both]
        account = bob.follow(alice.handle)
        wait_until(lambda: bob.relationship(account["id"])["following"], SOON)
        yield alice, bob
    finally:
        for s in both:
            s.close()


def text(status):
    return re.sub("<[^>]*>", "", status["content"])


def test_a_hashtag_and_a_link_arrive_whole(pair):
    alice, bob = pair
    alice.status("look: https://example.org/a(b)?c=d&e#f #CamelCase ünïcödé 🦔")
    got = wait_until(lambda: [s for s in bob.get("/api/v1/timelines/tag/camelcase") if "look" in s["content"]], SOON)[0]
    assert [t["name"] for t in got["tags"]] == ["camelcase"] or got["tags"][0]["name"].lower() == "camelcase"
    assert 'href="https://example.org/a(b)?c=d&amp;e#f"' in got["content"]
    assert "ünïcödé 🦔" in text(got)


def test_a_post_is_brought_in_by_its_url(pair):
    alice, bob = pair
    stranger = alice.server.someone("stranger")
    made = stranger.status("found by its address")
    got = bob.find(made["url"])
    assert text(got) == "found by its address"
    assert got["account"]["acct"] == stranger.handle
