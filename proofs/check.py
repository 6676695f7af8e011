#!/usr/bin/env python3
"""A second checker of certificates, written from FORMAT.md alone.

    python3 proofs/check.py FILE...

It replays every step of a certificate with exact rational arithmetic and trusts nothing: what is
not as FORMAT.md says is refused. It shares no code with the program that writes certificates.
A certificate is about a point, or about a region ("Regions"), where no zero of K is exact, too.
The exit code is 0 (exact), 1 (refused), 2 (unreadable), 3 (bounds) or 4 (a claim of nothing); of
several files the first of 1, 2, 4, 3, 0 that occurs. Headings in quotes are those of FORMAT.md.
"""

import argparse
import json
import re
import sys
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, reduce
from typing import NamedTuple

# "Limits"
MAX_BYTES = 64 * 1024 * 1024  # of a file
MAX_VALUES = 4_000_000  # of the characters , : [ { outside strings
MAX_NATURAL = 2**32 - 1  # of a natural number, and of an exponent
MAX_STEPS = 100_000
MAX_VARIABLES = 256  # of a chart
MAX_DIGITS = 2500  # of a number
MAX_DEPTH = 100  # of parentheses
MAX_BITS = 8192  # of a number, numerator and denominator together
MAX_TERMS = 50_000  # of a polynomial
MAX_DEGREE = 100_000  # of a polynomial, in all variables together
MAX_ORDER = 1000  # of a derivative
MAX_ROOT_DEGREE = 100  # of a polynomial whose real roots are counted
MAX_WORK = 10_000_000  # products of terms; this limit is of this program, not of the page
INF = float("inf")  # only ever compared: the λ of the pole (∞, 1), and the ends of the real line
NOTHING = (INF, -1)  # the pole (∞, 1); as an upper pole it claims nothing


class Refused(Exception):
    """The certificate proves not what it claims."""


class Unreadable(Exception):
    """The file is no JSON of the form of a certificate."""


class Work:
    """Counts the work on one file, so that every check ends."""

    done = 0


def need(condition, reason):
    if not condition:
        raise Refused(reason)


def spend(amount):
    Work.done += amount
    need(Work.done <= MAX_WORK, "too large")


# ---- Polynomials --------------------------------------------------------------------------------
# A polynomial is a dict from monomials to Fractions ≠ 0, a monomial the sorted tuple of its
# variables with exponents ≥ 1: 3*x^2*y + 1 is {(("x", 2), ("y", 1)): 3, (): 1}.

ONE = {(): Fraction(1)}


def variable(name):
    return {((name, 1),): Fraction(1)}


def monomial(powers):
    return tuple(sorted((v, k) for v, k in powers.items() if k))


def monomial_product(a, b):
    powers = dict(a)
    for v, k in b:
        powers[v] = powers.get(v, 0) + k
    return tuple(sorted(powers.items())) if a and b else a or b


def add_to(total, p, factor=1):
    """total + factor·p, in the place of total."""
    spend(len(p) + 1)
    for e, c in p.items():
        c = c if factor == 1 else factor * c
        value = total[e] + c if e in total else c
        if value:
            total[e] = value
        else:
            total.pop(e, None)
    return total


def bits(*numbers):
    return max([x.numerator.bit_length() + x.denominator.bit_length() for x in numbers], default=0)


def bounded(p):
    """p, unless it is beyond the limits of the page."""
    need(len(p) <= MAX_TERMS and bits(*p.values()) <= MAX_BITS, "too large")
    need(all(sum(dict(e).values()) <= MAX_DEGREE for e in p), "too large")
    return p


