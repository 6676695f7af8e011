"""Whether an estimator is right: its intervals held against the catalogue.

It needs numpy alone, not the compiled module; `docs/conformance.md` is the same for programs in
any language.
"""

from __future__ import annotations

import html
import math
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._catalogue import Instance, InstanceLoss, catalogue, data_file, read_data

if TYPE_CHECKING:
    import pandas

LEVEL = 0.01
"""The level of the tests over all families."""

LAMBDA = "lambda"
ENERGY = "energy"
ALL = "all"


@dataclass(frozen=True)
class Run:
    """One instance with one seed.

    `reference` is λ, or U(t); `failure` says why there is no interval, which then holds nothing
    and whose `value` and `standard_error` are NaN; `seconds` is wall time.
    """

    instance: str
    family: str
    dimension: int
    m: int
    seed: int
    reference: float
    value: float
    standard_error: float
    holds: bool
    failure: str | None
    seconds: float

    @property
    def relative_error(self) -> float:
        """value/reference − 1."""
        return self.value / self.reference - 1.0


@dataclass(frozen=True)
class CoverageTest:
    """The test that intervals hold the reference in at least a share `least` of the runs.

    Exact and one-sided, with instances as clusters, since seeds of one instance tend to hold
    together: the number of runs is divided by the design effect, the variance of the share between
    instances over that of independent runs (Kish 1965), and made smaller where there are few
    instances; of that effective number the binomial probability is taken at the share that was
    seen (Korn and Graubard 1998, Survey Methodology 24, 193). The same as `rlct verify`.

    `probability` is that of so few intervals, or fewer, if `least` were the share.
    """

    family: str
    instances: int
    runs: int
    held: int
    effective_runs: float
    probability: float
    rejected: bool = False


@dataclass(frozen=True, eq=False)
class Report:
    """What came of it, by `verify_estimator`.

    Attributes
    ----------
    quantity
        ``"lambda"``, or ``"energy"``: U(t) at t = `inverse_temperature`.
    runs
        Every instance and seed.
    tests
        The test of each family, in the order of their names.
    pooled
        The test of all together.
    z, least
        An interval is value ± z·standard_error; the share of them that is tested.
    """

    quantity: str
    inverse_temperature: float | None
    z: float
    least: float
    runs: tuple[Run, ...]
    tests: tuple[CoverageTest, ...]
    pooled: CoverageTest

    @property
    def coverage(self) -> float:
        """The share of the runs whose interval holds the reference."""
        return self.pooled.held / self.pooled.runs

    @property
    def failures(self) -> tuple[Run, ...]:
        """The runs without an interval: exceptions, NaN, errors that are not positive."""
        return tuple(run for run in self.runs if run.failure is not None)

    @property
    def failed_families(self) -> dict[str, float]:
        """P of each family that is rejected, by Holm's procedure over them at 1 %."""
        return {test.family: test.probability for test in self.tests if test.rejected}

    @property
    def agrees(self) -> bool:
        """Whether every run has an interval, and neither a family nor all together is rejected."""
        return not (self.failures or self.failed_families or self.pooled.rejected)

    def assert_agrees(self) -> None:
        """Raises AssertionError with the table, unless the estimator agrees: for tests."""
        if not self.agrees:
            raise AssertionError(f"the estimator does not agree with the catalogue\n{self}")

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each run, with the columns of `Run` and `relative_error`."""
        import pandas

        names = list(Run.__dataclass_fields__)
        rows = [
            {name: getattr(run, name) for name in names} | {"relative_error": run.relative_error}
            for run in self.runs
        ]
        return pandas.DataFrame(rows, columns=[*names, "relative_error"])

    def table(self) -> list[tuple[str, ...]]:
        """The rows of the table as texts: its header, the families, all together."""
        symbol = "λ" if self.quantity == LAMBDA else "U"
        head = ("family", "cases", "failed", f"hold {symbol}", "error", "P", "")
        rows: list[tuple[str, ...]] = [head]
        for test in (*self.tests, self.pooled):
            runs = [run for run in self.runs if test.family in (ALL, run.family)]
            errors = [abs(run.relative_error) for run in runs if run.failure is None]
            failed = len(runs) - len(errors)
            rows.append(
                (
                    test.family,
                    str(test.instances),
                    str(failed),
                    f"{test.held} of {test.runs}",
                    f"{100 * statistics.median(errors):.1f} %" if errors else "",
                    f"{test.probability:.2g}",
                    "FAIL" if test.rejected or failed else "agrees",
                )
            )
        return rows

    def _notes(self) -> list[str]:
        shown = 10
        notes = [
            f"failed: {run.instance}, seed {run.seed}: {run.failure}"
            for run in self.failures[:shown]
        ]
        if len(self.failures) > shown:
            notes.append(f"and {len(self.failures) - shown} more in `failures`")
        t = self.inverse_temperature
        what = "λ̂/λ" if t is None else f"Û/U at t = {t:g}"
        notes += [
            f"hold: ± {self.z:g} standard errors; error: median of |{what} − 1|; P: the "
            f"probability of",
            f"so few, if {100 * self.least:g} % were to hold it (instances as clusters, Holm over "
            f"families at {100 * LEVEL:g} %)",
            "PASS" if self.agrees else "FAIL",
        ]
        return notes

    def __str__(self) -> str:
        rows = self.table()
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

        def line(row: tuple[str, ...]) -> str:
            cells = [row[0].ljust(widths[0])]
            cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1])]
            return "  ".join([*cells, row[-1]]).rstrip()

        return "\n".join([*map(line, rows), *self._notes()])

    def __repr__(self) -> str:
        verdict = "PASS" if self.agrees else "FAIL"
        held = f"{self.pooled.held} of {self.pooled.runs} intervals hold"
        return f"<Report {verdict}: {held}, {len(self.failures)} failures>"

    def _repr_html_(self) -> str:
        head, *rows = self.table()

        def line(row: tuple[str, ...], tag: str) -> str:
            return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in row) + "</tr>"

        body = "".join(line(row, "td") for row in rows)
        notes = "<br>".join(html.escape(note) for note in self._notes())
        return f"<table>{line(head, 'th')}{body}</table><p>{notes}</p>"


def binomial_at_most(held: float, runs: float, share: float) -> float:
    """P(X ≤ held) of a binomial X of `runs` draws at `share`; by the beta function in between.

    Of whole numbers it is the sum of the probabilities.
    """
    if held >= runs:
        return 1.0
    if float(held).is_integer() and float(runs).is_integer() and runs <= 10_000:
        n, logs = int(runs), (math.log(share), math.log1p(-share))
        terms = (
            math.exp(math.log(math.comb(n, k)) + k * logs[0] + (n - k) * logs[1])
            for k in range(int(held) + 1)
        )
        return min(1.0, math.fsum(terms))
    return _beta(runs - held, held + 1.0, 1.0 - share)


def _beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction.

    Lentz's method (Thompson and Barnett 1986, Journal of Computational Physics 64, 490).
    """
    if not 0.0 < x < 1.0:
        return float(x >= 1.0)
    if x > (a + 1.0) / (a + b + 2.0):  # it converges fast on the other side
        return 1.0 - _beta(b, a, 1.0 - x)
    logs = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(logs + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    c, d = 1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0) or tiny)
    total = d
    for k in range(1, 10_000):
        even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
        odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
        factor = 1.0
        for step in (even, odd):
            d = 1.0 / (1.0 + step * d or tiny)
            c = 1.0 + step / c or tiny
            factor = c * d
            total *= factor
        if abs(factor - 1.0) < 1e-15:
            break
    return front * total


