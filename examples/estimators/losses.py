"""K(w) of every instance of proofs/catalogue.json that has a loss, with numpy, and its point.

    from losses import landscape
    K, w_star, nonnegative = landscape(instance)       # an entry of "instances"

K takes one w or many, an array of shape (…, d), and is 0 at w_star. Most instances have K as
polynomials; the others as a formula of their family, in the coordinates of `verify::landscape`.
`python3 losses.py proofs/catalogue.json` checks that all are 0 at their point and not below it
around; lines {"id", "w", "is_moved", "value"} on standard input are compared with K, w from the
point on if it is moved.
"""

import json
import sys
from fractions import Fraction

import numpy as np


def polynomials(case, form):
    generators = []
    for terms in case["terms"]:
        exponents = np.array([e for e, _ in terms])
        generators.append((exponents, np.array([float(Fraction(c)) for _, c in terms])))

    def K(w):  # powers of few variables at a time: most exponents are 0
        values = []
        for exponents, coefficients in generators:
            used = np.flatnonzero(exponents.any(axis=0))
            powers = np.asarray(w)[..., None, used] ** exponents[:, used]
            values.append(np.prod(powers, axis=-1) @ coefficients)
        return values[0] if form == "loss" else sum(v**2 for v in values)

    return K


def product(widths, rank):  # ½|W_L ⋯ W_1 − W*|², each W with `rank` ones on its diagonal
    shapes = list(zip(widths[1:], widths))
    target = np.eye(widths[-1], widths[0]) * (np.arange(widths[0]) < rank)

    def K(w):
        end, matrix = 0, np.eye(widths[0])
        for n, m in shapes:  # column after column
            columns = np.reshape(w[..., end : end + n * m], (*w.shape[:-1], m, n))
            matrix, end = np.swapaxes(columns, -1, -2) @ matrix, end + n * m
        return np.sum((matrix - target) ** 2, axis=(-1, -2)) / 2

    layers = [np.eye(n, m) * (np.arange(m) < rank) for n, m in shapes]
    return K, np.concatenate([layer.T.ravel() for layer in layers])


def machine(visible, hidden):  # the divergence of the uniform distribution from the machine's
    states = 1 - 2 * (np.arange(2**visible)[:, None] >> np.arange(visible) & 1)

    def K(w):
        unit = np.reshape(w, (*w.shape[:-1], hidden, visible))
        logs = np.sum(np.log(np.cosh(unit @ states.T)), axis=-2)
        excess = logs - np.mean(logs, axis=-1, keepdims=True)
        return np.log1p(np.mean(np.expm1(excess), axis=-1))

    return K, np.zeros(visible * hidden)


def relu_line(units):  # (Σ a b over b > 0)² + (Σ a b over b < 0)²
    def K(w):
        a, b = w[..., 0::2], w[..., 1::2]
        return sum(np.sum(a * b * (s * b > 0), axis=-1) ** 2 for s in (1, -1))

    return K, np.zeros(2 * units)


def superposition(polygon):  # E|x − relu(WᵀWx + b)|², x on an axis, less its value at w*
    live, positive = int(polygon[0]), "positive" in polygon
    critical = {5: (1.1704596390978290, -0.28229728312677164),
                6: (1.3205263307799670, -0.61813513186821498)}
    length, bias = critical[live]  # where the gradient vanishes
    angle = 2 * np.pi * np.arange(live) / live
    columns = np.zeros((6, 2))
    columns[:live] = length * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    rest = np.full(6 - live, 1 / 12 if positive else -1.0)
    point = np.concatenate([columns.ravel(), np.full(live, bias), rest])

    def L(w):  # x = μ eᵢ; the integrand is a square on either side of the kink of each output
        W, b = np.reshape(w[..., :12], (*w.shape[:-1], 6, 2)), w[..., None, 12:]
        a, total = W @ np.swapaxes(W, -1, -2), 0
        with np.errstate(divide="ignore", invalid="ignore"):
            kink = np.clip(np.nan_to_num(-b / a), 0, 1)
        for low, high in ((0 * kink, kink), (kink, 0 * kink + 1)):
            for node in (-(3**-0.5), 3**-0.5):
                mu = low + (high - low) * (node + 1) / 2
                gap = mu * np.eye(6) - np.maximum(mu * a + b, 0)
                total = total + (high - low) / 2 * gap**2
        return np.sum(total, axis=(-1, -2)) / 6

    return lambda w: L(w) - L(point), point


def landscape(case):
    form = case.get("germ") or case.get("loss")
    sizes = case["parameters"]
    if form:
        if any(not x.lstrip("-").replace("/", "", 1).isdigit() for x in case["point"]):
            return None  # an algebraic number
        point = np.array([float(Fraction(x)) for x in case["point"]])
        at_end = [v in form.get("nonnegative", ()) for v in case["variables"]]
        return polynomials(case, form["form"]), point, np.array(at_end)
    family = case["family"]
    if family == "deep-linear":
        K, point = product(sizes["widths"], sizes["rank"])
    elif family == "reduced-rank":
        K, point = product([sizes[k] for k in ("inputs", "hidden", "outputs")], sizes["rank"])
    elif family == "boltzmann-machine":
        K, point = machine(sizes["visible"], sizes["hidden"])
    elif family == "relu-line":
        K, point = relu_line(sizes["units"])
    elif family == "superposition":
        K, point = superposition(sizes["polygon"])
    else:
        return None
    return K, point, np.zeros(len(point), bool)


def check(cases):
    seen = 0
    for case in cases:
        found = landscape(case)
        if found is None:
            continue
        (K, point, nonnegative), rng = found, np.random.default_rng(1)
        steps = rng.uniform(-1, 1, (20, len(point))) * 10.0 ** rng.uniform(-3, -1, (20, 1))
        steps[:, nonnegative & (point == 0)] = np.abs(steps[:, nonnegative & (point == 0)])
        values = K(point + steps)
        assert abs(K(point)) < 1e-18, (case["id"], K(point))
        assert np.all(values > -1e-13), (case["id"], values.min())
        assert np.any(values > 0), case["id"]
        seen += 1
    print(f"{seen} losses: 0 at their point, and not below it around")


if __name__ == "__main__":
    cases = json.load(open(sys.argv[1], encoding="utf-8"))["instances"]
    check(cases)
    by_id, compared = {case["id"]: case for case in cases}, 0
    for line in [] if sys.stdin.isatty() else sys.stdin:
        asked = json.loads(line)
        K, point, _ = landscape(by_id[asked["id"]])
        w = np.array(asked["w"]) + (point if asked["is_moved"] else 0)
        assert abs(K(w) / asked["value"] - 1) < 1e-6, (asked["id"], K(w), asked["value"])
        compared += 1
    print(f"{compared} values agree")
