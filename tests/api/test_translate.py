"""Translation by a server that speaks LibreTranslate's API: a made-up one, which writes backwards."""
import contextlib
import json

import pytest
from harness import Server
from peer import Peer
from shapes import is_a

HOST = "words.localhost"


class Translator(Peer):
    def __init__(self):
        super().__init__(HOST)
        self.got, self.status = [], 200
        self.inbox_status = self.translate
        self.docs["/languages"] = lambda h: h.answer(200, json.dumps(
            [{"code": "de", "name": "German", "targets": ["de", "en"]}, {"code": "<", "targets": ["en"]}]).encode(), "application/json")

    def translate(self, handler, body):
        self.got.append(json.loads(body))
        texts = [q.replace("hallo", "hello <script>x()</script>") for q in self.got[-1]["q"]]
        answer = {"translatedText": texts, "detectedLanguage": [{"language": "de", "confidence": 90}] * len(texts)}
        handler.answer(self.status, json.dumps(answer).encode(), "application/json")


@pytest.fixture(scope="module")
def world(kind):
    with contextlib.ExitStack() as stack:
        peer = stack.enter_context(Translator())
        server = stack.enter_context(Server(kind, hosts=f"{HOST}=127.0.0.1 localhost=127.0.0.1", translate_url=peer.base + "/",
                                            translate_key="sesame"))
        yield server, peer


def test_a_post_is_translated_with_all_that_is_in_it_and_once(world):
    server, peer = world
    me, other = server.someone("reader"), server.someone("writer")
    post = other.status("hallo & more", spoiler_text="hallo <b>", language="de", poll={"options": ["hallo", "no"], "expires_in": 600})
    t = is_a("Translation", me.post(f"/api/v1/statuses/{post['id']}/translate", lang="en"))
    assert t == {"content": "<p>hello  &amp; more</p>", "spoiler_text": "hello  <b>", "language": "en", "detected_source_language": "de",
                 "provider": "LibreTranslate", "media_attachments": [],
                 "poll": {"id": post["id"], "options": [{"title": "hello"}, {"title": "no"}]}}
    sent = peer.got[-1]
    assert (sent["source"], sent["target"], sent["format"], sent["api_key"]) == ("de", "en", "html", "sesame")
    asked = len(peer.got)
    assert me.post(f"/api/v1/statuses/{post['id']}/translate", lang="en") == t and len(peer.got) == asked
    other.put(f"/api/v1/statuses/{post['id']}", status="hallo again", language="de")
    assert "again" in me.post(f"/api/v1/statuses/{post['id']}/translate")["content"] and len(peer.got) == asked + 1


def test_what_is_not_translated(world):
    server, peer = world
    me = server.someone("reader")
    nobody = server.anonymous()
    private, same = me.status("hallo", visibility="private", language="de"), me.status("hello", language="en")
    asked = len(peer.got)
    for post in (private, same):
        assert me.raw("POST", f"/api/v1/statuses/{post['id']}/translate", params={"lang": "en"}).status_code == 403
    assert nobody.raw("POST", f"/api/v1/statuses/{same['id']}/translate").status_code == 401
    assert server.someone("x").raw("POST", f"/api/v1/statuses/{private['id']}/translate").status_code == 404
    assert len(peer.got) == asked
    peer.status = 500
    post = me.status("hallo", language="de")
    assert me.raw("POST", f"/api/v1/statuses/{post['id']}/translate", params={"lang": "en"}).status_code == 503
    peer.status = 200
    assert me.post(f"/api/v1/statuses/{post['id']}/translate", lang="en")["language"] == "en"


def test_which_languages_there_are(world):
    me = world[0].anonymous()
    assert me.get("/api/v1/instance/translation_languages") == {"de": ["en"]}
    assert me.get("/api/v2/instance")["configuration"]["translation"]["enabled"] is True
