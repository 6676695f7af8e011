"""Losses in Rust."""

import json
import pickle
from fractions import Fraction

import numpy as np
import pytest

import rlct

TANH = {
    "inputs": {"real": 2},
    "layers": [{"dense": {"outputs": 3}}, "tanh", {"dense": {"outputs": 1}}],
    "head": {"squared_error": {"variance": 1.0}},
}


def data(n=50, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)), rng.normal(size=n)


def differences(loss, w, batch=None, h=1e-6):
    unit = np.eye(len(w))
    return np.array(
        [(loss(w + h * e, batch)[0] - loss(w - h * e, batch)[0]) / (2 * h) for e in unit]
    )


def test_a_polynomial():
    loss = rlct.polynomial("x^2*y^4")
    assert (loss.dimension, loss.num_samples, loss.names) == (2, None, ["x", "y"])
    value, gradient = loss([3.0, 2.0])
    assert value == 144.0 and gradient.tolist() == [96.0, 288.0]
    assert loss.w_star.tolist() == [0.0, 0.0]
    ideal = rlct.polynomial(["x", "x*y"])
    assert ideal([2.0, 3.0])[0] == 40.0
    moved = rlct.polynomial("(x-1/2)^2", at={"x": Fraction(1, 2)})
    value, gradient = moved(moved.w_star)
    assert (value, gradient.tolist()) == (0.0, [0.0])
    assert rlct.polynomial(rlct.Ideal(["x"])) == rlct.polynomial(["x"])


def test_the_prior_of_a_polynomial_is_that_of_its_chains():
    settings = dict(nbeta=1e4, draws=500, seed=1)
    flat = rlct.llc(rlct.polynomial("x^2"), **settings)
    half = rlct.llc(rlct.polynomial("x^2", amplitude="x"), **settings)
    assert abs(flat.value - 0.5) < 4 * flat.standard_error
    assert abs(half.value - 1.0) < 4 * half.standard_error


def test_polynomials_that_are_none():
    with pytest.raises(rlct.ParseError):
        rlct.polynomial("x^^2")
    with pytest.raises(rlct.GermError, match="unknown variable"):
        rlct.polynomial("x^2", at={"y": 1})
    with pytest.raises(TypeError, match="on="):
        rlct.polynomial("x^2", on="everywhere")
    loss = rlct.polynomial("x^2")
    with pytest.raises(ValueError, match="1 parameters, and w has 2"):
        loss([1.0, 2.0])
    with pytest.raises(ValueError, match="1 parameters, and w\\* has 2"):
        rlct.llc(loss, [0.0, 0.0])
    with pytest.raises(TypeError, match="native"):
        rlct.llc(loss, [0.0], data_size=3)


def test_a_model():
    loss = rlct.model_loss("reduced-rank", [1, 1, 1])
    assert loss.num_samples is None and loss.dimension == 2
    w = np.array([0.3, -0.4])
    value, gradient = loss(w)
    # K = ½ (ab)², or a multiple that depends on the inputs
    assert gradient == pytest.approx(differences(loss, w), rel=1e-6)
    assert value > 0 and loss([0.0, 5.0])[0] == 0
    sampled = rlct.model_loss(rlct.model("reduced-rank", [1, 1, 1]), data_size=200, data_seed=3)
    assert sampled.num_samples == 200
    assert sampled(w)[1] == pytest.approx(differences(sampled, w), rel=1e-5)
    again = rlct.model_loss("reduced-rank", [1, 1, 1], data_size=200, data_seed=3)
    other = rlct.model_loss("reduced-rank", [1, 1, 1], data_size=200, data_seed=4)
    assert sampled(w)[0] == again(w)[0] != other(w)[0]


def test_a_network_is_the_mean_over_samples():
    x, y = data()
    loss = rlct.network(TANH, x, y)
    assert (loss.dimension, loss.num_samples) == (13, 50)
    w = loss.initial(1)
    assert not np.array_equal(w, loss.initial(2))
    parts = dict(loss.weights(w))
    hidden = np.tanh(x @ parts["layer0.weight"].T + parts["layer0.bias"])
    outputs = hidden @ parts["layer2.weight"].T + parts["layer2.bias"]
    value, gradient = loss(w)
    assert value == pytest.approx(0.5 * np.mean((outputs[:, 0] - y) ** 2), rel=1e-12)
    assert gradient == pytest.approx(differences(loss, w), rel=1e-5, abs=1e-8)
    batch = [3, 7, 7]
    assert loss(w, batch)[0] == pytest.approx(np.mean([loss(w, [i])[0] for i in batch]))
    assert np.array_equal(loss.flatten(parts), w)
    assert np.array_equal(loss.flatten({k.removeprefix("layer"): v for k, v in parts.items()}), w)


def test_networks_in_single_precision_and_as_text():
    x, y = data()
    double, single = (rlct.network(json.dumps(TANH), x, y, dtype=t) for t in ("f8", "f4"))
    w = double.initial()
    assert double(w)[0] != single(w)[0] == pytest.approx(double(w)[0], rel=1e-5)
    estimate = rlct.llc(single, w, nbeta=10.0, draws=100, seed=1)
    assert np.isfinite(estimate.value)
    with pytest.raises(rlct.EstimateError, match="double precision"):
        rlct.ladder(single, w)


def test_networks_and_data_that_do_not_fit():
    x, y = data()
    with pytest.raises(rlct.EstimateError, match="column"):
        rlct.network('{"inputs": {"real": 2}, "layers": []', x, y)
    with pytest.raises(rlct.EstimateError, match="inputs"):
        rlct.network(TANH, x[:, :1], y)
    with pytest.raises(rlct.EstimateError):
        rlct.network(TANH, x, y[:-1])
    with pytest.raises(rlct.EstimateError, match="finite"):
        rlct.network(TANH, x, np.where(y > 1, np.nan, y))
    with pytest.raises(ValueError, match="shape"):
        rlct.network(TANH, np.zeros((2, 2, 2)), y)
    with pytest.raises(ValueError, match="float32 or float64"):
        rlct.network(TANH, x, y, dtype=int)
    loss = rlct.network(TANH, x, y)
    with pytest.raises(TypeError, match="w_star is missing"):
        rlct.llc(loss)
    with pytest.raises(ValueError, match="there are 50"):
        loss(loss.initial(), [50])
    with pytest.raises(ValueError, match="at least one"):
        loss(loss.initial(), [])
    with pytest.raises(ValueError, match="missing: .*layer2.bias"):
        loss.flatten({"layer0.weight": np.zeros((3, 2))})


def test_a_network_as_a_callable_has_the_same_estimate():
    x, y = data()
    loss = rlct.network(TANH, x, y)
    w = loss.initial(1)
    settings = dict(nbeta=5.0, sampler="sgld", step=1e-3, batch_size=10, draws=200, seed=4)
    native = rlct.llc(loss, w, **settings)
    called = rlct.llc(lambda w, batch=None: loss(w, batch), w, data_size=50, **settings)
    assert native.value == called.value and called.calls > 200


def test_losses_pickle():
    x, y = data()
    losses = [
        rlct.polynomial("x^2*y^2"),
        rlct.model_loss("tanh", [1, 1, 1], data_size=20),
        rlct.network(TANH, x, y),
    ]
    for loss in losses:
        again = pickle.loads(pickle.dumps(loss))
        w = np.full(loss.dimension, 0.25)
        assert again(w)[0] == loss(w)[0]
