"""People who look at files, with a pause after each, in a process of their own, since threads of a test wait for one another.

    python viewer.py PORT HOST PEOPLE PAUSE PATH...    until its input ends; prints how many ms each view took, and how many bytes it was
"""
import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time


@contextlib.contextmanager
def viewers(server, urls, people=1, pause=0.1):
    """A list that holds (ms, bytes) of each view afterwards."""
    paths = ["/" + u.split("/", 3)[3] for u in urls]
    p = subprocess.Popen([sys.executable, __file__, str(server.port), server.host, str(people), str(pause), *paths],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    views = []
    try:
        yield views
    finally:
        views += [tuple(v) for v in json.loads(p.communicate()[0])]


def look(port, host, pause, paths, over, views):
    c = http.client.HTTPConnection("127.0.0.1", port)
    while not over.wait(pause * random.uniform(0.5, 1.5)):
        began = time.perf_counter()
        c.request("GET", random.choice(paths), headers={"Host": host})
        r = c.getresponse()
        size = len(r.read())
        assert r.status == 200, r.status
        views.append((round((time.perf_counter() - began) * 1000, 2), size))


def ends(failed):
    threading.__excepthook__(failed)
    os._exit(1)


def main(port, host, people, pause, *paths):
    threading.excepthook = ends
    over, views = threading.Event(), []
    threads = [threading.Thread(target=look, args=(int(port), host, float(pause), paths, over, views)) for _ in range(int(people))]
    for t in threads:
        t.start()
    sys.stdin.read()
    over.set()
    for t in threads:
        t.join()
    print(json.dumps(views))


if __name__ == "__main__":
    main(*sys.argv[1:])
