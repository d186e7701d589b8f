#!/usr/bin/env python3
"""Fails when a folder includes what its line in src/LAYERS does not allow."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[1]) / "src"
allow = {}
for line in (root / "LAYERS").read_text().splitlines():
    name, colon, rest = line.split("#")[0].partition(":")
    if colon:
        allow[name.strip()] = set(rest.split())
guarded = {word.strip("<>") for word in allow.pop("!", set())}

bad = []
for f in sorted(root.rglob("*.[ch]")):
    parts = f.relative_to(root).parts
    here = parts[0] if len(parts) > 1 else "."
    if here != "." and here not in allow:
        bad.append(f"{f}: the folder {here} is not in LAYERS")
        continue
    may = allow.get(here, set())
    for n, text in enumerate(f.read_text().splitlines(), 1):
        m = re.match(r'\s*#\s*include\s*([<"])([^">]+)', text)
        if not m:
            continue
        quote, what = m.groups()
        there = what.split("/")[0] if "/" in what else "."
        if quote == '"' and here != "." and there not in (here, ".") and there not in may:
            bad.append(f"{f}:{n}: {here} must not include {there}")
        if quote == "<" and what in guarded and what not in may:
            bad.append(f"{f}:{n}: {here} must not include <{what}>")
print("\n".join(bad) or f"layers: {len(allow)} folders, clean")
sys.exit(bool(bad))
