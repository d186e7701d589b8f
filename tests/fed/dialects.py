"""How nine kinds of servers speak: where their things are, what they sign, what their documents look like. Made up in their manner;
tests/fed/test_dialects.py has the same conversation with each of them."""
import base64
import json
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from peer import ACTIVITY_JSON, AS, PUBLIC, Actor, digest, some_key

TOOT = [AS, "https://w3id.org/security/v1", {"toot": "http://joinmastodon.org/ns#", "sensitive": "as:sensitive",
                                             "ostatus": "http://ostatus.org#", "conversation": "ostatus:conversation"}]
LITEPUB = [AS, "https://pleroma.localhost/schemas/litepub-0.1.jsonld", {"@language": "und"}]


def now(fraction="", zone="Z"):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + fraction + zone


def picture(t, kind, **more):
    return {"type": kind, "mediaType": "image/png", "url": f"{t.peer.base}/media/1.png", "name": "A heron", **more}


def mastodon(t, note):
    return {"@context": TOOT, "summary": None, "sensitive": False, "atomUri": note["id"], "inReplyToAtomUri": None,
            "conversation": f"tag:{t.peer.host},2026-01-01:objectId=1:objectType=Conversation",
            "contentMap": {"en": note["content"]}, "attachment": [],
            "replies": {"id": note["id"] + "/replies", "type": "Collection", "first": {
                "type": "CollectionPage", "next": note["id"] + "/replies?only_other_accounts=true&page=true",
                "partOf": note["id"] + "/replies", "items": []}}}


def gotosocial(t, note):
    """One is no list."""
    one = lambda v: v[0] if isinstance(v, list) and len(v) == 1 else v  # noqa: E731
    return {"@context": [AS, {"gts": "https://gotosocial.org/ns#"}], "to": one(note["to"]), "cc": one(note["cc"]),
            "tag": one(note["tag"]), "attachment": [], "contentMap": {"en": note["content"]},
            "interactionPolicy": note.get("interactionPolicy") or {"canLike": {"always": [PUBLIC], "automaticApproval": [PUBLIC]}}}


def misskey(t, note):
    return {"published": now(".123"), "summary": "\u200b", "_misskey_content": "plain", "sensitive": False, "attachment": [],
            "source": {"content": "plain", "mediaType": "text/x.misskeymarkdown"}}


def pleroma(t, note):
    return {"@context": LITEPUB, "actor": t.uri, "published": now(".123456"), "summary": "", "bto": [], "bcc": [], "source": "plain",
            "attachment": [], "context": f"{t.peer.base}/contexts/1", "conversation": f"{t.peer.base}/contexts/1", "likes": [],
            "repliesCount": 0, "emoji": {}}


def lemmy(t, note):
    page = {"type": "Page", "name": "A heron", "commentsEnabled": True, "stickied": False}
    return {"published": now(".123456", "+00:00"), "mediaType": "text/html", "source": {"content": "x", "mediaType": "text/markdown"},
            "audience": t.group.uri, "to": [t.group.uri, PUBLIC], "language": {"identifier": "en", "name": "English"},
            **(page if not note.get("inReplyTo") else {"cc": [t.group.uri, *note["cc"]], "distinguished": False})}


def peertube(t, note):
    if note.get("inReplyTo"):
        return {"published": now(".123")}
    return {"type": "Video", "name": "A heron", "duration": "PT12S", "uuid": "1", "category": {"identifier": "1", "name": "Animals"},
            "attributedTo": [{"type": "Person", "id": t.uri}, {"type": "Group", "id": t.peer.base + "/video-channels/birds"}],
            "mediaType": "text/markdown", "content": note["content"][3:-4].replace("<em>", "*").replace("</em>", "*"),
            "published": now(".123"), "icon": [{"type": "Image", "url": f"{t.peer.base}/t.jpg", "mediaType": "image/jpeg"}],
            "url": [{"type": "Link", "mediaType": "text/html", "href": note["url"]},
                    {"type": "Link", "mediaType": "video/mp4", "href": f"{t.peer.base}/v.mp4", "height": 480}]}


