"""λ̂ of a torch.nn.Module."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch as _torch
from numpy.typing import NDArray
from torch import Tensor

from ._estimate import Checkpoints, Estimate
from ._estimate import checkpoints as _checkpoints
from ._estimate import llc as _llc

_STOCHASTIC = (
    _torch.nn.modules.dropout._DropoutNd,
    _torch.nn.RReLU,
)
_TRACKING = (_torch.nn.modules.batchnorm._NormBase,)


class ModuleLoss:
    """(w[, batch]) -> (value, gradient) of a deep copy of a module.

    The parameters that require gradients, in the order of ``module.parameters()``, are views of one
    flat tensor, and their gradients of another. One call at a time is in it, under a lock: the
    gradient that is returned is a copy.

    Parameters
    ----------
    model
        The module, at w*. It is copied, and not touched.
    loss_fn
        ``loss_fn(outputs, targets)``, the mean over the samples of a batch.
    data
        (x, y), tensors whose first dimension are the samples; or a Dataset with samples (x, y), or
        a DataLoader, of which dataset, batch size and collate_fn are taken, and not its shuffling:
        the chains draw the indices, so that the seed decides them.
    evaluate
        ``evaluate(model, batch) -> scalar`` in place of `loss_fn`, batch as collate_fn makes it (of
        tensors (x, y): the same of the batch).
    device
        Where the copy and the data go; by default where the module is.
    """

    def __init__(
        self,
        model: _torch.nn.Module,
        loss_fn: Callable[[Any, Any], Tensor] | None,
        data: Any,
        *,
        evaluate: Callable[[_torch.nn.Module, Any], Tensor] | None = None,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        device: Any = None,
    ):
        if (loss_fn is None) == (evaluate is None):
            raise TypeError("give either loss_fn(outputs, targets) or evaluate=(model, batch)")
        _refuse_noise(model)
        self.model = copy.deepcopy(model)
        if device is not None:
            self.model.to(device)
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        if not parameters:
            raise ValueError("no parameter of the module requires a gradient")
        kinds = {(p.dtype, p.device) for p in parameters}
        if len(kinds) > 1:
            raise ValueError(f"the parameters are of several types or devices: {kinds}")
        if parameters[0].dtype not in (_torch.float32, _torch.float64):
            raise ValueError(
                f"the parameters are {parameters[0].dtype}; chains need float32 or float64"
            )
        self.flat = _torch.cat([p.detach().reshape(-1) for p in parameters]).contiguous()
        self.gradient = _torch.zeros_like(self.flat)
        start = 0
        for parameter in parameters:
            end = start + parameter.numel()
            parameter.data = self.flat[start:end].view_as(parameter)
            parameter.grad = self.gradient[start:end].view_as(parameter)
            start = end
        self.loss_fn = loss_fn
        self.evaluate = evaluate
        self.data = _Data(data, collate_fn, self.flat.device)
        self.lock = threading.Lock()

    @property
    def dtype(self) -> Any:
        """float32 or float64, of NumPy."""
        return np.float32 if self.flat.dtype == _torch.float32 else np.float64

    def w_star(self) -> NDArray[Any]:
        """w*, shape (d,): the parameters of the module, in float64."""
        with self.lock:
            w: NDArray[Any] = self.flat.detach().cpu().double().numpy().copy()
            return w

    def _loss(self, batch: NDArray[np.uint32] | None) -> Tensor:
        drawn = self.data.batch(batch)
        if self.evaluate is not None:
            loss = self.evaluate(self.model, drawn)
        else:
            x, y = drawn
            assert self.loss_fn is not None
            loss = self.loss_fn(self.model(x), y)
        if loss.numel() != 1:
            raise ValueError(
                f"the loss is one number, the mean over the batch; its shape is {tuple(loss.shape)}"
            )
        return loss

    def value(self, w: NDArray[Any], batch: NDArray[np.uint32] | None = None) -> float:
        """L(w), without a gradient."""
        with self.lock, _torch.no_grad():
            self.flat.copy_(_torch.from_numpy(w))
            return float(self._loss(batch))

    def __call__(
        self, w: NDArray[Any], batch: NDArray[np.uint32] | None = None
    ) -> tuple[float, NDArray[Any]]:
        with self.lock, _torch.enable_grad():
            with _torch.no_grad():
                self.flat.copy_(_torch.from_numpy(w))
            self.gradient.zero_()
            loss = self._loss(batch)
            loss.backward()
            # a copy: another chain overwrites the buffer once the lock is free
            return float(loss.detach()), self.gradient.detach().cpu().numpy().copy()


class _Data:
    """Samples by index: tensors, or a dataset with a function that collates."""

    def __init__(self, data: Any, collate_fn: Callable[[list[Any]], Any] | None, device: Any):
        self.device = device
        self.tensors: tuple[Tensor, ...] | None = None
        self.all: Any = None
        if isinstance(data, _torch.utils.data.DataLoader):
            collate_fn = collate_fn or data.collate_fn
            data = data.dataset
        if isinstance(data, _torch.utils.data.TensorDataset) and collate_fn in (
            None,
            _torch.utils.data.default_collate,
        ):
            data = data.tensors
        if isinstance(data, _torch.utils.data.IterableDataset):
            raise TypeError(
                "an IterableDataset has no samples by index, which the chains draw; give a "
                "map-style one"
            )
        if isinstance(data, (tuple, list)) and all(isinstance(t, Tensor) for t in data):
            lengths = {len(tensor) for tensor in data}
            if len(lengths) != 1:
                raise ValueError(f"the tensors have different numbers of samples: {lengths}")
            self.tensors = tuple(tensor.to(device) for tensor in data)
            self.size = lengths.pop()
        elif hasattr(data, "__getitem__") and hasattr(data, "__len__"):
            self.dataset = data
            self.collate = collate_fn or _torch.utils.data.default_collate
            self.size = len(data)
        else:
            raise TypeError(
                "data is a tuple of tensors, a map-style Dataset or a DataLoader, and not "
                f"{type(data).__name__}"
            )
        if self.size == 0:
            raise ValueError("there are no samples")

    def batch(self, indices: NDArray[np.uint32] | None) -> Any:
        if self.tensors is not None:
            if indices is None:
                return self.tensors
            chosen = _torch.from_numpy(indices.astype(np.int64)).to(self.device)
            return tuple(tensor[chosen] for tensor in self.tensors)
        if indices is None:
            if self.all is None:
                self.all = self._collated(range(self.size))
            return self.all
        return self._collated(int(index) for index in indices)

    def _collated(self, indices: Any) -> Any:
        return _moved(self.collate([self.dataset[index] for index in indices]), self.device)


def _moved(batch: Any, device: Any) -> Any:
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, Mapping):
        return {key: _moved(value, device) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(_moved(value, device) for value in batch))
    if isinstance(batch, (tuple, list)):
        return type(batch)(_moved(value, device) for value in batch)
    return batch


def _refuse_noise(model: _torch.nn.Module) -> None:
    """λ is that of a deterministic loss."""
    for name, module in model.named_modules():
        if not module.training:
            continue
        if isinstance(module, _STOCHASTIC) and getattr(module, "p", 1.0) > 0:
            raise ValueError(
                f"{name or 'the module'} is {type(module).__name__} in train mode, so that the "
                "loss is random; λ is that of a deterministic one: call model.eval() first"
            )
        if isinstance(module, _TRACKING) and module.track_running_stats:
            raise ValueError(
                f"{name or 'the module'} is {type(module).__name__} in train mode, so that the "
                "loss depends on the batches before; call model.eval() first"
            )


def _prepared(
    model: _torch.nn.Module,
    loss_fn: Callable[[Any, Any], Tensor] | None,
    data: Any,
    settings: dict[str, Any],
    **of_loss: Any,
) -> ModuleLoss:
    loss = ModuleLoss(model, loss_fn, data, **of_loss)
    settings.setdefault("dtype", loss.dtype)
    if np.dtype(settings["dtype"]) != np.dtype(loss.dtype):
        raise ValueError(
            f"the module is in {np.dtype(loss.dtype)}, and so are the chains; for another dtype "
            "give model.double() or model.float()"
        )
    if isinstance(data, _torch.utils.data.DataLoader):
        sampler = settings.get("sampler")
        on_batches = sampler is None or sampler not in ("hmc", "mala")
        if data.batch_size is not None and data.batch_size < loss.data.size and on_batches:
            settings.setdefault("batch_size", data.batch_size)
    settings.setdefault("data_size", loss.data.size)
    return loss


def llc(
    model: _torch.nn.Module,
    loss_fn: Callable[[Any, Any], Tensor] | None,
    data: Any,
    *,
    evaluate: Callable[[_torch.nn.Module, Any], Tensor] | None = None,
    collate_fn: Callable[[list[Any]], Any] | None = None,
    device: Any = None,
    **settings: Any,
) -> Estimate:
    """λ̂ of a module at its present parameters, of the mean loss ``loss_fn(model(x), y)`` on data.

    The module is copied and not touched, nor are its gradients. Parameters that require no gradient
    stay as they are: λ̂ is then that of the others. Dropout in train mode is refused, and batch
    norm that tracks statistics, for λ is that of a deterministic loss.

    Parameters
    ----------
    model, loss_fn, data, evaluate, collate_fn, device
        As of `ModuleLoss`. Of a DataLoader batches of its size are drawn, unless `batch_size` is
        set (for all the data: ``sampler="hmc"``, or give its dataset).
    settings
        Those of `rlct.llc`; one call at a time is in the module, so that `threads` gain nothing.
        By default λ̂ over several temperatures, within 50,000 gradients. Set
        `nbeta` for U(t) at one temperature, which others call the LLC.

    Raises
    ------
    EstimateError, Interrupted, Exception
        As of `rlct.llc`.
    ValueError, TypeError
        A module that is random, parameters of several types, data without samples by index.
    """
    loss = _prepared(
        model,
        loss_fn,
        data,
        settings,
        evaluate=evaluate,
        collate_fn=collate_fn,
        device=device,
    )
    return _llc(loss, loss.w_star(), value=loss.value, **settings)


def checkpoints(
    model: _torch.nn.Module,
    loss_fn: Callable[[Any, Any], Tensor] | None,
    data: Any,
    states: Any,
    *,
    evaluate: Callable[[_torch.nn.Module, Any], Tensor] | None = None,
    collate_fn: Callable[[list[Any]], Any] | None = None,
    device: Any = None,
    **settings: Any,
) -> Checkpoints:
    """λ̂ at each of a list of state dicts (or of their files), as the checkpoints of a training.

    The states are read as they are needed. Settings are those of `rlct.checkpoints` and `llc`.
    """
    loss = _prepared(
        model,
        loss_fn,
        data,
        settings,
        evaluate=evaluate,
        collate_fn=collate_fn,
        device=device,
    )
    scratch = copy.deepcopy(model)

    def point(state: Any) -> NDArray[Any]:
        if not isinstance(state, Mapping):
            state = _torch.load(state, map_location="cpu", weights_only=True)
        scratch.load_state_dict(state)
        flat = [p.detach().reshape(-1).cpu() for p in scratch.parameters() if p.requires_grad]
        found: NDArray[Any] = _torch.cat(flat).double().numpy()
        return found

    settings["value"] = loss.value
    if hasattr(states, "__len__"):
        return _checkpoints(loss, _Points(states, point), **settings)
    return _checkpoints(loss, map(point, states), **settings)


class _Points:
    """Points that are read as they are needed, of a list of known length."""

    def __init__(self, states: Any, point: Callable[[Any], NDArray[Any]]):
        self.states, self.point = states, point

    def __len__(self) -> int:
        return len(self.states)

    def __iter__(self) -> Any:
        return map(self.point, self.states)
