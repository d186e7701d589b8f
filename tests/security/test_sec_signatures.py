"""Signatures as attackers send them, at the inbox of a real server. tests/unit/test_httpsig.c and test_keys.c hold the details."""
import email.utils
import json
import subprocess
import time

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from harness import LATE, Server, wait_until
from hostile import SLOW, World, cavage, pem, raw, rfc9421, sha256, some_key


@pytest.fixture(scope="module")
def w():
    with World(log_level="debug") as world:
        world.introduced(world.mallory, world.victor)
        yield world


def stranger(w, **publicKey):
    """Somebody on the evil peer whose key document says so."""
    a = w.evil.actor("s" + w.evil.next().replace("-", ""))
    a.doc["publicKey"] = {**a.doc["publicKey"], **publicKey}
    return a


def follow(w, actor=None):
    return (actor or w.mallory).follow(w.alice_uri)


def test_sig_02_headers_that_cannot_be_read_are_refused_without_a_fetch(w):
    body = json.dumps(follow(w)).encode()
    good = dict(cavage(w.mallory.key, w.mallory.key_id, "/inbox", body, w.server.host))
    unknown = f'keyId="{w.evil.base}/users/nobody#main-key"'
    bad = ["", "keyId=", 'keyId="', unknown, unknown + ',headers="(request-target', "\xff\xfe\x80", "a" * 50000,
           f'{unknown},{unknown},headers="(request-target) host date digest",signature="AAAA"',
           f'{unknown},headers="(request-target) host date digest",signature="!!!"',
           f'{unknown},headers="(request-target) host date digest",signature="{"A" * 64000}"',
           f'{unknown},headers="date date",signature="AAAA"', f"{unknown},,,,=", "=", ",", '"']
    asked = w.fetched(w.evil)
    for value in bad:
        r = raw(w.server, "POST", "/inbox", [*{**good, "signature": value}.items()], body)
        assert r.status_code in (400, 401, 431), (value[:80], r.status_code)
    assert w.fetched(w.evil) == asked


def test_sig_04_a_body_that_is_not_the_signed_one_is_401(w):
    body = json.dumps(follow(w)).encode()
    flipped = body.replace(b"Follow", b"Follox")
    with w.unchanged():
        assert w.signed(body, sent=flipped) == 401
        assert w.signed(body, sent=body + b" ") == 401


def test_sig_05_only_sha_256_of_the_body_counts_in_any_case(w):
    body = json.dumps(follow(w)).encode()
    good = sha256(body)
    with w.unchanged():
        for digest in ("SHA-512=" + good, "MD5=XrY7u+Ae7tCTyyK7j1rNww==", "SHA-256=AAAA", "SHA-256=!!!!", "SHA-256=",
                       f"SHA-256={good},SHA-256={good}", ""):
            assert w.signed(body, change={"digest": digest}) == 401, digest
    assert w.signed(json.dumps(w.mallory.activity("Like", w.alice_uri)).encode(), change={"digest": None}) == 401
    body = json.dumps(w.mallory.activity("Like", w.alice_uri)).encode()
    assert w.signed(body, change={"digest": "sha-256=" + sha256(body)}) == 202


def test_sig_06_07_a_request_for_another_inbox_or_host_is_401(w):
    w.server.user("bob")
    body = json.dumps(follow(w)).encode()
    with w.unchanged():
        lines = cavage(w.mallory.key, w.mallory.key_id, "/users/bob/inbox", body, w.server.host)
        assert raw(w.server, "POST", "/users/alice/inbox", lines, body).status_code == 401
        lines = cavage(w.mallory.key, w.mallory.key_id, "/inbox", body, "other.test")
        assert raw(w.server, "POST", "/inbox", lines, body).status_code in (401, 404, 421)
        ours = [("host", w.server.host), *[x for x in lines if x[0] != "host"]]
        assert raw(w.server, "POST", "/inbox", ours, body).status_code == 401


