#!/usr/bin/env python3
"""Latent classes: `rlct select` beside a plain EM in numpy, on the same data in one run.

    cargo build --release && python3 benches/latent_classes_numpy.py [target/release/rlct]

Six binary features, two or three classes in truth, models of one to three classes. The EM in numpy
has ten random starts of each number of classes, is run to a gain below 1e-8 (at most 20 000 steps)
and counts equal rows, as rlct does. Printed are the seconds of both, their ratio, whether rlct is
within twice the other plus 0.2 s, and by how much its log-likelihood is above. One thread each.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["RAYON_NUM_THREADS"] = "1"
import numpy as np

MOST, STARTS = 3, 10
PROFILES = np.array([[0.2] * 6, [0.8] * 6, [0.85] * 3 + [0.15] * 3])


def sample(rows, classes, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, rows)
    return (rng.random((rows, 6)) < PROFILES[labels]).astype(int)


def climb(x, counts, classes, rng):
    """EM from random profiles: the log-likelihood it comes to, and its steps."""
    weights = np.full(classes, 1 / classes)
    profiles = rng.uniform(0.1, 0.9, (classes, x.shape[1]))
    last = -np.inf
    for step in range(1, 20_001):
        with np.errstate(divide="ignore"):
            logs = x @ np.log(np.maximum(profiles, 1e-300)).T
            logs += (1 - x) @ np.log(np.maximum(1 - profiles, 1e-300)).T
            logs += np.log(weights)
        tops = logs.max(axis=1, keepdims=True)
        joint = np.exp(logs - tops)
        sums = joint.sum(axis=1, keepdims=True)
        value = counts @ (tops[:, 0] + np.log(sums[:, 0]))
        if value - last < 1e-8:
            break
        last = value
        shares = joint / sums * counts[:, None]
        sizes = shares.sum(axis=0)
        weights = sizes / counts.sum()
        profiles = shares.T @ x / sizes[:, None]
    return value, step


def by_numpy(data):
    x, counts = np.unique(data, axis=0, return_counts=True)
    rng = np.random.default_rng(0)
    found = []
    for classes in range(1, MOST + 1):
        starts = 1 if classes == 1 else STARTS
        found.append(max(climb(x, counts, classes, rng)[0] for _ in range(starts)))
    return found


def by_rlct(program, path):
    columns = ",".join(f"x{j}" for j in range(6))
    command = [program, "select", "--model", "latent-class", "--data", path, "--columns", columns]
    command += ["--max-components", str(MOST), "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return [model["log_likelihood"] for model in json.loads(ended.stdout)["models"]]


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/rlct"
    print(f"{'rows':>7} {'truth':>5} {'numpy s':>8} {'rlct s':>8} {'ratio':>6}  within  rlct above")
    slow = 0
    for rows in [300, 1000, 10_000, 200_000]:
        for classes in [2, 3]:
            data = sample(rows, classes, rows + classes)
            with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
                header = ",".join(f"x{j}" for j in range(6))
                np.savetxt(file, data, fmt="%d", delimiter=",", header=header, comments="")
                file.flush()
                began = time.perf_counter()
                # the file is read by both
                table = np.loadtxt(file.name, delimiter=",", skiprows=1, dtype=int)
                plain = by_numpy(table)
                middle = time.perf_counter()
                own = by_rlct(program, file.name)
                ended = time.perf_counter()
            one, other = middle - began, ended - middle
            within = other <= 2 * one + 0.2
            slow += not within
            above = " ".join(f"{a - b:+.4f}" for a, b in zip(own, plain))
            line = f"{rows:7} {classes:5} {one:8.3f} {other:8.3f} {other / one:6.2f}"
            print(f"{line}  {'yes' if within else 'no':6}  {above}")
    sys.exit(slow > 0)


if __name__ == "__main__":
    main()
