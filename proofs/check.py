#!/usr/bin/env python3
"""A second checker of certificates, written from FORMAT.md alone.

    python3 proofs/check.py FILE...

It replays every step of a certificate with exact rational arithmetic and trusts nothing: what is
not as FORMAT.md says is refused. It shares no code with the program that writes certificates.
The exit code is 0 (exact), 1 (refused), 2 (unreadable), 3 (bounds) or 4 (a claim of nothing); of
several files the first of 1, 2, 4, 3, 0 that occurs.
"""

import argparse
import json
import sys
import unicodedata
from fractions import Fraction

# The limits of FORMAT.md
MAX_BYTES = 64 * 1024 * 1024  # of a file
MAX_VALUES = 4_000_000        # of the characters , : [ { outside strings
MAX_NATURAL = 2 ** 32 - 1     # of a natural number, and of an exponent
MAX_STEPS = 100_000
MAX_VARIABLES = 256           # of a chart
MAX_DIGITS = 2500             # of a number
MAX_DEPTH = 100               # of parentheses
MAX_BITS = 8192               # of a number, numerator and denominator together
MAX_TERMS = 50_000            # of a polynomial
MAX_DEGREE = 100_000          # of a polynomial, in all variables together
MAX_ORDER = 1000              # of a derivative
MAX_ROOT_DEGREE = 100         # of a polynomial whose real roots are counted
# The limits of this program: beyond them a certificate is refused as too large
MAX_WORK = 10_000_000         # products of terms
INF = float("inf")            # only ever compared: the λ of the pole (∞, 1)
NOTHING = (INF, 1)            # an upper pole that claims nothing


class Refused(Exception):
    """The certificate proves not what it claims."""


class Unreadable(Exception):
    """The file is no JSON of the form of a certificate."""


def need(condition, reason):
    if not condition:
        raise Refused(reason)


class Work:
    """Counts the work on one file, so that every check ends."""
    done = 0


def spend(amount):
    Work.done += amount
    need(Work.done <= MAX_WORK, "too large")


# ---- Polynomials --------------------------------------------------------------------------------
# A polynomial is a dict from tuples of exponents, one for each variable, to Fractions ≠ 0. The
# variables of a chart are its coordinates and then its functions, known by their number.

def constant(value, n):
    return {(0,) * n: Fraction(value)} if value else {}


def variable(i, n):
    return {tuple(int(j == i) for j in range(n)): Fraction(1)}


def plus(p, q, factor=1):
    """p + factor·q."""
    spend(len(q) + 1)
    result = dict(p)
    for exponents, c in q.items():
        value = result.get(exponents, 0) + factor * c
        if value:
            result[exponents] = value
        else:
            result.pop(exponents, None)
    return result


def bits(x):
    return x.numerator.bit_length() + x.denominator.bit_length()


def bits_of(p):
    return max(map(bits, p.values()), default=0)


def bounded(p):
    """p, unless it is beyond the limits of the page."""
    need(len(p) <= MAX_TERMS and bits_of(p) <= MAX_BITS, "too large")
    need(all(sum(e) <= MAX_DEGREE for e in p), "too large")
    return p