def test_sig_09_10_times_outside_the_window_are_401(w):
    now = time.time()
    dates = [email.utils.formatdate(now - 13 * 3600, usegmt=True), email.utils.formatdate(now + 2 * 3600, usegmt=True),
             "yesterday", "", email.utils.formatdate(now, usegmt=True).replace("GMT", "+0530"), "Mon, 99 Foo 2026 99:99:99 GMT"]
    created = ["(request-target)", "host", "(created)", "digest"]
    with w.unchanged():
        for date in dates:
            assert w.signed(follow(w), change={"date": date}) == 401, date
        assert w.signed(follow(w), change={"date": None}) == 401
        assert w.signed(follow(w), algorithm="hs2019", expires=int(now) - 100) == 401
        assert w.signed(follow(w), algorithm="hs2019", covered=created, created=int(now) + 7200) == 401
        assert w.signed(follow(w), algorithm="hs2019", covered=created, created="1e99") == 401
        assert w.signed(follow(w), algorithm="rsa-sha256", covered=created, created=int(now)) == 401
        assert w.signed(follow(w), algorithm="hs2019", covered=[*created, "(expires)"], created=int(now) - 500,
                        expires=int(now) - 400) == 401
    like = w.mallory.activity("Like", w.alice_uri)
    assert w.signed(like, algorithm="hs2019", covered=created, created=int(now)) == 202


def test_sig_12_a_replayed_follow_does_not_undo_its_undo(w):
    fan = w.evil.actor("fan")
    activity = fan.follow(w.alice_uri)
    body = json.dumps(activity).encode()
    lines = cavage(fan.key, fan.key_id, "/inbox", body, w.server.host)

    def follows():
        w.drained()
        return w.value("SELECT count(*) FROM follows f JOIN accounts a ON a.id = account_id WHERE a.uri = ?", fan.uri)
    assert raw(w.server, "POST", "/inbox", lines, body).status_code == 202
    assert follows() == 1
    w.takes(fan.activity("Undo", activity), fan)
    assert follows() == 0
    assert raw(w.server, "POST", "/inbox", lines, body).status_code in (202, 401)
    assert follows() == 0


def test_sig_14_signing_for_somebody_else_changes_nothing(w):
    w.refuses({**w.mallory.follow(w.alice_uri), "actor": w.victor.uri})
    w.refuses({**w.mallory.create("in victor's name", to=[w.alice_uri]), "actor": w.victor.uri})
    w.refuses({**w.mallory.activity("Block", w.alice_uri), "actor": w.victor.uri, "id": w.victim.base + "/b/1"})
    w.refuses({**w.mallory.activity("Delete", w.victor.uri), "actor": w.victor.uri, "id": w.victim.base + "/d/1"})
    w.refuses({**w.mallory.follow(w.alice_uri), "actor": w.alice_uri})
    w.refuses({**w.mallory.follow(w.alice_uri), "actor": [w.victor.uri, w.mallory.uri]})


def test_sig_18_wrong_signatures_cost_one_refetch(w):
    asked = w.fetched(w.evil, "/users/mallory")
    body = json.dumps(follow(w)).encode()
    lines = cavage(some_key(1), w.mallory.key_id, "/inbox", body, w.server.host)
    began = time.process_time()
    with w.unchanged():
        for _ in range(200):
            assert raw(w.server, "POST", "/inbox", lines, body).status_code == 401
    assert w.fetched(w.evil, "/users/mallory") <= asked + 1
    assert time.process_time() - began < 30 * SLOW
    assert w.signed(w.mallory.activity("Like", w.alice_uri)) == 202


def test_sig_20_a_key_document_that_is_another_ones_is_401_and_not_kept(w):
    other_id = stranger(w)
    other_id.doc["id"] = w.mallory.uri
    key_elsewhere = stranger(w, id=w.victor.key_id)
    wrong_owner = stranger(w, owner=w.victor.uri)
    whole_victor = stranger(w)
    w.evil.docs["/users/" + whole_victor.name] = {**w.victor.doc, "publicKey": {**w.victor.doc["publicKey"],
                                                                              "publicKeyPem": pem(whole_victor.key)}}
    for a in (other_id, key_elsewhere, wrong_owner, whole_victor):
        with w.unchanged():
            assert w.signed(follow(w, a), a) == 401, a.doc
            assert w.signed({**follow(w, a), "actor": w.victor.uri, "id": w.victim.base + "/f/1"}, a) == 401
        assert not w.rows("SELECT uri FROM account_keys WHERE uri = ?", a.key_id)


def spki(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def certificate():
    return subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=x"],
                          check=True, capture_output=True, text=True).stdout