def student_quantile(degrees: float, outside: float = 0.05) -> float:
    """The t of Student's distribution with P(|T| > t) = `outside`, by bisection."""

    def beyond(t: float) -> float:
        return _beta(degrees / 2.0, 0.5, degrees / (degrees + t * t))

    low, high = 0.0, 1.0
    while beyond(high) > outside:
        low, high = high, 2.0 * high
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if beyond(middle) > outside else (low, middle)
    return high


def effective_runs(clusters: Sequence[tuple[int, int]]) -> float:
    """As many independent runs tell as much as `clusters`, pairs (held, runs) of an instance."""
    count = len(clusters)
    runs = sum(n for _, n in clusters)
    if count < 2:
        return float(count)
    share = sum(x for x, _ in clusters) / runs
    squares = math.fsum((x - share * n) ** 2 for x, n in clusters)
    between = count / (count - 1) * squares / runs**2
    independent = share * (1.0 - share) / runs
    # where all hold or none does, nothing is seen to vary between instances
    design = max(1.0, between / independent) if independent > 0.0 else 1.0
    few = (student_quantile(runs - 1) / student_quantile(count - 1)) ** 2 if runs > count else 1.0
    return runs / design * few


def coverage_test(family: str, runs: Sequence[Run], least: float = 0.9) -> CoverageTest:
    """The test of some runs, of which one instance is a cluster."""
    clusters: dict[str, tuple[int, int]] = {}
    for run in runs:
        held, of = clusters.get(run.instance, (0, 0))
        clusters[run.instance] = held + run.holds, of + 1
    held = sum(x for x, _ in clusters.values())
    effective = effective_runs(list(clusters.values()))
    # where every run counts the numbers are whole, and a product of theirs need not be
    at = float(held) if effective == len(runs) else held / len(runs) * effective
    probability = binomial_at_most(at, effective, least)
    return CoverageTest(family, len(clusters), len(runs), held, effective, probability)


