"""Losses that are computed in Rust: polynomials, statistical models, networks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _exact, _rlct


class NativeLoss:
    """A loss in Rust. It is called as a Python loss is: ``loss(w[, batch]) -> (value, gradient)``.

    It pickles as the description that it was made of.
    """

    _kept: _rlct.NativeLoss | None

    def _build(self) -> _rlct.NativeLoss:
        raise NotImplementedError

    def native(self) -> _rlct.NativeLoss:
        """The compiled loss, made when it is first needed."""
        kept = self.__dict__.get("_kept")
        if kept is None:
            kept = self._build()
            object.__setattr__(self, "_kept", kept)
        return kept

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_kept"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @property
    def dimension(self) -> int:
        """The number d of parameters."""
        return self.native().dimension

    @property
    def num_samples(self) -> int | None:
        """The number n of samples; None of a population loss."""
        return self.native().num_samples

    @property
    def w_star(self) -> NDArray[np.float64] | None:
        """The point that belongs to the loss, shape (d,); None of a network."""
        return self.native().w_star

    @property
    def names(self) -> list[str]:
        """The names of the parameters, empty where they have none."""
        return self.native().names

    def __call__(
        self, w: ArrayLike, batch: Sequence[int] | NDArray[np.uint32] | None = None
    ) -> tuple[float, NDArray[np.float64]]:
        """(L(w), ∇L(w)), on all the data or the mean over the samples of a batch."""
        point = np.array(w, dtype=np.float64).reshape(-1)
        indices = None if batch is None else [int(index) for index in batch]
        return self.native().gradient(point, indices)


@dataclass(frozen=True)
class PolynomialLoss(NativeLoss):
    """K of polynomials near a point, with its prior; made by `polynomial`."""

    germ: _exact.Germ

    def _build(self) -> _rlct.NativeLoss:
        return _rlct.NativeLoss.polynomial(json.dumps(self.germ.question()))


def polynomial(k: Any, **germ: Any) -> PolynomialLoss:
    """The loss K = g (``polynomial("x^2*y^4")``), or K = Σ gᵢ² of a list, as a native loss.

    Settings are those of `Loss`, or of `Ideal` for a list: amplitude and half-lines are the prior
    of the chains, the point is their w*. The parameters are in the order of `names`. What `Loss` or
    `Ideal` made is taken too.

    Raises
    ------
    ParseError, GermError
        As `exact`.
    """
    if isinstance(k, _exact.Germ):
        if germ:
            raise TypeError(f"{', '.join(germ)}: set where the germ is made")
    elif isinstance(k, (list, tuple)):
        k = _exact.Ideal(k, **germ)
    else:
        k = _exact.Loss(k, **germ)
    if k.on is not None:
        raise TypeError("a loss for chains is at a point: leave on= out")
    loss = PolynomialLoss(k)
    loss.native()
    return loss


@dataclass(frozen=True)
class ModelLoss(NativeLoss):
    """The loss of a statistical model at a true parameter; made by `model_loss`."""

    model: _exact.Model
    data_size: int | None = None
    data_seed: int = 0

    def _build(self) -> _rlct.NativeLoss:
        samples = None if self.data_size is None else (self.data_size, self.data_seed)
        return _rlct.NativeLoss.model(json.dumps(self.model.question()), samples)


def model_loss(
    model: _exact.Model | str,
    sizes: Sequence[int] = (),
    truth: Mapping[str, Any] | None = None,
    *,
    data_size: int | None = None,
    data_seed: int = 0,
) -> ModelLoss:
    """The loss of a model (of `model`, or by name and sizes) at its true parameter, as a native
    loss: the population loss K, or with `data_size` the mean negative log likelihood of so many
    samples, which `data_seed` draws from the true distribution.

    Raises
    ------
    GermError
        There is no such model, or it has no loss at this parameter.
    """
    if isinstance(model, str):
        model = _exact.model(model, sizes, truth)
    loss = ModelLoss(model, data_size, data_seed)
    loss.native()
    return loss


@dataclass(frozen=True, eq=False)
class NetworkLoss(NativeLoss):
    """The mean negative log likelihood of a network on data; made by `network`."""

    description: str
    inputs: NDArray[np.float64] = field(repr=False)
    targets: NDArray[np.float64] = field(repr=False)
    single: bool = False
    population: bool = False

    def _build(self) -> _rlct.NativeLoss:
        return _rlct.NativeLoss.network(
            self.description,
            self.inputs,
            self.targets,
            single=self.single,
            population=self.population,
        )

    def layout(self) -> dict[str, tuple[slice, tuple[int, ...]]]:
        """Of every parameter by name its place in w and its shape: ``layer2.weight``, numbered as
        in PyTorch's Sequential, activations counted."""
        places = {}
        for name, shape, start in self.native().layout():
            places[name] = (slice(start, start + int(np.prod(shape))), tuple(shape))
        return places

    def initial(self, seed: int = 0) -> NDArray[np.float64]:
        """A start for training, shape (d,): uniform by the fan-in, as PyTorch's layers have it."""
        return self.native().initial(seed)

    def flatten(self, weights: Mapping[str, ArrayLike]) -> NDArray[np.float64]:
        """w of the weights of a network by name, as a ``state_dict``'s.

        Names may begin with ``layer`` or not: ``0.weight`` is ``layer0.weight``.
        """
        layout = self.layout()
        given = {}
        for name, value in weights.items():
            if hasattr(value, "detach"):
                value = value.detach().cpu().numpy()
            given[name if name in layout else f"layer{name}"] = np.asarray(value, float)
        missing, unknown = layout.keys() - given.keys(), given.keys() - layout.keys()
        if missing or unknown:
            raise ValueError(
                f"weights that are missing: {sorted(missing)}; that the network does not have: "
                f"{sorted(unknown)}"
            )
        w = np.empty(self.dimension)
        for name, (place, shape) in layout.items():
            if given[name].shape != shape:
                raise ValueError(f"{name} has the shape {given[name].shape}, expected {shape}")
            w[place] = given[name].reshape(-1)
        return w

    def weights(self, w: ArrayLike) -> Iterator[tuple[str, NDArray[np.float64]]]:
        """The weights in w by name, each in its shape."""
        point = np.asarray(w, float).reshape(-1)
        if point.size != self.dimension:
            raise ValueError(f"the network has {self.dimension} parameters, and w {point.size}")
        for name, (place, shape) in self.layout().items():
            yield name, point[place].reshape(shape)


