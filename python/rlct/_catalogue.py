"""The catalogue of learning coefficients: what is known, and K to try an estimator on.

It is read from `proofs/catalogue.json` and needs numpy alone, not the compiled module.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Terms = tuple[tuple[tuple[tuple[int, ...], Fraction], ...], ...]
"""Polynomials; each a tuple of (exponents, coefficient)."""

_HERE = Path(__file__).resolve().parent


class InstanceLoss:
    """K of an instance: ``loss(w) -> (value, gradient)``; it pickles.

    K is Σ gᵢ² of the generators (`form` ``"ideal"``) or g₁ (``"loss"``). The generators are moved
    to the point by exact arithmetic when the loss is made, so that K is 0 there exactly and loses
    no digits near it.

    Attributes
    ----------
    dimension
        d, the number of parameters.
    form
        ``"ideal"`` or ``"loss"``.
    point
        w*, shape (d,), where K is 0.
    nonnegative
        Shape (d,): True for a variable with a wall at w*, which is ≥ 0.
    prior
        h, shape (d,): the prior is ∏ |wᵢ − w*ᵢ|^hᵢ near w*.
    """

    def __init__(
        self,
        terms: Terms,
        form: str,
        point: tuple[Fraction, ...],
        nonnegative: ArrayLike | None = None,
        prior: ArrayLike | None = None,
    ):
        if form not in ("ideal", "loss"):
            raise ValueError(f'form is "ideal" or "loss", not {form!r}')
        self.form = form
        self.dimension = d = len(point)
        self.point = np.array([float(x) for x in point])
        walls = np.zeros(d, dtype=bool) if nonnegative is None else nonnegative
        self.nonnegative = np.array(walls, dtype=bool)
        self.prior = np.zeros(d) if prior is None else np.array(prior, dtype=float)
        moved = [g for g in (_moved(polynomial, point) for polynomial in terms) if g]
        monomials = [(e, c) for g in moved for e, c in g.items()]
        sizes = [len(g) for g in moved]
        self._starts = np.cumsum([0, *sizes[:-1]]) if sizes else np.zeros(0, dtype=np.intp)
        self._generator = np.repeat(np.arange(len(sizes)), sizes)
        self._coefficients = np.array([float(c) for _, c in monomials])
        support = [[i for i, k in enumerate(e) if k] for e, _ in monomials]
        width = max([1, *map(len, support)])
        # a monomial is a product of `width` powers; those of exponent 0 fill it up
        self._index = np.zeros((len(monomials), width), dtype=np.intp)
        self._power = np.zeros((len(monomials), width), dtype=np.intp)
        for row, ((e, _), used) in enumerate(zip(monomials, support)):
            self._index[row, : len(used)] = used
            self._power[row, : len(used)] = [e[i] for i in used]
        self._less = np.maximum(self._power - 1, 0)
        self._degree = int(self._power.max(initial=0))

    def __repr__(self) -> str:
        return f"<K of form {self.form!r}, {self.dimension} parameters>"

    def _powers(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """(w − w*)ᵢ^k, shape (…, degree + 1, d)."""
        u = w - self.point
        table = np.ones((*u.shape[:-1], self._degree + 1, self.dimension))
        for k in range(1, self._degree + 1):
            np.multiply(table[..., k - 1, :], u, out=table[..., k, :])
        return table

    def _checked(self, w: ArrayLike, what: str) -> NDArray[np.float64]:
        array = np.asarray(w, dtype=np.float64)
        if array.ndim == 0 or array.shape[-1] != self.dimension:
            raise ValueError(
                f"w has shape {array.shape}, but this K is of {self.dimension} parameters: give "
                f"an array of shape {what}"
            )
        return array

    def values(self, w: ArrayLike) -> NDArray[np.float64]:
        """K at many points at once: w of shape (…, d), values of shape (…)."""
        points = self._checked(w, f"(…, {self.dimension})")
        if not self._starts.size:
            return np.zeros(points.shape[:-1])
        with np.errstate(over="ignore", invalid="ignore"):
            table = self._powers(points)
            products = table[..., self._power, self._index].prod(axis=-1) * self._coefficients
            g = np.add.reduceat(products, self._starts, axis=-1)
            return np.asarray(g[..., 0] if self.form == "loss" else (g * g).sum(axis=-1))

    def __call__(self, w: ArrayLike) -> tuple[float, NDArray[np.float64]]:
        point = self._checked(w, f"({self.dimension},)")
        if point.ndim != 1:
            raise ValueError(
                f"w has shape {point.shape}: give one point of shape ({self.dimension},), or call "
                "`values` for many"
            )
        if not self._starts.size:
            return 0.0, np.zeros(self.dimension)
        with np.errstate(over="ignore", invalid="ignore"):
            table = self._powers(point)
            factors = table[self._power, self._index]
            # the product of all other factors, which may be 0: from the left times from the right
            others = np.ones_like(factors)
            np.cumprod(factors[:, :-1], axis=1, out=others[:, 1:])
            right = np.ones(len(factors))
            for column in range(factors.shape[1] - 1, -1, -1):
                others[:, column] *= right
                right = right * factors[:, column]
            g = np.add.reduceat(right * self._coefficients, self._starts)
            outer = np.ones_like(g) if self.form == "loss" else 2.0 * g
            scale = self._coefficients * outer[self._generator]
            parts = scale[:, None] * others * self._power * table[self._less, self._index]
            gradient = np.bincount(self._index.ravel(), parts.ravel(), self.dimension)
            value = g[0] if self.form == "loss" else g @ g
        return float(value), np.asarray(gradient, dtype=np.float64)


def _moved(
    polynomial: tuple[tuple[tuple[int, ...], Fraction], ...], point: tuple[Fraction, ...]
) -> dict[tuple[int, ...], Fraction]:
    """The polynomial in u = w − point, by exact arithmetic."""
    total: dict[tuple[int, ...], Fraction] = {}
    for exponents, coefficient in polynomial:
        parts = {exponents: coefficient}
        for i, at in enumerate(point):
            if not at or not exponents[i]:
                continue
            k = exponents[i]
            spread: dict[tuple[int, ...], Fraction] = {}
            for e, c in parts.items():  # w^k = Σ binomial(k, j) at^(k − j) u^j
                for j in range(k + 1):
                    spread[(*e[:i], j, *e[i + 1 :])] = c * comb(k, j) * at ** (k - j)
            parts = spread
        for e, c in parts.items():
            total[e] = total.get(e, Fraction(0)) + c
    return {e: c for e, c in total.items() if c}


@dataclass(frozen=True)
class Instance:
    """A model with its learning coefficient, or bounds of it.

    Attributes
    ----------
    id, family, model, parameters
        The name, which no other instance has; the key of the family; the model in words; its
        sizes by name (rational numbers as Fraction).
    lower, upper
        Proved bounds of λ, both λ where it is known; None where there is no bound.
    lam, m
        λ and the multiplicity m; None where only bounds are known.
    variables, dimension, point, domain, prior
        The d variables, and of each: its value at w*, ``"real"`` or ``"nonnegative"``, and the
        exponent hᵢ > −1 of the prior ∏ |wᵢ|^hᵢ. Empty, and d None, where K is no polynomial of
        the catalogue.
    form, terms, generators
        ``"ideal"``: K is the sum of the squares of the generators; ``"loss"``: K is the only one.
        The generators are there as (exponents, coefficient), and as texts.
    has_germ
        Whether the engine can be asked about it: `exact` finds λ again. Otherwise λ rests on its
        source alone.
    keywords
        What it is good for: ``"regular"``, ``"m > 1"``, ``"slow"``, ``"boundary"``, ``"prior"``, …
    source, reference, tier
        The publication, its key in ``proofs/references.bib``, and ``"computed"``, ``"derived"`` or
        ``"published"``.
    verified
        How λ is verified: ``"engine-certificate"``, ``"second-formula: …"``, ….
    same_as
        The id of the first instance that asks the same question.
    region, dim_singular
        The model's domain, where λ is that of its worst zero; the dimension of the singular locus
        of the zero set, −1 of none.
    """

    id: str
    family: str
    model: str
    parameters: Mapping[str, Any] = field(hash=False)
    lower: Fraction | None
    upper: Fraction | None
    lam: Fraction | None
    m: int | None
    variables: tuple[str, ...]
    dimension: int | None
    point: tuple[Fraction, ...]
    domain: tuple[str, ...]
    prior: tuple[Fraction, ...]
    form: str | None
    terms: Terms = field(repr=False)
    generators: tuple[str, ...] = field(repr=False)
    has_germ: bool
    keywords: frozenset[str]
    source: str = field(repr=False)
    reference: str = field(repr=False)
    tier: str = field(repr=False)
    verified: tuple[str, ...]
    same_as: str | None
    region: str | None
    dim_singular: int | None

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Instance:
        lam = _fraction(raw.get("lambda"))
        germ = raw.get("germ", raw.get("loss", {}))
        terms = tuple(
            tuple((tuple(exponents), Fraction(c)) for exponents, c in polynomial)
            for polynomial in raw.get("terms", ())
        )
        return cls(
            id=raw["id"],
            family=raw["family"],
            model=raw["model"],
            parameters={name: _size(value) for name, value in raw["parameters"].items()},
            lower=lam if lam is not None else _fraction(raw.get("lower")),
            upper=lam if lam is not None else _fraction(raw.get("upper")),
            lam=lam,
            m=raw.get("multiplicity"),
            variables=tuple(raw.get("variables", ())),
            dimension=raw.get("dimension"),
            point=tuple(map(Fraction, raw.get("point", ()))),
            domain=tuple(raw.get("domain", ())),
            prior=tuple(map(Fraction, raw.get("prior", ()))),
            form=germ.get("form"),
            terms=terms,
            generators=tuple(germ.get("generators", ())),
            has_germ="germ" in raw,
            keywords=frozenset(raw["keywords"]),
            source=raw["source"],
            reference=raw["reference"],
            tier=raw["tier"],
            verified=tuple(": ".join(map(str, way.values())) for way in raw["verified"]),
            same_as=raw.get("same_as"),
            region=raw.get("region"),
            dim_singular=raw.get("dim_singular"),
        )

    @property
    def is_constrained(self) -> bool:
        """Whether w* is at a wall, or the prior vanishes or is infinite there."""
        return any(self.prior) or any(self._walls())

    def _walls(self) -> list[bool]:
        # a variable that is positive at w* has no wall near it
        return [d == "nonnegative" and not p for d, p in zip(self.domain, self.point)]

    def _polynomials(self, what: str) -> str:
        if self.form is None:
            raise ValueError(
                f"{self.id!r} has no {what}: the catalogue has no polynomials of it, only what is "
                "known of λ; choose instances by d_max, or those whose dimension is not None"
            )
        return self.form

    def loss(self) -> InstanceLoss:
        """K as ``(w) -> (value, gradient)``, w and gradient of shape (d,); 0 at `w_star`.

        Raises
        ------
        ValueError
            If the catalogue has no polynomials of the instance (`dimension` is None).
        """
        form = self._polynomials("loss")
        prior = [float(h) for h in self.prior]
        return InstanceLoss(self.terms, form, self.point, self._walls(), prior)

    def w_star(self) -> NDArray[np.float64]:
        """The point of which λ is, shape (d,), in the coordinates of `variables`."""
        self._polynomials("point")
        return np.array([float(x) for x in self.point])


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _size(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return Fraction(value)
        except ValueError:
            return value
    return tuple(map(_size, value)) if isinstance(value, list) else value


def data_file(name: str, path: str | os.PathLike[str] | None = None) -> Path:
    """The path of a data file: `path`, or that of the package, or that of the repository.

    Raises
    ------
    FileNotFoundError
        If there is none, which names the places.
    """
    places = [_HERE / "data" / name, _HERE.parent.parent / "proofs" / name]
    if path is not None:
        places = [Path(path)]
    for place in places:
        if place.is_file():
            return place
    tried = " and ".join(map(str, places))
    raise FileNotFoundError(
        f"no {name} at {tried}: give the path of proofs/{name} of the repository as `path`"
    )


def read_data(path: Path, kind: str, version: int) -> dict[str, Any]:
    """The JSON of a file of the project, of which format and version are checked.

    Raises
    ------
    ValueError
        If the file is no such JSON.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON ({error}): take it anew from proofs/") from error
    told = (data.get("format"), data.get("version")) if isinstance(data, dict) else None
    if told != (kind, version):
        raise ValueError(
            f"{path} is not a {kind} of version {version}, it says {told}: take the file of the "
            "same version of the project as this package"
        )
    return dict(data)


