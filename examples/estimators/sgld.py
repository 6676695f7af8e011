"""U(t) by stochastic gradient Langevin dynamics, with numpy: an estimator for `rlct verify`.

The recipe of the papers: w ← w − ε/2 · (t ∇K(w) − ∇log φ(w)) + N(0, ε), reflected at the box, from
the true parameter, one ε for all models, no localisation. What it gets wrong is what nobody checks:
the step biases U where K is curved, and where K is flat the chains have not gone anywhere; the
spread between chains sees neither. Answers `energy`, U at the t of the case.
"""

import json
import sys
from fractions import Fraction

import numpy as np

EPSILON, CHAINS, BURN_IN, STEPS = 1e-3, 20, 2000, 6000


def loss_of(case):
    terms = [[(np.array(e), float(Fraction(c))) for e, c in g] for g in case["terms"]]
    d, ideal = len(case["variables"]), case["reading"] == "ideal"

    def gradient(w):  # K and ∇K at chains × d
        k, slope = np.zeros(len(w)), np.zeros_like(w)
        for g in terms:
            value = sum(c * np.prod(w**e, axis=1) for e, c in g)
            of_g = np.zeros_like(w)
            for e, c in g:
                for i in np.flatnonzero(e):
                    less = e - (np.arange(d) == i)
                    of_g[:, i] += c * e[i] * np.prod(w**less, axis=1)
            k += value**2 if ideal else value
            slope += 2 * value[:, None] * of_g if ideal else of_g
        return k, slope

    return gradient


def estimate(case):
    rng, gradient = np.random.default_rng(case["seed"]), loss_of(case)
    lower = np.array([0.0 if v in case["nonnegative"] else -1.0 for v in case["variables"]])
    powers = np.array([float(Fraction(h)) for h in case["amplitude"]])
    w = np.abs(1e-3 * rng.standard_normal((CHAINS, len(lower)))) + 1e-6
    total = np.zeros(CHAINS)
    for step in range(BURN_IN + STEPS):
        k, slope = gradient(w)
        if step >= BURN_IN:
            total += k
        drift = case["t"] * slope - powers / np.where(w == 0, 1e-9, w)
        w = w - EPSILON / 2 * drift + np.sqrt(EPSILON) * rng.standard_normal(w.shape)
        w = np.where(w > 1, 2 - w, w)
        w = np.clip(np.where(w < lower, 2 * lower - w, w), lower, 1)
    each = case["t"] * total / STEPS
    return each.mean(), each.std(ddof=1) / np.sqrt(CHAINS)


for line in sys.stdin:
    value, error = estimate(json.loads(line))
    answer = {"quantity": "energy", "value": value, "standard_error": max(error, 1e-9)}
    print(json.dumps(answer), flush=True)
