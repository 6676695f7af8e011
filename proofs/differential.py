#!/usr/bin/env python3
"""Compares the two checkers of certificates on certificates and on mutants of them.

    python3 proofs/differential.py RLCT [--seed N] [--mutants N] [--keep DIR] FILE...

RLCT is the built program, whose `check` is the one side; check.py beside this file is the other.
Each mutant is a certificate with one to three random changes of its structure. The two must agree
on what is accepted and what claims nothing; "refused" and "unreadable" count as one. The exit code
is 1 if they differ anywhere, and --keep leaves the certificates on which they differ in a folder.
"""

import argparse
import contextlib
import copy
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check  # noqa: E402

BATCH = 100


def places(value, path=()):
    """All places in a JSON value, as paths."""
    yield path
    items = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, path + (key,))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def change_text(text, rng):
    """A string with one number, sign or name changed."""
    found = list(re.finditer(r"\d+|[-+*^]|[A-Za-z_]\w*|local|extended|line|half-line", text))
    swaps = {"local": "extended", "extended": "local", "line": "half-line", "half-line": "line",
             "explicit": "implicit", "implicit": "explicit", "ideal": "loss", "loss": "ideal"}
    if text in swaps:
        return swaps[text]
    if not found:
        return text + rng.choice(["", "1", "-1"])
    one = rng.choice(found)
    word = one.group()
    if word.isdigit():
        new = str(max(0, int(word) + rng.choice([-1, 1, 1, 2])))
    elif word in "+-":
        new = "-" if word == "+" else "+"
    elif word in "*^":
        new = rng.choice("*^+")
    else:
        other = rng.choice(found).group()
        new = other if other[0].isalpha() else rng.choice(["1", "0", word + "*" + word])
    return text[:one.start()] + new + text[one.end():]


def mutate(certificate, rng):
    """Changes one thing in place."""
    paths = [p for p in places(certificate) if p]
    path = rng.choice(paths)
    parent, key, value = at(certificate, path[:-1]), path[-1], at(certificate, path)
    kind = rng.randrange(6)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(value))
    elif kind == 2 and isinstance(parent, list) and len(parent) > 1:
        other = rng.randrange(len(parent))
        parent[key], parent[other] = parent[other], parent[key]
    elif kind == 3:
        alike = [p for p in paths if p[-1] == key and type(at(certificate, p)) is type(value)]
        parent[key] = copy.deepcopy(at(certificate, rng.choice(alike)))
    elif isinstance(value, str):
        parent[key] = change_text(value, rng)
    elif isinstance(value, int):
        parent[key] = max(0, value + rng.choice([-1, 1]))
    elif isinstance(value, list) and value:
        rng.shuffle(value)


def used_steps(steps, last):
    """Step `last` and the earlier ones that it needs, numbered anew."""
    needed = {last}
    for k in range(last, -1, -1):
        if k in needed:
            needed |= {c["step"] for c in steps[k].get("children", [])}
    order = sorted(needed)
    result = copy.deepcopy([steps[k] for k in order])
    for step in result:
        for child in step.get("children", []):
            child["step"] = order.index(child["step"])
    return result


def reclaimed(certificate, steps, rng):
    """One of the steps as the last one, with the question and the claim that it has."""
    candidates = [k for k, s in enumerate(steps) if all(
        w["extent"] == "local" for w in s["chart"].get("coordinates", []))
        and not any(s["chart"].get(x) for x in ("functions", "zeros", "units", "positive"))]
    if not candidates:
        return certificate
    k = rng.choice(candidates)
    chart = steps[k]["chart"]
    ws = chart.get("coordinates", [])
    return {"format": "rlct-certificate", "version": 1, "claim": certificate["claim"],
            "question": {"variables": [w["name"] for w in ws],
                         "generators": chart.get("generators", []), "reading": "ideal",
                         "amplitude": [w["amplitude"] for w in ws],
                         "nonnegative": [w["name"] for w in ws if w["domain"] == "half-line"]},
            "steps": used_steps(steps, k)}


