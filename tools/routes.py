#!/usr/bin/env python3
"""Fails when an endpoint of src/*/routes.def is named by no test. With ENDPOINTS=FILE (or the file as an argument), a table of tabs
whose columns are method, path and, among others, group, it also lists what of the groups core, expected and nice is not served."""
import csv
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LINE = re.compile(r'^\s*ROUTE\w*\(\s*(?:M_)?(\w+)\s*,\s*"([^"]+)"', re.M)
CHANNEL = re.compile(r'^CHANNEL\(\w+, "[^"]+", "([^"]+)"', re.M)


def pattern(path):
    """The path as a test may write it: literal, or an f-string's {...} or a "+ id +" where the route has a name."""
    parts = (r"[^/\n]+?".join(map(re.escape, re.split(r":\w+", p))) for p in path.split("/"))
    return re.compile("/".join(parts) + r"(?![\w/-])")


def unserved(table, served):
    """What the table of endpoints has and no route answers; names of parts do not matter, the administration comes later."""
    def bare(method, path):
        return method, re.sub(r":\w+", ":", path)

    have = {bare(m, p) for m, p in served}
    with open(table, newline="") as f:
        rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
    want = [(r["method"], r["path"], r["group"]) for r in rows if r["group"] in ("core", "expected", "nice")]
    return want, [w for w in want if bare(*w[:2]) not in have]


def streams():
    """The paths of event streams: routes.def has patterns for them, which answer to the names of this list alone."""
    return [("GET", "/api/v1/streaming/" + name) for name in CHANNEL.findall((ROOT / "src/core/channels.def").read_text())]


def compare(table, served):
    want, lacking = unserved(table, served + streams())
    for method, path, group in lacking:
        print(f"not served: {method} {path} ({group})")
    print(f"endpoints: {len(want)} asked for, {len(lacking)} not served")


def main():
    text = "\n".join(f.read_text(errors="replace") for kind in ("*.py", "*.mjs", "*.c")
                     for f in sorted((ROOT / "tests").rglob(kind)) if "node_modules" not in f.parts)
    missing, served = [], []
    for table in sorted([*(ROOT / "src").glob("*/routes.def"), *(ROOT / "src").glob("*/routes.c")]):
        for method, path in LINE.findall(table.read_text()):
            served.append((method, path))
            if not pattern(path).search(text):
                missing.append(f"{table.relative_to(ROOT)}: no test names {method} {path}")
    print("\n".join(missing + [f"routes: {len(served)} endpoints, {len(missing)} without a test"]))
    table = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ENDPOINTS")
    if table:
        compare(table, served)
    return bool(missing)


sys.exit(main())
