#!/usr/bin/env python3
"""Fails when a function, a file, a line or a complexity is past what docs/STYLE.md allows; counts what differs by database."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
FUNCTION, FILE, HEADER, COLUMNS, COMPLEXITY = 100, 700, 250, 130, 20
TAB = 8


def width(line):
    return len(line.expandtabs(TAB))


def file_limits(path, text):
    lines = text.splitlines()
    most = HEADER if path.suffix == ".h" else FILE
    if len(lines) > most:
        yield f"{path}:{len(lines)}: {len(lines)} lines, at most {most}"
    for n, line in enumerate(lines, 1):
        if "map_macro" in path.name:
            break
        if width(line) > COLUMNS:
            yield f"{path}:{n}: {width(line)} columns, at most {COLUMNS}"
    says = "/*" in "\n".join(lines[:4])
    if not says and not (path.suffix == ".c" and (ROOT / path).with_suffix(".h").exists()):
        yield f"{path}:1: the file does not say what it is for"


def functions(paths):
    """(path, name, first line, last line) by universal-ctags."""
    out = subprocess.run(["ctags", "--output-format=json", "--kinds-C=f", "--fields=+ne", "-f", "-", *map(str, paths)],
                         capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag" and "end" in tag:
            yield tag["path"], tag["name"], tag["line"], tag["end"]


def complexities(paths):
    out = subprocess.run(["pmccabe", *map(str, paths)], capture_output=True, text=True).stdout
    for line in out.splitlines():
        fields = line.split("\t")
        if len(fields) >= 6 and fields[0].isdigit():
            where = re.match(r"(.*)\((\d+)\): (\w+)", fields[-1])
            if where:
                yield where.group(1), where.group(3), int(where.group(2)), int(fields[0])


def main():
    files = sorted((ROOT / "src").rglob("*.[ch]"))
    sources = [f for f in files if f.suffix == ".c"]
    bad, differ, longest = [], 0, 0
    for f in files:
        text = f.read_text()
        bad += file_limits(f.relative_to(ROOT), text)
        if f.parent.name != "db":
            differ += len(re.findall(r"\bdbs?_is_postgres\(", text))
    for path, name, first, last in functions(sources) if sources else ():
        longest = max(longest, last - first + 1)
        if last - first + 1 > FUNCTION:
            bad.append(f"{path}:{first}: {name}() has {last - first + 1} lines, at most {FUNCTION}")
    if shutil.which("pmccabe") and sources:
        for path, name, line, n in complexities(sources):
            if n > COMPLEXITY:
                bad.append(f"{path}:{line}: {name}() has complexity {n}, at most {COMPLEXITY}")
    print("\n".join(bad + [f"limits: {len(files)} files, longest function {longest} lines, "
                           f"{differ} places differ by database, {len(bad)} past the limits"]))
    return bool(bad)


sys.exit(main())
