"""Learning coefficients of singular statistical models: exact (λ, m) beside estimated λ̂.

>>> import rlct
>>> lam, m = rlct.exact("x^2*y^2")
>>> lam, m
(Fraction(1, 2), 2)
>>> estimate = rlct.llc(rlct.polynomial("x^2*y^2"), seed=1)
>>> abs(estimate.lam - 0.5) < 3 * estimate.standard_error
True

Names are loaded as they are used, so that what needs no compiled module, as the catalogue, works
without it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_PLACES = {
    "_rlct": "CertificateError EstimateError GermError ParseError RlctError __version__",
    "_exact": "Answer Certificate Germ Ideal Loss Model exact model model_families",
    "_estimate": (
        "Checkpoints Draws Estimate Interrupted Reason checkpoints ladder llc volume"
    ),
    "_judge": "DifferenceQuotient JudgedTemperature Judgement judge",
    "_losses": (
        "ModelLoss NativeLoss NetworkLoss PolynomialLoss model_loss network polynomial"
    ),
    "_catalogue": "Instance catalogue catalogue_params",
    "_verify": "Report verify_estimator",
}
_WHERE = {name: place for place, names in _PLACES.items() for name in names.split()}
_MODULES = ("distributed", "plot", "torch")

__all__ = sorted(name for name in _WHERE if not name.startswith("_"))

if TYPE_CHECKING:
    from ._catalogue import *  # noqa: F403
    from ._estimate import *  # noqa: F403
    from ._exact import *  # noqa: F403
    from ._judge import *  # noqa: F403
    from ._losses import *  # noqa: F403
    from ._rlct import *  # noqa: F403
    from ._verify import *  # noqa: F403


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
        globals()[name] = value
        return value
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES, "__version__"})
