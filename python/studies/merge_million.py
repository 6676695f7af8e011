"""A million records of 1,000 writers, merged: time, memory, and whether the digest is right.

    python studies/merge_million.py [--records 1000000] [--writers 1000] [--seed 1] [--keep FOLDER]

The records are those of `rlct.distributed.estimate` in shape. One in fifty is written again by
another writer, one in a hundred is a failure (of which half are tried again by another writer, and
have a result), every tenth file ends in a torn line. The digest is compared with the one of the
records as they were drawn, before they were files. Exit code 1 if it differs, or if the merge takes
60 s or 2 GiB and more.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rlct import distributed

MERGE = """
import json, sys, time
from rlct import distributed
start = time.perf_counter()
merged = distributed.merge(sys.argv[1])
read = time.perf_counter() - start
digest = merged.digest()
failed = merged.failed
seconds = time.perf_counter() - start
try:  # of this program alone; that of getrusage counts the process it was forked from
    status = open("/proc/self/status").read()
    peak = 1024 * int(status.split("VmHWM:")[1].split()[0])
except OSError:
    import resource
    peak = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "read": read, "digest": digest,
    "records": len(merged), "failed": failed, "torn": merged.torn,
    "duplicates": merged.duplicates,
    "peak": peak}))
"""


def result(rng: random.Random) -> dict[str, object]:
    lam = rng.uniform(0.1, 4.0)
    return {
        "quantity": "learning_coefficient",
        "value": lam,
        "standard_error": rng.uniform(0.001, 0.1),
        "inverse_temperature": None,
        "m": rng.randint(1, 3),
        "ess": rng.uniform(50.0, 4000.0),
        "rhat": rng.uniform(1.0, 1.1),
        "verdict": rng.choice(["trustworthy", "doubtful"]),
        "reasons": [],
        "method": "temperatures",
        "evaluations": rng.randint(10_000, 50_000),
    }


def write(folder: Path, records: int, writers: int, seed: int) -> tuple[str, dict[str, int]]:
    """The files; the digest of what was drawn, and what a merge is to find."""
    rng = random.Random(seed)
    shares: list[list[bytes]] = [[] for _ in range(writers)]
    truth: dict[bytes, bytes] = {}
    counts = {"records": records, "failed": 0, "torn": 0, "duplicates": 0}
    for number in range(records):
        key = hashlib.sha256(f"{seed} {number}".encode()).hexdigest()
        own = rng.randrange(writers)
        other = (own + rng.randrange(1, writers)) % writers
        failure = ("ArithmeticError: diverged", "Traceback …\n" * 8)
        drawn = result(rng)
        fate = rng.random()
        line = distributed._line(key, "rlct.distributed:estimate", drawn, None, rng.random())
        payload = distributed._payload(*distributed._encode(drawn))
        truth[bytes.fromhex(key)] = distributed._hash((key + payload).encode())
        if fate < 0.01:
            broken = distributed._line(key, "rlct.distributed:estimate", None, failure, 0.0)
            shares[own].append(broken)
            if fate < 0.005:
                shares[other].append(line)
                counts["duplicates"] += 1
            else:
                truth[bytes.fromhex(key)] = b"\0" * 16
                counts["failed"] += 1
        else:
            shares[own].append(line)
            if fate < 0.03:
                shares[other].append(line.replace(b'"seconds":', b'"seconds":1'))
                counts["duplicates"] += 1
    for number, lines in enumerate(shares):
        rng.shuffle(lines)
        text = b"".join(lines)
        if number % 10 == 0:  # the line after the last one, as far as it came
            text += distributed._line("f" * 64, "w", result(rng), None, 0.0)[: rng.randint(1, 200)]
            counts["torn"] += 1
        (folder / f"part-host{number:04}-{1000 + number}-{number:08x}.jsonl").write_bytes(text)
    total = hashlib.sha256()
    for binary in sorted(truth):
        total.update(binary + truth[binary])
    return total.hexdigest(), counts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--writers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a new folder for the files, which stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        start = time.perf_counter()
        digest, counts = write(folder, options.records, options.writers, options.seed)
        size = sum(path.stat().st_size for path in folder.iterdir())
        told = f"{options.records} records of {options.writers} writers, {size / 1e6:.0f} MB"
        print(f"{told}, written in {time.perf_counter() - start:.0f} s")
        # in a process of its own, whose memory is that of the merge
        command = [sys.executable, "-c", MERGE, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
    print(
        f"merged in {found['seconds']:.1f} s ({found['read']:.1f} s of it reading), "
        f"peak memory {found['peak'] / 2**20:.0f} MiB"
    )
    right = found["digest"] == digest and all(found[name] == counts[name] for name in counts)
    print(f"digest {found['digest'][:16]}, {'as drawn' if right else 'WRONG'}; {counts}")
    fits = found["seconds"] < 60.0 and found["peak"] < 2 << 30
    print("within 60 s and 2 GiB" if fits else "NOT within 60 s and 2 GiB")
    return 0 if right and fits else 1


if __name__ == "__main__":
    sys.exit(main())