def pixelfed(t, note):
    return {"summary": None, "sensitive": False, "commentsEnabled": True, "location": None,
            "attachment": [] if note.get("inReplyTo") else [picture(t, "Image", blurhash="UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH")],
            "capabilities": {"announce": PUBLIC, "like": PUBLIC, "reply": PUBLIC}}


def wordpress(t, note):
    article = {"type": "Article", "name": "A heron", "summary": "What it is about"}
    return {**({} if note.get("inReplyTo") else article), "contentMap": {"en": note["content"]},
            "attachment": [], "replies": {"id": note["id"] + "&replies", "type": "Collection"}}


def threads(t, note):
    return {"published": now("", "+0000"), "attachment": [], "sensitive": False, "updated": note["published"]}


STUB = "id preferredUsername type publicKey".split()
CAVAGE = "(request-target) host date digest"

# signs: the order of what is signed; signs_as: what it says is the key, where that is not its id; secure: GET only with a signature; answer, gone: how Accept and Delete name their object;
# noid: activities without an id; shows: what is read in the post; rest: what they have no word for
DIALECTS = {
    "mastodon": dict(signs="host date content-type digest (request-target)", note="/users/{n}/statuses/{i}", page="/@{n}/{i}",
                     object=mastodon, gone="Tombstone", shows="<em>heron</em>"),
    "gotosocial": dict(signs=CAVAGE, algorithm="hs2019", key="/main-key", secure=True, note="/users/{n}/statuses/{i}",
                       object=gotosocial, gone="id", shows="<em>heron</em>"),
    "misskey": dict(signs="(request-target) date host digest", note="/notes/{i}", object=misskey, gone="Tombstone", noid=True,
                    like={"_misskey_reaction": "👍", "content": "👍"}, shows="<em>heron</em>"),
    "pleroma": dict(signs="(request-target) content-length date digest host", algorithm="hs2019", note="/objects/{i}", object=pleroma,
                    gone="id", shows="<em>heron</em>"),
    "lemmy": dict(signs="(request-target) content-type date digest host", algorithm="hs2019", actor="/u/{n}", note="/post/{i}",
                  object=lemmy, gone="id", shows="A heron", rest="move block follow"),
    "peertube": dict(signs=CAVAGE, signs_as="", actor="/accounts/{n}", note="/videos/watch/{i}", object=peertube, gone="id",
                     shows="<em>heron</em>", media=1, rest="move block"),
    "pixelfed": dict(signs="(request-target) host date digest content-type user-agent", note="/p/{n}/{i}", object=pixelfed,
                     gone="Tombstone", shows="<em>heron</em>", media=1, rest="edit"),
    "wordpress": dict(signs=CAVAGE, actor="/?author=1{n}", note="/?p={i}", object=wordpress, gone="Tombstone", shows="<em>heron</em>",
                      doc={"webfinger": True}),
    "threads": dict(signs=CAVAGE, actor="/ap/users/{n}/", note="/ap/users/{n}/post/{i}/", secure=True, object=threads, gone="id",
                    answer="id", shows="<em>heron</em>", rest="move", domain="threads.localhost"),
}


