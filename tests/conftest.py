"""Fixtures of the API and federation tests. Every test that asks for a server runs on both databases."""
import os
import pathlib
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


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for s in harness.live:
            report.sections.append((f"log of {s.host} ({s.kind})", s.log(6000)))
