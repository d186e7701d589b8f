"""What the system may do to a server: a disk that fills or takes no writes, reads and writes that are cut short, a clock that jumps."""
import mmap
import os
import pathlib
import struct

import pytest
from harness import DASSIE

LIBRARY = pathlib.Path(DASSIE).resolve().parents[2] / "tests/libfaults.so"
FREE, READ_ONLY, ONE_IN, INJECTED, CLOCK_OFF = range(5)


class Faults:
    """The numbers of tests/faults.c; use before the server starts."""

    def __init__(self, server):
        if not LIBRARY.exists():
            pytest.skip(f"{LIBRARY} was not built")
        path = server.dir / "faults"
        path.write_bytes(struct.pack("<5q", -1, 0, 0, 0, 0))
        with open(path, "r+b") as f:
            self.memory = mmap.mmap(f.fileno(), 40)
        asan = os.environ.get("ASAN_OPTIONS", "")
        server.env = {"LD_PRELOAD": str(LIBRARY), "FAULTS": str(path), "ASAN_OPTIONS": f"{asan}:verify_asan_link_order=0".lstrip(":")}

    def __setitem__(self, which, value):
        self.memory[which * 8:which * 8 + 8] = struct.pack("<q", value)

    def __getitem__(self, which):
        return struct.unpack("<q", self.memory[which * 8:which * 8 + 8])[0]