def network(
    description: str | Mapping[str, Any],
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    dtype: Any = np.float64,
    population: bool = False,
) -> NetworkLoss:
    """A network of layers on data, as a native loss: the mean negative log likelihood a sample.

    Parameters
    ----------
    description
        JSON, or the same as a dict:
        ``{"inputs": {"real": 2}, "layers": [{"dense": {"outputs": 3}}, "tanh",
        {"dense": {"outputs": 1}}], "head": {"squared_error": {"variance": 1.0}}}``. Layers: dense,
        embedding, tied, identity, relu, leaky_relu, tanh, sigmoid, gelu, softplus, square. Heads:
        squared_error, cross_entropy, logistic.
    inputs
        Shape (n, inputs), real numbers or tokens.
    targets
        Shape (n, outputs); labels of cross_entropy, and targets of one output, also (n,).
    dtype
        float64 or float32: what the network computes in.
    population
        Whether the samples are all there is, and no draw of more: temperatures are then not bound
        to n.

    Raises
    ------
    EstimateError
        The description or the data, with the place.
    """
    kind = np.dtype(dtype)
    if kind not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise ValueError(f"dtype is float32 or float64, and not {kind}")
    text = description if isinstance(description, str) else json.dumps(description)
    loss = NetworkLoss(
        text,
        _table("inputs", inputs),
        _table("targets", targets),
        single=kind == np.float32,
        population=bool(population),
    )
    loss.native()
    return loss


def _table(name: str, array: ArrayLike) -> NDArray[np.float64]:
    table = np.array(array, dtype=np.float64, order="C")
    if table.ndim == 1:
        table = table.reshape(-1, 1)
    if table.ndim != 2:
        raise ValueError(f"{name} have the shape {table.shape}; (samples, columns) is expected")
    table.setflags(write=False)
    return table
