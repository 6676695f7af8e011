"""The exact lane: learning coefficients (λ, m) with certificates."""

from __future__ import annotations

import json as _json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Union

from . import _rlct

Value = Union[str, int, Fraction]
"""An exact number: an int, a Fraction, a text such as "1/2" or "0.5", a sympy Rational."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


@dataclass(frozen=True)
class Certificate:
    """A proof of an answer: JSON, described in ``proofs/FORMAT.md``."""

    json: str = field(repr=False)

    def check(self) -> tuple[Fraction | None, Fraction | None]:
        """The bounds (lower, upper) of λ that the proof proves, by replaying it without the engine.

        None as upper bound if it proves none; (None, None) for a region without a zero of K.

        Raises
        ------
        CertificateError
            It cannot be read, or a step is wrong; its attribute ``step`` tells which.
        """
        lower, upper = self.poles()
        return _lambda(lower), _lambda(upper)

    def poles(self) -> tuple[tuple[Fraction, int] | None, tuple[Fraction, int] | None]:
        """The same bounds as pairs (λ, m)."""
        lower, upper = _rlct.check_certificate(self.json)
        return _pole(lower), _pole(upper)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the certificate to a file, for ``rlct check`` and other checkers."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.json)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Certificate:
        """Reads one from a file; it is not checked before `check`."""
        with open(path, encoding="utf-8") as file:
            return cls(file.read())


def _pole(pole: tuple[str, int] | None) -> tuple[Fraction, int] | None:
    return None if pole is None else (Fraction(pole[0]), pole[1])


def _lambda(pole: tuple[Fraction, int] | None) -> Fraction | None:
    return None if pole is None else pole[0]


@dataclass(frozen=True)
class Answer:
    """The learning coefficient λ with its multiplicity m, or proved bounds of λ.

    Unpacks as a pair where it is exact: ``lam, m = answer``; ValueError with the bounds otherwise.

    Attributes
    ----------
    lam, m
        λ as a Fraction and m as an int; None where only bounds are proved.
    lower, upper
        Proved bounds of λ, equal to it if it is exact; None where there is none, as over a region
        without a zero of K.
    reason
        Why it is not exact.
    reading
        How the question was read: "ideal" (K = Σ gᵢ²), "loss" (K = g) or "absolute" (K = |g|).
    where
        Over a region: a point that attains the upper bound, if one is known.
    certificate
        The proof of it.
    """

    lam: Fraction | None
    m: int | None
    lower: Fraction | None
    upper: Fraction | None
    reason: str | None
    reading: str | None
    where: dict[str, str] | None
    certificate: Certificate = field(repr=False)
    text: str = field(repr=False)

    @property
    def exact(self) -> bool:
        """Whether λ and m are known."""
        return self.lam is not None

    def __iter__(self) -> Iterator[Any]:
        if self.lam is None:
            lower = "?" if self.lower is None else self.lower
            upper = "?" if self.upper is None else self.upper
            raise ValueError(f"λ is not decided, {lower} ≤ λ ≤ {upper}: {self.reason}")
        return iter((self.lam, self.m))

    def __str__(self) -> str:
        return self.text


def _bare(value: Any) -> Any:
    """A value with the clothes of sympy taken off."""
    sympify = getattr(value, "_sympy_", None)
    return sympify() if callable(sympify) else value


def _is_sympy(value: Any) -> bool:
    return type(value).__module__.split(".")[0] == "sympy"


class _Writer:
    """Writes polynomials as the parser reads them; remembers names that it had to change."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # of the user, to those in the text
        self.symbols: list[str] = []  # in the text, by appearance
        self.others = False  # whether there are texts of the user

    def prepare(self, expressions: Sequence[Any]) -> None:
        """Finds a name for every symbol."""
        free = []
        for expression in expressions:
            if _is_sympy(expression):
                free += sorted(str(s) for s in expression.free_symbols)
            elif isinstance(expression, str):
                self.others = True
        free = list(dict.fromkeys(free))
        taken = {name for name in free if _NAME.match(name)}
        for text in (e for e in expressions if isinstance(e, str)):
            taken.update(re.findall(r"[^\W\d]\w*", text))
        number = 0
        for name in free:
            if _NAME.match(name):
                self.names[name] = name
                continue
            while f"w{number}" in taken:
                number += 1
            taken.add(f"w{number}")
            self.names[name] = f"w{number}"
        self.symbols = [self.names[name] for name in free]

    def name(self, name: Any) -> str:
        return self.names.get(str(name), str(name))

    def region(self, text: str) -> str:
        for old in sorted(self.names, key=len, reverse=True):
            if old != self.names[old]:
                text = text.replace(old, self.names[old])
        return text

    def text(self, expression: Any) -> str:
        if isinstance(expression, str):
            return expression
        if isinstance(expression, bool):
            raise TypeError("a polynomial is a text or a sympy expression, and not a bool")
        if isinstance(expression, (int, Fraction)):
            return str(expression)
        if _is_sympy(expression):
            return self.sympy(expression.as_expr())
        if isinstance(expression, float):
            raise TypeError(
                f"the exact engine takes rational numbers, and not the float {expression!r}: "
                "write Fraction(1, 2) or \"1/2\""
            )
        kind = type(expression).__name__
        raise TypeError(f"a polynomial is a text or a sympy expression, and not {kind}")

    def sympy(self, e: Any) -> str:
        if e.is_Float:
            raise TypeError(
                f"the exact engine takes rational numbers, and not the sympy Float {e}: write "
                "Rational(1, 2) instead of 0.5"
            )
        if e.is_Rational:
            return str(e) if e.is_Integer and e >= 0 else f"({e})"
        if e.is_Symbol:
            return self.names[str(e)]
        if e.is_Add:
            return "(" + " + ".join(self.sympy(term) for term in e.args) + ")"
        if e.is_Mul:
            return "*".join(self.sympy(factor) for factor in e.args)
        if e.is_Pow and e.exp.is_Integer and e.exp >= 0:
            return f"({self.sympy(e.base)})^{e.exp}"
        raise TypeError(f"{e} is no polynomial with rational coefficients")

    def value(self, value: Any) -> str:
        value = _bare(value)
        if isinstance(value, bool) or isinstance(value, float) or getattr(value, "is_Float", False):
            raise TypeError(
                f"values of the point are exact: write Fraction(1, 2) or \"1/2\", not {value!r}"
            )
        if isinstance(value, (str, int, Fraction)):
            return str(value)
        if getattr(value, "is_Rational", False):
            return str(value)
        raise TypeError(
            f"{value!r} is no rational number; give an algebraic one by numbers=, as "
            'numbers=["s^2 = 2, 1 < s < 2"], at={"x": "s"}'
        )


