"""Work for the tests of `rlct.distributed`, which other processes import: no compiled module."""

import math
import os
import signal
import time
from pathlib import Path

import numpy as np


def walk(job):
    """A random walk of 200 steps: many floats that must agree bit by bit."""
    rng = np.random.default_rng([job.seed, 7])
    steps = rng.normal(size=(200, 2)).cumsum(axis=0) * job.settings.get("scale", 1.0)
    return {
        "value": float(np.mean(steps**2)),
        "standard_error": float(np.std(steps)),
        "count": len(steps),
        "trace": steps[::50, 0],
        "limit": math.inf if job.seed % 2 else -0.0,
    }


def logged(job):
    """`walk`, and a line in a file of how often it was called; 30 ms."""
    with open(job.settings["log"], "a", encoding="utf-8") as log:
        log.write(f"{job.seed}\n")
    time.sleep(0.03)
    return walk(job)


def quiet(job):
    """What `logged` returns, with neither log nor sleep."""
    return walk(job)


def dies_once(job):
    """Kills its process at seed 5, but only where no file says that it has."""
    if job.seed == 5:
        mark = Path(job.settings["mark"])
        if not mark.exists():
            mark.write_text("")
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.01)
    return walk(job)


def poison(job):
    """Kills its process at seed 3, always."""
    if job.seed == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.005)
    return walk(job)


def fails(job):
    if job.seed % 3 == 0:
        raise ArithmeticError(f"seed {job.seed} does not converge")
    return job.seed


def fails_without_mark(job):
    if job.seed == 1 and not Path(job.settings["mark"]).exists():
        raise ArithmeticError("not yet")
    return job.seed


def returns_itself(job):
    return job


def changes(job):
    return time.time_ns() + float(job.seed)


def square(w):
    """A loss."""
    return float(w @ w), 2.0 * w


class Bowl:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, w):
        return self.scale * float(w @ w), 2.0 * self.scale * w


def at_the_loss(job):
    return job.build_loss()(job.w_star)[0]
