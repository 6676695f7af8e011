"""Check an estimator of the learning coefficient against the catalogue.

    python3 check_estimator.py [catalogue.json]

Replace `estimate` by your own: it is given the family, the sizes and, where the model is one, the
polynomial germ of an instance, and returns a number, or None for a model it does not know. The
one below knows reduced-rank regression, by the least over singular-value exponents.
"""
import json
import sys
from fractions import Fraction


def estimate(family, sizes, germ):
    if family != "reduced-rank":
        return None
    m, n, h, r = (sizes[name] for name in ("inputs", "outputs", "hidden", "rank"))
    k, gap = min(m, h) - r, abs(m - h)
    core = min((n - r) * j + (k - j) * (gap + k - j) for j in range(k + 1))
    return (r * (m + n - r) + core) / 2


TOLERANCE = 0.1  # of λ; a sampler's error is of this size
catalogue = json.load(open(sys.argv[1] if len(sys.argv) > 1 else "proofs/catalogue.json"))
catalogue = catalogue["instances"]
right = wrong = 0
for instance in catalogue:
    guess = estimate(instance["family"], instance["parameters"], instance.get("germ"))
    if guess is None:
        continue
    lower = float(Fraction(instance.get("lambda", instance.get("lower", "0"))))
    upper = float(Fraction(instance.get("lambda", instance.get("upper", "0"))))
    good = lower * (1 - TOLERANCE) <= guess <= upper * (1 + TOLERANCE)
    right, wrong = right + good, wrong + (not good)
    if not good:
        print(f"{instance['id']}: {guess}, but λ is in [{lower}, {upper}]")
print(f"{len(catalogue)} instances: {right} right, {wrong} wrong")
sys.exit(1 if wrong or not right else 0)