def proved_claim(certificate):
    """The certificate with the claim that its steps prove here, if they prove one."""
    try:
        check.Work.done = 0
        done = []
        for step in certificate["steps"]:
            chart = check.read_chart(step["chart"])
            children = [check.Reference(c, done) for c in step.get("children", [])]
            done.append((chart,) + check.RULES[step["rule"]][0](chart, step, children))
    except (check.Refused, check.Unreadable, KeyError, TypeError, AttributeError, RecursionError):
        return certificate
    factor = 1 if certificate.get("question", {}).get("reading") == "ideal" else 2
    _, lower, upper = done[-1]
    claim = {}
    for name, pole in (("lower", lower), ("upper", upper)):
        if pole[0] != check.INF:
            claim[name] = {"lambda": str(factor * pole[0]), "multiplicity": max(1, pole[1])}
    certificate["claim"] = claim
    return certificate


def ours(path):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = check.run(path)
    return {0: "exact", 1: "refused", 2: "refused", 3: "bounds", 4: "nothing"}[code], \
        out.getvalue().splitlines()[0]


def theirs(program, paths):
    """The verdicts of the program on some files: those of each by its line of the output."""
    done = subprocess.run([program, "check", *paths], capture_output=True, text=True)
    verdicts = {}
    for line in (done.stdout + "\n" + done.stderr).splitlines():
        for path in paths:
            at_path = line.find(path + ": ")
            if at_path >= 0 and path not in verdicts:
                verdict = line[at_path + len(path) + 2:]
                if not verdict.startswith("accepted"):
                    word = "nothing" if "nothing" in verdict[:40] else "refused"
                else:
                    word = "exact" if re.search(r": λ = \S+, m = \d+$", verdict) else "bounds"
                verdicts[path] = word, line
    return verdicts


def compare(program, certificates, keep, counts):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, (label, certificate) in enumerate(certificates):
            paths.append(os.path.join(folder, f"{number:04}.json"))
            with open(paths[-1], "w", encoding="utf-8") as file:
                json.dump(certificate, file, ensure_ascii=False)
        other = theirs(program, paths)
        for path, (label, certificate) in zip(paths, certificates):
            mine, reason = ours(path)
            verdict, line = other.get(path, ("missing", ""))
            counts[mine] = counts.get(mine, 0) + 1
            if mine != verdict:
                counts["different"] = counts.get("different", 0) + 1
                name = f"{counts['different']:04}.json"
                print(f"{name} {label}\n  check.py: {reason}\n  rlct:     {line}", flush=True)
                if keep:
                    os.makedirs(keep, exist_ok=True)
                    with open(os.path.join(keep, name), "w", encoding="utf-8") as file:
                        json.dump(certificate, file, ensure_ascii=False)


def main():
    parser = argparse.ArgumentParser(description="Compare the two checkers of certificates.")
    parser.add_argument("program")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    rng, counts = random.Random(arguments.seed), {}
    originals = [(path, check.read(path)) for path in arguments.files]
    batch = list(originals)
    small = [(p, c) for p, c in originals if len(json.dumps(c)) < 20000]
    for number in range(arguments.mutants):
        label, certificate = rng.choice(small)
        certificate = copy.deepcopy(certificate)
        if rng.randrange(2):
            certificate = copy.deepcopy(reclaimed(certificate, certificate["steps"], rng))
        for _ in range(rng.choice([1, 1, 2, 3])):
            with contextlib.suppress(KeyError, IndexError, TypeError):
                mutate(certificate, rng)
        if isinstance(certificate, dict) and certificate.get("steps") and rng.randrange(4):
            certificate = proved_claim(certificate)
        batch.append((f"{label}, mutant {number}", certificate))
        if len(batch) >= BATCH:
            compare(arguments.program, batch, arguments.keep, counts)
            batch = []
    compare(arguments.program, batch, arguments.keep, counts)
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return 1 if counts.get("different") else 0


if __name__ == "__main__":
    sys.exit(main())
