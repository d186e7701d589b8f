#!/usr/bin/env python3
"""Writes the migrations NNNN_name.sql of a folder, and those of its folder cache, as C: embed.py FOLDER OUT.c DEPFILE.

The depfile names the folders too, so that a new file makes ninja run this again; OUT.c is only written when it changes.
"""
import pathlib
import re
import sys


def c_text(text):
    """Adjacent literals, one a line."""
    def escape(line):
        return line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?").replace("\t", "\\t")
    return "\n".join('\t  "%s\\n"' % escape(line) for line in text.splitlines()) or '\t  ""'


def table(folder, name):
    """The C of one list, and the files it is made of."""
    files = sorted(folder.glob("*.sql"))
    bad = [f.name for f in files if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", f.name)]
    numbers = [f.name[:4] for f in files]
    if bad or len(set(numbers)) != len(numbers) or "0000" in numbers:
        sys.exit(f"{folder}: migrations are NNNN_name.sql, each number once, from 0001: {bad or numbers}")
    rows = "".join('\t{ %d, "%s",\n%s },\n' % (int(f.name[:4]), f.stem, c_text(f.read_text())) for f in files)
    return ('\nconst struct migration %s[] = {\n%s\t{ 0 }\n};\nconst int %s_n = %d;\n' % (name, rows, name, len(files))), files


def main(folder, out, depfile):
    folder, out = pathlib.Path(folder), pathlib.Path(out)
    own, files = table(folder, "migrations")
    cache, more = table(folder / "cache", "cache_migrations")
    text = '/* Made by tools/embed.py. */\n#include "db/db.h"\n' + own + cache
    if not out.exists() or out.read_text() != text:
        out.write_text(text)
    names = " ".join(str(f).replace(" ", "\\ ") for f in [folder, folder / "cache", *files, *more])
    pathlib.Path(depfile).write_text(f"{out}: {names}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
