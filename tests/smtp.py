"""A mail server that keeps what it is given.

    with Smtp() as smtp:
        Server(kind, smtp_url=smtp.url, mail_from="Example <post@example.test>")
        smtp.wait_for("bob@example.test")   # the text of the last mail to that address
"""
import email
import email.policy
import re
import socketserver
import threading

from harness import wait_until


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 test")
        rcpt = []
        for line in self.rfile:
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                self.say("250 test")
            elif verb == b"RCPT":
                rcpt.append(re.search(rb"<(.*?)>", line)[1].decode())
                self.say("550 no such person" if rcpt[-1].startswith("nobody@") else "250 fine")
            elif verb == b"DATA":
                self.say("354 go on")
                text = b""
                while (data := self.rfile.readline()) not in (b".\r\n", b""):
                    text += data[1:] if data.startswith(b"..") else data
                self.server.mails.append((rcpt, email.message_from_bytes(text, policy=email.policy.default)))
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class Smtp:
    def __enter__(self):
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        self.server.mails = self.mails = []
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def to(self, address):
        return [m for rcpt, m in self.mails if address in rcpt]

    def wait_for(self, address, n=1):
        return wait_until(lambda: self.to(address)[n - 1], 15, what=f"mail {n} to {address}").get_content()
