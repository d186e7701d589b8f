"""A film of 300 MB, from its upload until it is gone, in a browser meanwhile; the server stays small."""
import json
import os
import re
import subprocess

from files import noise
from harness import LATE, SLOW, Server
from test_media import film, largest, sweep
from test_stream_clients import JS, needs

FILM_MB = int(os.environ.get("FILM_MB", 0))  # 0: 300 on SQLite, a small one elsewhere


@needs("playwright-core", "chromium")
def test_a_browser_plays_a_video_and_jumps_in_it(kind, tmp_path):
    wanted = FILM_MB or (300 if kind == "sqlite" and SLOW == 1 else 8)
    data = noise(max(2, round(wanted * 1e6 / len(noise()))))
    with Server(kind, video_size_mb=wanted + 99) as server:
        me = server.user("alice")
        with largest(server) as most:
            m = film(me, data, patience=300)
            post = me.status("look", media_ids=[m["id"]])
            assert me.raw("HEAD", m["url"]).headers["Content-Type"] == "video/mp4"
            r = subprocess.run(["node", JS / "film.mjs", post["url"], m["url"]], text=True, capture_output=True, timeout=120 * LATE,
                               env={**os.environ, "HOME": str(tmp_path)})
            assert r.returncode == 0, r.stderr
            seen = json.loads(r.stdout)
            for played in (seen["shown"], seen["alone"]):
                assert played["width"] == 640 and abs(played["duration"] - m["meta"]["original"]["duration"]) < 0.5
                assert 0.6 <= played["at"] < 0.9
            assert {status for status, _ in seen["answers"]} <= {200, 206, 304}
            starts = [int(re.match(r"bytes (\d+)-", text)[1]) for status, text in seen["answers"] if status == 206]
            assert max(starts) > 0, seen["answers"]
            me.delete(f"/api/v1/statuses/{post['id']}?delete_media=true")
            assert me.raw("GET", m["url"]).status_code == 404
            sweep(server, me)
        print(f"{len(data) / 1e6:.0f} MB, {most[0]} MiB of memory at most")
        assert SLOW > 1 or most[0] < 60, most