def times(p, q):
    spend(len(p) * len(q) * (1 + (bits_of(p) + bits_of(q)) // 64) + 1)
    result = {}
    for a, c in p.items():
        for b, d in q.items():
            key = tuple(map(int.__add__, a, b))
            value = result.get(key, 0) + c * d
            if value:
                result[key] = value
            else:
                result.pop(key, None)
    return bounded(result)


def power(p, k, n):
    if len(p) == 1 and set(p.values()) == {1}:
        return {tuple(k * e for e in next(iter(p))): Fraction(1)}
    result = constant(1, n)
    while k:
        if k % 2:
            result = times(result, p)
        k //= 2
        if k:
            p = times(p, p)
    return result


def variables_of(p):
    return {i for exponents in p for i, e in enumerate(exponents) if e}


def is_constant(p):
    """Whether p is a constant ≠ 0."""
    return bool(p) and not variables_of(p)


def constant_value(p):
    return next(iter(p.values())) if p else Fraction(0)


def degree(p, i):
    return max((exponents[i] for exponents in p), default=0)


def coefficient(p, i, k):
    """The coefficient of the k-th power of variable i, a polynomial without it."""
    return {e[:i] + (0,) + e[i + 1:]: c for e, c in p.items() if e[i] == k}


def derivative(p, i):
    spend(len(p) + 1)
    return {e[:i] + (e[i] - 1,) + e[i + 1:]: c * e[i] for e, c in p.items() if e[i]}


def put_zero(p, which):
    spend(len(p) + 1)
    return {e: c for e, c in p.items() if not any(e[i] for i in which)}


def alone(p):
    """(i, c) if p is c times variable i, otherwise None."""
    if len(p) == 1:
        (exponents, c), = p.items()
        if sum(exponents) == 1:
            return exponents.index(1), c
    return None


def rename(p, places, n, scale=None):
    """Variable i of p becomes scale_i times variable places[i] of n; None: it may not occur."""
    spend(len(p) + 1)
    result = {}
    for exponents, c in p.items():
        new = [0] * n
        for i, e in enumerate(exponents):
            if e:
                need(places[i] is not None, "a variable occurs that the child does not have")
                new[places[i]] = e
                if scale and scale[i] != 1:
                    need(scale[i] == -1 or e * bits(scale[i]) <= 2 * MAX_BITS, "too large")
                    c = c * scale[i] ** e
        result[tuple(new)] = c
    return result


def normal(p, only_positive=False):
    """The same for all multiples of p by rational factors ≠ 0 (or by positive ones only)."""
    spend(len(p) + 1)
    if not p:
        return frozenset()
    lead = p[max(p)]
    if only_positive:
        lead = abs(lead)
    return frozenset((e, c / lead) for e, c in p.items())


def normals(ps, only_positive=False):
    return {normal(p, only_positive) for p in ps}


def same_up_to_factor(p, q):
    return normal(p) == normal(q)


def determinant(rows, n):
    """By expansion along the first row."""
    if not rows:
        return constant(1, n)
    result = {}
    for j, entry in enumerate(rows[0]):
        if entry:
            minor = determinant([row[:j] + row[j + 1:] for row in rows[1:]], n)
            result = plus(result, times(entry, minor), (-1) ** j)
    return result


# ---- Intervals, real roots, linear algebra ------------------------------------------------------

def interval_power(interval, k):
    a, b = interval
    size = max(bits(x) for x in interval if x not in (-1, 0, 1)) if {a, b} - {-1, 0, 1} else 0
    need(k * size <= 2 * MAX_BITS, "too large")
    spend(1 + k * size // 256)
    if k % 2 == 0 and a < 0 < b:
        return Fraction(0), max(a ** k, b ** k)
    return min(a ** k, b ** k), max(a ** k, b ** k)


def interval_value(p, intervals):
    """An interval that holds the values of p where every variable is in its interval."""
    low = high = Fraction(0)
    for exponents, c in p.items():
        a = b = c
        for i, e in enumerate(exponents):
            if e:
                x, y = interval_power(intervals[i], e)
                corners = (a * x, a * y, b * x, b * y)
                a, b = min(corners), max(corners)
                spend(4)
        low, high = low + a, high + b
    return low, high


def value_at(coefficients, x):
    """The value of a polynomial in one variable, given by coefficients from the constant one up."""
    result = Fraction(0)
    for c in reversed(coefficients):
        result = result * x + c
    return result


def sturm_chain(f):
    """f, f′, and negated remainders, each up to a positive factor."""
    chain = [f, [i * c for i, c in enumerate(f)][1:]]
    while chain[-1]:
        spend(len(f) ** 2)
        p, q = list(chain[-2]), chain[-1]
        while len(p) >= len(q):
            factor = p[-1] / q[-1]
            shift = len(p) - len(q)
            for i, c in enumerate(q):
                p[i + shift] -= factor * c
            while p and p[-1] == 0:
                p.pop()
        size = abs(p[-1]) if p else 1
        chain.append([-c / size for c in p])
    return chain[:-1]


def sign_changes(values):
    signs = [v > 0 for v in values if v != 0]
    return sum(a != b for a, b in zip(signs, signs[1:]))


def count_roots(f, low, high):
    """How many distinct real roots f ≠ 0 has in low < x < high (None: without that end)."""
    need(len(f) - 1 <= MAX_ROOT_DEGREE, "too large")
    if low is not None and high is not None and low >= high:
        return 0
    f = list(f)
    for end in (low, high):  # A root at an end is divided out: it is not inside.
        while end is not None and value_at(f, end) == 0:
            quotient = []
            carry = Fraction(0)
            for c in reversed(f):
                carry = carry * end + c
                quotient.append(carry)
            f = list(reversed(quotient[:-1]))
    chain = sturm_chain(f)
    if low is None:
        left = [g[-1] * (-1) ** (len(g) - 1) for g in chain]
    else:
        left = [value_at(g, low) for g in chain]
    right = [g[-1] if high is None else value_at(g, high) for g in chain]
    return sign_changes(left) - sign_changes(right)


def one_variable(p, i):
    """The coefficients of p, a polynomial in variable i alone."""
    need(degree(p, i) <= MAX_ROOT_DEGREE, "too large")
    return [constant_value(coefficient(p, i, k)) for k in range(degree(p, i) + 1)]


def rank(vectors):
    rows = [list(v) for v in vectors]
    found = 0
    for column in range(len(rows[0]) if rows else 0):
        spend(len(rows) * len(rows[0]))
        pivot = next((r for r in range(found, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for r in range(found + 1, len(rows)):
            factor = rows[r][column] / rows[found][column]
            if factor:
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[found])]
        found += 1
    return found


# ---- Poles --------------------------------------------------------------------------------------

def worse(p, q):
    return p if p[0] < q[0] or (p[0] == q[0] and p[1] > q[1]) else q


def better(p, q):
    return q if worse(p, q) == p else p


def worst(poles):
    result = poles[0]
    for p in poles:
        result = worse(result, p)
    return result


def combine(p, q):
    if p[0] == q[0]:
        return NOTHING if p[0] == INF else (p[0], p[1] + q[1])
    return worse(p, q)


def add(p, q):
    return NOTHING if INF in (p[0], q[0]) else (p[0] + q[0], p[1] + q[1] - 1)


# ---- Reading ------------------------------------------------------------------------------------

def fields(value, required, optional=()):
    """value, if it is an object with all the required fields and no others than the optional."""
    if type(value) is not dict:
        raise Unreadable("an object is expected")
    for name in required:
        if name not in value:
            raise Unreadable(f"the field {name} is missing")
    for name in value:
        if name not in required and name not in optional:
            raise Unreadable(f"a field {name!a} is unknown")
    return value


def listing(value):
    if type(value) is not list:
        raise Unreadable("a list is expected")
    return value


def text(value):
    if type(value) is not str:
        raise Unreadable("a string is expected")
    return value


def natural(value, below=None):
    if type(value) is not int or not 0 <= value <= MAX_NATURAL:
        raise Unreadable("a natural number is expected")
    need(below is None or value < below, "a number is out of range")
    return value


def is_digits(s):
    return s != "" and all(c in "0123456789" for c in s)


def rational(value):
    """p or p/q in digits, with a minus or without."""
    s = text(value)
    numerator, slash, denominator = s.partition("/")
    digits = numerator[1:] if numerator[:1] == "-" else numerator
    if not (is_digits(digits) and (not slash or is_digits(denominator))):
        raise Unreadable(f"{s[:40]!a} is no rational")
    if len(s) > MAX_DIGITS + 2 or (slash and int(denominator) == 0):
        raise Unreadable("a number has too many digits, or the denominator 0")
    result = Fraction(int(numerator), int(denominator) if slash else 1)
    need(bits(result) <= MAX_BITS, "too large")
    return result


def interval_of(value):
    need(len(listing(value)) == 2, "an interval has two ends")
    return rational(value[0]), rational(value[1])


class Parser:
    """Sums of products of powers of names, rational constants and expressions in parentheses."""

    def __init__(self, source, names):
        self.source, self.names, self.n = source, names, len(names)
        self.place, self.depth = 0, 0

    def peek(self):
        while self.source[self.place:self.place + 1] == " ":
            self.place += 1
        return self.source[self.place:self.place + 1]

    def take_while(self, good):
        start = self.place
        while self.place < len(self.source) and good(self.source[self.place]):
            self.place += 1
        return self.source[start:self.place]

    def number(self):
        digits = self.take_while(is_digits)
        need(0 < len(digits) <= MAX_DIGITS, "a number is expected in a polynomial")
        return int(digits)

    def whole(self):
        result = self.sum()
        need(self.peek() == "", "a polynomial is not well formed")
        return bounded(result)

    def sum(self):
        result, sign = {}, 1
        if self.peek() == "-":
            sign = -1
            self.place += 1
        while True:
            result = plus(result, self.product(), sign)
            if self.peek() not in ("+", "-") or not self.peek():
                return result
            sign = -1 if self.peek() == "-" else 1
            self.place += 1

    def product(self):
        result = self.factor()
        while self.peek() == "*":
            self.place += 1
            result = times(result, self.factor())
        return result

    def factor(self):
        start = self.peek()
        spend(1)
        if start == "(":
            self.place += 1
            self.depth += 1
            need(self.depth <= MAX_DEPTH, "too large")
            base = self.sum()
            self.depth -= 1
            need(self.peek() == ")", "a parenthesis is not closed")
            self.place += 1
        elif is_digits(start):
            value = Fraction(self.number())
            if self.source[self.place:self.place + 1] == "/":
                self.place += 1
                denominator = self.number()
                need(denominator != 0, "a denominator is 0")
                value /= denominator
                need(self.peek() != "^", "a power of a fraction has no parentheses")
            base = constant(value, self.n)
        else:
            need(start != "" and is_letter(start), "a polynomial is not well formed")
            name = self.take_while(is_name_character)
            need(name in self.names, f"the name {name!a} is unknown")
            base = variable(self.names.index(name), self.n)
        if self.peek() == "^":
            self.place += 1
            self.peek()
            exponent = self.number()
            need(exponent <= MAX_NATURAL, "too large")
            return power(base, exponent, self.n)
        return base


def polynomial(value, names):
    return Parser(text(value), names).whole()


# ---- Names --------------------------------------------------------------------------------------

LOOKS = {}
for ours, theirs in (
        ("асԁеһіјӏорԛѕѵухԝ", "acdehijlopqsvyxw"),
        ("АВСЕԌНІЈКМОРԚЅТѴԜХУҮӀ", "ABCEGHIJKMOPQSTVWXYYI"),
        ("οϲϳν", "ocjv"), ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ"),
        ("օոսհցյզ", "onuhgjq"), ("ՕՍՏԼ", "OUSL"), ("ıȷɡɑ", "ijga"),
        ("ℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴℹⅅⅆⅇⅈⅉ", "CgHHHhIILlNPQRRRZZBCeEFMoiDdeij"),
        ("\u212a\u212b\u2126\u00b5", "KÅΩμ"), ("ⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿ", "IVXLCDMivxlcdm")):
    if len(ours) != len(theirs):
        raise AssertionError("the table of names that look alike is wrong")
    LOOKS.update(zip(ours, theirs))


def is_letter(c):
    return c.isidentifier()  # letters, letter-like numbers, and _


def is_name_character(c):
    return is_letter(c) or c == "'" or (c.isnumeric() and c not in "⁰¹²³⁴⁵⁶⁷⁸⁹")


def looks_like(name):
    plain = "".join(
        unicodedata.normalize("NFKC", c)
        if 0xff01 <= ord(c) <= 0xff5e or 0x1d400 <= ord(c) <= 0x1d7ff else c for c in name)
    return "".join(LOOKS.get(c, c) for c in plain)


def check_name(value):
    name = text(value)
    need(name != "" and is_letter(name[0]) and all(is_name_character(c) for c in name),
         f"{name[:40]!a} is no name")
    ascii_letter = any("a" <= c <= "z" or "A" <= c <= "Z" for c in name)
    cyrillic = any(0x400 <= ord(c) <= 0x52f for c in name)
    need(not (ascii_letter and cyrillic), f"the name {name!a} mixes alphabets")
    return name


def check_names_differ(names):
    seen = {}
    for name in names:
        other = seen.setdefault(looks_like(name), name)
        need(other == name, f"the names {name!a} and {other!a} look alike")


# ---- Charts -------------------------------------------------------------------------------------

class Coordinate:
    def __init__(self, half, local, amplitude):
        self.half, self.local, self.amplitude = half, local, amplitude


class Chart:
    """Coordinates, functions (of each `between`, or None) with relations, and the four lists."""

    def __init__(self, coordinates, between, relations, zeros, units, positive, generators):
        self.coordinates, self.between, self.relations = coordinates, between, relations
        self.zeros, self.units, self.positive = zeros, units, positive
        self.generators = generators
        self.d, self.e = len(coordinates), len(between)
        self.n = self.d + self.e
        self.names = None
        self.locals = [i for i, w in enumerate(coordinates) if w.local]
        # The variables that are alone one of `zeros`, of all units, or of `positive`.
        named = {a[0] for a in map(alone, zeros) if a}
        self.vanishing = set(self.locals) | named
        self.unit_variables = {a[0] for a in map(alone, units + positive) if a}
        self.positive_variables = {a[0] for a in map(alone, positive) if a and a[1] > 0}

    def all_units(self):
        return self.units + self.positive

    def restrict(self, p):
        return put_zero(p, self.vanishing)

    def tau(self, i):
        return self.coordinates[i].amplitude + 1

    def with_(self, **changes):
        """This chart with some of its lists replaced."""
        parts = {name: list(getattr(self, name)) for name in (
            "coordinates", "between", "relations", "zeros", "units", "positive", "generators")}
        parts.update(changes)
        return Chart(**parts)


def read_chart(value):
    lists = ("coordinates", "functions", "zeros", "units", "positive", "generators")
    value = fields(value, (), lists)
    items = {name: listing(value.get(name, [])) for name in lists}
    names, coordinates, between = [], [], []
    for w in items["coordinates"]:
        fields(w, ("name", "domain", "extent", "amplitude"))
        names.append(check_name(w["name"]))
        if w["domain"] not in ("line", "half-line") or w["extent"] not in ("local", "extended"):
            raise Unreadable("a domain or an extent is unknown")
        amplitude = rational(w["amplitude"])
        need(amplitude > -1, "an amplitude is not above -1")
        coordinates.append(
            Coordinate(w["domain"] == "half-line", w["extent"] == "local", amplitude))
    for y in items["functions"]:
        fields(y, ("name", "relation"), ("between",))
        names.append(check_name(y["name"]))
        between.append(interval_of(y["between"]) if "between" in y else None)
    need(len(set(names)) == len(names), "two variables of a chart have the same name")
    need(len(names) <= MAX_VARIABLES, "too large")
    relations = [polynomial(y["relation"], names) for y in items["functions"]]
    rest = [[polynomial(p, names) for p in items[name]] for name in lists[2:]]
    chart = Chart(coordinates, between, relations, *rest)
    chart.names = names
    return chart


def same_signs(chart, p):
    """Whether all terms of p have the same sign on the centre."""
    for exponents in p:
        for i, e in enumerate(exponents):
            half = i < chart.d and chart.coordinates[i].half
            if e % 2 and not half and i not in chart.positive_variables:
                return False
    return len({c > 0 for c in p.values()}) <= 1


def no_root(chart, p, v):
    """Whether p, in variable v alone, has no real root in the domain of v."""
    need(p and variables_of(p) <= {v}, "no_real_root: not a polynomial in the variable alone")
    f = one_variable(p, v)
    low, high, zero_allowed = None, None, v not in chart.unit_variables
    if v < chart.d and chart.coordinates[v].half:
        low = Fraction(0)
    if v in chart.positive_variables:
        low = Fraction(0)
    if v >= chart.d and chart.between[v - chart.d] is not None:
        a, b = chart.between[v - chart.d]
        need(a < b, "no_real_root: the bounds are not in order")
        if not a < 0 < b:
            zero_allowed = False
        low, high = (a if low is None else max(a, low)), b
    roots = count_roots(f, low, high)
    if low == 0 and zero_allowed:
        roots += int(f[0] == 0)  # The half-line x ≥ 0 has its end.
    if f[0] == 0 and not zero_allowed and (low is None or low < 0) and (high is None or high > 0):
        roots -= 1  # The root 0 is not in the domain.
    return roots == 0


def no_common_zero(chart, polynomials, evidence):
    """Refuses unless the evidence shows that the polynomials have no common zero on the centre."""
    fields(evidence, ("because",), ("combination", "zeros", "units", "rest"))
    factors = [polynomial(a, chart.names) for a in listing(evidence.get("combination", []))]
    if factors:
        need(len(factors) == len(polynomials), "evidence: a factor for each polynomial is needed")
    else:
        need(len(polynomials) <= 1, "evidence: the combination is missing")
        factors = [constant(1, chart.n)] * len(polynomials)
    total = {}
    for a, q in zip(factors, polynomials):
        total = plus(total, times(a, chart.restrict(q)))
    zeros = [chart.restrict(z) for z in chart.relations + chart.zeros]
    for pair in listing(evidence.get("zeros", [])):
        need(len(listing(pair)) == 2, "evidence: a pair is expected")
        k = natural(pair[0], len(zeros))
        total = plus(total, times(polynomial(pair[1], chart.names), zeros[k]))
    powers = [natural(k) for k in listing(evidence.get("units", []))]
    need(bool(powers) == ("rest" in evidence), "evidence: units and rest go together")
    rest = total
    if powers:
        units = chart.all_units()
        need(len(powers) == len(units), "evidence: an exponent for each unit is needed")
        rest = product = polynomial(evidence["rest"], chart.names)
        for u, k in zip(units, powers):
            if k:
                product = times(product, power(chart.restrict(u), k, chart.n))
        need(product == total, "evidence: the identity does not hold")
    because = evidence["because"]
    if because == "signs":
        need(rest != {} and same_signs(chart, rest), "evidence: the signs do not agree")
        free = any(all(not e or i in chart.unit_variables for i, e in enumerate(exponents))
                   for exponents in rest)
        need(free, "evidence: no term is of units alone")
    else:
        name = text(fields(because, ("no_real_root",))["no_real_root"])
        need(name in chart.names, "evidence: the variable is unknown")
        need(no_root(chart, rest, chart.names.index(name)), "evidence: there is a real root")


def non_zero(chart, p, evidence):
    """Refuses unless p has no zero on the centre: by evidence, or, without, as a constant there."""
    if evidence is None:
        need(is_constant(chart.restrict(p)), "evidence is missing")
    else:
        no_common_zero(chart, [p], evidence)


def real_point(chart, value):
    """The values of the coordinates at a real point of the centre; refuses if it is none."""
    if value is None:
        need(chart.e == 0, "a real point is missing")
        values, intervals = [Fraction(0)] * chart.d, []
    else:
        fields(value, ("coordinates",) + (("functions",) if chart.e else ()), ("functions",))
        values = [rational(x) for x in listing(value["coordinates"])]
        intervals = [interval_of(x) for x in listing(value.get("functions", []))]
        need(len(values) == chart.d and len(intervals) == chart.e, "a point has another length")
    for w, x in zip(chart.coordinates, values):
        need(not w.local or x == 0, "a local coordinate of a point is not 0")
        need(not w.half or x >= 0, "a coordinate of a point is below 0 on a half-line")
    for a, b in intervals:
        need(a <= b, "an interval of a point has its ends in the wrong order")
    box = [(x, x) for x in values] + intervals
    for k, r in enumerate(chart.relations):
        place = chart.d + k
        for exponents in r:
            present = [i for i, e in enumerate(exponents) if e]
            need(all(i <= place or box[i][0] == box[i][1] for i in present)
                 or any(box[i] == (0, 0) for i in present),
                 "a relation involves a later function at a point")
        a, b = box[place]
        if a == b:
            need(interval_value(r, box) == (0, 0), "a relation is not 0 at a point")
        else:
            low = interval_value(r, box[:place] + [(a, a)] + box[place + 1:])
            high = interval_value(r, box[:place] + [(b, b)] + box[place + 1:])
            need((low[1] < 0 < high[0]) or (high[1] < 0 < low[0]),
                 "a relation does not change its sign at a point")
        limits = chart.between[k]
        if limits:
            inside = limits[0] <= a and b <= limits[1]
            need(inside and (a < b or limits[0] < a < limits[1]), "a function is not between")
    related = [chart.restrict(r) for r in chart.relations]
    for z in chart.zeros:
        if interval_value(z, box) != (0, 0):
            p = chart.restrict(z)
            need(alone(z) is None and any(r and same_up_to_factor(p, r) for r in related),
                 "one of zeros is not 0 at a point")
    for u in chart.all_units():
        low, high = interval_value(u, box)
        need(low > 0 or high < 0, "a unit may be 0 at a point")
    for u in chart.positive:
        need(interval_value(u, box)[0] > 0, "one of positive may not be above 0 at a point")
    return values


# ---- Children -----------------------------------------------------------------------------------

class Reference:
    """A child: an earlier step, and how its chart is the derived one renamed and scaled."""

    def __init__(self, value, done):
        fields(value, ("step",), ("coordinates", "functions", "scale"))
        self.step = natural(value["step"], len(done))
        self.chart, self.lower, self.upper = done[self.step]
        d, e = self.chart.d, self.chart.e
        self.coordinates = permutation(value.get("coordinates", []), d)
        self.functions = permutation(value.get("functions", []), e)
        self.scale = [Fraction(1)] * d
        if listing(value.get("scale", [])):
            self.scale = [rational(s) for s in value["scale"]]
            need(len(self.scale) == d, "a scale has another length")
        for s, w in zip(self.scale, self.chart.coordinates):
            need(s > 0 or (s < 0 and not w.half), "a scale is 0, or negative on a half-line")
        # Variable i of the child's chart is variable source[i] of the derived chart.
        self.source = self.coordinates + [d + f for f in self.functions]

    def pull_back(self, p):
        """A polynomial of the child's chart in the variables of the derived one."""
        scale = [1 / s for s in self.scale] + [Fraction(1)] * self.chart.e
        return rename(p, self.source, self.chart.n, scale)

    def poles(self, derived):
        """The child's poles, if its chart is the derived one."""
        c, d = self.chart, derived
        need((c.d, c.e) == (d.d, d.e), "a child has another number of variables")
        target, scale = [None] * c.n, [Fraction(1)] * c.n
        for i, j in enumerate(self.source):
            target[j] = i
        for i, j in enumerate(self.coordinates):
            scale[j] = self.scale[i]
            ours, theirs = c.coordinates[i], d.coordinates[j]
            need((ours.half, ours.local, ours.amplitude)
                 == (theirs.half, theirs.local, theirs.amplitude), "a child's coordinate differs")

        def moved(polynomials):
            return [rename(p, target, c.n, scale) for p in polynomials]

        relations = moved(d.relations)
        for i, j in enumerate(self.functions):
            need(c.between[i] == d.between[j], "a child's function is between other bounds")
            need(same_up_to_factor(c.relations[i], relations[j]), "a child's relation differs")
        need(normals(c.generators) - {frozenset()}
             == normals(moved(d.generators)) - {frozenset()}, "a child's generators differ")
        moved_zeros = moved(d.zeros)

        def local_part(polynomials):
            return [put_zero(p, c.locals) for p in polynomials]

        need(normals(local_part(c.zeros)) - {frozenset()}
             == normals(local_part(moved_zeros)) - {frozenset()}, "a child's zeros differ")
        equal = True
        for ours, theirs, sign in ((c.units, moved(d.units), False),
                                   (c.positive, moved(d.positive), True)):
            sets = []
            for polynomials in (ours, theirs):
                restricted = [c.restrict(p) for p in polynomials]
                sets.append(normals([p for p in restricted if not (
                    is_constant(p) and (not sign or constant_value(p) > 0))], sign))
            need(sets[0] <= sets[1], "a child has units that the derived chart has not")
            equal = equal and sets[0] == sets[1]
        return self.lower, self.upper if equal else NOTHING


def permutation(value, n):
    """The permutation of 0, …, n − 1 in a list; an empty list is the identity."""
    result = [natural(i, n) for i in listing(value)] or list(range(n))
    need(sorted(result) == list(range(n)), "not a permutation")
    return result


def the_worst(pairs):
    return worst([p[0] for p in pairs]), worst([p[1] for p in pairs])


# ---- The rules: each gets the chart, the step and its children, and gives both poles ------------

def rule_unit(chart, step, children):
    if "generator" in step:
        g = chart.generators[natural(step["generator"], len(chart.generators))]
        no_common_zero(chart, [g], step["evidence"])
    else:
        no_common_zero(chart, [], step["evidence"])
    return NOTHING, NOTHING


def rule_open(chart, step, children):
    text(step["reason"])
    return no_bound(chart), NOTHING


def no_bound(chart):
    """A lower pole that claims nothing; also in no dimension its multiplicity is 1, not 0."""
    return Fraction(0), max(1, chart.d)


def divided(p, exponents):
    """p divided by a monomial; refuses if it is not divisible."""
    need(all(all(a >= b for a, b in zip(e, exponents)) for e in p), "a monomial does not divide")
    return {tuple(a - b for a, b in zip(e, exponents)): c for e, c in p.items()}


def rule_newton(chart, step, children):
    lower, upper, d = no_bound(chart), NOTHING, chart.d
    if "point" in step or step.get("weights"):
        values = real_point(chart, step.get("point"))
    if listing(step.get("weights", [])):
        vectors, quotients = [], set()
        for v in step["weights"]:
            v = [rational(x) for x in listing(v)]
            need(len(v) == d and min(v, default=-1) >= 0 and any(v), "newton: no weight vector")
            need(all(x == 0 or not y for x, y in zip(values, v)),
                 "newton: a weight at a coordinate that is not 0 at the point")
            orders = [sum(x * e for x, e in zip(v, exponents))
                      for g in chart.generators for exponents in g]
            order = min(orders, default=0)
            need(order > 0, "newton: the order is not above 0")
            quotients.add(sum(x * chart.tau(i) for i, x in enumerate(v)) / (2 * order))
            vectors.append(v)
        need(len(quotients) == 1, "newton: the weights give several values")
        need(rank(vectors) == len(vectors), "newton: the weights are dependent")
        upper = (quotients.pop(), len(vectors))
    if listing(step.get("terms", [])):
        total, beta, alphas = Fraction(0), [Fraction(0)] * d, []
        for term in step["terms"]:
            fields(term, ("generator", "coefficient"), ("evidence",))
            g = chart.generators[natural(term["generator"], len(chart.generators))]
            c = rational(term["coefficient"])
            need(c > 0 and g, "newton: a coefficient or a generator is not as it must be")
            alpha = [min(e[i] for e in g) for i in range(d)]
            non_zero(chart, divided(g, alpha + [0] * chart.e), term.get("evidence"))
            total += c
            beta = [x + c * a for x, a in zip(beta, alpha)]
            alphas.append(alpha)
        need(total == 1, "newton: the coefficients do not add up to 1")
        inner = [i for i in range(d) if i not in chart.unit_variables]
        t = max((beta[i] / chart.tau(i) for i in inner), default=Fraction(0))
        need(t > 0, "newton: t is not above 0")
        span = [[Fraction(a[i] - alphas[0][i]) for i in inner] for a in alphas]
        span += [[Fraction(int(j == i)) for j in inner]
                 for i in inner if beta[i] < t * chart.tau(i)]
        lower = (1 / (2 * t), max(1, len(inner) - rank(span)))  # a pole has m ≥ 1
    return lower, upper


def exponent_list(value, d):
    result = [natural(k) for k in listing(value)]
    need(len(result) == d, "a list of exponents has another length")
    return result


def rule_order(chart, step, children):
    d = chart.d
    g = chart.generators[natural(step["generator"], len(chart.generators))]
    k = exponent_list(step["divisor"], d)
    f = divided(g, k + [0] * chart.e)
    divisors = {i for i in range(d) if k[i]}
    need(not divisors & chart.unit_variables, "order: a divisor is a unit")
    related = {i for r in chart.relations for i in variables_of(r)}
    for i in range(d):
        if i not in chart.unit_variables and i not in divisors:
            need(chart.coordinates[i].amplitude >= 0, "order: an amplitude is below 0")
    derivatives, mu = [], 0
    for alpha in listing(step["derivatives"]):
        alpha = exponent_list(alpha, d)
        need(sum(alpha) <= MAX_ORDER, "too large")
        p = f
        for i, a in enumerate(alpha):
            need(not a or (i not in divisors and i not in related), "order: a derivative")
            for _ in range(min(a, degree(f, i) + 1)):
                p = derivative(p, i)
        derivatives.append(p)
        mu = max(mu, sum(alpha))
    need(mu >= 1, "order: no derivative")
    no_common_zero(chart, derivatives, step["evidence"])
    return combine(smallest(chart, k, divisors), (Fraction(1, 2 * mu), 1)), NOTHING


def smallest(chart, k, which):
    """The smallest τ_i/(2k_i) among some coordinates and how many attain it, or (∞, 1)."""
    quotients = [chart.tau(i) / (2 * k[i]) for i in which]
    return (min(quotients), quotients.count(min(quotients))) if quotients else NOTHING


def rule_both(chart, step, children):
    need(len(children) >= 2, "both: two children are needed")
    pairs = [c.poles(chart) for c in children]
    lower = pairs[0][0]
    for p in pairs:
        lower = better(lower, p[0])
    return lower, worst([p[1] for p in pairs])


def sub_chart(chart, members, zeros, units, positive, generators):
    """The chart of some variables, in the order of the list."""
    places = [None] * chart.n
    for new, old in enumerate(members):
        places[old] = new

    def moved(polynomials):
        return [rename(p, places, len(members)) for p in polynomials]

    functions = [i - chart.d for i in members if i >= chart.d]
    return Chart([chart.coordinates[i] for i in members if i < chart.d],
                 [chart.between[k] for k in functions],
                 moved([chart.relations[k] for k in functions]),
                 moved(zeros), moved(units), moved(positive), moved(generators))


def rule_sum(chart, step, children):
    parts, taken = [], set()
    for part in listing(step["parts"]):
        fields(part, (), ("coordinates", "functions"))
        members = [natural(i, chart.d) for i in listing(part.get("coordinates", []))]
        members += [chart.d + natural(i, chart.e) for i in listing(part.get("functions", []))]
        need(len(set(members)) == len(members) and not taken & set(members),
             "sum: the parts are not disjoint")
        taken |= set(members)
        parts.append(members)
    need(parts and len(children) == len(parts), "sum: a child a part is needed")
    generators = [g for g in chart.generators if g]
    for g in generators:
        need(variables_of(g) and any(variables_of(g) <= set(m) for m in parts),
             "sum: a generator is not of one part")
    lists = {"zeros": chart.zeros, "units": chart.units, "positive": chart.positive}

    def of(polynomials, members):
        return [p for p in polynomials if variables_of(p) and variables_of(p) <= set(members)]

    lower = upper = None
    for members, child in zip(parts, children):
        inside = {name: of(ps, members) for name, ps in lists.items()}
        part = sub_chart(chart, members, generators=of(generators, members), **inside)
        low, high = child.poles(part)
        lower = low if lower is None else add(lower, low)
        upper = high if upper is None else add(upper, high)
    rest = [i for i in range(chart.n) if i not in taken]
    remaining = {name: [p for p in ps if not any(of([p], m) for m in parts)]
                 for name, ps in lists.items()}
    functions = [i - chart.d for i in rest if i >= chart.d]
    ours = [p for ps in remaining.values() for p in ps] + [chart.relations[k] for k in functions]
    if not all(variables_of(p) <= set(rest) for p in ours):
        upper = NOTHING
    elif ours or "point" in step:
        try:
            real_point(sub_chart(chart, rest, generators=[], **remaining), step.get("point"))
        except Refused as refusal:
            if "point" in step or str(refusal) == "too large":
                raise
            upper = NOTHING
    return lower, upper


def rule_factor(chart, step, children):
    d = chart.d
    k = exponent_list(step["monomial"], d)
    gone = {i for i in range(d) if k[i]}
    members = [i for i in range(chart.n) if i not in gone]

    def left(polynomials):
        kept = []
        for u in polynomials:
            if not (alone(u) and alone(u)[0] in gone):
                need(not variables_of(u) & gone, "factor: a unit involves a coordinate")
                kept.append(u)
        return kept

    quotients = [divided(g, k + [0] * chart.e) for g in chart.generators]
    for p in quotients + chart.relations + chart.zeros:
        need(not variables_of(p) & gone, "factor: a coordinate still occurs")
    derived = sub_chart(chart, members, chart.zeros, left(chart.units), left(chart.positive),
                        quotients)
    low, high = only(children).poles(derived)
    pole = smallest(chart, k, gone - chart.unit_variables)
    # A point of the child's centre must have one of this centre above it.
    for i in gone & chart.unit_variables:
        signs = {a[1] > 0 for a in map(alone, chart.positive) if a and a[0] == i}
        if chart.coordinates[i].half:
            signs.add(True)
        if chart.coordinates[i].local or len(signs) == 2:
            high = NOTHING
    return combine(pole, low), NOTHING if high[0] == INF else combine(pole, high)


def only(children):
    need(len(children) == 1, "one child is needed")
    return children[0]


def rule_blow_up(chart, step, children):
    pairs = []
    for pair in listing(step["weights"]):
        need(len(listing(pair)) == 2, "blow_up: a pair is expected")
        pairs.append((natural(pair[0], chart.d), natural(pair[1])))
    members = [i for i, _ in pairs]
    need(pairs and len(set(members)) == len(members), "blow_up: the coordinates are not distinct")
    need(all(a >= 1 and chart.coordinates[i].local for i, a in pairs),
         "blow_up: a weight is 0, or a coordinate is not local")
    amplitude = sum(a * chart.tau(i) for i, a in pairs) - 1
    on_lines = not any(chart.coordinates[i].half for i in members)
    derived = []
    for number, (j, weight) in enumerate(pairs):
        if chart.coordinates[j].half:
            cases = [(1, True)]
        elif on_lines and weight % 2:
            cases = [(1, False)]
        else:
            cases = [(1, True), (-1, True)]
        for sign, half in cases:
            def moved(polynomials):
                result = []
                for p in polynomials:
                    spend(len(p) + 1)
                    q = {}
                    for e, c in p.items():
                        total = sum(a * e[i] for i, a in pairs)
                        q[e[:j] + (total,) + e[j + 1:]] = c * sign ** (e[j] % 2)
                    # Different terms stay different only with the exponent of w_j, which is
                    # determined by the total and the other exponents.
                    need(len(q) == len(p), "blow_up: terms coincide")
                    result.append(q)
                return result

            coordinates = list(chart.coordinates)
            for i, _ in pairs[:number]:
                coordinates[i] = Coordinate(coordinates[i].half, True, coordinates[i].amplitude)
            for i, _ in pairs[number + 1:]:
                coordinates[i] = Coordinate(coordinates[i].half, False, coordinates[i].amplitude)
            coordinates[j] = Coordinate(half, True, amplitude)
            derived.append(Chart(coordinates, chart.between, *map(moved, (
                chart.relations, chart.zeros, chart.units, chart.positive, chart.generators))))
    need(len(derived) == len(children), "blow_up: the number of children differs")
    return the_worst([c.poles(chart_) for c, chart_ in zip(children, derived)])


def rule_split(chart, step, children):
    p = polynomial(step["polynomial"], chart.names)
    single = alone(p)
    if single and single[0] < chart.d and not chart.coordinates[single[0]].local:
        coordinates = list(chart.coordinates)
        old = coordinates[single[0]]
        coordinates[single[0]] = Coordinate(old.half, True, old.amplitude)
        second = chart.with_(coordinates=coordinates)
    else:
        second = chart.with_(zeros=chart.zeros + [p])
    need(len(children) == 2, "split: two children are needed")
    return the_worst([children[0].poles(chart.with_(units=chart.units + [p])),
                      children[1].poles(second)])


def rule_cover(chart, step, children):
    polynomials = [polynomial(p, chart.names) for p in listing(step["polynomials"])]
    need(polynomials and len(children) == len(polynomials), "cover: a child each is needed")
    no_common_zero(chart, polynomials, step["evidence"])
    return the_worst([c.poles(chart.with_(units=chart.units + [p]))
                      for c, p in zip(children, polynomials)])


def rule_coordinate(chart, step, children):
    i, n = natural(step["index"], chart.d), chart.n
    p = polynomial(step["polynomial"], chart.names)
    w = chart.coordinates[i]
    unit = i in chart.unit_variables
    need(unit or (not w.half and w.amplitude == 0),
         "coordinate: it is on a half-line or has an amplitude")
    free = (all(v < chart.d for v in variables_of(p))
            or not any(chart.restrict(derivative(r, i)) for r in chart.relations))
    restricted = chart.restrict(p)
    vanishes = not restricted or any(
        same_up_to_factor(restricted, chart.restrict(z)) for z in chart.zeros)
    zeros = [z for z in chart.zeros if not (p and same_up_to_factor(p, z))]
    listed = len(zeros) < len(chart.zeros)
    coordinates = list(chart.coordinates)
    if step["form"] == "explicit":
        need(free, "coordinate: it is not free")
        need(degree(p, i) <= 1, "coordinate: the polynomial is not linear in it")
        slope, rest = coefficient(p, i, 1), coefficient(p, i, 0)
        non_zero(chart, slope, step.get("evidence"))
        need(not w.local or not restricted, "coordinate: the polynomial is not 0 on the centre")
        numerator = plus(variable(i, n), rest, -1)  # U·w_i = t − q

        def moved(f, even=False):
            top = degree(f, i)
            top += top % 2 if even else 0
            result, slopes = {}, [constant(1, n)]
            for _ in range(top):
                slopes.append(times(slopes[-1], slope))
            numerators = constant(1, n)
            for k in range(degree(f, i) + 1):
                part = coefficient(f, i, k)
                if part:
                    result = plus(result, times(times(part, numerators), slopes[top - k]))
                numerators = times(numerators, numerator)
            return result

        positive = [moved(f, True) for f in chart.positive]
        if unit and w.half:
            positive.append(moved(variable(i, n), True))
        coordinates[i] = Coordinate(False, w.local or vanishes, Fraction(0))
        derived = Chart(coordinates, chart.between, [moved(r) for r in chart.relations],
                        [moved(z) for z in zeros], [moved(u) for u in chart.units] + [slope],
                        positive, [moved(g) for g in chart.generators])
    elif step["form"] == "implicit":
        need(vanishes or listed, "coordinate: the polynomial is not 0 on the centre")
        if free:
            jacobian = derivative(p, i)
        else:
            columns = list(range(chart.d, n)) + [i]
            jacobian = determinant(
                [[derivative(r, v) for v in columns] for r in chart.relations + [p]], n)
        non_zero(chart, jacobian, step.get("evidence"))
        # The variables of the child: t in the place of w_i, and w_i as the last function.
        places = [v if v != i else n for v in range(n)]

        def moved(polynomials):
            return [rename(f, places, n + 1) for f in polynomials]

        old = variable(n, n + 1)
        relation = plus(moved([p])[0], variable(i, n + 1), -1)
        coordinates[i] = Coordinate(False, True, Fraction(0))
        derived = Chart(coordinates, chart.between + [None], moved(chart.relations) + [relation],
                        moved(zeros) + ([old] if w.local else []), moved(chart.units),
                        moved(chart.positive) + ([old] if unit and w.half else []),
                        moved(chart.generators))
    else:
        raise Unreadable("coordinate: the form is unknown")
    return only(children).poles(derived)


def rule_ideal(chart, step, children):
    child = only(children)
    need((child.chart.d, child.chart.e) == (chart.d, chart.e), "ideal: other variables")
    theirs = [child.pull_back(f) for f in child.chart.generators]

    def check_rows(rows, wanted, given):
        need(len(listing(rows)) == len(wanted), "ideal: a row for each generator is needed")
        for row, goal in zip(rows, wanted):
            fields(row, ("combination",), ("unit", "evidence", "relations"))
            unit = polynomial(row.get("unit", "1"), chart.names)
            non_zero(chart, unit, row.get("evidence"))
            total = {}
            for key, ps in (("combination", given), ("relations", chart.relations)):
                for pair in listing(row.get(key, [])):
                    need(len(listing(pair)) == 2, "ideal: a pair is expected")
                    k = natural(pair[0], len(ps))
                    total = plus(total, times(polynomial(pair[1], chart.names), ps[k]))
            need(times(unit, goal) == total, "ideal: an identity does not hold")

    check_rows(step["forward"], theirs, chart.generators)
    back = listing(step.get("back", []))
    if back:
        check_rows(back, chart.generators, theirs)
    low, high = child.poles(chart.with_(generators=theirs))
    return low, high if back else NOTHING


def rule_definite(chart, step, children):
    i = natural(step["generator"], len(chart.generators))
    g = chart.generators[i]
    need(g and same_signs(chart, g), "definite: the signs do not agree")
    terms = [{e: c} for e, c in g.items()]
    rest = chart.generators[:i] + chart.generators[i + 1:]
    return only(children).poles(chart.with_(generators=rest + terms))


def rule_fold(chart, step, children):
    i, k = natural(step["index"], chart.d), natural(step["power"])
    need(k >= 2, "fold: the power is below 2")

    def folded(p):
        need(all(e[i] % k == 0 for e in p), "fold: an exponent is not divisible")
        return {e[:i] + (e[i] // k,) + e[i + 1:]: c for e, c in p.items()}

    def units(polynomials, only_positive):
        result = []
        for u in polynomials:
            single = alone(u)
            if single and single[0] == i and (single[1] > 0 or not only_positive):
                result.append(variable(i, chart.n))
            else:
                result.append(folded(u))
        return result

    w = chart.coordinates[i]
    coordinates = list(chart.coordinates)
    coordinates[i] = Coordinate(w.half or k % 2 == 0, w.local, (w.amplitude + 1) / k - 1)
    derived = Chart(coordinates, chart.between, [folded(r) for r in chart.relations],
                    [folded(z) for z in chart.zeros], units(chart.units, False),
                    units(chart.positive, True), [folded(g) for g in chart.generators])
    return only(children).poles(derived)


# A rule's function, the fields it must have and those it may have.
RULES = {
    "unit": (rule_unit, ("evidence",), ("generator",)),
    "open": (rule_open, ("reason",), ()),
    "newton": (rule_newton, (), ("weights", "point", "terms")),
    "order": (rule_order, ("generator", "derivatives", "divisor", "evidence"), ()),
    "both": (rule_both, ("children",), ()),
    "sum": (rule_sum, ("parts", "children"), ("point",)),
    "factor": (rule_factor, ("monomial", "children"), ()),
    "blow_up": (rule_blow_up, ("weights", "children"), ()),
    "split": (rule_split, ("polynomial", "children"), ()),
    "cover": (rule_cover, ("polynomials", "evidence", "children"), ()),
    "coordinate": (rule_coordinate, ("index", "polynomial", "form", "children"), ("evidence",)),
    "ideal": (rule_ideal, ("forward", "children"), ("back",)),
    "definite": (rule_definite, ("generator", "children"), ()),
    "fold": (rule_fold, ("index", "power", "children"), ()),
}


# ---- The question -------------------------------------------------------------------------------

def check_constants(chart, evidences):
    """Refuses unless the constants are numbers: each the one root between its bounds."""
    box = [(Fraction(0), Fraction(0))] * chart.d + chart.between
    for k, r in enumerate(chart.relations):
        place = chart.d + k
        a, b = chart.between[k]
        need(a < b, "constants: the bounds are not in order")
        need(variables_of(r) <= set(range(chart.d, place + 1)),
             "constants: a relation involves something else")
        slope = derivative(r, place)
        no_common_zero(chart, [slope], evidences[k])
        if variables_of(r) <= {place}:
            need(r and count_roots(one_variable(r, place), a, b) == 1,
                 "constants: not exactly one root between the bounds")
        else:
            low = interval_value(r, box[:place] + [(a, a)] + box[place + 1:])
            high = interval_value(r, box[:place] + [(b, b)] + box[place + 1:])
            need(low[1] < 0 < high[0] or high[1] < 0 < low[0],
                 "constants: no change of sign between the bounds")
            low, high = interval_value(slope, box)
            need(low > 0 or high < 0, "constants: the derivative may be 0")


def shifted(p, point, n):
    """p at w + point, in n variables."""
    for i, value in enumerate(point):
        if value:
            step, result = plus(variable(i, n), value), {}
            powers = constant(1, n)
            for k in range(degree(p, i) + 1):
                part = coefficient(p, i, k)
                if part:
                    result = plus(result, times(part, powers))
                powers = times(powers, step)
            p = result
    return p


def plainly_non_negative(p, point, chart):
    """Refuses unless p is plainly ≥ 0; the answer is whether it has a good term."""
    terms = {}
    for e, c in shifted(p, point, chart.n).items():
        alpha = e[:chart.d]
        terms.setdefault(alpha, {})[(0,) * chart.d + e[chart.d:]] = c
    box = [(Fraction(0), Fraction(0))] * chart.d + chart.between
    good, other = [], []
    for alpha, c in terms.items():
        for k in reversed(range(chart.e)):
            place, r = chart.d + k, chart.relations[k]
            m = degree(r, place)
            lead = coefficient(r, place, m)
            while m and is_constant(lead) and c and degree(c, place) >= m:
                top = degree(c, place)
                factor = times(coefficient(c, place, top),
                               power(variable(place, chart.n), top - m, chart.n))
                c = plus(c, times(factor, r), -1 / constant_value(lead))
        if c:
            even = all(a % 2 == 0 or w.half for a, w in zip(alpha, chart.coordinates))
            positive = even and interval_value(c, box)[0] > 0
            (good if positive else other).append(alpha)
    for alpha in other:
        spend(len(good) + 1)
        need(any(all(x <= y for x, y in zip(a, alpha)) for a in good),
             "the loss is not shown to be ≥ 0")
    return bool(good)


def read_question(question, version):
    """The chart of the germ that the question asks about, if the question is accepted."""
    fields(question, ("variables", "generators", "reading"),
           ("squares", "amplitude", "nonnegative", "constants", "point"))
    variables = [check_name(v) for v in listing(question["variables"])]
    constants = listing(question.get("constants", []))
    for c in constants:
        fields(c, ("name", "relation", "evidence"), ("between",))
        need("between" in c, "a constant is without bounds")
    names, d = variables + [check_name(c["name"]) for c in constants], len(variables)
    need(len(set(names)) == len(names), "two names of the question are the same")
    need(len(names) <= MAX_VARIABLES, "too large")
    zeros = ["0"] * d
    point = [polynomial(p, names) for p in listing(question.get("point", [])) or zeros]
    amplitude = [rational(h) for h in listing(question.get("amplitude", [])) or zeros]
    need(len(point) == len(amplitude) == d, "the point or the amplitude has another length")
    need(all(v >= d for p in point for v in variables_of(p)), "the point involves variables")
    nonnegative = [text(v) for v in listing(question.get("nonnegative", []))]
    need(len(set(nonnegative)) == len(nonnegative) and set(nonnegative) <= set(variables),
         "nonnegative has something that is no variable")
    between = [interval_of(c["between"]) for c in constants]
    box = [(Fraction(0), Fraction(0))] * d + between
    coordinates = []
    for name, value, h in zip(variables, point, amplitude):
        need(h > -1, "an amplitude is not above -1")
        if name in nonnegative:
            need(not variables_of(value) and constant_value(value) >= 0,
                 "the value of a non-negative variable is no rational ≥ 0")
        if h and value:
            low, high = interval_value(value, box)
            need(low > 0 or high < 0, "a value of the point may be 0")
        coordinates.append(Coordinate(name in nonnegative and not value, True,
                                      Fraction(0) if value else h))
    generators = [polynomial(g, names) for g in listing(question["generators"])]
    need(all(v < d for g in generators for v in variables_of(g)),
         "the generators involve constants")
    chart = Chart(coordinates, between, [polynomial(c["relation"], names) for c in constants],
                  [], [], [], [shifted(g, point, d + len(constants)) for g in generators])
    chart.names = names
    check_constants(chart, [c["evidence"] for c in constants])
    reading = question["reading"]
    if reading not in ("ideal", "loss", "absolute"):
        raise Unreadable("the reading is unknown")
    need(version == 2 or (reading != "absolute" and "squares" not in question),
         "this belongs to version 2")
    need(reading == "ideal" or len(generators) == 1, "a loss has one generator")
    need(reading == "loss" or "squares" not in question, "squares are for losses")
    if reading == "loss" and "squares" not in question:
        plainly_non_negative(generators[0], point, chart)
    elif reading == "loss":
        squares = fields(question["squares"], ("terms",), ("multiplier",))
        u = polynomial(squares.get("multiplier", "1"), names)
        need(plainly_non_negative(u, point, chart), "the multiplier has no good term")
        total = {}
        for pair in listing(squares["terms"]):
            need(len(listing(pair)) == 2, "squares: a pair is expected")
            c, q = polynomial(pair[0], names), polynomial(pair[1], names)
            plainly_non_negative(c, point, chart)
            total = plus(total, times(c, times(q, q)))
        need(times(u, generators[0]) == total, "squares: the identity does not hold")
    return chart


def read_pole(value):
    fields(value, ("lambda", "multiplicity"))
    pole = (rational(value["lambda"]), natural(value["multiplicity"]))
    need(pole[1] >= 1, "a multiplicity is not above 0")
    return pole


def check(certificate):
    """The poles of the question that the certificate proves, after a doubling for losses."""
    fields(certificate, ("format", "version", "question", "claim", "steps"))
    if certificate["format"] != "rlct-certificate":
        raise Unreadable("the format is not rlct-certificate")
    need(natural(certificate["version"]) in (1, 2), "the version is unknown")
    need(0 < len(listing(certificate["steps"])) <= MAX_STEPS, "there are no steps, or too many")
    question = certificate["question"]
    germ = read_question(question, certificate["version"])
    done, names, used = [], set(), set()
    for number, step in enumerate(certificate["steps"]):
        if type(step) is not dict or type(step.get("rule")) is not str:
            raise Unreadable("a step has no rule")
        if step["rule"] not in RULES:
            raise Unreadable(f"the rule {step['rule'][:40]!a} is unknown")
        rule, required, optional = RULES[step["rule"]]
        fields(step, ("chart", "rule") + required, optional)
        try:
            chart = read_chart(step["chart"])
            names.update(chart.names)
            children = [Reference(c, done) for c in listing(step.get("children", []))]
            used.update(c.step for c in children)
            lower, upper = rule(chart, step, children)
        except Refused as refusal:
            raise Refused(f"step {number} ({step['rule']}): {refusal}") from None
        done.append((chart, lower, upper))
    need(used == set(range(len(done) - 1)), "a step is not used")
    # The last step's chart is compared as that of a child: by the places of the variables.
    lower, upper = Reference({"step": len(done) - 1}, done).poles(germ)
    names.update(question["variables"], (c["name"] for c in question.get("constants", [])))
    check_names_differ(sorted(names))
    if question["reading"] != "ideal":
        lower, upper = (2 * lower[0], lower[1]), (2 * upper[0], upper[1])
    claim = fields(certificate["claim"], ("lower",), ("upper",))
    need(read_pole(claim["lower"]) == lower, "the claim has another lower")
    claimed = read_pole(claim["upper"]) if "upper" in claim else NOTHING
    need(claimed == upper, "the claim has another upper")
    need(lower == upper or worse(lower, upper) == lower, "the bounds contradict each other")
    return lower, upper


# ---- The program --------------------------------------------------------------------------------

def no_duplicates(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Unreadable("an object has a field twice")
    return result


def no_number(_):
    raise Unreadable("a number is no natural number")


def whole(digits):
    return no_number(digits) if digits[0] == "-" else int(digits)


def only_values(value):
    """Refuses null, true, false, and halves of characters; counts the fields and entries."""
    count, todo = 0, [value]
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            value.encode()  # a half of a character is a ValueError
        elif isinstance(value, (list, dict)):
            count += len(value) * (2 if isinstance(value, dict) else 1) or 1
            if count > MAX_VALUES:
                raise Unreadable("too many fields and entries")
            todo.extend(value.values() if isinstance(value, dict) else value)
        elif type(value) is not int:
            raise Unreadable("null, true or false has no meaning here")


def read(path):
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise Unreadable("longer than 64 MiB")
        value = json.loads(data.decode("utf-8"), object_pairs_hook=no_duplicates,
                           parse_int=whole, parse_float=no_number, parse_constant=no_number)
        only_values(value)
        return value
    except (OSError, ValueError) as error:
        raise Unreadable(str(error)) from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None


def show_question(q):
    lines = [f"the {q['reading']} ({', '.join(q['generators'])}) in {', '.join(q['variables'])}"]
    for c in q.get("constants", []):
        lines.append(f"{c['name']}: the root of {c['relation']} between "
                     + " and ".join(c["between"]))
    for name in ("point", "amplitude", "nonnegative"):
        if q.get(name):
            lines.append(f"{name}: {', '.join(q[name])}")
    if q["reading"] == "absolute":
        lines.append("of |g|; that the generator is ≥ 0 is not proved")
    return "\n".join("  " + line for line in lines)


def show_pole(pole):
    return f"(λ, m) = ({pole[0]}, {pole[1]})"


def run(path):
    """Checks one file, prints the verdict and gives the exit code."""
    Work.done = 0
    name = ascii(path)[1:-1]
    try:
        certificate = read(path)
        lower, upper = check(certificate)
    except Unreadable as reason:
        print(f"{name}: unreadable: {reason}")
        return 2
    except (Refused, RecursionError) as reason:
        print(f"{name}: refused: {reason}")
        return 1
    if lower == upper:
        print(f"{name}: accepted, exact: {show_pole(lower)}")
        code = 0
    elif lower[0] == 0 and upper == NOTHING:
        print(f"{name}: nothing is claimed")
        code = 4
    else:
        above = "no upper bound" if upper == NOTHING else "at most " + show_pole(upper)
        print(f"{name}: accepted, bounds: at least {show_pole(lower)}, {above}")
        code = 3
    print(show_question(certificate["question"]))
    return code


def main():
    parser = argparse.ArgumentParser(description="Check certificates of learning coefficients.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    sys.stdout.reconfigure(errors="backslashreplace")
    codes = [run(path) for path in parser.parse_args().files]
    return next(code for code in (1, 2, 4, 3, 0) if code in codes)


if __name__ == "__main__":
    sys.exit(main())