def holm(tests: Sequence[CoverageTest], level: float = LEVEL) -> tuple[CoverageTest, ...]:
    """The tests with `rejected` set, by Holm (1979, Scandinavian Journal of Statistics 6, 65)."""
    rejected: set[str] = set()
    ranked = sorted(tests, key=lambda test: test.probability)
    for rank, test in enumerate(ranked):
        if test.probability * (len(ranked) - rank) > level:
            break
        rejected.add(test.family)
    return tuple(
        CoverageTest(
            test.family,
            test.instances,
            test.runs,
            test.held,
            test.effective_runs,
            test.probability,
            test.family in rejected,
        )
        for test in tests
    )


def _references(t: float, path: str | os.PathLike[str] | None) -> dict[str, float]:
    place = data_file("energies.json", path)
    data = read_data(place, "rlct-energies", 1)
    temperatures = data["temperatures"]
    if t not in temperatures:
        known = ", ".join(f"{known:g}" for known in temperatures)
        raise ValueError(f"U(t) has no reference at t = {t:g}: take t of {known}")
    column = temperatures.index(t)
    return {entry["id"]: float(entry["energies"][column]) for entry in data["references"]}


def _number(estimate: Any, quantity: str) -> tuple[float, float]:
    """The value and the standard error of what an estimator returned."""
    if isinstance(estimate, (tuple, list)):
        if len(estimate) != 2:
            raise ValueError(
                f"the estimator returned {len(estimate)} numbers: return the estimate and its "
                "standard error"
            )
        value, error = estimate
    else:
        told = getattr(estimate, "quantity", None)
        own = {LAMBDA: (LAMBDA, "learning_coefficient"), ENERGY: (ENERGY,)}[quantity]
        if isinstance(told, str) and told not in own:
            other = ENERGY if quantity == LAMBDA else LAMBDA
            raise ValueError(
                f"the estimate is of {told!r}, but {quantity!r} was asked for: verify it with "
                f'quantity="{other}"'
            )
        names = ("lam", "value", "mean") if quantity == LAMBDA else ("energy", "value", "mean")
        found = (getattr(estimate, name, None) for name in names)
        value = next((number for number in found if number is not None), None)
        error = getattr(estimate, "standard_error", None)
        if value is None or error is None:
            raise ValueError(
                f"the estimator returned a {type(estimate).__name__}: return a pair, or an object "
                f"with {' or '.join(names[:2])} and standard_error"
            )
    value, error = float(value), float(error)
    if not math.isfinite(value) or not math.isfinite(error):
        raise ValueError(f"the estimate is {value} ± {error}, which is not finite")
    if error <= 0.0:
        raise ValueError(f"the standard error is {error}, and must be positive")
    return value, error


def _per_family(instances: Sequence[Instance], most: int) -> list[Instance]:
    """At most so many of each family, spread evenly over it."""
    sizes: dict[str, int] = {}
    for instance in instances:
        sizes[instance.family] = sizes.get(instance.family, 0) + 1
    seen: dict[str, int] = {}
    kept = []
    for instance in instances:
        size, place = sizes[instance.family], seen.get(instance.family, 0)
        seen[instance.family] = place + 1
        if size <= most or (place + 1) * most // size > place * most // size:
            kept.append(instance)
    return kept