@dataclass(frozen=True)
class Germ:
    """Polynomials near a point, with a prior and a domain; made by `Ideal` and `Loss`.

    Its learning coefficient is asked for by `learning_coefficient`.
    """

    generators: tuple[str, ...]
    reading: str
    amplitude: str | None = None
    nonnegative: tuple[str, ...] = ()
    at: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    variables: tuple[str, ...] | None = None
    on: str | None = None
    renamed: tuple[tuple[str, str], ...] = ()

    def question(self) -> dict[str, Any]:
        """The question as the engine takes it."""
        return {
            "generators": list(self.generators),
            "reading": self.reading,
            "variables": None if self.variables is None else list(self.variables),
            "amplitude": self.amplitude,
            "nonnegative": list(self.nonnegative),
            "at": dict(self.at),
            "numbers": list(self.numbers),
        }

    def learning_coefficient(self, *, budget: float = 10.0, steps: int = 50_000_000) -> Answer:
        """(λ, m) at the point, or the worst of all points of the region, with a certificate.

        Parameters
        ----------
        budget
            Seconds for the search; the check of the certificate comes after it. What was proved by
            then is the answer. inf for no limit.
        steps
            Steps of the search, the same on every machine: with ``budget=inf`` the answer does not
            depend on the machine.

        Raises
        ------
        ParseError
            A polynomial or the region cannot be read; the message shows the place.
        GermError
            The question has no answer.
        KeyboardInterrupt
            Ctrl-C.
        """
        question = {"germ": self.question(), "model": None, "on": self.on}
        back = {new: old for old, new in self.renamed}
        order = self.variables
        return _ask(question, budget, steps, back, order)


