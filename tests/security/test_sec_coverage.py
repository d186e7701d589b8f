"""COVERAGE.tsv has a line for every case of the areas that exist here, and what it names is there."""
import re

import pytest
from harness import ROOT

AREAS = {"http", "json", "signatures", "object-spoofing", "ssrf", "oauth", "api-authz", "privacy-leak", "html/xss", "crash", "db", "queue", "dns",
         "multi-tenant", "resource-exhaustion", "webpush", "media", "search", "streaming", "disk", "admin"}
LINES = dict(line.split("\t") for line in (ROOT / "tests/security/COVERAGE.tsv").read_text().splitlines() if not line.startswith("#"))


def test_every_case_has_a_line(shared):
    path = shared / "security/cases.tsv"
    if not path.is_file():
        pytest.skip("no list of cases here")
    ids = {f[0] for f in (line.split("\t") for line in path.read_text().splitlines()[1:]) if f[1] in AREAS}
    assert ids and ids <= set(LINES), sorted(ids - set(LINES))
    assert set(LINES) <= ids, sorted(set(LINES) - ids)


def test_what_is_named_is_there():
    for case, where in LINES.items():
        if where.startswith("not here yet: "):
            assert len(where) > 25, case
            continue
        assert "::" in where, case
        for ref in where.split():
            path, name = ref.split("::")
            assert re.search(rf"^(def|static void|int|BOTH\(|EACH\() ?{re.escape(name)}\b", (ROOT / path).read_text(), re.M), ref
