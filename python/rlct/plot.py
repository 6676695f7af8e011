"""Plots by matplotlib. Every function draws into `ax`, or into new axes, and returns the axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _rlct
from ._estimate import Checkpoints, Estimate
from ._exact import Germ

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAND = 1.959963985


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.subplots()[1]


def trace(estimate: Estimate, temperature: int = -1, *, ax: Axes | None = None) -> Axes:
    """t (L(w) − L(w*)) of every draw of every chain at one temperature, by default the coldest,
    with U(t) as a line.

    The estimate was made with ``keep_draws=True``; ValueError otherwise.
    """
    draws = estimate._draws(temperature)
    ax = _axes(ax)
    for chain, energies in enumerate(draws.energies()):
        ax.plot(energies, linewidth=0.6, label=f"chain {chain}")
    equal = draws.equal(draws.energies())
    if equal.size:
        ax.axhline(float(equal.mean()), color="black", linewidth=1.0, label="U(t)")
    ax.set_xlabel("draw")
    ax.set_ylabel("t (L(w) − L(w*))")
    ax.set_title(f"t = {draws.nbeta:.4g}")
    ax.legend(loc="upper right", fontsize="small")
    return ax


def ladder_fit(
    estimate: Estimate, *, exact: Any = None, ax: Axes | None = None
) -> Axes:
    """U(t) with 95 % intervals against log t, and the λ̂ that was fitted to it, with its interval.

    Of estimates by temperatures or ladders; ValueError otherwise. On data, where L₀ is fitted, U(t)
    is drawn with L₀ in place of L(w*).

    Parameters
    ----------
    exact
        The exact λ, drawn as a line: a number or an `Answer`.
    """
    energies = estimate.energies()
    if estimate.lam is None or len(energies) < 2:
        raise ValueError("a fit over temperatures is what llc(…) and ladder(…) make of several")
    t, u, error = (np.array(column) for column in zip(*energies))
    least = estimate.details.get("least", {})
    if least.get("least_loss") == "fitted":
        baseline = _baseline(estimate)
        if baseline is not None:
            u = u + t * (baseline - least["value"])
    ax = _axes(ax)
    ax.errorbar(np.log(t), u, yerr=_BAND * error, fmt="o", markersize=4, label="U(t)")
    low, high = estimate.interval(_BAND)
    ax.axhspan(low, high, alpha=0.2, color="tab:orange")
    ax.axhline(estimate.lam, color="tab:orange", label=f"λ̂ = {estimate.lam:.4f}")
    if exact is not None:
        value = getattr(exact, "lam", exact)
        if value is None:
            raise ValueError("the exact answer is not exact; it has bounds only")
        ax.axhline(float(value), color="black", linestyle="--", label=f"λ = {value}")
    ax.set_xlabel("log t")
    ax.set_ylabel("U(t)")
    ax.legend()
    return ax


def _baseline(estimate: Estimate) -> float | None:
    runs = estimate.details.get("runs")
    return runs[-1]["baseline"] if runs else None


def checkpoints(along: Checkpoints, *, ax: Axes | None = None) -> Axes:
    """The estimates along checkpoints with 95 % intervals; doubtful ones are hollow, points without
    an estimate are left out."""
    ax = _axes(ax)
    symbol = "λ̂"
    for trusted, face in ((True, "tab:blue"), (False, "none")):
        rows = [
            (label, e.value, e.standard_error)
            for label, e in zip(along.labels, along.estimates)
            if isinstance(e, Estimate) and e.converged == trusted
        ]
        if rows:
            x, y, error = zip(*rows)
            label = "nothing speaks against it" if trusted else "doubtful"
            ax.errorbar(
                x,
                y,
                yerr=_BAND * np.array(error),
                fmt="o",
                color="tab:blue",
                markerfacecolor=face,
                label=label,
            )
    if any(isinstance(e, Estimate) and e.lam is None for e in along.estimates):
        symbol = "U(t)"
    ax.set_xlabel("checkpoint")
    ax.set_ylabel(symbol)
    if ax.get_legend_handles_labels()[0]:
        ax.legend()
    return ax


def newton_polygon(
    generators: str | Sequence[Any] | Germ, *, ax: Axes | None = None
) -> Axes:
    """The Newton polygon of polynomials in two variables: exponents, the polygon's boundary, and
    where the diagonal meets it, at (s, s): the ideal then has λ ≤ 1/(2s), with equality where it is
    non-degenerate.

    Raises
    ------
    ParseError
        A polynomial cannot be read.
    ValueError
        There are not two variables.
    """
    if isinstance(generators, Germ):
        texts = list(generators.generators)
    else:
        from ._exact import Ideal

        texts = list(Ideal(generators).generators)
    names, exponents, facets = _rlct.newton_polyhedron(texts)
    if len(names) != 2:
        raise ValueError(f"a polygon has two variables; here are {', '.join(names) or 'none'}")
    points = sorted({(a, b) for a, b in exponents})
    corners: list[tuple[int, int]] = []
    for point in points:
        # from left to right those below all before them, and on the lower hull
        if corners and point[1] >= corners[-1][1]:
            continue
        while len(corners) > 1 and _turns_up(corners[-2], corners[-1], point):
            corners.pop()
        corners.append(point)
    ax = _axes(ax)
    far = max(max(a, b) for a, b in points) + 1
    x = [corners[0][0], *(a for a, _ in corners), far + 1]
    y = [far + 1, *(b for _, b in corners), corners[-1][1]]
    ax.fill([*x, far + 1], [*y, far + 1], alpha=0.15, color="tab:blue")
    ax.plot(x, y, color="tab:blue")
    ax.plot(*zip(*points), "o", color="tab:blue", markersize=5)
    meets = diagonal(facets)
    ax.plot([0, far], [0, far], color="black", linewidth=0.8, linestyle="--")
    ax.plot([meets], [meets], "s", color="tab:orange", label=f"({meets:.4g}, {meets:.4g})")
    ax.set_xlim(0, far)
    ax.set_ylim(0, far)
    ax.set_aspect("equal")
    ax.set_xlabel(f"exponent of {names[0]}")
    ax.set_ylabel(f"exponent of {names[1]}")
    ax.legend()
    return ax


def diagonal(facets: Sequence[tuple[Sequence[str], str]]) -> float:
    """The least s with (s, …, s) in a Newton polyhedron of these facets (normal, level)."""
    from fractions import Fraction

    best = Fraction(0)
    for normal, level in facets:
        weight = sum(map(Fraction, normal), Fraction(0))
        if weight:
            best = max(best, Fraction(level) / weight)
    return float(best) if math.isfinite(best) else math.nan


def _turns_up(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Whether b lies on or above the line from a to c."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) <= 0
