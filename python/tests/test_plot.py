"""Plots: what is drawn, by the data of the artists."""

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402

import rlct  # noqa: E402


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def test_a_trace():
    loss = rlct.polynomial(["x", "y"])
    estimate = rlct.llc(loss, nbeta=1e3, draws=100, keep_draws=True)
    ax = rlct.plot.trace(estimate)
    assert len(ax.lines) == 5
    assert np.array_equal(ax.lines[2].get_ydata(), estimate.draws[0].energies()[2])
    assert ax.lines[4].get_ydata()[0] == pytest.approx(estimate.value, rel=1e-12)
    own = pyplot.subplots()[1]
    assert rlct.plot.trace(estimate, ax=own) is own
    with pytest.raises(ValueError, match="keep_draws"):
        rlct.plot.trace(rlct.llc(loss, nbeta=1e3, draws=100))


def test_the_fit_of_a_ladder():
    loss = rlct.polynomial("x^2*y^2")
    estimate = rlct.llc(loss, budget=20_000)
    ax = rlct.plot.ladder_fit(estimate, exact=rlct.exact("x^2*y^2"))
    points = ax.lines[0]
    t, u, _ = zip(*estimate.energies())
    assert np.allclose(points.get_xdata(), np.log(t)) and np.allclose(points.get_ydata(), u)
    heights = [line.get_ydata()[0] for line in ax.lines[1:]]
    assert estimate.value in heights and 0.5 in heights
    with pytest.raises(ValueError, match="of several"):
        rlct.plot.ladder_fit(rlct.llc(loss, nbeta=1e3, draws=100))


def test_the_fit_on_data_is_drawn_with_the_fitted_least_loss():
    loss = rlct.model_loss("reduced-rank", [1, 1, 1], data_size=500)
    estimate = rlct.llc(loss, budget=20_000)
    least = estimate.details["least"]["value"]
    ax = rlct.plot.ladder_fit(estimate)
    drawn = ax.lines[0].get_ydata()
    for (t, u, _), height in zip(estimate.energies(), drawn):
        mean_loss = loss(loss.w_star)[0] + u / t
        assert height == pytest.approx(t * (mean_loss - least), rel=1e-6, abs=1e-9)


def test_checkpoints():
    loss = rlct.polynomial("x^2*y^2")
    along = rlct.checkpoints(
        loss, [[0.0, 0.0], [1.0, 0.0]], labels=[5, 9], nbeta=1e4, localization=100.0, draws=200
    )
    ax = rlct.plot.checkpoints(along)
    drawn = {}
    for container in ax.containers:
        line = container[0]
        drawn |= dict(zip(line.get_xdata(), line.get_ydata()))
    assert drawn == {5: along[0].value, 9: along[1].value}
    assert ax.get_ylabel() == "U(t)"


def test_a_newton_polygon():
    ax = rlct.plot.newton_polygon(["x^2", "y^3", "x*y^2", "x^3*y^3"])
    boundary = ax.lines[0]
    x, y = boundary.get_xdata(), boundary.get_ydata()
    corners = list(zip(x, y))[1:-1]
    # (1, 2) is above the segment from (0, 3) to (2, 0)
    assert corners == [(0, 3), (2, 0)]
    meets = ax.lines[-1].get_xdata()[0]
    # x² and y³: the diagonal meets at 6/5, λ = 1/(2·6/5)
    assert meets == pytest.approx(6 / 5)
    with pytest.raises(ValueError, match="two variables"):
        rlct.plot.newton_polygon("x*y*z")
    with pytest.raises(rlct.ParseError):
        rlct.plot.newton_polygon("x^^2")


def test_a_polygon_of_one_monomial():
    ax = rlct.plot.newton_polygon("x^2*y^4")
    corners = list(zip(ax.lines[0].get_xdata(), ax.lines[0].get_ydata()))
    assert corners[1:-1] == [(2, 4)] and corners[0][0] == 2 and corners[-1][1] == 4
    assert ax.lines[-1].get_xdata()[0] == pytest.approx(4.0)
