"""A push service and the app behind it, made up: takes messages, deciphers both encodings, checks who sent them.

    with Receiver() as r:
        app = r.app()                          # an address and keys, as a browser makes them
        app.subscribe(client, {"mention": True})
        app.wait()                             # the next message, deciphered
"""
import base64
import hashlib
import hmac
import http.server
import itertools
import json
import os
import threading

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from harness import free_port, wait_until

POINT = serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hkdf(salt, secret, info, n):
    prk = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(prk, info + b"\1", hashlib.sha256).digest()[:n]


def pairs(header, by=","):
    """a=1; b="2" -> {"a": "1", "b": "2"}"""
    return {k.strip(): v.strip().strip('"') for k, _, v in (part.partition("=") for part in header.split(by))}


def jwt(token, key):
    """The claims, if the signature is that of the key."""
    head, body, signature = token.split(".")
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = unb64(signature)
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(key))
    public.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(unb64(body))


class App:
    def __init__(self, receiver, number):
        self.receiver, self.path = receiver, f"/push/{number}"
        self.endpoint = receiver.base + self.path
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.point = self.key.public_key().public_bytes(*POINT)
        self.answers = []  # statuses, or (status, headers), of the next requests; 201 when there are none
        self.requests = []  # (headers, body)

    def keys(self):
        return {"p256dh": b64(self.point), "auth": b64(self.auth)}

    def subscribe(self, client, alerts, standard=True, policy=None):
        data = {"alerts": alerts, **({"policy": policy} if policy else {})}
        subscription = {"endpoint": self.endpoint, "keys": self.keys(), "standard": standard}
        return client.post("/api/v1/push/subscription", subscription=subscription, data=data)

    def shared(self, point):
        return self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))

    def aes128gcm(self, body):
        salt, size, n = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        point, sealed = body[21:21 + n], body[21 + n:]
        assert size == 4096 and len(body) <= 4096
        secret = hkdf(self.auth, self.shared(point), b"WebPush: info\0" + self.point + point, 32)
        key, nonce = (hkdf(salt, secret, b"Content-Encoding: " + what + b"\0", k) for what, k in ((b"aes128gcm", 16), (b"nonce", 12)))
        text = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert text[-1:] == b"\2"
        return text[:-1]

    def aesgcm(self, body, salt, point):
        secret = hkdf(self.auth, self.shared(point), b"Content-Encoding: auth\0", 32)
        context = b"P-256\0\0\x41" + self.point + b"\0\x41" + point
        key, nonce = (hkdf(salt, secret, b"Content-Encoding: " + what + b"\0" + context, k)
                      for what, k in ((b"aesgcm", 16), (b"nonce", 12)))
        text = AESGCM(key).decrypt(nonce, body, None)
        return text[2 + int.from_bytes(text[:2], "big"):]

    def read(self, request):
        """(message, claims of who sent it, their key)"""
        h, body = request
        scheme, _, credentials = h["Authorization"].partition(" ")
        if h["Content-Encoding"] == "aes128gcm":
            assert scheme == "vapid"
            proof = pairs(credentials)
            token, key, text = proof["t"], proof["k"], self.aes128gcm(body)
        else:
            assert (h["Content-Encoding"], scheme) == ("aesgcm", "WebPush")
            keys = pairs(h["Crypto-Key"], ";")
            token, key = credentials, keys["p256ecdsa"]
            text = self.aesgcm(body, unb64(pairs(h["Encryption"])["salt"]), unb64(keys["dh"]))
        return json.loads(text), jwt(token, key), key

    def wait(self, n=1):
        """The nth message."""
        wait_until(lambda: len(self.requests) >= n, 8, what="a message")
        return self.read(self.requests[n - 1])[0]


class Receiver:
    def __init__(self):
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.apps, self.numbers = {}, itertools.count(1)

    def app(self):
        app = App(self, f"{next(self.numbers)}-{os.urandom(4).hex()}")
        self.apps[app.path] = app
        return app

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"  # a connection a message: one that ends early is not tried twice by the client

            def do_POST(self):
                app = receiver.apps[self.path]
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = app.answers.pop(0) if app.answers else 201
                status, more = answer if isinstance(answer, tuple) else (answer, {})
                app.requests.append((dict(self.headers), body))
                if status is None:  # hangs up
                    self.close_connection = True
                    return
                self.send_response(status)
                for k, v in {"Content-Length": "0", **more}.items():
                    self.send_header(k, v)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()
