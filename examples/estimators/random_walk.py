"""λ̂ by a random walk at several temperatures: an estimator for `rlct verify`, without numpy.

At each inverse temperature t a Metropolis chain samples exp(−tK) times the prior on the box, and
U(t) = t·E[K] tends to λ. Of U = λ − (m − 1)/log t + … the two coldest are taken for λ, with the
spread between chains for an error: what it gets wrong is m > 1, whose logarithm is no small term at
any t, and what converges slowly.
"""

import json
import math
import random
import sys
from fractions import Fraction

TEMPERATURES = [math.exp(x) for x in (6, 8, 10)]
STEPS, CHAINS = 4000, 8


def loss_of(case):
    terms = [[(e, float(Fraction(c))) for e, c in g] for g in case["terms"]]

    def value(w):
        values = [sum(c * math.prod(x**k for x, k in zip(w, e) if k) for e, c in g) for g in terms]
        return sum(v * v for v in values) if case["reading"] == "ideal" else values[0]

    return value


def chain(case, loss, t, rng):
    d = len(case["variables"])
    half = [v in case["nonnegative"] for v in case["variables"]]
    powers = [float(Fraction(h)) for h in case["amplitude"]]

    def log_density(w, k):
        if any(abs(x) > 1 or (h and x < 0) for x, h in zip(w, half)):
            return -math.inf
        return sum(h * math.log(abs(x)) for x, h in zip(w, powers) if h) - t * k

    w = [1e-3 * rng.random() for _ in range(d)]
    k = loss(w)
    log_p, scale, total = log_density(w, k), t**-0.25, 0.0
    for step in range(2 * STEPS):
        size = scale * math.exp(rng.uniform(-4, 1))
        new = [x + size * rng.gauss(0, 1) for x in w]
        new_k = loss(new)
        log_new = log_density(new, new_k)
        if log_new - log_p > math.log(1 - rng.random()):
            w, k, log_p = new, new_k, log_new
        total += k if step >= STEPS else 0
    return t * total / STEPS


def main():
    for line in sys.stdin:
        case = json.loads(line)
        rng, loss = random.Random(case["seed"]), loss_of(case)
        energies = [[chain(case, loss, t, rng) for _ in range(CHAINS)] for t in TEMPERATURES[-2:]]
        both = energies[0] + energies[1]
        mean = sum(both) / len(both)
        spread = math.sqrt(sum((u - mean) ** 2 for u in both) / (len(both) - 1) / len(both))
        answer = {"quantity": "lambda", "value": mean, "standard_error": max(spread, 1e-6)}
        print(json.dumps(answer), flush=True)


main()
