"""The command line: what it does, and that whatever is wrong is one clear sentence and a code."""
import os
import pty
import re
import select
import signal
import socket
import subprocess
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from harness import DASSIE, LATE, PASSWORD, ROOT, SLOW, Server, login, wait_until


def dassie(*words, cwd=None, env=None, stdin=""):
    return subprocess.run([DASSIE, *map(str, words)], input=stdin, text=True, capture_output=True, cwd=cwd, timeout=60,
                          env={**os.environ, **(env or {})})


def one_sentence(r, code, *words):
    assert r.returncode == code, r
    lines = [line for line in r.stderr.splitlines() if line.startswith("dassie: ")]
    assert len(lines) == 1, r.stderr
    for w in words:
        assert str(w) in lines[0]
    return lines[0]


@pytest.mark.parametrize("command", ["init", "serve", "site add", "site list", "account create", "account list",
                                     "account password", "account role", "migrate", "version"])
def test_every_command_explains_itself(command):
    r = dassie(*command.split(), "--help")
    assert r.returncode == 0
    assert r.stdout.startswith(f"usage: dassie {command}")
    assert "--config FILE" in r.stdout


def test_help_lists_all_commands_and_settings():
    assert "account password" in dassie("--help").stdout
    assert "account password" in dassie("help").stdout
    assert dassie("account", "--help").stdout.count("dassie account") >= 4
    assert "max_characters" in dassie("help", "settings").stdout
    assert dassie("version").stdout.startswith("dassie ")


def test_a_wrong_command_line_is_one_sentence_and_code_2():
    one_sentence(dassie("frobnicate"), 2, "frobnicate", "--help")
    one_sentence(dassie("site", "remove"), 2, "site remove")
    one_sentence(dassie("serve", "--frob"), 2, "--frob", "dassie serve --help")
    one_sentence(dassie("serve", "--config"), 2, "--config", "value")
    one_sentence(dassie("serve", "now"), 2, "now")
    one_sentence(dassie("site", "add"), 2, "DOMAIN")
    one_sentence(dassie("serve", "--set", "what"), 2, "NAME=VALUE")
    assert dassie().returncode == 2
    for half in (("account",), ("account", "--config", "x")):
        r = dassie(*half)
        assert r.returncode == 2 and "account list" in r.stderr and "no command" not in r.stderr, r.stderr


def test_a_wrong_setting_is_named(tmp_path):
    one_sentence(dassie("serve", "--set", "colour=red"), 1, "colour")
    one_sentence(dassie("serve", "--set", "workers=many"), 1, "workers")
    one_sentence(dassie("serve", "--config", tmp_path / "none.conf"), 1, "none.conf")
    (tmp_path / "bad.conf").write_text("workers = 2\nhttp_threads = lots\n")
    one_sentence(dassie("serve", "--config", tmp_path / "bad.conf"), 1, "http_threads", "2")
    one_sentence(dassie("serve", env={"DASSIE_WORKERS": "0"}), 1, "workers")


def test_init_in_a_script_wants_what_it_cannot_ask(tmp_path):
    one_sentence(dassie("init", "--data-dir", tmp_path), 2, "--site", "--owner")


def test_init_makes_up_a_password_once_and_it_works(tmp_path):
    r = dassie("init", "--data-dir", tmp_path, "--set", "dev=yes", "--site", "localhost", "--owner", "me", "--email", "me@example.test")
    assert r.returncode == 0, r.stderr
    assert "@me@localhost" in r.stdout
    assert len(re.search(r"^password  (\S+)$", r.stdout, re.M).group(1)) >= 12
    assert oct((tmp_path / "main.db").stat().st_mode & 0o777) == "0o600"
    one_sentence(dassie("init", "--data-dir", tmp_path, "--set", "dev=yes", "--site", "localhost", "--owner", "me"), 1)


def test_init_asks_on_a_terminal(tmp_path):
    child, terminal = pty.fork()
    if not child:
        os.execv(DASSIE, [DASSIE, "init", "--data-dir", str(tmp_path), "--set", "dev=yes"])
    shown = b""

    def expect(text):
        nonlocal shown
        end = time.monotonic() + 20 * SLOW
        while text not in shown:
            assert time.monotonic() < end, shown
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    shown += os.read(terminal, 4096)
                except OSError:
                    break
        assert text in shown, shown

    for question, answer in ((b"Domain", "localhost"), (b"Host", ""), (b"Name", "tess"), (b"e-mail", ""),
                             (b"Password", "a very secret one")):
        expect(question)
        os.write(terminal, answer.encode() + b"\n")
    expect(b"@tess@localhost")
    assert b"a very secret one" not in shown
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)


def test_serve_says_what_is_missing(tmp_path):
    one_sentence(dassie("serve", "--data-dir", tmp_path / "nowhere"), 1, "nowhere")
    one_sentence(dassie("serve", "--data-dir", tmp_path), 1, "dassie init")
    one_sentence(dassie("account", "list", "--data-dir", tmp_path), 1, "dassie init")
    assert not list(tmp_path.iterdir())


