"""Plane curves made of lines, circles and cusps, with the worst (λ, m) of their zeros on a box:

    python3 region_curves.py 200 > region_curves.json        (needs numpy)

Nothing of rlct is used. Circles may have a tangent at a rational point. The zeros of every pair of
components come from one polynomial in a parameter of one of them; draws with points near the sides,
with triple points or with tangencies that were not placed are thrown away, so that what is left is
one of: a smooth point of a component of multiplicity s, (1/2s, 1); a crossing of s ≥ r, (1/2s, 1),
or m = 2 if r = s; a tangency, the worse of (3/(4(r + s)), 1) and (1/2s, 1); a cusp, (5/12s, 1).
K is the square of the product.
"""

import json
import random
import sys
from fractions import Fraction as F

import numpy as np
from numpy.polynomial import polynomial as P

RATIONAL = [(F(3, 5), F(4, 5)), (F(5, 13), F(12, 13)), (F(1), F(0)), (F(0), F(1))]
NEAR = 1e-2


class Component:
    """The line ax + by + c, the circle around (a, b) of radius c, or the cusp at (a, b)."""

    def __init__(self, kind, numbers, power):
        self.kind, self.numbers, self.power = kind, [F(x) for x in numbers], power
        self.floats = [float(x) for x in numbers]

    def text(self):
        a, b, *c = (f"({x})" for x in self.numbers)
        if self.kind == "line":
            return f"({a}*x + {b}*y + {c[0]})^{self.power}"
        if self.kind == "circle":
            return f"((x - {a})^2 + (y - {b})^2 - {c[0]}^2)^{self.power}"
        return f"((y - {b})^2 - (x - {a})^3)^{self.power}"

    def on(self, x, y, d):
        """d^k f(x/d, y/d) of polynomials in a parameter."""
        if self.kind == "line":
            a, b, c = self.floats
            return P.polyadd(P.polyadd(a * x, b * y), c * d)
        u = P.polyadd(x, -self.floats[0] * d)
        v = P.polyadd(y, -self.floats[1] * d)
        if self.kind == "circle":
            squares = P.polyadd(P.polymul(u, u), P.polymul(v, v))
            return P.polyadd(squares, -self.floats[2] ** 2 * P.polymul(d, d))
        return P.polyadd(P.polymul(P.polymul(v, v), d), -P.polymul(P.polymul(u, u), u))

    def value(self, x, y):
        return self.on(*(np.array([z]) for z in (x, y, 1.0)))[0]

    def gradient(self, x, y):
        if self.kind == "line":
            return np.array(self.floats[:2])
        u, v = x - self.floats[0], y - self.floats[1]
        return np.array([2 * u, 2 * v] if self.kind == "circle" else [-3 * u * u, 2 * v])

    def parameter(self):
        """x, y and their common denominator."""
        if self.kind == "line":
            a, b, c = self.floats
            n = a * a + b * b
            return np.array([-a * c / n, -b]), np.array([-b * c / n, a]), np.array([1.0])
        if self.kind == "circle":
            a, b, r = self.floats
            d = np.array([1.0, 0.0, 1.0])
            x = P.polyadd(a * d, r * np.array([1.0, 0.0, -1.0]))
            return x, P.polyadd(b * d, np.array([0.0, 2 * r])), d
        a, b = self.floats
        return np.array([a, 0.0, 1.0]), np.array([b, 0.0, 0.0, 1.0]), np.array([1.0])


def common(one, other):
    x, y, d = one.parameter()
    h = P.polytrim(other.on(x, y, d), 1e-12)
    places = []
    for t in P.polyroots(h) if len(h) > 1 else []:
        if abs(t.imag) < 1e-4 * (1 + abs(t)):
            at = P.polyval(t.real, d)
            places.append((P.polyval(t.real, x) / at, P.polyval(t.real, y) / at))
    if one.kind == "circle":  # where the parameter is infinite
        last = (one.floats[0] - one.floats[2], one.floats[1])
        if abs(other.value(*last)) < 1e-9:
            places.append(last)
    return places