def _ask(
    question: dict[str, Any],
    budget: float,
    steps: int,
    back: Mapping[str, str] = {},
    order: Sequence[str] | None = None,
) -> Answer:
    if steps < 0:
        raise ValueError(f"steps are counted from 0 on, got {steps}")
    raw = _json.loads(_rlct.resolve(_json.dumps(question), seconds=float(budget), steps=steps))
    where = raw["where"]
    if where is not None:
        where = {back.get(name, name): value for name, value in where}
    text = raw["text"]
    return Answer(
        lam=_fraction(raw["lambda"]),
        m=raw["multiplicity"],
        lower=_fraction(raw["lower"]),
        upper=_fraction(raw["upper"]),
        reason=raw["reason"],
        reading=raw["reading"],
        where=where,
        certificate=Certificate(raw["certificate"]),
        text=text,
    )


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _germ(
    expressions: Sequence[Any],
    reading: str,
    amplitude: Any,
    nonnegative: Sequence[Any],
    at: Mapping[Any, Any] | None,
    numbers: Sequence[str],
    variables: Sequence[Any] | None,
    on: str | None,
) -> Germ:
    expressions = [_bare(e) for e in expressions]
    writer = _Writer()
    writer.prepare([*expressions, *([] if amplitude is None else [_bare(amplitude)])])
    if isinstance(nonnegative, str) or _is_sympy(nonnegative):
        nonnegative = [nonnegative]
    texts = tuple(writer.text(e) for e in expressions)
    if variables is not None:
        ring: tuple[str, ...] | None = tuple(writer.name(v) for v in variables)
    elif writer.symbols and not writer.others:
        # a symbol is one variable, however it is written
        ring = tuple(writer.symbols)
    else:
        ring = None
    return Germ(
        generators=texts,
        reading=reading,
        amplitude=None if amplitude is None else writer.text(_bare(amplitude)),
        nonnegative=tuple(writer.name(v) for v in nonnegative),
        at=tuple((writer.name(k), writer.value(v)) for k, v in (at or {}).items()),
        numbers=tuple(numbers),
        variables=ring,
        on=None if on is None else writer.region(on),
        renamed=tuple((old, new) for old, new in writer.names.items() if old != new),
    )


def Ideal(
    generators: Sequence[Any],
    *,
    amplitude: Any = None,
    nonnegative: Sequence[Any] = (),
    at: Mapping[Any, Any] | None = None,
    numbers: Sequence[str] = (),
    variables: Sequence[Any] | None = None,
    on: str | None = None,
) -> Germ:
    """The ideal ⟨g₁, g₂, …⟩ near a point, K = Σ gᵢ².

    Parameters
    ----------
    generators
        Polynomials with rational coefficients: texts, or sympy expressions. A sympy Float is
        refused (TypeError).
    amplitude
        A monomial A such as ``"a*b^2"`` or ``"a^(-1/2)"``: the prior is ∝ |A| near the point.
    nonnegative
        Variables that are ≥ 0 on the domain.
    at
        The point, values of variables, 0 where not given: ints, Fractions, texts ("1/2"), or
        polynomials in `numbers`.
    numbers
        Real algebraic numbers for the point, such as ``"s^2 = 2, 1 < s < 2"``.
    variables
        The ring; by default the variables that occur.
    on
        A region in place of the point: ``"x in [-1, 1], y >= 0"``, ``"x + y <= 1"`` or
        ``"everywhere"``. The answer is then the worst (λ, m) of all zeros of K in it.
    """
    if isinstance(generators, str) or _is_sympy(generators):
        generators = [generators]
    return _germ(generators, "ideal", amplitude, nonnegative, at, numbers, variables, on)


