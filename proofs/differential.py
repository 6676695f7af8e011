#!/usr/bin/env python3
"""Compares the two checkers of certificates on certificates and on mutants of them.

    python3 proofs/differential.py RLCT [--seed N] [--mutants N] [--keep DIR] FILE...

RLCT is the built program `rlct`, whose `check` is the one side, or `rlct-check`; check.py beside
this file is the other. Mutants are certificates with one to three random changes of their
structure (half of them of a step taken for the last, or glued to another by one of the rules), or,
one in eight, of their bytes. The two programs must agree on what is accepted and what claims
nothing; "refused" and "unreadable" count as one, and so do what only one program finds too large
(each has its own limit of work). What both accept about a question whose answer is known must hold
that answer. The exit code is 1 otherwise, and --keep leaves such certificates in a folder.
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
from fractions import Fraction

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


# What stands for something else, or for nothing.
OTHERS = [[], "", "0", "1", "-1", "1/2", 0, 1, 2, 2 ** 64 - 1, {}, None, [0], [[]], "x", "+1",
          "1.5", "x^2 + 1", "2x", "(x)", "signs", {"because": "signs"}, {"step": 0}]


def mutate(certificate, rng):
    """Changes one thing in place."""
    paths = [p for p in places(certificate) if p]
    path = rng.choice(paths)
    parent, key, value = at(certificate, path[:-1]), path[-1], at(certificate, path)
    kind = rng.randrange(14)
    if kind == 13:
        parent[key] = copy.deepcopy(rng.choice(OTHERS))
    elif kind == 12 and isinstance(parent, dict):
        other = rng.choice(paths)
        parent[other[-1] if isinstance(other[-1], str) else "point"] = copy.deepcopy(
            at(certificate, other))
    elif kind % 6 == 0:
        del parent[key]
    elif kind % 6 == 1 and isinstance(parent, list):
        parent.insert(key, copy.deepcopy(value))
    elif kind % 6 == 2 and isinstance(parent, list) and len(parent) > 1:
        other = rng.randrange(len(parent))
        parent[key], parent[other] = parent[other], parent[key]
    elif kind % 6 == 3:
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


def glued(certificate, rng):
    """One more step for the germ, by a rule that glues others to it under some pretext."""
    steps = certificate["steps"]
    last = len(steps) - 1
    chart = copy.deepcopy(steps[last]["chart"])
    ws, fs = chart.get("coordinates", []), chart.get("functions", [])
    names = [w["name"] for w in ws] + [y["name"] for y in fs]
    p = rng.choice(names + [f"{n}^2 + 1" for n in names] + ["1", "0", "-1"])
    child, some = {"step": last}, {"step": rng.randrange(last + 1)}
    numbers = list(range(len(ws)))
    rng.shuffle(numbers)
    cut = rng.randrange(len(ws) + 1)
    signs = {"because": "signs"}
    extra = {"chart": copy.deepcopy(chart), "rule": "unit", "evidence": signs}
    rule = rng.randrange(7)
    if rule == 0:
        new = {"rule": "both", "children": [child, some]}
    elif rule == 1:
        extra["chart"].setdefault("zeros", []).append(p)
        chart_ = copy.deepcopy(chart)
        chart_.setdefault("units", []).append(p)
        new = {"rule": "split", "polynomial": p, "children": [some, {"step": last + 1}]}
        steps[last]["chart"] = rng.choice([chart_, steps[last]["chart"]])
        extra["evidence"] = {"zeros": [[len(fs) + len(extra["chart"]["zeros"]) - 1, "1"]], **signs}
    elif rule == 2:
        new = {"rule": "cover", "polynomials": [p, "1"], "children": [child, some],
               "evidence": {"combination": rng.choice([["0", "1"], ["1", "0"]]), **signs}}
    elif rule == 3:
        extra = {"chart": {}, "rule": rng.choice(["open", "newton"])}
        if extra["rule"] == "open":
            extra["reason"] = ""
        parts = [{"coordinates": sorted(numbers), "functions": list(range(len(fs)))}, {}]
        if rng.randrange(2):
            parts = [{"coordinates": numbers[:cut]}, {"coordinates": numbers[cut:]}]
        new = {"rule": "sum", "parts": parts, "children": [child, {"step": last + 1}]}
    elif rule == 4:
        new = {"rule": "factor", "monomial": [rng.randrange(2) for _ in ws], "children": [some]}
    elif rule == 5:
        new = {"rule": "ideal", "children": [some],
               "forward": [{"combination": [[0, "1"]]}], "back": [{"combination": [[0, "1"]]}]}
    else:
        new = {"rule": "newton", "weights": [["1"] * len(ws)],
               "terms": [{"generator": 0, "coefficient": "1"}]}
    if rule in (1, 3):
        steps.append(extra)
    steps.append(dict(new, chart=chart))
    return dict(certificate, steps=used_steps(steps, len(steps) - 1))


def bytes_changed(data, rng):
    """Some bytes replaced, left out, doubled, or moved."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4])):
        k, n = rng.randrange(len(data)), rng.choice([1, 1, 2, 7])
        kind = rng.randrange(4)
        if kind == 0:
            data[k] = rng.choice(b'0123456789,:[]{}"+-*^/. xy\\\xd1')
        elif kind == 1 and len(data) > 9:
            del data[k:k + n]
        elif kind == 2:
            data[k:k] = data[k:k + n]
        else:
            other = rng.randrange(len(data))
            data[k:k + n] = data[other:other + n]
    return bytes(data)


