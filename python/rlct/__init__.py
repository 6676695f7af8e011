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
    from ._catalogue import Instance as Instance
    from ._catalogue import catalogue as catalogue
    from ._catalogue import catalogue_params as catalogue_params
    from ._estimate import Checkpoints as Checkpoints
    from ._estimate import Draws as Draws
    from ._estimate import Estimate as Estimate
    from ._estimate import Interrupted as Interrupted
    from ._estimate import Reason as Reason
    from ._estimate import checkpoints as checkpoints
    from ._estimate import ladder as ladder
    from ._estimate import llc as llc
    from ._estimate import volume as volume
    from ._exact import Answer as Answer
    from ._exact import Certificate as Certificate
    from ._exact import Germ as Germ
    from ._exact import Ideal as Ideal
    from ._exact import Loss as Loss
    from ._exact import Model as Model
    from ._exact import exact as exact
    from ._exact import model as model
    from ._exact import model_families as model_families
    from ._judge import DifferenceQuotient as DifferenceQuotient
    from ._judge import JudgedTemperature as JudgedTemperature
    from ._judge import Judgement as Judgement
    from ._judge import judge as judge
    from ._losses import ModelLoss as ModelLoss
    from ._losses import NativeLoss as NativeLoss
    from ._losses import NetworkLoss as NetworkLoss
    from ._losses import PolynomialLoss as PolynomialLoss
    from ._losses import model_loss as model_loss
    from ._losses import network as network
    from ._losses import polynomial as polynomial
    from ._rlct import CertificateError as CertificateError
    from ._rlct import EstimateError as EstimateError
    from ._rlct import GermError as GermError
    from ._rlct import ParseError as ParseError
    from ._rlct import RlctError as RlctError
    from ._rlct import __version__ as __version__
    from ._verify import Report as Report
    from ._verify import verify_estimator as verify_estimator


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
