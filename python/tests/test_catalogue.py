"""The catalogue, which needs no compiled module."""

import json
import math
import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rlct import _catalogue, catalogue, catalogue_params

ALL = list(catalogue())
SMALL = list(catalogue(d_max=6))


def exactly(instance, w):
    """K and its gradient by rational arithmetic, from the terms as they are in the file."""
    values, slopes = [], []
    for polynomial in instance.terms:
        value, slope = Fraction(0), [Fraction(0)] * len(w)
        for exponents, c in polynomial:
            value += c * math.prod(x**k for x, k in zip(w, exponents))
            for i, k in enumerate(exponents):
                if k:
                    rest = ((x, e) for j, (x, e) in enumerate(zip(w, exponents)) if j != i)
                    slope[i] += c * k * w[i] ** (k - 1) * math.prod(x**e for x, e in rest)
        values.append(value)
        slopes.append(slope)
    if instance.form == "loss":
        return values[0], slopes[0]
    gradient = [2 * sum(g * s[i] for g, s in zip(values, slopes)) for i in range(len(w))]
    return sum(g * g for g in values), gradient


def test_there_are_as_many_as_in_the_file():
    place = _catalogue.data_file("catalogue.json")
    raw = json.loads(place.read_text(encoding="utf-8"))["instances"]
    assert len(ALL) == len(raw) > 900
    assert [i.id for i in ALL] == [entry["id"] for entry in raw]
    assert len({i.id for i in ALL}) == len(ALL)
    for instance, entry in zip(ALL, raw):
        if entry["answer"] == "exact":
            assert instance.lam == Fraction(entry["lambda"])
            assert instance.lower == instance.upper == instance.lam
            assert instance.m == entry["multiplicity"]
        else:
            assert instance.lam is None and instance.m is None
            assert instance.lower is not None or instance.upper is not None
        assert (instance.dimension is None) == (instance.form is None)


@pytest.mark.parametrize("case", catalogue_params(d_max=9))
def test_the_loss_and_its_gradient_are_those_of_the_terms(case):
    loss, w_star = case.loss(), case.w_star()
    value, gradient = loss(w_star)
    assert value == 0.0 and w_star.shape == gradient.shape == (case.dimension,)
    rng = np.random.default_rng(7)
    for w in w_star + rng.uniform(-1.3, 1.3, (3, case.dimension)):
        exact, slope = exactly(case, [Fraction(x) for x in w])
        value, gradient = loss(w)
        # the sum may cancel: against the size of its parts
        assert value == pytest.approx(float(exact), rel=1e-9, abs=1e-9)
        largest = max(1e-3, *map(abs, map(float, slope)))
        assert gradient == pytest.approx(np.array(slope, float), rel=1e-9, abs=1e-9 * largest)
        assert loss.values(w[None, :])[0] == pytest.approx(value, rel=1e-12, abs=1e-13)


def test_every_loss_is_zero_at_its_point_and_not_negative_around():
    rng = np.random.default_rng(1)
    with_loss = [i for i in ALL if i.form is not None]
    assert len(with_loss) > 900
    for instance in with_loss:
        loss, w_star = instance.loss(), instance.w_star()
        assert loss(w_star)[0] == 0.0, instance.id
        around = w_star + rng.uniform(-0.5, 0.5, (50, instance.dimension))
        around = np.where(loss.nonnegative, np.maximum(around, 0.0), around)
        values = loss.values(around)
        assert values.shape == (50,) and (values > -1e-12).all(), instance.id


def test_digits_are_kept_near_a_point_that_is_not_zero():
    case = next(i for i in SMALL if i.family == "reduced-rank" and any(i.point))
    step = np.full(case.dimension, 2.0**-30)
    w = case.w_star() + step
    exact, _ = exactly(case, [Fraction(x) for x in w])
    assert case.loss()(w)[0] == pytest.approx(float(exact), rel=1e-14)


def test_many_points_at_once_have_the_shape_of_them():
    loss = next(i for i in SMALL if i.dimension == 3).loss()
    w = np.random.default_rng(0).normal(size=(4, 5, 3))
    values = loss.values(w)
    assert values.shape == (4, 5)
    assert values[2, 3] == pytest.approx(loss(w[2, 3])[0], rel=1e-12)
    with pytest.raises(ValueError, match=r"shape \(2,\).*3 parameters"):
        loss(np.zeros(2))
    with pytest.raises(ValueError, match="`values` for many"):
        loss(w)


def test_walls_and_priors_are_known():
    case = next(i for i in ALL if i.form and "nonnegative" in i.domain and not any(i.point))
    assert case.is_constrained and case.loss().nonnegative.any()
    prior = next(i for i in ALL if any(i.prior))
    assert prior.is_constrained
    assert list(prior.loss().prior) == [float(h) for h in prior.prior]
    # positive at the point: there is no wall near
    inside = next(i for i in ALL if "nonnegative" in i.domain and all(i.point))
    assert not inside.is_constrained and not inside.loss().nonnegative.any()


def test_families_and_dimensions_choose():
    assert {i.family for i in catalogue("minors")} == {"minors"}
    assert {i.family for i in catalogue(["minors", "regular"])} == {"minors", "regular"}
    assert max(i.dimension for i in SMALL) == 6 and len(SMALL) < len(ALL)
    with pytest.raises(ValueError, match="no family 'minor'; near it are minors"):
        catalogue("minor")
    with pytest.raises(ValueError, match="at least 1"):
        catalogue(d_max=0)
    with pytest.raises(ValueError, match="loosen `where`"):
        catalogue_params("regular", where=lambda case: case.lam == 77)


def test_without_polynomials_there_is_no_loss():
    case = next(i for i in ALL if i.dimension is None)
    with pytest.raises(ValueError, match="no polynomials"):
        case.loss()
    with pytest.raises(ValueError, match="no polynomials"):
        case.w_star()


def test_a_file_that_is_not_there_or_no_catalogue_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere.json.*as `path`"):
        catalogue(path=tmp_path / "nowhere.json")
    other = tmp_path / "other.json"
    other.write_text('{"format": "rlct-catalogue", "version": 1, "instances": []}')
    with pytest.raises(ValueError, match="other.json is not a rlct-catalogue of version 2"):
        catalogue(path=other)
    other.write_text("{")
    with pytest.raises(ValueError, match="other.json is no JSON"):
        catalogue(path=other)


def test_instances_and_losses_pickle_and_hash():
    case = next(i for i in SMALL if any(i.point))
    again = pickle.loads(pickle.dumps(case))
    assert again == case and hash(again) == hash(case)
    w = case.w_star() + 0.25
    assert pickle.loads(pickle.dumps(case.loss()))(w)[0] == case.loss()(w)[0] > 0
    with pytest.raises(AttributeError):
        case.lam = 1


def test_the_copy_in_the_package_is_the_file_of_the_repository():
    package = Path(_catalogue.__file__).parent
    proofs = package.parent.parent / "proofs"
    if not proofs.is_dir():
        pytest.skip("not in the repository")
    for name in ("catalogue.json", "energies.json"):
        assert (package / "data" / name).read_bytes() == (proofs / name).read_bytes()


def test_the_native_module_is_not_needed():
    code = (
        "import sys; sys.modules['rlct._rlct'] = None; import rlct;"
        "print(sum(1 for _ in rlct.catalogue()))"
    )
    path = str(Path(_catalogue.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": path}
    )
    assert done.stdout == f"{len(ALL)}\n", done.stderr


def test_the_examples_of_the_docstrings_run():
    import doctest

    result = doctest.testmod(_catalogue)
    assert result.attempted > 4 and result.failed == 0