def Loss(
    k: Any,
    *,
    reading: str = "loss",
    amplitude: Any = None,
    nonnegative: Sequence[Any] = (),
    at: Mapping[Any, Any] | None = None,
    numbers: Sequence[str] = (),
    variables: Sequence[Any] | None = None,
    on: str | None = None,
) -> Germ:
    """The loss K itself near a point, a polynomial ≥ 0 that vanishes there.

    With ``reading="absolute"`` it is |K|, for K of either sign. The rest is as of `Ideal`.
    """
    if reading not in ("loss", "absolute"):
        raise ValueError(f'reading is "loss" or "absolute", and not {reading!r}')
    return _germ([k], reading, amplitude, nonnegative, at, numbers, variables, on)


@dataclass(frozen=True)
class Model:
    """A statistical model at a true parameter, by the name of its family.

    Families and their sizes are those of ``rlct exact --model``: see `model_families`. Parameters
    that `truth` does not name are 0.
    """

    family: str
    sizes: tuple[int, ...]
    truth: tuple[tuple[str, str], ...] = ()
    on: str | None = None

    def question(self) -> dict[str, Any]:
        """The question as the engine takes it."""
        return {"family": self.family, "sizes": list(self.sizes), "truth": dict(self.truth)}

    def learning_coefficient(self, *, budget: float = 10.0, steps: int = 50_000_000) -> Answer:
        """(λ, m) of the model at its true parameter: of the ideal that stands for its
        Kullback–Leibler divergence there (Watanabe 2009, chapters 4 and 7); with ``on`` the worst
        of its domain (``"model"``), or of a part of it. As `Germ.learning_coefficient`."""
        question = {"germ": None, "model": self.question(), "on": self.on}
        return _ask(question, budget, steps)


def model(
    family: str,
    sizes: Sequence[int],
    truth: Mapping[str, Any] | None = None,
    *,
    on: str | None = None,
) -> Model:
    """A model at a true parameter: ``model("reduced-rank", [3, 2, 3])``.

    Parameters
    ----------
    family, sizes
        One of `model_families()`, and its sizes.
    truth
        Values of parameters, exact numbers; 0 where not given.
    on
        ``"model"`` for all of the model's domain, or a region.
    """
    writer = _Writer()
    values = tuple((str(k), writer.value(v)) for k, v in (truth or {}).items())
    counts = tuple(int(size) for size in sizes)
    if any(count < 0 for count in counts):
        raise ValueError(f"sizes are whole numbers from 0 on, got {list(sizes)}")
    return Model(str(family), counts, values, on)


def model_families() -> dict[str, str]:
    """The families of models by name, each with what its sizes are."""
    return dict(_rlct.model_families())


def exact(
    k: Any,
    *,
    budget: float = 10.0,
    steps: int = 50_000_000,
    **question: Any,
) -> Answer:
    """(λ, m) of the loss K ≥ 0 at the origin, or elsewhere, with a certificate.

    ``exact(k, …)`` is ``Loss(k, …).learning_coefficient()``, with the settings of both; k may also
    be what `Ideal`, `Loss` or `model` made.

    >>> lam, m = exact("x^2*y^2")
    >>> lam, m
    (Fraction(1, 2), 2)
    """
    if isinstance(k, (Germ, Model)):
        if question:
            raise TypeError(f"{', '.join(question)}: set where the question is made")
        return k.learning_coefficient(budget=budget, steps=steps)
    return Loss(k, **question).learning_coefficient(budget=budget, steps=steps)
