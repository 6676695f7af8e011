#!/usr/bin/env python3
"""The germs of tests/data beside Singular and Macaulay2: answers and times, one after the other.

    cargo build --release
    python3 benches/computer_algebra.py [--limit SECONDS] [--out FILE.jsonl]

Needs Debian's packages singular and macaulay2. Of what they have, tried are

- Singular: the roots of the Bernstein-Sato polynomial of one polynomial (bfun.lib, `bfct`);
- Macaulay2: the log canonical threshold of an ideal (Dmodules, `lct`).

Both compute over the complex numbers and over all zeros, not at the point: half of their number is
a lower bound of the λ of the ideal at the origin, and equal to it where the worst zero is there and
real. Germs with an amplitude, a bounded domain or another point are beyond both and are left out.
A file that exists is gone on with.
"""

import argparse
import json
import os
import re
import subprocess
import time
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def germs():
    for name in ("cases", "more_cases", "open_cases"):
        for case in json.loads((ROOT / "tests/data" / f"{name}.json").read_text()):
            if case.get("amplitude") or case.get("nonnegative") or case.get("at"):
                continue
            yield name, case


def named(case):
    """Generators in variables that every program can read."""
    text = " ".join(case["generators"])
    names = sorted(set(re.findall(r"[A-Za-z][A-Za-z0-9_']*", text)), key=lambda n: (-len(n), n))
    new = {old: f"v{i}" for i, old in enumerate(names)}
    swap = lambda g: re.sub(r"[A-Za-z][A-Za-z0-9_']*", lambda m: new[m.group(0)], g)
    return list(new.values()), [swap(g) for g in case["generators"]]


def run(command, text, limit):
    start = time.perf_counter()
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=limit)
        out = done.stdout
    except subprocess.TimeoutExpired:
        out = None
    return out, time.perf_counter() - start


def singular(case, limit):
    names, generators = named(case)
    if len(generators) > 1:
        return None, 0.0
    # of a loss K itself; of an ideal (g) the loss is g², whose threshold is half of that of g
    text = f'LIB "bfun.lib"; ring r = 0,({",".join(names)}),dp; poly f = {generators[0]};\n'
    text += 'list b = bfct(f); print("roots"); b[1]; quit;\n'
    out, seconds = run(["Singular", "-q"], text, limit)
    if out is None or "roots" not in out:
        return None, seconds
    roots = re.findall(r"\]=(-?\d+(?:/\d+)?)", out.split("roots")[1])
    roots = [Fraction(root) for root in roots if Fraction(root) < 0]
    if not roots:
        return None, seconds
    least = -max(roots)
    return (least if case["form"] == "loss" else least / 2), seconds


def macaulay(case, limit):
    names, generators = named(case)
    text = 'needsPackage "Dmodules"\n'
    text += f'R = QQ[{",".join(names)}]\nprint concatenate("lct=", toString lct ideal('
    text += ",".join(generators) + "))\nexit 0\n"
    out, seconds = run(["M2", "--silent", "--stop", "--no-readline"], text, limit)
    found = re.search(r"lct=(\d+(?:/\d+)?)", out or "")
    if not found:
        return None, seconds
    value = Fraction(found.group(1))
    return (value if case["form"] == "loss" else value / 2), seconds


def own(case, limit):
    words = ["--ideal", *case["generators"]] if case["form"] == "ideal" else case["generators"]
    program = os.environ.get("RLCT", str(ROOT / "target/release/rlct"))
    out, seconds = run([program, "exact", "--json", *words], "", limit)
    answer = json.loads(out) if out else {}
    value = Fraction(answer["lambda"]) if answer.get("answer") == "exact" else None
    return value, seconds


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--limit", type=float, default=30, help="seconds for each program")
    arguments.add_argument("--out", type=Path, default=Path("computer_algebra.jsonl"))
    given = arguments.parse_args()
    rows = []
    if given.out.exists():
        rows = [json.loads(line) for line in given.out.read_text().splitlines()]
    known = {(row["file"], row["id"]) for row in rows}
    with given.out.open("a") as kept:
        for name, case in germs():
            if (name, case["id"]) in known:
                continue
            row = {"file": name, "id": case["id"], "exact": case["lambda"]}
            for label, program in (("rlct", own), ("singular", singular), ("macaulay2", macaulay)):
                value, seconds = program(case, given.limit)
                row[label] = None if value is None else str(value)
                row[f"{label}_seconds"] = round(seconds, 3)
            rows.append(row)
            kept.write(json.dumps(row) + "\n")
            kept.flush()
            print(row, flush=True)
    tell(rows)


def tell(rows):
    def solved(row):
        others = [n for n in ("singular", "macaulay2") if row[n] is not None]
        return min((row[f"{n}_seconds"] for n in others), default=None)

    theirs = [row for row in rows if solved(row) is not None]
    late = [r for r in theirs if r["rlct_seconds"] > 3 * solved(r) + 0.5 or r["rlct"] is None]
    alone = [row for row in rows if solved(row) is None]
    ours = sum(row["rlct"] is not None for row in alone)
    wrong = [r for r in rows if r["rlct"] and Fraction(r["rlct"]) != Fraction(r["exact"])]
    for label in ("rlct", "singular", "macaulay2"):
        count = sum(row[label] is not None for row in rows)
        print(f"{label}: {count} of {len(rows)}")
    print(f"solved by one of them: {len(theirs)}; rlct later than 3 times + 0.5 s or open:",
          [row["id"] for row in late])
    print(f"solved by neither: {len(alone)}, exact here {ours}; wrong here: {len(wrong)}")
    above = [r["id"] for r in theirs for n in ("singular", "macaulay2")
             if r[n] and Fraction(r[n]) > Fraction(r["exact"])]
    print("theirs above the real value (none is possible):", above)


if __name__ == "__main__":
    main()
