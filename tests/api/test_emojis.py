"""Emoji of a site: by command, for apps to choose from, in posts and profiles, on the wire."""
import json

import pytest
from files import gif, png
from harness import wait_until
from shapes import is_a

AS = {"Accept": "application/activity+json"}


@pytest.fixture
def folder(server):
    d = server.dir / "emoji"
    d.mkdir(exist_ok=True)
    return d


def add(server, folder, name, data, *flags):
    path = folder / (name + ".png")
    path.write_bytes(data)
    server.command("emoji", "add", name, str(path), *flags)


def offered(server):
    return dict(line.split("\t") for line in server.command("emoji", "list").stdout.splitlines())


def test_the_commands(server, folder):
    add(server, folder, "blob", png(90, 90, 3), "--category", "Blobs")
    add(server, folder, "wave_1", gif())
    assert offered(server) == {"blob": "Blobs", "wave_1": ""}
    (folder / "not.png").write_bytes(b"nothing")
    for words, why in ((("add", "x", str(folder / "blob.png")), "2 to 64"), (("add", "a-b", str(folder / "blob.png")), "letters"),
                       (("add", "not", str(folder / "not.png")), "not added"), (("add", "gone", str(folder / "gone.png")), "cannot read"),
                       (("add", "nest", str(folder)), "is a folder"), (("remove", "gone"), "no emoji"), (("import", str(folder / "gone")), "cannot read")):
        r = server.command("emoji", *words, ok=False)
        assert r.returncode == 1 and why in r.stderr, (words, r.stderr)
    many = folder / "many"
    many.mkdir()
    for i in range(3):
        (many / f"face{i}.png").write_bytes(png(20, 20, i))
    (many / "bad.png").write_bytes(b"nothing")
    r = server.command("emoji", "import", str(many), "--category", "Faces", ok=False)
    assert (r.returncode, r.stdout.strip()) == (1, "3") and ":bad:" in r.stderr
    assert offered(server)["face2"] == "Faces"
    server.command("emoji", "add", ":face2:", str(many / "face1.png"), "--category", "More")
    assert offered(server)["face2"] == "More"
    server.command("emoji", "remove", "face2")
    assert "face2" not in offered(server)


def test_apps_choose_and_posts_carry_them(server, folder, alice, nobody):
    add(server, folder, "party", png(64, 64, 9), "--category", "Blobs")
    alice.status("the list is read anew after a commit of this process")
    listed = wait_until(lambda: {e["shortcode"]: e for e in nobody.get("/api/v1/custom_emojis")}.get("party"))
    is_a("CustomEmoji", listed)
    assert (listed["category"], listed["visible_in_picker"]) == ("Blobs", True)
    got = nobody.raw("GET", listed["url"])
    assert got.status_code == 200 and got.headers["Content-Type"].startswith("image/")
    post = is_a("Status", alice.status("a :party: at 12:30:45, no:party: :nothing: :party::party:", spoiler_text=":party:"))
    assert [e["shortcode"] for e in post["emojis"]] == ["party"] and ":party:" in post["content"]
    assert alice.status("no :partyy: here, x:party:")["emojis"] == []
    asked = alice.status("?", poll={"options": [":party:", "no"], "expires_in": 600})
    assert [e["shortcode"] for e in asked["poll"]["emojis"]] == ["party"]
    doc = nobody.raw("GET", post["uri"], headers=AS).json()
    tag = next(t for t in doc["tag"] if t["type"] == "Emoji")
    assert tag["name"] == ":party:" and tag["icon"]["url"] == listed["url"] and tag["icon"]["mediaType"] == "image/png"
    edited = alice.put(f"/api/v1/statuses/{post['id']}", status="none any more")
    assert edited["emojis"] == []
    # what was written with it keeps it, whatever becomes of it
    old = alice.status("still :party:")
    add(server, folder, "party", png(64, 64, 10))
    assert alice.status("new :party:")["emojis"][0]["url"] != listed["url"]
    server.command("emoji", "remove", "party")
    assert alice.status("gone :party:")["emojis"] == []
    kept = nobody.get(f"/api/v1/statuses/{old['id']}")["emojis"][0]
    assert kept["url"] == listed["url"] and nobody.raw("GET", kept["url"]).status_code == 200


def test_profiles_carry_them(server, folder, alice, nobody):
    add(server, folder, "cat", png(30, 30, 12))
    me = is_a("CredentialAccount", alice.patch("/api/v1/accounts/update_credentials", display_name="Al :cat:", note="x",
                                               fields_attributes=[{"name": "pet", "value": ":cat:"}]))
    assert [e["shortcode"] for e in me["emojis"]] == ["cat"]
    actor = nobody.raw("GET", f"/users/{alice.name}", headers=AS).json()
    assert json.dumps(actor["tag"]).count('":cat:"') == 1
    assert alice.patch("/api/v1/accounts/update_credentials", display_name="Al",
                       fields_attributes=[{"name": "pet", "value": "dog"}])["emojis"] == []


def test_announcements_name_them_and_people_react_with_them(server, folder, alice, bob):
    add(server, folder, "hooray", png(32, 32, 21))
    add(server, folder, "other", png(32, 32, 22))
    number = server.command("announce", "add", "We are five :hooray: at 12:other:30").stdout.strip()
    one = is_a("Announcement", next(a for a in alice.get("/api/v1/announcements") if a["id"] == number))
    assert [e["shortcode"] for e in one["emojis"]] == ["hooray"]
    for name in ("hooray", "🎉"):
        bob.put(f"/api/v1/announcements/{number}/reactions/{name}")
    shown = {r["name"]: r for r in alice.get("/api/v1/announcements")[0]["reactions"]}
    assert shown["hooray"]["url"] == one["emojis"][0]["url"] and shown["hooray"]["static_url"] == one["emojis"][0]["static_url"]
    assert "url" not in shown["🎉"] and (shown["hooray"]["count"], shown["hooray"]["me"]) == (1, False)
    assert bob.raw("PUT", f"/api/v1/announcements/{number}/reactions/nothing").status_code == 422
    server.command("emoji", "remove", "hooray")
    shown = {r["name"]: r for r in alice.get("/api/v1/announcements")[0]["reactions"]}
    assert "url" not in shown["hooray"]
    bob.delete(f"/api/v1/announcements/{number}/reactions/hooray")
    assert [r["name"] for r in alice.get("/api/v1/announcements")[0]["reactions"]] == ["🎉"]