def verify_estimator(
    fn: Callable[[InstanceLoss, Any, int], Any],
    *,
    families: str | Iterable[str] | None = None,
    d_max: int = 6,
    per_family: int | None = None,
    seeds: Iterable[int] = (0,),
    z: float = 1.96,
    least: float = 0.9,
    quantity: str = LAMBDA,
    t: float = 1000.0,
    constrained: bool = False,
    from_literature: bool = False,
    path: str | os.PathLike[str] | None = None,
    energies: str | os.PathLike[str] | None = None,
    progress: bool | Callable[[int, int], Any] = False,
) -> Report:
    """Holds an estimator against the catalogue.

    Parameters
    ----------
    fn
        ``fn(loss, w_star, seed) -> estimate``. ``loss(w) -> (value, gradient)`` is K of an
        instance, w, gradient and w_star of shape (d,); ``loss.values(W)`` takes many points,
        ``loss.nonnegative`` and ``loss.prior`` tell of walls and priors at w_star. The estimate is
        a pair (value, standard error), or has ``.lam`` or ``.value`` and ``.standard_error``, as
        `Estimate` has. The loss does not tell λ.
    families, d_max, per_family
        The families, by default all; the largest number of parameters; at most so many instances
        of each family, spread evenly over it.
    seeds
        Each instance is asked once with each of them.
    z, least
        An interval is value ± z·standard_error, and the share of them that hold the reference is
        tested against `least`: 95 % intervals, and 90 %, which leaves room for errors that are
        estimates themselves.
    quantity, t
        ``"lambda"``; or ``"energy"``, U(t) = t E[K] under the density exp(−t K)·prior on the box
        |wᵢ − w*ᵢ| ≤ 1, without localisation, at t = 100, 1000 or 10,000: for an estimator at one
        temperature, which does not estimate λ. Those instances of which U is known.
    constrained
        Also the instances with a wall at w_star or a prior that vanishes there.
    from_literature
        Also those whose λ rests on its source alone, without a germ for the engine.
    path, energies
        ``catalogue.json`` and ``energies.json``, by default those of the package.
    progress
        True for a bar of tqdm, or a function that is told (done, total).

    Returns
    -------
    Report
        ``report.assert_agrees()`` fails a test; ``print(report)`` is the table.

    Raises
    ------
    ValueError
        For settings that choose nothing. An exception of `fn`, a NaN or an error that is not
        positive does not end the run: it counts as an interval that holds nothing, and is named
        in ``report.failures``.

    Examples
    --------
    >>> import rlct
    >>> def half_the_parameters(loss, w_star, seed):
    ...     return len(w_star) / 2, 0.01
    >>> report = rlct.verify_estimator(half_the_parameters, families="regular")
    >>> report.coverage, report.agrees
    (1.0, True)
    >>> report = rlct.verify_estimator(half_the_parameters, families=["regular", "deep-linear"])
    >>> list(report.failed_families)
    ['deep-linear']
    """
    if quantity not in (LAMBDA, ENERGY):
        raise ValueError(f'quantity is "lambda" or "energy", not {quantity!r}')
    nominal = math.erf(z / math.sqrt(2.0)) if z > 0 else 0.0
    if not 0.0 < least < nominal:
        raise ValueError(
            f"of intervals of {z:g} standard errors {100 * nominal:.3g} % hold the reference at "
            f"best, so that least = {least:g} must be below that and above 0"
        )
    if per_family is not None and per_family < 1:
        raise ValueError(f"per_family is at least 1, not {per_family}")
    kept_seeds = list(seeds)
    if not kept_seeds:
        raise ValueError("seeds is empty: give at least one seed")
    references = _references(t, energies) if quantity == ENERGY else None
    chosen = [
        instance
        for instance in catalogue(families, d_max=d_max, path=path)
        if instance.lam is not None
        and (from_literature or instance.has_germ)
        and (constrained or not instance.is_constrained)
        and (references is None or instance.id in references)
    ]
    if per_family is not None:
        chosen = _per_family(chosen, per_family)
    if not chosen:
        raise ValueError(
            "no instance is chosen: raise d_max, name other families, or set constrained or "
            "from_literature"
        )
    runs: list[Run] = []
    total = len(chosen) * len(kept_seeds)
    with _Progress(progress, total) as told:
        for instance in chosen:
            assert instance.lam is not None
            known = float(instance.lam) if references is None else references[instance.id]
            for seed in kept_seeds:
                runs.append(_run(fn, instance, seed, known, z, quantity))
                told(len(runs))
    names = sorted({run.family for run in runs})
    tests = [coverage_test(n, [run for run in runs if run.family == n], least) for n in names]
    (pooled,) = holm([coverage_test(ALL, runs, least)])
    return Report(
        quantity=quantity,
        inverse_temperature=t if quantity == ENERGY else None,
        z=z,
        least=least,
        runs=tuple(runs),
        tests=holm(tests),
        pooled=pooled,
    )


def _run(
    fn: Callable[[InstanceLoss, Any, int], Any],
    instance: Instance,
    seed: int,
    reference: float,
    z: float,
    quantity: str,
) -> Run:
    value = error = math.nan
    failure = None
    start = time.perf_counter()
    try:
        value, error = _number(fn(instance.loss(), instance.w_star(), seed), quantity)
    except Exception as exception:  # of the estimator, whatever it is
        failure = f"{type(exception).__name__}: {exception}"
    return Run(
        instance=instance.id,
        family=instance.family,
        dimension=instance.dimension or 0,
        m=instance.m or 0,
        seed=seed,
        reference=reference,
        value=value,
        standard_error=error,
        holds=failure is None and abs(value - reference) <= z * error,
        failure=failure,
        seconds=time.perf_counter() - start,
    )


class _Progress:
    """Tells a function, or a bar of tqdm, how many of `total` are done."""

    def __init__(self, progress: bool | Callable[[int, int], Any], total: int):
        self._bar: Any = None
        self._tell = progress if callable(progress) else None
        self._total = total
        if progress is True:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total)

    def __enter__(self) -> Callable[[int], None]:
        return self._told

    def _told(self, done: int) -> None:
        if self._tell is not None:
            self._tell(done, self._total)
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