@lru_cache(maxsize=2)
def _raw(path: Path, modified: int) -> tuple[dict[str, Any], ...]:
    return tuple(read_data(path, "rlct-catalogue", 2)["instances"])


def _chosen(family: str | Iterable[str] | None, there: Iterable[str]) -> set[str] | None:
    if family is None:
        return None
    chosen = {family} if isinstance(family, str) else set(family)
    known = set(there)
    for name in sorted(chosen - known):
        near = difflib.get_close_matches(name, sorted(known), n=3)
        hint = f"near it are {', '.join(near)}" if near else "families are " + ", ".join(
            sorted(known)
        )
        raise ValueError(f"the catalogue has no family {name!r}; {hint}")
    return chosen


def catalogue(
    family: str | Iterable[str] | None = None,
    *,
    d_max: int | None = None,
    path: str | os.PathLike[str] | None = None,
) -> Iterator[Instance]:
    """The instances of the catalogue, in its order: more than 900 of some 70 families.

    Parameters
    ----------
    family
        The key of a family, or several; by default all.
    d_max
        Only those that have K as polynomials, in at most so many parameters.
    path
        The file, by default the one that comes with the package.

    Raises
    ------
    ValueError
        For a family that there is not, or a file that is no catalogue.
    FileNotFoundError
        If there is no file.

    Examples
    --------
    >>> from rlct import catalogue
    >>> cusp = next(i for i in catalogue("normal-crossing", d_max=2) if i.m == 2)
    >>> cusp.id, cusp.lam
    ('normal-crossing: k = (1, 1), h = (0, 0)', Fraction(1, 2))
    >>> value, gradient = cusp.loss()([1.0, 2.0])
    >>> value, gradient
    (4.0, array([8., 4.]))
    """
    if d_max is not None and d_max < 1:
        raise ValueError(f"d_max is a number of parameters, at least 1, not {d_max}")
    place = data_file("catalogue.json", path)
    raw = _raw(place, place.stat().st_mtime_ns)
    chosen = _chosen(family, (entry["family"] for entry in raw))

    def is_meant(entry: Mapping[str, Any]) -> bool:
        if d_max is not None and not 1 <= entry.get("dimension", 0) <= d_max:
            return False
        return chosen is None or entry["family"] in chosen

    return (Instance._of(entry) for entry in raw if is_meant(entry))


