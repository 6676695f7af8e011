"""The numerical lane: λ̂ by chains at several temperatures, by ladders, by volumes; U(t) at one."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _rlct
from ._losses import NativeLoss

if TYPE_CHECKING:
    import pandas
    import xarray

LEARNING_COEFFICIENT = "learning_coefficient"
ENERGY = "energy"
CALLABLE_BUDGET = 50_000
"""The gradients that an estimate takes of a Python callable where nothing else is set."""

Progress = Union[bool, Callable[[int, int], Any]]
"""True for a bar of tqdm, or a function that is told (done, total), about every 50 ms."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a run. `partial` is the estimate from the draws so far, or None."""

    def __init__(self, partial: Estimate | None = None):
        super().__init__("interrupted" if partial is None else f"interrupted: {partial}")
        self.partial = partial

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.partial,)


@dataclass(frozen=True)
class Reason:
    """A reason not to trust an estimate: `kind` is its name in the library's JSON."""

    kind: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, eq=False)
class Draws:
    """The draws of the chains at one inverse temperature t = nβ.

    Attributes
    ----------
    nbeta
        t = nβ.
    baseline
        L(w*).
    losses, distances, log_densities, acceptances
        One array a chain, one entry a draw: the loss as recorded, |w − w*|, the log density up to
        a constant, the mean Metropolis acceptance since the draw before (NaN where not known).
    points
        One array a chain, of shape (draws, parameters kept).
    names
        The parameters kept.
    w_star
        w*, of the parameters kept.
    attributes
        What the run was: sampler, settings, failures, and of which chains and draws U(t) is
        (``equal_chains``, ``equal_draws``).
    """

    nbeta: float
    baseline: float
    losses: tuple[NDArray[np.float64], ...]
    distances: tuple[NDArray[np.float64], ...]
    log_densities: tuple[NDArray[np.float64], ...]
    acceptances: tuple[NDArray[np.float64], ...]
    points: tuple[NDArray[np.float64], ...]
    names: tuple[str, ...]
    w_star: NDArray[np.float64]
    attributes: dict[str, Any] = field(repr=False)

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Draws:
        attributes = json.loads(raw["attributes"])
        arrays = {
            name: tuple(raw[name])
            for name in ("losses", "distances", "log_densities", "acceptances", "points")
        }
        return cls(
            nbeta=attributes["nbeta"],
            baseline=attributes["loss_at_w_star"],
            names=tuple(raw["names"]),
            w_star=raw["w_star"],
            attributes=attributes,
            **arrays,
        )

    def energies(self) -> tuple[NDArray[np.float64], ...]:
        """t (L(w) − L(w*)) of every draw, one array a chain; U(t) is their mean."""
        return tuple(self.nbeta * (losses - self.baseline) for losses in self.losses)

    def equal(self, arrays: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Those chains of `arrays` that U(t) is from, cut to equal length: (chains, draws, …)."""
        length = self.attributes["equal_draws"]
        kept = [arrays[chain][:length] for chain in self.attributes["equal_chains"]]
        return np.stack(kept) if kept else np.empty((0, 0))

    def _variables(self) -> tuple[dict[str, Any], dict[str, Any], list[int]]:
        chains = list(self.attributes["equal_chains"])
        dims = ("chain", "draw")
        posterior: dict[str, Any] = {
            "energy": (dims, self.equal(self.energies())),
            "distance": (dims, self.equal(self.distances)),
        }
        if self.names:
            points = self.equal(self.points)
            posterior["w"] = ((*dims, "parameter"), points)
        stats: dict[str, Any] = {
            "loss": (dims, self.equal(self.losses)),
            "lp": (dims, self.equal(self.log_densities)),
        }
        rates = self.equal(self.acceptances)
        if not np.all(np.isnan(rates)):
            stats["acceptance_rate"] = (dims, rates)
        return posterior, stats, chains

    def datasets(self) -> dict[str, xarray.Dataset]:
        """The groups posterior, sample_stats and constant_data, as ArviZ has them.

        They hold the chains that U(t) is from, cut to equal length.
        """
        import xarray

        posterior, stats, chains = self._variables()
        length = self.attributes["equal_draws"]
        coordinates: dict[str, Any] = {"chain": chains, "draw": np.arange(length)}
        names = {"parameter": list(self.names)} if self.names else {}
        attributes = {
            key: value if isinstance(value, (str, int, float)) else json.dumps(value)
            for key, value in self.attributes.items()
        }
        return {
            "posterior": xarray.Dataset(posterior, coordinates | names, attributes),
            "sample_stats": xarray.Dataset(stats, coordinates, attributes),
            "constant_data": xarray.Dataset({"w_star": (("parameter",), self.w_star)}, names),
        }


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error, what it is of, and what speaks against it.

    Attributes
    ----------
    quantity
        ``"learning_coefficient"``: λ̂, extrapolated over temperatures or volumes; or ``"energy"``:
        U(t) = t (E_t[L] − L(w*)) at one inverse temperature t, which is not λ.
    value, standard_error
        The number and its Monte Carlo standard error; of λ̂ the choice of model is in it.
    inverse_temperature
        t = nβ of an energy; None of λ̂.
    m
        m̂, the most probable multiplicity; None of an energy.
    ess, rhat
        Effective number of draws of the losses, and their rank-normalised split R̂; over several
        temperatures the least and the largest. None of volumes.
    verdict
        ``"trustworthy"`` (of λ̂), ``"converged"`` (of an energy) or ``"doubtful"``.
    reasons
        What speaks against it.
    method
        ``"temperatures"``, ``"llc"`` (one temperature), ``"ladder"`` or ``"volume"``.
    evaluations
        Gradients (of volumes: values) of the loss that it took, pilots included.
    calls
        How often a Python loss was called; 0 of a native one. It does not count in comparisons.
    details
        All that the library tells: energies at each temperature, fit, tuning.
    draws
        The draws at each temperature, from the hottest to the coldest, with ``keep_draws=True``.
    """

    quantity: str
    value: float
    standard_error: float
    inverse_temperature: float | None
    m: int | None
    ess: float | None
    rhat: float | None
    verdict: str
    reasons: tuple[Reason, ...]
    method: str
    evaluations: int
    calls: int = field(compare=False)
    details: dict[str, Any] = field(repr=False)
    draws: tuple[Draws, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def _of(cls, text: str, calls: int, draws: Iterable[Mapping[str, Any]]) -> Estimate:
        raw = json.loads(text)
        verdict = raw["verdict"]
        return cls(
            quantity=raw["quantity"]["quantity"],
            value=_float(raw["value"]),
            standard_error=_float(raw["standard_error"]),
            inverse_temperature=raw["quantity"].get("inverse_temperature"),
            m=raw["multiplicity"],
            ess=raw["effective_sample_size"],
            rhat=raw["rhat"],
            verdict=verdict["word"],
            reasons=tuple(Reason(*doubt) for doubt in verdict["doubts"]),
            method=raw["method"],
            evaluations=raw["cost"]["evaluations"],
            calls=calls,
            details=raw["details"],
            draws=tuple(Draws._of(one) for one in draws),
        )

    @property
    def lam(self) -> float | None:
        """λ̂; None of an energy, which is not an estimate of λ."""
        return self.value if self.quantity == LEARNING_COEFFICIENT else None

    @property
    def energy(self) -> float | None:
        """U(t); None of λ̂."""
        return self.value if self.quantity == ENERGY else None

    @property
    def trustworthy(self) -> bool:
        """Whether nothing speaks against an estimate of λ; never of an energy."""
        return self.verdict == "trustworthy"

    @property
    def converged(self) -> bool:
        """Whether nothing speaks against the number, whatever it is."""
        return not self.reasons

    def interval(self, z: float = 1.959963985) -> tuple[float, float]:
        """The value ± `z` standard errors: by default of 95 %, for the quantity that it is of."""
        half = z * self.standard_error
        return self.value - half, self.value + half

    @property
    def symbol(self) -> str:
        """λ̂, or U(t) with its t."""
        if self.quantity == LEARNING_COEFFICIENT:
            return "λ̂"
        return f"U(t = {self.inverse_temperature:.6g})"

    def __str__(self) -> str:
        told = f"{self.symbol} = {self.value:.4f} ± {self.standard_error:.4f}"
        if self.m is not None:
            told += f", m̂ = {self.m}"
        if not self.reasons:
            return f"{told}, {self.verdict}"
        return f"{told}, doubtful: " + "; ".join(reason.text for reason in self.reasons)

    def energies(self) -> list[tuple[float, float, float]]:
        """(t, U(t), standard error) at every temperature; empty of volumes."""
        if self.method == "llc":
            assert self.inverse_temperature is not None
            return [(self.inverse_temperature, self.value, self.standard_error)]
        return [
            (math.exp(one["log_t"]), _float(one["mean"]), _float(one["standard_error"]))
            for one in self.details.get("energies", [])
        ]

    def _draws(self, temperature: int) -> Draws:
        if not self.draws:
            raise ValueError("no draws were kept: llc(…, keep_draws=True)")
        return self.draws[temperature]

    def to_datatree(self) -> xarray.DataTree:
        """The draws as an xarray.DataTree.

        Of one temperature its groups are posterior (``energy`` = t (L − L(w*)), ``distance``, the
        parameters ``w``), sample_stats (``loss``, ``lp``, ``acceptance_rate``) and constant_data;
        of several there are such groups below temperature_0, …, from the hottest on.

        Raises
        ------
        ValueError
            No draws were kept.
        """
        import xarray

        self._draws(0)
        groups: dict[str, xarray.Dataset] = {}
        for number, draws in enumerate(self.draws):
            below = "" if len(self.draws) == 1 else f"temperature_{number}/"
            groups |= {f"{below}{name}": data for name, data in draws.datasets().items()}
        root = xarray.Dataset(attrs={"quantity": self.quantity, "value": self.value})
        return xarray.DataTree.from_dict({"/": root, **groups})

    def to_inference_data(self, temperature: int = -1) -> Any:
        """The draws at one temperature, by default the coldest, for ArviZ: an InferenceData, or
        with ArviZ 1 the DataTree that it takes instead."""
        import xarray

        groups = self._draws(temperature).datasets()
        tree = xarray.DataTree.from_dict(dict(groups))
        import arviz

        if hasattr(arviz, "InferenceData"):
            data: Any = arviz.InferenceData
            return data(**groups)
        return tree

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each temperature (of volumes: one row), and the estimate as attributes."""
        import pandas

        rows = [
            {"inverse_temperature": t, "energy": u, "standard_error": error}
            for t, u, error in self.energies()
        ]
        runs = self.details.get("runs", [self.details] if self.method == "llc" else [])
        for row, run in zip(rows, runs):
            row["ess"] = run["effective_sample_size"]
            row["rhat"] = run["rhat"]
            row["acceptance"] = run["acceptance"]
        frame = pandas.DataFrame(rows or [self.to_dict()])
        frame.attrs.update(self.to_dict())
        return frame

    def to_dict(self) -> dict[str, Any]:
        """The estimate in one row, without details and draws."""
        low, high = self.interval()
        return {
            "quantity": self.quantity,
            "inverse_temperature": self.inverse_temperature,
            "value": self.value,
            "standard_error": self.standard_error,
            "lower": low,
            "upper": high,
            "m": self.m,
            "ess": self.ess,
            "rhat": self.rhat,
            "verdict": self.verdict,
            "reasons": "; ".join(reason.text for reason in self.reasons),
            "method": self.method,
            "evaluations": self.evaluations,
            "calls": self.calls,
        }

    def _repr_html_(self) -> str:
        low, high = self.interval()
        rows = [("95 %", f"[{low:.4f}, {high:.4f}]"), ("verdict", self.verdict)]
        rows += [("because", reason.text) for reason in self.reasons]
        if self.m is not None:
            rows.append(("m̂", str(self.m)))
        if self.ess is not None:
            rows.append(("effective draws", f"{self.ess:.0f}"))
        if self.rhat is not None:
            rows.append(("R̂", f"{self.rhat:.4f}"))
        rows.append(("method", f"{self.method}, {self.evaluations:,} evaluations"))
        head = f"{self.symbol} = {self.value:.4f} ± {self.standard_error:.4f}"
        body = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
            for name, text in rows
        )
        return f"<table><caption>{html.escape(head)}</caption><tbody>{body}</tbody></table>"


def _float(number: float | None) -> float:
    """A number of JSON, in which there is no NaN."""
    return math.nan if number is None else float(number)


_SETTINGS: dict[str, Any] = {
    "sampler": None,
    "step": None,
    "leapfrog": None,
    "chains": None,
    "draws": None,
    "burn_in": None,
    "thin": None,
    "batch_size": None,
    "with_replacement": False,
    "record_full": False,
    "nbeta": None,
    "beta": None,
    "localization": None,
    "seed": 0,
    "budget": None,
    "relative_error": None,
    "assumed_samples": None,
    "disperse": None,
    "mask": None,
    "orthogonal": False,
    "temperatures": None,
    "ratio": None,
    "fit_least_loss": None,
    "radius": None,
    "ladders": None,
    "sweeps": None,
    "particles": None,
    "replicates": None,
    "min_log_volume": None,
    "rounds": None,
    "any_dimension": False,
    "time": None,
    "threads": 1,
    "keep_draws": False,
    "max_parameters": 1000,
}

_COUNTS = (
    "leapfrog chains draws burn_in thin batch_size seed budget assumed_samples temperatures "
    "ladders sweeps particles replicates rounds threads max_parameters"
).split()


_MOST_THREADS = 1024
_MOST_NUMBERS = 2**31
"""Of the points of all chains: 16 GiB in double precision."""


class _Bar:
    """A bar of tqdm."""

    def __init__(self) -> None:
        from tqdm.auto import tqdm

        self.bar = tqdm(unit="step", leave=False)

    def __call__(self, done: int, total: int) -> None:
        if total:
            self.bar.total = total
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        self.bar.close()


def _point(loss: Any, w_star: ArrayLike | None) -> NDArray[np.float64]:
    if w_star is None:
        w_star = getattr(loss, "w_star", None)
        if w_star is None:
            raise TypeError("w_star is missing: this loss has no point of its own")
    point = np.array(w_star, dtype=np.float64, order="C")
    if point.ndim != 1:
        raise ValueError(
            f"w_star is a flat array of the parameters; this one has the shape {point.shape}"
        )
    if point.size == 0:
        raise ValueError("w_star has no entries: a loss has at least one parameter")
    return point


def _run(
    method: str,
    loss: Any,
    w_star: ArrayLike | None,
    settings: dict[str, Any],
    *,
    value: Callable[..., Any] | None = None,
    data_size: int | None = None,
    single: bool = False,
    progress: Progress = False,
) -> Estimate:
    point = _point(loss, w_star)
    native = isinstance(loss, NativeLoss)
    if not native and not callable(loss):
        raise TypeError(
            f"a loss is a callable (w) -> (value, gradient) or a native one, and not {loss!r}"
        )
    if native:
        if value is not None or data_size is not None:
            raise TypeError("value and data_size are of Python losses; a native one knows its own")
        if loss.dimension != point.size:
            raise ValueError(f"the loss has {loss.dimension} parameters, and w* has {point.size}")
    taken = dict(_SETTINGS)
    for name, setting in settings.items():
        if setting is not None:
            taken[name] = setting
    for name in _COUNTS:
        if taken[name] is not None:
            taken[name] = _count(name, taken[name])
    if taken["mask"] is not None:
        taken["mask"] = [bool(free) for free in np.asarray(taken["mask"]).reshape(-1)]
        if len(taken["mask"]) != point.size:
            raise ValueError(
                f"the mask has {len(taken['mask'])} entries, and w* has {point.size}"
            )
    if settings.get("threads") is None:
        # a pool for each call: 0 is all processors
        taken["threads"] = 0 if native else 1
    if taken["threads"] > _MOST_THREADS:
        raise ValueError(f"at most {_MOST_THREADS} threads, got {taken['threads']}")
    for name in ("chains", "ladders", "particles", "replicates"):
        if taken[name] is not None and taken[name] * point.size > _MOST_NUMBERS:
            raise ValueError(
                f"there is no room for {taken[name]} {name} of {point.size} parameters: at most "
                f"{_MOST_NUMBERS // point.size}"
            )
    if isinstance(taken["sampler"], Mapping):
        taken["sampler"] = json.dumps(taken["sampler"])
    if not native and method == "llc" and taken["draws"] is None and taken["budget"] is None:
        taken["budget"] = CALLABLE_BUDGET
    bar = _Bar() if progress and not callable(progress) else None
    try:
        told = _rlct.estimate(
            method,
            loss.native() if native else loss,
            point,
            taken,
            value=value,
            num_samples=None if data_size is None else _count("data_size", data_size),
            single=single,
            progress=bar or (progress if callable(progress) else None),
        )
    finally:
        if bar is not None:
            bar.close()
    estimate = None
    if told["estimate"] is not None:
        estimate = Estimate._of(told["estimate"], told["calls"], told["draws"])
    raised = told["raised"]
    if isinstance(raised, KeyboardInterrupt):
        raise Interrupted(estimate) from None
    if raised is not None:
        raise raised
    if estimate is None:
        raise _rlct.EstimateError(told["error"])
    return estimate


def _count(name: str, value: Any) -> int:
    whole = isinstance(value, float) and value.is_integer()
    if not (whole or hasattr(value, "__index__")):
        raise TypeError(f"{name} is a whole number, and not {value!r}")
    count = int(value)
    if not 0 <= count < 2**64:
        raise ValueError(f"{name} is a whole number from 0 on, got {value!r}")
    return count


def llc(
    loss: Any,
    w_star: ArrayLike | None = None,
    *,
    data_size: int | None = None,
    value: Callable[..., Any] | None = None,
    dtype: Any = np.float64,
    temperatures: int | None = None,
    ratio: float | None = None,
    fit_least_loss: bool | None = None,
    nbeta: float | None = None,
    beta: float | None = None,
    num_samples: int | None = None,
    localization: float | None = None,
    sampler: str | Mapping[str, Any] | None = None,
    step: float | None = None,
    leapfrog: int | None = None,
    chains: int | None = None,
    draws: int | None = None,
    burn_in: int | None = None,
    thin: int | None = None,
    batch_size: int | None = None,
    with_replacement: bool = False,
    record_full: bool = False,
    relative_error: float | None = None,
    budget: int | None = None,
    disperse: bool | None = None,
    mask: ArrayLike | None = None,
    orthogonal: bool = False,
    seed: int = 0,
    time: float | None = None,
    threads: int | None = None,
    keep_draws: bool = False,
    max_parameters: int = 1000,
    progress: Progress = False,
) -> Estimate:
    """λ̂ of a loss at w*, by chains at several inverse temperatures t = nβ; U(t) at one.

    By default the chains run at several temperatures, and λ is fitted to
    E_t[L] = L₀ + λ/t − (m − 1)/(t (log t + c)) + …; on data L₀ is fitted too, so that w* need not
    be the exact minimum. With `nbeta`, or ``temperatures=1``, they run at one, and the answer is
    the energy U(t) = t (E_t[L] − L(w*)) (Lau, Furman, Wang, Murfet, Wei 2023, arXiv:2308.12108),
    whose `quantity` is ``"energy"``: it is not λ, and often a tenth or more below.

    Parameters
    ----------
    loss
        ``loss(w) -> (value, gradient)``, w and gradient of shape (d,); or a native loss of
        `polynomial`, `model` or `network`. With mini-batches ``loss(w, batch)`` too, batch an array
        of uint32 indices that the chain draws; the value is the mean over them. w is a new array
        each call, which the callable may keep. The loss is deterministic.
    w_star
        w*, shape (d,); by default that of a native loss, if it has one.
    data_size
        n, of how many samples a callable is the mean; None for a population loss.
    value
        ``value(w[, batch])`` of a callable, if the value alone is cheaper.
    dtype
        float64 or float32: of w as a callable is given it, and of the chains.
    temperatures, ratio, fit_least_loss
        How many temperatures, the ratio of neighbours, and whether L₀ is fitted; by themselves 5
        by factors of 4 (population), 5 by 2 (data), 4 by 2 (100 dimensions and more), and on data.
    nbeta, beta
        t itself, or β; by default t = n/log n (Watanabe 2013).
    num_samples
        n of a population loss, for t; by default 10⁴.
    localization
        γ of the prior exp(−γ/2·|w − w*|²); by default 1.
    sampler, step, leapfrog
        "sgld", "psgld", "sghmc", "sgnht", "mala" or "hmc", its ε (tuned by pilot chains where it
        is None) and the leapfrog steps of hmc; or the library's JSON of a sampler as a dict. By
        default HMC, on mini-batches SGLD.
    chains, draws, burn_in, thin
        Chains (4), draws of each (by default as many as `relative_error` takes), steps before the
        first draw, and from one draw to the next.
    batch_size, with_replacement, record_full
        Samples of a mini-batch, for samplers without Metropolis test; how they are drawn; whether
        a draw records the loss on all the data.
    relative_error, budget, time
        The standard error aimed at, as a share of the estimate (0.02 at each temperature); the most
        gradients, pilots included (50,000 for callables unless `draws` is set); seconds.
    disperse
        Whether half of the chains start away from w*.
    mask
        Which parameters move, shape (d,); the others stay at w*.
    orthogonal
        Restricts the chains to the subspace orthogonal to ∇L(w*).
    seed, threads
        Results depend on the seed and not on the threads: by default one for callables, all
        processors for native losses; 0 is all.
    keep_draws, max_parameters
        Keeps losses, distances and the first parameters of every draw, for plots and ArviZ.
    progress
        True for a bar of tqdm, or a function (done, total).

    Raises
    ------
    EstimateError
        Settings out of range, a loss that is not finite at w*, a gradient that is not that of the
        loss, chains that all failed, a budget too small.
    Interrupted
        Ctrl-C; it has the partial estimate. A subclass of KeyboardInterrupt.
    Exception
        Whatever the callable raises, with its traceback; no more than one call for each thread
        follows.
    """
    settings = {
        "temperatures": temperatures,
        "ratio": ratio,
        "fit_least_loss": fit_least_loss,
        "nbeta": nbeta,
        "beta": beta,
        "assumed_samples": num_samples,
        "localization": localization,
        "sampler": sampler,
        "step": step,
        "leapfrog": leapfrog,
        "chains": chains,
        "draws": draws,
        "burn_in": burn_in,
        "thin": thin,
        "batch_size": batch_size,
        "with_replacement": with_replacement,
        "record_full": record_full,
        "relative_error": relative_error,
        "budget": budget,
        "disperse": disperse,
        "mask": mask,
        "orthogonal": orthogonal,
        "seed": seed,
        "time": time,
        "threads": threads,
        "keep_draws": keep_draws,
        "max_parameters": max_parameters,
    }
    return _run(
        "llc",
        loss,
        w_star,
        settings,
        value=value,
        data_size=data_size,
        single=_is_single(dtype),
        progress=progress,
    )


def _is_single(dtype: Any) -> bool:
    kind = np.dtype(dtype)
    if kind == np.float32:
        return True
    if kind == np.float64:
        return False
    raise ValueError(f"dtype is float32 or float64, and not {kind}")


def ladder(
    loss: Any,
    w_star: ArrayLike | None = None,
    *,
    data_size: int | None = None,
    value: Callable[..., Any] | None = None,
    radius: float | None = None,
    ladders: int | None = None,
    sweeps: int | None = None,
    burn_in: int | None = None,
    seed: int = 0,
    time: float | None = None,
    threads: int | None = None,
    progress: Progress = False,
) -> Estimate:
    """λ̂ and m̂ by replica exchange over a ladder of temperatures, from the prior on a box to far
    below; for population losses of few to some tens of parameters, and on data.

    Parameters
    ----------
    loss, w_star, data_size, value, seed, time, threads, progress
        As of `llc`, in double precision.
    radius
        Half the side of the box around w*; by default 1.
    ladders, sweeps, burn_in
        Independent ladders (8), sweeps of each after the burn-in, and before. A sweep takes a
        gradient or more of every rung: of a Python loss set `sweeps` or `time`.

    Raises
    ------
    EstimateError, Interrupted, Exception
        As of `llc`.
    """
    settings = {
        "radius": radius,
        "ladders": ladders,
        "sweeps": sweeps,
        "burn_in": burn_in,
        "seed": seed,
        "time": time,
        "threads": threads,
    }
    return _run(
        "ladder", loss, w_star, settings, value=value, data_size=data_size, progress=progress
    )


def volume(
    loss: Any,
    w_star: ArrayLike | None = None,
    *,
    value: Callable[..., Any] | None = None,
    radius: float | None = None,
    particles: int | None = None,
    replicates: int | None = None,
    min_log_volume: float | None = None,
    rounds: int | None = None,
    any_dimension: bool = False,
    seed: int = 0,
    time: float | None = None,
    threads: int | None = None,
    progress: Progress = False,
) -> Estimate:
    """λ̂ and m̂ from how fast the prior volume of {K < ε} shrinks, by multilevel splitting.

    V(ε) ~ C ε^λ (log 1/ε)^(m − 1) (Watanabe 2009, chapter 7). Only values of the loss are used; a
    callable may return (value, None), or `value` is called alone. For K with K(w*) = 0 of at most
    20 parameters, unless `any_dimension`.

    Parameters
    ----------
    radius
        Half the side of the box around w*, on which the prior is flat; by default 1.
    particles, replicates, rounds
        Particles (200) of each replicate (8), and rounds of replicates at the most (5).
    min_log_volume
        Where a replicate ends: log V (−120).

    Raises
    ------
    EstimateError, Interrupted, Exception
        As of `llc`.
    """
    settings = {
        "radius": radius,
        "particles": particles,
        "replicates": replicates,
        "min_log_volume": min_log_volume,
        "rounds": rounds,
        "any_dimension": any_dimension,
        "seed": seed,
        "time": time,
        "threads": threads,
    }
    return _run("volume", loss, w_star, settings, value=value, progress=progress)


@dataclass(frozen=True)
class Checkpoints:
    """λ̂, or U(t), along points: an estimate for each, or the error that it ended with."""

    labels: tuple[Any, ...]
    estimates: tuple[Estimate | _rlct.EstimateError, ...]

    def __len__(self) -> int:
        return len(self.estimates)

    def __getitem__(self, index: int) -> Estimate | _rlct.EstimateError:
        return self.estimates[index]

    def to_pandas(self) -> pandas.DataFrame:
        """One row for each point."""
        import pandas

        rows = []
        for label, estimate in zip(self.labels, self.estimates):
            if isinstance(estimate, Estimate):
                rows.append({"checkpoint": label, **estimate.to_dict(), "error": None})
            else:
                rows.append({"checkpoint": label, "error": str(estimate)})
        return pandas.DataFrame(rows).set_index("checkpoint")


def checkpoints(
    loss: Any,
    points: Iterable[ArrayLike],
    *,
    labels: Sequence[Any] | None = None,
    progress: Progress = False,
    **settings: Any,
) -> Checkpoints:
    """An estimate by `llc` at each of a list of points, as the checkpoints of a training run.

    `points` may be read as they are needed: one is in memory at a time. Each estimate is what `llc`
    gives there with the same settings and seed. A point at which nothing can run has the error in
    its place, and the others follow; exceptions of a callable and Ctrl-C end the run.

    Parameters
    ----------
    labels
        Of the points, such as steps of the training; by default 0, 1, ….
    progress
        A bar, or a function (done, total), of the points; total is 0 where it is not known.
    """
    total = len(points) if hasattr(points, "__len__") else 0  # type: ignore[arg-type]
    tell: Any = _Bar() if progress is True else (progress if callable(progress) else None)
    estimates: list[Estimate | _rlct.EstimateError] = []
    try:
        for point in points:
            try:
                estimates.append(llc(loss, point, **settings))
            except _rlct.EstimateError as error:
                estimates.append(error)
            if tell is not None:
                tell(len(estimates), total)
    finally:
        if isinstance(tell, _Bar):
            tell.close()
    names = tuple(range(len(estimates))) if labels is None else tuple(labels)
    if len(names) != len(estimates):
        raise ValueError(f"there are {len(names)} labels and {len(estimates)} points")
    return Checkpoints(names, tuple(estimates))