def drawn(rng):
    def number():
        return F(rng.randint(-3, 3), rng.choice([1, 2]))

    components, tangencies = [], []
    for _ in range(rng.randint(1, 3)):
        kind, power = rng.choice(["line", "line", "circle", "cusp"]), rng.choice([1, 1, 1, 2, 2, 3])
        if kind == "line":
            a, b = rng.randint(-2, 2), rng.randint(-2, 2)
            if a or b:
                components.append(Component(kind, (a, b, number()), power))
        elif kind == "cusp":
            components.append(Component(kind, (number(), number()), power))
        else:
            a, b, r = number(), number(), F(rng.randint(1, 4), 2)
            components.append(Component(kind, (a, b, r), power))
            if rng.random() < 0.7:
                (c, s), sign = rng.choice(RATIONAL), rng.choice([1, -1])
                other, c = rng.choice([1, 1, 2]), c * sign
                x, y = a + r * c, b + r * s
                components.append(Component("line", (c, s, -(c * x + s * y)), other))
                tangencies.append(((float(x), float(y)), power, other))
    low = [F(rng.randint(-30, 30), 7) + F(1, 11) for _ in range(2)]
    box = [(l, l + F(rng.randint(4, 40), 7)) for l in low]
    return components, tangencies, box


def worst(components, tangencies, box):
    """The worst pair, or None without a zero. Raises ValueError for what is thrown away."""
    ends = [[float(e) for e in side] for side in box]

    def depth(x, y):
        return min(x - ends[0][0], ends[0][1] - x, y - ends[1][0], ends[1][1] - y)

    def inside(place):
        if abs(depth(*place)) < NEAR:
            raise ValueError("near a side")
        return depth(*place) > 0

    def through(place):
        size = 1e-3 * (1 + abs(place[0]) + abs(place[1]))
        return sum(abs(c.value(*place)) < size for c in components)

    pairs = []
    cusps = [(tuple(c.floats), c.power) for c in components if c.kind == "cusp"]
    for place, r, s in tangencies:
        if through(place) != 2:
            raise ValueError("a triple point")
        if inside(place):
            tangent, smooth = F(3, 4 * (r + s)), F(1, 2 * max(r, s))
            pairs.append((min(tangent, smooth), 2 if tangent == smooth else 1))
    for place, s in cusps:
        if through(place) != 1:
            raise ValueError("a cusp on another component")
        if inside(place):
            pairs.append((F(5, 12 * s), 1))
    placed = [place for place, *_ in tangencies] + [place for place, _ in cusps]
    for i, one in enumerate(components):
        for other in components[:i]:
            if one.kind == other.kind == "line":
                (a, b, _), (c, d, _) = one.numbers, other.numbers
                if a * d == b * c:
                    raise ValueError("parallel lines")
            for x, y in common(one, other):
                if any(abs(x - u) + abs(y - v) < 1e-3 for u, v in placed):
                    continue
                u, v = one.gradient(x, y), other.gradient(x, y)
                size = np.linalg.norm(u) * np.linalg.norm(v) + 1e-30
                if abs(u[0] * v[1] - u[1] * v[0]) < NEAR * size or through((x, y)) > 2:
                    raise ValueError("no crossing")
                if inside((x, y)):
                    r, s = sorted((one.power, other.power))
                    pairs.append((F(1, 2 * s), 2 if r == s else 1))
    for c in components:
        x, y, d = c.parameter()
        t = np.tan(np.linspace(-1.5707, 1.5707, 40001))
        t = np.concatenate([t, np.linspace(-60, 60, 60001)])
        at = P.polyval(t, d)
        deepest = max(map(depth, P.polyval(t, x) / at, P.polyval(t, y) / at))
        if abs(deepest) < NEAR:
            raise ValueError("touches a side")
        if deepest > 0:
            pairs.append((F(1, 2 * c.power), 1))
    return min(pairs, key=lambda pair: (pair[0], -pair[1]), default=None)


def cases(count, seed=20261130):
    rng, found = random.Random(seed), []
    while len(found) < count:
        components, tangencies, box = drawn(rng)
        try:
            pair = worst(components, tangencies, box) if components else None
        except ValueError:
            continue
        if not components:
            continue
        (x0, x1), (y0, y1) = box
        found.append({
            "curve": "*".join(c.text() for c in components),
            "on": f"x in [{x0}, {x1}], y in [{y0}, {y1}]",
            "lambda": pair and str(pair[0]),
            "multiplicity": pair and pair[1],
        })
    return found


lines = (json.dumps(case) for case in cases(int(sys.argv[1])))
print("[\n" + ",\n".join(lines) + "\n]")
