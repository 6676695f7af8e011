"""The native half: functions of texts, numbers and arrays. Use `rlct` instead."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__version__: str

class RlctError(Exception): ...

class ParseError(ValueError):
    text: str
    column: int
    width: int
    generator: int

class GermError(ValueError): ...

class CertificateError(ValueError):
    step: int | None

class EstimateError(ValueError): ...

class NativeLoss:
    @staticmethod
    def polynomial(germ: str) -> NativeLoss: ...
    @staticmethod
    def model(model: str, samples: tuple[int, int] | None) -> NativeLoss: ...
    @staticmethod
    def network(
        description: str,
        inputs: NDArray[np.float64],
        targets: NDArray[np.float64],
        *,
        single: bool = False,
        population: bool = False,
    ) -> NativeLoss: ...
    @property
    def dimension(self) -> int: ...
    @property
    def num_samples(self) -> int | None: ...
    @property
    def w_star(self) -> NDArray[np.float64] | None: ...
    @property
    def names(self) -> list[str]: ...
    def layout(self) -> list[tuple[str, list[int], int]]: ...
    def initial(self, seed: int) -> NDArray[np.float64]: ...
    def gradient(
        self, w: NDArray[np.float64], batch: Sequence[int] | None = None
    ) -> tuple[float, NDArray[np.float64]]: ...

def resolve(question: str, *, seconds: float, steps: int) -> str: ...
def check_certificate(
    text: str,
) -> tuple[tuple[str, int] | None, tuple[str, int] | None]: ...
def newton_polyhedron(
    generators: Sequence[str],
) -> tuple[list[str], list[list[int]], list[tuple[list[str], str]]]: ...
def model_families() -> list[tuple[str, str]]: ...
def judge(
    traces: Sequence[tuple[float, NDArray[np.float64]]],
    *,
    baseline: float | None = None,
    burn_in: int | None = None,
    on_all_data: bool = False,
) -> str: ...
def estimate(
    method: str,
    loss: Any,
    w_star: NDArray[np.float64],
    settings: dict[str, Any],
    *,
    value: Callable[..., Any] | None = None,
    num_samples: int | None = None,
    single: bool = False,
    progress: Callable[[int, int], Any] | None = None,
) -> dict[str, Any]: ...
def _panic(text: str) -> None: ...
