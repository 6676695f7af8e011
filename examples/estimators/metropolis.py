"""U(t) by a Metropolis walk of many walkers, with numpy: an estimator for `rlct verify --energies`.

At the t of the case exp(−tK) times the prior on the box is sampled by walkers that begin as draws
from the prior and are cooled to t; steps of many sizes, drawn from a log-uniform distribution, so
that narrow valleys and the whole box are both in reach. U(t) = t E[K]; the error is that of the
mean over the walkers, which share nothing. Asked at one temperature it answers `energy`, which is
what it estimates; λ is only its limit.
"""

import json
import sys
from fractions import Fraction

import numpy as np

WALKERS, COOLING, STEPS = 200, 60, 1500


def loss_of(case):
    terms = [[(np.array(e), float(Fraction(c))) for e, c in g] for g in case["terms"]]

    def value(w):  # w: walkers × d
        values = [sum(c * np.prod(w**e, axis=1) for e, c in g) for g in terms]
        return sum(v * v for v in values) if case["reading"] == "ideal" else values[0]

    return value


def estimate(case):
    rng, loss = np.random.default_rng(case["seed"]), loss_of(case)
    d = len(case["variables"])
    lower = np.array([0.0 if v in case["nonnegative"] else -1.0 for v in case["variables"]])
    powers = np.array([float(Fraction(h)) for h in case["amplitude"]])
    sign = np.where(rng.random((WALKERS, d)) < 0.5, lower, 1.0)
    w = np.where(sign == 0, 1.0, sign) * rng.random((WALKERS, d)) ** (1 / (powers + 1))
    k = loss(w)
    total = np.zeros(WALKERS)
    for step in range(COOLING + STEPS):
        t = case["t"] ** min(1.0, (step + 1) / COOLING)
        for _ in range(4):
            size = 10 ** rng.uniform(-4, 0.3, (WALKERS, 1))
            moves = rng.random((WALKERS, d)) < rng.uniform(0, 1, (WALKERS, 1)) + 1 / d
            new = w + size * moves * rng.standard_normal((WALKERS, d))
            inside = np.all((new >= lower) & (new <= 1) & (new != 0), axis=1)
            new_k = loss(np.where(inside[:, None], new, w))
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = np.sum(powers * (np.log(np.abs(new)) - np.log(np.abs(w))), axis=1)
                accepted = np.log(rng.random(WALKERS)) < ratio - t * (new_k - k)
            taken = inside & accepted
            w[taken], k[taken] = new[taken], new_k[taken]
        if step >= COOLING + STEPS // 4:
            total += k
    each = case["t"] * total / (STEPS - STEPS // 4)
    return each.mean(), each.std(ddof=1) / np.sqrt(WALKERS)


for line in sys.stdin:
    value, error = estimate(json.loads(line))
    answer = {"quantity": "energy", "value": value, "standard_error": max(error, 1e-9)}
    print(json.dumps(answer), flush=True)