def times(p, q):
    size, length = bits(*p.values()) + bits(*q.values()), max(map(len, [*p, *q]), default=0)
    spend(len(p) * len(q) * (size // 64 + length // 4))
    result = {}
    for e, c in p.items():
        add_to(result, {monomial_product(e, f): c * d for f, d in q.items()})
    return bounded(result)


def power(p, k):
    if len(p) == 1 and set(p.values()) == {1}:
        return {monomial({v: k * n for v, n in e}): c for e, c in p.items()}
    result = ONE
    for bit in f"{k:b}":
        result = times(result, result)
        if bit == "1":
            result = times(result, p)
    return result


def variables_of(p):
    return {v for e in p for v, _ in e}


def number_of(p):
    """The rational number that p is, or None."""
    return None if variables_of(p) else p.get((), Fraction(0))


def alone(p):
    """(v, c) if p is c·v for a variable v, otherwise (None, 0)."""
    if len(p) == 1:
        ((e, c),) = p.items()
        if len(e) == 1 and e[0][1] == 1:
            return e[0][0], c
    return None, 0


def degree(p, v):
    return max((k for e in p for w, k in e if w == v), default=0)


def coefficient(p, v, k):
    """The coefficient of the k-th power of v in p, a polynomial without it."""
    spend(len(p) + 1)
    return {tuple(x for x in e if x[0] != v): c for e, c in p.items() if dict(e).get(v, 0) == k}


def put_zero(p, names):
    spend(len(p) + 1)
    return {e: c for e, c in p.items() if names.isdisjoint(dict(e))}


def changed(p, change):
    """p with (powers, factor) = change(powers) of each term; different terms must stay so."""
    spend(len(p) + 1)
    new = ((*change(dict(e)), c) for e, c in p.items())
    return {monomial(powers): factor * c for powers, factor, c in new}


def derivative(p, v):
    occurs = {e: c for e, c in p.items() if v in dict(e)}
    return changed(occurs, lambda powers: ({**powers, v: powers[v] - 1}, powers[v]))


def divided(p, divisor):
    """p divided by the monomial of these powers; refuses if it is not divisible."""
    divides = all(dict(e).get(v, 0) >= k for e in p for v, k in divisor.items())
    need(divides, "a monomial does not divide")
    return changed(p, lambda powers: ({v: k - divisor.get(v, 0) for v, k in powers.items()}, 1))


def renamed(p, places):
    """p with s·w for v where places[v] = (w, s)."""

    def change(powers):
        factor = 1
        for v, k in powers.items():
            scale = places[v][1]
            need(abs(scale) == 1 or k * bits(scale) <= 2 * MAX_BITS, "too large")
            factor = factor if scale == 1 else factor * scale**k
        return {places[v][0]: k for v, k in powers.items()}, factor

    return changed(p, change)


def substituted(p, v, numerator, denominator, top):
    """denominator^top · p at v = numerator/denominator; top ≥ the degree of p in v."""
    least = degree(p, v)
    scale = power(denominator, top - least)
    result = times(coefficient(p, v, least), scale)
    for k in reversed(range(least)):
        scale = times(scale, denominator)
        result = add_to(times(result, numerator), times(coefficient(p, v, k), scale))
    return result


def normal(p, only_positive=False):
    """The same for all multiples of p by rational factors ≠ 0 (or by positive ones only)."""
    spend(len(p) + 1)
    lead = p[max(p)] if p else 1
    lead = abs(lead) if only_positive else lead
    return frozenset((e, c / lead) for e, c in p.items())


def normals(ps, only_positive=False):
    return {normal(p, only_positive) for p in ps}


def determinant(rows):
    """By expansion along the first row."""
    result = {} if rows else ONE
    for j, entry in enumerate(rows[0] if rows else []):
        if entry:
            minor = determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
            add_to(result, times(entry, minor), (-1) ** j)
    return result


# ---- Intervals, real roots, linear algebra ------------------------------------------------------


def interval_power(interval, k):
    a, b = interval
    size = bits(*(x for x in interval if abs(x) not in (0, 1)))
    need(k * size <= 2 * MAX_BITS, "too large")
    spend(1 + k * size // 256)
    low, high = min(a**k, b**k), max(a**k, b**k)
    return (0 if k % 2 == 0 and a < 0 < b else low), high


def interval_value(p, box):
    """An interval that holds the values of p where every variable is in its interval."""
    low = high = Fraction(0)
    for e, c in p.items():
        a = b = c
        for v, k in e:
            spend(4)
            x, y = interval_power(box[v], k)
            corners = (a * x, a * y, b * x, b * y)
            a, b = min(corners), max(corners)
        low, high = low + a, high + b
    return low, high


def excludes_zero(p, box):
    low, high = interval_value(p, box)
    return low > 0 or high < 0


def changes_sign(p, box, v):
    """Whether p is below 0 at one end of the interval of v and above 0 at the other."""
    first, second = (interval_value(p, {**box, v: (x, x)}) for x in box[v])
    return first[1] < 0 < second[0] or second[1] < 0 < first[0]


def division(f, g):
    """Quotient and remainder of polynomials in one variable; the last coefficient of g is not 0."""
    f, quotient = list(f), []
    while len(f) >= len(g):
        factor = f.pop() / g[-1]
        spend(len(g) * (1 + bits(factor) // 64))
        quotient.insert(0, factor)
        for i, c in enumerate(g[:-1], len(f) - len(g) + 1):
            f[i] -= factor * c
    while f and f[-1] == 0:
        f.pop()
    return quotient, f


def count_roots(p, v, low, high, outside=()):
    """How many distinct real roots p ≠ 0, a polynomial in v alone, has in low < v < high but for
    some, by Sturm's theorem."""
    need(degree(p, v) <= MAX_ROOT_DEGREE, "too large")
    f = [p.get(monomial({v: k}), Fraction(0)) for k in range(degree(p, v) + 1)]
    bound = 2 + max(abs(c / f[-1]) for c in f) // 1  # Cauchy's, for ends that are infinite
    low, high = max(low, -bound), min(high, bound)
    if low >= high:
        return 0
    for root in (low, high, *outside):  # is divided out, which leaves the others
        while not division(f, [-root, 1])[1]:
            f = division(f, [-root, 1])[0]
    chain = [f, [k * c for k, c in enumerate(f)][1:]]
    while chain[-1]:
        spend(len(f) ** 2)
        rest = division(chain[-2], chain[-1])[1]
        chain.append([-c / abs(rest[-1]) for c in rest])

    def sign_changes(x):
        values = [reduce(lambda value, c: value * x + c, reversed(g), 0) for g in chain]
        signs = [value > 0 for value in values if value]
        return sum(a != b for a, b in zip(signs, signs[1:]))

    return sign_changes(low) - sign_changes(high)


def rank(vectors):
    rows = []  # each with the place of its first entry ≠ 0, where the later ones have 0
    for vector in vectors:
        for row, place in rows:
            if vector[place]:
                factor = vector[place] / row[place]
                spend(len(row) * (1 + bits(factor) // 64))
                vector = [x - factor * y for x, y in zip(vector, row)]
        if any(vector):
            rows.append((vector, next(i for i, x in enumerate(vector) if x)))
    return len(rows)


# ---- "Poles" ------------------------------------------------------------------------------------
# A pole (λ, m) is the pair (λ, −m) here, so that the worse one of two is the smaller one.


def combine(p, q):
    return (p[0], p[1] + q[1]) if p[0] == q[0] < INF else min(p, q)


def add(poles):
    finite = all(pole[0] < INF for pole in poles)
    return (sum(p[0] for p in poles), sum(p[1] + 1 for p in poles) - 1) if finite else NOTHING


# ---- "Texts": the form of a certificate ---------------------------------------------------------


def shaped(value, shape):
    """A JSON value read as its shape says: a dict of fields ("?" after what may be left out and is
    an empty list or None then), [shape] of a list, a tuple of a list of that length, a set of
    words, or a function that reads the value."""
    if callable(shape):
        return shape(value)
    if type(shape) is set:
        expect(text(value) in shape, f"{value[:40]!a} has no meaning here")
        return value
    good = type(value) is (dict if type(shape) is dict else list)
    expect(good, "a list or an object is expected")
    if type(shape) is list:
        return [shaped(entry, shape[0]) for entry in value]
    if type(shape) is tuple:
        expect(len(value) == len(shape), f"a list of {len(shape)} is expected")
        return tuple(map(shaped, value, shape))
    fields = {field.rstrip("?"): inner for field, inner in shape.items()}
    missing = [name for name in fields if name in shape and name not in value]
    for name in [*missing, *(name for name in value if name not in fields)]:
        raise Unreadable(f"the field {name!a} is missing, or is unknown")
    left_out = {name: [] if type(inner) is list else None for name, inner in fields.items()}
    return left_out | {name: shaped(entry, fields[name]) for name, entry in value.items()}


def expect(condition, reason):
    if not condition:
        raise Unreadable(reason)


def text(value):
    expect(type(value) is str, "a string is expected")
    half = not value.isascii() and re.search("[\ud800-\udfff]", value)
    expect(not half, "a string has half of a character")
    return value


def natural(value):
    expect(type(value) is int and 0 <= value <= MAX_NATURAL, "a natural number is expected")
    return value


RATIONAL = re.compile("-?[0-9]+(?:/0*[1-9][0-9]*)?")


def rational(value):
    """p or p/q in digits, with a minus or without."""
    good = RATIONAL.fullmatch(text(value))
    expect(good, "a rational is not p or p/q with a denominator other than 0")
    above, slash, below = value.partition("/")
    digits = len(above.lstrip("-")) + len(below)
    expect(digits <= MAX_DIGITS, "a number has too many digits")
    result = Fraction(int(above), int(below) if slash else 1)
    need(bits(result) <= MAX_BITS, "too large")
    return result


def because(value):
    """The variable that has no real root, or None for "signs"."""
    return None if value == "signs" else shaped(value, {"no_real_root": text})["no_real_root"]


def any_step(value):
    name = value.get("rule") if type(value) is dict else None
    expect(type(name) is str and name in FORMS, "a step has no rule that is known")
    return shaped(value, {"chart": CHART, "rule": text, **FORMS[name]})


# fmt: off
TEXTS, PAIRS, INTERVAL = [text], [(natural, text)], (rational, rational)
EVIDENCE = {"because": because, "combination?": TEXTS, "zeros?": PAIRS, "units?": [natural],
            "rest?": text, "positive?": [(text, [natural])]}
POINT = {"coordinates": [rational], "functions?": [INTERVAL]}
COORDINATE = {"name": text, "domain": {"line", "half-line"}, "extent": {"local", "extended"},
              "amplitude": rational}
CHART = {"coordinates?": [COORDINATE],
         "functions?": [{"name": text, "relation": text, "between?": INTERVAL}],
         "zeros?": TEXTS, "units?": TEXTS, "positive?": TEXTS, "generators?": TEXTS}
CHILD = {"step": natural, "coordinates?": [natural], "functions?": [natural], "scale?": [rational]}
CHILDREN = {"children": [CHILD]}
TERM = {"generator": natural, "coefficient": rational, "evidence?": EVIDENCE}
PART = {"coordinates?": [natural], "functions?": [natural]}
ROW = {"unit?": text, "evidence?": EVIDENCE, "combination": PAIRS, "relations?": PAIRS}
FORMS = {  # of the steps by their rule, besides the chart and the rule
    "unit": {"generator?": natural, "evidence": EVIDENCE},
    "open": {"reason": text},
    "newton": {"weights?": [[rational]], "point?": POINT, "terms?": [TERM]},
    "order": {"generator": natural, "derivatives": [[natural]], "divisor": [natural],
              "evidence": EVIDENCE},
    "both": CHILDREN,
    "sum": {"parts": [PART], "point?": POINT, **CHILDREN},
    "factor": {"monomial": [natural], **CHILDREN},
    "blow_up": {"weights": [(natural, natural)], **CHILDREN},
    "split": {"polynomial": text, **CHILDREN},
    "cover": {"polynomials": TEXTS, "evidence": EVIDENCE, **CHILDREN},
    "coordinate": {"index": natural, "polynomial": text, "form": {"explicit", "implicit"},
                   "evidence?": EVIDENCE, **CHILDREN},
    "ideal": {"forward": [ROW], "back?": [ROW], **CHILDREN},
    "definite": {"generator": natural, **CHILDREN},
    "fold": {"index": natural, "power": natural, **CHILDREN},
}
CONSTANT = {"name": text, "relation": text, "between?": INTERVAL, "evidence": EVIDENCE}
QUESTION = {"variables": TEXTS, "generators": TEXTS, "reading": {"ideal", "loss", "absolute"},
            "squares?": {"multiplier?": text, "terms": [(text, text)]},
            "amplitude?": [rational], "nonnegative?": TEXTS, "constants?": [CONSTANT],
            "point?": TEXTS}
POLE = {"lambda": rational, "multiplicity": natural}
CERTIFICATE = {"format": {"rlct-certificate"}, "version": natural, "question": QUESTION,
               "claim": {"lower": POLE, "upper?": POLE}, "steps": [any_step]}
ENTRY = {"variable": text, "lower?": rational, "upper?": rational,
         "lower_exponent?": rational, "upper_exponent?": rational}
FACE = {"places": [{"any", "inside", "lower", "upper"}],
        "inequalities?": [{"any", "inside", "lower"}], "step": natural}
REGION = {"format": {"rlct-region"}, "version": natural,
          "question": {"variables": TEXTS, "generators": TEXTS, "reading": {"ideal", "absolute"},
                       "box?": [ENTRY], "inequalities?": [{"function": text,
                                                           "exponent?": rational}]},
          "claim": {"lower?": POLE, "upper?": POLE}, "faces": [FACE], "witness?": CERTIFICATE,
          "steps": [any_step]}
LOOKS = {}  # characters that look alike: what each of them is replaced by
for alike, plain in (
    ("асԁеһіјӏорԛѕѵухԝ", "acdehijlopqsvyxw"),
    ("АВСЕԌНІЈКМОРԚЅТѴԜХУҮӀ", "ABCEGHIJKMOPQSTVWXYYI"),
    ("οϲϳν", "ocjv"), ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ"),
    ("օոսհցյզ", "onuhgjq"), ("ՕՍՏԼ", "OUSL"), ("ıȷɡɑ", "ijga"),
    ("ℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴℹⅅⅆⅇⅈⅉ", "CgHHHhIILlNPQRRRZZBCeEFMoiDdeij"),
    ("\u212a\u212b\u2126\u00b5", "KÅΩμ"), ("ⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿ", "IVXLCDMivxlcdm"),
):
    LOOKS.update(str.maketrans(alike, plain))
# fmt: on


# ---- "Texts": polynomials and names -------------------------------------------------------------

TOKEN = re.compile(r"[0-9]+(?:/[0-9]+)?|[^\W0-9][\w']*|[^ ]")


@lru_cache(maxsize=4096)
def parsed(source):
    """The polynomial of a text, and the names in it: a function for each line of the grammar."""
    tokens = (found.group() for found in TOKEN.finditer(source))
    token, names = next(tokens, ""), set()

    def take():
        nonlocal token
        taken, token = token, next(tokens, "")
        return taken

    def number(digits):
        good = re.fullmatch("[0-9]+", digits) and len(digits) <= MAX_DIGITS
        need(good, "a number is expected in a polynomial")
        return int(digits)

    def sum_of_products(depth):
        result, sign = {}, take() if token == "-" else "+"
        while sign:
            add_to(result, product(depth), -1 if sign == "-" else 1)
            sign = take() if token in ("+", "-") else ""
        return result

    def product(depth):
        result = factor(depth)
        while token == "*":
            take()
            result = times(result, factor(depth))
        return result

    def factor(depth):
        spend(1)
        atom = take()
        if atom == "(":
            need(depth < MAX_DEPTH, "too large")
            base = sum_of_products(depth + 1)
            need(take() == ")", "a parenthesis is not closed")
        elif is_letter(atom[:1]):
            base = variable(atom)
            names.add(atom)
        else:
            above, slash, below = atom.partition("/")
            below = number(below) if slash else 1
            need(below, "a denominator is 0")
            need(not slash or token != "^", "a power of a fraction has no parentheses")
            base = add_to({}, ONE, Fraction(number(above), below))
        if token != "^":
            return base
        take()
        exponent = number(take())
        need(exponent <= MAX_NATURAL, "too large")
        return power(base, exponent)

    result = sum_of_products(0)
    need(token == "", "a polynomial is not well formed")
    return bounded(result), names


def polynomial(source, names):
    p, used = parsed(source)
    need(used.issubset(names), "a name is unknown in a polynomial")
    return p


def is_letter(c):
    return c == "_" or (c.isalnum() and c.isidentifier())


def check_names_differ(names):
    """Refuses names that look alike: fullwidth and mathematical letters are made plain first."""
    seen = {}
    for name in names:
        parts = re.split("([\uff01-\uff5e\U0001d400-\U0001d7ff]+)", name)
        parts[1::2] = [unicodedata.normalize("NFKC", part) for part in parts[1::2]]
        other = seen.setdefault("".join(parts).translate(LOOKS), name)
        need(other == name, f"the names {name!a} and {other!a} look alike")


# ---- "The chart" --------------------------------------------------------------------------------

LISTS = ("zeros", "units", "positive", "generators")


class Coordinate(NamedTuple):
    half: bool
    local: bool
    amplitude: Fraction


@dataclass
class Chart:
    """Coordinates by name, functions by name as (relation, `between` or None), the four lists."""

    coordinates: dict
    functions: dict
    zeros: list
    units: list
    positive: list
    generators: list

    def __post_init__(self):
        self.names = [*self.coordinates, *self.functions]
        self.counts = len(self.coordinates), len(self.functions)
        self.relations = [r for r, _ in self.functions.values()]
        self.between = {y: between for y, (_, between) in self.functions.items()}
        self.all_units = self.units + self.positive
        self.locals = {v for v, w in self.coordinates.items() if w.local}
        # The variables that are alone one of `zeros`, of all units, or of `positive`.
        self.vanishing = self.locals | {alone(p)[0] for p in self.zeros}
        self.unit_variables = {alone(p)[0] for p in self.all_units}
        self.positive_variables = {v for v, c in map(alone, self.positive) if c > 0}
        self.no_bound = Fraction(0), -max(1, len(self.coordinates))

    def parse(self, source):
        return polynomial(source, self.names)

    def restrict(self, p):
        return put_zero(p, self.vanishing)

    def tau(self, v):
        return self.coordinates[v].amplitude + 1

    def moved(self, move):
        """This chart with all polynomials moved."""
        functions = {v: (move(r), between) for v, (r, between) in self.functions.items()}
        lists = {name: list(map(move, getattr(self, name))) for name in LISTS}
        return replace(self, functions=functions, **lists)

    def part(self, members, **lists):
        """The chart of some variables, in their order."""
        coordinates = {v: self.coordinates[v] for v in members if v in self.coordinates}
        functions = {v: self.functions[v] for v in members if v in self.functions}
        return replace(self, coordinates=coordinates, functions=functions, **lists)

    def with_coordinate(self, v, half, local, amplitude):
        """This chart with another coordinate in the place of v."""
        coordinate = Coordinate(half, local, amplitude)
        return replace(self, coordinates={**self.coordinates, v: coordinate})


def read_chart(form):
    names = [v["name"] for v in form["coordinates"] + form["functions"]]
    for name in names:
        good = all(is_letter(c) or c == "'" or c.isnumeric() for c in name)
        good = good and is_letter(name[:1]) and not re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]", name)
        need(good, f"{name[:40]!a} is no name")
        mixed = re.search("[A-Za-z]", name) and re.search("[\u0400-\u052f]", name)
        need(not mixed, f"the name {name!a} mixes alphabets")
    need(len(set(names)) == len(names) <= MAX_VARIABLES, "a name is there twice, or too many are")
    coordinates = {}
    for w in form["coordinates"]:
        need(w["amplitude"] > -1, "an amplitude is not above -1")
        half, local = w["domain"] == "half-line", w["extent"] == "local"
        coordinates[w["name"]] = Coordinate(half, local, w["amplitude"])
    relations = [polynomial(y["relation"], names) for y in form["functions"]]
    between = [y["between"] for y in form["functions"]]
    functions = dict(zip(names[len(coordinates) :], zip(relations, between)))
    lists = [[polynomial(p, names) for p in form[name]] for name in LISTS]
    return Chart(coordinates, functions, *lists)


def pick(values, i):
    need(i < len(values), "a number is out of range")
    return values[i]


def combination(chart, pairs, polynomials):
    """Σ a·polynomials[k] over pairs of a number k and the text of a polynomial a."""
    total = {}
    for k, a in pairs:
        add_to(total, times(chart.parse(a), pick(polynomials, k)))
    return total


# ---- "Evidence" and "A real point" --------------------------------------------------------------


def same_signs(chart, p):
    """Whether all terms of p have the same sign on the centre."""
    even = chart.positive_variables | {v for v, w in chart.coordinates.items() if w.half}
    odd = {v for e in p for v, k in e if k % 2}
    return odd <= even and len({c > 0 for c in p.values()}) <= 1


def no_root(chart, p, v):
    """Whether p, in the variable v alone, has no real root in the domain of v."""
    need(p and variables_of(p) <= {v}, "no_real_root: not a polynomial in the variable alone")
    low, high = chart.between.get(v) or (-INF, INF)
    need(low < high, "no_real_root: the bounds are not in order")
    unit, half = v in chart.unit_variables, v in chart.coordinates and chart.coordinates[v].half
    if half and not unit and () not in p:
        return False  # The half-line x ≥ 0 has its end, where p is 0.
    low = max(low, 0) if half or v in chart.positive_variables else low
    return count_roots(p, v, low, high, [0] if unit else []) == 0


def no_common_zero(chart, polynomials, evidence):
    """Refuses unless the evidence shows that the polynomials have no common zero on the centre."""
    factors = evidence["combination"] or ["1"] * (len(polynomials) == 1)
    need(len(factors) == len(polynomials), "evidence: a factor for each polynomial is needed")
    total = combination(chart, enumerate(factors), list(map(chart.restrict, polynomials)))
    zeros = list(map(chart.restrict, chart.relations + chart.zeros))
    add_to(total, combination(chart, evidence["zeros"], zeros))
    if evidence["positive"]:
        return contradicted(chart, total, evidence)
    powers, rest = evidence["units"], total
    need(bool(powers) == (evidence["rest"] is not None), "evidence: units and rest go together")
    if powers:
        need(len(powers) == len(chart.all_units), "evidence: an exponent for each unit is needed")
        rest = product = chart.parse(evidence["rest"])
        for u, k in zip(chart.all_units, powers):
            product = times(product, power(chart.restrict(u), k)) if k else product
        need(product == total, "evidence: the identity does not hold")
    name = evidence["because"]
    if name is None:
        need(rest and same_signs(chart, rest), "evidence: the signs do not agree")
        free = [e for e in rest if chart.unit_variables.issuperset(dict(e))]
        need(free, "evidence: no term is of units alone")
    else:
        need(name in chart.names, "evidence: the variable is unknown")
        need(no_root(chart, rest, name), "evidence: there is a real root")


def contradicted(chart, rest, evidence):
    """Refuses unless rest = Σ s·∏ p^n + e, with p positive, s and e not negative, one not 0."""
    need(not evidence["units"] and evidence["rest"] is None, "evidence: positive without units")
    factors = []
    for s, powers in evidence["positive"]:
        need(len(powers) == len(chart.positive), "evidence: an exponent for each is needed")
        factors.append(chart.parse(s))
        product = factors[-1]
        for p, k in zip(chart.positive, powers):
            product = times(product, power(chart.restrict(p), k)) if k else product
        add_to(rest, product, -1)
    name = evidence["because"]
    if name is None:
        factors.append(rest)
    for p in factors:
        good = same_signs(chart, p) and all(c > 0 for c in p.values())
        need(good, "evidence: a term may be negative")
    if name is not None:
        need(name in chart.coordinates, "evidence: the variable is no coordinate")
        need(no_root(chart, rest, name), "evidence: there is a real root")
        one_side = name in chart.positive_variables or chart.coordinates[name].half
        need(one_side or () in rest, "evidence: its sign may change at 0")
        need(rest[max(rest, key=lambda e: dict(e).get(name, 0))] > 0, "evidence: it is negative")
        return
    free = [e for p in factors for e in p if chart.unit_variables.issuperset(dict(e))]
    need(free, "evidence: no term is of units alone")


def non_zero(chart, p, evidence):
    """Refuses unless p has no zero on the centre: by evidence, or, without, as a constant there."""
    if evidence is None:
        need(number_of(chart.restrict(p)), "evidence is missing")
    else:
        no_common_zero(chart, [p], evidence)


def real_point(chart, point):
    """The intervals of all variables at a real point of the centre; refuses if it is none."""
    need(point or not chart.functions, "a real point is missing")
    values = point["coordinates"] if point else [Fraction(0)] * len(chart.coordinates)
    intervals = point["functions"] if point else []
    need((len(values), len(intervals)) == chart.counts, "a point has another length")
    box = dict(zip(chart.names, [(x, x) for x in values] + intervals))
    for v, w in chart.coordinates.items():
        need(not w.local or box[v] == (0, 0), "a local coordinate of a point is not 0")
        need(not w.half or box[v][0] >= 0, "a coordinate of a point is below 0 on a half-line")
    later = {v for v in chart.functions if box[v][0] != box[v][1]}
    for v, (r, between) in chart.functions.items():
        later.discard(v)
        for e in r:
            harmless = later.isdisjoint(dict(e)) or any(box[u] == (0, 0) for u, _ in e)
            need(harmless, "a relation involves a later function at a point")
        (a, b), (low, high) = box[v], between or (-INF, INF)
        need(a <= b, "an interval of a point has its ends in the wrong order")
        shown = interval_value(r, box) == (0, 0) if a == b else changes_sign(r, box, v)
        need(shown, "a relation is not shown to be 0 at a point")
        need(low <= a and b <= high and (a < b or low < a < high), "a function is not between")
    related = normals(filter(None, map(chart.restrict, chart.relations)))
    for z in chart.zeros:
        known = alone(z)[0] is None and normal(chart.restrict(z)) in related
        need(known or interval_value(z, box) == (0, 0), "one of zeros is not 0 at a point")
    for u in chart.all_units:
        need(excludes_zero(u, box), "a unit may be 0 at a point")
    for u in chart.positive:
        need(interval_value(u, box)[0] > 0, "one of positive may not be above 0 at a point")
    return box


# ---- Children, in "The certificate" -------------------------------------------------------------
# A child is a tuple: the reference as it is written, and the chart and both poles of its step.


def places_of(child, derived):
    """What takes the place of each variable of the derived chart in the child's: (variable, s)."""
    form, ours = child[:2]
    d, e = ours.counts
    need((d, e) == derived.counts, "a child has another number of variables")
    coordinates, functions = form["coordinates"] or [*range(d)], form["functions"] or [*range(e)]
    need(sorted(coordinates) == [*range(d)] and sorted(functions) == [*range(e)], "no permutation")
    scale = form["scale"] or [Fraction(1)] * d
    need(len(scale) == d, "a scale has another length")
    for s, w in zip(scale, ours.coordinates.values()):
        need(s > 0 or (s < 0 and not w.half), "a scale is 0, or negative on a half-line")
    theirs = [derived.names[j] for j in coordinates + [d + f for f in functions]]
    return dict(zip(theirs, zip(ours.names, scale + [Fraction(1)] * e)))


def child_poles(child, derived, all_units=False):
    """The child's poles; refuses unless its chart is the derived one, renamed and scaled, which
    may have more units, unless all are wanted."""
    _, ours, lower, upper = child
    places = places_of(child, derived)
    theirs = derived.moved(lambda p: renamed(p, places))
    for v, w in derived.coordinates.items():
        need(ours.coordinates[places[v][0]] == w, "a child's coordinate differs")
    for v, (relation, between) in theirs.functions.items():
        own, own_between = ours.functions[places[v][0]]
        need(own_between == between, "a child's function is between other bounds")
        need(normal(own) == normal(relation), "a child's relation differs")

    def sets(chart):
        zeros = (put_zero(z, ours.locals) for z in chart.zeros)
        yield normals(filter(None, chart.generators))
        yield normals(filter(None, zeros))
        # A unit that is 0 stays: its centre is empty.
        yield normals(u for u in map(ours.restrict, chart.units) if not number_of(u))
        positive = map(ours.restrict, chart.positive)
        yield normals((u for u in positive if (number_of(u) or 0) <= 0), True)

    (generators, zeros, units, positive), others = sets(ours), list(sets(theirs))
    need(generators == others[0], "a child's generators differ")
    need(zeros == others[1], "a child's zeros differ")
    need(units <= others[2] and positive <= others[3], "a child has more units")
    same = [units, positive] == others[2:]
    need(same or not all_units, "a chart has fewer units than the face")
    return lower, upper if same else NOTHING


def poles_of(children, charts):
    """The lower poles of the children, and the upper ones; these are to be their charts."""
    need(len(children) == len(charts) > 0, "the number of children is another")
    return zip(*map(child_poles, children, charts))


def worst_of(children, charts):
    return tuple(map(min, poles_of(children, charts)))


# ---- "The rules" --------------------------------------------------------------------------------
# rule_X checks a step of the rule X of the page, given its chart and children, and gives its poles,
# lower and upper; what it needs is what the page asks of X, in the same order where that matters.


def rule_unit(chart, step, children):
    """A generator has no zero on the centre, or the centre is empty."""
    i = step["generator"]
    no_common_zero(chart, [] if i is None else [pick(chart.generators, i)], step["evidence"])
    return NOTHING, NOTHING


def rule_open(chart, step, children):
    """Nothing is claimed."""
    return chart.no_bound, NOTHING


def rule_newton(chart, step, children):
    """Weights at a real point bound from above: all v·τ/(2·o(v)) are λ. Generators that are
    monomials w^α times units bound from below, by the mean β of the α."""
    lower, upper, vectors, terms = chart.no_bound, NOTHING, step["weights"], step["terms"]
    if vectors or step["point"]:
        box = real_point(chart, step["point"])
    if vectors:
        quotients, monomials = set(), [e for g in chart.generators for e in g]
        for vector in vectors:
            good = len(vector) == len(chart.coordinates) and any(vector) and min(vector) >= 0
            need(good, "no weight vector")
            weights = {v: x for v, x in zip(chart.coordinates, vector) if x}
            need(all(box[v] == (0, 0) for v in weights), "a weight where the point is not 0")
            orders = [sum(weights.get(v, 0) * k for v, k in e) for e in monomials]
            need(min(orders, default=0) > 0, "the order is not above 0")
            quotients.add(sum(x * chart.tau(v) for v, x in weights.items()) / (2 * min(orders)))
        need(len(quotients) == 1, "the weights give several values")
        need(rank(vectors) == len(vectors), "the weights are dependent")
        upper = quotients.pop(), -len(vectors)
    if terms:
        inner = [v for v in chart.coordinates if v not in chart.unit_variables]
        beta, alphas = dict.fromkeys(inner, Fraction(0)), []
        for term in terms:
            g, c = pick(chart.generators, term["generator"]), term["coefficient"]
            need(g and c > 0, "a coefficient or a generator is not as it must be")
            powers = list(map(dict, g))
            alpha = {v: min(e.get(v, 0) for e in powers) for v in chart.coordinates}
            non_zero(chart, divided(g, alpha), term["evidence"])
            beta = {v: b + c * alpha[v] for v, b in beta.items()}
            alphas.append([Fraction(alpha[v]) for v in inner])
        need(sum(term["coefficient"] for term in terms) == 1, "the coefficients have another sum")
        quotients = [b / chart.tau(v) for v, b in beta.items()]
        t = max(quotients, default=0)
        need(t > 0, "t is not above 0")
        span = [[a - b for a, b in zip(alpha, alphas[0])] for alpha in alphas]
        span += [[Fraction(v == w) for w in inner] for v, q in zip(inner, quotients) if q < t]
        lower = 1 / (2 * t), -max(1, len(inner) - rank(span))
    return lower, upper


def exponents(chart, numbers):
    """Exponents by coordinate, without zeros."""
    need(len(numbers) == len(chart.coordinates), "a list of exponents has another length")
    return {v: k for v, k in zip(chart.coordinates, numbers) if k}


def divisor_pole(chart, powers):
    """The smallest τ_i/(2k_i) and how many attain it, or (∞, 1), without the unit coordinates."""
    inner = powers.keys() - chart.unit_variables
    quotients = [chart.tau(v) / (2 * powers[v]) for v in inner]
    return (min(quotients), -quotients.count(min(quotients))) if quotients else NOTHING


def rule_order(chart, step, children):
    """A generator is w^k·f, and derivatives of f up to the order μ have no common zero."""
    divisor = exponents(chart, step["divisor"])
    f = divided(pick(chart.generators, step["generator"]), divisor)
    need(chart.unit_variables.isdisjoint(divisor), "a divisor is a unit")
    for v in chart.coordinates.keys() - chart.unit_variables - divisor.keys():
        need(chart.coordinates[v].amplitude >= 0, "an amplitude is below 0")
    fixed = set(divisor).union(*map(variables_of, chart.relations))
    derivatives = []
    for numbers in step["derivatives"]:
        need(sum(numbers) <= MAX_ORDER, "too large")
        p = f
        for v, k in exponents(chart, numbers).items():
            need(v not in fixed, "a derivative by a divisor or a coordinate of a relation")
            for _ in range(min(k, degree(f, v) + 1)):
                p = derivative(p, v)
        derivatives.append(p)
    mu = max(map(sum, step["derivatives"]), default=0)
    need(mu >= 1, "no derivative")
    no_common_zero(chart, derivatives, step["evidence"])
    return combine(divisor_pole(chart, divisor), (Fraction(1, 2 * mu), -1)), NOTHING


def rule_both(chart, step, children):
    """Several proofs for the chart itself."""
    need(len(children) >= 2, "two children are needed")
    lower, upper = poles_of(children, [chart] * len(children))
    return max(lower), min(upper)


def rule_sum(chart, step, children):
    """The generators are sums in disjoint variables; what is of no part has a real point."""
    need(len(children) == len(step["parts"]), "a child a part is needed")
    charts, rest = [], list(chart.names)
    coordinates, functions = list(chart.coordinates), list(chart.functions)
    left = {name: getattr(chart, name) for name in LISTS}
    for form in step["parts"]:
        members = [pick(coordinates, i) for i in form["coordinates"]]
        members += [pick(functions, i) for i in form["functions"]]
        for v in members:
            need(v in rest, "the parts are not disjoint")
            rest.remove(v)
        own = {}
        for name, polynomials in left.items():
            inside = [set() < variables_of(p) <= set(members) for p in polynomials]
            own[name] = [p for p, is_inside in zip(polynomials, inside) if is_inside]
            left[name] = [p for p, is_inside in zip(polynomials, inside) if not is_inside]
        charts.append(chart.part(members, **own))
        used = set().union(*map(variables_of, charts[-1].relations))
        need(used <= set(members), "a relation is not of one part")
    need(not any(left.pop("generators")), "a generator is not of one part")
    lower, upper = map(add, poles_of(children, charts))
    outside = chart.part(rest, generators=[], **left)
    remaining = outside.relations + outside.zeros + outside.all_units
    if not all(variables_of(p) <= set(rest) for p in remaining):
        upper = NOTHING
    elif remaining or step["point"]:
        try:
            real_point(outside, step["point"])
        except Refused as refusal:
            if step["point"] or str(refusal) == "too large":
                raise
            upper = NOTHING
    return lower, upper


def rule_factor(chart, step, children):
    """All generators have a monomial in common, in coordinates that occur nowhere else."""
    powers = exponents(chart, step["monomial"])
    derived = chart.part(
        [v for v in chart.names if v not in powers],
        generators=[divided(g, powers) for g in chart.generators],
        units=[u for u in chart.units if alone(u)[0] not in powers],
        positive=[u for u in chart.positive if alone(u)[0] not in powers],
    )
    for p in derived.generators + derived.relations + derived.zeros + derived.all_units:
        need(variables_of(p).isdisjoint(powers), "a coordinate still occurs")
    lower, upper = worst_of(children, [derived])
    # A point of the child's centre must have one of this centre above it.
    for v in powers.keys() & chart.unit_variables:
        w, signs = chart.coordinates[v], {c > 0 for u, c in map(alone, chart.positive) if u == v}
        if w.local or len(signs | ({True} if w.half else set())) == 2:
            upper = NOTHING
    pole = divisor_pole(chart, powers)
    return combine(pole, lower), NOTHING if upper[0] == INF else combine(pole, upper)


def rule_blow_up(chart, step, children):
    """A weighted blow-up of local coordinates: one or two charts for each of them."""
    weights = {pick(list(chart.coordinates), i): a for i, a in step["weights"]}
    need(len(weights) == len(step["weights"]), "the coordinates are not distinct")
    good = all(a >= 1 and chart.coordinates[v].local for v, a in weights.items())
    need(good, "a weight is 0, or a coordinate is not local")
    amplitude = sum(a * chart.tau(v) for v, a in weights.items()) - 1
    on_lines = not any(chart.coordinates[v].half for v in weights)
    derived, later = [], dict(weights)
    for v, weight in weights.items():
        del later[v]
        half = not (on_lines and weight % 2)
        coordinates = {**chart.coordinates, v: Coordinate(half, True, amplitude)}
        for u in later:
            coordinates[u] = coordinates[u]._replace(local=False)
        for sign in (1, -1) if half and not chart.coordinates[v].half else (1,):

            def change(powers, v=v, sign=sign):
                total = sum(a * powers.get(u, 0) for u, a in weights.items())
                return {**powers, v: total}, sign ** powers.get(v, 0)

            moved = chart.moved(lambda p, change=change: changed(p, change))
            derived.append(replace(moved, coordinates=coordinates))
    return worst_of(children, derived)


def rule_split(chart, step, children):
    """Where p is not 0, and where it is."""
    p = chart.parse(step["polynomial"])
    w = chart.coordinates.get(alone(p)[0])
    second = replace(chart, zeros=chart.zeros + [p])
    if w and not w.local:
        second = chart.with_coordinate(alone(p)[0], w.half, True, w.amplitude)
    return worst_of(children, [replace(chart, units=chart.units + [p]), second])


def rule_cover(chart, step, children):
    """Where one of several polynomials without a common zero is not 0."""
    polynomials = list(map(chart.parse, step["polynomials"]))
    no_common_zero(chart, polynomials, step["evidence"])
    return worst_of(children, [replace(chart, units=chart.units + [p]) for p in polynomials])


def rule_coordinate(chart, step, children):
    """A polynomial t = p becomes a coordinate in the place of w_i."""
    v, p = pick(list(chart.coordinates), step["index"]), chart.parse(step["polynomial"])
    w, unit = chart.coordinates[v], v in chart.unit_variables
    need(unit or not (w.half or w.amplitude), "it is on a half-line or has an amplitude")
    slopes = [chart.restrict(derivative(r, v)) for r in chart.relations]
    free = variables_of(p) <= chart.coordinates.keys() or not any(slopes)
    on_centre = chart.restrict(p)
    zero = not on_centre or normal(on_centre) in normals(map(chart.restrict, chart.zeros))
    before = replace(
        chart,
        zeros=[z for z in chart.zeros if not p or normal(z) != normal(p)],
        positive=chart.positive + ([variable(v)] if unit and w.half else []),
    )
    if step["form"] == "explicit":
        need(free, "it is not free")
        need(degree(p, v) <= 1, "the polynomial is not linear in it")
        slope, rest = coefficient(p, v, 1), coefficient(p, v, 0)
        non_zero(chart, slope, step["evidence"])
        need(not w.local or not on_centre, "the polynomial is not 0 on the centre")
        derived = solved(before, v, slope, rest)
        return worst_of(children, [derived.with_coordinate(v, False, w.local or zero, Fraction(0))])
    listed = len(before.zeros) < len(chart.zeros)
    need(zero or listed, "the polynomial is not 0 on the centre")
    rows, columns = ([p], [v]) if free else (chart.relations + [p], [*chart.functions, v])
    jacobian = determinant([[derivative(r, u) for u in columns] for r in rows])
    non_zero(chart, jacobian, step["evidence"])
    name, t = "the new " + v, Coordinate(False, True, Fraction(0))  # no other name has a space
    derived = replace(
        before,
        coordinates=dict((name, t) if u == v else (u, c) for u, c in chart.coordinates.items()),
        functions={**chart.functions, v: (add_to(dict(p), variable(name), -1), None)},
        zeros=before.zeros + ([variable(v)] if w.local else []),
    )
    return worst_of(children, [derived])


def solved(chart, v, slope, rest):
    """The chart with v = (t − rest)/slope put in, denominators cleared (evenly in `positive`)."""
    numerator = add_to(variable(v), rest, -1)

    def put_in(f, even=False):
        top = degree(f, v)
        return substituted(f, v, numerator, slope, top + (top % 2 if even else 0))

    positive = [put_in(f, even=True) for f in chart.positive]
    derived = replace(chart, units=chart.units + [slope], positive=[]).moved(put_in)
    return replace(derived, positive=positive)


def rule_ideal(chart, step, children):
    """The child's generators are in this ideal and, by `back`, these are in the child's."""
    need(len(children) == 1, "one child is needed")
    places = {own: (v, 1 / s) for v, (own, s) in places_of(children[0], chart).items()}
    theirs = [renamed(f, places) for f in children[0][1].generators]
    directions = [(step["forward"], theirs, chart.generators)]
    if step["back"]:
        directions.append((step["back"], chart.generators, theirs))
    for rows, wanted, given in directions:
        need(len(rows) == len(wanted), "a row for each generator is needed")
        for row, goal in zip(rows, wanted):
            unit = chart.parse(row["unit"] or "1")
            non_zero(chart, unit, row["evidence"])
            total = combination(chart, row["combination"], given)
            add_to(total, combination(chart, row["relations"], chart.relations))
            need(times(unit, goal) == total, "an identity does not hold")
    lower, upper = worst_of(children, [replace(chart, generators=theirs)])
    return lower, upper if step["back"] else NOTHING


def rule_definite(chart, step, children):
    """A generator whose terms all have the same sign is replaced by its terms."""
    g = pick(chart.generators, step["generator"])
    need(g and same_signs(chart, g), "the signs do not agree")
    generators = [f for i, f in enumerate(chart.generators) if i != step["generator"]]
    generators += [{e: c} for e, c in g.items()]
    return worst_of(children, [replace(chart, generators=generators)])


def rule_fold(chart, step, children):
    """w_i^n becomes a coordinate in the place of w_i, which occurs in powers of it only."""
    v, n = pick(list(chart.coordinates), step["index"]), step["power"]
    w, whole = chart.coordinates[v], {((v, n),): Fraction(1)}
    need(n >= 2, "the power is below 2")

    def folded(powers):
        need(powers.get(v, 0) % n == 0, "an exponent is not divisible")
        return {**powers, v: powers.get(v, 0) // n}, 1

    derived = replace(
        chart,
        units=[whole if alone(u)[0] == v else u for u in chart.units],
        positive=[whole if alone(u)[0] == v and alone(u)[1] > 0 else u for u in chart.positive],
    ).moved(lambda p: changed(p, folded))
    half, amplitude = w.half or n % 2 == 0, (w.amplitude + 1) / n - 1
    return worst_of(children, [derived.with_coordinate(v, half, w.local, amplitude)])


RULES = {name: globals()[f"rule_{name}"] for name in FORMS}


# ---- The question, in "The certificate" ---------------------------------------------------------


def check_constants(germ, constants):
    """Refuses unless the constants are numbers: each the one root between its bounds."""
    known = set()
    for constant, (y, (r, between)) in zip(constants, germ.functions.items()):
        known.add(y)
        need(between[0] < between[1], "the bounds of a constant are not in order")
        need(variables_of(r) <= known, "the relation of a constant involves something else")
        slope = derivative(r, y)
        no_common_zero(germ, [slope], constant["evidence"])
        if variables_of(r) <= {y}:
            need(r and count_roots(r, y, *between) == 1, "not exactly one root between the bounds")
        else:
            one = changes_sign(r, germ.between, y) and excludes_zero(slope, germ.between)
            need(one, "no change of sign between the bounds, or no monotony")


def at_point(p, point):
    """p at w + point."""
    for v, value in point.items():
        p = substituted(p, v, add_to(variable(v), value), ONE, degree(p, v)) if value else p
    return p


def plainly_non_negative(p, point, germ):
    """Refuses unless p is plainly ≥ 0; the answer is whether it has a good term."""
    terms, good, other = {}, [], []
    for e, c in at_point(p, point).items():
        alpha = tuple(x for x in e if x[0] in germ.coordinates)
        terms.setdefault(alpha, {})[tuple(x for x in e if x[0] in germ.functions)] = c
    for alpha, c in terms.items():
        for y, (r, _) in reversed(germ.functions.items()):
            m = degree(r, y)
            lead = number_of(coefficient(r, y, m))
            while m and lead and degree(c, y) >= m:
                top = degree(c, y)
                factor = times(coefficient(c, y, top), power(variable(y), top - m))
                add_to(c, times(factor, r), -1 / lead)
        even = all(k % 2 == 0 or germ.coordinates[v].half for v, k in alpha)
        if c:
            is_good = even and interval_value(c, germ.between)[0] > 0
            (good if is_good else other).append(dict(alpha))
    for alpha in other:
        spend(len(good) + 1)
        covered = any(all(k <= alpha.get(v, 0) for v, k in a.items()) for a in good)
        need(covered, "the loss is not shown to be ≥ 0")
    return bool(good)


def check_loss(germ, k, point, squares):
    """Refuses unless the loss k is plainly ≥ 0, or is by the squares."""
    if squares is None:
        plainly_non_negative(k, point, germ)
        return
    u, total = germ.parse(squares["multiplier"] or "1"), {}
    need(plainly_non_negative(u, point, germ), "the multiplier has no good term")
    for c, q in squares["terms"]:
        c, q = germ.parse(c), germ.parse(q)
        plainly_non_negative(c, point, germ)
        add_to(total, times(c, times(q, q)))
    need(times(u, k) == total, "squares: the identity does not hold")


def read_question(question, version):
    """The chart of the germ that the question asks about, if the question is accepted."""
    variables, signed = question["variables"], question["nonnegative"]
    amplitude = question["amplitude"] or [Fraction(0)] * len(variables)
    values = question["point"] or ["0"] * len(variables)
    good = len(values) == len(amplitude) == len(variables)
    need(good, "the point or the amplitude has another length")
    need(all(c["between"] for c in question["constants"]), "a constant is without bounds")
    form = shaped({"generators": question["generators"]}, CHART)
    form["functions"] = question["constants"]
    line = {"domain": "line", "extent": "local"}
    form["coordinates"] = [
        {"name": v, "amplitude": h, **line} for v, h in zip(variables, amplitude)
    ]
    germ = read_chart(form)
    given, bound = germ.generators, germ.coordinates.keys()
    point = dict(zip(variables, map(germ.parse, values)))
    need(not any(variables_of(p) & bound for p in point.values()), "the point involves variables")
    need(all(variables_of(g) <= bound for g in given), "the generators involve constants")
    good = len(set(signed)) == len(signed) and bound >= set(signed)
    need(good, "nonnegative has something that is no variable")
    germ = replace(germ, generators=[at_point(g, point) for g in given])
    for v, p in point.items():
        half, h, number = v in signed, germ.coordinates[v].amplitude, number_of(p)
        good = not half or (number is not None and number >= 0)
        need(good, "the value of a non-negative variable is no rational ≥ 0")
        need(not p or not h or excludes_zero(p, germ.between), "a value of the point may be 0")
        germ = germ.with_coordinate(v, half and not p, True, Fraction(0) if p else h)
    check_constants(germ, question["constants"])
    reading, squares = question["reading"], question["squares"]
    new = reading == "absolute" or squares is not None
    need(version > 1 or not new, "this belongs to version 2")
    need(reading == "ideal" or len(given) == 1, "a loss has one generator")
    need(reading == "loss" or squares is None, "squares are for losses")
    if reading == "loss":
        check_loss(germ, given[0], point, squares)
    return germ


# ---- "The verdict" ------------------------------------------------------------------------------


def has_positive(value):
    """Whether some evidence in a question or steps rests on what is positive."""
    if isinstance(value, dict):
        own = "because" in value and value["positive"]
        return bool(own) or any(map(has_positive, value.values()))
    return isinstance(value, (list, tuple)) and any(map(has_positive, value))


def replay(step, done):
    """The chart of a step and the poles that its rule gives, lower and upper."""
    try:
        chart = read_chart(step["chart"])
        children = [(c, *pick(done, c["step"])) for c in step.get("children", [])]
        return chart, *RULES[step["rule"]](chart, step, children)
    except Refused as refusal:
        raise Refused(f"step {len(done)} ({step['rule']}): {refusal}") from None


def replayed(steps, names):
    """All steps replayed, and the numbers of the children; the names of all charts are checked."""
    need(0 < len(steps) <= MAX_STEPS, "there are no steps, or too many")
    done, names, used = [], set(names), set()
    for step in steps:
        done.append(replay(step, done))
        names.update(done[-1][0].names)
        used.update(c["step"] for c in step.get("children", []))
    check_names_differ(sorted(names))
    return done, used


def check_claim(claim, lower, upper):
    """Refuses unless these poles are claimed, neither more nor less, and can both be true."""
    for name, pole in (("lower", lower), ("upper", upper)):
        stated = claim[name] or {"lambda": INF, "multiplicity": 1}
        need(stated["multiplicity"] >= 1, "a multiplicity is not above 0")
        same = (stated["lambda"], -stated["multiplicity"]) == pole
        need(same, f"the claim has another {name}")
    need(lower <= upper, "the bounds contradict each other")


def check_germ(certificate):
    """The poles that a certificate of a point proves, after a doubling for losses."""
    question, steps, version = (certificate[name] for name in ("question", "steps", "version"))
    need(version in (1, 2, 3), "the version is unknown")
    need(version == 3 or not has_positive([question, steps]), "this belongs to version 3")
    germ = read_question(question, version)
    done, used = replayed(steps, germ.names)
    need(used == set(range(len(steps) - 1)), "a step is not used")
    # The last step's chart is compared as that of a child: by the places of the variables.
    last = shaped({"step": len(steps) - 1}, CHILD), *done[-1]
    factor = 1 if question["reading"] == "ideal" else 2
    lower, upper = ((factor * pole[0], pole[1]) for pole in child_poles(last, germ))
    check_claim(certificate["claim"], lower, upper)
    return lower, upper


def proves_nothing(lower, upper):
    return lower[0] == 0 and upper == NOTHING


# ---- "Regions" ----------------------------------------------------------------------------------
# The conditions on a point are those of the variables, then the inequalities, by their numbers: a
# face has a place for each.


@dataclass
class Region:
    """The question, read: the chart of `any` at all places, the entry of each variable in `box` or
    None, and the inequalities as pairs of ℓ and its exponent."""

    chart: Chart
    entries: list
    inequalities: list
    version: int

    def __post_init__(self):
        # The places of each condition but for `any`, and whether `any` is possible there, which
        # it is not where the density is unbounded.
        self.choices, self.forgettable = [], []
        self.curved = set()  # Conditions whose `lower` is no coordinate.
        for entry in self.entries:
            ends = [end for end in ("lower", "upper") if entry and entry[end] is not None]
            self.choices.append(["inside", *ends] if entry else [])
            self.forgettable.append(all(exponent_of(entry, end) >= 0 for end in ends))
        for p, h in self.inequalities:
            self.choices.append(["inside", "lower"])
            self.forgettable.append(h >= 0)
            if any(sum(k for _, k in e) > 1 for e in p):
                self.curved.add(len(self.choices) - 1)


def exponent_of(entry, end):
    return entry[end + "_exponent"] or Fraction(0)


def read_region(question, version):
    names, given = question["variables"], question["generators"]
    line = {"domain": "line", "extent": "extended", "amplitude": Fraction(0)}
    coordinates = [{"name": v, **line} for v in names]
    chart = read_chart(shaped({"generators": given}, CHART) | {"coordinates": coordinates})
    need(question["reading"] == "ideal" or len(given) == 1, "|g| has one generator")
    entries = dict.fromkeys(names)
    for entry in question["box"]:
        v, a, b = entry["variable"], entry["lower"], entry["upper"]
        need(v in entries and entries[v] is None, "box has no variable, or one twice")
        need(a is None or b is None or a < b, "the ends of a variable are not in order")
        entries[v] = entry
        for end in ("lower", "upper"):
            h = entry[end + "_exponent"]
            need(h is None or entry[end] is not None, "an exponent has no end")
            need(exponent_of(entry, end) > -1, "an exponent is not above -1")
    inequalities = []
    for form in question["inequalities"]:
        p, h = chart.parse(form["function"]), form["exponent"] or Fraction(0)
        total = max((sum(k for _, k in e) for e in p), default=0)
        curved = version > 1 and total > 1 and h == 0
        need(total == 1 or curved, "an inequality is not of degree 1, or curved with an exponent")
        need(h > -1, "an exponent is not above -1")
        inequalities.append((p, h))
    return Region(chart, list(entries.values()), inequalities, version)


def places_of_face(region, face):
    """The places of a face, in the order of the conditions; refuses what has no meaning."""
    good = len(face["places"]) == len(region.entries)
    good = good and len(face["inequalities"]) == len(region.inequalities)
    need(good, "a face has another number of places")
    places = face["places"] + face["inequalities"]
    spend(len(places) + 10)  # A face without places is work, too.
    for i, (place, choices) in enumerate(zip(places, region.choices)):
        good = region.forgettable[i] if place == "any" else place in choices
        good = good and not (place == "lower" and i in region.curved)
        need(good, f"the place {place} of a face is not possible")
    return places


def check_cover(region, faces):
    """Refuses unless every choice has a face. Faces are chains (condition, place, rest) of what
    they ask for, None at the end, and choices are tried one condition after the other, as far as
    some face asks: no choice need be gone through that all agree about."""
    chains = []
    for places in faces:
        chain = None
        for i in reversed(range(len(places))):
            chain = chain if places[i] == "any" else (i, places[i], chain)
        chains.append(chain)
    open_ends = [chains]  # The faces that are left after some choices.
    while open_ends:
        left = open_ends.pop()
        spend(len(left) + 1)
        need(left, "the faces do not cover")
        if None in left:
            continue  # One of them asks for nothing more.
        i = min(chain[0] for chain in left)
        for choice in region.choices[i]:
            spend(len(left))
            open_ends.append(
                [c[2] if c[0] == i else c for c in left if c[0] != i or c[1] == choice]
            )


def put_for(polynomials, v, value):
    """The polynomials with another polynomial in the place of v."""
    return [substituted(p, v, value, ONE, degree(p, v)) for p in polynomials]


def chart_of_face(region, places):
    """The chart of a face, or None if the face is empty."""
    coordinates, positive, free = dict(region.chart.coordinates), [], []
    generators, ls = region.chart.generators, [p for p, _ in region.inequalities]
    for v, entry, place in zip(region.chart.names, region.entries, places):
        if place in ("lower", "upper"):
            value = add_to({(): entry[place]} if entry[place] else {}, variable(v),
                           1 if place == "lower" else -1)
            generators, ls = put_for(generators, v, value), put_for(ls, v, value)
            coordinates[v] = Coordinate(True, True, exponent_of(entry, place))
        else:
            free.append(v)
        if place == "inside":
            for end, sign in (("lower", 1), ("upper", -1)):
                if entry[end] is not None:
                    positive.append(add_to(add_to({}, variable(v), sign), ONE, -sign * entry[end]))
    places = places[len(region.entries) :]
    for i, place in enumerate(places):
        if place != "lower":
            continue
        used = variables_of(ls[i])
        v = next((v for v in free if v in used), None)
        if v is None:
            need(() in ls[i], "an inequality of a face depends on others that meet it")
            return None
        free.remove(v)
        c, r = number_of(coefficient(ls[i], v, 1)), coefficient(ls[i], v, 0)
        value = add_to(add_to({}, variable(v), 1 / c), r, -1 / c)
        generators, positive, ls = (put_for(ps, v, value) for ps in (generators, positive, ls))
        coordinates[v] = Coordinate(True, True, region.inequalities[i][1])
    positive += [p for p, place in zip(ls, places) if place == "inside"]
    return replace(
        region.chart, coordinates=coordinates, positive=positive, generators=generators
    )


def witness_bound(region, question, witness):
    """The upper pole of an accepted certificate of a point in the region."""
    lower, upper = check_germ(witness)
    need(not proves_nothing(lower, upper), "the witness claims nothing")
    own, d = witness["question"], len(region.entries)
    same = all(own[name] == question[name] for name in ("variables", "reading"))
    same = same and list(map(region.chart.parse, own["generators"])) == region.chart.generators
    need(same, "the witness is about something else")
    need(region.version > 1 or not own["constants"], "a constant in the witness, in version 1")
    # check_germ has seen that the constants are numbers between these.
    box = {c["name"]: tuple(c["between"]) for c in own["constants"]}
    point = []
    for text in own["point"] or ["0"] * d:
        p, names = parsed(text)
        need(names <= box.keys(), "the point of the witness has a name that is no constant")
        point.append((p, interval_value(p, box)))
    amplitude = own["amplitude"] or [Fraction(0)] * d
    for v, entry, (p, value), h in zip(region.chart.names, region.entries, point, amplitude):
        low, high = (entry and entry[end] for end in ("lower", "upper"))
        inside = (low is None or low < value[0]) and (high is None or value[1] < high)
        number = None if variables_of(p) else value[0]
        wanted = False, 0  # Whether it is non-negative, and the amplitude, unless both are free.
        if not inside:
            at_end = entry and number is not None and number == low == 0
            at_end = at_end and (high is None or high > 0)
            need(at_end, "the witness is not inside the region, nor at a lower 0")
            wanted = True, exponent_of(entry, "lower")
        free = entry and inside and number not in (None, 0)
        need(free or (v in own["nonnegative"], h) == wanted, "the witness has another domain")
    where = {v: value for v, (_, value) in zip(region.chart.names, point)}
    inside = all(interval_value(p, where)[0] > 0 for p, _ in region.inequalities)
    need(inside, "the witness does not meet an inequality strictly")
    return upper


def check_region(certificate):
    """The poles that a certificate of a region proves, the lower one (∞, 1) if K has no zero."""
    question, faces, witness = (certificate[x] for x in ("question", "faces", "witness"))
    need(certificate["version"] in (1, 2), "the version is unknown")
    region = read_region(question, certificate["version"])
    done, used = replayed(certificate["steps"], region.chart.names)
    places = [places_of_face(region, face) for face in faces]
    check_cover(region, places)
    lower = upper = NOTHING
    for number, (face, own) in enumerate(zip(faces, places)):
        used.add(face["step"])
        try:
            chart = chart_of_face(region, own)
            step = shaped({"step": face["step"]}, CHILD), *pick(done, face["step"])
            if chart is None:
                continue
            low, high = child_poles(step, chart, all_units=True)
        except Refused as refusal:
            raise Refused(f"face {number}: {refusal}") from None
        # A face that forgets a condition may have its points outside of the region.
        inside = all(x != "any" or not choices for x, choices in zip(own, region.choices))
        lower, upper = min(lower, low), min(upper, high) if inside else upper
    need(used.issuperset(range(len(done))), "a step is not used")
    factor = 1 if question["reading"] == "ideal" else 2
    lower, upper = ((factor * pole[0], pole[1]) for pole in (lower, upper))
    if witness:
        try:
            upper = min(upper, witness_bound(region, question, witness))
        except Refused as refusal:
            raise Refused(f"witness: {refusal}") from None
    check_claim(certificate["claim"], lower, upper)
    return lower, upper


# ---- Files --------------------------------------------------------------------------------------


def is_region(certificate):
    return type(certificate) is dict and certificate.get("format") == "rlct-region"


def check(certificate):
    """The poles of the question that a certificate proves, of a point or of a region."""
    if is_region(certificate):
        return check_region(shaped(certificate, REGION))
    return check_germ(shaped(certificate, CERTIFICATE))


def no_duplicates(pairs):
    expect(len(dict(pairs)) == len(pairs), "an object has a field twice")
    return dict(pairs)


def whole(digits):
    expect(re.fullmatch("[0-9]+", digits), "a number is no natural number")
    return int(digits)


def read(path):
    """The JSON value in a file, within the limits of the page."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        expect(len(data) <= MAX_BYTES, "longer than 64 MiB")
        outside = re.sub(rb'"[^"]*"', b"", data.replace(rb"\\", b"").replace(rb"\"", b""))
        count = sum(map(outside.count, (b",", b":", b"[", b"{")))
        expect(count <= MAX_VALUES, "too many fields and entries")
        numbers = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), whole)
        return json.loads(data.decode("utf-8"), object_pairs_hook=no_duplicates, **numbers)
    except (OSError, ValueError) as error:
        raise Unreadable(str(error)) from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def with_exponent(h):
    return f", exponent {h} of the density" if Fraction(h) else ""


def show_question(q):
    lines = [f"the {q['reading']} ({', '.join(q['generators'])}) in {', '.join(q['variables'])}"]
    for c in q.get("constants", []):
        between = " and ".join(c["between"])
        lines.append(f"{c['name']}: the root of {c['relation']} between {between}")
    for name in ("point", "amplitude", "nonnegative"):
        if q.get(name):
            lines.append(f"{name}: {', '.join(q[name])}")
    for entry in q.get("box", []):
        v, bounds = entry["variable"], []
        for end in ("lower", "upper"):
            if end in entry:
                bound = f"{v} ≥ {entry[end]}" if end == "lower" else f"{v} ≤ {entry[end]}"
                bounds.append(bound + with_exponent(entry.get(end + "_exponent", "0")))
        lines.append(", ".join(bounds) or f"any {v}")
    for form in q.get("inequalities", []):
        lines.append(f"{form['function']} ≥ 0{with_exponent(form.get('exponent', '0'))}")
    if q["reading"] == "absolute":
        lines.append("of |g|; that the generator is ≥ 0 is not proved")
    return "".join("\n  " + line for line in lines)


def run(path):
    """Checks one file, prints the verdict and gives the exit code."""
    Work.done = 0
    parsed.cache_clear()
    try:
        certificate = read(path)
        lower, upper = check(certificate)
        low, high = (f"(λ, m) = ({pole[0]}, {-pole[1]})" for pole in (lower, upper))
        above = "no upper bound" if upper == NOTHING else f"at most {high}"
        code, verdict = 3, f"accepted, bounds: at least {low}, {above}"
        if lower == upper:
            nowhere = lower == NOTHING
            code, verdict = 0, f"accepted, exact: {'K has no zero there' if nowhere else low}"
        elif proves_nothing(lower, upper):
            code, verdict = 4, "nothing is claimed"
        verdict += show_question(certificate["question"])
    except Unreadable as reason:
        code, verdict = 2, f"unreadable: {reason}"
    except (Refused, RecursionError) as reason:
        code, verdict = 1, f"refused: {reason}"
    print(f"{ascii(path)[1:-1]}: {verdict}")
    return code


def main():
    parser = argparse.ArgumentParser(description="Check certificates of learning coefficients.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    sys.stdout.reconfigure(errors="backslashreplace")
    codes = [run(path) for path in parser.parse_args().files]
    return next(code for code in (1, 2, 4, 3, 0) if code in codes)


if __name__ == "__main__":
    sys.exit(main())
