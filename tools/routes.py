#!/usr/bin/env python3
"""Fails when an endpoint of src/*/routes.def is named by no test."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
LINE = re.compile(r'^\s*ROUTE\w*\(\s*(?:M_)?(\w+)\s*,\s*"([^"]+)"', re.M)


def pattern(path):
    """The path as a test may write it: literal, or an f-string's {...} or a "+ id +" where the route has a name."""
    parts = (r"[^/\n]+?".join(map(re.escape, re.split(r":\w+", p))) for p in path.split("/"))
    return re.compile("/".join(parts) + r"(?![\w/-])")


def main():
    text = "\n".join(f.read_text(errors="replace") for kind in ("*.py", "*.mjs", "*.c")
                     for f in sorted((ROOT / "tests").rglob(kind)) if "node_modules" not in f.parts)
    missing, n = [], 0
    for table in sorted((ROOT / "src").glob("*/routes.def")):
        for method, path in LINE.findall(table.read_text()):
            n += 1
            if not pattern(path).search(text):
                missing.append(f"{table.relative_to(ROOT)}: no test names {method} {path}")
    print("\n".join(missing + [f"routes: {n} endpoints, {len(missing)} without a test"]))
    return bool(missing)


sys.exit(main())