def catalogue_params(
    family: str | Iterable[str] | None = None,
    *,
    d_max: int | None = 4,
    where: Callable[[Instance], bool] | None = None,
    path: str | os.PathLike[str] | None = None,
) -> list[Any]:
    """What `pytest.mark.parametrize` takes: an instance a test, its id the test's.

    By default of those that have K in at most four parameters; `where` says which of them. The
    keywords of an instance are not marks: choose by ``where=lambda case: "m > 1" in
    case.keywords``.

    Examples
    --------
    >>> import rlct
    >>> for case in rlct.catalogue_params("regular", d_max=2):
    ...     print(case.id)
    regular: d = 1
    regular: d = 2

    and in a test::

        @pytest.mark.parametrize("case", rlct.catalogue_params(d_max=3))
        def test_estimator(case):
            estimate = my_estimator(case.loss(), case.w_star())
            assert abs(estimate - case.lam) < 0.1 * case.lam

    Raises
    ------
    ValueError
        If nothing is chosen, since a test without parameters is skipped in silence.
    """
    import pytest

    chosen = [
        case
        for case in catalogue(family, d_max=d_max, path=path)
        if where is None or where(case)
    ]
    if not chosen:
        raise ValueError(
            f"no instance of {family or 'any family'} with d_max = {d_max} is chosen: raise d_max "
            "or loosen `where`"
        )
    return [pytest.param(case, id=case.id) for case in chosen]
