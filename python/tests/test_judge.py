"""The judgement on chains of other tools."""

import numpy as np
import pytest

import rlct


def chains(seed, t, draws=800, baseline=1.25):
    """Four chains of K = ½|w|² in six dimensions at t, AR(1): E_t[K] = 3/t."""
    rng = np.random.default_rng(seed)
    w = rng.normal(size=(4, 6))
    losses = np.empty((4, draws))
    for draw in range(draws):
        w = 0.8 * w + 0.6 * rng.normal(size=w.shape)
        losses[:, draw] = 0.5 * (w * w).sum(axis=1) / t + baseline
    return losses


def test_two_temperatures():
    traces = {400.0: chains(1, 400.0), 100.0: chains(2, 100.0)}
    judged = rlct.judge(traces, baseline=1.25, on_all_data=True)
    assert [at.nbeta for at in judged.temperatures] == [100.0, 400.0]
    cold = judged.temperatures[1]
    for value, error in (cold.energy, cold.variance):
        assert abs(value - 3) < 4 * error
    (quotient,) = judged.quotients
    assert quotient.between == (100.0, 400.0)
    assert abs(quotient.value - 3) < 4 * quotient.standard_error
    assert judged.verdict == "converged" and judged.converged
    assert cold.mean_loss[0] == pytest.approx(traces[400.0][:, cold.burn_in :].mean(), rel=1e-12)


def test_one_temperature_without_a_baseline():
    judged = rlct.judge(chains(1, 400.0), nbeta=400.0)
    (at,) = judged.temperatures
    assert at.energy is None and at.variance is None and judged.quotients == ()
    assert at.chains == 4 and at.draws + at.burn_in == 800


def test_chains_that_disagree_are_doubted_with_advice():
    losses = chains(1, 400.0)
    losses[3] += 0.05
    judged = rlct.judge(losses, nbeta=400.0)
    assert judged.verdict == "doubtful"
    assert "rhat" in judged.temperatures[0].reasons
    assert any("chain 3" in advice for advice in judged.temperatures[0].advice)


def test_losses_from_which_nothing_follows():
    with pytest.raises(rlct.EstimateError, match="no chains"):
        rlct.judge({})
    with pytest.raises(rlct.EstimateError, match="positive"):
        rlct.judge(chains(1, 1.0), nbeta=0.0)
    with pytest.raises(rlct.EstimateError, match="longer"):
        rlct.judge(chains(1, 1.0, draws=10), nbeta=1.0)
    with pytest.raises(rlct.EstimateError):
        rlct.judge(np.zeros((4, 0)), nbeta=1.0)
    with pytest.raises(TypeError, match="nbeta"):
        rlct.judge(chains(1, 1.0))
    with pytest.raises(ValueError, match="shape"):
        rlct.judge(np.zeros((2, 2, 2)), nbeta=1.0)
    with pytest.raises(ValueError, match="equal length"):
        rlct.judge([[1.0, 2.0], [1.0]], nbeta=1.0)


def test_a_judgement_in_rows():
    pytest.importorskip("pandas")
    judged = rlct.judge({400.0: chains(1, 400.0)}, baseline=1.25)
    frame = judged.to_pandas()
    assert frame.loc[400.0, "energy"] == judged.temperatures[0].energy[0]


def test_own_draws_are_judged_as_they_were():
    estimate = rlct.llc(rlct.polynomial(["x", "y"]), nbeta=1e3, draws=800, keep_draws=True)
    (draws,) = estimate.draws
    judged = rlct.judge(draws.losses, nbeta=1e3, baseline=draws.baseline, burn_in=0)
    value, error = judged.temperatures[0].energy
    assert value == pytest.approx(estimate.value, rel=1e-12)
    assert error == pytest.approx(estimate.standard_error, rel=0.5)
