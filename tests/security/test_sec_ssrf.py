"""The server with its guard on, in a small Internet of its own (ssrf_world.py): it never connects where it must not."""
import json
import pathlib
import re
import subprocess
import sys

import pytest
from harness import SLOW

HERE = pathlib.Path(__file__).resolve().parent
NAMES = re.findall(r"@scenario\ndef (\w+)", (HERE / "ssrf_world.py").read_text())
ENTER = ["unshare", "--map-root-user", "--net", "--mount"]


@pytest.fixture(scope="module")
def lines():
    if subprocess.run([*ENTER, "sh", "-c", "ip link set lo up && mount --bind /etc/hosts /etc/resolv.conf"], capture_output=True).returncode:
        pytest.skip("no network namespace may be made here")
    r = subprocess.run([*ENTER, sys.executable, str(HERE / "ssrf_world.py")], capture_output=True, text=True, timeout=240 * SLOW)
    found = {d["name"]: d for d in map(json.loads, r.stdout.splitlines())}
    assert found, r.stderr[-4000:]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_ssrf(lines, name):
    assert name in lines, "it ended before"
    assert lines[name]["ok"], lines[name]["said"]
