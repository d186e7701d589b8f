#!/usr/bin/env python3
"""Writes files as C byte arrays: assets.py OUT.c FILE...  (asset_NAME_EXT of type str, declared in web/assets.h)"""
import pathlib
import sys

out, files = sys.argv[1], [pathlib.Path(f) for f in sys.argv[2:]]
text = '/* Made by tools/assets.py. */\n#include "web/assets.h"\n'
for f in files:
    data, name = f.read_bytes(), f.name.replace(".", "_").replace("-", "_")
    lines = [", ".join(str(b) for b in data[i:i + 24]) for i in range(0, len(data), 24)]
    text += "\nstatic const unsigned char %s[] = {\n\t%s,\n};\n" % (name, ",\n\t".join(lines))
    text += "const str asset_%s = { (const char *)%s, sizeof(%s) };\n" % (name, name, name)
pathlib.Path(out).write_text(text)
