#!/usr/bin/env python3
"""Adds up the steps of ./dev test: lines "exit code, name, JUnit report or -". The last line is the sum."""
import pathlib
import sys
import xml.etree.ElementTree as ET


def report(path):
    """Cases passed, failed, skipped in a JUnit file; None where there is no readable one."""
    try:
        cases = list(ET.parse(path).iter("testcase"))
    except (OSError, ET.ParseError):
        return None
    failed = sum(1 for c in cases if c.find("failure") is not None or c.find("error") is not None)
    skipped = sum(1 for c in cases if c.find("skipped") is not None)
    return len(cases) - failed - skipped, failed, skipped


def step(code, name, path):
    if path == "-":
        return (0, 1, 0) if code else (1, 0, 0)
    got = report(path)
    if got is None:
        return 0, 1, 0
    if code and not got[1] and not (code == 5 and sum(got) == 0):
        # it failed in a way that no case shows: a crash at exit, a leak, a broken file
        got = got[0], 1, got[2]
    return got


def main():
    sums = [0, 0, 0]
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        code, name, path = line.split("\t")
        got = step(int(code), name, path)
        print(f"{name:12} {got[0]:6} passed {got[1]:4} failed {got[2]:4} skipped")
        sums = [a + b for a, b in zip(sums, got)]
    print(f"{sums[0]} passed, {sums[1]} failed, {sums[2]} skipped")
    return 1 if sums[1] or not sums[0] else 0


sys.exit(main())