def test_serve_check_prints_what_is_in_force(server):
    r = server.command("serve", "--check", "--set", "workers=7")
    assert "workers = 7" in r.stdout
    assert "dev = yes" in r.stdout
    one_sentence(server.command("serve", "--check", "--set", "hosts=nonsense", ok=False), 1, "hosts")


def test_an_account_keeps_the_key_it_had_elsewhere(server, tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    mine, public = tmp_path / "mine.pem", key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
    for kind in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL):
        mine.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
        name = f"moved{kind.name.lower()}"
        server.command("account", "create", name, "--private-key", str(mine))
        actor = server.anonymous().raw("GET", f"/users/{name}", headers={"Accept": "application/activity+json"}).json()
        assert actor["publicKey"]["publicKeyPem"] == public


def test_a_key_that_does_not_fit_makes_no_account(server, tmp_path):
    def text(key, lock=serialization.NoEncryption()):
        return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)

    whole = text(rsa.generate_private_key(65537, 2048))
    for bad in (b"", b"no key", whole[:-200], text(rsa.generate_private_key(65537, 1024)), text(ed25519.Ed25519PrivateKey.generate()),
                text(rsa.generate_private_key(65537, 2048), serialization.BestAvailableEncryption(b"secret"))):
        (tmp_path / "bad.pem").write_bytes(bad)
        r = server.command("account", "create", "badkey", "--private-key", str(tmp_path / "bad.pem"), ok=False)
        one_sentence(r, 1, "RSA")
    one_sentence(server.command("account", "create", "badkey", "--private-key", str(tmp_path / "none"), ok=False), 1, "none")
    assert "badkey" not in server.command("account", "list").stdout


def test_dev_is_refused_for_sites_that_others_can_reach(tmp_path):
    assert dassie("init", "--data-dir", tmp_path, "--site", "example.org", "--owner", "me").returncode == 0
    one_sentence(dassie("serve", "--data-dir", tmp_path, "--set", "dev=yes", "--listen", "127.0.0.1:0"), 1, "dev", "example.org")


def test_a_port_in_use_is_one_sentence(kind):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        s = Server(kind)
        try:
            r = s.command("serve", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", ok=False)
            one_sentence(r, 1, taken.getsockname()[1])
        finally:
            s.close()


def test_a_newer_database_is_refused(kind):
    s = Server(kind)
    try:
        s.sql("UPDATE schema SET version = 9999")
        for words in (("serve",), ("account", "list"), ("migrate",), ("serve", "--check")):
            one_sentence(s.command(*words, ok=False), 1, "9999", "newer")
    finally:
        s.close()


def test_one_sqlite_file_has_one_server():
    with Server("sqlite") as s:
        one_sentence(s.command("serve", "--listen", "127.0.0.1:0", ok=False), 1, "already")


def test_accounts_by_command_line(server):
    name = server.someone("cli").name
    assert re.search(rf"^{name}@{server.domain}\t", server.command("account", "list").stdout, re.M)
    server.command("account", "role", name, "moderator")
    assert "moderator" in server.command("account", "list").stdout
    one_sentence(server.command("account", "role", name, "king", ok=False), 1)
    one_sentence(server.command("account", "role", "nobody_at_all", "user", ok=False), 1, "nobody_at_all")
    one_sentence(server.command("account", "create", name, ok=False), 1)
    one_sentence(server.command("account", "create", "not a name", ok=False), 1)
    one_sentence(server.command("account", "create", "x@elsewhere.test", ok=False), 1, "elsewhere.test")


def test_a_new_password_ends_the_old_one_and_all_tokens(server):
    before = server.someone("pass")
    server.command("account", "password", before.name, "--password-file", "-", stdin="another good one\n")
    wait_until(lambda: before.raw("GET", "/api/v1/accounts/verify_credentials").status_code == 401)
    with pytest.raises(AssertionError):
        login(server, before.name, password=PASSWORD)
    assert login(server, before.name, password="another good one").id
    made = server.command("account", "password", before.name).stdout
    assert re.match(r"password  \S{12,}\n", made)


def test_signals(kind):
    """SIGHUP and others change nothing; SIGTERM, even twice, ends with code 0 and loses nothing acknowledged."""
    s = Server(kind).start()
    try:
        owner = s.user("owner")
        for nothing in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE, signal.SIGSTOP, signal.SIGCONT):
            s.process.send_signal(nothing)
            time.sleep(0.05)
        post = owner.status("before the end")
        began = time.monotonic()
        s.process.send_signal(signal.SIGTERM)
        s.process.send_signal(signal.SIGTERM)
        assert s.process.wait(15) == 0
        assert time.monotonic() - began < 10 + LATE
        s._ended()
        s.start()
        assert owner.get(f"/api/v1/statuses/{post['id']}")["content"] == "<p>before the end</p>"
    finally:
        s.close()


def test_it_is_ready_soon(server):
    took = int(re.findall(r"at=ready .*took=(\d+)", server.log_path.read_text())[-1])
    assert took < 50 * LATE * 4, "start-up takes far longer than it should"


def test_the_page_of_settings_is_up_to_date():
    """./dev docs writes it."""
    assert (ROOT / "docs/CONFIG.md").read_text() == dassie("help", "settings").stdout