def proved_claim(certificate):
    """The certificate with the claim that its steps prove here, if they prove one."""
    try:
        check.Work.done = 0
        done = []
        factor = 1 if certificate["question"]["reading"] == "ideal" else 2
        for step in certificate["steps"]:
            done.append(check.replay(check.any_step(step), done))
    except (check.Refused, check.Unreadable, KeyError, TypeError, AttributeError, RecursionError):
        return certificate
    _, lower, upper = done[-1]
    claim = {}
    for name, pole in (("lower", lower), ("upper", upper)):
        if pole[0] != check.INF:
            claim[name] = {"lambda": str(factor * pole[0]), "multiplicity": -pole[1]}
    certificate["claim"] = claim
    return certificate


def ours(path):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = check.run(path)
    return {0: "exact", 1: "refused", 2: "refused", 3: "bounds", 4: "nothing"}[code], \
        out.getvalue().splitlines()[0]


def theirs(program, paths):
    """The verdicts of the program on some files: those of each by its line of the output."""
    command = [program] if "rlct-check" in os.path.basename(program) else [program, "check"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    verdicts = {}
    for line in (done.stdout + "\n" + done.stderr).splitlines():
        for path in paths:
            at_path = line.find(path + ": ")
            if at_path >= 0 and path not in verdicts:
                verdict = line[at_path + len(path) + 2:]
                if not verdict.startswith(("accepted", "proves")):
                    word = "nothing" if verdict.startswith("no claim") else "refused"
                elif verdict.startswith("proves nothing"):
                    word = "nothing"
                else:
                    exact = r": (proves |.* steps: )(λ = |K has no zero)"
                    word = "exact" if re.search(exact, line) else "bounds"
                verdicts[path] = word, line
    return verdicts


def too_large(reason):
    return "too large" in reason or "products of terms" in reason


def pole_of(stated):
    """A pole as check.py has it, (λ, −m): the worse of two is the smaller."""
    return (Fraction(stated["lambda"]), -stated["multiplicity"]) if stated else check.NOTHING


def is_false(certificate, answer):
    """Whether the claim of a certificate excludes what is known of its question."""
    claim = certificate["claim"]
    return not pole_of(claim.get("lower")) <= answer <= pole_of(claim.get("upper"))


def compare(program, batch, answers, keep, counts):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, (label, data) in enumerate(batch):
            paths.append(os.path.join(folder, f"{number:04}.json"))
            with open(paths[-1], "wb") as file:
                file.write(data)
        other = theirs(program, paths)
        for path, (label, data) in zip(paths, batch):
            mine, reason = ours(path)
            verdict, line = other.get(path, ("missing", ""))
            counts[mine] = counts.get(mine, 0) + 1
            trouble = None
            if mine != verdict:
                size = too_large(reason) != too_large(line) and "refused" in (mine, verdict)
                trouble = None if size else "different"
                counts["too large for one"] = counts.get("too large for one", 0) + size
            elif mine in ("exact", "bounds"):
                certificate = json.loads(data)
                answer = answers.get(question_of(certificate))
                if answer:
                    counts["answer known"] = counts.get("answer known", 0) + 1
                    if is_false(certificate, answer):
                        trouble = "false"
            if trouble:
                counts[trouble] = counts.get(trouble, 0) + 1
                name = f"{trouble}-{counts[trouble]:04}.json"
                print(f"{name} {label}\n  check.py: {reason}\n  rlct:     {line}", flush=True)
                if keep:
                    os.makedirs(keep, exist_ok=True)
                    with open(os.path.join(keep, name), "wb") as file:
                        file.write(data)


def question_of(certificate):
    """The question, without what shows that a loss is ≥ 0."""
    return json.dumps({k: v for k, v in certificate["question"].items() if k != "squares" and v},
                      sort_keys=True)


def text_of(certificate):
    return json.dumps(certificate, ensure_ascii=False).encode()


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
    answers = {}
    for path, certificate in originals:
        if ours(path)[0] == "exact":
            answers[question_of(certificate)] = pole_of(certificate["claim"].get("lower"))
    batch = [(path, text_of(certificate)) for path, certificate in originals]
    small = [(p, c) for p, c in originals if len(text_of(c)) < 20000]
    for number in range(arguments.mutants):
        label, certificate = rng.choice(small)
        label = f"{label}, mutant {number}"
        certificate = copy.deepcopy(certificate)
        if rng.randrange(8) == 0:
            batch.append((label, bytes_changed(text_of(certificate), rng)))
        else:
            way = rng.randrange(4)
            if way < 2:
                certificate = copy.deepcopy(reclaimed(certificate, certificate["steps"], rng))
            if way % 2:
                certificate = glued(certificate, rng)
            for _ in range(rng.choice([0, 1, 2, 3] if way % 2 else [1, 1, 2, 3])):
                with contextlib.suppress(KeyError, IndexError, TypeError):
                    mutate(certificate, rng)
            if isinstance(certificate, dict) and certificate.get("steps") and rng.randrange(4):
                certificate = proved_claim(certificate)
            batch.append((label, text_of(certificate)))
        if len(batch) >= BATCH:
            compare(arguments.program, batch, answers, arguments.keep, counts)
            batch = []
    compare(arguments.program, batch, answers, arguments.keep, counts)
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    return 1 if counts.get("different") or counts.get("false") else 0


if __name__ == "__main__":
    sys.exit(main())
