"""Judgement on chains of other tools."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _rlct
from ._estimate import Reason

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class JudgedTemperature:
    """What the chains at one inverse temperature t = nβ say; pairs are (value, standard error).

    Attributes
    ----------
    nbeta
        t.
    chains, draws, burn_in
        Chains that count, draws of each that count, and those left out before them.
    mean_loss
        E_t[L].
    energy
        U(t) = t (E_t[L] − L(w*)); None without `baseline`. It is not λ.
    variance
        V(t) = t² Var_t L; None unless the losses are on all the data.
    ess, rhat, drift
        Effective number of draws, rank-normalised split R̂, late minus early mean in standard
        errors.
    reasons, advice
        What speaks against the mean loss, and for each what to change.
    """

    nbeta: float
    chains: int
    draws: int
    burn_in: int
    mean_loss: tuple[float, float]
    energy: tuple[float, float] | None
    variance: tuple[float, float] | None
    ess: float | None
    rhat: float | None
    drift: float | None
    reasons: tuple[str, ...]
    advice: tuple[str, ...]


@dataclass(frozen=True)
class DifferenceQuotient:
    """(E_t′L − E_tL)/(1/t′ − 1/t) between two inverse temperatures, which needs no L(w*) and tends
    to λ as t → ∞ (Watanabe 2013, Corollary 3)."""

    between: tuple[float, float]
    value: float
    standard_error: float


@dataclass(frozen=True)
class Judgement:
    """The judgement on chains made elsewhere: nothing in it is λ̂."""

    temperatures: tuple[JudgedTemperature, ...]
    quotients: tuple[DifferenceQuotient, ...]
    verdict: str
    reasons: tuple[Reason, ...]
    details: dict[str, Any] = field(repr=False)

    @property
    def converged(self) -> bool:
        """Whether nothing speaks against the means and their standard errors."""
        return not self.reasons

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each temperature."""
        import pandas

        rows = []
        for at in self.temperatures:
            row: dict[str, Any] = {"nbeta": at.nbeta, "chains": at.chains, "draws": at.draws}
            row["burn_in"] = at.burn_in
            for name in ("mean_loss", "energy", "variance"):
                pair = getattr(at, name) or (np.nan, np.nan)
                row[name], row[f"{name}_error"] = pair
            row |= {"ess": at.ess, "rhat": at.rhat, "reasons": "; ".join(at.reasons)}
            rows.append(row)
        return pandas.DataFrame(rows).set_index("nbeta")


def _pair(value: Mapping[str, float] | None) -> tuple[float, float] | None:
    return None if value is None else (value["value"], value["standard_error"])


def judge(
    traces: Mapping[float, ArrayLike] | ArrayLike,
    *,
    nbeta: float | None = None,
    baseline: float | None = None,
    burn_in: int | None = None,
    on_all_data: bool = False,
) -> Judgement:
    """Judges the losses of chains, wherever they were run.

    Parameters
    ----------
    traces
        {t: losses}, losses of shape (chains, draws) at the inverse temperature t = nβ; or such an
        array alone, and its `nbeta`. A loss is the mean over samples, so that the posterior is
        ∝ exp(−nβ L(w)) φ(w).
    baseline
        L(w*), on all the data: U(t) is then told.
    burn_in
        Draws to leave out at the beginning of each chain; by default as many as MSER-5 says (White
        1997).
    on_all_data
        Whether the losses are on all the data, and not on mini-batches.

    Raises
    ------
    EstimateError
        Nothing follows from the losses: no chains, fewer than 20 draws after the burn-in, no chain
        that is finite throughout, a temperature that is not positive.
    """
    if not isinstance(traces, Mapping):
        if nbeta is None:
            raise TypeError("nbeta is missing: at which inverse temperature the chains ran")
        traces = {nbeta: traces}
    elif nbeta is not None:
        raise TypeError("nbeta is given by the keys of traces already")
    arrays = [(float(t), _losses(losses)) for t, losses in traces.items()]
    raw = json.loads(
        _rlct.judge(arrays, baseline=baseline, burn_in=burn_in, on_all_data=on_all_data)
    )
    judged, verdict = raw["judgement"], raw["verdict"]
    temperatures = tuple(
        JudgedTemperature(
            nbeta=at["nbeta"],
            chains=at["chains"],
            draws=at["draws"],
            burn_in=at["burn_in"],
            mean_loss=(at["mean_loss"]["value"], at["mean_loss"]["standard_error"]),
            energy=_pair(at["energy"]),
            variance=_pair(at["variance"]),
            ess=at["effective_sample_size"],
            rhat=at["rhat"],
            drift=at["drift"],
            reasons=tuple(_kind(advised["doubt"]) for advised in at["doubts"]),
            advice=tuple(advised["advice"] for advised in at["doubts"]),
        )
        for at in judged["temperatures"]
    )
    quotients = tuple(
        DifferenceQuotient((q["between"][0], q["between"][1]), q["value"], q["standard_error"])
        for q in judged["difference_quotients"]
    )
    reasons = tuple(Reason(*doubt) for doubt in verdict["doubts"])
    return Judgement(temperatures, quotients, verdict["word"], reasons, judged)


def _kind(doubt: Any) -> str:
    return doubt if isinstance(doubt, str) else str(next(iter(doubt)))


def _losses(losses: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.array(losses, dtype=np.float64, order="C")
    except ValueError as error:
        raise ValueError(
            "traces are arrays of losses of shape (chains, draws), the chains of equal length"
        ) from error
    if array.ndim == 1:
        array = array.reshape(1, -1)
    if array.ndim != 2:
        raise ValueError(
            f"traces are arrays of losses of shape (chains, draws); one has {array.shape}"
        )
    return array