def test_sig_21_keys_that_are_none_are_401(w):
    good = pem(some_key())
    private = some_key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                       serialization.NoEncryption()).decode()
    bad = [None, 5, True, [], {}, [good, good], "", "x", good[:200], good.replace("A", "!"), "A" * (1 << 20),
           spki(ec.generate_private_key(ec.SECP256R1())), spki(dsa.generate_private_key(2048)),
           spki(ed25519.Ed25519PrivateKey.generate()), certificate(), private, "-----BEGIN PUBLIC KEY-----\n"]
    for value in bad:
        a = stranger(w, publicKeyPem=value)
        with w.unchanged():
            assert w.signed(follow(w, a), a) == 401, str(value)[:100]
    # PKCS#1 is what some servers have.
    old = stranger(w, publicKeyPem=some_key().public_key().public_bytes(serialization.Encoding.PEM,
                                                                       serialization.PublicFormat.PKCS1).decode())
    assert w.signed(old.activity("Like", w.alice_uri), old) in (202, 401)


def der_rsa(n, e):
    def integer(v):
        b = v.to_bytes(v.bit_length() // 8 + 1, "big")
        return b"\x02" + length(len(b)) + b

    def length(k):
        return bytes([k]) if k < 128 else bytes([0x80 + (k.bit_length() + 7) // 8]) + k.to_bytes((k.bit_length() + 7) // 8, "big")
    seq = integer(n) + integer(e)
    seq = b"\x30" + length(len(seq)) + seq
    bits = b"\x03" + length(len(seq) + 1) + b"\x00" + seq
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    import base64
    der = b"\x30" + length(len(algorithm) + len(bits)) + algorithm + bits
    return "-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(der).decode() + "-----END PUBLIC KEY-----\n"


def test_sig_22_rsa_keys_of_odd_sizes_are_401_at_once(w):
    n = some_key().public_key().public_numbers().n
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    bad = [der_rsa(small.public_key().public_numbers().n, 65537), der_rsa((1 << 511) + 1, 65537), der_rsa((1 << 8192) + 1, 65537),
           der_rsa((1 << 32767) + 1, 65537), der_rsa(n, 1), der_rsa(n, 2), der_rsa(n, (1 << 8191) + 1), der_rsa(0, 0)]
    for value in bad:
        a = stranger(w, publicKeyPem=value)
        began = time.monotonic()
        with w.unchanged():
            assert w.signed(follow(w, a), a) == 401, value[:60]
            assert w.signed(follow(w, a), a, key=small) == 401
        assert time.monotonic() - began < 3 * LATE


def hmac_sign(key, text):
    h = hmac.HMAC(pem(key).encode(), hashes.SHA256())
    h.update(text.encode())
    return h.finalize()


def sha1_sign(key, text):
    from hostile import rsa_sign
    return rsa_sign(key, text, hashes.SHA1)


def test_sig_23_algorithms_that_are_none_or_do_not_fit_are_401(w):
    with w.unchanged():
        assert w.signed(follow(w), algorithm="none") == 401
        assert w.signed(follow(w), algorithm="none", signer=lambda k, t: b"x") == 401
        for said in ("hmac-sha256", "rsa-sha256", "hs2019"):
            assert w.signed(follow(w), algorithm=said, signer=hmac_sign) == 401
        for said in ("rsa-sha1", "rsa-sha256", "hs2019", None):
            assert w.signed(follow(w), algorithm=said, signer=sha1_sign) == 401
        assert w.signed(follow(w), algorithm="ed25519") == 401
        assert w.signed(follow(w), algorithm="made-up") == 401


def test_sig_24_key_ids_that_lead_nowhere_are_401_without_a_connect(w):
    local = f"http://{w.server.host}/users/alice#main-key"
    activity = follow(w)
    with w.unchanged():
        for key_id in ("file:///etc/passwd", "acct:x@127.0.0.1", "data:text/plain,x", "javascript:1", "", "x", local,
                       local.upper(), f"http://{w.server.host}/actor#main-key", "gopher://evil.localhost/", "http://", "//x/",
                       "http://evil.localhost:99999/x", "http://evil.localhost:1:2/x", "http://user@evil.localhost/",
                       f"http://{w.server.host}./users/alice#main-key"):
            began = time.monotonic()
            assert w.signed(activity, key_id=key_id) in (400, 401), key_id
            assert time.monotonic() - began < 2 * LATE
        assert w.signed(activity, key_id=w.evil.base + "/" + "a" * 5000) in (400, 401)
        assert w.signed(activity, key_id=w.evil.base + "/" + "a" * (1 << 16)) in (400, 401, 431)
        # alice's own key, asked for from outside, signs nothing either
        assert w.signed({**activity, "actor": w.alice_uri, "id": w.alice_uri + "#f"}, key_id=local) == 401


def test_sig_25_variants_of_a_key_id_are_no_more_keys_and_no_more_fetches(w):
    a = w.evil.actor("variant")
    w.introduced(a)
    asked = w.fetched(w.evil)
    for i in range(60):
        assert w.signed(a.activity("Like", w.alice_uri), a, key_id=f"{a.uri}?x={i}#main-key") in (401, 503)
        assert w.signed(a.activity("Like", w.alice_uri), a, key_id=f"{a.uri}?x={i}") in (401, 503)
    assert w.fetched(w.evil) <= asked + 8
    w.signed(a.activity("Like", w.alice_uri), a, key_id=a.uri + "/#main-key")
    w.signed(a.activity("Like", w.alice_uri), a, key_id=a.key_id.replace("evil", "EVIL"))
    assert w.value("SELECT count(*) FROM account_keys WHERE uri LIKE ?", a.uri + "%") <= 4
    assert w.signed(a.activity("Like", w.alice_uri), a) == 202


def test_sig_27_a_key_that_cannot_be_had_now_is_503_and_one_that_is_gone_401():
    with World(fetch_seconds=2) as w:
        gone = w.evil.actor("gone")
        w.evil.docs["/users/gone"] = 410
        assert w.signed(follow(w, gone), gone) == 401
        missing = w.evil.actor("missing")
        w.evil.docs["/users/missing"] = 404
        assert w.signed(follow(w, missing), missing) == 401
        down = w.evil.actor("down")
        w.evil.docs["/users/down"] = 500
        assert w.signed(follow(w, down), down) == 503
        slow = w.victim.actor("slow")
        w.victim.docs["/users/slow"] = lambda h: time.sleep(4)
        began = time.monotonic()
        assert w.signed(follow(w, slow), slow) == 503
        assert time.monotonic() - began < 6 * SLOW
        # the host rests a while, nobody asks again meanwhile
        asked = w.fetched(w.victim)
        assert w.signed(follow(w, slow), slow) == 503
        assert w.fetched(w.victim) == asked


def test_sig_28_29_message_signatures_must_cover_and_fit(w):
    activity = w.mallory.activity("Like", w.alice_uri)
    body = json.dumps(activity).encode()

    def send(**how):
        lines = rfc9421(w.mallory.key, w.mallory.key_id, "/inbox", body, w.server.host, **how)
        return raw(w.server, "POST", "/inbox", lines, body).status_code
    with w.unchanged():
        assert send(created=None) == 401
        assert send(created=-13 * 3600) == 401
        assert send(created=7200) == 401
        for covered in (("@target-uri", "content-digest"), ("@method", "content-digest"), ("@method", "@target-uri"), ("@method",)):
            assert send(covered=covered) == 401, covered
        assert send(digest=f"sha-256=:{sha256(body + b'x')}:") == 401
        for digest in ("sha-256=:AAAA", "sha-256", "(", "sha-256=5", "=:", "sha-256=:!!!:", "md5=:AAAA:"):
            assert send(digest=digest) in (400, 401), digest
        good = rfc9421(w.mallory.key, w.mallory.key_id, "/inbox", body, w.server.host)
        for change in ({"signature-input": "sig1"}, {"signature-input": "sig1=("}, {"signature": "sig1=:!!:"}, {"signature": "other=:AAAA:"},
                       {"signature-input": "sig1=()" + ";a" * 5000}, {"signature-input": '"'}, {"signature": ""}):
            assert raw(w.server, "POST", "/inbox", [*{**dict(good), **change}.items()], body).status_code in (400, 401), change
        # the covering one of two is wrong, the valid one covers nothing
        thin = dict(rfc9421(w.mallory.key, w.mallory.key_id, "/inbox", body, w.server.host, covered=("@method",), label="a"))
        wrong = dict(rfc9421(some_key(1), w.mallory.key_id, "/inbox", body, w.server.host, label="b"))
        both = {**thin, "signature-input": thin["signature-input"] + ", " + wrong["signature-input"],
                "signature": thin["signature"] + ", " + wrong["signature"]}
        assert raw(w.server, "POST", "/inbox", [*both.items()], body).status_code == 401
    assert send() == 202
    assert send(covered=("@method", "@authority", "@path", "content-digest")) == 202


def test_sig_32_what_a_body_says_about_being_signed_counts_nothing(w):
    note = w.victor.create("signed by its JSON", to=[w.alice_uri], tag=[w.victor.mention(w.alice_uri, w.alice.handle)])
    del w.victim.docs[note["object"]["id"].removeprefix(w.victim.base)]
    note["signature"] = {"type": "RsaSignature2017", "creator": w.victor.key_id, "created": "2026-01-01T00:00:00Z",
                         "signatureValue": "AAAA"}
    w.refuses(note)
    for context in ({"actor": "https://evil.test/x", "object": "@id"}, {"mine": {"@id": "as:actor"}, "as": "x"}):
        w.refuses({**note, "@context": ["https://www.w3.org/ns/activitystreams", context], "mine": w.mallory.uri})
        w.refuses({**follow(w), "@context": [context, "https://www.w3.org/ns/activitystreams"], "actor": w.victor.uri,
                   "mine": w.mallory.uri})


def test_sig_33_a_stranger_that_deletes_itself_is_202_without_a_fetch(w):
    gone = w.evil.actor("never-seen")
    w.evil.docs["/users/never-seen"] = 410
    asked = w.fetched(w.evil)
    assert w.refuses(gone.activity("Delete", gone.uri), gone) == 202
    assert w.fetched(w.evil) == asked


def test_sig_34_a_known_actor_deletes_itself_with_the_key_we_have(w):
    leaver = w.evil.actor("leaver")
    note = w.known_note(leaver)
    w.evil.docs["/users/leaver"] = 410
    assert leaver.send(w.server, leaver.activity("Delete", leaver.uri)).status_code == 202
    wait_until(lambda: w.value("SELECT deleted_at FROM accounts WHERE uri = ?", leaver.uri))
    wait_until(lambda: w.value("SELECT deleted_at FROM statuses WHERE uri = ?", note["id"]))
    assert w.value("SELECT content FROM statuses WHERE uri = ?", note["id"]) == ""
    # it does not come back with an old signature
    assert w.signed(follow(w, leaver), leaver) in (202, 401)
    w.drained()
    assert not w.value("SELECT count(*) FROM follows f JOIN accounts a ON a.id = account_id WHERE a.uri = ?", leaver.uri)


def test_sig_35_authorized_fetch_and_blocked_domains():
    with World(authorized_fetch="yes") as w:
        post = w.alice.status("for those who sign")
        w.introduced(w.mallory, w.victor)
        accept = {"Accept": "application/activity+json"}
        for path in (f"/users/alice/statuses/{post['id']}", "/users/alice/outbox", "/users/alice/followers"):
            assert w.alice.raw("GET", path, headers={**accept, "Authorization": ""}).status_code == 401, path
            assert w.victor.get(w.server, path).status_code == 200, path
        instance = w.alice.raw("GET", "/actor", headers={**accept, "Authorization": ""})
        assert instance.status_code == 200 and instance.json()["publicKey"]["publicKeyPem"]
        w.server.command("host", "block", w.evil.host)

        def refused():
            return w.mallory.get(w.server, f"/users/alice/statuses/{post['id']}").status_code in (401, 403, 404)
        wait_until(refused, 6)
        assert w.mallory.get(w.server, "/users/alice/outbox").status_code in (401, 403, 404)
        assert w.mallory.send(w.server, follow(w)).status_code == 403
        assert w.victor.get(w.server, f"/users/alice/statuses/{post['id']}").status_code == 200
        assert w.alice.raw("GET", "/actor", headers={**accept, "Authorization": ""}).status_code == 200


def test_sig_36_headers_that_come_twice_with_different_values_are_refused(w):
    body = json.dumps(follow(w)).encode()
    lines = cavage(w.mallory.key, w.mallory.key_id, "/inbox", body, w.server.host)
    doubles = [("digest", "SHA-256=" + sha256(b"x")), ("date", email.utils.formatdate(time.time() - 60, usegmt=True)),
               ("host", "other.test"), ("signature", dict(lines)["signature"].replace("main-key", "other-key")),
               ("content-type", "text/plain")]
    with w.unchanged():
        for double in doubles:
            for order in ([double, *lines], [*lines, double]):
                assert raw(w.server, "POST", "/inbox", order, body).status_code in (400, 401, 406), double