class Talker(Actor):
    """Someone on a server of that kind."""

    def __init__(self, peer, kind, name, key=0, type_="Person", **doc):
        super().__init__(peer, name, some_key(key))
        self.d = {"actor": "/users/{n}", "key": "#main-key", "rest": "", "like": {}, **DIALECTS[kind]}
        self.kind, self.group, peer.actors[name] = kind, None, self
        path = self.d["actor"].format(n=name) if type_ == "Person" else "/c/" + name
        joint = "&" if "?" in path else "/"
        self.uri = peer.base + path
        self.key_id = self.uri.rstrip("/") + self.d["key"] if self.d["key"].startswith("/") else self.uri + self.d["key"]
        self.handle = f"{name}@{self.d['domain']}:{peer.port}" if "domain" in self.d else self.handle
        at = {k: self.uri.rstrip("/") + joint + k for k in ("inbox", "outbox", "followers", "following")}
        if "?" in path:  # paths of WordPress' REST interface
            at = {k: f"{peer.base}/wp-json/activitypub/1.0/actors/1{name}/{k}" for k in at}
        self.doc = {**self.doc, "id": self.uri, "type": type_, **at, **doc, "endpoints": {"sharedInbox": peer.base + "/inbox"},
                    "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": self.doc["publicKey"]["publicKeyPem"]}}
        if self.d.get("doc"):
            self.doc["webfinger"] = self.handle
        self.publish(self.doc)
        if self.d["key"].startswith("/"):
            self.publish({k: self.doc[k] for k in ("@context", *STUB)}, at=self.key_id)
        if "signs_as" in self.d:
            self.key_id = self.uri + self.d["signs_as"]
        if kind == "lemmy" and type_ == "Person":
            self.group = Talker(peer, kind, name + "s", key, "Group")

    def publish(self, doc, at=None):
        def secure(handler):
            signed = handler.headers.get("Signature")
            handler.answer(200 if signed else 401, json.dumps(doc).encode() if signed else b"", ACTIVITY_JSON)

        path = (at or doc["id"]).removeprefix(self.peer.base)
        self.peer.docs[path] = secure if self.d.get("secure") else doc

    def gone(self, note):
        self.peer.docs[note["id"].removeprefix(self.peer.base)] = 410

    def note(self, content, to=(PUBLIC,), cc=(), published=None, **more):
        uri = self.peer.base + self.d["note"].format(n=self.name, i=self.peer.next())
        page = self.peer.base + self.d["page"].format(n=self.name, i=self.peer.next()) if "page" in self.d else uri
        note = {"@context": AS, "id": uri, "type": "Note", "attributedTo": self.uri, "content": f"<p>{content}</p>", "to": list(to),
                "cc": [self.doc["followers"], *cc], "url": page, "published": now(), "tag": [], **more}
        note.update(self.d["object"](self, note))
        self.publish(note)
        return note

    def send(self, server, activity, **more):
        """By the community, where there is one."""
        if self.d.get("noid"):
            activity = {k: v for k, v in activity.items() if k != "id" or activity["type"] in ("Create", "Follow", "Like")}
        if self.group:
            activity = self.group.activity("Announce", activity, to=[PUBLIC], cc=[self.group.doc["followers"]])
            return self.group.send(server, activity)
        return super().send(server, activity, names=self.d["signs"], algorithm=self.d.get("algorithm", "rsa-sha256"), **more)

    def accept(self, follow):
        return self.activity("Accept", follow["id"] if self.d.get("answer") == "id" else follow)

    def delete(self, note):
        what = {"id": note["id"], "type": "Tombstone"} if self.d["gone"] == "Tombstone" else note["id"]
        return self.activity("Delete", what, to=[PUBLIC])


def strict(server, wrong):
    """For Peer.inbox_status: deliveries are checked as the strictest of them do."""
    keys = {}

    def key_of(key_id):
        if key_id not in keys:
            doc = server.anonymous().raw("GET", key_id.split("#")[0], headers={"Accept": ACTIVITY_JSON}).json()
            keys[key_id] = serialization.load_pem_public_key(doc["publicKey"]["publicKeyPem"].encode())
        return keys[key_id]

    def status(handler, body):
        h = {k.lower(): v for k, v in handler.headers.items()}
        try:
            p = dict(x.split("=", 1) for x in h["signature"].split(","))
            p = {k: v.strip('"') for k, v in p.items()}
            names = p["headers"].split()
            assert {"(request-target)", "host", "date", "digest"} <= set(names) and h["digest"] == digest(body)
            assert h["content-type"] == ACTIVITY_JSON and h["user-agent"].startswith("dassie/") and f"(+http://{server.host}/)" in h["user-agent"]
            lines = [f"{n}: post {handler.path}" if n == "(request-target)" else f"{n}: {h[n]}" for n in names]
            key_of(p["keyId"]).verify(base64.b64decode(p["signature"]), "\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
            return 202
        except Exception as e:  # noqa: BLE001
            wrong.append(f"{handler.path}: {e!r} {h}")
            return 401
    return status
