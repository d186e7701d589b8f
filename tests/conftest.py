"""Fixtures of the API and federation tests. Every test that asks for a server runs on both databases."""
import os
import pathlib
import re
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness  # noqa: E402


# KINDS=sqlite: only there
@pytest.fixture(scope="module", params=os.environ.get("KINDS", "sqlite postgres").split())
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def server(kind):
    """One server for the tests of a file; use someone() for people nobody else has touched."""
    with harness.Server(kind, hosts="localhost=127.0.0.1 peer.localhost=127.0.0.1") as s:
        yield s


@pytest.fixture
def alice(server):
    return server.someone("alice")


@pytest.fixture
def bob(server):
    return server.someone("bob")


@pytest.fixture
def nobody(server):
    return server.anonymous()


@pytest.fixture(scope="module")
def peer(server):
    """A made-up server (tests/peer.py) that the file's own server can reach."""
    from peer import Peer
    with Peer() as p:
        yield p


@pytest.fixture
def shared():
    """Material kept outside of the project; tests that need it are skipped elsewhere."""
    if not harness.SHARED.is_dir():
        pytest.skip("needs the shared corpus (SHARED)")
    return harness.SHARED


@pytest.fixture(autouse=True)
def sanitizers_are_silent():
    yield
    for s in harness.live:
        s.check()


# What takes longest begins first, so that no worker is left with it while the others have nothing more to do.
LONG = """test_media_crash test_media test_api_table test_film test_mastodon_py test_clients test_crash test_sec_queue test_storm test_life
    test_signatures2 test_fedify test_sec_spoofing test_login test_streaming test_notification_policy test_notifications test_sec_disk
    test_three test_threads test_sec_signatures test_sec_http test_api_posts test_commands""".split()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The tests of a file on one database share a worker and its server; the two halves of a file need not wait for each other."""
    from xdist.scheduler import LoadScopeScheduling

    class Halves(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file, name = nodeid.split("::", 1)
            on = re.search(r"\[(?:.*-)?(sqlite|postgres)[-\]]", name)
            odd = "test_api_table" in file and "_odd_" in name.split("[", 1)[0]  # the longest, in two
            return file + (" " + on[1] if on else "") + (" odd" if odd else "")

        def _assign_work_unit(self, node):
            place = {name: i for i, name in enumerate(LONG)}
            first = min(self.workqueue, key=lambda scope: place.get(pathlib.Path(scope.split()[0]).stem, len(LONG)))
            self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return Halves(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for s in harness.live:
            report.sections.append((f"log of {s.host} ({s.kind})", s.log(6000)))
