"""ADMIN cases: what looking after a server must not open. There is no administration over the API or on pages yet."""
import contextlib
import os
import stat
import subprocess

import pytest
from files import png
from harness import DASSIE, OOB, PASSWORD, SCOPES, Client, Server, wait_until


@pytest.fixture(scope="module")
def server(kind):
    with Server(kind, sign_up="approved", domain_blocks_shown="users", timelines_access="authenticated") as s:
        yield s


def test_admin_04_others_on_the_machine_read_nothing(server, tmp_path):
    server.user("writer").status("so that there is a write-ahead log")
    for path in server.dir.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.name not in ("log", "dassie.conf"):  # of the tests themselves
                assert not path.stat().st_mode & 0o077, path
    conf = tmp_path / "dassie.conf"
    word = tmp_path / "word"
    word.write_text("hush")
    for mode, secret, told in ((0o644, "hush", True), (0o640, "hush", False), (0o600, "hush", False), (0o644, f"@{word}", False)):
        conf.write_text(f"dev = yes\ndata_dir = {tmp_path}\nsmtp_password = {secret}\n")
        os.chmod(conf, mode)
        r = subprocess.run([DASSIE, "serve", "--check", "--config", str(conf)], capture_output=True, text=True, timeout=60)
        assert ("can read the passwords" in r.stderr) == told, (oct(mode), secret, r.stderr)
        assert "hush" not in r.stdout + r.stderr
    assert stat.S_IMODE(conf.stat().st_mode) == 0o644


def test_admin_11_emoji_are_kept_by_number_never_by_name(server, tmp_path):
    good, big = tmp_path / "good.png", tmp_path / "big.png"
    good.write_bytes(png(30, 30, 7))
    big.write_bytes(png(30, 30, 8) + b"\0" * (50 << 20))
    for name in ("../../x", "a/b", "..", "a.png", "a\nb", "x" * 65, "", "é"):
        r = server.command("emoji", "add", name, str(good), ok=False)
        assert r.returncode == 1 and "letters, digits" in r.stderr, (name, r.stderr)
    assert server.command("emoji", "add", "big", str(big), ok=False).returncode == 1
    for _ in range(2):
        server.command("emoji", "add", "twice", str(good))
    assert server.command("emoji", "list").stdout.split() == ["twice"]
    assert server.sql("SELECT COUNT(*) FROM custom_emojis WHERE removed_at = 0") == "1"


def test_admin_12_who_waits_sees_what_anybody_sees(server):
    """Unconfirmed, unapproved or disabled logins count as nobody, also where anybody may ask."""
    nobody, member = server.anonymous(), server.user("member")
    app = nobody.post("/api/v1/apps", client_name="app", redirect_uris=OOB, scopes=SCOPES)
    made = nobody.post("/oauth/token", grant_type="client_credentials", client_id=app["client_id"],
                       client_secret=app["client_secret"], scope=SCOPES)
    token = Client(server, token=made["access_token"]).post(
        "/api/v1/accounts", username="waits", email="waits@example.test", password=PASSWORD, agreement=True, locale="en",
        reason="to look")["access_token"]
    waits = Client(server, token=token)
    server.command("host", "block", "bad.example", "--note", "a private reason")
    hidden = server.user("teller").status("not for all", visibility="private")["id"]
    for path in ("/api/v1/instance/domain_blocks", "/api/v1/timelines/public", f"/api/v1/statuses/{hidden}"):
        got = [c.raw("GET", path) for c in (waits, nobody)]
        assert got[0].status_code == got[1].status_code in (401, 404, 422), (path, got[0].text)
        assert got[0].text == got[1].text
    wait_until(lambda: [b["domain"] for b in member.get("/api/v1/instance/domain_blocks")] == ["bad.example"])
    assert "private reason" not in member.raw("GET", "/api/v1/instance/domain_blocks").text
    for path in ("/api/v1/instance/peers", "/api/v2/instance"):
        assert waits.raw("GET", path).text == nobody.raw("GET", path).text
    r = waits.raw("GET", "/api/v1/streaming/user")
    assert r.status_code == 403 and "pending approval" in r.json()["error"]
    server.command("account", "disable", member.handle)
    wait_until(lambda: member.raw("GET", "/api/v1/instance/domain_blocks").status_code == 401)
